//! What flows along pipes: from a call back to the files, variables and commands that its input came from.

use super::options::items;
use super::source::{self, Source};
use crate::effect::Call;
use crate::secrets::{issuer_of, names_secret, secret_path};
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
            sources.extend(source::file(call, reader, word.text(), word));
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

fn carried(call: Call<'_>, maker: &Invocation, depth: usize, sources: &mut Vec<Source>) {
    let words = maker.args();
    match maker.program() {
        // What goes in comes out, in the same or in another form.
        "cat" | "tac" | "nl" | "rev" | "base64" | "base32" | "basenc" | "xxd" | "od" | "hexdump" | "gzip"
        | "gunzip" | "zcat" | "pigz" | "bzip2" | "xz" | "zstd" | "lz4" | "brotli" | "tail" | "head"
        | "sort" | "uniq" | "paste" | "column" | "fold" | "fmt" | "pr" | "expand" | "strings" | "iconv"
        | "pv" | "bat" | "batcat" | "less" | "more" | "uuencode" | "split" | "dos2unix" | "unix2dos"
        | "ccat" | "lolcat" | "hd" | "type" | "get-content" => {
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
        "jq" | "yq" | "gojq" | "jaq" | "dasel" => {
            let keys = words.iter().any(|word| matches!(word.text(), "keys" | "length" | "type" | "keys[]"));
            if !keys {
                let skip = 1;
                files_or_input(call, maker, |name| matches!(name, "f" | "from-file"), skip, depth, sources);
            }
            for word in words {
                source::text_into(call, word, word.text(), depth, sources);
            }
        }
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
                    sources.extend(source::file(call, maker, path, word));
                }
            }
            input_into(call, maker, depth, None, sources);
        }
        "echo" | "printf" | "print" | "write-output" => {
            for word in words {
                source::text_into(call, word, word.text(), depth, sources);
            }
        }
        "envsubst" => {
            input_into(call, maker, depth, None, sources);
        }
        "python" | "python3"
            if words.iter().any(|word| word.text() == "json.tool" || word.text() == "base64") =>
        {
            input_into(call, maker, depth, None, sources);
        }
        "kubectl" | "oc" | "docker" | "podman" | "ssh" if elsewhere(maker, sources) => {}
        _ => commands(maker, sources),
    }
}

/// `kubectl exec pod -- cat /app/.env`, `ssh host cat .env`: what a command prints there comes out here. Whether it
/// was such a command.
fn elsewhere(maker: &Invocation, sources: &mut Vec<Source>) -> bool {
    let words = maker.args();
    if maker.program() != "ssh" && !words.iter().any(|word| word.text() == "exec") {
        return false;
    }
    let inner = || words.iter().flat_map(|word| word.text().split_whitespace().map(move |text| (text, word)));
    let Some(at) = inner().position(|(text, _)| {
        matches!(text, "cat" | "base64" | "env" | "printenv" | "head" | "tail" | "tar" | "gzip" | "sudo")
    }) else {
        return false;
    };
    let rest: Vec<(&str, &Word)> = inner().skip(at).collect();
    if let [(program @ ("env" | "printenv"), _)] = rest.as_slice() {
        sources.push(Source::environment(program, maker.span));
    }
    for (text, word) in rest {
        if let Some(kind) = secret_path(text) {
            sources.push(Source::named(text, kind, word.span));
        }
    }
    true
}

