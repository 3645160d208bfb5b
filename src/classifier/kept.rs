//! Verdicts that are still known: no command is kept, only a keyed hash of exactly what was sent.

use super::store::Store;

const FILE: &str = "verdicts";
/// Most verdicts that are kept.
const MOST: usize = 2000;

/// A verdict that can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// The first stage allowed.
    Allowed,
    /// The second did, after the first had flagged.
    AllowedAfterFlag,
    /// The second blocked.
    Blocked,
}

impl Kept {
    const ALL: [(Kept, &'static str); 3] =
        [(Kept::Allowed, "allow"), (Kept::AllowedAfterFlag, "allow-after-flag"), (Kept::Blocked, "block")];

    /// How long it holds, in seconds.
    fn lives(self) -> u64 {
        match self {
            Kept::Allowed => 24 * 3600,
            Kept::AllowedAfterFlag | Kept::Blocked => 3600,
        }
    }
}

/// The verdict on what has this name, if it still holds.
pub(super) fn find(store: &Store, name: &str, now: u64) -> Option<Kept> {
    entries(&store.text(FILE), now).find(|entry| entry.name == name).map(|entry| entry.kept)
}

/// Keeps a verdict; where there are too many, those that end first go.
pub(super) fn keep(store: &Store, name: &str, kept: Kept, now: u64) {
    store.change(FILE, |text| {
        let before = std::mem::take(text);
        let mut all: Vec<Entry<'_>> = entries(&before, now).filter(|entry| entry.name != name).collect();
        all.push(Entry { name, until: now + kept.lives(), kept });
        all.sort_by_key(|entry| std::cmp::Reverse(entry.until));
        for entry in all.iter().take(MOST) {
            let word = Kept::ALL.iter().find(|(kept, _)| *kept == entry.kept).map_or("", |(_, word)| word);
            text.push_str(&format!("{} {} {word}\n", entry.name, entry.until));
        }
    });
}

struct Entry<'t> {
    name: &'t str,
    until: u64,
    kept: Kept,
}

/// The entries that hold now; one that would hold longer than any was written under another clock.
fn entries(text: &str, now: u64) -> impl Iterator<Item = Entry<'_>> {
    text.lines().filter_map(move |line| {
        let mut words = line.split(' ');
        let (name, until, word) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        let (kept, _) = Kept::ALL.into_iter().find(|(_, known)| *known == word)?;
        (until > now && until <= now + kept.lives()).then_some(Entry { name, until, kept })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_holds_as_long_as_its_kind_and_there_are_never_too_many() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::at(home.path().join("c"), true).unwrap();
        keep(&store, "a", Kept::Allowed, 1000);
        keep(&store, "b", Kept::Blocked, 1000);
        assert_eq!(find(&store, "a", 1000 + 3600), Some(Kept::Allowed));
        assert_eq!(find(&store, "b", 1000 + 3599), Some(Kept::Blocked));
        assert_eq!(find(&store, "b", 1000 + 3600), None);
        assert_eq!(find(&store, "a", 1000 + 86_400), None);
        assert_eq!(find(&store, "a", 1), None, "the clock was set back");
        let many: String = (0..MOST + 50).map(|at| format!("x{at} {} allow\n", 3000 + at)).collect();
        store.change(FILE, |text| *text = many);
        keep(&store, "c", Kept::AllowedAfterFlag, 1000);
        assert_eq!(store.text(FILE).lines().count(), MOST);
        assert_eq!(find(&store, "c", 1001), Some(Kept::AllowedAfterFlag));
    }
}
