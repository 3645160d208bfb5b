//! Words under construction: field splitting may begin a new one at any moment.

use super::{Expansion, HOLE, Span, Word};

/// Words under construction: field splitting may begin a new one at any moment.
pub(super) struct Fields {
    pub(super) current: Word,
    /// Something, if only an empty quoted string, belongs to the current word.
    started: bool,
    done: Vec<Word>,
    pub(super) splits: bool,
    /// The value of `IFS` where the line sets it.
    pub(super) separators: Option<String>,
}

impl Fields {
    pub(super) fn new(span: Span, splits: bool) -> Fields {
        Fields {
            current: Word { span, ..Word::default() },
            started: false,
            done: Vec::new(),
            splits,
            separators: None,
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.started = true;
            self.current.text.push_str(text);
        }
    }

    pub(super) fn mark_quoted(&mut self) {
        self.started = true;
        self.current.quoted = true;
    }

    pub(super) fn quoted_text(&mut self, text: &str) {
        self.mark_quoted();
        self.current.text.push_str(text);
    }

    pub(super) fn hole(&mut self, expansion: Expansion) {
        self.started = true;
        self.current.text.push(HOLE);
        self.current.expansions.push(expansion);
    }

    /// The value of a word that was expanded before.
    pub(super) fn word(&mut self, word: &Word, quoted: bool) {
        self.current.expansions.extend(word.expansions.iter().cloned());
        if quoted {
            self.mark_quoted();
            self.current.text.push_str(&word.text);
        } else {
            self.unquoted_value(&word.text);
        }
    }

    pub(super) fn split(&mut self) {
        if self.started {
            let next = Word { span: self.current.span, ..Word::default() };
            self.done.push(std::mem::replace(&mut self.current, next));
            self.started = false;
        }
    }

    pub(super) fn unquoted_value(&mut self, value: &str) {
        if !self.splits {
            return self.text(value);
        }
        // The expansions belong to every word that the value becomes.
        let expansions = self.current.expansions.clone();
        let separators = self.separators.clone();
        let separates = |char: char| match &separators {
            Some(separators) => separators.contains(char),
            None => matches!(char, ' ' | '\t' | '\n'),
        };
        for (nth, part) in value.split(separates).enumerate() {
            if nth > 0 {
                self.split();
                if self.current.expansions.is_empty() {
                    self.current.expansions.clone_from(&expansions);
                }
            }
            self.text(part);
            self.current.glob |= part.contains(['*', '?', '[']);
        }
    }

    pub(super) fn finish(mut self) -> Vec<Word> {
        if self.started || (self.done.is_empty() && !self.splits) {
            self.done.push(self.current);
        }
        self.done
    }
}
