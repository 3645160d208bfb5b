//! Models that somebody else hosts, and servers that no test starts: asked with the fields that they publish, and
//! understood in the form in which they publish their replies. Where each field stands is said beside it.

use crate::judged::{check, configure};
use crate::support::TestContext;
use crate::wire::{Act, Received, Wire, response};
use serde_json::{Value, json};

/// What a provider publishes.
struct Published {
    dialect: &'static str,
    flavor: &'static str,
    /// The header with the key.
    key: &'static str,
    /// The fields of the request; those below another by their path.
    fields: &'static str,
    /// A reply that says this.
    reply: fn(&str) -> Value,
}

const PUBLISHED: [Published; 11] = [
    // anthropic-sdk-python 009b035, types/message_create_params.py, text_block_param.py, thinking_config_disabled_param.py;
    // types/message.py, usage.py. Key and version: platform.claude.com/docs/en/api/overview
    Published {
        dialect: "anthropic-messages",
        flavor: "anthropic",
        key: "x-api-key",
        fields: "model messages max_tokens system thinking thinking.type temperature metadata stop_sequences stream \
                 tools tool_choice top_k top_p output_config service_tier container cache_control inference_geo",
        reply: |text| {
            json!({
                "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF", "type": "message", "role": "assistant", "model": "m",
                "content": [{"type": "text", "text": text, "citations": null}], "stop_reason": "end_turn",
                "stop_sequence": null, "stop_details": null, "container": null,
                "usage": {"input_tokens": 2095, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 1024,
                    "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
                    "output_tokens": 5, "service_tier": "standard", "inference_geo": null},
            })
        },
    },
    // openai-python e43b422, types/chat/completion_create_params.py, types/shared/reasoning_effort.py;
    // types/chat/chat_completion.py, types/completion_usage.py
    Published { dialect: "openai-chat", flavor: "openai", key: "authorization", fields: CHAT, reply: chat },
    // learn.microsoft.com/azure/foundry/openai/api-version-lifecycle (v1: no api-version, `api-key`, OpenAI's fields);
    // /azure/foundry/openai/concepts/content-filter (what it adds to a reply)
    Published {
        dialect: "openai-chat",
        flavor: "azure",
        key: "api-key",
        fields: CHAT,
        reply: |text| {
            let verdict = json!({"hate": {"filtered": false, "severity": "safe"}});
            let mut reply = chat(text);
            reply["choices"][0]["content_filter_results"] = verdict.clone();
            reply["prompt_filter_results"] = json!([{"prompt_index": 0, "content_filter_results": verdict}]);
            reply
        },
    },
    // ai.google.dev/gemini-api/docs/openai
    Published {
        dialect: "openai-chat",
        flavor: "gemini",
        key: "authorization",
        fields: "model messages max_tokens reasoning_effort temperature response_format n stop stream tools \
                 tool_choice top_p",
        reply: |text| {
            json!({
                "choices": [{"finish_reason": "stop", "index": 0, "message": {"content": text, "role": "assistant"}}],
                "created": 1764000000, "id": "x7UkaYy", "model": "m", "object": "chat.completion",
                "usage": {"completion_tokens": 1, "prompt_tokens": 1400, "total_tokens": 1401},
            })
        },
    },
    // openrouter.ai/openapi, ChatRequest, ProviderPreferences, ChatResult, ChatUsage (OpenRouterTeam/docs c26125a)
    Published {
        dialect: "openai-chat",
        flavor: "openrouter",
        key: "authorization",
        fields: "model messages max_tokens max_completion_tokens reasoning reasoning.effort reasoning.summary provider \
                 provider.data_collection provider.zdr provider.require_parameters temperature models \
                 response_format logprobs top_logprobs stop stream tools tool_choice",
        reply: |text| {
            let mut reply = chat(text);
            reply["provider"] = json!("p");
            reply["choices"][0]["native_finish_reason"] = json!("end_turn");
            reply["choices"][0]["message"]["reasoning"] = Value::Null;
            reply["usage"] = json!({
                "prompt_tokens": 10, "completion_tokens": 15, "total_tokens": 25, "cost": 0.0012, "is_byok": false,
                "prompt_tokens_details": {"cached_tokens": 2}, "completion_tokens_details": {"reasoning_tokens": 5},
                "cost_details": {"upstream_inference_cost": null},
            });
            reply
        },
    },
    // docs.vllm.ai/en/latest/features/structured_outputs; vllm/entrypoints/openai/chat_completion/protocol.py
    Published {
        dialect: "openai-chat",
        flavor: "vllm",
        key: "authorization",
        fields: "model messages max_tokens max_completion_tokens temperature logprobs top_logprobs chat_template_kwargs \
                 chat_template_kwargs.enable_thinking structured_outputs structured_outputs.choice \
                 structured_outputs.regex stop stream seed top_p top_k",
        reply: |text| {
            json!({
                "id": "chatcmpl-9f7c", "object": "chat.completion", "created": 1764000000, "model": "m",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": null,
                    "annotations": null, "audio": null, "function_call": null, "reasoning": null},
                    "logprobs": null, "finish_reason": "stop", "stop_reason": null, "token_ids": null}],
                "service_tier": null, "system_fingerprint": null, "prompt_logprobs": null,
                "usage": {"prompt_tokens": 1400, "total_tokens": 1405, "completion_tokens": 5,
                    "prompt_tokens_details": null}, "prompt_token_ids": null, "kv_transfer_params": null,
            })
        },
    },
    // lmstudio.ai/docs/developer/openai-compat/chat-completions (lmstudio-ai/docs c6854fb)
    Published {
        dialect: "openai-chat",
        flavor: "lm-studio",
        key: "authorization",
        fields: "model messages temperature max_tokens top_p top_k stream stop presence_penalty frequency_penalty \
                 logit_bias repeat_penalty seed",
        reply: |text| {
            json!({
                "id": "chatcmpl-b9", "object": "chat.completion", "created": 1764000000, "model": "m",
                "choices": [{"index": 0, "logprobs": null, "finish_reason": "stop",
                    "message": {"role": "assistant", "content": text, "reasoning_content": "", "tool_calls": []}}],
                "usage": {"prompt_tokens": 1400, "completion_tokens": 5, "total_tokens": 1405}, "stats": {},
                "system_fingerprint": "m",
            })
        },
    },
    // openai-python e43b422, types/responses/response_create_params.py, response_includable.py; response.py,
    // response_output_text.py, response_usage.py
    Published {
        dialect: "openai-responses",
        flavor: "openai",
        key: "authorization",
        fields: RESPONSES,
        reply: responses,
    },
    Published {
        dialect: "openai-responses",
        flavor: "azure",
        key: "api-key",
        fields: RESPONSES,
        reply: responses,
    },
    // ollama/ollama docs/openapi.yaml, ChatRequest, ModelOptions, ChatResponse
    Published {
        dialect: "ollama",
        flavor: "ollama",
        key: "authorization",
        fields: "model messages stream think options options.num_predict options.temperature options.num_ctx format \
                 keep_alive tools logprobs top_logprobs",
        reply: |text| {
            json!({
                "model": "m", "created_at": "2026-08-04T08:52:19.385406455-07:00",
                "message": {"role": "assistant", "content": text}, "done": true, "done_reason": "stop",
                "total_duration": 4883583458_u64, "load_duration": 1334875, "prompt_eval_count": 26,
                "prompt_eval_duration": 342546000, "eval_count": 5, "eval_duration": 4535599000_u64,
            })
        },
    },
    // ollama/ollama docs/api/openai-compatibility.mdx
    Published {
        dialect: "openai-chat",
        flavor: "ollama",
        key: "authorization",
        fields: "model messages frequency_penalty presence_penalty response_format seed stop stream stream_options \
                 temperature top_p max_tokens tools reasoning_effort",
        reply: |text| {
            json!({
                "id": "chatcmpl-1", "object": "chat.completion", "created": 1764000000, "model": "m",
                "system_fingerprint": "fp_ollama", "choices": [{"index": 0, "finish_reason": "stop",
                    "message": {"role": "assistant", "content": text}}],
                "usage": {"prompt_tokens": 1400, "completion_tokens": 5, "total_tokens": 1405},
            })
        },
    },
];
const CHAT: &str = "model messages max_completion_tokens reasoning_effort logprobs top_logprobs store prompt_cache_key \
                    temperature response_format verbosity seed service_tier stop stream tools tool_choice top_p user n \
                    metadata modalities prediction safety_identifier logit_bias frequency_penalty presence_penalty";
