//! How a verdict looks to a person: at most nine lines, to which a question may be added.

use super::dialog::Terminal;
use crate::fact::{Key, Value};
use crate::secrets::masks;
use crate::syntax::Span;
use crate::verdict::{Decision, Finding, Verdict};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthChar;

/// Most lines of a dialog, without the question.
const MAX_LINES: usize = 9;
/// Text wider than this is hard to read, however wide the terminal is.
const MAX_COLUMNS: usize = 110;

/// What the place we write to can show.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Width in columns.
    pub columns: usize,
    /// It understands colours, and the user wants them.
    pub colour: bool,
    /// It shows more than ASCII.
    pub unicode: bool,
}

impl Style {
    /// The style of a terminal.
    pub fn of(terminal: &Terminal) -> Style {
        Style { columns: terminal.columns(), colour: wants_colour(), unicode: is_utf8() }
    }

    /// The style of standard output.
    pub fn of_stdout() -> Style {
        if !std::io::IsTerminal::is_terminal(&std::io::stdout()) {
            return Style::plain();
        }
        let columns =
            rustix::termios::tcgetwinsize(std::io::stdout()).map_or(0, |size| usize::from(size.ws_col));
        Style { columns: if columns > 0 { columns } else { 80 }, colour: wants_colour(), unicode: is_utf8() }
    }

    /// For a file or a pipe.
    pub fn plain() -> Style {
        Style { columns: MAX_COLUMNS, colour: false, unicode: is_utf8() }
    }

