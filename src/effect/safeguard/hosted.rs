//! Protected settings of code hosts, clouds, clusters and containers.

use super::{has, operands, value, weaken};
use crate::effect::{Call, Effect};
use crate::syntax::{HOLE, Word};

/// Which safeguard, how, and of what.
type Found = Option<(&'static str, String, String)>;

/// What a call would open or unprotect there.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    if has(words, &["--help", "-h", "help", "--dry-run"]) {
        return;
    }
    if super::is_emulated(words) {
        return;
    }
    let rest: Vec<&str> = operands(words).map(Word::text).collect();
    let found = match invocation.program() {
        "gh" | "glab" => forge(words, &rest),
        "aws" => aws(words, &rest),
        "gcloud" => gcloud(words, &rest),
        "gsutil" => gsutil(words, &rest),
        "mc" | "mcli" | "s3cmd" | "swift" | "bq" | "net" => store(words, &rest),
        "az" => azure(words, &rest),
        "kubectl" | "oc" | "k" => cluster(words, &rest),
        _ => container(words, &rest),
    };
    if let Some((safeguard, how, object)) = found {
        weaken(safeguard, how, object, invocation.span, effects);
    }
}

fn forge(words: &[Word], rest: &[&str]) -> Found {
    let method = value(words, &["-X", "--method"]).unwrap_or_default();
    match rest {
        ["api", ..] => {
            let path = rest.iter().find(|word| word.contains('/')).copied().unwrap_or_default();
            let guards = path.ends_with("/protection")
                || path.contains("/protection/")
                || path.contains("/rulesets/")
                || path.contains("/protected_branches/");
            if guards && method.eq_ignore_ascii_case("DELETE") {
                return Some(("branch-protection", "deleted".to_owned(), path.to_owned()));
            }
            let loosens =
                || words.iter().any(|word| word.text().ends_with("=false") || word.text().ends_with("=null"));
            if guards && method.eq_ignore_ascii_case("PUT") && loosens() {
                return Some(("branch-protection", "loosened".to_owned(), path.to_owned()));
            }
            let opens = has(words, &["private=false", "visibility=public"]);
            (opens && method.eq_ignore_ascii_case("PATCH"))
                .then(|| ("repository-visibility", "public".to_owned(), path.to_owned()))
        }
        ["repo", "edit", rest @ ..] => {
            let public = value(words, &["--visibility"]) == Some("public");
            let name = rest.first().filter(|name| **name != "public").copied().unwrap_or("this repository");
            public.then(|| ("repository-visibility", "public".to_owned(), name.to_owned()))
        }
        ["secret", "delete" | "remove" | "rm", name, ..] => {
            Some(("ci-secret", "deleted".to_owned(), (*name).to_owned()))
        }
        ["pr", "merge", ..] if has(words, &["--admin"]) => Some((
            "branch-protection",
            "--admin".to_owned(),
            rest.get(2).map_or("the pull request", |name| name).to_owned(),
        )),
        ["workflow", "disable", name, ..]
            if ["secur", "scan", "codeql", "secret", "audit"].iter().any(|part| name.contains(part)) =>
        {
            Some(("audit", "disabled".to_owned(), (*name).to_owned()))
        }
        ["ruleset", "delete", name, ..] => {
            Some(("branch-protection", "deleted".to_owned(), (*name).to_owned()))
        }
        _ => None,
    }
}

/// Ports behind which there is something that should not be open to everyone.
pub(super) fn is_sensitive_port(port: &str) -> bool {
    port.split([',', ' ']).any(|range| {
        let range = range.rsplit(':').next().unwrap_or(range);
        let mut ends = range.split('-').map(str::parse::<u32>);
        match (ends.next(), ends.next()) {
            (Some(Ok(from)), Some(Ok(to))) => {
                to.saturating_sub(from) > 100 || sensitive(from) || sensitive(to)
            }
            (Some(Ok(port)), _) => sensitive(port),
            _ => matches!(range, "*" | "all" | "-1" | "tcp" | "udp"),
        }
    })
}

fn sensitive(port: u32) -> bool {
    matches!(
        port,
        0 | 21
            ..=23
                | 135
                | 139
                | 445
                | 1433
                | 1521
                | 2375
                | 2376
                | 2379
                | 3306
                | 3389
                | 5432
                | 5601
                | 5900
                | 5984
                | 6379
                | 6443
                | 8500
                | 9042
                | 9200
                | 9300
                | 10250
                | 11211
                | 27017
                | 27018
    )
}

