//! The git hooks with the real git: pushes to bare repositories and commits, judged where no shell looks. What
//! happened is read in the bare repository and in the commits, never in what our program says.

#![allow(dead_code, unused_imports, reason = "other tests use the rest of the support")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "end_to_end/support/mod.rs"]
mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::{Repository, Shell, Terminal, TestContext, shown};

/// A repository with hooks, whose topic has two commits that only the remote has.
fn protected() -> (TestContext, Repository) {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    install(&context, &repository.dir);
    (context, repository)
}

fn install(context: &TestContext, dir: &Path) {
    let output = context.forestall(dir, ["git", "install"]);
    assert!(output.status.success(), "{}", shown(&output));
}

/// git in a session of its own, where nobody can be asked.
fn alone(context: &TestContext, dir: &Path, args: &[&str]) -> Output {
    let mut command: Command = context.command("setsid");
    command.arg("--wait").arg("git").args(args).current_dir(dir);
    command.output().unwrap()
}

#[track_caller]
fn passes(context: &TestContext, dir: &Path, line: &str) -> Output {
    let output = alone(context, dir, &words(line));
    assert!(output.status.success(), "`git {line}`: {}", shown(&output));
    assert!(!stderr(&output).contains("forestall"), "`git {line}` was remarked upon: {}", shown(&output));
    output
}

/// A push that is refused by us, says how to get past, and changes nothing in the remote.
#[track_caller]
fn stopped(context: &TestContext, repository: &Repository, dir: &Path, line: &str) -> String {
    let before = refs(context, &repository.remote);
    let output = alone(context, dir, &words(line));
    assert_eq!(refs(context, &repository.remote), before, "`git {line}`: {}", shown(&output));
    assert!(!output.status.success(), "`git {line}`: {}", shown(&output));
    let said = stderr(&output);
    for part in ["forestall once", "forestall explain"] {
        assert!(said.contains(part), "`git {line}` does not say `{part}`: {said}");
    }
    said
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// Without the name of the test's own folder, which is no word of ours.
fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).replace("/forestall-test-", "/")
}

fn refs(context: &TestContext, dir: &Path) -> String {
    context.git(dir, ["for-each-ref", "--format=%(refname) %(objectname)"])
}

fn hook(context: &TestContext, path: &Path, text: &str) {
    context.write(path, format!("#!/bin/sh\n{text}\n"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Everything in a folder: name, mode, content or target.
fn listing(dir: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let meta = path.symlink_metadata().unwrap();
            let content = match meta.is_symlink() {
                true => fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(),
                false => fs::read(&path).unwrap(),
            };
            (path, meta.permissions().mode(), content)
        })
        .collect();
    files.sort();
    files
}

/// A second clone, whose pushes nobody judges.
fn colleague(context: &TestContext, repository: &Repository) -> PathBuf {
    let dir = context.work().join("colleague");
    context.git(&context.work(), ["clone", "--quiet", repository.remote.to_str().unwrap(), "colleague"]);
    dir
}

/// A branch of somebody else on the remote, with two commits that are nowhere else; it has been fetched here.
fn theirs(context: &TestContext, repository: &Repository) -> String {
    let other = colleague(context, repository);
    context.git(&other, ["switch", "--quiet", "--create", "theirs"]);
    commit_in(context, &other, "half of theirs");
    let tip = commit_in(context, &other, "the rest of theirs");
    context.git(&other, ["push", "--quiet", "origin", "theirs"]);
    context.git(&repository.dir, ["fetch", "--quiet"]);
    tip
}

/// A commit that changes something: of one that does not, nothing could be lost.
fn commit_in(context: &TestContext, dir: &Path, subject: &str) -> String {
    let file = subject.replace(' ', "-");
    context.write(&dir.join(&file), subject);
    context.git(dir, ["add", &file]);
    context.git(dir, ["commit", "--quiet", "--no-verify", "-m", subject]);
    context.git(dir, ["rev-parse", "HEAD"])
}

// ── pre-push ─────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn deletions_are_stopped_where_commits_are_lost() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    for line in [
        "push origin --delete topic",
        "push origin :topic",
        "push origin :refs/heads/topic",
        "push --atomic origin :topic",
        "push --delete origin merged topic",
        "push origin main :topic",
    ] {
        let said = stopped(&context, &repository, dir, line);
        assert!(said.contains("2 commits") && said.contains("topic"), "{said}");
        assert!(said.contains("forestall once 'git push origin "), "{said}");
    }
    passes(&context, dir, "push origin --delete merged");
    assert_eq!(repository.remote_branch(&context, "merged"), None);
    // A deletion that git refuses by itself is none of ours.
    let output = alone(&context, dir, &words("push origin --delete absent"));
    assert!(!output.status.success() && !stderr(&output).contains("forestall"), "{}", shown(&output));
}

