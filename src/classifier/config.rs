//! What the `[classifier]` table of the user's and the administrator's files says: which model is asked, where,
//! with which key, for how long, and what the team wants it to know.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Everything about the model. [`Settings::default`] asks none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Name of the profile in use; without one no model is asked.
    pub profile: Option<String>,
    /// The models that are known, by name.
    pub profiles: BTreeMap<String, Profile>,
    /// How long may be waited.
    pub bounds: Bounds,
    /// What the team says in prose, which becomes part of the prompt.
    pub slots: Slots,
}

impl Settings {
    /// The profile in use.
    pub fn chosen(&self) -> Option<(&str, &Profile)> {
        let (name, profile) = self.profiles.get_key_value(self.profile.as_ref()?)?;
        Some((name, profile))
    }
}

/// A model and the way to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The protocol that is spoken.
    pub dialect: Dialect,
    /// Which provider's own fields are sent.
    pub flavor: Flavor,
    /// Where requests go, without the path of the request, and without a slash at its end.
    pub base_url: String,
    /// The model's name, as the provider calls it.
    pub model: String,
    /// Where the key comes from; local servers need none.
    pub key: Option<KeySource>,
    /// What the model costs, where the user said so.
    pub prices: Option<Prices>,
}

/// Where a key is read, each time anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// An environment variable.
    Env(String),
    /// The first line of a file.
    File(PathBuf),
    /// The first line that a program prints; program and arguments, never a shell's text.
    Command(Vec<String>),
}

/// US dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prices {
    /// Tokens that are sent.
    pub input: f64,
    /// Tokens that are sent and that the provider still has.
    pub cached: f64,
    /// Tokens of the answer.
    pub output: f64,
}

/// How long is waited at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// For the whole decision, both stages and a repetition included.
    pub deadline: Duration,
    /// For the first stage.
    pub stage_1: Duration,
    /// For a connection.
    pub connect: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            deadline: Duration::from_secs(10),
            stage_1: Duration::from_millis(2500),
            connect: Duration::from_millis(800),
        }
    }
}

/// What a list takes in where it names [`DEFAULTS`]; a slot that no file fills holds the built-in text alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// What is trusted here, and what is sensitive.
    pub environment: Option<Vec<String>>,
    /// Exceptions to `soft_deny`.
    pub allow: Option<Vec<String>>,
    /// What is stopped unless the person has plainly asked for it.
    pub soft_deny: Option<Vec<String>>,
    /// What is stopped whatever anybody says.
    pub hard_deny: Option<Vec<String>>,
}

/// Stands in a slot for the built-in list.
pub const DEFAULTS: &str = "$defaults";

macro_rules! names {
    ($(#[doc = $about:literal])+ $type:ident { $( $(#[doc = $doc:literal])+ $variant:ident = $name:literal, )+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type { $( $(#[doc = $doc])+ $variant, )+ }

        impl $type {
            /// Every one, in the order of the documentation.
            pub const ALL: &'static [$type] = &[ $( $type::$variant, )+ ];

            /// The word used in configuration and output.
            pub fn name(self) -> &'static str { match self { $( $type::$variant => $name, )+ } }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<$type> {
                match name { $( $name => Some($type::$variant), )+ _ => None }
            }
        }
    };
}
pub(crate) use names;

names! {
    /// A protocol: the form of requests and replies.
    Dialect {
        /// Anthropic's `POST /v1/messages`.
        AnthropicMessages = "anthropic-messages",
        /// OpenAI's `POST /v1/chat/completions`, which most servers speak.
        OpenaiChat = "openai-chat",
        /// OpenAI's `POST /v1/responses`.
        OpenaiResponses = "openai-responses",
        /// Ollama's own `POST /api/chat`.
        Ollama = "ollama",
    }
}

names! {
    /// A provider or server: which fields beyond the protocol it takes, and which of the protocol it refuses.
    Flavor {
        /// api.anthropic.com.
        Anthropic = "anthropic",
        /// api.openai.com.
        Openai = "openai",
        /// Azure OpenAI, its address without a version in the query.
        Azure = "azure",
        /// Google's address for OpenAI's protocol.
        Gemini = "gemini",
        /// openrouter.ai.
        Openrouter = "openrouter",
        /// The server of llama.cpp.
        LlamaCpp = "llama.cpp",
        /// vLLM 0.12 or newer.
        Vllm = "vllm",
        /// Ollama.
        Ollama = "ollama",
        /// LM Studio.
        LmStudio = "lm-studio",
    }
}

