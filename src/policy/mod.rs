//! What people and teams add to the built-in protection: lists of names, rules, exceptions.
//!
//! Three layers, in order of rank: the administrator's `/etc/forestall/policy.toml`, the user's
//! `config.toml`, and every `.forestall.toml` from the current directory up to the root of its repository. A
//! repository's file comes from whoever wrote the repository, so it may only tighten.

mod classifier;
mod compile;
mod fault;
mod layer;

pub use classifier::CLASSIFIER_SCHEMA;
pub use compile::test_rules;
pub use fault::PolicyFault;
pub use layer::{Layer, Rank, layers, names_any};

use crate::action::Scene;
use crate::rule::{Own, fits};

/// The policy in force, from all layers. [`Policy::default`] is the built-in protection alone.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Rules of users and teams, and their exceptions.
    pub rules: Own,
    /// Patterns of branches that nobody deletes or overwrites, besides the usual names.
    pub protected: Vec<String>,
    /// Patterns of hosts that may receive secrets.
    pub trusted_hosts: Vec<String>,
    /// What databases are, by patterns of their names; the first that fits decides.
    pub databases: Vec<DatabaseNames>,
    /// Which model settles what the rules leave open, if any.
    pub classifier: crate::classifier::Settings,
    /// What is wrong with the files; what they say besides is in force.
    pub faults: Vec<PolicyFault>,
}

/// Databases whose host, name, user, environment or address fits one of these patterns are of this class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseNames {
    /// The class: `production`, `staging`, `development` or `local`.
    pub class: DatabaseClass,
    /// Patterns, lower case; `*` stands for anything.
    pub patterns: Vec<String>,
}

/// How much harm can be done in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatabaseClass {
    /// People depend on its data.
    Production,
    /// Shared, and like production.
    Staging,
    /// For development and tests.
    Development,
    /// On this machine.
    Local,
}

impl DatabaseClass {
    /// Every class, strictest first.
    pub const ALL: [DatabaseClass; 4] =
        [DatabaseClass::Production, DatabaseClass::Staging, DatabaseClass::Development, DatabaseClass::Local];

    /// The word used in configuration, rules and output.
    pub fn name(self) -> &'static str {
        match self {
            DatabaseClass::Production => "production",
            DatabaseClass::Staging => "staging",
            DatabaseClass::Development => "development",
            DatabaseClass::Local => "local",
        }
    }
}

impl Policy {
    /// The policy in force in this scene. Never fails: what cannot be read is a fault, and the built-in
    /// protection stays.
    pub fn load(scene: &Scene) -> Policy {
        compile::compile(&layers(scene))
    }

    /// What these layers say, which come highest rank first.
    pub fn of(layers: &[Layer]) -> Policy {
        compile::compile(layers)
    }

    /// What a single file says, for `forestall policy check`.
    pub fn load_file(path: &std::path::Path, rank: Rank) -> Policy {
        compile::compile(&[Layer::read(path, rank)])
    }

    /// What the layers say a database with these names is; `None` where they say nothing of it.
    pub fn database_class(&self, names: &[&str]) -> Option<DatabaseClass> {
        let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let fitting = |pattern: &String| names.iter().any(|name| fits(pattern, name));
        self.databases.iter().find(|named| named.patterns.iter().any(fitting)).map(|named| named.class)
    }
}

#[cfg(test)]
mod tests;
