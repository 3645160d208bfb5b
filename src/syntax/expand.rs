//! Raw words → words: quote removal, and every expansion that can be known before the line runs.

use super::brace::braces;
use super::field::Fields;
use super::lexer::{skip_backquote, skip_brace, skip_bracket, skip_double};
use super::tree::Raw;
use super::walk::{Content, Frame, Place, Variable, Walker};
use super::{Dir, Expansion, Feed, GapCause, HOLE, Word};
use crate::action::Shell;
use std::borrow::Cow;

impl Walker<'_> {
    /// The words that this one becomes: none for an empty unquoted variable, several after splitting and brace
    /// expansion.
    pub(super) fn expand(&mut self, raw: &Raw<'_>) -> Vec<Word> {
        let mut words = Vec::new();
        self.expand_into(raw, &mut words);
        words
    }

    pub(super) fn expand_into(&mut self, raw: &Raw<'_>, words: &mut Vec<Word>) {
        if is_plain(raw.text.as_bytes()) {
            words.push(Word::literal(&*raw.text, self.span(raw.start, raw.end)));
            return;
        }
        if self.frame.shell == Shell::Fish {
            return words.extend(self.expand_fish(raw));
        }
        if raw.text.contains('{') {
            let alternatives = braces(&raw.text);
            if alternatives.len() > 1 || alternatives.iter().any(|text| *text != raw.text) {
                for text in alternatives {
                    let alternative = Raw { text: Cow::Owned(text), start: raw.start, end: raw.end };
                    words.extend(self.fields(&alternative, true));
                }
                return;
            }
        }
        words.extend(self.fields(raw, true));
    }

    /// The one word that it becomes where the shell does not split: assignments, redirections.
    pub(super) fn expand_one(&mut self, raw: &Raw<'_>) -> Word {
        if self.frame.shell == Shell::Fish {
            return self.expand_one_fish(raw);
        }
        let mut fields = self.fields(raw, false);
        match fields.len() {
            1 => fields.remove(0),
            _ => Word::literal("", self.span(raw.start, raw.end)),
        }
    }

    /// The body of a here-document: as in double quotes, where quotes themselves mean nothing.
    pub(super) fn here_doc(&mut self, body: &Raw<'_>, expands: bool) -> Word {
        let span = self.span(body.start, body.end);
        if !expands || !body.text.contains(['$', '`', '\\']) {
            return Word::literal(&*body.text, span);
        }
        let mut fields = Fields::new(span, false);
        self.pieces(body, 0..body.text.len(), true, &mut fields);
        fields.finish().into_iter().next().unwrap_or_else(|| Word::literal("", span))
    }

    fn fields(&mut self, raw: &Raw<'_>, splits: bool) -> Vec<Word> {
        let span = self.span(raw.start, raw.end);
        let mut fields = Fields::new(span, splits && self.frame.shell != Shell::Zsh);
        if !self.frame.vars.is_empty() {
            fields.separators = self.lookup("IFS").0;
        }
        let mut start = 0;
        if raw.text.starts_with('~') {
            let end = raw.text.find('/').unwrap_or(raw.text.len());
            if end == 1
                && let Some(home) = self.scene.home()
            {
                fields.text(&home.to_string_lossy());
                start = 1;
            }
        }
        self.pieces(raw, start..raw.text.len(), false, &mut fields);
        if !self.frame.outer.is_empty() && raw.text.contains(HOLE) {
            fields.current.expansions.extend(self.frame.outer.iter().cloned());
        }
        fields.finish()
    }

    /// Reads a range of a raw word. Inside double quotes blanks and globs are ordinary.
    fn pieces(&mut self, raw: &Raw<'_>, range: std::ops::Range<usize>, quoted: bool, fields: &mut Fields) {
        let text: &str = &raw.text;
        let bytes = text.as_bytes();
        let mut at = range.start;
        let mut literal = at;
        while at < range.end {
            let special = match bytes[at] {
                b'\\' | b'$' | b'`' => true,
                b'\'' | b'"' => !quoted,
                b'<' | b'>' => !quoted && bytes.get(at + 1) == Some(&b'('),
                b'*' | b'?' | b'[' => {
                    fields.current.glob |= !quoted;
                    false
                }
                _ => false,
            };
            if !special {
                at += 1;
                continue;
            }
            fields.text(&text[literal..at]);
            at = self.special(raw, at, range.end, quoted, fields);
            literal = at;
        }
        fields.text(text.get(literal..range.end).unwrap_or_default());
    }

    /// Reads what begins with a special character and returns where it ends.
    fn special(
        &mut self,
        raw: &Raw<'_>,
        at: usize,
        limit: usize,
        quoted: bool,
        fields: &mut Fields,
    ) -> usize {
        let text: &str = &raw.text;
        let bytes = text.as_bytes();
        let end_of = |skipped: Result<usize, (GapCause, usize)>| skipped.map_or(limit, |end| end.min(limit));
        match bytes[at] {
            b'\\' => {
                let Some(next) = text[at + 1..limit].chars().next() else { return limit };
                let kept = quoted && !matches!(next, '$' | '`' | '"' | '\\' | '\n');
                if kept {
                    fields.text("\\");
                }
                if next != '\n' {
                    fields.quoted_text(next.encode_utf8(&mut [0; 4]));
                }
                at + 1 + next.len_utf8()
            }
            b'\'' => {
                let end = text[at + 1..limit].find('\'').map_or(limit, |n| at + 1 + n);
                fields.quoted_text(&text[at + 1..end]);
                (end + 1).min(limit)
            }
            b'"' => {
                let end = end_of(skip_double(bytes, at, 0));
                let is_empty = self.frame.arguments.as_ref().is_some_and(|arguments| arguments.is_empty());
                if is_empty && &text[at..end] == r#""$@""# {
                    // The one quoted form that becomes no word at all.
                    return end;
                }
                fields.mark_quoted();
                let inner_end = if end > at + 1 && bytes[end - 1] == b'"' { end - 1 } else { end };
                self.pieces(raw, at + 1..inner_end, true, fields);
                end
            }
            b'`' => {
                let end = end_of(skip_backquote(bytes, at));
                let closed = end > at + 1 && bytes[end - 1] == b'`';
                let inner = &text[at + 1..if closed { end - 1 } else { end }];
                let inner = inner.replace("\\`", "`").replace("\\\\", "\\").replace("\\$", "$");
                self.output(raw, &inner, None, quoted, fields);
                end
            }
            b'<' | b'>' => {
                let end = end_of(skip_bracket(bytes, at + 1, 0));
                let inner = self.substitution(raw, inner_of(text, at + 2, end), Some(at + 2));
                let expansion =
                    if bytes[at] == b'<' { Expansion::InputFrom(inner) } else { Expansion::OutputTo(inner) };
                fields.hole(expansion);
                end
            }
            _ => self.dollar(raw, at, limit, quoted, fields),
        }
    }

    fn dollar(&mut self, raw: &Raw<'_>, at: usize, limit: usize, quoted: bool, fields: &mut Fields) -> usize {
        let text: &str = &raw.text;
        let bytes = text.as_bytes();
        let next = if at + 1 < limit { bytes[at + 1] } else { b' ' };
        match next {
            b'\'' if !quoted => {
                let (value, end) = ansi_c(text, at + 2, limit);
                fields.quoted_text(&value);
                end
            }
            b'"' if !quoted => at + 1,
            // `$((a) )` is a subshell in a substitution.
            b'(' if bytes.get(at + 2) == Some(&b'(')
                && skip_bracket(bytes, at + 1, 0).is_ok_and(|end| text[..end].ends_with("))")) =>
            {
                let end = skip_bracket(bytes, at + 1, 0).map_or(limit, |end| end.min(limit));
                // What is calculated may come from a program.
                if text[at..end].contains(['`', '{']) || text[at + 2..end].contains("$(") {
                    let mut inside = Fields::new(fields.current.span, false);
                    self.pieces(raw, at + 3..end.saturating_sub(1).max(at + 3), true, &mut inside);
                    fields.current.expansions.append(&mut inside.current.expansions);
                }
                fields.hole(Expansion::Other);
                end
            }
            b'(' => {
                let end = skip_bracket(bytes, at + 1, 0).map_or(limit, |end| end.min(limit));
                self.output(raw, inner_of(text, at + 2, end), Some(at + 2), quoted, fields);
                end
            }
            b'{' => {
                let end = skip_brace(bytes, at + 1, 0).map_or(limit, |end| end.min(limit));
                self.parameter(raw, at + 2, end.saturating_sub(1).max(at + 2), quoted, fields);
                end
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                let length = bytes[at + 1..limit]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
                    .count();
                let end = at + 1 + length;
                self.variable(&text[at + 1..end], quoted, fields);
                end
            }
            b'0'..=b'9' | b'@' | b'*' | b'#' => {
                self.argument(char::from(next), limit - at > 2 || at > 0, quoted, fields);
                at + 2
            }
            b'?' | b'$' | b'!' | b'-' => {
                fields.hole(Expansion::Other);
                at + 2
            }
            _ => {
                fields.text("$");
                at + 1
            }
        }
    }

    /// `$1`, `$@` and the others, which are known in a function that was called with them. `glued` says that the
    /// word holds more.
    pub(super) fn argument(&mut self, which: char, glued: bool, quoted: bool, fields: &mut Fields) {
        if which == '0' {
            if self.lookup("0").0.is_some() {
                return self.variable("0", quoted, fields);
            }
            // At a prompt it is the shell.
            if self.bodies == 0 && self.frame.arguments.is_none() {
                return fields.text(self.frame.shell.name());
            }
        }
        let Some(arguments) = self.frame.arguments.clone() else {
            // A shell at its prompt has none; in the middle of a word they only hide what it says: `git$IFS$9push`.
            let hides = glued && !quoted && matches!(which, '@' | '*' | '9') && self.bodies == 0;
            if !hides {
                fields.hole(Expansion::Other);
            }
            return;
        };
        match which.to_digit(10) {
            Some(0) => fields.hole(Expansion::Other),
            Some(nth) => {
                if let Some(word) = arguments.get(nth as usize - 1)
                    && self.spend(word.text(), &word.expansions, quoted, fields)
                {
                    fields.word(word, quoted);
                }
            }
            None if which == '#' => fields.text(&arguments.len().to_string()),
            None => self.items(&arguments, which == '*', quoted, fields),
        }
    }

    pub(super) fn variable(&mut self, name: &str, quoted: bool, fields: &mut Fields) {
        if self.budget == 0 {
            return fields.hole(Expansion::Other);
        }
        if name == "IFS" && !quoted {
            return fields.split();
        }
        if self.frame.shell == Shell::Zsh
            && let Some(variable) = self.find(name)
            && let Content::Items(items) = &variable.content
        {
            let items: Vec<Word> = items.iter().map(|(_, word)| word.clone()).collect();
            return self.items(&items, true, quoted, fields);
        }
        let (value, expansions) = self.lookup(name);
        if !self.spend(value.as_deref().unwrap_or_default(), &expansions, quoted, fields) {
            return;
        }
        fields.current.expansions.extend(expansions);
        fields.current.expansions.push(Expansion::Variable { name: name.to_owned(), value: value.clone() });
        match value {
            None => fields.text(HOLE.encode_utf8(&mut [0; 4])),
            Some(value) if quoted => fields.text(&value),
            Some(value) => fields.unquoted_value(&value),
        }
    }

    /// Pays for a value that is put into a word. A value made of itself twice over (`x=$x$x`) grows without
    /// end: where nothing is left to pay with, the value is not known, and that is said.
    pub(super) fn spend(
        &mut self,
        value: &str,
        flows: &[Expansion],
        quoted: bool,
        fields: &mut Fields,
    ) -> bool {
        let size = |expansion: &Expansion| match expansion {
            Expansion::Variable { value: Some(value), .. } => 64 + value.len(),
            _ => 64,
        };
        // Each word that the value is split into has all of what flows into it.
        let parts = match quoted || !fields.splits {
            true => 1,
            false => 1 + value.bytes().filter(|byte| matches!(byte, b' ' | b'\t' | b'\n')).count(),
        };
        let mut each: usize = flows.iter().map(size).sum::<usize>() + 64 + value.len();
        if parts > 1 {
            each += fields.current.expansions.iter().map(size).sum::<usize>();
        }
        let price = parts.saturating_mul(each);
        match self.budget.checked_sub(price) {
            Some(rest) => {
                self.budget = rest;
                true
            }
            None => {
                // Nothing more is paid for, so that nothing more is even looked at.
                self.budget = 0;
                self.gap(GapCause::TooLong, fields.current.span);
                fields.hole(Expansion::Other);
                false
            }
        }
    }

    /// A variable that the line sets; one that stands for another (`declare -n`) is followed.
    pub(super) fn find(&self, name: &str) -> Option<&Variable> {
        let mut name = name;
        for _ in 0..8 {
            let found = self.frame.vars.iter().rev().find(|variable| variable.name == name)?;
            match found.content {
                Content::Reference => name = found.value.known()?,
                _ => return Some(found),
            }
        }
        None
    }

    /// The value of a variable where it can be known, and what flows into it.
    pub(super) fn lookup(&self, name: &str) -> (Option<String>, Vec<Expansion>) {
        if let Some(variable) = self.find(name) {
            return (variable.value.known().map(str::to_owned), variable.value.expansions.clone());
        }
        let value = match name {
            "PWD" if self.frame.dir == Dir::Here => Some(self.scene.cwd.to_string_lossy().into_owned()),
            "PWD" | "OLDPWD" | "RANDOM" | "SECONDS" | "LINENO" => None,
            "BASH" | "SHELL" => Some(self.scene.var(name).unwrap_or_else(|| "/bin/sh".to_owned())),
            _ => self.scene.var(name),
        };
        (value, Vec::new())
    }

    fn output(
        &mut self,
        raw: &Raw<'_>,
        inner: &str,
        offset: Option<usize>,
        quoted: bool,
        fields: &mut Fields,
    ) {
        let made = self.substitution(raw, inner, offset);
        match self.literal_output(&made) {
            Some(value) => {
                fields.current.expansions.push(Expansion::Output(made));
                if quoted { fields.text(&value) } else { fields.unquoted_value(&value) }
            }
            None => fields.hole(Expansion::Output(made)),
        }
    }

    pub(super) fn substitution(&mut self, raw: &Raw<'_>, inner: &str, offset: Option<usize>) -> Vec<usize> {
        let place = match (self.frame.place, &raw.text, offset) {
            (Place::At(base), Cow::Borrowed(_), Some(offset)) => Place::At(base + raw.start + offset),
            _ => Place::Within(self.span(raw.start, raw.end)),
        };
        let frame = Frame { place, stdin: Feed::Inherited, ..self.frame.clone() };
        if frame.shell != Shell::Fish {
            return self.inner(inner, frame);
        }
        // fish runs it in the shell itself: where it goes, the rest of the line goes.
        let outer = std::mem::replace(&mut self.frame, frame);
        let made = self.text(inner);
        let ran = std::mem::replace(&mut self.frame, outer);
        (self.frame.dir, self.frame.vars) = (ran.dir, ran.vars);
        made
    }
}

