//! What a call would write into which file, as far as the line and the files that it names show it: the text of
//! `echo … >> f`, `tee`, a here-document, `sed -i`, a copy, a download.

use super::{file, planted, settings};
use crate::effect::code::{self, Address, Origin};
use crate::effect::file::is_in_place;
use crate::effect::{Call, Effect};
use crate::syntax::{Feed, HOLE, Host, Invocation, Word};

/// What comes into a file.
pub(super) enum Content {
    /// This text; what is only known when it runs is a [`HOLE`].
    Text(String),
    /// What this address answers.
    Fetched(Address),
    /// A file, by its path, that cannot be read now.
    File(String),
    /// Nothing that could be told.
    Unknown,
}

/// A file that a call writes, and where its content comes from.
struct Written<'a> {
    /// The word that names the file, or the directory that it is put into.
    word: &'a Word,
    path: String,
    from: From<'a>,
}

enum From<'a> {
    /// What the call puts out.
    Output,
    /// What comes into the call.
    Input,
    /// Another file.
    File(&'a Word),
    /// A script of sed, applied to the file.
    Sed(&'a str),
    /// An address.
    Address,
}

/// Judges what a call would write where it is run later, or where it is a setting.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    for redirect in &invocation.redirects {
        let path = redirect.target.text().to_owned();
        judge(call, &Written { word: &redirect.target, path, from: From::Output }, effects);
    }
    let words = invocation.args();
    let mut operands = words.iter().filter(|word| !word.text().starts_with('-'));
    match invocation.program() {
        "tee" => {
            for word in operands {
                let path = word.text().to_owned();
                judge(call, &Written { word, path, from: From::Input }, effects);
            }
        }
        "cp" | "mv" | "install" | "ln" => {
            let modes = ["-m", "--mode", "-o", "-g", "--owner", "--group"];
            let named: Vec<&Word> = words
                .iter()
                .enumerate()
                .filter(|(at, word)| {
                    let value = *at > 0 && modes.contains(&words[at - 1].text());
                    !(word.text().starts_with('-') || value && invocation.program() == "install")
                })
                .map(|(_, word)| word)
                .collect();
            let [from @ .., to] = named.as_slice() else { return };
            for &source in from.iter().take(8) {
                let name = source.text().rsplit('/').next().unwrap_or_default();
                let into = format!("{}/{name}", to.text().trim_end_matches('/'));
                // `cp x /etc/cron.daily`: a directory, whether or not it is written as one.
                let path = if planted::is_directory(to.text()) { into } else { to.text().to_owned() };
                judge(call, &Written { word: to, path, from: From::File(source) }, effects);
            }
        }
        "sed" | "gsed" => {
            if !words.iter().map(Word::text).any(is_in_place) {
                return;
            }
            let script = words.windows(2).find(|pair| matches!(pair[0].text(), "-e" | "--expression"));
            let Some(script) = script.map(|pair| &pair[1]).or_else(|| operands.next()) else { return };
            for word in operands.filter(|word| !std::ptr::eq(*word, script)) {
                let path = word.text().to_owned();
                judge(call, &Written { word, path, from: From::Sed(script.text()) }, effects);
            }
        }
        "curl" | "wget" => {
            let Some(fetched) = code::fetch(invocation) else { return };
            let directory = words
                .iter()
                .position(|word| matches!(word.text(), "-P" | "--directory-prefix" | "--output-dir"))
                .and_then(|at| words.get(at + 1));
            let file = fetched.file.unwrap_or_default();
            let word = words.iter().find(|word| word.text().ends_with(file) && !file.is_empty());
            let (Some(word), path) = (match directory {
                Some(dir) => (Some(dir), format!("{}/{file}", dir.text().trim_end_matches('/'))),
                None => (word, file.to_owned()),
            }) else {
                return;
            };
            judge(call, &Written { word, path, from: From::Address }, effects);
        }
        // `crontab file`, `systemctl link unit`
        "crontab" => {
            let file = words.iter().enumerate().find(|(at, word)| {
                !(word.text().starts_with('-') || *at > 0 && words[at - 1].text() == "-u")
            });
            let lists = words.iter().any(|word| matches!(word.text(), "-l" | "-r" | "-e" | "-T"));
            let file = file.filter(|(_, word)| word.text() != "-");
            if let (None, Some(word)) = (file, invocation.words.first()) {
                let written = Written { word, path: String::new(), from: From::Input };
                if let Content::Text(text) = content(call, &written) {
                    planted::scheduled(call, &text, invocation.span, effects);
                }
            }
            if let Some((_, word)) = file.filter(|_| !lists) {
                let path = "/var/spool/cron/own".to_owned();
                judge(call, &Written { word, path, from: From::File(word) }, effects);
            }
        }
        "systemctl" => {
            let mut operands = operands.skip_while(|word| !matches!(word.text(), "link" | "enable"));
            if operands.next().is_some() {
                for word in operands.filter(|word| word.text().contains('/')) {
                    let name = word.text().rsplit('/').next().unwrap_or_default();
                    let path = format!("/etc/systemd/system/{name}");
                    judge(call, &Written { word, path, from: From::File(word) }, effects);
                }
            }
        }
        "npm" | "pnpm" => {
            if let [pkg, set, rest @ ..] = words
                && pkg.text() == "pkg"
                && set.text() == "set"
            {
                for word in rest {
                    if let Some((name, script)) = word.text().split_once('=')
                        && name.starts_with("scripts.")
                    {
                        planted::grave(call, script, word.span, effects);
                    }
                }
            } else if let [set, _, script, ..] = words
                && set.text() == "set-script"
            {
                planted::grave(call, script.text(), script.span, effects);
            }
        }
        "schtasks" => {
            if let Some(pair) = words.windows(2).find(|pair| pair[0].text().eq_ignore_ascii_case("/tr")) {
                code::run_text(call, pair[1].text(), pair[1].span, "planted", effects);
            }
        }
        _ => {}
    }
}