#[test]
fn overwriting_is_stopped_where_commits_are_lost() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    theirs(&context, &repository);
    for line in [
        "push --force origin main:theirs",
        "push origin +main:theirs",
        "push --force-with-lease origin main:theirs",
        "push --force --atomic origin main:theirs",
        "push -f origin HEAD~0:refs/heads/theirs",
    ] {
        stopped(&context, &repository, dir, line);
    }
    // Forced, but it only moves forward.
    context.git(dir, ["switch", "--quiet", "--create", "topic", "origin/topic"]);
    let tip = commit_in(&context, dir, "more of it");
    passes(&context, dir, "push --force origin topic");
    assert_eq!(repository.remote_branch(&context, "topic"), Some(tip.clone()));
    // Forced backwards, but another branch of the remote has it all.
    context.git(dir, ["push", "--quiet", "origin", "topic:refs/heads/copy"]);
    passes(&context, dir, "push --force origin topic~1:topic");
    // Not forced: git refuses it, and we say nothing.
    let output = alone(&context, dir, &words("push origin main:copy"));
    assert!(!output.status.success() && !stderr(&output).contains("forestall"), "{}", shown(&output));
    assert_eq!(repository.remote_branch(&context, "copy"), Some(tip));
}

#[test]
fn everyday_pushes_pass_in_silence() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    passes(&context, dir, "push origin main"); // up to date
    let tip = commit_in(&context, dir, "more");
    passes(&context, dir, "push origin main");
    assert_eq!(repository.remote_branch(&context, "main"), Some(tip.clone()));
    passes(&context, dir, "push -u origin HEAD:refs/heads/new");
    assert_eq!(repository.remote_branch(&context, "new"), Some(tip.clone()));
    let sha = format!("push origin {tip}:refs/heads/by-id");
    passes(&context, dir, &sha);
    assert_eq!(repository.remote_branch(&context, "by-id"), Some(tip));
    passes(&context, dir, "push origin HEAD:refs/for/main");
    passes(&context, dir, "push --all origin");
    // A rehearsal changes nothing, so nobody is asked.
    for line in
        ["push --dry-run origin :topic", "push -n --force origin main:topic", "push -qn origin :topic"]
    {
        passes(&context, dir, line);
    }
    assert!(repository.remote_branch(&context, "topic").is_some());
    context.git(dir, ["config", "alias.rehearse", "push --dry-run"]);
    passes(&context, dir, "rehearse origin :topic");
}

#[test]
fn tags() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    context.git(dir, ["tag", "-a", "-m", "first", "v1"]);
    passes(&context, dir, "push origin v1");
    let remote_tag = || context.git(&repository.remote, ["rev-parse", "refs/tags/v1"]);
    let before = remote_tag();
    stopped(&context, &repository, dir, "push origin :refs/tags/v1");
    stopped(&context, &repository, dir, "push --delete origin v1");
    commit_in(&context, dir, "later");
    context.git(dir, ["tag", "-f", "-a", "-m", "again", "v1"]);
    stopped(&context, &repository, dir, "push --force origin v1");
    stopped(&context, &repository, dir, "push origin +v1");
    // Without force git itself keeps the old tag, and the new one must not suffer from our hook.
    context.git(dir, ["tag", "v2"]);
    let output = alone(&context, dir, &words("push --tags origin"));
    assert!(!stderr(&output).contains("forestall"), "{}", shown(&output));
    assert_eq!(context.git(&repository.remote, ["tag", "--list", "v2"]), "v2");
    assert_eq!(remote_tag(), before);
}

