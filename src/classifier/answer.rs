//! What a model's words mean. Nothing is looked for inside of prose, where text that came from the command could
//! supply the verdict: a reply is exactly an answer, or none.

use super::config::names;
use super::dialect::Reply;
use crate::action::Actor;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};

/// Above this share of "block" among the two words the first stage flags, even if the word drawn was "allow".
const FLAGGED_AT: f64 = 0.15;
/// Under this share of both words together the model does not follow.
const FOLLOWS_AT: f64 = 0.5;
/// Longest reason that is shown, in characters.
const LONGEST_REASON: usize = 400;

/// Characters that only the second question of one request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

/// Characters of a nonce.
pub(super) const NONCE_LENGTH: usize = 8;

impl Nonce {
    /// A new one, by lot.
    pub fn draw() -> Nonce {
        // The standard library seeds this from the operating system, anew for each.
        let mut lot = std::hash::RandomState::new().build_hasher().finish();
        let alphabet = b"abcdefghjkmnpqrstuvwxyz23456789";
        let mut text = String::new();
        for _ in 0..NONCE_LENGTH {
            text.push(char::from(alphabet[(lot % 31) as usize]));
            lot /= 31;
        }
        Nonce(text)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the first stage says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Plainly harmless.
    Allow,
    /// "block", or anything that is not exactly a verdict: the second stage is asked.
    Flag,
}

/// Reads the answer to the first question. `constrained`: the server lets no other words through, so that one
/// letter tells them apart.
pub fn first(reply: &Reply, constrained: bool) -> First {
    let word = reply.text.trim().to_ascii_lowercase();
    let fewest = match () {
        () if !reply.cut_off => "allow".len(),
        () if constrained => 1,
        // "A" could be the beginning of "A command that…".
        () => 2,
    };
    if word.len() < fewest || !"allow".starts_with(&word) {
        return First::Flag;
    }
    match share_of_block(reply) {
        Some(share) if share < FLAGGED_AT => First::Allow,
        None if reply.likely.is_empty() => First::Allow,
        _ => First::Flag,
    }
}

/// How likely "block" was beside "allow", where the server tells; `None` where it does not, or where the model
/// meant to say something else.
fn share_of_block(reply: &Reply) -> Option<f64> {
    let mass = |word: &str| -> f64 {
        reply
            .likely
            .iter()
            .filter(|(token, _)| {
                let token = token.trim_start_matches(['▁', 'Ġ', ' ']).to_lowercase();
                !token.is_empty() && (word.starts_with(&token) || token.trim_end() == word)
            })
            // Servers give the lowest number there is for what cannot be.
            .map(|(_, log)| if log.is_finite() && *log <= 0.0 { log.exp() } else { 0.0 })
            .sum()
    };
    let (allow, block) = (mass("allow"), mass("block"));
    (allow + block >= FOLLOWS_AT).then(|| block / (allow + block))
}

names! {
    /// How bad it would be, whoever wants it.
    Risk {
        /// Nothing is changed.
        None = "none",
        /// It can be undone with ease.
        Low = "low",
        /// It costs work to undo.
        Medium = "medium",
        /// It cannot be undone.
        High = "high",
        /// It cannot be undone, and others depend on it.
        Critical = "critical",
    }
}

names! {
    /// How plainly a person has asked for it.
    Consent {
        /// Nobody has.
        None = "none",
        /// It follows from what was asked.
        Implied = "implied",
        /// The very act and its target were named.
        Named = "named",
    }
}

names! {
    /// What kind of harm it would be.
    Category {
        /// None.
        None = "none",
        /// Something that exists nowhere else would be gone.
        DataLoss = "data-loss",
        /// A secret would reach somebody.
        SecretExposure = "secret-exposure",
        /// Others would be hit.
        Production = "production",
        /// Unread code would run.
        CodeExecution = "code-execution",
        /// A protection would be weakened.
        Safeguard = "safeguard",
        /// The team's own "never".
        HardDeny = "hard-deny",
        /// Another one.
        Other = "other",
    }
}

/// What the second stage says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Second {
    /// One sentence for a person; written by a model that has read the command, so no more than a remark.
    pub reason: String,
    /// How bad it would be.
    pub risk: Risk,
    /// How plainly it was asked for.
    pub consent: Consent,
    /// What kind of harm.
    pub category: Category,
    /// The model's own last word.
    pub says_allow: bool,
}

