//! What refs are worth, before real repositories with real remotes: each line that is stopped has a twin, often
//! with the same text, that is not. Stale fetches, other authors, odd formats and odd places included.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a fixture that cannot be made fails its test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use support::{Git, Lab};

impl Lab {
    fn try_git(&self, dir: &Path, line: &str) -> Result<String, String> {
        let output = self.command("git", dir).args(line.split(' ')).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// git with words that hold no spaces; it must succeed.
    fn git(&self, dir: &Path, line: &str) -> String {
        self.try_git(dir, line).unwrap_or_else(|error| panic!("git {line}: {error}"))
    }

    fn commit(&self, dir: &Path, subject: &str) -> String {
        fs::write(dir.join(subject), subject).unwrap();
        self.git(dir, &format!("add {subject}"));
        self.git(dir, &format!("commit -q -m {subject}"));
        self.git(dir, "rev-parse HEAD")
    }

    /// A clone at `name` of the bare repository `origin.git`, which is made with one commit on `main`.
    fn clone(&self, name: &str) -> PathBuf {
        let (remote, dir) = (self.path("origin.git"), self.path(name));
        let first = !remote.exists();
        if first {
            fs::create_dir_all(&remote).unwrap();
            self.git(&remote, "init -q --bare");
        }
        self.git(self.root.path(), &format!("clone -q {} {}", remote.display(), dir.display()));
        if first {
            self.commit(&dir, "start");
            self.git(&dir, "push -q -u origin main");
            self.git(&dir, "remote set-head origin main");
        }
        dir
    }

    /// A branch with commits of these subjects, starting at `main`; `main` is checked out afterwards.
    fn branch(&self, dir: &Path, name: &str, subjects: &[&str]) {
        self.git(dir, &format!("switch -q -c {name} main"));
        for subject in subjects {
            self.commit(dir, subject);
        }
        self.git(dir, "switch -q main");
    }

    /// The same, only on the remote, pushed by somebody else and fetched.
    fn remote_branch(&self, dir: &Path, name: &str, subjects: &[&str]) {
        let other = self.somebody_else();
        self.branch(&other, name, subjects);
        self.git(&other, &format!("push -q origin {name}"));
        self.git(dir, "fetch -q origin");
    }

    fn somebody_else(&self) -> PathBuf {
        let dir = self.path("bob");
        if !dir.exists() {
            self.clone("bob");
            self.git(&dir, "config user.name Bob");
            self.git(&dir, "config user.email bob@example.org");
        }
        self.git(&dir, "pull -q --ff-only origin main");
        dir
    }

    /// Makes the remote one that this machine cannot look into.
    fn hide_remote(&self, dir: &Path) {
        self.git(dir, "remote set-url origin https://git.example.invalid/acme/app.git");
    }
}

// ── deleting on a remote ────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_remote_branch_with_commits_of_its_own_is_asked_about_and_a_merged_one_is_not() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "topic", &["half", "rest"]);
    lab.branch(&dir, "done", &["work"]);
    lab.git(&dir, "merge -q --no-ff -m merge done");
    lab.git(&dir, "push -q origin main done");
    lab.git(&dir, "branch -q -D done");
    for (form, done) in [
        ("git push origin --delete topic", "git push origin --delete done"),
        ("git push origin :topic", "git push origin :done"),
        ("git push -d origin refs/heads/topic", "git push -d origin refs/heads/done"),
        ("git push --no-verify origin --delete topic", "git push --no-verify origin --delete done"),
        ("sh -c 'git push origin :topic'", "sh -c 'git push origin :done'"),
        ("cd . && git push -q origin :topic", "cd . && git push -q origin :done"),
        ("git -c x.y=z -C . push --del origin topic", "git -c x.y=z -C . push --del origin done"),
    ] {
        let answer = lab.expect(&dir, "ask", form);
        assert!(answer.reasons().contains("2 commits"), "{form}: {}", answer.reasons());
        lab.expect(&dir, "allow", done);
    }
    let answer = lab.check(&dir, "git push origin :topic");
    assert_eq!(answer.json["findings"][0]["facts"]["commits.unique"], 2);
    lab.expect(&dir, "allow", "git push --dry-run origin --delete topic");
    lab.expect(&dir, "allow", "git push -n origin :topic");
    lab.expect(&dir, "allow", "git commit -m 'git push origin :topic'");
}

