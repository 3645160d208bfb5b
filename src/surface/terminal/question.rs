//! What a dialog asks at its end, worded so that it and its answer stay on one line of the terminal: what is typed
//! cannot be taken back over the edge.

use super::show::{self, Style};
use crate::verdict::Decision;

/// Columns for `yes`, written behind a key.
const YES: usize = 3;
/// Columns for `safer`, likewise.
const SAFER: usize = 5;
/// Columns behind a typed name for what is said to a paste, and for ` no`.
const REMARKS: usize = 20;

/// Whether to run the line: by a key, or by typing `name`. With `safer` a key takes the safer command.
pub fn run_it(name: Option<&str>, safer: bool, style: Style) -> String {
    let anyway = "Run it anyway?";
    let (wordings, behind): (&[_], _) = match (name, safer) {
        (Some(name), _) => return type_it(name, safer, style),
        (None, true) => {
            (&[(anyway, "y/N, s: the safer command"), (anyway, "y/N/s"), ("Run?", "y/N/s")], SAFER)
        }
        (None, false) => (&[(anyway, show::YES_NO), ("Run it?", show::YES_NO)], YES),
    };
    first_that_fits(wordings, Decision::Ask, behind, style).1
}

/// Whether to take the safer command, where the line itself is out of the question.
pub fn take_safer(style: Style) -> String {
    let wordings = [("Take the safer command?", "s/N"), ("Safer?", "s/N")];
    first_that_fits(&wordings, Decision::Deny, SAFER, style).1
}

fn type_it(name: &str, safer: bool, style: Style) -> String {
    let text = format!("Type {name} to run it");
    let keys = if safer { ["Tab: the safer command", "Tab: safer"] } else { ["Esc: no"; 2] };
    let behind = name.len() + REMARKS;
    let (fits, whole) = first_that_fits(&keys.map(|keys| (&*text, keys)), Decision::Ask, behind, style);
    if fits {
        return whole;
    }
    // The name has a line to itself, and below it stands what is typed.
    let short = format!("Type {name}");
    let shown = [&*text, &short].into_iter().find(|text| 2 + text.len() <= style.columns).unwrap_or(name);
    let feet = keys.map(|keys| format!("[{keys}] "));
    let foot = feet.iter().find(|foot| 2 + foot.len() + behind <= style.columns);
    show::framed(shown, Decision::Ask, style)
        + &show::foot(foot.map_or("", String::as_str), Decision::Ask, style)
}

/// The first of these questions, each with its keys, that leaves `behind` columns for the answer; the last where
/// none does. Says too whether it fits.
fn first_that_fits(
    wordings: &[(&str, &str)],
    decision: Decision,
    behind: usize,
    style: Style,
) -> (bool, String) {
    let mut last = (false, String::new());
    for (text, keys) in wordings {
        // The frame, the brackets and the spaces take six.
        let fits = 6 + text.len() + keys.len() + behind <= style.columns;
        last = (fits, show::question(text, keys, decision, style));
        if fits {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "db.prod.acme.com";

    fn style(columns: usize) -> Style {
        Style { columns, colour: false, unicode: true }
    }

    #[test]
    fn no_question_is_broken_by_the_terminal() {
        for columns in [20, 40, 47, 48, 60, 80, 200] {
            let style = style(columns);
            for (question, behind) in [
                (run_it(None, true, style), SAFER),
                (run_it(None, false, style), YES),
                (take_safer(style), SAFER),
                (run_it(Some(NAME), true, style), NAME.len()),
                (run_it(Some(NAME), false, style), NAME.len()),
            ] {
                let (above, last) = question.rsplit_once('\n').unwrap_or(("", &question));
                assert!(above.chars().count() <= columns, "{columns}: {question}");
                assert!(last.chars().count() + behind <= columns, "{columns}: {question}");
                assert!(question.lines().count() <= 2, "{columns}: {question}");
            }
        }
    }

    #[test]
    fn every_question_at_every_width() {
        let all = |columns| {
            let style = style(columns);
            [
                run_it(None, true, style),
                run_it(None, false, style),
                take_safer(style),
                run_it(Some(NAME), true, style),
                run_it(Some(NAME), false, style),
            ]
            .map(|question| format!("{question}▏\n"))
            .concat()
        };
        let looks: Vec<String> =
            [20, 40, 60, 80, 200].map(|columns| format!("{columns} columns\n{}", all(columns))).into();
        insta::assert_snapshot!(looks.join("\n"));
    }
}
