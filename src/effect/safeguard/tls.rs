//! Checks of certificates and signatures, switched off for a program or for all of them.

use super::git::is_no;
use super::{has, operands, value, weaken};
use crate::effect::code::{Address, fetch};
use crate::effect::{Call, Effect};
use crate::syntax::{Span, Word};

/// A variable that switches checks off, and whether this value does.
pub(super) fn variable(call: Call<'_>, name: &str, content: &str, span: Span, effects: &mut Vec<Effect>) {
    let upper = name.to_ascii_uppercase();
    let normal = super::normal(content);
    let yes = || !is_no(content);
    let (safeguard, off) = match upper.as_str() {
        "GIT_SSL_NO_VERIFY" | "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION" | "GONOSUMCHECK" => ("tls", yes()),
        "PYTHONHTTPSVERIFY" | "NODE_TLS_REJECT_UNAUTHORIZED" => ("tls", content == "0"),
        "ANSIBLE_HOST_KEY_CHECKING" | "PERL_LWP_SSL_VERIFY_HOSTNAME" | "NPM_CONFIG_STRICT_SSL" => {
            ("tls", is_no(content))
        }
        "REQUESTS_CA_BUNDLE" | "CURL_CA_BUNDLE" | "SSL_CERT_FILE" => {
            ("tls", matches!(content, "" | "/dev/null"))
        }
        "LDAPTLS_REQCERT" => ("tls", normal == "never"),
        // A host that is never checked and never remembered may be anyone.
        "GIT_SSH_COMMAND" => ("tls", never_known(&normal)),
        "PIP_TRUSTED_HOST" | "UV_INSECURE_HOST" => ("tls", yes() && !is_own(content)),
        "PGSSLMODE" => ("tls", normal == "disable" && names_far(call.invocation.args())),
        "GOSUMDB" => ("signature", normal == "off"),
        "GONOSUMDB" | "GOINSECURE" => ("signature", normal == "*"),
        "GOFLAGS" => ("signature", normal.contains("-insecure")),
        "DOCKER_CONTENT_TRUST" => ("signature", content == "0"),
        "YARN_CHECKSUM_BEHAVIOR" => ("signature", normal == "ignore"),
        "HOMEBREW_CASK_OPTS" => ("quarantine", normal.contains("--no-quarantine")),
        "HISTFILE" => ("history", content == "/dev/null"),
        name => {
            let skips = ["SKIP_VERIFY", "SKIP_TLS_VERIFY", "TLS_SKIP_VERIFY", "SSL_NO_VERIFY"];
            let checks = ["SSL_VERIFY", "VERIFY_SSL", "TLS_VERIFY"];
            let skips = skips.iter().any(|end| name.ends_with(end));
            let off =
                skips && yes() || !skips && checks.iter().any(|end| name.ends_with(end)) && is_no(content);
            // `VAULT_SKIP_VERIFY` for a server on this machine.
            let at = off.then(|| format!("{}_ADDR", name.split('_').next().unwrap_or_default()));
            let own = at.and_then(|at| call.invocation.var(&at, call.scene));
            ("tls", off && own.is_none_or(|address| !Address::read(&address).is_near()))
        }
    };
    if off && !super::near(call.invocation.args()) {
        let program = call.invocation.program();
        let of = match upper.split('_').next().unwrap_or_default() {
            _ if !matches!(program, "export" | "declare" | "typeset" | "setenv" | "") => program.to_owned(),
            "PYTHONHTTPSVERIFY" => "python".to_owned(),
            first => first.to_ascii_lowercase(),
        };
        weaken(safeguard, format!("{name}={content}"), of, span, effects);
    }
}

/// ssh neither looks at the key of a host nor remembers it.
pub(super) fn never_known(options: &str) -> bool {
    options.contains("stricthostkeychecking=no") && options.contains("userknownhostsfile=/dev/null")
}

/// A host of one's own, for which a package index may be trusted without a certificate.
fn is_own(host: &str) -> bool {
    let address = Address::read(host);
    address.is_loopback() || address.is_near() && address.host.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// `-h db.acme.com`: a host that is not near.
fn names_far(words: &[Word]) -> bool {
    value(words, &["-h", "--host", "--hostname"]).is_some_and(|host| !Address::read(host).is_near())
}

/// Flags by which programs of all kinds stop to look who is at the other end, or who has signed: the families of
/// `--insecure`, `--skip-tls-verify`, `--no-verify-ssl`, `--tls-verify=false`, `--no-gpg-check`.
pub(super) fn unchecked(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    let Some((word, safeguard)) = words.iter().find_map(|word| Some((word, switch(word.text())?))) else {
        return;
    };
    let program = invocation.program();
    // Their own readers say when it matters; the others only speak of it.
    let left = matches!(
        program,
        "curl"
            | "wget"
            | "git"
            | "echo"
            | "printf"
            | "grep"
            | "rg"
            | "ack"
            | "ag"
            | "man"
            | "openssl"
            | "sed"
            | "test"
            | "["
            | "jq"
            | "nmap"
            | "ffmpeg"
            | "ansible-playbook"
            | "k6"
            | "ab"
            | "hey"
            | "vegeta"
    ) || program == "cockroach" && !names_far(words)
        || super::has(words, &["--help"])
        || super::near(words);
    if !left {
        weaken(safeguard, word.text(), program, word.span, effects);
    }
}

/// Which safeguard a flag switches off, by its name.
fn switch(text: &str) -> Option<&'static str> {
    let name = text.strip_prefix('-').filter(|name| name.len() > 7)?;
    let (name, content) = name.split_once('=').unwrap_or((name, "yes"));
    let has = |part: &str| name.len() >= part.len() && name.to_ascii_lowercase().contains(part);
    // Cheap first: most flags hold none of these letters in a row.
    if !["erif", "secur", "ertif", "gpg", "rust", "ssl", "Ssl", "sigs", "igna"]
        .iter()
        .any(|part| name.contains(part))
        && !has("allowinvalid")
        && !has("no-check")
    {
        return None;
    }
    if is_no(content) {
        let checks = ["tls-verify", "tlsverify", "verify-ssl", "ssl-verify", "strict-ssl", "verify-tls"];
        if has("skip") || has("insecure") {
            return None;
        }
        return (checks.iter().any(|part| has(part)) || has("-verify") && name.len() == 7).then_some("tls");
    }
    let tls = [
        "insecure",
        "skip-tls",
        "tls-skip",
        "skip-ssl",
        "skipssl",
        "unsafessl",
        "no-verify-ssl",
        "no-ssl-verify",
        "no-check-cert",
        "skip-verify",
        "allowinvalidcert",
        "ignore-cert",
        "ignore-ssl",
        "no-verify-peer",
        "skip-server-verification",
        "skip-cert",
    ];
    if has("insecure-ignore-tlog") || has("insecure-policy") {
        return Some("signature");
    }
    // `--insecure-storage` and `--insecure-port` are other things.
    if tls.iter().any(|part| has(part)) && !has("storage") && !has("port") && !has("upgrade-insecure") {
        return Some("tls");
    }
    let signed = [
        "no-gpg-verify",
        "no-gpg-check",
        "nogpgcheck",
        "no-check-sig",
        "nosignature",
        "allow-untrusted",
        "disable-content-trust",
        "allow-unsigned",
        "skip-signature",
        "no-signature",
        "no-verify-signature",
    ];
    signed.iter().any(|part| has(part)).then_some("signature")
}

