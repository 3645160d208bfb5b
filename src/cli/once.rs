//! `forestall once '<line>'`: a person permits one run of a line that would be stopped.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::{Actor, Line, Scene, Shell, Surface};
use forestall::git::Git;
use forestall::journal::{self, Answer};
use forestall::judge::judge;
use forestall::pass;
use forestall::policy::Policy;
use forestall::surface::git;
use forestall::surface::terminal::command::{judge_with_scripts, without_exec};
use forestall::surface::terminal::show::{self, Style, Tense};
use forestall::surface::terminal::{Reply, Terminal};
use forestall::verdict::{Decision, Verdict};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Arguments of `once`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The whole line, in one pair of quotes
    line: OsString,
}

/// Shows what the line would do and asks at the terminal, so that nothing but a person can permit it.
pub fn run(args: &Args) -> Outcome {
    let line = Line::from_bytes(args.line.as_bytes());
    let shell = std::env::var("SHELL").ok().and_then(|path| Shell::from_name(&path)).unwrap_or(Shell::Bash);
    let scene = Scene::here(shell);
    let terminal = Terminal::open().ok_or_else(|| {
        Fault::failure("only a person at a terminal can permit this")
            .hint("run `forestall once` yourself, in the terminal and directory where the line shall run")
    })?;
    let style = Style::of(&terminal);
    if line.text().trim() == git::COMMIT_LINE {
        return permit_commit(&terminal, &scene, style);
    }
    // `forestall exec` asks for the permission of what it runs.
    let line = without_exec(&line, &scene).unwrap_or(line);
    let mut verdict = judge(&line, &scene, Actor::Human, || Policy::load(&scene));
    if verdict.decision == Decision::Allow {
        verdict = judge_with_scripts(&line, &scene, Actor::Human, None);
    }
    if verdict.decision == Decision::Allow {
        terminal.write(&show::note("nothing stops this line, so no permission is needed", style))?;
        return Ok(ExitStatus::Success);
    }
    terminal.write(&show::verdict(line.text(), &verdict, Tense::Would, style))?;
    let minutes = pass::LINE_LIFE / 60;
    let question = format!("Permit one run of it in {}, within {minutes} minutes?", scene.cwd.display());
    if terminal.ask(&show::question(&question, show::YES_NO, verdict.decision, style)) == Reply::No {
        return Ok(ExitStatus::Failure);
    }
    pass::grant_line(line.text(), &scene.cwd)?;
    journal::record(Surface::Terminal, Actor::Human, &scene.cwd, line.text(), &verdict, Answer::Granted);
    terminal.write(&show::note("permitted; type the line again to run it", style))?;
    Ok(ExitStatus::Success)
}

/// Lets the pre-commit hook pass one commit of this repository, whatever it would hold.
fn permit_commit(terminal: &Terminal, scene: &Scene, style: Style) -> Outcome {
    // The hook runs in the root of the working tree.
    let place = Git::at(&scene.cwd).top_level().unwrap_or_else(|| scene.cwd.clone());
    let minutes = pass::LINE_LIFE / 60;
    let question =
        format!("Permit one commit with secrets in {}, within {minutes} minutes?", place.display());
    if terminal.ask(&show::question(&question, show::YES_NO, Decision::Deny, style)) == Reply::No {
        return Ok(ExitStatus::Failure);
    }
    pass::grant_line(git::COMMIT_LINE, &place)?;
    let verdict = Verdict::allow();
    journal::record(Surface::Git, Actor::Human, &place, git::COMMIT_LINE, &verdict, Answer::Granted);
    terminal.write(&show::note("permitted; commit again", style))?;
    Ok(ExitStatus::Success)
}
