//! Scripts of `package.json`, `composer.json` and `deno.json`.

use super::super::args::Args;
use super::super::runner::{NPM, after};
use super::{Part, Shelf, Task, inside};
use crate::action::Shell;
use crate::syntax::{Invocation, Word};
use serde_json::Value;
use std::path::Path;

/// What `npm install` and its like run of the project's own after its packages are there; none of it where packages are
/// named.
fn installed(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let words = invocation.args();
    let off = [
        "--ignore-scripts",
        "--mode=skip-build",
        "--package-lock-only",
        "--lockfile-only",
        "--dry-run",
        "-g",
        "--global",
        "--help",
        "-h",
        "--version",
        "-v",
    ];
    if words.iter().any(|word| off.contains(&word.text())) {
        return None;
    }
    let args = Args::read(words, NPM, false);
    match args.operands() {
        [] if invocation.program() == "yarn" => {}
        [verb] if matches!(verb.text(), "install" | "i" | "ci" | "in" | "clean-install") => {}
        _ => return None,
    }
    let (dir, cwd) = inside(&invocation.dir, cwd, args.value("prefix").or(args.value("C")));
    let package: Value = serde_json::from_str(&shelf.text(&cwd.join("package.json"), "install")?).ok()?;
    let scripts = package.get("scripts")?;
    let parts: Vec<Part> = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"]
        .iter()
        .filter_map(|name| Some(Part::script(scripts.get(name)?.as_str()?.to_owned())))
        .collect();
    (!parts.is_empty()).then(|| Task::new(INSTALL, dir, parts))
}

/// By what the scripts of an installation run; the installation itself is a call of its own.
pub(super) const INSTALL: &str = "npm install";

/// `npm run name`, `npm test`, `yarn name`, `pnpm name`, `bun run name`.
pub(super) fn npm(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    if let Some(task) = installed(invocation, cwd, shelf) {
        return Some(task);
    }
    let program = invocation.program();
    let args = Args::read(invocation.args(), NPM, true);
    let mut operands = args.operands().iter();
    let mut name = operands.next()?;
    let asked = matches!(name.text(), "run" | "run-script" | "rum" | "urn");
    if asked {
        name = operands.find(|word| !word.text().starts_with('-'))?;
    }
    // Scripts of another package stand in another file.
    if ["workspace", "w", "filter", "F"].iter().any(|flag| args.has(flag)) {
        return None;
    }
    let script = match (program, name.text()) {
        _ if asked => name.text(),
        ("npm", "t" | "tst" | "test") => "test",
        ("npm", name @ ("start" | "stop" | "restart")) => name,
        ("npm", _) => return None,
        (program, name) if is_own(program, name) => return None,
        (_, name) => name,
    };
    let (dir, cwd) = inside(&invocation.dir, cwd, args.value("prefix").or(args.value("C")));
    let package: Value = serde_json::from_str(&shelf.text(&cwd.join("package.json"), script)?).ok()?;
    let scripts = package.get("scripts")?;
    let mut text = scripts.get(script)?.as_str()?.to_owned();
    append(&mut text, after(invocation.args(), name));
    let around = |when: &str| scripts.get(format!("{when}{script}"))?.as_str().map(str::to_owned);
    let hooks = program == "npm" || program == "yarn";
    let before = hooks.then(|| around("pre")).flatten();
    let behind = hooks.then(|| around("post")).flatten();
    let parts = [before, Some(text), behind].into_iter().flatten().map(Part::script).collect();
    Some(Task::new("npm run", dir, parts))
}

/// What follows the name, after a `--` or without, is handed on.
fn append(text: &mut String, words: &[Word]) {
    for word in words.iter().filter(|word| word.text() != "--") {
        text.push(' ');
        match word.known() {
            Some(known) => text.push_str(&Shell::Bash.word(known)),
            None => text.push_str(word.text()),
        }
    }
}

