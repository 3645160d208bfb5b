//! `forestall init <shell>`: the hook for a shell, on standard output.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::Shell;
use forestall::setup::hook;
use std::io::{self, Write};

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// bash, zsh or fish
    shell: String,
}

/// Prints the hook with the absolute path of this binary in it.
pub fn run(args: &Args) -> Outcome {
    let shell = Shell::from_name(&args.shell).ok_or_else(|| {
        Fault::usage(format!("there is no hook for `{}`", args.shell)).hint("bash, zsh or fish")
    })?;
    let text = hook::text(shell, &hook::binary()?)?;
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitStatus::Success)
}
