//! The lines of shell that would do what a call does.

use super::act::Actor;
use super::token::{Kind, Language};
use super::value::{Argument, Code, Value};
use super::{Found, code, code_run};
use crate::action::Shell;
use crate::effect::code::address::Address;
use crate::effect::code::{nested, reverse};
use crate::syntax::HOLE;

impl Actor<'_, '_> {
    pub(super) fn values(&self, arguments: &[Argument]) -> Vec<Value> {
        (0..arguments.iter().filter(|argument| argument.key.is_none()).count().min(64))
            .map(|at| self.code.argument(arguments, at))
            .filter(|value| *value != Value::Text(String::new()))
            .collect()
    }

    /// A program and its arguments, or with one value a whole line of shell.
    pub(super) fn program(&mut self, values: &[Value]) {
        match values {
            [] => {}
            [only] => self.command(only),
            several => self.command(&Value::List(several.to_vec())),
        }
    }

    /// A line of shell, or a list of words.
    pub(super) fn command(&mut self, value: &Value) {
        // Several lines, as one with each element of a list in it is: `f"rm -rf {d}" for d in ds`.
        if let Value::List(lines) = value
            && lines.len() > 1
            && lines.iter().all(|line| matches!(line, Value::Text(text) if text.contains(' ')))
        {
            return lines.iter().take(16).for_each(|line| self.command(line));
        }
        let line = match value {
            Value::Text(text) => text.clone(),
            Value::List(_) => {
                let mut words: Vec<String> = Vec::new();
                let Value::List(values) = value else { return };
                self.duplicates |= self.peer.is_some() && values.first() == Some(&Value::Unknown);
                for value in values {
                    match value {
                        Value::Text(text) => words.push(word(text)),
                        Value::Glob(pattern) => words.push(glob(pattern)),
                        Value::Variable(name) if is_plain(name) => words.push(format!("\"${name}\"")),
                        Value::List(inner) => {
                            words.extend(inner.iter().flat_map(Value::texts).map(|(text, _)| word(&text)));
                        }
                        _ => words.push(word(&HOLE.to_string())),
                    }
                }
                words.join(" ")
            }
            Value::Fetched(url) => {
                let found = Found::at("download", Address::read(url), self.place.span);
                self.effects.push(code_run(found, self.code.call));
                return;
            }
            _ => {
                // What comes over a connection is not known before.
                self.duplicates |= self.peer.is_some();
                return;
            }
        };
        if line.trim_matches([HOLE, ' ', '\'']).is_empty() {
            return;
        }
        self.shell |= reverse::names_shell(line.trim_matches('\''));
        self.shell_line(&line);
    }

    pub(super) fn shell_line(&mut self, line: &str) {
        let Some(left) = self.lines.checked_sub(1) else { return };
        if self.place.is_file && line.contains(HOLE) {
            return;
        }
        self.lines = left;
        nested::run(self.code.call, line, self.place.span, "inline code", self.effects);
    }

    /// A command of shell with these files.
    pub(super) fn files(&mut self, command: &str, values: &[Value]) {
        let named = values.iter().map(|value| match value {
            // `rmtree(os.environ["HOME"])`
            Value::Variable(name) if is_plain(name) => Some(format!("\"${name}\"")),
            _ => None,
        });
        let named: Vec<String> = named.flatten().collect();
        let mut texts: Vec<(String, bool)> = values.iter().flat_map(Value::texts).collect();
        if self.code.language == Language::R {
            for (text, _) in &mut texts {
                *text = self.code.at_home(text);
            }
        }
        if self.place.is_file && command != "rm -rf --" {
            // A script tidies up behind itself.
            texts.retain(|(text, _)| text.starts_with(['/', '~']));
        }
        let words: Vec<String> = texts
            .iter()
            .filter(|(text, _)| {
                text.chars().any(|char| char != HOLE && char != '/' && char != '*')
                    || matches!(text.as_str(), "/" | "/*")
            })
            .map(|(text, is_glob)| if *is_glob { glob(text) } else { word(text) })
            .chain(named)
            .collect();
        if !words.is_empty() {
            self.shell_line(&format!("{command} {}", words.join(" ")));
        }
    }

    /// A file that is written anew.
    pub(super) fn truncated(&mut self, value: &Value) {
        // What a script writes is what it is for.
        if self.place.is_file {
            return;
        }
        for (text, is_glob) in value.texts() {
            if !is_glob && !text.contains(HOLE) && !text.is_empty() {
                self.shell_line(&format!(": > {}", word(&text)));
            }
        }
    }

    /// Perl's `open(F, "| cmd")`, `open(F, "cmd |")`, `open(F, '>', 'file')`.
    pub(super) fn opened(&mut self, arguments: &[Argument]) {
        let (Value::Text(mode), target) =
            (self.code.argument(arguments, 1), self.code.argument(arguments, 2))
        else {
            return;
        };
        let trimmed = mode.trim();
        match target {
            Value::Text(target) if matches!(trimmed, "-|" | "|-") => self.command(&Value::Text(target)),
            Value::Text(target)
                if trimmed.starts_with('>') && !trimmed.starts_with(">>") && !trimmed.starts_with(">&") =>
            {
                self.truncated(&Value::Text(target));
            }
            _ => {
                if let Some(command) = trimmed.strip_prefix('|').or_else(|| trimmed.strip_suffix('|')) {
                    self.command(&Value::Text(command.to_owned()));
                }
            }
        }
    }

