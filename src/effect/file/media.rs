//! Tools that write pictures, music and what is said of them anew in place, over many files at once.

use super::place::Place;
use super::rewrite::{rewrite, searched};
use super::{Act, Call, Effect, EffectKind, Paths};
use crate::fact::Key;
use crate::syntax::{Expansion, Word};

/// `mogrify -resize 50% ~/Pictures/*.jpg`: the originals are gone.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    if !remakes(call.invocation.program(), words) {
        return;
    }
    let mut roots: Vec<Word> = Vec::new();
    for word in words.iter().filter(|word| !word.text().starts_with('-')) {
        let text = word.text();
        match text.rsplit_once('/') {
            _ if !word.glob => {
                // One file is a matter of its own; a directory is meant as a whole.
                let is_file =
                    text.rsplit('/').next().is_some_and(|name| name.trim_start_matches('.').contains('.'));
                if !is_file && (text.starts_with(['/', '~']) || matches!(text, "." | "..")) {
                    roots.push(word.clone());
                }
            }
            Some((dir, _)) => roots.push(Word::literal(format!("{dir}/"), word.span)),
            None => roots.push(Word::literal(".", word.span)),
        }
        for expansion in &word.expansions {
            if let Expansion::Output(made) = expansion {
                roots.extend(made.iter().flat_map(|index| searched(call, *index)).cloned());
            }
        }
    }
    remade(call, &roots.iter().collect::<Vec<_>>(), effects);
}

/// Whether a call of such a tool keeps nothing of what it works on.
pub(super) fn remakes(program: &str, words: &[Word]) -> bool {
    let starts = |wanted: &[&str]| {
        words.iter().any(|word| {
            wanted.iter().any(|it| {
                word.text() == *it || it.ends_with('*') && word.text().starts_with(it.trim_end_matches('*'))
            })
        })
    };
    match program {
        "mogrify" => !starts(&["-path", "-format", "-list", "-version"]),
        "exiftool" => starts(&["-overwrite_original*", "-delete_original*"]) && !starts(&["-o", "-if"]),
        "jpegoptim" => {
            starts(&["-m*", "--max*", "-S*", "--size*"])
                && !starts(&["-d*", "--dest*", "-n", "--noaction", "--stdout"])
        }
        "jhead" => starts(&["-purejpg", "-de", "-dc", "-du", "-di", "-dx"]),
        "pngquant" => starts(&["-f", "--force"]) && starts(&["--ext", "--ext=.png"]),
        "mat2" => starts(&["--inplace"]),
        "sips" => {
            starts(&["-Z", "-z", "--resample*", "-c", "--crop*", "-r", "--rotate"])
                && !starts(&["-o", "--out"])
        }
        "id3v2" => starts(&["-D", "--delete-all", "-d", "-s"]),
        "eyeD3" => starts(&["--remove-all", "--remove-v*"]),
        "mid3v2" => starts(&["-D", "--delete-all"]),
        "metaflac" => starts(&["--remove*"]),
        // `for f in *.jpg; do convert "$f" -resize 50% "$f"; done`
        "convert" | "magick" => match words {
            [before @ .., last] => last.glob && before.iter().any(|word| word.text() == last.text()),
            [] => false,
        },
        _ => false,
    }
}

/// What lies in places where people keep what exists nowhere else.
pub(super) fn remade(call: Call<'_>, roots: &[&Word], effects: &mut Vec<Effect>) {
    let paths = Paths::new(call, EffectKind::PathOverwrite, Act::Permit, true).saying(Key::PathAct, "remake");
    let known = |root: &&&Word| matches!(paths.place(root), Place::Known | Place::Home);
    for root in roots.iter().filter(known) {
        paths.push(Place::Known, &[root], effects);
    }
    let others: Vec<&Word> = roots.iter().filter(|root| !known(root)).copied().collect();
    rewrite(call, &others, effects);
}
