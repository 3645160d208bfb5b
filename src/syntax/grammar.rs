//! What the lexer alone cannot read: brush-parser's tree of bash, brought into ours.
//!
//! The only file that knows brush-parser. It recurses, so the lexer has bounded the nesting before.

use super::lexer::{Kind, Token};
use super::tree::{Node, Raw, Redirection};
use brush_parser::ast;
use brush_parser::{ParserOptions, SourceSpan, TokenizerOptions};
use std::borrow::Cow;
use std::rc::Rc;

/// The tree of the text, or nothing where the grammar rejects it.
pub(super) fn parse(text: &str) -> Option<Node<'_>> {
    // The uncached tokenizer: the other one keeps a table that a process of one line never reads again.
    let tokens = brush_parser::uncached_tokenize_str(text, &TokenizerOptions::default()).ok()?;
    let program = brush_parser::parse_tokens(&tokens, &ParserOptions::default()).ok()?;
    let offsets = if text.is_ascii() { None } else { Some(text.char_indices().map(|(at, _)| at).collect()) };
    let source = Source { text, offsets };
    Some(Node::List(program.complete_commands.iter().map(|list| source.list(list)).collect()))
}

/// Forms that brush-parser does not know, as others of the same length that it does, so that every offset
/// stays: `select` runs its body as `for` does, zsh's `&!` and `&|` are `&`, and zsh needs no `;` before `}`.
/// For texts that the grammar rejected.
pub(super) fn rewrite(text: &str, tokens: &[Token]) -> Option<String> {
    let mut out: Option<String> = None;
    let mut command_position = true;
    for token in tokens {
        let written = text.get(token.start..token.end).unwrap_or_default();
        let replacement = match (token.kind, written) {
            (Kind::Word, "select") if command_position => Some("for   "),
            (Kind::Background, "&!" | "&|") => Some("& "),
            (Kind::Word, "}") if !command_position && text[..token.start].ends_with(' ') => {
                out.get_or_insert_with(|| text.to_owned()).replace_range(token.start - 1..token.start, ";");
                None
            }
            _ => None,
        };
        if let Some(replacement) = replacement {
            out.get_or_insert_with(|| text.to_owned()).replace_range(token.start..token.end, replacement);
        }
        command_position = match token.kind {
            Kind::Semicolon | Kind::Background | Kind::AndOr | Kind::Pipe | Kind::Bracket => true,
            Kind::Word => command_position && matches!(written, "do" | "then" | "else" | "{" | "!" | "time"),
            _ => command_position,
        };
    }
    out
}

struct Source<'t> {
    text: &'t str,
    /// Byte offset of each character, where the two differ.
    offsets: Option<Vec<usize>>,
}

impl<'t> Source<'t> {
    fn byte(&self, index: usize) -> usize {
        match &self.offsets {
            None => index.min(self.text.len()),
            Some(offsets) => offsets.get(index).copied().unwrap_or(self.text.len()),
        }
    }

