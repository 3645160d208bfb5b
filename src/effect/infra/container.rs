//! docker, podman, nerdctl: containers, images, volumes, swarms, compose projects.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope};
use crate::syntax::{Expansion, HOLE, Word};

const OUTER: &str = "H,host= c,context= config= l,log-level= f,file= p,project-name= project-directory= profile= \
        env-file= parallel= ansi= progress= connection= url= namespace= n,namespace=";
const INNER: &str = "t,time= timeout= s,signal= filter= until= keep-storage= max-used-space= reserved-space= rmi= \
        builder= replicas= scale= f,force v,volumes a,all remove-orphans all-inactive dry-run l,link detach-keys= \
        destination= image= update-failure-action= resolve-image= c,compose-file= prune with-registry-auth d,detach";

/// What a container engine would take away or stop.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let program = call.invocation.program();
    let outer = Args::read(call.invocation.args(), OUTER, true);
    let Some((first, rest)) = outer.operands().split_first() else { return };
    let rest: Vec<Word> = rest.iter().map(|word| (*word).clone()).collect();
    let mut compose = program.ends_with("-compose");
    let (mut noun, mut verb, mut words) = (first.text().to_owned(), first.text().to_owned(), rest);
    let mut project: Vec<(Part, &'static str, String)> = Vec::new();
    if compose || noun == "compose" {
        let inner: Vec<Word> = if compose {
            outer.operands().iter().map(|word| (*word).clone()).collect()
        } else {
            words.clone()
        };
        compose = true;
        let args = Args::read(&inner, OUTER, true);
        let Some((first, rest)) = args.operands().split_first() else { return };
        verb = first.text().to_owned();
        let flags = [&outer, &args];
        let files = flags.iter().flat_map(|args| args.all("file"));
        for text in files.filter_map(|flag| flag.value) {
            project.push((Part::File, "--file", text.to_owned()));
            project.push((Part::Inside, "--file", text.to_owned()));
        }
        for (name, source) in
            [("project-name", "--project-name"), ("project-directory", "--project-directory")]
        {
            if let Some(text) = flags.iter().find_map(|args| args.value(name)) {
                project.push((Part::Inside, source, text.to_owned()));
            }
        }
        words = rest.iter().map(|word| (*word).clone()).collect();
        noun.clear();
        noun.push_str("compose");
    } else if matches!(
        noun.as_str(),
        "container"
            | "image"
            | "volume"
            | "network"
            | "system"
            | "builder"
            | "buildx"
            | "swarm"
            | "stack"
            | "service"
            | "node"
            | "secret"
            | "config"
            | "context"
            | "machine"
            | "pod"
            | "plugin"
    ) {
        let Some((first, _)) = words.split_first() else { return };
        verb = first.text().to_owned();
        words.remove(0);
    } else {
        noun = "container".to_owned();
    }
    if verb == "run" && matches!(noun.as_str(), "container" | "compose") {
        return wiped(call, &words, effects);
    }
    let args = Args::read(&words, INNER, false);
    if super::switched_on(&args, "dry-run") || args.has("help") {
        return;
    }
    let names = || args.operands().iter().copied();
    let every = args.operands().iter().any(|word| is_list(call, word)) || takes_list(call);
    let sure = args.has("force");
    let deed = match (noun.as_str(), verb.as_str()) {
        ("compose", "down") if args.has("volumes") => {
            if !project.iter().any(|(part, ..)| *part == Part::File) {
                project.push((Part::File, "compose", ".".to_owned()));
            }
            Deed::destroy("compose down --volumes", "volume").loss(Loss::Store).called("of the project")
        }
        ("compose", "rm") if args.has("volumes") && sure => {
            Deed::destroy("compose rm -v", "container").loss(Loss::Workload)
        }
        ("compose", "down" | "stop" | "kill" | "pause" | "restart") => {
            Deed::stop(&verb, "project").named(names()).service("the project", verb != "restart", false)
        }
        // Here it is daily work; on the engine of another machine it is a deployment.
        ("compose", "up") => {
            project.clear();
            Deed::change("compose up", "project")
        }
        ("compose", "pull") => return,
        ("volume", "rm" | "remove") => Deed::destroy("volume rm", "volume").loss(Loss::Store).named(names()),
        ("volume", "prune") => {
            Deed::destroy("volume prune", "unused volume").loss(Loss::Store).scope(Scope::All).asks(!sure)
        }
        ("system", "prune") if args.has("volumes") => {
            Deed::destroy("system prune --volumes", "unused container, image and volume")
                .loss(Loss::Store)
                .scope(Scope::All)
                .asks(!sure)
        }
        ("system", "prune") if args.has("all") && sure => {
            Deed::destroy("system prune --all", "stopped container and unused image")
                .loss(Loss::Store)
                .scope(Scope::All)
        }
        ("system", "reset") => Deed::destroy("system reset", "container, image and volume")
            .loss(Loss::Store)
            .scope(Scope::All)
            .asks(!sure),
        ("machine", "rm") => {
            Deed::destroy("machine rm", "virtual machine").loss(Loss::Store).named(names()).asks(!sure)
        }
        ("machine", "reset") => {
            Deed::destroy("machine reset", "virtual machine").loss(Loss::Store).scope(Scope::All).asks(!sure)
        }
        ("container", "rm" | "remove") if (every || args.has("all")) && (sure || args.has("volumes")) => {
            Deed::destroy("rm", "container").loss(Loss::Store).scope(Scope::All)
        }
        ("container", "rm" | "remove") => {
            Deed::destroy("rm", "container").loss(Loss::Workload).named(names())
        }
        ("container", "rmi") | ("image", "rm" | "remove") if every && sure => {
            Deed::destroy("rmi", "image").loss(Loss::Store).scope(Scope::All)
        }
        ("container", "rmi") | ("image", "rm" | "remove") => {
            Deed::destroy("rmi", "image").loss(Loss::Workload).named(names())
        }
        ("container", "stop" | "kill" | "pause" | "restart") => {
            let deed =
                Deed::stop(&verb, "container").named(names()).service("containers", verb != "restart", false);
            if every { deed.scope(Scope::All) } else { deed }
        }
        ("container" | "image" | "network" | "system", "prune") => {
            Deed::destroy("prune", &noun).loss(Loss::Workload).scope(Scope::All).asks(!sure)
        }
        ("swarm", "leave") if sure => {
            Deed::destroy("swarm leave --force", "swarm state of this node").loss(Loss::Store)
        }
        ("stack", "rm" | "remove" | "down") => {
            Deed::destroy("stack rm", "stack").loss(Loss::Data).named(names())
        }
        ("service", "rm" | "remove") => {
            let deed = Deed::destroy("service rm", "service").loss(Loss::Data).named(names());
            if every { deed.scope(Scope::All) } else { deed }
        }
        ("service", "scale") if words.iter().any(|word| word.text().ends_with("=0")) => {
            Deed::stop("scale to 0", "service").named(names()).service("service", true, false)
        }
        ("service", "update" | "rollback") | ("stack", "deploy") => Deed::change(&verb, &noun).named(names()),
        ("node", "rm" | "remove") => Deed::destroy("node rm --force", "node").loss(Loss::Data).named(names()),
        ("secret" | "config", "rm" | "remove") => {
            let loss = if program == "docker" { Loss::Data } else { Loss::Resource };
            Deed::destroy(&verb, &noun).loss(loss).named(names())
        }
        ("pod", "rm") if args.has("all") && sure => {
            Deed::destroy("pod rm", "pod").loss(Loss::Store).scope(Scope::All)
        }
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Docker);
    // A swarm spans machines, wherever one of its managers is asked.
    target.whole = matches!(noun.as_str(), "stack" | "service" | "node" | "secret" | "config");
    if !compose || program == "docker" {
        if let Some(context) = outer.value("context").or(outer.value("connection")) {
            target.say(Part::Context, "--context", context);
        }
        if let Some(host) = outer.value("host").or(outer.value("url")) {
            target.say(Part::Address, "--host", host);
        }
    }
    for (part, source, text) in &project {
        target.say(*part, source, text);
    }
    target.act_on(names());
    deed.add(call, effects, target);
}

