//! The cases, in the order in which `docs/shells.md` shows them.

use crate::support::Installed;
use crate::{dialog, history, lines, lost, outside, plugins, settings, stopping};

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
        claim: "Lists, pipelines, groups, loops, substitutions, background jobs: nothing of a stopped line runs, all of an allowed one does.",
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
        number: 5,
        name: "pasted",
        claim: "Of a pasted text with several lines nothing runs from the bad line on; in zsh and fish, which take it as a whole, nothing at all.",
        run: lines::pasted,
    },
    Case {
        number: 5,
        name: "pasted-raw",
        claim: "In a terminal without bracketed paste the bad line does not run.",
        run: lines::pasted_raw,
    },
    Case {
        number: 6,
        name: "expanded",
        claim: "What the shell expands before it runs the line (`!!`, `!x`, `^a^b`; in fish an abbreviation) is judged expanded.",
        run: history::expanded,
    },
    Case {
        number: 6,
        name: "run-again",
        claim: "Lines that `fc -s` and `r` bring back are judged.",
        run: history::run_again,
    },
    Case {
        number: 6,
        name: "edited",
        claim: "A line that comes from an editor (`^X^E`, in fish Alt-e) is judged.",
        run: history::edited,
    },
    Case {
        number: 7,
        name: "status",
        claim: "`$?`, `$_` and the status of pipelines stay as they were; after a stop `$?` is 130 in bash (1 where INT is trapped) and unchanged in zsh and fish.",
        run: settings::status,
    },
    Case {
        number: 8,
        name: "recalled",
        claim: "A stopped line can be had back with Up; in fish it stays in the buffer.",
        run: history::recalled,
    },
    Case {
        number: 8,
        name: "kept",
        claim: "History holds the lines, with the numbers, that it would hold without us.",
        run: history::kept,
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
    Case { number: 10, name: "traps", claim: "A trap for INT lets nothing through.", run: settings::traps },
    Case {
        number: 11,
        name: "options",
        claim: "The shell's options change nothing, and the hook neither breaks them nor traces itself.",
        run: settings::options,
    },
    Case {
        number: 11,
        name: "vi-mode",
        claim: "In vi mode a line is judged from the insert mode and from the command mode.",
        run: settings::vi_mode,
    },
    Case {
        number: 12,
        name: "filtered",
        claim: "Lines that history leaves out, such as those with a space in front, are judged.",
        run: history::filtered,
    },
    Case {
        number: 12,
        name: "switched-off",
        claim: "Where history is off the shell says that it does not see lines; an older one is never judged instead.",
        run: history::switched_off,
    },
    Case {
        number: 13,
        name: "overwritten",
        claim: "What a person or a plugin overwrites is in place again at the next prompt.",
        run: settings::overwritten,
    },
    Case {
        number: 14,
        name: "starship",
        claim: "starship: its prompt, and the exit status in it.",
        run: plugins::starship,
    },
    Case {
        number: 14,
        name: "atuin",
        claim: "atuin: notes what ran, and nothing that was stopped.",
        run: plugins::atuin,
    },
    Case { number: 14, name: "zoxide", claim: "zoxide: jumps.", run: plugins::zoxide },
    Case { number: 14, name: "direnv", claim: "direnv: loads and unloads.", run: plugins::direnv },
    Case { number: 14, name: "fzf", claim: "fzf: its key finds lines in history.", run: plugins::fzf },
    Case {
        number: 14,
        name: "highlighting",
        claim: "zsh-syntax-highlighting colours.",
        run: plugins::syntax_highlighting,
    },
    Case {
        number: 14,
        name: "autosuggestions",
        claim: "zsh-autosuggestions suggests.",
        run: plugins::autosuggestions,
    },
    Case {
        number: 14,
        name: "paste-magic",
        claim: "bracketed-paste-magic and url-quote-magic paste.",
        run: plugins::paste_magic,
    },
    Case {
        number: 14,
        name: "preexec.bash",
        claim: "preexec.bash, the ancestor of bash-preexec, calls its hook.",
        run: plugins::preexec_bash,
    },
    Case {
        number: 14,
        name: "bash-preexec",
        claim: "bash-preexec calls its hooks.",
        run: plugins::bash_preexec,
    },
    Case {
        number: 15,
        name: "ble.sh",
        claim: "ble.sh: attached, the shell says whether it protects; only loaded, it does.",
        run: plugins::blesh,
    },
    Case {
        number: 16,
        name: "broken",
        claim: "With our program missing, broken or killed the shell goes on and says so once.",
        run: lost::broken,
    },
    Case {
        number: 16,
        name: "slow",
        claim: "A program of ours that hangs can be interrupted.",
        run: lost::slow,
    },
    Case {
        number: 17,
        name: "odd",
        claim: "Empty lines, spaces, comments, tabs, NUL, bytes that are no text.",
        run: lines::odd,
    },
    Case { number: 17, name: "long", claim: "A line of 140 KB.", run: lines::long },
    Case {
        number: 18,
        name: "scripts",
        claim: "Scripts, `-c`, BASH_ENV, remote commands, rsync and scp: no output, no call of our program.",
        run: outside::scripts,
    },
    Case {
        number: 18,
        name: "without-rc",
        claim: "A shell that is started without its rc file is left alone.",
        run: outside::without_rc,
    },
    Case {
        number: 19,
        name: "nested",
        claim: "After `exec`, in a shell inside the shell, and with our variables exported by a parent: protected, and asked once.",
        run: outside::nested,
    },
    Case {
        number: 19,
        name: "loaded-twice",
        claim: "Loaded three times: asked once.",
        run: outside::loaded_twice,
    },
    Case {
        number: 20,
        name: "in-a-row",
        claim: "Stopped lines in a row, not one of which gets through: 300 under load in Debian 12's shells, 30 in the others.",
        run: lines::in_a_row,
    },
    Case {
        number: 21,
        name: "prompt-command",
        claim: "What the person runs before each prompt runs once, from a string or an array.",
        run: settings::prompt_command,
    },
    Case {
        number: 21,
        name: "read-only",
        claim: "Variables that are read-only are told once, without a storm of errors.",
        run: settings::read_only,
    },
    Case {
        number: 23,
        name: "uninstalled",
        claim: "After `forestall uninstall` the rc file is what it was, byte for byte.",
        run: outside::uninstalled,
    },
];
