//! Which commits a deletion or an overwrite would leave without a name.

use super::child::{git, git_pipe};
use super::{Seen, remote};
use crate::effect::git::{Place, RefTarget};
use crate::fact::{Key, Value};
use git2::{Oid, Repository};
use std::path::Path;
use std::time::Instant;

/// Most lost commits that are counted; more are told as this many.
const MAX_COUNTED: usize = 1_000;
/// Most subjects that are kept.
const MAX_SUBJECTS: usize = 10;
/// Most commits of the default branch that are compared with a branch that may have been squashed into it.
const MAX_COMPARED: &str = "--max-count=300";

/// What would be lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Loss {
    /// Commits that no other ref would hold.
    unique: Option<usize>,
    subjects: Vec<String>,
    /// A branch of this clone holds them all.
    here: Option<bool>,
    /// The default branch holds the ref, or one commit with the same change as all of it.
    merged: Option<bool>,
    rewritten: Option<bool>,
    ahead: Option<usize>,
}

impl Loss {
    pub(super) fn of(repository: &Repository, target: &RefTarget, seen: &Seen, deadline: Instant) -> Loss {
        let (Some(tip), Some(name)) = (seen.tip, seen.name.as_deref()) else { return Loss::default() };
        let question = Question { repository, dir: repository.path(), target, seen, tip, name, deadline };
        match &target.new {
            Some(new) => question.overwrite(new),
            None => question.deletion(),
        }
    }

    pub(super) fn value(&self, key: Key) -> Value {
        match key {
            Key::CommitsUnique | Key::CommitsBehind => self.unique.into(),
            Key::CommitsSubjects => match self.unique {
                Some(_) => self.subjects.clone().into(),
                None => Value::Unknown,
            },
            Key::CommitsHere => self.here.into(),
            Key::CommitsAhead => self.ahead.into(),
            Key::Merged => self.merged.into(),
            Key::Rewritten => self.rewritten.into(),
            _ => Value::Unknown,
        }
    }
}

struct Question<'a> {
    repository: &'a Repository,
    dir: &'a Path,
    target: &'a RefTarget,
    seen: &'a Seen,
    tip: Oid,
    /// Full name of the ref.
    name: &'a str,
    deadline: Instant,
}

