//! What is kept between decisions, in files of the owner alone: a secret, verdicts, and when a server failed.

use crate::state;
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use rustix::fs::{FlockOperation, flock};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// The folder, and the key without which nobody can tell of what a kept name is.
pub(super) struct Store {
    dir: PathBuf,
    key: hmac::Key,
}

impl Store {
    /// The store of this user; `None` where there is none. With `makes` it is made where it is missing.
    pub(super) fn open(makes: bool) -> Option<Store> {
        Store::at(state::dir()?.join("classifier"), makes)
    }

    pub(super) fn at(dir: PathBuf, makes: bool) -> Option<Store> {
        let path = dir.join("secret");
        let secret = match read(&path) {
            Some(secret) if secret.len() == 32 => secret,
            _ if !makes => return None,
            _ => {
                state::make_private_dir(&dir).ok()?;
                let mut secret = vec![0; 32];
                SystemRandom::new().fill(&mut secret).ok()?;
                replace(&path, &secret)?;
                secret
            }
        };
        Some(Store { dir, key: hmac::Key::new(hmac::HMAC_SHA256, &secret) })
    }

    /// A name for exactly these texts, which tells nothing about them.
    pub(super) fn name(&self, parts: &[&str]) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part.as_bytes());
        }
        context.sign().as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The text of a file; empty where there is none, or where somebody else could have written it.
    pub(super) fn text(&self, file: &str) -> String {
        read(&self.dir.join(file)).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Changes the text of a file while no other process does; what cannot be written is not remembered.
    pub(super) fn change<T>(&self, file: &str, change: impl FnOnce(&mut String) -> T) -> T {
        // Held as long as it takes to read and write a small file, and given back when it is closed.
        let lock: Option<File> = state::private().create(true).append(true).open(self.dir.join("lock")).ok();
        if let Some(lock) = &lock {
            let _ = flock(lock, FlockOperation::LockExclusive);
        }
        let before = self.text(file);
        let mut text = before.clone();
        let result = change(&mut text);
        if text != before {
            let _ = replace(&self.dir.join(file), text.as_bytes());
        }
        drop(lock);
        result
    }
}

/// The bytes of a file that nobody but its owner, this user, can read or write.
fn read(path: &Path) -> Option<Vec<u8>> {
    let found = fs::symlink_metadata(path).ok()?;
    let owner = rustix::process::geteuid().as_raw();
    if !found.is_file() || found.uid() != owner || found.mode() & 0o077 != 0 || found.len() > LARGEST {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Puts a file in the place of another at once, so that nobody ever reads half of it.
fn replace(path: &Path, bytes: &[u8]) -> Option<()> {
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let _ = fs::remove_file(&beside);
    let written = state::private()
        .write(true)
        .create_new(true)
        .open(&beside)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_others_could_have_written_is_not_read() {
        let home = tempfile::tempdir().unwrap();
        assert!(Store::at(home.path().join("classifier"), false).is_none());
        let store = Store::at(home.path().join("classifier"), true).unwrap();
        let name = store.name(&["a", "bc"]);
        assert_ne!(name, store.name(&["ab", "c"]));
        assert_eq!(Store::at(home.path().join("classifier"), false).unwrap().name(&["a", "bc"]), name);
        store.change("verdicts", |text| text.push('x'));
        assert_eq!(store.text("verdicts"), "x");
        let path = home.path().join("classifier/verdicts");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(store.text("verdicts"), "");
    }
}
