//! `forestall completions <shell>`: what the Tab key offers.

use super::{Cli, ExitStatus, Outcome};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};
use forestall::rule::BUILT_IN;
use std::borrow::Cow;
use std::io::{self, Write};

pub const HELP: &str = "\
To have them in every new shell:
  bash  forestall completions bash > ~/.local/share/bash-completion/completions/forestall
  zsh   forestall completions zsh > a directory in $fpath, as _forestall
  fish  forestall completions fish > ~/.config/fish/completions/forestall.fish";

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Prints the script for the shell.
pub fn run(args: &Args) -> Outcome {
    let ids = || {
        let rules = BUILT_IN.iter().flat_map(|(_, rules)| rules.iter());
        PossibleValuesParser::new(rules.filter_map(|rule| match rule.id {
            Cow::Borrowed(id) => Some(id),
            Cow::Owned(_) => None,
        }))
    };
    // Offered, though more is accepted: a whole line, or a rule of one's own.
    let command = Cli::command()
        .mut_subcommand("explain", |explain| explain.mut_arg("subject", |arg| arg.value_parser(ids())))
        .mut_subcommand("rules", |rules| {
            rules.mut_subcommand("show", |show| show.mut_arg("id", |arg| arg.value_parser(ids())))
        })
        .mut_subcommand("init", |init| {
            init.mut_arg("shell", |arg| arg.value_parser(["bash", "zsh", "fish"]))
        });
    // What only hooks call is offered to nobody.
    let shown = command.get_subcommands().filter(|sub| !sub.is_hide_set()).cloned();
    let mut command = Command::new("forestall")
        .version(env!("CARGO_PKG_VERSION"))
        .args(command.get_arguments().cloned().collect::<Vec<_>>())
        .subcommands(shown.collect::<Vec<_>>());
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "forestall", &mut script);
    if args.shell == clap_complete::Shell::Fish {
        for sub in command.get_subcommands() {
            fish_values(&mut script, sub, &format!("__fish_forestall_using_subcommand {}", sub.get_name()))?;
        }
    }
    io::stdout().write_all(&script)?;
    Ok(ExitStatus::Success)
}

/// The values of arguments that are no options, which clap_complete leaves out for fish.
fn fish_values(out: &mut impl Write, command: &Command, condition: &str) -> io::Result<()> {
    for arg in command.get_positionals() {
        let values = arg.get_possible_values();
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        if !names.is_empty() {
            writeln!(out, "complete -c forestall -n \"{condition}\" -f -a \"{}\"", names.join(" "))?;
        }
    }
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        fish_values(out, sub, &format!("{condition}; and __fish_seen_subcommand_from {}", sub.get_name()))?;
    }
    Ok(())
}
