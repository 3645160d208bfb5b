//! Where a text comes from that something is about to run: back along pipes, substitutions and files that the
//! same line writes.

use super::address::Address;
use super::decode::{self, Encoding};
use super::fetch::{self, base_name, operands};
use super::template;
use crate::effect::Call;
use crate::syntax::{Dir, Expansion, Feed, HOLE, Invocation, Word};

/// Longest chain of pipes, substitutions and files that is followed.
const MAX_DEPTH: usize = 12;
/// How many calls before this one may have written a file.
const MAX_BEFORE: usize = 64;

/// Where a text comes from.
#[derive(Clone, Debug)]
pub(in crate::effect) enum Origin {
    /// Out of the network: from an address.
    Download(Address),
    /// Out of the network, in another way: the words for it.
    Connection(String),
    /// The text itself, which stands in the line in another form; what is only known when it runs is a hole.
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
    let name = base_name(word.text());
    if name.is_empty() || name.contains(HOLE) {
        return Origin::Other;
    }
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
        if let Some(address) = fetch::brings(writer, name) {
            return Origin::Download(address);
        }
        match made_of(call, writer, name, depth) {
            Origin::Other => {}
            origin => return origin,
        }
        if std::ptr::eq(reader, call.invocation)
            && let Some(address) = unpacks(call, writer, word.text(), depth)
        {
            return Origin::Download(address);
        }
    }
    Origin::Other
}

/// What a file is made of by a call that copies, renames, decodes or unpacks another.
fn made_of(call: Call<'_>, writer: &Invocation, name: &str, depth: usize) -> Origin {
    let named = |text: &str| base_name(text) == name;
    match writer.program() {
        "cp" | "mv" | "ln" | "install" | "ditto" => {
            let files: Vec<&Word> = operands(writer).collect();
            match files.as_slice() {
                // Under its own name it is found further up.
                [from, to] if named(to.text()) && !named(from.text()) => {
                    of_file(call, writer, from, depth + 1)
                }
                _ => Origin::Other,
            }
        }
        "dd" => {
            let value = |key: &str| writer.args().iter().find_map(|word| word.text().strip_prefix(key));
            match value("of=").filter(|to| named(to)) {
                Some(_) => match value("if=") {
                    Some(_) => incoming(call, writer, depth + 1),
                    None => of_input(call, writer, depth + 1),
                },
                None => Origin::Other,
            }
        }
        "gunzip" | "unxz" | "bunzip2" | "unzstd" | "gzip" | "xz" | "bzip2" | "zstd" => {
            let packed = |word: &&Word| {
                base_name(word.text()).strip_prefix(name).is_some_and(|ending| ending.starts_with('.'))
            };
            operands(writer).find(packed).map_or(Origin::Other, |word| of_file(call, writer, word, depth + 1))
        }
        // A program out of a source that was fetched.
        "gcc" | "cc" | "clang" | "g++" | "tcc" | "rustc"
            if writer.args().windows(2).any(|pair| pair[0].text() == "-o" && named(pair[1].text())) =>
        {
            match incoming(call, writer, depth + 1) {
                Origin::Literal(_) => Origin::Other,
                origin => origin,
            }
        }
        "openssl" | "gpg" | "gpg2" | "base64" | "age" => {
            let out =
                |pair: &[Word]| matches!(pair[0].text(), "-out" | "-o" | "--output") && named(pair[1].text());
            let decodes = |word: &Word| matches!(word.text(), "-d" | "-D" | "--decrypt" | "--decode");
            match writer.args().windows(2).any(out) && writer.args().iter().any(decodes) {
                true => Origin::Decoded(writer.program().to_owned()),
                false => Origin::Other,
            }
        }
        _ => Origin::Other,
    }
}

