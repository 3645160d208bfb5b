//! Completions and the manual page, as the shells and man read them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::process::{Command, Output};

fn forestall(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_forestall")).args(args).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs `program` with the completions for `shell` in the file `forestall` of its directory.
fn with_completions(shell: &str, program: &[&str]) -> (Output, String) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("forestall"), forestall(&["completions", shell])).unwrap();
    fs::copy(dir.path().join("forestall"), dir.path().join("_forestall")).unwrap();
    let output = Command::new(program[0])
        .args(&program[1..])
        .current_dir(dir.path())
        .env("HOME", dir.path())
        .env("XDG_CONFIG_HOME", dir.path())
        .env("XDG_DATA_HOME", dir.path())
        .env_remove("ZDOTDIR")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    (output, text)
}

#[test]
fn bash_completes() {
    let complete = |words: &str, last: usize| {
        let script = format!(
            "set -u; . ./forestall; spec=$(complete -p forestall); COMP_WORDS=({words}) COMP_CWORD={last}\n\
             function=${{spec#*-F }}; function=${{function%% *}}\n\
             $function forestall \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{last}-1]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        with_completions("bash", &["bash", "--norc", "-c", &script]).1
    };
    assert_eq!(complete("forestall che", 1), "check\n");
    assert_eq!(complete("forestall explain self.", 2), "self.test\n");
    assert_eq!(complete("forestall rules show self.", 3), "self.test\n");
    assert_eq!(complete("forestall check --sc", 2), "--script\n");
    assert_eq!(complete("forestall init fi", 2), "fish\n");
    assert!(!complete("forestall ''", 1).contains("gate"), "what only hooks call is not offered");
}

#[test]
fn fish_completes() {
    let complete = |line: &str| {
        let script = format!("source ./forestall; complete -C '{line}'");
        with_completions("fish", &["fish", "--no-config", "-c", &script]).1
    };
    assert!(complete("forestall che").starts_with("check\t"));
    assert!(complete("forestall explain self.").contains("self.test"));
    assert!(complete("forestall check --sc").starts_with("--script\t"));
    assert!(!complete("forestall ").contains("gate"));
}

#[test]
fn zsh_completes() {
    // Both ways: found in fpath by compinit, and sourced.
    for load in [
        "fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -d ./dump",
        "autoload -Uz compinit; compinit -u -d ./dump; . ./forestall",
    ] {
        let (_, text) =
            with_completions("zsh", &["zsh", "-fc", &format!("{load}; print $_comps[forestall]")]);
        assert_eq!(text, "_forestall\n", "{load}");
    }
    // What Tab types in a real terminal.
    let script = "zmodload zsh/zpty; zpty shell zsh -f -i\n\
        zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -d ./dump; . ./forestall; print rea''dy'\n\
        zpty -r -m shell line '*ready*' || exit 1\n\
        zpty -n -w shell $'forestall compl\\t zz'\n\
        zpty -r -m shell line '*completions*zz*' || exit 1\n\
        zpty -d shell; print found";
    assert_eq!(with_completions("zsh", &["timeout", "20", "zsh", "-fc", script]).1, "found\n");
}

#[test]
fn the_others_are_printed_and_no_reader_is_awaited() {
    for shell in ["elvish", "powershell"] {
        assert!(forestall(&["completions", shell]).contains("forestall"), "{shell}");
    }
    let pipe = format!("set -o pipefail; '{}' completions bash | true", env!("CARGO_BIN_EXE_forestall"));
    let output = Command::new("bash").args(["-c", &pipe]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn the_manual_page_is_sound_and_whole() {
    let page = forestall(&["man"]);
    for text in
        [".TH FORESTALL 1", ".SH \"EXIT STATUS\"", "forestall check", "\\-\\-script", "forestall git status"]
    {
        assert!(page.contains(text), "{text}");
    }
    // Requests are ours; no text of help begins like one by accident.
    for line in page.lines().filter(|line| line.starts_with(['.', '\''])) {
        let request = line.split(' ').next().unwrap();
        assert!([".TH", ".SH", ".SS", ".TP", ".PP", ".br", ".nh", ".ad"].contains(&request), "{line}");
    }
    let help = forestall(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    for command in commands.map_while(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(page.contains(&format!("forestall {command}")), "{command}");
    }
}

#[test]
fn off_without_the_hook_says_so() {
    for verb in ["off", "on"] {
        let output = Command::new(env!("CARGO_BIN_EXE_forestall")).arg(verb).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("this shell has no hook loaded"),
            "{output:?}"
        );
    }
}
