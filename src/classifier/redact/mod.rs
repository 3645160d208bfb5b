//! Takes out of a text what no model may see: secrets by their shape, by their place and by what they are
//! assigned to, however they are quoted or encoded; the home directory, the user's and the machine's name.
//!
//! Each becomes a placeholder that says what it was (`⟨SECRET.github.1⟩`), the same one everywhere, since that a
//! secret goes somewhere is the very thing to be judged. A value that was found once is looked for everywhere.

mod view;
mod word;

use crate::action::{Line, Scene, file_text};
use crate::secrets::{masks, names_secret, tokens};
use crate::syntax::{self, Expansion, GapCause, HOLE, Invocation, Script, Span, Word};
use std::ops::Range;
use std::path::Path;
use view::{decoded, views};

/// Why nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsure {
    /// The line is not understood, and speaks of secrets.
    #[error("the line cannot be read for certain and speaks of secrets, so none of it is sent")]
    Unread,
    /// What was masked can still be read out of the rest.
    #[error("a secret could not be masked for certain, so nothing is sent")]
    Remains,
    /// The line is longer than is read.
    #[error("the line is longer than is read, so none of it is sent")]
    TooLong,
}

/// Shortest value that is looked for wherever it may stand; a shorter one would be found in other words.
const LEARNED: usize = 6;
/// Most texts that are looked at as pieces of secrets.
const MOST_PIECES: usize = 256;
/// How often a text is gone over until nothing is found in it.
const PASSES: usize = 6;
/// How deep what is encoded may itself be encoded.
const DEPTH: usize = 3;
/// Most bytes of what is decoded that are read for one text; what is behind that is masked unread.
const MOST_DECODED: usize = 1024 * 1024;

/// A text without its secrets, and where each part of it came from.
#[derive(Clone, Debug)]
pub struct Redacted {
    /// The text.
    pub text: String,
    /// For each byte the range in the original that it stands for.
    from: Vec<(usize, usize)>,
}

impl Redacted {
    /// The part that stands for these bytes of the original; placeholders are whole.
    pub fn part(&self, span: Span) -> &str {
        let start = self.from.iter().position(|from| from.1 > span.start).unwrap_or(self.from.len());
        let end = self.from.iter().rposition(|from| from.0 < span.end).map_or(start, |last| last + 1);
        self.text.get(start..end.max(start)).unwrap_or_default()
    }
}

/// Redacts the texts of one case, with a memory of what was found.
#[derive(Debug, Default)]
pub struct Redactor {
    /// Values that were found, with what stands for each.
    learned: Vec<(String, String)>,
    /// Values of exported variables that are secret: an `eval` or a script may have put one anywhere.
    exported: Vec<String>,
    /// Words, and what variables expand to, which may be a piece of a secret: `${TOKEN:0:8}`.
    pieces: Vec<String>,
    /// How many placeholders of each kind there are.
    counts: Vec<(String, usize)>,
    /// Plain texts that say who and where: the home directory, the user's and the machine's name.
    places: Vec<(String, &'static str)>,
}

/// A range of a text and what takes its place.
struct Hit {
    range: Range<usize>,
    mask: Mask,
}

enum Mask {
    /// A secret of this kind, with its value as it is meant.
    Secret(String, String),
    /// This text.
    Text(String),
}

impl Redactor {
    /// Knows the secrets that stand in the words of a line; `Err` where the line is not understood well enough.
    pub fn new(line: &str, script: &Script, scene: &Scene) -> Result<Redactor, Unsure> {
        is_understood(line, script)?;
        let (places, exported) = (places(scene), exported(line, scene));
        let mut redactor = Redactor { places, exported, ..Redactor::default() };
        for invocation in &script.invocations {
            redactor.learn_from(invocation);
        }
        Ok(redactor)
    }

    /// How many different values are known, to see whether a text has brought up another one.
    pub fn learned(&self) -> usize {
        self.learned.len()
    }

