//! Work that no commit holds, before real repositories: each line is judged twice, where something would be lost and
//! where nothing would, with the same text.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a fixture that cannot be made fails its test")]

mod support;

use forestall::action::{Actor, Line, Scene, Shell};
use forestall::policy::Policy;
use forestall::{judge, rescue};
use support::{Git, Lab};

/// Makes `app` with two commits, pushed to `origin.git`, and `lib`, which can become a submodule.
const TEMPLATE: &str = r#"
git init -q --bare origin.git
git init -q lib && (cd lib && echo lib > lib.c && git add . && git commit -qm lib)
git init -q app && cd app
mkdir src && echo a > a.rs && echo b > b.rs && echo c > src/c.rs
printf 'node_modules/\n.env\n*.log\nbuild/\n__pycache__/\n' > .gitignore
git add . && git commit -qm one
echo a2 > a.rs && echo d > src/d.rs && git add . && git commit -qm two
git remote add origin ../origin.git && git push -q -u origin main
git remote set-head origin main
"#;

/// Where, the line, what makes it lose something, what makes the safe twin (nothing: as cloned), and the rule.
type Pair = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn play(pairs: &[Pair]) {
    let template = Lab::made_by(TEMPLATE);
    for (dir, line, dangerous, safe, rule) in pairs {
        let lab = template.copy();
        lab.sh(&lab.path("app"), safe);
        lab.allows(dir, line);
        let lab = template.copy();
        lab.sh(&lab.path("app"), dangerous);
        let before = lab.sh(&lab.path("app"), "git status --porcelain; git stash list; ls -A");
        lab.asks(dir, line, rule);
        let after = lab.sh(&lab.path("app"), "git status --porcelain; git stash list; ls -A");
        assert_eq!(before, after, "{line}: looking must change nothing");
    }
}

const EDIT: &str = "echo changed >> b.rs";
const CHANGES: &str = "git.discard-changes";

#[test]
fn changes_that_were_never_committed() {
    play(&[
        ("app", "git reset --hard", EDIT, "", CHANGES),
        ("app", "git reset --hard HEAD", "echo x > a.rs; git add a.rs", "echo x > new.txt", CHANGES),
        ("app", "git reset --hard origin/main", "echo x > n.rs; git add n.rs", "", CHANGES),
        // What the revision holds too is not lost.
        (
            "app",
            "git reset --hard HEAD~1 --",
            "git branch keep; echo z > a.rs",
            "git branch keep; echo a > a.rs",
            CHANGES,
        ),
        // Nothing is lost with a file that is gone already.
        ("app", "git reset --hard --quiet", EDIT, "rm b.rs; git rm -q --cached a.rs; rm a.rs", CHANGES),
        ("app/src", "git reset --hard", EDIT, "", CHANGES),
        ("app", "git reset --hard", "git mv a.rs e.rs", "", CHANGES),
        ("app", "git reset --merge", "echo x > a.rs; git add a.rs", EDIT, CHANGES),
        ("app", "git checkout -f", EDIT, "", CHANGES),
        (
            "app",
            "git checkout --force other",
            "git branch other; echo x >> a.rs",
            "git branch other",
            CHANGES,
        ),
        ("app", "git switch -f other", "git branch other; echo x >> a.rs", "git branch other", CHANGES),
        (
            "app",
            "git switch --discard-changes -",
            "git checkout -qb t; echo x >> a.rs",
            "git checkout -qb t",
            CHANGES,
        ),
        ("app", "git read-tree --reset -u HEAD", EDIT, "", CHANGES),
        ("app", "git checkout-index -f -a", EDIT, "", CHANGES),
        ("app", "sudo git reset --hard", EDIT, "", CHANGES),
        ("app", "sh -c 'git fetch && git reset --hard'", EDIT, "", CHANGES),
        (".", "git -C app reset --hard", EDIT, "", CHANGES),
        (".", "cd app && git reset --hard", EDIT, "", CHANGES),
        (".", "git --git-dir=app/.git --work-tree=app reset --hard", EDIT, "", CHANGES),
        // Put aside and thrown away in one line.
        ("app", "git stash && git stash drop", EDIT, "", CHANGES),
        ("app", "git stash push src && git checkout .", EDIT, "", CHANGES),
        ("app", "git stash push -- b.rs && git stash drop", EDIT, "", CHANGES),
        ("app", "git stash && git stash pop && git reset --hard", EDIT, "", CHANGES),
        ("app", "git add -A && git reset --hard", "echo x > notes.md", "", "git.clean-untracked"),
        ("app", "git stash -u && git stash drop", "echo x > notes.md", "", "git.clean-untracked"),
        ("app", "git -c alias.undo='reset --hard' undo", EDIT, "", CHANGES),
    ]);
}