impl Flavor {
    /// What it speaks.
    pub fn dialects(self) -> &'static [Dialect] {
        use Dialect::{AnthropicMessages, Ollama, OpenaiChat, OpenaiResponses};
        match self {
            Flavor::Anthropic => &[AnthropicMessages],
            Flavor::Openai | Flavor::Azure => &[OpenaiChat, OpenaiResponses],
            Flavor::Gemini | Flavor::Openrouter | Flavor::Vllm | Flavor::LmStudio => &[OpenaiChat],
            Flavor::LlamaCpp => &[OpenaiChat, AnthropicMessages, OpenaiResponses],
            Flavor::Ollama => &[Ollama, OpenaiChat],
        }
    }

    /// The one that is meant where only the dialect is given.
    pub fn usual(dialect: Dialect) -> Flavor {
        match dialect {
            Dialect::AnthropicMessages => Flavor::Anthropic,
            Dialect::OpenaiChat | Dialect::OpenaiResponses => Flavor::Openai,
            Dialect::Ollama => Flavor::Ollama,
        }
    }

    /// The address that is meant where none is given; each customer of Azure has their own.
    pub fn usual_url(self, dialect: Dialect) -> Option<&'static str> {
        Some(match self {
            Flavor::Anthropic => "https://api.anthropic.com/v1",
            Flavor::Openai => "https://api.openai.com/v1",
            Flavor::Azure => return None,
            Flavor::Gemini => "https://generativelanguage.googleapis.com/v1beta/openai",
            Flavor::Openrouter => "https://openrouter.ai/api/v1",
            Flavor::LlamaCpp => "http://127.0.0.1:8080/v1",
            Flavor::Vllm => "http://127.0.0.1:8000/v1",
            Flavor::Ollama if dialect == Dialect::Ollama => "http://127.0.0.1:11434",
            Flavor::Ollama => "http://127.0.0.1:11434/v1",
            Flavor::LmStudio => "http://127.0.0.1:1234/v1",
        })
    }

    /// Whether its server keeps the answer of the first stage to one of the two words.
    pub fn constrains(self, dialect: Dialect) -> bool {
        dialect == Dialect::OpenaiChat && matches!(self, Flavor::LlamaCpp | Flavor::Vllm)
    }
}

/// Why an address is not one that a key and a command may be sent to; `None` where it is.
pub fn unfit(url: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Some("is an address such as https://host/v1");
    };
    if rest.contains(['?', '#']) {
        return Some("is an address without `?` and `#`");
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Some(
            "holds no user name or password; a key comes from `key_env`, `key_file` or `key_command`",
        );
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]/~%".contains(&byte);
    if host(authority).is_empty() || !rest.bytes().all(plain) {
        return Some("is an address such as https://host/v1");
    }
    match scheme {
        "https" => None,
        "http" if is_loopback(host(authority)) => None,
        "http" => {
            Some("must begin with https:// unless it is this machine; a key would be readable on its way")
        }
        _ => Some("begins with https://, or http:// for this machine"),
    }
}

/// The host of `host:port` or `[address]:port`.
fn host(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether a host is this machine, by its address or the name that always means it.
pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_over_https_or_to_this_machine_alone() {
        for url in [
            "https://api.anthropic.com",
            "https://res.openai.azure.com/openai/v1",
            "http://localhost:8080/v1",
            "http://127.0.0.1:11434",
            "http://127.8.9.1",
            "http://[::1]:8080/v1",
        ] {
            assert_eq!(unfit(url), None, "{url}");
        }
        for url in [
            "http://gateway.acme.test/v1",
            "http://127.0.0.1.acme.test/v1",
            "http://localhost.acme.test",
            "http://0.0.0.0:80",
            "http://user:pass@127.0.0.1",
            "https://127.0.0.1@evil.test/",
            "https://host/v1?key=x",
            "https://",
            "ftp://host",
            "host/v1",
            "",
            "https://ho st/v1",
            "https://host/v1\nx-evil: 1",
        ] {
            assert!(unfit(url).is_some(), "{url}");
        }
    }

    #[test]
    fn every_name_reads_back_and_every_flavor_has_its_address() {
        for &dialect in Dialect::ALL {
            assert_eq!(Dialect::from_name(dialect.name()), Some(dialect));
            assert!(Flavor::usual(dialect).dialects().contains(&dialect));
        }
        for &flavor in Flavor::ALL {
            assert_eq!(Flavor::from_name(flavor.name()), Some(flavor));
            for &dialect in flavor.dialects() {
                let url = flavor.usual_url(dialect);
                assert!(url.is_none_or(|url| unfit(url).is_none()), "{url:?}");
                assert_eq!(url.is_none(), flavor == Flavor::Azure);
            }
        }
    }
}
