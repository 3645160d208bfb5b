//! Commands that print secrets, or the names of files that hold them.

use super::source::Source;
use crate::secrets::{SourceKind, issuer_of, names_secret, secret_path};
use crate::syntax::{Invocation, Word};

/// What a command prints that is neither a filter nor a packer.
pub(super) fn read(maker: &Invocation, sources: &mut Vec<Source>) {
    let words = maker.args();
    let word = |at: usize| words.get(at).map_or("", Word::text);
    let span = maker.span;
    let mut secret = |name: &str, issuer: Option<&str>| {
        sources.push(Source::secret("token-command", name, span, issuer.map(str::to_owned), None));
    };
    match (maker.program(), word(0), word(1)) {
        ("printenv", "", _)
        | ("env", "", _)
        | ("set", "", _)
        | ("declare" | "typeset", "-x" | "-p" | "-xp" | "-px", "")
        | ("export", "-p" | "", "") => {
            sources.push(Source::environment(maker.program(), span));
        }
        ("printenv", name, _) => {
            let named = words.iter().map(Word::text).find(|name| names_secret(name));
            if let Some(name) = named.or_else(|| names_secret(name).then_some(name)) {
                sources.push(Source::secret("variable", format!("${name}"), span, issuer_of(name), None));
            }
        }
        ("history", "" | "|", _) | ("fc", "-l", _) => secret("history", None),
        ("pbpaste" | "wl-paste", _, _)
        | ("xclip" | "xsel", "-o" | "--output", _)
        | ("xsel", "-b" | "", "") => {
            sources.push(Source::secret("clipboard", maker.program(), span, None, None));
        }
        ("xclip", "-selection" | "-sel", _) if words.iter().any(|word| word.text() == "-o") => {
            sources.push(Source::secret("clipboard", maker.program(), span, None, None));
        }
        ("git", "show" | "cat-file", _) => {
            let path = words.iter().find_map(|word| word.text().split_once(':'));
            if let Some((_, path)) = path
                && let Some(kind) = secret_path(path)
            {
                sources.push(Source::named(path, kind, span));
            }
        }
        // Every line that was ever written, looked through for secrets.
        ("git", "log" | "diff", _) if words.iter().any(|word| picks_secrets(word.text())) => {
            secret("git log", None);
        }
        ("find" | "fd" | "fdfind", ..)
            if words.iter().any(|word| matches!(word.text(), "cat" | "base64" | "xxd" | "head" | "tar")) =>
        {
            sources.extend(listed_by(maker));
        }
        ("curl" | "wget" | "http" | "https" | "xh" | "curlie", ..) => {
            if let Some(owner) = words.iter().find_map(|word| metadata(word.text())) {
                secret("the login of this machine", owner);
            }
        }
        (program, ..) => {
            let rest = named_words(words);
            match of_tool(program, &rest, words) {
                // All that is kept there at once, as a file of credentials holds it.
                Some((name, _)) if prints_all(&rest, words) => {
                    sources.push(Source::named(name, SourceKind::CredentialFile, span));
                }
                Some((name, owner)) => secret(name, owner),
                None => {}
            }
        }
    }
}

/// Whether a tool prints all that it keeps, and not one secret.
fn prints_all(named: &[&str], words: &[Word]) -> bool {
    matches!(
        named,
        ["export", ..]
            | ["dump-keychain", ..]
            | ["variable", "export", ..]
            | ["secrets", "download", ..]
            | ["state", "pull", ..]
    ) || matches!(named, ["config", "view", ..]) && words.iter().any(|word| word.text() == "--raw")
}

/// Whether a word of a search looks for secrets: `-S API_KEY`, `password=`.
pub(super) fn picks_secrets(text: &str) -> bool {
    let lower = text.trim_start_matches(['-', 'S', 'G']).to_ascii_lowercase();
    let words =
        ["password", "passwd", "secret", "api_key", "apikey", "api-key", "private key", "credential", "akia"];
    words.iter().any(|word| lower.contains(word)) || names_secret(lower.trim_end_matches(['=', ':']))
}

