//! Work that no commit holds: which commands of git would throw it away.

use super::act::{Act, Clean, Paths, Restore};
use super::saved::saved;
use super::{Git, RefKind, RefTarget};
use crate::action::Shell;
use crate::effect::args::Args;
use crate::effect::{Effect, EffectKind};
use crate::fact::repository::is_generated;
use crate::fact::{Key, Value};
use crate::syntax::{HOLE, Word};

/// The effects of a command that touches the working tree, the index or the stash.
pub(super) fn read(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let (before, behind) = at_dashes(git.words);
    match git.name.text() {
        "reset" => reset(git, before, effects),
        "checkout" => checkout(git, before, behind, effects),
        "switch" => switch(git, before, effects),
        "restore" => restore(git, before, behind, effects),
        "clean" => clean(git, before, behind, effects),
        "stash" => stash(git, effects),
        "worktree" => worktree(git, effects),
        "submodule" => submodule(git, effects),
        "remote" => remote(git, effects),
        "rm" => remove(git, before, behind, effects),
        "mv" => rename(git, before, effects),
        "merge" | "rebase" | "cherry-pick" | "revert" | "am" => abort(git, effects),
        "read-tree" => read_tree(git, effects),
        "checkout-index" => checkout_index(git, before, behind, effects),
        _ => {}
    }
}

/// The words before `--`, and those behind it.
fn at_dashes(words: &[Word]) -> (&[Word], Option<&[Word]>) {
    match words.iter().position(|word| word.text() == "--") {
        Some(at) => (&words[..at], Some(&words[at + 1..])),
        None => (words, None),
    }
}

/// `--hard`, `--merge`, `--keep`; the other forms keep every file as it is.
fn reset(git: &Git<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    let args = Args::read(words, "hard soft mixed merge keep q,quiet p,patch N,intent-to-add", false);
    let hard = args.has("hard");
    // With paths git refuses.
    if !(hard || args.has("merge") || args.has("keep")) || args.operands().len() > 1 || args.has("p") {
        return;
    }
    let to = args.operands().first().map_or("HEAD", |word| word.text());
    let again = again(git);
    if hard && saved(git).written {
        add(git, Act::Staged, "all", None, effects);
    } else if hard && !saved(git).tracked {
        let safer = again.as_ref().map(|again| format!("git stash push && {again}"));
        add(git, Act::Reset { to: revision(to) }, "all", safer, effects);
    } else if args.has("merge") && !saved(git).tracked {
        let safer = again.as_ref().map(|_| "git stash push".to_owned());
        add(git, Act::Unstage, "all", safer, effects);
    }
    if !matches!(to, "HEAD" | "@") && !to.contains(HOLE) {
        let target = RefTarget { new: Some(to.to_owned()), ..git.target("HEAD", RefKind::Other) };
        let mut more = vec![(Key::WorkAct, Value::from("reset"))];
        more.extend(again.map(|again| (Key::WorkAgain, Value::from(again))));
        effects.push(target.effect(EffectKind::RefOverwrite, git.span(), more));
    }
}

/// A switch to a branch by force, or files that are taken from somewhere.
fn checkout(git: &Git<'_>, words: &[Word], behind: Option<&[Word]>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "f,force b= B= orphan= d,detach l m,merge p,patch q,quiet conflict= 2,ours 3,theirs \
        overlay no-overlay pathspec-from-file= pathspec-file-nul t,track no-track ignore-other-worktrees guess \
        no-guess progress no-progress recurse-submodules overwrite-ignore";
    let args = Args::read(words, OPTIONS, false);
    if args.has("p") || args.has("m") {
        return;
    }
    let operands = args.operands();
    let creates = args.has("b") || args.has("B") || args.has("orphan") || args.has("d") || args.has("t");
    let from_file = args.has("pathspec-from-file");
    let named = behind.is_some_and(|words| !words.is_empty()) || from_file;
    let deletes = args.has("no-overlay");
    let restore = |from: Option<&Word>, paths: Paths, ambiguous| {
        let from = from.map(|word| revision(word.text()));
        Act::Restore(Restore { from, deletes, paths, ambiguous })
    };
    if named {
        let tree = operands.first().copied();
        let words: Vec<&Word> = behind.unwrap_or_default().iter().collect();
        let paths = if from_file { Paths::Unknown } else { paths(&words) };
        let scope = scope(git, &paths);
        return add(git, restore(tree, paths, false), scope, aside(git, &words, tree.is_some()), effects);
    }
    match operands {
        [word] if !creates && behind.is_none() && is_path(git, word, args.has("f")) => {
            let paths = paths(operands);
            let spelled = looks_like_path(word);
            let scope = if spelled { scope(git, &paths) } else { "file" };
            add(git, restore(None, paths, !spelled), scope, aside(git, operands, false), effects);
        }
        [tree, words @ ..] if !creates && !words.is_empty() => {
            let (from, words) = if looks_like_path(tree) { (None, operands) } else { (Some(*tree), words) };
            let paths = paths(words);
            let scope = scope(git, &paths);
            let safer = aside(git, words, from.is_some());
            add(git, restore(from, paths, from.is_some()), scope, safer, effects);
        }
        _ => {
            leave(git, creates, operands.first().copied(), effects);
            if args.has("f") {
                forced_switch(git, operands.first().copied(), effects);
            }
        }
    }
}

