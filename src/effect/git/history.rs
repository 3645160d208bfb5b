//! Commits that would be written anew, and commits that only git's memory of the past still holds.

use super::act::Act;
use super::{Git, RefKind, RefTarget};
use crate::effect::args::Args;
use crate::effect::{Call, Effect, EffectKind};
use crate::fact::{Key, Value};
use crate::syntax::{HOLE, Word};

/// The effects of a command that rewrites commits or lets them go.
pub(super) fn read(git: &Git<'_>, effects: &mut Vec<Effect>) {
    match git.name.text() {
        "commit" => commit(git, effects),
        "rebase" => rebase(git, effects),
        "filter-branch" => add(git, Act::RewriteAll, effects),
        "filter-repo" if rewrites(git.words) => add(git, Act::RewriteAll, effects),
        "lfs" => lfs(git, effects),
        "reflog" => reflog(git, effects),
        "gc" => gc(git, effects),
        "prune" => prune(git, effects),
        "fetch" => fetch(git, effects),
        _ => {}
    }
}

/// `bfg`, alone or by `java -jar`: it rewrites every commit.
pub fn read_bfg(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let jar = |word: &Word| {
        let name = word.text().rsplit('/').next().unwrap_or_default();
        name.starts_with("bfg") && name.ends_with(".jar")
    };
    let words = match call.invocation.program() {
        "bfg" => words,
        _ => match words.iter().position(jar) {
            Some(at) => &words[at + 1..],
            None => return,
        },
    };
    let asks = |word: &Word| matches!(word.text(), "--help" | "--version" | "-h");
    if words.iter().any(asks) || !words.iter().any(|word| word.text().starts_with('-')) {
        return;
    }
    let repository = words.last().filter(|word| !word.text().starts_with('-')).map(Word::text);
    let dir = super::place_of(call).map(|dir| repository.map_or(dir.clone(), |path| dir.join(path)));
    let target = super::WorkTarget { dir, place: Vec::new(), act: Act::RewriteAll };
    effects.push(target.effect(call.invocation.span, Vec::new()));
}

/// `git-filter-repo`, called by its own name.
pub fn read_filter_repo(call: Call<'_>, effects: &mut Vec<Effect>) {
    if rewrites(call.invocation.args()) {
        let dir = super::place_of(call);
        let target = super::WorkTarget { dir, place: Vec::new(), act: Act::RewriteAll };
        effects.push(target.effect(call.invocation.span, Vec::new()));
    }
}

fn commit(git: &Git<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "amend m,message= F,file= C,reuse-message= c,reedit-message= t,template= author= date= \
        fixup= squash= trailer= cleanup= dry-run a,all pathspec-from-file=";
    let args = Args::read(git.words, OPTIONS, false);
    if args.has("dry-run") {
        return;
    }
    if args.has("amend") {
        add(git, Act::Amend, effects);
    }
    let seen = git.dir.as_deref().filter(|_| git.scene.is_live());
    if !git.scene.is_live() || seen.is_some_and(|dir| super::config::repository(dir).is_some()) {
        let more = vec![(Key::SinkKind, Value::from("commit"))];
        // What the line has just added is in no index yet.
        let adds = |wanted: &[&str]| {
            git.before().any(|other| {
                let has = |wanted: &[&str]| other.args().iter().any(|word| wanted.contains(&word.text()));
                other.program() == "git"
                    && has(&["add", "stage"])
                    && has(wanted)
                    && other.dir == git.invocation.dir
            })
        };
        let untracked = adds(&[".", "-A", "--all", "-Av", "*", ":/"]);
        let all = args.has("all") || untracked || adds(&["-u", "--update"]);
        effects.push(git.work(Act::Commit { all, untracked }).effect(git.span(), more));
    }
}

fn rebase(git: &Git<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "i,interactive onto= root x,exec= s,strategy= X,strategy-option= f,force-rebase no-ff \
        abort continue skip quit edit-todo show-current-patch C= whitespace= empty= m,merge r autosquash \
        autostash keep-base S,gpg-sign q,quiet v,verbose n,no-stat stat k,keep-empty no-verify verify \
        no-autostash no-autosquash update-refs signoff committer-date-is-author-date reset-author-date apply";
    let args = Args::read(git.words, OPTIONS, false);
    let steps = ["abort", "continue", "skip", "quit", "edit-todo", "show-current-patch"];
    if steps.iter().any(|step| args.has(step)) {
        return;
    }
    let known = |at: usize| args.operands().get(at).map(|word| word.text());
    let root = args.has("root");
    let (base, branch) = if root { (Some(""), known(0)) } else { (known(0), known(1)) };
    if base.is_some_and(|base| base.contains(HOLE)) || branch.is_some_and(|name| name.contains(HOLE)) {
        return;
    }
    let again = ["i", "onto", "root", "exec", "f", "no-ff", "signoff", "autosquash", "reset-author-date"];
    let again = again.iter().any(|name| args.has(name));
    let named = |name: Option<&str>| name.map(|name| if name == "-" { "@{-1}" } else { name }.to_owned());
    add(git, Act::Rebase { base: named(base), branch: named(branch), again }, effects);
}

/// Whether `git filter-repo` with these words changes anything.
fn rewrites(words: &[Word]) -> bool {
    let harmless =
        |word: &Word| matches!(word.text(), "--analyze" | "--dry-run" | "--help" | "-h" | "--version");
    !words.is_empty() && !words.iter().any(harmless)
}

