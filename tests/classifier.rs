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
use std::sync::{Arc, Mutex};
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

/// A home with a configured model, and a repository-less directory to judge in.
struct Desk {
    home: tempfile::TempDir,
    url: String,
    more: String,
}

/// What `check` or `gate` came to.
struct Said {
    json: serde_json::Value,
    stderr: String,
    took: Duration,
}

impl Said {
    fn verdict(&self) -> (&str, &str) {
        (self.json["verdict"].as_str().unwrap(), self.json["decided_by"].as_str().unwrap())
    }

    fn rule(&self) -> &str {
        self.json["findings"][0]["rule"].as_str().unwrap_or_default()
    }
}

impl Desk {
    fn new(url: &str) -> Desk {
        Desk { home: tempfile::tempdir().unwrap(), url: url.to_owned(), more: String::new() }
    }

    fn configure(&self) {
        let dir = self.home.path().join(".config/forestall");
        std::fs::create_dir_all(&dir).unwrap();
        let config = format!(
            "[classifier]\nprofile = \"local\"\n[classifier.bounds]\ndeadline = 1.5\nstage_1 = 0.7\nconnect = 0.4\n\
             [classifier.profiles.local]\ndialect = \"openai-chat\"\nflavor = \"openai\"\nbase_url = \"{}\"\n\
             model = \"m\"\nkey_env = \"DESK_KEY\"\n{}\n\
             [[rule]]\nid = \"own.unclear\"\ncommand = \"acme deploy\"\ndecision = \"unclear\"\nreason = \"acme deploys\"\n\
             [[rule]]\nid = \"own.ask\"\ncommand = \"acme drop\"\ndecision = \"ask\"\nreason = \"acme drops\"\n",
            self.url, self.more
        );
        std::fs::write(dir.join("config.toml"), config).unwrap();
    }

    fn command(&self, words: &[&str]) -> std::process::Command {
        self.configure();
        let home = self.home.path();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_forestall"));
        command.args(words).current_dir(home).env_clear().env("HOME", home).env("PATH", "/usr/bin:/bin");
        command.env("DESK_KEY", "key-of-the-desk");
        command.stdin(std::process::Stdio::null());
        command
    }

    fn check(&self, words: &[&str]) -> Said {
        let began = Instant::now();
        let out = self.command(&[&["check", "--json"], words].concat()).output().unwrap();
        let stderr = String::from_utf8(out.stderr).unwrap();
        let json = serde_json::from_slice(&out.stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
        Said { json, stderr, took: began.elapsed() }
    }

    /// Judges as the shells do, without a terminal; whether the line may run.
    fn gate(&self, line: &str) -> bool {
        let mut child = self.command(&["gate", "bash"]);
        let mut child =
            child.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
        child.wait().unwrap().code() != Some(77)
    }

    fn journal(&self) -> String {
        let path = self.home.path().join(".local/state/forestall/journal.jsonl");
        std::fs::read_to_string(path).unwrap_or_default()
    }
}

/// An answer of the second stage to the nonce that was asked for.
fn looks_twice(request: &str, risk: &str, verdict: &str) -> String {
    let nonce = request.split("NONCE: ").nth(1).unwrap();
    let nonce: String = nonce.chars().take_while(char::is_ascii_alphanumeric).collect();
    wire::chat(
        &format!(
            "NONCE: {nonce}\nREASON: It changes what others use.\nRISK: {risk}\nCONSENT: implied\n\
             CATEGORY: production\nVERDICT: {verdict}"
        ),
        "stop",
    )
}

/// A model that flags first and then says this.
fn flagging(risk: &'static str, verdict: &'static str) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (requests, seen) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let requests = requests.clone();
            thread::spawn(move || {
                let mut bytes = Vec::new();
                let mut part = [0; 8192];
                while let Ok(count @ 1..) = stream.read(&mut part) {
                    bytes.extend_from_slice(&part[..count]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                    if body.len() < length.parse().unwrap() {
                        continue;
                    }
                    let reply = match body.contains("NONCE") {
                        true => looks_twice(body, risk, verdict),
                        false => wire::chat("block", "stop"),
                    };
                    let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{reply}", reply.len());
                    stream.write_all(reply.as_bytes()).unwrap();
                    requests.send(text).unwrap();
                    bytes.clear();
                }
            });
        }
    });
    (url, seen)
}