    /// The text in a graphic rendition (the parameters of SGR), where there is colour.
    pub fn paint(self, sgr: &str, text: &str) -> String {
        if self.colour && !sgr.is_empty() && !text.is_empty() {
            format!("\x1b[{sgr}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// `NO_COLOR` and `TERM`, as <https://no-color.org> and terminfo have it.
fn wants_colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb")
}

/// The locale's character set, by the first variable that is set, as setlocale(3) has it.
fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// Columns of the words that stand before the details.
const LABEL: usize = 7;

/// The colour of a decision.
fn sign(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "32;1",
        Decision::Ask => "33;1",
        Decision::Deny => "31;1",
    }
}

const BOLD: &str = "1";
const DIM: &str = "2";
const GUILTY: &str = "1;4;31";
const SAFE: &str = "32";

/// Whether the line is about to run, or was only asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// A shell waits for the answer.
    Now,
    /// Nothing waits.
    Would,
}

/// The verdict on a line, framed; every line ends with a newline.
pub fn verdict(line: &str, verdict: &Verdict, tense: Tense, style: Style) -> String {
    let mut page = Page::new(verdict.decision, style);
    let headline = match (verdict.decision, tense) {
        (Decision::Deny, Tense::Now) => "forestall stopped this line; nothing ran",
        (Decision::Deny, Tense::Would) => "forestall would stop this line",
        (Decision::Ask, Tense::Now) => "forestall asks before this runs",
        (Decision::Ask, Tense::Would) => "forestall would ask before this runs",
        (Decision::Allow, _) => "forestall lets this run",
    };
    page.top(&style.paint(sign(verdict.decision), &fit(headline, page.width(), style)));

    let spans: Vec<Span> = verdict.findings.iter().map(|finding| finding.span).collect();
    let (text, marks) = marked(line, &spans, page.width().saturating_sub(1), style);
    page.line(&format!(" {text}"));
    if !style.colour && !marks.trim().is_empty() {
        page.line(&format!(" {}", marks.trim_end()));
    }

    let groups = by_rule(&verdict.findings);
    let mut tail: Vec<(&str, String, &str)> = Vec::new();
    let instead = || verdict.findings.iter().find_map(|finding| finding.instead.as_ref());
    if let Some(text) = verdict.safer().or_else(|| instead().map(|instead| instead.text.as_str())) {
        tail.push(("safer", text.to_owned(), SAFE));
    }
    if let Some(rescue) = verdict.findings.iter().find_map(|finding| finding.rescue.as_ref()) {
        tail.push(("kept", rescue.clone(), ""));
    }
    if let Some((finding, _)) = groups.first() {
        let others: String = groups[1..].iter().flat_map(|(finding, _)| [", ", &*finding.rule]).collect();
        let learn = format!("forestall explain {}", finding.rule);
        let all = format!("{}{others}", finding.rule);
        let said =
            [format!("{all} (to learn more or silence it: {learn})"), format!("{all} ({learn})"), learn];
        // In a narrow terminal the id alone: with it, everything else is found.
        let fits = |text: &String| LABEL + columns(text) <= page.width();
        let shown = said.into_iter().find(fits).unwrap_or_else(|| finding.rule.to_string());
        tail.push(("rule", shown, DIM));
    }

    let below: usize = tail.iter().map(|(label, text, _)| page.labelled_lines(label, text).len()).sum();
    // Below a stop stand the way past it and perhaps a question, and a name may need a line to itself.
    let is_named = verdict.findings.iter().any(|finding| finding.confirm.is_some());
    let most = if verdict.decision == Decision::Deny || is_named { MAX_LINES - 1 } else { MAX_LINES };
    let mut room = most.saturating_sub(page.lines + below).max(1);
    // One reason may take what it needs; several share the room.
    let shown = groups.len().min(room);
    for (index, (finding, count)) in groups.iter().take(shown).enumerate() {
        let mut reason = finding.reason.clone();
        if *count > 1 {
            let _ = write!(reason, " (and {} more like it)", count - 1);
        }
        if index + 1 == shown && groups.len() > shown {
            let _ = write!(reason, " (and {} more findings)", groups.len() - shown);
        }
        let share = if groups.len() == 1 { room } else { room.div_ceil(shown - index).max(1) };
        for part in wrap(&visible(&reason, style), page.width(), share, style) {
            page.line(&style.paint(BOLD, &part));
            room = room.saturating_sub(1);
        }
    }
    if let [(finding, _)] = groups.as_slice() {
        for (label, text) in details(finding).into_iter().take(room) {
            page.labelled(label, &text, "");
        }
    }
    for (label, text, sgr) in tail {
        page.labelled(label, &text, sgr);
    }
    page.out
}

/// The question that closes a dialog, with the keys that answer it; the cursor stays behind it.
pub fn question(text: &str, keys: &str, decision: Decision, style: Style) -> String {
    let text = format!("{} [{keys}] ", style.paint(BOLD, &visible(text, style)));
    foot(&text, decision, style)
}

/// A whole line inside the frame, as loud as a question.
pub(super) fn framed(text: &str, decision: Decision, style: Style) -> String {
    let bar = style.paint(sign(decision), if style.unicode { "│" } else { "|" });
    format!("{bar} {}\n", style.paint(BOLD, &visible(text, style)))
}

/// The end of the frame and what stands behind it, as it is.
pub(super) fn foot(text: &str, decision: Decision, style: Style) -> String {
    format!("{} {text}", style.paint(sign(decision), if style.unicode { "╰" } else { "+" }))
}

/// Answers to a question: yes, or anything else for no.
pub const YES_NO: &str = "y/N";

/// The end of a stopping dialog: how a person gets past it.
pub fn way_past(line: &str, style: Style) -> String {
    way_past_behind(if style.unicode { "╰" } else { "+" }, line, style)
}

/// The same, where a question ends the dialog.
pub fn way_past_inside(line: &str, style: Style) -> String {
    way_past_behind(if style.unicode { "│" } else { "|" }, line, style)
}

fn way_past_behind(sign_of_frame: &str, line: &str, style: Style) -> String {
    let foot = style.paint(sign(Decision::Deny), sign_of_frame);
    let room = style.columns.min(MAX_COLUMNS).saturating_sub(2);
    let exact = format!("forestall once {}", shell_quoted(line));
    let text = if line.contains(|c: char| c.is_control())
        || !masks(line).is_empty()
        || columns(&exact) + 19 > room
    {
        let pattern = "forestall once '<the line>'";
        let long = format!("if you do mean it: {pattern}");
        if columns(&long) <= room { long } else { pattern.to_owned() }
    } else {
        format!("if you do mean it: {exact}")
    };
    format!("{foot} {}\n", fit(&text, room, style))
}

/// A remark on one line.
pub fn note(text: &str, style: Style) -> String {
    let text = fit(&format!("forestall: {}", visible(text, style)), style.columns.saturating_sub(1), style);
    format!("{}\n", style.paint(DIM, &text))
}

/// The text as one word of a POSIX shell.
pub fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text of others made fit to be printed: control characters, and those that reorder or hide text, are
/// written out.
pub fn visible(text: &str, style: Style) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, char| {
        show_char(char, style, &mut out);
        out
    })
}

