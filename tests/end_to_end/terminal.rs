//! What is typed into a protected shell: an allowed line runs exactly once, a stopped one zero times, and the
//! shell stays as it was.

use crate::in_both_shells;
use crate::support::{Repository, Shell, Terminal, TestContext, runs};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A line that is stopped in a [`Repository`], wherever it stands in a longer one.
const BAD: &str = "git push origin --delete topic";

in_both_shells![
    allowed_runs_once_and_stopped_not_at_all,
    no_part_of_a_stopped_line_runs,
    every_shape_runs_once_when_allowed,
    several_physical_lines_are_judged_as_one,
    history_expansion_is_judged_expanded,
    status_is_kept,
    only_y_is_yes,
    typing_ahead_answers_nothing,
    interrupt_traps_do_not_matter,
    shell_options_do_not_matter,
    lost_protection_is_said_once_and_breaks_nothing,
    a_slow_gate_can_be_interrupted,
    odd_lines,
    a_space_in_front_hides_nothing,
    a_hundred_stopped_lines,
    not_interactive_means_not_hooked,
    loaded_twice_asks_once,
];

struct Stage {
    context: TestContext,
    repository: Repository,
    shell: Shell,
}

impl Stage {
    fn new(shell: Shell) -> Stage {
        let context = TestContext::new();
        let repository = Repository::new(&context);
        Stage { context, repository, shell }
    }

    fn terminal(&self) -> Terminal {
        self.terminal_with("")
    }

    fn terminal_with(&self, rc: &str) -> Terminal {
        Terminal::open(&self.context, self.shell, &self.repository.dir, rc)
    }

    /// The file that `echo x >> ../ran` writes.
    fn marker(&self) -> PathBuf {
        self.context.work().join("ran")
    }

    fn runs(&self) -> usize {
        runs(&self.marker())
    }

    #[track_caller]
    fn assert_untouched(&self, line: &str, screen: &str) {
        assert_eq!(self.runs(), 0, "`{line}` ran in part: {screen}");
        assert!(
            self.repository.remote_branch(&self.context, "topic").is_some(),
            "`{line}` deleted the branch: {screen}"
        );
    }
}

fn allowed_runs_once_and_stopped_not_at_all(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    assert_eq!(terminal.unasked("echo x >> ../ran"), 0);
    assert_eq!(stage.runs(), 1);
    fs::remove_file(stage.marker()).unwrap();

    let line = format!("echo x >> ../ran; {BAD}");
    let reply = terminal.stopped(&line);
    stage.assert_untouched(&line, &reply.screen);
    assert!(reply.asked, "it can be meant, so it is asked about: {}", reply.screen);
}

fn no_part_of_a_stopped_line_runs(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    for shape in [
        "T; A",
        "A; T",
        "T && A",
        "A && T",
        "A || T",
        "T | A",
        "A | T",
        "( T; A )",
        "( T; A ) &",
        "{ T; A; }",
        "A &",
        "time A",
        "! A",
        "while T; do A; break; done",
        "for i in 1 2; do T; A; done",
        "if T; then A; fi",
        "x=$(T; A)",
        "T; x=`A`",
        "A > ../ran",
        "T; sh -c 'A'",
        "T; env A",
        "T; command A",
    ] {
        let line = shape.replace('T', "echo x >> ../ran").replace('A', BAD);
        let reply = terminal.stopped(&line);
        // What was put into the background would need a moment to show itself.
        if line.ends_with('&') {
            std::thread::sleep(Duration::from_millis(300));
        }
        stage.assert_untouched(&line, &reply.screen);
        assert_eq!(terminal.unasked("true"), 0, "after `{line}`");
        let jobs = terminal.line("jobs");
        assert!(!jobs.screen.contains("git push"), "a job was left by `{line}`: {}", jobs.screen);
    }
}

fn every_shape_runs_once_when_allowed(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    for shape in [
        "T; A",
        "A && T",
        "A | T",
        "( T; A )",
        "( T; A ) &",
        "{ T; A; }",
        "time A; T",
        "! A; T",
        "while T; do A; break; done",
        "for i in 1; do T; A; done",
        "if T; then A; fi",
        "x=$(T; A)",
        "sh -c 'A'; T",
    ] {
        let line = shape.replace('T', "echo x >> ../ran").replace('A', "git status --short");
        terminal.unasked(&line);
        let began = Instant::now();
        while stage.runs() == 0 && began.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(stage.runs(), 1, "`{line}`");
        fs::remove_file(stage.marker()).unwrap();
    }
}

