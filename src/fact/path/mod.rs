//! Facts about files and disks: what is there, and what of it exists nowhere else.
//!
//! Of a repository git itself is asked, for exactly the paths that are named; outside of one no program is started.

mod glob;
mod loss;
mod merge;
mod mount;
mod search;
mod sort;

use super::{Key, Value};
use crate::effect::file::{Act, PathTarget};
pub(super) use glob::{expand, fits};
use loss::Loss;

/// Paths that were looked at for this judgement, and what was found there.
#[derive(Default)]
pub struct Cache {
    known: Vec<(PathTarget, Option<Loss>)>,
}

impl Cache {
    /// The fact, or [`Value::Unknown`].
    pub fn read(&mut self, target: &PathTarget, key: Key) -> Value {
        match key {
            Key::PathMounted => return mount::is_used(&target.paths).into(),
            Key::PathMounts => return mount::below(target).into(),
            _ => {}
        }
        let at = match self.known.iter().position(|(known, _)| known == target) {
            Some(at) => at,
            None => {
                let found = if target.act == Act::Permit { None } else { Loss::of(target) };
                self.known.push((target.clone(), found));
                self.known.len() - 1
            }
        };
        self.known[at].1.as_ref().map_or(Value::Unknown, |loss| loss.value(key))
    }

    /// What can be said where the time for looking is over: that nobody was asked.
    pub fn late(target: &PathTarget, key: Key) -> Value {
        let is_there = |path: &str| std::path::Path::new(path).symlink_metadata().is_ok();
        match key {
            Key::PathUnanswered if target.act != Act::Permit => {
                target.paths.iter().any(|aim| aim.glob || is_there(&aim.path)).into()
            }
            _ => Value::Unknown,
        }
    }
}
