//! Facts about refs and commits: what a deletion or an overwrite would lose.
//!
//! git2 opens repositories and reads refs; questions about reachability go to the `git` binary, once per ref.
//! Where a repository, a ref or a remote cannot be seen, the facts are unknown.

pub mod child;
mod loss;
mod remote;

use super::{Key, Value};
use crate::action::Scene;
use crate::effect::git::{Place, Reach, RefKind, RefTarget};
use crate::policy::Policy;
use crate::rule::fits;
use git2::{Oid, Repository};
use loss::Loss;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest time for the questions about one ref.
const PATIENCE: Duration = Duration::from_millis(400);

/// Branches that teams usually protect, besides the default branch and those of the policy.
const PROTECTED: &[&str] = &[
    "main",
    "master",
    "trunk",
    "develop",
    "production",
    "prod",
    "staging",
    "stable",
    "release",
    "release/*",
    "release-*",
    "releases/*",
];

/// Repositories that were opened for this judgement, and what was found in them.
#[derive(Default)]
pub struct Cache {
    repositories: Vec<(PathBuf, Option<Repository>)>,
    seen: Vec<(RefTarget, Seen)>,
}

/// What is known of one ref.
#[derive(Clone, Default)]
struct Seen {
    /// The full name, as far as it could be told: `refs/heads/topic`.
    name: Option<String>,
    /// The object that the ref points at.
    tip: Option<Oid>,
    /// Whether the ref exists; `None` where that cannot be seen.
    exists: Option<bool>,
    /// The remote as configured here.
    remote: Option<String>,
    /// Full name of the default branch: `main`.
    default: Option<String>,
    loss: Option<Loss>,
}

impl Cache {
    /// A fact about a ref.
    pub fn read(&mut self, target: &RefTarget, key: Key, _scene: &Scene, policy: &Policy) -> Value {
        let Some(dir) = &target.dir else { return Value::Unknown };
        let at = match self.seen.iter().position(|(known, _)| known == target) {
            Some(at) => at,
            None => {
                let seen =
                    self.repository(dir).map(|repository| look(repository, target)).unwrap_or_default();
                self.seen.push((target.clone(), seen));
                self.seen.len() - 1
            }
        };
        let seen = self.seen[at].1.clone();
        let short = seen.name.as_deref().map(shorten);
        match key {
            Key::Ref => short.into(),
            Key::RefKind => match (&seen.name, target.kind()) {
                (Some(name), _) if name.starts_with("refs/heads/") => "branch".into(),
                (Some(name), _) if name.starts_with("refs/tags/") => "tag".into(),
                (None, RefKind::Branch) => "branch".into(),
                (None, RefKind::Tag) => "tag".into(),
                (Some(_), _) => "other".into(),
                _ => Value::Unknown,
            },
            Key::RefExists => seen.exists.into(),
            Key::Remote => seen.remote.into(),
            Key::RefDefault => match (short, &seen.default) {
                (Some(short), Some(default)) => (short == default).into(),
                _ => Value::Unknown,
            },
            Key::RefProtected => {
                let named = short.or(Some(target.short()).filter(|name| !name.is_empty()));
                let is_tag = target.kind() == RefKind::Tag
                    || seen.name.as_ref().is_some_and(|name| name.starts_with("refs/tags/"));
                match named {
                    _ if is_tag => false.into(),
                    Some(name) => is_protected(name, seen.default.as_deref(), policy).into(),
                    None => Value::Unknown,
                }
            }
            Key::RefsCount => self
                .repository(dir)
                .and_then(|repository| remote::surplus(repository, target, Instant::now() + PATIENCE))
                .into(),
            Key::CommitsUnique
            | Key::CommitsSubjects
            | Key::CommitsBehind
            | Key::CommitsAhead
            | Key::CommitsHere
            | Key::Merged
            | Key::Rewritten => {
                if seen.loss.is_none() {
                    let deadline = Instant::now() + PATIENCE;
                    let loss =
                        self.repository(dir).map(|repository| Loss::of(repository, target, &seen, deadline));
                    self.seen[at].1.loss = loss;
                }
                self.seen[at].1.loss.as_ref().map_or(Value::Unknown, |loss| loss.value(key))
            }
            _ => Value::Unknown,
        }
    }

    fn repository(&mut self, dir: &Path) -> Option<&Repository> {
        let at = match self.repositories.iter().position(|(known, _)| known == dir) {
            Some(at) => at,
            None => {
                self.repositories.push((dir.to_owned(), Repository::discover(dir).ok()));
                self.repositories.len() - 1
            }
        };
        self.repositories[at].1.as_ref()
    }
}

/// Whether deleting or overwriting this branch is never daily work.
fn is_protected(name: &str, default: Option<&str>, policy: &Policy) -> bool {
    default == Some(name)
        || PROTECTED.iter().any(|pattern| fits(pattern, name))
        || policy.protected.iter().any(|pattern| fits(pattern, name))
}

fn shorten(name: &str) -> &str {
    ["refs/heads/", "refs/tags/", "refs/"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// Finds the ref where it would be changed.
fn look(repository: &Repository, target: &RefTarget) -> Seen {
    let mut seen = match &target.place {
        Place::Local => look_here(repository, target),
        Place::Remote(remote) => remote::look(repository, remote, target),
    };
    if let Some(old) = target.old.as_deref().and_then(|old| Oid::from_str(old).ok()) {
        seen.tip = Some(old);
        seen.exists = Some(!old.is_zero());
    }
    seen
}

fn look_here(repository: &Repository, target: &RefTarget) -> Seen {
    if target.reach != Reach::One || target.name.is_empty() {
        return Seen::default();
    }
    let name = match target.kind() {
        _ if target.name.starts_with("refs/") => target.name.clone(),
        RefKind::Tag => format!("refs/tags/{}", target.name),
        RefKind::Branch => format!("refs/heads/{}", target.name),
        RefKind::Other => target.name.clone(),
    };
    let reference = repository.find_reference(&name).ok();
    let tip = reference.and_then(|reference| reference.peel_to_commit().ok()).map(|commit| commit.id());
    Seen {
        // To overwrite what is not there is to create it. To delete what is not there may be a slip, or the
        // ref may be made by an earlier part of the line: that is not known to be harmless.
        exists: if target.new.is_some() { Some(tip.is_some()) } else { tip.map(|_| true) },
        name: Some(name),
        tip,
        default: default_branch(repository, "origin"),
        ..Seen::default()
    }
}

/// The default branch of a remote as this clone knows it, or of the repository itself.
fn default_branch(repository: &Repository, remote: &str) -> Option<String> {
    let head = repository.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok();
    let symbolic = head.as_ref().and_then(|head| head.symbolic_target().ok().flatten()).map(str::to_owned);
    let named = symbolic
        .and_then(|target| target.strip_prefix(&format!("refs/remotes/{remote}/")).map(str::to_owned));
    named.or_else(|| {
        let usual = repository.config().ok().and_then(|config| config.get_string("init.defaultBranch").ok());
        usual.into_iter().chain(["main".to_owned(), "master".to_owned()]).find(|name| {
            repository.find_reference(&format!("refs/remotes/{remote}/{name}")).is_ok()
                || repository.find_reference(&format!("refs/heads/{name}")).is_ok()
        })
    })
}
