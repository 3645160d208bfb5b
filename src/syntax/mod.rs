//! Text → invocations: which programs a line would run, with which words, fed by what.

pub mod args;
mod brace;
mod builtin;
mod carrier;
mod code;
mod cut;
mod escape;
mod expand;
mod field;
mod fish;
mod function;
mod grammar;
mod lexer;
mod output;
mod parameter;
mod pattern;
mod recall;
mod remote;
mod runner;
mod task;
mod terminal;
mod tree;
mod unwrap;
mod variable;
mod walk;
mod windows;
mod word;
mod wrapper;

pub use code::{Literal, dotted, inline_code, joined, literals};
pub use recall::history;
pub use word::{Expansion, HOLE, Word};

use crate::action::{Line, Scene};

/// A range of bytes in the typed text, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The smallest range that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Longest text that is read; more is a [`Gap`].
pub const MAX_LENGTH: usize = 64 * 1024;
/// Deepest nesting of substitutions, groups and inner scripts that is read; more is a [`Gap`].
pub const MAX_DEPTH: usize = 64;

/// Everything that a line would run.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The program calls in the order of the text; substitutions come before the call whose word holds them.
    pub invocations: Vec<Invocation>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A part of the text that could not be read.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Where.
    pub span: Span,
    /// Why.
    pub cause: GapCause,
}

/// Why a part of the text could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapCause {
    /// More than [`MAX_LENGTH`] bytes, or more commands than are looked at.
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A quote or bracket without its end.
    Unbalanced,
    /// Neither our lexer nor the grammar accepts it; its words were split at the operators.
    Grammar,
    /// The program or the script it would run is only known when it runs.
    Dynamic,
    /// It runs what a person leaves in an editor.
    Editor,
}

/// One program call, after wrappers are unwrapped.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// Program and arguments; never empty.
    pub words: Vec<Word>,
    /// Variables set for this call alone (`FOO=x cmd`, `env FOO=x cmd`) or exported earlier in the line.
    pub assignments: Vec<Assignment>,
    /// Files whose variables are set for this call alone: `dotenv -e file`, `docker run --env-file file`.
    pub env_files: Vec<Word>,
    /// Redirections of output, in order.
    pub redirects: Vec<Redirect>,
    /// What standard input is connected to.
    pub stdin: Feed,
    /// The invocation, by index, that reads this one's output through a pipe.
    pub piped_to: Option<usize>,
    /// Wrappers around it, outermost first: `sudo`, `xargs`, `sh -c`…
    pub via: Vec<&'static str>,
    /// The directory it runs in.
    pub dir: Dir,
    /// The machine it runs on.
    pub host: Host,
    /// Where it stands in the typed text.
    pub span: Span,
    /// It calls the function, defined in the same text, in whose body it stands: `:(){ :|:& };:`.
    pub calls_itself: bool,
}

impl Invocation {
    /// File name of the program: `git` for `/usr/bin/git`.
    pub fn program(&self) -> &str {
        let word = self.words.first().map_or("", Word::text);
        let name = word.rsplit('/').next().unwrap_or(word);
        // A program of Windows, as WSL starts it.
        name.strip_suffix(".exe").unwrap_or(name)
    }

    /// The words after the program.
    pub fn args(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The value that this call would see in an environment variable: set in the line, or exported by the
    /// shell. `None` where it is not set, and also where its value is only known when it runs.
    pub fn var(&self, name: &str, scene: &Scene) -> Option<String> {
        match self.assignments.iter().rev().find(|assignment| assignment.name == name) {
            Some(assignment) => assignment.value.known().map(str::to_owned),
            None => scene.var(name),
        }
    }

    /// Absolute directory it runs in; `None` where that is only known when it runs.
    pub fn cwd(&self, scene: &Scene) -> Option<std::path::PathBuf> {
        match &self.dir {
            Dir::Here => Some(scene.cwd.clone()),
            Dir::At(path) => Some(scene.path(path)),
            Dir::Unknown => None,
        }
    }
}

/// `NAME=value`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// What it is set to.
    pub value: Word,
}

/// A redirection of output to a file (`>`, `>>`, `&>`…).
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The file.
    pub target: Word,
    /// `>>` keeps what is there.
    pub append: bool,
}

/// What standard input is connected to.
#[derive(Clone, Debug, Default)]
pub enum Feed {
    /// The terminal, or whatever the shell's own input is.
    #[default]
    Inherited,
    /// The output of these invocations, by index (several for a group).
    Pipe(Vec<usize>),
    /// A file: `< file`.
    File(Word),
    /// Text in the line: a here-document or a here-string.
    Text(Word),
}

/// The directory that a call runs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dir {
    /// Where the shell stands.
    #[default]
    Here,
    /// After a `cd` in the same line, relative to where the shell stands.
    At(String),
    /// After a `cd` whose target is only known when it runs.
    Unknown,
}

/// The machine that a call runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// This one.
    #[default]
    Local,
    /// Another one, by the name typed: `ssh web1 '…'`, or a container.
    Remote(String),
}

/// Reads a line. Never fails: what cannot be read is a gap.
pub fn read(line: &Line, scene: &Scene) -> Script {
    let mut walker = walk::Walker::new(scene);
    walker.text(line.text());
    walker.script
}

/// Most program calls that are looked at in a script; the rest is a [`GapCause::TooLong`].
const MAX_SCRIPT: usize = 32 * 1024;
/// Most words and assignments that the calls of a script may have together, which bounds memory and time.
const MAX_SCRIPT_WORDS: usize = 512 * 1024;

/// How a script is called, as far as that is known.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// `$0`: its path, as it was given.
    pub path: Option<String>,
    /// `$1` and the following; `None` for one that is only known when it runs, and for all of them.
    pub arguments: Option<Vec<Option<String>>>,
}

/// Reads a whole script. Its complete commands are read one after the other, so that [`MAX_LENGTH`] and
/// everything that can go wrong concern one of them alone; variables and the directory are carried on.
pub fn read_script(text: &Line, called: &Called, scene: &Scene) -> Script {
    let mut walker = walk::Walker::new(scene);
    if let Some(path) = &called.path {
        for name in ["0", "BASH_SOURCE"] {
            walker.set(name, Word::literal(path, Span::default()), false);
        }
    }
    walker.frame.arguments = called.arguments.as_ref().map(|arguments| {
        let word = |text: &Option<String>| match text {
            Some(text) => Word::literal(text, Span::default()),
            None => Word::unknown(Span::default()),
        };
        arguments.iter().map(word).collect()
    });
    let text = text.text();
    let mut words = 0;
    for command in cut::commands(text, scene.shell) {
        let before = walker.script.invocations.len();
        if before >= MAX_SCRIPT || words > MAX_SCRIPT_WORDS || walker.frame.vars.len() >= walk::MAX_VARIABLES
        {
            walker.frame.place = walk::Place::At(0);
            walker.gap(GapCause::TooLong, Span::new(command.start, text.len()));
            break;
        }
        walker.limit = before + walk::MAX_INVOCATIONS;
        walker.budget = walk::MAX_EXPANDED;
        walker.readings = walk::MAX_READINGS;
        walker.turns = walk::MAX_TURNS;
        walker.frame.place = walk::Place::At(command.start);
        walker.text(&text[command]);
        let made = &walker.script.invocations[before..];
        words += made.iter().map(|made| made.words.len() + made.assignments.len()).sum::<usize>();
    }
    walker.script
}

#[cfg(test)]
mod tests;
