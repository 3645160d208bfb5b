//! Keeps work that no commit holds, in commits of the form that `git stash` makes, so that git itself can put it
//! back: the working tree on top of HEAD, the index, and what git did not track.

use super::loss::Loss;
use super::{RescueError, RestoreError, Scope};
use crate::action::Scene;
use crate::effect::git::{Act, WorkTarget};
use crate::fact::repository::{Lost, lost};
use crate::git::{Git, GitError};
use std::fs;
use std::path::Path;

/// Where the name of a backup says that it holds changes: `refs/work/<branch>`.
const CHANGES: &str = "refs/work/";
/// Where it says that it holds an entry of the stash: `refs/stash-entry/<number>`.
const ENTRY: &str = "refs/stash-entry/";

/// Whether the name of a backup says that it is no ref.
pub(super) fn is_work(name: &str) -> bool {
    name.starts_with(CHANGES) || name.starts_with(ENTRY)
}

/// Most bytes of files that git does not have which are copied into its object store.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Most of those files.
const MAX_FILES: usize = 20_000;
/// Most entries of the stash that are kept.
const MAX_ENTRIES: usize = 100;

/// Whether what this would throw away can be kept.
pub(super) fn can_keep(target: &WorkTarget) -> bool {
    let kept = matches!(
        target.act,
        Act::Reset { .. }
            | Act::Unstage
            | Act::Staged
            | Act::Restore(_)
            | Act::Remove { .. }
            | Act::Clean(_)
            | Act::Stash { .. }
    );
    kept && target.dir.is_some() && target.place.is_empty()
}

/// What has to be kept, as commits that exist already or are made here.
pub(super) fn losses(git: &Git, target: &WorkTarget, scene: &Scene) -> Result<Vec<Loss>, RescueError> {
    let loss = |name: String, oid: String| Loss { scope: Scope::Local, name, oid, address: None };
    if let Act::Stash { entry, .. } = &target.act {
        let listed = git.run(&["stash", "list", "--format=%H"])?.text();
        let entries = listed.lines().take(MAX_ENTRIES).enumerate();
        let all = entries.map(|(number, oid)| loss(format!("{ENTRY}{number}"), oid.to_owned()));
        let Some(entry) = entry else { return Ok(all.collect()) };
        let entry = match entry.bytes().all(|byte| byte.is_ascii_digit()) {
            true => format!("stash@{{{entry}}}"),
            false => entry.clone(),
        };
        let oid = git.resolve(&entry);
        return Ok(all.filter(|loss| Some(&loss.oid) == oid.as_ref()).collect());
    }
    let Some(lost) = lost(target, scene) else { return Err(RescueError::Unknown("work")) };
    let branch = git.ask(&["symbolic-ref", "--quiet", "--short", "HEAD"]);
    let name = format!("{CHANGES}{}", branch.as_deref().unwrap_or("HEAD"));
    Ok(snapshot(git, &lost)?.map(|oid| loss(name, oid)).into_iter().collect())
}

/// A commit that `git stash apply` can put back; `None` where there is nothing to keep.
fn snapshot(git: &Git, lost: &Lost) -> Result<Option<String>, RescueError> {
    let head = git.resolve("HEAD").ok_or(RescueError::NoCommit)?;
    let changes = git.run(&["stash", "create", "kept by forestall"])?.text();
    let loose = loose(git, lost)?;
    if loose.is_empty() {
        return Ok((!changes.is_empty()).then_some(changes));
    }
    let untracked = store(git, &loose)?;
    let (tree, index) = match changes.is_empty() {
        true => (format!("{head}^{{tree}}"), commit(git, &format!("{head}^{{tree}}"), &[&head])?),
        false => (format!("{changes}^{{tree}}"), format!("{changes}^2")),
    };
    commit(git, &tree, &[&head, &index, &untracked]).map(Some)
}

/// Pathspecs of the files that git does not track.
fn loose(git: &Git, lost: &Lost) -> Result<Vec<String>, RescueError> {
    let root = git.top_level().ok_or(RescueError::NoRepository)?;
    let mut specs: Vec<String> = Vec::new();
    let mut room = Room { bytes: MAX_BYTES, files: MAX_FILES };
    let top = |name: &String| format!(":(top,literal){name}");
    if !lost.files.is_empty() {
        // A file in the way of a revision is lost like one with changes, and the index does not know it.
        let named: Vec<String> = lost.files.iter().map(top).collect();
        let mut args = vec!["ls-files", "-z", "--full-name", "--"];
        args.extend(named.iter().map(String::as_str));
        let known = git.run(&args)?.text();
        let known: Vec<&str> = known.split('\0').collect();
        for name in lost.files.iter().filter(|name| !known.contains(&name.as_str())) {
            room.take(&root.join(name))?;
            specs.push(top(name));
        }
    }
    for name in &lost.loose {
        room.take(&git.dir().join(name))?;
        specs.push(format!(":(literal){}", name.trim_end_matches('/')));
    }
    Ok(specs)
}

