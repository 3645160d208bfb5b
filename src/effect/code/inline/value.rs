//! What an expression stands for, as far as it can be known without running it: texts that are put together, lists,
//! variables, and where content comes from.

use super::token::{Kind, Language, Part, Token, tokens};
use crate::effect::Call;
use crate::effect::code::decode::{Encoding, decode};
use crate::syntax::HOLE;
use std::cell::Cell;

/// How deep expressions in expressions are followed.
const MAX_DEPTH: usize = 12;
/// Most expressions that are looked at in one piece of code.
const MAX_EXPRESSIONS: usize = 20_000;

/// The value of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing is known.
    Unknown,
    /// A text; parts that are not known are [`HOLE`]s.
    Text(String),
    /// Files that fit a pattern.
    Glob(String),
    /// Several values.
    List(Vec<Value>),
    /// The content of a file.
    File(String),
    /// One environment variable.
    Variable(String),
    /// The whole environment.
    Environment,
    /// What an address answers.
    Fetched(String),
}

impl Value {
    /// The texts in it, one after the other.
    pub fn texts(&self) -> Vec<(String, bool)> {
        match self {
            Value::Text(text) => vec![(text.clone(), false)],
            Value::Glob(pattern) => vec![(pattern.clone(), true)],
            Value::List(values) => values.iter().flat_map(Value::texts).collect(),
            _ => Vec::new(),
        }
    }

    /// As a part of a text.
    pub fn piece(&self) -> String {
        match self {
            Value::Text(text) | Value::Glob(text) => text.clone(),
            _ => HOLE.to_string(),
        }
    }
}

/// One argument of a call.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    /// `name=`, `name:`
    pub key: Option<String>,
    pub start: usize,
    pub end: usize,
}

/// One name in a chain, with what it is called with.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub name: String,
    pub arguments: Option<Vec<Argument>>,
    /// The tokens inside `[…]` or `{…}` behind it.
    pub index: Option<(usize, usize)>,
}

/// `os.environ['X']`, `Path('x').unlink()`, `require('fs').rmSync('x')`.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub segments: Vec<Segment>,
    pub end: usize,
}

/// The code and what its names stand for.
pub(super) struct Code<'a> {
    pub tokens: Vec<Token>,
    pub language: Language,
    pub call: Call<'a>,
    variables: Vec<(String, Value)>,
    /// Names for modules and their functions: `import os as o`, `const {rmSync} = require('fs')`.
    aliases: Vec<(String, String)>,
    /// For each opening bracket the place of the one that closes it.
    closings: Vec<usize>,
    /// How many expressions may still be looked at.
    patience: Cell<usize>,
}

impl<'a> Code<'a> {
    pub fn new(text: &str, language: Language, call: Call<'a>) -> Code<'a> {
        let tokens = tokens(text, language);
        let mut closings = vec![tokens.len(); tokens.len()];
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Sign) {
            match token.text.as_str() {
                "(" | "[" | "{" => open.push(at),
                ")" | "]" | "}" => {
                    if let Some(start) = open.pop() {
                        closings[start] = at;
                    }
                }
                _ => {}
            }
        }
        let patience = Cell::new(MAX_EXPRESSIONS);
        Code { tokens, language, call, variables: Vec::new(), aliases: Vec::new(), closings, patience }
    }