/// Whose login a request to the metadata of a cloud machine prints.
fn metadata(url: &str) -> Option<Option<&'static str>> {
    let hosts = [
        "169.254.169.254",
        "169.254.170.2",
        "metadata.google.internal",
        "100.100.100.200",
        "metadata/computeMetadata",
    ];
    if !hosts.iter().any(|host| url.contains(host)) {
        return None;
    }
    let google = url.contains("computeMetadata");
    let tells = [
        "security-credentials/",
        "user-data",
        "token",
        "identity?",
        "/credentials",
        "attributes/",
        "custom",
        "recursive=true",
    ];
    // The token of a session opens nothing but the metadata themselves.
    let tells = tells.iter().any(|part| url.contains(part)) && !url.ends_with("/api/token");
    (tells || url.contains("169.254.170.2")).then_some(google.then_some("google"))
}

/// The words that name what a tool is to do, without its options and the values of the most common ones.
fn named_words(words: &[Word]) -> Vec<&str> {
    let mut named = Vec::new();
    let mut rest = words.iter().map(Word::text);
    while let Some(text) = rest.next() {
        match text {
            "-n" | "--namespace" | "--context" | "--kubeconfig" | "--profile" | "--region" | "-R"
            | "--repo" | "--project" | "--subscription" | "-a" | "--app" | "--account" | "--vault"
            | "--address" => {
                rest.next();
            }
            _ if text.starts_with('-') => {}
            _ => named.push(text),
        }
    }
    named
}