/// What `docker run` mounts: from where, where the container sees it, and the word that says so.
pub(in crate::effect) fn mounts(words: &[Word]) -> Vec<(&str, &str, &Word)> {
    let args = Args::read(words, "v,volume= mount=", false);
    let bound = args.all("volume").filter_map(|flag| {
        let mut parts = flag.value?.split(':');
        Some((parts.next()?, parts.next()?, flag.word))
    });
    let mounted = args.all("mount").filter_map(|flag| {
        let text = flag.value?;
        let value = |names: [&str; 3]| {
            let mut pairs = text.split(',').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| names.contains(name)).map(|(_, value)| value)
        };
        Some((value(["source", "src", "from"])?, value(["target", "dst", "destination"])?, flag.word))
    });
    bound.chain(mounted).collect()
}

/// `docker run -v pgdata:/v alpine rm -rf /v`: a container that is made to empty what it is given.
fn wiped(call: Call<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    let args = Args::read(words, "v,volume= mount= volumes-from= w,workdir=", false);
    let borrowed = args.value("volumes-from").map(|name| (format!("of {name}"), "/var/lib/"));
    let bound = mounts(words).into_iter().map(|(from, to, _)| (from.to_owned(), to));
    let mounts: Vec<(String, &str)> = bound.chain(borrowed).collect();
    if mounts.is_empty() {
        return;
    }
    let outer = call.invocation.span;
    let inside = call.script.invocations.iter().filter(|made| {
        made.via.contains(&"docker") && outer.start <= made.span.start && made.span.end <= outer.end
    });
    for made in inside {
        let text = |wanted: &[&str]| made.args().iter().any(|word| wanted.contains(&word.text()));
        let wipes = match made.program() {
            "rm" => made.args().iter().any(|word| {
                let flag = word.text();
                flag == "--recursive" || flag.starts_with('-') && flag[1..].starts_with(['r', 'R', 'f'])
            }),
            "find" => text(&["-delete", "rm"]),
            "shred" | "dd" | "truncate" => true,
            _ => false,
        };
        let paths = || {
            made.args().iter().map(|word| match args.value("workdir") {
                Some(dir) if !word.text().starts_with(['/', '-']) => dir,
                _ => word.text().trim_start_matches("of="),
            })
        };
        let hit = |(_, to): &&(String, &str)| {
            let to = to.trim_end_matches('/');
            paths().any(|path| {
                path.strip_prefix(to).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let Some((from, to)) = mounts.iter().find(hit).filter(|_| wipes) else { continue };
        let passing = ["cache", "modules", "tmp", "temp", "build", "dist"].iter().any(|part| {
            from.contains(part) || paths().any(|path| path.trim_start_matches(*to).contains(part))
        });
        // A directory of the project is as good as the command typed in it.
        let kept = match from.strip_prefix('/') {
            Some(path) => {
                ["srv", "var", "etc", "data", "opt", "mnt", "home", "root", "boot", "usr", "backup"]
                    .iter()
                    .any(|top| path.split('/').next() == Some(top))
            }
            None => !from.contains(['/', '.', '$', '~', HOLE]),
        };
        if !passing && kept {
            let noun = if from.starts_with('/') { "what lies on this machine below" } else { "volume" };
            let mut target = ContextTarget::of(call, Platform::Docker);
            target.say(Part::Inside, "argument", from);
            return Deed::destroy("run", noun).loss(Loss::Store).called(from).add(call, effects, target);
        }
    }
}

/// `$(docker ps -q)`: a list of everything that there is.
fn is_list(call: Call<'_>, word: &Word) -> bool {
    let made = word.expansions.iter().filter_map(|expansion| match expansion {
        Expansion::Output(made) => Some(made),
        _ => None,
    });
    made.flatten().any(|&index| lists(call, index))
}

/// `docker ps -q | xargs docker rm -f`.
fn takes_list(call: Call<'_>) -> bool {
    let xargs = call.invocation.via.contains(&"xargs");
    match &call.invocation.stdin {
        crate::syntax::Feed::Pipe(made) => xargs && made.iter().any(|&index| lists(call, index)),
        _ => false,
    }
}

fn lists(call: Call<'_>, index: usize) -> bool {
    let Some(made) = call.script.invocations.get(index) else { return false };
    let words: Vec<&str> = made.args().iter().map(Word::text).collect();
    let lists = words.iter().any(|word| matches!(*word, "ps" | "ls" | "list" | "images"));
    // A filter names what is meant.
    let filtered = words.iter().any(|word| word.starts_with("--filter") || *word == "-f");
    matches!(made.program(), "docker" | "podman" | "nerdctl") && lists && !filtered
}
