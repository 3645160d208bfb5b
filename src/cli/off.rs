//! `forestall off` and `forestall on`: done by a function of that name, which the hook defines in each shell.

use super::{Fault, Outcome};

/// Only reached where that function is missing: nothing outside a shell can change what is in it.
pub fn run(verb: &str) -> Outcome {
    Err(Fault::usage(format!("this shell has no hook loaded, so there is nothing to switch {verb}")).hint(
        "`forestall doctor` says why; where the hook is loaded, type the command without a path or `command`",
    ))
}
