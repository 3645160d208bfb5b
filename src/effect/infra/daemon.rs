//! Servers and process managers that are told to stop by their own clients.

use super::{Args, Call, ContextTarget, Deed, Effect, Part, Platform, Scope, texts};

/// `redis-cli shutdown`, `pg_ctl stop`, `supervisorctl stop all`, `pm2 kill`.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    // `-p` of MySQL's client asks for a password, and is the port everywhere else.
    const MYSQL: &str = "h,host= P,port= u,user= S,socket= defaults-file= defaults-extra-file=";
    const OPTIONS: &str =
        "h,host= p,port= a= u= n= user= pass= serverurl= D,pgdata= m,mode= t,timeout= s= c= f= W w";
    let program = call.invocation.program();
    let options = if program.ends_with("admin") { MYSQL } else { OPTIONS };
    let args = Args::read(call.invocation.args(), options, false);
    let words = texts(&args);
    let first = words.first().copied().unwrap_or_default();
    let every = |at: usize| words.get(at).is_some_and(|word| *word == "all");
    let (service, all) = match program {
        "redis-cli" | "valkey-cli" if first.eq_ignore_ascii_case("shutdown") => ("redis", false),
        "mysqladmin" | "mariadb-admin" if words.contains(&"shutdown") => ("mysql", false),
        "pg_ctl" if first == "stop" => ("postgresql", false),
        "pg_ctlcluster" if words.contains(&"stop") => ("postgresql", false),
        "supervisorctl" if matches!(first, "stop" | "shutdown") => {
            ("supervised programs", first == "shutdown" || every(1))
        }
        // They are forgotten with the way in which they were started.
        "pm2" if matches!(first, "delete" | "del") && every(1) => {
            let deed = Deed::stop("delete", "node program").scope(Scope::All).service("all", true, false);
            return deed.add(call, effects, ContextTarget::of(call, Platform::Machine));
        }
        "pm2" if matches!(first, "stop" | "delete" | "del" | "kill") => {
            ("node programs", first == "kill" || every(1))
        }
        "nginx" if matches!(args.value("s"), Some("stop" | "quit")) => ("nginx", false),
        "apachectl" | "apache2ctl" if matches!(first, "stop" | "graceful-stop") => ("apache2", false),
        _ => return,
    };
    // A server that is reached over the network, or programs of this machine.
    let host = args.value("host").filter(|_| !matches!(program, "pm2" | "supervisorctl" | "nginx"));
    let host = host.or(args.value("s").or(args.value("serverurl")).filter(|_| program == "supervisorctl"));
    let mut target =
        ContextTarget::of(call, if host.is_some() { Platform::Server("") } else { Platform::Machine });
    if let Some(host) = host {
        target.say(Part::Address, "--host", host);
    }
    target.act_on(args.operands().iter().copied().skip(1));
    let deed = Deed::stop("stop", "service").called(service).service(service, true, false);
    let deed = if all { deed.scope(Scope::Many) } else { deed };
    deed.add(call, effects, target);
}
