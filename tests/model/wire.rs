//! A server that answers in every way in which a server can go wrong, to the byte.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What is done on a connection, one after the other. At the end it is closed.
#[derive(Clone)]
pub enum Act {
    /// Close with unread bytes, which resets the connection. As the first act it comes before the request is read.
    Reset,
    /// Write these bytes.
    Send(Vec<u8>),
    /// Write this many times the same bytes, with a pause before each.
    Repeat(Vec<u8>, usize, Duration),
    /// Say nothing until the other side goes away.
    Hold,
}

/// What came on one connection, and when it was opened.
#[derive(Clone, Debug)]
pub struct Received {
    pub at: Instant,
    pub bytes: Vec<u8>,
}

impl Received {
    /// The request as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Its JSON body.
    pub fn body(&self) -> serde_json::Value {
        let text = self.text();
        let (_, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        serde_json::from_str(body).unwrap_or(serde_json::Value::Null)
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (head, _) = text.split_once("\r\n\r\n")?;
        let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    }
}

/// Listens until the test ends.
pub struct Wire {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Wire {
    /// Does the same on every connection.
    pub fn always(acts: Vec<Act>) -> Wire {
        Wire::new(move |_, _| acts.clone())
    }

    /// Answers the first connection with the first reply and so on; the last one serves all that follow.
    pub fn each(replies: Vec<Vec<Act>>) -> Wire {
        Wire::new(move |at, _| replies[at.min(replies.len() - 1)].clone())
    }

    /// Answers each request by what it says.
    pub fn answering(reply: impl Fn(&Received) -> Vec<Act> + Send + Sync + 'static) -> Wire {
        Wire::new(move |_, request| request.map_or_else(|| vec![Act::Send(Vec::new())], &reply))
    }

    /// What is done on the connection of this number: asked before the request is read, and with it.
    fn new(script: impl Fn(usize, Option<&Received>) -> Vec<Act> + Send + Sync + 'static) -> Wire {
        let script = Arc::new(script);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::<Received>::new()));
        let log = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let index = {
                    let mut log = log.lock().unwrap();
                    log.push(Received { at: Instant::now(), bytes: Vec::new() });
                    log.len() - 1
                };
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                thread::spawn(move || {
                    let resets = matches!(script(index, None).first(), Some(Act::Reset));
                    serve(stream, resets, |bytes| {
                        let mut log = log.lock().unwrap();
                        log[index].bytes = bytes;
                        let received = log[index].clone();
                        drop(log);
                        script(index, Some(&received))
                    });
                });
            }
        });
        Wire { address, received }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a profile calls its `base_url`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Every connection so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, resets: bool, reply: impl FnOnce(Vec<u8>) -> Vec<Act>) {
    if resets {
        drop(stream.peek(&mut [0]));
        return;
    }
    for act in reply(request(&mut stream)) {
        let done = match act {
            Act::Reset => {
                // Whatever comes next is left unread.
                stream.set_read_timeout(Some(Duration::from_millis(200))).is_ok()
                    && stream.peek(&mut [0]).is_ok()
            }
            Act::Send(bytes) => stream.write_all(&bytes).is_ok(),
            Act::Repeat(bytes, times, pause) => (0..times).all(|_| {
                thread::sleep(pause);
                stream.write_all(&bytes).and_then(|()| stream.flush()).is_ok()
            }),
            Act::Hold => loop {
                match stream.read(&mut [0; 1024]) {
                    Ok(count) if count > 0 => {}
                    _ => break false,
                }
            },
        };
        if !done {
            return;
        }
    }
    drop(stream.shutdown(Shutdown::Write));
    // Closing with unread bytes would take back what was sent.
    drop(stream.set_read_timeout(Some(Duration::from_secs(2))));
    while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {}
}

/// One request, or what came instead within two seconds.
fn request(stream: &mut TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let (mut whole, mut bytes) = (Vec::new(), [0; 16 * 1024]);
    // A handshake of TLS has no end that we know.
    while !is_complete(&whole) && whole.first() != Some(&0x16) {
        match stream.read(&mut bytes) {
            Ok(0) | Err(_) => break,
            Ok(count) => whole.extend_from_slice(&bytes[..count]),
        }
    }
    stream.set_read_timeout(None).unwrap();
    whole
}

fn is_complete(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok()).unwrap_or(0);
    request.len() >= end + 4 + length
}