/// `git switch -f`, `--discard-changes`.
fn switch(git: &Git<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "f,force discard-changes c,create= C,force-create= d,detach t,track m,merge q,quiet \
        orphan= guess no-guess conflict= progress no-progress ignore-other-worktrees recurse-submodules no-track";
    let args = Args::read(words, OPTIONS, false);
    let creates = args.has("c") || args.has("C") || args.has("orphan");
    leave(git, creates, args.operands().first().copied(), effects);
    if args.has("f") || args.has("discard-changes") {
        forced_switch(git, args.operands().first().copied(), effects);
    }
}

fn forced_switch(git: &Git<'_>, to: Option<&Word>, effects: &mut Vec<Effect>) {
    if !saved(git).tracked {
        let to = to.map_or("HEAD", |word| word.text());
        let safer = again(git).map(|again| format!("git stash push && {again}"));
        add(git, Act::Reset { to: revision(to) }, "all", safer, effects);
    }
}

fn restore(git: &Git<'_>, words: &[Word], behind: Option<&[Word]>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "s,source= S,staged W,worktree p,patch q,quiet 2,ours 3,theirs m,merge conflict= \
        ignore-unmerged overlay no-overlay pathspec-from-file= pathspec-file-nul recurse-submodules progress \
        no-progress";
    let args = Args::read(words, OPTIONS, false);
    let (staged, from_file) = (args.has("S"), args.has("pathspec-from-file"));
    if args.has("p") || args.has("m") || (staged && !args.has("W")) {
        return;
    }
    let words: Vec<&Word> = args.operands().iter().copied().chain(behind.unwrap_or_default()).collect();
    if words.is_empty() && !from_file {
        return;
    }
    let paths = if from_file { Paths::Unknown } else { paths(&words) };
    let from = args.value("s").or(staged.then_some("HEAD")).map(revision);
    let safer = aside(git, &words, args.has("s"));
    let deletes = from.is_some() && !args.has("overlay");
    let scope = scope(git, &paths);
    add(git, Act::Restore(Restore { from, deletes, paths, ambiguous: false }), scope, safer, effects);
}