/// How much may still be copied.
struct Room {
    bytes: u64,
    files: usize,
}

impl Room {
    fn take(&mut self, path: &Path) -> Result<(), RescueError> {
        let mut left = vec![path.to_owned()];
        while let Some(path) = left.pop() {
            let Ok(found) = path.symlink_metadata() else { continue };
            if found.is_dir() {
                let Ok(entries) = fs::read_dir(&path) else { continue };
                left.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
            }
            self.files = self.files.checked_sub(1).ok_or(RescueError::TooLarge)?;
            let bytes = if found.is_file() { found.len() } else { 0 };
            self.bytes = self.bytes.checked_sub(bytes).ok_or(RescueError::TooLarge)?;
        }
        Ok(())
    }
}

/// A commit of these files alone. It is made through an index of its own, so that the person's stays as it is.
fn store(git: &Git, specs: &[String]) -> Result<String, RescueError> {
    let git_dir = git.run(&["rev-parse", "--absolute-git-dir"])?.text();
    let index = Path::new(&git_dir).join(format!("forestall-{}.index", std::process::id()));
    let aside = git.with_index(&index);
    let mut args = vec!["add", "--force", "--"];
    args.extend(specs.iter().map(String::as_str));
    let tree = aside.run(&args).and_then(|_| aside.run(&["write-tree"]));
    let _ = fs::remove_file(&index);
    commit(git, &tree?.text(), &[])
}

fn commit(git: &Git, tree: &str, parents: &[&str]) -> Result<String, RescueError> {
    // Nobody has to have told git a name for this.
    let mut args = vec!["-c", "user.name=forestall", "-c", "user.email=forestall@localhost"];
    args.extend(["-c", "commit.gpgSign=false", "commit-tree", tree, "-m", "kept by forestall"]);
    args.extend(parents.iter().flat_map(|parent| ["-p", parent]));
    Ok(git.run(&args)?.text())
}

/// Puts changes back into the files, or an entry back on the stash. Says what it did.
pub(super) fn restore(git: &Git, backup: &super::Backup) -> Result<String, RestoreError> {
    let oid = &backup.oid;
    if backup.name.starts_with(ENTRY) {
        git.run(&["stash", "store", "--message", &backup.subject, oid])?;
        return Ok(format!("put back on the stash: {}", backup.subject));
    }
    put_deleted_back(git, oid)?;
    let apply = |args: &[&str]| git.run(&[&["stash", "apply", "--quiet"], args, &[oid.as_str()]].concat());
    // What was in the index goes there again, where nothing else is in it by now.
    let is_free = git.test(&["diff", "--cached", "--quiet"]).unwrap_or(false);
    let applied = match is_free {
        true => apply(&["--index"]).or_else(|error| match error {
            GitError::Failed { message, .. } if message.contains("without --index") => apply(&[]),
            error => Err(error),
        }),
        false => apply(&[]),
    };
    match applied {
        Ok(_) => Ok(format!("put the {} back into the files", backup.short())),
        Err(GitError::Failed { message, .. }) => Err(RestoreError::NotApplied { message, oid: oid.clone() }),
        Err(error) => Err(error.into()),
    }
}

/// A file whose deletion is in the index stands in the way of its own changes.
fn put_deleted_back(git: &Git, oid: &str) -> Result<(), GitError> {
    let Some(root) = git.top_level() else { return Ok(()) };
    let parent = format!("{oid}^1");
    let head = ["diff", "--name-only", "-z", "--no-renames", "--no-relative"];
    let changed = git.run(&[&head[..], &[&parent, oid, "--"]].concat())?.text();
    let named: Vec<String> = changed
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(|name| format!(":(top,literal){name}"))
        .collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    if named.is_empty() {
        return Ok(());
    }
    let deleted =
        git.run(&[&head[..], &["--cached", "--diff-filter=D", "HEAD", "--"], &named].concat())?.text();
    let gone = |name: &&str| !name.is_empty() && root.join(name).symlink_metadata().is_err();
    for name in deleted.split('\0').filter(gone) {
        git.run(&["checkout", "--quiet", "HEAD", "--", &format!(":(top,literal){name}")])?;
    }
    Ok(())
}
