//! Which commits a deletion or an overwrite would leave without a name.

use super::child::Git;
use super::subject::{Change, Subject};
use super::view::View;
use crate::fact::{Key, Value};
use std::collections::BTreeSet;
use std::time::Instant;

/// Most lost commits that are counted; more are told as this many.
const MAX_COUNTED: &str = "--max-count=1000";
/// Most subjects that are kept.
const MAX_SUBJECTS: usize = 10;
/// Most commits of the default branch that are compared with a branch that may have been squashed into it.
const MAX_COMPARED: &str = "--max-count=300";
/// Most refs of a remote that are given to git by their objects.
const MAX_OTHERS: usize = 5_000;

/// What would be lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Loss {
    /// Commits that no other ref would hold.
    unique: Option<usize>,
    subjects: Vec<String>,
    /// This clone would still hold them all.
    here: Option<bool>,
    /// The default branch holds the ref, or one commit with the same change as all of it.
    merged: Option<bool>,
    /// What takes the place of the lost commits are these commits, written anew.
    rewritten: Option<bool>,
    ahead: Option<usize>,
    behind: Option<usize>,
}

impl Loss {
    pub(super) fn of(view: &View, subject: &Subject, deadline: Instant) -> Loss {
        let Some(changes) = &subject.changes else { return Loss::default() };
        if changes.is_empty() {
            let none = Some(0);
            return Loss {
                unique: none,
                merged: Some(true),
                here: Some(false),
                behind: none,
                ..Loss::default()
            };
        }
        let objects = subject.remote.as_ref().and_then(|remote| remote.objects.clone());
        let git = view.git(deadline).borrowing(objects);
        Question { view, git, subject, changes }.answer().unwrap_or_default()
    }

    pub(super) fn value(&self, key: Key) -> Value {
        match key {
            Key::CommitsUnique => self.unique.into(),
            Key::CommitsSubjects => match self.unique {
                Some(_) => self.subjects.clone().into(),
                None => Value::Unknown,
            },
            Key::CommitsHere => self.here.into(),
            Key::CommitsAhead => self.ahead.into(),
            Key::CommitsBehind => self.behind.into(),
            Key::Merged => self.merged.into(),
            Key::Rewritten => self.rewritten.into(),
            _ => Value::Unknown,
        }
    }
}

struct Commit {
    /// Who wrote it and when, which a rebase and an amendment keep.
    origin: String,
    subject: String,
    /// The files that it changes, where that was asked for.
    files: BTreeSet<String>,
}

struct Question<'a> {
    view: &'a View,
    git: Git,
    subject: &'a Subject,
    changes: &'a [Change],
}

