//! The form of a rule file, as serde reads it.
//!
//! Compiled twice: into the library, where it reads the rules of users and teams, and into `build.rs`, which
//! compiles `rules/*.toml`. Unknown keys are errors in both.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One `rules/*.toml` file, or the `[[rule]]` part of a configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The rules, in the order in which they are tried.
    #[serde(default)]
    pub rule: Vec<RuleSource>,
}

/// One rule as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleSource {
    /// Stable name: `git.branch-delete-unmerged`.
    pub id: String,
    /// The effect it speaks about, by name; empty where `command` stands instead.
    #[serde(default)]
    pub effect: String,
    /// The commands that it speaks about, for what no effect stands for: `acme deploy` is the program and the words
    /// that follow it in this order, whatever options stand between; an option that is named may stand anywhere.
    pub command: Option<CommandSource>,
    /// `allow`, `unclear`, `ask` or `deny`.
    pub decision: String,
    /// What would happen, in one sentence. `{key}` is replaced by its value, `{key:commit:commits}` by a count
    /// and the word that fits it.
    #[serde(default)]
    pub reason: String,
    /// A safer command, with the same placeholders: it can be taken as it is, in place of the line.
    pub instead: Option<String>,
    /// A safer way in words, where no single command is one.
    pub advice: Option<String>,
    /// A key of which the person types the value in place of `y`: for what cannot be undone and hits others.
    pub confirm: Option<String>,
    /// Every test must hold, known, for the rule to fire.
    #[serde(default)]
    pub when: BTreeMap<String, TestSource>,
    /// One test that holds, known, is enough for the rule to stay silent.
    #[serde(default)]
    pub unless: BTreeMap<String, TestSource>,
    /// Lines on which the rule must fire.
    #[serde(default, rename = "match")]
    pub matches: Vec<ExampleSource>,
    /// Lines on which it must not.
    #[serde(default)]
    pub pass: Vec<ExampleSource>,
}

/// One command or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum CommandSource {
    /// `"acme deploy"`
    One(String),
    /// `["acme deploy", "acme release --force"]`
    AnyOf(Vec<String>),
}

impl CommandSource {
    /// Each command as its words.
    pub fn shapes(&self) -> Vec<Vec<String>> {
        let all = match self {
            CommandSource::One(one) => std::slice::from_ref(one),
            CommandSource::AnyOf(all) => all,
        };
        all.iter().map(|shape| shape.split_whitespace().map(str::to_owned).collect()).collect()
    }
}

/// The effect of the rules that name commands.
pub const COMMAND_RUN: &str = "command.run";

impl RuleSource {
    /// The effect it speaks about, by name.
    pub fn effect(&self) -> &str {
        if self.command.is_some() { COMMAND_RUN } else { &self.effect }
    }
}

/// One test of one key.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum TestSource {
    /// The flag has this value.
    Flag(bool),
    /// The count has this value.
    Count(i64),
    /// The text matches this pattern (`*` stands for anything); `unknown` holds for what could not be read.
    Text(String),
    /// The text matches one of these patterns.
    AnyOf(Vec<String>),
    /// The count lies in this range.
    Range(RangeSource),
}

/// Bounds, both inclusive.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeSource {
    /// Smallest value that fits.
    pub min: Option<i64>,
    /// Largest value that fits.
    pub max: Option<i64>,
}

/// An example: a line alone, or a line with the facts that are given for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ExampleSource {
    /// Just the line; every fact is unknown.
    Line(String),
    /// The line and what is true around it.
    Given(GivenExample),
}

/// An example with facts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenExample {
    /// The command line.
    pub line: String,
    /// Facts by key name.
    #[serde(default)]
    pub facts: BTreeMap<String, GivenValue>,
    /// Exported variables.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

/// The value of a given fact.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum GivenValue {
    /// A flag.
    Flag(bool),
    /// A count.
    Count(i64),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

/// The decisions that a rule may name.
pub const DECISIONS: &[&str] = &["allow", "unclear", "ask", "deny"];

