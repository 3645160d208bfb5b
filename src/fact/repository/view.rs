//! What a repository holds: its refs, its current branch, its remotes and what they are set to.

use super::child::Git;
use crate::git::root_of;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Most refs that are looked at; a repository with more is not judged by its refs.
const MAX_REFS: usize = 20_000;

/// A ref and what it points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ref {
    /// Full name: `refs/heads/topic`.
    pub name: String,
    /// The object, which for an annotated tag is the tag.
    pub oid: String,
}

/// A repository as it was when the first fact about it was asked for.
#[derive(Debug)]
pub(super) struct View {
    dir: PathBuf,
    pub refs: Vec<Ref>,
    /// Symbolic refs and their targets, such as `refs/remotes/origin/HEAD`.
    symbolic: Vec<(String, String)>,
    /// Full name of the current branch; `None` when HEAD is detached or has no commit yet.
    pub current: Option<String>,
    /// Settings of `remote.*`, `branch.*`, `push.*` and `init.*`; git writes section and key in small letters.
    config: Vec<(String, String)>,
}

impl View {
    /// Looks at the repository that holds this directory.
    pub(super) fn of(dir: &Path, deadline: Instant) -> Option<View> {
        let git = Git::at(dir, deadline);
        let limit = format!("--count={}", MAX_REFS + 1);
        let format = "--format=%(objectname)%09%(HEAD)%09%(symref)%09%(refname)";
        let listed = git.run(&["for-each-ref", &limit, format])?;
        let mut view =
            View { dir: dir.to_owned(), refs: vec![], symbolic: vec![], current: None, config: vec![] };
        for line in listed.lines() {
            let mut fields = line.split('\t');
            let (Some(oid), Some(head), Some(symref), Some(name)) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            else {
                return None;
            };
            if head == "*" {
                view.current = Some(name.to_owned());
            }
            if !symref.is_empty() {
                view.symbolic.push((name.to_owned(), symref.to_owned()));
            }
            view.refs.push(Ref { name: name.to_owned(), oid: oid.to_owned() });
        }
        if view.refs.len() > MAX_REFS {
            return None;
        }
        // All of them, since git answers "none fits" as it answers a failure; and without its settings a repository
        // seems to have no remotes, so that what was fetched of one would count as another copy.
        let settings = git.run(&["config", "-z", "--list"])?;
        for entry in settings.split('\0') {
            let (key, value) = entry.split_once('\n').unwrap_or((entry, "true"));
            if ["remote.", "branch.", "push.", "init."].iter().any(|section| key.starts_with(section)) {
                view.config.push((key.to_owned(), value.to_owned()));
            }
        }
        Some(view)
    }

    /// git in this repository.
    pub(super) fn git(&self, deadline: Instant) -> Git {
        Git::at(&self.dir, deadline)
    }

    /// What a ref points at.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        find(&self.refs, name)
    }

    /// The last value of a setting.
    pub(super) fn setting(&self, key: &str) -> Option<&str> {
        self.config.iter().rfind(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// Every value of a setting of a remote.
    pub(super) fn config_of_remote(&self, remote: &str, key: &str) -> impl Iterator<Item = &str> {
        let key = format!("remote.{remote}.{key}");
        self.config.iter().filter(move |(known, _)| *known == key).map(|(_, value)| value.as_str())
    }

    /// Names of the remotes that have an address.
    pub(super) fn remotes(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (key, _) in &self.config {
            let name = key.strip_prefix("remote.").and_then(|rest| rest.strip_suffix(".url"));
            names.extend(name.filter(|name| !names.contains(name)));
        }
        names
    }

    /// The address that a push to a remote goes to.
    pub(super) fn push_url(&self, remote: &str) -> Option<&str> {
        self.setting(&format!("remote.{remote}.pushurl"))
            .or_else(|| self.setting(&format!("remote.{remote}.url")))
    }

    /// The default branch of a remote as it was when last fetched, or else the usual name among those that are
    /// there: short.
    pub(super) fn default_branch(&self, remote: Option<&str>) -> Option<String> {
        let prefix = remote.map(|remote| format!("refs/remotes/{remote}/"));
        if let Some(prefix) = &prefix {
            let head = self.symbolic.iter().find(|(name, _)| *name == format!("{prefix}HEAD"));
            if let Some(short) = head.and_then(|(_, target)| target.strip_prefix(prefix)) {
                return Some(short.to_owned());
            }
        }
        let usual = [self.setting("init.defaultbranch").unwrap_or("main"), "main", "master"];
        let found = usual.into_iter().find(|name| {
            prefix.as_ref().is_some_and(|prefix| self.find(&format!("{prefix}{name}")).is_some())
                || self.find(&format!("refs/heads/{name}")).is_some()
        });
        found.map(str::to_owned)
    }

    /// The directory that relative addresses of remotes start from: the root of the working tree.
    pub(super) fn root(&self) -> &Path {
        root_of(&self.dir).unwrap_or(&self.dir)
    }
}

/// What a ref of this list points at; the list is in the order in which git writes it.
pub(super) fn find<'a>(refs: &'a [Ref], name: &str) -> Option<&'a str> {
    refs.iter().find(|known| known.name == name).map(|known| known.oid.as_str())
}
