//! Secrets that are known by what they are assigned to: `password=…`, `"token": "…"`, `Authorization: …`.

use super::placeholder::entropy;
use super::scan::Scanner;
use super::shape::{self, ALNUM, BASE64, classes};
use super::{Confidence, is_placeholder, names_secret};
use std::ops::Range;

/// Longest value in quotes that is masked.
const LONGEST: usize = 4096;
/// Longest value in quotes that is looked at as a possible secret.
const LONG: usize = 2048;

/// Looks at the assignment whose operator (`=` or `:`) stands at `at`; where to go on, if it was one.
pub(super) fn at(scanner: &mut Scanner<'_>, at: usize) -> Option<usize> {
    let bytes = scanner.bytes;
    if matches!(bytes.get(at + 1), Some(b'=' | b':')) {
        return None;
    }
    let mut end = at;
    if end > 0 && matches!(bytes[end - 1], b'!' | b'<' | b'>' | b'=') {
        return None;
    }
    while end > 0 && at - end < 4 && matches!(bytes[end - 1], b' ' | b':' | b'?' | b'+' | b'\t') {
        end -= 1;
    }
    let quoted_name = end > 0 && matches!(bytes[end - 1], b'"' | b'\'' | b']');
    while end > 0 && at - end < 8 && matches!(bytes[end - 1], b'"' | b'\'' | b'\\' | b']') {
        end -= 1;
    }
    let length = bytes[..end]
        .iter()
        .rev()
        .take(64)
        .take_while(|&&byte| classes(byte) & ALNUM != 0 || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    let name = scanner.text.get(end - length..end)?;
    if name.is_empty() {
        return None;
    }
    let header = bytes[at] == b':' && is_authorization(name);
    if !header && !names_secret(name) {
        return None;
    }
    let (value, quoted) = value_after(scanner, at + 1, header);
    // A secret's name before a value that is no text of its own: the value is read where it stands.
    let text = scanner.text.get(value.clone())?;
    if text.is_empty() {
        return None;
    }
    if scanner.masking {
        if !text.starts_with(['$', '<', '\u{fffc}']) {
            scanner.report(kind_of(name, header), "", value, Confidence::Low);
        }
        // What stands inside may have a better name.
        return None;
    }
    if header {
        return None;
    }
    if let Some((kind, owner)) = certain(name, text).filter(|_| !is_placeholder(text)) {
        scanner.report(kind, owner, value.clone(), Confidence::High);
        return Some(value.end);
    }
    let code =
        !quoted && !quoted_name && (at > 0 && bytes[at - 1] == b' ' || bytes.get(at + 1) == Some(&b' '));
    if real_looking(text, code) && shape::shape(text.as_bytes()).is_none() && !is_token(text) {
        scanner.report(kind_of(name, false), "", value.clone(), Confidence::Low);
        return Some(value.end);
    }
    None
}

/// While masking: `--password VALUE`, `--token VALUE`, `-u user:VALUE`, `mysql -pVALUE`. `at` is a dash.
pub(super) fn flag(scanner: &mut Scanner<'_>, at: usize) -> Option<usize> {
    let bytes = scanner.bytes;
    let begins = at == 0 || bytes[at - 1].is_ascii_whitespace();
    if !begins {
        return None;
    }
    let name =
        bytes[at..].iter().take(64).take_while(|&&byte| classes(byte) & ALNUM != 0 || byte == b'-').count();
    let option = scanner.text.get(at..at + name)?;
    let glued = option.strip_prefix("-p").filter(|rest| !rest.is_empty() && !rest.starts_with('-'));
    if glued.is_some() {
        let before = &bytes[at.saturating_sub(200)..at];
        let line = before.rsplit(|byte| b"\n;|&".contains(byte)).next().unwrap_or(before);
        let names = |tool: &str| line.windows(tool.len()).any(|window| window == tool.as_bytes());
        if ["mysql", "mariadb", "sshpass"].into_iter().any(names) {
            let (value, _) = value_after(scanner, at + 2, false);
            let end = value.end;
            scanner.report("password", "", value, Confidence::Low);
            return Some(end);
        }
    }
    if bytes.get(at + name) != Some(&b' ') {
        return None;
    }
    let (value, _) = value_after(scanner, at + name, false);
    let text = scanner.text.get(value.clone())?;
    if text.is_empty() || text.starts_with(['-', '$', '<']) {
        return None;
    }
    if matches!(option, "-u" | "--user") {
        let colon = text.find(':')?;
        if colon + 1 < text.len() {
            scanner.report("password", "", value.start + colon + 1..value.end, Confidence::Low);
        }
    } else if option.starts_with("--") && names_secret(option) {
        scanner.report(kind_of(option, false), "", value, Confidence::Low);
    }
    None
}

/// The value that begins after `from`, and whether it is in quotes.
fn value_after(scanner: &mut Scanner<'_>, from: usize, to_end_of_line: bool) -> (Range<usize>, bool) {
    let bytes = scanner.bytes;
    let mut start = from;
    while start < bytes.len() && start - from < 8 && matches!(bytes[start], b' ' | b'\t' | b'>') {
        start += 1;
    }
    let mut quote = None;
    if bytes.get(start) == Some(&b'\\') && matches!(bytes.get(start + 1), Some(b'"' | b'\'')) {
        start += 1;
    }
    if let Some(&mark @ (b'"' | b'\'' | b'`')) = bytes.get(start) {
        quote = Some(mark);
        start += 1;
    }
    // A header's value goes to the end of the line or of the quotes around the whole header; its first word is
    // the scheme.
    if to_end_of_line {
        let rest = &bytes[start..];
        let word = rest.iter().position(|&byte| byte == b' ').unwrap_or(0);
        let scheme = scanner.text.get(start..start + word).unwrap_or_default();
        if ["bearer", "basic", "token", "digest", "apikey", "negotiate", "bot", "splunk"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
        {
            start += word + 1;
        }
    }
    let length = if quote.is_none() && !to_end_of_line {
        if !scanner.value.contains(&start) {
            let rest = &bytes[start..];
            let length = rest.iter().position(|&byte| ends_value(byte)).unwrap_or(rest.len());
            scanner.value = start..start + length;
        }
        scanner.value.end.saturating_sub(start)
    } else {
        let longest = if scanner.masking { LONGEST } else { LONG };
        let rest = &bytes[start..bytes.len().min(start + longest)];
        let ends = |&byte: &u8| match quote {
            Some(mark) => byte == mark || byte == b'\n',
            None => matches!(byte, b'\n' | b'\r' | b'"' | b'\''),
        };
        rest.iter().position(ends).unwrap_or(rest.len())
    };
    let mut end = start + length;
    while end > start && (bytes[end - 1] == b'\\' || !scanner.text.is_char_boundary(end)) {
        end -= 1;
    }
    (start..end, quote.is_some())
}

/// Whether a byte ends a value that is not in quotes.
fn ends_value(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, b';' | b',' | b'&' | b'|' | b')' | b'}' | b'"' | b'\'' | b'<' | b'`')
}

fn is_authorization(name: &str) -> bool {
    [
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-auth-token",
        "private-token",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(name))
}

/// What a person would call the value of this name.
fn kind_of(name: &str, header: bool) -> &'static str {
    let lower = name.to_ascii_lowercase();
    if lower.contains("pass") || lower.contains("pwd") {
        "password"
    } else if header || lower.contains("token") {
        "token"
    } else if lower.contains("key") {
        "API key"
    } else {
        "secret"
    }
}

