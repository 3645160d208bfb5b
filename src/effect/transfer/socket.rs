//! Raw connections, remote shells and mail.

use super::options::items;
use super::receiver::Receiver;
use super::source;
use super::stream;
use super::{send, send_all};
use crate::effect::{Call, Effect};
use crate::secrets::secret_path;
use crate::syntax::{Feed, HOLE, Word};

/// nc, ncat, netcat, telnet: `host port`, with something to send.
pub(super) fn netcat(call: Call<'_>, effects: &mut Vec<Effect>) {
    // `ncat -lk 8080 -c 'cat ~/.kube/config'`: what a program prints.
    let words = call.invocation.args();
    for pair in words.windows(2).filter(|pair| matches!(pair[0].text(), "-c" | "--sh-exec" | "-e" | "--exec"))
    {
        let pieces = pair[1].text().split_whitespace().filter(|piece| secret_path(piece).is_some());
        let sources = pieces.filter_map(|path| source::file(call, call.invocation, path, &pair[1]));
        send_all(&Receiver::place("socket", "whoever connects"), sources.collect(), "body", effects);
    }
    if matches!(call.invocation.stdin, Feed::Inherited) {
        return;
    }
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "w" | "i"
                | "p"
                | "q"
                | "s"
                | "x"
                | "X"
                | "e"
                | "c"
                | "G"
                | "g"
                | "I"
                | "O"
                | "T"
                | "V"
                | "exec"
                | "sh-exec"
                | "proxy"
                | "proxy-auth"
                | "ssl-cert"
                | "ssl-key"
                | "source"
                | "source-port"
                | "output"
        )
    });
    let tls = items.iter().any(|item| matches!(item.name, "ssl" | "c") && item.value.is_empty());
    // Whoever comes first to a listener is given what it holds ready.
    if items.iter().any(|item| matches!(item.name, "l" | "listen")) {
        return send_all(
            &Receiver::place("socket", "whoever connects"),
            stream::input(call),
            "body",
            effects,
        );
    }
    // A port scan has no receiver that is named here.
    if items.iter().any(|item| matches!(item.name, "z" | "U" | "unixsock")) {
        return;
    }
    let Some(host) = items.iter().find(|item| item.name.is_empty()) else { return };
    let mut receiver = Receiver::socket(host.value);
    receiver.plain &= !tls;
    send_all(&receiver, stream::input(call), "body", effects);
}

/// socat: two addresses, one of which may be remote and the other a file or standard input.
pub(super) fn socat(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let addresses: Vec<&Word> =
        words.iter().filter(|word| !word.text().starts_with('-') || word.text() == "-").collect();
    for (at, word) in addresses.iter().enumerate() {
        let text = word.text();
        let Some((kind, rest)) = text.split_once(':') else { continue };
        let kind = kind.to_ascii_lowercase();
        let remote = kind.starts_with("tcp")
            || kind.starts_with("udp")
            || kind.starts_with("openssl")
            || kind == "ssl";
        if !remote {
            continue;
        }
        let listens = kind.contains("listen") || kind.ends_with("-l");
        let receiver = match listens {
            true => Receiver::place("socket", "whoever connects"),
            false => Receiver::socket(rest.split([':', ',']).next().unwrap_or_default()),
        };
        for (other, address) in addresses.iter().enumerate() {
            let text = address.text();
            if other == at {
                continue;
            }
            if matches!(text, "-" | "STDIN" | "STDIO" | "stdin" | "stdio") {
                send_all(&receiver, stream::input(call), "body", effects);
                continue;
            }
            // `EXEC:"cat /etc/shadow"`: what a program prints.
            if let Some((kind, command)) = text.split_once(':')
                && ["exec", "system", "shell"].iter().any(|known| kind.eq_ignore_ascii_case(known))
            {
                let named = command.split([' ', '"', '\'']).filter(|piece| secret_path(piece).is_some());
                let sources = named.filter_map(|path| source::file(call, call.invocation, path, address));
                send_all(&receiver, sources.collect(), "body", effects);
                continue;
            }
            let path = text.split_once(':').filter(|(kind, _)| {
                matches!(kind.to_ascii_lowercase().as_str(), "file" | "open" | "gopen" | "creat")
            });
            let path = path.map_or(text, |(_, path)| path).split(',').next().unwrap_or_default();
            if let Some(source) = source::file(call, call.invocation, path, address) {
                send(&receiver, source, "body", effects);
            }
        }
    }
}

/// `logger -n host`: what it is given goes to the log of another machine.
pub(super) fn logger(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "n" | "server" | "P" | "port" | "f" | "file" | "t" | "tag" | "p" | "priority" | "u" | "socket"
        )
    });
    let value = |names: [&str; 2]| items.iter().find(|item| names.contains(&item.name));
    let Some(host) = value(["n", "server"]) else { return };
    let receiver = Receiver::socket(host.value);
    if let Some(file) = value(["f", "file"]) {
        let source = source::file(call, call.invocation, file.value, file.word);
        return send_all(&receiver, source.into_iter().collect(), "body", effects);
    }
    for item in items.iter().filter(|item| item.name.is_empty()) {
        send_all(&receiver, source::text(call, item.word), "body", effects);
    }
    send_all(&receiver, stream::input(call), "body", effects);
}

