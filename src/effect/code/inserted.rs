//! Code that a variable puts into programs that are run with it: `LD_PRELOAD=/tmp/x.so ls`, `BASH_ENV=…`,
//! `NODE_OPTIONS='--require …'`.

use super::address::Address;
use super::{Found, code_run, nested};
use crate::effect::{Call, Effect};
use crate::syntax::Span;

/// Adds what would be put into programs.
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
        _ => {}
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
pub(in crate::effect) fn anyones(call: Call<'_>, path: &str) -> bool {
    let inside = |dir: &std::path::Path| std::path::Path::new(path).starts_with(dir);
    let own = call.scene.home().is_some_and(|home| inside(&home)) || inside(&call.scene.cwd);
    let open = ["/tmp/", "/var/tmp/", "/dev/shm/"].iter().any(|dir| path.starts_with(dir));
    open && !own || path.contains("/Downloads/")
}
