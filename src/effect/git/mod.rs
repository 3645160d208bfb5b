//! What git would do to refs, to work that no commit holds, and to history.

mod act;
mod builtin;
mod config;
mod history;
mod merged;
mod push;
mod saved;
mod target;
mod work;

pub use act::{Act, Clean, Paths, Restore, WorkTarget};
pub(super) use config::current_branch;
pub use history::{read_bfg, read_filter_repo};
pub use target::{Place, Reach, RefKind, RefTarget, join};

use super::answer::answered;
use super::args::Args;
use super::{Call, Effect, EffectKind, Target};
use crate::action::{Line, Scene};
use crate::fact::{Key, Value};
use crate::git::root_of;
use crate::syntax::{Dir, Feed, HOLE, Host, Invocation, Script, Span, Word};
use std::cell::Cell;
use std::path::PathBuf;

/// Options of git itself, before the subcommand.
const GLOBAL: &str = "C= c= git-dir= work-tree= namespace= config-env= super-prefix= attr-source=";

/// How deep commands of git may run others: aliases that lead to aliases, `submodule foreach`.
const MAX_DEPTH: usize = 8;
/// How many such commands are read in all for one call: an alias may name itself several times.
const MAX_INNER: usize = 64;

/// How many calls before another are looked at for what they do to its work.
const MAX_BEFORE: usize = 64;

/// How far the reading of commands inside commands has gone.
#[derive(Clone, Copy)]
struct Nesting<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

impl Nesting<'_> {
    /// One level further in; `None` at the end of patience.
    fn deeper(self) -> Option<Self> {
        let left = self.left.get().checked_sub(1)?;
        self.left.set(left);
        (self.depth < MAX_DEPTH).then_some(Nesting { depth: self.depth + 1, ..self })
    }
}

/// A git call after its global options.
struct Git<'a> {
    /// The subcommand.
    name: &'a Word,
    words: &'a [Word],
    /// What stands for the repository: where git runs, or its `--git-dir`.
    dir: Option<PathBuf>,
    /// Where git runs.
    cwd: Option<PathBuf>,
    /// `--git-dir=…`, `--work-tree=…`; `None` where they are only known when it runs.
    place: Option<Vec<String>>,
    /// `-c key=value`, keys in small letters.
    settings: Vec<(String, String)>,
    invocation: &'a Invocation,
    stdin: &'a Feed,
    script: &'a Script,
    scene: &'a Scene,
}

/// The effects of a git call.
pub fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let left = Cell::new(MAX_INNER);
    let moves = |word: &Word| {
        matches!(word.text(), "push" | "branch" | "tag" | "reset" | "update-ref" | "checkout" | "switch")
    };
    let answered = if call.invocation.args().iter().take(4).any(moves) { answered(call) } else { None };
    let call = answered.as_ref().map_or(call, |invocation| Call { invocation, ..call });
    read_git(call, Nesting { depth: 0, left: &left }, effects);
}

/// yadm: git, with the home for its working tree.
pub fn read_yadm(call: Call<'_>, effects: &mut Vec<Effect>) {
    let span = call.invocation.span;
    let own = call.invocation.args().first().map_or("", Word::text);
    if matches!(
        own,
        "clone"
            | "bootstrap"
            | "decrypt"
            | "encrypt"
            | "config"
            | "list"
            | "alt"
            | "perms"
            | "init"
            | "enter"
    ) {
        return;
    }
    let mut invocation = call.invocation.clone();
    let Some(home) = call.scene.home().map(|home| home.display().to_string()) else { return };
    let tree = [format!("--git-dir={home}/.local/share/yadm/repo.git"), format!("--work-tree={home}")];
    invocation.words = std::iter::once(Word::literal("git", span))
        .chain(tree.into_iter().map(|option| Word::literal(option, span)))
        .chain(call.invocation.args().iter().cloned())
        .collect();
    read(Call { invocation: &invocation, ..call }, effects);
}