#[test]
fn only_what_is_named_counts() {
    let other = "echo x >> a.rs";
    play(&[
        ("app", "git checkout -- b.rs", EDIT, other, CHANGES),
        ("app", "git checkout b.rs", EDIT, other, CHANGES),
        ("app", "git checkout .", EDIT, "", CHANGES),
        ("app/src", "git checkout .", "echo x >> src/c.rs", EDIT, CHANGES),
        ("app/src", "git checkout -- ../b.rs", EDIT, other, CHANGES),
        ("app", "git checkout -- src", "echo x >> src/c.rs", EDIT, CHANGES),
        ("app", "git checkout -- '*.rs'", EDIT, "echo x >> .gitignore", CHANGES),
        ("app", "git checkout HEAD -- b.rs", "echo x >> b.rs; git add b.rs", other, CHANGES),
        ("app", "git checkout HEAD~1 a.rs", "echo x >> a.rs", EDIT, CHANGES),
        ("app", "git checkout HEAD~1 -- a.rs", "echo x >> a.rs", "echo a > a.rs", CHANGES),
        ("app", "git restore b.rs", EDIT, other, CHANGES),
        // What is in the index stays there.
        ("app", "git restore .", EDIT, "echo x >> b.rs; git add b.rs", CHANGES),
        ("app", "git restore -SW .", "echo x >> b.rs; git add b.rs", "", CHANGES),
        ("app", "git restore --source=HEAD~1 src/", "echo x > src/d.rs", EDIT, CHANGES),
        ("app", "git restore .", EDIT, "rm b.rs", CHANGES),
        ("app", "git rm -f b.rs", EDIT, other, CHANGES),
        (
            "app",
            "git checkout -- .",
            EDIT,
            "echo 1 > Cargo.lock; git add .; git commit -qm l; echo 2 > Cargo.lock",
            CHANGES,
        ),
        ("app", "git rm -rf src", "echo x >> src/c.rs", EDIT, CHANGES),
        ("app", "git diff --name-only | xargs git checkout --", EDIT, "", "git.discard-unseen"),
        ("app", "for f in a.rs b.rs; do git checkout -- $f; done", EDIT, "echo x >> src/c.rs", CHANGES),
        (
            "app",
            "git checkout -- 'with space.rs'",
            "echo x > 'with space.rs'; git add .; git commit -qm s; echo y > 'with space.rs'",
            other,
            CHANGES,
        ),
    ]);
}

#[test]
fn files_in_the_way_of_a_revision_are_overwritten_too() {
    play(&[
        (
            "app",
            "git checkout -f other",
            "git checkout -qb other; echo n > n.rs; git add .; git commit -qm n; git checkout -q main; echo mine > n.rs",
            "git checkout -qb other; echo n > n.rs; git add .; git commit -qm n; git checkout -q main; echo n > n.rs",
            CHANGES,
        ),
        (
            "app",
            "git reset --hard",
            "git rm -q --cached b.rs; echo mine > b.rs",
            "git rm -q --cached b.rs",
            CHANGES,
        ),
    ]);
}

#[test]
fn files_that_git_does_not_have() {
    let (untracked, ignored) = ("git.clean-untracked", "git.clean-ignored");
    play(&[
        ("app", "git clean -f", "echo x > notes.md", "", untracked),
        ("app", "git clean -fd", "mkdir doc; echo x > doc/notes.md", "echo x >> b.rs", untracked),
        // Without `-d` directories stay.
        ("app", "git clean -f", "echo x > notes.md", "mkdir doc; echo x > doc/notes.md", untracked),
        // What stands behind `!` runs at the root.
        ("app/src", "git -c alias.wipe='!git clean -fd' wipe", "echo x > notes.md", "", untracked),
        (
            "app",
            "git clean -fd",
            "mkdir -p d/e; echo x > d/e/f",
            "mkdir -p d/e d/__pycache__; echo x > d/__pycache__/a.pyc",
            untracked,
        ),
        (
            "app",
            "git clean -fdx",
            "mkdir -p d; echo x > d/.env",
            "mkdir -p d/node_modules/a; echo x > d/node_modules/a/b; echo x > d/x.log",
            ignored,
        ),
        ("app", "git clean -fd src", "echo x > src/notes.md", "echo x > notes.md", untracked),
        ("app/src", "git clean -fd", "echo x > src/notes.md", "echo x > notes.md", untracked),
        ("app", "git clean -fd -e '*.md'", "echo x > data.csv", "echo x > notes.md", untracked),
        (
            "app",
            "git clean -fdx",
            "echo KEY=1 > .env",
            "mkdir node_modules; echo x > node_modules/x.js",
            ignored,
        ),
        (
            "app",
            "git clean -fdX",
            "echo KEY=1 > .env",
            "echo x > notes.md; mkdir build; echo x > build/o",
            ignored,
        ),
        ("app", "git clean -fd", "echo x > notes.md", "echo KEY=1 > .env", untracked),
        (
            "app",
            "git clean -xffd",
            "echo x > a.sqlite",
            "mkdir __pycache__; echo x > __pycache__/a.pyc",
            untracked,
        ),
        ("app", "git -c clean.requireForce=false clean -d", "echo x > notes.md", "", untracked),
        (
            "app",
            "git clean -d",
            "git config clean.requireForce false; echo x > n.md",
            "echo x > n.md",
            untracked,
        ),
        ("app", "git stash && git clean -fd", "echo x > notes.md", EDIT, untracked),
    ]);
}

