//! Installing forestall into shells, proving that it works, and taking it out again.

pub mod git;
pub mod hook;
pub mod rc;
pub mod selftest;

use crate::action::Shell;
use std::path::PathBuf;

/// The shells that can be protected, in the order in which they are reported.
pub const SHELLS: &[Shell] = &[Shell::Bash, Shell::Zsh];

/// The program of a shell, if this machine has it.
pub fn program(shell: Shell) -> Option<PathBuf> {
    which::which(shell.name()).ok()
}

/// The file that an interactive shell of this user reads last.
pub fn rc_file(shell: Shell) -> Option<PathBuf> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    match shell {
        Shell::Bash => Some(home?.join(".bashrc")),
        Shell::Zsh => {
            let dir = std::env::var_os("ZDOTDIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
            Some(dir.or(home)?.join(".zshrc"))
        }
        Shell::Fish => None,
    }
}

/// What keeps bash's login shells (ssh, a console, macOS terminals) from reading `~/.bashrc`, which they read only
/// where their own file says so; `None` where nothing does.
pub fn login_gap() -> Option<String> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)?;
    // bash reads the first of these that is there.
    let files = [".bash_profile", ".bash_login", ".profile"].map(|name| home.join(name));
    let first = files.iter().find_map(|path| Some((path, std::fs::read(path).ok()?)));
    let path = match &first {
        Some((_, text)) if String::from_utf8_lossy(text).contains("bashrc") => return None,
        Some((path, _)) => path,
        None => &files[0],
    };
    Some(format!(
        "login shells, as over ssh, do not read .bashrc; add the line `. ~/.bashrc` to {}",
        path.display()
    ))
}
