//! The `[classifier]` table in the user's file: written by hand, so that every other byte stays as it is.

use crate::classifier::{KeySource, Profile, Settings};
use crate::policy::{Layer, Policy, Rank};
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// What the file would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The whole text.
    pub text: String,
    /// What of it is new, to be shown.
    pub shown: String,
}

/// Why the file is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It cannot be read as it is.
    #[error("line {0} of it cannot be read; mend that first, `forestall policy check` tells what is wrong")]
    Unreadable(usize),
    /// The table is written in a way that cannot be added to.
    #[error("its `classifier` table is written in a way that nothing can be added to")]
    Form,
}

/// A name for the profile that the settings do not know yet: the one that is wished for, or that with a number.
pub fn name_for(wished: &str, settings: &Settings) -> String {
    let free = |name: &String| !settings.profiles.contains_key(name);
    let numbered = (2..).map(|number| format!("{wished}-{number}"));
    std::iter::once(wished.to_owned()).chain(numbered).find(free).unwrap_or_default()
}

/// The table of a profile, to be added at the end of a file.
pub fn added(name: &str, profile: &Profile) -> String {
    let mut text = format!("[classifier.profiles.{}]\n", key(name));
    let mut line = |name: &str, value: &str| text.push_str(&format!("{name:<8} = {}\n", quoted(value)));
    line("dialect", profile.dialect.name());
    line("flavor", profile.flavor.name());
    if profile.flavor.usual_url(profile.dialect) != Some(profile.base_url.as_str()) {
        line("base_url", &profile.base_url);
    }
    line("model", &profile.model);
    match &profile.key {
        None => {}
        Some(KeySource::Env(name)) => line("key_env", name),
        Some(KeySource::File(path)) => line("key_file", &path.to_string_lossy()),
        Some(KeySource::Command(words)) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            text.push_str(&format!("key_command = [{}]\n", words.join(", ")));
        }
    }
    text
}

/// The file with this profile added and chosen. What comes out is read again, and is only given back if it says just
/// that and nothing else has changed.
pub fn edit(text: &str, name: &str, profile: &Profile) -> Result<Edit, EditError> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        let at = error.span().map_or(0, |span| span.start.min(text.len()));
        return Err(EditError::Unreadable(text.as_bytes()[..at].split(|&byte| byte == b'\n').count()));
    }
    let entries = root.get_ref().iter();
    let table = entries.into_iter().find(|(key, _)| &**key.get_ref() == "classifier");
    let choice = format!("profile = {}\n", quoted(name));
    let profile_table = added(name, profile);
    let (mut after, shown) = match table.map(|(_, value)| value.get_ref()) {
        None => (text.to_owned(), format!("[classifier]\n{choice}\n{profile_table}")),
        Some(DeValue::Table(entries)) => {
            let chosen = entries.iter().find(|(key, _)| &**key.get_ref() == "profile");
            match (chosen, header(text)) {
                (Some((_, value)), _) => {
                    let mut after = text.to_owned();
                    after.replace_range(value.span(), &quoted(name));
                    (after, profile_table)
                }
                (None, Some(at)) => {
                    let mut after = text.to_owned();
                    after.insert_str(at, &choice);
                    (after, profile_table)
                }
                (None, None) => (text.to_owned(), format!("[classifier]\n{choice}\n{profile_table}")),
            }
        }
        Some(_) => return Err(EditError::Form),
    };
    if !after.is_empty() && !after.ends_with('\n') {
        after.push('\n');
    }
    if !after.is_empty() {
        after.push('\n');
    }
    after.push_str(&shown);
    let shown =
        if shown.starts_with("[classifier]") { shown } else { format!("[classifier]\n{choice}\n{shown}") };
    let (old, new) = (policy(text), policy(&after));
    let mut expected = old.classifier.clone();
    expected.profile = Some(name.to_owned());
    expected.profiles.insert(name.to_owned(), profile.clone());
    let sound = new.classifier == expected && new.rules.rules.len() == old.rules.rules.len();
    if sound && new.faults.len() <= old.faults.len() {
        Ok(Edit { text: after, shown })
    } else {
        Err(EditError::Form)
    }
}

