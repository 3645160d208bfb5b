//! A list of lines, each with what a careful person would want: to be stopped, or to pass. Three forms, told apart
//! row by row:
//!
//! ```text
//! stop<TAB>dropdb orders                      a word, a tab, the line
//! {"want": "pass", "line": "rm -r build"}    JSON, also with "actor": "agent" and "conversation": […]
//! = stop                                     counts for the bare lines from there on
//! dropdb orders
//! ```
//!
//! `⏎` stands for a line break inside a row, and `#` begins a remark, as in `tests/corpus`.

use crate::action::Actor;
use crate::conversation::Conversation;
use serde::Deserialize;

/// Most rows of one list.
const MOST: usize = 100_000;

/// A line, and what should become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line.
    pub line: String,
    /// It should be stopped; otherwise it should pass.
    pub stop: bool,
    /// Who runs it.
    pub actor: Actor,
    /// What an agent and its user have said and done before, in one of the forms that are read.
    pub conversation: Option<Conversation>,
    /// Where it stands in the list, from 1.
    pub at: usize,
}

/// What is wrong with a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {at}: {why}")]
pub struct ListError {
    /// Where, from 1.
    pub at: usize,
    /// What.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    want: String,
    line: String,
    actor: Option<String>,
    conversation: Option<Vec<serde_json::Map<String, serde_json::Value>>>,
}

/// Reads a list. `stop` is what bare lines are at the beginning, where the name of the file says so.
pub fn parse(text: &str, mut stop: Option<bool>) -> Result<Vec<Row>, ListError> {
    let mut rows = Vec::new();
    for (at, row) in (1..).zip(text.lines()) {
        let fault = |why: String| ListError { at, why };
        if row.trim().is_empty() || row.starts_with('#') {
            continue;
        }
        if let Some(word) = row.strip_prefix("= ").and_then(wanted) {
            stop = Some(word);
            continue;
        }
        let mut conversation = None;
        let (line, stop, actor) = if row.starts_with('{') && row.ends_with('}') && row.contains("\"want\"") {
            let source: Source = serde_json::from_str(row).map_err(|error| fault(error.to_string()))?;
            let stop = wanted(&source.want)
                .ok_or_else(|| fault(format!("`want` is stop or pass, not `{}`", source.want)))?;
            let actor = match source.actor.as_deref() {
                None | Some("human") => Actor::Human,
                Some("agent") => Actor::Agent,
                Some(other) => return Err(fault(format!("`actor` is human or agent, not `{other}`"))),
            };
            if source.conversation.is_some() && actor == Actor::Human {
                return Err(fault(
                    "a `conversation` is one of an agent: add \"actor\": \"agent\"".to_owned(),
                ));
            }
            conversation = source.conversation.map(|records| Conversation::of(&records));
            (source.line, stop, actor)
        } else if let Some((stop, line)) =
            row.split_once('\t').and_then(|(word, line)| Some((wanted(word)?, line)))
        {
            (line.replace('⏎', "\n"), stop, Actor::Human)
        } else if let Some(stop) = stop {
            (row.replace('⏎', "\n"), stop, Actor::Human)
        } else {
            let why = "nothing says what is wanted: begin it with `stop` or `pass` and a tab, or put `= stop` or \
                       `= pass` on a line above";
            return Err(fault(why.to_owned()));
        };
        if rows.len() == MOST {
            return Err(fault(format!("more than {MOST} rows")));
        }
        rows.push(Row { line, stop, actor, conversation, at });
    }
    if rows.is_empty() {
        return Err(ListError { at: 1, why: "there is no line in it".to_owned() });
    }
    Ok(rows)
}

fn wanted(word: &str) -> Option<bool> {
    match word.trim() {
        "stop" => Some(true),
        "pass" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_in_one_list() {
        let text = "# mine\n\nstop\tdropdb orders\npass\techo a\tb\n{\"want\":\"stop\",\"line\":\"a\\nb\",\"actor\":\"agent\"}\n\
                    = pass\nls -la\ncat <<X⏎{\"a\": 1}⏎X\n= stop\n{ rm -rf /; }\n";
        let rows = parse(text, None).unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.line.as_str(), row.stop, row.actor, row.at)).collect();
        assert_eq!(
            told,
            [
                ("dropdb orders", true, Actor::Human, 3),
                ("echo a\tb", false, Actor::Human, 4),
                ("a\nb", true, Actor::Agent, 5),
                ("ls -la", false, Actor::Human, 7),
                ("cat <<X\n{\"a\": 1}\nX", false, Actor::Human, 8),
                ("{ rm -rf /; }", true, Actor::Human, 10),
            ]
        );
        assert_eq!(parse("ls", Some(false)).unwrap()[0].line, "ls");
    }

    #[test]
    fn a_row_may_hold_the_conversation_before_it() {
        let text =
            r#"{"want":"pass","line":"act","actor":"agent","conversation":[{"user":"go"},{"tool":"Read"}]}"#;
        let conversation = parse(text, None).unwrap().remove(0).conversation.unwrap();
        assert_eq!(conversation.turns, [crate::conversation::Turn::User("go".to_owned())]);
    }

    #[test]
    fn a_fault_names_its_line() {
        for (text, at) in [
            ("", 1),
            ("# nothing", 1),
            ("stop\ta\nls -la", 2),
            ("\n{\"want\":\"maybe\",\"line\":\"x\"}", 2),
            ("{\"want\":\"stop\",\"lin\":\"x\"}", 1),
            ("{\"want\":\"stop\",\"line\":\"x\",\"actor\":\"me\"}", 1),
            ("{\"want\":\"stop\",\"line\":\"x\",\"conversation\":[]}", 1),
            ("maybe\tls", 1),
        ] {
            assert_eq!(parse(text, None).map_err(|error| error.at), Err(at), "{text}");
        }
    }
}
