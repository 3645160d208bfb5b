//! Models that can be asked from here: servers on this machine, and providers for which the environment has a key.

use crate::classifier::{Dialect, Flavor, KeySource, unfit};
use serde::Deserialize;

/// A way to a model; which model is said apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Whose server it is.
    pub flavor: Flavor,
    /// What is spoken to it.
    pub dialect: Dialect,
    /// Where requests go, without the path of the request.
    pub base_url: String,
    /// Where its key comes from.
    pub key: Option<KeySource>,
    /// The models that it says it has; nobody asks a provider before the user has agreed.
    pub models: Vec<String>,
}

impl Candidate {
    /// What it is called in questions and by `--profile`.
    pub fn name(&self) -> &'static str {
        match self.flavor {
            Flavor::LlamaCpp => "llama-cpp",
            flavor => flavor.name(),
        }
    }

    /// Whether what it is told leaves this machine.
    pub fn is_remote(&self) -> bool {
        self.key.is_some() || !self.base_url.starts_with("http://")
    }

    /// The host, as people know it.
    pub fn host(&self) -> &str {
        let rest = self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }
}

/// A server that may be listening on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Whose port it is, unless the server says otherwise.
    pub flavor: Flavor,
    /// Host and port.
    pub address: String,
}

impl Server {
    /// Where the servers listen that people have, as they come; `also` are further addresses.
    pub fn usual(also: &[String]) -> Vec<Server> {
        let mut servers = Vec::new();
        for (flavor, port) in [
            (Flavor::Ollama, 11434),
            (Flavor::LlamaCpp, 8080),
            (Flavor::LmStudio, 1234),
            (Flavor::Vllm, 8000),
        ] {
            servers.push(Server { flavor, address: format!("127.0.0.1:{port}") });
        }
        for address in also {
            servers.push(Server { flavor: Flavor::LlamaCpp, address: address.clone() });
            servers.push(Server { flavor: Flavor::Ollama, address: address.clone() });
        }
        servers
    }

    /// Where it tells its models.
    pub fn models_url(&self) -> String {
        let path = if self.flavor == Flavor::Ollama { "/api/tags" } else { "/v1/models" };
        format!("http://{}{path}", self.address)
    }
}

/// The servers that answer as one of those that we know; `get` fetches an address of this machine, for a moment only.
pub fn local(servers: &[Server], get: impl Fn(&str) -> Option<Vec<u8>>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for server in servers {
        let Some((flavor, models)) = get(&server.models_url()).and_then(|body| models(server.flavor, &body))
        else {
            continue;
        };
        let dialect = if flavor == Flavor::Ollama { Dialect::Ollama } else { Dialect::OpenaiChat };
        let path = if dialect == Dialect::Ollama { "" } else { "/v1" };
        let candidate = Candidate {
            flavor,
            dialect,
            base_url: format!("http://{}{path}", server.address),
            key: None,
            models,
        };
        // Ollama answers under both addresses.
        if !found.iter().any(|known| known.host() == candidate.host()) {
            found.push(candidate);
        }
    }
    found
}

/// The two forms in which servers list what they have.
#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    data: Vec<Model>,
    #[serde(default)]
    models: Vec<Tag>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
    #[serde(default)]
    owned_by: String,
}

#[derive(Deserialize)]
struct Tag {
    #[serde(default)]
    name: String,
}

/// Whose server speaks, and which models it has that can answer; `None` where it is none that we know.
pub fn models(expected: Flavor, body: &[u8]) -> Option<(Flavor, Vec<String>)> {
    let listed: Listed = serde_json::from_slice(body).ok()?;
    let flavor = match listed.data.first().map(|model| model.owned_by.as_str()) {
        Some("llamacpp") => Flavor::LlamaCpp,
        Some("vllm") => Flavor::Vllm,
        Some("library") => Flavor::Ollama,
        // LM Studio says `organization_owner`; whoever else has taken the port is nobody that we know.
        Some("organization_owner") | Some("") if expected == Flavor::LmStudio => expected,
        None if expected == Flavor::Ollama && !listed.models.is_empty() => expected,
        _ => return None,
    };
    let names = match flavor {
        Flavor::Ollama if listed.data.is_empty() => listed.models.into_iter().map(|tag| tag.name).collect(),
        _ => listed.data.into_iter().map(|model| model.id).collect::<Vec<_>>(),
    };
    let answers = |name: &String| !name.is_empty() && !name.to_lowercase().contains("embed");
    Some((flavor, names.into_iter().filter(answers).collect()))
}

