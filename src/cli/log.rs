//! `forestall log`: the journal.

use super::{ExitStatus, Outcome};
use forestall::figures::Share;
use forestall::journal::{self, ModelStats, Stats};
use forestall::surface::terminal::show::{Style, visible};
use std::io::{self, Write};

/// Arguments of `log`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many records, the last ones; 20, or all for --stats
    #[arg(short = 'n', long)]
    number: Option<usize>,
    /// Print them as they are kept: JSON Lines
    #[arg(long)]
    json: bool,
    /// Print figures instead: what was asked, how often a model was asked, what it said and how long it took
    #[arg(long)]
    stats: bool,
}

/// Prints the last records, oldest first.
pub fn run(args: &Args) -> Outcome {
    let number = args.number.unwrap_or(if args.stats { usize::MAX } else { 20 });
    let records = match journal::path() {
        Some(path) => journal::last(&path, number)?,
        None => Vec::new(),
    };
    let mut out = io::stdout().lock();
    let style = Style::of_stdout();
    if args.stats {
        let stats = Stats::of(&records);
        match args.json {
            true => writeln!(out, "{}", serde_json::to_string(&stats).map_err(io::Error::from)?)?,
            false => write!(out, "{}", figures(&stats, style))?,
        }
        return Ok(ExitStatus::Success);
    }
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

/// The figures for a person.
fn figures(stats: &Stats, style: Style) -> String {
    let Some(since) = &stats.since else { return "Nothing was asked or stopped yet.\n".to_owned() };
    let answers: Vec<String> =
        stats.answers.iter().map(|(answer, count)| format!("{} {count}", visible(answer, style))).collect();
    let mut text = format!(
        "{} records since {}: {}\n",
        stats.records,
        visible(&since.replacen('T', " ", 1), style),
        answers.join(", ")
    );
    line(&mut text, "run after asking", stats.run_after_asking);
    if stats.models.is_empty() {
        text.push_str("no model was asked\n");
    }
    for (profile, model) in &stats.models {
        text.push_str(&of_model(&visible(profile, style), model, style));
    }
    text
}

fn of_model(profile: &str, model: &ModelStats, style: Style) -> String {
    let mut text = format!("\nmodel `{profile}`: asked {} times", model.asked);
    if model.kept > 0 {
        text.push_str(&format!(", {} of them answered from memory", model.kept));
    }
    text.push('\n');
    line(&mut text, "allowed at once", model.allowed_at_once);
    line(&mut text, "allowed after reasons", model.allowed_after_reasons);
    line(&mut text, "blocked", model.blocked);
    line(&mut text, "and a person ran it", model.overruled);
    line(&mut text, "no answer", model.failed);
    for (why, count) in &model.failures {
        text.push_str(&format!("    {count} × {}\n", visible(why, style)));
    }
    if let Some(latency) = model.latency_ms {
        text.push_str(&format!("  time: {latency}\n"));
    }
    let sent = model.input_tokens + model.cached_tokens;
    if sent > 0 {
        text.push_str(&format!(
            "  tokens: {sent} sent ({:.0} % of them still known to the provider), {} written\n",
            100.0 * model.cached_tokens as f64 / sent as f64,
            model.output_tokens
        ));
    }
    text
}

fn line(text: &mut String, name: &str, share: Share) {
    if share.of > 0 {
        text.push_str(&format!("  {name:<22} {share}\n"));
    }
}
