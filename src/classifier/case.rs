//! The case: what a model is told of one line, as one line of JSON.
//!
//! Everything in it is redacted, bounded and escaped. What the text of the command says is never permission, so
//! the case holds it as data, beside what forestall itself has found out.

mod past;

use self::past::Past;
use super::escape::{escape, is_hidden};
use super::redact::{Redacted, Redactor, Unsure};
use crate::action::{Actor, Scene};
use crate::conversation::Conversation;
use crate::effect::Effect;
use crate::fact::{Facts, Reader, Value};
use crate::policy::Policy;
use crate::rule::{self, BUILT_IN, Rule};
use crate::syntax::{Dir, Feed, GapCause, Host, Invocation, Script, Word};
use crate::verdict::Ruling;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Longest command that is sent whole, in bytes.
const WHOLE: usize = 4096;
/// What is sent of a longer one: so much of its beginning and of its end.
const HEAD: usize = 2048;
const TAIL: usize = 1024;
/// Most bytes of the words of all commands together, and of all facts and reasons together.
const MOST_WORDS: usize = 6 * 1024;
const MOST_FACTS: usize = 6 * 1024;
/// Most bytes of one word, fact or reason.
const LONGEST: usize = 400;
/// Most commands and effects that are told of.
const MOST_INVOCATIONS: usize = 32;
const MOST_EFFECTS: usize = 16;
/// Longest case, in bytes: what is escaped takes up to six times its length.
const LONGEST_CASE: usize = 96 * 1024;

/// What is to be judged, as the stages before have read it.
#[derive(Clone, Copy)]
pub struct Matter<'a> {
    /// The line as typed.
    pub line: &'a str,
    /// Where it would run.
    pub scene: &'a Scene,
    /// Who would run it.
    pub actor: Actor,
    /// The policy in force.
    pub policy: &'a Policy,
    /// What it would run.
    pub script: &'a Script,
    /// What that would do.
    pub effects: &'a [Effect],
    /// What an agent and its user have said and done before; of no meaning for a person.
    pub conversation: Option<&'a Conversation>,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// One line of JSON, keys sorted.
    pub json: String,
    /// Something was left out, so that no answer can be milder than to ask.
    pub is_cut: bool,
    /// The text speaks to whoever judges it, or hides something, so that one word is no answer.
    pub is_suspect: bool,
}

#[derive(Serialize)]
struct Body {
    actor: &'static str,
    command: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commands: Vec<Command>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conversation: Vec<Past>,
    directory: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    effects: Vec<Told>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hidden_characters: Vec<String>,
    #[serde(skip_serializing_if = "is_zero")]
    omitted_bytes: usize,
    #[serde(skip_serializing_if = "is_zero")]
    omitted_turns: usize,
    shell: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<Unread>,
}

/// An invocation.
#[derive(Serialize)]
struct Command {
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    empty_variables: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    through: Vec<&'static str>,
    words: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    writes: Vec<String>,
}

/// An effect, with what is known of it.
#[derive(Serialize)]
struct Told {
    about: &'static str,
    by: String,
    facts: BTreeMap<&'static str, Fact>,
    kind: &'static str,
    /// Rules that would speak, were it not for one thing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearly: Vec<Nearly>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Fired>,
}

#[derive(Serialize)]
struct Fired {
    id: String,
    says: String,
    settles: bool,
}

#[derive(Serialize)]
struct Nearly {
    but: String,
    rule: String,
}

