//! Walks the tree and writes down every program call: what feeds it, where it runs, what it sees.

use super::function::MAX_CALLS;
use super::lexer::{self, assignment_name, is_assignment};
use super::tree::{Node, Raw, Redirection};
use super::variable::runs_a_command;
use super::{
    Assignment, Dir, Expansion, Feed, Gap, GapCause, HOLE, Host, Invocation, MAX_DEPTH, MAX_LENGTH, Redirect,
    Script, Span, Word, fish, grammar,
};
use crate::action::{Scene, Shell};
use std::rc::Rc;

/// Most program calls that are looked at in one line; the rest is a [`GapCause::TooLong`].
pub(super) const MAX_INVOCATIONS: usize = 4096;
/// Most bytes of values that are put into the words of one command, each as often as it is used.
pub(super) const MAX_EXPANDED: usize = 4 * 1024 * 1024;
/// Most bytes of the texts and words inside of which another is read: each level of a long one is read whole.
pub(super) const MAX_WITHIN: usize = 4 * MAX_LENGTH;
/// Most times that a function, an alias or a file is read in one line, however they call each other.
pub(super) const MAX_READINGS: usize = 512;
/// Most functions that a text may define; more are not known when they are called.
const MAX_FUNCTIONS: usize = 1024;
/// Most variables that a text may set.
pub(super) const MAX_VARIABLES: usize = 2048;
/// Most turns of loops in one command that are read each for itself.
pub(super) const MAX_TURNS: usize = 1024;
/// Most values of a `for` loop whose body is read for each.
const MAX_LOOP_VALUES: usize = 16;

pub(super) struct Walker<'s> {
    pub scene: &'s Scene,
    pub script: Script,
    pub frame: Frame,
    pub depth: usize,
    /// Aliases, functions and recalled lines that are being read, which are not read again inside.
    pub inside: Vec<String>,
    /// How many function bodies we are in. They were not typed here, so what is not known in them is no news.
    pub bodies: usize,
    /// How many calls may be written down.
    pub limit: usize,
    /// What is left of [`MAX_EXPANDED`].
    pub budget: usize,
    /// What is left of [`MAX_READINGS`].
    pub readings: usize,
    /// How many turns of loops may still be read each for itself.
    pub turns: usize,
    /// How many programs that run programs we are in.
    pub carried: usize,
    /// Bytes of all texts and words that we are inside of; at most [`MAX_WITHIN`].
    pub within: usize,
    /// Files that are being read, and how many bytes more may be.
    pub files: super::task::Files,
    /// Functions that the text defines, in order.
    pub functions: Vec<Function>,
    /// Aliases that the text defines, in order.
    pub aliases: Vec<(String, String)>,
    /// What the shell shall run at signals, which `kill $$` sends.
    pub traps: Vec<Word>,
    /// The text that is read, where it goes on behind a `cd` that may fail.
    pub goes_on: Option<Rc<str>>,
}

/// A function that the text defines.
pub(super) struct Function {
    pub name: String,
    pub body: Rc<Node<'static>>,
    /// Where the text stood in which it was defined.
    pub place: Place,
}

/// What a program call inherits from the text around it.
#[derive(Clone, Default)]
pub(super) struct Frame {
    /// Whose grammar the text is in: `sh -c` in a line of fish holds no fish.
    pub shell: Shell,
    pub place: Place,
    pub dir: Dir,
    pub vars: Vec<Variable>,
    pub via: Vec<&'static str>,
    pub host: Host,
    pub stdin: Feed,
    /// Expansions of the word that this text came from, when it was put together at run time.
    pub outer: Vec<Expansion>,
    /// After `set -a`: what is set is exported.
    pub exports_all: bool,
    /// `$1` and the others, where they are known: in a function.
    pub arguments: Option<Rc<[Word]>>,
}

/// How offsets in the text that is read map to the typed text.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// The text stands there as it is, from this byte on.
    At(usize),
    /// It stands there in another form, somewhere within these bytes.
    Within(Span),
}

impl Default for Place {
    fn default() -> Place {
        Place::At(0)
    }
}

