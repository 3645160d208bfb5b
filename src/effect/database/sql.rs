//! What SQL text would do, statement by statement.

use super::Deed;
use crate::syntax::HOLE;
use sqlparser::ast::{
    self, AlterTableOperation, Expr, FromTable, ObjectType, SetExpr, Statement, TableFactor,
};
use sqlparser::dialect;
use sqlparser::parser::Parser;

/// Longest statement that is parsed, in bytes; of a longer one only the words are looked at.
const MAX_STATEMENT: usize = 64 * 1024;
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
            Piece::Statement(text) => text,
        };
        let bare = bare(&text, dialect);
        let words = words(&bare);
        let word = |at: usize| words.get(at).map_or("", String::as_str);
        match word(0) {
            "" => reading.unknown |= text.contains(HOLE),
            "begin" | "start" => open = open.or(Some(reading.deeds.len())),
            "commit" | "end" => open = None,
            "rollback" | "abort" if word(1) != "to" && !words.iter().any(|word| word == "savepoint") => {
                if let Some(start) = open.take() {
                    reading.deeds.truncate(start);
                }
            }
            "use" => reading.database = Some(word(1).to_owned()),
            "do" => reading.deeds.extend(block(&text)),
            "drop" | "truncate" | "alter" | "delete" | "update" | "create" | "with" | "explain"
            | "rename" | "grant" | "revoke" | "reset" | "purge" | "shutdown" => {
                let temporary =
                    word(0) == "create" && words.iter().take(4).any(|word| word.starts_with("temp"));
                if temporary {
                    let named = words.iter().position(|word| word == "table").map(|at| at + 1);
                    let skip = if named.is_some_and(|at| word(at) == "if") { 3 } else { 0 };
                    passing.extend(named.map(|at| word(at + skip).to_owned()));
                    continue;
                }
                let text = text.replace(HOLE, "_hole_");
                let made = match text.len() > MAX_STATEMENT {
                    true => None,
                    false => parsed(&text, &words, dialect),
                };
                let made = made.unwrap_or_else(|| scan(&words));
                reading.deeds.extend(made.into_iter().filter(|deed| !passing.contains(&deed.object)));
            }
            _ => {}
        }
    }
    for deed in &mut reading.deeds {
        deed.object = deed.object.replace("_hole_", "…");
    }
    reading
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
        "\\c" | "\\connect" if !matches!(argument, "" | "-") => reading.database = Some(argument.to_owned()),
        _ => {}
    }
}

enum Piece {
    /// A statement, without its semicolon.
    Statement(String),
    /// A line that the client reads itself.
    Command(String),
}

/// Splits at the semicolons that end statements.
fn split(sql: &str, dialect: Dialect) -> Vec<Piece> {
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
            pieces.push(Piece::Statement(sql[start..at].to_owned()));
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
fn quoted(rest: &str, dialect: Dialect) -> Option<usize> {
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

/// The statement without comments, and with strings left empty.
fn bare(text: &str, dialect: Dialect) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_STATEMENT));
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if out.len() > MAX_STATEMENT {
            break;
        }
        if let Some(end) = quoted(rest, dialect) {
            match next {
                '"' | '`' => out.push_str(rest[..end].trim_matches(next)),
                '\'' => out.push_str("''"),
                _ => out.push(' '),
            }
            rest = &rest[end..];
            continue;
        }
        match rest.strip_prefix("/*!") {
            Some(inside) => rest = inside.trim_start_matches(|c: char| c.is_ascii_digit()),
            None => {
                out.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    out
}

/// The words of a statement, lower case; an unknown part is a word.
fn words(bare: &str) -> Vec<String> {
    bare.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '\'' | HOLE)))
        .filter(|word| !word.is_empty())
        .map(|word| if word.contains(HOLE) { "_hole_".to_owned() } else { word.to_lowercase() })
        .skip_while(|word| word == "_hole_")
        .collect()
}

fn parsed(text: &str, words: &[String], dialect: Dialect) -> Option<Vec<Deed>> {
    let dialect: &dyn dialect::Dialect = match dialect {
        Dialect::Postgres => &dialect::PostgreSqlDialect {},
        Dialect::MySql => &dialect::MySqlDialect {},
        // Each dialect of sqlparser is a hundred function pointers that are relocated at every start; the
        // generic one reads what is asked of these here.
        Dialect::Sqlite | Dialect::ClickHouse | Dialect::MsSql | Dialect::Other => {
            &dialect::GenericDialect {}
        }
    };
    let statements = Parser::new(dialect).try_with_sql(text).ok()?.parse_statements().ok()?;
    Some(statements.iter().flat_map(|read| statement(read, words)).collect())
}