impl Question<'_> {
    fn answer(&self) -> Option<Loss> {
        let olds: Vec<&str> = self.changes.iter().map(|change| change.old.as_str()).collect();
        // Below, what is missing is passed over; the commits in question may not be.
        self.git.run(&[&["rev-list", "--no-walk", "--quiet"][..], &olds].concat())?;
        let news: Vec<&str> = self.changes.iter().filter_map(|change| change.new.as_deref()).collect();
        let others = self.others();
        let mut kept: Vec<&str> = news.clone();
        kept.extend(others.iter().chain(&self.subject.brought).map(String::as_str));

        let lost = self.commits(&olds, &kept)?;
        let mut loss = Loss { unique: Some(lost.len()), here: Some(false), ..Loss::default() };
        if news.is_empty() {
            loss.merged = if lost.is_empty() { Some(true) } else { self.squashed() };
        } else {
            self.compare(&olds, &news, &mut loss);
        }
        let mut told = lost;
        if !told.is_empty() && !news.is_empty() {
            let lost = self.commits_with_files(&olds, &kept)?;
            let (again, dropped) = matched(lost, self.commits_with_files(&news, &olds)?);
            let same = dropped.is_empty() || self.same_change();
            loss.rewritten = Some(same);
            told = if same { again.into_iter().chain(dropped).collect() } else { dropped };
        } else if !told.is_empty() && self.subject.remote.is_some() {
            kept.extend(["--branches", "--tags"]);
            let nowhere = self.commits(&olds, &kept)?;
            loss.here = Some(nowhere.is_empty());
            if !nowhere.is_empty() {
                told = nowhere;
            }
        }
        loss.unique = Some(told.len());
        loss.subjects = told.into_iter().take(MAX_SUBJECTS).map(|commit| commit.subject).collect();
        Some(loss)
    }

    /// Full names of the refs that keep nothing any more.
    fn leaving(&self) -> impl Iterator<Item = &str> {
        let changes = self.changes.iter().map(|change| change.name.as_str());
        changes.chain(self.subject.beside.iter().map(String::as_str))
    }

    /// Arguments that stand for every other ref that keeps commits: for a local ref all that is here, for one of
    /// a remote what is shared with everybody.
    fn others(&self) -> Vec<String> {
        let mut args = Vec::new();
        let exclude = |args: &mut Vec<String>, prefix: &str, before: &str| {
            let names = self.leaving().filter_map(|name| name.strip_prefix(prefix));
            args.extend(names.map(|short| format!("--exclude={before}{short}")));
        };
        let Some(remote) = &self.subject.remote else {
            exclude(&mut args, "refs/heads/", "");
            args.push("--branches".to_owned());
            exclude(&mut args, "refs/remotes/", "");
            args.push("--remotes".to_owned());
            exclude(&mut args, "refs/tags/", "");
            args.push("--tags".to_owned());
            return args;
        };
        let refs = remote.refs.as_deref().filter(|refs| remote.exact && refs.len() <= MAX_OTHERS);
        match (refs, &remote.name) {
            (Some(refs), name) => {
                let stays = |name: &str| !self.leaving().any(|leaving| leaving == name);
                let oids: BTreeSet<&str> =
                    refs.iter().filter(|known| stays(&known.name)).map(|known| known.oid.as_str()).collect();
                args.extend(oids.into_iter().map(str::to_owned));
                // What was fetched of it before says nothing about what it has now.
                args.extend(name.as_ref().map(|name| format!("--exclude={name}/*")));
                args.push("--remotes".to_owned());
            }
            (None, name) => {
                if let Some(name) = name {
                    exclude(&mut args, "refs/heads/", &format!("{name}/"));
                    // Another name of the default branch, which counts under its own.
                    args.push(format!("--exclude={name}/HEAD"));
                }
                args.push("--remotes".to_owned());
                exclude(&mut args, "refs/tags/", "");
                args.push("--tags".to_owned());
            }
        }
        args
    }

    /// The commits of `from` that `kept` does not hold, newest first.
    fn commits(&self, from: &[&str], kept: &[&str]) -> Option<Vec<Commit>> {
        let head = ["rev-list", "--ignore-missing", MAX_COUNTED, "--format=%at %ae%x09%s"];
        let listed = self.git.run(&[&head[..], from, &["--not"], kept].concat())?;
        let lines = listed.lines().filter(|line| !line.starts_with("commit "));
        let commit = |line: &str| {
            let (origin, subject) = line.split_once('\t')?;
            Some(Commit { origin: origin.to_owned(), subject: subject.to_owned(), files: BTreeSet::new() })
        };
        lines.map(commit).collect()
    }

    /// The same, with the files that each changes.
    fn commits_with_files(&self, from: &[&str], kept: &[&str]) -> Option<Vec<Commit>> {
        let head = ["log", "--ignore-missing", "--no-show-signature", "--no-renames", "--name-only"];
        let format = [MAX_COUNTED, "--format=%x01%at %ae%x09%s"];
        let listed = self.git.run(&[&head[..], &format, from, &["--not"], kept].concat())?;
        let commit = |text: &str| {
            let mut lines = text.lines();
            let (origin, subject) = lines.next()?.split_once('\t')?;
            let files = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
            Some(Commit { origin: origin.to_owned(), subject: subject.to_owned(), files })
        };
        listed.split('\u{1}').skip(1).map(commit).collect()
    }

    fn compare(&self, olds: &[&str], news: &[&str], loss: &mut Loss) {
        if let ([old], [new]) = (olds, news) {
            let range = format!("{old}...{new}");
            let counts = self.git.run(&["rev-list", "--left-right", "--count", &range]).unwrap_or_default();
            let mut counts = counts.split_whitespace().map(str::parse);
            loss.behind = counts.next().and_then(Result::ok);
            loss.ahead = counts.next().and_then(Result::ok);
        } else {
            loss.behind = self.commits(olds, news).map(|thrown_off| thrown_off.len());
        }
    }

    /// Whether what is thrown away and what takes its place change the same, each since it left the default
    /// branch: commits were joined, split or put in another order.
    fn same_change(&self) -> bool {
        let [change] = self.changes else { return false };
        let Some(new) = &change.new else { return false };
        let tree =
            |oid: &str| self.git.run(&["rev-parse", "--verify", "--quiet", &format!("{oid}^{{tree}}")]);
        if let (Some(old), Some(new)) = (tree(&change.old), tree(new))
            && old == new
        {
            return true;
        }
        let Some(default) = self.defaults().into_iter().next() else { return false };
        let whole = |tip: &str| {
            let fork = self.git.run(&["merge-base", &default, tip])?;
            let ids = self.patch_ids(&["diff-tree", "-p", fork.trim(), tip])?;
            (ids.len() == 1).then_some(ids)
        };
        matches!((whole(&change.old), whole(new)), (Some(old), Some(new)) if old == new)
    }

    /// What the default branch points at, there and here, unless it is the ref itself.
    fn defaults(&self) -> Vec<String> {
        let Some(default) = self.subject.default.as_deref() else { return Vec::new() };
        let full = format!("refs/heads/{default}");
        if self.subject.remote.is_some() && self.changes.iter().any(|change| change.name == full) {
            return Vec::new();
        }
        let there = self.subject.remote.as_ref().and_then(|remote| remote.find(&full));
        let name = self.subject.remote.as_ref().and_then(|remote| remote.name.as_deref()).unwrap_or("origin");
        let fetched = self.view.find(&format!("refs/remotes/{name}/{default}")).filter(|_| there.is_none());
        let here = self.view.find(&full).filter(|_| !self.changes.iter().any(|change| change.name == full));
        let mut oids: Vec<String> = [there, fetched, here].into_iter().flatten().map(str::to_owned).collect();
        oids.dedup();
        oids
    }

    /// Whether the default branch has a commit with the same change as the whole branch (a squash), or one for
    /// each of its commits (a rebase).
    fn squashed(&self) -> Option<bool> {
        let [change] = self.changes else { return Some(false) };
        let defaults = self.defaults();
        if defaults.is_empty() {
            return None;
        }
        let answers: Vec<Option<bool>> =
            defaults.iter().map(|default| self.squashed_into(default, &change.old)).collect();
        if answers.contains(&Some(true)) { Some(true) } else { answers.into_iter().last().flatten() }
    }

    fn squashed_into(&self, default: &str, tip: &str) -> Option<bool> {
        let fork = self.git.run(&["merge-base", default, tip])?;
        let fork = fork.trim();
        if fork == default {
            return Some(false);
        }
        let cherry = self.git.run(&["cherry", default, tip])?;
        if cherry.lines().all(|line| line.starts_with('-')) {
            return Some(true);
        }
        let whole = self.patch_ids(&["diff-tree", "-p", fork, tip])?;
        let [whole] = whole.as_slice() else { return Some(false) };
        let range = format!("{fork}..{default}");
        let log = ["log", "-p", "--no-merges", "--no-ext-diff", "--no-textconv", "--no-show-signature"];
        let args = [&log[..], &[MAX_COMPARED, "--format=commit %H", &range]].concat();
        Some(self.patch_ids(&args)?.contains(whole))
    }

    fn patch_ids(&self, args: &[&str]) -> Option<Vec<String>> {
        let ids = self.git.pipe(args, &["patch-id", "--stable"])?;
        Some(ids.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
    }
}