/// A value whose name and shape together leave no doubt.
fn certain(name: &str, value: &str) -> Option<(&'static str, &'static str)> {
    let squeezed: String = name
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_lowercase() as char)
        .collect();
    let base64 = || value.bytes().all(|byte| classes(byte) & BASE64 != 0);
    if squeezed.contains("secretaccesskey") || squeezed.contains("awssecret") {
        return (value.len() == 40 && base64()).then_some(("AWS secret access key", "aws"));
    }
    if squeezed.ends_with("awssessiontoken") {
        return (value.len() >= 100 && base64()).then_some(("AWS session token", "aws"));
    }
    if squeezed.ends_with("authtoken") && name.starts_with('_') {
        return (value.len() >= 20 && !value.starts_with("npm_")).then_some(("npm token", "npm"));
    }
    if squeezed == "accountkey" {
        return (value.len() == 88 && base64() && value.ends_with("=="))
            .then_some(("Azure storage key", "azure"));
    }
    if squeezed == "sharedaccesskey" {
        return (value.len() == 44 && base64() && value.ends_with('='))
            .then_some(("Azure access key", "azure"));
    }
    if value.starts_with("eyJ") && value.matches('.').count() == 2 && value.len() > 60 {
        return Some(("JSON web token", ""));
    }
    None
}

/// Whether a value looks like one that was generated or made up as a secret, rather than like a word, a path or
/// a piece of code.
fn real_looking(value: &str, code: bool) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() < 8 || bytes.len() > 512 || is_placeholder(value) {
        return false;
    }
    if value.contains("://")
        || value.starts_with("arn:")
        || value.starts_with(['/', '.', '~', '@', '&'])
        || value.contains('(')
        || value.contains(' ')
    {
        return false;
    }
    let letters = bytes.iter().any(u8::is_ascii_alphabetic);
    let digits = bytes.iter().any(u8::is_ascii_digit);
    let symbols = bytes.iter().any(|byte| b"!@#%^&*+/=~?".contains(byte));
    if !letters || !(digits || symbols) || entropy(bytes) < 2.5 {
        return false;
    }
    // `token = config.auth2.token` and `api_key: self.key_v2` are code.
    !(code && (value.contains('.') || value.contains('_') || value.contains("->") || value.contains('[')))
}

/// Whether a value is itself found as a token, under a better name.
fn is_token(value: &str) -> bool {
    value.starts_with("eyJ") || value.starts_with("-----BEGIN")
}
