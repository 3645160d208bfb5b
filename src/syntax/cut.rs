//! Cuts a script into complete commands: what a shell reads before it runs any of it.
//!
//! Only the words that open and close are looked at. Where the count does not come out even (forms of a shell
//! that are not known here), what is left is read as one, or in portions of [`MAX_LENGTH`]: a cut in the wrong
//! place costs a remark, and no command is passed over.

use super::MAX_LENGTH;
use super::fish;
use super::lexer::{self, Kind, Token};
use crate::action::Shell;
use std::ops::Range;

/// The complete commands of the text, in order; together they are the whole text.
pub(super) fn commands(text: &str, shell: Shell) -> Vec<Range<usize>> {
    if shell == Shell::Fish {
        return fish::commands(text);
    }
    let mut commands = Vec::new();
    let mut cutter = Cutter { text, shell, open: Vec::new(), function: Function::No };
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let (lexed, next) = lexer::logical_line(text, at);
        if lexed.fault.is_some() || next <= at {
            // Read as it is, the walker says what is wrong with it.
            commands.push(start..text.len());
            return commands;
        }
        at = next;
        if cutter.line(&lexed.tokens) {
            commands.push(start..at);
            start = at;
        }
    }
    let mut rest = start..text.len();
    while rest.len() > MAX_LENGTH {
        let most = (rest.start..=rest.start + MAX_LENGTH).rev().find(|&at| text.is_char_boundary(at));
        let most = most.unwrap_or(rest.end);
        let end = text[rest.start..most].rfind('\n').map_or(most, |newline| rest.start + newline + 1);
        commands.push(rest.start..end);
        rest.start = end;
    }
    if !rest.is_empty() {
        commands.push(rest);
    }
    commands
}

/// Something that has begun and waits for its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// `( … )`, where commands stand.
    Bracket,
    /// `NAME=( … )`, where words stand.
    Array,
    /// `{ … }`
    Brace,
    /// `if … fi`; whether `then` was seen.
    If(bool),
    /// `for`, `while`, `until`, `select` … `done`; whether `do` was seen.
    Loop(bool),
    /// zsh's `foreach … end`.
    End,
    /// `case` … `in`
    Case,
    /// The patterns of a `case`.
    Patterns,
    /// The commands behind a pattern.
    Branch,
}

/// A function whose body has not begun yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    No,
    /// Behind `function`: a name comes.
    Name,
    /// Behind `f()` or `function f`: a body comes, perhaps on the next line.
    Body,
}

struct Cutter<'t> {
    text: &'t str,
    shell: Shell,
    open: Vec<Open>,
    function: Function,
}

impl Cutter<'_> {
    /// Takes in one logical line; true when a command is complete behind it.
    fn line(&mut self, tokens: &[Token]) -> bool {
        let mut command_position = true;
        let mut before = None;
        for (index, token) in tokens.iter().enumerate() {
            let written = self.text.get(token.start..token.end).unwrap_or_default();
            match token.kind {
                Kind::Word if redirects(before) => {}
                Kind::Word => command_position = self.word(written, command_position),
                Kind::Bracket => {
                    let previous = index.checked_sub(1).and_then(|index| tokens.get(index));
                    self.bracket(written, token.start, previous);
                    command_position = true;
                }
                Kind::Semicolon | Kind::Background | Kind::AndOr | Kind::Pipe => {
                    command_position = true;
                }
                _ => {}
            }
            before = Some(token.kind);
        }
        // The line's own newline stands last; what stands before it may want to go on.
        let last = tokens.iter().rev().find(|token| {
            token.kind != Kind::Semicolon || self.text.get(token.start..token.end) != Some("\n")
        });
        let goes_on = last.is_some_and(|token| matches!(token.kind, Kind::AndOr | Kind::Pipe));
        self.open.is_empty() && self.function == Function::No && !goes_on
    }

    /// Takes in a word; true when a command may still begin behind it.
    fn word(&mut self, word: &str, command_position: bool) -> bool {
        match self.open.last_mut() {
            Some(Open::Array) => return false,
            Some(open @ Open::Case) => {
                if word == "in" {
                    *open = Open::Patterns;
                }
                return false;
            }
            Some(Open::Patterns) => {
                if word == "esac" {
                    self.open.pop();
                }
                return false;
            }
            _ => {}
        }
        if self.function == Function::Name {
            self.function = Function::Body;
            return true;
        }
        // zsh needs no `;` before the brace.
        if word == "}" && (command_position || self.shell == Shell::Zsh) {
            self.close(Open::Brace);
            if self.shell == Shell::Zsh
                && let Some(Open::If(false) | Open::Loop(false)) = self.open.last()
            {
                self.open.pop();
            }
            return true;
        }
        if !command_position {
            return false;
        }
        self.function = Function::No;
        match word {
            "if" => self.open.push(Open::If(false)),
            "then" | "elif" | "else" => {
                if let Some(open @ Open::If(_)) = self.open.last_mut() {
                    *open = Open::If(true);
                }
            }
            "fi" => self.close(Open::If(true)),
            "for" | "while" | "until" | "select" => {
                self.open.push(Open::Loop(false));
                // Behind the others stands a name.
                return matches!(word, "while" | "until");
            }
            "foreach" if self.shell == Shell::Zsh => self.open.push(Open::End),
            "end" if self.shell == Shell::Zsh => self.close(Open::End),
            "do" => {
                if let Some(open @ Open::Loop(_)) = self.open.last_mut() {
                    *open = Open::Loop(true);
                }
            }
            "done" => self.close(Open::Loop(true)),
            "case" => {
                self.open.push(Open::Case);
                return false;
            }
            "esac" => self.close(Open::Branch),
            "{" => self.open.push(Open::Brace),
            "function" => self.function = Function::Name,
            "!" | "time" | "coproc" => {}
            word if lexer::is_assignment(word.as_bytes()) => {}
            _ => return false,
        }
        true
    }

    fn bracket(&mut self, written: &str, at: usize, previous: Option<&Token>) {
        let previous_text = previous
            .filter(|token| token.kind == Kind::Word && token.end == at)
            .and_then(|token| self.text.get(token.start..token.end));
        match written {
            "(" if self.open.last() == Some(&Open::Patterns) => {}
            "(" if previous_text.is_some_and(|word| word.ends_with('=')) => self.open.push(Open::Array),
            "(" => self.open.push(Open::Bracket),
            ")" => match self.open.last_mut() {
                Some(open @ Open::Patterns) => *open = Open::Branch,
                Some(Open::Array) => {
                    self.open.pop();
                }
                _ => {
                    let empty = previous.is_some_and(|token| {
                        token.kind == Kind::Bracket && self.text.get(token.start..token.end) == Some("(")
                    });
                    self.close(Open::Bracket);
                    if empty {
                        self.function = Function::Body;
                        return;
                    }
                }
            },
            // `;;`, `;&`
            text if text.starts_with(';') => {
                if let Some(open @ Open::Branch) = self.open.last_mut() {
                    *open = Open::Patterns;
                }
            }
            // `(( … ))` as a whole.
            _ => {}
        }
        if written != ")" {
            self.function = Function::No;
        }
    }

    /// Closes the innermost thing, if it is of this kind; a stray end is none of our business.
    fn close(&mut self, kind: Open) {
        let fits = self.open.last().is_some_and(|open| match kind {
            Open::If(_) => matches!(open, Open::If(_)),
            Open::Loop(_) => matches!(open, Open::Loop(_)),
            kind => *open == kind,
        });
        if fits {
            self.open.pop();
        }
    }
}

