//! Code that a variable puts into programs that are run with it: `LD_PRELOAD=/tmp/x.so ls`, `BASH_ENV=…`,
//! `NODE_OPTIONS='--require …'`; and lines that are written where a shell, cron or git will run them.

use super::address::Address;
use super::flow::{self, Origin};
use super::{Found, code_run, fetch, nested};
use crate::effect::{Call, Effect, EffectKind};
use crate::syntax::{Feed, Invocation, Span, Word};

/// Adds what would be put into programs, now or later.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    for assignment in &invocation.assignments {
        loaded(call, &assignment.name, assignment.value.text(), assignment.value.span, effects);
    }
    match invocation.program() {
        "export" | "declare" | "typeset" | "setenv" => {
            for word in invocation.args() {
                if let Some((name, value)) = word.text().split_once('=') {
                    loaded(call, name, value, word.span, effects);
                }
            }
        }
        // `enable -f x.so name`, `hash -p /tmp/x ls`
        "enable" | "hash" => {
            let pair = invocation.args().windows(2).find(|pair| matches!(pair[0].text(), "-f" | "-p"));
            if let Some([_, path]) = pair
                && anyones(call, path.text())
            {
                effects.push(code_run(Found::new("inserted", path.text(), path.span), call));
            }
        }
        "tee" => {
            for word in invocation.args().iter().filter(|word| !word.text().starts_with('-')) {
                planted(call, word, flow::of_input(call, invocation, 0), effects);
            }
        }
        "git" => aliased(call, effects),
        "add-apt-repository" | "apt-add-repository" => {
            for word in invocation.args() {
                trusted(call, "sources.list", word.text(), word.span, effects);
            }
        }
        _ => {}
    }
    // `curl -o /etc/cron.daily/x https://…`: nobody has read what will run.
    if let Some(fetched) = fetch::fetch(invocation)
        && fetched.file.is_some_and(|file| runs_later(file).is_some())
    {
        effects.push(code_run(Found::at("download", fetched.address, invocation.span), call));
    }
    for redirect in &invocation.redirects {
        if runs_later(redirect.target.text()).is_some() || lists_sources(redirect.target.text()) {
            let origin = put_out(call, invocation);
            planted(call, &redirect.target, origin, effects);
        }
    }
}

/// A variable by which a loader or an interpreter takes code from a place where everybody may put something.
fn loaded(call: Call<'_>, name: &str, value: &str, span: Span, effects: &mut Vec<Effect>) {
    let loads = matches!(
        name,
        "LD_PRELOAD"
            | "LD_AUDIT"
            | "DYLD_INSERT_LIBRARIES"
            | "BASH_ENV"
            | "ENV"
            | "PYTHONSTARTUP"
            | "NODE_OPTIONS"
            | "RUBYOPT"
            | "PERL5OPT"
            | "JAVA_TOOL_OPTIONS"
    );
    if name == "PERL5DB" {
        return nested::run(
            call,
            &format!("perl -e {}", crate::action::Shell::Bash.word(value)),
            span,
            "inline code",
            effects,
        );
    }
    // Another place for packages, without encryption.
    let index = matches!(
        name,
        "PIP_INDEX_URL"
            | "PIP_EXTRA_INDEX_URL"
            | "UV_INDEX_URL"
            | "UV_DEFAULT_INDEX"
            | "npm_config_registry"
            | "NPM_CONFIG_REGISTRY"
            | "GOPROXY"
    );
    if index && value.starts_with("http://") {
        let address = Address::read(value);
        if !address.is_near() {
            effects.push(code_run(Found::at("package", address, span), call));
        }
    }
    if !loads {
        return;
    }
    let root = call.invocation.via.iter().any(|via| matches!(*via, "sudo" | "doas"))
        || call.invocation.program() == "sudo";
    let found = value
        .split([' ', ':', '='])
        .map(|part| part.trim_start_matches("-r"))
        .find(|part| anyones(call, part) || root && name.starts_with("LD_") && part.starts_with("./"));
    if let Some(path) = found {
        effects.push(code_run(Found::new("inserted", path, span), call));
    }
}

/// A place where everybody may put something, and no home or project that lies there.
pub(super) fn anyones(call: Call<'_>, path: &str) -> bool {
    let inside = |dir: &std::path::Path| std::path::Path::new(path).starts_with(dir);
    let own = call.scene.home().is_some_and(|home| inside(&home)) || inside(&call.scene.cwd);
    let open = ["/tmp/", "/var/tmp/", "/dev/shm/"].iter().any(|dir| path.starts_with(dir));
    open && !own || path.contains("/Downloads/")
}

