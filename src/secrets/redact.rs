//! Takes secrets out of text that will be shown or kept.

use super::Confidence;
use super::scan::Scanner;

/// The text with each secret replaced by what it is, in angle brackets: `<GitHub token>`.
///
/// Masks more than [`super::scan`] finds: whatever is assigned to a secret's name, what follows `Authorization:`,
/// passwords in URLs and of `--password`, and tokens that touch other letters. What is masked in vain costs a
/// reader a word; what is not is in the journal for good.
pub fn redact(text: &str) -> String {
    let mut scanner = Scanner::new(text, true);
    scanner.run();
    if scanner.found.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut rest = scanner.found.iter().peekable();
    while let Some(found) = rest.next() {
        let (mut end, mut kind, mut best) = (found.span.end, found.kind, found.confidence);
        while let Some(next) = rest.next_if(|next| next.span.start < end) {
            end = end.max(next.span.end);
            if next.confidence > best || best == Confidence::Low && !next.owner.is_empty() {
                (kind, best) = (next.kind, next.confidence);
            }
        }
        out.push_str(&text[at..found.span.start]);
        out.push('<');
        out.push_str(kind);
        out.push('>');
        at = end;
    }
    out.push_str(&text[at..]);
    out
}