fn is_everyone(range: &str) -> bool {
    range
        .split([',', ' ', '"', '=', '}', ']'])
        .any(|one| matches!(one, "0.0.0.0/0" | "::/0" | "*" | "Internet" | "0.0.0.0"))
}

/// Whether a policy allows something to everybody, under no condition.
fn lets_everybody(text: &str) -> bool {
    if !text.contains("Principal") {
        return false;
    }
    let policy: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect();
    ["\"Principal\":\"*\"", "\"AWS\":\"*\"", "\"AWS\":[\"*\"]", "\"Principal\":[\"*\"]"]
        .iter()
        .any(|open| policy.contains(open))
        && policy.contains("\"Effect\":\"Allow\"")
        && !policy.contains("\"Condition\"")
}

fn aws(words: &[Word], rest: &[&str]) -> Found {
    let bucket = || value(words, &["--bucket"]).unwrap_or("the bucket").to_owned();
    // A policy of a secret, a queue, a key, a repository of images: who it lets in stands in the document.
    if rest.len() > 1 && words.iter().any(|word| lets_everybody(word.text())) {
        let what = rest.iter().take(2).copied().collect::<Vec<_>>().join(" ");
        return Some(("public-access", "Principal *".to_owned(), format!("what `aws {what}` names")));
    }
    if rest.contains(&"add-permission")
        && matches!(value(words, &["--aws-account-ids", "--aws-account-id"]), Some("*"))
    {
        return Some(("public-access", "every account".to_owned(), "what the permission is for".to_owned()));
    }
    let text = |names: &[&str]| value(words, names).unwrap_or_default();
    let at = rest.iter().position(|word| {
        word.starts_with("s3")
            || matches!(
                *word,
                "ec2"
                    | "iam"
                    | "cloudtrail"
                    | "guardduty"
                    | "configservice"
                    | "rds"
                    | "lambda"
                    | "securityhub"
                    | "sts"
            )
    })?;
    let verb = rest.get(at + 1).copied().unwrap_or_default();
    match verb {
        "put-bucket-acl"
            if text(&["--acl"]).starts_with("public-")
                || words.iter().any(|word| word.text().contains("AllUsers")) =>
        {
            Some(("public-access", text(&["--acl"]).to_owned(), bucket()))
        }
        "delete-public-access-block" => Some(("public-access", verb.to_owned(), bucket())),
        "put-public-access-block"
            if words.iter().any(|word| word.text().to_ascii_lowercase().contains("false")) =>
        {
            Some(("public-access", verb.to_owned(), bucket()))
        }
        "delete-bucket-encryption" => Some(("encryption", verb.to_owned(), bucket())),
        "delete-account-password-policy" => {
            Some(("account-file", verb.to_owned(), "the password policy of the account".to_owned()))
        }
        "authorize-security-group-ingress" => {
            let range = [text(&["--cidr"]), text(&["--ip-permissions"])].join(" ");
            let port = text(&["--port"]);
            let all = matches!(text(&["--protocol"]), "-1" | "all") || range.contains("IpProtocol=-1");
            let inner =
                range.split("FromPort=").nth(1).map_or("", |port| port.split(',').next().unwrap_or_default());
            let open = is_everyone(&range) && (all || is_sensitive_port(port) || is_sensitive_port(inner));
            let group = value(words, &["--group-id", "--group-name"]).unwrap_or("the security group");
            open.then(|| {
                (
                    "network-rule",
                    if all { "every port".to_owned() } else { format!("port {port}{inner}") },
                    group.to_owned(),
                )
            })
        }
        "attach-user-policy" | "attach-role-policy" | "attach-group-policy"
            if text(&["--policy-arn"]).ends_with("AdministratorAccess") =>
        {
            let who = value(words, &["--user-name", "--role-name", "--group-name"]).unwrap_or("somebody");
            Some(("admin-group", "AdministratorAccess".to_owned(), who.to_owned()))
        }
        "stop-logging"
        | "delete-trail"
        | "delete-detector"
        | "stop-configuration-recorder"
        | "disable-security-hub" => {
            Some(("audit", verb.to_owned(), rest.get(at).copied().unwrap_or_default().to_owned()))
        }
        "modify-db-instance" | "modify-db-cluster" if has(words, &["--no-deletion-protection"]) => Some((
            "deletion-protection",
            "off".to_owned(),
            value(words, &["--db-instance-identifier", "--db-cluster-identifier"])
                .unwrap_or("the database")
                .to_owned(),
        )),
        "modify-db-instance" if has(words, &["--publicly-accessible"]) => Some((
            "public-access",
            "--publicly-accessible".to_owned(),
            text(&["--db-instance-identifier"]).to_owned(),
        )),
        "modify-instance-attribute" if has(words, &["--no-disable-api-termination"]) => {
            Some(("deletion-protection", "off".to_owned(), text(&["--instance-id"]).to_owned()))
        }
        "add-permission" if text(&["--principal"]) == "*" => {
            Some(("public-access", "every principal".to_owned(), text(&["--function-name"]).to_owned()))
        }
        _ => None,
    }
}

