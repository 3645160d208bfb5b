//! Clients that are given SQL: psql, mysql, sqlite3 and their like.

use super::input::{self, Input};
use super::sql::{self, Dialect};
use super::{Args, Deed, Gaps, Part, Place, Template, add, shown, span_at, typed_flags, value};
use super::{DatabaseTarget, Format};
use crate::effect::{Call, Effect};
use crate::syntax::{Span, Word};

/// How deep files that run files are followed.
const MAX_INCLUDES: usize = 4;

/// Reads a SQL client; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "psql" | "pgcli" | "ysqlsh" => psql(program, call, effects),
        "mysql" | "mariadb" | "mycli" => mysql(program, call, effects),
        "sqlite3" | "litecli" | "duckdb" => sqlite(program, call, effects),
        "sqlcmd" => sqlcmd(call, effects),
        "clickhouse-client" => clickhouse(call, call.invocation.args(), effects),
        "clickhouse" => match call.invocation.args().split_first() {
            Some((verb, rest)) if verb.text() == "client" => clickhouse(call, rest, effects),
            _ => {}
        },
        "cqlsh" => cqlsh(call, effects),
        "cockroach" => cockroach(call, effects),
        "usql" => usql(call, effects),
        "dropdb" => dropdb(call, effects),
        "dropuser" => dropuser(call, effects),
        "pg_dropcluster" => dropcluster(call, effects),
        "pg_resetwal" | "pg_resetxlog" => resetwal(program, call, effects),
        "sqlplus" | "sqlcl" => sqlplus(program, call, effects),
        "mysqladmin" | "mariadb-admin" => mysqladmin(call, effects),
        "pg_restore" => pg_restore(call, effects),
        "heroku" => heroku(call, effects),
        _ => return false,
    }
    true
}

/// A call of a client: where it connects, and the texts that it is given.
pub(super) struct Client<'a> {
    /// The call.
    pub call: Call<'a>,
    /// What it is called.
    pub tool: &'a str,
    /// Whose SQL it is given.
    pub dialect: Dialect,
    /// Where it connects.
    pub target: DatabaseTarget,
    /// It was given something to run, and does not read what it is fed.
    pub given: bool,
}

impl Client<'_> {
    /// Text that the client runs.
    pub(super) fn text(&mut self, text: &str, span: Span, effects: &mut Vec<Effect>) {
        self.given = true;
        self.run(text, span, effects, 0);
    }

    /// A file that the client runs.
    pub(super) fn file(&mut self, word: &Word, name: &str, effects: &mut Vec<Effect>) {
        self.given = true;
        if name == "-" {
            return self.standard(effects);
        }
        let file = Word::literal(name, word.span);
        self.input(input::file(self.call, &file), word.span, effects, 0);
    }

    /// What it is fed, unless it was given something to run.
    pub(super) fn standard(&mut self, effects: &mut Vec<Effect>) {
        let span = match &self.call.invocation.stdin {
            crate::syntax::Feed::Text(word) | crate::syntax::Feed::File(word) => word.span,
            _ => self.call.invocation.span,
        };
        self.input(input::standard(self.call), span, effects, 0);
    }

    fn input(&mut self, input: Input, span: Span, effects: &mut Vec<Effect>, depth: usize) {
        match input {
            Input::Nothing => {}
            Input::Text(text) => self.run(&text, span, effects, depth),
            Input::Unknown(what) => self.add(Deed::schema("script", what), span, effects),
        }
    }

    fn run(&mut self, text: &str, span: Span, effects: &mut Vec<Effect>, depth: usize) {
        let reading = sql::read(text, self.dialect);
        if let Some(database) = &reading.database {
            let part = if database.contains("://") { Part::Address } else { Part::Database };
            let template = Template { text: database.clone(), ..Template::default() };
            self.target
                .typed
                .insert(0, super::Typed { part, named: super::Named { source: "\\c", text: template } });
        }
        // One finding for each kind of deed is enough: a dump drops hundreds of tables.
        for deed in reading.deeds {
            let known = |effect: &Effect| {
                effect.kind == deed.kind
                    && effect.attributes.iter().any(|(_, value)| *value == deed.operation.into())
                    && effect.span.end == span.end
            };
            if !effects.iter().any(known) {
                self.add(deed, span, effects);
            }
        }
        if reading.unknown {
            self.add(Deed::schema("script", "a statement that is only known when it runs"), span, effects);
        }
        for name in reading.includes.iter().filter(|_| depth < MAX_INCLUDES) {
            let file = Word::literal(name.as_str(), span);
            self.input(input::file(self.call, &file), span, effects, depth + 1);
        }
    }

    fn add(&self, deed: Deed, span: Span, effects: &mut Vec<Effect>) {
        add(self.call, effects, self.tool, deed, span, self.target.clone());
    }
}

