//! Migration tools of the JavaScript world: prisma, typeorm, sequelize, knex, drizzle and others.

use super::client::Client;
use super::sql::Dialect;
use super::{Args, DatabaseTarget, Deed, Dotenv, Format, Gaps, Named, Part, Place, Template};
use super::{add, shown, span_at, texts, value};
use crate::effect::{Call, Effect};

/// Reads such a tool; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "prisma" => prisma(call, effects),
        "typeorm" | "typeorm-ts-node-commonjs" | "typeorm-ts-node-esm" => typeorm(call, effects),
        "sequelize" | "sequelize-cli" => sequelize(call, effects),
        "knex" => knex(call, effects),
        "drizzle-kit" => drizzle(call, effects),
        "mikro-orm" | "mikro-orm-esm" => mikro(call, effects),
        "node-pg-migrate" | "db-migrate" | "migrate-mongo" | "umzug" | "kysely" | "ace" | "ace.js" => {
            other(program, call, effects);
        }
        "supabase" => supabase(call, effects),
        "wrangler" => wrangler(call, effects),
        _ => return false,
    }
    true
}

fn project(call: Call<'_>, places: Vec<Place>) -> DatabaseTarget {
    let mut target = DatabaseTarget::of(call);
    target.environment_variables = &["NODE_ENV", "APP_ENV", "ENVIRONMENT", "DOPPLER_CONFIG", "VERCEL_ENV"];
    target.places = places;
    target.places.extend(
        ["DATABASE_URL", "POSTGRES_URL", "DB_URL", "DATABASE_URI", "MYSQL_URL", "PG_CONNECTION_STRING"]
            .into_iter()
            .map(Place::Variable),
    );
    target.places.push(Place::Parts(Gaps::Framework));
    target.places.push(Place::Parts(Gaps::Postgres));
    target.dotenv = Dotenv::Modes;
    target
}

fn code(paths: &[&str]) -> Place {
    Place::File { paths: paths.iter().map(|path| (*path).to_owned()).collect(), format: Format::Code }
}

fn prisma(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "schema= config= n,name= file= url= applied= rolled-back=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    if args.has("help") || args.has("create-only") {
        return;
    }
    let deed = match words.as_slice() {
        ["migrate", "deploy" | "up" | "save", ..] => Deed::schema("migrate", ""),
        // `dev` offers to reset a database that has drifted.
        ["migrate", "dev", ..] => Deed::schema("migrate-dev", shown(args.operands().get(2))),
        ["migrate", "reset", ..] => Deed::destroy("reset", "the database"),
        ["migrate", "resolve", ..] => Deed::schema("stamp", ""),
        ["db", "push", ..] if args.has("force-reset") => Deed::destroy("reset", "the database"),
        ["db", "push", ..] if args.has("accept-data-loss") => {
            Deed::destroy("drop-column", "what the schema leaves out")
        }
        ["db", "push", ..] => Deed::schema("migrate", "schema.prisma"),
        ["db", "execute", ..] => return execute(call, &args, effects),
        _ => return,
    };
    let target = prisma_target(call, &args);
    add(call, effects, "prisma", deed, span_at(call, &args, 1), target);
}

/// `prisma db execute --file script.sql`, `… --stdin`.
fn execute(call: Call<'_>, args: &Args<'_>, effects: &mut Vec<Effect>) {
    let target = prisma_target(call, args);
    let mut client = Client { call, tool: "prisma", dialect: Dialect::Other, target, given: false };
    client.feed(args, &[], &["file"], effects);
}

fn prisma_target(call: Call<'_>, args: &Args<'_>) -> DatabaseTarget {
    let schema = args.value("schema").unwrap_or("prisma/schema.prisma").to_owned();
    let mut target = DatabaseTarget::of(call);
    if let Some(url) = value(args, "url") {
        target.typed(Part::Address, "--url", url);
    }
    target.environment_variables = &["NODE_ENV", "APP_ENV", "DOPPLER_CONFIG"];
    target.places = vec![
        Place::File { paths: vec![schema, "schema.prisma".into()], format: Format::Prisma },
        code(&["prisma.config.ts", "prisma.config.js", "prisma.config.mjs"]),
        Place::Variable("DATABASE_URL"),
        Place::Variable("POSTGRES_PRISMA_URL"),
        Place::Variable("DIRECT_URL"),
    ];
    target.dotenv = Dotenv::Prisma;
    target
}

