//! Buckets, forges and pastes: stores that belong to a service.

use super::options::{Item, items};
use super::receiver::Receiver;
use super::source;
use super::{send, send_all, stream};
use crate::effect::{Call, Effect};

/// Sends the local ones of `files` to a bucket, or what comes in for `-`.
fn copy_to<'a>(
    call: Call<'_>,
    target: &str,
    files: impl Iterator<Item = &'a Item<'a>>,
    recursive: bool,
    excludes: &[String],
    effects: &mut Vec<Effect>,
) {
    let (public, how) = public(call);
    let receiver = match public {
        true => Receiver::place("paste", &format!("{target}, which the line opens to everybody{how}")),
        false => Receiver::place("bucket", target),
    };
    for file in files.filter(|file| !is_store(file.value)) {
        if public {
            super::serve::publish(call, file.value, file.word, &receiver.name, effects);
        }
        if file.value == "-" {
            send_all(&receiver, stream::input(call), "body", effects);
        } else if let Some(source) =
            source::tree(call, call.invocation, file.value, file.word, recursive, excludes)
        {
            send(&receiver, source, "upload", effects);
        }
    }
}

/// Whether the line lets everybody read what it puts there: `--acl public-read`, `-a public-read`; and, in words,
/// whether they may write there too.
fn public(call: Call<'_>) -> (bool, &'static str) {
    let mut found = (false, "");
    for word in call.invocation.args() {
        let text = word.text().rsplit('=').next().unwrap_or_default().to_ascii_lowercase();
        match text.as_str() {
            "public-read-write" | "publicreadwrite" => return (true, ", who may also change it"),
            "public-read" | "publicread" | "--acl-public" => found.0 = true,
            _ => {}
        }
    }
    found
}

/// Whether an operand names a place in an object store.
fn is_store(text: &str) -> bool {
    ["s3://", "gs://", "az://", "oss://", "cos://", "b2://", "wasb://", "abfss://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
        || text.starts_with("https://") && (text.contains(".blob.core.") || text.contains(".file.core."))
}

fn excluded(items: &[Item<'_>]) -> Vec<String> {
    items
        .iter()
        .filter(|item| matches!(item.name, "exclude" | "x" | "exclude-pattern"))
        .map(|item| item.value.to_owned())
        .collect()
}

/// `aws s3 cp|mv|sync`, `aws s3api put-object`.
pub(super) fn aws(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "profile"
                | "region"
                | "endpoint-url"
                | "output"
                | "query"
                | "exclude"
                | "include"
                | "acl"
                | "sse"
                | "sse-kms-key-id"
                | "storage-class"
                | "content-type"
                | "cache-control"
                | "metadata"
                | "body"
                | "bucket"
                | "key"
                | "grants"
        )
    });
    let operands: Vec<&Item<'_>> = items.iter().filter(|item| item.name.is_empty()).collect();
    let value = |name: &str| items.iter().find(|item| item.name == name);
    match operands.as_slice() {
        [service, verb, files @ .., target]
            if service.value == "s3"
                && matches!(verb.value, "cp" | "mv" | "sync")
                && is_store(target.value) =>
        {
            let dry = items.iter().any(|item| item.name == "dryrun");
            let recursive = verb.value == "sync" || items.iter().any(|item| item.name == "recursive");
            // From one store to another that is somebody's own.
            if let [from] = files
                && !dry
                && is_store(from.value)
                && !is_foreign(from.value)
            {
                exported("aws s3", target.value, target.word.span, effects);
            }
            if !dry {
                copy_to(call, target.value, files.iter().copied(), recursive, &excluded(&items), effects);
            }
        }
        [service, verb, ..] if service.value == "s3api" && verb.value == "put-object" => {
            let target = value("bucket").map_or("a bucket", |item| item.value);
            copy_to(call, target, value("body").into_iter(), false, &[], effects);
        }
        [service, verb, ..]
            if service.value == "s3api" && verb.value == "put-object-acl" && public(call).0 =>
        {
            let target = value("bucket").map_or("a bucket", |item| item.value);
            copy_to(call, target, value("key").into_iter(), false, &[], effects);
        }
        // A message goes to whoever listens there.
        [service, ..]
            if matches!(service.value, "ses" | "sesv2" | "sns" | "sqs" | "kinesis" | "iot-data") =>
        {
            let receiver =
                Receiver::place("mail", &format!("whoever reads the messages of {}", service.value));
            for word in call.invocation.args() {
                match word.text().split_once("file://") {
                    Some((_, path)) => {
                        let source = source::file(call, call.invocation, path, word);
                        send_all(&receiver, source.into_iter().collect(), "upload", effects);
                    }
                    None => send_all(&receiver, source::text(call, word), "body", effects),
                }
            }
        }
        _ => {}
    }
}

