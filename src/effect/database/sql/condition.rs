//! Which rows a condition leaves alone.

use super::token::{Kind, Token, enclosed};

/// Deepest nesting that is read; what is deeper is taken to leave rows alone.
const MAX_DEPTH: usize = 64;

/// Whether what follows `WHERE` holds for every row.
pub(super) fn spares_nothing(tokens: &[Token<'_>]) -> bool {
    let mut at = 0;
    any(tokens, &mut at, 0)
}

fn any(tokens: &[Token<'_>], at: &mut usize, depth: usize) -> bool {
    let mut every = both(tokens, at, depth);
    while tokens.get(*at).is_some_and(|token| token.is("or")) {
        *at += 1;
        every |= both(tokens, at, depth);
    }
    every
}

fn both(tokens: &[Token<'_>], at: &mut usize, depth: usize) -> bool {
    let mut every = single(tokens, at, depth);
    while tokens.get(*at).is_some_and(|token| token.is("and")) {
        *at += 1;
        every &= single(tokens, at, depth);
    }
    every
}

fn single(tokens: &[Token<'_>], at: &mut usize, depth: usize) -> bool {
    let Some(rest) = tokens.get(*at..) else { return false };
    let term = term(rest);
    *at += term.len();
    let nested = term.first().filter(|token| token.is_sign("(")).map(|_| enclosed(&term[1..]));
    match nested {
        Some(inner) if inner.len() + 2 == term.len() && depth < MAX_DEPTH => {
            let mut at = 0;
            any(inner, &mut at, depth + 1)
        }
        _ => holds(term),
    }
}

/// The tokens up to the next `AND` or `OR` of this level; the one of `BETWEEN` and those of `CASE` belong to it.
fn term<'s, 't>(tokens: &'s [Token<'t>]) -> &'s [Token<'t>] {
    let (mut depth, mut cases, mut between) = (0usize, 0usize, false);
    let end = tokens.iter().position(|token| {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth = depth.saturating_sub(1);
        } else if token.is("case") {
            cases += 1;
        } else if token.is("end") {
            cases = cases.saturating_sub(1);
        } else if depth == 0 && cases == 0 {
            if token.is("between") {
                between = true;
            } else if token.is("and") && between {
                between = false;
            } else {
                return token.is("and") || token.is("or");
            }
        }
        false
    });
    &tokens[..end.unwrap_or(tokens.len())]
}

/// The first comparison outside of parentheses: what stands before it, what it is, and what stands behind it.
fn comparison<'s, 't>(term: &'s [Token<'t>]) -> Option<(&'s [Token<'t>], &'t str, &'s [Token<'t>])> {
    let mut depth = 0usize;
    let at = term.iter().position(|token| {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth = depth.saturating_sub(1);
        }
        depth == 0
            && token.kind == Kind::Sign
            && matches!(token.text, "=" | "==" | "<" | ">" | "<=" | ">=" | "<>" | "!=")
    })?;
    Some((&term[..at], term[at].text, &term[at + 1..]))
}

/// Whether a single comparison holds for every row.
fn holds(term: &[Token<'_>]) -> bool {
    match term {
        [value] => matches!(value.text.to_lowercase().as_str(), "true" | "1" | "'t'"),
        // Keys are counted from one, and no row is without one.
        [key @ .., is, not, null] if is.is("is") && not.is("not") && null.is("null") => is_key(key),
        [_, like, all] if like.is("like") || like.is("ilike") => all.text == "'%'",
        _ => match comparison(term) {
            Some((left, "=" | "==", right)) => written(left).is_some_and(|left| written(right) == Some(left)),
            Some((left, ">" | ">=" | "<>" | "!=", right)) => {
                is_key(left) && matches!(written(right).as_deref(), Some("0" | "-1" | "''"))
            }
            _ => false,
        },
    }
}

/// A value or a column as it is written, without parentheses around it.
fn written(mut tokens: &[Token<'_>]) -> Option<String> {
    while let [open, inner @ .., close] = tokens
        && open.is_sign("(")
        && close.is_sign(")")
    {
        tokens = inner;
    }
    match tokens {
        [minus, number] if minus.is_sign("-") && number.kind == Kind::Word => {
            Some(format!("-{}", number.text))
        }
        [first, rest @ ..] if first.kind != Kind::Sign => {
            let dotted = rest
                .chunks(2)
                .all(|pair| matches!(pair, [dot, name] if dot.is_sign(".") && name.kind != Kind::Sign));
            dotted.then(|| tokens.iter().map(|token| token.text).collect())
        }
        _ => None,
    }
}

/// `id`, `users.id`, `_id`, `pk`.
fn is_key(tokens: &[Token<'_>]) -> bool {
    let name = written(tokens).unwrap_or_default().to_lowercase();
    matches!(name.rsplit('.').next(), Some("id" | "_id" | "pk" | "rowid"))
}