fn typeorm(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "d,dataSource= f,config= c,connection= t,transaction= n,name=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let deed = match words.first().copied() {
        Some("migration:run" | "migrations:run") => Deed::schema("migrate", ""),
        Some("migration:revert" | "migrations:revert") => Deed::schema("rollback", ""),
        Some("schema:sync") => Deed::schema("migrate", "the schema of the entities"),
        Some("schema:drop") => Deed::destroy("drop", "every table"),
        Some("query") => Deed::schema("script", shown(args.operands().get(1))),
        _ => return,
    };
    let mut paths: Vec<&str> = args.value("dataSource").or(args.value("config")).into_iter().collect();
    paths.extend([
        "ormconfig.ts",
        "ormconfig.js",
        "data-source.ts",
        "src/data-source.ts",
        "src/db/data-source.ts",
        "src/database/data-source.ts",
        "datasource.ts",
        "src/datasource.ts",
    ]);
    let places = vec![
        Place::File { paths: vec!["ormconfig.json".into()], format: Format::Json },
        code(&paths),
        Place::Variable("TYPEORM_URL"),
        Place::Variable("TYPEORM_HOST"),
    ];
    let mut target = project(call, places);
    let given = args.value("dataSource").or(args.value("config"));
    super::missing_file(&mut target, call, "--dataSource", given);
    if let Some(connection) = value(&args, "connection") {
        target.environment = Some(Named { source: "--connection", text: connection });
    }
    add(call, effects, "typeorm", deed, span_at(call, &args, 0), target);
}

fn sequelize(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "env= url= config= to= name= options-path= migrations-path= seed=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let deed = match words.first().copied() {
        Some("db:migrate") => Deed::schema("migrate", ""),
        Some("db:migrate:undo") => Deed::schema("rollback", ""),
        Some("db:migrate:undo:all") => Deed::destroy("reset", "every migration"),
        Some("db:drop") => Deed::destroy("drop", "the database"),
        Some("db:seed:undo:all") => Deed::destroy("delete-all", "what was seeded"),
        _ => return,
    };
    let config = args.value("config").unwrap_or("config/config.json").to_owned();
    let js = config.ends_with(".js") || config.ends_with(".cjs") || config.ends_with(".ts");
    let file = Place::File { paths: vec![config], format: if js { Format::Code } else { Format::Json } };
    let mut target = project(call, vec![file, code(&["config/config.js", "config/database.js"])]);
    target.default_environment = Some("development");
    if let Some(url) = value(&args, "url") {
        target.typed(Part::Address, "--url", url);
    }
    if let Some(env) = value(&args, "env") {
        target.environment = Some(Named { source: "--env", text: env });
    }
    add(call, effects, "sequelize", deed, span_at(call, &args, 0), target);
}

fn knex(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "env= knexfile= connection= client= cwd= migrations-directory=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let deed = match words.first().copied() {
        Some("migrate:latest" | "migrate:up") => Deed::schema("migrate", ""),
        Some("migrate:rollback") if args.has("all") => Deed::destroy("reset", "every migration"),
        Some("migrate:rollback" | "migrate:down") => Deed::schema("rollback", ""),
        // Seeds begin by emptying their tables.
        Some("seed:run") => Deed::destroy("rebuild", "the tables of the seeds"),
        _ => return,
    };
    let mut paths: Vec<&str> = args.value("knexfile").into_iter().collect();
    paths.extend(["knexfile.ts", "knexfile.js", "knexfile.mjs", "knexfile.cjs"]);
    let mut target = project(call, vec![code(&paths)]);
    super::missing_file(&mut target, call, "--knexfile", args.value("knexfile"));
    target.default_environment = Some("development");
    if let Some(url) = value(&args, "connection") {
        target.typed(Part::Address, "--connection", url);
    }
    if let Some(env) = value(&args, "env") {
        target.environment = Some(Named { source: "--env", text: env });
    }
    add(call, effects, "knex", deed, span_at(call, &args, 0), target);
}

fn drizzle(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "config= url= dialect= schema=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let deed = match words.first().copied() {
        // It takes what its dialog would warn of.
        Some("push" | "push:pg" | "push:mysql" | "push:sqlite") if args.has("force") => {
            Deed::destroy("drop-column", "what the schema leaves out")
        }
        Some("push" | "push:pg" | "push:mysql" | "push:sqlite") => {
            Deed::schema("migrate", "the schema in the code")
        }
        Some("migrate") => Deed::schema("migrate", ""),
        _ => return,
    };
    let mut paths: Vec<&str> = args.value("config").into_iter().collect();
    paths.extend(["drizzle.config.ts", "drizzle.config.js", "drizzle.config.mjs", "drizzle.config.json"]);
    let mut target = project(call, vec![code(&paths)]);
    super::missing_file(&mut target, call, "--config", args.value("config"));
    if let Some(url) = value(&args, "url") {
        target.typed(Part::Address, "--url", url);
    }
    add(call, effects, "drizzle-kit", deed, span_at(call, &args, 0), target);
}

