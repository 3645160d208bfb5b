//! Commands on many machines at once: ansible, salt, parallel shells.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope, texts, with};

const OPTIONS: &str = "i,inventory= inventory-file= l,limit= t,tags= skip-tags= e,extra-vars= f,forks= u,user= \
        c,connection= T,timeout= private-key= key-file= vault-password-file= vault-id= start-at-task= \
        become-user= become-method= m,module-name= a,args= M,module-path= P,poll= B,background= o= \
        C,check D,diff syntax-check list-hosts list-tasks list-tags b,become K,ask-become-pass k,ask-pass v,verbose";

/// What a playbook or a module would do to the machines of an inventory.
pub(super) fn ansible(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if ["check", "syntax-check", "list-hosts", "list-tasks", "list-tags"].iter().any(|name| args.has(name)) {
        return;
    }
    let words = texts(&args);
    let Some(first) = args.operands().first() else { return };
    let deed = if call.invocation.program() == "ansible-playbook" {
        const DESTROYS: &str =
            "destroy teardown wipe decommission uninstall purge nuke cleanup-all remove-all reset";
        let name = first.text().rsplit('/').next().unwrap_or_default();
        let parts = || name.split(['-', '_', '.']);
        let destroys = parts().any(|part| DESTROYS.split_ascii_whitespace().any(|known| known == part));
        let tags = args.value("tags").unwrap_or_default();
        let destroys = destroys || DESTROYS.split_ascii_whitespace().any(|known| known == tags);
        let deed = Deed::change("playbook", "machines of").named([*first]);
        deed.loss(if destroys { Loss::Data } else { Loss::Resource }).preview(with(call, "--check --diff"))
    } else {
        let module = args.value("module-name").unwrap_or("command");
        let module = module.rsplit('.').next().unwrap_or(module);
        let text = args.value("args").unwrap_or_default();
        let every = matches!(words.first(), Some(&("all" | "*")));
        let service =
            matches!(module, "service" | "systemd" | "systemd_service" | "sysvinit" | "win_service");
        let stops = module == "reboot"
            || harm(text) == Some(Loss::Workload)
            || service && text.contains("state=stopped");
        match module {
            "ping" | "setup" | "debug" | "stat" | "slurp" | "fetch" | "wait_for" | "gather_facts"
            | "assert" | "package_facts" | "service_facts" | "win_ping" => return,
            "command" | "shell" | "raw" | "script" | "win_shell" if only_looks(text) => return,
            "command" | "shell" | "raw" | "script" | "win_shell" => match harm(text) {
                Some(Loss::Workload) => Deed::stop("stop", "machine or service of the inventory")
                    .named([*first])
                    .service("machines", true, false),
                Some(loss) => Deed::destroy(module, "data on machines").loss(loss).named([*first]),
                None => Deed::change(module, "machines").named([*first]),
            },
            "reboot" => Deed::stop("reboot", "machine of the inventory")
                .named([*first])
                .service("machines", true, false),
            _ if service && text.contains("stopped") => {
                Deed::stop("stop", "services").named([*first]).service(text, true, false)
            }
            _ if text.contains("state=absent") || module.ends_with("_prune") => {
                Deed::destroy(module, "what it names on machines").loss(Loss::Data).named([*first])
            }
            _ => Deed::change(module, "machines").named([*first]),
        }
        .scope(if every || stops && words.first() != Some(&"localhost") {
            Scope::All
        } else {
            Scope::Many
        })
    };
    let mut target = ContextTarget::of(call, Platform::Inventory);
    for (name, source) in
        [("inventory", "--inventory"), ("inventory-file", "--inventory"), ("limit", "--limit")]
    {
        for flag in args.all(name) {
            let text = flag.value.unwrap_or_default();
            // `localhost,` and `-c local` are this machine.
            match text.trim_end_matches(',') {
                host @ ("localhost" | "127.0.0.1") => target.say(Part::Address, source, host),
                text => target.say(Part::Context, source, text),
            }
        }
    }
    if args.value("connection") == Some("local") || words.first() == Some(&"localhost") {
        target.say(Part::Address, "--connection", "localhost");
    }
    for flag in args.all("extra-vars") {
        target.say(Part::Inside, "--extra-vars", flag.value.unwrap_or_default());
    }
    target.act_on(args.operands().iter().copied());
    deed.add(call, effects, target);
}

