//! One pass over the text: words, operators, here-documents; quotes balanced, length and nesting bounded.
//!
//! Nine typed lines in ten are words, quotes and simple operators, and need nothing else: [`simple`] builds
//! their tree. The rest goes to the grammar, which recurses, so the bounds are checked here first.

use super::tree::{Node, Raw, Redirection};
use super::{GapCause, MAX_DEPTH};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// `;`, newline
    Semicolon,
    /// `&`
    Background,
    /// `&&`, `||`
    AndOr,
    /// `|`, `|&`
    Pipe,
    /// `(`, `)`, `;;`, `;&`: only the grammar knows
    Bracket,
    /// `<`
    Input,
    /// `>`, `>|`, `&>`, `<>`
    Output,
    /// `>>`, `&>>`
    Append,
    /// `<&`, `>&`
    Duplicate,
    /// `<<<`
    HereString,
    /// `<<`, `<<-`: the token is followed by a word, the delimiter
    HereDoc,
    /// The body of a here-document; `expands` unless the delimiter was quoted.
    Body {
        expands: bool,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// A line in pieces.
#[derive(Debug)]
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    /// Why reading ended before the end, and at which byte; the tokens are those before it.
    pub fault: Option<(GapCause, usize)>,
    /// No reserved word and no bracket: [`simple`] can build the tree.
    pub is_simple: bool,
}

/// Splits the text.
pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer::new(text, 0);
    lexer.tokens.reserve(text.len() / 6 + 2);
    let fault = lexer.run().err();
    Lexed { tokens: lexer.tokens, fault, is_simple: lexer.is_simple }
}

/// Splits one logical line, from `at` on: up to the newline that no quote or bracket of a word holds, with the
/// here-documents that begin in it. Returns where the next one begins.
pub(super) fn logical_line(text: &str, at: usize) -> (Lexed, usize) {
    let mut lexer = Lexer { one_line: true, ..Lexer::new(text, at) };
    let fault = lexer.run().err();
    (Lexed { tokens: lexer.tokens, fault, is_simple: lexer.is_simple }, lexer.at)
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    is_simple: bool,
    /// Here-documents whose body begins after the next newline: delimiter, tabs stripped, expands, and the
    /// index at which the body's token belongs.
    pending: Vec<HereDoc>,
    nesting: usize,
    /// How deep the value of an array is that is open, and where the last one ended: what stands there is no new word.
    array: Option<usize>,
    array_end: usize,
    command_position: bool,
    /// Stop behind the first newline, and take `(( … ))` as one token, in which `<<` is no here-document.
    one_line: bool,
}

