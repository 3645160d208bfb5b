//! Code that is written where something runs it later: a shell when it starts, cron, systemd, a session, git, ssh,
//! an editor. What can be read is judged as a line of its own.

use super::weaken;
use super::written::Content;
use crate::effect::code;
use crate::effect::{Call, Effect, EffectKind};
use crate::fact::{Key, Value};
use crate::syntax::{HOLE, Span};

/// What reads a file later, and with that how commands stand in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Later {
    /// A shell: all of it.
    Shell,
    /// cron: behind so many words of each line.
    Cron(usize),
    /// systemd, and what is like it: behind these keys.
    Keyed(&'static str),
    /// launchd: the strings of a property list.
    Plist,
    /// python, each time that it starts.
    Python,
    /// An editor or a terminal: behind these words.
    Behind(&'static str),
}

/// Directories whose files are run.
pub(super) fn is_directory(path: &str) -> bool {
    let name = path.trim_end_matches('/');
    path.ends_with('/')
        || [".d", "/hooks", "/system", "/user", "/autostart", "/LaunchAgents", "/LaunchDaemons", "/.husky"]
            .iter()
            .any(|end| name.ends_with(end))
        || name.rsplit_once("/cron.").is_some_and(|(_, rest)| !rest.contains('/'))
}

/// What reads this file later; `None` for what nothing runs.
pub(super) fn later(path: &str) -> Option<Later> {
    const UNIT: &str = "ExecStart ExecStartPre ExecStartPost ExecStop ExecStopPost ExecReload ExecCondition";
    let name = path.rsplit('/').next().unwrap_or(path);
    let under = |dirs: &[&str]| dirs.iter().any(|dir| path.starts_with(dir));
    let holds = |part: &str| path.contains(part);
    Some(match name {
        ".bashrc" | ".zshrc" | ".bash_profile" | ".profile" | ".zshenv" | ".zprofile" | ".bash_login"
        | ".zlogin" | ".bash_logout" | ".zlogout" | "config.fish" | ".xinitrc" | ".xprofile"
        | ".xsession" | ".bash_aliases" | ".kshrc" | ".envrc" => Later::Shell,
        ".vimrc" | "init.vim" | ".exrc" | ".gvimrc" => Later::Behind("! system("),
        ".tmux.conf" | "tmux.conf" => Later::Behind("run-shell run if-shell"),
        "hyprland.conf" => Later::Behind("exec-once= exec= exec-once exec"),
        ".pythonrc" | ".pythonrc.py" | "sitecustomize.py" | "usercustomize.py" => Later::Python,
        ".gitconfig" => {
            Later::Keyed("fsmonitor pager editor sshCommand external textconv clean smudge process cmd !")
        }
        "crontab" if path == "/etc/crontab" => Later::Cron(6),
        "rc" if holds(".ssh/") => Later::Shell,
        "config" if holds(".git/") || holds("/git/") => {
            Later::Keyed("fsmonitor pager editor sshCommand external textconv clean smudge process cmd !")
        }
        "config" if holds(".ssh/") => {
            Later::Keyed("ProxyCommand LocalCommand RemoteCommand KnownHostsCommand")
        }
        "config" if holds("i3/") || holds("sway/") => Later::Behind("exec_always exec"),
        "sshd_config" | "ssh_config" => {
            Later::Keyed("ForceCommand ProxyCommand LocalCommand AuthorizedKeysCommand KnownHostsCommand")
        }
        _ if name.ends_with(".pth") => Later::Python,
        _ if under(&["/etc/cron.d/"]) => Later::Cron(6),
        _ if under(&["/var/spool/cron/"]) => Later::Cron(5),
        _ if under(&[
            "/etc/cron.",
            "/etc/profile",
            "/etc/rc.",
            "/etc/bash.bashrc",
            "/etc/zshrc",
            "/etc/zsh/",
            "/etc/update-motd.d/",
            "/etc/NetworkManager/dispatcher.d/",
            "/etc/network/if-",
            "/etc/init.d/",
            "/etc/X11/Xsession.d/",
            "/usr/lib/systemd/system-sleep/",
            "/etc/ssh/sshrc",
        ]) =>
        {
            Later::Shell
        }
        _ if holds(".git/hooks/") || holds(".husky/") || holds("/fish/conf.d/") => Later::Shell,
        _ if holds("/systemd/") && (holds("/system/") || holds("/user/")) => Later::Keyed(UNIT),
        _ if holds("/autostart/") => Later::Keyed("Exec TryExec"),
        _ if holds("LaunchAgents/") || holds("LaunchDaemons/") => Later::Plist,
        _ if holds("/udev/rules.d/") => Later::Behind("RUN+= RUN= PROGRAM= IMPORT{program}="),
        _ if holds("/apt/apt.conf") => Later::Behind("-Invoke"),
        _ if holds("/pam.d/") => Later::Behind("pam_exec.so"),
        _ => return None,
    })
}

/// Longest text that is read, in bytes; what is longer was written by somebody for more than this line.
const MAX_TEXT: usize = 16 * 1024;
/// Most commands that are judged of one file.
const MAX_COMMANDS: usize = 64;

/// Judges what comes into such a file.
pub(super) fn read(
    call: Call<'_>,
    later: Later,
    path: &str,
    content: Content,
    span: Span,
    effects: &mut Vec<Effect>,
) {
    let text = match content {
        Content::Text(text) if text.len() <= MAX_TEXT => text,
        Content::Fetched(address) => {
            let how = format!("what {} answers", address.shown);
            return weaken("shell-start", how, path, span, effects);
        }
        // A file that everybody may write, put where it is run.
        Content::File(from) if code::anyones(call, &from) => {
            return weaken("shell-start", format!("{from}, which everybody may write"), path, span, effects);
        }
        _ => return,
    };
    match later {
        Later::Shell => shell(call, &text, span, effects),
        Later::Python => {
            let script = format!("python3 -c {}", crate::action::Shell::Bash.word(&text));
            code::run_text(call, &script, span, "planted", effects);
        }
        Later::Plist => {
            let strings: Vec<&str> =
                text.split("<string>").skip(1).filter_map(|part| part.split("</string>").next()).collect();
            // `/bin/sh -c script`, or a program and its words; the label stands somewhere among them.
            match strings.iter().position(|part| *part == "-c").and_then(|at| strings.get(at + 1)) {
                Some(script) => shell(call, &unescaped(script), span, effects),
                None => {
                    if let Some(at) = strings.iter().position(|part| part.starts_with('/')) {
                        shell(call, &strings[at..].join(" "), span, effects);
                    }
                }
            }
        }
        Later::Cron(fields) => {
            let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
            for line in lines.take(MAX_COMMANDS) {
                let fields = if line.starts_with('@') { fields - 4 } else { fields };
                let mut rest = line;
                for _ in 0..fields {
                    rest = rest.split_once([' ', '\t']).map_or("", |(_, rest)| rest.trim_start());
                }
                shell(call, rest, span, effects);
            }
        }
        Later::Keyed(keys) => {
            for line in
                text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])).take(MAX_COMMANDS)
            {
                let Some((key, value)) = line.split_once(['=', ' ']) else { continue };
                let value = value.trim_start_matches(['=', ' ']).trim();
                let fits = keys.split(' ').any(|known| known.eq_ignore_ascii_case(key.trim()));
                if fits || keys.ends_with('!') && value.starts_with('!') {
                    let value = inner(value.trim_start_matches(['-', '@', ':', '+', '!']));
                    let value = value.replace("%h", "~").replace("%%", "%");
                    shell(call, &value, span, effects);
                }
            }
        }
        Later::Behind(marks) => {
            for line in text.lines().take(MAX_COMMANDS) {
                let found = marks.split(' ').find_map(|mark| line.split_once(mark).map(|(_, rest)| rest));
                if let Some(rest) = found {
                    shell(call, &inner(rest.trim_start_matches([' ', '=', '{', '('])), span, effects);
                }
            }
        }
    }
}

