use super::*;
use crate::classifier::{Case, Nonce};
use serde_json::{Value, json};

fn profile(dialect: Dialect, flavor: Flavor) -> Profile {
    let base_url = flavor.usual_url(dialect).unwrap_or("https://res.openai.azure.com/openai/v1").to_owned();
    Profile { dialect, flavor, base_url, model: "m-1".to_owned(), key: None, prices: None }
}

fn asked(dialect: Dialect, flavor: Flavor, stage: &Stage) -> (Request, Value) {
    let case = Case { json: "{\"command\":\"CASE\"}".to_owned(), is_cut: false, is_suspect: false };
    let request = request(&profile(dialect, flavor), &Prompt::new("SYSTEM", &case, stage), stage);
    let body = serde_json::from_str(&request.body).unwrap();
    (request, body)
}

fn keys(body: &Value) -> Vec<&str> {
    body.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Published for each: what it takes in the first stage, in alphabetical order.
#[test]
fn each_is_sent_the_fields_that_it_takes_and_no_others() {
    use Dialect::{AnthropicMessages, Ollama, OpenaiChat, OpenaiResponses};
    for (dialect, flavor, first, second) in [
        (
            AnthropicMessages,
            Flavor::Anthropic,
            "max_tokens messages model system thinking",
            "max_tokens messages model system thinking",
        ),
        (
            AnthropicMessages,
            Flavor::LlamaCpp,
            "max_tokens messages model system temperature",
            "max_tokens messages model system temperature",
        ),
        (
            OpenaiChat,
            Flavor::Openai,
            "logprobs max_completion_tokens messages model prompt_cache_key reasoning_effort store top_logprobs",
            "max_completion_tokens messages model prompt_cache_key reasoning_effort store",
        ),
        (
            OpenaiChat,
            Flavor::Azure,
            "logprobs max_completion_tokens messages model prompt_cache_key reasoning_effort store top_logprobs",
            "max_completion_tokens messages model prompt_cache_key reasoning_effort store",
        ),
        (
            OpenaiChat,
            Flavor::Gemini,
            "max_tokens messages model reasoning_effort",
            "max_tokens messages model reasoning_effort",
        ),
        (
            OpenaiChat,
            Flavor::Openrouter,
            "max_tokens messages model provider reasoning",
            "max_tokens messages model provider reasoning",
        ),
        (
            OpenaiChat,
            Flavor::LlamaCpp,
            "chat_template_kwargs grammar logprobs max_tokens messages model temperature top_logprobs",
            "chat_template_kwargs grammar max_tokens messages model temperature",
        ),
        (
            OpenaiChat,
            Flavor::Vllm,
            "chat_template_kwargs logprobs max_tokens messages model structured_outputs temperature top_logprobs",
            "chat_template_kwargs max_tokens messages model structured_outputs temperature",
        ),
        (
            OpenaiChat,
            Flavor::Ollama,
            "max_tokens messages model reasoning_effort temperature",
            "max_tokens messages model reasoning_effort temperature",
        ),
        (
            OpenaiChat,
            Flavor::LmStudio,
            "max_tokens messages model temperature",
            "max_tokens messages model temperature",
        ),
        (
            OpenaiResponses,
            Flavor::Openai,
            "include input instructions max_output_tokens model prompt_cache_key reasoning store top_logprobs",
            "input instructions max_output_tokens model prompt_cache_key reasoning store",
        ),
        (
            OpenaiResponses,
            Flavor::LlamaCpp,
            "input instructions max_output_tokens model store temperature",
            "input instructions max_output_tokens model store temperature",
        ),
        (
            Ollama,
            Flavor::Ollama,
            "logprobs messages model options stream think top_logprobs",
            "messages model options stream think",
        ),
    ] {
        let (_, body) = asked(dialect, flavor, &Stage::First);
        assert_eq!(keys(&body).join(" "), first, "{dialect:?} {flavor:?}");
        let (_, body) = asked(dialect, flavor, &Stage::Second(Nonce::draw()));
        assert_eq!(keys(&body).join(" "), second, "{dialect:?} {flavor:?}");
    }
}

#[test]
fn the_first_stage_of_each_dialect_to_the_letter() {
    let question =
        Prompt::new("", &Case { json: String::new(), is_cut: false, is_suspect: false }, &Stage::First)
            .question
            .into_owned();
    let user = format!("{{\"command\":\"CASE\"}}\n\n{question}");
    let turns = json!([{"role": "system", "content": "SYSTEM"}, {"role": "user", "content": user}]);
    let (first, body) = asked(Dialect::AnthropicMessages, Flavor::Anthropic, &Stage::First);
    assert_eq!(first.url, "https://api.anthropic.com/v1/messages");
    assert_eq!(first.key_header, ("x-api-key", ""));
    assert!(first.headers.contains(&("anthropic-version", "2023-06-01")));
    let kept = json!({"type": "ephemeral"});
    assert_eq!(
        body,
        json!({
            "model": "m-1", "max_tokens": 1, "thinking": {"type": "disabled"},
            "system": [{"type": "text", "text": "SYSTEM", "cache_control": kept}],
            "messages": [{"role": "user", "content": [
                {"type": "text", "text": "{\"command\":\"CASE\"}", "cache_control": kept},
                {"type": "text", "text": question},
            ]}],
        })
    );
    let (first, body) = asked(Dialect::OpenaiChat, Flavor::Openai, &Stage::First);
    assert_eq!(first.url, "https://api.openai.com/v1/chat/completions");
    assert_eq!(first.key_header, ("authorization", "Bearer "));
    assert_eq!(
        body,
        json!({
            "model": "m-1", "max_completion_tokens": 1, "reasoning_effort": "none", "logprobs": true,
            "top_logprobs": 5, "store": false, "prompt_cache_key": "forestall-2", "messages": turns,
        })
    );
    let (_, body) = asked(Dialect::OpenaiChat, Flavor::Openrouter, &Stage::First);
    assert_eq!(body["provider"], json!({"data_collection": "deny", "zdr": true}));
    assert_eq!((&body["reasoning"], &body["max_tokens"]), (&json!({"effort": "none"}), &json!(16)));
    // ai.google.dev/gemini-api/docs/openai: "none" is for 2.5 models but 2.5 Pro; the others always think.
    for (model, effort, tokens) in [
        ("gemini-2.5-flash-lite", "none", 16),
        ("gemini-2.5-pro", "minimal", 272),
        ("gemini-3.5-flash", "minimal", 272),
    ] {
        let profile = Profile { model: model.to_owned(), ..profile(Dialect::OpenaiChat, Flavor::Gemini) };
        let case = Case { json: String::new(), is_cut: false, is_suspect: false };
        let body = request(&profile, &Prompt::new("", &case, &Stage::First), &Stage::First).body;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (&body["reasoning_effort"], &body["max_tokens"]),
            (&json!(effort), &json!(tokens)),
            "{model}"
        );
    }
    let (_, body) = asked(Dialect::OpenaiChat, Flavor::LlamaCpp, &Stage::First);
    assert_eq!(body["grammar"], "root ::= \"allow\" | \"block\"");
    assert_eq!(body["chat_template_kwargs"], json!({"enable_thinking": false}));
    let (_, body) = asked(Dialect::OpenaiChat, Flavor::Vllm, &Stage::First);
    assert_eq!(body["structured_outputs"], json!({"choice": ["allow", "block"]}));
    let (request, body) = asked(Dialect::OpenaiResponses, Flavor::Azure, &Stage::First);
    assert_eq!(request.url, "https://res.openai.azure.com/openai/v1/responses");
    assert_eq!(request.key_header, ("api-key", ""));
    assert_eq!((&body["store"], &body["max_output_tokens"]), (&json!(false), &json!(16)));
    assert_eq!(body["reasoning"], json!({"effort": "none"}));
    assert_eq!((&body["instructions"], &body["input"]), (&json!("SYSTEM"), &json!(user)));
    let (request, body) = asked(Dialect::Ollama, Flavor::Ollama, &Stage::First);
    assert_eq!(request.url, "http://127.0.0.1:11434/api/chat");
    assert_eq!(
        body,
        json!({
            "model": "m-1", "stream": false, "think": false, "options": {"num_predict": 1, "temperature": 0},
            "logprobs": true, "top_logprobs": 5, "messages": turns,
        })
    );
    let bare = Profile {
        base_url: "https://gateway.acme.test/anthropic".to_owned(),
        ..profile(Dialect::AnthropicMessages, Flavor::Anthropic)
    };
    let case = Case { json: String::new(), is_cut: false, is_suspect: false };
    let request = super::request(&bare, &Prompt::new("", &case, &Stage::First), &Stage::First);
    assert_eq!(request.url, "https://gateway.acme.test/anthropic/v1/messages");
}

