//! One pass over a text of fish: words and operators, quotes and brackets balanced, nesting bounded.
//!
//! The rules are those of fish 3.6 (`fish --no-execute` is what the tests compare with); blocks in braces are
//! read too, which begin with 4.1.

use super::super::lexer::{Kind, Token};
use super::super::{GapCause, MAX_DEPTH};

/// What is wrong, and at which byte.
pub(super) type Fault = (GapCause, usize);

/// The tokens up to the end, or up to where something is wrong. Newlines are [`Kind::Semicolon`].
pub(super) fn lex(text: &str) -> (Vec<Token>, Option<Fault>) {
    let mut lexer =
        Lexer { bytes: text.as_bytes(), at: 0, tokens: Vec::new(), commands: true, open_braces: 0 };
    let fault = lexer.run().err();
    (lexer.tokens, fault)
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    /// A command may begin here.
    commands: bool,
    /// Blocks `{ …; }` that are open.
    open_braces: usize,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let next = self.bytes.get(self.at + 1).copied();
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if next == Some(b'\n') => self.at += 2,
                b'#' => self.at = line_end(self.bytes, self.at),
                b'\n' | b';' => self.operator(1, Kind::Semicolon),
                b'|' if next == Some(b'|') => self.operator(2, Kind::AndOr),
                // bash's form, which fish rejects.
                b'|' if next == Some(b'&') => return Err((GapCause::Grammar, self.at)),
                b'|' => self.operator(1, Kind::Pipe),
                b'&' if next == Some(b'&') => self.operator(2, Kind::AndOr),
                b'&' if next == Some(b'|') => self.operator(2, Kind::Pipe),
                b'&' if next == Some(b'>') => {
                    self.at += 1;
                    self.redirection(self.at - 1);
                }
                b'&' => self.operator(1, Kind::Background),
                b'<' | b'>' => self.redirection(self.at),
                b'0'..=b'9' => self.descriptor_or_word()?,
                b'{' if self.commands && matches!(next, Some(b' ' | b'\t' | b'\n' | b';')) => {
                    self.open_braces += 1;
                    self.at += 1;
                    self.tokens.push(Token { kind: Kind::Word, start: self.at - 1, end: self.at });
                }
                b'}' if self.open_braces > 0 => {
                    self.open_braces -= 1;
                    self.at += 1;
                    self.commands = false;
                    self.tokens.push(Token { kind: Kind::Word, start: self.at - 1, end: self.at });
                }
                _ => self.word()?,
            }
        }
        Ok(())
    }

    fn operator(&mut self, length: usize, kind: Kind) {
        let start = self.at;
        self.at += length;
        self.commands = true;
        self.tokens.push(Token { kind, start, end: self.at });
    }

    /// `>`, `>>`, `>?`, `>&`, `>|`, `<`, `<?`, `<&`; it began at `start`, perhaps with a descriptor.
    fn redirection(&mut self, start: usize) {
        let out = self.bytes.get(self.at) == Some(&b'>');
        self.at += 1;
        let mut kind = if out { Kind::Output } else { Kind::Input };
        if out && self.bytes.get(self.at) == Some(&b'|') {
            self.at += 1;
            self.commands = true;
            self.tokens.push(Token { kind: Kind::Pipe, start, end: self.at });
            return;
        }
        if out && self.bytes.get(self.at) == Some(&b'>') {
            self.at += 1;
            kind = Kind::Append;
        }
        match self.bytes.get(self.at) {
            Some(b'?') => self.at += 1,
            Some(b'&') => {
                self.at += 1;
                kind = Kind::Duplicate;
            }
            _ => {}
        }
        self.tokens.push(Token { kind, start, end: self.at });
    }

    fn descriptor_or_word(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let digits = self.bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if matches!(self.bytes.get(start + digits), Some(b'<' | b'>')) {
            self.at += digits;
            self.redirection(start);
            return Ok(());
        }
        self.word()
    }

    fn word(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at = word_end(self.bytes, start)?;
        let written = &self.bytes[start..self.at];
        // Behind these a command, and so a block, may begin.
        self.commands &= matches!(
            written,
            b"if" | b"while" | b"else" | b"begin" | b"and" | b"or" | b"not" | b"!" | b"time"
        );
        self.tokens.push(Token { kind: Kind::Word, start, end: self.at });
        Ok(())
    }
}

