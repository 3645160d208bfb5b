//! Programs that copy files to another machine.

use super::options::items;
use super::receiver::Receiver;
use super::source;
use super::{send, send_all, stream};
use crate::effect::{Call, Effect};
use crate::secrets::secret_path;
use crate::syntax::{Feed, Word};

/// The host of `user@host:path`, `rsync://host/…`, `scp://host/…`; `None` for a local path.
fn remote(place: &str) -> Option<&str> {
    for scheme in ["rsync://", "scp://", "sftp://"] {
        if let Some(rest) = place.strip_prefix(scheme) {
            return rest.split('/').next().map(without_user);
        }
    }
    let (head, _) = place.split_once(':')?;
    // A colon after a slash belongs to a file name; one letter before it is a Windows drive.
    let file = head.contains('/') || head.is_empty() || head.len() == 1 && head != "h";
    (!file).then(|| without_user(head))
}

fn without_user(place: &str) -> &str {
    place.rsplit('@').next().unwrap_or(place)
}

/// scp: all operands but the last, when the last is remote.
pub(super) fn scp(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(name, "i" | "P" | "o" | "F" | "c" | "l" | "S" | "J" | "D" | "X" | "pw" | "load")
    });
    let recursive = items.iter().any(|item| item.name == "r");
    let operands: Vec<_> = items.iter().filter(|item| item.name.is_empty()).collect();
    let Some((target, files)) = operands.split_last() else { return };
    let Some(host) = remote(target.value) else { return };
    let receiver = Receiver::host("copy", host, target.value);
    for file in files.iter().filter(|file| remote(file.value).is_none()) {
        let source = source::tree(call, call.invocation, file.value, file.word, recursive, &[]);
        if let Some(source) = source {
            send(&receiver, source, "upload", effects);
        }
    }
}

/// rsync: as scp, with patterns of what is left out.
pub(super) fn rsync(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "e" | "f"
                | "B"
                | "T"
                | "M"
                | "exclude"
                | "include"
                | "exclude-from"
                | "include-from"
                | "files-from"
                | "filter"
                | "rsh"
                | "rsync-path"
                | "port"
                | "bwlimit"
                | "log-file"
                | "chmod"
                | "chown"
                | "max-size"
                | "min-size"
                | "timeout"
                | "password-file"
                | "backup-dir"
                | "suffix"
                | "link-dest"
                | "compare-dest"
                | "copy-dest"
                | "partial-dir"
                | "temp-dir"
                | "out-format"
                | "info"
                | "debug"
                | "usermap"
                | "groupmap"
                | "iconv"
        )
    });
    let dry = items.iter().any(|item| matches!(item.name, "n" | "dry-run" | "list-only"));
    let recursive =
        items.iter().any(|item| matches!(item.name, "a" | "r" | "archive" | "recursive" | "files-from"));
    let excludes: Vec<String> = items
        .iter()
        .filter_map(|item| match item.name {
            "exclude" => Some(item.value.to_owned()),
            "filter" | "f" => item.value.strip_prefix("- ").map(str::to_owned),
            // What the project's own ignore file names is left out; `.env` is the first thing it names.
            "exclude-from" if item.value.ends_with("ignore") => Some(".env*".to_owned()),
            _ => None,
        })
        .chain(items.iter().any(|item| item.value.contains(".gitignore")).then(|| ".env*".to_owned()))
        .collect();
    let operands: Vec<_> = items.iter().filter(|item| item.name.is_empty()).collect();
    let Some((target, files)) = operands.split_last() else { return };
    let Some(host) = remote(target.value).filter(|_| !dry) else { return };
    let receiver = Receiver::host("copy", host, target.value);
    for file in files.iter().filter(|file| remote(file.value).is_none()) {
        let source = source::tree(call, call.invocation, file.value, file.word, recursive, &excludes);
        if let Some(source) = source {
            send(&receiver, source, "upload", effects);
        }
    }
}