#[test]
fn the_stash() {
    let rule = "git.stash-drop";
    let stash = "echo x >> b.rs; git stash -q";
    play(&[
        ("app", "git stash drop", stash, "", rule),
        ("app", "git stash clear", stash, "", rule),
        (
            "app",
            "git stash drop stash@{1}",
            "echo x >> b.rs; git stash -q; echo y >> b.rs; git stash -q",
            stash,
            rule,
        ),
        (
            "app",
            "git stash drop 0",
            "echo n > n; git stash -qu",
            "echo n > n; git stash -qu; git stash apply -q",
            rule,
        ),
        // Applied, and so in the files.
        ("app", "git stash drop", stash, "echo x >> b.rs; git stash -q; git stash apply -q", rule),
        (
            "app",
            "git stash drop",
            stash,
            "echo x >> b.rs; git stash -q; git stash apply -q; git commit -qam x",
            rule,
        ),
        ("app", "git stash clear && git pull", stash, "", rule),
        (
            "app",
            "git stash clear",
            "echo x >> b.rs; git stash -q",
            "echo x >> b.rs; git stash -q; git stash apply -q; git commit -qam x",
            "git.stash-drop",
        ),
        // Where there is nothing to stash, the drop takes an entry of old.
        ("app", "git stash; git stash drop", stash, "", rule),
    ]);
}

#[test]
fn changes_that_the_line_writes_to_a_file_first() {
    play(&[
        ("app", "git diff > p && git reset --hard", "echo x >> b.rs; git add b.rs", EDIT, CHANGES),
        ("app", "git diff | head > p; git checkout .", EDIT, "", CHANGES),
        ("app", "git diff --stat > p; git reset --hard", EDIT, "", CHANGES),
        ("app", "git diff src > p; git reset --hard", EDIT, "", CHANGES),
    ]);
}

#[test]
fn worktrees_and_submodules() {
    let tree = "git worktree add -q ../tree -b tree";
    let sub = "git submodule --quiet add ../lib vendor; git commit -qm sub";
    let dirty_sub = "git submodule --quiet add ../lib vendor; git commit -qm sub; echo x >> vendor/lib.c";
    play(&[
        (
            "app",
            "git worktree remove --force ../tree",
            "git worktree add -q ../tree -b tree; echo x >> ../tree/a.rs",
            tree,
            CHANGES,
        ),
        (
            "app",
            "git worktree remove -f ../tree",
            "git worktree add -q ../tree -b tree; echo x > ../tree/notes.md",
            "git worktree add -q ../tree -b tree; echo x >> a.rs",
            "git.worktree-untracked",
        ),
        (
            "app",
            "git worktree remove ../tree",
            "git worktree add -q --detach ../tree; cd ../tree; echo x > n; git add n; git commit -qm n",
            "git worktree add -q --detach ../tree",
            "git.worktree-commits",
        ),
        (
            "tree",
            "git reset --hard",
            "git worktree add -q ../tree -b tree; echo x >> ../tree/a.rs",
            "git worktree add -q ../tree -b tree; echo x >> a.rs",
            CHANGES,
        ),
        ("app", "git submodule deinit -f vendor", dirty_sub, sub, CHANGES),
        ("app", "git submodule deinit --all --force", dirty_sub, sub, CHANGES),
        ("app", "git submodule update --init --force", dirty_sub, sub, CHANGES),
        (
            "app",
            "git submodule foreach git reset --hard",
            dirty_sub,
            "git submodule --quiet add ../lib vendor; git commit -qm sub; echo x >> a.rs",
            CHANGES,
        ),
        // A reset here leaves what is in a submodule as it is.
        ("app", "git reset --hard", EDIT, dirty_sub, CHANGES),
        ("app/vendor", "git reset --hard", dirty_sub, sub, CHANGES),
    ]);
}

