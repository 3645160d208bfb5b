//! `forestall rules`: the rules, whether they do what their examples say, and what helps to write one.

use super::{ExitStatus, Fault, Outcome, policy};
use clap::builder::PossibleValuesParser;
use forestall::action::{Scene, Shell};
use forestall::effect::EffectKind;
use forestall::policy::{Policy, Rank, layers};
use forestall::rule::schema::{ExampleSource, RuleFile, RuleSource, TestSource};
use forestall::rule::{SOURCES, examples, taxonomy};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

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
    /// Print a commented rule to start from, sound as it stands
    New {
        /// The effect that it speaks about
        #[arg(value_parser = PossibleValuesParser::new(taxonomy::effects().map(EffectKind::name)))]
        effect: String,
        /// Add it to your configuration
        #[arg(long)]
        write: bool,
    },
    /// Look for faults in a file of rules, or in all that are in force, and run the examples
    Lint {
        /// The file, as yours; without it every file in force
        file: Option<PathBuf>,
    },
    /// Print the JSON schema of the configuration, for editors
    Schema,
    /// Print every effect and key that a rule may speak about, as Markdown
    Taxonomy,
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
        Verb::New { effect, write: false } => {
            let kind = kind(effect)?;
            write!(out, "{}", taxonomy::template(kind, &free_id(kind)))?;
        }
        Verb::New { effect, write: true } => add(&mut out, kind(effect)?)?,
        Verb::Lint { file } => return policy::lint(&mut out, file.as_deref()),
        Verb::Schema => {
            let text = serde_json::to_string_pretty(&taxonomy::json_schema());
            writeln!(out, "{}", text.map_err(|error| Fault::failure(error.to_string()))?)?;
        }
        Verb::Taxonomy => write!(out, "{}", taxonomy::page())?,
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

fn kind(name: &str) -> Result<EffectKind, Fault> {
    EffectKind::from_name(name).ok_or_else(|| {
        Fault::usage(format!("there is no effect `{name}`")).hint("`forestall rules taxonomy` names them all")
    })
}

/// An id for a new rule of this effect that no rule has yet.
fn free_id(kind: EffectKind) -> String {
    let own = Policy::load(&Scene::here(Shell::Bash)).rules.rules;
    let taken = |id: &str| own.iter().any(|rule| rule.id == id);
    let first = format!("my.{}", kind.name().replace('.', "-"));
    let later = (2..).map(|number| format!("{first}-{number}"));
    std::iter::once(first.clone()).chain(later).find(|id| !taken(id)).unwrap_or_default()
}

/// Adds a new rule to the end of the user's configuration.
fn add(out: &mut impl Write, kind: EffectKind) -> Result<(), Fault> {
    let layers = layers(&Scene::here(Shell::Bash));
    let Some(layer) = layers.iter().find(|layer| layer.rank == Rank::User) else {
        return Err(Fault::failure("nobody knows where your configuration is").hint("set HOME"));
    };
    let before = match &layer.text {
        None => "",
        Some(Ok(text)) => text,
        Some(Err(fault)) => return Err(Fault::failure(fault.to_string())),
    };
    let gap = match before {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let id = free_id(kind);
    let text = format!("{gap}{}", taxonomy::template(kind, &id));
    let path = &layer.path;
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        // In one write, so that nobody ever reads half of a rule.
        fs::OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
    });
    written.map_err(|error| Fault::failure(format!("{} cannot be written: {error}", path.display())))?;
    writeln!(out, "added the rule {id} to {}\nnow change it, and try: forestall rules lint", path.display())?;
    Ok(())
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
    let about = EffectKind::from_name(&rule.effect).map_or("", |kind| kind.about().trim());
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