fn read_git(call: Call<'_>, nesting: Nesting<'_>, effects: &mut Vec<Effect>) {
    let Call { invocation, script, scene } = call;
    let words = invocation.args();
    let global = Args::read(words, GLOBAL, true);
    let Some(subcommand) = global.operands().first() else { return };
    let Some(at) = words.iter().position(|word| std::ptr::eq(word, *subcommand)) else { return };
    let rest = &words[at + 1..];
    if rest.iter().any(|word| word.text() == "--help") {
        return;
    }

    // What another machine holds cannot be seen from here.
    let mut dir = invocation.cwd(scene).filter(|_| invocation.host == Host::Local);
    for flag in global.all("C") {
        dir = match (dir, flag.value) {
            (Some(dir), Some(value)) if flag.word.known().is_some() => Some(dir.join(value)),
            _ => None,
        };
    }
    let cwd = dir.clone();
    let git_dir = global.value("git-dir").map(str::to_owned).or_else(|| invocation.var("GIT_DIR", scene));
    let work_tree =
        global.value("work-tree").map(str::to_owned).or_else(|| invocation.var("GIT_WORK_TREE", scene));
    let named = [("--git-dir", &git_dir), ("--work-tree", &work_tree)];
    let place = named.iter().filter_map(|(option, value)| Some(format!("{option}={}", value.as_ref()?)));
    let place: Vec<String> = place.collect();
    let place = Some(place).filter(|place| !place.iter().any(|option| option.contains(HOLE)));
    if let Some(git_dir) = git_dir {
        dir = dir.map(|dir| dir.join(git_dir));
    }
    let setting = |text: &str| {
        let (key, value) = text.split_once('=').unwrap_or((text, "true"));
        (key.to_ascii_lowercase(), value.to_owned())
    };
    let settings = global.all("c").filter_map(|flag| flag.value.map(setting)).collect();

    let stdin = &invocation.stdin;
    let git =
        Git { name: subcommand, words: rest, dir, cwd, place, settings, invocation, stdin, script, scene };
    match subcommand.text() {
        "branch" => branch(&git, effects),
        "tag" => tag(&git, effects),
        "update-ref" => update_ref(&git, effects),
        "checkout" => {
            force_create(&git, "B= b=", "B", effects);
            work::read(&git, effects);
        }
        "switch" => {
            force_create(&git, "C,force-create= c,create=", "C", effects);
            work::read(&git, effects);
        }
        "remote" if rest.first().is_some_and(|word| word.text() == "set-url") => {
            super::hosting::redirected(rest, subcommand.span, script, effects);
        }
        "reset" | "restore" | "clean" | "stash" | "worktree" | "rm" | "mv" | "read-tree" | "remote"
        | "checkout-index" | "merge" | "cherry-pick" | "revert" | "am" => {
            work::read(&git, effects);
        }
        "commit" | "filter-branch" | "filter-repo" | "lfs" | "reflog" | "gc" | "prune" | "fetch" => {
            history::read(&git, effects);
        }
        "push" | "send-pack" => {
            push::read(&git, effects);
            super::hosting::handed_over(rest, effects);
        }
        "apply" => work::apply(call, rest, effects),
        "p4" if rest.iter().any(|word| word.text().starts_with("--disable-p4pre")) => {
            super::hosting::passed("the checks that stand before a submit", git.span(), effects);
        }
        "credential"
        | "credential-store"
        | "credential-cache"
        | "credential-manager"
        | "credential-libsecret" => {
            super::hosting::revealed(rest, git.span(), effects);
        }
        "daemon" => super::hosting::served(rest, subcommand.span, scene, effects),
        "annex" | "town" | "obliterate" | "delete-branch" | "fast-import" => {
            crate::effect::vcs::read_in_git(&words[at..], call, effects);
        }
        "submodule" => {
            work::read(&git, effects);
            let verb = rest.iter().position(|word| !word.text().starts_with('-'));
            if let Some(verb) = verb.filter(|&verb| rest[verb].text() == "foreach") {
                let command = rest[verb + 1..].iter().skip_while(|word| word.text().starts_with('-'));
                let command: Vec<&Word> = command.collect();
                // In each submodule, wherever that is.
                let found = effects.len();
                run_words(&command, None, scene, nesting, effects);
                for effect in &mut effects[found..] {
                    if let Target::Work(target) = &mut effect.target
                        && target.act.kind() == EffectKind::WorkDiscard
                        && target.dir.is_none()
                    {
                        let untracked = matches!(target.act, Act::Clean(_));
                        *target = git.work(Act::Submodules { paths: Paths::All, untracked });
                    }
                }
            }
        }
        "rebase" => {
            history::read(&git, effects);
            work::read(&git, effects);
            let args = Args::read(rest, "x,exec=", false);
            for flag in args.all("exec") {
                let command = Word::literal(flag.value.unwrap_or_default(), flag.word.span);
                run_words(&[&command], git.dir.clone(), scene, nesting, effects);
            }
        }
        "bisect" => {
            if let [run, command @ ..] = rest
                && run.text() == "run"
            {
                // What comes out of the network as it runs is read where it comes in.
                if command.iter().any(|word| word.known().is_none()) {
                    let mut inner = invocation.clone();
                    inner.words = command.to_vec();
                    inner.via.push("git bisect");
                    return super::read_call(Call { invocation: &inner, ..call }, effects);
                }
                run_words(&command.iter().collect::<Vec<_>>(), git.dir, scene, nesting, effects);
            }
        }
        name if builtin::is_builtin(name) => {}
        name => {
            let given = global.all("c").filter_map(|flag| flag.value?.split_once('='));
            let given = given.filter(|(key, _)| key.strip_prefix("alias.") == Some(name)).last();
            let alias = match given {
                Some((_, value)) => Some(value.to_owned()),
                None => alias_of_line(call, name).or_else(|| config::alias(git.dir.as_deref(), name, scene)),
            };
            if let Some(alias) = alias {
                expand_alias(&alias, call, at, git.dir, nesting, effects);
            }
        }
    }
}

