//! Stores with a language or an administration of their own: Neo4j, HBase, SurrealDB, Cassandra's nodes,
//! Couchbase, TiDB, memcached.

use super::input::{self, Input};
use super::{Args, DatabaseTarget, Deed, Part, add, span_at, texts, typed_flags};
use crate::effect::{Call, Effect};

/// Reads such a program; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "cypher-shell" => {
            language(call, "a,address= u,username= p,password= d,database= f,file=", cypher, effects);
        }
        "surreal" => {
            language(
                call,
                "e,endpoint,conn= endpoint= conn= ns= db= namespace= database= u= p=",
                surreal,
                effects,
            );
        }
        "hbase" => language(call, "", hbase, effects),
        "arangosh" => language(
            call,
            "-server.endpoint= -server.database= -javascript.execute-string= server.endpoint= \
             javascript.execute-string=",
            arango,
            effects,
        ),
        "cbq" => language(call, "e,engine= s,script= u,user= p,password= f,file=", cypher, effects),
        "memcached-tool" | "memcflush" | "nodetool" | "couchbase-cli" | "tiup" | "neo4j-admin"
        | "cockroach" | "mongoimport" | "mysqlimport" | "cbt" | "kafkactl" | "rpk" | "convex" | "solr"
        | "curator_cli" => {
            administration(program, call, effects);
        }
        _ => return false,
    }
    true
}

/// A shell for one language: where it connects, and the texts that it is given.
fn language(
    call: Call<'_>,
    options: &'static str,
    read: fn(&str) -> Option<Deed>,
    effects: &mut Vec<Effect>,
) {
    let args = Args::read(call.invocation.args(), options, false);
    let mut target = DatabaseTarget::of(call);
    typed_flags(
        &mut target,
        &args,
        &[
            ("address", "--address", Part::Address),
            ("endpoint", "--endpoint", Part::Address),
            ("conn", "--conn", Part::Address),
            ("engine", "--engine", Part::Address),
            ("server.endpoint", "--server.endpoint", Part::Address),
            ("-server.endpoint", "--server.endpoint", Part::Address),
            ("database", "--database", Part::Database),
        ],
    );
    target.local_by_default = true;
    let mut given: Vec<String> = texts(&args).into_iter().map(str::to_owned).collect();
    for name in ["script", "javascript.execute-string", "-javascript.execute-string"] {
        given.extend(args.value(name).map(str::to_owned));
    }
    let mut span = span_at(call, &args, 0);
    if let Some(flag) = args.flag("file") {
        let file = crate::syntax::Word::literal(flag.value.unwrap_or_default(), flag.word.span);
        given.extend(told(input::file(call, &file), call, &target, effects));
        span = flag.word.span;
    }
    given.extend(told(input::standard(call), call, &target, effects));
    for deed in given.iter().flat_map(|text| text.split([';', '\n'])).filter_map(read) {
        add(call, effects, call.invocation.program(), deed, span, target.clone());
    }
}

/// The text that it is fed; of what is only known when it runs the name is told.
fn told(input: Input, call: Call<'_>, target: &DatabaseTarget, effects: &mut Vec<Effect>) -> Option<String> {
    match input {
        Input::Text(text) => Some(text),
        Input::Nothing => None,
        Input::Unknown(what) => {
            let deed = input::script(what);
            add(call, effects, call.invocation.program(), deed, call.invocation.span, target.clone());
            None
        }
    }
}

/// `MATCH (n) DETACH DELETE n`, `DROP DATABASE name`, and of N1QL `DELETE FROM bucket`.
fn cypher(statement: &str) -> Option<Deed> {
    let lower = statement.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    match words.as_slice() {
        ["drop", "database" | "scope" | "collection" | "bucket", name, ..] => {
            Some(Deed::drop_database(*name))
        }
        ["explain" | "profile", ..] => None,
        _ if words.contains(&"delete") && (lower.contains(" where ") || lower.contains('{')) => {
            Some(Deed::destroy("delete", "what the pattern finds"))
        }
        _ if lower.contains(" where ") || lower.contains('{') || lower.contains(" limit ") => None,
        ["delete", "from", name, ..] => Some(Deed::destroy("delete-all", *name)),
        _ if words.contains(&"delete") && words.contains(&"match") => {
            let all = Deed::destroy("delete-all", "every node that the pattern finds");
            Some(all)
        }
        _ => None,
    }
}

fn surreal(statement: &str) -> Option<Deed> {
    let lower = statement.to_ascii_lowercase();
    match lower.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["remove", "table" | "database" | "namespace" | "db" | "ns", name, ..] => {
            Some(Deed::destroy("drop", *name))
        }
        ["delete", name] if !name.contains(':') => Some(Deed::destroy("delete-all", *name)),
        _ => None,
    }
}

fn hbase(statement: &str) -> Option<Deed> {
    let mut words = statement.split_whitespace();
    let verb = words.next()?;
    let name = words.next()?.trim_matches(['\'', '"', ',']);
    match verb {
        "drop" | "drop_all" | "drop_namespace" => Some(Deed::destroy("drop", name)),
        "truncate" | "truncate_preserve" => Some(Deed::destroy("truncate", name)),
        "deleteall" if words.next().is_none() => Some(Deed::destroy("delete-all", name)),
        _ => None,
    }
}

