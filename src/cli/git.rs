//! `forestall git`: the hooks of git.

use super::{ExitStatus, Fault, Outcome};
use forestall::git::Git;
use forestall::setup::git::{self, HookError, State};
use forestall::setup::hook;
use forestall::surface::git::EVENTS;
use std::io::{self, Write};

/// What to do with the hooks.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Judge every push and commit of this repository; hooks that are there are kept and run
    Install(Scope),
    /// Take the hooks out again and put back what was there
    Uninstall(Scope),
    /// Show whether git runs them in this repository; status 1 where it does not
    Status(Scope),
}

/// Which repositories.
#[derive(Debug, clap::Args)]
pub struct Scope {
    /// All repositories of this user
    #[arg(long)]
    global: bool,
}

/// Installs, takes out or shows.
pub fn run(verb: &Verb) -> Outcome {
    let git = Git::at(&std::env::current_dir()?);
    let mut out = io::stdout().lock();
    let done = match verb {
        Verb::Install(Scope { global: true }) => git::install_for_all(&git, &hook::binary()?),
        Verb::Install(Scope { global: false }) => git::install(&git, &hook::binary()?),
        Verb::Uninstall(Scope { global: true }) => git::uninstall_for_all(&git),
        Verb::Uninstall(Scope { global: false }) => git::uninstall(&git),
        Verb::Status(scope) => return status(&git, scope.global, &mut out),
    };
    for line in done.map_err(|error| fault(&error))? {
        writeln!(out, "{line}")?;
    }
    Ok(ExitStatus::Success)
}

fn status(git: &Git, global: bool, out: &mut impl Write) -> Outcome {
    let mut protected = true;
    for event in EVENTS {
        let (state, after) = match global {
            true => (git::status_for_all(git, event), None),
            false => git::status(git, event).map_err(|error| fault(&error))?,
        };
        protected &= matches!(state, State::Ours(_));
        let text = match state {
            State::Ours(place) => format!("ours ({place})"),
            State::Missing => "missing".to_owned(),
            State::Shadowed { ours, by } => {
                format!("shadowed: ours is {}, but git looks into {}", ours.display(), by.display())
            }
        };
        writeln!(out, "{event}: {text}")?;
        if let Some(after) = after {
            writeln!(out, "    then {}", after.display())?;
        }
    }
    if !protected {
        let (option, what) = if global { (" --global", "all repositories") } else { ("", "this repository") };
        writeln!(out, "`forestall git install{option}` protects {what}.")?;
    }
    Ok(if protected { ExitStatus::Success } else { ExitStatus::Failure })
}

fn fault(error: &HookError) -> Fault {
    let fault = Fault::failure(error.to_string());
    match error.hint() {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}
