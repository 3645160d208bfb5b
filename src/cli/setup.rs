//! `forestall setup` and `forestall uninstall`: the block in the rc files of the user's shells.

use super::{ExitStatus, Outcome};
use forestall::action::Shell;
use forestall::setup::rc::{self, Plan};
use forestall::setup::{self, hook};
use forestall::surface::terminal::{Reply, Terminal};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Arguments of `setup` and `uninstall`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// Adds the block to the rc file of every shell on this machine.
pub fn install(args: &Args) -> Outcome {
    let binary = hook::binary()?;
    let mut changes = Vec::new();
    let mut out = io::stdout().lock();
    for &shell in setup::SHELLS {
        let (Some(_), Some(path)) = (setup::program(shell), setup::rc_file(shell)) else { continue };
        if !setup::is_used(shell) {
            writeln!(out, "{}: you have not used it so far; run this again when you do", shell.name())?;
            continue;
        }
        let body = rc::body(shell, &binary)?;
        match rc::install(&path, &body)? {
            Plan::Nothing => writeln!(out, "{}: already there", path.display())?,
            Plan::Refuse(reason) => {
                writeln!(
                    out,
                    "{}: not changed, {reason}. Add these lines at its end yourself:\n",
                    path.display()
                )?;
                writeln!(out, "{}", indented(&body))?;
            }
            plan => {
                writeln!(
                    out,
                    "{}: these lines will be added at the end\n\n{}",
                    path.display(),
                    indented(&body)
                )?;
                changes.push((path, plan));
            }
        }
    }
    if let (Some(_), Some(gap)) = (setup::program(Shell::Bash), setup::login_gap()) {
        writeln!(out, "bash: {gap}")?;
    }
    carry_out(args, changes, &mut out)
}

/// Takes the block out of every rc file again, byte for byte.
pub fn uninstall(args: &Args) -> Outcome {
    let mut changes = Vec::new();
    let mut out = io::stdout().lock();
    for &shell in setup::SHELLS {
        let Some(path) = setup::rc_file(shell) else { continue };
        match rc::uninstall(&path)? {
            Plan::Nothing => writeln!(out, "{}: nothing to take out", path.display())?,
            Plan::Refuse(reason) => writeln!(out, "{}: not changed, {reason}", path.display())?,
            plan @ Plan::Remove { .. } => {
                writeln!(out, "{}: will be removed; it was made by `forestall setup`", path.display())?;
                changes.push((path, plan));
            }
            plan => {
                writeln!(out, "{}: the forestall block will be taken out", path.display())?;
                changes.push((path, plan));
            }
        }
    }
    carry_out(args, changes, &mut out)
}

fn carry_out(args: &Args, changes: Vec<(PathBuf, Plan)>, out: &mut impl Write) -> Outcome {
    if changes.is_empty() || args.dry_run {
        return Ok(ExitStatus::Success);
    }
    out.flush()?;
    if !args.yes && !agreed() {
        writeln!(out, "nothing was changed; with --yes there is no question")?;
        return Ok(ExitStatus::Failure);
    }
    for (path, plan) in changes {
        rc::carry_out(&path, &plan).map_err(|error| at(&path, &error))?;
        writeln!(out, "{}: done", path.display())?;
    }
    writeln!(out, "shells that are open already stay as they are")?;
    Ok(ExitStatus::Success)
}

fn agreed() -> bool {
    Terminal::open().is_some_and(|terminal| terminal.ask("Do that? [y/N] ") == Reply::Yes)
}

fn at(path: &Path, error: &io::Error) -> super::Fault {
    super::Fault::failure(format!("{}: {error}", path.display()))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
