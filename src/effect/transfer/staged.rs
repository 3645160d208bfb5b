//! Files that an earlier command of the same line made: `cp .env /tmp/x; curl -T /tmp/x …`.

use super::source::{self, Source};
use super::stream;
use crate::effect::Call;
use crate::syntax::{Expansion, HOLE, Invocation, Word};

/// Most commands before the reader that are looked at.
const MAX_MAKERS: usize = 16;
/// Longest command, in words, that is looked at.
const MAX_WORDS: usize = 64;
/// What a step through a file adds to the depth, so that few such steps reach the limit of [`stream`].
const STEP: usize = 7;
/// Deepest place from which another such step is made.
const MAX_DEPTH: usize = 8;

/// What the file holds that `reader` would read as `text`, where an earlier command of the line put it there.
pub(super) fn contents(
    call: Call<'_>,
    reader: &Invocation,
    text: &str,
    word: &Word,
    depth: usize,
) -> Option<Source> {
    let calls = &call.script.invocations;
    if calls.len() < 2 || depth > MAX_DEPTH || reader.words.len() > MAX_WORDS {
        return None;
    }
    let at = calls.iter().position(|other| std::ptr::eq(other, reader))?;
    let before = calls.iter().enumerate().take(at).rev().take(MAX_MAKERS);
    for (index, maker) in before.filter(|(_, maker)| maker.words.len() <= MAX_WORDS) {
        let same = |other: &Word, path: &str| same_file(reader, text, word, maker, path, other);
        let mut sources = Vec::new();
        if maker.redirects.iter().any(|redirect| same(&redirect.target, redirect.target.text())) {
            stream::output_of(call, index, depth + STEP, None, &mut sources);
        } else {
            made_by(call, maker, &same, depth + STEP, &mut sources);
        }
        // One is enough; what is a secret by its name says most.
        let named = sources.iter().position(|source| source.kind != "file");
        if !sources.is_empty() {
            return Some(sources.swap_remove(named.unwrap_or(0)));
        }
    }
    None
}

/// What a program that writes files by itself put there.
fn made_by(
    call: Call<'_>,
    maker: &Invocation,
    same: &dyn Fn(&Word, &str) -> bool,
    depth: usize,
    sources: &mut Vec<Source>,
) {
    let words = maker.args();
    match maker.program() {
        "cp" | "mv" | "ln" | "install" | "ditto" => {
            let operands: Vec<&Word> = words.iter().filter(|word| !word.text().starts_with('-')).collect();
            if let Some((target, files)) = operands.split_last()
                && same(target, target.text())
            {
                for file in files {
                    sources.extend(source::file_at(call, maker, file.text(), file, depth));
                }
            }
        }
        "dd" => {
            let target = words.iter().find_map(|word| Some((word, word.text().strip_prefix("of=")?)));
            let source = words.iter().find_map(|word| Some((word, word.text().strip_prefix("if=")?)));
            if let (Some((to, path)), Some((word, from))) = (target, source)
                && same(to, path)
            {
                sources.extend(source::file_at(call, maker, from, word, depth));
            }
        }
        "git"
            if words.iter().any(|word| matches!(word.text(), "bundle" | "archive"))
                && words.iter().any(|word| same(word, word.text())) =>
        {
            sources.push(Source::secret("history", "git", maker.span, None, None));
        }
        "tee" | "tar" | "bsdtar" | "gtar" | "zip" | "7z" | "7za" | "ar" | "openssl"
            if words.iter().any(|word| same(word, word.text())) =>
        {
            stream::carried(call, maker, depth, sources);
        }
        // What is fetched out of a container or from another machine keeps its name's meaning.
        "docker" | "podman" | "nerdctl" | "kubectl" | "oc" | "lxc" | "incus" | "scp" | "rsync" | "sftp" => {
            let operands: Vec<&Word> = words.iter().filter(|word| !word.text().starts_with('-')).collect();
            if let [.., from, to] = operands.as_slice()
                && same(to, to.text())
                && let Some((_, path)) = from.text().split_once(':')
                && let Some(kind) = crate::secrets::secret_path(path)
            {
                sources.push(Source::named(path, kind, from.span));
            }
        }
        _ if dumps(maker, same) => {
            sources.push(Source::secret("memory", maker.program(), maker.span, None, None));
        }
        _ => {}
    }
}

