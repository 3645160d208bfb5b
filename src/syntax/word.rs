//! A shell word: its text after quote removal, and what is only known when it runs.

use super::Span;

/// Stands in a word's text for what is only known when the line runs (U+FFFC, object replacement character).
pub const HOLE: char = '\u{fffc}';

/// One word of a command, after quote removal and the expansions that could be resolved.
#[derive(Clone, Debug, Default)]
pub struct Word {
    /// Where it stands in the typed text.
    pub span: Span,
    /// Some part of it was quoted or escaped.
    pub quoted: bool,
    /// It holds an unquoted `*`, `?` or `[`.
    pub glob: bool,
    /// The shell gives up where a variable in it is empty: `${NAME:?}`.
    pub guarded: bool,
    /// The expansions in it, resolved or not, in order.
    pub expansions: Vec<Expansion>,
    pub(super) text: String,
}

/// An expansion inside a word.
#[derive(Clone, Debug)]
pub enum Expansion {
    /// `$NAME` or `${NAME…}`; with its value when it is set in the line or exported.
    Variable {
        /// The variable.
        name: String,
        /// What it expands to, if that is known.
        value: Option<String>,
    },
    /// `$(…)` or backquotes: the invocations, by index, whose output is put here.
    Output(Vec<usize>),
    /// `<(…)`: a file name from which the output of these invocations is read.
    InputFrom(Vec<usize>),
    /// `>(…)`: a file name into which these invocations read.
    OutputTo(Vec<usize>),
    /// The variable of a loop over this pattern, and so one after the other the paths that the pattern stands for.
    Each(String),
    /// Lines of the file with this name: `while read x; do … done < file`, `xargs rm < file`.
    Lines(String),
    /// Anything else: arithmetic, positional parameters, unread forms.
    Other,
}

impl Word {
    /// A word with exactly this text.
    pub fn literal(text: impl Into<String>, span: Span) -> Word {
        Word { text: text.into(), span, ..Word::default() }
    }

    /// A word of which nothing is known.
    pub(super) fn unknown(span: Span) -> Word {
        Word { text: HOLE.to_string(), span, ..Word::default() }
    }

    /// Its text; each part that is only known when it runs is one [`HOLE`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The pattern that stands for all that this word is in the turns of a loop over a pattern, where nothing else
    /// of it is unknown: `/home/*/.cache` for `"$dir/.cache"`.
    pub fn in_all_turns(&self) -> Option<Word> {
        let pattern = self.expansions.iter().find_map(|expansion| match expansion {
            Expansion::Each(pattern) => Some(pattern),
            _ => None,
        })?;
        let (before, after) = self.text.split_once(HOLE).filter(|(_, after)| !after.contains(HOLE))?;
        let text = format!("{before}{pattern}{after}");
        Some(Word { text, glob: true, span: self.span, quoted: self.quoted, ..Word::default() })
    }

    /// Its text, if all of it is known now.
    pub fn known(&self) -> Option<&str> {
        if self.text.contains(HOLE) { None } else { Some(&self.text) }
    }
}
