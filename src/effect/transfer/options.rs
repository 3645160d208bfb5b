//! Walks the options of programs that have hundreds of them, of which only a few send data.
//!
//! Unlike [`crate::effect::args`] it needs no table of all options, only an answer to whether one takes a value.

use crate::syntax::Word;

/// One option or operand, in the order of the line.
#[derive(Clone, Copy, Debug)]
pub(in crate::effect) struct Item<'a> {
    /// Name without dashes: `d`, `data`; empty for an operand.
    pub name: &'a str,
    /// Value of the option, or the text of the operand.
    pub value: &'a str,
    /// The word that holds the value.
    pub word: &'a Word,
}

/// Splits words into options and operands; `takes` says whether an option has a value.
pub(in crate::effect) fn items<'a>(words: &'a [Word], takes: fn(&str) -> bool) -> Vec<Item<'a>> {
    let mut items = Vec::with_capacity(words.len());
    let mut rest = words.iter();
    let mut ended = false;
    while let Some(word) = rest.next() {
        let text = word.text();
        if ended || text == "-" || !text.starts_with('-') {
            items.push(Item { name: "", value: text, word });
        } else if text == "--" {
            ended = true;
        } else if let Some(body) = text.strip_prefix("--") {
            match body.split_once('=') {
                Some((name, value)) => items.push(Item { name, value, word }),
                None if takes(body) => {
                    let next = rest.next().unwrap_or(word);
                    let value = if std::ptr::eq(next, word) { "" } else { next.text() };
                    items.push(Item { name: body, value, word: next });
                }
                None => items.push(Item { name: body, value: "", word }),
            }
        } else {
            let body = &text[1..];
            for (at, letter) in body.char_indices() {
                let end = at + letter.len_utf8();
                let name = &body[at..end];
                if !takes(name) {
                    items.push(Item { name, value: "", word });
                    continue;
                }
                let attached = &body[end..];
                if attached.is_empty() {
                    let next = rest.next().unwrap_or(word);
                    let value = if std::ptr::eq(next, word) { "" } else { next.text() };
                    items.push(Item { name, value, word: next });
                } else {
                    items.push(Item { name, value: attached, word });
                }
                break;
            }
        }
    }
    items
}
