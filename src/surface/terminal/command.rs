//! A command that is about to run as a whole, judged together with the shell scripts that it would run.

use super::show::shell_quoted;
use crate::action::{Actor, Line, Scene, Shell};
use crate::classifier::Consult;
use crate::judge::{judge_asking, judge_script};
use crate::policy::Policy;
use crate::script::{ScriptError, ScriptFile};
use crate::syntax::{self, Called, Host, Invocation, Span, Word, args::Args};
use crate::verdict::{Decision, Finding, Verdict};
use std::borrow::Cow;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Most scripts that one command is followed into.
const MAX_SCRIPTS: usize = 16;

/// The words of a command as a line that means the same to a POSIX shell.
pub fn line_of(words: &[OsString]) -> Line {
    let mut line = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            line.push(b' ');
        }
        let bytes = word.as_bytes();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./:@%+,=".contains(byte);
        // The first could be taken for an assignment or a reserved word.
        let special = index == 0 && (bytes.contains(&b'=') || is_reserved(bytes));
        if !bytes.is_empty() && bytes.iter().all(plain) && !special {
            line.extend(bytes);
            continue;
        }
        match word.to_str() {
            Some(text) => line.extend(shell_quoted(text).as_bytes()),
            None => {
                line.push(b'\'');
                for &byte in bytes {
                    match byte {
                        b'\'' => line.extend(br"'\''"),
                        byte => line.push(byte),
                    }
                }
                line.push(b'\'');
            }
        }
    }
    Line::from_bytes(&line)
}

fn is_reserved(word: &[u8]) -> bool {
    matches!(
        word,
        b"if"
            | b"then"
            | b"else"
            | b"elif"
            | b"fi"
            | b"for"
            | b"while"
            | b"until"
            | b"do"
            | b"done"
            | b"case"
            | b"esac"
            | b"select"
            | b"function"
            | b"coproc"
            | b"time"
    )
}

/// The line that `forestall exec …` judges, where the given line is such a call.
pub fn without_exec(line: &Line, scene: &Scene) -> Option<Line> {
    let read = syntax::read(line, scene);
    let [invocation] = read.invocations.as_slice() else { return None };
    let [program, verb, rest @ ..] = invocation.words.as_slice() else { return None };
    let rest = if rest.first().is_some_and(|word| word.text() == "--") { &rest[1..] } else { rest };
    if program.text() != "forestall" || verb.text() != "exec" || rest.is_empty() {
        return None;
    }
    let words: Option<Vec<OsString>> = rest.iter().map(|word| word.known().map(OsString::from)).collect();
    Some(line_of(&words?))
}

/// Judges a line, and every shell script on this machine that it would run. A finding in a script has the
/// script's name and line in its reason, and marks the word that names the script.
pub fn judge_with_scripts(
    line: &Line,
    scene: &Scene,
    actor: Actor,
    mut ask: Option<&mut Consult<'_>>,
) -> Verdict {
    // Each script is judged here, with its own lines in what is said.
    let mut alone = scene.clone();
    alone.follows_scripts = false;
    let mut verdict = judge_asking(line, &alone, actor, || Policy::load(scene), ask.as_deref_mut());
    let mut seen: Vec<(String, std::path::PathBuf)> = Vec::new();
    for invocation in &syntax::read(line, &alone).invocations {
        let Some(found) = Named::in_call(invocation) else { continue };
        let word = found.word;
        let (Some(name), Some(cwd)) = (word.known(), invocation.cwd(scene)) else { continue };
        let key = (name.to_owned(), cwd.clone());
        if seen.contains(&key) || seen.len() >= MAX_SCRIPTS {
            continue;
        }
        seen.push(key);
        let script = match found.shell {
            Some(shell) => ScriptFile::of_argument(name, &cwd, shell),
            None => ScriptFile::of_program(name, &cwd),
        };
        match script {
            None => {}
            Some(Ok(script)) => {
                let mut inner = scene.clone();
                (inner.cwd, inner.shell) = (cwd, script.shell);
                let called = Called { path: Some(script.name.clone()), arguments: found.arguments };
                let judged = judge_script(
                    script.text(),
                    &called,
                    &inner,
                    actor,
                    || Policy::load(&inner),
                    ask.as_deref_mut(),
                );
                add(&mut verdict, &script, judged, word.span, scene.cwd == inner.cwd);
            }
            Some(Err(error)) => add_unread(&mut verdict, &error, word.span),
        }
    }
    verdict.findings.sort_by_key(|finding| std::cmp::Reverse(finding.decision));
    verdict
}

/// A script that a call names.
struct Named<'a> {
    word: &'a Word,
    /// The shell, where that does not depend on the script.
    shell: Option<Shell>,
    /// What is known of its arguments.
    arguments: Option<Vec<Option<String>>>,
}

