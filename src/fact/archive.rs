//! What is in an archive, as tar and unzip print it: what it would write over, and what would leave with it.

use crate::git::output_until;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Longest time for listing; a large archive is unpacked every day, and nobody waits for its list.
const PATIENCE: Duration = Duration::from_millis(200);
/// Longest list that is read, in bytes.
const MAX_LIST: usize = 256 * 1024;

/// The files below `dir` that a file of another size in the archive would replace.
pub(super) fn replaces(archive: &Path, dir: &Path) -> Vec<PathBuf> {
    let members = members(archive).unwrap_or_default().into_iter();
    members
        .filter_map(|(size, name)| {
            let path = dir.join(name.trim_start_matches('/'));
            let there = path.symlink_metadata().ok()?;
            (there.is_file() && there.len() > 0 && there.len() != size).then_some(path)
        })
        .collect()
}

/// Whether a name is one of an archive that can be listed.
pub(super) fn is_archive(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let ends = [".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst"];
    is_zip(path) || ends.iter().any(|end| name.ends_with(end))
}

fn is_zip(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    matches!(extension.as_str(), "zip" | "whl" | "jar" | "nupkg" | "vsix" | "xpi")
}

/// The files in an archive, with their sizes; `None` where it cannot be listed in time.
pub(super) fn members(archive: &Path) -> Option<Vec<(u64, String)>> {
    let is_zip = is_zip(archive);
    let list = printed(archive, if is_zip { &["unzip", "-l"] } else { &["tar", "-tvf"] }, &[], MAX_LIST)?;
    let line = |line: &str| {
        let (size, name) = if is_zip { zipped(line)? } else { archived(line)? };
        Some((size, name.to_owned()))
    };
    Some(String::from_utf8_lossy(&list).lines().filter_map(line).collect())
}

/// The text of one file in an archive, of so many bytes at most. `None` for a name that the program would take for an
/// option or a pattern.
pub(super) fn member_text(archive: &Path, name: &str, most: usize) -> Option<String> {
    let command = if is_zip(archive) { &["unzip", "-p"] } else { &["tar", "-xOf"] };
    if name.starts_with('-') || name.contains(['*', '[', '?']) {
        return None;
    }
    let bytes = printed(archive, command, &[name], most)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn printed(archive: &Path, command: &[&str], names: &[&str], most: usize) -> Option<Vec<u8>> {
    let (program, flags) = command.split_first()?;
    let mut child = Command::new(program);
    child.args(flags).arg(archive).args(names).env("LC_ALL", "C").stdin(Stdio::null());
    output_until(child, Instant::now() + PATIENCE, most)
}

/// Size and name of a file in a line of `tar -tv`: GNU's `-rw-r--r-- ada/ada 12 2026-01-01 10:00 name`, or that of
/// BSD, which is as `ls -l` has it.
fn archived(line: &str) -> Option<(u64, &str)> {
    if !line.starts_with('-') {
        return None;
    }
    let gnu = line.split_ascii_whitespace().nth(1)?.contains('/');
    let (size, name) = if gnu { (2, 5) } else { (4, 8) };
    Some((line.split_ascii_whitespace().nth(size)?.parse().ok()?, behind(line, name)?))
}

/// The same in a line of `unzip -l`: `      12  2026-01-01 10:00   name`.
fn zipped(line: &str) -> Option<(u64, &str)> {
    let size = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some((size, behind(line, 3)?)).filter(|(_, name)| !name.ends_with('/'))
}

/// The rest of a line behind so many fields.
fn behind(line: &str, fields: usize) -> Option<&str> {
    let mut rest = line.trim_start();
    for _ in 0..fields {
        rest = rest.split_once(' ')?.1.trim_start();
    }
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        for (line, expected) in [
            ("-rw-r--r-- ada/ada       12 2026-01-01 10:00 t/a b.txt", Some((12, "t/a b.txt"))),
            ("-rw-r--r--  0 ada    staff      12 Jan  1 10:00 t/n.txt", Some((12, "t/n.txt"))),
            ("drwxr-xr-x ada/ada        0 2026-01-01 10:00 t/", None),
            ("", None),
        ] {
            assert_eq!(archived(line), expected, "{line}");
        }
        assert_eq!(zipped("      12  2026-01-01 10:00   t/n.txt"), Some((12, "t/n.txt")));
        assert_eq!(zipped("        0  2026-01-01 10:00   t/"), None);
        assert_eq!(zipped("  Length      Date    Time    Name"), None);
        assert_eq!(zipped("       12                     1 file"), None);
    }
}
