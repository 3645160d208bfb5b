//! rm and its like.

use super::place::Place;
use super::{Act, Args, Call, Effect, EffectKind, Paths, find};
use crate::action::file_text;
use crate::effect::git;
use crate::fact::Key;
use crate::syntax::{Expansion, Feed, HOLE, Host, Span, Word, literals};

/// rm, unlink, shred, srm, rimraf.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    const RM: &str = "r,recursive R f,force i I v,verbose d,dir one-file-system no-preserve-root preserve-root \
        interactive= s";
    const SHRED: &str = "f,force n,iterations= random-source= s,size= u remove= v,verbose x,exact z,zero";
    let program = call.invocation.program();
    let shreds = matches!(program, "shred" | "gshred" | "srm" | "wipe" | "scrub");
    let args = Args::read(call.invocation.args(), if program.ends_with("shred") { SHRED } else { RM }, false);
    // `rm -i` asks for each file itself, where somebody is there to answer.
    let asks = args.has("i") || args.value("interactive") == Some("always");
    if asks && !matches!(call.invocation.stdin, Feed::Pipe(_) | Feed::Text(_)) {
        return;
    }
    let recursive = program == "rimraf" || args.has("r") || args.has("R") || args.has("recursive");
    let words: Vec<&Word> = args.operands().to_vec();
    let searched = call.invocation.via.last() == Some(&"find -exec");
    let kept: Vec<&Word> = words
        .iter()
        .filter(|word| {
            // What find puts in is read with find itself.
            if searched && word.text().contains(HOLE) {
                return false;
            }
            !(from_list(call, word, recursive, effects)
                || from_listing(call, word, recursive, effects)
                || (only_hole(word) && from_output(call, word, recursive, effects)))
        })
        .copied()
        .collect();
    if shreds {
        // A shredded disk is a disk, and nothing brings a shredded file back.
        super::disk::shred(call, &kept, effects);
    }
    let mut paths = Paths::new(call, EffectKind::PathDelete, Act::Delete, recursive);
    if shreds {
        paths = paths.saying(Key::PathAct, "shred");
    }
    if args.has("one-file-system") {
        paths = paths.saying(Key::PathMounts, Vec::new());
    }
    let (vital, kept): (Vec<&Word>, Vec<&Word>) = kept.into_iter().partition(|word| {
        let path = paths.resolve(word.text());
        is_missed(&path) && !is_made_after(call, &paths, &path)
    });
    for word in vital {
        paths.push(Place::SystemFile, &[word], effects);
    }
    paths.add(&kept, effects);
}

/// Files that may be written anew every day, and that everything misses once they are gone.
fn is_missed(path: &str) -> bool {
    matches!(
        path,
        "/etc/resolv.conf"
            | "/etc/mtab"
            | "/etc/services"
            | "/etc/protocols"
            | "/etc/shells"
            | "/etc/environment"
            | "/etc/network/interfaces"
            | "/etc/default/grub"
            | "/etc/nginx/nginx.conf"
            | "/etc/ssh/ssh_config"
    )
}

/// Whether the line itself puts something else there: `rm /etc/resolv.conf && ln -s … /etc/resolv.conf`.
fn is_made_after(call: Call<'_>, paths: &Paths<'_>, path: &str) -> bool {
    let is_it = |word: &Word| paths.resolve(word.text()) == path;
    call.script.invocations.iter().filter(|other| other.span.start > call.invocation.span.start).any(
        |other| {
            other.redirects.iter().any(|redirect| is_it(&redirect.target))
                || matches!(other.program(), "ln" | "cp" | "mv" | "install" | "tee" | "touch")
                    && other.args().iter().any(is_it)
        },
    )
}

/// `pass rm -rf infra`: a part of a store of passwords.
pub(super) fn in_store(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "r,recursive f,force", false);
    if let [verb, name] = args.operands()
        && matches!(verb.text(), "rm" | "remove" | "delete")
        && args.has("r")
    {
        let store = match call.invocation.program() {
            "gopass" => "~/.local/share/gopass/stores/root",
            _ => "~/.password-store",
        };
        let dir = Word::literal(format!("{store}/{}", name.text()), name.span);
        Paths::new(call, EffectKind::PathDelete, Act::Delete, true).push(Place::Known, &[&dir], effects);
    }
}

/// `emacs --batch --eval '(delete-directory "~/org" t)'`.
pub(super) fn in_lisp(call: Call<'_>, effects: &mut Vec<Effect>) {
    for word in call.invocation.args().iter().filter(|word| word.text().contains("(delete-")) {
        let named = literals(word.text()).filter(|literal| literal.before.contains("(delete-"));
        let words: Vec<Word> = named.map(|literal| Word::literal(literal.text, word.span)).collect();
        let recursive = word.text().contains("(delete-directory");
        Paths::new(call, EffectKind::PathDelete, Act::Delete, recursive)
            .add(&words.iter().collect::<Vec<_>>(), effects);
    }
}

pub(super) fn only_hole(word: &Word) -> bool {
    !word.text().is_empty() && word.text().chars().all(|char| char == HOLE)
}

/// Most lines of a file that are looked at.
const MAX_LINES: usize = 256;

/// `xargs rm < list`, `while read x; do rm "$x"; done < list`: what a file names. Whether it was read.
fn from_list(call: Call<'_>, word: &Word, recursive: bool, effects: &mut Vec<Effect>) -> bool {
    let name = word.expansions.iter().find_map(|expansion| match expansion {
        Expansion::Lines(name) => Some(name.as_str()),
        _ => None,
    });
    name.is_some_and(|name| listed_in(call, name, word, recursive, effects))
}