/// Files of secrets that a call lists by name: `find -name .env`, `ls *.pem`.
pub(super) fn listed_by(maker: &Invocation) -> Option<Source> {
    let words = maker.args();
    let named = |word: &Word| {
        let text = word.text();
        secret_path(text.trim_end_matches('*')).map(|kind| Source::named(text, kind, word.span))
    };
    match maker.program() {
        "find" => words
            .windows(2)
            .filter(|pair| matches!(pair[0].text(), "-name" | "-iname" | "-path"))
            .find_map(|pair| named(&pair[1])),
        "ls" | "fd" | "fdfind" | "echo" | "printf" | "git" | "locate" => words.iter().find_map(named),
        _ => None,
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

/// Commands that print secrets.
fn commands(maker: &Invocation, sources: &mut Vec<Source>) {
    let words = maker.args();
    let word = |at: usize| words.get(at).map_or("", Word::text);
    let span = maker.span;
    let mut secret = |name: &str, issuer: Option<&str>| {
        sources.push(Source::secret("token-command", name, span, issuer.map(str::to_owned), None));
    };
    match (maker.program(), word(0), word(1)) {
        ("printenv", "", _)
        | ("env", "", _)
        | ("set", "", _)
        | ("declare" | "typeset", "-x" | "-p" | "-xp" | "-px", "")
        | ("export", "-p" | "", "") => {
            sources.push(Source::environment(maker.program(), span));
        }
        ("printenv", name, _) => {
            let named = words.iter().map(Word::text).find(|name| names_secret(name));
            if let Some(name) = named.or_else(|| names_secret(name).then_some(name)) {
                sources.push(Source::secret("variable", format!("${name}"), span, issuer_of(name), None));
            }
        }
        ("gh", "auth", "token") => secret("gh auth token", Some("github")),
        ("gh", "auth", "status") if words.iter().any(|word| matches!(word.text(), "-t" | "--show-token")) => {
            secret("gh auth status --show-token", Some("github"));
        }
        ("glab", "auth", "token") | ("glab", "config", "get") => secret("glab auth token", Some("gitlab")),
        ("gcloud", "auth" | "beta", _) if words.iter().any(|word| word.text().starts_with("print-")) => {
            secret("gcloud auth print-access-token", Some("google"));
        }
        (
            "aws",
            "sts",
            "get-session-token" | "assume-role" | "get-federation-token" | "assume-role-with-web-identity",
        ) => {
            secret("aws sts", Some("aws"));
        }
        ("aws", "configure", "get" | "export-credentials")
            if (word(1) == "export-credentials" || names_secret(word(2))) =>
        {
            secret("aws configure", Some("aws"));
        }
        ("aws", "ecr" | "ecr-public", "get-login-password") => {
            secret("aws ecr get-login-password", Some("aws"));
        }
        ("aws", "secretsmanager", "get-secret-value") => secret("aws secretsmanager get-secret-value", None),
        ("aws", "ssm", "get-parameter" | "get-parameters" | "get-parameters-by-path")
            if words.iter().any(|word| word.text() == "--with-decryption") =>
        {
            secret("aws ssm get-parameter", None);
        }
        ("az", "account", "get-access-token") => secret("az account get-access-token", Some("azure")),
        ("az", "keyvault", "secret") if word(2) == "show" => secret("az keyvault secret show", None),
        ("gcloud", "secrets", "versions") if word(2) == "access" => {
            secret("gcloud secrets versions access", None);
        }
        ("kubectl" | "oc" | "k", "get", _)
            if words.iter().any(|word| {
                let kind = word.text().split(['/', ',']).next().unwrap_or_default();
                matches!(kind, "secret" | "secrets")
            }) && words.iter().any(|word| {
                let text = word.text();
                text.starts_with("-o") || text.starts_with("--output") || text.starts_with("--template")
            }) =>
        {
            secret("kubectl get secret", None);
        }
        ("kubectl" | "oc", "config", "view") if words.iter().any(|word| word.text() == "--raw") => {
            secret("kubectl config view --raw", None);
        }
        ("kubectl" | "oc", "create", "token") => secret("kubectl create token", None),
        ("vault", "read", _)
        | ("vault", "kv", "get")
        | ("vault", "print", "token")
        | ("bao", "kv", "get") => {
            secret("vault", None);
        }
        ("pass" | "gopass", "show", _) => secret("pass show", None),
        ("pass" | "gopass", name, _)
            if !name.is_empty()
                && !matches!(
                    name,
                    "ls" | "list"
                        | "find"
                        | "search"
                        | "insert"
                        | "add"
                        | "edit"
                        | "generate"
                        | "rm"
                        | "git"
                        | "init"
                        | "mv"
                        | "cp"
                        | "help"
                        | "version"
                        | "grep"
                        | "sync"
                        | "otp"
                ) =>
        {
            secret("pass", None);
        }
        ("op", "read", _) | ("op", "item", "get") | ("op", "document", "get") => secret("op read", None),
        ("bw", "get", _) | ("rbw", "get", _) | ("lpass", "show", _) | ("keepassxc-cli", "show", _) => {
            secret(maker.program(), None);
        }
        ("security", "find-generic-password" | "find-internet-password", _) => {
            secret("security find-generic-password", None);
        }
        ("secret-tool", "lookup", _) => secret("secret-tool lookup", None),
        ("git", "credential", "fill") => secret("git credential fill", None),
        ("git-credential-manager" | "git-credential-store" | "git-credential-osxkeychain", "get", _) => {
            secret("git credential", None);
        }
        ("heroku", "config" | "config:get", _) => secret("heroku config", None),
        ("heroku", "auth:token", _) => secret("heroku auth:token", Some("heroku")),
        ("doppler", "secrets", _) => secret("doppler secrets", None),
        ("npm", "token", "create") => secret("npm token create", Some("npm")),
        ("fly" | "flyctl", "auth" | "tokens", "token" | "create") => secret("fly auth token", Some("fly")),
        ("chamber", "read" | "export", _) => secret("chamber", None),
        ("terraform" | "tofu", "output", _)
            if words.iter().any(|word| names_secret(word.text()) || word.text() == "-json") =>
        {
            secret("terraform output", None);
        }
        ("terraform" | "tofu", "state", "pull") => secret("terraform state pull", None),
        ("ansible-vault", "view" | "decrypt", _) => secret("ansible-vault", None),
        ("git", "show" | "cat-file", _) => {
            let path = words.iter().find_map(|word| word.text().split_once(':'));
            if let Some((_, path)) = path
                && let Some(kind) = secret_path(path)
            {
                sources.push(Source::named(path, kind, span));
            }
        }
        _ => {}
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
        sources.extend(source::file(call, maker, item.value, item.word));
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
    files_or_input(call, maker, takes, usize::from(!given), depth, sources);
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
        sources.extend(source::tree(call, maker, joined, word, true, &excludes));
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
            sources.extend(source::file(call, maker, pair[1].text(), &pair[1]));
        }
    }
    if !named {
        input_into(call, maker, depth, None, sources);
    }
}
