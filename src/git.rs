//! Calls of the git binary, each with a time limit and a limit on what is read, and none that could wait for
//! somebody to type a password.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Time for what touches only this machine.
pub const LOCAL: Duration = Duration::from_secs(10);
/// Time for what asks another machine.
pub const NETWORK: Duration = Duration::from_secs(30);
/// Most bytes that are read of an answer, unless the caller says otherwise.
const MOST: usize = 16 * 1024 * 1024;

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It could not be started or read.
    #[error("git could not be run: {0}")]
    Io(#[from] io::Error),
    /// It took too long.
    #[error("git {verb} took longer than {} seconds", limit.as_secs())]
    TooSlow {
        /// What it was asked for.
        verb: String,
        /// The limit.
        limit: Duration,
    },
    /// It said no.
    #[error("git {verb}: {message}")]
    Failed {
        /// What it was asked for.
        verb: String,
        /// The last line that it said.
        message: String,
        /// Its exit status; `None` when a signal ended it.
        status: Option<i32>,
    },
}

/// What git printed.
#[derive(Debug)]
pub struct Answer {
    /// The bytes, at most as many as were asked for.
    pub bytes: Vec<u8>,
    /// Whether there was more.
    pub cut: bool,
}

impl Answer {
    /// As text, without the newline at the end.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).trim_end_matches(['\n', '\r']).to_owned()
    }
}

/// git in a directory.
#[derive(Clone, Debug)]
pub struct Git {
    dir: PathBuf,
    /// An index in place of the repository's own.
    index: Option<PathBuf>,
}

/// `git`, without what a shell has handed to the gate alone.
pub fn program() -> Command {
    let mut command = Command::new("git");
    for name in crate::action::HANDED {
        command.env_remove(name);
    }
    command
}

impl Git {
    /// git as it would run in `dir`.
    pub fn at(dir: &Path) -> Git {
        Git { dir: dir.to_owned(), index: None }
    }

    /// The same, with an index of its own at this path.
    pub fn with_index(&self, index: &Path) -> Git {
        Git { index: Some(index.to_owned()), ..self.clone() }
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A call that has not been started, for who wants to give it the terminal.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = program();
        command.current_dir(&self.dir).args(args);
        if let Some(index) = &self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        command
    }

    /// What git prints, on this machine.
    pub fn run(&self, args: &[&str]) -> Result<Answer, GitError> {
        self.bounded(self.command(args), args, LOCAL, MOST)
    }

    /// What git prints, of which at most `most` bytes are read.
    pub fn run_at_most(&self, args: &[&str], most: usize) -> Result<Answer, GitError> {
        self.bounded(self.command(args), args, LOCAL, most)
    }

    /// The text that git prints, on this machine; `None` when it fails, as where a setting is not set.
    pub fn ask(&self, args: &[&str]) -> Option<String> {
        self.run(args).ok().map(|answer| answer.text())
    }

    /// Whether git says yes (0) or no (1); an error for everything else.
    pub fn test(&self, args: &[&str]) -> Result<bool, GitError> {
        match self.run(args) {
            Ok(_) => Ok(true),
            Err(GitError::Failed { status: Some(1), .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A call that asks another machine. It never asks for a password: who has to type one has typed it before
    /// or will do so for the command itself.
    pub fn network(&self, args: &[&str]) -> Result<Answer, GitError> {
        let mut command = self.command(args);
        command.env("GIT_TERMINAL_PROMPT", "0");
        let ssh = std::env::var("GIT_SSH_COMMAND").ok();
        let ssh = ssh.or_else(|| self.ask(&["config", "--get", "core.sshCommand"]));
        let ssh = ssh.or_else(|| std::env::var_os("GIT_SSH").is_none().then(|| "ssh".to_owned()));
        if let Some(ssh) = ssh
            && ssh.split(' ').next().is_some_and(|program| program.rsplit('/').next() == Some("ssh"))
        {
            command.env("GIT_SSH_COMMAND", format!("{ssh} -o BatchMode=yes"));
        }
        self.bounded(command, args, NETWORK, MOST)
    }

    fn bounded(
        &self,
        mut command: Command,
        args: &[&str],
        limit: Duration,
        most: usize,
    ) -> Result<Answer, GitError> {
        // English, because messages of git are recognised.
        command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let read = read_both(&mut child, Instant::now() + limit, most);
        let verb = || args.iter().find(|arg| !arg.starts_with('-')).unwrap_or(&"").to_string();
        let Some(read) = read? else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(GitError::TooSlow { verb: verb(), limit });
        };
        if read.cut {
            // The rest is not wanted; a writer into a closed pipe ends by itself, but perhaps late.
            let _ = child.kill();
        }
        let status = child.wait()?;
        if status.success() || read.cut {
            return Ok(Answer { bytes: read.out, cut: read.cut });
        }
        let said = String::from_utf8_lossy(&read.err).into_owned();
        let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
        let fatal = lines().find(|line| line.starts_with("fatal: ") || line.starts_with("error: "));
        let message = fatal.or_else(|| lines().next_back()).unwrap_or("it failed without a word");
        Err(GitError::Failed { verb: verb(), message: message.to_owned(), status: status.code() })
    }
}

/// The root of the working tree that a directory is in, as far as it can be seen without git.
pub(crate) fn root_of(dir: &Path) -> Option<&Path> {
    dir.ancestors().find(|dir| dir.join(".git").exists())
}

/// What a call prints, if it ends well before the deadline and prints no more than `most` bytes.
pub(crate) fn output_until(mut command: Command, deadline: Instant, most: usize) -> Option<Vec<u8>> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let read = read_both(&mut child, deadline, most).ok().flatten().filter(|read| !read.cut);
    if read.is_none() {
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    read.filter(|_| status.success()).map(|read| read.out)
}

struct Pipes {
    out: Vec<u8>,
    err: Vec<u8>,
    cut: bool,
}

/// Reads both pipes until they end or `most` bytes of output have come; `None` when the time is over.
fn read_both(child: &mut Child, deadline: Instant, most: usize) -> io::Result<Option<Pipes>> {
    let mut out: Option<ChildStdout> = child.stdout.take();
    let mut err: Option<ChildStderr> = child.stderr.take();
    let mut read = Pipes { out: Vec::new(), err: Vec::new(), cut: false };
    let mut buffer = vec![0; 64 * 1024];
    while out.is_some() || err.is_some() {
        let Some(left) = deadline.checked_duration_since(Instant::now()) else { return Ok(None) };
        let wait = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        };
        let (out_ready, err_ready) = {
            let mut fds: Vec<PollFd<'_>> = Vec::with_capacity(2);
            fds.extend(out.as_ref().map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)));
            fds.extend(err.as_ref().map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)));
            match poll(&mut fds, Some(&wait)) {
                Ok(0) => return Ok(None),
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let mut ready = fds.iter().map(|fd| !fd.revents().is_empty());
            (out.is_some() && ready.next().unwrap_or(false), err.is_some() && ready.next().unwrap_or(false))
        };
        if out_ready && let Some(pipe) = &mut out {
            match pipe.read(&mut buffer)? {
                0 => out = None,
                count => read.out.extend_from_slice(&buffer[..count]),
            }
            if read.out.len() > most {
                read.out.truncate(most);
                read.cut = true;
                return Ok(Some(read));
            }
        }
        if err_ready && let Some(pipe) = &mut err {
            match pipe.read(&mut buffer)? {
                0 => err = None,
                // A progress display could go on for ever.
                count if read.err.len() < 64 * 1024 => read.err.extend_from_slice(&buffer[..count]),
                _ => {}
            }
        }
    }
    Ok(Some(read))
}