#[test]
fn each_of_several_deletions_is_judged_and_marked() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "one", &["a"]);
    lab.remote_branch(&dir, "two", &["b"]);
    lab.git(&dir, "push -q origin main:done");
    let line = "git push origin --delete done one two";
    let answer = lab.expect(&dir, "ask", line);
    let findings = answer.json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2);
    for (finding, name) in findings.iter().zip(["one", "two"]) {
        let end = finding["span"][1].as_u64().unwrap() as usize;
        assert!(line[..end].ends_with(name), "{finding}");
    }
}

#[test]
fn what_two_refs_share_is_lost_when_both_go() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "one", &["a"]);
    lab.git(&lab.path("origin.git"), "branch two one");
    lab.git(&dir, "fetch -q");
    lab.expect(&dir, "allow", "git push origin :one");
    lab.expect(&dir, "ask", "git push origin :one :two");
    lab.expect(&dir, "ask", "git push origin --delete one two");
    lab.expect(&dir, "ask", "git push origin :one && git push origin :two");
    // Two clones of one branch, here.
    lab.branch(&dir, "x", &["b"]);
    lab.git(&dir, "branch y x");
    lab.expect(&dir, "allow", "git branch -D x");
    lab.expect(&dir, "ask", "git branch -D x y");
    lab.expect(&dir, "ask", "for b in x y; do git branch -D $b; done");
    // Renamed on the remote: what goes comes back under another name.
    lab.git(&dir, "push -q origin x");
    lab.git(&dir, "branch -m x renamed");
    lab.expect(&dir, "allow", "git push origin renamed :x");
    lab.expect(&dir, "allow", "git push origin :x HEAD:main renamed:other");
    lab.expect(&dir, "ask", "git push origin main :x");
}

#[test]
fn the_default_and_protected_branches_of_a_remote_are_not_deleted() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.git(&dir, "push -q origin main:release/1.0 main:odd main:topic");
    lab.expect(&dir, "deny", "git push origin --delete main");
    lab.expect(&dir, "deny", "git push origin :release/1.0");
    lab.expect(&dir, "allow", "git push origin :topic");
    lab.git(&lab.path("origin.git"), "symbolic-ref HEAD refs/heads/odd");
    lab.git(&dir, "remote set-head origin odd");
    lab.expect(&dir, "deny", "git push origin :odd");
}

#[test]
fn commits_that_only_this_clone_would_keep_are_said_to_be_here() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half", "rest"]);
    lab.git(&dir, "push -q origin topic");
    let answer = lab.expect(&dir, "ask", "git push origin --delete topic");
    assert!(answer.reasons().contains("in this clone"), "{}", answer.reasons());
    lab.git(&dir, "push -q origin topic:copy");
    lab.expect(&dir, "allow", "git push origin --delete topic");
}

#[test]
fn what_the_remote_holds_counts_and_not_what_was_fetched_last() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "topic", &["half"]);
    // The only other branch with the commit is gone on the remote, though our last fetch still shows it.
    lab.git(&lab.path("origin.git"), "branch copy topic");
    lab.git(&dir, "fetch -q origin");
    lab.expect(&dir, "allow", "git push origin :topic");
    lab.git(&lab.path("origin.git"), "branch -D copy");
    lab.expect(&dir, "ask", "git push origin :topic");
    // Somebody else pushed to it since, and then merged it.
    let bob = lab.somebody_else();
    lab.git(&bob, "switch -q topic");
    lab.commit(&bob, "more");
    lab.git(&bob, "push -q origin topic");
    let answer = lab.expect(&dir, "ask", "git push origin :topic");
    assert!(answer.reasons().contains("2 commits"), "{}", answer.reasons());
    lab.git(&bob, "switch -q main");
    lab.git(&bob, "merge -q --no-ff -m merge topic");
    lab.git(&bob, "push -q origin main");
    lab.expect(&dir, "allow", "git push origin :topic");
}

