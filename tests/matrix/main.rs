//! The acceptance matrix: each case of [`table::CASES`] in each shell that `tests/shells` found.
//!
//! What came out is written to `target/matrix/SHELL/CASE`, and `tests/matrix/table` makes `docs/shells.md` of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking; clippy.toml spares only the functions marked #[test]"
)]
#![allow(dead_code, unused_imports, reason = "the support is shared with other test programs")]

mod dialog;
mod history;
mod lines;
mod lost;
mod outside;
mod plugins;
mod report;
mod settings;
mod stage;
mod stopping;
#[path = "../end_to_end/support/mod.rs"]
mod support;
mod table;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use support::{Installed, Shell};
use table::{CASES, Case, Outcome};

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("--table") {
        return table();
    }
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit_code()
}

/// Prints `docs/shells.md` as the last run would have it.
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "that is what it is for")]
fn table() -> ExitCode {
    match Installed::all().and_then(|shells| report::page(&shells)) {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Vec<Trial> {
    let shells = match Installed::all() {
        Ok(shells) => shells,
        // Listing the tests of the other programs must go on.
        Err(error) => return vec![Trial::test("shells_are_there", move || Err(Failed::from(error)))],
    };
    let mut trials = Vec::new();
    let protected = |shell: &Installed| shell.shell != Shell::Fish || has_fish_hook();
    for shell in shells.into_iter().filter(protected) {
        for case in CASES {
            let shell = shell.clone();
            let name = format!("{}::{}", shell.slug(), case.id());
            trials.push(Trial::test(name, move || {
                record(&shell, case);
                Ok(())
            }));
        }
    }
    trials
}

/// Runs a case and writes what came of it; a case that fails leaves no file behind.
fn record(shell: &Installed, case: &Case) {
    let file = results().join(shell.slug()).join(case.id());
    let _ = fs::remove_file(&file);
    let text = match (case.run)(shell) {
        Outcome::Holds => "holds".to_owned(),
        Outcome::NotApplicable(why) => format!("not applicable\t{why}"),
        Outcome::Gap(what) => format!("gap\t{what}"),
    };
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, format!("{text}\n")).unwrap();
}

fn has_fish_hook() -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("shell/forestall.fish").exists()
}

fn results() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_forestall")).ancestors().nth(2).unwrap().join("matrix")
}
