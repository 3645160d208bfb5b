//! Migration tools of Rails, Ecto, Laravel, Symfony, phinx, WordPress and .NET.

use super::client::Client;
use super::input;
use super::sql::Dialect;
use super::{Args, DatabaseTarget, Deed, Dotenv, Format, Gaps, Named, Part, Place, Template};
use super::{add, shown, span_at, texts, value};
use crate::effect::{Call, Effect};

/// Reads such a tool; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "rails" | "rake" => rails(program, call, effects),
        "mix" | "iex" | "elixir" => mix(call, effects),
        "artisan" => artisan(call, effects),
        "console" | "symfony" | "doctrine" | "doctrine-migrations" => doctrine(call, effects),
        "phinx" => phinx(call, effects),
        "wp" => wordpress(call, effects),
        "dotnet" | "dotnet-ef" => dotnet(program, call, effects),
        _ => return false,
    }
    true
}

fn file(paths: &[&str], format: Format) -> Place {
    Place::File { paths: paths.iter().map(|path| (*path).to_owned()).collect(), format }
}

fn rails(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "e,environment= f,rakefile= C,directory= database=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if ["dry-run", "n", "T", "tasks", "help", "P"].iter().any(|name| args.has(name)) {
        return;
    }
    let mut target = DatabaseTarget::of(call);
    target.environment_variables = &["RAILS_ENV", "RACK_ENV", "APP_ENV", "DOPPLER_CONFIG"];
    // Who switches off the check that keeps production from harm does not mean development.
    let unchecked = |name: &str| name == "DISABLE_DATABASE_ENVIRONMENT_CHECK";
    if !target.assignments.iter().any(|(name, _)| unchecked(name)) {
        target.default_environment = Some("development");
    }
    if let Some(env) = value(&args, "environment") {
        target.environment = Some(Named { source: "-e", text: env });
    }
    // rake takes variables as operands, after the tasks too.
    for word in args.operands() {
        if let Some((name, text)) = word.text().split_once('=')
            && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        {
            target.assignments.push((name.to_owned(), word.known().map(|_| text.to_owned())));
        }
    }
    target.places = vec![
        Place::Variable("DATABASE_URL"),
        file(&["config/database.yml"], Format::Yaml),
        Place::Parts(Gaps::Framework),
    ];
    target.dotenv = Dotenv::Modes;
    for (at, word) in args.operands().iter().enumerate() {
        let next = args.operands().get(at + 1).map(|word| word.text());
        let deeds = match word.text() {
            "runner" | "r" => super::code::deeds(next.unwrap_or_default()),
            "console" | "c" => super::code::deeds(&fed(call)),
            "dbconsole" | "db" => {
                let target = target.clone();
                return Client { call, tool: program, dialect: Dialect::Other, target, given: false }
                    .standard(effects);
            }
            task => rails_deed(task).into_iter().collect(),
        };
        for deed in deeds {
            add(call, effects, program, deed, word.span, target.clone());
        }
        if matches!(word.text(), "runner" | "r" | "console" | "c") {
            return;
        }
    }
}

/// The text that a console is fed.
fn fed(call: Call<'_>) -> String {
    match input::standard(call) {
        input::Input::Text(text) => text,
        input::Input::Nothing | input::Input::Unknown(_) => String::new(),
    }
}

fn rails_deed(task: &str) -> Option<Deed> {
    // Tasks of one database of several end in its name: `db:migrate:primary`.
    let mut parts = task.split(':');
    let area = parts.next()?;
    if !matches!(area, "db" | "app") {
        return None;
    }
    let verb = if area == "app" { parts.nth(1)? } else { parts.next()? };
    let detail = parts.next().unwrap_or_default();
    match (verb, detail) {
        ("migrate", "status") | ("test" | "abort_if_pending_migrations" | "environment", _) => None,
        ("migrate", "reset") => Some(Deed::destroy("reset", "the database")),
        ("migrate", "down" | "redo") | ("rollback", _) => Some(Deed::schema("rollback", "")),
        ("migrate" | "forward" | "prepare", _) => Some(Deed::schema("migrate", "")),
        ("schema" | "structure", "load") => Some(Deed::destroy("reset", "the tables of the schema")),
        ("reset" | "setup" | "purge", _) => Some(Deed::destroy("reset", "the database")),
        ("drop", _) => Some(Deed::destroy("drop", "the database")),
        ("truncate_all", _) => Some(Deed::destroy("truncate", "every table")),
        ("seed", "replant") => Some(Deed::destroy("truncate", "every table")),
        _ => None,
    }
}

