//! git without its hooks, or without a look at certificates.

use super::weaken;
use crate::effect::args::Args;
use crate::effect::{Call, Effect, EffectKind, Target};
use crate::fact::Key;
use crate::git::root_of;
use crate::syntax::{Host, Span, Word};
use std::path::PathBuf;

/// Hooks of a repository that would be passed over or removed.
#[derive(Clone, Debug)]
pub struct HooksTarget {
    /// A directory in the repository; `None` where it is only known when the line runs, or lies elsewhere.
    pub dir: Option<PathBuf>,
    /// Names of the hooks: `pre-commit`; empty for all of them.
    pub names: Vec<String>,
}

/// Options of git itself, before the subcommand.
const GLOBAL: &str = "C= c= git-dir= work-tree= namespace= config-env= super-prefix= attr-source=";

/// What a call of git would pass over.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    let global = Args::read(words, GLOBAL, true);
    let Some(subcommand) = global.operands().first() else { return };
    let at = words.iter().position(|word| std::ptr::eq(word, *subcommand)).map_or(words.len(), |at| at + 1);
    let rest = words.get(at..).unwrap_or_default();
    if rest.iter().any(|word| matches!(word.text(), "--help" | "--dry-run")) {
        return;
    }
    let verb = subcommand.text();
    if let Some(word) = rest.iter().find(|word| word.text().starts_with("ext::")) {
        weaken("access-control", word.text(), "git", word.span, effects);
    }
    let mut dir = invocation.cwd(call.scene).filter(|_| invocation.host == Host::Local);
    for flag in global.all("C") {
        dir = dir.zip(flag.value).map(|(dir, value)| dir.join(value));
    }
    if verb == "config" {
        config(call, rest, dir, effects);
        return;
    }
    if verb == "rm" || verb == "mv" {
        let moved = if verb == "rm" { rest } else { rest.split_last().map_or(rest, |(_, from)| from) };
        // What is renamed stays; what goes elsewhere is gone from where it works.
        let stays = verb == "mv" && rest.last().is_some_and(|to| to.text().contains(".github"));
        for word in moved.iter().filter(|word| !stays && !word.text().starts_with('-')) {
            super::file::review_removed(word, effects);
        }
        return;
    }
    // `git push -o secret_push_protection.skip_all`
    if verb == "push" {
        let mut before = "";
        for word in rest {
            let text = word.text();
            let option = text.strip_prefix("--push-option=").unwrap_or(match before {
                "-o" | "--push-option" => text,
                _ => "",
            });
            if ["secret_push_protection", "secret_detection", "push_rule", "sast", "security_policy"]
                .iter()
                .any(|check| option.starts_with(check))
            {
                weaken("code-check", option, "the search for secrets", word.span, effects);
            }
            before = text;
        }
    }
    let names: &[&str] = match verb {
        "commit" | "ci" => &["pre-commit", "commit-msg", "prepare-commit-msg"],
        "push" => &["pre-push"],
        "merge" => &["pre-merge-commit", "commit-msg"],
        "am" => &["applypatch-msg", "pre-applypatch"],
        "rebase" => &["pre-rebase"],
        _ => &[],
    };
    // `git clone -c http.sslVerify=false`, `git clone ext::…`
    if verb == "clone" {
        let after = Args::read(rest, "c,config= b,branch= depth= o,origin=", false);
        for flag in after.all("c") {
            if let Some((key, value)) = flag.value.and_then(|value| value.split_once('=')) {
                setting(call, key, value, flag.word.span, effects);
            }
        }
    }
    for flag in global.all("c") {
        let Some((key, value)) = flag.value.and_then(|value| value.split_once('=')) else { continue };
        let key = key.to_ascii_lowercase();
        if is_tls_key(&key) && is_no(value) {
            weaken("tls", format!("-c {key}={value}"), "git", flag.word.span, effects);
        } else if key == "core.hookspath" && is_nowhere(value) && !names.is_empty() {
            hooks("core.hooksPath", "", names, dir.clone(), flag.word.span, effects);
        } else if key.starts_with("protocol.") {
            setting(call, &key, value, flag.word.span, effects);
        }
    }
    if names.is_empty() {
        return;
    }
    if let Some(word) = skips(verb, rest) {
        if verb == "push" && rest.iter().any(|word| word.text() == "-n") {
            return;
        }
        hooks(word.text(), "", names, dir, word.span, effects);
        return;
    }
    // Switches of the tools that manage hooks.
    for assignment in &invocation.assignments {
        let value = assignment.value.text();
        let skips = match assignment.name.as_str() {
            "HUSKY" | "LEFTHOOK" => is_no(value),
            "HUSKY_SKIP_HOOKS" | "OVERCOMMIT_DISABLE" | "SKIP_SIMPLE_GIT_HOOKS" | "SKIP_YORKIE" => {
                !is_no(value)
            }
            // Only the hooks that look for secrets; a linter is left out every day.
            "SKIP" | "LEFTHOOK_EXCLUDE" => {
                let scanners = [
                    "leaks",
                    "secret",
                    "truffle",
                    "ggshield",
                    "talisman",
                    "private-key",
                    "forestall",
                    "credential",
                ];
                value
                    .split([',', ' '])
                    .any(|hook| hook == "all" || scanners.iter().any(|name| hook.contains(name)))
            }
            _ => false,
        };
        if skips {
            let how = format!("{}={value}", assignment.name);
            hooks(&how, "", names, dir.clone(), assignment.value.span.to(subcommand.span), effects);
        }
    }
}

