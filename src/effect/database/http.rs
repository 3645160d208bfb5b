//! Stores that are spoken to over HTTP and can be emptied without a DELETE: Elasticsearch, Solr, ClickHouse,
//! InfluxDB. What a plain DELETE would take away is read with infrastructure.

use super::sql::{self, Dialect};
use super::{Args, DatabaseTarget, Deed, Part, Template, add};
use crate::effect::{Call, Effect};
use crate::syntax::{HOLE, Word};

/// Reads a client of HTTP; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    const CURL: &str = "X,request= d,data= data-raw= data-binary= data-urlencode= json= H,header= u,user= o,output= \
        w,write-out= m,max-time= A,user-agent= b,cookie= c,cookie-jar= e,referer= x,proxy= E,cert= cacert= key= \
        F,form= T,upload-file= retry= connect-timeout= url= K,config= oauth2-bearer= aws-sigv4= G,get I,head";
    const WGET: &str =
        "method= post-data= body-data= header= O,output-document= o,output-file= user= password=";
    let words = call.invocation.args();
    match program {
        "curl" | "curlie" => {
            let args = Args::read(words, CURL, false);
            let mut body: Vec<&str> = ["data", "data-raw", "data-binary", "data-urlencode", "json"]
                .into_iter()
                .flat_map(|name| args.all(name).filter_map(|flag| flag.value).collect::<Vec<_>>())
                .collect();
            let fed = match super::input::standard(call) {
                super::input::Input::Text(text) if body.contains(&"@-") => text,
                _ => String::new(),
            };
            if !fed.is_empty() {
                body.retain(|part| *part != "@-");
                body.push(&fed);
            }
            let sent = if body.is_empty() || args.has("get") { "GET" } else { "POST" };
            let method = args.value("request").unwrap_or(sent);
            if !args.has("head") {
                for url in args.operands().iter().copied().chain(args.flag("url").map(|flag| flag.word)) {
                    request(call, method, url, &body, effects);
                }
            }
        }
        "wget" | "wget2" => {
            let args = Args::read(words, WGET, false);
            let method = args.value("method").unwrap_or("GET");
            let body: Vec<&str> = args.value("body-data").into_iter().collect();
            for url in args.operands() {
                request(call, method, url, &body, effects);
            }
        }
        "http" | "https" | "xh" | "xhs" => {
            let args = Args::read(words, "a,auth= A,auth-type= s,style= p,print= session= o,output=", false);
            if let [method, url, body @ ..] = args.operands()
                && method.text().len() > 2
                && method.text().bytes().all(|byte| byte.is_ascii_alphabetic())
            {
                let body: Vec<&str> = body.iter().map(|word| word.text()).collect();
                request(call, method.text(), url, &body, effects);
            }
        }
        _ => return false,
    }
    true
}

/// What kind of store answers there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Store {
    /// Elasticsearch and OpenSearch.
    Search,
    Solr,
    ClickHouse,
    Influx,
    /// Qdrant, Pinecone, Milvus.
    Vector,
}

fn request(call: Call<'_>, method: &str, url: &Word, body: &[&str], effects: &mut Vec<Effect>) {
    let method = method.to_ascii_uppercase();
    if !matches!(method.as_str(), "POST" | "PUT" | "GET" | "PATCH") {
        return;
    }
    let text = url.text();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let known = store(&host, path).and_then(|store| deed(store, &method, path, query, body));
    let Some(deed) = known.or_else(|| told_by_path(&method, &host, path, query, body)) else { return };
    let mut target = DatabaseTarget::of(call);
    target.typed(Part::Address, "URL", Template::of(url, text));
    add(call, effects, "HTTP", deed, url.span, target);
}

fn store(host: &str, path: &str) -> Option<Store> {
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let says =
        |word: &str| name.split(['.', '-', '_']).any(|part| part.trim_end_matches(char::is_numeric) == word);
    let contains = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match port {
        "9200" | "9243" | "9201" => return Some(Store::Search),
        "8983" => return Some(Store::Solr),
        "8123" => return Some(Store::ClickHouse),
        "8086" => return Some(Store::Influx),
        _ => {}
    }
    let vectors = ["/points/delete", "/vectors/delete", "/entities/delete", "/collections/drop"];
    if vectors.iter().any(|end| path.trim_end_matches('/').ends_with(end)) {
        Some(Store::Vector)
    } else if path == "/exec" && name.contains("questdb") {
        Some(Store::ClickHouse)
    } else if contains(&["elastic", "opensearch"])
        || says("es")
        || path.contains("/_delete_by_query")
        || path == "/_aliases"
    {
        Some(Store::Search)
    } else if contains(&["solr"]) || path.starts_with("/solr/") {
        Some(Store::Solr)
    } else if contains(&["clickhouse"]) {
        Some(Store::ClickHouse)
    } else if contains(&["influx"]) {
        Some(Store::Influx)
    } else {
        None
    }
}

