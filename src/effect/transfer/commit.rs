//! What git is given to keep: files of secrets that would be added, and tokens in the addresses of remotes.

use super::options::items;
use super::receiver::Receiver;
use super::source::{self, Below, Source};
use super::{Packer, send, send_all};
use crate::effect::{Call, Effect};
use crate::syntax::{Host, Word};
use std::path::PathBuf;

/// `git add`, `git commit file`, `git stage`; `git push|clone|fetch|remote … https://token@host`.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let mut words = call.invocation.args();
    // Options of git itself; another directory is looked at only through its full path.
    let mut moved = false;
    let mut tree = call.invocation.cwd(call.scene);
    while let Some((word, rest)) = words.split_first() {
        match word.text() {
            option @ ("-C" | "--git-dir" | "--work-tree") => {
                moved = true;
                if option != "--git-dir" {
                    tree = rest.first().and_then(Word::known).map(|dir| call.scene.path(dir));
                }
                words = rest.get(1..).unwrap_or_default();
            }
            "-c" => words = rest.get(1..).unwrap_or_default(),
            text if text.starts_with('-') => {
                if let Some(dir) = text.strip_prefix("--work-tree=") {
                    (moved, tree) = (true, Some(call.scene.path(dir)));
                }
                words = rest;
            }
            _ => break,
        }
    }
    let Some((verb, rest)) = words.split_first() else { return };
    match verb.text() {
        "add" | "stage" => {
            whole_home(call, rest, tree, effects);
            add(call, rest, moved, effects);
        }
        "commit" => commit(call, rest, effects),
        "tag" | "notes" => messages(call, rest, effects),
        // What is written into the store by hand may be pushed by its name.
        "hash-object" if rest.iter().any(|word| word.text() == "-w") => kept(call, rest, effects),
        "update-index" if rest.iter().any(|word| word.text() == "--add") => kept(call, rest, effects),
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

/// `cd && git init && git add .`: keys, histories and letters with the rest. A home that has been a repository before
/// says by itself what it leaves out.
fn whole_home(call: Call<'_>, words: &[Word], tree: Option<PathBuf>, effects: &mut Vec<Effect>) {
    let all = words.iter().find(|word| matches!(word.text(), "." | "-A" | "--all" | "*" | ":/"));
    let only_shows =
        words.iter().any(|word| matches!(word.text(), "-n" | "--dry-run" | "-u" | "--update" | "-p"));
    let (Some(all), Some(tree), Some(home)) = (all.filter(|_| !only_shows), tree, call.scene.home()) else {
        return;
    };
    let tree: PathBuf = tree.components().collect();
    if call.invocation.host == Host::Local
        && (tree == home || tree.parent().is_none())
        && !tree.join(".git").exists()
    {
        let name = if tree == home { "your whole home" } else { "the whole system" };
        send(&receiver(), Source::secret("home", name, all.span, None, None), "upload", effects);
    }
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
    for pair in words.windows(2).filter(|pair| matches!(pair[0].text(), "-F" | "--file")) {
        kept(call, &pair[1..], effects);
    }
    for pair in words.windows(2).filter(|pair| matches!(pair[0].text(), "-m" | "--message" | "-am")) {
        let said = source::text(call, &pair[1]).into_iter();
        let secret = said.filter(|source| !matches!(source.kind, "file" | "token-command" | "literal"));
        send_all(&receiver(), secret.collect(), "body", effects);
    }
}

/// `echo "$TOKEN" >> README.md && git commit -am docs`: what earlier commands of the line wrote into the files that are
/// committed.
fn written(call: Call<'_>, items: &[super::options::Item<'_>], effects: &mut Vec<Effect>) {
    let calls = &call.script.invocations;
    let Some(at) = calls.iter().position(|other| std::ptr::eq(other, call.invocation)) else { return };
    let all = items.iter().any(|item| matches!(item.name, "a" | "all"));
    let begin = at.saturating_sub(16);
    for (index, maker) in calls.iter().enumerate().take(at).skip(begin) {
        let Some(redirect) = maker.redirects.iter().find(|redirect| {
            let path = redirect.target.text();
            !path.starts_with(['/', '~']) && crate::secrets::secret_path(path).is_none()
        }) else {
            continue;
        };
        let path = redirect.target.text();
        let added = calls.iter().take(at).skip(index).any(|other| {
            let mut words = other.args().iter().map(Word::text);
            other.program() == "git"
                && matches!(words.next(), Some("add" | "stage"))
                && words.any(|word| matches!(word, "." | "-A" | "--all") || word == path)
        });
        let named = items.iter().any(|item| item.name.is_empty() && item.value == path);
        if !all && !added && !named {
            continue;
        }
        let mut sources = Vec::new();
        super::stream::output_of(call, index, 0, None, &mut sources);
        sources.retain(|source| matches!(source.kind, "variable" | "token-command" | "literal"));
        send_all(&receiver(), sources, "upload", effects);
    }
}

/// Files that are secrets by their names, kept whole: `git notes add -F ~/.aws/credentials`.
fn kept(call: Call<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    for word in words.iter().filter(|word| !word.text().starts_with('-')) {
        let path = word.text().strip_prefix("--file=").unwrap_or(word.text());
        if crate::secrets::secret_path(path).is_some()
            && let Some(source) = source::file(call, call.invocation, path, word)
        {
            send(&receiver(), source, "upload", effects);
        }
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
    written(call, &items, effects);
    let below = Below { recursive: false, excludes: &[], packer: Packer::GitForced };
    for item in items.iter().filter(|item| item.name.is_empty()) {
        if crate::secrets::secret_path(item.value).is_some()
            && let Some(source) = source::tree_at(call, call.invocation, item.value, item.word, below, 0)
        {
            send(&receiver(), source, "upload", effects);
        }
    }
}
