//! `forestall check --script FILE`: judge every command of a script, and say in which line each finding stands.

use super::check::{FindingReport, status};
use super::{Fault, Outcome};
use forestall::action::{Actor, Scene, Shell};
use forestall::classifier::Consult;
use forestall::judge::judge_script;
use forestall::policy::Policy;
use forestall::script::ScriptFile;
use forestall::surface::terminal::show::{Style, visible};
use forestall::syntax::{Called, Span};
use forestall::verdict::{Decision, Finding, Verdict};
use serde::Serialize;
use std::ffi::OsStr;
use std::io::{self, Write};

/// Judges the script in this directory and environment.
pub fn check(
    file: &OsStr,
    shell: Option<Shell>,
    actor: Actor,
    as_json: bool,
    ask: Option<&mut Consult<'_>>,
) -> Outcome {
    let script = ScriptFile::open(file, shell).map_err(|error| Fault::failure(error.to_string()))?;
    let scene = Scene::here(script.shell);
    let path = Some(script.name.clone()).filter(|name| name != "-");
    let called = Called { path, arguments: None };
    let (mut verdict, unknown) =
        judge_script(script.text(), &called, &scene, actor, || Policy::load(&scene), ask);
    for note in &verdict.notes {
        writeln!(io::stderr(), "forestall: {note}")?;
    }
    // In the order of the script; what a loop or a function does twice is said once.
    verdict.findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    verdict.findings.dedup_by(|a, b| a.span == b.span && a.rule == b.rule && a.reason == b.reason);
    let mut out = io::stdout().lock();
    match as_json {
        true => {
            let mut bytes =
                serde_json::to_vec(&Report::new(&script, &verdict, &unknown)).map_err(io::Error::from)?;
            bytes.push(b'\n');
            out.write_all(&bytes)?;
        }
        false => write(&mut out, &script, &verdict, &unknown)?,
    }
    Ok(status(verdict.decision))
}

/// Said of a place whose syntax is not known.
const UNKNOWN: &str = "forestall does not know this syntax; it judged the words alone";

fn write(out: &mut impl Write, script: &ScriptFile, verdict: &Verdict, unknown: &[Span]) -> io::Result<()> {
    let style = Style::of_stdout();
    let name = visible(&script.name, style);
    for span in unknown {
        writeln!(out, "{name}:{}: note: {UNKNOWN}", script.line_number(span.start))?;
    }
    for finding in &verdict.findings {
        let number = script.line_number(finding.span.start);
        let reason = visible(&finding.reason, style);
        writeln!(out, "{name}:{number}: {}: {reason} ({})", finding.decision.name(), finding.rule)?;
        writeln!(out, "    {}", visible(&shortened(script.line(number).trim()), style))?;
        if let Some(instead) = &finding.instead {
            writeln!(out, "    safer: {}", visible(&instead.text, style))?;
        }
    }
    let count = |decision| verdict.findings.iter().filter(|finding| finding.decision == decision).count();
    let summary = match (count(Decision::Deny), count(Decision::Ask)) {
        (0, 0) => "nothing to stop".to_owned(),
        (0, ask) => format!("{ask} to ask about"),
        (deny, 0) => format!("{deny} to stop"),
        (deny, ask) => format!("{deny} to stop, {ask} to ask about"),
    };
    writeln!(out, "{name}: {summary}")
}

/// Enough of a line to know it again, with secrets masked.
fn shortened(line: &str) -> String {
    let masked = forestall::secrets::redact(line);
    match masked.char_indices().nth(160) {
        Some((end, _)) => format!("{}...", &masked[..end]),
        None => masked,
    }
}

/// The JSON form of the verdict on a script.
#[derive(Serialize)]
struct Report<'a> {
    verdict: &'static str,
    file: &'a str,
    lines: Vec<LineReport<'a>>,
    unread: Vec<UnreadReport>,
}

/// What was found in one line. Spans are in bytes of the file.
#[derive(Serialize)]
struct LineReport<'a> {
    line: usize,
    verdict: &'static str,
    findings: Vec<FindingReport<'a>>,
}

/// A place whose syntax is not known, so that its words alone were judged.
#[derive(Serialize)]
struct UnreadReport {
    line: usize,
    reason: &'static str,
}

impl<'a> Report<'a> {
    fn new(script: &'a ScriptFile, verdict: &'a Verdict, unknown: &[Span]) -> Report<'a> {
        let number = |finding: &Finding| script.line_number(finding.span.start);
        let lines = verdict.findings.chunk_by(|a, b| number(a) == number(b)).map(|findings| LineReport {
            line: findings.first().map_or(0, number),
            verdict: findings.iter().map(|finding| finding.decision).max().unwrap_or(Decision::Allow).name(),
            findings: findings
                .iter()
                .map(|finding| {
                    let mut report = FindingReport::from(finding);
                    report.span = report.span.map(|at| script.byte_in_file(at));
                    report
                })
                .collect(),
        });
        let unread =
            unknown.iter().map(|span| UnreadReport { line: script.line_number(span.start), reason: UNKNOWN });
        Report {
            verdict: verdict.decision.name(),
            file: &script.name,
            lines: lines.collect(),
            unread: unread.collect(),
        }
    }
}
