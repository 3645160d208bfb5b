//! Text of the layers → policy. Each table is read by itself, so that a fault in one leaves the others.

use super::fault::suggestion;
use super::{DatabaseClass, DatabaseNames, Layer, Policy, PolicyFault, Rank};
use crate::effect::EffectKind;
use crate::fact::Key;
use crate::rule::examples::{self, Report};
use crate::rule::schema::{self, Flaw, RuleSource, TestSource};
use crate::rule::{BUILT_IN, Exception, Rule, conditions};
use crate::verdict::Ruling;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Joins the layers, which come highest rank first.
pub(super) fn compile(layers: &[Layer]) -> Policy {
    let mut policy = Policy::default();
    let mut excepted = Vec::new();
    let (mut chosen, mut bounded) = (None, false);
    let mut admins = 0;
    for layer in layers {
        match &layer.text {
            None => {}
            Some(Err(fault)) => policy.faults.push(fault.clone()),
            Some(Ok(text)) => {
                Reader {
                    path: &layer.path,
                    rank: layer.rank,
                    text,
                    policy: &mut policy,
                    excepted: &mut excepted,
                    chosen: &mut chosen,
                    bounded: &mut bounded,
                }
                .document();
            }
        }
        if layer.rank == Rank::Admin {
            admins = policy.rules.rules.len();
        }
    }
    // Only now are the rules of all layers known by name.
    for pending in excepted {
        pending.settle(&mut policy, admins);
    }
    if let Some(mut fault) = chosen.filter(|_| policy.classifier.chosen().is_none()) {
        let name = policy.classifier.profile.take().unwrap_or_default();
        let hint = suggestion(&name, policy.classifier.profiles.keys().map(String::as_str));
        fault.message = format!("there is no profile `{name}`{hint}; no model is asked");
        policy.faults.push(fault);
    }
    policy
}

/// Runs the examples of the rules in the text of a policy file; what cannot be read is left to [`compile`].
pub fn test_rules(text: &str) -> Report {
    let mut report = Report::default();
    let (root, _) = DeTable::parse_recoverable(text);
    for (name, value) in root.into_inner() {
        let DeValue::Array(items) = value.into_inner() else { continue };
        if &**name.get_ref() != "rule" {
            continue;
        }
        let sources = items.into_iter().map(toml::de::ValueDeserializer::from).map(RuleSource::deserialize);
        examples::run(&sources.filter_map(Result::ok).collect::<Vec<_>>(), &mut report);
    }
    report
}

/// An exception that waits for all rules to be known.
struct Pending {
    rank: Rank,
    exception: Exception,
    fault: PolicyFault,
}

impl Pending {
    fn settle(mut self, policy: &mut Policy, admins: usize) {
        let name = &*self.exception.rule;
        let built_in = || BUILT_IN.iter().flat_map(|(_, rules)| rules.iter());
        let own = policy.rules.rules.iter().position(|rule| rule.id == name);
        if self.rank != Rank::Admin && own.is_some_and(|at| at < admins) {
            self.fault.message =
                format!("the rule `{name}` is the administrator's; this exception is ignored");
        } else if own.is_none() && built_in().all(|rule| rule.id != name) {
            let known = built_in().chain(&policy.rules.rules);
            let hint = suggestion(name, known.map(|rule| &*rule.id));
            self.fault.message = format!("there is no rule `{name}`{hint}");
        } else {
            policy.rules.exceptions.push(self.exception);
            return;
        }
        policy.faults.push(self.fault);
    }
}

/// Reads one layer.
pub(super) struct Reader<'a> {
    path: &'a Path,
    pub(super) rank: Rank,
    text: &'a str,
    pub(super) policy: &'a mut Policy,
    excepted: &'a mut Vec<Pending>,
    /// Where the profile in use was named, for when it turns out that there is none.
    pub(super) chosen: &'a mut Option<PolicyFault>,
    /// Whether a layer of higher rank has given the bounds.
    pub(super) bounded: &'a mut bool,
}

