//! Firewalls, the audit of the kernel, access control, and who may become root.

use super::{has, operands, value, weaken};
use crate::effect::{Call, Effect};
use crate::syntax::{Expansion, Feed, Word};

/// What administrative programs would switch off or open.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let program = invocation.program();
    let words = invocation.args();
    if has(words, &["--help", "-h"]) && !matches!(program, "xattr" | "iptables") {
        return;
    }
    let first = words.first().map_or("", Word::text);
    let found: Option<(&'static str, String, &str)> = match program {
        "setenforce" => matches!(first, "0" | "Permissive" | "permissive")
            .then(|| ("access-control", first.to_owned(), "SELinux")),
        "aa-disable" | "aa-teardown" | "aa-complain" => {
            Some(("access-control", program.to_owned(), "AppArmor"))
        }
        "auditctl" => {
            let off = value(words, &["-e"]) == Some("0") || has(words, &["-D"]);
            off.then(|| {
                ("audit", words.iter().map(Word::text).collect::<Vec<_>>().join(" "), "the kernel's audit")
            })
        }
        "ufw" => ufw(words).map(|how| ("firewall", how, "ufw")),
        "iptables" | "ip6tables" | "iptables-legacy" | "iptables-nft" => {
            iptables(words).map(|how| ("firewall", how, program))
        }
        "nft" => {
            let rest: Vec<&str> = operands(words).map(Word::text).collect();
            match rest.as_slice() {
                ["flush", "ruleset" | "table", ..]
                | ["delete", "table", ..]
                | ["add" | "insert", "rule", _, _, "input", "accept"]
                | ["add" | "insert", "rule", _, "input", "accept"] => {
                    Some(("firewall", rest.join(" "), "nft"))
                }
                _ => None,
            }
        }
        "pfctl" => (has(words, &["-d"]) || value(words, &["-F"]) == Some("all"))
            .then(|| ("firewall", first.to_owned(), "pf")),
        "firewall-cmd" => {
            let trusted = value(words, &["--set-default-zone", "--zone"]) == Some("trusted")
                && !words.iter().any(|word| word.text().starts_with("--list"));
            let rich = value(words, &["--add-rich-rule"]).is_some_and(|rule| {
                rule.ends_with("accept")
                    && !["port", "service", "protocol"].iter().any(|part| rule.contains(part))
                    && (!rule.contains("source") || rule.contains("0.0.0.0/0"))
            });
            let all = value(words, &["--add-port"])
                .is_some_and(|port| port.starts_with("1-65535") || port.starts_with("0-65535"));
            (trusted || rich || all).then(|| ("firewall", super::short(words), "firewalld"))
        }
        // An empty table in the place of all rules.
        "iptables-restore" | "ip6tables-restore" => {
            let empty = matches!(&call.invocation.stdin, Feed::File(word) if word.text() == "/dev/null");
            empty.then(|| ("firewall", "all rules flushed".to_owned(), program))
        }
        "netsh" => (has(words, &["advfirewall"]) && has(words, &["off"]))
            .then(|| ("firewall", "off".to_owned(), "the firewall")),
        "csrutil" => (first == "disable")
            .then(|| ("system-integrity", "csrutil disable".to_owned(), "system integrity protection")),
        "spctl" => has(words, &["--master-disable", "--global-disable"])
            .then(|| ("system-integrity", first.to_owned(), "Gatekeeper")),
        "fdesetup" => {
            (first == "disable").then(|| ("system-integrity", first.to_owned(), "the encryption of the disk"))
        }
        "mokutil" => has(words, &["--disable-validation"])
            .then(|| ("system-integrity", first.to_owned(), "secure boot")),
        "xattr" => {
            let deletes = words.iter().any(|word| word.text().starts_with('-') && word.text().contains('d'));
            (deletes && has(words, &["com.apple.quarantine"]))
                .then(|| ("quarantine", "com.apple.quarantine".to_owned(), last(words)))
        }
        "usermod" | "gpasswd" | "adduser" | "addgroup" | "useradd" => group(program, words),
        "Set-MpPreference" => (has(words, &["-DisableRealtimeMonitoring"])
            && !words.iter().any(is_false_of_powershell))
        .then(|| ("watch", first.to_owned(), "the scanner for malware")),
        "journalctl" => {
            // All but the last moments; `2weeks` and `500M` keep a disk from filling up.
            let kept = value(words, &["--vacuum-time"]).unwrap_or_default();
            let moments =
                kept.ends_with('s') && kept[..kept.len() - 1].bytes().all(|byte| byte.is_ascii_digit());
            (moments && !kept.is_empty()).then(|| ("audit", format!("--vacuum-time={kept}"), "the journal"))
        }
        // Who becomes root is written by a program in place of an editor, or comes in as text.
        "visudo" => {
            let editor = ["EDITOR", "VISUAL", "SUDO_EDITOR"]
                .iter()
                .find_map(|name| call.invocation.assignments.iter().rev().find(|set| set.name == *name));
            let writes = editor.is_some_and(|set| {
                let program = set.value.text().split(' ').next().unwrap_or_default();
                matches!(
                    program.rsplit('/').next(),
                    Some("tee" | "sed" | "cp" | "ed" | "ex" | "dd" | "bash" | "sh")
                )
            });
            let fed = matches!(call.invocation.stdin, Feed::Text(_));
            (!has(words, &["-c", "--check"]) && (writes || fed))
                .then(|| ("sudo", "a rule".to_owned(), "the rules of sudo"))
        }
        // `echo root:pw | chpasswd`
        "chpasswd" => {
            let says = |made: &crate::syntax::Invocation| {
                made.args().iter().any(|word| word.text().starts_with("root:"))
            };
            let root = match &call.invocation.stdin {
                Feed::Text(word) => word.text().starts_with("root:"),
                Feed::Pipe(made) => {
                    made.iter().filter_map(|&index| call.script.invocations.get(index)).any(says)
                }
                _ => false,
            };
            root.then(|| ("login", "a password in the line".to_owned(), "root"))
        }
        "passwd" => has(words, &["-d", "--delete"])
            .then(|| ("account-file", "a password removed".to_owned(), last(words))),
        _ => None,
    };
    if let Some((safeguard, how, object)) = found {
        weaken(safeguard, how, object, invocation.span, effects);
    }
}

