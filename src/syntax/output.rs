//! What simple programs with known words put out: `echo`, `printf`, `cat` of a text, `rev`, `tr`, `base64 -d`…
//!
//! Nothing is run. Where anything is not known, the output is not.

use super::code::{joined, literals};
use super::walk::Walker;
use super::{Feed, Host, Invocation, MAX_LENGTH, Word};
use crate::git::root_of;

/// How many programs of a pipe, or substitutions in each other, are followed back.
const MAX_STAGES: usize = 24;

impl Walker<'_> {
    /// The text that these calls put out together, without its last newlines, as a substitution gives it.
    pub(super) fn literal_output(&self, made: &[usize]) -> Option<String> {
        let mut text = self.output_of(made, MAX_STAGES)?;
        text.truncate(text.trim_end_matches('\n').len());
        Some(text)
    }

    fn output_of(&self, made: &[usize], stages: usize) -> Option<String> {
        let stages = stages.checked_sub(1)?;
        if made.is_empty() || made.len() > 64 {
            return None;
        }
        let mut all = String::new();
        for &index in made {
            let invocation = self.script.invocations.get(index)?;
            all.push_str(&self.output_of_call(invocation, stages)?);
            if all.len() > MAX_LENGTH {
                return None;
            }
        }
        Some(all)
    }

    /// What a call reads from its standard input, where that is known.
    pub(super) fn literal_input(&self, feed: &Feed) -> Option<String> {
        self.input_of(feed, MAX_STAGES)
    }

    fn input_of(&self, feed: &Feed, stages: usize) -> Option<String> {
        match feed {
            Feed::Text(word) => word.known().map(|text| match text.ends_with('\n') {
                true => text.to_owned(),
                false => format!("{text}\n"),
            }),
            Feed::Pipe(made) => self.output_of(made, stages),
            // `< <(echo x)`
            Feed::File(word) => self.output_of(super::unwrap::read_from(word)?, stages),
            Feed::Inherited => None,
        }
    }

    fn output_of_call(&self, invocation: &Invocation, stages: usize) -> Option<String> {
        if invocation.host != Host::Local {
            return None;
        }
        // Into a file and not here; `2>/dev/null` is the usual other case.
        let elsewhere = invocation.redirects.iter().any(|redirect| redirect.target.text() != "/dev/null");
        if elsewhere && !matches!(invocation.program(), "tee" | "cd") {
            return None;
        }
        let words: Option<Vec<&str>> = invocation.args().iter().map(Word::known).collect();
        let words = words?;
        let line = |text: &str| Some(format!("{text}\n"));
        let input = || self.input_of(&invocation.stdin, stages);
        match (invocation.program(), words.as_slice()) {
            // `cd "$(dirname "$0")" && pwd`: the first puts nothing out.
            ("cd" | "true" | ":", _) => Some(String::new()),
            ("echo", words) => echo(words),
            ("printf", ["--", format, rest @ ..]) => printf(format, rest),
            ("printf", ["-v", ..]) => Some(String::new()),
            ("printf", [format, rest @ ..]) => printf(format, rest),
            ("dirname", [path] | ["--", path]) => line(directory(path)),
            ("basename", [path] | ["--", path]) => line(base_name(path)),
            ("pwd", [] | ["-P" | "-L"]) => line(&invocation.cwd(self.scene)?.to_string_lossy()),
            ("realpath" | "readlink", [flags @ .., path]) if flags.iter().all(|flag| follows(flag)) => {
                let path = invocation.cwd(self.scene)?.join(path);
                let wholly = |flag: &&str| flag.contains(['f', 'e', 'm']);
                let wholly = invocation.program() == "realpath" || flags.iter().any(wholly);
                let real = match (self.scene.is_live(), wholly) {
                    (true, true) => path.canonicalize().ok()?,
                    (true, false) => path.read_link().ok()?,
                    (false, true) => path,
                    (false, false) => return None,
                };
                line(&real.to_string_lossy())
            }
            ("git", ["rev-parse", "--show-toplevel"]) if self.scene.is_live() => {
                let dir = invocation.cwd(self.scene)?;
                line(&root_of(&dir)?.to_string_lossy())
            }
            // Where the program is does not matter; that it is this one does.
            ("which", [name]) | ("command", ["-v", name]) | ("type", ["-P" | "-p", name]) => line(name),
            ("cat" | "tee", [] | ["-"]) => input(),
            ("tee", ["-a", _] | [_]) => input(),
            ("rev", []) => Some(
                input()?.lines().map(|text| text.chars().rev().chain(['\n']).collect::<String>()).collect(),
            ),
            ("tr", ["-d", set]) => {
                let set = character_set(set);
                Some(input()?.chars().filter(|char| !set.contains(char)).collect())
            }
            ("tr", [from, to]) if !from.starts_with('-') => Some(translate(&input()?, from, to)),
            ("sed", [change] | ["-e" | "-E" | "-r", change]) => substitute(&input()?, change),
            ("base64", ["-d" | "-D" | "--decode" | "-di" | "-id"]) => decode_base64(&input()?),
            ("xxd", ["-r", "-p"] | ["-p", "-r"] | ["-rp" | "-pr" | "-ps"]) => decode_hex(&input()?),
            ("openssl", ["base64" | "enc", flags @ ..]) if flags.contains(&"-d") => decode_base64(&input()?),
            ("cut", [split, take] | [split, take, "-s"]) if split.starts_with("-d") && split.len() == 3 => {
                columns(&input()?, &split[2..], take.strip_prefix("-f")?)
            }
            ("cut", ["-d", split, "-f", take]) => columns(&input()?, split, take),
            ("cut", ["-d", split, take]) => columns(&input()?, split, take.strip_prefix("-f")?),
            ("cut", [split, "-f", take]) => columns(&input()?, split.strip_prefix("-d")?, take),
            ("head", [count]) if count.starts_with("-c") => cut(&input()?, &format!("1-{}", &count[2..])),
            ("tail", ["-c", count]) => ending(&input()?, count),
            ("tail", [count]) if count.starts_with("-c") => ending(&input()?, &count[2..]),
            ("tail", ["-1" | "-n1"] | ["-n", "1"]) => line(input()?.lines().next_back()?),
            ("grep", ["-o" | "-oE" | "-oF", pattern]) => {
                let plain = pattern.chars().all(|char| char.is_alphanumeric() || char == ' ');
                let found = input()?.matches(*pattern).count();
                (plain && !pattern.is_empty()).then(|| format!("{pattern}\n").repeat(found.min(64)))
            }
            ("expr", ["substr", text, from, count]) => {
                let from: usize = from.parse().ok()?;
                line(&text.chars().skip(from.checked_sub(1)?).take(count.parse().ok()?).collect::<String>())
            }
            ("cut", [range]) => cut(&input()?, range.strip_prefix("-c").or(range.strip_prefix("-b"))?),
            ("cut", ["-c" | "-b", range]) => cut(&input()?, range),
            ("head", ["-c", count]) => cut(&input()?, &format!("1-{count}")),
            ("head", ["-1" | "-n1"] | ["-n", "1"]) => line(input()?.lines().next()?),
            // Where it will be does not matter; that it is new does.
            ("mktemp", words) => line(&new_file(words)?),
            ("awk" | "gawk" | "mawk", [code]) if !code.contains("BEGIN") => fields(code, &input()?),
            ("python" | "python3", ["-c", code])
            | ("perl" | "ruby", ["-e", code])
            | ("awk" | "gawk" | "mawk", [code]) => printed(&joined(code)),
            // fish
            ("status", ["dirname"]) => line(directory(&self.lookup("0").0?)),
            ("status", ["filename" | "current-filename" | "-f" | "--current-filename"]) => {
                line(&self.lookup("0").0?)
            }
            _ => None,
        }
    }
}

