//! The model that settles what the rules leave open: which one, what it is told, and how its answer is read.
//!
//! ```text
//! line, effects, facts → redact → case → prompt → dialect → request
//! reply → dialect → answer → verdict from a table
//! ```
//!
//! Nothing here reaches the network.

mod answer;
mod case;
mod config;
pub mod dialect;
mod escape;
mod prompt;
mod redact;

pub use answer::{Category, Consent, First, NoAnswer, Nonce, Risk, Second, first, second};
pub use case::{Case, Matter};
pub use config::{Bounds, DEFAULTS, Dialect, Flavor, KeySource, Prices, Profile, Settings, Slots, unfit};
pub use prompt::{Prompt, Stage, VERSION, system};
pub use redact::Unsure;
