//! The hooks in `shell/`, with the absolute path of the binary written in, so that a later change of `PATH`
//! cannot put another program in its place.

use crate::action::Shell;
use std::io;
use std::path::{Path, PathBuf};

const BASH: &str = include_str!("../../shell/forestall.bash");
const ZSH: &str = include_str!("../../shell/forestall.zsh");
/// Stands in the hooks for the path of the binary, as a shell word.
const PLACE: &str = "'@forestall@'";

/// The running binary. The path by which it was called is kept where it is absolute, since an upgrade may
/// replace what a symbolic link points to.
pub fn binary() -> io::Result<PathBuf> {
    let called = std::env::args_os().next().map(PathBuf::from).filter(|path| path.is_absolute());
    called.filter(|path| path.is_file()).map_or_else(std::env::current_exe, Ok)
}

/// The hook of a shell that calls this binary.
pub fn text(shell: Shell, binary: &Path) -> io::Result<String> {
    let template = match shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "there is no hook for fish yet"));
        }
    };
    let path = binary.to_str().ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path of the binary is not UTF-8; install it elsewhere",
        )
    })?;
    Ok(template.replace(PLACE, &crate::surface::terminal::show::shell_quoted(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_one_quoted_word() {
        for shell in [Shell::Bash, Shell::Zsh] {
            let hook = text(shell, Path::new("/opt/it's here/forestall")).unwrap();
            assert!(hook.contains(r"='/opt/it'\''s here/forestall'"), "{hook}");
            assert!(!hook.contains("@forestall@"));
        }
    }
}
