//! The block that forestall puts at the end of an rc file, and takes out again without a trace.
//!
//! What the file was like before is written into the first line of the block, so that taking it out restores
//! every byte: `(new file)` where there was none, `(new file, new folders: 2)` where its folders were made too,
//! `(no newline before)` where its last line did not end.

use super::hook;
use crate::action::Shell;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const BEGIN: &[u8] = b"# >>> forestall >>>";
const END: &[u8] = b"# <<< forestall <<<";
const NEW_FILE: &str = " (new file)";
const NEW_FOLDERS: &str = " (new file, new folders: ";
const NO_NEWLINE: &str = " (no newline before)";

/// What would be done to an rc file.
#[derive(Debug, PartialEq, Eq)]
pub enum Plan {
    /// It is as it should be.
    Nothing,
    /// These bytes replace it.
    Write(Vec<u8>),
    /// It was made by us and holds nothing else; with so many of the folders around it, where they are empty.
    Remove {
        /// From the inner to the outer.
        folders: usize,
    },
    /// It must not be touched, for this reason.
    Refuse(&'static str),
}

/// The lines that make a shell load the hook, without the marks. They stay harmless when the binary is gone,
/// and silent in a shell that is not interactive, where any output would break scp and rsync.
pub fn body(shell: Shell, binary: &Path) -> io::Result<String> {
    // Refuses a path that the hook could not hold either.
    hook::text(shell, binary)?;
    let path = shell.quoted(&binary.to_string_lossy());
    let name = shell.name();
    let gone = "echo 'forestall is gone: this shell is not protected' >&2";
    Ok(match shell {
        Shell::Fish => format!(
            "# Judges lines before they run. Taken out by `forestall uninstall`.\n\
             if status is-interactive\n\
             \x20   if test -x {path}\n\
             \x20       {path} init {name} | source\n\
             \x20   else\n\
             \x20       {gone}\n\
             \x20   end\n\
             end\n"
        ),
        Shell::Bash | Shell::Zsh => format!(
            "# Judges lines before they run. Taken out by `forestall uninstall`.\n\
             case $- in *i*)\n\
             \x20 if [ -x {path} ]; then eval \"$({path} init {name})\"\n\
             \x20 else {gone}; fi ;;\n\
             esac\n"
        ),
    })
}

/// What installing would do to the file.
pub fn install(path: &Path, body: &str) -> io::Result<Plan> {
    let before = match read(path)? {
        Ok(before) => before,
        Err(reason) => return Ok(Plan::Refuse(reason)),
    };
    let Some(before) = before else {
        let folders = path.ancestors().skip(1).take_while(|folder| !folder.exists()).count();
        let note = match folders {
            0 => NEW_FILE.to_owned(),
            folders => format!("{NEW_FOLDERS}{folders})"),
        };
        return Ok(Plan::Write(block(&note, body)));
    };
    if let Some(found) = find(&before) {
        let Some(found) = found else { return Ok(Plan::Refuse("its forestall block has no end mark")) };
        let first = before[found.start..].split(|&byte| byte == b'\n').next().unwrap_or_default();
        let note = String::from_utf8_lossy(first.get(BEGIN.len()..).unwrap_or_default()).into_owned();
        let after = [&before[..found.start], &block(&note, body), &before[found.end..]].concat();
        return Ok(if after == before { Plan::Nothing } else { Plan::Write(after) });
    }
    let mut after = before;
    let note = match after.last() {
        None | Some(b'\n') => "",
        Some(_) => {
            after.push(b'\n');
            NO_NEWLINE
        }
    };
    after.extend(block(note, body));
    Ok(Plan::Write(after))
}

/// What uninstalling would do to the file.
pub fn uninstall(path: &Path) -> io::Result<Plan> {
    let before = match read(path)? {
        Ok(Some(before)) => before,
        Ok(None) => return Ok(Plan::Nothing),
        // Where nothing is, nothing has to be refused.
        Err(reason) => {
            let ours = fs::read(path).is_ok_and(|bytes| find(&bytes).is_some());
            return Ok(if ours { Plan::Refuse(reason) } else { Plan::Nothing });
        }
    };
    let Some(found) = find(&before) else { return Ok(Plan::Nothing) };
    let Some(found) = found else { return Ok(Plan::Refuse("its forestall block has no end mark")) };
    let has_note = |note: &str| before[found.start + BEGIN.len()..].starts_with(note.as_bytes());
    let (mut head, tail) = (&before[..found.start], &before[found.end..]);
    if head.is_empty() && tail.is_empty() {
        if has_note(NEW_FILE) {
            return Ok(Plan::Remove { folders: 0 });
        }
        if has_note(NEW_FOLDERS) {
            let digit = before.get(found.start + BEGIN.len() + NEW_FOLDERS.len());
            let folders = digit.filter(|digit| digit.is_ascii_digit()).map_or(0, |digit| digit - b'0');
            return Ok(Plan::Remove { folders: folders.into() });
        }
    }
    // The newline was ours, unless somebody has written behind the block since.
    if has_note(NO_NEWLINE) && tail.is_empty() {
        head = head.strip_suffix(b"\n").unwrap_or(head);
    }
    Ok(Plan::Write([head, tail].concat()))
}

/// Carries out a plan. A file is replaced in one step, with its mode kept.
pub fn carry_out(path: &Path, plan: &Plan) -> io::Result<()> {
    match plan {
        Plan::Nothing | Plan::Refuse(_) => Ok(()),
        Plan::Remove { folders } => {
            fs::remove_file(path)?;
            for folder in path.ancestors().skip(1).take(*folders) {
                // Where something else stands in it by now, it stays.
                let _ = fs::remove_dir(folder);
            }
            Ok(())
        }
        Plan::Write(bytes) => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let new = beside(path);
            let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&new)?;
            let written = file.write_all(bytes).and_then(|()| match fs::metadata(path) {
                Ok(meta) => file.set_permissions(fs::Permissions::from_mode(meta.permissions().mode())),
                Err(_) => Ok(()),
            });
            let written = written.and_then(|()| file.sync_all()).and_then(|()| fs::rename(&new, path));
            if written.is_err() {
                let _ = fs::remove_file(&new);
            }
            written
        }
    }
}

