//! Tasks of a `Taskfile.yml`: the plain forms of its commands, without the whole of YAML.

use super::super::args::Args;
use super::{Part, Shelf, Task, inside, upwards};
use crate::syntax::{Dir, HOLE, Invocation};
use std::path::Path;

const NAMES: [&str; 4] = ["Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "Taskfile.dist.yml"];

/// `task name…`, `default` where none is named.
pub(super) fn read(invocation: &Invocation, cwd: &Path, shelf: &mut Shelf<'_>) -> Option<Task> {
    let args =
        Args::read(invocation.args(), "t,taskfile= d,dir= o,output= C,concurrency= I,interval=", false);
    let asks =
        ["n", "dry", "l", "list", "a", "list-all", "summary", "status", "help", "h", "version", "init", "i"];
    if asks.iter().any(|flag| args.has(flag)) {
        return None;
    }
    let (_, cwd) = inside(&invocation.dir, cwd, args.value("dir"));
    let path = match args.value("taskfile") {
        Some(file) => cwd.join(file),
        None => upwards(&cwd, &NAMES)?,
    };
    let names: Vec<&str> =
        args.operands().iter().map(|word| word.text()).filter(|name| !name.contains('=')).collect();
    let text = shelf.text(&path, &names.join(" "))?;
    let tasks = tasks(&text);
    let mut commands = Vec::new();
    for name in if names.is_empty() { vec!["default"] } else { names } {
        visit(&tasks, name, &mut commands, 0);
    }
    let dir = path.parent().map_or(Dir::Unknown, |dir| Dir::At(dir.to_string_lossy().into_owned()));
    Some(Task::new("task", dir, commands.into_iter().map(Part::script).collect()))
}

/// What a task does, in order.
enum Step {
    Command(String),
    Other(String),
}

fn visit(tasks: &[(String, Vec<Step>)], name: &str, commands: &mut Vec<String>, depth: usize) {
    let Some((_, steps)) = tasks.iter().find(|(known, _)| known == name) else { return };
    for step in steps {
        if commands.len() >= 64 || depth > 8 {
            return;
        }
        match step {
            Step::Command(text) => commands.push(text.clone()),
            Step::Other(other) => visit(tasks, other, commands, depth + 1),
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The tasks below `tasks:`, which are told from what they hold by their indentation.
fn tasks(text: &str) -> Vec<(String, Vec<Step>)> {
    let mut tasks: Vec<(String, Vec<Step>)> = Vec::new();
    let mut lines = text.lines().skip_while(|line| line.trim_end() != "tasks:").skip(1).peekable();
    let mut depth = None;
    let mut key = "";
    while let Some(line) = lines.next() {
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let at = indent(line);
        if at == 0 {
            break;
        }
        let depth = *depth.get_or_insert(at);
        if at == depth && !body.starts_with('-') {
            let (name, rest) = body.split_once(':').unwrap_or((body, ""));
            let mut steps = Vec::new();
            if !rest.trim().is_empty() {
                steps.push(Step::Command(filled(rest)));
            }
            tasks.push((name.trim_matches(['"', '\'']).to_owned(), steps));
            key = "";
            continue;
        }
        let Some((_, steps)) = tasks.last_mut() else { continue };
        let (is_item, body) = match body.strip_prefix("- ") {
            Some(item) => (true, item.trim()),
            None => (false, body),
        };
        if !is_item {
            match body.split_once(':') {
                Some((name, rest)) if at <= depth + 4 => {
                    key = match name {
                        "cmds" => "cmds",
                        "cmd" => "cmd",
                        "deps" => "deps",
                        _ => "",
                    };
                    let rest = rest.trim();
                    if key == "cmd" && !rest.is_empty() {
                        steps.push(Step::Command(filled(rest)));
                    } else if let Some(list) = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
                    {
                        for item in list.split(',') {
                            steps.extend(step(key, item.trim()));
                        }
                    }
                }
                _ => {}
            }
            continue;
        }
        let value = body.strip_prefix("cmd:").map_or(body, str::trim);
        if matches!(value, "|" | "|-" | ">" | ">-") {
            let mut text = String::new();
            while let Some(next) = lines.next_if(|next| next.trim().is_empty() || indent(next) > at) {
                text.push_str(next.trim_start());
                text.push('\n');
            }
            steps.push(Step::Command(filled(&text)));
        } else {
            steps.extend(step(key, body));
        }
    }
    tasks
}

fn step(key: &str, item: &str) -> Option<Step> {
    let named = item.strip_prefix("task:");
    match (key, named) {
        ("cmds" | "deps", Some(name)) => Some(Step::Other(filled(name))),
        ("deps", None) => Some(Step::Other(filled(item))),
        ("cmds", None) => Some(Step::Command(filled(item.strip_prefix("cmd:").unwrap_or(item)))),
        _ => None,
    }
}

/// Without the quotes of YAML; what a template gives is only known when it runs.
fn filled(text: &str) -> String {
    let text = text.trim();
    let text =
        ["\"", "'"].iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text);
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{")
        && let Some((_, behind)) = after.split_once("}}")
    {
        out.push_str(before);
        out.push(HOLE);
        rest = behind;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_and_what_they_need() {
        let text = "version: '3'\nvars:\n  X: 1\ntasks:\n  default: echo hi\n  reset:\n    desc: x\n    deps: [build, other]\n    cmds:\n      \
            - psql -h {{.HOST}} -c 'drop table users'\n      - task: build\n      - cmd: \"ls\"\n      - |\n        a\n        b\n  build:\n    cmd: make\nincludes:\n  x: y\n";
        let tasks = tasks(text);
        let run = |name: &str| {
            let mut commands = Vec::new();
            visit(&tasks, name, &mut commands, 0);
            commands
        };
        assert_eq!(run("default"), ["echo hi"]);
        assert_eq!(run("reset"), ["make", "psql -h \u{fffc} -c 'drop table users'", "make", "ls", "a\nb"]);
        assert_eq!(run("x"), Vec::<String>::new());
    }
}
