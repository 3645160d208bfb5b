//! The commands a user types, one file each.

mod check;
mod classifier;
mod completions;
mod doctor;
mod exec;
mod explain;
mod fault;
mod gate;
mod git;
mod git_hook;
mod init;
mod log;
mod man;
mod off;
mod once;
mod policy;
mod rules;
mod script;
mod setup;
mod undo;

pub use fault::{ExitStatus, Fault};

use clap::{Parser, Subcommand};
use std::ffi::{OsStr, OsString};

/// What a command answers.
type Outcome = Result<ExitStatus, Fault>;

/// forestall stands between an intention and its damage: it judges shell lines, pushes and commits by what they
/// would do here and now.
#[derive(Debug, Parser)]
#[command(
    name = "forestall",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge a line or a script in this directory and environment; nothing is run or written
    #[command(override_usage = check::USAGE, after_help = check::HELP)]
    Check(check::Described),
    /// Judge a command and the scripts that it would run, then become it
    #[command(after_help = exec::HELP)]
    Exec(exec::Args),
    /// Print the hook for a shell, to be evaluated at the end of its rc file
    Init(init::Args),
    /// Show what was asked, stopped or passed
    Log(log::Args),
    /// Permit one line to run once, here, within ten minutes
    Once(once::Args),
    /// List the refs that were kept before they were lost, or bring one back
    Undo(undo::Args),
    /// Judge pushes and commits in git's own hooks, also where no shell looks
    #[command(subcommand)]
    Git(git::Verb),
    /// Explain a rule, or walk a line through every stage
    Explain(explain::Args),
    /// List, show, test and write rules
    #[command(subcommand)]
    Rules(rules::Verb),
    /// Show or check the files of administrators, users and repositories
    Policy(policy::Args),
    /// Choose and measure a language model for what rules leave unclear
    #[command(subcommand)]
    Classifier(classifier::Verb),
    /// Prove in a real terminal that the shells are protected
    Doctor(doctor::Args),
    /// Add the hook to the rc files of your shells
    Setup(setup::Args),
    /// Take the hook out of the rc files again
    Uninstall(setup::Args),
    /// Switch the protection of this shell off, until `forestall on` or a new shell
    Off,
    /// Switch the protection of this shell on again
    On,
    /// Print the completions for a shell
    Completions(completions::Args),
    /// Print the manual page, as roff
    Man,
    /// Become a shell in a pseudo-terminal, for `doctor`
    #[command(hide = true, name = "self-test-shell")]
    SelfTestShell(doctor::ShellArgs),
    /// Called by the shells before a line runs
    #[command(hide = true)]
    Gate {
        /// Shell, and options
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Leave a marker file: the line that `doctor` wants to see stopped
    #[command(hide = true, name = "self-test-stop")]
    SelfTestStop {
        /// The file to make
        marker: std::path::PathBuf,
    },
}

/// Runs the verbs that are called on every line or by every hook; `None` for the others.
pub fn hot(verb: &OsStr, rest: &[OsString]) -> Option<ExitStatus> {
    match verb.to_str()? {
        "check" if !check::wants_help(rest) => Some(settle(check::run(rest))),
        "gate" => Some(settle(gate::run(rest))),
        "git-hook" => Some(settle(git_hook::run(rest))),
        _ => None,
    }
}

/// Runs any other command.
pub fn run() -> ExitStatus {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let failed = error.use_stderr();
            let _ = error.print();
            return if failed { ExitStatus::Usage } else { ExitStatus::Success };
        }
    };
    settle(match cli.command {
        // Everything but `--help`, which clap has answered, was taken by hand in `hot`.
        Command::Check(_) => check::run(&std::env::args_os().skip(2).collect::<Vec<_>>()),
        Command::Gate { args } => gate::run(&args),
        Command::Exec(args) => exec::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Log(args) => log::run(&args),
        Command::Once(args) => once::run(&args),
        Command::Undo(args) => undo::run(&args),
        Command::Git(verb) => git::run(&verb),
        Command::Explain(args) => explain::run(&args),
        Command::Rules(verb) => rules::run(&verb),
        Command::Policy(args) => policy::run(&args),
        Command::Classifier(verb) => classifier::run(&verb),
        Command::Doctor(args) => doctor::run(&args),
        Command::Setup(args) => setup::install(&args),
        Command::Uninstall(args) => setup::uninstall(&args),
        Command::Off => off::run("off"),
        Command::On => off::run("on"),
        Command::Completions(args) => completions::run(&args),
        Command::Man => man::run(),
        Command::SelfTestShell(args) => doctor::become_shell(&args),
        Command::SelfTestStop { marker } => {
            std::fs::write(marker, "ran\n").map(|()| ExitStatus::Success).map_err(Fault::from)
        }
    })
}

/// Tells what went wrong; a reader that has gone away (`| head`) is nothing wrong.
fn settle(outcome: Outcome) -> ExitStatus {
    match outcome {
        Ok(status) => status,
        Err(fault) => fault.report(),
    }
}
