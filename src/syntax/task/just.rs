//! Recipes of a justfile.

use super::super::args::Args;
use super::{Part, Shelf, Task, inside, interpreter, upwards};
use crate::action::Shell;
use crate::syntax::{Dir, HOLE, Invocation};
use std::collections::BTreeMap;
use std::path::Path;

const OPTIONS: &str =
    "f,justfile= d,working-directory= set= shell= shell-arg= E,dotenv-path= dotenv-filename= color=";

/// `just name arguments…`, the first recipe where none is named.
pub(super) fn read(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let args = Args::read(invocation.args(), OPTIONS, true);
    let asks =
        ["n", "dry-run", "l", "list", "s", "show", "summary", "e", "edit", "evaluate", "fmt", "dump", "help"];
    if asks.iter().any(|flag| args.has(flag)) {
        return None;
    }
    let path = match args.value("justfile") {
        Some(file) => cwd.join(file),
        None => upwards(cwd, &["justfile", "Justfile", ".justfile"])?,
    };
    let mut words: Vec<&str> = args.operands().iter().map(|word| word.text()).collect();
    let mut set = BTreeMap::new();
    while let Some((name, value)) = words.first().and_then(|word| word.split_once('=')) {
        set.insert(name.to_owned(), value.to_owned());
        words.remove(0);
    }
    let text = shelf.text(&path, &words.join(" "))?;
    let text = shelf.with_included(&text, path.parent()?, imported, 0);
    let mut justfile = Justfile::read(&text);
    justfile.variables.extend(set);
    let mut recipes = Vec::new();
    match words.split_first() {
        Some((name, arguments)) => justfile.visit(name, arguments, &mut recipes, 0),
        None => justfile.visit(&justfile.recipes.first()?.name.clone(), &[], &mut recipes, 0),
    }
    let parts = recipes.into_iter().map(part).collect();
    let home = path.parent().map(|dir| Dir::At(dir.to_string_lossy().into_owned()));
    let (dir, _) = match args.value("working-directory") {
        Some(dir) => inside(&invocation.dir, cwd, Some(dir)),
        None => (home.unwrap_or(Dir::Unknown), cwd.to_owned()),
    };
    Some(Task::new("just", dir, parts))
}

/// `import 'file'`, also where it may be missing.
fn imported(line: &str) -> Vec<&str> {
    let rest = line.strip_prefix("import").map(|rest| rest.trim_start_matches('?'));
    let named =
        rest.and_then(|rest| rest.strip_prefix(' ')).map(|name| name.trim().trim_matches(['\'', '"']));
    named.into_iter().collect()
}

/// A recipe that begins with `#!` is a script as a whole; of others each line has a shell of its own.
fn part(text: String) -> Part {
    match interpreter(&text) {
        Some(program) => match Shell::from_name(program) {
            Some(shell) => Part { text, shell, by_line: false },
            None => Part::script(String::new()),
        },
        None => Part { text, shell: Shell::Bash, by_line: true },
    }
}

struct Recipe {
    name: String,
    /// Parameter and its default.
    parameters: Vec<(String, Option<String>)>,
    needs: Vec<String>,
    lines: Vec<String>,
}

#[derive(Default)]
struct Justfile {
    variables: BTreeMap<String, String>,
    recipes: Vec<Recipe>,
}

impl Justfile {
    fn read(text: &str) -> Justfile {
        let mut justfile = Justfile::default();
        let mut joined = String::new();
        for line in text.lines() {
            if let Some(part) = line.strip_suffix('\\') {
                joined.push_str(part);
                continue;
            }
            let line = std::mem::take(&mut joined) + line;
            if line.starts_with([' ', '\t']) {
                if let Some(recipe) = justfile.recipes.last_mut() {
                    recipe.lines.push(line.trim_start().to_owned());
                }
                continue;
            }
            let line = line.trim_end();
            if line.is_empty() || line.starts_with(['#', '[']) {
                continue;
            }
            if let Some((name, value)) = line.split_once(":=") {
                let name = name.trim().trim_start_matches("export ").trim();
                justfile.variables.insert(name.to_owned(), unquoted(value.trim()));
            } else if let Some((head, needs)) = line.split_once(':')
                && justfile.recipes.len() < 1024
            {
                let mut words = head.split_whitespace();
                let Some(name) = words.next() else { continue };
                let parameter = |word: &str| {
                    let word = word.trim_start_matches(['+', '*', '$']);
                    match word.split_once('=') {
                        Some((name, default)) => (name.to_owned(), Some(unquoted(default))),
                        None => (word.to_owned(), None),
                    }
                };
                justfile.recipes.push(Recipe {
                    name: name.trim_start_matches('@').to_owned(),
                    parameters: words.map(parameter).collect(),
                    needs: needs
                        .split('#')
                        .next()
                        .unwrap_or_default()
                        .split_whitespace()
                        .map(|name| name.trim_matches(['(', ')']).to_owned())
                        .collect(),
                    lines: Vec::new(),
                });
            }
        }
        justfile
    }

    fn visit(&self, name: &str, arguments: &[&str], recipes: &mut Vec<String>, depth: usize) {
        let Some(recipe) = self.recipes.iter().find(|recipe| recipe.name == name) else { return };
        if depth > 8 || recipes.len() >= 64 {
            return;
        }
        for need in recipe.needs.iter().filter(|need| *need != name) {
            self.visit(need, &[], recipes, depth + 1);
        }
        let mut known = self.variables.clone();
        for (nth, (parameter, default)) in recipe.parameters.iter().enumerate() {
            let last = nth + 1 == recipe.parameters.len();
            let value = match arguments.get(nth) {
                // The last may take all that is left.
                Some(_) if last => Some(arguments[nth..].join(" ")),
                Some(value) => Some((*value).to_owned()),
                None => default.clone(),
            };
            known.insert(parameter.clone(), value.unwrap_or_default());
        }
        let script = recipe.lines.first().is_some_and(|line| line.starts_with("#!"));
        let lines: Vec<String> = recipe
            .lines
            .iter()
            .map(|line| if script { line } else { line.trim_start_matches(['@', '-']) })
            .map(|line| filled(line, &known))
            .collect();
        recipes.push(lines.join("\n"));
    }
}

/// The text with `{{name}}` in its place; what is calculated is only known when it runs.
fn filled(line: &str, known: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{")
        && let Some((name, behind)) = after.split_once("}}")
    {
        out.push_str(before);
        match known.get(name.trim()) {
            Some(value) if out.len() + value.len() < 8 * 1024 => out.push_str(value),
            _ => out.push(HOLE),
        }
        rest = behind;
    }
    out + rest
}

/// A literal without its quotes; anything else is only known when it runs.
fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner.to_owned();
        }
    }
    HOLE.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_are_filled_and_come_in_order() {
        let text = "host := 'db.prod'\nother := env('X')\n\n# doc\n@reset table=\"users\" *rest: build\n  psql -h {{host}} -c 'drop table {{ table }}' {{rest}}\n  \
            @echo {{other}}\nbuild:\n  cargo build\n";
        let justfile = Justfile::read(text);
        let mut recipes = Vec::new();
        justfile.visit("reset", &["a", "b", "c"], &mut recipes, 0);
        assert_eq!(recipes, ["cargo build", "psql -h db.prod -c 'drop table a' b c\necho \u{fffc}"]);
        recipes.clear();
        justfile.visit("nothing", &[], &mut recipes, 0);
        assert!(recipes.is_empty());
    }
}
