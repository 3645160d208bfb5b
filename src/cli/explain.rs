//! `forestall explain`: a rule in words, or the walk of a line through every stage.

use super::rules;
use super::{ExitStatus, Outcome};
use forestall::action::{Actor, Line, Scene, Shell};
use forestall::effect::{self, Effect, Target};
use forestall::fact::{Facts, Key, Live, Reader};
use forestall::judge::judge;
use forestall::policy::{self, Policy, Rank};
use forestall::rule::schema::RuleSource;
use forestall::rule::{BUILT_IN, Condition, Rule, Test};
use forestall::secrets::redact;
use forestall::surface::terminal::show::{Style, shell_quoted, visible};
use forestall::syntax::{self, Dir, Feed, Host, Invocation, Script, Span};
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of a rule, or a whole line in one pair of quotes
    subject: OsString,
    /// Who would run the line
    #[arg(long, value_parser = ["human", "agent"], default_value = "human")]
    actor: String,
    /// bash, zsh or fish
    #[arg(long, default_value = "bash")]
    shell: String,
}

/// Explains a rule or a line.
pub fn run(args: &Args) -> Outcome {
    let mut out = io::stdout().lock();
    let subject = args.subject.to_string_lossy();
    if let Some(rule) = rules::built_in().into_iter().find(|rule| rule.id == subject) {
        rules::write_rule(&mut out, &rule)?;
        if !rule.id.starts_with("self.") {
            write_silence(&mut out, &rule)?;
        }
        return Ok(ExitStatus::Success);
    }
    let looks_like_id = |text: &str| {
        text.contains('.')
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c))
    };
    if subject == "syntax.unread" {
        writeln!(
            out,
            "{subject}\n  decision  ask\n  says      Part of the line is longer, deeper or more broken than forestall reads, so nobody can say what it would do."
        )?;
        return Ok(ExitStatus::Success);
    }
    let shell = Shell::from_name(&args.shell).ok_or_else(|| {
        super::Fault::usage(format!("there is no shell `{}`; bash, zsh or fish", args.shell))
    })?;
    let scene = Scene::here(shell);
    let policy = Policy::load(&scene);
    if let Some(rule) = policy.rules.rules.iter().find(|rule| rule.id == subject) {
        writeln!(
            out,
            "{} (yours)\n  effect    {}\n  says      {}",
            rule.id,
            rule.effect.name(),
            rule.reason
        )?;
        return Ok(ExitStatus::Success);
    }
    if looks_like_id(&subject) {
        return Err(rules::unknown(&subject));
    }
    let actor = if args.actor == "agent" { Actor::Agent } else { Actor::Human };
    let line = Line::from_bytes(args.subject.as_bytes());
    Walk { line: &line, scene: &scene, policy: &policy, style: Style::of_stdout() }.write(&mut out, actor)?;
    Ok(ExitStatus::Success)
}

struct Walk<'a> {
    line: &'a Line,
    scene: &'a Scene,
    policy: &'a Policy,
    style: Style,
}

