//! Programs that write a file where an option or a second name says, over whatever is there: keys, what is unpacked,
//! the parts of what is split.

use super::overwrite::{add, is_near, overwriting};
use super::{Act, Args, Call, Effect, Paths};
use crate::fact::Key;
use crate::syntax::{Host, Word};

/// The effects of such a program; those that ask before they write over something are not among them.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.text()));
    let behind = |names: &[&str]| -> Vec<Word> {
        let pairs = words.windows(2).filter(|pair| names.contains(&pair[0].text()));
        pairs.map(|pair| pair[1].clone()).collect()
    };
    let (how, made) = match program {
        "openssl" => ("output", behind(&["-out", "-keyout"])),
        "gpg" | "gpg2" if has(&["--yes"]) => ("replace", behind(&["-o", "--output"])),
        "gunzip" | "bunzip2" | "unxz" | "unzstd" | "unlz4" | "gzip" | "bzip2" | "xz" | "zstd" | "lz4"
        | "pigz" => {
            return unpacked(call, effects);
        }
        "split" | "gsplit" => return parts(call, effects),
        _ => return,
    };
    let made: Vec<&Word> = made.iter().collect();
    if !made.is_empty() {
        let paths = overwriting(call, how);
        let near = made.iter().all(|word| is_near(&paths, word));
        add(&paths.saying(Key::PathNear, near), &made, effects);
    }
}

/// `gunzip -f results.csv.gz` over a `results.csv` that somebody went on with.
fn unpacked(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(
        call.invocation.args(),
        "d,decompress f,force k,keep c,stdout t,test l,list S,suffix= n,no-name q,quiet r,recursive v,verbose",
        false,
    );
    let has = |names: &[&str]| names.iter().any(|name| args.has(name));
    let unpacks = call.invocation.program().contains("un") || has(&["d", "uncompress"]);
    if !unpacks || !has(&["f"]) || has(&["c", "t", "l"]) {
        return;
    }
    for word in args.operands() {
        let stem = word
            .text()
            .rsplit_once('.')
            .filter(|(_, end)| matches!(*end, "gz" | "bz2" | "xz" | "zst" | "lz4" | "lzma" | "Z"));
        if let Some((stem, _)) = stem.filter(|_| !word.glob) {
            remade(call, word, &Word::literal(stem, word.span), effects);
        }
    }
}

/// `split -l 500 orders.csv part-` over parts that somebody went on with.
fn parts(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(
        call.invocation.args(),
        "l,lines= b,bytes= n,number= C,line-bytes= a,suffix-length= d numeric-suffixes x hex-suffixes \
         additional-suffix= e,elide-empty-files filter= t,separator= u,unbuffered verbose",
        false,
    );
    let (source, prefix) = match args.operands() {
        [source] => (*source, "x"),
        [source, prefix] => (*source, prefix.text()),
        _ => return,
    };
    if args.has("filter") {
        return;
    }
    let one = match () {
        () if args.has("d") || args.has("numeric-suffixes") => "[0-9]",
        () if args.has("x") || args.has("hex-suffixes") => "[0-9a-f]",
        () => "[a-z]",
    };
    let length = args.value("suffix-length").and_then(|length| length.parse().ok()).unwrap_or(2usize).min(8);
    let end = args.value("additional-suffix").unwrap_or_default();
    let mut made = Word::literal(format!("{prefix}{}{end}", one.repeat(length)), source.span);
    made.glob = true;
    remade(call, source, &made, effects);
}

/// What is made of `source` takes the place of `made`.
fn remade(call: Call<'_>, source: &Word, made: &Word, effects: &mut Vec<Effect>) {
    let paths = overwriting(call, "replace");
    let is_seen = call.scene.is_live() && call.invocation.host == Host::Local;
    if !is_seen || source.known().is_none() || made.known().is_none() {
        return;
    }
    let near = is_near(&paths, made);
    let act = Act::Remake(paths.resolve(source.text()));
    let paths = Paths { act, ..paths }.saying(Key::PathNear, near);
    add(&paths, &[made], effects);
}
