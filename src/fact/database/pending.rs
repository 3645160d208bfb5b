//! Migrations that wait in a project, and what they would take away.

use super::sqlite;
use crate::action::file_text;
use std::path::{Path, PathBuf};

/// Where the usual tools keep migrations, relative to the project; `*` is one directory.
const FOLDERS: &[&str] = &[
    "db/migrate",
    "prisma/migrations",
    "alembic/versions",
    "migrations/versions",
    "migrations",
    "db/migrations",
    "database/migrations",
    "src/migrations",
    "src/migration",
    "src/main/resources/db/migration",
    "db/migration",
    "sql",
    "drizzle",
    "priv/repo/migrations",
    "supabase/migrations",
    "Migrations",
    "*/migrations",
];

/// Most entries of a directory that are looked at.
const MAX_ENTRIES: usize = 2_000;

/// Where the part of a migration begins that takes it back.
const DOWN: &[&str] = &[
    "def downgrade",
    "def down",
    "function down",
    "exports.down",
    "export async function down",
    "export const down",
    "async down(",
    "down: ",
    "down(queryinterface",
    "void down(",
    "-- +goose down",
    "-- migrate:down",
    "-- down",
    "--rollback",
    "-- +migrate down",
];

/// What takes a table, a column or rows away, in SQL and in the words of the usual tools.
const LOSSES: &[&str] = &[
    "drop table",
    "drop column",
    "drop schema",
    "truncate table",
    "truncate ",
    "drop_table",
    "drop_column",
    "remove_column",
    "removecolumn",
    "droptable",
    "dropcolumn",
    "removefield(",
    "deletemodel(",
    "schema::drop",
    "remove :",
    "dropcollection",
];

/// Tables in which tools write down what has run.
const JOURNALS: &[&str] = &[
    "alembic_version",
    "django_migrations",
    "schema_migrations",
    "_prisma_migrations",
    "knex_migrations",
    "SequelizeMeta",
    "migrations",
    "goose_db_version",
    "_sqlx_migrations",
    "flyway_schema_history",
    "__diesel_schema_migrations",
    "__EFMigrationsHistory",
];

/// What a database in a file says of what has run.
struct Journal {
    rows: Vec<Vec<String>>,
    /// Each application counts for itself.
    by_application: bool,
}

impl Journal {
    fn of(file: &Path) -> Option<Journal> {
        let (table, rows) = sqlite::rows(file, JOURNALS)?;
        Some(Journal { rows, by_application: table == "django_migrations" })
    }

    /// Whether a migration has run, by its file, or by the folder that holds it.
    fn holds(&self, path: &Path) -> bool {
        let part = |path: Option<&Path>, whole: bool| {
            let path = path?;
            let name = if whole { path.file_name() } else { path.file_stem() };
            Some(name?.to_string_lossy().into_owned())
        };
        let stem = part(Some(path), false).unwrap_or_default();
        let own = matches!(stem.as_str(), "migration" | "up");
        let stem = if own { part(path.parent(), true).unwrap_or_default() } else { stem };
        let number = number(&stem).to_string();
        let application = part(path.parent().and_then(Path::parent), true);
        self.rows.iter().any(|row| {
            let has = |text: &str| row.iter().any(|known| known == text);
            match self.by_application {
                true => has(&stem) && application.as_deref().is_some_and(has),
                false => {
                    let whole = part(Some(path), true);
                    has(&stem) || number != "0" && has(&number) || whole.as_deref().is_some_and(has)
                }
            }
        })
    }
}

/// The migrations that wait and take something away, by their paths; `None` where no migrations are found. Where the
/// database is a file, it says what has run.
pub(super) fn losses(dir: &Path, file: Option<&Path>) -> Option<Vec<String>> {
    let folders = FOLDERS.iter().find_map(|folder| {
        let found: Vec<PathBuf> = match folder.strip_prefix("*/") {
            Some(rest) => {
                entries(dir).into_iter().map(|entry| entry.join(rest)).filter(|path| path.is_dir()).collect()
            }
            None => Some(dir.join(folder)).filter(|path| path.is_dir()).into_iter().collect(),
        };
        (!found.is_empty()).then_some(found)
    })?;
    let journal = file.and_then(Journal::of);
    // Without a journal one application stands for the others.
    let most = if journal.is_some() { 50 } else { 1 };
    let waiting: Vec<PathBuf> =
        folders.iter().take(most).flat_map(|folder| waiting(dir, folder, journal.as_ref())).collect();
    if journal.is_some() && waiting.is_empty() {
        return Some(Vec::new());
    }
    if waiting.is_empty() {
        return None;
    }
    let loses = |path: &&PathBuf| file_text(path).is_some_and(|text| takes_away(&text));
    let shown = |path: &PathBuf| path.strip_prefix(dir).unwrap_or(path).display().to_string();
    Some(waiting.iter().filter(loses).map(shown).take(5).collect())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(list) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = list.take(MAX_ENTRIES).flatten().map(|entry| entry.path()).collect();
    paths.sort_by_key(|path| order(path));
    paths
}

