//! The mechanism for bash 3.2 to 4.3, which have no PS0. No registry carries them, so it is played in the bash that is
//! here, told that it is old; FORESTALL_OLD_BASH names a real one.

use crate::support::{Repository, Shell, Terminal, TestContext, runs};
use std::time::Duration;

const BAD: &str = "git push origin --delete topic";
/// What the hook of a new bash begins with, made to choose the other mechanism.
const OLD: &str = "HISTCONTROL=ignoreboth\ntrap 'theirs=$((${theirs-0}+1))' DEBUG\n\
                   eval \"$(forestall init bash | sed '1s/>= 404/>= 9999/')\"\n";

/// Here the rest of a paste is known by its haste alone.
fn a_person_types() {
    std::thread::sleep(Duration::from_millis(150));
}

#[test]
fn nothing_of_a_stopped_line_runs_and_an_allowed_one_runs_once() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let program = std::env::var("FORESTALL_OLD_BASH").unwrap_or_else(|_| "bash".to_owned());
    context.write(&context.home().join(".bashrc"), format!("{}{OLD}", Terminal::prompt(Shell::Bash)));
    let mut command = context.command(program);
    command.arg("-i").current_dir(&repository.dir);
    let mut terminal = Terminal::spawn(command);
    let reply = terminal.wait();
    assert!(reply.screen.contains("a line that is only ( … ) is not judged"), "{}", reply.screen);
    let marker = context.work().join("ran");

    for shape in [
        "T; A",
        "A && T",
        "T | A",
        "{ T; A; }",
        "T; A &",
        "while T; do A; break; done",
        "for i in 1 2; do T; A; done",
        "x=$(T; A)",
        " T; A",
        "for i in 1 2\ndo\nT\nA\ndone",
    ] {
        let line = shape.replace('T', "echo x >> ../ran").replace('A', BAD);
        let reply = terminal.stopped(&line);
        assert!(reply.screen.contains("forestall"), "`{line}` was not stopped by us: {}", reply.screen);
        assert_eq!(runs(&marker), 0, "`{line}`: {}", reply.screen);
        a_person_types();
        // An empty line is no reason to judge the last one again.
        assert!(!terminal.line("").asked, "after `{line}`");
        terminal.unasked("true");
    }
    assert!(repository.remote_branch(&context, "topic").is_some());
    for (count, line) in
        ["echo x >> ../ran", " echo x >> ../ran", "true && echo x >> ../ran"].iter().enumerate()
    {
        terminal.unasked(line);
        assert_eq!(runs(&marker), count + 1, "`{line}`");
    }
    terminal.unasked("gone() { git push origin --delete \"$1\"; }");
    assert!(terminal.line("gone topic").asked, "the body of a function is judged");
    terminal.press(b"n");
    a_person_types();
    for options in ["set -e", "set -u", "set -x", "set -o pipefail"] {
        terminal.unasked(options);
        let reply = terminal.stopped(BAD);
        assert!(reply.screen.contains("forestall"), "with `{options}`: {}", reply.screen);
        a_person_types();
        terminal.unasked(&options.replace('-', "+"));
    }
    assert!(repository.remote_branch(&context, "topic").is_some());

    // The user's own trap runs behind ours, and is what is left when ours goes.
    terminal.unasked("[ \"$theirs\" -gt 5 ]");
    terminal.unasked("forestall off");
    let reply = terminal.line("trap -p DEBUG");
    assert!(reply.screen.contains("trap -- 'theirs="), "{}", reply.screen);
    assert!(terminal.line("echo $HISTCONTROL").screen.contains("ignoreboth"));
    terminal.unasked("forestall on");
    assert!(terminal.line(BAD).asked);
    let after = terminal.press(b"y");
    assert_eq!(after.status, Some(0), "{}", after.screen);
    assert_eq!(repository.remote_branch(&context, "topic"), None, "yes runs it");
}
