//! fish: its grammar, brought into our tree.
//!
//! fish refuses a whole line that it cannot parse. We read on past what is wrong all the same: another version
//! of fish may know the form.

mod expand;
mod lexer;
mod variable;

pub(super) use variable::as_seen;

use super::lexer::{Kind, Token, assignment_name};
use super::tree::{Node, Raw, Redirection};
use super::{GapCause, MAX_DEPTH};
use lexer::Fault;
use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

/// What was read, and the first thing that fish would not accept.
pub(super) struct Reading<'t> {
    pub tree: Node<'t>,
    pub fault: Option<Fault>,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Reading<'_> {
    let (tokens, fault) = lexer::lex(text);
    let mut parser = Parser { text, tokens, at: 0, fault, depth: 0 };
    let tree = Node::List(parser.list(Block::None));
    Reading { tree, fault: parser.fault }
}

/// The complete commands of a script, in order; together they are the whole text.
pub(super) fn commands(text: &str) -> Vec<Range<usize>> {
    let (tokens, fault) = lexer::lex(text);
    let mut cuts = Vec::new();
    let (mut start, mut open) = (0, 0usize);
    let mut begins = true;
    let mut waits = false;
    for token in &tokens {
        let written = text.get(token.start..token.end).unwrap_or_default();
        match token.kind {
            Kind::Semicolon if written == "\n" && open == 0 && !waits => {
                cuts.push(start..token.end);
                start = token.end;
                begins = true;
            }
            Kind::Semicolon | Kind::Background => begins = true,
            Kind::AndOr | Kind::Pipe => (begins, waits) = (true, true),
            Kind::Word if begins => {
                waits = false;
                match written {
                    "if" | "while" | "begin" | "{" => open += 1,
                    "for" | "function" | "switch" => {
                        open += 1;
                        begins = false;
                    }
                    "end" | "}" => {
                        open = open.saturating_sub(1);
                        begins = false;
                    }
                    "and" | "or" | "not" | "!" | "time" => {}
                    word if assignment_name(word.as_bytes()).is_some() => {}
                    // The `if` of `else if` has no end of its own.
                    _ => begins = false,
                }
            }
            _ => {}
        }
    }
    if start < text.len() || fault.is_some() {
        cuts.push(start..text.len());
    }
    cuts.retain(|cut| !cut.is_empty());
    cuts
}