fn several_physical_lines_are_judged_as_one(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    for line in [
        format!("for i in 1 2\ndo\necho x >> ../ran\n{BAD}\ndone"),
        "echo x >> ../ran; git push origin \\\n--delete topic".to_owned(),
        format!("{{ echo x >> ../ran\n{BAD}\n}}"),
    ] {
        let reply = terminal.stopped(&line);
        stage.assert_untouched(&line, &reply.screen);
    }
    // The body of a here-document is data, whatever it says.
    let reply = terminal.line(format!("cat > ../notes <<'EOF'\n{BAD}\nEOF"));
    assert!(!reply.asked, "{}", reply.screen);
    assert_eq!(fs::read_to_string(stage.context.work().join("notes")).unwrap(), format!("{BAD}\n"));
    // An open quote over two lines.
    let reply = terminal.line(format!("printf '%s\\n' 'one\n{BAD}' > ../notes"));
    assert!(!reply.asked, "{}", reply.screen);
    assert_eq!(fs::read_to_string(stage.context.work().join("notes")).unwrap(), format!("one\n{BAD}\n"));
}

fn history_expansion_is_judged_expanded(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    terminal.stopped(BAD);
    let line = "echo x >> ../ran; !!:0 !!:1 !!:2 !!:3 !!:4";
    let reply = terminal.stopped(line);
    stage.assert_untouched(line, &reply.screen);
    assert!(reply.asked, "{}", reply.screen);
}

fn status_is_kept(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    assert_eq!(terminal.unasked("false"), 1);
    assert_eq!(terminal.unasked("echo $? > ../ran"), 0);
    assert_eq!(fs::read_to_string(stage.marker()).unwrap(), "1\n");
    terminal.unasked("true | (exit 3) | true");
    let statuses = if shell == Shell::Bash { "${PIPESTATUS[*]}" } else { "$pipestatus" };
    terminal.unasked(&format!("echo {statuses} > ../ran"));
    assert_eq!(fs::read_to_string(stage.marker()).unwrap(), "0 3 0\n");
    terminal.unasked("echo one two");
    terminal.unasked("echo $_ > ../ran");
    assert_eq!(fs::read_to_string(stage.marker()).unwrap(), "two\n");
    fs::remove_file(stage.marker()).unwrap();

    terminal.unasked("(exit 5)");
    let reply = terminal.stopped(BAD);
    let expected = if shell == Shell::Bash { 130 } else { 5 };
    assert_eq!(reply.status, Some(expected), "{}", reply.screen);
}

fn only_y_is_yes(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let before = terminal.settings();
    assert!(before.contains("icanon"), "{before}");
    for key in [&b"n"[..], b"\r", b"\x1b", b"\x03", b"\x04", b"\x1a", b"\x1c", b"x", b"\x1b[A", b"\xc3\xbf"] {
        let line = format!("echo x >> ../ran; {BAD}");
        let reply = terminal.line(&line);
        assert!(reply.asked, "{}", reply.screen);
        let after = terminal.press(key);
        stage.assert_untouched(&line, &format!("key {key:?}: {}{}", reply.screen, after.screen));
        assert_eq!(terminal.unasked("true"), 0, "after key {key:?}");
        assert_eq!(terminal.settings(), before, "after key {key:?}");
        let jobs = terminal.line("jobs");
        assert!(!jobs.screen.contains("topic"), "a job was left by key {key:?}: {}", jobs.screen);
    }
    let reply = terminal.line(format!("echo x >> ../ran; {BAD}"));
    assert!(reply.asked, "{}", reply.screen);
    let after = terminal.press(b"y");
    assert_eq!(after.status, Some(0), "{}", after.screen);
    assert_eq!(stage.runs(), 1, "{}", after.screen);
    assert_eq!(stage.repository.remote_branch(&stage.context, "topic"), None, "{}", after.screen);
    assert_eq!(terminal.settings(), before);
}

fn typing_ahead_answers_nothing(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    // While a command runs, a person types the next line and, too early, an answer.
    terminal.ahead(format!("sleep 1\recho x >> ../ran; {BAD}\ry\r").as_bytes());
    std::thread::sleep(Duration::from_millis(1500));
    let reply = terminal.wait();
    assert!(reply.asked, "{}", reply.screen);
    terminal.press(b"n");
    stage.assert_untouched(BAD, &reply.screen);
}

fn interrupt_traps_do_not_matter(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let mut traps = vec!["trap 'echo trapped' INT", "trap '' INT"];
    if shell == Shell::Zsh {
        traps.push("TRAPINT() { return 0 }");
    }
    for trap in traps {
        terminal.unasked(trap);
        let line = format!("echo x >> ../ran; {BAD}");
        let reply = terminal.stopped(&line);
        stage.assert_untouched(&line, &format!("with `{trap}`: {}", reply.screen));
        assert_eq!(terminal.unasked("echo fine"), 0, "with `{trap}`");
        terminal.unasked("trap - INT");
    }
}

