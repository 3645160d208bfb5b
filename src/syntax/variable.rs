//! Variables and arrays that a text sets.

use super::lexer::assignment_name;
use super::tree::Raw;
use super::walk::{Content, MAX_VARIABLES, Variable, Walker};
use super::{Assignment, GapCause, Invocation, MAX_LENGTH, Span, Word};
use std::borrow::Cow;
use std::rc::Rc;

/// Most elements of an array that are known.
const MAX_ITEMS: usize = 256;

/// Variables by which a shell keeps its history: setting one does something by itself.
fn is_of_the_shell(name: &str) -> bool {
    matches!(name, "HISTFILE" | "HISTSIZE" | "HISTFILESIZE" | "SAVEHIST")
}

/// Variables whose value a program runs as a command: `GIT_EDITOR='command' git commit`.
pub(super) fn runs_a_command(name: &str) -> bool {
    matches!(
        name,
        "PAGER"
            | "GIT_PAGER"
            | "MANPAGER"
            | "EDITOR"
            | "VISUAL"
            | "GIT_EDITOR"
            | "GIT_SEQUENCE_EDITOR"
            | "GIT_EXTERNAL_DIFF"
            | "LESSOPEN"
            | "PROMPT_COMMAND"
            | "GIT_SSH_COMMAND"
            | "GIT_ASKPASS"
            | "GIT_PROXY_COMMAND"
            | "SSH_ASKPASS"
            | "SUDO_ASKPASS"
            | "SUDO_EDITOR"
            | "KUBE_EDITOR"
            | "FCEDIT"
            | "LESSCLOSE"
            | "RSYNC_RSH"
            | "CVS_RSH"
            | "SVN_SSH"
            | "BROWSER"
            | "FZF_DEFAULT_COMMAND"
    ) || is_prompt(name)
}

/// Variables that the shell expands each time it prints them.
fn is_prompt(name: &str) -> bool {
    matches!(name, "PS0" | "PS1" | "PS2" | "PS4" | "PROMPT" | "RPROMPT")
}

