//! Scripts of other languages in a file: `python3 tools/sync.py`, `node wipe.js`, `awk -f report.awk`.
//!
//! Much of such a file may never run, and much of what it does is its daily work. So only that counts which is
//! reached from its top without a question, and only what is known down to its words.

use super::token::Language;
use super::{act, language_of, spelling};
use crate::effect::{Call, Effect};
use crate::syntax::{Host, Word};
use std::collections::HashSet;
use std::io::Read;

/// Largest file that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024;
/// Most functions of a file that are told apart.
const MAX_PARTS: usize = 512;

/// The text of a small file of the user's own on this machine, as the call would open it.
pub(in crate::effect::code) fn named(call: Call<'_>, file: &str) -> Option<String> {
    if call.invocation.host != Host::Local
        || !call.scene.follows_scripts
        || file.contains(crate::syntax::HOLE)
    {
        return None;
    }
    let path = match file.strip_prefix("~/") {
        Some(rest) => call.scene.home()?.join(rest),
        None => call.invocation.cwd(call.scene)?.join(file),
    };
    // What the system and packages bring along is no script of the user's.
    let foreign = ["/usr/", "/bin/", "/sbin/", "/lib", "/nix/", "/snap/", "/opt/", "/proc/", "/dev/"]
        .iter()
        .any(|system| path.starts_with(system))
        || ["node_modules", "site-packages", "vendor"]
            .iter()
            .any(|name| path.iter().any(|part| part == *name));
    let found =
        path.metadata().ok().filter(|found| found.is_file() && found.len() <= MAX_FILE && !foreign)?;
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
    std::fs::File::open(&path).ok()?.take(MAX_FILE).read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}

/// Adds what the script in a file would do; silent where it is none that is read here.
pub(in crate::effect::code) fn run(call: Call<'_>, file: &Word, effects: &mut Vec<Effect>) {
    let Some(name) = file.known() else { return };
    let program = call.invocation.program();
    let of_program = language_of(program);
    let of_name = by_name(name);
    // A program of no language is a script only by its first line or its name.
    if of_program.is_none() && of_name.is_none() && !name.contains('/') {
        return;
    }
    let Some(text) = named(call, name) else { return };
    let Some(language) = of_program.or_else(|| by_first_line(&text)).or(of_name) else { return };
    let text = reached(&text);
    let text = spelling::plain(&text, language);
    if super::names_any(&text, language) {
        act::act(call, &text, language, act::Place { span: file.span, depth: 0, is_file: true }, effects);
    }
}

/// The language that `#!` names.
pub(super) fn by_first_line(text: &str) -> Option<Language> {
    let first = text.lines().next()?.strip_prefix("#!")?;
    let word = first.split(['/', ' ']).rfind(|word| !word.is_empty() && !word.starts_with('-'))?;
    language_of(word)
}

/// The language that the name of a file speaks of.
pub(super) fn by_name(name: &str) -> Option<Language> {
    Some(match name.rsplit_once('.')?.1 {
        "py" => Language::Python,
        "js" | "mjs" | "cjs" | "ts" | "mts" => Language::JavaScript,
        "rb" => Language::Ruby,
        "pl" => Language::Perl,
        "php" => Language::Php,
        "lua" => Language::Lua,
        "R" | "r" => Language::R,
        "awk" => Language::Awk,
        _ => return None,
    })
}

/// A definition: its name, its first line and the one behind its last.
struct Part<'t> {
    name: &'t str,
    from: usize,
    to: usize,
}

