//! `forestall check`: judge one line, run nothing, write nothing.

use super::{ExitStatus, Fault, Outcome};
use forestall::action::{Actor, Line, Scene, Shell};
use forestall::fact::Value;
use forestall::judge::judge;
use forestall::policy::Policy;
use forestall::surface::terminal::read_input;
use forestall::surface::terminal::show::{self, Style, Tense};
use forestall::verdict::{Decision, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

pub const USAGE: &str =
    "forestall check [--json] [--offline] [--actor human|agent] [--shell bash|zsh|fish] [LINE | -]";
pub const HELP: &str = "\
The line is one argument; `-` reads it from standard input, as bytes, newlines allowed.

  --json           print one JSON object
  --offline        never ask a language model
  --actor <who>    human (default) or agent
  --shell <shell>  bash (default), zsh or fish
  --               what follows is the line

Exit status: 0 allow, 3 ask, 4 deny, 2 wrong usage, 1 our own failure.";

/// Whether help is asked for, which is not worth a hand-written answer.
pub fn wants_help(args: &[OsString]) -> bool {
    args.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--help" || arg == "-h")
}

struct Request {
    json: bool,
    actor: Actor,
    shell: Shell,
    line: OsString,
}

fn parse(args: &[OsString]) -> Result<Request, Fault> {
    let (mut json, mut actor, mut shell) = (false, Actor::Human, Shell::Bash);
    let mut lines = Vec::new();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let text = arg.to_str().unwrap_or_default();
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (text, None),
        };
        let mut value = |what: &str| {
            let value = attached.or_else(|| rest.next().and_then(|value| value.to_str()));
            value.ok_or_else(|| Fault::usage(format!("`{name}` needs a value: {what}")))
        };
        match name {
            "--json" if attached.is_none() => json = true,
            // There is no model to ask yet, so this is always so.
            "--offline" if attached.is_none() => {}
            "--actor" => {
                actor = match value("human or agent")? {
                    "human" => Actor::Human,
                    "agent" => Actor::Agent,
                    other => {
                        return Err(Fault::usage(format!("there is no actor `{other}`; human or agent")));
                    }
                };
            }
            "--shell" => {
                let name = value("bash, zsh or fish")?;
                shell = Shell::from_name(name)
                    .ok_or_else(|| Fault::usage(format!("there is no shell `{name}`; bash, zsh or fish")))?;
            }
            "--" => {
                lines.extend(rest.by_ref());
            }
            // A line may itself begin with a dash, but not with a word that looks like a flag of ours.
            _ if text.starts_with("--") && !text.contains(' ') => {
                return Err(Fault::usage(format!("there is no option `{text}`"))
                    .hint(format!("a line that begins with dashes comes after `--`; {USAGE}")));
            }
            _ => lines.push(arg),
        }
    }
    match lines.as_slice() {
        [line] => Ok(Request { json, actor, shell, line: (*line).clone() }),
        [] => Err(Fault::usage("no line to judge").hint(USAGE)),
        _ => Err(Fault::usage(format!("the line came as {} arguments", lines.len()))
            .hint("put the whole line into one pair of quotes, or give it on standard input with `-`")),
    }
}

/// Judges the line.
pub fn run(args: &[OsString]) -> Outcome {
    let request = parse(args)?;
    let line = if request.line == "-" {
        Line::from_bytes(&read_input()?)
    } else {
        Line::from_bytes(request.line.as_bytes())
    };
    let scene = Scene::here(request.shell);
    let verdict = judge(&line, &scene, request.actor, || Policy::load(&scene));
    // Not part of the answer: what could not be read, such as a broken configuration.
    for note in &verdict.notes {
        writeln!(io::stderr(), "forestall: {note}")?;
    }
    if request.json {
        let mut out = serde_json::to_vec(&Report::from(&verdict)).map_err(io::Error::from)?;
        out.push(b'\n');
        io::stdout().write_all(&out)?;
    } else if verdict.decision > Decision::Allow {
        io::stdout()
            .write_all(show::verdict(line.text(), &verdict, Tense::Would, Style::of_stdout()).as_bytes())?;
    }
    Ok(match verdict.decision {
        Decision::Allow => ExitStatus::Success,
        Decision::Ask => ExitStatus::Ask,
        Decision::Deny => ExitStatus::Deny,
    })
}

/// The contracted JSON form of a verdict.
#[derive(Serialize)]
struct Report<'a> {
    verdict: &'static str,
    decided_by: &'static str,
    unclear: bool,
    findings: Vec<FindingReport<'a>>,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    rule: &'a str,
    effect: Option<&'static str>,
    verdict: &'static str,
    reason: &'a str,
    span: [usize; 2],
    facts: BTreeMap<&'static str, serde_json::Value>,
    instead: Option<&'a str>,
    rescue: Option<&'a str>,
}

impl<'a> From<&'a Verdict> for Report<'a> {
    fn from(verdict: &'a Verdict) -> Report<'a> {
        let findings = verdict.findings.iter().map(|finding| FindingReport {
            rule: &finding.rule,
            effect: finding.effect.map(|effect| effect.name()),
            verdict: finding.decision.name(),
            reason: &finding.reason,
            span: [finding.span.start, finding.span.end],
            facts: finding.facts.iter().map(|(key, value)| (key.name(), json(value))).collect(),
            instead: finding.instead.as_deref(),
            rescue: finding.rescue.as_deref(),
        });
        Report {
            verdict: verdict.decision.name(),
            decided_by: verdict.decided_by.name(),
            unclear: verdict.unclear,
            findings: findings.collect(),
        }
    }
}

/// What could not be read is `null`.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Unknown => serde_json::Value::Null,
        Value::Flag(flag) => (*flag).into(),
        Value::Count(count) => (*count).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.as_slice().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Request, Fault> {
        parse(&args.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn flags_may_stand_before_and_after_the_line() {
        let request =
            parsed(&["--json", "git push", "--actor", "agent", "--shell=zsh", "--offline"]).unwrap();
        assert!(request.json && request.actor == Actor::Agent && request.shell == Shell::Zsh);
        assert_eq!(request.line, "git push");
    }

    #[test]
    fn a_line_that_looks_like_a_flag() {
        assert_eq!(parsed(&["--", "--json"]).unwrap().line, "--json");
        assert_eq!(parsed(&["--frobnicate all"]).unwrap().line, "--frobnicate all");
        assert_eq!(parsed(&["-"]).unwrap().line, "-");
        assert_eq!(parsed(&[""]).unwrap().line, "");
    }

    #[test]
    fn wrong_usage() {
        let wrong: [&[&str]; 7] = [
            &[],
            &["git", "push"],
            &["--jsn", "x"],
            &["--actor"],
            &["--actor", "me", "x"],
            &["--shell=sh2", "x"],
            &["--json=1", "x"],
        ];
        for args in wrong {
            assert!(parsed(args).is_err(), "{args:?}");
        }
    }
}
