//! The shell that called the gate, and how it is told to stop.
//!
//! A shell whose hook waits for the exit status reads it there. bash's `PS0` has room for an integer alone and wants
//! no process between itself and the gate: there the gate interrupts the shell itself. Either way a stop leaves a
//! file behind, which the hook takes before the next prompt: a line, empty or the safer command that was chosen.

use super::request::Handover;
use crate::state;
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A line that comes sooner after a stop than this, with no prompt between, was not typed: it is the rest of the
/// same paste.
const PASTE: Duration = Duration::from_millis(100);

/// What the hook of the calling shell says of itself.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Process id of the shell.
    pub pid: Option<u32>,
    /// bash: the shell is interrupted by us, and the answer to go on is an integer on standard output.
    pub interrupt: bool,
    /// bash: the user's `ignorespace`, which the hook has taken over so that it can see the line at all, wants an
    /// entry that begins with a space forgotten.
    pub forget_spaced: bool,
    /// No prompt has come since a line was stopped.
    pub after_stop: bool,
    /// Where the line is.
    pub handover: Handover,
    /// Everything that the shell can tell is on standard input already.
    pub more: bool,
}

impl Caller {
    /// Whether this line belongs to a paste of which a line was stopped.
    pub fn pastes_on(&self) -> bool {
        let age = |path: PathBuf| {
            let stopped = fs::metadata(path).ok()?.modified().ok()?;
            SystemTime::now().duration_since(stopped).ok()
        };
        self.after_stop && self.note().and_then(age).is_some_and(|age| age < PASTE)
    }

    /// Leaves `safer` for the next prompt, and keeps the shell from running the line. `traps` is what the shell
    /// prints of its traps for INT: a shell that would not be interrupted is given what is no integer, and drops the
    /// line for that.
    pub fn stop(&self, safer: Option<&str>, traps: &[u8]) -> io::Result<()> {
        // Without the note the line is stopped all the same.
        let left = self.leave(safer.unwrap_or_default());
        if self.interrupt {
            let is_default = [&b""[..], b"trap -- - SIGINT", b"trap -- - INT"].contains(&traps.trim_ascii());
            match self.pid.and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw) {
                Some(pid) if is_default => kill_process(pid, Signal::INT)?,
                _ => writeln!(io::stdout(), " stopped by forestall")?,
            }
        }
        left
    }

    /// Lets the shell run the line; `forget` is the number of the history entry that holds it, if it is not to stay.
    pub fn go(&self, forget: Option<u64>) -> io::Result<()> {
        match self.interrupt {
            true => writeln!(io::stdout(), "{}", forget.unwrap_or(1)),
            false => forget.map_or(Ok(()), |number| writeln!(io::stdout(), "{number}")),
        }
    }

    /// Asks the hook to call again with everything it knows.
    pub fn tell_more(&self) -> io::Result<()> {
        if self.interrupt { writeln!(io::stdout(), "-1") } else { Ok(()) }
    }

    fn note(&self) -> Option<PathBuf> {
        Some(state::dir()?.join(format!("next-{}", self.pid?)))
    }

    fn leave(&self, text: &str) -> io::Result<()> {
        let Some(path) = self.note() else { return Ok(()) };
        let new = path.with_extension("new");
        if let Some(dir) = path.parent() {
            state::make_private_dir(dir)?;
            sweep(dir);
        }
        let mut file = state::private().create(true).write(true).truncate(true).open(&new)?;
        file.write_all(format!("{text}\n").as_bytes())?;
        fs::rename(new, path)
    }
}

/// Removes what shells have left that ended before they took it.
fn sweep(dir: &Path) {
    let is_old = |entry: &fs::DirEntry| {
        let age = entry.metadata().ok().and_then(|meta| meta.modified().ok()?.elapsed().ok());
        age.is_some_and(|age| age > Duration::from_secs(24 * 60 * 60))
    };
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("next-")) {
        if is_old(&entry) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
