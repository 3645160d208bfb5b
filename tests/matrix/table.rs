//! The cases, in the order in which `docs/shells.md` shows them.

use crate::support::Installed;
use crate::{dialog, stopping};

/// What came of a case that did not fail.
pub enum Outcome {
    Holds,
    /// There is no such thing in this shell.
    NotApplicable(&'static str),
    /// The shell cannot be protected here; the test has shown that it is as documented.
    Gap(&'static str),
}

/// Something that must hold in every shell.
pub struct Case {
    /// Cases of the same matter have the same number.
    pub number: u8,
    pub name: &'static str,
    /// One sentence for the documentation.
    pub claim: &'static str,
    pub run: fn(&Installed) -> Outcome,
}

impl Case {
    pub fn id(&self) -> String {
        format!("{:02}-{}", self.number, self.name)
    }
}

pub const CASES: &[Case] = &[
    Case {
        number: 1,
        name: "once-or-never",
        claim: "An allowed line runs exactly once, a stopped one not at all.",
        run: stopping::once_or_never,
    },
    Case {
        number: 2,
        name: "every-shape",
        claim: "Lists, pipelines, groups, loops, substitutions, background jobs: nothing of a stopped line runs, all \
                of an allowed one does.",
        run: stopping::every_shape,
    },
    Case {
        number: 3,
        name: "no-wedge",
        claim: "After a stop the next line works, no job is left, and the shell does not spin.",
        run: stopping::no_wedge,
    },
    Case {
        number: 4,
        name: "several-lines",
        claim: "A command of several physical lines is judged once, whole; the body of a here-document is data.",
        run: stopping::several_lines,
    },
    Case {
        number: 9,
        name: "only-y-is-yes",
        claim: "No key but y runs the line; the terminal's settings are the same before and after.",
        run: dialog::only_y_is_yes,
    },
    Case {
        number: 9,
        name: "typed-ahead",
        claim: "What was typed before the question was asked does not answer it.",
        run: dialog::typed_ahead,
    },
    Case {
        number: 9,
        name: "nobody-answers",
        claim: "A terminal that is closed while it is asked, or that was never there, means no.",
        run: dialog::nobody_answers,
    },
];
