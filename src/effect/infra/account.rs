//! What belongs to an account of this machine: the account itself, its home directory, its crontab.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Platform, Scope};
use crate::syntax::{Feed, Word};

/// Accounts and groups that systems and images come with, or that services run as.
fn is_system(name: &str) -> bool {
    const NAMES: &str = "root admin ubuntu ec2-user debian centos deploy www-data postgres mysql nginx git jenkins \
            sudo wheel docker vagrant azureuser opc";
    NAMES.split_ascii_whitespace().any(|known| known == name)
}

/// userdel, passwd, usermod, groupdel and their like.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "r,remove f,force R,root= P,prefix= l,lock d,delete u,unlock L,lock s,shell= g,gid= \
            G,groups= e,expiredate= n= x= w= i= U,unlock c,comment= home= m,move-home p,password= remove-home \
            remove-all-files backup-to= group only-if-empty a,append o q";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let names = args.operands();
    let (program, own) = (call.invocation.program(), call.invocation.args());
    // `usermod -L root`: the name comes last.
    let Some(name) =
        (if program == "usermod" { names.last() } else { names.first() }).map(|word| word.text())
    else {
        return;
    };
    let system = is_system(name);
    let given = |flag: &str| own.iter().any(|word| word.text() == flag);
    let no_shell =
        args.value("shell").is_some_and(|shell| shell.ends_with("nologin") || shell.ends_with("/false"));
    let mut target = ContextTarget::of(call, Platform::Machine);
    let deed = match program {
        // `deluser user group` takes the user out of the group.
        "deluser" if names.len() > 1 => match system || names.iter().any(|word| is_system(word.text())) {
            true => Deed::stop(program, "account").service(name, true, true),
            false => return,
        },
        "userdel" | "deluser" => {
            let home = ["remove", "remove-home", "remove-all-files"].iter().any(|flag| args.has(flag));
            if !home && !system {
                return;
            }
            target.act_on(args.operands().iter().copied());
            Deed::destroy(program, "account").loss(Loss::Store).called(name)
        }
        "groupdel" | "delgroup" if system => Deed::stop(program, "group").service(name, true, true),
        "passwd" if system && args.has("lock") => {
            Deed::stop("lock", "account").called(name).service(name, true, true)
        }
        "usermod" if system && (given("-L") || args.has("lock") || no_shell) => {
            Deed::stop("lock", "account").called(name).service(name, true, true)
        }
        _ => return,
    };
    deed.add(call, effects, target);
}

/// `crontab -r` takes all entries away without a question, and so does an empty table in their place.
pub(super) fn crontab(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "u,user= l e r i c,config= n", false);
    let operand = args.operands().first().map(|word| word.text());
    let empty = match (&call.invocation.stdin, operand) {
        (_, Some("/dev/null")) => true,
        (_, Some(file)) if file != "-" => false,
        (Feed::File(word), _) => word.text() == "/dev/null",
        (Feed::Text(word), _) => word.text().trim().is_empty(),
        (Feed::Pipe(made), Some("-")) => {
            let calls: Vec<_> = made.iter().filter_map(|&index| call.script.invocations.get(index)).collect();
            !calls.is_empty()
                && calls.iter().all(|made| match made.program() {
                    "true" | ":" => true,
                    "echo" | "printf" => {
                        made.args().iter().map(Word::text).all(|text| text.trim().is_empty() || text == "-n")
                    }
                    _ => false,
                })
        }
        _ => false,
    };
    let removes = args.has("r") && !args.has("i");
    if removes || empty && !args.has("l") && !args.has("e") {
        let deed = Deed::destroy("crontab -r", "entry of the crontab").loss(Loss::Store).scope(Scope::All);
        deed.add(call, effects, ContextTarget::of(call, Platform::Machine));
    }
}
