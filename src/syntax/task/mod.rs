//! Files that a call would run: the recipes of `make` and `just`, the scripts of `package.json` and
//! `composer.json`, the tasks of `Taskfile.yml` and a `Rakefile`, shell scripts named in the line.
//!
//! They are read only when a line names one, each at most once, within bounds. Whatever they do is marked at the
//! call in the typed line. What cannot be understood in them is no news to who typed the line, and stays silent.

mod just;
mod make;
mod package;
mod rake;
mod taskfile;

use super::args::Args;
use super::unwrap::{position, read_from};
use super::walk::{Content, Frame, Place, Variable, Walker};
use super::{Dir, HOLE, Host, Invocation, Span, Word, cut};
use crate::action::Shell;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024;
/// How deep files of tasks may include others.
const MAX_INCLUDED: usize = 4;
/// Most bytes of files that are read for one line.
const MAX_BYTES: usize = 128 * 1024;
/// Deepest that files which run files are followed.
const MAX_DEPTH: usize = 4;
/// Most calls in files that are looked at for one line.
const MAX_CALLS: usize = 512;

/// What is being read, and what may be read yet.
#[derive(Default)]
pub(super) struct Files {
    /// File and task that were read before; they are not read again.
    seen: Vec<(PathBuf, String)>,
    bytes: usize,
    depth: usize,
}

/// A text that a call runs.
struct Part {
    text: String,
    /// Which shell reads it.
    shell: Shell,
    /// Each line in a shell of its own, as `make` does.
    by_line: bool,
}

impl Part {
    fn script(text: String) -> Part {
        Part { text, shell: Shell::Bash, by_line: false }
    }
}

/// What a call runs out of files.
struct Task {
    parts: Vec<Part>,
    via: &'static str,
    dir: Dir,
    /// Variables given in the call, besides those of the environment.
    set: Vec<(String, Word)>,
    /// `$0`, `$1` and the others.
    arguments: Option<Vec<Word>>,
    /// It runs in this very shell (`source`).
    here: bool,
}

impl Task {
    fn new(via: &'static str, dir: Dir, parts: Vec<Part>) -> Task {
        Task { parts, via, dir, set: Vec::new(), arguments: None, here: false }
    }
}

/// How a reader asks for files.
struct Shelf<'a> {
    files: &'a mut Files,
    /// The text that comes in instead of a file, where the line shows it.
    input: Option<String>,
}

impl Shelf<'_> {
    /// The text of a file, unless its task was read before or it is too much.
    fn text(&mut self, path: &Path, task: &str) -> Option<String> {
        let key = (path.to_owned(), task.to_owned());
        if self.files.seen.contains(&key) {
            return None;
        }
        self.files.seen.push(key);
        self.reread(path)
    }

    /// The text of a file that was asked for before.
    fn reread(&mut self, path: &Path) -> Option<String> {
        let left = MAX_BYTES.checked_sub(self.files.bytes)?;
        let found = path.metadata().ok()?;
        // A pipe or a device is never opened, since that could wait for ever.
        if !found.is_file() || found.len() > MAX_FILE.min(left as u64) {
            return None;
        }
        let mut bytes = Vec::new();
        std::fs::File::open(path).ok()?.take(MAX_FILE).read_to_end(&mut bytes).ok()?;
        self.files.bytes += bytes.len();
        String::from_utf8(bytes).ok()
    }

    /// A text with the files that its lines include in their places, `names` being the paths that a line includes,
    /// relative to the directory. What cannot be read is left out, as for a file that is made first.
    fn with_included(
        &mut self,
        text: &str,
        dir: &Path,
        names: fn(&str) -> Vec<&str>,
        depth: usize,
    ) -> String {
        let mut whole = String::with_capacity(text.len());
        for line in text.lines() {
            whole.push_str(line);
            whole.push('\n');
            for name in names(line).into_iter().filter(|_| depth < MAX_INCLUDED) {
                if let Some(text) = self.reread(&dir.join(name)) {
                    let text = self.with_included(&text, dir, names, depth + 1);
                    whole.push_str(&text);
                }
            }
        }
        whole
    }
}

