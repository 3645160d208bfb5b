//! `docs/shells.md`, made of what the cases wrote.

use crate::results;
use crate::support::Installed;
use crate::table::{CASES, Case};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Begins the part about shells that are in no registry: it is kept where a run has none.
const OWN: &str = "## Built from source";

/// The whole page; an error names the case that has no result.
pub fn page(shells: &[Installed]) -> Result<String, String> {
    let (own, found): (Vec<&Installed>, Vec<&Installed>) =
        shells.iter().partition(|shell| shell.origin == "own");
    let mut page = String::from(
        "# Shells\n\nWhat must hold in every shell, and where it does. `tests/run` plays each case in a \
         pseudo-terminal, in the shells of this system and in older and newer ones that `tests/shells` fetches, reads \
         what happened from marker files, and fails when this page says anything else. Each case in which a line is \
         stopped has its twin, in which an allowed one runs exactly once.\n\n\
         `yes` it holds · `gap` it cannot, and the shell or this page says so · `–` there is no such thing\n\n",
    );
    let sid: Vec<String> = found
        .iter()
        .filter(|shell| shell.origin == "sid")
        .map(|shell| format!("{} {}", shell.shell.name(), shell.version))
        .collect();
    let _ = writeln!(page, "When this was made, sid had {}.\n", sid.join(", "));
    page.push_str(&table(&found)?);
    page.push_str("\n## The cases\n\n");
    for case in CASES {
        let _ =
            writeln!(page, "- **{} {}**: {}{}", case.number, case.name, case.claim, reasons(case, &found)?);
    }
    page.push('\n');
    page.push_str(&if own.is_empty() { kept() } else { built(&own)? });
    Ok(page)
}

fn heading(shell: &Installed) -> String {
    let (major, minor) = shell.release();
    match shell.origin.as_str() {
        // Its version moves without us.
        "sid" => format!("{} sid", shell.shell.name()),
        "own" => format!("{} {major}.{minor}", shell.shell.name()),
        origin => format!("{} {major}.{minor} {origin}", shell.shell.name()),
    }
}

fn table(shells: &[&Installed]) -> Result<String, String> {
    let mut shells = shells.to_vec();
    shells.sort_by_key(|shell| (shell.shell.name(), versions(shell)));
    let mut text = String::from("| |");
    for shell in &shells {
        let _ = write!(text, " {} |", heading(shell));
    }
    let _ = writeln!(text, "\n|---|{}", "---|".repeat(shells.len()));
    for case in CASES {
        let _ = write!(text, "| {} {} |", case.number, case.name);
        for shell in &shells {
            let _ = write!(text, " {} |", result(shell, case)?.0);
        }
        text.push('\n');
    }
    Ok(text)
}

/// Why a case does not hold where it does not: each reason once, with the shells it is true of.
fn reasons(case: &Case, shells: &[&Installed]) -> Result<String, String> {
    let mut found: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for shell in shells {
        let (mark, why) = result(shell, case)?;
        if !why.is_empty() {
            let names = found.entry((mark, why)).or_default();
            if !names.contains(&shell.shell.name()) {
                names.push(shell.shell.name());
            }
        }
    }
    let mut text = String::new();
    for ((mark, why), mut names) in found {
        names.sort_unstable();
        let _ = write!(text, "\n  - `{mark}` in {}: {why}.", names.join(" and "));
    }
    Ok(text)
}

fn result(shell: &Installed, case: &Case) -> Result<(&'static str, String), String> {
    let file = results().join(shell.slug()).join(case.id());
    let text = fs::read_to_string(&file).map_err(|_| {
        format!("{} has no result for {}: it failed, or it was not run", shell.label(), case.id())
    })?;
    let (outcome, why) = text.trim_end().split_once('\t').unwrap_or((text.trim_end(), ""));
    let mark = match outcome {
        "holds" => "yes",
        "gap" => "gap",
        _ => "–",
    };
    Ok((mark, why.to_owned()))
}

fn versions(shell: &Installed) -> Vec<u32> {
    shell.version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

fn built(own: &[&Installed]) -> Result<String, String> {
    let mut text = format!(
        "{OWN}\n\nOlder ones, which are in no registry. `FORESTALL_SHELLS=/path/to/bash-3.2:… tests/run` plays the \
         cases in them, and then this part is made anew.\n\n"
    );
    text.push_str(&table(own)?);
    for case in CASES {
        let why = reasons(case, own)?;
        if !why.is_empty() {
            let _ = write!(text, "\n- **{} {}**{why}", case.number, case.name);
        }
    }
    Ok(text.trim_end().to_owned() + "\n")
}

fn kept() -> String {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/shells.md")).unwrap_or_default();
    page.find(OWN).map_or_else(String::new, |at| page[at..].to_owned())
}