/// No character that means anything to the shell.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.first() != Some(&b'~')
        && !bytes.iter().any(|byte| {
            matches!(
                byte,
                b'\\' | b'\'' | b'"' | b'$' | b'`' | b'*' | b'?' | b'[' | b'(' | b'<' | b'>' | b'{' | 0xEF
            )
        })
}

/// The text between the brackets of a substitution that ends at `end`.
fn inner_of(text: &str, start: usize, end: usize) -> &str {
    let closed = text.as_bytes().get(end.wrapping_sub(1)) == Some(&b')');
    text.get(start..if closed { end - 1 } else { end }).unwrap_or_default()
}

/// `$'…'` from behind its opening quote: the value, and where it ends.
pub(super) fn ansi_c(text: &str, start: usize, limit: usize) -> (String, usize) {
    let mut bytes = Vec::new();
    let mut chars = text[start..limit].char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\'' => return (String::from_utf8_lossy(&bytes).into_owned(), start + at + 1),
            '\\' => {
                let Some((_, code)) = chars.next() else { break };
                let rest = chars.as_str();
                let digits = |radix: u32, most: usize| -> (u32, usize) {
                    let taken: String = rest.chars().take(most).take_while(|c| c.is_digit(radix)).collect();
                    (u32::from_str_radix(&taken, radix).unwrap_or(0), taken.len())
                };
                let mut skip = 0;
                match code {
                    'n' => bytes.push(b'\n'),
                    't' => bytes.push(b'\t'),
                    'r' => bytes.push(b'\r'),
                    'a' => bytes.push(7),
                    'b' => bytes.push(8),
                    'e' | 'E' => bytes.push(27),
                    'f' => bytes.push(12),
                    'v' => bytes.push(11),
                    'x' => {
                        let (value, length) = digits(16, 2);
                        skip = length;
                        bytes.push(value.to_le_bytes()[0]);
                    }
                    'u' | 'U' => {
                        let (value, length) = digits(16, if code == 'u' { 4 } else { 8 });
                        skip = length;
                        let decoded = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                        bytes.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    '0'..='7' => {
                        let (value, length) = digits(8, 2);
                        skip = length;
                        let first = code.to_digit(8).unwrap_or(0);
                        let whole =
                            u32::try_from(length).map_or(first, |length| first * 8u32.pow(length) + value);
                        bytes.push(whole.to_le_bytes()[0]);
                    }
                    other => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                for _ in 0..skip {
                    chars.next();
                }
            }
            other => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    (String::from_utf8_lossy(&bytes).into_owned(), limit)
}

/// Whether this can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
