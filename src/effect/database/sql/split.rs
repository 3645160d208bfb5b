//! Where the statements of a text end, and which lines the client keeps for itself.

use super::Dialect;

pub(super) enum Piece {
    /// A statement, without its semicolon.
    Statement(String),
    /// A statement that writes statements, which the client runs in their turn (`\\gexec`).
    Writer(String),
    /// A line that the client reads itself.
    Command(String),
}

/// Splits at the semicolons that end statements.
pub(super) fn split(sql: &str, dialect: Dialect) -> Vec<Piece> {
    let bytes = sql.as_bytes();
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut blank = true;
    while at < bytes.len() {
        let rest = &sql[at..];
        if blank && is_command(rest, dialect) {
            let end = rest.find('\n').map_or(sql.len(), |end| at + end);
            pieces.push(Piece::Command(sql[at..end].to_owned()));
            start = end;
            at = end;
            continue;
        }
        if let Some(end) = quoted(rest, dialect) {
            // A comment before a statement does not begin it.
            blank &= rest.starts_with("--") || rest.starts_with("/*") || rest.starts_with('#');
            at += end;
            continue;
        }
        let line_start = at == 0 || bytes[at - 1] == b'\n';
        let go = dialect == Dialect::MsSql
            && line_start
            && rest.lines().next().is_some_and(|line| line.trim().eq_ignore_ascii_case("go"));
        let meta = dialect == Dialect::Postgres && rest.starts_with('\\');
        if bytes[at] == b';' || go || meta {
            let text = sql[start..at].to_owned();
            let writes = meta && rest.starts_with("\\gexec");
            pieces.push(if writes { Piece::Writer(text) } else { Piece::Statement(text) });
            at += match (go, meta) {
                (true, _) => 2,
                // `\g`, `\gx`, `\gexec` end a statement as a semicolon does.
                (_, true) => rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len()),
                _ => 1,
            };
            start = at;
            blank = true;
            continue;
        }
        blank &= bytes[at].is_ascii_whitespace();
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    pieces.push(Piece::Statement(sql[start..].to_owned()));
    pieces
}

fn is_command(rest: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => rest.starts_with('\\'),
        Dialect::Sqlite => rest.starts_with('.'),
        Dialect::MySql => {
            let word = rest.split(char::is_whitespace).next().unwrap_or_default();
            word.eq_ignore_ascii_case("source") || word == "\\."
        }
        _ => false,
    }
}

/// The length of the string, quoted name or comment that begins here.
pub(super) fn quoted(rest: &str, dialect: Dialect) -> Option<usize> {
    let bytes = rest.as_bytes();
    let until =
        |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    match bytes.first()? {
        quote @ (b'\'' | b'"' | b'`') => {
            let mut at = 1;
            while at < bytes.len() {
                match bytes[at] {
                    b'\\' if dialect == Dialect::MySql => at += 2,
                    byte if byte == *quote => return Some(at + 1),
                    _ => at += 1,
                }
            }
            Some(rest.len())
        }
        b'-' if rest.starts_with("--") => Some(rest.find('\n').unwrap_or(rest.len())),
        b'#' if dialect == Dialect::MySql => Some(rest.find('\n').unwrap_or(rest.len())),
        // `/*! … */` is run by MySQL.
        b'/' if rest.starts_with("/*") && !(dialect == Dialect::MySql && rest.starts_with("/*!")) => {
            Some(until(2, "*/"))
        }
        b'$' => {
            let tag = rest[1..].find('$')? + 2;
            let named = rest[1..tag - 1].chars().all(|c| c.is_alphanumeric() || c == '_');
            (named && !rest[1..].starts_with(|c: char| c.is_ascii_digit())).then(|| until(tag, &rest[..tag]))
        }
        _ => None,
    }
}
