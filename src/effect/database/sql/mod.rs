//! What SQL text would do, statement by statement.

mod condition;
mod routine;
mod split;
mod statement;
#[cfg(test)]
mod tests;
mod token;

use super::Deed;
use crate::syntax::{HOLE, joined, literals};
use split::{Piece, split};
use token::tokens;

/// Most statements of one text that are read.
const MAX_STATEMENTS: usize = 20_000;

/// Whose SQL it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Postgres,
    MySql,
    Sqlite,
    ClickHouse,
    MsSql,
    Other,
}

/// What a text would do.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What it would do to the database, in order.
    pub deeds: Vec<Deed>,
    /// Files that it would run (`\i`, `source`, `.read`).
    pub includes: Vec<String>,
    /// The database that it would go to (`\c name`, `USE name`).
    pub database: Option<String>,
    /// Some statement is only known when it runs.
    pub unknown: bool,
}

/// Reads SQL as the client of this dialect would.
pub(super) fn read(sql: &str, dialect: Dialect) -> Reading {
    let mut reading = Reading::default();
    // Where the open transaction began, in `deeds`.
    let mut open: Option<usize> = None;
    let mut passing: Vec<String> = Vec::new();
    for piece in split(sql, dialect).into_iter().take(MAX_STATEMENTS) {
        let text = match piece {
            Piece::Command(line) => {
                command(&line, &mut reading);
                continue;
            }
            Piece::Writer(text) => {
                reading.deeds.extend(in_strings(&joined(&text), dialect, 8));
                continue;
            }
            Piece::Statement(text) => text,
        };
        let tokens = tokens(&text, dialect);
        let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is(word));
        let Some(first) = tokens.first() else {
            reading.unknown |= text.contains(HOLE);
            continue;
        };
        match first.text.to_ascii_lowercase().as_str() {
            "begin" | "start" => {
                open = open.or(Some(reading.deeds.len()));
                // `BEGIN FOR t IN (…) LOOP EXECUTE IMMEDIATE 'DROP …'`, `BEGIN DELETE FROM a`: a block.
                if tokens.len() > 2 {
                    reading.deeds.extend(in_strings(&joined(&text), dialect, 8));
                    reading.deeds.extend(statement::deeds(&tokens[1..]));
                }
            }
            "commit" | "end" => open = None,
            "rollback" | "abort" if !is(1, "to") && !tokens.iter().any(|token| token.is("savepoint")) => {
                if let Some(start) = open.take() {
                    reading.deeds.truncate(start);
                }
            }
            "connect" if is(1, "to") => reading.database = tokens.get(2).map(|name| name.text.to_owned()),
            "use" => reading.database = tokens.get(1).map(|name| name.text.to_owned()),
            "do" => reading.deeds.extend(block(&text)),
            "exec" | "execute" | "prepare" | "set" | "declare" | "call" | "xp_cmdshell" | "select" => {
                reading.deeds.extend(routine::deeds(&tokens, &text, dialect));
            }
            "create" if (1..4).any(|at| is(at, "temp") || is(at, "temporary")) => {
                passing.extend(statement::created_table(&tokens));
            }
            _ => {
                let is_passing =
                    |deed: &Deed| passing.iter().any(|name| name.eq_ignore_ascii_case(&deed.object));
                let made = statement::deeds(&tokens);
                reading.deeds.extend(made.into_iter().filter(|deed| !is_passing(deed)));
            }
        }
    }
    for deed in &mut reading.deeds {
        deed.object = deed.object.replace(HOLE, "…");
    }
    reading
}

/// What the SQL in the first `most` strings of a piece of code would do.
pub(super) fn in_strings(code: &str, dialect: Dialect, most: usize) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for literal in literals(code).take(most) {
        let destroys = |statement: &str| {
            let first = statement.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
            matches!(first.as_str(), "drop" | "truncate" | "delete" | "update" | "alter")
        };
        if literal.text.contains(' ') && literal.text.split(';').any(destroys) {
            deeds.extend(read(literal.text, dialect).deeds);
        }
    }
    deeds
}

/// A client's own command: `\i file`, `.read file`, `source file`.
fn command(line: &str, reading: &mut Reading) {
    let mut words = line.split_whitespace().map(|word| word.trim_matches(['\'', '"', ';']));
    let name = words.next().unwrap_or_default();
    let argument = words.next().unwrap_or_default();
    match name {
        "\\i" | "\\ir" | "\\include" | "\\." | ".read" | "source" if !argument.is_empty() => {
            reading.includes.push(argument.to_owned());
        }
        ".restore" => reading.deeds.push(Deed::destroy("reset", "the database, which is replaced")),
        "\\c" | "\\connect" if !matches!(argument, "" | "-") => reading.database = Some(argument.to_owned()),
        _ => {}
    }
}

/// The body of a `DO` block, in which statements may also stand in strings that it executes.
fn block(text: &str) -> Vec<Deed> {
    let body = joined(text.split_once('$').map_or("", |(_, body)| body)).to_lowercase();
    let words: Vec<&str> = body
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .filter(|word| !word.is_empty())
        .collect();
    let pair = words.windows(2).find_map(|pair| match pair {
        ["drop", "table" | "schema" | "database"] => {
            Some(Deed::destroy("drop", "what a block of code selects"))
        }
        ["truncate", _] => Some(Deed::destroy("truncate", "what a block of code selects")),
        ["delete", "from"] if !words.contains(&"where") => {
            Some(Deed::destroy("delete-all", "what a block of code selects"))
        }
        ["alter" | "create" | "drop", _] => Some(Deed::schema("schema", "")),
        _ => None,
    });
    pair.into_iter().collect()
}
