//! A loopback HTTP server that writes down every byte it receives.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Listens until the test ends.
pub struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    pub fn new() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let requests = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let requests = Arc::clone(&requests);
                thread::spawn(move || answer(stream, &requests));
            }
        });
        Server { address, received }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every connection so far, with all bytes that came through it.
    pub fn received(&self) -> Vec<Vec<u8>> {
        self.received.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, requests: &Mutex<Vec<Vec<u8>>>) {
    let index = {
        let mut requests = requests.lock().unwrap();
        requests.push(Vec::new());
        requests.len() - 1
    };
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut bytes = [0; 4096];
    let mut whole = Vec::new();
    while !is_complete(&whole) {
        match stream.read(&mut bytes) {
            Ok(0) | Err(_) => break,
            Ok(count) => {
                whole.extend_from_slice(&bytes[..count]);
                requests.lock().unwrap()[index].extend_from_slice(&bytes[..count]);
            }
        }
        if find(&whole, b"Expect: 100-continue").is_some() && find(&whole, b"\r\n\r\n").is_some() {
            drop(stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n"));
        }
    }
    drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"));
}

fn is_complete(request: &[u8]) -> bool {
    let Some(end) = find(request, b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let body = &request[end + 4..];
    if head.contains("transfer-encoding: chunked") {
        return body.ends_with(b"0\r\n\r\n");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.and_then(|length| length.trim().parse::<usize>().ok()).is_none_or(|length| body.len() >= length)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
