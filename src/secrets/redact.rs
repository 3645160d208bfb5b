//! Takes secrets out of text that will be shown or kept.

use super::Confidence;
use super::scan::Scanner;
use std::ops::Range;

/// The text with each secret replaced by what it is, in angle brackets: `<GitHub token>`.
///
/// Masks more than [`super::scan`] finds: whatever is assigned to a secret's name, what follows `Authorization:`,
/// passwords in URLs and of `--password`, and tokens that touch other letters. What is masked in vain costs a
/// reader a word; what is not is in the journal for good.
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, kind) in masks(text) {
        out.push_str(&text[at..range.start]);
        out.push('<');
        out.push_str(kind);
        out.push('>');
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// What [`redact`] would replace, in order and without overlaps, each with what it is.
pub fn masks(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut scanner = Scanner::new(text, true);
    scanner.run();
    let mut masks = Vec::new();
    let mut rest = scanner.found.iter().peekable();
    while let Some(found) = rest.next() {
        let (mut end, mut kind, mut best) = (found.span.end, found.kind, found.confidence);
        while let Some(next) = rest.next_if(|next| next.span.start < end) {
            end = end.max(next.span.end);
            if next.confidence > best || best == Confidence::Low && !next.owner.is_empty() {
                (kind, best) = (next.kind, next.confidence);
            }
        }
        masks.push((found.span.start..end, kind));
    }
    masks
}