fn clean(git: &Git<'_>, words: &[Word], behind: Option<&[Word]>, effects: &mut Vec<Effect>) {
    let args = Args::read(words, "d f,force i,interactive n,dry-run q,quiet e,exclude= x X", false);
    if args.has("n") || args.has("i") {
        return;
    }
    let free = |value: &str| ["false", "no", "off", "0"].iter().any(|no| value.eq_ignore_ascii_case(no));
    let forced = args.has("f") || git.setting("clean.requireforce").is_some_and(|value| free(&value));
    let saved = saved(git);
    if !forced || (saved.untracked && !args.has("x") && !args.has("X")) {
        return;
    }
    let words: Vec<&Word> = args.operands().iter().copied().chain(behind.unwrap_or_default()).collect();
    let paths = if words.is_empty() { Paths::All } else { paths(&words) };
    let mut options = Vec::new();
    options.extend(args.has("d").then(|| "-d".to_owned()));
    // Repositories in the way are deleted only where it is said twice.
    let force = args.all("f").count();
    options.extend((force > 1).then(|| "-ff".to_owned()));
    for exclude in args.all("e").filter_map(|flag| flag.value) {
        options.push(format!("--exclude={exclude}"));
    }
    let ignored = if args.has("x") { Some('x') } else { args.has("X").then_some('X') };
    let mut preview = vec!["git clean -n".to_owned()];
    preview.extend(ignored.map(|letter| format!("-{letter}")));
    preview.extend(
        options.iter().filter(|option| *option != "-ff").map(|option| Shell::Bash.word(option).into_owned()),
    );
    let preview = known(&words).map(|words| {
        preview.extend((!words.is_empty()).then(|| "--".to_owned()));
        preview.extend(words);
        preview.join(" ")
    });
    // A file that git does not have is gone for good, also where it is named.
    let scope = if words.is_empty() { "all" } else { "many" };
    let start = effects.len();
    add(git, Act::Clean(Clean { options, ignored, paths }), scope, None, effects);
    if let (Some(effect), Some(preview)) = (effects.get_mut(start), preview) {
        effect.attributes.push((Key::Preview, Value::from(preview)));
    }
}

/// `drop` and `clear`; the other verbs keep what they take.
fn stash(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let mut operands = git.words.iter().filter(|word| !word.text().starts_with('-'));
    let entry = match operands.next().map(Word::text) {
        Some("drop") => Some(operands.next().map_or("stash@{0}", Word::text).to_owned()),
        Some("clear") => None,
        _ => return,
    };
    let saved = saved(git);
    if entry.is_some() && saved.applied {
        return;
    }
    if saved.stashed {
        // The newest entry is what the line itself has stashed: it goes as if it had been thrown away at once.
        add_always(git, Act::Reset { to: "HEAD".to_owned() }, "all", None, effects);
        if saved.untracked {
            add_always(git, everything_untracked(), "all", None, effects);
        }
        if matches!(entry.as_deref(), Some("stash@{0}" | "0")) {
            // Where there was nothing to stash, the newest entry is an old one.
            if !saved.untracked && git.scene.is_live() {
                add(git, Act::Stash { entry, idle: true }, "all", None, effects);
            }
            return;
        }
    }
    add(git, Act::Stash { entry, idle: false }, "all", None, effects);
}

fn everything_untracked() -> Act {
    Act::Clean(Clean {
        options: vec!["-d".to_owned()],
        ignored: None,
        paths: Paths::These(vec![":/".to_owned()]),
    })
}

/// `worktree remove`: by force it takes changes along, and without it the commits of a detached HEAD.
fn worktree(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let [verb, words @ ..] = git.words else { return };
    let args = Args::read(words, "f,force", false);
    let Some(path) = args.operands().first().filter(|_| verb.text() == "remove") else { return };
    let forced = args.has("f");
    let act = Act::Worktree { path: path.text().to_owned() };
    let safer = known(&[path]).filter(|_| forced).map(|words| {
        let path = words.concat();
        format!("git -C {path} stash push --include-untracked && git worktree remove {path}")
    });
    let start = effects.len();
    add(git, act, "all", safer, effects);
    for effect in &mut effects[start..] {
        effect.attributes.push((Key::Force, Value::from(forced)));
    }
}

/// `remote remove`: its tracking branches may be the last that hold what it had.
fn remote(git: &Git<'_>, effects: &mut Vec<Effect>) {
    if let [verb, name] = git.words
        && matches!(verb.text(), "remove" | "rm")
        && let Some(name) = name.known()
    {
        add(git, Act::Remote { name: name.to_owned() }, "tidy", None, effects);
    }
}

/// `deinit -f` and `update --force`.
fn submodule(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let verb = git.words.iter().position(|word| !word.text().starts_with('-'));
    let Some(verb) = verb else { return };
    const OPTIONS: &str = "f,force all init remote N,no-fetch recursive reference= depth= j,jobs= merge rebase \
        checkout filter= q,quiet";
    let args = Args::read(&git.words[verb + 1..], OPTIONS, false);
    // An update is typed to get going more often than to throw away.
    let (untracked, scope) = match git.words[verb].text() {
        "deinit" => (true, "all"),
        "update" => (false, "tidy"),
        _ => return,
    };
    if args.has("f") {
        let operands = args.operands();
        let paths = if operands.is_empty() { Paths::All } else { paths(operands) };
        add(git, Act::Submodules { paths, untracked }, scope, None, effects);
    }
}

