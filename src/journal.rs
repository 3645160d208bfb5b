//! The record of everything that was not simply allowed: JSON Lines, one `write` per record, owner-only.
//!
//! Writing never fails an action: who cannot write a journal is still protected.

mod stats;

pub use stats::{ModelStats, Stats};

use crate::action::{Actor, Surface};
use crate::state;
use crate::verdict::{Consulted, Said, Verdict};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// Bytes after which the journal is put aside as `journal.1.jsonl`; the one put aside before is dropped.
const ROTATE_AT: u64 = 4 * 1024 * 1024;
/// Bytes of a line that are kept.
const LINE_KEPT: usize = 2048;

/// What became of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A person was asked and said yes.
    Yes,
    /// A person was asked and said no.
    No,
    /// A person took the safer command in its place.
    Safer,
    /// It was stopped without asking.
    Stopped,
    /// It was passed by a permission given before with `forestall once`.
    Once,
    /// A person gave a permission for later.
    Granted,
    /// It went on, with a remark.
    Noted,
    /// It went on because a model said so.
    Allowed,
}

impl Answer {
    /// The word used in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Safer => "safer",
            Answer::Stopped => "stopped",
            Answer::Once => "once",
            Answer::Granted => "granted",
            Answer::Noted => "noted",
            Answer::Allowed => "allowed",
        }
    }
}

/// One line of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// When, RFC 3339, UTC.
    pub time: String,
    /// `terminal`, `git` or `agent`.
    pub surface: String,
    /// `human` or `agent`.
    pub actor: String,
    /// Where.
    pub cwd: String,
    /// What, without its secrets, at most 2 KB.
    pub line: String,
    /// `allow`, `ask` or `deny`.
    pub verdict: String,
    /// The rules that fired.
    pub rules: Vec<String>,
    /// What became of it; see [`Answer`].
    pub answer: String,
    /// `rules`, `classifier` or `fallback`.
    pub decided_by: String,
    /// What a model said of it, where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRecord>,
}

/// What a model said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModelRecord {
    /// The profile that was asked.
    pub profile: String,
    /// The last stage that was asked.
    pub stage: u8,
    /// `allow`, `block`, or `nothing` where no answer came that counts.
    pub said: String,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How long it took in all, in milliseconds.
    pub ms: u64,
    /// The answer was still known, so that nothing was sent.
    #[serde(default)]
    pub kept: bool,
    /// Tokens that were sent and read anew.
    #[serde(default)]
    pub input_tokens: u64,
    /// Tokens that were sent and that the provider still had.
    #[serde(default)]
    pub cached_tokens: u64,
    /// Tokens that the model wrote.
    #[serde(default)]
    pub output_tokens: u64,
}

impl From<&Consulted> for ModelRecord {
    fn from(consulted: &Consulted) -> ModelRecord {
        ModelRecord {
            profile: consulted.profile.clone(),
            stage: consulted.stage,
            said: consulted.said.name().to_owned(),
            why: match &consulted.said {
                Said::Nothing(why) => Some(why.clone()),
                Said::Allow | Said::Block => None,
            },
            ms: u64::try_from(consulted.took.as_millis()).unwrap_or(u64::MAX),
            kept: consulted.kept,
            input_tokens: consulted.usage.input,
            cached_tokens: consulted.usage.cached,
            output_tokens: consulted.usage.output,
        }
    }
}

/// Writes one record. What the self-test of `forestall doctor` stops is not worth remembering.
pub fn record(surface: Surface, actor: Actor, cwd: &Path, line: &str, verdict: &Verdict, answer: Answer) {
    let mut rules: Vec<String> = Vec::new();
    for finding in &verdict.findings {
        if !rules.iter().any(|known| *known == finding.rule) {
            rules.push(finding.rule.to_string());
        }
    }
    if rules == ["self.test"] {
        return;
    }
    let record = Record {
        time: state::rfc3339(state::now()),
        surface: match surface {
            Surface::Terminal => "terminal",
            Surface::Git => "git",
            Surface::Agent => "agent",
        }
        .to_owned(),
        actor: match actor {
            Actor::Human => "human",
            Actor::Agent => "agent",
        }
        .to_owned(),
        cwd: cwd.to_string_lossy().into_owned(),
        line: bounded(line),
        verdict: verdict.decision.name().to_owned(),
        rules,
        answer: answer.name().to_owned(),
        decided_by: verdict.decided_by.name().to_owned(),
        model: verdict.consulted.as_deref().map(ModelRecord::from),
    };
    if let Some(path) = path() {
        // A full disk or a read-only home must not stop anybody.
        let _ = append(&path, &record);
    }
}

/// Where the journal is kept.
pub fn path() -> Option<PathBuf> {
    Some(state::dir()?.join("journal.jsonl"))
}

/// The last `count` records, oldest first. Lines that cannot be read are skipped.
pub fn last(path: &Path, count: usize) -> io::Result<Vec<Record>> {
    let mut records = Vec::new();
    for path in [put_aside(path), path.to_owned()] {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for line in BufReader::new(file).split(b'\n') {
            records.extend(serde_json::from_slice::<Record>(&line?).ok());
        }
    }
    Ok(records.split_off(records.len().saturating_sub(count)))
}

fn put_aside(path: &Path) -> PathBuf {
    path.with_file_name("journal.1.jsonl")
}

fn append(path: &Path, record: &Record) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        state::make_private_dir(dir)?;
    }
    if fs::metadata(path).is_ok_and(|meta| meta.len() > ROTATE_AT) {
        fs::rename(path, put_aside(path))?;
    }
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    // One write in append mode: records of two shells never mix.
    state::private().create(true).append(true).open(path)?.write_all(&line)
}

/// The line without its secrets, cut at a character.
fn bounded(line: &str) -> String {
    let line = crate::secrets::redact(line);
    if line.len() <= LINE_KEPT {
        return line;
    }
    let end = (0..=LINE_KEPT).rev().find(|&at| line.is_char_boundary(at)).unwrap_or(0);
    format!("{}…", &line[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn sample(line: &str) -> Record {
        Record {
            time: state::rfc3339(0),
            surface: "terminal".into(),
            actor: "human".into(),
            cwd: "/".into(),
            line: line.into(),
            verdict: "ask".into(),
            rules: vec!["a.b".into()],
            answer: "no".into(),
            decided_by: "rules".into(),
            model: None,
        }
    }

    #[test]
    fn records_are_private_and_come_back_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/journal.jsonl");
        append(&path, &sample("one")).unwrap();
        append(&path, &sample("two\nlines")).unwrap();
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{torn\n").unwrap();
        append(&path, &sample("three")).unwrap();
        let lines: Vec<String> = last(&path, 2).unwrap().into_iter().map(|record| record.line).collect();
        assert_eq!(lines, ["two\nlines", "three"]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_full_journal_is_put_aside_and_still_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        append(&path, &sample("old")).unwrap();
        let blank = vec![b'\n'; usize::try_from(ROTATE_AT).unwrap() + 1];
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(&blank).unwrap();
        append(&path, &sample("new")).unwrap();
        assert!(fs::metadata(&path).unwrap().len() < 1024);
        assert_eq!(last(&path, 9).unwrap().len(), 2);
    }

    #[test]
    fn a_long_line_is_cut_at_a_character() {
        let line = format!("echo {}", "ö".repeat(LINE_KEPT));
        assert!(bounded(&line).len() <= LINE_KEPT + '…'.len_utf8());
        assert!(bounded(&line).ends_with("ö…"));
        assert_eq!(bounded("PGPASSWORD=hunter2hunter2 psql").find("hunter2"), None);
    }
}
