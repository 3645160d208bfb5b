//! Brings a kept ref back, without ever overwriting one that points elsewhere.

use super::backup::{Backup, Scope};
use super::loss::Remote;
use crate::git::{Git, GitError};

/// Why a ref was not brought back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// git said no.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The ref is in use for something else.
    #[error("{name} of {remote} points at {now} now, and is not overwritten")]
    InUse {
        /// Short name of the ref.
        name: String,
        /// The remote.
        remote: String,
        /// Abbreviated object.
        now: String,
        /// The command that overwrites it all the same.
        command: String,
    },
    /// The changes do not fit into the files as they are now.
    #[error("the changes could not be put back into the files: {message}")]
    NotApplied {
        /// What git said.
        message: String,
        /// The commit that holds them.
        oid: String,
    },
    /// The push did not succeed; git has said why.
    #[error("the push to {remote} failed; the commits are still here")]
    NotPushed {
        /// The remote.
        remote: String,
        /// The command to try again.
        command: String,
    },
}

impl RestoreError {
    /// What a person can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            RestoreError::Git(_) => None,
            RestoreError::InUse { command, .. } => Some(format!("to overwrite it all the same: {command}")),
            RestoreError::NotApplied { oid, .. } => {
                Some(format!("put the files aside that are in the way, then: git stash apply {oid}"))
            }
            RestoreError::NotPushed { command, .. } => Some(format!("try again with: {command}")),
        }
    }
}

/// Brings a ref back where it was; a remote one by a push, which may ask for a password. Says what it did.
pub fn restore(git: &Git, backup: &Backup) -> Result<String, RestoreError> {
    match &backup.scope {
        Scope::Local if super::work::is_work(&backup.name) => super::work::restore(git, backup),
        Scope::Local => restore_here(git, backup),
        Scope::Remote(remote) => restore_there(git, backup, remote),
    }
}

fn restore_here(git: &Git, backup: &Backup) -> Result<String, RestoreError> {
    let (short, at) = (backup.short(), abbreviated(&backup.oid));
    let mut name = backup.name.clone();
    match git.resolve(&name) {
        Some(now) if now == backup.oid => return Ok(format!("{short} is here already, at {at}")),
        Some(_) => {
            let free = |name: &String| git.resolve(name).is_none();
            let mut others = (1..).map(|count| match count {
                1 => format!("{}-restored", backup.name),
                _ => format!("{}-restored-{count}", backup.name),
            });
            name = others.find(free).unwrap_or(name);
        }
        None => {}
    }
    let null = "0".repeat(backup.oid.len());
    git.run(&["update-ref", "-m", "forestall undo", &name, &backup.oid, &null])?;
    let kind = if name.starts_with("refs/tags/") { "tag" } else { "branch" };
    if name == backup.name {
        return Ok(format!("restored the {kind} {short} at {at}"));
    }
    let other = super::backup::short(&name);
    Ok(format!("{short} points elsewhere now, so it was restored as the {kind} {other}, at {at}"))
}

fn restore_there(git: &Git, backup: &Backup, remote: &str) -> Result<String, RestoreError> {
    let (short, at) = (backup.short(), abbreviated(&backup.oid));
    let address = Remote::find(git, remote).map_or_else(|_| remote.to_owned(), |found| found.address);
    let spec = format!("{}:{}", backup.reference, backup.name);
    // Who does not answer now may answer the push, which can ask for a password.
    let now = git.remote_refs(&address, &[&backup.name]).ok();
    let now = now.and_then(|refs| refs.into_iter().find(|(_, name)| *name == backup.name));
    match now {
        Some((oid, _)) if oid == backup.oid => {
            return Ok(format!("{short} is on {remote} already, at {at}"));
        }
        Some((oid, _)) => {
            return Err(RestoreError::InUse {
                name: short.to_owned(),
                remote: remote.to_owned(),
                now: abbreviated(&oid).to_owned(),
                command: format!("git push --force-with-lease={}:{oid} {address} {spec}", backup.name),
            });
        }
        None => {}
    }
    // An empty expectation: the ref must not exist there.
    let lease = format!("--force-with-lease={}:", backup.name);
    let args = ["push", "--quiet", &lease, "--", &address, &spec];
    let pushed = git.command(&args).status().map_err(GitError::from)?;
    if !pushed.success() {
        return Err(RestoreError::NotPushed {
            remote: remote.to_owned(),
            command: format!("git push {address} {spec}"),
        });
    }
    Ok(format!("pushed {short} back to {remote}, at {at}"))
}

fn abbreviated(oid: &str) -> &str {
    oid.get(..10).unwrap_or(oid)
}
