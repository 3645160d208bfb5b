//! Migration tools that stand by themselves: flyway, liquibase, goose, dbmate, sqlx, diesel and others.

use super::{Args, DatabaseTarget, Deed, Dotenv, Format, Gaps, Named, Part, Place, Template};
use super::{add, shown, span_at, texts, value};
use crate::effect::{Call, Effect};

/// Reads such a tool; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "flyway" => flyway(call, effects),
        "mvn" | "mvnw" | "gradle" | "gradlew" => build_tool(call, effects),
        "liquibase" => liquibase(call, effects),
        "goose" => goose(call, effects),
        "dbmate" => dbmate(call, effects),
        "migrate" => golang_migrate(call, effects),
        "atlas" => atlas(call, effects),
        "tern" | "pgroll" | "skeema" | "sqitch" | "hasura" | "sql-migrate" | "sea-orm-cli" => {
            other(program, call, effects);
        }
        "sqlx" | "diesel" => rust(program, call, effects),
        "cargo" => match call.invocation.args().first().map(|word| word.text()) {
            Some("sqlx") => rust("sqlx", call, effects),
            _ => return false,
        },
        _ => return false,
    }
    true
}

fn typed(target: &mut DatabaseTarget, args: &Args<'_>, flags: &[(&str, &'static str, Part)]) {
    for (name, source, part) in flags {
        if let Some(text) = value(args, name) {
            target.typed(*part, source, text);
        }
    }
}

fn flyway_target(call: Call<'_>, config: Option<&str>) -> DatabaseTarget {
    let mut target = DatabaseTarget::of(call);
    let named = config.map(|paths| paths.split(',').next().unwrap_or(paths).to_owned());
    let (toml, conf): (Vec<String>, Vec<String>) =
        named.into_iter().partition(|path| path.ends_with(".toml"));
    let keys = Format::Properties { section: "", keys: &["flyway.url", "url"] };
    target.environment_variables = &["FLYWAY_ENVIRONMENT"];
    target.environment = config.map(|path| file_name("-configFiles", path));
    target.places = vec![
        Place::Variable("FLYWAY_URL"),
        Place::File {
            paths: toml.into_iter().chain(["flyway.user.toml".into(), "flyway.toml".into()]).collect(),
            format: Format::Toml,
        },
        Place::File {
            paths: conf.into_iter().chain(["flyway.conf".into(), "conf/flyway.conf".into()]).collect(),
            format: keys,
        },
    ];
    target
}

/// The name of a configuration file says what it is for.
fn file_name(source: &'static str, path: &str) -> Named {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.rsplit_once('.').map_or(name, |(name, _)| name);
    Named { source, text: Template::text(name) }
}

fn flyway_deed(verb: &str) -> Option<Deed> {
    match verb {
        "migrate" => Some(Deed::schema("migrate", "")),
        "undo" => Some(Deed::schema("rollback", "")),
        "clean" => Some(Deed::destroy("drop", "every object of the schemas")),
        "baseline" | "repair" => Some(Deed::schema("stamp", "")),
        _ => None,
    }
}

fn flyway(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "-url= -user= -environment= -configFiles= -schemas= -locations= -password= -target= \
        -baselineVersion= -dryRunOutput= -community -outOfOrder";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dryRunOutput") {
        return;
    }
    let mut target = flyway_target(call, args.value("configFiles"));
    typed(&mut target, &args, &[("url", "-url", Part::Address), ("user", "-user", Part::User)]);
    if let Some(env) = value(&args, "environment") {
        target.environment = Some(Named { source: "-environment", text: env });
    }
    for word in args.operands() {
        if let Some(deed) = flyway_deed(word.text()) {
            add(call, effects, "flyway", deed, word.span, target.clone());
        }
    }
}

