//! Databases as a service and data platforms: BigQuery, Snowflake, Turso, PlanetScale, Neon, dbt, Airflow, Celery.

use super::client::Client;
use super::sql::{self, Dialect};
use super::{Args, DatabaseTarget, Deed, Format, Named, Part, Place, Template};
use super::{add, shown, span_at, texts, typed_flags, value};
use crate::effect::{Call, Effect};

/// Reads such a program; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "bq" => bigquery(call, effects),
        "snowsql" | "snow" => snowflake(program, call, effects),
        "influx" | "influxd" => influx(call, effects),
        "dbt" => dbt(call, effects),
        "airflow" => airflow(call, effects),
        "celery" => celery(call, effects),
        "turso" => turso(call, effects),
        "pscale" | "planetscale" => planetscale(call, effects),
        "neonctl" | "neon" => neon(call, effects),
        "firebase" => firebase(call, effects),
        "gcloud" => gcloud(call, effects),
        "aws" | "az" => statement(program, call, effects),
        "fly" | "flyctl" | "railway" => connect(program, call, effects),
        "gh-ost" | "pt-online-schema-change" | "pt-archiver" => online_change(program, call, effects),
        _ => return false,
    }
    true
}

/// A target on a service, known by names alone.
fn hosted(call: Call<'_>) -> DatabaseTarget {
    DatabaseTarget { hosted_by_default: true, ..DatabaseTarget::of(call) }
}

/// `bq rm`, `bq query`.
fn bigquery(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "project_id= dataset_id= location= format= n,max_rows= destination_table= replace \
        maximum_bytes_billed= parameter= label= r,recursive f,force t,table d,dataset m,model";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let help = ["help", "h", "dry_run"].iter().any(|name| args.has(name));
    let Some((verb, rest)) = args.operands().split_first().filter(|_| !help) else { return };
    let mut target = hosted(call);
    typed_flags(&mut target, &args, &[("project_id", "--project_id", Part::Service)]);
    let file = |path: &str, keys| Place::File {
        paths: vec![path.to_owned()],
        format: Format::Properties { section: "", keys },
    };
    target.places = vec![
        file("~/.bigqueryrc", &["api", "--api", "project_id", "--project_id"]),
        file("~/.config/gcloud/configurations/config_default", &["project"]),
    ];
    match verb.text() {
        "rm" => {
            let Some(name) = rest.first() else { return };
            target.typed(Part::Service, "argument", Template::of(name, name.text()));
            let deed = Deed::destroy("drop", shown(Some(name)));
            add(call, effects, "bq", deed, name.span, target);
        }
        "load" | "cp" if args.has("replace") || args.has("force") => {
            let Some(name) = rest.get(usize::from(verb.text() == "cp")) else { return };
            target.typed(Part::Service, "argument", Template::of(name, name.text()));
            add(call, effects, "bq", Deed::destroy("rebuild", shown(Some(name))), name.span, target);
        }
        "query" if args.has("replace") && args.has("destination_table") => {
            let Some(name) = value(&args, "destination_table") else { return };
            let deed = Deed::destroy("rebuild", name.text.replace(crate::syntax::HOLE, "…"));
            target.typed(Part::Service, "--destination_table", name);
            add(call, effects, "bq", deed, call.invocation.span, target);
        }
        "query" => sql_of(call, "bq", target, rest.iter().map(|word| (word.text(), *word)), effects),
        _ => {}
    }
}

/// Runs the statements of words through the reader of SQL; the names in them say where they act.
fn sql_of<'a>(
    call: Call<'a>,
    tool: &'a str,
    target: DatabaseTarget,
    texts: impl Iterator<Item = (&'a str, &'a crate::syntax::Word)>,
    effects: &mut Vec<Effect>,
) {
    let mut client = Client { call, tool, dialect: Dialect::Other, target, given: false };
    for (text, word) in texts {
        // `project.dataset.table` in backquotes: the project is the place.
        for deed in sql::read(text, Dialect::Other).deeds {
            let named = Template::text(&deed.object);
            client.target.typed(Part::Service, "the statement", named);
        }
        client.text(text, word.span, effects);
    }
    if !client.given {
        client.standard(effects);
    }
}

