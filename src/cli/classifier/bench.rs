//! `forestall classifier bench`: how good a model is on lines whose answer is known.

use super::ask::Asker;
use crate::cli::{ExitStatus, Fault, Outcome};
use forestall::action::{Actor, Line, Scene, Shell};
use forestall::classifier::bench::{self, Asked, Measured, Report, Row};
use forestall::classifier::{Case, First, Nonce, Profile, Stage, dialect, first, second, system};
use forestall::figures::{Percentiles, Share};
use forestall::judge::{Considered, consider};
use forestall::policy::Policy;
use forestall::surface::terminal::show::{Style, visible};
use forestall::verdict::Decision;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long an answer may take here, where no shell waits for it.
const PATIENCE: Duration = Duration::from_secs(60);
/// Most rows that `--compare` shows.
const MOST_SHOWN: usize = 40;

pub const HELP: &str = "\
A row of the list is a label, a tab and a line (`stop<TAB>dropdb orders`, `pass<TAB>ls`), or JSON \
({\"want\": \"stop\", \"line\": \"…\", \"actor\": \"agent\"}), or a bare line below `= stop` or `= pass`. `#` begins a \
remark, `⏎` is a line break. Each line is judged in the current directory, as `forestall check` does; every line is \
sent to the model, also those that the rules would settle, and its secrets are masked as always.";

/// Arguments of `bench`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The list of lines, each with what is wanted of it
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// A profile other than the configured one
    #[arg(long)]
    profile: Option<String>,
    /// A second profile, to be measured on the same lines
    #[arg(long, value_name = "PROFILE")]
    compare: Option<String>,
    /// Also print every line that comes out wrong
    #[arg(long)]
    list: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// How many requests are under way at once
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=32))]
    jobs: u8,
}

/// A model and what it did.
#[derive(Serialize)]
struct Run<'a> {
    profile: String,
    model: &'a str,
    #[serde(flatten)]
    report: Report,
    #[serde(skip)]
    measured: Vec<Measured>,
}

#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    run: &'a Run<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<Compared<'a>>,
}

#[derive(Serialize)]
struct Compared<'a> {
    #[serde(flatten)]
    run: &'a Run<'a>,
    /// Lines that the first got right and the second wrong, and the other way round.
    only_first_right: usize,
    only_second_right: usize,
}

/// Measures one profile or two.
pub fn run(args: &Args) -> Outcome {
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Fault::failure(format!("{}: {error}", args.file.display())))?;
    let rows = bench::parse(&text, label_of(&args.file)).map_err(|error| {
        Fault::usage(format!("{}: {error}", args.file.display()))
            .hint("`forestall classifier bench --help` tells the forms of a list")
    })?;
    let scene = Scene::here(Shell::Bash);
    let policy = Policy::load(&scene);
    for fault in &policy.faults {
        writeln!(io::stderr(), "forestall: {fault}")?;
    }
    let mut names = vec![super::named(args.profile.as_deref(), &policy.classifier)?];
    if let Some(other) = &args.compare {
        names.push(super::named(Some(other), &policy.classifier)?);
    }
    let mut runs = Vec::new();
    for (name, profile) in names {
        let measured = measure(&rows, &scene, &policy, profile, usize::from(args.jobs))
            .map_err(|why| Fault::failure(format!("`{name}` cannot be asked: {why}")))?;
        let report = Report::of(&rows, &measured, profile.prices.as_ref());
        runs.push(Run { profile: name.to_owned(), model: &profile.model, report, measured });
    }
    print(args, &rows, &runs)?;
    // Figures of a model that never answered are none.
    let dead = runs.iter().any(|run| run.report.no_answer.hits + run.report.not_sent.hits == rows.len());
    Ok(if dead { ExitStatus::Failure } else { ExitStatus::Success })
}

/// What the name of a file of `tests/corpus` says about its lines.
fn label_of(file: &std::path::Path) -> Option<bool> {
    let folder = file.parent().and_then(|folder| folder.file_name());
    match folder.and_then(|folder| folder.to_str()) {
        Some("stop") => Some(true),
        Some("pass") => Some(false),
        _ => (file.file_name()?.to_str()? == "everyday.txt").then_some(false),
    }
}

