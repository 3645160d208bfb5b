//! Invocations → effects: what a program call would do. Knows programs and no policy.

pub use crate::syntax::args;
mod answer;
mod code;
pub mod database;
pub mod file;
pub mod git;
pub mod hosting;
pub mod infra;
mod kind;
mod own;
pub mod safeguard;
pub mod transfer;
mod vcs;

pub use kind::EffectKind;

use crate::action::{Scene, Shell};
use crate::fact::{Key, Value};
use crate::syntax::{Invocation, Script, Span, Word};
use std::borrow::Cow;
use std::path::Path;

/// One typed consequence of a line.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What kind of consequence.
    pub kind: EffectKind,
    /// The guilty bytes of the typed text.
    pub span: Span,
    /// What the text itself says of it.
    pub attributes: Vec<(Key, Value)>,
    /// What it would happen to; facts are read about this.
    pub target: Target,
}

/// What an effect would happen to.
#[derive(Clone, Debug)]
pub enum Target {
    /// A git ref.
    Ref(git::RefTarget),
    /// Work that no commit of a git repository holds, or its history as a whole.
    Work(git::WorkTarget),
    /// Data and its receiver.
    Send(transfer::SendTarget),
    /// A database.
    Database(database::DatabaseTarget),
    /// A cluster, an account, a workspace, a machine.
    Context(infra::ContextTarget),
    /// Hooks of a repository.
    Hooks(safeguard::HooksTarget),
    /// Files, directories, disks.
    Path(file::PathTarget),
    /// Nothing that could be looked at.
    None,
}

impl Target {
    /// A command against this target as it must be typed in `cwd`, and whether it then reaches the same repository
    /// or database: after `git -C ../other` git needs the place, and after `ssh host` nothing typed here gets there.
    pub fn reached_from(&self, cwd: &Path, command: &str) -> (String, bool) {
        let here = |reached| (command.to_owned(), reached);
        match self {
            // Commands with `--git-dir` would have to name it too.
            Target::Work(target) if !target.place.is_empty() => here(false),
            Target::Ref(git::RefTarget { dir: Some(dir), .. })
            | Target::Work(git::WorkTarget { dir: Some(dir), .. })
                if dir != cwd =>
            {
                let dir = dir.strip_prefix(cwd).unwrap_or(dir).to_str().map(|dir| Shell::Bash.word(dir));
                let calls: Option<Vec<&str>> =
                    command.split(" && ").map(|call| call.strip_prefix("git ")).collect();
                let (Some(dir), Some(calls)) = (dir, calls) else { return here(false) };
                let moved: Vec<String> = calls.iter().map(|call| format!("git -C {dir} {call}")).collect();
                (moved.join(" && "), matches!(dir, Cow::Borrowed(_)))
            }
            Target::Ref(target) => here(target.dir.is_some()),
            Target::Work(target) => here(target.dir.is_some()),
            Target::Database(target) => {
                here(target.dir.as_deref() == Some(cwd) && target.is_found_without_line())
            }
            Target::Context(target) => {
                here(target.dir.as_deref() == Some(cwd) && target.is_found_without_line())
            }
            Target::Send(_) | Target::Hooks(_) | Target::Path(_) | Target::None => here(true),
        }
    }
}

/// A program call in its surroundings, as a reader of effects sees it.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The call itself.
    pub invocation: &'a Invocation,
    /// The whole line, for what flows in and out.
    pub script: &'a Script,
    /// Directory and environment.
    pub scene: &'a Scene,
}

/// Most effects that are looked at in a line or a script.
pub const MAX_EFFECTS: usize = 1024;

/// The effects of a line, in the order of the text; the first [`MAX_EFFECTS`] or some more.
pub fn read(script: &Script, scene: &Scene) -> Vec<Effect> {
    let mut effects = Vec::new();
    for invocation in &script.invocations {
        if effects.len() >= MAX_EFFECTS {
            break;
        }
        let call = Call { invocation, script, scene };
        read_call(call, &mut effects);
    }
    git::join(&mut effects);
    effects
}

/// The commands of these programs as effects, for the rules of users that name commands.
pub fn commands<'a>(
    script: &'a Script,
    scene: &'a Scene,
    is_named: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = Effect> + 'a {
    script.invocations.iter().filter(move |invocation| is_named(invocation.program())).map(|invocation| {
        let mut words = vec![invocation.program().to_owned()];
        words.extend(invocation.args().iter().map(|word| word.text().to_owned()));
        let dir = invocation.cwd(scene);
        Effect {
            kind: EffectKind::CommandRun,
            span: invocation.span,
            attributes: vec![
                (Key::Command, Value::Text(words.join(" "))),
                (Key::CommandWords, Value::List(words)),
                (Key::CommandDirectory, dir.map_or(Value::Unknown, |dir| dir.display().to_string().into())),
            ],
            target: Target::None,
        }
    })
}