#[test]
fn commits_of_the_current_branch() {
    let rule = "git.reset-commits";
    let commit = "echo x > n; git add n; git commit -qm n";
    let pushed = "echo x > n; git add n; git commit -qm n; git push -q origin main";
    play(&[
        ("app", "git reset --hard HEAD~1", commit, "", rule),
        ("app", "git reset --hard origin/main", commit, "", rule),
        ("app", "git reset --hard @{u}", commit, pushed, rule),
        ("app", "git reset --keep HEAD~2", commit, "", rule),
        (
            "app",
            "git reset --hard HEAD^",
            "git checkout -q --detach; echo x > n; git add n; git commit -qm n",
            "git checkout -q --detach",
            rule,
        ),
        (
            "app",
            "git reset --hard HEAD~1",
            commit,
            "echo x > n; git add n; git commit -qm n; git tag v1",
            rule,
        ),
        // Written anew on the other side.
        (
            "app",
            "git reset --hard again",
            "git checkout -qb again main~1; echo q > q; git add q; git commit -qm q; git checkout -q main; echo x > n; git add n; git commit -qm n",
            "echo x > n; git add n; git commit -qm n; git checkout -qb again main~1; git cherry-pick main >/dev/null; git checkout -q main",
            rule,
        ),
    ]);
}

#[test]
fn what_only_a_remote_had() {
    let rule = "git.remote-commits";
    // Somebody's branch, fetched; then the remote is gone, has lost the branch, or still has it.
    let theirs = "git checkout -qb theirs; echo t > t; git add t; git commit -qm t; git push -q origin theirs; \
                  git checkout -q main; git branch -qD theirs";
    let gone = format!("{theirs}; rm -rf ../origin.git");
    let deleted = format!("{theirs}; git -C ../origin.git branch -qD theirs");
    let here = format!("{theirs}; git branch -q mine origin/theirs; rm -rf ../origin.git");
    let pairs: [(&str, &str); 3] = [(&gone, theirs), (&deleted, theirs), (&gone, &here)];
    let template = Lab::made_by(TEMPLATE);
    for (dangerous, safe) in pairs {
        for (state, status) in [(safe, 0), (dangerous, 3)] {
            let lab = template.copy();
            lab.sh(&lab.path("app"), state);
            let answer = lab.check("app", "git remote remove origin");
            assert_eq!(answer.status, status, "{state}: {}", answer.json);
            if status == 3 {
                assert_eq!(answer.json["findings"][0]["rule"], rule);
            }
        }
    }
}

#[test]
fn history_that_others_have() {
    let rule = "git.rewrite-shared";
    let own = "echo x > n; git add n; git commit -qm n";
    let topic = "git checkout -qb topic; echo x > n; git add n; git commit -qm n";
    let pushed =
        "git checkout -qb topic; echo x > n; git add n; git commit -qm n; git push -q -u origin topic";
    let pushed_and_own = "git checkout -qb topic; echo x > n; git add n; git commit -qm n; \
                          git push -q -u origin topic; git commit -q --allow-empty -m own";
    play(&[
        ("app", "git commit --amend", pushed, pushed_and_own, "git.rewrite-pushed"),
        ("app", "git rebase -i main", pushed, topic, "git.rewrite-pushed"),
        ("app", "git commit --amend --no-edit", "true", own, rule),
        ("app", "git commit --amend -m better", "true", topic, rule),
        ("app", "git rebase -i HEAD~1", "true", own, rule),
        ("app", "git rebase -i HEAD~1", "true", topic, rule),
        ("app", "git rebase --root", "true", topic, rule),
        (
            "app",
            "git rebase topic",
            "git branch topic main~1; git checkout -q topic; echo t > t; git add t; git commit -qm t; git checkout -q main",
            "git branch topic",
            rule,
        ),
    ]);
}

/// Other formats of repositories than the usual one.
#[test]
fn reference_tables_sha256_and_odd_names() {
    let lab = Lab::made_by(TEMPLATE);
    for (name, format) in [("tables", "--ref-format=reftable"), ("long", "--object-format=sha256")] {
        let made = lab.command("git", lab.root.path()).args(["init", "-q", format, name]).status().unwrap();
        if !made.success() {
            // This git does not know the format.
            continue;
        }
        let dir = lab.path(name);
        lab.sh(&dir, "echo a > 'ä b'; git add 'ä b'; git commit -qm a");
        lab.allows(name, "git reset --hard");
        lab.allows(name, "git commit --amend");
        lab.sh(&dir, "git update-ref refs/remotes/origin/main HEAD");
        lab.asks(name, "git commit --amend", "git.rewrite-shared");
        lab.sh(&dir, "echo b > 'ä b'");
        let answer = lab.asks(name, "git checkout .", CHANGES);
        assert!(answer.reason().contains("ä b"), "{}", answer.reason());
        lab.sh(&dir, "git stash -q");
        lab.asks(name, "git stash clear", "git.stash-drop");
    }
}