/// What stands between the quotes, where a value is one quoted text.
fn inner(value: &str) -> String {
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return value.to_owned();
    };
    let mut text = String::new();
    let mut rest = value.chars().skip(1);
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.extend(rest.next()),
            _ if c == quote => break,
            _ => text.push(c),
        }
    }
    text
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&quot;", "\"")
}

/// Judges commands of a shell that run later.
fn shell(call: Call<'_>, text: &str, span: Span, effects: &mut Vec<Effect>) {
    if text.trim().is_empty() {
        return;
    }
    code::run_text(call, text, span, "planted", effects);
    for line in text.lines().take(MAX_COMMANDS) {
        let line = line.trim_start();
        let mut stranger = None;
        // What a name stands for from then on; what a person calls their own is theirs to judge.
        if let Some(rest) = line.strip_prefix("alias ")
            && let Some((_, value)) = rest.split_once('=')
        {
            let value = value.trim_matches(['"', '\'']);
            grave(call, value, span, effects);
            stranger = strange(call, value);
        }
        if let Some(path) = stranger.or_else(|| strange(call, line)) {
            weaken(
                "shell-start",
                format!("{path}, which everybody may write"),
                "what runs by itself",
                span,
                effects,
            );
            return;
        }
    }
}

/// Adds a file of others that a table of cron runs, where the commands themselves are judged already.
pub(super) fn scheduled(call: Call<'_>, text: &str, span: Span, effects: &mut Vec<Effect>) {
    let found = text.lines().take(MAX_COMMANDS).find_map(|line| {
        let line = line.trim();
        let at = line
            .find(" /")
            .map(|at| at + 1)
            .filter(|_| line.starts_with(['*', '@']) || line.starts_with(|c: char| c.is_ascii_digit()))?;
        strange(call, &line[at..])
    });
    if let Some(path) = found {
        weaken("shell-start", format!("{path}, which everybody may write"), "the crontab", span, effects);
    }
}

