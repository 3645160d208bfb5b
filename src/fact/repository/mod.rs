//! Facts about refs, commits and work that no commit holds: what a deletion, an overwrite or a reset would lose.
//!
//! All of it is asked of the `git` binary: it opens what libgit2 cannot (reftable, SHA-256), it honours every
//! setting as the command itself would, and its commit-graph makes the long questions short. Where a repository,
//! a ref or a remote cannot be seen, the facts are unknown.

pub(super) mod child;
pub(super) mod generated;
mod history;
mod loss;
mod outgoing;
mod remote;
mod subject;
mod view;
mod work;

pub(crate) use generated::is_generated;

use super::{Key, Value};
use crate::action::Scene;
use crate::effect::git::{RefKind, RefTarget, WorkTarget};
use crate::policy::Policy;
use crate::rule::fits;
use loss::Loss;
use outgoing::Outgoing;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use subject::Subject;
use view::View;
use work::Work;

/// Longest time for finding out what a command is about, and again for what would be lost. A busy machine takes
/// half a second for what is done in twenty milliseconds otherwise, and what is not known is asked about.
const PATIENCE: Duration = Duration::from_millis(1200);
/// Longest time for looking at a working tree, which may be large and cold.
const PATIENCE_FOR_FILES: Duration = Duration::from_millis(1500);
/// Most names that are told.
const MAX_NAMES: usize = 3;

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

/// Repositories that were looked at for this judgement, and what was found in them.
#[derive(Default)]
pub struct Cache {
    views: Vec<(PathBuf, Option<View>)>,
    subjects: Vec<(RefTarget, Subject, Option<Loss>)>,
    works: Vec<(WorkTarget, Option<Work>)>,
    pasts: Vec<(WorkTarget, Key, Value)>,
    leaving: Vec<(WorkTarget, Option<Outgoing>)>,
}

impl Cache {
    /// A fact about a ref.
    pub fn read(&mut self, target: &RefTarget, key: Key, scene: &Scene, policy: &Policy) -> Value {
        let Some(dir) = &target.dir else { return Value::Unknown };
        let dir = scene.cwd.join(dir);
        let at = match self.views.iter().position(|(known, _)| *known == dir) {
            Some(at) => at,
            None => {
                let view = View::of(&dir, Instant::now() + PATIENCE);
                self.views.push((dir, view));
                self.views.len() - 1
            }
        };
        let Some(view) = &self.views[at].1 else { return unseen(target, key, policy) };
        let at = match self.subjects.iter().position(|(known, _, _)| known == target) {
            Some(at) => at,
            None => {
                let subject = Subject::of(view, target, Instant::now() + PATIENCE);
                self.subjects.push((target.clone(), subject, None));
                self.subjects.len() - 1
            }
        };
        let (_, subject, loss) = &mut self.subjects[at];
        match key {
            Key::Ref => name(subject).into(),
            Key::RefKind => kind(subject.name.as_deref(), target).into(),
            Key::RefExists => subject.exists.into(),
            Key::Remote => subject.remote.as_ref().and_then(|remote| remote.name.clone()).into(),
            Key::RefDefault => match (subject.branches().as_slice(), &subject.default) {
                ([], _) | (_, None) => Value::Unknown,
                (names, Some(default)) => names.contains(&default.as_str()).into(),
            },
            Key::RefProtected => protected(subject, target, policy).into(),
            Key::RefsCount if subject.many => subject.changes.as_ref().map(Vec::len).into(),
            Key::CommitsUnique
            | Key::CommitsSubjects
            | Key::CommitsBehind
            | Key::CommitsAhead
            | Key::CommitsHere
            | Key::Merged
            | Key::Rewritten => {
                loss.get_or_insert_with(|| Loss::of(view, subject, Instant::now() + PATIENCE)).value(key)
            }
            _ => Value::Unknown,
        }
    }
}

