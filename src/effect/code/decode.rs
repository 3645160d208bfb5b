//! Undoes the encodings in which a script can stand in a line: what it says is then judged like any other text.

/// Longest text that is decoded, in bytes; what is longer is only known when it runs.
const MAX_TEXT: usize = 16 * 1024;

/// How a text was put into another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// RFC 4648, section 4 or 5, with or without padding.
    Base64,
    /// RFC 4648, section 6.
    Base32,
    /// Two digits for each byte, as `xxd -p` writes them.
    Hex,
    /// Each line backwards, as rev(1) writes it.
    Reversed,
}

/// The text behind an encoding; `None` where it is not one, or holds no text.
pub(super) fn decode(text: &str, encoding: Encoding) -> Option<String> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let bytes = match encoding {
        Encoding::Base64 => digits(text, 6, |byte| match byte {
            b'A'..=b'Z' => Some(byte - b'A'),
            b'a'..=b'z' => Some(byte - b'a' + 26),
            b'0'..=b'9' => Some(byte - b'0' + 52),
            b'+' | b'-' => Some(62),
            b'/' | b'_' => Some(63),
            _ => None,
        })?,
        Encoding::Base32 => digits(text, 5, |byte| match byte {
            b'A'..=b'Z' => Some(byte - b'A'),
            b'2'..=b'7' => Some(byte - b'2' + 26),
            _ => None,
        })?,
        Encoding::Hex => {
            digits(text, 4, |byte| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok()))?
        }
        Encoding::Reversed => {
            let lines: Vec<String> = text.lines().map(|line| line.chars().rev().collect()).collect();
            return Some(lines.join("\n"));
        }
    };
    readable(bytes)
}

/// Bytes as a text that a shell could run: UTF-8 without NUL.
fn readable(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty() && !text.contains('\0'))
}

/// Digits of so many bits each, joined to bytes; blanks and padding are passed over.
fn digits(text: &str, bits: u32, value: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut held, mut count) = (0u32, 0u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        held = (held << bits | u32::from(value(byte)?)) & 0xffff;
        count += bits;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(held >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// What `tr from to` makes of a text; with `delete` what is in `from` is left out. `None` for sets with classes.
pub(super) fn translate(text: &str, from: &str, to: Option<&str>) -> Option<String> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let from = set(from)?;
    let Some(to) = to else { return Some(text.chars().filter(|char| !from.contains(char)).collect()) };
    let to = set(to)?;
    let last = to.last().copied()?;
    let change = |char| match from.iter().position(|known| *known == char) {
        Some(at) => to.get(at).copied().unwrap_or(last),
        None => char,
    };
    Some(text.chars().map(change).collect())
}

/// The characters of a set of tr(1): `A-Za-z`, `\n`.
fn set(text: &str) -> Option<Vec<char>> {
    if text.contains("[:") || text.len() > 256 {
        return None;
    }
    let text = escapes(text);
    let chars: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        match (chars.get(at + 1), chars.get(at + 2)) {
            (Some('-'), Some(&last)) if last >= first && u32::from(last) - u32::from(first) < 256 => {
                all.extend(first..=last);
                at += 3;
            }
            _ => {
                all.push(first);
                at += 1;
            }
        }
    }
    Some(all)
}