fn measure(
    rows: &[Row],
    scene: &Scene,
    policy: &Policy,
    profile: &Profile,
    jobs: usize,
) -> Result<Vec<Measured>, String> {
    let settings = &policy.classifier;
    let system = system(&settings.slots);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(vec![Measured::default(); rows.len()]);
    let work = |mut asker: Asker<'_>| {
        while let Some((at, row)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, rows.get(at)?)))
        {
            let measured = one(row, scene, policy, profile, &system, &mut asker);
            if let Ok(mut done) = done.lock() {
                done[at] = measured;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(rows.len()) {
            let asker = Asker::new(profile, settings.bounds.connect.max(Duration::from_secs(5)), PATIENCE)?;
            scope.spawn(|| work(asker));
        }
        Ok::<(), String>(())
    })?;
    done.into_inner().map_err(|_| "a part of it broke off".to_owned())
}

/// Both stages for one line, as they are asked before a line runs.
fn one(
    row: &Row,
    scene: &Scene,
    policy: &Policy,
    profile: &Profile,
    system: &str,
    asker: &mut Asker<'_>,
) -> Measured {
    let line = Line::from_bytes(row.line.as_bytes());
    let Considered { verdict, is_open, case } =
        consider(&line, scene, row.actor, row.conversation.as_ref(), policy);
    let mut measured = Measured {
        rules_stop: verdict.decision > Decision::Allow,
        // Of which only a part could be sent, nobody is asked.
        is_open: is_open && case.as_ref().is_ok_and(|case| !case.is_cut),
        ..Measured::default()
    };
    let Ok(case) = case else { return measured };
    measured.outcome = ask(&case, row.actor, profile, system, asker, &mut measured.asked);
    measured
}

fn ask(
    case: &Case,
    actor: Actor,
    profile: &Profile,
    system: &str,
    asker: &mut Asker<'_>,
    asked: &mut Vec<Asked>,
) -> bench::Outcome {
    let mut note = |stage: u8, reply: &dialect::Reply, took, allows| {
        asked.push(Asked { stage, allows, took, usage: reply.usage });
    };
    // A line that speaks to its judge is not settled with one word.
    if !case.is_suspect {
        let (reply, took) = asker.ask(system, case, &Stage::First);
        let reply = match reply {
            Ok(reply) => reply,
            Err(why) => return bench::Outcome::Nothing(why),
        };
        let allows = first(&reply, profile.flavor.constrains(profile.dialect)) == First::Allow;
        note(1, &reply, took, allows);
        if allows && !case.is_cut {
            return bench::Outcome::Allow;
        }
    }
    let nonce = Nonce::draw();
    let (reply, took) = asker.ask(system, case, &Stage::Second(nonce.clone()));
    let reply = match reply {
        Ok(reply) => reply,
        Err(why) => return bench::Outcome::Nothing(why),
    };
    let answer = second(&reply, &nonce);
    let allows = answer.as_ref().is_ok_and(|answer| answer.allows(actor)) && !case.is_cut;
    note(2, &reply, took, allows);
    match answer {
        Ok(_) if allows => bench::Outcome::Allow,
        Ok(_) => bench::Outcome::Block,
        Err(why) => bench::Outcome::Nothing(why.to_string()),
    }
}