/// The block whose end a list waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    /// `begin`, loops, functions, and what follows `else`.
    Plain,
    /// `if`: `else` ends its list too.
    If,
    /// `switch`: `case` ends its list too.
    Switch,
    /// `{ …; }`
    Braces,
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    fault: Option<Fault>,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn written(&self, token: &Token) -> &'t str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// The word that comes next.
    fn word(&self) -> Option<&'t str> {
        self.tokens.get(self.at).filter(|token| token.kind == Kind::Word).map(|token| self.written(token))
    }

    fn take(&mut self) -> Option<Raw<'t>> {
        let token = *self.tokens.get(self.at).filter(|token| token.kind == Kind::Word)?;
        self.at += 1;
        Some(Raw { text: Cow::Borrowed(self.written(&token)), start: token.start, end: token.end })
    }

    fn wrong(&mut self, cause: GapCause) {
        let at = self.tokens.get(self.at).map_or(self.text.len(), |token| token.start);
        self.fault.get_or_insert((cause, at));
    }

    /// Something has to stand here that begins a command.
    fn needs_command(&mut self) {
        if self.kind() != Some(Kind::Word) {
            self.wrong(GapCause::Grammar);
        }
    }

    fn skip_newlines(&mut self) {
        while self.tokens.get(self.at).is_some_and(|token| self.written(token) == "\n") {
            self.at += 1;
        }
    }

    /// Commands up to what ends the block, which is left standing.
    fn list(&mut self, block: Block) -> Vec<Node<'t>> {
        let mut list = Vec::new();
        self.depth += 1;
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Semicolon => self.at += 1,
                Kind::Word => {
                    let ends = match self.word() {
                        Some("end") => matches!(block, Block::Plain | Block::If | Block::Switch),
                        Some("else") => block == Block::If,
                        Some("case") => block == Block::Switch,
                        Some("}") => block == Block::Braces,
                        _ => false,
                    };
                    if ends || self.depth > MAX_DEPTH {
                        break;
                    }
                    if matches!(self.word(), Some("end" | "else" | "case" | "}")) {
                        self.wrong(GapCause::Grammar);
                        self.at += 1;
                        continue;
                    }
                    self.job(&mut list);
                }
                _ => {
                    self.wrong(GapCause::Grammar);
                    self.at += 1;
                }
            }
        }
        if self.depth > MAX_DEPTH {
            // What is left has no place in the tree, so it is not read at all.
            self.wrong(GapCause::TooDeep);
            self.at = self.tokens.len();
        }
        self.depth -= 1;
        list
    }

    /// Pipelines that `&&` and `||` join, up to what ends the command.
    fn job(&mut self, list: &mut Vec<Node<'t>>) {
        loop {
            let pipeline = self.pipeline();
            match self.kind() {
                Some(Kind::Background) => {
                    self.at += 1;
                    let body = Box::new(pipeline);
                    list.push(Node::Subshell { body, redirections: Vec::new() });
                    return;
                }
                Some(Kind::AndOr) => {
                    list.push(pipeline);
                    self.at += 1;
                    self.skip_newlines();
                    self.needs_command();
                    if self.kind() != Some(Kind::Word) {
                        return;
                    }
                }
                kind => {
                    list.push(pipeline);
                    if !matches!(kind, None | Some(Kind::Semicolon)) && self.word() != Some("}") {
                        self.wrong(GapCause::Grammar);
                    }
                    return;
                }
            }
        }
    }

    fn pipeline(&mut self) -> Node<'t> {
        let mut stages = Vec::new();
        let mut executes = false;
        loop {
            let first = stages.is_empty();
            while let Some(word @ ("and" | "or" | "not" | "!" | "time")) = self.word() {
                if self.asks_for_help() {
                    break;
                }
                if !first && !matches!(word, "not" | "!") {
                    self.wrong(GapCause::Grammar);
                }
                self.at += 1;
                if !matches!(word, "not" | "!") {
                    self.needs_command();
                }
            }
            executes |= self.word() == Some("exec");
            if executes && (!first || self.kind() == Some(Kind::Pipe)) {
                self.wrong(GapCause::Grammar);
            }
            stages.push(self.statement());
            if self.kind() != Some(Kind::Pipe) {
                break;
            }
            if executes {
                self.wrong(GapCause::Grammar);
            }
            self.at += 1;
            self.skip_newlines();
            self.needs_command();
            if self.kind() != Some(Kind::Word) {
                break;
            }
        }
        match stages.len() {
            1 => stages.swap_remove(0),
            _ => Node::Pipeline(stages),
        }
    }

    /// `if --help` is a command like any other.
    fn asks_for_help(&self) -> bool {
        self.tokens
            .get(self.at + 1)
            .is_some_and(|next| next.kind == Kind::Word && matches!(self.written(next), "-h" | "--help"))
    }

    fn statement(&mut self) -> Node<'t> {
        let mut set = Vec::new();
        while let Some(word) = self.word().filter(|word| is_assignment(word)) {
            set.extend(self.take().map(|raw| (raw, word.find('=').unwrap_or_default())));
        }
        let keyword = self.word().filter(|_| !self.asks_for_help()).and_then(Parser::block);
        let Some(block) = keyword else {
            let words = set.into_iter().map(|(raw, _)| raw).collect();
            return self.simple(words);
        };
        let block = block(self);
        if set.is_empty() {
            return block;
        }
        // `X=1 begin; …; end` is `begin; set -lx X 1; …; end`.
        let mut list: Vec<Node<'t>> = set.into_iter().map(|(raw, equals)| exported(&raw, equals)).collect();
        list.push(block);
        Node::Subshell { body: Box::new(Node::List(list)), redirections: Vec::new() }
    }

    /// What reads the block that begins with this word.
    fn block(word: &str) -> Option<fn(&mut Parser<'t>) -> Node<'t>> {
        Some(match word {
            "begin" => |parser| {
                parser.at += 1;
                let body = Node::List(parser.list(Block::Plain));
                parser.end(body)
            },
            "{" => |parser| {
                parser.at += 1;
                let body = Node::List(parser.list(Block::Braces));
                parser.end(body)
            },
            "if" => Parser::conditional,
            "while" => |parser| {
                parser.at += 1;
                parser.needs_command();
                let body = Node::List(parser.list(Block::Plain));
                parser.end(body)
            },
            "for" => Parser::each,
            "switch" => Parser::switch,
            "function" => Parser::function,
            _ => return None,
        })
    }

    /// The `end` of a block, and the redirections behind it.
    fn end(&mut self, body: Node<'t>) -> Node<'t> {
        let redirections = self.close();
        Node::Group { body: Box::new(body), redirections }
    }

    fn close(&mut self) -> Vec<Redirection<'t>> {
        if !matches!(self.word(), Some("end" | "}")) {
            self.wrong(GapCause::Unbalanced);
            return Vec::new();
        }
        self.at += 1;
        let mut redirections = Vec::new();
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Word if self.word() == Some("}") => break,
                Kind::Word => {
                    self.wrong(GapCause::Grammar);
                    self.at += 1;
                }
                kind if redirects(kind) => self.redirection(kind, &mut redirections),
                _ => break,
            }
        }
        redirections
    }

    fn conditional(&mut self) -> Node<'t> {
        let mut list = Vec::new();
        loop {
            // `if`
            self.at += 1;
            self.needs_command();
            if self.kind() == Some(Kind::Word) {
                let before = list.len();
                self.job(&mut list);
                if matches!(list.get(before), Some(Node::Subshell { .. })) {
                    let at = self.tokens.get(self.at.saturating_sub(1)).map_or(0, |token| token.start);
                    self.fault.get_or_insert((GapCause::Grammar, at));
                }
            }
            list.extend(self.list(Block::If));
            if self.word() != Some("else") {
                break;
            }
            self.at += 1;
            if self.word() != Some("if") {
                list.extend(self.list(Block::Plain));
                break;
            }
        }
        self.end(Node::List(list))
    }

    fn each(&mut self) -> Node<'t> {
        self.at += 1;
        let name = self.take().map_or_else(String::new, |raw| raw.text.into_owned());
        if self.word() == Some("in") {
            self.at += 1;
        } else {
            self.wrong(GapCause::Grammar);
        }
        let values = self.words();
        let body = Box::new(Node::List(self.list(Block::Plain)));
        let redirections = self.close();
        Node::For { name, values, body, redirections }
    }

    fn switch(&mut self) -> Node<'t> {
        self.at += 1;
        let subject = self.words();
        if subject.len() != 1 {
            self.wrong(GapCause::Grammar);
        }
        let mut list = vec![Node::Words(subject)];
        let before = self.list(Block::Switch);
        if !before.is_empty() {
            self.wrong(GapCause::Grammar);
            list.extend(before);
        }
        while self.word() == Some("case") {
            self.at += 1;
            list.push(Node::Words(self.words()));
            list.extend(self.list(Block::Switch));
        }
        self.end(Node::List(list))
    }

    fn function(&mut self) -> Node<'t> {
        self.at += 1;
        self.needs_command();
        let words = self.words();
        let name = words.first().map_or_else(String::new, |raw| raw.text.clone().into_owned());
        let body = Box::new(Node::List(self.list(Block::Plain)));
        let redirections = self.close();
        let body = Rc::new(Node::Group { body, redirections }.into_owned(0));
        Node::List(vec![Node::Words(words), Node::Define { name, body }])
    }

    /// The words up to the end of the line.
    fn words(&mut self) -> Vec<Raw<'t>> {
        let mut words = Vec::new();
        while let Some(raw) = self.take() {
            words.push(raw);
        }
        if !matches!(self.kind(), None | Some(Kind::Semicolon)) {
            self.wrong(GapCause::Grammar);
        }
        words
    }

    fn simple(&mut self, mut words: Vec<Raw<'t>>) -> Node<'t> {
        let assigned = words.len();
        let mut redirections = Vec::new();
        if self.word().is_some_and(holds_substitution) {
            self.wrong(GapCause::Grammar);
        }
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Word if self.word() == Some("}") => break,
                Kind::Word => match self.word() {
                    // fish 2 wrote errors this way; nothing else is meant by it today.
                    Some("^/dev/null") => self.at += 1,
                    _ => words.extend(self.take()),
                },
                kind if redirects(kind) => {
                    if words.len() == assigned {
                        self.wrong(GapCause::Grammar);
                    }
                    self.redirection(kind, &mut redirections);
                }
                _ => break,
            }
        }
        if assigned > 0 && words.len() == assigned {
            self.wrong(GapCause::Grammar);
        }
        Node::Simple { words, redirections }
    }

    fn redirection(&mut self, kind: Kind, redirections: &mut Vec<Redirection<'t>>) {
        self.at += 1;
        let Some(target) = self.take() else { return self.wrong(GapCause::Grammar) };
        match kind {
            Kind::Input => redirections.push(Redirection::Input(target)),
            // `2>&1` duplicates a descriptor; whatever stands there may still run something.
            Kind::Duplicate if !target.text.contains(['(', '$']) => {}
            kind => redirections.push(Redirection::Output { target, append: kind == Kind::Append }),
        }
    }
}

