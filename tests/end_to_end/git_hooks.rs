//! git's own hooks: the push and the commit are judged where no shell looks.

use crate::support::{Repository, TestContext, github_token, shown};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// Runs a push where no shell hook looks.
fn push_unseen(
    context: &TestContext,
    repository: &Repository,
    how: &str,
    push: &str,
) -> std::process::Output {
    let command = match how {
        "sh -c" => {
            let mut command = context.command("sh");
            command.args(["-c", push]);
            command
        }
        _ => {
            let script = context.work().join("release.sh");
            context.write(&script, format!("#!/bin/sh\nset -e\n{push}\n"));
            fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
            context.command(script)
        }
    };
    // In a session of its own: no terminal on which anybody could be asked.
    let mut alone = context.command("setsid");
    alone.arg("--wait").arg(command.get_program()).args(command.get_args()).current_dir(&repository.dir);
    alone.output().unwrap()
}

#[test]
fn pre_push_stops_where_no_shell_looks() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    for how in ["sh -c", "script"] {
        let installed = context.forestall(&repository.dir, ["git", "install"]);
        assert!(installed.status.success(), "{}", shown(&installed));
        for push in ["git push origin --delete topic", "git push --force origin main:topic"] {
            let before = repository.remote_branch(&context, "topic");
            let output = push_unseen(&context, &repository, how, push);
            assert!(!output.status.success(), "{how}: `{push}`: {}", shown(&output));
            assert_eq!(repository.remote_branch(&context, "topic"), before, "{how}: `{push}`");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("2 commits"), "{how}: `{push}` does not say what would be lost: {said}");
            assert!(said.contains("forestall once"), "{how}: `{push}` does not say the way past: {said}");
        }
        // The twins: what loses nothing is pushed.
        let commit = repository.commit(&context, &format!("work {how}"));
        let output = push_unseen(&context, &repository, how, "git push origin main");
        assert!(output.status.success(), "{how}: {}", shown(&output));
        assert_eq!(repository.remote_branch(&context, "main"), Some(commit));
    }
    let output = push_unseen(&context, &repository, "script", "git push origin --delete merged");
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(repository.remote_branch(&context, "merged"), None);
}

#[test]
fn existing_hooks_are_kept_and_fed() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let hook = repository.dir.join(".git/hooks/pre-push");
    context.write(&hook, "#!/bin/sh\ncat > ../fed\necho \"$1\" >> ../fed\n");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let original = fs::read(&hook).unwrap();

    let installed = context.forestall(&repository.dir, ["git", "install"]);
    assert!(installed.status.success(), "{}", shown(&installed));
    let again = context.forestall(&repository.dir, ["git", "install"]);
    assert!(again.status.success(), "{}", shown(&again));
    let commit = repository.commit(&context, "fed to the hook");
    context.git(&repository.dir, ["push", "--quiet", "origin", "main"]);
    let fed = fs::read_to_string(context.work().join("fed")).unwrap();
    assert!(fed.contains(&format!("refs/heads/main {commit} refs/heads/main")), "{fed}");
    assert!(fed.ends_with("origin\n"), "{fed}");

    // A hook that says no is still obeyed.
    context.git(&repository.dir, ["config", "advice.pushUpdateRejected", "false"]);
    let status = context.forestall(&repository.dir, ["git", "status"]);
    assert!(status.status.success(), "{}", shown(&status));

    let removed = context.forestall(&repository.dir, ["git", "uninstall"]);
    assert!(removed.status.success(), "{}", shown(&removed));
    assert_eq!(fs::read(&hook).unwrap(), original, "the hook is as it was");
    context.git(&repository.dir, ["push", "--quiet", "origin", "--delete", "topic"]);
    assert_eq!(repository.remote_branch(&context, "topic"), None);
}

#[test]
fn pre_commit_refuses_tokens_and_keys() {
    let context = TestContext::new();
    let repository = Repository::new(&context);
    let installed = context.forestall(&repository.dir, ["git", "install"]);
    assert!(installed.status.success(), "{}", shown(&installed));
    let commit = |message: &str| {
        context
            .command("git")
            .current_dir(&repository.dir)
            .args(["commit", "--quiet", "-m", message])
            .output()
            .unwrap()
    };
    let head = || context.git(&repository.dir, ["rev-parse", "HEAD"]);

    let key = repository.dir.join("deploy_key");
    let made = context
        .command("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", shown(&made));
    let token = github_token();
    for (file, content) in [("deploy_key", None), ("settings.py", Some(format!("TOKEN = '{token}'\n")))] {
        if let Some(content) = &content {
            context.write(&repository.dir.join(file), content);
        }
        context.git(&repository.dir, ["add", file]);
        let before = head();
        let output = commit("add settings");
        assert!(!output.status.success(), "{file}: {}", shown(&output));
        assert_eq!(head(), before, "{file}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(file), "{file} is not named: {said}");
        assert!(!said.contains(&token), "the token itself is repeated: {said}");
        context.git(&repository.dir, ["reset", "--quiet"]);
    }
    // What is staged counts, not what lies in the folder; a public key is public.
    context.write(&repository.dir.join("settings.py"), "TOKEN = os.environ['TOKEN']\n");
    context.git(&repository.dir, ["add", "settings.py", "deploy_key.pub"]);
    context.write(&repository.dir.join("settings.py"), format!("TOKEN = '{token}'\n"));
    let before = head();
    let output = commit("add settings");
    assert!(output.status.success(), "{}", shown(&output));
    assert_ne!(head(), before);
}
