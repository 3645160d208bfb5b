//! What the path of a file says about what it holds.

use super::names_secret;

/// What kind of place a secret comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A file of environment variables: `.env`.
    EnvFile,
    /// A private key or a store of keys: `id_ed25519`, `server.key`, `*.p12`.
    KeyFile,
    /// A file in which a program keeps credentials: `~/.aws/credentials`, `.netrc`, `kubeconfig`.
    CredentialFile,
}

impl SourceKind {
    /// The word that rules use for it.
    pub fn name(self) -> &'static str {
        match self {
            SourceKind::EnvFile => "env-file",
            SourceKind::KeyFile => "key-file",
            SourceKind::CredentialFile => "credential-file",
        }
    }
}

/// Whether a file or a directory of this path holds secrets by convention. Judged by the text alone; what the
/// file really holds is a matter for facts.
pub fn secret_path(path: &str) -> Option<SourceKind> {
    use SourceKind::{CredentialFile, EnvFile, KeyFile};
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next()?;
    let lower = name.to_ascii_lowercase();
    let lower = lower.as_str();
    // Its ending does not say that somebody encrypted it.
    if lower == "secring.gpg" {
        return Some(KeyFile);
    }
    if lower.is_empty() || is_sample(lower) {
        return None;
    }
    let parent = path.strip_suffix(name).unwrap_or_default().trim_end_matches('/');
    let within = |dir: &str| parent == dir || parent.ends_with(&format!("/{dir}"));

    if lower == ".env" || lower == ".envrc" || lower.starts_with(".env.") || lower.starts_with(".env-") {
        return Some(EnvFile);
    }
    let (stem, extension) = lower.rsplit_once('.').unwrap_or((lower, ""));
    if extension == "env" && !stem.is_empty() || lower == "env.production" || lower == ".dev.vars" {
        return Some(EnvFile);
    }
    if extension == "pub" || extension == "crt" || extension == "cer" || extension == "csr" {
        return None;
    }
    match lower {
        "id_rsa"
        | "id_ed25519"
        | "id_ecdsa"
        | "id_dsa"
        | "id_ecdsa_sk"
        | "id_ed25519_sk"
        | ".ssh"
        | ".gnupg"
        | "private-keys-v1.d"
        | "wallet.dat"
        | "keystore.json"
        | "ssh_host_rsa_key"
        | "ssh_host_ed25519_key"
        | "ssh_host_ecdsa_key" => return Some(KeyFile),
        "firefox" if within(".mozilla") => return Some(CredentialFile),
        "keys.txt" if within("age") => return Some(KeyFile),
        "keystore" if within(".ethereum") || within("geth") => return Some(KeyFile),
        ".netrc"
        | "_netrc"
        | ".npmrc"
        | ".pypirc"
        | ".pgpass"
        | ".my.cnf"
        | ".git-credentials"
        | ".dockercfg"
        | ".htpasswd"
        | ".s3cfg"
        | ".boto"
        | ".terraformrc"
        | "credentials.tfrc.json"
        | "terraform.tfstate"
        | "terraform.tfstate.backup"
        | "kubeconfig"
        | ".kube"
        | ".aws"
        | ".vault-token"
        | "rclone.conf"
        | "application_default_credentials.json"
        | "credentials.db"
        | "access_tokens.db"
        | "logins.json"
        | "key4.db"
        | "login.keychain-db"
        | "master.key"
        | "secrets.yml"
        | "secrets.yaml"
        | "secrets.json"
        | "secrets.toml"
        | ".password-store"
        | ".mylogin.cnf"
        | "credentials.json"
        | ".databrickscfg"
        | ".rclone.conf"
        | ".bash_history"
        | ".zsh_history"
        | ".histfile"
        | "fish_history"
        | ".python_history"
        | ".psql_history"
        | ".mysql_history"
        | ".node_repl_history"
        | ".azure"
        | ".vault_pass"
        | "ntds.dit" => return Some(CredentialFile),
        "shadow" | "gshadow" | "shadow-" if parent == "/etc" => return Some(CredentialFile),
        "id.json" if within("solana") => return Some(KeyFile),
        "doctl" | "gh" | "op" | "hub" | "rclone" | "sops" if within(".config") => {
            return Some(CredentialFile);
        }
        _ => {}
    }
    match lower {
        "google-chrome" | "chromium" | "bravesoftware" | "microsoft-edge" if within(".config") => {
            return Some(CredentialFile);
        }
        ".mozilla" | ".thunderbird" | "login data" | "cookies.sqlite" | "keychains" | "web data"
        | "local state" => {
            return Some(CredentialFile);
        }
        ".electrum" | ".bitcoin" | ".ethereum" | ".monero" | "wallets" | "default_wallet" | "wallet.json" => {
            return Some(KeyFile);
        }
        _ => {}
    }
    if of_browser(parent, lower) || of_tool(&within, lower, extension) {
        return Some(CredentialFile);
    }
    // What an orchestrator hands to a container.
    if ["/run/secrets", "/vault/secrets", "/kubernetes.io/serviceaccount"]
        .iter()
        .any(|end| parent.ends_with(end))
        && !matches!(lower, "namespace" | "ca.crt")
    {
        return Some(CredentialFile);
    }
    // An archive is called after what is in it.
    let packed =
        [".tar", ".tgz", ".zip", ".7z", ".gz", ".bak", ".gpg.tar"].iter().any(|end| lower.contains(end));
    let inside = lower.trim_start_matches('.').split('.').next().unwrap_or_default();
    if packed
        && matches!(
            inside,
            "password-store"
                | "passwords"
                | "ssh"
                | "ssh-backup"
                | "ssh_backup"
                | "gnupg"
                | "aws"
                | "id_rsa"
                | "id_ed25519"
                | "keychain"
                | "wallet"
                | "secrets"
                | "credentials"
                | "kube"
        )
    {
        return Some(KeyFile);
    }
    if within(".ssh")
        && !matches!(lower, "config" | "known_hosts" | "known_hosts.old" | "authorized_keys" | "environment")
    {
        return Some(KeyFile);
    }
    match lower {
        "credentials" | "credentials.toml" if within(".aws") || within(".cargo") || within(".gem") => {
            return Some(CredentialFile);
        }
        "config" if within(".kube") => return Some(CredentialFile),
        "config.json" if within(".docker") => return Some(CredentialFile),
        "auth.json" => return Some(CredentialFile),
        "hosts.yml" if within("gh") => return Some(CredentialFile),
        "config.yml" if within("glab-cli") => return Some(CredentialFile),
        "gcloud" if within(".config") => return Some(CredentialFile),
        _ => {}
    }
    if extension == "json"
        && (within("gcloud") && stem.contains("credentials")
            || stem.contains("service-account")
            || stem.contains("service_account")
            || stem.contains("serviceaccount")
            || stem.starts_with("client_secret")
            || stem.starts_with("utc--"))
        || parent.contains(".config/gcloud") && stem.contains("credential")
    {
        return Some(CredentialFile);
    }
    let public = ["cert", "chain", "public", "pub"].iter().any(|word| stem.contains(word))
        || stem == "ca"
        || stem.starts_with("ca-")
        || stem.ends_with("-ca")
        || stem.ends_with("_ca")
        || stem.starts_with("ca_")
        || stem.starts_with("dhparam");
    match extension {
        "pem" if !public || stem.contains("key") && !stem.contains("pub") => return Some(KeyFile),
        "key" if !stem.contains("pub") => return Some(KeyFile),
        "p12" | "pfx" | "jks" | "keystore" | "kdbx" | "kdb" | "ppk" | "p8" | "keytab" | "agekey" => {
            return Some(KeyFile);
        }
        "tfstate" => return Some(CredentialFile),
        _ => {}
    }
    // `token`, `api_key.txt`, `db-password`: a file named like a secret, holding nothing else.
    let bare = matches!(extension, "" | "txt" | "secret" | "token");
    let says_so = |stem: &str| names_secret(stem) || matches!(stem, "key" | "secret" | "apikey");
    if bare && (says_so(stem.trim_start_matches('.')) || matches!(extension, "secret" | "token")) {
        return Some(CredentialFile);
    }
    None
}

