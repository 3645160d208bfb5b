//! What the name of a variable, a field or a file says about its value.

/// Whether a variable or field of this name usually holds a secret: `GITHUB_TOKEN`, `DB_PASSWORD`, `apiKey`; not
/// `TOKEN_COUNT`, `PATH`, `KEYBOARD`, `PUBLIC_KEY`.
pub fn names_secret(variable: &str) -> bool {
    if variable.len() > 128 || variable.is_empty() {
        return false;
    }
    let mut parts = [""; 16];
    let mut count = 0;
    for part in Parts(variable) {
        if count == parts.len() {
            break;
        }
        parts[count] = part;
        count += 1;
    }
    let parts = &parts[..count];
    let Some(last) = parts.last() else { return false };
    // What is said of a secret is not the secret: its length, its file, its address.
    if is(last, |part| {
        matches!(
            part,
            "count"
                | "counts"
                | "limit"
                | "length"
                | "len"
                | "size"
                | "type"
                | "name"
                | "names"
                | "id"
                | "file"
                | "path"
                | "dir"
                | "url"
                | "uri"
                | "endpoint"
                | "ttl"
                | "expiry"
                | "expires"
                | "expiration"
                | "policy"
                | "prompt"
                | "hint"
                | "field"
                | "header"
                | "format"
                | "algorithm"
                | "budget"
                | "usage"
                | "used"
                | "max"
                | "min"
                | "enabled"
                | "required"
                | "version"
                | "store"
                | "provider"
                | "service"
                | "issuer"
                | "audience"
                | "index"
                | "total"
                | "reset"
                | "status"
                | "helper"
                | "manager"
                | "timeout"
                | "age"
                | "scope"
                | "scopes"
                | "label"
                | "class"
                | "input"
                | "symbol"
                | "set"
        )
    }) {
        return false;
    }
    if parts.iter().any(|part| {
        is(part, |part| matches!(part, "public" | "pub" | "publishable" | "max" | "num" | "csrf" | "xsrf"))
    }) {
        return false;
    }
    let strong = parts.iter().any(|part| {
        is(part, |part| {
            matches!(
                part,
                "password"
                    | "passwd"
                    | "passphrase"
                    | "secret"
                    | "secrets"
                    | "token"
                    | "apikey"
                    | "apitoken"
                    | "authtoken"
                    | "accesskey"
                    | "secretkey"
                    | "privatekey"
                    | "credential"
                    | "credentials"
                    | "creds"
                    | "pat"
                    | "pwd"
                    | "pass"
                    | "passcode"
                    | "accesstoken"
                    | "authkey"
                    | "bearer"
                    | "clientsecret"
                    | "apisecret"
                    | "pgpassword"
                    | "jwt"
            )
        })
    });
    // The shell's own directory, alone or as the last one left, is no password.
    if parts.len() <= 2
        && is(last, |part| matches!(part, "pwd"))
        && parts.first().is_none_or(|part| is(part, |part| matches!(part, "pwd" | "old" | "oldpwd")))
    {
        return false;
    }
    if strong {
        // `TOKEN` in the middle speaks of tokens of text: `TOKEN_COUNT` was ruled out, `TOKENIZER` is one part.
        return !(parts.len() == 1 && is(last, |part| matches!(part, "pass" | "pat")) && variable.len() < 4);
    }
    let key = is(last, |part| matches!(part, "key" | "keys"));
    key && parts.len() > 1
        && parts[..count - 1].iter().any(|part| {
            is(part, |part| {
                matches!(
                    part,
                    "api"
                        | "access"
                        | "private"
                        | "secret"
                        | "signing"
                        | "encryption"
                        | "auth"
                        | "master"
                        | "account"
                        | "license"
                        | "deploy"
                        | "service"
                        | "ssh"
                        | "storage"
                        | "shared"
                        | "session"
                        | "webhook"
                        | "admin"
                        | "subscription"
                        | "encrypt"
                        | "hmac"
                        | "rails"
                        | "stripe"
                        | "openai"
                        | "anthropic"
                        | "app"
                )
            })
        })
}