fn list(names: impl IntoIterator<Item = impl ToString>) -> String {
    let plain = |name: String| name.replace(['"', '`'], "");
    names.into_iter().map(|name| plain(name.to_string())).collect::<Vec<_>>().join(", ")
}

/// The tables of these places. Only names are written out, and only values compared: the writers and comparers of
/// whole statements are a fifth of a megabyte, which the linker leaves out while nobody calls them.
fn tables<'t>(places: impl IntoIterator<Item = &'t TableFactor>) -> String {
    list(places.into_iter().map(|place| match place {
        TableFactor::Table { name, .. } => name.to_string(),
        _ => String::new(),
    }))
}

/// What one statement would do; `words` are those of its text.
fn statement(statement: &Statement, words: &[String]) -> Vec<Deed> {
    match statement {
        Statement::Drop { temporary: true, .. } => Vec::new(),
        Statement::Drop { object_type, names, .. } => match object_type {
            ObjectType::Database => vec![Deed::drop_database(list(names))],
            ObjectType::Schema
                if !names.iter().any(|name| name.to_string().eq_ignore_ascii_case("public")) =>
            {
                vec![Deed::drop_database(list(names))]
            }
            ObjectType::Table | ObjectType::Schema => vec![Deed::destroy("drop", list(names))],
            ObjectType::Role | ObjectType::User => vec![Deed::destroy("drop-role", list(names))],
            _ => vec![Deed::schema("schema", list(names))],
        },
        Statement::Truncate(truncate) => {
            vec![Deed::destroy("truncate", list(truncate.table_names.iter().map(|target| &target.name)))]
        }
        Statement::Delete(delete) => {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            match spares_nothing(delete.selection.as_ref()) && delete.limit.is_none() {
                true => vec![Deed::destroy("delete-all", tables(from.iter().map(|table| &table.relation)))],
                false if delete.limit.is_none() && !chooses(delete.selection.as_ref()) => {
                    vec![Deed::destroy("delete", tables(from.iter().map(|table| &table.relation)))]
                }
                false => Vec::new(),
            }
        }
        Statement::Update(update) => {
            match spares_nothing(update.selection.as_ref()) && update.limit.is_none() {
                true => vec![Deed::destroy("update-all", tables([&update.table.relation]))],
                false if update.limit.is_none() && !chooses(update.selection.as_ref()) => {
                    vec![Deed::destroy("update", tables([&update.table.relation]))]
                }
                false => Vec::new(),
            }
        }
        Statement::AlterTable(alter) => {
            let table = list([&alter.name]);
            let dropped = alter.operations.iter().find_map(|operation| match operation {
                AlterTableOperation::DropColumn { column_names, .. } => {
                    Some(Deed::destroy("drop-column", format!("{table}.{}", list(column_names))))
                }
                AlterTableOperation::DropPartitions { .. } => Some(Deed::destroy("drop", table.clone())),
                _ => None,
            });
            vec![dropped.unwrap_or_else(|| Deed::schema("schema", table))]
        }
        Statement::Explain { analyze: true, statement: inner, .. } => self::statement(inner, words),
        Statement::Query(query) => of_query(query, words),
        Statement::CreateTable(create) => {
            if create.temporary {
                Vec::new()
            } else {
                vec![Deed::schema("schema", list([&create.name]))]
            }
        }
        Statement::CreateView(create) => vec![Deed::schema("schema", list([&create.name]))],
        Statement::CreateIndex(create) => vec![Deed::schema("schema", list([&create.table_name]))],
        Statement::RenameTable(renames) => {
            vec![Deed::schema("schema", list(renames.iter().map(|rename| &rename.old_name)))]
        }
        // Roles are no data; a new database or schema harms nothing.
        Statement::Explain { .. }
        | Statement::AlterSession { .. }
        | Statement::CreateRole(_)
        | Statement::CreateUser(_)
        | Statement::CreateDatabase { .. }
        | Statement::CreateSchema { .. }
        | Statement::CreateSecret { .. } => Vec::new(),
        _ => {
            let before = |word: &String| matches!(word.as_str(), "explain" | "analyze" | "verbose");
            let words = &words[words.iter().take_while(|word| before(word)).count()..];
            match words.first().map(String::as_str) {
                Some(
                    "create" | "alter" | "drop" | "rename" | "grant" | "revoke" | "reset" | "purge"
                    | "shutdown",
                ) => scan(words),
                _ => Vec::new(),
            }
        }
    }
}

