//! What an agent and its user have said and done before an action: the user's own messages and the agent's tool
//! calls, and nothing else. What the agent says of itself and what its tools answered is left out, so that neither
//! can talk a judge round.
//!
//! Three forms are read, told apart record by record, all of them one JSON object a line:
//!
//! ```text
//! {"user": "delete the branch spike"}                              our own, which any host can write
//! {"tool": "Bash", "input": {"command": "git branch -D spike"}}
//! {"type": "user", "message": {"role": "user", "content": "…"}}   Claude Code's transcript
//! {"type": "event_msg", "payload": {"type": "user_message", …}}   Codex's rollout
//! ```

mod claude_code;
mod codex;

use serde_json::{Map, Value};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Most bytes of a file that are read; of a longer one its end.
const MOST_READ: u64 = 32 * 1024 * 1024;
/// What agents write beside a call to explain it.
const PROSE: [&str; 8] =
    ["description", "explanation", "justification", "reason", "rationale", "summary", "thought", "title"];

/// What was said and done, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The turns.
    pub turns: Vec<Turn>,
    /// The beginning of the file was not read.
    pub is_cut: bool,
}

/// One thing that was said or done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The user's own words.
    User(String),
    /// A shell command of the agent.
    Command(String),
    /// Another call of the agent: the tool, and what it was given as JSON or as text.
    Call {
        /// The tool's name.
        tool: String,
        /// What it was given, without what the agent wrote to explain it.
        input: String,
    },
}

/// Why there is no conversation.
#[derive(Debug, thiserror::Error)]
pub enum ConversationError {
    /// The file cannot be read.
    #[error("the conversation in `{path}` cannot be read: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        why: io::Error,
    },
    /// No line of it is in a form that is known.
    #[error("`{path}` is no conversation that forestall can read: no line of it is in a form it knows")]
    Unknown {
        /// The file.
        path: String,
    },
}

impl Conversation {
    /// Reads a file. Lines that are no JSON, such as one that is still being written, are left out.
    pub fn open(path: &Path) -> Result<Conversation, ConversationError> {
        let shown = || path.display().to_string();
        let (text, is_cut) =
            tail(path).map_err(|why| ConversationError::Unreadable { path: shown(), why })?;
        let records: Vec<Map<String, Value>> = records(&text).collect();
        if !text.trim().is_empty() && !records.iter().any(is_known) {
            return Err(ConversationError::Unknown { path: shown() });
        }
        Ok(Conversation { is_cut, ..Conversation::of(&records) })
    }

    /// Reads the lines of a conversation.
    pub fn parse(text: &str) -> Conversation {
        Conversation::of(&records(text).collect::<Vec<_>>())
    }

    /// Reads the records of a conversation.
    pub fn of(records: &[Map<String, Value>]) -> Conversation {
        let turns = if records.iter().any(codex::is_record) {
            codex::turns(records)
        } else if records.iter().any(claude_code::is_record) {
            claude_code::turns(records)
        } else {
            records.iter().filter_map(own).collect()
        };
        Conversation { turns, is_cut: false }
    }
}

/// The end of a file, from the first line that is whole, and whether that is not all of it.
fn tail(path: &Path) -> io::Result<(String, bool)> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let is_cut = length > MOST_READ;
    if is_cut {
        file.seek(SeekFrom::Start(length - MOST_READ))?;
    }
    let mut bytes = Vec::new();
    file.take(MOST_READ).read_to_end(&mut bytes)?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), is_cut))
}

fn records(text: &str) -> impl Iterator<Item = Map<String, Value>> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok())
}

/// Whether a record is in a form that is known.
fn is_known(record: &Map<String, Value>) -> bool {
    codex::is_record(record) || claude_code::is_record(record) || own(record).is_some()
}

/// A record of our own form.
fn own(record: &Map<String, Value>) -> Option<Turn> {
    if let Some(said) = record.get("user") {
        return user(said.as_str()?);
    }
    call(record.get("tool")?.as_str()?, record.get("input").unwrap_or(&Value::Null))
}

/// The user's words, where there are any.
fn user(text: &str) -> Option<Turn> {
    let text = text.trim();
    (!text.is_empty()).then(|| Turn::User(text.to_owned()))
}

/// A call of a tool: the command, where it is one of a shell. `None` for one that only reads, plans, or hands on what
/// the agent says.
fn call(tool: &str, input: &Value) -> Option<Turn> {
    if does_nothing(tool) {
        return None;
    }
    Some(match input {
        Value::String(text) if runs_commands(tool) => Turn::Command(text.clone()),
        Value::String(text) => Turn::Call { tool: tool.to_owned(), input: text.clone() },
        Value::Object(fields) => {
            let command = ["command", "cmd", "script"].iter().find_map(|name| command(fields.get(*name)?));
            if let Some(command) = command.filter(|_| runs_commands(tool)) {
                return Some(Turn::Command(command));
            }
            let told = fields.iter().filter(|(name, _)| !PROSE.contains(&name.as_str()));
            let told: Map<String, Value> = told.map(|(name, value)| (name.clone(), value.clone())).collect();
            Turn::Call { tool: tool.to_owned(), input: Value::Object(told).to_string() }
        }
        Value::Null => Turn::Call { tool: tool.to_owned(), input: String::new() },
        other => Turn::Call { tool: tool.to_owned(), input: other.to_string() },
    })
}

/// Whether a call changes nothing, or holds only what the agent says.
fn does_nothing(tool: &str) -> bool {
    matches!(
        tool,
        "Read"
            | "Grep"
            | "Glob"
            | "LS"
            | "NotebookRead"
            | "TodoRead"
            | "TodoWrite"
            | "WebSearch"
            | "ToolSearch"
            | "BashOutput"
            | "TaskOutput"
            | "AskUserQuestion"
            | "ExitPlanMode"
            | "EnterPlanMode"
            | "Agent"
            | "Task"
            | "read_file"
            | "read_many_files"
            | "list_dir"
            | "list_directory"
            | "glob"
            | "grep_search"
            | "search_file_content"
            | "file_search"
            | "view"
            | "view_image"
            | "web_search"
            | "google_web_search"
            | "update_plan"
            | "write_todos"
            | "request_user_input"
            | "spawn_agent"
    )
}

/// A command as a text, or as the words of a program's call, of which `bash -lc` is only the way.
fn command(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(words) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            match words.as_slice() {
                ["bash" | "sh" | "zsh" | "/bin/bash" | "/bin/sh" | "/bin/zsh", "-c" | "-lc", script] => {
                    Some((*script).to_owned())
                }
                words => Some(words.join(" ")),
            }
        }
        _ => None,
    }
}

/// Whether a tool is a shell, by the names that agents give it.
fn runs_commands(tool: &str) -> bool {
    let tool = tool.to_ascii_lowercase();
    ["bash", "shell", "exec", "terminal", "run_command", "execute_command"]
        .iter()
        .any(|name| tool.contains(name))
}

#[cfg(test)]
mod tests;
