//! Commands that print secrets, or the names of files that hold them.

use super::source::Source;
use crate::secrets::{issuer_of, names_secret, secret_path};
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
        ("docker" | "podman", "inspect", _) => secret("docker inspect", None),
        ("gh", "auth", "token") => secret("gh auth token", Some("github")),
        ("gh", "auth", "status") if words.iter().any(|word| matches!(word.text(), "-t" | "--show-token")) => {
            secret("gh auth status --show-token", Some("github"));
        }
        ("glab", "auth", "token") | ("glab", "config", "get") => secret("glab auth token", Some("gitlab")),
        ("gcloud", "auth" | "beta", _) if words.iter().any(|word| word.text().starts_with("print-")) => {
            secret("gcloud auth print-access-token", Some("google"));
        }
        (
            "aws",
            "sts",
            "get-session-token" | "assume-role" | "get-federation-token" | "assume-role-with-web-identity",
        ) => {
            secret("aws sts", Some("aws"));
        }
        ("aws", "configure", "get" | "export-credentials")
            if (word(1) == "export-credentials" || names_secret(word(2))) =>
        {
            secret("aws configure", Some("aws"));
        }
        ("aws", "ecr" | "ecr-public", "get-login-password") => {
            secret("aws ecr get-login-password", Some("aws"));
        }
        ("aws", "secretsmanager", "get-secret-value") => secret("aws secretsmanager get-secret-value", None),
        ("aws", "ssm", "get-parameter" | "get-parameters" | "get-parameters-by-path")
            if words.iter().any(|word| word.text() == "--with-decryption") =>
        {
            secret("aws ssm get-parameter", None);
        }
        ("az", "account", "get-access-token") => secret("az account get-access-token", Some("azure")),
        ("az", "keyvault", "secret") if word(2) == "show" => secret("az keyvault secret show", None),
        ("gcloud", "secrets", "versions") if word(2) == "access" => {
            secret("gcloud secrets versions access", None);
        }
        ("kubectl" | "oc" | "k", "get", _)
            if words.iter().any(|word| {
                let kind = word.text().split(['/', ',']).next().unwrap_or_default();
                matches!(kind, "secret" | "secrets")
            }) && words.iter().any(|word| {
                let text = word.text();
                text.starts_with("-o") || text.starts_with("--output") || text.starts_with("--template")
            }) =>
        {
            secret("kubectl get secret", None);
        }
        ("kubectl" | "oc", "config", "view") if words.iter().any(|word| word.text() == "--raw") => {
            secret("kubectl config view --raw", None);
        }
        ("kubectl" | "oc", "create", "token") => secret("kubectl create token", None),
        ("vault", "read", _)
        | ("vault", "kv", "get")
        | ("vault", "print", "token")
        | ("bao", "kv", "get") => {
            secret("vault", None);
        }
        ("pass" | "gopass", "show", _) => secret("pass show", None),
        ("pass" | "gopass", name, _)
            if !name.is_empty()
                && !matches!(
                    name,
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
            secret("pass", None);
        }
        ("op", "read", _) | ("op", "item", "get") | ("op", "document", "get") => secret("op read", None),
        ("bw", "get" | "list" | "export", _)
        | ("rbw", "get", _)
        | ("lpass", "show", _)
        | ("keepassxc-cli", "show", _) => {
            secret(maker.program(), None);
        }
        ("security", "find-generic-password" | "find-internet-password" | "dump-keychain" | "export", _) => {
            secret("security find-generic-password", None);
        }
        ("secret-tool", "lookup", _) => secret("secret-tool lookup", None),
        ("git", "credential", "fill") => secret("git credential fill", None),
        ("git-credential-manager" | "git-credential-store" | "git-credential-osxkeychain", "get", _) => {
            secret("git credential", None);
        }
        ("heroku", "config" | "config:get", _) => secret("heroku config", None),
        ("heroku", "auth:token", _) => secret("heroku auth:token", Some("heroku")),
        ("doppler", "secrets", _) => secret("doppler secrets", None),
        ("npm", "token", "create") => secret("npm token create", Some("npm")),
        ("fly" | "flyctl", "auth" | "tokens", "token" | "create") => secret("fly auth token", Some("fly")),
        ("chamber", "read" | "export", _) => secret("chamber", None),
        ("terraform" | "tofu", "output", _)
            if words.iter().any(|word| names_secret(word.text()) || word.text() == "-json") =>
        {
            secret("terraform output", None);
        }
        ("terraform" | "tofu", "show", _) if words.iter().any(|word| word.text() == "-json") => {
            secret("terraform show", None);
        }
        ("terraform" | "tofu", "state", "pull") => secret("terraform state pull", None),
        ("ansible-vault", "view" | "decrypt", _) => secret("ansible-vault", None),
        ("git", "show" | "cat-file", _) => {
            let path = words.iter().find_map(|word| word.text().split_once(':'));
            if let Some((_, path)) = path
                && let Some(kind) = secret_path(path)
            {
                sources.push(Source::named(path, kind, span));
            }
        }
        _ => {}
    }
}

/// `kubectl exec pod -- cat /app/.env`, `ssh host cat .env`: what a command prints there comes out here. Whether it
/// was such a command.
pub(super) fn elsewhere(maker: &Invocation, sources: &mut Vec<Source>) -> bool {
    let words = maker.args();
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
