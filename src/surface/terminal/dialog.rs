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

/// Seconds after which nobody is thought to be there any more, and the answer is no.
const PATIENCE: i64 = 10 * 60;

/// What a person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `y` or `Y`.
    Yes,
    /// Anything else.
    No,
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
        let foreground = termios::tcgetpgrp(&device).ok()?;
        (foreground == rustix::process::getpgrp()).then_some(Terminal { device })
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

    /// Writes the question and waits for one key. Whatever goes wrong is a no.
    pub fn ask(&self, question: &str) -> Reply {
        let reply = self.ask_key(question).unwrap_or(Reply::No);
        let _ = self.write(if reply == Reply::Yes { "yes\n" } else { "no\n" });
        reply
    }

    fn ask_key(&self, question: &str) -> io::Result<Reply> {
        // First, so that no signal can come between the change of the terminal and its handler.
        let (bell, ringer) = UnixStream::pair()?;
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            signal_hook::low_level::pipe::register(signal, ringer.try_clone()?)?;
        }
        let _raw = OneKey::begin(self.device.as_fd())?;
        termios::tcflush(&self.device, QueueSelector::IFlush)?;
        self.write(question)?;
        let patience = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
        loop {
            let mut waiting = [PollFd::new(&self.device, PollFlags::IN), PollFd::new(&bell, PollFlags::IN)];
            match poll(&mut waiting, Some(&patience)) {
                Ok(0) => return Ok(Reply::No),
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
                Ok(_) if !waiting[1].revents().is_empty() => return Ok(Reply::No),
                Ok(_) => {}
            }
            let mut key = [0_u8];
            let count = rustix::io::read(&self.device, &mut key)?;
            let reply = if count == 1 && matches!(key[0], b'y' | b'Y') { Reply::Yes } else { Reply::No };
            // The rest of an arrow key or of a paste must not become the next command.
            termios::tcflush(&self.device, QueueSelector::IFlush)?;
            return Ok(reply);
        }
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
                rustix::io::write(&person, key).unwrap();
            });
            let reply = terminal.ask("Sure [?] ");
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
    fn a_terminal_that_is_gone_says_no() {
        let (terminal, person) = pair();
        drop(person);
        assert_eq!(terminal.ask("Sure? "), Reply::No);
    }
}
