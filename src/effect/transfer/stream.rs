//! What flows along pipes: from a call back to the files, variables and commands that its input came from.

use super::Packer;
use super::options::items;
use super::printer;
use super::source::{self, Below, Source};
use crate::effect::Call;
use crate::syntax::{Expansion, Feed, Invocation, Span, Word};

/// Longest chain of pipes and substitutions that is followed.
const MAX_DEPTH: usize = 16;
/// Most sources that are collected for one sink.
const MAX_SOURCES: usize = 32;

/// What the standard input of a call carries.
pub(super) fn input(call: Call<'_>) -> Vec<Source> {
    let mut sources = Vec::new();
    input_into(call, call.invocation, 0, None, &mut sources);
    if matches!(call.invocation.stdin, Feed::Inherited) {
        written_to(call, &mut sources);
    }
    sources
}

/// Calls that write into this one through `>(…)`.
fn written_to(call: Call<'_>, sources: &mut Vec<Source>) {
    let Some(here) = call.script.invocations.iter().position(|other| std::ptr::eq(other, call.invocation))
    else {
        return;
    };
    let leads_here = |word: &Word| {
        word.expansions
            .iter()
            .any(|expansion| matches!(expansion, Expansion::OutputTo(made) if made.contains(&here)))
    };
    for (index, other) in call.script.invocations.iter().enumerate() {
        let redirected = other.redirects.iter().any(|redirect| leads_here(&redirect.target));
        if redirected || other.words.iter().any(leads_here) {
            output_of(call, index, 1, None, sources);
        }
    }
}

fn input_into(
    call: Call<'_>,
    reader: &Invocation,
    depth: usize,
    at: Option<Span>,
    sources: &mut Vec<Source>,
) {
    match &reader.stdin {
        Feed::Inherited => {}
        Feed::Pipe(made) => {
            for &index in made {
                output_of(call, index, depth + 1, at, sources);
            }
        }
        Feed::File(word) => {
            sources.extend(source::file_at(call, reader, word.text(), word, depth));
            source::text_into(call, word, "", depth, sources);
        }
        Feed::Text(word) => source::text_into(call, word, word.text(), depth, sources),
    }
}

/// What the output of a call carries. With `at`, sources are marked there instead of in the call's own words,
/// for text that was put together elsewhere.
pub(super) fn output_of(
    call: Call<'_>,
    index: usize,
    depth: usize,
    at: Option<Span>,
    sources: &mut Vec<Source>,
) {
    if depth > MAX_DEPTH || sources.len() >= MAX_SOURCES {
        return;
    }
    let Some(maker) = call.script.invocations.get(index) else { return };
    let from = sources.len();
    carried(call, maker, depth, sources);
    if let Some(span) = at {
        // A word that only holds the text of the substitution is the guilty one.
        for source in &mut sources[from..] {
            let inside = source.span.start >= span.start && source.span.end <= span.end;
            if !inside && source.span == Span::default() {
                source.span = span;
            }
        }
    }
}