fn mix(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "r,repo= n,step= to= v,to-exact= prefix= e,eval= S=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let codes = args.all("eval").filter_map(|flag| Some((flag.value?, flag.word.span)));
    for (code, span) in codes.collect::<Vec<_>>() {
        for deed in super::code::deeds(code) {
            add(call, effects, "mix", deed, span, mix_target(call));
        }
    }
    // `mix do ecto.drop, ecto.create` runs several tasks.
    for (at, word) in args.operands().iter().enumerate() {
        let deed = match word.text().trim_end_matches(',') {
            "ecto.migrate" => Deed::schema("migrate", ""),
            "ecto.rollback" if args.has("all") => Deed::destroy("reset", "every migration"),
            "ecto.rollback" => Deed::schema("rollback", ""),
            "ecto.drop" => Deed::destroy("drop", "the database"),
            "ecto.reset" => Deed::destroy("reset", "the database"),
            "ash.migrate" | "ash_postgres.migrate" => Deed::schema("migrate", ""),
            _ => continue,
        };
        add(call, effects, "mix", deed, span_at(call, &args, at), mix_target(call));
    }
}

fn mix_target(call: Call<'_>) -> DatabaseTarget {
    let mut target = DatabaseTarget::of(call);
    target.environment_variables = &["MIX_ENV"];
    target.default_environment = Some("dev");
    target.places = vec![
        file(&["config/{environment}.exs"], Format::Code),
        Place::Variable("DATABASE_URL"),
        file(&["config/runtime.exs", "config/config.exs"], Format::Code),
    ];
    target.dotenv = Dotenv::Plain;
    target
}