/// An alias that the same line sets: `git config alias.x '!…' && git x`.
fn alias_of_line(call: Call<'_>, name: &str) -> Option<String> {
    let others = &call.script.invocations;
    let here = others.iter().position(|other| std::ptr::eq(other, call.invocation))?;
    others[here.saturating_sub(64)..here].iter().rev().find_map(|other| {
        let words = other.args();
        let at = words.iter().position(|word| word.text().strip_prefix("alias.") == Some(name))?;
        let sets = other.program() == "git" && words.iter().any(|word| word.text() == "config");
        words.get(at + 1).filter(|_| sets).map(|word| word.text().to_owned())
    })
}

/// Reads what an alias stands for. The guilty words are the alias itself and what follows it.
fn expand_alias(
    alias: &str,
    call: Call<'_>,
    at: usize,
    dir: Option<PathBuf>,
    nesting: Nesting<'_>,
    effects: &mut Vec<Effect>,
) {
    let Call { invocation, script, scene } = call;
    let Some(nesting) = nesting.deeper() else { return };
    let words = invocation.args();
    let name = &words[at];
    let rest = &words[at + 1..];
    if let Some(command) = alias.strip_prefix('!') {
        let span = rest.last().map_or(name.span, |last| name.span.to(last.span));
        // git runs it at the root of the working tree, wherever it is called.
        let root = |dir: PathBuf| root_of(&dir).map(PathBuf::from).unwrap_or(dir);
        let dir = if scene.is_live() { dir.map(root) } else { dir };
        return run_line(command, rest, span, dir, scene, nesting, effects);
    }
    let meant = crate::syntax::read(&Line::from_bytes(format!("git {alias}").as_bytes()), scene);
    let Some(inner) = meant.invocations.first() else { return };
    let mut expanded = invocation.clone();
    expanded.words.truncate(at + 1);
    expanded.words.extend(inner.args().iter().cloned());
    for word in &mut expanded.words[at + 1..] {
        word.span = name.span;
    }
    expanded.words.extend(rest.iter().cloned());
    read_git(Call { invocation: &expanded, script, scene }, nesting, effects);
}

