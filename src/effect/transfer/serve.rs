//! Directories that are offered to whoever comes: file servers and the tunnels that lead to them.

use super::options::items;
use super::receiver::Receiver;
use super::send;
use super::source::{self, Source};
use super::staged;
use crate::effect::Call;
use crate::effect::Effect;
use crate::effect::infra::mounts;
use crate::secrets::{SourceKind, secret_path};
use crate::syntax::Word;

/// What a server of files, a tunnel to a directory, or a host of pages would show.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let program = call.invocation.program();
    let first = words.first().map_or("", Word::text);
    let says = |text: &str| words.iter().any(|word| word.text() == text);
    let takes = |name: &str| {
        matches!(
            name,
            "p" | "l"
                | "listen"
                | "port"
                | "a"
                | "addr"
                | "d"
                | "dir"
                | "directory"
                | "b"
                | "bind"
                | "t"
                | "h"
                | "root"
                | "r"
                | "public"
                | "path"
                | "cwd"
                | "project"
                | "project-name"
                | "dist"
                | "S"
                | "m"
                | "e"
                | "user"
                | "pass"
                | "only"
                | "branch"
                | "token"
                | "site"
                | "s"
                | "scope"
                | "domain"
                | "alias"
                | "message"
        )
    };
    let after = |names: &[&str]| {
        items(words, takes).iter().find(|item| names.contains(&item.name)).map(|item| (item.value, item.word))
    };
    let operand = |skip: usize| {
        let items = items(words, takes);
        let operands = items.iter().filter(|item| item.name.is_empty()).skip(skip);
        operands.last().map(|item| (item.value, item.word))
    };
    let here = || words.last().or(call.invocation.words.first()).map(|word| (".", word));
    let module =
        |name: &str| matches!(name, "http.server" | "SimpleHTTPServer" | "uploadserver" | "pyftpdlib");
    let pages = "whoever opens the page";
    let tunnel = "whoever has the address of the tunnel";
    let (named, place) = match program {
        "python" | "python2" | "python3" if words.iter().any(|word| module(word.text())) => {
            (after(&["directory", "d"]).or_else(here), "")
        }
        "http.server" | "SimpleHTTPServer" | "uploadserver" | "pyftpdlib" => {
            (after(&["directory", "d"]).or_else(here), "")
        }
        "php" if says("-S") => (after(&["t"]), ""),
        "ruby" if says("-run") => (
            words
                .iter()
                .rfind(|word| word.text().starts_with(['/', '~', '.']))
                .map(|word| (word.text(), word)),
            "",
        ),
        "serve" | "http-server" | "live-server" | "miniserve" | "simple-http-server" | "darkhttpd"
        | "dufs" => (operand(0).or_else(here), ""),
        "smbserver.py" | "impacket-smbserver" => (operand(1), ""),
        "zrok" if first == "share" => (operand(2), tunnel),
        "updog" | "gohttpserver" | "filebrowser" | "webfsd" | "twistd" => {
            (after(&["d", "r", "root", "path"]), "")
        }
        "httpd" | "busybox" => (after(&["h"]).filter(|(path, _)| path.starts_with(['/', '~', '.'])), ""),
        // Without an address it listens to this machine alone.
        "rclone" if first == "serve" && after(&["addr"]).is_some() => (operand(2), ""),
        "caddy" if first == "file-server" => (after(&["root", "r"]), ""),
        "ngrok" | "cloudflared" => {
            (words.iter().find_map(|word| Some((word.text().strip_prefix("file://")?, word))), tunnel)
        }
        "tailscale" if matches!(first, "serve" | "funnel") => {
            (operand(1).filter(|(text, _)| text.starts_with(['/', '~', '.'])), tunnel)
        }
        "netlify" | "ntl" if first == "deploy" => (after(&["dir", "d"]).or_else(here), pages),
        "vercel" | "now" if !matches!(first, "env" | "login" | "dev" | "ls" | "link" | "pull") => {
            (after(&["cwd"]).or_else(|| operand(usize::from(first == "deploy"))), pages)
        }
        "surge" => {
            (after(&["project", "p"]).or_else(|| words.first().map(|word| (word.text(), word))), pages)
        }
        "wrangler" if first == "pages" => (operand(2), pages),
        "gh-pages" => (after(&["dist", "d"]), pages),
        "firebase" if first == "deploy" => (after(&["public"]), pages),
        _ => return,
    };
    // What listens to this machine alone is seen by nobody else.
    let alone = place.is_empty()
        && words
            .iter()
            .any(|word| ["127.0.0.1", "localhost", "::1"].iter().any(|host| word.text().contains(host)));
    let Some((path, word)) = named.filter(|_| !alone) else { return };
    if place == pages {
        super::send_all(
            &Receiver::place("paste", place),
            staged::placed(call, path, false),
            "upload",
            effects,
        );
    }
    let place = if place.is_empty() { "whoever reaches the port that it opens" } else { place };
    publish(call, path, word, place, effects);
}