/// `mvn flyway:migrate`, `./gradlew flywayClean`, `mvn liquibase:update`.
fn build_tool(call: Call<'_>, effects: &mut Vec<Effect>) {
    let mut target = flyway_target(call, None);
    for word in call.invocation.args() {
        let Some((name, _)) = word.text().split_once('=') else { continue };
        let text = Template::of(word, &word.text()[name.len() + 1..]);
        match name.trim_start_matches("-D").trim_start_matches("-P") {
            "flyway.url" | "liquibase.url" | "url" => target.typed(Part::Address, "-Dflyway.url", text),
            "flyway.configFiles" => target.places.insert(
                0,
                Place::File {
                    paths: vec![text.text],
                    format: Format::Properties { section: "", keys: &["flyway.url"] },
                },
            ),
            "env" | "environment" | "spring.profiles.active" => {
                target.environment = Some(Named { source: "-Denv", text });
            }
            _ => {}
        }
    }
    for (at, word) in call.invocation.args().iter().enumerate() {
        let text = word.text();
        if text == "-P"
            && let Some(profile) = call.invocation.args().get(at + 1)
        {
            target.environment = Some(Named { source: "-P", text: Template::of(profile, profile.text()) });
        } else if let Some(profile) =
            text.strip_prefix("-P").filter(|profile| !profile.is_empty() && !profile.contains('='))
        {
            target.environment = Some(Named { source: "-P", text: Template::of(word, profile) });
        }
    }
    for word in call.invocation.args() {
        let task = word.text().rsplit_once(':').map_or(word.text(), |(_, task)| task);
        let flyway = word.text().contains("flyway");
        let deed = match task {
            "flywayMigrate" => flyway_deed("migrate"),
            "flywayClean" => flyway_deed("clean"),
            "flywayUndo" => flyway_deed("undo"),
            "update" if word.text().contains("liquibase") => Some(Deed::schema("migrate", "")),
            "rollback" if word.text().contains("liquibase") => Some(Deed::schema("rollback", "")),
            "dropAll" => Some(Deed::destroy("drop", "every object of the schema")),
            task if flyway => flyway_deed(task),
            _ => None,
        };
        if let Some(deed) = deed {
            let tool = if flyway { "flyway" } else { "liquibase" };
            add(call, effects, tool, deed, word.span, target.clone());
        }
    }
}

fn liquibase(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "url= username= password= changeLogFile= changelog-file= defaultsFile= defaults-file= \
        contexts= context-filter= tag= count= log-level= classpath= label-filter=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let mut target = DatabaseTarget::of(call);
    typed(&mut target, &args, &[("url", "--url", Part::Address), ("username", "--username", Part::User)]);
    for name in ["contexts", "context-filter"] {
        if let Some(context) = value(&args, name) {
            target.environment = Some(Named { source: "--contexts", text: context });
        }
    }
    let named = args.value("defaultsFile").or(args.value("defaults-file"));
    if target.environment.is_none() {
        target.environment = named.map(|path| file_name("--defaults-file", path));
    }
    target.places = vec![
        Place::Variable("LIQUIBASE_COMMAND_URL"),
        Place::File {
            paths: named.into_iter().map(str::to_owned).chain(["liquibase.properties".into()]).collect(),
            format: Format::Properties { section: "", keys: &["liquibase.command.url", "url"] },
        },
    ];
    for word in args.operands() {
        let deed = match word.text() {
            "update"
            | "update-count"
            | "updateCount"
            | "update-to-tag"
            | "updateToTag"
            | "update-one-changeset" => Deed::schema("migrate", ""),
            "update-testing-rollback" | "updateTestingRollback" => Deed::schema("rollback", ""),
            "rollback"
            | "rollback-count"
            | "rollbackCount"
            | "rollback-to-date"
            | "rollbackToDate"
            | "rollback-one-update"
            | "rollback-one-changeset" => Deed::schema("rollback", ""),
            "drop-all" | "dropAll" => Deed::destroy("drop", "every object of the schema"),
            "changelog-sync" | "changelogSync" | "clear-checksums" => Deed::schema("stamp", ""),
            _ => continue,
        };
        add(call, effects, "liquibase", deed, word.span, target.clone());
    }
}

/// What the usual words of a migration tool mean.
fn usual(verb: &str, rest: &[&str]) -> Option<Deed> {
    match verb {
        "up" | "migrate" | "apply" | "run" | "deploy" | "push" | "up-to" | "up-by-one" => {
            Some(Deed::schema("migrate", rest.first().copied().unwrap_or_default()))
        }
        "down" | "rollback" | "revert" | "redo" | "down-to" | "undo" => {
            Some(Deed::schema("rollback", rest.first().copied().unwrap_or_default()))
        }
        "reset" | "fresh" | "refresh" => Some(Deed::destroy("reset", "the database")),
        "drop" => Some(Deed::destroy("drop", "the database")),
        _ => None,
    }
}

