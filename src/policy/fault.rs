//! What is wrong with a policy file, said so that a person can mend it.

use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong with a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1; `None` where the file as a whole is meant.
    pub line: Option<usize>,
    /// The key, with the tables it stands in: `git.protected`; empty where no single key is meant.
    pub key: String,
    /// What is wrong, and what is done about it.
    pub message: String,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// ", did you mean `x`?" for the known name that is nearest to what was typed, if one is near.
pub(super) fn suggestion<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = known
        .into_iter()
        .map(|name| (distance(typed, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3)
        .min();
    near.map_or_else(String::new, |(_, name)| format!(", did you mean `{name}`?"))
}

/// How many characters must be put in, taken out or replaced to make one text of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    // Names are short; a long one is no misspelling of them.
    if a.len() > 64 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        let known = ["protected", "production", "trusted-hosts"];
        assert_eq!(suggestion("protectd", known), ", did you mean `protected`?");
        assert_eq!(suggestion("trusted_hosts", known), ", did you mean `trusted-hosts`?");
        assert_eq!(suggestion("colour", known), "");
        assert_eq!(suggestion(&"p".repeat(10_000), known), "");
    }
}
