//! Effects and facts → findings. Knows policy, and neither programs nor the world.

pub mod examples;
pub mod schema;
mod table;
pub mod taxonomy;

pub use table::{BUILT_IN, SOURCES};

use crate::action::Shell;
use crate::effect::{Effect, EffectKind};
use crate::fact::{Facts, Key, Reader, Value};
use crate::verdict::{Decision, Finding, Instead, Ruling};
use schema::{RuleSource, TestSource};
use std::borrow::Cow;

/// A rule, ready to be matched.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Stable name.
    pub id: Cow<'static, str>,
    /// The effect it speaks about.
    pub effect: EffectKind,
    /// What it says when it fires.
    pub ruling: Ruling,
    /// What would happen, with placeholders.
    pub reason: Cow<'static, str>,
    /// A safer way, with placeholders.
    pub instead: Option<Cow<'static, str>>,
    /// The safer way is a command, and not advice in words.
    pub is_command: bool,
    /// What the person must type the value of, in place of `y`.
    pub confirm: Option<Key>,
    /// All must hold, known.
    pub when: Cow<'static, [Condition]>,
    /// One that holds, known, silences the rule.
    pub unless: Cow<'static, [Condition]>,
}

/// A test of one key.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What is asked.
    pub key: Key,
    /// Which answers hold.
    pub test: Test,
}

/// What users and teams add to the built-in rules.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// Their rules.
    pub rules: Vec<Rule>,
    /// Where a rule, built in or their own, does not apply.
    pub exceptions: Vec<Exception>,
}

/// A case in which a rule does not apply, by the word of a user or an administrator.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Id of the rule.
    pub rule: String,
    /// All must hold, known.
    pub when: Vec<Condition>,
    /// Why, in the words of who wrote it.
    pub reason: String,
}

impl Own {
    /// Whether a rule speaks about commands of this program, which then are effects.
    pub fn names_command(&self, program: &str) -> bool {
        let named = |condition: &Condition| match &condition.test {
            Test::Command(shapes) => shapes.iter().any(|shape| shape.first().is_some_and(|it| it == program)),
            _ => false,
        };
        self.rules.iter().any(|rule| rule.when.iter().any(named))
    }

    fn excepts(&self, rule: &Rule, facts: &mut Facts<'_>) -> bool {
        self.exceptions.iter().filter(|exception| exception.rule == rule.id).any(|exception| {
            exception.when.iter().all(|condition| condition.test.holds(&facts.get(condition.key)))
        })
    }
}

/// Which values a condition holds for.
#[derive(Clone, Debug)]
pub enum Test {
    /// This flag.
    Flag(bool),
    /// A count within these bounds.
    Range {
        /// Smallest that fits.
        min: i64,
        /// Largest that fits.
        max: i64,
    },
    /// A text that fits one of these patterns.
    AnyOf(Cow<'static, [Cow<'static, str>]>),
    /// The words of a command that has one of these shapes: the program, and what follows it.
    Command(Vec<Vec<String>>),
}

impl Test {
    /// Whether it holds for a value. What is unknown fits only the pattern `unknown`.
    pub fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Test::Flag(wanted), Value::Flag(flag)) => wanted == flag,
            (Test::Range { min, max }, Value::Count(count)) => (min..=max).contains(&count),
            (Test::AnyOf(patterns), Value::Text(text)) => patterns.iter().any(|pattern| fits(pattern, text)),
            (Test::AnyOf(patterns), Value::List(items)) => {
                items.iter().any(|item| patterns.iter().any(|pattern| fits(pattern, item)))
            }
            (Test::Command(shapes), Value::List(words)) => shapes.iter().any(|shape| has_shape(shape, words)),
            (Test::AnyOf(patterns), Value::Unknown) => patterns.iter().any(|pattern| pattern == "unknown"),
            _ => false,
        }
    }
}