#[test]
fn a_remote_out_of_sight_is_judged_by_the_last_fetch() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "topic", &["half"]);
    lab.git(&dir, "push -q origin main:done");
    lab.hide_remote(&dir);
    lab.expect(&dir, "ask", "git push origin :topic");
    lab.expect(&dir, "allow", "git push origin :done");
    lab.expect(&dir, "ask", "git push origin :never-seen");
    lab.expect(&dir, "ask", "git push https://git.example.invalid/acme/app.git :topic");
    lab.expect(&dir, "ask", "gh api -X DELETE repos/acme/app/git/refs/heads/topic");
    lab.expect(&dir, "allow", "gh api -X DELETE repos/acme/app/git/refs/heads/done");
    lab.expect(&dir, "allow", "gh api repos/acme/app/git/refs/heads/topic");
    lab.expect(
        &dir,
        "ask",
        "curl -X DELETE https://git.example.invalid/api/v1/repos/acme/app/branches/topic",
    );
    lab.expect(&dir, "allow", "curl https://git.example.invalid/api/v1/repos/acme/app/branches/topic");
    lab.expect(&dir, "deny", "gh repo delete acme/app --yes");
    lab.expect(&dir, "deny", "curl -XDELETE https://api.github.com/repos/acme/app");
    lab.expect(&dir, "deny", "http DELETE https://api.github.com/repos/acme/app");
    lab.expect(&dir, "allow", "gh repo view acme/app");
}

#[test]
fn a_published_tag_is_asked_about() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.git(&dir, "tag -a -m release v1");
    lab.git(&dir, "push -q origin v1");
    lab.expect(&dir, "ask", "git push origin --delete v1");
    lab.expect(&dir, "ask", "git push origin :refs/tags/v1");
    lab.expect(&dir, "allow", "git tag -d v1");
    lab.expect(&dir, "allow", "git push origin v1");
    lab.commit(&dir, "later");
    lab.git(&dir, "tag -f -a -m again v1");
    lab.expect(&dir, "ask", "git push --force origin v1");
    lab.expect(&dir, "ask", "git push --force --tags");
    lab.git(&dir, "tag v2");
    lab.expect(&dir, "allow", "git push --force origin v2");
}

// ── overwriting on a remote ─────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_force_push_is_judged_by_what_it_throws_away() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half"]);
    lab.git(&dir, "push -q -u origin topic");
    lab.git(&dir, "switch -q topic");
    lab.commit(&dir, "more");
    // Only adds.
    for line in [
        "git push --force origin topic",
        "git push -f",
        "git push origin +topic",
        "git push --force-with-lease",
    ] {
        lab.expect(&dir, "allow", line);
    }
    lab.git(&dir, "push -q origin topic");
    // An amended commit replaces itself.
    lab.git(&dir, "commit -q --amend -m better");
    for line in ["git push --force origin topic", "git push -f", "git push --force-with-lease"] {
        lab.expect(&dir, "allow", line);
    }
    lab.git(&dir, "push -q -f origin topic");
    // Two commits are dropped.
    lab.git(&dir, "reset -q --hard HEAD~2");
    for line in ["git push --force origin topic", "git push -f", "git push origin +HEAD:topic"] {
        let answer = lab.expect(&dir, "ask", line);
        assert!(answer.reasons().contains("2 commits"), "{}", answer.reasons());
    }
    lab.expect(&dir, "allow", "git push origin topic");
    lab.expect(&dir, "allow", "git push");
}

#[test]
fn somebody_elses_commits_are_not_thrown_away_in_silence() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "topic", &["theirs"]);
    // They were pulled, then dropped and replaced by work of one's own.
    lab.git(&dir, "switch -q topic");
    lab.git(&dir, "reset -q --hard main");
    lab.commit(&dir, "mine");
    lab.expect(&dir, "ask", "git push --force origin topic");
    // Rebased, they are still there.
    lab.git(&dir, "reset -q --hard origin/topic");
    lab.git(&dir, "switch -q main");
    lab.commit(&dir, "meanwhile");
    lab.git(&dir, "switch -q topic");
    lab.git(&dir, "rebase -q main");
    lab.expect(&dir, "allow", "git push --force origin topic");
}

