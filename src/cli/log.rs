//! `forestall log`: the journal.

use super::{ExitStatus, Outcome};
use forestall::journal;
use forestall::surface::terminal::show::{Style, visible};
use std::io::{self, Write};

/// Arguments of `log`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many records, the last ones
    #[arg(short = 'n', long, default_value_t = 20)]
    number: usize,
    /// Print them as they are kept: JSON Lines
    #[arg(long)]
    json: bool,
}

/// Prints the last records, oldest first.
pub fn run(args: &Args) -> Outcome {
    let records = match journal::path() {
        Some(path) => journal::last(&path, args.number)?,
        None => Vec::new(),
    };
    let mut out = io::stdout().lock();
    let style = Style::of_stdout();
    for record in &records {
        if args.json {
            writeln!(out, "{}", serde_json::to_string(record).map_err(io::Error::from)?)?;
            continue;
        }
        let time = record.time.replacen('T', " ", 1);
        writeln!(
            out,
            "{}  {:4} → {:7}  {:32}  {}",
            visible(&time, style),
            visible(&record.verdict, style),
            visible(&record.answer, style),
            visible(&record.rules.join(","), style),
            visible(&record.line, style),
        )?;
    }
    if records.is_empty() && !args.json {
        writeln!(out, "Nothing was asked or stopped yet.")?;
    }
    Ok(ExitStatus::Success)
}
