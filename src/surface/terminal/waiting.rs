//! What a person sees while a model is asked, and how they end it.

use super::dialog::Terminal;
use super::show::Style;
use crate::action::Shell;
use crate::classifier::Watch;
use signal_hook::consts::SIGINT;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Nobody notices a wait that is shorter.
const UNSEEN: Duration = Duration::from_millis(300);

/// A line on the terminal that says what is waited for. Costs nothing until it waits.
#[derive(Debug)]
pub struct Waiting {
    shell: Shell,
    stopped: Option<Arc<AtomicBool>>,
    terminal: Option<Terminal>,
    looked: bool,
}

impl Waiting {
    /// For a line that was typed into this shell.
    pub fn new(shell: Shell) -> Waiting {
        Waiting { shell, stopped: None, terminal: None, looked: false }
    }
}

impl Watch for Waiting {
    fn waiting(&mut self, waited: Duration, profile: &str) -> bool {
        // The shell gets the signal too, and throws its line away as it always does.
        let stopped = self.stopped.get_or_insert_with(|| {
            let flag = Arc::new(AtomicBool::new(false));
            let _ = signal_hook::flag::register(SIGINT, Arc::clone(&flag));
            flag
        });
        if stopped.load(Ordering::Relaxed) {
            return false;
        }
        if waited < UNSEEN {
            return true;
        }
        if !self.looked {
            self.looked = true;
            self.terminal = Terminal::open();
            if let Some(terminal) = &self.terminal
                && self.shell == Shell::Fish
            {
                // The cursor still stands behind the line.
                let _ = terminal.write("\n");
            }
        }
        if let Some(terminal) = &self.terminal {
            let turn = ['-', '\\', '|', '/'][(waited.as_millis() / 100 % 4) as usize];
            let room = terminal.columns().saturating_sub(1);
            let text = format!(
                "{turn} the rules leave this open; asking the model `{profile}`, {} s; Ctrl-C stops it",
                waited.as_secs()
            );
            let text: String = text.chars().take(room).collect();
            let _ = terminal.write(&format!("\r\x1b[K{}", Style::of(terminal).paint("2", &text)));
        }
        true
    }

    fn over(&mut self) {
        if let Some(terminal) = self.terminal.take() {
            let up = if self.shell == Shell::Fish { "\x1b[A" } else { "" };
            let _ = terminal.write(&format!("\r\x1b[K{up}"));
        }
        self.looked = false;
    }
}
