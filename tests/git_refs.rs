//! What would be lost when a ref is deleted or overwritten, in real repositories with a real remote on disk: the
//! same words get the answer that fits the state.

#![allow(clippy::unwrap_used, reason = "a fixture that cannot be made fails its test")]

use forestall::action::{Actor, Line, Scene, Shell};
use forestall::fact::Key;
use forestall::judge::judge;
use forestall::policy::Policy;
use forestall::verdict::{Decision, Verdict};
use std::path::{Path, PathBuf};
use std::process::Command;

struct Fixture {
    root: tempfile::TempDir,
}

impl Fixture {
    /// A clone `here` of the bare `origin.git`, and a second clone `there` of somebody else.
    fn new() -> Fixture {
        let fixture = Fixture { root: tempfile::tempdir().unwrap() };
        fixture.git(".", "init -q --bare -b main origin.git");
        fixture.git(".", "init -q -b main here");
        fixture.git("here", "remote add origin ../origin.git");
        fixture.commit("here", "one");
        fixture.git("here", "push -q -u origin main");
        fixture.git("here", "remote set-head origin main");
        fixture.git(".", "clone -q origin.git there");
        fixture
    }

    fn dir(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn git(&self, dir: &str, args: &str) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgSign=false"])
            .args(args.split(' '))
            .current_dir(self.dir(dir))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {args}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, dir: &str, subject: &str) {
        std::fs::write(self.dir(dir).join(subject), subject).unwrap();
        self.git(dir, "add .");
        self.git(dir, &format!("commit -q -m {subject}"));
    }

    /// A branch with these commits on top of `main`, checked out.
    fn branch(&self, dir: &str, name: &str, commits: &[&str]) {
        self.git(dir, &format!("checkout -q -b {name} main"));
        for subject in commits {
            self.commit(dir, subject);
        }
    }

    fn judge(&self, line: &str) -> Verdict {
        judge_in(&self.dir("here"), line)
    }

    #[track_caller]
    fn expect(&self, line: &str, decision: Decision, rule: &str) -> Verdict {
        let verdict = self.judge(line);
        let rules: Vec<_> = verdict.findings.iter().map(|finding| &*finding.rule).collect();
        assert_eq!(verdict.decision, decision, "{line}: {rules:?}");
        assert_eq!(rules.first().copied().unwrap_or_default(), rule, "{line}");
        verdict
    }

    #[track_caller]
    fn allows(&self, line: &str) {
        self.expect(line, Decision::Allow, "");
    }
}

fn judge_in(dir: &Path, line: &str) -> Verdict {
    let mut scene = Scene::here(Shell::Bash);
    scene.cwd = dir.to_owned();
    judge(&Line::from_bytes(line.as_bytes()), &scene, Actor::Human, Policy::default)
}

#[test]
fn a_local_branch_is_lost_only_with_its_commits() {
    let fixture = Fixture::new();
    fixture.branch("here", "topic", &["a", "b"]);
    fixture.git("here", "checkout -q main");
    let verdict = fixture.expect("git branch -D topic", Decision::Ask, "git.branch-delete-unique");
    assert_eq!(
        verdict.findings[0].reason,
        "2 commits of topic would be lost: no other branch or tag has them."
    );
    assert_eq!(verdict.findings[0].fact(Key::CommitsUnique).unwrap().to_string(), "2");
    fixture.allows("git branch -d topic");

    fixture.git("here", "tag keep topic~1");
    let verdict = fixture.expect("git branch -D topic", Decision::Ask, "git.branch-delete-unique");
    assert_eq!(verdict.findings[0].reason, "1 commit of topic would be lost: no other branch or tag has it.");

    fixture.git("here", "merge -q --no-ff -m merged topic");
    fixture.allows("git branch -D topic");
}

#[test]
fn a_branch_that_was_pushed_squashed_or_rebased_is_not_lost() {
    let fixture = Fixture::new();
    fixture.branch("here", "pushed", &["a"]);
    fixture.git("here", "push -q origin pushed");
    fixture.branch("here", "squashed", &["b", "c"]);
    fixture.branch("here", "rebased", &["d", "e"]);
    fixture.git("here", "checkout -q main");
    fixture.commit("here", "between");
    fixture.expect("git branch -D squashed", Decision::Ask, "git.branch-delete-unique");
    fixture.git("here", "merge -q --squash squashed");
    fixture.git("here", "commit -q -m squash");
    fixture.git("here", "cherry-pick rebased~1 rebased");
    fixture.allows("git branch -D squashed");
    fixture.git("here", "push -q origin main");
    for name in ["pushed", "squashed", "rebased"] {
        fixture.allows(&format!("git branch -D {name}"));
    }
}

