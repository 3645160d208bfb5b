//! Our own small tree of shell syntax, which both the lexer and the grammar produce.

use std::borrow::Cow;
use std::rc::Rc;

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
    /// `NAME=( … )` or `NAME+=( … )`: the elements, some with a key.
    Array { name: String, append: bool, items: Vec<(Option<Raw<'t>>, Raw<'t>)> },
    /// A function: nothing runs until it is called.
    Define { name: String, body: Rc<Node<'static>> },
    /// Words that are expanded but run nothing of themselves: `case` subjects, `[[ … ]]`, array values.
    Words(Vec<Raw<'t>>),
}

impl Raw<'_> {
    fn into_owned(self, by: usize) -> Raw<'static> {
        Raw { text: Cow::Owned(self.text.into_owned()), start: self.start + by, end: self.end + by }
    }
}

impl Redirection<'_> {
    fn into_owned(self, by: usize) -> Redirection<'static> {
        match self {
            Redirection::Input(raw) => Redirection::Input(raw.into_owned(by)),
            Redirection::Output { target, append } => {
                Redirection::Output { target: target.into_owned(by), append }
            }
            Redirection::HereString(raw) => Redirection::HereString(raw.into_owned(by)),
            Redirection::HereDoc { body, expands } => {
                Redirection::HereDoc { body: body.into_owned(by), expands }
            }
        }
    }
}

impl Node<'_> {
    /// The same, independent of the text that it was read from: a function may be called after that is gone. All
    /// places are moved `by` so many bytes.
    pub(super) fn into_owned(self, by: usize) -> Node<'static> {
        let all = |words: Vec<Raw<'_>>| words.into_iter().map(|raw| raw.into_owned(by)).collect();
        let nodes = |nodes: Vec<Node<'_>>| nodes.into_iter().map(|node| node.into_owned(by)).collect();
        let boxed = |node: Box<Node<'_>>| Box::new(node.into_owned(by));
        let redirected = |all: Vec<Redirection<'_>>| {
            all.into_iter().map(|redirection| redirection.into_owned(by)).collect::<Vec<_>>()
        };
        match self {
            Node::Simple { words, redirections } => {
                Node::Simple { words: all(words), redirections: redirected(redirections) }
            }
            Node::Pipeline(stages) => Node::Pipeline(nodes(stages)),
            Node::List(list) => Node::List(nodes(list)),
            Node::Subshell { body, redirections } => {
                Node::Subshell { body: boxed(body), redirections: redirected(redirections) }
            }
            Node::Group { body, redirections } => {
                Node::Group { body: boxed(body), redirections: redirected(redirections) }
            }
            Node::For { name, values, body, redirections } => Node::For {
                name,
                values: all(values),
                body: boxed(body),
                redirections: redirected(redirections),
            },
            Node::Array { name, append, items } => {
                let owned = |(key, item): (Option<Raw<'_>>, Raw<'_>)| {
                    (key.map(|raw| raw.into_owned(by)), item.into_owned(by))
                };
                Node::Array { name, append, items: items.into_iter().map(owned).collect() }
            }
            Node::Define { name, body } => Node::Define { name, body },
            Node::Words(words) => Node::Words(all(words)),
        }
    }
}
