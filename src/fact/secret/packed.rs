//! Which files a packer would take: git, npm and docker each have a file that says what stays behind.

use crate::action::file_text;
use crate::effect::transfer::Packer;
use crate::git::{Git, output_until};
use crate::rule::fits;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest time for one question to git.
const PATIENCE: Duration = Duration::from_millis(400);

/// What a packer would take from below a directory.
pub(super) struct Selection {
    root: PathBuf,
    rule: Rule,
}

enum Rule {
    All,
    /// `forced` takes what is ignored too.
    Git {
        forced: bool,
    },
    /// Patterns of what is taken (none: everything) and of what is not, the last that fits counts.
    Patterns {
        taken: Option<Vec<String>>,
        left_out: Vec<String>,
    },
}

impl Selection {
    /// Reads what the packer would heed for this path.
    pub(super) fn of(path: &Path, packer: Packer) -> Selection {
        let root = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        let rule = match packer {
            Packer::All => Rule::All,
            Packer::Git | Packer::GitForced => Rule::Git { forced: packer == Packer::GitForced },
            Packer::Npm => npm(root),
            Packer::Docker => docker(root),
        };
        Selection { root: root.to_owned(), rule }
    }

    /// Nobody decides.
    pub(super) fn is_all(&self) -> bool {
        matches!(self.rule, Rule::All)
    }

    /// Whether this file would be taken.
    pub(super) fn takes(&self, path: &Path) -> bool {
        match &self.rule {
            Rule::All => true,
            Rule::Git { forced } => new_to_git(&self.root, path, *forced).unwrap_or(true),
            Rule::Patterns { taken, left_out } => {
                let inner = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned();
                let wanted =
                    taken.as_ref().is_none_or(|taken| taken.iter().any(|pattern| names(pattern, &inner)));
                wanted && !is_left_out(left_out, &inner)
            }
        }
    }
}

/// Whether git would take a file that it does not hold yet; `None` where git does not say.
fn new_to_git(root: &Path, path: &Path, forced: bool) -> Option<bool> {
    let deadline = Instant::now() + PATIENCE;
    let mut command = Git::at(root).command(&[
        "-c",
        "core.fsmonitor=false",
        "status",
        "--porcelain",
        "--ignored",
        "--untracked-files=all",
        "--",
    ]);
    command.arg(path).env("GIT_OPTIONAL_LOCKS", "0");
    let said = output_until(command, deadline, 4096)?;
    Some(said.starts_with(b"??") || forced && said.starts_with(b"!!"))
}

/// `files` of package.json, or everything but what the ignore file names.
fn npm(root: &Path) -> Rule {
    let manifest = file_text(&root.join("package.json"));
    // Without one there is no package.
    let Some(manifest) = manifest else {
        return Rule::Patterns { taken: Some(Vec::new()), left_out: Vec::new() };
    };
    let manifest = serde_json::from_str::<serde_json::Value>(&manifest).ok();
    let taken = manifest
        .as_ref()
        .and_then(|manifest| manifest.get("files")?.as_array())
        .map(|files| files.iter().filter_map(|file| file.as_str()).map(str::to_owned).collect::<Vec<_>>());
    let ignored = [".npmignore", ".gitignore"].iter().find_map(|name| file_text(&root.join(name)));
    let mut left_out = patterns(ignored.as_deref().unwrap_or_default());
    // npm itself never packs these.
    left_out.extend([".npmrc", "node_modules", ".git"].map(str::to_owned));
    Rule::Patterns { taken, left_out }
}

/// What `COPY` and `ADD` of the Dockerfile name, without what the ignore file names.
fn docker(root: &Path) -> Rule {
    let dockerfile = ["Dockerfile", "Containerfile"].iter().find_map(|name| file_text(&root.join(name)));
    let mut taken = Vec::new();
    for line in dockerfile.as_deref().unwrap_or_default().lines() {
        let mut words = line.split_whitespace();
        let copies = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("copy") || word.eq_ignore_ascii_case("add"));
        // From another stage nothing of this directory is copied.
        if !copies || line.contains("--from=") {
            continue;
        }
        let words: Vec<&str> = words.filter(|word| !word.starts_with("--")).collect();
        let sources = words.split_last().map_or(&[][..], |(_, sources)| sources);
        taken.extend(sources.iter().map(|word| word.trim_matches(['"', '[', ']', ',']).to_owned()));
    }
    let ignored = file_text(&root.join(".dockerignore"));
    Rule::Patterns { taken: Some(taken), left_out: patterns(ignored.as_deref().unwrap_or_default()) }
}

fn patterns(text: &str) -> Vec<String> {
    let line = |line: &str| line.trim().to_owned();
    text.lines().map(line).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// The last pattern that fits counts; `!` takes a file back in.
fn is_left_out(patterns: &[String], inner: &str) -> bool {
    let mut out = false;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(pattern) if names(pattern, inner) => out = false,
            None if names(pattern, inner) => out = true,
            _ => {}
        }
    }
    out
}

/// Whether a pattern names a path, one of the folders it lies in, or its file name.
fn names(pattern: &str, inner: &str) -> bool {
    let pattern = pattern.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
    let pattern = pattern.strip_prefix("**/").unwrap_or(pattern);
    let pattern = pattern.strip_suffix("/**").unwrap_or(pattern);
    if matches!(pattern, "" | "." | "*") {
        return true;
    }
    let anchored = pattern.contains('/');
    let mut from = 0;
    loop {
        let end = inner[from..].find('/').map(|at| from + at);
        let head = end.map_or(inner, |end| &inner[..end]);
        let name = head.rsplit('/').next().unwrap_or(head);
        if fits(pattern, head) || !anchored && fits(pattern, name) {
            return true;
        }
        match end {
            Some(end) => from = end + 1,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_ignore_files() {
        for (pattern, inner, fits) in [
            (".env", ".env", true),
            (".env", "app/.env", true),
            (".env*", ".env.local", true),
            ("/.env", ".env", true),
            ("**/.env", "a/b/.env", true),
            ("config/", "config/master.key", true),
            ("src/*.pem", "src/a.pem", true),
            ("dist", "src/dist.pem", false),
            (".", "x/y", true),
            ("src", "lib/.env", false),
        ] {
            assert_eq!(names(pattern, inner), fits, "{pattern} {inner}");
        }
        let patterns: Vec<String> = ["*", "!src", "src/.env"].map(str::to_owned).to_vec();
        assert!(is_left_out(&patterns, ".env") && !is_left_out(&patterns, "src/a.pem"));
        assert!(is_left_out(&patterns, "src/.env"));
    }
}
