//! What the shells call before a line runs. Status 77 stops the line; with any other status it runs.

use super::caller::Caller;
use super::dialog::{Ask, Reply, Terminal};
use super::question;
use super::request::Request;
use super::show::{self, Style, Tense};
use super::waiting::Waiting;
use crate::action::{Actor, Line, Scene, Shell, Surface};
use crate::classifier::Consult;
use crate::journal::{self, Answer};
use crate::judge::judge_asking;
use crate::pass;
use crate::policy::Policy;
use crate::surface::consent::{self, Kept};
use crate::syntax;
use crate::verdict::{Decision, Verdict};
use std::io;

/// Whether the shell may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Run the line.
    Go,
    /// Do not, and put the safer command that was chosen before the person.
    Stop {
        /// The command, if one was chosen.
        safer: Option<String>,
    },
}

/// Judges the line on standard input, for `shell`, and asks or tells the person where that is needed. `None`: the
/// shell must call again with more of what only it knows.
pub fn run(shell: Shell, caller: &Caller) -> io::Result<Option<Outcome>> {
    let input = caller.handover.take()?;
    let mut request = Request::parse(shell, &input);
    if caller.pastes_on() {
        if let Some(terminal) = Terminal::open() {
            let _ = terminal
                .write(&show::note("the rest of the paste does not run either", Style::of(&terminal)));
        }
        caller.stop(None, request.traps)?;
        return Ok(Some(Outcome::Stop { safer: None }));
    }
    let mut scene = Scene::here(shell);
    if !caller.more && request.wants_more(shell) {
        caller.tell_more()?;
        return Ok(None);
    }
    scene.aliases = std::mem::take(&mut request.aliases);
    scene.functions = String::from_utf8_lossy(request.functions).into_owned();

    let typed = Line::from_bytes(request.typed);
    scene.history = syntax::history(&String::from_utf8_lossy(request.history), shell);
    // The line itself is in the history already.
    scene.history.pop_if(|(_, newest)| newest.trim() == typed.text().trim());
    let mut line = typed.clone();
    let mut waiting = Waiting::new(shell);
    let ask = &mut Consult::new(&mut waiting, true);
    let mut verdict = judge_asking(&typed, &scene, Actor::Human, || Policy::load(&scene), Some(ask));
    if verdict.decision < Decision::Deny
        && request.expansion_differs()
        && let Some(expanded) = request.expanded
    {
        let expanded = Line::from_bytes(expanded);
        let of_expanded = judge_asking(&expanded, &scene, Actor::Human, || Policy::load(&scene), Some(ask));
        if of_expanded.decision > verdict.decision {
            (line, verdict) = (expanded, of_expanded);
        }
    }
    let outcome = act(&line, typed.text(), &scene, &verdict, caller.pid.is_some());
    // Last, so that a gate that dies on the way has told the shell nothing.
    match &outcome {
        Outcome::Go => {
            let spaced = caller.forget_spaced && request.typed.starts_with(b" ");
            caller.go(request.history_number.filter(|_| spaced))?;
        }
        Outcome::Stop { safer } => caller.stop(safer.as_deref(), request.traps)?,
    }
    Ok(Some(outcome))
}

/// Acts on the verdict on `line`; `typed` is what a permission given before would be for. With `takes_safer` the
/// caller can put a safer command before the person.
pub fn act(line: &Line, typed: &str, scene: &Scene, verdict: &Verdict, takes_safer: bool) -> Outcome {
    let record =
        |answer| journal::record(Surface::Terminal, Actor::Human, &scene.cwd, typed, verdict, answer);
    if verdict.decision == Decision::Allow {
        if let Some(note) = verdict.notes.first()
            && let Some(terminal) = Terminal::open()
        {
            let _ = terminal.write(&show::note(note, Style::of(&terminal)));
        }
        if !verdict.notes.is_empty() {
            record(Answer::Noted);
        } else if verdict.consulted.is_some() {
            record(Answer::Allowed);
        }
        return Outcome::Go;
    }
    if pass::take_line(typed, &scene.cwd) {
        let terminal = Terminal::open();
        let _ = consent::keep(verdict, scene, &mut |text| match &terminal {
            Some(terminal) => drop(terminal.write(&show::note(text, Style::of(terminal)))),
            None => crate::git::tell(&show::note(text, Style::plain())),
        });
        consent::permit_hook(verdict, scene);
        record(Answer::Once);
        return Outcome::Go;
    }
    let Some(terminal) = Terminal::open() else {
        // Nobody can answer, but perhaps somebody sees it.
        let style = Style::plain();
        let text = notes(verdict, style)
            + &show::verdict(line.text(), verdict, Tense::Now, style)
            + &show::way_past(typed, style);
        match takes_safer {
            true => Terminal::announce(&text),
            false => crate::git::tell(&text),
        }
        record(Answer::Stopped);
        return Outcome::Stop { safer: None };
    };
    let style = Style::of(&terminal);
    if scene.shell == Shell::Fish {
        // Enter has not moved the cursor: it still stands behind the line.
        let _ = terminal.write("\n");
    }
    let _ = terminal.write(&notes(verdict, style));
    let _ = terminal.write(&show::verdict(line.text(), verdict, Tense::Now, style));
    let safer = verdict.safer().filter(|_| takes_safer);
    let stop = |answer, safer: Option<&str>| {
        // The rest of a paste, and what was typed ahead of a command that does not run, does not run either.
        terminal.forget_input();
        record(answer);
        Outcome::Stop { safer: safer.map(str::to_owned) }
    };
    if verdict.decision == Decision::Deny {
        let Some(command) = safer else {
            let _ = terminal.write(&show::way_past(typed, style));
            return stop(Answer::Stopped, None);
        };
        let _ = terminal.write(&show::way_past_inside(typed, style));
        let question = question::take_safer(style);
        return match terminal.put(Ask { question: &question, name: None, safer: true }) {
            Reply::Safer => stop(Answer::Safer, Some(command)),
            Reply::Yes | Reply::No => stop(Answer::Stopped, None),
        };
    }
    let name = verdict.findings.iter().find_map(|finding| finding.confirm.as_deref());
    let question = question::run_it(name, safer.is_some(), style);
    let mut say = |text: &str| drop(terminal.write(&show::note(text, style)));
    let mut reply = terminal.put(Ask { question: &question, name, safer: safer.is_some() });
    if reply == Reply::Yes && consent::keep(verdict, scene, &mut say) == Kept::NotAll {
        reply = terminal.ask(&show::question(consent::WITHOUT_BACKUP, show::YES_NO, verdict.decision, style));
    }
    match reply {
        Reply::Yes => {
            consent::permit_hook(verdict, scene);
            record(Answer::Yes);
            Outcome::Go
        }
        Reply::No => stop(Answer::No, None),
        Reply::Safer => stop(Answer::Safer, safer),
    }
}

/// What a person should know besides, such as a broken configuration.
fn notes(verdict: &Verdict, style: Style) -> String {
    verdict.notes.iter().map(|note| show::note(note, style)).collect()
}
