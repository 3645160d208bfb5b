//! What there is to write rules about: effects, and the keys that can be asked about them. The documentation, the JSON
//! schema and the template of a new rule are all made from the tables that the program itself uses.

use super::schema::{ExampleSource, RuleFile, placeholders};
use super::{BUILT_IN, Condition, Rule, SOURCES};
use crate::effect::EffectKind;
use crate::fact::{Key, Sort};
use crate::policy::CLASSIFIER_SCHEMA;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The effects that rules may speak about: all but the one that tests the shells.
pub fn effects() -> impl Iterator<Item = EffectKind> {
    EffectKind::ALL.iter().copied().filter(|kind| *kind != EffectKind::SelfTest)
}

/// The built-in rules of an effect.
pub fn rules(kind: EffectKind) -> &'static [Rule] {
    BUILT_IN.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, rules)| rules)
}

/// The keys that the built-in rules of an effect ask about or speak of, in the order of the documentation.
pub fn keys(kind: EffectKind) -> Vec<Key> {
    if kind == EffectKind::CommandRun {
        return vec![Key::Command, Key::CommandWords, Key::CommandDirectory];
    }
    let mut used = Vec::new();
    for rule in rules(kind) {
        let tested = rule.when.iter().chain(rule.unless.iter()).map(|Condition { key, .. }| *key);
        let texts = std::iter::once(&*rule.reason).chain(rule.instead.as_deref());
        let spoken = texts.flat_map(placeholders).filter_map(Key::from_name);
        used.extend(tested.chain(spoken).chain(rule.confirm));
    }
    Key::ALL.iter().copied().filter(|key| used.contains(key)).collect()
}

/// `docs/effects.md`.
pub fn page() -> String {
    let mut out = String::from(
        "# Effects and facts\n\n\
         Written by `forestall rules taxonomy` from the tables of the program; `tests/run` fails when it is stale.\n\n\
         A rule speaks about one **effect**: what a command would do. It asks about **keys**: what the words of the \
         command say of it, and what is true of its target here and now. A key that cannot be read is unknown; a test \
         of it does not hold, except the text `unknown`. How a rule is written: `forestall rules new EFFECT`.\n\n\
         ## Effects\n",
    );
    for kind in effects() {
        let _ = write!(out, "\n### `{}`\n\n{}\n\n", kind.name(), kind.about().trim());
        if kind == EffectKind::CommandRun {
            out.push_str("A rule has this effect by naming `command` in place of `effect`.\n\n");
        }
        let names = |names: Vec<String>| names.join(", ");
        let ids = rules(kind).iter().map(|rule| format!("`{}`", rule.id)).collect::<Vec<_>>();
        let _ = writeln!(out, "- rules: {}", if ids.is_empty() { "none".to_owned() } else { names(ids) });
        let keys = keys(kind).iter().map(|key| format!("`{}`", key.name())).collect::<Vec<_>>();
        let _ = writeln!(out, "- keys: {}", if keys.is_empty() { "none".to_owned() } else { names(keys) });
    }
    out.push_str(
        "\n## Keys\n\n\
         | sort | what it is compared with |\n|---|---|\n\
         | flag | `true` or `false` |\n\
         | count | a number, or `{ min = …, max = … }` |\n\
         | text | a pattern in which `*` stands for anything, or a list of them |\n\
         | list | the same; it holds when it holds for one item |\n\n\
         | key | sort | meaning |\n|---|---|---|\n",
    );
    for key in Key::ALL {
        let about = key.about().trim().replace('|', "\\|");
        let _ = writeln!(out, "| `{}` | {} | {about} |", key.name(), key.sort().name());
    }
    out
}

/// The JSON schema of a configuration, for editors.
pub fn json_schema() -> Value {
    let names = |about: &str| json!({"description": about, "type": "array", "items": {"type": "string", "minLength": 1}});
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "forestall: config.toml, policy.toml, .forestall.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "git": {"type": "object", "additionalProperties": false, "properties": {
                "protected": names("Patterns of branches that nobody deletes or overwrites."),
            }},
            "data": {"type": "object", "additionalProperties": false, "properties": {
                "trusted-hosts": names("Patterns of hosts that may receive secrets."),
            }},
            "database": {"type": "object", "additionalProperties": false, "properties": {
                "production": names("Patterns of names that people depend on."),
                "staging": names("Patterns of names that are shared, and like production."),
                "development": names("Patterns of names for development and tests."),
                "local": names("Patterns of names on this machine."),
            }},
            "classifier": serde_json::from_str::<Value>(CLASSIFIER_SCHEMA).unwrap_or_default(),
            "rule": {"type": "array", "items": rule_schema()},
            "except": {"type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": ["rule", "reason"],
                "properties": {
                    "rule": {"description": "Id of the rule that does not apply.", "type": "string"},
                    "reason": {"description": "Why it does not apply.", "type": "string", "minLength": 1},
                    "when": tests_schema("All must hold, known; without any the rule never applies."),
                },
            }},
        },
    })
}

