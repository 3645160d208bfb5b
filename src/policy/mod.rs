//! What people and teams add to the built-in protection: lists of names, rules, exceptions.

use crate::rule::Rule;

/// The policy in force, from all layers. [`Policy::default`] is the built-in protection alone.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Rules of users and teams.
    pub rules: Vec<Rule>,
}
