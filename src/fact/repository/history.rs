//! Commits that would be written anew although others have them, and commits that only reflogs hold.

use super::child::Git;
use crate::effect::git::{Act, WorkTarget};
use crate::fact::{Key, Value};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Most commits that are counted; more are told as this many.
const MAX_COUNTED: &str = "--max-count=1000";

/// The branch whose commits would be written anew: the current one, or the one that is named. Read without git,
/// since people amend all day and few branches are of interest here.
pub(super) fn branch(dir: &Path, target: &WorkTarget) -> Option<String> {
    if let Act::Rebase { branch: Some(named), .. } = &target.act {
        return Some(named.clone());
    }
    let head = fs::read_to_string(git_dir(dir)?.join("HEAD")).ok()?;
    let name = head.trim().strip_prefix("ref: refs/heads/")?;
    if name != ".invalid" {
        return Some(name.to_owned());
    }
    // What stands there where refs are kept in tables, which only git reads.
    let git = Git::at(dir, Instant::now() + super::PATIENCE);
    git.run(&["symbolic-ref", "--quiet", "--short", "HEAD"]).map(|name| name.trim().to_owned())
}

/// The default branch of `origin` as it was when it was cloned.
pub(super) fn default_branch(dir: &Path) -> Option<String> {
    let git_dir = git_dir(dir)?;
    let common = fs::read_to_string(git_dir.join("commondir")).ok();
    let common = common.map_or_else(|| git_dir.clone(), |common| git_dir.join(common.trim()));
    let head = fs::read_to_string(common.join("refs/remotes/origin/HEAD")).ok()?;
    head.trim().strip_prefix("ref: refs/remotes/origin/").map(str::to_owned)
}

fn git_dir(dir: &Path) -> Option<PathBuf> {
    dir.ancestors().find_map(|dir| {
        let inside = dir.join(".git");
        if inside.is_dir() {
            return Some(inside);
        }
        let text = fs::read_to_string(&inside).ok()?;
        Some(dir.join(text.strip_prefix("gitdir:")?.trim()))
    })
}

/// The count that a rule asks for.
pub(super) fn value(dir: &Path, target: &WorkTarget, key: Key, deadline: Instant) -> Value {
    let git = Git::at(dir, deadline);
    let past = Past { git, place: target.place.iter().map(String::as_str).collect() };
    match (key, &target.act) {
        (Key::RewrittenPushed, Act::Amend) => past.amended().into(),
        (Key::RewrittenPushed, Act::Rebase { base, branch, again }) => {
            past.rebased(base.as_deref(), branch.as_deref().unwrap_or("HEAD"), *again).into()
        }
        (Key::HistoryLost, Act::Forget { entry }) => past.forgotten(entry.as_deref()).into(),
        (Key::HistoryLost, Act::Prune) => past.pruned().into(),
        _ => Value::Unknown,
    }
}

struct Past<'a> {
    git: Git,
    place: Vec<&'a str>,
}

impl Past<'_> {
    fn run(&self, args: &[&str]) -> Option<String> {
        self.git.run(&[&self.place, args].concat())
    }

    fn resolve(&self, revision: &str) -> Option<String> {
        self.git.find(&self.place, revision)?
    }

    fn count(&self, args: &[&str]) -> Option<usize> {
        self.run(&[&["rev-list", "--count", MAX_COUNTED], args].concat())?.trim().parse().ok()
    }

    /// What the branch is on a remote: its upstream, if that has the same name, or `origin`'s branch of the name.
    fn pushed(&self, branch: &str) -> Option<String> {
        let full = self.run(&["rev-parse", "--symbolic-full-name", branch])?;
        let short = full.trim().strip_prefix("refs/heads/")?;
        let upstream = format!("{short}@{{upstream}}");
        let upstream = self.run(&["rev-parse", "--symbolic-full-name", "--verify", "--quiet", &upstream]);
        let upstream = upstream.map(|name| name.trim().to_owned());
        let same =
            upstream.filter(|name| name.starts_with("refs/remotes/") && name.ends_with(&format!("/{short}")));
        let remote = same.unwrap_or_else(|| format!("refs/remotes/origin/{short}"));
        self.resolve(&format!("{remote}^{{commit}}"))
    }

    fn amended(&self) -> Option<usize> {
        let head = self.resolve("HEAD^{commit}")?;
        let Some(pushed) = self.pushed("HEAD") else { return Some(0) };
        let ahead = self.run(&["rev-list", "--max-count=1", &head, "--not", &pushed])?;
        Some(usize::from(ahead.trim().is_empty()))
    }

    fn rebased(&self, base: Option<&str>, branch: &str, again: bool) -> Option<usize> {
        let tip = self.resolve(&format!("{branch}^{{commit}}"))?;
        let Some(pushed) = self.pushed(branch) else { return Some(0) };
        let base = match base {
            Some("") => None,
            Some(base) => Some(self.resolve(&format!("{base}^{{commit}}"))?),
            None => Some(self.resolve(&format!("{branch}@{{upstream}}^{{commit}}"))?),
        };
        let kept: Vec<&str> = base.as_deref().into_iter().collect();
        if let (Some(base), false) = (&base, again) {
            // It stands on it already, or only moves forward.
            let ahead = self.run(&["rev-list", "--max-count=1", base, "--not", &tip])?;
            if ahead.trim().is_empty() {
                return Some(0);
            }
        }
        let all = self.count(&[&[&*tip, "--not"], &kept[..]].concat())?;
        let own = self.count(&[&[&*tip, "--not", &*pushed], &kept[..]].concat())?;
        Some(all.saturating_sub(own))
    }

    fn forgotten(&self, entry: Option<&str>) -> Option<usize> {
        match entry {
            Some(entry) if self.git.find(&self.place, entry)?.is_none() => Some(0),
            Some(entry) => self.count(&[entry, "--not", "--all"]),
            None => self.count(&["--reflog", "--not", "--all"]),
        }
    }

    fn pruned(&self) -> Option<usize> {
        let found = self.run(&["fsck", "--connectivity-only", "--unreachable", "--no-progress"])?;
        Some(found.lines().filter(|line| line.starts_with("unreachable commit")).count())
    }
}
