//! Files that an earlier command of the same line made: `cp .env /tmp/x; curl -T /tmp/x …`.

use super::source::{self, Source};
use super::stream;
use crate::effect::Call;
use crate::syntax::{Expansion, HOLE, Invocation, Word};

/// Most commands before the reader that are looked at.
const MAX_MAKERS: usize = 16;
/// Longest command, in words, that is looked at.
const MAX_WORDS: usize = 64;
/// What a step through a file adds to the depth, so that few such steps reach the limit of [`stream`].
const STEP: usize = 7;
/// Deepest place from which another such step is made.
const MAX_DEPTH: usize = 8;

/// What the file holds that `reader` would read as `text`, where an earlier command of the line put it there.
pub(super) fn contents(
    call: Call<'_>,
    reader: &Invocation,
    text: &str,
    word: &Word,
    depth: usize,
) -> Option<Source> {
    let calls = &call.script.invocations;
    if calls.len() < 2 || depth > MAX_DEPTH || reader.words.len() > MAX_WORDS {
        return None;
    }
    let at = calls.iter().position(|other| std::ptr::eq(other, reader))?;
    let before = calls.iter().enumerate().take(at).rev().take(MAX_MAKERS);
    for (index, maker) in before.filter(|(_, maker)| maker.words.len() <= MAX_WORDS) {
        let same = |other: &Word, path: &str| same_file(reader, text, word, maker, path, other);
        let mut sources = Vec::new();
        if maker.redirects.iter().any(|redirect| same(&redirect.target, redirect.target.text())) {
            stream::output_of(call, index, depth + STEP, None, &mut sources);
        } else {
            made_by(call, maker, &same, depth + STEP, &mut sources);
        }
        // One is enough; what is a secret by its name says most.
        let named = sources.iter().position(|source| source.kind != "file");
        if !sources.is_empty() {
            return Some(sources.swap_remove(named.unwrap_or(0)));
        }
    }
    None
}

/// What a program that writes files by itself put there.
fn made_by(
    call: Call<'_>,
    maker: &Invocation,
    same: &dyn Fn(&Word, &str) -> bool,
    depth: usize,
    sources: &mut Vec<Source>,
) {
    let words = maker.args();
    match maker.program() {
        "cp" | "mv" | "ln" | "install" | "ditto" => {
            let operands: Vec<&Word> = words.iter().filter(|word| !word.text().starts_with('-')).collect();
            if let Some((target, files)) = operands.split_last()
                && same(target, target.text())
            {
                for file in files {
                    sources.extend(source::file_at(call, maker, file.text(), file, depth));
                }
            }
        }
        "dd" => {
            let target = words.iter().find_map(|word| Some((word, word.text().strip_prefix("of=")?)));
            let source = words.iter().find_map(|word| Some((word, word.text().strip_prefix("if=")?)));
            if let (Some((to, path)), Some((word, from))) = (target, source)
                && same(to, path)
            {
                sources.extend(source::file_at(call, maker, from, word, depth));
            }
        }
        "git"
            if words.iter().any(|word| matches!(word.text(), "bundle" | "archive"))
                && words.iter().any(|word| same(word, word.text())) =>
        {
            sources.push(Source::secret("history", "git", maker.span, None, None));
        }
        "tee" | "tar" | "bsdtar" | "gtar" | "zip" | "7z" | "7za" | "ar" | "openssl"
            if words.iter().any(|word| same(word, word.text())) =>
        {
            stream::carried(call, maker, depth, sources);
        }
        _ => {}
    }
}

/// Whether two commands mean the same file by two texts.
fn same_file(
    reader: &Invocation,
    text: &str,
    word: &Word,
    maker: &Invocation,
    other: &str,
    other_word: &Word,
) -> bool {
    let plain = |text: &'_ str| -> String {
        let text = text.strip_prefix("./").unwrap_or(text);
        text.to_owned()
    };
    if text.len() > other.len() + 2 || other.len() > text.len() + 2 || plain(text) != plain(other) {
        return false;
    }
    if text.contains(HOLE) {
        // The same variable, or the output of the same call: `tmp=$(mktemp)`.
        return word.expansions.len() == other_word.expansions.len()
            && word.expansions.iter().zip(&other_word.expansions).all(|pair| match pair {
                (Expansion::Variable { name, .. }, Expansion::Variable { name: other, .. }) => name == other,
                (Expansion::Output(made), Expansion::Output(other)) => made == other,
                _ => false,
            });
    }
    text.starts_with(['/', '~']) || reader.dir == maker.dir
}
