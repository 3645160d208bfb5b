//! Commands that a client of a file server is given as text: `smbclient -c 'deltree x'`, `lftp -e 'rm -r x'`,
//! `sftp host <<< 'rm x/*'`.

use super::place::Place;
use super::{Act, Args, Call, Effect, EffectKind, Paths};
use crate::effect::code::Address;
use crate::effect::database::{Input, fed, fed_by_file};
use crate::fact::Key;
use crate::syntax::{Dir, Host, Word};

const OPTIONS: &str =
    "c,command= e= b= f= U,user= W= P= p,port= i= o= u= l= D,directory= I= A= m= n= F= s= J= R= S=";

/// `curl -Q 'DELE /archive/2023.tar' ftp://host`: commands for the server itself.
pub(super) fn quoted(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    for pair in words.windows(2).filter(|pair| matches!(pair[0].text(), "-Q" | "--quote")) {
        let said = pair[1].text().trim_start_matches(['-', '+']);
        let Some((verb, path)) = said.split_once(' ') else { continue };
        if ["DELE", "RMD", "rm", "rmdir"].iter().any(|known| verb.eq_ignore_ascii_case(known)) {
            Paths::new(call, EffectKind::PathDelete, Act::Permit, true).saying(Key::Path, path).push(
                Place::Remote,
                &[&pair[1]],
                effects,
            );
        }
    }
}

/// What such a client would delete on the server.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let args = Args::read(invocation.args(), OPTIONS, false);
    let lftp = invocation.program() == "lftp";
    let said = match invocation.program() {
        "smbclient" => args.flag("command"),
        "lftp" => args.flag("command").or_else(|| args.flag("e")),
        _ => None,
    };
    let (text, span) = match (said, args.flag(if lftp { "f" } else { "b" })) {
        (Some(flag), _) => (flag.value.unwrap_or_default().to_owned(), flag.word.span),
        (None, Some(file)) if file.value.is_some_and(|name| name != "-") => {
            let Input::Text(text) = fed_by_file(call, file.word) else { return };
            (text, invocation.span)
        }
        _ => {
            let Input::Text(text) = fed(call) else { return };
            (text, invocation.span)
        }
    };
    let host = args.operands().first().map_or("", |word| word.text()).to_owned();
    let mut there = invocation.clone();
    there.host = Host::Remote(host.clone());
    there.dir = Dir::Unknown;
    there.via.push("ssh");
    let paths = Paths::new(Call { invocation: &there, ..call }, EffectKind::PathDelete, Act::Delete, true);
    let (mut dir, mut recurse) = (String::new(), false);
    for statement in text.split([';', '\n']) {
        let mut words = statement.split_ascii_whitespace().map(|word| word.trim_matches(['"', '\'']));
        let mut verb = words.next().unwrap_or_default().to_ascii_lowercase();
        let mut rest: Vec<&str> = words.collect();
        while matches!(verb.as_str(), "glob" | "-" | "-a") && !rest.is_empty() {
            verb = rest.remove(0).to_owned();
        }
        let named: Vec<&str> = rest.iter().copied().filter(|word| !word.starts_with('-')).collect();
        let deep = rest
            .iter()
            .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(['r', 'R']));
        let whole = match verb.as_str() {
            "cd" => {
                dir = named.first().map_or(String::new(), |to| format!("{to}/"));
                continue;
            }
            "recurse" => {
                recurse = !named.iter().any(|word| word.eq_ignore_ascii_case("off"));
                continue;
            }
            "deltree" | "rmcol" | "mrm" | "mdelete" | "mdel" => true,
            "rm" | "del" | "delete" => deep || recurse,
            "mirror" => {
                let says = |wanted: &[&str]| rest.iter().any(|word| wanted.contains(word));
                if !says(&["--delete", "-e", "--delete-first", "-Re", "-eR"]) || says(&["--dry-run"]) {
                    continue;
                }
                let (back, target) = (says(&["-R", "--reverse", "-Re", "-eR"]), named.get(1));
                match target {
                    // What the server has and this machine has not is gone from there.
                    Some(target) if back => {
                        let word = Word::literal(*target, span);
                        if paths.place(&word) != Place::Temporary && !Address::read(&host).is_loopback() {
                            paths.push(Place::Known, &[&word], effects);
                        }
                    }
                    Some(target) => {
                        let word = Word::literal(*target, span);
                        let here = Paths::new(call, EffectKind::PathDelete, Act::Permit, true)
                            .saying(Key::PathAct, "mirror");
                        if let place @ (Place::Known | Place::Home | Place::System) = here.place(&word) {
                            here.push(place, &[&word], effects);
                        }
                    }
                    None => {}
                }
                continue;
            }
            _ => continue,
        };
        for name in named.iter().filter(|name| whole || name.contains(['*', '?'])) {
            let path = if name.starts_with('/') { (*name).to_owned() } else { format!("{dir}{name}") };
            let word = Word::literal(path, span);
            match paths.place(&word) {
                Place::Temporary => {}
                Place::Other | Place::Here | Place::Above => paths.push(Place::Remote, &[&word], effects),
                place => paths.push(place, &[&word], effects),
            }
        }
    }
}
