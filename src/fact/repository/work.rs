//! What a command would throw away that no commit holds. git itself is asked which files it would touch: it knows
//! pathspecs, sparse checkouts, filters and what is ignored.

use super::child::Git;
use super::generated::{is_generated, is_lock};
use crate::effect::git::{Act, Clean, Paths, Restore, WorkTarget};
use crate::fact::{Key, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Most names that are told.
const MAX_NAMES: usize = 10;
/// Most files whose content is compared.
const MAX_COMPARED: usize = 100;

/// Most entries of the stash that are each compared with the files.
const MAX_ENTRIES: usize = 10;

/// Most directories that are looked into for a file of worth.
const MAX_SEEN: usize = 1000;

/// What would be thrown away.
#[derive(Clone, Debug, Default)]
pub(super) struct Work {
    /// Tracked files with changes.
    files: Vec<String>,
    /// What git does not track.
    untracked: Vec<String>,
    /// What git ignores.
    ignored: Vec<String>,
    /// Entries of the stash.
    entries: usize,
    /// What they are called; the files in it, where it is one.
    stashed: Vec<String>,
    /// What an entry holds is in the files.
    applied: bool,
    /// Commits that no other ref holds, of a detached HEAD or of a remote that is gone.
    commits: usize,
}

impl Work {
    /// Looks; `None` where it cannot be seen.
    pub(super) fn of(dir: &Path, target: &WorkTarget, deadline: Instant) -> Option<Work> {
        if let Act::Clean(Clean { paths: Paths::These(paths), .. }) = &target.act
            && paths.iter().all(|path| is_generated(path))
        {
            return Some(Work::default());
        }
        let git = Git::at(dir, deadline);
        let place: Vec<&str> = target.place.iter().map(String::as_str).collect();
        let tree = Tree { git, place, dir };
        match &target.act {
            Act::Reset { to } => tree.reset(to),
            Act::Unstage => tree.unstaged(),
            Act::Staged => {
                let staged = |entry: &Entry| matches!(entry.index, b'M' | b'A' | b'T' | b'U');
                Some(Work { files: names(tree.changed(&[])?.into_iter().filter(staged)), ..Work::default() })
            }
            Act::Restore(restore) => tree.restored(restore),
            Act::Remove { paths } => tree.within(paths, |paths| {
                let files = tree.changed(paths)?.into_iter().filter(Entry::is_lost_by_reset);
                Some(Work { files: names(files), ..Work::default() })
            }),
            Act::Clean(clean) => tree.within(&clean.paths, |paths| tree.cleaned(clean, paths)),
            Act::Stash { idle: true, .. } if !tree.changed(&[])?.is_empty() => Some(Work::default()),
            Act::Stash { entry, .. } => tree.stash(entry.as_deref()),
            Act::Worktree { path } => {
                tree.root()?;
                worktree(&dir.join(path), deadline)
            }
            Act::Remote { name } => tree.remote(name),
            Act::Leave { to } => tree.left(to),
            Act::Abort => tree.resolved(),
            Act::Submodules { paths, untracked } => {
                tree.within(paths, |paths| tree.submodules(paths, *untracked))
            }
            _ => None,
        }
    }

    pub(super) fn value(&self, key: Key) -> Value {
        let lost = self.files.len() + self.untracked.len() + self.ignored.len();
        match key {
            Key::WorkFiles => self.files.len().into(),
            Key::WorkUntracked => self.untracked.len().into(),
            Key::WorkIgnored => self.ignored.len().into(),
            Key::WorkLost => lost.into(),
            Key::WorkClean => (lost == 0).into(),
            Key::WorkNames => self.names().into(),
            Key::StashEntries => self.entries.into(),
            Key::StashApplied => self.applied.into(),
            Key::CommitsUnique => self.commits.into(),
            _ => Value::Unknown,
        }
    }

    pub(super) fn lost(self) -> super::Lost {
        super::Lost { files: self.files, loose: self.untracked.into_iter().chain(self.ignored).collect() }
    }

    fn names(&self) -> Vec<String> {
        let all = || self.files.iter().chain(&self.ignored).chain(&self.untracked).chain(&self.stashed);
        let count = all().count();
        let told = if count > MAX_NAMES { MAX_NAMES - 1 } else { count };
        let mut names: Vec<String> = all().take(told).cloned().collect();
        names.extend((count > told).then(|| format!("and {} more", count - told)));
        names
    }
}

/// One line of `git status --porcelain`.
struct Entry {
    /// What the index has of the file, against HEAD.
    index: u8,
    /// What the working tree has, against the index.
    tree: u8,
    /// From the root of the working tree.
    name: String,
}

impl Entry {
    fn is_unmerged(&self) -> bool {
        self.index == b'U'
            || self.tree == b'U'
            || matches!((self.index, self.tree), (b'A', b'A') | (b'D', b'D'))
    }

    /// A file that is gone holds nothing that could be lost.
    fn is_lost_by_reset(&self) -> bool {
        self.is_unmerged()
            || matches!(self.tree, b'M' | b'T' | b'A')
            || (matches!(self.index, b'M' | b'T' | b'A') && self.tree != b'D')
    }

    /// What the index holds stays in the index.
    fn is_lost_by_restore(&self) -> bool {
        !self.is_unmerged() && matches!(self.tree, b'M' | b'T' | b'A')
    }
}

fn names(entries: impl Iterator<Item = Entry>) -> Vec<String> {
    entries.map(|entry| entry.name).collect()
}

/// The working tree that a command would change.
struct Tree<'a> {
    git: Git,
    place: Vec<&'a str>,
    /// Where git runs.
    dir: &'a Path,
}