impl Walker<'_> {
    /// Reads what a call runs out of files; `None` where it runs none that is known.
    pub(super) fn task(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let program = invocation.words.first()?.text();
        let name = program.rsplit('/').next().unwrap_or(program);
        type Reader = fn(&Invocation, &Path, &mut Shelf<'_>) -> Option<Task>;
        let reader: Reader = match name {
            "make" | "gmake" | "bmake" => make::read,
            "npm" | "yarn" | "pnpm" | "bun" => package::npm,
            "composer" => package::composer,
            "deno" => package::deno,
            "just" => just::read,
            "task" | "go-task" => taskfile::read,
            "rake" => rake::read,
            _ if !self.scene.follows_scripts && self.files.depth == 0 => return None,
            "." | "source" => sourced,
            "direnv" => allowed,
            "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" => named,
            _ if program.contains('/') => own,
            _ => return None,
        };
        if invocation.host != Host::Local
            || self.files.depth >= MAX_DEPTH
            || self.script.invocations.len() >= MAX_CALLS
        {
            return None;
        }
        let cwd = invocation.cwd(self.scene)?;
        // `make -f -`, `make -f <(…)`
        let fed = invocation.args().iter().find(|word| word.text() == "-" || word.text().starts_with(HOLE));
        let input = fed.filter(|_| name.ends_with("make")).and_then(|word| match read_from(word) {
            Some(made) => self.literal_output(made),
            None => self.literal_input(&invocation.stdin),
        });
        let task = reader(invocation, &cwd, &mut Shelf { files: &mut self.files, input })?;
        if task.via == package::INSTALL {
            self.push(invocation.clone());
        }
        Some(self.run(invocation, &task))
    }

    /// The text of a file on this machine that a call reads.
    pub(super) fn local_text(&mut self, file: &Word, invocation: &Invocation) -> Option<String> {
        if invocation.host != Host::Local || file.glob {
            return None;
        }
        let path = invocation.cwd(self.scene)?.join(file.known()?);
        Shelf { files: &mut self.files, input: None }.text(&path, "read")
    }

    fn run(&mut self, invocation: &Invocation, task: &Task) -> Vec<usize> {
        let span = invocation.span;
        let mut made = Vec::new();
        self.files.depth += 1;
        self.bodies += 1;
        for part in &task.parts {
            let mut frame = self.task_frame(invocation, task, part.shell);
            let texts: Vec<&str> = match part.by_line {
                true => part.text.lines().collect(),
                false => {
                    cut::commands(&part.text, part.shell).into_iter().map(|range| &part.text[range]).collect()
                }
            };
            for text in texts {
                if self.script.invocations.len() >= MAX_CALLS || !self.take_reading(span) {
                    break;
                }
                let before = part.by_line.then(|| frame.clone());
                let outer = std::mem::replace(&mut self.frame, frame);
                made.extend(self.text(text));
                frame = std::mem::replace(&mut self.frame, outer);
                frame = before.unwrap_or(frame);
            }
            if task.here {
                (self.frame.dir, self.frame.vars) = (frame.dir, frame.vars);
            }
        }
        self.bodies -= 1;
        self.files.depth -= 1;
        for &index in &made {
            self.script.invocations[index].redirects.extend(invocation.redirects.iter().cloned());
        }
        made
    }

    fn task_frame(&self, invocation: &Invocation, task: &Task, shell: Shell) -> Frame {
        let variable = |name: &str, value: Word, exported| Variable {
            name: name.to_owned(),
            value,
            exported,
            content: Content::Value,
        };
        let mut vars: Vec<Variable> = match task.here {
            true => self.frame.vars.clone(),
            false => self.frame.vars.iter().filter(|variable| variable.exported).cloned().collect(),
        };
        vars.extend(invocation.assignments.iter().map(|set| variable(&set.name, set.value.clone(), true)));
        vars.extend(task.set.iter().map(|(name, value)| variable(name, value.clone(), true)));
        let mut via = invocation.via.clone();
        via.push(task.via);
        let mut arguments = task.arguments.as_deref();
        if let Some([program, rest @ ..]) = arguments {
            vars.push(variable("0", program.clone(), false));
            vars.push(variable("BASH_SOURCE", program.clone(), false));
            arguments = Some(rest);
        }
        Frame {
            shell,
            place: Place::Within(invocation.span),
            dir: task.dir.clone(),
            vars,
            via,
            host: invocation.host.clone(),
            stdin: invocation.stdin.clone(),
            outer: Vec::new(),
            exports_all: self.frame.exports_all,
            arguments: arguments.map(Into::into),
        }
    }
}