/// What the output of a call carries.
pub(super) fn carried(call: Call<'_>, maker: &Invocation, depth: usize, sources: &mut Vec<Source>) {
    let words = maker.args();
    match maker.program() {
        // What goes in comes out, in the same or in another form.
        "gzip" | "gunzip" | "zcat" | "pigz" | "bzip2" | "xz" | "zstd" | "lz4" | "brotli" => {
            files_or_input(call, maker, |name| matches!(name, "S" | "T" | "o"), 0, depth, sources);
        }
        "cat" | "tac" | "nl" | "rev" | "base64" | "base32" | "basenc" | "xxd" | "od" | "hexdump" | "tail"
        | "head" | "sort" | "uniq" | "paste" | "column" | "fold" | "fmt" | "pr" | "expand" | "strings"
        | "iconv" | "pv" | "bat" | "batcat" | "less" | "more" | "uuencode" | "split" | "dos2unix"
        | "unix2dos" | "ccat" | "lolcat" | "hd" | "type" | "get-content" => {
            files_or_input(call, maker, takes_value_filter, 0, depth, sources);
        }
        "tr" | "tee" | "sponge" | "buffer" | "mbuffer" | "ts" | "stdbuf" | "unexpand" => {
            input_into(call, maker, depth, None, sources);
        }
        "cut" => {
            if !cuts_names(words) {
                files_or_input(call, maker, takes_value_filter, 0, depth, sources);
            }
        }
        "grep" | "egrep" | "fgrep" | "rg" | "zgrep" | "ag" | "ack" => grep(call, maker, depth, sources),
        "sed" | "gsed" | "perl" => {
            if !words.iter().any(|word| strips_values(word.text())) {
                let scripted = words.iter().any(|word| matches!(word.text(), "-e" | "-f" | "-ne" | "-pe"));
                let skip = usize::from(!scripted);
                files_or_input(
                    call,
                    maker,
                    |name| matches!(name, "e" | "f" | "ne" | "pe"),
                    skip,
                    depth,
                    sources,
                );
            }
        }
        "awk" | "gawk" | "mawk" => {
            if !words.iter().any(|word| word.text().contains("print $1}")) {
                files_or_input(call, maker, |name| matches!(name, "F" | "v" | "f"), 1, depth, sources);
            }
        }
        "jq" | "yq" | "gojq" | "jaq" | "dasel" => json(call, maker, depth, sources),
        "tar" | "bsdtar" | "gtar" | "zip" | "7z" | "7za" | "cpio" | "ar" => {
            archive(call, maker, depth, sources);
        }
        "openssl" => openssl(call, maker, depth, sources),
        // Encrypted for somebody: what comes out is no secret any more.
        "gpg" | "gpg2" | "age" | "rage" | "sops" => {
            let opens = words
                .iter()
                .any(|word| matches!(word.text(), "-d" | "--decrypt" | "--export-secret-keys" | "decrypt"));
            let name = format!("{} {}", maker.program(), words.first().map_or("", Word::text));
            if opens {
                sources.push(Source::secret("token-command", name, maker.span, None, None));
            }
        }
        "dd" => {
            for word in words {
                if let Some(path) = word.text().strip_prefix("if=") {
                    sources.extend(source::file_at(call, maker, path, word, depth));
                }
            }
            input_into(call, maker, depth, None, sources);
        }
        "echo" | "printf" | "print" | "write-output" => {
            let from = sources.len();
            for word in words {
                source::text_into(call, word, word.text(), depth, sources);
            }
            // `printf 'user=%s&password=%s' "$USER" "$PASSWORD"`.
            let form = words.iter().any(|word| word.text().contains("=%") || word.text().contains(":%"));
            for source in &mut sources[from..] {
                source.field |= form;
            }
        }
        // A whole database, with everything that is in it.
        "pg_dump" | "pg_dumpall" | "mysqldump" | "mariadb-dump" | "mongodump" | "mydumper" => {
            if !words.iter().any(|word| matches!(word.text(), "-s" | "--schema-only" | "--no-data" | "-d")) {
                sources.push(Source::secret("database", maker.program(), maker.span, None, None));
            }
        }
        // All that the repository holds, or all of one commit.
        "git" if words.iter().any(|word| matches!(word.text(), "bundle" | "archive")) => {
            sources.push(Source::secret("history", "git", maker.span, None, None));
        }
        "sqlite3" if words.iter().any(|word| word.text().starts_with(".dump")) => {
            sources.push(Source::secret("database", "sqlite3 .dump", maker.span, None, None));
        }
        // Whole tables by a client: `psql -c 'COPY users TO STDOUT'`, `mysql -e 'SELECT * FROM users'`.
        "redis-cli" if words.iter().any(|word| word.text() == "--rdb") => {
            sources.push(Source::secret("database", "redis-cli --rdb", maker.span, None, None));
        }
        "kafka-console-consumer" | "kafka-console-consumer.sh" | "kafka-avro-console-consumer" => {
            sources.push(Source::secret("database", maker.program(), maker.span, None, None));
        }
        "kcat" | "kafkacat" if words.iter().any(|word| word.text() == "-C") => {
            sources.push(Source::secret("database", maker.program(), maker.span, None, None));
        }
        "mongoexport" => sources.push(Source::secret("database", "mongoexport", maker.span, None, None)),
        "psql" | "mysql" | "mariadb" | "sqlite3"
            if words.iter().any(|word| {
                let text = word.text().to_ascii_lowercase();
                text.contains("select * from") || text.contains("copy ") && text.contains("to stdout")
            }) =>
        {
            sources.push(Source::secret("database", maker.program(), maker.span, None, None));
        }
        "envsubst" => {
            input_into(call, maker, depth, None, sources);
        }
        "python" | "python3"
            if words.iter().any(|word| word.text() == "json.tool" || word.text() == "base64") =>
        {
            input_into(call, maker, depth, None, sources);
        }
        "kubectl" | "oc" | "docker" | "podman" | "ssh" if printer::elsewhere(maker, sources) => {}
        _ => printer::read(maker, sources),
    }
}