const PSQL: &str = "c,command= d,dbname= f,file= h,host= p,port= U,username= v,set= v,variable= o,output= \
        L,log-file= F,field-separator= R,record-separator= P,pset= T,table-attr=";

/// What every program of PostgreSQL's own reads of where to connect.
fn libpq(call: Call<'_>, args: &Args<'_>, database: Option<&&Word>) -> DatabaseTarget {
    let mut target = DatabaseTarget::of(call);
    typed_flags(
        &mut target,
        args,
        &[
            ("dbname", "--dbname", Part::Address),
            ("host", "--host", Part::Host),
            ("username", "--username", Part::User),
        ],
    );
    if let Some(word) = database {
        target.typed(Part::Address, "argument", Template::of(word, word.text()));
    }
    target.gaps = Gaps::Postgres;
    target.local_by_default = true;
    target
}

fn psql(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), PSQL, false);
    let operands = args.operands();
    let at = usize::from(args.has("dbname"));
    let mut target = libpq(call, &args, operands.first().filter(|_| at == 0));
    if let Some(user) = operands.get(1 - at) {
        target.typed(Part::User, "argument", Template::of(user, user.text()));
    }
    let mut client = Client { call, tool: program, dialect: Dialect::Postgres, target, given: false };
    for flag in args.all("command") {
        client.text(flag.value.unwrap_or_default(), flag.word.span, effects);
    }
    for flag in args.all("file") {
        client.file(flag.word, flag.value.unwrap_or_default(), effects);
    }
    if !client.given && !args.has("list") {
        client.standard(effects);
    }
}

const MYSQL: &str = "e,execute= h,host= P,port= u,user= D,database= S,socket= password defaults-file= \
        defaults-extra-file= defaults-group-suffix= login-path= protocol= default-character-set= \
        ssl-ca=";

fn mysql_target(call: Call<'_>, args: &Args<'_>, database: Option<&&Word>) -> DatabaseTarget {
    let mut target = DatabaseTarget::of(call);
    typed_flags(
        &mut target,
        args,
        &[
            ("host", "--host", Part::Host),
            ("user", "--user", Part::User),
            ("database", "--database", Part::Database),
            ("socket", "--socket", Part::Socket),
            ("login-path", "--login-path", Part::Service),
            ("defaults-group-suffix", "--defaults-group-suffix", Part::Service),
        ],
    );
    if let Some(word) = database {
        target.typed(Part::Address, "argument", Template::of(word, word.text()));
    }
    let named = ["defaults-file", "defaults-extra-file"].into_iter().filter_map(|name| args.value(name));
    let paths: Vec<String> = named.map(str::to_owned).chain(["~/.my.cnf".to_owned()]).collect();
    target.places.push(Place::File { paths, format: Format::ClientOptions });
    target.gaps = Gaps::MySql;
    target.local_by_default = true;
    target
}

/// The words without `-psecret`, which would be read as letters of their own.
fn without_password(words: &[Word]) -> Vec<Word> {
    let attached = |word: &&Word| !(word.text().starts_with("-p") && word.text().len() > 2);
    words.iter().filter(attached).cloned().collect()
}

