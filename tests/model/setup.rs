//! `forestall classifier setup`, with a real server and with one that writes down what reaches it.

use crate::engine::Engine;
use crate::support::{Terminal, TestContext, shown};
use crate::wire::{Wire, says};
use std::fs;
use std::process::Output;
use std::time::Duration;

const OWN: &str =
    "# mine\n[git]\nprotected = [\"release\"]   # for ever\n\n[classifier.bounds]\ndeadline = 8\n";

fn setup(context: &TestContext, args: &[&str]) -> Output {
    let mut command = context.command(context.binary());
    command.args(["classifier", "setup"]).args(args);
    // In a session of its own there is no terminal to open.
    let mut alone = context.command("setsid");
    alone.arg("-w").arg(command.get_program()).args(command.get_args());
    alone.env("MY_KEY", "kept-here-and-never-printed").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_server_of_this_machine_is_found_tried_and_written_down() {
    let (context, engine) = (TestContext::new(), Engine::start(None));
    context.write(&context.config(), OWN);
    let found = ["--yes", "--profile", "llama-cpp", "--server", engine.address()];

    let dry = setup(&context, &[&found[1..], &["--dry-run"]].concat());
    assert!(dry.status.success(), "{}", shown(&dry));
    assert_eq!(fs::read_to_string(context.config()).unwrap(), OWN);

    let done = setup(&context, &found);
    let text = out(&done);
    assert!(done.status.success(), "{}", shown(&done));
    assert!(text.contains("Nothing leaves this machine."), "{text}");
    assert!(
        text.contains("`git status`: allow, after ") && text.contains("in one word: allow, after "),
        "{text}"
    );
    let after = fs::read_to_string(context.config()).unwrap();
    assert_eq!(
        after,
        format!(
            "{OWN}\n[classifier]\nprofile = \"llama-cpp\"\n\n[classifier.profiles.llama-cpp]\ndialect  = \"openai-chat\"\n\
             flavor   = \"llama.cpp\"\nbase_url = \"{}\"\nmodel    = \"forestall-test\"\n",
            engine.url()
        )
    );
    let policy = context.forestall(&context.work(), ["policy", "check"]);
    assert!(policy.status.success(), "{}", shown(&policy));

    let again = setup(&context, &found);
    assert!(again.status.success() && out(&again).contains("set up already"), "{}", shown(&again));
    assert_eq!(fs::read_to_string(context.config()).unwrap(), after);
}

#[test]
fn without_a_terminal_nothing_is_decided_for_anybody() {
    let context = TestContext::new();
    let wire = Wire::always(says("allow"));
    let hosted = ["--base-url", &wire.url(), "--flavor", "openai", "--key-env", "MY_KEY", "--model", "m"];
    let silent = setup(&context, &hosted);
    assert_eq!(silent.status.code(), Some(1), "{}", shown(&silent));
    assert!(
        String::from_utf8_lossy(&silent.stderr).contains("there is no terminal to ask in"),
        "{}",
        shown(&silent)
    );
    for (args, status) in [
        (&["--yes"][..], 2),
        (&["--yes", "--profile", "frobnicator", "--server", &wire.address().to_string()], 2),
        (&["--base-url", "http://gateway.acme.test/v1", "--flavor", "openai", "--yes"], 2),
        (&["--base-url", "https://user:pw@acme.test", "--flavor", "openai", "--yes"], 2),
        (&["--server", "acme.test:80", "--dry-run"], 2),
    ] {
        let output = setup(&context, args);
        // Where nothing at all runs on this machine, that is what is wrong.
        let nothing_found = String::from_utf8_lossy(&output.stderr).contains("no model was found");
        assert!(output.status.code() == Some(status) || nothing_found, "{args:?}: {}", shown(&output));
    }
    assert!(!context.config().exists());
    let dry = setup(&context, &[&hosted[..], &["--dry-run"]].concat());
    assert!(dry.status.success() && out(&dry).contains("key_env  = \"MY_KEY\""), "{}", shown(&dry));
    assert!(out(&dry).contains("What leaves this machine, for such a command only"), "{}", shown(&dry));
    let sent: Vec<String> = wire.received().iter().map(|received| received.text()).collect();
    // Only the search for a server, which says nothing of anybody.
    assert!(sent.iter().all(|text| text.starts_with("GET ") && !text.contains("kept-here")), "{sent:?}");
}

#[test]
fn a_model_that_does_not_answer_as_it_should_is_not_written_down() {
    let context = TestContext::new();
    context.write(&context.config(), OWN);
    let wire = Wire::always(says("allow"));
    let args =
        ["--yes", "--base-url", &wire.url(), "--flavor", "openai", "--key-env", "MY_KEY", "--model", "m"];
    let output = setup(&context, &args);
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("does not have the form that was asked for. It said: allow"), "{said}");
    assert_eq!(fs::read_to_string(context.config()).unwrap(), OWN);
    assert!(!shown(&output).contains("kept-here-and-never-printed"));
    // One request, with the key in its header, about a command that is nobody's.
    let received = wire.received();
    let [one] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(one.header("authorization").as_deref(), Some("Bearer kept-here-and-never-printed"));
    let body = one.body().to_string();
    assert!(body.contains("git status") && !body.contains("kept-here"), "{body}");
    assert!(!body.contains(&*context.root().to_string_lossy()), "{body}");

    let unset = setup(
        &context,
        &["--yes", "--base-url", &wire.url(), "--flavor", "openai", "--key-env", "NO_KEY", "--model", "m"],
    );
    assert!(String::from_utf8_lossy(&unset.stderr).contains("NO_KEY is not set"), "{}", shown(&unset));
    assert_eq!(wire.received().len(), 1);
}

#[test]
fn a_person_is_told_and_asked() {
    let (context, engine) = (TestContext::new(), Engine::start(None));
    for (key, written) in [(b"n", false), (b"y", true)] {
        let mut command = context.command(context.binary());
        command.args(["classifier", "setup", "--profile", "llama-cpp", "--server", engine.address()]);
        let mut terminal = Terminal::spawn(command);
        let before = terminal.wait();
        assert!(before.asked && before.screen.contains("Nothing leaves this machine."), "{}", before.screen);
        assert!(before.screen.contains("profile = \"llama-cpp\""), "{}", before.screen);
        assert!(!context.config().exists());
        terminal.ahead(key);
        terminal.settle(Duration::from_millis(1500));
        assert_eq!(context.config().exists(), written);
    }
}
