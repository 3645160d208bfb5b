//! What an archive would write over: its list of contents, as tar and unzip print it.

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
    let is_zip = archive.extension().is_some_and(|extension| extension == "zip");
    let mut command = if is_zip { Command::new("unzip") } else { Command::new("tar") };
    command.arg(if is_zip { "-l" } else { "-tvf" }).arg(archive).env("LC_ALL", "C").stdin(Stdio::null());
    let Some(list) = output_until(command, Instant::now() + PATIENCE, MAX_LIST) else { return Vec::new() };
    let list = String::from_utf8_lossy(&list);
    let members = list.lines().filter_map(|line| if is_zip { zipped(line) } else { archived(line) });
    members
        .filter_map(|(size, name)| {
            let path = dir.join(name.trim_start_matches('/'));
            let there = path.symlink_metadata().ok()?;
            (there.is_file() && there.len() > 0 && there.len() != size).then_some(path)
        })
        .collect()
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
