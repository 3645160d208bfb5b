//! `forestall gate <shell>`: called by the shells; the work is in the terminal surface.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::Shell;
use forestall::surface::terminal::gate;
use std::ffi::OsString;

/// Judges the line on standard input; [`ExitStatus::Stop`] keeps the shell from running it.
pub fn run(args: &[OsString]) -> Outcome {
    let (shell, options) = args.split_first().ok_or_else(|| Fault::usage("which shell calls?"))?;
    let shell = shell
        .to_str()
        .and_then(Shell::from_name)
        .ok_or_else(|| Fault::usage(format!("there is no shell `{}`", shell.to_string_lossy())))?;
    let mut forget_spaced = false;
    for option in options {
        match option.to_str() {
            Some("--forget-spaced") => forget_spaced = true,
            _ => return Err(Fault::usage(format!("there is no option `{}`", option.to_string_lossy()))),
        }
    }
    Ok(match gate::run(shell, forget_spaced)? {
        gate::Outcome::Go => ExitStatus::Success,
        gate::Outcome::Stop => ExitStatus::Stop,
    })
}
