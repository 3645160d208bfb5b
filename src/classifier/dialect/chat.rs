//! `POST /v1/chat/completions`, in the forms of those who speak it: platform.openai.com/docs/api-reference/chat,
//! ai.google.dev (OpenAI compatibility), openrouter.ai/docs, llama.cpp's `tools/server/README.md`,
//! docs.vllm.ai (structured outputs), lmstudio.ai/docs, Ollama's `docs/api`.

use super::{
    Failure, LIKELIEST, Likely, Profile, Prompt, Reply, SECOND_TOKENS, Stage, Turn, Usage, expression,
    grammar, likely, parse, turns,
};
use crate::classifier::{Flavor, prompt::VERSION};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize)]
pub(super) struct Body<'p> {
    model: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_template_kwargs: Option<Template>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_cache_key: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<Provider>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grammar: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    structured_outputs: Option<Structured>,
    messages: Vec<Turn<'p>>,
}

#[derive(Serialize)]
struct Reasoning {
    effort: &'static str,
}

#[derive(Serialize)]
struct Template {
    enable_thinking: bool,
}

/// Where OpenRouter may send it: only to those who keep nothing and learn nothing from it. That they heed every
/// field is not demanded, since that would shut out each model that never thinks.
#[derive(Serialize)]
struct Provider {
    data_collection: &'static str,
    zdr: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Structured {
    Choice([&'static str; 2]),
    Regex(String),
}

/// Room for what a Gemini model thinks that is told to think as little as it can.
const GEMINI_THOUGHTS: u32 = 256;

pub(super) fn body<'p>(profile: &'p Profile, prompt: &'p Prompt<'_>, stage: &Stage) -> Body<'p> {
    let first = *stage == Stage::First;
    let tokens = |first_tokens| Some(if first { first_tokens } else { SECOND_TOKENS });
    let body = Body { model: &profile.model, messages: turns(prompt), ..Body::default() };
    let told =
        |body| Body { logprobs: first.then_some(true), top_logprobs: first.then_some(LIKELIEST), ..body };
    match profile.flavor {
        Flavor::Openai | Flavor::Azure => told(Body {
            max_completion_tokens: tokens(1),
            reasoning_effort: Some("none"),
            store: Some(false),
            prompt_cache_key: Some(VERSION),
            ..body
        }),
        // Only these can be told not to think at all; what the others think counts as well.
        Flavor::Gemini if profile.model.contains("2.5") && !profile.model.contains("pro") => {
            Body { max_tokens: tokens(16), reasoning_effort: Some("none"), ..body }
        }
        Flavor::Gemini => Body {
            max_tokens: tokens(16).map(|tokens| tokens + GEMINI_THOUGHTS),
            reasoning_effort: Some("minimal"),
            ..body
        },
        // Some of those behind it refuse fewer than 16.
        Flavor::Openrouter => Body {
            max_tokens: tokens(16),
            reasoning: Some(Reasoning { effort: "none" }),
            provider: Some(Provider { data_collection: "deny", zdr: true }),
            ..body
        },
        Flavor::LlamaCpp => told(Body {
            max_tokens: tokens(1),
            temperature: Some(0),
            chat_template_kwargs: Some(Template { enable_thinking: false }),
            grammar: Some(if first { "root ::= \"allow\" | \"block\"".to_owned() } else { grammar() }),
            ..body
        }),
        Flavor::Vllm => told(Body {
            max_tokens: tokens(1),
            temperature: Some(0),
            chat_template_kwargs: Some(Template { enable_thinking: false }),
            structured_outputs: Some(match first {
                true => Structured::Choice(["allow", "block"]),
                false => Structured::Regex(expression()),
            }),
            ..body
        }),
        // Nothing keeps them to the two words, of which one may be several tokens.
        Flavor::Ollama => {
            Body { max_tokens: tokens(4), temperature: Some(0), reasoning_effort: Some("none"), ..body }
        }
        Flavor::LmStudio | Flavor::Anthropic => Body { max_tokens: tokens(4), temperature: Some(0), ..body },
    }
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Used>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
    #[serde(default)]
    logprobs: Option<Logprobs>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Logprobs {
    content: Option<Vec<Likely>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Used {
    prompt_tokens: u64,
    completion_tokens: u64,
    prompt_tokens_details: Option<Details>,
}

#[derive(Default, Deserialize)]
struct Details {
    cached_tokens: Option<u64>,
}

pub(super) fn read(text: &str) -> Result<Reply, Failure> {
    let completion: Completion = parse(text)?;
    let Ok([choice]) = <[Choice; 1]>::try_from(completion.choices) else {
        return Err(Failure::Garbled("it holds not exactly one choice"));
    };
    if choice.message.refusal.is_some_and(|refusal| !refusal.is_empty()) {
        return Err(Failure::Refused);
    }
    let cut_off = match choice.finish_reason.as_deref() {
        Some("content_filter") => return Err(Failure::Refused),
        Some("length") => true,
        Some("stop") => false,
        _ => return Err(Failure::Garbled("it says no reason for its end that is known")),
    };
    let used = completion.usage.unwrap_or_default();
    let cached = used.prompt_tokens_details.unwrap_or_default().cached_tokens.unwrap_or(0);
    Ok(Reply {
        text: choice.message.content.unwrap_or_default(),
        cut_off,
        likely: likely(choice.logprobs.and_then(|logprobs| logprobs.content).unwrap_or_default()),
        usage: Usage {
            input: used.prompt_tokens.saturating_sub(cached),
            cached,
            output: used.completion_tokens,
        },
    })
}
