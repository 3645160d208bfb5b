//! The key of a profile: read where the configuration says, for each decision anew, and never shown.

use super::config::KeySource;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

/// Longest key, in bytes.
const LONGEST: u64 = 16 * 1024;

/// A key. It shows itself to no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// The variable is empty or not set.
    #[error("{0} is not set, which should hold the key")]
    Unset(String),
    /// The file cannot be read.
    #[error("the key file {path} cannot be read: {why}", path = .0.display(), why = .1)]
    File(PathBuf, String),
    /// The program did not print a key.
    #[error("`{0}`, which should print the key, {1}")]
    Command(String, String),
    /// What was found cannot stand in a header.
    #[error("what stands where the key should be is no key: it is empty or has characters that no key has")]
    Form,
}

impl Key {
    /// Reads the key; a program is waited for until `until`. `home` is what `~` stands for.
    pub fn read(source: &KeySource, home: Option<&Path>, until: Instant) -> Result<Key, NoKey> {
        match source {
            KeySource::Env(name) => {
                let value = std::env::var_os(name).unwrap_or_default();
                if value.is_empty() {
                    return Err(NoKey::Unset(name.clone()));
                }
                Key::parse(&value.to_string_lossy())
            }
            KeySource::File(path) => {
                let path = match (path.strip_prefix("~"), home) {
                    (Ok(rest), Some(home)) => home.join(rest),
                    _ => path.clone(),
                };
                let text = file(&path).map_err(|why| NoKey::File(path, why))?;
                Key::parse(&text)
            }
            KeySource::Command(words) => {
                let name = words.first().cloned().unwrap_or_default();
                let text = printed(words, until).map_err(|why| NoKey::Command(name, why))?;
                Key::parse(&text)
            }
        }
    }

    /// The first line of a text, if it is fit to be sent.
    fn parse(text: &str) -> Result<Key, NoKey> {
        let key = text.lines().next().unwrap_or_default().trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NoKey::Form);
        }
        Ok(Key(key.to_owned()))
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

fn file(path: &Path) -> Result<String, String> {
    let found = path.metadata().map_err(|error| error.to_string())?;
    if !found.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut text = String::new();
    let opened = std::fs::File::open(path).map_err(|error| error.to_string())?;
    opened.take(LONGEST).read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

/// What a program prints before the time is up; after that it is ended.
fn printed(words: &[String], until: Instant) -> Result<String, String> {
    let [program, arguments @ ..] = words else { return Err("has no name".to_owned()) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot be run: {error}"))?;
    let (sender, printed) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = output.take(LONGEST).read_to_end(&mut bytes);
            let _ = sender.send(read.map(|_| bytes));
        });
    }
    let read = printed.recv_timeout(until.saturating_duration_since(Instant::now()));
    let Ok(Ok(bytes)) = read else {
        let _ = child.kill();
        let _ = child.wait();
        return Err("takes too long".to_owned());
    };
    // Its output is closed, so it is at its end, or will be ended by writing more.
    if bytes.len() as u64 == LONGEST {
        let _ = child.kill();
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Ok(status) => Err(format!("fails ({status})")),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn read(source: &KeySource, home: Option<&Path>) -> Result<String, NoKey> {
        let until = Instant::now() + Duration::from_secs(5);
        Key::read(source, home, until).map(|key| key.reveal().to_owned())
    }

    #[test]
    fn a_key_is_the_first_line_of_its_place() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("key"), "abc-123 \nsecond line\n").unwrap();
        let file = |path: &str| KeySource::File(path.into());
        assert_eq!(read(&file("~/key"), Some(home.path())), Ok("abc-123".to_owned()));
        assert!(matches!(read(&file("~/none"), Some(home.path())), Err(NoKey::File(..))));
        assert!(matches!(read(&file("/dev/zero"), None), Err(NoKey::File(..))));
        std::fs::write(home.path().join("bad"), "abc\u{7f}\n").unwrap();
        assert_eq!(read(&file("~/bad"), Some(home.path())), Err(NoKey::Form));
        let command =
            |words: &[&str]| KeySource::Command(words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(read(&command(&["printf", "%s\\n", "k-1", "k-2"]), None), Ok("k-1".to_owned()));
        assert_eq!(read(&command(&["true"]), None), Err(NoKey::Form));
        for fails in [&["false"][..], &["no-such-program-at-all"]] {
            assert!(matches!(read(&command(fails), None), Err(NoKey::Command(..))), "{fails:?}");
        }
        let unset = KeySource::Env("FORESTALL_NO_SUCH_KEY".to_owned());
        assert!(matches!(read(&unset, None), Err(NoKey::Unset(_))));
    }

    #[test]
    fn a_program_that_does_not_end_is_not_waited_for() {
        let began = Instant::now();
        let source = KeySource::Command(vec!["sleep".to_owned(), "30".to_owned()]);
        let read = Key::read(&source, None, began + Duration::from_millis(200));
        assert!(matches!(read, Err(NoKey::Command(..))));
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_key_does_not_show_itself() {
        assert_eq!(format!("{:?}", Key("secret".to_owned())), "Key(…)");
    }
}
