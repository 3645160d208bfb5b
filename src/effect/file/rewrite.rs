//! Files that are rewritten where they lie: one that says who may log in, or all that a pattern finds.

use super::overwrite::{is_base, overwriting};
use super::place::Place;
use super::{Act, Args, Call, Effect, EffectKind, Paths, shown};
use crate::fact::Key;
use crate::syntax::{Expansion, Feed, HOLE, Word};
use std::path::Path;

/// `sed -i`, `perl -pi`, `ed` of a file that says who may log in. One wrong line, and nobody can.
pub(super) fn edit(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let in_place = match call.invocation.program() {
        "ed" | "ex" => true,
        "awk" | "gawk" => words.windows(2).any(|pair| pair[0].text() == "-i" && pair[1].text() == "inplace"),
        // In its silent mode it does what its options say.
        "vim" | "nvim" | "vi" => {
            words.iter().any(|word| matches!(word.text(), "-es" | "-Es" | "-e" | "--headless"))
        }
        "perl" => words.iter().any(|word| {
            let text = word.text();
            text.starts_with("-i") || (text.starts_with("-p") && text.contains('i'))
        }),
        _ => words.iter().map(Word::text).any(is_in_place),
    };
    if in_place && matches!(call.invocation.program(), "sed" | "gsed") {
        super::cut::shortened(call, effects);
    }
    if in_place {
        let mut roots = Vec::new();
        for word in words {
            if word.glob && word.text().ends_with("/*") && !word.text().contains(HOLE) {
                roots.push(Word::literal(word.text().trim_end_matches('*').trim_end_matches('*'), word.span));
            }
            for index in word
                .expansions
                .iter()
                .filter_map(|it| if let Expansion::Output(made) = it { Some(made) } else { None })
                .flatten()
            {
                roots.extend(searched(call, *index).into_iter().cloned());
            }
        }
        rewrite(call, &roots.iter().collect::<Vec<_>>(), effects);
    }
    let guards = |path: &str| {
        matches!(
            path,
            "/etc/passwd"
                | "/etc/shadow"
                | "/etc/group"
                | "/etc/gshadow"
                | "/etc/sudoers"
                | "/etc/master.passwd"
        ) || path.starts_with("/etc/pam.d/")
            // Swap is taken out of it every day.
            || (path == "/etc/fstab" && !words.iter().any(|word| word.text().contains("swap")))
    };
    let paths = overwriting(call, "output");
    for word in words.iter().filter(|word| in_place && guards(&paths.resolve(word.text()))) {
        paths.push(Place::SystemFile, &[word], effects);
    }
}

/// Where a call searches whose output names files: `grep -rl x /etc`, `find /usr -name y`, and what these feed.
pub(super) fn searched(call: Call<'_>, index: usize) -> Vec<&Word> {
    let mut at = Some(index);
    for _ in 0..8 {
        let Some(made) = at.and_then(|at| call.script.invocations.get(at)) else { break };
        if matches!(
            made.program(),
            "grep" | "egrep" | "fgrep" | "rg" | "ag" | "ack" | "find" | "fd" | "fdfind" | "ls"
        ) {
            let paths = made.args().iter().filter(|word| word.text().starts_with(['/', '~', '.']));
            return paths.collect();
        }
        at = match &made.stdin {
            Feed::Pipe(from) => from.first().copied(),
            _ => None,
        };
    }
    Vec::new()
}

/// Whether a word of sed's makes it rewrite its files: `-i`, `-i.bak`, `-ni`, `--in-place`.
pub(in crate::effect) fn is_in_place(text: &str) -> bool {
    text.starts_with("--in-place") || text.starts_with('-') && !text.starts_with("--") && text.contains('i')
}

/// Whether the words rewrite files in place: `sed -i …`, `perl -pi -e …`.
pub(super) fn rewrites(words: &[Word]) -> bool {
    let mut words = words.iter().map(Word::text).skip_while(|text| matches!(*text, "sudo" | "doas" | "env"));
    let program = words.next().unwrap_or_default();
    let mut flags = words.take_while(|text| !matches!(*text, ";" | "+")).filter(|text| text.starts_with('-'));
    match program.rsplit('/').next() {
        Some("sed" | "gsed") => flags.any(is_in_place),
        Some("perl" | "ruby") => flags.any(|text| !text.starts_with("--") && text.contains('i')),
        _ => false,
    }
}

/// Files all over the system, or all over a home, that are rewritten by a pattern.
pub(super) fn rewrite(call: Call<'_>, roots: &[&Word], effects: &mut Vec<Effect>) {
    let paths =
        Paths::new(call, EffectKind::PathOverwrite, Act::Permit, true).saying(Key::PathAct, "rewrite");
    for root in roots {
        let path = paths.resolve(root.text());
        let place = paths.ground.place(&path, true);
        let is_wide = matches!(path.as_str(), "/var" | "/var/lib" | "/opt" | "/home")
            || is_base(&path)
            || path.starts_with("/usr/");
        // `/home/www` is somebody's project as often as somebody's home.
        let is_own = call.scene.home().is_some_and(|home| home == Path::new(&path));
        if matches!(place, Place::Root)
            || place == Place::Home && is_own
            || matches!(place, Place::System | Place::SystemFile) && is_wide
        {
            paths.push(place, &[root], effects);
        }
    }
}

/// Programs that rewrite what they find, or delete what they find twice: `gzip -r`, `strip`, `convmv`, `fdupes -dN`.
pub(super) fn wide(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let args = Args::read(words, "o= f= t= S= s= b=", false);
    let has = |names: &[&str]| names.iter().any(|name| args.has(name));
    let says = |wanted: &str| words.iter().any(|word| word.text() == wanted);
    let keeps = has(&["k", "keep", "c", "stdout", "l", "list", "t", "test", "n", "dry-run"]);
    let rewrites = match call.invocation.program() {
        "gzip" | "gunzip" | "pigz" | "zstd" => has(&["r", "recursive"]) && !keeps,
        "strip" => !has(&["o"]),
        "convmv" => says("--notest"),
        "detox" => has(&["r"]) && !keeps,
        "dos2unix" | "unix2dos" | "rename" | "prename" => !keeps,
        _ => false,
    };
    let deletes = match call.invocation.program() {
        "fdupes" | "jdupes" => has(&["d", "delete"]) && has(&["N", "noprompt", "no-prompt"]),
        "rdfind" => {
            words.windows(2).any(|pair| pair[0].text() == "-deleteduplicates" && pair[1].text() == "true")
                && !says("-dryrun")
        }
        "bleachbit" => has(&["shred"]) || says("-s"),
        _ => false,
    };
    if rewrites {
        // One file is a matter of its own.
        let all = args.operands().iter().map(|word| match word.text().rsplit_once('/') {
            Some((dir, _)) if word.glob => Word::literal(format!("{dir}/"), word.span),
            _ => (*word).clone(),
        });
        rewrite(call, &all.collect::<Vec<_>>().iter().collect::<Vec<_>>(), effects);
    }
    if deletes {
        let paths = Paths::new(call, EffectKind::PathDelete, Act::Permit, true);
        for word in args.operands() {
            let place = paths.place(word);
            if matches!(place, Place::Known | Place::Home | Place::System | Place::Root) {
                let what = match call.invocation.program() {
                    "bleachbit" => shown(word),
                    _ => format!("all but one of each file in {}", shown(word)),
                };
                Paths::new(call, EffectKind::PathDelete, Act::Permit, true).saying(Key::Path, what).push(
                    Place::Known,
                    &[word],
                    effects,
                );
            }
        }
    }
}
