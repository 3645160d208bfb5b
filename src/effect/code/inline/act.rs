//! What the calls in a piece of code would do.

use super::token::{Kind, Language};
use super::value::{Argument, Chain, Code, Value};
use super::{Found, code, code_run};
use crate::action::Shell;
use crate::effect::code::address::Address;
use crate::effect::code::{nested, reverse};
use crate::effect::{Call, Effect};
use crate::syntax::{HOLE, Span};

/// Most lines of shell that one piece of code is judged as.
const MAX_LINES: usize = 128;

/// Whether a word can be part of a call that deletes, runs, sends or evaluates.
pub(super) fn matters(word: &str) -> bool {
    matches!(
        word,
        "rmtree"
            | "remove"
            | "unlink"
            | "rmdir"
            | "removedirs"
            | "remove_tree"
            | "rm"
            | "rmSync"
            | "unlinkSync"
            | "rmdirSync"
            | "rimraf"
            | "removeSync"
            | "emptyDirSync"
            | "rm_rf"
            | "rm_r"
            | "rm_f"
            | "remove_dir"
            | "remove_entry"
            | "remove_entry_secure"
            | "delete"
            | "truncate"
            | "truncateSync"
            | "rename"
            | "renameSync"
            | "move"
            | "chmod"
            | "chmodSync"
            | "write_text"
            | "write_bytes"
            | "writeFileSync"
            | "writeFile"
            | "file_put_contents"
            | "open"
            | "write"
            | "system"
            | "popen"
            | "run"
            | "call"
            | "Popen"
            | "check_call"
            | "check_output"
            | "getoutput"
            | "getstatusoutput"
            | "exec"
            | "execSync"
            | "spawn"
            | "spawnSync"
            | "execFile"
            | "execFileSync"
            | "execa"
            | "shell_exec"
            | "passthru"
            | "proc_open"
            | "pcntl_exec"
            | "execvp"
            | "execv"
            | "execl"
            | "execlp"
            | "execve"
            | "execvpe"
            | "spawnlp"
            | "spawnvp"
            | "qx"
            | "capture2"
            | "capture2e"
            | "capture3"
            | "execute"
            | "Command"
            | "getline"
            | "pty"
            | "post"
            | "put"
            | "patch"
            | "request"
            | "urlopen"
            | "urlretrieve"
            | "fetch"
            | "sendall"
            | "send"
            | "post_form"
            | "get"
            | "eval"
            | "compile"
            | "Function"
            | "runInThisContext"
            | "instance_eval"
            | "assert"
            | "create_function"
            | "dup2"
            | "TCPSocket"
            | "fsockopen"
            | "INET"
            | "connect"
            | "createConnection"
    )
}

/// Where code stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// What is marked in the typed text.
    pub span: Span,
    /// How deep it is evaluated inside other code.
    pub depth: usize,
    /// In a file, of which only what is known down to its words is judged: the rest is its daily work.
    pub is_file: bool,
}

struct Actor<'a, 'e> {
    code: Code<'a>,
    place: Place,
    /// How many lines of shell may still be judged.
    lines: usize,
    effects: &'e mut Vec<Effect>,
    /// A connection is opened to this peer.
    peer: Option<String>,
    /// A shell is run, or input and output are put into a socket.
    shell: bool,
    duplicates: bool,
}

/// Adds what the calls in `text` would do.
pub(super) fn act(call: Call<'_>, text: &str, language: Language, place: Place, effects: &mut Vec<Effect>) {
    let code = Code::new(text, language, call);
    let mut actor =
        Actor { code, place, lines: MAX_LINES, effects, peer: None, shell: false, duplicates: false };
    if language == Language::Awk && text.contains("/inet/") {
        actor.peer = Some(
            text.split('"').find(|part| part.starts_with("/inet/")).unwrap_or("a connection").to_owned(),
        );
        actor.shell = text.contains("getline") && text.contains('|');
    }
    let mut at = 0;
    while at < actor.code.tokens.len() {
        actor.token(at);
        at += 1;
    }
    if let Some(peer) = actor.peer.filter(|_| actor.shell || actor.duplicates) {
        actor.effects.push(code_run(Found::new("reverse-shell", peer, place.span), call));
    }
}

