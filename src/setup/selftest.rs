//! Proves in a real pseudo-terminal that a shell with the user's own rc file runs an allowed line exactly once
//! and a stopped line not at all. Files that the lines leave behind are the truth, not what the shell prints.
//!
//! The stopped line is `forestall self-test-stop <marker>`, which a built-in rule always stops and which would
//! only leave a marker file if it ran.

use crate::action::Shell;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest that a shell may take to read its rc files.
const START: Duration = Duration::from_secs(15);
/// Longest that one typed line may take.
const LINE: Duration = Duration::from_secs(8);
/// A shell that has printed nothing for this long waits for a line.
const QUIET: Duration = Duration::from_millis(300);
/// Longest that the measurement may take.
const MEASURE: Duration = Duration::from_secs(30);
/// How often the gate is called to measure it: the times of files are kept in steps of up to 4 ms.
const ROUNDS: u32 = 100;
/// Bytes of the shell's output that are kept to explain a failure.
const KEPT: usize = 4096;

/// What was seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Version that the shell says it has.
    pub version: Option<String>,
    /// How often the allowed line ran.
    pub allowed: usize,
    /// How often the stopped line ran.
    pub stopped: usize,
    /// How often the line typed after the stopped one ran.
    pub after: usize,
    /// What the hook says of the shell, for [`super::live`]; `None` where no hook answers.
    pub report: Option<String>,
    /// What the hook costs in this shell.
    pub cost: Option<Cost>,
    /// The end of what the shell printed.
    pub output: String,
}

/// What was measured in the shell itself, with the user's rc file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What the hook adds to each allowed line.
    pub line: Duration,
    /// What starting `/bin/true` takes there, for scale.
    pub spawn: Duration,
}

impl Proof {
    /// Whether the shell is protected, and usable.
    pub fn holds(&self) -> bool {
        self.allowed == 1 && self.stopped == 0 && self.after == 1
    }
}

/// Types the lines into an interactive `shell`. `binary` is what the shell's hook should call.
pub fn prove(shell: Shell, program: &Path, binary: &Path) -> io::Result<Proof> {
    let dir = Marks::new()?;
    let [allowed, stopped, after, version, report] =
        ["allowed", "stopped", "after", "version", "report"].map(|name| dir.path(name));
    let quoted = |path: &Path| shell.quoted(&path.to_string_lossy());
    let mut session = Session::start(program, binary)?;
    let mut proof = Proof::default();
    session.until(START, |session| !session.output.is_empty())?;
    session.settle()?;
    // The lines of a test have no place in anybody's history.
    session.type_line(&match shell {
        // Not unset, which would rightly be asked about; the directory goes with the test.
        Shell::Bash | Shell::Zsh => format!(" HISTFILE={}", quoted(&dir.path("history"))),
        Shell::Fish => " set -g fish_history ''".to_owned(),
    })?;
    session.settle()?;

    let variable = match shell {
        Shell::Bash => "\"$BASH_VERSION\"",
        Shell::Zsh => "\"$ZSH_VERSION\"",
        Shell::Fish => "$version",
    };
    session.type_line(&format!(" echo {variable} > {}", quoted(&version)))?;
    session.until(LINE, |_| version.exists())?;
    session.settle()?;
    session.type_line(&format!(" echo ran >> {}", quoted(&allowed)))?;
    session.until(LINE, |_| allowed.exists())?;
    session.settle()?;
    session.type_line(&format!(" {} self-test-stop {}", quoted(binary), quoted(&stopped)))?;
    session.until(LINE, |session| stopped.exists() || session.has_printed("nothing ran"))?;
    session.settle()?;
    if shell == Shell::Fish {
        // It leaves a stopped line in the buffer.
        session.type_bytes(b"\x03")?;
        session.settle()?;
    }
    session.type_line(&format!(" echo ran >> {}", quoted(&after)))?;
    session.until(LINE, |_| after.exists())?;
    session.settle()?;

    proof.version = fs::read_to_string(&version).ok().map(|text| text.trim().to_owned());
    proof.allowed = count(&allowed);
    proof.stopped = count(&stopped);
    proof.after = count(&after);
    proof.output = String::from_utf8_lossy(&session.output).into_owned();

    session.type_line(&format!(" __forestall_report > {}", quoted(&report)))?;
    session.until(LINE, |_| report.metadata().is_ok_and(|meta| meta.len() > 0))?;
    session.settle()?;
    proof.report = fs::read_to_string(&report).ok().filter(|text| !text.is_empty());
    if proof.holds() && proof.report.is_some() {
        proof.cost = measure(shell, &mut session, &dir)?;
    }
    Ok(proof)
}

