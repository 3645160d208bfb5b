//! Hosts of applications: heroku, fly, vercel, wrangler… And registries, which forget a package for good.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, texts};

const OPTIONS: &str = "a,app= r,remote= t,team= o,org= c,config= e,env= environment= s,service= p,project= P,project= \
        project-id= project-ref= scope= token= S,scope= cwd= name= site= branch= confirm= count= x= namespace-id= \
        binding= y,yes f,force safe recursive R,recursive shallow all-collections n,dry-run dry-run database= \
        account= api-key= instance=";

/// What the command line of a host would take away or stop.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let program = call.invocation.program();
    if args.has("dry-run") && !matches!(program, "cf") {
        return;
    }
    let words = texts(&args);
    let operands = args.operands();
    let from = |at: usize| operands.get(at..).unwrap_or_default().iter().copied();
    let data = |verb: &str, noun: &str, at: usize| Deed::destroy(verb, noun).loss(Loss::Data).named(from(at));
    // Whether the names behind the command are applications themselves.
    let mut names_app = None;
    let deed = match (program, words.as_slice()) {
        ("heroku", ["apps:destroy" | "destroy" | "apps:delete", ..]) => {
            names_app = Some(1);
            data("apps:destroy", "application", 1)
        }
        ("heroku", ["addons:destroy" | "addons:detach", ..]) if words[0] == "addons:destroy" => {
            data("addons:destroy", "add-on", 1)
        }
        ("heroku", ["spaces:destroy" | "pipelines:destroy" | "teams:destroy", ..]) => {
            data(words[0], "space", 1)
        }
        ("heroku", ["ps:scale" | "scale" | "ps:stop" | "stop" | "maintenance:on", rest @ ..]) => {
            if words[0].ends_with("scale") {
                let to_zero = rest.iter().all(|text| text.ends_with("=0"));
                if !to_zero || rest.is_empty() {
                    return;
                }
                Deed::change("scale to 0", "dynos").loss(Loss::Data)
            } else {
                Deed::stop(words[0], "dynos").service("application", true, false)
            }
        }
        ("heroku", ["releases:rollback" | "rollback" | "config:set", ..]) => {
            Deed::change(words[0], "application")
        }
        ("heroku", ["config:unset", ..]) => {
            Deed::change("config:unset", "variable").loss(Loss::Data).named(from(1))
        }
        ("fly" | "flyctl", ["apps", "destroy" | "delete", ..]) => {
            names_app = Some(2);
            data("apps destroy", "application", 2)
        }
        ("fly" | "flyctl", ["destroy", ..]) => {
            names_app = Some(1);
            data("destroy", "application", 1)
        }
        ("fly" | "flyctl", ["volumes" | "volume" | "vol", "destroy" | "delete", ..]) => {
            data("volumes destroy", "volume", 2)
        }
        ("fly" | "flyctl", ["machine" | "machines" | "m", "stop" | "kill", ..]) => {
            Deed::stop("machine stop", "machine").named(from(2)).service("machine", true, false)
        }
        ("fly" | "flyctl", ["storage" | "postgres" | "pg" | "redis" | "mpg", "destroy" | "delete", ..]) => {
            data("destroy", "store", 2)
        }
        ("fly" | "flyctl", ["deploy", ..]) => Deed::change("deploy", "application"),
        ("vercel", ["remove" | "rm", ..]) => {
            names_app = Some(1);
            // With `--safe` what still has a domain is left.
            data("remove", if args.has("safe") { "deployment" } else { "project" }, 1)
        }
        ("vercel", ["project" | "projects", "rm" | "remove", ..]) => {
            names_app = Some(2);
            data("project rm", "project", 2)
        }
        ("vercel", ["domains" | "dns" | "blob" | "certs", "rm" | "remove" | "del" | "delete-store", ..]) => {
            data(words[0], "domain", 2)
        }
        ("vercel", ["env", "rm" | "remove", ..]) => data("env rm", "variable", 2),
        ("netlify", ["sites:delete" | "site:delete", ..]) => data("sites:delete", "site", 1),
        ("netlify", ["blobs:delete", ..]) => Deed::destroy("blobs:delete", "blob").named(from(1)),
        ("railway", ["delete", ..]) => data("delete", "project", 1),
        ("railway", ["environment" | "volume" | "service", "delete" | "remove" | "rm", ..]) => {
            data("delete", words[1], 2)
        }
        ("render", [kind, "delete", ..]) => data("delete", kind, 2),
        ("supabase", ["projects" | "branches", "delete", ..]) => {
            names_app = Some(2);
            data("delete", "project", 2)
        }
        ("supabase", ["functions", "delete", ..]) => {
            Deed::destroy("functions delete", "function").named(from(2))
        }
        ("wrangler", ["delete", ..]) => Deed::destroy("delete", "worker").loss(Loss::Data).named(from(1)),
        ("wrangler", ["queues" | "vectorize" | "hyperdrive", "delete", ..]) => data("delete", words[0], 2),
        (
            "wrangler",
            ["r2", "bucket", "delete", ..]
            | ["pages", "project", "delete", ..]
            | ["kv", "namespace", "delete", ..],
        ) => data("delete", words[1], 3),
        ("wrangler", ["kv:namespace", "delete", ..]) => data("delete", "namespace", 2),
        ("wrangler", ["rollback", ..]) => Deed::change("rollback", "worker"),
        ("flarectl", ["dns" | "d", "delete" | "d", ..] | ["zone" | "z", "delete" | "d", ..]) => {
            data("delete", "record", 2)
        }
        ("firebase", ["firestore:delete", ..]) if args.has("all-collections") || args.has("recursive") => {
            data("firestore:delete", "documents", 1)
        }
        ("firebase", ["database:remove", ..]) => data("database:remove", "documents", 1),
        ("firebase", ["deploy", ..]) => Deed::change("deploy", "project"),
        ("cf", ["delete" | "delete-service" | "delete-space" | "delete-org" | "ds", ..]) => {
            data(words[0], "application", 1)
        }
        ("dokku", ["apps:destroy", ..]) => {
            names_app = Some(1);
            data("apps:destroy", "application", 1)
        }
        ("dokku", [verb, ..]) if verb.ends_with(":destroy") => data(verb, "service", 1),
        ("pscale", [kind @ "org", "delete", ..])
        | ("atlas", [kind @ ("clusters" | "projects" | "deployments"), "delete", ..])
        | ("avn", [kind @ ("service" | "project"), "terminate" | "delete", ..])
        | ("upstash", [kind @ ("redis" | "kafka"), "delete", ..]) => data("delete", kind, 2),
        ("surge", ["teardown", ..]) => data("teardown", "site", 1),
        ("platform", ["environment:delete" | "project:delete", ..]) => data(words[0], "environment", 1),
        ("scalingo" | "gigalixir", ["destroy" | "apps:destroy", ..]) => data("destroy", "application", 1),
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::App);
    for (name, source) in [
        ("app", "--app"),
        ("remote", "--remote"),
        ("project", "--project"),
        ("project-ref", "--project-ref"),
        ("environment", "--environment"),
        ("env", "--env"),
        ("name", "--name"),
        ("site", "--site"),
    ] {
        if let Some(text) = args.value(name) {
            target.say(Part::Context, source, text);
        }
    }
    if let Some(text) = args.value("config") {
        target.say(Part::Inside, "--config", text);
    }
    match names_app {
        Some(at) => from(at).for_each(|word| target.say(Part::Context, "argument", word.text())),
        None => target.act_on(from(1)),
    }
    deed.add(call, effects, target);
}

