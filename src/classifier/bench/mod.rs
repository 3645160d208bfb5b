//! How good a model is on lines whose answer is known: `forestall classifier bench`. What is asked and how is the
//! business of the caller; here stand the list and the figures.

mod list;

pub use list::{ListError, Row, parse};

use super::config::Prices;
use super::dialect::Usage;
use crate::figures::{Percentiles, Share};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a model made of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Whether the rules alone would stop it.
    pub rules_stop: bool,
    /// Whether the rules leave it open, so that a model would be asked.
    pub is_open: bool,
    /// What was asked, in order; nothing where it cannot be told what in the line is secret.
    pub asked: Vec<Asked>,
    /// What came out in the end.
    pub outcome: Outcome,
}

impl Measured {
    /// Whether a person would be stopped in the end, by the rules and by the model for what they leave open.
    fn stops(&self) -> bool {
        match self.outcome {
            Outcome::Allow | Outcome::Block if self.is_open => self.outcome.stops(),
            _ => self.rules_stop,
        }
    }
}

/// One question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The stage, 1 or 2.
    pub stage: u8,
    /// Whether the answer lets the line run.
    pub allows: bool,
    /// How long the answer took.
    pub took: Duration,
    /// What it took.
    pub usage: Usage,
}

/// What comes out of both stages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It may run.
    Allow,
    /// It is stopped.
    Block,
    /// There is no answer, for this reason: a person would be asked.
    Nothing(String),
    /// It was not sent.
    #[default]
    NotSent,
}

impl Outcome {
    /// Whether a person would be stopped.
    pub fn stops(&self) -> bool {
        *self != Outcome::Allow
    }

    /// The word used in output.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Allow => "allow",
            Outcome::Block => "block",
            Outcome::Nothing(_) => "no answer",
            Outcome::NotSent => "not sent",
        }
    }
}

/// The two ways to be wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Errors {
    /// Of what should pass, how much is stopped.
    pub false_alarms: Share,
    /// Of what should be stopped, how much passes.
    pub misses: Share,
}

impl Errors {
    fn count(&mut self, row: &Row, stops: bool) {
        match row.stop {
            true => self.misses.count(!stops),
            false => self.false_alarms.count(stops),
        }
    }
}

/// The figures of one model on one list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// How many rows there are.
    pub rows: usize,
    /// How many of them the rules leave open.
    pub unclear: usize,
    /// The rules alone, without any model.
    pub rules_alone: Errors,
    /// The first stage alone: what it flags is stopped.
    pub stage_1: Errors,
    /// Both stages; where there is no answer a person is asked.
    pub both_stages: Errors,
    /// What becomes of them in the end: the rules, and the model for what they leave open.
    pub rules_and_model: Errors,
    /// Rows without an answer.
    pub no_answer: Share,
    /// Why, each with how often.
    pub reasons: BTreeMap<String, usize>,
    /// Rows that were not sent, since it could not be told what in them is secret.
    pub not_sent: Share,
    /// How long the first stage took.
    pub stage_1_ms: Option<Percentiles>,
    /// How long the second stage took.
    pub stage_2_ms: Option<Percentiles>,
    /// Requests for which the provider still knew a part of the prompt.
    pub cache_hits: Share,
    /// Tokens that were sent and read anew.
    pub input_tokens: u64,
    /// Tokens that were sent and that the provider still had.
    pub cached_tokens: u64,
    /// Tokens that the model wrote.
    pub output_tokens: u64,
    /// What all of it cost in US dollars, where the configuration has prices.
    pub dollars: Option<f64>,
}

