//! The command line of AWS: `aws service verb-noun --option value`.

use super::{Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope, with};
use crate::syntax::Word;

/// What a call would do to an account.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    // Options may stand anywhere, and nearly all take a value.
    let mut commands: Vec<&Word> = Vec::new();
    let mut target = ContextTarget::of(call, Platform::Aws);
    let mut flags: Vec<&str> = Vec::new();
    let mut values: Vec<&Word> = Vec::new();
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next() {
        let text = word.text();
        let Some(name) = text.strip_prefix("--") else {
            if commands.len() < 2 {
                commands.push(word);
            } else {
                values.push(word);
            }
            continue;
        };
        let (name, attached) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
        flags.push(name);
        let early = ["profile", "region", "output", "query", "endpoint-url", "color", "ca-bundle"]
            .contains(&name)
            || name.starts_with("cli-");
        let value = match attached {
            Some(value) => value,
            None if early => rest.next().map_or("", Word::text),
            // A switch or an option with a list of values: what follows is looked at as a name.
            None => "",
        };
        match name {
            "profile" => target.say(Part::Context, "--profile", value),
            "endpoint-url" => target.say(Part::Address, "--endpoint-url", value),
            _ => {
                if let Some(value) = attached {
                    target.say(Part::Inside, "argument", value);
                }
            }
        }
    }
    let has = |name: &str| flags.contains(&name);
    if call.invocation.program() == "awslocal" {
        target.say(Part::Address, "awslocal", "localhost");
    }
    let [service, verb] = commands.as_slice() else { return };
    let (service, verb) = (service.text(), verb.text());
    if has("dry-run")
        || has("dryrun")
        || has("generate-cli-skeleton")
        || values.iter().any(|word| word.text() == "help")
    {
        return;
    }
    let deed = match (service, verb) {
        ("s3", "rm") => {
            let deep = has("recursive");
            let deed =
                Deed::destroy("s3 rm", "objects of").loss(if deep { Loss::Data } else { Loss::Resource });
            let deed = deed.preview(with(call, "--dryrun"));
            if deep {
                deed.named(values.iter().copied()).scope(Scope::Many)
            } else {
                deed.named(values.iter().copied())
            }
        }
        ("s3", "rb") => {
            // Its name may be taken by others, whether it was empty or not.
            let loss = Loss::Data;
            Deed::destroy("s3 rb", "bucket").loss(loss).named(values.iter().copied())
        }
        ("s3", "sync") if has("delete") => {
            let Some(into) = values.iter().rev().find(|word| word.text().starts_with("s3://")) else {
                return;
            };
            let places: Vec<&str> =
                values.iter().map(|word| word.text()).filter(|text| !text.starts_with('*')).collect();
            if let [from, to, ..] = places.as_slice()
                && from.starts_with("s3://")
                && !to.starts_with("s3://")
            {
                // Down to this machine.
                return;
            }
            // What a build made is put where the last one was; anything else may be the wrong directory.
            let from =
                values.iter().map(|word| word.text()).find(|text| text != &into.text()).unwrap_or_default();
            let built = is_built(from) && !into.text().starts_with("s3://www.");
            Deed::destroy("s3 sync --delete", "objects of")
                .loss(if built { Loss::Resource } else { Loss::Data })
                .named([*into])
                .preview(with(call, "--dryrun"))
        }
        // Who may look back on what was done is a matter of safeguards.
        ("s3", _) | ("configure" | "sts" | "sso" | "cloudtrail", _) => return,
        ("ec2", "stop-instances" | "reboot-instances")
        | ("rds", "stop-db-instance" | "stop-db-cluster" | "reboot-db-instance")
        | ("lightsail", "stop-instance" | "reboot-instance")
        | ("ecs", "stop-task") => {
            let deed = Deed::stop(verb, "instance").named(values.iter().copied());
            let deed = deed.service("instances", true, false);
            if lists_all(call) { deed.scope(Scope::All) } else { deed }
        }
        ("cloudformation", "deploy" | "update-stack" | "execute-change-set")
        | ("lambda", "update-function-code") => Deed::change(verb, "stack").named(values.iter().copied()),
        ("rds", "restore-db-instance-to-point-in-time") => return,
        ("organizations", "leave-organization") => Deed::change(verb, "account").loss(Loss::Data),
        ("ec2", change) if ["authorize-", "replace-"].iter().any(|part| change.starts_with(part)) => {
            Deed::change(verb, "settings of").named(values.iter().copied())
        }
        ("organizations" | "account", "close-account") => Deed::destroy(verb, "account").loss(Loss::Data),
        ("kms", "schedule-key-deletion" | "disable-key") => {
            Deed::destroy(verb, "key").loss(Loss::Data).named(values.iter().copied())
        }
        _ => match verb.split_once('-') {
            Some(("delete" | "terminate" | "purge" | "deregister" | "destroy" | "batch", noun)) => {
                let noun = noun.strip_prefix("delete-").unwrap_or(noun);
                if verb.starts_with("batch-") && !verb.starts_with("batch-delete") {
                    return;
                }
                // A version that is named is gone for good, where others come back.
                let loss = if has("version-id") { Loss::Data } else { loss_of(service, noun) };
                Deed::destroy(verb, noun).loss(loss).named(values.iter().copied())
            }
            Some(("admin", noun)) if noun.starts_with("delete") => {
                Deed::destroy(verb, "user").loss(Loss::Data)
            }
            _ => return,
        },
    };
    let deed = if service == "ec2" { deed.preview(with(call, "--dry-run")) } else { deed };
    // Who somebody is called says nothing of the account.
    if service != "iam" {
        // `i-0prodapi01`
        let marked =
            |word: &&&Word| word.text().split_once('-').is_some_and(|(_, id)| id.starts_with("0prod"));
        if let Some(word) = values.iter().find(marked) {
            target.say(Part::Inside, "its name", "prod");
            target.say(Part::Inside, "its name", word.text());
        }
        target.act_on(values.iter().copied());
    }
    deed.add(call, effects, target);
}

/// `--instance-ids $(aws ec2 describe-instances …)`: all that there are, as no filter picks some.
fn lists_all(call: Call<'_>) -> bool {
    let made = super::makers(call);
    let words = |made: &&crate::syntax::Invocation, start: &str| {
        made.args().iter().any(|word| word.text().starts_with(start))
    };
    made.iter().any(|made| made.program() == "aws" && words(made, "describe-"))
        && !made.iter().any(|made| words(made, "--filter") || super::searches(made))
}

/// Whether a directory goes by a name that build tools give to what they make.
pub(super) fn is_built(dir: &str) -> bool {
    dir.split('/').any(|part| {
        matches!(
            part,
            "dist" | "build" | "out" | "public" | "_site" | "site" | "target" | ".next" | "www" | "html"
        )
    })
}

/// What is lost with a thing of this kind. What holds data, serves people or cannot come back by itself is more than
/// what a program writes again.
fn loss_of(service: &str, noun: &str) -> Loss {
    const SMALL: &str = "tag alarm message item key-pair change-set metric report object notification association \
            mapping attribute placement-group annotation comment label analyzer session";
    let any_of = |parts: &str| parts.split_ascii_whitespace().any(|part| noun.contains(part));
    match (service, noun) {
        ("s3api", "objects" | "bucket-tagging") | ("sqs", "queue") | (_, "event-source-mapping") => {
            Loss::Data
        }
        ("cloud9" | "workmail", _) => Loss::Resource,
        _ if any_of(SMALL) => Loss::Resource,
        _ => Loss::Data,
    }
}