struct HereDoc {
    delimiter: Vec<u8>,
    strip_tabs: bool,
    expands: bool,
    token: usize,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str, at: usize) -> Lexer<'t> {
        Lexer {
            bytes: text.as_bytes(),
            at,
            tokens: Vec::new(),
            is_simple: true,
            pending: Vec::new(),
            nesting: 0,
            array: None,
            array_end: usize::MAX,
            command_position: true,
            one_line: false,
        }
    }

    fn run(&mut self) -> Result<(), (GapCause, usize)> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.bytes.get(self.at + 1) == Some(&b'\n') => self.at += 2,
                b'\n' => {
                    self.at += 1;
                    self.push(Kind::Semicolon, start);
                    self.read_bodies();
                    if self.one_line {
                        return Ok(());
                    }
                }
                b'#' if start != self.array_end => self.skip_comment(),
                b';' => {
                    let double = matches!(self.bytes.get(self.at + 1), Some(b';' | b'&'));
                    self.at += if double { 2 } else { 1 };
                    self.push(if double { Kind::Bracket } else { Kind::Semicolon }, start);
                }
                b'&' => match (self.bytes.get(self.at + 1), self.bytes.get(self.at + 2)) {
                    (Some(b'&'), _) => self.operator(2, Kind::AndOr),
                    (Some(b'>'), Some(b'>')) => self.operator(3, Kind::Append),
                    (Some(b'>'), _) => self.operator(2, Kind::Output),
                    // zsh: `&|` and `&!` put a job in the background and forget it.
                    (Some(b'|' | b'!'), _) => self.operator(2, Kind::Background),
                    _ => self.operator(1, Kind::Background),
                },
                b'|' => match self.bytes.get(self.at + 1) {
                    Some(b'|') => self.operator(2, Kind::AndOr),
                    Some(b'&') => self.operator(2, Kind::Pipe),
                    _ => self.operator(1, Kind::Pipe),
                },
                b'(' if self.one_line
                    && self.command_position
                    && self.bytes.get(start + 1) == Some(&b'(') =>
                {
                    self.at = skip_bracket(self.bytes, start, self.nesting)?;
                    self.push(Kind::Bracket, start);
                }
                b'(' | b')' => {
                    if byte == b'(' {
                        self.nest(start)?;
                        let is_value = start.checked_sub(1).is_some_and(|before| self.bytes[before] == b'=');
                        self.array = self.array.or_else(|| is_value.then_some(self.nesting));
                    } else {
                        if self.array == Some(self.nesting) {
                            (self.array, self.array_end) = (None, start + 1);
                        }
                        self.nesting = self.nesting.saturating_sub(1);
                    }
                    self.operator(1, Kind::Bracket);
                }
                b'<' | b'>' if self.bytes.get(self.at + 1) == Some(&b'(') => self.word()?,
                b'<' => match (self.bytes.get(self.at + 1), self.bytes.get(self.at + 2)) {
                    (Some(b'<'), Some(b'<')) => self.operator(3, Kind::HereString),
                    (Some(b'<'), Some(b'-')) => self.here_doc(3)?,
                    (Some(b'<'), _) => self.here_doc(2)?,
                    (Some(b'&'), _) => self.operator(2, Kind::Duplicate),
                    (Some(b'>'), _) => self.operator(2, Kind::Output),
                    _ => self.operator(1, Kind::Input),
                },
                b'>' => match self.bytes.get(self.at + 1) {
                    Some(b'>') => self.operator(2, Kind::Append),
                    Some(b'&') => self.operator(2, Kind::Duplicate),
                    Some(b'|') => self.operator(2, Kind::Output),
                    _ => self.operator(1, Kind::Output),
                },
                b'0'..=b'9' if self.is_descriptor() => {}
                _ => self.word()?,
            }
        }
        self.read_bodies();
        Ok(())
    }

    fn push(&mut self, kind: Kind, start: usize) {
        match kind {
            Kind::Semicolon | Kind::Background | Kind::AndOr | Kind::Pipe => self.command_position = true,
            Kind::Bracket => {
                self.command_position = true;
                self.is_simple = false;
            }
            _ => {}
        }
        self.tokens.push(Token { kind, start, end: self.at });
    }

    fn operator(&mut self, length: usize, kind: Kind) {
        let start = self.at;
        self.at += length;
        self.push(kind, start);
    }

    fn nest(&mut self, at: usize) -> Result<(), (GapCause, usize)> {
        self.nesting += 1;
        if self.nesting > MAX_DEPTH { Err((GapCause::TooDeep, at)) } else { Ok(()) }
    }

    fn skip_comment(&mut self) {
        while self.bytes.get(self.at).is_some_and(|&byte| byte != b'\n') {
            self.at += 1;
        }
    }

    /// Skips the number in `2>file`; the number is of no interest to us.
    fn is_descriptor(&mut self) -> bool {
        let mut end = self.at;
        while self.bytes.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
        let is_redirection =
            matches!(self.bytes.get(end), Some(b'<' | b'>')) && self.bytes.get(end + 1) != Some(&b'(');
        if is_redirection {
            self.at = end;
        }
        is_redirection
    }

    fn word(&mut self) -> Result<(), (GapCause, usize)> {
        let start = self.at;
        self.at = skip_word(self.bytes, start, self.nesting)?;
        let follows_redirection = matches!(
            self.tokens.last().map(|token| token.kind),
            Some(
                Kind::Input
                    | Kind::Output
                    | Kind::Append
                    | Kind::Duplicate
                    | Kind::HereString
                    | Kind::HereDoc
            )
        );
        if self.command_position && !follows_redirection {
            self.keyword(start)?;
        }
        self.push(Kind::Word, start);
        Ok(())
    }

    fn keyword(&mut self, start: usize) -> Result<(), (GapCause, usize)> {
        match &self.bytes[start..self.at] {
            b"if" | b"for" | b"while" | b"until" | b"case" | b"select" | b"{" => {
                self.is_simple = false;
                self.nest(start)?;
            }
            b"fi" | b"done" | b"esac" | b"}" => {
                self.is_simple = false;
                self.nesting = self.nesting.saturating_sub(1);
            }
            b"then" | b"else" | b"elif" | b"do" | b"function" | b"coproc" | b"[[" | b"repeat"
            | b"foreach" => {
                self.is_simple = false;
            }
            b"!" | b"time" => {}
            word if is_assignment(word) => {}
            _ => self.command_position = false,
        }
        Ok(())
    }

    fn here_doc(&mut self, length: usize) -> Result<(), (GapCause, usize)> {
        let strip_tabs = length == 3;
        self.operator(length, Kind::HereDoc);
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let start = self.at;
        self.at = skip_word(self.bytes, start, self.nesting)?;
        let raw = &self.bytes[start..self.at];
        let expands = !raw.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'\\'));
        let delimiter = raw.iter().copied().filter(|byte| !matches!(byte, b'\'' | b'"' | b'\\')).collect();
        self.push(Kind::Word, start);
        self.pending.push(HereDoc { delimiter, strip_tabs, expands, token: self.tokens.len() });
        // The body's token stands right behind its delimiter; it is filled in when the newline comes.
        self.tokens.push(Token { kind: Kind::Body { expands }, start: self.at, end: self.at });
        Ok(())
    }

    fn read_bodies(&mut self) {
        for here_doc in std::mem::take(&mut self.pending) {
            let start = self.at.min(self.bytes.len());
            let mut end = self.bytes.len();
            let mut next = self.bytes.len();
            let mut line = start;
            while line < self.bytes.len() {
                let stop = self.bytes[line..]
                    .iter()
                    .position(|&b| b == b'\n')
                    .map_or(self.bytes.len(), |n| line + n);
                let mut content = &self.bytes[line..stop];
                while here_doc.strip_tabs && content.first() == Some(&b'\t') {
                    content = &content[1..];
                }
                if content == here_doc.delimiter {
                    end = line;
                    next = (stop + 1).min(self.bytes.len());
                    break;
                }
                line = stop + 1;
            }
            self.at = next;
            self.tokens[here_doc.token] =
                Token { kind: Kind::Body { expands: here_doc.expands }, start, end };
        }
    }
}

