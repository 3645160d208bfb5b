//! Clients that are given SQL: psql, mysql, sqlite3 and their like.

use super::input::{self, Input};
use super::sql::{self, Dialect};
use super::{Args, DatabaseTarget, Deed, Format, Gaps, Part, Place, Template, add, typed_flags};
use super::{Named, Typed};
use crate::effect::{Call, Effect};
use crate::syntax::{Span, Word};

/// How deep files that run files are followed.
const MAX_INCLUDES: usize = 4;

/// Reads a SQL client; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "psql" | "pgcli" | "ysqlsh" | "vsql" | "gsql" => psql(program, call, effects),
        "mysql" | "mariadb" | "mycli" | "mysqlsh" => mysql(program, call, effects),
        "sqlite3" | "litecli" | "duckdb" => sqlite(program, call, effects),
        "sqlplus" | "sqlcl" | "sql" => sqlplus(program, call, effects),
        "db2" => db2(call, effects),
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

    /// What flags give it, or else what it is fed.
    pub(super) fn feed(
        &mut self,
        args: &Args<'_>,
        texts: &[&str],
        files: &[&str],
        effects: &mut Vec<Effect>,
    ) {
        for flag in texts.iter().flat_map(|name| args.all(name)) {
            self.text(flag.value.unwrap_or_default(), flag.word.span, effects);
        }
        for flag in files.iter().flat_map(|name| args.all(name)) {
            self.file(flag.word, flag.value.unwrap_or_default(), effects);
        }
        if !self.given {
            self.standard(effects);
        }
    }

    fn input(&mut self, input: Input, span: Span, effects: &mut Vec<Effect>, depth: usize) {
        match input {
            Input::Nothing => {}
            Input::Text(text) => self.run(&text, span, effects, depth),
            Input::Unknown(what) => self.add(input::script(what), span, effects),
        }
    }

    fn run(&mut self, text: &str, span: Span, effects: &mut Vec<Effect>, depth: usize) {
        // `COPY users TO PROGRAM 'curl …'`: the server hands what it holds to a program.
        if let Some(at) = text.to_ascii_lowercase().find("to program") {
            let command = text.get(at..).and_then(|rest| crate::syntax::literals(rest).next());
            if let Some(command) = command {
                crate::effect::transfer::handed_to_program(command.text, span, effects);
            }
        }
        // `UNLOAD ('…') TO 's3://…'`, `COPY INTO 's3://…' FROM users`: the server writes it to a store.
        let begins = text.trim_start().to_ascii_lowercase();
        if begins.starts_with("unload")
            || begins.starts_with("copy into '")
            || begins.starts_with("export data")
        {
            for literal in
                crate::syntax::literals(text).take(4).filter(|literal| literal.text.contains("://"))
            {
                crate::effect::transfer::exported(self.tool, literal.text, span, effects);
            }
        }
        // `INSERT INTO FUNCTION url('https://…')`: what is selected is sent there.
        if let Some(at) = text.to_ascii_lowercase().find("into function url(")
            && let Some(address) = text.get(at..).and_then(|rest| crate::syntax::literals(rest).next())
        {
            crate::effect::transfer::handed_to_program(&format!("curl {}", address.text), span, effects);
        }
        let reading = sql::read(text, self.dialect);
        if let Some(database) = &reading.database {
            let part = if database.contains("://") { Part::Address } else { Part::Database };
            let text = Template::text(database);
            self.target.typed.insert(0, Typed { part, named: Named { source: "\\c", text } });
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
        let mut target = self.target.clone();
        if deed.whole {
            // `DROP DATABASE name` acts on what it names, whatever it is connected to.
            let named = Template::text(&deed.object);
            target.typed.insert(
                0,
                Typed { part: Part::Database, named: Named { source: "the statement", text: named } },
            );
        }
        target.objects = deed.object.split(", ").map(str::to_owned).collect();
        add(self.call, effects, self.tool, deed, span, target);
    }
}

/// The options of psql.
pub(super) const PSQL: &str = "c,command= d,dbname= f,file= h,host= p,port= U,username= v,set= v,variable= o,output= \
        L,log-file= F,field-separator= R,record-separator= P,pset= T,table-attr=";