/// `snowsql -q`, `snow sql -q`.
fn snowflake(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "c,connection= a,accountname= account= q,query= f,filename= d,dbname= database= s,schemaname= \
        u,username= w,warehouse= r,rolename= o,option= D,variable=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let mut target = hosted(call);
    if program == "snow" && args.operands().first().is_none_or(|word| word.text() != "sql") {
        if let ["object", "drop", kind, name, ..] = texts(&args).as_slice() {
            target.typed(Part::Service, "argument", Template::text(name));
            let deed = Deed::destroy("drop", format!("the {kind} {name}"));
            add(call, effects, "snow", deed, call.invocation.span, target);
        }
        return;
    }
    typed_flags(
        &mut target,
        &args,
        &[
            ("connection", "--connection", Part::Service),
            ("accountname", "--accountname", Part::Service),
            ("account", "--account", Part::Service),
            ("dbname", "--dbname", Part::Database),
            ("database", "--database", Part::Database),
        ],
    );
    let mut client = Client { call, tool: "snowsql", dialect: Dialect::Other, target, given: false };
    for flag in args.all("query") {
        client.text(flag.value.unwrap_or_default(), flag.word.span, effects);
    }
    for flag in args.all("filename") {
        client.file(flag.word, flag.value.unwrap_or_default(), effects);
    }
    if !client.given {
        client.standard(effects);
    }
}

/// `influx delete`, `influx bucket delete`, and of version 1 `influx -execute`.
fn influx(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "-host= -port= -execute= -database= -username= -password= host= bucket= b,bucket-id= n,name= \
        i,id= o,org= org-id= t,token= start= stop= p,predicate= c,active-config= configs-path=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let mut target = DatabaseTarget::of(call);
    typed_flags(
        &mut target,
        &args,
        &[
            ("host", "--host", Part::Host),
            ("bucket", "--bucket", Part::Database),
            ("name", "--name", Part::Database),
            ("database", "-database", Part::Database),
            ("active-config", "--active-config", Part::Service),
        ],
    );
    target.places = vec![Place::Variable("INFLUX_HOST")];
    target.local_by_default = true;
    let deed = match words.as_slice() {
        ["delete", ..] if args.has("predicate") => Deed::destroy("delete", "the points that fit"),
        ["delete", ..] => Deed::destroy("delete-all", "the points of a bucket"),
        ["bucket" | "org", "delete", ..] => Deed::destroy("drop", words[0]),
        _ => {
            let typed = match super::input::standard(call) {
                super::input::Input::Text(text) if words.contains(&"shell") => text,
                _ => String::new(),
            };
            let text = args.value("execute").unwrap_or(&typed);
            let lower = text.to_ascii_lowercase();
            let mut parts = lower.split_whitespace();
            let operation = match (parts.next(), parts.next()) {
                (Some("drop"), Some("database" | "measurement" | "series" | "retention")) => "drop",
                (Some("delete"), _) if !lower.contains(" where ") => "delete-all",
                (Some("delete"), _) => "delete",
                _ => return,
            };
            let object = text.split_whitespace().last().unwrap_or_default().trim_matches(['"', ';']);
            let named = Template::text(object);
            target.typed(Part::Database, "the statement", named);
            Deed::destroy(operation, object)
        }
    };
    let last = call.invocation.span;
    add(call, effects, "influx", deed, last, target);
}

