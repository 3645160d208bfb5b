//! Builtins that change what the rest of the line sees: `cd`, `export`, `set`, `read`, `alias`, `trap`…

use super::expand::is_name;
use super::lexer::assignment_name;
use super::output::printf;
use super::variable::runs_a_command;
use super::walk::{Content, Walker};
use super::{Dir, Expansion, Feed, Host, Invocation, Word};
use crate::action::Shell;

impl Walker<'_> {
    /// Takes in what a call of a builtin changes. Gives what the shell will run because of it, later.
    pub(super) fn builtin(&mut self, invocation: &Invocation) -> Vec<usize> {
        let args = invocation.args();
        match invocation.program() {
            "cd" | "pushd" => self.change_directory(invocation),
            "popd" => self.frame.dir = Dir::Unknown,
            "shift" => {
                let count = args.first().map_or(Some(1), |word| word.known()?.parse::<usize>().ok());
                self.frame.arguments =
                    self.frame.arguments.take().and_then(|all| Some(all.get(count?..)?.into()));
            }
            "set" if self.frame.shell == Shell::Fish => self.set_fish(args),
            "set" => {
                match args.iter().map(Word::text).collect::<Vec<_>>().as_slice() {
                    ["-a" | "-ae" | "-ea"] | ["-o", "allexport"] => self.frame.exports_all = true,
                    ["+a"] | ["+o", "allexport"] => self.frame.exports_all = false,
                    _ => {}
                }
                self.set_arguments(args);
            }
            program @ ("export" | "declare" | "typeset" | "local" | "readonly") => {
                self.declare(program, args);
            }
            "unset" => {
                for word in args {
                    self.frame.vars.retain(|variable| variable.name != word.text());
                    self.functions.retain(|function| function.name != word.text());
                }
            }
            "read" | "mapfile" | "readarray" => self.read(invocation),
            "printf" => {
                if let [flag, name, format, rest @ ..] = args
                    && flag.text() == "-v"
                {
                    let words: Option<Vec<&str>> = rest.iter().map(Word::known).collect();
                    let text = format.known().zip(words).and_then(|(format, words)| printf(format, &words));
                    let value = text
                        .map_or_else(|| Word::unknown(format.span), |text| Word::literal(text, format.span));
                    self.set(name.text(), value, false);
                }
            }
            "alias" => {
                for word in args {
                    // fish writes `alias name 'body'`.
                    let (name, body) = match (word.text().split_once('='), args) {
                        (Some(pair), _) => pair,
                        (None, [name, body]) if self.frame.shell == Shell::Fish => (name.text(), body.text()),
                        _ => continue,
                    };
                    if self.aliases.len() < 256 && !body.contains(super::HOLE) {
                        self.aliases.push((name.to_owned(), body.to_owned()));
                    }
                }
            }
            "unalias" => {
                self.aliases
                    .retain(|(name, _)| !args.iter().any(|word| word.text() == name || word.text() == "-a"));
            }
            "trap" => {
                let args =
                    if args.first().is_some_and(|word| word.text() == "--") { &args[1..] } else { args };
                if let [action, signals @ ..] = args
                    // It runs for certain; at a signal that may never come it is only made ready.
                    && signals.iter().any(|word| matches!(word.text(), "EXIT" | "0" | "DEBUG" | "RETURN" | "ERR"))
                    && !matches!(action.text(), "-" | "-p" | "-l")
                {
                    let action = action.clone();
                    return self.deferred(&action, "trap");
                }
                if let [action, _, ..] = args
                    && self.traps.len() < 16
                {
                    self.traps.push(action.clone());
                }
            }
            "kill" if !self.traps.is_empty() => {
                let own = |expansion: &Expansion| matches!(expansion, Expansion::Variable { name, .. } if name == "$" || name == "BASHPID");
                let own = |word: &Word| word.text() == "0" || word.expansions.iter().any(own);
                if args
                    .iter()
                    .any(|word| own(word) || word.expansions.iter().any(|e| matches!(e, Expansion::Other)))
                {
                    for action in std::mem::take(&mut self.traps) {
                        self.deferred(&action, "trap");
                    }
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Whether a `cd` whose end is at `end` leads nowhere, and what stands behind it runs all the same:
    /// `cd missing; rm -rf *`.
    pub(super) fn cannot_go(&self, words: &[Word], end: usize) -> bool {
        let [program, target] = words else { return false };
        let (Some(path), Some(text)) = (target.known(), &self.goes_on) else { return false };
        // A place of the system is a warning by its name, whether or not it is there.
        let known = path.split('/').nth(1).filter(|_| path.starts_with('/')).is_some_and(|top| {
            matches!(top, "boot" | "etc" | "lib" | "mnt" | "srv" | "usr" | "var" | "backup" | "backups")
        });
        if program.text() != "cd"
            || known
            || path.is_empty()
            || path.starts_with(['-', '+', '~'])
            || self.frame.host != Host::Local
            || target.glob
        {
            return false;
        }
        let mut rest = text.get(end..).unwrap_or_default().trim_start_matches(' ');
        for noise in ["2>/dev/null", "2> /dev/null", ">/dev/null 2>&1", "&>/dev/null"] {
            rest = rest.strip_prefix(noise).unwrap_or(rest).trim_start_matches(' ');
        }
        let goes_on = rest.starts_with([';', '\n'])
            || rest.strip_prefix("||").is_some_and(|rest| {
                matches!(
                    rest.split([' ', ';', '\n']).find(|word| !word.is_empty()),
                    Some("true" | ":" | "echo")
                )
            });
        // Whatever ran before may have made it, or may stop at the first failure.
        let plain = |made: &Invocation| {
            matches!(made.program(), "cd" | "echo" | ":" | "true" | "export" | "pwd" | "sudo")
        };
        if !goes_on || !self.script.invocations.iter().all(plain) {
            return false;
        }
        let there = match &self.frame.dir {
            Dir::Here => self.scene.path(path),
            Dir::At(base) if !path.starts_with(['/', '~']) => self.scene.path(&format!("{base}/{path}")),
            Dir::At(_) => self.scene.path(path),
            Dir::Unknown => return false,
        };
        std::fs::metadata(there).is_err()
    }

    fn change_directory(&mut self, invocation: &Invocation) {
        let args = invocation.args();
        let target = args.iter().find(|word| !word.text().starts_with('-') || word.text() == "-");
        self.frame.dir = match target.map(|word| (word.text(), word.known())) {
            None if invocation.program() == "cd" => {
                self.scene.home().map_or(Dir::Unknown, |home| Dir::At(home.to_string_lossy().into_owned()))
            }
            Some((_, Some(path))) if path != "-" && !path.starts_with('+') => match &self.frame.dir {
                Dir::At(base) if !path.starts_with(['/', '~']) => Dir::At(format!("{base}/{path}")),
                Dir::Unknown if !path.starts_with(['/', '~']) => Dir::Unknown,
                _ => Dir::At(path.to_owned()),
            },
            _ => Dir::Unknown,
        };
    }

    /// `set -- a b`, `set a b`; options before are of no interest.
    fn set_arguments(&mut self, args: &[Word]) {
        let mut rest = args;
        while let [first, tail @ ..] = rest {
            match first.text() {
                "--" => {
                    self.frame.arguments = Some(tail.into());
                    return;
                }
                // `set -euo pipefail`: the name of an option follows.
                flag if flag.starts_with(['-', '+']) && flag.ends_with('o') => {
                    rest = tail.get(1..).unwrap_or_default();
                }
                flag if flag.starts_with(['-', '+']) => rest = tail,
                _ => {
                    self.frame.arguments = Some(rest.into());
                    return;
                }
            }
        }
    }

    fn declare(&mut self, program: &str, args: &[Word]) {
        let flags = || args.iter().filter(|word| word.text().starts_with('-'));
        let exported = program == "export" || flags().any(|word| word.text().contains('x'));
        let refers = program != "export" && flags().any(|word| word.text().contains('n'));
        for word in args {
            let Some((name, value)) = assignment_name(word.text().as_bytes()) else {
                let known =
                    self.frame.vars.iter_mut().find(|variable| exported && variable.name == word.text());
                if let Some(variable) = known {
                    variable.exported = true;
                }
                continue;
            };
            let text = word.text();
            let mut set = Word::literal(text.get(value..).unwrap_or_default(), word.span);
            set.expansions.clone_from(&word.expansions);
            if exported && runs_a_command(&text[..name]) {
                self.set_to_run(&text[..name], &set);
            }
            if refers && is_name(set.text()) && set.text() != &text[..name] {
                self.set_content(&text[..name], set, false, Content::Reference);
            } else {
                self.set(&text[..name], set, exported);
            }
        }
    }

    /// `read a b`, `read -a list`, `mapfile -t list`: from what is known of the input.
    fn read(&mut self, invocation: &Invocation) {
        let mut flows = Vec::new();
        match &invocation.stdin {
            Feed::Pipe(from) => flows.push(Expansion::Output(from.clone())),
            // `< <(find …)`
            Feed::File(word) if let Some(made) = super::unwrap::read_from(word) => {
                flows.push(Expansion::Output(made.to_vec()));
            }
            Feed::File(word) | Feed::Text(word) => flows.extend(word.expansions.iter().cloned()),
            Feed::Inherited => {}
        }
        if let Feed::File(word) = &invocation.stdin {
            flows.extend(word.known().map(|name| Expansion::Lines(name.to_owned())));
        }
        let mut names: Vec<&Word> = Vec::new();
        let (mut list, mut rest) = (invocation.program() != "read", invocation.args());
        let whole = list;
        while let [word, tail @ ..] = rest {
            rest = tail;
            match word.text() {
                "-a" | "-A" if !whole => list = true,
                "-d" | "-i" | "-n" | "-N" | "-p" | "-t" | "-u" if !whole => {
                    rest = tail.get(1..).unwrap_or_default();
                }
                "-t" => {}
                flag if flag.starts_with('-') => list |= !whole && flag.ends_with(['a', 'A']),
                _ => names.push(word),
            }
        }
        // Of several lines `read` takes one at a time, which is not followed.
        let input = self.literal_input(&invocation.stdin);
        let input = input.map(|text| text.trim_end_matches('\n').to_owned());
        let input = input.filter(|text| whole || !text.contains('\n'));
        // `IFS=: read …`
        let own = invocation.assignments.iter().rev().find(|set| set.name == "IFS");
        let separators = match own {
            Some(set) => set.value.known().map(str::to_owned),
            None => self.lookup("IFS").0,
        };
        let separates = |char: char| match &separators {
            Some(separators) if !whole => separators.contains(char),
            _ if whole => char == '\n',
            _ => char.is_ascii_whitespace(),
        };
        let word = |text: &str| Word { expansions: flows.clone(), ..Word::literal(text, invocation.span) };
        let unknown = || Word { expansions: flows.clone(), ..Word::unknown(invocation.span) };
        match (input, names.as_slice()) {
            (Some(text), [name, ..]) if list => {
                let parts = text.split(separates).filter(|part| whole || !part.is_empty());
                let items =
                    parts.take(257).enumerate().map(|(nth, part)| (nth.to_string(), word(part))).collect();
                self.set_items(name.text(), items);
            }
            (Some(text), names) => {
                let mut left = text.trim_matches(separates);
                for (nth, name) in names.iter().enumerate() {
                    let (part, after) = match left.find(separates).filter(|_| nth + 1 < names.len()) {
                        Some(at) => (&left[..at], left[at..].trim_start_matches(separates)),
                        None => (left, ""),
                    };
                    left = after;
                    self.set(name.text(), word(part), false);
                }
            }
            (None, names) => {
                for name in names {
                    self.set(name.text(), unknown(), false);
                }
            }
        }
    }
}
