//! The tokens of a line lie beside each other, and what is between them is nothing that could run.

use crate::syntax::lexer::{self, Kind, Token};
use proptest::prelude::*;

/// What stands between two tokens: blanks, continued lines, comments, the number of a descriptor, and the line
/// that ends a here-document.
fn is_between(text: &str, after_body: bool) -> bool {
    if after_body {
        return true;
    }
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        if let Some(after) = rest.strip_prefix("\\\n") {
            rest = after;
        } else if rest.starts_with('#') {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else {
            return rest.bytes().all(|byte| byte.is_ascii_digit());
        }
    }
}

fn tile(text: &str) -> Result<(), TestCaseError> {
    let lexed = lexer::lex(text);
    let mut tokens: Vec<Token> = lexed.tokens;
    for token in &tokens {
        prop_assert!(token.start <= token.end && token.end <= text.len(), "{token:?}");
        prop_assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end), "{token:?}");
    }
    let bodies = tokens.iter().filter(|token| matches!(token.kind, Kind::Body { .. }));
    let ends: Vec<usize> = bodies.map(|token| token.end).collect();
    tokens.retain(|token| token.start < token.end);
    tokens.sort_by_key(|token| token.start);
    let mut at = 0;
    for token in &tokens {
        prop_assert!(token.start >= at, "{token:?} begins before {at} in {text:?}");
        let between = &text[at..token.start];
        prop_assert!(is_between(between, ends.contains(&at)), "{between:?} before {token:?} in {text:?}");
        at = token.end;
    }
    if lexed.fault.is_none() {
        prop_assert!(is_between(&text[at..], ends.contains(&at)), "{:?} at the end of {text:?}", &text[at..]);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_tile_any_text(text in "\\PC{0,120}") {
        tile(&text)?;
    }

    #[test]
    fn tokens_tile_what_looks_like_a_line(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "git", " ", "'a b'", "\"", "'", "$(", ")", "`", "${x", "}", "{", "|", "&&", "&", ";", "\n", "<<E", "\nE\n",
            "\\", "\\\n", "<(", "é", "2>", ">>", "3<", "<<<", " #c", "#", "\t", "\r", "if ", "$'\\''", "((", "a=(", "=",
        ]), 0..30)
    ) {
        tile(&pieces.concat())?;
    }
}
