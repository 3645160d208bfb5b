//! Drush, the tasks of frameworks that name them all alike (`db:drop`, `migrate:fresh`), the consoles of releases,
//! and data tools with a database of their own.

use super::client::Client;
use super::input;
use super::sql::Dialect;
use super::{Args, DatabaseTarget, Deed, Dotenv, Gaps, Named, Part, Place, Template};
use super::{add, code, span_at, texts, typed_flags, value};
use crate::effect::{Call, Effect};

/// Reads such a program; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "drush" => drush(call, effects),
        "hanami" | "lucky" | "payload" | "directus" | "graphile-migrate" | "node-pg-migrate" | "spark"
        | "craft" | "n98-magerun" | "n98-magerun2" | "magerun2" | "magento" | "typo3" | "medusa"
        | "keystone" | "wheels" | "amber" | "masonite" | "orator" => task(program, call, effects),
        "prefect" | "dagster" | "superset" | "feast" | "dvc" | "mlflow" | "pgloader" | "arangorestore"
        | "dolt" | "render" | "scalingo" | "aiven" | "avn" | "influx_inspect" | "kcadm.sh"
        | "label-studio" => {
            tool(program, call, effects);
        }
        "npm" | "pnpm" | "yarn" | "bun" | "make" | "just" | "task" | "composer" | "invoke" | "inv"
        | "poe" | "nx" => {
            target_of_project(program, call, effects);
            return false;
        }
        _ => return release(program, call, effects),
    }
    true
}

/// `drush @prod sql:drop -y`: the alias says which site.
fn drush(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "r,root= l,uri= y,yes extra= target= db-url= file=", false);
    let aliases: Vec<&&crate::syntax::Word> =
        args.operands().iter().filter(|word| word.text().starts_with('@')).collect();
    let words: Vec<&str> = texts(&args).into_iter().filter(|word| !word.starts_with('@')).collect();
    let Some((verb, rest)) = words.split_first() else { return };
    let fed = || input::standard(call).text();
    let sql = |text: &str| super::sql::read(text, Dialect::MySql).deeds;
    let deeds = match verb.replace('-', ":").as_str() {
        "sql:drop" | "sql:create" => vec![Deed::destroy("drop", "every table")],
        "site:install" | "si" => vec![Deed::destroy("reset", "the database")],
        "sql:sync" => vec![Deed::destroy("reset", "the database, which is replaced")],
        "sql:query" | "sqlq" => sql(&rest.join(" ")),
        "sql:cli" | "sqlc" => sql(&fed()),
        "entity:delete" | "devel:generate:wipe" => vec![Deed::destroy("delete-all", rest.join(" "))],
        "php:eval" | "eval" | "ev" | "php:cli" => code::deeds(&[rest.join(" "), fed()].concat()),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    // What is copied goes to the second.
    if let Some(alias) = aliases.last() {
        target.environment = Some(Named { source: "alias", text: Template::of(alias, &alias.text()[1..]) });
        target.hosted_by_default = true;
    }
    typed_flags(&mut target, &args, &[("uri", "--uri", Part::Host), ("db-url", "--db-url", Part::Address)]);
    target.places = vec![Place::Variable("DATABASE_URL"), Place::Parts(Gaps::Framework)];
    target.dotenv = Dotenv::Plain;
    for deed in deeds {
        add(call, effects, "drush", deed, call.invocation.span, target.clone());
    }
}