#[test]
fn the_second_stage_is_held_to_the_lines_that_are_read() {
    let nonce = Nonce::draw();
    let answer =
        format!("NONCE: {nonce}\nREASON: x\nRISK: low\nCONSENT: none\nCATEGORY: none\nVERDICT: allow");
    let (_, body) = asked(Dialect::OpenaiChat, Flavor::LlamaCpp, &Stage::Second(nonce.clone()));
    let grammar = body["grammar"].as_str().unwrap();
    let (_, body) = asked(Dialect::OpenaiChat, Flavor::Vllm, &Stage::Second(nonce));
    let expression = body["structured_outputs"]["regex"].as_str().unwrap();
    for line in answer.lines() {
        let name = line.split(' ').next().unwrap();
        assert!(
            grammar.contains(&format!("{name} \"")) && expression.contains(&format!("{name} ")),
            "{name}"
        );
    }
    assert!(grammar.contains("\"hard-deny\"") && expression.contains("|hard-deny|"));
}

fn text(dialect: Dialect, body: &str) -> Result<Reply, Failure> {
    read(dialect, 200, body.as_bytes())
}

#[test]
fn anthropic_replies_as_published() {
    let reply = text(
        Dialect::AnthropicMessages,
        r#"{"id":"msg_01","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"allow"}],
        "stop_reason":"max_tokens","stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":5,
        "cache_read_input_tokens":4100,"output_tokens":1,"service_tier":"standard"}}"#,
    )
    .unwrap();
    assert_eq!((reply.text.as_str(), reply.cut_off), ("allow", true));
    assert_eq!(reply.usage, Usage { input: 17, cached: 4100, output: 1 });
    let refused = r#"{"type":"message","content":[],"stop_reason":"refusal",
        "stop_details":{"type":"refusal","category":"cyber"},"usage":{"input_tokens":1,"output_tokens":0}}"#;
    assert_eq!(text(Dialect::AnthropicMessages, refused), Err(Failure::Refused));
    let thought =
        r#"{"content":[{"type":"thinking","thinking":"allow","signature":"x"}],"stop_reason":"max_tokens"}"#;
    assert_eq!(text(Dialect::AnthropicMessages, thought).unwrap().text, "");
    let tool =
        r#"{"content":[{"type":"tool_use","id":"t","name":"allow","input":{}}],"stop_reason":"tool_use"}"#;
    assert!(matches!(text(Dialect::AnthropicMessages, tool), Err(Failure::Garbled(_))));
    let overloaded = read(
        Dialect::AnthropicMessages,
        529,
        br#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
    );
    assert_eq!(
        overloaded,
        Err(Failure::Status { status: 529, remedy: Remedy::Repeat, message: "Overloaded".to_owned() })
    );
}

