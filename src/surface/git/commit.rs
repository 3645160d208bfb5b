//! `pre-commit`: the lines that a commit would add, searched for secrets.

use super::{COMMIT_LINE, Outcome};
use crate::action::{Actor, Scene, Shell, Surface};
use crate::git::{Git, GitError, tell};
use crate::journal::{self, Answer};
use crate::pass;
use crate::secrets::{self, ALLOWED_HERE, Added, Found};
use crate::surface::terminal::show::{Style, visible};
use crate::syntax::Span;
use crate::verdict::{DecidedBy, Decision, Finding, Verdict};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Most bytes of a diff that are searched.
const MOST: usize = 16 * 1024 * 1024;
/// Most secrets that are listed.
const MOST_LISTED: usize = 10;
/// Most characters of a line that are shown.
const MOST_SHOWN: usize = 100;

/// A secret in the lines that are added.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leak {
    file: String,
    /// From 1.
    line: usize,
    kind: &'static str,
    /// Its first line, without the secret.
    shown: String,
}

/// Judges what is staged in the index that git gives.
pub fn run() -> Result<Outcome, GitError> {
    let scene = Scene::here(Shell::Bash);
    // The index is git's: it says in the environment which one, also for `commit -a` and `commit <path>`.
    let diff = Git::at(&scene.cwd).run_at_most(
        &[
            "-c",
            "core.quotePath=false",
            "diff",
            "--cached",
            "-U0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            "--diff-filter=ACMR",
        ],
        MOST,
    )?;
    if diff.cut {
        let mebibytes = MOST / (1024 * 1024);
        tell(&format!(
            "forestall: this commit is large; only its first {mebibytes} MiB were searched for secrets\n"
        ));
    }
    let leaks: Vec<Leak> = secrets::added(&diff.bytes).iter().flat_map(leaks).collect();
    if leaks.is_empty() {
        return Ok(Outcome::Go);
    }
    let verdict = verdict(&leaks);
    let once = pass::take_line(COMMIT_LINE, &scene.cwd);
    let answer = if once { Answer::Once } else { Answer::Stopped };
    journal::record(Surface::Git, Actor::Human, &scene.cwd, COMMIT_LINE, &verdict, answer);
    if once {
        tell(&format!("forestall: permitted once, with {}\n", count(leaks.len())));
        return Ok(Outcome::Go);
    }
    tell(&report(&leaks, &scene));
    Ok(Outcome::Refuse)
}

/// The secrets in lines that were added together.
fn leaks(added: &Added) -> Vec<Leak> {
    let leak = |(found, first): (Found, usize)| {
        let start = added.text[..found.span.start].rfind('\n').map_or(0, |at| at + 1);
        // The end of the line on which the secret ends, so that no part of it is cut and then not known.
        let end = added.text[found.span.end..].find('\n').map_or(added.text.len(), |at| found.span.end + at);
        let redacted = secrets::redact(&added.text[start..end]);
        let shown = redacted.lines().next().unwrap_or_default().trim();
        Leak {
            file: added.file.clone(),
            line: added.first + first,
            kind: found.kind,
            shown: shown.chars().take(MOST_SHOWN).collect(),
        }
    };
    added.leaks().into_iter().map(leak).collect()
}

fn verdict(leaks: &[Leak]) -> Verdict {
    let finding = |leak: &Leak| Finding {
        rule: Cow::Borrowed("commit.secret"),
        effect: None,
        decision: Decision::Deny,
        reason: format!("{}:{} holds a {}", leak.file, leak.line, leak.kind),
        span: Span { start: 0, end: COMMIT_LINE.len() },
        facts: Vec::new(),
        instead: None,
        confirm: None,
        rescue: None,
        subject: None,
    };
    Verdict {
        decision: Decision::Deny,
        decided_by: DecidedBy::Rules,
        unclear: false,
        findings: leaks.iter().map(finding).collect(),
        notes: Vec::new(),
        consulted: None,
    }
}

fn report(leaks: &[Leak], scene: &Scene) -> String {
    let style = Style::plain();
    let mut text = format!("forestall stopped this commit: it would hold {}\n", count(leaks.len()));
    for leak in leaks.iter().take(MOST_LISTED) {
        let file = visible(&leak.file, style);
        let _ = writeln!(text, "  {file}:{}: {}: {}", leak.line, leak.kind, visible(&leak.shown, style));
    }
    if leaks.len() > MOST_LISTED {
        let _ = writeln!(text, "  and {} more", leaks.len() - MOST_LISTED);
    }
    let place = visible(&scene.cwd.to_string_lossy(), style);
    let _ = write!(
        text,
        "Once pushed, a secret has to be revoked. Read it from the environment instead, and stage the file again.\n\
         If it is none, say so in a comment on its line: {}\n\
         If you do mean it: forestall once '{COMMIT_LINE}'   (in {place})\n",
        ALLOWED_HERE[0]
    );
    text
}

fn count(number: usize) -> String {
    if number == 1 { "1 secret".to_owned() } else { format!("{number} secrets") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token of GitHub's form with a right checksum that was never issued, put together here so that no scanner
    /// takes this file for a leak.
    fn token() -> String {
        ["ghp_", "zQ4mWx8LkT2vRb7NcYp1sHd6JfGa9e0Bpawt"].concat()
    }

    fn run(text: &str) -> Vec<Leak> {
        leaks(&Added { file: "f".into(), first: 10, text: text.to_owned() })
    }

    #[test]
    fn a_token_is_named_with_its_line_and_not_repeated() {
        let found = run(&format!("a = 1\nkey = \"{}\" # mine\n", token()));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].kind), (11, "GitHub token"));
        assert_eq!(found[0].shown, "key = \"<GitHub token>\" # mine");
    }

    #[test]
    fn marks_of_all_scanners_are_honoured() {
        for mark in ALLOWED_HERE {
            assert_eq!(run(&format!("key = \"{}\" # {mark}\n", token())), []);
            // On another line they say nothing.
            assert_eq!(run(&format!("# {mark}\nkey = \"{}\"\n", token())).len(), 1);
        }
        assert_eq!(run(&format!("# pragma: allowlist nextline secret\nkey = \"{}\"\n", token())), []);
    }

    #[test]
    fn a_key_over_many_lines_is_one_secret() {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(3);
        let key = ["-----BEGIN PRIVATE ", "KEY-----\n", &body, "-----END PRIVATE KEY-----\n"].concat();
        let found = run(&format!("x\n{key}y\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].line, found[0].kind), (11, "private key"));
        assert_eq!(found[0].shown, "<private key>");
    }
}
