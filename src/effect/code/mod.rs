//! Code that nobody here has read and that would run: downloaded, decoded, sent over a connection, or written in
//! another language inside the line.
//!
//! What can be read is read: a decoded script, a here-document that becomes a script, the commands that a piece of
//! Python or Perl would start. They are judged like anything else in the line. Only what cannot be read is an
//! effect of its own.

mod address;
mod decode;
mod fetch;
mod flow;
mod forge;
mod inline;
mod inserted;
mod nested;
mod package;
mod reverse;
mod runner;
mod template;

use super::{Call, Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::syntax::{Expansion, Feed, HOLE, Invocation, Span, Word};
pub(super) use address::Address;
pub(super) use decode::{escapes, printf};
pub(super) use fetch::fetch;
pub(super) use flow::Origin;
pub(super) use inserted::anyones;
pub(super) use nested::run as run_text;

/// Something found that would run unseen.
struct Found {
    origin: &'static str,
    source: String,
    span: Span,
    address: Option<address::Address>,
}

impl Found {
    fn new(origin: &'static str, source: impl Into<String>, span: Span) -> Found {
        Found { origin, source: source.into(), span, address: None }
    }

    fn at(origin: &'static str, address: address::Address, span: Span) -> Found {
        Found { origin, source: address.shown.clone(), span, address: Some(address) }
    }
}

fn code_run(found: Found, call: Call<'_>) -> Effect {
    let privileged = call.invocation.via.iter().any(|via| matches!(*via, "sudo" | "doas" | "su"));
    let mut attributes: Vec<(Key, Value)> = vec![
        (Key::CodeOrigin, found.origin.into()),
        (Key::CodeSource, found.source.into()),
        (Key::CodeRunner, call.invocation.program().replace(HOLE, "the shell").into()),
        (Key::CodePrivileged, privileged.into()),
    ];
    if let Some(address) = &found.address {
        attributes.extend([
            (Key::CodeHost, address.host.as_str().into()),
            (Key::CodeSecure, address.secure.into()),
            (Key::CodePublisher, address.is_publishers().into()),
            (Key::CodeForge, address.is_forge().into()),
            (Key::CodeNear, address.is_near().into()),
            (Key::CodeLoopback, address.is_loopback().into()),
        ]);
    }
    Effect { kind: EffectKind::CodeRun, span: found.span, attributes, target: Target::None }
}

/// The code that a call would run unseen.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let program = invocation.program();
    match program {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" | "mksh" | "yash" | "tcsh" | "csh"
        | "rbash" | "ksh93" | "oksh" => shell(call, effects),
        "eval" => {
            for word in invocation.args() {
                let origin = flow::of_word(call, word, 0);
                ran(call, origin, word.span, effects);
            }
        }
        "source" | "." => {
            if let Some(word) = invocation.args().first() {
                let origin = flow::of_file(call, invocation, word, 0);
                ran(call, origin, word.span, effects);
            }
        }
        "iex" | "Invoke-Expression" => {
            powershell(call, effects);
            let words = invocation.args().iter().map(|word| flow::of_word(call, word, 0));
            let origin = words.chain(std::iter::once_with(|| flow::of_input(call, invocation, 0)));
            for origin in origin.collect::<Vec<_>>() {
                ran(call, origin, invocation.span, effects);
            }
        }
        "apt-key" | "crontab" if invocation.args().iter().any(|word| matches!(word.text(), "-" | "add")) => {
            // The keys of a publisher are where everybody takes them from.
            if let Origin::Download(address) = flow::of_input(call, invocation, 0)
                && !address.is_publishers()
            {
                ran(call, Origin::Download(address), invocation.span, effects);
            }
        }
        "dpkg" | "apt" | "apt-get" | "dnf" | "yum" | "rpm" | "zypper" | "helm" => {
            package::read_system(call, effects);
        }
        "pwsh" | "powershell" | "powershell.exe" | "pwsh.exe" => powershell(call, effects),
        "deno" | "bun" => {
            package::read(call, effects);
            inline::read(call, effects);
            let is_script = |word: &&Word| word.text().ends_with("ts") || word.text().ends_with("js");
            if let Some(file) = invocation.args().iter().find(is_script) {
                inline::run_file(call, file, effects);
            }
        }
        "pip" | "pip3" | "pipx" | "uv" | "npm" | "pnpm" | "yarn" | "kubectl" | "oc" | "k" | "gem"
        | "easy_install" => package::read(call, effects),
        "nc" | "ncat" | "netcat" | "nc.traditional" | "nc.openbsd" | "socat" => {}
        "awk" | "gawk" | "mawk" | "nawk" => inline::read(call, effects),
        "luajit" | "R" => inline::read(call, effects),
        program if is_interpreter(program) => {
            interpreter(call, effects);
            inline::read(call, effects);
        }
        program if program.starts_with(HOLE) => computed(call, effects),
        // `npx https://…`, whose wrapper is off by now.
        _ if invocation.words[0].text().contains("://") => package::runs(call, effects),
        _ if invocation.words[0].text().contains('/') => {
            let origin = flow::of_file(call, invocation, &invocation.words[0], 0);
            match origin {
                // A script of its own language is not read as one of a shell, unless it is one.
                Origin::Other => inline::run_file(call, &invocation.words[0], effects),
                Origin::Literal(text) if inline::written(call, &invocation.words[0], &text, effects) => {}
                origin => ran(call, origin, invocation.words[0].span, effects),
            }
        }
        // `uv run x.py`, `bun x.ts`
        program if program.contains('.') && !invocation.via.is_empty() => {
            inline::run_file(call, &invocation.words[0], effects);
        }
        _ => runner::installed(call, effects),
    }
    runner::read(call, effects);
    reverse::read(call, effects);
    inserted::read(call, effects);
}