fn gcloud(words: &[Word], rest: &[&str]) -> Found {
    let binds = rest.iter().position(|word| *word == "add-iam-policy-binding");
    if let Some(at) = binds {
        let member = value(words, &["--member"]).unwrap_or_default();
        let role = value(words, &["--role"]).unwrap_or_default();
        let object = rest.get(at + 1).copied().unwrap_or_default().to_owned();
        if matches!(member, "allUsers" | "allAuthenticatedUsers") && !role.ends_with(".invoker") {
            return Some(("public-access", member.to_owned(), object));
        }
        return (role == "roles/owner").then(|| ("admin-group", role.to_owned(), member.to_owned()));
    }
    match rest {
        ["compute", "firewall-rules", "create" | "update", name, ..] => {
            // Without a word about who, everyone is meant.
            let narrowed = has_prefix(words, &["--source-tags", "--source-service", "--no-", "--disabled"])
                || value(words, &["--direction"]) == Some("EGRESS")
                || rest[2] == "update";
            let who = value(words, &["--source-ranges"]).unwrap_or(if narrowed { "" } else { "0.0.0.0/0" });
            let open = is_everyone(who);
            let ports = value(words, &["--allow", "--rules"]).unwrap_or_default();
            (open && is_sensitive_port(ports)).then(|| ("network-rule", ports.to_owned(), (*name).to_owned()))
        }
        ["sql", "instances", "patch", name, ..]
            if is_everyone(value(words, &["--authorized-networks"]).unwrap_or_default()) =>
        {
            Some(("network-rule", "every address".to_owned(), (*name).to_owned()))
        }
        ["sql", "instances", "patch", name, ..] | ["compute", "instances", "update", name, ..]
            if has(words, &["--no-deletion-protection"]) =>
        {
            Some(("deletion-protection", "off".to_owned(), (*name).to_owned()))
        }
        _ => None,
    }
}

fn has_prefix(words: &[Word], starts: &[&str]) -> bool {
    words.iter().any(|word| starts.iter().any(|start| word.text().starts_with(start)))
}

fn gsutil(words: &[Word], rest: &[&str]) -> Found {
    let opens = |word: &&&str| {
        word.starts_with("allUsers")
            || word.starts_with("AllUsers")
            || **word == "public-read"
            || word.starts_with("allAuthenticatedUsers")
    };
    match rest {
        // Taken away, not given.
        ["iam" | "acl" | "defacl", "ch", ..] if has(words, &["-d"]) => None,
        ["iam" | "acl" | "defacl", "ch" | "set", what @ ..] => {
            let how = what.iter().find(opens)?;
            Some(("public-access", (*how).to_owned(), what.last().copied().unwrap_or_default().to_owned()))
        }
        _ => None,
    }
}

/// `mc anonymous set public store/bucket`, `swift post -r '.r:*' container`, `bq add-iam-policy-binding
/// --member=allUsers`, `net usershare add name /home '' Everyone:F guest_ok=y`, `s3cmd setacl s3://bucket --acl-public`.
fn store(words: &[Word], rest: &[&str]) -> Found {
    match rest {
        ["anonymous" | "policy", "set", how @ ("public" | "download" | "upload"), place, ..] => {
            Some(("public-access", (*how).to_owned(), (*place).to_owned()))
        }
        ["post", .., place]
            if value(words, &["-r", "--read-acl"]).is_some_and(|acl| acl.contains(".r:*")) =>
        {
            Some(("public-access", ".r:*".to_owned(), (*place).to_owned()))
        }
        ["add-iam-policy-binding", .., place]
            if value(words, &["--member"]).is_some_and(|who| who.starts_with("all")) =>
        {
            Some((
                "public-access",
                value(words, &["--member"]).unwrap_or_default().to_owned(),
                (*place).to_owned(),
            ))
        }
        ["usershare", "add", _, place, ..]
            if has(words, &["guest_ok=y"])
                || words.iter().any(|word| word.text().starts_with("Everyone:")) =>
        {
            Some(("public-access", "guests of the network".to_owned(), (*place).to_owned()))
        }
        ["setacl", place, ..] if has(words, &["--acl-public", "-P"]) => {
            Some(("public-access", "--acl-public".to_owned(), (*place).to_owned()))
        }
        _ => None,
    }
}

