//! A text as others would read it: without quotes and escapes, percent signs decoded, base64 and hex decoded.
//! A secret that hides behind one of these is found in a view and masked where it stands.

use std::ops::Range;

/// What stands for the bytes that begin at an offset, and how many they are; `None` where they mean themselves.
type Decoder = fn(&[u8], usize) -> Option<(Vec<u8>, usize)>;

/// A text that was decoded, with the place that each of its bytes came from.
pub(super) struct View {
    /// What was decoded; bytes that are not UTF-8 are SUB characters.
    pub text: String,
    /// Parts were put together that may not belong together: good for tokens of a known shape alone.
    pub is_joined: bool,
    /// For each byte the range in the text that it was read from.
    from: Vec<(usize, usize)>,
}

impl View {
    fn itself(text: &str) -> View {
        View {
            text: text.to_owned(),
            is_joined: false,
            from: (0..text.len()).map(|at| (at, at + 1)).collect(),
        }
    }

    /// The range of the text from which this range of the view was read.
    pub(super) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let from = self.from.get(range.clone()).unwrap_or_default();
        match (from.first(), from.last()) {
            (Some(first), Some(last)) => first.0..last.1,
            _ => 0..0,
        }
    }

    /// The view after one more decoding, if that changes anything.
    fn then(&self, decode: Decoder) -> Option<View> {
        let bytes = self.text.as_bytes();
        let (mut out, mut from, mut at, mut changed) = (Vec::new(), Vec::new(), 0, false);
        while at < bytes.len() {
            let (decoded, length) = match decode(bytes, at) {
                Some((decoded, length)) => {
                    changed = true;
                    (decoded, length.max(1))
                }
                None => (vec![bytes[at]], 1),
            };
            let end = (at + length).min(bytes.len());
            let place = (self.from[at].0, self.from[end - 1].1);
            from.extend(std::iter::repeat_n(place, decoded.len()));
            out.extend(decoded);
            at = end;
        }
        changed.then(|| View { text: text_of(&out), is_joined: self.is_joined, from })
    }
}

/// Text of the same length; what is not UTF-8 becomes SUB.
fn text_of(bytes: &[u8]) -> String {
    crate::action::Line::from_bytes(bytes).text().to_owned()
}

/// The text itself, and every other way to read it that differs, two decodings deep.
pub(super) fn views(text: &str) -> Vec<View> {
    let mut views = vec![View::itself(text)];
    let mut done = 0;
    for _ in 0..2 {
        let fresh: Vec<View> = views[done..]
            .iter()
            .flat_map(|view| [view.then(unquote), view.then(shell), view.then(percent)].into_iter().flatten())
            .collect();
        done = views.len();
        for view in fresh {
            if views.iter().all(|known| known.text != view.text) {
                views.push(view);
            }
        }
    }
    // A shell takes the quotes of `"abc" + "def"` away before anybody else reads it.
    let joined: Vec<View> = views.iter().filter_map(|view| view.then(join)).collect();
    views.extend(joined.into_iter().map(|view| View { is_joined: true, ..view }));
    views
}

/// Drops what joins texts in programs: ` + `, ` . `.
fn join(bytes: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let spaces =
        |from: usize| bytes[from..].iter().take(8).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let before = spaces(at);
    matches!(bytes.get(at + before), Some(b'+' | b'.'))
        .then(|| (Vec::new(), before + 1 + spaces(at + before + 1)))
}

/// As a shell reads words: a backslash says only that the next character means itself.
fn shell(bytes: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    match bytes[at..] {
        [b'\\', b'x' | b'u' | b'U' | b'0'..=b'7', ..] => Some((Vec::new(), 1)),
        _ => unquote(bytes, at),
    }
}

/// As languages read texts, and a shell reads `$'…'`. Drops quotes, joints of string literals, line continuations and expansions to nothing; decodes escapes.
fn unquote(bytes: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let rest = &bytes[at..];
    match rest {
        [b'\\', b'\n', ..] => Some((Vec::new(), 2)),
        [b'\\', b'x', ..] => number(&rest[2..], 2, 16).map(|(code, digits)| (vec![code as u8], 2 + digits)),
        [b'\\', b'u', b'{', ..] => {
            number(&rest[3..], 8, 16).map(|(code, digits)| (character(code), 4 + digits))
        }
        [b'\\', b'u', ..] => number(&rest[2..], 4, 16).map(|(code, digits)| (character(code), 2 + digits)),
        [b'\\', b'U', ..] => number(&rest[2..], 8, 16).map(|(code, digits)| (character(code), 2 + digits)),
        [b'\\', b'0'..=b'7', ..] => {
            let most = if rest[1] == b'0' { 4 } else { 3 };
            number(&rest[1..], most, 8).map(|(code, digits)| (vec![code as u8], 1 + digits))
        }
        [b'\\', ..] => Some((Vec::new(), 1)),
        [b'$', b'\'' | b'"', ..] => Some((Vec::new(), 2)),
        [b'$', b'@' | b'*', ..] => Some((Vec::new(), 2)),
        [b'$', b'(', b')', ..] | [b'$', b'{', b'}', ..] => Some((Vec::new(), 3)),
        [b'\'' | b'"', ..] => {
            // "abc" + "def", "abc" . "def"
            let joint: usize = rest[1..].iter().take(16).take_while(|byte| b" +.\t".contains(byte)).count();
            let joins = rest[1..1 + joint].iter().any(|byte| b"+.".contains(byte))
                && matches!(rest.get(1 + joint), Some(b'\'' | b'"'));
            Some((Vec::new(), if joins { 2 + joint } else { 1 }))
        }
        _ => None,
    }
}