/// `git rm` without force keeps what was changed.
fn remove(git: &Git<'_>, words: &[Word], behind: Option<&[Word]>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "f,force r n,dry-run cached q,quiet ignore-unmatch sparse pathspec-from-file=";
    let args = Args::read(words, OPTIONS, false);
    if !args.has("f") || args.has("n") || args.has("cached") {
        return;
    }
    let words: Vec<&Word> = args.operands().iter().copied().chain(behind.unwrap_or_default()).collect();
    let paths = if args.has("pathspec-from-file") { Paths::Unknown } else { paths(&words) };
    // A directory, unless it is not even there; what a build makes again is named by its name.
    let tree =
        args.has("r") && !words.iter().all(|word| is_generated(word.text()) || git.finds_file(word.text()));
    let scope = if tree { "many" } else { scope(git, &paths) };
    add(git, Act::Remove { paths }, scope, aside(git, &words, true), effects);
}

/// `git mv -f` over another file.
fn rename(git: &Git<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    let args = Args::read(words, "f,force n,dry-run k v,verbose", false);
    if let [_, to] = args.operands()
        && args.has("f")
        && !args.has("n")
        && (git.finds_file(to.text()) || !git.scene.is_live())
    {
        add(git, Act::Remove { paths: paths(&[to]) }, "file", None, effects);
    }
}

/// What is given up halfway takes along the conflicts that were solved by hand.
fn abort(git: &Git<'_>, effects: &mut Vec<Effect>) {
    if git.words.iter().any(|word| matches!(word.text(), "--abort" | "--skip")) {
        add(git, Act::Abort, "tidy", None, effects);
    }
}

/// A detached HEAD goes elsewhere; the branch that was made of it keeps its commits.
fn leave(git: &Git<'_>, creates: bool, to: Option<&Word>, effects: &mut Vec<Effect>) {
    let Some(to) = to.map_or_else(|| (!creates).then_some("HEAD"), |word| word.known()) else { return };
    let detached = || git.dir.as_deref().is_some_and(super::config::is_detached);
    if to != "HEAD" && (!git.scene.is_live() || detached()) {
        add_always(git, Act::Leave { to: revision(to) }, "tidy", None, effects);
    }
}

/// `git apply --unsafe-paths --directory=/etc`: a patch that leaves the working tree.
pub(super) fn apply(call: crate::effect::Call<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    let args = Args::read(
        words,
        "directory= p= C= check stat numstat summary unsafe-paths exclude= include= whitespace= build-fake-ancestor=",
        false,
    );
    if let Some(dir) = args.flag("directory")
        && args.has("unsafe-paths")
        && !["check", "stat", "numstat", "summary"].iter().any(|name| args.has(name))
    {
        let dir = Word::literal(dir.value.unwrap_or_default(), dir.word.span);
        crate::effect::file::patched(call, &dir, effects);
    }
}

fn read_tree(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(git.words, "reset u m i n,dry-run prefix= index-output= v", false);
    if args.has("reset") && args.has("u") && !args.has("n") && !saved(git).tracked {
        let to = args.operands().last().map_or("HEAD", |word| word.text());
        let safer = again(git).map(|again| format!("git stash push && {again}"));
        add(git, Act::Reset { to: revision(to) }, "all", safer, effects);
    }
}

fn checkout_index(git: &Git<'_>, words: &[Word], behind: Option<&[Word]>, effects: &mut Vec<Effect>) {
    let args =
        Args::read(words, "f,force a,all prefix= stdin temp q,quiet n,no-create u,index stage= z", false);
    if !args.has("f") || args.has("prefix") || args.has("temp") {
        return;
    }
    let words: Vec<&Word> = args.operands().iter().copied().chain(behind.unwrap_or_default()).collect();
    let paths = match () {
        () if args.has("stdin") => Paths::Unknown,
        () if args.has("a") => Paths::All,
        () => paths(&words),
    };
    let scope = if paths == Paths::All { "all" } else { scope(git, &paths) };
    let act = Act::Restore(Restore { from: None, deletes: false, paths, ambiguous: false });
    add(git, act, scope, aside(git, &words, false), effects);
}

