//! The git hooks: putting them into a repository, or before all repositories of a user, and taking them out again.
//!
//! In a repository, the hook that was there is renamed and run after ours. For all repositories, git 2.54 and later
//! are told in their configuration to run ours beside everything else; older ones get a folder of dispatchers
//! through `core.hooksPath`, each of which runs the repository's own hook too.

use crate::git::{Git, GitError};
use crate::surface::git::{CONFIG_HOOKS_SINCE, EVENTS, version};
use crate::surface::terminal::show::shell_quoted;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const REPOSITORY: &str = include_str!("../../hooks/git/repository.sh");
const DISPATCH: &str = include_str!("../../hooks/git/dispatch.sh");
const CONFIG: &str = include_str!("../../hooks/git/config.sh");
/// By this a hook is known as ours.
const MARK: &str = "# forestall git hook";
/// What is added to the name of the hook that was there before.
const KEPT: &str = ".before-forestall";
const HOOKS_PATH: &str = "core.hooksPath";

/// Every event for which git looks into the hooks folder (githooks(5)). A dispatcher stands for each, since with
/// `core.hooksPath` git looks nowhere else. `fsmonitor-watchman` and the `p4-` hooks are named by path or not run by git itself.
const ALL_EVENTS: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
];

/// Why hooks were not put in or taken out.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// A file could not be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// git said no.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Not in a repository.
    #[error("there is no git repository here")]
    NoRepository,
    /// Somebody else has set a hooks folder for all repositories.
    #[error("core.hooksPath is set to {path} for all repositories by somebody else, and is left alone")]
    ForeignHooksPath {
        /// The folder.
        path: String,
    },
    /// A hook was kept already, and another one stands in our place.
    #[error("{hook} is not forestall's, and {kept} is there already: which of them shall be kept?")]
    TwoHooks {
        /// The hook in place.
        hook: PathBuf,
        /// What was kept.
        kept: PathBuf,
    },
    /// No place for files of the user.
    #[error("there is no home directory to keep the hooks in")]
    NoHome,
    /// The path of the binary is not UTF-8.
    #[error("the path of the binary is not UTF-8; install it elsewhere")]
    BinaryPath,
}

impl HookError {
    /// What a person can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            HookError::ForeignHooksPath { .. } => Some(
                "call `forestall git-hook pre-push \"$@\"` and `forestall git-hook pre-commit \"$@\"` from the \
                 hooks in that folder, or unset core.hooksPath",
            ),
            HookError::NoRepository => Some("run it in a repository, or with --global for all of them"),
            HookError::TwoHooks { .. } => Some("remove or rename one of them, and run this again"),
            _ => None,
        }
    }
}

type Done = Result<Vec<String>, HookError>;

trait At<T> {
    fn at(self, path: &Path) -> Result<T, HookError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, HookError> {
        self.map_err(|error| HookError::File { path: path.to_owned(), error })
    }
}

/// The folder in which git looks for the hooks of this repository; worktrees share it.
pub fn hooks_folder(git: &Git) -> Result<PathBuf, HookError> {
    let common = git.common_dir().ok_or(HookError::NoRepository)?;
    // A relative core.hooksPath counts from the root of the working tree, or from a bare repository itself.
    let root = git.top_level().unwrap_or_else(|| common.clone());
    match git.ask(&["config", "--type=path", "--get", HOOKS_PATH]).filter(|path| !path.is_empty()) {
        Some(path) => Ok(root.join(path)),
        None => Ok(common.join("hooks")),
    }
}

