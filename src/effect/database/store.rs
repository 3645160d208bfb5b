//! Stores without SQL: redis, MongoDB.

use super::input::{self, Input};
use super::{Args, DatabaseTarget, Deed, Gaps, Part, Template, add, typed_flags, value};
use crate::effect::{Call, Effect};
use crate::syntax::{HOLE, Span, Word, dotted, joined};

/// Reads a client of such a store; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    match program {
        "redis-cli" | "valkey-cli" | "keydb-cli" | "iredis" | "dragonfly-cli" | "redli" => {
            redis(program, call, effects);
        }
        "mongosh" | "mongo" => mongo(program, call, effects),
        "mongorestore" => mongorestore(call, effects),
        "nc" | "ncat" | "netcat" | "telnet" => raw_redis(call, effects),
        _ => return false,
    }
    true
}

fn redis(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "h= p= t= s= a= u= r= i= n= d= D= user= pass= pattern= eval= cacert= cert= key=";
    let args = Args::read(call.invocation.args(), OPTIONS, true);
    let mut target = DatabaseTarget::of(call);
    typed_flags(
        &mut target,
        &args,
        &[
            ("u", "-u", Part::Address),
            ("h", "-h", Part::Host),
            ("s", "-s", Part::Socket),
            ("user", "--user", Part::User),
        ],
    );
    target.local_by_default = true;
    // The first database is the one that programs use; the others are for trying things.
    let aside = args.value("n").is_some_and(|number| number != "0");
    match args.operands() {
        [] if args.has("scan") || args.has("eval") => {}
        [] => fed(call, target, effects),
        [verb, address, _node] if args.has("cluster") && verb.text() == "del-node" => {
            target.typed(Part::Host, "--cluster", Template::of(address, address.text()));
            let deed = Deed::destroy("drop", "a node of the cluster");
            add(call, effects, program, deed, call.invocation.span, target);
        }
        // `--cluster call host:port COMMAND`: on every node.
        [verb, address, command @ ..] if args.has("cluster") && verb.text() == "call" => {
            target.typed(Part::Host, "--cluster", Template::of(address, address.text()));
            let words: Vec<&str> = command.iter().map(|word| word.text()).collect();
            if let Some(deed) = redis_command(&words, false) {
                add(call, effects, program, deed, call.invocation.span, target);
            }
        }
        operands => {
            let words: Vec<&str> = operands.iter().map(|word| word.text()).collect();
            let many = call.invocation.via.contains(&"xargs");
            if let Some(mut deed) = redis_command(&words, many) {
                if aside && words.first().is_some_and(|word| word.eq_ignore_ascii_case("flushdb")) {
                    deed.operation = "delete";
                }
                let last = operands.last().map_or(call.invocation.span, |word| word.span);
                add(call, effects, program, deed, last, target);
            }
        }
    }
}

/// Commands of redis on standard input.
pub(super) fn fed(call: Call<'_>, target: DatabaseTarget, effects: &mut Vec<Effect>) {
    let span = call.invocation.span;
    match input::standard(call) {
        Input::Text(text) => {
            for line in text.lines() {
                let words: Vec<&str> = line.split_whitespace().collect();
                if let Some(deed) = redis_command(&words, false) {
                    add(call, effects, "redis-cli", deed, span, target.clone());
                }
            }
        }
        Input::Nothing => {}
        // `--pipe` is the bulk load of data.
        Input::Unknown(what) => add(call, effects, "redis-cli", input::script(what), span, target),
    }
}

/// `echo FLUSHALL | nc host 6379`, `echo flush_all | nc host 11211`.
fn raw_redis(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "w= q= i=", false);
    let [host, port, ..] = args.operands() else { return };
    if is_store(host.text(), port.text()) {
        let target = Template::of(host, host.text());
        raw(call, target, input::standard(call), effects);
    }
}

/// `echo flush_all > /dev/tcp/cache/11211`.
pub(super) fn written(call: Call<'_>, effects: &mut Vec<Effect>) {
    for redirect in &call.invocation.redirects {
        let mut parts = redirect.target.text().trim_start_matches("/dev/tcp/").split('/');
        if let (Some(host), Some(port)) = (parts.next(), parts.next())
            && is_store(host, port)
        {
            raw(call, Template::text(host), input::written(call), effects);
        }
    }
}

