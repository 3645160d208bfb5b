//! Where actions are met and verdicts are acted on.

pub mod terminal;