fn print(args: &Args, rows: &[Row], runs: &[Run<'_>]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let right = |run: &Run<'_>, at: usize| run.measured[at].outcome.stops() == rows[at].stop;
    let split = |first: &Run<'_>, second: &Run<'_>| {
        let only = |a, b| (0..rows.len()).filter(|&at| right(a, at) && !right(b, at)).count();
        (only(first, second), only(second, first))
    };
    if args.json {
        let [run, rest @ ..] = runs else { return Ok(()) };
        let compared = rest.first().map(|second| {
            let (only_first_right, only_second_right) = split(run, second);
            Compared { run: second, only_first_right, only_second_right }
        });
        return writeln!(out, "{}", serde_json::to_string(&Printed { run, compared })?);
    }
    let style = Style::of_stdout();
    for (at, run) in runs.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write!(out, "{}", figures(run, rows, style))?;
        if args.list {
            for (at, row) in rows.iter().enumerate().filter(|(at, _)| !right(run, *at)) {
                let wanted = if row.stop { "stop" } else { "pass" };
                let outcome = run.measured[at].outcome.name();
                writeln!(
                    out,
                    "  wanted {wanted}, {outcome}: {}",
                    visible(&row.line.replace('\n', "⏎"), style)
                )?;
            }
        }
    }
    if let [one, other] = runs {
        let (only_one, only_other) = split(one, other);
        writeln!(
            out,
            "\nonly `{}` is right: {only_one}; only `{}`: {only_other}",
            one.profile, other.profile
        )?;
        let differ = |at: &usize| right(one, *at) != right(other, *at);
        for at in (0..rows.len()).filter(differ).take(MOST_SHOWN) {
            let better = if right(one, at) { one } else { other };
            let wanted = if rows[at].stop { "stop" } else { "pass" };
            let line = visible(&rows[at].line.replace('\n', "⏎"), style);
            writeln!(out, "  {wanted}, as `{}` says: {line}", better.profile)?;
        }
        let more = (only_one + only_other).saturating_sub(MOST_SHOWN);
        if more > 0 {
            writeln!(out, "  and {more} more")?;
        }
    }
    Ok(())
}

/// The figures of one model for a person.
fn figures(run: &Run<'_>, rows: &[Row], style: Style) -> String {
    let report = &run.report;
    let stop = rows.iter().filter(|row| row.stop).count();
    let mut text = String::new();
    let _ = writeln!(
        text,
        "`{}`, {}: {} lines to stop, {} to pass; the rules leave {} open",
        visible(&run.profile, style),
        visible(run.model, style),
        stop,
        rows.len() - stop,
        report.unclear
    );
    let _ = writeln!(text, "{:<18}{:<34}misses", "", "false alarms");
    for (name, errors) in [
        ("rules alone", report.rules_alone),
        ("stage 1 alone", report.stage_1),
        ("both stages", report.both_stages),
        ("rules and model", report.rules_and_model),
    ] {
        let (alarms, misses) = (errors.false_alarms.to_string(), errors.misses.to_string());
        let _ = writeln!(text, "  {name:<16}{alarms:<34}{misses}");
    }
    share(&mut text, "no answer", report.no_answer);
    for (why, count) in &report.reasons {
        let _ = writeln!(text, "    {count} × {}", visible(why, style));
    }
    share(&mut text, "not sent", report.not_sent);
    let time = |text: &mut String, name: &str, times: Option<Percentiles>| {
        if let Some(times) = times {
            let _ = writeln!(text, "  {name:<16}{times}");
        }
    };
    time(&mut text, "time, stage 1", report.stage_1_ms);
    time(&mut text, "time, stage 2", report.stage_2_ms);
    let sent = report.input_tokens + report.cached_tokens;
    if sent > 0 {
        let _ = writeln!(
            text,
            "  {:<16}{sent} sent, {:.0} % of them still known to the provider ({} of {} requests); {} written",
            "tokens",
            100.0 * report.cached_tokens as f64 / sent as f64,
            report.cache_hits.hits,
            report.cache_hits.of,
            report.output_tokens
        );
    }
    match report.dollars {
        Some(dollars) => {
            let thousand = dollars * 1000.0 / rows.len() as f64;
            let _ = writeln!(text, "  {:<16}{dollars:.4} $, {thousand:.2} $ for a thousand lines", "cost");
        }
        None => {
            let _ = writeln!(text, "  {:<16}unknown; `prices` in the profile would tell", "cost");
        }
    }
    text
}

fn share(text: &mut String, name: &str, share: Share) {
    if share.hits > 0 {
        let _ = writeln!(text, "  {name:<16}{share}");
    }
}