fn judge(call: Call<'_>, written: &Written<'_>, effects: &mut Vec<Effect>) {
    let later = planted::later(&written.path);
    let settings = settings::of(&written.path);
    let hook = file::is_hook(&written.path);
    if later.is_none() && settings.is_none() && !hook {
        return;
    }
    let content = content(call, written);
    if let (Some(settings), Content::Text(text)) = (&settings, &content) {
        settings::read(settings, text, &written.path, written.word.span, effects);
    }
    if hook && matches!(&content, Content::Text(text) if lets_pass(text)) {
        file::hooks(call, &written.path, "lets everything pass", written.word.span, effects);
        return;
    }
    if let Some(later) = later {
        planted::read(call, later, &written.path, content, written.word.span, effects);
    }
}

/// A hook that does nothing but say yes.
fn lets_pass(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    matches!(lines.next(), None | Some("exit 0" | "exit" | "true" | ":" | "return 0"))
}

fn content(call: Call<'_>, written: &Written<'_>) -> Content {
    let invocation = call.invocation;
    match written.from {
        From::Output => said(invocation).map_or_else(|| output_of(call, invocation), Content::Text),
        From::Input => match &invocation.stdin {
            Feed::Text(word) => Content::Text(word.text().to_owned()),
            Feed::File(word) => of_file(call, word),
            Feed::Pipe(made) => {
                let makers: Vec<&Invocation> =
                    made.iter().filter_map(|&index| call.script.invocations.get(index)).collect();
                let texts: Option<Vec<String>> = makers.iter().map(|maker| said(maker)).collect();
                match (texts, makers.as_slice()) {
                    (Some(texts), _) => Content::Text(texts.join("\n")),
                    (None, [only]) => output_of(call, only),
                    (None, _) => Content::Unknown,
                }
            }
            Feed::Inherited => Content::Unknown,
        },
        From::File(word) => match word.text() {
            "/dev/null" | "/bin/true" | "/usr/bin/true" => Content::Text(String::new()),
            _ => of_file(call, word),
        },
        From::Sed(script) => Content::Text(put_in(script)),
        From::Address => match code::fetch(invocation) {
            Some(fetched) => Content::Fetched(fetched.address),
            None => Content::Unknown,
        },
    }
}

