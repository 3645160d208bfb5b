//! Other systems of version control, and tools around git: what they throw away, and what they take from a server.
//!
//! Their repositories are not looked at, so only what is destroyed for good is written down.

use super::args::Args;
use super::git::{self, Place, RefKind, RefTarget};
use super::{Call, Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::syntax::{Host, Word};

/// What a call would do.
enum Deed {
    /// Changes of tracked files go.
    Discard,
    /// Files that nobody tracks go.
    Clean,
    /// Commits, shelves or what the repository remembers of them go.
    Drop(&'static str),
    /// It goes for everyone, on the server.
    Shared(String),
    /// A push past the check that keeps what others have done.
    Overwrite,
    /// A branch goes, here.
    Branch(String),
}

/// Options that stand before the verb and take a value.
fn global(program: &str) -> &'static str {
    match program {
        "hg" | "chg" | "rhg" | "sl" => "R,repository= cwd= config= encoding= color= pager=",
        "p4" => "c= C= d= H= p= P= u= L= r= x= z= Q=",
        "jj" => "R,repository= at-op= at-operation= config= config-file= color= ignore-immutable",
        _ => "",
    }
}

const OPTIONS: &str = "r,rev= C,clean f,force a,all n,dry-run p,print d,delete no-backup cleanup m,message= recursive \
    R depth= accept= revprop remove-unversioned remove-ignored expire= deleted allow-backwards b= c= y,yes x k \
    overwrite verily force-remove-dirty force-checkout branch= bookmark= help";

/// The effects of a call of one of these programs.
pub fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let program = call.invocation.program();
    read_words(program, call.invocation.args(), call, effects);
}

/// The same for the verbs that such a tool adds to git: `git annex drop`, `git town delete`. `words` begin with its
/// name.
pub fn read_in_git(words: &[Word], call: Call<'_>, effects: &mut Vec<Effect>) {
    let Some((name, rest)) = words.split_first() else { return };
    let program = match name.text() {
        "annex" => "git-annex",
        "town" => "git-town",
        _ => {
            return effects.extend(extra(name.text(), rest).map(|deed| effect(deed, call)));
        }
    };
    read_words(program, rest, call, effects);
}

fn read_words(program: &str, words: &[Word], call: Call<'_>, effects: &mut Vec<Effect>) {
    if words.iter().any(|word| matches!(word.text(), "--help" | "-h" | "help")) {
        return;
    }
    let before = Args::read(words, global(program), true);
    let Some(verb) = before.operands().first() else { return };
    let Some(at) = words.iter().position(|word| std::ptr::eq(word, *verb)) else { return };
    let (verb, rest) = (verb.text(), &words[at + 1..]);
    if matches!((program, verb), ("mr", "run") | ("gita", "super" | "shell")) {
        let git = Word::literal("git", call.invocation.span);
        let named = (program == "gita" && verb == "super").then_some(&git);
        let command: Vec<&Word> = named.into_iter().chain(rest).collect();
        return git::read_elsewhere(&command, call.scene, effects);
    }
    if matches!(program, "repo" | "west") && verb == "forall" {
        // In every project, wherever that is.
        let Some(from) = rest.iter().position(|word| word.text() == "-c") else { return };
        let command: Vec<&Word> = rest[from + 1..].iter().collect();
        return git::read_elsewhere(&command, call.scene, effects);
    }
    let args = Args::read(rest, OPTIONS, false);
    let deed = match program {
        "hg" | "chg" | "rhg" | "sl" => mercurial(verb, &args),
        "svn" => subversion(verb, &args),
        "svnadmin" => subversion_server(verb),
        "jj" => {
            jujutsu(verb, &args, before.has("ignore-immutable") || words_have(rest, "--ignore-immutable"))
        }
        "fossil" => fossil(verb, &args),
        "p4" => perforce(verb, &args),
        "git-annex" => annex(verb, &args),
        "git-town" => town(verb, &args),
        "gt" => graphite(verb, &args),
        "repo" => repo(verb, &args),
        "bzr" | "brz" | "darcs" | "cvs" | "pijul" => older(program, verb, &args),
        "dvc" | "dolt" | "cm" | "datalad" => data(program, verb, rest, &args),
        "etckeeper" => match verb {
            "uninit" => Some(Deed::Drop("the whole history of /etc")),
            _ => None,
        },
        _ => None,
    };
    effects.extend(deed.map(|deed| effect(deed, call)));
}

