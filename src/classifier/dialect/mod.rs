//! The protocols: what is sent to a model for a question, and what its reply says. Pure: bytes in, values out.
//!
//! Each provider is sent the fields that it takes and no others. Some refuse what they do not know; servers on
//! this machine pass over it in silence, and would then answer without the limits that were meant.

mod anthropic;
mod chat;
mod ollama;
mod responses;

use super::answer::{Category, Consent, NONCE_LENGTH, Risk};
use super::config::{Dialect, Flavor, Profile};
use super::prompt::{Prompt, Stage};
use serde::Serialize;
use std::borrow::Cow;

/// Largest reply that is read, in bytes.
pub const MAX_REPLY: usize = 256 * 1024;
/// Deepest nesting of a reply that is read; the protocols need ten.
const MAX_DEPTH: usize = 32;
/// Most tokens of the second stage's answer.
const SECOND_TOKENS: u32 = 400;
/// How many of the likeliest words are asked for.
const LIKELIEST: u8 = 5;

/// Most tokens that a model may write for a stage; some providers are asked for no fewer than 16 in the first.
pub fn most_tokens(stage: &Stage) -> u32 {
    if *stage == Stage::First { 1 } else { SECOND_TOKENS }
}

/// A request, but for the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where it is posted to.
    pub url: String,
    /// Its headers, without the one that holds the key.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The header that holds the key, and what stands before the key in it.
    pub key_header: (&'static str, &'static str),
    /// Its body: JSON.
    pub body: String,
}

/// The request that puts a question to a model.
pub fn request(profile: &Profile, prompt: &Prompt<'_>, stage: &Stage) -> Request {
    let body = match profile.dialect {
        Dialect::AnthropicMessages => json(&anthropic::body(profile, prompt, stage)),
        Dialect::OpenaiChat => json(&chat::body(profile, prompt, stage)),
        Dialect::OpenaiResponses => json(&responses::body(profile, prompt, stage)),
        Dialect::Ollama => json(&ollama::body(profile, prompt, stage)),
    };
    let path = match profile.dialect {
        // Anthropic writes the version as a part of the path, its own tools' configuration leaves it out.
        Dialect::AnthropicMessages if !profile.base_url.ends_with("/v1") => "/v1/messages",
        Dialect::AnthropicMessages => "/messages",
        Dialect::OpenaiChat => "/chat/completions",
        Dialect::OpenaiResponses => "/responses",
        Dialect::Ollama => "/api/chat",
    };
    let mut headers = vec![("content-type", "application/json"), ("accept", "application/json")];
    if profile.dialect == Dialect::AnthropicMessages {
        headers.push(("anthropic-version", "2023-06-01"));
    }
    let key_header = match (profile.dialect, profile.flavor) {
        (_, Flavor::Azure) => ("api-key", ""),
        (Dialect::AnthropicMessages, _) => ("x-api-key", ""),
        _ => ("authorization", "Bearer "),
    };
    Request { url: format!("{}{path}", profile.base_url), headers, key_header, body }
}

/// Bodies hold texts, numbers and flags alone, which serialise without fail.
fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// What a model replied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// Its words, without what it thought.
    pub text: String,
    /// The limit on its length was met.
    pub cut_off: bool,
    /// The likeliest first tokens, each with the logarithm of how likely it was, where the server tells.
    pub likely: Vec<(String, f64)>,
    /// What it took.
    pub usage: Usage,
}

/// Tokens of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Sent and read anew.
    pub input: u64,
    /// Sent, and still known to the provider.
    pub cached: u64,
    /// Written by the model.
    pub output: u64,
}

/// Why a reply holds no words of a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It is not what the protocol says.
    #[error("the reply cannot be read: {0}")]
    Garbled(&'static str),
    /// The provider or the model will not speak of this.
    #[error("the model refuses to answer")]
    Refused,
    /// An error under status 200.
    #[error("the server reports an error: {0}")]
    Reported(String),
    /// Another status.
    #[error("the server answers with status {status}: {message}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// What to do about it.
        remedy: Remedy,
        /// The server's own words, shortened.
        message: String,
    },
}

/// What to do about a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Change the configuration: our request, the model's name or the address is wrong.
    Configure,
    /// Change the key or pay: the key is refused.
    Key,
    /// Try once more, soon.
    Repeat,
    /// Wait as long as the reply says.
    Wait,
}

/// Reads a reply of this status. Never more than [`MAX_REPLY`] bytes, and never deeper than the protocols go.
pub fn read(dialect: Dialect, status: u16, body: &[u8]) -> Result<Reply, Failure> {
    let text = sound(body);
    let error = text.as_ref().ok().and_then(|text| error_of(text));
    // Nothing is wrong with the key or the request: this text alone is turned away.
    if error.as_ref().is_some_and(ErrorSaid::is_refusal) {
        return Err(Failure::Refused);
    }
    let message = error.map(|error| error.message());
    if status != 200 {
        let message = message.unwrap_or_else(|| "without a message".to_owned());
        return Err(Failure::Status { status, remedy: remedy(status), message });
    }
    let text = text?;
    if let Some(message) = message {
        return Err(Failure::Reported(message));
    }
    match dialect {
        Dialect::AnthropicMessages => anthropic::read(text),
        Dialect::OpenaiChat => chat::read(text),
        Dialect::OpenaiResponses => responses::read(text),
        Dialect::Ollama => ollama::read(text),
    }
}

