//! Facts about data that leaves: what it holds, and who would receive it.

use super::{Key, Value};
use crate::action::Scene;
use crate::effect::transfer::SendTarget;
use crate::policy::Policy;

/// A fact about data that leaves.
pub fn read(_target: &SendTarget, _key: Key, _scene: &Scene, _policy: &Policy) -> Value {
    Value::Unknown
}
