//! `forestall doctor`: proves that the shells are protected, and says what is wrong where they are not.

use super::{ExitStatus, Outcome};
use forestall::action::{Scene, Shell};
use forestall::git::Git;
use forestall::policy::Policy;
use forestall::setup::git::{self, State};
use forestall::setup::live::{self, Diagnosis, Live};
use forestall::setup::{self, hook, selftest};
use forestall::surface::git::EVENTS;
use forestall::surface::terminal::show::{Style, visible};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Look only at the shell that asks, and start none
    #[arg(long)]
    here: bool,
}

/// Arguments of the hidden command that turns into a shell under test.
#[derive(Debug, clap::Args)]
pub struct ShellArgs {
    /// The pseudo-terminal
    device: PathBuf,
    /// The shell
    program: PathBuf,
}

const GREEN: &str = "32;1";
const RED: &str = "31;1";
const YELLOW: &str = "33;1";

/// Looks at the shell that asks and tests every shell on this machine. Succeeds when at least one is set up, all that
/// are hold, and the one that asks is protected.
pub fn run(args: &Args) -> Outcome {
    let mut page = Page { out: io::stdout().lock(), style: Style::of_stdout() };
    let binary = hook::binary()?;
    page.line("forestall", &format!("{} at {}, {}", env!("CARGO_PKG_VERSION"), binary.display(), linkage()))?;
    let asking = this_shell(&mut page, &binary)?;
    if args.here {
        return Ok(if asking { ExitStatus::Success } else { ExitStatus::Failure });
    }
    let (mut proven, mut broken) = (0, 0);
    for &shell in setup::SHELLS {
        let Some(program) = setup::program(shell) else {
            page.line(shell.name(), "not on this machine")?;
            continue;
        };
        page.out.flush()?;
        match examine(shell, &program, &binary, &mut page)? {
            Standing::Protected => proven += 1,
            Standing::Broken => broken += 1,
            Standing::NotSetUp => {}
        }
    }
    page.line("git", &git_hooks())?;
    let faults = Policy::load(&Scene::here(Shell::Bash)).faults;
    if faults.is_empty() {
        page.line("policy", "no faults")?;
    }
    for fault in faults {
        page.line("policy", &page.bad(&fault.to_string()))?;
    }
    if proven == 0 && broken == 0 {
        writeln!(page.out, "\nNo shell is set up; `forestall setup` does that.")?;
    }
    Ok(if proven > 0 && broken == 0 && asking { ExitStatus::Success } else { ExitStatus::Failure })
}

/// Becomes the shell under test.
pub fn become_shell(args: &ShellArgs) -> Outcome {
    Err(selftest::become_shell(&args.device, &args.program).into())
}

/// Paragraphs behind a label, in at most 80 columns.
struct Page<'a> {
    out: io::StdoutLock<'a>,
    style: Style,
}

/// Columns of the labels.
const LABEL: usize = 11;

impl Page<'_> {
    fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        let width = self.style.columns.min(80).saturating_sub(LABEL + 1).max(20);
        let mut label = label;
        let mut line = String::new();
        let mut used = 0;
        for word in text.split(' ') {
            // Colours take no room.
            let columns = word.split('\x1b').map(|part| {
                part.find('m').map_or(part, |at| match part.starts_with('[') {
                    true => &part[at + 1..],
                    false => part,
                })
            });
            let columns: usize = columns.map(|part| part.chars().count()).sum();
            if used > 0 && used + 1 + columns > width {
                writeln!(self.out, "{label:LABEL$}{line}")?;
                (label, used) = ("", 0);
                line.clear();
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += columns;
        }
        writeln!(self.out, "{label:LABEL$}{line}")
    }

    /// With a red mark in front.
    fn bad(&self, text: &str) -> String {
        let mark = if self.style.unicode { "✗" } else { "!" };
        format!("{} {}", self.style.paint(RED, mark), visible(text, self.style))
    }

    fn diagnosis(&mut self, found: &Diagnosis) -> io::Result<()> {
        for hole in &found.holes {
            self.line("", &self.bad(hole))?;
        }
        for remark in &found.remarks {
            self.line("", &visible(remark, self.style))?;
        }
        Ok(())
    }
}

/// The shell that asks; false where it should be protected and is not.
fn this_shell(page: &mut Page<'_>, binary: &Path) -> io::Result<bool> {
    const LABEL: &str = "this shell";
    let style = page.style;
    let report = std::env::var_os(live::VARIABLE).map(|text| Live::parse(&text.to_string_lossy()));
    if let Some(found) = report.and_then(|report| report.diagnose(binary)) {
        let sound = found.holes.is_empty();
        let word = if sound { style.paint(GREEN, "protected") } else { style.paint(RED, "NOT PROTECTED") };
        let (name, version) = (found.shell.name(), visible(&found.version, style));
        page.line(LABEL, &format!("{word}: {name} {version}, through {}", found.mechanism))?;
        page.diagnosis(&found)?;
        return Ok(sound);
    }
    let Some(shell) = live::calling_shell() else {
        page.line(LABEL, "not protected: no hook is loaded where this was called from; a new shell may be")?;
        return Ok(true);
    };
    let word = style.paint(RED, "NOT PROTECTED");
    page.line(LABEL, &format!("{word}: no hook is loaded in the {} that asks", shell.name()))?;
    let next = match setup::is_set_up(shell) {
        true => {
            "a new shell will have it; or, if this one has it already, ask with `forestall doctor`, without a path and \
             without `command`"
        }
        false => "`forestall setup` adds it to your rc file, for every new shell",
    };
    page.line("", &page.bad(next))?;
    Ok(false)
}