/// One thing that is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where in the rule: `effect`, `when.commits.unique`, `match`.
    pub at: String,
    /// The name that means nothing, where that is the fault: somebody may know what was meant.
    pub unknown: Option<String>,
    /// A full sentence that begins with the id of the rule.
    pub message: String,
}

/// What is wrong with a rule; empty when nothing is.
///
/// `strict` asks for what built-in rules must have: a reason, and examples of both kinds. `key_sort` answers
/// with `flag`, `count`, `text` or `list` for a key that exists.
pub fn lint(
    rule: &RuleSource,
    strict: bool,
    effect_exists: impl Fn(&str) -> bool,
    key_sort: impl Fn(&str) -> Option<&'static str>,
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let id = &rule.id;
    let mut add = |at: &str, unknown: Option<&str>, message: String| {
        let message = format!("rule `{id}`: {message}");
        flaws.push(Flaw { at: at.to_owned(), unknown: unknown.map(str::to_owned), message });
    };
    let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    if id.is_empty() || !id.chars().all(well_formed) {
        add("id", None, "an id is made of a-z, 0-9, `.` and `-`".to_owned());
    }
    match &rule.command {
        Some(_) if !rule.effect.is_empty() => {
            add("command", None, "has a `command` and an `effect`; it speaks about one of them".to_owned());
        }
        Some(command) => {
            let shapes = command.shapes();
            // The file is searched for the program before it is read as TOML.
            let plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
            let named = |shape: &Vec<String>| shape.first().is_some_and(|program| program.chars().all(plain));
            if shapes.is_empty() || !shapes.iter().all(named) {
                let message = "`command` begins with the file name of a program, such as \"acme deploy\"; `*` may \
                               stand in the words behind it";
                add("command", None, message.to_owned());
            }
        }
        None if rule.effect.is_empty() || rule.effect == COMMAND_RUN => {
            let message = "says neither which `effect` nor which `command` it speaks about";
            add("effect", None, message.to_owned());
        }
        None if !effect_exists(&rule.effect) => {
            add("effect", Some(&rule.effect), format!("there is no effect `{}`", rule.effect));
        }
        None => {}
    }
    if !DECISIONS.contains(&rule.decision.as_str()) {
        let message = format!("`decision` is one of {}, not `{}`", DECISIONS.join(", "), rule.decision);
        add("decision", Some(&rule.decision), message);
    }
    if rule.reason.trim().is_empty() {
        add("reason", None, "`reason` is missing; say what would be lost".to_owned());
    }
    if strict && (rule.matches.is_empty() || rule.pass.is_empty()) {
        add("match", None, "needs at least one example in `match` and one in `pass`".to_owned());
    }
    for (table, tests) in [("when", &rule.when), ("unless", &rule.unless)] {
        for (key, test) in tests {
            let at = format!("{table}.{key}");
            let Some(sort) = key_sort(key) else {
                add(&at, Some(key), format!("there is no key `{key}` to ask about in `{table}`"));
                continue;
            };
            let fits = match test {
                TestSource::Flag(_) => sort == "flag",
                TestSource::Count(_) | TestSource::Range(_) => sort == "count",
                TestSource::Text(text) => text == "unknown" || sort == "text" || sort == "list",
                TestSource::AnyOf(_) => sort == "text" || sort == "list",
            };
            if !fits {
                add(&at, None, format!("`{table}.{key}` is a {sort} and cannot be compared with that"));
            }
        }
    }
    for (table, examples) in [("match", &rule.matches), ("pass", &rule.pass)] {
        for example in examples {
            let ExampleSource::Given(given) = example else { continue };
            for key in given.facts.keys().filter(|key| key_sort(key).is_none()) {
                let message = format!("example `{}` gives a fact `{key}` that does not exist", given.line);
                add(table, Some(key), message);
            }
        }
    }
    if rule.instead.is_some() && rule.advice.is_some() {
        let message = "`instead` is a command and `advice` are words; one of them is enough";
        add("advice", None, message.to_owned());
    }
    if let Some(key) = &rule.confirm {
        if key_sort(key) != Some("text") {
            add("confirm", Some(key), format!("`confirm` names no text key: `{key}`"));
        }
        if rule.decision != "ask" {
            add("confirm", None, "`confirm` is for rules that ask".to_owned());
        }
    }
    let texts = [
        ("reason", Some(&rule.reason)),
        ("instead", rule.instead.as_ref()),
        ("advice", rule.advice.as_ref()),
    ];
    for (at, text) in texts {
        for placeholder in text.into_iter().flat_map(|text| placeholders(text)) {
            if key_sort(placeholder).is_none() {
                add(at, Some(placeholder), format!("`{{{placeholder}}}` names no key"));
            }
        }
    }
    flaws
}

