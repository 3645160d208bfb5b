//! Settings in files: lines that switch a check off, open something, or let anybody in.

use super::{normal, weaken};
use crate::effect::Effect;
use crate::syntax::Span;

/// What a file sets: the safeguard, of what, and the lines that weaken it, in small letters and without blanks and
/// quotes.
pub(super) struct Settings {
    safeguard: &'static str,
    object: &'static str,
    weak: &'static str,
}

/// The settings that a file holds; `None` for a file that guards nothing.
pub(super) fn of(path: &str) -> Option<Settings> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let under = |part: &str| path.contains(part);
    let (safeguard, object, weak) = match name {
        "sshd_config" => ("ssh-server", "the ssh server", SSHD),
        "ssh_config" => ("tls", "ssh", SSH),
        "config" if under(".ssh/") => ("tls", "ssh", SSH),
        "grub" | "cmdline" | "grub.cfg" | "cmdline.txt"
            if path.starts_with("/etc/") || path.starts_with("/boot") =>
        {
            (
                "kernel",
                "the kernel",
                "selinux=0|apparmor=0|enforcing=0|audit=0|mitigations=off|nokaslr|pti=off|module.sig_enforce=0|lockdown=none",
            )
        }
        "sysctl.conf" => ("kernel", "the kernel", SYSCTL),
        "daemon.json" if under("docker") => (
            "login",
            "the engine of docker",
            "tcp://0.0.0.0|tcp://:2375|seccomp-profile:unconfined|insecure-registries:[r|insecure-registries:[0",
        ),
        ".npmrc" => ("tls", "npm", "strict-ssl=false|registry=http://"),
        "pip.conf" | "pip.ini" => ("tls", "pip", "trusted-host=|index-url=http://"),
        ".curlrc" => ("tls", "curl", "insecure|-k"),
        ".wgetrc" | "wgetrc" => ("tls", "wget", "check_certificate=off|check-certificate=off"),
        ".gitconfig" => ("tls", "git", "sslverify=false"),
        ".yarnrc.yml" | ".yarnrc" => {
            ("tls", "yarn", "enablestrictssl:false|strict-sslfalse|checksumbehavior:ignore")
        }
        ".condarc" => ("tls", "conda", "ssl_verify:false"),
        "gpg.conf" => ("signature", "gpg", "trust-modelalways"),
        "dnf.conf" | "yum.conf" => (
            "signature",
            "the packages of the system",
            "gpgcheck=0|gpgcheck=false|sslverify=0|sslverify=false",
        ),
        "pacman.conf" => ("signature", "the packages of the system", "siglevel=never|=never|trustall"),
        "pg_hba.conf" => ("login", "postgres", "trust|0.0.0.0/0password"),
        "exports" if path.starts_with("/etc/") => ("login", "the shared directories", "no_root_squash|*(rw"),
        "redis.conf" => ("login", "redis", "protected-modeno|bind0.0.0.0|bind*"),
        "mongod.conf" => ("login", "mongodb", "authorization:disabled|bindip:0.0.0.0|bindipall:true"),
        "elasticsearch.yml" | "opensearch.yml" => {
            ("login", "the search server", "security.enabled:false|security.disabled:true")
        }
        "my.cnf" | "mysqld.cnf" | "mariadb.cnf" => {
            ("login", "mysql", "skip-grant-tables|bind-address=0.0.0.0")
        }
        "smb.conf" => ("login", "the shared directories", "maptoguest=baduser|guestok=yes"),
        "journald.conf" => ("audit", "the journal", "storage=none"),
        "auditd.conf" | "audit.rules" => {
            ("audit", "the kernel's audit", "-e0|-d|log_format=nolog|write_logs=no")
        }
        "CODEOWNERS" => return None,
        "policy.json" if under("containers/") => ("signature", "containers", "insecureacceptanything"),
        ".pre-commit-config.yaml" | ".gitleaks.toml" | ".gitleaksignore" => {
            ("code-check", "the check of changes", "exit0")
        }
        ".bashrc" | ".zshrc" | ".bash_profile" | ".profile" | ".zshenv" | ".zprofile" | ".envrc" => {
            ("tls", "every new shell", "sslverify=0|gonosumcheck=1|gosumdb=off")
        }
        _ if path.starts_with("/etc/sysctl.d/") => ("kernel", "the kernel", SYSCTL),
        _ if path.starts_with("/etc/ssh/sshd_config.d/") => ("ssh-server", "the ssh server", SSHD),
        _ if path.starts_with("/etc/apt/apt.conf") => (
            "signature",
            "the packages of the system",
            "verify-peerfalse|verify-hostfalse|allowunauthenticatedtrue|allowinsecurerepositoriestrue|verify-peer::false",
        ),
        _ if path.starts_with("/etc/apt/sources.list") => {
            ("signature", "the packages of the system", "trusted=yes|allow-insecure=yes|trusted:yes")
        }
        _ if path.starts_with("/etc/yum.repos.d") => (
            "signature",
            "the packages of the system",
            "gpgcheck=0|gpgcheck=false|sslverify=0|sslverify=false",
        ),
        _ if path.starts_with("/etc/systemd/journald.conf.d/") => ("audit", "the journal", "storage=none"),
        _ if under(".github/workflows/") || name == ".gitlab-ci.yml" => (
            "code-check",
            "the checks of changes",
            "continue-on-error:true|fail_ci_if_error:false|allow_failure:true|||true|exit-code:0|soft_fail:true",
        ),
        _ => return None,
    };
    Some(Settings { safeguard, object, weak })
}

const SSHD: &str = "permitrootloginyes|permitemptypasswordsyes|passwordauthenticationyes|strictmodesno|\
        pubkeyauthenticationno|loglevelquiet|usepamno|permituserenvironmentyes|authorizedkeysfile/tmp";
const SSH: &str = "stricthostkeycheckingno|userknownhostsfile/dev/null|stricthostkeychecking=no";
const SYSCTL: &str = "randomize_va_space=0|unprivileged_bpf_disabled=0|protected_hardlinks=0|protected_symlinks=0|\
        suid_dumpable=2|tcp_syncookies=0|accept_source_route=1";

/// Adds the first line of a text that weakens.
pub(super) fn read(settings: &Settings, text: &str, path: &str, span: Span, effects: &mut Vec<Effect>) {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#') && !line.starts_with("//"));
    let weak = lines.take(256).find(|line| {
        let line = normal(line);
        // Of this machine alone, or of a name of one's own.
        let own = ["localhost", "127.0.0.1", "::1", "samehost"].iter().any(|own| line.contains(own))
            || line.starts_with("local");
        !own && settings.weak.split('|').any(|part| !part.is_empty() && line.contains(part))
    });
    if let Some(line) = weak {
        let line: String = line.chars().take(60).collect();
        weaken(settings.safeguard, format!("{line} in {path}"), settings.object, span, effects);
    }
}
