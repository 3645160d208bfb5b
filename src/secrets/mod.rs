//! Finds secrets in text, by the shapes that the services which issue them have documented.
//!
//! One pass, no regular expression: a byte that can begin a shape is compared with the few prefixes that begin
//! with it, and what follows is measured against length and alphabet. Every look ahead is bounded or cached, so
//! the time is linear in the text.

mod assignment;
mod checksum;
mod diff;
mod name;
mod path;
mod placeholder;
mod redact;
mod scan;
mod shape;

pub use diff::{ALLOWED_HERE, Added, added};
pub use name::{issuer_of, names_secret};
pub use path::{SourceKind, secret_path};
pub use placeholder::is_placeholder;
pub use redact::{masks, redact};
pub use scan::{scan, tokens};

use std::ops::Range;

/// How sure it is that a text is a real secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It may be one: the shape is shared with harmless things, or it is a test key.
    Low,
    /// The shape belongs to one service alone, or a checksum holds.
    High,
}

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What a person would call it: `GitHub token`, `private key`.
    pub kind: &'static str,
    /// The service that issued it: `github`; empty where the shape does not tell.
    pub owner: &'static str,
    /// Where it stands in the text, in bytes, on character boundaries.
    pub span: Range<usize>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Found {
    /// Whether sending it away would be a leak of a secret that can be named, as opposed to something that only
    /// stands where secrets stand. A GitHub token whose checksum fails is one that was mistyped or shortened,
    /// still worth a question.
    pub fn is_named(&self) -> bool {
        self.confidence == Confidence::High || self.owner == "github"
    }
}