/// The service that a variable's name points at: `GITHUB_TOKEN` → `github`, `ACME_API_KEY` → `acme`. `None`
/// where the name speaks of no service: `TOKEN`, `DB_PASSWORD`, `API_KEY`.
///
/// Well-known services have the name that [`super::Found::owner`] uses for them; any other first part is given
/// back in small letters, as a guess that is good enough to recognise the service's own host.
pub fn issuer_of(variable: &str) -> Option<String> {
    let first = Parts(variable).next()?.to_ascii_lowercase();
    let known = match first.as_str() {
        "gh" | "github" | "ghcr" => "github",
        "gitlab" | "glab" | "gl" => "gitlab",
        "aws" | "s3" => "aws",
        "hf" | "huggingface" | "hugging" => "huggingface",
        "google" | "gcp" | "gcloud" | "gemini" => "google",
        "azure" | "arm" => "azure",
        "cargo" | "crates" => "crates",
        "pypi" | "twine" | "uv" => "pypi",
        "npm" | "node" => "npm",
        "do" | "digitalocean" => "digitalocean",
        "cf" | "cloudflare" => "cloudflare",
        "tg" | "telegram" => "telegram",
        // Words that say what the secret is for, not whose it is.
        "api" | "app" | "auth" | "access" | "admin" | "db" | "database" | "my" | "the" | "user" | "token"
        | "secret" | "password" | "passwd" | "pass" | "pwd" | "pg" | "pgpassword" | "mysql" | "postgres"
        | "redis" | "jwt" | "bearer" | "session" | "client" | "private" | "key" | "deploy" | "ci"
        | "prod" | "production" | "staging" | "dev" | "test" | "root" | "service" | "bot" | "webhook"
        | "personal" | "oauth" | "id" | "refresh" | "encryption" | "signing" | "master" | "login"
        | "basic" | "http" | "https" | "proxy" | "smtp" | "mail" | "ssh" | "registry" | "docker"
        | "vault" | "apikey" | "creds" | "pat" | "new" | "old" | "t" | "pw" | "server" | "cluster"
        | "kube" | "k8s" | "internal" | "local" => return None,
        _ => return Some(first),
    };
    Some(known.to_owned())
}

/// The words of a name in `SNAKE_CASE`, `kebab-case`, `dotted.case` or `camelCase`.
struct Parts<'a>(&'a str);

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.0.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        if text.is_empty() {
            return None;
        }
        let bytes = text.as_bytes();
        let mut end = 1;
        while end < bytes.len() && bytes[end].is_ascii_alphanumeric() {
            let hump = bytes[end].is_ascii_uppercase()
                && (bytes[end - 1].is_ascii_lowercase()
                    || bytes[end - 1].is_ascii_digit()
                        && bytes.get(end + 1).is_some_and(u8::is_ascii_lowercase));
            let end_of_acronym = bytes[end].is_ascii_uppercase()
                && bytes[end - 1].is_ascii_uppercase()
                && bytes.get(end + 1).is_some_and(u8::is_ascii_lowercase);
            if hump || end_of_acronym {
                break;
            }
            end += 1;
        }
        // All before `end` is ASCII, so this is a boundary of characters.
        let (part, rest) = text.split_at(end);
        self.0 = rest;
        Some(part)
    }
}

/// Whether a part, in small letters, is one of a list; no word of a list is longer than the buffer.
fn is(part: &str, listed: fn(&str) -> bool) -> bool {
    let mut small = [0u8; 16];
    let Some(small) = small.get_mut(..part.len()) else { return false };
    small.copy_from_slice(part.as_bytes());
    small.make_ascii_lowercase();
    std::str::from_utf8(small).is_ok_and(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_names() {
        for name in [
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "DB_PASSWORD",
            "apiKey",
            "API_KEY",
            "STRIPE_SECRET_KEY",
            "TOKEN",
            "password",
            "PGPASSWORD",
            "MYSQL_PWD",
            "client_secret",
            "accessToken",
            "_authToken",
            "x-api-key",
            "SECRET_KEY_BASE",
            "HF_TOKEN",
            "secretAccessKey",
            "passwd",
            "JWT_SECRET",
            "OPENAI_API_KEY",
            "GH_PAT",
            "private_key",
            "AZURE_STORAGE_KEY",
            "RAILS_MASTER_KEY",
            "DATABASE_PASS",
            "APIToken",
            "SMTP_PASS",
        ] {
            assert!(names_secret(name), "{name}");
        }
    }

    #[test]
    fn harmless_names() {
        for name in [
            "TOKEN_COUNT",
            "PATH",
            "KEYBOARD",
            "HOME",
            "PWD",
            "OLDPWD",
            "MAX_TOKENS",
            "token_type",
            "PUBLIC_KEY",
            "key",
            "KEY",
            "primary_key",
            "SSH_PUBLIC_KEY",
            "TOKENIZER",
            "author",
            "AUTHOR_NAME",
            "SECRET_NAME",
            "PASSWORD_FILE",
            "PORT",
            "TOKEN_URL",
            "cache_key",
            "partition_key",
            "tokenizer",
            "passenger",
            "COMPASS",
            "NEXT_PUBLIC_API_KEY",
            "",
            "sort_key",
            "monkey",
            "AWS_ACCESS_KEY_ID",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn issuers() {
        assert_eq!(issuer_of("GH_TOKEN").as_deref(), Some("github"));
        assert_eq!(issuer_of("ACME_TOKEN").as_deref(), Some("acme"));
        assert_eq!(issuer_of("API_TOKEN"), None);
        assert_eq!(issuer_of("DB_PASSWORD"), None);
    }
}