/// Whether a command has this shape: the program, its words in this order, and somewhere its options. Which options take
/// a value is not known, so the word behind one may be passed over.
fn has_shape(shape: &[String], words: &[String]) -> bool {
    let ([program, wanted @ ..], [runs, words @ ..]) = (shape, words) else { return false };
    let is_option = |word: &&String| word.starts_with('-');
    let mut named = wanted.iter().filter(|word| !is_option(word)).peekable();
    let mut is_value = false;
    for word in words {
        let Some(next) = named.peek() else { break };
        if fits(next, word) {
            named.next();
            is_value = false;
        } else if word.starts_with('-') {
            is_value = !word.contains('=');
        } else if !std::mem::take(&mut is_value) {
            return false;
        }
    }
    let has_option = |option: &String| words.iter().any(|word| fits(option, word));
    fits(program, runs) && named.next().is_none() && wanted.iter().filter(is_option).all(has_option)
}

/// Whether `text` fits `pattern`, in which `*` stands for anything. Linear in the product at worst; both are
/// short.
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            retry = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            p = star + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

impl Rule {
    /// A rule of a user or a team, from its source, which must have passed [`schema::lint`]; `None` otherwise.
    pub fn from_source(source: &RuleSource) -> Option<Rule> {
        let ruling = match source.decision.as_str() {
            "allow" => Ruling::Allow,
            "unclear" => Ruling::Unclear,
            "ask" => Ruling::Ask,
            "deny" => Ruling::Deny,
            _ => return None,
        };
        let mut when = conditions(&source.when)?;
        if let Some(command) = &source.command {
            when.push(Condition { key: Key::CommandWords, test: Test::Command(command.shapes()) });
        }
        Some(Rule {
            id: Cow::Owned(source.id.clone()),
            effect: EffectKind::from_name(source.effect())?,
            ruling,
            reason: Cow::Owned(source.reason.trim().to_owned()),
            instead: source.instead.clone().or_else(|| source.advice.clone()).map(Cow::Owned),
            is_command: source.instead.is_some(),
            confirm: source.confirm.as_deref().and_then(Key::from_name),
            when: Cow::Owned(when),
            unless: Cow::Owned(conditions(&source.unless)?),
        })
    }

    /// Whether it fires. What is at hand is tested first, so that nothing is read in vain.
    pub fn fires(&self, facts: &mut Facts<'_>) -> bool {
        for at_hand in [true, false] {
            for condition in self.when.iter() {
                if facts.at_hand(condition.key) == at_hand && !condition.test.holds(&facts.get(condition.key))
                {
                    return false;
                }
            }
            for condition in self.unless.iter() {
                if facts.at_hand(condition.key) == at_hand && condition.test.holds(&facts.get(condition.key))
                {
                    return false;
                }
            }
        }
        true
    }
}

/// The conditions of a `when` or `unless` table; `None` where a key does not exist.
pub fn conditions(tests: &std::collections::BTreeMap<String, TestSource>) -> Option<Vec<Condition>> {
    tests
        .iter()
        .map(|(name, test)| {
            let test = match test {
                TestSource::Flag(flag) => Test::Flag(*flag),
                TestSource::Count(count) => Test::Range { min: *count, max: *count },
                TestSource::Range(range) => {
                    Test::Range { min: range.min.unwrap_or(i64::MIN), max: range.max.unwrap_or(i64::MAX) }
                }
                TestSource::Text(text) => Test::AnyOf(Cow::Owned(vec![Cow::Owned(text.clone())])),
                TestSource::AnyOf(list) => {
                    Test::AnyOf(Cow::Owned(list.iter().map(|text| Cow::Owned(text.clone())).collect()))
                }
            };
            Some(Condition { key: Key::from_name(name)?, test })
        })
        .collect()
}