    fn learn_from(&mut self, invocation: &Invocation) {
        let words: Vec<&str> = invocation.words.iter().map(Word::text).collect();
        for one in word::credentials(&words) {
            let value = words[one.word][one.range.clone()].to_owned();
            self.learn(one.kind, &value);
        }
        for assignment in &invocation.assignments {
            let value = assignment.value.text();
            if names_secret(&assignment.name) {
                self.learn("secret", value);
            }
            for token in tokens(value) {
                self.learn(token.kind, &value[token.span]);
            }
        }
        // A line break may have torn one in two.
        invocation.words.iter().for_each(|word| self.keep_piece(word.text()));
        for expansion in invocation.words.iter().flat_map(|word| &word.expansions) {
            let Expansion::Variable { name, value: Some(value) } = expansion else { continue };
            if names_secret(name) {
                self.learn("secret", value);
            } else {
                self.keep_piece(value);
            }
        }
    }

    fn keep_piece(&mut self, text: &str) {
        if is_searched(text)
            && self.pieces.len() < MOST_PIECES
            && self.pieces.iter().all(|known| known != text)
        {
            self.pieces.push(text.to_owned());
        }
    }

    /// The placeholder for a value; the same one each time.
    fn learn(&mut self, kind: &str, value: &str) -> String {
        let value = value.trim_matches(HOLE);
        if let Some((_, known)) = self.learned.iter().find(|(known, _)| known == value) {
            return known.clone();
        }
        // Whose it is, "github", says more in fewer words than what it is.
        let shapes = tokens(value);
        let owner = shapes.iter().map(|found| found.owner).find(|owner| !owner.is_empty());
        let kind: String = owner
            .unwrap_or(kind)
            .to_ascii_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let at = match self.counts.iter().position(|(known, _)| *known == kind) {
            Some(at) => at,
            None => {
                self.counts.push((kind.clone(), 0));
                self.counts.len() - 1
            }
        };
        self.counts[at].1 += 1;
        let placeholder = format!("⟨SECRET.{kind}.{}⟩", self.counts[at].1);
        self.learned.push((value.to_owned(), placeholder.clone()));
        placeholder
    }

    /// The typed line itself: what its words hold is masked where each word stands.
    pub fn line(&mut self, line: &str, script: &Script) -> Result<Redacted, Unsure> {
        let mut hits = Vec::new();
        for invocation in &script.invocations {
            let words: Vec<&str> = invocation.words.iter().map(Word::text).collect();
            for one in word::credentials(&words) {
                let span = invocation.words[one.word].span;
                let text = words[one.word];
                let value = &text[one.range.clone()];
                let typed = line.get(span.start..span.end).unwrap_or_default();
                let range = if typed == text {
                    span.start + one.range.start..span.start + one.range.end
                } else if is_searched(value) {
                    // Quoted or escaped: found in a view.
                    continue;
                } else {
                    span.start..span.end
                };
                hits.push(Hit { range, mask: Mask::Secret(one.kind.to_owned(), value.to_owned()) });
            }
            for assignment in &invocation.assignments {
                let span = assignment.value.span;
                let value = assignment.value.text();
                if names_secret(&assignment.name)
                    && !is_searched(value)
                    && !value.is_empty()
                    && !has_hole(value)
                {
                    let mask = Mask::Secret("secret".to_owned(), value.to_owned());
                    hits.push(Hit { range: span.start..span.end.min(line.len()), mask });
                }
            }
        }
        self.settle(line, hits)
    }

    /// The words of one command, as they would be passed, with variables by their names.
    pub fn words(&mut self, words: &[Word]) -> Result<Vec<String>, Unsure> {
        let texts: Vec<&str> = words.iter().map(Word::text).collect();
        let mut credentials = word::credentials(&texts);
        credentials.sort_by_key(|one| (one.word, one.range.start));
        let mut redacted = Vec::with_capacity(words.len());
        for (at, word) in words.iter().enumerate() {
            let hits = credentials
                .iter()
                .filter(|one| one.word == at)
                .map(|one| {
                    let value = word.text()[one.range.clone()].to_owned();
                    Hit { range: one.range.clone(), mask: Mask::Secret(one.kind.to_owned(), value) }
                })
                .collect::<Vec<Hit>>();
            let text = self.settle(word.text(), hits)?.text;
            redacted.push(unexpanded(&text, word).replace(HOLE, "…"));
        }
        Ok(redacted)
    }

    /// A command that was run before, by itself: what is secret in it is secret in all of the case.
    pub fn past(&mut self, line: &str, scene: &Scene) -> Result<String, Unsure> {
        let mut scene = scene.clone();
        scene.follows_scripts = false;
        let script = syntax::read(&Line::from_bytes(line.as_bytes()), &scene);
        is_understood(line, &script)?;
        for invocation in &script.invocations {
            self.learn_from(invocation);
        }
        Ok(self.line(line, &script)?.text)
    }

