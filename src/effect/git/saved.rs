//! What the same line does to changes before it comes to the call in question: `git stash && git reset --hard`.

use super::Git;
use crate::effect::args::Args;
use crate::syntax::{Invocation, Word};

/// What earlier commands of the same line have done to changes.
#[derive(Clone, Copy, Default)]
pub(super) struct Saved {
    /// Changes of tracked files are where they are safe.
    pub(super) tracked: bool,
    /// So are files that git did not track.
    pub(super) untracked: bool,
    /// Changes that are not in the index were written to a file: `git diff > wip.patch`.
    pub(super) written: bool,
    /// The line has made the newest entry of the stash.
    pub(super) stashed: bool,
    /// The stash was applied.
    pub(super) applied: bool,
    /// Files that git did not track are in the index, and in no commit.
    pub(super) added: bool,
}

/// Looks through the calls of git that stand before this one in the line and run in the same directory.
pub(super) fn saved(git: &Git<'_>) -> Saved {
    let mut saved = Saved::default();
    let same = |other: &&Invocation| other.program() == "git" && other.dir == git.invocation.dir;
    let earlier: Vec<&Invocation> = git.before().filter(same).collect();
    for earlier in earlier.into_iter().rev() {
        let words = earlier.args();
        let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.text()));
        match words.first().map(Word::text) {
            Some("stash") => {
                const OPTIONS: &str = "m,message= u,include-untracked a,all k,keep-index p,patch S,staged q,quiet \
                    pathspec-from-file=";
                let args = Args::read(words, OPTIONS, false);
                let verb = words.get(1).map(Word::text).filter(|word| !word.starts_with('-'));
                let verb = verb.unwrap_or("push");
                let partly = ["p", "S", "pathspec-from-file"].iter().any(|name| args.has(name));
                // Behind `save` stands a message, behind `push` a path.
                let partly = partly || (verb == "push" && args.operands().len() > 2) || has(&["--"]);
                match verb {
                    "push" | "save" if !partly => {
                        let untracked = args.has("u") || args.has("a") || saved.added;
                        saved = Saved { tracked: true, untracked, stashed: true, ..Saved::default() };
                    }
                    "push" | "save" => saved.stashed = true,
                    // What was put aside is back.
                    "apply" | "pop" => saved = Saved { applied: true, ..Saved::default() },
                    _ => {}
                }
            }
            Some("diff") => match diff_to_file(earlier) {
                Some("index") => saved.written = true,
                Some(_) => saved.tracked = true,
                None => {}
            },
            Some("add") => saved.added |= has(&["-A", "--all", ".", ":/", "-Av"]),
            Some("commit") => {
                let all = words.iter().any(|word| {
                    let text = word.text();
                    text == "--all"
                        || (!text.starts_with("--") && text.starts_with("-") && text.contains('a'))
                });
                saved.tracked |= all || saved.added;
                saved.untracked |= saved.added;
                saved.added = false;
            }
            _ => {}
        }
    }
    saved
}

/// What the changes that `git diff` writes to a file are held against: the index, or HEAD.
fn diff_to_file(diff: &Invocation) -> Option<&'static str> {
    let [redirect] = diff.redirects.as_slice() else { return None };
    let mut against = "index";
    for word in diff.args().get(1..)? {
        match word.text() {
            "HEAD" => against = "HEAD",
            "--binary" | "--no-color" | "--full-index" | "-p" | "--patch" | "--no-ext-diff" => {}
            _ => return None,
        }
    }
    let target = redirect.target.known()?;
    (!target.starts_with("/dev/")).then_some(against)
}
