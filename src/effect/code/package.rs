//! Packages, scripts and manifests that are installed or run straight from an address.

use super::address::Address;
use super::flow::{self, Origin};
use super::{Found, code_run, forge, inline, verb};
use crate::effect::{Call, Effect};
use crate::syntax::{HOLE, Invocation, Word};

/// What a package manager or a runner would take from an address.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    if invocation.args().iter().any(|word| {
        matches!(word.text(), "--help" | "-h" | "download") || word.text().starts_with("--dry-run")
    }) {
        return;
    }
    match invocation.program() {
        "pipx" => python(call, up_to_tool(invocation), effects),
        "pip" | "pip3" | "easy_install" => python(call, invocation.args(), effects),
        "uv" => {
            if let Some(("pip" | "add" | "tool", _)) = verb(invocation) {
                python(call, up_to_tool(invocation), effects);
            }
        }
        "npm" | "pnpm" | "yarn" | "bun" => {
            if let Some(("install" | "i" | "add" | "in" | "exec" | "dlx" | "x" | "create", rest)) =
                verb(invocation)
            {
                from_addresses(call, "package", rest, effects);
            }
        }
        "gem" => {
            for pair in invocation.args().windows(2) {
                if matches!(pair[0].text(), "--source" | "-s" | "--clear-sources") {
                    unless_from_forge(call, "package", &pair[1], pair[1].text(), effects);
                }
            }
        }
        "deno" => deno(call, effects),
        "kubectl" | "oc" | "k" => {
            if !matches!(verb(invocation), Some(("apply" | "create" | "replace", _))) {
                return;
            }
            for pair in invocation.args().windows(2) {
                if matches!(pair[0].text(), "-f" | "--filename" | "-k" | "--kustomize") {
                    unless_from_forge(call, "manifest", &pair[1], pair[1].text(), effects);
                    unless_of_repute(call, "manifest", &pair[1], pair[1].text(), effects);
                }
            }
            for word in invocation.args() {
                let attached =
                    word.text().strip_prefix("--filename=").or_else(|| word.text().strip_prefix("-f="));
                if let Some(url) = attached {
                    unless_from_forge(call, "manifest", word, url, effects);
                    unless_of_repute(call, "manifest", word, url, effects);
                }
            }
        }
        _ => {}
    }
}

/// Packages of the system and charts: from an address, or from a file that the line has fetched.
pub(super) fn read_system(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let program = invocation.program();
    if program == "helm" && !matches!(verb(invocation), Some(("install" | "upgrade", _))) {
        return;
    }
    for word in invocation.args().iter().filter(|word| !word.text().starts_with('-')) {
        let text = word.text();
        if text.contains("://") {
            let address = Address::read(text);
            // Over https, packages of a system carry a signature.
            if program == "helm" || !address.secure {
                unless_from_forge(call, "package", word, text, effects);
            }
            if program == "helm" {
                unless_of_repute(call, "manifest", word, text, effects);
            }
        } else if text.contains(['.', HOLE])
            && let Origin::Download(address) = flow::of_file(call, invocation, word, 0)
            && !address.is_forge()
            && !address.is_near()
            && !address.is_publishers()
        {
            effects.push(code_run(Found::at("package", address, word.span), call));
        }
    }
}

/// A package that is run by its address.
pub(super) fn runs(call: Call<'_>, effects: &mut Vec<Effect>) {
    from_addresses(call, "package", &call.invocation.words[..1], effects);
}