#[test]
fn mirroring_is_stopped_though_git_does_not_tell_of_its_deletions() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    // Somebody else's branch, of which nothing is here.
    let other = colleague(&context, &repository);
    context.git(&other, ["switch", "--quiet", "--create", "theirs"]);
    let theirs = commit_in(&context, &other, "what nobody else has");
    context.git(&other, ["push", "--quiet", "origin", "theirs"]);

    let said = stopped(&context, &repository, dir, "push --mirror origin");
    assert!(said.contains("theirs") || said.contains("topic"), "{said}");
    stopped(&context, &repository, dir, "push --mirror");
    stopped(&context, &repository, dir, "-c remote.origin.mirror=true push origin");
    context.git(dir, ["config", "alias.all", "push --mirror"]);
    stopped(&context, &repository, dir, "all origin");
    stopped(&context, &repository, dir, "push --prune origin refs/heads/*:refs/heads/*");
    passes(&context, dir, "push --mirror --dry-run origin");

    // The twin: a mirror that has nothing of its own.
    let mirror = context.root().join("mirror.git");
    context.git(context.root(), ["init", "--quiet", "--bare", "mirror.git"]);
    context.git(dir, ["remote", "add", "copy", mirror.to_str().unwrap()]);
    passes(&context, dir, "push --mirror copy");
    commit_in(&context, dir, "more");
    passes(&context, dir, "push --mirror copy");
    assert_eq!(context.git(&mirror, ["rev-parse", "main"]), context.git(dir, ["rev-parse", "main"]));

    // Not with a yes, but on purpose: then what was not here is fetched and kept, and comes back.
    let mut terminal = Terminal::open_with_rc(&context, Shell::Bash, dir, "");
    let reply = terminal.line("git push --mirror origin");
    assert!(!reply.asked && reply.status != Some(0), "{}", reply.screen);
    assert!(terminal.line("forestall once 'git push --mirror origin'").asked);
    terminal.press(b"y");
    let reply = terminal.line("git push --mirror origin");
    assert_eq!(reply.status, Some(0), "{}", reply.screen);
    assert_eq!(repository.remote_branch(&context, "theirs"), None);
    fs::remove_dir_all(&other).unwrap();
    context.git(&repository.remote, ["gc", "--quiet", "--prune=now"]);
    let output = context.forestall(dir, ["undo", "theirs"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(repository.remote_branch(&context, "theirs"), Some(theirs));
}

#[test]
fn pushes_to_an_address_and_from_a_worktree() {
    let (context, repository) = protected();
    let url = repository.remote.to_str().unwrap().to_owned();
    stopped(&context, &repository, &repository.dir, &format!("push {url} :topic"));
    passes(&context, &repository.dir, &format!("push {url} main:refs/heads/by-address"));
    assert!(repository.remote_branch(&context, "by-address").is_some());

    let tree = context.work().join("tree");
    context.git(&repository.dir, ["worktree", "add", "--quiet", "-b", "side", tree.to_str().unwrap()]);
    stopped(&context, &repository, &tree, "push origin :topic");
    let tip = commit_in(&context, &tree, "aside");
    passes(&context, &tree, "push origin side");
    assert_eq!(repository.remote_branch(&context, "side"), Some(tip));
    stopped(&context, &repository, &context.work(), "-C tree push origin :topic");
}

#[test]
fn a_person_is_asked_and_what_is_lost_is_kept() {
    let (context, repository) = protected();
    let before = repository.remote_branch(&context, "topic").unwrap();
    let mut terminal = Terminal::open_with_rc(&context, Shell::Bash, &repository.dir, "");
    let reply = terminal.line("sh -c 'git push origin --delete topic'");
    assert!(reply.asked, "{}", reply.screen);
    let reply = terminal.press(b"n");
    assert_ne!(reply.status, Some(0), "{}", reply.screen);
    assert_eq!(repository.remote_branch(&context, "topic"), Some(before.clone()));

    let reply = terminal.line("sh -c 'git push origin --delete topic'");
    assert!(reply.asked, "{}", reply.screen);
    let reply = terminal.press(b"y");
    assert_eq!(reply.status, Some(0), "{}", reply.screen);
    assert!(reply.screen.contains("forestall undo"), "{}", reply.screen);
    assert_eq!(repository.remote_branch(&context, "topic"), None);

    let list = context.forestall(&repository.dir, ["undo"]);
    let listed = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(listed.contains("branch topic of origin") && listed.contains("the other half"), "{listed}");
    let output = context.forestall(&repository.dir, ["undo", "1"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(repository.remote_branch(&context, "topic"), Some(before));
    // The journal tells both answers.
    let log = context.forestall(&repository.dir, ["log"]);
    let log = String::from_utf8_lossy(&log.stdout).into_owned();
    assert!(log.contains("→ no") && log.contains("→ yes"), "{log}");
}

#[test]
fn what_the_shell_asked_about_is_not_asked_twice() {
    let (context, repository) = protected();
    theirs(&context, &repository);
    let mut terminal = Terminal::open(&context, Shell::Bash, &repository.dir, "");
    for (line, branch) in
        [("git push origin --delete topic", "topic"), ("git push --force origin main~1:theirs", "theirs")]
    {
        let before = repository.remote_branch(&context, branch);
        let reply = terminal.line(line);
        assert!(reply.asked, "`{line}`: {}", reply.screen);
        let reply = terminal.press(b"y");
        assert_eq!(reply.status, Some(0), "`{line}`: {}", reply.screen);
        assert_ne!(repository.remote_branch(&context, branch), before, "`{line}`");
    }
    // Also where the command leaves it to git which ref of which remote it overwrites.
    let output = context.forestall(&repository.dir, ["undo", "topic"]);
    assert!(output.status.success(), "{}", shown(&output));
    for args in [
        ["switch", "--quiet", "--create", "mine"],
        ["branch", "--quiet", "--set-upstream-to", "origin/topic"],
        ["config", "push.default", "upstream", "--"],
    ] {
        let args: Vec<&str> = args.into_iter().filter(|arg| *arg != "--").collect();
        assert!(alone(&context, &repository.dir, &args).status.success(), "{args:?}");
    }
    let mine = commit_in(&context, &repository.dir, "instead of topic");
    let reply = terminal.line("git push --force");
    assert!(reply.asked, "{}", reply.screen);
    let reply = terminal.press(b"y");
    assert_eq!(reply.status, Some(0), "{}", reply.screen);
    assert_eq!(repository.remote_branch(&context, "topic"), Some(mine));
    context.git(&repository.dir, ["push", "--quiet", "--no-verify", "origin", ":topic"]);
    // The permission is used up: the same push, unseen by the shell, is stopped.
    let restored = context.forestall(&repository.dir, ["undo", "topic"]);
    assert!(restored.status.success(), "{}", shown(&restored));
    stopped(&context, &repository, &repository.dir, "push origin :topic");
}

#[test]
fn once_lets_a_script_through() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    stopped(&context, &repository, dir, "push origin --delete topic");
    let mut terminal = Terminal::open_with_rc(&context, Shell::Bash, dir, "");
    let reply = terminal.line("forestall once 'git push origin :topic'");
    assert!(reply.asked, "{}", reply.screen);
    terminal.press(b"y");
    let output = alone(&context, dir, &words("push origin --delete topic"));
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(repository.remote_branch(&context, "topic"), None);
    let output = context.forestall(dir, ["undo", "topic"]);
    assert!(output.status.success(), "{}", shown(&output));
    stopped(&context, &repository, dir, "push origin --delete topic");
}

// ── hooks that are there ─────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_hook_that_was_there_is_run_fed_and_obeyed() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let dir = &repository.dir;
    let fed = context.work().join("fed");
    let path = dir.join(".git/hooks/pre-push");
    hook(&context, &path, "{ echo \"$@\"; cat; } > ../fed; exit \"$(cat ../answer)\"");
    context.write(&context.work().join("answer"), "0");
    install(&context, dir);

    let tip = commit_in(&context, dir, "more");
    passes(&context, dir, "push origin main");
    let old = context.git(dir, ["rev-parse", "main~1"]);
    let url = repository.remote.display();
    assert_eq!(
        fs::read_to_string(&fed).unwrap(),
        format!("origin {url}\nrefs/heads/main {tip} refs/heads/main {old}\n")
    );
    passes(&context, dir, "push origin main");
    assert_eq!(fs::read_to_string(&fed).unwrap(), format!("origin {url}\n"), "up to date");

    fs::remove_file(&fed).unwrap();
    stopped(&context, &repository, dir, "push origin :topic");
    assert!(!fed.exists(), "what we stop is not handed on");

    context.write(&context.work().join("answer"), "3");
    commit_in(&context, dir, "even more");
    let output = alone(&context, dir, &words("push origin main"));
    assert!(!output.status.success(), "{}", shown(&output));
    assert_eq!(repository.remote_branch(&context, "main"), Some(tip));

    // One that does not read what it is fed, and one that git would not run.
    hook(&context, &dir.join(".git/hooks/pre-push.before-forestall"), "exit 0");
    passes(&context, dir, "push origin main");
    let kept = dir.join(".git/hooks/pre-push.before-forestall");
    hook(&context, &kept, "exit 1");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o644)).unwrap();
    passes(&context, dir, "push origin main");
}

