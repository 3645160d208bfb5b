//! `forestall exec cmd…`: judge a command and the scripts that it runs, ask where needed, then become it.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::{Actor, Scene, Shell};
use forestall::classifier::Consult;
use forestall::surface::terminal::command::{judge_with_scripts, line_of};
use forestall::surface::terminal::{Waiting, gate};
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

pub const HELP: &str = "\
It runs with everything as it is: standard input, output and error, environment, process id.

Exit status: that of the command; 77 stopped, 126 it cannot be executed, 127 there is no such command.";

/// Arguments of `exec`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command and its arguments
    #[arg(
        required = true,
        trailing_var_arg = true,
        value_name = "COMMAND",
        value_hint = clap::ValueHint::CommandWithArguments
    )]
    command: Vec<OsString>,
}

/// Judges the command and turns into it. Returns only when it was stopped, or cannot be executed.
pub fn run(args: &Args) -> Outcome {
    let line = line_of(&args.command);
    // Quoted as every POSIX shell reads it, whatever the user's own shell is.
    let scene = Scene::here(Shell::Bash);
    let mut waiting = Waiting::new(Shell::Bash);
    let ask = &mut Consult::new(&mut waiting, true);
    let verdict = judge_with_scripts(&line, &scene, Actor::Human, Some(ask));
    match gate::act(&line, line.text(), &scene, &verdict, false) {
        gate::Outcome::Go => become_command(&args.command),
        gate::Outcome::Stop { .. } => Ok(ExitStatus::Stop),
    }
}

fn become_command(words: &[OsString]) -> Outcome {
    let Some((program, rest)) = words.split_first() else {
        return Err(Fault::usage("which command?"));
    };
    let mut error = Command::new(program).args(rest).exec();
    // A script without a first line that names its shell: as in every shell, sh runs it.
    if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) {
        let path = which::which(program).map_or_else(|_| program.clone(), std::path::PathBuf::into_os_string);
        error = Command::new("/bin/sh").arg(path).args(rest).exec();
    }
    let status = match error.kind() {
        io::ErrorKind::NotFound => ExitStatus::NotFound,
        _ => ExitStatus::NotExecutable,
    };
    Err(Fault::failure(format!("{}: {error}", program.to_string_lossy())).status(status))
}