fn mysql(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = without_password(call.invocation.args());
    let args = Args::read(&words, MYSQL, false);
    let target = mysql_target(call, &args, args.operands().first());
    let mut client = Client { call, tool: program, dialect: Dialect::MySql, target, given: false };
    for flag in args.all("execute") {
        client.text(flag.value.unwrap_or_default(), flag.word.span, effects);
    }
    if !client.given {
        client.standard(effects);
    }
}

fn sqlite(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "-cmd= -init= -separator= -nullvalue= -readonly -batch -header -csv -json -line -column \
        -bail c=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("readonly") {
        return;
    }
    let operands = args.operands();
    let statements = operands.get(1..).unwrap_or_default();
    let mut target = DatabaseTarget::of(call);
    match operands.first() {
        Some(file) => target.typed(Part::File, "argument", Template::of(file, file.text())),
        // Without a file it is in memory, with what it attaches.
        None => {
            let texts = args.all("cmd").chain(args.all("c")).filter_map(|flag| flag.value);
            let Some(address) = texts.filter_map(attached).next() else { return };
            target.typed(
                Part::Address,
                "ATTACH",
                Template { text: address.to_owned(), ..Template::default() },
            );
        }
    }
    let mut client = Client { call, tool: program, dialect: Dialect::Sqlite, target, given: false };
    for flag in args.all("cmd").chain(args.all("c")) {
        client.text(flag.value.unwrap_or_default(), flag.word.span, effects);
    }
    for word in statements {
        client.text(word.text(), word.span, effects);
    }
    if statements.is_empty() {
        client.standard(effects);
    }
}

/// The address in `ATTACH 'postgres:host=…'`.
fn attached(text: &str) -> Option<&str> {
    let at = text.to_ascii_uppercase().find("ATTACH '")?;
    let address = text.get(at + "ATTACH '".len()..)?.split('\'').next()?;
    Some(address.strip_prefix("postgres:").or(address.strip_prefix("mysql:")).unwrap_or(address))
}

/// A client whose address is in flags, and whose SQL is in flags, files and standard input.
struct Flags {
    options: &'static str,
    typed: &'static [(&'static str, &'static str, Part)],
    texts: &'static [&'static str],
    files: &'static [&'static str],
    dialect: Dialect,
    tool: &'static str,
}

fn by_flags(flags: &Flags, call: Call<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    let args = Args::read(words, flags.options, false);
    let mut target = DatabaseTarget::of(call);
    typed_flags(&mut target, &args, flags.typed);
    target.local_by_default = true;
    let mut client = Client { call, tool: flags.tool, dialect: flags.dialect, target, given: false };
    for name in flags.texts {
        for flag in args.all(name) {
            client.text(flag.value.unwrap_or_default(), flag.word.span, effects);
        }
    }
    for name in flags.files {
        for flag in args.all(name) {
            client.file(flag.word, flag.value.unwrap_or_default(), effects);
        }
    }
    if !client.given {
        client.standard(effects);
    }
}

fn sqlcmd(call: Call<'_>, effects: &mut Vec<Effect>) {
    const FLAGS: Flags = Flags {
        options: "S,server= d,database-name= U,user-name= P,password= Q,query= q,initial-query= \
        i,input-file= o,output-file= v,variables=",
        typed: &[("S", "-S", Part::Host), ("d", "-d", Part::Database), ("U", "-U", Part::User)],
        texts: &["Q", "q"],
        files: &["i"],
        dialect: Dialect::MsSql,
        tool: "sqlcmd",
    };
    by_flags(&FLAGS, call, call.invocation.args(), effects);
}

fn clickhouse(call: Call<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    const FLAGS: Flags = Flags {
        options: "h,host= d,database= u,user= q,query= queries-file= password= port= connection=",
        typed: &[
            ("host", "--host", Part::Host),
            ("database", "--database", Part::Database),
            ("user", "--user", Part::User),
            ("connection", "--connection", Part::Service),
        ],
        texts: &["query"],
        files: &["queries-file"],
        dialect: Dialect::ClickHouse,
        tool: "clickhouse-client",
    };
    by_flags(&FLAGS, call, words, effects);
}

