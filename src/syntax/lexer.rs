//! One pass over the text.

use super::*;

pub(super) fn read(text: &str, _scene: &Scene) -> Script {
    let mut script = Script::default();
    let mut words = Vec::new();
    let mut at = 0;
    for part in text.split(' ') {
        let span = Span::new(at, at + part.len());
        at += part.len() + 1;
        if !part.is_empty() {
            words.push(Word::literal(part.trim_matches(['\'', '"']), span));
        }
    }
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        let span = first.span.to(last.span);
        script.invocations.push(Invocation { words, span, ..Invocation::default() });
    }
    script
}