fn redirects(kind: Kind) -> bool {
    matches!(kind, Kind::Input | Kind::Output | Kind::Append | Kind::Duplicate)
}

/// `NAME=…`
fn is_assignment(word: &str) -> bool {
    assignment_name(word.as_bytes()).is_some_and(|(name, value)| value == name + 1)
}

/// `set -x NAME value` for `NAME=value`.
fn exported<'t>(raw: &Raw<'t>, equals: usize) -> Node<'t> {
    let word = |text: String| Raw { text: Cow::Owned(text), start: raw.start, end: raw.end };
    let (name, value) = raw.text.split_at(equals);
    let words = ["set", "-x", name, value.strip_prefix('=').unwrap_or_default()];
    let words = words.iter().filter(|text| !text.is_empty()).map(|text| word((*text).to_owned())).collect();
    Node::Simple { words, redirections: Vec::new() }
}

/// A command substitution, which cannot name a command.
fn holds_substitution(word: &str) -> bool {
    let bytes = word.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'(' => return true,
            b'\\' => at + 2,
            b'\'' => lexer::closed(bytes, at),
            b'"' => {
                let end = lexer::closed(bytes, at);
                if word.get(at..end).is_some_and(|quoted| quoted.contains("$(")) {
                    return true;
                }
                end
            }
            _ => at + 1,
        };
    }
    false
}