fn cqlsh(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "e,execute= f,file= k,keyspace= u,username= p,password=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let mut target = DatabaseTarget::of(call);
    if let Some(host) = args.operands().first() {
        target.typed(Part::Host, "argument", Template::of(host, host.text()));
    }
    if let Some(keyspace) = value(&args, "keyspace") {
        target.typed(Part::Database, "--keyspace", keyspace);
    }
    target.local_by_default = true;
    let mut client = Client { call, tool: "cqlsh", dialect: Dialect::Other, target, given: false };
    for flag in args.all("execute") {
        client.text(flag.value.unwrap_or_default(), flag.word.span, effects);
    }
    for flag in args.all("file") {
        client.file(flag.word, flag.value.unwrap_or_default(), effects);
    }
    if !client.given {
        client.standard(effects);
    }
}

fn cockroach(call: Call<'_>, effects: &mut Vec<Effect>) {
    const FLAGS: Flags = Flags {
        options: "e,execute= f,file= d,database= u,user= url= host=",
        typed: &[
            ("url", "--url", Part::Address),
            ("host", "--host", Part::Host),
            ("database", "--database", Part::Database),
            ("user", "--user", Part::User),
        ],
        texts: &["execute"],
        files: &["file"],
        dialect: Dialect::Postgres,
        tool: "cockroach",
    };
    if let Some((word, rest)) = call.invocation.args().split_first()
        && word.text() == "sql"
    {
        by_flags(&FLAGS, call, rest, effects);
    }
}

fn usql(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), PSQL, false);
    let mut target = DatabaseTarget::of(call);
    if let Some(address) = args.operands().first() {
        target.typed(Part::Address, "argument", Template::of(address, address.text()));
    }
    let mut client = Client { call, tool: "usql", dialect: Dialect::Postgres, target, given: false };
    for flag in args.all("command") {
        client.text(flag.value.unwrap_or_default(), flag.word.span, effects);
    }
    for flag in args.all("file") {
        client.file(flag.word, flag.value.unwrap_or_default(), effects);
    }
    if !client.given {
        client.standard(effects);
    }
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
        "pg:psql" => {
            let mut client = Client { call, tool: "psql", dialect: Dialect::Postgres, target, given: false };
            for flag in args.all("command") {
                client.text(flag.value.unwrap_or_default(), flag.word.span, effects);
            }
            for flag in args.all("file") {
                client.file(flag.word, flag.value.unwrap_or_default(), effects);
            }
            if !client.given {
                client.standard(effects);
            }
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
    add(call, effects, "dropdb", Deed::destroy("drop", shown(Some(name))), name.span, target);
}

/// A role owns tables; PostgreSQL refuses while it does.
fn dropuser(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "h,host= p,port= U,username=", false);
    let Some(name) = args.operands().first() else { return };
    let target = libpq(call, &args, None);
    add(call, effects, "dropuser", Deed::destroy("delete", shown(Some(name))), name.span, target);
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

/// `sqlplus user/password@service @script.sql`.
fn sqlplus(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "S L M= R= C=", false);
    let mut target = DatabaseTarget::of(call);
    let service = args.operands().first().and_then(|word| Some((word, word.text().rsplit_once('@')?.1)));
    if let Some((word, name)) = service.filter(|(word, _)| !word.text().starts_with('@')) {
        target.typed(Part::Service, "argument", Template::of(word, name));
        target.hosted_by_default = true;
    }
    let mut client = Client { call, tool: program, dialect: Dialect::Other, target, given: false };
    for word in args.operands() {
        if let Some(script) = word.text().strip_prefix('@') {
            client.file(word, script.trim_start_matches('@'), effects);
        }
    }
    if !client.given {
        client.standard(effects);
    }
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