fn arango(statement: &str) -> Option<Deed> {
    let drops =
        ["_dropDatabase(", ".drop(", ".truncate("].into_iter().find(|call| statement.contains(call))?;
    Some(match drops {
        ".truncate(" => Deed::destroy("truncate", "a collection"),
        _ => Deed::destroy("drop", "what the script names"),
    })
}

fn administration(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "h,host= p= u,username= password= c,cluster= bucket= d,db= collection= uri= file= type= context= X,brokers= \
        project= -instance= -project= url= N,node= R,role= from-path= D,delete";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") {
        return;
    }
    let words = texts(&args);
    let all = "what a node or a cluster holds";
    let deed = match (program, words.as_slice()) {
        ("memcached-tool", [.., "flush_all"]) | ("memcflush", _) => Deed::destroy("delete-all", "every key"),
        ("nodetool", [verb @ ("decommission" | "removenode" | "assassinate"), ..]) => {
            Deed::destroy("drop", format!("a node ({verb})"))
        }
        ("nodetool", ["clearsnapshot", ..]) if args.has("all") => Deed::destroy("drop", "every snapshot"),
        ("couchbase-cli", [verb @ ("bucket-delete" | "bucket-flush" | "reset-node"), ..]) => Deed::destroy(
            if *verb == "bucket-flush" { "delete-all" } else { "drop" },
            args.value("bucket").unwrap_or(all),
        ),
        ("tiup", ["cluster", "destroy", name, ..]) => Deed::destroy("drop", format!("the cluster {name}")),
        ("tiup", ["cluster", "clean", name, ..]) if args.has("all") || args.has("data") => {
            Deed::destroy("drop", format!("the data of the cluster {name}"))
        }
        ("neo4j-admin", [.., name]) if args.has("overwrite-destination") => {
            Deed::destroy("reset", format!("{name}, which is replaced"))
        }
        ("cockroach", ["node", "decommission", node, ..]) => {
            Deed::destroy("drop", format!("the node {node}"))
        }
        ("mongoimport", _) if args.has("drop") => {
            Deed::destroy("drop", args.value("collection").unwrap_or("the collection"))
        }
        ("mongoimport", _) if args.value("mode") == Some("delete") => {
            Deed::destroy("delete", args.value("collection").unwrap_or("the collection"))
        }
        ("mysqlimport", [_, table, ..]) if args.has("delete") => Deed::destroy("delete-all", *table),
        ("cbt", ["deletetable" | "deleteallrows" | "deletefamily", name, ..]) => Deed::destroy("drop", *name),
        ("kafkactl", ["delete", "topic", name, ..]) | ("rpk", ["topic", "delete", name, ..]) => {
            Deed::destroy("drop", format!("the topic {name}"))
        }
        ("curator_cli", words) if !words.iter().any(|word| word.starts_with("delete")) => return,
        ("solr", ["delete", ..]) | ("curator_cli", _) => Deed::destroy("drop", "the indexes that it names"),
        ("rpk", ["topic", "trim-prefix", name, ..]) => Deed::destroy("truncate", format!("the topic {name}")),
        ("convex", ["import", ..])
            if args.has("prod") && (args.has("replace") || args.has("replace-all")) =>
        {
            Deed::destroy("reset", "what the deployment holds")
        }
        _ => return,
    };
    let mut target = DatabaseTarget::of(call);
    typed_flags(
        &mut target,
        &args,
        &[
            ("uri", "--uri", Part::Address),
            ("url", "--url", Part::Address),
            ("host", "--host", Part::Host),
            ("cluster", "--cluster", Part::Address),
            ("db", "--db", Part::Database),
            ("context", "--context", Part::Service),
            ("brokers", "--brokers", Part::Address),
            ("-instance", "-instance", Part::Service),
        ],
    );
    if program == "memcached-tool"
        && let Some(host) = args.operands().first()
    {
        target.typed(Part::Host, "argument", super::Template::of(host, host.text()));
    }
    match program {
        "solr" | "curator_cli" | "nodetool" | "tiup" | "neo4j-admin" | "cockroach" | "cbt" | "kafkactl"
        | "rpk" | "convex" => {
            target.hosted_by_default = true;
        }
        _ => target.local_by_default = true,
    }
    add(call, effects, program, deed, span_at(call, &args, 0), target);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_empty_and_those_that_choose() {
        for (read, text, operation) in [
            (cypher as fn(&str) -> Option<Deed>, "MATCH (n) DETACH DELETE n", "delete-all"),
            (cypher, "match (n:User) delete n", "delete-all"),
            (cypher, "MATCH (n:User {id: 7}) DELETE n", "delete"),
            (cypher, "MATCH (n) WHERE n.id = 7 DELETE n", "delete"),
            (cypher, "MATCH (n) RETURN n", ""),
            (cypher, "DROP DATABASE shop", "drop"),
            (surreal, "REMOVE TABLE users", "drop"),
            (surreal, "DELETE users", "delete-all"),
            (surreal, "DELETE users:7", ""),
            (hbase, "drop 'users'", "drop"),
            (hbase, "deleteall 'users', 'row1'", ""),
            (arango, "db._dropDatabase('shop')", "drop"),
            (arango, "db.users.count()", ""),
        ] {
            assert_eq!(read(text).map_or("", |deed| deed.operation), operation, "{text}");
        }
    }
}
