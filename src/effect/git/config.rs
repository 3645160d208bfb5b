//! What git's configuration makes of a command: aliases, and pushes that are more than they seem.
//!
//! The files are read as bytes, without git: this is asked of every `git push` and of every alias that people
//! type many times a day.

use crate::action::Scene;
use std::fs;
use std::path::{Path, PathBuf};

/// Largest configuration file that is looked at.
const MAX_CONFIG: u64 = 256 * 1024;
/// How deep files may include others.
const MAX_INCLUDES: usize = 5;

/// What an alias stands for in the repository of this directory, or globally.
pub(super) fn alias(dir: Option<&Path>, name: &str, scene: &Scene) -> Option<String> {
    let well_formed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !scene.is_live() || name.is_empty() || !well_formed {
        return None;
    }
    value(dir, &format!("alias.{name}"), scene)
}

/// The value of `section.key`, in small letters, in the repository of this directory, or globally.
pub(super) fn value(dir: Option<&Path>, name: &str, scene: &Scene) -> Option<String> {
    let (wanted_section, wanted_key) = name.split_once('.').filter(|_| scene.is_live())?;
    let mut found = None;
    let mut look = |section: &str, key: &str, value: String| {
        if section.eq_ignore_ascii_case(wanted_section) && key.eq_ignore_ascii_case(wanted_key) {
            found = Some(value);
        }
    };
    // The later file wins, as git has it.
    for file in global_files(scene).into_iter().chain(dir.and_then(config_file)) {
        read(&file, scene, 0, &mut look);
    }
    found
}

/// What a push without force in its words does all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PushConfig {
    /// The remote has `mirror = true`.
    pub mirror: bool,
    /// The remote has a `push = +…` refspec.
    pub forced: bool,
}

/// Looks for settings that change every push to this remote; to any, where none is named.
pub(super) fn push(dir: Option<&Path>, remote: &str, scene: &Scene) -> PushConfig {
    let mut found = PushConfig::default();
    let Some(file) = dir.filter(|_| scene.is_live()).and_then(config_file) else { return found };
    read(&file, scene, MAX_INCLUDES, &mut |section, key, value| {
        let Some(name) = section.strip_prefix("remote \"").and_then(|rest| rest.strip_suffix('"')) else {
            return;
        };
        if !remote.is_empty() && name != remote {
            return;
        }
        if key.eq_ignore_ascii_case("mirror") {
            found.mirror = ["true", "yes", "on", "1"].iter().any(|yes| value.eq_ignore_ascii_case(yes));
        }
        found.forced |= key.eq_ignore_ascii_case("push") && value.starts_with('+');
    });
    found
}

/// The files that hold for every repository of the user, in the order in which git reads them.
fn global_files(scene: &Scene) -> Vec<PathBuf> {
    let mut files = Vec::new();
    if scene.var("GIT_CONFIG_NOSYSTEM").is_none() {
        files.push(PathBuf::from("/etc/gitconfig"));
    }
    if let Some(file) = scene.var("GIT_CONFIG_GLOBAL") {
        files.push(PathBuf::from(file));
        return files;
    }
    let home = scene.home();
    let xdg = scene.var("XDG_CONFIG_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    files.extend(xdg.or_else(|| Some(home.as_ref()?.join(".config"))).map(|xdg| xdg.join("git/config")));
    files.extend(home.map(|home| home.join(".gitconfig")));
    files
}

/// Whether HEAD stands on no branch.
pub(super) fn is_detached(dir: &Path) -> bool {
    let head = repository(dir).and_then(|(own, _)| fs::read_to_string(own.join("HEAD")).ok());
    head.is_some_and(|head| !head.is_empty() && !head.starts_with("ref:"))
}

/// Whether there is a repository with a commit that a push of these revisions to this remote might bring there: not
/// where each is a branch that is there as it was last fetched, or that is not here, which small files tell.
pub(super) fn has_news(dir: &Path, remote: &str, revisions: &[String]) -> bool {
    let Some((own, common)) = repository(dir) else { return false };
    let packed = common.join("packed-refs").exists() || common.join("reftable").exists();
    let remote = if remote.is_empty() { "origin" } else { remote };
    revisions.iter().any(|revision| {
        let head = match &**revision {
            "HEAD" => fs::read_to_string(own.join("HEAD")).unwrap_or_default(),
            branch => format!("ref: refs/heads/{branch}"),
        };
        let Some(branch) = head.trim().strip_prefix("ref: refs/heads/") else { return true };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        let is_commit = branch.len() >= 4 && branch.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !branch.chars().all(is_name) || is_commit || branch.starts_with('-') || branch.contains("..") {
            return true;
        }
        let Ok(tip) = fs::read(common.join("refs/heads").join(branch)) else {
            // It may be a tag, or packed.
            return packed || common.join("refs/tags").join(branch).exists();
        };
        fs::read(common.join("refs/remotes").join(remote).join(branch)).map_or(true, |there| there != tip)
    })
}

/// The configuration file of the repository that holds this directory.
fn config_file(dir: &Path) -> Option<PathBuf> {
    repository(dir).map(|(_, common)| common.join("config"))
}

/// The branch that HEAD is on, read without git: <https://git-scm.com/docs/gitrepository-layout>. `None` where refs are
/// kept in tables too.
pub(in crate::effect) fn current_branch(dir: &Path) -> Option<String> {
    let head = fs::read_to_string(repository(dir)?.0.join("HEAD")).ok()?;
    let name = head.trim().strip_prefix("ref: refs/heads/")?;
    (name != ".invalid").then(|| name.to_owned())
}

/// The `.git` directory for this directory, and the one that all worktrees share.
pub(super) fn repository(dir: &Path) -> Option<(PathBuf, PathBuf)> {
    dir.ancestors().find_map(|dir| {
        let inside = dir.join(".git");
        if inside.is_dir() {
            return Some((inside.clone(), inside));
        }
        // A worktree or a submodule: a file that names the directory.
        if inside.is_file() {
            let text = fs::read_to_string(&inside).ok()?;
            let named = dir.join(text.strip_prefix("gitdir:")?.trim());
            let common = fs::read_to_string(named.join("commondir")).ok();
            let common = common.map_or_else(|| named.clone(), |common| named.join(common.trim()));
            return Some((named, common));
        }
        let bare = dir.join("HEAD").is_file() && dir.join("objects").is_dir();
        bare.then(|| (dir.to_owned(), dir.to_owned()))
    })
}

/// Tells section, key and value of each setting in a file, in order. Files that it includes are read where they
/// stand, those with a condition too: which holds is for git to say, and an alias that might be in force counts.
fn read(file: &Path, scene: &Scene, depth: usize, tell: &mut dyn FnMut(&str, &str, String)) {
    if !fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.len() <= MAX_CONFIG) {
        return;
    }
    let Ok(bytes) = fs::read(file) else { return };
    settings(&String::from_utf8_lossy(&bytes), &mut |section, key, value| {
        let includes = section.eq_ignore_ascii_case("include") || section.starts_with("includeIf ");
        if !includes {
            tell(section, key, value);
        } else if depth < MAX_INCLUDES && key.eq_ignore_ascii_case("path") {
            let path = match value.strip_prefix("~/") {
                Some(rest) => scene.home().map(|home| home.join(rest)),
                None => file.parent().map(|dir| dir.join(&value)),
            };
            if let Some(path) = path {
                read(&path, scene, depth + 1, tell);
            }
        }
    });
}

