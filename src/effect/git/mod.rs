//! What git, gh and glab would do to refs and repositories.

mod target;

pub use target::{Place, Reach, RefKind, RefTarget};

use super::{Call, Effect};

/// The effects of a git call.
pub fn read(_call: Call<'_>, _effects: &mut Vec<Effect>) {}
