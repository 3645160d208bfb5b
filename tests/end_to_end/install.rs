//! From a clone to protection and back: `./install.sh` in a fresh home, then real shells, then `--uninstall`.

use crate::support::{Repository, Shell, Terminal, TestContext, shown};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

const CLONE: &str = env!("CARGO_MANIFEST_DIR");

/// Runs `./install.sh` of this clone for the account of the test.
fn install<const N: usize>(context: &TestContext, args: [&str; N]) -> Output {
    let mut command = context.command(Path::new(CLONE).join("install.sh"));
    // The compiler of the machine, not one of the test's empty home.
    let home = PathBuf::from(std::env::var_os("HOME").unwrap());
    for (name, default) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        command.env(name, std::env::var_os(name).map_or_else(|| home.join(default), PathBuf::from));
    }
    let target = Path::new(env!("CARGO_BIN_EXE_forestall")).ancestors().nth(2).unwrap();
    command.env("CARGO_TARGET_DIR", target).env("SHELL", "/bin/bash").current_dir(CLONE).args(args);
    command.output().unwrap()
}

#[test]
fn a_stranger_is_protected_and_can_leave() {
    let context = TestContext::new();
    // The account has not our program in PATH: it must come from the installer.
    fs::remove_file(context.binary()).unwrap();
    let repository = Repository::new(&context);
    let rc = [(".bashrc", Shell::Bash), (".zshrc", Shell::Zsh)];
    for (file, shell) in rc {
        // Without a newline at the end, as some editors leave it: byte for byte means byte for byte.
        context.write(&context.home().join(file), Terminal::prompt(shell).trim_end());
    }
    let originals = rc.map(|(file, _)| fs::read(context.home().join(file)).unwrap());
    let now = || rc.map(|(file, _)| fs::read(context.home().join(file)).unwrap());

    let dry = install(&context, ["--dry-run"]);
    assert!(dry.status.success(), "{}", shown(&dry));
    assert_eq!(now(), originals, "--dry-run changes nothing");
    assert!(!context.home().join(".local/bin/forestall").exists(), "--dry-run installs nothing");

    let installed = install(&context, ["--yes"]);
    assert!(installed.status.success(), "{}", shown(&installed));
    let program = context.home().join(".local/bin/forestall");
    assert!(program.exists(), "{}", shown(&installed));
    let after = now();
    assert_ne!(after, originals);
    let fish = context.home().join(".config/fish/conf.d");
    assert!(fish.join("forestall.fish").exists());

    let again = install(&context, ["--yes"]);
    assert!(again.status.success(), "{}", shown(&again));
    assert_eq!(now(), after, "running it twice changes nothing");

    for (_, shell) in rc {
        let mut terminal = Terminal::start(&context, shell, &repository.dir);
        let reply = terminal.stopped("git push origin --delete topic");
        assert!(reply.asked, "{shell:?}: {}", reply.screen);
        assert!(repository.remote_branch(&context, "topic").is_some(), "{shell:?}: {}", reply.screen);
        assert_eq!(terminal.unasked("git status --short"), 0);
    }
    let doctor = context.command(&program).arg("doctor").output().unwrap();
    assert!(doctor.status.success(), "{}", shown(&doctor));

    let removed = install(&context, ["--uninstall", "--yes"]);
    assert!(removed.status.success(), "{}", shown(&removed));
    assert_eq!(now(), originals, "rc files are as they were, byte for byte");
    assert!(!program.exists() && !fish.exists());
}
