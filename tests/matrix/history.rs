//! History: what is brought back from it is judged, what is kept in it is what the person asked for, and an old line
//! is never judged in place of the current one.

use crate::stage::{BAD, MARK, Stage};
use crate::support::{Installed, Shell};
use crate::table::Outcome;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

pub fn expanded(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    if stage.is(Shell::Fish) {
        // fish has no history expansion; its abbreviations are expanded when Enter is pressed.
        let mut terminal = stage.terminal_with(&format!("abbr -a gone '{BAD}'\nabbr -a fine '{MARK}'"));
        stage.assert_stopped(&mut terminal, "gone");
        assert_eq!(terminal.unasked("fine"), 0);
        stage.assert_ran_once("fine");
        return Outcome::Holds;
    }
    let mut terminal = stage.terminal();
    stage.assert_stopped(&mut terminal, BAD);
    stage.assert_stopped(&mut terminal, &format!("{MARK}; !!:0 !!:1 !!:2 !!:3 !!:4"));
    terminal.unasked("echo push origin --delete topic");
    stage.assert_stopped(&mut terminal, "^echo^git");
    terminal.unasked("true");
    stage.assert_stopped(&mut terminal, &format!("{MARK}; !git"));
    terminal.unasked("true");
    terminal.unasked(&MARK.replace("ran", "elsewhere"));
    assert_eq!(terminal.unasked("^elsewhere^ran"), 0);
    stage.assert_ran_once("^elsewhere^ran");
    Outcome::Holds
}

pub fn run_again(shell: &Installed) -> Outcome {
    let again: &[&str] = match shell.shell {
        Shell::Bash => &["fc -s git", "fc -e - git", "fc -s", "fc -s topic=topic git"],
        Shell::Zsh => &["r git", "fc -e - git", "r", "fc -s git"],
        Shell::Fish => return Outcome::NotApplicable("fish has no such command"),
    };
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    for line in again {
        // The newest line for those that name none.
        stage.assert_stopped(&mut terminal, BAD);
        stage.assert_stopped(&mut terminal, line);
    }
    terminal.unasked(MARK);
    fs::remove_file(stage.marker()).unwrap();
    let line = if stage.is(Shell::Bash) { "fc -s echo" } else { "r echo" };
    assert_eq!(terminal.unasked(line), 0);
    stage.assert_ran_once(line);
    Outcome::Holds
}

/// Puts this text into the file that it is given, as a person in an editor would.
fn editor(stage: &Stage, text: &str) {
    let editor = stage.context.root().join("bin/editor");
    stage.context.write(&editor, format!("#!/bin/sh\ncat > \"$1\" <<'END'\n{text}\nEND\n"));
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
}

pub fn edited(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let (rc, keys) = match shell.shell {
        Shell::Bash => ("export EDITOR=editor VISUAL=editor", "\x18\x05"),
        Shell::Zsh => (
            "export EDITOR=editor VISUAL=editor\n\
             autoload -Uz edit-command-line; zle -N edit-command-line; bindkey '^X^E' edit-command-line",
            "\x18\x05",
        ),
        Shell::Fish => ("set -gx EDITOR editor; set -gx VISUAL editor", "\x1be"),
    };
    let mut terminal = stage.terminal_with(rc);
    let line = format!("{MARK}; {BAD}");
    editor(&stage, &line);
    terminal.ahead(keys.as_bytes());
    std::thread::sleep(std::time::Duration::from_millis(700));
    // The editor's text only replaces the line; Enter is still to be pressed.
    let reply = terminal.press(b"\r");
    assert!(reply.asked, "{}", reply.screen);
    terminal.press(b"n");
    stage.assert_untouched(&line, &reply.screen);
    terminal.unasked("true");

    editor(&stage, MARK);
    terminal.ahead(keys.as_bytes());
    std::thread::sleep(std::time::Duration::from_millis(700));
    let reply = terminal.press(b"\r");
    assert!(!reply.asked, "{}", reply.screen);
    terminal.unasked("true");
    stage.assert_ran_once(MARK);
    Outcome::Holds
}

pub fn recalled(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let line = format!("{MARK}; {BAD}");
    let reply = terminal.line(&line);
    assert!(reply.asked, "{}", reply.screen);
    if stage.is(Shell::Fish) {
        // The line is still there: the key does nothing but show that fish reads keys again.
        terminal.ahead(b"n");
        std::thread::sleep(std::time::Duration::from_millis(400));
        terminal.ahead(b"\r");
        let again = terminal.wait();
        assert!(again.asked, "the line stays to be edited: {}", again.screen);
        terminal.press(b"n");
    } else {
        terminal.press(b"n");
        let again = terminal.press(b"\x1b[A\r");
        assert!(again.asked, "Up brings the stopped line back: {}", again.screen);
        terminal.press(b"n");
    }
    stage.assert_untouched(&line, &reply.screen);
    stage.assert_works(&mut terminal, &line);
    Outcome::Holds
}

