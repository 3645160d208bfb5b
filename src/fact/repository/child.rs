//! The `git` binary, for long questions: it uses the commit-graph, which libgit2 does not.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest answer that is read, in bytes.
const MAX_OUTPUT: usize = 4 * 1024 * 1024;

/// Runs `git` on a repository (its `.git` directory, absolute) and returns what it prints; `None` when it fails, or when time runs out, upon which
/// it is ended. It takes no locks, asks nothing, and runs no program that a repository's configuration names.
pub fn git(dir: &Path, args: &[&str], deadline: Instant) -> Option<Vec<u8>> {
    finish(command(dir, args).spawn().ok()?, deadline)
}

/// The same with two commands, of which the first feeds the second.
pub fn git_pipe(dir: &Path, first: &[&str], second: &[&str], deadline: Instant) -> Option<Vec<u8>> {
    let mut feeder = command(dir, first).spawn().ok()?;
    let fed = feeder.stdout.take().and_then(|stdout| command(dir, second).stdin(stdout).spawn().ok());
    let answer = fed.and_then(|child| finish(child, deadline));
    if answer.is_none() {
        let _ = feeder.kill();
    }
    let status = feeder.wait().ok()?;
    answer.filter(|_| status.success())
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        .args(["-c", "log.showSignature=false", "-c", "protocol.ext.allow=never"])
        .args(args)
        .current_dir(dir)
        // In a hook these name another place, relative to another directory.
        .env("GIT_DIR", dir)
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_PREFIX")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn finish(mut child: Child, deadline: Instant) -> Option<Vec<u8>> {
    let answer = child.stdout.take().and_then(|mut stdout| read_until(&mut stdout, deadline));
    if answer.is_none() {
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    answer.filter(|_| status.success())
}

fn read_until(from: &mut ChildStdout, deadline: Instant) -> Option<Vec<u8>> {
    let mut answer = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left < Duration::from_millis(1) || answer.len() > MAX_OUTPUT {
            return None;
        }
        let timeout = Timespec::try_from(left).ok()?;
        match poll(&mut [PollFd::new(&*from, PollFlags::IN)], Some(&timeout)) {
            Ok(0) => return None,
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return None,
            Ok(_) => {}
        }
        match from.read(&mut buffer) {
            Ok(0) => return Some(answer),
            Ok(length) => answer.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}
