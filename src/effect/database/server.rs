//! Programs that make, drop and mend databases and the servers that hold them.

use super::client::{Client, MYSQL, libpq, mysql_target, without_password};
use super::sql::Dialect;
use super::{Args, DatabaseTarget, Deed, Part, Template, add, shown, span_at, texts, value};
use crate::effect::{Call, Effect};

/// Reads such a program; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "dropdb" => dropdb(call, effects),
        "dropuser" => dropuser(call, effects),
        "pg_dropcluster" => dropcluster(call, effects),
        "pg_resetwal" | "pg_resetxlog" => resetwal(program, call, effects),
        "mysqladmin" | "mariadb-admin" => mysqladmin(call, effects),
        "pg_restore" => pg_restore(call, effects),
        "heroku" => heroku(call, effects),
        _ => return others(program, call, effects),
    }
    true
}

/// `heroku pg:reset`, `heroku pg:psql -c …`: the database of a hosted app.
fn heroku(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "a,app= r,remote= c,command= f,file= confirm=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let Some(verb) = args.operands().first() else { return };
    let mut target = DatabaseTarget::of(call);
    target.hosted_by_default = true;
    for (name, source) in [("app", "--app"), ("remote", "--remote")] {
        if let Some(app) = value(&args, name) {
            target.typed(Part::Service, source, app);
        }
    }
    match verb.text() {
        "pg:reset" => add(call, effects, "heroku", Deed::destroy("reset", "the database"), verb.span, target),
        // What is there is replaced.
        "pg:push" | "pg:copy" | "pg:backups:restore" => {
            let object = "the database, which is replaced";
            add(call, effects, "heroku", Deed::destroy("reset", object), verb.span, target);
        }
        "redis:cli" => super::store::fed(call, target, effects),
        "pg:psql" | "psql" => {
            let mut client = Client { call, tool: "psql", dialect: Dialect::Postgres, target, given: false };
            client.feed(&args, &["command"], &["file"], effects);
        }
        _ => {}
    }
}

fn dropdb(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "h,host= p,port= U,username= maintenance-db=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let Some(name) = args.operands().first() else { return };
    let mut target = libpq(call, &args, None);
    target.typed(Part::Database, "argument", Template::of(name, name.text()));
    // Who becomes the server's own user, or throws others out, is most likely not on a machine of one's own.
    let plain =
        !args.has("force") && !args.has("f") && !args.has("username") && call.invocation.via.is_empty();
    let tool = if plain { "dropdb" } else { "dropdb --force" };
    add(call, effects, tool, Deed::destroy("drop", shown(Some(name))), name.span, target);
}

/// A role owns tables; PostgreSQL refuses while it does.
fn dropuser(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "h,host= p,port= U,username=", false);
    let Some(name) = args.operands().first() else { return };
    let mut target = libpq(call, &args, None);
    target.objects = vec![name.text().to_owned()];
    add(call, effects, "dropuser", Deed::destroy("drop-role", shown(Some(name))), name.span, target);
}

/// `pg_dropcluster 15 main`: all databases of a server of this machine.
fn dropcluster(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "stop", false);
    let [version, name, ..] = args.operands() else { return };
    let mut target = DatabaseTarget::of(call);
    target.typed(Part::Service, "argument", Template::of(name, name.text()));
    // Every database is gone, whatever this machine is.
    target.hosted_by_default = true;
    let object = format!("every database of the cluster {}/{}", version.text(), name.text());
    add(call, effects, "pg_dropcluster", Deed::destroy("drop", object), name.span, target);
}

/// `pg_resetwal -f`: what was not written to the tables yet is thrown away.
fn resetwal(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "D,pgdata= f,force n,dry-run", false);
    if args.has("dry-run") || !args.has("force") {
        return;
    }
    let target = DatabaseTarget { hosted_by_default: true, ..DatabaseTarget::of(call) };
    let deed = Deed::destroy("reset", "the log of what was written");
    add(call, effects, program, deed, call.invocation.span, target);
}

fn mysqladmin(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = without_password(call.invocation.args());
    let args = Args::read(&words, MYSQL, false);
    let operands = args.operands();
    if let [verb, name, ..] = operands
        && verb.text() == "drop"
    {
        let mut target = mysql_target(call, &args, None);
        target.typed(Part::Database, "argument", Template::of(name, name.text()));
        add(call, effects, "mysqladmin", Deed::destroy("drop", shown(Some(name))), name.span, target);
    }
}