fn mikro(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "config= t,to=", false);
    let words = texts(&args);
    if args.has("dump") || args.has("d") {
        return;
    }
    let deed = match words.first().copied() {
        Some("migration:up") => Deed::schema("migrate", ""),
        Some("migration:down") => Deed::schema("rollback", ""),
        Some("migration:fresh" | "schema:fresh") => Deed::destroy("reset", "the database"),
        Some("schema:drop" | "database:drop") => Deed::destroy("drop", "every table"),
        Some("schema:update") if args.has("drop-tables") => Deed::destroy("drop", "tables without an entity"),
        Some("schema:update" | "schema:create") => Deed::schema("migrate", "the schema of the entities"),
        _ => return,
    };
    let mut paths: Vec<&str> = args.value("config").into_iter().collect();
    paths.extend(["mikro-orm.config.ts", "src/mikro-orm.config.ts", "mikro-orm.config.js"]);
    let target = project(call, vec![Place::Variable("MIKRO_ORM_CLIENT_URL"), code(&paths)]);
    add(call, effects, "mikro-orm", deed, span_at(call, &args, 0), target);
}

fn other(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "e,env= d,database-url-var= f,file= config= config-file= m,migrations-dir=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    if args.has("dry-run") {
        return;
    }
    let deed = match (program, words.as_slice()) {
        ("ace" | "ace.js", ["migration:run", ..]) => Deed::schema("migrate", ""),
        ("ace" | "ace.js", ["migration:rollback", ..]) => Deed::schema("rollback", ""),
        ("ace" | "ace.js", ["migration:fresh" | "migration:reset" | "migration:refresh" | "db:wipe", ..]) => {
            Deed::destroy("reset", "the database")
        }
        ("ace" | "ace.js", _) => return,
        ("db-migrate", ["reset", ..]) => Deed::destroy("reset", "every migration"),
        ("db-migrate", ["db:drop", ..]) => Deed::destroy("drop", shown(args.operands().get(1))),
        ("kysely", ["migrate:latest" | "migrate:up", ..]) => Deed::schema("migrate", ""),
        ("kysely", ["migrate:down" | "migrate:rollback", ..]) => Deed::schema("rollback", ""),
        (_, ["up", ..]) => Deed::schema("migrate", ""),
        (_, ["down" | "redo", ..]) => Deed::schema("rollback", ""),
        _ => return,
    };
    let mut target = project(
        call,
        vec![
            Place::File { paths: vec!["database.json".into()], format: Format::Json },
            code(&["migrate-mongo-config.js", "kysely.config.ts", "config/database.ts"]),
        ],
    );
    if let Some(env) = value(&args, "env") {
        target.environment = Some(Named { source: "--env", text: env });
    }
    add(call, effects, program, deed, span_at(call, &args, 0), target);
}

fn supabase(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "db-url= p,password= project-ref= workdir=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let (deed, hosted) = match words.as_slice() {
        ["db", "push", ..] if args.has("dry-run") => return,
        ["db", "push", ..] => (Deed::schema("migrate", ""), !args.has("local")),
        ["db", "reset", ..] => (Deed::destroy("reset", "the database"), args.has("linked")),
        ["migration", "up", ..] => (Deed::schema("migrate", ""), args.has("linked")),
        ["migration", "repair", ..] => (Deed::schema("stamp", ""), !args.has("local")),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    if let Some(url) = value(&args, "db-url") {
        target.typed(Part::Address, "--db-url", url);
    }
    target.hosted_by_default = hosted;
    if !hosted {
        target.typed(Part::Host, "the stack that supabase starts here", Template::text("localhost"));
    }
    add(call, effects, "supabase", deed, span_at(call, &args, 1), target);
}

fn wrangler(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "command= file= e,env= c,config=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let name = shown(args.operands().get(2));
    let mut target = DatabaseTarget::of(call);
    target.hosted_by_default = args.has("remote") || words.get(1) == Some(&"delete");
    if !target.hosted_by_default {
        target.typed(Part::Host, "--local", Template::text("localhost"));
    }
    if let Some(env) = value(&args, "env") {
        target.environment = Some(Named { source: "--env", text: env });
    }
    let deeds = match words.as_slice() {
        ["d1", "migrations", "apply", ..] => {
            vec![Deed::schema("migrate", shown(args.operands().get(3)))]
        }
        ["d1", "delete", ..] => {
            vec![Deed::destroy("drop", name)]
        }
        ["d1", "time-travel", "restore", ..] => {
            target.typed.clear();
            target.hosted_by_default = true;
            vec![Deed::destroy("reset", shown(args.operands().get(3)))]
        }
        ["d1", "execute", ..] => match args.value("command") {
            Some(text) => super::sql::read(text, super::sql::Dialect::Sqlite).deeds,
            None => match args.value("file") {
                Some(file) => vec![super::input::script(file.to_owned())],
                None => return,
            },
        },
        _ => return,
    };
    for deed in deeds {
        add(call, effects, "wrangler", deed, span_at(call, &args, 1), target.clone());
    }
}