fn shell_options_do_not_matter(shell: Shell) {
    let stage = Stage::new(shell);
    let options: &[(&str, &str)] = match shell {
        Shell::Bash => &[
            ("set -e", "set +e"),
            ("set -u", "set +u"),
            ("set -x", "set +x"),
            ("set -o pipefail", "set +o pipefail"),
            ("set -o posix", "set +o posix"),
            ("set -o vi", "set -o emacs"),
            ("set -o noglob", "set +o noglob"),
            ("shopt -s extglob nullglob", "shopt -u extglob nullglob"),
            ("set -o noclobber", "set +o noclobber"),
        ],
        Shell::Zsh => &[
            ("setopt err_return", "unsetopt err_return"),
            ("setopt no_unset", "unsetopt no_unset"),
            ("setopt xtrace", "unsetopt xtrace"),
            ("setopt pipefail", "unsetopt pipefail"),
            ("setopt sh_word_split", "unsetopt sh_word_split"),
            ("setopt ksh_arrays", "unsetopt ksh_arrays"),
            ("bindkey -v", "bindkey -e"),
            ("setopt no_clobber", "unsetopt no_clobber"),
            ("setopt warn_create_global", "unsetopt warn_create_global"),
        ],
        Shell::Fish => &[],
    };
    let mut terminal = stage.terminal();
    for (set, unset) in options {
        terminal.unasked(set);
        let reply = terminal.line("echo fine");
        assert_eq!(reply.status, Some(0), "with `{set}`: {}", reply.screen);
        // bash shows the call that stands in PROMPT_COMMAND, and nothing of what it does.
        let traced = reply.screen.matches("__forestall").count();
        assert!(traced <= 1, "we trace ourselves with `{set}`: {}", reply.screen);
        let line = format!("echo x >> ../ran; {BAD}");
        let reply = terminal.stopped(&line);
        stage.assert_untouched(&line, &format!("with `{set}`: {}", reply.screen));
        assert_eq!(terminal.unasked(unset), 0, "after `{set}`");
    }
    if shell == Shell::Zsh {
        // A failing command ends a zsh with err_exit, as it would without us; an allowed one must not.
        terminal.unasked("setopt err_exit");
        assert_eq!(terminal.unasked("echo fine"), 0);
        let line = format!("echo x >> ../ran; {BAD}");
        let reply = terminal.stopped(&line);
        stage.assert_untouched(&line, &reply.screen);
        assert_eq!(terminal.unasked("unsetopt err_exit"), 0);
    }
}

/// Puts another program in the place of the program, without an instant in which there is none.
fn replace_program(stage: &Stage, program: &[u8]) {
    let new = stage.context.root().join("new-program");
    stage.context.write(&new, program);
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(&new, stage.context.binary()).unwrap();
}

fn lost_protection_is_said_once_and_breaks_nothing(shell: Shell) {
    for (name, script) in [
        ("missing", None),
        ("exit 1", Some("#!/bin/sh\nexit 1\n")),
        ("exit 2", Some("#!/bin/sh\nexit 2\n")),
        ("exit 126", Some("#!/bin/sh\nexit 126\n")),
        ("exit 127", Some("#!/bin/sh\nexit 127\n")),
        ("segmentation fault", Some("#!/bin/sh\nkill -SEGV $$\n")),
        ("killed", Some("#!/bin/sh\nkill -KILL $$\n")),
        ("no program", Some("\0\0\0\0")),
    ] {
        let stage = Stage::new(shell);
        let mut terminal = stage.terminal();
        assert_eq!(terminal.unasked("true"), 0);
        match script {
            None => fs::remove_file(stage.context.binary()).unwrap(),
            Some(script) => replace_program(&stage, script.as_bytes()),
        }
        let first = terminal.line("echo x >> ../ran");
        assert_eq!(first.status, Some(0), "{name}: {}", first.screen);
        let second = terminal.line("echo x >> ../ran");
        assert_eq!(second.status, Some(0), "{name}: {}", second.screen);
        assert_eq!(stage.runs(), 2, "{name}: the shell goes on: {}{}", first.screen, second.screen);
        let notices = |screen: &str| screen.matches("forestall").count();
        assert!(
            notices(&first.screen) + notices(&second.screen) >= 1,
            "{name}: nothing was said: {}{}",
            first.screen,
            second.screen
        );
        let third = terminal.line("true");
        assert_eq!(notices(&third.screen), 0, "{name}: said more than once: {}", third.screen);
    }
}

