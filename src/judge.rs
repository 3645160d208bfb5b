//! The pipeline: syntax → effects → facts → rules → verdict.

use crate::action::{Actor, Line, Scene};
use crate::classifier::{self, Case, Category, Consult, Matter, Outcome, Settled, Unsure};
use crate::conversation::Conversation;
use crate::effect;
use crate::fact::{Live, Reader};
use crate::policy::{self, Policy};
use crate::rescue;
use crate::rule::{self, Own};
use crate::syntax::{self, Called, Gap, GapCause, Script, Span};
use crate::verdict::{Consulted, DecidedBy, Decision, Finding, Ruling, Said, Verdict};
use std::borrow::Cow;

/// Judges a line as the world is now. The policy is loaded only when the line has an effect.
pub fn judge(line: &Line, scene: &Scene, actor: Actor, policy: impl FnOnce() -> Policy) -> Verdict {
    judge_asking(line, scene, actor, policy, None)
}

/// Like [`judge`]; where the rules leave something open and a model is configured, it is asked.
pub fn judge_asking(
    line: &Line,
    scene: &Scene,
    actor: Actor,
    policy: impl FnOnce() -> Policy,
    ask: Option<&mut Consult<'_>>,
) -> Verdict {
    judge_read(line, &syntax::read(line, scene), scene, actor, policy, ask)
}

/// Judges a whole script as the world is now: what its commands set and where they go counts for those below.
/// Besides the verdict it gives the places whose syntax is not known, where the words alone were judged.
pub fn judge_script(
    text: &Line,
    called: &Called,
    scene: &Scene,
    actor: Actor,
    policy: impl FnOnce() -> Policy,
    ask: Option<&mut Consult<'_>>,
) -> (Verdict, Vec<Span>) {
    let mut script = syntax::read_script(text, called, scene);
    let mut unknown = Vec::new();
    if actor == Actor::Human {
        // A remark that does not say where is of no use in a script.
        script.gaps.retain(|gap| {
            let known = gap.cause != GapCause::Grammar;
            unknown.extend((!known).then_some(gap.span));
            known
        });
    }
    (judge_read(text, &script, scene, actor, policy, ask), unknown)
}

fn judge_read(
    line: &Line,
    script: &Script,
    scene: &Scene,
    actor: Actor,
    policy: impl FnOnce() -> Policy,
    ask: Option<&mut Consult<'_>>,
) -> Verdict {
    let mut effects = effect::read(script, scene);
    if effects.is_empty() && script.gaps.is_empty() && !policy::names_any(script, scene) {
        return Verdict::allow();
    }
    let policy = policy();
    let mut reader = Live::new(scene, &policy);
    let mut gaps = complete(&mut effects, script, scene, &policy);
    if effects.is_empty() && actor == Actor::Human && gaps.iter().any(|gap| is_unfinished(line, gap)) {
        gaps.to_mut().retain(|gap| !is_unfinished(line, gap));
    }
    let (mut verdict, by_rules) = settle_open(&effects, &gaps, &mut reader, &policy.rules, actor);
    if verdict.unclear
        && by_rules == Decision::Allow
        && let Some(ask) = ask
    {
        let matter = Matter {
            line: line.text(),
            scene,
            actor,
            policy: &policy,
            script,
            effects: &effects,
            conversation: None,
        };
        consult(&mut verdict, matter, &mut reader, ask);
    }
    for finding in &mut verdict.findings {
        if let (Some(subject), Some(instead)) = (&finding.subject, &mut finding.instead) {
            let (text, reached) = subject.target.reached_from(&scene.cwd, &instead.text);
            (instead.text, instead.runs) = (text, instead.runs && reached);
        }
    }
    // Protection that was asked for and is not there is never passed over in silence.
    verdict.notes.extend(policy.faults.iter().map(ToString::to_string));
    verdict
}

/// Adds the effects that only rules of one's own speak of, and gives the gaps, with what lies behind the last effect
/// that was read.
fn complete<'s>(
    effects: &mut Vec<effect::Effect>,
    script: &'s Script,
    scene: &Scene,
    policy: &Policy,
) -> Cow<'s, [Gap]> {
    let mut gaps = Cow::Borrowed(script.gaps.as_slice());
    if let Some(last) = effects.last().filter(|_| effects.len() >= effect::MAX_EFFECTS) {
        let end = script.invocations.last().map_or(last.span.end, |invocation| invocation.span.end);
        let span = Span::new(last.span.start, end.max(last.span.end));
        gaps.to_mut().push(Gap { span, cause: GapCause::TooLong });
    }
    effects.extend(effect::commands(script, scene, |program| policy.rules.names_command(program)));
    gaps
}

/// A line as the rules see it, and as a model would be told of it.
pub struct Considered {
    /// What the rules and the table for what is unclear say.
    pub verdict: Verdict,
    /// Whether a model may settle it.
    pub is_open: bool,
    /// What a model would be told, exactly; `Err` where nothing may be sent.
    pub case: Result<Case, Unsure>,
}