/// The syntax of git-config(1): `[section "sub"]`, `key = value`, comments, quotes, escapes, lines that go on.
fn settings(text: &str, tell: &mut dyn FnMut(&str, &str, String)) {
    let mut section = "";
    let mut rest = text;
    while !rest.is_empty() {
        rest = rest.trim_start();
        let line = rest.split('\n').next().unwrap_or_default();
        if line.starts_with(['#', ';']) || line.is_empty() {
            rest = &rest[line.len()..];
        } else if let Some(header) = line.strip_prefix('[') {
            let end = header.rfind(']').unwrap_or(header.len());
            section = header[..end].trim();
            // A setting may stand behind the header.
            rest = &rest[(1 + end + 1).min(line.len())..];
        } else {
            let end = line.find(['=', '#', ';']).unwrap_or(line.len());
            let key = line[..end].trim();
            rest = &rest[end..];
            let value = match rest.strip_prefix('=') {
                Some(after) => {
                    let (value, after) = value_at(after);
                    rest = after;
                    value
                }
                None => {
                    rest = rest.find('\n').map_or("", |at| &rest[at..]);
                    "true".to_owned()
                }
            };
            tell(section, key, value);
        }
    }
}

/// The value at the beginning of the text, and what stands behind it.
fn value_at(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut kept = 0; // blanks at the end count only inside quotes
    let mut quoted = false;
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\n' => {
                out.truncate(kept);
                return (out, &text[at..]);
            }
            '"' => {
                quoted = !quoted;
                kept = out.len();
            }
            '#' | ';' if !quoted => {
                out.truncate(kept);
                return (out, text[at..].find('\n').map_or("", |end| &text[at + end..]));
            }
            '\\' => {
                match chars.next() {
                    Some((_, '\n')) | None => {}
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, other)) => out.push(other),
                }
                kept = out.len();
            }
            blank if blank.is_whitespace() && !quoted => {
                if !out.is_empty() {
                    out.push(blank);
                }
            }
            other => {
                out.push(other);
                kept = out.len();
            }
        }
    }
    out.truncate(kept);
    (out, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_git_reads_them() {
        let text = "# c\n[alias]\n\tlg = log --oneline ; c\n\tx = \"!f() { git push \\\"$1\\\" ; }; f\"\n\
                    long = one \\\n two\n[remote \"o\"] mirror\n\tpush = \"+refs/heads/*\"  \n[a]b=\n";
        let mut seen = Vec::new();
        settings(text, &mut |section, key, value| seen.push(format!("{section}.{key}={value}")));
        assert_eq!(
            seen,
            [
                "alias.lg=log --oneline",
                "alias.x=!f() { git push \"$1\" ; }; f",
                "alias.long=one  two",
                "remote \"o\".mirror=true",
                "remote \"o\".push=+refs/heads/*",
                "a.b=",
            ]
        );
    }

    #[test]
    fn broken_files_end() {
        for text in ["[", "[alias", "a", "=", "a=\"", "a=\\", "[a]]]", "\u{0}\u{ff}", "[a \"b\n", "]\n=\n[=]"]
        {
            settings(text, &mut |_, _, _| {});
        }
    }
}