/// Puts our hooks into the repository. Says what was done, line by line.
pub fn install(git: &Git, binary: &Path) -> Done {
    let folder = hooks_folder(git)?;
    if dispatchers().is_some_and(|ours| same_folder(&ours, &folder)) {
        return Ok(vec!["all repositories are protected already, this one too".to_owned()]);
    }
    if let Some(path) = wide_hooks_path(git)
        && git.ask(&["config", "--local", "--get", HOOKS_PATH]).is_none()
    {
        return Err(HookError::ForeignHooksPath { path });
    }
    // Everything is looked at before anything is changed.
    for event in EVENTS {
        let (hook, kept) = (folder.join(event), kept_at(&folder, event));
        if exists(&hook) && !is_ours(&hook) && exists(&kept) {
            return Err(HookError::TwoHooks { hook, kept });
        }
    }
    fs::create_dir_all(&folder).at(&folder)?;
    let mut done = Vec::new();
    for event in EVENTS {
        let (hook, kept) = (folder.join(event), kept_at(&folder, event));
        let text = script(REPOSITORY, binary, event)?;
        if fs::read(&hook).is_ok_and(|now| now == text.as_bytes()) {
            done.push(format!("{}: already there", hook.display()));
            continue;
        }
        if exists(&hook) && !is_ours(&hook) {
            fs::rename(&hook, &kept).at(&hook)?;
            done.push(format!("{}: kept, and run after ours", kept.display()));
        }
        write_script(&hook, &text)?;
        done.push(format!("{}: written", hook.display()));
    }
    Ok(done)
}

/// Takes our hooks out of the repository and puts back what was there.
pub fn uninstall(git: &Git) -> Done {
    let folder = hooks_folder(git)?;
    let mut folders = vec![folder];
    // Ours may stand where git does not look any more.
    folders.extend(git.common_dir().map(|common| common.join("hooks")).filter(|own| !folders.contains(own)));
    let mut done = Vec::new();
    for folder in &folders {
        if dispatchers().is_some_and(|ours| same_folder(&ours, folder)) {
            continue;
        }
        for event in EVENTS {
            let (hook, kept) = (folder.join(event), kept_at(folder, event));
            if is_ours(&hook) {
                if exists(&kept) {
                    fs::rename(&kept, &hook).at(&kept)?;
                    done.push(format!("{}: as it was before", hook.display()));
                } else {
                    fs::remove_file(&hook).at(&hook)?;
                    done.push(format!("{}: removed", hook.display()));
                }
            } else if exists(&kept) {
                done.push(format!("{}: left, since {} is not ours", kept.display(), hook.display()));
            }
        }
    }
    if done.is_empty() {
        done.push("nothing of forestall is installed in this repository".to_owned());
    }
    Ok(done)
}

/// Puts our hooks before all repositories of this user.
pub fn install_for_all(git: &Git, binary: &Path) -> Done {
    if version(git).is_some_and(|version| version >= CONFIG_HOOKS_SINCE) {
        return install_in_config(git, binary);
    }
    let folder = dispatchers().ok_or(HookError::NoHome)?;
    let wide = wide_hooks_path(git);
    if let Some(path) = wide.clone().filter(|path| !same_folder(&folder, Path::new(path))) {
        return Err(HookError::ForeignHooksPath { path });
    }
    fs::create_dir_all(&folder).at(&folder)?;
    let mut changed = false;
    for event in ALL_EVENTS {
        let text = script(DISPATCH, binary, event)?;
        let hook = folder.join(event);
        if !fs::read(&hook).is_ok_and(|now| now == text.as_bytes()) {
            write_script(&hook, &text)?;
            changed = true;
        }
    }
    if wide.is_none() {
        let path = folder.to_str().ok_or(HookError::NoHome)?;
        git.run(&["config", "--global", HOOKS_PATH, path])?;
        changed = true;
    }
    if !changed {
        return Ok(vec![format!("{}: already there", folder.display())]);
    }
    Ok(vec![
        format!("{}: written, and set as core.hooksPath for all repositories", folder.display()),
        "the hooks of each repository run after ours".to_owned(),
        "a repository that sets core.hooksPath itself (husky does) is not protected: run `forestall git install` \
         in it"
            .to_owned(),
    ])
}

/// Tells git in its configuration to run our hooks.
fn install_in_config(git: &Git, binary: &Path) -> Done {
    let mut done = Vec::new();
    for event in EVENTS {
        let name = format!("hook.forestall-{event}");
        let command = config_command(binary, event)?;
        let now = git.ask(&["config", "--global", "--get", &format!("{name}.command")]);
        if now.as_deref() == Some(&command) {
            done.push(format!("{name}: already there"));
            continue;
        }
        git.run(&["config", "--global", "--replace-all", &format!("{name}.event"), event])?;
        git.run(&["config", "--global", "--replace-all", &format!("{name}.command"), &command])?;
        done.push(format!("{name}: written into git's global configuration"));
    }
    Ok(done)
}

