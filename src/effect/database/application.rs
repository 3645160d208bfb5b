//! Consoles of applications that keep a database of their own (Frappe, Moodle, GitLab, Odoo), tools that make a
//! database equal to a file (SqlPackage, psqldef, Ridgepole), and the cmdlets of PowerShell for SQL Server.

use super::client::Client;
use super::input;
use super::sql::Dialect;
use super::{Args, DatabaseTarget, Deed, Named, Part, Template, add, code, texts, typed_flags, value};
use crate::effect::{Call, Effect};
use crate::syntax::Word;

/// Reads such a program; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "bench" => bench(call, effects),
        "gitlab-rails" => gitlab(call, effects),
        "psqldef" | "mysqldef" | "mssqldef" | "sqlite3def" | "ridgepole" => equalled(program, call, effects),
        "sqlpackage" | "SqlPackage" | "sqlpackage.exe" | "SqlPackage.exe" => package(call, effects),
        "Invoke-Sqlcmd"
        | "Invoke-SqlCmd"
        | "invoke-sqlcmd"
        | "Invoke-DbaQuery"
        | "Invoke-Sqlcmd2"
        | "Invoke-SqlNotebook"
        | "Restore-DbaDatabase"
        | "Restore-SqlDatabase"
        | "Write-SqlTableData" => {
            cmdlet(program, call, effects);
        }
        "moosh"
        | "click-odoo-dropdb"
        | "odoo"
        | "odoo-bin"
        | "pinot-admin.sh"
        | "gremlin"
        | "gremlin.sh"
        | "gbak"
        | "gfix"
        | "cbbackupmgr"
        | "influxd-ctl"
        | "elasticsearch-node"
        | "elasticsearch-shard"
        | "rpk"
        | "pulsar-admin"
        | "sanity"
        | "directus"
        | "post" => {
            other(program, call, effects);
        }
        _ => return false,
    }
    // What else is known of these two is known elsewhere.
    !matches!(program, "rpk" | "pulsar-admin")
}

/// `bench --site erp.acme.com reinstall`: Frappe and ERPNext.
fn bench(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "site= e,execute= args= kwargs= mariadb-root-password= db-root-password= admin-password= \
        db-root-username= mariadb-root-username= root-password= root-login= archived-sites-path= with-public-files= \
        with-private-files= y,yes force no-backup dry-run";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") {
        return;
    }
    let words = texts(&args);
    let fed = || input::standard(call).text();
    let sql = |text: &str| super::sql::read(text, Dialect::MySql).deeds;
    let deeds = match words.as_slice() {
        ["reinstall", ..] => vec![Deed::destroy("reset", "the site with everything in it")],
        ["drop-site", ..] => vec![Deed::destroy("drop", "the site with everything in it")],
        ["restore" | "partial-restore", ..] => vec![Deed::destroy("reset", "the site, which is replaced")],
        ["trim-database" | "trim-tables", ..] => {
            vec![Deed::destroy("drop", "tables and columns of the site")]
        }
        ["uninstall-app" | "remove-app", name, ..] => {
            vec![Deed::destroy("drop", format!("{name} with its documents"))]
        }
        ["mariadb" | "postgres" | "db-console", rest @ ..] => {
            sql(&[args.value("execute").unwrap_or_default(), &rest.join(" "), &fed()].join("\n"))
        }
        ["execute", function, ..] if input::says_drop(&function.replace(['_', '.'], " ")) => {
            vec![Deed::destroy("truncate", *function)]
        }
        ["console", ..] => code::deeds(&fed()),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    let named = args.operands().get(1).filter(|_| words.first() == Some(&"drop-site"));
    let site = value(&args, "site").or_else(|| named.map(|word| Template::of(word, word.text())));
    match site {
        // Names that no resolver of the internet knows.
        Some(site) if [".local", ".localhost", ".test"].iter().any(|end| site.text.ends_with(end)) => {
            target.typed(Part::Host, "--site", Template::text("localhost"));
        }
        Some(site) if site.text != "all" => target.typed(Part::Host, "--site", site),
        _ => target.hosted_by_default = true,
    }
    for deed in deeds {
        add(call, effects, "bench", deed, call.invocation.span, target.clone());
    }
}