/// `WITH gone AS (DELETE …) SELECT …`
fn of_query(query: &ast::Query, words: &[String]) -> Vec<Deed> {
    let tables = query.with.iter().flat_map(|with| &with.cte_tables);
    let mut deeds: Vec<Deed> = tables.flat_map(|table| of_query(&table.query, words)).collect();
    match &*query.body {
        SetExpr::Delete(inner) | SetExpr::Update(inner) => deeds.extend(statement(inner, words)),
        SetExpr::Query(inner) => deeds.extend(of_query(inner, words)),
        _ => {}
    }
    deeds
}

/// A value or a column as it is written; nothing else is written out, see [`tables`].
fn written(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Nested(inner) => written(inner),
        Expr::Value(value) => Some(value.to_string()),
        Expr::Identifier(name) => Some(name.to_string()),
        Expr::CompoundIdentifier(names) => {
            Some(names.iter().map(ToString::to_string).collect::<Vec<_>>().join("."))
        }
        Expr::UnaryOp { op: ast::UnaryOperator::Minus, expr } => Some(format!("-{}", written(expr)?)),
        _ => None,
    }
}

/// Whether a condition is missing or holds for every row.
fn spares_nothing(condition: Option<&Expr>) -> bool {
    match condition {
        None => true,
        Some(Expr::Nested(inner)) => spares_nothing(Some(inner)),
        Some(Expr::Value(value)) => matches!(value.to_string().to_lowercase().as_str(), "true" | "1" | "'t'"),
        Some(Expr::BinaryOp { left, op: ast::BinaryOperator::Or, right }) => {
            spares_nothing(Some(left)) || spares_nothing(Some(right))
        }
        Some(Expr::BinaryOp { left, op: ast::BinaryOperator::Eq, right }) => {
            written(left).is_some_and(|left| written(right) == Some(left))
        }
        // Keys are counted from one, and no row is without one.
        Some(Expr::BinaryOp { left, op, right }) => {
            use ast::BinaryOperator::{Gt, GtEq, NotEq};
            is_key(left)
                && matches!(op, Gt | GtEq | NotEq)
                && matches!(written(right).as_deref(), Some("0" | "-1" | "''"))
        }
        Some(Expr::IsNotNull(inner)) => is_key(inner),
        Some(Expr::Like { negated: false, pattern, .. }) => written(pattern).as_deref() == Some("'%'"),
        _ => false,
    }
}

/// Whether a condition picks rows by a value, and not by a range of them.
fn chooses(condition: Option<&Expr>) -> bool {
    match condition {
        Some(Expr::Nested(inner)) => chooses(Some(inner)),
        Some(Expr::BinaryOp { left, op: ast::BinaryOperator::And, right }) => {
            chooses(Some(left)) || chooses(Some(right))
        }
        Some(Expr::BinaryOp { left, op: ast::BinaryOperator::Or, right }) => {
            chooses(Some(left)) && chooses(Some(right))
        }
        Some(Expr::BinaryOp { op: ast::BinaryOperator::Eq, .. }) => true,
        Some(Expr::InList { negated, .. }) => !negated,
        _ => false,
    }
}

/// `id`, `users.id`, `_id`, `pk`.
fn is_key(expression: &Expr) -> bool {
    let name = written(expression).unwrap_or_default().to_lowercase();
    matches!(
        name.rsplit('.').next().unwrap_or_default().trim_matches(['"', '`']),
        "id" | "_id" | "pk" | "rowid"
    )
}

