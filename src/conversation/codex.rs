//! Codex's rollout, as its hooks name it in `transcript_path`: records with a `payload`. What the user typed stands
//! there twice, as an event and as a part of the prompt; the prompt also holds what the program itself has added
//! in the user's name, so the events count where there are any.

use super::{Turn, call, user};
use serde_json::{Map, Value};

/// Above this line the editor tells what is open in it.
const REQUEST: &str = "## My request for Codex:";

/// Whether a record is one of such a rollout.
pub(super) fn is_record(record: &Map<String, Value>) -> bool {
    record.get("payload").is_some_and(Value::is_object) && record.get("type").is_some_and(Value::is_string)
}

/// What was said and done.
pub(super) fn turns(records: &[Map<String, Value>]) -> Vec<Turn> {
    let parts: Vec<(&str, &str, &Value)> = records.iter().filter_map(part).collect();
    let has_events = parts.iter().any(|(record, kind, _)| (*record, *kind) == ("event_msg", "user_message"));
    // An agent that was started by another has only that one's words.
    let is_below = parts.iter().any(|(record, _, payload)| {
        *record == "session_meta"
            && payload.get("source").is_some_and(|source| source.get("subagent").is_some())
    });
    let mut turns = Vec::new();
    for (record, kind, payload) in parts {
        match (record, kind) {
            ("event_msg", "user_message") if !is_below => {
                turns.extend(payload.get("message").and_then(Value::as_str).and_then(said));
            }
            ("response_item", "message")
                if !has_events
                    && !is_below
                    && payload.get("role").and_then(Value::as_str) == Some("user") =>
            {
                let content = payload.get("content").and_then(Value::as_array).into_iter().flatten();
                turns.extend(content.filter_map(|block| said(block.get("text")?.as_str()?)));
            }
            ("response_item", "function_call") => {
                let arguments = payload.get("arguments").and_then(Value::as_str).unwrap_or_default();
                let input = serde_json::from_str(arguments).unwrap_or_else(|_| arguments.into());
                turns.extend(call(name(payload), &input));
            }
            ("response_item", "custom_tool_call") => {
                turns.extend(call(name(payload), payload.get("input").unwrap_or(&Value::Null)));
            }
            ("response_item", "local_shell_call") => {
                turns.extend(call("shell", payload.get("action").unwrap_or(&Value::Null)));
            }
            ("event_msg", "thread_rolled_back") => {
                let count = payload.get("num_turns").and_then(Value::as_u64).unwrap_or_default();
                take_back(&mut turns, count);
            }
            _ => {}
        }
    }
    turns
}

/// What kind of record, what kind of thing in it, and that thing.
fn part(record: &Map<String, Value>) -> Option<(&str, &str, &Value)> {
    let payload = record.get("payload")?;
    let kind = payload.get("type").and_then(Value::as_str).unwrap_or_default();
    Some((record.get("type")?.as_str()?, kind, payload))
}

fn name(payload: &Value) -> &str {
    payload.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// The words of the user; what begins with a tag or a heading of the program's own was not typed.
fn said(text: &str) -> Option<Turn> {
    let text = text.split_once(REQUEST).map_or(text, |(_, request)| request).trim();
    let added =
        ["<environment_context>", "<user_instructions>", "<turn_aborted>", "# AGENTS.md instructions"];
    if added.iter().any(|begin| text.starts_with(begin)) { None } else { user(text) }
}

/// Takes back so many messages of the user, with all that came after the first of them.
fn take_back(turns: &mut Vec<Turn>, count: u64) {
    for _ in 0..count {
        let Some(at) = turns.iter().rposition(|turn| matches!(turn, Turn::User(_))) else { return };
        turns.truncate(at);
    }
}