impl Tree<'_> {
    fn run(&self, args: &[&str]) -> Option<String> {
        self.git.run(&[&self.place, args].concat())
    }

    /// The root of the working tree.
    fn root(&self) -> Option<PathBuf> {
        let root = self.run(&["rev-parse", "--show-toplevel"])?;
        Some(PathBuf::from(root.trim_end_matches('\n')))
    }

    /// Whether a revision stands for something here.
    fn resolves(&self, revision: &str) -> Option<bool> {
        Some(self.git.find(&self.place, &format!("{revision}^{{tree}}"))?.is_some())
    }

    /// What `look` finds under these paths. Of paths that only show when the command runs it is only known that
    /// nothing is lost where nothing in the whole tree would be.
    fn within(&self, paths: &Paths, look: impl Fn(&[&str]) -> Option<Work>) -> Option<Work> {
        match paths {
            Paths::These(paths) => look(&paths.iter().map(String::as_str).collect::<Vec<_>>()),
            Paths::All => look(&[]),
            Paths::Unknown => {
                let all = look(&[":/"])?;
                (all.files.is_empty() && all.untracked.is_empty() && all.ignored.is_empty()).then_some(all)
            }
        }
    }

    /// Tracked files that are not as in HEAD, but for those that a tool writes anew. What is inside submodules is
    /// theirs.
    fn changed(&self, paths: &[&str]) -> Option<Vec<Entry>> {
        let head = ["status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames"];
        let listed = self.run(&[&head[..], &["--ignore-submodules=all", "--"], paths].concat())?;
        let entries: Option<Vec<Entry>> =
            listed.split('\0').filter(|line| !line.is_empty()).map(entry).collect();
        entries.map(|entries| entries.into_iter().filter(|entry| !is_lock(&entry.name)).collect())
    }

    fn list(&self, args: &[&str]) -> Option<BTreeSet<String>> {
        let listed = self.run(args)?;
        Some(listed.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    /// Names of tracked files whose content is not that of a revision, by kind of difference (git-diff).
    fn unlike(&self, revision: &str, kinds: &str, paths: &[&str]) -> Option<BTreeSet<String>> {
        let filter = format!("--diff-filter={kinds}");
        let head = ["diff", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff", &filter];
        self.list(&[&head[..], &["--ignore-submodules=all", revision, "--"], paths].concat())
    }

    /// Files that the index does not have and a revision does, that are there all the same with another content:
    /// git overwrites them without a word.
    fn in_the_way(&self, revision: &str, paths: &[&str]) -> Option<Vec<String>> {
        let head =
            ["diff", "--cached", "--name-only", "-z", "--no-renames", "--no-relative", "--diff-filter=D"];
        let missing = self.list(&[&head[..], &[revision, "--"], paths].concat())?;
        if missing.is_empty() {
            return Some(Vec::new());
        }
        let root = self.root()?;
        let there = |name: &String| root.join(name).symlink_metadata().is_ok_and(|meta| !meta.is_dir());
        let names: Vec<String> = missing.into_iter().filter(there).collect();
        self.unlike_objects(revision, names)
    }

    /// Those of these files, not tracked, whose content is not that of a revision.
    fn unlike_objects(&self, revision: &str, names: Vec<String>) -> Option<Vec<String>> {
        if names.is_empty() || names.len() > MAX_COMPARED {
            return Some(names);
        }
        let root = self.root()?;
        let literal: Vec<&str> = names.iter().map(String::as_str).collect();
        let listed = self.run(&[&["ls-tree", "-z", "--full-tree", revision, "--"][..], &literal].concat())?;
        let known: BTreeSet<(&str, &str)> = listed
            .split('\0')
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(object, name)| Some((name, object.rsplit(' ').next()?)))
            .collect();
        let paths: Vec<String> =
            names.iter().map(|name| root.join(name).to_string_lossy().into_owned()).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let hashes = self.run(&[&["hash-object", "--"][..], &paths].concat()).unwrap_or_default();
        let mut hashes = hashes.lines();
        let mut same =
            |name: &String| hashes.next().is_some_and(|hash| known.contains(&(name.as_str(), hash)));
        Some(names.iter().filter(|name| !same(name)).cloned().collect())
    }

    /// Everything becomes as in a revision.
    fn reset(&self, to: &str) -> Option<Work> {
        let entries = self.changed(&[])?;
        let away = entries.iter().any(|entry| entry.index == b'D');
        let is_head = matches!(to, "HEAD" | "@");
        let unmerged: BTreeSet<String> =
            entries.iter().filter(|entry| entry.is_unmerged()).map(|entry| entry.name.clone()).collect();
        let mut files = names(entries.into_iter().filter(Entry::is_lost_by_reset));
        // What git will only have fetched by then is not looked at.
        if (away || !is_head) && self.resolves(to)? {
            if !files.is_empty() && !is_head {
                let unlike = self.unlike(to, "AMT", &[])?;
                files.retain(|name| unlike.contains(name) || unmerged.contains(name));
            }
            files.extend(self.in_the_way(to, &[])?);
        }
        Some(Work { files, ..Work::default() })
    }

    /// What is only in the index goes; a merge that is under way put it there itself.
    fn unstaged(&self) -> Option<Work> {
        if self.git.find(&self.place, "MERGE_HEAD")?.is_some() {
            return Some(Work::default());
        }
        let staged = |entry: &Entry| entry.tree == b' ' && matches!(entry.index, b'M' | b'A' | b'T');
        let files = names(self.changed(&[])?.into_iter().filter(staged));
        Some(Work { files, ..Work::default() })
    }

    fn restored(&self, restore: &Restore) -> Option<Work> {
        let (mut from, mut paths) = (restore.from.clone(), restore.paths.clone());
        if restore.ambiguous
            && let Paths::These(named) = &mut paths
        {
            match from.take() {
                // The word alone is a branch before it is a path.
                None => {
                    let name = named.first().map_or("", String::as_str);
                    if self.resolves(name)? {
                        return Some(Work::default());
                    }
                }
                Some(name) if !self.resolves(&name)? => named.insert(0, name),
                tree => from = tree,
            }
        }
        self.within(&paths, |paths| {
            let entries = self.changed(paths)?;
            let Some(from) = &from else {
                let files = names(entries.into_iter().filter(Entry::is_lost_by_restore));
                return Some(Work { files, ..Work::default() });
            };
            if !self.resolves(from)? {
                return Some(Work::default());
            }
            let mut files = names(entries.into_iter().filter(Entry::is_lost_by_reset));
            if !files.is_empty() {
                let unlike = self.unlike(from, if restore.deletes { "AMTU" } else { "MTU" }, paths)?;
                files.retain(|name| unlike.contains(name));
            }
            files.extend(self.in_the_way(from, paths)?);
            Some(Work { files, ..Work::default() })
        })
    }

    /// What `git clean` says it would delete.
    fn cleaned(&self, clean: &Clean, paths: &[&str]) -> Option<Work> {
        let options: Vec<&str> = clean.options.iter().map(String::as_str).collect();
        let ask = |letter: &[&str]| {
            let head = ["-c", "core.quotePath=false", "clean", "-n"];
            let listed = self.run(&[&head[..], letter, &options, &["--"], paths].concat())?;
            let names = listed.lines().filter_map(|line| line.strip_prefix("Would remove "));
            let names = names.map(|name| name.trim_matches('"').to_owned());
            let kept = |name: &String| is_generated(name) || !holds_anything(&self.dir.join(name));
            Some(names.filter(|name| !kept(name)).collect::<Vec<String>>())
        };
        let untracked = if clean.ignored == Some('X') { Vec::new() } else { ask(&[])? };
        let ignored = if clean.ignored.is_some() { ask(&["-X"])? } else { Vec::new() };
        Some(Work { untracked, ignored, ..Work::default() })
    }

    fn stash(&self, entry: Option<&str>) -> Option<Work> {
        let Some(entry) = entry else {
            let listed = self.run(&["stash", "list", "--format=%gs"])?;
            let stashed: Vec<String> = listed.lines().map(str::to_owned).collect();
            let all = || (0..stashed.len()).map(|at| self.stash(Some(&format!("stash@{{{at}}}"))));
            let applied = (1..=MAX_ENTRIES).contains(&stashed.len())
                && all().all(|entry| entry.is_some_and(|entry| entry.applied));
            return Some(Work { entries: stashed.len(), stashed, applied, ..Work::default() });
        };
        let count = self.run(&["stash", "list"])?.lines().count();
        if count == 0 || entry.contains(crate::syntax::HOLE) {
            return (count == 0).then(Work::default);
        }
        let entry = match entry.bytes().all(|byte| byte.is_ascii_digit()) {
            true => format!("stash@{{{entry}}}"),
            false => entry.to_owned(),
        };
        let number = entry.strip_prefix("stash@{").and_then(|rest| rest.strip_suffix('}'));
        if number.and_then(|number| number.parse::<usize>().ok()).is_some_and(|number| number >= count) {
            return Some(Work::default());
        }
        let parent = format!("{entry}^1");
        let head = ["diff", "--name-only", "-z", "--no-renames", "--no-relative"];
        let changed = self.list(&[&head[..], &[&parent, &entry, "--"]].concat())?;
        let untracked = format!("{entry}^3");
        // Only an entry with untracked files has a third parent.
        let untracked = match self.git.find(&self.place, &untracked)?.is_some() {
            true => self.list(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &untracked])?,
            false => BTreeSet::new(),
        };
        let applied = self.applied(&entry, &changed, &untracked).unwrap_or(false);
        let stashed = changed.into_iter().chain(untracked).collect();
        Some(Work { entries: 1, stashed, applied, ..Work::default() })
    }

    /// Whether the files of a stash entry, tracked and not, are in the working tree as they are in the entry.
    fn applied(&self, entry: &str, changed: &BTreeSet<String>, added: &BTreeSet<String>) -> Option<bool> {
        if changed.len() + added.len() > MAX_COMPARED {
            return Some(false);
        }
        let literal: Vec<String> = changed.iter().map(|name| format!(":(top,literal){name}")).collect();
        let literal: Vec<&str> = literal.iter().map(String::as_str).collect();
        if !literal.is_empty() && !self.unlike(entry, "ACDMTU", &literal)?.is_empty() {
            return Some(false);
        }
        let added = added.iter().cloned().collect();
        Some(self.unlike_objects(&format!("{entry}^3"), added)?.is_empty())
    }

    /// Commits of a detached HEAD that nothing else holds, once it has gone to this revision.
    fn left(&self, to: &str) -> Option<Work> {
        let head = ["rev-list", "--count", "HEAD", "--not", "--branches", "--tags", "--remotes"];
        let to = self.resolves(to)?.then_some(to);
        let count = self.run(&[&head[..], to.as_slice()].concat())?;
        Some(Work { commits: count.trim().parse().ok()?, ..Work::default() })
    }

    /// Files whose conflict was solved: git remembers what they were, or the marks of the conflict are gone.
    fn resolved(&self) -> Option<Work> {
        let mut files = self.list(&["ls-files", "-z", "--full-name", "--resolve-undo", ":/"])?;
        // `100644 <object> 1<tab>path`; the same path with two and three, where both sides have the file.
        let unmerged = self.list(&["ls-files", "-z", "--full-name", "--unmerged", ":/"])?;
        let name = |line: &str| line.split_once('\t').map(|(_, name)| name.to_owned());
        files = files.iter().filter_map(|line| name(line)).collect();
        let root = self.root()?;
        let sides = |name: &str| unmerged.iter().filter(|line| line.ends_with(&format!("\t{name}"))).count();
        for name in unmerged.iter().filter_map(|line| name(line)).collect::<BTreeSet<_>>() {
            let text = std::fs::read_to_string(root.join(&name)).unwrap_or_default();
            let marked = text.is_empty() || text.lines().any(|line| line.starts_with("<<<<<<< "));
            if sides(&name) >= 2 && !marked {
                let path = root.join(&name).to_string_lossy().into_owned();
                let hash = self.run(&["hash-object", "--", &path])?;
                let is_side = unmerged.iter().any(|line| line.contains(hash.trim()));
                files.extend((!is_side).then_some(name));
            }
        }
        Some(Work { files: files.into_iter().collect(), ..Work::default() })
    }

    /// Commits that only the tracking branches of a remote hold. A remote on another machine still has them.
    fn remote(&self, name: &str) -> Option<Work> {
        let own = format!("--remotes={name}");
        let others = format!("--exclude={name}/*");
        let unique = [
            "rev-list",
            "--count",
            "--ignore-missing",
            &own,
            "--not",
            "--branches",
            "--tags",
            &others,
            "--remotes",
        ];
        let count = |kept: &[&str]| self.run(&[&unique[..], kept].concat())?.trim().parse::<usize>().ok();
        if count(&[])? == 0 {
            return Some(Work::default());
        }
        let settings = self.run(&["config", "-z", "--list"])?;
        let key = format!("remote.{name}.url");
        let url = settings
            .split('\0')
            .filter_map(|setting| setting.split_once('\n'))
            .rfind(|(known, _)| *known == key);
        let Some((_, url)) = url.filter(|(_, url)| super::remote::is_local(url)) else {
            return Some(Work::default());
        };
        let listed = self.run(&["ls-remote", "--quiet", "--upload-pack=git-upload-pack", "--", url]);
        let there: Vec<&str> = listed
            .iter()
            .flat_map(|listed| listed.lines())
            .filter_map(|line| line.get(..line.find('\t')?))
            .collect();
        Some(Work { commits: count(&there)?, ..Work::default() })
    }

    /// Submodules with changes of their own.
    fn submodules(&self, paths: &[&str], untracked: bool) -> Option<Work> {
        let head = ["status", "--porcelain=v2", "-z", "--untracked-files=normal", "--no-renames"];
        let listed = self.run(&[&head[..], &["--ignore-submodules=none", "--"], paths].concat())?;
        // `1 .M SCMU …`: eight fields before the name, ten where it is unmerged.
        let dirty = listed.split('\0').filter_map(|line| {
            let fields = if line.starts_with('u') { 11 } else { 9 };
            let mut parts = line.splitn(fields, ' ');
            let state = parts.nth(2)?.as_bytes();
            let is_lost = state.first() == Some(&b'S')
                && (state.get(2) == Some(&b'M') || (untracked && state.get(3) == Some(&b'U')));
            is_lost.then(|| parts.last().map(str::to_owned))?
        });
        Some(Work { files: dirty.collect(), ..Work::default() })
    }
}

