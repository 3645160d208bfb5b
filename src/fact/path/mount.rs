//! What is mounted where: proc(5), `/proc/self/mountinfo`, `/proc/self/mounts` and `/proc/swaps`.

use super::glob::fits;
use crate::effect::file::{Act, Aim, PathTarget};
use std::path::Path;

/// Whether a file system or swap on one of these devices, or on a partition of one, is in use.
pub(super) fn is_used(devices: &[Aim]) -> Option<bool> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    let mut used = mounts.lines().chain(swaps.lines()).filter_map(|line| line.split(' ').next());
    Some(used.any(|source| {
        devices.iter().any(|device| {
            let rest = source.strip_prefix(device.path.as_str());
            rest.is_some_and(|rest| rest.trim_start_matches('p').bytes().all(|byte| byte.is_ascii_digit()))
        })
    }))
}

/// Where other file systems are mounted on directories that would be deleted, or below them; none where that cannot
/// be read, as on macOS.
pub(super) fn below(target: &PathTarget) -> Option<Vec<String>> {
    if !target.recursive || target.act != Act::Delete {
        return Some(Vec::new());
    }
    let place = |aim: &Aim| match aim.glob {
        true => Some(aim.path.clone()),
        // A link is deleted, and not what it leads to.
        false => {
            let is_dir = Path::new(&aim.path).symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
            let real = if is_dir { Path::new(&aim.path).canonicalize().ok() } else { None };
            real.map(|path| path.to_string_lossy().into_owned())
        }
    };
    let places: Vec<(String, bool)> =
        target.paths.iter().filter_map(|aim| Some((place(aim)?, aim.glob))).collect();
    if places.is_empty() {
        return Some(Vec::new());
    }
    let holds = |point: &str| {
        places.iter().any(|(place, glob)| match glob {
            true => fits(place, point) || fits(&format!("{place}/*"), point),
            false => point == place || point.strip_prefix(place).is_some_and(|rest| rest.starts_with('/')),
        })
    };
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    Some(mounts.lines().filter_map(mounted_at).filter(|point| holds(point)).take(5).collect())
}

/// The mount point of a line of mountinfo; none for a file system in memory, whose content nobody keeps.
fn mounted_at(line: &str) -> Option<String> {
    let (mount, source) = line.split_once(" - ")?;
    let kind = source.split(' ').next()?;
    let point = mount.split(' ').nth(4)?;
    let kept = !matches!(kind, "tmpfs" | "ramfs" | "nsfs" | "autofs" | "overlay" | "squashfs");
    kept.then(|| point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mount_points() {
        for (line, expected) in [
            ("36 35 98:0 /mnt1 /srv/nas rw,noatime master:1 - nfs4 nas:/x rw", Some("/srv/nas")),
            ("36 35 98:0 / /a\\040b rw - ext4 /dev/sdb1 rw", Some("/a b")),
            ("36 35 0:40 / /run rw shared:1 - tmpfs tmpfs rw", None),
            ("nonsense", None),
        ] {
            assert_eq!(mounted_at(line).as_deref(), expected, "{line}");
        }
    }
}
