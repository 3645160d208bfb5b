//! `forestall init <shell>`: the hook for a shell, on standard output.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::Shell;
use forestall::setup::hook;
use std::io::{self, Write};

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// bash or zsh
    shell: String,
}

/// Prints the hook with the absolute path of this binary in it.
pub fn run(args: &Args) -> Outcome {
    let shell = match Shell::from_name(&args.shell) {
        Some(Shell::Fish) => {
            return Err(Fault::usage("fish is not protected yet").hint("bash 4.4 and zsh 5.0.8 or later are"));
        }
        Some(shell) => shell,
        None => return Err(Fault::usage(format!("there is no hook for `{}`; bash or zsh", args.shell))),
    };
    let text = hook::text(shell, &hook::binary()?)?;
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitStatus::Success)
}
