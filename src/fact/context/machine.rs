//! The machine on which a program runs: this one or another, reached how, and called what.

use super::{Found, View};
use crate::action::file_text;
use crate::effect::infra::{Part, Reach};
use crate::fact::database::class::is_local;
use crate::fact::ssh;
use std::path::Path;

/// Another machine, by the name that was typed to reach it.
pub(super) fn other(view: View<'_>, host: &str) -> Found {
    let real = ssh::real_host(view.scene, host);
    let typed = host.rsplit('@').next().unwrap_or(host);
    let local = ssh::is_loopback(real.as_deref().unwrap_or(typed));
    let mut found = Found { local, remote: Some(!local), placed: true, ..Found::default() };
    if !local {
        found.own(host, "ssh");
    }
    if let Some(real) = real.filter(|_| !local) {
        found.own(&real, "~/.ssh/config");
    }
    found
}

/// Whether a Vagrantfile has no machine that was ever made: each has a folder below `.vagrant/machines/name/provider`.
fn has_no_machine(view: View<'_>) -> Option<bool> {
    let dir = view.target.dir.as_deref()?;
    dir.join("Vagrantfile").is_file().then_some(())?;
    let machines = std::fs::read_dir(dir.join(".vagrant/machines")).into_iter().flatten().flatten();
    let mut providers =
        machines.filter_map(|machine| std::fs::read_dir(machine.path()).ok()).flatten().flatten();
    Some(!providers.any(|provider| provider.path().join("id").exists()))
}

/// This machine, or the container that the program runs in.
pub(super) fn find(view: View<'_>) -> Found {
    let mut found = Found { placed: true, ..Found::default() };
    if let Reach::Container(name) = &view.target.reach {
        found.local = true;
        found.hint(name, "container");
        found.remote = Some(false);
        // What stops in a container is started again with it.
        found.empty = Some(true);
        return found;
    }
    if view.target.said(Part::File).any(|typed| typed.source == "Vagrantfile") {
        found.empty = has_no_machine(view);
    }
    found.remote = is_over_ssh(view);
    let reached = found.remote == Some(true);
    found.local = !reached;
    if let Some(name) = hostname(view) {
        // The name of the own desk says nothing but when it warns.
        if reached { found.own(&name, "host name") } else { found.hint(&name, "host name") }
    }
    found
}

/// Whether this shell came over the network. That nothing says so is no proof: `sudo -i` and cron leave it out. A
/// screen, a seat or a desktop's terminal is one.
fn is_over_ssh(view: View<'_>) -> Option<bool> {
    let set = |names: &[&str]| names.iter().any(|name| view.var(name).is_some());
    if set(&["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"]) {
        return Some(true);
    }
    set(&["DISPLAY", "WAYLAND_DISPLAY", "XDG_SEAT", "XDG_VTNR", "TERM_PROGRAM", "WT_SESSION"])
        .then_some(false)
}

/// The name of this machine.
pub(super) fn hostname(view: View<'_>) -> Option<String> {
    let given = view.scene.var("HOSTNAME").filter(|name| !name.is_empty());
    let kernel = || {
        file_text(Path::new("/proc/sys/kernel/hostname")).or_else(|| file_text(Path::new("/etc/hostname")))
    };
    let name = given.or_else(|| view.scene.is_live().then(kernel).flatten())?;
    let name = name.trim();
    (!name.is_empty() && !is_local(name)).then(|| name.to_owned())
}

/// A server whose address is typed, or stands in one of these variables.
pub(super) fn server(view: View<'_>, variables: &str) -> Found {
    let mut found = Found::default();
    let typed: Vec<&str> = view.target.said(Part::Address).map(|typed| typed.text.as_str()).collect();
    let addresses: Vec<(String, &str)> = match typed.as_slice() {
        [] => variables.split_whitespace().filter_map(|name| Some((view.var(name)?, name))).collect(),
        typed => typed.iter().map(|text| ((*text).to_owned(), "its address")).collect(),
    };
    for (address, source) in &addresses {
        found.own(address, source);
    }
    found.local = !addresses.is_empty() && addresses.iter().all(|(address, _)| is_local_address(address));
    if let Reach::Container(name) = &view.target.reach {
        found.inside(name, "container");
    }
    found.remote = (!addresses.is_empty()).then_some(!found.local);
    found
}

/// `http://127.0.0.1:8200`, `localhost:9092,localhost:9093`.
pub(super) fn is_local_address(address: &str) -> bool {
    address.split(',').all(|one| {
        let host = one.split_once("://").map_or(one, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or(host);
        let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((inside, _)) => inside,
            None => host.split(':').next().unwrap_or(host),
        };
        is_local(host.trim())
    })
}