impl Actor<'_, '_> {
    fn token(&mut self, at: usize) {
        match self.code.kind(at) {
            Some(Kind::Command) => {
                let value = self.code.text_of(&self.code.tokens[at].clone(), 0);
                self.command(&value);
            }
            // Bun's and zx's $`cmd`.
            Some(Kind::Text)
                if self.code.language == Language::JavaScript
                    && at > 0
                    && self.code.name(at - 1).is_some_and(|name| name.ends_with('$')) =>
            {
                let value = self.code.text_of(&self.code.tokens[at].clone(), 0);
                self.command(&value);
            }
            // awk: `"cmd" | getline`, `print | "cmd"`.
            Some(Kind::Sign) if self.code.language == Language::Awk && self.code.is(at, "|") => {
                let beside =
                    if self.code.name(at + 1) == Some("getline") { at.checked_sub(1) } else { Some(at + 1) };
                if let Some(token) = beside
                    .and_then(|at| self.code.tokens.get(at))
                    .filter(|token| token.kind == Kind::Text)
                    .cloned()
                {
                    let value = self.code.text_of(&token, 0);
                    self.command(&value);
                    // `print "rm " $1 | "sh"`
                    if let Value::Text(text) = &value
                        && reverse::names_shell(text)
                        && let Some(line) = super::print::before_pipe(&self.code, at)
                        && line.contains(' ')
                    {
                        self.shell_line(&line);
                    }
                }
            }
            Some(Kind::Name) => {
                let member = at > 0 && self.code.is_member_sign(at - 1);
                if !member && !self.statement(at) {
                    let chain = self.code.chain(at);
                    self.chain(&chain);
                }
            }
            // `('rm x').system` and the like do not occur; a list in front of a method does: `%w(a b).each`.
            _ => {}
        }
    }