/// Lets the shell run its own hook in a loop, then a loop of nothing, then `/bin/true`; the times of the files
/// between the loops tell how long each took.
fn measure(shell: Shell, session: &mut Session, dir: &Marks) -> io::Result<Option<Cost>> {
    let spawned = which::which("true").unwrap_or_else(|_| PathBuf::from("/bin/true"));
    let spawned = shell.quoted(&spawned.to_string_lossy());
    let marks = ["hook", "nothing", "spawn", "end"].map(|name| dir.path(name));
    let [a, b, c, d] = [0, 1, 2, 3].map(|at| shell.quoted(&marks[at].to_string_lossy()));
    let round = match shell {
        Shell::Bash => format!("for ((__i = 0; __i < {ROUNDS}; __i++)); do"),
        Shell::Zsh => format!("repeat {ROUNDS} do"),
        Shell::Fish => format!("for i in (seq {ROUNDS})"),
    };
    let (hook, done) = match shell {
        Shell::Bash => (
            "if [[ $__forestall_mechanism == PS0 ]]; then : \"${__forestall_ps0@P}\"\n\
             else __forestall_armed=1; __forestall_debug; fi",
            "done",
        ),
        Shell::Zsh => ("__forestall_gate true true true", "done"),
        Shell::Fish => ("__forestall_judge true", "end"),
    };
    let mut script = format!("echo >{a}\n");
    for (command, mark) in [(hook, b), ("true", c), (&spawned, d)] {
        script.push_str(&format!("{round}\n{command}\n{done}\necho >{mark}\n"));
    }
    // A file, since a line of this length would itself be something to judge.
    let file = dir.path("measure");
    fs::write(&file, script)?;
    session.type_line(&format!(" . {}", shell.quoted(&file.to_string_lossy())))?;
    session.until(MEASURE, |_| marks[3].exists())?;
    let mut times = Vec::new();
    for mark in &marks {
        let Ok(time) = mark.metadata().and_then(|meta| meta.modified()) else { return Ok(None) };
        times.push(time);
    }
    let took = |from: usize| times[from + 1].duration_since(times[from]).unwrap_or_default();
    let [hook, nothing, spawn] = [took(0), took(1), took(2)];
    let each = |loops: Duration| loops.saturating_sub(nothing) / ROUNDS;
    Ok(Some(Cost { line: each(hook), spawn: each(spawn) }))
}

/// The body of the hidden command that becomes the shell: takes the pseudo-terminal `device` as its controlling
/// terminal, which only a new session can, and turns into `program`. Returns only on failure.
pub fn become_shell(device: &Path, program: &Path) -> io::Error {
    let attach = || -> io::Result<()> {
        rustix::process::setsid()?;
        let terminal = fs::OpenOptions::new().read(true).write(true).open(device)?;
        rustix::process::ioctl_tiocsctty(&terminal)?;
        rustix::stdio::dup2_stdin(&terminal)?;
        rustix::stdio::dup2_stdout(&terminal)?;
        rustix::stdio::dup2_stderr(&terminal)?;
        Ok(())
    };
    match attach() {
        Ok(()) => Command::new(program).arg("-i").exec(),
        Err(error) => error,
    }
}

fn count(path: &Path) -> usize {
    fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

/// A private directory for the marker files, removed at the end.
struct Marks(PathBuf);

impl Marks {
    fn new() -> io::Result<Marks> {
        let nanos = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |t| t.subsec_nanos());
        let path = std::env::temp_dir().join(format!("forestall-doctor-{}-{nanos}", std::process::id()));
        // Fails where somebody else made it before us.
        std::os::unix::fs::DirBuilderExt::mode(&mut fs::DirBuilder::new(), 0o700).create(&path)?;
        Ok(Marks(path))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Marks {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A shell in a pseudo-terminal; killed at the end, so that it writes no history.
struct Session {
    terminal: OwnedFd,
    child: Child,
    output: Vec<u8>,
}

impl Session {
    fn start(program: &Path, binary: &Path) -> io::Result<Session> {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&terminal)?;
        unlockpt(&terminal)?;
        tcsetwinsize(&terminal, Winsize { ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 })?;
        let name = ptsname(&terminal, Vec::new())?;
        let device = name.to_str().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let child = Command::new(binary)
            .args(["self-test-shell", device])
            .arg(program)
            .env("TERM", "xterm")
            .env_remove("TMUX")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Session { terminal, child, output: Vec::new() })
    }

    /// Reads what the shell prints until something holds, or it has taken too long.
    fn until(&mut self, most: Duration, holds: impl Fn(&Session) -> bool) -> io::Result<()> {
        let end = Instant::now() + most;
        while !holds(self) && Instant::now() < end {
            self.read(Duration::from_millis(50))?;
        }
        Ok(())
    }

    /// Reads what the shell prints until it is quiet, which is where it waits for a line.
    fn settle(&mut self) -> io::Result<()> {
        let end = Instant::now() + LINE;
        while Instant::now() < end && self.read(QUIET)? {}
        Ok(())
    }

    fn has_printed(&self, text: &str) -> bool {
        self.output.windows(text.len()).any(|part| part == text.as_bytes())
    }

    fn type_line(&mut self, line: &str) -> io::Result<()> {
        self.type_bytes(format!("{line}\r").as_bytes())
    }

    fn type_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = &rest[rustix::io::write(&self.terminal, rest)?..];
        }
        Ok(())
    }

    /// Reads once; `false` when nothing came in time.
    fn read(&mut self, wait: Duration) -> io::Result<bool> {
        let wait = Timespec { tv_sec: 0, tv_nsec: i64::from(wait.subsec_nanos()) };
        let mut waiting = [PollFd::new(&self.terminal, PollFlags::IN)];
        if poll(&mut waiting, Some(&wait))? == 0 {
            return Ok(false);
        }
        let mut chunk = [0_u8; 1024];
        match rustix::io::read(&self.terminal, &mut chunk) {
            Ok(read) if read > 0 => {
                self.output.extend(&chunk[..read]);
                let surplus = self.output.len().saturating_sub(KEPT);
                self.output.drain(..surplus);
                Ok(true)
            }
            // Linux answers EIO while nobody holds the other side: before the shell has opened it, and after
            // it has ended.
            _ => {
                std::thread::sleep(Duration::from_millis(50));
                match self.child.try_wait()? {
                    Some(_) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the shell ended at once")),
                    None => Ok(false),
                }
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