fn rule_schema() -> Value {
    let kinds: Vec<Value> =
        effects().map(|kind| json!({"const": kind.name(), "description": kind.about().trim()})).collect();
    let text = |about: &str| json!({"description": about, "type": "string", "minLength": 1});
    let examples = |about: &str| {
        let given = json!({"type": "object", "additionalProperties": false, "required": ["line"], "properties": {
            "line": text("The command line."),
            "facts": facts_schema(),
            "env": {"description": "Exported variables.", "type": "object", "additionalProperties": {"type": "string"}},
        }});
        json!({"description": about, "type": "array", "items": {"anyOf": [{"type": "string"}, given]}})
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "decision", "reason"],
        "oneOf": [{"required": ["effect"]}, {"required": ["command"]}],
        "properties": {
            "id": {"description": "Stable name.", "type": "string", "pattern": "^[a-z0-9.-]+$"},
            "effect": {"description": "The effect it speaks about.", "oneOf": kinds},
            "command": {"description": "The commands it speaks about: the program and the words behind it.",
                "anyOf": [text("One command."), {"type": "array", "items": text("A command."), "minItems": 1}]},
            "decision": {"description": "What it says when it fires.", "enum": super::schema::DECISIONS},
            "reason": text("What would happen, in one sentence; {key} is replaced by its value."),
            "instead": text("A safer command, with the same placeholders."),
            "advice": text("A safer way in words, where no single command is one."),
            "confirm": {"description": "A key of which the person types the value in place of y.",
                "enum": of_sort(Sort::Text)},
            "when": tests_schema("Every test must hold, known."),
            "unless": tests_schema("One that holds, known, silences the rule."),
            "match": examples("Lines on which the rule must fire."),
            "pass": examples("Lines on which it must not."),
        },
    })
}

fn of_sort(sort: Sort) -> Vec<&'static str> {
    Key::ALL.iter().filter(|key| key.sort() == sort).map(|key| key.name()).collect()
}

/// A table of tests: each key with what it can be compared with.
fn tests_schema(about: &str) -> Value {
    let properties: Map<String, Value> = Key::ALL
        .iter()
        .map(|key| {
            let mut schema = match key.sort() {
                Sort::Flag => json!({"anyOf": [{"type": "boolean"}, {"const": "unknown"}]}),
                Sort::Count => json!({"anyOf": [
                    {"type": "integer"}, {"const": "unknown"},
                    {"type": "object", "additionalProperties": false,
                        "properties": {"min": {"type": "integer"}, "max": {"type": "integer"}}},
                ]}),
                Sort::Text | Sort::List => json!({"anyOf": [
                    {"type": "string"}, {"type": "array", "items": {"type": "string"}},
                ]}),
            };
            schema["description"] = json!(key.about().trim());
            (key.name().to_owned(), schema)
        })
        .collect();
    json!({"description": about, "type": "object", "additionalProperties": false, "properties": properties})
}

/// What an example may give as facts.
fn facts_schema() -> Value {
    let properties: Map<String, Value> = Key::ALL
        .iter()
        .map(|key| {
            let value = match key.sort() {
                Sort::Flag => json!({"anyOf": [{"type": "boolean"}, {"const": "unknown"}]}),
                Sort::Count => json!({"anyOf": [{"type": "integer"}, {"const": "unknown"}]}),
                Sort::Text => json!({"type": "string"}),
                Sort::List => json!({"anyOf": [
                    {"type": "array", "items": {"type": "string"}}, {"const": "unknown"},
                ]}),
            };
            (key.name().to_owned(), value)
        })
        .collect();
    json!({"description": "Facts that are given.", "type": "object", "additionalProperties": false,
        "properties": properties})
}

