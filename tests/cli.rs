//! The commands as a user or another tool meets them: exit status, standard output and standard error, whole.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A user with an empty home, standing in it.
struct User {
    home: tempfile::TempDir,
}

impl User {
    fn new() -> User {
        User { home: tempfile::tempdir().unwrap() }
    }

    /// Without a controlling terminal, so that nothing depends on who runs the tests.
    fn command(&self) -> Command {
        let mut command = Command::new("setsid");
        command
            .args(["--wait", env!("CARGO_BIN_EXE_forestall")])
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }

    fn feed(&self, args: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that has read enough closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    /// Status and both outputs, with the paths of this run replaced.
    fn show(&self, output: &Output) -> String {
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes)
                .replace(env!("CARGO_BIN_EXE_forestall"), "[BINARY]")
                .replace(&*self.home.path().to_string_lossy(), "[HOME]")
        };
        let status = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
        format!("status {status}\n--- out\n{}--- err\n{}---", text(&output.stdout), text(&output.stderr))
    }

    fn snapshot(&self, args: &[&str]) -> String {
        self.show(&self.run(args))
    }

    /// Everything below home, with its content.
    fn files(&self) -> Vec<(std::path::PathBuf, Vec<u8>)> {
        fn walk(dir: &Path, files: &mut Vec<(std::path::PathBuf, Vec<u8>)>) {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, files);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    files.push((path, bytes));
                }
            }
        }
        let mut files = Vec::new();
        walk(self.home.path(), &mut files);
        files.sort();
        files
    }
}

#[test]
fn check_answers_by_status_and_writes_nothing() {
    let user = User::new();
    for (args, status) in [
        (&["check", "ls -l"][..], 0),
        (&["check", "echo forestall self-test-stop x"], 0),
        (&["check", ""], 0),
        (&["check", "  # comment"], 0),
        (&["check", "forestall self-test-stop x"], 4),
        (&["check", "--offline", "forestall self-test-stop x", "--actor", "agent"], 4),
        (&["check", "--shell", "zsh", "--", "forestall self-test-stop x"], 4),
        (&["check", "echo 'no end"], 3),
        (&["check"], 2),
        (&["check", "git", "push"], 2),
        (&["check", "--actor", "nobody", "ls"], 2),
    ] {
        let output = user.run(args);
        assert_eq!(output.status.code(), Some(status), "{args:?} {}", user.show(&output));
        assert!(status != 0 || output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}");
    }
    assert!(user.files().is_empty());
}

