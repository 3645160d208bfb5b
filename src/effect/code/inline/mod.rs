//! Code of another language that stands in the line: `python -c '…'`, `node -e '…'`, `perl -ne '…'`, `awk '…'`, a
//! here-document for `ruby`. Calls that delete, run or send are read, and judged as the lines of shell that would
//! do the same.

mod act;
mod fetched;
mod file;
mod print;
mod shell;
mod spelling;
mod statement;
mod token;
mod value;
mod words;

pub(super) use file::{named as file_of, run as run_file};
pub(super) use print::printed;

use super::{Found, code_run, takes_code};
use crate::effect::{Call, Effect, EffectKind};
use crate::syntax::{Feed, HOLE, Span, Word};
use token::{Language, MAX_CODE};

/// How deep code that is evaluated inside code is followed.
const MAX_DEPTH: usize = 4;

/// What code inside a call of an interpreter would do.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let program = invocation.program();
    let words = invocation.args();
    let Some(language) = language_of(program) else { return };
    if language == Language::Awk {
        let file =
            words.windows(2).find(|pair| matches!(pair[0].text(), "-f" | "--file")).map(|pair| &pair[1]);
        if let Some(word) = file.filter(|word| !matches!(word.text(), "-" | "/dev/stdin")) {
            run_file(call, word, effects);
        } else if let Some(word) = awk_program(words) {
            code(call, word.text(), language, word.span, 0, effects);
        } else if words.iter().any(|word| matches!(word.text(), "-" | "/dev/stdin"))
            && let Feed::Text(word) = &invocation.stdin
        {
            code(call, word.text(), language, word.span, 0, effects);
        }
        return;
    }
    if matches!(program, "deno" | "bun")
        && !words.iter().any(|word| matches!(word.text(), "eval" | "-e" | "--eval"))
    {
        return;
    }
    let mut found = false;
    for (at, word) in words.iter().enumerate() {
        let text = word.text();
        // `osascript -l JavaScript -e …`
        if program == "osascript" && at > 0 && words[at - 1].text() == "-l" {
            continue;
        }
        let follows = takes_code(program, text) || program == "deno" && text == "eval";
        if follows && let Some(next) = words.get(at + 1) {
            found = true;
            if program == "osascript" {
                script_of_apple(call, next, effects);
            } else {
                code(call, next.text(), language, next.span, 0, effects);
            }
        } else if let Some(attached) = text.strip_prefix("--eval=").or_else(|| attached(program, text)) {
            found = true;
            code(call, attached, language, word.span, 0, effects);
        } else if !text.starts_with('-') {
            break;
        }
    }
    // `python <<END`, `node - <<< '…'`: without a script of its own it reads its input.
    let scripted = words.iter().any(|word| !word.text().starts_with('-') && word.text() != "/dev/stdin");
    let module = words.iter().any(|word| word.text().starts_with("-m"));
    if !found && !scripted && !module {
        match &invocation.stdin {
            Feed::Text(word) if program == "osascript" => script_of_apple(call, word, effects),
            Feed::Text(word) => code(call, word.text(), language, word.span, 0, effects),
            Feed::Pipe(_) | Feed::File(_) => {
                if let super::flow::Origin::Literal(text) = super::flow::of_input(call, invocation, 0) {
                    code(call, &text, language, invocation.span, 0, effects);
                }
            }
            Feed::Inherited => {}
        }
    }
}

/// `-c'print(1)'`, `-e'…'`: the code in the same word.
fn attached<'a>(program: &str, text: &'a str) -> Option<&'a str> {
    let flag = match program {
        "perl" | "ruby" | "node" => "-e",
        "php" => "-r",
        _ => "-c",
    };
    text.strip_prefix(flag).filter(|rest| rest.contains(['(', ' ', '"', '\'', '`']))
}

fn language_of(program: &str) -> Option<Language> {
    Some(match program {
        "node" | "nodejs" | "deno" | "bun" | "tsx" | "ts-node" => Language::JavaScript,
        "perl" => Language::Perl,
        "ruby" | "irb" => Language::Ruby,
        "php" => Language::Php,
        "awk" | "gawk" | "mawk" | "nawk" => Language::Awk,
        "luajit" => Language::Lua,
        _ if program.starts_with("lua") && !program.starts_with("luac") => Language::Lua,
        "Rscript" | "R" => Language::R,
        "osascript" => Language::JavaScript,
        _ if super::is_interpreter(program) && program.starts_with(['p']) => Language::Python,
        _ => return None,
    })
}

/// The program among the words of awk: the first that is neither an option nor the value of one.
fn awk_program(words: &[Word]) -> Option<&Word> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.text() {
            "-f" | "--file" => return None,
            "-F" | "-v" | "--field-separator" | "--assign" | "-i" => {
                rest.next();
            }
            text if text.starts_with('-') => {}
            _ => return Some(word),
        }
    }
    None
}