/// `%41`.
fn percent(bytes: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let [b'%', high, low, ..] = bytes[at..] else { return None };
    Some((vec![hex(high)? << 4 | hex(low)?], 3))
}

/// The number that begins here, and how many digits it has; at least one.
fn number(bytes: &[u8], most: usize, radix: u32) -> Option<(u32, usize)> {
    let digits = bytes.iter().take(most).map_while(|byte| char::from(*byte).to_digit(radix));
    let (value, count) = digits
        .fold((0u32, 0), |(value, count), digit| (value.wrapping_mul(radix).wrapping_add(digit), count + 1));
    (count > 0).then_some((value, count))
}

fn character(code: u32) -> Vec<u8> {
    char::from_u32(code).map_or_else(|| vec![0x1a], |c| c.to_string().into_bytes())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Shortest run of letters that is taken for something encoded.
const SHORTEST: usize = 8;

/// Runs that may be base64 or hex, each with what it would be; several readings for one run.
pub(super) fn decoded(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| sextet(**byte).is_some()).count();
        let padding = bytes[at + length..].iter().take(2).take_while(|byte| **byte == b'=').count();
        if length >= SHORTEST {
            let run = at..at + length;
            base64_of(bytes, &run, &(at..at + length + padding), &mut found);
            // A path, or an option glued to its value: each part may be one by itself.
            let mut start = at;
            for part in bytes[run].split(|byte| b"/-_+".contains(byte)) {
                if part.len() >= SHORTEST && part.len() < length {
                    let part = start..start + part.len();
                    base64_of(bytes, &part, &part, &mut found);
                }
                start += part.len() + 1;
            }
        }
        at += (length + padding).max(1);
    }
    pairs(bytes, &mut found);
    found
}

fn base64_of(
    bytes: &[u8],
    run: &Range<usize>,
    whole: &Range<usize>,
    found: &mut Vec<(Range<usize>, String)>,
) {
    // What stands in the middle of something encoded begins anywhere.
    for skip in 0..4.min(run.len()) {
        let mut out = Vec::with_capacity(run.len() * 3 / 4);
        let (mut bits, mut count) = (0u32, 0);
        for byte in &bytes[run.start + skip..run.end] {
            bits = bits << 6 | u32::from(sextet(*byte).unwrap_or_default());
            count += 6;
            if count >= 8 {
                count -= 8;
                out.push((bits >> count) as u8);
            }
        }
        found.push((whole.clone(), text_of(&out)));
    }
}

fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Hex digits in pairs, alone or with separators: `6768705f`, `67 68`, `67:68`, `0x67, 0x68`.
fn pairs(bytes: &[u8], found: &mut Vec<(Range<usize>, String)>) {
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|byte| hex(**byte).is_some()).count();
        if run < 2 {
            at += run.max(1);
            continue;
        }
        let mut end = at;
        // An odd digit before a run belongs to something else.
        for skip in 0..2 {
            let (mut out, mut next, mut last) = (Vec::new(), at + skip, at);
            while let [high, low, ..] = bytes[next.min(bytes.len())..] {
                let (Some(high), Some(low)) = (hex(high), hex(low)) else { break };
                out.push(high << 4 | low);
                last = next + 2;
                next = last + separator(&bytes[last..]);
            }
            if out.len() >= SHORTEST {
                found.push((at..last, text_of(&out)));
            }
            end = end.max(last);
        }
        at = end.max(at + run);
    }
}

/// Length of what may stand between two pairs.
fn separator(bytes: &[u8]) -> usize {
    let gap = bytes.iter().take(2).take_while(|byte| b" :,-\n".contains(byte)).count();
    gap + if bytes[gap..].starts_with(b"0x") { 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_shows_what_a_shell_would_make_of_it_and_where_it_stood() {
        for (text, meant) in [
            (r#"a gh"p_ab"cd z"#, "ghp_abcd"),
            (r"a gh\p_abcd z", "ghp_abcd"),
            (r"a $'\x67\150\u0070_abcd' z", "ghp_abcd"),
            ("a ghp\\\n_abcd z", "ghp_abcd"),
            ("a %67hp_%61bcd z", "ghp_abcd"),
            ("a %5Cx67hp_abcd z", "ghp_abcd"),
            (r#"a "ghp_" + "abcd" z"#, "ghp_abcd"),
            (r#"a gh$()p$@_abcd z"#, "ghp_abcd"),
        ] {
            let views = views(text);
            let found = views.iter().find_map(|view| view.text.find(meant).map(|at| (view, at)));
            let (view, at) = found.unwrap_or_else(|| panic!("{text}"));
            let place = view.origin(&(at..at + meant.len()));
            assert!(text[place.clone()].len() >= meant.len(), "{text}");
            assert!(text[..place.start].starts_with("a ") && text[place.end..].ends_with(" z"), "{text}");
        }
    }

    #[test]
    fn encoded_runs_are_read() {
        for text in [
            "x Z2hwX2FiY2Q= y",
            "x Z2hwX2FiY2Q y",
            "x /tmp/Z2hwX2FiY2Q y",
            "x 6768705f61626364 y",
            "x 67:68:70:5f:61:62:63:64 y",
            "x 0x67, 0x68, 0x70, 0x5f, 0x61, 0x62, 0x63, 0x64 y",
            "x 6768705F61626364 y",
        ] {
            let all = decoded(text);
            let hit = all.iter().find(|(_, decoded)| decoded.contains("ghp_abcd"));
            let (place, _) = hit.unwrap_or_else(|| panic!("{text}"));
            assert!(text[..place.start].starts_with("x ") && text[place.end..].ends_with(" y"), "{text}");
        }
    }
}
