//! What one statement would do.

use super::super::Deed;
use super::condition;
use super::token::{Kind, Token, enclosed, outside, parts};

/// Words between a verb and the name that it is about.
const FILLERS: [&str; 18] = [
    "if",
    "exists",
    "not",
    "only",
    "table",
    "from",
    "concurrently",
    "unique",
    "or",
    "replace",
    "view",
    "materialized",
    "foreign",
    "external",
    "low_priority",
    "quick",
    "ignore",
    "into",
];

/// What a statement would do, by its tokens.
pub(super) fn deeds(tokens: &[Token<'_>]) -> Vec<Deed> {
    let Some(verb) = tokens.first().filter(|token| token.kind == Kind::Word) else { return Vec::new() };
    let rest = &tokens[1..];
    match verb.text.to_ascii_lowercase().as_str() {
        "explain" | "describe" | "desc" => explained(rest),
        "with" => within(rest),
        "drop" => dropped(rest),
        "truncate" => truncated(rest),
        "delete" => vec![deleted(rest)],
        "update" => updated(rest).into_iter().collect(),
        "alter" => altered(rest),
        "create" => created(rest),
        "rename" => vec![Deed::schema("schema", name(rest))],
        "grant" | "revoke" => granted(rest),
        // `INSERT OVERWRITE TABLE a SELECT * FROM a WHERE false` leaves nothing.
        "insert" if is(rest, 0, "overwrite") => {
            let object = name(&rest[1..]);
            let empties = rest.windows(2).any(|pair| {
                pair[0].is("where") && pair[1].is("false") || pair[0].is("limit") && pair[1].is("0")
            }) || outside(rest, &["where"])
                .is_some_and(|at| rest[at + 1..].iter().map(|token| token.text).eq(["1", "=", "0"]));
            vec![Deed::destroy(if empties { "truncate" } else { "rebuild" }, object)]
        }
        "replace" if is(rest, 0, "into") && has(rest, "select") => {
            vec![Deed::destroy("update", name(rest))]
        }
        // `LOAD FROM /dev/null OF DEL REPLACE INTO a`: of Db2 what was there goes first.
        "load" | "import" if has(rest, "replace") => {
            let into = outside(rest, &["into"]).map_or(rest.len(), |at| at + 1);
            let operation = if has(rest, "infile") { "update" } else { "delete-all" };
            vec![Deed::destroy(operation, name(&rest[into..]))]
        }
        "dbcc" if has(rest, "repair_allow_data_loss") => {
            vec![Deed::destroy("delete", "what cannot be repaired")]
        }
        "dbcc" if rest.first().is_some_and(|token| token.text.to_lowercase().starts_with("shrink")) => {
            vec![Deed::destroy("rebuild", "the files of the database")]
        }
        "detach" if has(rest, "permanently") => vec![Deed::destroy("drop", name(rest))],
        "exchange" if is(rest, 0, "tables") => vec![Deed::destroy("rebuild", name(&rest[1..]))],
        "system" if is(rest, 0, "drop") && is(rest, 1, "replica") => {
            vec![Deed::destroy("drop", "a replica")]
        }
        "purge" if rest.first().is_some_and(|token| token.text.to_lowercase().ends_with("recyclebin")) => {
            vec![Deed::destroy("drop", "what was dropped before, for good")]
        }
        "flashback" if is(rest, 0, "database") => vec![Deed::destroy("reset", "the database")],
        "reset" if is(rest, 0, "master") => vec![Deed::destroy("truncate", "the binary log")],
        "purge" if is(rest, 0, "binary") || is(rest, 0, "master") => {
            vec![Deed::destroy("truncate", "the binary log")]
        }
        "shutdown" => vec![Deed::destroy("shutdown", "the server")],
        "restore" if is(rest, 0, "database") || is(rest, 0, "db") => {
            let name = name(&rest[1..]);
            vec![match has(rest, "replace") {
                true => Deed { whole: true, ..Deed::destroy("reset", name) },
                false => Deed::schema("restore", name),
            }]
        }
        "merge" if has(rest, "delete") => vec![Deed::destroy("delete", name(rest))],
        // Delta keeps the files of the past; without an age none is left to go back to.
        "vacuum" if rest.windows(2).any(|pair| pair[0].is("retain") && pair[1].is("0")) => {
            vec![Deed::destroy("drop", format!("every earlier version of {}", name(rest)))]
        }
        "reindex" | "cluster" if !has(rest, "concurrently") && !rest.is_empty() => {
            vec![Deed::destroy("rebuild", rest.get(1).map_or("", |name| name.text))]
        }
        "vacuum" if has(rest, "full") => {
            vec![Deed::destroy("rebuild", rest.last().map_or("", |last| last.text))]
        }
        "stop" if is(rest, 0, "slave") || is(rest, 0, "replica") => {
            vec![Deed::destroy("configure", "replication")]
        }
        "reset" if is(rest, 0, "slave") || is(rest, 0, "replica") => {
            vec![Deed::destroy("configure", "replication")]
        }
        "flush" if is(rest, 0, "tables") && has(rest, "lock") => {
            vec![Deed::destroy("configure", "the locks of every table")]
        }
        "remove" if ["table", "database", "namespace"].iter().any(|kind| is(rest, 0, kind)) => {
            vec![Deed::destroy("drop", name(&rest[1..]))]
        }
        _ => Vec::new(),
    }
}

fn is(tokens: &[Token<'_>], at: usize, word: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is(word))
}

fn has(tokens: &[Token<'_>], word: &str) -> bool {
    tokens.iter().any(|token| token.is(word))
}

/// The first name, with what is dotted to it, behind words like `IF EXISTS`.
fn name(tokens: &[Token<'_>]) -> String {
    let skipped =
        |token: &Token<'_>| matches!(token.kind, Kind::Sign) || FILLERS.iter().any(|filler| token.is(filler));
    let start = tokens.iter().take_while(|token| skipped(token)).count();
    let mut name = String::new();
    for pair in tokens[start..].chunks(2) {
        name.push_str(pair[0].text.trim_matches('\''));
        match pair.get(1) {
            Some(dot) if dot.is_sign(".") => name.push('.'),
            _ => break,
        }
    }
    name
}

/// The names between commas, up to a word that cannot belong to them.
fn names(tokens: &[Token<'_>]) -> String {
    const ENDS: [&str; 10] =
        ["cascade", "restrict", "restart", "continue", "on", "force", "sync", "purge", "including", "with"];
    let end = outside(tokens, &ENDS).filter(|end| *end > 0).unwrap_or(tokens.len());
    parts(&tokens[..end]).map(name).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Only `EXPLAIN ANALYZE` runs what it explains.
fn explained(tokens: &[Token<'_>]) -> Vec<Deed> {
    let start = tokens.iter().position(|token| {
        ["with", "delete", "update", "insert", "select", "create", "merge"].iter().any(|word| token.is(word))
    });
    let Some(start) = start else { return Vec::new() };
    match has(&tokens[..start], "analyze") {
        true => deeds(&tokens[start..]),
        false => Vec::new(),
    }
}

/// `WITH gone AS (DELETE …) SELECT …`
fn within(tokens: &[Token<'_>]) -> Vec<Deed> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let begins = pair[0].is_sign("(") || pair[0].is_sign(")");
        if begins && ["delete", "update", "truncate"].iter().any(|verb| pair[1].is(verb)) {
            found.extend(deeds(enclosed(&tokens[at + 1..])));
        }
    }
    found
}

fn dropped(tokens: &[Token<'_>]) -> Vec<Deed> {
    let kind = tokens.first().map(|token| token.text.to_ascii_lowercase()).unwrap_or_default();
    let rest = tokens.get(1..).unwrap_or_default();
    let deed = match kind.as_str() {
        "temporary" | "temp" => return Vec::new(),
        "database" | "keyspace" | "db" => Deed::drop_database(names(rest)),
        // The layers of a warehouse are called so too: `staging` says nothing of the database.
        "schema"
            if !parts(rest).any(|part| {
                ["public", "staging", "stage", "stg"]
                    .iter()
                    .any(|known| name(part).eq_ignore_ascii_case(known))
            }) =>
        {
            Deed::drop_database(names(rest))
        }
        "table" | "schema" | "tablespace" | "dictionary" | "graph" => Deed::destroy("drop", names(rest)),
        "owned" => {
            Deed::destroy("drop", "what is owned by ".to_owned() + &name(rest.get(1..).unwrap_or_default()))
        }
        "extension" | "user" | "pluggable" if has(rest, "cascade") || has(rest, "including") => {
            Deed::destroy("drop", names(rest))
        }
        "user" | "role" | "login" => Deed::destroy("drop-role", names(rest)),
        // `DROP STREAM orders DELETE TOPIC`
        _ if rest.windows(2).any(|pair| pair[0].is("delete") && pair[1].is("topic")) => {
            Deed::destroy("drop", name(rest))
        }
        _ => Deed::schema("schema", names(rest)),
    };
    vec![deed]
}

fn truncated(tokens: &[Token<'_>]) -> Vec<Deed> {
    vec![match tokens.first() {
        Some(database) if database.is("database") => Deed::drop_database(name(&tokens[1..])),
        // `TRUNCATE ALL TABLES FROM name`
        Some(all) if all.is("all") => {
            let from = outside(tokens, &["from", "in"]).map_or(tokens.len(), |at| at + 1);
            Deed::drop_database(name(&tokens[from..]))
        }
        _ => Deed::destroy("truncate", names(tokens)),
    }]
}

/// What a change of rows does, by the condition behind it.
fn rows(tokens: &[Token<'_>], every: &'static str, some: &'static str, table: String) -> Deed {
    // `DELETE TOP (10) FROM …`
    if outside(tokens, &["limit"]).is_some() || is(tokens, 0, "top") {
        return Deed::destroy(some, table);
    }
    let Some(start) = outside(tokens, &["where"]) else { return Deed::destroy(every, table) };
    let condition = &tokens[start + 1..];
    let end = outside(condition, &["returning", "order", "option", "settings"]).unwrap_or(condition.len());
    Deed::destroy(if condition::spares_nothing(&condition[..end]) { every } else { some }, table)
}

fn deleted(tokens: &[Token<'_>]) -> Deed {
    let end = outside(tokens, &["where", "using", "returning"]).unwrap_or(tokens.len());
    let from = outside(&tokens[..end], &["from"]).map_or(0, |at| at + 1);
    let listed = &tokens[from..end];
    let joined = outside(listed, &["join", "inner", "left", "right", "cross"]).unwrap_or(listed.len());
    rows(tokens, "delete-all", "delete", names(&listed[..joined]))
}

fn updated(tokens: &[Token<'_>]) -> Option<Deed> {
    // Without `SET` it is another command's word.
    outside(tokens, &["set"])?;
    Some(rows(tokens, "update-all", "update", name(tokens)))
}

fn altered(tokens: &[Token<'_>]) -> Vec<Deed> {
    let Some(kind) = tokens.first() else { return Vec::new() };
    let rest = &tokens[1..];
    let deed = match kind.text.to_ascii_lowercase().as_str() {
        "table" => alter_table(rest),
        "role" | "user" if has(rest, "superuser") => Deed::schema("grant", "everything"),
        "role" | "user" | "login" if has(rest, "password") || has(rest, "identified") => {
            Deed::schema("rights", name(rest))
        }
        "system" => Deed::destroy("configure", name(rest.get(1..).unwrap_or_default())),
        "database"
            if [
                "resetlogs",
                "offline",
                "dismount",
                "read_only",
                "mount",
                "default_transaction_read_only",
            ]
            .iter()
            .any(|word| has(rest, word)) =>
        {
            Deed::destroy("configure", name(rest))
        }
        "database" | "schema" if has(rest, "rename") => Deed::schema("schema", name(rest)),
        "role" | "user" | "login" | "session" | "default" | "database" | "schema" => return Vec::new(),
        _ => Deed::schema("schema", name(rest)),
    };
    vec![deed]
}

fn alter_table(tokens: &[Token<'_>]) -> Deed {
    let table = name(tokens);
    // Db2 throws every row away so: `ALTER TABLE a ACTIVATE NOT LOGGED INITIALLY WITH EMPTY TABLE`.
    if tokens.windows(2).any(|pair| pair[0].is("with") && pair[1].is("empty")) {
        return Deed::destroy("truncate", table);
    }
    // Behind the name and `ON CLUSTER …` stand the operations.
    let verbs =
        ["drop", "delete", "update", "truncate", "discard", "add", "alter", "modify", "change", "rename"];
    let start = outside(tokens, &verbs).unwrap_or(tokens.len());
    for operation in parts(&tokens[start..]) {
        let rest = operation.get(1..).unwrap_or_default();
        let Some(verb) = operation.first() else { continue };
        if verb.is("drop") {
            let what = rest.first().map(|token| token.text.to_ascii_lowercase()).unwrap_or_default();
            match what.as_str() {
                "constraint" | "index" | "default" | "not" | "primary" | "foreign" | "key" | "trigger"
                | "identity" | "expression" | "check" | "projection" | "statistics" | "row" => {}
                "partition" | "part" | "detached" => return Deed::destroy("drop", table),
                "column" | "columns" => {
                    return Deed::destroy("drop-column", format!("{table}.{}", names(&rest[1..])));
                }
                _ => return Deed::destroy("drop-column", format!("{table}.{}", names(rest))),
            }
        } else if verb.is("truncate") || verb.is("discard") {
            return Deed::destroy("truncate", table);
        } else if verb.is("delete") || verb.is("update") {
            let (every, some) = match verb.is("delete") {
                true => ("delete-all", "delete"),
                false => ("update-all", "update"),
            };
            return rows(operation, every, some, table);
        }
    }
    Deed::schema("schema", table)
}

fn created(tokens: &[Token<'_>]) -> Vec<Deed> {
    let skipped =
        ["or", "replace", "global", "local", "unlogged", "external", "transient", "force", "definer"];
    let start = tokens.iter().take_while(|token| skipped.iter().any(|word| token.is(word))).count();
    let tokens = &tokens[start..];
    let Some(kind) = tokens.first() else { return Vec::new() };
    match kind.text.to_ascii_lowercase().as_str() {
        "role" | "user" if has(tokens, "superuser") => vec![Deed::schema("grant", "everything")],
        // Roles are no data; a new database or schema harms nothing.
        "temp" | "temporary" | "role" | "user" | "login" | "session" | "default" | "database" | "schema"
        | "keyspace" | "secret" => Vec::new(),
        "index" | "unique" => {
            let on = outside(tokens, &["on"]).map_or(1, |at| at + 1);
            vec![Deed::schema("schema", name(&tokens[on..]))]
        }
        _ => vec![Deed::schema("schema", name(&tokens[1..]))],
    }
}

/// Rights of everybody, or all rights there are: nobody would take them back.
fn granted(tokens: &[Token<'_>]) -> Vec<Deed> {
    if !is(tokens, 0, "all") {
        return Vec::new();
    }
    let to =
        tokens.iter().rposition(|token| token.is("to") || token.is("from")).map_or(tokens.len(), |at| at + 1);
    let everybody = is(tokens, to, "public");
    let everywhere = tokens
        .windows(3)
        .any(|three| three[0].is_sign("*") && three[1].is_sign(".") && three[2].is_sign("*"));
    match everybody && is(tokens, to.saturating_sub(1), "to") || everywhere && has(tokens, "option") {
        true => vec![Deed::schema("grant", "everything")],
        false => vec![Deed::schema("rights", name(&tokens[to..]))],
    }
}

/// The table that `CREATE TEMP TABLE` makes.
pub(super) fn created_table(tokens: &[Token<'_>]) -> Option<String> {
    let table = outside(tokens, &["table"])?;
    Some(name(&tokens[table + 1..]))
}