fn show_char(char: char, style: Style, out: &mut String) {
    match char {
        '\n' => out.push_str(if style.unicode { "⏎" } else { "\\n" }),
        '\t' => out.push(' '),
        // What was not UTF-8 arrives as SUB.
        '\u{1a}' => out.push(if style.unicode { '\u{fffd}' } else { '?' }),
        '\0'..='\u{1f}' => {
            out.push('^');
            out.push(char::from(char as u8 + b'@'));
        }
        '\u{7f}' => out.push_str("^?"),
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => {
            let _ = write!(out, "<U+{:04X}>", u32::from(char));
        }
        char if !char.is_ascii() && !style.unicode => {
            let _ = write!(out, "<U+{:04X}>", u32::from(char));
        }
        char => out.push(char),
    }
}

fn columns(text: &str) -> usize {
    text.chars().map(|char| char.width().unwrap_or(0)).sum()
}

/// A frame that is filled from top to bottom.
struct Page {
    out: String,
    lines: usize,
    style: Style,
    bar: String,
    corner: String,
}

impl Page {
    fn new(decision: Decision, style: Style) -> Page {
        let sgr = sign(decision);
        let (bar, corner) = if style.unicode { ("│", "╭") } else { ("|", "+") };
        Page {
            out: String::new(),
            lines: 0,
            style,
            bar: style.paint(sgr, bar),
            corner: style.paint(sgr, corner),
        }
    }

    /// Columns for text.
    fn width(&self) -> usize {
        self.style.columns.min(MAX_COLUMNS).saturating_sub(3).max(16)
    }

    fn top(&mut self, text: &str) {
        let _ = writeln!(self.out, "{} {text}", self.corner);
        self.lines += 1;
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{} {text}", self.bar);
        self.lines += 1;
    }

    fn labelled(&mut self, label: &str, text: &str, sgr: &str) {
        for (index, part) in self.labelled_lines(label, text).into_iter().enumerate() {
            let label = self.style.paint(DIM, &format!("{:LABEL$}", if index == 0 { label } else { "" }));
            let text = self.style.paint(sgr, &part);
            self.line(&format!("{label}{text}"));
        }
    }

    /// What is meant to be copied may take two lines.
    fn labelled_lines(&self, label: &str, text: &str) -> Vec<String> {
        let room = self.width().saturating_sub(LABEL);
        wrap(&visible(text, self.style), room, if label == "safer" { 2 } else { 1 }, self.style)
    }
}

/// Findings with the same rule count as one; the strictest come first.
fn by_rule(findings: &[Finding]) -> Vec<(&Finding, usize)> {
    let mut groups: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings {
        match groups.iter_mut().find(|(first, _)| first.rule == finding.rule) {
            Some((_, count)) => *count += 1,
            None => groups.push((finding, 1)),
        }
    }
    groups
}

/// What was found out and is not in the reason already.
fn details(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut details = Vec::new();
    let mut add = |label, text: String| {
        if !text.is_empty() && !finding.reason.contains(&text) {
            details.push((label, text));
        }
    };
    if let Some(Value::List(subjects)) = finding.fact(Key::CommitsSubjects)
        && !subjects.first().is_some_and(|first| finding.reason.contains(first.as_str()))
    {
        add("lost", subjects.join("; "));
    }
    if let Some(Value::Text(target)) = finding.fact(Key::Target) {
        add("target", target.clone());
    }
    if let Some(Value::Text(source)) = finding.fact(Key::TargetSource) {
        add("from", source.clone());
    }
    if let Some(Value::List(kinds)) = finding.fact(Key::SecretKind) {
        add("holds", kinds.join(", "));
    }
    details
}

