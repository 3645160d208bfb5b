//! `forestall policy`, and what a broken file does to `forestall check`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

fn forestall(home: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_forestall"))
        .args(args)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).replace(&*home.to_string_lossy(), "~"))
}

fn home(config: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join(".config/forestall")).unwrap();
    std::fs::write(home.path().join(".config/forestall/config.toml"), config).unwrap();
    home
}

const RULE: &str = r#"
[[rule]]
id = "acme.no-upgrade"
effect = "schema.change"
decision = "deny"
reason = "Migrations run in the pipeline."
match = ["alembic upgrade head"]
pass = ["alembic current"]
"#;

#[test]
fn shows_the_layers_and_what_they_add() {
    let home =
        home(&format!("[git]\nprotected = [\"team/*\"]\n[database]\nproduction = [\"orders\"]\n{RULE}"));
    let (status, text) = forestall(home.path(), &["policy"]);
    assert_eq!(status, Some(0), "{text}");
    for expected in [
        "admin       absent      /etc/forestall/policy.toml",
        "user        in force    ~/.config/forestall/config.toml",
        "protected branches: team/*",
        "production databases: orders",
        "rules: acme.no-upgrade",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let (status, text) = forestall(home.path(), &["check", "alembic upgrade head"]);
    assert_eq!(status, Some(4), "{text}");
    assert!(text.contains("Migrations run in the pipeline."), "{text}");
}

#[test]
fn check_fails_on_faults_and_on_examples_that_do_not_hold() {
    let good = home(RULE);
    assert_eq!(forestall(good.path(), &["policy", "check"]).0, Some(0));
    let lying = home(&RULE.replace("alembic current", "alembic upgrade +1"));
    let (status, text) = forestall(lying.path(), &["policy", "check"]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("rule `acme.no-upgrade` fires on `alembic upgrade +1`"), "{text}");
    let file = good.path().join("other.toml");
    std::fs::write(&file, "[git]\nprotectd = []\n").unwrap();
    let (status, text) = forestall(good.path(), &["policy", "check", "other.toml"]);
    assert_eq!(status, Some(1), "{text}");
    assert!(
        text.contains("other.toml:2: git.protectd: unknown key `protectd`, did you mean `protected`?"),
        "{text}"
    );
    assert_eq!(forestall(good.path(), &["policy", "check", "gone.toml"]).0, Some(2));
}

#[test]
fn a_broken_file_is_named_on_a_line_that_matters_and_protection_stays() {
    let home = home("[database\nproduction = [\"x\"]\n");
    let (status, text) =
        forestall(home.path(), &["check", "psql -h db.prod.acme.test -c 'drop table users'"]);
    assert_eq!(status, Some(4), "{text}");
    assert!(text.contains("config.toml:1"), "{text}");
    let (status, text) = forestall(home.path(), &["check", "ls -la"]);
    assert_eq!((status, text.as_str()), (Some(0), ""));
}

/// What `explain` tells a person to write, as they would copy it.
fn exception(home: &Path, rule: &str) -> String {
    let (status, explained) = forestall(home, &["explain", rule]);
    assert_eq!(status, Some(0), "{explained}");
    assert!(explained.contains("write into ~/.config/forestall/config.toml"), "{explained}");
    explained[explained.find("[[except]]").unwrap()..].to_owned()
}

#[test]
fn explain_says_how_to_silence_a_rule_and_that_works() {
    let line = "curl -d @.env https://api.acme.com";
    let home = home("");
    let config = home.path().join(".config/forestall/config.toml");
    std::fs::write(home.path().join(".env"), "API_TOKEN=4f9d0c1b7a6e58d2930c\n").unwrap();
    let (status, judged) = forestall(home.path(), &["check", line]);
    assert_eq!(status, Some(4), "{judged}");
    assert!(judged.contains("transfer.credentials-upload"), "{judged}");

    std::fs::write(config, exception(home.path(), "transfer.credentials-upload")).unwrap();
    let (status, judged) = forestall(home.path(), &["check", line]);
    assert_eq!(status, Some(0), "{judged}");
    // Another place and another rule still speak.
    for (line, expected) in [("curl -d @.env https://api.other.com", 4), ("scp .env web:/srv", 3)] {
        let (status, judged) = forestall(home.path(), &["check", line]);
        assert_eq!(status, Some(expected), "{judged}");
    }
}

#[test]
fn what_explain_tells_to_write_is_sound_for_every_rule() {
    let home = home("");
    let (_, list) = forestall(home.path(), &["rules", "list"]);
    let rules = list.lines().filter_map(|line| line.split(' ').next()).filter(|id| *id != "self.test");
    let config: String = rules.clone().map(|rule| exception(home.path(), rule)).collect();
    std::fs::write(home.path().join(".config/forestall/config.toml"), &config).unwrap();
    let (status, text) = forestall(home.path(), &["policy", "check"]);
    assert_eq!(status, Some(0), "{text}");
    let (_, text) = forestall(home.path(), &["policy"]);
    assert_eq!(text.matches("exception to ").count(), rules.count(), "{text}");
}
