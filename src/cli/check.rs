//! `forestall check`: judge one line or one script, run nothing, write nothing.

use super::{ExitStatus, Fault, Outcome, script};
use forestall::action::{Actor, Line, Scene, Shell};
use forestall::classifier::{Consult, Unseen};
use forestall::fact::Value;
use forestall::judge::judge_asking;
use forestall::policy::Policy;
use forestall::surface::terminal::read_input;
use forestall::surface::terminal::show::{self, Style, Tense};
use forestall::verdict::{Decision, Finding, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

pub const USAGE: &str = "forestall check [--json] [--offline] [--actor human|agent [--conversation FILE]] [--shell bash|zsh|fish] [LINE | - | --script FILE]";
pub const HELP: &str = "\
The line is one argument; `-` reads it from standard input, as bytes, newlines allowed. A line that begins with \
dashes comes after `--`.

Exit status: 0 allow, 3 ask, 4 deny, 2 wrong usage, 1 our own failure.";

/// The arguments as help, completions and the man page show them. They are parsed by hand, in [`run`].
#[derive(Debug, clap::Args)]
pub struct Described {
    /// Judge every command of a script (`-`: standard input), each finding with its line
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    script: Option<OsString>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Never ask a language model
    #[arg(long)]
    offline: bool,
    /// Who would run it; a human without this option
    #[arg(long, value_name = "WHO", value_parser = ["human", "agent"])]
    actor: Option<String>,
    /// What the agent and its user have said and done before: a transcript of Claude Code or Codex, or lines of JSON
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    conversation: Option<OsString>,
    /// The shell; without it bash, or what the script says of itself
    #[arg(long, value_parser = ["bash", "zsh", "fish"])]
    shell: Option<String>,
    /// The line, or `-` for standard input
    #[arg(value_hint = clap::ValueHint::CommandString)]
    line: Option<OsString>,
}

/// Whether help is asked for, which is not worth a hand-written answer.
pub fn wants_help(args: &[OsString]) -> bool {
    args.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--help" || arg == "-h")
}

struct Request {
    json: bool,
    offline: bool,
    actor: Actor,
    conversation: Option<PathBuf>,
    shell: Option<Shell>,
    what: What,
}

#[derive(Debug, PartialEq)]
enum What {
    Line(OsString),
    Script(OsString),
}

fn parse(args: &[OsString]) -> Result<Request, Fault> {
    let (mut json, mut offline, mut actor, mut shell) = (false, false, Actor::Human, None);
    let (mut script, mut conversation) = (None, None);
    let mut lines = Vec::new();
    let mut rest = args.iter();
    'args: while let Some(arg) = rest.next() {
        // The name of a file need not be UTF-8.
        for (name, file) in [("--script", &mut script), ("--conversation", &mut conversation)] {
            if arg == name {
                let value = rest.next().ok_or_else(|| Fault::usage(format!("`{name}` needs a file")))?;
                *file = Some(value.clone());
                continue 'args;
            }
            let attached = arg.as_bytes().strip_prefix(name.as_bytes());
            if let Some(value) = attached.and_then(|rest| rest.strip_prefix(b"=")) {
                *file = Some(OsStr::from_bytes(value).to_owned());
                continue 'args;
            }
        }
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
            "--offline" if attached.is_none() => offline = true,
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
                let known = Shell::from_name(name);
                shell =
                    Some(known.ok_or_else(|| {
                        Fault::usage(format!("there is no shell `{name}`; bash, zsh or fish"))
                    })?);
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
    if conversation.is_some() && actor == Actor::Human {
        return Err(Fault::usage(
            "`--conversation` is what an agent and its user have said; a person has none",
        )
        .hint("add `--actor agent`"));
    }
    let what = match (script, lines.as_slice()) {
        (Some(file), []) => What::Script(file),
        (Some(_), _) => return Err(Fault::usage("a line and a script cannot be judged at once").hint(USAGE)),
        (None, [line]) => What::Line((*line).clone()),
        (None, []) => return Err(Fault::usage("no line to judge").hint(USAGE)),
        (None, lines) => {
            return Err(Fault::usage(format!("the line came as {} arguments", lines.len()))
                .hint("put the whole line into one pair of quotes, or give it on standard input with `-`"));
        }
    };
    Ok(Request { json, offline, actor, conversation: conversation.map(PathBuf::from), shell, what })
}

/// Judges the line, or the script.
pub fn run(args: &[OsString]) -> Outcome {
    let request = parse(args)?;
    let mut unseen = Unseen;
    // Nothing is written, so what a model says is not kept either.
    let ask = &mut Consult::new(&mut unseen, false).about(request.conversation);
    let ask = (!request.offline).then_some(ask);
    let line = match &request.what {
        What::Script(file) => return script::check(file, request.shell, request.actor, request.json, ask),
        What::Line(line) if line == "-" => Line::from_bytes(&read_input()?),
        What::Line(line) => Line::from_bytes(line.as_bytes()),
    };
    let scene = Scene::here(request.shell.unwrap_or(Shell::Bash));
    let verdict = judge_asking(&line, &scene, request.actor, || Policy::load(&scene), ask);
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
    Ok(status(verdict.decision))
}

/// The contracted exit status of a decision.
pub(super) fn status(decision: Decision) -> ExitStatus {
    match decision {
        Decision::Allow => ExitStatus::Success,
        Decision::Ask => ExitStatus::Ask,
        Decision::Deny => ExitStatus::Deny,
    }
}

/// The contracted JSON form of a verdict.
#[derive(Serialize)]
struct Report<'a> {
    verdict: &'static str,
    decided_by: &'static str,
    unclear: bool,
    findings: Vec<FindingReport<'a>>,
}