/// The secret that a tool prints, and the service that issued it. `words` are all that it is given.
fn of_tool(program: &str, named: &[&str], words: &[Word]) -> Option<(&'static str, Option<&'static str>)> {
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.text()));
    let starts =
        |wanted: &[&str]| words.iter().any(|word| wanted.iter().any(|start| word.text().starts_with(start)));
    let none = |name: &'static str| Some((name, None));
    match (program, named) {
        ("docker" | "podman", ["inspect", ..]) => none("docker inspect"),
        ("gh", ["auth", "token", ..]) => Some(("gh auth token", Some("github"))),
        ("gh", ["auth", "status", ..]) if has(&["-t", "--show-token"]) => {
            Some(("gh auth status --show-token", Some("github")))
        }
        ("glab", ["auth", "token", ..] | ["config", "get", ..]) => Some(("glab auth token", Some("gitlab"))),
        ("gh" | "glab", ["variable", "list" | "get" | "export" | "ls", ..]) => {
            none("the variables of the repository")
        }
        ("gh" | "glab", ["api", path, ..]) if path.contains("variables") => {
            none("the variables of the repository")
        }
        ("gcloud", ["auth", .., verb] | ["beta", "auth", .., verb]) if verb.starts_with("print-") => {
            Some(("gcloud auth print-access-token", Some("google")))
        }
        ("gcloud", ["secrets", "versions", "access", ..]) => none("gcloud secrets versions access"),
        ("gcloud", ["config", "config-helper", ..]) => Some(("gcloud config config-helper", Some("google"))),
        ("gcloud", ["iam", "service-accounts", "keys", "create", "-" | "/dev/stdout", ..]) => {
            Some(("gcloud iam service-accounts keys create", Some("google")))
        }
        ("aws", ["sts", verb, ..])
            if verb.starts_with("get-session")
                || verb.starts_with("assume-role")
                || verb.starts_with("get-federation") =>
        {
            Some(("aws sts", Some("aws")))
        }
        ("aws", ["configure", "export-credentials", ..]) => Some(("aws configure", Some("aws"))),
        ("aws", ["configure", "get", name, ..]) if names_secret(name) => Some(("aws configure", Some("aws"))),
        ("aws", ["ecr" | "ecr-public", "get-login-password", ..]) => {
            Some(("aws ecr get-login-password", Some("aws")))
        }
        ("aws", ["secretsmanager", "get-secret-value" | "batch-get-secret-value", ..]) => {
            none("aws secretsmanager get-secret-value")
        }
        ("aws", ["ssm", verb, ..]) if verb.starts_with("get-parameter") && has(&["--with-decryption"]) => {
            none("aws ssm get-parameter")
        }
        ("aws", ["iam", "create-access-key", ..]) => Some(("aws iam create-access-key", Some("aws"))),
        ("aws", ["lambda", "get-function-configuration" | "get-function", ..]) => {
            none("the variables of a function")
        }
        ("aws-vault" | "saml2aws" | "granted" | "assume", ["export" | "script", ..]) => {
            Some(("aws-vault", Some("aws")))
        }
        ("az", ["account", "get-access-token", ..]) => Some(("az account get-access-token", Some("azure"))),
        ("az", ["keyvault", "secret", "show" | "download", ..]) => none("az keyvault secret show"),
        (
            "az",
            ["storage", "account", "keys", ..]
            | ["acr", "credential", ..]
            | ["ad", "sp", "create-for-rbac", ..]
            | ["cosmosdb", "keys", ..],
        )
        | ("az", ["webapp" | "functionapp", "config", "appsettings", "list", ..]) => {
            Some(("az", Some("azure")))
        }
        ("kubectl" | "oc" | "k" | "kubecolor", ["get", what, ..])
            if what.split(['/', ',']).any(|kind| matches!(kind, "secret" | "secrets"))
                && starts(&["-o", "--output", "--template"]) =>
        {
            none("kubectl get secret")
        }
        ("kubectl" | "oc", ["config", "view", ..]) if has(&["--raw"]) => none("kubectl config view --raw"),
        ("kubectl" | "oc", ["create", "token", ..]) => none("kubectl create token"),
        ("oc", ["whoami", ..]) if has(&["-t", "--show-token"]) => none("oc whoami -t"),
        ("vault" | "bao", ["read", ..] | ["kv", "get", ..] | ["print", "token", ..]) => none("vault"),
        ("consul", ["kv", "export", ..]) => none("consul kv export"),
        ("helm", ["get", "values" | "all", ..]) => none("the values of the release"),
        ("etcdctl", ["get", ..]) if has(&["--prefix", "--from-key"]) => none("etcdctl get"),
        ("docker" | "podman", ["compose", "config", ..]) => none("docker compose config"),
        ("pass" | "gopass", [verb, ..])
            if !matches!(
                *verb,
                "ls" | "list"
                    | "find"
                    | "search"
                    | "insert"
                    | "add"
                    | "edit"
                    | "generate"
                    | "rm"
                    | "git"
                    | "init"
                    | "mv"
                    | "cp"
                    | "help"
                    | "version"
                    | "grep"
                    | "sync"
                    | "otp"
            ) =>
        {
            none("pass show")
        }
        ("op", ["read" | "inject", ..] | ["item" | "document", "get" | "list", ..]) => none("op read"),
        ("bw", ["get" | "list" | "export", ..])
        | ("rbw", ["get" | "export", ..])
        | ("lpass", ["show" | "export", ..])
        | ("keepassxc-cli", ["show" | "export", ..])
        | ("dcli", ["password" | "p" | "note" | "read", ..]) => none("the password manager"),
        ("security", [verb, ..])
            if verb.starts_with("find-") || matches!(*verb, "dump-keychain" | "export") =>
        {
            none("security find-generic-password")
        }
        ("secret-tool", ["lookup" | "search", ..]) | ("kwallet-query", ..) => none("secret-tool lookup"),
        ("getent", ["shadow" | "gshadow", ..]) => none("the hashes of the passwords"),
        ("git", ["credential", "fill", ..])
        | ("git-credential-manager" | "git-credential-store" | "git-credential-osxkeychain", ["get", ..]) => {
            none("git credential")
        }
        ("heroku", ["config" | "config:get", ..]) => none("heroku config"),
        ("heroku", ["auth:token", ..]) => Some(("heroku auth:token", Some("heroku"))),
        ("doppler", ["secrets", ..]) | ("infisical", ["export" | "secrets", ..]) => {
            none("the secrets of the project")
        }
        ("vercel", ["env", "pull", ..])
        | ("railway", ["variables" | "vars", ..])
        | ("netlify", ["env:list" | "env:get", ..]) => none("the variables of the project"),
        ("dotenvx", ["get" | "decrypt", ..]) | ("chamber", ["read" | "export", ..]) | ("envchain", ..) => {
            none("chamber")
        }
        ("npm", ["token", "create", ..]) => Some(("npm token create", Some("npm"))),
        ("npm" | "yarn", ["config", "get", name, ..]) if names_secret(name) || name.contains("_auth") => {
            Some(("npm config get", Some("npm")))
        }
        ("fly" | "flyctl", ["auth" | "tokens", "token" | "create", ..]) => {
            Some(("fly auth token", Some("fly")))
        }
        ("terraform" | "tofu", ["output", ..])
            if words.iter().any(|word| names_secret(word.text())) || has(&["-json"]) =>
        {
            none("terraform output")
        }
        ("terraform" | "tofu", ["show", ..]) if has(&["-json"]) => none("terraform show"),
        ("terraform" | "tofu", ["state", "pull", ..]) => none("terraform state pull"),
        ("pulumi", ["config" | "stack", ..]) if has(&["--show-secrets"]) => none("pulumi"),
        ("ansible-vault", ["view" | "decrypt", ..]) => none("ansible-vault"),
        ("systemctl" | "launchctl", ["show-environment" | "export", ..]) => {
            none("the environment of the session")
        }
        ("atuin", ["history" | "search", ..]) => none("history"),
        // Whoever has such an address may read what lies there.
        ("aws", ["s3", "presign", ..])
        | ("gsutil", ["signurl", ..])
        | ("gcloud", ["storage", "sign-url", ..])
        | ("az", ["storage", _, "generate-sas", ..])
        | ("s3cmd", ["signurl", ..])
        | ("rclone", ["link", ..])
        | ("mc", ["share", "download", ..]) => none("a signed address"),
        ("dashlane-cli", ["p" | "password" | "n" | "note", ..])
        | ("berglas", ["access", ..])
        | ("teller", ["env" | "show" | "export" | "yaml" | "sh", ..])
        | ("summon", [.., "env" | "printenv"])
        | ("keyctl", ["print" | "pipe" | "read", ..])
        | ("akeyless", ["get-secret-value", ..])
        | ("conjur", ["variable", "get", ..])
        | ("keeper", ["get", ..])
        | ("tsh", ["kube" | "db", "credentials", ..]) => none("the manager of secrets"),
        _ => None,
    }
}