/// salt, pssh, pdsh, clush, knife.
pub(super) fn others(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "h,hosts= H,host= w= g,group= l,user= t,timeout= p,par= o,outdir= e,errdir= b i \
            L,list= E,pcre= G,grain= N,nodegroup= C,compound= x= X= O= a,all y,yes M";
    const BOLT: &str = "t,targets= i,inventoryfile= u,user= p,password= run-as= q,query= rerun= modulepath= noop \
            transport= private-key= sudo-password= tmpdir=";
    const NAMED: &str = "o= c= C= W= F= I= S= T= h= l=";
    let program = call.invocation.program();
    let options = match program {
        "bolt" => BOLT,
        "mco" | "mussh" | "orgalorg" | "gossh" => NAMED,
        _ => OPTIONS,
    };
    let args = Args::read(call.invocation.args(), options, false);
    if args.has("noop") {
        return;
    }
    let words = texts(&args);
    let (many, text): (&str, String) = match (program, words.as_slice()) {
        ("salt", [many, "cmd.run" | "cmd.shell", text @ ..]) => (many, text.join(" ")),
        ("salt", [many, "system.reboot" | "system.poweroff" | "system.shutdown", ..]) => {
            (many, "reboot".to_owned())
        }
        ("salt", [many, "service.stop" | "service.disable", name, ..]) => {
            (many, format!("systemctl stop {name}"))
        }
        ("salt", [many, "file.remove", path, ..]) => (many, format!("rm -r {path}")),
        ("knife", ["node" | "client" | "environment" | "role" | "cookbook", "delete" | "bulk", name, ..]) => {
            let mut target = ContextTarget::of(call, Platform::Inventory);
            target.act_on(args.operands().iter().skip(2).copied());
            return Deed::destroy("delete", "node").called(name).loss(Loss::Data).add(call, effects, target);
        }
        ("knife", ["ssh", many, text @ ..]) => (many, text.join(" ")),
        ("knife" | "salt", _) => return,
        ("bolt", ["command", "run", text, ..]) => ("", (*text).to_owned()),
        ("bolt", ["task" | "plan", "run", name, text @ ..]) => ("", told(name, text)),
        ("mco", ["shell", "run", text @ ..]) => ("", text.join(" ")),
        ("mco", ["rpc", name, action, text @ ..]) => ("", told(&format!("{name} {action}"), text)),
        ("mco", [name @ ("service" | "package" | "puppet"), action, text @ ..]) => {
            ("", told(&format!("{name} {action}"), text))
        }
        ("bolt" | "mco", _) => return,
        ("mussh" | "orgalorg", _) if args.has("c") || args.has("C") => {
            ("", args.value("c").or(args.value("C")).unwrap_or_default().to_owned())
        }
        // The rest is the command; the machines are named by flags.
        (_, text) => ("", text.join(" ")),
    };
    let harm = harm(&text);
    let deed = match harm {
        None if only_looks(&text) => return,
        None => Deed::change("run", "machines of the list"),
        Some(Loss::Workload) => Deed::stop("stop", "machine of the list").service("machines", true, false),
        Some(loss) => Deed::destroy("run", "data on machines").loss(loss),
    };
    let mut target = ContextTarget::of(call, Platform::Inventory);
    for name in ["hosts", "host", "w", "group", "nodegroup", "targets", "h", "F", "I", "W"] {
        if let Some(text) = args.value(name) {
            target.say(Part::Context, "argument", text);
        }
    }
    if !matches!(many, "" | "*") {
        target.say(Part::Context, "argument", many);
    }
    let scope =
        if many == "*" || args.has("all") || harm == Some(Loss::Workload) { Scope::All } else { Scope::Many };
    deed.called(many).scope(scope).add(call, effects, target);
}

/// What a task is told to do, as a shell would be: `service action=stop`, `package uninstall`, `puppet disable`.
fn told(name: &str, words: &[&str]) -> String {
    let said = |wanted: &str| {
        name.split([' ', ':', '_', '-'])
            .chain(words.iter().flat_map(|word| word.split('=')))
            .any(|part| part == wanted)
    };
    let any = |wanted: &str| wanted.split_ascii_whitespace().any(said);
    match () {
        _ if any("package") && any("uninstall purge absent") => "apt purge package",
        _ if any("destroy decommission teardown wipe purge nuke delete remove") => "rm -r data",
        _ if any("reboot shutdown poweroff") => "reboot",
        _ if any("stop stopped disable") => "systemctl stop service",
        _ => "",
    }
    .to_owned()
}

