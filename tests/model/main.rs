//! The classifier against a real engine, llama.cpp's server with a model of a few words, and against a server that
//! goes wrong in every way. The truth is what came through the wire, and what a shell did.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking; clippy.toml spares only the functions marked #[test]"
)]

mod bench;
mod engine;
mod faulty;
mod figures;
mod hosted;
mod judged;
mod private;
mod setup;
mod spoken;
#[allow(dead_code, unused_imports, reason = "other test programs use the rest")]
#[path = "../end_to_end/support/mod.rs"]
mod support;
mod table;
mod typed;
mod waiting;
#[allow(dead_code, reason = "what is not faulty is used by what asks through the network")]
mod wire;
