//! Which refs a command would really change: names resolved as git resolves them, patterns spelled out.

use super::remote::{self, Remote};
use super::view::View;
use crate::effect::git::{Place, Reach, RefKind, RefTarget};
use std::time::Instant;

/// Most refs of which it is looked whether they would lose something.
const MAX_COMPARED: usize = 64;
/// Refs that servers make for themselves and do not let anybody delete.
const OF_SERVERS: &[&str] = &["refs/pull/", "refs/merge-requests/", "refs/changes/", "refs/keep-around/"];

/// One ref that would change.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Full name, in the place where it would change.
    pub name: String,
    /// What it points at.
    pub old: String,
    /// What it would point at; `None` when it is deleted.
    pub new: Option<String>,
}

/// What a command is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    /// Full name of the one ref that is meant, as far as it could be told.
    pub name: Option<String>,
    /// The refs that exist and would change; `None` where that cannot be seen.
    pub changes: Option<Vec<Change>>,
    /// Whether anything is there to be changed; `None` where that cannot be seen.
    pub exists: Option<bool>,
    /// The command reaches more than one ref.
    pub many: bool,
    /// The remote, for refs of a remote.
    pub remote: Option<Remote>,
    /// Short name of the default branch.
    pub default: Option<String>,
    /// Full names of other refs that go along with it.
    pub beside: Vec<String>,
    /// Commits that the same push brings to the remote.
    pub brought: Vec<String>,
}

impl Subject {
    /// Finds what the command is about.
    pub(super) fn of(view: &View, target: &RefTarget, deadline: Instant) -> Subject {
        let mut subject = match &target.place {
            Place::Local => here(view, target, deadline),
            Place::Remote(given) => there(view, given, target, deadline),
        };
        subject.beside = target.beside.iter().flat_map(|name| full_names(name, RefKind::Other)).collect();
        subject.brought = target.brought.iter().filter_map(|new| resolve(view, new, deadline)).collect();
        // In a hook git says what the ref points at now.
        if let (Some(old), Some(name)) = (&target.old, &subject.name) {
            let absent = old.bytes().all(|byte| byte == b'0');
            let new = target.new.as_deref().map(|new| resolve(view, new, deadline));
            subject.exists = Some(!absent);
            subject.changes = match new {
                _ if absent => Some(Vec::new()),
                Some(None) => None,
                new => Some(vec![Change { name: name.clone(), old: old.clone(), new: new.flatten() }]),
            };
        }
        subject
    }

    /// The branches among the refs that would change, or the one that is meant: short names.
    pub(super) fn branches(&self) -> Vec<&str> {
        let changes = self.changes.iter().flatten().map(|change| &change.name);
        let named = self.name.iter().filter(|_| !self.many);
        let mut names: Vec<&str> =
            named.chain(changes).filter_map(|name| name.strip_prefix("refs/heads/")).collect();
        names.dedup();
        names
    }
}

fn here(view: &View, target: &RefTarget, deadline: Instant) -> Subject {
    let default = view.default_branch(Some("origin")).or_else(|| view.default_branch(None));
    let mut subject = Subject { default, ..Subject::default() };
    if target.kind() == RefKind::Branch
        && target.new.is_none()
        && target.name.trim() == crate::syntax::HOLE.to_string()
    {
        return any_branch(view, subject, deadline);
    }
    if target.name.is_empty() || target.name.contains(crate::syntax::HOLE) {
        return subject;
    }
    let previous = target.name == "-" || target.name.starts_with("@{");
    let name = match target.kind() {
        _ if previous => {
            let spelled = if target.name == "-" { "@{-1}" } else { &target.name };
            let git = view.git(deadline);
            let full = git.run(&["rev-parse", "--symbolic-full-name", "--verify", "--quiet", spelled]);
            let Some(full) = full.map(|full| full.trim().to_owned()).filter(|full| !full.is_empty()) else {
                return subject;
            };
            full
        }
        _ if target.name.starts_with("refs/") => target.name.clone(),
        RefKind::Branch => format!("refs/heads/{}", target.name),
        RefKind::Tag => format!("refs/tags/{}", target.name),
        RefKind::Other if target.name == "HEAD" => view.current.clone().unwrap_or_else(|| "HEAD".to_owned()),
        RefKind::Other => target.name.clone(),
    };
    if name == "HEAD" {
        // Not on a branch: what HEAD leaves has no other name.
        let new = target.new.as_deref().and_then(|new| resolve(view, new, deadline));
        if let (Some(old), Some(new)) = (resolve(view, "HEAD", deadline), new) {
            subject.changes = Some(vec![Change { name: name.clone(), old, new: Some(new) }]);
        }
        (subject.name, subject.exists) = (Some(name), Some(true));
        return subject;
    }
    if !name.starts_with("refs/") {
        return subject;
    }
    match (view.find(&name), &target.new) {
        (Some(old), new) => {
            subject.exists = Some(true);
            let new = new.as_deref().map(|new| resolve(view, new, deadline));
            if new != Some(None) {
                let change = Change { name: name.clone(), old: old.to_owned(), new: new.flatten() };
                subject.changes = Some(vec![change]);
            }
        }
        // To overwrite what is not there is to create it; to delete it is refused by git.
        (None, _) => (subject.exists, subject.changes) = (Some(false), Some(Vec::new())),
    }
    subject.name = Some(name);
    subject
}