fn goose(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "-dir= -table= -env= -timeout= -certfile= -ssl-cert= -ssl-key= -no-versioning \
        -allow-missing v s";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let mut target = DatabaseTarget::of(call);
    let verbs = ["up", "up-to", "up-by-one", "down", "down-to", "reset", "redo"];
    let Some(at) = words.iter().position(|word| verbs.contains(word)) else { return };
    if let Some(word) = args.operands().get(1).filter(|_| at >= 2) {
        target.typed(Part::Address, "argument", Template::of(word, word.text()));
    }
    target.env_files.extend(args.value("env").map(str::to_owned));
    target.places = vec![Place::Variable("GOOSE_DBSTRING"), Place::Variable("DATABASE_URL")];
    target.dotenv = Dotenv::Plain;
    let deed = match words[at] {
        "down-to" if words.get(at + 1) == Some(&"0") => Some(Deed::destroy("reset", "every migration")),
        verb => usual(verb, words.get(at + 1..).unwrap_or_default()),
    };
    if let Some(deed) = deed {
        add(call, effects, "goose", deed, span_at(call, &args, at), target);
    }
}

fn dbmate(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str =
        "u,url= e,env= env-file= d,migrations-dir= s,schema-file= migrations-table= wait-timeout=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let [verb, rest @ ..] = words.as_slice() else { return };
    let deed = match *verb {
        "load" => Some(Deed::schema("script", "schema.sql")),
        verb => usual(verb, rest),
    };
    let Some(deed) = deed else { return };
    let mut target = DatabaseTarget::of(call);
    typed(&mut target, &args, &[("url", "--url", Part::Address)]);
    // `--env NAME` names the variable that holds the address.
    if let Some(name) = args.value("env") {
        target.typed(
            Part::Address,
            "--env",
            Template {
                text: crate::syntax::HOLE.to_string(),
                variables: vec![name.to_owned()],
                filled: Vec::new(),
            },
        );
    }
    target.env_files.extend(args.all("env-file").filter_map(|flag| flag.value).map(str::to_owned));
    target.places = vec![Place::Variable("DATABASE_URL")];
    target.dotenv = Dotenv::Plain;
    add(call, effects, "dbmate", deed, span_at(call, &args, 0), target);
}