/// `gitlab-rails runner '…'`: an installed GitLab is one that people use.
fn gitlab(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "e,environment=", false);
    let fed = || input::standard(call).text();
    let deeds = match texts(&args).as_slice() {
        ["runner" | "r", text, ..] => code::deeds(text),
        ["console" | "c", ..] => code::deeds(&fed()),
        ["dbconsole" | "db", ..] => super::sql::read(&fed(), Dialect::Postgres).deeds,
        _ => return,
    };
    let mut target = DatabaseTarget { hosted_by_default: true, ..DatabaseTarget::of(call) };
    target.environment = value(&args, "environment").map(|text| Named { source: "-e", text });
    for deed in deeds {
        add(call, effects, "gitlab-rails", deed, call.invocation.span, target.clone());
    }
}

/// `psqldef -h host app --enable-drop < schema.sql`, `ridgepole --apply --drop-table`: what the file does not hold goes.
fn equalled(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "h,host= p,port= U,user= u= W,password= f,file= c,config= E,env= a,apply t,tables=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let given = |names: &[&str]| names.iter().any(|name| args.has(name));
    if given(&["dry-run", "export", "help"]) || program == "ridgepole" && !args.has("apply") {
        return;
    }
    let drops = given(&["enable-drop", "enable-drop-table", "drop-table", "allow-drop-table"]);
    let deed = match drops {
        true => Deed::destroy("drop", "what the file does not hold"),
        false => Deed::schema("migrate", ""),
    };
    let mut target = DatabaseTarget::of(call);
    typed_flags(&mut target, &args, &[("host", "--host", Part::Host), ("user", "--user", Part::User)]);
    if program == "ridgepole" {
        target.default_environment = Some("development");
        target.environment = value(&args, "env").map(|text| Named { source: "-E", text });
        if let Some(config) = value(&args, "config").filter(|text| text.text.contains("://")) {
            target.typed(Part::Address, "--config", config);
        }
    } else if let Some(word) = args.operands().first() {
        target.typed(Part::Database, "argument", Template::of(word, word.text()));
    }
    target.local_by_default = true;
    add(call, effects, program, deed, call.invocation.span, target);
}

