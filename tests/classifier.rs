//! What goes to a model's server and comes back, through real connections on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking; clippy.toml spares only the functions marked #[test]"
)]

#[allow(dead_code, reason = "the faults are for the tests of the model")]
#[path = "model/wire.rs"]
mod wire;

use forestall::classifier::dialect::Request;
use forestall::classifier::{Client, Fault, Key, KeySource};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};
use wire::{Act, Wire};

fn request(url: &str) -> Request {
    Request {
        url: format!("{url}/chat/completions"),
        headers: vec![("content-type", "application/json")],
        key_header: ("authorization", "Bearer "),
        body: r#"{"model":"m"}"#.to_owned(),
    }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(3)
}

fn client() -> Client {
    Client::new(Duration::from_millis(800))
}

#[test]
fn a_request_arrives_with_its_key_and_its_length() {
    let server = Wire::always(wire::response("200 OK", &[], "{}"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "key-1\n").unwrap();
    let key = Key::read(&KeySource::File(file.path().to_owned()), None, soon()).unwrap();
    let answer = client().post(&request(&server.url()), Some(&key), soon()).unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]));
    let received = &server.received()[0];
    assert!(received.text().starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{}", received.text());
    assert_eq!(received.header("authorization").as_deref(), Some("Bearer key-1"));
    assert_eq!(received.header("host"), Some(server.address().to_string()));
    assert_eq!(received.header("content-length").as_deref(), Some("13"));
    assert_eq!(received.body(), serde_json::json!({"model": "m"}));
}

#[test]
fn every_way_of_marking_the_end_is_read() {
    let head = "HTTP/1.1 200 OK\r\n";
    for (name, bytes, body) in [
        ("a length", format!("{head}content-length: 2\r\n\r\n{{}}"), Some("{}")),
        (
            "parts",
            format!("{head}transfer-encoding: chunked\r\n\r\n1;x=y\r\n{{\r\n1\r\n}}\r\n0\r\na: b\r\n\r\n"),
            Some("{}"),
        ),
        ("the end of the connection", format!("{head}\r\n{{}}"), Some("{}")),
        (
            "first a wait",
            format!("HTTP/1.1 100 Continue\r\n\r\n{head}content-length: 2\r\n\r\n{{}}"),
            Some("{}"),
        ),
        ("an older version", "HTTP/1.0 200 OK\r\n\r\n{}".to_owned(), Some("{}")),
        ("two lengths", format!("{head}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}}"), None),
        (
            "a length and parts",
            format!("{head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
            None,
        ),
        ("a negative length", format!("{head}content-length: -2\r\n\r\n{{}}"), None),
        ("another encoding", format!("{head}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), None),
        (
            "a part of another size",
            format!("{head}transfer-encoding: chunked\r\n\r\n1\r\n{{}}\r\n0\r\n\r\n"),
            None,
        ),
    ] {
        let server = Wire::always(vec![Act::Send(bytes.into_bytes())]);
        let answer = client().post(&request(&server.url()), None, soon()).ok();
        assert_eq!(answer.map(|answer| answer.body), body.map(|body| body.as_bytes().to_vec()), "{name}");
    }
}

/// Answers so many requests on each connection, then closes it without a word.
fn patient(on_each: usize) -> (String, std::sync::mpsc::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (connections, count) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for (at, stream) in listener.incoming().flatten().enumerate() {
            connections.send(at + 1).unwrap();
            let mut stream = stream;
            for _ in 0..on_each {
                let mut seen = Vec::new();
                while !seen.ends_with(b"}") {
                    let mut byte = [0];
                    if stream.read(&mut byte).unwrap_or(0) == 0 {
                        return;
                    }
                    seen.push(byte[0]);
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
            }
        }
    });
    (url, count)
}

#[test]
fn both_stages_share_a_connection_unless_the_server_has_closed_it() {
    for (on_each, connections) in [(2, 1), (1, 2)] {
        let (url, count) = patient(on_each);
        let mut client = client();
        for _ in 0..2 {
            assert_eq!(client.post(&request(&url), None, soon()).unwrap().status, 200);
        }
        assert_eq!(count.try_iter().last(), Some(connections));
    }
}

#[test]
fn whatever_a_server_does_it_ends_in_time() {
    let elsewhere = Wire::always(wire::says("allow"));
    for (name, acts) in wire::faults(elsewhere.address()) {
        let server = Wire::always(acts);
        let began = Instant::now();
        let result = client().post(&request(&server.url()), None, began + Duration::from_millis(400));
        assert!(began.elapsed() < Duration::from_millis(900), "{name}: {:?}", began.elapsed());
        if let Ok(answer) = result {
            assert!(answer.body.len() <= 256 * 1024, "{name}");
        }
    }
    assert!(elsewhere.received().is_empty(), "no redirection is followed");
}

#[test]
fn what_cannot_be_reached_is_said_at_once() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let post = |url: &str| client().post(&request(url), None, soon());
    assert!(matches!(post(&format!("http://{closed}/v1")), Err(Fault::Connect(_))));
    assert!(matches!(post("https://no-such-host.invalid/v1"), Err(Fault::Lookup | Fault::TimedOut)));
    assert!(
        matches!(post("http://acme.test/v1"), Err(Fault::Address(_))),
        "never in clear to another machine"
    );
    let plain = Wire::always(wire::says("allow"));
    let spoken = post(&format!("https://{}/v1", plain.address()));
    assert!(matches!(spoken, Err(Fault::Tls(_) | Fault::Roots)), "{spoken:?}");
}

#[test]
fn a_server_says_how_long_to_wait() {
    let wait = |headers: &[(&str, &str)]| {
        let server = Wire::always(wire::response("429 Too Many Requests", headers, "{}"));
        let answer = client().post(&request(&server.url()), None, soon()).unwrap();
        (answer.retry_after, answer.should_retry)
    };
    assert_eq!(wait(&[("Retry-After-Ms", "200"), ("retry-after", "7")]).0, Some(Duration::from_millis(200)));
    assert_eq!(wait(&[("retry-after", "1")]), (Some(Duration::from_secs(1)), None));
    assert_eq!(wait(&[("x-should-retry", "false")]), (None, Some(false)));
    assert!(wait(&[("retry-after", "Fri, 31 Dec 2060 23:59:59 GMT")]).0.is_some());
}
