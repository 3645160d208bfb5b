//! Where a text comes from that something is about to run: back along pipes, substitutions and files that the
//! same line writes.

use super::address::{self, Address};
use super::decode::{self, Encoding};
use crate::effect::Call;
use crate::syntax::{Expansion, Feed, Invocation, Word};

/// Longest chain of pipes, substitutions and files that is followed.
const MAX_DEPTH: usize = 12;
/// How many calls before this one may have written a file.
const MAX_BEFORE: usize = 64;

/// Where a text comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// Out of the network: from an address.
    Download(Address),
    /// Out of the network, in another way: the words for it.
    Connection(String),
    /// The text itself, which stands in the line in another form.
    Literal(String),
    /// Decoded or unpacked by this program from something that the line does not show.
    Decoded(String),
    /// Nothing that speaks of danger: a file that is here, a program's own output.
    Other,
}

impl Origin {
    fn rank(&self) -> u8 {
        match self {
            Origin::Download(_) | Origin::Connection(_) => 3,
            Origin::Decoded(_) => 2,
            Origin::Literal(_) => 1,
            Origin::Other => 0,
        }
    }

    fn worse(self, other: Origin) -> Origin {
        if other.rank() > self.rank() { other } else { self }
    }
}

/// What comes into a call.
pub(super) fn of_input(call: Call<'_>, reader: &Invocation, depth: usize) -> Origin {
    match &reader.stdin {
        Feed::Inherited => Origin::Other,
        Feed::Pipe(made) => of_calls(call, made, depth + 1),
        Feed::File(word) => of_file(call, reader, word, depth + 1),
        Feed::Text(word) => match word.known() {
            Some(text) => Origin::Literal(text.to_owned()),
            None => of_word(call, word, depth + 1),
        },
    }
}

/// What substitutions and variables put into a word.
pub(super) fn of_word(call: Call<'_>, word: &Word, depth: usize) -> Origin {
    let flows = word.expansions.iter().map(|expansion| match expansion {
        Expansion::Output(made) | Expansion::InputFrom(made) => of_calls(call, made, depth + 1),
        _ => Origin::Other,
    });
    flows.fold(Origin::Other, Origin::worse)
}

/// What is in a file: written by this line, or the end of a substitution `<(…)`.
pub(super) fn of_file(call: Call<'_>, reader: &Invocation, word: &Word, depth: usize) -> Origin {
    if depth > MAX_DEPTH {
        return Origin::Other;
    }
    if matches!(word.text(), "/dev/stdin" | "/dev/fd/0" | "-") {
        return of_input(call, reader, depth);
    }
    if let Some(rest) =
        word.text().strip_prefix("/dev/tcp/").or_else(|| word.text().strip_prefix("/dev/udp/"))
    {
        return Origin::Connection(format!("a connection to {rest}"));
    }
    let flow = of_word(call, word, depth);
    if !matches!(flow, Origin::Other) {
        return flow;
    }
    let Some(name) = word.known().map(base_name).filter(|name| !name.is_empty()) else {
        return Origin::Other;
    };
    // What builds a program from its source is run every day.
    let builds = matches!(
        name,
        "configure" | "bootstrap" | "autogen.sh" | "gradlew" | "mvnw" | "config" | "build.sh" | "activate"
    );
    let unpacked = !builds
        && !word.text().starts_with(['/', '~', '-'])
        && std::ptr::eq(reader, call.invocation)
        && !matches!(reader.program(), "cat" | "dpkg" | "rpm");
    let invocations = &call.script.invocations;
    let here = invocations.iter().position(|other| std::ptr::eq(other, reader)).unwrap_or(0);
    let before = &invocations[here.saturating_sub(MAX_BEFORE)..here];
    for (index, writer) in before.iter().enumerate().rev() {
        let index = here.saturating_sub(MAX_BEFORE) + index;
        let redirected = writer.redirects.iter().any(|redirect| base_name(redirect.target.text()) == name);
        if redirected {
            return of_call(call, index, depth + 1);
        }
        if writer.program() == "tee" && writer.args().iter().any(|word| base_name(word.text()) == name) {
            return of_input(call, writer, depth + 1);
        }
        if let Some(fetched) = address::fetch(writer)
            && fetched.file.is_some_and(|file| base_name(file) == name)
        {
            return Origin::Download(fetched.address);
        }
        if unpacked && let Some(origin) = unpacks(call, writer) {
            return origin;
        }
    }
    Origin::Other
}