/// Parts the lost commits in those that were written again and those that were dropped. Each new commit stands for
/// one old commit of the same author and second that has the same subject, or else changes one of the same files:
/// tools make many commits in a second.
fn matched(lost: Vec<Commit>, mut written: Vec<Commit>) -> (Vec<Commit>, Vec<Commit>) {
    let mut again: Vec<bool> = vec![false; lost.len()];
    for by_subject in [true, false] {
        // The oldest first: a new commit is sooner the amended old one than what was put on top of that.
        for (known, commit) in again.iter_mut().zip(&lost).rev().filter(|(known, _)| !**known) {
            let fits = |new: &Commit| {
                new.origin == commit.origin
                    && match by_subject {
                        true => new.subject == commit.subject,
                        false => !new.files.is_disjoint(&commit.files),
                    }
            };
            if let Some(at) = written.iter().position(fits) {
                written.swap_remove(at);
                *known = true;
            }
        }
    }
    let mut flags = again.into_iter();
    lost.into_iter().partition(|_| flags.next().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commits(texts: &[&str]) -> Vec<Commit> {
        let commit = |text: &&str| {
            let mut parts = text.split(' ');
            let mut next = || parts.next().unwrap().to_owned();
            Commit { origin: next(), subject: next(), files: parts.map(str::to_owned).collect() }
        };
        texts.iter().map(commit).collect()
    }

    fn dropped(lost: &[&str], written: &[&str]) -> Vec<String> {
        matched(commits(lost), commits(written)).1.into_iter().map(|commit| commit.subject).collect()
    }

    #[test]
    fn a_new_commit_stands_for_one_old_one() {
        assert_eq!(dropped(&["1 a x", "2 b y"], &["2 b z", "1 a x"]), [""; 0]);
        assert_eq!(dropped(&["1 a x"], &["1 better x w"]), [""; 0]);
        assert_eq!(dropped(&["1 a x"], &["2 a x"]), ["a"]);
        assert_eq!(dropped(&["1 a x"], &["1 other y"]), ["a"]);
        assert_eq!(dropped(&["1 later x", "1 first x"], &["1 changed x"]), ["later"]);
        assert_eq!(dropped(&["1 a x"], &[]), ["a"]);
    }
}
