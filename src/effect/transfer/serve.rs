//! Directories that are offered to whoever comes: file servers and the tunnels that lead to them.

use super::options::items;
use super::receiver::Receiver;
use super::send;
use super::source::{self, Source};
use crate::effect::Call;
use crate::effect::Effect;
use crate::secrets::{SourceKind, secret_path};
use crate::syntax::Word;

/// What a server of files, or a tunnel to a directory, would show.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let program = call.invocation.program();
    let after = |names: &[&str]| {
        words.windows(2).find(|pair| names.contains(&pair[0].text())).map(|pair| (pair[1].text(), &pair[1]))
    };
    let operand = || {
        let items = items(words, |name| matches!(name, "p" | "l" | "listen" | "port" | "a"));
        items.into_iter().rfind(|item| item.name.is_empty()).map(|item| (item.value, item.word))
    };
    let named = match program {
        "python" | "python3" if words.iter().any(|word| word.text() == "http.server") => {
            after(&["--directory", "-d"]).or_else(|| words.last().map(|word| (".", word)))
        }
        "http.server" => {
            after(&["--directory", "-d"]).or_else(|| call.invocation.words.first().map(|word| (".", word)))
        }
        "php" if words.iter().any(|word| word.text() == "-S") => after(&["-t"]),
        "ruby" if words.iter().any(|word| word.text() == "-run") => operand(),
        "serve" | "http-server" | "live-server" | "miniserve" | "simple-http-server" => operand(),
        "caddy" if words.first().is_some_and(|word| word.text() == "file-server") => after(&["--root", "-r"]),
        "ngrok" | "cloudflared" => {
            words.iter().find_map(|word| Some((word.text().strip_prefix("file://")?, word)))
        }
        "tailscale" if words.first().is_some_and(|word| matches!(word.text(), "serve" | "funnel")) => {
            operand().filter(|(text, _)| text.starts_with(['/', '~', '.']))
        }
        _ => None,
    };
    let Some((path, word)) = named else { return };
    let tunnel = matches!(program, "ngrok" | "cloudflared" | "tailscale");
    let place = match tunnel {
        true => "whoever has the address of the tunnel",
        false => "whoever reaches the port that it opens",
    };
    if let Some(source) = shown(call, path, word) {
        send(&Receiver::place("paste", place), source, "upload", effects);
    }
}

/// `cp id_rsa /var/www/html/`: what is put there is shown to whoever asks for it.
pub(super) fn put(call: Call<'_>, effects: &mut Vec<Effect>) {
    let Some((target, files)) = call.invocation.args().split_last() else { return };
    let shows = ["/var/www/", "/srv/http/", "/srv/www/", "/usr/share/nginx/html", "public/", "public_html/"];
    let text = target.text();
    if !shows.iter().any(|folder| {
        text.starts_with(folder) || folder.starts_with('p') && text.contains(&format!("/{folder}"))
    }) {
        return;
    }
    let receiver = Receiver::place("paste", &format!("{text}, which a web server shows"));
    for file in files.iter().filter(|file| secret_path(file.text()).is_some()) {
        if let Some(source) = source::file(call, call.invocation, file.text(), file) {
            send(&receiver, source, "upload", effects);
        }
    }
}

/// A directory of secrets, or the home in which they lie.
fn shown(call: Call<'_>, path: &str, word: &Word) -> Option<Source> {
    let full = match path.starts_with(['/', '~']) {
        true => call.scene.path(path),
        false => call.invocation.cwd(call.scene)?.join(path),
    };
    let full = full.components().collect::<std::path::PathBuf>();
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
