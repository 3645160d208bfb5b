//! `forestall rules`: the rules, and whether they do what their examples say.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::{Scene, Shell};
use forestall::policy::Policy;
use forestall::rule::schema::{ExampleSource, RuleFile, RuleSource, TestSource};
use forestall::rule::{SOURCES, examples};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What to do with the rules.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Name every rule, with its decision and effect
    List,
    /// Show one rule whole
    Show {
        /// Its id
        id: String,
    },
    /// Run the examples of every built-in rule
    Test,
}

/// Lists, shows or tests the rules.
pub fn run(verb: &Verb) -> Outcome {
    let mut out = io::stdout().lock();
    match verb {
        Verb::List => list(&mut out)?,
        Verb::Show { id } => match built_in().into_iter().find(|rule| rule.id == *id) {
            Some(rule) => write_rule(&mut out, &rule)?,
            None => return Err(unknown(id)),
        },
        Verb::Test => {
            let report = examples::run_built_in();
            for failure in &report.failures {
                writeln!(out, "{failure}")?;
            }
            let (rules, count, failed) = (report.rules, report.examples, report.failures.len());
            writeln!(out, "{rules} rules, {count} examples, {failed} failed")?;
            if failed > 0 {
                return Ok(ExitStatus::Failure);
            }
        }
    }
    Ok(ExitStatus::Success)
}

/// The built-in rules as written.
pub fn built_in() -> Vec<RuleSource> {
    // The texts were read by `build.rs` with the same schema.
    SOURCES
        .iter()
        .filter_map(|(_, text)| toml::from_str::<RuleFile>(text).ok())
        .flat_map(|file| file.rule)
        .collect()
}

/// Writes a rule as a person reads it.
pub fn write_rule(out: &mut impl Write, rule: &RuleSource) -> io::Result<()> {
    writeln!(out, "{}", rule.id)?;
    writeln!(out, "  decision  {}", rule.decision)?;
    let about = forestall::effect::EffectKind::from_name(&rule.effect).map_or("", |kind| kind.about().trim());
    writeln!(out, "  effect    {}: {about}", rule.effect)?;
    writeln!(out, "  says      {}", rule.reason.trim())?;
    if let Some(instead) = rule.instead.as_ref().or(rule.advice.as_ref()) {
        writeln!(out, "  safer     {instead}")?;
    }
    if let Some(key) = &rule.confirm {
        writeln!(out, "  confirm   by typing {key}")?;
    }
    write_tests(out, "when", &rule.when)?;
    write_tests(out, "unless", &rule.unless)?;
    for (label, examples) in [("fires on", &rule.matches), ("passes", &rule.pass)] {
        for (index, example) in examples.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            match example {
                ExampleSource::Line(line) => writeln!(out, "  {label:8}  {line}")?,
                ExampleSource::Given(given) => {
                    let facts: Vec<String> = given
                        .facts
                        .iter()
                        .map(|(key, value)| format!("{key} = {}", value_text(value)))
                        .collect();
                    let facts =
                        if facts.is_empty() { String::new() } else { format!("    [{}]", facts.join(", ")) };
                    writeln!(out, "  {label:8}  {}{facts}", given.line)?;
                }
            }
        }
    }
    Ok(())
}

/// The answer to an id that does not exist.
pub fn unknown(id: &str) -> Fault {
    Fault::usage(format!("there is no rule `{id}`")).hint("`forestall rules list` names them all")
}

fn list(out: &mut impl Write) -> io::Result<()> {
    let rules = built_in();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        writeln!(out, "{:width$}  {:7}  {}", rule.id, rule.decision, rule.effect)?;
    }
    for rule in Policy::load(&Scene::here(Shell::Bash)).rules.rules {
        let ruling = format!("{:?}", rule.ruling).to_lowercase();
        writeln!(out, "{:width$}  {ruling:7}  {} (yours)", rule.id, rule.effect.name())?;
    }
    Ok(())
}

fn write_tests(out: &mut impl Write, label: &str, tests: &BTreeMap<String, TestSource>) -> io::Result<()> {
    for (index, (key, test)) in tests.iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let test = match test {
            TestSource::Flag(flag) => format!("= {flag}"),
            TestSource::Count(count) => format!("= {count}"),
            TestSource::Text(text) => format!("= {text}"),
            TestSource::AnyOf(list) => format!("is one of {}", list.join(", ")),
            TestSource::Range(range) => match (range.min, range.max) {
                (Some(min), Some(max)) => format!("from {min} to {max}"),
                (Some(min), None) => format!("at least {min}"),
                (None, Some(max)) => format!("at most {max}"),
                (None, None) => "is known".to_owned(),
            },
        };
        let about = forestall::fact::Key::from_name(key).map_or("", |key| key.about().trim());
        writeln!(out, "  {label:8}  {key} {test}    # {about}")?;
    }
    Ok(())
}

fn value_text(value: &forestall::rule::schema::GivenValue) -> String {
    use forestall::rule::schema::GivenValue;
    match value {
        GivenValue::Flag(flag) => flag.to_string(),
        GivenValue::Count(count) => count.to_string(),
        GivenValue::Text(text) => text.clone(),
        GivenValue::List(items) => items.join(", "),
    }
}
