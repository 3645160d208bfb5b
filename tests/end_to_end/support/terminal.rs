//! A real shell in a pseudo-terminal, typed into as a person does: wait for the prompt, type, press Enter.

use super::{Installed, Shell, TestContext};
use expectrl::Session;
use expectrl::process::NonBlocking as _;
use expectrl::session::OsSession;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long a shell may take to come back, under the load of other tests.
const PATIENCE: Duration = Duration::from_secs(40);
/// How the dialog ends; typed lines never contain it.
const QUESTIONS: [&str; 2] = ["/N", "to run it ["];
/// The prompt is `[rc:STATUS:NUMBER]> `: it also tells `$?`, and a prompt that is merely drawn again keeps its
/// number. fish draws its prompt more often, so there the number is `LINES.CLEARED.DRAWN`: how many lines were
/// run, how often [`CLEAR`] was pressed, how often the prompt was drawn.
const PROMPT: &str = "[rc:";
/// A key (`Ctrl-]`) that empties the line in our fish, where a line that was stopped stays to be edited.
const CLEAR: &[u8] = b"\x1d";
/// The number before the first prompt.
const FRESH: &str = "0.0.0";
/// What programs ask a terminal (what it is, which fish waits for; where the cursor is), and a plain one's answers.
const QUERIES: [(&[u8], &[u8]); 3] =
    [(b"\x1b[c", b"\x1b[?62;22c"), (b"\x1b[0c", b"\x1b[?62;22c"), (b"\x1b[6n", b"\x1b[1;1R")];

/// What came back after a line was typed.
#[derive(Debug)]
pub struct Reply {
    /// Whether the dialog asked; it has then not been answered yet.
    pub asked: bool,
    /// `$?` as the next prompt shows it; `None` while the dialog waits.
    pub status: Option<i32>,
    /// Everything on the screen since the line was typed, escapes removed.
    pub screen: String,
}

/// A shell in a pseudo-terminal.
pub struct Terminal {
    session: OsSession,
    shell: Option<Shell>,
    /// What was on the screen before the first line was typed.
    greeting: String,
    seen: Vec<u8>,
    /// The number of the prompt at which the last line was typed.
    prompt: String,
}

impl Terminal {
    /// A protected shell in `dir`: the hook is loaded in its rc file, after `rc`.
    pub fn open(context: &TestContext, shell: impl Into<Installed>, dir: &Path, rc: &str) -> Terminal {
        let shell = shell.into();
        let hook = format!("{rc}\n{}\n", shell.shell.load_hook());
        Terminal::open_with_rc(context, shell, dir, &hook)
    }

    /// A shell whose rc file is the prompt and then exactly `rc`.
    pub fn open_with_rc(
        context: &TestContext,
        shell: impl Into<Installed>,
        dir: &Path,
        rc: &str,
    ) -> Terminal {
        let shell = shell.into();
        let file = context.home().join(shell.shell.rc());
        context.write(&file, format!("{}{rc}", Terminal::prompt(shell.shell)));
        Terminal::start(context, shell, dir)
    }