/// The contracted JSON form of a finding.
#[derive(Serialize)]
pub(super) struct FindingReport<'a> {
    rule: &'a str,
    effect: Option<&'static str>,
    verdict: &'static str,
    reason: &'a str,
    pub(super) span: [usize; 2],
    facts: BTreeMap<&'static str, serde_json::Value>,
    instead: Option<&'a str>,
    rescue: Option<&'a str>,
}

impl<'a> From<&'a Verdict> for Report<'a> {
    fn from(verdict: &'a Verdict) -> Report<'a> {
        Report {
            verdict: verdict.decision.name(),
            decided_by: verdict.decided_by.name(),
            unclear: verdict.unclear,
            findings: verdict.findings.iter().map(FindingReport::from).collect(),
        }
    }
}

impl<'a> From<&'a Finding> for FindingReport<'a> {
    fn from(finding: &'a Finding) -> FindingReport<'a> {
        FindingReport {
            rule: &finding.rule,
            effect: finding.effect.map(|effect| effect.name()),
            verdict: finding.decision.name(),
            reason: &finding.reason,
            span: [finding.span.start, finding.span.end],
            facts: finding.facts.iter().map(|(key, value)| (key.name(), json(value))).collect(),
            instead: finding.instead.as_ref().map(|instead| instead.text.as_str()),
            rescue: finding.rescue.as_deref(),
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
        assert!(request.json && request.actor == Actor::Agent && request.shell == Some(Shell::Zsh));
        assert_eq!(request.what, What::Line("git push".into()));
    }

    #[test]
    fn a_line_that_looks_like_a_flag() {
        for (args, line) in [
            (&["--", "--json"][..], "--json"),
            (&["--frobnicate all"], "--frobnicate all"),
            (&["-"], "-"),
            (&[""], ""),
            (&["--", "--script"], "--script"),
        ] {
            assert_eq!(parsed(args).unwrap().what, What::Line(line.into()));
        }
    }

    #[test]
    fn a_script_is_named_in_two_ways() {
        for args in [&["--json", "--script", "-x"][..], &["--script=-x", "--json"]] {
            assert_eq!(parsed(args).unwrap().what, What::Script("-x".into()));
        }
    }

    #[test]
    fn an_agent_may_hand_over_its_conversation() {
        for args in [
            &["--actor", "agent", "--conversation", "talk.jsonl", "ls"][..],
            &["--conversation=talk.jsonl", "ls", "--actor=agent"],
        ] {
            assert_eq!(parsed(args).unwrap().conversation, Some(PathBuf::from("talk.jsonl")));
        }
    }

    #[test]
    fn wrong_usage() {
        let wrong: [&[&str]; 11] = [
            &[],
            &["git", "push"],
            &["--jsn", "x"],
            &["--actor"],
            &["--actor", "me", "x"],
            &["--shell=sh2", "x"],
            &["--json=1", "x"],
            &["--script"],
            &["--script", "x", "a line"],
            &["--actor", "agent", "x", "--conversation"],
            &["--conversation", "talk.jsonl", "x"],
        ];
        for args in wrong {
            assert!(parsed(args).is_err(), "{args:?}");
        }
    }
}