impl Walker<'_> {
    /// Reads the value of a variable that a program or the shell runs.
    pub(super) fn set_to_run(&mut self, name: &str, value: &Word) {
        let Some(text) = value.known() else { return };
        if matches!(name, "BASH_ENV" | "ENV") {
            return;
        }
        let text = match is_prompt(name) {
            true if text.contains("$(") || text.contains('`') => {
                format!(": \"{}\"", text.replace('"', "\\\""))
            }
            false if text.contains(' ') => text.trim_start_matches(['|', '-', '@']).to_owned(),
            _ => return,
        };
        self.bodies += 1;
        self.deferred(&Self::text_of(value, &text), "environment");
        self.bodies -= 1;
    }

    pub(super) fn assignment(&mut self, raw: &Raw<'_>, name: usize, value: usize) -> Assignment {
        let text: &str = &raw.text;
        let word = Raw { text: Cow::Borrowed(&text[value..]), start: raw.start + value, end: raw.end };
        Assignment { name: text[..name].to_owned(), value: self.expand_one(&word) }
    }

    /// Writes down an assignment that stands alone as what it is short for, so that readers of calls see it.
    fn declared(&mut self, assignment: &Assignment) {
        let span = assignment.value.span;
        let text = format!("{}={}", assignment.name, assignment.value.text());
        let words = vec![Word::literal("declare", span), Word::literal(text, span)];
        self.push(Invocation {
            words,
            via: self.frame.via.clone(),
            host: self.frame.host.clone(),
            span,
            ..Invocation::default()
        });
    }

    pub(super) fn set(&mut self, name: &str, value: Word, exported: bool) {
        self.set_content(name, value, exported, Content::Value);
    }

    pub(super) fn set_content(&mut self, name: &str, value: Word, exported: bool, content: Content) {
        let mut name = name;
        let followed;
        if !matches!(content, Content::Reference)
            && let Some(variable) = self.frame.vars.iter().rev().find(|variable| variable.name == name)
            && matches!(variable.content, Content::Reference)
            && let Some(target) = variable.value.known()
        {
            followed = target.to_owned();
            name = &followed;
        }
        let before = self.frame.vars.iter().position(|variable| variable.name == name);
        if before.is_none() && self.frame.vars.len() >= MAX_VARIABLES {
            return self.gap(GapCause::TooLong, value.span);
        }
        let before = before.map(|at| self.frame.vars.remove(at));
        let exported = exported || self.frame.exports_all || before.is_some_and(|variable| variable.exported);
        self.frame.vars.push(Variable { name: name.to_owned(), value, exported, content });
    }

    /// An assignment that stands alone. Gives what the shell will run because of it.
    pub(super) fn assign(&mut self, raw: &Raw<'_>) -> Vec<usize> {
        let Some((name, value)) = assignment_name(raw.text.as_bytes()) else { return Vec::new() };
        let Assignment { name: called, value: word } = self.assignment(raw, name, value);
        let text: &str = &raw.text;
        let append = text.as_bytes().get(value.wrapping_sub(2)) == Some(&b'+');
        let index = text.get(name..value).and_then(|rest| rest.strip_prefix('[')?.rsplit_once(']'));
        if let Some((index, _)) = index {
            let key = Raw { text: Cow::Owned(index.to_owned()), start: raw.start, end: raw.end };
            let key = self.expand_one(&key);
            self.set_item(&called, key.text(), word);
            return Vec::new();
        }
        if is_of_the_shell(&called) {
            self.declared(&Assignment { name: called.clone(), value: word.clone() });
        }
        // What is set is run before each prompt.
        if called == "PROMPT_COMMAND" {
            return self.deferred(&word, "prompt");
        }
        if is_prompt(&called) {
            self.set_to_run(&called, &word);
        }
        let word = if append { self.appended(&called, word) } else { word };
        self.set(&called, word, false);
        Vec::new()
    }

    fn appended(&mut self, name: &str, word: Word) -> Word {
        let (before, expansions) = self.lookup(name);
        let Some(mut text) = before else {
            return Word { expansions: word.expansions, ..Word::unknown(word.span) };
        };
        if text.len() + word.text.len() > MAX_LENGTH {
            return Word::unknown(word.span);
        }
        text.push_str(&word.text);
        Word { text, expansions: [expansions, word.expansions].concat(), ..word }
    }

    fn set_item(&mut self, name: &str, key: &str, word: Word) {
        let items = self.find(name).and_then(|variable| match &variable.content {
            Content::Items(items) => Some(Rc::clone(items)),
            _ => None,
        });
        let mut items = items.map_or_else(Vec::new, |items| items.to_vec());
        items.retain(|(known, _)| known != key);
        items.push((key.to_owned(), word));
        self.set_items(name, items);
    }

    pub(super) fn set_items(&mut self, name: &str, mut items: Vec<(String, Word)>) {
        if items.len() > MAX_ITEMS {
            let unknown = Word::unknown(items[0].1.span);
            return self.set(name, unknown, false);
        }
        if items.iter().all(|(key, _)| key.parse::<usize>().is_ok()) {
            items.sort_by_key(|(key, _)| key.parse::<usize>().unwrap_or(0));
        }
        let first =
            items.first().map_or_else(|| Word::literal("", Span::default()), |(_, word)| word.clone());
        self.set_content(name, first, false, Content::Items(Rc::new(items)));
    }

    /// `NAME=( … )`
    pub(super) fn array(&mut self, name: &str, append: bool, values: &[(Option<Raw<'_>>, Raw<'_>)]) {
        let mut items: Vec<(String, Word)> = Vec::new();
        if append && let Some(variable) = self.find(name) {
            match &variable.content {
                Content::Items(before) => items.extend(before.iter().cloned()),
                // Of what had too many items once nothing is known any more.
                _ if variable.value.known().is_none() && variable.value.expansions.is_empty() => return,
                _ => items.push(("0".to_owned(), variable.value.clone())),
            }
        }
        for (key, value) in values {
            match key {
                Some(key) => {
                    let key = self.expand_one(key).text;
                    let value = self.expand_one(value);
                    items.retain(|(known, _)| *known != key);
                    items.push((key, value));
                }
                None => {
                    for word in self.expand(value) {
                        items.push((items.len().to_string(), word));
                        if items.len() > MAX_ITEMS {
                            break;
                        }
                    }
                }
            }
        }
        self.set_items(name, items);
    }
}
