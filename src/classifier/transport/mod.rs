//! Carries a request to a model's server and its reply back: HTTP/1.1, over TLS 1.3 but on this machine.
//!
//! ```no_run
//! use forestall::classifier::{Client, dialect::Request};
//! use std::time::{Duration, Instant};
//! # fn example(request: &Request) -> Result<(), forestall::classifier::Fault> {
//! let mut client = Client::new(Duration::from_millis(800)); // one for both stages: they share a connection
//! let answer = client.post(request, None, Instant::now() + Duration::from_secs(2))?;
//! assert_eq!(answer.status, 200);
//! # Ok(())
//! # }
//! ```
//!
//! Nothing takes longer than the moment that is given, whatever the server does; no redirection is followed and nothing
//! is decompressed. A proxy is used where the environment names one, and never to this machine. Written by hand on rustls: what a client library brings beyond this is as
//! large as TLS itself (reqwest 1.7 MB, ureq 1.2 MB), and the whole program may have 6.

mod http;
mod later;
mod proxy;
mod stream;
mod tls;

use super::config::{is_loopback, unfit};
use super::dialect::Request;
use super::key::Key;
use proxy::Proxy;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stream::Stream;

/// A way to servers, with the connection that is open. Costs nothing until something is posted.
pub struct Client {
    connect: Duration,
    tls: Option<Arc<rustls::ClientConfig>>,
    open: Option<(String, Stream)>,
}

/// What a server replied, of whatever status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// How long the server wants us to wait, from any of the forms in which servers say it; at most a day.
    pub retry_after: Option<Duration>,
    /// Whether the server wants the request again (`x-should-retry`), whatever its status says.
    pub should_retry: Option<bool>,
    /// The body, at most [`MAX_REPLY`](super::dialect::MAX_REPLY) bytes.
    pub body: Vec<u8>,
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing may be sent to this address.
    #[error("the address {0}")]
    Address(&'static str),
    /// The name of the host leads nowhere.
    #[error("the address of the host is not found")]
    Lookup,
    /// Nobody takes the connection.
    #[error("it does not take a connection: {0}")]
    Connect(String),
    /// The proxy cannot be used, for this reason.
    #[error("the proxy {0}")]
    Proxy(&'static str),
    /// The proxy does not let the connection through, and answers with this status.
    #[error("the proxy of HTTPS_PROXY lets nothing through to this host and answers with status {}{}", .0, advice(.0))]
    Barred(u16),
    /// No certificates to trust are installed.
    #[error("this machine has no list of trusted certificates; install ca-certificates or set SSL_CERT_FILE")]
    Roots,
    /// The server is not who it should be, or does not speak TLS 1.3.
    #[error("the connection cannot be made safe: {0}")]
    Tls(String),
    /// The time is up.
    #[error("it takes too long")]
    TimedOut,
    /// The connection ended, or what came is not HTTP.
    #[error("the reply is not complete: {0}")]
    Broken(String),
    /// The reply is larger than any answer.
    #[error("the reply is too large")]
    TooLarge,
}

/// What to do about a proxy's status.
fn advice(status: &u16) -> &'static str {
    match status {
        407 => "; its user name and password belong into its address, http://USER:PASSWORD@HOST:PORT",
        _ => "",
    }
}

impl Client {
    /// A client that waits so long for a connection, the look-up of its address included.
    pub fn new(connect: Duration) -> Client {
        Client { connect, tls: None, open: None }
    }

    /// Fetches what stands at an address, all of it before `until`.
    pub fn get(&mut self, url: &str, until: Instant) -> Result<Answer, Fault> {
        let headers = vec![("accept", "application/json")];
        let request = Request { url: url.to_owned(), headers, key_header: ("", ""), body: String::new() };
        self.post(&request, None, until)
    }

    /// Posts a request and reads the whole reply, all of it before `until`.
    pub fn post(&mut self, request: &Request, key: Option<&Key>, until: Instant) -> Result<Answer, Fault> {
        let place = Place::of(&request.url)?;
        let message = http::message(request, &place, key);
        if let Some((origin, mut stream)) = self.open.take()
            && origin == place.origin
        {
            stream.set_deadline(until);
            match http::exchange(&mut stream, &message) {
                Ok((answer, stays_open)) => {
                    self.open = stays_open.then(|| (place.origin.to_owned(), stream));
                    return Ok(answer);
                }
                // The server has closed a connection that it left open after the reply before: nothing was read.
                Err(http::Ended::Before) => {}
                Err(http::Ended::With(fault)) => return Err(fault),
            }
        }
        let mut stream = self.connect(&place, until)?;
        let (answer, stays_open) = http::exchange(&mut stream, &message).map_err(http::Ended::fault)?;
        self.open = stays_open.then(|| (place.origin.to_owned(), stream));
        Ok(answer)
    }

