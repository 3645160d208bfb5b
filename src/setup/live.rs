//! What a shell says of itself when `forestall doctor` is typed into it, and what is wrong there.
//!
//! Only the shell knows its options, traps and key bindings. Its hook therefore defines a function `forestall`, which
//! for `doctor` puts a report into the environment variable [`VARIABLE`]: lines of `key=value`, a key may come more
//! than once, and a line without a key goes on the one before.

use super::hook;
use crate::action::Shell;
use std::path::Path;

/// The environment variable that holds the report.
pub const VARIABLE: &str = "FORESTALL_SHELL";

/// The report of a shell.
#[derive(Debug, Default)]
pub struct Live {
    fields: Vec<(String, String)>,
}

/// What a report means.
#[derive(Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The shell.
    pub shell: Shell,
    /// Its version, as it says it.
    pub version: String,
    /// How lines are stopped there, and where that stands among the hooks of others.
    pub mechanism: String,
    /// What lets a line pass unjudged, and what to do about it. Without any, the shell is protected.
    pub holes: Vec<String>,
    /// What is out of the ordinary and does no harm.
    pub remarks: Vec<String>,
}

impl Live {
    /// Reads a report.
    pub fn parse(text: &str) -> Live {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            let is_key = |key: &str| {
                !key.is_empty()
                    && key.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte))
            };
            match (line.split_once('='), fields.last_mut()) {
                (Some((key, value)), _) if is_key(key) => {
                    fields.push((key.to_owned(), value.trim().to_owned()));
                }
                (_, Some((_, value))) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                _ => {}
            }
        }
        Live { fields }
    }

    fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    fn get(&self, key: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
    }

    /// Reads out of the report what is wrong; `None` where it is no report. `binary` is this program.
    pub fn diagnose(&self, binary: &Path) -> Option<Diagnosis> {
        let shell = Shell::from_name(self.get("shell"))?;
        let mut found = Diagnosis {
            shell,
            version: self.get("version").to_owned(),
            mechanism: String::new(),
            holes: Vec::new(),
            remarks: Vec::new(),
        };
        let told: Vec<&str> = self.all("told").flat_map(|told| told.split(['<', '>'])).collect();
        // The other things that a hook has said may be over by now.
        let lasting =
            told.iter().filter(|said| said.contains("read-only") || said.contains("is older than 5"));
        found.holes.extend(lasting.map(|said| (*said).to_owned()));
        if self.get("state") != "on" && found.holes.is_empty() {
            found.holes.push("it is switched off; `forestall on` brings it back".to_owned());
        }
        let called = Path::new(self.get("binary"));
        if called != binary {
            found.holes.push(format!(
                "its hook calls {}, and this is {}; open a new shell",
                called.display(),
                binary.display()
            ));
        } else if self.get("hook") != hook::version(shell) {
            found.holes.push("its hook is of another version than this program; open a new shell".to_owned());
        }
        match shell {
            Shell::Bash => self.bash(&mut found),
            Shell::Zsh => self.zsh(&mut found),
            Shell::Fish => self.fish(&mut found),
        }
        Some(found)
    }

    fn bash(&self, found: &mut Diagnosis) {
        let (holes, remarks) = (&mut found.holes, &mut found.remarks);
        let on = self.get("state") == "on";
        if self.get("history") == "off" {
            holes.push("history is off, and what it does not hold is not seen; `set -o history`".to_owned());
        }
        if self.get("histsize") == "0" {
            holes.push("HISTSIZE is 0, and what history does not hold is not seen".to_owned());
        }
        if self.get("cmdhist") == "off" {
            remarks.push(
                "cmdhist is off; the next prompt switches it on, so that loops are seen whole".to_owned(),
            );
        }
        if !self.get("blesh").is_empty() && self.get("advice") != "on" {
            holes.push("ble.sh is attached, and runs a stopped line all the same; `ble-detach`".to_owned());
        }
        let unseen = self.get("edit");
        if on && unseen.contains("can be invoked") {
            let keys: Vec<&str> = unseen.split('"').skip(1).step_by(2).collect();
            holes.push(format!(
                "edit-and-execute is bound to {}, and what the editor leaves runs unseen",
                keys.join(" and ")
            ));
        }
        let traps = self.get("trap");
        if self.get("mechanism") == "DEBUG" {
            found.mechanism = "a DEBUG trap".to_owned();
            remarks.push(
                "before 4.4 bash has no better way, and a line that is only ( ... ) is not seen".to_owned(),
            );
            if on && !traps.contains("__forestall_debug") {
                holes
                    .push("the DEBUG trap was replaced, so nothing is judged; load the hook last".to_owned());
            }
            if !self.get("histignore").is_empty() {
                holes.push("HISTIGNORE leaves lines out of history, and those are not judged".to_owned());
            }
            return;
        }
        let ps0 = self.get("ps0");
        found.mechanism = match (ps0.find("__forestall_gate"), ps0.find("${BASH_VERSION:")) {
            (Some(_), Some(0)) if alone(ps0) => "PS0, which holds nothing else".to_owned(),
            (Some(_), Some(0)) => "PS0, in front of what others have put there".to_owned(),
            (Some(_), _) => "PS0, behind what others have put there".to_owned(),
            (None, _) => "PS0".to_owned(),
        };
        if on && !ps0.contains("__forestall_gate") {
            holes.push("PS0 was overwritten; the next prompt puts the hook back".to_owned());
        }
        let mut prompts = self.all("prompt_command");
        let first = prompts.next().unwrap_or_default();
        if on && !first.contains("__forestall_heal") && !prompts.any(|text| text.contains("__forestall_heal"))
        {
            holes.push(
                "PROMPT_COMMAND was replaced, so the hook cannot heal itself; load the hook last".to_owned(),
            );
        } else if on && !first.starts_with("__forestall_heal") {
            remarks.push("in PROMPT_COMMAND others come first, and may change what it puts right".to_owned());
        }
        let kept = [("ignorespace", "histcontrol"), ("ignoreboth", "histcontrol"), ("", "histignore")];
        if kept.iter().any(|(word, key)| !self.get(key).is_empty() && self.get(key).contains(word)) {
            remarks.push(
                "lines that HISTCONTROL or HISTIGNORE keep out of history are judged, then taken out"
                    .to_owned(),
            );
        }
        if traps.contains(" SIGINT") || traps.contains(" INT") {
            remarks.push("INT is trapped, so after a stop $? is 1 and not 130".to_owned());
        }
        if traps.contains(" DEBUG") {
            remarks.push("something else has a DEBUG trap; it is left alone".to_owned());
        }
    }

    fn zsh(&self, found: &mut Diagnosis) {
        let on = self.get("state") == "on";
        let list: Vec<&str> = self.get("preexec").split_whitespace().collect();
        let at = list.iter().position(|name| *name == "__forestall_gate");
        found.mechanism = match (at, list.len()) {
            (Some(_), 1) => "preexec_functions, which holds nothing else".to_owned(),
            (Some(at), count) => format!("preexec_functions, number {} of {count}", at + 1),
            (None, _) => "preexec_functions".to_owned(),
        };
        if on && at.is_none() {
            found
                .holes
                .push("preexec_functions was overwritten; the next prompt puts the hook back".to_owned());
        }
        if on && !self.get("precmd").split_whitespace().any(|name| name == "__forestall_heal") {
            found.holes.push(
                "precmd_functions was replaced, so the hook cannot heal itself; load the hook last"
                    .to_owned(),
            );
        }
        if at.is_some_and(|at| at > 0) {
            found
                .remarks
                .push("what stands before it in preexec_functions also runs for a stopped line".to_owned());
        }
    }

    fn fish(&self, found: &mut Diagnosis) {
        let keys = self.all("key").count();
        found.mechanism = match keys {
            0 => "the Enter key".to_owned(),
            1 => "1 binding of the Enter key".to_owned(),
            count => format!("{count} bindings of the Enter key, one for each mode"),
        };
        if keys == 0 && self.get("state") == "on" {
            found.holes.push("Enter is bound to something else; the next prompt binds it again".to_owned());
        }
        for key in self.all("key").filter(|key| !key.contains("execute")) {
            found.remarks.push(format!("Enter goes on to what it was bound to before: {key}"));
        }
    }
}