/// `sqlpackage /Action:Publish /TargetServerName:… /p:DropObjectsNotInSource=True`.
fn package(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let option = |names: &[&str]| {
        words.iter().find_map(|word| {
            let (name, text) = word.text().strip_prefix('/')?.split_once(':')?;
            names.iter().any(|known| name.eq_ignore_ascii_case(known)).then_some((word, text))
        })
    };
    let action = option(&["action", "a"]).map_or(String::new(), |(_, text)| text.to_ascii_lowercase());
    let allows = |what: &str| words.iter().any(|word| word.text().to_ascii_lowercase().contains(what));
    let deed = match action.as_str() {
        "publish"
            if allows("dropobjectsnotinsource=true")
                || allows("blockonpossibledataloss=false")
                || allows("createnewdatabase=true") =>
        {
            Deed::destroy("drop", "what the package does not hold")
        }
        "publish" => Deed::schema("migrate", "the package"),
        "import" => Deed::schema("restore", "the package"),
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    for (names, part) in [
        (["targetconnectionstring", "tcs"], Part::Address),
        (["targetservername", "tsn"], Part::Host),
        (["targetdatabasename", "tdn"], Part::Database),
    ] {
        if let Some((word, text)) = option(&names) {
            target.typed(part, "an option", Template::of(word, text.trim_matches(['"', '\''])));
        }
    }
    target.local_by_default = true;
    add(call, effects, "sqlpackage", deed, call.invocation.span, target);
}

/// `Invoke-Sqlcmd -ServerInstance … -Query …`; names of options heed no case.
fn cmdlet(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let option = |names: &[&str]| -> Option<&Word> {
        let at = words.iter().position(|word| {
            let name = word.text().strip_prefix('-').unwrap_or_default();
            names.iter().any(|known| name.eq_ignore_ascii_case(known))
        })?;
        words.get(at + 1)
    };
    let mut target = DatabaseTarget::of(call);
    for (names, part) in [
        (&["connectionstring"][..], Part::Address),
        (&["serverinstance", "sqlinstance"], Part::Host),
        (&["database"], Part::Database),
        (&["username"], Part::User),
    ] {
        if let Some(word) = option(names) {
            target.typed(part, "an option", Template::of(word, word.text()));
        }
    }
    target.local_by_default = true;
    let given = |name: &str| words.iter().any(|word| word.text().eq_ignore_ascii_case(name));
    match program {
        "Restore-DbaDatabase" if given("-withreplace") => {
            let deed = Deed::destroy("reset", "the database, which is replaced");
            add(call, effects, program, deed, call.invocation.span, target);
        }
        "Restore-SqlDatabase" if given("-replacedatabase") => {
            let deed = Deed::destroy("reset", "the database, which is replaced");
            add(call, effects, program, deed, call.invocation.span, target);
        }
        "Write-SqlTableData" => {
            let deed = Deed::destroy("update", "rows of a table");
            add(call, effects, program, deed, call.invocation.span, target);
        }
        _ => {
            let mut client = Client { call, tool: program, dialect: Dialect::MsSql, target, given: false };
            if let Some(word) = option(&["query", "q"]) {
                client.text(word.text(), word.span, effects);
            }
            if let Some(word) = option(&["inputfile", "file"]) {
                client.file(word, word.text(), effects);
            }
        }
    }
}

/// What is left: a verb that takes away, and a name that says what.
fn other(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "n,no-user-check d,database= c,cluster= C= e= host= -host= brokers= r,repo= s= set= p= \
        archive= P= tableName= i= yes force replace f";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let said = call.invocation.args().iter().map(Word::text).collect::<Vec<_>>();
    let says = |text: &str| said.contains(&text);
    let tells = |text: &str| said.iter().any(|word| word.contains(text));
    if ["dry-run", "help", "dryRun"].iter().any(|name| args.has(name)) {
        return;
    }
    let mut local = false;
    let (operation, object) = match (program, words.as_slice()) {
        ("moosh", [verb, ..]) if verb.ends_with("-delete") => {
            ("drop", "what it names, with what was handed in")
        }
        ("click-odoo-dropdb", [_, ..]) | ("odoo" | "odoo-bin", ["db", "drop", ..]) => {
            local = true;
            ("drop", "the database")
        }
        ("pinot-admin.sh", [verb, ..]) if verb.starts_with("Delete") => ("drop", "what it names"),
        ("gremlin" | "gremlin.sh", _) if tells(".drop()") => {
            local = true;
            ("delete-all", "what the steps find")
        }
        ("gbak", [.., _]) if tells("-rep") || tells("-REP") || says("overwrite") => {
            local = true;
            ("reset", "the database, which is replaced")
        }
        ("gfix", [.., _]) if says("-shut") || says("-mend") => {
            local = true;
            ("shutdown", "the database")
        }
        ("cbbackupmgr", ["remove", ..]) => ("drop", "backups"),
        ("cbbackupmgr", ["restore", ..]) if args.has("force-updates") => ("reset", "newer documents"),
        ("influxd-ctl", ["remove-data" | "kill-copy-shard" | "remove-shard", ..]) => {
            ("drop", "data of a node")
        }
        (
            "elasticsearch-node",
            ["unsafe-bootstrap" | "detach-cluster" | "repurpose" | "override-version", ..],
        )
        | ("elasticsearch-shard", ["remove-corrupted-data", ..]) => ("drop", "what is not on this node"),
        ("rpk", ["topic", "alter-config", ..])
            if tells("retention.ms=") || tells("retention.bytes=") || tells("cleanup.policy=delete") =>
        {
            ("configure", "how long records are kept")
        }
        ("pulsar-admin", ["topics" | "namespaces", "skip-all" | "clear-backlog" | "unsubscribe", ..]) => {
            ("delete-all", "messages that wait")
        }
        ("sanity", ["dataset", "import", ..]) if args.has("replace") => {
            ("rebuild", "documents of the data set")
        }
        ("directus", ["schema", "apply", ..]) if args.has("yes") => {
            ("drop-column", "what the file does not hold")
        }
        ("post", _) if tells("<delete") || tells("\"delete\"") => {
            let all = tells("*:*");
            (if all { "delete-all" } else { "delete" }, "documents of the collection")
        }
        _ => return,
    };
    let mut target =
        DatabaseTarget { local_by_default: local, hosted_by_default: !local, ..DatabaseTarget::of(call) };
    typed_flags(
        &mut target,
        &args,
        &[
            ("host", "--host", Part::Host),
            ("-host", "-host", Part::Host),
            ("cluster", "--cluster", Part::Host),
            ("brokers", "--brokers", Part::Address),
            ("database", "--database", Part::Database),
        ],
    );
    for word in args.operands().iter().skip(usize::from(!local)).take(6) {
        // `fb-prod:/data/crm.fdb`: the host stands before the file.
        match word.text().split_once(":/") {
            Some((host, _)) if local => target.typed(Part::Host, "argument", Template::of(word, host)),
            _ => target.typed(Part::Service, "argument", Template::of(word, word.text())),
        }
    }
    add(call, effects, program, Deed::destroy(operation, object), call.invocation.span, target);
}