/// `$false`, which a shell of Unix would take for a variable.
fn is_false_of_powershell(word: &Word) -> bool {
    let named =
        |expansion: &Expansion| matches!(expansion, Expansion::Variable { name, .. } if name == "false");
    matches!(word.text(), "$false" | "0") || word.expansions.iter().any(named)
}

fn last(words: &[Word]) -> &str {
    words.last().map_or("", Word::text)
}

fn ufw(words: &[Word]) -> Option<String> {
    if has(words, &["--dry-run"]) {
        return None;
    }
    let rest: Vec<&str> = operands(words).map(Word::text).collect();
    match rest.as_slice() {
        ["disable" | "reset", ..]
        | ["default", "allow"]
        | ["default", "allow", "incoming" | "routed"]
        | ["logging", "off"]
        | ["allow", "from", "any" | "0.0.0.0/0"]
        | ["allow", "from", "any" | "0.0.0.0/0", "to", "any"]
        | ["allow", "0:65535/tcp" | "1:65535/tcp" | "0:65535" | "1:65535" | "0:65535/udp" | "1:65535/udp"] => {
            Some(rest.join(" "))
        }
        _ => None,
    }
}

fn iptables(words: &[Word]) -> Option<String> {
    if has(words, &["-F", "--flush"]) {
        return Some("all rules flushed".to_owned());
    }
    let texts: Vec<&str> = words.iter().map(Word::text).collect();
    for (at, text) in texts.iter().enumerate() {
        let chain = texts.get(at + 1).copied().unwrap_or_default();
        match *text {
            "-P" | "--policy" if chain == "INPUT" && texts.get(at + 2) == Some(&"ACCEPT") => {
                return Some("INPUT accepts everything".to_owned());
            }
            "-A" | "-I" | "--append" | "--insert" if chain == "INPUT" => {
                let limited = texts.iter().any(|text| {
                    matches!(
                        *text,
                        "-p" | "-s"
                            | "-i"
                            | "-m"
                            | "--protocol"
                            | "--source"
                            | "--in-interface"
                            | "--match"
                            | "--dport"
                    )
                });
                let port = texts.iter().position(|text| *text == "--dport").and_then(|at| texts.get(at + 1));
                let everyone = texts.windows(2).any(|pair| pair[0] == "-s" && pair[1] == "0.0.0.0/0");
                let opens = everyone && port.is_some_and(|port| super::hosted::is_sensitive_port(port));
                if (!limited || opens) && texts.last() == Some(&"ACCEPT") {
                    return Some("INPUT accepts everything".to_owned());
                }
            }
            _ => {}
        }
    }
    None
}

/// `usermod -aG sudo bob`, `gpasswd -a bob wheel`, `adduser bob sudo`, `useradd -o -u 0 x`.
fn group<'a>(program: &str, words: &'a [Word]) -> Option<(&'static str, String, &'a str)> {
    let rest: Vec<&'a str> = operands(words).map(Word::text).collect();
    if matches!(program, "useradd" | "usermod") && value(words, &["-u", "--uid"]) == Some("0") {
        return Some(("account-file", "a second root".to_owned(), last(words)));
    }
    let groups = match program {
        "usermod" | "useradd" => words.iter().enumerate().find_map(|(at, word)| {
            let text = word.text();
            let is_groups =
                text == "--groups" || text.starts_with('-') && !text.starts_with("--") && text.ends_with('G');
            is_groups.then(|| words.get(at + 1).map_or("", Word::text))
        })?,
        "gpasswd" if has(words, &["-a", "--add"]) => rest.last().copied()?,
        "adduser" | "addgroup" => rest.get(1).copied()?,
        _ => return None,
    };
    let user = if program == "gpasswd" {
        rest.first()
    } else if program == "usermod" || program == "useradd" {
        rest.last()
    } else {
        rest.first()
    };
    let user = user.copied().unwrap_or_default();
    // The group of docker is how docker is set up.
    let strong = groups
        .split(',')
        .find(|name| matches!(*name, "sudo" | "wheel" | "root" | "admin" | "lxd" | "disk" | "shadow"))?;
    Some(("admin-group", strong.to_owned(), user))
}
