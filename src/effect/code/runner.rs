//! Programs that run, load or install what is in a file they are given: `java -jar x.jar`, `make -f x`,
//! `docker compose -f -`, `insmod x.ko`. Where the line has fetched that file, nobody has read it.

use super::address::Address;
use super::flow::{self, Origin};
use super::package::{runs_repository, unless_from_forge, unless_of_repute, up_to_tool};
use super::{Found, code_run, fetch, inline, ran, verb};
use crate::effect::{Call, Effect};
use crate::syntax::{Feed, HOLE, Word};

/// Adds what such a program would run out of the network.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let program = invocation.program();
    let program = program.strip_suffix(".exe").unwrap_or(program);
    runs_repository(call, effects);
    let does = |verbs: &[&str]| verb(invocation).is_some_and(|(verb, _)| verbs.contains(&verb));
    // Options whose value is such a file, and whether an operand is one too.
    let (options, operands): (&[&str], bool) = match program {
        "java" => (&["-jar", "-cp", "-classpath"], false),
        "jshell" | "tcc" => (&["-run"], program == "jshell"),
        "redis-cli" | "valkey-cli" => (&["--eval"], false),
        "gcc" | "cc" | "clang" | "g++" if invocation.args().iter().any(|word| word.text() == "-") => {
            (&[], true)
        }
        "julia" | "emacs" | "R" | "elixir" | "groovy" | "guile" | "racket" | "octave" | "clojure" | "clj"
        | "bb" | "raku" | "sbcl" | "vim" | "vi" | "nvim" | "ex" | "scala" | "kotlin" | "gnuplot" | "iex"
        | "crystal" => {
            inline::read_other(call, effects);
            (
                &["-l", "--load", "--script", "-S", "-f", "-x"],
                !matches!(program, "vim" | "vi" | "nvim" | "ex"),
            )
        }
        "Rscript" | "tclsh" | "osascript" => {
            inline::read_other(call, effects);
            return;
        }
        "nix-shell" => (&[], true),
        "dotnet" | "mono" | "wine" | "wine64" | "escript" | "expect" | "tsx" | "ts-node" | "jbang"
        | "scala-cli" | "insmod" | "run-parts" | "nu" | "xonsh" | "ansible-playbook" | "nix-build"
        | "installer" | "msiexec" | "rundll32" | "ld.so" | "cpan" | "cpanm" | "luarocks" | "nix"
        | "nix-env" => {
            if matches!(program, "tsx" | "ts-node")
                && let Some(file) = fetch::operands(invocation).next()
            {
                inline::run_file(call, file, effects);
            }
            (&["-pkg", "/i"], true)
        }
        "go" if does(&["env"]) => {
            for word in invocation.args() {
                if let Some(url) = word.text().strip_prefix("GOPROXY=") {
                    let plain = url.split([',', '|']).find(|url| url.starts_with("http://"));
                    unless_from_forge(call, "package", word, plain.unwrap_or_default(), effects);
                }
            }
            return;
        }
        "make" | "gmake" if !invocation.args().iter().any(|word| word.text().starts_with("-f")) => {
            return file(call, &Word::literal("Makefile", invocation.words[0].span), effects);
        }
        "make" | "gmake" | "just" | "gawk" | "awk" | "mawk" | "sed" | "gdb" | "lldb" | "ansible-pull"
        | "task" => (&["-f", "--file", "--makefile", "--justfile", "-x", "-s"], false),
        "docker-compose" | "podman-compose" => (&["-f", "--file"], false),
        "docker" | "podman" if does(&["kube", "play"]) => (&["-f"], true),
        "flatpak" if does(&["remote-add"]) => {
            let unchecked = invocation.args().iter().any(|word| word.text().starts_with("--no-gpg"));
            for word in
                invocation.args().iter().filter(|word| unchecked || word.text().starts_with("http://"))
            {
                unless_from_forge(call, "package", word, word.text(), effects);
            }
            return;
        }
        "docker" | "podman" | "nerdctl" if does(&["compose", "stack", "load"]) => {
            (&["-f", "--file", "-c", "--compose-file", "-i", "--input"], false)
        }
        "go" if does(&["run"]) => (&[], true),
        "kubectl" | "oc" | "k" if does(&["apply", "create", "replace"]) => (&["-f", "--filename"], false),
        "pip" | "pip3" | "npm" | "pnpm" | "yarn" | "snap" | "flatpak" | "pacman" | "apk" | "brew"
        | "cargo" | "conda"
            if invocation
                .args()
                .iter()
                .any(|word| matches!(word.text(), "install" | "i" | "add" | "-U" | "-Ui" | "reinstall")) =>
        {
            (&["-r", "--requirement"], true)
        }
        "crontab" | "at" => (&["-f"], program == "crontab"),
        "code" | "codium" | "cursor" => (&["--install-extension"], false),
        "poetry" | "docker" | "podman" | "vagrant" | "istioctl" | "guix" | "chezmoi" | "mshta"
        | "regsvr32" | "cscript" | "wscript" | "bitsadmin" | "terraform" | "tofu" | "uvx" | "pipx" | "uv"
        | "ansible-galaxy" | "terragrunt" | "helm" | "bundle" | "gem" | "kustomize" | "linkerd"
        | "cilium"
            if does(&[
                "add",
                "source",
                "build",
                "box",
                "install",
                "apply",
                "upgrade",
                "pull",
                "init",
                "repo",
                "config",
                "sources",
                "run",
                "collection",
                "role",
            ]) || matches!(
                program,
                "mshta" | "regsvr32" | "cscript" | "wscript" | "bitsadmin" | "uvx"
            ) =>
        {
            return addresses(call, program, effects);
        }
        "rpm" | "apt-key" => return keys(call, effects),
        _ => return,
    };
    let words = invocation.args();
    // A file that is named at its place alone, and only counts where it is the end of a pipe.
    for word in
        words.iter().filter(|word| matches!(program, "java" | "jshell") && word.text().starts_with(HOLE))
    {
        file(call, word, effects);
    }
    let mut valued = false;
    for word in words {
        let text = word.text();
        let attached =
            text.split_once('=').filter(|(option, _)| options.contains(option)).map(|(_, value)| value);
        let is_file = std::mem::take(&mut valued) || operands && (!text.starts_with('-') || text == "-");
        valued = options.contains(&text);
        match attached {
            Some(value) if value.contains("://") => unless_from_forge(call, "package", word, value, effects),
            // Those that read addresses themselves have done so.
            None if is_file && text.contains("://") && !reads_addresses(program) => {
                unless_from_forge(call, "package", word, text, effects);
            }
            None if is_file => file(call, word, effects),
            _ => {}
        }
    }
    if program == "ansible-pull" {
        let privileged = invocation.via.iter().any(|via| matches!(*via, "sudo" | "doas"));
        for word in words.iter().filter(|word| word.text().starts_with("http")) {
            let address = Address::read(word.text());
            if !address.is_near() && (privileged || !address.is_forge()) {
                effects.push(code_run(Found::at("download", address, word.span), call));
            }
        }
    }
}

