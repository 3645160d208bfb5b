//! rsync, where it deletes what the source does not have.

use super::place::Place;
use super::{Act, Args, Call, Effect, EffectKind, Paths};
use crate::fact::{Key, Value};
use crate::syntax::{Expansion, Word};

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
    if let [sources @ .., target] = args.operands()
        && args.has("remove-source-files")
        && !args.has("n")
    {
        super::archive::moved(call, sources, target, effects);
    }
    let keeps = ["n", "b", "u", "list-only", "backup-dir", "ignore-existing", "existing"];
    if let [source, target] = args.operands()
        && !given
        && source.text().ends_with('/')
        && ![source, target].iter().any(|word| word.text().contains(':'))
        && !keeps.iter().any(|name| args.has(name))
        && call.scene.is_live()
    {
        // Over a working tree, which has what no commit has yet.
        let paths = Paths::new(call, EffectKind::PathOverwrite, Act::Permit, true);
        let there = paths.resolve(target.text());
        if crate::git::root_of(std::path::Path::new(&there)).is_some() {
            super::overwrite::onto(call, source, target, effects);
        }
    }
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
    let empty = is_empty_by_name(source.text())
        || source.expansions.iter().any(|it| matches!(it, Expansion::Output(_)));
    if remote(target) {
        let whole = source.text().ends_with('/') || matches!(source.text(), "." | "..");
        return there(call, target, empty, whole, effects);
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

/// `empty/`, `/tmp/empty_dir/`: what such a source leaves of its target is nothing.
pub(super) fn is_empty_by_name(source: &str) -> bool {
    let name = source.trim_end_matches(['/', '\\', '.']).rsplit(['/', '\\', ':']).next().unwrap_or_default();
    name.to_ascii_lowercase()
        .split(['_', '-', '.'])
        .any(|part| matches!(part, "empty" | "emptydir" | "blank" | "void"))
}

/// `robocopy source target /MIR`: what the source does not have goes from the target.
pub(super) fn robocopy(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let has = |wanted: &str| words.iter().any(|word| word.text().eq_ignore_ascii_case(wanted));
    if !(has("/MIR") || has("/PURGE")) || has("/L") {
        return;
    }
    let [source, target, ..] = words else { return };
    let lower = target.text().to_ascii_lowercase();
    if is_empty_by_name(source.text())
        || lower.contains("users")
        || lower.trim_end_matches('\\').ends_with(':')
    {
        Paths::new(call, EffectKind::PathDelete, Act::Permit, true).saying(Key::PathAct, "mirror").push(
            Place::Known,
            &[target],
            effects,
        );
    }
}

/// `unison -batch -force /mnt/empty …`: one side wins, whatever the other holds.
pub(super) fn unison(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let winner =
        words.windows(2).find(|pair| matches!(pair[0].text(), "-force" | "--force")).map(|pair| &pair[1]);
    let asks_nobody = words.iter().any(|word| matches!(word.text(), "-batch" | "--batch" | "-auto"));
    if let Some(winner) = winner.filter(|winner| asks_nobody && !matches!(winner.text(), "newer" | "older")) {
        let last = words.last().unwrap_or(winner);
        Paths::new(call, EffectKind::PathDelete, Act::Permit, true).saying(Key::PathAct, "mirror").push(
            Place::Known,
            &[last],
            effects,
        );
    }
}

/// On another machine: its name is all there is to go by.
fn there(call: Call<'_>, target: &Word, empty: bool, whole: bool, effects: &mut Vec<Effect>) {
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
        // The memory of a repository that others push to.
        _ if path.trim_end_matches('/').ends_with(".git") => Place::Known,
        // Without a directory it is the home there, and all that is in it.
        _ if whole
            && matches!(path.trim_end_matches('/'), "" | "~" | ".")
            && !target.text().contains("::") =>
        {
            Place::Known
        }
        // Nothing is what it then looks like.
        _ if production || empty => Place::Known,
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
