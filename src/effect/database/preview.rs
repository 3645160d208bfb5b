//! For each tool a command that shows what it would do, or saves what would be lost.

use super::Deed;
use crate::action::Shell;

/// The command for this deed; where it has a gap that a person must fill in, advice that holds it.
pub(super) fn of(tool: &str, deed: &Deed) -> String {
    let revision = Shell::Bash.word(if deed.object.is_empty() { "head" } else { &deed.object });
    let text = match tool {
        "alembic" if deed.operation == "migrate" => return format!("alembic upgrade {revision} --sql"),
        "alembic" => "alembic current --verbose",
        "flask db" if deed.operation == "migrate" => return format!("flask db upgrade {revision} --sql"),
        "flask db" => "flask db current --verbose",
        "django" => "python manage.py migrate --plan",
        "aerich" => "aerich heads",
        "piccolo" => "piccolo migrations check",
        "yoyo" | "yoyo-migrate" => "yoyo list",
        "prisma" => "prisma migrate status",
        "typeorm" => "typeorm migration:show",
        "sequelize" => "sequelize db:migrate:status",
        "knex" => "knex migrate:list",
        "drizzle-kit" => "drizzle-kit generate",
        "mikro-orm" => "mikro-orm migration:pending",
        "supabase" => "supabase db push --dry-run",
        "wrangler" => "save it first: wrangler d1 export … --remote --output before.sql",
        "rails" | "rake" => "rails db:migrate:status",
        "mix" => "mix ecto.migrations",
        "artisan" => "php artisan migrate --pretend",
        "doctrine" => "php bin/console doctrine:migrations:migrate --dry-run",
        "phinx" => "phinx migrate --dry-run",
        "wp" => "wp db export before.sql",
        "dotnet ef" => "dotnet ef migrations script --idempotent",
        "flyway" => "flyway info",
        "liquibase" => "liquibase update-sql",
        "goose" => "goose status",
        "dbmate" => "dbmate status",
        "migrate" => "migrate version",
        "atlas" => "atlas migrate apply --dry-run",
        "sqlx" => "sqlx migrate info",
        "diesel" => "diesel migration list",
        "sea-orm-cli" => "sea-orm-cli migrate status",
        "sqitch" => "sqitch status",
        "skeema" => "skeema diff",
        "mysql" | "mariadb" | "mycli" | "mysqladmin" => {
            "save it first: mysqldump --single-transaction … > before.sql"
        }
        "sqlite3" | "litecli" => "save it first: sqlite3 … '.backup before.db'",
        "redis-cli" | "valkey-cli" | "keydb-cli" => "redis-cli --rdb before.rdb",
        "mongosh" | "mongo" | "mongorestore" => "mongodump --archive=before.archive",
        "clickhouse-client" => "look first: clickhouse-client -q 'SELECT count() FROM …'",
        "bq" => "look first: bq show …",
        "HTTP" => "look first: the same address with GET",
        "dbt" => "dbt compile",
        "airflow" => "save it first: airflow connections export before.json",
        "celery" => "celery inspect reserved",
        "influx" => "save it first: influx backup …",
        "turso" => "save it first: turso db shell … .dump > before.sql",
        "pscale" => "save it first: pscale backup create …",
        "neonctl" => "neonctl branches list",
        "gh-ost" | "pt-online-schema-change" => "look first: the same without --execute",
        _ => match deed.operation {
            "delete-all" | "update-all" if !deed.object.is_empty() => {
                let count = format!("SELECT count(*) FROM {}", deed.object);
                return format!("look first: psql … -c {}", Shell::Bash.quoted(&count));
            }
            _ => "save it first: pg_dump … > before.sql",
        },
    };
    text.to_owned()
}
