//! The whole program against the real world: real shells in pseudo-terminals, real git remotes, a real HTTP
//! server, a real PostgreSQL. The truth is always read from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking; clippy.toml spares only the functions marked #[test]"
)]

mod bad_input;
mod dialog;
mod doctor;
mod exec;
mod git_hooks;
mod incident_branch;
mod incident_migration;
mod incident_upload;
mod install;
mod mention;
mod old_bash;
mod rescue;
#[allow(dead_code, unused_imports, reason = "other test programs use the rest")]
mod support;

/// Runs each function as a test in bash and in zsh.
macro_rules! in_both_shells {
    ($($name:ident),* $(,)?) => {
        mod bash {
            $( #[test] fn $name() { super::$name(crate::support::Shell::Bash); } )*
        }
        mod zsh {
            $( #[test] fn $name() { super::$name(crate::support::Shell::Zsh); } )*
        }
    };
}
use in_both_shells;