/// The line in at most `width` columns with the guilty words painted, and a row that marks them; a long line is
/// cut to a window around the first of them. Secrets are masked.
fn marked(line: &str, spans: &[Span], width: usize, style: Style) -> (String, String) {
    struct Cell {
        text: String,
        width: usize,
        guilty: bool,
    }
    /// Bytes around the guilty words that are looked at: more than any terminal shows.
    const NEAR: usize = 4096;
    let ellipsis = if style.unicode { "…" } else { "..." };
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let start = boundary(line, first.saturating_sub(NEAR));
    let end = line.trim_end().len();
    let end = boundary(line, end.min(first.saturating_add(NEAR)).max(start));
    let near = &line[start..end];
    let mut cells: Vec<Cell> = Vec::new();
    let mut add = |char, guilty| {
        let mut text = String::new();
        show_char(char, style, &mut text);
        cells.push(Cell { width: columns(&text), text, guilty });
    };
    let masks = masks(near).into_iter().map(|(range, kind)| (range.start + start..range.end + start, kind));
    let mut masks = masks.peekable();
    let mut masked_to = 0;
    for (at, char) in near.char_indices().map(|(at, char)| (at + start, char)) {
        if let Some((range, kind)) = masks.next_if(|(range, _)| range.start <= at) {
            let guilty = spans.iter().any(|span| span.start < range.end && range.start < span.end);
            ['<'].into_iter().chain(kind.chars()).chain(['>']).for_each(|char| add(char, guilty));
            masked_to = range.end;
        }
        if at >= masked_to {
            add(char, spans.iter().any(|span| (span.start..span.end).contains(&at)));
        }
    }

    let total: usize = cells.iter().map(|cell| cell.width).sum();
    let (mut from, mut to) = (0, cells.len());
    if total > width {
        let room = width.saturating_sub(2 * ellipsis.chars().count());
        let first = cells.iter().position(|cell| cell.guilty).unwrap_or(0);
        let after = cells[first..].iter().position(|cell| !cell.guilty).map_or(cells.len(), |n| first + n);
        // The guilty words first, then what stands around them, a step on each side in turn.
        (from, to) = (first, first);
        let mut used = 0;
        while to < after && used + cells[to].width <= room {
            used += cells[to].width;
            to += 1;
        }
        loop {
            let before = from.checked_sub(1).filter(|&at| used + cells[at].width <= room);
            if let Some(at) = before {
                from = at;
                used += cells[at].width;
            }
            let next = (to < cells.len() && used + cells[to].width <= room).then_some(to);
            if let Some(at) = next {
                to = at + 1;
                used += cells[at].width;
            }
            if before.is_none() && next.is_none() {
                break;
            }
        }
    }

    let (mut text, mut marks) = (String::new(), String::new());
    if from > 0 {
        text.push_str(ellipsis);
        marks.extend(std::iter::repeat_n(' ', ellipsis.chars().count()));
    }
    for run in cells[from..to].chunk_by(|a, b| a.guilty == b.guilty) {
        let joined: String = run.iter().map(|cell| cell.text.as_str()).collect();
        let guilty = run.first().is_some_and(|cell| cell.guilty);
        let mark = if guilty { '^' } else { ' ' };
        marks.extend(std::iter::repeat_n(mark, run.iter().map(|cell| cell.width).sum()));
        text.push_str(&if guilty { style.paint(GUILTY, &joined) } else { joined });
    }
    if to < cells.len() {
        text.push_str(ellipsis);
    }
    (text, marks)
}

/// The last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The text in at most `width` columns.
fn fit(text: &str, width: usize, style: Style) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let ellipsis = if style.unicode { "…" } else { "..." };
    let room = width.saturating_sub(ellipsis.chars().count());
    let mut out = String::new();
    let mut used = 0;
    for char in text.chars() {
        used += char.width().unwrap_or(0);
        if used > room {
            break;
        }
        out.push(char);
    }
    out + ellipsis
}

/// The text broken at spaces into at most `most` lines of `width` columns.
fn wrap(text: &str, width: usize, most: usize, style: Style) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let fits = line.is_empty() || columns(&line) + 1 + columns(word) <= width;
        if fits {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else if lines.len() + 1 == most {
            // The last line takes the rest, cut where it ends.
            line.push(' ');
            line.push_str(word);
            line.extend(words.by_ref().take(width).flat_map(|word| [" ", word]));
        } else {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.into_iter().map(|line| fit(&line, width, style)).collect()
}

#[cfg(test)]
mod tests;
