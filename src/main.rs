//! The `forestall` program: hot verbs by hand, everything else through clap.

mod cli;

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    // The verbs that shells and hooks call many times a day must not pay for clap.
    let hot = args.split_first().and_then(|(verb, rest)| cli::hot(verb, rest));
    hot.unwrap_or_else(cli::run).into()
}