#[test]
fn what_the_rules_leave_open_a_model_settles() {
    let server = Wire::always(wire::says("allow"));
    let desk = Desk::new(&server.url());
    let said = desk.check(&["acme deploy"]);
    assert_eq!(said.verdict(), ("allow", "classifier"), "{}", said.stderr);
    assert_eq!(said.json["unclear"], true);
    assert_eq!(said.json["findings"].as_array().unwrap().len(), 0);
    assert!(said.stderr.is_empty(), "one word leaves no remark: {}", said.stderr);
    assert_eq!(server.received()[0].header("authorization").as_deref(), Some("Bearer key-of-the-desk"));
    let offline = desk.check(&["--offline", "acme deploy"]);
    assert_eq!(offline.verdict(), ("ask", "fallback"));
    assert_eq!(server.received().len(), 1);
}

#[test]
fn nothing_is_sent_of_what_rules_settle_and_nothing_lowers_them() {
    let server = Wire::always(wire::says("allow"));
    let desk = Desk::new(&server.url());
    for (line, verdict) in [
        ("ls -la", "allow"),
        ("acme drop", "ask"),
        ("acme drop; acme deploy", "ask"),
        ("rm -rf /", "deny"),
        ("echo 'acme deploy'", "allow"),
    ] {
        assert_eq!(desk.check(&[line]).json["verdict"], verdict, "{line}");
    }
    assert!(server.received().is_empty());
}

#[test]
fn a_second_look_stops_or_leaves_a_remark() {
    let (url, seen) = flagging("low", "allow");
    let said = Desk::new(&url).check(&["acme deploy"]);
    assert_eq!(said.verdict(), ("allow", "classifier"));
    assert!(said.stderr.contains("looked twice") && said.stderr.contains("changes what others use"));
    let (first, second) = (seen.recv().unwrap(), seen.recv().unwrap());
    assert!(!first.contains("NONCE") && second.contains("NONCE"));

    for (risk, verdict, actor) in
        [("critical", "allow", "human"), ("low", "block", "agent"), ("high", "allow", "human")]
    {
        let (url, _seen) = flagging(risk, verdict);
        let said = Desk::new(&url).check(&["--actor", actor, "acme deploy"]);
        assert_eq!(said.verdict(), ("ask", "classifier"), "{risk} {verdict}");
        assert_eq!(said.rule(), "classifier.production");
    }
}

#[test]
fn whatever_a_server_does_the_table_decides_in_time() {
    let elsewhere = Wire::always(wire::says("allow"));
    for (name, acts) in wire::faults(elsewhere.address()) {
        let server = Wire::always(acts);
        let said = Desk::new(&server.url()).check(&["acme deploy"]);
        assert_eq!(said.verdict(), ("ask", "fallback"), "{name}: {}", said.stderr);
        assert!(said.stderr.contains("did not answer"), "{name}: {}", said.stderr);
        assert!(said.took < Duration::from_secs(4), "{name}: {:?}", said.took);
    }
    assert!(elsewhere.received().is_empty());
}

#[test]
fn a_failure_is_repeated_once_and_a_wait_is_kept_to() {
    let busy = |header: (&'static str, &'static str)| {
        Wire::each(vec![wire::response("429 Too Many Requests", &[header], "{}"), wire::says("allow")])
    };
    let server = busy(("retry-after-ms", "300"));
    let said = Desk::new(&server.url()).check(&["acme deploy"]);
    assert_eq!(said.verdict(), ("allow", "classifier"));
    let times: Vec<Instant> = server.received().iter().map(|request| request.at).collect();
    assert!(times[1] - times[0] >= Duration::from_millis(300));
    let server = busy(("retry-after", "30"));
    let said = Desk::new(&server.url()).check(&["acme deploy"]);
    assert_eq!((said.verdict(), server.received().len()), (("ask", "fallback"), 1));
    let server = Wire::always(wire::response("503 Service Unavailable", &[], "{}"));
    assert_eq!(Desk::new(&server.url()).check(&["acme deploy"]).verdict(), ("ask", "fallback"));
    assert_eq!(server.received().len(), 2, "once more, and no more");
}

#[test]
fn check_writes_nothing_and_the_gate_remembers() {
    let server = Wire::always(wire::says("allow"));
    let desk = Desk::new(&server.url());
    desk.check(&["acme deploy"]);
    assert!(!desk.home.path().join(".local").exists());
    assert!(desk.gate("acme deploy") && desk.gate("acme deploy"));
    assert_eq!(server.received().len(), 2, "the second time it was still known");
    assert!(desk.gate("./acme deploy"));
    let journal = desk.journal();
    assert!(
        journal.contains("\"decided_by\":\"classifier\"") && journal.contains("\"kept\":true"),
        "{journal}"
    );
    let kept = desk.home.path().join(".local/state/forestall/classifier");
    for entry in std::fs::read_dir(kept).unwrap() {
        let path = entry.unwrap().path();
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap());
        assert_eq!(mode & 0o077, 0, "{}", path.display());
        let bytes = std::fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("acme"), "{}", path.display());
    }
}