/// Whether a store is somebody's own, or everybody's, by its name.
pub(in crate::effect) fn is_foreign(store: &str) -> bool {
    let bucket =
        store.split_once("://").map_or(store, |(_, rest)| rest).split('/').next().unwrap_or_default();
    bucket.split(|c: char| !c.is_alphanumeric()).any(|part| {
        matches!(
            part,
            "personal"
                | "external"
                | "evil"
                | "attacker"
                | "stranger"
                | "exfil"
                | "leak"
                | "public"
                | "my"
                | "mine"
        )
    })
}

/// What a database holds, copied by its server to a store that is foreign by its name.
pub(in crate::effect) fn exported(
    what: &str,
    store: &str,
    span: crate::syntax::Span,
    effects: &mut Vec<Effect>,
) {
    if is_foreign(store) {
        let place = format!("{store}, which is not the company's own by its name");
        let source = source::Source::secret("database", what, span, None, None);
        send(&Receiver::place("paste", &place), source, "upload", effects);
    }
}

/// `gsutil cp|mv|rsync`, `gcloud storage cp|mv|rsync`, `bq extract`.
pub(super) fn google(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(name, "h" | "o" | "x" | "project" | "exclude" | "a" | "account" | "zone" | "content-type")
    });
    let recursive = items.iter().any(|item| {
        matches!(item.name, "r" | "R" | "recursive") || item.name.is_empty() && item.value == "rsync"
    });
    let operands: Vec<&Item<'_>> = items.iter().filter(|item| item.name.is_empty()).collect();
    let exports = match operands.first().map_or("", |item| item.value) {
        "extract" => call.invocation.program() == "bq",
        "sql" | "firestore" | "spanner" | "bigtable" => operands.iter().any(|item| item.value == "export"),
        _ => false,
    };
    if exports {
        for item in operands.iter().filter(|item| is_store(item.value)) {
            exported(call.invocation.program(), item.value, item.word.span, effects);
        }
        return;
    }
    let rest = match operands.as_slice() {
        [first, rest @ ..] if call.invocation.program() == "gcloud" && first.value == "storage" => rest,
        [first, verb, files @ .., target]
            if call.invocation.program() == "gcloud" && first.value == "compute" && verb.value == "scp" =>
        {
            if let Some((host, _)) = target.value.split_once(':') {
                let receiver = Receiver::host("copy", host, target.value);
                for file in files {
                    if let Some(source) =
                        source::tree(call, call.invocation, file.value, file.word, recursive, &[])
                    {
                        send(&receiver, source, "upload", effects);
                    }
                }
            }
            return;
        }
        rest if call.invocation.program() == "gsutil" => rest,
        _ => return,
    };
    if let [verb, files @ .., target] = rest
        && matches!(verb.value, "cp" | "mv" | "rsync")
        && is_store(target.value)
    {
        copy_to(call, target.value, files.iter().copied(), recursive, &excluded(&items), effects);
    }
}

/// `az storage blob upload`, `azcopy copy`.
pub(super) fn azure(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "f" | "c"
                | "n"
                | "s"
                | "d"
                | "file"
                | "container-name"
                | "name"
                | "account-name"
                | "account-key"
                | "source"
                | "destination"
                | "connection-string"
                | "auth-mode"
                | "sas-token"
                | "subscription"
                | "exclude-pattern"
                | "share-name"
        )
    });
    let operands: Vec<&Item<'_>> = items.iter().filter(|item| item.name.is_empty()).collect();
    let value = |names: [&str; 2]| items.iter().find(|item| names.contains(&item.name));
    let target = value(["container-name", "c"]).or_else(|| value(["share-name", "destination"]));
    let target = target.map_or("an Azure container", |item| item.value);
    match operands.as_slice() {
        [service, _, verb, ..] if service.value == "storage" && verb.value.starts_with("upload") => {
            let batch = verb.value == "upload-batch";
            let files = value(["file", "f"]).into_iter().chain(value(["source", "s"]).filter(|_| batch));
            copy_to(call, target, files, batch, &[], effects);
        }
        [verb, file, to] if matches!(verb.value, "copy" | "cp" | "sync") && is_store(to.value) => {
            let recursive = verb.value == "sync" || items.iter().any(|item| item.name == "recursive");
            // The address carries a signature after the `?`, which is nobody's business here.
            let shown = to.value.split('?').next().unwrap_or_default();
            copy_to(call, shown, std::iter::once(*file), recursive, &excluded(&items), effects);
        }
        _ => {}
    }
}

