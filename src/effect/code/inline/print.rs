//! What the print statements of a piece of code put out: a line of shell, often enough.

use super::token::{Kind, Language};
use super::value::{Code, Value, filled};
use super::{awk_program, language_of, takes_code};
use crate::effect::Call;
use crate::syntax::Invocation;

/// The texts that `print`, `puts` and their like put out, one below the other; what is only known when it runs is a
/// hole.
pub(in crate::effect::code) fn printed(call: Call<'_>, maker: &Invocation) -> Option<String> {
    let language = language_of(maker.program())?;
    let words = maker.args();
    let word = match language {
        Language::Awk => awk_program(words)?,
        _ => {
            let at = words.iter().position(|word| takes_code(maker.program(), word.text()))?;
            words.get(at + 1)?
        }
    };
    let code = Code::new(word.text(), language, call);
    let lines: Vec<String> = (0..code.tokens.len())
        .filter(|&at| match code.name(at) {
            Some("log") => at > 1 && code.name(at - 2) == Some("console"),
            Some("write") => at > 1 && code.name(at - 2) == Some("stdout"),
            name => name.is_some_and(prints),
        })
        .filter_map(|at| statement(&code, at))
        .take(16)
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn prints(name: &str) -> bool {
    matches!(name, "print" | "printf" | "puts" | "say" | "echo")
}

/// The text of the print statement that begins at a token; `None` where nothing stands behind it.
pub(super) fn statement(code: &Code<'_>, at: usize) -> Option<String> {
    let mut end = at + 1;
    while let Some(token) = code.tokens.get(end) {
        match (token.kind, token.text.as_str()) {
            (Kind::End, _) | (Kind::Sign, "}" | "|" | ">" | ")") => break,
            (Kind::Sign, "(" | "[" | "{") => end = code.closing(end),
            _ => {}
        }
        end += 1;
    }
    let pieces = match code.value(at + 1, end, 0) {
        Value::List(values) => values,
        Value::Unknown if end == at + 1 => return None,
        value => vec![value],
    };
    let (first, rest) = pieces.split_first()?;
    if code.name(at) == Some("printf") {
        return Some(filled(&first.piece().replace("%d", "%s"), rest).trim_end().to_owned());
    }
    Some(pieces.iter().map(Value::piece).collect::<Vec<_>>().join(" ").trim_end().to_owned())
}

/// The print statement in front of the pipe of awk at this token: `print "rm " $1 | "sh"`.
pub(super) fn before_pipe(code: &Code<'_>, pipe: usize) -> Option<String> {
    let starts = |at: &usize| code.kind(*at) == Some(Kind::End) || code.is(*at, "{");
    let from = (0..pipe).rev().find(starts).map_or(0, |at| at + 1);
    let at = (from..pipe).find(|&at| code.name(at).is_some_and(prints))?;
    statement(code, at)
}
