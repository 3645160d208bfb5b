//! Deletions through the HTTP interfaces of infrastructure: search indices, keys, queues, machines of a cloud.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform};
use crate::effect::hosting;
use crate::syntax::Word;

/// curl, wget and httpie.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    // An engine of containers, by its socket.
    if words.iter().any(|word| word.text().ends_with("docker.sock") || word.text().ends_with("podman.sock")) {
        return engine(call, effects);
    }
    // Nearly every call only fetches.
    let speaks = |word: &Word| {
        let text = word.text();
        text.ends_with("DELETE")
            || text.eq_ignore_ascii_case("delete")
            || text.starts_with('-')
                && (text.starts_with("-X") || text.starts_with("-d") || text.starts_with("--"))
            || text.contains('/') && act_of(path_of(text), query_of(text)).is_some()
            || matches!(text, "POST" | "PUT" | "PATCH")
    };
    if !words.iter().any(speaks) {
        return;
    }
    const OPTIONS: &str = "X,request= H,header= d,data= u,user= o,output= A,user-agent= b,cookie= c,cookie-jar= \
            e,referer= F,form= m,max-time= T,upload-file= x,proxy= w,write-out= E,cert= K,config= data-raw= \
            data-binary= data-urlencode= json= cacert= key= connect-timeout= retry= resolve= method= body-data= url= uri= \
            oauth2-bearer= aws-sigv4= unix-socket= post-data= get I,head";
    let args = Args::read(words, OPTIONS, false);
    const BODIES: &str = "data data-raw data-binary data-urlencode json form body-data post-data";
    let mut body = String::new();
    for flag in BODIES.split_ascii_whitespace().flat_map(|name| args.all(name)) {
        body.push_str(flag.value.unwrap_or_default());
        body.push('\n');
    }
    let fetches = args.has("get") || args.has("G") || args.has("head");
    let mut operands = args.operands().iter().map(|word| word.text());
    let (method, url) = match call.invocation.program() {
        "curl" | "curlie" => (args.value("request"), args.value("url").or(operands.next())),
        "wget" => (args.value("method"), operands.next()),
        "az" => (args.value("method"), args.value("url").or(args.value("uri"))),
        _ => {
            let first = operands.next();
            let method = |word: &str| {
                word.chars().all(|c| c.is_ascii_uppercase()) || word.eq_ignore_ascii_case("delete")
            };
            let named = first.is_some_and(method);
            let url = if named { operands.next() } else { first };
            for item in operands {
                body.push_str(item);
                body.push('\n');
            }
            (first.filter(|_| named), url)
        }
    };
    let Some(url) = url else { return };
    let method = method.unwrap_or(if body.is_empty() || fetches { "GET" } else { "POST" });
    let deletes = method.eq_ignore_ascii_case("DELETE");
    // What it does at a code host is read with what it sends.
    if deletes
        && hosting::is_forge(url)
        && hosting::read_api("DELETE", url, call.invocation.span, call.scene).is_some()
    {
        return;
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or(host);
    let act = if deletes {
        Some(Act::Take)
    } else {
        let act =
            act_of(path_of(rest), query_of(rest)).filter(|(_, by)| *by == By::Anyhow || method != "GET");
        act.map(|(act, _)| act).or_else(|| told(method, host, path, &body))
    };
    let path = path_of(path);
    let own = host.starts_with("localhost") || host.starts_with("127.");
    let deed = match act {
        Some(Act::Take) if deletes => {
            Deed::destroy("DELETE", "what is at").loss(loss_of(host, path)).called(rest)
        }
        Some(Act::Take) => {
            let loss = if own || is_trial(host) { Loss::Workload } else { Loss::Data };
            Deed::destroy(method, "what is at").loss(loss).called(rest)
        }
        Some(Act::Stop) => Deed::stop("shutdown", "server").called(rest).service(host, true, false),
        Some(Act::Change) => Deed::change(method, "what is at").called(rest),
        None => return,
    };
    let mut target = ContextTarget::of(call, Platform::Server(""));
    target.say(Part::Address, "the address", host);
    target.say(Part::Inside, "the address", path);
    if act == Some(Act::Change) {
        target.say(Part::Context, "its environment", "production");
    }
    deed.add(call, effects, target);
}

/// What a call to an interface does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    /// What is behind the address goes.
    Take,
    /// The server behind it, or a part of it, stops.
    Stop,
    /// What runs in an environment behaves otherwise.
    Change,
}