/// `rclone copy|copyto|sync|move|rcat`: the target is `remote:path`.
pub(super) fn rclone(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "exclude"
                | "include"
                | "filter"
                | "config"
                | "transfers"
                | "bwlimit"
                | "log-file"
                | "exclude-from"
        )
    });
    if items.iter().any(|item| matches!(item.name, "n" | "dry-run")) {
        return;
    }
    let operands: Vec<&Item<'_>> = items.iter().filter(|item| item.name.is_empty()).collect();
    let remote =
        |text: &str| text.split_once(':').is_some_and(|(head, _)| !head.contains('/') && head.len() > 1);
    match operands.as_slice() {
        [verb, file, target]
            if matches!(verb.value, "copy" | "copyto" | "sync" | "move" | "moveto" | "bisync")
                && remote(target.value)
                && !remote(file.value) =>
        {
            copy_to(call, target.value, std::iter::once(*file), true, &excluded(&items), effects);
        }
        [verb, target] if verb.value == "rcat" && remote(target.value) => {
            send_all(&Receiver::place("bucket", target.value), stream::input(call), "body", effects);
        }
        _ => {}
    }
}

/// `s3cmd put|sync`, `mc cp|mirror|pipe`, `s5cmd cp`.
pub(super) fn bucket_tool(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "exclude" | "c" | "config" | "region" | "host" | "attr" | "storage-class" | "endpoint-url"
        )
    });
    let recursive = items.iter().any(|item| matches!(item.name, "r" | "recursive"));
    let operands: Vec<&Item<'_>> = items.iter().filter(|item| item.name.is_empty()).collect();
    let Some((verb, rest)) = operands.split_first() else { return };
    match (call.invocation.program(), verb.value, rest) {
        ("s3cmd" | "s5cmd", "put" | "sync" | "cp" | "mv", [files @ .., target]) if is_store(target.value) => {
            let recursive = recursive || verb.value == "sync";
            copy_to(call, target.value, files.iter().copied(), recursive, &excluded(&items), effects);
        }
        // `mc` writes `alias/bucket/path`, which looks like a path: it is one when there is nothing local there.
        ("mc", "cp" | "mv" | "mirror" | "put", [files @ .., target])
            if !target.value.starts_with(['/', '.', '~']) && target.value.contains('/') =>
        {
            let recursive = recursive || verb.value == "mirror";
            copy_to(call, target.value, files.iter().copied(), recursive, &excluded(&items), effects);
        }
        ("mc", "pipe", [target]) => {
            send_all(&Receiver::place("bucket", target.value), stream::input(call), "body", effects);
        }
        _ => {}
    }
}