/// Ids that more than one rule has, as sentences.
pub fn duplicates(rules: &[RuleSource]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let again = rules.iter().filter(|rule| !seen.insert(rule.id.as_str()));
    again.map(|rule| format!("rule `{}`: this id is used twice", rule.id)).collect()
}

/// The keys between `{` and `}` in a template: `{ref}`, `{commits.unique:commit:commits}` (a count with its noun),
/// `{commits.unique::it:them}` (words that agree with a count).
pub fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    let inside =
        template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(inside, _)| inside));
    inside.map(|inside| inside.split(':').next().unwrap_or(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[rule]]
        id = "a.rule"
        effect = "ref.delete"
        decision = "ask"
        reason = "{commits.unique:commit:commits} of {ref} would be lost."
        when = { "commits.unique" = { min = 1 } }
        match = ["git branch -D x"]
        pass = [{ line = "git branch -D x", facts = { "commits.unique" = 0 } }]
    "#;

    /// What is wrong with a built-in rule file, as `build.rs` would see it.
    fn faults(text: &str) -> Vec<String> {
        let file: RuleFile = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => return vec![error.to_string()],
        };
        let sort = |name: &str| match name {
            "ref" => Some("text"),
            "commits.unique" => Some("count"),
            "merged" => Some("flag"),
            _ => None,
        };
        let each = file.rule.iter().flat_map(|rule| lint(rule, true, |effect| effect == "ref.delete", sort));
        each.map(|flaw| flaw.message).chain(duplicates(&file.rule)).collect()
    }

    #[test]
    fn a_good_rule_has_no_fault() {
        assert_eq!(faults(GOOD), [""; 0]);
        assert_eq!(faults(&[GOOD, GOOD].concat()), ["rule `a.rule`: this id is used twice"]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (from, to, expected) in [
            ("reason", "raeson", "unknown field `raeson`"),
            ("min = 1", "mni = 1", "did not match"),
            ("a.rule", "A rule", "an id is made of"),
            ("\"ref.delete\"", "\"ref.delte\"", "there is no effect `ref.delte`"),
            ("\"ask\"", "\"maybe\"", "not `maybe`"),
            ("\"ask\"", "\"ask\"\nconfirm = \"merged\"", "`confirm` names no text key"),
            ("\"ask\"", "\"deny\"\nconfirm = \"ref\"", "`confirm` is for rules that ask"),
            ("\"ask\"", "\"ask\"\ninstead = \"a\"\nadvice = \"b\"", "one of them is enough"),
            ("of {ref} would", "of {refs} would", "`{refs}` names no key"),
            ("{ min = 1 }", "true", "is a count and cannot be compared"),
            ("when = { \"commits.unique\"", "when = { \"commits.uniqe\"", "there is no key `commits.uniqe`"),
            ("facts = { \"commits.unique\"", "facts = { \"commits.uniqe\"", "gives a fact `commits.uniqe`"),
            ("match = [\"git branch -D x\"]", "match = []", "at least one example in `match`"),
            (
                "pass = [{ line = \"git branch -D x\", facts = { \"commits.unique\" = 0 } }]",
                "",
                "one in `pass`",
            ),
            ("{commits.unique:commit:commits} of {ref} would be lost.", " ", "`reason` is missing"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let faults = faults(&text);
            assert!(faults.iter().any(|fault| fault.contains(expected)), "{to}: {faults:?}");
        }
    }
}
