//! Where a case is played: an account, a repository with a branch that can be lost, and a shell.

use crate::support::{Installed, Repository, Shell, Terminal, TestContext, runs};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A line that is stopped in a [`Repository`], wherever it stands in a longer one.
pub const BAD: &str = "git push origin --delete topic";
/// A line whose runs can be counted.
pub const MARK: &str = "echo x >> ../ran";

pub struct Stage {
    pub context: TestContext,
    pub repository: Repository,
    pub shell: Installed,
}

impl Stage {
    pub fn new(shell: &Installed) -> Stage {
        let context = TestContext::new();
        let repository = Repository::new(&context);
        Stage { context, repository, shell: shell.clone() }
    }

    pub fn is(&self, shell: Shell) -> bool {
        self.shell.shell == shell
    }

    /// A protected shell in the repository.
    pub fn terminal(&self) -> Terminal {
        self.terminal_with("")
    }

    /// A protected shell with this in its rc file, before the hook.
    pub fn terminal_with(&self, rc: &str) -> Terminal {
        Terminal::open(&self.context, self.shell.clone(), &self.repository.dir, rc)
    }

    /// A shell with exactly this in its rc file.
    pub fn terminal_with_only(&self, rc: &str) -> Terminal {
        Terminal::open_with_rc(&self.context, self.shell.clone(), &self.repository.dir, rc)
    }

    /// The file that [`MARK`] writes.
    pub fn marker(&self) -> PathBuf {
        self.context.work().join("ran")
    }

    pub fn runs(&self) -> usize {
        runs(&self.marker())
    }

    /// What a line wrote to [`Stage::marker`]; it is taken away.
    #[track_caller]
    pub fn take_marker(&self) -> String {
        let text = fs::read_to_string(self.marker()).expect("the line wrote its marker");
        fs::remove_file(self.marker()).unwrap();
        text
    }

    /// Waits for what runs in the background, and counts and forgets the runs.
    #[track_caller]
    pub fn assert_ran_once(&self, line: &str) {
        let began = Instant::now();
        while self.runs() == 0 && began.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(self.runs(), 1, "`{line}` runs exactly once");
        fs::remove_file(self.marker()).unwrap();
    }

    #[track_caller]
    pub fn assert_untouched(&self, line: &str, screen: &str) {
        assert_eq!(self.runs(), 0, "`{line}` ran in part: {screen}");
        assert!(
            self.repository.remote_branch(&self.context, "topic").is_some(),
            "`{line}` deleted the branch: {screen}"
        );
    }

    /// Types a line that contains [`BAD`] and must be stopped by us, with nothing of it run.
    #[track_caller]
    pub fn assert_stopped(&self, terminal: &mut Terminal, line: &str) {
        let reply = terminal.stopped(line);
        self.assert_untouched(line, &reply.screen);
        assert!(reply.screen.contains("forestall"), "`{line}` was not stopped by us: {}", reply.screen);
    }

    /// Types [`MARK`], which must run once, unasked.
    #[track_caller]
    pub fn assert_works(&self, terminal: &mut Terminal, after: &str) {
        let reply = terminal.line(MARK);
        assert!(!reply.asked, "asked about a harmless line after `{after}`: {}", reply.screen);
        assert_eq!(reply.status, Some(0), "after `{after}`: {}", reply.screen);
        assert_eq!(self.runs(), 1, "after `{after}` a line runs exactly once: {}", reply.screen);
        fs::remove_file(self.marker()).unwrap();
    }

    /// Puts another program in the place of ours, without an instant in which there is none.
    pub fn replace_program(&self, program: &[u8]) {
        let new = self.context.root().join("new-program");
        self.context.write(&new, program);
        fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(&new, self.context.binary()).unwrap();
    }
}
