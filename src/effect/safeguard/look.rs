//! Words that are not what they look like: letters of another script in a command or a host, letters that cannot be
//! seen, and marks that turn the order of a text around.

use super::weaken;
use crate::effect::{Call, Effect};

/// Adds the first such word of a call.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let Some((first, rest)) = invocation.words.split_first() else { return };
    if !first.text().is_ascii() && (is_mixed(first.text()) || first.text().chars().any(is_hidden)) {
        weaken("look-alike", "letters of another script in it", first.text(), first.span, effects);
        return;
    }
    if rest.iter().all(|word| word.text().is_ascii()) {
        return;
    }
    // What is only written down or searched for may hold any letter.
    let mentions = matches!(
        invocation.program(),
        "echo"
            | "printf"
            | "print"
            | "grep"
            | "rg"
            | "sed"
            | "awk"
            | "jq"
            | "cat"
            | "less"
            | "notify-send"
            | "say"
    );
    if mentions {
        return;
    }
    let found = rest.iter().find(|word| {
        let text = word.text();
        !text.is_ascii()
            && (host(text).is_some_and(is_mixed) || !text.contains(' ') && text.chars().any(is_hidden))
    });
    if let Some(word) = found {
        let how = if word.text().chars().any(is_hidden) {
            "letters in it that cannot be seen"
        } else {
            "letters of another script in its host"
        };
        weaken("look-alike", how, word.text(), word.span, effects);
    }
}

/// The host of an address: `https://host/`, `user@host:`.
fn host(text: &str) -> Option<&str> {
    let rest = match text.split_once("://") {
        Some((_, rest)) => rest,
        None => text.split_once('@').map(|(_, rest)| rest).filter(|rest| rest.contains(':'))?,
    };
    let place = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    Some(place.rsplit('@').next().unwrap_or(place))
}

/// Latin letters beside Greek, Cyrillic, Armenian or fullwidth ones in one name.
fn is_mixed(text: &str) -> bool {
    text.split(['.', '/', '-', ':']).any(|label| {
        let latin = label.bytes().any(|byte| byte.is_ascii_alphabetic());
        let other = label.chars().any(|c| {
            matches!(c, '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{1d00}'..='\u{1d7f}'
                | '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}' | '\u{261}' | '\u{131}')
        });
        latin && other
    })
}

/// Marks that are not shown, but for those that join the letters of some scripts and the parts of an emoji.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