/// Stores that are known by what is asked of them: Prometheus, Loki, Dgraph, Neo4j, ArangoDB, Hasura, rqlite, ksqlDB,
/// Firebase, CouchDB, Chroma.
fn told_by_path(method: &str, host: &str, path: &str, query: &str, body: &[&str]) -> Option<Deed> {
    let ends = |end: &str| path.trim_end_matches('/').ends_with(end);
    let text = body.join(" ");
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let object = path.trim_matches('/').replace(HOLE, "…");
    let destroys = |operation| Some(Deed::destroy(operation, object.as_str()));
    // These two heed a plain GET as well.
    if ends("/admin/tsdb/delete_series") || ends("/loki/api/v1/delete") && query.contains("query=") {
        return destroys("delete-all");
    }
    if method == "GET" {
        return None;
    }
    let everything = matches!(dense.as_str(), "null" | "{}" | "\"\"");
    if host.ends_with(".firebaseio.com") || host.ends_with(".firebasedatabase.app") {
        return destroys("delete-all").filter(|_| method == "PUT" && everything && path.ends_with(".json"));
    }
    let written = |mark: &str| text.contains(mark);
    let sql = |dialect| {
        let found = sql::in_strings(&text, dialect, 16).into_iter().next();
        found.or_else(|| sql::read(&text, dialect).deeds.into_iter().next())
    };
    let cypher = || {
        let lower = text.to_ascii_lowercase();
        let deletes = lower.contains("delete ") && lower.contains("match");
        let some = lower.contains(" where ") || lower.contains(" limit ");
        deletes.then(|| Deed::destroy(if some { "delete" } else { "delete-all" }, "nodes of the graph"))
    };
    match () {
        () if ends("/alter") && (written("drop_all") || written("drop_op") || written("drop_attr")) => {
            destroys("drop")
        }
        () if ends("/tx/commit") || ends("/db/data/cypher") || ends("/query/v2") => cypher(),
        () if path.contains("/_api/collection/") && ends("/truncate") => destroys("truncate"),
        () if ends("/_purge") => destroys("delete"),
        () if ends("/db/execute") || ends("/v2/query") && written("run_sql") || ends("/sql") => {
            sql(Dialect::Other)
        }
        () if ends("/ksql") && dense.contains("drop") => destroys("drop"),
        () if ends("/v1/metadata") && written("clear_metadata") => destroys("drop"),
        () if matches!(path, "/api/v1/reset" | "/api/v2/reset") => destroys("reset"),
        () if path.contains("/rest/v1/rpc/") && super::input::says_drop(&object.replace('_', " ")) => {
            destroys("truncate")
        }
        () if ends("/saved_objects/_import") && query.contains("overwrite=true") => destroys("rebuild"),
        () => None,
    }
}

fn deed(store: Store, method: &str, path: &str, query: &str, body: &[&str]) -> Option<Deed> {
    let shown = |path: &str| path.trim_matches('/').replace(HOLE, "…");
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let text = body.join(" ");
    let lower = text.to_ascii_lowercase();
    match (store, method) {
        (Store::Search, "POST") if path.contains("/_delete_by_query") => {
            let all = lower.contains("match_all") || !lower.contains("query") && !query.contains("q=");
            Some(Deed::destroy(if all { "delete-all" } else { "delete" }, shown(parts.first()?)))
        }
        (Store::Search, "POST" | "PUT") if *parts.last()? == "_bulk" && lower.contains("\"delete\"") => {
            Some(Deed::destroy("delete", "the documents that it names"))
        }
        (Store::Search, "POST" | "PUT") if *parts.last()? == "_restore" => {
            Some(Deed::destroy("rebuild", "the indexes that the snapshot holds"))
        }
        (Store::Search, "POST") if path.contains("/_update_by_query") => {
            let all = lower.contains("match_all") || !lower.contains("query") && !query.contains("q=");
            let deletes = lower.replace(' ', "").contains("ctx.op=") && lower.contains("delete");
            Some(Deed::destroy(
                match (deletes, all) {
                    (true, true) => "delete-all",
                    (true, false) => "delete",
                    (false, true) => "update-all",
                    (false, false) => "update",
                },
                shown(parts.first()?),
            ))
        }
        (Store::Search, "PUT") if path.starts_with("/_ilm/policy") && lower.contains("\"delete\"") => {
            Some(Deed::destroy("configure", "how long documents are kept"))
        }
        (Store::Search, "POST" | "PUT") if matches!(*parts.last()?, "_close" | "_settings") => {
            Some(Deed::destroy("configure", shown(parts.first()?)))
        }
        (Store::Search, "POST" | "PUT") if path == "/_aliases" && lower.contains("remove_index") => {
            Some(Deed::destroy("drop", "the indexes that it names"))
        }
        (Store::Vector, _) => {
            let squeezed: String = lower.chars().filter(|c| !c.is_whitespace()).collect();
            let all = squeezed.contains("\"deleteall\":true") || squeezed.contains("\"filter\":{}");
            let drops = path.ends_with("drop");
            Some(Deed::destroy(
                if drops {
                    "drop"
                } else if all {
                    "delete-all"
                } else {
                    "delete"
                },
                shown(path),
            ))
        }
        (Store::Solr, _) if lower.contains("<delete>") || lower.contains("\"delete\"") => {
            let all = lower.contains("*:*");
            Some(Deed::destroy(if all { "delete-all" } else { "delete" }, shown(path)))
        }
        (Store::Solr, _) if query.contains("action=UNLOAD") || query.contains("action=DELETE") => {
            Some(Deed::destroy("drop", shown(path)))
        }
        (Store::ClickHouse, _) => {
            let statement =
                query.split('&').chain([text.as_str()]).find_map(|pair| pair.strip_prefix("query="));
            let statement = statement.map(|text| text.replace(['+'], " ").replace("%20", " "));
            sql::read(&statement.unwrap_or(text), Dialect::ClickHouse).deeds.into_iter().next()
        }
        (Store::Influx, _) if lower.contains("drop ") || query.to_ascii_lowercase().contains("drop") => {
            Some(Deed::destroy("drop", text.trim_start_matches("q=").to_owned()))
        }
        (Store::Influx, "POST") if path.ends_with("/delete") => {
            Some(Deed::destroy("delete-all", "the points of a bucket"))
        }
        _ => None,
    }
}
