//! Recipes of a makefile: of the targets that are asked for and of what these need. Variables are simple ones;
//! nothing is calculated, and whether a target is up to date is not asked.

use super::super::args::Args;
use super::{Part, Shelf, Task, given, inside};
use crate::action::Shell;
use crate::syntax::{HOLE, Invocation};
use std::collections::BTreeMap;
use std::path::Path;

/// Most targets whose recipes are read for one call.
const MAX_TARGETS: usize = 64;
/// Longest line after its variables are put in, in bytes.
const MAX_LINE: usize = 8 * 1024;

const OPTIONS: &str = "f,file= makefile= C,directory= j,jobs= I,include-dir= l,load-average= o,old-file= \
    W,what-if= E,eval= O,output-sync=";

/// `make -C dir -f file NAME=value target…`.
pub(super) fn read(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let mut words = invocation.args().to_vec();
    // The number of `-j` is optional and stands in the same word.
    words.retain(|word| word.text() != "-j" && word.text() != "--jobs" && word.text() != "-O");
    let args = Args::read(&words, OPTIONS, false);
    let asks =
        ["n", "just-print", "dry-run", "recon", "q", "question", "h", "help", "v", "version", "t", "touch"];
    if asks.iter().any(|flag| args.has(flag)) {
        return None;
    }
    let (dir, cwd) = inside(&invocation.dir, cwd, args.value("directory"));
    let mut wanted: Vec<&str> = Vec::new();
    let mut set = Vec::new();
    for word in args.operands() {
        match word.text().split_once('=') {
            Some((name, value)) => {
                set.push((name.trim_end_matches(':').to_owned(), given(value, word.span)));
            }
            None => wanted.push(word.text()),
        }
    }
    let key = wanted.join(" ");
    let text = match args.value("file").or(args.value("makefile")) {
        Some("-" | "/dev/stdin") => shelf.input.take()?,
        Some(file) if file.contains(HOLE) => shelf.input.take()?,
        Some(file) => shelf.text(&cwd.join(file), &key)?,
        None if args.has("eval") => String::new(),
        None => ["GNUmakefile", "makefile", "Makefile"]
            .iter()
            .find_map(|file| shelf.text(&cwd.join(file), &key))?,
    };
    let evaluated: Vec<&str> = args.all("eval").filter_map(|flag| flag.value).collect();
    let text = shelf.with_included(&text, &cwd, included, 0);
    let mut makefile = Makefile::read(&(evaluated.join("\n") + "\n" + &text));
    for (name, value) in &set {
        makefile.variables.insert(name.clone(), value.text().to_owned());
    }
    if wanted.is_empty() {
        wanted.extend(makefile.default.as_deref());
    }
    let wanted: Vec<String> = wanted.into_iter().map(str::to_owned).collect();
    let recipes = makefile.recipes(&wanted);
    let parts = recipes.into_iter().map(|text| Part { text, shell: Shell::Bash, by_line: true }).collect();
    let mut task = Task::new("make", dir, parts);
    task.set = set;
    task.set.extend(makefile.exported.iter().filter_map(|name| {
        let value = makefile.variables.get(name)?;
        Some((name.clone(), given(makefile.expanded(value, "", 0), invocation.span)))
    }));
    Some(task)
}

/// `include config.mk`, also where it may be missing; what is calculated is not known.
fn included(line: &str) -> Vec<&str> {
    let mut words = line.split_whitespace().filter(|_| !line.starts_with('\t'));
    match words.next() {
        Some("include" | "-include" | "sinclude") => {
            words.filter(|name| !name.contains(['$', '*'])).collect()
        }
        _ => Vec::new(),
    }
}

#[derive(Default)]
struct Makefile {
    variables: BTreeMap<String, String>,
    exported: Vec<String>,
    /// Target, what it needs, and its recipe.
    rules: Vec<(String, Vec<String>, Vec<String>)>,
    default: Option<String>,
}

