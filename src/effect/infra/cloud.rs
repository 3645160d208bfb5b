//! The command lines of other clouds: words, then a verb, then names and options.

use super::aws::is_built;
use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope, leading};
use crate::syntax::{HOLE, Word};

/// The first of these words, and where it stands.
fn verb<'a>(words: &[&'a str], verbs: &[&str]) -> Option<(usize, &'a str)> {
    let at = words.iter().take(6).position(|word| verbs.contains(word))?;
    Some((at, words.get(at).copied().unwrap_or_default()))
}

/// The value of `--name value` or `--name=value`; of `-n value` for a name of one letter.
fn option<'a>(words: &'a [Word], name: &str) -> Option<&'a str> {
    let written = if name.len() == 1 { format!("-{name}") } else { format!("--{name}") };
    words.iter().enumerate().find_map(|(at, word)| {
        let rest = word.text().strip_prefix(written.as_str())?;
        match rest.strip_prefix('=') {
            Some(value) => Some(value),
            None if rest.is_empty() => words.get(at + 1).map(Word::text),
            None => None,
        }
    })
}

fn given(words: &[Word], names: &[&str]) -> bool {
    words.iter().any(|word| names.contains(&word.text()))
}

/// gcloud, and gsutil beside it.
pub(super) fn google(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "project= account= configuration= format= filter= zone= region= location= verbosity= \
            impersonate-service-account= billing-project= flags-file= cluster= instance= database= q,quiet \
            delete-disks= keep-disks= h= o= u= async recursive r,r R,R m d version= service= network= k= node-pool= \
            size= num-nodes= image= image-family= repository= keyring= key= to-target=";
    let words = call.invocation.args();
    let args = Args::read(words, OPTIONS, false);
    let operands = args.operands();
    let texts = super::texts(&args);
    let mut target = ContextTarget::of(call, Platform::Gcloud);
    for (name, source) in [("project", "--project"), ("configuration", "--configuration")] {
        if let Some(text) = args.value(name) {
            target.say(Part::Context, source, text);
        }
    }
    for name in ["cluster", "instance", "database", "to-target"] {
        if let Some(text) = args.value(name) {
            target.say(Part::Inside, "argument", text);
        }
    }
    let from = |at: usize| operands.get(at..).unwrap_or_default().iter().copied();
    let deep = args.has("r") || args.has("recursive") || args.has("R");
    if call.invocation.program() == "gsutil" {
        let deed = match texts.as_slice() {
            ["rm", ..] => {
                storage("rm", deep || call.invocation.args().iter().any(|word| word.text().contains("**")))
            }
            ["rb", ..] => Deed::destroy("rb", "bucket").loss(Loss::Data),
            ["rsync", ..] if args.has("d") && !given(words, &["-n"]) => {
                // What a build made is put where the last one was; anything else may be the wrong directory.
                let (from, to) =
                    (texts.get(1).copied().unwrap_or_default(), texts.get(2).copied().unwrap_or_default());
                storage("rsync -d", !is_built(from) || to.starts_with("gs://www."))
            }
            _ => return,
        };
        target.act_on(from(1));
        return deed.named(from(1)).add(call, effects, target);
    }
    const VERBS: &[&str] = &[
        "delete",
        "rm",
        "stop",
        "reset",
        "suspend",
        "destroy",
        "purge",
        "deploy",
        "delete-instances",
        "abandon-instances",
        "delete-nodes",
        "drain",
        "disable",
    ];
    let Some((at, verb)) = verb(&texts, VERBS) else { return };
    let noun = texts.get(at.wrapping_sub(1)).copied().unwrap_or("resource");
    let group = texts.first().copied().unwrap_or_default();
    let group =
        if matches!(group, "beta" | "alpha") { texts.get(1).copied().unwrap_or_default() } else { group };
    if matches!(group, "config" | "auth" | "components" | "help" | "info" | "topic") {
        return;
    }
    let deed = match verb {
        "stop" | "reset" | "suspend" if matches!(group, "compute" | "sql" | "workstations" | "app") => {
            Deed::stop(verb, noun).service(noun, true, false)
        }
        // `gcloud deploy releases promote`
        "deploy" if at == 0 => return,
        "deploy" => Deed::change("deploy", noun),
        "stop" | "reset" | "suspend" | "drain" | "disable" => return,
        "rm" if group == "storage" => {
            storage("storage rm", deep || texts.iter().any(|text| text.contains("**")))
        }
        "rm" => return,
        _ => {
            const SMALL: &str = "operations tags invalidations versions revisions executions tasks builds \
                    configurations jobs-runs";
            let small = SMALL.split_ascii_whitespace().any(|known| known == noun)
                && !matches!(group, "kms" | "secrets");
            Deed::destroy(verb, noun).loss(if small { Loss::Resource } else { Loss::Data })
        }
    };
    // The name of a project that is deleted is the place itself.
    if group == "projects" {
        for word in from(at + 1) {
            target.say(Part::Context, "argument", word.text());
        }
    }
    target.act_on(from(at + 1));
    deed.named(from(at + 1)).add(call, effects, target);
}

