//! What is kept before a ref is deleted or overwritten or uncommitted work is thrown away, and how it is brought back.

mod backup;
mod loss;
mod restore;
mod work;

pub use backup::{Backup, Scope, forget, list, stamp};
pub(crate) use loss::{unlike_here, without_password};
pub use restore::{RestoreError, restore};

use crate::action::Scene;
use crate::effect::git::{Place, Reach};
use crate::effect::{Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::git::{Git, GitError};
use crate::state;
use loss::Loss;
use std::path::Path;

/// Seconds within which the same ref is not kept twice: a shell and a git hook both see one push.
const AGAIN: u64 = 10 * 60;

/// Why nothing could be kept.
#[derive(Debug, thiserror::Error)]
pub enum RescueError {
    /// git said no.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The directory, the remote or the ref is only known when the command runs.
    #[error("which {0} it is shows only when the command runs")]
    Unknown(&'static str),
    /// No repository here to keep it in.
    #[error("there is no repository here to keep it in")]
    NoRepository,
    /// No remote with this name or address.
    #[error("no remote of this repository is `{0}`")]
    NoRemote(String),
    /// The address of the remote does not fit into a ref.
    #[error("the address of the remote is too long to be remembered")]
    LongAddress,
    /// Files are kept in commits on top of another.
    #[error("there is no commit here yet to keep it on")]
    NoCommit,
    /// Files that git does not have, larger than what a repository should hold.
    #[error("the files that git does not have are too many or too large to be copied")]
    TooLarge,
    /// Some of the commits did not come.
    #[error("the commits of {0} could not be fetched")]
    NotFetched(String),
}

/// What was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescue {
    /// The backups, at least one.
    pub backups: Vec<Backup>,
    /// The remote did not answer: this is what it had when it was last fetched.
    pub stale: bool,
}

impl Rescue {
    /// One line for the person.
    pub fn told(&self) -> String {
        let names: Vec<&str> = self.backups.iter().take(5).map(Backup::short).collect();
        let more = self.backups.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let place = match self.backups.first().map(|backup| &backup.scope) {
            Some(Scope::Remote(remote)) => format!(" of {}", crate::secrets::redact(remote)),
            _ => String::new(),
        };
        let when = if self.stale { " as last fetched" } else { "" };
        format!("kept {}{more}{place}{when}; `forestall undo` restores it", names.join(", "))
    }
}

/// What a dialog may promise before the answer: that a ref which would be lost is kept first.
pub fn promise(effect: &Effect, facts: &[(Key, Value)]) -> Option<String> {
    let known = |key| facts.iter().find(|(known, _)| *known == key).map(|(_, value)| value);
    if let Target::Work(target) = &effect.target {
        let some = |key| matches!(known(key), Some(Value::Count(1..)));
        let lost = [Key::WorkFiles, Key::WorkUntracked, Key::WorkIgnored, Key::StashEntries];
        return (work::can_keep(target) && lost.into_iter().any(some))
            .then(|| "a copy is kept first; `forestall undo` brings it back".to_owned());
    }
    let Target::Ref(target) = &effect.target else { return None };
    let readable =
        !target.name.contains(crate::syntax::HOLE) && target.dir.as_deref().is_some_and(in_repository);
    let here = known(Key::RefExists) != Some(&Value::Flag(false));
    let one = target.reach == Reach::One && !target.name.is_empty();
    (matches!(effect.kind, EffectKind::RefDelete | EffectKind::RefOverwrite) && readable && here && one)
        .then(|| "a backup ref is written first; `forestall undo` brings it back".to_owned())
}

/// Whether a directory lies in a repository, where a backup could be written.
fn in_repository(dir: &Path) -> bool {
    dir.ancestors()
        .any(|dir| dir.join(".git").exists() || dir.join("HEAD").is_file() && dir.join("objects").is_dir())
}

/// Keeps what this effect would lose, in the repository in which the command runs. `None` where it loses
/// nothing: the ref does not exist, or what it becomes contains what it was.
pub fn take(effect: &Effect, scene: &Scene) -> Result<Option<Rescue>, RescueError> {
    if let Target::Work(target) = &effect.target {
        let Some(dir) = target.dir.as_deref().filter(|_| work::can_keep(target)) else { return Ok(None) };
        let git = Git::at(&scene.cwd.join(dir));
        if git.top_level().is_none() {
            return Err(RescueError::NoRepository);
        }
        let backups = keep(&git, &work::losses(&git, target, scene)?)?;
        return Ok((!backups.is_empty()).then_some(Rescue { backups, stale: false }));
    }
    if !matches!(effect.kind, EffectKind::RefDelete | EffectKind::RefOverwrite) {
        return Ok(None);
    }
    let Target::Ref(target) = &effect.target else { return Ok(None) };
    let dir = target.dir.as_deref().ok_or(RescueError::Unknown("directory"))?;
    let git = Git::at(&scene.cwd.join(dir));
    if git.common_dir().is_none() {
        return Err(RescueError::NoRepository);
    }
    if target.name.contains(crate::syntax::HOLE) {
        return Err(RescueError::Unknown("ref"));
    }
    let (losses, stale) = match &target.place {
        Place::Local => (loss::local(&git, target), false),
        Place::Remote(remote) => loss::remote(&git, remote, target)?,
    };
    let backups = keep(&git, &losses)?;
    Ok((!backups.is_empty()).then_some(Rescue { backups, stale }))
}

/// Writes a backup ref for each loss, and fetches what is not here.
fn keep(git: &Git, losses: &[Loss]) -> Result<Vec<Backup>, RescueError> {
    let known = list(git)?;
    let now = state::now();
    let recent = stamp(now.saturating_sub(AGAIN));
    let mut kept: Vec<Backup> = Vec::new();
    let mut wanted: Vec<(&Loss, String)> = Vec::new();
    for loss in losses {
        let same = |old: &&Backup| {
            old.oid == loss.oid && old.name == loss.name && old.scope == loss.scope && old.time >= recent
        };
        if let Some(before) = known.iter().find(same) {
            kept.push(before.clone());
            continue;
        }
        let scope = loss.scope.part().ok_or(RescueError::LongAddress)?;
        wanted.push((loss, format!("{scope}/{}", loss.name.trim_start_matches("refs/"))));
    }
    // Of what was kept in this very second, nothing is overwritten.
    let taken = |time: &str| known.iter().any(|old| old.time == time);
    let time = (now..).map(stamp).find(|time| !taken(time)).unwrap_or_default();
    let reference = |name: &str| format!("{}{time}/{name}", backup::FOLDER);

    let missing: Vec<&(&Loss, String)> = wanted.iter().filter(|(loss, _)| !git.has(&loss.oid)).collect();
    if !missing.is_empty() {
        fetch(git, &missing, &reference)?;
    }
    for (loss, name) in &wanted {
        let reference = reference(name);
        if git.resolve(&reference).as_deref() != Some(&loss.oid) {
            if !git.has(&loss.oid) {
                return Err(RescueError::NotFetched(backup::short(&loss.name).to_owned()));
            }
            git.run(&["update-ref", "-m", "forestall: kept", &reference, &loss.oid])?;
        }
        let subject = git.ask(&["log", "-1", "--format=%s", &reference, "--"]).unwrap_or_default();
        kept.push(Backup {
            reference,
            time: time.clone(),
            scope: loss.scope.clone(),
            name: loss.name.clone(),
            oid: loss.oid.clone(),
            subject,
        });
    }
    Ok(kept)
}

/// Fetches objects that only the remote has straight into the backup refs: by object, or by name where the
/// server does not give objects by id.
fn fetch(
    git: &Git,
    missing: &[&(&Loss, String)],
    reference: &dyn Fn(&str) -> String,
) -> Result<(), RescueError> {
    let Some(address) = missing.first().and_then(|(loss, _)| loss.address.as_deref()) else { return Ok(()) };
    let attempt = |source: fn(&Loss) -> &str| {
        let specs: Vec<String> =
            missing.iter().map(|(loss, name)| format!("+{}:{}", source(loss), reference(name))).collect();
        // Nothing but these refs: no tags, no tracking refs, no pruning, no maintenance.
        let mut args = vec!["fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head"];
        args.extend(["--no-recurse-submodules", "--no-auto-maintenance", "--refmap=", "--", address]);
        args.extend(specs.iter().map(String::as_str));
        git.network(&args)
    };
    attempt(|loss| &loss.oid).or_else(|_| attempt(|loss| &loss.name))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::git::{RefKind, RefTarget};

    #[test]
    fn promised_only_where_a_backup_can_be_written() {
        let lab = tempfile::tempdir().unwrap();
        let promised = || {
            let target = RefTarget {
                dir: Some(lab.path().to_owned()),
                name: "topic".to_owned(),
                kind: RefKind::Branch,
                ..RefTarget::default()
            };
            promise(&target.effect(EffectKind::RefDelete, crate::syntax::Span::default(), Vec::new()), &[])
        };
        assert_eq!(promised(), None);
        std::fs::create_dir(lab.path().join(".git")).unwrap();
        assert!(promised().is_some());
    }
}