/// `git ls-files --others | xargs rm`: what a call lists and another deletes, read as the call of git that would
/// delete the same. Whether it lists such.
pub fn listed(call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    let words = call.invocation.args();
    let has = |wanted: &[&str]| {
        words.iter().any(|word| {
            let text = word.text();
            wanted.iter().any(|it| {
                *it == text
                    || it.len() == 2
                        && text.len() < 6
                        && text.starts_with('-')
                        && !text.starts_with("--")
                        && text.contains(&it[1..])
            })
        })
    };
    let operands: Vec<&str> = words.iter().map(Word::text).filter(|text| !text.starts_with('-')).collect();
    let meant: &[&str] = match operands.first() {
        Some(&"ls-files") if has(&["--others", "-o"]) => match () {
            () if has(&["--ignored", "-i"]) => &["clean", "-fdX"],
            () if has(&["--exclude-standard"]) => &["clean", "-fd"],
            () => &["clean", "-fdx"],
        },
        Some(&"ls-files") if has(&["--modified", "-m"]) => &["checkout", "--", "."],
        Some(&"ls-files") => &["rm", "-rf", "."],
        Some(&"status") => &["clean", "-fd"],
        Some(&"clean") if has(&["--dry-run", "-n"]) => &["clean", "-fdx"],
        Some(&"diff") if has(&["--name-only"]) => &["checkout", "--", "."],
        _ => return false,
    };
    let mut invocation = call.invocation.clone();
    invocation.words.truncate(1);
    let span = invocation.span;
    invocation.words.extend(meant.iter().map(|text| Word::literal(*text, span)));
    read(Call { invocation: &invocation, ..call }, effects);
    true
}

/// Reads a command that runs in directories which only show when it runs.
pub fn read_elsewhere(words: &[&Word], scene: &Scene, effects: &mut Vec<Effect>) {
    let left = Cell::new(MAX_INNER);
    run_words(words, None, scene, Nesting { depth: 0, left: &left }, effects);
}

/// Reads what a git command runs: the words themselves, or a line of shell in a single word.
fn run_words(
    words: &[&Word],
    dir: Option<PathBuf>,
    scene: &Scene,
    nesting: Nesting<'_>,
    effects: &mut Vec<Effect>,
) {
    let ([first, .., last] | [first @ last]) = words else { return };
    let Some(nesting) = nesting.deeper() else { return };
    let rest: Vec<Word> = words[1..].iter().map(|word| (*word).clone()).collect();
    run_line(first.text(), &rest, first.span.to(last.span), dir, scene, nesting, effects);
}

/// Reads a line of shell, with these words behind it, that git runs in a directory.
fn run_line(
    command: &str,
    rest: &[Word],
    span: Span,
    dir: Option<PathBuf>,
    scene: &Scene,
    nesting: Nesting<'_>,
    effects: &mut Vec<Effect>,
) {
    let mut line = command.to_owned();
    for word in rest {
        line.push_str(" '");
        line.push_str(&word.text().replace('\'', "'\\''"));
        line.push('\'');
    }
    let known = dir.is_some();
    let mut there = scene.clone();
    there.cwd = dir.unwrap_or_else(|| scene.cwd.clone());
    let mut script = crate::syntax::read(&Line::from_bytes(line.as_bytes()), &there);
    if !known {
        script.invocations.iter_mut().for_each(|inner| inner.dir = Dir::Unknown);
    }
    for inner in &script.invocations {
        let found = effects.len();
        let call = Call { invocation: inner, script: &script, scene: &there };
        // Other programs are read by their own readers; git calls count how deep they are.
        match inner.program() {
            "git" => read_git(call, nesting, effects),
            _ => super::read_call(call, effects),
        }
        for effect in &mut effects[found..] {
            effect.span = span;
        }
    }
}

