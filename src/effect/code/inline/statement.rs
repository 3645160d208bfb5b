//! Statements: imports, assignments, and what a call without brackets takes.

use super::act::Actor;
use super::token::{Kind, Language};
use super::value::{Argument, Value};
use crate::syntax::HOLE;

impl Actor<'_, '_> {
    /// Names that stand for each element of something: `for x in xs`, `xs.each { |x| … }`, `xs.forEach(x => …)`. They
    /// are known from the start, since a comprehension uses them before it names them.
    pub(super) fn loops(&mut self) {
        let count = self.code.tokens.len();
        for at in 0..count {
            let Some(name) = self.code.name(at) else { continue };
            // The element's name, and where what it is an element of begins and ends.
            let found = match (name, self.code.language) {
                ("for", Language::Python) if self.code.name(at + 2) == Some("in") => {
                    let from = at + 3;
                    let whole = self.statement_end(from);
                    let end =
                        (from..whole).find(|&at| matches!(self.code.name(at), Some("if" | "for" | "else")));
                    Some((at + 1, from, end.unwrap_or(whole)))
                }
                // `for root, dirs, files in os.walk(x)`
                ("for", Language::Python) if self.code.is(at + 2, ",") => {
                    let inside = (at + 3..(at + 10).min(count)).find(|&at| self.code.name(at) == Some("in"));
                    let walks = inside.filter(|&at| self.code.name(at + 3) == Some("walk"));
                    walks.map(|inside| (at + 1, inside + 1, self.code.chain(inside + 1).end))
                }
                ("unlink" | "rmtree" | "remove_tree", Language::Perl)
                    if matches!(self.code.name(at + 1), Some("for" | "foreach")) =>
                {
                    let rm = if name == "unlink" { "rm -f --" } else { "rm -rf --" };
                    let value = self.code.value(at + 2, self.statement_end(at + 2), 0);
                    self.files(rm, &[value]);
                    None
                }
                ("for", Language::JavaScript)
                    if self.code.is(at + 1, "(") && self.code.name(at + 4) == Some("of") =>
                {
                    Some((at + 3, at + 5, self.code.closing(at + 1)))
                }
                ("foreach", Language::Php) if self.code.is(at + 1, "(") => {
                    let close = self.code.closing(at + 1);
                    (at + 2..close)
                        .find(|&at| self.code.name(at) == Some("as"))
                        .map(|named| (close.saturating_sub(1).max(named), at + 2, named))
                }
                ("for" | "foreach", Language::Perl) => {
                    let named = if self.code.name(at + 1) == Some("my") { at + 2 } else { at + 1 };
                    let open = named + 1;
                    (self.code.name(named).is_some_and(|name| name.starts_with('$'))
                        && self.code.is(open, "("))
                    .then(|| (named, open + 1, self.code.closing(open)))
                }
                ("each" | "each_entry" | "each_child" | "map", Language::Ruby)
                    if (self.code.is(at + 1, "{") || self.code.name(at + 1) == Some("do"))
                        && self.code.is(at + 2, "|") =>
                {
                    Some((at + 3, self.statement_start(at), at.saturating_sub(1)))
                }
                // `import('fs').then(f => …)`
                ("then", Language::JavaScript) if self.code.is(at + 1, "(") => {
                    let start = self.statement_start(at);
                    let named = (at + 2..at + 4).find(|&at| self.code.name(at).is_some());
                    if let Some(named) = named.and_then(|named| self.code.name(named)).map(str::to_owned)
                        && self.code.name(start) == Some("import")
                    {
                        let chain = self.code.chain(start);
                        let module = self.code.full_name(chain.segments.get(..1).unwrap_or_default());
                        self.code.alias(&named, module);
                    }
                    None
                }
                ("forEach" | "map", Language::JavaScript) if self.code.is(at + 1, "(") => {
                    let named = (at + 2..at + 4).find(|&at| self.code.name(at).is_some());
                    named.map(|named| (named, self.statement_start(at), at.saturating_sub(1)))
                }
                _ => None,
            };
            if let Some((named, from, end)) = found
                && from < end
                && let Some(name) = self.code.name(named).map(str::to_owned)
                && let value @ (Value::Glob(_) | Value::Text(_) | Value::List(_)) =
                    self.code.value(from, end, 0)
            {
                let value = self.sifted(value, from, end);
                self.code.set(&name, value);
            }
        }
    }