fn pg_restore(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "c,clean C,create d,dbname= f,file= h,host= p,port= U,username= F,format= j,jobs= \
        L,use-list= n,schema= t,table= l,list s,schema-only a,data-only";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    // Without a database it writes the script to a file or to its output.
    if !args.has("dbname") || args.has("list") {
        return;
    }
    let target = libpq(call, &args, None);
    let dump = shown(args.operands().first());
    let deed = match args.has("clean") {
        true => Deed::destroy("drop", format!("what {dump} holds")),
        false => Deed::schema("restore", dump),
    };
    let last = args.span("clean").unwrap_or_else(|| span_at(call, &args, 0));
    add(call, effects, "pg_restore", deed, last, target);
}

/// What mends, rewinds or replaces the files of a server or the backups of one.
fn others(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    const OPTIONS: &str = "D,pgdata= m,mode= t,timeout= l,log= n,dry-run w,wait stanza= repo= type= h,host= o,overwrite-tables B,database= target= \
        target-pgdata= source-server= source-pgdata= c,config-file= d,dcs= f,force delta";
    let known = matches!(
        program,
        "pg_ctl"
            | "pg_ctlcluster"
            | "pg_rewind"
            | "pg_archivecleanup"
            | "pgbackrest"
            | "wal-g"
            | "patronictl"
            | "repmgr"
            | "rman"
            | "impdp"
            | "myloader"
            | "yii"
            | "cake"
            | "xata"
    );
    if !known {
        return false;
    }
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") || args.has("help") {
        return true;
    }
    let words = texts(&args);
    let place = args.value("pgdata").or(args.value("target-pgdata")).unwrap_or("the server");
    let deed = match (program, words.as_slice()) {
        ("pg_ctl", ["stop" | "restart", ..])
            if args.value("mode").is_some_and(|mode| mode.starts_with('i')) =>
        {
            // A directory of one's own is a server of one's own.
            if !place.starts_with("/var/") {
                return true;
            }
            Deed::destroy("shutdown", place)
        }
        ("pg_rewind", _) => Deed::destroy("reset", place),
        ("pg_archivecleanup", [_, _, ..]) => Deed::destroy("drop", "archived segments of the log"),
        ("pgbackrest", ["restore", ..]) => Deed::destroy("reset", "the files of the server"),
        ("wal-g", ["delete", "everything", ..]) => Deed::destroy("drop", "every backup"),
        ("patronictl", ["remove" | "reinit", name, ..]) => Deed::destroy("reset", *name),
        ("repmgr", ["node", "rejoin", ..]) if args.has("force-rewind") => Deed::destroy("reset", "this node"),
        ("rman", words) if words.iter().any(|word| super::input::says_drop(word)) => {
            Deed::destroy("drop", "the database or its backups")
        }
        ("rman", _) => match super::input::standard(call) {
            super::input::Input::Text(text)
                if super::input::says_drop(&text) || text.to_ascii_lowercase().contains("delete ") =>
            {
                Deed::destroy("drop", "backups")
            }
            _ => return true,
        },
        ("impdp", words)
            if words.iter().any(|word| {
                ["replace", "truncate"].iter().any(|action| {
                    word.to_ascii_lowercase().strip_prefix("table_exists_action=") == Some(action)
                })
            }) =>
        {
            Deed::destroy("drop", "the tables that the dump holds")
        }
        ("myloader", _) if args.has("overwrite-tables") => {
            Deed::destroy("drop", "the tables that the dump holds")
        }
        ("yii", ["migrate/fresh", ..]) => Deed::destroy("reset", "the database"),
        ("yii", ["migrate/down", "all", ..]) => Deed::destroy("reset", "every migration"),
        ("cake", ["migrations", "rollback", ..])
            if args.value("target").or(args.value("timeout")) == Some("0") =>
        {
            Deed::destroy("reset", "every migration")
        }
        ("xata", ["branch" | "database" | "table", "delete", ..]) => Deed::destroy("drop", "what it names"),
        _ => return true,
    };
    let mut target = DatabaseTarget { hosted_by_default: true, ..DatabaseTarget::of(call) };
    if let Some(host) = value(&args, "host") {
        target.typed(Part::Host, "--host", host);
    }
    add(call, effects, program, deed, call.invocation.span, target);
    true
}
