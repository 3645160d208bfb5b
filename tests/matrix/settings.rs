//! What people set in their shells: nothing of it lets a line through, and nothing of it is broken by us.

use crate::stage::{BAD, MARK, Stage};
use crate::support::{Installed, Shell};
use crate::table::Outcome;
use std::fs;
use std::time::Duration;

pub fn status(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let (status, pipe) = match shell.shell {
        Shell::Bash => ("$?", "${PIPESTATUS[*]}"),
        Shell::Zsh => ("$?", "$pipestatus"),
        Shell::Fish => ("$status", "$pipestatus"),
    };
    assert_eq!(terminal.unasked("false"), 1);
    assert_eq!(terminal.unasked(&format!("echo {status} > ../ran")), 0);
    assert_eq!(stage.take_marker(), "1\n");
    terminal.unasked("true | sh -c 'exit 3' | true");
    terminal.unasked(&format!("echo {pipe} > ../ran"));
    assert_eq!(stage.take_marker(), "0 3 0\n");
    if !stage.is(Shell::Fish) {
        terminal.unasked("echo one two");
        terminal.unasked("echo $_ > ../ran");
        assert_eq!(stage.take_marker(), "two\n");
    }
    terminal.unasked("sh -c 'exit 5'");
    let reply = terminal.stopped(BAD);
    let expected = if stage.is(Shell::Bash) { 130 } else { 5 };
    assert_eq!(reply.status, Some(expected), "{}", reply.screen);
    if stage.is(Shell::Bash) {
        terminal.unasked("trap 'true' INT");
        let reply = terminal.stopped(BAD);
        assert_eq!(reply.status, Some(1), "with INT trapped: {}", reply.screen);
    }
    stage.assert_untouched(BAD, &reply.screen);
    Outcome::Holds
}

pub fn traps(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let traps: &[(&str, &str)] = match shell.shell {
        Shell::Bash => &[("trap 'echo trapped' INT", "trap - INT"), ("trap '' INT", "trap - INT")],
        Shell::Zsh => &[
            ("trap 'echo trapped' INT", "trap - INT"),
            ("trap '' INT", "trap - INT"),
            ("TRAPINT() { return 0 }", "unfunction TRAPINT"),
        ],
        Shell::Fish => &[
            ("function on_int --on-signal INT; echo trapped; end", "functions -e on_int"),
            ("trap 'echo trapped' INT", "trap - INT"),
        ],
    };
    for (set, unset) in traps {
        terminal.unasked(set);
        stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
        stage.assert_works(&mut terminal, set);
        terminal.unasked(unset);
    }
    Outcome::Holds
}

pub fn options(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let options: &[(&str, &str)] = match shell.shell {
        Shell::Bash => &[
            ("set -e", "set +e"),
            ("set -u", "set +u"),
            ("set -x", "set +x"),
            ("set -o pipefail", "set +o pipefail"),
            ("set -o posix", "set +o posix"),
            ("set -o noglob", "set +o noglob"),
            ("shopt -s extglob nullglob", "shopt -u extglob nullglob"),
            ("shopt -s failglob", "shopt -u failglob"),
            ("set -o noclobber", "set +o noclobber"),
            ("set -T", "set +T"),
            ("set -euo pipefail", "set +eu; set +o pipefail"),
            ("IFS=0123456789", "unset IFS"),
        ],
        Shell::Zsh => &[
            ("setopt err_return", "unsetopt err_return"),
            ("setopt no_unset", "unsetopt no_unset"),
            ("setopt xtrace", "unsetopt xtrace"),
            ("setopt pipefail", "unsetopt pipefail"),
            ("setopt sh_word_split", "unsetopt sh_word_split"),
            ("setopt ksh_arrays", "unsetopt ksh_arrays"),
            ("setopt no_clobber", "unsetopt no_clobber"),
            ("setopt warn_create_global", "unsetopt warn_create_global"),
            ("setopt no_glob", "unsetopt no_glob"),
            ("setopt extended_glob", "unsetopt extended_glob"),
            ("IFS=0123456789", "IFS=$' \\t\\n\\0'"),
        ],
        Shell::Fish => {
            &[("set -g fish_trace 1", "set -e fish_trace"), ("set -g IFS 0123456789", "set -e IFS")]
        }
    };
    let mut terminal = stage.terminal();
    for (set, unset) in options {
        terminal.unasked(set);
        let reply = terminal.line("echo fine");
        assert_eq!(reply.status, Some(0), "with `{set}`: {}", reply.screen);
        // bash shows the call that stands in PROMPT_COMMAND, and nothing of what it does; fish shows everything.
        let traced = reply.screen.matches("__forestall").count();
        assert!(traced <= 1 || stage.is(Shell::Fish), "we trace ourselves with `{set}`: {}", reply.screen);
        stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
        assert_eq!(terminal.unasked(unset), 0, "after `{set}`");
        stage.assert_works(&mut terminal, unset);
    }
    if stage.is(Shell::Zsh) {
        // A failing command ends a zsh with err_exit, as it would without us; an allowed one must not.
        terminal.unasked("setopt err_exit");
        assert_eq!(terminal.unasked("echo fine"), 0);
        stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
        assert_eq!(terminal.unasked("unsetopt err_exit"), 0);
    }
    Outcome::Holds
}

