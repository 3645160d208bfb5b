//! A connection on which no operation lasts beyond a moment that is set for all of them.

use super::Fault;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// A socket whose every operation ends in time.
struct Timed {
    socket: TcpStream,
    until: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Timed {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(bytes)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// A connection, plain to this machine and safe to any other.
pub(super) struct Stream(Kind);

enum Kind {
    Plain(Timed),
    Secure(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Stream {
    pub(super) fn plain(socket: TcpStream, until: Instant) -> Stream {
        Stream(Kind::Plain(Timed { socket, until }))
    }

    /// The socket under a plain connection.
    pub(super) fn into_socket(self) -> Option<TcpStream> {
        match self.0 {
            Kind::Plain(timed) => Some(timed.socket),
            Kind::Secure(_) => None,
        }
    }

    /// Shakes hands with the server, which must prove to be `host`.
    pub(super) fn secure(
        socket: TcpStream,
        until: Instant,
        config: Arc<ClientConfig>,
        host: &str,
    ) -> Result<Stream, Fault> {
        let unsafe_because = |why: &dyn std::fmt::Display| Fault::Tls(why.to_string());
        let name = ServerName::try_from(host.to_owned()).map_err(|error| unsafe_because(&error))?;
        let mut connection = ClientConnection::new(config, name).map_err(|error| unsafe_because(&error))?;
        let mut timed = Timed { socket, until };
        while connection.is_handshaking() {
            connection.complete_io(&mut timed).map_err(|error| match fault(&error) {
                Fault::TimedOut => Fault::TimedOut,
                _ => unsafe_because(&error),
            })?;
        }
        Ok(Stream(Kind::Secure(Box::new(StreamOwned::new(connection, timed)))))
    }

    pub(super) fn set_deadline(&mut self, until: Instant) {
        match &mut self.0 {
            Kind::Plain(timed) => timed.until = until,
            Kind::Secure(stream) => stream.sock.until = until,
        }
    }

    pub(super) fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Fault> {
        loop {
            let read = match &mut self.0 {
                Kind::Plain(timed) => timed.read(bytes),
                Kind::Secure(stream) => stream.read(bytes),
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map_err(|error| fault(&error)),
            }
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let written = match &mut self.0 {
            Kind::Plain(timed) => timed.write_all(bytes),
            Kind::Secure(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        };
        written.map_err(|error| fault(&error))
    }
}

fn fault(error: &io::Error) -> Fault {
    match error.kind() {
        // A socket whose time is up says either.
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Fault::TimedOut,
        io::ErrorKind::UnexpectedEof => Fault::Broken("the connection ended".to_owned()),
        _ => Fault::Broken(error.to_string()),
    }
}

/// A socket to the first address of the host that takes the connection; with `stays_here` of this machine alone.
pub(super) fn connect(host: &str, port: u16, stays_here: bool, until: Instant) -> Result<TcpStream, Fault> {
    let mut addresses = look_up(host, port, until)?;
    if stays_here {
        // `localhost` is what a file says it is.
        addresses.retain(|address| address.ip().is_loopback());
    }
    let mut last = Fault::Lookup;
    let count = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for (address, remaining) in addresses.iter().zip((1..=count).rev()) {
        // One that does not answer leaves time for the others.
        let share = until.saturating_duration_since(Instant::now()) / remaining;
        if share.is_zero() {
            return Err(Fault::TimedOut);
        }
        match TcpStream::connect_timeout(address, share) {
            Ok(socket) => {
                // What is sent is sent at once, in one piece.
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => last = Fault::TimedOut,
            Err(error) => last = Fault::Connect(error.to_string()),
        }
    }
    Err(last)
}

/// The addresses of a host. The system's look-up knows no limit, so it is left alone when it takes too long.
fn look_up(host: &str, port: u16, until: Instant) -> Result<Vec<SocketAddr>, Fault> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (found, result) = mpsc::channel();
    let host = host.to_owned();
    let look = move || {
        let addresses = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
        let _ = found.send(addresses);
    };
    let started = thread::Builder::new().spawn(look);
    started.map_err(|error| Fault::Connect(error.to_string()))?;
    match result.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(_)) => Err(Fault::Lookup),
        Err(_) => Err(Fault::TimedOut),
    }
}
