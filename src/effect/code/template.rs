//! Text that a program would put out as far as its own words say it: `awk '{print "rm -rf " $1}'`,
//! `sed 's/^/kubectl delete /'`, `find -printf 'rm %p\n'`, `git for-each-ref --format='git branch -D %(refname)'`.
//! What comes from elsewhere is a hole.

use super::decode;
use super::fetch::operands;
use super::inline;
use crate::effect::Call;
use crate::syntax::{HOLE, Invocation, Word, literals};

/// The text; `None` where nothing of it is known.
pub(super) fn of(call: Call<'_>, maker: &Invocation) -> Option<String> {
    let words = maker.args();
    let text = match maker.program() {
        "echo" | "print" => {
            let said = words.iter().skip_while(|word| matches!(word.text(), "-n" | "-e" | "-ne" | "-en"));
            said.map(Word::text).collect::<Vec<_>>().join(" ")
        }
        "printf" => {
            let texts: Vec<&str> = words.iter().map(Word::text).collect();
            let (format, rest) = texts.split_first()?;
            decode::printf(format, rest)?
        }
        "sed" | "gsed" => words.iter().find_map(|word| substituted(word.text()))?,
        "perl" => {
            let code = words.iter().find(|word| !word.text().starts_with('-'))?.text();
            substituted(code).or_else(|| inline::printed(call, maker))?
        }
        "jq" | "yq" | "gojq" => {
            let code = operands(maker).next()?.text();
            let said = literals(code).filter(|literal| literal.text.contains(' ')).last()?;
            filled(said.text, "\\(", ')')
        }
        "find" | "gfind" => {
            let pair = words.windows(2).find(|pair| matches!(pair[0].text(), "-printf" | "-fprintf"))?;
            // What is found lies below where it is looked for.
            let below = words.first().map_or("", Word::text);
            let below = if below.starts_with(['/', '~']) { below.trim_end_matches('/') } else { "." };
            directives(&decode::escapes(pair[1].text()), below)
        }
        "psql" | "mysql" | "mariadb" | "sqlite3" => {
            let code =
                words.iter().map(Word::text).find(|text| text.contains("||") || text.contains("oncat("))?;
            let said: Vec<&str> = literals(code).map(|literal| literal.text).collect();
            said.join(&HOLE.to_string()) + &HOLE.to_string()
        }
        "git" | "docker" | "podman" | "kubectl" | "gh" | "aws" => {
            let value =
                |pair: &[Word]| matches!(pair[0].text(), "--format" | "-f" | "-o" | "--output" | "-q" | "-t");
            let attached = words.iter().find_map(|word| {
                ["--format=", "--pretty=", "--pretty=format:", "jsonpath=", "go-template=", "-ojsonpath="]
                    .iter()
                    .find_map(|option| word.text().split_once(option))
                    .map(|(_, format)| format)
            });
            let format =
                attached.or_else(|| words.windows(2).find(|pair| value(pair)).map(|pair| pair[1].text()))?;
            let braces = filled(&format.replace("{{", "{").replace("}}", "}"), "{", '}');
            directives(&filled(&braces, "%(", ')'), "")
        }
        _ => inline::printed(call, maker)?,
    };
    // One word, or none, tells nothing.
    let says = text.split_whitespace().next()?.chars().all(|char| char != HOLE) && text.trim().contains(' ');
    says.then_some(text)
}

/// What stands between these signs is only known when it runs.
fn filled(text: &str, open: &str, close: char) -> String {
    let mut parts = text.split(open);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push(HOLE);
        out.push_str(part.split_once(close).map_or("", |(_, rest)| rest));
    }
    out
}

/// `%p` and its like; a path lies `below` this directory.
fn directives(text: &str, below: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if part.starts_with('p') && !below.is_empty() {
            out.push_str(below);
            out.push('/');
        }
        out.push(HOLE);
        out.push_str(
            part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').get(1..).unwrap_or_default(),
        );
    }
    out
}

/// What `s/^/rm -rf /`, `s/.*/rm -rf &/` and their like make of a line that is not known.
fn substituted(program: &str) -> Option<String> {
    let program = program.trim_start_matches(|c: char| c.is_ascii_digit() || " ,$".contains(c));
    let rest = program.strip_prefix('s')?;
    let delimiter = rest.chars().next().filter(|c| !c.is_alphanumeric() && *c != ' ')?;
    let (mut parts, mut escaped) = (vec![String::new()], false);
    for char in rest[delimiter.len_utf8()..].chars() {
        match parts.last_mut() {
            Some(_) if char == delimiter && !escaped => parts.push(String::new()),
            Some(part) => part.push(char),
            None => {}
        }
        escaped = char == '\\' && !escaped;
    }
    let [pattern, replacement, ..] = parts.as_slice() else { return None };
    let mut text = String::new();
    let mut chars = replacement.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => text.push(HOLE),
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            '&' => text.push(HOLE),
            other => text.push(other),
        }
    }
    Some(match pattern.as_str() {
        "^" => format!("{text}{HOLE}"),
        "$" => format!("{HOLE}{text}"),
        whole if whole.contains(".*") || whole.starts_with('^') => text,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_hole() {
        for (program, expected) in [
            ("s/^/rm -rf /", Some("rm -rf \u{fffc}")),
            ("s/.*/rm -rf &;/", Some("rm -rf \u{fffc};")),
            ("s#^\\(.*\\)$#git branch -D \\1#", Some("git branch -D \u{fffc}")),
            ("s/a/b/", None),
            ("/x/d", None),
        ] {
            assert_eq!(substituted(program).as_deref(), expected, "{program}");
        }
        assert_eq!(directives("rm %p", "/x"), "rm /x/\u{fffc}");
        assert_eq!(filled("kubectl delete ns \\(.name)!", "\\(", ')'), "kubectl delete ns \u{fffc}!");
    }
}
