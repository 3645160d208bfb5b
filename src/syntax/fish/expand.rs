//! Words of fish: quotes, escapes, variables as lists, substitutions, braces.

use super::super::tree::Raw;
use super::super::walk::Walker;
use super::super::{Expansion, Feed, GapCause, HOLE, Span, Word};
use super::lexer::{closed, single_end};
use super::variable;
use std::borrow::Cow;
use std::ops::Range;

/// Most words that one may become.
const MAX_WORDS: usize = 64;

/// The words that a raw one becomes, as far as it is read. What is joined to a list is joined to each of its
/// elements.
struct Words {
    all: Vec<Word>,
    is_full: bool,
}

impl Words {
    fn new(span: Span) -> Words {
        Words { all: vec![Word { span, ..Word::default() }], is_full: false }
    }

    fn text(&mut self, text: &str) {
        for word in &mut self.all {
            word.text.push_str(text);
        }
    }

    fn quoted(&mut self, text: &str) {
        for word in &mut self.all {
            word.quoted = true;
            word.text.push_str(text);
        }
    }

    fn hole(&mut self, expansions: &[Expansion]) {
        for word in &mut self.all {
            word.text.push(HOLE);
            word.expansions.extend_from_slice(expansions);
        }
    }

    fn each(&mut self, values: &[Word]) {
        if self.all.len() * values.len() > MAX_WORDS {
            self.is_full = true;
            return;
        }
        let joined = |before: &Word| {
            let before = before.clone();
            values.iter().map(move |value| {
                let mut word = before.clone();
                word.text.push_str(&value.text);
                word.quoted |= value.quoted;
                word.glob |= value.glob;
                word.expansions.extend(value.expansions.iter().cloned());
                word
            })
        };
        self.all = self.all.iter().flat_map(joined).collect();
    }
}

