//! Patterns of the shell and of find, held against what is there.

use std::path::{Path, PathBuf};

/// Most paths that a pattern is expanded to.
const MAX_PATHS: usize = 2000;

/// Whether a name fits a pattern with `*`, `?` and `[…]`, as fnmatch(3) has it; `*` also stands for slashes.
pub(in crate::fact) fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            retry = Some((p, n));
            p += 1;
            continue;
        }
        if let Some(next) = one(&pattern, p, name[n]) {
            p = next;
            n += 1;
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            p = star + 1;
            n = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|char| *char == '*')
}

/// Where the pattern goes on behind the element at `at`, if that fits the character.
fn one(pattern: &[char], at: usize, char: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => {
            let negated = matches!(pattern.get(at + 1), Some('!' | '^'));
            let start = at + 1 + usize::from(negated);
            let end = start + 1 + pattern.get(start + 1..)?.iter().position(|char| *char == ']')?;
            let set = &pattern[start..end];
            let mut within = false;
            let mut i = 0;
            while i < set.len() {
                if i + 2 < set.len() && set[i + 1] == '-' {
                    within |= (set[i]..=set[i + 2]).contains(&char);
                    i += 3;
                } else {
                    within |= set[i] == char;
                    i += 1;
                }
            }
            (within != negated).then_some(end + 1)
        }
        '\\' => (pattern.get(at + 1) == Some(&char)).then_some(at + 2),
        literal => (*literal == char).then_some(at + 1),
    }
}

/// The paths that an absolute pattern stands for, in no order; hidden ones only where a dot is written.
pub(in crate::fact) fn expand(pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/")];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let mut next = Vec::new();
        for dir in &found {
            if !part.contains(['*', '?', '[']) {
                next.push(dir.join(part));
                continue;
            }
            if part == "**" {
                below(dir, &mut next, 0);
                continue;
            }
            let Ok(entries) = dir.read_dir() else { continue };
            for entry in entries.flatten().take(MAX_PATHS) {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if (part.starts_with('.') || !name.starts_with('.')) && fits(part, &name) {
                    next.push(entry.path());
                }
            }
        }
        next.truncate(MAX_PATHS);
        found = next;
    }
    found.retain(|path| path.symlink_metadata().is_ok());
    found
}

/// A directory and those below it.
fn below(dir: &Path, into: &mut Vec<PathBuf>, depth: usize) {
    if depth > 16 || into.len() >= MAX_PATHS {
        return;
    }
    into.push(dir.to_owned());
    let Ok(entries) = dir.read_dir() else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below(&entry.path(), into, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*.o", "a.o", true),
            ("*.o", "a.ob", false),
            ("a?c", "abc", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]x", "x", false),
            ("*a*b", "xaxb", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