    /// The lines of an rc file that make prompts readable for [`Terminal`].
    pub fn prompt(shell: Shell) -> &'static str {
        match shell {
            Shell::Bash => "__prompts=0 PS1='[rc:$?:$((++__prompts))]> ' PS2='[more]> '\n",
            Shell::Zsh => {
                "__prompts=0 PS1='[rc:%?:$__prompts]> ' PS2='[more]> '\n\
                 precmd() { (( ++__prompts )) }\n\
                 setopt prompt_subst\nunsetopt prompt_sp\n"
            }
            Shell::Fish => {
                "set -g fish_greeting ''\n\
                 set -g __lines 0; set -g __cleared 0; set -g __drawn 0\n\
                 function __count --on-event fish_prompt; set -g __lines (math $__lines + 1); end\n\
                 function fish_prompt\n    set -l before $status\n    set -g __drawn (math $__drawn + 1)\n    \
                 echo -n \"[rc:$before:$__lines.$__cleared.$__drawn]> \"\nend\n\
                 function fish_right_prompt; end\nfunction fish_mode_prompt; end\nfunction fish_title; end\n\
                 function __clear\n    set -g __cleared (math $__cleared + 1)\n    commandline ''\n    \
                 commandline -f repaint\nend\n\
                 for mode in default insert visual; bind -M $mode \\c] __clear; end\n"
            }
        }
    }

    /// A shell with the rc files that are there.
    pub fn start(context: &TestContext, shell: impl Into<Installed>, dir: &Path) -> Terminal {
        let shell = shell.into();
        // The size is set before the shell starts: told of a new one, zsh and fish draw their prompt again.
        let mut command = context.shell_in(&shell, "stty rows 60 cols 400; exec \"$0\" \"$@\"");
        command.arg("-i").current_dir(dir);
        let mut terminal = Terminal::begin(command);
        terminal.shell = Some(shell.shell);
        let reply = terminal.wait();
        assert!(!reply.asked, "a question before anything was typed: {}", reply.screen);
        terminal.greeting = reply.screen;
        terminal
    }

    /// Any program in a pseudo-terminal, without waiting for a prompt.
    pub fn spawn(command: Command) -> Terminal {
        let mut terminal = Terminal::begin(command);
        // Wide enough that no line of a test is wrapped.
        terminal.session.get_process_mut().set_window_size(400, 60).unwrap();
        terminal
    }

    fn begin(command: Command) -> Terminal {
        let mut session = Session::spawn(command).unwrap();
        session.get_process_mut().set_terminate_delay(Duration::from_millis(20));
        session.get_stream_mut().set_blocking(true).unwrap();
        Terminal { session, shell: None, greeting: String::new(), seen: Vec::new(), prompt: FRESH.to_owned() }
    }

    /// What was on the screen before the first line was typed.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// Types a line, presses Enter, and waits for the prompt or for a question.
    pub fn line(&mut self, line: impl AsRef<[u8]>) -> Reply {
        self.forget();
        let typed: Vec<u8> =
            line.as_ref().iter().map(|&byte| if byte == b'\n' { b'\r' } else { byte }).collect();
        self.keys(&typed);
        self.keys(b"\r");
        self.wait()
    }

    /// Types a line that nobody may ask about, and returns `$?`.
    #[track_caller]
    pub fn unasked(&mut self, line: &str) -> i32 {
        let reply = self.line(line);
        assert!(!reply.asked, "asked about `{line}`: {}", reply.screen);
        reply.status.unwrap()
    }

    /// Types a line that changes the shell, and says yes where that is asked about.
    pub fn meant(&mut self, line: &str) -> Reply {
        let mut reply = self.line(line);
        if reply.asked {
            let after = self.press(b"y");
            reply.screen.push_str(&after.screen);
            (reply.asked, reply.status) = (after.asked, after.status);
        }
        reply
    }

    /// Types a line that must be stopped or asked about; the question is answered with no. Returns what was
    /// on the screen.
    #[track_caller]
    pub fn stopped(&mut self, line: impl AsRef<[u8]>) -> Reply {
        let mut reply = self.line(line);
        if reply.asked {
            // No to every kind of question.
            let after = self.press(b"\x1b");
            reply.status = after.status;
            reply.screen.push_str(&after.screen);
        }
        reply
    }

    /// Permits a line once, as a person does: the program shows it again and asks.
    #[track_caller]
    pub fn permit(&mut self, line: &str) {
        let reply = self.line(format!("forestall once '{line}'"));
        assert!(reply.asked, "a permission is confirmed: {}", reply.screen);
        let after = self.press(b"y");
        assert_eq!(after.status, Some(0), "{}", after.screen);
    }

    /// Presses one key in answer to a question, and waits for the prompt.
    pub fn press(&mut self, key: &[u8]) -> Reply {
        self.forget();
        self.keys(key);
        self.wait()
    }

    /// Types a name in answer to a question, key by key as a person does, then Enter, and waits for the prompt.
    pub fn name(&mut self, name: &str) -> Reply {
        self.seen.clear();
        for key in name.bytes().chain([b'\r']) {
            let before = self.seen.len();
            self.keys(&[key]);
            let began = Instant::now();
            while self.seen.len() == before && began.elapsed() < Duration::from_secs(2) {
                std::thread::sleep(Duration::from_millis(5));
                self.read();
            }
        }
        self.wait()
    }

    /// Sends bytes without waiting; what is on the screen counts from here.
    pub fn ahead(&mut self, bytes: &[u8]) {
        self.forget();
        self.keys(bytes);
    }

    /// What is on the screen counts from here; a prompt that fish has drawn again since is no answer to what follows.
    fn forget(&mut self) {
        self.read();
        if let Some((_, _, number)) = last_prompt(&plain(&self.seen)) {
            self.prompt = number.to_owned();
        }
        self.seen.clear();
    }

    /// fish: empties the line, in which one that was stopped stays.
    pub fn clear(&mut self) {
        if self.shell == Some(Shell::Fish) {
            self.forget();
            self.keys(CLEAR);
            self.wait_until_cleared(&self.prompt.clone());
        }
    }

    fn wait_until_cleared(&mut self, before: &str) -> Option<Reply> {
        let mut reply = None;
        while counts(&self.prompt).1 == counts(before).1 {
            let after = self.wait_for_prompt();
            let asked = after.asked;
            reply = Some(after);
            if asked {
                break;
            }
        }
        reply
    }

    /// Sends bytes without waiting for anything.
    pub fn keys(&mut self, bytes: &[u8]) {
        // Small portions, read between: a terminal's queues are short and both sides would wait for ever.
        for portion in bytes.chunks(1024) {
            self.session.write_all(portion).unwrap();
            self.session.flush().unwrap();
            if bytes.len() > 1024 {
                std::thread::sleep(Duration::from_millis(1));
            }
            self.read();
        }
    }

    /// Waits for a new prompt or for a question.
    #[track_caller]
    pub fn wait(&mut self) -> Reply {
        let typed_at = self.prompt.clone();
        let mut reply = self.wait_for_prompt();
        if self.shell == Some(Shell::Fish) && !reply.asked {
            // A prompt that was only drawn again: the line was stopped, or is about to run. The key is taken by
            // fish itself, so its count tells when fish reads keys again, and the count of lines what happened.
            if counts(&self.prompt).0 == counts(&typed_at).0 || typed_at == FRESH {
                self.keys(CLEAR);
                if let Some(after) = self.wait_until_cleared(&typed_at) {
                    reply = after;
                }
            }
        }
        reply
    }

    fn wait_for_prompt(&mut self) -> Reply {
        let began = Instant::now();
        // The end is enough, and a long line is redrawn many times; fish draws the line after its prompt.
        let enough = if self.shell == Some(Shell::Fish) { usize::MAX } else { 4096 };
        let mut looked_at = usize::MAX;
        loop {
            let open = self.read();
            if open && self.seen.len() == looked_at && began.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(2));
                continue;
            }
            looked_at = self.seen.len();
            let end = plain(&self.seen[self.seen.len().saturating_sub(enough)..]);
            let question = last_question(&end);
            if let Some((at, status, number)) = last_prompt(&end)
                && Some(at) > question
                && number != self.prompt
            {
                self.prompt = number.to_owned();
                return Reply { asked: false, status: status.parse().ok(), screen: plain(&self.seen) };
            }
            if question > last_prompt(&end).map(|(at, ..)| at) {
                return Reply { asked: true, status: None, screen: plain(&self.seen) };
            }
            assert!(open, "the shell ended; on the screen: {}", plain(&self.seen));
            assert!(began.elapsed() < PATIENCE, "no prompt came back; on the screen: {}", plain(&self.seen));
        }
    }

    /// Waits until nothing has come for half a second, however many prompts there are until then.
    pub fn rest(&mut self) -> Reply {
        self.settle(Duration::from_millis(500));
        let screen = plain(&self.seen);
        let prompt = last_prompt(&screen);
        let asked = last_question(&screen) > prompt.map(|(at, ..)| at);
        if let Some((_, _, number)) = prompt {
            self.prompt = number.to_owned();
        }
        Reply { asked, status: None, screen }
    }

    /// Waits until nothing has come for `quiet`.
    pub fn settle(&mut self, quiet: Duration) {
        let began = Instant::now();
        let mut last = Instant::now();
        let mut length = self.seen.len();
        while last.elapsed() < quiet && began.elapsed() < PATIENCE {
            self.read();
            if self.seen.len() != length {
                (length, last) = (self.seen.len(), Instant::now());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What the shell has written since the last line was typed, escapes and all.
    pub fn raw(&self) -> &[u8] {
        &self.seen
    }

    /// The settings of the terminal, as stty prints them.
    pub fn settings(&mut self) -> String {
        let reply = self.line("stty -a");
        reply.screen.lines().filter(|line| line.contains(';') || line.contains("echo")).collect()
    }

    /// Processor time that the shell itself has used, in hundredths of a second.
    pub fn cpu_ticks(&self) -> u64 {
        let pid = self.session.get_process().pid();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        // The name of the program, in parentheses, may hold anything.
        let fields: Vec<&str> = stat[stat.rfind(')').unwrap()..].split(' ').collect();
        fields[12].parse::<u64>().unwrap() + fields[13].parse::<u64>().unwrap()
    }

    /// Reads what has come; false when the shell has ended.
    fn read(&mut self) -> bool {
        let mut bytes = [0; 4096];
        loop {
            match self.session.try_read(&mut bytes) {
                Ok(0) => return false,
                Ok(count) => {
                    let fresh = self.seen.len();
                    self.seen.extend_from_slice(&bytes[..count]);
                    self.answer(fresh);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            }
        }
    }

    /// Answers as a terminal does to the questions that end in what was seen from `fresh` on.
    fn answer(&mut self, fresh: usize) {
        for (query, reply) in QUERIES {
            let from = fresh.saturating_sub(query.len() - 1);
            let asked = self.seen[from..].windows(query.len()).filter(|part| part == &query).count();
            for _ in 0..asked {
                self.session.write_all(reply).unwrap();
                self.session.flush().unwrap();
            }
        }
    }
}

/// The text without escape sequences and carriage returns.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.next() {
                // CSI: parameters, then a final byte from @ to ~.
                Some('[') => while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
                // OSC, DCS, APC and screen's title: until BEL or ST.
                Some(']' | 'P' | '_' | 'k') => {
                    while chars.next().is_some_and(|c| c != '\u{7}' && c != '\u{1b}') {}
                    chars.next_if_eq(&'\\');
                }
                // A set of characters is named by one more.
                Some('(' | ')') => drop(chars.next()),
                _ => {}
            },
            '\r' | '\u{7}' => {}
            c => out.push(c),
        }
    }
    out
}

/// fish: how many lines were run, and how often the line was emptied.
fn counts(number: &str) -> (&str, &str) {
    let mut parts = number.split('.');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// Where the last question ends in which a person is asked.
fn last_question(screen: &str) -> Option<usize> {
    QUESTIONS.iter().filter_map(|question| screen.rfind(question)).max()
}

/// Where the last whole prompt begins, its status and its number.
fn last_prompt(screen: &str) -> Option<(usize, &str, &str)> {
    let end = screen.rfind("]> ")?;
    let at = screen[..end].rfind(PROMPT)?;
    let (status, number) = screen[at + PROMPT.len()..end].split_once(':')?;
    Some((at, status, number))
}