    /// Code that is made while it runs. Where it is decoded first it was hidden, and is asked about as well.
    pub(super) fn evaluated(&mut self, value: &Value, arguments: &[Argument]) {
        let call = self.code.call;
        let decodes = arguments.iter().any(|argument| {
            (argument.start..argument.end).filter_map(|at| self.code.name(at)).any(|name| {
                matches!(
                    name,
                    "b64decode"
                        | "decompress"
                        | "unhexlify"
                        | "fromhex"
                        | "base64_decode"
                        | "gzinflate"
                        | "decode64"
                        | "atob"
                        | "loads"
                        | "str_rot13"
                        | "gzuncompress"
                        | "decode_base64"
                        | "Buffer"
                )
            })
        });
        match value {
            Value::Fetched(url) => {
                self.effects.push(code_run(Found::at("download", Address::read(url), self.place.span), call));
                return;
            }
            Value::Text(text) if !text.contains(HOLE) && !self.place.is_file => {
                code(call, text, self.code.language, self.place.span, self.place.depth + 1, self.effects);
            }
            _ => {}
        }
        if decodes {
            self.effects.push(code_run(Found::new("decoded", "code of its own", self.place.span), call));
        }
    }

    /// What of this machine is in the arguments, and whether it stands in a header.
    pub(super) fn sources(&self, arguments: &[Argument]) -> Vec<(Value, bool)> {
        let mut found: Vec<(Value, bool)> = Vec::new();
        for argument in arguments {
            let mut header = matches!(argument.key.as_deref(), Some("headers" | "auth"));
            let mut at = argument.start;
            while at < argument.end {
                if let Some(name) =
                    self.code.name(at).filter(|_| at == 0 || !self.code.is_member_sign(at - 1))
                {
                    match name {
                        "headers" | "auth" => header = true,
                        "data" | "json" | "files" | "body" => header = false,
                        _ => {}
                    }
                    let chain = self.code.chain(at);
                    let value = self.code.chain_value(&chain.segments, 0);
                    if matches!(value, Value::File(_) | Value::Variable(_) | Value::Environment)
                        && found.len() < 16
                        && !found.contains(&(value.clone(), header))
                    {
                        found.push((value, header));
                    }
                }
                // Variables inside a string.
                if let Some(token) = self.code.tokens.get(at).filter(|token| token.kind == Kind::Text) {
                    for part in &token.parts {
                        let super::token::Part::Code(inner) = part else { continue };
                        let code = Code::new(inner, self.code.language, self.code.call);
                        let value = code.value(0, code.tokens.len(), 1);
                        if matches!(value, Value::File(_) | Value::Variable(_) | Value::Environment)
                            && found.len() < 16
                        {
                            found.push((value, header));
                        }
                    }
                }
                at += 1;
            }
        }
        found
    }

    /// A request over HTTP with something of this machine in it.
    pub(super) fn sent(&mut self, short: &str, before: &Value, arguments: &[Argument]) {
        let sources = self.sources(arguments);
        if sources.is_empty() {
            return;
        }
        let url = match (short, before) {
            (_, Value::Text(base)) if base.starts_with("http") => base.clone(),
            ("request", _) => match (self.code.argument(arguments, 0), self.code.argument(arguments, 1)) {
                (Value::Text(method), Value::Text(url)) if !method.contains("://") => url,
                (Value::Text(url), _) => url,
                _ => HOLE.to_string(),
            },
            _ => match self.code.argument(arguments, 0) {
                Value::Text(url) => url,
                _ => HOLE.to_string(),
            },
        };
        let url = word(&url);
        for (source, header) in sources {
            // A script is made to send what it is given.
            if self.place.is_file && (header || !matches!(source, Value::File(_))) {
                continue;
            }
            let line = match (&source, header) {
                (Value::Variable(name), true) => format!("curl -H \"Authorization: ${name}\" {url}"),
                (Value::Variable(name), false) => format!("curl -d \"${name}\" {url}"),
                (Value::File(path), true) => format!("curl -H \"X: $(cat {})\" {url}", word(path)),
                (Value::File(path), false) => format!("curl --data-binary @{} {url}", word(path)),
                (Value::Environment, _) => format!("env | curl -d @- {url}"),
                _ => continue,
            };
            self.shell_line(&line);
        }
    }
}

/// What puts a source into a program.
pub(super) fn flow_into(source: &Value, sink: &str) -> String {
    match source {
        Value::File(path) => format!("{sink} < {}", word(path)),
        Value::Variable(name) => format!("echo \"${name}\" | {sink}"),
        _ => format!("env | {sink}"),
    }
}

/// Whether a name can stand behind a `$`.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// One word of shell.
pub(super) fn word(text: &str) -> String {
    Shell::Bash.word(text).into_owned()
}

/// One word of shell, of which the shell makes file names.
fn glob(pattern: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+@,%*?[]".contains(c);
    let each = pattern.chars().map(|char| if plain(char) { char.to_string() } else { format!("\\{char}") });
    each.collect()
}