const TABLES: [&str; 6] = ["git", "data", "database", "rule", "except", "classifier"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptSource {
    rule: String,
    #[serde(default)]
    when: BTreeMap<String, TestSource>,
    reason: String,
}

impl Reader<'_> {
    fn document(&mut self) {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let key = self.key_at(span.start);
            self.fault(span, &key, format!("{}; this line is ignored", one_line(error.message())));
        }
        for (name, value) in root.into_inner() {
            match &**name.get_ref() {
                "git" => self.lists("git", value, &["protected"]),
                "data" => self.lists("data", value, &["trusted-hosts"]),
                "database" => self.lists("database", value, &DatabaseClass::ALL.map(DatabaseClass::name)),
                "rule" => self.each(value, "rule", Self::rule),
                "except" => self.each(value, "except", Self::except),
                "classifier" => self.classifier(name.span(), value),
                unknown => {
                    let hint = suggestion(unknown, TABLES);
                    let message = format!("unknown key `{unknown}`{hint}");
                    self.fault(name.span(), unknown, message);
                }
            }
        }
    }

    /// A table whose values are lists of patterns.
    fn lists(&mut self, table: &str, value: Spanned<DeValue<'_>>, known: &[&'static str]) {
        let span = value.span();
        let DeValue::Table(entries) = value.into_inner() else {
            return self.fault(span, table, format!("is a table: write `[{table}]` on a line of its own"));
        };
        let mut found: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (name, value) in entries {
            let typed: &str = name.get_ref();
            let key = format!("{table}.{typed}");
            let Some(name_known) = known.iter().copied().find(|known| *known == typed) else {
                let hint = suggestion(typed, known.iter().copied());
                self.fault(name.span(), &key, format!("unknown key `{typed}`{hint}"));
                continue;
            };
            let tightens = matches!((table, name_known), ("git", _) | ("database", "production"));
            if self.rank == Rank::Repository && !tightens {
                self.loosens(name.span(), &key);
                continue;
            }
            let span = value.span();
            let patterns = match value.into_inner() {
                DeValue::Array(items) => items
                    .into_iter()
                    .map(|item| item.get_ref().as_str().filter(|item| !item.is_empty()).map(str::to_owned))
                    .collect::<Option<Vec<String>>>(),
                DeValue::String(item) if !item.is_empty() => Some(vec![item.into_owned()]),
                _ => None,
            };
            match patterns {
                Some(patterns) => found.push((name_known, patterns)),
                None => self.fault(
                    span,
                    &key,
                    "must be a list of texts, such as [\"name\", \"team-*\"]".to_owned(),
                ),
            }
        }
        // Within a layer the strictest class is asked first.
        for name in known {
            for (_, patterns) in found.iter().filter(|(found, _)| found == name) {
                self.add(table, name, patterns);
            }
        }
    }

    fn add(&mut self, table: &str, name: &str, patterns: &[String]) {
        match table {
            "git" => self.policy.protected.extend_from_slice(patterns),
            "data" => self.policy.trusted_hosts.extend_from_slice(patterns),
            _ => {
                let class = DatabaseClass::ALL.into_iter().find(|class| class.name() == name);
                let patterns = patterns.iter().map(|pattern| pattern.to_lowercase()).collect();
                self.policy.databases.extend(class.map(|class| DatabaseNames { class, patterns }));
            }
        }
    }

    fn each(&mut self, value: Spanned<DeValue<'_>>, table: &str, read: fn(&mut Self, Spanned<DeValue<'_>>)) {
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(items) => items.into_iter().for_each(|item| read(self, item)),
            _ => self.fault(span, table, format!("write `[[{table}]]`, with two brackets, for each one")),
        }
    }

    fn rule(&mut self, value: Spanned<DeValue<'_>>) {
        let span = value.span();
        let source = match RuleSource::deserialize(toml::de::ValueDeserializer::from(value)) {
            Ok(source) => source,
            Err(error) => return self.unreadable(&error, span, "rule"),
        };
        let effect = |name: &str| EffectKind::from_name(name).is_some();
        let sort = |name: &str| Key::from_name(name).map(|key| key.sort().name());
        let flaws = schema::lint(&source, false, effect, sort);
        if !flaws.is_empty() {
            for flaw in flaws {
                let hint = flaw.unknown.as_deref().map_or_else(String::new, |typed| match &*flaw.at {
                    "effect" => suggestion(typed, EffectKind::ALL.iter().map(|kind| kind.name())),
                    "decision" => suggestion(typed, schema::DECISIONS.iter().copied()),
                    _ => suggestion(typed, Key::ALL.iter().map(|key| key.name())),
                });
                let at = self.place(&span, &flaw);
                self.fault(at, &format!("rule.{}", flaw.at), format!("{}{hint}", flaw.message));
            }
            return;
        }
        let known = BUILT_IN.iter().flat_map(|(_, rules)| rules.iter());
        let mut known = known.chain(&self.policy.rules.rules);
        if known.any(|rule| rule.id == source.id) {
            let message = format!("the id `{}` is taken by another rule; this one is ignored", source.id);
            return self.fault(span, "rule.id", message);
        }
        let Some(rule) = Rule::from_source(&source) else { return };
        if self.rank == Rank::Repository && rule.ruling < Ruling::Ask {
            return self.loosens(span, "rule.decision");
        }
        self.policy.rules.rules.push(rule);
    }

    fn except(&mut self, value: Spanned<DeValue<'_>>) {
        let span = value.span();
        if self.rank == Rank::Repository {
            return self.loosens(span, "except");
        }
        let source = match ExceptSource::deserialize(toml::de::ValueDeserializer::from(value)) {
            Ok(source) => source,
            Err(error) => return self.unreadable(&error, span, "except"),
        };
        if source.reason.trim().is_empty() {
            return self.fault(span, "except.reason", "is empty; say why the rule does not apply".to_owned());
        }
        if let Some(unknown) = source.when.keys().find(|name| Key::from_name(name).is_none()) {
            let hint = suggestion(unknown, Key::ALL.iter().map(|key| key.name()));
            let message = format!("there is no key `{unknown}` to ask about{hint}");
            return self.fault(span, "except.when", message);
        }
        let Some(when) = conditions(&source.when) else { return };
        let exception = Exception { rule: source.rule, when, reason: source.reason };
        let fault = self.fault_at(span, "except.rule");
        self.excepted.push(Pending { rank: self.rank, exception, fault });
    }

    /// Where a flaw of a rule stands: at the word that means nothing, or at the key; otherwise where the rule begins.
    fn place(&self, rule: &Range<usize>, flaw: &Flaw) -> Range<usize> {
        let rest = self.text.get(rule.start..).unwrap_or_default();
        // The next table ends this rule.
        let end = rest.match_indices("\n[").map(|(at, _)| at).find(|at| *at > 0).unwrap_or(rest.len());
        let body = &rest[..end];
        let key = flaw.at.split_once('.').map_or(&*flaw.at, |(_, key)| key);
        let words = flaw.unknown.as_deref().into_iter().chain([key]).filter(|word| !word.is_empty());
        let find =
            |word: &str| body.match_indices(word).map(|(at, _)| at).find(|at| is_no_comment(body, *at));
        words.map(find).find_map(|at| at).map_or_else(|| rule.clone(), |at| rule.start + at..rule.start + at)
    }

    /// A repository's file says something that would weaken the protection of whoever cloned it.
    fn loosens(&mut self, span: Range<usize>, key: &str) {
        self.fault(
            span,
            key,
            "a repository may only tighten the policy, so this is ignored; it can stand in your own \
             configuration"
                .to_owned(),
        );
    }

    pub(super) fn unreadable(&mut self, error: &toml::de::Error, whole: Range<usize>, table: &str) {
        let message = error.message();
        let span = error.span().unwrap_or(whole);
        // serde: unknown field `whn`, expected one of `id`, `effect`…
        let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let message = match names.as_slice() {
            [unknown, known @ ..] if message.starts_with("unknown field") => {
                format!("unknown key `{unknown}`{}; this entry is ignored", suggestion(unknown, known.iter().copied()))
            }
            [missing, ..] if message.starts_with("missing field") => {
                format!("`{missing}` is missing; this entry is ignored")
            }
            _ if message.contains("untagged enum TestSource") => {
                "a test is true, false, a number, a text, a list of texts, or { min = …, max = … }; this entry \
                 is ignored"
                    .to_owned()
            }
            _ => format!("{}; this entry is ignored", one_line(message)),
        };
        let key = match self.key_at(span.start) {
            key if key.is_empty() || key == table => table.to_owned(),
            key => format!("{table}.{key}"),
        };
        self.fault(span, &key, message);
    }

    pub(super) fn fault(&mut self, span: Range<usize>, key: &str, message: String) {
        let fault = PolicyFault { message, ..self.fault_at(span, key) };
        self.policy.faults.push(fault);
    }

    /// A fault that has no words yet.
    pub(super) fn fault_at(&self, span: Range<usize>, key: &str) -> PolicyFault {
        let line = Some(self.line(span.start));
        PolicyFault { path: self.path.to_owned(), line, key: key.to_owned(), message: String::new() }
    }

    /// The line, from 1, in which this byte stands.
    fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// The key that is written on the line of this byte.
    fn key_at(&self, offset: usize) -> String {
        let line = self.text.lines().nth(self.line(offset) - 1).unwrap_or_default();
        let key = line.split(['=', '#']).next().unwrap_or_default().trim().trim_matches(['[', ']']).trim();
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if key.chars().all(word) { key.to_owned() } else { String::new() }
    }
}

fn one_line(message: &str) -> String {
    message.replace('\n', ", ")
}

/// Whether the line of this byte does not begin as a comment.
fn is_no_comment(text: &str, at: usize) -> bool {
    let begin = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    !text[begin..].trim_start().starts_with('#')
}
