//! A line that is typed, a real engine that is asked, and a command that runs or does not.

use crate::engine::{DOOMED, DOUBTFUL, Engine};
use crate::judged::configure;
use crate::support::{Shell, Terminal, TestContext};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

#[test]
fn in_bash() {
    what_the_model_stops_does_not_run(Shell::Bash);
}

#[test]
fn in_zsh() {
    what_the_model_stops_does_not_run(Shell::Zsh);
}

/// Makes the command `act`, and gives the file in which it writes down what it did.
pub fn make_act(context: &TestContext) -> PathBuf {
    let act = context.root().join("bin/act");
    context.write(&act, "#!/bin/sh\necho \"$*\" >>\"$HOME/acted\"\n");
    std::fs::set_permissions(&act, std::fs::Permissions::from_mode(0o755)).unwrap();
    context.home().join("acted")
}

fn what_the_model_stops_does_not_run(shell: Shell) {
    let (context, engine) = (TestContext::new(), Engine::start(Some("the-key")));
    configure(&context, "openai-chat", "llama.cpp", &engine.url());
    let acted = make_act(&context);
    let acted = || std::fs::read_to_string(&acted).unwrap_or_default();
    let mut terminal = Terminal::open(&context, shell, &context.work(), "export MY_KEY=the-key");

    assert_eq!(terminal.unasked("act spare"), 0);
    assert_eq!(acted(), "spare\n");
    let reply = terminal.stopped(format!("act {DOOMED}"));
    assert_eq!(acted(), "spare\n", "{}", reply.screen);
    assert!(reply.asked, "{}", reply.screen);
    assert!(reply.screen.contains("What is doomed would be gone for good."), "{}", reply.screen);
    // Flagged and then allowed: it runs, and that is said.
    let reply = terminal.line(format!("act {DOUBTFUL}"));
    assert_eq!((reply.asked, acted().as_str()), (false, "spare\ndoubtful\n"), "{}", reply.screen);
    assert!(reply.screen.contains("looked twice"), "{}", reply.screen);
    // A person decides.
    assert!(terminal.line(format!("act {DOOMED} now")).asked);
    assert_eq!(terminal.press(b"y").status, Some(0));
    assert_eq!(acted(), "spare\ndoubtful\ndoomed now\n");

    let stats = context.forestall(&context.work(), ["log", "--stats", "--json"]);
    let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
    let model = &stats["models"]["it"];
    assert_eq!(model["asked"], 4, "{stats}");
    assert_eq!(model["allowed_at_once"]["count"], 1, "{stats}");
    assert_eq!(model["allowed_after_reasons"]["count"], 1, "{stats}");
    assert_eq!((&model["blocked"]["count"], &model["overruled"]["count"]), (&2.into(), &1.into()), "{stats}");

    // Without a server the table decides: what is open is asked about, everything else goes on as ever.
    drop(engine);
    let reply = terminal.stopped("act other");
    assert!(reply.asked && reply.screen.contains("did not answer"), "{}", reply.screen);
    assert_eq!(terminal.unasked("echo still here"), 0);
    assert_eq!(acted(), "spare\ndoubtful\ndoomed now\n");
}
