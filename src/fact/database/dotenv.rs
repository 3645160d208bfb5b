//! Files of variables: `.env` and its relatives.

use crate::effect::database::Dotenv;
use std::path::{Path, PathBuf};

/// How many directories upward a file is looked for.
const MAX_UPWARD: usize = 16;

/// The value of a variable in the text of such a file; the last assignment counts.
pub(super) fn value(text: &str, name: &str) -> Option<String> {
    let mut found = None;
    for line in text.lines() {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let Some((key, value)) = line.split_once('=') else { continue };
        if key.trim_end() == name {
            found = Some(unquoted(value.trim()));
        }
    }
    found.map(|value| expanded(&value, text, 0)).filter(|value| !value.is_empty())
}

fn unquoted(value: &str) -> String {
    for quote in ['"', '\'', '`'] {
        if let Some(inside) = value.strip_prefix(quote) {
            return inside.split(quote).next().unwrap_or(inside).to_owned();
        }
    }
    // A comment begins at a `#` after a blank; one inside a URL is part of it.
    let end = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
    value[..end].trim_end().to_owned()
}

/// Puts in `${NAME}` from the same file.
fn expanded(value: &str, text: &str, depth: usize) -> String {
    let mut out = value.to_owned();
    let mut from = 0;
    while depth < 4
        && let Some(start) = out[from..].find("${").map(|at| at + from)
        && let Some(end) = out[start..].find('}').map(|at| at + start)
    {
        let inside = &out[start + 2..end];
        let (name, default) = inside.split_once(":-").unwrap_or((inside, ""));
        let put =
            lookup(text, name).map_or_else(|| default.to_owned(), |value| expanded(&value, text, depth + 1));
        from = start + put.len();
        out.replace_range(start..=end, &put);
    }
    out
}

fn lookup(text: &str, name: &str) -> Option<String> {
    text.lines().rev().find_map(|line| {
        let line = line.trim_start();
        let (key, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
        (key.trim() == name).then(|| unquoted(value.trim()))
    })
}

/// The files that would be loaded in this directory, strongest first.
pub(super) fn files(kind: Dotenv, dir: &Path, mode: Option<&str>) -> Vec<PathBuf> {
    let named = |name: String| dir.join(name);
    let mode_files = |mode: &str| {
        vec![named(format!(".env.{mode}.local")), named(".env.local".into()), named(format!(".env.{mode}"))]
    };
    match kind {
        Dotenv::None => Vec::new(),
        Dotenv::Plain => upward(dir, ".env"),
        Dotenv::Modes => {
            let mode = mode.filter(|mode| is_name(mode)).unwrap_or("development");
            let mut files = mode_files(mode);
            files.extend(upward(dir, ".env"));
            files
        }
        Dotenv::Instead => {
            match mode.filter(|mode| is_name(mode)).map(|mode| named(format!(".env.{mode}"))) {
                Some(file) if file.is_file() => vec![file],
                _ => vec![named(".env".into())],
            }
        }
        Dotenv::Prisma => {
            let mut files = vec![named(".env".into()), named("prisma/.env".into())];
            files.extend(upward(dir, ".env"));
            files
        }
    }
}

fn is_name(mode: &str) -> bool {
    !mode.is_empty() && mode.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The file here and above, up to the root of the repository.
fn upward(dir: &Path, name: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for dir in dir.ancestors().take(MAX_UPWARD) {
        files.push(dir.join(name));
        if dir.join(".git").symlink_metadata().is_ok() {
            break;
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let text = "# c\nHOST=db.test # where\nexport USER = 'app'\nURL=\"postgres://${USER}@${HOST}/x#y\"\nEMPTY=\nA=1\nA=2\nD=${NO:-dflt}\nL=${L}\n";
        assert_eq!(value(text, "HOST").as_deref(), Some("db.test"));
        assert_eq!(value(text, "URL").as_deref(), Some("postgres://app@db.test/x#y"));
        assert_eq!(value(text, "A").as_deref(), Some("2"));
        assert_eq!(value(text, "D").as_deref(), Some("dflt"));
        assert_eq!(value(text, "EMPTY"), None);
        assert!(value(text, "L").is_none_or(|value| value.len() < 100), "a loop ends");
    }
}
