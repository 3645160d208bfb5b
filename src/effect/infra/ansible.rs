//! ansible: playbooks, and commands on many machines at once.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope, texts, with};

const OPTIONS: &str = "i,inventory= inventory-file= l,limit= t,tags= skip-tags= e,extra-vars= f,forks= u,user= \
        c,connection= T,timeout= private-key= key-file= vault-password-file= vault-id= start-at-task= \
        become-user= become-method= m,module-name= a,args= M,module-path= P,poll= B,background= o= \
        C,check D,diff syntax-check list-hosts list-tasks list-tags b,become K,ask-become-pass k,ask-pass v,verbose";

/// What a playbook or a module would do to the machines of an inventory.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if ["check", "syntax-check", "list-hosts", "list-tasks", "list-tags"].iter().any(|name| args.has(name)) {
        return;
    }
    let words = texts(&args);
    let Some(first) = args.operands().first() else { return };
    let deed = if call.invocation.program() == "ansible-playbook" {
        Deed::change("playbook", "machines of").named([*first]).preview(with(call, "--check --diff"))
    } else {
        let module = args.value("module-name").unwrap_or("command");
        let module = module.rsplit('.').next().unwrap_or(module);
        let text = args.value("args").unwrap_or_default();
        let every = matches!(words.first(), Some(&("all" | "*")));
        match module {
            "ping" | "setup" | "debug" | "stat" | "slurp" | "fetch" | "wait_for" | "gather_facts"
            | "assert" | "package_facts" | "service_facts" | "win_ping" => return,
            "command" | "shell" | "raw" | "script" | "win_shell" => match harm(text) {
                Some(Loss::Workload) => {
                    Deed::stop("stop", "machines").named([*first]).service("machines", true, false)
                }
                Some(loss) => Deed::destroy(module, "machines").loss(loss).named([*first]),
                None => Deed::change(module, "machines").named([*first]),
            },
            "reboot" => Deed::stop("reboot", "machines").named([*first]).service("machines", true, false),
            "service" | "systemd" | "systemd_service" if text.contains("stopped") => {
                Deed::stop("stop", "services").named([*first]).service(text, true, false)
            }
            "file" if text.contains("state=absent") => {
                Deed::destroy("file", "files").loss(Loss::Data).named([*first])
            }
            _ => Deed::change(module, "machines").named([*first]),
        }
        .scope(if every { Scope::All } else { Scope::Many })
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

/// What a command on many machines would take away, by its first words.
fn harm(text: &str) -> Option<Loss> {
    let mut words: Vec<&str> = text.split_whitespace().filter(|word| *word != "sudo").collect();
    if let Some(first) = words.first_mut() {
        *first = first.rsplit('/').next().unwrap_or(first);
    }
    match words.as_slice() {
        ["rm", flag, ..] if flag.starts_with('-') && flag.contains(['r', 'R']) => Some(Loss::Data),
        ["mkfs" | "wipefs" | "shred" | "dd" | "dropdb" | "userdel", ..] => Some(Loss::Data),
        ["reboot" | "shutdown" | "poweroff" | "halt" | "init", ..] => Some(Loss::Workload),
        ["systemctl", "stop" | "disable" | "mask", ..] | ["service", _, "stop", ..] => Some(Loss::Workload),
        ["docker", "stop" | "kill", ..] => Some(Loss::Workload),
        ["docker", "system" | "volume", ..] => Some(Loss::Data),
        ["crontab", "-r", ..] | ["iptables", "-F", ..] | ["killall" | "pkill", ..] => Some(Loss::Workload),
        _ => None,
    }
}