    pub fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.text == text && token.kind != Kind::Text)
    }

    pub fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    pub fn name(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).filter(|token| token.kind == Kind::Name).map(|token| token.text.as_str())
    }

    /// Whether the token joins a name to the one before it.
    pub fn is_member_sign(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            token.kind == Kind::Sign
                && match self.language {
                    Language::Perl => matches!(token.text.as_str(), "->" | "::" | ":"),
                    Language::Php => matches!(token.text.as_str(), "->" | "::" | "\\"),
                    _ => matches!(token.text.as_str(), "." | "?." | "::"),
                }
        })
    }

    /// Where the bracket that opens at `at` closes; the end of the code where it does not.
    pub fn closing(&self, at: usize) -> usize {
        self.closings.get(at).copied().unwrap_or(self.tokens.len())
    }

    /// Splits a range at its commas.
    pub fn split(&self, start: usize, end: usize) -> Vec<Argument> {
        let mut arguments = Vec::new();
        let mut from = start;
        let mut at = start;
        let is_perl = self.language == Language::Perl;
        while at <= end {
            // What makes a text takes all that follows: `exec pack "H*", "…"`.
            if is_perl && at < end && self.is_bare_maker(at) {
                at = end;
            }
            let ends = at == end || self.is(at, ",");
            if ends {
                if from < at {
                    let keyed = self.name(from).is_some()
                        && (self.is(from + 1, "=") || self.is(from + 1, ":") || self.is(from + 1, "=>"));
                    let key = self.name(from).filter(|_| keyed).map(str::to_owned);
                    arguments.push(Argument { start: if keyed { from + 2 } else { from }, end: at, key });
                }
                from = at + 1;
            } else if self.kind(at) == Some(Kind::Sign)
                && matches!(self.tokens[at].text.as_str(), "(" | "[" | "{")
            {
                at = self.closing(at).min(end.saturating_sub(1)).max(at);
            }
            at += 1;
            if arguments.len() > 256 {
                break;
            }
        }
        arguments
    }

    /// A call of Perl, without brackets, of what makes a text out of others.
    fn is_bare_maker(&self, at: usize) -> bool {
        self.language == Language::Perl
            && matches!(self.kind(at + 1), Some(Kind::Text | Kind::Name))
            && matches!(
                self.name(at),
                Some("pack" | "decode_base64" | "reverse" | "join" | "sprintf" | "lc" | "uc")
            )
    }

    /// The chain of names that begins at `at`.
    pub fn chain(&self, at: usize) -> Chain {
        let mut segments = Vec::new();
        let mut at = at;
        while let Some(name) = self.name(at).filter(|_| segments.len() < 16) {
            let mut segment = Segment { name: name.to_owned(), arguments: None, index: None };
            at += 1;
            if self.is(at, "(") {
                let end = self.closing(at);
                segment.arguments = Some(self.split(at + 1, end));
                at = end + 1;
            }
            // Perl's and Ruby's calls without brackets, of what makes a text: `pack "H*", "…"`.
            if self.is_bare_maker(at - 1) {
                let ends = |at: &usize| {
                    self.kind(*at) == Some(Kind::End) || [")", "}", "]"].iter().any(|sign| self.is(*at, sign))
                };
                let end = (at..self.tokens.len()).find(ends).unwrap_or(self.tokens.len());
                segment.arguments = Some(self.split(at, end));
                at = end;
            }
            let braces = self.language == Language::Perl && segment.name.starts_with('$');
            if self.is(at, "[") || braces && self.is(at, "{") {
                let end = self.closing(at);
                segment.index = Some((at + 1, end));
                at = end + 1;
            }
            segments.push(segment);
            let sign = at;
            while self.is_member_sign(at) {
                at += 1;
            }
            if at == sign || self.name(at).is_none() {
                at = sign;
                break;
            }
        }
        Chain { segments, end: at }
    }

    pub fn set(&mut self, name: &str, value: Value) {
        if self.variables.len() < 256 {
            self.variables.push((name.to_owned(), value));
        }
    }

    pub fn alias(&mut self, name: &str, stands_for: String) {
        if self.aliases.len() < 256 {
            self.aliases.push((name.to_owned(), stands_for));
        }
    }

    pub fn lookup(&self, name: &str) -> Option<&Value> {
        self.variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The full name of the first segments of a chain: modules by their true names.
    pub fn full_name(&self, segments: &[Segment]) -> String {
        let mut full = String::new();
        for (at, segment) in segments.iter().enumerate() {
            let loads =
                matches!(segment.name.as_str(), "require" | "__import__" | "import" | "import_module");
            let module = segment.arguments.as_ref().filter(|_| loads).and_then(|arguments| arguments.first());
            let module = module.map(|argument| self.value(argument.start, argument.end, 0).piece());
            let name = match module {
                Some(module) => module.strip_prefix("node:").unwrap_or(&module).replace('/', "."),
                None if at == 0 => {
                    let alias = self.aliases.iter().rev().find(|(known, _)| *known == segment.name);
                    // PHP calls what a variable names: `$f('x')`.
                    let held = || match self.lookup(&segment.name) {
                        Some(Value::Text(name))
                            if segment.name.starts_with('$') && segment.arguments.is_some() =>
                        {
                            Some(name.clone())
                        }
                        _ => None,
                    };
                    alias.map(|(_, full)| full.clone()).or_else(held).unwrap_or_else(|| segment.name.clone())
                }
                None => segment.name.clone(),
            };
            if at > 0 {
                full.push('.');
            }
            full.push_str(&name);
        }
        full
    }

    /// The value of an argument by place.
    pub fn argument(&self, arguments: &[Argument], at: usize) -> Value {
        let plain = arguments.iter().filter(|argument| argument.key.is_none()).nth(at);
        plain.map_or(Value::Unknown, |argument| self.value(argument.start, argument.end, 0))
    }

    /// The value of a string.
    pub fn text_of(&self, token: &Token, depth: usize) -> Value {
        let mut text = String::new();
        let mut files = false;
        let mut before: Vec<Value> = Vec::new();
        for part in &token.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Code(code) if depth < MAX_DEPTH => {
                    let mut inner = Code::new(code, self.language, self.call);
                    inner.variables.clone_from(&self.variables);
                    match inner.value(0, inner.tokens.len(), MAX_DEPTH / 2 + depth) {
                        Value::Variable(name) => text.push_str(&self.variable_text(&name)),
                        Value::Glob(pattern) => {
                            files = true;
                            text = within(&text, &pattern);
                        }
                        // `f"{home}/{name}"` for several names.
                        value @ Value::List(_) => {
                            before.push(Value::Text(std::mem::take(&mut text)));
                            before.push(value);
                        }
                        value => text.push_str(&value.piece()),
                    }
                }
                Part::Code(_) => text.push(HOLE),
            }
        }
        if !before.is_empty() {
            before.push(Value::Text(text));
            return spread(&before, "").unwrap_or_else(|| Value::Text(concatenated(&before)));
        }
        if files { Value::Glob(text) } else { Value::Text(text) }
    }

    /// What an environment variable holds, where that is known.
    fn variable_text(&self, name: &str) -> String {
        self.call.invocation.var(name, self.call.scene).unwrap_or_else(|| HOLE.to_string())
    }

    /// The value of an expression.
    pub fn value(&self, start: usize, end: usize, depth: usize) -> Value {
        let end = end.min(self.tokens.len());
        let Some(left) = self.patience.get().checked_sub(1).filter(|_| depth <= MAX_DEPTH) else {
            return Value::Unknown;
        };
        self.patience.set(left);
        let mut pieces: Vec<Value> = Vec::new();
        let mut at = start;
        while at < end && pieces.len() < 64 {
            let token = &self.tokens[at];
            match (token.kind, token.text.as_str()) {
                (Kind::Text, _) => {
                    let text = self.text_of(token, depth);
                    let (value, next) = match self.reversed(&text, at + 1) {
                        Some(turned) => turned,
                        None => self.methods(text, at + 1, depth),
                    };
                    pieces.push(value);
                    at = next;
                    if self.is(at, "%") && self.language == Language::Python {
                        // `'rm -rf %s' % x`: the values are put in one after the other.
                        let values = self.value(at + 1, end, depth + 1);
                        let list = if let Value::List(values) = values { values } else { vec![values] };
                        return Value::Text(filled(&concatenated(&pieces), &list));
                    }
                }
                (Kind::Name, "await" | "new" | "my" | "not" | "scalar") => at += 1,
                (Kind::Name, _) => {
                    let chain = self.chain(at);
                    pieces.push(self.chain_value(&chain.segments, depth));
                    at = chain.end.max(at + 1);
                }
                (Kind::Other, number) => {
                    pieces.push(Value::Text(number.to_owned()));
                    at += 1;
                }
                (Kind::Sign, "(" | "[") => {
                    let close = self.closing(at).min(end);
                    let inner = self.split(at + 1, close);
                    let list = token.text == "[" || inner.len() > 1;
                    let value = if list {
                        Value::List(
                            inner.iter().map(|one| self.value(one.start, one.end, depth + 1)).collect(),
                        )
                    } else {
                        self.value(at + 1, close, depth + 1)
                    };
                    let (value, next) = self.methods(value, close + 1, depth);
                    pieces.push(value);
                    at = next;
                }
                (Kind::Sign, "+" | "*" | "\\") => at += 1,
                (Kind::Sign, ".") if matches!(self.language, Language::Perl | Language::Php) => at += 1,
                (Kind::Sign, "." | "..") if self.language == Language::Lua => at += 1,
                // pathlib's `base / 'name'`
                (Kind::Sign, "/") if self.language == Language::Python => {
                    pieces.push(Value::Text("/".to_owned()));
                    at += 1;
                }
                (Kind::Sign, ",") if at > start => {
                    let parts = self.split(start, end);
                    return Value::List(
                        parts.iter().map(|one| self.value(one.start, one.end, depth + 1)).collect(),
                    );
                }
                _ => break,
            }
        }
        let carried = pieces.iter().find(|piece| {
            matches!(piece, Value::File(_) | Value::Variable(_) | Value::Environment | Value::Fetched(_))
        });
        // `['rm'] + ['-rf', x]`
        if pieces.len() > 1 && pieces.iter().all(|piece| matches!(piece, Value::List(_))) {
            let lists = pieces.into_iter().flat_map(|piece| match piece {
                Value::List(values) => values,
                _ => Vec::new(),
            });
            return Value::List(lists.collect());
        }
        match (pieces.as_slice(), carried) {
            ([], _) => Value::Unknown,
            ([only], _) => only.clone(),
            (_, Some(carried)) => match carried {
                Value::Variable(_) => Value::Text(self.joined(&pieces)),
                carried => carried.clone(),
            },
            ([base @ .., Value::Glob(pattern)], None) => Value::Glob(within(&concatenated(base), pattern)),
            (several, None) if several.iter().any(|piece| matches!(piece, Value::Glob(_))) => {
                Value::Glob(concatenated(several))
            }
            (several, None) => spread(several, "").unwrap_or_else(|| Value::Text(concatenated(several))),
        }
    }

    /// Python's `'…'[::-1]`.
    fn reversed(&self, text: &Value, at: usize) -> Option<(Value, usize)> {
        let Value::Text(text) = text else { return None };
        let slices = self.language == Language::Python && self.is(at, "[") && self.is(at + 1, "::");
        let close = self.closing(at);
        (slices && self.is(at + 2, "-") && close == at + 4)
            .then(|| (Value::Text(text.chars().rev().collect()), close + 1))
    }

    fn joined(&self, pieces: &[Value]) -> String {
        let each = pieces.iter().map(|piece| match piece {
            Value::Variable(name) => self.variable_text(name),
            piece => piece.piece(),
        });
        each.collect()
    }

    /// Methods of a text or a list: `'rm x'.split()`, `['rm', 'x'].join(' ')`.
    fn methods(&self, value: Value, at: usize, depth: usize) -> (Value, usize) {
        let mut value = value;
        let mut at = at;
        while self.is_member_sign(at) && !matches!(self.language, Language::Php | Language::Perl) {
            let Some(name) = self.name(at + 1) else { break };
            let mut next = at + 2;
            let mut arguments = Vec::new();
            if self.is(next, "(") {
                let close = self.closing(next);
                arguments = self.split(next + 1, close);
                next = close + 1;
            }
            let first =
                || arguments.first().map_or(Value::Unknown, |one| self.value(one.start, one.end, depth + 1));
            value = match (name, value) {
                ("split", Value::Text(text)) if first() == Value::Text(String::new()) => {
                    Value::List(text.chars().map(|char| Value::Text(char.to_string())).collect())
                }
                ("reverse", Value::List(values)) => Value::List(values.into_iter().rev().collect()),
                ("reverse", Value::Text(text)) => Value::Text(text.chars().rev().collect()),
                ("split", Value::Text(text)) => {
                    Value::List(text.split_whitespace().map(|word| Value::Text(word.to_owned())).collect())
                }
                ("format", Value::Text(text)) => {
                    let values: Vec<Value> =
                        arguments.iter().map(|one| self.value(one.start, one.end, depth + 1)).collect();
                    Value::Text(filled(&text.replace("{}", "%s").replace("{0}", "%s"), &values))
                }
                ("join", Value::Text(glue)) => match first() {
                    // Letters that were put together already.
                    Value::Text(text) if glue.is_empty() => Value::Text(text),
                    Value::List(values) => {
                        Value::Text(values.iter().map(Value::piece).collect::<Vec<_>>().join(&glue))
                    }
                    _ => Value::Unknown,
                },
                ("join", Value::List(values)) => {
                    let glue = first().piece();
                    Value::Text(values.iter().map(Value::piece).collect::<Vec<_>>().join(&glue))
                }
                ("concat", Value::List(values)) => match first() {
                    Value::List(more) => Value::List(values.into_iter().chain(more).collect()),
                    one => Value::List(values.into_iter().chain([one]).collect()),
                },
                ("pack", Value::List(values)) => {
                    let text: String = values.iter().map(Value::piece).collect();
                    if first().piece().starts_with(['c', 'C', 'U']) {
                        value = lettered(&Value::List(values));
                        at = next;
                        continue;
                    }
                    let encoding =
                        if first().piece().starts_with('H') { Encoding::Hex } else { Encoding::Base64 };
                    decode(&text, encoding).map_or(Value::Unknown, Value::Text)
                }
                ("unpack1" | "unpack", Value::Text(text)) => {
                    decode(&text, Encoding::Base64).map_or(Value::Unknown, Value::Text)
                }
                (_, value) => value,
            };
            at = next;
        }
        (value, at)
    }

    /// The value of a chain of names.
    pub fn chain_value(&self, segments: &[Segment], depth: usize) -> Value {
        let mut value = Value::Unknown;
        for count in 1..=segments.len() {
            value = self.step(&segments[..count], value, depth);
        }
        value
    }

    /// The value of a chain after its last segment, given that before it.
    fn step(&self, segments: &[Segment], before: Value, depth: usize) -> Value {
        let Some(last) = segments.last() else { return before };
        let full = self.full_name(segments);
        let argument = |at: usize| {
            let arguments = last.arguments.as_deref().unwrap_or_default();
            let plain = arguments.iter().filter(|argument| argument.key.is_none()).nth(at);
            plain.map_or(Value::Unknown, |argument| self.value(argument.start, argument.end, depth + 1))
        };
        let index = || last.index.map(|(start, end)| self.value(start, end, depth + 1));
        if last.arguments.is_none() {
            return match (full.as_str(), index()) {
                (
                    "os.environ" | "ENV" | "ENVIRON" | "$ENV" | "$_ENV" | "$_SERVER",
                    Some(Value::Text(name)),
                ) => Value::Variable(name),
                // Perl's `$ENV{HOME}`, with a bare word.
                ("$ENV", _) => last
                    .index
                    .and_then(|(at, _)| self.name(at))
                    .map_or(Value::Unknown, |name| Value::Variable(name.to_owned())),
                ("os.environ" | "ENV" | "process.env" | "Deno.env" | "%ENV" | "$_ENV", None) => {
                    Value::Environment
                }
                ("Dir", Some(Value::Text(pattern))) => Value::Glob(pattern),
                ("Dir.home", None) => Value::Text(self.at_home("~")),
                ("process.env", Some(Value::Text(name))) => Value::Variable(name),
                (name, _) if name.starts_with("process.env.") => {
                    Value::Variable(name.trim_start_matches("process.env.").to_owned())
                }
                _ if segments.len() == 1 => self.lookup(&last.name).cloned().unwrap_or(Value::Unknown),
                _ => before,
            };
        }
        let short = last.name.as_str();
        match full.as_str() {
            "os.environ.get"
            | "os.getenv"
            | "getenv"
            | "ENV.fetch"
            | "Deno.env.get"
            | "os.environ.__getitem__" => match argument(0) {
                Value::Text(name) => Value::Variable(name),
                _ => Value::Environment,
            },
            "os.path.expanduser" | "File.expand_path" => each(argument(0), |path| self.at_home(path)),
            // The directory that the walk begins in stands for all below it.
            "os.walk" => argument(0),
            "os.homedir" | "Path.home" | "pathlib.Path.home" | "Dir.home" => Value::Text(self.at_home("~")),
            "os.path.join" | "path.join" | "path.resolve" | "File.join" | "os.path.abspath"
            | "os.path.realpath" | "Path" | "pathlib.Path" | "Pathname.new" | "str" | "String"
            | "fs.realpathSync" => {
                let arguments = last.arguments.as_deref().unwrap_or_default();
                let all: Vec<Value> = (0..arguments.len().min(16)).map(argument).collect();
                match all.as_slice() {
                    [] => Value::Text(".".to_owned()),
                    [only] => only.clone(),
                    [base @ .., Value::Glob(pattern)] => {
                        let base = base.iter().map(Value::piece).collect::<Vec<_>>().join("/");
                        Value::Glob(within(&(base + "/"), pattern))
                    }
                    several if several.iter().any(|piece| matches!(piece, Value::List(_))) => {
                        spread(several, "/").unwrap_or(Value::Unknown)
                    }
                    several => Value::Text(
                        several.iter().map(Value::piece).collect::<Vec<_>>().join("/").replace("//", "/"),
                    ),
                }
            }
            "glob.glob" | "glob.iglob" | "glob" | "Dir.glob" | "fs.globSync" | "globSync" => {
                Value::Glob(argument(0).piece())
            }
            "list.files" | "list.dirs" if self.language == Language::R => {
                Value::Glob(format!("{}/*", argument(0).piece()))
            }
            "Sys.glob" => Value::Glob(argument(0).piece()),
            "os.listdir" | "os.scandir" | "fs.readdirSync" | "Dir.entries" | "Dir.children" | "scandir" => {
                Value::Glob(format!("{}/*", argument(0).piece()))
            }
            "base64.b64decode"
            | "base64.decodebytes"
            | "b64decode"
            | "atob"
            | "Base64.decode64"
            | "base64_decode"
            | "decode_base64"
            | "base64.urlsafe_b64decode" => {
                decode(&argument(0).piece(), Encoding::Base64).map_or(Value::Unknown, Value::Text)
            }
            "bytes.fromhex" | "binascii.unhexlify" | "bytearray.fromhex" | "hex2bin" => {
                decode(&argument(0).piece(), Encoding::Hex).map_or(Value::Unknown, Value::Text)
            }
            "Buffer.from" => match argument(1) {
                Value::Text(how) if how.starts_with("base64") => {
                    decode(&argument(0).piece(), Encoding::Base64).map_or(Value::Unknown, Value::Text)
                }
                Value::Text(how) if how == "hex" => {
                    decode(&argument(0).piece(), Encoding::Hex).map_or(Value::Unknown, Value::Text)
                }
                _ => argument(0),
            },
            "open"
            | "io.open"
            | "fs.readFileSync"
            | "fs.readFile"
            | "fs.promises.readFile"
            | "fs.createReadStream"
            | "File.read"
            | "File.open"
            | "IO.read"
            | "file_get_contents"
            | "File.binread"
            | "Deno.readTextFile"
            | "Deno.readTextFileSync"
            | "file" => match argument(0) {
                Value::Text(url) if url.contains("://") => Value::Fetched(url),
                Value::Text(path) => Value::File(path),
                carried @ (Value::Environment | Value::Variable(_) | Value::Fetched(_)) => carried,
                _ => Value::Unknown,
            },
            "requests.get"
            | "httpx.get"
            | "urllib.request.urlopen"
            | "urllib2.urlopen"
            | "urlopen"
            | "urllib.urlopen"
            | "fetch"
            | "axios.get"
            | "axios"
            | "URI.open"
            | "Net.HTTP.get"
            | "LWP.Simple.get"
            | "https.get"
            | "http.get" => Value::Fetched(argument(0).piece()),
            "http.client.HTTPSConnection" | "http.client.HTTPConnection" | "HTTPSConnection" => {
                Value::Text(format!("https://{}", argument(0).piece()))
            }
            "codecs.decode" => match argument(1) {
                Value::Text(how) if how.starts_with("rot") => Value::Text(rotated(&argument(0).piece())),
                Value::Text(how) if how.starts_with("hex") => {
                    decode(&argument(0).piece(), Encoding::Hex).map_or(Value::Unknown, Value::Text)
                }
                _ => decode(&argument(0).piece(), Encoding::Base64).map_or(Value::Unknown, Value::Text),
            },
            "reverse" if self.language == Language::Perl => {
                Value::Text(argument(0).piece().chars().rev().collect())
            }
            "lc" | "uc" => Value::Text(argument(0).piece().to_lowercase()),
            "join" if self.language == Language::Perl => {
                let arguments = last.arguments.as_deref().unwrap_or_default();
                let pieces: Vec<String> = (1..arguments.len().min(64))
                    .flat_map(|at| argument(at).texts())
                    .map(|(text, _)| text)
                    .collect();
                Value::Text(pieces.join(&argument(0).piece()))
            }
            "str_rot13" => Value::Text(rotated(&argument(0).piece())),
            "strrev" => Value::Text(argument(0).piece().chars().rev().collect()),
            "pack" if matches!(argument(0), Value::Text(how) if how.starts_with(['c', 'C', 'U'])) => {
                let arguments = last.arguments.as_deref().unwrap_or_default();
                lettered(&Value::List((1..arguments.len().min(256)).map(argument).collect()))
            }
            "pack" if matches!(argument(0), Value::Text(how) if how.starts_with('H')) => {
                decode(&argument(1).piece(), Encoding::Hex).map_or(Value::Unknown, Value::Text)
            }
            "chr" | "String.fromCharCode" | "string.char" => {
                let arguments = last.arguments.as_deref().unwrap_or_default();
                let codes = (0..arguments.len().min(256)).map(argument);
                let char = |value: Value| value.piece().parse().ok().and_then(char::from_u32).unwrap_or(HOLE);
                Value::Text(codes.map(char).collect())
            }
            "get" if self.language == Language::Perl => Value::Fetched(argument(0).piece()),
            "sprintf" | "format" => match argument(0) {
                Value::Text(format) => Value::Text(filled(&format.replace("%d", "%s"), &[])),
                other => other,
            },
            // Numbers of letters: `bytes([114, 109])`, `map(chr, [114, 109])`.
            "bytes" | "bytearray" if matches!(argument(0), Value::List(_)) => lettered(&argument(0)),
            "map"
                if last.arguments.as_deref().is_some_and(|all| {
                    all.first().is_some_and(|one| self.name(one.start) == Some("chr"))
                }) =>
            {
                lettered(&argument(1))
            }
            "reversed" => Value::Text(argument(0).piece().chars().rev().collect()),
            "dict"
            | "io.BytesIO"
            | "BytesIO"
            | "io.StringIO"
            | "json.dumps"
            | "JSON.stringify"
            | "bytes"
            | "list"
            | "Object.entries"
            | "Object.assign"
            | "urllib.parse.urlencode"
            | "base64.b64encode"
            | "btoa"
            | "encodeURIComponent"
            | "sorted"
            | "map"
            | "repr" => argument(0),
            _ => match (short, before) {
                ("glob", Value::Text(base)) => Value::Glob(format!("{base}/{}", argument(0).piece())),
                ("rglob", Value::Text(base)) => Value::Glob(format!("{base}/**/{}", argument(0).piece())),
                ("iterdir", Value::Text(base)) => Value::Glob(format!("{base}/*")),
                ("joinpath", Value::Text(base)) => Value::Text(format!("{base}/{}", argument(0).piece())),
                ("expanduser", paths @ (Value::Text(_) | Value::List(_))) => {
                    each(paths, |path| self.at_home(path))
                }
                ("read_text" | "read_bytes" | "open" | "read", Value::Text(path)) => Value::File(path),
                ("split", Value::Text(text)) => {
                    Value::List(text.split_whitespace().map(|word| Value::Text(word.to_owned())).collect())
                }
                // `.read()`, `.decode()`, `.strip()`, `.text()`: the same content.
                (_, before) => before,
            },
        }
    }

    /// A path whose `~` is put in, as the language does it itself.
    pub fn at_home(&self, path: &str) -> String {
        match (path.strip_prefix('~'), self.call.scene.home()) {
            (Some(rest), Some(home)) => format!("{}{rest}", home.display()),
            _ => path.to_owned(),
        }
    }
}

