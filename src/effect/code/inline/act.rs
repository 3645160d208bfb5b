//! What the calls in a piece of code would do.

use super::shell::{flow_into, word};
use super::token::{Kind, Language};
use super::value::{Argument, Chain, Code, Value};
use super::words::matters;
use super::{Found, code_run};
use crate::effect::code::reverse;
use crate::effect::{Call, Effect};
use crate::syntax::{HOLE, Span};

/// Most lines of shell that one piece of code is judged as.
const MAX_LINES: usize = 128;

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

/// Walks through the tokens of a piece of code and judges its calls.
pub(super) struct Actor<'a, 'e> {
    pub(super) code: Code<'a>,
    pub(super) place: Place,
    /// How many lines of shell may still be judged.
    pub(super) lines: usize,
    pub(super) effects: &'e mut Vec<Effect>,
    /// A connection is opened to this peer.
    pub(super) peer: Option<String>,
    /// A shell is run, or input and output are put into a socket.
    pub(super) shell: bool,
    pub(super) duplicates: bool,
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
    actor.loops();
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
                    && (self.code.name(at - 1).is_some_and(|name| name.ends_with('$'))
                        || self.code.is(at - 1, "$")) =>
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
            ("create_subprocess_shell", Python) => self.command(&first()),
            ("create_subprocess_exec", Python) => {
                let values = self.values(arguments);
                self.command(&Value::List(values));
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
            // Pathname's own.
            ("rmtree" | "delete" | "unlink", Ruby)
                if arguments.is_empty() && matches!(before, Value::Text(_) | Value::Glob(_)) =>
            {
                let rm = if short == "rmtree" { "rm -rf --" } else { "rm -f --" };
                self.files(rm, std::slice::from_ref(before));
            }
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
            // What unpickles runs what it reads.
            ("load" | "loads" | "unsafe_load" | "read_pickle", Python)
                if matches!(first(), Value::Fetched(_))
                    && (short != "load" && short != "loads"
                        || matches!(
                            module,
                            "pickle"
                                | "cPickle"
                                | "_pickle"
                                | "dill"
                                | "joblib"
                                | "cloudpickle"
                                | "marshal"
                                | "torch"
                        )) =>
            {
                self.evaluated(&first(), arguments);
            }
            ("read_pickle", Python) if matches!(first(), Value::Text(url) if url.contains("://")) => {
                self.evaluated(&Value::Fetched(first().piece()), arguments);
            }
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
}