/// `dbt run --full-refresh`: every incremental model is dropped and built anew from what is still at the source.
fn dbt(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "t,target= s,select= m,models= exclude= profile= profiles-dir= project-dir= vars= threads= \
        f,full-refresh args= state=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let Some(verb) = args.operands().first() else { return };
    let drops = verb.text() == "run-operation"
        && args.operands().get(1).is_some_and(|word| super::input::says_drop(&word.text().replace('_', " ")));
    let rebuilds = matches!(verb.text(), "run" | "build" | "seed" | "snapshot" | "retry" | "clone");
    if !(drops || rebuilds && args.has("full-refresh")) {
        return;
    }
    let mut target = DatabaseTarget::of(call);
    target.environment = value(&args, "target").map(|text| Named { source: "--target", text });
    if target.environment.is_none() {
        target.environment =
            dbt_target(call).map(|name| Named { source: "profiles.yml", text: Template::text(&name) });
    }
    target.environment_variables = &["DBT_TARGET", "DBT_DEFAULT_TARGET"];
    target.places = vec![Place::File {
        paths: vec!["profiles.yml".into(), "~/.dbt/profiles.yml".into()],
        format: Format::Yaml,
    }];
    let last = args.span("full-refresh").unwrap_or(verb.span);
    add(call, effects, "dbt", Deed::destroy("rebuild", "every model"), last, target);
}

/// The target that the profile of the project names: `target: prod` in profiles.yml.
fn dbt_target(call: Call<'_>) -> Option<String> {
    let read = |path: &str| {
        let word = crate::syntax::Word::literal(path, call.invocation.span);
        match super::input::file(call, &word) {
            super::input::Input::Text(text) => Some(text),
            _ => None,
        }
    };
    let value = |line: &str, key: &str| {
        let text = line.trim().strip_prefix(key)?.strip_prefix(':')?.split(" #").next()?;
        Some(text.trim().trim_matches(['"', '\'']).to_owned())
    };
    let profile = read("dbt_project.yml")?.lines().find_map(|line| value(line, "profile"))?;
    let text = read("profiles.yml").or_else(|| read("~/.dbt/profiles.yml"))?;
    let mut lines = text.lines().skip_while(|line| line.split(':').next() != Some(profile.as_str())).skip(1);
    let named = lines
        .by_ref()
        .take_while(|line| line.is_empty() || line.starts_with([' ', '#']))
        .find_map(|line| value(line, "target"))?;
    (!named.contains("{{")).then_some(named)
}

/// `airflow db reset`: every run, connection and variable.
fn airflow(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "n,to-version= r,to-revision=", false);
    let deed = match texts(&args).as_slice() {
        ["db", "reset", ..] | ["resetdb", ..] => Deed::destroy("reset", "Airflow's database"),
        ["db", "clean", ..] if !args.has("dry-run") => Deed::destroy("delete", "old runs"),
        ["db", "downgrade", ..] => Deed::schema("rollback", ""),
        ["db", "migrate" | "upgrade", ..] => Deed::schema("migrate", ""),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    target.hosted_by_default = deed.kind == crate::effect::EffectKind::DataDestroy;
    target.places = vec![
        Place::Variable("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"),
        Place::Variable("AIRFLOW__CORE__SQL_ALCHEMY_CONN"),
        Place::File {
            paths: vec!["airflow.cfg".into(), "~/airflow/airflow.cfg".into()],
            format: Format::Properties { section: "database", keys: &["sql_alchemy_conn"] },
        },
    ];
    add(call, effects, "airflow", deed, span_at(call, &args, 1), target);
}

/// `celery -A app purge`: every task that waits.
fn celery(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "A,app= b,broker= Q,queues= X,exclude-queues= f,force workdir= config= n,hostname=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let purges = args.operands().first().is_some_and(|word| word.text() == "purge");
    if !purges || args.has("help") {
        return;
    }
    let mut target = DatabaseTarget::of(call);
    typed_flags(&mut target, &args, &[("broker", "--broker", Part::Address)]);
    target.places = vec![Place::Variable("CELERY_BROKER_URL"), Place::Variable("BROKER_URL")];
    target.dotenv = super::Dotenv::Plain;
    // Without the flag it asks by itself.
    target.hosted_by_default = args.has("force");
    let deed = Deed::destroy("delete-all", "every task that waits");
    add(call, effects, "celery", deed, span_at(call, &args, 0), target);
}

