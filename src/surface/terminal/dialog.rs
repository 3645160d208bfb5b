//! The terminal as a device: writing to it, and asking one question.
//!
//! The rules, each of which was learned from a failure:
//! - the device itself is opened, because standard input and output are pipes inside a shell's hook;
//! - signals from keys are switched off while asking, since ^C would let some shells run the line and ^Z would
//!   hang them; ^C, ^D, ^Z, Enter, Escape and the end of input all mean no;
//! - what was typed ahead is thrown away before asking, so that a paste cannot answer;
//! - the terminal is put back as it was on every way out, also when we are told to end.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{self, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// Seconds after which nobody is thought to be there any more, and the answer is no.
const PATIENCE: i64 = 10 * 60;

/// Longest that a shell takes to put a process into the foreground that it has started.
const FOREGROUND: Duration = Duration::from_millis(100);

/// What a person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `y` or `Y`, or the name that was asked for.
    Yes,
    /// Anything else.
    No,
    /// The safer command in place of the line: `s`, where it is offered.
    Safer,
}

/// Longest time between two bytes that come from one key or one paste; nobody types as fast.
const BURST: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The text of the question; the cursor stays behind it.
    pub question: &'a str,
    /// This, and not `y`, means yes: typed in full, with Enter.
    pub name: Option<&'a str>,
    /// Whether `s` (Tab, where a name is typed) takes the safer command.
    pub safer: bool,
}

/// The controlling terminal, open for writing and asking.
#[derive(Debug)]
pub struct Terminal {
    device: OwnedFd,
}