    /// Imports and assignments; whether it was an import.
    fn statement(&mut self, at: usize) -> bool {
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
                    let value = self.code.value(at + 3, self.statement_end(at + 3), 0);
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
    fn begins(&self, at: usize) -> bool {
        at == 0 || self.code.kind(at - 1) == Some(Kind::End) || self.code.is(at - 1, ":")
    }

    /// The end of the statement that `at` stands in.
    fn statement_end(&self, at: usize) -> usize {
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
    fn import(&mut self, at: usize) {
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

    fn imported(&mut self, at: usize) {
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
    fn destructured(&mut self, at: usize) {
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
    fn bare_arguments(&self, from: usize) -> Vec<Argument> {
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

    fn chain(&mut self, chain: &Chain) {
        let count = chain.segments.len();
        for upto in 1..=count {
            let segment = &chain.segments[upto - 1];
            let last = upto == count;
            let arguments = match &segment.arguments {
                Some(arguments) => arguments.clone(),
                None if last
                    && matches!(
                        self.code.language,
                        Language::Perl | Language::Ruby | Language::Awk | Language::Php
                    )
                    && matters(&segment.name) =>
                {
                    self.bare_arguments(chain.end)
                }
                None => continue,
            };
            let full = self.code.full_name(&chain.segments[..upto]);
            let before =
                if upto > 1 { self.code.chain_value(&chain.segments[..upto - 1], 0) } else { Value::Unknown };
            let short = full.rsplit('.').next().unwrap_or(&segment.name).to_owned();
            self.call(&full, &short, &before, &arguments);
        }
    }

    /// One call: its full name, its last name, the value it is called on, and its arguments.
    fn call(&mut self, full: &str, short: &str, before: &Value, arguments: &[Argument]) {
        use Language::{Awk, JavaScript, Lua, Perl, Php, Python, R, Ruby};
        let language = self.code.language;
        let first = || self.code.argument(arguments, 0);
        let module = full.strip_suffix(short).unwrap_or_default().trim_end_matches('.');
        let of_process = matches!(
            module,
            "subprocess"
                | "sp"
                | "child_process"
                | "cp"
                | "os"
                | "commands"
                | "Kernel"
                | "Bun"
                | "Open3"
                | "IO"
                | "PTY"
                | "Process"
        );
        match (short, language) {
            // ── running ──
            ("system", Python | Perl | Ruby | Php | Awk | R)
            | ("popen", Python | Php | Ruby)
            | ("execute", Lua)
            | ("popen", Lua)
            | ("shell_exec" | "passthru" | "proc_open", Php)
            | ("getoutput" | "getstatusoutput", Python)
            | ("execaCommandSync" | "execaCommand", JavaScript)
            | ("capture2" | "capture2e" | "capture3", Ruby) => {
                let values = self.values(arguments);
                self.program(&values);
            }
            ("exec" | "spawn", Perl | Ruby) | ("exec", Php) => {
                let values = self.values(arguments);
                self.program(&values);
            }
            ("run" | "call" | "Popen" | "check_call" | "check_output", Python)
                if of_process || !full.contains('.') && full != short =>
            {
                self.command(&first());
            }
            ("run" | "call" | "Popen" | "check_call" | "check_output", Python)
                if module.ends_with("subprocess") =>
            {
                self.command(&first());
            }
            ("spawn", Python) if full.ends_with("pty.spawn") => self.command(&first()),
            ("execSync" | "execFileSync" | "spawnSync", JavaScript)
            | ("exec" | "spawn" | "execFile" | "execa" | "execaSync", JavaScript)
                if of_process
                    || short.ends_with("Sync")
                    || full.contains("child_process")
                    || short.starts_with("execa") =>
            {
                let mut values = vec![first()];
                if let list @ Value::List(_) = self.code.argument(arguments, 1) {
                    values.push(list);
                }
                self.program(&values);
            }
            ("Command", JavaScript) if full == "Deno.Command" => {
                let mut values = vec![first()];
                // `{args: ["-rf", "x"]}`
                if let Some(options) = arguments.get(1)
                    && let Some(at) =
                        (options.start..options.end).find(|&at| self.code.name(at) == Some("args"))
                {
                    values.push(self.code.value(at + 2, self.code.closing(at + 2) + 1, 0));
                }
                self.program(&values);
            }
            ("execvp" | "execv" | "execve" | "execvpe" | "spawnvp", Python) => {
                let list = self.code.argument(arguments, if short == "spawnvp" { 2 } else { 1 });
                self.command(&list);
            }
            ("execlp" | "execl" | "spawnlp", Python) => {
                let values = self.values(arguments);
                let skip = if short == "spawnlp" { 2 } else { 1 };
                self.program(values.get(skip..).unwrap_or_default());
            }
            ("pcntl_exec", Php) => {
                let values = self.values(arguments);
                self.program(&values);
            }
            // ── deleting ──
            ("rmtree", Python | Perl)
            | ("remove_tree", Perl)
            | ("rimraf" | "removeSync" | "emptyDirSync", JavaScript)
            | ("rm_rf" | "rm_r" | "rmtree" | "remove_dir" | "remove_entry" | "remove_entry_secure", Ruby) => {
                self.files("rm -rf --", &self.values(arguments));
            }
            ("sync" | "rimrafSync", JavaScript) if full.contains("rimraf") => {
                self.files("rm -rf --", &[first()]);
            }
            ("rm" | "rmSync" | "rmdir" | "rmdirSync" | "remove", JavaScript) => {
                let recursive = arguments.iter().skip(1).any(|argument| {
                    (argument.start..argument.end).any(|at| self.code.name(at) == Some("recursive"))
                });
                let deletes = module.is_empty() && full != short
                    || ["fs", "fsPromises", "promises", "fse", "Deno", "fs-extra"]
                        .iter()
                        .any(|name| module.ends_with(name));
                if deletes {
                    let rm = if recursive || module.ends_with("fs-extra") {
                        "rm -rf --"
                    } else if short.starts_with("rmdir") {
                        "rmdir --"
                    } else {
                        "rm -f --"
                    };
                    self.files(rm, &[first()]);
                } else if full == "rm" || module == "shelljs" || module == "shell" {
                    self.files(
                        "rm -rf --",
                        &self
                            .values(arguments)
                            .into_iter()
                            .filter(|value| !matches!(value, Value::Text(text) if text.starts_with('-')))
                            .collect::<Vec<_>>(),
                    );
                }
            }
            ("unlinkSync" | "unlink", JavaScript) => self.files("rm -f --", &[first()]),
            ("remove" | "unlink", Python) => match before {
                Value::Text(_) | Value::Glob(_) if !module.ends_with("os") => {
                    self.files("rm -f --", std::slice::from_ref(before));
                }
                _ if full.ends_with("os.remove") || full.ends_with("os.unlink") => {
                    self.files("rm -f --", &[first()]);
                }
                _ => {}
            },
            ("rmdir" | "removedirs", Python) => match before {
                Value::Text(_) if !module.ends_with("os") => {
                    self.files("rmdir --", std::slice::from_ref(before));
                }
                _ => self.files("rmdir --", &[first()]),
            },
            ("unlink", R)
                if arguments.iter().any(|argument| argument.key.as_deref() == Some("recursive")) =>
            {
                self.files("rm -rf --", &[first()]);
            }
            ("unlink", Perl | Php | R) | ("rm" | "rm_f", Ruby) => {
                self.files("rm -f --", &self.values(arguments));
            }
            ("remove", R) | ("remove", Lua) if full.ends_with("file.remove") || full == "os.remove" => {
                self.files("rm -f --", &[first()]);
            }
            ("delete" | "unlink", Ruby) if matches!(module, "File" | "FileUtils" | "Dir" | "Pathname") => {
                self.files("rm -f --", &self.values(arguments));
            }
            ("rmdir", Perl | Php | Ruby) => self.files("rmdir --", &[first()]),
            ("array_map" | "array_walk", Php) if matches!(first(), Value::Text(name) if matches!(name.as_str(), "system" | "exec" | "passthru" | "shell_exec")) => {
                for (text, _) in self.code.argument(arguments, 1).texts() {
                    self.command(&Value::Text(text));
                }
            }
            ("array_map", Php) if first() == Value::Text("unlink".to_owned()) => {
                self.files("rm -f --", &[self.code.argument(arguments, 1)]);
            }
            // ── overwriting ──
            ("open", Python) if full == "open" || full == "io.open" => {
                let mode = arguments.iter().find(|argument| argument.key.as_deref() == Some("mode"));
                let mode = mode.map_or_else(
                    || self.code.argument(arguments, 1),
                    |mode| self.code.value(mode.start, mode.end, 0),
                );
                if let Value::Text(mode) = mode
                    && mode.starts_with('w')
                {
                    self.truncated(&first());
                }
            }
            ("write_text" | "write_bytes", Python) => self.truncated(before),
            ("writeFileSync" | "writeFile", JavaScript) => self.truncated(&first()),
            ("write", Ruby) if module == "File" || module == "IO" => self.truncated(&first()),
            ("file_put_contents", Php) => self.truncated(&first()),
            ("open", Perl) => self.opened(arguments),
            ("rename" | "move" | "renameSync" | "replace", _)
                if matches!(module, "os" | "shutil" | "fs" | "File" | "FileUtils") =>
            {
                let values = [first(), self.code.argument(arguments, 1)];
                if values.iter().all(|value| matches!(value, Value::Text(text) if !text.contains(HOLE))) {
                    self.files("mv --", &values);
                }
            }
            ("chmod" | "chmodSync", Python | JavaScript) => {
                if let (Value::Text(path), Value::Text(mode)) = (first(), self.code.argument(arguments, 1)) {
                    let mode = mode.trim_start_matches("0o").to_owned();
                    self.files(&format!("chmod {mode} --"), &[Value::Text(path)]);
                }
            }
            // ── evaluating ──
            ("exec" | "eval" | "compile", Python)
            | ("eval" | "Function" | "runInThisContext", JavaScript)
            | ("eval" | "instance_eval" | "class_eval", Ruby)
            | ("eval", Perl)
            | ("eval" | "assert", Php) => self.evaluated(&first(), arguments),
            ("then", JavaScript) => {
                let evaluates = |argument: &Argument| {
                    (argument.start..argument.end)
                        .any(|at| matches!(self.code.name(at), Some("eval" | "Function")))
                };
                if arguments.iter().any(evaluates) {
                    self.evaluated(before, &[]);
                }
            }
            // ── connections ──
            (
                "connect" | "connect_ex" | "create_connection" | "createConnection" | "Socket",
                Python | JavaScript,
            )
            | ("fsockopen" | "pfsockopen" | "stream_socket_client", Php)
            | ("open" | "new", Ruby)
            | ("sockaddr_in" | "inet_aton" | "new", Perl)
                if !matches!(language, Ruby) || module.ends_with("TCPSocket") =>
            {
                let peer = match first() {
                    Value::List(parts) => parts.first().cloned().unwrap_or(Value::Unknown),
                    value => value,
                };
                let peer = match (peer, self.code.argument(arguments, 1)) {
                    (Value::Text(port), Value::Text(host))
                        if port.bytes().all(|byte| byte.is_ascii_digit()) =>
                    {
                        Value::Text(host)
                    }
                    (peer, _) => peer,
                };
                let opens = language != Perl || full.contains("Socket") || short != "new";
                if opens && (language != Python || full.contains('.')) {
                    self.peer = Some(if let Value::Text(peer) = peer {
                        peer
                    } else {
                        "an address that it names".to_owned()
                    });
                }
            }
            ("dup2", _) => self.duplicates = true,
            // ── sending ──
            (
                "post" | "put" | "patch" | "request" | "urlopen" | "fetch" | "get" | "post_form"
                | "urlretrieve" | "Request" | "axios",
                _,
            ) => {
                self.sent(short, before, arguments);
            }
            ("sendall" | "send" | "write", _) if self.peer.is_some() => {
                if let (Some(peer), Some(source)) =
                    (self.peer.clone(), self.sources(arguments).into_iter().next())
                {
                    self.shell_line(&flow_into(&source.0, &format!("nc {} 80", word(&peer))));
                }
            }
            _ => {}
        }
    }

    fn values(&self, arguments: &[Argument]) -> Vec<Value> {
        (0..arguments.iter().filter(|argument| argument.key.is_none()).count().min(64))
            .map(|at| self.code.argument(arguments, at))
            .filter(|value| *value != Value::Text(String::new()))
            .collect()
    }

    /// A program and its arguments, or with one value a whole line of shell.
    fn program(&mut self, values: &[Value]) {
        match values {
            [] => {}
            [only] => self.command(only),
            several => self.command(&Value::List(several.to_vec())),
        }
    }

    /// A line of shell, or a list of words.
    fn command(&mut self, value: &Value) {
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

    fn shell_line(&mut self, line: &str) {
        let Some(left) = self.lines.checked_sub(1) else { return };
        if self.place.is_file && line.contains(HOLE) {
            return;
        }
        self.lines = left;
        nested::run(self.code.call, line, self.place.span, "inline code", self.effects);
    }

    /// A command of shell with these files.
    fn files(&mut self, command: &str, values: &[Value]) {
        let named = values.iter().map(|value| match value {
            // `rmtree(os.environ["HOME"])`
            Value::Variable(name) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                Some(format!("\"${name}\""))
            }
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
    fn truncated(&mut self, value: &Value) {
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
    fn opened(&mut self, arguments: &[Argument]) {
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
    fn evaluated(&mut self, value: &Value, arguments: &[Argument]) {
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
    fn sources(&self, arguments: &[Argument]) -> Vec<(Value, bool)> {
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
    fn sent(&mut self, short: &str, before: &Value, arguments: &[Argument]) {
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
fn flow_into(source: &Value, sink: &str) -> String {
    match source {
        Value::File(path) => format!("{sink} < {}", word(path)),
        Value::Variable(name) => format!("echo \"${name}\" | {sink}"),
        _ => format!("env | {sink}"),
    }
}

/// One word of shell.
fn word(text: &str) -> String {
    Shell::Bash.word(text).into_owned()
}

/// One word of shell, of which the shell makes file names.
fn glob(pattern: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+@,%*?[]".contains(c);
    let each = pattern.chars().map(|char| if plain(char) { char.to_string() } else { format!("\\{char}") });
    each.collect()
}