impl Walk<'_> {
    fn write(&self, out: &mut impl Write, actor: Actor) -> io::Result<()> {
        let script = syntax::read(self.line, self.scene);
        writeln!(out, "line")?;
        writeln!(out, "  {}", self.clean(self.line.text()))?;
        writeln!(out, "runs")?;
        if script.invocations.is_empty() {
            writeln!(out, "  nothing")?;
        }
        for (index, invocation) in script.invocations.iter().enumerate() {
            self.invocation(out, index, invocation)?;
        }
        self.gaps(out, &script)?;

        let mut effects = effect::read(&script, self.scene);
        let named = |program: &str| self.policy.rules.names_command(program);
        effects.extend(effect::commands(&script, self.scene, named));
        writeln!(out, "effects")?;
        if effects.is_empty() {
            writeln!(out, "  none that forestall knows")?;
        }
        let mut reader = Live::new(self.scene, self.policy);
        for effect in &effects {
            self.effect(out, effect, &mut reader)?;
        }

        let verdict = judge(self.line, self.scene, actor, || self.policy.clone());
        let unclear = if verdict.unclear { ", something was left open" } else { "" };
        writeln!(out, "verdict")?;
        writeln!(out, "  {}, decided by {}{unclear}", verdict.decision.name(), verdict.decided_by.name())?;
        for finding in &verdict.findings {
            writeln!(out, "  {}: {}", finding.rule, self.clean(&finding.reason))?;
            if let Some(instead) = &finding.instead {
                writeln!(out, "    safer: {}", self.clean(&instead.text))?;
            }
            if let Some(rescue) = &finding.rescue {
                writeln!(out, "    kept: {}", self.clean(rescue))?;
            }
        }
        for note in &verdict.notes {
            writeln!(out, "  note: {note}")?;
        }
        Ok(())
    }

    fn invocation(&self, out: &mut impl Write, index: usize, invocation: &Invocation) -> io::Result<()> {
        let words = invocation.words.iter().map(|word| {
            let text = self.clean(&word.text().replace(syntax::HOLE, "…"));
            if text.is_empty() || text.contains(' ') { shell_quoted(&text) } else { text }
        });
        writeln!(out, "  {}. {}", index + 1, words.collect::<Vec<_>>().join(" "))?;
        let mut remarks = Vec::new();
        if !invocation.via.is_empty() {
            remarks.push(format!("through {}", invocation.via.join(", ")));
        }
        for assignment in &invocation.assignments {
            let value = assignment.value.known().map_or("… known when it runs".into(), |value| {
                let both = self.clean(&format!("{}={value}", assignment.name));
                both.split_once('=').map_or(both.clone(), |(_, value)| value.to_owned())
            });
            remarks.push(format!("with {} = {value}", assignment.name));
        }
        match &invocation.dir {
            Dir::Here => {}
            Dir::At(dir) => remarks.push(format!("in {}", self.clean(dir))),
            Dir::Unknown => remarks.push("in a directory that is only known when it runs".into()),
        }
        if let Host::Remote(host) = &invocation.host {
            remarks.push(format!("on {}", self.clean(host)));
        }
        match &invocation.stdin {
            Feed::Inherited => {}
            Feed::Pipe(from) => {
                let from: Vec<String> = from.iter().map(|index| (index + 1).to_string()).collect();
                remarks.push(format!("fed by {}", from.join(", ")));
            }
            Feed::File(file) => remarks.push(format!("fed by the file {}", self.clean(file.text()))),
            Feed::Text(_) => remarks.push("fed by text in the line".into()),
        }
        for redirect in &invocation.redirects {
            let verb = if redirect.append { "appends to" } else { "writes to" };
            remarks.push(format!("{verb} {}", self.clean(redirect.target.text())));
        }
        for remark in remarks {
            writeln!(out, "     {remark}")?;
        }
        Ok(())
    }

    fn gaps(&self, out: &mut impl Write, script: &Script) -> io::Result<()> {
        if !script.gaps.is_empty() {
            writeln!(out, "not read")?;
        }
        for gap in &script.gaps {
            writeln!(out, "  {:?}: {}", gap.cause, self.at(gap.span))?;
        }
        Ok(())
    }

    fn effect(&self, out: &mut impl Write, effect: &Effect, reader: &mut dyn Reader) -> io::Result<()> {
        writeln!(out, "  {}: {}", effect.kind.name(), effect.kind.about().trim())?;
        writeln!(out, "     by {}", self.at(effect.span))?;
        let mut facts = Facts::new(effect, reader);
        let built_in =
            BUILT_IN.iter().filter(|(kind, _)| *kind == effect.kind).flat_map(|(_, rules)| rules.iter());
        let own = self.policy.rules.rules.iter().filter(|rule| rule.effect == effect.kind);
        let rules: Vec<(&Rule, bool)> =
            built_in.chain(own).map(|rule| (rule, rule.fires(&mut facts))).collect();
        let said: Vec<Key> = effect.attributes.iter().map(|(key, _)| *key).collect();
        for (key, value) in facts.seen().to_vec() {
            let origin = if said.contains(&key) { "the words of the line" } else { origin(effect) };
            writeln!(out, "     {} = {}    # {origin}", key.name(), self.clean(&value.to_string()))?;
        }
        let mut quiet = 0;
        for (rule, fires) in rules {
            if fires {
                writeln!(
                    out,
                    "     rule {} fires: {}",
                    rule.id,
                    format!("{:?}", rule.ruling).to_lowercase()
                )?;
                continue;
            }
            match obstacles(rule, &mut facts).as_slice() {
                [why] => writeln!(out, "     rule {} nearly fires, but {}", rule.id, self.clean(why))?,
                _ => quiet += 1,
            }
        }
        match quiet {
            0 => Ok(()),
            1 => writeln!(out, "     1 other rule speaks about this effect and is further off"),
            _ => writeln!(out, "     {quiet} other rules speak about this effect and are further off"),
        }
    }

    fn at(&self, span: Span) -> String {
        let text = self.line.text().get(span.start..span.end).unwrap_or_default();
        let short: String = text.chars().take(200).collect();
        self.clean(&short)
    }

    /// Without secrets, and fit to be printed.
    fn clean(&self, text: &str) -> String {
        visible(&redact(text), self.style)
    }
}