/// The interactive shell that called this program, as far as the system tells (Linux).
pub fn calling_shell() -> Option<Shell> {
    let parent = rustix::process::getppid()?.as_raw_nonzero();
    let line = std::fs::read(format!("/proc/{parent}/cmdline")).ok()?;
    let line = String::from_utf8_lossy(&line).into_owned();
    interactive(line.trim_end_matches('\0').split('\0'))
}

/// The shell that is called with these words, unless it runs a command or a script.
fn interactive<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Shell> {
    let name = words.next()?.trim_start_matches('-');
    let shell = Shell::from_name(name).filter(|shell| name.ends_with(shell.name()))?;
    while let Some(word) = words.next() {
        match word {
            "--rcfile" | "--init-file" | "-o" | "+o" | "-O" | "+O" | "-C" | "--init-command" => {
                words.next();
            }
            long if long.starts_with("--") => {
                if long.starts_with("--command") {
                    return None;
                }
            }
            short if short.starts_with(['-', '+']) => {
                if short.contains('c') {
                    return None;
                }
            }
            _ => return None,
        }
    }
    Some(shell)
}

/// Whether nothing stands behind our part of PS0, which ends in `:0}`.
fn alone(ps0: &str) -> bool {
    ps0.matches("${").count() == ps0.matches("${BASH_VERSION:").count() && ps0.ends_with(":0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINARY: &str = "/opt/forestall";

    fn diagnose(shell: Shell, text: &str) -> Diagnosis {
        let head =
            format!("shell={}\nversion=1.2\nbinary={BINARY}\nhook={}\n", shell.name(), hook::version(shell));
        Live::parse(&(head + text)).diagnose(Path::new(BINARY)).unwrap()
    }

    const BASH: &str = "state=on\nmechanism=PS0\nhistory=on\ncmdhist=on\nhistsize=500\n\
        edit=edit-and-execute-command is not bound to any keys.\n\
        ps0=${BASH_VERSION:$((__forestall_v=$( { __forestall_gate; } )+0,0)):0}\n\
        prompt_command=__forestall_heal; theirs\ntrap=\n";

    #[test]
    fn a_sound_shell_has_no_holes() {
        let found = diagnose(Shell::Bash, BASH);
        assert_eq!((found.holes.as_slice(), found.remarks.as_slice()), (&[][..], &[][..]));
        assert_eq!(found.mechanism, "PS0, which holds nothing else");
        let found =
            diagnose(Shell::Zsh, "state=on\npreexec=__forestall_gate a b\nprecmd=c __forestall_heal\n");
        assert_eq!((found.holes.len(), found.mechanism.as_str()), (0, "preexec_functions, number 1 of 3"));
        let found = diagnose(Shell::Fish, "state=on\nkey=bind \\r '__forestall_enter \"\" execute'\n");
        assert_eq!((found.holes.len(), found.remarks.len()), (0, 0));
    }

    #[test]
    fn every_hole_is_found() {
        for (from, to, said) in [
            ("state=on", "state=off", "switched off"),
            ("history=on", "history=off", "history is off"),
            ("histsize=500", "histsize=0", "HISTSIZE is 0"),
            ("trap=", "blesh=1", "ble.sh is attached"),
            (
                "is not bound to any keys.",
                "can be invoked via \"\\C-x\\C-e\", \"\\C-t\".",
                "\\C-x\\C-e and \\C-t",
            ),
            ("__forestall_gate", "other", "PS0 was overwritten"),
            ("__forestall_heal", "other", "PROMPT_COMMAND was replaced"),
            ("trap=", "told=<HISTCONTROL is read-only: x><over>", "HISTCONTROL is read-only: x"),
            ("trap=", "binary=/old", ""),
        ] {
            let found = diagnose(Shell::Bash, &BASH.replace(from, to));
            assert_eq!(found.holes.len(), usize::from(!said.is_empty()), "{found:?}");
            assert!(found.holes.iter().all(|hole| hole.contains(said)), "{found:?}");
        }
        let report = |text: &str| Live::parse(text).diagnose(Path::new(BINARY)).unwrap().holes.join("; ");
        assert!(report("shell=zsh\nstate=on\nbinary=/old\n").contains("calls /old"));
        assert!(
            report(&format!("shell=zsh\nstate=on\nbinary={BINARY}\nhook=0\n")).contains("another version")
        );
        assert!(diagnose(Shell::Zsh, "state=on\npreexec=a\nprecmd=b\n").holes.len() == 2);
        assert!(diagnose(Shell::Fish, "state=on\n").holes.len() == 1);
        assert_eq!(Live::parse("nonsense").diagnose(Path::new(BINARY)), None);
    }

    #[test]
    fn who_calls() {
        for (words, shell) in [
            ("bash", Some(Shell::Bash)),
            ("-bash", Some(Shell::Bash)),
            ("/usr/bin/zsh -l", Some(Shell::Zsh)),
            ("bash --rcfile x -i", Some(Shell::Bash)),
            ("fish -C true", Some(Shell::Fish)),
            ("bash install.sh", None),
            ("bash -ec true", None),
            ("fish --command=true", None),
            ("sh", None),
            ("cargo test", None),
        ] {
            assert_eq!(interactive(words.split(' ')), shell, "{words}");
        }
    }

    #[test]
    fn what_does_no_harm_is_a_remark() {
        let text = BASH.replace("trap=", "histcontrol=ignoreboth\ntrap=trap -- 'x' SIGINT trap -- 'y' DEBUG");
        let found = diagnose(Shell::Bash, &text.replace(":0}\n", ":0}${STARSHIP:0}\n"));
        assert_eq!((found.holes.len(), found.remarks.len()), (0, 3), "{found:?}");
        assert_eq!(found.mechanism, "PS0, in front of what others have put there");
    }
}