/// Variables that are set for one call.
pub(super) fn assigned(call: Call<'_>, effects: &mut Vec<Effect>) {
    if matches!(call.invocation.program(), "export" | "declare" | "typeset") {
        return;
    }
    for assignment in &call.invocation.assignments {
        variable(
            call,
            &assignment.name,
            assignment.value.text(),
            assignment.value.span.to(call.invocation.span),
            effects,
        );
    }
}

/// Programs that download, and package managers.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    let rest: Vec<&str> = operands(words).map(Word::text).collect();
    let program = invocation.program();
    let how = match program {
        "curl" | "wget" => {
            let Some(fetched) = fetch(invocation) else { return };
            if fetched.insecure && fetched.sends && !fetched.address.is_near() {
                weaken("tls", "the certificate unchecked", fetched.address.shown, invocation.span, effects);
            }
            return;
        }
        "npm" | "yarn" | "pnpm" => match rest.as_slice() {
            ["config" | "c", "set", rest @ ..] | ["set", rest @ ..] => {
                setting(rest, &["strict-ssl", "enableStrictSsl"], "registry")
            }
            _ if words.iter().any(|word| word.text() == "--strict-ssl=false") => {
                Some("--strict-ssl=false".to_owned())
            }
            _ => None,
        },
        "pip" | "pip3" => match rest.as_slice() {
            ["config", "set", key, host, ..] if key.ends_with("trusted-host") => not_near(host),
            _ => value(words, &["--trusted-host"]).and_then(not_near),
        },
        "conda" | "mamba" => match rest.as_slice() {
            ["config", "ssl_verify", no] if is_no(no) => Some("ssl_verify=false".to_owned()),
            _ => None,
        },
        "composer" => match rest.as_slice() {
            ["config", "disable-tls", "true"] | ["config", "secure-http", "false"] => {
                Some(rest[1..].join("="))
            }
            _ => None,
        },
        "bundle" => match rest.as_slice() {
            ["config", "ssl_verify_mode", "0"] | ["config", "set", "ssl_verify_mode", "0"] => {
                Some("ssl_verify_mode=0".to_owned())
            }
            _ => None,
        },
        "gem" => value(words, &["--add", "-a", "--source"])
            .filter(|address| address.starts_with("http://") && !Address::read(address).is_near())
            .map(|address| format!("--add {address}")),
        _ => {
            let unsigned = [
                "--allow-unauthenticated",
                "--allow-insecure-repositories",
                "--nogpgcheck",
                "--no-gpg-check",
                "--no-gpg-checks",
                "--nosignature",
            ];
            // A package that lies here was made or fetched by whoever types this.
            let local = |word: &&str| word.ends_with(".rpm") && !word.contains("://");
            let local = matches!(program, "yum" | "dnf") && rest.iter().any(local);
            let found = words.iter().find(|word| unsigned.contains(&word.text()) && !local);
            found.map(|word| word.text().to_owned())
        }
    };
    if let Some(how) = how {
        let unsigned = how.starts_with("--allow") || how.starts_with("--no");
        weaken(if unsigned { "signature" } else { "tls" }, how, program, invocation.span, effects);
    }
    if matches!(program, "npm" | "pip" | "pip3") && has(words, &["--help"]) {
        effects.pop();
    }
}

/// `key value` or `key=value`: a check that is switched off, or an address without encryption.
fn setting(words: &[&str], checks: &[&str], address: &str) -> Option<String> {
    let (key, content) = match words {
        [both, ..] if both.contains('=') => both.split_once('=')?,
        [key, content, ..] => (*key, *content),
        _ => return None,
    };
    if checks.contains(&key) && is_no(content) {
        return Some(format!("{key}=false"));
    }
    let plain = key == address && content.starts_with("http://") && !Address::read(content).is_near();
    plain.then(|| format!("{key}={content}"))
}

fn not_near(host: &str) -> Option<String> {
    (!is_own(host)).then(|| format!("--trusted-host {host}"))
}
