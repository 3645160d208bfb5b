//! `${…}`: defaults, lengths, parts, replacements, case, elements of arrays, and names in other variables.

use super::expand::is_name;
use super::field::Fields;
use super::output::{base_name, directory};
use super::pattern::fits;
use super::tree::Raw;
use super::walk::{Content, Walker};
use super::{Expansion, MAX_LENGTH, Word};
use crate::action::Shell;
use std::borrow::Cow;

/// Longest value that patterns are matched against, in bytes.
const MAX_MATCHED: usize = 256;

/// What stands behind the name, taken apart.
enum Change<'t> {
    /// Nothing.
    None,
    /// `-word`, `=word`: what to take where it is not set.
    Default(&'t str),
    /// `+word`: what to take where it is.
    Alternative(&'t str),
    /// `#`, `##`, `%`, `%%`
    Trim { front: bool, longest: bool, pattern: &'t str },
    /// `/pattern/new`; `how` is `/` for every place, `#` and `%` for one end.
    Replace { how: char, pattern: &'t str, new: &'t str },
    /// `:from:length`
    Part { from: &'t str, length: Option<&'t str> },
    /// `^`, `^^`, `,`, `,,`, `@U`, `@u`, `@L`
    Case { upper: bool, all: bool },
    /// `%/*`, zsh's `:h` and `:t`
    Path(fn(&str) -> &str),
    /// What is not known here.
    Unknown,
}

fn change(rest: &str) -> Change<'_> {
    if let Some(part) = part_of_path(rest) {
        return Change::Path(part);
    }
    let after = |count: usize| rest.get(count..).unwrap_or_default();
    let mut bytes = rest.bytes();
    match (bytes.next(), bytes.next()) {
        (None, _) => Change::None,
        (Some(b'-' | b'=' | b'?'), _) => Change::Default(after(1)),
        (Some(b':'), Some(b'-' | b'=' | b'?')) => Change::Default(after(2)),
        (Some(b'+'), _) => Change::Alternative(after(1)),
        (Some(b':'), Some(b'+')) => Change::Alternative(after(2)),
        (Some(mark @ (b'#' | b'%')), second) => {
            let longest = second == Some(mark);
            Change::Trim { front: mark == b'#', longest, pattern: after(if longest { 2 } else { 1 }) }
        }
        (Some(b'/'), second) => {
            let how = second.filter(|how| matches!(how, b'/' | b'#' | b'%'));
            let body = after(if how.is_some() { 2 } else { 1 });
            let (pattern, new) = split_unescaped(body);
            Change::Replace { how: how.map_or(' ', char::from), pattern, new }
        }
        (Some(b':'), _) => match after(1).split_once(':') {
            Some((from, length)) => Change::Part { from, length: Some(length) },
            None => Change::Part { from: after(1), length: None },
        },
        (Some(mark @ (b'^' | b',')), second) if rest.len() <= 2 => {
            Change::Case { upper: mark == b'^', all: second == Some(mark) }
        }
        (Some(b'@'), Some(letter @ (b'U' | b'u' | b'L'))) => {
            Change::Case { upper: letter != b'L', all: letter != b'u' }
        }
        (Some(b'@'), Some(b'Q' | b'E' | b'P')) => Change::None,
        _ => Change::Unknown,
    }
}

/// The two sides of the first `/` that is not escaped.
fn split_unescaped(body: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, char) in body.char_indices() {
        match char {
            '\\' => escaped = !escaped,
            '/' if !escaped && at > 0 => return (&body[..at], &body[at + 1..]),
            _ => escaped = false,
        }
    }
    (body, "")
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

impl Walker<'_> {
    /// `${…}` from `start` to `end`, without the braces.
    pub(super) fn parameter(
        &mut self,
        raw: &Raw<'_>,
        start: usize,
        end: usize,
        quoted: bool,
        fields: &mut Fields,
    ) {
        let text: &str = &raw.text;
        let body = text.get(start..end).filter(|_| self.budget > 0);
        let Some(body) = body else { return fields.hole(Expansion::Other) };
        if let [which @ (b'1'..=b'9' | b'@' | b'*')] = body.as_bytes() {
            return self.argument(char::from(*which), body.len() + 3 < text.len(), quoted, fields);
        }
        if body.starts_with(['@', '*'])
            && let Change::Part { from, length } = change(&body[1..])
            && let Some(arguments) = self.frame.arguments.clone()
        {
            // `${@:2}` counts from `$1`, and 0 is the program.
            let from = from.trim().parse::<usize>().unwrap_or(1).max(1) - 1;
            let length = length.map_or(usize::MAX, |length| length.trim().parse().unwrap_or(usize::MAX));
            let items: Vec<Word> = arguments.iter().skip(from).take(length).cloned().collect();
            return self.items(&items, body.starts_with('*'), quoted, fields);
        }
        // zsh's flags: `${=x}`, `${(s: :)x}`, `${(z)x}` split, `${(U)x}` and `${(L)x}` turn letters.
        if self.frame.shell == Shell::Zsh
            && let Some((flags, name)) = body
                .strip_prefix('(')
                .and_then(|rest| rest.split_once(')'))
                .or_else(|| Some(("s", body.strip_prefix('=')?)))
            && is_name(name)
        {
            return self.flagged(flags, name, quoted, fields);
        }
        if let Some(name) = body.strip_prefix('!') {
            return self.indirect(name, quoted, fields);
        }
        if let Some(name) = body.strip_prefix('#').filter(|name| !name.is_empty()) {
            return self.length(name, fields);
        }
        let length = body.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let (name, mut rest) = body.split_at(length);
        if name == "IFS" && !quoted && self.lookup("IFS").0.is_none() {
            return fields.split();
        }
        if name == "BASH_SOURCE" {
            rest = rest.strip_prefix("[0]").unwrap_or(rest);
        }
        let mut index = None;
        if let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            (index, rest) = (Some(inside), after);
        }
        if name.is_empty() {
            // zsh's `${:-text}`, which has no name at all.
            if self.frame.shell == Shell::Zsh && rest.starts_with(":-") {
                let word = self.operand(raw, start + 2, end);
                return fields.word(&word, quoted);
            }
            return self.unknown(raw, start + length, end, name, fields);
        }
        fields.current.guarded |= rest.starts_with(":?");
        let operand = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
        // All elements, each as a word of its own.
        if let Some(which @ ("@" | "*")) = index
            && let Some(items) = self.elements(name)
        {
            let items = match change(rest) {
                Change::Part { from, length } => {
                    let from = from.trim().parse::<usize>().unwrap_or(0);
                    let length =
                        length.map_or(usize::MAX, |length| length.trim().parse().unwrap_or(usize::MAX));
                    items.into_iter().skip(from).take(length).collect()
                }
                Change::None => items,
                change => {
                    let mut changed = Vec::with_capacity(items.len());
                    for item in items {
                        let value = item.known().and_then(|value| self.changed(value, &change, raw));
                        changed.push(match value {
                            Some(value) => Word { text: value, ..item },
                            None => Word { expansions: item.expansions, ..Word::unknown(item.span) },
                        });
                    }
                    changed
                }
            };
            return self.items(&items, which == "*", quoted, fields);
        }
        let (value, flows) = match index {
            None | Some("@" | "*") => self.named_or_numbered(name),
            Some(index) => self.element(name, index, raw),
        };
        let change = change(rest);
        match (&change, value) {
            (Change::None, _) if index.is_none() => self.variable(name, quoted, fields),
            (Change::Default(_), Some(value)) if !value.is_empty() => {
                self.put(name, Some(value), flows, quoted, fields);
            }
            (Change::Default(word), _) if flows.is_empty() && !rest.contains('?') => {
                // The value of a variable that was not exported is not known to us; the default is what a reader sees.
                let word = self.operand(raw, operand(word), end);
                if rest.starts_with('=') || rest.starts_with(":=") {
                    self.set(name, word.clone(), false);
                }
                fields.current.expansions.push(Expansion::Variable { name: name.to_owned(), value: None });
                if self.spend(word.text(), &word.expansions, quoted, fields) {
                    fields.word(&word, quoted);
                }
            }
            (Change::Alternative(word), Some(value)) if !value.is_empty() || !rest.starts_with(':') => {
                let word = self.operand(raw, operand(word), end);
                if self.spend(word.text(), &word.expansions, quoted, fields) {
                    fields.word(&word, quoted);
                }
            }
            (Change::Alternative(word), value) => {
                let word = self.operand(raw, operand(word), end);
                if value.is_none() {
                    fields.current.expansions.extend(word.expansions);
                    fields.hole(Expansion::Variable { name: name.to_owned(), value: None });
                }
            }
            (change, Some(value)) => match self.changed(&value, change, raw) {
                Some(value) => self.put(name, Some(value), flows, quoted, fields),
                None => self.unknown(raw, start + length, end, name, fields),
            },
            (_, None) => {
                if self.spend("", &flows, quoted, fields) {
                    fields.current.expansions.extend(flows);
                    self.unknown(raw, start + length, end, name, fields);
                }
            }
        }
    }

    /// A variable by its name, or an argument by its number.
    fn named_or_numbered(&self, name: &str) -> (Option<String>, Vec<Expansion>) {
        let number = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match (number, &self.frame.arguments) {
            (Some(at), Some(arguments)) => match arguments.get(at) {
                Some(word) => (word.known().map(str::to_owned), word.expansions.clone()),
                None => (Some(String::new()), Vec::new()),
            },
            _ => self.lookup(name),
        }
    }

    /// Something that is only known when it runs; what stands behind the operator may run something all the same,
    /// and data may flow from it.
    fn unknown(&mut self, raw: &Raw<'_>, at: usize, end: usize, name: &str, fields: &mut Fields) {
        if raw.text.get(at..end).is_some_and(|rest| rest.contains(['$', '`'])) {
            let word = self.operand(raw, at, end);
            fields.current.expansions.extend(word.expansions);
        }
        fields.hole(match name.is_empty() {
            true => Expansion::Other,
            false => Expansion::Variable { name: name.to_owned(), value: None },
        });
    }

    /// A part of the text as one word.
    fn operand(&mut self, raw: &Raw<'_>, start: usize, end: usize) -> Word {
        let text = raw.text.get(start..end).unwrap_or_default().to_owned();
        self.expand_one(&Raw { text: Cow::Owned(text), start: raw.start, end: raw.end })
    }

    fn put(
        &mut self,
        name: &str,
        value: Option<String>,
        flows: Vec<Expansion>,
        quoted: bool,
        fields: &mut Fields,
    ) {
        let Some(text) = value.clone() else { return fields.hole(Expansion::Other) };
        if !self.spend(&text, &flows, quoted, fields) {
            return;
        }
        fields.current.expansions.extend(flows);
        fields.current.expansions.push(Expansion::Variable { name: name.to_owned(), value });
        if quoted { fields.text(&text) } else { fields.unquoted_value(&text) }
    }

    /// Several values: each a word of its own, or all in one for a quoted `*`.
    pub(super) fn items(&mut self, items: &[Word], star: bool, quoted: bool, fields: &mut Fields) {
        for (nth, word) in items.iter().enumerate() {
            if !self.spend(word.text(), &word.expansions, quoted, fields) {
                return;
            }
            match nth {
                0 => {}
                _ if quoted && star => fields.text(" "),
                _ => fields.split(),
            }
            fields.word(word, quoted);
        }
    }

    /// The elements of an array, in order.
    pub(super) fn elements(&self, name: &str) -> Option<Vec<Word>> {
        let variable = self.find(name)?;
        Some(match &variable.content {
            Content::Items(items) => items.iter().map(|(_, word)| word.clone()).collect(),
            Content::Value | Content::Reference => vec![variable.value.clone()],
        })
    }

    fn element(&mut self, name: &str, index: &str, raw: &Raw<'_>) -> (Option<String>, Vec<Expansion>) {
        let index = if index.contains(['$', '`', '"', '\'']) {
            let word = self.expand_one(&Raw { text: Cow::Owned(index.to_owned()), ..raw.clone() });
            word.text().to_owned()
        } else {
            index.to_owned()
        };
        let Some(variable) = self.find(name) else { return (None, Vec::new()) };
        match &variable.content {
            Content::Items(items) => {
                // zsh counts from one.
                let index = match index.parse::<usize>() {
                    Ok(number) if self.frame.shell == Shell::Zsh && number > 0 => (number - 1).to_string(),
                    _ => index,
                };
                let found = match index.strip_prefix('-').and_then(|back| back.parse::<usize>().ok()) {
                    Some(back) => items.len().checked_sub(back).and_then(|at| items.get(at)),
                    None => items.iter().find(|(key, _)| *key == index),
                };
                found.map_or((None, Vec::new()), |(_, word)| {
                    (word.known().map(str::to_owned), word.expansions.clone())
                })
            }
            _ if index == "0" => self.lookup(name),
            _ => (None, Vec::new()),
        }
    }

    /// zsh's `${(flags)name}`.
    fn flagged(&mut self, flags: &str, name: &str, quoted: bool, fields: &mut Fields) {
        let (value, flows) = self.lookup(name);
        let Some(mut value) = value else { return self.variable(name, quoted, fields) };
        if !self.spend(&value, &flows, quoted, fields) {
            return;
        }
        if flags.starts_with(['U', 'L']) {
            value = if flags.starts_with('U') { value.to_uppercase() } else { value.to_lowercase() };
        }
        fields.current.expansions.extend(flows);
        fields.splits |= flags.starts_with(['s', 'z', '=', 'f']);
        fields.unquoted_value(&value);
    }

    /// `${!name}`: the variable whose name is the value; `${!a[@]}` and `${!prefix*}` stay unknown.
    fn indirect(&mut self, name: &str, quoted: bool, fields: &mut Fields) {
        match self.lookup(name).0.filter(|inner| is_name(name) && is_name(inner)) {
            Some(inner) => self.variable(&inner, quoted, fields),
            None => fields.hole(Expansion::Other),
        }
    }

    /// `${#name}`
    fn length(&mut self, name: &str, fields: &mut Fields) {
        let length = match name.strip_suffix("[@]").or(name.strip_suffix("[*]")) {
            Some(name) => self.elements(name).map(|items| items.len()),
            None if name == "@" || name == "*" => self.frame.arguments.as_ref().map(|all| all.len()),
            None => self.lookup(name).0.map(|value| value.chars().count()),
        };
        match length {
            Some(length) => fields.text(&length.to_string()),
            None => fields.hole(Expansion::Other),
        }
    }

    fn plain(&mut self, text: &str, raw: &Raw<'_>) -> Option<String> {
        if !text.contains(['$', '`', '\'', '"']) {
            return Some(text.to_owned());
        }
        let word =
            self.expand_one(&Raw { text: Cow::Owned(text.to_owned()), start: raw.start, end: raw.end });
        word.known().map(str::to_owned)
    }

    /// Pays for comparing many parts of a value with a pattern.
    fn try_patterns(&mut self, steps: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(steps)?;
        Some(())
    }

    /// The value after a change; `None` where that is only known when it runs.
    fn changed(&mut self, value: &str, change: &Change<'_>, raw: &Raw<'_>) -> Option<String> {
        match change {
            Change::None => Some(value.to_owned()),
            Change::Path(part) => Some(part(value).to_owned()),
            Change::Trim { .. } | Change::Replace { .. } if value.len() > MAX_MATCHED => None,
            Change::Trim { front, longest, pattern } => {
                self.try_patterns(value.len() * value.len())?;
                Some(trimmed(value, *front, *longest, &self.plain(pattern, raw)?).to_owned())
            }
            Change::Replace { how, pattern, new } => {
                let (pattern, new) = (self.plain(pattern, raw)?, self.plain(new, raw)?);
                self.try_patterns(value.len().min(48).pow(3))?;
                let bounded = value.len().saturating_mul(new.len()) <= MAX_LENGTH;
                bounded.then(|| replaced(value, *how, &pattern, &new))
            }
            Change::Part { from, length } => {
                let number = |text: &str| {
                    text.trim().trim_start_matches('(').trim_end_matches(')').trim().parse::<isize>().ok()
                };
                let chars: Vec<char> = value.chars().collect();
                let count = isize::try_from(chars.len()).ok()?;
                let from = match number(&self.plain(from, raw)?)? {
                    back if back < 0 => (count + back).max(0),
                    from => from.min(count),
                };
                let end = match length {
                    None => count,
                    Some(length) => match number(&self.plain(length, raw)?)? {
                        back if back < 0 => count + back,
                        length => from.saturating_add(length).min(count),
                    },
                };
                let range = usize::try_from(from).ok()?..usize::try_from(end.max(from)).ok()?;
                Some(chars.get(range)?.iter().collect())
            }
            Change::Case { upper, all } => {
                let turned = |text: &str| if *upper { text.to_uppercase() } else { text.to_lowercase() };
                Some(match (all, value.chars().next()) {
                    (false, Some(first)) => {
                        let (head, tail) = value.split_at(first.len_utf8());
                        turned(head) + tail
                    }
                    _ => turned(value),
                })
            }
            Change::Default(_) | Change::Alternative(_) | Change::Unknown => None,
        }
    }
}