/// What browsers and messengers keep of logins, below their own directories: cookies are as good as passwords.
fn of_browser(parent: &str, name: &str) -> bool {
    let kept = matches!(
        name,
        "cookies"
            | "cookies-journal"
            | "login data for account"
            | "local storage"
            | "leveldb"
            | "session storage"
            | "indexeddb"
            | "default"
            | "user data"
            | "data.json"
            | "cert9.db"
            | "cert8.db"
            | "signons.sqlite"
            | "config.json"
            | "db"
    );
    let whole = matches!(
        name,
        "google-chrome"
            | "chrome"
            | "chromium"
            | "bravesoftware"
            | "brave-browser"
            | "vivaldi"
            | "opera"
            | "firefox"
            | "slack"
            | "discord"
            | "signal"
            | "telegramdesktop"
            | "tdata"
            | "bitwarden"
            | "bitwarden cli"
            | "1password"
            | "keyrings"
            | "kwalletd"
    );
    if !kept && !whole {
        return false;
    }
    let folder = |part: &str| {
        matches!(part, ".config" | "Application Support" | ".mozilla" | "share" | ".var" | "Google")
    };
    let owner = |part: &str| {
        let part = part.to_ascii_lowercase();
        [
            "chrome",
            "chromium",
            "brave",
            "vivaldi",
            "opera",
            "edge",
            "firefox",
            "slack",
            "discord",
            "signal",
            "bitwarden",
        ]
        .iter()
        .any(|known| part.contains(known))
    };
    let mut parts = parent.split('/');
    whole && parent.rsplit('/').next().is_some_and(folder)
        || kept && parts.clone().any(owner) && parts.any(folder)
}

