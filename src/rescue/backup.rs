//! The refs in which rescued commits are kept, and how they are named:
//!
//! ```text
//! refs/forestall/backup/20261121T023649Z/local/heads/topic
//! refs/forestall/backup/20261121T023649Z/origin/tags/v1.0
//! refs/forestall/backup/20261121T023649Z/local/work/topic             changes that were in the files
//! refs/forestall/backup/20261121T023649Z/local/stash-entry/0
//! ```
//!
//! The second part says where the ref was: `local`, the name of a remote, or its address with everything that a
//! ref may not hold written as `%2F`.

use crate::git::{Git, GitError};
use crate::state;

/// Where backups are kept.
pub const FOLDER: &str = "refs/forestall/backup/";
/// Bytes that the name of a place may have: one part of a ref is a file name.
const MAX_SCOPE: usize = 200;

/// Where a ref was that has been kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In this repository.
    Local,
    /// In a remote, by name or address.
    Remote(String),
}

impl Scope {
    /// As one part of a ref; `None` where it is too long for that.
    pub(super) fn part(&self) -> Option<String> {
        let Scope::Remote(remote) = self else { return Some("local".to_owned()) };
        let mut part = String::new();
        for (at, byte) in remote.bytes().enumerate() {
            let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'=');
            // `.` is free in the middle, where no `..` and no `.lock` can come of it.
            let dot = byte == b'.' && at > 0 && remote.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit);
            // A remote may be called `local` too.
            if (plain || dot) && !(at == 0 && remote == "local") {
                part.push(char::from(byte));
            } else {
                part.push_str(&format!("%{byte:02X}"));
            }
        }
        (!part.is_empty() && part.len() <= MAX_SCOPE).then_some(part)
    }

    fn from_part(part: &str) -> Scope {
        if part == "local" {
            return Scope::Local;
        }
        let mut bytes = Vec::with_capacity(part.len());
        let mut rest = part.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
            match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(byte) if first == b'%' => {
                    bytes.push(byte);
                    rest = &after[2..];
                }
                _ => {
                    bytes.push(first);
                    rest = after;
                }
            }
        }
        Scope::Remote(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// A ref that was kept before it was deleted or overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The ref that keeps it.
    pub reference: String,
    /// When, UTC, as in the ref: `20261121T023649Z`.
    pub time: String,
    /// Where it was.
    pub scope: Scope,
    /// Full name that it had: `refs/heads/topic`.
    pub name: String,
    /// The object that it pointed at.
    pub oid: String,
    /// Subject of the commit or tag.
    pub subject: String,
}

impl Backup {
    /// `topic` for `refs/heads/topic`.
    pub fn short(&self) -> &str {
        short(&self.name)
    }

    /// Whether it holds changes or an entry of the stash, and not what a ref pointed at.
    pub fn is_work(&self) -> bool {
        self.scope == Scope::Local && super::work::is_work(&self.name)
    }

    /// Takes the name of a backup ref apart.
    fn from_parts(reference: &str, oid: &str, subject: &str) -> Option<Backup> {
        let mut parts = reference.strip_prefix(FOLDER)?.splitn(3, '/');
        let (time, scope, name) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Backup {
            reference: reference.to_owned(),
            time: time.to_owned(),
            scope: Scope::from_part(scope),
            name: format!("refs/{name}"),
            oid: oid.to_owned(),
            subject: subject.to_owned(),
        })
    }
}

/// `topic` for `refs/heads/topic`, `v1` for `refs/tags/v1`, `work/topic` for changes.
pub(super) fn short(name: &str) -> &str {
    let folders = ["refs/heads/", "refs/tags/"];
    let kept = name.strip_prefix("refs/").filter(|_| super::work::is_work(name));
    folders.iter().find_map(|folder| name.strip_prefix(folder)).or(kept).unwrap_or(name)
}

/// A time as it stands in a backup ref.
pub fn stamp(seconds: u64) -> String {
    state::rfc3339(seconds).replace(['-', ':'], "")
}

/// What is kept in a repository, newest first.
pub fn list(git: &Git) -> Result<Vec<Backup>, GitError> {
    let format = "--format=%(objectname)%00%(refname)%00%(contents:subject)";
    let answer = git.run(&["for-each-ref", format, FOLDER])?;
    let text = answer.text();
    let mut backups: Vec<Backup> = text
        .lines()
        .filter_map(|line| {
            let mut fields = line.splitn(3, '\0');
            let (oid, name) = (fields.next()?, fields.next()?);
            Backup::from_parts(name, oid, fields.next().unwrap_or_default())
        })
        .collect();
    backups.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.reference.cmp(&b.reference)));
    Ok(backups)
}

/// Lets go of a backup; the commits then live only as long as git keeps what nothing points at.
pub fn forget(git: &Git, backup: &Backup) -> Result<(), GitError> {
    git.run(&["update-ref", "-d", &backup.reference, &backup.oid]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_fits_into_one_part_and_comes_back() {
        for remote in [
            "origin",
            "local",
            "a/b",
            "https://host.example:8443/o/r.git",
            "git@host:o/r.lock",
            "../up",
            ".",
            "100%",
            "%2F",
            "v1.2",
            "ä ö",
        ] {
            let scope = Scope::Remote(remote.to_owned());
            let part = scope.part().unwrap();
            let checked = std::process::Command::new("git")
                .args(["check-ref-format", &format!("{FOLDER}20261121T023649Z/{part}/heads/x")])
                .status()
                .unwrap();
            assert!(checked.success(), "{remote} as {part}");
            assert_eq!(Scope::from_part(&part), scope, "{part}");
        }
        assert_eq!(Scope::from_part("local"), Scope::Local);
        assert_eq!(Scope::Remote("x".repeat(300)).part(), None);
        assert_eq!(Scope::Remote("origin".into()).part().as_deref(), Some("origin"));
    }

    #[test]
    fn a_time_sorts_as_text() {
        assert_eq!(stamp(1_795_228_609), "20261121T023649Z");
    }
}
