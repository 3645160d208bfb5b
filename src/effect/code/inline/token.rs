//! Takes a piece of code apart into names, strings and signs. Knows of each language just enough to tell a string
//! from a comment and both from code.

use crate::effect::code::decode::escapes;

/// Longest code that is read, in bytes.
pub(super) const MAX_CODE: usize = 16 * 1024;
/// Most tokens that are kept.
const MAX_TOKENS: usize = 2 * 1024;

/// A language whose code may stand in a line of shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    JavaScript,
    Perl,
    Ruby,
    Php,
    Awk,
    Lua,
    /// R.
    R,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word of the language, with the sign of a variable in front: `$x`.
    Name,
    /// A string.
    Text,
    /// A string that is run as a command: backquotes.
    Command,
    /// A number, or a pattern.
    Other,
    /// Anything else.
    Sign,
    /// The end of a statement.
    End,
}

/// A piece of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// As it is.
    Text(String),
    /// Code whose value is put in.
    Code(String),
}

/// One token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    /// Name, number or sign as written.
    pub text: String,
    /// The pieces of a string.
    pub parts: Vec<Part>,
}

/// How values get into a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Not at all, and backslashes stay.
    Raw,
    /// Not at all.
    Escaped,
    /// `{x}`
    Braces,
    /// `${x}`
    Dollar,
    /// `#{x}`
    Hash,
    /// `$x`, `@x`, `${x}`, `{$x}`
    Variables,
}

struct Lexer<'c> {
    code: &'c str,
    at: usize,
    language: Language,
    tokens: Vec<Token>,
    /// Open brackets, in which a newline ends nothing.
    open: usize,
}

