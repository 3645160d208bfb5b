//! What the shells put on the standard input of `forestall gate`.
//!
//! Sections, with a NUL between, on standard input or in the place that [`Handover`] names:
//!
//! | shell | sections |
//! |---|---|
//! | bash | output of `history 1`; of `trap -p INT`, `declare -F` and `alias -p`, one behind the other; with `--more` also of `declare -f`; of `history 1000` |
//! | zsh | the line as typed (`$1` of `preexec`); the line with aliases expanded (`$3`); the functions it names, as `functions` prints them; with `--more` also the output of `fc -ln -1000` |
//! | fish | the line as typed; the functions and abbreviations it names, as `functions` prints them |
//!
//! A section that is missing is empty: a shell may run an older hook. NULs of the text itself arrive as SUB. The
//! input is bytes, not text, and is cut after [`MAX_INPUT`]; what is cut off is longer than what the syntax stage
//! reads, so such a line is asked about.

use crate::action::{HANDED, Shell};
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// Most bytes that are taken from a shell: one more than 1 MiB, so that too much can be told from just enough.
pub const MAX_INPUT: u64 = 1024 * 1024 + 1;

/// Reads standard input as far as it is looked at.
pub fn read_input() -> io::Result<Vec<u8>> {
    read(&mut io::stdin().lock())
}

fn read(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(1024);
    source.take(MAX_INPUT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How a shell hands over what it says.
#[derive(Clone, Debug, Default)]
pub enum Handover {
    /// Through standard input.
    #[default]
    Input,
    /// In the variables of [`HANDED`], which saves zsh and fish a file or a process; only their owner can read the
    /// environment of a process.
    Environment,
    /// In a file in memory, in a directory of the owner alone, which saves bash a process. It is removed when it has
    /// been read.
    File(PathBuf),
}

impl Handover {
    /// The sections, joined by NUL.
    pub fn take(&self) -> io::Result<Vec<u8>> {
        match self {
            Handover::Input => read_input(),
            Handover::Environment => {
                let sections = HANDED.map(|name| std::env::var_os(name).unwrap_or_default().into_vec());
                Ok(sections.join(&0))
            }
            Handover::File(path) => {
                let bytes = File::open(path).and_then(|mut file| read(&mut file));
                let _ = fs::remove_file(path);
                bytes
            }
        }
    }
}

/// A line that a shell is about to run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// As typed, after history expansion.
    pub typed: &'a [u8],
    /// With aliases expanded, where the shell does that itself.
    pub expanded: Option<&'a [u8]>,
    /// The shell's aliases, where it does not.
    pub aliases: Vec<(String, String)>,
    /// bash: the number of the history entry that holds the line.
    pub history_number: Option<u64>,
    /// bash: the shell's functions, as `declare -f NAME` with other attributes behind the `f`, one in a line.
    pub function_names: &'a [u8],
    /// Definitions of functions, in the shell's own form.
    pub functions: &'a [u8],
    /// bash: what `trap -p INT` prints.
    pub traps: &'a [u8],
    /// The lines that were typed before, oldest first, in the shell's own form.
    pub history: &'a [u8],
}

impl<'a> Request<'a> {
    /// Takes the input apart.
    pub fn parse(shell: Shell, input: &'a [u8]) -> Request<'a> {
        let mut sections = input.split(|&byte| byte == 0);
        let mut next = || sections.next().unwrap_or_default();
        match shell {
            Shell::Bash => {
                let (history_number, typed) = history_entry(next());
                let (traps, rest) =
                    until(next(), |line| line.starts_with(b"declare -f") || line.starts_with(b"alias "));
                let (function_names, rest) = until(rest, |line| !line.starts_with(b"declare -f"));
                Request {
                    typed,
                    history_number,
                    aliases: aliases(&String::from_utf8_lossy(rest)),
                    function_names,
                    traps,
                    functions: next(),
                    history: next(),
                    ..Request::default()
                }
            }
            Shell::Zsh => {
                let (typed, expanded) = (next(), next());
                let typed = if typed.is_empty() { expanded } else { typed };
                let expanded = Some(expanded).filter(|expanded| !expanded.is_empty());
                Request { typed, expanded, functions: next(), history: next(), ..Request::default() }
            }
            Shell::Fish => Request { typed: next(), functions: next(), ..Request::default() },
        }
    }

    /// Whether the line calls what only the shell can tell: one of its functions, or a line out of its history. Such
    /// a line costs a second call of the gate.
    pub fn wants_more(&self, shell: Shell) -> bool {
        let is_function = |name: &[u8]| {
            let own = name.starts_with(b"forestall") || name.starts_with(b"__forestall");
            let mut names = self.function_names.split(|&byte| byte == b'\n');
            !own && names.any(|line| line.strip_suffix(name).is_some_and(|before| before.ends_with(b" ")))
        };
        let asks = |name: &[u8]| match shell {
            Shell::Bash => name == b"fc" || is_function(name),
            Shell::Zsh => name == b"fc" || name == b"r",
            Shell::Fish => false,
        };
        let of_alias = |name: &[u8]| {
            let alias = self.aliases.iter().find(|(alias, _)| alias.as_bytes() == name);
            alias.is_some_and(|(_, value)| commands(value.as_bytes()).any(asks))
        };
        commands(self.expanded.unwrap_or(self.typed)).any(|name| asks(name) || of_alias(name))
    }

    /// Whether the shell's own expansion says anything that the typed text does not: it also normalises white
    /// space and turns `;` into newlines, which is no news.
    pub fn expansion_differs(&self) -> bool {
        let words = |bytes: &'a [u8]| {
            bytes.iter().filter(|byte| !byte.is_ascii_whitespace() && !matches!(**byte, b';' | b'\\'))
        };
        self.expanded.is_some_and(|expanded| !words(expanded).eq(words(self.typed)))
    }
}

/// The words that stand where a program is named. Roughly: one too many costs a millisecond, and nothing else.
fn commands(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let parts = text.split(|byte| b";|&(){}\n`!".contains(byte));
    parts.filter_map(|part| {
        let mut words = part.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words.find(|word| {
            !matches!(*word, b"time" | b"then" | b"do" | b"else" | b"if" | b"while") && !word.contains(&b'=')
        })
    })
}

/// Splits before the first line for which `ends` holds; the text of a trap may have several lines.
fn until(text: &[u8], ends: impl Fn(&[u8]) -> bool) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if ends(line) {
            break;
        }
        at += line.len();
    }
    text.split_at(at)
}

