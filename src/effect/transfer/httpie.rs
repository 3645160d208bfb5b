//! HTTPie and xh, whose request items stand among the operands: `field=text`, `field=@file`, `Header:text`.

use super::curl::place_in_url;
use super::options::items;
use super::receiver::Receiver;
use super::source::{self, Source};
use super::{request, send_all, stream};
use crate::effect::{Call, Effect};
use crate::syntax::{Feed, Word};

/// `http [METHOD] URL [ITEM…]`.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), takes);
    let mut operands = items.iter().filter(|item| item.name.is_empty()).peekable();
    let method = operands.next_if(|item| is_method(item.value));
    let Some(url) = operands.next() else { return };
    // `https …` and `xhs …` choose the scheme; `:3000/x` is this machine.
    let secure = matches!(call.invocation.program(), "https" | "xhs");
    let text = match url.value.strip_prefix(':') {
        Some(rest) if !rest.starts_with(':') => {
            let colon = if rest.starts_with(|c: char| c.is_ascii_digit()) { ":" } else { "" };
            format!("http://localhost{colon}{rest}")
        }
        _ if url.value.contains("://") => url.value.to_owned(),
        _ => format!("{}://{}", if secure { "https" } else { "http" }, url.value),
    };
    let receiver = Receiver::url(&text);
    if let Some(method) = method {
        // `key=value` is a text, `key:=value` anything else.
        let sent = items.iter().filter(|item| item.name.is_empty()).map(|item| item.value.replace(":=", "="));
        let fields: Vec<String> = sent.collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        request(call, method.value, &text, &fields, url.word.span, effects);
    }
    send_all(&receiver, source::text(call, url.word), place_in_url(&text), effects);
    let mut body = false;
    for item in operands {
        let (place, sources) = request_item(call, item.value, item.word);
        body |= place != "header" && place != "query";
        send_all(&receiver, sources, place, effects);
    }
    for item in &items {
        match item.name {
            "a" | "auth" | "bearer" => send_all(&receiver, source::text(call, item.word), "auth", effects),
            "raw" => send_all(&receiver, source::text(call, item.word), "body", effects),
            _ => {}
        }
    }
    // Standard input is the body when no item makes one.
    let ignores = items.iter().any(|item| matches!(item.name, "I" | "ignore-stdin"));
    if !body && !ignores && !matches!(call.invocation.stdin, Feed::Inherited) {
        send_all(&receiver, stream::input(call), "body", effects);
    }
}

fn is_method(word: &str) -> bool {
    ["get", "post", "put", "patch", "delete", "head", "options"]
        .iter()
        .any(|method| method.eq_ignore_ascii_case(word))
}

/// The separator that comes first decides what an item is.
fn request_item(call: Call<'_>, text: &str, word: &Word) -> (&'static str, Vec<Source>) {
    let file = |path: &str| source::file(call, call.invocation, path, word).into_iter().collect();
    if let Some(path) = text.strip_prefix('@') {
        return ("body", file(path));
    }
    let bytes = text.as_bytes();
    let at = bytes.iter().position(|byte| matches!(byte, b'=' | b':' | b'@')).unwrap_or(bytes.len());
    let rest = &text[at..];
    if let Some(path) =
        rest.strip_prefix(":=@").or_else(|| rest.strip_prefix("=@")).or_else(|| rest.strip_prefix('@'))
    {
        let path = path.split(';').next().unwrap_or_default();
        return ("upload", file(path));
    }
    if let Some(path) = rest.strip_prefix("==@") {
        return ("query", file(path));
    }
    if let Some(path) = rest.strip_prefix(":@") {
        return ("header", file(path));
    }
    let place = if rest.starts_with("==") {
        "query"
    } else if rest.starts_with('=') || rest.starts_with(":=") {
        "field"
    } else if rest.starts_with(':') {
        "header"
    } else {
        "body"
    };
    (place, source::text(call, word))
}

/// Whether an option of HTTPie or xh has a value.
fn takes(name: &str) -> bool {
    matches!(
        name,
        "a" | "A"
            | "o"
            | "p"
            | "s"
            | "auth"
            | "auth-type"
            | "bearer"
            | "output"
            | "print"
            | "style"
            | "session"
            | "session-read-only"
            | "timeout"
            | "verify"
            | "cert"
            | "cert-key"
            | "proxy"
            | "pretty"
            | "raw"
            | "boundary"
            | "max-redirects"
            | "default-scheme"
            | "ssl"
            | "format-options"
    )
}
