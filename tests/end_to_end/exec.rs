//! `forestall exec`: a command and the scripts that it runs are judged, then it runs as if nothing had been there.

use crate::support::{Repository, Shell, Terminal, TestContext, runs, shown};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// `forestall exec`, with nobody there who could be asked.
fn exec(context: &TestContext, dir: &Path, args: &[&str]) -> Command {
    let mut command = context.command("setsid");
    command.arg("--wait").arg(context.binary()).arg("exec").args(args).current_dir(dir).stdin(Stdio::null());
    command
}

fn script(context: &TestContext, path: &Path, text: &str) {
    context.write(path, text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_command_has_everything_as_it_was() {
    let context = TestContext::new();
    let dir = context.work();
    let status = |args: &[&str]| exec(&context, &dir, args).output().unwrap().status;
    assert_eq!(status(&["true"]).code(), Some(0));
    assert_eq!(status(&["--", "sh", "-c", "exit 5"]).code(), Some(5));
    assert_eq!(status(&["sh", "-c", "kill -TERM $$"]).signal(), Some(15));
    assert_eq!(status(&["no-such-command"]).code(), Some(127));
    assert_eq!(status(&["/etc/passwd"]).code(), Some(126));
    assert_eq!(status(&[]).code(), Some(2));

    let output =
        exec(&context, &dir, &["printf", "<%s>", "a  b", "--", "--help", "", "it's"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "<a  b><--><--help><><it's>", "{}", shown(&output));
    assert!(output.stderr.is_empty(), "{}", shown(&output));

    let mut child = exec(&context, &dir, &["sh", "-c", "echo $$; cat; echo to-error >&2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    child.stdin.take().unwrap().write_all(b"through\0\xff").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, [format!("{id}\n").as_bytes(), b"through\0\xff"].concat(), "the same process");
    assert_eq!(output.stderr, b"to-error\n");
}

#[test]
fn scripts_are_judged_before_they_run() {
    let context = TestContext::new();
    let dir = context.work();
    let marker = dir.join("ran");
    let body = |last: &str| format!("echo x >> '{}'\n{last}\n", marker.display());
    for (name, first) in [("plain", "#!/bin/sh\n"), ("env", "#!/usr/bin/env bash\n"), ("none", "")] {
        script(
            &context,
            &dir.join("bad").join(name),
            &format!("{first}{}", body("forestall self-test-stop x")),
        );
        script(&context, &dir.join("good").join(name), &format!("{first}{}", body("echo done")));
    }
    script(
        &context,
        &context.root().join("bin/deploy"),
        &format!("#!/bin/sh\n{}", body("forestall self-test-stop x")),
    );
    context.write(&dir.join("bad/text"), body("forestall self-test-stop x"));
    context.write(&dir.join("good/text"), body("echo done"));
    let commands: [&[&str]; 9] = [
        &["./KIND/plain", "1"],
        &["./KIND/env"],
        &["./KIND/none"],
        &["sh", "KIND/text"],
        &["bash", "-eu", "KIND/text", "1"],
        &["env", "A=1", "nice", "bash", "KIND/text"],
        &["bash", "-c", ". ./KIND/text"],
        &["zsh", "-f", "KIND/text"],
        &["timeout", "9", "./KIND/env"],
    ];
    for words in commands {
        let run = |kind: &str| {
            let words: Vec<String> = words.iter().map(|word| word.replace("KIND", kind)).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            exec(&context, &dir, &words).output().unwrap()
        };
        let output = run("bad");
        assert_eq!((output.status.code(), runs(&marker)), (Some(77), 0), "{words:?}: {}", shown(&output));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("self.test") && said.contains("forestall once"), "{words:?}: {said}");
        let output = run("good");
        assert_eq!((output.status.code(), runs(&marker)), (Some(0), 1), "{words:?}: {}", shown(&output));
        assert_eq!(output.stdout, b"done\n");
        fs::remove_file(&marker).unwrap();
    }
    // Found through PATH; and the line of the guilty words is named.
    let output = exec(&context, &dir, &["deploy"]).output().unwrap();
    assert_eq!((output.status.code(), runs(&marker)), (Some(77), 0), "{}", shown(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("deploy:3: "), "{}", shown(&output));
    // What is no script of a shell is not read as one.
    script(
        &context,
        &dir.join("py"),
        "#!/usr/bin/env python3\nforestall = 'forestall self-test-stop x'\nprint(1)\n",
    );
    let output = exec(&context, &dir, &["./py"]).output().unwrap();
    assert_eq!(output.stdout, b"1\n", "{}", shown(&output));
    // A script that is too large to be read is not passed over.
    script(&context, &dir.join("large"), &format!("#!/bin/sh\nexit 0\n{}", "# a\n".repeat(300_000)));
    let output = exec(&context, &dir, &["./large"]).output().unwrap();
    assert_eq!(output.status.code(), Some(77), "{}", shown(&output));
}

#[test]
fn a_person_is_asked_once_and_can_permit_it() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let marker = context.work().join("ran");
    script(
        &context,
        &repository.dir.join("clean up"),
        "#!/bin/sh\necho x >> ../ran\ngit push origin --delete $1\n",
    );
    // The shell is protected too: it leaves the question to `exec`.
    let mut terminal = Terminal::open(&context, Shell::Bash, &repository.dir, "");
    for line in ["forestall exec -- git push origin --delete topic", "forestall exec sh 'clean up' topic"] {
        let reply = terminal.line(line);
        assert!(reply.asked, "{}", reply.screen);
        let after = terminal.press(b"n");
        assert_eq!(after.status, Some(77), "{}", after.screen);
        assert!(repository.remote_branch(&context, "topic").is_some(), "{}", after.screen);
    }
    assert_eq!(runs(&marker), 0);
    let reply = terminal.line("forestall exec sh 'clean up' topic");
    assert!(reply.screen.contains("clean up:3:"), "{}", reply.screen);
    let after = terminal.press(b"y");
    assert_eq!((after.status, runs(&marker)), (Some(0), 1), "{}", after.screen);
    assert_eq!(repository.remote_branch(&context, "topic"), None);
    let log = context.forestall(&repository.dir, ["log"]);
    let log = String::from_utf8_lossy(&log.stdout).into_owned();
    assert!(log.contains("→ no ") && log.contains("→ yes "), "{log}");

    // What is denied is permitted for one run, by the words as they were shown.
    terminal.permit("forestall exec forestall self-test-stop ../ran");
    assert_eq!(terminal.unasked("forestall exec forestall self-test-stop ../ran"), 0);
    assert_eq!(fs::read_to_string(&marker).unwrap(), "ran\n");
    fs::remove_file(&marker).unwrap();
    let reply = terminal.stopped("forestall exec forestall self-test-stop ../ran");
    assert_eq!((reply.status, runs(&marker)), (Some(77), 0), "{}", reply.screen);
}
