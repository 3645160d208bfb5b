//! One request and one reply of HTTP/1.1 (RFC 9112), read strictly: what could be understood in two ways is no reply.

use super::stream::Stream;
use super::{Answer, Fault, Place, later};
use crate::classifier::dialect::{MAX_REPLY, Request};
use crate::classifier::key::Key;

/// Most bytes of a status line and its headers.
const MAX_HEAD: usize = 32 * 1024;
/// Most interim replies (`100 Continue`) before the reply.
const MAX_INTERIM: usize = 4;

/// Why an exchange failed.
pub(super) enum Ended {
    /// The connection was closed before a byte of the reply came.
    Before,
    /// Later, or for another reason.
    With(Fault),
}

impl Ended {
    pub(super) fn fault(self) -> Fault {
        match self {
            Ended::Before => broken("the connection ended before it"),
            Ended::With(fault) => fault,
        }
    }
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Ended {
        Ended::With(fault)
    }
}

fn broken(why: &str) -> Fault {
    Fault::Broken(why.to_owned())
}

/// The bytes of a request.
pub(super) fn message(request: &Request, place: &Place<'_>, key: Option<&Key>) -> Vec<u8> {
    let verb = if request.body.is_empty() { "GET" } else { "POST" };
    let mut head = format!(
        "{verb} {} HTTP/1.1\r\nhost: {}\r\nuser-agent: forestall/{}\r\ncontent-length: {}\r\n",
        place.path,
        place.authority,
        env!("CARGO_PKG_VERSION"),
        request.body.len()
    );
    let (key_name, before) = request.key_header;
    let key = key.map(|key| (key_name, [before, key.reveal()].concat()));
    let fixed = request.headers.iter().map(|(name, value)| (*name, (*value).to_owned()));
    for (name, value) in fixed.chain(key) {
        head.push_str(&[name, ": ", &value, "\r\n"].concat());
    }
    head.push_str("\r\n");
    head.push_str(&request.body);
    head.into_bytes()
}

/// Sends the message and reads the reply; whether the connection can be used again.
pub(super) fn exchange(stream: &mut Stream, message: &[u8]) -> Result<(Answer, bool), Ended> {
    // A server may answer and close before it has read everything; then the reply tells why.
    let sent = stream.write(message);
    let mut reader = Reader { stream, bytes: Vec::new(), at: 0 };
    match (reader.fill(), sent) {
        (Ok(true), _) => {}
        (_, Err(Fault::TimedOut)) | (Err(Fault::TimedOut), _) => return Err(Fault::TimedOut.into()),
        (Ok(false) | Err(_), _) => return Err(Ended::Before),
    }
    for _ in 0..=MAX_INTERIM {
        let head = reader.head()?;
        if head.status >= 200 {
            let (body, stays_open) = reader.body(&head)?;
            let Head { status, milliseconds, after, should_retry, .. } = head;
            let retry_after = later::wait(milliseconds.as_deref(), after.as_deref(), crate::state::now());
            return Ok((Answer { status, retry_after, should_retry, body }, stays_open));
        }
    }
    Err(broken("it never comes to the point").into())
}

/// Asks a proxy for a way to a host, and gives the status of its answer. Behind a good one nothing may have come yet.
pub(super) fn tunnel(stream: &mut Stream, request: &str) -> Result<u16, Ended> {
    stream.write(request.as_bytes())?;
    let mut reader = Reader { stream, bytes: Vec::new(), at: 0 };
    let head = reader.head()?;
    if (200..300).contains(&head.status) && !reader.is_done() {
        return Err(broken("the proxy says more than it was asked").into());
    }
    Ok(head.status)
}

/// What a status line and its headers say.
#[derive(Default)]
struct Head {
    status: u16,
    length: Option<usize>,
    is_chunked: bool,
    closes: bool,
    milliseconds: Option<String>,
    after: Option<String>,
    should_retry: Option<bool>,
}