/// Objects in a bucket.
fn storage(verb: &str, deep: bool) -> Deed {
    Deed::destroy(verb, "objects of").loss(if deep { Loss::Data } else { Loss::Resource })
}

/// az, and azcopy beside it.
pub(super) fn azure(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let lead = leading(words);
    let mut target = ContextTarget::of(call, Platform::Azure);
    if given(words, &["--dry-run", "--dryrun", "-h", "--what-if"]) {
        return;
    }
    if call.invocation.program() == "azcopy" {
        let deed = match lead.first() {
            Some(&("remove" | "rm")) => storage("remove", given(words, &["--recursive", "--recursive=true"])),
            _ => return,
        };
        target.act_on(words.iter().skip(1).take(1));
        return deed.named(words.iter().skip(1).take(1)).add(call, effects, target);
    }
    const VERBS: &[&str] = &[
        "delete",
        "purge",
        "stop",
        "deallocate",
        "restart",
        "delete-batch",
        "destroy",
        "what-if",
        "create",
        "disable",
    ];
    let Some((at, verb)) = verb(&lead, VERBS) else { return };
    let noun = lead.get(at.wrapping_sub(1)).copied().unwrap_or("resource");
    let group = lead.first().copied().unwrap_or_default();
    let deed = match verb {
        "create" if group == "deployment" => {
            // What the template does not name is deleted.
            let complete = option(words, "mode").is_some_and(|mode| mode.eq_ignore_ascii_case("complete"));
            Deed::change("deployment create", "resources").loss(if complete {
                Loss::Data
            } else {
                Loss::Resource
            })
        }
        "create" | "what-if" => return,
        "stop" | "deallocate" | "restart"
            if matches!(group, "vm" | "vmss" | "aks" | "mysql" | "postgres" | "webapp") =>
        {
            Deed::stop(verb, group).service(group, true, false)
        }
        "stop" | "deallocate" | "restart" => return,
        "disable" if option(words, "delete-backup-data") == Some("true") => {
            Deed::destroy("disable", "backups of").loss(Loss::Data)
        }
        "disable" => return,
        _ if matches!(group, "config" | "account" | "login" | "extension" | "boards" | "cache") => {
            return;
        }
        _ => {
            // Groups of containers are started, not kept.
            const SMALL: &str = "container job run deployment webhook tag image-version version alert slot \
                    activity-log task task-run export appservice";
            let small = SMALL.split_ascii_whitespace().any(|known| known == noun)
                && !(noun == "container" && group == "storage")
                && !matches!(verb, "purge" | "delete-batch");
            Deed::destroy(verb, noun).loss(if small { Loss::Resource } else { Loss::Data })
        }
    };
    // `--ids $(az vm list …)`
    let listed = option(words, "ids").is_some_and(|ids| ids.contains(HOLE));
    let deed = if listed { deed.scope(Scope::All) } else { deed };
    if let Some(name) = option(words, "subscription") {
        target.say(Part::Context, "--subscription", name);
    }
    let mut deed = deed;
    for (name, source) in [
        ("name", "its name"),
        ("n", "its name"),
        ("resource-group", "--resource-group"),
        ("g", "--resource-group"),
        ("account-name", "argument"),
        ("server", "argument"),
        ("ids", "argument"),
        ("vault-name", "argument"),
    ] {
        if let Some(text) = option(words, name) {
            if source == "its name" {
                deed = deed.called(text);
                target.objects.push(text.to_owned());
            } else {
                target.say(Part::Inside, source, text);
            }
        }
    }
    if option(words, "name").is_none() && option(words, "n").is_none() {
        deed = deed.called(option(words, "source").or(option(words, "ids")).unwrap_or_default());
    }
    deed.add(call, effects, target);
}