fn echo(words: &[&str]) -> Option<String> {
    let (mut newline, mut escapes) = (true, false);
    let mut rest = words;
    while let [first, tail @ ..] = rest
        && let Some(letters) = first.strip_prefix('-')
        && !letters.is_empty()
        && letters.bytes().all(|letter| matches!(letter, b'n' | b'e' | b'E'))
    {
        newline &= !letters.contains('n');
        escapes = letters.contains('e') || (escapes && !letters.contains('E'));
        rest = tail;
    }
    let text = rest.join(" ");
    let text = if escapes { unescaped(&text)? } else { text };
    Some(if newline { text + "\n" } else { text })
}

/// `printf FORMAT ARGUMENT…` with `%s`, `%b`, `%d`, `%c`, `%q`, `%%`; the format is used again while there are
/// arguments.
pub(super) fn printf(format: &str, arguments: &[&str]) -> Option<String> {
    let mut arguments = arguments.iter();
    let mut out = String::new();
    loop {
        let before = arguments.len();
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            out.push_str(&unescaped(&rest[..at])?);
            rest = &rest[at + 1..];
            // Widths only add blanks.
            rest = rest.trim_start_matches(|char: char| {
                char.is_ascii_digit() || matches!(char, '-' | '+' | ' ' | '.')
            });
            let letter = rest.chars().next()?;
            rest = &rest[letter.len_utf8()..];
            match letter {
                '%' => out.push('%'),
                's' | 'q' | 'd' | 'i' | 'u' => out.push_str(arguments.next().copied().unwrap_or_default()),
                'b' => out.push_str(&unescaped(arguments.next().copied().unwrap_or_default())?),
                'c' => out.extend(arguments.next().and_then(|text| text.chars().next())),
                _ => return None,
            }
        }
        out.push_str(&unescaped(rest)?);
        if out.len() > MAX_LENGTH {
            return None;
        }
        if arguments.len() == 0 || arguments.len() == before {
            return Some(out);
        }
    }
}