fn artisan(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "env= database= path= step execute= force";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    if args.has("pretend") {
        return;
    }
    let deed = match words.first().copied() {
        Some("migrate" | "tenants:migrate") => Deed::schema("migrate", ""),
        // This option is for production alone.
        Some("migrate:rollback") if args.has("force") => {
            Deed::destroy("drop-column", "what the migrations added")
        }
        Some("migrate:rollback") => Deed::schema("rollback", ""),
        Some("migrate:fresh" | "migrate:refresh" | "migrate:reset" | "tenants:migrate-fresh") => {
            Deed::destroy("reset", "the database")
        }
        Some("db:wipe") => Deed::destroy("drop", "every table"),
        Some("tinker") => {
            let code = args.value("execute").map_or_else(|| fed(call), str::to_owned);
            match super::code::deeds(&code).into_iter().next() {
                Some(deed) => deed,
                None => return,
            }
        }
        Some("queue:clear" | "queue:flush" | "horizon:clear") => {
            Deed::destroy("delete-all", "the jobs that wait or failed")
        }
        Some("model:prune") => Deed::destroy("delete", "what the models call old"),
        Some("scout:flush" | "scout:delete-index" | "scout:delete-all-indexes") => {
            Deed::destroy("rebuild", "an index for searching")
        }
        // What is encrypted with the old one is lost.
        Some("key:generate") if args.has("force") => Deed::destroy("configure", "the key of the application"),
        // What is seeded may begin by emptying its tables.
        Some("db:seed") if args.has("force") => Deed::schema("migrate", "seeds"),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    // Without it artisan itself asks before it touches production.
    if !args.has("force") && words.first() != Some(&"tinker") {
        target.default_environment = Some("development");
    }
    if let Some(env) = value(&args, "env") {
        target.environment = Some(Named { source: "--env", text: env });
    }
    if let Some(database) = value(&args, "database") {
        target.typed(Part::Service, "--database", database);
    }
    target.environment_variables = &["APP_ENV"];
    target.places =
        vec![Place::Variable("DB_URL"), Place::Variable("DATABASE_URL"), Place::Parts(Gaps::Framework)];
    target.dotenv = Dotenv::Instead;
    add(call, effects, "artisan", deed, span_at(call, &args, 0), target);
}

fn doctrine(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "e,env= em= connection= conn=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") || args.has("dump-sql") || args.has("write-sql") {
        return;
    }
    for (at, word) in args.operands().iter().enumerate() {
        let task = word.text().trim_start_matches("doctrine:");
        let next = args.operands().get(at + 1).map(|word| word.text());
        let deed = match task {
            "migrations:migrate" | "m:migrate" if next == Some("first") || next == Some("0") => {
                Deed::destroy("reset", "every migration")
            }
            "migrations:migrate" if next == Some("prev") => Deed::schema("rollback", "prev"),
            "migrations:migrate" => Deed::schema("migrate", next.unwrap_or_default()),
            "migrations:execute" if args.has("down") => Deed::schema("rollback", next.unwrap_or_default()),
            "migrations:execute" => Deed::schema("migrate", next.unwrap_or_default()),
            "schema:update" if args.has("force") => Deed::schema("migrate", "the schema of the entities"),
            "schema:drop" if args.has("force") => Deed::destroy("drop", "every table"),
            "database:drop" if args.has("force") => Deed::destroy("drop", "the database"),
            "query:sql" | "dbal:run-sql" | "query:dql" => {
                match super::sql::read(next.unwrap_or_default(), Dialect::Other).deeds.into_iter().next() {
                    Some(deed) => deed,
                    None => continue,
                }
            }
            "system:install" if args.has("drop-database") => Deed::destroy("drop", "the database"),
            "fos:elastica:reset" | "es:reset" => Deed::destroy("rebuild", "an index for searching"),
            "sulu:document:initialize" if args.has("purge") => Deed::destroy("reset", "the documents"),
            "sylius:fixtures:load" => Deed::destroy("delete-all", "every table"),
            "fixtures:load" if !args.has("append") => Deed::destroy("delete-all", "every table"),
            _ => continue,
        };
        let mut target = DatabaseTarget::of(call);
        if let Some(env) = value(&args, "env") {
            target.environment = Some(Named { source: "--env", text: env });
        }
        target.environment_variables = &["APP_ENV"];
        if deed.operation == "delete-all" && !args.has("n") && !args.has("no-interaction") {
            target.default_environment = Some("dev");
        }
        target.places = vec![
            Place::Variable("DATABASE_URL"),
            file(&["migrations-db.php", "config/packages/doctrine.yaml"], Format::Code),
        ];
        target.dotenv = Dotenv::Modes;
        add(call, effects, "doctrine", deed, span_at(call, &args, at), target);
    }
}

fn phinx(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "e,environment= c,configuration= t,target= d,date=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") || args.has("x") {
        return;
    }
    let deed = match texts(&args).first().copied() {
        Some("migrate") => Deed::schema("migrate", ""),
        Some("rollback") if args.value("target") == Some("0") => Deed::destroy("reset", "every migration"),
        Some("rollback") => Deed::schema("rollback", ""),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    if let Some(env) = value(&args, "environment") {
        target.environment = Some(Named { source: "-e", text: env });
    }
    target.environment_variables = &["PHINX_ENVIRONMENT", "APP_ENV"];
    target.places = vec![
        file(&["phinx.yml", "phinx.yaml"], Format::Yaml),
        file(&["phinx.json"], Format::Json),
        file(&["phinx.php"], Format::Code),
        Place::Variable("DATABASE_URL"),
        Place::Parts(Gaps::Framework),
    ];
    target.dotenv = Dotenv::Plain;
    add(call, effects, "phinx", deed, span_at(call, &args, 0), target);
}