impl Terminal {
    /// Opens the controlling terminal. `None` where there is none, or where this process stands in the
    /// background and must not take the keyboard from somebody else.
    pub fn open() -> Option<Terminal> {
        let device =
            rustix::fs::open("/dev/tty", OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOCTTY, Mode::empty())
                .ok()?;
        // A shell with job control may still be about to put this process into the foreground.
        let end = Instant::now() + FOREGROUND;
        while termios::tcgetpgrp(&device).ok()? != rustix::process::getpgrp() {
            if Instant::now() > end {
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Some(Terminal { device })
    }

    /// Writes to the controlling terminal of which this process has not got the keyboard, or else to standard error,
    /// which the hooks of bash and zsh close.
    pub fn announce(text: &str) {
        let flags = OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
        match rustix::fs::open("/dev/tty", flags, Mode::empty()) {
            Ok(device) => drop(Terminal { device }.write(text)),
            Err(_) => drop(io::stderr().write_all(text.as_bytes())),
        }
    }

    /// Columns; 80 where the terminal does not say.
    pub fn columns(&self) -> usize {
        match termios::tcgetwinsize(&self.device) {
            Ok(size) if size.ws_col > 0 => usize::from(size.ws_col),
            _ => 80,
        }
    }

    /// Writes text as it is.
    pub fn write(&self, text: &str) -> io::Result<()> {
        // Output processing is on, so a newline also returns the carriage.
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match rustix::io::write(&self.device, rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => rest = &rest[count..],
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Asks for yes or no.
    pub fn ask(&self, question: &str) -> Reply {
        self.put(Ask { question, name: None, safer: false })
    }

    /// Writes the question and waits for the answer. Whatever goes wrong is a no.
    pub fn put(&self, ask: Ask<'_>) -> Reply {
        let reply = self.answer(ask).unwrap_or(Reply::No);
        let _ = self.write(match (reply, ask.name) {
            (Reply::Yes, Some(_)) => "\n",
            (Reply::Yes, None) => "yes\n",
            (Reply::No, Some(_)) => " no\n",
            (Reply::No, None) => "no\n",
            (Reply::Safer, _) => "safer\n",
        });
        reply
    }

    /// Throws away what was typed or pasted and not read yet.
    pub fn forget_input(&self) {
        let _ = termios::tcflush(&self.device, QueueSelector::IFlush);
    }

    fn answer(&self, ask: Ask<'_>) -> io::Result<Reply> {
        // First, so that no signal can come between the change of the terminal and its handler.
        let (bell, ringer) = UnixStream::pair()?;
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            signal_hook::low_level::pipe::register(signal, ringer.try_clone()?)?;
        }
        let _raw = OneKey::begin(self.device.as_fd())?;
        termios::tcflush(&self.device, QueueSelector::IFlush)?;
        self.write(ask.question)?;
        let reply = match ask.name {
            None => match self.key(&bell)? {
                Some(b'y' | b'Y') => Reply::Yes,
                Some(b's' | b'S') if ask.safer => Reply::Safer,
                _ => Reply::No,
            },
            Some(name) => self.name(name, ask.safer, &bell)?,
        };
        // The rest of an arrow key or of a paste must not become the next command.
        termios::tcflush(&self.device, QueueSelector::IFlush)?;
        Ok(reply)
    }

    /// A key that was pressed alone; `None` for a paste, for a key that sends several bytes, and where nobody is
    /// there any more.
    fn key(&self, bell: &UnixStream) -> io::Result<Option<u8>> {
        let patience = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
        if !self.waits(bell, &patience)? {
            return Ok(None);
        }
        let mut bytes = [0_u8; 64];
        let count = rustix::io::read(&self.device, &mut bytes)?;
        let alone = count == 1 && !self.waits(bell, &BURST)?;
        Ok(alone.then_some(bytes[0]))
    }

    /// Whether there is something to read before the time is over; a signal ends the waiting.
    fn waits(&self, bell: &UnixStream, most: &Timespec) -> io::Result<bool> {
        loop {
            let mut waiting = [PollFd::new(&self.device, PollFlags::IN), PollFd::new(bell, PollFlags::IN)];
            match poll(&mut waiting, Some(most)) {
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(0) => return Ok(false),
                Ok(_) if !waiting[1].revents().is_empty() => return Err(io::ErrorKind::Interrupted.into()),
                Ok(_) => return Ok(true),
            }
        }
    }

    /// Reads a name that must be typed key by key.
    fn name(&self, name: &str, safer: bool, bell: &UnixStream) -> io::Result<Reply> {
        let patience = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
        let mut typed = String::new();
        let mut told = false;
        loop {
            if !self.waits(bell, &patience)? {
                return Ok(Reply::No);
            }
            let mut bytes = [0_u8; 64];
            let count = rustix::io::read(&self.device, &mut bytes)?;
            let erase = |typed: &mut String, most: usize| {
                let count = typed.len().min(most);
                typed.truncate(typed.len() - count);
                self.write(&"\u{8} \u{8}".repeat(count))
            };
            match bytes[..count] {
                // Enter alone ends it; one that comes with the name was pasted.
                [b'\r' | b'\n'] => return Ok(if typed == name { Reply::Yes } else { Reply::No }),
                [b'\t'] if safer => return Ok(Reply::Safer),
                [0x7f | 0x08] => erase(&mut typed, 1)?,
                [0x15] => erase(&mut typed, usize::MAX)?,
                [] | [0x03 | 0x04 | 0x1a | 0x1c | 0x1b, ..]
                    if bytes[..count] != *b"\x1b[200~" && count < 6 =>
                {
                    return Ok(Reply::No);
                }
                [byte] if byte.is_ascii_graphic() && typed.len() < 256 => {
                    if self.waits(bell, &Timespec { tv_sec: 0, tv_nsec: 1_000_000 })? {
                        self.forget_input();
                        erase(&mut typed, usize::MAX)?;
                        told = self.tell_to_type(told)?;
                        continue;
                    }
                    typed.push(char::from(byte));
                    self.write(&typed[typed.len() - 1..])?;
                }
                [_] => {}
                _ => {
                    self.forget_input();
                    erase(&mut typed, usize::MAX)?;
                    told = self.tell_to_type(told)?;
                }
            }
        }
    }

    fn tell_to_type(&self, told: bool) -> io::Result<bool> {
        if !told {
            self.write("(please type it) ")?;
        }
        Ok(true)
    }
}

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(&self.device, bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One key at a time, no echo, no signals; undone when dropped.
struct OneKey<'a> {
    device: rustix::fd::BorrowedFd<'a>,
    before: Termios,
}

impl<'a> OneKey<'a> {
    fn begin(device: rustix::fd::BorrowedFd<'a>) -> io::Result<OneKey<'a>> {
        let before = termios::tcgetattr(device)?;
        let mut raw = before.clone();
        raw.local_modes.remove(LocalModes::ISIG | LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN);
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        let guard = OneKey { device, before };
        termios::tcsetattr(device, OptionalActions::Now, &raw)?;
        Ok(guard)
    }
}

impl Drop for OneKey<'_> {
    fn drop(&mut self) {
        let _ = termios::tcsetattr(self.device, OptionalActions::Now, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    /// A terminal, and the side where the person sits.
    fn pair() -> (Terminal, OwnedFd) {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap();
        let device = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        (Terminal { device }, person)
    }

    /// What `key` answers when it is pressed after the question has been shown, with `ahead` typed before it.
    fn answer(ahead: &[u8], key: &[u8]) -> Reply {
        put(Ask { question: "Sure [?] ", name: None, safer: true }, ahead, &[key])
    }

    /// What these keys answer, one after the other, a moment apart.
    fn put(ask: Ask<'_>, ahead: &[u8], keys: &[&[u8]]) -> Reply {
        let (terminal, person) = pair();
        rustix::io::write(&person, ahead).unwrap();
        let before = termios::tcgetattr(&terminal.device).unwrap();
        let reply = std::thread::scope(|scope| {
            let typist = scope.spawn(|| {
                let mut seen: Vec<u8> = Vec::new();
                while !seen.windows(3).any(|part| part == b"[?]") {
                    let mut chunk = [0_u8; 64];
                    let count = rustix::io::read(&person, &mut chunk).unwrap();
                    seen.extend(&chunk[..count]);
                }
                for key in keys {
                    rustix::io::write(&person, key).unwrap();
                    // As a person, who looks at what appears before the next key; some keys show nothing.
                    let most = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
                    if poll(&mut [PollFd::new(&person, PollFlags::IN)], Some(&most)).unwrap() > 0 {
                        std::thread::sleep(std::time::Duration::from_millis(5));
                        let mut chunk = [0_u8; 256];
                        rustix::io::read(&person, &mut chunk).unwrap();
                    }
                }
            });
            let reply = terminal.put(ask);
            typist.join().unwrap();
            reply
        });
        let after = termios::tcgetattr(&terminal.device).unwrap();
        assert_eq!(format!("{before:?}"), format!("{after:?}"), "the terminal is as it was");
        reply
    }

    #[test]
    fn only_y_is_yes() {
        assert_eq!(answer(b"", b"y"), Reply::Yes);
        assert_eq!(answer(b"", b"Y"), Reply::Yes);
        for key in
            [&b"n"[..], b"\r", b"\n", b"\x1b", b"\x1b[A", b"\x03", b"\x04", b"\x1a", b"\x1c", b"\x00", b" y"]
        {
            assert_eq!(answer(b"", key), Reply::No, "{key:?}");
        }
    }

    #[test]
    fn what_is_typed_ahead_does_not_answer() {
        assert_eq!(answer(b"y\ny\n", b"n"), Reply::No);
        assert_eq!(answer(b"yyy", b"y"), Reply::Yes);
    }

    #[test]
    fn a_paste_is_no_yes() {
        for paste in [&b"y\n"[..], b"yes", b"y\r", b"\x1b[200~y\x1b[201~", b"s\n", b"echo y"] {
            assert_eq!(answer(b"", paste), Reply::No, "{paste:?}");
        }
        assert_eq!(answer(b"", b"s"), Reply::Safer);
        let not_offered = Ask { question: "Sure [?] ", name: None, safer: false };
        assert_eq!(put(not_offered, b"", &[b"s"]), Reply::No);
    }

    #[test]
    fn a_name_is_typed() {
        let ask = Ask { question: "Sure [?] ", name: Some("db.prod"), safer: true };
        let typed = |text: &'static str| -> Vec<&'static [u8]> { text.as_bytes().chunks(1).collect() };
        for (text, expected) in [
            ("db.prod\r", Reply::Yes),
            ("db.x\x7fprod\r", Reply::Yes),
            ("no\x15db.prod\n", Reply::Yes),
            ("\t", Reply::Safer),
            ("db.pro\r", Reply::No),
            ("db.prodx\r", Reply::No),
            ("DB.PROD\r", Reply::No),
            ("y\r", Reply::No),
            ("\r", Reply::No),
            ("db.prod\x03", Reply::No),
            ("db.prod\x04", Reply::No),
            ("db\x1a", Reply::No),
            ("db\x1b", Reply::No),
        ] {
            assert_eq!(put(ask, b"", &typed(text)), expected, "{text:?}");
        }
        let typed_after = |paste: &'static [u8], text: &'static str| [vec![paste], typed(text)].concat();
        for paste in [&b"db.prod"[..], b"\x1b[200~db.prod\x1b[201~", b"db.prod\r", b"ab"] {
            assert_eq!(put(ask, b"", &typed_after(paste, "\r")), Reply::No, "{paste:?}");
            assert_eq!(put(ask, b"", &typed_after(paste, "db.prod\r")), Reply::Yes, "{paste:?}");
        }
        assert_eq!(put(ask, b"db.prod\r", &[b"\x1b"]), Reply::No);
        assert_eq!(put(ask, b"", &[b"\x1b[A"]), Reply::No);
    }

    #[test]
    fn a_terminal_that_is_gone_says_no() {
        let (terminal, person) = pair();
        drop(person);
        assert_eq!(terminal.ask("Sure? "), Reply::No);
    }
}
