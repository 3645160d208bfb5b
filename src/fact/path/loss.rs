//! What would be lost with the files that a command names.

use super::sort::{is_below_build, is_document, is_empty_database, is_made_again, is_precious, is_written};
use super::{Key, Value, glob, search};
use crate::action::file_text;
use crate::effect::file::{Act, PathTarget};
use crate::fact::archive;
use crate::fact::repository::child::Git;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

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
/// Most files whose lines are counted.
const MAX_COUNTED: usize = 2;
/// What was changed within this time is what somebody works on.
const FRESH: Duration = Duration::from_secs(3600);

/// A walk through directories, within its bounds.
pub(super) struct Walk {
    left: usize,
    until: Instant,
    /// A bound was reached before the end.
    cut: bool,
}

impl Walk {
    fn new() -> Walk {
        Walk { left: MAX_ENTRIES, until: Instant::now() + PATIENCE_FOR_WALK, cut: false }
    }

    /// Whether one more entry may be looked at.
    pub(super) fn step(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.cut |= self.left == 0 || (self.left.is_multiple_of(64) && Instant::now() >= self.until);
        !self.cut
    }
}

/// Lines of a text of modest size.
fn lines(path: &Path) -> usize {
    file_text(path).map_or(0, |text| text.lines().count())
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
    /// Lines of the first files that git does not have and somebody wrote.
    lines: usize,
    /// Of what git ignores, what people write by hand and somebody just did.
    fresh: usize,
    unpushed: usize,
    /// Of all that no commit holds.
    bytes: u64,
    names: Vec<String>,
    /// Less would be written than is there.
    shrinks: bool,
    /// Where it really lies, if that is not where its name says.
    elsewhere: Option<PathBuf>,
    /// Something could not be seen, so that nothing may be an error.
    unseen: bool,
    /// It is there, and who had to say what it is worth did not.
    unanswered: bool,
}

