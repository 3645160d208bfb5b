//! The one pass over a text.

use super::shape::{self, ALNUM, BASE64, DOTTED, Proof, WORD, classes};
use super::{Confidence, Found, assignment, checksum, is_placeholder};
use std::ops::Range;

/// The secrets in a text, in order, without overlap.
pub fn scan(text: &str) -> Vec<Found> {
    let mut scanner = Scanner::new(text, false);
    scanner.run();
    scanner.found
}

/// Everything in a text that has the shape of a token, also one that touches other letters or stands for one in
/// documentation; without what is only known by the name before it. In order, possibly overlapping.
pub fn tokens(text: &str) -> Vec<Found> {
    let mut scanner = Scanner::new(text, true);
    scanner.shapes_alone = true;
    scanner.run();
    scanner.found
}

/// The state of a pass.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    /// Look for everything that must not be shown, rather than for what is surely a secret.
    pub(super) masking: bool,
    /// Look at no names, options and addresses.
    shapes_alone: bool,
    pub(super) found: Vec<Found>,
    /// For each alphabet the last run that was measured, so that no run is measured twice.
    runs: [Range<usize>; 7],
    /// The last value without quotes that was measured, for the same reason.
    pub(super) value: Range<usize>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, masking: bool) -> Scanner<'t> {
        Scanner {
            text,
            bytes: text.as_bytes(),
            masking,
            shapes_alone: false,
            found: Vec::new(),
            runs: Default::default(),
            value: 0..0,
        }
    }

    pub(super) fn run(&mut self) {
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            let next = match byte {
                b'Q' if self.bytes.get(at + 1) == Some(&b'~') => self.azure_client_secret(at),
                b'A'..=b'Z' | b'a'..=b'z' if self.starts_here(at) => self.token(at),
                b':' if self.shapes_alone => self.telegram(at),
                b'=' if !self.shapes_alone => assignment::at(self, at),
                b':' => match self.url_password(at).or_else(|| self.telegram(at)) {
                    Some(next) => Some(next),
                    None => assignment::at(self, at),
                },
                b'-' if self.bytes[at..].starts_with(b"-----BEGIN ") => self.private_key(at),
                b'-' if self.masking && !self.shapes_alone => assignment::flag(self, at),
                _ => None,
            };
            at = next.unwrap_or(at + 1).max(at + 1);
        }
        if self.masking {
            self.found.sort_by_key(|found| found.span.start);
        }
    }

    /// Reports a secret, unless one that was reported before covers its beginning.
    pub(super) fn report(
        &mut self,
        kind: &'static str,
        owner: &'static str,
        span: Range<usize>,
        confidence: Confidence,
    ) {
        let covered = self.found.last().is_some_and(|last| last.span.end > span.start);
        if !covered || self.masking {
            self.found.push(Found { kind, owner, span, confidence });
        }
    }

    /// The end of the run of bytes of this alphabet that begins at `at`.
    pub(super) fn run_end(&mut self, at: usize, class: u8) -> usize {
        let slot = &mut self.runs[class.trailing_zeros() as usize % 7];
        if !(slot.start <= at && at < slot.end) {
            let rest = &self.bytes[at..];
            let length = rest.iter().position(|&byte| classes(byte) & class == 0).unwrap_or(rest.len());
            *slot = at..at + length;
        }
        slot.end
    }

    /// Whether a token can begin here: not in the middle of a word, but after an escape (`\n`, `%3D`).
    fn starts_here(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|index| self.bytes[index]) else { return true };
        if self.masking || classes(before) & ALNUM == 0 && before != b'_' {
            return true;
        }
        let back = |count: usize| at.checked_sub(count).map(|index| self.bytes[index]);
        matches!(before, b'n' | b'r' | b't') && back(2) == Some(b'\\')
            || back(3) == Some(b'%') && before.is_ascii_hexdigit()
    }

    /// Where to go on, if a token begins at `at`.
    fn token(&mut self, at: usize) -> Option<usize> {
        let rest = &self.bytes[at..];
        if rest.starts_with(b"eyJ") {
            return self.json_web_token(at);
        }
        let first = shape::shape(rest)?;
        self.fit(at, &first).or_else(|| shape::second_shape(rest).and_then(|second| self.fit(at, &second)))
    }

    fn fit(&mut self, at: usize, shape: &shape::Shape) -> Option<usize> {
        let start = at + shape.prefix;
        if start >= self.bytes.len() {
            return None;
        }
        let mut end = self.run_end(start, shape.class);
        while end > start && matches!(self.bytes[end - 1], b'.' | b'-' | b':') {
            end -= 1;
        }
        let length = end.saturating_sub(start);
        if length < shape.min || length > shape.max && !self.masking {
            return None;
        }
        // `cio…` of exactly the right length that goes on with `_` is another word.
        let glued = self.bytes.get(end).is_some_and(|&next| classes(next) & ALNUM != 0 || next == b'_');
        if glued && !self.masking {
            return None;
        }
        let body = &self.text[start..end];
        let mixed = body.bytes().any(|byte| byte.is_ascii_digit())
            && body.bytes().any(|byte| byte.is_ascii_alphabetic());
        if shape.proof == Proof::Mixed && !mixed {
            return None;
        }
        if !self.masking && is_placeholder(body) {
            return Some(end);
        }
        let proven = shape.proof != Proof::Checksum || checksum::holds(body.as_bytes()) || length != 36;
        let confidence = if proven { shape.confidence } else { Confidence::Low };
        self.report(shape.kind, shape.owner, at..end, confidence);
        Some(end)
    }

    /// `header.payload.signature`, each in base64url. Low: a token of a session that may be over; one that is
    /// assigned to a secret's name is found there.
    fn json_web_token(&mut self, at: usize) -> Option<usize> {
        let end = self.run_end(at, DOTTED);
        let token = self.text[at..end].trim_end_matches('.');
        let mut parts = token.split('.');
        let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let fits =
            header.len() >= 16 && payload.len() >= 12 && payload.starts_with("ey") && signature.len() >= 16;
        if !fits || parts.count() > 2 {
            return None;
        }
        self.report("JSON web token", "", at..at + token.len(), Confidence::Low);
        Some(end)
    }

    /// `-----BEGIN … PRIVATE KEY-----` with a body; the mere mention of the header is none.
    fn private_key(&mut self, at: usize) -> Option<usize> {
        let label_start = at + "-----BEGIN ".len();
        let label = &self.bytes[label_start..self.bytes.len().min(label_start + 48)];
        let label_end = label.windows(5).position(|window| window == b"-----")?;
        let label = &label[..label_end];
        if !label.windows(11).any(|window| window == b"PRIVATE KEY") {
            return None;
        }
        let body_start = label_start + label_end + 5;
        let rest = &self.bytes[body_start..];
        let body_end = rest.windows(5).position(|window| window == b"-----").unwrap_or(rest.len());
        let body = &rest[..body_end];
        let letters = body.iter().filter(|&&byte| classes(byte) & BASE64 != 0).count();
        let elided = body.windows(3).any(|window| window == b"...");
        let same = body.iter().filter(|&&byte| classes(byte) & BASE64 != 0).take(64).collect::<Vec<_>>();
        let varied = same.windows(2).filter(|pair| pair[0] != pair[1]).count() > 8;
        if letters < 40 || (elided || !varied) && !self.masking {
            return None;
        }
        // The end line belongs to it; without one, the key ends with its alphabet.
        let mut end = body_start + body_end;
        if self.bytes[end..].starts_with(b"-----END ") {
            let tail = &self.bytes[end + 9..self.bytes.len().min(end + 9 + 48)];
            end += 9 + tail.windows(5).position(|window| window == b"-----").map_or(0, |found| found + 5);
        } else {
            let count = body
                .iter()
                .position(|&byte| {
                    classes(byte) & BASE64 == 0
                        && !byte.is_ascii_whitespace()
                        && !matches!(byte, b'\\' | b':' | b'-' | b',')
                })
                .unwrap_or(body.len());
            end = body_start + count;
        }
        let before = &self.bytes[at.saturating_sub(64)..at];
        let google = before.windows(11).any(|window| window == b"private_key");
        let (kind, owner) = match google {
            true => ("service account key", "google"),
            false => ("private key", ""),
        };
        self.report(kind, owner, at..end, Confidence::High);
        Some(end)
    }

    /// `scheme://user:password@host`.
    fn url_password(&mut self, colon: usize) -> Option<usize> {
        if !self.bytes[colon..].starts_with(b"://") || !self.bytes[..colon].last()?.is_ascii_alphanumeric() {
            return None;
        }
        let start = colon + 3;
        let window = &self.bytes[start..self.bytes.len().min(start + 512)];
        let stop = window
            .iter()
            .position(|&byte| {
                byte.is_ascii_whitespace()
                    || matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'`' | b',')
            })
            .unwrap_or(window.len());
        let at_sign = window[..stop].iter().rposition(|&byte| byte == b'@')?;
        let separator = window[..at_sign].iter().position(|&byte| byte == b':')?;
        let (from, to) = (start + separator + 1, start + at_sign);
        let password = self.text.get(from..to)?;
        if password.is_empty() || password.starts_with('$') {
            return None;
        }
        let host = &self.text.get(to + 1..start + stop).unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        let local = matches!(
            host,
            "localhost" | "127.0.0.1" | "0.0.0.0" | "::1" | "db" | "postgres" | "redis" | "mysql"
        ) || host.contains("example");
        // A password that everybody uses protects nothing.
        let trivial = matches!(
            password.to_ascii_lowercase().as_str(),
            "password"
                | "pass"
                | "passwd"
                | "secret"
                | "postgres"
                | "root"
                | "admin"
                | "test"
                | "guest"
                | "user"
                | "pw"
                | "mysql"
                | "redis"
                | "token"
                | "dev"
                | "x-oauth-basic"
                | "pwd"
                | "p"
                | "mypassword"
                | "1234"
                | "123456"
        );
        // `cvs://:pserver:anoncvs@host` is the way in that everybody is told.
        let anonymous = password.contains("anon");
        if !self.masking && (trivial || anonymous || is_placeholder(password)) {
            return None;
        }
        // A token of a known shape says more.
        let known =
            shape::shape(password.as_bytes()).is_some_and(|shape| password.len() >= shape.prefix + shape.min);
        if known && !self.masking {
            return None;
        }
        let confidence = if local || password.len() < 8 { Confidence::Low } else { Confidence::High };
        self.report("password in a URL", "", from..to, confidence);
        Some(to)
    }

    /// A Telegram bot token: the bot's number, `:`, 35 characters that begin with `AA`.
    fn telegram(&mut self, colon: usize) -> Option<usize> {
        if !self.bytes[colon..].starts_with(b":AA") {
            return None;
        }
        let digits =
            self.bytes[..colon].iter().rev().take(11).take_while(|byte| byte.is_ascii_digit()).count();
        let end = self.run_end(colon + 1, WORD);
        if !(8..=10).contains(&digits) || end - colon - 1 != 35 {
            return None;
        }
        self.report("Telegram bot token", "telegram", colon - digits..end, Confidence::High);
        Some(end)
    }

    /// An Azure client secret: three characters, a digit, `Q~`, 31 to 34 more.
    fn azure_client_secret(&mut self, at: usize) -> Option<usize> {
        let begin = at.checked_sub(4)?;
        let head = &self.bytes[begin..at];
        let fits = self.bytes[at..].starts_with(b"Q~")
            && head[3].is_ascii_digit()
            && head[..3].iter().all(|&byte| classes(byte) & DOTTED != 0 || byte == b'~');
        if !fits {
            return None;
        }
        let body = at + 2;
        let limit = self.bytes.len().min(body + 36);
        let count = self.bytes[body..limit]
            .iter()
            .take_while(|&&byte| classes(byte) & DOTTED != 0 || byte == b'~')
            .count();
        if !(31..=34).contains(&count) {
            return None;
        }
        self.report("Azure client secret", "azure", begin..body + count, Confidence::High);
        Some(body + count)
    }
}

#[cfg(test)]
mod tests;
