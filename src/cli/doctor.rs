//! `forestall doctor`: proves that the shells are protected, and says what is wrong where they are not.

use super::{ExitStatus, Outcome};
use forestall::action::{Scene, Shell};
use forestall::policy::Policy;
use forestall::setup::{self, hook, rc, selftest};
use forestall::surface::terminal::show::{Style, visible};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Arguments of the hidden command that turns into a shell under test.
#[derive(Debug, clap::Args)]
pub struct ShellArgs {
    /// The pseudo-terminal
    device: PathBuf,
    /// The shell
    program: PathBuf,
}

/// Tests every shell on this machine. Succeeds when at least one is set up and all that are hold.
pub fn run() -> Outcome {
    let mut out = io::stdout().lock();
    let binary = hook::binary()?;
    writeln!(out, "forestall  {} at {}, {}", env!("CARGO_PKG_VERSION"), binary.display(), linkage())?;
    let (mut proven, mut broken) = (0, 0);
    for &shell in setup::SHELLS {
        let Some(program) = setup::program(shell) else {
            writeln!(out, "{:9}  not on this machine", shell.name())?;
            continue;
        };
        let report = examine(shell, &program, &binary);
        match report.state {
            State::Protected => proven += 1,
            State::Broken => broken += 1,
            State::NotSetUp => {}
        }
        writeln!(out, "{:9}  {}", shell.name(), report.text)?;
        for line in &report.more {
            writeln!(out, "{:9}  {line}", "")?;
        }
    }
    if setup::program(Shell::Fish).is_some() {
        writeln!(out, "{:9}  not protected: there is no hook for fish yet", "fish")?;
    }
    let faults = Policy::load(&Scene::here(Shell::Bash)).faults;
    match faults.as_slice() {
        [] => writeln!(out, "{:9}  no faults", "policy")?,
        faults => {
            for fault in faults {
                writeln!(out, "{:9}  {fault}", "policy")?;
            }
        }
    }
    if proven == 0 && broken == 0 {
        writeln!(out, "\nNo shell is set up; `forestall setup` does that.")?;
    }
    Ok(if proven > 0 && broken == 0 { ExitStatus::Success } else { ExitStatus::Failure })
}

/// Becomes the shell under test.
pub fn become_shell(args: &ShellArgs) -> Outcome {
    Err(selftest::become_shell(&args.device, &args.program).into())
}

enum State {
    Protected,
    NotSetUp,
    Broken,
}

struct Report {
    state: State,
    text: String,
    more: Vec<String>,
}

fn examine(shell: Shell, program: &Path, binary: &Path) -> Report {
    let rc_file = setup::rc_file(shell);
    let is_set_up = rc_file.as_ref().is_some_and(|path| rc::mentions_hook(path, shell));
    let proof = match selftest::prove(shell, program, binary) {
        Ok(proof) => proof,
        Err(error) => {
            let state = if is_set_up { State::Broken } else { State::NotSetUp };
            let text = format!("NOT PROVEN: {} could not be tested: {error}", program.display());
            return Report { state, text, more: Vec::new() };
        }
    };
    let version = proof.version.clone().unwrap_or_else(|| "of unknown version".to_owned());
    let mechanism = match shell {
        Shell::Zsh => "preexec",
        _ => "PS0",
    };
    if proof.holds() {
        let text = format!(
            "protected: {version}, through {mechanism}; an allowed line ran once, a stopped line did not run"
        );
        let more = if shell == Shell::Bash { setup::login_gap() } else { None };
        return Report { state: State::Protected, text, more: more.into_iter().collect() };
    }
    if !is_set_up {
        let text = format!("not set up: {version}; `forestall setup` adds the hook");
        return Report { state: State::NotSetUp, text, more: Vec::new() };
    }
    let times = |count: usize| match count {
        0 => "did not run".to_owned(),
        1 => "ran once".to_owned(),
        count => format!("ran {count} times"),
    };
    let file = rc_file.map(|path| path.display().to_string()).unwrap_or_default();
    let advice = match (proof.allowed, proof.stopped, proof.after) {
        (0, ..) => format!(
            "the shell did not come to a prompt in time; does {file} wait for something, or start another program?"
        ),
        (_, 0, _) => {
            "the shell did not go on after the stop; please report this with the lines below".to_owned()
        }
        _ => format!(
            "the hook is not in force: is the forestall block the last thing in {file}, and is nothing said at the start of a new shell?"
        ),
    };
    let style = Style::plain();
    let said = proof.output.lines().rev().filter(|line| !line.trim().is_empty()).take(5);
    let mut more = vec![
        format!(
            "an allowed line {}, the stopped line {}, the line after it {}",
            times(proof.allowed),
            times(proof.stopped),
            times(proof.after)
        ),
        advice,
    ];
    let said: Vec<&str> = said.collect();
    more.extend(said.into_iter().rev().map(|line| format!("| {}", visible(line.trim_end(), style))));
    Report { state: State::Broken, text: format!("NOT PROTECTED: {version}"), more }
}

/// A dynamic binary costs about three times as much at each line.
fn linkage() -> &'static str {
    if cfg!(target_env = "musl") {
        "static"
    } else {
        "dynamic (a static build starts about three times as fast)"
    }
}