/// `kubectl exec pod -- cat /app/.env`, `ssh host cat .env`: what a command prints there comes out here. Whether it
/// was such a command.
pub(super) fn elsewhere(maker: &Invocation, sources: &mut Vec<Source>) -> bool {
    let words = maker.args();
    // `docker cp web:/root/.ssh/id_rsa -`
    if let [.., verb, from, to] = words
        && verb.text() == "cp"
        && to.text() == "-"
        && let Some((_, path)) = from.text().split_once(':')
    {
        sources.extend(secret_path(path).map(|kind| Source::named(path, kind, from.span)));
        return true;
    }
    if maker.program() != "ssh" && !words.iter().any(|word| word.text() == "exec") {
        return false;
    }
    let inner = || words.iter().flat_map(|word| word.text().split_whitespace().map(move |text| (text, word)));
    let Some(at) = inner().position(|(text, _)| {
        matches!(text, "cat" | "base64" | "env" | "printenv" | "head" | "tail" | "tar" | "gzip" | "sudo")
    }) else {
        return false;
    };
    let rest: Vec<(&str, &Word)> = inner().skip(at).collect();
    if let [(program @ ("env" | "printenv"), _)] = rest.as_slice() {
        sources.push(Source::environment(program, maker.span));
    }
    for (text, word) in rest {
        if let Some(kind) = secret_path(text) {
            sources.push(Source::named(text, kind, word.span));
        }
    }
    true
}

/// Files of secrets that a call lists by name: `find -name .env`, `ls *.pem`.
pub(super) fn listed_by(maker: &Invocation) -> Option<Source> {
    let words = maker.args();
    let named = |word: &Word| {
        let text = word.text();
        secret_path(text.trim_end_matches('*')).map(|kind| Source::named(text, kind, word.span))
    };
    match maker.program() {
        "find" => words
            .windows(2)
            .filter(|pair| matches!(pair[0].text(), "-name" | "-iname" | "-path"))
            .find_map(|pair| named(&pair[1])),
        "ls" | "fd" | "fdfind" | "echo" | "printf" | "git" | "locate" => words.iter().find_map(named),
        _ => None,
    }
}