/// `NAME=`, `NAME+=` or `NAME[…]=` at the start of a word.
pub(super) fn is_assignment(word: &[u8]) -> bool {
    assignment_name(word).is_some()
}

/// Length of the name in an assignment word, and the offset of its value.
pub(super) fn assignment_name(word: &[u8]) -> Option<(usize, usize)> {
    if !word.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_') {
        return None;
    }
    let name = word.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
    let mut at = name;
    if word[at] == b'[' {
        at += word[at..].iter().position(|&byte| byte == b']')? + 1;
    }
    if word.get(at) == Some(&b'+') {
        at += 1;
    }
    (word.get(at) == Some(&b'=')).then_some((name, at + 1))
}

/// The end of the word that begins at `at`.
fn skip_word(bytes: &[u8], mut at: usize, depth: usize) -> Result<usize, (GapCause, usize)> {
    let start = at;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b')' => break,
            b'<' | b'>' => {
                if bytes.get(at + 1) != Some(&b'(') {
                    break;
                }
                at = skip_bracket(bytes, at + 1, depth)?;
            }
            // An extended glob or a zsh qualifier belongs to its word; a function's or array's bracket does not.
            b'(' if at > start && matches!(bytes[at - 1], b'?' | b'*' | b'+' | b'@' | b'!') => {
                at = skip_bracket(bytes, at, depth)?;
            }
            b'(' => break,
            _ => at = skip_piece(bytes, at, depth)?,
        }
    }
    Ok(at.max(start + 1).min(bytes.len()))
}

