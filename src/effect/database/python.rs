//! Migration tools of the Python world: Django, Flask-Migrate, alembic and others.

use super::input::{self, Input};
use super::{Args, DatabaseTarget, Deed, Dotenv, Format, Gaps, Named, Part, Place, Template};
use super::{add, shown, span_at, texts, value};
use crate::effect::{Call, Effect};

/// Reads such a tool; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "manage.py" | "django-admin" | "django-admin.py" | "django" => django(call, effects),
        "flask" => flask(call, effects),
        "alembic" => alembic(call, effects),
        "aerich" | "piccolo" | "yoyo" | "yoyo-migrate" => other(program, call, effects),
        _ => return false,
    }
    true
}

/// Variables in which Python projects keep the address.
const VARIABLES: &[&str] = &[
    "DATABASE_URL",
    "SQLALCHEMY_DATABASE_URI",
    "SQLALCHEMY_DATABASE_URL",
    "SQLALCHEMY_URL",
    "DB_URL",
    "DB_URI",
    "DATABASE_URI",
    "POSTGRES_URL",
    "DB_DSN",
];

const ENVIRONMENT: &[&str] =
    &["APP_ENV", "ENVIRONMENT", "ENV", "FLASK_ENV", "DJANGO_ENV", "DJANGO_SETTINGS_MODULE"];

pub(super) fn project(call: Call<'_>, places: Vec<Place>) -> DatabaseTarget {
    let mut target = DatabaseTarget::of(call);
    target.environment_variables = ENVIRONMENT;
    target.places = places;
    target.places.extend(VARIABLES.iter().copied().map(Place::Variable));
    target.places.push(Place::Parts(Gaps::Framework));
    target.places.push(Place::Parts(Gaps::Postgres));
    target.dotenv = Dotenv::Plain;
    target
}

fn django(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "settings= pythonpath= database= v,verbosity= c,command=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let Some(verb) = words.first() else { return };
    let only_shows = ["plan", "check", "list", "dry-run"].iter().any(|name| args.has(name));
    let app = words.get(1..).unwrap_or_default().join(" ");
    let deed = match *verb {
        "migrate" if only_shows || args.has("fake") => return,
        "migrate" if words.get(2) == Some(&"zero") => Deed::destroy("reset", app),
        // `migrate app 0003` may go back as well as forward; a named step is taken for what most use it for.
        "migrate" if words.len() > 2 => Deed::schema("rollback", app),
        "migrate" | "migrate_schemas" | "syncdb" => Deed::schema("migrate", app),
        "flush" | "sqlflush" if *verb == "sqlflush" => return,
        "flush" => Deed::destroy("delete-all", "every table"),
        "reset_db" | "reset_schema" | "drop_test_database" => Deed::destroy("reset", "the database"),
        "delete_all" => Deed::destroy("delete-all", app),
        // Commands of one's own are called after what they do.
        "loaddata" if args.has("settings") => Deed::schema("migrate", app),
        "dbshell" => match super::sql::read(&shell_text(call, &args), super::sql::Dialect::Other)
            .deeds
            .into_iter()
            .next()
        {
            Some(deed) => deed,
            None => return,
        },
        "shell" | "shell_plus" => match super::code::deeds(&shell_text(call, &args)).into_iter().next() {
            Some(deed) => deed,
            None => return,
        },
        _ => return,
    };
    let mut target = project(call, Vec::new());
    if let Some(settings) = value(&args, "settings") {
        target.environment = Some(Named { source: "--settings", text: settings });
    } else if call.invocation.var(SETTINGS, call.scene).is_none()
        && !target.assignments.iter().any(|(name, _)| name == SETTINGS)
        && let Some(module) = default_settings(call)
    {
        target.environment = Some(Named { source: "manage.py", text: Template::text(&module) });
    }
    target.environment_variables = &[SETTINGS, "DJANGO_ENV", "APP_ENV", "ENVIRONMENT", "ENV"];
    if let Some(database) = value(&args, "database").filter(|name| name.text != "default") {
        target.typed(Part::Service, "--database", database);
    }
    target.places.push(Place::File {
        paths: vec![
            "{module}.py".into(),
            "{module}/__init__.py".into(),
            "settings.py".into(),
            "*/settings.py".into(),
        ],
        format: Format::Code,
    });
    add(call, effects, "django", deed, span_at(call, &args, 0), target);
}

/// Variable that names the module of settings.
const SETTINGS: &str = "DJANGO_SETTINGS_MODULE";

/// The module that manage.py takes where nothing names one: `os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')`.
fn default_settings(call: Call<'_>) -> Option<String> {
    let script = crate::syntax::Word::literal("manage.py", call.invocation.span);
    let Input::Text(text) = input::file(call, &script) else { return None };
    let mut literals =
        crate::syntax::literals(&text).map(|literal| literal.text).skip_while(|text| *text != SETTINGS);
    literals.nth(1).filter(|module| module.contains('.')).map(str::to_owned)
}