#[test]
fn chat_replies_as_published() {
    let reply = text(
        Dialect::OpenaiChat,
        r#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
        "message":{"role":"assistant","content":"allow","refusal":null,"annotations":[]},
        "logprobs":{"content":[{"token":"allow","logprob":-0.01,"bytes":[97],"top_logprobs":[
        {"token":"allow","logprob":-0.01,"bytes":null},{"token":"block","logprob":-4.6,"bytes":[98]}]}],"refusal":null},
        "finish_reason":"length"}],"usage":{"prompt_tokens":1500,"completion_tokens":1,"total_tokens":1501,
        "prompt_tokens_details":{"cached_tokens":1408,"audio_tokens":0}},"system_fingerprint":"f"}"#,
    )
    .unwrap();
    assert_eq!((reply.text.as_str(), reply.cut_off), ("allow", true));
    assert_eq!(reply.likely[1], ("block".to_owned(), -4.6));
    assert_eq!(reply.usage, Usage { input: 92, cached: 1408, output: 1 });
    let choice = |message: &str, reason: &str| {
        format!("{{\"choices\":[{{\"message\":{message},\"finish_reason\":{reason}}}]}}")
    };
    let plain = choice("{\"content\":\"block\"}", "\"stop\"");
    assert_eq!(text(Dialect::OpenaiChat, &plain).unwrap().text, "block");
    let nothing = choice("{\"content\":null,\"reasoning_content\":\"allow\"}", "\"length\"");
    assert_eq!(text(Dialect::OpenaiChat, &nothing).unwrap().text, "");
    for refused in [
        choice("{\"content\":null,\"refusal\":\"I cannot.\"}", "\"stop\""),
        choice("{\"content\":\"allow\"}", "\"content_filter\""),
    ] {
        assert_eq!(text(Dialect::OpenaiChat, &refused), Err(Failure::Refused), "{refused}");
    }
    // OpenRouter: an error under status 200.
    let error =
        r#"{"error":{"code":502,"message":"Provider returned\u001b[2J error","metadata":{}},"choices":[]}"#;
    assert_eq!(
        text(Dialect::OpenaiChat, error),
        Err(Failure::Reported("Provider returned [2J error".to_owned()))
    );
}

