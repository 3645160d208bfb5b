//! Installing forestall into shells, proving that it works, and taking it out again.

pub mod git;
pub mod hook;
pub mod live;
pub mod model;
pub mod rc;
pub mod selftest;

use crate::action::Shell;
use std::path::PathBuf;

/// The shells that can be protected, in the order in which they are reported.
pub const SHELLS: &[Shell] = &[Shell::Bash, Shell::Zsh, Shell::Fish];

/// The program of a shell, if this machine has it.
pub fn program(shell: Shell) -> Option<PathBuf> {
    which::which(shell.name()).ok()
}

/// The file of an interactive shell of this user that the hook is loaded from: the one that it reads last, and for
/// fish one of our own, as is the custom there; its hook looks again before each prompt.
pub fn rc_file(shell: Shell) -> Option<PathBuf> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    match shell {
        Shell::Bash => Some(home?.join(".bashrc")),
        Shell::Zsh => {
            let dir = std::env::var_os("ZDOTDIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
            Some(dir.or(home)?.join(".zshrc"))
        }
        Shell::Fish => Some(fish_dir()?.join("conf.d/forestall.fish")),
    }
}

fn fish_dir() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    Some(set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")))?.join("fish"))
}

/// Whether this user has ever used the shell: fish fills the home directory of everybody who starts it.
pub fn is_used(shell: Shell) -> bool {
    shell != Shell::Fish || fish_dir().is_some_and(|dir| dir.is_dir())
}

/// Whether this user's rc files load the hook of a shell, put there by us or by hand.
pub fn is_set_up(shell: Shell) -> bool {
    let by_hand = (shell == Shell::Fish).then(|| Some(fish_dir()?.join("config.fish"))).flatten();
    rc_file(shell).into_iter().chain(by_hand).any(|path| rc::mentions_hook(&path, shell))
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