/// gh and glab: gists, snippets, issues, pull requests, release files, and `api`. Setting a secret is what the
/// place is for.
pub(super) fn forge(call: Call<'_>, effects: &mut Vec<Effect>) {
    let api = call.invocation.args().first().is_some_and(|word| word.text() == "api");
    let items = items(
        call.invocation.args(),
        if api {
            |name: &str| {
                matches!(
                    name,
                    "X" | "f"
                        | "F"
                        | "H"
                        | "q"
                        | "t"
                        | "p"
                        | "method"
                        | "field"
                        | "raw-field"
                        | "header"
                        | "input"
                        | "jq"
                        | "hostname"
                        | "cache"
                )
            }
        } else {
            |name: &str| {
                matches!(
                    name,
                    "d" | "f"
                        | "F"
                        | "b"
                        | "t"
                        | "R"
                        | "n"
                        | "m"
                        | "a"
                        | "l"
                        | "B"
                        | "H"
                        | "r"
                        | "T"
                        | "desc"
                        | "filename"
                        | "body"
                        | "body-file"
                        | "title"
                        | "repo"
                        | "notes"
                        | "notes-file"
                        | "message"
                        | "description"
                        | "assignee"
                        | "label"
                        | "base"
                        | "head"
                        | "reviewer"
                        | "target"
                        | "visibility"
                        | "source"
                        | "s"
                        | "remote"
                )
            }
        },
    );
    let operands: Vec<&Item<'_>> = items.iter().filter(|item| item.name.is_empty()).collect();
    let (noun, verb) = match operands.as_slice() {
        [noun, verb, ..] => (noun.value, verb.value),
        _ => return,
    };
    let gitlab = call.invocation.program() == "glab";
    match (noun, verb) {
        ("api", path) => {
            let host = if gitlab { "gitlab.com" } else { "api.github.com" };
            let receiver = Receiver::url(&format!("https://{host}/{}", path.trim_start_matches('/')));
            for item in &items {
                match item.name {
                    "F" | "field" => {
                        let file = item.value.split_once("=@").map(|(_, path)| path);
                        match file {
                            Some("-") => send_all(&receiver, stream::input(call), "upload", effects),
                            Some(path) => {
                                let source = source::file(call, call.invocation, path, item.word);
                                send_all(&receiver, source.into_iter().collect(), "upload", effects);
                            }
                            None => send_all(&receiver, source::text(call, item.word), "field", effects),
                        }
                    }
                    "f" | "raw-field" => send_all(&receiver, source::text(call, item.word), "field", effects),
                    "H" | "header" => send_all(&receiver, source::text(call, item.word), "header", effects),
                    "input" if item.value == "-" => send_all(&receiver, stream::input(call), "body", effects),
                    "input" => {
                        let source = source::file(call, call.invocation, item.value, item.word);
                        send_all(&receiver, source.into_iter().collect(), "body", effects);
                    }
                    _ => {}
                }
            }
        }
        ("gist" | "snippet", "create" | "edit" | "new") => {
            let receiver = Receiver::place("paste", if gitlab { "a snippet" } else { "a gist" });
            let mut named = false;
            let added = items.iter().filter(|item| matches!(item.name, "a" | "add"));
            for item in operands[2..].iter().copied().chain(added) {
                if item.value == "-" {
                    continue;
                }
                named = true;
                if let Some(source) = source::file(call, call.invocation, item.value, item.word) {
                    send(&receiver, source, "upload", effects);
                }
            }
            if !named || operands[2..].iter().any(|item| item.value == "-") {
                send_all(&receiver, stream::input(call), "body", effects);
            }
        }
        // A home is no project, and everybody would read it.
        ("repo", "create") if items.iter().any(|item| item.name == "public") => {
            if let Some(item) = items.iter().find(|item| matches!(item.name, "source" | "s")) {
                super::serve::publish(call, item.value, item.word, "a public repository", effects);
            }
        }
        // A variable is shown to whoever may read the settings; a secret is not.
        ("variable", "set") => {
            let receiver = Receiver::place("config", "a variable of the repository");
            for item in operands.iter().skip(2).filter(|item| crate::secrets::names_secret(item.value)) {
                let issuer = crate::secrets::issuer_of(item.value);
                let source = source::Source::secret("variable", item.value, item.word.span, issuer, None);
                send(&receiver, source, "field", effects);
            }
        }
        ("release", "upload" | "create") => {
            let receiver = Receiver::place("paste", "a release");
            for item in operands.iter().skip(3) {
                let path = item.value.split('#').next().unwrap_or_default();
                if let Some(source) = source::file(call, call.invocation, path, item.word) {
                    send(&receiver, source, "upload", effects);
                }
            }
            notes(call, &items, &receiver, effects);
        }
        (
            "issue" | "pr" | "mr" | "discussion",
            "create" | "comment" | "edit" | "note" | "review" | "close" | "merge",
        ) => {
            let receiver = Receiver::place(
                "paste",
                match noun {
                    "issue" => "an issue",
                    "mr" => "a merge request",
                    _ => "a pull request",
                },
            );
            notes(call, &items, &receiver, effects);
        }
        _ => {}
    }
}

/// The text of an issue, a request or a release.
fn notes(call: Call<'_>, items: &[Item<'_>], receiver: &Receiver, effects: &mut Vec<Effect>) {
    for item in items {
        match item.name {
            "F" | "body-file" | "notes-file" if item.value == "-" => {
                send_all(receiver, stream::input(call), "body", effects);
            }
            "F" | "body-file" | "notes-file" => {
                if let Some(source) = source::file(call, call.invocation, item.value, item.word) {
                    send(receiver, source, "upload", effects);
                }
            }
            "b" | "body" | "t" | "title" | "m" | "message" | "n" | "notes" | "d" | "description" => {
                send_all(receiver, source::text(call, item.word), "body", effects);
            }
            _ => {}
        }
    }
}

/// Tools that make a public page of a file or of what comes in.
pub(super) fn paste(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "i" | "b" | "a" | "f" | "t" | "j" | "s" | "l" | "n" | "d" | "filename" | "type" | "expires"
        )
    });
    let receiver = Receiver::place("paste", &format!("a public page ({})", call.invocation.program()));
    let mut named = false;
    for item in items.iter().filter(|item| item.name.is_empty() || item.name == "i") {
        named = true;
        if let Some(source) = source::file(call, call.invocation, item.value, item.word) {
            send(&receiver, source, "upload", effects);
        }
    }
    if !named {
        send_all(&receiver, stream::input(call), "body", effects);
    }
}