#[test]
fn history_that_only_git_remembers() {
    let rule = "git.expire-loses";
    let amended = "echo x > n; git add n; git commit -qm n; git commit -q --amend -m m";
    let dangling = "echo x >> b.rs; git stash -q; git stash drop -q";
    play(&[
        ("app", "git reflog expire --expire=now --all", amended, "", rule),
        ("app", "git reflog expire --expire=now --all && git gc --prune=now", amended, "", rule),
        ("app", "git gc --prune=now", dangling, amended, rule),
        ("app", "git prune", dangling, "", rule),
        ("app", "git -c gc.reflogExpire=now gc", amended, "", rule),
        ("app", "git reflog delete HEAD@{1}", amended, "", rule),
    ]);
}

#[test]
fn what_would_be_lost_is_named_and_the_safer_way_keeps_it() {
    let lab = Lab::made_by(TEMPLATE);
    let dir = lab.path("app");
    lab.sh(&dir, "echo x >> a.rs; echo x >> src/c.rs; echo x > new.rs; git add new.rs");
    let answer = lab.asks("app", "git reset --hard", CHANGES);
    assert_eq!(
        answer.reason(),
        "3 files with changes that were never committed would be lost: a.rs, new.rs, src/c.rs."
    );
    assert_eq!(answer.json["findings"][0]["facts"]["work.files"], 3);
    // The way that is offered does what the line was for, and loses nothing.
    let safer = answer.instead();
    assert_eq!(safer, "git stash push && git reset --hard");
    lab.allows("app", safer);
    lab.sh(&dir, safer);
    assert_eq!(lab.sh(&dir, "git status --porcelain"), "");
    lab.allows("app", "git reset --hard");
    lab.sh(&dir, "git stash pop");
    assert_eq!(lab.sh(&dir, "cat new.rs"), "x\n");

    let answer = lab.asks("app", "git checkout -- a.rs", CHANGES);
    assert_eq!(answer.instead(), "git stash push -- a.rs");
    lab.sh(&dir, answer.instead());
    assert_eq!(lab.sh(&dir, "git status --porcelain a.rs"), "");
    let answer = lab.asks(".", "git -C app restore src/c.rs", CHANGES);
    assert_eq!(answer.instead(), "git -C app stash push -- src/c.rs");

    lab.sh(&dir, "git commit -qam kept && echo x > notes.md");
    let answer = lab.asks("app", "git clean -fd", "git.clean-untracked");
    assert_eq!(
        answer.reason(),
        "1 file or folder that git does not have would be deleted for good: notes.md."
    );
    lab.allows("app", answer.instead());

    let answer = lab.asks("app", "git reset --hard HEAD~1", "git.reset-commits");
    assert_eq!(answer.reason(), "1 commit of main would be lost: no other branch or tag has it.");
    assert_eq!(answer.instead(), "git branch old/main && git reset --hard HEAD~1");
    lab.sh(&dir, answer.instead());
    assert_eq!(lab.sh(&dir, "git log -1 --format=%s old/main"), "kept\n");
}

#[test]
fn a_merge_that_is_given_up_and_a_conflict() {
    let lab = Lab::made_by(TEMPLATE);
    let dir = lab.path("app");
    lab.sh(
        &dir,
        "git checkout -qb t main~1; echo t > a.rs; git commit -qam t; git merge main >/dev/null || true",
    );
    for line in ["git merge --abort", "git reset --merge", "git checkout --ours a.rs", "git status"] {
        lab.allows("app", line);
    }
    lab.asks("app", "git reset --hard", CHANGES);
    // What was solved by hand is work, whether git was told of it or not.
    lab.sh(&dir, "echo solved > a.rs");
    lab.asks("app", "git merge --abort", CHANGES);
    lab.sh(&dir, "git add a.rs");
    let answer = lab.asks("app", "git merge --abort", CHANGES);
    assert!(answer.reason().contains("a.rs"), "{}", answer.reason());
    lab.sh(&dir, "git checkout -m a.rs 2>/dev/null");
    lab.allows("app", "git merge --abort");
}

/// A token of GitHub's form with a right checksum that was never issued, put together here so that no scanner takes
/// this file for a leak.
const TOKEN: &str = concat!("gh", "p_", "zQ4mWx8LkT2vRb7NcYp1sHd6JfGa9e0Bpawt");