#[test]
fn what_was_pushed_since_the_last_fetch_is_seen_on_disk() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "topic", &["theirs"]);
    lab.git(&dir, "switch -q topic");
    lab.expect(&dir, "allow", "git push -f origin topic");
    let bob = lab.somebody_else();
    lab.git(&bob, "switch -q topic");
    lab.commit(&bob, "unseen");
    lab.git(&bob, "push -q origin topic");
    lab.expect(&dir, "ask", "git push -f origin topic");
}

#[test]
fn a_protected_branch_may_be_forced_where_nothing_is_lost() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.commit(&dir, "more");
    lab.expect(&dir, "allow", "git push --force origin main");
    lab.git(&dir, "push -q origin main");
    lab.git(&dir, "reset -q --hard HEAD~1");
    lab.expect(&dir, "deny", "git push --force origin main");
    lab.expect(&dir, "deny", "git push -f");
    lab.expect(&dir, "deny", "git push --force-with-lease origin HEAD:main");
    lab.expect(&dir, "deny", "git push origin +main");
    lab.expect(&dir, "allow", "git push origin main");
}

#[test]
fn the_upstream_of_another_name_is_what_a_bare_push_overwrites() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.commit(&dir, "more");
    lab.git(&dir, "push -q origin main");
    lab.git(&dir, "config push.default upstream");
    lab.git(&dir, "switch -q -c work --track origin/main");
    lab.git(&dir, "reset -q --hard HEAD~1");
    lab.expect(&dir, "deny", "git push --force");
    lab.git(&dir, "config push.default current");
    lab.expect(&dir, "allow", "git push --force");
}

#[test]
fn mirror_and_prune_are_judged_by_what_the_remote_has_more() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.expect(&dir, "allow", "git push --mirror origin");
    lab.expect(&dir, "allow", "git push --prune origin 'refs/heads/*:refs/heads/*'");
    // Behind: the mirror would rewind main, as in the incident of 2013 that hit 186 repositories.
    let bob = lab.somebody_else();
    lab.commit(&bob, "theirs");
    lab.git(&bob, "push -q origin main");
    let answer = lab.check(&dir, "git push --mirror origin");
    assert_ne!(answer.verdict, "allow", "{:?}", answer.rules());
    lab.expect(&dir, "allow", "git push --prune origin 'refs/heads/*:refs/heads/*'");
    lab.git(&dir, "pull -q --ff-only");
    lab.expect(&dir, "allow", "git push --mirror origin");
    lab.git(&bob, "push -q origin main:theirs");
    for line in ["git push --mirror origin", "git push --prune origin 'refs/heads/*:refs/heads/*'"] {
        assert_ne!(lab.check(&dir, line).verdict, "allow", "{line}");
    }
    // An empty backup loses nothing, though it is called origin's brother.
    let backup = lab.path("backup.git");
    fs::create_dir_all(&backup).unwrap();
    lab.git(&backup, "init -q --bare");
    lab.git(&dir, &format!("remote add backup {}", backup.display()));
    lab.expect(&dir, "allow", "git push --mirror backup");
    lab.expect(&dir, "allow", "git push origin main");
    lab.git(&dir, "config remote.origin.mirror true");
    assert_ne!(lab.check(&dir, "git push").verdict, "allow");
    assert_ne!(lab.check(&dir, "git push origin").verdict, "allow");
    lab.expect(&dir, "allow", "git push backup main");
}

#[test]
fn a_plus_in_the_configuration_forces() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.commit(&dir, "more");
    lab.git(&dir, "push -q origin main");
    lab.git(&dir, "reset -q --hard HEAD~1");
    lab.expect(&dir, "allow", "git push");
    lab.git(&dir, "config remote.origin.push +refs/heads/main:refs/heads/main");
    assert_ne!(lab.check(&dir, "git push").verdict, "allow");
}