/// `craft db/drop-all-tables`, `spark migrate:refresh`, `hanami db drop`: what is done to what.
fn task(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str =
        "e,env= environment= c= f,force y,yes n,no-interaction connection= count= interactive=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let said = texts(&args).into_iter().take(2).collect::<Vec<_>>().join(":").to_ascii_lowercase();
    let mut parts = said.split([':', '/', '.', '-', '_', ' ']);
    let area = parts.next().unwrap_or_default();
    let deed = match (area, parts.next().unwrap_or_default()) {
        ("db" | "database" | "schema" | "sql", "drop" | "wipe" | "nuke" | "destroy" | "purge") => {
            Deed::destroy("drop", "the database")
        }
        (
            "db" | "database" | "schema" | "migrate" | "migrations",
            "reset" | "fresh" | "refresh" | "flush" | "truncate",
        )
        | ("setup", "uninstall") => Deed::destroy("reset", "the database"),
        ("db", "restore") | ("setup", "rollback") => {
            Deed::destroy("reset", "the database, which is replaced")
        }
        ("db", "import") if args.has("drop") || args.has("drop-tables") => {
            Deed::destroy("drop", "every table")
        }
        ("elements", "delete") => Deed::destroy("delete-all", "entries of a type"),
        ("migrate" | "db" | "migrations", "rollback" | "down") | ("down", _) => Deed::schema("rollback", ""),
        ("reset", _) if args.has("erase") => Deed::destroy("reset", "the database"),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    target.environment_variables = &[
        "HANAMI_ENV",
        "LUCKY_ENV",
        "CI_ENVIRONMENT",
        "CRAFT_ENVIRONMENT",
        "APP_ENV",
        "NODE_ENV",
        "RACK_ENV",
    ];
    // Without a flag that hushes it, it asks by itself.
    let hushed = ["force", "yes", "no-interaction", "erase"].iter().any(|name| args.has(name));
    if !hushed && args.value("interactive") != Some("0") {
        target.default_environment = Some("development");
    }
    if let Some(env) = value(&args, "env").or(value(&args, "environment")) {
        target.environment = Some(Named { source: "--env", text: env });
    }
    target.places = vec![Place::Variable("DATABASE_URL"), Place::Parts(Gaps::Framework)];
    target.dotenv = Dotenv::Plain;
    add(call, effects, program, deed, call.invocation.span, target);
}

/// `DATABASE_URL=postgres://prod-db/app npm run migrate`: what the project calls so, where the line says on which
/// database.
fn target_of_project(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const ENVIRONMENT: &[&str] = &["NODE_ENV", "APP_ENV", "RAILS_ENV", "ENVIRONMENT", "ENV", "DB_ENV"];
    let assigned = || call.invocation.assignments.iter();
    let address = assigned().find(|assigned| {
        ["URL", "URI", "DSN"].iter().any(|end| assigned.name.ends_with(end))
            && ["postgres", "mysql", "mariadb", "mongodb", "sqlserver", "redis"]
                .iter()
                .any(|scheme| assigned.value.text().starts_with(scheme))
    });
    if address.is_none() && !assigned().any(|assigned| ENVIRONMENT.contains(&assigned.name.as_str())) {
        return;
    }
    let words = call.invocation.args();
    let Some((word, deed)) = words.iter().find_map(|word| {
        let parts = || word.text().split([':', '-', '_', '.']);
        let says = |known: &[&str]| parts().any(|part| known.contains(&part));
        let about = says(&["db", "database", "schema", "migrate", "migrations", "prisma", "tables"]);
        let destroys =
            about && says(&["reset", "drop", "wipe", "nuke", "fresh", "truncate", "purge", "flush"]);
        let migrates = says(&["migrate", "migrations", "migration"])
            && !says(&["status", "list", "create", "new", "generate"]);
        match (destroys, migrates) {
            (true, _) => Some((word, Deed::destroy("reset", "the database"))),
            (false, true) => Some((word, Deed::schema("migrate", word.text()))),
            (false, false) => None,
        }
    }) else {
        return;
    };
    let mut target = DatabaseTarget::of(call);
    if let Some(address) = address {
        target.typed(Part::Address, "the line", Template::of(&address.value, address.value.text()));
    }
    target.environment_variables = ENVIRONMENT;
    target.local_by_default = true;
    add(call, effects, program, deed, word.span, target);
}

/// `bin/acme eval "Acme.Repo.delete_all(…)"`: a release runs where it is installed.
fn release(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    let [verb, word, ..] = call.invocation.args() else { return false };
    if !matches!(verb.text(), "eval" | "rpc") || !word.text().contains("Repo") {
        return false;
    }
    let mut deeds = code::deeds(word.text());
    if word.text().contains(":down") && word.text().contains("all: true") {
        deeds.push(Deed::destroy("reset", "every migration"));
    }
    if word.text().contains(".rollback(") {
        deeds.push(Deed::schema("rollback", ""));
    }
    let target = DatabaseTarget { hosted_by_default: true, ..DatabaseTarget::of(call) };
    for deed in deeds {
        add(call, effects, program, deed, word.span, target.clone());
    }
    true
}

/// Tools that keep a database of their own, or load one over another.
fn tool(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "q,query= c,command= host= h= app= a= r,remote= cloud c,cloud f,force y,yes w,workspace \
        overwrite= server.endpoint= -server.endpoint= backend-store-uri= dbname= project= use-db=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("help") || args.has("dry-run") {
        return;
    }
    let words = texts(&args);
    let mut target = DatabaseTarget { hosted_by_default: true, ..DatabaseTarget::of(call) };
    typed_flags(
        &mut target,
        &args,
        &[
            ("host", "--host", Part::Host),
            ("app", "--app", Part::Service),
            ("server.endpoint", "--server.endpoint", Part::Address),
            ("backend-store-uri", "--backend-store-uri", Part::Address),
        ],
    );
    let named = |target: &mut DatabaseTarget, at: usize| {
        if let Some(word) = args.operands().get(at) {
            target.typed(Part::Service, "argument", Template::of(word, word.text()));
        }
    };
    let deed = match (program, words.as_slice()) {
        ("prefect", ["server", "database", "reset", ..])
        | ("dagster", ["run" | "instance", "wipe" | "reset", ..]) => {
            Deed::destroy("reset", "the database of the runs")
        }
        ("superset", ["db", "downgrade", ..]) => Deed::schema("rollback", ""),
        ("feast", ["teardown", ..]) => Deed::destroy("drop", "the tables of the feature store"),
        ("dvc", ["gc", ..]) if args.has("cloud") || args.has("c") => {
            Deed::destroy("drop", "data that no kept commit names, in the store too")
        }
        ("mlflow", ["gc", ..]) => Deed::destroy("drop", "deleted runs, for good"),
        ("mlflow", ["db", "downgrade", ..]) => Deed::schema("rollback", ""),
        // The last word is where it is loaded to.
        ("pgloader", [.., to]) if to.contains("://") => {
            target = DatabaseTarget::of(call);
            let last = args.operands().len().saturating_sub(1);
            if let Some(word) = args.operands().get(last) {
                target.typed(Part::Address, "argument", Template::of(word, to));
            }
            Deed::schema("restore", "tables, which are dropped first")
        }
        ("arangorestore", _) if args.value("overwrite") != Some("false") => {
            Deed::destroy("reset", "the collections that the dump holds")
        }
        ("influx_inspect", [verb, ..]) if verb.starts_with("delete") => {
            Deed::destroy("drop", "files of the store")
        }
        ("aiven" | "avn", ["service", verb @ ("database-delete" | "topic-delete" | "index-delete"), ..]) => {
            named(&mut target, 2);
            Deed::destroy("drop", *verb)
        }
        ("dolt", ["sql", ..]) | ("render", ["psql", ..]) | ("scalingo", [_, ..]) => {
            target.hosted_by_default = program != "dolt";
            target.local_by_default = program == "dolt";
            named(&mut target, 1);
            let mut client = Client { call, tool: "psql", dialect: Dialect::Other, target, given: false };
            return client.feed(&args, &["query", "command"], &[], effects);
        }
        _ => return,
    };
    add(call, effects, program, deed, span_at(call, &args, 0), target);
}