/// What a variable holds that the shell's own `read` filled.
pub(super) fn read_into(call: Call<'_>, name: &str, depth: usize, sources: &mut Vec<Source>) {
    if depth > MAX_DEPTH {
        return;
    }
    let reads = |maker: &&Invocation| {
        matches!(maker.program(), "read" | "mapfile" | "readarray")
            && maker.args().iter().any(|word| word.text() == name)
    };
    if let Some(maker) = call.script.invocations.iter().find(reads) {
        input_into(call, maker, depth + 1, None, sources);
    }
}

/// The files that a filter names, or else its input. `skip` operands come before the files.
fn files_or_input(
    call: Call<'_>,
    maker: &Invocation,
    takes: fn(&str) -> bool,
    skip: usize,
    depth: usize,
    sources: &mut Vec<Source>,
) {
    let items = items(maker.args(), takes);
    let mut named = false;
    for item in items.iter().filter(|item| item.name.is_empty()).skip(skip) {
        if item.value == "-" {
            continue;
        }
        named = true;
        sources.extend(source::file_at(call, maker, item.value, item.word, depth));
        // `cat <(…)`: the file is the output of something.
        for expansion in &item.word.expansions {
            if let Expansion::InputFrom(made) = expansion {
                for &index in made {
                    output_of(call, index, depth + 1, None, sources);
                }
            }
        }
    }
    if !named || items.iter().any(|item| item.value == "-") {
        input_into(call, maker, depth, None, sources);
    }
}

fn takes_value_filter(name: &str) -> bool {
    matches!(
        name,
        "n" | "c"
            | "w"
            | "s"
            | "l"
            | "f"
            | "d"
            | "t"
            | "k"
            | "b"
            | "lines"
            | "bytes"
            | "wrap"
            | "delimiter"
            | "fields"
    )
}

/// `cut -d= -f1` keeps the names and drops the values.
fn cuts_names(words: &[Word]) -> bool {
    let equals = words.iter().any(|word| word.text().contains("-d=") || word.text() == "=");
    let first = words.iter().any(|word| matches!(word.text(), "-f1" | "1" | "--fields=1"));
    equals && first
}

/// `s/=.*//` keeps the names and drops the values.
fn strips_values(script: &str) -> bool {
    ["=.*//", "=.*/=/", "=.*/=", "=.*||", "=.*##", "=.*/"].iter().any(|known| script.contains(known))
}

fn grep(call: Call<'_>, maker: &Invocation, depth: usize, sources: &mut Vec<Source>) {
    let takes = |name: &str| {
        matches!(
            name,
            "e" | "f" | "A" | "B" | "C" | "m" | "regexp" | "file" | "include" | "exclude" | "max-count"
        )
    };
    let items = items(maker.args(), takes);
    // Counts, names of files and the matched name alone carry no content.
    let bare = items.iter().any(|item| {
        matches!(
            item.name,
            "c" | "l" | "L" | "q" | "count" | "files-with-matches" | "files-without-match" | "quiet"
        )
    });
    let names_only = items.iter().any(|item| matches!(item.name, "o" | "only-matching"))
        && items.iter().any(|item| {
            let pattern = item.value;
            pattern.starts_with('^')
                && !pattern.contains(".*")
                && !pattern.contains(".+")
                && pattern.contains('[')
        });
    if bare || names_only {
        return;
    }
    let given = items.iter().any(|item| matches!(item.name, "e" | "f" | "regexp" | "file"));
    let from = sources.len();
    files_or_input(call, maker, takes, usize::from(!given), depth, sources);
    // Whole trees and histories looked through for passwords: what is found is what was looked for.
    let pattern = items.iter().find(|item| item.name.is_empty() || matches!(item.name, "e" | "regexp"));
    let everywhere = || {
        items.iter().any(|item| matches!(item.name, "r" | "R" | "recursive"))
            || matches!(&maker.stdin, Feed::Pipe(made) if made.iter().any(|&index| {
                call.script.invocations.get(index).is_some_and(|made| {
                    made.program() == "git" && made.args().iter().any(|word| matches!(word.text(), "log" | "show" | "diff"))
                })
            }))
    };
    if sources.iter().skip(from).all(|source| source.kind == "file")
        && pattern.is_some_and(|item| printer::picks_secrets(item.value))
        && everywhere()
    {
        sources.push(Source::secret("token-command", "what the search finds", maker.span, None, None));
    }
}