/// Whether the file holds our block, or loads the hook in another way.
pub fn mentions_hook(path: &Path, shell: Shell) -> bool {
    let needle = format!("forestall init {}", shell.name());
    fs::read(path)
        .is_ok_and(|bytes| find(&bytes).is_some() || String::from_utf8_lossy(&bytes).contains(&needle))
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".forestall-{}", std::process::id()));
    path.with_file_name(name)
}

/// The bytes of a file that may be changed, `None` where there is none, or why it may not.
pub fn read(path: &Path) -> io::Result<Result<Option<Vec<u8>>, &'static str>> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ok(None)),
        Err(error) => Err(error),
        Ok(meta) if meta.is_symlink() => Ok(Err("it is a symbolic link, so something else manages it")),
        Ok(meta) if !meta.is_file() => Ok(Err("it is not a plain file")),
        // Asked of the mode and not of access(2), since root may write everything and still should not here.
        Ok(meta) if meta.permissions().mode() & 0o222 == 0 => Ok(Err("it is read-only")),
        Ok(_) => Ok(Ok(Some(fs::read(path)?))),
    }
}

fn block(note: &str, body: &str) -> Vec<u8> {
    [BEGIN, note.as_bytes(), b"\n", body.as_bytes(), END, b"\n"].concat()
}