impl Git<'_> {
    fn target(&self, name: &str, kind: RefKind) -> RefTarget {
        RefTarget { dir: self.dir.clone(), name: name.to_owned(), kind, ..RefTarget::default() }
    }

    fn work(&self, act: Act) -> WorkTarget {
        let dir = self.cwd.clone().filter(|_| self.place.is_some());
        WorkTarget { dir, place: self.place.clone().unwrap_or_default(), act }
    }

    /// From the subcommand to the last word.
    fn span(&self) -> Span {
        self.words.last().map_or(self.name.span, |last| self.name.span.to(last.span))
    }

    /// The calls that stand before this one in the line, the last first and no more than are worth a look.
    fn before(&self) -> impl Iterator<Item = &Invocation> {
        let before = |other: &&Invocation| other.span.end <= self.invocation.span.start;
        self.script.invocations.iter().rev().filter(before).take(MAX_BEFORE)
    }

    /// Whether the line itself makes the repository where files lie already: they are in no commit.
    fn is_over_files(&self) -> bool {
        let Some(dir) = self.cwd.as_ref().filter(|_| self.scene.is_live()) else { return false };
        self.scene.home().as_ref() == Some(dir)
            || dir.read_dir().is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Whether the line itself makes the repository, so that nothing in it can be lost.
    fn is_new(&self) -> bool {
        let Some(dir) = self.cwd.as_ref().filter(|_| self.scene.is_live()) else { return false };
        let (mut inits, mut makes) = (false, false);
        for other in self.before() {
            match (other.program(), other.args().first().map(Word::text)) {
                ("git", Some("init")) => inits = true,
                ("git", Some("clone" | "worktree")) | ("gh" | "hub" | "mkdir", _) => makes = true,
                _ => {}
            }
        }
        (inits && !dir.join(".git").exists()) || (makes && !dir.exists())
    }

    /// A setting that the call itself gives: key in small letters.
    fn given(&self, key: &str) -> Option<String> {
        let found = self.settings.iter().rfind(|(known, _)| known == key);
        found.map(|(_, value)| value.clone())
    }

    /// A setting, given or configured: section and key in small letters.
    fn setting(&self, key: &str) -> Option<String> {
        self.given(key).or_else(|| config::value(self.dir.as_deref(), key, self.scene))
    }

    /// Whether there is a file or a directory of this name.
    fn finds(&self, path: &str) -> bool {
        let at = self.cwd.as_ref().filter(|_| self.scene.is_live() && !path.contains(HOLE));
        at.is_some_and(|dir| dir.join(path).symlink_metadata().is_ok())
    }

    /// Whether there is a file of this name.
    fn finds_file(&self, path: &str) -> bool {
        self.finds(path) && !self.finds_dir(path)
    }

    /// Whether there is a directory of this name.
    fn finds_dir(&self, path: &str) -> bool {
        self.cwd.as_ref().is_some_and(|dir| self.scene.is_live() && dir.join(path).is_dir())
    }
}

/// The directory that a call runs in on this machine.
fn place_of(call: Call<'_>) -> Option<PathBuf> {
    call.invocation.cwd(call.scene).filter(|_| call.invocation.host == Host::Local)
}

/// `git branch -D`, `-M`, `-C`, `-f`. Plain `-d`, `-m` and `-c` refuse by themselves what would lose anything.
fn branch(git: &Git<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "d,delete D f,force m,move M c,copy C r,remotes a,all u,set-upstream-to= sort= format= \
        points-at= l,list";
    let args = Args::read(git.words, OPTIONS, false);
    let forced = args.has("f");
    let operands = args.operands();
    let force = vec![(Key::Force, Value::from(true))];
    if args.has("l") {
        return;
    }
    if args.has("D") || (args.has("d") && forced) {
        for word in operands.iter().filter(|word| !merged::lists_merged(word, git.script)) {
            let name = match args.has("r") {
                true => format!("refs/remotes/{}", word.text()),
                false => word.text().to_owned(),
            };
            let target = git.target(&name, RefKind::Branch);
            effects.push(target.effect(EffectKind::RefDelete, span_of(git, word), force.clone()));
        }
    } else if args.has("M") || args.has("C") || ((args.has("m") || args.has("c")) && forced) {
        if let Some(word) = operands.last() {
            let new = if operands.len() > 1 { operands[0].text() } else { "HEAD" };
            let target = RefTarget { new: Some(new.to_owned()), ..git.target(word.text(), RefKind::Branch) };
            effects.push(target.effect(EffectKind::RefOverwrite, span_of(git, word), force));
        }
    } else if forced
        && !args.has("d")
        && let Some(word) = operands.first()
    {
        let new = operands.get(1).map_or("HEAD", |word| word.text());
        let target = RefTarget { new: Some(new.to_owned()), ..git.target(word.text(), RefKind::Branch) };
        effects.push(target.effect(EffectKind::RefOverwrite, span_of(git, word), force));
    }
}

