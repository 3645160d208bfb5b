//! Refs of a remote: read from the remote itself where it is a directory on this machine, else as last fetched.
//! No fact is worth a connection to another machine.

use super::child::Git;
use super::view::{Ref, View};
use std::path::{Path, PathBuf};

/// A remote, as far as it can be seen from here.
#[derive(Clone, Debug, Default)]
pub(super) struct Remote {
    /// Its name here, where it has one.
    pub name: Option<String>,
    /// Its refs by their names there; of one that was only fetched, the branches. `None` when it cannot be seen.
    pub refs: Option<Vec<Ref>>,
    /// Whether these are its refs now, and all of them.
    pub exact: bool,
    /// Short name of its default branch.
    pub default: Option<String>,
    /// Its objects, where they are on this machine.
    pub objects: Option<PathBuf>,
}

/// Looks at the remote that a name, a URL, a path or `owner/name` stands for; nothing stands for the one that git
/// would choose.
pub(super) fn look(view: &View, given: &str, git: &Git) -> Remote {
    let chosen = if given.is_empty() { chosen(view).unwrap_or_default() } else { given.to_owned() };
    let name = name_of(view, &chosen);
    let url = name.as_deref().and_then(|name| view.push_url(name)).unwrap_or(&chosen);
    let mut remote = Remote { default: view.default_branch(name.as_deref()), name, ..Remote::default() };
    if is_local(url) && !url.is_empty() {
        if let Some(listed) =
            git.run(&["ls-remote", "--quiet", "--symref", "--upload-pack=git-upload-pack", "--", url])
        {
            remote.read_listing(&listed);
            let path = view.root().join(url.strip_prefix("file://").unwrap_or(url));
            remote.objects = objects_of(&path);
        }
        return remote;
    }
    if let Some(name) = &remote.name {
        let prefix = format!("refs/remotes/{name}/");
        let tracked = view.refs.iter().filter_map(|known| {
            let short = known.name.strip_prefix(&prefix).filter(|short| *short != "HEAD")?;
            Some(Ref { name: format!("refs/heads/{short}"), oid: known.oid.clone() })
        });
        remote.refs = Some(tracked.collect());
    }
    remote
}

impl Remote {
    /// What a ref points at, as far as that is known.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        super::view::find(self.refs.as_deref()?, name)
    }

    fn read_listing(&mut self, listed: &str) {
        let mut refs = Vec::new();
        for line in listed.lines() {
            match line.split_once('\t') {
                Some((target, "HEAD")) => {
                    let branch = target.strip_prefix("ref: refs/heads/");
                    self.default = branch.map(str::to_owned).or(self.default.take());
                }
                // What a tag points at stands behind it with `^{}`.
                Some((oid, name)) if name.starts_with("refs/") && !name.ends_with("^{}") => {
                    refs.push(Ref { name: name.to_owned(), oid: oid.to_owned() });
                }
                _ => {}
            }
        }
        self.refs = Some(refs);
        self.exact = true;
    }
}

/// The remote that git pushes to when none is named (git-config, `branch.<name>.pushRemote`).
fn chosen(view: &View) -> Option<String> {
    let branch = view.current.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
    let of_branch = |key: &str| view.setting(&format!("branch.{}.{key}", branch?));
    // git writes the last part of a setting's name in small letters.
    let set = of_branch("pushremote")
        .or_else(|| view.setting("remote.pushdefault"))
        .or_else(|| of_branch("remote"));
    let remotes = view.remotes();
    let fallback = || match remotes.as_slice() {
        [only] => Some(*only),
        _ => remotes.iter().find(|name| **name == "origin").copied(),
    };
    set.or_else(fallback).map(str::to_owned)
}

/// The configured remote with this name, or with this address.
fn name_of(view: &View, given: &str) -> Option<String> {
    let remotes = view.remotes();
    let trimmed = |url: &str| {
        // One directory has many names.
        let path = Some(url).filter(|url| is_local(url) && url.contains('/'));
        let path = path.map(|url| view.root().join(url.strip_prefix("file://").unwrap_or(url)));
        let found = path.and_then(|path| path.canonicalize().ok());
        let url = found.as_ref().and_then(|path| path.to_str()).unwrap_or(url);
        url.trim_end_matches('/').trim_end_matches(".git").to_owned()
    };
    let wanted = trimmed(given);
    let short = given.matches('/').count() == 1 && !given.contains([':', '.']);
    let fits = |url: &str| {
        let url = trimmed(url);
        // `owner/name` stands for any address that ends with it.
        url == wanted
            || short && (url.ends_with(&format!("/{wanted}")) || url.ends_with(&format!(":{wanted}")))
    };
    let by_address = || {
        remotes.iter().find(|name| {
            view.config_of_remote(name, "url").chain(view.config_of_remote(name, "pushurl")).any(fits)
        })
    };
    remotes.iter().find(|name| **name == given).or_else(by_address).map(|name| (*name).to_owned())
}

/// Whether git takes this address for a path of this machine: no scheme, and no colon before the first slash.
pub(super) fn is_local(url: &str) -> bool {
    url.starts_with("file://")
        || !url.contains("://") && !url.split('/').next().is_some_and(|first| first.contains(':'))
}

fn objects_of(path: &Path) -> Option<PathBuf> {
    let candidates =
        [path.join("objects"), path.join(".git/objects"), path.with_extension("git").join("objects")];
    candidates.into_iter().find(|objects| objects.is_dir()).and_then(|objects| objects.canonicalize().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (url, local) in [
            ("/srv/app.git", true),
            ("../app.git", true),
            ("file:///srv/app.git", true),
            ("./a:b", true),
            ("git@host:acme/app.git", false),
            ("https://host/acme/app", false),
            ("ssh://host/acme/app", false),
        ] {
            assert_eq!(is_local(url), local, "{url}");
        }
    }
}