/// `npm unpublish`, `gem yank`: what others install is gone, and its version can never be used again.
pub(super) fn registry(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str =
        "registry= scope= otp= v,version= platform= host= key= f,force dry-run n,dry-run w,workspace= tag=";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") {
        return;
    }
    let words = texts(&args);
    let has = |wanted: &[&str]| {
        call.invocation.args().iter().any(|word| {
            wanted.iter().any(|flag| word.text() == *flag || word.text().split('=').next() == Some(flag))
        })
    };
    let named = |at: usize| args.operands().get(at..).unwrap_or_default().iter().copied();
    let (at, verb) = match (call.invocation.program(), words.as_slice()) {
        ("npm" | "pnpm", ["unpublish", ..]) => (1, "unpublish"),
        ("yarn", ["npm", "unpublish", ..]) => (2, "unpublish"),
        ("gem", ["yank", ..]) => (1, "yank"),
        // Somebody else may publish in its name, or what everybody installs is another.
        ("cargo", ["owner", ..]) if has(&["-a", "--add", "-r", "--remove"]) => (1, "owner"),
        ("gem", ["owner", ..]) if has(&["-a", "--add", "-r", "--remove"]) => (1, "owner"),
        ("npm" | "pnpm", ["owner" | "author", "add" | "rm", ..])
        | ("npm" | "pnpm", ["access", "grant" | "revoke", ..]) => (2, "owner"),
        ("npm" | "pnpm", ["deprecate", ..]) => (1, "deprecate"),
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Registry);
    if let Some(address) = args.value("registry").or(args.value("host")) {
        target.say(Part::Address, "--registry", address);
    }
    Deed::destroy(verb, "published package").loss(Loss::Data).named(named(at)).add(call, effects, target);
}
