//! What a substitution will give that can be seen without running anything: a short file, the branch that HEAD is on.

use super::{Call, git};
use crate::action::file_text;
use crate::syntax::{Expansion, Feed, HOLE, Host, Invocation, Word};

/// Longest text that is put into a word, in bytes.
const MAX_TEXT: usize = 4096;

/// The call with such answers in its words: `rm -rf "$(cat .workdir)/out"`, `git push origin :$(git branch
/// --show-current)`. `None` where there are none, so that nothing is read for most lines.
pub(super) fn answered(call: Call<'_>) -> Option<Invocation> {
    if !call.scene.is_live() || call.invocation.host != Host::Local {
        return None;
    }
    let answers = call.invocation.words.iter().enumerate();
    let answers: Vec<(usize, Word)> =
        answers.filter_map(|(at, word)| Some((at, filled(call, word)?))).collect();
    if answers.is_empty() {
        return None;
    }
    let mut invocation = call.invocation.clone();
    for (at, word) in answers {
        invocation.words[at] = word;
    }
    Some(invocation)
}

/// A word of which one substitution alone was unknown.
fn filled(call: Call<'_>, word: &Word) -> Option<Word> {
    if word.text().matches(HOLE).count() != 1 {
        return None;
    }
    let mut outputs = word.expansions.iter().filter_map(|expansion| match expansion {
        Expansion::Output(made) => Some(made),
        _ => None,
    });
    let (Some([made]), None) = (outputs.next().map(Vec::as_slice), outputs.next()) else { return None };
    let answer = answer(call, call.script.invocations.get(*made)?)?;
    // Without quotes it would become several words, or a pattern.
    if !word.quoted && answer.contains([' ', '\t', '*', '?', '[']) {
        return None;
    }
    let mut filled = Word::literal(word.text().replace(HOLE, &answer), word.span);
    filled.quoted = word.quoted;
    filled.glob = word.glob;
    Some(filled)
}

fn answer(call: Call<'_>, made: &Invocation) -> Option<String> {
    let elsewhere = made.redirects.iter().any(|redirect| redirect.target.text() != "/dev/null");
    if made.host != Host::Local || elsewhere {
        return None;
    }
    let dir = made.cwd(call.scene)?;
    let line = |name: &str| {
        let text = file_text(&dir.join(name))?;
        let text = text.trim_end_matches('\n');
        let is_line =
            !text.is_empty() && text.len() <= MAX_TEXT && !text.contains(|char: char| char.is_control());
        is_line.then(|| text.to_owned())
    };
    let words: Option<Vec<&str>> = made.args().iter().map(Word::known).collect();
    match (made.program(), words?.as_slice(), &made.stdin) {
        ("cat", [name], _) if !name.starts_with('-') => line(name),
        ("cat" | "", [], Feed::File(word)) => line(word.known()?),
        (
            "git",
            ["branch", "--show-current"]
            | ["rev-parse", "--abbrev-ref", "HEAD" | "@"]
            | ["symbolic-ref", "--short", "HEAD"]
            | ["symbolic-ref", "-q" | "--quiet", "--short", "HEAD"],
            _,
        ) => git::current_branch(&dir),
        _ => None,
    }
}