fn listed_in(call: Call<'_>, list: &str, word: &Word, recursive: bool, effects: &mut Vec<Effect>) -> bool {
    if !call.scene.is_live() || call.invocation.host != Host::Local || word.text().matches(HOLE).count() != 1
    {
        return false;
    }
    let path = call.invocation.cwd(call.scene).map(|cwd| cwd.join(list));
    let Some(text) = path.and_then(|path| file_text(&path)) else { return false };
    let lines = text.split(['\n', '\0']).map(str::trim).filter(|line| !line.is_empty());
    let words: Vec<Word> =
        lines.take(MAX_LINES).map(|line| Word::literal(word.text().replace(HOLE, line), word.span)).collect();
    let words: Vec<&Word> = words.iter().collect();
    Paths::new(call, EffectKind::PathDelete, Act::Delete, recursive).add(&words, effects);
    true
}

/// `find … | xargs rm`, `ls | xargs rm`, `rm $(find …)`: what another call names. Whether it was read.
pub(super) fn from_output(call: Call<'_>, word: &Word, recursive: bool, effects: &mut Vec<Effect>) -> bool {
    let mut read = false;
    for expansion in &word.expansions {
        let Expansion::Output(made) = expansion else { continue };
        for index in made {
            read |= named_by(call, *index, Part::All, recursive, effects, 0);
        }
    }
    read
}

/// `ls DIR | while read f; do rm "DIR/$f"; done`: all that is in a directory, one by one. Whether it is that.
fn from_listing(call: Call<'_>, word: &Word, recursive: bool, effects: &mut Vec<Effect>) -> bool {
    let Some(dir) = word.text().strip_suffix(HOLE).and_then(|text| text.strip_suffix('/')) else {
        return false;
    };
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Delete, recursive);
    let made = word
        .expansions
        .iter()
        .filter_map(|it| if let Expansion::Output(made) = it { Some(made) } else { None });
    let lists = |index: &usize| {
        let mut at = Some(*index);
        for _ in 0..4 {
            let Some(maker) = at.and_then(|at| call.script.invocations.get(at)) else { return false };
            at = match (maker.program(), &maker.stdin) {
                ("ls", _) => {
                    let args = Args::read(maker.args(), LS, false);
                    return match args.operands() {
                        [] => paths.resolve(dir) == paths.resolve("."),
                        [one] => !one.glob && paths.resolve(one.text()) == paths.resolve(dir),
                        _ => false,
                    };
                }
                ("sort" | "tac" | "cat" | "uniq", Feed::Pipe(from)) => from.first().copied(),
                _ => return false,
            };
        }
        false
    };
    if dir.is_empty() || dir.contains(HOLE) || !made.flatten().any(lists) {
        return false;
    }
    paths.add(&[&pattern(format!("{dir}/*"), word.span)], effects);
    true
}

const LS: &str = "w= I,ignore= T= hide= color= sort= time=";

/// How much of what a call puts out arrives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Some,
}

/// What the call at `index` puts out, and whether that was read.
fn named_by(
    call: Call<'_>,
    index: usize,
    part: Part,
    recursive: bool,
    effects: &mut Vec<Effect>,
    depth: usize,
) -> bool {
    let Some(feeder) = call.script.invocations.get(index) else { return false };
    let part = match feeder.program() {
        "find" | "gfind" => {
            find::feeds(Call { invocation: feeder, ..call }, recursive, part == Part::Some, effects);
            return true;
        }
        // Columns are taken from what is listed, and nothing is left out.
        "git" if part == Part::All => {
            return git::listed(Call { invocation: feeder, ..call }, effects);
        }
        "ls" if part == Part::All => {
            listed(Call { invocation: feeder, ..call }, recursive, effects);
            return true;
        }
        "sort" | "uniq" | "tac" | "cat" | "tr" | "sed" | "tee" | "pv" | "cut" => part,
        // The states of `git status`.
        "grep" if feeder.args().iter().any(|word| word.text().contains("??")) => part,
        "awk" | "gawk"
            if feeder.args().iter().any(|word| word.text().replace('\\', "").contains("/^??/")) =>
        {
            part
        }
        "awk" | "gawk" if !feeder.args().iter().any(|word| word.text().contains(['/', '=', '~'])) => part,
        "grep" | "egrep" | "fgrep" | "rg" | "head" | "tail" | "awk" | "shuf" => Part::Some,
        _ => return false,
    };
    if feeder.program() == "cat"
        && let [list] = feeder.args()
        && let Some(name) = list.known()
    {
        let each = Word::literal(HOLE.to_string(), list.span);
        return listed_in(call, name, &each, recursive, effects);
    }
    let Feed::Pipe(from) = &feeder.stdin else { return false };
    let mut read = false;
    for index in from.iter().take(8).filter(|_| depth < 8) {
        read |= named_by(call, *index, part, recursive, effects, depth + 1);
    }
    read
}

/// What `ls` lists is all that is in a directory.
fn listed(call: Call<'_>, recursive: bool, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), LS, false);
    let everything: Vec<Word> = match args.operands() {
        [] => {
            let span = call.invocation.span;
            vec![pattern("*".to_owned(), span)]
        }
        [dir] if !dir.glob => {
            vec![pattern(format!("{}/*", dir.text()), dir.span)]
        }
        words => words.iter().map(|word| (*word).clone()).collect(),
    };
    let words: Vec<&Word> = everything.iter().collect();
    Paths::new(call, EffectKind::PathDelete, Act::Delete, recursive).add(&words, effects);
}

fn pattern(text: String, span: Span) -> Word {
    let mut word = Word::literal(text, span);
    word.glob = true;
    word
}
