//! Raw words → words: quote removal, and every expansion that can be known before the line runs.

use super::lexer::{skip_backquote, skip_brace, skip_bracket, skip_double};
use super::tree::Raw;
use super::walk::{Frame, Place, Walker};
use super::{Dir, Expansion, Feed, GapCause, HOLE, Host, Span, Word};
use crate::action::Shell;
use std::borrow::Cow;

/// Most words that brace expansion may make of one.
const MAX_BRACES: usize = 64;

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
            if alternatives.len() > 1 {
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
                let inner = text[at + 1..end].trim_end_matches('`').replace("\\`", "`");
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
            b'(' if bytes.get(at + 2) == Some(&b'(') => {
                let end = skip_bracket(bytes, at + 1, 0).map_or(limit, |end| end.min(limit));
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
                self.argument(char::from(next), quoted, fields);
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

    /// `$1`, `$@` and the others, which are known in a function that was called with them.
    fn argument(&mut self, which: char, quoted: bool, fields: &mut Fields) {
        if which == '0' && self.lookup("0").0.is_some() {
            return self.variable("0", quoted, fields);
        }
        let Some(arguments) = self.frame.arguments.clone() else { return fields.hole(Expansion::Other) };
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
            None => {
                for (nth, word) in arguments.iter().enumerate() {
                    if !self.spend(word.text(), &word.expansions, quoted, fields) {
                        return;
                    }
                    match (nth, which) {
                        (0, _) => {}
                        (_, '*') if quoted => fields.text(" "),
                        _ => fields.split(),
                    }
                    fields.word(word, quoted);
                }
            }
        }
    }

    /// `${…}` from `start` to `end`, without the braces.
    fn parameter(&mut self, raw: &Raw<'_>, start: usize, end: usize, quoted: bool, fields: &mut Fields) {
        let text: &str = &raw.text;
        let Some(body) = text.get(start..end) else { return fields.hole(Expansion::Other) };
        if let [which @ (b'1'..=b'9' | b'@' | b'*')] = body.as_bytes() {
            return self.argument(char::from(*which), quoted, fields);
        }
        let length = body.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let (name, rest) = body.split_at(length);
        let rest = if name == "BASH_SOURCE" { rest.strip_prefix("[0]").unwrap_or(rest) } else { rest };
        if let Some(part) = part_of_path(rest)
            && let (Some(value), expansions) = self.lookup(name)
        {
            if !self.spend(&value, &expansions, quoted, fields) {
                return;
            }
            fields.current.expansions.extend(expansions);
            let value = part(&value).to_owned();
            let known = Expansion::Variable { name: name.to_owned(), value: Some(value.clone()) };
            fields.current.expansions.push(known);
            return if quoted { fields.text(&value) } else { fields.unquoted_value(&value) };
        }
        let operator = rest.trim_start_matches(':');
        let value = if name.is_empty() { None } else { self.lookup(name).0 };
        match (operator.as_bytes().first(), value) {
            (None, _) if !name.is_empty() => self.variable(name, quoted, fields),
            (Some(b'-' | b'=' | b'?'), Some(value)) if !value.is_empty() => {
                self.variable(name, quoted, fields);
            }
            _ => {
                // The default text may run something, and data may flow from it.
                let operand = start + length + (rest.len() - operator.len()) + 1;
                if operand < end {
                    let inner = Raw {
                        text: Cow::Owned(text.get(operand..end).unwrap_or_default().to_owned()),
                        start: raw.start,
                        end: raw.end,
                    };
                    let word = self.expand_one(&inner);
                    fields.current.expansions.extend(word.expansions);
                }
                match name.is_empty() {
                    true => fields.hole(Expansion::Other),
                    false => fields.hole(Expansion::Variable { name: name.to_owned(), value: None }),
                }
            }
        }
    }

    fn variable(&mut self, name: &str, quoted: bool, fields: &mut Fields) {
        if name == "IFS" && !quoted {
            return fields.split();
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
    fn spend(&mut self, value: &str, flows: &[Expansion], quoted: bool, fields: &mut Fields) -> bool {
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
                self.gap(GapCause::TooLong, fields.current.span);
                fields.hole(Expansion::Other);
                false
            }
        }
    }

    /// The value of a variable where it can be known, and what flows into it.
    pub(super) fn lookup(&self, name: &str) -> (Option<String>, Vec<Expansion>) {
        if let Some(variable) = self.frame.vars.iter().rev().find(|variable| variable.name == name) {
            return (variable.value.known().map(str::to_owned), variable.value.expansions.clone());
        }
        let value = match name {
            "PWD" if self.frame.dir == Dir::Here => Some(self.scene.cwd.to_string_lossy().into_owned()),
            "PWD" | "OLDPWD" | "RANDOM" | "SECONDS" | "LINENO" => None,
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

    /// What `echo` and `printf` with plain words put out, and what a script asks about its own place.
    pub(super) fn literal_output(&self, made: &[usize]) -> Option<String> {
        let (index, before) = made.split_last()?;
        let invocation = self.script.invocations.get(*index)?;
        // `cd "$(dirname "$0")" && pwd`: the first puts nothing out.
        let silent =
            |index: &usize| self.script.invocations.get(*index).is_some_and(|call| call.program() == "cd");
        if !before.iter().all(silent) || invocation.host != Host::Local {
            return None;
        }
        let words: Option<Vec<&str>> = invocation.args().iter().map(Word::known).collect();
        match (invocation.program(), words?.as_slice()) {
            ("echo", ["-n", rest @ ..]) => Some(rest.join(" ")),
            ("echo", [first, ..]) if first.starts_with('-') => None,
            ("echo", words) => Some(words.join(" ")),
            ("printf", ["%s" | "%s\\n", word]) => Some((*word).to_owned()),
            ("printf", [word]) if !word.contains(['%', '\\']) => Some((*word).to_owned()),
            ("dirname", [path] | ["--", path]) => Some(directory(path).to_owned()),
            ("basename", [path] | ["--", path]) => Some(base_name(path).to_owned()),
            ("pwd", [] | ["-P" | "-L"]) => Some(invocation.cwd(self.scene)?.to_string_lossy().into_owned()),
            ("realpath", [path] | ["--", path])
            | ("readlink", ["-f" | "-e", path] | ["-f" | "-e", "--", path]) => {
                let path = invocation.cwd(self.scene)?.join(path);
                let real = if self.scene.is_live() { path.canonicalize().ok()? } else { path };
                Some(real.to_string_lossy().into_owned())
            }
            // fish
            ("status", ["dirname"]) => Some(directory(&self.lookup("0").0?).to_owned()),
            ("status", ["filename" | "current-filename" | "-f" | "--current-filename"]) => self.lookup("0").0,
            _ => None,
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

/// What `${NAME…}` leaves of a path: `%/*` and zsh's `:h` the directory, `##*/` and `:t` the name.
fn part_of_path(operator: &str) -> Option<fn(&str) -> &str> {
    let operator = [":A", ":a", ":P"].iter().find_map(|made| operator.strip_prefix(made)).unwrap_or(operator);
    Some(match operator {
        "%/*" => |path| path.rsplit_once('/').map_or(path, |(directory, _)| directory),
        ":h" => directory,
        "##*/" | ":t" => base_name,
        _ => return None,
    })
}

/// As dirname(1) has it.
fn directory(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((directory, _)) => directory.trim_end_matches('/'),
        None if path.is_empty() => "/",
        None => ".",
    }
}

fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// Words under construction: field splitting may begin a new one at any moment.
struct Fields {
    current: Word,
    /// Something, if only an empty quoted string, belongs to the current word.
    started: bool,
    done: Vec<Word>,
    splits: bool,
}

impl Fields {
    fn new(span: Span, splits: bool) -> Fields {
        Fields { current: Word { span, ..Word::default() }, started: false, done: Vec::new(), splits }
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.started = true;
            self.current.text.push_str(text);
        }
    }

    fn mark_quoted(&mut self) {
        self.started = true;
        self.current.quoted = true;
    }

    fn quoted_text(&mut self, text: &str) {
        self.mark_quoted();
        self.current.text.push_str(text);
    }

    fn hole(&mut self, expansion: Expansion) {
        self.started = true;
        self.current.text.push(HOLE);
        self.current.expansions.push(expansion);
    }

    /// The value of a word that was expanded before.
    fn word(&mut self, word: &Word, quoted: bool) {
        self.current.expansions.extend(word.expansions.iter().cloned());
        if quoted {
            self.mark_quoted();
            self.current.text.push_str(&word.text);
        } else {
            self.unquoted_value(&word.text);
        }
    }

    fn split(&mut self) {
        if self.started {
            let next = Word { span: self.current.span, ..Word::default() };
            self.done.push(std::mem::replace(&mut self.current, next));
            self.started = false;
        }
    }

    fn unquoted_value(&mut self, value: &str) {
        if !self.splits {
            return self.text(value);
        }
        // The expansions belong to every word that the value becomes.
        let expansions = self.current.expansions.clone();
        for (nth, part) in value.split([' ', '\t', '\n']).enumerate() {
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

    fn finish(mut self) -> Vec<Word> {
        if self.started || (self.done.is_empty() && !self.splits) {
            self.done.push(self.current);
        }
        self.done
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
fn ansi_c(text: &str, start: usize, limit: usize) -> (String, usize) {
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

/// Brace expansion of a raw word: `a{b,c}d` → `abd`, `acd`; `{1..3}` → `1 2 3`. One text where there is none.
fn braces(text: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![text.to_owned()];
    while let Some(text) = open.pop() {
        match first_brace(&text) {
            Some((start, end, parts)) if open.len() + done.len() < MAX_BRACES => {
                for part in parts.iter().rev().take(MAX_BRACES) {
                    open.push(format!("{}{part}{}", &text[..start], &text[end..]));
                }
            }
            _ => done.push(text),
        }
    }
    done
}

/// The first brace group that has alternatives: where it stands, and what it becomes.
fn first_brace(text: &str) -> Option<(usize, usize, Vec<String>)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' => at += bytes[at + 1..].iter().position(|&b| b == b'\'')? + 1,
            b'"' => at = skip_double(bytes, at, 0).ok()? - 1,
            b'`' => at = skip_backquote(bytes, at).ok()? - 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = skip_brace(bytes, at + 1, 0).ok()? - 1,
            b'$' if bytes.get(at + 1) == Some(&b'(') => at = skip_bracket(bytes, at + 1, 0).ok()? - 1,
            b'{' => {
                if let Some((end, parts)) = brace_parts(text, at) {
                    return Some((at, end, parts));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn brace_parts(text: &str, start: usize) -> Option<(usize, Vec<String>)> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut depth = 0usize;
    let mut from = start + 1;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'\'' => at += bytes[at + 1..].iter().position(|&b| b == b'\'')? + 1,
            b'"' => at = skip_double(bytes, at, 0).ok()? - 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = skip_brace(bytes, at + 1, 0).ok()? - 1,
            b'{' => depth += 1,
            b',' if depth == 1 => {
                parts.push(text.get(from..at)?.to_owned());
                from = at + 1;
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    let last = text.get(from..at)?;
                    if parts.is_empty() {
                        return Some((at + 1, sequence(last)?));
                    }
                    parts.push(last.to_owned());
                    return Some((at + 1, parts));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// `1..3` or `a..e`.
fn sequence(body: &str) -> Option<Vec<String>> {
    let (from, to) = body.split_once("..")?;
    if let (Ok(from), Ok(to)) = (from.parse::<i64>(), to.parse::<i64>()) {
        let (low, high) = (from.min(to), from.max(to));
        if high.checked_sub(low)? >= i64::try_from(MAX_BRACES).ok()? {
            return None;
        }
        return Some((low..=high).map(|number| number.to_string()).collect());
    }
    let (mut a, mut b) = (from.chars(), to.chars());
    match (a.next(), a.next(), b.next(), b.next()) {
        (Some(from), None, Some(to), None) if from.is_ascii_alphabetic() && to.is_ascii_alphabetic() => {
            Some((from.min(to)..=from.max(to)).map(String::from).collect())
        }
        _ => None,
    }
}
