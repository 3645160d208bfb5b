//! What would be lost with the files that a command names.

use super::sort::{is_made_again, is_precious, is_written};
use super::{Key, Value, glob, search};
use crate::effect::file::{Act, PathTarget};
use crate::fact::repository::child::Git;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest time for asking git.
const PATIENCE: Duration = Duration::from_millis(1200);
/// Longest time for walking through directories.
const PATIENCE_FOR_WALK: Duration = Duration::from_millis(150);
/// Most entries that are walked through.
const MAX_ENTRIES: usize = 10_000;
/// Most repositories that are asked.
const MAX_REPOSITORIES: usize = 6;
/// Most names that are told.
const MAX_NAMES: usize = 5;

/// A walk through directories, within its bounds.
pub(super) struct Walk {
    left: usize,
    until: Instant,
}

impl Walk {
    fn new() -> Walk {
        Walk { left: MAX_ENTRIES, until: Instant::now() + PATIENCE_FOR_WALK }
    }

    /// Whether one more entry may be looked at.
    pub(super) fn step(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0 && (!self.left.is_multiple_of(64) || Instant::now() < self.until)
    }
}

/// What would be lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Loss {
    exists: bool,
    changed: usize,
    untracked: usize,
    outside: usize,
    precious: usize,
    /// Of these, what git ignores, which counts nowhere else.
    ignored: usize,
    written: usize,
    unpushed: usize,
    names: Vec<String>,
    /// Something could not be seen.
    unseen: bool,
}

/// Files of one repository.
struct Inside {
    root: PathBuf,
    /// From the root; none for the whole repository, its memory too.
    paths: Vec<String>,
}

impl Loss {
    /// Looks; `None` where nothing is known of the paths.
    pub(super) fn of(target: &PathTarget) -> Option<Loss> {
        if target.paths.is_empty() {
            return None;
        }
        let mut loss = Loss::default();
        let mut walk = Walk::new();
        let mut inside: Vec<Inside> = Vec::new();
        for path in paths(target, &mut loss, &mut walk) {
            let recursive = target.recursive;
            loss.sort(&path, recursive, &mut inside, &mut walk);
        }
        loss.unseen |= walk.left == 0 && loss.sum() == 0;
        let deadline = Instant::now() + PATIENCE;
        loss.unseen |= inside.len() > MAX_REPOSITORIES;
        for repository in inside.iter().take(MAX_REPOSITORIES) {
            if loss.ask(repository, deadline, &mut walk).is_none() {
                loss.unseen = true;
            }
        }
        Some(loss)
    }

    /// Puts a path to its repository, or counts what is there outside of any.
    fn sort(&mut self, path: &Path, recursive: bool, inside: &mut Vec<Inside>, walk: &mut Walk) {
        let Ok(metadata) = path.symlink_metadata() else { return };
        let name = path.to_string_lossy();
        if metadata.is_dir() && is_cache_of_tool(path) {
            return;
        }
        if metadata.is_dir() && path.join(".git").exists() {
            return inside.push(Inside { root: path.to_owned(), paths: Vec::new() });
        }
        let root = path.ancestors().skip(1).find(|dir| dir.join(".git").exists());
        if let Some(root) = root {
            let Ok(relative) = path.strip_prefix(root) else { return };
            let relative = relative.to_string_lossy().into_owned();
            match inside.iter_mut().find(|known| known.root == root) {
                Some(known) if known.paths.is_empty() => {}
                Some(known) => known.paths.push(relative),
                None => inside.push(Inside { root: root.to_owned(), paths: vec![relative] }),
            }
            return;
        }
        if metadata.is_symlink() || is_made_again(name.rsplit('/').next().unwrap_or_default(), false) {
            return;
        }
        if metadata.is_file() {
            self.outside(path, metadata.len());
        } else if metadata.is_dir() && recursive && !comes_from_archive(path) {
            self.below(path, inside, walk);
        }
    }

    /// Counts the files below a directory that lies in no repository.
    fn below(&mut self, dir: &Path, inside: &mut Vec<Inside>, walk: &mut Walk) {
        let mut open = vec![dir.to_owned()];
        while let Some(dir) = open.pop() {
            if dir.join(".git").exists() {
                inside.push(Inside { root: dir, paths: Vec::new() });
                continue;
            }
            let Ok(entries) = dir.read_dir() else {
                self.unseen = true;
                continue;
            };
            for entry in entries.flatten() {
                if !walk.step() {
                    return;
                }
                let Ok(kind) = entry.file_type() else { continue };
                let path = entry.path();
                if is_made_again(&entry.file_name().to_string_lossy(), false) || kind.is_symlink() {
                    continue;
                }
                if kind.is_dir() {
                    open.push(path);
                } else if kind.is_file() {
                    self.outside(&path, entry.metadata().map_or(0, |metadata| metadata.len()));
                }
            }
        }
    }

    fn outside(&mut self, path: &Path, length: u64) {
        if length > 0 {
            self.outside += 1;
            self.note(&path.to_string_lossy());
        }
    }

    /// Remembers what a file that would be lost is.
    fn note(&mut self, path: &str) {
        self.precious += usize::from(is_precious(path));
        self.written += usize::from(is_written(path));
        if self.names.len() < MAX_NAMES {
            self.names.push(path.to_owned());
        }
    }

