//! The `[classifier]` table: read from the user's and the administrator's files, never from a repository's,
//! which could name an address of its own and so collect keys and commands.

use super::Rank;
use super::compile::Reader;
use super::fault::suggestion;
use crate::classifier::{Bounds, Dialect, Flavor, KeySource, Prices, Profile, unfit};
use serde::Deserialize;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

const KEYS: [&str; 7] = ["profile", "profiles", "bounds", "environment", "allow", "soft_deny", "hard_deny"];
/// Longest wait that can be configured, in seconds: nobody waits longer before a prompt.
const LONGEST: f64 = 60.0;
/// Most bytes of prose in one slot, all layers together.
const MOST_PROSE: usize = 16 * 1024;

/// The JSON schema of the table, for editors.
pub const CLASSIFIER_SCHEMA: &str = include_str!("classifier.schema.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileSource {
    dialect: Spanned<String>,
    flavor: Option<Spanned<String>>,
    base_url: Option<Spanned<String>>,
    model: Spanned<String>,
    key_env: Option<Spanned<String>>,
    key_file: Option<Spanned<String>>,
    key_command: Option<Spanned<Vec<String>>>,
    prices: Option<Spanned<PricesSource>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PricesSource {
    input: f64,
    cached: Option<f64>,
    output: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BoundsSource {
    deadline: Option<f64>,
    stage_1: Option<f64>,
    connect: Option<f64>,
}

impl Reader<'_> {
    pub(super) fn classifier(&mut self, span: Range<usize>, value: Spanned<DeValue<'_>>) {
        if self.rank == Rank::Repository {
            let message = "a repository may not say which model is asked, where and how, so this is ignored; it \
                           can stand in your own configuration";
            return self.fault(span, "classifier", message.to_owned());
        }
        let at = value.span();
        let DeValue::Table(entries) = value.into_inner() else {
            return self.fault(
                at,
                "classifier",
                "is a table: write `[classifier]` on a line of its own".to_owned(),
            );
        };
        for (name, value) in entries {
            match &**name.get_ref() {
                "profile" => self.choice(&value),
                "profiles" => self.profiles(value),
                "bounds" => self.bounds(value),
                slot @ ("environment" | "allow" | "soft_deny" | "hard_deny") => self.slot(slot, value),
                unknown => {
                    let message = format!("unknown key `{unknown}`{}", suggestion(unknown, KEYS));
                    self.fault(name.span(), &format!("classifier.{unknown}"), message);
                }
            }
        }
    }

    /// The layers come highest rank first, so the first that chooses has chosen.
    fn choice(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(name) = value.get_ref().as_str().filter(|name| !name.is_empty()) else {
            let message = "must be the name of a profile, as a text".to_owned();
            return self.fault(value.span(), "classifier.profile", message);
        };
        if self.policy.classifier.profile.is_none() {
            self.policy.classifier.profile = Some(name.to_owned());
            let fault = self.fault_at(value.span(), "classifier.profile");
            self.chosen.replace(fault);
        }
    }

    fn profiles(&mut self, value: Spanned<DeValue<'_>>) {
        let span = value.span();
        let DeValue::Table(entries) = value.into_inner() else {
            let message = "write `[classifier.profiles.NAME]` for each profile".to_owned();
            return self.fault(span, "classifier.profiles", message);
        };
        for (name, value) in entries {
            let key = format!("classifier.profiles.{}", name.get_ref());
            if self.policy.classifier.profiles.contains_key(&**name.get_ref()) {
                self.fault(name.span(), &key, "is the administrator's; this one is ignored".to_owned());
                continue;
            }
            let span = value.span();
            match ProfileSource::deserialize(ValueDeserializer::from(value)) {
                Err(error) => self.unreadable(&error, span, &key),
                Ok(source) => {
                    if let Some(profile) = self.profile(&source, &name.span(), &key) {
                        self.policy.classifier.profiles.insert(name.into_inner().into_owned(), profile);
                    }
                }
            }
        }
    }

    fn profile(&mut self, source: &ProfileSource, span: &Range<usize>, key: &str) -> Option<Profile> {
        let dialects = Dialect::ALL.iter().map(|dialect| dialect.name());
        let Some(dialect) = Dialect::from_name(source.dialect.get_ref()) else {
            return self.unknown_name(&source.dialect, &format!("{key}.dialect"), dialects);
        };
        let flavor = match &source.flavor {
            None => Flavor::usual(dialect),
            Some(typed) => match Flavor::from_name(typed.get_ref()) {
                None => {
                    let flavors = Flavor::ALL.iter().map(|flavor| flavor.name());
                    return self.unknown_name(typed, &format!("{key}.flavor"), flavors);
                }
                Some(flavor) if !flavor.dialects().contains(&dialect) => {
                    let speaks: Vec<&str> = flavor.dialects().iter().map(|dialect| dialect.name()).collect();
                    let message = format!(
                        "{} does not speak {}, but {}; this profile is ignored",
                        flavor.name(),
                        dialect.name(),
                        speaks.join(" or ")
                    );
                    self.fault(typed.span(), &format!("{key}.flavor"), message);
                    return None;
                }
                Some(flavor) => flavor,
            },
        };
        if source.model.get_ref().trim().is_empty() {
            let message = "is empty; this profile is ignored".to_owned();
            self.fault(source.model.span(), &format!("{key}.model"), message);
            return None;
        }
        let base_url = match (&source.base_url, flavor.usual_url(dialect)) {
            (Some(url), _) => match unfit(url.get_ref()) {
                None => url.get_ref().trim_end_matches('/').to_owned(),
                Some(why) => {
                    self.fault(
                        url.span(),
                        &format!("{key}.base_url"),
                        format!("{why}; this profile is ignored"),
                    );
                    return None;
                }
            },
            (None, Some(url)) => url.to_owned(),
            (None, None) => {
                let message = "`base_url` is missing; for Azure it is https://RESOURCE.openai.azure.com/openai/v1; \
                               this profile is ignored";
                self.fault(span.clone(), key, message.to_owned());
                return None;
            }
        };
        Some(Profile {
            dialect,
            flavor,
            base_url,
            model: source.model.get_ref().clone(),
            key: self.key_source(source, key)?,
            prices: match &source.prices {
                None => None,
                Some(prices) => Some(self.prices(prices, key)?),
            },
        })
    }

    /// `Some(None)`: no key is needed. `None`: at fault.
    fn key_source(&mut self, source: &ProfileSource, key: &str) -> Option<Option<KeySource>> {
        let spans = [
            source.key_env.as_ref().map(Spanned::span),
            source.key_file.as_ref().map(Spanned::span),
            source.key_command.as_ref().map(Spanned::span),
        ];
        let mut given = spans.into_iter().flatten();
        let Some(first) = given.next() else { return Some(None) };
        let one_too_many = given.next();
        let ProfileSource { key_env, key_file, key_command, .. } = source;
        let (found, why) = match (key_env, key_file, key_command) {
            _ if one_too_many.is_some() => (None, "give one of `key_env`, `key_file` and `key_command`"),
            (Some(name), ..) => {
                let name = name.get_ref();
                let first = |c: char| c.is_ascii_alphabetic() || c == '_';
                let fits = name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit());
                (
                    fits.then(|| KeySource::Env(name.clone())),
                    "`key_env` is the name of a variable, not the key itself",
                )
            }
            (_, Some(path), _) => {
                let path = std::path::PathBuf::from(path.get_ref());
                let fits = path.is_absolute() || path.starts_with("~");
                (fits.then_some(KeySource::File(path)), "`key_file` is an absolute path, or begins with ~/")
            }
            (_, _, words) => {
                let words = words.as_ref().map(|words| words.get_ref().clone()).unwrap_or_default();
                let fits = words.first().is_some_and(|program| !program.is_empty());
                (
                    fits.then_some(KeySource::Command(words)),
                    "`key_command` is a program and its arguments, as a list",
                )
            }
        };
        if found.is_none() {
            let span = one_too_many.unwrap_or(first);
            self.fault(span, key, format!("{why}; this profile is ignored"));
            return None;
        }
        Some(found)
    }

    fn prices(&mut self, source: &Spanned<PricesSource>, key: &str) -> Option<Prices> {
        let PricesSource { input, cached, output } = *source.get_ref();
        let prices = Prices { input, cached: cached.unwrap_or(input), output };
        let sound = [prices.input, prices.cached, prices.output]
            .iter()
            .all(|price| price.is_finite() && (0.0..100_000.0).contains(price));
        if !sound {
            let message =
                "are US dollars for a million tokens, 0 or more; this profile is ignored".to_owned();
            self.fault(source.span(), &format!("{key}.prices"), message);
        }
        sound.then_some(prices)
    }

    fn bounds(&mut self, value: Spanned<DeValue<'_>>) {
        let span = value.span();
        let source = match BoundsSource::deserialize(ValueDeserializer::from(value)) {
            Ok(source) => source,
            Err(error) => return self.unreadable(&error, span, "classifier.bounds"),
        };
        let sound = |seconds: f64| seconds.is_finite() && (0.01..=LONGEST).contains(&seconds);
        let given = [source.deadline, source.stage_1, source.connect];
        if given.into_iter().flatten().any(|seconds| !sound(seconds)) {
            let message = format!("are seconds, from 0.01 to {LONGEST}; this table is ignored");
            return self.fault(span, "classifier.bounds", message);
        }
        if std::mem::replace(self.bounded, true) {
            // A higher rank has spoken.
            return;
        }
        let or = |given: Option<f64>, usual: Duration| given.map_or(usual, Duration::from_secs_f64);
        let usual = Bounds::default();
        let deadline = or(source.deadline, usual.deadline);
        // A part never waits longer than the whole.
        let stage_1 = or(source.stage_1, usual.stage_1).min(deadline);
        let connect = or(source.connect, usual.connect).min(stage_1);
        self.policy.classifier.bounds = Bounds { deadline, stage_1, connect };
    }

    /// Prose of all layers adds up, so that nobody takes away what the administrator said.
    fn slot(&mut self, slot: &str, value: Spanned<DeValue<'_>>) {
        let key = format!("classifier.{slot}");
        let span = value.span();
        let items = match value.into_inner() {
            DeValue::Array(items) => items
                .into_iter()
                .map(|item| item.get_ref().as_str().map(|item| item.trim().to_owned()))
                .collect::<Option<Vec<String>>>(),
            _ => None,
        };
        let Some(items) = items.filter(|items| items.iter().all(|item| !item.is_empty())) else {
            let message = "must be a list of sentences, such as [\"$defaults\", \"…\"]".to_owned();
            return self.fault(span, &key, message);
        };
        let slots = &mut self.policy.classifier.slots;
        let place = match slot {
            "environment" => &mut slots.environment,
            "allow" => &mut slots.allow,
            "soft_deny" => &mut slots.soft_deny,
            _ => &mut slots.hard_deny,
        };
        let list = place.get_or_insert_default();
        let size = |items: &[String]| items.iter().map(String::len).sum::<usize>();
        if size(list) + size(&items) > MOST_PROSE {
            let message = format!("holds more than {MOST_PROSE} bytes; this list is ignored");
            return self.fault(span, &key, message);
        }
        for item in items {
            if !list.contains(&item) {
                list.push(item);
            }
        }
    }

    fn unknown_name<'n, T>(
        &mut self,
        typed: &Spanned<String>,
        key: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) -> Option<T> {
        let hint = suggestion(typed.get_ref(), known.clone());
        let names: Vec<&str> = known.collect();
        let message = format!(
            "there is no `{}`{hint}; known are {}; this profile is ignored",
            typed.get_ref(),
            names.join(", ")
        );
        self.fault(typed.span(), key, message);
        None
    }
}
