//! Safeguards that a line would take away or pass over: hooks, checks of certificates, the history, firewalls,
//! protected settings, forestall itself.

mod file;
mod git;
mod hosted;
mod shell;
mod system;
mod tls;

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
        _ => system::read(call, effects),
    }
    if !invocation.redirects.is_empty() {
        file::redirected(call, effects);
    }
    if !invocation.assignments.is_empty() {
        tls::assigned(call, effects);
    }
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