    /// The elements that a loop goes through, from the tokens where they are named on: where a question is asked about
    /// each of them, all of a directory is only some of it.
    fn sifted(&self, value: Value, from: usize, end: usize) -> Value {
        let asks = |name: &str| {
            matches!(
                name,
                "if" | "unless" | "next" | "continue" | "filter" | "select" | "reject" | "grep" | "grepl"
            )
        };
        let to = (end + 32).min(self.code.tokens.len());
        let is_sifted = (from..to).any(|at| self.code.name(at).is_some_and(asks) || self.code.is(at, "&&"));
        match value {
            // Where it lies is worse than what it is called.
            Value::Glob(pattern) if is_sifted && !pattern.starts_with(['/', '~']) => {
                match pattern.strip_suffix('*') {
                    Some(base) => Value::Text(format!("{base}{HOLE}")),
                    None => Value::Glob(pattern),
                }
            }
            value => value,
        }
    }

    /// Where the statement begins that `at` stands in.
    fn statement_start(&self, at: usize) -> usize {
        let begins = |at: &usize| {
            self.code.kind(*at) == Some(Kind::End) || self.code.is(*at, "=") || self.code.is(*at, "{")
        };
        (0..at).rev().find(begins).map_or(0, |at| at + 1)
    }

    /// Imports and assignments; whether it was an import.
    pub(super) fn statement(&mut self, at: usize) -> bool {
        let name = self.code.name(at).unwrap_or_default().to_owned();
        match name.as_str() {
            // The second word of `from a import b` begins nothing.
            "import" if self.code.language == Language::Python && !self.begins(at) => return true,
            // `import {rmSync as rm} from "fs"`, `import os from "os"`
            "import" if self.code.language == Language::JavaScript && !self.code.is(at + 1, "(") => {
                self.imported(at);
                return false;
            }
            "import" | "from" if self.code.language == Language::Python => {
                self.import(at);
                return true;
            }
            "const" | "let" | "var" => {
                self.destructured(at);
                return false;
            }
            "for" | "foreach" => {
                if let Some(variable) = self.code.name(at + 1).map(str::to_owned)
                    && self.code.name(at + 2) == Some("in")
                {
                    let end = self.statement_end(at + 3);
                    let value = self.sifted(self.code.value(at + 3, end, 0), at + 3, end);
                    self.code.set(&variable, value);
                }
                // `[os.remove(f) for f in …]`: the variable stands behind its use.
                return false;
            }
            _ => {}
        }
        if self.code.is(at + 1, ".=") || self.code.is(at + 1, "+=") {
            let more = self.code.value(at + 2, self.statement_end(at + 2), 0);
            if let (Some(Value::Text(text)), Value::Text(more)) = (self.code.lookup(&name), more) {
                let whole = Value::Text(format!("{text}{more}"));
                self.code.set(&name, whole);
            }
        }
        if self.code.is(at + 1, "=") {
            let end = self.statement_end(at + 2);
            let value = self.code.value(at + 2, end, 0);
            let full = self.code.chain(at + 2);
            let loads = full.segments.first().is_some_and(|first| {
                matches!(first.name.as_str(), "require" | "__import__" | "import_module")
            });
            // `s = os.system; s('x')`
            let names = full.segments.len() > 1 && full.segments.iter().all(|one| one.arguments.is_none());
            if loads || names && end == full.end {
                let module = self.code.full_name(&full.segments);
                self.code.alias(&name, module);
            }
            self.code.set(&name, value);
        }
        false
    }

    /// Whether a statement begins at `at`.
    pub(super) fn begins(&self, at: usize) -> bool {
        at == 0 || self.code.kind(at - 1) == Some(Kind::End) || self.code.is(at - 1, ":")
    }