fn azure(words: &[Word], rest: &[&str]) -> Found {
    let name = || value(words, &["--name", "-n", "--account-name"]).unwrap_or_default().to_owned();
    match rest {
        ["storage", "container", "set-permission" | "create", ..]
            if matches!(value(words, &["--public-access"]), Some("blob" | "container")) =>
        {
            Some(("public-access", "--public-access".to_owned(), name()))
        }
        ["storage", "account", "update", ..]
            if value(words, &["--allow-blob-public-access"]) == Some("true") =>
        {
            Some(("public-access", "--allow-blob-public-access".to_owned(), name()))
        }
        ["network", "nsg", "rule", "create" | "update", ..] => {
            let open = is_everyone(
                value(words, &["--source-address-prefixes", "--source-address-prefix"]).unwrap_or("*"),
            );
            let ports =
                value(words, &["--destination-port-ranges", "--destination-port-range"]).unwrap_or_default();
            let allows =
                value(words, &["--access"]).is_none_or(|access| access.eq_ignore_ascii_case("allow"));
            (open && allows && is_sensitive_port(ports))
                .then(|| ("network-rule", format!("port {ports}"), name()))
        }
        ["sql" | "postgres" | "mysql", .., "firewall-rule", "create", _]
        | ["sql" | "postgres" | "mysql", .., "firewall-rule", "create"]
            if value(words, &["--end-ip-address"]) == Some("255.255.255.255") =>
        {
            Some(("network-rule", "every address".to_owned(), name()))
        }
        ["role", "assignment", "create", ..] if value(words, &["--role"]) == Some("Owner") => Some((
            "admin-group",
            "Owner".to_owned(),
            value(words, &["--assignee"]).unwrap_or("somebody").to_owned(),
        )),
        _ => None,
    }
}

fn cluster(words: &[Word], rest: &[&str]) -> Found {
    if words.iter().any(|word| word.text().starts_with("--dry-run")) {
        return None;
    }
    match rest {
        ["create", "clusterrolebinding", name, ..] => {
            let admin = value(words, &["--clusterrole"]) == Some("cluster-admin");
            let who = value(words, &["--user", "--group", "--serviceaccount"]).unwrap_or_default();
            let anyone = matches!(
                who,
                "system:anonymous"
                    | "system:unauthenticated"
                    | "system:authenticated"
                    | "system:serviceaccounts"
            ) || who.ends_with(":default");
            // One's own account, as the guides of the clouds have it, is only known when it runs.
            let named =
                !who.is_empty() && !who.contains(HOLE) && value(words, &["--serviceaccount"]).is_none();
            (admin && (anyone || named)).then(|| ("cluster-admin", who.to_owned(), (*name).to_owned()))
        }
        ["delete", kind, name, ..]
            if kind.starts_with("validatingwebhook") || kind.starts_with("mutatingwebhook") =>
        {
            Some(("admission", "deleted".to_owned(), (*name).to_owned()))
        }
        ["label", ..] => {
            let weak =
                rest.iter().find(|word| word.ends_with("pod-security.kubernetes.io/enforce=privileged"))?;
            Some(("container", (*weak).to_owned(), rest.get(2).copied().unwrap_or_default().to_owned()))
        }
        _ => None,
    }
}

