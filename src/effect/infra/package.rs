//! Packages without which a machine does not start or cannot be reached, and packages that take data with them.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Platform, Reach, texts};
use crate::syntax::{Expansion, Feed, HOLE, Word};

/// Removals that break the machine, or delete what a service kept.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "y,yes o,option= t,target-release= c,config-file= purge s,simulate dry-run just-print recon \
            no-act d,download-only e,erase nodeps force-all P,purge r,remove R,remove root= installroot= \
            assumeno allow-remove-essential S,sync Q,query i,install U,upgrade D,dry-run test print-uris setopt=";
    let program = call.invocation.program();
    let options = if program == "pacman" { "R,remove p,print" } else { OPTIONS };
    let args = Args::read(call.invocation.args(), options, false);
    // `-s` asks rpm and dpkg for a state.
    let simulated = matches!(program, "apt" | "apt-get" | "aptitude" | "apk") && args.has("simulate");
    const REHEARSES: &str = "dry-run just-print recon no-act assumeno test print print-uris downloadonly";
    if simulated
        || REHEARSES.split_ascii_whitespace().any(|name| args.has(name))
        || program == "dpkg" && call.invocation.args().iter().any(|word| word.text() == "--simulate")
        || args.value("setopt") == Some("tsflags=test")
    {
        return;
    }
    let words = texts(&args);
    let verb = words.first().copied().unwrap_or_default();
    let (removes, purges, names) = match program {
        "apt" | "apt-get" | "aptitude" => {
            let purges = verb == "purge" || args.has("purge");
            (
                matches!(verb, "remove" | "purge" | "autoremove" | "autopurge"),
                purges,
                words.get(1..).unwrap_or_default(),
            )
        }
        "dpkg" => {
            let purges = args.has("P") || args.has("purge");
            (purges || args.has("r") || args.has("remove"), purges, words.as_slice())
        }
        "rpm" => (args.has("e"), false, words.as_slice()),
        "pacman" => (args.has("R"), false, words.as_slice()),
        "zypper" => (matches!(verb, "remove" | "rm"), false, words.get(1..).unwrap_or_default()),
        "apk" => (verb == "del", false, words.get(1..).unwrap_or_default()),
        _ => (matches!(verb, "remove" | "erase" | "autoremove"), false, words.get(1..).unwrap_or_default()),
    };
    if !removes {
        return;
    }
    let mut core: Vec<&str> = names.iter().copied().filter(|name| is_core(name)).collect();
    if lists_everything(call) {
        core.push("everything that is installed");
    }
    let target = ContextTarget::of(call, Platform::Machine);
    let stores: Vec<&str> = names.iter().copied().filter(|name| purges && keeps_data(name)).collect();
    let deed = match (core.is_empty(), stores.is_empty()) {
        (false, _) => {
            core.iter().fold(Deed::destroy("remove", "system package").loss(Loss::Store), |deed, name| {
                deed.called(name)
            })
        }
        (true, false) => stores
            .iter()
            .fold(Deed::destroy("purge", "package and its data").loss(Loss::Store), |deed, name| {
                deed.called(name)
            }),
        // On another machine nobody sees what still needs it.
        (true, true) if matches!(target.reach, Reach::Remote(_)) && !names.is_empty() => {
            names.iter().fold(Deed::change("remove", "package"), |deed, name| deed.called(name))
        }
        (true, true) => return,
    };
    deed.add(call, effects, target);
}

/// `pacman -Rns $(pacman -Qq)`, `rpm -qa | xargs rpm -e`.
fn lists_everything(call: Call<'_>) -> bool {
    let expansions = call.invocation.args().iter().flat_map(|word| &word.expansions);
    let outputs = expansions.filter_map(|expansion| match expansion {
        Expansion::Output(made) => Some(made.as_slice()),
        _ => None,
    });
    let piped = match &call.invocation.stdin {
        Feed::Pipe(made) if call.invocation.via.contains(&"xargs") => Some(made.as_slice()),
        _ => None,
    };
    outputs.chain(piped).any(|made| {
        let [index] = made else { return false };
        let Some(made) = call.script.invocations.get(*index) else { return false };
        let words: Vec<&str> = made.args().iter().map(Word::text).collect();
        matches!(
            (made.program(), words.as_slice()),
            ("rpm", ["-qa"]) | ("pacman", ["-Q" | "-Qq" | "-Qe" | "-Qqe"])
        )
    })
}

fn is_core(name: &str) -> bool {
    let name = name.split([':', '=']).next().unwrap_or(name);
    // `'.*'` and a list of all that is installed.
    let name = name.trim_start_matches('^').trim_end_matches(['$', '*', '.']);
    let everything = name.chars().all(|c| matches!(c, '.' | '*'));
    let name = name.trim_end_matches(['*', '+', '-']);
    // `linux-image-$(uname -r)`
    let name = match name.strip_suffix(HOLE) {
        Some("") => return false,
        Some(name) => name.trim_end_matches('-'),
        None => name,
    };
    everything
        || matches!(
            name,
            "linux-image"
                | "kernel-default"
                | "kernel-lts"
                | "linux-lts"
                | "linux-zen"
                | "alpine-base"
                | "openssh"
                | "openssl"
                | "linux-firmware"
                | "libc"
                | "gcc-libs"
        )
        || matches!(
            name,
            "libc6"
                | "glibc"
                | "libc-bin"
                | "systemd"
                | "systemd-sysv"
                | "sudo"
                | "bash"
                | "coreutils"
                | "dpkg"
                | "apt"
                | "rpm"
                | "dnf"
                | "yum"
                | "python3"
                | "python3-minimal"
                | "python"
                | "init"
                | "util-linux"
                | "login"
                | "passwd"
                | "openssh-server"
                | "network-manager"
                | "NetworkManager"
                | "netplan.io"
                | "ifupdown"
                | "linux-image-generic"
                | "linux-image-amd64"
                | "kernel"
                | "kernel-core"
                | "grub2"
                | "grub-pc"
                | "grub-common"
                | "linux"
                | "musl"
                | "busybox"
                | "base"
                | "filesystem"
                | "perl-base"
                | "initramfs-tools"
                | "ubuntu-desktop"
                | "ubuntu-minimal"
                | "ubuntu-standard"
                | "libssl3"
                | "openssl-libs"
                | "dbus"
                | "udev"
                | "lvm2"
                | "pacman"
                | ""
                | "shim-signed"
        )
}

fn keeps_data(name: &str) -> bool {
    [
        "postgresql",
        "mysql-server",
        "mariadb-server",
        "mongodb",
        "redis-server",
        "elasticsearch",
        "docker-ce",
        "docker.io",
        "gitlab",
        "influxdb",
        "cassandra",
    ]
    .iter()
    .any(|part| name.starts_with(part))
}
