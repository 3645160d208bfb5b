//! rsync, where it deletes what the source does not have.

use super::place::Place;
use super::{Act, Args, Call, Effect, EffectKind, Paths};
use crate::fact::{Key, Value};
use crate::syntax::Word;

const OPTIONS: &str = "a,archive v,verbose r,recursive u,update n,dry-run delete delete-before delete-during \
    delete-delay delete-after delete-excluded del e,rsh= exclude= include= filter= f= exclude-from= include-from= \
    files-from= rsync-path= max-delete= backup-dir= b,backup log-file= out-format= bwlimit= port= password-file= \
    temp-dir= T= link-dest= compare-dest= copy-dest= chmod= chown= partial-dir= timeout= B= M= info= \
    max-size= min-size= suffix= list-only remove-source-files";

/// `rsync -a --delete source target`.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let given = call.invocation.args().iter().any(|word| {
        let text = word.text();
        text == "--del" || (text.starts_with("--delete") && text != "--delete-missing-args")
    });
    // What is put aside is not lost.
    if !given || ["n", "b", "list-only", "backup-dir", "max-delete"].iter().any(|name| args.has(name)) {
        return;
    }
    let [sources @ .., target] = args.operands() else { return };
    let [source, ..] = sources else { return };
    let remote = |word: &Word| {
        let text = word.text();
        let before = text.split('/').next().unwrap_or_default();
        before.contains(':') || text.contains("::") || text.starts_with("rsync://")
    };
    if remote(target) {
        return there(call, target, effects);
    }
    // Without the slash the directory itself is made below the target, and only that is touched.
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Delete, true);
    let source_path =
        if remote(source) || source.known().is_none() { String::new() } else { paths.resolve(source.text()) };
    let whole = source.text().ends_with('/') || matches!(source.text(), "." | "..");
    let name = source.text().trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let into = format!("{}/{name}", target.text().trim_end_matches('/'));
    let target = if whole || name.is_empty() { (*target).clone() } else { Word::literal(into, target.span) };
    let act = if source_path.is_empty() { Act::Delete } else { Act::Mirror(source_path) };
    let mirrors = matches!(act, Act::Mirror(_));
    let paths = Paths::new(call, EffectKind::PathDelete, act, true).saying(Key::PathAct, "mirror");
    match paths.place(&target) {
        Place::Temporary => {}
        place @ (Place::Root | Place::Home | Place::System | Place::Unset) => {
            paths.push(place, &[&target], effects);
        }
        // Where others serve or keep files, what cannot be seen is not nothing.
        Place::Known if mirrors => paths.push(Place::Known, &[&target], effects),
        // What would go can only be said where both sides can be seen.
        _ if mirrors => paths.push(Place::Other, &[&target], effects),
        _ => {}
    }
}

/// On another machine: its name is all there is to go by.
fn there(call: Call<'_>, target: &Word, effects: &mut Vec<Effect>) {
    let (host, path) = target.text().split_once(':').unwrap_or((target.text(), ""));
    let host = host.to_ascii_lowercase();
    let production = ["prod", "live"].iter().any(|part| host.contains(part));
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Delete, true).saying(Key::PathAct, "mirror");
    let place = match path {
        path if path.starts_with('/') => paths.ground.place(&super::normal(path), true),
        _ => Place::Other,
    };
    let place = match place {
        Place::Root | Place::Home | Place::System if path.trim_end_matches('/') != "/var/www" => place,
        _ if production => Place::Known,
        _ => return,
    };
    let span = target.span;
    effects.push(Effect {
        kind: EffectKind::PathDelete,
        span,
        attributes: vec![
            (Key::Tool, Value::from("rsync")),
            (Key::Path, Value::from(target.text())),
            (Key::PathAct, Value::from("mirror")),
            (Key::PathPlace, Value::from(place.name())),
            (Key::PathScope, Value::from("tree")),
        ],
        target: crate::effect::Target::None,
    });
}