/// Files below a home in which single tools keep a login.
fn of_tool(within: &dyn Fn(&str) -> bool, name: &str, extension: &str) -> bool {
    match name {
        ".msmtprc" | ".fetchmailrc" | ".mbsyncrc" | ".offlineimaprc" | "sitemanager.xml"
        | "recentservers.xml" | "kaggle.json" | ".credentials.json" | "accesstokens.json" | ".wgetrc"
        | ".netrc.gpg" | ".smbcredentials" | ".cifs" | ".vault-password" | "cookies.txt" => true,
        "settings.xml" | "settings-security.xml" => within(".m2"),
        "gradle.properties" => within(".gradle"),
        "config" => ["op", ".oci", ".snowsql", ".irssi", ".aliyun", ".bluemix"].iter().any(|dir| within(dir)),
        "config.toml" => within("stripe"),
        "default.toml" => within(".wrangler/config") || within("config"),
        "config.yaml" | "config.yml" => within("doctl") || within(".fly") || within(".argocd"),
        "hosts.json" | "apps.json" => within("github-copilot"),
        "profiles.yml" => within(".dbt"),
        "jupyter_server_config.json" => within(".jupyter"),
        "login.keyring" => true,
        _ if name.starts_with("msal_token_cache") || name.starts_with("msal_http_cache") => within(".azure"),
        _ => match extension {
            "ovpn" | "nmconnection" | "keyring" | "keychain-db" | "keychain" => true,
            "conf" => within("wireguard"),
            _ => false,
        },
    }
}

/// Templates are made to be shared: `.env.example`, `secrets.yml.sample`, `.env.dist`.
fn is_sample(name: &str) -> bool {
    name.split(['.', '-', '_']).any(|part| {
        matches!(
            part,
            "example"
                | "examples"
                | "sample"
                | "template"
                | "tpl"
                | "dist"
                | "tmpl"
                | "schema"
                | "defaults"
                | "encrypted"
                | "enc"
                | "age"
                | "gpg"
                | "asc"
        )
    }) && !name.ends_with(".kdbx")
}

#[cfg(test)]
mod tests {
    use super::SourceKind::{CredentialFile, EnvFile, KeyFile};
    use super::*;

    #[test]
    fn paths_that_hold_secrets() {
        for (path, kind) in [
            (".env", EnvFile),
            ("app/.env.production", EnvFile),
            ("prod.env", EnvFile),
            ("/home/a/.ssh/id_rsa", KeyFile),
            ("~/.ssh/deploy", KeyFile),
            ("~/.ssh", KeyFile),
            ("~/.ssh/", KeyFile),
            ("id_ed25519", KeyFile),
            ("server.pem", KeyFile),
            ("tls/server.key", KeyFile),
            ("certkey.pem", KeyFile),
            ("a.p12", KeyFile),
            ("pw.kdbx", KeyFile),
            ("~/.aws/credentials", CredentialFile),
            (".netrc", CredentialFile),
            ("~/.npmrc", CredentialFile),
            ("~/.docker/config.json", CredentialFile),
            ("~/.kube/config", CredentialFile),
            ("~/.config/gcloud/application_default_credentials.json", CredentialFile),
            ("service-account-prod.json", CredentialFile),
            ("~/.config/gh/hosts.yml", CredentialFile),
            ("terraform.tfstate", CredentialFile),
            ("token", CredentialFile),
            ("key", CredentialFile),
            ("api_key.txt", CredentialFile),
            ("/run/secrets/db_password", CredentialFile),
            ("/run/secrets/db", CredentialFile),
            ("~/.config/BraveSoftware/Brave-Browser/Default/Cookies", CredentialFile),
            ("~/.config/Slack/Cookies", CredentialFile),
            ("~/.local/share/keyrings", CredentialFile),
            ("~/.local/share/keyrings/login.keyring", CredentialFile),
            ("~/.config/discord/Local Storage", CredentialFile),
            ("~/.m2/settings.xml", CredentialFile),
            ("~/.msmtprc", CredentialFile),
            ("/etc/wireguard/wg0.conf", CredentialFile),
        ] {
            assert_eq!(secret_path(path), Some(kind), "{path}");
        }
    }

    #[test]
    fn paths_that_do_not() {
        for path in [
            ".env.example",
            ".env.sample",
            ".env.template",
            ".env.dist",
            "id_rsa.pub",
            "cert.pem",
            "fullchain.pem",
            "ca.pem",
            "ca-bundle.pem",
            "public.pem",
            "server.crt",
            "~/.ssh/config",
            "~/.ssh/known_hosts",
            "payload.json",
            "src/main.rs",
            "README.md",
            "config.json",
            "package.json",
            "config",
            "keyboard.txt",
            "tokens.json",
            "environment.yml",
            "secrets.yml.example",
            "",
            "/",
            "tokenizer.txt",
            "env",
            "monkey",
            "secrets.env.gpg",
            "public.key",
            "hosts.yml",
            "src/cookies",
            "cookies.js",
            ".config/nvim/config.json",
            "settings.xml",
            "src/firefox",
            "public/default",
            "/var/run/secrets/kubernetes.io/serviceaccount/namespace",
            "nginx/default.conf",
        ] {
            assert_eq!(secret_path(path), None, "{path}");
        }
    }
}