/// Branches whose names only show when the line runs: nothing is lost where no branch but the current one has
/// anything to lose, whichever it is.
fn any_branch(view: &View, subject: Subject, deadline: Instant) -> Subject {
    let branches = || view.refs.iter().filter(|known| known.name.starts_with("refs/heads/"));
    let current = view.current.as_deref();
    let kept: Vec<&str> =
        branches().filter(|known| Some(known.name.as_str()) == current).map(|known| &*known.oid).collect();
    let others: Vec<&str> =
        branches().filter(|known| Some(known.name.as_str()) != current).map(|known| &*known.oid).collect();
    if others.len() > MAX_COMPARED || kept.is_empty() {
        return subject;
    }
    let head = ["rev-list", "--max-count=1"];
    let rest = [&["--not"][..], &kept, &["--remotes", "--tags"]].concat();
    let lost = view.git(deadline).run(&[&head[..], &others, &rest].concat());
    match lost {
        Some(lost) if lost.trim().is_empty() => Subject { changes: Some(Vec::new()), ..subject },
        _ => subject,
    }
}

fn there(view: &View, given: &str, target: &RefTarget, deadline: Instant) -> Subject {
    let git = view.git(deadline);
    let remote = remote::look(view, given, &git);
    let default = remote.default.clone();
    let mut subject = Subject { default, remote: Some(remote.clone()), ..Subject::default() };
    let (mut reach, mut name, mut new) = (target.reach.clone(), target.name.clone(), target.new.clone());
    if reach == Reach::One && name.is_empty() {
        match left_to_git(view, remote.name.as_deref()) {
            Some(Choice::Ref { src, dst }) => (name, new) = (dst, Some(src)),
            Some(Choice::Branches) => reach = Reach::Branches,
            Some(Choice::Refused) => {
                (subject.exists, subject.changes) = (Some(false), Some(Vec::new()));
                return subject;
            }
            None => return subject,
        }
    }
    if reach != Reach::One {
        subject.many = true;
        subject.changes = spelled_out(view, &remote, &reach, deadline);
        subject.exists = subject.changes.as_ref().map(|changes| !changes.is_empty());
        return subject;
    }
    if name.contains(crate::syntax::HOLE) {
        return subject;
    }
    let candidates = full_names(&name, target.kind());
    let found = candidates.iter().find_map(|full| {
        let old = remote.find(full).map(str::to_owned);
        // Tags have no copy per remote: one that is here is taken to be there.
        let shared = || view.find(full).filter(|_| full.starts_with("refs/tags/")).map(str::to_owned);
        Some((full, old.or_else(|| if remote.exact { None } else { shared() })?))
    });
    let Some((full, old)) = found else {
        // A new name is what the pushed ref is.
        let as_here = candidates.iter().find(|full| view.find(full).is_some()).or(candidates.first());
        subject.name = as_here.cloned();
        if remote.exact {
            (subject.exists, subject.changes) = (Some(false), Some(Vec::new()));
        }
        return subject;
    };
    subject.name = Some(full.clone());
    subject.exists = Some(true);
    let new = new.map(|new| {
        // The ref of the same kind goes before another with the same short name.
        let kind = if full.starts_with("refs/tags/") { "refs/tags/" } else { "refs/heads/" };
        let by_name = view.find(&format!("{kind}{new}")).map(str::to_owned);
        by_name.or_else(|| resolve(view, &new, deadline))
    });
    if new != Some(None) {
        subject.changes = Some(vec![Change { name: full.clone(), old, new: new.flatten() }]);
    }
    subject
}

