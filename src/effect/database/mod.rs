//! What migration tools and database clients would do.

mod application;
mod client;
mod cluster;
mod code;
mod engine;
mod flagged;
mod framework;
mod hosted;
mod http;
mod inline;
mod input;
mod java_go_rust;
mod javascript;
mod preview;
mod python;
mod ruby_php_dotnet;
mod server;
mod sql;
mod store;
mod target;

pub(in crate::effect) use input::{Input, file as fed_by_file, standard as fed};
pub use target::{DatabaseTarget, Dotenv, Format, Gaps, Named, Part, Place, Reach, Template, Typed};

use super::args::Args;
use super::{Call, Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::syntax::{Span, Word};

/// The effects of a program that deals with databases; `false` where it is none.
pub fn read(call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    let program = call.invocation.program();
    // Whatever else is typed: it shows how it is used.
    if call.invocation.args().iter().any(|word| matches!(word.text(), "--help" | "-?")) {
        return false;
    }
    if call.invocation.redirects.iter().any(|redirect| redirect.target.text().starts_with("/dev/tcp/")) {
        store::written(call, effects);
    }
    python::read(program, call, effects)
        || javascript::read(program, call, effects)
        || ruby_php_dotnet::read(program, call, effects)
        || framework::read(program, call, effects)
        || application::read(program, call, effects)
        || engine::read(program, call, effects)
        || java_go_rust::read(program, call, effects)
        || client::read(program, call, effects)
        || flagged::read(program, call, effects)
        || server::read(program, call, effects)
        || cluster::read(program, call, effects)
        || store::read(program, call, effects)
        || hosted::read(program, call, effects)
        || http::read(program, call, effects)
        || inline::read(program, call, effects)
}

/// One thing that a program would do to a database.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Deed {
    kind: EffectKind,
    operation: &'static str,
    object: String,
    /// The object is a whole database, and not something in the one that is connected to.
    whole: bool,
}

impl Deed {
    fn schema(operation: &'static str, object: impl Into<String>) -> Deed {
        Deed { kind: EffectKind::SchemaChange, operation, object: object.into(), whole: false }
    }

    /// A whole database is dropped, by its name.
    fn drop_database(name: impl Into<String>) -> Deed {
        Deed { whole: true, ..Deed::destroy("drop", name) }
    }

    fn destroy(operation: &'static str, object: impl Into<String>) -> Deed {
        Deed { kind: EffectKind::DataDestroy, operation, object: object.into(), whole: false }
    }
}

/// Writes an effect down. The guilty words run from the program to `last`.
fn add(
    call: Call<'_>,
    effects: &mut Vec<Effect>,
    tool: &str,
    deed: Deed,
    last: Span,
    target: DatabaseTarget,
) {
    let preview = preview::of(tool, &deed);
    let first = call.invocation.words.first().map_or(last, |word| word.span);
    effects.push(Effect {
        kind: deed.kind,
        span: first.to(last),
        attributes: vec![
            (Key::Tool, Value::from(tool)),
            (Key::Operation, Value::from(deed.operation)),
            (Key::Object, Value::from(deed.object)),
            (Key::Preview, Value::from(preview)),
        ],
        target: Target::Database(target),
    });
}

/// The text of an option's value, with the variables in it.
fn value(args: &Args<'_>, name: &str) -> Option<Template> {
    let flag = args.flag(name)?;
    Some(Template::of(flag.word, flag.value?))
}

/// Tells the target what flags say of it: the name of each, what it is called as a source, and which part it is.
fn typed_flags(target: &mut DatabaseTarget, args: &Args<'_>, flags: &[(&str, &'static str, Part)]) {
    for (name, source, part) in flags {
        if let Some(text) = value(args, name) {
            target.typed(*part, source, text);
        }
    }
}

/// A file of settings that is not there still says by its name what it is for: `-c alembic-prod.ini`.
fn missing_file(target: &mut DatabaseTarget, call: Call<'_>, source: &'static str, path: Option<&str>) {
    let Some(path) = path else { return };
    if call.invocation.cwd(call.scene).is_some_and(|dir| dir.join(path).exists()) {
        return;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    target.typed(Part::Service, source, Template::text(stem));
}

/// The texts of operands; what is only known when it runs is a hole.
fn texts<'a>(args: &Args<'a>) -> Vec<&'a str> {
    args.operands().iter().map(|word| word.text()).collect()
}

/// The span of the operand at this place, else of the whole call.
fn span_at(call: Call<'_>, args: &Args<'_>, at: usize) -> Span {
    args.operands().get(at).map_or(call.invocation.span, |word| word.span)
}

/// A word as an object to be shown: an unknown part is written `…`.
fn shown(word: Option<&&Word>) -> String {
    word.map_or_else(String::new, |word| word.text().replace(crate::syntax::HOLE, "…"))
}