/// Whether there is a file, or a directory with a file in it that is not generated. One with very many counts as that.
fn holds_anything(path: &Path) -> bool {
    let mut left = vec![path.to_owned()];
    let mut seen = 0;
    while let Some(path) = left.pop() {
        seen += 1;
        if !path.is_dir() || path.is_symlink() || seen > MAX_SEEN {
            return true;
        }
        let Ok(entries) = std::fs::read_dir(&path) else { return true };
        let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
        left.extend(paths.filter(|path| {
            path.file_name().and_then(|name| name.to_str()).is_none_or(|name| !is_generated(name))
        }));
    }
    false
}

fn entry(line: &str) -> Option<Entry> {
    let bytes = line.as_bytes();
    Some(Entry { index: *bytes.first()?, tree: *bytes.get(1)?, name: line.get(3..)?.to_owned() })
}

/// A linked worktree that would be deleted: its changes, what it holds besides, and the commits of a detached HEAD,
/// whose reflog goes with it.
fn worktree(path: &Path, deadline: Instant) -> Option<Work> {
    if !path.join(".git").is_file() {
        return Some(Work::default());
    }
    let git = Git::at(path, deadline);
    let head = ["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--no-renames"];
    let listed = git.run(&[&head[..], &["--ignore-submodules=none"]].concat())?;
    let mut work = Work::default();
    for line in listed.split('\0').filter(|line| !line.is_empty()) {
        let entry = entry(line)?;
        if entry.index == b'?' {
            work.untracked.extend((!is_generated(&entry.name)).then_some(entry.name));
        } else if entry.is_lost_by_reset() {
            work.files.push(entry.name);
        }
    }
    if git.run(&["rev-parse", "--symbolic-full-name", "HEAD"])?.trim() == "HEAD" {
        let unique = ["rev-list", "--count", "HEAD", "--not", "--branches", "--tags", "--remotes"];
        work.commits = git.run(&unique)?.trim().parse().ok()?;
    }
    Some(work)
}