/// The body of a `DO` block, in which statements may also stand in strings that it executes.
fn block(text: &str) -> Vec<Deed> {
    let body = text.split_once('$').map_or("", |(_, body)| body).to_lowercase();
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

/// What the words of a statement say that the parser does not read.
fn scan(words: &[String]) -> Vec<Deed> {
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    // The name after `if exists`, `only` and the like.
    let name = |from: usize| {
        let filler =
            ["if", "exists", "not", "only", "table", "from", "concurrently", "unique", "or", "replace"];
        words.iter().skip(from).find(|word| !filler.contains(&word.as_str())).cloned().unwrap_or_default()
    };
    let deed = match (word(0), word(1)) {
        ("drop", "database" | "keyspace") => Deed::drop_database(name(2)),
        ("drop", "table" | "schema" | "owned" | "tablespace" | "dictionary" | "graph") => {
            Deed::destroy("drop", name(2))
        }
        ("drop", "extension" | "user" | "pluggable") if has("cascade") || has("including") => {
            Deed::destroy("drop", name(2))
        }
        ("drop", "user" | "role" | "login") => Deed::destroy("drop-role", name(2)),
        ("drop", "temporary") => return Vec::new(),
        ("reset", "master") | ("purge", "binary" | "master") => Deed::destroy("truncate", "the binary log"),
        ("shutdown", _) => Deed::destroy("shutdown", "the server"),
        // To everybody, or all there is: rights that nobody would take back.
        ("grant", "all") if words.ends_with(&["to".to_owned(), "public".to_owned()]) || everywhere(words) => {
            Deed::schema("grant", "everything")
        }
        ("grant" | "revoke", "all") => Deed::schema("rights", words.last().cloned().unwrap_or_default()),
        ("grant" | "revoke" | "reset" | "purge", _) => return Vec::new(),
        ("alter", "role" | "user") if has("superuser") => Deed::schema("grant", "everything"),
        ("alter", "system") => Deed::destroy("configure", words.get(3).cloned().unwrap_or_default()),
        ("alter", "database" | "schema") if has("rename") => Deed::schema("schema", name(2)),
        ("drop", _) => Deed::schema("schema", name(2)),
        ("truncate", _) => Deed::destroy("truncate", name(1)),
        ("delete", _) if !has("where") && !has("limit") => Deed::destroy("delete-all", name(1)),
        ("update", _) if !has("where") && !has("limit") => Deed::destroy("update-all", name(1)),
        ("with" | "explain", _) if !has("where") && (word(0) != "explain" || has("analyze")) => {
            match words.iter().position(|word| word == "delete" || word == "truncate") {
                Some(at) => Deed::destroy("delete-all", name(at + 1)),
                None => return Vec::new(),
            }
        }
        ("alter" | "create", "role" | "user" | "login" | "session" | "default" | "database" | "schema")
        | ("create", "temp" | "temporary" | "keyspace" | "secret") => return Vec::new(),
        ("alter", _) => {
            let column = words.windows(2).any(|pair| {
                pair[0] == "drop"
                    && !matches!(
                        pair[1].as_str(),
                        "constraint"
                            | "index"
                            | "default"
                            | "not"
                            | "primary"
                            | "foreign"
                            | "key"
                            | "trigger"
                            | "identity"
                            | "expression"
                            | "check"
                    )
            });
            match (column, word(1) == "table" && (has("delete") || has("drop"))) {
                (true, true) => Deed::destroy("drop-column", name(2)),
                (_, true) if has("delete") && !has("cascade") => Deed::destroy("delete-all", name(2)),
                _ => Deed::schema("schema", name(2)),
            }
        }
        ("create" | "rename", _) => Deed::schema("schema", name(2)),
        _ => return Vec::new(),
    };
    vec![deed]
}

/// `ON *.* TO 'app'@'%'`: every database, from everywhere.
fn everywhere(words: &[String]) -> bool {
    words.iter().any(|word| word == ".") && words.iter().any(|word| word == "option")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn deeds(sql: &str, dialect: Dialect) -> Vec<(&'static str, String)> {
        read(sql, dialect).deeds.into_iter().map(|deed| (deed.operation, deed.object)).collect()
    }

    #[test]
    fn statement_by_statement() {
        for (sql, expected) in [
            ("DROP TABLE a, b; SELECT 1", vec![("drop", "a, b")]),
            ("drop table if exists \"Users\" cascade", vec![("drop", "Users")]),
            ("DROP INDEX i", vec![("schema", "i")]),
            ("TRUNCATE TABLE ONLY a RESTART IDENTITY", vec![("truncate", "a")]),
            ("DELETE FROM a WHERE (1 = 1)", vec![("delete-all", "a")]),
            ("DELETE FROM a WHERE id = 1", vec![]),
            ("UPDATE a SET b = 1", vec![("update-all", "a")]),
            ("ALTER TABLE a DROP COLUMN b, ADD c int", vec![("drop-column", "a.b")]),
            ("ALTER TABLE a DROP CONSTRAINT b", vec![("schema", "a")]),
            ("ALTER TABLE a ALTER COLUMN b DROP NOT NULL", vec![("schema", "a")]),
            ("EXPLAIN ANALYZE DELETE FROM a", vec![("delete-all", "a")]),
            ("EXPLAIN DELETE FROM a", vec![]),
            ("BEGIN; DROP TABLE a; ROLLBACK; DROP TABLE b", vec![("drop", "b")]),
            ("BEGIN; SAVEPOINT s; DROP TABLE a; ROLLBACK TO s; COMMIT", vec![("drop", "a")]),
            ("SELECT $$drop table a; drop table b$$", vec![]),
            ("-- drop table a;\n/* drop table b; */ select ';drop table c;'", vec![]),
            ("drop table :name", vec![("drop", "name")]),
            ("drop table \u{fffc}", vec![("drop", "…")]),
            ("CREATE TEMP TABLE a (b int); DROP TABLE a", vec![]),
            ("create role r; grant select on a to r; alter role r login", vec![]),
            ("grant all on a to r", vec![("rights", "r")]),
            ("GRANT ALL ON ALL TABLES IN SCHEMA public TO public", vec![("grant", "everything")]),
            ("GRANT ALL ON ALL TABLES IN SCHEMA public TO r", vec![("rights", "r")]),
            ("GRANT SELECT ON a TO public", vec![]),
            ("DELETE FROM a WHERE id > 0", vec![("delete-all", "a")]),
            ("DELETE FROM a WHERE id > 10", vec![("delete", "a")]),
            ("DELETE FROM a WHERE id IN (1, 2) AND b > 3", vec![]),
            ("UPDATE a SET b = 1 WHERE c LIKE 'x%'", vec![("update", "a")]),
            ("UPDATE a SET b = 1 WHERE a.id IS NOT NULL OR c = 2", vec![("update-all", "a")]),
            ("DELETE FROM a WHERE '1' = '1'", vec![("delete-all", "a")]),
            ("DROP ROLE r", vec![("drop-role", "r")]),
            ("ALTER SYSTEM SET fsync = off", vec![("configure", "fsync")]),
            ("drop owned by r", vec![("drop", "by")]),
            ("\\d a\nselect 1 \\g\ndrop table b \\gx", vec![("drop", "b")]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(op, object)| (op, object.to_owned())).collect();
            assert_eq!(deeds(sql, Dialect::Postgres), expected, "{sql}");
        }
        assert_eq!(
            deeds("# drop table a\ndelete from `b`", Dialect::MySql),
            [("delete-all", "b".to_owned())]
        );
        assert_eq!(deeds("delete from b limit 5", Dialect::MySql), []);
        assert_eq!(deeds("/*!50001 DROP TABLE a */", Dialect::MySql), [("drop", "a".to_owned())]);
        assert_eq!(deeds("select 1\nGO\ndrop table a\nGO", Dialect::MsSql), [("drop", "a".to_owned())]);
        assert_eq!(deeds("alter table a delete where 1", Dialect::ClickHouse).len(), 1);
    }

    #[test]
    fn a_long_script_is_read_in_time() {
        let sql = "INSERT INTO t VALUES ('a;b', $$c$$); -- x\n".repeat(20_000) + "DROP TABLE last";
        let start = std::time::Instant::now();
        // More statements than are read; that it ends soon is what counts.
        read(&sql, Dialect::Postgres);
        read(&"'".repeat(1_000_001), Dialect::Postgres);
        read(&"$".repeat(1_000_000), Dialect::Postgres);
        read(&"(".repeat(100_000), Dialect::Postgres);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(drop|table|delete|from|where|[ ;'\"`$#\\\\/*!\n.-]|--|é|\u{fffc}|a|1|begin|do|go|\\\\c ){0,40}") {
            for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite, Dialect::ClickHouse, Dialect::MsSql, Dialect::Other] {
                read(&text, dialect);
            }
        }
    }
}