/// A whole response.
pub fn response(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<Act> {
    let body = body.as_ref();
    let mut bytes = head(status, headers, Some(body.len()));
    bytes.extend_from_slice(body);
    vec![Act::Send(bytes)]
}

/// A status line and headers, up to the empty line.
pub fn head(status: &str, headers: &[(&str, &str)], length: Option<usize>) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(length) = length {
        text.push_str(&format!("content-length: {length}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// A reply of `POST /v1/chat/completions` that says this.
pub fn chat(text: &str, reason: &str) -> String {
    serde_json::json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 1, "total_tokens": 1001,
                  "prompt_tokens_details": {"cached_tokens": 900}},
    })
    .to_string()
}

/// `200` with a word of the first stage.
pub fn says(word: &str) -> Vec<Act> {
    response("200 OK", &[], chat(word, "stop"))
}

/// Everything that goes wrong, by name. None of it is an answer; `elsewhere` is a server that nothing may reach.
pub fn faults(elsewhere: SocketAddr) -> Vec<(&'static str, Vec<Act>)> {
    let ok = |body: &[u8]| response("200 OK", &[], body);
    let allow = chat("allow", "stop");
    let status = |status: &str, message: &str| {
        let body = serde_json::json!({"error": {"message": message, "type": "t", "code": 1}}).to_string();
        response(status, &[], body)
    };
    let limited = |name: &str, value: &str| {
        let body = r#"{"error":{"message":"slow down","type":"rate_limit"}}"#;
        response("429 Too Many Requests", &[(name, value)], body)
    };
    let started =
        |body: &str, length: usize| Act::Send([&head("200 OK", &[], Some(length)), body.as_bytes()].concat());
    let location = format!("http://{elsewhere}/v1/chat/completions");
    let choices = |inner: &str| format!("{{\"choices\":[{inner}]}}");
    let second = Duration::from_secs(1);
    vec![
        ("nothing is ever said", vec![Act::Hold]),
        ("the headers, then nothing", vec![Act::Send(head("200 OK", &[], Some(500))), Act::Hold]),
        ("half of the body, then nothing", vec![started(&allow[..40], allow.len()), Act::Hold]),
        ("closed at once", vec![]),
        ("closed within the headers", vec![Act::Send(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec())]),
        ("closed within the body", vec![started(&allow[..40], allow.len())]),
        ("less than was promised", vec![started(&allow, allow.len() + 100)]),
        ("reset at once", vec![Act::Reset]),
        ("a byte each second", {
            vec![Act::Send(head("200 OK", &[], Some(allow.len()))), Act::Repeat(b" ".to_vec(), 1000, second)]
        }),
        ("headers without end", {
            let line = format!("x-more: {}\r\n", "a".repeat(1000));
            vec![
                Act::Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Act::Repeat(line.into_bytes(), 100_000, Duration::ZERO),
            ]
        }),
        ("continue without end", {
            vec![Act::Repeat(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), 1000, Duration::from_millis(50))]
        }),
        (
            "garbage instead of a response",
            vec![Act::Send(b"\x16\x03\x01\x02\x00SSH-2.0-OpenSSH_9\r\n".to_vec())],
        ),
        ("a chunk of no size", {
            vec![Act::Send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n".to_vec())]
        }),
        ("an empty body", ok(b"")),
        ("a page", ok(b"<!DOCTYPE html><html><body>Log in: allow</body></html>")),
        ("a bare word", ok(b"allow")),
        ("JSON that is cut", ok(&allow.as_bytes()[..allow.len() / 2])),
        (
            "no UTF-8",
            ok(b"{\"choices\":[{\"message\":{\"content\":\"allow\xff\xfe\"},\"finish_reason\":\"stop\"}]}"),
        ),
        ("50 MB", {
            let chunk = vec![b' '; 1024 * 1024];
            vec![
                Act::Send(head("200 OK", &[], Some(50 * 1024 * 1024 + allow.len()))),
                Act::Repeat(chunk, 50, Duration::ZERO),
                Act::Send(allow.clone().into_bytes()),
            ]
        }),
        ("50 MB that were not announced", {
            let chunk = vec![b' '; 1024 * 1024];
            vec![
                Act::Send(head("200 OK", &[], None)),
                Act::Repeat(chunk, 50, Duration::ZERO),
                Act::Send(allow.clone().into_bytes()),
            ]
        }),
        ("nested a hundred thousand deep", {
            ok(format!("{{\"choices\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes())
        }),
        ("a key twice", {
            ok(choices(r#"{"message":{"content":"block","content":"allow"},"finish_reason":"stop"}"#)
                .as_bytes())
        }),
        ("two answers", {
            let one =
                |word: &str| format!("{{\"message\":{{\"content\":\"{word}\"}},\"finish_reason\":\"stop\"}}");
            ok(choices(&[one("allow"), one("block")].join(",")).as_bytes())
        }),
        ("a refusal", {
            ok(choices(r#"{"message":{"content":null,"refusal":"I cannot help"},"finish_reason":"stop"}"#)
                .as_bytes())
        }),
        ("a filter", ok(chat("allow", "content_filter").as_bytes())),
        ("an error under 200", ok(br#"{"error":{"code":502,"message":"provider is down"},"choices":[]}"#)),
        ("compressed although nobody asked", {
            response("200 OK", &[("content-encoding", "gzip")], b"\x1f\x8b\x08\x00\x00\x00\x00\x00")
        }),
        ("moved", response("302 Found", &[("location", &location)], "")),
        ("moved for good", response("308 Permanent Redirect", &[("location", &location)], "")),
        ("no content", vec![Act::Send(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())]),
        ("a bad request", status("400 Bad Request", "no such field")),
        ("a bad key", status("401 Unauthorized", "bad key")),
        ("no money", status("402 Payment Required", "pay first")),
        ("no right", status("403 Forbidden", "not yours")),
        ("no such model", status("404 Not Found", "no such model")),
        ("too much", status("413 Content Too Large", "too large")),
        ("an error of its own", status("500 Internal Server Error", "oh")),
        ("a gateway's page", response("502 Bad Gateway", &[], "<html>allow</html>")),
        ("still loading", status("503 Service Unavailable", "Loading model")),
        ("overloaded", status("529 Overloaded", "Overloaded")),
        ("wait, it does not say how long", response("429 Too Many Requests", &[], "")),
        ("wait a second", limited("retry-after", "1")),
        ("wait some milliseconds", limited("retry-after-ms", "200")),
        ("wait half a second", limited("retry-after", "0.5")),
        ("wait until a date", limited("retry-after", "Fri, 31 Dec 2060 23:59:59 GMT")),
        ("wait until a date that is past", limited("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT")),
        ("wait an hour", limited("retry-after", "3600")),
        ("wait for ever", limited("retry-after", "99999999999999999999999999")),
        ("wait less than nothing", limited("retry-after", "-5")),
        ("wait for what is no time", limited("retry-after", "soon")),
    ]
}
