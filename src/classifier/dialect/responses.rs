//! `POST /v1/responses`: platform.openai.com/docs/api-reference/responses.

use super::{
    Failure, LIKELIEST, Likely, Profile, Prompt, Reply, SECOND_TOKENS, Stage, Usage, likely, parse, user,
};
use crate::classifier::{Flavor, prompt::VERSION};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct Body<'p> {
    model: &'p str,
    instructions: &'p str,
    input: String,
    max_output_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    include: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_cache_key: Option<&'static str>,
    store: bool,
}

#[derive(Serialize)]
struct Reasoning {
    effort: &'static str,
}

pub(super) fn body<'p>(profile: &'p Profile, prompt: &'p Prompt<'_>, stage: &Stage) -> Body<'p> {
    let hosted = profile.flavor != Flavor::LlamaCpp;
    let told = hosted && *stage == Stage::First;
    Body {
        model: &profile.model,
        instructions: &prompt.system,
        input: user(prompt),
        // Fewer are refused.
        max_output_tokens: if *stage == Stage::First { 16 } else { SECOND_TOKENS },
        temperature: (!hosted).then_some(0),
        reasoning: hosted.then_some(Reasoning { effort: "none" }),
        include: told.then_some(["message.output_text.logprobs"]),
        top_logprobs: told.then_some(LIKELIEST),
        prompt_cache_key: hosted.then_some(VERSION),
        // It keeps what it is sent unless it is told not to.
        store: false,
    }
}

#[derive(Deserialize)]
struct Response {
    status: Option<String>,
    incomplete_details: Option<Incomplete>,
    output: Vec<Item>,
    usage: Option<Used>,
}

#[derive(Deserialize)]
struct Incomplete {
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    r#type: String,
    #[serde(default)]
    content: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    r#type: String,
    text: Option<String>,
    #[serde(default)]
    logprobs: Option<Vec<Likely>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Used {
    input_tokens: u64,
    output_tokens: u64,
    input_tokens_details: Option<Details>,
}

#[derive(Default, Deserialize)]
struct Details {
    cached_tokens: Option<u64>,
}

pub(super) fn read(text: &str) -> Result<Reply, Failure> {
    let response: Response = parse(text)?;
    let reason = response.incomplete_details.and_then(|incomplete| incomplete.reason);
    let cut_off = match (response.status.as_deref(), reason.as_deref()) {
        (Some("completed"), _) => false,
        (Some("incomplete"), Some("max_output_tokens")) => true,
        (Some("incomplete"), Some("content_filter")) => return Err(Failure::Refused),
        _ => return Err(Failure::Garbled("it says no status that is known")),
    };
    let mut reply = Reply { cut_off, ..Reply::default() };
    let messages = response.output.into_iter().filter(|item| item.r#type == "message");
    for part in messages.flat_map(|item| item.content.unwrap_or_default()) {
        match part.r#type.as_str() {
            "refusal" => return Err(Failure::Refused),
            "output_text" => {
                if reply.text.is_empty() {
                    reply.likely = likely(part.logprobs.unwrap_or_default());
                }
                reply.text.push_str(&part.text.unwrap_or_default());
            }
            _ => {}
        }
    }
    let used = response.usage.unwrap_or_default();
    let cached = used.input_tokens_details.unwrap_or_default().cached_tokens.unwrap_or(0);
    reply.usage =
        Usage { input: used.input_tokens.saturating_sub(cached), cached, output: used.output_tokens };
    Ok(reply)
}