/// A repository or an archive of a stranger whose files a line then runs.
fn unpacks(call: Call<'_>, writer: &Invocation) -> Option<Origin> {
    let address = match writer.program() {
        "git" => {
            let words = writer.args();
            let clones = words.iter().any(|word| word.text() == "clone");
            let url = words.iter().find(|word| word.text().contains("://")).filter(|_| clones)?;
            Address::read(url.text())
        }
        "tar" | "bsdtar" | "unzip" | "cpio" => {
            let Feed::Pipe(made) = &writer.stdin else { return None };
            let [only] = made.as_slice() else { return None };
            address::fetch(call.script.invocations.get(*only)?)?.address
        }
        _ => return None,
    };
    (!address.is_forge() && !address.is_near()).then_some(Origin::Download(address))
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What several calls put out, one after the other.
pub(super) fn of_calls(call: Call<'_>, made: &[usize], depth: usize) -> Origin {
    match made {
        [only] => of_call(call, *only, depth),
        several => several
            .iter()
            .take(MAX_BEFORE)
            .map(|&index| match of_call(call, index, depth) {
                // A part of a script is no script.
                Origin::Literal(_) => Origin::Other,
                origin => origin,
            })
            .fold(Origin::Other, Origin::worse),
    }
}

/// What a call puts out.
fn of_call(call: Call<'_>, index: usize, depth: usize) -> Origin {
    let Some(maker) = call.script.invocations.get(index).filter(|_| depth <= MAX_DEPTH) else {
        return Origin::Other;
    };
    let words = maker.args();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.text()));
    match maker.program() {
        "echo" | "print" => printed(call, maker, depth),
        "printf" => {
            let known: Option<Vec<&str>> = words.iter().map(Word::known).collect();
            match known.as_deref() {
                Some(["--", format, rest @ ..] | [format, rest @ ..]) => {
                    decode::printf(format, rest).map_or(Origin::Other, Origin::Literal)
                }
                _ => words.iter().map(|word| of_word(call, word, depth)).fold(Origin::Other, Origin::worse),
            }
        }
        "base64" | "gbase64" | "base32" | "basenc" => {
            let decodes = words.iter().any(|word| {
                let text = word.text();
                text.starts_with("--d")
                    || text.starts_with('-') && !text.starts_with("--") && text.contains(['d', 'D'])
            });
            let encoding = match maker.program() {
                "base32" => Encoding::Base32,
                "basenc" if has(&["--base32"]) => Encoding::Base32,
                "basenc" if has(&["--base16"]) => Encoding::Hex,
                _ => Encoding::Base64,
            };
            if decodes { decoded(call, maker, Some(encoding), depth) } else { Origin::Other }
        }
        "xxd" => {
            let reverts = words.iter().any(|word| {
                word.text() == "-revert" || word.text().starts_with('-') && word.text().contains('r')
            });
            if reverts { decoded(call, maker, Some(Encoding::Hex), depth) } else { Origin::Other }
        }
        "openssl" => match words.first().map_or("", Word::text) {
            "s_client" => Origin::Connection("an encrypted connection".to_owned()),
            "base64" if has(&["-d"]) => decoded(call, maker, Some(Encoding::Base64), depth),
            "enc" if has(&["-d"]) => {
                let plain = (has(&["-base64"]) || has(&["-a"])) && words.len() <= 4;
                decoded(call, maker, plain.then_some(Encoding::Base64), depth)
            }
            _ => Origin::Other,
        },
        "rev" => decoded(call, maker, Some(Encoding::Reversed), depth),
        "tr" => translated(call, maker, depth),
        "gunzip" | "zcat" | "gzcat" | "bzcat" | "bunzip2" | "xzcat" | "unxz" | "zstdcat" | "unzstd"
        | "uudecode" | "lz4cat" | "lzcat" => decoded(call, maker, None, depth),
        "gzip" | "bzip2" | "xz" | "zstd" | "lz4" | "brotli" | "zlib-flate" => {
            let unpacks = words.iter().any(|word| {
                let text = word.text();
                text.starts_with("--decomp")
                    || text.starts_with("--uncomp")
                    || text.starts_with('-') && !text.starts_with("--") && text.contains('d')
            });
            if unpacks { decoded(call, maker, None, depth) } else { Origin::Other }
        }
        // What comes in goes out, changed at most in places.
        "cat" | "tac" | "head" | "tail" | "tee" | "sed" | "gsed" | "awk" | "gawk" | "grep" | "egrep"
        | "sort" | "uniq" | "cut" | "dos2unix" | "pv" | "sponge" | "iconv" | "envsubst" | "bat" | "jq"
        | "yq" | "paste" | "fold" | "xargs" | "perl" | "dd" | "strings" | "nl" | "col" | "expand"
        | "sudo" => passed(call, maker, depth),
        "nc" | "ncat" | "netcat" | "telnet" | "socat" => {
            Origin::Connection("a network connection".to_owned())
        }
        "dig" | "nslookup" | "host" | "drill" => Origin::Connection("an answer of the DNS".to_owned()),
        "python" | "python2" | "python3" | "ruby" | "php" | "node" => printed_by_code(maker),
        "aws" if has(&["cp"]) && has(&["-"]) => stored(words, "s3://"),
        "gsutil" | "gcloud" if has(&["cat"]) => stored(words, "gs://"),
        "gh" if matches!(words.first().map_or("", Word::text), "api" | "gist") => {
            Origin::Download(Address::read("https://api.github.com/"))
        }
        _ => match address::fetch(maker).filter(|fetched| fetched.file.is_none()) {
            Some(fetched) => Origin::Download(fetched.address),
            None => Origin::Other,
        },
    }
}