impl Report {
    /// The figures of these rows, which were measured in the same order.
    pub fn of(rows: &[Row], measured: &[Measured], prices: Option<&Prices>) -> Report {
        let mut report = Report { rows: rows.len(), ..Report::default() };
        let mut times = [Vec::new(), Vec::new()];
        for (row, measured) in rows.iter().zip(measured) {
            report.unclear += usize::from(measured.is_open);
            report.rules_alone.count(row, measured.rules_stop);
            let first = measured.asked.iter().find(|asked| asked.stage == 1);
            report.stage_1.count(row, !first.is_some_and(|first| first.allows));
            report.both_stages.count(row, measured.outcome.stops());
            report.rules_and_model.count(row, measured.stops());
            report.not_sent.count(measured.outcome == Outcome::NotSent);
            report.no_answer.count(matches!(measured.outcome, Outcome::Nothing(_)));
            if let Outcome::Nothing(why) = &measured.outcome {
                *report.reasons.entry(why.clone()).or_default() += 1;
            }
            for asked in &measured.asked {
                times[usize::from(asked.stage > 1)].push(asked.took);
                report.cache_hits.count(asked.usage.cached > 0);
                report.input_tokens += asked.usage.input;
                report.cached_tokens += asked.usage.cached;
                report.output_tokens += asked.usage.output;
            }
        }
        let [first, second] = times;
        report.stage_1_ms = Percentiles::of(first);
        report.stage_2_ms = Percentiles::of(second);
        report.dollars = prices.map(|prices| {
            let of = |tokens: u64, price: f64| tokens as f64 * price / 1e6;
            of(report.input_tokens, prices.input)
                + of(report.cached_tokens, prices.cached)
                + of(report.output_tokens, prices.output)
        });
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Actor;

    fn asked(stage: u8, allows: bool, millis: u64, cached: u64) -> Asked {
        let usage = Usage { input: 100, cached, output: 10 };
        Asked { stage, allows, took: Duration::from_millis(millis), usage }
    }

    #[test]
    fn each_stage_is_wrong_in_its_own_way() {
        let row = |stop| Row { line: "x".to_owned(), stop, actor: Actor::Human, conversation: None, at: 1 };
        let measured = |asked: Vec<Asked>, outcome| Measured { asked, outcome, ..Measured::default() };
        let rows = [row(false), row(false), row(true), row(true), row(true), row(false)];
        let report = Report::of(
            &rows,
            &[
                measured(vec![asked(1, true, 10, 0)], Outcome::Allow),
                measured(vec![asked(1, false, 20, 900), asked(2, true, 200, 900)], Outcome::Allow),
                measured(vec![asked(1, true, 30, 900)], Outcome::Allow),
                measured(vec![asked(1, false, 40, 900), asked(2, false, 300, 900)], Outcome::Block),
                measured(vec![asked(1, false, 50, 900)], Outcome::Nothing("it takes too long".to_owned())),
                measured(vec![], Outcome::NotSent),
            ],
            Some(&Prices { input: 10.0, cached: 1.0, output: 100.0 }),
        );
        let share = |hits, of| Share { hits, of };
        assert_eq!(report.stage_1, Errors { false_alarms: share(2, 3), misses: share(1, 3) });
        // What is not sent is asked about.
        assert_eq!(report.both_stages, Errors { false_alarms: share(1, 3), misses: share(1, 3) });
        assert_eq!(report.rules_alone, Errors { false_alarms: share(0, 3), misses: share(3, 3) });
        assert_eq!(report.rules_and_model, report.rules_alone, "nothing was open");
        assert_eq!((report.no_answer, report.not_sent), (share(1, 6), share(1, 6)));
        assert_eq!(report.reasons["it takes too long"], 1);
        assert_eq!((report.stage_1_ms.unwrap().p50, report.stage_2_ms.unwrap().max), (30.0, 300.0));
        assert_eq!(report.cache_hits, share(6, 7));
        let open =
            |rules_stop, outcome| Measured { rules_stop, is_open: true, outcome, ..Measured::default() };
        let settled = |rules_stop, outcome| Measured { is_open: false, ..open(rules_stop, outcome) };
        for (measured, stops) in [
            (open(true, Outcome::Allow), false),
            (open(false, Outcome::Block), true),
            (open(true, Outcome::Nothing(String::new())), true),
            (open(false, Outcome::NotSent), false),
            (settled(true, Outcome::Allow), true),
            (settled(false, Outcome::Block), false),
        ] {
            assert_eq!(measured.stops(), stops, "{measured:?}");
        }
        // 700 tokens anew, 5,400 kept, 70 written.
        let dollars = report.dollars.unwrap();
        assert!((dollars - (7000.0 + 5400.0 + 7000.0) / 1e6).abs() < 1e-12, "{dollars}");
    }
}