fn turso(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "group= location=", false);
    let operands = args.operands();
    let name = operands.get(2);
    let mut target = hosted(call);
    if let Some(name) = name {
        target.typed(Part::Service, "argument", Template::of(name, name.text()));
    }
    match texts(&args).as_slice() {
        ["db" | "group", "destroy", _, ..] => {
            let deed = Deed::destroy("drop", shown(name));
            add(call, effects, "turso", deed, span_at(call, &args, 2), target);
        }
        ["db", "shell", _, _, ..] => {
            let mut client = Client { call, tool: "turso", dialect: Dialect::Sqlite, target, given: false };
            for word in &operands[3..] {
                client.text(word.text(), word.span, effects);
            }
        }
        ["db", "shell", _] => {
            Client { call, tool: "turso", dialect: Dialect::Sqlite, target, given: false }.standard(effects);
        }
        _ => {}
    }
}

/// The branch that a service serves from.
fn is_main(name: &str) -> bool {
    matches!(name, "main" | "master" | "production" | "prod")
}

fn planetscale(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "org= f,format= from= region=", false);
    let mut target = hosted(call);
    let operands = args.operands();
    let (deed, at) = match texts(&args).as_slice() {
        ["database" | "db", "delete", ..] => (Deed::destroy("drop", shown(operands.get(2))), 2),
        ["branch", "delete", _, name, ..] if is_main(name) => {
            (Deed::destroy("drop", format!("the branch {name}")), 3)
        }
        ["branch", "delete", ..] => (Deed::destroy("delete", shown(operands.get(3))), 3),
        ["deploy-request", "deploy", ..] => (Deed::schema("migrate", shown(operands.get(3))), 2),
        ["backup", "delete", ..] => (Deed::destroy("drop", "a backup"), 2),
        ["shell", name, ..] => {
            target.typed(Part::Service, "argument", Template::text(name));
            let client = Client { call, tool: "pscale", dialect: Dialect::MySql, target, given: false };
            return { client }.standard(effects);
        }
        _ => return,
    };
    for word in operands.iter().skip(2) {
        target.typed(Part::Service, "argument", Template::of(word, word.text()));
    }
    add(call, effects, "pscale", deed, span_at(call, &args, at), target);
}

fn neon(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "project-id= branch= api-key= parent= output= preserve-under-name=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let operands = args.operands();
    let deed = match texts(&args).as_slice() {
        ["projects" | "project", "delete", ..] => Deed::destroy("drop", "the project"),
        ["branches" | "branch", "delete" | "reset" | "restore", name, ..] if is_main(name) => {
            Deed::destroy("drop", format!("the branch {name}"))
        }
        ["branches" | "branch", "delete" | "reset" | "restore", ..] => {
            Deed::destroy("delete", shown(operands.get(2)))
        }
        ["databases" | "database", "delete", ..] => Deed::destroy("drop", shown(operands.get(2))),
        _ => return,
    };
    let mut target = hosted(call);
    if let Some(word) = operands.get(2) {
        target.typed(Part::Service, "argument", Template::of(word, word.text()));
    }
    typed_flags(&mut target, &args, &[("branch", "--branch", Part::Service)]);
    add(call, effects, "neonctl", deed, span_at(call, &args, 2), target);
}

/// `firebase database:set /`: what was there is replaced. Deletions are those of a hosted application.
fn firebase(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "P,project= data= instance= token=", false);
    let operands = args.operands();
    let whole = match texts(&args).as_slice() {
        ["database:set", path, ..] => matches!(*path, "/" | "\"/\""),
        ["firestore:databases:delete" | "database:import", ..] => true,
        _ => return,
    };
    let mut target = hosted(call);
    typed_flags(&mut target, &args, &[("project", "--project", Part::Service)]);
    let operation = if whole { "delete-all" } else { "delete" };
    let deed = Deed::destroy(operation, shown(operands.get(1)));
    add(call, effects, "firebase", deed, span_at(call, &args, 0), target);
}

