//! The `forestall` program: hot verbs by hand, everything else through clap.
#![warn(missing_docs)]

fn main() {}