/// Takes `  123* git push` apart: bash prints the number in at least five columns, then `*` for an edited entry
/// or a space, then a space, then the line.
fn history_entry(bytes: &[u8]) -> (Option<u64>, &[u8]) {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let start = bytes.iter().position(|&byte| byte != b' ').unwrap_or(bytes.len());
    let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let after = start + digits;
    match (digits, bytes.get(after), bytes.get(after + 1)) {
        (1.., Some(b' ' | b'*'), Some(b' ')) => {
            let number = std::str::from_utf8(&bytes[start..after]).ok().and_then(|text| text.parse().ok());
            (number, &bytes[after + 2..])
        }
        _ => (None, bytes),
    }
}

/// Reads what bash's `alias` prints: `alias name='value'`, a quote inside written as `'\''`, a value possibly
/// over several lines.
fn aliases(text: &str) -> Vec<(String, String)> {
    let mut aliases = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.strip_prefix("alias ").and_then(|rest| rest.split_once('=')) {
        let mut value = String::new();
        let mut tail = after;
        loop {
            if let Some(quoted) = tail.strip_prefix('\'') {
                let Some((inside, after)) = quoted.split_once('\'') else { return aliases };
                value.push_str(inside);
                tail = after;
            } else if let Some(escaped) = tail.strip_prefix('\\') {
                let mut chars = escaped.chars();
                value.extend(chars.next());
                tail = chars.as_str();
            } else {
                break;
            }
        }
        // `-- ` stands before a name that begins with a dash.
        aliases.push((name.strip_prefix("-- ").unwrap_or(name).to_owned(), value));
        rest = tail.strip_prefix('\n').unwrap_or("");
    }
    aliases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bash_history_prefix() {
        for (input, number, typed) in [
            ("    8  git push\n", Some(8), "git push"),
            ("    9* git push\n", Some(9), "git push"),
            ("12345  git push\n", Some(12345), "git push"),
            ("123456   spaced\n", Some(123_456), " spaced"),
            ("   10  cat <<E\n 11  x\nE\n", Some(10), "cat <<E\n 11  x\nE"),
            ("ls", None, "ls"),
            ("", None, ""),
            ("    7  \n", Some(7), ""),
        ] {
            let request = Request::parse(Shell::Bash, input.as_bytes());
            assert_eq!((request.history_number, request.typed), (number, typed.as_bytes()), "{input:?}");
        }
    }

    #[test]
    fn bash_aliases() {
        let input =
            b"    1  gp\n\0alias gp='git push'\nalias q='it'\\''s'\nalias two='a\nb'\nalias -- -='cd -'\n";
        let request = Request::parse(Shell::Bash, input);
        let pairs: Vec<(&str, &str)> =
            request.aliases.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("gp", "git push"), ("q", "it's"), ("two", "a\nb"), ("-", "cd -")]);
        assert_eq!(request.typed, b"gp");
    }

    #[test]
    fn what_bash_says_of_itself_is_told_apart() {
        let input = b"    1  x\n\0trap -- 'echo a\nexit' SIGINT\ndeclare -f one\ndeclare -ft two\nalias l='ls'\n\0body";
        let request = Request::parse(Shell::Bash, input);
        assert_eq!(request.traps, b"trap -- 'echo a\nexit' SIGINT\n");
        assert_eq!(request.function_names, b"declare -f one\ndeclare -ft two\n");
        assert_eq!(request.aliases, [("l".to_owned(), "ls".to_owned())]);
        assert_eq!(request.functions, b"body");
        let request = Request::parse(Shell::Bash, b"    1  x\n\0declare -f one\n");
        assert_eq!((request.traps, request.function_names), (&b""[..], &b"declare -f one\n"[..]));
    }

    #[test]
    fn a_torn_alias_list_is_read_as_far_as_it_goes() {
        let request = Request::parse(Shell::Bash, b"    1  x\n\0alias a='b'\nalias c='torn");
        assert_eq!(request.aliases, [("a".to_owned(), "b".to_owned())]);
    }

    #[test]
    fn more_is_wanted_for_functions_and_for_history_alone() {
        let wants = |line: &str| {
            let input = format!(
                "    1  {line}\n\0declare -fx deploy\ndeclare -f forestall\ndeclare -f __forestall_gate\nalias d='deploy now'\n"
            );
            Request::parse(Shell::Bash, input.as_bytes()).wants_more(Shell::Bash)
        };
        for line in [
            "deploy",
            "deploy prod",
            "a && deploy",
            "X=1 deploy",
            "time deploy",
            "(deploy)",
            "d",
            "fc -s",
            "$(deploy)",
        ] {
            assert!(wants(line), "{line}");
        }
        for line in ["ls", "echo deploy", "forestall log", "deployed", "git deploy", "", "r"] {
            assert!(!wants(line), "{line}");
        }
        assert!(Request::parse(Shell::Zsh, b"r\0r\n").wants_more(Shell::Zsh));
        assert!(!Request::parse(Shell::Zsh, b"rm x\0rm x\n").wants_more(Shell::Zsh));
    }

    #[test]
    fn zsh_halves() {
        let request = Request::parse(Shell::Zsh, b"gp -f\0git push -f");
        assert_eq!((request.typed, request.expanded), (&b"gp -f"[..], Some(&b"git push -f"[..])));
        assert!(request.expansion_differs());
        let request = Request::parse(Shell::Zsh, b"a;  b\0a\nb");
        assert!(!request.expansion_differs());
        let request = Request::parse(Shell::Zsh, b"\0ls");
        assert_eq!(request.typed, b"ls");
        let request = Request::parse(Shell::Zsh, b"ls");
        assert_eq!((request.typed, request.expanded), (&b"ls"[..], None));
    }
}