#[test]
fn a_server_that_keeps_failing_is_left_alone_and_stops_nobody_else() {
    let server = Wire::always(wire::response("503 Service Unavailable", &[], "{}"));
    let desk = Desk::new(&server.url());
    for _ in 0..3 {
        assert!(!desk.gate("acme deploy"), "without an answer it is asked, and nobody is there to say yes");
    }
    let asked = server.received().len();
    assert_eq!(asked, 6);
    assert!(!desk.gate("acme deploy") && desk.gate("ls"));
    assert_eq!(desk.check(&["acme deploy"]).verdict(), ("ask", "fallback"));
    assert_eq!(server.received().len(), asked);
}

#[test]
fn without_its_key_nothing_is_sent() {
    let server = Wire::always(wire::says("allow"));
    let desk = Desk::new(&server.url());
    let out = desk.command(&["check", "acme deploy"]).env_remove("DESK_KEY").output().unwrap();
    assert_eq!(out.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&out.stderr).contains("DESK_KEY is not set"));
    assert!(server.received().is_empty());
}

/// Serves one verdict over TLS, at most in this version, with the certificate of this kind for this host.
const SAFE_SERVER: &str = r#"
import socket, ssl, subprocess, sys
kind, most, host = sys.argv[1:4]
key = {"ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["-newkey", "rsa:2048"]}[kind]
subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=" + host, "-keyout", "key.pem",
    "-out", "cert.pem", "-addext", "subjectAltName=DNS:" + host, "-addext", "basicConstraints=critical,CA:FALSE",
    *key], check=True, stderr=subprocess.DEVNULL)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.maximum_version = getattr(ssl.TLSVersion, most)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
body = b'{"choices":[{"message":{"role":"assistant","content":"allow"},"finish_reason":"stop"}]}'
while True:
    plain, _ = listener.accept()
    try:
        safe = context.wrap_socket(plain, server_side=True)
        seen = b""
        while b"\r\n\r\n{" not in seen or not seen.endswith(b"}"):
            seen += safe.recv(65536)
        safe.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        safe.unwrap()
    except OSError:
        pass
"#;

struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A server with a certificate, whose files are in this folder, and its port.
fn safe_server(folder: &std::path::Path, kind: &str, most: &str, host: &str) -> (Ended, u16) {
    let mut server = std::process::Command::new("python3");
    server.args(["-c", SAFE_SERVER, kind, most, host]).current_dir(folder);
    let mut server = Ended(server.stdout(std::process::Stdio::piped()).spawn().expect("python3 is needed"));
    let mut port = String::new();
    let out = server.0.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut port).unwrap();
    (server, port.trim().parse().expect("openssl is needed"))
}

#[test]
fn only_who_proves_who_he_is_gets_the_key() {
    let desk = Desk::new("");
    for (kind, most, trusted, host, allows) in [
        ("ec", "TLSv1_3", true, "localhost", true),
        ("rsa", "TLSv1_3", true, "localhost", true),
        ("ec", "TLSv1_3", true, "127.0.0.1", false),
        ("ec", "TLSv1_3", false, "localhost", false),
        ("ec", "TLSv1_2", true, "localhost", false),
    ] {
        let (_server, port) = safe_server(desk.home.path(), kind, most, "localhost");
        let there = Desk {
            home: tempfile::tempdir().unwrap(),
            url: format!("https://{host}:{port}/v1"),
            more: String::new(),
        };
        let mut command = there.command(&["check", "acme deploy"]);
        if trusted {
            command.env("SSL_CERT_FILE", desk.home.path().join("cert.pem"));
        }
        let out = command.output().unwrap();
        let stderr = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(
            out.status.code(),
            Some(if allows { 0 } else { 3 }),
            "{kind} {most} {trusted} {host}: {stderr}"
        );
        assert!(
            allows || stderr.contains("cannot be made safe") || stderr.contains("no list of trusted"),
            "{stderr}"
        );
    }
}