/// Whether this is a null object id, of SHA-1 or SHA-256.
pub fn is_null(oid: &str) -> bool {
    !oid.is_empty() && oid.bytes().all(|byte| byte == b'0')
}

/// Whether this is a whole object id, of SHA-1 or SHA-256.
pub fn is_oid(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Writes to standard error; nobody is left to tell when that fails.
pub fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

impl Git {
    /// The common directory of the repository, which all its worktrees share.
    pub fn common_dir(&self) -> Option<PathBuf> {
        let path = self.ask(&["rev-parse", "--git-common-dir"])?;
        self.dir.join(path).canonicalize().ok()
    }

    /// The root of the working tree; `None` in a bare repository.
    pub fn top_level(&self) -> Option<PathBuf> {
        self.ask(&["rev-parse", "--show-toplevel"]).map(PathBuf::from)
    }

    /// The object that a revision names here; `None` where it names none.
    pub fn resolve(&self, revision: &str) -> Option<String> {
        self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", revision])
            .filter(|oid| is_oid(oid))
    }

    /// Whether an object is here, without asking another machine for it.
    pub fn has(&self, oid: &str) -> bool {
        self.command(&["cat-file", "-e", oid])
            .env("GIT_NO_LAZY_FETCH", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Whether `new` contains `old`; `None` where one of them is not known here.
    pub fn contains(&self, new: &str, old: &str) -> Option<bool> {
        self.test(&["merge-base", "--is-ancestor", old, new]).ok()
    }

    /// The refs of another repository that fit these patterns, all without patterns: object and full name.
    /// Peeled tags and `HEAD` are left out.
    pub fn remote_refs(&self, remote: &str, patterns: &[&str]) -> Result<Vec<(String, String)>, GitError> {
        let mut args = vec!["ls-remote", "--quiet", "--", remote];
        args.extend(patterns);
        let answer = self.network(&args)?;
        Ok(refs_in(&answer.text(), '\t'))
    }

    /// The refs of this repository that fit these patterns.
    pub fn local_refs(&self, patterns: &[&str]) -> Result<Vec<(String, String)>, GitError> {
        let mut args = vec!["for-each-ref", "--format=%(objectname) %(refname)"];
        args.extend(patterns);
        Ok(refs_in(&self.run(&args)?.text(), ' '))
    }
}

fn refs_in(text: &str, between: char) -> Vec<(String, String)> {
    let pairs = text.lines().filter_map(|line| line.split_once(between));
    pairs
        .filter(|(oid, name)| is_oid(oid) && name.starts_with("refs/") && !name.ends_with("^{}"))
        .map(|(oid, name)| (oid.to_owned(), name.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_ended() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path());
        let mut sleep = Command::new("sleep");
        sleep.arg("20");
        let began = Instant::now();
        let limit = Duration::from_millis(50);
        let error = git.bounded(sleep, &["sleep"], limit, 10).unwrap_err();
        assert!(matches!(error, GitError::TooSlow { .. }), "{error}");
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn what_is_too_long_is_cut_without_waiting_for_the_rest() {
        let git = Git::at(Path::new("/"));
        let answer = git.bounded(Command::new("yes"), &["yes"], LOCAL, 1000).unwrap();
        assert_eq!((answer.bytes.len(), answer.cut), (1000, true));
    }

    #[test]
    fn a_failure_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let error = Git::at(dir.path()).run(&["rev-parse", "--verify", "HEAD"]).unwrap_err();
        assert!(error.to_string().contains("not a git repository"), "{error}");
    }
}
