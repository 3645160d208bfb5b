//! The hooks in `shell/`, with the absolute path of the binary written in, so that a later change of `PATH`
//! cannot put another program in its place.

use crate::action::Shell;
use std::io;
use std::path::{Path, PathBuf};

const BASH: &str = include_str!("../../shell/forestall.bash");
const BASH_PS0: &str = concat!(
    include_str!("../../shell/forestall-history.bash"),
    include_str!("../../shell/forestall-ps0.bash")
);
const BASH_DEBUG: &str = include_str!("../../shell/forestall-debug.bash");
const ZSH: &str = include_str!("../../shell/forestall.zsh");
const FISH: &str =
    concat!(include_str!("../../shell/forestall-keys.fish"), include_str!("../../shell/forestall.fish"));
/// Stands in the hooks for the path of the binary, as a shell word.
const BINARY: &str = "'@forestall@'";
/// Stands in the hooks for the state directory, as a shell word.
const STATE: &str = "'@state@'";
/// Stands in the hook of bash for a directory in memory, as a shell word; empty where there is none.
const MEMORY: &str = "'@memory@'";

/// Stands in the hooks for [`version`].
const VERSION: &str = "@version@";

/// The running binary. The path by which it was called is kept where it is absolute, since an upgrade may
/// replace what a symbolic link points to.
pub fn binary() -> io::Result<PathBuf> {
    let called = std::env::args_os().next().map(PathBuf::from).filter(|path| path.is_absolute());
    called.filter(|path| path.is_file()).map_or_else(std::env::current_exe, Ok)
}

fn template(shell: Shell) -> String {
    match shell {
        Shell::Bash => format!(
            "if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then\n{BASH_PS0}else\n{BASH_DEBUG}fi\n{BASH}"
        ),
        Shell::Zsh => ZSH.to_owned(),
        Shell::Fish => FISH.to_owned(),
    }
}

/// Tells one state of a hook from another: the version of the program, and a checksum of the hook (FNV-1a).
pub fn version(shell: Shell) -> String {
    let sum = template(shell)
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{}-{:08x}", env!("CARGO_PKG_VERSION"), sum >> 32)
}

/// The hook of a shell that calls this binary.
pub fn text(shell: Shell, binary: &Path) -> io::Result<String> {
    let word = |path: &Path| -> io::Result<String> {
        let path = path.to_str().ok_or_else(|| {
            let message = format!("{} is not UTF-8, which the hooks cannot name", path.display());
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })?;
        Ok(shell.quoted(path))
    };
    // Without a home nothing is ever left there.
    let state = crate::state::dir().unwrap_or_else(|| PathBuf::from("/nonexistent"));
    let text = template(shell).replace(VERSION, &version(shell));
    let memory = crate::state::memory_dir().unwrap_or_default();
    Ok(text.replace(BINARY, &word(binary)?).replace(STATE, &word(&state)?).replace(MEMORY, &word(&memory)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_one_quoted_word() {
        for (shell, word) in [
            (Shell::Bash, r"='/opt/it'\''s here/forestall'"),
            (Shell::Zsh, r"='/opt/it'\''s here/forestall'"),
            (Shell::Fish, r" '/opt/it\'s here/forestall'"),
        ] {
            let hook = text(shell, Path::new("/opt/it's here/forestall")).unwrap();
            assert!(hook.contains(word), "{hook}");
            assert!(!hook.contains("@forestall@") && !hook.contains("@state@"), "{hook}");
            assert!(hook.contains(&format!("hook={}", version(shell))), "{hook}");
        }
    }
}