#[test]
fn a_remote_branch_is_lost_with_commits_that_exist_nowhere_else() {
    let fixture = Fixture::new();
    fixture.branch("there", "topic", &["a", "b"]);
    fixture.git("there", "push -q origin topic");
    // Not even fetched: the remote itself is asked.
    for line in
        ["git push origin --delete topic", "git push origin :topic", "git push -d ../origin.git topic"]
    {
        let verdict = fixture.expect(line, Decision::Ask, "git.push-delete-unique");
        assert!(
            verdict.findings[0].reason.starts_with("2 commits of topic"),
            "{}",
            verdict.findings[0].reason
        );
    }
    fixture.git("here", "fetch -q");
    let verdict = fixture.expect("git push origin --delete topic", Decision::Ask, "git.push-delete-unique");
    assert_eq!(verdict.findings[0].fact(Key::CommitsHere).map(ToString::to_string).as_deref(), Some("false"));

    fixture.git("here", "branch topic origin/topic");
    fixture.expect("git push origin --delete topic", Decision::Ask, "git.push-delete-only-here");

    fixture.git("here", "merge -q --no-ff -m merged topic");
    fixture.git("here", "push -q origin main");
    fixture.allows("git push origin --delete topic");
    fixture.allows("git push origin --delete not-there");
    fixture.allows("git push --dry-run origin --delete topic");
}

#[test]
fn the_branch_everyone_builds_on_is_never_deleted() {
    let fixture = Fixture::new();
    fixture.expect("git push origin --delete main", Decision::Deny, "git.push-delete-protected");
    fixture.expect("git push origin :refs/heads/main", Decision::Deny, "git.push-delete-protected");
    fixture.expect("git checkout -q x; git branch -D main", Decision::Ask, "git.branch-delete-main");
    let mut scene = Scene::here(Shell::Bash);
    scene.cwd = fixture.dir("here");
    fixture.git("here", "push -q origin main:customer/acme");
    fixture.allows("git push origin :customer/acme");
    let policy = || Policy { protected: vec!["customer/*".to_owned()], ..Policy::default() };
    let line = Line::from_bytes(b"git push origin :customer/acme");
    assert_eq!(judge(&line, &scene, Actor::Human, policy).decision, Decision::Deny);
}

#[test]
fn a_forced_push_is_judged_by_what_it_throws_away() {
    let fixture = Fixture::new();
    fixture.branch("here", "topic", &["a"]);
    fixture.git("here", "push -q -u origin topic");
    fixture.allows("git push --force origin topic");
    fixture.commit("here", "b");
    for line in [
        "git push --force",
        "git push -f origin topic",
        "git push origin +HEAD",
        "git push origin +topic:topic",
    ] {
        fixture.allows(line);
    }

    // One's own commit, written anew.
    fixture.git("here", "push -q");
    fixture.git("here", "commit -q --amend -m better");
    fixture.allows("git push --force-with-lease");

    // Somebody else's commit.
    fixture.git("there", "fetch -q");
    fixture.git("there", "checkout -q topic");
    fixture.commit("there", "theirs");
    fixture.git("there", "push -q");
    let verdict = fixture.expect("git push --force origin topic", Decision::Ask, "git.push-force-loses");
    // Nothing was fetched: the remote's own objects are read.
    let subjects = verdict.findings[0].fact(Key::CommitsSubjects).unwrap().to_string();
    assert_eq!(subjects, "theirs");
    fixture.git("here", "fetch -q");
    for line in [
        "git push --force",
        "git push -f origin topic",
        "git push origin +HEAD",
        "git push origin +topic:topic",
    ] {
        fixture.expect(line, Decision::Ask, "git.push-force-loses");
    }

    // Commits taken back from the remote.
    fixture.git("here", "reset -q --hard origin/topic");
    fixture.git("here", "reset -q --hard HEAD~1");
    fixture.expect("git push --force origin topic", Decision::Ask, "git.push-force-loses");

    fixture.git("there", "checkout -q main");
    fixture.commit("there", "on-main");
    fixture.git("there", "push -q origin main");
    fixture.git("here", "fetch -q");
    fixture.expect("git push --force origin main", Decision::Deny, "git.push-force-protected");
    fixture.expect("git push origin +topic:main", Decision::Deny, "git.push-force-protected");
}