fn stored(words: &[Word], scheme: &str) -> Origin {
    match words.iter().find(|word| word.text().starts_with(scheme)) {
        Some(word) => Origin::Download(Address::read(word.text())),
        None => Origin::Other,
    }
}

/// `echo words`, with its escapes under `-e`.
fn printed(call: Call<'_>, maker: &Invocation, depth: usize) -> Origin {
    let mut words = maker.args();
    let mut escapes = false;
    while let [first, rest @ ..] = words {
        let flags = first.text().strip_prefix('-').unwrap_or_default();
        if flags.is_empty() || !flags.chars().all(|letter| "neEr".contains(letter)) {
            break;
        }
        escapes |= flags.contains('e');
        words = rest;
    }
    let known: Option<Vec<&str>> = words.iter().map(Word::known).collect();
    match known {
        Some(known) if escapes => Origin::Literal(decode::escapes(&known.join(" "))),
        Some(known) => Origin::Literal(known.join(" ")),
        None => words.iter().map(|word| of_word(call, word, depth)).fold(Origin::Other, Origin::worse),
    }
}

/// The file operand of a filter, or its input.
fn incoming(call: Call<'_>, maker: &Invocation, depth: usize) -> Origin {
    let operands = maker.args().iter().filter(|word| !word.text().starts_with('-') || word.text() == "-");
    let files = operands.take(8).map(|word| of_file(call, maker, word, depth + 1));
    files.chain(std::iter::once_with(|| of_input(call, maker, depth))).fold(Origin::Other, Origin::worse)
}

/// What a decoder makes of what comes in.
fn decoded(call: Call<'_>, maker: &Invocation, encoding: Option<Encoding>, depth: usize) -> Origin {
    let unreadable = || Origin::Decoded(maker.program().to_owned());
    match incoming(call, maker, depth) {
        Origin::Literal(text) => match encoding.and_then(|encoding| decode::decode(&text, encoding)) {
            Some(text) => Origin::Literal(text),
            None => unreadable(),
        },
        Origin::Other | Origin::Decoded(_) => unreadable(),
        network => network,
    }
}

fn translated(call: Call<'_>, maker: &Invocation, depth: usize) -> Origin {
    let from = of_input(call, maker, depth);
    let Origin::Literal(text) = &from else { return from };
    let deletes = maker.args().iter().any(|word| word.text() == "-d");
    let sets: Vec<&str> =
        maker.args().iter().map(Word::text).filter(|text| *text == "-" || !text.starts_with('-')).collect();
    let text = match (deletes, sets.as_slice()) {
        (true, [set]) => decode::translate(text, set, None),
        (false, [from, to]) => decode::translate(text, from, Some(to)),
        _ => None,
    };
    text.map_or(Origin::Other, Origin::Literal)
}

/// What goes through a filter: a text that stands in the line stays as it is in those that change nothing.
fn passed(call: Call<'_>, maker: &Invocation, depth: usize) -> Origin {
    match incoming(call, maker, depth) {
        Origin::Literal(_)
            if !matches!(maker.program(), "cat" | "tee" | "pv" | "sponge" | "sudo" | "dos2unix") =>
        {
            Origin::Other
        }
        origin => origin,
    }
}

/// `python -c 'print("…")'`: the text, or that it is decoded there.
fn printed_by_code(maker: &Invocation) -> Origin {
    let code = maker.args().iter().find(|word| word.text().contains(['(', ' '])).map_or("", Word::text);
    let decodes =
        ["b64decode", "fromhex", "unhexlify", "decode64", "base64_decode", "atob(", "'base64'", "\"base64\""];
    match decodes.iter().any(|name| code.contains(name)) {
        true => Origin::Decoded(maker.program().to_owned()),
        false
            if ["urlopen", "requests.get", "fetch(", "file_get_contents('http"]
                .iter()
                .any(|name| code.contains(name)) =>
        {
            Origin::Connection("what it fetches".to_owned())
        }
        false => Origin::Other,
    }
}
