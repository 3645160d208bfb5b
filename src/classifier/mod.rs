//! The model that settles what the rules leave open: which one, what it is told, and how its answer is read.
//!
//! ```text
//! line, effects, facts → redact → case → prompt → dialect → request → transport
//! transport → reply → dialect → answer → verdict from a table
//! ```
//!
//! Only [`Client`] reaches the network.

mod answer;
pub mod bench;
mod breaker;
mod case;
mod config;
mod decide;
pub mod dialect;
mod escape;
mod kept;
mod key;
mod prompt;
mod redact;
mod store;
mod transport;

pub use answer::{Category, Consent, First, NoAnswer, Nonce, Risk, Second, first, second};
pub use case::{Case, Matter};
pub use config::{Bounds, DEFAULTS, Dialect, Flavor, KeySource, Prices, Profile, Settings, Slots, unfit};
pub use decide::{Consult, Outcome, Settled, Unseen, Watch, decide};
pub use key::{Key, NoKey};
pub use prompt::{Prompt, Stage, VERSION, system};
pub use redact::Unsure;
pub use transport::{Answer, Client, Fault};

/// Whether a character moves the cursor, is not seen, or hides others.
pub fn is_unseen(c: char) -> bool {
    c.is_control() || escape::is_hidden(c)
}