/// Commands of the program itself, which win over a script of that name.
fn is_own(program: &str, name: &str) -> bool {
    name.starts_with('-')
        || matches!(
            name,
            "add"
                | "install"
                | "i"
                | "remove"
                | "rm"
                | "up"
                | "update"
                | "upgrade"
                | "why"
                | "info"
                | "init"
                | "config"
                | "cache"
                | "link"
                | "unlink"
                | "pack"
                | "publish"
                | "login"
                | "logout"
                | "global"
                | "workspace"
                | "workspaces"
                | "plugin"
                | "set"
                | "version"
                | "versions"
                | "npm"
                | "audit"
                | "outdated"
                | "list"
                | "ls"
                | "create"
                | "import"
                | "patch"
                | "rebuild"
                | "prune"
                | "fetch"
                | "store"
                | "env"
                | "exec"
                | "dlx"
                | "x"
                | "pm"
                | "help"
                | "bin"
                | "dedupe"
                | "node"
        )
        || (program == "bun" && matches!(name, "build" | "test" | "repl"))
        || (program == "pnpm" && matches!(name, "deploy" | "setup" | "server" | "root"))
}

/// `composer run name`, `composer name`.
pub(super) fn composer(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let args = Args::read(invocation.args(), "d,working-dir=", true);
    let mut operands = args.operands().iter();
    let mut name = operands.next()?;
    match name.text() {
        "run" | "run-script" => name = operands.find(|word| !word.text().starts_with('-'))?,
        "install"
        | "update"
        | "require"
        | "remove"
        | "dump-autoload"
        | "dumpautoload"
        | "show"
        | "info"
        | "create-project"
        | "init"
        | "validate"
        | "outdated"
        | "global"
        | "config"
        | "self-update"
        | "diagnose"
        | "search"
        | "audit"
        | "why"
        | "why-not"
        | "exec"
        | "about"
        | "archive"
        | "browse"
        | "bump"
        | "check-platform-reqs"
        | "clear-cache"
        | "fund"
        | "licenses"
        | "list"
        | "help"
        | "reinstall"
        | "status"
        | "suggests"
        | "i"
        | "u"
        | "upgrade" => return None,
        _ => {}
    }
    let (dir, cwd) = inside(&invocation.dir, cwd, args.value("working-dir"));
    let package: Value = serde_json::from_str(&shelf.text(&cwd.join("composer.json"), name.text())?).ok()?;
    let scripts = package.get("scripts")?;
    let mut lines = Vec::new();
    collect(scripts, name.text(), &mut lines, 0);
    if let Some(last) = lines.last_mut() {
        append(last, after(invocation.args(), name));
    }
    Some(Task::new("composer run", dir, lines.into_iter().map(Part::script).collect()))
}

/// A script is a text or a list of texts; `@other` is another script, `@php` the interpreter, `@putenv` a variable.
fn collect(scripts: &Value, name: &str, lines: &mut Vec<String>, depth: usize) {
    let found = scripts.get(name);
    let texts: Vec<&str> = match found {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).take(64).collect(),
        _ => return,
    };
    for text in texts {
        match text.strip_prefix('@') {
            Some(rest) if rest.starts_with("php ") || rest.starts_with("composer ") => {
                lines.push(rest.to_owned());
            }
            Some(rest) if rest.starts_with("putenv ") => lines.push(rest.replacen("putenv", "export", 1)),
            Some(other) if depth < 4 => {
                collect(scripts, other.split(' ').next().unwrap_or(other), lines, depth + 1);
            }
            Some(_) => {}
            // `Vendor\\Class::method` is code.
            None if text.contains("::") && !text.contains(' ') => {}
            None => lines.push(text.to_owned()),
        }
        if lines.len() >= 64 {
            return;
        }
    }
}

/// `deno task name`.
pub(super) fn deno(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let (verb, rest) = invocation.args().split_first()?;
    if verb.text() != "task" {
        return None;
    }
    let args = Args::read(rest, "c,config= cwd=", true);
    let name = args.operands().first()?;
    let (dir, cwd) = inside(&invocation.dir, cwd, args.value("cwd"));
    let text =
        ["deno.json", "deno.jsonc"].iter().find_map(|file| shelf.text(&cwd.join(file), name.text()))?;
    let config: Value = serde_json::from_str(&text).ok()?;
    let task = config.get("tasks")?.get(name.text())?;
    let mut text = task.as_str().or(task.get("command").and_then(Value::as_str))?.to_owned();
    append(&mut text, after(rest, name));
    Some(Task::new("deno task", dir, vec![Part::script(text)]))
}