/// The letters with these numbers, as a list, or joined where all are known.
fn lettered(numbers: &Value) -> Value {
    let Value::List(values) = numbers else { return Value::Unknown };
    let char = |value: &Value| value.piece().parse().ok().and_then(char::from_u32);
    values.iter().map(char).collect::<Option<String>>().map_or(Value::Unknown, Value::Text)
}

fn rotated(text: &str) -> String {
    let turned = |char: char, first: u8| {
        let at = u8::try_from(char).map_or(0, |byte| (byte - first + 13) % 26);
        char::from(first + at)
    };
    text.chars()
        .map(|char| match char {
            'a'..='z' => turned(char, b'a'),
            'A'..='Z' => turned(char, b'A'),
            other => other,
        })
        .collect()
}

/// The same change in each text of a value.
fn each(value: Value, change: impl Fn(&str) -> String) -> Value {
    match value {
        Value::List(values) => {
            Value::List(values.iter().map(|value| Value::Text(change(&value.piece()))).collect())
        }
        value => Value::Text(change(&value.piece())),
    }
}

/// A text with each of several behind it; `None` where nothing of it is a list, or there are too many.
fn spread(pieces: &[Value], glue: &str) -> Option<Value> {
    pieces.iter().any(|piece| matches!(piece, Value::List(_))).then_some(())?;
    let mut texts = vec![String::new()];
    for (nth, piece) in pieces.iter().enumerate() {
        let ends: Vec<String> = match piece {
            Value::List(values) => values.iter().map(Value::piece).collect(),
            one => vec![one.piece()],
        };
        let glue = if nth == 0 { "" } else { glue };
        texts =
            texts.iter().flat_map(|text| ends.iter().map(move |end| format!("{text}{glue}{end}"))).collect();
        (texts.len() <= 64).then_some(())?;
    }
    Some(Value::List(texts.into_iter().map(Value::Text).collect()))
}

/// The files of a pattern behind a text. What lists a directory gives names, which code puts behind the directory
/// again: `os.path.join(d, f)` for each `f` of `os.listdir(d)`.
fn within(base: &str, pattern: &str) -> String {
    let again = !base.is_empty() && pattern.starts_with(base.trim_end_matches('/'));
    if again { pattern.to_owned() } else { format!("{base}{pattern}").replace("//", "/") }
}

fn concatenated(pieces: &[Value]) -> String {
    pieces.iter().map(Value::piece).collect()
}

/// A format with its values in place of `%s` and `%d`.
pub(super) fn filled(format: &str, values: &[Value]) -> String {
    let mut values = values.iter();
    let mut parts = format.split("%s");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(&values.next().map_or_else(|| HOLE.to_string(), Value::piece));
        out.push_str(part);
    }
    out
}