#[test]
fn all_branches_forced_are_each_looked_at() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["a"]);
    lab.expect(&dir, "allow", "git push --all --force");
    lab.git(&dir, "push -q origin topic");
    lab.git(&dir, "branch -q -f topic main");
    lab.expect(&dir, "ask", "git push --all --force");
    lab.expect(&dir, "ask", "git push origin '+refs/heads/*:refs/heads/*'");
    lab.expect(&dir, "allow", "git push --all");
}

// ── here ────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_local_branch_is_judged_by_what_no_other_ref_has() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half", "rest"]);
    let lines = [
        "git branch -D topic",
        "git branch --delete --force topic",
        "git branch -df topic",
        "git branch -f topic main",
        "git branch -M main topic",
        "git branch -C main topic",
        "git checkout -B topic main",
        "git switch -C topic main",
        "git switch --force-create=topic main",
        "git update-ref -d refs/heads/topic",
        "git update-ref refs/heads/topic main",
        "echo delete refs/heads/topic | git update-ref --stdin",
        "git -c alias.x='branch -D' x topic",
        "git -c alias.x='!git branch -D' x topic",
        "git branch | grep topic | xargs git branch -D",
        "for b in topic; do git branch -D \"$b\"; done",
    ];
    for line in lines {
        lab.expect(&dir, "ask", line);
    }
    for line in
        ["git branch -d topic", "git branch -m topic other", "git switch topic", "git checkout -b new"]
    {
        lab.expect(&dir, "allow", line);
    }
    lab.git(&dir, "push -q origin topic");
    for line in lines.iter().take(11) {
        lab.expect(&dir, "allow", line);
    }
    lab.git(&dir, "push -q origin :topic");
    lab.expect(&dir, "ask", "git branch -D topic");
    lab.git(&dir, "merge -q topic");
    lab.expect(&dir, "allow", "git branch -D topic");
}

#[test]
fn a_branch_that_was_squashed_or_rebased_into_main_is_not_lost() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half", "rest"]);
    lab.expect(&dir, "ask", "git branch -D topic");
    lab.commit(&dir, "meanwhile");
    lab.git(&dir, "merge -q --squash topic");
    lab.git(&dir, "commit -q -m topic");
    lab.expect(&dir, "allow", "git branch -D topic");
    lab.branch(&dir, "picked", &["one", "two"]);
    lab.commit(&dir, "since");
    lab.expect(&dir, "ask", "git branch -D picked");
    lab.git(&dir, "cherry-pick main..picked");
    lab.expect(&dir, "allow", "git branch -D picked");
}

#[test]
fn branches_that_git_itself_lists_as_merged_are_cleaned_without_a_question() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half"]);
    lab.expect(&dir, "allow", "git branch --merged main | grep -v main | xargs git branch -d");
    lab.expect(&dir, "allow", "git branch --merged | grep -v main | xargs -r git branch -D");
    lab.expect(&dir, "allow", "git branch -D $(git branch --merged main | grep -v main)");
    lab.expect(&dir, "ask", "git branch --no-merged | xargs git branch -D");
    lab.expect(&dir, "ask", "git branch -D $(git branch | grep -v main)");
}

#[test]
fn renaming_the_first_branch_is_nothing() {
    let lab = Lab::new();
    let dir = lab.path("new");
    fs::create_dir_all(&dir).unwrap();
    lab.expect(&dir, "allow", "git init && git branch -M main");
    lab.git(&dir, "init -q -b master");
    lab.expect(&dir, "allow", "git branch -M main");
    lab.commit(&dir, "start");
    lab.expect(&dir, "allow", "git branch -M main");
    lab.expect(&dir, "allow", "git checkout -B main");
    lab.git(&dir, "branch -M main");
    lab.expect(&dir, "allow", "git branch -M main");
    lab.expect(&dir, "allow", "git checkout -B main");
}

