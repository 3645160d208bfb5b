//! What only the command line of the `git push` that runs a hook tells: whether it is a rehearsal, and whether it
//! mirrors. git gives its hooks no word of either.

use std::fs;

/// Processes between git and us: the shell of the hook, the hook that runs ours.
const MAX_UPWARD: usize = 8;

/// The options of a `git push` that a hook has to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PushOptions {
    /// Nothing will be changed.
    pub(super) dry_run: bool,
    /// The remote becomes as this repository is, deletions included.
    pub(super) mirror: bool,
    /// Some ref may be overwritten: an option, or a refspec with `+`.
    pub(super) force: bool,
    /// Only where the remote is as it was last seen.
    pub(super) lease: bool,
    /// The refs are named on the command line.
    pub(super) named: bool,
}

/// The options of the push that this process runs for; `None` where the system does not tell (only Linux shows
/// other processes as files).
pub(super) fn push_options() -> Option<PushOptions> {
    let mut process = rustix::process::getppid()?.as_raw_nonzero().get();
    for _ in 0..MAX_UPWARD {
        let line = fs::read(format!("/proc/{process}/cmdline")).ok()?;
        let text = String::from_utf8_lossy(&line);
        let args: Vec<&str> = text.strip_suffix('\0').unwrap_or(&text).split('\0').collect();
        if let Some(options) = after_push(&args) {
            return Some(parse(options));
        }
        // The name, in parentheses, may hold anything; the parent is the second field after it.
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        process = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        if process <= 1 {
            break;
        }
    }
    None
}

/// The arguments of the push, if this is the command line of one.
fn after_push<'a>(args: &'a [&'a str]) -> Option<&'a [&'a str]> {
    let (program, mut rest) = args.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    if program == "git-push" {
        return Some(rest);
    }
    if program != "git" {
        return None;
    }
    while let Some((first, after)) = rest.split_first() {
        rest = match *first {
            "push" => return Some(after),
            "-c" | "-C" | "--git-dir" | "--work-tree" | "--namespace" | "--config-env" | "--attr-source" => {
                after.get(1..)?
            }
            option if option.starts_with('-') => after,
            _ => return None,
        };
    }
    None
}

fn parse(args: &[&str]) -> PushOptions {
    let mut options = PushOptions::default();
    let mut rest = args.iter();
    let mut repository = false;
    let mut plain = |options: &mut PushOptions, word: &str| {
        options.force |= word.starts_with('+');
        // The first is the repository, the others are refs.
        options.named |= repository;
        repository = true;
    };
    while let Some(&arg) = rest.next() {
        if arg == "--" {
            rest.by_ref().for_each(|word| plain(&mut options, word));
        } else if let Some(long) = arg.strip_prefix("--") {
            let name = long.split('=').next().unwrap_or(long);
            // git takes every beginning of an option that fits no other.
            let is = |full: &str, least: usize| name.len() >= least && full.starts_with(name);
            if is("dry-run", 2) || is("no-dry-run", 5) {
                options.dry_run = !name.starts_with("no-");
            } else if is("mirror", 1) || is("no-mirror", 4) {
                options.mirror = !name.starts_with("no-");
            } else if is("force-with-lease", 6) {
                (options.force, options.lease) = (true, true);
            } else if name == "force" {
                options.force = true;
            } else if !long.contains('=') && matches!(name, "push-option" | "repo" | "receive-pack" | "exec")
            {
                rest.next();
            }
        } else if let Some(short) = arg.strip_prefix('-').filter(|short| !short.is_empty()) {
            for (at, letter) in short.char_indices() {
                match letter {
                    'n' => options.dry_run = true,
                    'f' => options.force = true,
                    // Takes a value: the rest, or the next word.
                    'o' => {
                        if at + 1 == short.len() {
                            rest.next();
                        }
                        break;
                    }
                    _ => {}
                }
            }
        } else {
            plain(&mut options, arg);
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Option<PushOptions> {
        let args: Vec<&str> = line.split(' ').collect();
        after_push(&args).map(parse)
    }

    #[test]
    fn what_the_command_line_tells() {
        for (line, dry_run, mirror, force, named) in [
            ("git push", false, false, false, false),
            ("/usr/bin/git -C /x -c a.b=c push -n origin", true, false, false, false),
            ("git push --dry-run origin :topic", true, false, false, true),
            ("git push --dry origin :topic", true, false, false, true),
            ("git push --delete origin topic", false, false, false, true),
            ("git push --dry-run --no-dry-run origin", false, false, false, false),
            ("git push --mirror origin", false, true, false, false),
            ("git push --mir origin", false, true, false, false),
            ("git push -qf origin", false, false, true, false),
            ("git push -on origin", false, false, false, false),
            ("git push -o -n origin", false, false, false, false),
            ("git push origin +main", false, false, true, true),
            ("git push origin -- +main", false, false, true, true),
            ("git push --force-with-lease=main origin main", false, false, true, true),
            ("git-push -f origin", false, false, true, false),
        ] {
            let found = options(line).unwrap();
            assert_eq!(
                (found.dry_run, found.mirror, found.force, found.named),
                (dry_run, mirror, force, named),
                "{line}"
            );
        }
        for line in ["git commit -m push", "sh -c x", "git zap push", "git", "git -c"] {
            assert_eq!(options(line), None, "{line}");
        }
    }
}