/// Names begin with a number or a date, with or without zeros before it.
fn order(path: &Path) -> (u128, String) {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (number(&name), name)
}

fn number(name: &str) -> u128 {
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..length.min(30)].parse().unwrap_or(0)
}

/// What stands behind the state that the project itself writes down, else the newest.
fn waiting(dir: &Path, folder: &Path, journal: Option<&Journal>) -> Vec<PathBuf> {
    let files: Vec<PathBuf> = entries(folder)
        .into_iter()
        .filter_map(|path| match path.is_dir() {
            true => {
                ["migration.sql", "up.sql"].iter().map(|name| path.join(name)).find(|file| file.is_file())
            }
            false => Some(path),
        })
        .filter(|path| is_forward(path))
        .collect();
    // Rails writes the newest that ran: `ActiveRecord::Schema[7.1].define(version: 2024_01_02_030405) do`.
    let schema = ["db/schema.rb", "db/structure.sql"].iter().find_map(|name| file_text(&dir.join(name)));
    let ran = schema.as_deref().and_then(|text| text.split_once("version: ")).map(|(_, rest)| {
        let digits =
            rest.chars().take_while(|c| c.is_ascii_digit() || *c == '_').filter(char::is_ascii_digit);
        digits.collect::<String>().parse::<u128>().unwrap_or(0)
    });
    if let Some(ran) = ran {
        return files.into_iter().filter(|path| order(path).0 > ran).collect();
    }
    let chained = chain(&files, journal);
    if let (Some(journal), None) = (journal, &chained) {
        return files.into_iter().filter(|path| !journal.holds(path)).collect();
    }
    let chained = chained.unwrap_or_default();
    if journal.is_some() {
        return chained;
    }
    if chained.is_empty() { files.into_iter().next_back().into_iter().collect() } else { chained }
}

fn is_forward(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let kind = name.rsplit('.').next().unwrap_or_default();
    matches!(kind, "sql" | "py" | "rb" | "php" | "js" | "ts" | "cjs" | "mjs" | "exs" | "cs" | "go" | "rs")
        && !name.contains("down.")
        && !name.ends_with(".designer.cs")
        && !name.starts_with("__")
        && !matches!(name.as_str(), "env.py" | "index.ts" | "index.js" | "mod.rs")
}

/// Alembic names no order but the revision before: the heads are those that nothing follows. With a journal, which
/// names the revision that was reached, all that comes after it; `None` where there is no chain.
fn chain(files: &[PathBuf], journal: Option<&Journal>) -> Option<Vec<PathBuf>> {
    let value = |text: &str, name: &str| {
        let line = text
            .lines()
            .find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', ':', '='])))?;
        line.split(['\'', '"']).nth(1).map(str::to_owned)
    };
    let mut known: Vec<(String, Option<String>, &PathBuf)> = Vec::new();
    for path in files.iter().filter(|path| path.extension().is_some_and(|kind| kind == "py")).take(500) {
        let Some(text) = file_text(path) else { continue };
        if let Some(revision) = value(&text, "revision") {
            known.push((revision, value(&text, "down_revision"), path));
        }
    }
    if known.is_empty() {
        return None;
    }
    let followed = |revision: &String| known.iter().any(|(_, before, _)| before.as_ref() == Some(revision));
    let heads = known.iter().filter(|(revision, ..)| !followed(revision));
    let Some(journal) = journal else { return Some(heads.map(|(.., path)| (*path).clone()).collect()) };
    let reached = |revision: &String| journal.rows.iter().any(|row| row.contains(revision));
    let mut found: Vec<PathBuf> = Vec::new();
    for head in heads {
        let mut next = Some(head);
        while let Some((revision, before, path)) = next
            && !reached(revision)
            && !found.contains(path)
        {
            found.push((*path).clone());
            next = known.iter().find(|(known, ..)| before.as_ref() == Some(known));
        }
    }
    Some(found)
}

