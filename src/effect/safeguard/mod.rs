//! Safeguards that a line would take away or pass over: hooks, checks of certificates, the history, firewalls,
//! protected settings, forestall itself.

mod file;
mod git;
mod guard;
mod hosted;
mod look;
mod planted;
mod settings;
mod shell;
mod system;
mod table;
mod tls;
mod written;

use super::{Call, Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::syntax::{Span, Word};

pub use git::HooksTarget;

/// Adds an effect: which safeguard, how in the words of the line, and of what.
fn weaken(
    safeguard: &'static str,
    how: impl Into<String>,
    object: impl Into<String>,
    span: Span,
    effects: &mut Vec<Effect>,
) {
    let attributes: Vec<(Key, Value)> = vec![
        (Key::Safeguard, safeguard.into()),
        (Key::SafeguardHow, how.into().into()),
        (Key::SafeguardObject, object.into().into()),
    ];
    effects.push(Effect { kind: EffectKind::SafeguardWeaken, span, attributes, target: Target::None });
}

/// What a call would do to safeguards.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let before = effects.len();
    match invocation.program() {
        "git" => git::read(call, effects),
        "export" | "declare" | "typeset" | "setenv" => shell::set(call, effects),
        "set" | "unset" | "unfunction" | "history" | "add-zsh-hook" | "functions" => {
            shell::read(call, effects);
        }
        "rm" | "unlink" | "shred" | "srm" | "truncate" | "mv" | "ln" | "cp" | "install" | "tee" | "sed"
        | "gsed" | "chmod" | "rip" | "trash" => file::read(call, effects),
        "curl" | "wget" | "npm" | "yarn" | "pnpm" | "pip" | "pip3" | "conda" | "mamba" | "composer"
        | "bundle" | "apt" | "apt-get" | "dnf" | "yum" | "rpm" | "zypper" | "gem" => tls::read(call, effects),
        "gh" | "glab" | "aws" | "gcloud" | "gsutil" | "az" | "kubectl" | "oc" | "k" | "docker" | "podman"
        | "nerdctl" | "mc" | "mcli" | "s3cmd" | "swift" | "bq" | "net" => {
            hosted::read(call, effects);
        }
        "forestall" => shell::own(call, effects),
        "pre-commit" | "lefthook" | "husky" | "overcommit" => git::uninstalled(call, effects),
        "echo" | "printf" | "ls" | "cd" | "cat" | "grep" | "rg" | "man" => {}
        _ => system::read(call, effects),
    }
    if effects.len() == before {
        table::read(call, effects);
    }
    if effects.len() == before {
        guard::read(call, effects);
    }
    if effects.len() == before {
        tls::unchecked(call, effects);
    }
    if !invocation.redirects.is_empty() {
        file::redirected(call, effects);
    }
    written::read(call, effects);
    look::read(call, effects);
    if !invocation.assignments.is_empty() {
        tls::assigned(call, effects);
    }
}

/// A text as the rules of tools and files name it: in small letters, without blanks, quotes and backslashes.
fn normal(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\'));
    kept.flat_map(char::to_lowercase).collect()
}

/// Whether a word names this machine, a private network, or a cluster of one's own.
fn near(words: &[Word]) -> bool {
    let own = ["kind", "minikube", "k3d", "docker-desktop", "rancher-desktop", "colima"];
    let is_near = |part: &str| {
        let place = if part.contains("://") { part } else { part.rsplit(['=', '@']).next().unwrap_or(part) };
        let host = (place.contains('.') || place.contains("localhost") || place.contains("::1"))
            && !place.contains("0.0.0.0")
            && crate::effect::code::Address::read(place).is_near();
        host || own
            .iter()
            .any(|own| place.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    };
    words.iter().any(|word| {
        let text = word.text();
        (!text.starts_with('-') || text.contains('=')) && text.split([' ', ',', ';']).any(is_near)
    })
}

/// Whether a call asks an emulator on this machine: `aws --endpoint-url http://localhost:4566`.
fn is_emulated(words: &[Word]) -> bool {
    value(words, &["--endpoint-url"]).is_some_and(|url| crate::effect::code::Address::read(url).is_near())
}

/// The first words of a call, for a sentence.
fn short(words: &[Word]) -> String {
    let said: Vec<&str> = words.iter().take(4).map(Word::text).collect();
    said.join(" ").chars().take(60).collect()
}

/// The value of an option: `--name value` or `--name=value`.
fn value<'a>(words: &'a [Word], names: &[&str]) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let text = word.text();
        match text.split_once('=') {
            Some((name, value)) if names.contains(&name) => Some(value),
            _ if names.contains(&text) => words.get(at + 1).map(Word::text),
            _ => None,
        }
    })
}

/// Whether one of the words is one of these.
fn has(words: &[Word], names: &[&str]) -> bool {
    words.iter().any(|word| names.contains(&word.text()))
}

/// The words that are no options.
fn operands(words: &[Word]) -> impl Iterator<Item = &Word> {
    words.iter().filter(|word| !word.text().starts_with('-'))
}