#[test]
fn a_secret_that_would_leave_with_a_push() {
    let template = Lab::made_by(TEMPLATE);
    let leak = format!("echo 'key = \"{TOKEN}\"' > conf.py; git add conf.py; git commit -qm conf");
    let plain = "echo 'key = os.environ[\"KEY\"]' > conf.py; git add conf.py; git commit -qm conf".to_owned();
    let removed = format!("{leak}; git rm -q conf.py; git commit -qm gone");
    let marked = leak.replace("\"' >", "\" # forestall:allow' >");
    let known = format!("{leak}; git push -q; {plain}");
    let file =
        "printf 'DB_PASSWORD=correcthorse9battery\\n' > .env; git add -f .env; git commit -qm env".to_owned();
    let sample =
        "printf 'DB_PASSWORD=\\n' > .env.example; git add -f .env.example; git commit -qm env".to_owned();
    let branch = format!("git checkout -qb w; {leak}; git checkout -q main");
    for (line, dangerous, safe) in [
        ("git push", &leak, &plain),
        ("git push", &removed, &known),
        ("git push origin HEAD", &leak, &marked),
        ("git push -u origin main", &file, &sample),
        ("git push --all", &branch, &plain),
        ("git push origin w:w2", &branch, &"git branch w".to_owned()),
        ("until git push; do sleep 1; done", &leak, &plain),
        ("git -C . push --no-verify", &leak, &plain),
    ] {
        let lab = template.copy();
        lab.sh(&lab.path("app"), safe);
        lab.allows("app", line);
        let lab = template.copy();
        lab.sh(&lab.path("app"), dangerous);
        let answer = lab.asks("app", line, "git.push-secret");
        assert!(!answer.reason().contains(TOKEN), "{}", answer.reason());
        // Another branch, a deletion and a rehearsal take nothing along.
        lab.allows("app", "git push --dry-run");
        lab.allows("app", "git push origin origin/main:refs/heads/other");
    }
    // What is committed is looked at too.
    let lab = template.copy();
    lab.sh(&lab.path("app"), &format!("echo 'key = \"{TOKEN}\"' >> b.rs"));
    lab.asks("app", "git commit -am wip", "git.push-secret");
    lab.allows("app", "git commit -m wip");
    lab.sh(&lab.path("app"), "git add b.rs");
    lab.asks("app", "git commit -m wip", "git.push-secret");
}

#[test]
fn commits_of_a_detached_head_are_left_behind() {
    let own = "git checkout -q --detach; echo x > x; git add x; git commit -qm x";
    play(&[
        ("app", "git checkout main", own, "git checkout -q --detach", "git.leave-commits"),
        ("app", "git switch main", own, "git checkout -q --detach; git branch kept", "git.leave-commits"),
        ("app", "git switch -c y main", own, "git checkout -q main~1", "git.leave-commits"),
    ]);
    let lab = Lab::made_by(TEMPLATE);
    lab.sh(&lab.path("app"), own);
    for line in
        ["git switch -c kept", "git checkout -b kept", "git checkout x", "git checkout HEAD", "git status"]
    {
        lab.allows("app", line);
    }
}

#[test]
fn branches_that_only_show_when_the_line_runs() {
    let merged = "git branch old main~1";
    let own = "git checkout -qb old; echo x > x; git add x; git commit -qm x; git checkout -q main";
    play(&[
        ("app", "git branch | grep old | xargs git branch -D", own, merged, "git.branch-delete-unseen"),
        ("app", "git branch -D $(git branch | grep -v main)", own, merged, "git.branch-delete-unseen"),
    ]);
}

