//! forestall stands between an intention and its damage: it judges what a command would do here and now.
//!
//! The flow, which is also the order of the modules:
//!
//! ```text
//! surface → action → syntax → effects → facts → rules → verdict → surface
//! ```

pub mod action;
pub mod classifier;
pub mod conversation;
pub mod effect;
pub mod fact;
pub mod figures;
pub mod git;
pub mod journal;
pub mod judge;
pub mod pass;
mod percent;
pub mod policy;
pub mod rescue;
pub mod rule;
pub mod script;
pub mod secrets;
pub mod setup;
pub mod state;
pub mod surface;
pub mod syntax;
pub mod verdict;
