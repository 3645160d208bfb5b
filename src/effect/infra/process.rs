//! Signals to every process, or to all that a person runs.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Platform, Scope};
use crate::syntax::Word;

/// kill, killall, pkill: a process by number or by name is daily work.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let program = call.invocation.program();
    let words: Vec<&str> = call.invocation.args().iter().map(Word::text).collect();
    let every = match program {
        "killall5" => !words.iter().any(|word| matches!(*word, "-0" | "-18" | "-l")),
        "kill" => hits_all(&words) || lists_all(call),
        _ => by_name(call, &words),
    };
    if let Some(service) = killed_service(&words).filter(|_| !every && program != "kill") {
        let deed = Deed::stop("kill", "service").called(service).service(service, true, false);
        return deed.add(call, effects, ContextTarget::of(call, Platform::Machine));
    }
    if every {
        let deed = Deed::stop(program, "process").scope(Scope::All).service("every process", true, true);
        deed.add(call, effects, ContextTarget::of(call, Platform::Machine));
    }
}

/// What reaches every process without a program for it: the kernel's own key.
pub(super) fn beyond_programs(call: Call<'_>, effects: &mut Vec<Effect>) {
    const KEY: &str = "/proc/sysrq-trigger";
    let invocation = call.invocation;
    // A disk, or what stands on a bus, is gone while it is in use.
    let gone = |path: &str| {
        path.starts_with("/sys/")
            && ["/device/delete", "/device/state", "/remove", "/unbind"].iter().any(|end| path.ends_with(end))
    };
    let written = invocation.redirects.iter().map(|redirect| redirect.target.text());
    let fed = invocation.args().iter().map(Word::text).filter(|_| invocation.program() == "tee");
    let mut written = written.chain(fed).filter(|path| path.starts_with('/'));
    if let Some(path) = written.clone().find(|path| gone(path)) {
        let deed = Deed::destroy("sysfs", "running device").loss(Loss::Store).called(path);
        deed.add(call, effects, ContextTarget::of(call, Platform::Machine));
    }
    let written = written.any(|path| path == KEY);
    if written {
        let deed = Deed::stop("sysrq", "process").scope(Scope::All).service("the machine", true, true);
        deed.add(call, effects, ContextTarget::of(call, Platform::Machine));
    }
}

/// Whether `kill` is given `-1`, which is everybody, or process 1 with a signal that ends it.
fn hits_all(words: &[&str]) -> bool {
    // The first word with a dash is the signal, unless `--` stands before it.
    let (signal, processes) = match words {
        ["-s" | "-n" | "--signal", signal, "--", rest @ ..]
        | ["-s" | "-n" | "--signal", signal, rest @ ..] => (*signal, rest),
        ["--", rest @ ..] => ("TERM", rest),
        [signal, "--", rest @ ..] => (*signal, rest),
        [signal, rest @ ..] if signal.starts_with('-') => (*signal, rest),
        rest => ("TERM", rest),
    };
    let signal = signal.trim_start_matches('-').trim_start_matches("SIG");
    if matches!(signal, "0" | "l" | "L" | "list" | "table" | "EXIT") {
        return false;
    }
    // The first process reads its settings again on a hangup.
    let ends = !matches!(signal, "HUP" | "1" | "USR1" | "USR2" | "WINCH" | "CONT");
    processes.contains(&"-1") || ends && processes.contains(&"1")
}

/// `kill -9 $(ps -e -o pid=)`, `ps aux | awk '{print $2}' | xargs kill -9`: every process, as nothing was searched for.
fn lists_all(call: Call<'_>) -> bool {
    let xargs = call.invocation.via.contains(&"xargs");
    let made = super::makers(call);
    let everyone = |words: &[Word]| {
        words.iter().all(|word| {
            matches!(
                word.text(),
                "aux" | "-ef" | "-e" | "-A" | "ax" | "-aux" | "-eo" | "-o" | "pid=" | "pid" | "-ax"
            )
        }) && !words.is_empty()
    };
    let lists = made.iter().filter(|made| made.program() == "ps").collect::<Vec<_>>();
    let fed = xargs || call.invocation.args().iter().any(|word| !word.expansions.is_empty());
    let known = |program: &str| matches!(program, "ps" | "awk" | "gawk" | "tr" | "cut" | "sort" | "xargs");
    fed && !lists.is_empty()
        && lists.iter().all(|made| everyone(made.args()))
        && made.iter().all(|made| known(made.program()) && !super::searches(made))
}

/// A server that is killed before it can write what it holds.
fn killed_service<'a>(words: &[&'a str]) -> Option<&'a str> {
    const SERVERS: &str = "postgres postgresql mysqld mariadbd mongod redis-server etcd kubelet dockerd containerd nginx \
            haproxy java";
    let kills = words.iter().any(|word| matches!(*word, "-9" | "-KILL" | "-SIGKILL"));
    let server = |word: &&&str| SERVERS.split_ascii_whitespace().any(|known| known == **word);
    words.iter().filter(|_| kills).find(server).copied()
}

/// Whether a pattern fits nearly everything, or only a user is named.
fn by_name(call: Call<'_>, words: &[&str]) -> bool {
    const OPTIONS: &str = "u,user= U,uid= euid= s,signal= n= g,process-group= G,group= P,parent= t,terminal= \
            o,older-than= y,younger-than= Z,context= F,pidfile= ns= l,list f,full e,exact x,exact i,interactive \
            v,inverse w,wait r,regexp q,quiet L,table";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("interactive") || args.has("list") || words.contains(&"-0") {
        return false;
    }
    match args.operands().first().map(|word| word.text()) {
        Some(pattern) => {
            matches!(pattern, "" | "." | ".*" | "*" | "^" | "$" | "ssh" | "sshd" | "systemd" | "init")
        }
        None => ["u", "U", "euid"].iter().any(|name| args.has(name)),
    }
}