/// `openssl s_client -connect host:port` with something to send.
pub(super) fn openssl(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    if words.first().is_none_or(|word| word.text() != "s_client") {
        return;
    }
    let address = words.windows(2).find(|pair| pair[0].text() == "-connect").map(|pair| pair[1].text());
    let Some(address) = address else { return };
    let mut receiver = Receiver::socket(address);
    receiver.plain = false;
    send_all(&receiver, stream::input(call), "body", effects);
}

/// `ssh host command` fed by a pipe or a file: the data arrives there.
pub(super) fn ssh(call: Call<'_>, effects: &mut Vec<Effect>) {
    if matches!(call.invocation.stdin, Feed::Inherited) {
        return;
    }
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "b" | "c"
                | "D"
                | "E"
                | "e"
                | "F"
                | "I"
                | "i"
                | "J"
                | "L"
                | "l"
                | "m"
                | "O"
                | "o"
                | "p"
                | "Q"
                | "R"
                | "S"
                | "W"
                | "w"
                | "B"
        )
    });
    let Some(host) = items.iter().find(|item| item.name.is_empty()) else { return };
    let name = host.value.rsplit('@').next().unwrap_or_default();
    send_all(&Receiver::host("shell", name, host.value), stream::input(call), "body", effects);
}

/// Mail: attachments and what comes in.
pub(super) fn mail(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), |name| {
        matches!(
            name,
            "a" | "A"
                | "s"
                | "c"
                | "b"
                | "r"
                | "i"
                | "e"
                | "F"
                | "f"
                | "S"
                | "attach"
                | "attach-file"
                | "body"
                | "to"
                | "from"
                | "server"
                | "header"
        )
    });
    let to = items.iter().rfind(|item| item.name.is_empty() && item.value.contains('@'));
    let name = to.map_or("a mail", |item| item.value);
    let host = name.split_once('@').map_or("", |(_, host)| host);
    let receiver = Receiver::host("mail", host, name);
    let mutt = matches!(call.invocation.program(), "mutt" | "neomutt");
    for item in &items {
        let attached = matches!(item.name, "a" | "A" | "attach" | "attach-file")
            || mutt && item.name.is_empty() && !item.value.contains('@')
            || mutt && item.name == "i";
        if attached {
            let path = item.value.trim_start_matches('@');
            if let Some(source) = source::file(call, call.invocation, path, item.word) {
                send(&receiver, source, "upload", effects);
            }
        } else if item.name == "s" || item.name == "body" {
            send_all(&receiver, source::text(call, item.word), "body", effects);
        }
    }
    send_all(&receiver, stream::input(call), "body", effects);
}

/// dig, nslookup, host, ping: what stands in the name that is asked for reaches whoever answers for it.
pub(super) fn lookup(call: Call<'_>, effects: &mut Vec<Effect>) {
    for word in call.invocation.args().iter().filter(|word| !word.expansions.is_empty()) {
        let name = word.text().trim_start_matches('@');
        let mut receiver = Receiver::host("socket", name, name);
        if receiver.host.is_empty() {
            "whoever answers for the name".clone_into(&mut receiver.name);
        } else {
            receiver.name = format!("whoever answers for {}", receiver.host);
        }
        // A whole name that is only known when it runs is an address book, not a message: `ping $(cat host.txt)`.
        let whole = name.chars().all(|c| c == HOLE);
        let mut sources = source::text(call, word);
        sources.retain(|source| !(whole && source.kind == "file"));
        send_all(&receiver, sources, "body", effects);
    }
}

/// `> /dev/tcp/host/port`, which bash opens as a connection.
pub(super) fn redirects(call: Call<'_>, effects: &mut Vec<Effect>) {
    // `tee` opens what it is told to.
    let tee = if call.invocation.program() == "tee" { call.invocation.args() } else { &[] };
    let redirected = call.invocation.redirects.iter().map(|redirect| &redirect.target);
    for target in redirected.chain(tee) {
        let text = target.text();
        let Some(rest) = text.strip_prefix("/dev/tcp/").or_else(|| text.strip_prefix("/dev/udp/")) else {
            super::serve::written(call, text, effects);
            continue;
        };
        let receiver = Receiver::socket(rest.split('/').next().unwrap_or_default());
        let here = call.script.invocations.iter().position(|other| std::ptr::eq(other, call.invocation));
        let mut sources = Vec::new();
        // `exec 3<>/dev/tcp/…` opens it for the commands that follow.
        let after = call.script.invocations.len();
        let writers = match (here, call.invocation.program()) {
            (Some(index), "exec") => index + 1..after.min(index + 17),
            (Some(index), _) => index..index + 1,
            (None, _) => 0..0,
        };
        for index in writers {
            stream::output_of(call, index, 0, None, &mut sources);
        }
        send_all(&receiver, sources, "body", effects);
    }
}