/// With which methods an address acts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Only where something is sent.
    Sending,
    /// With any, as it was never meant for anything else.
    Anyhow,
}

fn path_of(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

fn query_of(url: &str) -> &str {
    url.split_once('?').map_or("", |(_, query)| query)
}

/// What an address by itself takes away or stops, by the interfaces of servers: NSQ, etcd, Jolokia, Solr, Jenkins…
fn act_of(path: &str, query: &str) -> Option<(Act, By)> {
    let ends = |tails: &str| tails.split_ascii_whitespace().any(|tail| path.ends_with(tail));
    let has = |parts: &str| parts.split_ascii_whitespace().any(|part| path.contains(part));
    const STOPS: &str = "/sys/seal /sys/step-down /quitquitquit /actions/poweroff /actions/shutdown /actions/reset \
            /system/gc /shutdown /agent/leave /safeExit /safeRestart /quietDown /_close /-/quit /app/kill/";
    const TAKES: &str = "/doDelete /delete_series /_delete_by_query /clean_tombstones /delete-project~delete /channel/empty /topic/empty \
            /topic/delete /channel/delete /kv/deleterange /_bulk_delete /delete /destroy /terminate /purge \
            /decommission /bulk-delete";
    Some(match () {
        () if path.contains("/jolokia/exec/") && ends("/purge /removeQueue /removeTopic /stop") => {
            (Act::Take, By::Anyhow)
        }
        () if ends("/purgeDestination.action /deleteDestination.action") => (Act::Take, By::Anyhow),
        () if has("/agent/force-leave/ /agent/service/deregister/ /catalog/deregister") => {
            (Act::Stop, By::Sending)
        }
        () if query.contains("OUT_OF_SERVICE") || query.contains("action=stop") => (Act::Stop, By::Sending),
        () if ends(STOPS) => (Act::Stop, By::Sending),
        () if ends(TAKES) => (Act::Take, By::Sending),
        () => return None,
    })
}

/// What the words that are sent take away, stop or change.
fn told(method: &str, host: &str, path: &str, body: &str) -> Option<Act> {
    if method == "GET" || is_trial(host) {
        return None;
    }
    let dense: String =
        body.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\')).collect();
    let lower = dense.to_ascii_lowercase();
    let says = |texts: &str| texts.split_ascii_whitespace().any(|text| lower.contains(text));
    const STOPS: &str = "type:power_off type:shutdown type:power_cycle operation:shutdown os-stop os-reset \
            state:killed resettype:force resettype:graceful action:stop action:shutdown action:poweroff \
            operation:stop-servers";
    const TAKES: &str = "type:rebuild type:destroy action:delete action:terminate action:destroy action:purge \
            action:wipe type:clear_metadata type:drop_ purge_everything:true forcedelete operation:undeploy";
    if dense.contains("mutation") && mutation_takes(body) {
        return Some(Act::Take);
    }
    if path.ends_with("scriptText") || path.ends_with("/script") {
        return says(".delete( dodelete .destroy .clear( .kill doquietdown system.exit safeexit")
            .then_some(Act::Take);
    }
    // Who silences everything hears of nothing.
    if path.ends_with("/silences") && says("value:.*, value:.*} value:.+, value:.+}") {
        return Some(Act::Take);
    }
    if says(TAKES) {
        return Some(Act::Take);
    }
    if says(STOPS) {
        return Some(Act::Stop);
    }
    let live = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| matches!(part, "prod" | "production"))
    };
    const STARTS: [&str; 5] =
        ["/build", "/buildWithParameters", "/trigger/pipeline", "/dispatches", "/pipeline"];
    if STARTS.iter().any(|end| path_of(path).ends_with(end)) && (live(path) || live(body)) {
        return Some(Act::Change);
    }
    // What people are shown is decided here.
    let flags = ["launchdarkly", "unleash", "flagsmith", "configcat", "split.io", "statsig"];
    let in_production = || says("environments/prod environment:prod") || path.contains("/environments/prod");
    (flags.iter().any(|name| host.contains(name)) && in_production()).then_some(Act::Change)
}

