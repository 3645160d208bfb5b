//! Deletions through the HTTP interfaces of infrastructure: search indices, keys, queues, machines of a cloud.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform};
use crate::effect::hosting;
use crate::syntax::Word;

/// curl, wget and httpie.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    // Nearly every call only fetches.
    let deletes = |word: &Word| {
        let text = word.text();
        text.ends_with("DELETE") || text.eq_ignore_ascii_case("delete")
    };
    let words = call.invocation.args();
    let deletes = words.iter().any(deletes);
    // An engine of containers, by its socket.
    if words.iter().any(|word| word.text().ends_with("docker.sock") || word.text().ends_with("podman.sock")) {
        return engine(call, effects);
    }
    // Addresses that take away or stop what is behind them, whatever the method.
    let ends = |text: &str, tails: &str| tails.split_ascii_whitespace().any(|tail| text.ends_with(tail));
    let path_of = |text: &str| text.split(['?', '#']).next().unwrap_or_default().to_owned();
    let stops = |path: &str| {
        ends(
            path,
            "/sys/seal /sys/step-down /quitquitquit /actions/poweroff /actions/shutdown /actions/reset /system/gc /shutdown /agent/leave /safeExit /safeRestart /quietDown /_close",
        )
    };
    let takes = |path: &str| ends(path, "/doDelete /delete_series /_delete_by_query /clean_tombstones");
    let acts = || words.iter().map(|word| path_of(word.text())).any(|path| stops(&path) || takes(&path));
    if !deletes && !acts() {
        return;
    }
    const OPTIONS: &str = "X,request= H,header= d,data= u,user= o,output= A,user-agent= b,cookie= c,cookie-jar= \
            e,referer= F,form= m,max-time= T,upload-file= x,proxy= w,write-out= E,cert= K,config= data-raw= \
            data-binary= data-urlencode= json= cacert= key= connect-timeout= retry= resolve= method= body-data= url= \
            oauth2-bearer= aws-sigv4= unix-socket=";
    let args = Args::read(words, OPTIONS, false);
    let (method, url) = match call.invocation.program() {
        "curl" | "curlie" => {
            (args.value("request"), args.operands().first().map(|word| word.text()).or(args.value("url")))
        }
        "wget" => (args.value("method"), args.operands().first().map(|word| word.text())),
        _ => {
            let mut operands = args.operands().iter().map(|word| word.text());
            let first = operands.next();
            let method = |word: &str| {
                word.chars().all(|c| c.is_ascii_uppercase()) || word.eq_ignore_ascii_case("delete")
            };
            if first.is_some_and(method) { (first, operands.next()) } else { (None, first) }
        }
    };
    let Some(url) = url else { return };
    // What it does at a code host is read with what it sends.
    if hosting::is_forge(url) && hosting::read_api("DELETE", url, call.invocation.span, call.scene).is_some()
    {
        return;
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or(host);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let deed = match method {
        Some(method) if method.eq_ignore_ascii_case("DELETE") => {
            Deed::destroy("DELETE", "what is at").loss(loss_of(host, path)).called(rest)
        }
        Some("POST" | "PUT") if takes(&format!("/{path}")) => {
            let own = host.starts_with("localhost") || host.starts_with("127.");
            let loss = if own { loss_of(host, path) } else { Loss::Data };
            Deed::destroy("POST", "what is at").loss(loss).called(rest)
        }
        Some("POST" | "PUT") if stops(&format!("/{path}")) => {
            Deed::stop("shutdown", "server").called(rest).service(host, true, false)
        }
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Server(""));
    target.say(Part::Address, "the address", host);
    target.say(Part::Inside, "the address", path);
    deed.add(call, effects, target);
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
        "8500" | "8200" | "4646" | "2379" if path.starts_with("v1/") => Loss::Data,
        // Queues, and stores whose collections are addressed like this.
        "15672" | "5984" | "6333" | "7700" | "8108" | "8983" => Loss::Data,
        _ if path.starts_with("v1/schema") || segments == 2 && path.starts_with("indexes/") => Loss::Data,
        // A name with dots is a service that others use too; what tests are run against is not.
        _ if name.contains('.') && !is_trial(name) => Loss::Data,
        _ => Loss::Workload,
    }
}