/// The escapes of `printf`, `echo -e` and most languages: `\n`, `\x72`, `\162`, `\0162`, `\u0072`.
pub(in crate::effect) fn escapes(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend(rest[..at].bytes());
        rest = &rest[at + 1..];
        let Some(letter) = rest.chars().next() else {
            bytes.push(b'\\');
            break;
        };
        let number = |body: &str, radix: u32, most: usize| {
            let length = body.bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
            (u32::from_str_radix(&body[..length], radix).ok(), length)
        };
        let (value, used) = match letter {
            'x' => number(&rest[1..], 16, 2),
            'u' => number(&rest[1..], 16, 4),
            'U' => number(&rest[1..], 16, 8),
            '0'..='7' => number(rest, 8, if letter == '0' { 4 } else { 3 }),
            _ => (None, 0),
        };
        let prefix = usize::from(!letter.is_ascii_digit());
        match (letter, value) {
            ('u' | 'U', Some(value)) => {
                let char = char::from_u32(value).unwrap_or('\u{fffd}');
                bytes.extend(char.encode_utf8(&mut [0; 4]).bytes());
                rest = &rest[prefix + used..];
            }
            (_, Some(value)) => {
                bytes.push(u8::try_from(value & 0xff).unwrap_or_default());
                rest = &rest[prefix + used..];
            }
            (letter, None) => {
                let plain = match letter {
                    'n' => Some(b'\n'),
                    't' => Some(b'\t'),
                    'r' => Some(b'\r'),
                    'e' => Some(0x1b),
                    'a' | 'b' | 'f' | 'v' => Some(b' '),
                    '\\' | '\'' | '"' | '`' | '$' | '/' => u8::try_from(letter).ok(),
                    _ => None,
                };
                match plain {
                    Some(byte) => bytes.push(byte),
                    None => {
                        bytes.push(b'\\');
                        bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes());
                    }
                }
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What `printf format words…` puts out, where it uses `%s`, `%b`, `%d` and `%%` alone.
pub(in crate::effect) fn printf(format: &str, words: &[&str]) -> Option<String> {
    let mut out = String::new();
    let mut left = words.iter();
    // The format is used again until there are no more words.
    for _ in 0..=words.len() {
        let before = left.len();
        let mut chars = format.split('%');
        out.push_str(&escapes(chars.next().unwrap_or_default()));
        let mut literal = false;
        for part in chars {
            if literal {
                out.push_str(&escapes(part));
                literal = false;
                continue;
            }
            let mut letters = part.chars();
            match letters.next() {
                Some('s' | 'd') => out.push_str(left.next().copied().unwrap_or_default()),
                Some('b') => out.push_str(&escapes(left.next().copied().unwrap_or_default())),
                // `%%`: what follows is text again.
                None => {
                    out.push('%');
                    literal = true;
                    continue;
                }
                Some(_) => return None,
            }
            out.push_str(&escapes(letters.as_str()));
        }
        if left.len() == 0 || left.len() == before || out.len() > MAX_TEXT {
            break;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        for (text, encoding, expected) in [
            ("cm0gLXJmIC8K", Encoding::Base64, Some("rm -rf /\n")),
            ("cm0gLXJmIC8=\n", Encoding::Base64, Some("rm -rf /")),
            ("cm0gLXJmIC8", Encoding::Base64, Some("rm -rf /")),
            ("OJWSALLSMYQC6===", Encoding::Base32, Some("rm -rf /")),
            ("726d202d7266202f", Encoding::Hex, Some("rm -rf /")),
            ("72 6d 20\n2d", Encoding::Hex, Some("rm -")),
            ("/ fr- mr", Encoding::Reversed, Some("rm -rf /")),
            ("not base64!", Encoding::Base64, None),
            ("AAAA", Encoding::Base64, None),
            ("", Encoding::Base64, None),
            ("xyz", Encoding::Hex, None),
        ] {
            assert_eq!(decode(text, encoding).as_deref(), expected, "{text}");
        }
        assert_eq!(decode(&"QUFB".repeat(MAX_TEXT), Encoding::Base64), None);
    }

    #[test]
    fn sets_are_translated() {
        for (text, from, to, expected) in [
            ("ez -es /", "A-Za-z", Some("N-ZA-Mn-za-m"), "rm -rf /"),
            ("rXmX -XrXfX", "X", None, "rm -rf"),
            ("rm_-rf_/", "_", Some(" "), "rm -rf /"),
            ("a,b", ",", Some("\\n"), "a\nb"),
        ] {
            assert_eq!(translate(text, from, to).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(translate("a", "[:lower:]", Some("[:upper:]")), None);
    }

    #[test]
    fn escapes_are_read() {
        for (text, expected) in [
            (r"\x72\x6d -rf", "rm -rf"),
            (r"\162\155", "rm"),
            (r"\0162\0155", "rm"),
            (r"\u0072m", "rm"),
            (r"a\nb", "a\nb"),
            (r"a\qb\", r"a\qb\"),
            (r"\xzz", r"\xzz"),
        ] {
            assert_eq!(escapes(text), expected, "{text}");
        }
        assert_eq!(printf(r"%s -rf %s\n", &["rm", "/"]).as_deref(), Some("rm -rf /\n"));
        assert_eq!(printf(r"%b", &[r"\x72m"]).as_deref(), Some("rm"));
        assert_eq!(printf("100%% %s", &["a"]).as_deref(), Some("100% a"));
        assert_eq!(printf("%s\n", &["a", "b"]).as_deref(), Some("a\nb\n"));
        assert_eq!(printf("%05.2f", &["1"]), None);
    }
}