/// jq and its like: the files it reads, and the values that are handed to it to build a document.
fn json(call: Call<'_>, maker: &Invocation, depth: usize, sources: &mut Vec<Source>) {
    let words = maker.args();
    if words.iter().any(|word| matches!(word.text(), "keys" | "length" | "type" | "keys[]")) {
        return;
    }
    let from = sources.len();
    let mut operands = Vec::new();
    let mut null = false;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.text() {
            "--arg" | "--argjson" => {
                rest.next();
                if let Some(value) = rest.next() {
                    source::text_into(call, value, value.text(), depth, sources);
                }
            }
            "--slurpfile" | "--rawfile" => {
                rest.next();
                if let Some(path) = rest.next() {
                    sources.extend(source::file_at(call, maker, path.text(), path, depth));
                }
            }
            "-f" | "--from-file" | "--indent" | "-L" => {
                rest.next();
            }
            text if text.starts_with('-') && text.len() > 1 => {
                null |= text == "--null-input" || text.starts_with("-n");
            }
            _ => operands.push(word),
        }
    }
    for source in &mut sources[from..] {
        source.field = true;
    }
    for word in operands.iter().skip(1) {
        sources.extend(source::file_at(call, maker, word.text(), word, depth));
    }
    if let Some(filter) = operands.first() {
        source::text_into(call, filter, filter.text(), depth, sources);
    }
    if !null && operands.len() < 2 {
        input_into(call, maker, depth, None, sources);
    }
}

/// tar, zip and their like: what they pack.
fn archive(call: Call<'_>, maker: &Invocation, depth: usize, sources: &mut Vec<Source>) {
    let words = maker.args();
    let tar = maker.program().contains("tar");
    let first = words.first().map_or("", Word::text);
    // Old style: `tar czf - dir`.
    let bundled = tar && !first.starts_with('-') && !first.is_empty();
    let mode = if bundled || first.starts_with('-') && !first.starts_with("--") { first } else { "" };
    let lists =
        tar && (mode.contains('t') || mode.contains('x') || first == "--list" || first == "--extract");
    if lists && !mode.contains('O') {
        return;
    }
    let mut excludes = Vec::new();
    let mut base: Option<&Word> = None;
    let mut packed: Vec<&Word> = Vec::new();
    let mut rest = words.iter().skip(usize::from(bundled));
    if bundled && first.contains('f') {
        rest.next();
    }
    let mut operands = 0;
    while let Some(word) = rest.next() {
        match word.text() {
            "-C" | "--directory" => base = rest.next(),
            "--exclude" | "-x" => excludes.extend(rest.next().map(|word| word.text().to_owned())),
            "-f" | "--file" | "-T" | "-X" | "-b" | "--transform" | "-I" => {
                rest.next();
            }
            text if text.starts_with("--exclude=") => excludes.push(text["--exclude=".len()..].to_owned()),
            text if text.starts_with("--directory=") => {}
            text if text.starts_with("--") => {}
            text if text.starts_with('-') && text.len() > 1 => {
                // `-czf out` takes the next word as its file; in `zip` no letter does.
                if tar && text.ends_with('f') {
                    rest.next();
                }
            }
            _ => {
                operands += 1;
                // The first operand of zip and 7z is the archive, or for 7z the verb before it.
                let own = match maker.program() {
                    "zip" => 1,
                    "7z" | "7za" | "ar" => 2,
                    _ => 0,
                };
                if operands > own {
                    packed.push(word);
                }
            }
        }
    }
    for word in packed {
        let text = word.text();
        let joined = match base {
            Some(base) if !text.starts_with(['/', '~']) => {
                format!("{}/{text}", base.text().trim_end_matches('/'))
            }
            _ => text.to_owned(),
        };
        let joined = joined.strip_suffix("/.").unwrap_or(joined.as_str());
        sources.extend(source::tree_at(
            call,
            maker,
            joined,
            word,
            Below { recursive: true, excludes: &excludes, packer: Packer::All },
            depth,
        ));
    }
    input_into(call, maker, depth, None, sources);
}

/// Openssl puts through what it encodes; what it makes public or counts is no secret.
fn openssl(call: Call<'_>, maker: &Invocation, depth: usize, sources: &mut Vec<Source>) {
    let words = maker.args();
    let verb = words.first().map_or("", Word::text);
    let public = words
        .iter()
        .any(|word| matches!(word.text(), "-pubout" | "-nokeys" | "-fingerprint" | "-modulus" | "-check"));
    if public || !matches!(verb, "base64" | "enc" | "rsa" | "pkey" | "ec" | "pkcs12" | "zlib" | "pkcs8") {
        return;
    }
    let mut named = false;
    for pair in words.windows(2) {
        if pair[0].text() == "-in" {
            named = true;
            sources.extend(source::file_at(call, maker, pair[1].text(), &pair[1], depth));
        }
    }
    if !named {
        input_into(call, maker, depth, None, sources);
    }
}
