//! The wait for a model, seen and ended at a terminal: what stands there, and that Ctrl-C means no.

use crate::judged::configure;
use crate::support::{Shell, Terminal, TestContext, runs};
use crate::typed::make_act;
use crate::wire::{Act, Wire, says};
use std::time::{Duration, Instant};

#[test]
fn a_wait_is_seen_in_bash_and_what_it_allows_runs_once() {
    a_wait_is_seen(Shell::Bash);
}

#[test]
fn a_wait_is_seen_in_zsh_and_what_it_allows_runs_once() {
    a_wait_is_seen(Shell::Zsh);
}

#[test]
fn ctrl_c_means_no_in_bash() {
    ctrl_c_means_no(Shell::Bash);
}

#[test]
fn ctrl_c_means_no_in_zsh() {
    ctrl_c_means_no(Shell::Zsh);
}

const SPUN: &str = "asking the model `it`";
/// How long the slow server thinks.
const SLOW: Duration = Duration::from_millis(1300);

/// A server that takes its time over "slowly", never answers to "never", and allows all else at once.
fn server() -> Wire {
    Wire::answering(|received| {
        let body = received.body().to_string();
        let said = |word: &str| body.contains(&format!("act {word}"));
        match () {
            () if said("never") => vec![Act::Hold],
            () if said("slowly") => [vec![Act::Repeat(Vec::new(), 1, SLOW)], says("allow")].concat(),
            () => says("allow"),
        }
    })
}

/// Waits until this stands on the screen, and tells for how long.
fn seen(terminal: &mut Terminal, text: &str) -> Duration {
    let began = Instant::now();
    while !String::from_utf8_lossy(terminal.raw()).contains(text) {
        assert!(began.elapsed() < Duration::from_secs(20), "{}", String::from_utf8_lossy(terminal.raw()));
        terminal.settle(Duration::from_millis(1));
    }
    began.elapsed()
}

fn a_wait_is_seen(shell: Shell) {
    let (context, wire) = (TestContext::new(), server());
    configure(&context, "openai-chat", "openai", &wire.url());
    let acted = make_act(&context);
    let mut terminal = Terminal::open(&context, shell, &context.work(), "export MY_KEY=the-key");
    let before = terminal.settings();
    assert_eq!(terminal.unasked("act at once"), 0);
    assert!(!String::from_utf8_lossy(terminal.raw()).contains(SPUN), "nobody notices a short wait");

    // What is typed meanwhile is for the next line.
    terminal.ahead(b"act slowly\r");
    let took = seen(&mut terminal, SPUN);
    assert!(took >= Duration::from_millis(280) && took < SLOW, "{took:?}");
    assert_eq!(runs(&acted), 1, "it runs before it was allowed");
    terminal.keys(b"echo x >>\"$HOME/later\"\r");
    let reply = terminal.rest();
    assert!(!reply.asked, "{}", reply.screen);
    assert_eq!(std::fs::read_to_string(&acted).unwrap(), "at once\nslowly\n", "{}", reply.screen);
    assert_eq!(runs(&context.home().join("later")), 1, "{}", reply.screen);
    let screen = String::from_utf8_lossy(terminal.raw()).into_owned();
    let (before_last, after_last) = screen.rsplit_once(SPUN).unwrap();
    assert!(before_last.contains("the rules leave this open; "), "{screen}");
    let (tail, gone) = after_last.split_once("\r\x1b[K").expect("the line is taken away");
    assert!(tail.contains(" s; Ctrl-C stops it"), "{screen}");
    assert!(!gone.contains("Ctrl-C"), "{screen}");
    assert_eq!(terminal.settings(), before);
    // Kept: asked about once.
    assert_eq!(terminal.unasked("act slowly"), 0);
    assert_eq!((runs(&acted), wire.received().len()), (3, 2));
}

fn ctrl_c_means_no(shell: Shell) {
    let (context, wire) = (TestContext::new(), server());
    configure(&context, "openai-chat", "openai", &wire.url());
    let acted = make_act(&context);
    let mut terminal = Terminal::open(&context, shell, &context.work(), "export MY_KEY=the-key");
    let before = terminal.settings();
    // As soon as the server was asked, before anything is seen of it, and when it is.
    for (at, pause) in [(1, 0), (2, 120), (3, 700)] {
        terminal.ahead(b"act never; act never\r");
        let began = Instant::now();
        while wire.received().len() < at {
            assert!(began.elapsed() < Duration::from_secs(20), "{}", String::from_utf8_lossy(terminal.raw()));
            terminal.settle(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(pause));
        if pause > 300 {
            seen(&mut terminal, SPUN);
        }
        let pressed = Instant::now();
        terminal.keys(b"\x03");
        let reply = terminal.wait();
        assert!(pressed.elapsed() < Duration::from_secs(2), "{:?}", pressed.elapsed());
        assert!(!reply.asked, "{}", reply.screen);
        assert_eq!(runs(&acted), 0, "{pause}: {}", reply.screen);
        if pause > 300 {
            assert!(reply.screen.contains("you stopped waiting for the model"), "{}", reply.screen);
            assert!(reply.screen.contains("forestall once"), "{}", reply.screen);
        }
        assert_eq!(terminal.unasked("echo x >>\"$HOME/later\""), 0, "the next line works");
        assert_eq!(terminal.settings(), before, "{pause}");
    }
    assert_eq!(runs(&context.home().join("later")), 3);
    // The model is asked about the next one as ever, and nothing of the wait is left.
    assert_eq!(terminal.unasked("act at once"), 0);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(std::fs::read_to_string(&acted).unwrap(), "at once\n");
    let stats = context.forestall(&context.work(), ["log", "--stats", "--json"]);
    let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
    let model = &stats["models"]["it"];
    assert!(model["failures"]["the person stopped waiting"].as_u64() >= Some(1), "{stats}");
    assert_eq!(model["allowed_at_once"]["count"], 1, "{stats}");
}