/// One character, quoted part or expansion.
fn skip_piece(bytes: &[u8], at: usize, depth: usize) -> Result<usize, (GapCause, usize)> {
    if depth > MAX_DEPTH {
        return Err((GapCause::TooDeep, at));
    }
    match bytes[at] {
        b'\\' => Ok((at + 2).min(bytes.len())),
        b'\'' => find(bytes, at + 1, b'\'').map(|end| end + 1).ok_or((GapCause::Unbalanced, at)),
        b'"' => skip_double(bytes, at, depth),
        b'`' => skip_backquote(bytes, at),
        b'$' => match bytes.get(at + 1) {
            Some(b'\'') => {
                let mut end = at + 2;
                loop {
                    match bytes.get(end) {
                        Some(b'\\') => end += 2,
                        Some(b'\'') => return Ok(end + 1),
                        Some(_) => end += 1,
                        None => return Err((GapCause::Unbalanced, at)),
                    }
                }
            }
            Some(b'(') => skip_bracket(bytes, at + 1, depth),
            Some(b'{') => skip_brace(bytes, at + 1, depth),
            _ => Ok(at + 1),
        },
        _ => Ok(at + 1),
    }
}

fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|&b| b == byte).map(|n| from + n)
}

/// From the opening `"` to one past the closing one.
pub(super) fn skip_double(bytes: &[u8], at: usize, depth: usize) -> Result<usize, (GapCause, usize)> {
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        end = match byte {
            b'"' => return Ok(end + 1),
            b'\'' => end + 1,
            _ => skip_piece(bytes, end, depth + 1)?,
        };
    }
    Err((GapCause::Unbalanced, at))
}

/// From the opening backquote to one past the closing one.
pub(super) fn skip_backquote(bytes: &[u8], at: usize) -> Result<usize, (GapCause, usize)> {
    let mut end = at + 1;
    loop {
        match bytes.get(end) {
            Some(b'\\') => end += 2,
            Some(b'`') => return Ok(end + 1),
            Some(_) => end += 1,
            None => return Err((GapCause::Unbalanced, at)),
        }
    }
}

/// From an opening `(` to one past the `)` that closes it.
pub(super) fn skip_bracket(bytes: &[u8], at: usize, depth: usize) -> Result<usize, (GapCause, usize)> {
    let mut end = at + 1;
    let mut open = 1usize;
    let mut word_start = true;
    let mut command_position = true;
    // How deep each `case` stands whose patterns end with a bracket that was never opened.
    let mut cases: Vec<usize> = Vec::new();
    while let Some(&byte) = bytes.get(end) {
        if word_start && byte.is_ascii_lowercase() {
            let word = &bytes[end..];
            let length = word.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
            match &word[..length] {
                b"case" if command_position && matches!(word.get(length), Some(b' ' | b'\t')) => {
                    cases.push(open);
                }
                b"esac" if cases.last() == Some(&open) => {
                    cases.pop();
                }
                _ => {}
            }
            let goes_on = matches!(
                &word[..length],
                b"do" | b"then" | b"else" | b"elif" | b"if" | b"while" | b"until" | b"time"
            );
            command_position &= goes_on;
        } else if matches!(byte, b'(' | b')' | b';' | b'&' | b'|' | b'\n') {
            command_position = true;
        } else if word_start && !matches!(byte, b' ' | b'\t' | b'{' | b'!') {
            command_position = false;
        }
        match byte {
            b'(' => {
                open += 1;
                if depth + open > MAX_DEPTH {
                    return Err((GapCause::TooDeep, end));
                }
                end += 1;
            }
            // `<( … )` and `x=( … )` are pieces of a word, which goes on behind them.
            b'<' | b'>' | b'=' if bytes.get(end + 1) == Some(&b'(') => {
                end = skip_bracket(bytes, end + 1, depth + open)?;
            }
            b')' if cases.last() == Some(&open) => end += 1,
            b')' => {
                open -= 1;
                end += 1;
                if open == 0 {
                    return Ok(end);
                }
            }
            b'#' if word_start => {
                while bytes.get(end).is_some_and(|&byte| byte != b'\n') {
                    end += 1;
                }
            }
            _ => end = skip_piece(bytes, end, depth + open)?,
        }
        word_start = matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'(' | b')' | b'&' | b'|');
    }
    Err((GapCause::Unbalanced, at))
}

