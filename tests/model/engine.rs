//! llama.cpp's own server, with a model that is written by hand: see `engine.py`.

use forestall::classifier::{Case, Nonce, Prompt, Slots, Stage, system};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

/// Set-off words: what the model says depends on them alone.
pub const DOOMED: &str = "doomed";
pub const DOUBTFUL: &str = "doubtful";
pub const BABBLING: &str = "babbling";

/// A server on a free loopback port.
pub struct Engine {
    address: String,
    child: Child,
    /// The server ends when this is closed, also by our own death.
    stdin: Option<ChildStdin>,
    folder: tempfile::TempDir,
    /// From the call until it listened: writing the model, loading Python, llama.cpp and the model.
    pub took: Duration,
}

impl Engine {
    /// Starts one that demands this key, if any.
    pub fn start(key: Option<&str>) -> Engine {
        let began = Instant::now();
        let folder = tempfile::tempdir().unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut child = Command::new(python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model/engine.py"))
            .arg(folder.path())
            .args(key)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        writeln!(stdin, "{}", prompt()).unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut engine =
            Engine { address: String::new(), child, stdin: Some(stdin), folder, took: began.elapsed() };
        let address = line.trim().strip_prefix("listening http://");
        engine.address =
            address.unwrap_or_else(|| panic!("no server: {line:?}\n{}", engine.log())).to_owned();
        engine
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What a profile calls its `base_url`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// What llama.cpp has to say.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(5) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The Python that `tests/run` has given llama.cpp to.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_forestall")).ancestors().nth(2).unwrap();
    let folder = target.join("tools/venv");
    let found = |lib: &str| {
        std::fs::read_dir(folder.join(lib)).is_ok_and(|mut versions| {
            versions.any(|version| {
                version.is_ok_and(|version| version.path().join("site-packages/xllamacpp").exists())
            })
        })
    };
    assert!(found("lib") || found("lib64"), "xllamacpp is not installed; `tests/run --prepare` installs it");
    folder.join("bin/python")
}

/// The words of our prompt, which become the model's vocabulary.
fn prompt() -> serde_json::Value {
    let case = Case { json: String::new(), is_cut: false, is_suspect: false };
    let system = system(&Slots::default());
    let nonce = Nonce::draw();
    let [first, second] = [Stage::First, Stage::Second(nonce.clone())]
        .map(|stage| Prompt::new(&system, &case, &stage).question.into_owned());
    let (_, after_nonce) = second.split_once(&nonce.to_string()).unwrap();
    serde_json::json!({ "system": system, "first": first, "after_nonce": after_nonce })
}
