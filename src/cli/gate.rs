//! `forestall gate <shell>`: called by the shells; the work is in the terminal surface.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::Shell;
use forestall::surface::terminal::{Caller, Handover, gate};
use std::ffi::OsString;

/// Judges the line on standard input; [`ExitStatus::Stop`] keeps the shell from running it.
pub fn run(args: &[OsString]) -> Outcome {
    let mut caller = Caller::default();
    let mut args = args.iter().map(|arg| arg.to_string_lossy());
    let name = args.next().ok_or_else(|| Fault::usage("which shell calls?"))?;
    let shell = Shell::from_name(&name).ok_or_else(|| Fault::usage(format!("there is no shell `{name}`")))?;
    while let Some(arg) = args.next() {
        match &*arg {
            "--pid" => {
                let pid = args.next().and_then(|pid| pid.parse().ok());
                caller.pid = Some(pid.ok_or_else(|| Fault::usage("`--pid` needs a process id"))?);
            }
            "--interrupt" => caller.interrupt = true,
            "--forget-spaced" => caller.forget_spaced = true,
            "--after-stop" => caller.after_stop = true,
            "--more" => caller.more = true,
            "--environment" => caller.handover = Handover::Environment,
            "--file" => {
                let path = args.next().ok_or_else(|| Fault::usage("`--file` needs a path"))?;
                caller.handover = Handover::File(path.into_owned().into());
            }
            _ => return Err(Fault::usage(format!("there is no option `{arg}`"))),
        }
    }
    Ok(match gate::run(shell, &caller)? {
        Some(gate::Outcome::Go) => ExitStatus::Success,
        Some(gate::Outcome::Stop { .. }) => ExitStatus::Stop,
        None => ExitStatus::TellMore,
    })
}
