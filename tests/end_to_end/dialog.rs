//! What a person can answer, and what becomes of it in the shell.

use crate::in_both_shells;
use crate::support::{Repository, Shell, Terminal, TestContext, runs};

in_both_shells![
    the_safer_command_comes_up,
    a_paste_answers_nothing,
    what_was_pasted_behind_a_stop_does_not_run
];

const BAD: &str = "echo x >> ../ran; git push origin --delete topic";

struct Stage {
    context: TestContext,
    repository: Repository,
}

impl Stage {
    fn new() -> Stage {
        let context = TestContext::new();
        let repository = Repository::new(&context);
        Stage { context, repository }
    }

    fn terminal(&self, shell: Shell) -> Terminal {
        Terminal::open(&self.context, shell, &self.repository.dir, "")
    }

    fn runs(&self) -> usize {
        runs(&self.context.work().join("ran"))
    }

    #[track_caller]
    fn assert_untouched(&self, screen: &str) {
        assert_eq!(self.runs(), 0, "{screen}");
        assert!(self.repository.remote_branch(&self.context, "topic").is_some(), "{screen}");
    }
}

fn the_safer_command_comes_up(shell: Shell) {
    let stage = Stage::new();
    let mut terminal = stage.terminal(shell);
    let before = terminal.settings();
    let reply = terminal.line(BAD);
    assert!(reply.asked && reply.screen.contains("s: the safer command"), "{}", reply.screen);
    let after = terminal.press(b"s");
    stage.assert_untouched(&after.screen);
    let kept = || stage.context.git(&stage.repository.dir, ["branch", "--list", "topic"]);
    assert_eq!(kept(), "", "taking it is not running it: {}", after.screen);
    // zsh has it in the line already, bash in its history.
    let keys = if shell == Shell::Bash { "\x1b[A" } else { "" };
    let reply = terminal.line(keys);
    assert_eq!(reply.status, Some(0), "{}", reply.screen);
    assert_eq!(kept(), "  topic", "{}{}", after.screen, reply.screen);
    assert_eq!(terminal.settings(), before);
    let log = stage.context.forestall(&stage.repository.dir, ["log"]);
    assert!(String::from_utf8_lossy(&log.stdout).contains("safer"));
    // Nothing is left for the next line.
    terminal.unasked("echo x >> ../ran");
    assert_eq!(stage.runs(), 1);
}

fn a_paste_answers_nothing(shell: Shell) {
    let stage = Stage::new();
    let mut terminal = stage.terminal(shell);
    for paste in ["y\r", "yes\r", "\x1b[200~y\x1b[201~", "s\rs\r"] {
        assert!(terminal.line(BAD).asked);
        let after = terminal.press(paste.as_bytes());
        stage.assert_untouched(&after.screen);
        assert_eq!(terminal.unasked("true"), 0);
    }
}

fn what_was_pasted_behind_a_stop_does_not_run(shell: Shell) {
    let stage = Stage::new();
    let mut terminal = stage.terminal(shell);
    // A terminal without bracketed paste sends the lines as if they were typed at once; the other kind marks them.
    for (before, between, after) in [("", "\r", ""), ("\x1b[200~", "\n", "\x1b[201~")] {
        for stop in ["git push origin --delete topic", "git push --force origin main~1:main"] {
            let paste =
                [before, stop, between, "echo x >> ../ran", between, "echo x >> ../ran", after].concat();
            let mut reply = terminal.line(paste);
            if reply.asked {
                reply = terminal.press(b"n");
            }
            stage.assert_untouched(&reply.screen);
            // Whatever is left of it in the line editor is taken away.
            terminal.keys(b"\x15");
            terminal.unasked("true");
            stage.assert_untouched(&reply.screen);
        }
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    terminal.unasked("echo x >> ../ran");
    assert_eq!(stage.runs(), 1);
}