/// What reads a file later, and how many words of each line are none of the command; `None` for other files.
fn runs_later(path: &str) -> Option<usize> {
    let name = path.rsplit('/').next().unwrap_or(path);
    Some(match path {
        "/etc/crontab" => 6,
        "/etc/rc.local" | "/etc/profile" | "/etc/bash.bashrc" | "/etc/zshrc" => 0,
        _ if path.starts_with("/etc/cron.d/") => 6,
        _ if path.contains("/systemd/") && path.ends_with(".service") => UNIT,
        _ if path.starts_with("/var/spool/cron/") => 5,
        _ if path.starts_with("/etc/cron.") || path.starts_with("/etc/profile.d/") => 0,
        _ if path.contains(".git/hooks/") || path.starts_with(".husky/") => 0,
        _ if path.starts_with(['/', '~']) => match name {
            ".bashrc" | ".zshrc" | ".bash_profile" | ".profile" | ".zshenv" | ".zprofile" | ".bash_login"
            | ".bash_logout" | ".zlogout" | "config.fish" | ".xinitrc" | ".xprofile" => 0,
            _ => return None,
        },
        _ => return None,
    })
}

/// Stands for the settings of a unit, of which a few are commands.
const UNIT: usize = usize::MAX;

/// Files that say where packages come from.
fn lists_sources(path: &str) -> bool {
    path.contains("sources.list") || path.contains("yum.repos.d") || path.ends_with("pip.conf")
}

/// Packages that would be taken from anybody: `deb [trusted=yes] http://…`, `gpgcheck=0`, an index without encryption.
fn trusted(call: Call<'_>, path: &str, text: &str, span: Span, effects: &mut Vec<Effect>) {
    let plain = |key: &str| text.contains(key) && text.contains("http://");
    let all = path.contains("sources.list") && text.contains("trusted=yes")
        || path.contains("yum.repos.d") && text.contains("gpgcheck=0")
        || path.ends_with("pip.conf") && plain("index-url");
    let url = text.split([' ', '=', '\n']).find(|part| part.contains("://"));
    if let Some(url) = url.filter(|_| all) {
        let address = Address::read(url);
        if !address.is_loopback() {
            effects.push(code_run(Found::at("package", address, span), call));
        }
    }
}

/// `git config --global alias.st '!curl … | sh'`: what it would run whenever it is called.
fn aliased(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    if words.first().is_none_or(|word| word.text() != "config") {
        return;
    }
    for pair in words.windows(2) {
        if let Some(script) =
            pair[1].text().strip_prefix('!').filter(|_| pair[0].text().starts_with("alias."))
        {
            later(call, script, pair[1].span, effects);
        }
    }
}

/// Judges what will run at some time: work on what is there then is not lost now, but unread code and what no
/// command should ever do count.
fn later(call: Call<'_>, script: &str, span: Span, effects: &mut Vec<Effect>) {
    let mut found = Vec::new();
    nested::run(call, script, span, "planted", &mut found);
    found.retain(|effect| matches!(effect.kind, EffectKind::CodeRun | EffectKind::PathDelete));
    effects.append(&mut found);
}

/// What a call puts out, as far as the line shows it.
fn put_out(call: Call<'_>, invocation: &Invocation) -> Origin {
    match (invocation.program(), &invocation.stdin) {
        ("cat", Feed::Text(word)) => Origin::Literal(word.text().to_owned()),
        _ => match call.script.invocations.iter().position(|other| std::ptr::eq(other, invocation)) {
            Some(at) => flow::of_calls(call, &[at], 0),
            None => Origin::Other,
        },
    }
}

/// Judges lines that are written where they will be run.
fn planted(call: Call<'_>, file: &Word, origin: Origin, effects: &mut Vec<Effect>) {
    let Origin::Literal(text) = origin else { return };
    trusted(call, file.text(), &text, file.span, effects);
    let Some(fields) = runs_later(file.text()) else { return };
    if fields == UNIT {
        for line in text.lines().take(64) {
            if let Some((key, script)) = line.trim().split_once('=')
                && matches!(key, "ExecStart" | "ExecStartPre" | "ExecStartPost" | "ExecStop" | "ExecReload")
            {
                let script = script.trim_start_matches(['-', '@', '+', '!', ':']).replace("%h", "~");
                nested::run(call, &script, file.span, "planted", effects);
            }
        }
        return;
    }
    let Some(fields) = Some(fields).filter(|fields| *fields > 0) else {
        // An alias runs when it is called, which is what it is for.
        for line in text.lines().take(64) {
            if let Some((_, value)) =
                line.trim().strip_prefix("alias ").and_then(|alias| alias.split_once('='))
            {
                later(call, value.trim_matches(['"', '\'']), file.span, effects);
            }
        }
        return nested::run(call, &text, file.span, "planted", effects);
    };
    for line in text.lines().take(64).map(str::trim).filter(|line| !line.starts_with('#')) {
        let fields = if line.starts_with('@') { fields - 4 } else { fields };
        let mut rest = line;
        for _ in 0..fields {
            rest = rest.split_once([' ', '\t']).map_or("", |(_, rest)| rest.trim_start());
        }
        if !rest.is_empty() {
            nested::run(call, rest, file.span, "planted", effects);
        }
    }
}
