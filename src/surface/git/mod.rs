//! git: what its hooks call before a push leaves and before a commit is made.

pub mod commit;
mod parent;
pub mod push;

pub use super::consent::grant_key;

use crate::git::Git;
use crate::verdict::Verdict;

/// What a person gives `forestall once` to let one commit through.
pub const COMMIT_LINE: &str = "git commit";

/// The hooks that judge.
pub const EVENTS: &[&str] = &["pre-commit", "pre-push"];

/// Whether git may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Go on.
    Go,
    /// Give up.
    Refuse,
}

/// First git that runs hooks which stand in its configuration.
pub const CONFIG_HOOKS_SINCE: (u32, u32) = (2, 54);

/// Whether git runs our hook for this event from its configuration too, which then has judged already: such
/// hooks run before the files in the hooks folder.
pub fn judged_by_configuration(git: &Git, event: &str) -> bool {
    let setting = |key: &str| git.ask(&["config", "--get", &format!("hook.forestall-{event}.{key}")]);
    setting("command").is_some()
        && setting("enabled").is_none_or(|enabled| !matches!(&*enabled, "false" | "no" | "off" | "0"))
        && version(git).is_some_and(|version| version >= CONFIG_HOOKS_SINCE)
}

/// Major and minor version of git.
pub fn version(git: &Git) -> Option<(u32, u32)> {
    parse_version(&git.ask(&["version"])?)
}

/// `git version 2.47.3`, `git version 2.39.5 (Apple Git-154)`.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix("git version ")?.split(['.', ' ', '-']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The remarks of a verdict, for standard error.
fn tell_notes(verdict: &Verdict) {
    for note in &verdict.notes {
        crate::git::tell(&format!("forestall: {note}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(parse_version("git version 2.47.3"), Some((2, 47)));
        assert_eq!(parse_version("git version 2.55.0.rc1"), Some((2, 55)));
        assert_eq!(parse_version("git version 2.39.5 (Apple Git-154)"), Some((2, 39)));
        assert_eq!(parse_version("hub version 2"), None);
    }
}