fn words_have(words: &[Word], wanted: &str) -> bool {
    words.iter().any(|word| word.text() == wanted)
}

fn operand<'a>(args: &Args<'a>, at: usize) -> &'a str {
    args.operands().get(at).map_or("", |word| word.text())
}

fn mercurial(verb: &str, args: &Args<'_>) -> Option<Deed> {
    if args.has("dry-run") || args.has("print") {
        return None;
    }
    Some(match verb {
        "strip" | "debugstrip" => Deed::Drop("the stripped changesets"),
        "rollback" => Deed::Drop("the last transaction"),
        "prune" | "obsolete" | "hide" => Deed::Drop("the hidden changesets"),
        "update" | "up" | "checkout" | "co" | "goto" | "go" if args.has("clean") => Deed::Discard,
        "revert" if args.has("no-backup") => Deed::Discard,
        "purge" | "clean" => Deed::Clean,
        "shelve" if args.has("delete") || args.has("cleanup") => Deed::Drop("the shelved changes"),
        "push" if args.has("force") => Deed::Overwrite,
        _ => return None,
    })
}

fn subversion(verb: &str, args: &Args<'_>) -> Option<Deed> {
    let deep = args.has("R") || args.has("recursive") || args.value("depth") == Some("infinity");
    let theirs = matches!(args.value("accept"), Some("theirs-full" | "tf" | "base"));
    Some(match verb {
        "revert" if deep => Deed::Discard,
        "delete" | "del" | "remove" | "rm" => {
            // With an address it is committed at once.
            let url = args.operands().iter().find(|word| {
                let text = word.text();
                text.contains("://") || text.starts_with("^/")
            });
            match url {
                Some(url) => Deed::Shared(url.text().to_owned()),
                None if args.has("force") => Deed::Discard,
                None => return None,
            }
        }
        "cleanup" if args.has("remove-unversioned") || args.has("remove-ignored") => Deed::Clean,
        "resolve" | "resolved" if theirs && deep => Deed::Discard,
        "update" | "up" | "switch" | "sw" if theirs => Deed::Discard,
        "propset" | "pset" | "ps" | "propdel" | "pdel" | "pd" if args.has("revprop") => {
            Deed::Shared("a property of a revision, which has no history,".to_owned())
        }
        _ => return None,
    })
}

fn subversion_server(verb: &str) -> Option<Deed> {
    let what = match verb {
        "setrevprop" | "delrevprop" => "a property of a revision, which has no history,",
        "rmtxns" => "unfinished transactions",
        _ => return None,
    };
    Some(Deed::Shared(what.to_owned()))
}

fn jujutsu(verb: &str, args: &Args<'_>, past_guards: bool) -> Option<Deed> {
    let dry = args.has("dry-run");
    Some(match (verb, operand(args, 0)) {
        _ if dry => return None,
        ("abandon", _) => Deed::Drop("the abandoned changes"),
        ("op" | "operation", "restore") => Deed::Drop("what was done since that operation"),
        ("op" | "operation", "abandon") => Deed::Drop("the memory of those operations"),
        ("util", "gc") if args.value("expire") == Some("now") => {
            Deed::Drop("what only the operation log still has")
        }
        ("git", "push") if args.has("deleted") => Deed::Shared("bookmarks of the remote".to_owned()),
        ("git", "push") if args.has("allow-backwards") => Deed::Overwrite,
        ("rebase" | "squash" | "edit" | "split" | "describe" | "bookmark" | "restore", _) if past_guards => {
            Deed::Drop("commits that jj keeps because others have them")
        }
        _ => return None,
    })
}

