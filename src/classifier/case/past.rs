//! What an agent and its user have said and done, as a model is told of it: redacted, and within bounds. The latest
//! turns count most, and the user's first words, which say what it is all about.

use super::{addresses_judge, shortened};
use crate::action::Scene;
use crate::classifier::redact::Redactor;
use crate::conversation::{Conversation, Turn};
use serde::Serialize;

/// Most bytes of the user's words together, and of the agent's calls.
const MOST_SAID: usize = 12 * 1024;
const MOST_DONE: usize = 4 * 1024;
/// Most bytes of one message: so much of its beginning and of its end.
const HEAD: usize = 3 * 1024;
const TAIL: usize = 1024;
/// The same for a call.
const CALL_HEAD: usize = 300;
const CALL_TAIL: usize = 100;
/// Most bytes of the beginning and of the end that are looked at, far more than is told, so that nothing that is told
/// loses the part by which a secret in it is known.
const LOOKED_AT: usize = 16 * 1024;
/// Most calls, of which the last are told.
const MOST_CALLS: usize = 40;

/// One turn.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Past {
    /// What the user wrote.
    User { user: String },
    /// What the agent ran in a shell.
    Command { command: String },
    /// What else it did.
    Call { input: String, tool: String },
}

impl Past {
    /// Whether the agent speaks to its judge. Users may say what they like.
    pub(super) fn addresses_judge(&self) -> bool {
        match self {
            Past::User { .. } => false,
            Past::Command { command } => addresses_judge(command),
            Past::Call { input, .. } => addresses_judge(input),
        }
    }
}

/// The turns that are told, oldest first, and how many are not. What cannot be redacted for certain is left out.
pub(super) fn told(
    conversation: &Conversation,
    redactor: &mut Redactor,
    scene: &Scene,
) -> (Vec<Past>, usize) {
    let turns = &conversation.turns;
    let first = turns.iter().position(|turn| matches!(turn, Turn::User(_)));
    let (mut said, mut done, mut calls) = (0, 0, 0);
    let mut chosen = Vec::new();
    let order = first.into_iter().chain((0..turns.len()).rev().filter(|at| Some(*at) != first));
    for at in order {
        let past = match &turns[at] {
            Turn::User(text) if said < MOST_SAID => {
                redactor.text(&shortened(text, LOOKED_AT, LOOKED_AT).0).ok().map(|text| {
                    let user = shortened(&text, HEAD, TAIL).0;
                    said += user.len();
                    Past::User { user }
                })
            }
            Turn::Command(line) if done < MOST_DONE && calls < MOST_CALLS => {
                redactor.past(line, scene).ok().map(|line| {
                    let command = shortened(&line, CALL_HEAD, CALL_TAIL).0;
                    (done, calls) = (done + command.len(), calls + 1);
                    Past::Command { command }
                })
            }
            Turn::Call { tool, input } if done < MOST_DONE && calls < MOST_CALLS => redactor
                .text(tool)
                .and_then(|tool| Ok((tool, redactor.text(&shortened(input, LOOKED_AT, LOOKED_AT).0)?)))
                .ok()
                .map(|(tool, input)| {
                    let (tool, input) =
                        (shortened(&tool, CALL_TAIL, 0).0, shortened(&input, CALL_HEAD, CALL_TAIL).0);
                    (done, calls) = (done + tool.len() + input.len(), calls + 1);
                    Past::Call { tool, input }
                }),
            _ => None,
        };
        chosen.extend(past.map(|past| (at, past)));
    }
    let omitted = turns.len() - chosen.len() + usize::from(conversation.is_cut);
    chosen.sort_by_key(|(at, _)| *at);
    (chosen.into_iter().map(|(_, past)| past).collect(), omitted)
}
