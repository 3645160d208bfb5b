//! The third incident: a migration run against production. PostgreSQL's own schema, read by psql, is the truth.

use crate::in_both_shells;
use crate::support::{Postgres, Shell, Terminal, TestContext};
use std::path::{Path, PathBuf};

in_both_shells![production_is_kept_and_development_is_migrated];

/// The folder that `tests/run` fills with a real alembic.
fn alembic_dir() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_forestall")).ancestors().nth(2).unwrap();
    let dir = target.join("tools/venv/bin");
    assert!(dir.join("alembic").exists(), "alembic is not installed; `tests/run --prepare` installs it");
    dir
}

/// An alembic project whose address comes from `.env`, as many do it.
fn project(context: &TestContext) -> PathBuf {
    let dir = context.work().join("app");
    context.write(&dir.join("alembic.ini"), "[alembic]\nscript_location = migrations\n");
    context.write(
        &dir.join("migrations/env.py"),
        r#"import os
from pathlib import Path

from alembic import context
from sqlalchemy import create_engine

for line in Path(".env").read_text().splitlines():
    name, _, value = line.partition("=")
    os.environ.setdefault(name, value)

engine = create_engine(os.environ["DATABASE_URL"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"#,
    );
    context.write(
        &dir.join("migrations/versions/0001_users.py"),
        r#"import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("users")
"#,
    );
    dir
}

fn production_is_kept_and_development_is_migrated(shell: Shell) {
    let context = TestContext::new();
    let postgres = Postgres::new(&context);
    let dir = project(&context);
    let env = dir.join(".env");
    let rc = format!("export PATH=\"{}:$PATH\" PYTHONDONTWRITEBYTECODE=1", alembic_dir().display());
    let mut terminal = Terminal::open(&context, shell, &dir, &rc);
    assert_eq!(terminal.unasked("alembic --version"), 0);

    context.write(&env, format!("DATABASE_URL={}\n", postgres.url("app_production")));
    for line in [
        "alembic upgrade head",
        "alembic -c alembic.ini upgrade head",
        "cd . && alembic upgrade head | tee log",
        "python3 -m alembic upgrade head",
        "env PYTHONPATH=. alembic upgrade +1",
    ] {
        let reply = terminal.stopped(line);
        assert_eq!(postgres.tables("app_production"), [""; 0], "`{line}`: {}", reply.screen);
        assert!(
            reply.screen.contains("app_production"),
            "`{line}` does not name the target: {}",
            reply.screen
        );
    }

    // The same text, another world.
    context.write(&env, format!("DATABASE_URL={}\n", postgres.url("app_dev")));
    assert_eq!(terminal.unasked("alembic upgrade head"), 0);
    assert_eq!(postgres.tables("app_dev"), ["alembic_version", "users"]);
    assert_eq!(postgres.tables("app_production"), [""; 0]);

    // An exported variable beats the file, for alembic and for us.
    let reply =
        terminal.stopped(format!("DATABASE_URL={} alembic upgrade head", postgres.url("app_production")));
    assert_eq!(postgres.tables("app_production"), [""; 0], "{}", reply.screen);

    // Direct clients.
    let psql = |database: &str, sql: &str| format!("psql -X '{}' -c '{sql}'", postgres.url(database));
    for sql in ["create table t (id int)", "drop table if exists users", "drop schema public cascade"] {
        let reply = terminal.stopped(psql("app_production", sql));
        assert!(reply.screen.contains("forestall"), "`{sql}` was not stopped by us: {}", reply.screen);
        assert_eq!(postgres.tables("app_production"), [""; 0], "`{sql}`: {}", reply.screen);
    }
    assert_eq!(terminal.unasked(&psql("app_production", "select 1")), 0);
    assert_eq!(terminal.unasked(&psql("app_dev", "create table t (id int)")), 0);
    assert_eq!(postgres.tables("app_dev"), ["alembic_version", "t", "users"]);

    // What hits production and cannot be undone is confirmed by its name.
    context.write(&env, format!("DATABASE_URL={}\n", postgres.url("app_production")));
    let reply = terminal.line("alembic upgrade head");
    assert!(reply.asked && reply.screen.contains("Type app_production to run it"), "{}", reply.screen);
    let reply = terminal.name("y");
    assert_eq!(postgres.tables("app_production"), [""; 0], "a `y` is no name: {}", reply.screen);
    terminal.line("alembic upgrade head");
    assert_eq!(terminal.name("app_production").status, Some(0));
    assert_eq!(postgres.tables("app_production"), ["alembic_version", "users"]);
}
