//! `forestall classifier setup`: which models can be reached from here, and how one of them is written into the
//! user's configuration.

mod config;
mod find;

pub use config::{Edit, EditError, added, edit, name_for};
pub use find::{Candidate, Server, local, models, remote};
