//! Judges a text that a program hands to a shell like any other line: in the same place, with the same variables.

use super::{Found, code_run};
use crate::action::Line;
use crate::effect::{Call, Effect};
use crate::syntax::{self, Dir, Host, Span};

/// How deep code in code is followed; what lies deeper is asked about.
const MAX_DEPTH: usize = 8;
/// Longest text that is read, in bytes, and the longest where a line has very many calls.
const MAX_TEXT: usize = 16 * 1024;
const MAX_TEXT_AMONG_MANY: usize = 256;

/// Adds what a line of shell would do that `call` runs; every effect is marked at `span`.
pub(in crate::effect) fn run(
    call: Call<'_>,
    text: &str,
    span: Span,
    via: &'static str,
    effects: &mut Vec<Effect>,
) {
    let Call { invocation: outer, script, scene } = call;
    let depth = outer.via.iter().filter(|via| matches!(**via, "decoded" | "inline code")).count();
    let most = if script.invocations.len() > 256 { MAX_TEXT_AMONG_MANY } else { MAX_TEXT };
    if depth >= MAX_DEPTH || text.len() > most {
        effects
            .push(code_run(Found::new("decoded", "a text that is nested too deep or too long", span), call));
        return;
    }
    let mut inner = syntax::read(&Line::from_bytes(text.as_bytes()), scene);
    for invocation in &mut inner.invocations {
        let mut wrappers = outer.via.clone();
        wrappers.push(via);
        wrappers.append(&mut invocation.via);
        invocation.via = wrappers;
        let mut assignments = outer.assignments.clone();
        assignments.append(&mut invocation.assignments);
        invocation.assignments = assignments;
        if invocation.host == Host::Local {
            invocation.host = outer.host.clone();
        }
        invocation.dir = match (&outer.dir, &invocation.dir) {
            (outer, Dir::Here) => outer.clone(),
            (Dir::At(base), Dir::At(path)) if !path.starts_with(['/', '~']) => {
                Dir::At(format!("{base}/{path}"))
            }
            (Dir::Unknown, Dir::At(path)) if !path.starts_with(['/', '~']) => Dir::Unknown,
            (_, inner) => inner.clone(),
        };
    }
    let from = effects.len();
    for invocation in &inner.invocations {
        crate::effect::read_call(Call { invocation, script: &inner, scene }, effects);
    }
    for effect in &mut effects[from..] {
        effect.span = span;
    }
}