/// What such a file would say.
fn policy(text: &str) -> Policy {
    let path = Path::new("config.toml").to_owned();
    Policy::of(&[Layer { rank: Rank::User, path, text: Some(Ok(text.to_owned())) }])
}

/// Where the line after `[classifier]` begins, if there is such a line.
fn header(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let code = line.split('#').next().unwrap_or_default();
        if code.split_whitespace().collect::<String>() == "[classifier]" && line.ends_with('\n') {
            return Some(at);
        }
    }
    None
}

fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classifier::{Dialect, Flavor};

    fn local(model: &str) -> Profile {
        Profile {
            dialect: Dialect::OpenaiChat,
            flavor: Flavor::LlamaCpp,
            base_url: "http://127.0.0.1:9/v1".to_owned(),
            model: model.to_owned(),
            key: None,
            prices: None,
        }
    }

    const TABLE: &str = "[classifier.profiles.local]\ndialect  = \"openai-chat\"\nflavor   = \"llama.cpp\"\n\
                         base_url = \"http://127.0.0.1:9/v1\"\nmodel    = \"m\"\n";

    #[test]
    fn a_table_is_added_and_every_byte_that_was_there_stays() {
        let whole = format!("[classifier]\nprofile = \"local\"\n\n{TABLE}");
        for (before, after) in [
            ("", whole.clone()),
            ("# mine\n[git]\nprotected = [\"x\"]", format!("# mine\n[git]\nprotected = [\"x\"]\n\n{whole}")),
            (
                "[classifier] # the model\nallow = [\"x y\"]\n[git]\nprotected = []\n",
                format!(
                    "[classifier] # the model\nprofile = \"local\"\nallow = [\"x y\"]\n[git]\nprotected = []\n\n{TABLE}"
                ),
            ),
            (
                "[classifier]\nprofile = 'old'   # keep\n[classifier.profiles.old]\ndialect = \"ollama\"\nmodel = \"o\"\n",
                format!(
                    "[classifier]\nprofile = \"local\"   # keep\n[classifier.profiles.old]\ndialect = \"ollama\"\nmodel = \"o\"\n\n{TABLE}"
                ),
            ),
            ("[classifier.bounds]\ndeadline = 5\n", format!("[classifier.bounds]\ndeadline = 5\n\n{whole}")),
            ("classifier.allow = [\"a\"]\n", String::new()),
            ("classifier = { allow = [\"a\"] }\n", String::new()),
            ("x = '''\n[classifier]\n'''\n", format!("x = '''\n[classifier]\n'''\n\n{whole}")),
        ] {
            let edited = edit(before, "local", &local("m"));
            match after.as_str() {
                "" => assert_eq!(edited, Err(EditError::Form), "{before}"),
                after => {
                    let edited = edited.unwrap_or_else(|why| panic!("{why}: {before}"));
                    assert_eq!(edited.text, after, "{before}");
                    assert_eq!(edited.shown, whole, "{before}");
                }
            }
        }
        assert_eq!(edit("[git\nx", "local", &local("m")), Err(EditError::Unreadable(1)));
    }

    #[test]
    fn what_is_odd_is_quoted() {
        let hosted = Profile {
            dialect: Dialect::AnthropicMessages,
            flavor: Flavor::Anthropic,
            base_url: "https://api.anthropic.com/v1".to_owned(),
            model: "a \"b\" \\ c\u{1}".to_owned(),
            key: Some(KeySource::Env("MY_KEY".to_owned())),
            prices: None,
        };
        let text = edit("", "a b", &hosted).unwrap().text;
        assert!(text.contains("[classifier.profiles.\"a b\"]") && !text.contains("base_url"), "{text}");
        let command = KeySource::Command(vec!["pass".to_owned(), "show".to_owned(), "a \"b".to_owned()]);
        for key in [command, KeySource::File("/home/ada/key".into())] {
            assert!(edit("", "x", &Profile { key: Some(key), ..hosted.clone() }).is_ok());
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut settings = Settings::default();
        assert_eq!(name_for("ollama", &settings), "ollama");
        for name in ["ollama", "ollama-2"] {
            settings.profiles.insert(name.to_owned(), local("m"));
        }
        assert_eq!(name_for("ollama", &settings), "ollama-3");
    }
}
