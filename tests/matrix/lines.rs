//! Lines that are not simply typed: pasted ones, very long ones, odd bytes, and three hundred in a row.

use crate::stage::{BAD, MARK, Stage};
use crate::support::{Installed, Shell, Terminal};
use crate::table::Outcome;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// As a terminal sends what is pasted, when the shell has asked for the brackets.
fn bracketed(text: &str) -> String {
    format!("\x1b[200~{}\x1b[201~", text.replace('\n', "\r"))
}

pub fn pasted(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let text = format!("echo first >> ../first\n{BAD}\n{MARK}");
    let reply = terminal.line(bracketed(&text));
    let screen = settle(&mut terminal, reply.asked, &reply.screen);
    assert!(stage.repository.remote_branch(&stage.context, "topic").is_some(), "the bad line ran: {screen}");
    assert!(screen.contains("forestall"), "it was not stopped by us: {screen}");
    let first = crate::support::runs(&stage.context.work().join("first"));
    let whole = !stage.is(Shell::Bash);
    assert_eq!(first, usize::from(!whole), "{screen}");
    assert_eq!(stage.runs(), 0, "what follows the stopped line of a paste does not run: {screen}");
    stage.assert_works(&mut terminal, "a paste");

    let reply = terminal.line(bracketed(&format!("{MARK}\n{MARK}")));
    settle(&mut terminal, reply.asked, &reply.screen);
    assert_eq!(stage.runs(), 2, "each line of an allowed paste runs once");
    Outcome::Holds
}

pub fn pasted_raw(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    terminal.ahead(format!("echo first >> ../first\r{BAD}\r{MARK}\r").as_bytes());
    std::thread::sleep(Duration::from_millis(600));
    let reply = terminal.wait();
    let screen = settle(&mut terminal, reply.asked, &reply.screen);
    assert!(stage.repository.remote_branch(&stage.context, "topic").is_some(), "the bad line ran: {screen}");
    assert_eq!(crate::support::runs(&stage.context.work().join("first")), 1, "{screen}");
    assert!(stage.runs() <= 1, "{screen}");
    drop(fs::remove_file(stage.marker()));
    stage.assert_works(&mut terminal, "a paste without brackets");

    terminal.ahead(format!("{MARK}\r{MARK}\r").as_bytes());
    std::thread::sleep(Duration::from_millis(600));
    let reply = terminal.wait();
    settle(&mut terminal, reply.asked, &reply.screen);
    assert_eq!(stage.runs(), 2, "each line of an allowed paste runs once");
    Outcome::Holds
}

/// Says no as long as questions come, until the shell has read all that was sent.
fn settle(terminal: &mut Terminal, asked: bool, screen: &str) -> String {
    let mut seen = screen.to_owned();
    let mut asked = asked;
    for _ in 0..4 {
        if !asked {
            break;
        }
        let reply = terminal.press(b"n");
        std::thread::sleep(Duration::from_millis(300));
        asked = reply.asked;
        seen.push_str(&reply.screen);
    }
    let reply = terminal.rest();
    if reply.asked {
        seen.push_str(&terminal.press(b"n").screen);
    }
    terminal.clear();
    seen + &reply.screen
}

pub fn odd(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    for line in ["", "   ", "\t", "echo 'a\nb' > /dev/null", "true\t  \t# a comment"] {
        let reply = terminal.line(line);
        assert!(!reply.asked, "{line:?}: {}", reply.screen);
    }
    match shell.shell {
        Shell::Zsh => drop(terminal.unasked("setopt interactive_comments")),
        Shell::Bash | Shell::Fish => drop(terminal.unasked("# only a comment")),
    }
    terminal.unasked("# git push origin --delete topic");
    let reply = terminal.line(b"printf '\xff\xfe' > ../bytes");
    assert!(!reply.asked, "{}", reply.screen);
    // zsh's own line editor puts question marks in the place of bytes that are not characters.
    let bytes = fs::read(stage.context.work().join("bytes")).unwrap();
    match shell.shell {
        Shell::Zsh => assert_eq!(bytes, b"??"),
        Shell::Bash => assert_eq!(bytes, b"\xff\xfe"),
        Shell::Fish => {}
    }
    stage.assert_works(&mut terminal, "odd bytes");
    if stage.is(Shell::Zsh) {
        // ^V ^@ types a NUL.
        let reply = terminal.stopped(format!("{MARK}; {BAD} '\x16\x00'"));
        stage.assert_untouched("a line with a NUL", &reply.screen);
        let reply = terminal.line(format!("{MARK} '\x16\x00'"));
        assert!(!reply.asked, "{}", reply.screen);
        stage.assert_ran_once("a line with a NUL");
    }
    stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD} \u{e9}\u{4e2d}"));
    Outcome::Holds
}

pub fn long(shell: &Installed) -> Outcome {
    if shell.shell == Shell::Fish && shell.release() < (3, 2) {
        return Outcome::NotApplicable("fish 3.1 takes minutes to draw such a line");
    }
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    // More than one argument or variable can hold (128 KiB): must neither slip through nor jam the shell.
    let comment = "# long ".repeat(20_000);
    let line = bracketed(&format!("{MARK}; {BAD} {comment}"));
    let reply = if stage.is(Shell::Fish) {
        // The line stays, and leaves no room on the screen for its prompt.
        let reply = terminal.line(line);
        assert!(reply.asked, "a line of 140 KB");
        terminal.keys(b"n");
        terminal.settle(Duration::from_secs(1));
        terminal.clear();
        reply
    } else {
        terminal.stopped(line)
    };
    let end: String = reply.screen.chars().rev().take(600).collect();
    stage.assert_untouched("a line of 140 KB", &end.chars().rev().collect::<String>());
    stage.assert_works(&mut terminal, "a line of 140 KB");
    Outcome::Holds
}

/// Keeps both processors of a small machine busy until it is dropped.
struct Load(Vec<Child>);

impl Load {
    fn new() -> Load {
        let busy = || {
            let mut command = Command::new("sh");
            command.args(["-c", "while :; do :; done"]).stdin(Stdio::null());
            command.spawn().unwrap()
        };
        Load(vec![busy(), busy()])
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for child in &mut self.0 {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

pub fn in_a_row(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    // The many on the system's own shells, under load; what all versions have in common needs fewer.
    let own = shell.program.starts_with("/usr/bin") || shell.program.starts_with("/bin");
    let (rounds, _load) = if own { (300, Some(Load::new())) } else { (30, None) };
    for round in 0..rounds {
        let line = format!("{MARK}; {BAD} # {round}");
        if stage.is(Shell::Fish) {
            stage.assert_stopped(&mut terminal, &line.replace('#', ";: #"));
        } else {
            stage.assert_stopped(&mut terminal, &line);
        }
        if round % 50 == 0 {
            stage.assert_works(&mut terminal, &line);
        }
    }
    stage.assert_works(&mut terminal, "all of them");
    Outcome::Holds
}