/// Whether a call only makes its program explain itself: `--help` anywhere, `-h` or `help` where nothing else is meant.
fn explains_itself(invocation: &Invocation) -> bool {
    let mut words = invocation.args();
    if let Some(end) = words.iter().position(|word| word.text() == "--") {
        words = &words[..end];
    }
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let program = invocation.program();
    // What runs or prints the words behind its own gets them as they are, or has a search for such a name.
    let hands_on = || {
        matches!(
            program.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.'),
            "sh" | "bash"
                | "zsh"
                | "dash"
                | "ksh"
                | "ash"
                | "fish"
                | "mksh"
                | "eval"
                | "source"
                | "exec"
                | "echo"
                | "printf"
                | "python"
                | "pypy"
                | "perl"
                | "ruby"
                | "node"
                | "nodejs"
                | "deno"
                | "bun"
                | "php"
                | "lua"
                | "awk"
                | "gawk"
                | "mawk"
                | "tclsh"
                | "Rscript"
                | "julia"
                | "npx"
                | "bunx"
                | "uvx"
                | "pipx"
                | "find"
                | "gfind"
                | ""
                | ":"
                | "true"
        ) || invocation.words.first().is_none_or(|word| word.known().is_none())
    };
    // `chown -h`, `rsync -h` and some others mean something by it.
    let takes_letter = || {
        matches!(
            program,
            "chown"
                | "chgrp"
                | "chmod"
                | "cp"
                | "ln"
                | "tar"
                | "gtar"
                | "bsdtar"
                | "rsync"
                | "shutdown"
                | "halt"
                | "reboot"
                | "poweroff"
                | "touch"
                | "setfacl"
                | "ls"
                | "du"
                | "df"
                | "sort"
        )
    };
    let has_subcommands = || {
        matches!(
            program,
            "git"
                | "gh"
                | "glab"
                | "docker"
                | "podman"
                | "kubectl"
                | "helm"
                | "terraform"
                | "npm"
                | "cargo"
                | "go"
                | "hg"
                | "svn"
                | "jj"
                | "dvc"
                | "heroku"
                | "fly"
                | "vault"
                | "consul"
                | "nomad"
                | "rclone"
                | "restic"
                | "borg"
                | "aws"
                | "az"
                | "gcloud"
                | "zfs"
                | "zpool"
                | "btrfs"
                | "virsh"
                | "snap"
                | "brew"
        )
    };
    let asks = |word: &Word| matches!(word.text(), "--help" | "-help" | "--usage" | "-?" | "/?");
    (words.iter().any(asks)
        || (last.text() == "--version" && words.len() < 3)
        || (last.text() == "-h" && !takes_letter())
        || (first.text() == "help" || last.text() == "help") && has_subcommands())
        && !hands_on()
}

/// One table from program to reader: the only place where a new program is made known.
fn read_call(call: Call<'_>, effects: &mut Vec<Effect>) {
    if explains_itself(call.invocation) {
        return file::redirected(call, effects);
    }
    file::read(call.invocation.program(), call, effects);
    code::read(call, effects);
    safeguard::read(call, effects);
    match call.invocation.program() {
        "git" => {
            git::read(call, effects);
            transfer::read(call, effects);
        }
        "gh" | "glab" => {
            hosting::read(call, effects);
            infra::read(call.invocation.program(), call, effects);
            transfer::read(call, effects);
        }
        "gerrit" | "delete-project" | "deleteproject" => hosting::read(call, effects),
        "yadm" => {
            git::read_yadm(call, effects);
            infra::read("yadm", call, effects);
        }
        "hub" => {
            hosting::read(call, effects);
            git::read(call, effects);
        }
        "tea" | "fj" | "berg" | "bb" | "bkt" | "gitlab" | "gitea" | "forgejo" | "D" => {
            hosting::read(call, effects);
        }
        "hg" | "chg" | "rhg" | "sl" | "svn" | "svnadmin" | "jj" | "fossil" | "p4" | "repo" | "git-annex"
        | "git-town" | "gt" | "bzr" | "brz" | "darcs" | "cvs" | "dvc" | "etckeeper" | "pijul" | "west"
        | "mr" | "gita" | "dolt" | "cm" | "datalad" => {
            vcs::read(call, effects);
            if call.invocation.program() == "dolt" {
                database::read(call, effects);
            }
            transfer::read(call, effects);
        }
        "forestall" => own::read(call, effects),
        "bfg" => git::read_bfg(call, effects),
        "java" => {
            git::read_bfg(call, effects);
            database::read(call, effects);
            infra::read("java", call, effects);
            transfer::read(call, effects);
        }
        "git-filter-repo" => git::read_filter_repo(call, effects),
        program => {
            if program == "az" {
                hosting::read(call, effects);
            }
            hosting::read_inline(call, effects);
            database::read(call, effects);
            infra::read(call.invocation.program(), call, effects);
            // Every program may be the beginning of a connection: `cat f > /dev/tcp/host/port`.
            transfer::read(call, effects);
        }
    }
}