/// The word that tells a subcommand to run no hooks: `--no-verify`, and `-n` of commit alone.
fn skips<'a>(verb: &str, words: &'a [Word]) -> Option<&'a Word> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let text = word.text();
        match text {
            "--" => return None,
            "-m" | "-F" | "-C" | "-c" | "-t" | "--message" | "--file" | "--author" | "--date" | "-o" => {
                rest.next();
            }
            _ if text.len() >= "--no-veri".len() && "--no-verify".starts_with(text) => return Some(word),
            _ if text.starts_with("--") => {}
            _ if verb == "commit" && text.starts_with('-') => {
                for (at, letter) in text.char_indices().skip(1) {
                    match letter {
                        'n' => return Some(word),
                        // The rest of the word is their value, or else the next word.
                        'm' | 'F' | 'C' | 'c' | 't' => {
                            if at + 1 == text.len() {
                                rest.next();
                            }
                            break;
                        }
                        'u' | 'S' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// `git config key value`.
fn config(call: Call<'_>, words: &[Word], dir: Option<PathBuf>, effects: &mut Vec<Effect>) {
    let unsets = words.iter().any(|word| matches!(word.text(), "--unset" | "--unset-all" | "unset"));
    let reads = words
        .iter()
        .any(|word| word.text().starts_with("--get") || matches!(word.text(), "-l" | "--list" | "get"));
    let mut operands =
        words.iter().filter(|word| !word.text().starts_with("--") && !matches!(word.text(), "set" | "unset"));
    let Some(key) = operands.next().filter(|_| !reads) else { return };
    let value = operands.next();
    let name = key.text().to_ascii_lowercase();
    let span = key.span.to(value.unwrap_or(key).span);
    match value {
        Some(value) if is_tls_key(&name) && is_no(value.text()) => {
            weaken("tls", format!("{}={}", key.text(), value.text()), "git", span, effects);
        }
        Some(value) if name == "core.hookspath" && is_nowhere(value.text()) => {
            weaken("git-hooks-off", format!("core.hooksPath={}", value.text()), "git", span, effects);
        }
        Some(value)
            if matches!(name.as_str(), "receive.denynonfastforwards" | "receive.denydeletes")
                && is_no(value.text()) =>
        {
            weaken(
                "branch-protection",
                format!("{}={}", key.text(), value.text()),
                "every branch",
                span,
                effects,
            );
        }
        Some(value) if !unsets && setting(call, key.text(), value.text(), span, effects) => {}
        _ if unsets && name.contains("forestall") => {
            weaken("forestall", key.text(), "its hook", span, effects);
        }
        // Where there is no repository there are no hooks that it could take away.
        None if name == "core.hookspath"
            && unsets
            && (words.iter().any(|word| matches!(word.text(), "--global" | "--system"))
                || dir.as_ref().is_none_or(|dir| root_of(dir).is_some())) =>
        {
            hooks("--unset core.hooksPath", "", &[], dir, span, effects);
        }
        _ => {}
    }
}

/// A setting that switches a check off for good, or from which on something else runs.
fn setting(call: Call<'_>, key: &str, value: &str, span: Span, effects: &mut Vec<Effect>) -> bool {
    let name = key.to_ascii_lowercase();
    let normal = super::normal(value);
    let both = format!("{key}={value}");
    let everyones = crate::effect::code::anyones(call, value);
    let (safeguard, object) = match name.as_str() {
        _ if is_tls_key(&name) && is_no(value) => ("tls", "git"),
        "gpg.program" if matches!(value, "true" | "/bin/true" | "/usr/bin/true" | "echo") => {
            ("signature", "git")
        }
        "transfer.fsckobjects" | "fetch.fsckobjects" | "receive.fsckobjects" if is_no(value) => {
            ("signature", "git")
        }
        "safe.directory" if value == "*" => ("access-control", "git"),
        "core.sshcommand" if super::tls::never_known(&normal) => ("tls", "git"),
        "include.path" | "core.fsmonitor" | "init.templatedir" | "core.sshcommand" | "core.pager"
        | "core.editor" | "diff.external" | "core.hookspath"
            if everyones =>
        {
            ("shell-start", "git")
        }
        _ if name.starts_with("protocol.") && name.ends_with(".allow") && normal == "always" => {
            if matches!(name.as_str(), "protocol.https.allow" | "protocol.ssh.allow") {
                return false;
            }
            ("access-control", "git")
        }
        // What is asked of one host goes to another, or without encryption.
        _ if name.starts_with("url.") && name.ends_with(".insteadof") => {
            let to = key.get(4..key.len().saturating_sub(10)).unwrap_or_default();
            let from = crate::effect::code::Address::read(value);
            let plain = to.starts_with("http://") && value.starts_with("https://");
            let address = crate::effect::code::Address::read(to);
            let elsewhere =
                to.contains("://") && from.is_forge() && address.host != from.host && !address.is_forge();
            if !plain && !elsewhere || address.is_near() {
                return false;
            }
            ("tls", "git")
        }
        _ if name.starts_with("alias.") => {
            if let Some(script) = value.strip_prefix('!') {
                super::planted::grave(call, script, span, effects);
            }
            return true;
        }
        _ => return false,
    };
    weaken(safeguard, both, object, span, effects);
    true
}

fn is_tls_key(key: &str) -> bool {
    key.starts_with("http.") && (key.ends_with(".sslverify") || key.ends_with(".proxysslverify"))
}

/// `pre-commit uninstall` and its like.
pub(super) fn uninstalled(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    if let Some(word) = invocation.args().first().filter(|word| word.text() == "uninstall") {
        let dir = invocation.cwd(call.scene).filter(|_| invocation.host == Host::Local);
        hooks("uninstall", "", &[], dir, invocation.span.to(word.span), effects);
    }
}

/// A value that means no, as git and most programs read it.
pub(super) fn is_no(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "false" | "0" | "no" | "off" | "")
}

/// A directory in which there are no hooks.
fn is_nowhere(path: &str) -> bool {
    matches!(path, "" | "/dev/null" | "/nonexistent" | "/dev" | "none")
        || path.starts_with("/tmp")
        || path.starts_with("/var/tmp")
}

/// Adds that hooks would be passed over; whether there are any is a fact.
pub(super) fn hooks(
    how: &str,
    object: &str,
    names: &[&str],
    dir: Option<PathBuf>,
    span: Span,
    effects: &mut Vec<Effect>,
) {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    effects.push(Effect {
        kind: EffectKind::SafeguardWeaken,
        span,
        attributes: vec![
            (Key::Safeguard, "git-hooks".into()),
            (Key::SafeguardHow, how.into()),
            (Key::SafeguardObject, object.into()),
        ],
        target: Target::Hooks(HooksTarget { dir, names }),
    });
}