/// `git lfs migrate import` writes commits anew; without one of these only those that no remote has.
fn lfs(git: &Git<'_>, effects: &mut Vec<Effect>) {
    if let [migrate, verb, rest @ ..] = git.words
        && migrate.text() == "migrate"
        && matches!(verb.text(), "import" | "export")
        && rest.iter().any(|word| word.text() == "--everything" || word.text().starts_with("--include-ref"))
    {
        add(git, Act::RewriteAll, effects);
    }
}

fn reflog(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let [verb, words @ ..] = git.words else { return };
    const OPTIONS: &str = "expire= expire-unreachable= all single-worktree n,dry-run rewrite updateref \
        stale-fix verbose";
    let args = Args::read(words, OPTIONS, false);
    if args.has("n") {
        return;
    }
    match verb.text() {
        "expire" => {
            let soon =
                ["expire", "expire-unreachable"].iter().any(|name| args.value(name).is_some_and(is_now));
            if soon && (args.has("all") || !args.operands().is_empty()) {
                add(git, Act::Forget { entry: None }, effects);
            }
        }
        "delete" | "drop" => {
            for word in args.operands() {
                let entry = (verb.text() == "delete").then(|| word.text().to_owned());
                add(git, Act::Forget { entry }, effects);
            }
            if args.has("all") {
                add(git, Act::Forget { entry: None }, effects);
            }
        }
        _ => {}
    }
}

fn gc(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(git.words, "prune= aggressive auto q,quiet force no-prune cruft", false);
    // The value has to be attached, so what follows is none.
    let prune = git.words.iter().rev().find_map(|word| word.text().strip_prefix("--prune="));
    let expires = ["gc.reflogexpire", "gc.reflogexpireunreachable"];
    if expires.iter().any(|key| git.given(key).is_some_and(|value| is_now(&value))) {
        add(git, Act::Forget { entry: None }, effects);
    }
    let given = git.given("gc.pruneexpire");
    if prune.map_or_else(|| given.is_some_and(|value| is_now(&value)), is_now) && !args.has("no-prune") {
        add(git, Act::Prune, effects);
    }
}

fn prune(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(git.words, "n,dry-run v,verbose progress expire=", false);
    if !args.has("n") && args.value("expire").is_none_or(is_now) {
        let start = effects.len();
        add(git, Act::Prune, effects);
        let named = args.has("expire");
        for effect in effects[start..].iter_mut().filter(|_| !named) {
            // People type it to tidy up; it is asked about only where something shows that would go.
            effect.attributes.push((Key::WorkScope, Value::from("tidy")));
        }
    }
}

/// `git fetch origin +main:topic` and `--force` move branches of this repository.
fn fetch(git: &Git<'_>, effects: &mut Vec<Effect>) {
    if !git.words.iter().any(|word| word.text().contains(':')) {
        return;
    }
    const OPTIONS: &str = "f,force a,append depth= deepen= shallow-since= shallow-exclude= o,server-option= \
        upload-pack= j,jobs= refmap= filter= negotiation-tip= p,prune t,tags n,no-tags q,quiet v,verbose all \
        recurse-submodules-default= submodule-prefix= u,update-head-ok dry-run k,keep";
    let args = Args::read(git.words, OPTIONS, false);
    let [remote, specs @ ..] = args.operands() else { return };
    if args.has("dry-run") {
        return;
    }
    for word in specs {
        let text = word.text();
        let plus = text.strip_prefix('+');
        let Some((src, dst)) = plus.unwrap_or(text).split_once(':') else { continue };
        let moves = (plus.is_some() || args.has("f")) && !dst.is_empty();
        // Into the branches of this repository, or of a bare one that is more than a mirror.
        if matches!(dst, "refs/*" | "refs/heads/*") && (moves || args.has("p")) && !is_mirror(git) {
            let target =
                RefTarget { new: Some(HOLE.to_string()), ..git.target(&HOLE.to_string(), RefKind::Branch) };
            let more = vec![
                (Key::Force, Value::from(true)),
                (Key::RefBackwards, Value::from(true)),
                (Key::RefProtected, Value::from(true)),
            ];
            effects.push(target.effect(EffectKind::RefOverwrite, word.span, more));
            continue;
        }
        if !moves || dst.contains(['*', HOLE]) || dst.starts_with("refs/remotes/") {
            continue;
        }
        // As it was when it was last fetched.
        let src = src.strip_prefix("refs/heads/").unwrap_or(src);
        let new = Some(format!("refs/remotes/{}/{src}", remote.text()));
        let target = RefTarget { new, ..git.target(dst, RefKind::Branch) };
        let force = vec![(Key::Force, Value::from(true))];
        effects.push(target.effect(EffectKind::RefOverwrite, word.span, force));
    }
}

/// Whether it is here to hold what another repository has.
fn is_mirror(git: &Git<'_>) -> bool {
    git.scene.is_live() && git.setting("core.bare").is_some_and(|value| value == "true")
}

fn add(git: &Git<'_>, act: Act, effects: &mut Vec<Effect>) {
    if !git.is_new() {
        effects.push(git.work(act).effect(git.span(), Vec::new()));
    }
}

/// Whether a time for an expiry is the present: nothing younger is kept.
fn is_now(text: &str) -> bool {
    matches!(text, "now" | "all" | "0") || ["second", "minute"].iter().any(|unit| text.contains(unit))
}
