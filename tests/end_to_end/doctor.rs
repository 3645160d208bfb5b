//! `forestall doctor` typed into a shell: what it says of that very shell.

use crate::support::{Shell, Terminal, TestContext};
use std::fs;
use std::time::{Duration, Instant};

/// What doctor says of the shell in which it is typed, and its exit status.
#[track_caller]
fn here(context: &TestContext, terminal: &mut Terminal, shell: Shell) -> (i32, String) {
    typed(context, terminal, shell, "forestall doctor --here")
}

#[track_caller]
fn typed(context: &TestContext, terminal: &mut Terminal, shell: Shell, command: &str) -> (i32, String) {
    let [said, ended] = ["said", "ended"].map(|name| context.root().join(name));
    let _ = fs::remove_file(&ended);
    let status = if shell == Shell::Fish { "$status" } else { "$?" };
    let reply = terminal.line(format!("{command} > ../said; echo {status} > ../ended"));
    // fish draws its prompt more than once for a line.
    let began = Instant::now();
    while !fs::read_to_string(&ended).is_ok_and(|text| text.ends_with('\n')) {
        assert!(began.elapsed() < Duration::from_secs(40), "{}", reply.screen);
        std::thread::sleep(Duration::from_millis(10));
    }
    let status = fs::read_to_string(&ended).unwrap().trim().parse().unwrap();
    (status, fs::read_to_string(&said).unwrap().replace("\n           ", " "))
}

#[track_caller]
fn sound(context: &TestContext, terminal: &mut Terminal, shell: Shell, mechanism: &str) {
    let (status, said) = here(context, terminal, shell);
    assert!(said.contains("this shell protected: ") && said.contains(mechanism), "{said}");
    assert!(status == 0 && !said.contains('✗'), "{said}");
}

#[track_caller]
fn red(context: &TestContext, terminal: &mut Terminal, shell: Shell, hole: &str) {
    let (status, said) = here(context, terminal, shell);
    assert!(said.contains("this shell NOT PROTECTED: "), "{said}");
    assert!(status == 1 && said.contains(&format!("✗ {hole}")), "{said}");
}

#[test]
fn off_is_red_and_on_brings_it_back() {
    for (shell, mechanism) in [
        (Shell::Bash, "through PS0"),
        (Shell::Zsh, "through preexec_functions"),
        (Shell::Fish, "the Enter key"),
    ] {
        let context = TestContext::new();
        let mut terminal = Terminal::open(&context, shell, &context.work(), "");
        sound(&context, &mut terminal, shell, mechanism);
        assert_eq!(typed(&context, &mut terminal, shell, "forestall off").0, 0);
        red(&context, &mut terminal, shell, "it is switched off");
        assert_eq!(typed(&context, &mut terminal, shell, "forestall on").0, 0);
        sound(&context, &mut terminal, shell, mechanism);
    }
}

#[test]
fn the_holes_of_bash() {
    let context = TestContext::new();
    let mut terminal = Terminal::open(&context, Shell::Bash, &context.work(), "");
    for (make, hole, mend) in [
        ("set +o history", "history is off", "set -o history"),
        ("HISTSIZE=0", "HISTSIZE is 0", "HISTSIZE=500"),
        ("BLE_ATTACHED=1", "ble.sh is attached", "unset BLE_ATTACHED"),
        (
            r#"bind '"\C-x\C-e": edit-and-execute-command'"#,
            r"edit-and-execute is bound to \C-x\C-e",
            r#"bind -r '\C-x\C-e'"#,
        ),
        ("saved=$PROMPT_COMMAND PROMPT_COMMAND=:", "PROMPT_COMMAND was replaced", "PROMPT_COMMAND=$saved"),
    ] {
        assert_eq!(terminal.meant(make).status, Some(0));
        red(&context, &mut terminal, Shell::Bash, hole);
        assert_eq!(terminal.unasked(mend), 0);
        sound(&context, &mut terminal, Shell::Bash, "through PS0");
    }
    // No harm, and said.
    assert_eq!(terminal.unasked("trap 'true' INT; PS0+='${EMPTY-}'"), 0);
    let (status, said) = here(&context, &mut terminal, Shell::Bash);
    assert!(status == 0 && said.contains("INT is trapped"), "{said}");
    assert!(said.contains("PS0, in front of what others have put there"), "{said}");
}

#[test]
fn the_place_among_the_hooks_of_zsh() {
    let context = TestContext::new();
    let rc = "theirs() { : }\npreexec_functions=(theirs)\n";
    let mut terminal = Terminal::open(&context, Shell::Zsh, &context.work(), rc);
    sound(&context, &mut terminal, Shell::Zsh, "preexec_functions, number 1 of 2");
    assert_eq!(terminal.unasked("precmd_functions=()"), 0);
    red(&context, &mut terminal, Shell::Zsh, "precmd_functions was replaced");
}

#[test]
fn a_shell_without_the_hook_is_told_so() {
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let context = TestContext::new();
        let mut terminal = Terminal::open_with_rc(&context, shell, &context.work(), "");
        red(&context, &mut terminal, shell, "`forestall setup` adds it to your rc file");
        // Past the function, nobody can see into the shell.
        let mut terminal = Terminal::open(&context, shell, &context.work(), "");
        let (status, said) = typed(&context, &mut terminal, shell, "command forestall doctor --here");
        assert!(status == 1 && said.contains("no hook is loaded"), "{said}");
    }
}
