//! Services of a machine, and the machine itself: stopped, switched off, cut off from the network.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Platform, Reach, Scope, texts};
use crate::syntax::{HOLE, Word};

/// Whether a service is a way into the machine.
fn is_way_in(name: &str) -> bool {
    const NAMES: &str = "ssh sshd dropbear network networking NetworkManager network-manager systemd-networkd dhcpcd \
            wpa_supplicant openvpn tailscaled cloudflared systemd-resolved wg-quick";
    NAMES.split_ascii_whitespace().any(|known| known == name)
}

/// Whether much depends on a service.
fn is_critical(name: &str) -> bool {
    const NAMES: &str = "docker containerd kubelet k3s crio etcd nginx apache2 httpd haproxy caddy traefik redis \
            redis-server mongod mongodb elasticsearch kafka rabbitmq-server postfix named bind9 vault consul \
            keepalived php-fpm cron crond auditd memcached varnish opensearch influxdb";
    const PARTS: &str = "postgres mysql mariadb cassandra clickhouse cockroach prod";
    NAMES.split_ascii_whitespace().any(|known| known == name)
        || PARTS.split_ascii_whitespace().any(|part| name.contains(part))
}

/// systemctl, service and their like.
pub(super) fn manager(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "H,host= M,machine= t,type= s,signal= kill-who= n,lines= o,output= root= user now f,force \
            no-block q,quiet job-mode= dry-run global runtime";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    // Services of one's own session.
    if args.has("user") || args.has("dry-run") {
        return;
    }
    let words = texts(&args);
    let (verb, names): (&str, Vec<&str>) = match (call.invocation.program(), words.as_slice()) {
        ("service" | "rc-service", [name, verb, ..]) => (verb, vec![name]),
        ("sv", ["down" | "d", names @ ..]) => ("stop", names.to_vec()),
        ("systemctl" | "initctl" | "sv", [verb, names @ ..]) => (verb, names.to_vec()),
        _ => return,
    };
    let halts = |name: &&str| ["poweroff", "reboot", "halt"].contains(&base(name));
    const BOOT: &str =
        "default.target multi-user.target graphical.target basic.target sysinit.target local-fs.target";
    let boots = |name: &&str| BOOT.split_ascii_whitespace().any(|known| known == *name);
    let deed = match verb {
        "mask" if names.iter().any(boots) => Deed::destroy(verb, "boot target").loss(Loss::Store),
        "stop" | "disable" | "mask" | "kill" | "restart" | "try-restart" | "condrestart"
            if !names.is_empty() =>
        {
            let verb = if verb.ends_with("restart") { "restart" } else { verb };
            let all = names.iter().any(|name| name.contains(['*', HOLE]));
            // Whatever runs, which the way in is part of.
            let whatever = |name: &&str| {
                name.starts_with('*')
                    || name.contains(HOLE) && call.invocation.via.contains(&"xargs") && lists_units(call)
            };
            let ways_in: Vec<&str> = names
                .iter()
                .filter(|name| is_way_in(base(name)) || whatever(name))
                .map(|name| base(name))
                .collect();
            let critical = all || !ways_in.is_empty() || names.iter().any(|name| is_critical(base(name)));
            // A restarted ssh daemon keeps its sessions; what is merely not started at the next boot runs on.
            let keeps_on = verb == "restart" && ways_in.iter().all(|name| name.starts_with("ssh"))
                || verb == "disable"
                    && !args.has("now")
                    && !ways_in.iter().any(|name| name.starts_with("ssh"));
            let deed = Deed::stop(verb, "service");
            let deed = deed.service(&names.join(", "), critical, !ways_in.is_empty() && !keeps_on);
            names.iter().fold(deed, |deed, name| deed.called(name))
        }
        "poweroff" | "reboot" | "halt" | "kexec" | "suspend" | "hibernate" => power_deed(verb),
        "rescue" | "emergency" => single_user_deed(verb),
        "isolate" if names.iter().any(|name| matches!(base(name), "rescue" | "emergency")) => {
            single_user_deed(verb)
        }
        "isolate" if names.iter().any(halts) => power_deed(verb),
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Machine);
    if let Some(host) = args.value("host") {
        target.reach = Reach::Remote(host.rsplit('@').next().unwrap_or(host).to_owned());
    }
    target.act_on(args.operands().iter().skip(1).copied());
    deed.add(call, effects, target);
}

/// Whether a call is fed every unit, as nothing was searched for.
fn lists_units(call: Call<'_>) -> bool {
    let made = super::makers(call);
    made.iter().any(|made| made.args().iter().any(|word| word.text() == "list-units"))
        && !made.iter().any(|made| made.program() != "systemctl" && super::searches(made))
}

/// `postgresql` for `postgresql@14-main.service`.
fn base(name: &str) -> &str {
    name.split(['.', '@']).next().unwrap_or(name)
}

