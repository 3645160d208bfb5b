//! Facts about the database that a command would touch.

use super::{Key, Value};
use crate::action::Scene;
use crate::effect::database::DatabaseTarget;
use crate::policy::Policy;

/// A fact about a database.
pub fn read(_target: &DatabaseTarget, _key: Key, _scene: &Scene, _policy: &Policy) -> Value {
    Value::Unknown
}