enum Standing {
    Protected,
    NotSetUp,
    Broken,
}

fn examine(shell: Shell, program: &Path, binary: &Path, page: &mut Page<'_>) -> io::Result<Standing> {
    let style = page.style;
    let is_set_up = setup::is_set_up(shell);
    if !is_set_up && !setup::is_used(shell) {
        page.line(shell.name(), "not used by you so far; `forestall setup` adds the hook")?;
        return Ok(Standing::NotSetUp);
    }
    let proof = match selftest::prove(shell, program, binary) {
        Ok(proof) => proof,
        Err(error) => {
            let word = style.paint(RED, "NOT PROVEN");
            page.line(shell.name(), &format!("{word}: {} could not be tested: {error}", program.display()))?;
            return Ok(if is_set_up { Standing::Broken } else { Standing::NotSetUp });
        }
    };
    let version = visible(proof.version.as_deref().unwrap_or("of unknown version"), style);
    let found = proof.report.as_ref().and_then(|report| Live::parse(report).diagnose(binary));
    if proof.holds() {
        let through =
            found.as_ref().map(|found| format!(", through {}", found.mechanism)).unwrap_or_default();
        let sound = found.as_ref().is_none_or(|found| found.holes.is_empty());
        let word =
            if sound { style.paint(GREEN, "protected") } else { style.paint(YELLOW, "protected in part") };
        page.line(
            shell.name(),
            &format!("{word}: {version}{through}; an allowed line ran once, a stopped line did not run"),
        )?;
        if let Some(cost) = proof.cost {
            let (line, spawn) = (micros(cost.line), micros(cost.spawn));
            page.line("", &format!("each line takes {line} longer; starting /bin/true takes {spawn} here"))?;
        }
        if let Some(found) = &found {
            page.diagnosis(found)?;
        }
        if let Some(gap) = setup::login_gap().filter(|_| shell == Shell::Bash) {
            page.line("", &gap)?;
        }
        return Ok(if sound { Standing::Protected } else { Standing::Broken });
    }
    if !is_set_up {
        let word = style.paint(YELLOW, "not set up");
        page.line(shell.name(), &format!("{word}: {version}; `forestall setup` adds the hook"))?;
        return Ok(Standing::NotSetUp);
    }
    page.line(shell.name(), &format!("{}: {version}", style.paint(RED, "NOT PROTECTED")))?;
    page.line(
        "",
        &format!(
            "an allowed line {}, the stopped line {}, the line after it {}",
            times(proof.allowed),
            times(proof.stopped),
            times(proof.after)
        ),
    )?;
    let holes = found.as_ref().is_some_and(|found| !found.holes.is_empty());
    if let Some(found) = found.filter(|_| holes) {
        page.diagnosis(&found)?;
    } else {
        let file = setup::rc_file(shell).map(|path| path.display().to_string()).unwrap_or_default();
        page.line("", &page.bad(&advice(&proof, &file)))?;
    }
    let said: Vec<&str> = proof.output.lines().rev().filter(|line| !line.trim().is_empty()).take(5).collect();
    for line in said.into_iter().rev() {
        let text = format!("| {}", visible(line.trim_end(), style));
        writeln!(page.out, "{:LABEL$}{}", "", text.chars().take(80 - LABEL).collect::<String>())?;
    }
    Ok(Standing::Broken)
}

fn times(count: usize) -> String {
    match count {
        0 => "did not run".to_owned(),
        1 => "ran once".to_owned(),
        count => format!("ran {count} times"),
    }
}

/// What a person can do about a shell in which the test failed.
fn advice(proof: &selftest::Proof, file: &str) -> String {
    match (proof.allowed, proof.stopped, proof.after) {
        (0, ..) => format!(
            "the shell did not come to a prompt in time; does {file} wait for something, or start another program?"
        ),
        (_, 0, _) => {
            "the shell did not go on after the stop; please report this with the lines below".to_owned()
        }
        _ => format!(
            "the hook is not in force: is it loaded last in {file}, and is nothing said at the start of a new shell?"
        ),
    }
}

/// `1,234 µs`
fn micros(duration: Duration) -> String {
    let micros = duration.as_micros();
    match micros {
        0..1000 => format!("{micros} µs"),
        _ => format!("{},{:03} µs", micros / 1000, micros % 1000),
    }
}

/// Whether git calls our hooks in the current repository.
fn git_hooks() -> String {
    let Ok(dir) = std::env::current_dir() else { return "the current directory is gone".to_owned() };
    let git = Git::at(&dir);
    let mut without = Vec::new();
    for event in EVENTS {
        match git::status(&git, event) {
            Ok((State::Ours(_), _)) => {}
            Ok(_) => without.push(*event),
            Err(error) => return error.to_string(),
        }
    }
    match without.as_slice() {
        [] => "commits and pushes of this repository are judged, whoever makes them".to_owned(),
        names => format!("{} of this repository is not judged; `forestall git install`", names.join(" and ")),
    }
}

/// A dynamic binary costs about three times as much at each line.
fn linkage() -> &'static str {
    if cfg!(target_env = "musl") {
        "static"
    } else {
        "dynamic (a static build starts about three times as fast)"
    }
}