const RESPONSES: &str = "model input instructions max_output_tokens reasoning reasoning.effort store include \
                         top_logprobs prompt_cache_key temperature text metadata stream tools tool_choice top_p \
                         truncation user background conversation previous_response_id prompt safety_identifier \
                         service_tier";

/// A reply of OpenAI's that says this.
pub fn chat(text: &str) -> Value {
    json!({
        "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT", "object": "chat.completion", "created": 1741569952,
        "model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": null,
        "annotations": []}, "logprobs": null, "finish_reason": "stop"}], "usage": {"prompt_tokens": 19,
        "completion_tokens": 5, "total_tokens": 24, "prompt_tokens_details": {"cached_tokens": 0,
        "cache_write_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 0}}, "service_tier": "default",
        "system_fingerprint": null,
    })
}

fn responses(text: &str) -> Value {
    json!({
        "id": "resp_67ccd2bed1ec8190", "object": "response", "created_at": 1, "status": "completed", "error": null,
        "incomplete_details": null, "model": "m", "parallel_tool_calls": true, "tool_choice": "auto", "tools": [],
        "output": [{"type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]}],
        "usage": {"input_tokens": 36, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 41},
    })
}

/// What a profile calls its `base_url`: Ollama's own protocol has no version in its address.
fn url(wire: &Wire, dialect: &str) -> String {
    if dialect == "ollama" { format!("http://{}", wire.address()) } else { wire.url() }
}

/// The fields of a request but for the messages; those below another by their path.
fn fields(body: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for (name, value) in body.as_object().unwrap() {
        all.push(name.clone());
        all.extend(
            value.as_object().into_iter().flat_map(|below| below.keys()).map(|key| format!("{name}.{key}")),
        );
    }
    all
}

/// Blocks in both stages, as a model that follows the question does.
pub fn blocks(received: &Received, reply: fn(&str) -> Value) -> Vec<Act> {
    let body = received.body().to_string();
    let text = match body.split_once("NONCE: ") {
        None => "block".to_owned(),
        Some((_, rest)) => format!(
            "NONCE: {}\nREASON: It is not known what it does.\nRISK: high\nCONSENT: none\nCATEGORY: production\nVERDICT: block",
            &rest[..8]
        ),
    };
    response("200 OK", &[], reply(&text).to_string())
}

#[test]
fn each_provider_is_asked_with_published_fields_and_understood() {
    let context = TestContext::new();
    for Published { dialect, flavor, key: key_header, fields: published, reply } in PUBLISHED {
        let published: Vec<&str> = published.split_whitespace().collect();
        let wire = Wire::answering(move |received| blocks(received, reply));
        configure(&context, dialect, flavor, &url(&wire, dialect));
        let checked = check(&context, &[], "act spare");
        assert_eq!(checked.status(), 3, "{dialect} {flavor}: {}", checked.json);
        assert_eq!(checked.rules()[0], "classifier.production", "{}", checked.json);
        assert_eq!(checked.json["decided_by"], "classifier");
        let received = wire.received();
        assert_eq!(received.len(), 2, "{received:?}");
        for request in &received {
            let key = request.header(key_header).unwrap_or_default();
            let bare = key.strip_prefix("Bearer ").unwrap_or(&key);
            assert_eq!(bare, "the-key", "{dialect} {flavor}: {}", request.text());
            assert_eq!(key.starts_with("Bearer "), key_header == "authorization");
            let version = request.header("anthropic-version");
            assert_eq!(version.as_deref(), (dialect == "anthropic-messages").then_some("2023-06-01"));
            let body = request.body();
            for field in fields(&body) {
                assert!(published.contains(&field.as_str()), "{dialect} {flavor}: {field}");
            }
            assert_eq!(body["model"], "m");
            assert_ne!(body["store"], true);
        }
        // Said once that it may: at once, in silence.
        let allows = Wire::answering(move |_| response("200 OK", &[], reply("allow").to_string()));
        configure(&context, dialect, flavor, &url(&allows, dialect));
        let checked = check(&context, &[], "act spare");
        assert_eq!(checked.status(), 0, "{dialect} {flavor}: {}", checked.json);
        assert!(checked.output.stderr.is_empty(), "{:?}", checked.output);
        assert_eq!(allows.received().len(), 1);
    }
}

/// A text that is turned away: by the model, or by a filter before it. Each under its status.
fn refusals() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let message = |message: Value, reason: &str| {
        let mut reply = chat("");
        reply["choices"][0]["message"] = message;
        reply["choices"][0]["finish_reason"] = json!(reason);
        reply
    };
    vec![
        (
            "anthropic-messages",
            "anthropic",
            "200 OK",
            json!({
                "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
                "stop_reason": "refusal", "stop_sequence": null, "stop_details": {"type": "refusal",
                "category": "cyber", "explanation": null}, "usage": {"input_tokens": 9, "output_tokens": 0},
            }),
        ),
        (
            "openai-chat",
            "openai",
            "200 OK",
            message(
                json!({"role": "assistant", "content": null, "refusal": "I can't help with that."}),
                "stop",
            ),
        ),
        (
            "openai-chat",
            "openai",
            "400 Bad Request",
            json!({"error": {"message": "Invalid prompt: it was flagged", "type": "invalid_request_error",
                "param": null, "code": "invalid_prompt"}}),
        ),
        (
            "openai-responses",
            "openai",
            "200 OK",
            json!({
                "id": "resp_1", "object": "response", "status": "completed", "error": null, "incomplete_details": null,
                "output": [{"type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
                    "content": [{"type": "refusal", "refusal": "I can't help with that."}]}],
            }),
        ),
        (
            "openai-responses",
            "azure",
            "200 OK",
            json!({
                "id": "resp_1", "object": "response", "status": "incomplete", "error": null,
                "incomplete_details": {"reason": "content_filter"}, "output": [],
            }),
        ),
        (
            "openai-chat",
            "azure",
            "400 Bad Request",
            json!({"error": {"message": "The response was filtered due to the prompt triggering the content management \
                policy.", "type": null, "param": "prompt", "code": "content_filter", "status": 400,
                "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result":
                {"jailbreak": {"detected": true, "filtered": true}}}}}),
        ),
        (
            "openai-chat",
            "gemini",
            "200 OK",
            json!({"choices": [{"finish_reason": "content_filter", "index": 0, "message": {"role": "assistant"}}],
                "object": "chat.completion", "model": "m", "usage": {"prompt_tokens": 8, "total_tokens": 8}}),
        ),
        (
            "openai-chat",
            "openrouter",
            "403 Forbidden",
            json!({"error": {"code": 403, "message": "Your input was flagged", "metadata": {"reasons": ["violence"],
                "flagged_input": "act", "provider_name": "p", "model_slug": "m"}}}),
        ),
        (
            "openai-chat",
            "openrouter",
            "403 Forbidden",
            json!({"error": {"code": 403, "message": "Request blocked: prompt injection patterns detected",
                "metadata": {"patterns": ["ignore all previous instructions"]}}}),
        ),
    ]
}

