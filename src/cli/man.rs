//! `forestall man`: the manual page, from the same definition as the commands and their help.
//!
//! One page for all commands, since each of them has little to say; clap_mangen would make one for each.

use super::{Cli, ExitStatus, Outcome};
use clap::{Arg, Command, CommandFactory};
use std::io::{self, Write};

/// The sections that no definition of a command holds. One text, since a table of texts would have to be
/// relocated at every start of the program.
const TAIL: &str = r#".SH "EXIT STATUS"
.TP
\fB0\fR
Done; check: nothing to stop; doctor: every shell that is set up is protected.
.TP
\fB1\fR
forestall itself failed, or what was asked for is not so.
.TP
\fB2\fR
The command was not understood.
.TP
\fB3\fR
check: a person would be asked.
.TP
\fB4\fR
check: the line would be stopped.
.TP
\fB77\fR
gate, exec: stopped.
.TP
\fB126, 127\fR
exec: the command cannot be executed, or is not there.
.SH FILES
.TP
\fB~/.config/forestall/config.toml\fR
The user\(aqs configuration.
.TP
\fB/etc/forestall/policy.toml\fR
The administrator\(aqs.
.TP
\fB.forestall.toml\fR
The repository\(aqs, which may only tighten.
.TP
\fB~/.local/state/forestall/\fR
The journal, and permissions that were not used yet.
.SH ENVIRONMENT
.TP
\fBNO_COLOR\fR
When it is set and not empty, nothing is coloured.
.TP
\fBTERM\fR
dumb: the same.
"#;

/// Prints the page.
pub fn run() -> Outcome {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    write(&mut page, &command)?;
    io::stdout().write_all(&page)?;
    Ok(ExitStatus::Success)
}

fn write(out: &mut Vec<u8>, command: &Command) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    writeln!(out, ".TH FORESTALL 1 \"\" \"forestall {version}\" \"User Commands\"")?;
    writeln!(out, ".nh\n.ad l")?;
    section(out, "NAME")?;
    writeln!(out, "forestall \\- judge shell lines, pushes and commits before they run")?;
    section(out, "SYNOPSIS")?;
    writeln!(out, "\\fBforestall\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]")?;
    section(out, "DESCRIPTION")?;
    paragraph(out, &sentence(&command.get_about().map(ToString::to_string).unwrap_or_default()))?;
    writeln!(out, ".PP")?;
    paragraph(
        out,
        "Hooks in bash, zsh and fish call it for each typed line, hooks in git for each push and commit. What is \
         harmless here and now runs without a word; what would lose commits, send secrets away or change a \
         production database is asked about or stopped.",
    )?;
    section(out, "COMMANDS")?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        subcommand(out, sub, &format!("forestall {}", sub.get_name()))?;
    }
    out.write_all(TAIL.as_bytes())
}

fn subcommand(out: &mut Vec<u8>, command: &Command, name: &str) -> io::Result<()> {
    let nested: Vec<&Command> =
        command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help").collect();
    let usage: String = command.get_arguments().filter(|arg| shown(arg)).map(usage_of).collect();
    if nested.is_empty() {
        writeln!(out, ".SS \"{}{}\"", escaped(name), usage)?;
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        paragraph(out, &sentence(&about))?;
    }
    for arg in command.get_arguments().filter(|arg| shown(arg)) {
        writeln!(out, ".TP\n{}", label(arg))?;
        let mut help = sentence(&arg.get_help().map(ToString::to_string).unwrap_or_default());
        let values = arg.get_possible_values();
        let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        if arg.get_action().takes_values() && !names.is_empty() {
            help.push_str(&format!(" One of {}.", names.join(", ")));
        }
        paragraph(out, &help)?;
    }
    if let Some(after) = command.get_after_help().filter(|_| nested.is_empty()) {
        for part in after.to_string().split("\n\n") {
            writeln!(out, ".PP")?;
            // Lines that are indented stand as they are.
            let indented = part.lines().any(|line| line.starts_with(' '));
            for line in part.lines() {
                paragraph(out, line)?;
                if indented {
                    writeln!(out, ".br")?;
                }
            }
        }
    }
    for sub in nested {
        subcommand(out, sub, &format!("{name} {}", sub.get_name()))?;
    }
    Ok(())
}

fn shown(arg: &Arg) -> bool {
    !arg.is_hide_set() && arg.get_id() != "help"
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    names.first().map_or_else(|| arg.get_id().as_str().to_uppercase(), ToString::to_string)
}

/// How an argument stands in the line of usage.
fn usage_of(arg: &Arg) -> String {
    let many = arg.get_num_args().is_some_and(|range| range.max_values() > 1);
    let value = escaped(&value_name(arg)) + if many { "..." } else { "" };
    match (arg.get_long(), arg.is_required_set()) {
        (Some(long), _) if arg.get_action().takes_values() => format!(" [\\-\\-{} {value}]", escaped(long)),
        (Some(long), _) => format!(" [\\-\\-{}]", escaped(long)),
        (None, true) => format!(" {value}"),
        (None, false) => format!(" [{value}]"),
    }
}

/// How an argument stands in the list.
fn label(arg: &Arg) -> String {
    let mut names = Vec::new();
    names.extend(arg.get_short().map(|short| format!("\\fB\\-{short}\\fR")));
    names.extend(arg.get_long().map(|long| format!("\\fB\\-\\-{}\\fR", escaped(long))));
    let value = format!("\\fI{}\\fR", escaped(&value_name(arg)));
    match (names.is_empty(), arg.get_action().takes_values()) {
        (true, _) => value,
        (false, true) => format!("{} {value}", names.join(", ")),
        (false, false) => names.join(", "),
    }
}

fn section(out: &mut Vec<u8>, title: &str) -> io::Result<()> {
    writeln!(out, ".SH {title}")
}

fn paragraph(out: &mut Vec<u8>, text: &str) -> io::Result<()> {
    writeln!(out, "{}", escaped(text.trim()))
}

fn sentence(text: &str) -> String {
    if text.is_empty() || text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

/// Text for roff: no requests, no escapes, and dashes that can be copied.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('`', "\\(ga").replace('\'', "\\(aq");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}