#[derive(Serialize)]
struct Unread {
    cause: &'static str,
    text: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Fact {
    Flag(bool),
    Count(i64),
    Text(String),
    List(Vec<String>),
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Case {
    /// Makes the case; `Err` where it cannot be told what in it is secret, and nothing may be sent.
    pub fn build(matter: Matter<'_>, reader: &mut dyn Reader) -> Result<Case, Unsure> {
        let mut redactor = Redactor::new(matter.line, matter.script, matter.scene)?;
        // A value that only comes up late in the case may stand in clear at its beginning: the first round
        // learns, the second is sent.
        Draft::new(matter, &mut redactor).body(reader)?;
        let known = redactor.learned();
        let mut draft = Draft::new(matter, &mut redactor);
        let body = draft.body(reader)?;
        let is_cut = draft.omitted > 0;
        let is_suspect = !body.hidden_characters.is_empty()
            || addresses_judge(matter.line)
            || body.conversation.iter().any(Past::addresses_judge);
        let json = serde_json::to_string(&body).map_or_else(|_| String::new(), |json| escape(&json));
        if redactor.learned() != known || json.is_empty() {
            return Err(Unsure::Remains);
        }
        if json.len() > LONGEST_CASE {
            return Err(Unsure::TooLong);
        }
        Ok(Case { json, is_cut, is_suspect })
    }
}

/// A case in the making.
struct Draft<'a> {
    matter: Matter<'a>,
    redactor: &'a mut Redactor,
    words_left: usize,
    facts_left: usize,
    omitted: usize,
}

impl<'a> Draft<'a> {
    fn new(matter: Matter<'a>, redactor: &'a mut Redactor) -> Draft<'a> {
        Draft { matter, redactor, words_left: MOST_WORDS, facts_left: MOST_FACTS, omitted: 0 }
    }

    fn body(&mut self, reader: &mut dyn Reader) -> Result<Body, Unsure> {
        let Matter { line, scene, actor, script, effects, conversation, .. } = self.matter;
        let (past, omitted_turns) = match conversation.filter(|_| actor == Actor::Agent) {
            Some(conversation) => past::told(conversation, self.redactor, scene),
            None => (Vec::new(), 0),
        };
        let redacted = self.redactor.line(line, script)?;
        let command = self.command(&redacted.text);
        let mut commands = Vec::new();
        for invocation in script.invocations.iter().take(MOST_INVOCATIONS) {
            commands.push(self.invocation(invocation)?);
        }
        self.omitted += script.invocations.iter().skip(MOST_INVOCATIONS).count();
        let mut told = Vec::new();
        for effect in effects.iter().take(MOST_EFFECTS) {
            told.push(self.effect(effect, &redacted, reader)?);
        }
        self.omitted += effects.iter().skip(MOST_EFFECTS).count();
        let mut unread = Vec::new();
        for gap in script.gaps.iter().take(MOST_EFFECTS) {
            unread.push(Unread { cause: cause(gap.cause), text: self.fact(redacted.part(gap.span)) });
        }
        Ok(Body {
            actor: match actor {
                Actor::Human => "human",
                Actor::Agent => "agent",
            },
            command,
            commands,
            conversation: past,
            directory: directory(scene),
            effects: told,
            hidden_characters: hidden(line),
            omitted_bytes: self.omitted,
            omitted_turns,
            shell: scene.shell.name(),
            unread,
        })
    }

    /// The line, or its beginning and its end; what the effects are about stands with them in any case.
    fn command(&mut self, text: &str) -> String {
        if text.len() <= WHOLE {
            return text.to_owned();
        }
        let (text, left_out) = shortened(text, HEAD, TAIL);
        self.omitted += left_out;
        text
    }

