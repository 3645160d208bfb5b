//! What we think of an action: a decision, and the findings that led to it.

use crate::classifier::dialect::Usage;
use crate::effect::EffectKind;
use crate::fact::{Key, Value};
use crate::syntax::Span;
use std::borrow::Cow;
use std::time::Duration;

/// The answer that a surface acts on. Ordered: the strictest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Go on, silently.
    Allow,
    /// Ask the person, default no.
    Ask,
    /// Stop.
    Deny,
}

impl Decision {
    /// The word used in JSON and in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Allow => "allow",
            Decision::Ask => "ask",
            Decision::Deny => "deny",
        }
    }
}

/// What a rule says; inside, it may also leave the matter open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ruling {
    /// Known to be harmless.
    Allow,
    /// A matter for the classifier, or for the fallback table where there is none.
    Unclear,
    /// Ask.
    Ask,
    /// A known incident.
    Deny,
}

/// Who settled the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// Rules alone.
    Rules,
    /// A model, for what the rules left open.
    Classifier,
    /// The table for what is unclear when no model answers.
    Fallback,
}

impl DecidedBy {
    /// The word used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            DecidedBy::Rules => "rules",
            DecidedBy::Classifier => "classifier",
            DecidedBy::Fallback => "fallback",
        }
    }
}

/// One thing that is wrong with an action, said so that a person can act on it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Id of the rule that fired.
    pub rule: Cow<'static, str>,
    /// What would happen; `None` where the text could not be read.
    pub effect: Option<EffectKind>,
    /// How strict this finding alone would be.
    pub decision: Decision,
    /// One sentence for a person.
    pub reason: String,
    /// The guilty bytes of the typed text.
    pub span: Span,
    /// Everything that was known about the effect when the rule fired, for `--json` and `explain`.
    pub facts: Vec<(Key, Value)>,
    /// A safer way.
    pub instead: Option<Instead>,
    /// What the person types in place of `y`, where a slip of one key would be too easy: the name of the target.
    pub confirm: Option<String>,
    /// What will be kept so that it can be undone.
    pub rescue: Option<String>,
    /// The effect itself, for the rescue that is taken after a yes.
    pub subject: Option<crate::effect::Effect>,
}

/// A safer way to what the line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// A command, or advice in words.
    pub text: String,
    /// It can be run as it is, in place of the line.
    pub runs: bool,
}

impl Finding {
    /// The value of a fact that was read.
    pub fn fact(&self, key: Key) -> Option<&Value> {
        self.facts.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }
}

/// The answer to an action.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The strictest decision of all findings.
    pub decision: Decision,
    /// Who settled it.
    pub decided_by: DecidedBy,
    /// Whether the rules left something open.
    pub unclear: bool,
    /// What was found, strictest first.
    pub findings: Vec<Finding>,
    /// One-line remarks for the person, such as a part that could not be read.
    pub notes: Vec<String>,
    /// What a model said, where one was asked; for the journal.
    pub consulted: Option<Box<Consulted>>,
}

/// What became of asking a model about one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consulted {
    /// The profile that was asked.
    pub profile: String,
    /// The last stage that was asked, 1 or 2.
    pub stage: u8,
    /// What it said.
    pub said: Said,
    /// How long it took in all.
    pub took: Duration,
    /// The answer was still known, so that nothing was sent.
    pub kept: bool,
    /// Tokens of all requests together.
    pub usage: Usage,
}

/// What a model said in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It may run.
    Allow,
    /// It should not.
    Block,
    /// There was no answer that counts, for this reason: no address, no secret, and the same words for the same fault.
    Nothing(String),
}

impl Said {
    /// The word used in the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Said::Allow => "allow",
            Said::Block => "block",
            Said::Nothing(_) => "nothing",
        }
    }
}

impl Verdict {
    /// The safer command that can be taken in place of the line.
    pub fn safer(&self) -> Option<&str> {
        let mut commands = self.findings.iter().filter_map(|finding| finding.instead.as_ref());
        commands.find(|instead| instead.runs).map(|instead| instead.text.as_str())
    }

    /// Nothing to say.
    pub fn allow() -> Verdict {
        Verdict {
            decision: Decision::Allow,
            decided_by: DecidedBy::Rules,
            unclear: false,
            findings: Vec::new(),
            notes: Vec::new(),
            consulted: None,
        }
    }
}
