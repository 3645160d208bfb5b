//! Facts about refs and commits.

use super::{Key, Value};
use crate::action::Scene;
use crate::effect::git::RefTarget;
use crate::policy::Policy;

/// Repositories that were opened for this judgement.
#[derive(Default)]
pub struct Cache {}

impl Cache {
    /// A fact about a ref.
    pub fn read(&mut self, _target: &RefTarget, _key: Key, _scene: &Scene, _policy: &Policy) -> Value {
        Value::Unknown
    }
}