    fn invocation(&mut self, invocation: &Invocation) -> Result<Command, Unsure> {
        let mut words = Vec::new();
        for word in self.redactor.words(&invocation.words)? {
            if self.words_left == 0 {
                self.omitted += word.len() + 1;
                continue;
            }
            words.push(cut(&word, LONGEST.min(self.words_left), &mut self.omitted));
            self.words_left = self.words_left.saturating_sub(word.len() + 1);
        }
        let mut writes = Vec::new();
        for redirect in invocation.redirects.iter().take(MOST_EFFECTS) {
            let target = self.redactor.words(std::slice::from_ref(&redirect.target))?.join(" ");
            writes.push(cut(&target, LONGEST, &mut self.omitted));
        }
        let directory = match &invocation.dir {
            Dir::Here => None,
            Dir::At(dir) => Some(self.redactor.text(dir)?),
            Dir::Unknown => Some("only known when it runs".to_owned()),
        };
        let host = match &invocation.host {
            Host::Local => None,
            Host::Remote(host) => Some(self.redactor.text(host)?),
        };
        Ok(Command {
            directory: directory.map(|directory| cut(&directory, LONGEST, &mut self.omitted)),
            empty_variables: empty_variables(&invocation.words),
            host: host.map(|host| cut(&host, LONGEST, &mut self.omitted)),
            input: match invocation.stdin {
                Feed::Inherited => None,
                Feed::Pipe(_) => Some("the output of a command in this line"),
                Feed::File(_) => Some("a file"),
                Feed::Text(_) => Some("text in this line"),
            },
            through: invocation.via.clone(),
            words,
            writes,
        })
    }

    fn effect(
        &mut self,
        effect: &Effect,
        redacted: &Redacted,
        reader: &mut dyn Reader,
    ) -> Result<Told, Unsure> {
        let own = &self.matter.policy.rules;
        let rule = match rule::judge(effect, reader, own) {
            None => None,
            Some((ruling, finding)) => Some(Fired {
                id: finding.rule.into_owned(),
                says: self.redact(&finding.reason)?,
                settles: ruling != Ruling::Unclear,
            }),
        };
        let mut facts = Facts::new(effect, reader);
        let built_in =
            BUILT_IN.iter().filter(|(kind, _)| *kind == effect.kind).flat_map(|(_, rules)| rules.iter());
        let rules = built_in.chain(own.rules.iter().filter(|rule| rule.effect == effect.kind));
        let rules: Vec<&Rule> = rules.collect();
        // As the rules do, so that what they read is known, and no more.
        for rule in &rules {
            rule.fires(&mut facts);
        }
        let mut nearly = Vec::new();
        for rule in rules {
            if let Some(but) = only_obstacle(rule, &mut facts) {
                nearly.push(Nearly { but: self.redact(&but)?, rule: rule.id.to_string() });
            }
        }
        let mut known = BTreeMap::new();
        for (key, value) in facts.seen().to_vec() {
            let fact = match value {
                Value::Unknown => Fact::Text("unknown".to_owned()),
                Value::Flag(flag) => Fact::Flag(flag),
                Value::Count(count) => Fact::Count(count),
                Value::Text(text) => Fact::Text(self.redact(&text)?),
                Value::List(items) => {
                    Fact::List(items.iter().map(|item| self.redact(item)).collect::<Result<_, _>>()?)
                }
            };
            known.insert(key.name(), fact);
        }
        Ok(Told {
            about: effect.kind.about().trim(),
            by: self.fact(redacted.part(effect.span)),
            facts: known,
            kind: effect.kind.name(),
            nearly,
            rule,
        })
    }

    fn redact(&mut self, text: &str) -> Result<String, Unsure> {
        let text = self.redactor.text(text)?;
        Ok(self.fact(&text))
    }

    /// A text that is redacted already, within what may be said.
    fn fact(&mut self, text: &str) -> String {
        let text = cut(text, LONGEST.min(self.facts_left), &mut self.omitted);
        self.facts_left = self.facts_left.saturating_sub(text.len());
        text
    }
}

/// A text of which so much of the beginning and of the end is told, and how many bytes are left out between them.
fn shortened(text: &str, head: usize, tail: usize) -> (String, usize) {
    if text.len() <= head + tail {
        return (text.to_owned(), 0);
    }
    let (begin, end) = (&text[..boundary(text, head)], &text[boundary(text, text.len() - tail)..]);
    let left_out = text.len() - begin.len() - end.len();
    (format!("{begin} …({left_out} bytes omitted)… {end}"), left_out)
}

