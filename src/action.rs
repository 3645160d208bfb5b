//! What is about to happen, and where: the line or the change that is judged, and the scene around it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where an action is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A line typed into a shell.
    Terminal,
    /// A git hook, also in CI.
    Git,
    /// A tool call of a coding agent.
    Agent,
}

/// Variables in which a shell hands a line to the gate: as typed, with aliases expanded, and the functions it names.
pub const HANDED: [&str; 3] = ["FORESTALL_TYPED", "FORESTALL_EXPANDED", "FORESTALL_FUNCTIONS"];

/// Who is about to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person at the keyboard.
    Human,
    /// A coding agent.
    Agent,
}

/// The shell whose grammar the line is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shell {
    /// GNU bash, and anything POSIX.
    #[default]
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
}

impl Shell {
    /// The shell with this name, or with this file name in a path.
    pub fn from_name(name: &str) -> Option<Shell> {
        match name.rsplit('/').next().unwrap_or(name) {
            "bash" | "sh" | "dash" => Some(Shell::Bash),
            "zsh" => Some(Shell::Zsh),
            "fish" => Some(Shell::Fish),
            _ => None,
        }
    }

    /// The name as typed.
    pub fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
        }
    }

    /// The text as one word of this shell, in quotes only where it needs them.
    pub fn word(self, text: &str) -> Cow<'_, str> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+@,%".contains(c);
        if !text.is_empty() && text.chars().all(is_plain) {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(self.quoted(text))
        }
    }

    /// The text as one word of this shell.
    pub fn quoted(self, text: &str) -> String {
        match self {
            Shell::Bash | Shell::Zsh => format!("'{}'", text.replace('\'', r"'\''")),
            Shell::Fish => format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'")),
        }
    }
}

/// A line of shell text as bytes in, text out, with offsets kept.
///
/// A byte that is not UTF-8 becomes one SUB character (U+001A), which is one byte long too: a span in `text` is
/// therefore a span in the bytes that were typed.
#[derive(Clone, Debug)]
pub struct Line {
    text: String,
}

impl Line {
    /// Reads the bytes of a line; never fails.
    pub fn from_bytes(bytes: &[u8]) -> Line {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                let mut text = String::with_capacity(bytes.len());
                for chunk in bytes.utf8_chunks() {
                    text.push_str(chunk.valid());
                    text.extend(std::iter::repeat_n('\u{1a}', chunk.invalid().len()));
                }
                text
            }
        };
        Line { text }
    }

    /// The text, as long in bytes as what was typed.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The place where an action would happen: directory, environment, aliases. Read lazily; nothing is copied.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Current directory of the shell, absolute.
    pub cwd: PathBuf,
    /// Whose grammar the line is in.
    pub shell: Shell,
    /// Aliases of the shell, where it told us.
    pub aliases: Vec<(String, String)>,
    /// Functions of the shell, where it told us: their definitions, one after the other, as the shell prints them.
    pub functions: String,
    /// Lines that were typed before, with their numbers, oldest first and without the one that is judged, where
    /// the shell told us.
    pub history: Vec<(u64, String)>,
    /// Whether a script that the line names is read with it; not where whoever asks reads it for itself.
    pub follows_scripts: bool,
    vars: Vars,
}

#[derive(Clone, Debug)]
enum Vars {
    /// The environment of this process, which is the shell's exported one.
    Process,
    /// A given environment, in tests and in the examples of rules.
    Given(BTreeMap<String, String>),
}

impl Scene {
    /// The scene of this process.
    pub fn here(shell: Shell) -> Scene {
        let cwd = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Scene::new(cwd, shell, Vars::Process)
    }

    /// A scene with exactly these exported variables, for tests and the examples of rules.
    pub fn given(cwd: &Path, vars: BTreeMap<String, String>) -> Scene {
        Scene::new(cwd.to_owned(), Shell::Bash, Vars::Given(vars))
    }

    fn new(cwd: PathBuf, shell: Shell, vars: Vars) -> Scene {
        Scene {
            cwd,
            shell,
            aliases: Vec::new(),
            functions: String::new(),
            history: Vec::new(),
            follows_scripts: true,
            vars,
        }
    }

    /// Whether this is the scene of the running process (and files and repositories may be looked at), or a
    /// given one.
    pub fn is_live(&self) -> bool {
        matches!(self.vars, Vars::Process)
    }

    /// The value of an exported variable; bytes that are not UTF-8 are replaced.
    pub fn var(&self, name: &str) -> Option<String> {
        match &self.vars {
            // `var_os` panics on nothing, but a name with `=` or NUL can never be set.
            Vars::Process => std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()),
            Vars::Given(vars) => vars.get(name).cloned(),
        }
    }

    /// All exported variables; bytes that are not UTF-8 are replaced.
    pub fn vars(&self) -> Vec<(String, String)> {
        let lossy = |text: OsString| text.to_string_lossy().into_owned();
        match &self.vars {
            Vars::Process => std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect(),
            Vars::Given(vars) => vars.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        }
    }

    /// The user's home directory.
    pub fn home(&self) -> Option<PathBuf> {
        self.var("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
    }

    /// `path` as the shell would open it: relative to the current directory, `~/` as home.
    pub fn path(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.cwd.join(path),
        }
    }
}

/// Largest file that is read to find out what a line would do, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

/// The text of a regular file of modest size; bytes that are not UTF-8 are replaced. A pipe or a device is never
/// opened, since that could wait for ever.
pub fn file_text(path: &Path) -> Option<String> {
    let found = path.metadata().ok()?;
    if !found.is_file() || found.len() > MAX_FILE {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_FILE).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_keep_their_offsets() {
        let line = Line::from_bytes(b"ls \xff\xfe x");
        assert_eq!(line.text(), "ls \u{1a}\u{1a} x");
        assert_eq!(line.text().find('x'), Some(6));
    }
}
