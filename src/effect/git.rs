//! What git, gh and glab would do to refs and repositories.

use super::{Call, Effect};
use std::path::PathBuf;

/// A ref, and the repository in which it would change.
#[derive(Clone, Debug)]
pub struct RefTarget {
    /// Directory in which git would run; `None` where that is only known when it runs.
    pub dir: Option<PathBuf>,
}

/// The effects of a git call.
pub fn read(_call: Call<'_>, _effects: &mut Vec<Effect>) {}
