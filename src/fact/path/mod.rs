//! Facts about files and disks: what is there, and what of it exists nowhere else.
//!
//! Of a repository git itself is asked, for exactly the paths that are named; outside of one no program is started.

mod glob;
mod loss;
mod search;
mod sort;

use super::{Key, Value};
use crate::effect::file::{Act, Aim, PathTarget};
use loss::Loss;

/// Paths that were looked at for this judgement, and what was found there.
#[derive(Default)]
pub struct Cache {
    known: Vec<(PathTarget, Option<Loss>)>,
}

impl Cache {
    /// The fact, or [`Value::Unknown`].
    pub fn read(&mut self, target: &PathTarget, key: Key) -> Value {
        if key == Key::PathMounted {
            return is_mounted(&target.paths).into();
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
}

/// Whether a file system or swap on one of these devices, or on a partition of one, is in use.
fn is_mounted(devices: &[Aim]) -> Option<bool> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    let mut used = mounts.lines().chain(swaps.lines()).filter_map(|line| line.split(' ').next());
    Some(used.any(|source| {
        devices.iter().any(|device| {
            let rest = source.strip_prefix(device.path.as_str());
            rest.is_some_and(|rest| rest.trim_start_matches('p').bytes().all(|byte| byte.is_ascii_digit()))
        })
    }))
}