/// pip: `git+https://…`, archives, and other indexes than the usual one.
fn python(call: Call<'_>, words: &[Word], effects: &mut Vec<Effect>) {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let text = word.text();
        let (option, attached) =
            text.split_once('=').map_or((text, None), |(option, value)| (option, Some(value)));
        match option {
            "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" | "--default-index"
            | "--index" => {
                let value = attached.or_else(|| rest.next().map(Word::text)).unwrap_or_default();
                let address = Address::read(value);
                if value.contains("://") && !address.secure && !address.is_near() {
                    effects.push(code_run(Found::at("package", address, word.span), call));
                }
            }
            "-r" | "--requirement" | "-c" | "--constraint" => {
                let value = attached.or_else(|| rest.next().map(Word::text)).unwrap_or_default();
                unless_from_forge(call, "package", word, value, effects);
                if let Some(text) = inline::file_of(call, value) {
                    required(call, &text, word, effects);
                }
            }
            // Whom one must be told to trust has no certificate that says who it is.
            "--trusted-host" => {
                let value = attached.or_else(|| rest.next().map(Word::text)).unwrap_or_default();
                let address = Address::read(value);
                let numbered =
                    value.starts_with(|c: char| c.is_ascii_digit()) && value.split('.').count() >= 4;
                if numbered && !address.is_loopback() {
                    effects.push(code_run(Found::at("package", address, word.span), call));
                }
            }
            _ if text.starts_with('-') => {}
            // `name @ https://…` is written in one word or three.
            _ => {
                let url = text.rsplit_once(" @ ").map_or(text, |(_, url)| url.trim());
                unless_from_forge(call, "package", word, url, effects);
            }
        }
    }
}

/// The lines of a file of requirements: packages by their address, and other indexes.
fn required(call: Call<'_>, text: &str, file: &Word, effects: &mut Vec<Effect>) {
    for line in text.lines().take(2048).map(str::trim) {
        if !line.contains("://") && !line.starts_with("--trusted") || line.starts_with('#') {
            continue;
        }
        let line = line.split(" #").next().unwrap_or(line);
        let words: Vec<Word> = match line.split_once(" @ ") {
            Some((_, url)) => vec![Word::literal(url.trim(), file.span)],
            None => line.split_whitespace().map(|part| Word::literal(part, file.span)).collect(),
        };
        // One list in another is not followed.
        if !matches!(words.first().map(Word::text), Some("-r" | "-c" | "--requirement" | "--constraint")) {
            python(call, &words, effects);
        }
    }
}

/// What is run at once, or is given a cluster, from the repository of somebody nobody has heard of.
pub(super) fn unless_of_repute(
    call: Call<'_>,
    origin: &'static str,
    word: &Word,
    text: &str,
    effects: &mut Vec<Effect>,
) {
    // Gists are no forge, and have been seen already.
    if let Some(address) = forge::stranger(text)
        && (address.is_forge() || !text.contains("://") || text.starts_with("oci:"))
    {
        effects.push(code_run(Found::at(origin, address, word.span), call));
    }
}

/// The words of a runner as far as they are its own: with the tool, and without what the tool is given, which may be
/// any address: `uvx yt-dlp https://…`. Every word of what runs no tool.
pub(super) fn up_to_tool(invocation: &Invocation) -> &[Word] {
    let words = invocation.args();
    let runs = match invocation.program() {
        "npx" | "pnpx" | "bunx" | "uvx" => true,
        "nix" => {
            let end = words.iter().position(|word| word.text() == "--");
            return &words[..end.unwrap_or(words.len())];
        }
        "uv" => {
            matches!(verb(invocation), Some(("run", _)))
                || matches!(verb(invocation), Some(("tool", [run, ..])) if run.text() == "run")
        }
        _ => matches!(verb(invocation), Some(("run" | "exec" | "dlx" | "x" | "serve", _))),
    };
    if !runs {
        return words;
    }
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.text() {
            "--from"
            | "--with"
            | "--spec"
            | "-p"
            | "--package"
            | "--python"
            | "-w"
            | "--with-editable"
            | "--with-requirements"
            | "--index"
            | "--index-url"
            | "-i"
            | "--extra-index-url"
            | "--registry"
            | "--pip-args"
            | "-c"
            | "--call"
            | "--directory"
            | "--project"
            | "--env-file" => at += 1,
            "run" | "exec" | "dlx" | "x" | "tool" | "serve" => {}
            text if text.starts_with('-') => {}
            _ => return &words[..=at],
        }
        at += 1;
    }
    words
}