/// What every program of PostgreSQL's own reads of where to connect.
pub(super) fn libpq(call: Call<'_>, args: &Args<'_>, database: Option<&&Word>) -> DatabaseTarget {
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
    // Of psql itself `-e` only shows what is sent.
    let runs =
        if program == "pgcli" { "e,execute= h,host= p,port= U,username= u,user= d,dbname=" } else { PSQL };
    let args = Args::read(call.invocation.args(), runs, false);
    let operands = args.operands();
    let at = usize::from(args.has("dbname"));
    let mut target = libpq(call, &args, operands.first().filter(|_| at == 0));
    if let Some(user) = operands.get(1 - at) {
        target.typed(Part::User, "argument", Template::of(user, user.text()));
    }
    let mut client = Client { call, tool: program, dialect: Dialect::Postgres, target, given: false };
    if !args.has("list") {
        client.feed(&args, &["command", "execute"], &["file"], effects);
    }
}

/// The options of mysql.
pub(super) const MYSQL: &str = "e,execute= h,host= P,port= u,user= D,database= S,socket= password defaults-file= \
        defaults-extra-file= defaults-group-suffix= login-path= protocol= default-character-set= \
        ssl-ca=";

/// What every program of MySQL's own reads of where to connect.
pub(super) fn mysql_target(call: Call<'_>, args: &Args<'_>, database: Option<&&Word>) -> DatabaseTarget {
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
    let given = args.value("defaults-file").or(args.value("defaults-extra-file"));
    super::missing_file(&mut target, call, "--defaults-file", given);
    target.places.push(Place::File { paths, format: Format::ClientOptions });
    target.gaps = Gaps::MySql;
    target.local_by_default = true;
    target
}

/// The words without `-psecret`, which would be read as letters of their own.
pub(super) fn without_password(words: &[Word]) -> Vec<Word> {
    let attached = |word: &&Word| !(word.text().starts_with("-p") && word.text().len() > 2);
    words.iter().filter(attached).cloned().collect()
}

fn mysql(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = without_password(call.invocation.args());
    let args = Args::read(&words, MYSQL, false);
    let target = mysql_target(call, &args, args.operands().first());
    // The shell of MySQL also speaks JavaScript and Python.
    if program == "mysqlsh" && ["js", "javascript", "py", "python"].iter().any(|name| args.has(name)) {
        for deed in super::code::deeds(args.value("execute").unwrap_or_default()) {
            add(call, effects, program, deed, call.invocation.span, target.clone());
        }
        return;
    }
    let mut client = Client { call, tool: program, dialect: Dialect::MySql, target, given: false };
    client.feed(&args, &["execute"], &[], effects);
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
            target.typed(Part::Address, "ATTACH", Template::text(address));
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

/// `sqlplus user/password@service @script.sql`.
fn sqlplus(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "S L M= R= C=", false);
    let mut target = DatabaseTarget::of(call);
    let service = args.operands().first().and_then(|word| Some((word, word.text().rsplit_once('@')?.1)));
    if let Some((word, name)) = service.filter(|(word, _)| !word.text().starts_with('@')) {
        target.typed(Part::Service, "argument", Template::of(word, name));
        target.hosted_by_default = true;
    }
    // Who is the administrator is at the server itself.
    target.hosted_by_default |= args.operands().iter().any(|word| word.text().eq_ignore_ascii_case("sysdba"));
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

/// `db2 DROP DATABASE shop`, `db2 -tvf script.sql`.
fn db2(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "f= l= r= z= d=", false);
    let target = DatabaseTarget { local_by_default: true, ..DatabaseTarget::of(call) };
    let mut client = Client { call, tool: "db2", dialect: Dialect::Other, target, given: false };
    // A connection lasts from one call to the next.
    for made in super::target::before(call).filter(|made| made.program() == "db2") {
        let said = made.args().iter().map(Word::text).collect::<Vec<_>>().join(" ");
        if let Some(name) = sql::read(&said, Dialect::Other).database {
            client.target.typed.insert(
                0,
                Typed {
                    part: Part::Database,
                    named: Named { source: "db2 connect", text: Template::text(&name) },
                },
            );
        }
    }
    let words: Vec<&str> = args.operands().iter().map(|word| word.text()).collect();
    if !words.is_empty() {
        client.text(&words.join(" "), call.invocation.span, effects);
    }
    client.feed(&args, &[], &["f"], effects);
}
