//! What find would find.

use super::glob::fits;
use super::loss::Walk;
use crate::effect::file::{Search, Test};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The paths below `start` for which all tests hold; those that cannot be told are taken in, which the search says.
pub(super) fn find(start: &Path, search: &Search, walk: &mut Walk) -> Vec<PathBuf> {
    let mut found = Vec::new();
    // `find -L cache` goes where the link leads.
    let real = if search.follows { start.canonicalize().ok() } else { None };
    let start = real.as_deref().unwrap_or(start);
    let mut open = vec![(start.to_owned(), 0)];
    while let Some((path, depth)) = open.pop() {
        if !walk.step() {
            break;
        }
        let Ok(metadata) = path.symlink_metadata() else { continue };
        let fitting =
            depth >= search.least && search.tests.iter().all(|test| holds(test, &path, start, &metadata));
        // `-delete` takes an empty directory only.
        let counts = if metadata.is_dir() { search.whole && depth > 0 } else { true };
        if fitting && counts {
            found.push(path.clone());
            if metadata.is_dir() {
                continue;
            }
        }
        let descends = metadata.is_dir() && search.depth.is_none_or(|most| depth < most);
        if descends && let Ok(entries) = path.read_dir() {
            open.extend(entries.flatten().map(|entry| (entry.path(), depth + 1)));
        }
    }
    found
}

fn holds(test: &Test, path: &Path, start: &Path, metadata: &Metadata) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let any_case = |names: &[String]| names.iter().any(|it| fits(&it.to_lowercase(), &name.to_lowercase()));
    // find writes paths as its starting point was written, which is `.` most of the time.
    let within = |pattern: &str| {
        let inside = path.strip_prefix(start).unwrap_or(path).to_string_lossy().into_owned();
        fits(pattern, &format!("./{inside}"))
            || fits(pattern, &path.to_string_lossy())
            || fits(pattern, &inside)
    };
    match test {
        Test::Name(names) => names.iter().any(|it| fits(it, &name)),
        Test::NameAnyCase(names) => any_case(names),
        Test::NotName(it) => !fits(it, &name),
        Test::Path(pattern) => within(pattern),
        Test::NotPath(pattern) => !within(pattern),
        Test::Kind('f') => metadata.is_file(),
        Test::Kind('d') => metadata.is_dir(),
        Test::Kind('l') => metadata.is_symlink(),
        Test::Kind(_) => false,
        Test::Older(older, minutes) => {
            let age = metadata.modified().ok().and_then(|then| SystemTime::now().duration_since(then).ok());
            let limit = Duration::from_secs(minutes.saturating_mul(60));
            age.is_some_and(|age| if *older { age > limit } else { age < limit })
        }
        Test::Empty => {
            metadata.is_file() && metadata.len() == 0
                || metadata.is_dir() && path.read_dir().is_ok_and(|mut entries| entries.next().is_none())
        }
        Test::Larger(bytes) => metadata.len() > *bytes,
    }
}
