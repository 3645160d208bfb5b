//! `forestall policy`: what is in force beside the built-in rules, from which files, and what is wrong with them.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::{Scene, Shell};
use forestall::policy::{Layer, Policy, Rank, layers, test_rules};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What to do with the policy.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show which files there are and what they add (the default)
    Show,
    /// Look for faults and run the examples of the rules, in these files or in those in force
    Check {
        /// The file, as the user's; without it every file in force
        file: Option<PathBuf>,
    },
}

/// Shows or checks the policy; faults make it fail.
pub fn run(args: &Args) -> Outcome {
    let mut out = io::stdout().lock();
    let scene = Scene::here(Shell::Bash);
    let sound = match &args.verb {
        None | Some(Verb::Show) => show(&mut out, &scene)?,
        Some(Verb::Check { file }) => return lint(&mut out, file.as_deref()),
    };
    Ok(if sound { ExitStatus::Success } else { ExitStatus::Failure })
}

/// Every fault of a file, or of all that are in force, and of the examples of their rules.
pub fn lint(out: &mut impl Write, file: Option<&Path>) -> Outcome {
    let sound = match file {
        None => {
            let scene = Scene::here(Shell::Bash);
            check(out, &layers(&scene), &Policy::load(&scene))?
        }
        Some(file) => {
            let rank = match file.file_name().is_some_and(|name| name == ".forestall.toml") {
                true => Rank::Repository,
                false => Rank::User,
            };
            let layer = Layer::read(file, rank);
            if layer.text.is_none() {
                return Err(Fault::usage(format!("there is no file {}", file.display())));
            }
            check(out, &[layer], &Policy::load_file(file, rank))?
        }
    };
    Ok(if sound { ExitStatus::Success } else { ExitStatus::Failure })
}

fn show(out: &mut impl Write, scene: &Scene) -> io::Result<bool> {
    for layer in layers(scene) {
        let state = match &layer.text {
            None => "absent",
            Some(Ok(_)) => "in force",
            Some(Err(_)) => "not usable",
        };
        writeln!(out, "{:10}  {state:10}  {}", layer.rank.name(), layer.path.display())?;
    }
    let policy = Policy::load(scene);
    let mut line = |label: &str, items: &[String]| match items {
        [] => Ok(()),
        items => writeln!(out, "{label}: {}", items.join(", ")),
    };
    line("protected branches", &policy.protected)?;
    line("trusted hosts", &policy.trusted_hosts)?;
    for named in &policy.databases {
        line(&format!("{} databases", named.class.name()), &named.patterns)?;
    }
    let rules: Vec<String> = policy.rules.rules.iter().map(|rule| rule.id.to_string()).collect();
    line("rules", &rules)?;
    for exception in &policy.rules.exceptions {
        line(&format!("exception to {}", exception.rule), std::slice::from_ref(&exception.reason))?;
    }
    faults(out, &policy)
}

fn check(out: &mut impl Write, layers: &[Layer], policy: &Policy) -> io::Result<bool> {
    let mut sound = faults(out, policy)?;
    for layer in layers {
        let Some(Ok(text)) = &layer.text else { continue };
        let report = test_rules(text);
        for failure in &report.failures {
            writeln!(out, "{}: {failure}", layer.path.display())?;
        }
        sound &= report.failures.is_empty();
        summary(out, &layer.path, report.rules, report.examples)?;
    }
    Ok(sound)
}

fn summary(out: &mut impl Write, path: &Path, rules: usize, examples: usize) -> io::Result<()> {
    writeln!(out, "{}: {rules} rules, {examples} examples", path.display())
}

fn faults(out: &mut impl Write, policy: &Policy) -> io::Result<bool> {
    for fault in &policy.faults {
        writeln!(out, "{fault}")?;
    }
    Ok(policy.faults.is_empty())
}