/// What the rules say of one effect: the strictest rule that fires, if any. A rule of a user that says `allow`
/// and fires speaks for the user and ends the matter, unless the strictest is a `deny`.
pub fn judge(effect: &Effect, reader: &mut dyn Reader, own: &Own) -> Option<(Ruling, Finding)> {
    let mut facts = Facts::new(effect, reader);
    let built_in = BUILT_IN.iter().find(|(kind, _)| *kind == effect.kind).map_or(&[][..], |(_, rules)| rules);
    let mut strictest: Option<&Rule> = None;
    let mut permitted = false;
    for rule in built_in.iter().chain(own.rules.iter().filter(|rule| rule.effect == effect.kind)) {
        if strictest.is_some_and(|found| rule.ruling <= found.ruling && rule.ruling != Ruling::Allow) {
            continue;
        }
        if rule.fires(&mut facts) && !own.excepts(rule, &mut facts) {
            match rule.ruling {
                Ruling::Allow => permitted = true,
                _ => strictest = Some(rule),
            }
        }
    }
    let rule = strictest?;
    if permitted && rule.ruling != Ruling::Deny {
        return None;
    }
    let (reason, _) = fill(&rule.reason, &mut facts, false);
    // A command with a gap in it would be no help.
    let instead = rule.instead.as_deref().map(|template| fill(template, &mut facts, rule.is_command));
    let instead = instead.and_then(|(text, complete)| {
        complete.then(|| Instead { runs: rule.is_command && is_plain(&text), text })
    });
    let confirm = rule.confirm.and_then(|key| match facts.get(key) {
        Value::Text(name) if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Some(name)
        }
        _ => None,
    });
    if facts.at_hand(Key::CommitsUnique) && matches!(facts.get(Key::CommitsUnique), Value::Count(1..)) {
        // No rule asks for the names of what would be lost, but a person wants to see them.
        facts.get(Key::CommitsSubjects);
    }
    let finding = Finding {
        rule: rule.id.clone(),
        effect: Some(effect.kind),
        decision: if rule.ruling == Ruling::Deny { Decision::Deny } else { Decision::Ask },
        reason,
        span: effect.span,
        facts: facts.seen().to_vec(),
        instead,
        confirm,
        rescue: None,
        subject: Some(effect.clone()),
    };
    Some((rule.ruling, finding))
}

/// Whether a command can be put before a person as it is: nothing in it that a shell would expand, and no gap to be
/// filled in. Names out of a repository or a line stand in it, and must not become more than names.
fn is_plain(command: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " _-./:@%+,=^&~".contains(c);
    // Behind a letter `~` stands for itself: `HEAD~3`.
    let tilde = |at: usize| command[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
    let is_letters = command.chars().all(plain) && command.match_indices('~').all(|(at, _)| tilde(at));
    is_letters && command.matches('&').count() == 2 * command.matches(" && ").count()
}

/// A template with its placeholders replaced, and whether all of them were known. In a command each value is one
/// word: people and agents copy it, and a branch may be named `x;id`.
fn fill(template: &str, facts: &mut Facts<'_>, is_command: bool) -> (String, bool) {
    let mut out = String::with_capacity(template.len());
    let mut complete = true;
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((inside, after)) = after.split_once('}') else { break };
        rest = after;
        let mut parts = inside.split(':');
        let Some(key) = parts.next().and_then(Key::from_name) else { continue };
        let value = facts.get(key);
        let one_or_many = |one, many| if value == Value::Count(1) { one } else { many };
        let words = (parts.next(), parts.next(), parts.next());
        // `{commits.unique::it exists:they exist}`: the words alone, in agreement with a count that was said before.
        if let (Some(""), Some(one), Some(many)) = words {
            out.push_str(one_or_many(one, many));
            continue;
        }
        match &value {
            Value::Unknown => {
                complete = false;
                out.push_str(unknown(key));
            }
            // Those three are whole commands already.
            value if is_command && !matches!(key, Key::Preview | Key::WorkSafer | Key::WorkAgain) => {
                out.push_str(&Shell::Bash.word(&value.to_string()));
            }
            value => out.push_str(&value.to_string()),
        }
        if let (Some(one), Some(many), None) = words {
            out.push(' ');
            out.push_str(one_or_many(one, many));
        }
    }
    out.push_str(rest);
    (out, complete)
}