    /// The end of the statement that `at` stands in.
    pub(super) fn statement_end(&self, at: usize) -> usize {
        let mut end = at;
        while end < self.code.tokens.len() && self.code.kind(end) != Some(Kind::End) {
            match self.code.tokens[end].text.as_str() {
                "(" | "[" | "{" if self.code.kind(end) == Some(Kind::Sign) => end = self.code.closing(end),
                ")" | "]" | "}" | ":" if self.code.kind(end) == Some(Kind::Sign) => break,
                _ => {}
            }
            end += 1;
        }
        end.min(self.code.tokens.len())
    }

    /// `import a as b`, `from a import b as c, d`.
    pub(super) fn import(&mut self, at: usize) {
        let end = self.statement_end(at);
        let words: Vec<String> = (at..end).map(|at| self.code.tokens[at].text.clone()).collect();
        let import = words.iter().position(|word| word == "import").unwrap_or(words.len());
        let module: String =
            if import == 0 { String::new() } else { words.get(1..import).unwrap_or_default().concat() };
        for one in words.get(import + 1..).unwrap_or_default().split(|word| word == ",") {
            let named = one.iter().position(|word| word == "as");
            let full: String = one.get(..named.unwrap_or(one.len())).unwrap_or_default().concat();
            let name = named.and_then(|at| one.get(at + 1)).cloned().unwrap_or_else(|| full.clone());
            if module.is_empty() {
                if named.is_some() {
                    self.code.alias(&name, full);
                }
            } else {
                self.code.alias(&name, format!("{module}.{full}"));
            }
        }
    }

    pub(super) fn imported(&mut self, at: usize) {
        let end = self.statement_end(at);
        let Some(from) = (at..end).find(|&at| self.code.name(at) == Some("from")) else { return };
        let Some(token) = self.code.tokens.get(from + 1).cloned() else { return };
        let Value::Text(module) = self.code.text_of(&token, 0) else { return };
        let module = module.trim_start_matches("node:").replace('/', ".");
        let names: Vec<String> = (at + 1..from).map(|at| self.code.tokens[at].text.clone()).collect();
        for one in names.split(|word| matches!(word.as_str(), "," | "{" | "}")) {
            match one {
                [name] if names.len() == 1 => self.code.alias(name, module.clone()),
                [star, _, name] if star == "*" => self.code.alias(name, module.clone()),
                [name] => self.code.alias(name, format!("{module}.{name}")),
                [full, _, name] => self.code.alias(name, format!("{module}.{full}")),
                _ => {}
            }
        }
    }

    /// `const {rmSync: rm, execSync} = require('fs')`.
    pub(super) fn destructured(&mut self, at: usize) {
        if !self.code.is(at + 1, "{") {
            return;
        }
        let close = self.code.closing(at + 1);
        if !self.code.is(close + 1, "=") {
            return;
        }
        let chain = self.code.chain(close + 2);
        let module = self.code.full_name(&chain.segments);
        for one in self.code.split(at + 2, close) {
            let Some(name) = self.code.name(one.end.saturating_sub(1)).map(str::to_owned) else { continue };
            let full = one.key.clone().unwrap_or_else(|| name.clone());
            self.code.alias(&name, format!("{module}.{full}"));
        }
    }

    /// The arguments of a call that is written without brackets: `system "rm x"`, `unlink $f`.
    pub(super) fn bare_arguments(&self, from: usize) -> Vec<Argument> {
        let mut end = from;
        while end < self.code.tokens.len() && self.code.kind(end) != Some(Kind::End) {
            let token = &self.code.tokens[end];
            match (token.kind, token.text.as_str()) {
                (Kind::Sign, "(" | "[" | "{") => end = self.code.closing(end),
                (Kind::Sign, ")" | "]" | "}" | "|" | "||" | "&&")
                | (Kind::Name, "if" | "unless" | "for" | "foreach" | "or" | "and" | "while") => break,
                _ => {}
            }
            end += 1;
        }
        self.code.split(from, end.min(self.code.tokens.len()))
    }
}
