//! A script as something to judge: its text, the shell it is written for, and which line a byte stands in.

use crate::action::{Line, Shell};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Largest script that is judged, in bytes.
pub const MAX_SCRIPT: u64 = 1024 * 1024;

/// Why something cannot be judged as a script.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The file cannot be opened or read.
    #[error("{name} cannot be read: {error}")]
    Unreadable {
        /// The file, as it was named.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// A directory.
    #[error("{name} is a directory, not a script")]
    Directory {
        /// As it was named.
        name: String,
    },
    /// More than [`MAX_SCRIPT`] bytes.
    #[error("{name} is larger than the 1 MiB that forestall reads of a script; judge its parts")]
    TooLarge {
        /// The file, as it was named.
        name: String,
    },
    /// It holds NUL bytes, as no text does.
    #[error("{name} is a binary file, not a script")]
    Binary {
        /// The file, as it was named.
        name: String,
    },
    /// Written in another language.
    #[error("{name} is a script for {interpreter}, and forestall reads those for bash, sh, zsh and fish")]
    OtherLanguage {
        /// The file, as it was named.
        name: String,
        /// The program that would run it.
        interpreter: String,
    },
}

/// A script that was read.
#[derive(Debug)]
pub struct ScriptFile {
    /// The file as it was named; `-` for standard input.
    pub name: String,
    /// The shell that would run it.
    pub shell: Shell,
    text: Line,
    /// For each line, where it begins in `text` and where in the file: a carriage return before a newline is
    /// not part of the text.
    starts: Vec<(usize, usize)>,
}

impl ScriptFile {
    /// Reads a file, or standard input for `-`. The shell is the given one, else that of the first line, else
    /// that of the file's name, else bash.
    pub fn open(path: &OsStr, shell: Option<Shell>) -> Result<ScriptFile, ScriptError> {
        let name = path.to_string_lossy().into_owned();
        let unreadable = |error| ScriptError::Unreadable { name: name.clone(), error };
        let mut bytes = Vec::new();
        if path == "-" {
            io::stdin().lock().take(MAX_SCRIPT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        } else {
            let path = Path::new(path);
            if path.metadata().map_err(unreadable)?.is_dir() {
                return Err(ScriptError::Directory { name });
            }
            let file = File::open(path).map_err(unreadable)?;
            file.take(MAX_SCRIPT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        }
        ScriptFile::from_bytes(name, &bytes, shell)
    }

    /// The script that a program call would run, if it is one for a shell: the file itself, or what `PATH` has
    /// under its name.
    pub fn of_program(program: &str, cwd: &Path) -> Option<Result<ScriptFile, ScriptError>> {
        let path = if program.contains('/') { cwd.join(program) } else { which::which(program).ok()? };
        let bytes = plain_file(&path)?;
        let shell = match interpreter(&bytes) {
            Some(interpreter) => shell_of(&interpreter)?,
            // Without a first line that names a program, a text is run by sh.
            None if bytes.contains(&0) => return None,
            None => by_extension(&path).ok()?.unwrap_or(Shell::Bash),
        };
        Some(ScriptFile::from_bytes(program.to_owned(), &bytes, Some(shell)))
    }

    /// The script that `bash FILE` would run: looked for here, then in `PATH`.
    pub fn of_argument(file: &str, cwd: &Path, shell: Shell) -> Option<Result<ScriptFile, ScriptError>> {
        let here = cwd.join(file);
        let path = if here.is_file() { here } else { which::which(file).ok()? };
        Some(ScriptFile::from_bytes(file.to_owned(), &plain_file(&path)?, Some(shell)))
    }

    fn from_bytes(name: String, bytes: &[u8], shell: Option<Shell>) -> Result<ScriptFile, ScriptError> {
        if bytes.len() as u64 > MAX_SCRIPT {
            return Err(ScriptError::TooLarge { name });
        }
        if bytes.contains(&0) {
            return Err(ScriptError::Binary { name });
        }
        let shell = match (shell, interpreter(bytes)) {
            (Some(shell), _) => shell,
            (None, Some(interpreter)) => match shell_of(&interpreter) {
                Some(shell) => shell,
                None => return Err(ScriptError::OtherLanguage { name, interpreter }),
            },
            (None, None) => match by_extension(&PathBuf::from(&name)) {
                Ok(shell) => shell.unwrap_or(Shell::Bash),
                Err(language) => {
                    return Err(ScriptError::OtherLanguage { name, interpreter: language.to_owned() });
                }
            },
        };
        let mut text = Vec::with_capacity(bytes.len());
        let mut starts = Vec::new();
        let mut at = 0;
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            starts.push((text.len(), at));
            at += line.len();
            match line.strip_suffix(b"\r\n") {
                Some(line) => text.extend([line, b"\n"].concat()),
                None => text.extend(line),
            }
        }
        Ok(ScriptFile { name, shell, text: Line::from_bytes(&text), starts })
    }

    /// The text, without carriage returns at the ends of lines.
    pub fn text(&self) -> &Line {
        &self.text
    }

    /// Number, from 1, of the line in which a byte of the text stands.
    pub fn line_number(&self, at: usize) -> usize {
        self.starts.partition_point(|(start, _)| *start <= at).max(1)
    }

    /// The byte of the file at which a byte of the text stands.
    pub fn byte_in_file(&self, at: usize) -> usize {
        let (start, in_file) = self.starts.get(self.line_number(at) - 1).copied().unwrap_or_default();
        in_file + at.saturating_sub(start)
    }

    /// The text of a line, without its end.
    pub fn line(&self, number: usize) -> &str {
        let start_of = |number: usize| self.starts.get(number).map(|(start, _)| *start);
        let end = start_of(number).unwrap_or(self.text.text().len());
        let start = start_of(number.saturating_sub(1)).unwrap_or(end);
        self.text.text().get(start..end).unwrap_or_default().trim_end_matches('\n')
    }
}

/// Only plain files are opened without being asked for, so that nothing waits for a pipe or a device.
fn plain_file(path: &Path) -> Option<Vec<u8>> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_SCRIPT + 1).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The file name of the program that `#!` names, `env` looked through.
fn interpreter(bytes: &[u8]) -> Option<String> {
    let first = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).strip_prefix(b"#!")?;
    let first = first.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    let base = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let mut words = first.split_ascii_whitespace();
    let program = base(words.next()?);
    match program.as_str() {
        "env" => words.find(|word| !word.starts_with('-') && !word.contains('=')).map(base),
        "busybox" => words.next().map(base),
        _ => Some(program),
    }
}