/// Whether a mutation of GraphQL calls a field by a verb that takes something away: `volumeDelete(…)`,
/// `deleteApp(…)`, `delete_users(…)`.
fn mutation_takes(body: &str) -> bool {
    const VERBS: [&str; 7] = ["delete", "remove", "destroy", "terminate", "purge", "drop", "wipe"];
    let Some((_, fields)) = body.split_once("mutation") else { return false };
    let mut rest = fields;
    while let Some((before, after)) = rest.split_once('(') {
        let name = before.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        let name = name.unwrap_or_default();
        let starts = |verb: &str| {
            name.strip_prefix(verb)
                .is_some_and(|rest| rest.starts_with(|c: char| c == '_' || c.is_uppercase()))
        };
        let ends = |verb: &str| {
            let last = &verb[1..];
            let head = name.strip_suffix(last).unwrap_or_default();
            head.len() > 1
                && head.ends_with(|c: char| c.eq_ignore_ascii_case(&char::from(verb.as_bytes()[0])))
                && (head.ends_with(char::is_uppercase) || name.contains(&format!("_{verb}")))
        };
        if VERBS.iter().any(|verb| starts(verb) || ends(verb)) {
            return true;
        }
        rest = after;
    }
    false
}

/// What a container engine is told through its socket: volumes go, or a container gets the whole machine.
fn engine(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = || call.invocation.args().iter().map(Word::text);
    let deletes = words().any(|text| text.ends_with("DELETE"));
    let Some(path) =
        words().find_map(|text| Some(text.split_once("/").filter(|_| text.starts_with("http"))?.1))
    else {
        return;
    };
    let about = |noun: &str| path.contains(noun);
    let deed = if deletes && about("/volumes/") || about("/volumes/prune") {
        Deed::destroy("DELETE", "volume").loss(Loss::Store).called(path)
    } else if deletes && about("/containers/") && about("v=1") {
        Deed::destroy("DELETE", "container and its volumes").loss(Loss::Store).called(path)
    } else if about("/containers/create")
        && words().any(|text| {
            let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
            text.contains("Privileged:true") || text.contains("Binds:[/:")
        })
    {
        Deed::destroy("POST", "the line between a container and this machine").loss(Loss::Store)
    } else {
        return;
    };
    deed.add(call, effects, ContextTarget::of(call, Platform::Docker));
}

/// Hosts that answer whatever they are asked, and those that are called after a stage of development.
fn is_trial(host: &str) -> bool {
    const TRIALS: &str = "httpbin.org jsonplaceholder.typicode.com reqres.in postman-echo.com example.com api.example.com \
            example.org mockapi.io webhook.site dummyjson.com";
    let stage =
        |part: &str| matches!(part, "staging" | "stage" | "stg" | "test" | "dev" | "local" | "internal-test");
    TRIALS.split_ascii_whitespace().any(|known| known == host) || host.split(['.', '-']).any(stage)
}

/// What is behind an address, by the ports and hosts under which infrastructure is managed.
fn loss_of(host: &str, path: &str) -> Loss {
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let segments = path.split('/').filter(|part| !part.is_empty()).count();
    let search = port == "9200" || ["elastic", "opensearch", ".es."].iter().any(|part| name.contains(part));
    let managed = matches!(
        name,
        "api.digitalocean.com"
            | "api.cloudflare.com"
            | "api.hetzner.cloud"
            | "management.azure.com"
            | "api.linode.com"
            | "api.heroku.com"
            | "api.vercel.com"
            | "api.netlify.com"
            | "api.fly.io"
            | "api.machines.dev"
            | "api.vultr.com"
            | "api.render.com"
            | "api.supabase.com"
            | "cloud.mongodb.com"
            | "api.scaleway.com"
    ) || name.ends_with(".googleapis.com");
    match port {
        // One document of an index.
        _ if search && path.contains("_doc") => Loss::Resource,
        _ if search || managed => Loss::Data,
        "6443" | "8001" if path.contains("namespaces") && segments <= 4 => Loss::Data,
        "8500" | "8200" | "4646" | "2379" if path.starts_with("v1/") || path.starts_with("v2/keys") => {
            Loss::Data
        }
        // Queues, and stores whose collections are addressed like this.
        "15672" | "5984" | "6333" | "7700" | "8108" | "8983" => Loss::Data,
        _ if path.starts_with("v1/schema") || segments == 2 && path.starts_with("indexes/") => Loss::Data,
        // A name with dots is a service that others use too; what tests are run against is not.
        _ if name.contains('.') && !is_trial(name) => Loss::Data,
        _ => Loss::Workload,
    }
}
