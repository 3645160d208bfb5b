//! The machine itself: services, power, processes, timers, firewall, network, accounts.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Platform, Scope, texts};
use crate::syntax::HOLE;

fn target(call: Call<'_>) -> ContextTarget {
    ContextTarget::of(call, Platform::Machine)
}

/// How much depends on a service, and whether it is the way in.
fn weigh(service: &str) -> (bool, bool) {
    let name = service.split(['.', '@']).next().unwrap_or(service);
    let way_in = matches!(
        name,
        "ssh"
            | "sshd"
            | "openssh-server"
            | "network"
            | "networking"
            | "NetworkManager"
            | "network-manager"
            | "systemd-networkd"
            | "dhcpcd"
            | "wpa_supplicant"
            | "wg-quick"
            | "openvpn"
            | "tailscaled"
            | "cloudflared"
            | "systemd-resolved"
            | "dropbear"
            | "firewalld"
    );
    let critical = way_in
        || matches!(
            name,
            "docker"
                | "containerd"
                | "kubelet"
                | "k3s"
                | "crio"
                | "etcd"
                | "nginx"
                | "apache2"
                | "httpd"
                | "haproxy"
                | "caddy"
                | "traefik"
                | "redis"
                | "redis-server"
                | "mongod"
                | "mongodb"
                | "elasticsearch"
                | "kafka"
                | "rabbitmq-server"
                | "postfix"
                | "named"
                | "bind9"
                | "vault"
                | "consul"
                | "keepalived"
                | "php-fpm"
                | "cron"
                | "crond"
                | "auditd"
                | "fail2ban"
                | "memcached"
                | "varnish"
                | "opensearch"
                | "influxdb"
        )
        || ["postgres", "mysql", "mariadb", "cassandra", "clickhouse", "cockroach", "prod"]
            .iter()
            .any(|part| name.contains(part));
    (critical, way_in)
}

/// systemctl, service and their like.
pub(super) fn service(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "H,host= M,machine= t,type= s,signal= kill-who= n,lines= o,output= root= user now f,force \
            no-block q,quiet job-mode= dry-run global runtime";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    // Services of one's own session.
    if args.has("user") || args.has("dry-run") {
        return;
    }
    let words = texts(&args);
    let program = call.invocation.program();
    let (verb, names): (&str, Vec<&str>) = match (program, words.as_slice()) {
        ("systemctl", [verb, names @ ..]) => (verb, names.to_vec()),
        ("service" | "rc-service", [name, verb, ..]) => (verb, vec![name]),
        ("sv", [verb, names @ ..]) => {
            (if *verb == "down" || *verb == "d" { "stop" } else { verb }, names.to_vec())
        }
        ("initctl", [verb, names @ ..]) => (verb, names.to_vec()),
        _ => return,
    };
    let deed = match verb {
        "stop" | "disable" | "mask" | "kill" | "restart" | "try-restart" | "condrestart" => {
            if names.is_empty() {
                return;
            }
            let weights: Vec<(bool, bool)> = names.iter().map(|name| weigh(name)).collect();
            let critical = weights.iter().any(|(critical, _)| *critical)
                || names.iter().any(|name| name.contains(['*', HOLE]));
            let way_in = weights.iter().any(|(_, way_in)| *way_in);
            let verb = if verb.ends_with("restart") { "restart" } else { verb };
            // A restarted ssh daemon keeps its sessions.
            let ssh = names.iter().all(|name| name.starts_with("ssh"));
            // What is merely not started at the next boot runs on.
            let later = verb == "disable" && !args.has("now");
            let deed = Deed::stop(verb, "service").service(
                &names.join(", "),
                critical,
                way_in && !(ssh && verb == "restart") && !later,
            );
            names.iter().fold(deed, |deed, name| deed.called(name))
        }
        "poweroff" | "reboot" | "halt" | "kexec" | "suspend" | "hibernate" | "rescue" | "emergency" => {
            power_deed(verb)
        }
        "isolate"
            if names.iter().any(|name| {
                ["rescue", "emergency", "poweroff", "reboot", "halt"]
                    .iter()
                    .any(|part| name.starts_with(part))
            }) =>
        {
            power_deed("isolate")
        }
        _ => return,
    };
    let mut target = target(call);
    if let Some(host) = args.value("host") {
        target.reach = super::Reach::Remote(host.rsplit('@').next().unwrap_or(host).to_owned());
    }
    target.act_on(args.operands().iter().skip(1).copied());
    deed.add(call, effects, target);
}

fn power_deed(verb: &str) -> Deed {
    Deed::stop(verb, "machine").service("the machine", true, true)
}