/// Addresses that a program takes packages, images or settings from, in whatever option they stand.
fn addresses(call: Call<'_>, program: &str, effects: &mut Vec<Effect>) {
    // These name a place to ask later, or are run by what follows; encrypted, it is a choice like any other.
    let mild = matches!(program, "docker" | "podman" | "helm" | "bundle" | "gem" | "terraform" | "tofu");
    let builds = verb(call.invocation).is_some_and(|(verb, _)| verb == "build");
    for word in up_to_tool(call.invocation) {
        let Some(at) = word.text().find("http") else { continue };
        // `git+https://…`, `module=https://…`, `/i:http://…`
        let url = &word.text()[at..];
        let plain = url.starts_with("http://");
        // `--build-arg FTP_PROXY=http://…`
        let proxy = word.text()[..at].to_ascii_lowercase().ends_with("proxy=");
        let is_option = word.text().starts_with("--build-arg") || word.text().starts_with("HTTP") || proxy;
        // A module that is copied here to be planned and applied.
        if word.text().contains("-from-module=") {
            unless_from_forge(call, "package", word, url, effects);
            unless_of_repute(call, "package", word, url, effects);
            continue;
        }
        if !is_option && (plain || !mild || builds && at == 0) {
            unless_from_forge(call, "package", word, url, effects);
        }
    }
}

fn reads_addresses(program: &str) -> bool {
    matches!(program, "pip" | "pip3" | "pipx" | "npm" | "pnpm" | "yarn" | "gem" | "kubectl" | "oc" | "k")
}

/// What is in a file, where it comes out of the network and from no forge.
fn file(call: Call<'_>, word: &Word, effects: &mut Vec<Effect>) {
    if matches!(word.text(), "-" | "/dev/stdin") && matches!(call.invocation.stdin, Feed::Inherited) {
        return;
    }
    match flow::of_file(call, call.invocation, word, 0) {
        Origin::Download(address) if address.is_forge() || address.is_near() || address.is_publishers() => {
            if matches!(call.invocation.program(), "kubectl" | "oc" | "k") {
                let place = format!("https://{}", address.shown);
                unless_of_repute(call, "manifest", word, &place, effects);
            }
        }
        Origin::Literal(_) | Origin::Other => {}
        origin => ran(call, origin, word.span, effects),
    }
}

/// Keys that packages are trusted by: `rpm --import http://…`, `apt-key adv --fetch-keys http://…`.
fn keys(call: Call<'_>, effects: &mut Vec<Effect>) {
    for pair in call.invocation.args().windows(2) {
        let text = pair[1].text();
        if matches!(pair[0].text(), "--import" | "--fetch-keys") && text.starts_with("http://") {
            unless_from_forge(call, "package", &pair[1], text, effects);
        }
    }
}

/// A program that the line has put into place just before, called by its name alone.
pub(super) fn installed(call: Call<'_>, effects: &mut Vec<Effect>) {
    let Some(first) = call.script.invocations.first() else { return };
    if std::ptr::eq(first, call.invocation) {
        return;
    }
    let here = call.script.invocations.iter().position(|other| std::ptr::eq(other, call.invocation));
    let Some(here) = here else { return };
    let name = call.invocation.program();
    for writer in call.script.invocations[here.saturating_sub(16)..here].iter().rev() {
        let in_path = |path: &str| path.contains("/bin/") && fetch::base_name(path) == name;
        let written = match writer.program() {
            "mv" | "cp" | "install" => {
                let mut files: Vec<&Word> = fetch::operands(writer).collect();
                let into = files.pop().map_or("", Word::text);
                let moved = into.trim_end_matches('/').ends_with("/bin");
                let goes = |file: &Word| in_path(into) || moved && fetch::base_name(file.text()) == name;
                files.into_iter().rfind(|file| goes(file))
            }
            // A writer of files of its own knows its name best.
            _ => writer
                .args()
                .iter()
                .chain(writer.redirects.iter().map(|redirect| &redirect.target))
                .find(|word| in_path(word.text()) && word.known().is_some()),
        };
        if let Some(written) = written
            && let Origin::Download(address) = flow::of_file(call, call.invocation, written, 0)
        {
            if !address.is_forge() && !address.is_near() && !address.is_publishers() {
                let span = call.invocation.words[0].span;
                effects.push(code_run(Found::at("download", address, span), call));
            }
            return;
        }
    }
}