/// A commented rule for an effect, sound as it stands, to be changed.
pub fn template(kind: EffectKind, id: &str) -> String {
    let line = example(kind);
    let mut out = format!(
        "[[rule]]\n\
         # Stable name, of a-z, 0-9, `.` and `-`.\n\
         id = \"{id}\"\n\
         # {}\n\
         {}\n\
         # allow, unclear, ask or deny; the strictest rule that fires decides, and an `allow` of yours ends an `ask`.\n\
         decision = \"ask\"\n\
         # What would happen. {{key}} is replaced by its value, {{key:commit:commits}} by a count and the right word.\n\
         reason = \"This is what I want to be asked about.\"\n\
         # A safer command, or a safer way in words: one of them.\n\
         # instead = \"\"\n\
         # advice = \"\"\n",
        match kind {
            EffectKind::CommandRun => {
                "The program and the words behind it, options between them or not; `*` stands for anything."
            }
            _ => kind.about().trim(),
        },
        match kind {
            EffectKind::CommandRun => format!("command = \"{COMMAND}\""),
            _ => format!("effect = \"{}\"", kind.name()),
        },
    );
    let keys = keys(kind);
    out.push_str("# Every test of `when` must hold; one of `unless` that holds silences the rule. What can be asked:\n");
    let width = keys.iter().map(|key| key.name().len()).max().unwrap_or(0);
    for key in &keys {
        let _ = writeln!(out, "#   {:width$}  {:5}  {}", key.name(), key.sort().name(), key.about().trim());
    }
    if let Some(key) = keys.first() {
        let value = match key.sort() {
            Sort::Flag => "true",
            Sort::Count => "{ min = 1 }",
            Sort::Text | Sort::List => "[\"name\", \"team-*\"]",
        };
        let _ = writeln!(out, "# when = {{ \"{}\" = {value} }}", key.name());
        let _ = writeln!(out, "# unless = {{ \"{}\" = {value} }}", key.name());
    }
    let quoted = toml::Value::from(line);
    let _ = write!(
        out,
        "# Lines on which it must fire, and lines on which it must not; an example may give facts and variables:\n\
         #   {{ line = \"…\", facts = {{ \"key\" = true }}, env = {{ NAME = \"value\" }} }}\n\
         match = [{quoted}]\n\
         pass = [\"ls\"]\n",
    );
    out
}

/// What the template of a rule names that speaks about a command.
const COMMAND: &str = "acme deploy";

/// A line that has this effect wherever it is typed, from the examples of the built-in rules.
fn example(kind: EffectKind) -> String {
    if kind == EffectKind::CommandRun {
        return format!("{COMMAND} --verbose");
    }
    let files = SOURCES.iter().filter_map(|(_, text)| toml::from_str::<RuleFile>(text).ok());
    let rules = files.flat_map(|file| file.rule).filter(|rule| rule.effect == kind.name());
    let lines = rules.flat_map(|rule| rule.matches).filter_map(|example| match example {
        ExampleSource::Line(line) => Some(line),
        ExampleSource::Given(given) => given.env.is_empty().then_some(given.line),
    });
    // The shortest says it with the least noise.
    lines.min_by_key(String::len).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::test_rules;
    use crate::rule::schema::RuleSource;

    #[test]
    fn a_new_rule_is_sound_for_every_effect() {
        for kind in effects() {
            let text = template(kind, "my.rule");
            let file: RuleFile = toml::from_str(&text).unwrap();
            let effect = |name: &str| EffectKind::from_name(name).is_some();
            let sort = |name: &str| Key::from_name(name).map(|key| key.sort().name());
            assert_eq!(super::super::schema::lint(&file.rule[0], true, effect, sort), [], "{text}");
            let report = test_rules(&text);
            assert_eq!((report.rules, report.examples), (1, 2), "{text}");
            assert!(report.failures.is_empty(), "{}", report.failures[0]);
            // What is commented out is right too.
            let tested: String = text
                .lines()
                .map(|line| line.strip_prefix("# ").filter(|line| line.starts_with("when")).unwrap_or(line))
                .map(|line| format!("{line}\n"))
                .collect();
            let file: RuleFile = toml::from_str(&tested).unwrap();
            assert_eq!(super::super::schema::lint(&file.rule[0], true, effect, sort), [], "{tested}");
        }
    }

    #[test]
    fn the_schema_has_every_key_of_a_rule_and_no_other() {
        let unknown = toml::from_str::<RuleSource>("nothing = 1").unwrap_err();
        let said = unknown.message().to_owned();
        let mut known: Vec<&str> = said.split('`').skip(3).step_by(2).collect();
        known.sort_unstable();
        let schema = rule_schema();
        let mut listed: Vec<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        listed.sort_unstable();
        assert_eq!(listed, known, "{said}");
        let asked = schema["properties"]["when"]["properties"].as_object().unwrap();
        assert_eq!(asked.len(), Key::ALL.len());
        assert_eq!(schema["properties"]["effect"]["oneOf"].as_array().unwrap().len(), effects().count());
    }

    #[test]
    fn the_page_names_every_effect_and_key_once() {
        let page = page();
        for kind in effects() {
            assert_eq!(page.matches(&format!("\n### `{}`\n", kind.name())).count(), 1, "{}", kind.name());
        }
        for key in Key::ALL {
            assert_eq!(page.matches(&format!("\n| `{}` |", key.name())).count(), 1, "{}", key.name());
        }
        assert!(!page.contains("self.test"));
    }
}