#[test]
fn mirror_and_prune_delete_what_is_not_here() {
    let fixture = Fixture::new();
    fixture.allows("git push --mirror origin");
    fixture.git("there", "push -q origin HEAD:topic");
    let verdict = fixture.expect("git push --mirror origin", Decision::Ask, "git.push-mirror");
    assert_eq!(
        verdict.findings[0].reason,
        "1 ref on origin would be deleted or set back, because this clone does not have it: topic."
    );
    fixture.expect("git push --prune origin refs/heads/*:refs/heads/*", Decision::Ask, "git.push-mirror");
    fixture.allows("git push");
    fixture.git("here", "config remote.origin.mirror true");
    fixture.expect("git push", Decision::Ask, "git.push-mirror");
}

#[test]
fn tags() {
    let fixture = Fixture::new();
    fixture.git("here", "tag v1");
    fixture.allows("git tag -d v1");
    fixture.allows("git push origin v1");
    fixture.git("here", "push -q origin v1");
    fixture.expect("git push origin --delete v1", Decision::Ask, "git.push-delete-tag");
    fixture.expect("git push origin :refs/tags/v1", Decision::Ask, "git.push-delete-tag");
    fixture.expect("git push -f origin v1", Decision::Ask, "git.push-force-tag");
}

#[test]
fn aliases_directories_and_worktrees_are_followed() {
    let fixture = Fixture::new();
    fixture.branch("here", "topic", &["a"]);
    fixture.git("here", "checkout -q main");
    for (name, alias) in [("gone", "branch -D"), ("zap", "!git branch -D"), ("twice", "gone")] {
        let status = Command::new("git")
            .args(["config", &format!("alias.{name}"), alias])
            .current_dir(fixture.dir("here"))
            .status()
            .unwrap();
        assert!(status.success());
    }
    for line in ["git gone topic", "git zap topic", "git twice topic"] {
        fixture.expect(line, Decision::Ask, "git.branch-delete-unique");
    }
    fixture.git("here", "worktree add -q ../tree main~0 --detach");
    let root = fixture.root.path();
    assert_eq!(judge_in(&fixture.dir("tree"), "git branch -D topic").decision, Decision::Ask);
    assert_eq!(judge_in(root, "git -C here branch -D topic").decision, Decision::Ask);
    assert_eq!(judge_in(root, "cd here && git branch -D topic").decision, Decision::Ask);
    assert_eq!(judge_in(root, "(cd here; git branch -D topic)").decision, Decision::Ask);
    assert_eq!(judge_in(root, "git --git-dir here/.git branch -D topic").decision, Decision::Ask);
    fixture.git("here", "merge -q topic");
    assert_eq!(judge_in(root, "git -C here branch -D topic").decision, Decision::Allow);
}

#[test]
fn creating_and_renaming_are_daily_work() {
    let fixture = Fixture::new();
    fixture.branch("here", "topic", &["a"]);
    for line in [
        "git branch -M main2",
        "git branch -m other",
        "git checkout -B fresh",
        "git switch -C fresh origin/main",
        "git branch -f fresh",
        "git update-ref refs/heads/fresh HEAD",
    ] {
        fixture.allows(line);
    }
    fixture.expect("git branch -f topic main", Decision::Ask, "git.branch-overwrite");
    fixture.expect("git checkout -B topic main", Decision::Ask, "git.branch-overwrite");
    fixture.expect("git branch -M main topic", Decision::Ask, "git.branch-overwrite");
}

#[test]
fn odd_repositories_are_asked_about_and_never_break() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(judge_in(root.path(), "git branch -D topic").decision, Decision::Ask);
    assert_eq!(judge_in(Path::new("/does/not/exist"), "git branch -D topic").decision, Decision::Ask);
    for (name, options) in [("unborn", vec![]), ("bare", vec!["--bare"])] {
        let mut args = vec!["init", "-q"];
        args.extend(options);
        args.push(name);
        assert!(Command::new("git").args(args).current_dir(root.path()).status().unwrap().success());
        let dir = root.path().join(name);
        for line in ["git push --force", "git push origin :x", "git push --mirror"] {
            assert_eq!(judge_in(&dir, line).decision, Decision::Ask, "{name}: {line}");
        }
        // There is no such branch, so git refuses.
        assert_eq!(judge_in(&dir, "git branch -D topic").decision, Decision::Allow, "{name}");
    }
}
