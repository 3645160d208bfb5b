//! `forestall doctor` against real shells: it must say yes only where a stopped line really does not run.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::process::{Command, Output};

fn forestall(home: &std::path::Path, args: &[&str]) -> Output {
    // Without it, the first fish of a user makes completions of every manual page, for minutes.
    fs::create_dir_all(home.join(".local/share/fish/generated_completions")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_forestall"))
        .args(args)
        .current_dir(home)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap()
}

/// Sets up the shells of a user who has used all of them.
fn set_up(home: &std::path::Path) {
    fs::create_dir_all(home.join(".config/fish")).unwrap();
    assert!(forestall(home, &["setup", "--yes"]).status.success());
}

fn lines_of(output: &Output, shell: &str) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let text = text.lines();
    let first = text.skip_while(|line| !line.starts_with(shell));
    // With the lines that go on with it, whose label is empty.
    let mut said = String::new();
    for (index, line) in first.enumerate() {
        if index > 0 && !line.starts_with(' ') {
            break;
        }
        said.push_str(line.trim_start());
        said.push(' ');
    }
    said
}

#[test]
fn shells_that_are_set_up_are_proven() {
    let home = tempfile::tempdir().unwrap();
    // Options that have broken such hooks before.
    fs::write(home.path().join(".bashrc"), "HISTCONTROL=ignoreboth\nset -u\nPROMPT_COMMAND=('true')\n")
        .unwrap();
    fs::write(home.path().join(".zshrc"), "setopt hist_ignore_space nomatch\nTRAPINT() { return 0 }\n")
        .unwrap();
    set_up(home.path());
    let output = forestall(home.path(), &["doctor"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(lines_of(&output, "bash").starts_with("bash       protected: "), "{text}");
    assert!(lines_of(&output, "zsh").starts_with("zsh        protected: "), "{text}");
    assert!(lines_of(&output, "fish").starts_with("fish       protected: "), "{text}");
    for (shell, mechanism) in [
        ("bash", "through PS0, which holds nothing else"),
        ("zsh", "through preexec_functions"),
        ("fish", "of the Enter key"),
    ] {
        let said = lines_of(&output, shell);
        assert!(said.contains(mechanism), "{said}");
        // The hook was measured in the shell itself, and a process costs something everywhere.
        let (_, cost) = said.split_once("each line takes ").unwrap();
        let numbers: Vec<u64> = cost
            .split(" µs")
            .filter_map(|part| part.rsplit(' ').next()?.replace(',', "").parse().ok())
            .collect();
        assert!(
            numbers.len() >= 2 && numbers[..2].iter().all(|micros| (50..500_000).contains(micros)),
            "{said}"
        );
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for name in [".bash_history", ".zsh_history", ".local/state/forestall/journal.jsonl"] {
        let left = fs::read_to_string(home.path().join(name));
        assert!(left.is_err(), "{name} is left over: {left:?}");
    }
    let history = fs::read(home.path().join(".local/share/fish/fish_history")).unwrap_or_default();
    assert!(history.is_empty(), "{}", String::from_utf8_lossy(&history));
}

#[test]
fn a_hook_that_is_not_in_force_is_found_out() {
    let home = tempfile::tempdir().unwrap();
    set_up(home.path());
    let append = |name: &str, line: &str| {
        let path = home.path().join(name);
        let text = fs::read_to_string(&path).unwrap() + line;
        fs::write(path, text).unwrap();
    };
    append(".bashrc", "PS0= PROMPT_COMMAND=\n");
    append(".zshrc", "preexec_functions=() precmd_functions=()\n");
    let fish = home.path().join(".config/fish/config.fish");
    fs::write(&fish, "functions -e __forestall_heal; bind -e --user \\r; bind -e --user \\n\n").unwrap();
    let output = forestall(home.path(), &["doctor"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for (shell, hole) in [
        ("bash", "PS0 was overwritten"),
        ("bash", "PROMPT_COMMAND was replaced"),
        ("zsh", "preexec_functions was overwritten"),
        ("zsh", "precmd_functions was replaced"),
        ("fish", "Enter is bound to something else"),
    ] {
        let said = lines_of(&output, shell);
        assert!(said.contains("NOT PROTECTED"), "{text}");
        assert!(said.contains("an allowed line ran once, the stopped line ran once"), "{text}");
        assert!(said.contains(hole), "{text}");
    }
}

#[test]
fn a_shell_that_ends_at_once_is_not_called_protected() {
    let home = tempfile::tempdir().unwrap();
    set_up(home.path());
    let rc = home.path().join(".zshrc");
    fs::write(&rc, format!("exit 0\n{}", fs::read_to_string(&rc).unwrap())).unwrap();
    let output = forestall(home.path(), &["doctor"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(lines_of(&output, "bash").contains("protected: "), "{text}");
    assert!(lines_of(&output, "zsh").contains("NOT PROVEN"), "{text}");
}

#[test]
fn nothing_set_up_is_no_success() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".zshrc"), "").unwrap();
    let output = forestall(home.path(), &["doctor"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("`forestall setup` does that"), "{text}");
    assert!(text.contains("not used by you so far"), "{text}");
    assert!(
        !home.path().join(".config/fish").exists(),
        "fish was not started for somebody who does not use it"
    );
}

#[test]
fn history_that_is_off_is_found_in_a_new_shell() {
    let home = tempfile::tempdir().unwrap();
    set_up(home.path());
    let rc = home.path().join(".bashrc");
    fs::write(&rc, fs::read_to_string(&rc).unwrap() + "set +o history\n").unwrap();
    fs::write(home.path().join(".zshrc"), "").unwrap();
    let output = forestall(home.path(), &["doctor"]);
    let said = lines_of(&output, "bash");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("NOT PROTECTED") && said.contains("history is off"), "{said}");
    assert!(lines_of(&output, "fish").contains("protected: "), "the others are looked at all the same");
}
