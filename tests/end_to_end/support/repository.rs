//! A repository with a bare remote, whose refs are the truth.

use super::TestContext;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A clone at `work/repo` of a bare repository `origin.git`.
///
/// On the remote: `main`; `topic`, with two commits that exist nowhere else (no local branch); `merged`, whose
/// commits are all in `main`.
pub struct Repository {
    pub dir: PathBuf,
    pub remote: PathBuf,
    minutes: AtomicU32,
}

impl Repository {
    pub fn new(context: &TestContext) -> Repository {
        let remote = context.root().join("origin.git");
        let dir = context.work().join("repo");
        std::fs::create_dir_all(&remote).unwrap();
        std::fs::create_dir_all(&dir).unwrap();
        context.git(&remote, ["init", "--quiet", "--bare"]);
        context.git(&dir, ["init", "--quiet"]);
        context.git(&dir, ["remote", "add", "origin", remote.to_str().unwrap()]);
        let repository = Repository { dir, remote, minutes: AtomicU32::new(0) };
        repository.commit(context, "start");
        context.git(&repository.dir, ["push", "--quiet", "--set-upstream", "origin", "main"]);

        context.git(&repository.dir, ["switch", "--quiet", "--create", "topic"]);
        repository.commit(context, "half a parser");
        repository.commit(context, "the other half");
        context.git(&repository.dir, ["push", "--quiet", "origin", "topic"]);

        context.git(&repository.dir, ["switch", "--quiet", "--create", "merged", "main"]);
        repository.commit(context, "finished work");
        context.git(&repository.dir, ["push", "--quiet", "origin", "merged"]);
        context.git(&repository.dir, ["switch", "--quiet", "main"]);
        context.git(&repository.dir, ["merge", "--quiet", "--no-ff", "-m", "merge it", "merged"]);
        context.git(&repository.dir, ["push", "--quiet", "origin", "main"]);

        context.git(&repository.dir, ["branch", "--quiet", "-D", "topic", "merged"]);
        repository
    }

    /// Adds a commit with this subject and returns its id.
    pub fn commit(&self, context: &TestContext, subject: &str) -> String {
        let file = subject.replace(' ', "-");
        context.write(&self.dir.join(&file), subject);
        context.git(&self.dir, ["add", &file]);
        // A minute apart, as people commit: who wrote a commit and when is what tells it from others.
        let minute = self.minutes.fetch_add(1, Ordering::Relaxed);
        let date = format!("--date=2026-01-01T{:02}:{:02}:00Z", minute / 60, minute % 60);
        context.git(&self.dir, ["commit", "--quiet", "--no-verify", &date, "-m", subject]);
        context.git(&self.dir, ["rev-parse", "HEAD"])
    }

    /// What a branch of the remote points at, read in the remote itself.
    pub fn remote_branch(&self, context: &TestContext, branch: &str) -> Option<String> {
        let reference = format!("refs/heads/{branch}");
        let found = context.git(&self.remote, ["for-each-ref", "--format=%(objectname)", &reference]);
        (!found.is_empty()).then_some(found)
    }
}