/// `manage.py shell -c "User.objects.all().delete()"`, or the same down a pipe.
fn shell_text(call: Call<'_>, args: &Args<'_>) -> String {
    match (args.value("command"), input::standard(call)) {
        (Some(code), _) => code.to_owned(),
        (None, Input::Text(text)) => text,
        (None, Input::Nothing | Input::Unknown(_)) => String::new(),
    }
}

fn flask(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "A,app= e,env-file= d,directory= x,x-arg= tag=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let deed = match words.as_slice() {
        ["db", ..] if args.has("sql") => return,
        ["db", verb, rest @ ..] => alembic_deed(verb, rest),
        ["shell"] => super::code::deeds(&shell_text(call, &args)).into_iter().next(),
        ["drop-db" | "drop_db" | "dropdb" | "reset-db" | "reset_db" | "drop-all", ..] => {
            Some(Deed::destroy("drop", "the database"))
        }
        _ => None,
    };
    let Some(deed) = deed else { return };
    let directory = args.value("directory").unwrap_or("migrations");
    let ini = format!("{directory}/alembic.ini");
    let mut target = project(call, Vec::new());
    target.places.push(Place::File { paths: vec![ini], format: Format::Alembic });
    target.places.push(Place::File {
        paths: vec!["config.py".into(), "app/config.py".into(), "app.py".into(), "app/__init__.py".into()],
        format: Format::Code,
    });
    target.env_files.extend(args.all("env-file").filter_map(|flag| flag.value).map(str::to_owned));
    add(call, effects, "flask db", deed, span_at(call, &args, 1), target);
}

fn alembic(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "c,config= n,name= x= tag= r,rev-range= m,message=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let [verb, rest @ ..] = words.as_slice() else { return };
    if args.has("sql") {
        return;
    }
    let Some(deed) = alembic_deed(verb, rest) else { return };
    let ini = args.value("config").unwrap_or("alembic.ini").to_owned();
    let mut target = project(
        call,
        vec![Place::File { paths: vec![ini, "pyproject.toml".into()], format: Format::Alembic }],
    );
    // `-x url=…`, `-x env=prod`: what env.py makes of it is its own, the usual names are known.
    for flag in args.all("x") {
        let Some((name, text)) = flag.value.and_then(|value| value.split_once('=')) else { continue };
        let text = Template::of(flag.word, text);
        match name {
            _ if text.text.contains("://") => target.typed(Part::Address, "-x", text),
            "env" | "environment" | "stage" | "tenant" | "target" | "db" | "dbname" | "database" => {
                target.environment = Some(Named { source: "-x", text });
            }
            _ => {}
        }
    }
    super::missing_file(&mut target, call, "--config", args.value("config"));
    if let Some(name) = value(&args, "name") {
        target.environment.get_or_insert(Named { source: "--name", text: name });
    }
    add(call, effects, "alembic", deed, span_at(call, &args, 0), target);
}

fn alembic_deed(verb: &str, rest: &[&str]) -> Option<Deed> {
    let revision = rest.first().copied().unwrap_or_default();
    match verb {
        "upgrade" => Some(Deed::schema("migrate", revision)),
        "downgrade" if revision == "base" => Some(Deed::destroy("reset", "every migration")),
        "downgrade" => Some(Deed::schema("rollback", revision)),
        "stamp" => Some(Deed::schema("stamp", revision)),
        _ => None,
    }
}

fn other(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "d,database= c,config= r,revision= m,match= app=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let deed = match (program, words.as_slice()) {
        ("aerich", ["upgrade", ..]) | ("yoyo" | "yoyo-migrate", ["apply" | "develop", ..]) => {
            Deed::schema("migrate", "")
        }
        ("aerich", ["downgrade", ..]) | ("yoyo" | "yoyo-migrate", ["rollback" | "reapply", ..]) => {
            Deed::schema("rollback", "")
        }
        ("piccolo", ["migrations", verb @ ("forwards" | "backwards"), ..]) => Deed::schema(
            if *verb == "forwards" { "migrate" } else { "rollback" },
            shown(args.operands().get(2)),
        ),
        _ => return,
    };
    let mut target = project(call, Vec::new());
    if let Some(url) = value(&args, "database") {
        target.typed(Part::Address, "--database", url);
    }
    target.places.push(match program {
        "yoyo" | "yoyo-migrate" => Place::File {
            paths: vec!["yoyo.ini".into()],
            format: Format::Properties { section: "DEFAULT", keys: &["database"] },
        },
        _ => {
            Place::File { paths: vec!["piccolo_conf.py".into(), "settings.py".into()], format: Format::Code }
        }
    });
    add(call, effects, program, deed, span_at(call, &args, 0), target);
}
