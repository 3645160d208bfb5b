//! Lines about databases in real directories: the same line must get the answer that its surroundings deserve.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use forestall::action::{Actor, Line, Scene};
use forestall::fact::Key;
use forestall::judge;
use forestall::policy::Policy;
use forestall::verdict::Verdict;
use std::collections::BTreeMap;

/// Surroundings, and lines with the answer that they deserve there: `-` for silence, `ask`, `deny`.
struct Case {
    files: &'static [(&'static str, &'static str)],
    env: &'static [(&'static str, &'static str)],
    lines: &'static [(&'static str, &'static str)],
}

fn judged(files: &[(&str, &str)], env: &[(&str, &str)], line: &str) -> Verdict {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("project/.git")).unwrap();
    std::fs::create_dir_all(root.path().join("home")).unwrap();
    for (path, text) in files {
        let path = root.path().join("project").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut vars: BTreeMap<String, String> =
        env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    vars.insert("HOME".to_owned(), root.path().join("home").to_string_lossy().into_owned());
    let scene = Scene::given(&root.path().join("project"), vars);
    judge::judge(&Line::from_bytes(line.as_bytes()), &scene, Actor::Human, || Policy::load(&scene))
}

fn hold(cases: &[Case]) {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for case in cases {
        for (expected, line) in case.lines {
            seen += 1;
            let verdict = judged(case.files, case.env, line);
            let ours = verdict.findings.iter().filter(|finding| finding.rule.starts_with("database."));
            let ours = ours.map(|finding| finding.decision.name()).max().unwrap_or("-");
            if ours != *expected {
                let files: Vec<_> = case.files.iter().map(|(path, _)| path).collect();
                wrong.push(format!(
                    "{line}\n    in {files:?} {:?}: expected {expected}, got {ours}: {:#?}",
                    case.env,
                    verdict
                        .findings
                        .iter()
                        .map(|finding| (&finding.rule, &finding.reason))
                        .collect::<Vec<_>>()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {seen} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The value of a fact in the first finding.
fn fact(verdict: &Verdict, key: Key) -> String {
    verdict
        .findings
        .first()
        .and_then(|finding| finding.fact(key))
        .map(ToString::to_string)
        .unwrap_or_default()
}

const ENV_PY: &str = "import os\nfrom dotenv import load_dotenv\nload_dotenv()\nconfig.set_main_option('sqlalchemy.url', os.environ['DATABASE_URL'])\n";
const ALEMBIC_INI: &str =
    "[alembic]\nscript_location = alembic\nsqlalchemy.url = driver://user:pass@localhost/dbname\n";

const PROD_ENV: &str = "DATABASE_URL=postgresql://app:s3cret@127.0.0.1:5432/app_production\n";
const DEV_ENV: &str = "DATABASE_URL=postgresql://app:s3cret@127.0.0.1:5432/app_dev\n";

/// Lines that change a schema through `DATABASE_URL`, whatever the tool.
const MIGRATIONS: &[&str] = &[
    "alembic upgrade head",
    "alembic -c alembic.ini upgrade +1",
    "python -m alembic upgrade head",
    "poetry run alembic upgrade head",
    "uv run alembic upgrade head",
    "pipenv run alembic upgrade head",
    "alembic downgrade -1",
    "alembic stamp head",
    "flask db upgrade",
    "flask --app shop db upgrade",
    "python -m flask db upgrade",
    "python manage.py migrate",
    "./manage.py migrate accounts",
    "python3 manage.py migrate --noinput",
    "uv run python manage.py migrate",
    "bin/rails db:migrate",
    "bundle exec rake db:migrate",
    "rails db:rollback STEP=2",
    "rake db:migrate VERSION=20240101",
    "npx prisma migrate deploy",
    "yarn prisma migrate deploy",
    "pnpm exec prisma db push",
    "bunx prisma migrate deploy",
    "npm exec -- prisma migrate deploy",
    "npx --yes prisma@5.1.0 migrate deploy",
    "npx typeorm migration:run",
    "npx sequelize-cli db:migrate",
    "npx knex migrate:latest",
    "pnpm dlx drizzle-kit push",
    "npx mikro-orm migration:up",
    "npx node-pg-migrate up",
    "goose up",
    "goose -dir migrations up",
    "dbmate up",
    "dbmate rollback",
    "sqlx migrate run",
    "cargo sqlx migrate run",
    "diesel migration run",
    "sea-orm-cli migrate up",
    "php bin/console doctrine:migrations:migrate",
    "php artisan migrate",
    "cd . && alembic upgrade head",
    "sudo -E alembic upgrade head",
    "time alembic upgrade head | tee log",
    "if true; then alembic upgrade head; fi",
    "bash -c 'alembic upgrade head'",
    "docker compose run --rm web alembic upgrade head",
];

/// Lines that destroy data through `DATABASE_URL`.
const DESTRUCTIONS: &[&str] = &[
    "rails db:drop",
    "bundle exec rails db:reset",
    "rails db:drop db:create db:migrate",
    "bin/rails db:schema:load",
    "rails db:truncate_all",
    "python manage.py flush --noinput",
    "python manage.py reset_db",
    "alembic downgrade base",
    "flask db downgrade base",
    "npx prisma migrate reset --force",
    "npx prisma db push --force-reset",
    "npx typeorm schema:drop",
    "npx sequelize-cli db:drop",
    "npx knex migrate:rollback --all",
    "goose reset",
    "dbmate drop",
    "sqlx database reset -y",
    "diesel database reset",
    "sea-orm-cli migrate fresh",
    "php artisan migrate:fresh --seed",
    "php artisan db:wipe",
    "php bin/console doctrine:schema:drop --force",
    "psql \"$DATABASE_URL\" -c 'DROP TABLE users'",
    "psql $DATABASE_URL <<< 'TRUNCATE users'",
    "echo 'delete from users' | psql \"$DATABASE_URL\"",
];

#[test]
fn the_same_line_gets_two_answers() {
    let mut wrong = Vec::new();
    let lists = [(MIGRATIONS, "ask"), (DESTRUCTIONS, "deny")];
    let mut pairs = 0;
    for (lines, stopped) in lists {
        for line in lines {
            for (env, expected) in [(PROD_ENV, stopped), (DEV_ENV, "-")] {
                pairs += 1;
                let files = [(".env", env), ("alembic.ini", ALEMBIC_INI), ("alembic/env.py", ENV_PY)];
                let verdict = judged(&files, &[], line);
                let decision = match verdict.decision.name() {
                    "allow" => "-",
                    other => other,
                };
                if decision != expected {
                    wrong.push(format!("{line} with {env:?}: {decision}, not {expected}"));
                }
                let said = format!("{:?}", verdict.findings);
                assert!(!said.contains("s3cret"), "{line} gives the password away: {said}");
            }
        }
    }
    assert!(pairs >= 140);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_finding_says_what_and_why() {
    let files = [(".env", PROD_ENV), ("alembic.ini", ALEMBIC_INI), ("alembic/env.py", ENV_PY)];
    let verdict = judged(&files, &[], "alembic upgrade head");
    assert_eq!(fact(&verdict, Key::Target), "postgresql://app@127.0.0.1:5432/app_production");
    assert_eq!(fact(&verdict, Key::TargetSource), ".env: DATABASE_URL");
    assert_eq!(fact(&verdict, Key::TargetClass), "production");
    let finding = verdict.findings.first().unwrap();
    assert_eq!(
        finding.instead.as_ref().map(|instead| instead.text.as_str()),
        Some("alembic upgrade head --sql")
    );
    let line = "cd . && alembic upgrade head";
    let verdict = judged(&files, &[], line);
    let span = verdict.findings.first().unwrap().span;
    assert_eq!(&line[span.start..span.end], "alembic upgrade");
}

#[test]
fn what_only_shows_or_mentions_is_silent() {
    hold(&[Case {
        files: &[
            (".env", PROD_ENV),
            ("alembic.ini", ALEMBIC_INI),
            ("alembic/env.py", ENV_PY),
            ("q.sql", "select 1; -- drop table users\n"),
        ],
        env: &[("PGHOST", "db.prod.acme.test"), ("RAILS_ENV", "production"), ("NODE_ENV", "production")],
        lines: &[
            ("-", "alembic current"),
            ("-", "alembic history --verbose"),
            ("-", "alembic upgrade head --sql"),
            ("-", "alembic revision --autogenerate -m 'drop table'"),
            ("-", "alembic check"),
            ("-", "python manage.py showmigrations"),
            ("-", "python manage.py migrate --plan"),
            ("-", "python manage.py sqlmigrate shop 0001"),
            ("-", "python manage.py makemigrations"),
            ("-", "rails db:migrate:status"),
            ("-", "rails db:version"),
            ("-", "rails console"),
            ("-", "rails generate migration AddAge"),
            ("-", "npx prisma migrate status"),
            ("-", "npx prisma generate"),
            ("-", "npx prisma migrate diff --from-empty"),
            ("-", "npx prisma migrate dev --create-only"),
            ("-", "npx knex migrate:list"),
            ("-", "npx sequelize-cli db:migrate:status"),
            ("-", "php artisan migrate --pretend"),
            ("-", "php artisan migrate:status"),
            ("-", "goose status"),
            ("-", "dbmate status"),
            ("-", "flyway info"),
            ("-", "flyway validate"),
            ("-", "liquibase status"),
            ("-", "liquibase update-sql"),
            ("-", "sqlx migrate info"),
            ("-", "diesel migration list"),
            ("-", "mix ecto.migrations"),
            ("-", "dotnet ef migrations list"),
            ("-", "dotnet ef migrations script"),
            ("-", "atlas migrate apply --dry-run --url postgres://db.prod/app"),
            ("-", "psql"),
            ("-", "psql -l"),
            ("-", "psql -c 'select * from users'"),
            ("-", "psql -c \"select 'drop table users'\""),
            ("-", "psql -c '/* drop table users; */ select 1'"),
            ("-", "psql -f q.sql"),
            ("ask", "psql -c 'delete from users where id = 7'"),
            ("ask", "psql -c 'update users set a = 1 where id = 7'"),
            ("-", "psql -c 'select a from users where id = 7'"),
            ("-", "psql -c 'begin; drop table users; rollback'"),
            ("-", "psql -c 'create temp table t (a int); drop table t'"),
            ("-", "psql -c 'explain delete from users'"),
            ("-", "psql -c 'insert into t values (1)'"),
            ("-", "psql -c 'grant select on t to u'"),
            ("-", "psql -c '\\d users'"),
            ("-", "pg_dump shop > shop.sql"),
            ("-", "pg_restore --list shop.dump"),
            ("-", "redis-cli GET x"),
            ("-", "redis-cli --scan --pattern 'session:*'"),
            ("-", "redis-cli INFO"),
            ("-", "mongosh --eval 'db.users.find({})'"),
            ("-", "mongosh --eval 'print(\"db.dropDatabase()\")'"),
            ("-", "mongosh --eval 'db.users.deleteMany({ old: true })'"),
            ("-", "mysql -h db.prod -e 'show tables'"),
            ("-", "git commit -m 'alembic upgrade head; DROP TABLE users'"),
            ("-", "echo 'rails db:drop RAILS_ENV=production'"),
            ("-", "grep -r 'DROP TABLE' migrations"),
            ("-", "man psql"),
            ("-", "# alembic upgrade head"),
            ("-", "cat > run.sh <<'E'\nalembic upgrade head\nE"),
            ("-", "ls prod"),
            ("-", "docker compose exec db psql -l"),
            ("-", "migrate --help"),
        ],
    }]);
}

#[test]
fn the_line_itself_names_the_target() {
    hold(&[Case {
        files: &[(".env", DEV_ENV)],
        env: &[],
        lines: &[
            ("ask", "DATABASE_URL=postgres://db.prod.acme.test/shop alembic upgrade head"),
            ("ask", "env DATABASE_URL=postgres://db.prod.acme.test/shop alembic upgrade head"),
            ("ask", "export DATABASE_URL=postgres://db.prod.acme.test/shop; alembic upgrade head"),
            ("-", "DATABASE_URL=postgres://localhost/shop alembic upgrade head"),
            ("ask", "RAILS_ENV=production bin/rails db:migrate"),
            ("deny", "RAILS_ENV=production bundle exec rails db:reset"),
            ("deny", "rake db:drop RAILS_ENV=production DISABLE_DATABASE_ENVIRONMENT_CHECK=1"),
            ("-", "RAILS_ENV=test bundle exec rails db:reset"),
            ("-", "RAILS_ENV=test bin/rails db:migrate"),
            ("-", "RAILS_ENV=staging bin/rails db:migrate"),
            ("ask", "RAILS_ENV=staging bin/rails db:drop"),
            ("ask", "NODE_ENV=production npx sequelize-cli db:migrate"),
            ("ask", "npx sequelize-cli db:migrate --env production"),
            ("-", "npx sequelize-cli db:migrate --env development"),
            ("ask", "npx knex migrate:latest --env production"),
            ("ask", "MIX_ENV=prod mix ecto.migrate"),
            ("deny", "MIX_ENV=prod mix ecto.reset"),
            ("-", "mix ecto.reset"),
            ("-", "MIX_ENV=test mix ecto.drop"),
            ("ask", "php artisan migrate --env=production"),
            ("ask", "php artisan migrate --force --env=production"),
            ("ask", "php bin/console doctrine:migrations:migrate --env=prod -n"),
            ("ask", "DJANGO_SETTINGS_MODULE=shop.settings.production python manage.py migrate"),
            ("ask", "python manage.py migrate --settings=shop.settings.prod"),
            ("-", "python manage.py migrate --settings=shop.settings.local"),
            ("ask", "alembic -x env=prod upgrade head"),
            ("ask", "alembic -x url=postgres://db.prod/shop upgrade head"),
            ("ask", "ASPNETCORE_ENVIRONMENT=Production dotnet ef database update"),
            ("ask", "dotnet ef database update -- --environment Production"),
            ("-", "dotnet ef database update"),
            (
                "deny",
                "dotnet ef database drop --force --connection 'Server=sql.prod.acme.test;Database=shop;User Id=sa;Password=x'",
            ),
            ("ask", "flyway -url=jdbc:postgresql://db.prod.acme.test/shop migrate"),
            ("deny", "flyway -url=jdbc:postgresql://db.prod.acme.test/shop clean"),
            ("-", "flyway -url=jdbc:postgresql://localhost/shop clean migrate"),
            ("ask", "flyway -environment=production migrate"),
            ("ask", "./gradlew flywayMigrate -Pflyway.url=jdbc:postgresql://db.prod/shop"),
            ("ask", "mvn flyway:migrate -Dflyway.url=jdbc:mysql://db.prod/shop"),
            ("-", "mvn test"),
            ("ask", "liquibase --url=jdbc:postgresql://db.prod/shop update"),
            ("deny", "liquibase --url=jdbc:postgresql://db.prod/shop drop-all"),
            ("ask", "goose postgres 'host=db.prod.acme.test dbname=shop user=app' up"),
            ("-", "goose sqlite3 ./shop.db up"),
            ("-", "goose postgres 'host=localhost dbname=shop' reset"),
            ("ask", "dbmate --url postgres://db.prod/shop up"),
            ("ask", "migrate -database postgres://db.prod/shop -path m up"),
            ("deny", "migrate -database postgres://db.prod/shop -path m drop -f"),
            ("deny", "migrate -database postgres://db.prod/shop -path m down"),
            ("ask", "migrate -database postgres://db.prod/shop -path m down 1"),
            ("-", "migrate -database postgres://localhost/shop -path m down"),
            ("ask", "atlas schema apply --url postgres://db.prod/shop --to file://schema.hcl"),
            ("ask", "atlas migrate apply --env prod"),
            ("ask", "sqitch deploy db:pg://db.prod/shop"),
            ("ask", "skeema push production"),
            ("-", "skeema push development"),
            ("ask", "sqlx migrate run --database-url postgres://db.prod/shop"),
            ("ask", "diesel --database-url=postgres://db.prod/shop migration run"),
            ("ask", "npx prisma db push --url postgres://db.prod/shop"),
            ("deny", "DATABASE_URL=postgres://db.prod/shop npx prisma migrate dev"),
            ("-", "npx prisma migrate dev --name init"),
            ("ask", "npx supabase db push"),
            ("-", "npx supabase db reset"),
            ("ask", "supabase db reset --linked"),
            ("ask", "npx wrangler d1 migrations apply shop --remote"),
            ("-", "npx wrangler d1 migrations apply shop --local"),
            ("ask", "doppler run -c prd -- alembic upgrade head"),
            ("ask", "aws-vault exec prod -- alembic upgrade head"),
            ("ask", "heroku run -a shop-production rails db:migrate"),
            ("ask", "heroku run rails db:migrate --app shop"),
            ("ask", "ssh web1.prod.acme.test 'cd /srv/app && bin/rails db:migrate'"),
            ("ask", "ssh web1 'cd /srv/app && RAILS_ENV=production bin/rails db:migrate'"),
            ("ask", "ssh 10.1.2.3 bin/rails db:migrate"),
            ("ask", "kubectl exec -n production deploy/web -- bin/rails db:migrate"),
            ("ask", "kubectl --context prod-eu exec web-0 -- alembic upgrade head"),
            ("-", "kubectl --context minikube exec web-0 -- alembic upgrade head"),
            ("ask", "docker exec shop-prod-web alembic upgrade head"),
            ("-", "docker exec -it shop_web_1 python manage.py migrate"),
            ("-", "docker compose exec web rails db:drop"),
            ("ask", "docker run --rm -e DATABASE_URL=postgres://db.prod/shop shop alembic upgrade head"),
            ("deny", "docker exec db sh -c 'psql app_production -c \"drop table users\"'"),
        ],
    }]);
}

#[test]
fn clients() {
    hold(&[Case {
        files: &[
            ("drop.sql", "-- gone\nDROP TABLE IF EXISTS users CASCADE;\n"),
            ("add.sql", "create table t (a int);\n"),
            ("outer.sql", "\\i drop.sql\n"),
            ("wipe.js", "db.users.drop()\n"),
        ],
        env: &[],
        lines: &[
            ("deny", "psql -h db.prod.acme.test -c 'DROP TABLE users'"),
            ("deny", "psql -hdb.prod.acme.test -c 'drop schema public cascade'"),
            ("deny", "psql postgres://u:p@db.prod/shop -c 'truncate a, b'"),
            ("deny", "psql \"host=db.prod dbname=shop\" -c 'delete from users'"),
            ("deny", "psql -h db.prod -c 'delete from users where true'"),
            ("deny", "psql -h db.prod -c 'delete from users where 1=1'"),
            ("deny", "psql -h db.prod -c 'with d as (delete from users returning *) select count(*) from d'"),
            ("ask", "psql -h db.prod -c 'update users set admin = true'"),
            ("ask", "psql -h db.prod -c 'alter table users drop column email'"),
            ("ask", "psql -h db.prod -c 'alter table users add column age int'"),
            ("ask", "psql -h db.prod -c 'create index concurrently i on users (email)'"),
            ("deny", "psql -h db.prod -f drop.sql"),
            ("deny", "psql -h db.prod < drop.sql"),
            ("deny", "cat drop.sql | psql -h db.prod"),
            ("deny", "psql -h db.prod -f outer.sql"),
            ("ask", "psql -h db.prod -f add.sql"),
            ("ask", "psql -h db.prod -f not-there.sql"),
            ("ask", "gunzip -c dump.sql.gz | psql -h db.prod shop"),
            ("deny", "psql -h db.prod <<SQL\nbegin;\ndrop table users;\ncommit;\nSQL"),
            ("deny", "psql -c '\\c app_production' -c 'drop table users'"),
            ("deny", "psql app_production -c 'drop table users'"),
            ("deny", "PGHOST=db.prod psql -c 'drop table users'"),
            ("deny", "PGDATABASE=app_production psql -c 'drop table users'"),
            ("deny", "psql \"$PROD_DATABASE_URL\" -c 'drop table users'"),
            ("ask", "psql \"$SOME_URL\" -c 'drop table users'"),
            ("ask", "psql -h 10.2.0.7 shop -c 'drop table users'"),
            ("-", "psql -h 10.2.0.7 shop_dev -c 'drop table users'"),
            ("ask", "psql -c 'drop table users'"),
            ("ask", "psql shop -f drop.sql"),
            ("-", "psql -h localhost -U prod_reader_dev shop -c 'select 1'"),
            ("-", "docker exec db psql -U postgres -c 'drop database app_dev'"),
            ("deny", "dropdb -h db.prod shop"),
            ("deny", "dropdb app_production"),
            ("-", "dropdb app_dev"),
            ("-", "createdb app_production"),
            ("deny", "pg_restore --clean -d postgres://db.prod/shop shop.dump"),
            ("ask", "pg_restore -d postgres://db.prod/shop shop.dump"),
            ("-", "pg_restore --clean -d app_dev shop.dump"),
            ("deny", "mysql -h db.prod -u root -psecret shop -e 'DROP TABLE users'"),
            ("deny", "mysql -hdb.prod -e 'truncate `users`' shop"),
            ("deny", "mysql --host=db.prod shop < drop.sql"),
            ("ask", "mysql -u root shop -e 'DROP TABLE users'"),
            ("deny", "mysqladmin -h db.prod -u root drop shop"),
            ("deny", "mariadb -h db.prod shop -e 'delete from users'"),
            ("ask", "mariadb -h db.prod shop -e 'delete from users limit 10'"),
            ("deny", "sqlite3 production.sqlite3 'drop table users'"),
            ("deny", "sqlite3 db/production.sqlite3 < drop.sql"),
            ("-", "sqlite3 dev.db 'drop table users'"),
            ("-", "sqlite3 -readonly production.sqlite3 'drop table users'"),
            ("deny", "redis-cli -h cache.prod FLUSHALL"),
            ("deny", "redis-cli -u redis://cache.prod:6379 flushdb"),
            ("deny", "redis-cli -h cache.prod --scan --pattern 's:*' | xargs redis-cli -h cache.prod del"),
            ("deny", "echo FLUSHALL | redis-cli -h cache.prod"),
            ("ask", "redis-cli -h cache.prod DEL session:1"),
            ("ask", "redis-cli FLUSHALL"),
            ("-", "redis-cli -h redis FLUSHALL"),
            ("ask", "redis-cli -h 10.0.0.4 FLUSHALL"),
            ("deny", "mongosh mongodb://u:p@mongo.prod/shop --eval 'db.dropDatabase()'"),
            ("deny", "mongosh mongodb+srv://c.prod.mongodb.net/shop --eval 'db.users.deleteMany({})'"),
            ("deny", "mongosh mongo.prod/shop wipe.js"),
            ("deny", "mongo --host mongo.prod shop --eval \"db.getCollection('users').drop()\""),
            ("ask", "mongosh --eval 'db.dropDatabase()'"),
            ("deny", "mongorestore --drop --uri mongodb://mongo.prod/shop dump"),
            ("deny", "cqlsh cass.prod -e 'TRUNCATE shop.users'"),
            ("deny", "clickhouse-client --host ch.prod --query 'DROP TABLE events'"),
            ("deny", "sqlcmd -S sql.prod -d shop -Q 'DROP TABLE users'"),
            ("deny", "cockroach sql --url postgres://crdb.prod/shop -e 'drop table users'"),
            ("deny", "wp db reset --ssh=www.prod.acme.test"),
            ("deny", "psql -h db.prod -c 'do $$ begin execute $q$drop table users$q$; end $$'"),
        ],
    }]);
}

#[test]
fn files_of_variables_in_the_order_of_their_readers() {
    const PROD: &str = "DATABASE_URL=postgres://db.prod.acme.test/shop\n";
    const DEV: &str = "DATABASE_URL=postgres://localhost/shop\n";
    const PACKAGE: &str = r#"{"scripts": {"db:migrate": "prisma generate && prisma migrate deploy", "db:reset": "prisma migrate reset", "db:studio": "prisma studio", "build": "tsc"}}"#;
    hold(&[
        // An exported variable wins over `.env`, both ways.
        Case {
            files: &[(".env", DEV)],
            env: &[("DATABASE_URL", "postgres://db.prod.acme.test/shop")],
            lines: &[
                ("ask", "alembic upgrade head"),
                ("ask", "rails db:migrate"),
                ("deny", "sqlx database drop"),
            ],
        },
        Case {
            files: &[(".env", PROD)],
            env: &[("DATABASE_URL", "postgres://localhost/shop")],
            lines: &[("-", "alembic upgrade head"), ("-", "rails db:migrate"), ("-", "sqlx database drop")],
        },
        Case {
            files: &[(".env", PROD), (".env.local", DEV)],
            env: &[],
            lines: &[
                ("-", "npx knex migrate:latest"),
                ("-", "bin/rails db:migrate"),
                // These read `.env` alone.
                ("ask", "npx prisma migrate deploy"),
                ("ask", "alembic upgrade head"),
                ("ask", "dbmate up"),
            ],
        },
        Case {
            files: &[(".env", DEV), (".env.production", PROD)],
            env: &[],
            lines: &[
                ("-", "npx knex migrate:latest"),
                ("ask", "dotenv -e .env.production -- npx prisma migrate deploy"),
                ("ask", "npx dotenv -e .env.production -- npx prisma migrate deploy"),
                ("ask", "dotenvx run -f .env.production -- npx prisma migrate deploy"),
                ("ask", "docker run --env-file .env.production shop alembic upgrade head"),
                ("-", "dotenv -e .env -- npx prisma migrate deploy"),
                ("deny", "psql $DATABASE_URL -c 'drop table users' -h db.prod"),
            ],
        },
        Case {
            files: &[(".env", DEV), (".env.production", "DB_HOST=db.acme.test\nDB_DATABASE=shop\n")],
            env: &[],
            lines: &[("ask", "php artisan migrate --env=production"), ("-", "php artisan migrate")],
        },
        Case {
            files: &[
                ("prisma/.env", PROD),
                (
                    "prisma/schema.prisma",
                    "datasource db {\n provider = \"postgresql\"\n url = env(\"DATABASE_URL\")\n}\n",
                ),
            ],
            env: &[],
            lines: &[("ask", "npx prisma migrate deploy"), ("deny", "npx prisma migrate reset")],
        },
        Case {
            files: &[
                (".env", "DATABASE_URL=postgres://localhost/shop\nPG_MAIN=postgres://db.prod/shop\n"),
                ("prisma/schema.prisma", "datasource db {\n  url = env(\"PG_MAIN\")\n}\n"),
            ],
            env: &[],
            lines: &[("ask", "npx prisma migrate deploy")],
        },
        Case {
            files: &[("sub/x", ""), (".env", PROD)],
            env: &[],
            lines: &[("ask", "cd sub && sqlx migrate run"), ("-", "cd /tmp && sqlx migrate run")],
        },
        Case {
            files: &[(
                ".env",
                "APP_ENV=production\nDB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nDB_DATABASE=shop\n",
            )],
            env: &[],
            lines: &[("ask", "php artisan migrate"), ("deny", "php artisan migrate:fresh")],
        },
        Case {
            files: &[(".env", "APP_ENV=local\nDB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nDB_DATABASE=shop\n")],
            env: &[],
            lines: &[
                ("-", "php artisan migrate"),
                ("-", "php artisan migrate:fresh"),
                ("-", "sail artisan migrate:fresh"),
            ],
        },
        Case {
            files: &[(
                ".env",
                "APP_ENV=local\nDB_CONNECTION=mysql\nDB_HOST=shop.abc.eu-west-1.rds.amazonaws.com\nDB_DATABASE=shop\n",
            )],
            env: &[],
            lines: &[("ask", "php artisan migrate"), ("ask", "php artisan migrate:fresh")],
        },
        // An old terminal: the environment says test, the address says something else.
        Case {
            files: &[],
            env: &[("RAILS_ENV", "test"), ("DATABASE_URL", "postgres://app@db.prod.acme.test/shop")],
            lines: &[("deny", "bundle exec rake db:reset"), ("ask", "bin/rails db:migrate")],
        },
        Case {
            files: &[],
            env: &[
                ("RAILS_ENV", "test"),
                ("DATABASE_URL", "postgres://app@ec2-1-2-3-4.compute.amazonaws.com/d8f7"),
            ],
            lines: &[("ask", "bundle exec rake db:reset"), ("ask", "bin/rails db:migrate")],
        },
        Case {
            files: &[],
            env: &[("PGHOST", "db.prod.acme.test")],
            lines: &[
                ("deny", "psql shop -c 'drop table users'"),
                ("deny", "dropdb shop"),
                ("-", "psql -h localhost shop -c 'drop table users'"),
            ],
        },
        Case {
            files: &[],
            env: &[
                ("FLYWAY_URL", "jdbc:postgresql://db.prod/shop"),
                ("GOOSE_DBSTRING", "host=db.prod dbname=shop"),
            ],
            lines: &[
                ("ask", "flyway migrate"),
                ("ask", "goose up"),
                ("-", "flyway -url=jdbc:h2:mem:x migrate"),
            ],
        },
        Case {
            files: &[(".env", PROD)],
            env: &[],
            lines: &[
                ("ask", "env $(cat .env | xargs) goose up"),
                ("ask", "export $(grep -v '^#' .env | xargs) && alembic upgrade head"),
                ("ask", "set -a; . ./.env; set +a; alembic upgrade head"),
                ("deny", "source .env && psql $DATABASE_URL -c 'truncate x'"),
                ("deny", "for t in a b; do psql $DATABASE_URL -c \"truncate $t\"; done"),
                ("-", "DATABASE_URL=sqlite:///x.db alembic upgrade head"),
                ("-", "pg_dump $DATABASE_URL | psql postgres://localhost/shop"),
                ("-", "psql $DATABASE_URL -c 'vacuum; analyze; refresh materialized view v'"),
            ],
        },
        Case {
            files: &[],
            env: &[],
            lines: &[
                ("ask", "DATABASE_URL=$(heroku config:get DATABASE_URL -a shop-production) rails db:migrate"),
                ("deny", "psql \"$(heroku config:get DATABASE_URL -a shop-production)\" -c 'truncate x'"),
                ("ask", "psql \"$(cat url)\" -c 'truncate x'"),
                ("-", "psql shop_dev -c \"$(cat prod.sql)\""),
                ("ask", "DATABASE_URL=\"$PROD_DATABASE_URL\" npx prisma migrate deploy"),
                ("deny", "DATABASE_URL=\"$PROD_DATABASE_URL\" npx prisma migrate reset"),
                ("-", "DATABASE_URL=\"$DEV_DATABASE_URL\" npx prisma migrate reset"),
                ("ask", "dbmate -e PROD_DATABASE_URL up"),
                ("ask", "dbmate --env-file .env.production migrate"),
                ("deny", "liquibase --defaultsFile=prod.properties drop-all"),
                ("ask", "flyway -configFiles=conf/production.conf migrate"),
                ("deny", "heroku pg:reset DATABASE_URL --app shop-prod --confirm shop-prod"),
                ("deny", "heroku pg:psql -a shop-prod -c 'drop table x'"),
                ("-", "heroku pg:psql -a shop-prod -c 'select 1'"),
                ("ask", "heroku pg:reset -a shop"),
            ],
        },
        Case {
            files: &[(".env", PROD), ("package.json", PACKAGE), ("web/package.json", PACKAGE)],
            env: &[],
            lines: &[
                ("ask", "npm run db:migrate"),
                ("ask", "yarn db:migrate"),
                ("ask", "pnpm run db:migrate"),
                ("deny", "npm run db:reset -- --force"),
                ("deny", "yarn db:reset"),
                ("-", "npm run db:studio"),
                ("-", "npm run build"),
                ("-", "npm run db:gone"),
                ("ask", "npm --prefix web run db:migrate"),
            ],
        },
        Case {
            files: &[(".env", DEV), ("package.json", PACKAGE)],
            env: &[],
            lines: &[("-", "npm run db:migrate"), ("-", "yarn db:reset")],
        },
        Case {
            files: &[],
            env: &[("DOCKER_HOST", "ssh://deploy@prod-1.acme.test")],
            lines: &[("deny", "docker exec db psql -U postgres -c 'drop database shop'")],
        },
        Case {
            files: &[],
            env: &[("DOCKER_HOST", "unix:///var/run/docker.sock")],
            lines: &[("-", "docker exec db psql -U postgres -c 'drop database shop'")],
        },
        // Nothing names a database.
        Case {
            files: &[],
            env: &[],
            lines: &[
                ("-", "alembic upgrade head"),
                ("-", "rails db:drop"),
                ("ask", "npx prisma migrate reset"),
                ("-", "php artisan migrate:fresh"),
                ("ask", "flyway clean"),
                ("ask", "goose reset"),
                ("-", "mix ecto.drop"),
            ],
        },
        Case {
            files: &[
                ("docker-compose.yml", "services:\n  pgmain:\n    image: postgres\n"),
                (".env", "DATABASE_URL=postgres://pgmain/shop\n"),
            ],
            env: &[],
            lines: &[("-", "alembic upgrade head"), ("-", "rails db:drop")],
        },
    ]);
}

#[test]
fn configuration_files() {
    const DATABASE_YML: &str = "default: &default\n  adapter: postgresql\n  pool: 5\n\ndevelopment:\n  <<: *default\n  database: shop_development\n\nuat:\n  <<: *default\n  host: db.acme.test\n  database: shop\n\nlegacy:\n  url: <%= ENV['LEGACY_URL'] %>\n";
    const SEQUELIZE: &str = r#"{"development": {"host": "127.0.0.1", "database": "shop"}, "remote": {"host": "db.acme.example", "database": "shop"}, "other": {"use_env_variable": "OTHER_URL"}}"#;
    const KNEXFILE: &str = "module.exports = {\n  development: { client: 'pg', connection: { host: 'localhost', database: 'shop' } },\n  remote: { client: 'pg', connection: { host: 'db.acme.example', database: 'shop' } },\n};\n";
    hold(&[
        Case {
            files: &[("config/database.yml", DATABASE_YML)],
            env: &[("LEGACY_URL", "postgres://db.prod/shop")],
            lines: &[
                ("-", "bin/rails db:migrate"),
                ("-", "bin/rails db:drop"),
                ("-", "RAILS_ENV=uat bin/rails db:migrate"),
                ("ask", "RAILS_ENV=uat bin/rails db:drop"),
                ("ask", "RAILS_ENV=legacy bin/rails db:migrate"),
                ("deny", "RAILS_ENV=legacy bin/rails db:drop"),
            ],
        },
        Case {
            files: &[("config/config.json", SEQUELIZE)],
            env: &[("OTHER_URL", "mysql://db.prod/shop")],
            lines: &[
                ("-", "npx sequelize-cli db:migrate"),
                ("ask", "npx sequelize-cli db:migrate --env remote"),
                ("ask", "npx sequelize-cli db:migrate --env other"),
                ("deny", "npx sequelize-cli db:drop --env other"),
            ],
        },
        Case {
            files: &[("knexfile.js", KNEXFILE)],
            env: &[],
            lines: &[("-", "npx knex migrate:latest"), ("ask", "npx knex migrate:latest --env remote")],
        },
        Case {
            files: &[
                ("dbt_project.yml", "name: shop\nprofile: shop\n"),
                (
                    "profiles.yml",
                    "other:\n  target: dev\n\nshop:\n  target: prod # mind\n  outputs:\n    dev:\n      host: localhost\n    prod:\n      host: dwh.acme.test\n",
                ),
            ],
            env: &[],
            lines: &[
                ("ask", "dbt run --full-refresh"),
                ("-", "dbt run --full-refresh --target dev"),
                ("-", "dbt run"),
            ],
        },
        Case {
            files: &[(
                "alembic.ini",
                "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://app@db.prod/shop\n",
            )],
            env: &[],
            lines: &[("ask", "alembic upgrade head"), ("deny", "alembic downgrade base")],
        },
        Case {
            files: &[(
                "alembic.ini",
                "[alembic]\nsqlalchemy.url = postgresql://%(DB_USER)s@%(DB_SERVER)s/shop\n",
            )],
            env: &[("DB_SERVER", "db.prod"), ("DB_USER", "app")],
            lines: &[("ask", "alembic upgrade head")],
        },
        Case {
            files: &[("alembic.ini", "[alembic]\nsqlalchemy.url = sqlite:///shop.db\n"), (".env", PROD_ENV)],
            env: &[],
            lines: &[("-", "alembic upgrade head")],
        },
        Case {
            files: &[
                (
                    "alembic.ini",
                    "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://localhost/shop\n",
                ),
                (
                    "migrations/env.py",
                    "config.set_main_option('sqlalchemy.url', os.environ['WAREHOUSE_DB_URL'])\n",
                ),
                (".env", "WAREHOUSE_DB_URL=postgresql://wh.prod/shop\n"),
            ],
            env: &[],
            lines: &[("ask", "alembic upgrade head")],
        },
        Case {
            files: &[("flyway.conf", "# prod\nflyway.url=jdbc:postgresql://db.prod/shop\n")],
            env: &[],
            lines: &[
                ("ask", "flyway migrate"),
                ("deny", "flyway clean"),
                ("-", "flyway -url=jdbc:postgresql://localhost/x clean"),
            ],
        },
        Case {
            files: &[(
                "flyway.toml",
                "[environments.default]\nurl = \"jdbc:postgresql://localhost/shop\"\n[environments.live]\nurl = \"jdbc:postgresql://db.acme.test/shop\"\n",
            )],
            env: &[],
            lines: &[("-", "flyway migrate"), ("ask", "flyway -environment=live migrate")],
        },
        Case {
            files: &[("liquibase.properties", "url: jdbc:postgresql://db.prod/shop\n")],
            env: &[],
            lines: &[("ask", "liquibase update"), ("deny", "liquibase dropAll")],
        },
        Case {
            files: &[
                (
                    "appsettings.json",
                    r#"{"ConnectionStrings": {"DefaultConnection": "Server=localhost;Database=shop"}}"#,
                ),
                (
                    "appsettings.Uat.json",
                    r#"{"ConnectionStrings": {"DefaultConnection": "Server=sql.prod;Database=shop"}}"#,
                ),
            ],
            env: &[],
            lines: &[
                ("-", "dotnet ef database update"),
                ("ask", "ASPNETCORE_ENVIRONMENT=Uat dotnet ef database update"),
            ],
        },
        Case {
            files: &[(
                "shop/settings.py",
                "DATABASES = {\n 'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'HOST': 'db.prod.acme.test'}\n}\n",
            )],
            env: &[],
            lines: &[("ask", "python manage.py migrate"), ("deny", "python manage.py flush")],
        },
        Case {
            files: &[(
                "shop/settings.py",
                "DATABASES = {\n 'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': os.environ['SHOP_DB_NAME'], 'HOST': os.environ['SHOP_DB_HOST']}\n}\n",
            )],
            env: &[("SHOP_DB_HOST", "db.prod"), ("SHOP_DB_NAME", "shop")],
            lines: &[("ask", "python manage.py migrate")],
        },
        Case {
            files: &[(
                "shop/settings.py",
                "DATABASES = {\n 'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}\n}\n",
            )],
            env: &[],
            lines: &[("-", "python manage.py migrate"), ("-", "python manage.py flush")],
        },
        Case {
            files: &[
                (
                    "drizzle.config.ts",
                    "export default defineConfig({ dbCredentials: { url: process.env.TURSO_DATABASE_URL! } })\n",
                ),
                (".env", "TURSO_DATABASE_URL=libsql://shop-prod.turso.io\n"),
            ],
            env: &[],
            lines: &[("ask", "npx drizzle-kit push"), ("ask", "bunx drizzle-kit migrate")],
        },
        Case {
            files: &[
                (
                    "config/dev.exs",
                    "config :shop, Shop.Repo,\n  username: \"postgres\",\n  hostname: \"localhost\",\n  database: \"shop_dev\"\n",
                ),
                ("config/runtime.exs", "database_url = System.get_env(\"DATABASE_URL\")\n"),
            ],
            env: &[],
            lines: &[("-", "mix ecto.reset"), ("ask", "MIX_ENV=prod mix ecto.migrate")],
        },
        Case {
            files: &[(
                "wp-config.php",
                "define('DB_NAME', 'shop');\ndefine('DB_HOST', 'db.prod.acme.test');\n",
            )],
            env: &[],
            lines: &[("deny", "wp db reset --yes")],
        },
        Case {
            files: &[
                ("../home/.pg_service.conf", "[shop]\nhost=db.prod\ndbname=shop\n"),
                ("../home/.my.cnf", "[client]\nhost=mysql.prod\n"),
            ],
            env: &[],
            lines: &[
                ("deny", "psql service=shop -c 'drop table users'"),
                ("deny", "mysql shop -e 'drop table users'"),
            ],
        },
        Case {
            files: &[("../home/.kube/config", "apiVersion: v1\ncurrent-context: prod-eu\n")],
            env: &[],
            lines: &[("ask", "kubectl exec deploy/web -- rails db:migrate")],
        },
    ]);
}

#[test]
fn users_and_teams_say_what_a_database_is() {
    hold(&[
        Case {
            files: &[(
                "../home/.config/forestall/config.toml",
                "[database]\nproduction = [\"orders\", \"*.blue.acme.test\"]\ndevelopment = [\"10.0.0.*\", \"*prod-copy*\"]\n",
            )],
            env: &[],
            lines: &[
                ("ask", "DATABASE_URL=postgres://localhost/orders alembic upgrade head"),
                ("deny", "psql -h pg.blue.acme.test -c 'drop table users'"),
                ("-", "psql -h 10.0.0.9 -c 'drop table users'"),
                ("-", "psql -h prod-copy-3 -c 'drop table users'"),
            ],
        },
        Case {
            files: &[(
                "../home/.config/forestall/config.toml",
                "[[except]]\nrule = \"database.migrate-production\"\nwhen = { \"target.host\" = \"db.prod\" }\nreason = \"our play ground\"\n",
            )],
            env: &[],
            lines: &[
                ("-", "DATABASE_URL=postgres://db.prod/shop alembic upgrade head"),
                ("ask", "DATABASE_URL=postgres://db2.prod/shop alembic upgrade head"),
                ("deny", "psql -h db.prod -c 'drop table users'"),
            ],
        },
        Case {
            files: &[(".forestall.toml", "[database]\nproduction = [\"ledger\"]\ndevelopment = [\"*\"]\n")],
            env: &[],
            lines: &[
                ("deny", "psql ledger -c 'drop table users'"),
                ("deny", "psql -h db.prod -c 'drop table users'"),
            ],
        },
    ]);
}

#[test]
fn a_broken_policy_is_said_and_protection_stays() {
    let files = [("../home/.config/forestall/config.toml", "[database]\nproducton = [\"x\"]\n")];
    let verdict = judged(&files, &[], "psql -h db.prod -c 'drop table users'");
    assert_eq!(verdict.decision.name(), "deny");
    assert!(
        verdict
            .notes
            .iter()
            .any(|note| note.contains("config.toml:2: database.producton") && note.contains("`production`")),
        "{:?}",
        verdict.notes
    );
}

#[test]
fn scripts_that_call_themselves_end() {
    let package = r#"{"scripts": {"db:loop": "npm run db:loop && npm run db:loop && npm run db:loop && npm run db:loop"}}"#;
    let start = std::time::Instant::now();
    let verdict = judged(&[("package.json", package)], &[], "npm run db:loop");
    assert_eq!(verdict.decision.name(), "allow");
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

/// The entries of a table, without the remark in its first line; here-documents end in `END`.
fn lines(table: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    let mut open = false;
    for line in table.lines().skip(1) {
        match (open, entries.last_mut()) {
            (true, Some(entry)) => {
                entry.push('\n');
                entry.push_str(line);
                open = line != "END";
            }
            _ => {
                open = line.contains("<<END");
                entries.push(line.to_owned());
            }
        }
    }
    entries
}

#[track_caller]
fn all_in_plain_directory(table: &str, stopped: bool) {
    let entries = lines(table);
    assert!(entries.len() > 200);
    let mut wrong = Vec::new();
    for line in &entries {
        let verdict = judged(&[], &[("USER", "ada")], line);
        if (verdict.decision.name() != "allow") != stopped {
            let rules: Vec<_> = verdict.findings.iter().map(|finding| finding.rule.clone()).collect();
            wrong.push(format!("{line}   {rules:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), entries.len(), wrong.join("\n"));
}

#[test]
fn incidents_are_known_from_the_line() {
    all_in_plain_directory(include_str!("database/stop.txt"), true);
}

#[test]
fn look_alikes_pass_in_a_plain_directory() {
    all_in_plain_directory(include_str!("database/pass.txt"), false);
}

/// A line, and the same files and variables but for one, in which it passes and in which it is stopped.
type Pair = (&'static str, (&'static str, &'static str), (&'static str, &'static str));

#[test]
fn services_and_stores_are_told_apart_by_where_they_are() {
    let pairs: &[Pair] = &[
        (
            "airflow db reset -y",
            ("airflow.cfg", "[database]\nsql_alchemy_conn = sqlite:////tmp/airflow.db\n"),
            ("airflow.cfg", "[database]\nsql_alchemy_conn = postgresql://db.prod.acme.test/airflow\n"),
        ),
        (
            "airflow db reset -y",
            ("$AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://localhost/airflow"),
            ("$AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://10.0.0.7/airflow"),
        ),
        (
            "celery -A shop purge -f",
            (".env", "CELERY_BROKER_URL=redis://localhost:6379/0\n"),
            (".env", "CELERY_BROKER_URL=redis://redis.prod.acme.test:6379/0\n"),
        ),
        (
            "docker compose run --rm app php artisan db:wipe --force",
            (
                "docker-compose.yml",
                "services:\n  app:\n    environment:\n      APP_ENV: local\n      DB_HOST: mysql\n  mysql:\n    image: mysql:8\n",
            ),
            (
                "docker-compose.override.yml",
                "services:\n  app:\n    environment:\n      - APP_ENV=production\n      - DB_HOST=mysql.prod.acme.test\n",
            ),
        ),
        (
            "docker compose exec db psql -c 'drop table events'",
            ("../home/.docker/config.json", "{\"currentContext\": \"colima\"}"),
            ("../home/.docker/config.json", "{\"currentContext\": \"prod-db\"}"),
        ),
        (
            "mongosh --nodb fix.js",
            ("fix.js", "const db = connect('mongodb://localhost/shop_test');\ndb.orders.deleteMany({});\n"),
            (
                "fix.js",
                "const db = connect('mongodb://db.prod.acme.test/shop');\ndb.orders.deleteMany({});\n",
            ),
        ),
        (
            "bq rm -r -f -d events",
            ("../home/.bigqueryrc", "api = http://localhost:9050\nproject_id = test\n"),
            ("../home/.bigqueryrc", "project_id = acme-production\n"),
        ),
        (
            "mysql --defaults-group-suffix=_shop -e 'TRUNCATE carts'",
            ("../home/.my.cnf", "[client]\nhost=db.prod\n[client_shop]\nhost=127.0.0.1\n"),
            ("../home/.my.cnf", "[client]\nhost=127.0.0.1\n[client_shop]\nhost=db.prod\n"),
        ),
        (
            "cqlsh -e 'TRUNCATE ks.users'",
            ("../home/.cassandra/cqlshrc", "[connection]\nhostname = 127.0.0.1\n"),
            ("../home/.cassandra/cqlshrc", "[connection]\nhostname = cass.prod.acme.test\n"),
        ),
        (
            "clickhouse-client -q 'TRUNCATE TABLE events'",
            ("../home/.clickhouse-client/config.xml", "<config><host>127.0.0.1</host></config>"),
            ("../home/.clickhouse-client/config.xml", "<config><host>ch.prod.acme.test</host></config>"),
        ),
        (
            "psql service=reports -c 'DROP SCHEMA staging CASCADE'",
            ("../home/.pg_service.conf", "[reports]\nhost=localhost\ndbname=reports_test\n"),
            ("../home/.pg_service.conf", "[reports]\nhost=reports-prod.acme.test\ndbname=reports\n"),
        ),
        (
            "curl -X DELETE \"$ES_URL/orders\"",
            ("$ES_URL", "http://localhost:9200"),
            ("$ES_URL", "http://es.prod.acme.test:9200"),
        ),
        (
            "redis-cli -u \"$REDIS_URL\" FLUSHALL",
            ("$REDIS_URL", "redis://localhost:6379"),
            ("$REDIS_URL", "redis://cache.prod.acme.test:6379"),
        ),
        (
            "source .env && psql \"$DATABASE_URL\" -c 'drop table users'",
            (".env", DEV_ENV),
            (".env", PROD_ENV),
        ),
        ("set -a; . ./.env; set +a; rails db:reset", (".env", DEV_ENV), (".env", PROD_ENV)),
        ("env $(cat .env | xargs) npx prisma migrate reset", (".env", DEV_ENV), (".env", PROD_ENV)),
        ("dbt run --full-refresh", ("$DBT_TARGET", "dev"), ("$DBT_TARGET", "prod")),
        (
            "mongorestore --drop --uri \"$MONGO_URI\" dump",
            ("$MONGO_URI", "mongodb://localhost/shop"),
            ("$MONGO_URI", "mongodb://mongo.prod.acme.test/shop"),
        ),
        (
            "influx bucket delete -n metrics",
            ("$INFLUX_HOST", "http://localhost:8086"),
            ("$INFLUX_HOST", "http://influx.prod.acme.test:8086"),
        ),
        ("pg_restore --clean -d \"$DATABASE_URL\" shop.dump", (".env", DEV_ENV), (".env", PROD_ENV)),
        (
            "echo 'User.objects.all().delete()' | python manage.py shell",
            (".env", DEV_ENV),
            (".env", PROD_ENV),
        ),
        (
            "ssh db1 \"psql shop -c 'DELETE FROM orders'\"",
            ("../home/.ssh/config", "Host db1\n  HostName 127.0.0.1\n  Port 2222\n"),
            ("../home/.ssh/config", "Host db1\n  HostName db1.prod.acme.test\n"),
        ),
        ("npx knex seed:run", ("$NODE_ENV", "development"), ("$NODE_ENV", "production")),
    ];
    let mut wrong = Vec::new();
    for (line, safe, dangerous) in pairs {
        for (&(name, text), stopped) in [(safe, false), (dangerous, true)] {
            let verdict = match name.strip_prefix('$') {
                Some(name) => judged(&[], &[(name, text)], line),
                None => judged(&[(name, text)], &[], line),
            };
            if (verdict.decision.name() != "allow") != stopped {
                wrong.push(format!("{line} with {name} {text}: {:?}", verdict.findings));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