/// Whether a store without a password most likely listens there.
fn is_store(host: &str, port: &str) -> bool {
    matches!(port, "6379" | "6380" | "11211")
        || ["redis", "memcache", "cache", "valkey"].iter().any(|name| host.contains(name))
}

/// Commands as they go over the wire.
fn raw(call: Call<'_>, host: Template, input: Input, effects: &mut Vec<Effect>) {
    let Input::Text(text) = input else { return };
    let mut target = DatabaseTarget::of(call);
    target.typed(Part::Host, "argument", host);
    for line in text.replace("\\r", "\n").replace("\\n", "\n").lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Some(deed) = redis_command(&words, false) {
            add(call, effects, "redis", deed, call.invocation.span, target.clone());
        }
    }
}

/// `many` says that the keys come from a list that is not known.
fn redis_command(words: &[&str], many: bool) -> Option<Deed> {
    let name = words.first()?.to_ascii_uppercase();
    let keys = words.get(1..).unwrap_or_default();
    let says = |known: &[&str]| {
        keys.first().is_some_and(|word| known.iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    match name.as_str() {
        "FLUSHALL" | "FLUSH_ALL" => Some(Deed::destroy("delete-all", "every database of the server")),
        "FLUSHDB" => Some(Deed::destroy("delete-all", "every key of the database")),
        "DEL" | "UNLINK" if many || keys.iter().any(|key| key.contains(HOLE)) => {
            Some(Deed::destroy("delete-all", "all keys of a list"))
        }
        "DEL" | "UNLINK" if !keys.is_empty() => Some(Deed::destroy("delete", keys.join(", "))),
        "EVAL" => {
            let script = joined(keys.first()?).to_ascii_lowercase();
            let flushes = script.contains("flushall") || script.contains("flushdb");
            let deletes = script.contains("keys") && (script.contains("'del'") || script.contains("\"del\""));
            (flushes || deletes).then(|| Deed::destroy("delete-all", "what a script selects"))
        }
        "CONFIG" if says(&["set"]) => {
            Some(Deed::destroy("configure", keys.get(1..).unwrap_or_default().join(" ")))
        }
        "ACL" if says(&["setuser", "deluser"]) => Some(Deed::destroy("configure", keys.join(" "))),
        "SHUTDOWN" => Some(Deed::destroy("shutdown", "the server")),
        "REPLICAOF" | "SLAVEOF" if keys.first().is_some_and(|word| !word.eq_ignore_ascii_case("no")) => {
            Some(Deed::destroy("delete-all", "what the server holds, for another's"))
        }
        "CLUSTER" if says(&["reset"]) => Some(Deed::destroy("configure", "the cluster")),
        "DEBUG" if says(&["flushall"]) => Some(Deed::destroy("delete-all", "every database of the server")),
        "DEBUG" if says(&["segfault"]) => Some(Deed::destroy("shutdown", "the server")),
        "SCRIPT" | "FUNCTION" if says(&["flush"]) => {
            Some(Deed::destroy("configure", "the scripts of the server"))
        }
        // What the keys hold goes to another server.
        "MIGRATE" if keys.len() > 2 => {
            Some(Deed::destroy("configure", format!("keys, which would go to {},", keys[0])))
        }
        "CLUSTER" if says(&["failover", "flushslots", "forget", "delslots"]) => {
            Some(Deed::destroy("configure", "the cluster"))
        }
        "FAILOVER" => Some(Deed::destroy("configure", "which server leads")),
        "MODULE" if says(&["unload"]) => Some(Deed::destroy("configure", "a module")),
        "DEBUG" if says(&["reload", "restart", "crash-and-recover", "panic"]) => {
            Some(Deed::destroy("shutdown", "the server"))
        }
        "FT.DROPINDEX" if keys.iter().any(|key| key.eq_ignore_ascii_case("dd")) => {
            Some(Deed::destroy("delete-all", "an index with its documents"))
        }
        "EXPIRE" | "PEXPIRE" | "EXPIREAT"
            if keys.get(1).is_some_and(|time| *time == "0" || time.starts_with('-')) =>
        {
            Some(Deed::destroy("delete", keys[0]))
        }
        "RESTORE" | "COPY" if keys.iter().any(|key| key.eq_ignore_ascii_case("replace")) => {
            Some(Deed::destroy("update", keys[0]))
        }
        "XTRIM" | "RENAME" | "SWAPDB" | "LTRIM" | "HDEL" | "ZREMRANGEBYSCORE" | "XGROUP"
        | "ZREMRANGEBYRANK" | "ZREMRANGEBYLEX" | "XDEL" | "SPOP" | "GETDEL" | "JSON.DEL" | "FT.DROPINDEX"
        | "MOVE" | "SDIFFSTORE" | "SINTERSTORE" | "TS.DEL"
            if !keys.is_empty() =>
        {
            Some(Deed::destroy("delete", keys.join(" ")))
        }
        _ => None,
    }
}

const MONGO: &str = "eval= host= port= file= f,file= u,username= p,password= authenticationDatabase= \
        authenticationMechanism= tlsCAFile= tlsCertificateKeyFile= apiVersion=";

fn mongo(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), MONGO, false);
    let mut target = DatabaseTarget::of(call);
    if let Some(host) = value(&args, "host") {
        target.typed(Part::Host, "--host", host);
    }
    if let Some(user) = value(&args, "username") {
        target.typed(Part::User, "--username", user);
    }
    target.local_by_default = true;
    let script = |word: &&&Word| word.text().ends_with(".js") || word.text().ends_with(".mongodb");
    let operands = args.operands();
    if let Some(address) = operands.first().filter(|word| !script(word)) {
        target.typed(Part::Address, "argument", Template::of(address, address.text()));
    }
    let mut texts: Vec<(Input, Span)> = Vec::new();
    for flag in args.all("eval") {
        texts.push((Input::Text(flag.value.unwrap_or_default().to_owned()), flag.word.span));
    }
    for flag in args.all("file") {
        let file = Word::literal(flag.value.unwrap_or_default(), flag.word.span);
        texts.push((input::file(call, &file), flag.word.span));
    }
    for word in operands.iter().filter(script) {
        texts.push((input::file(call, word), word.span));
    }
    if texts.is_empty() {
        texts.push((input::standard(call), call.invocation.span));
    }
    for (text, span) in texts {
        // `connect('mongodb://…')`: a script says by itself where it goes.
        if let Input::Text(text) = &text
            && let Some(address) =
                crate::syntax::literals(text).take(256).find(|literal| literal.text.starts_with("mongodb"))
        {
            target.typed(Part::Address, "the script", Template::text(address.text));
        }
        match text {
            Input::Nothing => {}
            Input::Unknown(what) => {
                add(call, effects, program, input::script(what), span, target.clone());
            }
            Input::Text(text) if text.trim().chars().all(|c| c == HOLE) && !text.trim().is_empty() => {
                let deed = Deed::schema("script", "a script that is only known when it runs");
                add(call, effects, program, deed, span, target.clone());
            }
            Input::Text(text) => {
                for deed in mongo_script(&text) {
                    add(call, effects, program, deed, span, target.clone());
                }
            }
        }
    }
}