/// Judges a line without asking anybody, and makes the case of it whether it is open or not.
pub fn consider(
    line: &Line,
    scene: &Scene,
    actor: Actor,
    conversation: Option<&Conversation>,
    policy: &Policy,
) -> Considered {
    let script = syntax::read(line, scene);
    let mut effects = effect::read(&script, scene);
    let gaps = complete(&mut effects, &script, scene, policy);
    let mut reader = Live::new(scene, policy);
    let (verdict, by_rules) = settle_open(&effects, &gaps, &mut reader, &policy.rules, actor);
    let is_open = verdict.unclear && by_rules == Decision::Allow;
    let matter =
        Matter { line: line.text(), scene, actor, policy, script: &script, effects: &effects, conversation };
    Considered { case: Case::build(matter, &mut reader), is_open, verdict }
}

/// Puts effects and gaps before the rules and joins what they say; the strictest wins.
pub fn settle(
    effects: &[effect::Effect],
    gaps: &[Gap],
    reader: &mut dyn Reader,
    own_rules: &Own,
    actor: Actor,
) -> Verdict {
    settle_open(effects, gaps, reader, own_rules, actor).0
}

/// Like [`settle`]; the second decision is the strictest of those that no model may touch.
pub fn settle_open(
    effects: &[effect::Effect],
    gaps: &[Gap],
    reader: &mut dyn Reader,
    own_rules: &Own,
    actor: Actor,
) -> (Verdict, Decision) {
    let mut verdict = Verdict::allow();
    let mut by_rules = Decision::Allow;
    for effect in effects {
        let Some((ruling, finding)) = rule::judge(effect, reader, own_rules) else { continue };
        if ruling != Ruling::Unclear {
            by_rules = by_rules.max(finding.decision);
        }
        add(&mut verdict, ruling, finding);
    }
    for gap in gaps {
        // A model would be told no more of these than we have read.
        if matches!(gap.cause, GapCause::TooLong | GapCause::TooDeep) {
            by_rules = by_rules.max(Decision::Ask);
        }
        add_gap(&mut verdict, gap, actor);
    }
    verdict.findings.sort_by_key(|finding| std::cmp::Reverse(finding.decision));
    (verdict, by_rules)
}

/// Lets the model settle what the rules left open. It may allow that, or stop it; without an answer the verdict
/// stays what the table of the design says.
pub fn consult(verdict: &mut Verdict, matter: Matter<'_>, reader: &mut dyn Reader, ask: &mut Consult<'_>) {
    let settings = &matter.policy.classifier;
    let Some((name, _)) = settings.chosen() else { return };
    let conversation = ask.conversation().filter(|_| matter.actor == Actor::Agent).map(Conversation::open);
    let conversation = conversation.transpose().unwrap_or_else(|fault| {
        // Without it nobody has agreed to anything, which only makes the answer stricter.
        verdict.notes.push(fault.to_string());
        None
    });
    let matter = Matter { conversation: conversation.as_ref().or(matter.conversation), ..matter };
    let case = match Case::build(matter, reader) {
        Ok(case) if !case.is_cut => case,
        // What is sent in part alone cannot be allowed, and what may hold a secret is not sent.
        other => {
            let why =
                other.err().map_or_else(|| "the line is too long".to_owned(), |unsure| unsure.to_string());
            if verdict.decision > Decision::Allow {
                verdict.notes.push(format!("the model was not asked: {why}"));
            }
            return;
        }
    };
    let whole = |invocation: &syntax::Invocation| {
        // A file that is run by its path may hold something else tomorrow.
        invocation.words.first().and_then(|word| word.known()).is_some_and(|program| !program.contains('/'))
    };
    let is_whole = matter.script.invocations.iter().all(whole);
    let home = matter.scene.home();
    let outcome = classifier::decide(settings, &case, matter.actor, is_whole, home.as_deref(), ask);
    let Some(outcome) = outcome else { return };
    let said = match outcome.settled {
        Settled::Allow(flagged) => {
            verdict.findings.retain(|finding| finding.decision == Decision::Allow);
            verdict.decision = Decision::Allow;
            verdict.decided_by = DecidedBy::Classifier;
            if let Some(reason) = flagged {
                verdict.notes.insert(
                    0,
                    format!("the model `{name}` looked twice and lets it pass: {}", plain(&reason)),
                );
            }
            Said::Allow
        }
        Settled::Block(category, reason) => {
            verdict.decided_by = DecidedBy::Classifier;
            let never = category == Category::HardDeny;
            let decision = if never { Decision::Deny } else { Decision::Ask };
            let reason = format!("the model `{name}` says: {}", plain(&reason));
            object(verdict, matter, format!("classifier.{}", category.name()), decision, reason);
            Said::Block
        }
        Settled::Stopped => {
            let reason = "you stopped waiting for the model".to_owned();
            object(verdict, matter, "classifier.stopped".to_owned(), Decision::Deny, reason);
            Said::Nothing("the person stopped waiting".to_owned())
        }
        Settled::Nothing { kind, told } => {
            if !told.is_empty() || verdict.decision > Decision::Allow {
                let told = if told.is_empty() { kind } else { &told };
                verdict.notes.push(format!("the model `{name}` did not answer: {}", plain(told)));
            }
            Said::Nothing(kind.to_owned())
        }
    };
    let Outcome { stage, took, kept, usage, .. } = outcome;
    verdict.consulted =
        Some(Box::new(Consulted { profile: name.to_owned(), stage, said, took, kept, usage }));
}