    fn raw(&self, word: &ast::Word) -> Raw<'t> {
        match &word.loc {
            Some(loc) => self.slice(&word.value, loc),
            None => Raw { text: Cow::Owned(word.value.clone()), start: 0, end: self.text.len() },
        }
    }

    /// The word as it stands in the text; brush drops line continuations from its own copy.
    fn slice(&self, value: &str, loc: &SourceSpan) -> Raw<'t> {
        let (start, end) = (self.byte(loc.start.index), self.byte(loc.end.index));
        match self.text.get(start..end) {
            Some(text) if !text.is_empty() => Raw { text: Cow::Borrowed(text), start, end },
            _ => Raw { text: Cow::Owned(value.to_owned()), start, end: end.max(start) },
        }
    }

    fn list(&self, list: &ast::CompoundList) -> Node<'t> {
        let items = list.0.iter().map(|ast::CompoundListItem(and_or, separator)| {
            let pipelines = and_or.iter().map(|(_, pipeline)| self.pipeline(pipeline)).collect();
            match separator {
                ast::SeparatorOperator::Async => {
                    Node::Subshell { body: Box::new(Node::List(pipelines)), redirections: Vec::new() }
                }
                ast::SeparatorOperator::Sequence => Node::List(pipelines),
            }
        });
        Node::List(items.collect())
    }

    fn pipeline(&self, pipeline: &ast::Pipeline) -> Node<'t> {
        let mut stages: Vec<Node<'t>> = pipeline.seq.iter().map(|command| self.command(command)).collect();
        match stages.len() {
            1 => stages.remove(0),
            _ => Node::Pipeline(stages),
        }
    }

    fn command(&self, command: &ast::Command) -> Node<'t> {
        match command {
            ast::Command::Simple(simple) => self.simple(simple),
            ast::Command::Compound(compound, redirects) => {
                self.compound(compound, redirects.as_ref().map_or(&[][..], |list| &list.0))
            }
            ast::Command::Function(function) => {
                let redirections = function.body.1.as_ref().map_or(&[][..], |list| &list.0);
                let body = self.compound(&function.body.0, redirections).into_owned(0);
                Node::Define { name: function.fname.value.clone(), body: Rc::new(body) }
            }
            ast::Command::ExtendedTest(test, _) => {
                let mut words = Vec::new();
                self.test(&test.expr, &mut words);
                Node::Words(words)
            }
        }
    }

    fn test(&self, expr: &ast::ExtendedTestExpr, words: &mut Vec<Raw<'t>>) {
        match expr {
            ast::ExtendedTestExpr::And(a, b) | ast::ExtendedTestExpr::Or(a, b) => {
                self.test(a, words);
                self.test(b, words);
            }
            ast::ExtendedTestExpr::Not(a) | ast::ExtendedTestExpr::Parenthesized(a) => self.test(a, words),
            ast::ExtendedTestExpr::UnaryTest(_, word) => words.push(self.raw(word)),
            ast::ExtendedTestExpr::BinaryTest(_, a, b) => words.extend([self.raw(a), self.raw(b)]),
        }
    }

    fn simple(&self, simple: &ast::SimpleCommand) -> Node<'t> {
        let mut words = Vec::new();
        let mut redirections = Vec::new();
        let mut arrays = Vec::new();
        let prefix = simple.prefix.iter().flat_map(|prefix| &prefix.0);
        let suffix = simple.suffix.iter().flat_map(|suffix| &suffix.0);
        for item in prefix {
            self.item(item, &mut words, &mut redirections, &mut arrays);
        }
        words.extend(simple.word_or_name.iter().map(|word| self.raw(word)));
        for item in suffix {
            self.item(item, &mut words, &mut redirections, &mut arrays);
        }
        let command = Node::Simple { words, redirections };
        if arrays.is_empty() {
            return command;
        }
        arrays.push(command);
        Node::List(arrays)
    }

    fn item(
        &self,
        item: &ast::CommandPrefixOrSuffixItem,
        words: &mut Vec<Raw<'t>>,
        redirections: &mut Vec<Redirection<'t>>,
        arrays: &mut Vec<Node<'t>>,
    ) {
        match item {
            ast::CommandPrefixOrSuffixItem::IoRedirect(redirect) => {
                redirections.extend(self.redirection(redirect));
            }
            ast::CommandPrefixOrSuffixItem::Word(word) => words.push(self.raw(word)),
            ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, word) => match &assignment.value {
                ast::AssignmentValue::Array(values) => {
                    let name = match &assignment.name {
                        ast::AssignmentName::VariableName(name)
                        | ast::AssignmentName::ArrayElementName(name, _) => name.clone(),
                    };
                    let item = |(key, word): &(Option<ast::Word>, ast::Word)| {
                        (key.as_ref().map(|key| self.raw(key)), self.raw(word))
                    };
                    let items = values.iter().map(item).collect();
                    arrays.push(Node::Array { name, append: assignment.append, items });
                }
                ast::AssignmentValue::Scalar(_) => words.push(self.raw(word)),
            },
            ast::CommandPrefixOrSuffixItem::ProcessSubstitution(kind, subshell) => {
                words.push(self.process(kind, subshell));
            }
        }
    }

    /// `<( … )` as a raw word, which the word reader takes apart again. Its place runs from the bracket on, so
    /// the sign in front of it is added.
    fn process(&self, kind: &ast::ProcessSubstitutionKind, subshell: &ast::SubshellCommand) -> Raw<'t> {
        let sign = match kind {
            ast::ProcessSubstitutionKind::Read => '<',
            ast::ProcessSubstitutionKind::Write => '>',
        };
        let (from, end) = (self.byte(subshell.loc.start.index), self.byte(subshell.loc.end.index));
        let start = self.text.get(..from).and_then(|before| before.rfind(sign)).unwrap_or(from);
        match self.text.get(start..end) {
            Some(text) if text.len() > 2 => Raw { text: Cow::Borrowed(text), start, end },
            _ => Raw { text: Cow::Owned(format!("{sign}{subshell}")), start, end },
        }
    }

    fn redirection(&self, redirect: &ast::IoRedirect) -> Option<Redirection<'t>> {
        use ast::IoFileRedirectKind as Kind;
        use ast::IoFileRedirectTarget as Target;
        Some(match redirect {
            ast::IoRedirect::File(_, kind, target) => {
                let target = match target {
                    Target::Filename(word) => self.raw(word),
                    Target::Fd(_) => return None,
                    Target::ProcessSubstitution(kind, subshell) => self.process(kind, subshell),
                    Target::Duplicate(word) => {
                        let raw = self.raw(word);
                        if raw.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
                            return None;
                        }
                        raw
                    }
                };
                match kind {
                    Kind::Read | Kind::DuplicateInput => Redirection::Input(target),
                    Kind::Append => Redirection::Output { target, append: true },
                    Kind::Write | Kind::ReadAndWrite | Kind::Clobber | Kind::DuplicateOutput => {
                        Redirection::Output { target, append: false }
                    }
                }
            }
            ast::IoRedirect::HereDocument(_, document) => {
                Redirection::HereDoc { body: self.raw(&document.doc), expands: document.requires_expansion }
            }
            ast::IoRedirect::HereString(_, word) => Redirection::HereString(self.raw(word)),
            ast::IoRedirect::OutputAndError(word, append) => {
                Redirection::Output { target: self.raw(word), append: *append }
            }
        })
    }

    /// `( ( … ) )`, which brush takes for a calculation too: one subshell in another.
    fn nested(&self, loc: &SourceSpan) -> Option<Node<'t>> {
        let (start, end) = (self.byte(loc.start.index), self.byte(loc.end.index));
        let inner = self.text.get(start..end)?.strip_prefix('(')?.strip_suffix(')')?;
        if inner.starts_with('(') {
            return None;
        }
        parse(inner).map(|node| node.into_owned(start + 1))
    }

    fn compound(&self, compound: &ast::CompoundCommand, redirects: &[ast::IoRedirect]) -> Node<'t> {
        let redirections: Vec<_> =
            redirects.iter().filter_map(|redirect| self.redirection(redirect)).collect();
        let body = match compound {
            ast::CompoundCommand::Subshell(subshell) => {
                return Node::Subshell { body: Box::new(self.list(&subshell.list)), redirections };
            }
            ast::CompoundCommand::ForClause(clause) => {
                return Node::For {
                    name: clause.variable_name.clone(),
                    values: clause.values.iter().flatten().map(|word| self.raw(word)).collect(),
                    body: Box::new(self.list(&clause.body.list)),
                    redirections,
                };
            }
            ast::CompoundCommand::Arithmetic(command) => match self.nested(&command.loc) {
                Some(node) => node,
                None => calculated(&command.expr),
            },
            ast::CompoundCommand::ArithmeticForClause(clause) => {
                let parts = [&clause.initializer, &clause.condition, &clause.updater];
                let mut nodes: Vec<_> = parts.into_iter().flatten().map(calculated).collect();
                nodes.push(self.list(&clause.body.list));
                Node::List(nodes)
            }
            ast::CompoundCommand::BraceGroup(group) => self.list(&group.list),
            ast::CompoundCommand::CaseClause(case) => {
                let mut nodes = vec![Node::Words(vec![self.raw(&case.value)])];
                nodes.extend(
                    case.cases.iter().filter_map(|item| item.cmd.as_ref()).map(|list| self.list(list)),
                );
                Node::List(nodes)
            }
            ast::CompoundCommand::IfClause(clause) => {
                let mut nodes = vec![self.list(&clause.condition), self.list(&clause.then)];
                for other in clause.elses.iter().flatten() {
                    nodes.extend(other.condition.as_ref().map(|list| self.list(list)));
                    nodes.push(self.list(&other.body));
                }
                Node::List(nodes)
            }
            ast::CompoundCommand::WhileClause(clause) | ast::CompoundCommand::UntilClause(clause) => {
                Node::List(vec![self.list(&clause.0), self.list(&clause.1.list)])
            }
            ast::CompoundCommand::Coprocess(coprocess) => self.command(&coprocess.body),
        };
        Node::Group { body: Box::new(body), redirections }
    }
}

/// What `(( … ))` calculates with may come from a program.
fn calculated<'t>(expression: &ast::UnexpandedArithmeticExpr) -> Node<'t> {
    let text = &expression.value;
    match text.contains("$(") || text.contains('`') {
        true => Node::Words(vec![Raw { text: Cow::Owned(format!("\"{text}\"")), start: 0, end: 0 }]),
        false => Node::List(Vec::new()),
    }
}