#[test]
fn installing_twice_changes_nothing_and_uninstalling_restores_every_byte() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let dir = &repository.dir;
    let hooks = dir.join(".git/hooks");
    hook(&context, &hooks.join("pre-push"), "# café\nexit 0\n\n");
    fs::set_permissions(hooks.join("pre-push"), fs::Permissions::from_mode(0o750)).unwrap();
    hook(&context, &context.work().join("shared"), "exit 0");
    symlink("../../../shared", hooks.join("pre-commit")).unwrap();
    hook(&context, &hooks.join("commit-msg"), "exit 0");
    let before = listing(&hooks);
    let shared = fs::read(context.work().join("shared")).unwrap();

    install(&context, dir);
    let installed = listing(&hooks);
    assert_ne!(installed, before);
    install(&context, dir);
    assert_eq!(listing(&hooks), installed);
    let status = context.forestall(dir, ["git", "status"]);
    assert!(status.status.success(), "{}", shown(&status));
    let text = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(text.contains("pre-push: ours") && text.contains("pre-push.before-forestall"), "{text}");

    let output = context.forestall(dir, ["git", "uninstall"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(listing(&hooks), before);
    assert_eq!(fs::read(context.work().join("shared")).unwrap(), shared);
    let status = context.forestall(dir, ["git", "status"]);
    assert_eq!(status.status.code(), Some(1), "{}", shown(&status));
    alone(&context, dir, &words("push origin :topic"));
    assert_eq!(repository.remote_branch(&context, "topic"), None, "nothing of ours is left");
}

#[test]
fn a_hook_that_took_our_place_is_not_thrown_away() {
    let (context, repository) = protected();
    let hooks = repository.dir.join(".git/hooks");
    hook(&context, &hooks.join("pre-push.before-forestall"), "exit 0 # kept");
    hook(&context, &hooks.join("pre-push"), "exit 0 # new");
    let before = listing(&hooks);
    let output = context.forestall(&repository.dir, ["git", "install"]);
    assert!(!output.status.success(), "{}", shown(&output));
    assert_eq!(listing(&hooks), before);
    let output = context.forestall(&repository.dir, ["git", "uninstall"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert!(fs::read_to_string(hooks.join("pre-push")).unwrap().contains("# new"));
    assert!(fs::read_to_string(hooks.join("pre-push.before-forestall")).unwrap().contains("# kept"));
}

#[test]
fn without_the_binary_work_goes_on_and_says_so() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let dir = &repository.dir;
    hook(&context, &dir.join(".git/hooks/pre-push"), "cat > ../fed");
    install(&context, dir);
    stopped(&context, &repository, dir, "push origin :topic");
    fs::remove_file(context.binary()).unwrap();
    let output = alone(&context, dir, &words("push origin :topic"));
    assert!(output.status.success(), "{}", shown(&output));
    assert!(stderr(&output).contains("was not judged"), "{}", shown(&output));
    assert!(fs::read_to_string(context.work().join("fed")).unwrap().contains("refs/heads/topic"));
    context.write(&dir.join("x"), "x");
    context.git(dir, ["add", "x"]);
    let output = alone(&context, dir, &words("commit -m x"));
    assert!(output.status.success() && stderr(&output).contains("was not judged"), "{}", shown(&output));
}

#[test]
fn hooks_folders_of_others() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let dir = &repository.dir;
    // Installed, then shadowed by a tool that sets a folder of its own.
    install(&context, dir);
    hook(&context, &dir.join(".husky/pre-push"), "exit 0");
    context.git(dir, ["config", "core.hooksPath", ".husky"]);
    let status = context.forestall(dir, ["git", "status"]);
    assert!(String::from_utf8_lossy(&status.stdout).contains("shadowed"), "{}", shown(&status));
    assert_eq!(status.status.code(), Some(1));
    // Installed into that folder, from below the root.
    fs::create_dir_all(dir.join("sub")).unwrap();
    install(&context, &dir.join("sub"));
    assert!(dir.join(".husky/pre-push.before-forestall").exists());
    stopped(&context, &repository, dir, "push origin :topic");
    let output = context.forestall(dir, ["git", "uninstall"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(fs::read_to_string(dir.join(".husky/pre-push")).unwrap(), "#!/bin/sh\nexit 0\n");
    assert!(!dir.join(".git/hooks/pre-push").exists());

    // A folder for all repositories that somebody else has set is not written to.
    context.git(dir, ["config", "--unset", "core.hooksPath"]);
    let theirs = context.home().join("hooks");
    hook(&context, &theirs.join("pre-push"), "exit 0");
    context.git(dir, ["config", "--global", "core.hooksPath", theirs.to_str().unwrap()]);
    let before = listing(&theirs);
    for args in [["git", "install", "--"], ["git", "install", "--global"]] {
        let output = context.forestall(dir, args);
        assert!(!output.status.success(), "{}", shown(&output));
        assert!(stderr(&output).contains("core.hooksPath"), "{}", shown(&output));
    }
    assert_eq!(listing(&theirs), before);
}

#[test]
fn for_all_repositories() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let dir = &repository.dir;
    let config = fs::read(context.home().join(".gitconfig")).unwrap();
    let home = context.home();
    let output = context.forestall(&home, ["git", "install", "--global"]);
    assert!(output.status.success(), "{}", shown(&output));
    let installed = fs::read(context.home().join(".gitconfig")).unwrap();
    let output = context.forestall(&home, ["git", "install", "--global"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(fs::read(context.home().join(".gitconfig")).unwrap(), installed);

    stopped(&context, &repository, dir, "push origin :topic");
    for status in [
        context.forestall(dir, ["git", "status", "--"]),
        context.forestall(&home, ["git", "status", "--global"]),
    ] {
        assert!(status.status.success(), "{}", shown(&status));
    }
    // The repository's own hooks still run, with their input and their say.
    let hooks = dir.join(".git/hooks");
    hook(&context, &hooks.join("pre-push"), "cat > ../fed");
    hook(&context, &hooks.join("commit-msg"), "echo \"signed\" >> \"$1\"");
    hook(&context, &hooks.join("pre-commit"), "test ! -e ../refuse");
    hook(&context, &hooks.join("reference-transaction"), "cat >> ../transactions");
    context.write(&dir.join("x"), "x");
    context.git(dir, ["add", "x"]);
    passes(&context, dir, "commit -m subject");
    assert!(context.git(dir, ["log", "-1", "--format=%B"]).contains("signed"));
    assert!(fs::read_to_string(context.work().join("transactions")).unwrap().contains("refs/heads/main"));
    passes(&context, dir, "push origin main");
    assert!(fs::read_to_string(context.work().join("fed")).unwrap().contains("refs/heads/main"));
    context.write(&context.work().join("refuse"), "");
    context.write(&dir.join("x"), "y");
    let output = alone(&context, dir, &words("commit -a -m refused"));
    assert!(!output.status.success(), "{}", shown(&output));
    fs::remove_file(context.work().join("refuse")).unwrap();

    // In a worktree too, and in a repository with a hook of ours from before: one question, not two.
    let tree = context.work().join("tree");
    context.git(dir, ["worktree", "add", "--quiet", "-b", "side", tree.to_str().unwrap()]);
    stopped(&context, &repository, &tree, "push origin :topic");
    let tip = commit_in(&context, &tree, "aside");
    passes(&context, &tree, "push origin side");
    assert!(fs::read_to_string(context.work().join("fed")).unwrap().contains(&tip));

    // What git does by itself when such a hook is missing still happens.
    let checkout = context.work().join("deployed");
    context.git(&context.work(), ["clone", "--quiet", repository.remote.to_str().unwrap(), "deployed"]);
    context.git(&checkout, ["config", "receive.denyCurrentBranch", "updateInstead"]);
    passes(&context, dir, &format!("push {} main", checkout.display()));
    assert_eq!(fs::read_to_string(checkout.join("x")).unwrap(), "x");

    let output = context.forestall(dir, ["git", "install"]);
    assert!(output.status.success(), "{}", shown(&output));
    let output = context.forestall(&home, ["git", "uninstall", "--global"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(fs::read(context.home().join(".gitconfig")).unwrap(), config);
    assert!(!home.join(".local/share/forestall/git-hooks").exists());
    let status = context.forestall(&home, ["git", "status", "--global"]);
    assert_eq!(status.status.code(), Some(1), "{}", shown(&status));
    passes(&context, dir, "push origin :topic");
    assert_eq!(repository.remote_branch(&context, "topic"), None);
}

#[test]
fn the_dispatcher_and_a_hook_of_a_repository_judge_once() {
    let (context, repository) = protected();
    let output = context.forestall(&context.home(), ["git", "install", "--global"]);
    assert!(output.status.success(), "{}", shown(&output));
    let mut terminal = Terminal::open_with_rc(&context, Shell::Bash, &repository.dir, "");
    let reply = terminal.line("git push origin --delete topic");
    assert!(reply.asked, "{}", reply.screen);
    let reply = terminal.press(b"y");
    assert!(!reply.asked && reply.status == Some(0), "{}", reply.screen);
    assert_eq!(repository.remote_branch(&context, "topic"), None);
}

// ── undo ─────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn undo_never_overwrites() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    context.git(dir, ["switch", "--quiet", "--create", "idea"]);
    let tip = commit_in(&context, dir, "an idea");
    context.git(dir, ["switch", "--quiet", "main"]);
    let mut terminal = Terminal::open(&context, Shell::Bash, dir, "");
    assert!(terminal.line("git branch -D idea").asked);
    terminal.press(b"y");
    assert_eq!(context.git(dir, ["branch", "--list", "idea"]), "");
    // The name is in use for something else now.
    context.git(dir, ["branch", "idea", "main"]);
    let output = context.forestall(dir, ["undo", "idea"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(context.git(dir, ["rev-parse", "idea"]), context.git(dir, ["rev-parse", "main"]));
    assert_eq!(context.git(dir, ["rev-parse", "idea-restored"]), tip);

    // A remote branch that was overwritten is not overwritten back without being told to.
    let before = theirs(&context, &repository);
    let reply = terminal.line("git push --force origin main:theirs");
    assert!(reply.asked, "{}", reply.screen);
    let reply = terminal.press(b"y");
    assert_eq!(reply.status, Some(0), "{}", reply.screen);
    let now = repository.remote_branch(&context, "theirs");
    assert_ne!(now, Some(before.clone()));
    let output = context.forestall(dir, ["undo", "theirs"]);
    assert!(!output.status.success(), "{}", shown(&output));
    assert_eq!(repository.remote_branch(&context, "theirs"), now);
    let said = stderr(&output);
    let command = said.split("to overwrite it all the same: ").nth(1).unwrap().trim();
    let output =
        context.command("sh").current_dir(dir).args(["-c", &format!("{command} --no-verify")]).output();
    assert!(output.as_ref().unwrap().status.success(), "{}", shown(output.as_ref().unwrap()));
    assert_eq!(repository.remote_branch(&context, "theirs"), Some(before));

    let backups = || context.git(dir, ["for-each-ref", "refs/forestall/backup"]).lines().count();
    assert_eq!(backups(), 2);
    assert!(context.forestall(dir, ["undo", "--forget", "1"]).status.success());
    assert_eq!(backups(), 1);
    assert!(context.forestall(dir, ["undo", "--expire"]).status.success());
    assert_eq!(backups(), 1, "it is younger than 90 days");
    context.git(dir, ["update-ref", "refs/forestall/backup/20200101T000000Z/local/heads/old", "HEAD"]);
    assert!(context.forestall(dir, ["undo", "--expire"]).status.success());
    assert_eq!(backups(), 1);
    let output = context.forestall(dir, ["undo", "7"]);
    assert!(!output.status.success(), "{}", shown(&output));
}

#[test]
fn what_cannot_be_kept_is_said_and_asked_about_again() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    let tip = repository.remote_branch(&context, "topic").unwrap();
    let away = context.root().join("away.git");
    fs::rename(&repository.remote, &away).unwrap();
    let mut terminal = Terminal::open(&context, Shell::Bash, dir, "");
    // The remote does not answer, but was seen before.
    assert!(terminal.line("git push origin --delete topic").asked);
    let reply = terminal.press(b"y");
    assert!(!reply.asked && reply.screen.contains("as last fetched"), "{}", reply.screen);
    let kept = context.git(dir, ["for-each-ref", "--format=%(objectname)", "refs/forestall/backup"]);
    assert_eq!(kept, tip);
    // Nothing was ever seen of this one.
    assert!(terminal.line("git push origin --delete unheard-of; touch ran").asked);
    let reply = terminal.press(b"y");
    assert!(reply.asked && reply.screen.contains("no backup could be made"), "{}", reply.screen);
    let reply = terminal.press(b"n");
    assert_ne!(reply.status, Some(0), "{}", reply.screen);
    assert!(!dir.join("ran").exists());
}

#[test]
fn a_tag_object_and_a_branch_of_an_address_come_back() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    context.git(dir, ["tag", "-a", "-m", "the first release", "v1"]);
    let tag = context.git(dir, ["rev-parse", "v1"]);
    context.git(dir, ["push", "--quiet", "origin", "v1"]);
    context.git(dir, ["tag", "-d", "v1"]);
    let mut terminal = Terminal::open_with_rc(&context, Shell::Bash, dir, "");
    assert!(terminal.line("git push origin :refs/tags/v1").asked);
    assert_eq!(terminal.press(b"y").status, Some(0));
    assert_eq!(context.git(&repository.remote, ["tag", "--list"]), "");
    let output = context.forestall(dir, ["undo", "v1"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(context.git(&repository.remote, ["rev-parse", "v1"]), tag);

    // An address that no remote has.
    let other = context.root().join("other place.git");
    context.git(context.root(), ["clone", "--quiet", "--bare", "origin.git", "other place.git"]);
    let clone = colleague(&context, &repository);
    let tip = commit_in(&context, &clone, "only in the other place");
    context.git(&clone, ["push", "--quiet", other.to_str().unwrap(), "HEAD:refs/heads/solo"]);
    let line = format!("git push '{}' :solo", other.display());
    let reply = terminal.line(&line);
    assert!(reply.asked, "{}", reply.screen);
    let reply = terminal.press(b"y");
    assert_eq!(reply.status, Some(0), "{}", reply.screen);
    assert_eq!(context.git(&other, ["branch", "--list", "solo"]), "");
    fs::remove_dir_all(&clone).unwrap();
    context.git(&other, ["gc", "--quiet", "--prune=now"]);
    let output = context.forestall(dir, ["undo", "solo"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(context.git(&other, ["rev-parse", "solo"]), tip);
}

// ── pre-commit ───────────────────────────────────────────────────────────────────────────────────────────────

/// A token of GitHub's form with a right checksum that was never issued, put together here so that no scanner
/// takes this file for a leak.
fn token() -> String {
    ["ghp_", "zQ4mWx8LkT2vRb7NcYp1sHd6JfGa9e0Bpawt"].concat()
}

fn key() -> String {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(4);
    ["-----BEGIN PRIVATE ", "KEY-----\n", &body, "-----END PRIVATE KEY-----\n"].concat()
}

/// A commit that is refused by us, names the place, and repeats no secret.
#[track_caller]
fn refused(context: &TestContext, dir: &Path, line: &str, place: &str) {
    let head = || alone(context, dir, &["rev-parse", "--verify", "HEAD"]).stdout;
    let before = head();
    let output = alone(context, dir, &words(line));
    assert!(!output.status.success(), "`git {line}`: {}", shown(&output));
    assert_eq!(head(), before, "`git {line}`");
    let said = stderr(&output);
    assert!(said.contains(place), "`git {line}` does not name {place}: {said}");
    assert!(!said.contains(&token()) && !said.contains("MIIEvQ"), "{said}");
    assert!(said.contains("forestall:allow") && said.contains("forestall once"), "{said}");
}

#[test]
fn commits_with_secrets_are_refused() {
    let context = TestContext::new();
    let dir = context.work().join("new");
    fs::create_dir_all(&dir).unwrap();
    context.git(&dir, ["init", "--quiet"]);
    install(&context, &dir);
    let write = |file: &str, text: &str| context.write(&dir.join(file), text);

    // The first commit of all.
    write("settings.py", &format!("import os\nTOKEN = '{}'\n", token()));
    context.git(&dir, ["add", "settings.py"]);
    refused(&context, &dir, "commit -m first", "settings.py:2: GitHub token");
    write("settings.py", "import os\nTOKEN = os.environ['TOKEN']\n");
    context.git(&dir, ["add", "settings.py"]);
    // What is staged counts, not what lies in the folder.
    write("settings.py", &format!("import os\nTOKEN = '{}'\n", token()));
    passes(&context, &dir, "commit -m first");

    refused(&context, &dir, "commit -a -m all", "settings.py:2");
    context.git(&dir, ["add", "settings.py"]);
    // Another file alone, past what is staged.
    write("other file.txt", "harmless\n");
    context.git(&dir, ["add", "other file.txt"]);
    let output = alone(&context, &dir, &["commit", "-m", "part", "other file.txt"]);
    assert!(output.status.success(), "{}", shown(&output));
    refused(&context, &dir, "commit -m rest settings.py", "settings.py:2");
    // One that is not a secret, by the word of who wrote it.
    write("settings.py", &format!("TOKEN = '{}'  # forestall:allow, an example\n", token()));
    passes(&context, &dir, "commit -a -m example");
    // What stays or goes is not added; a rename adds nothing.
    write("settings.py", &format!("# moved\nTOKEN = '{}'  # forestall:allow, an example\n", token()));
    passes(&context, &dir, "commit -a -m above");
    context.git(&dir, ["mv", "settings.py", "config.py"]);
    passes(&context, &dir, "commit -m moved");

    write("deploy_key", &format!("\n{}", key()));
    context.git(&dir, ["add", "deploy_key"]);
    refused(&context, &dir, "commit -m key", "deploy_key:2: private key");
    context.git(&dir, ["reset", "--quiet"]);

    // Settings of the user that change what a diff looks like.
    for (setting, value) in [
        ("diff.noprefix", "true"),
        ("color.ui", "always"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.external", "true"),
    ] {
        context.git(&dir, ["config", setting, value]);
        write("again.py", &format!("TOKEN = '{}'\n", token()));
        context.git(&dir, ["add", "again.py"]);
        refused(&context, &dir, "commit -m again", "again.py:1");
        context.git(&dir, ["config", "--unset", setting]);
        context.git(&dir, ["rm", "--quiet", "--force", "again.py"]);
    }
    // From a worktree and from below the root.
    let tree = context.work().join("tree");
    context.git(&dir, ["worktree", "add", "--quiet", tree.to_str().unwrap()]);
    context.write(&tree.join("sub/x.py"), format!("TOKEN = '{}'\n", token()));
    context.git(&tree, ["add", "sub/x.py"]);
    refused(&context, &tree.join("sub"), "commit -m tree", "sub/x.py:1");
    context.write(&tree.join("sub/x.py"), "TOKEN = None\n");
    context.git(&tree, ["add", "sub/x.py"]);
    passes(&context, &tree.join("sub"), "commit -m tree");
}

#[test]
fn once_lets_one_commit_through() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    context.write(&dir.join("a.py"), format!("TOKEN = '{}'\n", token()));
    context.git(dir, ["add", "a.py"]);
    refused(&context, dir, "commit -m a", "a.py:1");
    let mut terminal = Terminal::open_with_rc(&context, Shell::Bash, dir, "");
    let reply = terminal.line("forestall once 'git commit'");
    assert!(reply.asked, "{}", reply.screen);
    terminal.press(b"y");
    let output = alone(&context, dir, &words("commit -m a"));
    assert!(output.status.success(), "{}", shown(&output));
    context.write(&dir.join("b.py"), format!("TOKEN = '{}'\n", token()));
    context.git(dir, ["add", "b.py"]);
    refused(&context, dir, "commit -m b", "b.py:1");
}

#[test]
fn a_large_commit_is_searched_as_far_as_promised() {
    let (context, repository) = protected();
    let dir = &repository.dir;
    let line = "the quick brown fox jumps over the lazy dog, again and again and again\n";
    context.write(&dir.join("a.txt"), format!("TOKEN = '{}'\n{}", token(), line.repeat(300_000)));
    context.git(dir, ["add", "a.txt"]);
    refused(&context, dir, "commit -m large", "a.txt:1");
    context.write(&dir.join("a.txt"), line.repeat(300_000));
    context.git(dir, ["add", "a.txt"]);
    let output = alone(&context, dir, &words("commit -m large"));
    assert!(output.status.success(), "{}", shown(&output));
    assert!(stderr(&output).contains("only its first 16 MiB"), "{}", shown(&output));
}
