//! Which hooks stand in a repository, so that it makes a difference to pass them over.

use super::{Key, Value};
use crate::effect::safeguard::HooksTarget;
use crate::git::Git;
use std::fs;
use std::path::{Path, PathBuf};

/// Answers about the hooks of repositories, each asked once.
#[derive(Default)]
pub struct Cache {
    seen: Vec<(PathBuf, Vec<String>, Option<Vec<String>>)>,
}

impl Cache {
    /// What is true of these hooks.
    pub fn read(&mut self, target: &HooksTarget, key: Key) -> Value {
        if !matches!(key, Key::SafeguardPresent | Key::SafeguardHooks) {
            return Value::Unknown;
        }
        let Some(dir) = &target.dir else { return Value::Unknown };
        let known = self.seen.iter().find(|(seen, names, _)| seen == dir && *names == target.names);
        let found = match known {
            Some((_, _, found)) => found.clone(),
            None => {
                let found = installed(dir, &target.names);
                self.seen.push((dir.clone(), target.names.clone(), found.clone()));
                found
            }
        };
        match (key, found) {
            (_, None) => Value::Unknown,
            (Key::SafeguardPresent, Some(found)) => Value::Flag(!found.is_empty()),
            (_, Some(found)) => Value::List(found),
        }
    }
}

/// The hooks with these names (all with none) that would run in the repository around `dir`; `None` where there is
/// no repository to be seen.
fn installed(dir: &Path, names: &[String]) -> Option<Vec<String>> {
    // git itself knows of `core.hooksPath` in every file of settings, and of worktrees.
    let git = Git::at(dir);
    let answer = git.ask(&["rev-parse", "--show-toplevel", "--git-path", "hooks"])?;
    let (root, hooks) = answer.split_once('\n')?;
    let (root, hooks) = (PathBuf::from(root), dir.join(hooks));
    let wanted = |name: &str| match names {
        [] => HOOKS.contains(&name),
        names => names.iter().any(|known| known == name),
    };
    let mut found = Vec::new();
    let mut add = |name: String| {
        if !found.contains(&name) {
            found.push(name);
        }
    };
    for dir in [hooks, root.join(".husky")] {
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        let files = entries.flatten().filter(|entry| entry.metadata().is_ok_and(|data| data.is_file()));
        let files = files.filter_map(|entry| entry.file_name().into_string().ok());
        files.filter(|name| wanted(name)).for_each(&mut add);
    }
    // Managers of hooks that are set up by a file in the repository.
    for (file, of) in [
        (".pre-commit-config.yaml", "pre-commit"),
        ("lefthook.yml", "lefthook"),
        (".overcommit.yml", "overcommit"),
    ] {
        let Some(text) = crate::action::file_text(&root.join(file)) else { continue };
        let concerned = match names {
            [] => true,
            names if of == "pre-commit" => {
                names.iter().any(|name| name == "pre-commit")
                    || text.contains("pre-push") && names.iter().any(|name| name == "pre-push")
            }
            names => names.iter().any(|name| text.contains(name.as_str())),
        };
        if concerned {
            add(format!("{of} ({file})"));
        }
    }
    found.sort();
    Some(found)
}

/// The hooks that can refuse something.
const HOOKS: &[&str] = &[
    "pre-commit",
    "commit-msg",
    "prepare-commit-msg",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "applypatch-msg",
    "pre-applypatch",
    "pre-receive",
    "update",
    "post-checkout",
    "post-commit",
    "post-merge",
];