impl Cache {
    /// A fact about work that no commit holds, or about history as a whole.
    pub fn read_work(&mut self, target: &WorkTarget, key: Key, scene: &Scene, policy: &Policy) -> Value {
        let Some(dir) = &target.dir else { return Value::Unknown };
        let dir = scene.cwd.join(dir);
        match key {
            Key::Ref => history::branch(&dir, target).into(),
            Key::RefProtected => history::branch(&dir, target)
                .map(|name| {
                    usually_protected(&name, policy)
                        || history::default_branch(&dir).as_deref() == Some(name.as_str())
                })
                .into(),
            Key::SourceSecret | Key::SecretKind | Key::SourceFiles => {
                let at = match self.leaving.iter().position(|(known, _)| known == target) {
                    Some(at) => at,
                    None => {
                        let found = Outgoing::of(&dir, target, Instant::now() + PATIENCE_FOR_FILES);
                        self.leaving.push((target.clone(), found));
                        self.leaving.len() - 1
                    }
                };
                self.leaving[at].1.as_ref().map_or(Value::Unknown, |found| found.value(key))
            }
            Key::RewrittenPushed | Key::HistoryLost => {
                let found = self.pasts.iter().find(|(known, of, _)| known == target && *of == key);
                if let Some((_, _, value)) = found {
                    return value.clone();
                }
                let value = history::value(&dir, target, key, Instant::now() + PATIENCE);
                self.pasts.push((target.clone(), key, value.clone()));
                value
            }
            _ => {
                let at = match self.works.iter().position(|(known, _)| known == target) {
                    Some(at) => at,
                    None => {
                        let work = Work::of(&dir, target, Instant::now() + PATIENCE_FOR_FILES);
                        self.works.push((target.clone(), work));
                        self.works.len() - 1
                    }
                };
                self.works[at].1.as_ref().map_or(Value::Unknown, |work| work.value(key))
            }
        }
    }
}

/// What a command would throw away, by name.
#[derive(Clone, Debug, Default)]
pub struct Lost {
    /// Files with changes and files in the way, from the root of the working tree.
    pub files: Vec<String>,
    /// Files and directories that git does not track, from where the command runs.
    pub loose: Vec<String>,
}

/// Everything that a command would throw away, for who wants to keep it; `None` where it cannot be seen.
pub fn lost(target: &WorkTarget, scene: &Scene) -> Option<Lost> {
    let dir = scene.cwd.join(target.dir.as_ref()?);
    Work::of(&dir, target, Instant::now() + 4 * PATIENCE_FOR_FILES).map(Work::lost)
}

/// What can be said without a repository: the name alone.
fn unseen(target: &RefTarget, key: Key, policy: &Policy) -> Value {
    match key {
        Key::RefProtected => protected(&Subject::default(), target, policy).into(),
        _ => Value::Unknown,
    }
}

/// Names of the refs that would change, as a person would write them.
fn name(subject: &Subject) -> Option<String> {
    if !subject.many {
        return subject.name.as_deref().map(|name| shorten(name).to_owned());
    }
    let changes = subject.changes.as_ref().filter(|changes| !changes.is_empty())?;
    let names: Vec<&str> = changes.iter().take(MAX_NAMES).map(|change| shorten(&change.name)).collect();
    let more = changes.len() - names.len();
    let names = names.join(", ");
    Some(if more > 0 { format!("{names} and {more} more") } else { names })
}

fn kind(name: Option<&str>, target: &RefTarget) -> Option<&'static str> {
    match (name, target.kind()) {
        (Some(name), _) if name.starts_with("refs/heads/") => Some("branch"),
        (Some(name), _) if name.starts_with("refs/tags/") => Some("tag"),
        (None, RefKind::Branch) => Some("branch"),
        (None, RefKind::Tag) => Some("tag"),
        (Some(_), _) => Some("other"),
        (None, RefKind::Other) => None,
    }
}

/// Whether a branch is among those whose deletion or overwriting is never daily work.
fn protected(subject: &Subject, target: &RefTarget, policy: &Policy) -> Option<bool> {
    let is_tag = kind(subject.name.as_deref(), target) == Some("tag");
    let mut names = subject.branches();
    if names.is_empty() && !is_tag && !subject.many && !target.short().is_empty() {
        names.push(target.short());
    }
    let fitting = |name: &&str| subject.default.as_deref() == Some(*name) || usually_protected(name, policy);
    let known = is_tag || !names.is_empty() || subject.changes.is_some();
    known.then(|| names.iter().any(fitting))
}

fn usually_protected(name: &str, policy: &Policy) -> bool {
    PROTECTED.iter().any(|pattern| fits(pattern, name))
        || policy.protected.iter().any(|pattern| fits(pattern, name))
}

fn shorten(name: &str) -> &str {
    ["refs/heads/", "refs/tags/", "refs/"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}