/// The tokens of a code; what is longer than our limits is cut.
pub(super) fn tokens(code: &str, language: Language) -> Vec<Token> {
    let mut lexer = Lexer { code, at: 0, language, tokens: Vec::new(), open: 0 };
    while lexer.at < code.len().min(MAX_CODE) && lexer.tokens.len() < MAX_TOKENS {
        lexer.next();
    }
    lexer.tokens
}

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.code.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &str {
        self.code.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, text: impl Into<String>) {
        self.tokens.push(Token { kind, text: text.into(), parts: Vec::new() });
    }

    /// Moves past `pattern`, or to the end.
    fn skip_past(&mut self, pattern: &str) {
        let found = self.rest().find(pattern).map(|at| at + pattern.len());
        self.at += found.unwrap_or(self.rest().len());
    }

    fn next(&mut self) {
        use Language::{Awk, JavaScript, Lua, Perl, Php, Python, R, Ruby};
        let byte = self.byte(0);
        match byte {
            b'\n' | b';' => {
                if byte == b';' || self.open == 0 {
                    self.push(Kind::End, "");
                }
                self.at += 1;
            }
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'#' if self.language != JavaScript && self.language != Lua => self.skip_past_line(),
            b'/' if self.byte(1) == b'/' && matches!(self.language, JavaScript | Php) => {
                self.skip_past_line();
            }
            b'/' if self.byte(1) == b'*' && matches!(self.language, JavaScript | Php) => self.skip_past("*/"),
            b'-' if self.byte(1) == b'-' && self.language == Lua => self.skip_past_line(),
            b'"' | b'\'' => self.string(byte, false, false),
            b'`' => match self.language {
                JavaScript => self.string(b'`', false, false),
                Perl | Ruby | Php => {
                    self.string(b'`', false, false);
                    if let Some(last) = self.tokens.last_mut() {
                        last.kind = Kind::Command;
                    }
                }
                _ => self.at += 1,
            },
            b'%' if self.language == Ruby && self.is_operand() => self.percent(),
            b'/' if matches!(self.language, JavaScript | Ruby | Awk | Perl) && self.is_operand() => {
                self.at += 1;
                self.body(b'/', b'/');
                while self.byte(0).is_ascii_alphabetic() {
                    self.at += 1;
                }
                self.push(Kind::Other, "/");
            }
            b'$' | b'@' if matches!(self.language, Perl | Php | Ruby) => self.name(),
            b'$' if self.language == Awk => self.name(),
            b'0'..=b'9' => {
                let length = self
                    .rest()
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                    .count();
                let number = self.rest()[..length].to_owned();
                self.at += length;
                self.push(Kind::Other, number);
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(),
            b'<' if self.language == Php && self.rest().starts_with("<?php") => self.at += "<?php".len(),
            128.. => {
                let char = self.rest().chars().next().unwrap_or(' ');
                self.push(Kind::Name, char);
                self.at += char.len_utf8();
            }
            _ => {
                let two = self.rest().get(..2).unwrap_or_default();
                let known = ["->", "::", "=>", "==", "!=", "<=", ">=", "+=", "?.", "||", "&&", "=~", ".="]
                    .contains(&two);
                let length = if known { 2 } else { 1 };
                match byte {
                    b'(' | b'[' => self.open += 1,
                    b'{' if matches!(self.language, Python | R) => self.open += 1,
                    b')' | b']' => self.open = self.open.saturating_sub(1),
                    b'}' if matches!(self.language, Python | R) => self.open = self.open.saturating_sub(1),
                    _ => {}
                }
                let sign = self.rest().get(..length).unwrap_or_default().to_owned();
                self.at += length;
                self.push(Kind::Sign, sign);
            }
        }
    }

    fn skip_past_line(&mut self) {
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.at += length;
    }

    /// Whether a value may begin here, so that `/` begins a pattern and `%` a string.
    fn is_operand(&self) -> bool {
        match self.tokens.last() {
            None => true,
            Some(token) => match token.kind {
                Kind::Sign => !matches!(token.text.as_str(), ")" | "]" | "}"),
                Kind::End => true,
                Kind::Name => matches!(
                    token.text.as_str(),
                    "return"
                        | "if"
                        | "unless"
                        | "and"
                        | "or"
                        | "not"
                        | "split"
                        | "in"
                        | "when"
                        | "print"
                        | "puts"
                        | "grep"
                        | "system"
                        | "exec"
                        | "while"
                ),
                _ => false,
            },
        }
    }

    fn name(&mut self) {
        let sign = usize::from(matches!(self.byte(0), b'$' | b'@'));
        let body = &self.rest()[sign..];
        let brace = usize::from(sign == 1 && body.starts_with('{'));
        let length =
            body[brace..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if sign == 1 && length == 0 {
            self.push(Kind::Sign, "$");
            self.at += 1;
            return;
        }
        let name = format!("{}{}", &self.rest()[..sign], &body[brace..brace + length]);
        self.at += sign + brace + length + brace;
        if self.at > self.code.len() || !self.code.is_char_boundary(self.at) {
            self.at = self.code.len();
        }
        let quote = self.byte(0);
        match self.language {
            Language::Python
                if matches!(quote, b'"' | b'\'')
                    && length <= 2
                    && name.bytes().all(|byte| b"rRbBuUfF".contains(&byte)) =>
            {
                self.string(quote, name.contains(['r', 'R']), name.contains(['f', 'F']));
            }
            Language::Perl if sign == 0 => {
                if !self.quote_like(&name) {
                    self.push(Kind::Name, name);
                }
            }
            _ => self.push(Kind::Name, name),
        }
    }

    /// A string from its opening quote on.
    fn string(&mut self, quote: u8, raw: bool, formatted: bool) {
        use Language::{Awk, JavaScript, Lua, Perl, Php, Python, R, Ruby};
        let triple = self.language == Python && self.byte(1) == quote && self.byte(2) == quote;
        let style = match (self.language, quote) {
            _ if formatted => Style::Braces,
            _ if raw => Style::Raw,
            (Perl | Php, b'\'') => Style::Raw,
            (Perl | Php, _) => Style::Variables,
            (Ruby, b'\'') => Style::Raw,
            (Ruby, _) => Style::Hash,
            (JavaScript, b'`') => Style::Dollar,
            (Python | JavaScript | Awk | Lua | R, _) => Style::Escaped,
        };
        let body = if triple {
            self.at += 3;
            let end = std::str::from_utf8(&[quote; 3])
                .map_or(0, |end| self.rest().find(end).unwrap_or(self.rest().len()));
            let body = self.rest()[..end].to_owned();
            self.at = (self.at + end + 3).min(self.code.len());
            body
        } else {
            self.at += 1;
            self.body(quote, quote)
        };
        self.tokens.push(Token { kind: Kind::Text, text: String::new(), parts: parts(&body, style) });
    }

    /// The text up to the closing sign, which may be nested; moves past it.
    fn body(&mut self, open: u8, close: u8) -> String {
        let start = self.at;
        let bytes = self.code.as_bytes();
        let mut depth = 1;
        let mut at = start;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => at += 1,
                byte if byte == close => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                byte if byte == open => depth += 1,
                _ => {}
            }
            at += 1;
        }
        let end = at.min(bytes.len());
        self.at = (end + 1).min(bytes.len());
        self.code.get(start..end).unwrap_or_default().to_owned()
    }

    /// Ruby's `%x(…)`, `%q(…)`, `%w(…)`.
    fn percent(&mut self) {
        let letter = self.byte(1);
        let (skip, kind) = match letter {
            b'x' => (2, Kind::Command),
            b'q' | b'Q' | b'w' | b'W' => (2, Kind::Text),
            _ => (1, Kind::Text),
        };
        let Some(close) = closing(self.byte(skip)) else {
            self.push(Kind::Sign, "%");
            self.at += 1;
            return;
        };
        let open = self.byte(skip);
        self.at += skip + 1;
        let body = self.body(open, close);
        self.tokens.push(Token { kind, text: String::new(), parts: parts(&body, Style::Hash) });
    }

    /// Perl's `q(…)`, `qx(…)`, `m/…/`, `s/…/…/`; whether it was one.
    fn quote_like(&mut self, name: &str) -> bool {
        if !matches!(name, "q" | "qq" | "qw" | "qx" | "m" | "s" | "tr" | "y" | "qr") {
            return false;
        }
        let Some(close) = closing(self.byte(0)) else { return false };
        let open = self.byte(0);
        self.at += 1;
        let body = self.body(open, close);
        match name {
            "q" | "qq" | "qw" | "qx" => {
                let kind = if name == "qx" { Kind::Command } else { Kind::Text };
                let style = if name == "q" { Style::Raw } else { Style::Variables };
                self.tokens.push(Token { kind, text: String::new(), parts: parts(&body, style) });
            }
            "m" | "qr" => self.push(Kind::Other, "/"),
            _ => {
                if open != close {
                    while self.byte(0).is_ascii_whitespace() {
                        self.at += 1;
                    }
                    self.at += 1;
                }
                let replacement = self.body(open, close);
                let flags = self.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
                let is_code = self.rest()[..flags].contains('e') && name == "s";
                self.at += flags;
                self.push(Kind::Other, "/");
                // `s/x/code/e`
                if is_code && self.tokens.len() < 64 {
                    self.push(Kind::End, "");
                    self.tokens.extend(tokens(&replacement, Language::Perl));
                    self.push(Kind::End, "");
                }
                return true;
            }
        }
        while name != "q"
            && name.starts_with(['m', 'q'])
            && matches!(name, "m" | "qr")
            && self.byte(0).is_ascii_alphabetic()
        {
            self.at += 1;
        }
        true
    }
}