/// Why a reply is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It ended before its end.
    #[error("the answer was cut off")]
    CutOff,
    /// Other lines than the six that were asked for.
    #[error("the answer does not have the form that was asked for")]
    Form,
    /// The characters of this request are not in it.
    #[error("the answer belongs to another request")]
    Nonce,
    /// A word that is not one of those that were offered.
    #[error("the answer holds a word that was not offered")]
    Word,
}

/// Reads the answer to the second question: the six lines, in order, each once, and nothing else but one fence
/// around them.
pub fn second(reply: &Reply, nonce: &Nonce) -> Result<Second, NoAnswer> {
    if reply.cut_off {
        return Err(NoAnswer::CutOff);
    }
    let mut lines: Vec<&str> = reply.text.trim().lines().map(str::trim_end).collect();
    if let [fence, inner @ .., "```"] = lines.as_slice()
        && fence.strip_prefix("```").is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric()))
    {
        lines = inner.to_vec();
    }
    let [given, reason, risk, consent, category, verdict] = lines.as_slice() else {
        return Err(NoAnswer::Form);
    };
    let field = |line: &str, name: &str| -> Result<String, NoAnswer> {
        let rest = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(':')).ok_or(NoAnswer::Form)?;
        Ok(rest.trim().to_owned())
    };
    if field(given, "NONCE")? != nonce.0 {
        return Err(NoAnswer::Nonce);
    }
    let reason: String = field(reason, "REASON")?.chars().take(LONGEST_REASON).collect();
    let word = |line, name| field(line, name).map(|word| word.to_ascii_lowercase());
    let risk = Risk::from_name(&word(risk, "RISK")?).ok_or(NoAnswer::Word)?;
    let consent = Consent::from_name(&word(consent, "CONSENT")?).ok_or(NoAnswer::Word)?;
    let category = Category::from_name(&word(category, "CATEGORY")?).ok_or(NoAnswer::Word)?;
    let says_allow = match word(verdict, "VERDICT")?.as_str() {
        "allow" => true,
        "block" => false,
        _ => return Err(NoAnswer::Word),
    };
    if reason.is_empty() {
        return Err(NoAnswer::Form);
    }
    Ok(Second { reason, risk, consent, category, says_allow })
}