/// A variable set in the line.
#[derive(Clone)]
pub(super) struct Variable {
    pub name: String,
    /// Its value, or that of its first element.
    pub value: Word,
    pub exported: bool,
    pub content: Content,
}

/// What a variable is.
#[derive(Clone, Default)]
pub(super) enum Content {
    /// One value.
    #[default]
    Value,
    /// An array, with the keys of its elements.
    Items(Rc<Vec<(String, Word)>>),
    /// Another name for the variable that the value names (`declare -n`).
    Reference,
}

impl<'s> Walker<'s> {
    pub(super) fn new(scene: &'s Scene) -> Walker<'s> {
        Walker {
            scene,
            script: Script::default(),
            frame: Frame { shell: scene.shell, ..Frame::default() },
            depth: 0,
            inside: Vec::new(),
            bodies: 0,
            limit: MAX_INVOCATIONS,
            budget: MAX_EXPANDED,
            readings: MAX_READINGS,
            turns: MAX_TURNS,
            carried: 0,
            within: 0,
            files: super::task::Files::default(),
            functions: Vec::new(),
            aliases: Vec::new(),
            traps: Vec::new(),
            goes_on: None,
        }
    }

    /// The span in the typed text of a range in the text that is read.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        match self.frame.place {
            Place::At(base) => Span::new(base + start, base + end),
            Place::Within(span) => span,
        }
    }

    pub(super) fn gap(&mut self, cause: GapCause, span: Span) {
        let cause = if self.bodies > 0 { GapCause::Dynamic } else { cause };
        let known = self.script.gaps.iter().any(|gap| gap.cause == cause && gap.span == span);
        if !known && self.script.gaps.len() < 64 {
            self.script.gaps.push(Gap { span, cause });
        }
    }

    /// Reads a text and returns the calls whose output is its output.
    pub(super) fn text(&mut self, text: &str) -> Vec<usize> {
        if self.depth >= MAX_DEPTH || self.within > MAX_WITHIN {
            self.gap(GapCause::TooDeep, self.span(0, text.len()));
            return Vec::new();
        }
        if text.len() > MAX_LENGTH {
            self.gap(GapCause::TooLong, self.span(0, text.len()));
            return Vec::new();
        }
        self.within += text.len();
        let made = if self.frame.shell == Shell::Fish { self.fish(text) } else { self.posix(text) };
        self.within -= text.len();
        made
    }

    fn posix(&mut self, text: &str) -> Vec<usize> {
        let lexed = lexer::lex(text);
        if let Some((cause, at)) = lexed.fault {
            self.gap(cause, self.span(at.min(text.len()), text.len()));
        }
        let readable = !lexed.is_simple && lexed.fault.is_none();
        let rewritten;
        let mut tree = if readable { grammar::parse(text) } else { None };
        if readable && tree.is_none() {
            rewritten = grammar::rewrite(text, &lexed.tokens);
            tree = rewritten.as_deref().and_then(grammar::parse);
        }
        let tree = tree.unwrap_or_else(|| {
            if readable {
                self.gap(GapCause::Grammar, self.span(0, text.len()));
            }
            match self.bodies > 0 && !lexed.is_simple {
                // The words of a function that is not understood are no ground for an alarm.
                true => Node::List(Vec::new()),
                false => lexer::simple(text, &lexed.tokens),
            }
        });
        let may_fail = self.scene.is_live() && text.contains("cd ") && text.contains([';', '\n', '|']);
        let outer = std::mem::replace(&mut self.goes_on, may_fail.then(|| Rc::from(text)));
        self.depth += 1;
        let made = self.node(&tree);
        self.depth -= 1;
        self.goes_on = outer;
        made
    }

    fn fish(&mut self, text: &str) -> Vec<usize> {
        let reading = fish::read(text);
        if let Some((cause, at)) = reading.fault {
            self.gap(cause, self.span(at.min(text.len()), text.len()));
            if self.bodies > 0 {
                return Vec::new();
            }
        }
        self.depth += 1;
        let made = self.node(&reading.tree);
        self.depth -= 1;
        made
    }

    /// Reads a text in a shell of its own, as a substitution or an inner script is.
    pub(super) fn inner(&mut self, text: &str, frame: Frame) -> Vec<usize> {
        let outer = std::mem::replace(&mut self.frame, frame);
        let made = self.text(text);
        self.frame = outer;
        made
    }

    pub(super) fn node(&mut self, node: &Node<'_>) -> Vec<usize> {
        match node {
            Node::Simple { words, redirections } => self.simple(words, redirections),
            Node::List(nodes) => nodes.iter().flat_map(|node| self.node(node)).collect(),
            Node::Words(words) => {
                for raw in words {
                    self.expand(raw);
                }
                Vec::new()
            }
            Node::Pipeline(stages) => self.pipeline(stages),
            Node::Define { name, body } => {
                if self.functions.len() < MAX_FUNCTIONS {
                    let (name, place) = (name.clone(), self.frame.place);
                    self.functions.push(Function { name, body: Rc::clone(body), place });
                }
                Vec::new()
            }
            Node::Array { name, append, items } => {
                self.array(name, *append, items);
                Vec::new()
            }
            Node::Subshell { body, redirections } => {
                let saved = self.frame.clone();
                let made = self.group(body, redirections);
                self.frame = saved;
                made
            }
            Node::Group { body, redirections } => self.group(body, redirections),
            Node::For { name, values, body, redirections } => {
                let values: Vec<Word> = values.iter().flat_map(|raw| self.expand(raw)).collect();
                let known = !values.is_empty()
                    && values.len() <= MAX_LOOP_VALUES.min(self.turns)
                    && values.iter().all(|word| word.known().is_some());
                if !known {
                    // One reading with a value that is not known, but with everything that flows into it.
                    let mut value = Word::unknown(self.span(0, 0));
                    value.expansions.extend(values.iter().flat_map(|word| word.expansions.clone()));
                    self.set(name, value, false);
                    return self.group(body, redirections);
                }
                let mut made = Vec::new();
                for mut value in values {
                    self.turns = self.turns.saturating_sub(1);
                    if value.glob {
                        // All turns of a pattern in one reading.
                        let pattern = std::mem::replace(&mut value.text, HOLE.to_string());
                        value.expansions.push(Expansion::Each(pattern));
                        value.glob = false;
                    }
                    self.set(name, value, false);
                    made.extend(self.group(body, redirections));
                }
                made
            }
        }
    }

    fn group(&mut self, body: &Node<'_>, redirections: &[Redirection<'_>]) -> Vec<usize> {
        let (feed, outputs) = self.redirections(redirections);
        let outer = feed.map(|feed| std::mem::replace(&mut self.frame.stdin, feed));
        self.depth += 1;
        let made = self.node(body);
        self.depth -= 1;
        if let Some(outer) = outer {
            self.frame.stdin = outer;
        }
        for &index in &made {
            self.script.invocations[index].redirects.extend(outputs.iter().cloned());
        }
        made
    }

    fn pipeline(&mut self, stages: &[Node<'_>]) -> Vec<usize> {
        let mut upstream: Option<Vec<usize>> = None;
        for stage in stages {
            let saved = self.frame.clone();
            if let Some(upstream) = &upstream {
                self.frame.stdin = Feed::Pipe(upstream.clone());
            }
            let made = self.node(stage);
            let ran = std::mem::replace(&mut self.frame, saved);
            if ran.shell == Shell::Fish {
                // Its builtins run in the shell itself, also in a pipe: `… | read x`.
                (self.frame.dir, self.frame.vars) = (ran.dir, ran.vars);
            }
            for index in upstream.into_iter().flatten() {
                self.script.invocations[index].piped_to = made.first().copied();
            }
            upstream = Some(made);
        }
        upstream.unwrap_or_default()
    }

    fn redirections(&mut self, redirections: &[Redirection<'_>]) -> (Option<Feed>, Vec<Redirect>) {
        let mut feed = None;
        let mut outputs = Vec::new();
        for redirection in redirections {
            match redirection {
                Redirection::Input(raw) => feed = Some(Feed::File(self.expand_one(raw))),
                Redirection::HereString(raw) => feed = Some(Feed::Text(self.expand_one(raw))),
                Redirection::HereDoc { body, expands } => {
                    feed = Some(Feed::Text(self.here_doc(body, *expands)));
                }
                Redirection::Output { target, append } => {
                    outputs.push(Redirect { target: self.expand_one(target), append: *append });
                }
            }
        }
        (feed, outputs)
    }

    /// A simple command: assignments, then a program with its words.
    fn simple(&mut self, words: &[Raw<'_>], redirections: &[Redirection<'_>]) -> Vec<usize> {
        // What stays of a reserved word when the grammar rejected the line, and the two that are no brackets.
        let reserved = |raw: &&Raw<'_>| {
            matches!(
                &*raw.text,
                "!" | "time"
                    | "{"
                    | "}"
                    | "if"
                    | "then"
                    | "else"
                    | "elif"
                    | "fi"
                    | "while"
                    | "until"
                    | "do"
                    | "done"
            )
        };
        let is_fish = self.frame.shell == Shell::Fish;
        let mut skipped = if is_fish { 0 } else { words.iter().take_while(reserved).count() };
        if skipped > 0 && words[skipped - 1].text == "time" {
            // `time -p`, which is no program's option.
            skipped += words[skipped..].iter().take_while(|raw| matches!(&*raw.text, "-p" | "--")).count();
        }
        let words = &words[skipped..];
        let sets = |raw: &Raw<'_>| is_assignment(raw.text.as_bytes());
        if words.iter().all(sets) {
            let made = words.iter().flat_map(|raw| self.assign(raw)).collect::<Vec<usize>>();
            let read = self.only_redirected(words, redirections);
            return if words.is_empty() { read } else { made };
        }

        let mut assignments = Vec::new();
        let mut rest = words;
        while let [raw, tail @ ..] = rest {
            let Some((name, value)) = assignment_name(raw.text.as_bytes()) else { break };
            assignments.push(self.assignment(raw, name, value));
            rest = tail;
        }
        if let Some(made) = self.alias(rest, redirections) {
            return made;
        }
        let mut expanded = Vec::with_capacity(rest.len());
        for raw in rest {
            self.expand_into(raw, &mut expanded);
        }
        self.globbed_program(&mut expanded);
        if self.frame.shell == Shell::Zsh
            && let Some(first) = expanded.first_mut()
            && first.text.len() > 1
            && first.text.starts_with('=')
        {
            // `=git` is the path of git.
            first.text.remove(0);
        }
        let (feed, redirects) = self.redirections(redirections);
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
        let span = self.span(first.start, last.end);
        if self.goes_on.is_some() && self.cannot_go(&expanded, last.end) {
            // The shell stays where it is, and so does the rest of the line.
            return self.push(Invocation { words: expanded, span, ..Invocation::default() });
        }
        if let Some(made) = self.function(&expanded, feed.as_ref(), &redirects, span) {
            return made;
        }
        if let Some(made) = self.recalled(&expanded, span) {
            return made;
        }
        self.call(expanded, assignments, feed, redirects, span)
    }

    /// Puts together a call and takes off its wrappers.
    pub(super) fn call(
        &mut self,
        words: Vec<Word>,
        assignments: Vec<Assignment>,
        feed: Option<Feed>,
        redirects: Vec<Redirect>,
        span: Span,
    ) -> Vec<usize> {
        if words.is_empty() {
            return Vec::new();
        }
        for set in &assignments {
            if runs_a_command(&set.name) {
                self.set_to_run(&set.name, &set.value);
            } else if set.name == "BASH_ENV" {
                // What it names is read before anything else.
                let words = vec![Word::literal(".", set.value.span), set.value.clone()];
                let (via, dir, host) =
                    (self.frame.via.clone(), self.frame.dir.clone(), self.frame.host.clone());
                self.unwrap(Invocation { words, via, dir, host, span, ..Invocation::default() });
            }
        }
        let exported = self.frame.vars.iter().filter(|variable| variable.exported);
        let mut visible: Vec<Assignment> = exported
            .map(|variable| Assignment { name: variable.name.clone(), value: fish::as_seen(&variable.value) })
            .collect();
        visible.extend(assignments);
        let calls_itself =
            !self.functions.is_empty() && words[0].known().is_some_and(|name| self.calls_itself(name));
        self.unwrap(Invocation {
            calls_itself,
            words,
            assignments: visible,
            env_files: Vec::new(),
            redirects,
            stdin: feed.unwrap_or_else(|| self.frame.stdin.clone()),
            piped_to: None,
            via: self.frame.via.clone(),
            dir: self.frame.dir.clone(),
            host: self.frame.host.clone(),
            span,
        })
    }

    /// `< file` with no program puts the file's content out, in `$(< file)` and in zsh; `> file` empties it.
    fn only_redirected(&mut self, words: &[Raw<'_>], redirections: &[Redirection<'_>]) -> Vec<usize> {
        let (feed, outputs) = self.redirections(redirections);
        match feed {
            // `> file` empties it, as `: > file` does.
            None if words.is_empty() && !outputs.is_empty() => {
                let span = outputs[0].target.span;
                self.call(vec![Word::literal(":", span)], Vec::new(), None, outputs, span)
            }
            Some(feed @ Feed::File(_)) if words.is_empty() => {
                let span = if let Feed::File(word) = &feed { word.span } else { Span::default() };
                self.call(vec![Word::literal("cat", span)], Vec::new(), Some(feed), Vec::new(), span)
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn push(&mut self, invocation: Invocation) -> Vec<usize> {
        if self.script.invocations.len() >= self.limit {
            let full = self.script.gaps.last().is_some_and(|gap| gap.cause == GapCause::TooLong);
            if !full {
                self.gap(GapCause::TooLong, invocation.span);
            }
            return Vec::new();
        }
        self.script.invocations.push(invocation);
        vec![self.script.invocations.len() - 1]
    }

    /// Takes one of the readings that are left; where none is, that is said.
    pub(super) fn take_reading(&mut self, span: Span) -> bool {
        match self.readings.checked_sub(1) {
            Some(rest) => {
                self.readings = rest;
                true
            }
            None => {
                self.gap(GapCause::TooLong, span);
                false
            }
        }
    }

    /// A text that the shell will run by itself, later: at its end, before its prompt.
    pub(super) fn deferred(&mut self, word: &Word, via: &'static str) -> Vec<usize> {
        let Some(text) = word.known().filter(|text| !text.is_empty()) else { return Vec::new() };
        let mut frame = self.frame.clone();
        frame.place = match (super::unwrap::verbatim(word), self.frame.place) {
            (Some(at), Place::At(_)) => Place::At(at),
            _ => Place::Within(word.span),
        };
        frame.via.push(via);
        frame.stdin = Feed::Inherited;
        self.inner(text, frame)
    }

    /// Expands an alias in command position and reads the result.
    fn alias(&mut self, words: &[Raw<'_>], redirections: &[Redirection<'_>]) -> Option<Vec<usize>> {
        let first = words.first()?;
        let own = self.aliases.iter().rev().chain(&self.scene.aliases);
        let (name, body) = own.into_iter().find(|(name, _)| *name == first.text)?.clone();
        if self.inside.contains(&name) || self.inside.len() >= MAX_CALLS {
            return None;
        }
        let last = words.last().unwrap_or(first);
        if !self.take_reading(self.span(first.start, last.end)) {
            return Some(Vec::new());
        }
        let mut line = body;
        for raw in &words[1..] {
            line.push(' ');
            line.push_str(&raw.text);
        }
        let mut frame = self.frame.clone();
        frame.place = Place::Within(self.span(first.start, last.end));
        let (feed, outputs) = self.redirections(redirections);
        if let Some(feed) = feed {
            frame.stdin = feed;
        }
        self.inside.push(name);
        let outer = std::mem::replace(&mut self.frame, frame);
        let made = self.text(&line);
        let inner = std::mem::replace(&mut self.frame, outer);
        // An alias runs in this shell: where it goes, the rest of the line goes.
        self.frame.dir = inner.dir;
        self.frame.vars = inner.vars;
        self.inside.pop();
        for &index in &made {
            self.script.invocations[index].redirects.extend(outputs.iter().cloned());
        }
        Some(made)
    }
}