impl Makefile {
    fn read(text: &str) -> Makefile {
        let mut makefile = Makefile::default();
        // The rules, by index, to which recipe lines belong.
        let mut open: Vec<usize> = Vec::new();
        let mut lines = text.lines();
        while let Some(first) = lines.next() {
            let mut line = first.to_owned();
            while line.ends_with('\\')
                && let Some(next) = lines.next()
            {
                line.pop();
                line.push(' ');
                line.push_str(next.trim_start());
            }
            if let Some(command) = line.strip_prefix('\t') {
                for &rule in &open {
                    makefile.rules[rule].2.push(command.to_owned());
                }
                continue;
            }
            let line = line.split(" #").next().unwrap_or_default().trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if makefile.variable(line) {
                continue;
            }
            open.clear();
            let Some((targets, needs)) = line.split_once(':') else { continue };
            let needs = needs.trim_start_matches(':');
            let (needs, command) = match needs.split_once(';') {
                Some((needs, command)) => (needs, Some(command.trim().to_owned())),
                None => (needs, None),
            };
            let needs = makefile.expanded(needs, "", 0);
            let needs: Vec<String> =
                needs.split_whitespace().filter(|name| *name != "|").map(str::to_owned).collect();
            for target in makefile.expanded(targets, "", 0).split_whitespace() {
                if makefile.rules.len() >= 4096 {
                    break;
                }
                if makefile.default.is_none() && !target.starts_with('.') && !target.contains('%') {
                    makefile.default = Some(target.to_owned());
                }
                open.push(makefile.rules.len());
                makefile.rules.push((
                    target.to_owned(),
                    needs.clone(),
                    command.clone().into_iter().collect(),
                ));
            }
        }
        makefile
    }

    /// `NAME = value`, with `:=`, `?=`, `+=`, `export`; false where the line is something else.
    fn variable(&mut self, line: &str) -> bool {
        let (line, exported) = match line.strip_prefix("export ") {
            Some(rest) => (rest.trim(), true),
            None => (line.strip_prefix("override ").unwrap_or(line), false),
        };
        let name_of = |text: &str| {
            let name = text.trim();
            let fine = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.');
            (!name.is_empty() && name.chars().all(fine)).then(|| name.to_owned())
        };
        let Some((left, value)) = line.split_once('=') else {
            if exported {
                self.exported.extend(line.split_whitespace().map(str::to_owned));
            }
            return exported;
        };
        let operator = left.chars().next_back().filter(|char| matches!(char, ':' | '?' | '+' | '!'));
        let Some(name) = name_of(left.trim_end_matches([':', '?', '+', '!'])) else { return exported };
        let value = value.trim().to_owned();
        match operator {
            Some('+') => {
                let before = self.variables.entry(name.clone()).or_default();
                if before.len() + value.len() < MAX_LINE {
                    before.push(' ');
                    before.push_str(&value);
                }
            }
            // The environment may set it, so its name stays.
            Some('?') => {
                let default = format!("${{{name}:-{value}}}");
                self.variables.entry(name.clone()).or_insert(default);
            }
            Some('!') => {
                self.variables.insert(name.clone(), format!("$({value})"));
            }
            _ => {
                self.variables.insert(name.clone(), value);
            }
        }
        if exported {
            self.exported.push(name);
        }
        true
    }

    /// The recipes of the targets and of what they need, in the order in which make runs them.
    fn recipes(&self, wanted: &[String]) -> Vec<String> {
        let mut seen: Vec<&str> = Vec::new();
        let mut recipes = Vec::new();
        for target in wanted {
            self.visit(target, &mut seen, &mut recipes, 0);
        }
        recipes
    }