impl Walker<'_> {
    /// The words that a raw one becomes: several for a list or a brace, none for an empty list.
    pub(in super::super) fn expand_fish(&mut self, raw: &Raw<'_>) -> Vec<Word> {
        let span = self.span(raw.start, raw.end);
        let mut words = Words::new(span);
        let text: &str = &raw.text;
        let mut start = 0;
        if let Some(rest) = text.strip_prefix('~')
            && (rest.is_empty() || rest.starts_with('/'))
            && let Some(home) = self.scene.home()
        {
            words.text(&home.to_string_lossy());
            start = 1;
        }
        self.fish_pieces(raw, start..text.len(), false, &mut words);
        if words.is_full {
            self.gap(GapCause::TooLong, span);
        }
        if !self.frame.outer.is_empty() && text.contains(HOLE) {
            for word in &mut words.all {
                word.expansions.extend(self.frame.outer.iter().cloned());
            }
        }
        words.all
    }

    /// The one word that it becomes, elements of a list joined.
    pub(in super::super) fn expand_one_fish(&mut self, raw: &Raw<'_>) -> Word {
        let span = self.span(raw.start, raw.end);
        let all = self.expand_fish(raw);
        variable::joined(&all, span)
    }

    fn fish_pieces(&mut self, raw: &Raw<'_>, range: Range<usize>, quoted: bool, words: &mut Words) {
        let text: &str = &raw.text;
        let bytes = text.as_bytes();
        let (mut at, limit) = (range.start, range.end);
        let mut literal = at;
        while at < limit {
            let special = match bytes[at] {
                b'\\' | b'$' => true,
                b'\'' | b'"' | b'(' | b'{' => !quoted,
                b'*' | b'?' if !quoted => {
                    words.all.iter_mut().for_each(|word| word.glob = true);
                    false
                }
                _ => false,
            };
            if !special {
                at += 1;
                continue;
            }
            words.text(text.get(literal..at).unwrap_or_default());
            at = self.fish_special(raw, at..limit, quoted, words).clamp(at + 1, limit.max(at + 1));
            literal = at;
        }
        words.text(text.get(literal..limit).unwrap_or_default());
    }

    /// Reads what begins with a special character and returns where it ends.
    fn fish_special(&mut self, raw: &Raw<'_>, range: Range<usize>, quoted: bool, words: &mut Words) -> usize {
        let text: &str = &raw.text;
        let bytes = text.as_bytes();
        let Range { start: at, end: limit } = range;
        match bytes[at] {
            b'\\' if quoted => {
                let next = text.get(at + 1..limit).and_then(|rest| rest.chars().next());
                match next {
                    Some('\n') => return at + 2,
                    Some(next @ ('"' | '$' | '\\')) => words.quoted(next.encode_utf8(&mut [0; 4])),
                    _ => {
                        words.quoted("\\");
                        return at + 1;
                    }
                }
                at + 2
            }
            b'\\' => {
                let (value, length) = escape(text.get(at + 1..limit).unwrap_or_default());
                match value {
                    Some(value) => words.quoted(&value),
                    None => self.gap(GapCause::Grammar, self.span(raw.start, raw.end)),
                }
                at + 1 + length
            }
            b'\'' => {
                let end = single_end(bytes, at).map_or(limit, |end| end.min(limit));
                let inner = text.get(at + 1..end.saturating_sub(1)).unwrap_or_default();
                words.quoted(&single(inner));
                end
            }
            b'"' => {
                let end = closed(bytes, at).min(limit);
                words.quoted("");
                self.fish_pieces(raw, at + 1..end.saturating_sub(1).max(at + 1), true, words);
                end
            }
            b'(' => self.fish_output(raw, at, limit, false, words),
            b'{' => self.fish_braces(raw, at, limit, words),
            _ => self.fish_dollar(raw, at, limit, quoted, words),
        }
    }

    fn fish_dollar(
        &mut self,
        raw: &Raw<'_>,
        at: usize,
        limit: usize,
        quoted: bool,
        words: &mut Words,
    ) -> usize {
        let text: &str = &raw.text;
        let bytes = text.as_bytes();
        let rest = bytes.get(at + 1..limit).unwrap_or_default();
        if rest.first() == Some(&b'(') {
            return self.fish_output(raw, at + 1, limit, quoted, words);
        }
        // `$$name`: the variable whose name another one holds.
        let dollars = rest.iter().take_while(|byte| **byte == b'$').count();
        let start = at + 1 + dollars;
        let length = text.get(start..limit).unwrap_or_default();
        let length = length.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(length.len());
        if length == 0 {
            self.gap(GapCause::Grammar, self.span(raw.start, raw.end));
            words.text("$");
            return at + 1;
        }
        let name = text.get(start..start + length).unwrap_or_default();
        let mut end = start + length;
        let mut values = if dollars == 0 { self.fish_variable(name) } else { None };
        while end < limit && bytes[end] == b'[' {
            let stop = closed(bytes, end).min(limit);
            let index = text.get(end + 1..stop.saturating_sub(1)).unwrap_or_default();
            if index.contains(['(', '$']) {
                let raw = Raw { text: Cow::Owned(index.to_owned()), start: raw.start, end: raw.end };
                self.expand_fish(&raw);
                values = None;
            }
            values = values.and_then(|values| variable::slice(&values, index));
            end = stop;
        }
        let span = self.span(raw.start, raw.end);
        // A value made of itself twice over grows without end, so each use is paid for.
        let flows = self.lookup(name).1;
        let each: usize = values.as_deref().map_or(64 + 64 * flows.len(), |values| {
            values.iter().map(size).sum::<usize>() * words.all.len()
                + words.all.iter().map(size).sum::<usize>() * values.len()
        });
        let Some(rest) = self.budget.checked_sub(each) else {
            self.gap(GapCause::TooLong, span);
            words.hole(&[Expansion::Other]);
            return end;
        };
        self.budget = rest;
        match values {
            None => {
                let mut expansions = flows;
                expansions.push(Expansion::Variable { name: name.to_owned(), value: None });
                words.hole(&expansions);
            }
            Some(mut values) => {
                if quoted {
                    let whole = values.iter().map(Word::text).collect::<Vec<_>>().join(" ");
                    let mut word = variable::joined(&values, span);
                    word.text = whole;
                    values = vec![word];
                }
                for word in &mut values {
                    let value = word.known().map(str::to_owned);
                    word.expansions.push(Expansion::Variable { name: name.to_owned(), value });
                }
                words.each(&values);
            }
        }
        end
    }

    /// The elements of a variable, where they can be known.
    fn fish_variable(&self, name: &str) -> Option<Vec<Word>> {
        if name == "argv" {
            return self.frame.arguments.as_deref().map(<[Word]>::to_vec);
        }
        let (value, expansions) = self.lookup(name);
        Some(variable::elements(name, &value?, &expansions))
    }

    /// `( … )` at `at`, with the index that may follow it.
    fn fish_output(
        &mut self,
        raw: &Raw<'_>,
        at: usize,
        limit: usize,
        quoted: bool,
        words: &mut Words,
    ) -> usize {
        let text: &str = &raw.text;
        let bytes = text.as_bytes();
        let mut end = closed(bytes, at).min(limit);
        let inner = text.get(at + 1..end.saturating_sub(1)).unwrap_or_default();
        let made = self.substitution(raw, inner, Some(at + 1));
        let mut indexed = false;
        while !quoted && end < limit && bytes[end] == b'[' {
            end = closed(bytes, end).min(limit);
            indexed = true;
        }
        let last = made.last().and_then(|&index| self.script.invocations.get(index));
        if let Some(last) = last.filter(|last| last.program() == "psub") {
            let from = match &last.stdin {
                Feed::Pipe(from) => from.clone(),
                _ => Vec::new(),
            };
            words.hole(&[Expansion::InputFrom(from)]);
            return end;
        }
        match self.literal_output(&made).filter(|text| !indexed && !text.contains('\\')) {
            Some(value) => {
                let span = self.span(raw.start, raw.end);
                let mut word = Word::literal(value, span);
                word.expansions.push(Expansion::Output(made));
                words.each(&[word]);
            }
            None => words.hole(&[Expansion::Output(made)]),
        }
        end
    }

    /// `{a,b}`; what holds no comma and no variable stands for itself.
    fn fish_braces(&mut self, raw: &Raw<'_>, at: usize, limit: usize, words: &mut Words) -> usize {
        let text: &str = &raw.text;
        let bytes = text.as_bytes();
        let end = closed(bytes, at).min(limit);
        let inner = at + 1..end.saturating_sub(1).max(at + 1);
        let mut cuts = vec![inner.start];
        let mut next = inner.start;
        while next < inner.end {
            next = match bytes[next] {
                b'\\' => next + 2,
                b'\'' | b'"' | b'(' | b'{' => closed(bytes, next),
                b',' => {
                    cuts.push(next + 1);
                    next + 1
                }
                _ => next + 1,
            };
        }
        let expands = text.get(inner.clone()).is_some_and(|inner| inner.contains(['$', '(']));
        if cuts.len() == 1 && !expands {
            words.text("{");
            self.fish_pieces(raw, inner, false, words);
            words.text("}");
            return end;
        }
        if cuts.len() > MAX_WORDS {
            words.is_full = true;
            cuts.truncate(MAX_WORDS);
        }
        let span = self.span(raw.start, raw.end);
        let mut values = Vec::new();
        for (nth, &start) in cuts.iter().enumerate() {
            let stop = cuts.get(nth + 1).map_or(inner.end, |next| next - 1);
            let part = text.get(start..stop).unwrap_or_default();
            let blank = part.len() - part.trim_start().len();
            let trimmed = start + blank..(start + blank + part.trim().len()).min(stop);
            let mut part = Words::new(span);
            self.fish_pieces(raw, trimmed, false, &mut part);
            words.is_full |= part.is_full;
            values.append(&mut part.all);
        }
        words.each(&values);
        end
    }
}

