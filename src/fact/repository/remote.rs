//! Refs of a remote: read from the remote itself where it is a directory on this machine, else as last fetched.

use super::{Seen, default_branch};
use crate::effect::git::{Reach, RefKind, RefTarget};
use git2::Repository;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

/// Most refs of a remote that are looked at.
const MAX_REFS: usize = 10_000;

/// Finds the ref of a remote.
pub(super) fn look(repository: &Repository, remote: &str, target: &RefTarget) -> Seen {
    let remote = name_of(repository, remote);
    let default = remote.as_deref().and_then(|remote| default_branch(repository, remote));
    if target.reach != Reach::One {
        return Seen { remote, default, ..Seen::default() };
    }
    let name = if target.name.is_empty() { current(repository) } else { Some(target.name.clone()) };
    let Some(name) = name else { return Seen { remote, default, ..Seen::default() } };

    let there = remote.as_deref().and_then(|remote| on_disk(repository, remote));
    let candidates = match target.kind() {
        _ if name.starts_with("refs/") => vec![name],
        RefKind::Branch => vec![format!("refs/heads/{name}")],
        RefKind::Tag => vec![format!("refs/tags/{name}")],
        RefKind::Other => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
    };
    if let Some(there) = &there {
        for full in &candidates {
            if let Ok(reference) = there.find_reference(full) {
                let tip = reference.peel_to_commit().ok().map(|commit| commit.id());
                return Seen {
                    name: Some(full.clone()),
                    tip,
                    exists: Some(true),
                    remote,
                    default,
                    loss: None,
                };
            }
        }
        return Seen {
            name: candidates.into_iter().next(),
            exists: Some(false),
            remote,
            default,
            ..Seen::default()
        };
    }
    for full in &candidates {
        // Tags are shared by all; branches are seen as they were fetched last.
        let tracking = match (full.strip_prefix("refs/heads/"), &remote) {
            (Some(short), Some(remote)) => format!("refs/remotes/{remote}/{short}"),
            (Some(_), None) => continue,
            (None, _) => full.clone(),
        };
        if let Ok(reference) = repository.find_reference(&tracking) {
            let tip = reference.peel_to_commit().ok().map(|commit| commit.id());
            return Seen { name: Some(full.clone()), tip, exists: Some(true), remote, default, loss: None };
        }
    }
    Seen { name: candidates.into_iter().next(), remote, default, ..Seen::default() }
}

/// The configured remote that a name, a URL or `owner/name` stands for; with nothing given, the one that git
/// would choose.
pub(super) fn name_of(repository: &Repository, given: &str) -> Option<String> {
    let remotes = repository.remotes().ok()?;
    let mut names = remotes.iter().filter_map(|name| name.ok().flatten());
    if given.is_empty() {
        let config = repository.config().ok();
        let text = |key: &str| config.as_ref().and_then(|config| config.get_string(key).ok());
        let branch = current(repository).and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned));
        let chosen = branch
            .and_then(|branch| {
                text(&format!("branch.{branch}.pushRemote"))
                    .or_else(|| text("remote.pushDefault"))
                    .or_else(|| text(&format!("branch.{branch}.remote")))
            })
            .or_else(|| text("remote.pushDefault"));
        return chosen.or_else(|| {
            let all: Vec<&str> = remotes.iter().filter_map(|name| name.ok().flatten()).collect();
            all.iter().find(|name| **name == "origin").or(all.first()).map(|name| (*name).to_owned())
        });
    }
    let trimmed = |url: &str| url.trim_end_matches('/').trim_end_matches(".git").to_owned();
    let wanted = trimmed(given);
    names
        .find(|name| {
            *name == given
                || repository.find_remote(name).is_ok_and(|remote| {
                    let urls = [
                        remote.url().ok().map(str::to_owned),
                        remote.pushurl().ok().flatten().map(str::to_owned),
                    ];
                    urls.into_iter().flatten().map(|url| trimmed(&url)).any(|url| {
                        // `owner/name` stands for any address that ends with it.
                        url == wanted
                            || (given.matches('/').count() == 1 && url.ends_with(&format!("/{wanted}")))
                            || (given.matches('/').count() == 1 && url.ends_with(&format!(":{wanted}")))
                    })
                })
        })
        .map(str::to_owned)
}

/// Full name of the current branch.
fn current(repository: &Repository) -> Option<String> {
    let head = repository.find_reference("HEAD").ok()?;
    head.symbolic_target().ok().flatten().map(str::to_owned)
}

/// The remote's own repository, where its address is a directory of this machine.
pub(super) fn on_disk(repository: &Repository, remote: &str) -> Option<Repository> {
    let remote = repository.find_remote(remote).ok()?;
    let url = remote.pushurl().ok().flatten().or_else(|| remote.url().ok())?.to_owned();
    let path = url.strip_prefix("file://").unwrap_or(&url);
    if url.contains("://") && !url.starts_with("file://") {
        return None;
    }
    let base = repository.workdir().unwrap_or_else(|| repository.path());
    let path = base.join(Path::new(path));
    if !path.is_dir() {
        return None;
    }
    Repository::open(path).ok()
}

/// How many refs of the remote have no counterpart here, and would be deleted by `--mirror` or `--prune`.
pub(super) fn surplus(repository: &Repository, target: &RefTarget, deadline: Instant) -> Option<usize> {
    let crate::effect::git::Place::Remote(given) = &target.place else { return None };
    if !matches!(target.reach, Reach::Mirror | Reach::Prune) {
        return None;
    }
    let remote = name_of(repository, given)?;
    let mirror = target.reach == Reach::Mirror;
    let names = |repository: &Repository, pattern: &str, prefix: &str| -> Option<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        for reference in repository.references_glob(pattern).ok()?.take(MAX_REFS) {
            if Instant::now() > deadline {
                return None;
            }
            let name = reference.ok()?.name().ok()?.to_owned();
            let short = name.strip_prefix(prefix).unwrap_or(&name).to_owned();
            if short != "HEAD" {
                names.insert(short);
            }
        }
        Some(names)
    };
    let there = match on_disk(repository, &remote) {
        Some(there) if mirror => names(&there, "refs/*", "")?,
        Some(there) => names(&there, "refs/heads/*", "refs/heads/")?,
        None => names(repository, &format!("refs/remotes/{remote}/*"), &format!("refs/remotes/{remote}/"))?
            .into_iter()
            .map(|name| if mirror { format!("refs/heads/{name}") } else { name })
            .collect(),
    };
    let here = match mirror {
        true => names(repository, "refs/*", "")?,
        false => names(repository, "refs/heads/*", "refs/heads/")?,
    };
    Some(there.difference(&here).count())
}