fn remedy(status: u16) -> Remedy {
    match status {
        401..=403 => Remedy::Key,
        408 | 409 | 500..=599 => Remedy::Repeat,
        429 => Remedy::Wait,
        // Also redirections: a key does not follow one.
        _ => Remedy::Configure,
    }
}

/// The text of a body that is safe to parse.
fn sound(body: &[u8]) -> Result<&str, Failure> {
    if body.len() > MAX_REPLY {
        return Err(Failure::Garbled("it is too large"));
    }
    let text = std::str::from_utf8(body).map_err(|_| Failure::Garbled("it is not UTF-8"))?;
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(Failure::Garbled("it is nested too deep"));
        }
    }
    Ok(text)
}

fn parse<'t, T: serde::Deserialize<'t>>(text: &'t str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|_| Failure::Garbled("it does not have the form of the protocol"))
}

#[derive(serde::Deserialize)]
struct ErrorBody {
    error: Option<ErrorSaid>,
}

/// `{"error": {"message": …}}`, or `{"error": "…"}` of Ollama.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum ErrorSaid {
    Text(String),
    Told { message: String, code: Option<serde_json::Value>, metadata: Option<serde_json::Value> },
    Other(serde::de::IgnoredAny),
}

impl ErrorSaid {
    fn message(&self) -> String {
        match self {
            ErrorSaid::Text(message) | ErrorSaid::Told { message, .. } => shown(message),
            ErrorSaid::Other(_) => "without a message".to_owned(),
        }
    }

    /// Whether a filter before the model has turned the text away: Azure's `content_filter` under status 400, OpenAI's
    /// codes of the same meaning, and the moderation and the guardrails of OpenRouter under status 403.
    fn is_refusal(&self) -> bool {
        let ErrorSaid::Told { code, metadata, .. } = self else { return false };
        let code = code.as_ref().and_then(|code| code.as_str()).unwrap_or_default();
        let told = |name| metadata.as_ref().is_some_and(|metadata| metadata.get(name).is_some());
        matches!(code, "content_filter" | "content_policy_violation" | "invalid_prompt" | "bio_policy")
            || told("flagged_input")
            || told("patterns")
    }
}

/// The error that a body tells of. Google puts it into a list.
fn error_of(text: &str) -> Option<ErrorSaid> {
    let text = text.trim();
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    serde_json::from_str::<ErrorBody>(text).ok()?.error
}

/// A server's words as one short line.
fn shown(message: &str) -> String {
    let plain = |c: char| if c.is_control() || super::escape::is_hidden(c) { ' ' } else { c };
    message.chars().map(plain).take(200).collect()
}

/// One likely token as OpenAI's protocols have it.
#[derive(Default, serde::Deserialize)]
struct Likely {
    #[serde(default)]
    top_logprobs: Vec<LikelyToken>,
}

#[derive(serde::Deserialize)]
struct LikelyToken {
    token: String,
    logprob: f64,
}

/// The likeliest tokens of the first place.
fn likely(places: Vec<Likely>) -> Vec<(String, f64)> {
    let first = places.into_iter().next().unwrap_or_default();
    first.top_logprobs.into_iter().map(|likely| (likely.token, likely.logprob)).collect()
}

/// A turn of a conversation.
#[derive(Serialize)]
struct Turn<'p> {
    role: &'static str,
    content: Cow<'p, str>,
}

/// The two turns of protocols whose turns hold one text each; what both stages share comes first.
fn turns<'p>(prompt: &'p Prompt<'_>) -> Vec<Turn<'p>> {
    vec![
        Turn { role: "system", content: Cow::Borrowed(&prompt.system) },
        Turn { role: "user", content: Cow::Owned(user(prompt)) },
    ]
}

/// Case and question as one text.
fn user(prompt: &Prompt<'_>) -> String {
    format!("{}\n\n{}", prompt.case, prompt.question)
}

/// The words of the second answer, as llama.cpp wants them described.
fn grammar() -> String {
    let any = |words: Vec<&str>| {
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        format!("({})", quoted.join(" | "))
    };
    let [risk, consent, category] = words();
    format!(
        "root ::= \"NONCE: \" [a-z0-9]{{{NONCE_LENGTH}}} \"\\nREASON: \" [^\\n]{{1,300}} \"\\nRISK: \" {} \
         \"\\nCONSENT: \" {} \"\\nCATEGORY: \" {} \"\\nVERDICT: \" (\"allow\" | \"block\")",
        any(risk),
        any(consent),
        any(category)
    )
}

/// The same as a regular expression, for vLLM.
fn expression() -> String {
    let [risk, consent, category] = words().map(|words| words.join("|"));
    format!(
        "NONCE: [a-z0-9]{{{NONCE_LENGTH}}}\\nREASON: [^\\n]{{1,300}}\\nRISK: ({risk})\\nCONSENT: ({consent})\\n\
         CATEGORY: ({category})\\nVERDICT: (allow|block)"
    )
}

fn words() -> [Vec<&'static str>; 3] {
    [
        Risk::ALL.iter().map(|risk| risk.name()).collect(),
        Consent::ALL.iter().map(|consent| consent.name()).collect(),
        Category::ALL.iter().map(|category| category.name()).collect(),
    ]
}

#[cfg(test)]
mod tests;
