//! The terminal: what the shells call before a line runs, and how a person is asked.

mod caller;
pub mod command;
mod dialog;
pub mod gate;
mod question;
mod request;
pub mod show;
mod waiting;

pub use caller::Caller;
pub use dialog::{Reply, Terminal};
pub use request::{Handover, read_input};
pub use waiting::Waiting;
