//! `forestall doctor` against real shells: it must say yes only where a stopped line really does not run.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::process::{Command, Output};

fn forestall(home: &std::path::Path, args: &[&str]) -> Output {
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

fn lines_of(output: &Output, shell: &str) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().skip_while(|line| !line.starts_with(shell)).take(3).collect::<Vec<_>>().join("\n")
}

#[test]
fn shells_that_are_set_up_are_proven() {
    let home = tempfile::tempdir().unwrap();
    // Options that have broken such hooks before.
    fs::write(home.path().join(".bashrc"), "HISTCONTROL=ignoreboth\nset -u\nPROMPT_COMMAND=('true')\n")
        .unwrap();
    fs::write(home.path().join(".zshrc"), "setopt hist_ignore_space nomatch\nTRAPINT() { return 0 }\n")
        .unwrap();
    assert!(forestall(home.path(), &["setup", "--yes"]).status.success());
    let output = forestall(home.path(), &["doctor"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(lines_of(&output, "bash").starts_with("bash       protected: "), "{text}");
    assert!(lines_of(&output, "zsh").starts_with("zsh        protected: "), "{text}");
    for name in [".bash_history", ".zsh_history", ".local/state/forestall/journal.jsonl"] {
        assert!(!home.path().join(name).exists(), "{name} is left over");
    }
}

#[test]
fn a_hook_that_is_not_in_force_is_found_out() {
    let home = tempfile::tempdir().unwrap();
    assert!(forestall(home.path(), &["setup", "--yes"]).status.success());
    let append = |name: &str, line: &str| {
        let path = home.path().join(name);
        let text = fs::read_to_string(&path).unwrap() + line;
        fs::write(path, text).unwrap();
    };
    append(".bashrc", "PS0= PROMPT_COMMAND=\n");
    append(".zshrc", "preexec_functions=() precmd_functions=()\n");
    let output = forestall(home.path(), &["doctor"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for shell in ["bash", "zsh"] {
        let said = lines_of(&output, shell);
        assert!(said.contains("NOT PROTECTED"), "{text}");
        assert!(said.contains("an allowed line ran once, the stopped line ran once"), "{text}");
        assert!(said.contains("the hook is not in force"), "{text}");
    }
}

#[test]
fn a_shell_that_ends_at_once_is_not_called_protected() {
    let home = tempfile::tempdir().unwrap();
    assert!(forestall(home.path(), &["setup", "--yes"]).status.success());
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
}
