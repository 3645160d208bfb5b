//! `sed -i '/x/d' file`: how much of the file is left.

use super::overwrite::overwriting;
use super::place::Place;
use super::{Act, Args, Call, Effect, Paths};
use crate::action::file_text;
use crate::syntax::{Host, Word};
use std::path::Path;

/// Most files of one call that are looked at.
const MAX_FILES: usize = 8;
/// Fewer lines than these are soon written again.
const MIN_TAKEN: usize = 20;

/// Files of which most lines would be taken out, and no copy kept.
pub(super) fn shortened(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    // `-i.bak` keeps what was there, and with `-n` only what is printed stays.
    let keeps = |word: &Word| {
        let text = word.text();
        text.starts_with("-i") && text.len() > 2 || text.starts_with("--in-place=") || text.starts_with("-n")
    };
    let args = Args::read(words, "e,expression= f,file= E r s i z u l=", false);
    if call.invocation.host != Host::Local || words.iter().any(keeps) || args.has("file") {
        return;
    }
    let (script, files) = match (args.value("expression"), args.operands()) {
        (Some(script), files) if args.all("expression").count() == 1 => (script, files),
        (None, [script, files @ ..]) => (script.text(), files),
        _ => return,
    };
    let Some(deletes) = Deletes::read(script) else { return };
    for file in files.iter().take(MAX_FILES).filter(|file| file.known().is_some() && !file.glob) {
        let paths = overwriting(call, "cut");
        let left = if call.scene.is_live() {
            let Some(text) = file_text(Path::new(&paths.resolve(file.text()))) else { continue };
            let (mut left, mut taken) = (0, 0);
            for (at, line) in text.lines().enumerate() {
                match deletes.takes(at + 1, line) {
                    true => taken += 1,
                    false => left += line.len() + 1,
                }
            }
            if left * 2 + 8 > text.len() || taken < MIN_TAKEN {
                continue;
            }
            left as u64
        } else {
            0
        };
        if matches!(paths.place(file), Place::Other | Place::Here) {
            Paths { act: Act::Text(left), ..paths }.push(Place::Other, &[file], effects);
        }
    }
}

/// Which lines a script of one command deletes.
enum Deletes {
    /// From this line to that one.
    Lines(usize, usize),
    /// Those that hold a text, at their beginning or at their end where that is said; or all others.
    Holding { text: String, first: bool, last: bool, others: bool },
}

impl Deletes {
    /// `5d`, `1,100d`, `9,$d`, `/text/d`, `/text/!d`; nothing where more than plain letters would have to be matched.
    fn read(script: &str) -> Option<Self> {
        let script = script.trim().strip_suffix('d')?;
        let number = |text: &str| if text == "$" { Some(usize::MAX) } else { text.parse().ok() };
        let Some(pattern) = script.strip_prefix('/') else {
            let (from, to) = script.split_once(',').unwrap_or((script, script));
            return Some(Deletes::Lines(number(from)?, number(to)?));
        };
        let (pattern, others) = match pattern.strip_suffix("/!") {
            Some(pattern) => (pattern, true),
            None => (pattern.strip_suffix('/')?, false),
        };
        let (pattern, first) = pattern.strip_prefix('^').map_or((pattern, false), |rest| (rest, true));
        let (pattern, last) = pattern.strip_suffix('$').map_or((pattern, false), |rest| (rest, true));
        let text = pattern.replace("\\.", "\u{0}").replace("\\/", "/");
        if text.contains(['.', '*', '[', '\\', '/', '+', '?', '(', '|', '$', '^', '{']) {
            return None;
        }
        let text = text.replace('\u{0}', ".");
        Some(Deletes::Holding { text, first, last, others })
    }

    fn takes(&self, number: usize, line: &str) -> bool {
        match self {
            Deletes::Lines(from, to) => (*from..=*to).contains(&number),
            Deletes::Holding { text, first, last, others } => {
                let holds = match (first, last) {
                    (true, true) => line == text,
                    (true, false) => line.starts_with(text),
                    (false, true) => line.ends_with(text),
                    (false, false) => line.contains(text),
                };
                holds != *others
            }
        }
    }
}
