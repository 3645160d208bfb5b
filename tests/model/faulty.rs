//! Whatever a server does, the answer comes in time, is none, and the key goes nowhere else.

use crate::wire::{Act, Wire, faults, head};
use forestall::classifier::dialect::{self, Failure, Request};
use forestall::classifier::{
    Case, Client, Dialect, Fault, First, Flavor, Profile, Prompt, Slots, Stage, first, system,
};
use std::time::{Duration, Instant};

/// How long is waited for a reply here, and how much longer a slow machine may take to notice.
const LIMIT: Duration = Duration::from_millis(700);
const GRACE: Duration = Duration::from_millis(1500);

fn question(base_url: &str) -> Request {
    let profile = Profile {
        dialect: Dialect::OpenaiChat,
        flavor: Flavor::Openai,
        base_url: base_url.to_owned(),
        model: "m".to_owned(),
        key: None,
        prices: None,
    };
    let case = Case { json: "{\"command\":\"x\"}".to_owned(), is_cut: false, is_suspect: false };
    let system = system(&Slots::default());
    dialect::request(&profile, &Prompt::new(&system, &case, &Stage::First), &Stage::First)
}

#[test]
fn every_fault_ends_in_time_and_none_is_an_answer() {
    let elsewhere = Wire::always(vec![]);
    for (name, acts) in faults(elsewhere.address()) {
        let wire = Wire::always(acts);
        let began = Instant::now();
        let answer = Client::new(LIMIT).post(&question(&wire.url()), None, began + LIMIT);
        let took = began.elapsed();
        assert!(took < LIMIT + GRACE, "{name}: {took:?}");
        if let Ok(answer) = answer {
            let reply = dialect::read(Dialect::OpenaiChat, answer.status, &answer.body);
            assert!(
                !reply.as_ref().is_ok_and(|reply| first(reply, false) == First::Allow),
                "{name}: {reply:?}"
            );
            assert!(answer.body.len() <= dialect::MAX_REPLY, "{name}");
        }
        assert_eq!(
            wire.received().len(),
            1,
            "{name}: a request is sent once, and again by nobody but who decides"
        );
    }
    assert!(elsewhere.received().is_empty(), "a redirection was followed");
}

#[test]
fn what_is_slow_is_given_up_and_what_is_large_is_not_read() {
    let elsewhere = Wire::always(vec![]);
    for (name, acts) in faults(elsewhere.address()) {
        let wanted = match name {
            "nothing is ever said"
            | "the headers, then nothing"
            | "half of the body, then nothing"
            | "a byte each second" => Fault::TimedOut,
            "50 MB" | "50 MB that were not announced" | "headers without end" => Fault::TooLarge,
            _ => continue,
        };
        let wire = Wire::always(acts);
        let answer = Client::new(LIMIT).post(&question(&wire.url()), None, Instant::now() + LIMIT);
        assert_eq!(answer.err(), Some(wanted), "{name}");
    }
}

#[test]
fn a_wait_is_read_in_each_form_in_which_it_is_said() {
    let elsewhere = Wire::always(vec![]);
    let mut told = Vec::new();
    for (name, acts) in faults(elsewhere.address()) {
        if !name.starts_with("wait") {
            continue;
        }
        let wire = Wire::always(acts);
        let answer = Client::new(LIMIT).post(&question(&wire.url()), None, Instant::now() + LIMIT).unwrap();
        assert_eq!(answer.status, 429, "{name}");
        let reply = dialect::read(Dialect::OpenaiChat, answer.status, &answer.body);
        assert!(
            matches!(&reply, Err(Failure::Status { remedy: dialect::Remedy::Wait, .. })),
            "{name}: {reply:?}"
        );
        told.push((name, answer.retry_after.map(|wait| wait.as_millis())));
    }
    let day = 86_400_000;
    assert_eq!(
        told,
        [
            ("wait, it does not say how long", None),
            ("wait a second", Some(1000)),
            ("wait some milliseconds", Some(200)),
            ("wait half a second", Some(500)),
            ("wait until a date", Some(day)),
            ("wait until a date that is past", None),
            ("wait an hour", Some(3_600_000)),
            ("wait for ever", Some(day)),
            ("wait less than nothing", None),
            ("wait for what is no time", None),
        ]
    );
}

#[test]
fn a_connection_that_is_not_safe_is_none() {
    for (name, acts) in [
        ("no TLS at all", vec![Act::Send(head("200 OK", &[], Some(0)))]),
        ("an alert", vec![Act::Send(b"\x15\x03\x03\x00\x02\x02\x28".to_vec())]),
        (
            "a hello that is none",
            vec![Act::Send([&b"\x16\x03\x03\x40\x00\x02"[..], &[0xff; 16384]].concat())],
        ),
        ("silence", vec![Act::Hold]),
        ("closed", vec![]),
    ] {
        let wire = Wire::always(acts);
        let url = wire.url().replace("http://", "https://");
        let began = Instant::now();
        let answer = Client::new(LIMIT).post(&question(&url), None, began + LIMIT);
        assert!(began.elapsed() < LIMIT + GRACE, "{name}: {:?}", began.elapsed());
        assert!(
            matches!(answer, Err(Fault::Tls(_) | Fault::TimedOut | Fault::Broken(_) | Fault::Roots)),
            "{name}: {answer:?}"
        );
        // Nothing of the question is readable on the wire.
        assert!(wire.received().iter().all(|received| !received.text().contains("POST")), "{name}");
    }
}