/// `docker run -p 80:80 -v "$HOME":/usr/share/nginx/html nginx`: a container that shows a directory of this machine.
pub(super) fn container(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    if !words.iter().take(2).any(|word| matches!(word.text(), "run" | "create")) {
        return;
    }
    let opens = words.iter().enumerate().any(|(at, word)| {
        let next = || words.get(at + 1).map_or("", Word::text);
        let port = match word.text() {
            "-p" | "--publish" => next(),
            "--network" | "--net" => return next() == "host",
            "-P" | "--publish-all" | "--network=host" | "--net=host" => return true,
            text => match text.strip_prefix("-p").or(text.strip_prefix("--publish=")) {
                Some(port) => port,
                None => return false,
            },
        };
        !port.is_empty()
            && !port.starts_with("127.")
            && !port.starts_with("localhost")
            && !port.starts_with('-')
    });
    if !opens {
        return;
    }
    // A server of files by the name of its image, or by what it is told to run.
    let serves = words.iter().any(|word| {
        let image = word.text().rsplit('/').next().unwrap_or_default();
        let image = image.split([':', '@']).next().unwrap_or_default();
        [
            "nginx",
            "httpd",
            "apache",
            "caddy",
            "lighttpd",
            "filebrowser",
            "samba",
            "webdav",
            "sftp",
            "ftpd",
            "http-server",
            "static-web-server",
            "darkhttpd",
            "http.server",
        ]
        .iter()
        .any(|known| image.contains(known))
    });
    for (host, inside, word) in mounts(words) {
        let shown = ["html", "htdocs", "/www", "public", "/share"].iter().any(|part| inside.contains(part))
            || matches!(
                inside.trim_end_matches('/'),
                "/srv" | "/data" | "/web" | "/site" | "/mnt" | "/files"
            );
        if host.starts_with(['/', '~', '.']) && shown && (serves || inside.contains("html")) {
            publish(call, host, word, "whoever reaches the port that it opens", effects);
        }
    }
}

/// Writes down that a home, or a directory of secrets, would be shown to `place`.
pub(super) fn publish(call: Call<'_>, path: &str, word: &Word, place: &str, effects: &mut Vec<Effect>) {
    if let Some(source) = shown(call, path, word) {
        send(&Receiver::place("paste", place), source, "upload", effects);
    }
}

/// `datasette publish vercel shop.db`, `kaggle datasets create -p data --public`: a whole database for everybody.
pub(super) fn data_set(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let says = |text: &str| words.iter().any(|word| word.text() == text);
    // From one server to another.
    if call.invocation.program() == "elasticdump" {
        let value = |name: &str| words.iter().find_map(|word| word.text().strip_prefix(name));
        if let (Some(from), Some(to)) = (value("--input="), value("--output="))
            && from.contains("://")
            && to.contains("://")
        {
            let source = Source::secret("database", "elasticdump", call.invocation.span, None, None);
            send(&Receiver::url(to), source, "upload", effects);
        }
        return;
    }
    let name = match words.first().map(Word::text) {
        Some("publish") if !says("--help") => words
            .iter()
            .rfind(|word| [".db", ".sqlite", ".sqlite3"].iter().any(|end| word.text().ends_with(end)))
            .map_or("the database", Word::text),
        Some("datasets") if says("create") && (says("-u") || says("--public")) => "the data set",
        _ => return,
    };
    let source = Source::secret("database", name, call.invocation.span, None, None);
    send(&Receiver::place("paste", "whoever opens the page"), source, "upload", effects);
}

/// `cp id_rsa /var/www/html/`: what is put there is shown to whoever asks for it.
pub(super) fn put(call: Call<'_>, effects: &mut Vec<Effect>) {
    let Some((target, files)) = call.invocation.args().split_last() else { return };
    let text = target.text();
    if !is_shown(text) {
        return;
    }
    let receiver = Receiver::place("paste", &format!("{text}, which others are shown"));
    for file in files.iter().filter(|file| secret_path(file.text()).is_some()) {
        if let Some(source) = source::file(call, call.invocation, file.text(), file) {
            send(&receiver, source, "upload", effects);
        }
    }
}

/// `pg_dump shop > /var/www/html/dump.sql`: what is written there is shown, too.
pub(super) fn written(call: Call<'_>, path: &str, effects: &mut Vec<Effect>) {
    if !is_shown(path) {
        return;
    }
    let Some(here) = call.script.invocations.iter().position(|other| std::ptr::eq(other, call.invocation))
    else {
        return;
    };
    let mut sources = Vec::new();
    super::stream::output_of(call, here, 0, None, &mut sources);
    sources.retain(|source| source.kind != "file");
    super::send_all(
        &Receiver::place("paste", &format!("{path}, which others are shown")),
        sources,
        "upload",
        effects,
    );
}

/// Whether others most likely see what lies there: a web server shows it, or it is kept in step with other machines.
fn is_shown(path: &str) -> bool {
    let shows = ["/var/www/", "/srv/http/", "/srv/www/", "/usr/share/nginx/html"];
    shows.iter().any(|folder| path.starts_with(folder))
        || ["public/", "public_html/", "Public/", "Dropbox/", "OneDrive/", "Nextcloud/"].iter().any(
            |folder| {
                path.strip_suffix(folder).is_some_and(|head| head.is_empty() || head.ends_with('/'))
                    || path.starts_with(folder)
                    || path.contains(&format!("/{folder}"))
            },
        )
}

/// A directory of secrets, or the home in which they lie.
fn shown(call: Call<'_>, path: &str, word: &Word) -> Option<Source> {
    let path = if path == "~" { "~/" } else { path };
    let full = match path.starts_with(['/', '~']) {
        true => call.scene.path(path),
        false => call.invocation.cwd(call.scene)?.join(path),
    };
    let full = full.components().filter(|part| !matches!(part, std::path::Component::CurDir));
    let full = full.collect::<std::path::PathBuf>();
    let text = full.to_str()?;
    let above = call.scene.home().is_some_and(|home| home.starts_with(&full));
    let someones =
        full.parent().is_some_and(|parent| parent == std::path::Path::new("/home")) || text == "/root";
    let kind = match secret_path(text) {
        Some(kind) => kind,
        None if above || someones => SourceKind::CredentialFile,
        None => {
            return source::tree(call, call.invocation, path, word, true, &[])
                .filter(|source| source.kind != "file");
        }
    };
    Some(Source::named(path, kind, word.span))
}
