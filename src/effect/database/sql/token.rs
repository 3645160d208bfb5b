//! The tokens of one statement.

use super::Dialect;
use super::split::quoted;
use crate::syntax::HOLE;

/// Most tokens of one statement that are looked at; what follows them is not read.
const MAX_TOKENS: usize = 16 * 1024;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, a name or a number, as it is written; an unknown part of it is a hole.
    Word,
    /// A name between `"`, `` ` `` or `[ ]`, without them.
    Name,
    /// A string with its quotes.
    Text,
    /// An operator of one or two characters, a comma, a parenthesis.
    Sign,
}

/// A token and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub kind: Kind,
    pub text: &'t str,
}

impl Token<'_> {
    /// Whether it is this keyword.
    pub fn is(self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this operator.
    pub fn is_sign(self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}

/// The tokens of a statement, without comments. A part that is only known when it runs does not begin it.
pub(super) fn tokens(text: &str, dialect: Dialect) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if found.len() == MAX_TOKENS {
            break;
        }
        let (kind, len) = match quoted(rest, dialect) {
            Some(len) => match next {
                '"' | '`' => (Some(Kind::Name), len),
                '\'' | '$' => (Some(Kind::Text), len),
                _ => (None, len),
            },
            None => one(rest, next, dialect),
        };
        let (token, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        rest = after;
        let Some(kind) = kind else { continue };
        let token = match kind {
            Kind::Name => token.trim_matches(['"', '`', '[', ']']),
            _ => token,
        };
        if found.is_empty() && token.chars().all(|c| c == HOLE) {
            continue;
        }
        found.push(Token { kind, text: token });
    }
    found
}

/// What begins here where nothing is quoted, and its length in bytes.
fn one(rest: &str, next: char, dialect: Dialect) -> (Option<Kind>, usize) {
    let end = |stop: fn(char) -> bool| rest.find(stop).unwrap_or(rest.len());
    if in_word(next) {
        return (Some(Kind::Word), end(|c| !in_word(c)));
    }
    // The version before which MySQL takes the rest for a comment.
    if let Some(inside) = rest.strip_prefix("/*!").filter(|_| dialect == Dialect::MySql) {
        let digits = inside.len() - inside.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        return (None, 3 + digits);
    }
    if rest.starts_with("*/") {
        return (None, 2);
    }
    if next == '['
        && matches!(dialect, Dialect::MsSql | Dialect::Other | Dialect::Sqlite)
        && let Some(close) = rest.find(']')
    {
        return (Some(Kind::Name), close + 1);
    }
    let two = ["<=", ">=", "<>", "!=", "==", "::"].into_iter().any(|sign| rest.starts_with(sign));
    match next {
        _ if two => (Some(Kind::Sign), 2),
        next if next.is_whitespace() => (None, next.len_utf8()),
        next => (Some(Kind::Sign), next.len_utf8()),
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == HOLE
}

/// The tokens up to the parenthesis that closes what was open before them.
pub(super) fn enclosed<'s, 't>(tokens: &'s [Token<'t>]) -> &'s [Token<'t>] {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            if depth == 0 {
                return &tokens[..at];
            }
            depth -= 1;
        }
    }
    tokens
}

/// The first token outside of all parentheses that is one of these words, as its place.
pub(super) fn outside(tokens: &[Token<'_>], words: &[&str]) -> Option<usize> {
    let mut depth = 0usize;
    tokens.iter().position(|token| {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && words.iter().any(|word| token.is(word))
    })
}

/// The parts between the commas that stand outside of all parentheses.
pub(super) fn parts<'s, 't>(tokens: &'s [Token<'t>]) -> impl Iterator<Item = &'s [Token<'t>]> {
    let mut depth = 0usize;
    tokens.split(move |token| {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && token.is_sign(",")
    })
}
