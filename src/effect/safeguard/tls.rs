//! Checks of certificates and signatures, switched off for a program or for all of them.

use super::git::is_no;
use super::{has, operands, value, weaken};
use crate::effect::code::{Address, fetch};
use crate::effect::{Call, Effect};
use crate::syntax::{Span, Word};

/// A variable that switches checks off, and whether this value does.
pub(super) fn variable(name: &str, content: &str, span: Span, effects: &mut Vec<Effect>) {
    let off = match name {
        "GIT_SSL_NO_VERIFY" => !is_no(content),
        // A host that is never checked and never remembered may be anyone.
        "GIT_SSH_COMMAND" => {
            content.contains("StrictHostKeyChecking=no") && content.contains("UserKnownHostsFile=/dev/null")
        }
        "NODE_TLS_REJECT_UNAUTHORIZED" | "PYTHONHTTPSVERIFY" => content == "0",
        _ => false,
    };
    if off {
        let of = if name.starts_with("GIT") {
            "git"
        } else if name.starts_with("NODE") {
            "node"
        } else {
            "python"
        };
        weaken("tls", format!("{name}={content}"), of, span, effects);
    }
}

/// Variables that are set for one call.
pub(super) fn assigned(call: Call<'_>, effects: &mut Vec<Effect>) {
    if matches!(call.invocation.program(), "export" | "declare" | "typeset") {
        return;
    }
    for assignment in &call.invocation.assignments {
        variable(
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
            let found = words.iter().find(|word| unsigned.contains(&word.text()));
            found.map(|word| word.text().to_owned())
        }
    };
    if let Some(how) = how {
        weaken("tls", how, program, invocation.span, effects);
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
    (!Address::read(host).is_near()).then(|| format!("--trusted-host {host}"))
}
