//! Reads files that would be sent, and looks below directories.

use super::packed::Selection;
use crate::fact::archive;
use crate::fact::path::expand;
use crate::rule::fits;
use crate::secrets::{self, Confidence, SourceKind, is_placeholder, names_secret, secret_path};
use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Most bytes of one file that are read.
const MAX_BYTES: u64 = 256 * 1024;
/// Most entries of a directory tree that are looked at.
const MAX_ENTRIES: usize = 4000;
/// Deepest level of a directory tree.
const MAX_LEVELS: usize = 8;
/// Largest archive that is listed, in bytes.
const MAX_ARCHIVE: u64 = 64 * 1024 * 1024;
/// Most files that a pattern stands for.
const MAX_MATCHES: usize = 64;
/// Longest time for a directory tree.
const MAX_TIME: Duration = Duration::from_millis(150);
/// Most names that are kept for a message.
const MAX_NAMES: usize = 5;

/// What a file or a directory holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Inspection {
    /// Whether it holds a secret; `None` where that could not be told.
    pub secret: Option<bool>,
    /// Kinds of secret, by their names for a person.
    pub kinds: Vec<String>,
    /// The services that issued them, where that is known; `""` for one that is not.
    pub owners: Vec<&'static str>,
    /// The files below a directory that hold them.
    pub files: Vec<String>,
}

/// Looks at what would be sent.
pub(super) fn inspect(
    path: &Path,
    kind: Option<SourceKind>,
    recursive: bool,
    excludes: &[String],
    leaves: &Selection,
) -> Inspection {
    let Ok(metadata) = fs::metadata(path) else {
        let pattern = path.to_string_lossy();
        return match pattern.contains(['*', '?']) {
            true => together(&expand(&pattern), excludes, leaves),
            false => Inspection::default(),
        };
    };
    let nothing = || Inspection { secret: Some(false), ..Inspection::default() };
    if !metadata.is_dir() && !leaves.takes(path) {
        return nothing();
    }
    if metadata.is_dir() {
        return match (recursive, kind) {
            // `~/.ssh` whole: its name says enough.
            (true, Some(_)) if leaves.is_all() => Inspection { secret: Some(true), ..Inspection::default() },
            (true, _) => tree(path, excludes, leaves),
            // Without a flag for it, a directory is refused by the program that would send it.
            (false, _) => nothing(),
        };
    }
    if kind.is_none() && archive::is_archive(path) && metadata.len() <= MAX_ARCHIVE {
        return packed(path);
    }
    read(path).map_or_else(Inspection::default, |(text, whole)| of_text(&text, whole, kind, path))
}