/// `docker run --privileged`, `-v /:/host`.
fn container(words: &[Word], rest: &[&str]) -> Found {
    if !matches!(rest, ["run" | "create", ..] | ["container", "run" | "create", ..]) {
        return None;
    }
    let mut whole_disk = false;
    let mut pairs = words.iter().peekable();
    while let Some(word) = pairs.next() {
        let text = word.text();
        let mount = match text {
            "-v" | "--volume" | "--mount" => pairs.peek().map_or("", |word| word.text()),
            _ => text
                .strip_prefix("-v=")
                .or_else(|| text.strip_prefix("--volume="))
                .or_else(|| text.strip_prefix("--mount="))
                .or_else(|| text.strip_prefix("-v/").map(|_| &text[2..]))
                .unwrap_or_default(),
        };
        let read_only = mount
            .split([':', ','])
            .any(|part| matches!(part, "ro" | "readonly") || part.starts_with("readonly=true"));
        let root =
            mount.starts_with("/:") || mount.split(',').any(|part| matches!(part, "source=/" | "src=/"));
        whole_disk |= root && !read_only;
    }
    let image = rest.iter().rev().find(|word| {
        ["dind", "binfmt", "qemu-user-static", "kindest", "k3s", "buildkit", "minikube"]
            .iter()
            .any(|name| word.contains(name))
    });
    if whole_disk {
        return Some(("container", "-v /:".to_owned(), "the disk of this machine".to_owned()));
    }
    let given = |text: &str| words.iter().any(|word| word.text() == text);
    let option = |name: &str, wanted: &[&str]| {
        words.iter().enumerate().find_map(|(at, word)| {
            let value = match word.text().split_once('=') {
                Some((given, value)) if given == name => value,
                _ if word.text() == name => words.get(at + 1).map_or("", Word::text),
                _ => return None,
            };
            wanted
                .iter()
                .any(|one| value.replace(':', "=").starts_with(one))
                .then(|| format!("{name} {value}"))
        })
    };
    let loose = option("--security-opt", &["seccomp=unconfined", "apparmor=unconfined", "label=disable"])
        .or_else(|| {
            option("--cap-add", &["ALL", "SYS_ADMIN", "SYS_MODULE", "CAP_SYS_ADMIN", "CAP_SYS_MODULE"])
        })
        .or_else(|| option("--device", &["/dev/sd", "/dev/nvme", "/dev/mem", "/dev/kmem", "/dev/vd"]));
    let host = given("--pid=host") || given("--privileged") || given("--net=host") || given("--network=host");
    let socket = words.iter().any(|word| word.text().contains("docker.sock:"));
    if let Some(how) = loose.filter(|_| image.is_none()) {
        return Some(("sandbox", how, "the container".to_owned()));
    }
    if socket && host && image.is_none() {
        return Some(("container", "docker.sock".to_owned(), "this machine".to_owned()));
    }
    if let Some(mount) = handed(words) {
        return Some(("container", format!("-v {mount}"), "what lies there".to_owned()));
    }
    // Before the image: behind it, it is a word of the command inside.
    let privileged = words
        .iter()
        .any(|word| matches!(word.text(), "--privileged" | "--privileged=true" | "--cap-add=ALL"));
    (privileged && image.is_none())
        .then(|| ("container", "--privileged".to_owned(), "this machine".to_owned()))
}

/// A directory of the system, or of keys, that is given to a container: one of the system for writing, keys to an
/// image that bears the name of somebody who is not known for their tools.
fn handed(words: &[Word]) -> Option<&str> {
    let mut mounts = words.iter().enumerate().filter_map(|(at, word)| match word.text() {
        "-v" | "--volume" => words.get(at + 1).map(Word::text),
        text => text.strip_prefix("--volume=").or_else(|| text.strip_prefix("-v=")),
    });
    let stranger = || {
        words.iter().map(Word::text).any(|text| {
            let known = "amazon aws google gcr.io mcr.microsoft.com hashicorp bitnami ansible library alpine docker \
                    kubernetes rancher gitlab grafana public.ecr.aws quay.io ghcr.io registry.k8s.io localhost pulumi \
                    databricks cytopia linuxserver atlassian jenkins renovate node python";
            let owner = text.split('/').next().unwrap_or_default();
            text.contains('/')
                && text.rsplit_once(':').is_none_or(|(_, tag)| !tag.contains('/'))
                && !text.starts_with(['-', '/', '~', '.', '$', HOLE])
                && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
                && !owner.contains(['.', '='])
                && !known.split_ascii_whitespace().any(|name| owner == name)
        })
    };
    mounts.find(|mount| {
        let mut parts = mount.split(':');
        let source = parts.next().unwrap_or_default();
        let read_only = parts.next_back().is_some_and(|mode| mode.split(',').any(|part| part == "ro"));
        let system =
            matches!(source, "/etc" | "/root" | "/boot" | "/usr" | "/var" | "/home" | "/lib") && !read_only;
        let keys = [".ssh", ".aws", ".gnupg", ".kube", ".config/gcloud", ".azure", ".docker"]
            .iter()
            .any(|dir| source.trim_end_matches('/').ends_with(&format!("/{dir}")));
        system || keys && stranger()
    })
}