fn fossil(verb: &str, args: &Args<'_>) -> Option<Deed> {
    if args.has("dry-run") {
        return None;
    }
    Some(match (verb, operand(args, 0)) {
        ("revert", "") => Deed::Discard,
        ("purge" | "shun", what) if !matches!(what, "" | "list" | "ls" | "--list") => {
            Deed::Drop("the purged check-ins")
        }
        ("scrub", _) => Deed::Drop("what the repository keeps in private"),
        ("clean", _) if args.has("force") || args.has("x") || args.has("verily") => Deed::Clean,
        ("stash", "drop" | "rm") => Deed::Drop("the stash"),
        ("close" | "checkout" | "co", _) if args.has("force") => Deed::Discard,
        _ => return None,
    })
}

fn perforce(verb: &str, args: &Args<'_>) -> Option<Deed> {
    let wide = args.operands().iter().any(|word| word.text().contains("..."));
    Some(match verb {
        // Without `-y` it only shows what it would do.
        "obliterate" if args.has("y") => Deed::Shared(format!("{} with its whole history", operand(args, 0))),
        _ if args.has("n") => return None,
        "revert" if wide && !args.has("a") && !args.has("k") => Deed::Discard,
        "sync" | "flush" if args.has("force") => Deed::Discard,
        "clean" => Deed::Clean,
        "shelve" if args.has("delete") => Deed::Drop("the shelved files"),
        "client" | "workspace" | "stream" | "depot" | "user" | "group" | "label" | "branch" | "server"
            if args.has("delete") =>
        {
            Deed::Shared(format!("the {verb} {}", operand(args, 0)))
        }
        _ => return None,
    })
}

fn annex(verb: &str, args: &Args<'_>) -> Option<Deed> {
    Some(match verb {
        "drop" | "dropunused" | "dropkey" | "move" if args.has("force") => {
            Deed::Drop("copies of files that may be the last")
        }
        "forget" if args.has("force") => Deed::Drop("the history of where files are"),
        "uninit" => Deed::Drop("old versions of files that only the annex has"),
        _ => return None,
    })
}

fn town(verb: &str, args: &Args<'_>) -> Option<Deed> {
    matches!(verb, "kill" | "delete").then(|| Deed::Branch(operand(args, 0).to_owned()))
}

fn graphite(verb: &str, args: &Args<'_>) -> Option<Deed> {
    let forced = args.has("force");
    Some(match (verb, operand(args, 0)) {
        ("delete" | "dl", name) if forced => Deed::Branch(name.to_owned()),
        ("branch" | "b", "delete" | "dl") if forced => Deed::Branch(operand(args, 1).to_owned()),
        ("submit" | "s" | "ss", _) if forced => Deed::Overwrite,
        _ => return None,
    })
}

fn repo(verb: &str, args: &Args<'_>) -> Option<Deed> {
    Some(match verb {
        "abandon" => Deed::Drop("the commits of that topic in every project"),
        "sync" if args.has("force-remove-dirty") || args.has("force-checkout") => Deed::Discard,
        _ => return None,
    })
}

fn older(program: &str, verb: &str, args: &Args<'_>) -> Option<Deed> {
    if args.has("dry-run") {
        return None;
    }
    let none = args.operands().is_empty();
    let all = args.has("all");
    Some(match (program, verb) {
        ("bzr" | "brz", "revert") if none => Deed::Discard,
        ("bzr" | "brz", "uncommit") if args.has("force") => Deed::Drop("the last commits"),
        ("bzr" | "brz", "push") if args.has("overwrite") => Deed::Overwrite,
        ("bzr" | "brz", "clean-tree") if args.has("force") => Deed::Clean,
        ("darcs", "obliterate" | "unpull") if all => Deed::Drop("the obliterated patches"),
        ("darcs", "revert") if all => Deed::Discard,
        ("pijul", "reset") => Deed::Discard,
        ("pijul", "unrecord") if args.has("reset") || all => Deed::Drop("the unrecorded changes"),
        ("cvs", "update" | "up") if args.has("clean") => Deed::Discard,
        ("cvs", "admin") if args.has("o") => Deed::Shared("revisions of a file".to_owned()),
        ("cvs", "release") if args.has("delete") => Deed::Discard,
        _ => return None,
    })
}