/// Backslash escapes of `printf` and `echo -e`.
fn unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    if text.contains("\\0") {
        return octal(text);
    }
    // A quote would end the `$'…'` whose escapes these are but for `\0NNN`.
    let quoted = text.replace('\'', "\\x27");
    Some(super::expand::ansi_c(&quoted, 0, quoted.len()).0)
}

/// The same where `\0NNN` is among the escapes.
fn octal(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\0") {
        out.extend(unescaped(&rest[..at])?.bytes());
        let digits: String = rest[at + 2..].chars().take(3).take_while(|char| char.is_digit(8)).collect();
        out.push(u32::from_str_radix(&digits, 8).unwrap_or(0).to_le_bytes()[0]);
        rest = &rest[at + 2 + digits.len()..];
    }
    out.extend(unescaped(rest)?.bytes());
    String::from_utf8(out).ok()
}

/// The characters of a set of `tr`.
fn character_set(set: &str) -> Vec<char> {
    let chars: Vec<char> = match set {
        "[:upper:]" => ('A'..='Z').collect(),
        "[:lower:]" => ('a'..='z').collect(),
        "[:digit:]" => ('0'..='9').collect(),
        "[:space:]" => vec![' ', '\t', '\n'],
        set => unescaped(set).unwrap_or_else(|| set.to_owned()).chars().collect(),
    };
    let mut all = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1), chars.get(at + 2)) {
            (low, Some('-'), Some(&high)) if low <= high && u32::from(high) - u32::from(low) < 256 => {
                all.extend(low..=high);
                at += 3;
            }
            (char, ..) => {
                all.push(char);
                at += 1;
            }
        }
    }
    all
}

fn translate(text: &str, from: &str, to: &str) -> String {
    let (from, to) = (character_set(from), character_set(to));
    let translated = |char: char| {
        let at = from.iter().position(|known| *known == char)?;
        to.get(at).or(to.last()).copied()
    };
    text.chars().map(|char| translated(char).unwrap_or(char)).collect()
}

/// `s/old/new/` with plain text on both sides.
fn substitute(text: &str, change: &str) -> Option<String> {
    let mut parts = change.strip_prefix('s')?.chars();
    let separator = parts.next()?;
    let parts: Vec<&str> = parts.as_str().split(separator).collect();
    let [old, new, flags] = parts.as_slice() else { return None };
    let special =
        |char: char| matches!(char, '\\' | '.' | '*' | '[' | '^' | '$' | '&' | '(' | '+' | '?' | '|');
    if old.is_empty() || old.contains(special) || new.contains(special) {
        return None;
    }
    let most = if flags.contains('g') { usize::MAX } else { 1 };
    Some(text.split_inclusive('\n').map(|line| line.replacen(old, new, most)).collect())
}

