//! Effects → facts: what is true of an effect's target here and now. Knows the world and no programs.

mod archive;
mod key;
mod ssh;

pub mod context;
pub mod database;
pub mod path;
pub mod repository;
pub mod safeguard;
pub mod secret;

pub use key::{Key, Sort};

use crate::action::Scene;
use crate::effect::{Effect, Target};
use crate::policy::Policy;
use std::fmt;
use std::time::{Duration, Instant};

/// What an attribute or a fact says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// It could not be read. Never makes a verdict milder.
    Unknown,
    /// A flag.
    Flag(bool),
    /// A count.
    Count(i64),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unknown => f.write_str("unknown"),
            Value::Flag(flag) => write!(f, "{flag}"),
            Value::Count(count) => write!(f, "{count}"),
            Value::Text(text) => f.write_str(text),
            Value::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Flag(flag)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Value {
        Value::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<Vec<String>> for Value {
    fn from(items: Vec<String>) -> Value {
        Value::List(items)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Unknown, Into::into)
    }
}

/// Answers questions about effects.
pub trait Reader {
    /// The fact, or [`Value::Unknown`].
    fn read(&mut self, effect: &Effect, key: Key) -> Value;
}

/// Longest time that reading the facts of one line may take; what is asked later is unknown. Each single fact
/// has a tighter limit of its own.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads the world as it is.
pub struct Live<'a> {
    /// When the first fact was asked for.
    began: Option<Instant>,
    scene: &'a Scene,
    policy: &'a Policy,
    repositories: repository::Cache,
    files: secret::Cache,
    databases: database::Cache,
    contexts: context::Cache,
    paths: path::Cache,
    hooks: safeguard::Cache,
}

impl<'a> Live<'a> {
    /// A reader for this scene under this policy.
    pub fn new(scene: &'a Scene, policy: &'a Policy) -> Live<'a> {
        Live {
            began: None,
            scene,
            policy,
            repositories: repository::Cache::default(),
            files: secret::Cache::default(),
            databases: database::Cache::default(),
            contexts: context::Cache::default(),
            paths: path::Cache::default(),
            hooks: safeguard::Cache::default(),
        }
    }
}

impl Reader for Live<'_> {
    fn read(&mut self, effect: &Effect, key: Key) -> Value {
        if self.began.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
            return match &effect.target {
                Target::Path(target) => path::Cache::late(target, key),
                _ => Value::Unknown,
            };
        }
        match &effect.target {
            Target::Ref(target) => self.repositories.read(target, key, self.scene, self.policy),
            Target::Work(target) => self.repositories.read_work(target, key, self.scene, self.policy),
            Target::Send(target) => self.files.read(target, key, self.policy),
            Target::Database(target) => self.databases.read(target, key, self.scene, self.policy),
            Target::Context(target) => self.contexts.read(target, key, self.scene, self.policy),
            Target::Hooks(target) => self.hooks.read(target, key),
            Target::Path(target) => self.paths.read(target, key),
            Target::None => Value::Unknown,
        }
    }
}

/// Answers with given facts, in tests and in the examples of rules.
#[derive(Default)]
pub struct Given(pub Vec<(Key, Value)>);

impl Reader for Given {
    fn read(&mut self, _effect: &Effect, key: Key) -> Value {
        self.0.iter().find(|(known, _)| *known == key).map_or(Value::Unknown, |(_, value)| value.clone())
    }
}

/// The facts of one effect, each read at most once.
pub struct Facts<'a> {
    effect: &'a Effect,
    reader: &'a mut dyn Reader,
    seen: Vec<(Key, Value)>,
}

impl<'a> Facts<'a> {
    /// Nothing is read yet.
    pub fn new(effect: &'a Effect, reader: &'a mut dyn Reader) -> Facts<'a> {
        Facts { effect, reader, seen: effect.attributes.clone() }
    }

    /// Whether the answer is already at hand, so that asking costs nothing.
    pub fn at_hand(&self, key: Key) -> bool {
        self.seen.iter().any(|(known, _)| *known == key)
    }

    /// The value of an attribute or a fact.
    pub fn get(&mut self, key: Key) -> Value {
        if let Some((_, value)) = self.seen.iter().find(|(known, _)| *known == key) {
            return value.clone();
        }
        let value = self.reader.read(self.effect, key);
        self.seen.push((key, value.clone()));
        value
    }

    /// All that was asked so far.
    pub fn seen(&self) -> &[(Key, Value)] {
        &self.seen
    }
}