/// Files of one repository.
struct Inside {
    root: PathBuf,
    /// From the root; none for the whole repository, its memory too.
    paths: Vec<String>,
    /// Its memory alone.
    memory: bool,
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
        let mut parent = (PathBuf::new(), PathBuf::new());
        let through = matches!(target.act, Act::Overwrite | Act::Text(_) | Act::Remake(_) | Act::Merge(_));
        for path in paths(target, &mut loss, &mut walk) {
            let path = loss.really(path, through, &mut parent);
            if let Act::Text(length) = target.act {
                loss.shrinks |= path.metadata().is_ok_and(|metadata| metadata.len() >= 2 * length + 8);
            }
            loss.sort(&path, target.recursive, &mut inside, &mut walk);
        }
        let cut = walk.cut && loss.sum() == 0;
        loss.unanswered |= cut && target.recursive && target.act == Act::Delete;
        loss.unseen |= cut;
        let deadline = Instant::now() + PATIENCE;
        loss.unseen |= inside.len() > MAX_REPOSITORIES;
        for repository in inside.iter().take(MAX_REPOSITORIES) {
            if loss.ask(repository, deadline, &mut walk).is_none() {
                loss.unseen = true;
                loss.unanswered = true;
            }
        }
        Some(loss)
    }

    /// Where a path really is: a directory on the way to it may be a link, and who writes through a link writes
    /// what it leads to. `known` is the directory that was asked about last, and where that is.
    fn really(&mut self, path: PathBuf, through: bool, known: &mut (PathBuf, PathBuf)) -> PathBuf {
        if through && path.is_symlink() {
            return path.canonicalize().unwrap_or(path);
        }
        let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else { return path };
        if known.0 != dir {
            *known = (dir.to_owned(), dir.canonicalize().unwrap_or_else(|_| dir.to_owned()));
        }
        if known.1 == dir {
            return path;
        }
        let there = known.1.join(name);
        self.elsewhere.get_or_insert_with(|| known.1.clone());
        there
    }

    /// Puts a path to its repository, or counts what is there outside of any.
    fn sort(&mut self, path: &Path, recursive: bool, inside: &mut Vec<Inside>, walk: &mut Walk) {
        let Ok(metadata) = path.symlink_metadata() else { return };
        let name = path.to_string_lossy();
        if metadata.is_dir() && is_cache_of_tool(path) {
            return;
        }
        let whole = |root: &Path, memory| Inside { root: root.to_owned(), paths: Vec::new(), memory };
        if metadata.is_dir() && is_repository(path) {
            return inside.push(whole(path, false));
        }
        let root = path.ancestors().skip(1).find(|dir| is_repository(dir));
        if let Some(root) = root {
            let Ok(relative) = path.strip_prefix(root) else { return };
            if relative.starts_with(".git") {
                return inside.push(whole(root, true));
            }
            let relative = relative.to_string_lossy().into_owned();
            match inside.iter_mut().find(|known| known.root == root && !known.memory) {
                Some(known) if known.paths.is_empty() => {}
                Some(known) => known.paths.push(relative),
                None => inside.push(Inside { root: root.to_owned(), paths: vec![relative], memory: false }),
            }
            return;
        }
        // Who deletes all in `build/` means what is made again.
        let parts = usize::from(recursive);
        let tail = name.rmatch_indices('/').nth(parts).map_or(&*name, |(at, _)| &name[at + 1..]);
        if metadata.is_symlink() || is_made_again(tail, false) || is_below_build(&name) {
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
            if is_repository(&dir) {
                inside.push(Inside { root: dir, paths: Vec::new(), memory: false });
                continue;
            }
            let Ok(entries) = dir.read_dir() else {
                self.unseen = true;
                self.unanswered = true;
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
        if length > 0 && !is_empty_database(path) {
            self.outside += 1;
            self.bytes += length;
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
        if repository.memory {
            return self.remembered(&git);
        }
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
                    let found = root.join(name).symlink_metadata().ok();
                    // A link says where something is, and what is empty says nothing.
                    let is_nothing =
                        found.as_ref().is_some_and(|it| it.is_symlink() || (it.is_file() && it.len() == 0))
                            || is_empty_database(&root.join(name));
                    if !is_nothing && !is_made_again(name, ignores) {
                        let length = found.filter(Metadata::is_file).map(|it| it.len());
                        self.untracked += 1;
                        self.bytes += length.unwrap_or(0);
                        if self.untracked <= MAX_COUNTED && is_written(name) {
                            self.lines += lines(&root.join(name));
                        }
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
            self.remembered(&git)?;
        }
        Some(())
    }

    /// Counts what only this memory of a repository holds: commits that no remote has, and stash entries.
    fn remembered(&mut self, git: &Git) -> Option<()> {
        // With all refs excluded, `--all` is HEAD alone, which may be detached, or be nothing yet.
        let heads = ["rev-list", "--count", "--branches", "--tags", "--exclude=refs/*", "--all"];
        let alone = git.run(&[&heads[..], &["--not", "--remotes"]].concat())?;
        let stashed = git.run(&["stash", "list"])?;
        self.unpushed += alone.trim().parse::<usize>().ok()? + stashed.lines().count();
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
                continue;
            }
            self.bytes += metadata.len();
            let name = path.to_string_lossy();
            let fresh = is_document(&name) && is_fresh(&metadata);
            if metadata.len() > 0 && (fresh || is_precious(&name)) && !is_empty_database(&path) {
                self.ignored += 1;
                self.fresh += usize::from(fresh);
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
            Key::PathFresh => count(self.fresh),
            Key::PathLines => count(self.lines),
            Key::PathMegabytes => count(usize::try_from(self.bytes / 1_000_000).unwrap_or(usize::MAX)),
            Key::PathElsewhere => {
                self.elsewhere.as_ref().map(|dir| dir.to_string_lossy().into_owned()).into()
            }
            Key::PathShrinks => self.shrinks.into(),
            Key::PathUnanswered => self.unanswered.into(),
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
            // Where no repository is found, none was looked at either.
            loss.exists &= !(search.is_for_memories() && found.is_empty());
        }
        Act::Mirror(source) => found = only_there(&found, Path::new(source), walk),
        // What is empty holds nothing, and into a directory things only go.
        Act::Overwrite | Act::Replace | Act::Text(_) => found
            .retain(|path| path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0)),
        Act::Remake(source) => super::merge::remade(&mut found, Path::new(source)),
        Act::Merge(sources) => {
            found = found.iter().flat_map(|to| super::merge::replaced(sources, to, walk)).collect();
        }
        // A sparse image without a block was only just made.
        Act::Format => found
            .retain(|path| path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.blocks() > 0)),
        Act::Unpack(archive) => {
            found = found.iter().flat_map(|dir| archive::replaces(Path::new(archive), dir)).collect();
        }
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

fn is_fresh(metadata: &Metadata) -> bool {
    let age = metadata.modified().ok().and_then(|then| SystemTime::now().duration_since(then).ok());
    age.is_some_and(|age| age < FRESH)
}

/// Whether git keeps a repository there; what only bears the name holds nothing.
fn is_repository(dir: &Path) -> bool {
    let memory = dir.join(".git");
    memory.join("HEAD").exists() || memory.is_file()
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
