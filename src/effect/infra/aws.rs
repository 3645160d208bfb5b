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
            // Without `--force` a bucket must be empty already.
            let loss = if has("force") { Loss::Data } else { Loss::Resource };
            Deed::destroy("s3 rb", "bucket").loss(loss).named(values.iter().copied())
        }
        ("s3", "sync") if has("delete") => {
            let Some(into) = values.iter().rev().find(|word| word.text().starts_with("s3://")) else {
                return;
            };
            if values.iter().take_while(|word| !word.text().starts_with("s3://")).count() > 1
                || values.first().is_some_and(|word| word.text().starts_with("s3://"))
                    && !values.get(1).is_some_and(|word| word.text().starts_with("s3://"))
            {
                // Down to this machine.
                return;
            }
            Deed::destroy("s3 sync --delete", "objects of")
                .loss(Loss::Resource)
                .named([*into])
                .preview(with(call, "--dryrun"))
        }
        // Who may look back on what was done is a matter of safeguards.
        ("s3", _) | ("configure" | "sts" | "sso" | "cloudtrail", _) => return,
        ("ec2", "stop-instances" | "reboot-instances")
        | ("rds", "stop-db-instance" | "stop-db-cluster" | "reboot-db-instance")
        | ("lightsail", "stop-instance" | "reboot-instance")
        | ("ecs", "stop-task") => {
            Deed::stop(verb, "instance").named(values.iter().copied()).service("instances", true, false)
        }
        ("ecs", "update-service") if followed_by(words, "--desired-count", "0") => {
            Deed::stop("desired-count 0", "service")
                .named(values.iter().copied())
                .service("service", true, false)
        }
        ("autoscaling", "set-desired-capacity" | "update-auto-scaling-group")
            if followed_by(words, "--desired-capacity", "0") || followed_by(words, "--max-size", "0") =>
        {
            Deed::stop("desired-capacity 0", "instances").named(values.iter().copied()).service(
                "instances",
                true,
                false,
            )
        }
        ("cloudformation", "deploy" | "update-stack" | "execute-change-set")
        | ("lambda", "update-function-code") => Deed::change(verb, "stack").named(values.iter().copied()),
        ("rds", "restore-db-instance-to-point-in-time") => return,
        ("organizations", "leave-organization") => Deed::change(verb, "account").loss(Loss::Data),
        ("ec2", "release-address") => Deed::destroy(verb, "address").named(values.iter().copied()),
        ("rds" | "ec2", change)
            if ["modify-", "revoke-", "authorize-", "replace-"]
                .iter()
                .any(|part| change.starts_with(part)) =>
        {
            Deed::change(verb, "settings of").named(values.iter().copied())
        }
        ("s3api", "put-bucket-lifecycle-configuration" | "put-bucket-policy" | "put-bucket-versioning") => {
            Deed::change(verb, "settings of").named(values.iter().copied())
        }
        ("organizations" | "account", "close-account") => Deed::destroy(verb, "account").loss(Loss::Data),
        ("kms", "schedule-key-deletion" | "disable-key") => {
            Deed::destroy(verb, "key").loss(Loss::Data).named(values.iter().copied())
        }
        ("route53", "change-resource-record-sets") => {
            if !words.iter().any(|word| word.text().contains("DELETE")) {
                return;
            }
            Deed::destroy(verb, "record").loss(Loss::Data).named(values.iter().copied())
        }
        _ => match verb.split_once('-') {
            Some(("delete" | "terminate" | "purge" | "deregister" | "destroy" | "batch", noun)) => {
                let noun = noun.strip_prefix("delete-").unwrap_or(noun);
                if verb.starts_with("batch-") && !verb.starts_with("batch-delete") {
                    return;
                }
                Deed::destroy(verb, noun).loss(loss_of(service, noun)).named(values.iter().copied())
            }
            Some(("admin", noun)) if noun.starts_with("delete") => {
                Deed::destroy(verb, "user").loss(Loss::Resource)
            }
            _ => return,
        },
    };
    let deed = if service == "ec2" { deed.preview(with(call, "--dry-run")) } else { deed };
    target.act_on(values.iter().copied());
    deed.add(call, effects, target);
}

fn followed_by(words: &[Word], flag: &str, value: &str) -> bool {
    words.windows(2).any(|two| two[0].text() == flag && two[1].text() == value)
        || words
            .iter()
            .any(|word| word.text().strip_prefix(flag).and_then(|rest| rest.strip_prefix('=')) == Some(value))
}

/// What is lost with a thing of this kind. What holds data, serves people or cannot come back by itself is more than
/// what a program writes again.
fn loss_of(service: &str, noun: &str) -> Loss {
    const HOLDS: &str = "instance volume snapshot db- table stack cluster bucket vpc auto-scaling-group";
    const SMALL: &str = "tag alarm rule message item policy permission subscription dashboard launch-template listener \
            target key-pair access-key definition scaling membership mapping attribute metric filter configuration \
            parameter login-profile version association report notification lifecycle cors website encryption alias \
            layer change-set placement-group thumbprint log-stream network-acl profile webhook trigger analyzer plan \
            user-from certificate-revocation backend-environment";
    let any_of = |parts: &str| parts.split_ascii_whitespace().any(|part| noun.contains(part));
    match (service, noun) {
        ("sqs", "queue") | ("s3api", "bucket" | "objects") | ("ec2", "image" | "subnet") => Loss::Data,
        ("s3api" | "sqs" | "ssm" | "acm" | "cloud9" | "workmail", _)
        | ("ec2", "tags" | "security-group" | "route")
        | ("ecr", "image") => Loss::Resource,
        ("iam", "user" | "role" | "group" | "saml-provider" | "account-alias") => Loss::Data,
        ("iam", _) => Loss::Resource,
        _ if any_of(HOLDS) || !any_of(SMALL) => Loss::Data,
        _ => Loss::Resource,
    }
}
