//! Which refs an effect would take away, and what they point at now.

use super::{RescueError, Scope};
use crate::effect::git::{Reach, RefKind, RefTarget};
use crate::git::Git;

/// A ref that would be gone or moved.
#[derive(Clone, Debug)]
pub(super) struct Loss {
    /// Where it is.
    pub(super) scope: Scope,
    /// Its full name.
    pub(super) name: String,
    /// What it points at.
    pub(super) oid: String,
    /// Where the object can be fetched, if it is not here.
    pub(super) address: Option<String>,
}

/// Refs of this repository.
pub(super) fn local(git: &Git, target: &RefTarget) -> Vec<Loss> {
    // `-` and `@{-1}` are the branch that was left last.
    let named = |name: &str| {
        let name = if name == "-" { "@{-1}" } else { name };
        git.ask(&["rev-parse", "--symbolic-full-name", "--end-of-options", name])
            .map(|text| text.lines().last().unwrap_or_default().to_owned())
            .filter(|full| full.starts_with("refs/"))
    };
    let under =
        |folder: &str, name: &str| Some(format!("{folder}{name}")).filter(|full| git.resolve(full).is_some());
    let name = match target.name.as_str() {
        "" | "HEAD" | "@" => git.ask(&["symbolic-ref", "--quiet", "HEAD"]),
        name if name.starts_with("refs/") => Some(name.to_owned()),
        name => match target.kind() {
            RefKind::Branch => under("refs/heads/", name).or_else(|| named(name)),
            RefKind::Tag => under("refs/tags/", name),
            RefKind::Other => named(name),
        },
    };
    let found = match name {
        Some(name) => git.resolve(&name).map(|oid| (oid, name)),
        // What HEAD leaves where it is on no branch comes back as one.
        None if matches!(target.name.as_str(), "HEAD" | "@") => {
            git.resolve("HEAD").map(|oid| (oid, "refs/heads/detached".to_owned()))
        }
        None => None,
    };
    found
        .filter(|(oid, name)| !is_forward(git, target, oid, name))
        .map(|(oid, name)| Loss { scope: Scope::Local, name, oid, address: None })
        .into_iter()
        .collect()
}

/// Refs of a remote; the flag says that the remote did not answer and this is what it had when it was fetched.
pub(super) fn remote(git: &Git, remote: &str, target: &RefTarget) -> Result<(Vec<Loss>, bool), RescueError> {
    let remote = Remote::find(git, remote)?;
    let loss = |oid: String, name: String| Loss {
        scope: Scope::Remote(remote.scope.clone()),
        name,
        oid,
        address: Some(remote.address.clone()),
    };
    if let Some(old) = &target.old {
        // git itself said what is there.
        let name = full_names(target, &target.name).into_iter().next().unwrap_or_default();
        return Ok((vec![loss(old.clone(), name)], false));
    }
    let wanted = match target.reach {
        Reach::One => full_names(target, &pushed_name(git, &target.name)?),
        Reach::Mirror | Reach::Prune | Reach::Branches | Reach::Tags => Vec::new(),
    };
    let patterns: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let (refs, silence) = match git.remote_refs(&remote.address, &patterns) {
        Ok(refs) => (refs, None),
        Err(error) => (remote.last_seen(git), Some(error)),
    };
    let mut gone = Vec::new();
    if target.reach == Reach::One {
        // Patterns fit the end of a name; only the very name is meant.
        gone.extend(refs.into_iter().filter(|(_, name)| wanted.contains(name)));
        gone.retain(|(oid, name)| !is_forward(git, target, oid, name));
    } else {
        gone = unlike_here(git, refs, &target.reach)?;
    }
    match silence {
        // A ref that was never seen may be there all the same.
        Some(error) if gone.is_empty() => Err(error.into()),
        silence => Ok((gone.into_iter().map(|(oid, name)| loss(oid, name)).collect(), silence.is_some())),
    }
}

/// Refs of a remote that a push of this reach would delete or move backwards, as (object, name).
pub(crate) fn unlike_here(
    git: &Git,
    refs: Vec<(String, String)>,
    reach: &Reach,
) -> Result<Vec<(String, String)>, RescueError> {
    let here = git.local_refs(&[])?;
    let mut gone = Vec::new();
    for (oid, name) in refs {
        // Servers keep these for themselves and refuse to delete them.
        let hidden = ["refs/pull/", "refs/merge-requests/", "refs/changes/", "refs/keep-around/"];
        // A mirroring push takes our backups along; that those are gone again is no loss.
        let mut hidden = hidden.into_iter().chain([super::backup::FOLDER]);
        if hidden.any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let lost = match here.iter().find(|(_, known)| *known == name) {
            None => match reach {
                Reach::Mirror => true,
                Reach::Prune => name.starts_with("refs/heads/"),
                Reach::One | Reach::Branches | Reach::Tags => false,
            },
            Some((new, _)) => {
                let reached = match reach {
                    Reach::Mirror => true,
                    Reach::Branches => name.starts_with("refs/heads/"),
                    Reach::Tags => name.starts_with("refs/tags/"),
                    Reach::One | Reach::Prune => false,
                };
                let forward = || git.has(&oid) && git.contains(new, &oid) == Some(true);
                reached && *new != oid && (name.starts_with("refs/tags/") || !forward())
            }
        };
        if lost {
            gone.push((oid, name));
        }
    }
    Ok(gone)
}

