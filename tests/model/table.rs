//! What becomes of each class of line when no model answers, by who would run it: the table of the design. Each row
//! without a model, with one that is not there, with one that refuses, and with one that says nothing; and beside it
//! what one that answers may change.

use crate::judged::{RULE, check, configure};
use crate::support::{Checked, Repository, TestContext, shown};
use crate::wire::{Act, Wire, response, says};

/// Every way to have no answer.
fn silences() -> Vec<(&'static str, Option<Wire>)> {
    let refuses = r#"{"choices":[{"message":{"content":null,"refusal":"no"},"finish_reason":"stop"}]}"#;
    vec![
        ("no model", None),
        ("a model that is not there", Some(Wire::always(vec![Act::Reset]))),
        ("a model that refuses", Some(Wire::always(response("200 OK", &[], refuses)))),
        ("a model that says nothing", Some(Wire::always(vec![Act::Hold]))),
        ("a bad key", Some(Wire::always(response("401 Unauthorized", &[], "{}")))),
    ]
}

/// Rules of the team, one for each class, and the model.
const RULES: &str = "[[rule]]\nid = \"own.incident\"\ncommand = \"ruin\"\ndecision = \"deny\"\nreason = \"it is known\"\n\
                     [[rule]]\nid = \"own.ask\"\ncommand = \"doubt\"\ndecision = \"ask\"\nreason = \"it is asked about\"\n";

fn arrange(context: &TestContext, wire: Option<&Wire>) {
    match wire {
        Some(wire) => {
            configure(context, "openai-chat", "openai", &wire.url());
            let text = std::fs::read_to_string(context.config()).unwrap();
            let bounds = "[classifier.bounds]\ndeadline = 0.8\nstage_1 = 0.5\nconnect = 0.3\n";
            context.write(&context.config(), format!("{text}{RULES}{bounds}"));
        }
        None => context.write(&context.config(), format!("{RULE}{RULES}")),
    }
}

/// A class of the table: its line, the exit status for a person and for an agent, and whether a person is told.
const CLASSES: [(&str, &str, i32, i32, bool); 8] = [
    ("known incident", "ruin x", 4, 4, true),
    ("known incident beside what is unclear", "act x; ruin x", 4, 4, true),
    ("what the rules ask about beside it", "act x; doubt x", 3, 3, true),
    ("unclear, outward or irreversible", "act x", 3, 3, true),
    // Syntax that the grammar does not know.
    ("unclear, local", "if ls; fi fi", 0, 3, true),
    ("only known when it runs", "\"$TOOL\" --version", 0, 0, false),
    ("no rule concerned", "ls -la", 0, 0, false),
    ("mentioned", "echo 'ruin x; act x'", 0, 0, false),
];

fn said(checked: &Checked) -> String {
    String::from_utf8_lossy(&checked.output.stderr).into_owned()
}

#[test]
fn without_an_answer_the_table_decides_for_every_class_and_actor() {
    for (how, wire) in silences() {
        let context = TestContext::new();
        arrange(&context, wire.as_ref());
        for (class, line, human, agent, told) in CLASSES {
            for (actor, expected) in [("human", human), ("agent", agent)] {
                let checked = check(&context, &["--actor", actor], line);
                let about = format!("{how}, {class}, {actor}: {} {}", checked.json, said(&checked));
                assert_eq!(checked.status(), expected, "{about}");
                let verdict = ["allow", "", "", "ask", "deny"][usize::try_from(expected).unwrap()];
                assert_eq!(checked.json["verdict"], verdict, "{about}");
                assert_ne!(checked.json["decided_by"], "classifier", "{about}");
                let spoken = !said(&checked).is_empty() || !checked.rules().is_empty();
                assert!(spoken == told || wire.is_some() && class == "only known when it runs", "{about}");
            }
        }
    }
}

#[test]
fn a_model_that_answers_settles_what_is_unclear_and_nothing_else() {
    let (context, wire) = (TestContext::new(), Wire::always(says("allow")));
    arrange(&context, Some(&wire));
    for (class, line, human, agent, _) in CLASSES {
        for (actor, without) in [("human", human), ("agent", agent)] {
            let before = wire.received().len();
            let checked = check(&context, &["--actor", actor], line);
            let open = class.starts_with("unclear") || class.starts_with("only known");
            let expected = if open { 0 } else { without };
            let about = format!("{class}, {actor}: {} {}", checked.json, said(&checked));
            assert_eq!(checked.status(), expected, "{about}");
            assert_eq!(wire.received().len() - before, usize::from(open), "{about}");
            assert_eq!(checked.json["decided_by"] == "classifier", open, "{about}");
        }
    }
}

/// git's own hook, where nobody can be asked: what is unclear is refused with the way past, and passes once that was
/// taken; a model that answers settles it.
#[test]
fn in_a_git_hook_what_is_unclear_is_refused_with_the_way_past() {
    let rule = "[[rule]]\nid = \"own.merged\"\neffect = \"ref.delete\"\ndecision = \"unclear\"\nreason = \"a branch goes\"\n";
    let arrange = |wire: Option<&Wire>| {
        let context = TestContext::new();
        let repository = Repository::new(&context);
        let output = context.forestall(&repository.dir, ["git", "install"]);
        assert!(output.status.success(), "{}", shown(&output));
        arrange(&context, wire);
        let text = std::fs::read_to_string(context.config()).unwrap();
        context.write(&context.config(), format!("{text}{rule}"));
        (context, repository)
    };
    let push = |context: &TestContext, repository: &Repository, branch: &str| {
        let mut command = context.command("setsid");
        command.args(["--wait", "git", "push", "origin", "--delete", branch]).env("MY_KEY", "the-key");
        command.current_dir(&repository.dir).output().unwrap()
    };
    for (how, wire) in silences() {
        let (context, repository) = arrange(wire.as_ref());
        let output = push(&context, &repository, "merged");
        assert!(!output.status.success(), "{how}: {}", shown(&output));
        assert!(repository.remote_branch(&context, "merged").is_some(), "{how}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("forestall once") && said.contains("own.merged"), "{how}: {said}");
    }
    let wire = Wire::always(says("allow"));
    let (context, repository) = arrange(Some(&wire));
    // Its two commits exist nowhere else: the built-in rule asks, and no model is heard.
    let output = push(&context, &repository, "topic");
    assert!(!output.status.success() && wire.received().is_empty(), "{}", shown(&output));
    assert!(repository.remote_branch(&context, "topic").is_some());
    let output = push(&context, &repository, "merged");
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(wire.received().len(), 1);
    assert!(repository.remote_branch(&context, "merged").is_none());
    let stats = context.forestall(&repository.dir, ["log", "--stats", "--json"]);
    let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
    assert_eq!(stats["models"]["it"]["allowed_at_once"]["count"], 1, "{stats}");
}