/// sftp and lftp: the commands come down a pipe, in a here-document or in `-b file` / `-e commands`.
pub(super) fn sftp(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "i" | "P" | "o" | "b" | "F" | "c" | "e" | "u" | "p" | "J" | "B" | "R" | "S" | "l" | "s" | "D"
        )
    });
    let Some(target) = items.iter().find(|item| item.name.is_empty()) else { return };
    let host = remote(target.value).unwrap_or_else(|| without_user(target.value));
    let host = host.split("://").last().unwrap_or(host).split('/').next().unwrap_or(host);
    let receiver = Receiver::host("copy", host, target.value);
    let mut scripts = Vec::new();
    match &call.invocation.stdin {
        Feed::Text(word) => scripts.push((word.text().to_owned(), word)),
        Feed::Pipe(made) => {
            for maker in made.iter().filter_map(|&index| call.script.invocations.get(index)) {
                if matches!(maker.program(), "echo" | "printf") {
                    let text = maker.args().iter().map(Word::text).collect::<Vec<_>>().join(" ");
                    scripts.extend(maker.args().last().map(|word| (text, word)));
                }
            }
        }
        _ => {}
    }
    scripts.extend(
        items
            .iter()
            .filter(|item| matches!(item.name, "e" | "c"))
            .map(|item| (item.value.to_owned(), item.word)),
    );
    for (script, word) in scripts {
        for command in script.split([';', '\n']) {
            let mut words = command.split_whitespace().skip_while(|word| word.starts_with('-'));
            if !matches!(words.next(), Some("put" | "mput" | "reput" | "mirror")) {
                continue;
            }
            // `put local [remote]`: only the first is read here.
            if let Some(path) = words.find(|word| !word.starts_with('-'))
                && let Some(source) = source::file(call, call.invocation, path, word)
            {
                send(&receiver, source, "upload", effects);
            }
        }
    }
}

/// Tools that hand a file to whoever knows a code: croc, magic-wormhole, ffsend.
pub(super) fn to_anyone(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(name, "code" | "c" | "relay" | "pass" | "text" | "host" | "p" | "password" | "e" | "d")
    });
    let mut operands = items.iter().filter(|item| item.name.is_empty());
    if !operands.next().is_some_and(|verb| matches!(verb.value, "send" | "tx" | "upload" | "up" | "u")) {
        return;
    }
    let receiver = Receiver::place("copy", &format!("whoever has the code of {}", call.invocation.program()));
    let mut named = false;
    for item in operands {
        named = true;
        if let Some(source) = source::tree(call, call.invocation, item.value, item.word, true, &[]) {
            send(&receiver, source, "upload", effects);
        }
    }
    if !named || items.iter().any(|item| item.value == "-") {
        send_all(&receiver, stream::input(call), "body", effects);
    }
}

fn is_chat(program: &str) -> bool {
    matches!(
        program,
        "slackcat" | "slack-cli" | "slack" | "telegram-send" | "apprise" | "ntfy" | "wall" | "write" | "ipfs"
    )
}

/// Programs that send the files they are told to: ftp, smbclient, messengers, brokers. Only what is a secret by its
/// name is looked at, since each has a grammar of its own.
pub(super) fn others(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let host = words.iter().zip(words.iter().skip(1)).find(|(flag, _)| matches!(flag.text(), "-h" | "-s"));
    let address = words.iter().map(Word::text).find(|text| text.contains("://") || text.starts_with("//"));
    let receiver = match (host, address) {
        (Some((_, host)), _) => Receiver::host("copy", host.text(), host.text()),
        (None, Some(address)) => {
            let host = address.split("//").nth(1).unwrap_or(address).split('/').next().unwrap_or(address);
            Receiver::host("copy", host, address)
        }
        // A chat keeps what it is told for everybody in it.
        (None, None) if is_chat(call.invocation.program()) => {
            Receiver::place("paste", &format!("whoever reads {}", call.invocation.program()))
        }
        (None, None) => Receiver::place("copy", &format!("the receiver of {}", call.invocation.program())),
    };
    let mut sources = Vec::new();
    let login = |word: &Word| {
        word.text().contains('%')
            || matches!(word.text(), "--no-pass" | "-N" | "--password" | "--use-kerberos")
    };
    for word in words.iter().filter(|word| !login(word)) {
        // What a substitution puts into a message.
        sources.extend(source::text(call, word).into_iter().filter(|source| source.kind != "file"));
        let fetches =
            |text: &str| text.split_whitespace().any(|part| matches!(part, "get" | "mget" | "recv"));
        if fetches(word.text()) {
            return;
        }
        let pieces = word.text().split([' ', ';', '@']).filter(|piece| secret_path(piece).is_some());
        sources.extend(pieces.filter_map(|piece| source::file(call, call.invocation, piece, word)));
    }
    if let Feed::Text(word) = &call.invocation.stdin {
        for command in word.text().lines() {
            let mut parts = command.split_whitespace();
            if matches!(parts.next(), Some("put" | "mput" | "send" | "append")) {
                sources.extend(parts.next().and_then(|path| source::file(call, call.invocation, path, word)));
            }
        }
    } else {
        sources.extend(stream::input(call).into_iter().filter(|source| source.kind != "file"));
    }
    send_all(&receiver, sources, "upload", effects);
}