/// Takes out what [`install_for_all`] put in.
pub fn uninstall_for_all(git: &Git) -> Done {
    let mut done = Vec::new();
    for event in EVENTS {
        let name = format!("hook.forestall-{event}");
        if git.ask(&["config", "--global", "--get", &format!("{name}.command")]).is_some() {
            git.run(&["config", "--global", "--remove-section", &name])?;
            done.push(format!("{name}: removed from git's global configuration"));
        }
    }
    if let Some(folder) = dispatchers() {
        let set = git.ask(&["config", "--global", "--type=path", "--get", HOOKS_PATH]);
        if set.is_some_and(|path| same_folder(&folder, Path::new(&path))) {
            git.run(&["config", "--global", "--unset", HOOKS_PATH])?;
            done.push("core.hooksPath: no longer set".to_owned());
        }
        if folder.is_dir() {
            for event in ALL_EVENTS {
                let hook = folder.join(event);
                if is_ours(&hook) {
                    fs::remove_file(&hook).at(&hook)?;
                }
            }
            // Whatever else somebody put there stays.
            let _ = fs::remove_dir(&folder);
            done.push(format!("{}: removed", folder.display()));
        }
    }
    if done.is_empty() {
        done.push("nothing of forestall is installed for all repositories".to_owned());
    }
    Ok(done)
}

/// What stands between git and an event in this repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Ours runs, from this file or this setting.
    Ours(String),
    /// Ours is here, but git looks into another folder.
    Shadowed {
        /// Where ours is.
        ours: PathBuf,
        /// Where git looks.
        by: PathBuf,
    },
    /// Ours is not here.
    Missing,
}

/// The state of an event, and the hook that is run after ours.
pub fn status(git: &Git, event: &str) -> Result<(State, Option<PathBuf>), HookError> {
    let folder = hooks_folder(git)?;
    let hook = folder.join(event);
    let own = git.common_dir().map(|common| common.join("hooks").join(event));
    let kept = Some(kept_at(&folder, event)).filter(|kept| exists(kept));
    if crate::surface::git::judged_by_configuration(git, event) {
        let also = Some(hook).filter(|hook| exists(hook));
        return Ok((State::Ours(format!("hook.forestall-{event} in git's configuration")), kept.or(also)));
    }
    if is_ours(&hook) {
        let is_dispatcher = dispatchers().is_some_and(|ours| same_folder(&ours, &folder));
        let after = if is_dispatcher { own.filter(|own| exists(own)) } else { kept };
        return Ok((State::Ours(hook.display().to_string()), after));
    }
    let elsewhere = own.into_iter().chain(dispatchers().map(|folder| folder.join(event)));
    let state = match elsewhere.into_iter().find(|path| is_ours(path)) {
        // A dispatcher that is not set for anybody is nothing that could be shadowed.
        Some(ours) if ours.parent().is_some_and(|dir| git_would_look(git, dir)) => {
            State::Shadowed { ours, by: folder }
        }
        _ => State::Missing,
    };
    Ok((state, kept))
}

/// The state of an event for repositories that set no hooks folder of their own.
pub fn status_for_all(git: &Git, event: &str) -> State {
    let command = git.ask(&["config", "--global", "--get", &format!("hook.forestall-{event}.command")]);
    if command.is_some() && version(git).is_some_and(|version| version >= CONFIG_HOOKS_SINCE) {
        return State::Ours(format!("hook.forestall-{event} in git's global configuration"));
    }
    let wide = wide_hooks_path(git).map(PathBuf::from);
    let ours = dispatchers().map(|folder| folder.join(event)).filter(|hook| is_ours(hook));
    match (ours, wide) {
        (Some(hook), Some(path)) if hook.parent().is_some_and(|folder| same_folder(folder, &path)) => {
            State::Ours(hook.display().to_string())
        }
        (Some(ours), Some(by)) => State::Shadowed { ours, by },
        _ => State::Missing,
    }
}