#[test]
fn check_reads_fish() {
    let user = User::new();
    let stop = "forestall self-test-stop x";
    for (line, status) in [
        ("ls -l; and echo (pwd) | cat", 0),
        (r"echo 'it\'s; forestall self-test-stop x'", 0),
        ("for x in a b; echo $x; end", 0),
        ("if test -f x; forestall self-test-stop x; end", 4),
        ("echo (forestall self-test-stop x)", 4),
        ("set s self-test-stop; forestall $s x", 4),
        ("begin; true; end; and not forestall self-test-stop x | cat", 4),
        ("function f; forestall self-test-stop x; end", 0),
        ("function f; forestall self-test-stop x; end; f", 4),
        ("if true; echo", 3),
        (r"echo 'no end\'", 3),
        (r#"sh -c "if true; then forestall self-test-stop x; fi""#, 4),
    ] {
        let output = user.run(&["check", "--shell", "fish", "--json", line]);
        assert_eq!(output.status.code(), Some(status), "{line} {}", user.show(&output));
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let verdict = match status {
            0 => "allow",
            3 => "ask",
            _ => "deny",
        };
        assert_eq!(answer["verdict"], verdict, "{line}");
        if let (4, Some(start)) = (status, line.find(stop)) {
            let span = serde_json::json!([start, start + stop.len()]);
            assert_eq!(answer["findings"][0]["span"], span, "{line}");
        }
    }
    fs::write(user.home.path().join("x.fish"), "if true\n  echo 'it\\'s'\nend\nforestall self-test-stop x\n")
        .unwrap();
    let output = user.run(&["check", "--script", "x.fish"]);
    assert_eq!(output.status.code(), Some(4), "{}", user.show(&output));
    assert!(
        user.show(&output).contains("line 4") || user.show(&output).contains(":4"),
        "{}",
        user.show(&output)
    );
    fs::write(user.home.path().join("x.fish"), "echo 'it\\'s'\necho 'forestall self-test-stop x'\n").unwrap();
    assert_eq!(user.run(&["check", "--script", "x.fish"]).status.code(), Some(0));
}

#[test]
fn check_for_people_and_for_programs() {
    let user = User::new();
    insta::assert_snapshot!("check_text", user.snapshot(&["check", "true && forestall self-test-stop x"]));
    insta::assert_snapshot!(
        "check_json",
        user.snapshot(&["check", "--json", "true && forestall self-test-stop x"])
    );
    insta::assert_snapshot!("check_json_allow", user.snapshot(&["check", "ls", "--json"]));
    insta::assert_snapshot!("check_wrong_usage", user.snapshot(&["check", "git", "push"]));
}

#[test]
fn what_would_be_lost_is_named() {
    let user = User::new();
    let git = |args: &str| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=A", "-c", "user.email=a@b"]).args(args.split(' '));
        git.current_dir(user.home.path()).env("HOME", user.home.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        assert!(git.output().unwrap().status.success(), "git {args}");
    };
    for args in [
        "init -q -b main",
        "commit -q --allow-empty -m Base",
        "switch -q -c topic",
        "commit -q --allow-empty -m Parse",
        "commit -q --allow-empty -m Unparse",
        "switch -q main",
        "branch merged",
    ] {
        git(args);
    }
    insta::assert_snapshot!("check_branch", user.snapshot(&["check", "cd . && git branch -D topic"]));
    assert!(user.run(&["check", "git branch -D merged"]).status.success());
}

#[test]
fn check_reads_bytes() {
    let user = User::new();
    let big = vec![b'a'; 1_000_000];
    for (input, status) in [
        (&b"forestall self-test-stop x\n"[..], 4),
        (b"echo one\necho two\nforestall self-test-stop x", 4),
        (b"echo \xff\xfe; forestall self-test-stop \xff", 4),
        (b"echo \xff\xfe", 0),
        (b"", 0),
        (b" \t\n", 0),
        (&big, 3),
    ] {
        let start = Instant::now();
        let output = user.feed(&["check", "-"], input);
        let head = String::from_utf8_lossy(&input[..input.len().min(40)]).into_owned();
        assert_eq!(output.status.code(), Some(status), "{head} {}", user.show(&output));
        // Generous for an unoptimised build on a busy machine; the release build is held to 50 ms elsewhere.
        assert!(start.elapsed() < Duration::from_secs(2), "{head}");
    }
    let raw = std::ffi::OsStr::from_bytes(b"forestall self-test-stop \xff");
    assert_eq!(user.command().arg("check").arg(raw).status().unwrap().code(), Some(4));
}

#[test]
fn the_gate_without_a_terminal_stops_and_remembers() {
    let user = User::new();
    let danger = b"   12* echo 'no end\n\0alias ll='ls -l'\n";
    assert_eq!(user.feed(&["gate", "bash"], danger).status.code(), Some(77));
    assert_eq!(user.feed(&["gate", "zsh"], b"echo 'no end\0echo 'no end\n").status.code(), Some(77));
    assert_eq!(user.feed(&["gate", "bash"], b"    1  forestall self-test-stop x\n").status.code(), Some(77));
    let aliased = b"    1  gone x\n\0alias gone='forestall self-test-stop'\n";
    assert_eq!(user.feed(&["gate", "bash"], aliased).status.code(), Some(77));
    assert_eq!(user.feed(&["gate", "zsh"], b"gone x\0forestall self-test-stop x\n").status.code(), Some(77));
    assert_eq!(user.feed(&["gate", "zsh"], b"ls\0ls\n").status.code(), Some(0));
    assert_eq!(user.feed(&["gate", "tcsh"], b"ls").status.code(), Some(2));

    let log = user.show(&user.run(&["log"]));
    let times_away: String = log
        .lines()
        .map(|line| line.split_once("Z  ").map_or(line, |(_, rest)| rest))
        .fold(String::new(), |mut all, line| {
            all.push_str(line);
            all.push('\n');
            all
        });
    insta::assert_snapshot!("log", times_away);
    let json = user.run(&["log", "--json", "-n", "1"]);
    let record: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&record["verdict"], &record["answer"]), (&"ask".into(), &"stopped".into()));
}

