//! The added lines of a diff without context, as `git diff -U0` prints it, and the secrets in them.

use super::{Confidence, Found, scan};

/// What people write in a comment behind something that only looks like a secret; the others are those of other
/// scanners, whose decision is honoured.
pub const ALLOWED_HERE: &[&str] =
    &["forestall:allow", "gitleaks:allow", "betterleaks:allow", "pragma: allowlist secret"];
/// The same, on the line before.
const ALLOWED_BELOW: &str = "pragma: allowlist nextline secret";

/// Lines that were added together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The file, from the root of the repository.
    pub file: String,
    /// Number of the first line in the new file, from 1.
    pub first: usize,
    /// The lines, each with its newline; bytes that are not UTF-8 are replaced.
    pub text: String,
}

impl Added {
    /// The secrets that are certain and that nobody has marked as none, each with the index of its first line. What
    /// is only likely is left to people: who is refused for nothing learns to skip the check.
    pub fn leaks(&self) -> Vec<(Found, usize)> {
        let lines: Vec<&str> = self.text.split('\n').collect();
        let line_at = |at: usize| self.text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count();
        scan(&self.text)
            .into_iter()
            .filter(|found| found.confidence == Confidence::High)
            .filter_map(|found| {
                let (first, last) = (line_at(found.span.start), line_at(found.span.end));
                let own = lines.get(first..=last)?;
                let before = first.checked_sub(1).and_then(|at| lines.get(at));
                let allowed = own.iter().any(|line| ALLOWED_HERE.iter().any(|mark| line.contains(mark)))
                    || before.is_some_and(|line| line.contains(ALLOWED_BELOW));
                (!allowed).then_some((found, first))
            })
            .collect()
    }
}

/// Every run of added lines. The diff must have been asked for with `--src-prefix=a/ --dst-prefix=b/`.
pub fn added(diff: &[u8]) -> Vec<Added> {
    let mut runs: Vec<Added> = Vec::new();
    let mut file = String::new();
    // Lines of the hunk that are still to come: without counting them, an added line `++ b/x` would look like
    // the header of a file.
    let (mut minus, mut plus) = (0_usize, 0_usize);
    for line in diff.split_inclusive(|&byte| byte == b'\n') {
        match line.first() {
            Some(b'-') if minus > 0 => minus -= 1,
            Some(b'+') if plus > 0 => {
                plus -= 1;
                if let Some(run) = runs.last_mut() {
                    run.text.push_str(&String::from_utf8_lossy(&line[1..]));
                }
            }
            Some(b'\\') => {}
            _ => {
                let text = String::from_utf8_lossy(line);
                let text = text.trim_end_matches(['\n', '\r']);
                if let Some(name) = text.strip_prefix("+++ ") {
                    file = path(name);
                } else if let Some((old, new)) = hunk(text) {
                    (minus, plus) = (old.1, new.1);
                    if plus > 0 {
                        runs.push(Added { file: file.clone(), first: new.0, text: String::new() });
                    }
                }
            }
        }
    }
    runs
}

/// `@@ -12,3 +14,5 @@ context`: start and count of the old and the new lines; a count of one is left out.
fn hunk(text: &str) -> Option<((usize, usize), (usize, usize))> {
    let range = |text: &str| {
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let mut words = text.strip_prefix("@@ -")?.split(' ');
    let old = range(words.next()?)?;
    let new = range(words.next()?.strip_prefix('+')?)?;
    Some((old, new))
}

/// The path behind `b/`. git puts a tab after one that holds spaces, and quotes one that holds control characters,
/// quotes or backslashes.
fn path(name: &str) -> String {
    let name = name.strip_suffix('\t').unwrap_or(name);
    let Some(quoted) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return name.strip_prefix("b/").unwrap_or(name).to_owned();
    };
    let mut bytes = Vec::with_capacity(quoted.len());
    let mut rest = quoted.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'\\' {
            bytes.push(first);
            continue;
        }
        let octal = rest.get(..3).and_then(|code| std::str::from_utf8(code).ok());
        if let Some(byte) = octal.and_then(|code| u8::from_str_radix(code, 8).ok()) {
            bytes.push(byte);
            rest = &rest[3..];
        } else if let Some((&escape, after)) = rest.split_first() {
            bytes.push(match escape {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                other => other,
            });
            rest = after;
        }
    }
    let path = String::from_utf8_lossy(&bytes).into_owned();
    path.strip_prefix("b/").map(str::to_owned).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_hunks_and_look_alikes() {
        let diff = b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@ fn main\n-old\n--- a/y\n+one\n+++ b/z\n+three\n@@ -9 +10 @@\n-a\n+ten\n\\ No newline at end of file\ndiff --git a/d e b/d e\nnew file mode 100644\n--- /dev/null\n+++ b/d e\t\n@@ -0,0 +1 @@\n+\xff\n";
        let runs = added(diff);
        let shown: Vec<(&str, usize, &str)> =
            runs.iter().map(|run| (run.file.as_str(), run.first, run.text.as_str())).collect();
        assert_eq!(shown, [("x", 1, "one\n++ b/z\nthree\n"), ("x", 10, "ten\n"), ("d e", 1, "\u{fffd}\n")]);
    }

    #[test]
    fn quoted_paths() {
        assert_eq!(path(r#""b/a\tb\"c\\d\303\244""#), "a\tb\"c\\dä");
        assert_eq!(path("b/plain.txt"), "plain.txt");
    }

    #[test]
    fn what_is_deleted_is_not_added() {
        let diff = b"--- a/x\n+++ b/x\n@@ -1,2 +0,0 @@\n-one\n-two\n";
        assert_eq!(added(diff), []);
    }
}