#[test]
fn aliases_of_the_repository_and_the_user_are_followed() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half"]);
    lab.git(&dir, "config alias.bye branch");
    lab.git(&dir, "config alias.drop !git");
    lab.git(&dir, "config alias.loop !git_loop");
    fs::write(dir.join(".git/config"), {
        let config = fs::read_to_string(dir.join(".git/config")).unwrap();
        format!("{config}\n[alias]\n\tnuke = !f() {{ git branch -D \"$1\"; }}; f\n\tself = !git self\n\tping = pong\n\tpong = ping\n\tlg = log --oneline\n")
    })
    .unwrap();
    lab.git(&dir, "config --global alias.kill branch");
    fs::write(lab.path("home/more"), "[alias]\n\tincluded = branch -D\n").unwrap();
    lab.git(&dir, "config --global include.path more");
    lab.expect(&dir, "ask", "git included topic");
    fs::create_dir_all(dir.join("deep/down")).unwrap();
    lab.expect(dir.join("deep/down"), "ask", "git bye -D topic");
    lab.expect(&dir, "ask", "git bye -D topic");
    lab.expect(&dir, "ask", "git drop branch -D topic");
    lab.expect(&dir, "ask", "git kill -D topic");
    lab.expect(&dir, "ask", "git nuke topic");
    for line in ["git self x", "git ping x", "git lg topic", "git bye", "git no-such-thing -D topic"] {
        lab.expect(&dir, "allow", line);
    }
}

#[test]
fn commands_that_git_runs_are_read() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half"]);
    for line in [
        "git rebase -x 'git branch -D topic' main",
        "git rebase --exec='git branch -D topic' main",
        "git bisect run git branch -D topic",
        "git bisect run sh -c 'git branch -D topic'",
        "git submodule foreach 'git push origin :topic'",
        "git submodule foreach --recursive git push --force origin main",
    ] {
        lab.expect(&dir, "ask", line);
    }
    for line in [
        "git rebase -x 'cargo test' main",
        "git bisect run cargo test",
        "git submodule foreach 'git pull --ff-only && git status'",
        "git submodule foreach --recursive git clean -n",
        "git submodule update --init",
    ] {
        lab.expect(&dir, "allow", line);
    }
    // An alias that names itself again and again is given up.
    let config = fs::read_to_string(dir.join(".git/config")).unwrap();
    let many = "git many; ".repeat(50);
    fs::write(dir.join(".git/config"), format!("{config}\n[alias]\n\tmany = \"!{many}\"\n")).unwrap();
    let began = std::time::Instant::now();
    lab.check(&dir, "git many");
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
}

// ── odd places ──────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_directory_of_the_call_counts_and_not_ours() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half"]);
    let away = lab.path("home");
    let at = dir.display();
    for line in [
        format!("git -C {at} branch -D topic"),
        format!("cd {at} && git branch -D topic"),
        format!("(cd {at}; git branch -D topic)"),
        format!("git --git-dir={at}/.git branch -D topic"),
        format!("git --git-dir {at}/.git --work-tree {at} branch -D topic"),
        format!("GIT_DIR={at}/.git git branch -D topic"),
    ] {
        lab.expect(&away, "ask", &line);
    }
    lab.git(&dir, "push -q origin topic");
    for line in [
        format!("git -C {at} branch -D topic"),
        format!("cd {at} && git branch -D topic"),
        format!("git --git-dir={at}/.git branch -D topic"),
        format!("GIT_DIR={at}/.git git branch -D topic"),
    ] {
        lab.expect(&away, "allow", &line);
    }
}

#[test]
fn worktrees_submodules_bare_and_detached() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half"]);
    lab.branch(&dir, "done", &[]);
    let tree = lab.path("tree");
    lab.git(&dir, &format!("worktree add -q {} -b side", tree.display()));
    lab.expect(&tree, "ask", "git branch -D topic");
    lab.expect(&tree, "allow", "git branch -D done");
    fs::create_dir_all(tree.join("a/b")).unwrap();
    lab.expect(tree.join("a/b"), "ask", "git branch -D topic");
    lab.git(&dir, "switch -q --detach main");
    lab.expect(&dir, "ask", "git branch -D topic");
    lab.expect(&dir, "allow", "git branch -D done");
    lab.expect(&dir, "allow", "git push origin HEAD:refs/heads/new");

    let bare = lab.path("origin.git");
    lab.git(&dir, "push -q origin topic main:done");
    lab.expect(&bare, "ask", "git branch -D topic");
    lab.expect(&bare, "allow", "git branch -D done");

    let whole = lab.path("whole");
    fs::create_dir_all(&whole).unwrap();
    lab.git(&whole, "init -q");
    lab.git(&whole, &format!("submodule --quiet add {} part", bare.display()));
    let part = whole.join("part");
    lab.branch(&part, "inner", &["deep"]);
    lab.branch(&part, "empty", &[]);
    lab.expect(&part, "ask", "git branch -D inner");
    lab.expect(&part, "allow", "git branch -D empty");
}

