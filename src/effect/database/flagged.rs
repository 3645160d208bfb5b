//! SQL clients that are told everything by flags: sqlcmd, clickhouse-client, trino, hive and their like.

use super::client::{Client, PSQL};
use super::sql::Dialect;
use super::{Args, DatabaseTarget, Format, Part, Place, Template, typed_flags};
use crate::effect::{Call, Effect};

/// A client whose address is in flags, and whose SQL is in flags, files and standard input.
struct Flags {
    options: &'static str,
    typed: &'static [(&'static str, &'static str, Part)],
    /// What the first operand says.
    operand: Option<Part>,
    texts: &'static [&'static str],
    files: &'static [&'static str],
    dialect: Dialect,
    /// Where no server is named it is one on this machine.
    here: bool,
    /// What it is called in messages.
    tool: &'static str,
}

const SQLCMD: Flags = Flags {
    options: "S,server= d,database-name= U,user-name= P,password= Q,query= q,initial-query= i,input-file= \
        o,output-file= v,variables=",
    typed: &[("S", "-S", Part::Host), ("d", "-d", Part::Database), ("U", "-U", Part::User)],
    operand: None,
    texts: &["Q", "q"],
    files: &["i"],
    dialect: Dialect::MsSql,
    here: true,
    tool: "sqlcmd",
};

const CQLSH: Flags = Flags {
    options: "e,execute= f,file= k,keyspace= u,username= p,password= connect-timeout= request-timeout=",
    typed: &[("keyspace", "--keyspace", Part::Database)],
    operand: Some(Part::Host),
    texts: &["execute"],
    files: &["file"],
    dialect: Dialect::Other,
    here: true,
    tool: "cqlsh",
};

const CLICKHOUSE: Flags = Flags {
    options: "h,host= d,database= u,user= q,query= queries-file= password= port= connection=",
    typed: &[
        ("host", "--host", Part::Host),
        ("database", "--database", Part::Database),
        ("user", "--user", Part::User),
        ("connection", "--connection", Part::Service),
    ],
    operand: None,
    texts: &["query"],
    files: &["queries-file"],
    dialect: Dialect::ClickHouse,
    here: true,
    tool: "clickhouse-client",
};

const COCKROACH: Flags = Flags {
    options: "e,execute= f,file= d,database= u,user= url= host= certs-dir=",
    typed: &[
        ("url", "--url", Part::Address),
        ("host", "--host", Part::Host),
        ("database", "--database", Part::Database),
        ("user", "--user", Part::User),
    ],
    operand: None,
    texts: &["execute"],
    files: &["file"],
    dialect: Dialect::Postgres,
    here: true,
    tool: "cockroach",
};

const USQL: Flags = Flags {
    options: PSQL,
    typed: &[],
    operand: Some(Part::Address),
    texts: &["command"],
    files: &["file"],
    dialect: Dialect::Postgres,
    here: true,
    tool: "usql",
};

/// Engines over the files of a warehouse, which is nobody's own machine.
const WAREHOUSE: Flags = Flags {
    options: "e= f,file= q,query= u= n= p= i,impalad= d,database= execute= server= catalog= schema= S,silent \
        hiveconf= hivevar= master= name= conf= user=",
    typed: &[
        ("u", "-u", Part::Address),
        ("impalad", "--impalad", Part::Host),
        ("server", "--server", Part::Host),
        ("database", "--database", Part::Database),
        ("schema", "--schema", Part::Database),
    ],
    operand: None,
    texts: &["e", "execute", "query"],
    files: &["file"],
    dialect: Dialect::Other,
    here: false,
    tool: "hive",
};

/// Clients of databases of companies, whose server and statement are named alike.
const ENTERPRISE: Flags = Flags {
    options: "n= h= d= u= U= p= P= i= I= q,query= c= o= f,file= k= host= port= db= database=",
    typed: &[
        ("n", "-n", Part::Host),
        ("h", "-h", Part::Host),
        ("host", "--host", Part::Host),
        ("d", "-d", Part::Database),
        ("database", "--database", Part::Database),
    ],
    operand: None,
    texts: &["query", "c"],
    files: &["file", "I"],
    dialect: Dialect::Other,
    here: true,
    tool: "the client",
};