/// Where our block stands: whole lines, the end mark's newline included. `Some(None)` for one without an end.
fn find(bytes: &[u8]) -> Option<Option<std::ops::Range<usize>>> {
    let mut start = None;
    let mut at = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let next = at + line.len();
        match start {
            None if line.starts_with(BEGIN) => start = Some(at),
            Some(start) if line.starts_with(END) => return Some(Some(start..next)),
            _ => {}
        }
        at = next;
    }
    start.map(|_| None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "eval it\n";

    fn round_trip(before: Option<&[u8]>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".bashrc");
        if let Some(before) = before {
            fs::write(&path, before).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        }
        carry_out(&path, &install(&path, BODY).unwrap()).unwrap();
        let installed = fs::read(&path).unwrap();
        assert!(
            installed.ends_with(b"# <<< forestall <<<\n")
                && installed.starts_with(before.unwrap_or_default())
        );
        assert_eq!(install(&path, BODY).unwrap(), Plan::Nothing, "twice changes nothing");
        // An upgrade to another place replaces the block where it stands.
        carry_out(&path, &install(&path, "eval other\n").unwrap()).unwrap();
        assert_eq!(fs::read(&path).unwrap().len(), installed.len() + 3);
        carry_out(&path, &uninstall(&path).unwrap()).unwrap();
        assert_eq!(fs::read(&path).ok().as_deref(), before);
        if before.is_some() {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        }
        assert_eq!(uninstall(&path).unwrap(), Plan::Nothing);
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            usize::from(before.is_some()),
            "nothing is left over"
        );
    }

    #[test]
    fn every_byte_comes_back() {
        for before in
            [&b""[..], b"\n", b"alias a=b\n", b"alias a=b", b"a\r\nb\r\n", b"a\r\nb\r", b"\xff\xfe\n\n\n"]
        {
            round_trip(Some(before));
        }
        round_trip(None);
    }

    #[test]
    fn folders_that_were_made_go_and_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fish/conf.d/forestall.fish");
        carry_out(&path, &install(&path, BODY).unwrap()).unwrap();
        assert_eq!(install(&path, BODY).unwrap(), Plan::Nothing);
        fs::write(dir.path().join("fish/config.fish"), "").unwrap();
        assert_eq!(uninstall(&path).unwrap(), Plan::Remove { folders: 2 });
        carry_out(&path, &uninstall(&path).unwrap()).unwrap();
        assert!(!dir.path().join("fish/conf.d").exists() && dir.path().join("fish/config.fish").exists());
        fs::remove_file(dir.path().join("fish/config.fish")).unwrap();
        carry_out(&path, &install(&path, BODY).unwrap()).unwrap();
        assert_eq!(uninstall(&path).unwrap(), Plan::Remove { folders: 1 });
        carry_out(&path, &uninstall(&path).unwrap()).unwrap();
        assert!(dir.path().join("fish").exists(), "it was there before");
    }

    #[test]
    fn what_was_written_behind_the_block_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".zshrc");
        fs::write(&path, "one").unwrap();
        carry_out(&path, &install(&path, BODY).unwrap()).unwrap();
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"two\n").unwrap();
        carry_out(&path, &uninstall(&path).unwrap()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn what_others_manage_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::write(&real, "a\n").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert!(matches!(install(&link, BODY).unwrap(), Plan::Refuse(_)));
        assert_eq!(uninstall(&link).unwrap(), Plan::Nothing);
        fs::set_permissions(&real, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(install(&real, BODY).unwrap(), Plan::Refuse(_)));
        fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
        fs::write(&real, "# >>> forestall >>>\ntorn").unwrap();
        assert!(matches!(install(&real, BODY).unwrap(), Plan::Refuse(_)));
        assert!(matches!(uninstall(&real).unwrap(), Plan::Refuse(_)));
    }

    #[test]
    fn the_block_says_nothing_where_it_must_not() {
        let gone = body(Shell::Bash, Path::new("/nowhere/for'estall")).unwrap();
        for (flags, expected) in [(vec!["-c"], ""), (vec!["-ic"], "not protected")] {
            let out =
                std::process::Command::new("bash").args(["--norc"]).args(flags).arg(&gone).output().unwrap();
            let err = String::from_utf8_lossy(&out.stderr).into_owned();
            assert!(out.status.success() && err.contains(expected), "{err}");
            assert!(!expected.is_empty() || err.is_empty(), "{err}");
        }
    }
}
