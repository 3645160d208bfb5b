//! Files that are safeguards themselves: hooks, the history of a shell, sudoers, keys that may log in.

use super::{git, has, operands, weaken};
use crate::effect::file::is_in_place;
use crate::effect::{Call, Effect};
use crate::syntax::{Expansion, Feed, HOLE, Host, Invocation, Span, Word};
use std::path::{Path, PathBuf};

/// What a file guards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    Hooks,
    History,
    Sudoers,
    Preload,
    Accounts,
    Shadow,
    Login,
    SshServer,
    AccessControl,
    AddressSpace,
    Trail,
    ShellStart,
    /// What looks at changes before they are merged.
    Review,
    /// What is as good as root to whoever may write to it.
    Socket,
    Ours,
}

fn guard(path: &str) -> Option<Guard> {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    Some(match path {
        "/etc/passwd" | "/etc/group" => Guard::Accounts,
        "/etc/shadow" | "/etc/gshadow" => Guard::Shadow,
        "/etc/sudoers" | "/etc/sudoers.d" => Guard::Sudoers,
        "/etc/ssh/sshd_config" => Guard::SshServer,
        "/etc/selinux/config" | "/etc/sysconfig/selinux" => Guard::AccessControl,
        "/proc/sys/kernel/randomize_va_space" => Guard::AddressSpace,
        "/etc/ld.so.preload" => Guard::Preload,
        "/sys/fs/selinux/enforce" | "/selinux/enforce" => Guard::AccessControl,
        _ if path.starts_with("/etc/sudoers.d/") || path.starts_with("/etc/pam.d/") => Guard::Sudoers,
        _ if path.starts_with("/etc/ssh/sshd_config.d/") => Guard::SshServer,
        _ if path.contains(".git/hooks") || path.starts_with(".husky") || path.contains("/.husky") => {
            Guard::Hooks
        }
        "/var/log" | "/var/log/" | "/var/log/*" | "/var/log/syslog" | "/var/log/messages"
        | "/var/log/kern.log" => Guard::Trail,
        "/etc/rc.local" | "/etc/crontab" | "/etc/profile" | "/etc/bash.bashrc" | "/etc/cron.d" => {
            Guard::ShellStart
        }
        _ if ["/etc/cron", "/etc/profile.d/", "/etc/systemd/system/", "/etc/init.d/", "/var/spool/cron/"]
            .iter()
            .any(|dir| path.starts_with(dir)) =>
        {
            Guard::ShellStart
        }
        "/var/log/*.log" | "/var/log/journal" | "/var/log/journal/" | "/var/log/journal/*" => Guard::Trail,
        _ if path.starts_with("/etc/audit/") => Guard::Trail,
        _ if name.ends_with("docker.sock") || name.ends_with("containerd.sock") || name == "podman.sock" => {
            Guard::Socket
        }
        "/dev/mem" | "/dev/kmem" | "/dev/port" => Guard::Socket,
        _ if path.starts_with("/dev/sd") || path.starts_with("/dev/nvme") => Guard::Socket,
        _ if is_review(path, name) => Guard::Review,
        _ if path.starts_with("/var/log/audit")
            || matches!(
                path,
                "/var/log/auth.log"
                    | "/var/log/secure"
                    | "/var/log/wtmp"
                    | "/var/log/btmp"
                    | "/var/log/lastlog"
            ) =>
        {
            Guard::Trail
        }
        _ => match name {
            ".bash_history" | ".zsh_history" | ".zhistory" | ".histfile" | ".ash_history"
            | "fish_history" => Guard::History,
            "authorized_keys" | "authorized_keys2" => Guard::Login,
            ".bashrc" | ".zshrc" | ".bash_profile" | ".profile" | ".zshenv" | ".zprofile" | "config.fish" => {
                Guard::ShellStart
            }
            "forestall" | "forestall.fish" => Guard::Ours,
            _ => return None,
        },
    })
}