/// What a filter before the model turns away is no fault of key or request: each form under its status.
#[test]
fn a_text_that_is_turned_away_is_a_refusal_whatever_the_status() {
    for (status, body) in [
        // learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
        (
            400,
            json!({"message": "The response was filtered", "type": null, "param": "prompt", "code": "content_filter",
            "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation",
            "content_filter_result": {"jailbreak": {"filtered": true, "detected": true}}}}),
        ),
        // openai-python, types/responses/response_error.py
        (
            400,
            json!({"message": "Invalid prompt", "type": "invalid_request_error", "code": "invalid_prompt"}),
        ),
        (200, json!({"message": "Invalid prompt", "code": "bio_policy"})),
        // openrouter.ai/docs/api-reference/errors: moderation, guardrails
        (
            403,
            json!({"code": 403, "message": "flagged", "metadata": {"reasons": ["violence"], "flagged_input": "rm",
            "provider_name": "p", "model_slug": "m"}}),
        ),
        (
            403,
            json!({"code": 403, "message": "Request blocked: prompt injection patterns detected",
            "metadata": {"patterns": ["ignore all previous instructions"]}}),
        ),
    ] {
        let body = json!({ "error": body }).to_string();
        for &dialect in Dialect::ALL {
            assert_eq!(read(dialect, status, body.as_bytes()), Err(Failure::Refused), "{body}");
        }
    }
    for (status, body) in [
        (400, json!({"message": "no such field", "code": "unknown_parameter"})),
        (
            403,
            json!({"code": 403, "message": "insufficient permissions", "metadata": {"provider_name": "p"}}),
        ),
        (400, json!({"message": "x", "code": 400, "metadata": "patterns"})),
    ] {
        let body = json!({ "error": body }).to_string();
        let read = read(Dialect::OpenaiChat, status, body.as_bytes());
        assert!(matches!(read, Err(Failure::Status { .. })), "{read:?}");
    }
    // Google wraps its error into a list.
    let listed = br#"[{"error":{"code":404,"message":"models/m is not found","status":"NOT_FOUND"}}]"#;
    assert_eq!(
        read(Dialect::OpenaiChat, 404, listed),
        Err(Failure::Status {
            status: 404,
            remedy: Remedy::Configure,
            message: "models/m is not found".to_owned()
        })
    );
}

#[test]
fn responses_as_published() {
    let reply = text(
        Dialect::OpenaiResponses,
        r#"{"id":"resp_1","object":"response","status":"incomplete","error":null,
        "incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"reasoning","id":"rs","summary":[]},
        {"type":"message","id":"msg","status":"incomplete","role":"assistant","content":[{"type":"output_text",
        "text":"allow","annotations":[],"logprobs":[{"token":"allow","logprob":0.0,"bytes":[],"top_logprobs":[
        {"token":"allow","logprob":0.0,"bytes":[]}]}]}]}],"usage":{"input_tokens":20,"input_tokens_details":
        {"cached_tokens":8},"output_tokens":16,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":36}}"#,
    )
    .unwrap();
    assert_eq!((reply.text.as_str(), reply.cut_off, reply.likely.len()), ("allow", true, 1));
    assert_eq!(reply.usage, Usage { input: 12, cached: 8, output: 16 });
    let refused = r#"{"status":"completed","output":[{"type":"message","content":[{"type":"refusal","refusal":"no"}]}]}"#;
    assert_eq!(text(Dialect::OpenaiResponses, refused), Err(Failure::Refused));
    let failed = r#"{"status":"failed","error":{"code":"server_error","message":"oh"},"output":[]}"#;
    assert_eq!(text(Dialect::OpenaiResponses, failed), Err(Failure::Reported("oh".to_owned())));
    let filtered = r#"{"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]}"#;
    assert_eq!(text(Dialect::OpenaiResponses, filtered), Err(Failure::Refused));
}

