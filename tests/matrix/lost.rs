//! When our program is gone, broken or slow: the shell goes on, and says once that it is not protected.

use crate::stage::{MARK, Stage};
use crate::support::{Installed, Shell};
use crate::table::Outcome;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

pub fn broken(shell: &Installed) -> Outcome {
    for (name, program) in [
        ("missing", None),
        ("exit 1", Some("#!/bin/sh\nexit 1\n")),
        ("exit 2", Some("#!/bin/sh\nexit 2\n")),
        ("exit 126", Some("#!/bin/sh\nexit 126\n")),
        ("exit 127", Some("#!/bin/sh\nexit 127\n")),
        ("segmentation fault", Some("#!/bin/sh\nkill -SEGV $$\n")),
        ("killed", Some("#!/bin/sh\nkill -KILL $$\n")),
        ("no program", Some("\0\0\0\0")),
        ("not executable", Some("")),
    ] {
        let stage = Stage::new(shell);
        let mut terminal = stage.terminal();
        stage.assert_works(&mut terminal, "nothing");
        match program {
            None => fs::remove_file(stage.context.binary()).unwrap(),
            Some("") => {
                fs::set_permissions(stage.context.binary(), fs::Permissions::from_mode(0o644)).unwrap();
            }
            Some(program) => stage.replace_program(program.as_bytes()),
        }
        let first = terminal.line(MARK);
        assert_eq!(first.status, Some(0), "{name}: {}", first.screen);
        let second = terminal.line(MARK);
        assert_eq!(second.status, Some(0), "{name}: {}", second.screen);
        assert_eq!(stage.runs(), 2, "{name}: the shell goes on: {}{}", first.screen, second.screen);
        let said = format!("{}{}", first.screen, second.screen);
        assert!(said.contains("forestall: "), "{name}: nothing was said: {said}");
        let third = terminal.line("true");
        // With the colon: fish itself reports a program that a signal ended.
        assert!(!third.screen.contains("forestall: "), "{name}: said more than once: {}", third.screen);
    }
    Outcome::Holds
}

pub fn slow(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let program = fs::read(stage.context.binary()).unwrap();
    if stage.is(Shell::Fish) {
        stage.replace_program(b"#!/bin/sh\nexec sleep 2\n");
        terminal.ahead(format!("{MARK}\r").as_bytes());
        std::thread::sleep(Duration::from_millis(700));
        terminal.keys(b"\x03");
        std::thread::sleep(Duration::from_secs(2));
        terminal.rest();
        assert!(stage.runs() <= 1);
        drop(fs::remove_file(stage.marker()));
        stage.replace_program(&program);
        terminal.clear();
        stage.assert_works(&mut terminal, "a slow program");
        return Outcome::Gap(
            "fish does not let ^C through to what a key runs: one waits until the program ends",
        );
    }
    stage.replace_program(b"#!/bin/sh\nexec sleep 1000\n");
    terminal.ahead(format!("{MARK}\r").as_bytes());
    std::thread::sleep(Duration::from_millis(700));
    terminal.keys(b"\x03");
    let reply = terminal.wait();
    assert_eq!(stage.runs(), 0, "what was interrupted is not run: {}", reply.screen);
    stage.replace_program(&program);
    stage.assert_works(&mut terminal, "^C");
    Outcome::Holds
}
