//! Code that a variable puts into programs that are run with it: `LD_PRELOAD=/tmp/x.so ls`, `BASH_ENV=…`,
//! `NODE_OPTIONS='--require …'`; and lines that are written where a shell, cron or git will run them.

use super::flow::{self, Origin};
use super::{Found, code_run, nested};
use crate::effect::{Call, Effect};
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
        _ => {}
    }
    for redirect in &invocation.redirects {
        if runs_later(redirect.target.text()).is_some() {
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
fn anyones(call: Call<'_>, path: &str) -> bool {
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
    let (Some(fields), Origin::Literal(text)) = (runs_later(file.text()), origin) else { return };
    let Some(fields) = Some(fields).filter(|fields| *fields > 0) else {
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
