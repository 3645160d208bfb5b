//! Which machine a name leads to that ssh is given, by OpenSSH's own configuration.

use super::path::{expand, fits};
use crate::action::{Scene, file_text};
use std::net::IpAddr;
use std::path::Path;

/// How deep files may include others; ssh itself takes 16.
const MAX_DEPTH: usize = 4;

/// A machine that ssh reaches without leaving this one: a virtual machine, a container, a tunnel.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The `HostName` of the first block that fits the name, as `ssh_config(5)` has it, `Include` followed. `None` where
/// the name is the machine's own. What stands below `Match` depends on more than the name and is left out.
pub(super) fn real_host(scene: &Scene, name: &str) -> Option<String> {
    let name = name.rsplit('@').next().unwrap_or(name);
    let folder = scene.home()?.join(".ssh");
    let found = within(&folder.join("config"), &folder, name, 0)?;
    Some(found.replace("%h", name)).filter(|real| real != name)
}

fn within(file: &Path, folder: &Path, name: &str, depth: usize) -> Option<String> {
    let text = file_text(file)?;
    let mut meant = true;
    for line in text.lines().map(str::trim) {
        let mut words =
            line.split([' ', '\t', '=']).filter(|word| !word.is_empty()).map(|word| word.trim_matches('"'));
        match words.next().map(str::to_ascii_lowercase).as_deref() {
            Some("host") => meant = is_meant(words, name),
            Some("match") => meant = false,
            Some("hostname") if meant => return words.next().map(str::to_owned),
            Some("include") if meant && depth < MAX_DEPTH => {
                for pattern in words {
                    let pattern = match pattern.strip_prefix("~/") {
                        Some(rest) => folder.parent()?.join(rest),
                        None => folder.join(pattern),
                    };
                    let mut files = expand(&pattern.to_string_lossy());
                    files.sort();
                    if let Some(found) = files.iter().find_map(|file| within(file, folder, name, depth + 1)) {
                        return Some(found);
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether the patterns of a `Host` line fit a name; one with `!` that does makes it another machine.
fn is_meant<'w>(patterns: impl Iterator<Item = &'w str>, name: &str) -> bool {
    let mut meant = false;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(not) if fits(not, name) => return false,
            Some(_) => {}
            None => meant |= fits(pattern, name),
        }
    }
    meant
}