/// Where the output of the call with this index comes from.
pub(super) fn origin_of(call: Call<'_>, index: usize) -> Origin {
    flow::of_calls(call, &[index], 0)
}

/// Where the content of a file comes from that this call reads.
pub(super) fn origin_of_file(call: Call<'_>, file: &Word) -> Origin {
    flow::of_file(call, call.invocation, file, 0)
}

fn is_interpreter(program: &str) -> bool {
    matches!(
        program,
        "python"
            | "python2"
            | "pypy"
            | "pypy3"
            | "py"
            | "perl"
            | "ruby"
            | "node"
            | "nodejs"
            | "php"
            | "lua"
            | "osascript"
            | "Rscript"
            | "tclsh"
    ) || program.starts_with("lua5")
        || program
            .strip_prefix("python3")
            .is_some_and(|rest| rest.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()))
}

/// Writes down, or judges, a text by where it comes from.
fn ran(call: Call<'_>, origin: Origin, span: Span, effects: &mut Vec<Effect>) {
    match origin {
        Origin::Download(address) => effects.push(code_run(Found::at("download", address, span), call)),
        Origin::Connection(name) => effects.push(code_run(Found::new("connection", name, span), call)),
        Origin::Decoded(program) => effects.push(code_run(Found::new("decoded", program, span), call)),
        Origin::Literal(text) => nested::run(call, &text, span, "decoded", effects),
        Origin::Other => {}
    }
}

/// A shell whose script does not stand in the line as it is: `| sh`, `sh <(…)`, `sh -c "$(…)"`, `sh file`.
fn shell(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let mut reads_input = false;
    let mut rest = invocation.args().iter();
    while let Some(word) = rest.next() {
        let text = word.text();
        match text {
            "-o" | "-O" | "+o" | "+O" | "--rcfile" | "--init-file" => {
                // `bash --rcfile <(curl …)` runs it too.
                if let Some(value) = rest.next() {
                    let origin = flow::of_word(call, value, 0);
                    ran(call, origin, value.span, effects);
                }
            }
            "-" | "--" => {}
            "-c" | "-lc" | "-ic" | "-ec" | "-xc" => {
                if let Some(script) = rest.next() {
                    let origin = flow::of_word(call, script, 0);
                    ran(call, origin, script.span, effects);
                }
                return;
            }
            _ if text.starts_with("--") => {}
            _ if text.starts_with('-') => {
                // `-n` reads without running.
                if text.contains('n') {
                    return;
                }
                reads_input |= text.contains('s');
            }
            _ if reads_input => break,
            _ => {
                let origin = flow::of_file(call, invocation, word, 0);
                ran(call, origin, word.span, effects);
                return;
            }
        }
    }
    if matches!(invocation.stdin, Feed::Pipe(_) | Feed::File(_) | Feed::Text(_)) {
        let origin = flow::of_input(call, invocation, 0);
        ran(call, origin, invocation.span, effects);
    }
}

