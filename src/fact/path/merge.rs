//! What would take the place of files that are there, when others of the same names are copied over them.

use super::glob;
use super::loss::Walk;
use crate::effect::file::Merged;
use crate::fact::repository::generated::is_generated;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// Largest files that are compared byte by byte.
const MAX_COMPARED: u64 = 256 * 1024;

/// Leaves those that somebody went on with since they were made of `source`; what is as long as that together is
/// what was made of it.
pub(super) fn remade(found: &mut Vec<PathBuf>, source: &Path) {
    let Ok(made_of) = source.metadata() else { return found.clear() };
    let file = |path: &PathBuf| path.metadata().ok().filter(|it| it.is_file() && it.len() > 0);
    let together: u64 = found.iter().filter_map(file).map(|it| it.len()).sum();
    if together == made_of.len() {
        return found.clear();
    }
    found.retain(|path| file(path).is_some_and(|it| is_newer(&it, &made_of)));
}

/// The files at `root` and below it in whose place others would be.
pub(super) fn replaced(sources: &[Merged], root: &Path, walk: &mut Walk) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<(PathBuf, PathBuf, bool)> = Vec::new();
    for source in sources {
        let from = match source.from.glob {
            true => glob::expand(&source.from.path),
            false => vec![PathBuf::from(&source.from.path)],
        };
        for from in from {
            let into = if source.inside { None } else { from.file_name().map(|name| root.join(name)) };
            open.push((from, into.unwrap_or_else(|| root.to_owned()), source.moved));
        }
    }
    while let Some((from, to, moved)) = open.pop() {
        if !walk.step() {
            break;
        }
        let (Ok(new), Ok(old)) = (from.symlink_metadata(), to.metadata()) else { continue };
        if new.is_dir() && old.is_dir() && !moved {
            let entries = from.read_dir().into_iter().flatten().flatten();
            let entries = entries.filter(|entry| !is_made(Path::new(&entry.file_name()), Path::new("")));
            open.extend(entries.map(|entry| (entry.path(), to.join(entry.file_name()), moved)));
        } else if new.is_file() && old.is_file() && old.len() > 0 {
            // What was copied there before is older than what comes now; what somebody did there since is not.
            let is_kept = moved || is_newer(&old, &new) || old.len() >= 2 * new.len() + 8;
            if is_kept && !is_made(&to, root) && !is_same((&from, &new), (&to, &old)) {
                found.push(to);
            }
        }
    }
    found
}

/// Made again by a build or an install, by the names from the directory `root` on.
fn is_made(path: &Path, root: &Path) -> bool {
    let named = path.strip_prefix(root.parent().unwrap_or(root)).unwrap_or(path);
    is_generated(&named.to_string_lossy())
}

/// Whether `one` was changed after `other`.
fn is_newer(one: &Metadata, other: &Metadata) -> bool {
    matches!((one.modified(), other.modified()), (Ok(one), Ok(other)) if one > other)
}

/// The same file, or one that holds the same as far as that is looked at.
fn is_same(one: (&Path, &Metadata), other: (&Path, &Metadata)) -> bool {
    if one.1.len() != other.1.len() {
        return false;
    }
    if one.1.len() > MAX_COMPARED {
        return one.1.modified().ok() == other.1.modified().ok();
    }
    std::fs::read(one.0).is_ok_and(|one| std::fs::read(other.0).is_ok_and(|other| one == other))
}