/// Whether the way forward of a migration takes something away.
fn takes_away(text: &str) -> bool {
    let lower = text.to_lowercase();
    let end = DOWN.iter().filter_map(|sign| lower.find(sign)).min().unwrap_or(lower.len());
    let comment =
        |line: &&str| !["--", "#", "//", "*"].iter().any(|sign| line.trim_start().starts_with(sign));
    let forward = lower[..end].lines().filter(comment).collect::<Vec<_>>().join("\n");
    let empties = forward
        .match_indices("delete from")
        .any(|(at, _)| !forward[at..].split(';').next().unwrap_or_default().contains("where"));
    empties || LOSSES.iter().any(|sign| forward.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_forward_and_the_way_back() {
        for (text, expected) in [
            ("ALTER TABLE a ADD COLUMN b int;", false),
            ("ALTER TABLE a DROP COLUMN b;", true),
            ("-- drop table a;\nCREATE TABLE b ();", false),
            ("CREATE TABLE a ();\n-- +goose Down\nDROP TABLE a;", false),
            ("def upgrade():\n    op.drop_column('a', 'b')\n\ndef downgrade():\n    pass\n", true),
            (
                "def upgrade():\n    op.add_column('a', 'b')\n\ndef downgrade():\n    op.drop_column('a', 'b')\n",
                false,
            ),
            (
                "exports.up = (knex) => knex.schema.createTable('a');\nexports.down = (knex) => knex.schema.dropTable('a');",
                false,
            ),
            ("  def change\n    remove_column :users, :email\n  end", true),
            ("DELETE FROM a WHERE b = 1;", false),
            ("DELETE FROM a;", true),
        ] {
            assert_eq!(takes_away(text), expected, "{text}");
        }
    }

    #[test]
    fn which_migrations_wait() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        assert_eq!(losses(root.path(), None), None);
        write("migrations/V2__drop.sql", "DROP TABLE a;");
        write("migrations/V10__add.sql", "CREATE TABLE b ();");
        assert_eq!(losses(root.path(), None), Some(Vec::new()));
        write("migrations/V11__drop.sql", "DROP TABLE b;");
        assert_eq!(losses(root.path(), None), Some(vec!["migrations/V11__drop.sql".to_owned()]));
        // Rails knows what has run.
        write("db/migrate/20240101000000_remove.rb", "remove_column :a, :b");
        write("db/migrate/20240202000000_add.rb", "add_column :a, :c, :text");
        assert_eq!(losses(root.path(), None), Some(Vec::new()));
        write("db/schema.rb", "ActiveRecord::Schema[7.1].define(version: 2023_12_01_000000) do\nend\n");
        assert_eq!(losses(root.path(), None), Some(vec!["db/migrate/20240101000000_remove.rb".to_owned()]));
    }

    #[test]
    fn what_a_database_in_a_file_says_has_run() {
        let row = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let django = Journal { rows: vec![row(&["shop", "0001_initial"])], by_application: true };
        assert!(django.holds(Path::new("/p/shop/migrations/0001_initial.py")));
        assert!(!django.holds(Path::new("/p/blog/migrations/0001_initial.py")));
        assert!(!django.holds(Path::new("/p/shop/migrations/0002_drop.py")));
        let others =
            Journal { rows: vec![row(&["20230101"]), row(&["20240101_init"])], by_application: false };
        assert!(others.holds(Path::new("/p/db/migrations/20230101_init.sql")));
        assert!(others.holds(Path::new("/p/prisma/migrations/20240101_init/migration.sql")));
        assert!(!others.holds(Path::new("/p/db/migrations/20250101_drop.sql")));

        let root = tempfile::tempdir().unwrap();
        let file = |name: &str, revision: &str, before: &str| {
            let path = root.path().join(name);
            std::fs::write(&path, format!("revision = '{revision}'\ndown_revision = {before}\n")).unwrap();
            path
        };
        let files = vec![file("a.py", "a1", "None"), file("b.py", "b2", "'a1'"), file("c.py", "c3", "'b2'")];
        let after = |reached: &str| {
            let journal = Journal { rows: vec![row(&[reached])], by_application: false };
            chain(&files, Some(&journal)).unwrap().len()
        };
        assert_eq!((after("c3"), after("b2"), after("a1")), (0, 1, 2));
        assert_eq!(chain(&files, None).map(|heads| heads.len()), Some(1));
    }

    #[test]
    fn the_heads_of_a_chain() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let folder = root.path().join("alembic/versions");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), text).unwrap();
        };
        let before = "revision = 'b1'\ndown_revision = None\n\ndef upgrade():\n    op.drop_table('a')\n";
        write("ff_first.py", before);
        assert_eq!(losses(root.path(), None).map(|found| found.len()), Some(1));
        write(
            "aa_second.py",
            "revision = 'a2'\ndown_revision = 'b1'\n\ndef upgrade():\n    op.add_column('a')\n",
        );
        assert_eq!(losses(root.path(), None), Some(Vec::new()));
    }
}