/// shutdown, reboot, halt, poweroff, `init 0`.
pub(super) fn power(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words: Vec<&str> = call.invocation.args().iter().map(|word| word.text()).collect();
    let program = call.invocation.program();
    let deed = match program {
        "init" | "telinit" => match words.first() {
            Some(&("0" | "6" | "1" | "s" | "S")) => power_deed("init"),
            _ => return,
        },
        // `-c` calls it off, `-k` only warns, `-w` only writes a record.
        _ if words
            .iter()
            .any(|word| matches!(*word, "-c" | "-k" | "-w" | "--wtmp-only" | "--show" | "-?")) =>
        {
            return;
        }
        _ => power_deed(program),
    };
    deed.add(call, effects, target(call));
}

/// kill, killall, pkill: only where everything or all of a person's processes are meant.
pub(super) fn kill(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "u,user= U,uid= euid= s,signal= n,signal= g,process-group= G,group= P,parent= t,terminal= \
            o,older-than= y,younger-than= Z,context= F,pidfile= ns= l,list f,full e,exact x,exact i,interactive \
            v,verbose v,inverse w,wait r,regexp q,quiet L,table";
    let words: Vec<&str> = call.invocation.args().iter().map(|word| word.text()).collect();
    let program = call.invocation.program();
    let every = match program {
        "killall5" => !words.iter().any(|word| *word == "-0" || *word == "-18"),
        "kill" => {
            // The last word is the process; `-1` there means all of them.
            let signal = |word: &str| word.strip_prefix('-').is_some_and(|rest| !rest.is_empty());
            let (processes, leading) = match words.iter().position(|word| *word == "--") {
                Some(at) => (&words[at + 1..], &words[..at]),
                None => match words.first() {
                    Some(first) if signal(first) => (words.get(1..).unwrap_or_default(), &words[..1]),
                    _ => (words.as_slice(), &words[..0]),
                },
            };
            let processes: Vec<&str> = match leading.first() {
                Some(&("-s" | "-n" | "--signal")) => {
                    processes.iter().skip(usize::from(!words.contains(&"--"))).copied().collect()
                }
                _ => processes.to_vec(),
            };
            let harmless = leading.first().is_some_and(|word| matches!(*word, "-0" | "-l" | "-L" | "--list"));
            !harmless
                && processes.iter().any(|word| matches!(*word, "-1" | "1"))
                && !(processes.contains(&"1")
                    && leading.first().is_some_and(|word| matches!(*word, "-HUP" | "-1" | "-SIGHUP")))
        }
        _ => {
            let args = Args::read(call.invocation.args(), OPTIONS, false);
            if args.has("interactive") || args.has("list") || words.contains(&"-0") {
                return;
            }
            let pattern = args.operands().iter().map(|word| word.text()).find(|word| !word.starts_with('-'));
            let broad = |text: &str| {
                matches!(text, "" | "." | ".*" | "*" | "^" | "$")
                    || text == "sshd"
                    || text == "systemd"
                    || text == "init"
            };
            match pattern {
                Some(text) if program == "pkill" => {
                    broad(text) || args.has("inverse") && !args.has("verbose")
                }
                Some(text) => broad(text),
                // All the processes of a user.
                None => args.has("u") || args.has("user") || args.has("U"),
            }
        }
    };
    if every {
        Deed::stop(program, "process").scope(Scope::All).service("every process", true, true).add(
            call,
            effects,
            target(call),
        );
    }
}

/// `crontab -r` takes all entries away without a question.
pub(super) fn crontab(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "u,user= l e r i c,config=", false);
    let from_null = args.operands().first().is_some_and(|word| word.text() == "/dev/null")
        || matches!(&call.invocation.stdin, crate::syntax::Feed::File(word) if word.text() == "/dev/null");
    if args.has("r") && !args.has("i") || from_null && !args.has("l") {
        let deed = Deed::destroy("crontab -r", "entry of the crontab").loss(Loss::Store).scope(Scope::All);
        deed.add(call, effects, target(call));
    }
}