/// A model's or a server's words as one line that does nothing to a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if classifier::is_unseen(c) { ' ' } else { c }).collect()
}

/// Adds an objection to what the rules left open: to the place they left open, or to the whole line.
fn object(verdict: &mut Verdict, matter: Matter<'_>, rule: String, decision: Decision, reason: String) {
    let by_gap = matter.script.gaps.first().map(|gap| gap.span);
    let by_finding = verdict.findings.first().map(|finding| finding.span);
    let span = by_finding.or(by_gap).unwrap_or_else(|| Span::new(0, matter.line.len()));
    verdict.decision = verdict.decision.max(decision);
    verdict.findings.insert(
        0,
        Finding {
            rule: Cow::Owned(rule),
            effect: None,
            decision,
            reason,
            span,
            facts: Vec::new(),
            instead: None,
            confirm: None,
            rescue: None,
            subject: None,
        },
    );
}

fn add(verdict: &mut Verdict, ruling: Ruling, mut finding: Finding) {
    finding.rescue = finding.subject.as_ref().and_then(|effect| rescue::promise(effect, &finding.facts));
    if ruling == Ruling::Unclear {
        // Built-in effects are all outward or irreversible, for which the table of the design says: ask.
        verdict.unclear = true;
        verdict.decided_by = DecidedBy::Fallback;
    }
    verdict.decision = verdict.decision.max(finding.decision);
    verdict.findings.push(finding);
}

/// A string that does not end in a search or a list, which no shell runs as it stands, where nothing in it could be a
/// command or speaks of a loss.
fn is_unfinished(line: &Line, gap: &Gap) -> bool {
    let text = line.text();
    let looks = text.split_whitespace().next().is_some_and(|program| {
        matches!(
            program,
            "find"
                | "grep"
                | "egrep"
                | "fgrep"
                | "rg"
                | "ls"
                | "ln"
                | "locate"
                | "head"
                | "tail"
                | "wc"
                | "sort"
                | "cut"
        )
    });
    let harmless = |rest: &str| {
        !rest.contains([';', '|', '&', '$', '`', '(', '<', '>', '\n'])
            && !rest.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
                matches!(
                    word.to_ascii_lowercase().as_str(),
                    "rm" | "dd"
                        | "mkfs"
                        | "drop"
                        | "delete"
                        | "truncate"
                        | "push"
                        | "reset"
                        | "destroy"
                        | "eval"
                )
            })
    };
    gap.cause == GapCause::Unbalanced
        && looks
        && text.len() < 4096
        && text.get(gap.span.start..).is_some_and(harmless)
}

/// A part that was not read is never passed over in silence: what exceeds our limits is asked about, syntax
/// that we do not know leaves a note. What is only known when it runs (`"$BIN" --version`) is open, but no
/// reason to speak.
fn add_gap(verdict: &mut Verdict, gap: &Gap, actor: Actor) {
    verdict.unclear = true;
    verdict.decided_by = DecidedBy::Fallback;
    let (reason, decision) = match gap.cause {
        GapCause::TooLong => {
            ("the line is longer than forestall reads; this part was not judged", Decision::Ask)
        }
        GapCause::TooDeep => ("the line is nested deeper than forestall reads", Decision::Ask),
        GapCause::Unbalanced => {
            ("a quote or bracket does not end, so this part was not judged", Decision::Ask)
        }
        GapCause::Grammar => {
            ("forestall does not know this syntax; it judged the words alone", Decision::Allow)
        }
        GapCause::Editor => ("what you leave in the editor runs without being judged", Decision::Allow),
        GapCause::Dynamic => return,
    };
    let decision = if actor == Actor::Agent { decision.max(Decision::Ask) } else { decision };
    if decision == Decision::Allow {
        verdict.notes.push(reason.to_owned());
        return;
    }
    verdict.decision = verdict.decision.max(decision);
    verdict.findings.push(Finding {
        rule: Cow::Borrowed("syntax.unread"),
        effect: None,
        decision,
        reason: reason.to_owned(),
        span: gap.span,
        facts: Vec::new(),
        instead: None,
        confirm: None,
        rescue: None,
        subject: None,
    });
}