fn add(git: &Git<'_>, act: Act, scope: &'static str, safer: Option<String>, effects: &mut Vec<Effect>) {
    let saved = saved(git);
    if matches!(act, Act::Restore(_) | Act::Remove { .. }) && saved.tracked {
        return;
    }
    // What is taken from the index only loses what the file with the changes has.
    if matches!(&act, Act::Restore(Restore { from: None, .. })) && saved.written {
        return;
    }
    let resets = matches!(act, Act::Reset { .. });
    add_always(git, act, scope, safer, effects);
    if resets && saved.added {
        // What `git add` has only just taken in goes too.
        add_always(git, everything_untracked(), scope, None, effects);
    }
}

fn add_always(
    git: &Git<'_>,
    act: Act,
    scope: &'static str,
    safer: Option<String>,
    effects: &mut Vec<Effect>,
) {
    if git.is_new() && !(matches!(act, Act::Clean(_)) && git.is_over_files()) {
        return;
    }
    let mut more = vec![(Key::WorkScope, Value::from(scope))];
    more.extend(safer.map(|safer| (Key::WorkSafer, Value::from(safer))));
    effects.push(git.work(act).effect(git.span(), more));
}

/// Words as they would be typed again; `None` where one is only known when it runs.
fn known(words: &[&Word]) -> Option<Vec<String>> {
    let written = |text: &str| {
        // Inside a word `~` is a letter: `HEAD~3`.
        let plain = !text.starts_with('~') && !text.contains(":~") && !text.contains("=~");
        let quoted = Shell::Bash.word(text);
        match Shell::Bash.word(&text.replace('~', "_")) {
            letters if plain && !letters.starts_with('\'') => text.to_owned(),
            _ => quoted.into_owned(),
        }
    };
    words.iter().map(|word| word.known().map(written)).collect()
}

/// The call as it would be typed again.
fn again(git: &Git<'_>) -> Option<String> {
    // Where `--git-dir` names the repository, every command would have to.
    if git.place.as_ref().is_none_or(|place| !place.is_empty()) {
        return None;
    }
    let words: Vec<&Word> = std::iter::once(git.name).chain(git.words).collect();
    Some(format!("git {}", known(&words)?.join(" ")))
}

/// A stash of exactly these files, and then the call itself where that does more than take changes away.
fn aside(git: &Git<'_>, words: &[&Word], then: bool) -> Option<String> {
    let paths = known(words).filter(|paths| !paths.is_empty())?.join(" ");
    let stash = format!("git stash push -- {paths}");
    if then { Some(format!("{stash} && {}", again(git)?)) } else { Some(stash) }
}

fn paths(words: &[&Word]) -> Paths {
    let known: Option<Vec<String>> = words.iter().map(|word| word.known().map(str::to_owned)).collect();
    known.map_or(Paths::Unknown, Paths::These)
}

/// `-` is the branch that was left last.
fn revision(text: &str) -> String {
    if text == "-" { "@{-1}".to_owned() } else { text.to_owned() }
}

/// A word that no branch can be called.
fn looks_like_path(word: &Word) -> bool {
    let text = word.text();
    matches!(text, "." | "..")
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with('/')
        || text.starts_with(':')
        || text.ends_with('/')
        || text.contains('*')
        || text.contains('?')
}

/// Whether the only word of a checkout is a path: it is spelled as one, or there is such a file. Whether there is
/// a branch of that name as well, the facts know.
fn is_path(git: &Git<'_>, word: &Word, forced: bool) -> bool {
    looks_like_path(word) || (!forced && git.finds(word.text()))
}

/// How much a pathspec can reach: `file`, where it names files one by one, or `many`.
fn scope(git: &Git<'_>, paths: &Paths) -> &'static str {
    match paths {
        Paths::These(paths) => {
            let one = |path: &String| {
                let wild = path.contains(['*', '?', '[']) || path.starts_with(':') || path.ends_with('/');
                !wild
                    && !matches!(path.as_str(), "." | ".." | "")
                    && !path.ends_with("/.")
                    && !git.finds_dir(path)
            };
            if paths.iter().all(one) { "file" } else { "many" }
        }
        Paths::All => "all",
        Paths::Unknown => "many",
    }
}
