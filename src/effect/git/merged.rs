//! Lists of branches that git itself found to be merged.

use crate::syntax::{Expansion, Feed, HOLE, Script, Word};

/// How many programs such a list may pass through.
const MAX_FILTERS: usize = 8;

/// Whether a word is nothing but names that `git branch --merged` printed, perhaps filtered:
/// `git branch --merged | grep -v main | xargs git branch -D`. Those branches lose nothing.
pub(super) fn lists_merged(word: &Word, script: &Script) -> bool {
    if word.text().trim().chars().any(|char| char != HOLE) {
        return false;
    }
    let mut outputs = word.expansions.iter().map(|expansion| match expansion {
        Expansion::Output(made) => !made.is_empty() && made.iter().all(|&at| is_list(at, script, 0)),
        _ => false,
    });
    !word.expansions.is_empty() && outputs.all(|listed| listed)
}

fn is_list(at: usize, script: &Script, depth: usize) -> bool {
    let Some(invocation) = script.invocations.get(at) else { return false };
    let args = invocation.args();
    match invocation.program() {
        "git" => {
            let has = |wanted: &str| args.iter().any(|word| word.text() == wanted);
            let merged =
                args.iter().any(|word| word.text() == "--merged" || word.text().starts_with("--merged="));
            merged && (has("branch") || has("for-each-ref"))
        }
        "grep" | "egrep" | "fgrep" | "rg" | "sed" | "awk" | "cut" | "tr" | "head" | "tail" | "sort"
        | "uniq" | "xargs" | "column" | "fzf" => match &invocation.stdin {
            Feed::Pipe(made) if depth < MAX_FILTERS && !made.is_empty() => {
                made.iter().all(|&at| is_list(at, script, depth + 1))
            }
            _ => false,
        },
        _ => false,
    }
}
