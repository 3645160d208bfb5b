//! `forestall git-hook <event>`: called by the hooks of git; the work is in the git surface.
//!
//! Status 1 is a no. What fails here is not one: the hooks say so and go on.

use super::{ExitStatus, Fault, Outcome};
use forestall::git::Git;
use forestall::surface::git::{self, commit, push};
use std::ffi::OsString;

/// Judges what git is about to do.
pub fn run(args: &[OsString]) -> Outcome {
    let args: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some((&event, rest)) = args.split_first() else { return Err(Fault::usage("which hook calls?")) };
    // From a file in the hooks folder, which git runs after the hooks of its configuration.
    let rest = match rest.split_first() {
        Some((&"--file", rest)) => {
            if git::judged_by_configuration(&Git::at(&std::env::current_dir()?), event) {
                return Ok(ExitStatus::Success);
            }
            rest
        }
        _ => rest,
    };
    let outcome = match (event, rest) {
        ("pre-push", [remote, url, ..]) => push::run(remote, url).map_err(|error| error.to_string()),
        ("pre-commit", _) => commit::run().map_err(|error| error.to_string()),
        _ => return Err(Fault::usage(format!("there is no hook `{event}` with these arguments"))),
    };
    match outcome {
        Ok(git::Outcome::Go) => Ok(ExitStatus::Success),
        Ok(git::Outcome::Refuse) => Ok(ExitStatus::Failure),
        Err(message) => Err(Fault::usage(message)),
    }
}