/// What stands in a sentence for a value that is not known.
fn unknown(key: Key) -> &'static str {
    match key {
        Key::Ref => "a ref",
        Key::Remote => "the remote",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("main", "main", true),
            ("main", "mainline", false),
            ("release/*", "release/1.2", true),
            ("*prod*", "db.prod.acme.com", true),
            ("*.prod", "x.prod.y", false),
            ("a*b*c", "a-b-b-c", true),
            ("*", "", true),
            ("", "", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn shapes_of_commands() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (shape, line, expected) in [
            ("acme", "acme", true),
            ("acme", "acme deploy --now", true),
            ("acme deploy", "acme deploy", true),
            ("acme deploy", "acme deploy web --to prod", true),
            ("acme deploy", "acme -v --region eu deploy web", true),
            ("acme deploy", "acme --region=eu deploy", true),
            ("acme deploy", "acme stash deploy", false),
            ("acme deploy", "acme --region=eu stash deploy", false),
            ("acme deploy", "acme", false),
            ("acme deploy", "other deploy", false),
            ("acme deploy --force", "acme --force deploy", true),
            ("acme deploy --force", "acme deploy web --force", true),
            ("acme deploy --force", "acme deploy web", false),
            ("acme deploy prod-*", "acme deploy prod-eu", true),
            ("acme deploy prod-*", "acme deploy dev", false),
        ] {
            assert_eq!(has_shape(&words(shape), &words(line)), expected, "{shape} | {line}");
        }
    }

    #[test]
    fn what_stands_in_a_command_is_one_word() {
        let effect = Effect {
            kind: EffectKind::RefDelete,
            span: crate::syntax::Span::new(0, 0),
            attributes: vec![(Key::Ref, Value::from("$(id);it's"))],
            target: crate::effect::Target::None,
        };
        let mut reader = crate::fact::Given::default();
        let mut facts = Facts::new(&effect, &mut reader);
        let template = "git branch -m {ref} old/{ref}";
        let (text, _) = fill(template, &mut facts, true);
        assert_eq!(text, r"git branch -m '$(id);it'\''s' old/'$(id);it'\''s'");
        assert!(!is_plain(&text));
        assert_eq!(fill("{ref} goes", &mut facts, false).0, "$(id);it's goes");
    }

    #[test]
    fn words_agree_with_a_count() {
        let effect = Effect {
            kind: crate::effect::EffectKind::RefDelete,
            span: crate::syntax::Span::default(),
            attributes: Vec::new(),
            target: crate::effect::Target::None,
        };
        for (count, said) in [(1, "1 commit: it is gone"), (2, "2 commits: they are gone")] {
            let mut given = crate::fact::Given(vec![(Key::CommitsUnique, Value::Count(count))]);
            let mut facts = Facts::new(&effect, &mut given);
            let template = "{commits.unique:commit:commits}: {commits.unique::it is:they are} gone";
            assert_eq!(fill(template, &mut facts, false), (said.to_owned(), true));
        }
    }

    #[test]
    fn only_a_plain_command_can_be_taken() {
        for command in [
            "git fetch origin && git branch keep/a origin/a",
            "alembic upgrade head --sql",
            "git reset HEAD~3",
        ] {
            assert!(is_plain(command), "{command}");
        }
        for command in [
            "git branch -m a;id",
            "rm ~",
            "a=~/x",
            "pg_dump … > before.sql",
            "x $(id)",
            "a & b",
            "a\nb",
            "a &&& b",
            "a 'b'",
        ] {
            assert!(!is_plain(command), "{command}");
        }
    }

    #[test]
    fn unknown_fits_only_its_name() {
        assert!(!Test::Flag(false).holds(&Value::Unknown));
        assert!(!Test::Range { min: 0, max: 0 }.holds(&Value::Unknown));
        assert!(Test::AnyOf(Cow::Owned(vec!["unknown".into()])).holds(&Value::Unknown));
        assert!(!Test::AnyOf(Cow::Owned(vec!["*".into()])).holds(&Value::Unknown));
    }
}
