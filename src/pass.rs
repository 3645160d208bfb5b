//! Permissions that a person gave for one use: a line (`forestall once`), or an effect that was just said yes
//! to and that a git hook would ask about again.
//!
//! Each is an empty-looking file whose name is a keyed hash of what is permitted and where, so that no line is
//! stored; the file is taken by renaming it, which only one of two racing processes can do.

use crate::state;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Seconds for which a line may be run after `forestall once`.
pub const LINE_LIFE: u64 = 10 * 60;
/// Seconds for which a yes at the terminal also counts for the git hook of the same command.
const KEY_LIFE: u64 = 2 * 60;

#[derive(Clone, Copy)]
#[repr(u8)]
enum Kind {
    Line = b'l',
    Key = b'k',
}

/// Permits one run of exactly this line in exactly this directory.
pub fn grant_line(line: &str, cwd: &Path) -> io::Result<()> {
    grant(&folder()?, Kind::Line, line.trim(), cwd, LINE_LIFE)
}

/// Uses up the permission for a line, if there is one.
pub fn take_line(line: &str, cwd: &Path) -> bool {
    folder().is_ok_and(|folder| take(&folder, Kind::Line, line.trim(), cwd))
}

/// Lets a git hook in `place` (the repository's common directory) pass the effect with this key once, soon.
pub fn grant_key(key: &str, place: &Path) -> io::Result<()> {
    grant(&folder()?, Kind::Key, key, place, KEY_LIFE)
}

/// Uses up the permission for an effect, if there is one.
pub fn take_key(key: &str, place: &Path) -> bool {
    folder().is_ok_and(|folder| take(&folder, Kind::Key, key, place))
}

fn folder() -> io::Result<PathBuf> {
    let dir =
        state::dir().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no home directory"))?;
    Ok(dir.join("passes"))
}

fn grant(folder: &Path, kind: Kind, text: &str, place: &Path, life: u64) -> io::Result<()> {
    state::make_private_dir(folder)?;
    sweep(folder);
    let path = folder.join(name(&secret(folder)?, kind, text, place));
    let new = folder.join(format!("new-{}", std::process::id()));
    let mut file = state::private().create(true).write(true).truncate(true).open(&new)?;
    write!(file, "{}", state::now() + life)?;
    fs::rename(new, path)
}

fn take(folder: &Path, kind: Kind, text: &str, place: &Path) -> bool {
    // Without the key there is no permission either, and none is made on this path.
    let Ok(secret) = fs::read(folder.join("key")) else { return false };
    let path = folder.join(name(&secret, kind, text, place));
    let taken = folder.join(format!("taken-{}", std::process::id()));
    if fs::rename(&path, &taken).is_err() {
        return false;
    }
    let until = fs::read_to_string(&taken).ok().and_then(|text| text.parse::<u64>().ok());
    let _ = fs::remove_file(&taken);
    until.is_some_and(|until| (state::now()..=state::now() + LINE_LIFE).contains(&until))
}

/// The key of the hashes: random, made once, owner-only.
fn secret(folder: &Path) -> io::Result<Vec<u8>> {
    let path = folder.join("key");
    if let Ok(secret) = fs::read(&path)
        && secret.len() == 32
    {
        return Ok(secret);
    }
    let mut secret = vec![0; 32];
    fs::File::open("/dev/urandom")?.read_exact(&mut secret)?;
    let new = folder.join(format!("new-{}", std::process::id()));
    state::private().create(true).write(true).truncate(true).open(&new)?.write_all(&secret)?;
    fs::rename(new, path)?;
    Ok(secret)
}

/// 128 bits from two keyed SipHash runs; the place and the text cannot run into each other.
fn name(secret: &[u8], kind: Kind, text: &str, place: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write(secret);
        hasher.write_u8(salt);
        hasher.write_u8(kind as u8);
        hasher.write_usize(place.as_os_str().len());
        hasher.write(place.as_os_str().as_bytes());
        hasher.write(text.as_bytes());
        hasher.finish()
    };
    format!("pass-{:016x}{:016x}", half(0), half(1))
}

/// Removes what nobody used in time.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_pass = entry.file_name().to_string_lossy().starts_with("pass-");
        let until = || fs::read_to_string(entry.path()).ok()?.parse::<u64>().ok();
        if is_pass && until().is_none_or(|until| until < state::now()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "git push origin --delete topic";

    #[test]
    fn a_pass_is_for_one_use_one_line_and_one_place() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("passes");
        let place = Path::new("/repo");
        assert!(!take(&folder, Kind::Line, LINE, place));
        grant(&folder, Kind::Line, LINE, place, LINE_LIFE).unwrap();
        assert!(!take(&folder, Kind::Line, LINE, Path::new("/other")));
        assert!(!take(&folder, Kind::Line, "git push origin --delete other", place));
        assert!(!take(&folder, Kind::Key, LINE, place));
        assert!(take(&folder, Kind::Line, LINE, place));
        assert!(!take(&folder, Kind::Line, LINE, place));
    }

    #[test]
    fn an_old_pass_is_worth_nothing_and_is_swept() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path();
        let place = Path::new("/repo");
        grant(folder, Kind::Line, LINE, place, 0).unwrap();
        let path = folder.join(name(&fs::read(folder.join("key")).unwrap(), Kind::Line, LINE, place));
        fs::write(&path, "5").unwrap();
        assert!(!take(folder, Kind::Line, LINE, place));
        fs::write(&path, "5").unwrap();
        sweep(folder);
        assert!(!path.exists());
    }

    #[test]
    fn of_many_that_race_one_wins() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path();
        let place = Path::new("/repo");
        grant(folder, Kind::Line, LINE, place, LINE_LIFE).unwrap();
        let winners = std::thread::scope(|scope| {
            let race = || take(folder, Kind::Line, LINE, place);
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(race)).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).filter(|won| *won).count()
        });
        assert_eq!(winners, 1);
    }

    #[test]
    fn no_line_is_stored() {
        let home = tempfile::tempdir().unwrap();
        grant(home.path(), Kind::Line, LINE, Path::new("/repo"), LINE_LIFE).unwrap();
        for entry in fs::read_dir(home.path()).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(5).any(|part| part == b"topic"));
        }
    }
}
