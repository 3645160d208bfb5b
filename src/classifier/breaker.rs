//! Keeps a server that fails from costing time at each line: after three failures nobody asks it for a while.

use super::store::Store;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

const FILE: &str = "failures";
/// So many failures within so many seconds are one too many.
const MANY: usize = 3;
const WITHIN: u64 = 60;
/// Shortest and longest rest, in seconds; each failure after a rest doubles it.
const SHORTEST: u64 = 30;
const LONGEST: u64 = 600;
/// For so long one process tries after a rest, and the others wait for what becomes of it, in seconds.
const TRIAL: u64 = 60;
/// Longest wait that a server can ask for, in seconds.
const LONGEST_WAIT: u64 = 3600;

/// What a failure means for the next lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// Nothing: the server works.
    None,
    /// It may go away by itself.
    Passing,
    /// Somebody must change something: the key, the address, the model's name.
    Lasting,
    /// The server wants to be left alone for so long.
    Until(Duration),
}

/// What is known of one profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// When it failed lately, in seconds since 1970.
    failed: Vec<u64>,
    /// Until when it rests.
    until: u64,
    /// How long it rests, once it does.
    rest: u64,
    /// Until when the process that tries has it alone.
    tried: u64,
}

type Records = BTreeMap<String, Record>;

/// Whether the profile of this name may be asked now. With `tries` one process tries it after a rest.
pub(super) fn may_ask(store: &Store, name: &str, now: u64, tries: bool) -> bool {
    let text = store.text(FILE);
    let records: Records = serde_json::from_str(&text).unwrap_or_default();
    let Some(record) = records.get(name) else { return true };
    if record.until > now && record.until <= now + LONGEST_WAIT {
        return false;
    }
    if record.rest == 0 || !tries {
        return true;
    }
    change(store, |records| {
        let record = records.entry(name.to_owned()).or_default();
        if record.tried > now && record.tried <= now + TRIAL {
            return false;
        }
        record.tried = now + TRIAL;
        true
    })
}

/// Remembers an answer.
pub(super) fn answered(store: &Store, name: &str) {
    if store.text(FILE).contains(name) {
        change(store, |records| drop(records.remove(name)));
    }
}

/// Remembers a failure.
pub(super) fn failed(store: &Store, name: &str, weight: Weight, now: u64) {
    if weight == Weight::None {
        return answered(store, name);
    }
    change(store, |records| {
        // Profiles that are gone leave their records behind.
        records.retain(|_, record| {
            record.until.max(record.failed.iter().copied().max().unwrap_or(0)) + 86_400 > now
        });
        let record = records.entry(name.to_owned()).or_default();
        record.tried = 0;
        match weight {
            Weight::Until(wait) => record.until = now + wait.as_secs().clamp(1, LONGEST_WAIT),
            Weight::Lasting => (record.rest, record.until) = (LONGEST, now + LONGEST),
            _ if record.rest > 0 => {
                record.rest = (record.rest * 2).min(LONGEST);
                record.until = now + record.rest;
            }
            _ => {
                record.failed.retain(|at| *at <= now && at + WITHIN > now);
                record.failed.push(now);
                if record.failed.len() >= MANY {
                    (record.rest, record.until) = (SHORTEST, now + SHORTEST);
                }
            }
        }
    });
}

fn change<T>(store: &Store, change: impl FnOnce(&mut Records) -> T) -> T {
    store.change(FILE, |text| {
        let mut records: Records = serde_json::from_str(text).unwrap_or_default();
        let result = change(&mut records);
        *text = serde_json::to_string(&records).unwrap_or_default();
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_bring_a_rest_that_doubles_until_an_answer_ends_it() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::at(home.path().join("c"), true).unwrap();
        let may = |now| may_ask(&store, "p", now, true);
        let fails = |now| failed(&store, "p", Weight::Passing, now);
        fails(1000);
        fails(1001);
        assert!(may(1002));
        fails(1003);
        assert!(!may(1004) && !may(1032) && may_ask(&store, "other", 1004, true));
        assert!(may(1033), "one tries");
        assert!(!may(1034), "and the others wait for it");
        fails(1040);
        assert!(!may(1099) && may(1100));
        answered(&store, "p");
        assert!(may(1101) && may(1101));
        failed(&store, "p", Weight::Lasting, 2000);
        assert!(!may(2599) && may(2600));
        answered(&store, "p");
        failed(&store, "p", Weight::Until(Duration::from_secs(20)), 3000);
        assert!(!may(3019) && may(3020));
        answered(&store, "p");
        for now in [4000, 4050, 4100] {
            fails(now);
        }
        assert!(may(4101), "they were not close together");
    }

    #[test]
    fn a_broken_file_is_no_failure() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::at(home.path().join("c"), true).unwrap();
        store.change(FILE, |text| *text = "{broken".to_owned());
        assert!(may_ask(&store, "p", 1, true));
        failed(&store, "p", Weight::Lasting, 1);
        assert!(!may_ask(&store, "p", 2, true));
    }
}