/// An interpreter of another language: its script from the input, from `<(…)`, from a file that the line writes,
/// or out of a substitution.
fn interpreter(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    let first = words.iter().find(|word| !word.text().starts_with('-') || word.text() == "-");
    let inline = words.iter().position(|word| takes_code(invocation.program(), word.text()));
    let (origin, span) = match (inline, first) {
        (Some(at), _) => match words.get(at + 1).filter(|word| word.text().contains(HOLE)) {
            Some(code) => (flow::of_word(call, code, 0), code.span),
            None => return,
        },
        (None, Some(word)) => {
            let flags_first = words.first().is_some_and(|flag| flag.text().starts_with("-m"));
            if flags_first {
                return;
            }
            (flow::of_file(call, invocation, word, 0), word.span)
        }
        (None, None)
            if words.iter().any(|word| {
                matches!(word.text(), "-V" | "--version" | "-v" | "--help" | "-h")
                    || word.text().starts_with("-m")
            }) =>
        {
            return;
        }
        (None, None) => (flow::of_input(call, invocation, 0), invocation.span),
    };
    match origin {
        // A file that the line has just written; what comes in is read by the reader of the language.
        Origin::Literal(text) => {
            if let Some(file) = first.filter(|file| inline.is_none() && file.text() != "-") {
                inline::written(call, file, &text, effects);
            }
        }
        Origin::Other => {
            if let Some(file) = first.filter(|_| inline.is_none()) {
                inline::run_file(call, file, effects);
            }
        }
        origin => ran(call, origin, span, effects),
    }
}

/// Whether this option is followed by code.
fn takes_code(program: &str, option: &str) -> bool {
    let Some(letters) = option.strip_prefix('-').filter(|letters| !letters.is_empty()) else { return false };
    match program {
        "node" | "nodejs" | "bun" | "deno" => matches!(letters, "e" | "p" | "pe" | "-eval" | "-print"),
        "php" => matches!(letters, "r" | "B" | "R" | "E"),
        "perl" | "ruby" | "lua" | "luajit" | "lua5.1" | "lua5.2" | "lua5.3" | "lua5.4" | "osascript"
        | "Rscript" | "R" => {
            !letters.starts_with('-')
                && letters.ends_with(['e', 'E'])
                && !letters.starts_with(['M', 'I', 'r'])
        }
        _ => !letters.starts_with('-') && letters.ends_with('c') && !letters.starts_with(['m', 'W', 'X']),
    }
}

/// A program whose name is only known when it runs: `$(echo cm0gLXJm | base64 -d) /`.
fn computed(call: Call<'_>, effects: &mut Vec<Effect>) {
    let [first, rest @ ..] = call.invocation.words.as_slice() else { return };
    let produced = |expansion: &Expansion| matches!(expansion, Expansion::Output(_));
    if !first.expansions.iter().any(produced) {
        return;
    }
    match flow::of_word(call, first, 0) {
        Origin::Literal(mut text) => {
            for word in rest {
                text.push(' ');
                text.push_str(&crate::action::Shell::Bash.word(word.text()));
            }
            nested::run(call, &text, call.invocation.span, "decoded", effects);
        }
        origin => ran(call, origin, first.span, effects),
    }
}

/// `powershell -enc …`, `pwsh -c "iex (irm …)"`, `… | pwsh -Command -`.
fn powershell(call: Call<'_>, effects: &mut Vec<Effect>) {
    let takes_input = call.invocation.args().last().is_none_or(|word| word.text() == "-");
    if takes_input
        && matches!(call.invocation.program(), "pwsh" | "powershell" | "powershell.exe" | "pwsh.exe")
    {
        let origin = flow::of_input(call, call.invocation, 0);
        if !matches!(origin, Origin::Literal(_)) {
            ran(call, origin, call.invocation.span, effects);
        }
    }
    for pair in call.invocation.args().windows(2) {
        let option = pair[0].text().to_ascii_lowercase();
        if option.starts_with("-e")
            && "-encodedcommand".starts_with(&option)
            && !"-executionpolicy".starts_with(&option)
        {
            effects.push(code_run(Found::new("decoded", "-EncodedCommand", pair[1].span), call));
        }
    }
    for word in call.invocation.args() {
        let text = word.text().to_ascii_lowercase();
        let runs = matches!(call.invocation.program(), "iex" | "Invoke-Expression")
            || text.contains("iex")
            || text.contains("invoke-expression");
        let runs = runs || text.contains("scriptblock]::create");
        let fetches = ["irm ", "iwr ", "downloadstring", "invoke-webrequest", "invoke-restmethod", "curl "];
        if runs && fetches.iter().any(|name| text.contains(name)) {
            let url = word.text().split(['\'', '"', ' ', '(', ')', ';']).find(|part| part.contains("://"));
            let address = address::Address::read(url.unwrap_or(&HOLE.to_string()));
            effects.push(code_run(Found::at("download", address, word.span), call));
        }
    }
}

/// The first word of a call that is no option, and what follows it.
fn verb(invocation: &Invocation) -> Option<(&str, &[Word])> {
    let words = invocation.args();
    let at = words.iter().position(|word| !word.text().starts_with('-'))?;
    Some((words[at].text(), &words[at + 1..]))
}