/// Runners that fetch a repository and run what is in it: `npx github:owner/name`, `pipx run --spec git+https://…`,
/// `nix run github:owner/name`, `gh extension install owner/name`.
pub(super) fn runs_repository(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.text()));
    let at_once = match invocation.program() {
        "npx" | "pnpx" | "bunx" | "uvx" => true,
        "npm" => matches!(verb(invocation), Some(("exec" | "x", _))),
        "pnpm" | "yarn" | "bun" => matches!(verb(invocation), Some(("dlx" | "x" | "exec", _))),
        "pipx" => matches!(verb(invocation), Some(("run", _))),
        "uv" => matches!(verb(invocation), Some(("run", _) | ("tool", [Word { .. }, ..]))) && has(&["run"]),
        "nix" => match verb(invocation) {
            Some(("run" | "bundle", _)) => true,
            Some(("shell", _)) => has(&["-c", "--command"]),
            Some(("profile", _)) => has(&["install", "add"]),
            _ => false,
        },
        "deno" => has(&["-A", "--allow-all", "--allow-run", "--allow-write", "--allow-ffi"]),
        // Dotfiles bring programs of their own. One's own are named in short, or come over ssh.
        "chezmoi" | "yadm" => {
            let runs = has(&["init"]) && has(&["--apply", "-a", "--one-shot"])
                || has(&["clone"]) && has(&["--bootstrap"]);
            for word in words.iter().filter(|word| runs && word.text().starts_with("http")) {
                unless_of_repute(call, "stranger", word, word.text(), effects);
            }
            return;
        }
        // A formula by its address.
        "brew" => {
            if let Some(("install" | "reinstall" | "upgrade", rest)) = verb(invocation) {
                for word in rest.iter().filter(|word| word.text().contains("://")) {
                    unless_of_repute(call, "stranger", word, word.text(), effects);
                }
            }
            return;
        }
        "gh" => {
            if let Some(("extension" | "extensions" | "ext", [install, rest @ ..])) = verb(invocation)
                && install.text() == "install"
                && let Some(word) = rest.iter().find(|word| word.text().contains('/'))
                && !word.text().starts_with(['.', '/', '~'])
            {
                let text = word.text();
                let place = if text.contains(':') { text.to_owned() } else { format!("github:{text}") };
                unless_of_repute(call, "stranger", word, &place, effects);
            }
            return;
        }
        _ => return,
    };
    if at_once {
        for word in up_to_tool(invocation) {
            // `--from=git+https://…`, `name @ git+https://…`
            let text = word.text();
            let place = text.rsplit_once(['=', ' ', '@']).filter(|(_, rest)| rest.contains("+https:"));
            unless_of_repute(call, "stranger", word, place.map_or(text, |(_, place)| place), effects);
        }
    }
}

fn from_addresses(call: Call<'_>, origin: &'static str, words: &[Word], effects: &mut Vec<Effect>) {
    // Another registry is another opinion about whom to trust, but for one without encryption.
    let registry =
        |at: usize| at > 0 && words[at - 1].text() == "--registry" && words[at].text().starts_with("https:");
    let named = words.iter().enumerate().filter(|(at, word)| !word.text().starts_with('-') && !registry(*at));
    for (_, word) in named {
        let text = word.text();
        // `name@https://…`
        let url = text
            .find("http")
            .filter(|&at| at == 0 || text[..at].ends_with('@'))
            .map_or(text, |at| &text[at..]);
        unless_from_forge(call, origin, word, url, effects);
    }
}

/// An address that is neither near, nor that of a forge or a registry.
pub(super) fn unless_from_forge(
    call: Call<'_>,
    origin: &'static str,
    word: &Word,
    url: &str,
    effects: &mut Vec<Effect>,
) {
    let Some((scheme, _)) = url.split_once("://") else { return };
    if !matches!(scheme, "http" | "https" | "git" | "git+http" | "git+https" | "git+git" | "ftp") {
        return;
    }
    let address = Address::read(url);
    if !address.is_forge() && !address.is_near() && !address.is_publishers() {
        effects.push(code_run(Found::at(origin, address, word.span), call));
    }
}

/// `deno run -A https://…`: without a permission a script of deno reaches nothing.
fn deno(call: Call<'_>, effects: &mut Vec<Effect>) {
    let Some(("run" | "install" | "serve", rest)) = verb(call.invocation) else { return };
    let permitted = call.invocation.args().iter().any(|word| {
        let text = word.text();
        text == "-A"
            || ["--allow-all", "--allow-run", "--allow-write", "--allow-ffi", "--allow-env"]
                .iter()
                .any(|name| text.starts_with(name))
    });
    if permitted {
        from_addresses(call, "package", rest, effects);
    }
}