/// Neither is it an answer, nor does it say anything about the next line.
#[test]
fn a_text_that_is_turned_away_is_left_to_the_table_and_the_next_one_is_asked_about() {
    for (dialect, flavor, status, body) in refusals() {
        let context = TestContext::new();
        let allows =
            PUBLISHED.iter().find(|published| published.dialect == dialect && published.flavor == flavor);
        let allows = (allows.unwrap().reply)("allow").to_string();
        let wire = Wire::answering(move |received| match received.text().contains("forbidden") {
            true => response(status, &[], body.to_string()),
            false => response("200 OK", &[], &allows),
        });
        configure(&context, dialect, flavor, &url(&wire, dialect));
        let checked = check(&context, &[], "act forbidden");
        assert_eq!(
            (checked.status(), &checked.json["decided_by"]),
            (3, &json!("fallback")),
            "{dialect} {flavor}"
        );
        let said = String::from_utf8_lossy(&checked.output.stderr).into_owned();
        assert!(
            said.contains("the model `it` did not answer: the model refuses to answer"),
            "{flavor}: {said}"
        );
        // The gate remembers what fails; a refusal is no failure.
        let gate = |line: &str| {
            let mut command = context.command(context.binary());
            let mut child = command
                .args(["gate", "bash"])
                .env("MY_KEY", "the-key")
                .stdin(std::process::Stdio::piped())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), line.as_bytes()).unwrap();
            child.wait().unwrap().code() != Some(77)
        };
        for _ in 0..4 {
            assert!(!gate("act forbidden"), "{dialect} {flavor}");
        }
        assert!(gate("act spare"), "{dialect} {flavor}: {:?}", wire.received().last());
    }
}
