//! What git is given to keep: files of secrets that would be added, and tokens in the addresses of remotes.

use super::options::items;
use super::receiver::Receiver;
use super::source::{self, Below};
use super::{Packer, send, send_all};
use crate::effect::{Call, Effect};
use crate::syntax::Word;

/// `git add`, `git commit file`, `git stage`; `git push|clone|fetch|remote … https://token@host`.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let mut words = call.invocation.args();
    // Options of git itself; another directory is looked at only through its full path.
    let mut moved = false;
    while let Some((word, rest)) = words.split_first() {
        match word.text() {
            "-C" | "--git-dir" | "--work-tree" => {
                moved = true;
                words = rest.get(1..).unwrap_or_default();
            }
            "-c" => words = rest.get(1..).unwrap_or_default(),
            text if text.starts_with('-') => words = rest,
            _ => break,
        }
    }
    let Some((verb, rest)) = words.split_first() else { return };
    match verb.text() {
        "add" | "stage" => add(call, rest, moved, effects),
        "commit" => commit(call, rest, effects),
        "tag" | "notes" => messages(call, rest, effects),
        "push" | "fetch" | "pull" | "clone" | "remote" | "ls-remote" | "submodule" => {
            let keeps = verb.text() == "remote";
            for word in rest.iter().filter(|word| word.text().contains("://") && word.text().contains('@')) {
                // What is typed into the address stays in the settings of the repository.
                let receiver = Receiver::place("config", "the settings of the repository");
                let typed =
                    source::text(call, word).into_iter().filter(|source| keeps && source.kind == "literal");
                send_all(&receiver, typed.collect(), "auth", effects);
                send_all(&Receiver::url(word.text()), source::text(call, word), "auth", effects);
            }
        }
        _ => {}
    }
}

fn receiver() -> Receiver {
    Receiver::place("commit", "the repository's history")
}

fn add(call: Call<'_>, words: &[Word], moved: bool, effects: &mut Vec<Effect>) {
    let items = items(words, |name| matches!(name, "pathspec-from-file" | "chmod"));
    let has = |names: &[&str]| items.iter().any(|item| names.contains(&item.name));
    if has(&["n", "dry-run", "i", "interactive", "e", "edit", "u", "update", "refresh", "N", "intent-to-add"])
    {
        return;
    }
    let packer = if has(&["f", "force"]) { Packer::GitForced } else { Packer::Git };
    let below = Below { recursive: true, excludes: &[], packer };
    let mut named = false;
    for item in items.iter().filter(|item| item.name.is_empty()) {
        named = true;
        // `:/` is the top of the work tree, which is mostly where people stand.
        let text = match item.value.strip_prefix(":/") {
            Some("") => ".",
            Some(rest) => rest,
            None => item.value,
        };
        if text.starts_with(":!") || text.starts_with(":^") || moved && !text.starts_with('/') {
            continue;
        }
        if let Some(source) = source::tree_at(call, call.invocation, text, item.word, below, 0) {
            send(&receiver(), source, "upload", effects);
        }
    }
    let all = items.iter().find(|item| matches!(item.name, "A" | "all"));
    if let Some(item) = all.filter(|_| !named && !moved)
        && let Some(source) = source::tree_at(call, call.invocation, ".", item.word, below, 0)
    {
        send(&receiver(), source, "upload", effects);
    }
}

/// `git commit -m "$(cat .env)"`, `git notes add -m "$TOKEN"`.
fn messages(call: Call<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    for pair in words.windows(2).filter(|pair| matches!(pair[0].text(), "-m" | "--message" | "-am")) {
        let said = source::text(call, &pair[1]).into_iter();
        let secret = said.filter(|source| !matches!(source.kind, "file" | "token-command" | "literal"));
        send_all(&receiver(), secret.collect(), "body", effects);
    }
}

/// `git commit -m … .env` commits the file as it is, staged or not.
fn commit(call: Call<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    let items = items(words, |name| {
        matches!(
            name,
            "m" | "F"
                | "C"
                | "c"
                | "t"
                | "message"
                | "file"
                | "author"
                | "date"
                | "template"
                | "fixup"
                | "squash"
                | "reuse-message"
                | "reedit-message"
                | "trailer"
                | "cleanup"
                | "pathspec-from-file"
        )
    });
    if items.iter().any(|item| item.name == "dry-run") {
        return;
    }
    messages(call, words, effects);
    let below = Below { recursive: false, excludes: &[], packer: Packer::GitForced };
    for item in items.iter().filter(|item| item.name.is_empty()) {
        if crate::secrets::secret_path(item.value).is_some()
            && let Some(source) = source::tree_at(call, call.invocation, item.value, item.word, below, 0)
        {
            send(&receiver(), source, "upload", effects);
        }
    }
}