/// The words that `echo` or `printf` says, or the here-document of `cat`.
fn said(maker: &Invocation) -> Option<String> {
    let words: Vec<&str> = maker.args().iter().map(Word::text).collect();
    match maker.program() {
        "echo" | "print" => {
            let flags = words.iter().take_while(|word| {
                word.len() > 1 && word.starts_with('-') && word[1..].chars().all(|c| "neEr".contains(c))
            });
            let flags = flags.count();
            let text = words.get(flags..)?.join(" ");
            let escaped = words[..flags].iter().any(|flag| flag.contains('e'));
            Some(if escaped { code::escapes(&text) } else { text })
        }
        "printf" => {
            let words = words.strip_prefix(&["--"]).unwrap_or(&words);
            let (format, rest) = words.split_first()?;
            code::printf(format, rest)
        }
        "cat" => match &maker.stdin {
            Feed::Text(word) => Some(word.text().to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// What a call puts out that says nothing of itself: decoded, fetched, or a file.
fn output_of(call: Call<'_>, maker: &Invocation) -> Content {
    let at = call.script.invocations.iter().position(|other| std::ptr::eq(other, maker));
    match at.map(|at| code::origin_of(call, at)) {
        Some(Origin::Literal(text)) => Content::Text(text),
        Some(Origin::Download(address)) => Content::Fetched(address),
        _ => match (maker.program(), maker.args().iter().find(|word| !word.text().starts_with('-'))) {
            ("cat", Some(word)) => of_file(call, word),
            _ => Content::Unknown,
        },
    }
}

/// A file that the line writes before, or that is here.
fn of_file(call: Call<'_>, word: &Word) -> Content {
    match code::origin_of_file(call, word) {
        Origin::Literal(text) => return Content::Text(text),
        Origin::Download(address) => return Content::Fetched(address),
        _ => {}
    }
    let path = word.text();
    if path.contains(HOLE) || call.invocation.host != Host::Local {
        return Content::Unknown;
    }
    let read = || {
        let scene = call.scene;
        let base = call.invocation.cwd(scene)?;
        let file = match (path.strip_prefix("~/"), scene.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => base.join(path),
        };
        crate::action::file_text(&file)
    };
    match call.scene.is_live().then(read).flatten() {
        Some(text) => Content::Text(text),
        None => Content::File(path.to_owned()),
    }
}

/// What a script of sed puts into a file: behind `s/…/`, `a`, `i` and `c`.
fn put_in(script: &str) -> String {
    let mut lines = Vec::new();
    for command in script.split(['\n', ';']) {
        let command = command.trim();
        if let Some(rest) = command.strip_prefix('s')
            && let Some(delimiter) = rest.chars().next().filter(|c| !c.is_alphanumeric())
        {
            lines.extend(rest.split(delimiter).nth(2).map(str::to_owned));
            continue;
        }
        // `$ a text`, `1i text`, `/x/a\text`
        let address = match command.strip_prefix('/') {
            Some(rest) => rest.split_once('/').map_or("", |(_, rest)| rest),
            None => command.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '$' | ',' | ' ')),
        };
        if let Some(text) = address.trim_start().strip_prefix(['a', 'i', 'c']) {
            lines.push(text.trim_start_matches(['\\', ' ']).to_owned());
        } else if let Some(text) = address.trim_start().strip_prefix('s')
            && let Some(delimiter) = text.chars().next().filter(|c| !c.is_alphanumeric())
        {
            lines.extend(text.split(delimiter).nth(2).map(str::to_owned));
        }
    }
    lines.join("\n")
}
