//! What the configuration of a repository makes of a command: aliases, and pushes that are more than they seem.

use crate::action::Scene;
use std::fs;
use std::path::{Path, PathBuf};

/// Largest configuration file that is looked at.
const MAX_CONFIG: u64 = 256 * 1024;

/// What an alias stands for in the repository of this directory, or globally.
pub(super) fn alias(dir: Option<&Path>, name: &str, scene: &Scene) -> Option<String> {
    let well_formed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !scene.is_live() || name.is_empty() || !well_formed {
        return None;
    }
    let config = match dir.and_then(|dir| git2::Repository::discover(dir).ok()) {
        Some(repository) => repository.config().ok()?,
        None => git2::Config::open_default().ok()?,
    };
    config.get_string(&format!("alias.{name}")).ok()
}

/// What a push without force in its words does all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PushConfig {
    /// A remote has `mirror = true`.
    pub mirror: bool,
    /// A remote has a `push = +…` refspec.
    pub forced: bool,
}

/// Looks for settings that change every push, by the bytes of the repository's own file: this is asked of each
/// plain `git push`, where opening the repository would cost more than all the rest.
pub(super) fn push(dir: Option<&Path>, scene: &Scene) -> PushConfig {
    let mut found = PushConfig::default();
    let Some(file) = dir.filter(|_| scene.is_live()).and_then(config_file) else { return found };
    if !fs::metadata(&file).is_ok_and(|meta| meta.is_file() && meta.len() <= MAX_CONFIG) {
        return found;
    }
    let Ok(text) = fs::read(&file) else { return found };
    let mut in_remote = false;
    for line in text.split(|&byte| byte == b'\n') {
        let line = line.trim_ascii();
        if line.starts_with(b"[") {
            in_remote = line.len() > 7 && line[..7].eq_ignore_ascii_case(b"[remote");
        } else if in_remote && let Some(equals) = line.iter().position(|&byte| byte == b'=') {
            let (key, value) = (line[..equals].trim_ascii(), line[equals + 1..].trim_ascii());
            let value = value.strip_prefix(b"\"").unwrap_or(value);
            found.mirror |= key.eq_ignore_ascii_case(b"mirror")
                && [&b"true"[..], b"yes", b"on", b"1"].iter().any(|yes| value.eq_ignore_ascii_case(yes));
            found.forced |= key.eq_ignore_ascii_case(b"push") && value.starts_with(b"+");
        } else if in_remote && line.eq_ignore_ascii_case(b"mirror") {
            found.mirror = true;
        }
    }
    found
}

/// The configuration file of the repository that holds this directory.
fn config_file(dir: &Path) -> Option<PathBuf> {
    dir.ancestors().find_map(|dir| {
        let inside = dir.join(".git");
        if inside.is_dir() {
            return Some(inside.join("config"));
        }
        // A worktree or a submodule: a file that names the directory.
        if inside.is_file() {
            let text = fs::read_to_string(&inside).ok()?;
            let named = dir.join(text.strip_prefix("gitdir:")?.trim());
            let common = fs::read_to_string(named.join("commondir")).ok();
            let common = common.map_or_else(|| named.clone(), |common| named.join(common.trim()));
            return Some(common.join("config"));
        }
        (dir.join("HEAD").is_file() && dir.join("objects").is_dir()).then(|| dir.join("config"))
    })
}