fn redirects(before: Option<Kind>) -> bool {
    matches!(
        before,
        Some(Kind::Input | Kind::Output | Kind::Append | Kind::Duplicate | Kind::HereString | Kind::HereDoc)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn cut(shell: Shell, commands_expected: &[&str]) {
        let text = commands_expected.concat();
        let found: Vec<&str> = commands(&text, shell).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, commands_expected);
    }

    #[test]
    fn one_line_is_one_command_and_what_belongs_together_stays_together() {
        cut(
            Shell::Bash,
            &[
                "#!/bin/bash\n",
                "a; b && c\n",
                "\n",
                "a &&\n  b |\n  c\n",
                "a \\\n  b\n",
                "if a; then\n  b\nelif c; then d\nelse\n  e\nfi\n",
                "for x in if do done; do\n  case $x in\n    (a|b) c ;;\n    if) d; e ;;&\n    *) ;;\n  esac\ndone | f\n",
                "for ((i = 1 << 3; i < 9; i++)); do\n a\ndone\n",
                "((x = 1 << 4))\n",
                "while read -r x\ndo\n  a\ndone < file\n",
                "f() {\n  a\n}\n",
                "f()\n{\n  a; }\n",
                "function g\n{\n  ( a\n    b )\n}\n",
                "x=(\n  if\n  'a b'\n)\n",
                "cat <<E; b\n if a\nE\n",
                "echo done fi } esac\n",
                "echo 'a\nb' \"$(c\nd)\"\n",
                "(\n  a\n)\n",
                "[[ a < b || x =~ (y|z) ]] && d\n",
                "last",
            ],
        );
    }

    #[test]
    fn short_forms_of_zsh() {
        cut(
            Shell::Zsh,
            &[
                "{ a }\n",
                "if [[ -n x ]] {\n  a\n}\n",
                "for x (a b) {\n  c\n}\n",
                "foreach x (a b)\n  c\nend\n",
                "f() { a }\n",
                "b\n",
            ],
        );
    }

    #[test]
    fn blocks_of_fish() {
        cut(
            Shell::Fish,
            &[
                "if test a\n  b\nelse if c\n  d\nend\n",
                "function f --description 'x'\n  for y in (a)\n    b\n  end\nend\n",
                "begin; a; end\n",
                "switch $x\n  case a b\n    c\n  case '*'\n    d\nend\n",
                "a; and b\n",
                "last\n",
            ],
        );
    }

    #[test]
    fn nothing_is_lost_where_an_end_is_missing() {
        let text = format!("if a; then\n{}", "echo one two three\n".repeat(8000));
        let cuts = commands(&text, Shell::Bash);
        assert!(cuts.iter().all(|cut| cut.len() <= MAX_LENGTH && text[cut.clone()].ends_with('\n')));
        assert_eq!(cuts.iter().map(|cut| &text[cut.clone()]).collect::<String>(), text);
        cut(Shell::Bash, &["a\n", "echo 'b\nc\nd"]);
    }
}