#[test]
fn the_gate_names_the_history_entry_that_a_space_wants_forgotten() {
    let user = User::new();
    let out = |input: &[u8], args: &[&str]| user.feed(args, input).stdout;
    assert_eq!(out(b"   12   ls\n", &["gate", "bash", "--forget-spaced"]), b"12\n");
    assert_eq!(out(b"   12  ls\n", &["gate", "bash", "--forget-spaced"]), b"");
    assert_eq!(out(b"   12   ls\n", &["gate", "bash"]), b"");
    assert_eq!(out(b"   12   forestall self-test-stop x\n", &["gate", "bash", "--forget-spaced"]), b"");
}

#[test]
fn the_gate_asks_for_functions_and_history_where_the_line_needs_them() {
    let user = User::new();
    let gate = |args: &[&str], sections: &[&str]| {
        let output = user.feed(args, sections.join("\0").as_bytes());
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (go, stop, more) = (0, 77, 75);
    let bodies = "fine () \n{ \n    echo \"$@\"\n}\ngone () \n{ \n    local verb=self-test-$1;\n    shift;\n    \
                  command forestall $verb \"$@\"\n}\nouter () \n{ \n    gone stop x\n}\n";
    for (line, first, second) in [
        ("ls", go, go),
        ("echo gone", go, go),
        ("fine self-test-stop", more, go),
        ("gone stop x", more, stop),
        ("gone past x", more, go),
        ("outer", more, stop),
        ("time outer && true", more, stop),
        ("command gone stop x", go, go),
        ("fc -s", more, go),
        ("fc -s forest", more, stop),
        ("fc -s ls=forestall\\ self-test-stop ls", more, stop),
        ("fc -l", more, go),
    ] {
        let typed = format!("   12  {line}\n");
        let names = "declare -f fine\ndeclare -f gone\ndeclare -f outer\n";
        let short = [&*typed, names];
        assert_eq!(gate(&["gate", "bash"], &short).0, first, "{line}");
        let history = format!("    9  forestall self-test-stop x\n   10  ls\n{typed}");
        let long = [&*typed, names, bodies, &history];
        assert_eq!(gate(&["gate", "bash", "--more"], &long).0, second, "{line}");
    }
    // Where the gate interrupts bash itself, an integer says the rest. A trapped INT is answered by what is none.
    let interrupt = ["gate", "bash", "--interrupt"];
    assert_eq!(gate(&interrupt, &["    1  ls\n", "declare -f gone\n"]), (go, "1\n".to_owned()));
    assert_eq!(gate(&interrupt, &["    1  gone\n", "declare -f gone\n"]), (more, "-1\n".to_owned()));
    let trapped =
        ["    1  forestall self-test-stop x\n", "trap -- 'echo no' SIGINT\ndeclare -f __forestall_gate\n"];
    assert_eq!(gate(&interrupt, &trapped), (stop, " stopped by forestall\n".to_owned()));

    let zsh = "gone () {\n\tforestall self-test-stop \"$1\"\n}\n";
    assert_eq!(gate(&["gate", "zsh"], &["gone x", "gone x", zsh]).0, stop);
    assert_eq!(gate(&["gate", "zsh"], &["gone x", "gone x", "\n"]).0, go);
    assert_eq!(gate(&["gate", "zsh"], &["r", "r", "\n"]).0, more);
    let history = "    7  forestall self-test-stop x\n    8  ls\n    9  r forest\n";
    assert_eq!(gate(&["gate", "zsh", "--more"], &["r forest", "r forest", "\n", history]).0, stop);
    assert_eq!(gate(&["gate", "zsh", "--more"], &["r", "r", "\n", history]).0, go);
}

#[test]
fn nobody_permits_a_line_without_a_terminal() {
    let user = User::new();
    insta::assert_snapshot!("once_without_terminal", user.snapshot(&["once", "forestall self-test-stop x"]));
    assert!(user.files().is_empty());
    assert_eq!(user.feed(&["gate", "bash"], b"    1  forestall self-test-stop x\n").status.code(), Some(77));
}

#[test]
fn what_each_command_says_of_itself() {
    let user = User::new();
    insta::assert_snapshot!("help", user.snapshot(&["--help"]));
    for verb in ["check", "init", "log", "once", "explain", "rules", "doctor", "setup", "uninstall"] {
        insta::assert_snapshot!(format!("help_{verb}"), user.snapshot(&[verb, "--help"]));
    }
}

#[test]
fn explanations() {
    let user = User::new();
    insta::assert_snapshot!("explain_rule", user.snapshot(&["explain", "self.test"]));
    insta::assert_snapshot!("explain_no_rule", user.snapshot(&["explain", "self.tset"]));
    let line = "cd sub && sudo env T=ghp_16C7e42F292c6912E7710c838347Ae178B4a forestall self-test-stop 'a b' | cat > out";
    insta::assert_snapshot!("explain_line", user.snapshot(&["explain", line]));
    assert!(user.files().is_empty());
}

#[test]
fn the_examples_of_all_rules_hold() {
    let user = User::new();
    let output = user.run(&["rules", "test"]);
    assert!(output.status.success(), "{}", user.show(&output));
    let list = String::from_utf8(user.run(&["rules", "list"]).stdout).unwrap();
    assert!(list.lines().any(|line| line.starts_with("self.test ")), "{list}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let user = User::new();
    let mut child =
        user.command().args(["init", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", user.show(&output));
}

#[test]
fn hooks_are_accepted_by_their_shells() {
    let user = User::new();
    for shell in ["bash", "zsh"] {
        let hook = user.run(&["init", shell]);
        assert!(hook.status.success());
        let text = String::from_utf8(hook.stdout).unwrap();
        assert!(text.contains(&format!("'{}'", env!("CARGO_BIN_EXE_forestall"))), "{text}");
        fs::write(user.home.path().join(shell), &text).unwrap();
        let read = Command::new(shell).arg("-n").arg(user.home.path().join(shell)).output().unwrap();
        assert!(read.status.success() && read.stderr.is_empty(), "{}", user.show(&read));
        // In a script it does nothing at all, with any options.
        let script = format!(
            "set -eu; . ./{shell}; echo \"${{PS0-none}} ${{preexec_functions-none}} ${{PROMPT_COMMAND-none}}\""
        );
        let mut quiet = Command::new(shell);
        quiet
            .args(["-c", &script])
            .current_dir(user.home.path())
            .env_remove("PROMPT_COMMAND")
            .env_remove("ZDOTDIR");
        let quiet = quiet.output().unwrap();
        assert_eq!(user.show(&quiet), "status 0\n--- out\nnone none none\n--- err\n---");
    }
    let hook = user.run(&["init", "fish"]);
    fs::write(user.home.path().join("fish"), &hook.stdout).unwrap();
    let read = Command::new("fish").arg("--no-execute").arg(user.home.path().join("fish")).output().unwrap();
    assert!(hook.status.success() && read.status.success() && read.stderr.is_empty(), "{}", user.show(&read));
    let quiet = Command::new("fish")
        .args(["-c", "source ./fish; bind --user 2>&1; echo \"state $__forestall_state\""])
        .current_dir(user.home.path())
        .env("HOME", user.home.path())
        .output()
        .unwrap();
    assert_eq!(user.show(&quiet), "status 0\n--- out\nstate off\n--- err\n---");
    insta::assert_snapshot!("init_tcsh", user.snapshot(&["init", "tcsh"]));
}

#[test]
fn setup_and_uninstall_leave_no_trace() {
    let user = User::new();
    fs::write(user.home.path().join(".bashrc"), "alias ll='ls -l'\r\nno newline at the end").unwrap();
    fs::create_dir_all(user.home.path().join(".config/fish")).unwrap();
    let before = user.files();
    insta::assert_snapshot!("setup_dry_run", user.snapshot(&["setup", "--dry-run"]));
    assert_eq!(user.run(&["setup"]).status.code(), Some(1), "nobody can be asked");
    assert_eq!(user.files(), before);

    insta::assert_snapshot!("setup", user.snapshot(&["setup", "--yes"]));
    let installed = user.files();
    assert_eq!(installed.len(), 3);
    insta::assert_snapshot!("setup_again", user.snapshot(&["setup", "--yes"]));
    assert_eq!(user.files(), installed);

    insta::assert_snapshot!("uninstall", user.snapshot(&["uninstall", "--yes"]));
    assert_eq!(user.files(), before);
    insta::assert_snapshot!("uninstall_again", user.snapshot(&["uninstall", "--yes"]));
}
