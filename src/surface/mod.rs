//! Where actions are met and verdicts are acted on.

pub mod consent;
pub mod git;
pub mod terminal;
