//! The terminal: what the shells call before a line runs, and how a person is asked.

pub mod command;
mod dialog;
pub mod gate;
mod request;
pub mod show;

pub use dialog::{Reply, Terminal};
pub use request::read_input;
