//! How a command ends: exit statuses, and errors that say what to do next.

use std::io::{self, Write};
use std::process::ExitCode;

/// The exit statuses that other tools rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Done; for `check`: allow.
    Success,
    /// Something of our own went wrong.
    Failure,
    /// The command was not understood.
    Usage,
    /// `check`: ask.
    Ask,
    /// `check`: deny.
    Deny,
    /// `gate`: the shell must not run the line. Not a status that a shell or a crash produces by itself.
    Stop,
    /// `exec`: the command is there and cannot be executed, as in a shell.
    NotExecutable,
    /// `exec`: there is no such command, as in a shell.
    NotFound,
    /// `gate`: the shell must call again with more of what only it knows.
    TellMore,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(match status {
            ExitStatus::Success => 0,
            ExitStatus::Failure => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Ask => 3,
            ExitStatus::Deny => 4,
            ExitStatus::Stop => 77,
            ExitStatus::NotExecutable => 126,
            ExitStatus::NotFound => 127,
            ExitStatus::TellMore => 75,
        })
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub struct Fault {
    message: String,
    hint: Option<String>,
    status: ExitStatus,
    silent: bool,
}

impl Fault {
    /// Something of our own, or of the world, went wrong.
    pub fn failure(message: impl Into<String>) -> Fault {
        Fault { message: message.into(), hint: None, status: ExitStatus::Failure, silent: false }
    }

    /// The command was not understood.
    pub fn usage(message: impl Into<String>) -> Fault {
        Fault { message: message.into(), hint: None, status: ExitStatus::Usage, silent: false }
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    /// Ends with another status.
    pub fn status(mut self, status: ExitStatus) -> Fault {
        self.status = status;
        self
    }

    /// Prints it, and gives the status to end with.
    pub fn report(&self) -> ExitStatus {
        if !self.silent {
            let mut err = io::stderr().lock();
            let _ = writeln!(err, "forestall: {}", self.message);
            if let Some(hint) = &self.hint {
                let _ = writeln!(err, "hint: {hint}");
            }
        }
        self.status
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Fault { silent: true, status: ExitStatus::Success, ..Fault::failure("") };
        }
        Fault::failure(error.to_string())
    }
}