/// Where the facts of an effect are read.
fn origin(effect: &Effect) -> &'static str {
    match effect.target {
        Target::Ref(_) | Target::Work(_) => "the repository",
        Target::Send(_) => "what would be sent",
        Target::Database(_) => "the address and the settings beside it",
        Target::Context(_) => "the settings of the tool",
        Target::None => "nothing that could be looked at",
        _ => "the place it happens to",
    }
}

/// All conditions that keep a rule silent.
fn obstacles(rule: &Rule, facts: &mut Facts<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for Condition { key, test } in rule.when.iter() {
        let value = facts.get(*key);
        if !test.holds(&value) {
            found.push(format!("{} is {value}, not {}", key.name(), wanted(test)));
        }
    }
    for Condition { key, test } in rule.unless.iter() {
        let value = facts.get(*key);
        if test.holds(&value) {
            found.push(format!("{} is {value}", key.name()));
        }
    }
    found
}

fn wanted(test: &Test) -> String {
    match test {
        Test::Flag(flag) => flag.to_string(),
        Test::Range { min, max } if min == max => min.to_string(),
        Test::Range { min, max: i64::MAX } => format!("{min} or more"),
        Test::Range { min: i64::MIN, max } => format!("{max} or less"),
        Test::Range { min, max } => format!("from {min} to {max}"),
        Test::AnyOf(patterns) => patterns.join(" or "),
        Test::Command(shapes) => shapes.iter().map(|shape| shape.join(" ")).collect::<Vec<_>>().join(" or "),
    }
}

/// How a person silences a rule for good, with a fact of the rule as the example of a case.
fn write_silence(out: &mut impl Write, rule: &RuleSource) -> io::Result<()> {
    let layers = policy::layers(&Scene::here(Shell::Bash));
    let file =
        layers.iter().find(|layer| layer.rank == Rank::User).map(|layer| layer.path.display().to_string());
    let case = match rule.effect.split('.').next() {
        Some("ref") => "ref = \"tmp/*\"",
        Some("data") if rule.id.starts_with("transfer.") => "sink.host = \"*.acme.com\"",
        Some("infra" | "service") => "context.name = \"dev-*\"",
        _ => "target = \"*name*\"",
    };
    writeln!(
        out,
        "\nTo silence it for good, write into {}:\n",
        file.as_deref().unwrap_or("your configuration")
    )?;
    writeln!(out, "  [[except]]\n  rule = \"{}\"\n  reason = \"why it does not apply\"", rule.id)?;
    let (key, value) = case.split_once(" = ").unwrap_or_default();
    writeln!(out, "  when = {{ \"{key}\" = {value} }}   # without this line: never again")
}