/// doctl, hcloud, scw, openstack and their like; s3cmd, rclone and mc for objects.
pub(super) fn others(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let program = call.invocation.program();
    let mut target =
        ContextTarget::of(call, Platform::Server("HCLOUD_CONTEXT SCW_PROFILE OS_CLOUD DIGITALOCEAN_CONTEXT"));
    for (name, source) in [
        ("context", "--context"),
        ("profile", "--profile"),
        ("project", "--project"),
        ("os-cloud", "--os-cloud"),
        ("account", "--account"),
        ("p", "-p"),
    ] {
        if let Some(text) = option(words, name) {
            target.say(Part::Context, source, text);
        }
    }
    if given(words, &["--dry-run", "--dryrun", "-n"]) {
        return;
    }
    let operands: Vec<&Word> = words.iter().filter(|word| !word.text().starts_with('-')).collect();
    let texts: Vec<&str> = operands.iter().map(|word| word.text()).collect();
    let from = |at: usize| operands.get(at..).unwrap_or_default().iter().copied();
    let deep = given(words, &["-r", "--recursive", "-rf", "--force", "-f"]);
    let (deed, at) = match (program, texts.as_slice()) {
        ("s3cmd" | "s5cmd", ["del" | "rm", ..]) => {
            let many = deep || texts.iter().any(|text| text.contains('*'));
            (storage(texts[0], many), 1)
        }
        ("s3cmd" | "s5cmd", ["rb", ..]) => {
            (Deed::destroy("rb", "bucket").loss(if deep { Loss::Data } else { Loss::Resource }), 1)
        }
        ("mc", ["rm" | "rb", ..]) => (storage(texts[0], deep || given(words, &["--r", "--incomplete"])), 1),
        ("rclone", ["purge" | "delete", place, ..]) => {
            // A path without a colon is on this machine.
            if !place.contains(':') {
                return;
            }
            (storage(texts[0], true), 1)
        }
        // What the source does not have is deleted at the other end.
        ("rclone", ["sync", from, place, ..]) if place.contains(':') => {
            let base = from.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            (storage("sync", base == "." || base.starts_with("empty")), 2)
        }
        ("s3cmd" | "s5cmd" | "mc" | "rclone", _) => return,
        ("b2", ["rm" | "delete-bucket" | "delete_bucket", ..] | ["bucket", "delete", ..]) => {
            (storage("rm", true), 1)
        }
        ("b2", _) => return,
        _ => {
            const VERBS: &[&str] = &[
                "delete",
                "rm",
                "d",
                "del",
                "terminate",
                "destroy",
                "remove",
                "purge",
                "poweroff",
                "power-off",
                "stop",
                "shutdown",
            ];
            let Some((at, verb)) = verb(&texts, VERBS) else { return };
            let noun = texts.get(at.wrapping_sub(1)).copied().unwrap_or("server");
            let auth =
                matches!(texts.first(), Some(&("auth" | "config" | "context" | "configuration" | "plugin")));
            match verb {
                _ if auth || at == 0 && program != "nova" => return,
                // `d` is what doctl calls its databases.
                "d" => return,
                "poweroff" | "power-off" | "stop" | "shutdown" => {
                    (Deed::stop(verb, noun).service(noun, true, false), at + 1)
                }
                _ => {
                    const SMALL: &str = "key tag alert image-tag flavor port keypair ssh-key";
                    let mut small = SMALL.split_ascii_whitespace();
                    let small = small.any(|part| noun == part);
                    let loss = if small { Loss::Resource } else { Loss::Data };
                    (Deed::destroy(verb, noun).loss(loss), at + 1)
                }
            }
        }
    };
    target.act_on(from(at));
    let every = given(words, &["--all"]);
    let deed = deed.named(from(at));
    let deed = if every { deed.scope(Scope::All) } else { deed };
    deed.add(call, effects, target);
}
