//! Tasks of a `Rakefile`: the commands that they hand to the shell as plain texts.

use super::super::args::Args;
use super::{Part, Shelf, Task, upwards};
use crate::syntax::{Dir, Invocation};
use std::path::Path;

/// `rake name…`, `default` where none is named.
pub(super) fn read(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let args = Args::read(invocation.args(), "f,rakefile= I= r= R= C,directory= j,jobs=", false);
    if ["n", "dry-run", "T", "tasks", "P", "prereqs", "D", "describe", "W", "where", "h", "help"]
        .iter()
        .any(|flag| args.has(flag))
    {
        return None;
    }
    let path = match args.value("rakefile") {
        Some(file) => cwd.join(file),
        None => upwards(cwd, &["Rakefile", "rakefile", "Rakefile.rb"])?,
    };
    let mut names: Vec<&str> =
        args.operands().iter().map(|word| word.text()).filter(|name| !name.contains('=')).collect();
    if names.is_empty() {
        names.push("default");
    }
    let text = shelf.text(&path, &names.join(" "))?;
    let tasks = tasks(&text);
    let mut commands = Vec::new();
    for name in names {
        visit(&tasks, name.split('[').next().unwrap_or(name), &mut commands, 0);
    }
    if commands.is_empty() {
        // A task of a framework, which has a reader of its own.
        return None;
    }
    let dir = path.parent().map_or(Dir::Unknown, |dir| Dir::At(dir.to_string_lossy().into_owned()));
    Some(Task::new("rake", dir, commands.into_iter().map(Part::script).collect()))
}

struct RakeTask {
    name: String,
    needs: Vec<String>,
    commands: Vec<String>,
}

fn visit(tasks: &[RakeTask], name: &str, commands: &mut Vec<String>, depth: usize) {
    for task in tasks.iter().filter(|task| task.name == name) {
        if depth > 8 || commands.len() >= 64 {
            return;
        }
        for need in &task.needs {
            visit(tasks, need, commands, depth + 1);
        }
        commands.extend(task.commands.iter().cloned());
    }
}

/// Tasks with their namespaces, which are told by the `end` that stands as deep as they do.
fn tasks(text: &str) -> Vec<RakeTask> {
    let mut tasks: Vec<RakeTask> = Vec::new();
    let mut spaces: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let body = line.trim();
        let depth = line.len() - line.trim_start().len();
        if body == "end" {
            spaces.retain(|(at, _)| *at < depth);
        } else if let Some(rest) = body.strip_prefix("namespace ") {
            spaces.push((depth, words(rest).first().cloned().unwrap_or_default()));
        } else if let Some(rest) = body.strip_prefix("task ") {
            let rest = rest.split(" do").next().unwrap_or(rest);
            let (head, needs) = rest.split_once("=>").or(rest.split_once(": ")).unwrap_or((rest, ""));
            let name = words(head).into_iter().next().unwrap_or_default();
            let path: Vec<String> = spaces.iter().map(|(_, name)| name.clone()).chain([name]).collect();
            if tasks.len() < 1024 {
                tasks.push(RakeTask { name: path.join(":"), needs: words(needs), commands: Vec::new() });
            }
        } else if let Some(task) = tasks.last_mut() {
            task.commands.extend(command(body));
        }
    }
    tasks
}

/// Names written as `:name`, `'name'`, `"name"` or `name:`.
fn words(text: &str) -> Vec<String> {
    let trim = |word: &str| word.trim_matches(|char: char| "[](){}:'\", ".contains(char)).to_owned();
    text.split([',', ' ']).map(trim).filter(|word| !word.is_empty()).collect()
}

/// `sh "…"`, `system('…')`, `` `…` ``, with nothing that is put in.
fn command(line: &str) -> Option<String> {
    let rest = ["sh ", "sh(", "system ", "system(", "exec ", "exec("]
        .iter()
        .find_map(|verb| line.strip_prefix(verb))
        .or(line.starts_with('`').then_some(line))?
        .trim_start();
    let quote = rest.chars().next().filter(|char| matches!(char, '"' | '\'' | '`'))?;
    let inner = rest[1..].split(quote).next()?;
    Some(inner.replace("#{", "${"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_tasks() {
        let text = "task default: [:test]\n\ntask :test do\n  sh 'rspec'\nend\nnamespace :db do\n  desc 'x'\n  task :wipe => :environment do |t|\n    \
            system(\"psql -h db.prod -c 'drop table users'\")\n    puts 'sh x'\n  end\nend\n";
        let tasks = tasks(text);
        let run = |name: &str| {
            let mut commands = Vec::new();
            visit(&tasks, name, &mut commands, 0);
            commands
        };
        assert_eq!(run("default"), ["rspec"]);
        assert_eq!(run("db:wipe"), ["psql -h db.prod -c 'drop table users'"]);
        assert_eq!(run("wipe"), Vec::<String>::new());
    }
}