pub fn vi_mode(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let (set, unset) = match shell.shell {
        Shell::Bash => ("set -o vi", "set -o emacs"),
        Shell::Zsh => ("bindkey -v", "bindkey -e"),
        Shell::Fish => ("fish_vi_key_bindings", "fish_default_key_bindings"),
    };
    let mut terminal = stage.terminal();
    terminal.unasked(set);
    let line = format!("{MARK}; {BAD}");
    stage.assert_stopped(&mut terminal, &line);
    stage.assert_works(&mut terminal, set);
    // From the command mode: Escape, Enter. The next line begins in the insert mode again.
    for (text, stops) in [(line.as_str(), true), (MARK, false)] {
        if stage.is(Shell::Fish) {
            // Where the line was stopped in command mode, fish stays in it.
            terminal.keys(b"i");
            std::thread::sleep(Duration::from_millis(100));
            terminal.keys(b"\x1d");
            std::thread::sleep(Duration::from_millis(200));
        }
        terminal.ahead(text.as_bytes());
        std::thread::sleep(Duration::from_millis(200));
        terminal.keys(b"\x1b");
        // Longer than the shells wait for the rest of a key.
        std::thread::sleep(Duration::from_millis(700));
        let reply = terminal.press(b"\r");
        assert_eq!(reply.asked, stops, "`{text}` from the command mode: {}", reply.screen);
        if stops {
            // fish 3.1 does not draw its prompt again here.
            terminal.ahead(b"n");
            terminal.settle(Duration::from_millis(500));
            stage.assert_untouched(text, &reply.screen);
        } else {
            stage.assert_ran_once(text);
        }
    }
    if stage.is(Shell::Fish) {
        terminal.keys(b"i");
        std::thread::sleep(Duration::from_millis(100));
    }
    terminal.unasked(unset);
    stage.assert_stopped(&mut terminal, &line);
    stage.assert_works(&mut terminal, unset);
    Outcome::Holds
}

pub fn overwritten(shell: &Installed) -> Outcome {
    let settings: &[&str] = match shell.shell {
        Shell::Bash => &[
            "PS0=''",
            "PS0='mine '",
            "unset PS0",
            "PROMPT_COMMAND=''",
            "unset PROMPT_COMMAND",
            "PROMPT_COMMAND='true'",
        ],
        Shell::Zsh => &[
            "preexec_functions=()",
            "preexec_functions=(true)",
            "unset preexec_functions",
            "precmd_functions=()",
            // What the tests count prompts with; and the one hook that has no list.
            "precmd() { (( ++__prompts )); true }",
            "preexec() { true }",
        ],
        Shell::Fish => &[
            "fish_vi_key_bindings",
            "fish_default_key_bindings",
            "bind \\r execute",
            "bind \\n execute",
            "bind --erase \\r",
            "function fish_user_key_bindings; bind \\cg true; end; fish_default_key_bindings",
        ],
    };
    for setting in settings {
        let stage = Stage::new(shell);
        let mut terminal = stage.terminal();
        terminal.unasked(setting);
        stage.assert_works(&mut terminal, setting);
        stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
        // Without its prompt command bash tells a paste by the time that lies between two lines.
        std::thread::sleep(Duration::from_millis(150));
        stage.assert_works(&mut terminal, setting);
    }
    Outcome::Holds
}

pub fn read_only(shell: &Installed) -> Outcome {
    let settings: &[&str] = match shell.shell {
        Shell::Bash => &[
            "readonly PS0=''",
            "readonly PROMPT_COMMAND=''",
            "readonly HISTCONTROL=ignorespace",
            "readonly HISTIGNORE='secret*'",
        ],
        Shell::Zsh => &["typeset -gar preexec_functions=()", "typeset -gar precmd_functions=()"],
        Shell::Fish => return Outcome::NotApplicable("fish has no read-only variables"),
    };
    for setting in settings {
        let stage = Stage::new(shell);
        let mut terminal = stage.terminal_with(setting);
        let said = terminal.greeting().to_owned() + &terminal.line("true").screen;
        assert!(said.contains("forestall: "), "nothing is said with `{setting}`: {said}");
        assert!(said.contains("read-only"), "`{setting}`: {said}");
        for _ in 0..3 {
            let reply = terminal.line(MARK);
            assert_eq!(reply.status, Some(0), "`{setting}`: {}", reply.screen);
            assert!(
                !reply.screen.contains("read"),
                "`{setting}` is complained about again: {}",
                reply.screen
            );
        }
        assert_eq!(stage.runs(), 3, "with `{setting}` each line runs once");
    }
    Outcome::Gap("the shell says that it is not protected, or which lines are not, once")
}

pub fn prompt_command(shell: &Installed) -> Outcome {
    let (setting, per_prompt) = match shell.shell {
        Shell::Bash if shell.release() >= (5, 1) => {
            ("PROMPT_COMMAND=('echo 1 >> ../prompts' 'echo 2 >> ../prompts')", 2)
        }
        Shell::Bash => ("PROMPT_COMMAND='echo 1 >> ../prompts'", 1),
        Shell::Zsh => ("mine() { echo 1 >> ../prompts }; precmd_functions=(mine)", 1),
        Shell::Fish => ("function mine --on-event fish_prompt; echo 1 >> ../prompts; end", 1),
    };
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal_with(setting);
    let prompts = stage.context.work().join("prompts");
    let count = || fs::read_to_string(&prompts).unwrap_or_default().lines().count();
    let before = count();
    stage.assert_works(&mut terminal, setting);
    assert_eq!(count(), before + per_prompt, "what the person runs before each prompt runs once");
    stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
    stage.assert_works(&mut terminal, setting);
    if let (Shell::Bash, true) = (shell.shell, shell.release() >= (5, 1)) {
        terminal.unasked("declare -p PROMPT_COMMAND > ../ran");
        assert!(stage.take_marker().starts_with("declare -a "), "an array stays an array");
    }
    Outcome::Holds
}