/// A proxy that answers each `CONNECT` with this, and leads to this port of this machine where that is good. What came
/// from the client.
fn proxy(answer: &'static str, port: u16) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let passed = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&passed);
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let log = Arc::clone(&log);
            thread::spawn(move || {
                let mut byte = [0];
                while !log.lock().unwrap().ends_with(b"\r\n\r\n") {
                    if client.read(&mut byte).unwrap_or(0) == 0 {
                        return;
                    }
                    log.lock().unwrap().push(byte[0]);
                }
                client.write_all(answer.as_bytes()).unwrap();
                if answer.is_empty() {
                    thread::sleep(Duration::from_secs(5));
                }
                if !answer.contains(" 200 ") {
                    return;
                }
                let mut server = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
                let (mut back, mut front) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || std::io::copy(&mut back, &mut front));
                let mut bytes = [0; 8192];
                while let Ok(count @ 1..) = client.read(&mut bytes) {
                    log.lock().unwrap().extend_from_slice(&bytes[..count]);
                    server.write_all(&bytes[..count]).unwrap();
                }
            });
        }
    });
    (address, passed)
}

#[test]
fn behind_a_proxy_a_model_is_reached_and_the_proxy_reads_nothing() {
    let files = tempfile::tempdir().unwrap();
    let (_server, port) = safe_server(files.path(), "ec", "TLSv1_3", "model.acme.test");
    let desk = Desk::new("https://model.acme.test/v1");
    let check = |vars: &[(&str, &str)]| {
        let mut command = desk.command(&["check", "acme deploy"]);
        command.env("SSL_CERT_FILE", files.path().join("cert.pem")).envs(vars.iter().copied());
        let began = Instant::now();
        let out = command.output().unwrap();
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    let (open, passed) = proxy("HTTP/1.1 200 Connection established\r\n\r\n", port);
    let (status, said) = check(&[("HTTPS_PROXY", &format!("http://ada:pass-of-ada@{open}"))]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    let passed = String::from_utf8_lossy(&passed.lock().unwrap()).into_owned();
    assert!(
        passed.starts_with("CONNECT model.acme.test:443 HTTP/1.1\r\nhost: model.acme.test:443\r\n"),
        "{passed}"
    );
    assert!(passed.contains("\r\nproxy-authorization: Basic YWRhOnBhc3Mtb2YtYWRh\r\n\r\n"), "{passed}");
    assert!(
        !passed.contains("POST") && !passed.contains("key-of-the-desk") && !passed.contains("acme deploy")
    );

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (login, _) = proxy("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", port);
    let (never, _) = proxy("HTTP/1.1 403 Forbidden\r\n\r\n", port);
    let (odd, _) = proxy("SSH-2.0-OpenSSH_9\r\n\r\n", port);
    let (eager, _) = proxy("HTTP/1.1 200 OK\r\n\r\n<html>", port);
    let (silent, _) = proxy("", port);
    for (address, expected) in [
        (closed, "the proxy that HTTPS_PROXY names does not take a connection"),
        (login, "answers with status 407; its user name and password belong into its address"),
        (never, "the proxy of HTTPS_PROXY lets nothing through to this host and answers with status 403"),
        (odd, "the proxy that HTTPS_PROXY names does not speak as a proxy does"),
        (eager, "does not speak as a proxy does"),
        (silent, "the proxy that HTTPS_PROXY names does not answer"),
        (
            "socks5://127.0.0.1:1080".to_owned(),
            "the proxy that HTTPS_PROXY names is not http://HOST:PORT, the only kind that is spoken to",
        ),
    ] {
        let (status, said) = check(&[("https_proxy", &address), ("HTTPS_PROXY", &open)]);
        assert_eq!(status, Some(3), "{address}: {said}");
        assert!(
            said.contains("the model `local` did not answer: ") && said.contains(expected),
            "{address}: {said}"
        );
    }
    // Spared, so its name is looked up here, where nobody knows it.
    let (status, said) = check(&[("HTTPS_PROXY", &open), ("NO_PROXY", "localhost,.acme.test")]);
    assert_eq!(status, Some(3), "{said}");
    assert!(
        said.contains("the address of the host is not found") || said.contains("takes too long"),
        "{said}"
    );

    // A model of this machine is never behind a proxy.
    let here = Wire::always(wire::says("allow"));
    let local = Desk::new(&here.url());
    let mut command = local.command(&["check", "acme deploy"]);
    let out = command.env("ALL_PROXY", "http://127.0.0.1:1").output().unwrap();
    assert_eq!((out.status.code(), here.received().len()), (Some(0), 1));
}