#[test]
fn formats_that_libgit2_cannot_open_are_read_all_the_same() {
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let lab = Lab::new();
        let (remote, dir) = (lab.path("r.git"), lab.path("r"));
        for path in [&remote, &dir] {
            fs::create_dir_all(path).unwrap();
        }
        if lab.try_git(&remote, &format!("init -q --bare {format}")).is_err() {
            continue; // an older git
        }
        lab.git(&dir, &format!("init -q {format}"));
        lab.git(&dir, &format!("remote add origin {}", remote.display()));
        lab.commit(&dir, "start");
        lab.git(&dir, "push -q -u origin main");
        lab.branch(&dir, "topic", &["half"]);
        lab.branch(&dir, "done", &[]);
        lab.expect(&dir, "ask", "git branch -D topic");
        lab.expect(&dir, "allow", "git branch -D done");
        lab.git(&dir, "push -q origin topic done");
        lab.expect(&dir, "allow", "git branch -D topic");
        lab.git(&dir, "branch -q -D topic");
        lab.expect(&dir, "ask", "git push origin :topic");
        lab.expect(&dir, "allow", "git push origin :done");
        lab.expect(&dir, "deny", "git push origin :main");
    }
}

#[test]
fn the_previous_branch_and_one_that_does_not_exist() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half"]);
    lab.branch(&dir, "done", &[]);
    lab.git(&dir, "switch -q done");
    lab.git(&dir, "switch -q main");
    for line in ["git branch -D -", "git branch -D @{-1}"] {
        lab.expect(&dir, "allow", line);
    }
    lab.git(&dir, "switch -q topic");
    lab.git(&dir, "switch -q main");
    for line in ["git branch -D -", "git branch -D @{-1}"] {
        lab.expect(&dir, "ask", line);
    }
    for line in ["git branch -D typo", "git tag -d typo", "git update-ref -d refs/heads/typo"] {
        lab.expect(&dir, "allow", line);
    }
    // It may be any.
    for line in ["git branch -D $(cat names)", "git update-ref --stdin < commands"] {
        lab.expect(&dir, "ask", line);
    }
}

#[test]
fn ones_own_commits_written_anew_are_known_on_a_remote_out_of_sight() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.branch(&dir, "topic", &["half", "rest"]);
    lab.git(&dir, "push -q -u origin topic");
    lab.git(&dir, "switch -q topic");
    lab.hide_remote(&dir);
    lab.git(&dir, "commit -q --amend -m better");
    lab.expect(&dir, "allow", "git push --force-with-lease");
    lab.expect(&dir, "allow", "git push -f origin topic");
    // Joined into one.
    lab.git(&dir, "reset -q --soft main");
    lab.git(&dir, "commit -q -m both");
    lab.expect(&dir, "allow", "git push -f origin topic");
    // Dropped.
    lab.git(&dir, "reset -q --hard main");
    lab.commit(&dir, "other");
    let answer = lab.expect(&dir, "ask", "git push -f origin topic");
    assert!(answer.reasons().contains("2 commits"), "{}", answer.reasons());
    // A lease keeps others' work, and nothing is known of a branch that was never fetched.
    lab.expect(&dir, "allow", "git push --force-with-lease origin HEAD:fresh");
    lab.expect(&dir, "ask", "git push --force origin HEAD:fresh");
}

