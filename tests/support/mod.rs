//! A throw-away home in which real repositories are made and lines are judged by the real program.

#![allow(dead_code, reason = "each test uses its own part of the support")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A directory with a home, and nothing of this machine's configuration.
pub struct Lab {
    pub root: TempDir,
}

/// What `check --json` answered.
pub struct Answer {
    /// Exit status: 0 allow, 3 ask, 4 deny.
    pub status: i32,
    pub verdict: String,
    pub json: serde_json::Value,
}

impl Answer {
    fn each(&self, name: &'static str) -> impl Iterator<Item = &str> {
        let findings = self.json["findings"].as_array().into_iter().flatten();
        findings.filter_map(move |finding| finding[name].as_str())
    }

    pub fn reasons(&self) -> String {
        self.each("reason").collect::<Vec<_>>().join("\n")
    }

    pub fn rules(&self) -> Vec<&str> {
        self.each("rule").collect()
    }

    /// The reason that comes first.
    pub fn reason(&self) -> &str {
        self.each("reason").next().unwrap()
    }

    pub fn instead(&self) -> &str {
        self.json["findings"][0]["instead"].as_str().unwrap_or_default()
    }
}

/// What becomes of a git that is asked.
pub enum Git {
    /// It fails at once.
    Fails,
    /// It does not answer in time.
    Hangs,
}

impl Lab {
    pub fn new() -> Lab {
        let lab = Lab { root: tempfile::tempdir().unwrap() };
        fs::create_dir_all(lab.path("home")).unwrap();
        fs::write(
            lab.path("home/.gitconfig"),
            "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n\
             [commit]\n\tgpgSign = false\n[protocol \"file\"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n",
        )
        .unwrap();
        lab
    }

    /// One in which a script for `sh -e` has run.
    pub fn made_by(script: &str) -> Lab {
        let lab = Lab::new();
        lab.sh(lab.root.path(), script);
        lab
    }

    /// A copy of this one, to be changed.
    pub fn copy(&self) -> Lab {
        let copy = Lab { root: tempfile::tempdir().unwrap() };
        let from = format!("{}/.", self.root.path().display());
        let status = Command::new("cp").args(["-a", &from]).arg(copy.root.path()).status().unwrap();
        assert!(status.success());
        copy
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn command(&self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .current_dir(dir)
            .stdin(Stdio::null());
        command
    }

    /// Runs a script, which must succeed, and gives what it prints.
    #[track_caller]
    pub fn sh(&self, dir: &Path, script: &str) -> String {
        let output = self.command("sh", dir).args(["-ec", script]).output().unwrap();
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// forestall, about to judge a line.
    pub fn judging(&self, dir: impl AsRef<Path>, line: &str) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_forestall"), &self.path(dir));
        command.args(["check", "--json", "--offline", "--", line]);
        command
    }

    pub fn check(&self, dir: impl AsRef<Path>, line: &str) -> Answer {
        answer(self.judging(dir, line), line)
    }

    /// The same where git is not itself when it is asked for `verb`, or for anything where that is `git`.
    pub fn check_where_git(&self, git: &Git, verb: &str, dir: impl AsRef<Path>, line: &str) -> Answer {
        let real = std::env::var("PATH").unwrap();
        let shims = self.path("shims");
        let shim = shims.join("git");
        let act = match git {
            Git::Fails => "exit 1",
            Git::Hangs => "exec sleep 20",
        };
        fs::create_dir_all(&shims).unwrap();
        let script = format!(
            "#!/bin/sh\nPATH='{real}'\ncase \" git $* \" in *' {verb} '*) {act} ;; esac\nexec git \"$@\"\n"
        );
        fs::write(&shim, script).unwrap();
        fs::set_permissions(&shim, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut command = self.judging(dir, line);
        command.env("PATH", format!("{}:{real}", shims.display()));
        answer(command, line)
    }

    #[track_caller]
    pub fn expect(&self, dir: impl AsRef<Path>, verdict: &str, line: &str) -> Answer {
        let answer = self.check(dir, line);
        assert_eq!(answer.verdict, verdict, "{line}\nrules: {:?}\n{}", answer.rules(), answer.reasons());
        answer
    }

    #[track_caller]
    pub fn allows(&self, dir: impl AsRef<Path>, line: &str) {
        self.expect(dir, "allow", line);
    }

    #[track_caller]
    pub fn asks(&self, dir: impl AsRef<Path>, line: &str, rule: &str) -> Answer {
        let answer = self.expect(dir, "ask", line);
        assert_eq!(answer.rules().first(), Some(&rule), "{line}\n{}", answer.json);
        answer
    }
}

/// What forestall said, whose exit status must fit.
fn answer(mut command: Command, line: &str) -> Answer {
    let output = command.output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{line}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    let verdict = json["verdict"].as_str().unwrap().to_owned();
    let expected = match verdict.as_str() {
        "allow" => 0,
        "ask" => 3,
        _ => 4,
    };
    assert_eq!(output.status.code(), Some(expected), "{line}");
    Answer { status: expected, verdict, json }
}
