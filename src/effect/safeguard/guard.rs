//! Programs that guard a machine: stopped, killed, switched off at boot, removed.

use super::{has, operands, weaken};
use crate::effect::{Call, Effect};
use crate::syntax::{Expansion, Word};

/// What a program with this name guards, by the name of its service, process or package.
fn guards(name: &str) -> Option<&'static str> {
    let name = name.trim_start_matches("com.").trim_end_matches(".service").trim_end_matches(".timer");
    let is = |names: &str| names.split_ascii_whitespace().any(|known| name == known);
    let has = |parts: &str| parts.split_ascii_whitespace().any(|part| name.contains(part));
    Some(match () {
        () if is(
            "firewalld ufw iptables iptables-persistent nftables fail2ban crowdsec sshguard denyhosts pf",
        ) =>
        {
            "firewall"
        }
        () if is(
            "apparmor selinux selinux-basics selinux-policy-targeted apparmor-utils seccomp firejail",
        ) =>
        {
            "access-control"
        }
        () if is(
            "auditd audit rsyslog syslog-ng systemd-journald auditbeat filebeat td-agent fluentd fluent-bit \
                promtail splunk SplunkForwarder splunkd osqueryd osquery laurel datadog-agent sysstat",
        ) =>
        {
            "audit"
        }
        () if is(
            "falco clamd freshclam ds_agent cbagentd cbdaemon MsMpEng rkhunter chkrootkit aide tripwire samhain \
                snort suricata zeek mdatp sysmon xagt",
        ) || has(
            "crowdstrike falcon-sensor falcond wazuh ossec sentinelone sentineld sentinelagent clamav \
                    carbonblack sophos-spl savd esets eset_ jamf santad microsoft.wdav cylance trellix",
        ) =>
        {
            "watch"
        }
        // What closes holes by itself, which is known under the name of the kernel's protections.
        () if is(
            "unattended-upgrades apt-daily apt-daily-upgrade dnf-automatic dnf-automatic-install yum-cron dnf5-automatic",
        ) =>
        {
            "kernel"
        }
        () if has("backup snapper timeshift restic borgmatic btrbk sanoid zfs-auto-snap duplicity")
            && !has(".sh .log .tar .sql .conf /") =>
        {
            "backup"
        }
        _ => return None,
    })
}

/// Adds the guards that a call would switch off.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    let program = invocation.program();
    let rest = || operands(words).map(Word::text);
    let first = rest().next().unwrap_or_default();
    // What is named, and how it would end; a backup is only kept from running where it is switched off for good.
    let (names, how): (Vec<&str>, &str) = match program {
        "systemctl" if matches!(first, "stop" | "disable" | "mask" | "kill") => {
            (rest().skip(1).collect(), first)
        }
        "service" | "rc-service" | "invoke-rc.d" | "sv" => match rest().collect::<Vec<_>>().as_slice() {
            [name, "stop" | "disable"] if program != "sv" => (vec![name], "stop"),
            ["stop" | "down" | "force-stop", name] => (vec![name], "stop"),
            _ => return,
        },
        "chkconfig" | "update-rc.d" => match rest().collect::<Vec<_>>().as_slice() {
            [name, how @ ("off" | "disable" | "remove")]
            | [name, .., how @ ("off" | "disable" | "remove")] => (vec![name], how),
            _ => return,
        },
        "rc-update" if matches!(first, "del" | "delete") => (rest().skip(1).take(1).collect(), "disable"),
        "launchctl" if matches!(first, "unload" | "bootout" | "disable" | "remove" | "kill" | "stop") => {
            (rest().skip(1).map(|path| path.rsplit('/').next().unwrap_or(path)).collect(), first)
        }
        "kextunload" => (rest().collect(), "unload"),
        "kmutil" | "systemextensionsctl" if matches!(first, "unload" | "uninstall") => {
            (rest().skip(1).collect(), first)
        }
        "killall" | "pkill" => (rest().collect(), program),
        // `kill $(pidof auditd)`
        "kill" => {
            let made =
                words.iter().flat_map(|word| &word.expansions).filter_map(|expansion| match expansion {
                    Expansion::Output(made) => Some(made),
                    _ => None,
                });
            let makers = made.flatten().filter_map(|&index| call.script.invocations.get(index));
            let finders = makers.filter(|maker| matches!(maker.program(), "pidof" | "pgrep" | "cat"));
            let named = finders.flat_map(|maker| operands(maker.args()));
            let bare = |word: &'_ Word| -> String {
                let name = word.text().rsplit('/').next().unwrap_or_default();
                name.trim_end_matches(".pid").to_owned()
            };
            let names: Vec<String> = named.map(bare).collect();
            for name in names.iter().filter(|name| guards(name).is_some_and(|guard| guard != "backup")) {
                weaken(guards(name).unwrap_or("audit"), "kill", name, invocation.span, effects);
            }
            return;
        }
        "apt" | "apt-get" | "aptitude" | "dnf" | "yum" | "zypper" | "apk" | "brew" | "snap" | "pkg"
        | "rpm" | "dpkg" | "pacman" => {
            let removes = rest()
                .find(|word| {
                    matches!(*word, "remove" | "purge" | "erase" | "autoremove" | "del" | "uninstall" | "rm")
                })
                .or_else(|| {
                    words.iter().map(Word::text).find(|text| match program {
                        "rpm" => matches!(*text, "-e" | "--erase"),
                        "dpkg" => matches!(*text, "-r" | "-P" | "--remove" | "--purge"),
                        "pacman" => text.starts_with("-R"),
                        _ => false,
                    })
                });
            let simulated = has(words, &["-s", "--simulate", "--dry-run", "--just-print"]);
            match removes.filter(|_| !simulated) {
                Some(how) => (rest().collect(), how),
                None => return,
            }
        }
        "docker" | "podman" | "docker-compose" if matches!(first, "stop" | "rm" | "kill" | "pause") => {
            (rest().skip(1).collect(), first)
        }
        _ => return,
    };
    let packages =
        matches!(how, "remove" | "purge" | "erase" | "uninstall" | "autoremove" | "del" | "-e" | "rm");
    for name in names {
        let Some(safeguard) = guards(name) else { continue };
        // A package or a container of that kind may be anybody's own; a unit is what runs by itself.
        let unit = matches!(program, "systemctl" | "launchctl" | "chkconfig" | "rc-update" | "update-rc.d");
        if safeguard == "backup"
            && (packages || !unit || how == "kill" || how == "stop" && !name.ends_with(".timer"))
        {
            continue;
        }
        if safeguard == "kernel" && matches!(how, "stop" | "kill" | "killall" | "pkill" | "pause") {
            continue;
        }
        weaken(safeguard, how, name, invocation.span, effects);
        return;
    }
}