#[test]
fn the_interfaces_of_hosts_fill_in_the_repository_they_stand_in() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "topic", &["half"]);
    lab.git(&dir, "push -q origin main:done");
    lab.hide_remote(&dir);
    lab.expect(&dir, "ask", "gh api -X DELETE repos/{owner}/{repo}/git/refs/heads/topic");
    lab.expect(&dir, "allow", "gh api -X DELETE repos/{owner}/{repo}/git/refs/heads/done");
    lab.expect(&dir, "deny", "gh api -X DELETE repos/{owner}/{repo}/git/refs/heads/main");
    lab.expect(&dir, "ask", "glab api -X DELETE projects/:id/repository/branches/topic");
    lab.expect(&dir, "allow", "glab api -X DELETE projects/:id/repository/branches/done");
    let patch = "gh api -X PATCH repos/{owner}/{repo}/git/refs/heads/topic -f sha=main";
    lab.expect(&dir, "ask", &format!("{patch} -F force=true"));
    lab.expect(&dir, "allow", patch);
    lab.expect(
        &dir,
        "allow",
        "gh api -X PATCH repos/{owner}/{repo}/git/refs/heads/done -f sha=main -F force=true",
    );
    lab.expect(&dir, "allow", "gh pr merge 5 --squash --delete-branch");
}

#[test]
fn what_cannot_be_seen_is_asked_about() {
    let lab = Lab::new();
    let away = lab.path("home");
    for line in [
        "git push origin --delete topic",
        "git push --force origin main",
        "git push --mirror",
        "git clone https://git.example.invalid/a.git && cd a && git push origin --delete topic",
        "ssh web1 'cd /srv/app && git push origin --delete topic'",
    ] {
        lab.expect(&away, "ask", line);
    }
    // What is here says nothing about another machine.
    let here = lab.clone("ada");
    lab.git(&here, "push -q origin main:done");
    lab.expect(&here, "allow", "git push origin --delete done");
    lab.expect(&here, "ask", "ssh web1 git push origin --delete done");
    for line in
        ["git push", "git push origin main", "git push -u origin HEAD", "git fetch --prune", "git status"]
    {
        lab.expect(&away, "allow", line);
    }
}

#[test]
fn judging_changes_nothing() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "topic", &["half"]);
    let state = || {
        let refs = lab.git(&dir, "for-each-ref") + &lab.git(&lab.path("origin.git"), "for-each-ref");
        let objects =
            lab.git(&dir, "count-objects -v") + &lab.git(&lab.path("origin.git"), "count-objects -v");
        (refs, objects)
    };
    let before = state();
    for line in [
        "git push origin :topic",
        "git push --mirror origin",
        "git branch -D main",
        "git push -f origin main",
    ] {
        lab.check(&dir, line);
    }
    assert_eq!(state(), before);
}

#[test]
fn a_git_that_fails_makes_nothing_milder() {
    let lab = Lab::new();
    let dir = lab.clone("ada");
    lab.remote_branch(&dir, "topic", &["half"]);
    lab.branch(&dir, "mine", &["only-here"]);
    lab.git(&dir, "tag v1");
    lab.git(&dir, "push -q origin v1");
    lab.git(&dir, "config --replace-all alias.zap !git\tpush\torigin\t--delete\ttopic");
    let second = lab.path("origin.git");
    let by_path = format!("git push {} --delete topic", second.display());
    // None that only moves a branch of this clone: the reflog keeps what it held.
    let lines = [
        "git push origin --delete topic",
        "git push origin :topic",
        "git push --force origin main:topic",
        "git push origin +main:topic",
        "git push --mirror origin",
        "git push origin --delete v1",
        "git branch -D mine",
        "git update-ref -d refs/heads/mine",
        "git zap",
        &by_path,
        "git push ../origin.git --delete topic",
    ];
    for line in lines {
        assert_ne!(lab.check(&dir, line).verdict, "allow", "{line}");
    }
    // Failing at once stands for running out of time, which is the same to who asks.
    for verb in [
        "for-each-ref",
        "config",
        "ls-remote",
        "rev-list",
        "rev-parse",
        "log",
        "merge-base",
        "cherry",
        "diff-tree",
        "patch-id",
    ] {
        for line in lines {
            let answer = lab.check_where_git(&Git::Fails, verb, &dir, line);
            assert_ne!(answer.verdict, "allow", "`{line}` where git {verb} fails");
        }
    }
}
