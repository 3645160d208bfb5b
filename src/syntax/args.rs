//! How a program reads its arguments: flags, their values, operands.

use super::{Span, Word};

/// The options of a program, in one text: `f,force` has a letter and a long name, `C=` takes a value,
/// `git-dir=` has no letter, and `-out=` is a long name that is written with one dash, as tools in Go and Java
/// do. A text and not a table, since each string in a static table is work at every start of the program.
pub type Options = &'static str;

/// One option of a program's [`Options`].
#[derive(Clone, Copy)]
struct Opt {
    /// `'\0'` for none.
    letter: char,
    /// Empty for none.
    long: &'static str,
    takes: bool,
}

fn each(options: Options) -> impl Iterator<Item = Opt> {
    options.split_ascii_whitespace().map(|written| {
        let (names, takes) = written.strip_suffix('=').map_or((written, false), |names| (names, true));
        let mut chars = names.chars();
        match (chars.next(), chars.next()) {
            (Some(letter), None) => Opt { letter, long: "", takes },
            (Some(letter), Some(',')) => Opt { letter, long: chars.as_str(), takes },
            _ => Opt { letter: '\0', long: names, takes },
        }
    })
}

/// Arguments, parsed as getopt_long does: clusters (`-fd`), attached values (`-ofile`, `--out=file`), unique
/// prefixes of long names (`--del`), and `--`.
#[derive(Debug, Default)]
pub struct Args<'a> {
    flags: Vec<Flag<'a>>,
    operands: Vec<&'a Word>,
}

/// An option that was given.
#[derive(Debug)]
pub struct Flag<'a> {
    /// Letter and long name of the option; for one that the program's table does not know, what was typed.
    letter: char,
    long: &'a str,
    /// The text of its value.
    pub value: Option<&'a str>,
    /// The word that holds the value, or the flag itself.
    pub word: &'a Word,
}

impl<'a> Args<'a> {
    /// Reads `words`, which do not include the program. With `stop_early` everything from the first operand on
    /// is an operand (as `sudo`, `env` and `git` before its subcommand do).
    pub fn read(words: &'a [Word], options: Options, stop_early: bool) -> Args<'a> {
        let mut args = Args::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let text = word.text();
            if text == "--" {
                args.operands.extend(rest);
                break;
            }
            if let Some(body) = text.strip_prefix("--") {
                let (name, value) = match body.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (body, None),
                };
                match find_long(options, name) {
                    Some(opt) => {
                        args.push(opt, value, word, &mut rest);
                    }
                    None => args.flags.push(Flag { letter: '\0', long: name, value, word }),
                }
            } else if text.len() > 1 && text.starts_with('-') {
                let body = &text[1..];
                // Tools in the manner of Go, Java and terraform write long options with one dash.
                let single = body.split_once('=').map_or(body, |(name, _)| name);
                let dashed = each(options).find(|opt| opt.long.strip_prefix('-') == Some(single));
                if let Some(opt) = dashed.filter(|opt| opt.long.len() > 1) {
                    let value = body.split_once('=').map(|(_, value)| value);
                    args.push(opt, value, word, &mut rest);
                    continue;
                }
                for (at, letter) in body.char_indices() {
                    let known = each(options).find(|opt| opt.letter == letter);
                    let long = known.map_or("", |opt| opt.long);
                    if let Some(opt) = known.filter(|opt| opt.takes) {
                        let attached = &body[at + letter.len_utf8()..];
                        args.push(opt, Some(attached).filter(|text| !text.is_empty()), word, &mut rest);
                        break;
                    }
                    args.flags.push(Flag { letter, long, value: None, word });
                }
            } else {
                args.operands.push(word);
                if stop_early {
                    args.operands.extend(rest);
                    break;
                }
            }
        }
        args
    }

    /// Adds an option, with the next word as its value where it takes one that is not attached.
    fn push(
        &mut self,
        opt: Opt,
        attached: Option<&'a str>,
        word: &'a Word,
        rest: &mut std::slice::Iter<'a, Word>,
    ) {
        let next = if opt.takes && attached.is_none() { rest.next() } else { None };
        self.flags.push(Flag {
            letter: opt.letter,
            long: opt.long,
            value: attached.or(next.map(Word::text)),
            word: next.unwrap_or(word),
        });
    }

    /// Whether the option was given: `"f"` or `"force"`.
    pub fn has(&self, name: &str) -> bool {
        self.flag(name).is_some()
    }

    /// The last occurrence of the option.
    pub fn flag(&self, name: &str) -> Option<&Flag<'a>> {
        self.flags.iter().rev().find(|flag| flag.is(name))
    }

    /// Every occurrence of the option, in order.
    pub fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Flag<'a>> {
        self.flags.iter().filter(move |flag| flag.is(name))
    }

    /// The value of the last occurrence.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.flag(name).and_then(|flag| flag.value)
    }

    /// What is not an option.
    pub fn operands(&self) -> &[&'a Word] {
        &self.operands
    }

    /// The span of the last occurrence of the option.
    pub fn span(&self, name: &str) -> Option<Span> {
        self.flag(name).map(|flag| flag.word.span)
    }
}

impl Flag<'_> {
    fn is(&self, name: &str) -> bool {
        let mut letters = name.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => self.letter == letter,
            _ => self.long == name || self.long.strip_prefix('-') == Some(name),
        }
    }
}

fn find_long(options: Options, name: &str) -> Option<Opt> {
    if name.is_empty() {
        return None;
    }
    let exact = each(options).find(|opt| opt.long == name || opt.long.strip_prefix('-') == Some(name));
    exact.or_else(|| {
        let mut fitting = each(options).filter(|opt| opt.long.starts_with(name));
        match (fitting.next(), fitting.next()) {
            (Some(option), None) => Some(option),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<Word> {
        line.split(' ').map(|text| Word::literal(text, Span::default())).collect()
    }

    const OPTIONS: Options = "d,delete f,force o,push-option= force-with-lease";

    #[test]
    fn clusters_values_and_prefixes() {
        let words = words("-fd -oci.skip --del --force-with-lease=main:abc origin -o x topic");
        let args = Args::read(&words, OPTIONS, false);
        assert!(args.has("f") && args.has("force") && args.has("delete") && args.has("d"));
        assert_eq!(
            args.all("push-option").map(|flag| flag.value).collect::<Vec<_>>(),
            [Some("ci.skip"), Some("x")]
        );
        assert_eq!(args.value("force-with-lease"), Some("main:abc"));
        assert_eq!(args.operands().iter().map(|word| word.text()).collect::<Vec<_>>(), ["origin", "topic"]);
    }

    #[test]
    fn an_exact_name_beats_a_prefix_and_double_dash_ends_options() {
        let words = words("--force -- -d");
        let args = Args::read(&words, OPTIONS, false);
        assert!(args.has("force") && !args.has("force-with-lease") && !args.has("d"));
        assert_eq!(args.operands()[0].text(), "-d");
    }
}