/// Rules of the firewall that are all taken away, or a firewall that is switched off.
pub(super) fn firewall(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words: Vec<&str> = call.invocation.args().iter().map(|word| word.text()).collect();
    let program = call.invocation.program();
    let opens =
        |verb: &str| Deed::stop(verb, "firewall").scope(Scope::All).service("the firewall", true, false);
    let locks = |verb: &str| Deed::stop(verb, "network access").service("the network", true, true);
    let deed = match program {
        "ufw" => match words.as_slice() {
            ["disable" | "reset", ..] | ["--force", "disable" | "reset", ..] => {
                opens(words.last().copied().unwrap_or_default())
            }
            ["enable", ..] | ["--force", "enable", ..] | ["default", "deny", ..] => locks("enable"),
            _ => return,
        },
        "nft" => match words.as_slice() {
            ["flush", "ruleset", ..] => opens("flush ruleset"),
            ["delete" | "flush", "table", ..] => opens("flush table"),
            _ => return,
        },
        "firewall-cmd" => {
            if !words.contains(&"--panic-on") {
                return;
            }
            locks("panic-on")
        }
        _ => {
            let flushed =
                words.iter().position(|word| matches!(*word, "-F" | "--flush" | "-X" | "--delete-chain"));
            let policy = words.iter().position(|word| matches!(*word, "-P" | "--policy"));
            let next = |at: usize| words.get(at + 1).copied().unwrap_or_default();
            let built_in = |name: &str| {
                matches!(name, "INPUT" | "OUTPUT" | "FORWARD") || name.is_empty() || name.starts_with('-')
            };
            match (flushed, policy) {
                (Some(at), _)
                    if built_in(next(at)) && !(words[at] == "-X" || words[at] == "--delete-chain") =>
                {
                    opens("flush")
                }
                (_, Some(at)) if words.get(at + 2).is_some_and(|policy| *policy == "DROP") => {
                    locks("policy DROP")
                }
                _ => return,
            }
        }
    };
    deed.add(call, effects, target(call));
}

/// An interface that is taken down.
pub(super) fn network(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words: Vec<&str> =
        call.invocation.args().iter().map(|word| word.text()).filter(|word| !word.starts_with('-')).collect();
    let name = match (call.invocation.program(), words.as_slice()) {
        ("ip", ["link" | "l", "set", "dev", name, .., "down"] | ["link" | "l", "set", name, .., "down"]) => {
            *name
        }
        (
            "ip",
            ["link" | "l", "delete" | "del", "dev", name, ..] | ["link" | "l", "delete" | "del", name, ..],
        ) => *name,
        (
            "ip",
            ["route" | "r", "del" | "delete", "default", ..]
            | ["route" | "r", "flush", ..]
            | ["addr" | "address" | "a", "flush", ..],
        ) => "the network",
        ("ifconfig", [name, "down"]) | ("ifdown", [name, ..]) => *name,
        ("ifdown", []) if call.invocation.args().iter().any(|word| word.text() == "-a") => "every interface",
        ("nmcli", ["networking" | "n", "off", ..] | ["radio", _, "off"]) => "the network",
        (
            "nmcli",
            ["connection" | "con" | "c", "down", name, ..] | ["device" | "dev" | "d", "disconnect", name, ..],
        ) => *name,
        _ => return,
    };
    if matches!(name, "lo")
        || ["docker", "br-", "veth", "tun", "tap", "virbr", "dummy", "vcan", "can"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
    {
        return;
    }
    Deed::stop("down", "network interface").called(name).service(name, true, true).add(
        call,
        effects,
        target(call),
    );
}

/// Accounts that are deleted or locked: the way in, or a home directory.
pub(super) fn account(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "r,remove f,force R,root= P,prefix= l,lock d,delete u,unlock L,lock s,shell= g,gid= G,groups= \
            e,expiredate= n= x= w= i= U,unlock c,comment= home= m,move-home p,password= remove-home remove-all-files \
            backup-to= group only-if-empty a,append o q";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let names = args.operands();
    let Some(name) = names.first().map(|word| word.text()) else { return };
    let system = matches!(
        name,
        "root"
            | "admin"
            | "ubuntu"
            | "ec2-user"
            | "debian"
            | "centos"
            | "deploy"
            | "www-data"
            | "postgres"
            | "mysql"
            | "nginx"
            | "git"
            | "jenkins"
            | "sudo"
            | "wheel"
            | "docker"
            | "vagrant"
            | "azureuser"
            | "opc"
    );
    let program = call.invocation.program();
    let deed = match program {
        "userdel" | "deluser" => {
            let with_home = args.has("remove") || args.has("remove-home") || args.has("remove-all-files");
            if !with_home && !system || program == "deluser" && names.len() > 1 && !system {
                return;
            }
            Deed::destroy(program, "account").loss(Loss::Store).named(names.iter().copied().take(1))
        }
        "groupdel" | "delgroup" if system => Deed::stop(program, "group").service(name, true, true),
        "passwd" if system && (args.has("l") || args.has("delete")) => {
            Deed::stop("lock", "account").service(name, true, true)
        }
        "usermod"
            if system
                && (args.has("L")
                    || args
                        .value("shell")
                        .is_some_and(|shell| shell.contains("nologin") || shell.ends_with("/false"))) =>
        {
            Deed::stop("lock", "account").service(name, true, true)
        }
        _ => return,
    };
    let mut target = target(call);
    if program == "userdel" || program == "deluser" {
        target.say(super::Part::File, if system { "system account" } else { "account" }, name);
    }
    deed.add(call, effects, target);
}
