//! Program text on the line that speaks to a database: `python -c "….execute('DROP TABLE users')"`.

use super::sql::{self, Dialect};
use super::{DatabaseTarget, Deed, Part, Template, add};
use crate::effect::{Call, Effect};
use crate::syntax::{HOLE, Literal, inline_code, literals};

/// Reads the code that an interpreter is given; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    let Some(word) = inline_code(program, call.invocation) else { return false };
    let code = word.text();
    let deeds = deeds(code);
    let speaks =
        [".execute", ".query", "connect", ".exec(", ".sql(", ".raw(", "lush", "rop_database", "ropDatabase"];
    if deeds.is_empty() || !speaks.iter().any(|sign| code.contains(sign)) {
        return true;
    }
    let mut target = DatabaseTarget::of(call);
    for literal in literals(code) {
        let Literal { text, before } = literal;
        let host = before.trim_end().trim_end_matches(['=', ':']).trim_end();
        let variable = ["environ[", "environ.get(", "getenv(", "ENV[", "ENV.fetch("];
        if variable.iter().any(|call| before.ends_with(call)) {
            target.typed(Part::Address, "code", variable_of(text));
        } else if text.contains("://") || text.contains("host=") {
            target.typed(Part::Address, "code", Template::text(text));
        } else if host.ends_with("host") || host.ends_with("hostname") {
            target.typed(Part::Host, "code", Template::text(text));
        }
    }
    for (_, rest) in
        code.match_indices("process.env.").map(|(at, sign)| (at, &code[at + sign.len()..])).take(4)
    {
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        target.typed(Part::Address, "code", variable_of(&name));
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

fn deeds(code: &str) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = Vec::new();
    for call in [".flushall(", ".flushdb(", ".drop_database(", ".dropDatabase(", ".flushAll(", ".flushDb("] {
        if code.contains(call) {
            let all = call.to_ascii_lowercase().contains("flush");
            deeds.push(match all {
                true => Deed::destroy("delete-all", "every key"),
                false => Deed::destroy("drop", "the database"),
            });
        }
    }
    for literal in literals(code) {
        let word = literal.text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        if matches!(word.as_str(), "drop" | "truncate" | "delete" | "update" | "alter") {
            deeds.extend(sql::read(literal.text, Dialect::Other).deeds);
        }
    }
    deeds.truncate(4);
    deeds
}
