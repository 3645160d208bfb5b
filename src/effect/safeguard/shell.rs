//! The shell's own memory, and the functions by which forestall is called. A `PS0` or `preexec_functions` that is
//! emptied is no concern: the hook puts itself back at the next prompt.

use super::{has, operands, weaken};
use crate::effect::{Call, Effect};
use crate::syntax::Word;

/// `export NAME=value`, and a variable that is set alone in a line.
pub(super) fn set(call: Call<'_>, effects: &mut Vec<Effect>) {
    for word in call.invocation.args() {
        let Some((name, value)) = word.text().split_once('=') else { continue };
        if history_off(name, value) {
            weaken("history", word.text(), name, word.span, effects);
        } else {
            super::tls::variable(call, name, value, word.span, effects);
        }
    }
}

fn history_off(name: &str, value: &str) -> bool {
    match name {
        "HISTFILE" => matches!(value, "" | "/dev/null"),
        "HISTIGNORE" => value == "*",
        "HISTSIZE" | "HISTFILESIZE" | "SAVEHIST" => value == "0",
        _ => false,
    }
}

/// `unset HISTFILE`, `set +o history`, `history -c` with the file, `unset -f` of our functions.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let words = invocation.args();
    let ours = |words: &[Word]| words.iter().any(|word| word.text().contains("forestall"));
    match invocation.program() {
        "unset" => {
            for word in operands(words) {
                match word.text() {
                    "HISTFILE" => weaken("history", "unset HISTFILE", "HISTFILE", word.span, effects),
                    name if name.contains("forestall") => {
                        weaken("forestall", format!("unset {name}"), name, word.span, effects);
                    }
                    _ => {}
                }
            }
        }
        "set" => {
            let mut pairs = words.windows(2);
            if pairs.any(|pair| pair[0].text() == "+o" && pair[1].text() == "history") {
                weaken("history", "set +o history", "the history", invocation.span, effects);
            }
        }
        "history" if words.first().is_some_and(|word| word.text() == "clear") => {
            weaken("history", "history clear", "the history", invocation.span, effects);
        }
        "history" => {
            // `-c` empties what this shell remembers; with `-w` the file too.
            let letters: String = words.iter().filter_map(|word| word.text().strip_prefix('-')).collect();
            let writes = letters.contains('w')
                || call
                    .script
                    .invocations
                    .iter()
                    .take(64)
                    .any(|other| other.program() == "history" && has(other.args(), &["-w"]));
            if letters.contains('c') && writes {
                weaken("history", "history -cw", "the history", invocation.span, effects);
            }
        }
        "unfunction" | "add-zsh-hook" | "functions" if ours(words) => {
            let removes = invocation.program() == "unfunction" || has(words, &["-d", "-D", "-e", "--erase"]);
            if removes {
                weaken("forestall", invocation.program(), "its hook", invocation.span, effects);
            }
        }
        _ => {}
    }
}

/// forestall's own commands: `off` asks for itself, and is for one shell only.
pub(super) fn own(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words: Vec<&str> = call.invocation.args().iter().map(Word::text).collect();
    if words.iter().any(|word| matches!(*word, "--help" | "-h" | "--dry-run" | "-n")) {
        return;
    }
    if let ["uninstall", ..] | ["git", "uninstall", ..] = words.as_slice() {
        weaken("forestall", words.join(" "), "its hooks", call.invocation.span, effects);
    }
}