/// What a script for MongoDB's shell would destroy.
fn mongo_script(text: &str) -> Vec<Deed> {
    let code = code(&dotted(&joined(text)));
    let mut deeds: Vec<Deed> = Vec::new();
    let mut add = |deed: Deed| {
        if !deeds.contains(&deed) {
            deeds.push(deed);
        }
    };
    for (at, _) in code.match_indices('.') {
        let rest = &code[at + 1..];
        // Names are short; without this a text of dots would be searched to its end for each of them.
        let Some(open) = rest.bytes().take(40).position(|byte| byte == b'(') else { continue };
        let (name, argument) = (&rest[..open], &rest[open + 1..]);
        // `db.users.` → `users`; `db.getCollection('users').` → the string was emptied, so nothing.
        let before: String =
            code[..at].chars().rev().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-')).collect();
        let collection: String = before.chars().rev().collect();
        let argument: String = argument.chars().filter(|c| !c.is_whitespace()).take(4).collect();
        let everything = argument.starts_with("{}") || argument.starts_with(')');
        match name.trim() {
            "dropDatabase" => add(Deed::destroy("drop", "the database")),
            "drop" => add(Deed::destroy("drop", collection)),
            "deleteMany" | "remove" if everything => add(Deed::destroy("delete-all", collection)),
            "updateMany" if everything => add(Deed::destroy("update-all", collection)),
            "deleteMany" | "deleteOne" | "remove" | "findOneAndDelete" => {
                add(Deed::destroy("delete", collection));
            }
            "updateMany" | "replaceOne" | "findOneAndReplace" | "findOneAndUpdate" => {
                add(Deed::destroy("update", collection));
            }
            "dropUser" | "dropAllUsers" | "dropRole" => add(Deed::destroy("drop-role", "a user")),
            "createUser" | "grantRolesToUser" if text.contains("root") || text.contains("AnyDatabase") => {
                add(Deed::destroy("configure", "who may do everything"));
            }
            "renameCollection" if squeezed(rest).contains(",true)") => {
                add(Deed::destroy("drop", "a collection, which another takes the name of"));
            }
            "removeShard" => add(Deed::destroy("configure", "the shards")),
            "dropIndexes" | "dropIndex" => add(Deed::schema("schema", collection)),
            "shutdownServer" => add(Deed::destroy("shutdown", "the server")),
            _ => {}
        }
    }
    let all = squeezed(&code);
    // `bulkWrite([{deleteMany: {filter: {}}}])`
    if all.contains("ulkWrite([") && all.contains("{delete") {
        let every = all.contains("{filter:{}}");
        add(Deed::destroy(if every { "delete-all" } else { "delete" }, "what a bulk of writes names"));
    }
    // Documents of that age go by themselves, those that are there at once.
    if let Some((_, rest)) = all.split_once("expireAfterSeconds:")
        && rest.chars().take_while(char::is_ascii_digit).count() < 3
    {
        add(Deed::destroy("delete", "documents of a certain age"));
    }
    // What stood in the collection is replaced.
    if text.contains("$merge") && text.contains("aggregate") {
        add(Deed::destroy("update", "the collection that the result is merged into"));
    }
    if text.contains("$out") && text.contains("aggregate") {
        add(Deed::destroy("rebuild", "the collection that the result is written to"));
    }
    // Commands by name: `runCommand({drop: 'users'})`.
    if code.contains("ommand(") {
        if all.contains("{delete:") {
            let every = all.contains("q:{}");
            add(Deed::destroy(if every { "delete-all" } else { "delete" }, "a collection"));
        }
        for (name, deed) in [
            ("{convertToCapped:", Deed::destroy("delete", "what does not fit any more")),
            ("{dropDatabase:", Deed::destroy("drop", "the database")),
            ("{drop:", Deed::destroy("drop", "a collection")),
            ("{dropAll", Deed::destroy("drop-role", "all users or roles")),
            ("{shutdown:", Deed::destroy("shutdown", "the server")),
        ] {
            if all.contains(name) {
                add(deed);
            }
        }
    }
    deeds
}

