//! Variables of fish, which are lists.

use super::super::walk::Walker;
use super::super::{Expansion, GapCause, MAX_LENGTH, Span, Word};

/// Stands between the elements of a list in the one word that a variable's value is (U+001E, record separator).
const BETWEEN: char = '\u{1e}';
/// Most elements of a list, and most expansions that flow into it.
const MAX_FLOWS: usize = 256;
/// Stands for the value of a variable without elements (U+001F, unit separator).
const EMPTY: &str = "\u{1f}";

/// The elements as one word, out of which [`elements`] makes them again.
pub(super) fn joined(all: &[Word], span: Span) -> Word {
    let mut word = Word::literal("", span);
    for (nth, element) in all.iter().enumerate() {
        if nth > 0 {
            word.text.push(BETWEEN);
        }
        word.text.push_str(&element.text);
        word.quoted |= element.quoted;
        word.glob |= element.glob;
        word.expansions.extend(element.expansions.iter().cloned());
    }
    word
}

/// What a program sees in an exported variable: the elements of a list with blanks between them.
pub(in super::super) fn as_seen(word: &Word) -> Word {
    Word { text: word.text.replace(BETWEEN, " ").replace(EMPTY, ""), ..word.clone() }
}

/// The elements of a variable's value.
pub(super) fn elements(name: &str, value: &str, expansions: &[Expansion]) -> Vec<Word> {
    if value == EMPTY {
        return Vec::new();
    }
    let separator = if name.ends_with("PATH") { [BETWEEN, ':'] } else { [BETWEEN; 2] };
    let element =
        |text: &str| Word { text: text.to_owned(), expansions: expansions.to_vec(), ..Word::default() };
    value.split(separator).map(element).collect()
}

/// `$list[index]`, `$list[from..to]`; `None` where the index is of another form. Outside of the list is nothing.
pub(super) fn slice(all: &[Word], index: &str) -> Option<Vec<Word>> {
    let place = |text: &str| -> Option<usize> {
        let number: i64 = text.trim().parse().ok()?;
        let count = i64::try_from(all.len()).ok()?;
        usize::try_from(if number < 0 { count + number } else { number - 1 }).ok()
    };
    match index.split_once("..") {
        Some((from, to)) => {
            let from = if from.trim().is_empty() { 0 } else { place(from)? };
            let to = if to.trim().is_empty() { all.len().checked_sub(1)? } else { place(to)? };
            // Backwards is allowed, and is rare enough.
            (from <= to).then(|| all.iter().skip(from).take(to - from + 1).cloned().collect())
        }
        None => Some(all.get(place(index)?).cloned().into_iter().collect()),
    }
}

impl Walker<'_> {
    /// `set [-gxlUue] NAME VALUE…`
    pub(in super::super) fn set_fish(&mut self, args: &[Word]) {
        let (mut export, mut unexport, mut erase, mut only_asks) = (false, false, false, false);
        let (mut append, mut prepend) = (false, false);
        let mut rest = args;
        while let [first, tail @ ..] = rest {
            match first.text() {
                "--export" => export = true,
                "--unexport" => unexport = true,
                "--erase" => erase = true,
                "--query" | "--names" | "--show" => only_asks = true,
                "--append" => append = true,
                "--prepend" => prepend = true,
                "--" => {
                    rest = tail;
                    break;
                }
                long if long.starts_with("--") => {}
                letters if letters.len() > 1 && letters.starts_with('-') => {
                    for letter in letters.chars() {
                        match letter {
                            'x' => export = true,
                            'u' => unexport = true,
                            'e' => erase = true,
                            'q' | 'n' | 'S' => only_asks = true,
                            'a' => append = true,
                            'p' => prepend = true,
                            _ => {}
                        }
                    }
                }
                _ => break,
            }
            rest = tail;
        }
        let [name, values @ ..] = rest else { return };
        if only_asks {
            return;
        }
        if erase {
            for name in rest {
                self.frame.vars.retain(|variable| variable.name != name.text());
                // Erased is not the same as never named: the environment would answer for it.
                self.set(name.text(), Word::unknown(name.span), false);
            }
            return;
        }
        let (plain, index) = name.text().split_once('[').map_or((name.text(), None), |(a, b)| (a, Some(b)));
        let was_exported = self.frame.vars.iter().any(|variable| variable.name == plain && variable.exported);
        let mut all: Vec<Word> = values.to_vec();
        if append || prepend {
            let (before, expansions) = self.lookup(plain);
            let before = before.map_or_else(
                || vec![Word { expansions: expansions.clone(), ..Word::unknown(name.span) }],
                |before| elements(plain, &before, &expansions),
            );
            all = if append { [before, all].concat() } else { [all, before].concat() };
        }
        let mut value = joined(&all, name.span);
        if all.is_empty() {
            EMPTY.clone_into(&mut value.text);
        }
        if index.is_some() || (values.is_empty() && !append && !prepend && (export || unexport)) {
            // One element of a list, or only the mark of what was there before.
            let (before, expansions) = self.lookup(plain);
            match before.filter(|_| index.is_none()) {
                Some(before) => value = Word { expansions, ..Word::literal(before, name.span) },
                None => {
                    let flows = std::mem::take(&mut value.expansions);
                    value = Word::unknown(name.span);
                    value.expansions.extend(expansions.into_iter().chain(flows));
                }
            }
        }
        if value.expansions.len() > MAX_FLOWS || value.text.len() > MAX_LENGTH || all.len() > MAX_FLOWS {
            // Made of itself again and again; every element has all of what flows into the list.
            self.gap(GapCause::TooLong, name.span);
            value = Word::unknown(name.span);
        }
        self.frame.vars.retain(|variable| variable.name != plain);
        self.set(plain, value, !unexport && (export || was_exported || self.scene.var(plain).is_some()));
    }
}
