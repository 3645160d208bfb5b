//! Our own small tree of shell syntax, which both the lexer and the grammar produce.

use std::borrow::Cow;

/// A word as written, quotes and all.
#[derive(Clone, Debug)]
pub(super) struct Raw<'t> {
    /// The text as written.
    pub text: Cow<'t, str>,
    /// Offset of its first byte in the text that is read.
    pub start: usize,
    /// One past its last byte there.
    pub end: usize,
}

/// A redirection.
#[derive(Clone, Debug)]
pub(super) enum Redirection<'t> {
    /// `< file`
    Input(Raw<'t>),
    /// `> file`, `>> file`, `&> file`
    Output { target: Raw<'t>, append: bool },
    /// `<<< word`
    HereString(Raw<'t>),
    /// `<< END`: the body, and whether expansions are done in it.
    HereDoc { body: Raw<'t>, expands: bool },
}

/// A piece of shell syntax that can run something.
#[derive(Clone, Debug)]
pub(super) enum Node<'t> {
    /// Assignments, program, arguments.
    Simple { words: Vec<Raw<'t>>, redirections: Vec<Redirection<'t>> },
    /// Each stage feeds the next.
    Pipeline(Vec<Node<'t>>),
    /// One after the other, whatever joins them.
    List(Vec<Node<'t>>),
    /// In a shell of its own: `( … )`, `… &`; changes of directory and variables end with it.
    Subshell { body: Box<Node<'t>>, redirections: Vec<Redirection<'t>> },
    /// `{ … }`, a loop, a function body, with its redirections.
    Group { body: Box<Node<'t>>, redirections: Vec<Redirection<'t>> },
    /// `for NAME in words; do … done`
    For { name: String, values: Vec<Raw<'t>>, body: Box<Node<'t>>, redirections: Vec<Redirection<'t>> },
    /// Words that are expanded but run nothing of themselves: `case` subjects, `[[ … ]]`, array values.
    Words(Vec<Raw<'t>>),
}