/// The files that a pattern stands for.
fn together(paths: &[PathBuf], excludes: &[String], leaves: &Selection) -> Inspection {
    let mut all = Inspection { secret: Some(false), ..Inspection::default() };
    for path in paths.iter().take(MAX_MATCHES) {
        let seen = inspect(path, secret_path(&path.to_string_lossy()), false, excludes, leaves);
        // What is large, or no text, is sent every day.
        if seen.secret == Some(true) {
            all.secret = Some(true);
            seen.kinds.iter().for_each(|kind| add(&mut all.kinds, kind));
            all.owners.extend(seen.owners);
            all.files.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    all.files.truncate(MAX_NAMES);
    all
}

/// The files of an archive that hold secrets by their names, made sure of by their content.
fn packed(path: &Path) -> Inspection {
    let Some(members) = archive::members(path) else { return Inspection::default() };
    let mut seen = Inspection { secret: Some(false), ..Inspection::default() };
    let named = members.iter().filter_map(|(size, name)| Some((size, name, secret_path(name)?)));
    for (size, name, kind) in named.filter(|(size, ..)| **size > 0).take(MAX_NAMES) {
        let Some(text) = archive::member_text(path, name, MAX_BYTES as usize) else { continue };
        let found = of_text(&text, text.len() as u64 >= *size, Some(kind), Path::new(name));
        if found.secret == Some(true) {
            seen.secret = Some(true);
            found.kinds.iter().for_each(|kind| add(&mut seen.kinds, kind));
            seen.files.push(name.clone());
        }
    }
    seen
}

/// The beginning of a regular file as text, and whether that is all of it. Nothing else is opened: a FIFO would
/// wait for ever.
fn read(path: &Path) -> Option<(String, bool)> {
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = File::options().read(true).custom_flags(nonblocking).open(path).ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    let whole = metadata.len() <= MAX_BYTES;
    Some((String::from_utf8_lossy(&bytes).into_owned(), whole))
}

/// What a text holds that belongs in a file of this kind, as people would call it; `None` where it is no secret.
pub(in crate::fact) fn kinds_of(text: &str, kind: SourceKind, path: &Path) -> Option<Vec<String>> {
    let seen = of_text(text, true, Some(kind), path);
    (seen.secret == Some(true)).then_some(seen.kinds)
}

fn of_text(text: &str, whole: bool, kind: Option<SourceKind>, path: &Path) -> Inspection {
    let mut seen = Inspection::default();
    let mut possible = false;
    for found in secrets::scan(text) {
        if found.is_named() {
            add(&mut seen.kinds, found.kind);
            if !seen.owners.contains(&found.owner) {
                seen.owners.push(found.owner);
            }
        }
        possible |= found.confidence == Confidence::Low;
    }
    if !seen.kinds.is_empty() {
        seen.secret = Some(true);
        return seen;
    }
    seen.secret = match kind {
        None if possible => None,
        None => whole.then_some(false),
        Some(_) if text.trim().is_empty() && whole => Some(false),
        Some(SourceKind::EnvFile) => {
            let names = secret_names(text);
            for name in &names {
                add(&mut seen.kinds, name);
            }
            if possible || !names.is_empty() { Some(true) } else { whole.then_some(false) }
        }
        Some(SourceKind::KeyFile) => {
            // Slides of Apple Keynote end in `.key` too; those are ZIP archives.
            if is_public(text) || text.starts_with("PK\u{3}\u{4}") {
                Some(false)
            } else if is_one_token(text) {
                add(&mut seen.kinds, "token");
                Some(true)
            } else {
                None
            }
        }
        Some(SourceKind::CredentialFile) => {
            if possible || !secret_names(text).is_empty() {
                Some(true)
            } else if is_one_token(text) {
                add(&mut seen.kinds, "token");
                Some(true)
            } else if holds_logins(path) {
                // These have a known form, in which every secret was looked for.
                let marks = ["\"auth\"", "password", "token", "_auth", "identitytoken", "secret"];
                (whole && !marks.iter().any(|mark| text.contains(mark))).then_some(false)
            } else {
                None
            }
        }
    };
    seen
}

fn add(kinds: &mut Vec<String>, kind: &str) {
    if kinds.len() < MAX_NAMES && !kinds.iter().any(|known| known == kind) {
        kinds.push(kind.to_owned());
    }
}

/// The variables of an environment file that hold a secret by their name.
fn secret_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for line in text.lines() {
        let line = line.trim_start().trim_start_matches("export ").trim_start();
        let Some((name, value)) = line.split_once(['=', ':']) else { continue };
        let name = name.trim().trim_matches(['"', '\'']);
        let value = value.trim().trim_end_matches(',').trim_matches(['"', '\'']);
        if !name.starts_with('#') && value.len() >= 3 && names_secret(name) && !is_placeholder(value) {
            names.push(name);
        }
    }
    names
}

/// Certificates and public keys alone.
fn is_public(text: &str) -> bool {
    let mut labels = text.split("-----BEGIN ").skip(1).peekable();
    if labels.peek().is_some() {
        return labels.all(|label| {
            let label = label.split("-----").next().unwrap_or_default();
            label.ends_with("CERTIFICATE")
                || label.ends_with("PUBLIC KEY")
                || label.ends_with("REQUEST")
                || label.ends_with("PARAMETERS")
                || label.contains("PUBLIC KEY BLOCK")
        });
    }
    ["ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-"].iter().any(|head| text.starts_with(head))
}

/// One line, one word: a file that holds a token and nothing else.
fn is_one_token(text: &str) -> bool {
    let text = text.trim();
    (4..4096).contains(&text.len()) && !text.contains(char::is_whitespace) && !is_placeholder(text)
}

fn holds_logins(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    matches!(
        name.as_str(),
        ".npmrc"
            | ".pypirc"
            | "config.json"
            | "auth.json"
            | "hosts.yml"
            | "credentials.toml"
            | "terraform.tfstate"
            | "secrets.yml"
            | "secrets.yaml"
            | "secrets.json"
            | "secrets.toml"
            | ".terraformrc"
            | "kubeconfig"
    )
}

/// Looks for files that hold secrets by their names, and makes sure by their content.
fn tree(root: &Path, excludes: &[String], leaves: &Selection) -> Inspection {
    let began = Instant::now();
    let mut seen = Inspection::default();
    let mut folders = vec![(root.to_owned(), 0)];
    let mut entries = 0;
    let mut complete = true;
    let mut doubtful = false;
    while let Some((folder, level)) = folders.pop() {
        let Ok(list) = fs::read_dir(&folder) else {
            complete = false;
            continue;
        };
        for entry in list.flatten() {
            entries += 1;
            if entries > MAX_ENTRIES || began.elapsed() > MAX_TIME || seen.files.len() >= MAX_NAMES {
                complete = false;
                folders.clear();
                break;
            }
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let inner =
                path.strip_prefix(root).map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
            let excluded = excludes.iter().any(|pattern| {
                let pattern = pattern.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
                fits(pattern, &name)
                    || fits(pattern, &inner)
                    || pattern.strip_suffix("/*").is_some_and(|head| head == inner)
            });
            if excluded {
                continue;
            }
            let Ok(kind) = entry.file_type() else { continue };
            let secret = secret_path(&path.to_string_lossy());
            if kind.is_dir() {
                if secret.is_some() && leaves.is_all() {
                    seen.files.push(inner);
                } else if level < MAX_LEVELS && !is_foreign(&name) {
                    folders.push((path, level + 1));
                }
                continue;
            }
            if !kind.is_file() || secret.is_none() || !leaves.takes(&path) {
                continue;
            }
            let Some((text, whole)) = read(&path) else { continue };
            let found = of_text(&text, whole, secret, &path);
            match found.secret {
                Some(true) => {
                    for kind in &found.kinds {
                        add(&mut seen.kinds, kind);
                    }
                    seen.files.push(inner);
                }
                None => doubtful = true,
                Some(false) => {}
            }
        }
    }
    seen.secret = if !seen.files.is_empty() { Some(true) } else { (complete && !doubtful).then_some(false) };
    seen.owners.clear();
    seen
}

/// Folders whose content comes from elsewhere, and is full of keys made for tests.
fn is_foreign(name: &str) -> bool {
    matches!(
        name,
        ".git"
            | "node_modules"
            | "target"
            | "vendor"
            | "venv"
            | ".venv"
            | "site-packages"
            | "__pycache__"
            | ".tox"
            | "fixtures"
            | "testdata"
            | ".cache"
            | ".cargo"
            | ".rustup"
            | ".nvm"
    )
}