impl Question<'_> {
    fn deletion(&self) -> Loss {
        let tip = self.tip.to_string();
        let mut loss = Loss { here: Some(false), ..Loss::default() };
        let others = self.other_refs();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        self.count(&tip, &others, &mut loss);
        if loss.unique.is_some_and(|unique| unique > 0) {
            if self.target.place != Place::Local {
                let mut kept = Loss::default();
                self.count(&tip, &["--branches"], &mut kept);
                loss.here = kept.unique.map(|unique| unique == 0);
            }
            loss.merged = self.squashed();
        } else {
            loss.merged = loss.unique.map(|_| true);
        }
        loss
    }

    fn overwrite(&self, new: &str) -> Loss {
        let mut loss = Loss { merged: Some(false), here: Some(false), ..Loss::default() };
        let revision = match new {
            "HEAD" | "@" => "HEAD".to_owned(),
            name => name.to_owned(),
        };
        let commit = self.repository.revparse_single(&revision).and_then(|object| object.peel_to_commit());
        let Ok(new) = commit.map(|commit| commit.id()) else { return Loss::default() };
        let tip = self.tip.to_string();
        let mut others = vec![new.to_string()];
        // What another ref holds is not lost by moving this one, here as on the remote.
        others.extend(self.other_refs());
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        self.count(&tip, &others, &mut loss);
        let counted = git(self.dir, &["rev-list", "--count", &format!("{tip}..{new}")], self.deadline);
        loss.ahead = counted.and_then(|text| String::from_utf8_lossy(&text).trim().parse().ok());
        if loss.unique.is_some_and(|unique| unique > 0) {
            loss.rewritten = Some(loss.ahead.is_some_and(|ahead| ahead > 0) && self.was_here(new));
            loss.merged = self.squashed();
        }
        loss
    }

    /// Arguments that stand for every other ref that keeps commits: for a local ref all that is here, for a
    /// remote one what the remote shares with everybody.
    fn other_refs(&self) -> Vec<String> {
        let name = self.name;
        let short = |prefix: &str| name.strip_prefix(prefix).map(str::to_owned);
        let mut args = vec!["--not".to_owned()];
        match &self.target.place {
            Place::Local => {
                args.extend(short("refs/heads/").map(|short| format!("--exclude={short}")));
                args.push("--branches".to_owned());
                args.extend(short("refs/remotes/").map(|short| format!("--exclude={short}")));
                args.push("--remotes".to_owned());
                args.extend(short("refs/tags/").map(|short| format!("--exclude={short}")));
                args.push("--tags".to_owned());
            }
            Place::Remote(_) => {
                if let (Some(remote), Some(short)) = (&self.seen.remote, short("refs/heads/")) {
                    args.push(format!("--exclude={remote}/{short}"));
                    // `origin/HEAD` is another name of the default branch.
                    if self.seen.default.as_deref() == Some(&*short) {
                        args.push(format!("--exclude={remote}/HEAD"));
                    }
                }
                args.push("--remotes".to_owned());
                args.extend(short("refs/tags/").map(|short| format!("--exclude={short}")));
                args.push("--tags".to_owned());
            }
        }
        args
    }

    /// Counts the commits of `tip` that `others` do not hold.
    fn count(&self, tip: &str, others: &[&str], loss: &mut Loss) {
        let limit = format!("--max-count={MAX_COUNTED}");
        let others =
            if others.first() == Some(&"--not") { others.to_vec() } else { [&["--not"], others].concat() };
        let args = [&["log", "--format=%s", &limit, tip], &others[..]].concat();
        let mut dir = self.dir.to_owned();
        let missing = self.repository.find_commit(self.tip).is_err();
        let mut there = None;
        if missing {
            // Somebody else pushed it, and it was not fetched: the remote itself may know.
            there = self.seen.remote.as_deref().and_then(|remote| remote::on_disk(self.repository, remote));
            let Some(there) = &there else { return };
            dir = there.path().to_owned();
        }
        let answer = match &there {
            None => git(&dir, &args, self.deadline),
            Some(_) => {
                let exclude = self.name.strip_prefix("refs/heads/").map(|short| format!("--exclude={short}"));
                let mut args = vec!["log", "--format=%s", &limit, tip, "--not"];
                args.extend(exclude.as_deref());
                args.extend(["--branches", "--tags"]);
                git(&dir, &args, self.deadline)
            }
        };
        let Some(answer) = answer else { return };
        let text = String::from_utf8_lossy(&answer);
        loss.unique = Some(text.lines().count());
        loss.subjects = text.lines().take(MAX_SUBJECTS).map(str::to_owned).collect();
    }

    /// Whether the tip that would be overwritten was once the tip of the branch that is pushed: then it was not
    /// somebody else who wrote it.
    fn was_here(&self, new: Oid) -> bool {
        let Some(short) = self.name.strip_prefix("refs/heads/") else { return false };
        let source = self.target.new.as_deref().filter(|name| *name != "HEAD").unwrap_or(short);
        ["HEAD".to_owned(), format!("refs/heads/{source}"), format!("refs/heads/{short}")].iter().any(
            |name| {
                self.repository.reflog(name).is_ok_and(|reflog| {
                    let entries: Vec<_> = reflog.iter().take(1_000).collect();
                    entries.iter().any(|entry| entry.id_new() == self.tip || entry.id_old() == self.tip)
                        && entries.iter().any(|entry| entry.id_new() == new)
                })
            },
        )
    }

    /// Whether the default branch has a commit with the same change as the whole branch (a squash), or one for
    /// each of its commits (a rebase).
    fn squashed(&self) -> Option<bool> {
        let default = self.seen.default.as_deref()?;
        let mut names = Vec::new();
        names.extend(self.seen.remote.as_ref().map(|remote| format!("refs/remotes/{remote}/{default}")));
        names.push(format!("refs/remotes/origin/{default}"));
        names.push(format!("refs/heads/{default}"));
        let base =
            names.iter().find_map(|name| self.repository.find_reference(name).ok()?.peel_to_commit().ok())?;
        if base.id() == self.tip {
            return Some(true);
        }
        let fork = self.repository.merge_base(base.id(), self.tip).ok()?;
        let (tip, base, fork) = (self.tip.to_string(), base.id().to_string(), fork.to_string());
        if fork == base {
            return Some(false);
        }
        // Rebased: every commit has its equal there.
        let cherry = git(self.dir, &["cherry", &base, &tip], self.deadline)?;
        if String::from_utf8_lossy(&cherry).lines().all(|line| line.starts_with('-')) {
            return Some(true);
        }
        let whole = self.patch_ids(&["diff-tree", "-p", &fork, &tip])?;
        let [whole] = whole.as_slice() else { return Some(false) };
        let range = format!("{fork}..{base}");
        let theirs =
            self.patch_ids(&["log", "-p", "--no-merges", MAX_COMPARED, "--format=commit %H", &range])?;
        Some(theirs.contains(whole))
    }

    fn patch_ids(&self, args: &[&str]) -> Option<Vec<String>> {
        let ids = git_pipe(self.dir, args, &["patch-id", "--stable"], self.deadline)?;
        let ids = String::from_utf8_lossy(&ids).into_owned();
        Some(ids.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
    }
}