/// What people type all day, in a tree that is as dirty as it gets.
#[test]
fn everyday_commands_are_silent() {
    let lab = Lab::made_by(TEMPLATE);
    let dir = lab.path("app");
    lab.sh(
        &dir,
        "git checkout -qb topic; echo n > n; git add n; git commit -qm n; git push -q -u origin topic; \
         echo m > m; git add m; git commit -qm m; \
         echo x >> b.rs; git stash -q; echo x >> b.rs; echo y >> a.rs; git add a.rs; echo n > notes.md; echo K=1 > .env",
    );
    for line in [
        "git checkout main",
        "git checkout -",
        "git checkout -b x",
        "git checkout -b x origin/main",
        "git checkout src/c.rs",
        "git checkout -- src",
        "git checkout -p b.rs",
        "git checkout --track origin/topic",
        "git switch main",
        "git switch -c y",
        "git pull",
        "git pull --rebase",
        "git pull --ff-only --autostash",
        "git fetch --prune --all",
        "git fetch origin main:main",
        "git commit --amend",
        "git commit --amend --no-edit",
        "git commit -am wip",
        "git rebase main",
        "git rebase origin/main",
        "git rebase -i HEAD~1",
        "git rebase --continue",
        "git rebase --abort",
        "git rebase --quit",
        "git stash",
        "git stash pop",
        "git stash apply",
        "git stash push -u -m wip",
        "git stash show -p",
        "git reset",
        "git reset HEAD~1",
        "git reset --soft HEAD~1",
        "git reset --mixed HEAD~1",
        "git reset HEAD -- a.rs",
        "git reset -p",
        "git restore --staged .",
        "git restore -p .",
        "git restore src/c.rs",
        "git clean -n",
        "git clean -ndx",
        "git clean -i",
        "git clean",
        "git gc",
        "git gc --auto",
        "git gc --aggressive",
        "git reflog",
        "git reflog show topic",
        "git rm src/c.rs",
        "git rm -r src",
        "git rm --cached b.rs",
        "git rm --cached -r .",
        "git mv a.rs z.rs",
        "git merge main",
        "git merge --abort",
        "git cherry-pick main",
        "git revert HEAD",
        "git worktree add ../w",
        "git worktree list",
        "git worktree prune",
        "git submodule update --init --recursive",
        "git submodule foreach git pull",
        "git remote prune origin",
        "git remote remove origin",
        "git apply -R x.patch",
        "git bisect reset",
        "git clean -fdx node_modules",
        "git stash && git reset --hard && git stash pop",
        "git stash -m wip && git checkout -f main",
        "git stash pop && git stash drop",
        "git add -A && git commit -m wip && git checkout -f main",
        "git clone ../origin.git fresh && cd fresh && git reset --hard HEAD~1 && git clean -fdx",
        "mkdir p && cd p && git init && git checkout -- .",
        "git commit -m 'git reset --hard'",
        "echo git clean -fdx",
        "grep 'git stash clear' notes.md",
    ] {
        lab.allows("app", line);
    }
}

/// Where there is no repository, the line is judged elsewhere: what destroys is asked about, and what does not is not.
#[test]
fn where_no_repository_can_be_seen() {
    let lab = Lab::made_by(TEMPLATE);
    lab.sh(lab.root.path(), "mkdir -p plain/src && echo x > plain/README.md");
    for line in [
        "git reset --hard",
        "git reset --hard HEAD~3",
        "git reset --hard origin/main",
        "git clean -fd",
        "git clean -fdx",
        "git clean -xdf",
        "git checkout -- .",
        "git checkout .",
        "git checkout -f",
        "git checkout -f main",
        "git checkout HEAD -- src/",
        "git restore .",
        "git restore --staged --worktree .",
        "git restore --source=HEAD~3 -- .",
        "git switch --discard-changes main",
        "git stash clear",
        "git stash drop",
        "git branch -f main HEAD~5",
        "git rm -rf .",
        "git worktree remove --force ../topic",
        "git reflog expire --expire=now --all",
        "git gc --prune=now",
        "git filter-branch --force --index-filter 'git rm --cached x' -- --all",
        "git filter-repo --path secrets --invert-paths --force",
        "git -C /nowhere/app reset --hard",
        "cd /nowhere/app && git clean -fdx",
        "ssh web1 'cd /srv/app && git reset --hard'",
        "cd \"$PROJECT\" && git reset --hard",
    ] {
        assert_eq!(lab.check("plain", line).status, 3, "{line}");
    }
    for line in [
        "git reset",
        "git reset --soft HEAD~1",
        "git reset HEAD~1",
        "git checkout main",
        "git checkout -b x",
        "git checkout -- README.md",
        "git checkout HEAD~1 -- README.md",
        "git restore README.md",
        "git restore --staged x",
        "git switch x",
        "git stash",
        "git stash pop",
        "git clean -n",
        "git clean -fdx node_modules",
        "git commit --amend",
        "git rebase main",
        "git rebase -i HEAD~3",
        "git gc",
        "git prune",
        "git filter-repo --analyze",
        "git rm file",
        "git rm -r dir",
        "git worktree remove ../topic",
        "git submodule update --init --recursive --force",
        "git lfs migrate import --include='*.psd'",
        "git fetch --prune",
    ] {
        lab.allows("plain", line);
    }
}

