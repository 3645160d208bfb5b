//! The ref that a command would change, and where.

use crate::effect::{Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::syntax::Span;
use std::path::PathBuf;

/// A ref, and the repository in which it would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefTarget {
    /// Directory in which git would run; `None` where that is only known when it runs.
    pub dir: Option<PathBuf>,
    /// Where the ref lives.
    pub place: Place,
    /// The ref as typed: `topic`, `refs/heads/topic`, `v1.0`. Empty where the command leaves it to git
    /// (`git push --force`), or where it changes many.
    pub name: String,
    /// What kind of ref the command takes it for.
    pub kind: RefKind,
    /// The revision that the ref would point at; `None` for a deletion.
    pub new: Option<String>,
    /// The object that the ref points at, where git told us (pre-push).
    pub old: Option<String>,
    /// How many refs the command reaches.
    pub reach: Reach,
    /// Other refs of the same place that are deleted or overwritten along with it, and so keep nothing.
    pub beside: Vec<String>,
    /// Revisions that the same push brings to the remote, and so keeps.
    pub brought: Vec<String>,
}

/// Where a ref lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// In the repository of `dir`.
    #[default]
    Local,
    /// In a remote, by name or URL; empty where the command leaves it to git.
    Remote(String),
}

/// What kind of ref a command speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefKind {
    /// Under `refs/heads/`.
    Branch,
    /// Under `refs/tags/`.
    Tag,
    /// A short name in a push, or a full name under neither: what it is shows in the repository.
    #[default]
    Other,
}

/// How many refs a command reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// The one that is named.
    #[default]
    One,
    /// Every ref of the remote becomes as it is here (`--mirror`), deletions included.
    Mirror,
    /// Remote refs that have no counterpart here are deleted (`--prune`).
    Prune,
    /// Every branch that is on both sides (`--all --force`).
    Branches,
    /// Every tag that is on both sides (`--tags --force`).
    Tags,
}

/// Tells each of these effects of the others: what two refs alone have is lost when both go.
pub fn join(effects: &mut [Effect]) {
    if effects.len() < 2 {
        return;
    }
    let mut gone: Vec<(usize, Option<PathBuf>, Place, String)> = Vec::new();
    for (at, effect) in effects.iter().enumerate() {
        if let Target::Ref(target) = &effect.target
            && target.reach == Reach::One
        {
            gone.push((at, target.dir.clone(), target.place.clone(), target.name.clone()));
        }
    }
    for (at, effect) in effects.iter_mut().enumerate() {
        if let Target::Ref(target) = &mut effect.target {
            let beside = gone.iter().filter(|(other, dir, place, name)| {
                *other != at && *dir == target.dir && *place == target.place && *name != target.name
            });
            target.beside = beside.map(|(_, _, _, name)| name.clone()).collect();
        }
    }
}

impl RefTarget {
    /// The short name: `topic` for `refs/heads/topic`.
    pub fn short(&self) -> &str {
        let name = &self.name;
        name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("refs/tags/")).unwrap_or(name)
    }

    /// The kind, from the full name where that says more than the command.
    pub fn kind(&self) -> RefKind {
        match self.name.as_str() {
            name if name.starts_with("refs/heads/") => RefKind::Branch,
            name if name.starts_with("refs/tags/") => RefKind::Tag,
            _ => self.kind,
        }
    }

    /// The effect of deleting or overwriting this ref, with the attributes that the target itself shows.
    pub fn effect(self, kind: EffectKind, span: Span, more: Vec<(Key, Value)>) -> Effect {
        let mut attributes =
            vec![(Key::RefScope, Value::from(if self.place == Place::Local { "local" } else { "remote" }))];
        if let Place::Remote(remote) = &self.place
            && !remote.is_empty()
        {
            attributes.push((Key::Remote, Value::from(remote.as_str())));
        }
        // Which branch `HEAD` is shows in the repository.
        if !matches!(self.name.as_str(), "" | "HEAD" | "@") && !self.name.contains(crate::syntax::HOLE) {
            attributes.push((Key::Ref, Value::from(self.short())));
        }
        match self.kind() {
            RefKind::Branch => attributes.push((Key::RefKind, Value::from("branch"))),
            RefKind::Tag => attributes.push((Key::RefKind, Value::from("tag"))),
            RefKind::Other => {}
        }
        if self.place == Place::Local && self.new.as_deref().is_some_and(goes_back) {
            attributes.push((Key::RefBackwards, Value::from(true)));
        }
        attributes.extend(more);
        Effect { kind, span, attributes, target: Target::Ref(self) }
    }
}

/// Whether a revision is spelled as one that was left behind: `main~3`, `HEAD^`, `HEAD^2~1`, `main@{1}`.
fn goes_back(revision: &str) -> bool {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parents = |at: usize| {
        at > 0 && revision[at..].bytes().all(|byte| matches!(byte, b'~' | b'^') || byte.is_ascii_digit())
    };
    let entry = revision.split_once("@{").and_then(|(_, rest)| rest.strip_suffix('}'));
    revision.find(['~', '^']).is_some_and(parents)
        || entry.is_some_and(|entry| !entry.is_empty() && number(entry))
}

#[cfg(test)]
mod tests {
    use super::goes_back;

    #[test]
    fn revisions_that_were_left_behind() {
        for revision in ["HEAD~3", "main^", "HEAD^^", "v1~2^2", "main@{1}"] {
            assert!(goes_back(revision), "{revision}");
        }
        for revision in ["main", "origin/main", "HEAD", "@{u}", "v1^{commit}", "main@{upstream}", "~", ""] {
            assert!(!goes_back(revision), "{revision}");
        }
    }
}
