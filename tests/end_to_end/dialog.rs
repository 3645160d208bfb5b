//! What a person can answer, and what becomes of it in the shell.

use crate::in_both_shells;
use crate::support::{Repository, Shell, Terminal, TestContext, runs};

in_both_shells![
    the_safer_command_comes_up,
    a_paste_answers_nothing,
    what_was_pasted_behind_a_stop_does_not_run,
    the_safer_command_is_for_the_same_repository,
    only_the_typed_name_runs_it,
    a_gate_that_is_ended_gives_the_terminal_back
];

/// No such host, and no alembic that would look for it: the marker is what runs.
const SEVERE: &str = "echo x >> ../ran; DATABASE_URL=postgres://app@db.prod.invalid/app alembic upgrade head";
const NAME: &str = "db.prod.invalid";
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

fn the_safer_command_is_for_the_same_repository(shell: Shell) {
    let stage = Stage::new();
    let context = &stage.context;
    let other = context.work().join("other");
    std::fs::create_dir(&other).unwrap();
    context.git(&other, ["init", "--quiet", "--initial-branch", "main"]);
    context.git(&other, ["commit", "--quiet", "--allow-empty", "--message", "one"]);
    for dir in [&stage.repository.dir, &other] {
        context.git(dir, ["checkout", "--quiet", "-b", "mine"]);
        context.git(dir, ["commit", "--quiet", "--allow-empty", "--message", "nowhere else"]);
        context.git(dir, ["checkout", "--quiet", "main"]);
    }
    let branches = |dir| {
        context.git(dir, ["for-each-ref", "--format=%(refname:short)", "refs/heads/mine", "refs/heads/old"])
    };
    let mut terminal = stage.terminal(shell);
    // What cannot be reached from here is not offered, and the key is a no as any other.
    let reply = terminal.line("cd \"$(ls -d ../oth*)\" && git branch -D mine");
    assert!(reply.asked && !reply.screen.contains("s: the safer command"), "{}", reply.screen);
    terminal.press(b"s");
    for line in ["git -C ../other branch -D mine", "cd ../other && git branch -D mine"] {
        let reply = terminal.line(line);
        assert!(
            reply.asked && reply.screen.contains("git -C ../other branch -m mine old/mine"),
            "{}",
            reply.screen
        );
        terminal.press(b"s");
        assert_eq!(branches(&other), "mine", "taking it is not running it");
        let reply = terminal.line(if shell == Shell::Bash { "\x1b[A" } else { "" });
        assert_eq!(reply.status, Some(0), "{}", reply.screen);
        assert_eq!((branches(&stage.repository.dir), branches(&other)), ("mine".into(), "old/mine".into()));
        context.git(&other, ["branch", "-m", "old/mine", "mine"]);
    }
}

fn only_the_typed_name_runs_it(shell: Shell) {
    let stage = Stage::new();
    let mut terminal = stage.terminal(shell);
    let before = terminal.settings();
    let typed = |terminal: &mut Terminal, name: &str| {
        let reply = terminal.line(SEVERE);
        assert!(reply.asked && reply.screen.contains(&format!("Type {NAME} to run it")), "{}", reply.screen);
        // alembic alone would find another database than the one that the line names.
        assert!(!reply.screen.contains("Tab:"), "{}", reply.screen);
        terminal.name(name);
    };
    for name in ["y", "db.prod.invali", "db.prod.invalid.", "DB.PROD.INVALID", ""] {
        typed(&mut terminal, name);
        assert_eq!(stage.runs(), 0, "{name:?}");
    }
    // A paste of the name with and without Enter, marked by the terminal or not, and Enter alone afterwards.
    for paste in [format!("{NAME}\r"), NAME.to_owned(), format!("\x1b[200~{NAME}\x1b[201~")] {
        assert!(terminal.line(SEVERE).asked);
        terminal.ahead(paste.as_bytes());
        terminal.settle(std::time::Duration::from_millis(300));
        terminal.press(b"\r");
        assert_eq!(stage.runs(), 0, "{paste:?}");
    }
    for key in [&b"\x1b"[..], b"\x03", b"\x04", b"\x1a", b"\x1c", b"\x1b[A"] {
        assert!(terminal.line(SEVERE).asked);
        terminal.press(key);
        assert_eq!(stage.runs(), 0, "{key:?}");
        assert_eq!(terminal.settings(), before, "{key:?}");
    }
    typed(&mut terminal, NAME);
    assert_eq!(stage.runs(), 1, "the name itself");
    assert_eq!(terminal.settings(), before);
}

/// Processes of this program that stand in `dir`.
fn gates(dir: &std::path::Path) -> Vec<i32> {
    let is_ours = |process: &std::path::Path| {
        let name = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
        name.trim() == "forestall" && std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == dir)
    };
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let ours = processes.filter(|process| is_ours(&process.path()));
    ours.filter_map(|process| process.file_name().to_str()?.parse().ok()).collect()
}

fn a_gate_that_is_ended_gives_the_terminal_back(shell: Shell) {
    let stage = Stage::new();
    let mut terminal = stage.terminal(shell);
    let before = terminal.settings();
    let dir = stage.repository.dir.canonicalize().unwrap();
    for (line, keys) in [(BAD, ""), (SEVERE, ""), (SEVERE, "d")] {
        assert!(terminal.line(line).asked);
        terminal.ahead(keys.as_bytes());
        terminal.settle(std::time::Duration::from_millis(100));
        let gates = gates(&dir);
        assert_eq!(gates.len(), 1, "one of us asks");
        let pid = rustix::process::Pid::from_raw(gates[0]).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let reply = terminal.wait();
        stage.assert_untouched(&reply.screen);
        assert_eq!(terminal.settings(), before, "`{line}` {keys:?}");
    }
}