/// A repository or an archive of a stranger that this path may lie in.
fn unpacks(call: Call<'_>, writer: &Invocation, path: &str, depth: usize) -> Option<Address> {
    // What builds a program from its source is run every day.
    let builds = matches!(
        base_name(path),
        "configure"
            | "Makefile"
            | "bootstrap"
            | "autogen.sh"
            | "gradlew"
            | "mvnw"
            | "config"
            | "build.sh"
            | "activate"
    );
    let reader = call.invocation;
    if builds || path.starts_with('-') || matches!(reader.program(), "cat" | "dpkg" | "rpm") {
        return None;
    }
    let cloned = fetch::tree(writer);
    let is_clone = cloned.is_some();
    let (address, into) = match (cloned, writer.program()) {
        (Some(tree), _) => tree,
        (None, "tar" | "bsdtar" | "unzip" | "cpio" | "7z") => {
            let into = |pair: &[Word]| matches!(pair[0].text(), "-C" | "-d" | "--directory");
            let into = writer.args().windows(2).find(|pair| into(pair)).map(|pair| pair[1].text());
            let fetched = match &writer.stdin {
                Feed::Pipe(made) => match made.as_slice() {
                    [only] => {
                        fetch::fetch(call.script.invocations.get(*only)?).map(|fetched| fetched.address)
                    }
                    _ => None,
                },
                _ => operands(writer).find_map(|file| match of_file(call, writer, file, depth + 1) {
                    Origin::Download(address) => Some(address),
                    _ => None,
                }),
            };
            (fetched?, into)
        }
        _ => return None,
    };
    let within = |dir: &str| {
        let dir = dir.trim_end_matches('/');
        let lies =
            |path: &str| path.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        !dir.is_empty() && (lies(path) || matches!(&reader.dir, Dir::At(at) if lies(at)))
    };
    let relative = !path.starts_with(['/', '~']) && into.is_none_or(|into| !into.starts_with(['/', '~']));
    if !relative && !into.is_some_and(within) {
        return None;
    }
    // A forge says whose it is. As root, or in a place for what is thrown away, that is not enough.
    let rash = is_clone
        && (reader.via.iter().any(|via| matches!(*via, "sudo" | "doas"))
            || into.is_some_and(|into| super::inserted::anyones(call, into)));
    (!address.is_near() && (rash || !address.is_forge())).then_some(address)
}

/// What several calls put out, one after the other.
pub(super) fn of_calls(call: Call<'_>, made: &[usize], depth: usize) -> Origin {
    let mut texts = String::new();
    let mut worst = Origin::Other;
    for &index in made.iter().take(MAX_BEFORE) {
        match of_call(call, index, depth) {
            Origin::Literal(text) => {
                // Each line of a script counts, whatever stands above it.
                texts.push_str(text.trim_end_matches('\n'));
                texts.push('\n');
            }
            origin => worst = worst.worse(origin),
        }
    }
    match texts.is_empty() {
        true => worst,
        false => worst.worse(Origin::Literal(texts.trim_end_matches('\n').to_owned())),
    }
}

/// `git fetch https://… main && git show FETCH_HEAD:install.sh`: where that was fetched from in the same line.
fn fetched_before(call: Call<'_>, maker: &Invocation) -> Option<Address> {
    let shows = maker.args().iter().any(|word| word.text().starts_with("FETCH_HEAD"));
    let fetches = |other: &&Invocation| {
        other.program() == "git" && other.args().iter().any(|word| matches!(word.text(), "fetch" | "pull"))
    };
    let others = call.script.invocations.iter().filter(|other| shows && other.span.start < maker.span.start);
    let url =
        others.filter(fetches).flat_map(|other| other.args()).find(|word| word.text().contains("://"))?;
    Some(Address::read(url.text()))
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
                _ => {
                    let flows = words.iter().map(|word| of_word(call, word, depth));
                    let flow = flows.fold(Origin::Other, Origin::worse);
                    flow.worse(template::of(call, maker).map_or(Origin::Other, Origin::Literal))
                }
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
        "xclip" | "xsel" if has(&["-o", "-ob", "-bo", "--output", "-b"]) => {
            Origin::Connection("the clipboard".to_owned())
        }
        "pbpaste" | "wl-paste" | "clip.exe" | "termux-clipboard-get" => {
            Origin::Connection("the clipboard".to_owned())
        }
        "dig" | "nslookup" | "host" | "drill" | "whois" => {
            Origin::Connection("an answer of the DNS".to_owned())
        }
        "finger" | "nfscat" => Origin::Connection("a network connection".to_owned()),
        "ipfs" => fetch::ipfs(maker).map_or(Origin::Other, Origin::Download),
        "smbclient" if words.iter().any(|word| word.text().contains("get ")) => {
            Origin::Connection("a shared directory".to_owned())
        }
        "rclone" | "mc" | "mcli" | "s4cmd" if has(&["cat"]) => {
            Origin::Connection("a store of files".to_owned())
        }
        "git" if words.iter().any(|word| word.text().starts_with("FETCH_HEAD:")) => {
            Origin::Connection("what git has fetched last".to_owned())
        }
        "git" if has(&["archive"]) && words.iter().any(|word| word.text().starts_with("--remote=")) => {
            Origin::Connection("another machine's repository".to_owned())
        }
        "tar" | "bsdtar" | "gtar"
            if words
                .first()
                .is_some_and(|word| !word.text().starts_with("--") && word.text().contains('O'))
                || has(&["--to-stdout"]) =>
        {
            match incoming(call, maker, depth) {
                Origin::Literal(_) => Origin::Other,
                origin => origin,
            }
        }
        "python" | "python2" | "python3" | "ruby" | "php" | "node" => printed_by_code(call, maker),
        "git" if let Some(address) = fetched_before(call, maker) => Origin::Download(address),
        "find" | "gfind" | "mysql" | "psql" | "git" | "docker" | "kubectl" => {
            template::of(call, maker).map_or(Origin::Other, Origin::Literal)
        }
        "aws" if has(&["cp"]) && has(&["-"]) => stored(words, "s3://"),
        "gsutil" | "gcloud" if has(&["cat"]) => stored(words, "gs://"),
        "ssh" => match remote_shell(words) {
            Some(address) => Origin::Download(address),
            None => Origin::Other,
        },
        "gh" if matches!(words.first().map_or("", Word::text), "api" | "gist") => {
            Origin::Download(Address::read("https://api.github.com/"))
        }
        _ => match fetch::fetch(maker).filter(|fetched| fetched.file.is_none()) {
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
        None => {
            let flow = words.iter().map(|word| of_word(call, word, depth)).fold(Origin::Other, Origin::worse);
            flow.worse(template::of(call, maker).map_or(Origin::Other, Origin::Literal))
        }
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
        Origin::Other => {
            let text = encoding.and_then(|encoding| decode::decode(&in_file(call, maker)?, encoding));
            text.map_or_else(unreadable, Origin::Literal)
        }
        Origin::Decoded(_) => unreadable(),
        network => network,
    }
}