/// Providers for which the environment has a key. Only the name of a variable is kept, never what is in it.
pub fn remote(var: impl Fn(&str) -> Option<String>) -> Vec<Candidate> {
    let set = |name: &str| var(name).is_some_and(|value| !value.trim().is_empty());
    let mut found: Vec<Candidate> = Vec::new();
    for (flavor, dialect, key, address) in [
        (Flavor::Anthropic, Dialect::AnthropicMessages, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
        (Flavor::Openai, Dialect::OpenaiChat, "OPENAI_API_KEY", "OPENAI_BASE_URL"),
        (Flavor::Azure, Dialect::OpenaiChat, "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"),
        (Flavor::Gemini, Dialect::OpenaiChat, "GEMINI_API_KEY", ""),
        (Flavor::Gemini, Dialect::OpenaiChat, "GOOGLE_API_KEY", ""),
        (Flavor::Openrouter, Dialect::OpenaiChat, "OPENROUTER_API_KEY", ""),
    ] {
        if !set(key) || found.iter().any(|known| known.flavor == flavor) {
            continue;
        }
        let given = Some(address).filter(|name| !name.is_empty()).and_then(&var);
        let given = given.filter(|url| !url.is_empty() && unfit(url).is_none());
        let base_url = match (given, flavor) {
            (Some(url), Flavor::Azure) if !url.contains("/openai") => {
                format!("{}/openai/v1", url.trim_end_matches('/'))
            }
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, _) => match flavor.usual_url(dialect) {
                Some(url) => url.to_owned(),
                // Each customer of Azure has an address of their own.
                None => continue,
            },
        };
        let key = Some(KeySource::Env(key.to_owned()));
        found.push(Candidate { flavor, dialect, base_url, key, models: Vec::new() });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn servers_are_known_by_what_they_say_of_themselves() {
        let list = |owner: &str| {
            format!(r#"{{"object":"list","data":[{{"id":"m","object":"model","owned_by":"{owner}"}}]}}"#)
        };
        for (expected, body, wanted) in [
            (Flavor::LlamaCpp, list("llamacpp"), Some(Flavor::LlamaCpp)),
            (Flavor::LlamaCpp, list("vllm"), Some(Flavor::Vllm)),
            (Flavor::Vllm, list("vllm"), Some(Flavor::Vllm)),
            (Flavor::LmStudio, list("organization_owner"), Some(Flavor::LmStudio)),
            (Flavor::LlamaCpp, list("somebody"), None),
            (Flavor::LlamaCpp, "{}".to_owned(), None),
            (Flavor::Vllm, "<html>".to_owned(), None),
            (Flavor::Ollama, r#"{"models":[{"name":"m","size":1}]}"#.to_owned(), Some(Flavor::Ollama)),
            (Flavor::LlamaCpp, r#"{"models":[{"name":"m"}]}"#.to_owned(), None),
        ] {
            let found = models(expected, body.as_bytes());
            assert_eq!(found, wanted.map(|flavor| (flavor, vec!["m".to_owned()])), "{expected:?} {body}");
        }
        let many = r#"{"models":[{"name":"qwen3:4b"},{"name":"nomic-embed-text"},{"name":""}]}"#;
        assert_eq!(models(Flavor::Ollama, many.as_bytes()).unwrap().1, ["qwen3:4b"]);
    }

    #[test]
    fn a_server_is_found_where_it_listens_and_once() {
        let both = |url: &str| match url {
            "http://127.0.0.1:11434/api/tags" => Some(br#"{"models":[{"name":"a"}]}"#.to_vec()),
            "http://127.0.0.1:9/v1/models" => {
                Some(br#"{"data":[{"id":"b","owned_by":"llamacpp"}]}"#.to_vec())
            }
            "http://127.0.0.1:9/api/tags" => Some(br#"{"models":[{"name":"b"}]}"#.to_vec()),
            _ => None,
        };
        let found = local(&Server::usual(&["127.0.0.1:9".to_owned()]), both);
        let told: Vec<_> =
            found.iter().map(|found| (found.name(), found.base_url.as_str(), found.is_remote())).collect();
        assert_eq!(
            told,
            [("ollama", "http://127.0.0.1:11434", false), ("llama-cpp", "http://127.0.0.1:9/v1", false)]
        );
        assert!(local(&Server::usual(&[]), |_| None).is_empty());
    }

    #[test]
    fn keys_are_named_and_not_read_into_anything() {
        let vars = BTreeMap::from([
            ("ANTHROPIC_API_KEY", "the-key"),
            ("OPENAI_API_KEY", " "),
            ("GOOGLE_API_KEY", "the-key"),
            ("GEMINI_API_KEY", "the-key"),
            ("AZURE_OPENAI_API_KEY", "the-key"),
            ("AZURE_OPENAI_ENDPOINT", "https://res.openai.azure.com/"),
            ("OPENROUTER_API_KEY", "the-key"),
            ("ANTHROPIC_BASE_URL", "http://evil.test"),
        ]);
        let found = remote(|name| vars.get(name).map(|value| (*value).to_owned()));
        let told: Vec<_> = found.iter().map(|found| (found.name(), found.host())).collect();
        assert_eq!(
            told,
            [
                // An address that a key may not be sent to is none.
                ("anthropic", "api.anthropic.com"),
                ("azure", "res.openai.azure.com"),
                ("gemini", "generativelanguage.googleapis.com"),
                ("openrouter", "openrouter.ai"),
            ]
        );
        assert_eq!(found[1].base_url, "https://res.openai.azure.com/openai/v1");
        assert_eq!(found[2].key, Some(KeySource::Env("GEMINI_API_KEY".to_owned())));
        assert!(!format!("{found:?}").contains("the-key") && found.iter().all(Candidate::is_remote));
        let azure = |name: &str| (name == "AZURE_OPENAI_API_KEY").then(|| "k".to_owned());
        assert!(remote(azure).is_empty());
    }
}
