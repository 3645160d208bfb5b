//! What the journal says in figures: how often the model was asked, what it said, and who overruled it.

use super::Record;
use crate::figures::{Percentiles, Share};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// Figures over some records.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stats {
    /// When the oldest record was written, RFC 3339.
    pub since: Option<String>,
    /// How many records there are.
    pub records: usize,
    /// How many of each answer; see [`super::Answer`].
    pub answers: BTreeMap<String, usize>,
    /// Lines that were asked about and that a person ran all the same: with many of them the rules ask too often.
    pub run_after_asking: Share,
    /// What the models said, by profile.
    pub models: BTreeMap<String, ModelStats>,
}

/// Figures of one profile.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ModelStats {
    /// How often it was asked, answers that were still known included.
    pub asked: usize,
    /// Answers that were still known, so that nothing was sent.
    pub kept: usize,
    /// It allowed, in the first stage.
    pub allowed_at_once: Share,
    /// It allowed, in the second stage.
    pub allowed_after_reasons: Share,
    /// It blocked.
    pub blocked: Share,
    /// It gave no answer that counts.
    pub failed: Share,
    /// It blocked, and a person ran the line all the same.
    pub overruled: Share,
    /// Why there was no answer, each with how often.
    pub failures: BTreeMap<String, usize>,
    /// How long the answers took that were not known.
    pub latency_ms: Option<Percentiles>,
    /// Tokens that were sent and read anew.
    pub input_tokens: u64,
    /// Tokens that were sent and that the provider still had.
    pub cached_tokens: u64,
    /// Tokens that the model wrote.
    pub output_tokens: u64,
}

impl Stats {
    /// Of these records, oldest first.
    pub fn of(records: &[Record]) -> Stats {
        let mut stats = Stats {
            since: records.first().map(|record| record.time.clone()),
            records: records.len(),
            ..Stats::default()
        };
        let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
        for record in records {
            *stats.answers.entry(record.answer.clone()).or_default() += 1;
            let ran = matches!(record.answer.as_str(), "yes" | "once");
            if record.verdict == "ask" && matches!(record.answer.as_str(), "yes" | "no" | "safer") {
                stats.run_after_asking.count(ran);
            }
            let Some(model) = &record.model else { continue };
            let of = stats.models.entry(model.profile.clone()).or_default();
            of.asked += 1;
            of.kept += usize::from(model.kept);
            let said = |word: &str| model.said == word;
            of.allowed_at_once.count(said("allow") && model.stage == 1);
            of.allowed_after_reasons.count(said("allow") && model.stage > 1);
            of.blocked.count(said("block"));
            of.failed.count(said("nothing"));
            if said("block") {
                of.overruled.count(ran);
            }
            if let Some(why) = &model.why {
                *of.failures.entry(why.clone()).or_default() += 1;
            }
            if !model.kept {
                times.entry(&model.profile).or_default().push(Duration::from_millis(model.ms));
            }
            of.input_tokens += model.input_tokens;
            of.cached_tokens += model.cached_tokens;
            of.output_tokens += model.output_tokens;
        }
        for (profile, times) in times {
            if let Some(of) = stats.models.get_mut(profile) {
                of.latency_ms = Percentiles::of(times);
            }
        }
        stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::ModelRecord;

    fn record(verdict: &str, answer: &str, model: Option<ModelRecord>) -> Record {
        Record {
            time: "2026-11-21T10:00:00Z".into(),
            surface: "terminal".into(),
            actor: "human".into(),
            cwd: "/".into(),
            line: "x".into(),
            verdict: verdict.into(),
            rules: Vec::new(),
            answer: answer.into(),
            decided_by: "classifier".into(),
            model,
        }
    }

    fn said(said: &str, stage: u8, ms: u64, kept: bool) -> Option<ModelRecord> {
        Some(ModelRecord {
            profile: "local".into(),
            stage,
            said: said.into(),
            why: (said == "nothing").then(|| "the deadline is over".into()),
            ms,
            kept,
            input_tokens: 10,
            cached_tokens: 5,
            output_tokens: 1,
        })
    }

    #[test]
    fn the_model_is_counted_by_what_it_said_and_what_became_of_it() {
        let stats = Stats::of(&[
            record("allow", "allowed", said("allow", 1, 20, false)),
            record("allow", "allowed", said("allow", 1, 0, true)),
            record("allow", "noted", said("allow", 2, 400, false)),
            record("ask", "no", said("block", 2, 500, false)),
            record("ask", "yes", said("block", 2, 600, false)),
            record("ask", "yes", said("nothing", 1, 10_000, false)),
            record("ask", "yes", None),
            record("deny", "stopped", None),
        ]);
        assert_eq!((stats.records, stats.answers["yes"]), (8, 3));
        assert_eq!(stats.run_after_asking, Share { hits: 3, of: 4 });
        let local = &stats.models["local"];
        assert_eq!((local.asked, local.kept), (6, 1));
        assert_eq!((local.allowed_at_once.hits, local.allowed_after_reasons.hits), (2, 1));
        assert_eq!((local.blocked.hits, local.failed.hits), (2, 1));
        assert_eq!(local.overruled, Share { hits: 1, of: 2 });
        assert_eq!(local.failures["the deadline is over"], 1);
        assert_eq!(local.latency_ms.unwrap().p50, 500.0);
        assert_eq!((local.input_tokens, local.cached_tokens, local.output_tokens), (60, 30, 6));
    }
}
