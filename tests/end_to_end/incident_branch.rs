//! The first incident: a branch deleted by mistake. The bare remote's own refs are the truth.

use crate::in_both_shells;
use crate::support::{Repository, Shell, Terminal, TestContext, shown};

in_both_shells![
    unmerged_branch_is_kept,
    merged_branch_goes_without_a_fight,
    yes_deletes,
    no_spelling_gets_past,
    pushing_forward_is_never_asked,
    overwriting_is_stopped,
    local_branch_is_kept,
    once_lets_one_line_through,
];

fn unmerged_branch_is_kept(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    let reply = terminal.stopped("git push origin --delete topic");
    assert!(reply.asked, "{}", reply.screen);
    assert!(repository.remote_branch(&context, "topic").is_some(), "{}", reply.screen);
    // It says what would be lost, in plain numbers and names.
    for said in ["2 commits", "topic", "the other half"] {
        assert!(reply.screen.contains(said), "`{said}` is not said: {}", reply.screen);
    }
}

fn merged_branch_goes_without_a_fight(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    let mut reply = terminal.line("git push origin --delete merged");
    if reply.asked {
        reply = terminal.press(b"y");
    }
    assert_eq!(reply.status, Some(0), "{}", reply.screen);
    assert_eq!(repository.remote_branch(&context, "merged"), None, "{}", reply.screen);
}

fn yes_deletes(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    let reply = terminal.line("git push origin --delete topic");
    assert!(reply.asked, "{}", reply.screen);
    let after = terminal.press(b"y");
    assert_eq!(after.status, Some(0), "{}", after.screen);
    assert_eq!(repository.remote_branch(&context, "topic"), None, "{}", after.screen);
}

fn no_spelling_gets_past(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    context.git(&repository.dir, ["config", "alias.zap", "push origin --delete"]);
    let mut terminal =
        Terminal::open(&context, shell, &repository.dir, "alias nuke='git push origin --delete'");
    for line in [
        "git push origin :topic",
        "git push -d origin topic",
        "git push origin --delete refs/heads/topic",
        "git push --dele origin topic",
        "git zap topic",
        "nuke topic",
        "git -c alias.x='push origin --delete' x topic",
        "cd / && git -C \"$OLDPWD\" push origin --delete topic",
        "GIT_TRACE=0 git push origin --delete topic",
        "/usr/bin/env git push origin --delete topic",
        "b=topic; git push origin --delete $b",
        "git push origin --delete \"top\"'ic'",
        "echo topic | xargs git push origin --delete",
        "bash -c 'git push origin --delete topic'",
        "eval git push origin --delete topic",
        "git push --mirror origin",
        "git push --prune origin 'refs/heads/*:refs/heads/*'",
    ] {
        let reply = terminal.stopped(line);
        assert!(
            repository.remote_branch(&context, "topic").is_some(),
            "`{line}` deleted the branch: {}",
            reply.screen
        );
        assert!(reply.screen.contains("forestall"), "`{line}` was not stopped by us: {}", reply.screen);
        terminal.unasked(&format!("cd '{}'", repository.dir.display()));
    }
}

fn pushing_forward_is_never_asked(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    let commit = repository.commit(&context, "more work");
    assert_eq!(terminal.unasked("git push origin main"), 0);
    assert_eq!(repository.remote_branch(&context, "main"), Some(commit.clone()));
    assert_eq!(terminal.unasked("git push -u origin HEAD:refs/heads/feature"), 0);
    assert_eq!(repository.remote_branch(&context, "feature"), Some(commit));
}

fn overwriting_is_stopped(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let before = repository.remote_branch(&context, "topic").unwrap();
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    for line in [
        "git push --force origin main:topic",
        "git push -f origin main:topic",
        "git push origin +main:topic",
        "git push origin +main:refs/heads/topic",
        "git push --force-with-lease origin main:topic",
    ] {
        let reply = terminal.stopped(line);
        assert_eq!(
            repository.remote_branch(&context, "topic").as_ref(),
            Some(&before),
            "`{line}`: {}",
            reply.screen
        );
    }
}

fn local_branch_is_kept(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    context.git(&repository.dir, ["switch", "--quiet", "--create", "idea"]);
    let tip = repository.commit(&context, "an idea that is nowhere else");
    context.git(&repository.dir, ["switch", "--quiet", "main"]);
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    for line in
        ["git branch -D idea", "git branch --delete --force idea", "git update-ref -d refs/heads/idea"]
    {
        let reply = terminal.stopped(line);
        assert_eq!(context.git(&repository.dir, ["rev-parse", "idea"]), tip, "`{line}`: {}", reply.screen);
    }
    // Merged, the same command loses nothing and is not asked about.
    context.git(&repository.dir, ["branch", "done", "main"]);
    assert_eq!(terminal.unasked("git branch -D done"), 0);
    assert_eq!(context.git(&repository.dir, ["branch", "--list", "done"]), "");
}

fn once_lets_one_line_through(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    let tip = repository.remote_branch(&context, "topic").unwrap();
    terminal.permit("git push origin --delete topic");
    // Only that line, not one that resembles it.
    let reply = terminal.stopped("git push origin --delete topic main");
    assert!(repository.remote_branch(&context, "topic").is_some(), "{}", reply.screen);
    assert_eq!(terminal.unasked("git push origin --delete topic"), 0);
    assert_eq!(repository.remote_branch(&context, "topic"), None);
    // One use: the branch is there again, and the same line is asked about again.
    context.git(&repository.dir, ["push", "--quiet", "origin", &format!("{tip}:refs/heads/topic")]);
    let reply = terminal.line("git push origin --delete topic");
    assert!(reply.asked, "{}", reply.screen);
    terminal.press(b"n");
    let log = context.forestall(&repository.dir, ["log"]);
    assert!(String::from_utf8_lossy(&log.stdout).contains("--delete topic"), "{}", shown(&log));
}
