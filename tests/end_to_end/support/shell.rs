//! The shells that a line can be typed into.

use std::fs;
use std::path::{Path, PathBuf};

/// A kind of shell; as an [`Installed`] one it is the system's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    pub fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
        }
    }

    /// The file that an interactive shell of this kind reads, below the home directory.
    pub fn rc(self) -> &'static str {
        match self {
            Shell::Bash => ".bashrc",
            Shell::Zsh => ".zshrc",
            Shell::Fish => ".config/fish/config.fish",
        }
    }

    /// The line of an rc file that protects the shell.
    pub fn load_hook(self) -> String {
        match self {
            Shell::Fish => "forestall init fish | source".to_owned(),
            _ => format!("eval \"$(forestall init {})\"", self.name()),
        }
    }
}

/// A shell program of some version.
#[derive(Clone, Debug)]
pub struct Installed {
    pub shell: Shell,
    /// As the shell names it, such as `5.2.15`.
    pub version: String,
    /// Where it comes from, such as `Debian 12`.
    pub origin: String,
    pub program: PathBuf,
}

impl From<Shell> for Installed {
    fn from(shell: Shell) -> Installed {
        Installed {
            shell,
            version: String::new(),
            origin: String::new(),
            program: PathBuf::from(shell.name()),
        }
    }
}

impl Installed {
    /// What `tests/shells` found and fetched, the system's own first.
    pub fn all() -> Result<Vec<Installed>, String> {
        let file = fetched("list");
        match fs::read_to_string(&file) {
            Ok(list) => Ok(list.lines().map(Installed::from_line).collect()),
            Err(error) => Err(format!("{}: {error}; `tests/shells` makes it", file.display())),
        }
    }

    fn from_line(line: &str) -> Installed {
        let [shell, version, origin, program] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not four fields: {line}");
        };
        let shell = [Shell::Bash, Shell::Zsh, Shell::Fish]
            .into_iter()
            .find(|kind| kind.name() == shell)
            .unwrap_or_else(|| panic!("no shell: {line}"));
        Installed { shell, version: version.to_owned(), origin: origin.to_owned(), program: program.into() }
    }

    /// A name for people, without what changes from one fix to the next: `bash 5.2 (Debian 12)`.
    pub fn label(&self) -> String {
        let (major, minor) = self.release();
        format!("{} {major}.{minor} ({})", self.shell.name(), self.origin)
    }

    /// The same as one word: `bash-5.2-debian-12`.
    pub fn slug(&self) -> String {
        self.label().to_lowercase().replace(' ', "-").replace(['(', ')'], "")
    }

    /// Major and minor version.
    pub fn release(&self) -> (u32, u32) {
        let mut numbers = self.version.split('.').map(|part| part.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }
}

/// Where `tests/shells` has put what it unpacked under this name.
pub fn fetched(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_forestall")).ancestors().nth(2).unwrap();
    target.join("shells").join(name)
}
