//! What every test stands on: a home of its own, and ways to look at the truth from outside.

mod database;
mod repository;
mod server;
mod shell;
mod terminal;

pub use database::Postgres;
pub use repository::Repository;
pub use server::Server;
pub use shell::{Installed, Shell, fetched};
pub use terminal::Terminal;

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A user account made for one test: home, `PATH` with our binary, git identity, and nothing of this machine's
/// configuration.
pub struct TestContext {
    dir: TempDir,
}

impl TestContext {
    pub fn new() -> TestContext {
        // /tmp and not TMPDIR: other users (PostgreSQL's) must be able to pass through.
        let dir = tempfile::Builder::new().prefix("forestall-test-").tempdir_in("/tmp").unwrap();
        let context = TestContext { dir };
        for sub in [
            "home",
            "home/.config",
            "home/.local/state",
            "home/.config/fish",
            "home/.local/share/fish/generated_completions",
            "bin",
            "work",
        ] {
            fs::create_dir_all(context.dir.path().join(sub)).unwrap();
        }
        fs::copy(env!("CARGO_BIN_EXE_forestall"), context.binary()).unwrap();
        context.write(
            &context.home().join(".gitconfig"),
            "[user]\n\tname = Ada Example\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n\
             [commit]\n\tgpgSign = false\n[advice]\n\tdetachedHead = false\n",
        );
        context
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// The directory in which terminals start.
    pub fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// This test's own copy of the program, first in `PATH`.
    pub fn binary(&self) -> PathBuf {
        self.dir.path().join("bin/forestall")
    }

    /// The user's configuration file.
    pub fn config(&self) -> PathBuf {
        self.home().join(".config/forestall/config.toml")
    }

    pub fn write(&self, path: &Path, text: impl AsRef<[u8]>) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A program in this account's environment; nothing of ours is inherited but `PATH`.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let home = self.home();
        let path = format!("{}:{}", self.dir.path().join("bin").display(), inherited_path());
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", &home)
            .env("PATH", path)
            .env("USER", "ada")
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm-256color")
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))
            .env("GIT_TERMINAL_PROMPT", "0")
            .current_dir(self.work());
        command
    }

    /// A shell in this account's environment, which its own version finds under its name in `PATH`.
    pub fn shell(&self, shell: &Installed) -> Command {
        let mut command = self.command(&shell.program);
        command.env("PATH", self.path_for(shell));
        command
    }

    /// The same, started by `script`, which has the shell as `$0` and its arguments after that.
    pub fn shell_in(&self, shell: &Installed, script: &str) -> Command {
        let mut command = self.command("sh");
        command.env("PATH", self.path_for(shell)).args(["-c", script]).arg(&shell.program);
        command
    }

    fn path_for(&self, shell: &Installed) -> String {
        let own = shell.program.parent().filter(|dir| dir.is_absolute());
        let own = own.map_or_else(String::new, |dir| format!("{}:", dir.display()));
        format!("{}:{own}{}", self.dir.path().join("bin").display(), inherited_path())
    }

    /// Runs git in `dir`, where no shell hook looks, and returns what it printed; it must succeed.
    pub fn git<const N: usize>(&self, dir: &Path, args: [&str; N]) -> String {
        let output = self.command("git").current_dir(dir).args(args).output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", shown(&output));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs our program with these arguments in `dir`.
    pub fn forestall<const N: usize>(&self, dir: &Path, args: [&str; N]) -> Output {
        self.command(self.binary()).current_dir(dir).args(args).stdin(Stdio::null()).output().unwrap()
    }

    /// Puts a line before `forestall check --json` in `dir`, through standard input.
    pub fn check(&self, dir: &Path, line: impl AsRef<[u8]>) -> Checked {
        let output = self.feed(dir, ["check", "--json", "--offline", "-"], line.as_ref());
        let json = serde_json::from_slice(&output.stdout).unwrap_or(serde_json::Value::Null);
        Checked { output, json }
    }

    /// Runs our program with `input` on standard input.
    pub fn feed<const N: usize>(&self, dir: &Path, args: [&str; N], input: &[u8]) -> Output {
        let mut child = self
            .command(self.binary())
            .current_dir(dir)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A program that stops reading early closes the pipe; that is its right.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        output
    }
}

fn inherited_path() -> String {
    std::env::var("PATH").unwrap()
}

/// The answer of `forestall check --json`.
pub struct Checked {
    pub output: Output,
    pub json: serde_json::Value,
}

impl Checked {
    /// Exit status; a signal fails the test.
    pub fn status(&self) -> i32 {
        assert_eq!(self.output.status.signal(), None, "ended by a signal: {}", shown(&self.output));
        self.output.status.code().unwrap()
    }

    /// Ids of the rules that fired.
    pub fn rules(&self) -> Vec<&str> {
        self.json["findings"]
            .as_array()
            .map(|findings| findings.iter().filter_map(|finding| finding["rule"].as_str()).collect())
            .unwrap_or_default()
    }
}

/// Everything that a process said, for failure messages.
pub fn shown(output: &Output) -> String {
    format!(
        "{}\nstdout: {}\nstderr: {}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// How many times `echo x >> file` ran.
pub fn runs(file: &Path) -> usize {
    fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

/// A token of GitHub's form with a right checksum, that was never issued; put together here so that no scanner
/// takes this file for a leak.
pub fn github_token() -> String {
    ["ghp_", "zQ4mWx8LkT2vRb7NcYp1sHd6JfGa9e0Bpawt"].concat()
}