/// `git tag -d`, `git tag -f`.
fn tag(git: &Git<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "d,delete f,force m,message= F,file= u,local-user= l,list sort= format=";
    let args = Args::read(git.words, OPTIONS, false);
    let operands = args.operands();
    if args.has("d") {
        for word in operands {
            let target = git.target(word.text(), RefKind::Tag);
            effects.push(target.effect(EffectKind::RefDelete, span_of(git, word), Vec::new()));
        }
    } else if args.has("f")
        && let Some(word) = operands.first()
    {
        let new = operands.get(1).map_or("HEAD", |word| word.text());
        let target = RefTarget { new: Some(new.to_owned()), ..git.target(word.text(), RefKind::Tag) };
        effects.push(target.effect(
            EffectKind::RefOverwrite,
            span_of(git, word),
            vec![(Key::Force, true.into())],
        ));
    }
}

/// `git update-ref -d ref`, `git update-ref ref new`, and the commands that `--stdin` is fed in the line.
fn update_ref(git: &Git<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "d m= stdin";
    let args = Args::read(git.words, OPTIONS, false);
    let force = vec![(Key::Force, Value::from(true))];
    let mut change = |verb: &str, name: &str, new: Option<&str>, span: Span| {
        let target = git.target(name, RefKind::Other);
        match (verb, new) {
            ("delete", _) => effects.push(target.effect(EffectKind::RefDelete, span, force.clone())),
            ("update", Some(new)) => {
                let target = RefTarget { new: Some(new.to_owned()), ..target };
                effects.push(target.effect(EffectKind::RefOverwrite, span, force.clone()));
            }
            _ => {}
        }
    };
    if args.has("stdin") {
        let whole = args.span("stdin").unwrap_or_default();
        let Feed::Text(text) = git.stdin else {
            // Whatever comes in may delete any ref.
            return change("delete", &HOLE.to_string(), None, whole);
        };
        for line in text.text().lines() {
            let mut fields = line.split_whitespace();
            if let (Some(verb), Some(name)) = (fields.next(), fields.next()) {
                change(verb, name, fields.next(), text.span);
            }
        }
        return;
    }
    if let Some(word) = args.operands().first() {
        let verb = if args.has("d") { "delete" } else { "update" };
        change(verb, word.text(), args.operands().get(1).map(|word| word.text()), span_of(git, word));
    }
}

/// `git checkout -B name`, `git switch -C name`: an existing branch is moved.
fn force_create(git: &Git<'_>, options: &'static str, flag: &str, effects: &mut Vec<Effect>) {
    let args = Args::read(git.words, options, false);
    let Some(given) = args.flag(flag) else { return };
    let Some(name) = given.value else { return };
    let new = args.operands().first().map_or("HEAD", |word| word.text());
    let target = RefTarget { new: Some(new.to_owned()), ..git.target(name, RefKind::Branch) };
    effects.push(target.effect(EffectKind::RefOverwrite, given.word.span, vec![(Key::Force, true.into())]));
}

/// From the first option to the word: `-D topic`.
fn span_of(git: &Git<'_>, word: &Word) -> Span {
    let flags = git.words.iter().take_while(|other| !std::ptr::eq(*other, word));
    match flags.last() {
        Some(flag) if flag.text().starts_with('-') => flag.span.to(word.span),
        _ => word.span,
    }
}
