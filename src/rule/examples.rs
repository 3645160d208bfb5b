//! Runs the examples that rules carry: each `match` line must make its rule fire, each `pass` line must not.

use super::schema::{ExampleSource, GivenValue, RuleFile, RuleSource};
use super::{Rule, SOURCES};
use crate::action::{Line, Scene};
use crate::effect::EffectKind;
use crate::fact::{Facts, Given, Key, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// An example that did not hold.
#[derive(Debug)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// The line of the example.
    pub line: String,
    /// Whether the rule should have fired.
    pub expected: bool,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rule, line) = (&self.rule, &self.line);
        match self.expected {
            true => write!(f, "rule `{rule}` does not fire on its own example `{line}`"),
            false => write!(f, "rule `{rule}` fires on `{line}`, which it should pass"),
        }
    }
}

/// How many examples were run, and which failed.
#[derive(Debug, Default)]
pub struct Report {
    /// Rules seen.
    pub rules: usize,
    /// Examples run.
    pub examples: usize,
    /// Those that did not hold.
    pub failures: Vec<Failure>,
}

/// Runs the examples of every built-in rule.
pub fn run_built_in() -> Report {
    let mut report = Report::default();
    for (_, text) in SOURCES {
        // The text was read by `build.rs` with this very schema.
        let file: RuleFile = toml::from_str(text).unwrap_or_default();
        run(&file.rule, &mut report);
    }
    report
}

/// Runs the examples of these rules.
pub fn run(rules: &[RuleSource], report: &mut Report) {
    for source in rules {
        let Some(rule) = Rule::from_source(source) else { continue };
        report.rules += 1;
        let matches = source.matches.iter().map(|example| (example, true));
        for (example, expected) in matches.chain(source.pass.iter().map(|example| (example, false))) {
            report.examples += 1;
            if fires_on(&rule, example) != expected {
                let line = match example {
                    ExampleSource::Line(line) => line.clone(),
                    ExampleSource::Given(given) => given.line.clone(),
                };
                report.failures.push(Failure { rule: source.id.clone(), line, expected });
            }
        }
    }
}

fn fires_on(rule: &Rule, example: &ExampleSource) -> bool {
    let (line, facts, env) = match example {
        ExampleSource::Line(line) => (line, Vec::new(), BTreeMap::new()),
        ExampleSource::Given(given) => {
            let facts = given
                .facts
                .iter()
                .filter_map(|(name, value)| Some((Key::from_name(name)?, given_value(value))));
            (&given.line, facts.collect(), given.env.clone())
        }
    };
    let scene = Scene::given(Path::new("/nowhere"), env);
    let script = crate::syntax::read(&Line::from_bytes(line.as_bytes()), &scene);
    let mut effects = crate::effect::read(&script, &scene);
    if rule.effect == EffectKind::CommandRun {
        effects.extend(crate::effect::commands(&script, &scene, |_| true));
    }
    effects.iter().filter(|effect| effect.kind == rule.effect).any(|effect| {
        let mut reader = Given(facts.clone());
        rule.fires(&mut Facts::new(effect, &mut reader))
    })
}

fn given_value(value: &GivenValue) -> Value {
    match value {
        GivenValue::Flag(flag) => Value::Flag(*flag),
        GivenValue::Count(count) => Value::Count(*count),
        GivenValue::Text(text) if text == "unknown" => Value::Unknown,
        GivenValue::Text(text) => Value::Text(text.clone()),
        GivenValue::List(items) => Value::List(items.clone()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_built_in_example_holds() {
        let report = super::run_built_in();
        let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        assert!(report.rules > 0 && report.examples >= 2 * report.rules);
    }
}
