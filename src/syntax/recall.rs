//! `fc` and zsh's `r`: which line out of history they run.

use super::walk::{Place, Walker};
use super::{GapCause, Span, Word};
use crate::action::Shell;
use std::borrow::Cow;

/// What a call of `fc` or `r` would do.
#[derive(Debug, PartialEq, Eq)]
enum Recall {
    /// Run this text.
    Run(String),
    /// Open an editor and run what is left there.
    Edit,
    /// List lines, or read and write history files.
    Nothing,
    /// Run something that cannot be told.
    Unknown,
}

/// Reads the words of a call. zsh's `r` is `fc -e -`, and `fc -s` says the same in both shells.
fn recall(words: &[&str], history: &[(u64, String)]) -> Recall {
    let mut runs = words.first() == Some(&"r");
    let mut rest = &words[1.min(words.len())..];
    while let [option, tail @ ..] = rest {
        // A negative number is a line, and no option.
        let Some(flags) = option.strip_prefix('-').filter(|flags| flags.parse::<u64>().is_err()) else {
            break;
        };
        rest = tail;
        match flags {
            "-" => break,
            "" => return Recall::Unknown,
            "e" => match tail {
                ["-", tail @ ..] => (runs, rest) = (true, tail),
                _ => return Recall::Edit,
            },
            _ if flags.contains(['l', 'R', 'W', 'A', 'I', 'p', 'P', 'a']) => return Recall::Nothing,
            _ if flags.contains('s') => runs = true,
            _ if flags.starts_with('e') => return Recall::Edit,
            _ => {}
        }
    }
    if !runs {
        return Recall::Edit;
    }
    let mut changes = Vec::new();
    while let [change, tail @ ..] = rest
        && let Some((old, new)) = change.split_once('=').filter(|(old, _)| !old.is_empty())
    {
        changes.push((old, new));
        rest = tail;
    }
    let found = match rest {
        [] => history.last(),
        [which] => match which.parse::<i64>() {
            Ok(offset) if offset < 0 || which.starts_with('-') => {
                let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX).max(1);
                history.len().checked_sub(back).and_then(|at| history.get(at))
            }
            Ok(number) => history.iter().find(|(own, _)| i64::try_from(*own) == Ok(number)),
            Err(_) => history.iter().rev().find(|(_, line)| line.starts_with(which)),
        },
        // A range, which zsh alone runs.
        _ => None,
    };
    match found {
        None => Recall::Unknown,
        Some((_, line)) => {
            Recall::Run(changes.iter().fold(line.clone(), |line, (old, new)| line.replace(old, new)))
        }
    }
}

/// Whether a program runs lines of history.
pub(super) fn recalls(program: &str, shell: Shell) -> bool {
    match shell {
        Shell::Bash => program == "fc",
        Shell::Zsh => matches!(program, "fc" | "r"),
        Shell::Fish => false,
    }
}

impl Walker<'_> {
    /// Reads the line that `fc` or `r` would run in the place of the call; `None` for any other program.
    pub(super) fn recalled(&mut self, words: &[Word], span: Span) -> Option<Vec<usize>> {
        let scene = self.scene;
        let known: Vec<&str> = words.iter().map_while(Word::known).collect();
        if !recalls(known.first()?, scene.shell) || self.inside.iter().any(|outer| outer == "fc") {
            return None;
        }
        let whole = known.len() == words.len();
        match if whole { recall(&known, &scene.history) } else { Recall::Unknown } {
            Recall::Run(text) => {
                let place = std::mem::replace(&mut self.frame.place, Place::Within(span));
                self.inside.push("fc".to_owned());
                let made = self.text(&text);
                self.inside.pop();
                self.frame.place = place;
                return Some(made);
            }
            Recall::Edit => self.gap(GapCause::Editor, span),
            Recall::Unknown => self.gap(GapCause::Dynamic, span),
            Recall::Nothing => {}
        }
        Some(Vec::new())
    }
}

/// Takes apart what `history` (bash) or `fc -l` (zsh) prints: a number, `*` for an edited line or a space, and the
/// line. bash goes on in the next lines where the line itself did; zsh writes `\n`.
pub fn history(text: &str, shell: Shell) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    for row in text.lines() {
        let digits = row.trim_start_matches(' ');
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let number = digits[..length].parse::<u64>().ok();
        let rest = digits[length..].strip_prefix([' ', '*']).and_then(|rest| rest.strip_prefix(' '));
        match (number, rest, lines.last_mut()) {
            // Numbers may be left out where lines were forgotten, and never go back.
            (Some(number), Some(rest), last) if last.as_ref().is_none_or(|(before, _)| number > *before) => {
                let rest =
                    if shell == Shell::Zsh { Cow::from(rest.replace("\\n", "\n")) } else { rest.into() };
                lines.push((number, rest.into_owned()));
            }
            (_, _, Some((_, line))) => {
                line.push('\n');
                line.push_str(row);
            }
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_recalled_as_the_shells_do() {
        let history: Vec<(u64, String)> =
            [(7, "git push"), (8, "touch a"), (9, "echo a a")].map(|(n, line)| (n, line.to_owned())).into();
        let run = |text: &str| Recall::Run(text.to_owned());
        for (line, expected) in [
            ("fc -s", run("echo a a")),
            ("fc -s touch", run("touch a")),
            ("fc -s a=b", run("echo b b")),
            ("fc -s a=b a=c touch", run("touch b")),
            ("fc -s 7", run("git push")),
            ("fc -s -2", run("touch a")),
            ("fc -s -1", run("echo a a")),
            ("fc -e - git", run("git push")),
            ("r", run("echo a a")),
            ("r push=status git", run("git status")),
            ("fc -s nothing", Recall::Unknown),
            ("fc -s 99", Recall::Unknown),
            ("fc", Recall::Edit),
            ("fc 7 9", Recall::Edit),
            ("fc -e vim -2", Recall::Edit),
            ("fc -l", Recall::Nothing),
            ("fc -ln -10", Recall::Nothing),
            ("fc -W", Recall::Nothing),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(recall(&words, &history), expected, "{line}");
        }
        assert_eq!(recall(&["r"], &[]), Recall::Unknown);
    }

    #[test]
    fn history_is_taken_apart() {
        let text = "    1  ls\n    2* cat <<E\n 11  x\nE\n    4   spaced\n";
        // What looks like a number inside a line is one only where it could be the next.
        let lines = history("    1  ls\n    2* cat <<E\nx\nE\n    4   spaced\n", Shell::Bash);
        assert_eq!(lines, [(1, "ls".to_owned()), (2, "cat <<E\nx\nE".to_owned()), (4, " spaced".to_owned())]);
        assert_eq!(history(text, Shell::Bash).first(), Some(&(1, "ls".to_owned())));
        assert_eq!(history("  5  a\\nb\n", Shell::Zsh), [(5, "a\nb".to_owned())]);
        assert_eq!(history("", Shell::Bash), []);
    }
}