/// Files by which changes are looked at: owners, scanners, and workflows whose names speak of security.
fn is_review(path: &str, name: &str) -> bool {
    let workflow = path.contains(".github/workflows");
    let named = || {
        [
            "secur",
            "scan",
            "codeql",
            "secret",
            "audit",
            "leak",
            "sast",
            "trivy",
            "snyk",
            "semgrep",
            "scorecard",
        ]
        .iter()
        .chain(&["dependency-review", "compliance"])
        .any(|part| name.contains(part))
    };
    let whole = workflow && matches!(name, "workflows" | "*" | "*.yml" | "*.yaml");
    matches!(
        name,
        "CODEOWNERS"
            | ".gitleaks.toml"
            | ".pre-commit-config.yaml"
            | ".trufflehog.yml"
            | ".secrets.baseline"
            | ".gitguardian.yaml"
            | ".snyk"
            | ".semgrep.yml"
            | "lefthook.yml"
            | ".talismanrc"
    ) || name == "dependabot.yml" && path.contains(".github")
        || whole
        || workflow && named()
}

/// A file by which changes are looked at, deleted through git.
pub(super) fn review_removed(word: &Word, effects: &mut Vec<Effect>) {
    if guard(word.text()) == Some(Guard::Review) {
        weaken("code-check", "removed", word.text(), word.span, effects);
    }
}

/// A file that git runs and that can refuse something.
pub(super) fn is_hook(path: &str) -> bool {
    guard(path) == Some(Guard::Hooks) && !path.ends_with(".sample")
}

/// What programs that change files would do to such a file.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    match invocation.program() {
        "rm" | "unlink" | "shred" | "srm" | "truncate" | "rip" | "trash" => {
            for word in operands(words) {
                removed(call, word, effects);
            }
        }
        "mv" => {
            if let Some(word) = operands(words).next().filter(|_| operands(words).count() > 1) {
                removed(call, word, effects);
            }
        }
        "ln" => {
            let named: Vec<&Word> = operands(words).collect();
            let [from, to] = named.as_slice() else { return };
            let nothing = from.text() == "/dev/null";
            if nothing && guard(to.text()) == Some(Guard::History) {
                weaken("history", "a link to /dev/null", to.text(), to.span, effects);
            } else if nothing && to.text().ends_with("/known_hosts") {
                weaken("tls", "known_hosts is /dev/null", "ssh", to.span, effects);
            } else if to.text().starts_with("/etc/apparmor.d/disable") {
                weaken("access-control", "disabled", from.text(), to.span, effects);
            }
        }
        "cp" | "install" => {
            let named: Vec<&Word> = operands(words).collect();
            let Some((to, from)) = named.split_last() else { return };
            match guard(to.text()) {
                Some(Guard::Hooks | Guard::History) if from.iter().any(|word| word.text() == "/dev/null") => {
                    removed(call, to, effects);
                }
                Some(Guard::Sudoers) => weaken("sudo", "a rule", to.text(), to.span, effects),
                Some(Guard::Accounts | Guard::Shadow) => {
                    weaken("account-file", "replaced", to.text(), to.span, effects);
                }
                _ => {}
            }
            let mode = super::value(words, &["-m", "--mode"]).unwrap_or_default();
            if invocation.program() == "install"
                && u32::from_str_radix(mode, 8).is_ok_and(|bits| bits & 0o4000 != 0)
            {
                weaken("setuid", mode, to.text(), to.span, effects);
            }
        }
        "tee" => {
            for word in operands(words) {
                written(call, word, has(words, &["-a", "--append"]), &invocation.stdin, effects);
            }
        }
        "sed" | "gsed" => sed(call, effects),
        "chmod" => chmod(call, effects),
        _ => {}
    }
}

/// The output of any call into such a file.
pub(super) fn redirected(call: Call<'_>, effects: &mut Vec<Effect>) {
    for redirect in &call.invocation.redirects {
        let path = redirect.target.text();
        // `> ~/.bash_history`, with nothing to write into it.
        let empties =
            !redirect.append && matches!(call.invocation.program(), "cat" | ":" | "true" | "echo" | "printf");
        match guard(path) {
            None => {}
            Some(Guard::History | Guard::Trail) if empties => removed(call, &redirect.target, effects),
            Some(_) => written(call, &redirect.target, redirect.append, &Feed::Inherited, effects),
        }
    }
}

