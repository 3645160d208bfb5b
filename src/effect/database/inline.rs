//! Program text on the line that speaks to a database: `python -c "….execute('DROP TABLE users')"`.

use super::code;
use super::{DatabaseTarget, Named, Part, Template, add};
use crate::effect::{Call, Effect};
use crate::syntax::{HOLE, Literal, inline_code, literals};

/// What in code says that it speaks to a database, by the names of drivers and of their calls.
const SPEAKS: &[&str] = &[
    ".execute",
    ".query",
    "->query",
    "->exec",
    "connect",
    ".exec(",
    ".sql(",
    ".raw(",
    "lush",
    "ongo",
    "edis",
    "prisma",
    "sequelize",
    "knex",
    "boto3",
    "aws-sdk",
    "lastic",
    "emcache",
    "irestore",
    "SQLAlchemy",
    "sqlalchemy",
    "opensearch",
    "typeorm",
    "ActiveRecord",
    "django",
    "eo4j",
    "dynamo",
    "rop_database",
    "drop_all(",
    "ropDatabase",
];

/// Reads the code that an interpreter is given; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    let Some(word) = inline_code(program, call.invocation) else { return false };
    let code = word.text();
    if !SPEAKS.iter().any(|sign| code.contains(sign)) {
        return true;
    }
    let deeds = code::deeds(code);
    if deeds.is_empty() {
        return true;
    }
    // Of a project in Python its own settings say where it is.
    let mut target = match code.contains("drop_all(") {
        true => super::python::project(call, Vec::new()),
        false => DatabaseTarget::of(call),
    };
    for literal in literals(code) {
        let Literal { text, before } = literal;
        if before.ends_with("create_app(") {
            target.environment = Some(Named { source: "code", text: Template::text(text) });
            continue;
        }
        let host = before.trim_end().trim_end_matches(['=', ':']).trim_end();
        let variable = ["environ[", "environ.get(", "getenv(", "ENV[", "ENV.fetch("];
        // PHP writes `mysql:host=db;dbname=app`.
        let text = match text.split_once(":host=") {
            Some((scheme, _)) => &text[scheme.len() + 1..],
            None => text,
        };
        let connects = ["connect(", "Redis(", "Client(", "Connection(", "Elasticsearch("];
        if variable.iter().any(|call| before.ends_with(call)) {
            target.typed(Part::Address, "code", variable_of(text));
        } else if text.contains("://") || text.contains("host=") {
            target.typed(Part::Address, "code", Template::text(text));
        } else if code.contains("sqlite") && before.ends_with("connect(") {
            target.typed(Part::File, "code", Template::text(text));
        } else if host.ends_with("host")
            || host.ends_with("hostname")
            || connects.iter().any(|call| before.ends_with(call))
        {
            target.typed(Part::Host, "code", Template::text(text));
        }
    }
    for (_, rest) in
        code.match_indices("process.env.").map(|(at, sign)| (at, &code[at + sign.len()..])).take(4)
    {
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        target.typed(Part::Address, "code", variable_of(&name));
    }
    // What is only named, by a name of the cloud.
    if target.typed.is_empty() && ["boto3", "aws-sdk"].iter().any(|library| code.contains(library)) {
        target.hosted_by_default = true;
        for literal in literals(code).take(32) {
            target.typed(Part::Service, "code", Template::text(literal.text));
        }
    }
    for deed in deeds {
        add(call, effects, program, deed, word.span, target.clone());
    }
    true
}

/// A text that is the value of a variable.
fn variable_of(name: &str) -> Template {
    Template { text: HOLE.to_string(), variables: vec![name.to_owned()], filled: Vec::new() }
}
