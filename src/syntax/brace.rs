//! Brace expansion: `a{b,c}d` → `abd`, `acd`; `{1..3}` → `1 2 3`.

use super::lexer::{skip_backquote, skip_brace, skip_bracket, skip_double};

/// Most words that brace expansion may make of one.
const MAX_BRACES: usize = 64;

/// Brace expansion of a raw word: `a{b,c}d` → `abd`, `acd`; `{1..3}` → `1 2 3`. One text where there is none.
pub(super) fn braces(text: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![text.to_owned()];
    while let Some(text) = open.pop() {
        match first_brace(&text) {
            Some((start, end, parts)) if open.len() + done.len() < MAX_BRACES => {
                for part in parts.iter().rev().take(MAX_BRACES) {
                    open.push(format!("{}{part}{}", &text[..start], &text[end..]));
                }
            }
            _ => done.push(text),
        }
    }
    done
}

/// The first brace group that has alternatives: where it stands, and what it becomes.
fn first_brace(text: &str) -> Option<(usize, usize, Vec<String>)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'$' if bytes.get(at + 1) == Some(&b'\'') => at = skip_ansi_c(bytes, at)? - 1,
            b'\'' => at += bytes[at + 1..].iter().position(|&b| b == b'\'')? + 1,
            b'"' => at = skip_double(bytes, at, 0).ok()? - 1,
            b'`' => at = skip_backquote(bytes, at).ok()? - 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = skip_brace(bytes, at + 1, 0).ok()? - 1,
            b'$' if bytes.get(at + 1) == Some(&b'(') => at = skip_bracket(bytes, at + 1, 0).ok()? - 1,
            b'{' => {
                if let Some((end, parts)) = brace_parts(text, at) {
                    return Some((at, end, parts));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn brace_parts(text: &str, start: usize) -> Option<(usize, Vec<String>)> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut depth = 0usize;
    let mut from = start + 1;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'$' if bytes.get(at + 1) == Some(&b'\'') => at = skip_ansi_c(bytes, at)? - 1,
            b'\'' => at += bytes[at + 1..].iter().position(|&b| b == b'\'')? + 1,
            b'"' => at = skip_double(bytes, at, 0).ok()? - 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = skip_brace(bytes, at + 1, 0).ok()? - 1,
            b'{' => depth += 1,
            b',' if depth == 1 => {
                parts.push(text.get(from..at)?.to_owned());
                from = at + 1;
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    let last = text.get(from..at)?;
                    if parts.is_empty() {
                        return Some((at + 1, sequence(last)?));
                    }
                    parts.push(last.to_owned());
                    return Some((at + 1, parts));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// `1..3` or `a..e`.
fn sequence(body: &str) -> Option<Vec<String>> {
    let (from, to) = body.split_once("..")?;
    if let (Ok(from), Ok(to)) = (from.parse::<i64>(), to.parse::<i64>()) {
        let (low, high) = (from.min(to), from.max(to));
        if high.checked_sub(low)? >= i64::try_from(MAX_BRACES).ok()? {
            return None;
        }
        return Some((low..=high).map(|number| number.to_string()).collect());
    }
    let (mut a, mut b) = (from.chars(), to.chars());
    match (a.next(), a.next(), b.next(), b.next()) {
        (Some(from), None, Some(to), None) if from.is_ascii_alphabetic() && to.is_ascii_alphabetic() => {
            Some((from.min(to)..=from.max(to)).map(String::from).collect())
        }
        _ => None,
    }
}

/// From the dollar of `$'…'` to one past its closing quote.
fn skip_ansi_c(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 2;
    loop {
        match bytes.get(end)? {
            b'\\' => end += 2,
            b'\'' => return Some(end + 1),
            _ => end += 1,
        }
    }
}