fn wordpress(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "path= ssh= url=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words: Vec<&str> = texts(&args).into_iter().filter(|word| !word.starts_with('@')).collect();
    let listed = |words: &[&str]| words.iter().any(|word| word.contains(crate::syntax::HOLE));
    let deeds = match words.as_slice() {
        ["db", "import", dump, ..] => vec![Deed::schema("restore", *dump)],
        ["db", "cli", ..] => super::sql::read(&fed(call), Dialect::MySql).deeds,
        ["eval" | "shell", code @ ..] => super::code::deeds(&[code.join(" "), fed(call)].concat()),
        ["search-replace", from, ..] if !args.has("dry-run") => vec![Deed::destroy("update", *from)],
        ["post" | "user" | "comment" | "term" | "option" | "media", "delete", rest @ ..] if listed(rest) => {
            vec![Deed::destroy("delete-all", words[0])]
        }
        ["site", "delete", ..] => vec![Deed::destroy("drop", "the site")],
        ["db", "reset" | "clean", ..] | ["site", "empty", ..] => vec![Deed::destroy("reset", "the database")],
        ["db", "drop", ..] => vec![Deed::destroy("drop", "the database")],
        ["db", "query", text, ..] => super::sql::read(text, Dialect::MySql).deeds,
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    if let Some(alias) = call.invocation.args().iter().find(|word| word.text().starts_with('@')) {
        target.environment = Some(Named { source: "alias", text: Template::of(alias, &alias.text()[1..]) });
        target.hosted_by_default = true;
    }
    for name in ["ssh", "url"] {
        if let Some(host) = value(&args, name) {
            target.typed(Part::Host, "--ssh", host);
        }
    }
    target.places = vec![file(&["wp-config.php"], Format::Code)];
    target.dotenv = Dotenv::Plain;
    for deed in deeds {
        add(call, effects, "wp", deed, span_at(call, &args, 1), target.clone());
    }
}

fn dotnet(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "p,project= s,startup-project= c,context= connection= configuration= framework=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let words = if program == "dotnet" {
        match words.as_slice() {
            ["ef", rest @ ..] => rest.to_vec(),
            _ => return,
        }
    } else {
        words
    };
    let deed = match words.as_slice() {
        _ if args.has("dry-run") => return,
        ["database", "update", "0", ..] => Deed::destroy("reset", "every migration"),
        ["database", "update", ..] => Deed::schema("migrate", words.get(2).copied().unwrap_or_default()),
        ["database", "drop", ..] => Deed::destroy("drop", "the database"),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    if let Some(connection) = value(&args, "connection") {
        target.typed(Part::Address, "--connection", connection);
    }
    // Arguments after `--` belong to the application.
    let mut rest = args.operands().iter();
    while let Some(word) = rest.next() {
        let text = match word.text().split_once('=') {
            Some(("--environment", text)) => Some(Template::of(word, text)),
            None if word.text() == "--environment" => rest.next().map(|word| Template::of(word, word.text())),
            _ => None,
        };
        if let Some(text) = text {
            target.environment = Some(Named { source: "--environment", text });
        }
    }
    target.environment_variables = &["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];
    // Without it the tool itself asks.
    if !args.has("force") && !args.has("f") && deed.operation != "reset" {
        target.default_environment = Some("Development");
    }
    let folder = args.value("startup-project").or(args.value("project")).map(|path| {
        let folder =
            path.rsplit_once('/').filter(|(_, name)| name.ends_with("proj")).map_or(path, |(dir, _)| dir);
        format!("{}/", folder.trim_end_matches('/'))
    });
    let folder = folder.unwrap_or_default();
    target.places = vec![
        Place::Variable("ConnectionStrings__DefaultConnection"),
        Place::File {
            paths: vec![
                format!("{folder}appsettings.{{environment}}.json"),
                format!("{folder}appsettings.json"),
            ],
            format: Format::Json,
        },
        Place::Variable("DATABASE_URL"),
    ];
    let verb = shown(args.operands().get(usize::from(program == "dotnet") + 1));
    let last = args.operands().iter().position(|word| word.text() == verb).unwrap_or(0);
    add(call, effects, "dotnet ef", deed, span_at(call, &args, last), target);
}
