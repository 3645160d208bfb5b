//! Names that are put together or looked up by a text: `getattr(os, 'sys' + 'tem')`, `fs['rmSync']`,
//! `Kernel.send(:system, …)`. They are spelled out before anything else is read.

use super::token::Language;
use crate::syntax::{dotted, joined};
use std::borrow::Cow;

/// The same code with such names in their usual form.
pub(super) fn plain(text: &str, language: Language) -> Cow<'_, str> {
    let text = joined(text);
    let spelled = match language {
        Language::Python if ["getattr(", "__dict__", "vars("].iter().any(|sign| text.contains(sign)) => {
            let text = without_getattr(&text);
            Some(dotted(&without_vars(&text).replace(".__dict__[", "[")).into_owned())
        }
        Language::JavaScript if text.contains("['") || text.contains("[\"") || text.contains("[`") => {
            Some(dotted(&text).into_owned())
        }
        Language::Ruby if text.contains("send") || text.contains("method(") => Some(sent(&text)),
        Language::Php if text.contains("call_user_func") => {
            Some(called(&text, &["call_user_func(", "call_user_func_array("]))
        }
        _ => None,
    };
    spelled.map_or(text, Cow::Owned)
}

/// `vars(os)[` is `os[`.
fn without_vars(text: &str) -> String {
    let mut out = text.to_owned();
    while let Some(start) = out.find("vars(") {
        let from = start + "vars(".len();
        let Some(end) = out[from..].find(')').map(|end| from + end) else { break };
        out = format!("{}{}{}", &out[..start], &out[from..end], &out[end + 1..]);
    }
    out
}

/// `getattr(os, "system")("x")` is `os.system("x")`.
fn without_getattr(text: &str) -> String {
    let mut out = text.to_owned();
    for _ in 0..8 {
        let Some(start) = out.find("getattr(") else { break };
        let from = start + "getattr(".len();
        let mut depth = 1usize;
        let closes = |(_, char): &(usize, char)| {
            match char {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        };
        let Some((end, _)) = out[from..].char_indices().find(closes) else { break };
        let inside = &out[from..from + end];
        let Some((object, name)) = inside.rsplit_once(',') else { break };
        let name = name.trim().trim_matches(['"', '\'']);
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            break;
        }
        out = format!("{}{}.{name}{}", &out[..start], object.trim(), &out[from + end + 1..]);
    }
    out
}

/// `Kernel.send(:system, "x")` is `Kernel.system("x")`, and `method(:system).call("x")` as well.
fn sent(text: &str) -> String {
    called(text, &["public_send(", "__send__(", "send(", "method("])
        .replace("().call(", "(")
        .replace("().(", "(")
}

/// A call of what its first argument names: the name, and the other arguments.
fn called(text: &str, verbs: &[&str]) -> String {
    let mut out = text.to_owned();
    for verb in verbs {
        for _ in 0..8 {
            let Some(start) = out.find(verb) else { break };
            let inside = &out[start + verb.len()..];
            let name = inside.trim_start_matches([':', '"', '\'', ' ']);
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            let (name, rest) = name.split_at(end);
            let rest = rest.trim_start_matches(['"', '\'']).trim_start();
            let rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
            if name.is_empty() {
                break;
            }
            out = format!("{}{name}({rest}", &out[..start]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_out() {
        for (language, text, expected) in [
            (Language::Python, "getattr(os, 'sys' + 'tem')('x')", "os.system('x')"),
            (Language::Python, "os.__dict__['system']('x')", "os.system('x')"),
            (Language::Python, "vars(os)['system']('x')", "os.system('x')"),
            (Language::Python, "d['a']", "d['a']"),
            (Language::JavaScript, "fs['rm'+'Sync']('x')", "fs.rmSync('x')"),
            (Language::Ruby, "Kernel.send(:system, 'x')", "Kernel.system('x')"),
            (Language::Ruby, "method(:system).call('x')", "system('x')"),
            (Language::Php, "call_user_func('system', 'x');", "system('x');"),
        ] {
            assert_eq!(plain(text, language), expected);
        }
    }
}