/// Nothing runs any more but a shell at the machine itself.
fn single_user_deed(verb: &str) -> Deed {
    Deed::stop(verb, "network access").service("the network", true, true)
}

fn power_deed(verb: &str) -> Deed {
    Deed::stop(verb, "machine").service("the machine", true, true)
}

/// shutdown, reboot, halt, poweroff, `init 0`.
pub(super) fn power(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words: Vec<&str> = call.invocation.args().iter().map(Word::text).collect();
    let deed = match call.invocation.program() {
        "init" | "telinit" => match words.first() {
            Some(&("0" | "6")) => power_deed("init"),
            Some(&("1" | "s" | "S")) => single_user_deed("init"),
            _ => return,
        },
        // `-c` calls it off, `-k` only warns, `-w` only writes a record.
        _ if ["-c", "-k", "-w", "--wtmp-only", "--show", "-?"].iter().any(|word| words.contains(word)) => {
            return;
        }
        // Without a word to the programs that run, or to what still has to be written.
        program @ ("reboot" | "halt" | "poweroff")
            if words.iter().any(|word| matches!(*word, "-f" | "--force" | "-ff" | "-nf")) =>
        {
            Deed::stop(program, "process").scope(Scope::All).service("the machine", true, true)
        }
        program => power_deed(program),
    };
    let mut target = ContextTarget::of(call, Platform::Machine);
    // `shutdown /s /m \\host`
    if let Some(host) = words.iter().find_map(|word| word.strip_prefix('\\')) {
        let host = host.trim_start_matches('\\');
        target.reach = Reach::Remote(host.to_owned());
    }
    deed.add(call, effects, target);
}

/// A firewall that shuts out everybody. That one is opened is a matter of safeguards.
pub(super) fn firewall(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words: Vec<&str> = call.invocation.args().iter().map(Word::text).collect();
    let noun = match call.invocation.program() {
        // It asks before it cuts a session off.
        "ufw" => match words.as_slice() {
            ["enable", ..] | ["--force", "enable", ..] | ["default", "deny", ..] => {
                "settings of the firewall"
            }
            _ => return,
        },
        "firewall-cmd" if words.contains(&"--panic-on") => "network access",
        "iptables" | "ip6tables" => {
            let policy = words.iter().position(|word| matches!(*word, "-P" | "--policy"));
            match policy.and_then(|at| words.get(at + 1..at + 3)) {
                Some(["INPUT" | "OUTPUT", "DROP" | "REJECT"]) => "network access",
                _ => return,
            }
        }
        _ => return,
    };
    let deed = Deed::stop("shut", noun).service("the network", true, true);
    deed.add(call, effects, ContextTarget::of(call, Platform::Machine));
}

/// A network interface or a route that goes away.
pub(super) fn network(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words: Vec<&str> =
        call.invocation.args().iter().map(Word::text).filter(|word| !word.starts_with('-')).collect();
    let program = call.invocation.program();
    let name = match (program, words.as_slice()) {
        ("ip", ["link" | "l", "set" | "delete" | "del", rest @ ..]) => {
            let rest = if rest.first() == Some(&"dev") { &rest[1..] } else { rest };
            match rest {
                [name, after @ ..] if words[1] != "set" || after.contains(&"down") => *name,
                _ => return,
            }
        }
        (
            "ip",
            ["route" | "r", "del" | "delete", "default", ..] | ["route" | "r", "flush", "all" | "table", ..],
        ) => "eth0",
        (
            "ip",
            ["addr" | "address" | "a", "flush", "dev", name, ..]
            | ["addr" | "address" | "a", "flush", name, ..],
        ) => name,
        ("ifconfig", [name, "down"]) | ("ifdown", [name, ..]) => *name,
        ("ifdown", []) if call.invocation.args().iter().any(|word| word.text() == "-a") => "eth0",
        ("nmcli", ["networking" | "n" | "net", "off", ..]) => "eth0",
        (
            "nmcli",
            ["connection" | "con" | "c", "down", name, ..] | ["device" | "dev" | "d", "disconnect", name, ..],
        ) => name,
        ("netplan", ["apply"]) => "settings",
        _ => return,
    };
    const VIRTUAL: &str = "lo docker br- veth tun tap virbr dummy vcan can wg vxlan cni flannel";
    if VIRTUAL.split_ascii_whitespace().any(|prefix| name.starts_with(prefix)) {
        return;
    }
    // Names that the kernel gives to interfaces with a wire or an antenna.
    let uplink = ["eth", "en", "wl", "bond"].iter().any(|prefix| name.starts_with(prefix))
        && name.ends_with(|last: char| last.is_ascii_digit());
    let noun = if uplink { "network interface" } else { "connection" };
    let deed = Deed::stop("down", noun).called(name).service(name, true, true);
    deed.add(call, effects, ContextTarget::of(call, Platform::Machine));
}
