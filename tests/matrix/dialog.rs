//! What counts as a yes.

use crate::stage::{BAD, MARK, Stage};
use crate::support::{Installed, Shell};
use crate::table::Outcome;
use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

/// n, Enter, ^J, Escape, ^C, ^D, ^Z, ^\, another letter, an arrow, a letter that is not ASCII.
const NOT_YES: &[&[u8]] =
    &[b"n", b"\r", b"\n", b"\x1b", b"\x03", b"\x04", b"\x1a", b"\x1c", b"x", b"\x1b[A", b"\xc3\xbf"];

pub fn only_y_is_yes(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let before = terminal.settings();
    assert!(before.contains("icanon"), "{before}");
    let line = format!("{MARK}; {BAD}");
    for key in NOT_YES {
        let reply = terminal.line(&line);
        assert!(reply.asked, "{}", reply.screen);
        let after = terminal.press(key);
        stage.assert_untouched(&line, &format!("key {key:?}: {}{}", reply.screen, after.screen));
        stage.assert_works(&mut terminal, &format!("key {key:?}"));
        assert_eq!(terminal.settings(), before, "after key {key:?}");
        let jobs = terminal.line("jobs");
        assert!(!jobs.screen.contains("topic"), "a job was left by key {key:?}: {}", jobs.screen);
    }
    let reply = terminal.line(&line);
    assert!(reply.asked, "{}", reply.screen);
    let after = terminal.press(b"y");
    assert_eq!(after.status, Some(0), "{}", after.screen);
    assert_eq!(stage.runs(), 1, "{}", after.screen);
    assert_eq!(stage.repository.remote_branch(&stage.context, "topic"), None, "{}", after.screen);
    assert_eq!(terminal.settings(), before);
    Outcome::Holds
}

pub fn typed_ahead(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    // While a command runs, a person types the next line and, too early, an answer.
    terminal.ahead(format!("sleep 1\r{MARK}; {BAD}\ry\r").as_bytes());
    std::thread::sleep(Duration::from_millis(1500));
    let mut reply = terminal.wait();
    if !reply.asked {
        // That was the prompt after `sleep`.
        reply = terminal.wait();
    }
    assert!(reply.asked, "{}", reply.screen);
    terminal.press(b"n");
    assert!(stage.repository.remote_branch(&stage.context, "topic").is_some(), "{}", reply.screen);
    if stage.is(Shell::Fish) {
        // fish 4.9 has read the y and the Enter before it asks: they are typed into the stopped line, whose branch
        // `topicy` does not exist.
        return Outcome::Gap(
            "keys that fish has read before it asks go to the stopped line, which is judged again",
        );
    }
    assert_eq!(stage.runs(), 0, "{}", reply.screen);
    Outcome::Holds
}

pub fn nobody_answers(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let line = format!("{MARK}; {BAD}");
    let mut terminal = stage.terminal();
    let reply = terminal.line(&line);
    assert!(reply.asked, "{}", reply.screen);
    drop(terminal);
    std::thread::sleep(Duration::from_millis(500));
    stage.assert_untouched(&line, &reply.screen);

    if stage.is(Shell::Fish) {
        // Without a terminal fish has no keys, and reads a script.
        return Outcome::Holds;
    }
    let mut child = stage
        .context
        .command("setsid")
        .arg("--wait")
        .arg(&shell.program)
        .arg("-i")
        .current_dir(&stage.repository.dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    write!(input, "{line}\necho after > ../after\nexit\n").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = crate::support::shown(&output);
    stage.assert_untouched(&line, &said);
    assert!(stage.context.work().join("after").exists(), "the shell goes on: {said}");
    Outcome::Holds
}