/// Whether a call writes the memory of a process to that file: keys and passwords stand there as they are.
fn dumps(maker: &Invocation, same: &dyn Fn(&Word, &str) -> bool) -> bool {
    let words = maker.args();
    let says = |text: &str| words.iter().any(|word| word.text() == text);
    let named = || words.iter().any(|word| same(word, word.text()));
    match maker.program() {
        // It adds the number of the process to the name.
        "gcore" | "procdump" | "coredumpctl" | "dotnet-dump" | "createdump" | "minidump" | "avml"
        | "lime" => named(),
        "jcmd" => says("GC.heap_dump") && named(),
        "jmap" => {
            words.iter().any(|word| word.text().split_once("file=").is_some_and(|(_, file)| same(word, file)))
        }
        "virsh" => says("dump") && named(),
        _ => false,
    }
}

/// Files of secrets that earlier commands of the line put below a directory, which is then sent whole:
/// `cp ~/.npmrc ./.npmrc.bak && npm publish`. With `outside` only those count that were no part of it before.
pub(super) fn placed(call: Call<'_>, dir: &str, outside: bool) -> Vec<Source> {
    let calls = &call.script.invocations;
    let Some(at) = calls.iter().position(|other| std::ptr::eq(other, call.invocation)) else {
        return Vec::new();
    };
    let dir = dir.trim_start_matches("./").trim_end_matches('/');
    let mut found = Vec::new();
    for maker in calls.iter().take(at).rev().take(MAX_MAKERS).filter(|maker| maker.words.len() <= MAX_WORDS) {
        if !matches!(maker.program(), "cp" | "mv" | "ln" | "install" | "rsync" | "scp") {
            continue;
        }
        let operands: Vec<&Word> = maker.args().iter().filter(|word| !word.text().starts_with('-')).collect();
        let Some((target, files)) = operands.split_last() else { continue };
        let to = target.text();
        let below = to.trim_start_matches("./");
        let inside = !to.starts_with(['/', '~']) && !to.starts_with("..") && !to.contains(':');
        let fits = match dir {
            "" | "." => inside,
            dir => below == dir || below.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/')),
        };
        // What no packer takes: a login that stands beside the package for its own use.
        let name = below.rsplit('/').next().unwrap_or_default();
        let kept = |file: &str| {
            let end =
                if matches!(name, "" | ".") { file.rsplit('/').next().unwrap_or_default() } else { name };
            matches!(end, ".npmrc" | ".pypirc" | ".yarnrc") && !below.trim_end_matches(end).contains('/')
        };
        for file in files.iter().filter(|_| fits) {
            let text = file.text();
            let foreign = text.starts_with(['/', '~', HOLE]) || text.starts_with("..") || text.contains(':');
            // A file of the project is moved into what is sent.
            let moved = !outside && below.trim_end_matches('/').len() > 1 && !below.starts_with('.');
            if (foreign || moved)
                && !kept(text)
                && let Some(kind) = crate::secrets::secret_path(text.rsplit(':').next().unwrap_or(text))
            {
                found.push(Source::named(text, kind, file.span));
            }
        }
    }
    found
}

/// Whether two commands mean the same file by two texts.
fn same_file(
    reader: &Invocation,
    text: &str,
    word: &Word,
    maker: &Invocation,
    other: &str,
    other_word: &Word,
) -> bool {
    // A dump of a process is called after it: `gcore -o /tmp/a 71` writes `/tmp/a.71`.
    if maker.program() == "gcore" {
        let default = text.rsplit('/').next().is_some_and(|name| name.starts_with("core."));
        let prefix = maker.args().windows(2).find(|pair| pair[0].text() == "-o").map(|pair| pair[1].text());
        return match prefix {
            Some(prefix) => {
                text.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            None => default,
        };
    }
    let plain = |text: &'_ str| -> String {
        let text = text.strip_prefix("./").unwrap_or(text);
        text.to_owned()
    };
    if text.len() > other.len() + 2 || other.len() > text.len() + 2 || plain(text) != plain(other) {
        return false;
    }
    if text.contains(HOLE) {
        // The same variable, or the output of the same call: `tmp=$(mktemp)`.
        return word.expansions.len() == other_word.expansions.len()
            && word.expansions.iter().zip(&other_word.expansions).all(|pair| match pair {
                (Expansion::Variable { name, .. }, Expansion::Variable { name: other, .. }) => name == other,
                (Expansion::Output(made), Expansion::Output(other)) => made == other,
                _ => false,
            });
    }
    text.starts_with(['/', '~']) || reader.dir == maker.dir
}