/// `gcloud sql connect prod-db < drop.sql`.
fn gcloud(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "u,user= d,database= project= quiet sql= instance=", false);
    match texts(&args).as_slice() {
        ["sql" | "beta", .., "connect", _] => {}
        ["spanner", "databases", "execute-sql", ..] => return statement("gcloud", call, effects),
        // A dump is loaded over what is there.
        ["sql", "import", "sql" | "bak", name, dump, ..] => {
            let mut target = hosted(call);
            target.typed(Part::Service, "argument", Template::text(name));
            let deed = Deed::schema("restore", *dump);
            return add(call, effects, "gcloud sql", deed, span_at(call, &args, 3), target);
        }
        _ => return,
    }
    let mut target = hosted(call);
    if let Some(word) = args.operands().last() {
        target.typed(Part::Service, "argument", Template::of(word, word.text()));
    }
    typed_flags(&mut target, &args, &[("project", "--project", Part::Service)]);
    Client { call, tool: "gcloud sql", dialect: Dialect::Postgres, target, given: false }.standard(effects);
}

/// `aws rds-data execute-statement --sql …`, `az postgres flexible-server execute -q …`, `gcloud spanner databases
/// execute-sql --sql …`.
fn statement(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "sql= sqls= query-string= q,querytext= n,name= resource-arn= cluster-identifier= \
        workgroup-name= database= d,database-name= instance= profile= project= statement= region= secret-arn= u= p=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let texts = ["sql", "sqls", "query-string", "querytext", "statement"];
    if !texts.iter().any(|name| args.has(name)) {
        return;
    }
    let mut target = hosted(call);
    let names =
        ["cluster-identifier", "resource-arn", "workgroup-name", "name", "instance", "profile", "project"];
    for name in names {
        if let Some(text) = value(&args, name) {
            target.typed(Part::Service, "the name of the server", text);
        }
    }
    let mut client = Client { call, tool: program, dialect: Dialect::Other, target, given: true };
    client.feed(&args, &texts, &[], effects);
}

/// `fly postgres connect -a app`, `railway connect`: a client of a hosted database, fed from here.
fn connect(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "a,app= d,database= e,environment= u,user=", false);
    let (["postgres" | "pg" | "mpg", "connect", ..] | ["connect", ..]) = texts(&args).as_slice() else {
        return;
    };
    let mut target = hosted(call);
    typed_flags(
        &mut target,
        &args,
        &[("app", "--app", Part::Service), ("environment", "--environment", Part::Service)],
    );
    Client { call, tool: program, dialect: Dialect::Postgres, target, given: false }.standard(effects);
}

/// gh-ost and pt-online-schema-change, which change nothing without `--execute`; pt-archiver, which deletes rows.
fn online_change(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str =
        "host= database= table= alter= user= password= port= source= where= purge execute dry-run";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") || program != "pt-archiver" && !args.has("execute") {
        return;
    }
    let mut target = DatabaseTarget::of(call);
    typed_flags(
        &mut target,
        &args,
        &[("host", "--host", Part::Host), ("database", "--database", Part::Database)],
    );
    // `h=host,D=database,t=table`.
    let dsn = args.operands().first().map(|word| word.text()).or(args.value("source")).unwrap_or_default();
    for (name, text) in dsn.split(',').filter_map(|pair| pair.split_once('=')) {
        let part = match name {
            "h" => Part::Host,
            "D" => Part::Database,
            _ => continue,
        };
        target.typed(part, "DSN", Template::text(text));
    }
    target.local_by_default = true;
    let table = args.value("table").unwrap_or("t");
    let deeds = match (program, args.value("alter")) {
        ("pt-archiver", _) if args.has("purge") => {
            let all = args.value("where").is_none_or(|text| text.replace(' ', "") == "1=1");
            vec![Deed::destroy(if all { "delete-all" } else { "delete" }, dsn)]
        }
        (_, Some(alter)) => sql::read(&format!("ALTER TABLE {table} {alter}"), Dialect::MySql).deeds,
        _ => return,
    };
    for deed in deeds {
        add(call, effects, program, deed, call.invocation.span, target.clone());
    }
}