/// `do shell script "…"`.
fn script_of_apple(call: Call<'_>, word: &Word, effects: &mut Vec<Effect>) {
    let says = ["do shell script", "doShellScript(", "do script"]
        .iter()
        .find_map(|verb| word.text().split_once(verb));
    if let Some((_, rest)) = says {
        let tokens = token::tokens(rest, Language::JavaScript);
        if let Some(token) = tokens.first().filter(|token| token.kind == token::Kind::Text) {
            let text: String = token
                .parts
                .iter()
                .map(|part| match part {
                    token::Part::Text(text) => text.clone(),
                    token::Part::Code(_) => HOLE.to_string(),
                })
                .collect();
            super::nested::run(call, &text, word.span, "inline code", effects);
        }
    }
}

/// Reads code that stands on the line.
fn code(call: Call<'_>, text: &str, language: Language, span: Span, depth: usize, effects: &mut Vec<Effect>) {
    if depth > MAX_DEPTH || text.len() > MAX_CODE {
        effects.push(code_run(Found::new("inline", "code that is too long to be read", span), call));
        return;
    }
    let text = spelling::plain(text, language);
    let before = effects.len();
    if names_any(&text, language) {
        act::act(call, &text, language, act::Place { span, depth, is_file: false }, effects);
    }
    if effects[before..].iter().all(|effect| effect.kind != EffectKind::CodeRun) {
        fetched::read(call, &text, span, effects);
        if depth == 0 {
            fetched::read_input(call, &text, span, effects);
        }
    }
}

/// Code of a language of which no more is known: whether it evaluates what it fetches.
pub(super) fn read_other(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    for word in invocation.args() {
        fetched::read(call, word.text(), word.span, effects);
    }
    if let Feed::Text(word) = &invocation.stdin {
        fetched::read(call, word.text(), word.span, effects);
    }
}

/// A file of code that the line has just written; `false` where it is of no language that is read here.
pub(super) fn written(call: Call<'_>, file: &Word, text: &str, effects: &mut Vec<Effect>) -> bool {
    let language = language_of(call.invocation.program()).or_else(|| file::by_name(file.text()));
    match language.or_else(|| file::by_first_line(text)) {
        Some(language) => {
            code(call, text, language, file.span, 0, effects);
            true
        }
        None => false,
    }
}

/// Whether code has a word in it that matters; most has not.
fn names_any(text: &str, language: Language) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(words::matters)
        || text.contains('`')
        || matches!(language, Language::Awk | Language::Perl) && text.contains('|')
        || text.contains("%x")
        || text.contains("/inet/")
}

#[cfg(test)]
mod tests {
    use crate::action::{Line, Scene};
    use crate::effect;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::time::{Duration, Instant};

    fn effects(line: &str) -> usize {
        let scene = Scene::given(Path::new("/nowhere"), BTreeMap::new());
        let script = crate::syntax::read(&Line::from_bytes(line.as_bytes()), &scene);
        effect::read(&script, &scene).len()
    }

    #[test]
    fn code_that_is_built_to_take_long_does_not() {
        for (one, times) in [
            ("os.system(", 1500),
            ("[", 8000),
            ("a.get(b,", 2000),
            ("f\"{", 3000),
            ("system(`", 2000),
            ("x=x+x;", 2000),
            ("exec(eval(", 900),
        ] {
            for program in ["python3 -c", "perl -e", "node -e", "ruby -e", "awk"] {
                let line = format!("{program} '{}'", one.repeat(times));
                let began = Instant::now();
                effects(&line);
                // An unoptimised build on a busy machine; a release needs a hundredth of it.
                assert!(began.elapsed() < Duration::from_secs(3), "{program} {one}: {:?}", began.elapsed());
            }
        }
    }

    #[test]
    fn code_in_code_ends() {
        let mut text = "git push --force origin main".to_owned();
        for _ in 0..5 {
            text = format!(
                "python3 -c {}",
                crate::action::Shell::Bash.quoted(&format!("import os; os.system({text:?})"))
            );
        }
        assert!(effects(&text) > 0);
    }

    proptest! {
        #[test]
        fn no_code_panics(
            program in proptest::sample::select(vec!["python3 -c", "node -e", "perl -e", "ruby -e", "php -r", "awk", "lua -e", "perl -pe", "Rscript -e"]),
            code in proptest::collection::vec(
                "(os\\.system|exec|eval|open|unlink|require|fetch|import|from|as|for|in|qw|s|q|=|\\(|\\)|\\[|\\]|\\{|\\}|,|\"|é|`|\\.|::|->|\\$x|#|/|%|\\+|;|\n|\\\\|[a-z]{1,3}|[0-9])",
                0..40,
            ),
        ) {
            effects(&format!("{program} '{}'", code.join("")));
            effects(&format!("{program} '{}'", code.join(" ")));
        }
    }
}
