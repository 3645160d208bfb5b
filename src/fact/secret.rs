//! Facts about data that leaves: what it holds, and who would receive it.

mod file;
mod issuer;
mod packed;

pub(super) use file::kinds_of;

use super::{Key, Value};
use crate::effect::transfer::{Packer, Payload, SendTarget};
use crate::policy::Policy;
use crate::rule::fits;
use file::Inspection;
use std::path::PathBuf;

/// Files that were read for this judgement.
#[derive(Default)]
pub struct Cache {
    last: Option<(PathBuf, Packer, Inspection)>,
}

impl Cache {
    /// A fact about data that leaves.
    pub fn read(&mut self, target: &SendTarget, key: Key, policy: &Policy) -> Value {
        match key {
            Key::SinkTrusted => {
                let trusted = policy.trusted_hosts.iter().any(|pattern| fits(pattern, &target.host));
                // A host that is not known yet may turn out to be anything.
                (!target.host.is_empty()).then_some(trusted).into()
            }
            Key::SinkOwner => self.owned(target).into(),
            Key::SourceSecret => match &target.payload {
                Payload::Environment | Payload::Secret { .. } => true.into(),
                Payload::File { .. } => self.inspect(target).and_then(|seen| seen.secret).into(),
            },
            Key::SecretKind => match &target.payload {
                Payload::Environment => Value::Unknown,
                Payload::Secret { kind, .. } => kind.map(|kind| vec![kind.to_owned()]).into(),
                Payload::File { .. } => self
                    .inspect(target)
                    .map(|seen| seen.kinds.clone())
                    .filter(|kinds| !kinds.is_empty())
                    .into(),
            },
            Key::SourceFiles => {
                self.inspect(target).map(|seen| seen.files.clone()).filter(|files| !files.is_empty()).into()
            }
            _ => Value::Unknown,
        }
    }

    /// Whether the receiver issued the secret, and it stands where that service expects one: not in a text that
    /// the service would publish or keep.
    fn owned(&mut self, target: &SendTarget) -> Option<bool> {
        if target.host.is_empty() {
            return None;
        }
        if target.sink == "paste" && matches!(target.place, "body" | "upload") {
            return Some(false);
        }
        match &target.payload {
            Payload::Environment => Some(false),
            Payload::Secret { issuer, .. } => issuer::owns(issuer.as_deref()?, &target.host),
            Payload::File { .. } => {
                let host = target.host.clone();
                let owners = &self.inspect(target)?.owners;
                let mut owned = None;
                for owner in owners {
                    match issuer::owns(owner, &host) {
                        Some(true) => owned = Some(true),
                        other => return other,
                    }
                }
                owned
            }
        }
    }

    fn inspect(&mut self, target: &SendTarget) -> Option<&Inspection> {
        let Payload::File { path: Some(path), kind, recursive, excludes, packer } = &target.payload else {
            return None;
        };
        let known = self.last.as_ref().is_some_and(|(last, by, _)| last == path && by == packer);
        if !known {
            let leaves = packed::Selection::of(path, *packer);
            let seen = file::inspect(path, *kind, *recursive, excludes, &leaves);
            self.last = Some((path.clone(), *packer, seen));
        }
        self.last.as_ref().map(|(_, _, seen)| seen)
    }
}