/// Judges a command that goes by a name from then on, and keeps only what nobody calls a habit: code of others, a
/// home or a system deleted.
pub(super) fn grave(call: Call<'_>, script: &str, span: Span, effects: &mut Vec<Effect>) {
    let mut found = Vec::new();
    code::run_text(call, script, span, "planted", &mut found);
    found.retain(|effect| {
        let place = effect.attributes.iter().find(|(key, _)| *key == Key::PathPlace).map(|(_, value)| value);
        match effect.kind {
            EffectKind::CodeRun => true,
            EffectKind::PathDelete => {
                matches!(place, Some(Value::Text(place)) if matches!(place.as_str(), "root" | "home" | "system"))
            }
            _ => false,
        }
    });
    effects.append(&mut found);
}

/// A file of such a directory that a line would run or look for programs in.
fn strange<'a>(call: Call<'_>, line: &'a str) -> Option<&'a str> {
    if let Some(dirs) = line.trim_start_matches("export ").strip_prefix("PATH=") {
        let first = dirs.trim_start_matches(['"', '\'']).split(':').next().unwrap_or_default();
        return code::anyones(call, &format!("{first}/")).then_some(first);
    }
    line.split([';', '|', '&', '(', '`']).find_map(|part| {
        let mut words = part.split_ascii_whitespace();
        let first = words.find(|word| {
            !matches!(
                *word,
                "." | "source" | "sh" | "bash" | "exec" | "nohup" | "sudo" | "python3" | "python"
            )
        })?;
        let first = first.trim_matches(['"', '\'']);
        (code::anyones(call, first) && !first.contains(HOLE)).then_some(first)
    })
}