/// The history that a shell keeps of `lines`, which are all typed at a prompt.
fn history_of(shell: &Installed, protected: bool, rc: &str, lines: &[&str]) -> String {
    let stage = Stage::new(shell);
    let mut terminal = if protected { stage.terminal_with(rc) } else { stage.terminal_with_only(rc) };
    for line in lines {
        terminal.stopped(line);
    }
    stage.assert_untouched("the lines", "");
    let list = stage.context.work().join("list");
    // The last line, so that the numbers of the entries can be compared too.
    let line = match shell.shell {
        Shell::Bash => "HISTTIMEFORMAT= history > ../list",
        Shell::Zsh => "fc -l 1 > ../list",
        Shell::Fish => "builtin history search --max=40 > ../list",
    };
    terminal.unasked(line);
    fs::read_to_string(list).unwrap()
}

pub fn kept(shell: &Installed) -> Outcome {
    // Past the entries 08 and 09, which are no octal numbers, and with lines that some settings leave out.
    let lines = [
        "echo 1",
        "echo 2",
        "echo 2",
        " echo hidden",
        "echo 4",
        "echo 5",
        "echo 6",
        " echo 7",
        "echo 8",
        "echo 9",
        " echo hidden",
        "echo 2",
        "cd .",
        "echo 14",
    ];
    let settings: &[&str] = match shell.shell {
        Shell::Bash => &[
            "",
            "HISTCONTROL=ignorespace",
            "HISTCONTROL=ignoreboth",
            "HISTCONTROL=ignoreboth:erasedups",
            "HISTIGNORE='cd*:echo 5'",
            "HISTIGNORE='&'",
            "HISTTIMEFORMAT='%F %T '",
        ],
        Shell::Zsh => &[
            "",
            "setopt hist_ignore_space",
            "setopt hist_ignore_dups",
            "setopt hist_ignore_all_dups hist_ignore_space",
        ],
        Shell::Fish => &[""],
    };
    for rc in settings {
        let without = history_of(shell, false, rc, &lines);
        let with = history_of(shell, true, rc, &lines);
        assert_eq!(with, without, "history differs with `{rc}`");
    }
    // What was stopped is kept as it would have been, and once.
    if shell.shell != Shell::Fish {
        let with = history_of(shell, true, "", &["echo 1", BAD, "echo 2"]);
        assert_eq!(with.matches(BAD).count(), 1, "{with}");
        let rc =
            if shell.shell == Shell::Bash { "HISTCONTROL=ignorespace" } else { "setopt hist_ignore_space" };
        let with = history_of(shell, true, rc, &["echo 1", &format!(" {BAD}"), "echo 2"]);
        assert_eq!(with.matches(BAD).count(), 0, "{with}");
    }
    Outcome::Holds
}

pub fn filtered(shell: &Installed) -> Outcome {
    let settings: &[&str] = match shell.shell {
        Shell::Bash => &[
            "HISTCONTROL=ignorespace",
            "HISTCONTROL=ignoreboth",
            "HISTCONTROL=ignoredups",
            "HISTCONTROL=erasedups",
            "HISTCONTROL=erasedups:ignorespace:ignoredups",
            "HISTIGNORE='git*:echo*'",
            "HISTIGNORE='*'",
            "HISTIGNORE='&'",
            "shopt -u cmdhist",
            "shopt -s lithist",
            "HISTTIMEFORMAT='%F %T '",
            "HISTTIMEFORMAT=$'%F\\n'",
        ],
        Shell::Zsh => &[
            "setopt hist_ignore_space",
            "setopt hist_ignore_all_dups",
            "setopt hist_no_store hist_reduce_blanks",
            "HISTSIZE=0",
            "unset HISTFILE",
            "zshaddhistory() { return 1 }",
        ],
        Shell::Fish => &["set -g fish_history ''", "set -g fish_private_mode 1"],
    };
    for setting in settings {
        let stage = Stage::new(shell);
        let mut terminal = stage.terminal();
        terminal.meant(setting);
        terminal.unasked("true");
        for line in [
            format!("{MARK}; {BAD}"),
            format!(" {MARK}; {BAD}"),
            format!("{MARK}; {BAD}"),
            match shell.shell {
                Shell::Fish => format!("for i in 1\n{MARK}\n{BAD}\nend"),
                _ => format!("for i in 1\ndo\n{MARK}\n{BAD}\ndone"),
            },
        ] {
            stage.assert_stopped(&mut terminal, &line);
            stage.assert_works(&mut terminal, setting);
            assert_eq!(terminal.unasked(&format!(" {MARK}")), 0);
            stage.assert_ran_once(setting);
        }
    }
    Outcome::Holds
}

pub fn switched_off(shell: &Installed) -> Outcome {
    let settings: &[&str] = match shell.shell {
        Shell::Bash => &["set +o history", "HISTSIZE=0"],
        Shell::Zsh | Shell::Fish => {
            return Outcome::NotApplicable("the shell hands over the line itself, history on or off");
        }
    };
    for setting in settings {
        let stage = Stage::new(shell);
        let mut terminal = stage.terminal();
        stage.assert_stopped(&mut terminal, BAD);
        let off = terminal.meant(setting);
        assert!(!off.asked, "{}", off.screen);
        let next = terminal.line("true");
        let said = format!("{}{}", off.screen, next.screen);
        assert!(said.contains("forestall: history is off"), "nothing is said after `{setting}`: {said}");
        stage.assert_works(&mut terminal, setting);
        let quiet = terminal.line("true");
        assert!(!quiet.screen.contains("forestall"), "said again: {}", quiet.screen);
    }
    Outcome::Gap(
        "a line cannot be seen while history is off; the shell says so, once, and no older line is judged",
    )
}