/// Whether the ref would only move forward, so that nothing is lost. A tag never moves forward.
fn is_forward(git: &Git, target: &RefTarget, old: &str, name: &str) -> bool {
    let Some(new) = &target.new else { return false };
    let new = if new.is_empty() { "HEAD" } else { new };
    !name.starts_with("refs/tags/") && git.has(old) && git.contains(new, old) == Some(true)
}

/// The full names that a short one can stand for.
fn full_names(target: &RefTarget, name: &str) -> Vec<String> {
    match target.kind() {
        _ if name.starts_with("refs/") => vec![name.to_owned()],
        RefKind::Branch => vec![format!("refs/heads/{name}")],
        RefKind::Tag => vec![format!("refs/tags/{name}")],
        RefKind::Other => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
    }
}

/// The name on the remote, where the command leaves it to git: that of the branch we are on, or of what it is
/// pushed to.
fn pushed_name(git: &Git, name: &str) -> Result<String, RescueError> {
    if !name.is_empty() && name != "HEAD" && name != "@" {
        return Ok(name.to_owned());
    }
    let current = git.ask(&["symbolic-ref", "--quiet", "HEAD"]).ok_or(RescueError::Unknown("ref"))?;
    if name.is_empty()
        && let Some(push) = git.ask(&["rev-parse", "--symbolic-full-name", "@{push}"])
        && let Some((_, branch)) = push.strip_prefix("refs/remotes/").and_then(|rest| rest.split_once('/'))
    {
        return Ok(format!("refs/heads/{branch}"));
    }
    Ok(current)
}

/// A remote that a command speaks of.
pub(super) struct Remote {
    /// What is remembered: its name, or its address without a password.
    pub(super) scope: String,
    /// What is given to git: its name, or the address that it is pushed to where that is another.
    pub(super) address: String,
}

impl Remote {
    pub(super) fn find(git: &Git, named: &str) -> Result<Remote, RescueError> {
        let urls = git.ask(&["config", "--get-regexp", r"^remote\..*\.(push)?url$"]).unwrap_or_default();
        // `remote.origin.url https://…`
        let known: Vec<(&str, &str)> = urls
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter_map(|(key, url)| {
                let key = key.strip_prefix("remote.")?;
                Some((key.strip_suffix(".url").or_else(|| key.strip_suffix(".pushurl"))?, url))
            })
            .collect();
        let named = if named.is_empty() { default_remote(git, &known) } else { named.to_owned() };
        let same = |url: &str| {
            url == named
                || url.trim_end_matches(".git").ends_with(&format!("/{named}"))
                || url.trim_end_matches(".git").ends_with(&format!(":{named}"))
        };
        let name =
            known.iter().find(|(name, _)| *name == named).or_else(|| known.iter().find(|(_, url)| same(url)));
        if let Some((name, _)) = name {
            let address = |args: &[&str]| git.ask(&[&["remote", "get-url"], args].concat());
            let push = address(&["--push", name]);
            let address = match (address(&[name]), push) {
                (Some(fetch), Some(push)) if fetch != push => push,
                _ => (*name).to_owned(),
            };
            return Ok(Remote { scope: (*name).to_owned(), address });
        }
        let is_address =
            named.contains(':') || named.starts_with(['/', '.']) || git.dir().join(&named).is_dir();
        if !is_address {
            return Err(RescueError::NoRemote(named));
        }
        Ok(Remote { scope: without_password(&named), address: named })
    }

    /// What the remote had when it was last fetched.
    fn last_seen(&self, git: &Git) -> Vec<(String, String)> {
        let prefix = format!("refs/remotes/{}/", self.scope);
        let seen = git.local_refs(&[&prefix]).unwrap_or_default();
        seen.into_iter()
            .filter_map(|(oid, name)| Some((oid, format!("refs/heads/{}", name.strip_prefix(&prefix)?))))
            .collect()
    }
}

/// Where git pushes when it is told no remote.
fn default_remote(git: &Git, known: &[(&str, &str)]) -> String {
    let branch = git.ask(&["symbolic-ref", "--quiet", "--short", "HEAD"]);
    let of_branch = |key: &str| {
        branch.as_deref().and_then(|branch| git.ask(&["config", "--get", &format!("branch.{branch}.{key}")]))
    };
    of_branch("pushRemote")
        .or_else(|| git.ask(&["config", "--get", "remote.pushDefault"]))
        .or_else(|| of_branch("remote"))
        .or_else(|| match known {
            [(only, _)] => Some((*only).to_owned()),
            _ => None,
        })
        .unwrap_or_else(|| "origin".to_owned())
}

/// `https://user:password@host/` without `user:password@`; a user alone (`git@host`) stays.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((user, host)) if user.contains(':') || scheme.starts_with("http") => {
            format!("{scheme}://{host}{path}")
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_remembered() {
        for (url, remembered) in [
            ("https://x:secret@host/o/r.git", "https://host/o/r.git"),
            ("https://token@host/o/r.git", "https://host/o/r.git"),
            ("ssh://git@host/o/r.git", "ssh://git@host/o/r.git"),
            ("git@host:o/r.git", "git@host:o/r.git"),
            ("/srv/r.git", "/srv/r.git"),
        ] {
            assert_eq!(without_password(url), remembered);
        }
    }
}
