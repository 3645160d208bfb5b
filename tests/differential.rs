//! Our reading beside bash's own: what bash accepts is balanced to us too, and plain words are the same words.
//! Only words of letters and quotes are ever handed to a bash that runs something; of all else it reads the
//! grammar (`-n`). `FORESTALL_LONG=1` tries much more.
#![allow(clippy::unwrap_used)]

use forestall::action::{Line, Scene};
use forestall::syntax::{self, GapCause, Word};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn count(short: usize) -> usize {
    if std::env::var_os("FORESTALL_LONG").is_some() { short * 40 } else { short }
}

fn scene() -> Scene {
    Scene::given(Path::new("/nonexistent"), BTreeMap::new())
}

/// bash without anything of the user's, and without a program to find.
///
/// Some errors of grammar leave its status at 0, so that what it says counts.
fn bash(arguments: &[&str], input: &str) -> (bool, Vec<u8>) {
    let mut child = Command::new(which::which("bash").unwrap())
        .args(["--norc", "--noprofile"])
        .args(arguments)
        .env_clear()
        .env("PATH", "/nonexistent")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let silent = output.stderr.split(|&byte| byte == b'\n').all(|line| {
        let line = String::from_utf8_lossy(line);
        line.is_empty() || line.contains("warning:")
    });
    (output.status.success() && silent, output.stdout)
}

/// Random values, the same ones in each run unless it is the long one.
fn values<S: Strategy>(strategy: &S, count: usize) -> Vec<S::Value> {
    let mut runner = match std::env::var_os("FORESTALL_LONG") {
        Some(_) => TestRunner::default(),
        None => TestRunner::deterministic(),
    };
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

#[test]
fn what_bash_accepts_is_balanced() {
    let pieces = proptest::sample::select(vec![
        "a",
        "b ",
        " ",
        "'",
        "\"",
        "$(",
        ")",
        "`a`",
        "${x}",
        "${x:-",
        "}",
        "{ ",
        "; }",
        "|",
        "&",
        "&&",
        ";",
        "\n",
        "<<E\n",
        "\nE\n",
        "\\",
        "<(a)",
        "é",
        "if a; then b",
        "; fi",
        "; do ",
        "for x in y",
        "; done",
        "$X",
        "=",
        "x=",
        "((1))",
        "[[ a ]]",
        "case x in a) b",
        ";; esac",
        "#",
        "$'a\\''",
        "$\"",
        "(",
        "f() ",
        ">f",
        "2>&1",
        "x=(a b)",
        "!",
        "$((1+1))",
        "while a",
        "'it'",
        "\"$(a \"b\")\"",
    ]);
    let texts = values(&proptest::collection::vec(pieces, 1..14), count(700));
    let mut accepted = 0;
    let mut wrong = Vec::new();
    for text in texts.iter().map(|pieces| pieces.concat()) {
        // bash looks into a here-document, and into what begins like arithmetic, only when it runs.
        let late =
            text.contains("<<") && text.contains("$(") || text.contains("$((") && text.contains("case");
        if late || !bash(&["-n", "-c", &text], "").0 {
            // What bash rejects we may read all the same.
            continue;
        }
        accepted += 1;
        let script = syntax::read(&Line::from_bytes(text.as_bytes()), &scene());
        if script.gaps.iter().any(|gap| gap.cause == GapCause::Unbalanced) {
            wrong.push(format!("{text:?}"));
        }
    }
    assert!(accepted > texts.len() / 10, "{accepted} of {}", texts.len());
    assert!(wrong.is_empty(), "{} of {accepted} that bash accepts:\n{}", wrong.len(), wrong.join("\n"));
}

/// A word of pieces in each kind of quotes. No piece can run, read or match anything.
fn word() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9_./:@%+,-]{1,5}",
        "'[a-z \"\\\\$|;&<>(){}#*?!~]{0,6}'",
        "\"[a-z '|;&<>(){}#*?~]{0,6}\"",
        "\"a\\\\[$\"\\\\`a]b\"",
        "\\\\[a-z \"'$|;&<>(){}#*?!~\\\\]",
        "\\$'[a-z \"]{0,3}\\\\(n|t|x41|101|'|\\\\|u00e9)[a-z]?'",
        "\\{[a-c]{0,2},[a-c]{0,2}(,'x y')?\\}",
        "\\{1\\.\\.[1-4]\\}",
        "\\{[a-c]{1,2}\\}",
        "[äé→]",
    ];
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

#[test]
fn plain_words_are_the_words_of_bash() {
    let lines: Vec<String> = values(&proptest::collection::vec(word(), 1..6), count(1500))
        .iter()
        .map(|words| words.join(" "))
        // A comment, and a home directory, are not plain words.
        .filter(|line| !line.starts_with(['#', '~']) && !line.contains(" #") && !line.contains(" ~"))
        .collect();
    let script: String =
        lines.iter().map(|line| format!("printf '%s\\0' x {line}\nprintf '\\1\\0'\n")).collect();
    let (_, out) = bash(&["-s"], &script);
    let out = String::from_utf8(out).unwrap();
    let groups: Vec<&str> = out.split_terminator("\u{1}\0").collect();
    assert_eq!(groups.len(), lines.len());
    let mut wrong = Vec::new();
    for (line, group) in lines.iter().zip(groups) {
        // Without any word `printf` would put out an empty one.
        let theirs: Vec<&str> = group.split_terminator('\0').skip(1).collect();
        let script = syntax::read(&Line::from_bytes(format!("x {line}").as_bytes()), &scene());
        let ours: Vec<&str> = script.invocations[0].args().iter().map(Word::text).collect();
        if ours != theirs {
            wrong.push(format!("{line}\n  bash {theirs:?}\n  ours {ours:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        lines.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}