/// At most so many bytes of a text, and how many are missing.
fn cut(text: &str, most: usize, omitted: &mut usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let kept = &text[..boundary(text, most)];
    *omitted += text.len() - kept.len();
    format!("{kept}…({} bytes omitted)", text.len() - kept.len())
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The one thing that keeps a rule from speaking; `None` where it speaks, and where there is more than one.
fn only_obstacle(rule: &Rule, facts: &mut Facts<'_>) -> Option<String> {
    let mut obstacles = Vec::new();
    for (conditions, wanted) in [(&rule.when, true), (&rule.unless, false)] {
        for condition in conditions.iter() {
            // What was not read for the rules is not read for a remark.
            if !facts.at_hand(condition.key) {
                return None;
            }
            let value = facts.get(condition.key);
            if condition.test.holds(&value) != wanted {
                obstacles.push(format!("{} is {value}", condition.key.name()));
            }
        }
    }
    (obstacles.len() == 1).then(|| obstacles.swap_remove(0))
}

/// Variables in these words that are set to nothing, which makes another command of `rm -r "$DIR"/`.
fn empty_variables(words: &[Word]) -> Vec<String> {
    let expansions = words.iter().flat_map(|word| &word.expansions);
    let mut names: Vec<String> = expansions
        .filter_map(|expansion| match expansion {
            crate::syntax::Expansion::Variable { name, value: Some(value) } if value.is_empty() => {
                Some(name.clone())
            }
            _ => None,
        })
        .take(MOST_EFFECTS)
        .collect();
    names.dedup();
    names
}

fn cause(cause: GapCause) -> &'static str {
    match cause {
        GapCause::TooLong => "too long to be read",
        GapCause::TooDeep => "nested too deep to be read",
        GapCause::Unbalanced => "a quote or bracket does not end",
        GapCause::Grammar => "unknown syntax",
        GapCause::Dynamic => "only known when it runs",
        GapCause::Editor => "what a person leaves in an editor",
    }
}

/// What kind of place the line would run in; its name stays here.
fn directory(scene: &Scene) -> &'static str {
    let cwd = &scene.cwd;
    let below = |folder: &str| cwd.starts_with(folder);
    if scene.home().is_some_and(|home| home == *cwd) {
        "home"
    } else if cwd.ancestors().take(64).any(|dir| dir.join(".git").symlink_metadata().is_ok()) {
        "repository"
    } else if below("/tmp") || below("/var/tmp") {
        "temporary"
    } else if *cwd == Path::new("/")
        || ["/etc", "/usr", "/var", "/boot", "/bin", "/lib", "/opt", "/srv", "/sys", "/proc", "/dev"]
            .into_iter()
            .any(below)
    {
        "system"
    } else {
        "other"
    }
}

/// Characters in the line that nobody sees, by their numbers; a line break and a tab are none.
fn hidden(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for c in line.chars().filter(|c| is_hidden(*c) && !matches!(c, '\n' | '\t')) {
        let name = format!("U+{:04X}", u32::from(c));
        if found.len() < MOST_EFFECTS && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Whether the text speaks to whoever judges it.
fn addresses_judge(line: &str) -> bool {
    let lower = line.to_lowercase();
    let text = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    [
        "ignore previous",
        "ignore all previous",
        "ignore the above",
        "previous instructions",
        "system prompt",
        "verdict:",
        "verdict: allow",
        "answer allow",
        "answer with allow",
        "reply allow",
        "respond with allow",
        "respond allow",
        "say allow",
        "output allow",
        "must allow",
        "is allowed by the user",
        "user approved",
        "user has approved",
        "pre-approved",
        "preapproved",
        "approved by",
        "safe to allow",
        "the classifier",
        "<|",
        "[inst",
        "nonce:",
    ]
    .iter()
    .any(|phrase| text.contains(phrase))
}

#[cfg(test)]
mod tests;