/// `./deploy.sh a b`, `scripts/deploy`.
fn own(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    script(invocation, &invocation.words, None, cwd, shelf)
}

/// `sh deploy.sh a b`.
fn named(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let args = Args::read(invocation.args(), "o= O= rcfile= init-file=", true);
    // `bash -n` reads and runs nothing.
    if args.has("n") {
        return None;
    }
    let file = args.operands().first()?;
    let at = position(&invocation.words, file)?;
    let shell = Shell::from_name(invocation.program()).unwrap_or_default();
    script(invocation, &invocation.words[at..], Some(shell), cwd, shelf)
}

/// `source ./env.sh`, `. ./env.sh`: in this very shell.
fn sourced(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let words = invocation.args();
    let mut task = script(invocation, words, Some(Shell::Bash), cwd, shelf)?;
    task.here = true;
    if words.len() == 1 {
        task.arguments = None;
    }
    Some(task)
}

/// `direnv allow`, and with it the `.envrc` that is then run at once and at each visit.
fn allowed(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let args = Args::read(invocation.args(), "", false);
    let [verb, rest @ ..] = args.operands() else { return None };
    if !matches!(verb.text(), "allow" | "permit" | "grant" | "reload") {
        return None;
    }
    let named = cwd.join(rest.first().map_or(Some(""), |word| word.known())?);
    let path = if named.is_dir() { named.join(".envrc") } else { named };
    let part = Part::script(shelf.text(&path, "")?.replace("\r\n", "\n"));
    Some(Task::new("direnv", invocation.dir.clone(), vec![part]))
}

/// A shell script as a file: by its first line, its name, or because a shell is asked to run it.
fn script(
    invocation: &Invocation,
    words: &[Word],
    shell: Option<Shell>,
    cwd: &Path,
    shelf: &mut Shelf<'_>,
) -> Option<Task> {
    let name = words.first()?.known()?;
    let path = match name.strip_prefix("~/") {
        Some(_) => return None,
        None => cwd.join(name),
    };
    // What the system brings along is no script of the user's.
    if ["/usr/", "/bin/", "/sbin/", "/lib", "/nix/", "/snap/", "/opt/homebrew/", "/proc/", "/dev/"]
        .iter()
        .any(|system| path.starts_with(system))
    {
        return None;
    }
    let text = shelf.text(&path, "")?;
    let of_first_line = interpreter(&text);
    let of_name = Path::new(name).extension().and_then(|ending| ending.to_str());
    let shell = match (shell, of_first_line) {
        (Some(shell), _) => shell,
        (None, Some(interpreter)) => Shell::from_name(interpreter)?,
        (None, None) if matches!(of_name, Some("sh" | "bash" | "zsh") | None) && !text.contains('\0') => {
            Shell::Bash
        }
        (None, None) => return None,
    };
    let arguments = words.iter().all(|word| !word.glob && (word.known().is_some() || word.quoted));
    let part = Part { text: text.replace("\r\n", "\n"), shell, by_line: false };
    let mut task = Task::new("script", invocation.dir.clone(), vec![part]);
    task.arguments = arguments.then(|| words.to_vec());
    Some(task)
}

/// The file name of the program that `#!` names, `env` looked through.
fn interpreter(text: &str) -> Option<&str> {
    let mut words = text.lines().next()?.strip_prefix("#!")?.split_whitespace();
    let first = words.next()?;
    let program = match first.ends_with("/env") {
        true => words.find(|word| !word.starts_with('-') && !word.contains('='))?,
        false => first,
    };
    Some(program.rsplit('/').next().unwrap_or(program))
}

/// A word that does not stand in the line.
fn given(text: impl Into<String>, span: Span) -> Word {
    Word::literal(text, span)
}

/// The directory of a call and a path inside, as the walker and as the file system have it.
fn inside(dir: &Dir, cwd: &Path, path: Option<&str>) -> (Dir, PathBuf) {
    match path {
        Some(path) => (super::runner::enter(dir, path), cwd.join(path)),
        None => (dir.clone(), cwd.to_owned()),
    }
}

/// The first of these files that exists, here or in a directory above.
fn upwards(cwd: &Path, names: &[&str]) -> Option<PathBuf> {
    cwd.ancestors()
        .take(8)
        .find_map(|dir| names.iter().map(|name| dir.join(name)).find(|path| path.is_file()))
}
