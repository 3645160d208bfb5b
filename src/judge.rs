//! The pipeline: syntax → effects → facts → rules → verdict.

use crate::action::{Actor, Line, Scene};
use crate::effect;
use crate::fact::{Live, Reader};
use crate::policy::{self, Policy};
use crate::rescue;
use crate::rule::{self, Own};
use crate::syntax::{self, Called, Gap, GapCause, Script, Span};
use crate::verdict::{DecidedBy, Decision, Finding, Ruling, Verdict};
use std::borrow::Cow;

/// Judges a line as the world is now. The policy is loaded only when the line has an effect.
pub fn judge(line: &Line, scene: &Scene, actor: Actor, policy: impl FnOnce() -> Policy) -> Verdict {
    judge_read(&syntax::read(line, scene), scene, actor, policy)
}

/// Judges a whole script as the world is now: what its commands set and where they go counts for those below.
/// Besides the verdict it gives the places whose syntax is not known, where the words alone were judged.
pub fn judge_script(
    text: &Line,
    called: &Called,
    scene: &Scene,
    actor: Actor,
    policy: impl FnOnce() -> Policy,
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
    (judge_read(&script, scene, actor, policy), unknown)
}

fn judge_read(script: &Script, scene: &Scene, actor: Actor, policy: impl FnOnce() -> Policy) -> Verdict {
    let mut effects = effect::read(script, scene);
    if effects.is_empty() && script.gaps.is_empty() && !policy::names_any(script, scene) {
        return Verdict::allow();
    }
    let policy = policy();
    if policy.rules.names_commands() {
        effects.extend(effect::commands(script, scene));
    }
    let mut reader = Live::new(scene, &policy);
    let mut gaps = Cow::Borrowed(&script.gaps);
    if let Some(last) = effects.last().filter(|_| effects.len() >= effect::MAX_EFFECTS) {
        // What comes behind it was not looked at.
        let end = script.invocations.last().map_or(last.span.end, |invocation| invocation.span.end);
        let span = Span::new(last.span.start, end.max(last.span.end));
        gaps.to_mut().push(Gap { span, cause: GapCause::TooLong });
    }
    let mut verdict = settle(&effects, &gaps, &mut reader, &policy.rules, actor);
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

/// Puts effects and gaps before the rules and joins what they say; the strictest wins.
pub fn settle(
    effects: &[effect::Effect],
    gaps: &[Gap],
    reader: &mut dyn Reader,
    own_rules: &Own,
    actor: Actor,
) -> Verdict {
    let mut verdict = Verdict::allow();
    for effect in effects {
        let Some((ruling, finding)) = rule::judge(effect, reader, own_rules) else { continue };
        add(&mut verdict, ruling, finding);
    }
    for gap in gaps {
        add_gap(&mut verdict, gap, actor);
    }
    verdict.findings.sort_by_key(|finding| std::cmp::Reverse(finding.decision));
    verdict
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
