//! What is packed for others to pull: images and packages.

use super::options::{Item, items};
use super::receiver::Receiver;
use super::source::{self, Below, Source};
use super::{Packer, send, send_all, staged, stream};
use crate::effect::{Call, Effect};
use crate::secrets::{issuer_of, names_secret};
use crate::syntax::{Expansion, HOLE, Word};

/// `docker build`, `docker buildx build`, `buildah bud`: arguments stay readable in the history of the image, and
/// files that are copied stay in its layers.
pub(super) fn image(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let verb = words.iter().take(3).position(|word| matches!(word.text(), "build" | "bud" | "b"));
    let Some(at) = verb else { return };
    let before = &words[..at];
    if !before.iter().all(|word| matches!(word.text(), "buildx" | "image" | "builder" | "compose")) {
        return;
    }
    let items = items(&words[at + 1..], |name| {
        matches!(
            name,
            "t" | "f"
                | "o"
                | "tag"
                | "file"
                | "build-arg"
                | "target"
                | "platform"
                | "secret"
                | "ssh"
                | "label"
                | "cache-from"
                | "cache-to"
                | "output"
                | "progress"
                | "network"
                | "builder"
                | "build-context"
                | "add-host"
                | "iidfile"
                | "metadata-file"
                | "m"
                | "memory"
                | "shm-size"
                | "ulimit"
                | "cpuset-cpus"
        )
    });
    let receiver = Receiver::place("image", "the history of the image");
    for item in items.iter().filter(|item| item.name == "build-arg") {
        let sources = argument(call, item);
        send_all(&receiver, sources, "field", effects);
    }
    let compose = before.iter().any(|word| word.text() == "compose");
    let Some(context) = items.iter().find(|item| item.name.is_empty()).filter(|_| !compose) else { return };
    // A layer is only a leak where somebody else can pull it.
    if !shared(call, &items) || context.value.contains("://") {
        return;
    }
    let below = Below { recursive: true, excludes: &[], packer: Packer::Docker };
    let layers = Receiver::place("image", "the layers of the image");
    send_all(&layers, staged::placed(call, context.value, true), "upload", effects);
    let context = source::tree_at(call, call.invocation, context.value, context.word, below, 0);
    if let Some(source) = context.filter(|source| source.kind == "file") {
        send(&layers, source, "upload", effects);
    }
}

/// What one `--build-arg NAME=value`, or `--build-arg NAME` with the value of the environment, gives away.
fn argument(call: Call<'_>, item: &Item<'_>) -> Vec<Source> {
    let mut sources = source::text(call, item.word);
    let (name, value) = item.value.split_once('=').unwrap_or((item.value, ""));
    if sources.is_empty() && names_secret(name) {
        // Without a value it is that of the variable of this name.
        let given = match item.value.contains('=') {
            true => value.contains(HOLE) || !crate::secrets::is_placeholder(value),
            false => true,
        };
        if given {
            sources.push(Source::secret("variable", name, item.word.span, issuer_of(name), None));
        }
    }
    // `"$(cat ~/.ssh/id_rsa)"`: what a substitution prints.
    for expansion in &item.word.expansions {
        if let Expansion::Output(made) = expansion
            && sources.is_empty()
        {
            for &index in made {
                stream::output_of(call, index, 1, Some(item.word.span), &mut sources);
            }
        }
    }
    sources.retain(|source| source.kind != "file");
    sources
}

/// Whether the image is pushed by this line, or is named after a registry or an account.
fn shared(call: Call<'_>, items: &[Item<'_>]) -> bool {
    let pushed = items.iter().any(|item| match item.name {
        "push" => true,
        "t" | "tag" => item.value.contains('/') && !item.value.starts_with("localhost"),
        _ => false,
    });
    pushed
        || call.script.invocations.iter().any(|other| {
            matches!(other.program(), "docker" | "podman" | "buildah" | "nerdctl")
                && other.args().iter().take(2).any(|word| word.text() == "push")
        })
}

/// `npm publish` and its like: the package is what the directory holds, save what is left out.
pub(super) fn npm(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let Some(at) = words.iter().take(2).position(|word| word.text() == "publish") else { return };
    if at == 1 && words[0].text() != "npm" {
        return;
    }
    let items = items(&words[at + 1..], |name| {
        matches!(name, "tag" | "access" | "otp" | "registry" | "w" | "workspace" | "filter" | "new-version")
    });
    if items.iter().any(|item| matches!(item.name, "dry-run" | "help" | "h")) {
        return;
    }
    let named = items.iter().find(|item| item.name.is_empty());
    let (path, word): (&str, &Word) = named.map_or((".", &words[at]), |item| (item.value, item.word));
    packed(call, path, word, Packer::Npm, effects);
    registry(items.iter().find(|item| item.name == "registry"), effects);
}

/// `cargo publish`, `twine upload`, `gem push` and their like.
pub(super) fn publish(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let at = words.iter().take(2).position(|word| matches!(word.text(), "publish" | "upload" | "push"));
    let Some(at) = at else { return };
    let items = items(&words[at + 1..], |name| {
        matches!(
            name,
            "registry"
                | "index"
                | "repository-url"
                | "repository"
                | "r"
                | "u"
                | "p"
                | "host"
                | "key"
                | "source"
                | "s"
                | "publish-url"
                | "username"
                | "password"
                | "token"
                | "k"
                | "api-key"
                | "manifest-path"
                | "package"
        )
    });
    if items.iter().any(|item| matches!(item.name, "dry-run" | "help" | "h" | "n" | "list")) {
        return;
    }
    let program = call.invocation.program();
    for item in items.iter().filter(|item| item.name.is_empty() && program != "cargo" && program != "helm") {
        if let Some(source) = source::file(call, call.invocation, item.value, item.word) {
            send(&everybody(), source, "upload", effects);
        }
    }
    // What git knows, and with this flag what it does not know yet.
    if program == "cargo" && items.iter().any(|item| item.name == "allow-dirty") {
        packed(call, ".", &words[at], Packer::Git, effects);
    } else {
        send_all(&everybody(), staged::placed(call, ".", false), "upload", effects);
    }
    let names = ["repository-url", "index", "host", "registry", "publish-url", "source", "s"];
    registry(items.iter().find(|item| names.contains(&item.name)), effects);
}

/// The files that a package would hold.
fn packed(call: Call<'_>, path: &str, word: &Word, packer: Packer, effects: &mut Vec<Effect>) {
    let below = Below { recursive: true, excludes: &[], packer };
    send_all(&everybody(), staged::placed(call, path, false), "upload", effects);
    let whole = source::tree_at(call, call.invocation, path, word, below, 0);
    if let Some(source) = whole.filter(|source| source.kind == "file") {
        send(&everybody(), source, "upload", effects);
    }
}

fn everybody() -> Receiver {
    Receiver::place("package", "everybody who installs the package")
}

/// A registry at an address of its own: the package and the login go to whoever listens on the way there.
fn registry(item: Option<&Item<'_>>, effects: &mut Vec<Effect>) {
    let Some(item) = item.filter(|item| item.value.contains("://")) else { return };
    let receiver = Receiver { kind: "package", ..Receiver::url(item.value) };
    if receiver.plain || super::receiver::collects(&receiver.host) {
        let login = Source::secret(
            "password",
            "the login of the registry, with the package,",
            item.word.span,
            None,
            None,
        );
        send(&receiver, login, "auth", effects);
    }
}