/// The lines of a script that are reached from its top: without functions and classes that nothing names, and
/// without what an argument, a variable or an answer decides about.
fn reached(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut kept = vec![true; lines.len()];
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let end = block(&lines, at);
        match defined(line) {
            Some(name) if parts.len() < MAX_PARTS => {
                kept[at..end].fill(false);
                parts.push(Part { name, from: at, to: end });
                at = end;
            }
            _ => {
                if is_asked(line) {
                    kept[(at + 1).min(end)..end].fill(false);
                    at = end;
                } else {
                    at += 1;
                }
            }
        }
    }
    let mut named: HashSet<&str> = HashSet::new();
    let mut fresh: Vec<usize> = (0..lines.len()).filter(|&at| kept[at]).collect();
    while !fresh.is_empty() {
        let words = |at: &usize| lines[*at].split(|c: char| !c.is_alphanumeric() && c != '_');
        named.extend(fresh.iter().flat_map(words));
        fresh.clear();
        parts.retain(|part| {
            let is_named = named.contains(part.name);
            if is_named {
                fresh.extend(part.from..part.to);
            }
            !is_named
        });
        for &at in &fresh {
            kept[at] = true;
        }
        // What is asked about in a function is no more certain than outside.
        let mut at = 0;
        while at < fresh.len() {
            let line = fresh[at];
            if is_asked(lines[line]) {
                let end = block(&lines, line);
                kept[(line + 1).min(end)..end].fill(false);
            }
            at += 1;
        }
        fresh.retain(|&at| kept[at]);
    }
    let reached = lines.iter().zip(kept).filter(|(_, kept)| *kept).map(|(line, _)| *line);
    reached.collect::<Vec<_>>().join("\n")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Behind the last line of the block that a line opens: what stands further in, and the sign that closes it.
fn block(lines: &[&str], at: usize) -> usize {
    let depth = indent(lines[at]);
    let mut end = at + 1;
    while let Some(line) = lines.get(end) {
        let said = line.trim_start();
        if !said.is_empty() && indent(line) <= depth {
            let closes = indent(line) == depth && (said.starts_with(['}', ')', ']']) || said == "end");
            if !closes {
                break;
            }
            // `):` ends what a function takes, and its body follows.
            if !said.starts_with(')') || said.ends_with(';') {
                return end + 1;
            }
        }
        end += 1;
    }
    end
}

/// The name of a function or a class that a line begins to define.
fn defined(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for before in ["export ", "default ", "async ", "local ", "public ", "private ", "static "] {
        rest = rest.strip_prefix(before).unwrap_or(rest);
    }
    let verb = ["def ", "function ", "sub ", "class "].iter().find_map(|verb| rest.strip_prefix(verb));
    let value = || {
        let rest = ["const ", "let ", "var "].iter().find_map(|verb| rest.strip_prefix(verb))?;
        (rest.trim_end().ends_with('{') && (rest.contains("=>") || rest.contains("function"))).then_some(rest)
    };
    let named = verb.or_else(value)?.trim_start_matches("self.");
    let end = named.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(named.len());
    named.get(..end).filter(|name| !name.is_empty())
}

/// Whether a line begins what only runs by an argument, a variable or an answer.
fn is_asked(line: &str) -> bool {
    let said = line.trim_start().trim_start_matches(['}', ' ']);
    let decides =
        ["if ", "if(", "elif ", "else if", "elsif ", "unless ", "case ", "switch", "match ", "while "]
            .iter()
            .any(|verb| said.starts_with(verb));
    let by = [
        "args", "argv", "ARGV", "option", "opts", "input(", "confirm", "flags", "environ", "getenv", "env.",
        "ENV",
    ];
    decides && by.iter().any(|name| said.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_reached_counts() {
        let python = "import os\n\ndef a(\n    x,\n):\n    one()\n\ndef b():\n    a(1)\n    if args.x:\n        two()\n\ndef c():\n    three()\n\nclass D:\n    def e(self):\n        four()\n\nif args.yes:\n    five()\nb()\n";
        let text = reached(python);
        assert!(text.contains("one()") && text.contains("b()"), "{text}");
        for gone in ["two()", "three()", "four()", "five()"] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        let script = "const f = async () => {\n  one();\n};\nfunction g() {\n  two();\n}\nf().then(x => {\n  three();\n});\n";
        let text = reached(script);
        assert!(text.contains("one()") && text.contains("three()") && !text.contains("two()"), "{text}");
        let ruby = "def a\n  one\nend\nputs 1\n";
        assert!(!reached(ruby).contains("one"));
    }

    #[test]
    fn names_of_definitions() {
        for (line, name) in [
            ("def main():", Some("main")),
            ("  async def run(x):", Some("run")),
            ("export default async function go() {", Some("go")),
            ("sub wipe {", Some("wipe")),
            ("const f = (x) => {", Some("f")),
            ("const f = g(x);", None),
            ("define(x)", None),
        ] {
            assert_eq!(defined(line), name, "{line}");
        }
    }
}