/// The characters in a range of `cut -c`: `3`, `1-3`, `2-`, `-4`.
fn cut(text: &str, range: &str) -> Option<String> {
    let (from, to) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str, otherwise: usize| match text {
        "" => Some(otherwise),
        text => text.parse::<usize>().ok(),
    };
    let (from, to) = (number(from, 1)?.max(1), number(to, usize::MAX)?);
    let count = to.checked_sub(from)?.saturating_add(1);
    Some(
        text.lines()
            .map(|line| line.chars().skip(from - 1).take(count).chain(['\n']).collect::<String>())
            .collect(),
    )
}

/// One field of each line, between separators of one letter.
fn columns(text: &str, separator: &str, field: &str) -> Option<String> {
    let nth = field.parse::<usize>().ok()?.checked_sub(1)?;
    let separator = separator.chars().next()?;
    let field = |line: &str| match line.contains(separator) {
        true => line.split(separator).nth(nth).unwrap_or_default().to_owned() + "\n",
        false => format!("{line}\n"),
    };
    Some(text.lines().map(field).collect())
}

/// The last bytes of a text.
fn ending(text: &str, count: &str) -> Option<String> {
    let from = text.len().saturating_sub(count.parse::<usize>().ok()?);
    text.get(from..).map(str::to_owned)
}

/// Whether a flag of readlink or realpath changes nothing but how far links are followed, and what is said of it.
fn follows(flag: &str) -> bool {
    matches!(flag, "--" | "--canonicalize" | "--canonicalize-existing")
        || flag
            .strip_prefix('-')
            .is_some_and(|letters| letters.bytes().all(|letter| b"femnqv".contains(&letter)))
}

/// The path that `mktemp` makes.
fn new_file(words: &[&str]) -> Option<String> {
    if words.iter().any(|word| word.starts_with("-p") || word.starts_with("--tmpdir=")) {
        return None;
    }
    Some(match words.iter().find(|word| !word.starts_with('-')) {
        None => "/tmp/tmp.XXXXXXXXXX".to_owned(),
        Some(template) if template.contains('/') => (*template).to_owned(),
        Some(template) => format!("/tmp/{template}"),
    })
}

/// What `print("text")`, `print "text"` and awk's `BEGIN{print "text"}` put out.
fn printed(code: &str) -> Option<String> {
    let code = code
        .trim()
        .trim_start_matches("BEGIN")
        .trim()
        .trim_start_matches('{')
        .trim_end_matches(['}', ';', ' ']);
    let formats = code.strip_prefix("printf");
    let rest =
        formats.or_else(|| ["print", "puts", "say"].iter().find_map(|verb| code.strip_prefix(verb)))?;
    let rest = rest.trim().trim_start_matches('(').trim_end_matches(')').trim();
    // awk's `printf "%c%c", 114, 109`
    if formats.is_some() {
        let format = rest.starts_with(['"', '\'']).then(|| literals(rest).next()).flatten()?.text;
        let values =
            rest.get(format.len() + 2..)?.split(',').map(str::trim).filter(|value| !value.is_empty());
        let values: Vec<String> = values
            .map(|value| match value.parse().ok().and_then(char::from_u32) {
                Some(letter) if format.contains("%c") => letter.to_string(),
                _ => value.trim_matches(['"', '\'']).to_owned(),
            })
            .collect();
        return printf(format, &values.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let quote = rest.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    let inner = rest[1..].strip_suffix(quote)?;
    (!inner.contains([quote, '\\', '$', '{'])).then(|| format!("{inner}\n"))
}

/// What awk's `{print $2}` puts out of each line: fields, and strings between them.
fn fields(code: &str, input: &str) -> Option<String> {
    let said = code.trim().strip_prefix('{')?.strip_suffix('}')?.trim().strip_prefix("print")?.trim();
    let mut out = String::new();
    for line in input.lines() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let mut rest = said;
        while let Some(first) = rest.chars().next() {
            rest = &rest[first.len_utf8()..];
            match first {
                '$' => {
                    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                    let nth = match (&rest[..digits], rest.strip_prefix("NF")) {
                        ("", Some(behind)) => {
                            rest = behind;
                            columns.len()
                        }
                        (number, _) => {
                            rest = &rest[digits..];
                            number.parse().ok()?
                        }
                    };
                    match nth.checked_sub(1) {
                        None => out.push_str(line),
                        Some(at) => out.push_str(columns.get(at).copied().unwrap_or_default()),
                    }
                }
                ',' => out.push(' '),
                ' ' => {}
                '"' => {
                    let (text, behind) = rest.split_once('"')?;
                    out.push_str(&unescaped(text)?);
                    rest = behind;
                }
                _ => return None,
            }
        }
        out.push('\n');
        if out.len() > MAX_LENGTH {
            return None;
        }
    }
    (!said.is_empty()).then_some(out)
}

fn decode_base64(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held).to_le_bytes()[0]);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(out).ok()
}