    fn connect(&mut self, place: &Place<'_>, until: Instant) -> Result<Stream, Fault> {
        let soon = until.min(Instant::now() + self.connect);
        if !place.is_secure {
            return Ok(Stream::plain(stream::connect(place.host, place.port, true, soon)?, until));
        }
        let socket = match Proxy::of(place, |name| std::env::var(name).ok())? {
            Some(proxy) if !is_loopback(place.host) => through(&proxy, place, soon, until)?,
            _ => stream::connect(place.host, place.port, false, soon)?,
        };
        let config = match &self.tls {
            Some(config) => Arc::clone(config),
            None => Arc::clone(self.tls.insert(tls::config()?)),
        };
        Stream::secure(socket, until, config, place.host)
    }
}

/// A connection to a place through a proxy.
fn through(proxy: &Proxy, place: &Place<'_>, soon: Instant, until: Instant) -> Result<TcpStream, Fault> {
    let of_proxy = |fault| match fault {
        Fault::Lookup => Fault::Proxy("that HTTPS_PROXY names is not found"),
        Fault::Connect(_) => Fault::Proxy("that HTTPS_PROXY names does not take a connection"),
        Fault::TimedOut => Fault::Proxy("that HTTPS_PROXY names does not answer"),
        _ => Fault::Proxy("that HTTPS_PROXY names does not speak as a proxy does"),
    };
    let socket = stream::connect(&proxy.host, proxy.port, false, soon).map_err(of_proxy)?;
    let mut stream = Stream::plain(socket, until);
    let answer = http::tunnel(&mut stream, &proxy.request(place)).map_err(http::Ended::fault);
    match answer.map_err(of_proxy)? {
        200..300 => stream.into_socket().ok_or(Fault::TimedOut),
        status => Err(Fault::Barred(status)),
    }
}

/// The parts of an address.
struct Place<'u> {
    is_secure: bool,
    /// Scheme, host and port as written.
    origin: &'u str,
    /// Host and port as written.
    authority: &'u str,
    /// Host without brackets.
    host: &'u str,
    port: u16,
    path: &'u str,
}

impl Place<'_> {
    fn of(url: &str) -> Result<Place<'_>, Fault> {
        if let Some(why) = unfit(url) {
            return Err(Fault::Address(why));
        }
        let strange = Fault::Address("is an address such as https://host/v1");
        let (scheme, rest) = url.split_once("://").ok_or(strange.clone())?;
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let origin = &url[..scheme.len() + 3 + end];
        let is_secure = scheme == "https";
        let (host, port) = match authority.strip_prefix('[') {
            Some(inner) => inner.split_once(']').ok_or(strange.clone())?,
            None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
        };
        let port = match port.strip_prefix(':') {
            Some(port) => port.parse().map_err(|_| strange)?,
            None if port.is_empty() => {
                if is_secure {
                    443
                } else {
                    80
                }
            }
            None => return Err(strange),
        };
        Ok(Place { is_secure, origin, authority, host, port, path: if path.is_empty() { "/" } else { path } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let of = |url| {
            let place = Place::of(url).unwrap();
            (
                place.is_secure,
                place.origin.to_owned(),
                place.host.to_owned(),
                place.port,
                place.path.to_owned(),
            )
        };
        let whole = |secure, origin: &str, host: &str, port, path: &str| {
            (secure, origin.to_owned(), host.to_owned(), port, path.to_owned())
        };
        assert_eq!(
            of("https://api.acme.test/v1/chat/completions"),
            whole(true, "https://api.acme.test", "api.acme.test", 443, "/v1/chat/completions")
        );
        assert_eq!(
            of("http://127.0.0.1:8080"),
            whole(false, "http://127.0.0.1:8080", "127.0.0.1", 8080, "/")
        );
        assert_eq!(of("http://[::1]:80/v1"), whole(false, "http://[::1]:80", "::1", 80, "/v1"));
        for url in
            ["http://acme.test/v1", "https://a:b@acme.test", "https://acme.test:99999/", "https://[::1]x/"]
        {
            assert!(matches!(Place::of(url), Err(Fault::Address(_))), "{url}");
        }
    }
}