impl<'a> Named<'a> {
    fn in_call(invocation: &'a Invocation) -> Option<Named<'a>> {
        if invocation.host != Host::Local {
            return None;
        }
        let shell = match invocation.program() {
            "." | "source" => {
                let word = invocation.args().first()?;
                return Some(Named { word, shell: Some(Shell::Bash), arguments: None });
            }
            "ksh" | "ash" => Shell::Bash,
            program => match Shell::from_name(program) {
                Some(shell) => shell,
                None => {
                    let (word, rest) = invocation.words.split_first()?;
                    return Some(Named { word, shell: None, arguments: texts(rest.iter()) });
                }
            },
        };
        let args = Args::read(invocation.args(), "o= O= rcfile= init-file=", true);
        if args.has("c") || args.has("command") || args.has("s") {
            return None;
        }
        let (word, rest) = args.operands().split_first()?;
        Some(Named { word, shell: Some(shell), arguments: texts(rest.iter().copied()) })
    }
}

/// The texts of words, unless there may be more of them than are written.
fn texts<'a>(words: impl Iterator<Item = &'a Word>) -> Option<Vec<Option<String>>> {
    words
        .map(|word| match word.known() {
            Some(_) if word.glob => None,
            None if !word.quoted => None,
            known => Some(known.map(str::to_owned)),
        })
        .collect()
}

fn add(
    verdict: &mut Verdict,
    script: &ScriptFile,
    (found, unknown): (Verdict, Vec<Span>),
    span: Span,
    same_place: bool,
) {
    let at = |inner: Span| format!("{}:{}", script.name, script.line_number(inner.start));
    for inner in unknown {
        verdict.notes.push(format!("{}: unknown syntax, its words alone were judged", at(inner)));
    }
    verdict
        .notes
        .extend(found.notes.into_iter().filter(|note| !verdict.notes.contains(note)).collect::<Vec<_>>());
    verdict.decision = verdict.decision.max(found.decision);
    verdict.consulted = verdict.consulted.take().or(found.consulted);
    if found.unclear {
        (verdict.unclear, verdict.decided_by) = (true, found.decided_by);
    }
    for mut finding in found.findings {
        finding.reason = format!("{}: {}", at(finding.span), finding.reason);
        finding.span = span;
        // It would take the place of one command of the script, and not of the script.
        (finding.instead, finding.confirm) = (None, None);
        // What it concerns is found from the directory of the line.
        if !same_place {
            (finding.subject, finding.rescue) = (None, None);
        }
        verdict.findings.push(finding);
    }
}

/// A script that should be judged and cannot be is never passed over in silence.
fn add_unread(verdict: &mut Verdict, error: &ScriptError, span: Span) {
    verdict.decision = verdict.decision.max(Decision::Ask);
    verdict.findings.push(Finding {
        rule: Cow::Borrowed("syntax.unread"),
        effect: None,
        decision: Decision::Ask,
        reason: error.to_string(),
        span,
        facts: Vec::new(),
        instead: None,
        confirm: None,
        rescue: None,
        subject: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> String {
        line_of(&words.iter().map(OsString::from).collect::<Vec<_>>()).text().to_owned()
    }

    #[test]
    fn words_become_a_line_that_a_shell_reads_back() {
        for words in [
            &["git", "push", "--force", "origin", "HEAD:main"][..],
            &["echo", "", "a b", "it's", "$HOME", "`x`", "a\nb", "*", "~", "{a,b}", "#", "ü"],
            &["time", "ls"],
            &["A=1", "b"],
            &["x", "A=1"],
        ] {
            let script = format!("printf '%s\\0' {}", line(words));
            let out = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(out.stdout).unwrap(), words.join("\0") + "\0");
        }
        assert_eq!(line(&["git", "push", "origin"]), "git push origin");
        assert_eq!(line(&["A=1", "b"]), "'A=1' b");
        let bytes = OsString::from(std::ffi::OsStr::from_bytes(b"\xff'"));
        assert_eq!(line_of(&[bytes]).text(), "'\u{1a}'\\'''");
    }

    #[test]
    fn the_command_inside_exec() {
        let scene = Scene::given(std::path::Path::new("/"), std::collections::BTreeMap::new());
        let inner = |line: &str| without_exec(&Line::from_bytes(line.as_bytes()), &scene);
        assert_eq!(inner("forestall exec -- git push 'a b'").unwrap().text(), "git push 'a b'");
        assert_eq!(inner("forestall exec ./x --y").unwrap().text(), "./x --y");
        for line in ["git push", "forestall exec", "forestall exec \"$x\"", "forestall once 'git push'", ""] {
            assert!(inner(line).is_none(), "{line}");
        }
    }
}