impl Head {
    /// Reads the text up to the empty line.
    fn parse(text: &str) -> Result<Head, Fault> {
        let mut lines = text.split("\r\n");
        let mut status = lines.next().unwrap_or_default().splitn(3, ' ');
        let (version, code) = (status.next().unwrap_or_default(), status.next().unwrap_or_default());
        let known = version == "HTTP/1.1" || version == "HTTP/1.0";
        let code = code.parse::<u16>().ok().filter(|code| known && (100..600).contains(code));
        let status = code.ok_or_else(|| broken("it is not HTTP/1.1"))?;
        let mut head = Head { status, closes: version == "HTTP/1.0", ..Head::default() };
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or_else(|| broken("a header has no name"))?;
            head.field(&name.to_ascii_lowercase(), value.trim())?;
        }
        if head.is_chunked && head.length.is_some() {
            return Err(broken("it has two lengths"));
        }
        Ok(head)
    }

    fn field(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        match name {
            "content-length" => {
                let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
                let length = digits.then(|| value.parse().unwrap_or(usize::MAX));
                let length = length.ok_or_else(|| broken("its length is no number"))?;
                if self.length.replace(length).is_some_and(|before| before != length) {
                    return Err(broken("it has two lengths"));
                }
            }
            "transfer-encoding" if value.eq_ignore_ascii_case("chunked") && !self.is_chunked => {
                self.is_chunked = true;
            }
            "transfer-encoding" => return Err(broken("it is encoded in an unknown way")),
            "connection" => {
                self.closes |= value.split(',').any(|word| word.trim().eq_ignore_ascii_case("close"));
            }
            "retry-after-ms" => self.milliseconds = Some(value.to_owned()),
            "retry-after" => self.after = Some(value.to_owned()),
            "x-should-retry" => {
                self.should_retry = match value {
                    "true" => Some(true),
                    "false" => Some(false),
                    _ => None,
                };
            }
            _ => {}
        }
        Ok(())
    }
}

/// What was read of a connection and not yet used.
struct Reader<'s> {
    stream: &'s mut Stream,
    bytes: Vec<u8>,
    at: usize,
}

impl Reader<'_> {
    /// Reads more; `false` at the end of the connection.
    fn fill(&mut self) -> Result<bool, Fault> {
        let mut more = [0; 8 * 1024];
        let count = self.stream.read(&mut more)?;
        self.bytes.drain(..std::mem::take(&mut self.at));
        self.bytes.extend_from_slice(&more[..count]);
        Ok(count > 0)
    }

    /// Everything up to `end`, which is passed over; at most so many bytes.
    fn until(&mut self, end: &[u8], most: usize) -> Result<String, Fault> {
        loop {
            let rest = &self.bytes[self.at..];
            if let Some(found) = rest.windows(end.len()).take(most).position(|window| window == end) {
                let text = String::from_utf8_lossy(&rest[..found]).into_owned();
                self.at += found + end.len();
                return Ok(text);
            }
            if rest.len() > most {
                return Err(Fault::TooLarge);
            }
            if !self.fill()? {
                return Err(broken("the connection ended"));
            }
        }
    }

    fn head(&mut self) -> Result<Head, Fault> {
        Head::parse(&self.until(b"\r\n\r\n", MAX_HEAD)?)
    }

    /// The body, and whether another reply can follow on this connection.
    fn body(&mut self, head: &Head) -> Result<(Vec<u8>, bool), Fault> {
        let mut body = Vec::new();
        if matches!(head.status, 204 | 304) {
            return Ok((body, !head.closes));
        }
        if head.is_chunked {
            loop {
                let line = self.until(b"\r\n", 256)?;
                let size = line.split(';').next().unwrap_or_default().trim();
                let digits = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_hexdigit());
                let size = if digits { usize::from_str_radix(size, 16).ok() } else { None };
                let size = size.ok_or_else(|| broken("a part has no size"))?;
                if size == 0 {
                    break;
                }
                self.take(size, &mut body)?;
                if !self.until(b"\r\n", 2)?.is_empty() {
                    return Err(broken("a part has another size"));
                }
            }
            // Trailers.
            for _ in 0..64 {
                if self.until(b"\r\n", MAX_HEAD)?.is_empty() {
                    return Ok((body, self.is_done() && !head.closes));
                }
            }
            return Err(Fault::TooLarge);
        }
        if let Some(length) = head.length {
            self.take(length, &mut body)?;
            return Ok((body, self.is_done() && !head.closes));
        }
        loop {
            body.extend_from_slice(&self.bytes[self.at..]);
            self.at = self.bytes.len();
            if body.len() > MAX_REPLY {
                return Err(Fault::TooLarge);
            }
            if !self.fill()? {
                return Ok((body, false));
            }
        }
    }

    /// Adds exactly so many bytes to the body.
    fn take(&mut self, mut count: usize, body: &mut Vec<u8>) -> Result<(), Fault> {
        if count > MAX_REPLY - body.len() {
            return Err(Fault::TooLarge);
        }
        while count > 0 {
            let rest = &self.bytes[self.at..];
            let part = &rest[..rest.len().min(count)];
            body.extend_from_slice(part);
            count -= part.len();
            self.at += part.len();
            if count > 0 && !self.fill()? {
                return Err(broken("the connection ended"));
            }
        }
        Ok(())
    }

    /// Nothing came that nobody asked for.
    fn is_done(&self) -> bool {
        self.at == self.bytes.len()
    }
}