fn squeezed(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).take(16 * 1024).collect()
}

/// Script text without comments and without what stands in strings.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = match next {
            '\'' | '"' | '`' => {
                let mut escaped = false;
                let inside = rest[1..].find(|c: char| {
                    let ends = c == next && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                });
                out.push_str("''");
                inside.map_or(rest.len(), |at| at + 2)
            }
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |at| at + 4),
            _ => {
                out.push(next);
                next.len_utf8()
            }
        };
        rest = &rest[skipped..];
    }
    out
}

fn mongorestore(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "uri= h,host= port= d,db= c,collection= u,username= p,password= nsInclude= archive drop \
        dryRun";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dryRun") {
        return;
    }
    let mut target = DatabaseTarget::of(call);
    for (name, source, part) in
        [("uri", "--uri", Part::Address), ("host", "--host", Part::Host), ("db", "--db", Part::Database)]
    {
        if let Some(text) = value(&args, name) {
            target.typed(part, source, text);
        }
    }
    target.local_by_default = true;
    target.gaps = Gaps::None;
    let deed = match args.has("drop") {
        true => Deed::destroy("drop", "the collections that the dump holds"),
        false => Deed::schema("restore", "a dump"),
    };
    let last = args.span("drop").unwrap_or(call.invocation.span);
    add(call, effects, "mongorestore", deed, last, target);
}
