//! The text that a client would be fed: on standard input, or in a file.

use super::Deed;
use crate::action::file_text;
use crate::effect::{Call, code};
use crate::syntax::{Feed, Host, Script, Word};

/// What is fed to a program.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::effect) enum Input {
    /// Nothing but the terminal.
    Nothing,
    /// This text; what is only known when it runs is a hole.
    Text(String),
    /// Something that is only known when it runs, by how a person would name it.
    Unknown(String),
}

impl Input {
    /// The text, nothing where it is not known.
    pub(super) fn text(self) -> String {
        match self {
            Input::Text(text) => text,
            Input::Nothing | Input::Unknown(_) => String::new(),
        }
    }
}

/// What a script does that nobody can read here: its name may tell.
pub(super) fn script(name: String) -> Deed {
    let lower = name.to_lowercase();
    let file = lower.rsplit('/').next().unwrap_or_default();
    let destroys = |word: &str| {
        matches!(
            word,
            "drop"
                | "wipe"
                | "truncate"
                | "delete"
                | "destroy"
                | "purge"
                | "nuke"
                | "reset"
                | "erase"
                | "flush"
                | "cleanup"
                | "clean"
                | "teardown"
                | "clear"
                | "dropall"
                | "deleteall"
                | "obliterate"
        )
    };
    // What a program puts out has no such name.
    if !lower.starts_with("the ") && file.split(|c: char| !c.is_alphabetic()).any(destroys) {
        return Deed::destroy("drop", format!("what {name} names"));
    }
    Deed::schema("script", name)
}

/// Words of a program that writes statements, as `SELECT 'DROP TABLE ' || …` and `grep ^DROP` do.
fn writes_drops(source: &crate::syntax::Invocation) -> bool {
    let mut said = source.args().iter().map(Word::text).filter(|text| !text.starts_with("--"));
    said.any(says_drop)
}

/// Whether a text names a statement that drops or empties a table.
pub(super) fn says_drop(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ["drop", "truncate", "sqlflush"].iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// What standard input would deliver.
pub(in crate::effect) fn standard(call: Call<'_>) -> Input {
    match &call.invocation.stdin {
        Feed::Inherited => Input::Nothing,
        Feed::Text(word) => Input::Text(word.text().to_owned()),
        Feed::File(word) => file(call, word),
        Feed::Pipe(from) => match from.as_slice() {
            [] => Input::Nothing,
            from => {
                let mut text = String::new();
                for &index in from {
                    match output(call, call.script, index) {
                        Input::Text(part) => text.push_str(&part),
                        Input::Nothing => {}
                        Input::Unknown(what) => return Input::Unknown(what),
                    }
                }
                Input::Text(text)
            }
        },
    }
}

/// What a call itself would write.
pub(super) fn written(call: Call<'_>) -> Input {
    let here = call.script.invocations.iter().position(|other| std::ptr::eq(other, call.invocation));
    here.map_or(Input::Nothing, |index| output(call, call.script, index))
}

/// What a simple program would write: `echo`, `printf`, `cat`.
fn output(call: Call<'_>, script: &Script, index: usize) -> Input {
    let Some(source) = script.invocations.get(index) else { return Input::Nothing };
    let there = Call { invocation: source, ..call };
    let named = || Input::Unknown(format!("the output of {}", source.program()));
    match source.program() {
        "sleep" | "true" | ":" | "clear" => Input::Nothing,
        "echo" => {
            let flag = |word: &&Word| matches!(word.text(), "-n" | "-e" | "-ne" | "-en" | "-E");
            let escapes = source.args().iter().take_while(flag).any(|word| word.text().contains('e'));
            let words = source.args().iter().skip_while(flag).map(Word::text);
            let text = words.collect::<Vec<_>>().join(" ") + "\n";
            Input::Text(if escapes { code::escapes(&text) } else { text })
        }
        "printf" => {
            let words: Vec<&str> = source.args().iter().map(Word::text).collect();
            let Some((format, rest)) = words.split_first() else { return Input::Nothing };
            // A form that is not known is read word by word, so that nothing in it is lost.
            let text = code::printf(format, rest).unwrap_or_else(|| code::escapes(&words.join(" ")));
            Input::Text(text + "\n")
        }
        "cat" => match source.args() {
            // `cat` passes on what it is fed itself; one step is enough for lines that people write.
            [] => match &source.stdin {
                Feed::Text(word) => Input::Text(word.text().to_owned()),
                Feed::File(word) => file(there, word),
                _ => named(),
            },
            files => {
                let mut text = String::new();
                for word in files.iter().filter(|word| !word.text().starts_with('-')) {
                    match file(there, word) {
                        Input::Text(part) => text.push_str(&part),
                        other => return other,
                    }
                }
                Input::Text(text)
            }
        },
        _ if writes_drops(source) => Input::Text("TRUNCATE all_that_it_names;\n".to_owned()),
        _ => named(),
    }
}

/// The text of a file that the program would read.
pub(in crate::effect) fn file(call: Call<'_>, word: &Word) -> Input {
    let unknown = || Input::Unknown(word.text().replace(crate::syntax::HOLE, "…"));
    let (Some(path), Some(dir), Host::Local) =
        (word.known(), call.invocation.cwd(call.scene), &call.invocation.host)
    else {
        return unknown();
    };
    let path = match (path.strip_prefix("~/"), call.scene.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => dir.join(path),
    };
    file_text(&path).map_or_else(unknown, Input::Text)
}