    /// Any other text of the case.
    pub fn text(&mut self, text: &str) -> Result<String, Unsure> {
        Ok(self.settle(text, Vec::new())?.text)
    }

    /// Goes over a text until nothing is found in it.
    fn settle(&mut self, text: &str, mut hits: Vec<Hit>) -> Result<Redacted, Unsure> {
        let mut redacted =
            Redacted { text: text.to_owned(), from: (0..text.len()).map(|at| (at, at + 1)).collect() };
        // A placeholder that was typed is none of ours.
        for (at, mark) in text.char_indices().filter(|(_, c)| matches!(c, '⟨' | '⟩')) {
            let mask = Mask::Text(if mark == '⟨' { "<" } else { ">" }.to_owned());
            hits.push(Hit { range: at..at + mark.len_utf8(), mask });
        }
        for _ in 0..PASSES {
            hits.extend(self.find(&redacted.text));
            if hits.is_empty() {
                self.anonymous(&mut redacted);
                return Ok(redacted);
            }
            self.replace(&mut redacted, std::mem::take(&mut hits));
        }
        Err(Unsure::Remains)
    }

    fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut left = MOST_DECODED;
        for (range, kind) in masks(text) {
            let value = &text[range.clone()];
            if says_something(value) {
                hits.push(Hit { mask: Mask::Secret(kind.to_owned(), value.to_owned()), range });
            }
        }
        for view in views(text) {
            let mut add = |range: Range<usize>, kind: &str| {
                let value = &view.text[range.clone()];
                let place = view.origin(&range);
                if says_something(value) && !place.is_empty() {
                    let range = whole_characters(text, place);
                    hits.push(Hit { range, mask: Mask::Secret(kind.to_owned(), value.to_owned()) });
                }
            };
            for found in tokens(&view.text) {
                add(found.span.clone(), found.kind);
            }
            for range in word::in_text(&view.text) {
                add(range, "password");
            }
            for value in self.searched() {
                for range in find_all(&view.text, value) {
                    add(range, "secret");
                }
            }
            if view.is_joined {
                continue;
            }
            for range in opaque(&view.text) {
                add(range, "opaque");
            }
            for (range, inner) in decoded(&view.text) {
                if self.holds_secret(&inner, 1, &mut left) {
                    add(range, "encoded");
                }
            }
        }
        let ours = placeholders(text);
        hits.retain(|hit| !ours.iter().any(|own| own.start <= hit.range.start && hit.range.end <= own.end));
        hits
    }

    /// Whether what was decoded holds a secret, in clear or encoded again.
    fn holds_secret(&self, text: &str, depth: usize, left: &mut usize) -> bool {
        *left = left.saturating_sub(text.len());
        *left == 0
            || masks(text).iter().any(|(range, _)| says_something(&text[range.clone()]))
            || views(text).iter().any(|view| {
                !tokens(&view.text).is_empty()
                    || self.searched().any(|value| !find_all(&view.text, value).is_empty())
                    || !view.is_joined
                        && depth < DEPTH
                        && decoded(&view.text)
                            .iter()
                            .any(|(_, inner)| self.holds_secret(inner, depth + 1, left))
            })
    }

    fn searched(&self) -> impl Iterator<Item = &str> {
        let pieces = self.pieces.iter().filter(|piece| self.known().any(|whole| is_piece(piece, whole)));
        self.known().chain(pieces).map(String::as_str)
    }

    fn known(&self) -> impl Iterator<Item = &String> {
        let learned = self.learned.iter().map(|(value, _)| value).filter(|value| is_searched(value));
        learned.chain(&self.exported)
    }