/// The one file that a filter reads, as it is now. `None` where anything before it in the line names it too, which
/// may make another of it.
fn in_file(call: Call<'_>, maker: &Invocation) -> Option<String> {
    let mut files = maker.args().iter().filter(|word| !word.text().starts_with('-'));
    let file = match (&maker.stdin, files.next(), files.next()) {
        (_, Some(file), None) => file,
        (Feed::File(file), None, None) => file,
        _ => return None,
    };
    let name = base_name(file.known()?);
    let before = call.script.invocations.iter().take_while(|other| !std::ptr::eq(*other, maker));
    let targets = |other: &Invocation| other.redirects.iter().any(|to| base_name(to.target.text()) == name);
    let names = |other: &Invocation| other.args().iter().any(|word| base_name(word.text()) == name);
    let is_untouched = before.into_iter().all(|other| !targets(other) && !names(other));
    is_untouched.then(|| super::inline::file_of(Call { invocation: maker, ..call }, file.text()))?
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
        // Whole lines go through these.
        origin @ Origin::Literal(_)
            if matches!(
                maker.program(),
                "cat"
                    | "tee"
                    | "pv"
                    | "sponge"
                    | "sudo"
                    | "dos2unix"
                    | "sort"
                    | "uniq"
                    | "head"
                    | "tail"
                    | "tac"
                    | "grep"
                    | "egrep"
            ) =>
        {
            origin
        }
        Origin::Literal(_) | Origin::Other => {
            template::of(call, maker).map_or(Origin::Other, Origin::Literal)
        }
        origin => origin,
    }
}

/// A machine that is named by its number alone or by its whole name in public, and put something out.
fn remote_shell(words: &[Word]) -> Option<Address> {
    let host = words.iter().map(Word::text).find(|text| !text.starts_with('-'))?;
    let host = host.rsplit('@').next().unwrap_or(host);
    let numbered =
        host.split('.').count() == 4 && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let address = Address::read(&format!("ssh://{host}"));
    let public = host.contains('.') && !host.contains(HOLE);
    ((numbered || public) && words.len() > 1 && !address.is_near()).then_some(address)
}

/// `python -c 'print("…")'`: the text, or that it is decoded there.
fn printed_by_code(call: Call<'_>, maker: &Invocation) -> Origin {
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
        false => {
            // All that is put out is known; else what is known of it.
            let known = super::inline::printed(call, maker).filter(|text| !text.contains(HOLE));
            let text = known.or_else(|| template::of(call, maker));
            text.map_or(Origin::Other, Origin::Literal)
        }
    }
}
