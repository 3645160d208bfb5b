//! Program text that stands on the line: `python -c '…'`, `node -e '…'`, `ruby <<END`.

use super::{Feed, Invocation, Word};
use std::borrow::Cow;

/// The code that an interpreter is given on the line; `None` where the program is no interpreter, or is given none.
pub fn inline_code<'a>(program: &str, invocation: &'a Invocation) -> Option<&'a Word> {
    let flags: &[&str] = match program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "python" | "pypy" => &["-c"],
        "node" | "nodejs" | "deno" | "bun" | "ruby" | "perl" => {
            &["-e", "-p", "-pe", "-ne", "-E", "--eval", "eval"]
        }
        "php" => &["-r"],
        _ => return None,
    };
    let words = invocation.args();
    let at = words.iter().position(|word| {
        let text = word.text();
        flags.contains(&text)
            || text.starts_with('-') && text.len() < 6 && text.ends_with(flags[0].trim_start_matches('-'))
    });
    match (at, &invocation.stdin) {
        (Some(at), _) => words.get(at + 1),
        // A script in a file is no code of the line, whatever it is fed.
        (None, Feed::Text(word)) if words.iter().all(|word| word.text().starts_with('-')) => Some(word),
        _ => None,
    }
}

/// A string in program text.
#[derive(Clone, Copy, Debug)]
pub struct Literal<'a> {
    /// What stands between the quotes, as written.
    pub text: &'a str,
    /// The code before it, at most 40 bytes.
    pub before: &'a str,
}

/// The strings of program text in any of the usual languages, by their quotes alone.
pub fn literals(code: &str) -> impl Iterator<Item = Literal<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let open = at + code[at..].find(['\'', '"', '`'])?;
        let quote = code[open..].chars().next()?;
        let triple = code.as_bytes()[open..].get(..3).is_some_and(|three| three == [quote as u8; 3]);
        let (start, end) = match triple {
            true => {
                let start = open + 3;
                let mark = &code[open..start];
                (start, code[start..].find(mark).map_or(code.len(), |end| start + end))
            }
            false => {
                let start = open + 1;
                let mut escaped = false;
                let end = code[start..].find(|c: char| {
                    let ends = c == quote && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                });
                (start, end.map_or(code.len(), |end| start + end))
            }
        };
        at = (end + if triple { 3 } else { 1 }).min(code.len());
        let mut from = open.saturating_sub(40);
        while !code.is_char_boundary(from) {
            from += 1;
        }
        Some(Literal { text: &code[start..end], before: &code[from..open] })
    })
}

/// Strings that code puts together out of others are one: `'dr' + 'op'`, `'dr' || 'op'`, `'dr' . 'op'`, Lua's
/// `'dr'..'op'`.
pub fn joined(code: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    // Where the string before ends, and its quote.
    let mut open: Option<(usize, char)> = None;
    for literal in literals(code).take(MAX_LITERALS) {
        let start = literal.text.as_ptr() as usize - code.as_ptr() as usize;
        let end = start + literal.text.len();
        let Some(quote) = code[..start].chars().next_back() else { break };
        if let Some((before, same)) = open
            && let Some(between) = code.get(before + same.len_utf8()..start - quote.len_utf8())
            && same == quote
            && matches!(between.trim(), "+" | "||" | "." | "..")
        {
            out.push_str(&code[copied..before]);
            copied = start;
        }
        open = Some((end, quote));
    }
    match copied {
        0 => Cow::Borrowed(code),
        _ => Cow::Owned(out + &code[copied..]),
    }
}

/// Most strings in a piece of code that are looked at.
const MAX_LITERALS: usize = 1024;

/// Members that are looked up by their name and called are called as usual: `db['drop']()` is `db.drop()`.
pub fn dotted(code: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) =
        rest.match_indices('[').map(|(at, _)| at).find(|at| rest[at + 1..].starts_with(['\'', '"', '`']))
    {
        let quote = &rest[at + 1..at + 2];
        let name = rest[at + 2..].split(quote).next().unwrap_or_default();
        let behind = at + 2 + name.len();
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let calls = [format!("{quote}]("), format!("{quote}].")];
        if plain && rest.get(behind..).is_some_and(|rest| calls.iter().any(|call| rest.starts_with(call))) {
            out.push_str(&rest[..at]);
            out.push('.');
            out.push_str(name);
            rest = &rest[behind + 2..];
        } else {
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
        }
    }
    if out.is_empty() { Cow::Borrowed(code) } else { Cow::Owned(out + rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_members_that_are_put_together() {
        for (code, expected) in [
            ("db['drop'+'Database']()", "db.dropDatabase()"),
            ("execute 'dr'||'op ' || 'table x'", "execute 'drop table x'"),
            ("redis.call('FLUSH'..'ALL')", "redis.call('FLUSHALL')"),
            ("\"a\" + 'b'", "\"a\" + 'b'"),
            ("f('a', 'b')", "f('a', 'b')"),
            ("x['é'](1) y['k']", "x['é'](1) y['k']"),
            ("a[\"b\"].c()", "a.b.c()"),
        ] {
            assert_eq!(dotted(&joined(code)), expected);
        }
    }

    #[test]
    fn strings_of_code() {
        let texts = |code: &str| literals(code).map(|literal| literal.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(texts("f('a', \"b'c\", 'd\\'e')"), ["a", "b'c", "d\\'e"]);
        assert_eq!(texts("x = '''DROP\nTABLE''' + 'y'"), ["DROP\nTABLE", "y"]);
        assert_eq!(texts("'é' + 'open"), ["é", "open"]);
        assert_eq!(texts(""), Vec::<String>::new());
        assert_eq!(literals("open(host='db')").next().map(|literal| literal.before), Some("open(host="));
    }
}