fn removed(call: Call<'_>, word: &Word, effects: &mut Vec<Effect>) {
    let path = word.text();
    // `rm "$(which forestall)"`
    let finds_us = |made: &Vec<usize>| {
        made.iter().filter_map(|&index| call.script.invocations.get(index)).any(|other| {
            matches!(other.program(), "which" | "command" | "type" | "readlink" | "realpath")
                && has(other.args(), &["forestall"])
        })
    };
    if word.expansions.iter().any(|expansion| matches!(expansion, Expansion::Output(made) if finds_us(made)))
    {
        weaken("forestall", "its program removed", "forestall", word.span, effects);
        return;
    }
    let histfile =
        word.expansions.iter().any(|e| matches!(e, Expansion::Variable { name, .. } if name == "HISTFILE"));
    match guard(path) {
        _ if histfile => weaken("history", "removed", "the history", word.span, effects),
        Some(Guard::Hooks) if path.ends_with(".sample") => {}
        Some(Guard::Hooks) => hooks(call, path, "removed", word.span, effects),
        Some(Guard::History) => weaken("history", "removed", path, word.span, effects),
        Some(Guard::Trail) => weaken("audit", "removed", path, word.span, effects),
        Some(Guard::Review) => weaken("code-check", "removed", path, word.span, effects),
        None if word.in_all_turns().is_some_and(|all| guard(all.text()) == Some(Guard::Trail)) => {
            weaken("audit", "removed", "the logs of this machine", word.span, effects);
        }
        Some(Guard::Ours)
            if ["/bin/", "/forestall.fish", "/etc/", ".config/", ".local/"]
                .iter()
                .any(|part| path.contains(part)) =>
        {
            weaken("forestall", "removed", path, word.span, effects);
        }
        _ => {}
    }
}

/// Hooks of the repository that such a path lies in.
pub(super) fn hooks(call: Call<'_>, path: &str, how: &str, span: Span, effects: &mut Vec<Effect>) {
    let base = call
        .invocation
        .cwd(call.scene)
        .filter(|_| call.invocation.host == Host::Local && !path.contains(HOLE));
    let before = path.find(".git/hooks").or_else(|| path.find(".husky")).unwrap_or(0);
    let dir: Option<PathBuf> = base.map(|base| base.join(Path::new(path.get(..before).unwrap_or_default())));
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let one = !matches!(name, "hooks" | ".husky" | "_") && !name.contains('*');
    let names: &[&str] = if one { &[name] } else { &[] };
    git::hooks(how, path, names, dir, span, effects);
}

/// The text that a call puts out, as far as it stands in the line.
fn printed<'a>(call: Call<'a>, feed: &'a Feed) -> Vec<&'a Invocation> {
    match feed {
        Feed::Pipe(made) => made.iter().filter_map(|&index| call.script.invocations.get(index)).collect(),
        _ => vec![call.invocation],
    }
}

fn written(call: Call<'_>, word: &Word, append: bool, feed: &Feed, effects: &mut Vec<Effect>) {
    let path = word.text();
    let Some(guard) = guard(path) else { return };
    let makers = printed(call, feed);
    let says = |part: &dyn Fn(&str) -> bool| {
        let text = if let Feed::Text(text) = feed { part(text.text()) } else { false };
        text || makers.iter().any(|maker| {
            let input = if let Feed::Text(text) = &maker.stdin { part(text.text()) } else { false };
            input
                || matches!(maker.program(), "echo" | "printf")
                    && maker.args().iter().any(|word| part(word.text()))
        })
    };
    match guard {
        Guard::Sudoers => weaken(
            "sudo",
            if says(&|text| text.contains("NOPASSWD")) { "NOPASSWD" } else { "a rule" },
            path,
            word.span,
            effects,
        ),
        Guard::Preload => {
            weaken("shell-start", "a library that every program loads", path, word.span, effects);
        }
        Guard::Accounts | Guard::Shadow => {
            weaken(
                "account-file",
                if append { "a line added" } else { "replaced" },
                path,
                word.span,
                effects,
            );
        }
        Guard::Login => {
            let fetched = makers.iter().any(|maker| matches!(maker.program(), "curl" | "wget"));
            let typed = says(&|text| ["ssh-", "ecdsa-", "sk-ssh"].iter().any(|kind| text.contains(kind)));
            let strange = makers.iter().any(|maker| {
                maker.program() == "cat"
                    && maker.args().iter().any(|word| crate::effect::code::anyones(call, word.text()))
            });
            if fetched || typed || strange {
                weaken("ssh-keys", "a key added", path, word.span, effects);
            }
        }
        Guard::AccessControl
            if says(&|text| text.contains("disabled") || text.contains("permissive") || text == "0") =>
        {
            weaken("access-control", "off", path, word.span, effects);
        }
        Guard::AddressSpace if says(&|text| text.trim() == "0") => {
            weaken("kernel", "off", "the randomisation of addresses", word.span, effects);
        }
        _ => {}
    }
}