/// About what a word takes, in bytes.
fn size(word: &Word) -> usize {
    let flow = |expansion: &Expansion| match expansion {
        Expansion::Variable { value: Some(value), .. } => 64 + value.len(),
        _ => 64,
    };
    64 + word.text.len() + word.expansions.iter().map(flow).sum::<usize>()
}

/// What stands between single quotes.
fn single(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, chars.peek()) {
            ('\\', Some(&next @ ('\\' | '\''))) => {
                out.push(next);
                chars.next();
            }
            _ => out.push(char),
        }
    }
    out
}

/// An escape outside of quotes, from behind its backslash: what it stands for (nothing where fish rejects it),
/// and its length in bytes.
fn escape(rest: &str) -> (Option<String>, usize) {
    let Some(code) = rest.chars().next() else { return (None, 0) };
    let after = &rest[code.len_utf8()..];
    let number = |radix: u32, most: usize, from: &str| -> (Option<u32>, usize) {
        let digits = from.chars().take(most).take_while(|char| char.is_digit(radix)).count();
        (u32::from_str_radix(&from[..digits], radix).ok(), digits)
    };
    let char = |value: Option<u32>| value.and_then(char::from_u32).map(String::from);
    match code {
        '\n' => (Some(String::new()), 1),
        'a' => (Some("\u{7}".into()), 1),
        'b' => (Some("\u{8}".into()), 1),
        'e' => (Some("\u{1b}".into()), 1),
        'f' => (Some("\u{c}".into()), 1),
        'n' => (Some("\n".into()), 1),
        'r' => (Some("\r".into()), 1),
        't' => (Some("\t".into()), 1),
        'v' => (Some("\u{b}".into()), 1),
        'x' | 'X' => {
            let (value, digits) = number(16, 2, after);
            (char(value), 1 + digits)
        }
        'u' | 'U' => {
            let (value, digits) = number(16, if code == 'u' { 4 } else { 8 }, after);
            (char(value), 1 + digits)
        }
        '0'..='7' => {
            let (value, digits) = number(8, 3, rest);
            (char(value), digits)
        }
        'c' => match after.bytes().next() {
            Some(key) if key.is_ascii_graphic() => (char(Some(u32::from(key & 0x1f))), 2),
            _ => (None, 1),
        },
        other => (Some(other.to_string()), other.len_utf8()),
    }
}