/// From an opening `{` of `${` to one past the `}` that closes it.
pub(super) fn skip_brace(bytes: &[u8], at: usize, depth: usize) -> Result<usize, (GapCause, usize)> {
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        end = match byte {
            b'}' => return Ok(end + 1),
            _ => skip_piece(bytes, end, depth + 1)?,
        };
    }
    Err((GapCause::Unbalanced, at))
}

/// The tree of a line without reserved words and brackets; also the fallback for what the grammar rejects,
/// where brackets are taken as separators.
pub(super) fn simple<'t>(text: &'t str, tokens: &[Token]) -> Node<'t> {
    let mut list = Vec::new();
    let mut stages = Vec::new();
    let mut words: Vec<Raw<'t>> = Vec::new();
    let mut redirections = Vec::new();
    let raw = |token: &Token| Raw {
        text: Cow::Borrowed(text.get(token.start..token.end).unwrap_or_default()),
        start: token.start,
        end: token.end,
    };

    let mut rest = tokens.iter();
    while let Some(token) = rest.next() {
        match token.kind {
            Kind::Word => words.push(raw(token)),
            Kind::Input | Kind::Output | Kind::Append | Kind::HereString | Kind::Duplicate => {
                let Some(target) = rest.clone().next().filter(|next| next.kind == Kind::Word) else {
                    continue;
                };
                rest.next();
                let target = raw(target);
                match token.kind {
                    Kind::Input => redirections.push(Redirection::Input(target)),
                    Kind::HereString => redirections.push(Redirection::HereString(target)),
                    // `2>&1` duplicates a descriptor; `>&file` is a file.
                    Kind::Duplicate if target.text.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {}
                    kind => redirections.push(Redirection::Output { target, append: kind == Kind::Append }),
                }
            }
            Kind::HereDoc => {}
            Kind::Body { expands } => {
                words.pop();
                redirections.push(Redirection::HereDoc { body: raw(token), expands });
            }
            Kind::Pipe => end_stage(&mut words, &mut redirections, &mut stages),
            Kind::Semicolon | Kind::AndOr | Kind::Bracket => {
                end_stage(&mut words, &mut redirections, &mut stages);
                end_pipeline(&mut stages, &mut list);
            }
            Kind::Background => {
                end_stage(&mut words, &mut redirections, &mut stages);
                let mut job = Vec::new();
                end_pipeline(&mut stages, &mut job);
                list.extend(
                    job.pop().map(|body| Node::Subshell { body: Box::new(body), redirections: Vec::new() }),
                );
            }
        }
    }
    end_stage(&mut words, &mut redirections, &mut stages);
    end_pipeline(&mut stages, &mut list);
    Node::List(list)
}

fn end_stage<'t>(
    words: &mut Vec<Raw<'t>>,
    redirections: &mut Vec<Redirection<'t>>,
    stages: &mut Vec<Node<'t>>,
) {
    if !words.is_empty() || !redirections.is_empty() {
        stages
            .push(Node::Simple { words: std::mem::take(words), redirections: std::mem::take(redirections) });
    }
}

fn end_pipeline<'t>(stages: &mut Vec<Node<'t>>, list: &mut Vec<Node<'t>>) {
    if stages.len() > 1 {
        list.push(Node::Pipeline(std::mem::take(stages)));
    } else {
        list.append(stages);
    }
}