fn shell_of(interpreter: &str) -> Option<Shell> {
    match interpreter {
        "ash" | "ksh" | "mksh" | "bats" => Some(Shell::Bash),
        name => Shell::from_name(name),
    }
}

/// The shell that a file's name speaks of, or the language of another interpreter.
fn by_extension(path: &Path) -> Result<Option<Shell>, &'static str> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("sh" | "bash" | "bashrc" | "bash_profile" | "profile" | "ksh" | "bats") => Ok(Some(Shell::Bash)),
        Some("zsh" | "zshrc" | "zprofile" | "zshenv") => Ok(Some(Shell::Zsh)),
        Some("fish") => Ok(Some(Shell::Fish)),
        Some("py") => Err("python"),
        Some("rb") => Err("ruby"),
        Some("pl") => Err("perl"),
        Some("js" | "mjs" | "cjs" | "ts") => Err("node"),
        Some("php") => Err("php"),
        Some("lua") => Err("lua"),
        Some("ps1") => Err("powershell"),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, bytes: &[u8]) -> Result<ScriptFile, ScriptError> {
        ScriptFile::from_bytes(name.to_owned(), bytes, None)
    }

    #[test]
    fn the_shell_is_found() {
        for (name, first, shell) in [
            ("x", "#!/bin/sh\n", Shell::Bash),
            ("x.zsh", "#!/usr/bin/env -S bash -e\n", Shell::Bash),
            ("x", "#! /usr/bin/env FOO=1 zsh -f\r\n", Shell::Zsh),
            ("x", "#!/usr/local/bin/fish\n", Shell::Fish),
            ("x.fish", "echo\n", Shell::Fish),
            ("home/.zshrc", "echo\n", Shell::Zsh),
            ("x", "#!/bin/busybox sh\n", Shell::Bash),
            ("-", "", Shell::Bash),
        ] {
            assert_eq!(read(name, first.as_bytes()).unwrap().shell, shell, "{name} {first}");
        }
        for (name, first, said) in [
            ("x", "#!/usr/bin/env python3\n", "a script for python3"),
            ("x.sh", "#!/usr/bin/perl -w\n", "a script for perl"),
            ("x.py", "print(1)\n", "a script for python"),
            ("x", "\x7fELF\0\0", "a binary file"),
        ] {
            let error = read(name, first.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let forced = ScriptFile::from_bytes("x".to_owned(), b"#!/usr/bin/python\n", Some(Shell::Zsh));
        assert_eq!(forced.unwrap().shell, Shell::Zsh);
    }

    #[test]
    fn bytes_have_lines_and_lines_have_bytes() {
        let script = read("x", b"a\r\nbc\r\n\r\nd\r").unwrap();
        assert_eq!(script.text().text(), "a\nbc\n\nd\r");
        let lines: Vec<usize> = (0..8).map(|at| script.line_number(at)).collect();
        assert_eq!(lines, [1, 1, 2, 2, 2, 3, 4, 4]);
        assert_eq!(script.line(2), "bc");
        assert_eq!(script.line(4), "d\r");
        assert_eq!(script.line(5), "");
        assert_eq!(script.byte_in_file(3), 4);
        assert_eq!(script.byte_in_file(6), 9);
        let empty = read("x", b"").unwrap();
        assert_eq!((empty.line_number(0), empty.line(1)), (1, ""));
    }
}