/// Where git does not answer, as where it runs out of time, nothing counts as clean.
#[test]
fn a_git_that_fails_makes_nothing_milder() {
    let lab = Lab::made_by(TEMPLATE);
    let dir = lab.path("app");
    lab.sh(&dir, "echo x >> b.rs; git stash -q; echo y >> b.rs; echo x > notes.md; echo K=1 > .env");
    lab.sh(&dir, "echo n > n; git add n; git commit -qm n; git commit -q --amend -m m; echo x >> a.rs");
    let lines = [
        "git reset --hard",
        "git reset --hard origin/main",
        "git checkout HEAD~1 -- a.rs .",
        "git checkout .",
        "git checkout src a.rs .",
        "git restore .",
        "git restore --source=HEAD~1 .",
        "git clean -fd",
        "git clean -fdX",
        "git stash drop",
        "git stash clear",
        "git rm -rf .",
        "git reflog expire --expire=now --all",
    ];
    for line in lines {
        assert_eq!(lab.check("app", line).status, 3, "{line}");
    }
    for verb in ["rev-parse", "status", "diff", "ls-tree", "hash-object", "clean", "stash", "rev-list", "git"]
    {
        for line in lines {
            let answer = lab.check_where_git(&Git::Fails, verb, "app", line);
            assert_eq!(answer.status, 3, "`{line}` where git {verb} fails");
        }
    }
}

/// Judges a line, keeps what was promised, runs the line, and brings everything back.
#[test]
fn what_is_thrown_away_after_a_yes_comes_back() {
    let template = Lab::made_by(TEMPLATE);
    for (prepare, line, state) in [
        ("echo x >> a.rs; echo y > n.rs; git add n.rs", "git reset --hard", "git diff HEAD"),
        ("echo x >> a.rs", "git checkout -- .", "git diff HEAD"),
        ("echo x >> src/c.rs", "cd src && git restore c.rs", "git diff HEAD"),
        ("echo x > notes.md; mkdir -p d; echo z > d/e", "git clean -fd", "cat notes.md d/e"),
        ("echo K=1 > .env; echo x > 'a b'; echo ä > ä", "git clean -fdx", "cat .env 'a b' ä"),
        ("echo x > src/new", "cd src && git clean -f", "cat src/new"),
        ("echo x >> b.rs; git stash -q", "git stash drop", "git stash show -p"),
        (
            "echo x >> b.rs; git stash -q; echo u > u; git stash -qu",
            "git stash clear",
            "git stash list | wc -l",
        ),
        ("echo x >> b.rs", "git rm -qf b.rs", "git diff HEAD"),
        (
            "git checkout -q --detach; echo n > n; git add n; git commit -qm n",
            "git reset -q --hard HEAD~1",
            "git log --branches HEAD --format=%s | sort",
        ),
    ] {
        let lab = template.copy();
        let dir = lab.path("app");
        lab.sh(&dir, prepare);
        let before = lab.sh(&dir, state);
        let mut scene = Scene::here(Shell::Bash);
        scene.cwd = dir.clone();
        let verdict = judge::judge(&Line::from_bytes(line.as_bytes()), &scene, Actor::Human, Policy::default);
        let [finding] = &verdict.findings[..] else { panic!("{line}: {:?}", verdict.findings) };
        assert!(finding.rescue.is_some(), "{line}");
        let status = lab.sh(&dir, "git status --porcelain; git stash list");
        let kept = rescue::take(finding.subject.as_ref().unwrap(), &scene).unwrap().unwrap();
        assert_eq!(
            lab.sh(&dir, "git status --porcelain; git stash list"),
            status,
            "{line}: keeping changes nothing"
        );
        lab.sh(&dir, line);
        assert_ne!(lab.command("sh", &dir).args(["-ec", state]).output().unwrap().stdout, before.as_bytes());
        // The newest entry of the stash comes last, so that it is on top again.
        for number in (1..=kept.backups.len()).rev() {
            let output = lab
                .command(env!("CARGO_BIN_EXE_forestall"), &dir)
                .args(["undo", &number.to_string()])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            assert!(output.status.success(), "{line}: {said}");
        }
        assert_eq!(lab.sh(&dir, state), before, "{line}");
    }
}

#[test]
fn changes_that_no_longer_fit_stay_kept() {
    let lab = Lab::made_by(TEMPLATE);
    let dir = lab.path("app");
    lab.sh(&dir, "echo mine > b.rs");
    let mut scene = Scene::here(Shell::Bash);
    scene.cwd = dir.clone();
    let line = Line::from_bytes(b"git checkout -- b.rs");
    let verdict = judge::judge(&line, &scene, Actor::Human, Policy::default);
    rescue::take(verdict.findings[0].subject.as_ref().unwrap(), &scene).unwrap().unwrap();
    lab.sh(&dir, "echo other > b.rs");
    let output =
        lab.command(env!("CARGO_BIN_EXE_forestall"), &dir).args(["undo", "work/main"]).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("git stash apply"), "{said}");
    assert_eq!(lab.sh(&dir, "cat b.rs"), "other\n");
    lab.sh(&dir, "git checkout b.rs");
    lab.sh(&dir, &format!("'{}' undo work/main", env!("CARGO_BIN_EXE_forestall")));
    assert_eq!(lab.sh(&dir, "cat b.rs"), "mine\n");
}