fn a_slow_gate_can_be_interrupted(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let program = fs::read(stage.context.binary()).unwrap();
    replace_program(&stage, b"#!/bin/sh\nexec sleep 1000\n");
    terminal.ahead(b"echo x >> ../ran\r");
    std::thread::sleep(Duration::from_millis(700));
    terminal.keys(b"\x03");
    let reply = terminal.wait();
    assert_eq!(stage.runs(), 0, "what was interrupted is not run: {}", reply.screen);
    replace_program(&stage, &program);
    assert_eq!(terminal.unasked("echo x >> ../ran"), 0);
    assert_eq!(stage.runs(), 1);
}

fn odd_lines(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    for line in ["", "   ", "\t", "echo 'a\nb' > /dev/null", "true\t  \t# a comment"] {
        let reply = terminal.line(line);
        assert!(!reply.asked, "{line:?}: {}", reply.screen);
    }
    terminal.unasked(if shell == Shell::Bash { "# only a comment" } else { "setopt interactive_comments" });
    terminal.unasked("# git push origin --delete topic");
    let reply = terminal.line(b"printf '\xff\xfe' > ../bytes");
    assert!(!reply.asked, "{}", reply.screen);
    // zsh's own line editor puts question marks in the place of bytes that are not characters.
    let bytes = if shell == Shell::Bash { &b"\xff\xfe"[..] } else { b"??" };
    assert_eq!(fs::read(stage.context.work().join("bytes")).unwrap(), bytes);
    // More than one argument or variable can hold (128 KiB): must neither slip through nor jam the shell.
    let line = format!("echo x >> ../ran; {BAD} {}", "# long ".repeat(20_000));
    let reply = terminal.stopped(format!("\x1b[200~{line}\x1b[201~"));
    let end: String = reply.screen.chars().rev().take(600).collect();
    stage.assert_untouched("a line of 140 KB", &end.chars().rev().collect::<String>());
    assert_eq!(terminal.unasked("true"), 0);
}

fn a_space_in_front_hides_nothing(shell: Shell) {
    let stage = Stage::new(shell);
    let rc = if shell == Shell::Bash { "HISTCONTROL=ignoreboth" } else { "setopt hist_ignore_space" };
    let mut terminal = stage.terminal_with(rc);
    let line = format!(" echo x >> ../ran; {BAD}");
    let reply = terminal.stopped(&line);
    stage.assert_untouched(&line, &reply.screen);
    // The line before is never judged again in place of one that history does not keep.
    assert_eq!(terminal.unasked(" echo x >> ../ran"), 0);
    assert_eq!(stage.runs(), 1);
}

fn a_hundred_stopped_lines(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    for round in 0..100 {
        let line = format!("echo x >> ../ran; {BAD} # {round}");
        let reply = terminal.stopped(&line);
        stage.assert_untouched(&line, &reply.screen);
    }
    assert_eq!(terminal.unasked("true"), 0);
}

fn not_interactive_means_not_hooked(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let name = shell.name();
    // A script or `-c` sees no hook: its own shell says nothing and runs the text. (git's own hooks look there.)
    stage.context.write(&stage.context.work().join("script"), "echo x >> ../ran\n");
    assert_eq!(terminal.unasked(&format!("{name} ../script")), 0);
    assert_eq!(stage.runs(), 1);
    let output = stage.context.command(name).args(["-c", "echo only this"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "only this\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

fn loaded_twice_asks_once(shell: Shell) {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal_with(&format!("eval \"$(forestall init {})\"", shell.name()));
    let reply = terminal.line(format!("echo x >> ../ran; {BAD}"));
    assert!(reply.asked, "{}", reply.screen);
    let after = terminal.press(b"y");
    assert!(!after.asked, "{}", after.screen);
    assert_eq!(stage.runs(), 1);
    assert_eq!(stage.repository.remote_branch(&stage.context, "topic"), None);

    // `exec` keeps the process id; the new shell is protected all the same.
    let line = format!("exec {} -i", shell.name());
    assert!(!terminal.line(&line).asked);
    let reply = terminal.line("git push origin --force main~1:main");
    assert!(reply.screen.contains("forestall"), "the new shell is not protected: {}", reply.screen);
    if reply.asked {
        terminal.press(b"n");
    }
    let local = stage.context.git(&stage.repository.dir, ["rev-parse", "main"]);
    assert_eq!(stage.repository.remote_branch(&stage.context, "main"), Some(local));
}