    fn replace(&mut self, redacted: &mut Redacted, mut hits: Vec<Hit>) {
        hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
        // With what else each was read as: the same bytes are another word to each way of quoting.
        let mut merged: Vec<(Hit, Vec<String>)> = Vec::new();
        for hit in hits {
            let value = match &hit.mask {
                Mask::Secret(_, value) => Some(value.clone()),
                Mask::Text(_) => None,
            };
            match merged.last_mut() {
                Some((last, values)) if hit.range.start < last.range.end => {
                    values.extend(value);
                    last.range.end = last.range.end.max(hit.range.end);
                    // The better name wins: a service's over a place's over one that says nothing.
                    if rank(&hit.mask) > rank(&last.mask) {
                        last.mask = hit.mask;
                    }
                }
                _ => merged.push((hit, value.into_iter().collect())),
            }
        }
        let mut text = String::with_capacity(redacted.text.len());
        let mut from = Vec::with_capacity(redacted.from.len());
        let mut at = 0;
        for (hit, values) in merged {
            let range = whole_characters(&redacted.text, hit.range);
            if range.start < at {
                continue;
            }
            let stand_in = match hit.mask {
                Mask::Secret(kind, value) => {
                    let stand_in = self.learn(&kind, &value);
                    for value in values {
                        if self.learned.iter().all(|(known, _)| *known != value) {
                            self.learned.push((value, stand_in.clone()));
                        }
                    }
                    stand_in
                }
                Mask::Text(text) => text,
            };
            text.push_str(&redacted.text[at..range.start]);
            from.extend_from_slice(&redacted.from[at..range.start]);
            let origin = redacted.from[range.clone()].first().map_or(0, |first| first.0)
                ..redacted.from[range.clone()].last().map_or(0, |last| last.1);
            text.push_str(&stand_in);
            from.extend(std::iter::repeat_n((origin.start, origin.end), stand_in.len()));
            at = range.end;
        }
        text.push_str(&redacted.text[at..]);
        from.extend_from_slice(&redacted.from[at..]);
        *redacted = Redacted { text, from };
    }

    /// Home as `~`, and the names of user and machine, where they stand as words of their own.
    fn anonymous(&mut self, redacted: &mut Redacted) {
        let mut hits = Vec::new();
        for (name, stand_in) in &self.places {
            for range in find_all(&redacted.text, name) {
                let bytes = redacted.text.as_bytes();
                let word = |byte: Option<&u8>| {
                    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                };
                let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
                if !word(bytes.get(range.end)) && !word(before) {
                    hits.push(Hit { range, mask: Mask::Text((*stand_in).to_owned()) });
                }
            }
        }
        self.replace(redacted, hits);
    }
}

/// `Err` where a line is not understood well enough to say what in it is secret.
fn is_understood(line: &str, script: &Script) -> Result<(), Unsure> {
    if line.len() > syntax::MAX_LENGTH {
        return Err(Unsure::TooLong);
    }
    let unread = |cause| !matches!(cause, GapCause::Dynamic | GapCause::Editor);
    if script.gaps.iter().any(|gap| unread(gap.cause)) && speaks_of_secrets(line) {
        return Err(Unsure::Unread);
    }
    Ok(())
}

/// Whether a line speaks of a secret at all.
fn speaks_of_secrets(line: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    line.split(|c| !name(c))
        .any(|word| names_secret(word.trim_matches('-')) || word.eq_ignore_ascii_case("authorization"))
        || !tokens(line).is_empty()
}

/// Whether a value is long and odd enough to be looked for everywhere.
fn is_searched(value: &str) -> bool {
    value.len() >= LEARNED
        && says_something(value)
        && !matches!(
            value.to_ascii_lowercase().as_str(),
            "production"
                | "staging"
                | "development"
                | "localhost"
                | "postgres"
                | "password"
                | "secret"
                | "secrets"
        )
}

/// Whether a text is a piece of a secret, in small letters or large.
fn is_piece(piece: &str, whole: &str) -> bool {
    let mut places = whole.as_bytes().windows(piece.len());
    places.any(|place| place.eq_ignore_ascii_case(piece.as_bytes()))
}

fn has_hole(value: &str) -> bool {
    value.contains(HOLE)
}

/// Where our own placeholders stand in a text.
fn placeholders(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("⟨SECRET.").map(|start| at + start) {
        let Some(length) = text[start..].find('⟩') else { break };
        at = start + length + '⟩'.len_utf8();
        found.push(start..at);
    }
    found
}

/// Whether anything is left of a value when our own placeholders, and variables, are taken away.
fn says_something(value: &str) -> bool {
    let mut left = value.to_owned();
    for range in placeholders(value).into_iter().rev() {
        left.replace_range(range, "");
    }
    !left.starts_with('$') && left.chars().any(char::is_alphanumeric)
}