/// Whether git would look into this folder if the repository did not set another one.
fn git_would_look(git: &Git, folder: &Path) -> bool {
    git.common_dir().is_some_and(|common| same_folder(&common.join("hooks"), folder))
        || wide_hooks_path(git).is_some_and(|path| same_folder(Path::new(&path), folder))
}

/// The hooks folder that is set for all repositories, by the user or the administrator.
fn wide_hooks_path(git: &Git) -> Option<String> {
    let set = |scope| {
        git.ask(&["config", scope, "--type=path", "--get", HOOKS_PATH]).filter(|path| !path.is_empty())
    };
    set("--global").or_else(|| set("--system"))
}

/// Where the dispatchers for all repositories are.
fn dispatchers() -> Option<PathBuf> {
    Some(directories::ProjectDirs::from("", "", "forestall")?.data_dir().join("git-hooks"))
}

fn same_folder(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn kept_at(folder: &Path, event: &str) -> PathBuf {
    folder.join(format!("{event}{KEPT}"))
}

/// Also for a link that leads nowhere.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// A regular file with our mark on its second line: a link to such a file is somebody else's.
fn is_ours(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_file())
        && fs::read(path).is_ok_and(|bytes| {
            String::from_utf8_lossy(&bytes).lines().nth(1).is_some_and(|line| line.starts_with(MARK))
        })
}

fn script(template: &str, binary: &Path, event: &str) -> Result<String, HookError> {
    let path = binary.to_str().ok_or(HookError::BinaryPath)?;
    Ok(template.replace("'@forestall@'", &shell_quoted(path)).replace("@event@", event))
}

/// The value of `hook.<name>.command`: the script without its comments. git puts the arguments behind its last
/// word.
fn config_command(binary: &Path, event: &str) -> Result<String, HookError> {
    let lines: Vec<&str> = CONFIG.lines().filter(|line| !line.starts_with('#')).collect();
    Ok(script(&lines.join("\n"), binary, event)?.trim_end().to_owned())
}

/// Writes a file that git can run, whole or not at all.
fn write_script(path: &Path, text: &str) -> Result<(), HookError> {
    let new = path.with_file_name(format!(
        "{}.new-{}",
        path.file_name().unwrap_or_default().to_string_lossy(),
        std::process::id()
    ));
    fs::write(&new, text).at(&new)?;
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).at(&new)?;
    fs::rename(&new, path).at(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    /// git 2.54 runs the command as `sh -c '<command> "$@"' '<command>' <arguments>`.
    fn run_as_git_does(binary: &Path) -> (Option<i32>, String) {
        let command = config_command(binary, "pre-push").unwrap();
        let output = Command::new("sh")
            .args(["-c", &format!("{command} \"$@\""), &command, "origin", "the url"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }

    #[test]
    fn the_command_for_the_configuration_blocks_passes_and_survives_a_missing_binary() {
        let dir = tempfile::tempdir().unwrap();
        let binary = dir.path().join("it's forestall");
        for (script, status) in [("exit 0", 0), ("exit 1", 1), ("kill -9 $$", 0), ("exit 2", 0)] {
            write_script(&binary, &format!("#!/bin/sh\necho \"$#:$*\"\n{script}\n")).unwrap();
            let (code, said) = run_as_git_does(&binary);
            assert_eq!(code, Some(status), "{script}: {said}");
            assert!(said.contains("4:git-hook pre-push origin the url"), "{said}");
        }
        fs::remove_file(&binary).unwrap();
        let (code, said) = run_as_git_does(&binary);
        assert_eq!(code, Some(0));
        assert!(said.contains("missing"), "{said}");
    }

    #[test]
    fn every_script_takes_any_path() {
        for template in [REPOSITORY, DISPATCH, CONFIG] {
            let text = script(template, Path::new("/opt/it's here/forestall"), "pre-push").unwrap();
            assert!(
                text.contains(r"'/opt/it'\''s here/forestall'") && !text.contains("@forestall@"),
                "{text}"
            );
            assert!(!text.contains("@event@"));
        }
    }
}
