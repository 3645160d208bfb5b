//! What was deleted after a yes comes back with `forestall undo`.

use crate::in_both_shells;
use crate::support::{Repository, Shell, Terminal, TestContext, shown};

in_both_shells![a_remote_branch_comes_back, a_local_branch_comes_back];

fn a_remote_branch_comes_back(shell: Shell) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let before = repository.remote_branch(&context, "topic").unwrap();
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    let reply = terminal.line("git push origin --delete topic");
    assert!(reply.asked, "{}", reply.screen);
    let after = terminal.press(b"y");
    assert_eq!(after.status, Some(0), "{}", after.screen);
    assert_eq!(repository.remote_branch(&context, "topic"), None, "{}", after.screen);

    // Even when git throws away everything that nothing points at, the backup holds the commits.
    context.git(&repository.dir, ["reflog", "expire", "--expire=now", "--all"]);
    context.git(&repository.dir, ["gc", "--quiet", "--prune=now"]);

    let list = context.forestall(&repository.dir, ["undo"]);
    assert!(list.status.success(), "{}", shown(&list));
    assert!(String::from_utf8_lossy(&list.stdout).contains("topic"), "{}", shown(&list));
    let restored = context.forestall(&repository.dir, ["undo", "1"]);
    assert!(restored.status.success(), "{}", shown(&restored));
    assert_eq!(repository.remote_branch(&context, "topic"), Some(before), "{}", shown(&restored));
}

fn a_local_branch_comes_back(shell: Shell) {
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

    let reply = terminal.line("git branch -D idea");
    assert!(reply.asked, "{}", reply.screen);
    let after = terminal.press(b"y");
    assert_eq!(after.status, Some(0), "{}", after.screen);
    assert_eq!(context.git(&repository.dir, ["branch", "--list", "idea"]), "");
    let restored = context.forestall(&repository.dir, ["undo", "1"]);
    assert!(restored.status.success(), "{}", shown(&restored));
    assert_eq!(context.git(&repository.dir, ["rev-parse", "idea"]), tip);
}
