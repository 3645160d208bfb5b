//! Archives: what is unpacked over what is there, and what is gone once it is packed.

use super::place::Place;
use super::{Act, Args, Call, Effect, EffectKind, Paths, disk, overwrite};
use crate::fact::Key;
use crate::syntax::Word;

/// tar, zip, 7z and their like.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.text()));
    let args = Args::read(words, "f,file= C,directory= T= X= exclude= b= x= i=", false);
    let operands = args.operands();
    match call.invocation.program() {
        "zip" => {
            if args.has("m") || args.has("move") {
                packed(call, operands.get(1..).unwrap_or_default(), operands.first(), effects);
            }
        }
        "7z" | "7za" if has(&["-sdel"]) => {
            packed(call, operands.get(2..).unwrap_or_default(), operands.get(1), effects);
        }
        "tar" | "gtar" | "bsdtar" => {
            let bundle = words.first().filter(|word| !word.text().starts_with('-')).map_or("", Word::text);
            let named = args.flag("file");
            let attached =
                named.and_then(|flag| flag.value.map(|value| Word::literal(value, flag.word.span)));
            let archive =
                if bundle.contains('f') { operands.get(1).map(|word| (*word).clone()) } else { attached };
            let writes = bundle.contains(['c', 'r', 'u'])
                || args.has("c")
                || args.has("r")
                || args.has("u")
                || has(&["--create", "--append", "--update"]);
            let skipped = if bundle.is_empty() { 0 } else { 2 };
            match archive.filter(|_| writes) {
                Some(archive) => {
                    disk::write(call, &archive, effects);
                    if has(&["--remove-files"]) {
                        packed(call, operands.get(skipped..).unwrap_or_default(), Some(&&archive), effects);
                    }
                }
                None => overwrite::unpack(call, effects),
            }
        }
        _ => overwrite::unpack(call, effects),
    }
}

/// What is removed once it lies in the archive.
fn packed(call: Call<'_>, sources: &[&Word], archive: Option<&&Word>, effects: &mut Vec<Effect>) {
    let Some(archive) = archive else { return };
    if archive.text() == "/dev/null" {
        return Paths::new(call, EffectKind::PathDelete, Act::Delete, true)
            .saying(Key::PathAct, "swallow")
            .add(sources, effects);
    }
    moved(call, sources, archive, effects);
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Permit, false).saying(Key::PathAct, "move");
    for source in sources.iter().filter(|source| paths.place(source) == Place::Home) {
        paths.push(Place::Home, &[source], effects);
    }
}

/// `mv ~/Documents /tmp`: what people keep, moved to where the next start empties it.
pub(super) fn moved(call: Call<'_>, sources: &[&Word], target: &Word, effects: &mut Vec<Effect>) {
    let is_volatile = |path: &str| {
        ["/tmp", "/dev/shm", "/run"]
            .iter()
            .any(|dir| path.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    };
    if !is_volatile(target.text()) {
        return;
    }
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Permit, true).saying(Key::PathAct, "volatile");
    for source in sources {
        let place = paths.place(source);
        if matches!(place, Place::Known | Place::System | Place::Home) {
            paths.push(place, &[source], effects);
        }
    }
}
