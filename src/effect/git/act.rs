//! What git would do to work that no commit holds, and to history as a whole.

use crate::effect::{Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::syntax::Span;
use std::path::PathBuf;

/// What git would do, and the repository in which it would do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkTarget {
    /// Directory in which git would run; `None` where that is only known when it runs, or where another machine
    /// runs it.
    pub dir: Option<PathBuf>,
    /// `--git-dir=…` and `--work-tree=…`, where the command names them.
    pub place: Vec<String>,
    /// What it would do.
    pub act: Act,
}

/// What git would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Every tracked file becomes as it is in this revision: `reset --hard`, `checkout -f`.
    Reset {
        /// The revision.
        to: String,
    },
    /// Only what was added to the index goes: `reset --merge`.
    Unstage,
    /// Only what the index has and HEAD has not goes for good; all other changes were written to a file.
    Staged,
    /// Some files become as they are in the index or in a revision.
    Restore(Restore),
    /// Tracked files are deleted whatever they hold: `rm -f`.
    Remove {
        /// Which.
        paths: Paths,
    },
    /// Files that git does not track are deleted.
    Clean(Clean),
    /// Entries of the stash are dropped; all of them where none is named.
    Stash {
        /// As typed: `stash@{1}`, `1`.
        entry: Option<String>,
        /// Only where there is nothing that the line itself would have put aside first: `git stash; git stash drop`.
        idle: bool,
    },
    /// A linked worktree is deleted.
    Worktree {
        /// As typed.
        path: String,
    },
    /// The working trees of submodules are deleted or set back.
    Submodules {
        /// Which.
        paths: Paths,
        /// What git does not track in them goes too.
        untracked: bool,
    },
    /// A remote is forgotten, with all that was fetched of it.
    Remote {
        /// Its name.
        name: String,
    },
    /// HEAD goes to another commit while it stands on no branch: `checkout main`.
    Leave {
        /// Where to.
        to: String,
    },
    /// A merge, rebase, cherry-pick or patch is given up, with the conflicts that were solved: `merge --abort`.
    Abort,
    /// Commits go to a remote.
    Push {
        /// The remote as typed; empty where the command leaves it to git.
        remote: String,
        /// What they are reached from: revisions, or options of `rev-list` such as `--branches`.
        revisions: Vec<String>,
    },
    /// What is in the index becomes a commit.
    Commit {
        /// All changes of tracked files too: `-a`.
        all: bool,
        /// Files that git does not have too, but for those that it ignores: `git add -A && git commit`.
        untracked: bool,
    },
    /// The last commit is written anew.
    Amend,
    /// The commits of a branch are written anew on top of another.
    Rebase {
        /// Commits that this revision holds stay as they are; the upstream branch where none is named, and none at
        /// all where it is empty.
        base: Option<String>,
        /// The branch; the current one where none is named.
        branch: Option<String>,
        /// They are written anew even where they stand on that revision already.
        again: bool,
    },
    /// Every commit is written anew: `filter-branch`.
    RewriteAll,
    /// Reflogs forget: all of them, or one entry.
    Forget {
        /// As typed: `HEAD@{2}`.
        entry: Option<String>,
    },
    /// What nothing points at is deleted at once, and not after the usual two weeks.
    Prune,
}

/// Files that become as they are elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restore {
    /// The revision that they come from; the index where there is none.
    pub from: Option<String>,
    /// Files that the revision does not have are deleted.
    pub deletes: bool,
    /// Which.
    pub paths: Paths,
    /// The first word may be a revision or a path, and the same word alone a branch.
    pub ambiguous: bool,
}

/// What `git clean` is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    /// Its options but for `-f` and `-n`, as git takes them.
    pub options: Vec<String>,
    /// Whether ignored files stay (`None`), go too (`x`), or go alone (`X`).
    pub ignored: Option<char>,
    /// Which.
    pub paths: Paths,
}

/// Which files a command names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paths {
    /// It names none, which means all.
    All,
    /// These pathspecs.
    These(Vec<String>),
    /// That is only known when it runs.
    Unknown,
}

impl Act {
    /// The word for it in rules.
    pub fn name(&self) -> &'static str {
        match self {
            Act::Reset { .. } => "reset",
            Act::Unstage => "unstage",
            Act::Staged => "reset",
            Act::Restore(_) => "restore",
            Act::Remove { .. } => "remove",
            Act::Clean(_) => "clean",
            Act::Stash { .. } => "stash",
            Act::Worktree { .. } => "worktree",
            Act::Submodules { .. } => "submodule",
            Act::Remote { .. } => "remote",
            Act::Leave { .. } => "leave",
            Act::Abort => "abort",
            Act::Push { .. } => "push",
            Act::Commit { .. } => "commit",
            Act::Amend => "amend",
            Act::Rebase { .. } => "rebase",
            Act::RewriteAll => "rewrite",
            Act::Forget { .. } => "forget",
            Act::Prune => "prune",
        }
    }

    pub(super) fn kind(&self) -> EffectKind {
        match self {
            Act::Amend | Act::Rebase { .. } | Act::RewriteAll => EffectKind::HistoryRewrite,
            Act::Forget { .. } | Act::Prune => EffectKind::HistoryExpire,
            Act::Push { .. } | Act::Commit { .. } => EffectKind::DataSend,
            _ => EffectKind::WorkDiscard,
        }
    }
}

impl WorkTarget {
    /// The effect, with the attributes that the words themselves show.
    pub fn effect(self, span: Span, more: Vec<(Key, Value)>) -> Effect {
        let mut attributes = vec![(Key::WorkAct, Value::from(self.act.name()))];
        attributes.extend(more);
        Effect { kind: self.act.kind(), span, attributes, target: Target::Work(self) }
    }
}