    /// Asks git about files of one repository; `None` where it did not answer.
    fn ask(&mut self, repository: &Inside, deadline: Instant, walk: &mut Walk) -> Option<()> {
        let root = &repository.root;
        let git = Git::at(root, deadline);
        let whole = repository.paths.is_empty();
        let ignores = root.join(".gitignore").exists();
        let mut args = vec!["--literal-pathspecs", "status", "--porcelain=v1", "-z", "--untracked-files=all"];
        args.extend(["--ignored=traditional", "--no-renames", "--ignore-submodules=none", "--"]);
        let paths: Vec<&str> =
            repository.paths.iter().filter(|path| !is_made_again(path, true)).map(String::as_str).collect();
        if paths.is_empty() && !whole {
            return Some(());
        }
        args.extend(&paths);
        let listed = git.run(&args)?;
        for line in listed.split('\0').filter(|line| line.len() > 3) {
            let (state, name) = (&line[..2], &line[3..]);
            match state {
                "!!" => self.ignored(root, name, walk),
                "??" => {
                    let empty = root
                        .join(name)
                        .metadata()
                        .is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0);
                    if !empty && !is_made_again(name, ignores) {
                        self.untracked += 1;
                        self.note(name);
                    }
                }
                // A file that is gone holds nothing.
                _ if state.ends_with('D') || state == "D " => {}
                _ => {
                    self.changed += 1;
                    self.note(name);
                }
            }
        }
        if whole && root.join(".git").is_dir() {
            let alone = git.run(&["rev-list", "--count", "--branches", "--tags", "--not", "--remotes"])?;
            let stashed = git.run(&["stash", "list"])?;
            self.unpushed += alone.trim().parse::<usize>().ok()? + stashed.lines().count();
        }
        Some(())
    }

    /// What git ignores was declared worthless, but for what nobody can make again.
    fn ignored(&mut self, root: &Path, name: &str, walk: &mut Walk) {
        if is_made_again(name, false) {
            return;
        }
        let mut open = vec![root.join(name.trim_end_matches('/'))];
        while let Some(path) = open.pop() {
            if !walk.step() {
                return;
            }
            let Ok(metadata) = path.symlink_metadata() else { continue };
            if metadata.is_dir() {
                let entries = path.read_dir().into_iter().flatten().flatten();
                let kept =
                    entries.filter(|entry| !is_made_again(&entry.file_name().to_string_lossy(), false));
                open.extend(kept.map(|entry| entry.path()));
            } else if metadata.len() > 0 && is_precious(&path.to_string_lossy()) {
                self.ignored += 1;
                self.note(&path.strip_prefix(root).unwrap_or(&path).to_string_lossy());
            }
        }
    }

    fn sum(&self) -> usize {
        self.changed + self.untracked + self.outside + self.ignored + self.unpushed
    }

    pub(super) fn value(&self, key: Key) -> Value {
        // What was counted is there; only nothing can be an error.
        let count = |count: usize| if count == 0 && self.unseen { Value::Unknown } else { count.into() };
        match key {
            Key::PathExists => self.exists.into(),
            Key::PathChanged => count(self.changed),
            Key::PathUntracked => count(self.untracked),
            Key::PathOutside => count(self.outside),
            Key::PathPrecious => count(self.precious),
            Key::PathWritten => count(self.written),
            Key::PathUnpushed => count(self.unpushed),
            Key::PathLost => count(self.sum()),
            Key::PathNames if self.names.is_empty() => Value::Unknown,
            Key::PathNames => {
                let mut names = self.names.clone();
                let files = self.sum() - self.unpushed;
                names.extend((files > names.len()).then(|| format!("and {} more", files - names.len())));
                names.into()
            }
            Key::PathRecoverable if self.unseen => Value::Unknown,
            Key::PathRecoverable => (self.exists && self.sum() == 0).into(),
            _ => Value::Unknown,
        }
    }
}

/// The paths that are there and would be touched.
fn paths(target: &PathTarget, loss: &mut Loss, walk: &mut Walk) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for aim in &target.paths {
        if aim.glob {
            found.extend(glob::expand(&aim.path));
        } else if Path::new(&aim.path).symlink_metadata().is_ok() {
            found.push(PathBuf::from(&aim.path));
        }
    }
    loss.exists = !found.is_empty();
    match &target.act {
        Act::Delete => found.retain(|path| target.recursive || !path.is_dir() || path.is_symlink()),
        Act::Search(search) => {
            found = found.iter().flat_map(|start| search::find(start, search, walk)).collect();
        }
        Act::Mirror(source) => found = only_there(&found, Path::new(source), walk),
        // What is empty holds nothing, and into a directory things only go.
        Act::Overwrite => found
            .retain(|path| path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0)),
        // A sparse image without a block was only just made.
        Act::Format => found
            .retain(|path| path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.blocks() > 0)),
        Act::Permit => {}
    }
    found
}

/// What lies in the target of a mirror and not in its source.
fn only_there(targets: &[PathBuf], source: &Path, walk: &mut Walk) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if !source.is_dir() {
        return found;
    }
    let mut open: Vec<(PathBuf, PathBuf)> = targets
        .iter()
        .filter(|target| target.is_dir())
        .map(|target| (target.clone(), source.to_owned()))
        .collect();
    while let Some((target, source)) = open.pop() {
        for entry in target.read_dir().into_iter().flatten().flatten() {
            if !walk.step() {
                return found;
            }
            let there = source.join(entry.file_name());
            if there.symlink_metadata().is_err() {
                found.push(entry.path());
            } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push((entry.path(), there));
            }
        }
    }
    found
}

/// A directory that a build tool marked as its own, as cargo does.
fn is_cache_of_tool(dir: &Path) -> bool {
    dir.join("CACHEDIR.TAG").exists() || dir.join("pyvenv.cfg").exists()
}

/// Beside it lies the archive that it was unpacked from.
fn comes_from_archive(dir: &Path) -> bool {
    ["tar.gz", "tgz", "zip", "tar.xz", "tar.bz2", "tar", "tar.zst"].iter().any(|extension| {
        let mut name = dir.as_os_str().to_owned();
        name.push(".");
        name.push(extension);
        Path::new(&name).is_file()
    })
}
