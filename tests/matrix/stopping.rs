//! An allowed line runs exactly once, a stopped one not at all, whatever its form; and the shell lives on.

use crate::stage::{BAD, MARK, Stage};
use crate::support::{Installed, Shell};
use crate::table::Outcome;
use std::fs;
use std::time::Duration;

pub fn once_or_never(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    stage.assert_works(&mut terminal, "nothing");
    let line = format!("{MARK}; {BAD}");
    let reply = terminal.line(&line);
    assert!(reply.asked, "it can be meant, so it is asked about: {}", reply.screen);
    let after = terminal.press(b"n");
    stage.assert_untouched(&line, &after.screen);
    stage.assert_works(&mut terminal, &line);
    Outcome::Holds
}

/// Forms of lines that are stopped; `T` leaves the marker, `A` is the line that is stopped.
const STOPPED: &[&str] = &[
    "T; A",
    "A; T",
    "T && A",
    "A && T",
    "A || T",
    "T | A",
    "A | T",
    "( T; A )",
    "( T; A ) &",
    "{ T; A; }",
    "A &",
    "time A",
    "! A",
    "while T; do A; break; done",
    "for i in 1 2; do T; A; done",
    "if T; then A; fi",
    "x=$(T; A)",
    "T; x=`A`",
    "A > ../ran",
    "T; sh -c 'A'",
    "T; env A",
    "T; command A",
];

const STOPPED_IN_FISH: &[&str] = &[
    "T; A",
    "A; T",
    "T && A",
    "A && T",
    "A || T",
    "T; and A",
    "A; or T",
    "T | A",
    "A | T",
    "A &",
    "time A",
    "! A",
    "not A",
    "begin; T; A; end",
    "while T; A; break; end",
    "for i in 1 2; T; A; end",
    "if T; A; end",
    "switch a; case a; T; A; end",
    "set x (T; A)",
    "echo (A) >> ../ran",
    "A > ../ran",
    "T; sh -c 'A'",
    "T; env A",
    "T; command A",
];

/// Forms of lines that are allowed and leave one mark.
const ALLOWED: &[&str] = &[
    "T; A",
    "A && T",
    "A | T",
    "( T; A )",
    "( T; A ) &",
    "{ T; A; }",
    "T &",
    "time A; T",
    "! A; T",
    "while T; do A; break; done",
    "for i in 1; do T; A; done",
    "if T; then A; fi",
    "x=$(T; A)",
    "sh -c 'A'; T",
];

const ALLOWED_IN_FISH: &[&str] = &[
    "T; A",
    "A && T",
    "A; and T",
    "A | T",
    "T &",
    "time A; T",
    "not A; T",
    "begin; T; A; end",
    "while T; A; break; end",
    "for i in 1; T; A; end",
    "if T; A; end",
    "switch a; case a; T; A; end",
    "set x (T; A)",
    "sh -c 'A'; T",
];

pub fn every_shape(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let (stopped, allowed) = match shell.shell {
        Shell::Fish => (STOPPED_IN_FISH, ALLOWED_IN_FISH),
        _ => (STOPPED, ALLOWED),
    };
    for shape in stopped {
        let line = shape.replace('T', MARK).replace('A', BAD);
        stage.assert_stopped(&mut terminal, &line);
        // What was put into the background would need a moment to show itself.
        if line.ends_with('&') {
            std::thread::sleep(Duration::from_millis(300));
            stage.assert_untouched(&line, "in the background");
        }
    }
    for shape in allowed {
        let line = shape.replace('T', MARK).replace('A', "git status --short");
        terminal.unasked(&line);
        stage.assert_ran_once(&line);
    }
    Outcome::Holds
}

pub fn no_wedge(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let long = if stage.is(Shell::Fish) {
        format!("while true; {BAD}; end")
    } else {
        format!("while true; do {BAD}; done")
    };
    for line in [BAD, &format!("{BAD} &"), &format!("{BAD} | cat"), &long] {
        stage.assert_stopped(&mut terminal, line);
        stage.assert_works(&mut terminal, line);
        let jobs = terminal.line("jobs");
        assert!(!jobs.screen.contains("git push"), "a job was left by `{line}`: {}", jobs.screen);
    }
    let before = terminal.cpu_ticks();
    std::thread::sleep(Duration::from_millis(500));
    let spent = terminal.cpu_ticks() - before;
    assert!(spent < 15, "the shell is busy at its prompt: {spent} of 50 ticks");
    Outcome::Holds
}

pub fn several_lines(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let fish = stage.is(Shell::Fish);
    let lines = if fish {
        [
            format!("for i in 1 2\n{MARK}\n{BAD}\nend"),
            format!("{MARK}; git push origin \\\n--delete topic"),
            format!("begin\n{MARK}\n{BAD}\nend"),
        ]
    } else {
        [
            format!("for i in 1 2\ndo\n{MARK}\n{BAD}\ndone"),
            format!("{MARK}; git push origin \\\n--delete topic"),
            format!("{{ {MARK}\n{BAD}\n}}"),
        ]
    };
    for line in &lines {
        let reply = terminal.line(line);
        assert!(reply.asked, "`{line}`: {}", reply.screen);
        let after = terminal.press(b"n");
        stage.assert_untouched(line, &after.screen);
        assert!(!after.asked, "`{line}` is asked about once: {}", after.screen);
    }
    let notes = stage.context.work().join("notes");
    if !fish {
        let reply = terminal.line(format!("cat > ../notes <<'EOF'\n{BAD}\nEOF"));
        assert!(!reply.asked, "{}", reply.screen);
        assert_eq!(fs::read_to_string(&notes).unwrap(), format!("{BAD}\n"));
    }
    let reply = terminal.line(format!("printf '%s\\n' 'one\n{BAD}' > ../notes"));
    assert!(!reply.asked, "{}", reply.screen);
    assert_eq!(fs::read_to_string(&notes).unwrap(), format!("one\n{BAD}\n"));
    let several =
        if fish { format!("for i in 1\n{MARK}\nend") } else { format!("for i in 1\ndo\n{MARK}\ndone") };
    assert_eq!(terminal.unasked(&several), 0);
    stage.assert_ran_once(&several);
    Outcome::Holds
}