/// `sed -i '/forestall/d' ~/.zshrc`, `sed -i s/PermitRootLogin no/…yes/`.
fn sed(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    if !words.iter().map(Word::text).any(is_in_place) {
        return;
    }
    // The files themselves may lie anywhere, also below a directory of that name.
    let scripted =
        |part: &str| words.iter().any(|word| guard(word.text()).is_none() && word.text().contains(part));
    for word in operands(words) {
        let path = word.text();
        match guard(path) {
            Some(Guard::ShellStart) if scripted("forestall") => {
                weaken("forestall", "its lines removed", path, word.span, effects);
            }
            // Lines that are taken out of a log, or of what looks at changes.
            _ if path.starts_with("/var/log/") => weaken("audit", "lines changed", path, word.span, effects),
            _ if (guard(path) == Some(Guard::Review) || path.contains(".github/workflows/"))
                && words.iter().any(|word| takes_check(word.text())) =>
            {
                weaken("code-check", "a check taken out", path, word.span, effects);
            }
            Some(Guard::AccessControl) if scripted("disabled") || scripted("permissive") => {
                weaken("access-control", "off", path, word.span, effects);
            }
            Some(Guard::Sudoers) => weaken("sudo", "a rule changed", path, word.span, effects),
            _ => {}
        }
    }
}

/// `/gitleaks/d`: the lines of a check, deleted.
fn takes_check(script: &str) -> bool {
    script.ends_with('d')
        && [
            "leaks", "secret", "audit", "codeql", "trivy", "snyk", "semgrep", "scan", "truffle", "detect",
            "sast",
        ]
        .iter()
        .any(|check| script.contains(check))
}

fn chmod(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let Some(at) = words.iter().position(|word| !word.text().starts_with('-') || is_mode(word.text())) else {
        return;
    };
    let mode = words[at].text();
    let sets_uid = match u32::from_str_radix(mode, 8) {
        Ok(bits) => bits & 0o4000 != 0,
        Err(_) => mode.split(',').any(|part| {
            part.split_once(['+', '='])
                .is_some_and(|(who, what)| what.contains('s') && (who.is_empty() || who.contains(['u', 'a'])))
        }),
    };
    let others = |bit: u32, letter: char| match u32::from_str_radix(mode, 8) {
        Ok(bits) => bits & bit != 0,
        Err(_) => mode.split(',').any(|part| {
            part.split_once(['+', '=']).is_some_and(|(who, what)| {
                what.contains(letter) && (who.is_empty() || who.contains(['o', 'a']))
            })
        }),
    };
    for word in words.iter().skip(at + 1).filter(|word| !word.text().starts_with('-')) {
        let path = word.text();
        if sets_uid {
            weaken("setuid", mode, path, word.span, effects);
            continue;
        }
        match guard(path) {
            Some(Guard::Hooks)
                if mode.starts_with(['-', 'a', 'u']) && mode.contains("-x")
                    || matches!(mode, "000" | "644" | "600" | "0644")
                        && guard(path) == Some(Guard::Hooks) =>
            {
                hooks(call, path, mode, word.span, effects);
            }
            Some(Guard::Accounts | Guard::Shadow | Guard::Sudoers | Guard::SshServer)
                if others(0o002, 'w') =>
            {
                weaken("account-file", mode, path, word.span, effects);
            }
            Some(Guard::Socket) if others(0o002, 'w') => {
                weaken("socket", mode, path, word.span, effects);
            }
            Some(Guard::ShellStart) if others(0o002, 'w') && path.starts_with("/etc/") => {
                weaken("socket", mode, path, word.span, effects);
            }
            // Keys below a directory that was closed to others.
            None if others(0o004, 'r')
                && words.iter().any(|word| matches!(word.text(), "-R" | "--recursive"))
                && ["/.ssh", "/.gnupg", "/etc/ssl/private", "/.aws", "/.kube"]
                    .iter()
                    .any(|end| path.trim_end_matches('/').ends_with(end)) =>
            {
                weaken("socket", mode, path, word.span, effects);
            }
            Some(Guard::Shadow) if others(0o004, 'r') => {
                weaken("account-file", mode, path, word.span, effects);
            }
            _ => {}
        }
    }
}

/// `-x`, `-rwx`: a mode that looks like an option.
fn is_mode(text: &str) -> bool {
    text.len() > 1 && text[1..].chars().all(|letter| "rwxst".contains(letter))
}