    fn visit<'m>(
        &'m self,
        target: &'m str,
        seen: &mut Vec<&'m str>,
        recipes: &mut Vec<String>,
        depth: usize,
    ) {
        if depth > 16 || seen.len() >= MAX_TARGETS || seen.contains(&target) {
            return;
        }
        seen.push(target);
        let rules = || self.rules.iter().filter(|(name, ..)| name == target);
        for need in rules().flat_map(|(_, needs, _)| needs) {
            self.visit(need, seen, recipes, depth + 1);
        }
        let lines: Vec<String> = rules()
            .flat_map(|(_, _, recipe)| recipe)
            .map(|line| self.expanded(line.trim_start_matches([' ', '\t', '@', '-', '+']), target, 0))
            .collect();
        if !lines.is_empty() {
            recipes.push(lines.join("\n"));
        }
    }

    /// The text with its variables in their places; what is calculated becomes a substitution of the shell, and
    /// a variable that is not known here one of the environment.
    fn expanded(&self, text: &str, target: &str, depth: usize) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if out.len() > MAX_LINE || depth > 8 {
                return out;
            }
            let Some(next) = rest.chars().next() else { break };
            match next {
                '$' => {
                    out.push('$');
                    rest = &rest[1..];
                }
                '@' => {
                    out.push_str(target);
                    rest = &rest[1..];
                }
                open @ ('(' | '{') => {
                    let close = if open == '(' { ')' } else { '}' };
                    let Some(end) = closing(rest, open, close) else { break };
                    let name = &rest[1..end];
                    rest = &rest[end + 1..];
                    if let Some(command) = name.strip_prefix("shell ") {
                        out.push_str(&format!("$({})", self.expanded(command, target, depth + 1)));
                    } else if name == "MAKE" {
                        out.push_str("make");
                    } else if let Some(value) = self.variables.get(name) {
                        match value.starts_with(&format!("${{{name}:-")) {
                            true => out.push_str(value),
                            false => out.push_str(&self.expanded(value, target, depth + 1)),
                        }
                    } else if name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_') {
                        out.push_str(&format!("${{{name}}}"));
                    } else {
                        // A function of make.
                        out.push_str("${make_function}");
                    }
                }
                other => {
                    // `$<`, `$^`, `$*`, and variables of one letter.
                    rest = &rest[other.len_utf8()..];
                    match self.variables.get(&other.to_string()) {
                        Some(value) => out.push_str(&self.expanded(value, target, depth + 1)),
                        None => out.push_str("${make_automatic}"),
                    }
                }
            }
        }
        out.push_str(rest);
        out
    }
}

fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, char) in text.char_indices() {
        if char == open {
            depth += 1;
        } else if char == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "DB ?= dev\nX := a b # c\nexport Y = 1\n.PHONY: all\nall: build | dirs ; echo all\nbuild dirs:\n\
        \t@echo $(X) $@ \\\n\t  more\n\t-rm $$HOME/$(NOPE)\nreset: ; psql $(DB)\n%.o: %.c\n\tcc $<\nloop: loop\n\t$(MAKE) loop\n";

    fn recipes(target: &str) -> Vec<String> {
        Makefile::read(TEXT).recipes(&[target.to_owned()])
    }

    #[test]
    fn recipes_come_in_the_order_of_make() {
        let makefile = Makefile::read(TEXT);
        assert_eq!(makefile.default.as_deref(), Some("all"));
        assert_eq!(makefile.exported, ["Y"]);
        let build = |name: &str| format!("echo a b {name}  more\nrm $HOME/${{NOPE}}");
        assert_eq!(recipes("all"), [build("build"), build("dirs"), "echo all".to_owned()]);
        assert_eq!(recipes("reset"), ["psql ${DB:-dev}"]);
        assert_eq!(recipes("loop"), ["make loop"]);
        assert_eq!(recipes("nothing"), Vec::<String>::new());
    }

    #[test]
    fn nothing_grows_without_end() {
        let text = (0..60).map(|n| format!("a{n} = $(a{m})$(a{m})\n", m = n + 1)).collect::<String>();
        let makefile = Makefile::read(&format!("{text}t:\n\techo $(a0)\n"));
        assert!(makefile.recipes(&["t".to_owned()])[0].len() < 64 * MAX_LINE);
    }
}
