//! Shell patterns (`*`, `?`, `[…]`) against short texts: what `${name#…}` takes off, and which file a program's
//! name with a pattern means.

use super::walk::Walker;
use super::{HOLE, Word};
use std::path::{Path, PathBuf};

/// Most directory entries that are looked at to resolve one pattern.
const MAX_ENTRIES: usize = 16 * 1024;
/// Most steps of matching one text, which bounds patterns with many stars.
const MAX_STEPS: usize = 64 * 1024;

/// Whether the whole text fits the pattern; `false` too where finding out would take too long.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    // One star to go back to is enough: a later star can do whatever an earlier one could.
    let (mut at, mut from, mut star) = (0, 0, None);
    for _ in 0..MAX_STEPS {
        if from == text.len() && at == pattern.len() {
            return true;
        }
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
                continue;
            }
            Some(_) if from < text.len() => {
                if let Some(next) = one(&pattern, at, text[from]) {
                    (at, from) = (next, from + 1);
                    continue;
                }
            }
            _ => {}
        }
        let Some((back, taken)) = star.filter(|(_, taken)| *taken < text.len()) else { return false };
        star = Some((back, taken + 1));
        (at, from) = (back + 1, taken + 1);
    }
    false
}

/// Where the pattern goes on behind the part that takes this character.
fn one(pattern: &[char], at: usize, char: char) -> Option<usize> {
    match pattern[at] {
        '?' => Some(at + 1),
        '\\' => (pattern.get(at + 1) == Some(&char)).then_some(at + 2),
        '[' => {
            let Some(close) = (at + 2..pattern.len()).find(|&end| pattern[end] == ']') else {
                return (char == '[').then_some(at + 1);
            };
            let set = &pattern[at + 1..close];
            let (negated, set) = match set {
                ['!' | '^', rest @ ..] => (true, rest),
                set => (false, set),
            };
            let mut found = false;
            let mut rest = set;
            while let Some((&low, tail)) = rest.split_first() {
                match tail {
                    ['-', high, tail @ ..] => {
                        found |= (low..=*high).contains(&char);
                        rest = tail;
                    }
                    _ => {
                        found |= low == char;
                        rest = tail;
                    }
                }
            }
            (found != negated).then_some(close + 1)
        }
        plain => (plain == char).then_some(at + 1),
    }
}

/// The paths that a pattern stands for, sorted as a shell does; with an end to what is looked at.
fn paths(pattern: &str, cwd: &Path) -> Vec<String> {
    let mut left = MAX_ENTRIES;
    let root = if pattern.starts_with('/') { "/" } else { "" };
    let mut found = vec![root.to_owned()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let mut next = Vec::new();
        for base in &found {
            let join = |name: &str| match base.as_str() {
                "" | "/" => format!("{base}{name}"),
                base => format!("{base}/{name}"),
            };
            if !part.contains(['*', '?', '[']) {
                next.push(join(part));
                continue;
            }
            let dir: PathBuf = cwd.join(if base.is_empty() { "." } else { base });
            for entry in std::fs::read_dir(dir).into_iter().flatten().flatten().take(left) {
                left = left.saturating_sub(1);
                if let Ok(name) = entry.file_name().into_string()
                    && (!name.starts_with('.') || part.starts_with('.'))
                    && fits(part, &name)
                {
                    next.push(join(&name));
                }
            }
        }
        next.sort();
        found = next;
    }
    found.retain(|path| cwd.join(path).exists());
    found
}

impl Walker<'_> {
    /// `/usr/bin/gi? branch`: the program that this names today, with the other files that fit as arguments.
    pub(super) fn globbed_program(&self, words: &mut Vec<Word>) {
        let Some(program) = words.first().filter(|word| word.glob && word.text().contains('/')) else {
            return;
        };
        if program.text().contains(HOLE) || program.text().starts_with('-') {
            return;
        }
        let found = paths(program.text(), &self.scene.cwd);
        if found.is_empty() || found.len() > 64 {
            return;
        }
        let span = program.span;
        words.splice(0..1, found.into_iter().map(|path| Word::literal(path, span)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_a_shell() {
        for (pattern, text) in [
            ("*", ""),
            ("g?t", "git"),
            ("[g]it", "git"),
            ("[!a]*t", "git"),
            ("[a-h]i*", "git"),
            ("a*b*c", "aXbYbc"),
            ("\\*", "*"),
            ("[", "["),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("?", ""), ("g?t", "gt"), ("[!g]it", "git"), ("a*b", "ac"), ("\\*", "x"), ("", "x")]
        {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
        assert!(!fits(&format!("{}c", "*a*b".repeat(200)), &"ab".repeat(300)), "many stars end too");
    }
}