fn golang_migrate(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "-database= -path= -source= -lock-timeout= -prefetch= -verbose -all f";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    // Another program goes by this name too; this one is known by its flags.
    if !(args.has("database") || args.has("path") || args.has("source")) {
        return;
    }
    let deed = match words.as_slice() {
        ["up", ..] => Deed::schema("migrate", words.get(1).copied().unwrap_or_default()),
        ["goto", version, ..] => Deed::schema("migrate", *version),
        ["down", steps, ..] => Deed::schema("rollback", *steps),
        ["down"] => Deed::destroy("reset", "every migration"),
        ["drop", ..] => Deed::destroy("drop", "everything in the database"),
        ["force", version, ..] => Deed::schema("stamp", *version),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    typed(&mut target, &args, &[("database", "-database", Part::Address)]);
    target.places = vec![Place::Variable("DATABASE_URL")];
    add(call, effects, "migrate", deed, span_at(call, &args, 0), target);
}

fn atlas(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "u,url= c,config= env= to= dev-url= dir= var= f,file=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") {
        return;
    }
    let deed = match texts(&args).as_slice() {
        ["schema" | "migrate", "apply", ..] => Deed::schema("migrate", ""),
        ["migrate", "down", ..] => Deed::schema("rollback", ""),
        ["schema", "clean", ..] => Deed::destroy("drop", "every object of the schema"),
        ["migrate", "set", ..] => Deed::schema("stamp", ""),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    typed(&mut target, &args, &[("url", "--url", Part::Address)]);
    if let Some(env) = value(&args, "env") {
        target.environment = Some(Named { source: "--env", text: env });
    }
    let config =
        args.value("config").map_or("atlas.hcl", |path| path.trim_start_matches("file://")).to_owned();
    target.places =
        vec![Place::File { paths: vec![config], format: Format::Code }, Place::Variable("DATABASE_URL")];
    target.dotenv = Dotenv::Plain;
    add(call, effects, "atlas", deed, span_at(call, &args, 1), target);
}

fn rust(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "D,database-url= source= target-version= migration-dir= config-file= n,number=";
    let words = call.invocation.args();
    let words = if call.invocation.program() == "cargo" { words.get(1..).unwrap_or_default() } else { words };
    let args = Args::read(words, OPTIONS, false);
    if args.has("dry-run") {
        return;
    }
    let deed = match texts(&args).as_slice() {
        ["migrate" | "mig" | "migration", verb @ ("run" | "revert" | "redo"), ..] => usual(verb, &[]),
        ["database" | "db", "reset", ..] => Some(Deed::destroy("reset", "the database")),
        ["database" | "db", "drop", ..] => Some(Deed::destroy("drop", "the database")),
        ["database" | "db", "setup", ..] => Some(Deed::schema("migrate", "")),
        _ => None,
    };
    let Some(deed) = deed else { return };
    let mut target = DatabaseTarget::of(call);
    typed(&mut target, &args, &[("database-url", "--database-url", Part::Address)]);
    target.places = vec![Place::Variable("DATABASE_URL")];
    target.dotenv = Dotenv::Plain;
    add(call, effects, program, deed, span_at(call, &args, 1), target);
}

fn other(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "u,database-url= postgres-url= endpoint= env= -env= target= host= database= database-name= h= \
        c,config= d,destination= m,migrations= n,num= t=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    if args.has("dry-run") || args.has("log-only") {
        return;
    }
    let mut target = DatabaseTarget::of(call);
    target.dotenv = Dotenv::Plain;
    typed(
        &mut target,
        &args,
        &[
            ("database-url", "--database-url", Part::Address),
            ("postgres-url", "--postgres-url", Part::Address),
            ("endpoint", "--endpoint", Part::Address),
            ("host", "--host", Part::Host),
            ("database", "--database", Part::Database),
        ],
    );
    if let Some(env) = value(&args, "env").or_else(|| value(&args, "-env")) {
        target.environment = Some(Named { source: "--env", text: env });
    }
    let deed = match (program, words.as_slice()) {
        ("tern", ["migrate", ..]) => {
            target.gaps = Gaps::Postgres;
            target.places = vec![Place::File {
                paths: args
                    .value("config")
                    .into_iter()
                    .map(str::to_owned)
                    .chain(["tern.conf".into()])
                    .collect(),
                format: Format::Properties { section: "database", keys: &["conn_string", "host"] },
            }];
            match args.value("destination") {
                Some("0") => Some(Deed::destroy("reset", "every migration")),
                Some(text) if text.starts_with('-') => Some(Deed::schema("rollback", text)),
                _ => Some(Deed::schema("migrate", "")),
            }
        }
        ("pgroll", ["start" | "migrate" | "complete", ..]) => {
            target.places = vec![Place::Variable("PGROLL_PG_URL")];
            Some(Deed::schema("migrate", ""))
        }
        ("pgroll", ["rollback", ..]) => {
            target.places = vec![Place::Variable("PGROLL_PG_URL")];
            Some(Deed::schema("rollback", ""))
        }
        ("skeema", ["push", rest @ ..]) => {
            // Without a name skeema itself means production.
            let name = rest.first().copied().unwrap_or("production").to_owned();
            target.environment = Some(Named { source: "argument", text: Template::text(&name) });
            Some(Deed::schema("migrate", ""))
        }
        ("sqitch", ["revert", ..]) if args.has("y") && words.len() == 1 => {
            Some(Deed::destroy("reset", "every change"))
        }
        ("sqitch", [verb @ ("deploy" | "revert" | "rebase" | "checkout"), ..]) => {
            if let Some(word) = args.operands().get(1) {
                target.typed(Part::Address, "argument", Template::of(word, word.text()));
            }
            if let Some(text) = value(&args, "target") {
                target.typed(Part::Address, "--target", text);
            }
            target.gaps = Gaps::Postgres;
            usual(if *verb == "deploy" { "deploy" } else { "revert" }, &[])
        }
        ("hasura", ["metadata", "clear", ..]) => Some(Deed::destroy("reset", "the metadata")),
        ("hasura", ["migrate" | "metadata", "apply", ..]) => {
            target.places = vec![
                Place::Variable("HASURA_GRAPHQL_ENDPOINT"),
                Place::File { paths: vec!["config.yaml".into()], format: Format::Yaml },
            ];
            Some(Deed::schema("migrate", shown(args.operands().first())))
        }
        ("sql-migrate", [verb @ ("up" | "down" | "redo"), ..]) => {
            target.places = vec![Place::File { paths: vec!["dbconfig.yml".into()], format: Format::Yaml }];
            target.default_environment = Some("development");
            usual(verb, &[])
        }
        ("sea-orm-cli", ["migrate", rest @ ..]) => {
            target.places = vec![Place::Variable("DATABASE_URL")];
            usual(rest.first().copied().unwrap_or("up"), &[])
        }
        _ => None,
    };
    if let Some(deed) = deed {
        add(call, effects, program, deed, span_at(call, &args, 0), target);
    }
}
