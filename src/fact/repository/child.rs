//! The `git` binary as a reader of repositories. It knows every format that a repository can have, and it uses
//! the commit-graph.

use crate::git::output_until;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Longest answer that is read, in bytes.
const MAX_OUTPUT: usize = 8 * 1024 * 1024;

/// git in a directory, until a moment.
///
/// It takes no locks, asks nothing, fetches nothing, and runs no program that a repository's configuration
/// names.
#[derive(Clone, Debug)]
pub(in crate::fact) struct Git {
    dir: PathBuf,
    deadline: Instant,
    /// Objects of another repository that can be read as if they were here.
    borrowed: Option<PathBuf>,
}

impl Git {
    /// git as it would run in `dir`, which may be a working tree, a directory in one, or a `.git` directory.
    pub(in crate::fact) fn at(dir: &Path, deadline: Instant) -> Git {
        Git { dir: dir.to_owned(), deadline, borrowed: None }
    }

    /// The same, which also sees the objects in this `objects` directory.
    pub(in crate::fact) fn borrowing(&self, objects: Option<PathBuf>) -> Git {
        Git { borrowed: objects, ..self.clone() }
    }

    /// What it prints; `None` when it fails, or when time runs out, upon which it is ended.
    pub(in crate::fact) fn run(&self, args: &[&str]) -> Option<String> {
        let answer = output_until(self.command(args), self.deadline, MAX_OUTPUT)?;
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    /// The object that a revision stands for, `Some(None)` where it stands for none; `None` where git did not say.
    /// `place` are options of git itself.
    pub(in crate::fact) fn find(&self, place: &[&str], revision: &str) -> Option<Option<String>> {
        if revision.starts_with('-') {
            return Some(None);
        }
        // `--verify` fails where there is none, which cannot be told from a git that was ended.
        let found = self.run(&[place, &["rev-parse", "--revs-only", revision]].concat())?;
        Some(found.lines().next().map(str::to_owned))
    }

    /// The same with two commands, of which the first feeds the second.
    pub(in crate::fact) fn pipe(&self, first: &[&str], second: &[&str]) -> Option<String> {
        let mut feeder = self.command(first).stdout(Stdio::piped()).spawn().ok()?;
        let answer = feeder.stdout.take().and_then(|out| {
            let mut command = self.command(second);
            command.stdin(out);
            output_until(command, self.deadline, MAX_OUTPUT)
        });
        if answer.is_none() {
            let _ = feeder.kill();
        }
        let status = feeder.wait().ok()?;
        let answer = answer.filter(|_| status.success())?;
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = crate::git::program();
        command
            .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
            .args(["-c", "protocol.ext.allow=never", "-c", "gc.auto=0", "-c", "maintenance.auto=false"])
            .args(args)
            .current_dir(&self.dir)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        // In a hook these name another place, relative to another directory.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF"] {
            command.env_remove(name);
        }
        if let Some(objects) = &self.borrowed {
            command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", objects);
        }
        command
    }
}