const FIREBIRD: Flags = Flags {
    options: "u,user= p,password= i,input= r,role= s,sqldialect= ch= q,quiet",
    typed: &[("user", "-u", Part::User)],
    operand: Some(Part::Host),
    texts: &[],
    files: &["input"],
    dialect: Dialect::Other,
    here: true,
    tool: "isql-fb",
};

const KSQL: Flags = Flags {
    options: "e,execute= f,file= u,user= p,password= output= query-timeout=",
    typed: &[],
    operand: Some(Part::Address),
    texts: &["execute"],
    files: &["file"],
    dialect: Dialect::Other,
    here: true,
    tool: "ksql",
};

/// Where these clients look for what the line leaves open.
fn places(tool: &str) -> Vec<Place> {
    let file = |paths: &[&str], section, keys| Place::File {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        format: Format::Properties { section, keys },
    };
    match tool {
        "sqlcmd" => vec![Place::Variable("SQLCMDSERVER")],
        "cockroach" => vec![Place::Variable("COCKROACH_URL"), Place::Variable("COCKROACH_HOST")],
        "cqlsh" => vec![
            Place::Variable("CQLSH_HOST"),
            file(&["~/.cassandra/cqlshrc", "~/.cqlshrc"], "connection", &["hostname"]),
        ],
        "clickhouse-client" => vec![
            Place::Variable("CLICKHOUSE_HOST"),
            file(&["clickhouse-client.yaml", "~/.clickhouse-client/config.yaml"], "", &["host"]),
            Place::File {
                paths: vec!["clickhouse-client.xml".into(), "~/.clickhouse-client/config.xml".into()],
                format: Format::Xml("host"),
            },
        ],
        _ => Vec::new(),
    }
}

/// Reads such a client; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    let words = call.invocation.args();
    let (flags, words) = match (program, words.split_first()) {
        ("sqlcmd" | "mssql-cli" | "osql" | "isql" | "tsql", _) => (SQLCMD, words),
        ("cqlsh" | "ycqlsh" | "scylla-cqlsh", _) => (CQLSH, words),
        ("clickhouse-client", _) => (CLICKHOUSE, words),
        ("clickhouse", Some((verb, rest))) if verb.text() == "client" => (CLICKHOUSE, rest),
        ("cockroach", Some((verb, rest))) if verb.text() == "sql" => (COCKROACH, rest),
        ("usql", _) => (USQL, words),
        ("isql-fb", _) => (FIREBIRD, words),
        ("ksql", _) => (KSQL, words),
        (
            "hdbsql" | "aql" | "nzsql" | "exaplus" | "mclient" | "dbaccess" | "bteq" | "tdsql" | "iq"
            | "rsql",
            _,
        ) => (ENTERPRISE, words),
        ("hive" | "beeline" | "spark-sql" | "impala-shell" | "trino" | "presto" | "presto-cli", _) => {
            (WAREHOUSE, words)
        }
        _ => return false,
    };
    let args = Args::read(words, flags.options, false);
    if args.has("help") || args.has("version") {
        return true;
    }
    let mut target = DatabaseTarget::of(call);
    typed_flags(&mut target, &args, flags.typed);
    if let (Some(part), Some(word)) = (flags.operand, args.operands().first()) {
        // `fb-prod:/data/crm.fdb`: the host stands before the file.
        let text = match word.text().split_once(":/") {
            Some((host, _)) if part == Part::Host => host,
            _ => word.text(),
        };
        // A file is on this machine.
        if !text.ends_with(".fdb") && !text.ends_with(".gdb") {
            target.typed(part, "argument", Template::of(word, text));
        }
    }
    target.places = places(flags.tool);
    target.local_by_default = flags.here;
    // A server without certificates is one that people try things on.
    if args.has("insecure") && target.typed.is_empty() {
        target.typed(Part::Host, "--insecure", Template::text("localhost"));
    }
    let mut client = Client { call, tool: flags.tool, dialect: flags.dialect, target, given: false };
    // The statement stands by itself: `hdbsql -n host 'DROP SCHEMA s'`.
    if flags.tool == ENTERPRISE.tool {
        for word in args.operands().iter().filter(|word| word.text().contains(' ')) {
            client.text(word.text(), word.span, effects);
        }
    }
    client.feed(&args, flags.texts, flags.files, effects);
    true
}