#[test]
fn ollama_replies_as_published() {
    let reply = text(
        Dialect::Ollama,
        r#"{"model":"m","created_at":"2026-08-01T00:00:00Z","message":{"role":"assistant","content":"allow"},
        "logprobs":[{"token":"allow","logprob":-0.1,"top_logprobs":[{"token":"allow","logprob":-0.1}]}],
        "done":true,"done_reason":"length","total_duration":1,"prompt_eval_count":30,"eval_count":1}"#,
    )
    .unwrap();
    assert_eq!((reply.text.as_str(), reply.cut_off, reply.usage.input), ("allow", true, 30));
    let half = r#"{"message":{"content":"allow"},"done":false}"#;
    assert!(matches!(text(Dialect::Ollama, half), Err(Failure::Garbled(_))));
    let missing = read(Dialect::Ollama, 404, br#"{"error":"model \"m\" not found"}"#);
    assert_eq!(
        missing,
        Err(Failure::Status {
            status: 404,
            remedy: Remedy::Configure,
            message: "model \"m\" not found".to_owned()
        })
    );
}

#[test]
fn whatever_comes_back_is_read_without_panic_and_is_no_answer() {
    let deep = format!("{{\"choices\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let hidden_deep = format!("{{\"x\":{}1{}}}", "{\"a\":".repeat(60), "}".repeat(60));
    let large = format!("{{\"message\":{{\"content\":\"{}\"}}}}", "a".repeat(MAX_REPLY));
    for &dialect in Dialect::ALL {
        for body in [
            "",
            " ",
            "null",
            "[]",
            "{}",
            "\"allow\"",
            "allow",
            "<html>allow</html>",
            "{\"choices\":[",
            "{\"choices\":[]}",
            "{\"content\":\"allow\",\"stop_reason\":\"end_turn\"}",
            "{\"choices\":[{\"message\":{\"content\":\"block\",\"content\":\"allow\"},\"finish_reason\":\"stop\"}]}",
            "{\"error\":{\"message\":\"x\"},\"content\":[{\"type\":\"text\",\"text\":\"allow\"}],\"stop_reason\":\"end_turn\"}",
            "{\"error\":[1]}",
            deep.as_str(),
            hidden_deep.as_str(),
            large.as_str(),
        ] {
            let short: String = body.chars().take(80).collect();
            assert!(text(dialect, body).is_err(), "{dialect:?}: {short}");
            // Under an error no body is an answer.
            assert!(read(dialect, 500, body.as_bytes()).is_err(), "{dialect:?}: {short}");
        }
        assert_eq!(read(dialect, 200, b"\"\xff\xfe\""), Err(Failure::Garbled("it is not UTF-8")));
    }
    let two = r#"{"choices":[{"message":{"content":"allow"},"finish_reason":"stop"},{"message":{"content":"block"},"finish_reason":"stop"}]}"#;
    assert!(text(Dialect::OpenaiChat, two).is_err());
}

#[test]
fn each_status_has_its_remedy() {
    for (status, wanted) in [
        (301, Remedy::Configure),
        (400, Remedy::Configure),
        (401, Remedy::Key),
        (402, Remedy::Key),
        (404, Remedy::Configure),
        (408, Remedy::Repeat),
        (413, Remedy::Configure),
        (429, Remedy::Wait),
        (500, Remedy::Repeat),
        (503, Remedy::Repeat),
        (529, Remedy::Repeat),
    ] {
        let Err(Failure::Status { remedy, .. }) = read(Dialect::OpenaiChat, status, b"") else { panic!() };
        assert_eq!(remedy, wanted, "{status}");
    }
}
