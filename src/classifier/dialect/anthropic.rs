//! `POST /v1/messages`, version 2023-06-01: docs.claude.com/en/api/messages.

use super::{Failure, Profile, Prompt, Reply, SECOND_TOKENS, Stage, Usage, parse};
use crate::classifier::Flavor;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct Body<'p> {
    model: &'p str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Kind>,
    system: [Block<'p>; 1],
    messages: [User<'p>; 1],
}

#[derive(Serialize)]
struct User<'p> {
    role: &'static str,
    content: [Block<'p>; 2],
}

#[derive(Serialize)]
struct Block<'p> {
    r#type: &'static str,
    text: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<Kind>,
}

#[derive(Serialize)]
struct Kind {
    r#type: &'static str,
}

pub(super) fn body<'p>(profile: &'p Profile, prompt: &'p Prompt<'_>, stage: &Stage) -> Body<'p> {
    let hosted = profile.flavor == Flavor::Anthropic;
    let block = |text, kept: bool| Block {
        r#type: "text",
        text,
        cache_control: kept.then_some(Kind { r#type: "ephemeral" }),
    };
    Body {
        model: &profile.model,
        max_tokens: if *stage == Stage::First { 1 } else { SECOND_TOKENS },
        // Newer models refuse it; a server of one's own would draw lots without it.
        temperature: (!hosted).then_some(0),
        // The same in both stages, and never left out: the one token would be spent on thinking.
        thinking: hosted.then_some(Kind { r#type: "disabled" }),
        system: [block(&prompt.system, hosted)],
        messages: [User {
            role: "user",
            content: [block(&prompt.case, hosted), block(&prompt.question, false)],
        }],
    }
}

#[derive(Deserialize)]
struct Message {
    content: Vec<Content>,
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Used,
}

#[derive(Deserialize)]
struct Content {
    r#type: String,
    text: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Used {
    input_tokens: u64,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens: u64,
}

pub(super) fn read(text: &str) -> Result<Reply, Failure> {
    let message: Message = parse(text)?;
    let cut_off = match message.stop_reason.as_deref() {
        Some("refusal") => return Err(Failure::Refused),
        Some("max_tokens" | "model_context_window_exceeded") => true,
        Some("end_turn" | "stop_sequence") => false,
        _ => return Err(Failure::Garbled("it says no reason for its end that is known")),
    };
    let used = message.usage;
    let words = message.content.into_iter().filter(|content| content.r#type == "text");
    Ok(Reply {
        text: words.filter_map(|content| content.text).collect(),
        cut_off,
        likely: Vec::new(),
        usage: Usage {
            input: used.input_tokens.saturating_add(used.cache_creation_input_tokens.unwrap_or(0)),
            cached: used.cache_read_input_tokens.unwrap_or(0),
            output: used.output_tokens,
        },
    })
}
