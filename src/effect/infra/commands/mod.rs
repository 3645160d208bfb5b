//! What tools that differ in their words alone would take away, in the language of [`super::table`]. Where a tool has
//! a reader of its own, these are the commands that it leaves over.

mod cloud;
mod device;
mod hosted;
mod machine;

use super::Platform;

/// Where a program's place is looked up, and its rules.
pub(super) fn of(program: &str) -> Option<(Platform, &'static str)> {
    let found = cloud::of(program).or_else(|| machine::of(program));
    found.or_else(|| hosted::of(program)).or_else(|| device::of(program))
}