fn data(program: &str, verb: &str, words: &[Word], args: &Args<'_>) -> Option<Deed> {
    match (program, verb, operand(args, 0)) {
        ("dolt", "push", _) if args.has("force") => return Some(Deed::Overwrite),
        ("dolt", "reset", _) if words_have(words, "--hard") => return Some(Deed::Discard),
        ("dolt", "branch", _) if words_have(words, "-D") => {
            return Some(Deed::Drop("the commits of that branch"));
        }
        ("cm", "repository" | "repo" | "branch" | "br" | "label" | "workspace", "delete" | "rm") => {
            return Some(Deed::Shared(format!("the {verb} {}", operand(args, 1))));
        }
        ("cm", "undo" | "undocheckout" | "unco", _) => return Some(Deed::Discard),
        ("datalad", "drop" | "remove" | "uninstall", _)
            if words_have(words, "--reckless") || words_have(words, "--nocheck") =>
        {
            return Some(Deed::Drop("copies of files that may be the last"));
        }
        ("dvc", ..) => {}
        _ => return None,
    }
    let remote = words_have(words, "--cloud") || words_have(words, "-c");
    Some(match verb {
        _ if args.has("dry-run") || words_have(words, "--dry") => return None,
        "gc" if remote => Deed::Drop("versions of data, on the remote too,"),
        "gc" if args.has("force") => Deed::Drop("versions of data"),
        "destroy" => Deed::Drop("what DVC knows of the data here"),
        _ => return None,
    })
}

/// Verbs of git-extras, and of git itself that import.
fn extra(verb: &str, words: &[Word]) -> Option<Deed> {
    if verb == "fast-import" {
        return words_have(words, "--force").then_some(Deed::Drop("what its branches pointed to"));
    }
    let name = words.iter().find(|word| !word.text().starts_with('-'))?.text().to_owned();
    Some(match verb {
        "obliterate" => Deed::Drop("that file in every commit"),
        "delete-branch" => Deed::Branch(name),
        _ => return None,
    })
}

fn effect(deed: Deed, call: Call<'_>) -> Effect {
    let span = call.invocation.span;
    let plain = |kind, attributes: Vec<(Key, Value)>| Effect { kind, span, attributes, target: Target::None };
    let work = |act: &'static str| {
        plain(
            EffectKind::WorkDiscard,
            vec![(Key::WorkAct, Value::from(act)), (Key::WorkScope, Value::from("all"))],
        )
    };
    let hosted = |operation: &'static str, object: String| {
        plain(
            EffectKind::HostingChange,
            vec![(Key::Operation, Value::from(operation)), (Key::Object, Value::from(object))],
        )
    };
    match deed {
        Deed::Discard => work("reset"),
        Deed::Clean => work("clean"),
        Deed::Drop(what) => plain(
            EffectKind::HistoryExpire,
            vec![(Key::Operation, Value::from("drop")), (Key::Object, Value::from(what))],
        ),
        Deed::Shared(what) => hosted("shared", what.replace(crate::syntax::HOLE, "…")),
        Deed::Overwrite => hosted("overwrite", "what the server has".to_owned()),
        Deed::Branch(name) => {
            let here = call.invocation.cwd(call.scene).filter(|_| call.invocation.host == Host::Local);
            let target = RefTarget {
                dir: here,
                place: Place::Local,
                name,
                kind: RefKind::Branch,
                ..RefTarget::default()
            };
            target.effect(EffectKind::RefDelete, span, vec![(Key::Force, true.into())])
        }
    }
}