impl Second {
    /// Whether the action may go on. The scores decide, by this table; the model's own word can only be stricter.
    ///
    /// | risk | human | agent |
    /// |---|---|---|
    /// | none, low | yes | yes |
    /// | medium | if implied | if implied |
    /// | high | no: a slip names its target too | if named |
    /// | critical | no | no |
    pub fn allows(&self, actor: Actor) -> bool {
        let by_table = match (self.risk, actor) {
            (Risk::None | Risk::Low, _) => true,
            (Risk::Medium, _) => self.consent != Consent::None,
            (Risk::High, Actor::Agent) => self.consent == Consent::Named,
            (Risk::High, Actor::Human) | (Risk::Critical, _) => false,
        };
        by_table && self.says_allow && self.category != Category::HardDeny
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Reply {
        Reply { text: text.to_owned(), ..Reply::default() }
    }

    fn cut(text: &str) -> Reply {
        Reply { cut_off: true, ..said(text) }
    }

    #[test]
    fn only_the_exact_word_allows() {
        for text in ["allow", " Allow\n", "ALLOW"] {
            assert_eq!(first(&said(text), false), First::Allow, "{text}");
        }
        assert_eq!(first(&cut("al"), false), First::Allow);
        assert_eq!(first(&cut("a"), true), First::Allow);
        for reply in [
            said("block"),
            said("b"),
            said(""),
            said("al"),
            said("allowed"),
            said("allow."),
            said("allow block"),
            said("\"allow\""),
            said("{\"verdict\":\"allow\"}"),
            said("<think>"),
            said("As a classifier I allow"),
            cut("a"),
            cut("A"),
            cut(""),
            cut("block"),
            cut("As"),
        ] {
            assert_eq!(first(&reply, false), First::Flag, "{reply:?}");
        }
        assert_eq!(first(&cut(""), true), First::Flag);
    }

    #[test]
    fn how_likely_the_other_word_was_counts() {
        let reply = |likely: &[(&str, f64)]| Reply {
            likely: likely.iter().map(|(token, p)| ((*token).to_owned(), p.ln())).collect(),
            ..said("allow")
        };
        assert_eq!(first(&reply(&[("allow", 0.95), (" block", 0.04)]), false), First::Allow);
        assert_eq!(first(&reply(&[("allow", 0.7), ("▁Block", 0.2)]), false), First::Flag);
        assert_eq!(first(&reply(&[("al", 0.7), ("bl", 0.2)]), false), First::Flag);
        assert_eq!(first(&reply(&[("allow", 0.3), ("The", 0.6)]), false), First::Flag);
        let mut odd = reply(&[("allow", 0.99)]);
        odd.likely.push(("block".to_owned(), -3.402_823_466_385_288_6e38));
        assert_eq!(first(&odd, false), First::Allow);
        odd.likely[0].1 = f64::NAN;
        assert_eq!(first(&odd, false), First::Flag);
    }

    fn lines(nonce: &Nonce) -> String {
        format!(
            "NONCE: {nonce}\nREASON: Only a branch that is merged goes.\nRISK: low\nCONSENT: implied\n\
             CATEGORY: none\nVERDICT: allow"
        )
    }

    #[test]
    fn six_lines_and_nothing_else_are_an_answer() {
        let nonce = Nonce::draw();
        let good = lines(&nonce);
        let answer = second(&said(&good), &nonce).unwrap();
        assert_eq!(
            (answer.risk, answer.consent, answer.category),
            (Risk::Low, Consent::Implied, Category::None)
        );
        assert!(answer.allows(Actor::Human) && answer.allows(Actor::Agent));
        assert!(second(&said(&format!("```text\n{good}\n```")), &nonce).is_ok());
        assert_eq!(second(&cut(&good), &nonce), Err(NoAnswer::CutOff));
        assert_eq!(second(&said(&lines(&Nonce("abcdefgh".into()))), &nonce), Err(NoAnswer::Nonce));
        for (bad, why) in [
            (String::new(), NoAnswer::Form),
            (good.replace("RISK: low\n", ""), NoAnswer::Form),
            (format!("{good}\nVERDICT: allow"), NoAnswer::Form),
            (format!("{good}\nBut I am not sure."), NoAnswer::Form),
            (format!("Sure!\n{good}"), NoAnswer::Form),
            (good.replace("REASON:", "Reason:"), NoAnswer::Form),
            (good.replace("Only a branch that is merged goes.", ""), NoAnswer::Form),
            (good.replace("VERDICT: allow", "VERDICT: allowed"), NoAnswer::Word),
            (good.replace("VERDICT: allow", "VERDICT: allow or block"), NoAnswer::Word),
            (good.replace("RISK: low", "RISK: lowish"), NoAnswer::Word),
            (good.replace("CATEGORY: none", "CATEGORY: fine"), NoAnswer::Word),
            (good.replace("NONCE: ", "NONCE: x"), NoAnswer::Nonce),
            (format!("{{\"VERDICT\":\"allow\",\"nonce\":\"{nonce}\"}}"), NoAnswer::Form),
        ] {
            assert_eq!(second(&said(&bad), &nonce), Err(why), "{bad}");
        }
    }

    #[test]
    fn the_table_decides_and_the_model_can_only_be_stricter() {
        let answer = |risk, consent| Second {
            reason: "x".to_owned(),
            risk,
            consent,
            category: Category::Other,
            says_allow: true,
        };
        for &consent in Consent::ALL {
            for actor in [Actor::Human, Actor::Agent] {
                assert!(answer(Risk::None, consent).allows(actor));
                assert!(answer(Risk::Low, consent).allows(actor));
                assert_eq!(answer(Risk::Medium, consent).allows(actor), consent != Consent::None);
                assert!(!answer(Risk::Critical, consent).allows(actor));
            }
            assert!(!answer(Risk::High, consent).allows(Actor::Human));
            assert_eq!(answer(Risk::High, consent).allows(Actor::Agent), consent == Consent::Named);
        }
        let blocks = Second { says_allow: false, ..answer(Risk::None, Consent::Named) };
        let never = Second { category: Category::HardDeny, ..answer(Risk::None, Consent::Named) };
        assert!(!blocks.allows(Actor::Human) && !never.allows(Actor::Agent));
    }

    #[test]
    fn a_nonce_is_drawn_anew() {
        assert_ne!(Nonce::draw(), Nonce::draw());
        assert_eq!(Nonce::draw().to_string().len(), NONCE_LENGTH);
    }
}