/// How good a name for a secret is.
fn rank(mask: &Mask) -> usize {
    match mask {
        Mask::Text(_) => 0,
        Mask::Secret(kind, _) => match kind.as_str() {
            "encoded" | "opaque" => 1,
            "secret" => 2,
            "password" | "token" | "API key" => 3,
            _ => 4,
        },
    }
}

fn find_all<'t>(text: &'t str, value: &'t str) -> Vec<Range<usize>> {
    if value.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> =
        text.match_indices(value).map(|(at, value)| at..at + value.len()).collect();
    if value.len() >= 8 {
        // In capitals it is as good as said.
        let (lower, wanted) = (text.to_ascii_lowercase(), value.to_ascii_lowercase());
        found.extend(lower.match_indices(&wanted).map(|(at, value)| at..at + value.len()));
    }
    found
}

/// Texts that look drawn by lot: long, of letters and digits in turn, and no object id.
fn opaque(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if length >= 20 && is_drawn(&bytes[at..at + length]) {
            found.push(at..at + length);
        }
        at += length.max(1);
    }
    found
}

fn is_drawn(piece: &[u8]) -> bool {
    let one_case = |range: std::ops::RangeInclusive<u8>| {
        piece.iter().all(|byte| byte.is_ascii_digit() || range.contains(byte))
    };
    if one_case(b'a'..=b'f') || one_case(b'A'..=b'F') {
        // Ids of git objects, digests and addresses of memory are hex; keys that are hex have other lengths, or 32.
        return !matches!(piece.len(), ..32 | 40 | 64 | 128);
    }
    let class = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let turns = piece.windows(2).filter(|pair| class(&pair[0]) != class(&pair[1])).count();
    let digits = piece.iter().filter(|byte| byte.is_ascii_digit()).count();
    // Names have a number at their end or a date within; what is drawn changes at every second or third letter.
    digits >= 2 && turns * 5 >= piece.len()
}

/// A word with the values of variables taken back to their names.
fn unexpanded(text: &str, word: &Word) -> String {
    let mut text = text.to_owned();
    for expansion in &word.expansions {
        if let Expansion::Variable { name, value: Some(value) } = expansion
            && value.len() >= 3
        {
            text = text.replace(value.as_str(), &format!("${{{name}}}"));
        }
    }
    text
}

fn whole_characters(text: &str, range: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (range.start.min(text.len()), range.end.min(text.len()));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The secret values of exported variables: by the variable's name, by their form, and the passwords in addresses.
fn exported(line: &str, scene: &Scene) -> Vec<String> {
    let mut values = Vec::new();
    for (name, value) in scene.vars() {
        // A word such as `postgres` is another thing wherever its variable is not spoken of.
        let is_meant = |value: &str| {
            let has = |of: fn(&char) -> bool| value.chars().any(|c| of(&c));
            let by_lot = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic) && value.len() >= 8;
            is_searched(value) && (by_lot || value.len() >= 16 || line.contains(&name))
        };
        let mut add = |value: &str| values.extend(is_meant(value).then(|| value.to_owned()));
        if names_secret(&name) {
            add(value.trim());
            continue;
        }
        tokens(&value).into_iter().for_each(|token| add(&value[token.span]));
        if value.contains("://") {
            masks(&value).into_iter().for_each(|(range, _)| add(&value[range]));
        }
    }
    values
}

/// What says who and where this is.
fn places(scene: &Scene) -> Vec<(String, &'static str)> {
    let mut places = Vec::new();
    if let Some(home) =
        scene.home().filter(|home| home.parent().is_some_and(|parent| parent != Path::new("")))
    {
        let home = home.to_string_lossy().trim_end_matches('/').to_owned();
        places.extend((home.len() > 1).then_some((home, "~")));
    }
    let common =
        |name: &str| matches!(name, "root" | "admin" | "user" | "ubuntu" | "localhost" | "git" | "postgres");
    let mut name = |name: Option<String>, stand_in| {
        let name = name.map(|name| name.trim().to_owned()).filter(|name| name.len() >= 3 && !common(name));
        places.extend(name.map(|name| (name, stand_in)));
    };
    name(scene.var("USER"), "⟨USER⟩");
    name(scene.var("LOGNAME"), "⟨USER⟩");
    name(scene.var("HOSTNAME"), "⟨HOST⟩");
    if scene.is_live() {
        name(file_text(Path::new("/etc/hostname")), "⟨HOST⟩");
    }
    places
}

#[cfg(test)]
mod tests;