/// One past the end of the word that begins at `start`.
fn word_end(bytes: &[u8], start: usize) -> Result<usize, Fault> {
    // What closes each bracket that is open; `"` for a text in double quotes that goes on behind its `$( … )`.
    let mut open: Vec<u8> = Vec::new();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        if open.len() > MAX_DEPTH {
            return Err((GapCause::TooDeep, at));
        }
        at = match byte {
            b'\\' => at + 2,
            b'\'' => single_end(bytes, at).ok_or((GapCause::Unbalanced, at))?,
            b'"' => double_part(bytes, at + 1, &mut open).ok_or((GapCause::Unbalanced, at))?,
            b'(' => {
                open.push(b')');
                at + 1
            }
            b'{' => {
                open.push(b'}');
                at + 1
            }
            // At the start of a word it is a name, `[`.
            b'[' if at > start && open.last() != Some(&b')') => {
                open.push(b']');
                at + 1
            }
            b']' if open.last() == Some(&b']') => {
                open.pop();
                at + 1
            }
            b')' | b'}' => {
                if open.pop() != Some(byte) {
                    return Err((GapCause::Unbalanced, at));
                }
                match open.last() {
                    Some(b'"') => {
                        open.pop();
                        double_part(bytes, at + 1, &mut open).ok_or((GapCause::Unbalanced, at))?
                    }
                    _ => at + 1,
                }
            }
            b'#' if open.last() == Some(&b')') && begins_word(bytes, at) => line_end(bytes, at),
            b' ' | b'\t' | b'\n' | b'\r' | b';' | b'|' | b'<' | b'>' if open.is_empty() => break,
            b'&' if open.is_empty() && !goes_on(bytes.get(at + 1)) => break,
            _ => at + 1,
        };
    }
    match open.is_empty() {
        true => Ok(at.min(bytes.len())),
        false => Err((GapCause::Unbalanced, start)),
    }
}

/// A `&` with this behind it inside a word is a character as any other (since fish 3.5: addresses).
fn goes_on(next: Option<&u8>) -> bool {
    next.is_some_and(|next| {
        !matches!(next, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'|' | b'<' | b'>' | b'&' | b')')
    })
}

fn begins_word(bytes: &[u8], at: usize) -> bool {
    matches!(
        at.checked_sub(1).and_then(|before| bytes.get(before)),
        Some(b' ' | b'\t' | b'\n' | b';' | b'|' | b'&' | b'(')
    )
}

/// From an opening `'` to one past the closing one.
pub(super) fn single_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += match bytes.get(at)? {
            b'\'' => return Some(at + 1),
            b'\\' => 2,
            _ => 1,
        };
    }
}

/// Inside double quotes: one past the closing quote, or behind the `$(` that interrupts them.
fn double_part(bytes: &[u8], mut at: usize, open: &mut Vec<u8>) -> Option<usize> {
    loop {
        at += match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => 2,
            b'$' if bytes.get(at + 1) == Some(&b'(') => {
                open.extend([b'"', b')']);
                return Some(at + 2);
            }
            _ => 1,
        };
    }
}

/// From an opening quote or bracket to one past what closes it; the end of the text where nothing does.
pub(super) fn closed(bytes: &[u8], at: usize) -> usize {
    let mut open: Vec<u8> = Vec::new();
    let mut end = at;
    while let Some(&byte) = bytes.get(end) {
        end = match byte {
            b'\\' => end + 2,
            b'\'' => single_end(bytes, end).unwrap_or(bytes.len()),
            b'"' => double_part(bytes, end + 1, &mut open).unwrap_or(bytes.len()),
            b'(' => {
                open.push(b')');
                end + 1
            }
            b'{' => {
                open.push(b'}');
                end + 1
            }
            b'[' if open.last() != Some(&b')') => {
                open.push(b']');
                end + 1
            }
            b')' | b'}' | b']' if open.last() == Some(&byte) => {
                open.pop();
                match open.last() {
                    Some(b'"') => {
                        open.pop();
                        double_part(bytes, end + 1, &mut open).unwrap_or(bytes.len())
                    }
                    _ => end + 1,
                }
            }
            b'#' if open.last() == Some(&b')') && begins_word(bytes, end) => line_end(bytes, end),
            _ => end + 1,
        };
        if open.is_empty() {
            break;
        }
    }
    end.min(bytes.len())
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| at + length)
}