/// A command that changes nothing, by the first words of each of its parts.
fn only_looks(text: &str) -> bool {
    const LOOKS: &str = "uptime df free ls cat hostname date whoami id uname ps ss du journalctl tail head grep egrep w \
            last echo netstat lsblk getent stat lscpu nproc dmesg hostnamectl timedatectl lsof wc sort uniq awk cut \
            which ping dig printf true sestatus vmstat iostat zgrep needs-restarting rpmquery cd sleep nvidia-smi sinfo";
    let text = text.replace("2>&1", "").replace("2>/dev/null", "").replace(">/dev/null", "");
    if text.contains(['>', '`', '$']) {
        return false;
    }
    let looks = |part: &str| {
        let mut words = part.split_whitespace().filter(|word| !matches!(*word, "sudo" | "-n"));
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        match first.rsplit('/').next().unwrap_or_default() {
            "" => true,
            "systemctl" => matches!(second, "status" | "is-active" | "list-units" | "show" | "is-enabled"),
            "service" => part.ends_with("status"),
            "docker" | "podman" => {
                matches!(second, "ps" | "images" | "info" | "logs" | "version" | "stats")
            }
            "rpm" => second.starts_with("-q") || second.starts_with("-V"),
            "dpkg" => matches!(second, "-l" | "-s" | "-L" | "-S"),
            "apt" | "yum" | "dnf" | "apt-cache" => {
                matches!(second, "list" | "show" | "check-update" | "info" | "policy" | "search" | "repolist")
            }
            "ip" => !["set", "add", "del", "flush"].iter().any(|word| part.contains(word)),
            "find" => !part.contains("-delete") && !part.contains("-exec"),
            "puppet" | "chef-client" => part.contains("noop") || part.contains("why-run"),
            first => {
                LOOKS.split_ascii_whitespace().any(|known| known == first) || part.ends_with("--version")
            }
        }
    };
    text.split([';', '|', '&', '\n']).all(looks)
}

/// What a command on many machines would take away, by the first words of each of its parts: the worst of it.
fn harm(text: &str) -> Option<Loss> {
    let parts = text.split([';', '|', '&', '\n']).filter_map(harm_of);
    parts.reduce(|one, other| if one == Loss::Data { one } else { other })
}

fn harm_of(text: &str) -> Option<Loss> {
    let mut words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']))
        .skip_while(|word| matches!(*word, "sudo" | "-n" | "sh" | "bash" | "-c" | "-lc" | "nohup" | "env"))
        .collect();
    if let Some(first) = words.first_mut() {
        *first = first.rsplit('/').next().unwrap_or(first);
    }
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let first = words.first().copied().unwrap_or_default();
    if has(&["--simulate", "--dry-run", "--assumeno", "--test", "--help"])
        || first.starts_with("apt") && has(&["-s"])
    {
        return None;
    }
    match words.as_slice() {
        ["rm", flag, ..] if flag.starts_with('-') && flag.contains(['r', 'R']) => Some(Loss::Data),
        ["find", ..] if has(&["-delete"]) => Some(Loss::Data),
        [
            "mkfs" | "wipefs" | "shred" | "dd" | "dropdb" | "userdel" | "deluser" | "truncate" | "lvremove",
            ..,
        ] => Some(Loss::Data),
        ["apt" | "apt-get" | "yum" | "dnf" | "zypper" | "apk" | "pkg" | "aptitude" | "snap", ..]
            if has(&["remove", "purge", "erase", "del", "autoremove", "autopurge"]) =>
        {
            Some(Loss::Data)
        }
        ["rpm", "-e" | "-ev" | "-evh" | "--erase", ..]
        | ["dpkg", "-r" | "-P" | "--purge" | "--remove", ..] => Some(Loss::Data),
        ["reboot" | "shutdown" | "poweroff" | "halt" | "init", ..] => Some(Loss::Workload),
        ["systemctl", "stop" | "disable" | "mask" | "kill", ..] | ["service", _, "stop", ..] => {
            Some(Loss::Workload)
        }
        ["docker" | "podman", "system" | "volume", "prune" | "rm", ..] => Some(Loss::Data),
        ["docker" | "podman", "stop" | "kill" | "rm", ..] => Some(Loss::Workload),
        ["docker" | "podman" | "docker-compose", ..] if has(&["down", "stop"]) => Some(Loss::Workload),
        ["crontab", "-r", ..]
        | ["iptables", "-F" | "-P", ..]
        | ["killall" | "pkill" | "umount" | "swapoff", ..] => Some(Loss::Workload),
        ["ip" | "ifconfig" | "ifdown" | "pm2" | "supervisorctl", ..]
            if has(&["down", "del", "stop", "delete"]) =>
        {
            Some(Loss::Workload)
        }
        _ => None,
    }
}
