//! Installing forestall into shells, proving that it works, and taking it out again.

pub mod hook;
