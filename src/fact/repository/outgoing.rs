//! Secrets in commits that would leave, and in what would be committed.

use super::child::Git;
use crate::action::file_text;
use crate::effect::git::{Act, WorkTarget};
use crate::fact::secret::kinds_of;
use crate::fact::{Key, Value};
use crate::secrets::{self, Added, secret_path};
use std::path::Path;
use std::time::Instant;

/// Most files and kinds that are told.
const MAX_NAMES: usize = 5;
/// Most commits that are searched; a longer history is not judged by its newest part.
const MAX_COMMITS: &str = "--max-count=1000";
/// Most files that git does not have and that are read.
const MAX_UNTRACKED: usize = 200;
/// Only added lines, from `a/` and `b/`, without the help of any program that the repository names.
const DIFF: [&str; 8] = [
    "-p",
    "-U0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--diff-filter=ACMR",
];

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Outgoing {
    /// `GitHub token`, `private key`.
    kinds: Vec<String>,
    /// From the root of the repository.
    files: Vec<String>,
}

impl Outgoing {
    /// Searches; `None` where it cannot be seen or takes too long.
    pub(super) fn of(dir: &Path, target: &WorkTarget, deadline: Instant) -> Option<Outgoing> {
        let git = Git::at(dir, deadline);
        let place: Vec<&str> = target.place.iter().map(String::as_str).collect();
        let head = [&place[..], &["-c", "core.quotePath=false"]].concat();
        let run = |args: &[&[&str]]| git.run(&[&head[..], &args.concat()].concat());
        let diff = match &target.act {
            Act::Push { remote, revisions } => {
                let revisions: Vec<&str> = revisions.iter().map(String::as_str).collect();
                let plain = !remote.is_empty() && !remote.contains([':', '/', '*', '[']);
                let there = if plain { format!("--remotes={remote}") } else { "--remotes".to_owned() };
                let log = ["log", "--format=", "--no-show-signature", MAX_COMMITS];
                run(&[&log, &DIFF, &revisions, &["--not", &there, "--"]])?
            }
            Act::Commit { all, .. } => {
                let tracked = if *all { run(&[&["diff"], &DIFF, &["HEAD", "--"]]) } else { None };
                tracked.or_else(|| run(&[&["diff", "--cached"], &DIFF, &["--"]]))?
            }
            _ => return None,
        };
        let mut found = Outgoing::default();
        for added in secrets::added(diff.as_bytes()) {
            found.search(&added);
        }
        if matches!(target.act, Act::Commit { untracked: true, .. }) {
            let listed = run(&[&["ls-files", "-z", "--others", "--exclude-standard"]])?;
            for file in listed.split('\0').filter(|file| !file.is_empty()).take(MAX_UNTRACKED) {
                let Some(text) = file_text(&dir.join(file)) else { continue };
                found.search(&Added { file: file.to_owned(), first: 1, text });
            }
        }
        Some(found)
    }

    fn search(&mut self, added: &Added) {
        let mut kinds: Vec<String> = added.leaks().iter().map(|(leak, _)| leak.kind.to_owned()).collect();
        if kinds.is_empty() {
            let kind = secret_path(&added.file);
            let by_name = kind.and_then(|kind| kinds_of(&added.text, kind, Path::new(&added.file)));
            let Some(named) = by_name else { return };
            kinds = if named.is_empty() { vec!["a secret by its name".to_owned()] } else { named };
        }
        for (told, new) in [(&mut self.kinds, kinds), (&mut self.files, vec![added.file.clone()])] {
            for one in new {
                if told.len() < MAX_NAMES && !told.contains(&one) {
                    told.push(one);
                }
            }
        }
    }

    pub(super) fn value(&self, key: Key) -> Value {
        match key {
            Key::SourceSecret => (!self.files.is_empty()).into(),
            Key::SecretKind => self.kinds.clone().into(),
            Key::SourceFiles => self.files.clone().into(),
            _ => Value::Unknown,
        }
    }
}
