//! Ollama's own `POST /api/chat`: `docs/api.md` of its repository.

use super::{
    Failure, LIKELIEST, Likely, Profile, Prompt, Reply, SECOND_TOKENS, Stage, Turn, Usage, likely, parse,
    turns,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct Body<'p> {
    model: &'p str,
    stream: bool,
    think: bool,
    options: Options,
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<u8>,
    messages: Vec<Turn<'p>>,
}

#[derive(Serialize)]
struct Options {
    num_predict: u32,
    temperature: u8,
}

pub(super) fn body<'p>(profile: &'p Profile, prompt: &'p Prompt<'_>, stage: &Stage) -> Body<'p> {
    let first = *stage == Stage::First;
    Body {
        model: &profile.model,
        stream: false,
        think: false,
        options: Options { num_predict: if first { 1 } else { SECOND_TOKENS }, temperature: 0 },
        logprobs: first.then_some(true),
        top_logprobs: first.then_some(LIKELIEST),
        messages: turns(prompt),
    }
}

#[derive(Deserialize)]
struct Chat {
    message: Message,
    done: bool,
    done_reason: Option<String>,
    #[serde(default)]
    logprobs: Option<Vec<Likely>>,
    #[serde(default)]
    prompt_eval_count: u64,
    #[serde(default)]
    eval_count: u64,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

pub(super) fn read(text: &str) -> Result<Reply, Failure> {
    let chat: Chat = parse(text)?;
    let cut_off = match chat.done_reason.as_deref() {
        Some("stop") if chat.done => false,
        Some("length") if chat.done => true,
        _ => return Err(Failure::Garbled("it says no reason for its end that is known")),
    };
    Ok(Reply {
        text: chat.message.content,
        cut_off,
        likely: likely(chat.logprobs.unwrap_or_default()),
        usage: Usage { input: chat.prompt_eval_count, cached: 0, output: chat.eval_count },
    })
}