/// Places in a text where a character begins, and its end.
fn places(text: &str) -> impl DoubleEndedIterator<Item = usize> {
    let mut all: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    all.push(text.len());
    all.into_iter()
}

fn trimmed<'v>(value: &'v str, front: bool, longest: bool, pattern: &str) -> &'v str {
    let fitting = |at: &usize| match front {
        true => fits(pattern, &value[..*at]),
        false => fits(pattern, &value[*at..]),
    };
    // The longest part of the front ends last, and the longest part of the end begins first.
    let at = if front == longest { places(value).rev().find(fitting) } else { places(value).find(fitting) };
    match (at, front) {
        (Some(at), true) => &value[at..],
        (Some(at), false) => &value[..at],
        (None, _) => value,
    }
}

fn replaced(value: &str, how: char, pattern: &str, new: &str) -> String {
    let pattern = &pattern.replace("\\/", "/");
    if !pattern.contains(['*', '?', '[', '\\']) {
        return match how {
            '/' if !pattern.is_empty() => value.replace(pattern.as_str(), new),
            '#' => {
                value.strip_prefix(pattern.as_str()).map_or(value.to_owned(), |rest| format!("{new}{rest}"))
            }
            '%' => {
                value.strip_suffix(pattern.as_str()).map_or(value.to_owned(), |rest| format!("{rest}{new}"))
            }
            _ if pattern.is_empty() => value.to_owned(),
            _ => value.replacen(pattern.as_str(), new, 1),
        };
    }
    let mut out = String::new();
    let mut rest = value;
    let mut done = false;
    // A long value times a pattern with stars is too much to try at every place.
    while !done && value.len() <= 48 {
        let found = places(rest).find_map(|from| {
            let end =
                places(&rest[from..]).rev().find(|&end| end > 0 && fits(pattern, &rest[from..from + end]))?;
            Some((from, from + end))
        });
        let Some((from, end)) = found else { break };
        let fits_end = match how {
            '#' => from == 0,
            '%' => end == rest.len(),
            _ => true,
        };
        if !fits_end {
            break;
        }
        out.push_str(&rest[..from]);
        out.push_str(new);
        rest = &rest[end..];
        done = how != '/' || rest.is_empty();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_off_as_in_bash() {
        assert_eq!(trimmed("my-own-git", true, false, "*-"), "own-git");
        assert_eq!(trimmed("my-own-git", true, true, "*-"), "git");
        assert_eq!(trimmed("git/a/b", false, false, "/*"), "git/a");
        assert_eq!(trimmed("git/a/b", false, true, "/*"), "git");
        assert_eq!(trimmed("é", true, false, "x"), "é");
        assert_eq!(replaced("xaxa", ' ', "x", "y"), "yaxa");
        assert_eq!(replaced("xaxa", '/', "x", ""), "aa");
        assert_eq!(replaced("xaxa", '%', "xa", "b"), "xab");
        assert_eq!(replaced("a12b3", '/', "[0-9]", "_"), "a__b_");
        assert_eq!(replaced("abc", ' ', "b*", "x"), "ax");
    }
}