/// The sign that ends what this one begins; `None` where no string begins with it.
fn closing(open: u8) -> Option<u8> {
    Some(match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        b'/' | b'|' | b'!' | b'#' | b'~' | b'"' | b'\'' | b'^' | b'+' | b'@' | b'%' => open,
        _ => return None,
    })
}

/// The pieces of a string's body.
fn parts(body: &str, style: Style) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = body;
    while let Some(char) = rest.chars().next() {
        if char == '\\' && style != Style::Raw {
            let next = rest[1..].chars().next().map_or(0, char::len_utf8);
            literal.push_str(&rest[..1 + next]);
            rest = &rest[1 + next..];
            continue;
        }
        let (skip, end) = match style {
            Style::Braces if rest.starts_with("{{") => {
                literal.push('{');
                rest = &rest[2..];
                continue;
            }
            Style::Braces if char == '{' => (1, Some('}')),
            Style::Dollar if rest.starts_with("${") => (2, Some('}')),
            Style::Hash if rest.starts_with("#{") => (2, Some('}')),
            Style::Variables if rest.starts_with("{$") => (1, Some('}')),
            Style::Variables if rest.starts_with("${") => (2, Some('}')),
            Style::Variables
                if matches!(char, '$' | '@')
                    && rest[1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') =>
            {
                (0, None)
            }
            _ => {
                literal.push(char);
                rest = &rest[char.len_utf8()..];
                continue;
            }
        };
        let inner = &rest[skip..];
        let length = match end {
            Some(end) => inner.find(end).unwrap_or(inner.len()),
            // `$ENV{HOME}` too.
            None => {
                let name = 1 + inner[1..]
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                    .count();
                let index =
                    inner[name..].starts_with('{').then(|| inner[name..].find('}').map_or(0, |at| at + 1));
                name + index.unwrap_or(0)
            }
        };
        let mut code = inner[..length].to_owned();
        if style == Style::Variables && skip == 2 {
            code.insert(0, '$');
        }
        let text = std::mem::take(&mut literal);
        parts.extend([Part::Text(escapes(&text)), Part::Code(code)]);
        rest = &inner[length + usize::from(end.is_some()).min(inner.len() - length)..];
    }
    let text = if style == Style::Raw {
        literal.replace("\\'", "'").replace("\\\\", "\\")
    } else {
        escapes(&literal)
    };
    parts.push(Part::Text(text));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, language: Language) -> String {
        let show = |token: &Token| match token.kind {
            Kind::Text | Kind::Command => {
                let parts = token.parts.iter().map(|part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Code(code) => format!("<{code}>"),
                });
                let quote = if token.kind == Kind::Text { "'" } else { "`" };
                format!("{quote}{}{quote}", parts.collect::<String>())
            }
            Kind::End => ";".to_owned(),
            _ => token.text.clone(),
        };
        tokens(code, language).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn strings_comments_and_code() {
        use Language::{Awk, JavaScript, Perl, Php, Python, Ruby};
        for (code, language, expected) in [
            ("os.remove('a b') # os.remove('c')", Python, "os . remove ( 'a b' )"),
            ("x = r'\\d' + f\"a{b}c\"", Python, "x = '\\d' + 'a<b>c'"),
            ("'''a'b''' ; y", Python, "'a'b' ; y"),
            ("'\\x72m'", Python, "'rm'"),
            ("f(`a${x}b`) // f('c')", JavaScript, "f ( 'a<x>b' )"),
            ("a = /'/; b('c') /* ' */", JavaScript, "a = / ; b ( 'c' )"),
            ("a / b / c", JavaScript, "a / b / c"),
            ("s/'/x/g; system(\"rm $d\")", Perl, "/ ; system ( 'rm <$d>' )"),
            ("s/x/system('id')/e", Perl, "/ ; system ( 'id' ) ;"),
            ("unlink qw(a b); `id`", Perl, "unlink 'a b' ; `id`"),
            ("%x(id); system \"a#{b}\"", Ruby, "`id` ; system 'a<b>'"),
            ("exec('rm '.$x);", Php, "exec ( 'rm ' . $x ) ;"),
            ("/a\"b/ {print $1}", Awk, "/ { print $1 }"),
        ] {
            assert_eq!(shown(code, language), expected, "{code}");
        }
    }

    #[test]
    fn nothing_panics() {
        for code in [
            "'",
            "\"\\",
            "f'{",
            "${",
            "$",
            "%x",
            "s/",
            "s{a}",
            "qq",
            "é'ü",
            "`${`",
            "'''",
            "\u{fffc}('x')",
            "$\u{e9}",
            "@{",
            "${a",
        ] {
            for language in [
                Language::Python,
                Language::JavaScript,
                Language::Perl,
                Language::Ruby,
                Language::Php,
                Language::Awk,
                Language::Lua,
                Language::R,
            ] {
                tokens(code, language);
            }
        }
    }
}