/// The full names that a name can stand for.
fn full_names(name: &str, kind: RefKind) -> Vec<String> {
    match kind {
        _ if name.starts_with("refs/") => vec![name.to_owned()],
        RefKind::Branch => vec![format!("refs/heads/{name}")],
        RefKind::Tag => vec![format!("refs/tags/{name}")],
        RefKind::Other => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
    }
}

/// What `git push --force` would push where the line does not say.
enum Choice {
    /// One branch, to this name there.
    Ref { src: String, dst: String },
    /// Every branch that is on both sides.
    Branches,
    /// git says that it does not know either.
    Refused,
}

/// `remote.<name>.push`, then `push.default` (git-config).
fn left_to_git(view: &View, remote: Option<&str>) -> Option<Choice> {
    let specs: Vec<&str> =
        remote.map_or(Vec::new(), |remote| view.config_of_remote(remote, "push").collect());
    if let [spec, rest @ ..] = specs.as_slice() {
        if !rest.is_empty() || spec.contains('*') || matches!(*spec, ":" | "+:") {
            return Some(Choice::Branches);
        }
        let spec = spec.trim_start_matches('+');
        let (src, dst) = spec.split_once(':').unwrap_or((spec, spec));
        if !matches!(src, "HEAD" | "@") {
            return Some(Choice::Ref { src: src.to_owned(), dst: dst.to_owned() });
        }
    }
    let current = view.current.clone()?;
    let short = current.strip_prefix("refs/heads/")?;
    match view.setting("push.default").unwrap_or("simple") {
        "matching" => Some(Choice::Branches),
        "nothing" => Some(Choice::Refused),
        "upstream" | "tracking" => {
            let dst = view.setting(&format!("branch.{short}.merge"))?.to_owned();
            Some(Choice::Ref { src: current, dst })
        }
        _ => Some(Choice::Ref { src: current.clone(), dst: current }),
    }
}

/// The refs of a remote that would be deleted, or that would lose commits.
fn spelled_out(view: &View, remote: &Remote, reach: &Reach, deadline: Instant) -> Option<Vec<Change>> {
    let theirs = remote.refs.as_ref()?;
    if *reach == Reach::Tags && !remote.exact {
        return None;
    }
    let mut changes = Vec::new();
    let mut compared = 0;
    let git = view.git(deadline).borrowing(remote.objects.clone());
    for known in theirs {
        let name = &known.name;
        let (branch, tag) = (name.starts_with("refs/heads/"), name.starts_with("refs/tags/"));
        let (concerned, deletes) = match reach {
            Reach::Mirror => (!OF_SERVERS.iter().any(|prefix| name.starts_with(prefix)), true),
            Reach::Prune => (branch, true),
            Reach::Branches => (branch, false),
            Reach::Tags => (tag, false),
            Reach::One => (false, false),
        };
        if !concerned {
            continue;
        }
        let change = |new: Option<&str>| Change {
            name: name.clone(),
            old: known.oid.clone(),
            new: new.map(str::to_owned),
        };
        match view.find(name) {
            None if deletes => changes.push(change(None)),
            Some(ours) if ours != known.oid && *reach != Reach::Prune => {
                compared += 1;
                if compared > MAX_COMPARED {
                    return None;
                }
                let lost = || git.run(&["rev-list", "--max-count=1", &known.oid, "--not", ours]);
                if tag || !lost()?.is_empty() {
                    changes.push(change(Some(ours)));
                }
            }
            _ => {}
        }
    }
    Some(changes)
}

/// The commit that a revision stands for.
fn resolve(view: &View, revision: &str, deadline: Instant) -> Option<String> {
    if revision.is_empty() || revision.contains(crate::syntax::HOLE) {
        return None;
    }
    let revision = if revision == "-" { "@{-1}" } else { revision };
    let peeled = format!("{revision}^{{commit}}");
    let git = view.git(deadline);
    let oid = git.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled])?;
    let oid = oid.lines().rfind(|line| !line.starts_with('-'))?.trim();
    (!oid.is_empty()).then(|| oid.to_owned())
}