fn decode_hex(text: &str) -> Option<String> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(pair).collect();
    String::from_utf8(bytes?).ok()
}

/// As dirname(1) has it.
pub(super) fn directory(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((directory, _)) => directory.trim_end_matches('/'),
        None if path.is_empty() => "/",
        None => ".",
    }
}

pub(super) fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_filled_as_printf_does() {
        assert_eq!(printf("%s-%s\\n", &["a", "b", "c"]).as_deref(), Some("a-b\nc-\n"));
        assert_eq!(printf("\\x67%s", &["it"]).as_deref(), Some("git"));
        assert_eq!(printf("\\147\\151t", &[]).as_deref(), Some("git"));
        assert_eq!(printf("%5s%%|%b", &["a", "\\t"]).as_deref(), Some("a%|\t"));
        assert_eq!(printf("a", &["b"]).as_deref(), Some("a"));
        assert_eq!(printf("%y", &["b"]), None);
        assert_eq!(echo(&["-ne", "a'\\0147\\tb"]).as_deref(), Some("a'g\tb"));
        assert_eq!(echo(&["-x", "a\\t"]).as_deref(), Some("-x a\\t\n"));
    }

    #[test]
    fn filters_do_what_their_programs_do() {
        assert_eq!(translate("GIT", "A-Z", "a-z"), "git");
        assert_eq!(translate("abc", "[:lower:]", "[:upper:]"), "ABC");
        assert_eq!(character_set("\\r\\n"), ['\r', '\n']);
        assert_eq!(columns("a:rm:b\nx\n", ":", "2").as_deref(), Some("rm\nx\n"));
        assert_eq!(columns("a:b", ":", "1,2"), None);
        assert_eq!(ending("xyzrm\n", "3").as_deref(), Some("rm\n"));
        assert_eq!(ending("é", "1"), None);
        assert_eq!(fields("{print $2}", "a rm b\nc d\n").as_deref(), Some("rm\nd\n"));
        assert_eq!(fields("{print $1 \"x\" $NF, $0}", "a b\n").as_deref(), Some("axb a b\n"));
        assert_eq!(fields("{print $1; system($2)}", "a b\n"), None);
        assert_eq!(printed("BEGIN{printf \"%c%c\",114,109}").as_deref(), Some("rm"));
        assert_eq!(printed(&joined("print('r'+'m')")).as_deref(), Some("rm\n"));
        assert_eq!(substitute("axa\nxa\n", "s/a/b/").as_deref(), Some("bxa\nxb\n"));
        assert_eq!(substitute("a.b", "s,a,c,g").as_deref(), Some("c.b"));
        assert_eq!(substitute("a", "s/./c/"), None);
        assert_eq!(decode_base64("Z2l0IHN0YXR1cw==\n").as_deref(), Some("git status"));
        assert_eq!(decode_base64("Z2l0!"), None);
        assert_eq!(decode_hex("676974").as_deref(), Some("git"));
        assert_eq!(decode_hex("6é"), None);
    }
}
