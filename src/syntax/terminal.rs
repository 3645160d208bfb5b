//! What is typed into other terminals, or sent there: `tmux send-keys`, `screen -X stuff`, `expect -c 'send …'`.

use super::args::Args;
use super::walk::Walker;
use super::{Host, Invocation, Word};

impl Walker<'_> {
    /// `tmux new-session -d 'command'`, `tmux send-keys 'command' Enter`; commands are joined by `\;`.
    pub(super) fn tmux(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "L= S= f= c= T=", true);
        let mut made = Vec::new();
        let operands: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
        for command in operands.split(|word| word.text() == ";") {
            let Some((verb, rest)) = command.split_first() else { continue };
            let (options, keys) = match verb.text() {
                "new-session" | "new" => ("c= e= F= f= n= s= t= x= y=", false),
                "new-window" | "neww" | "split-window" | "splitw" | "respawn-pane" | "respawnp"
                | "respawn-window" | "respawnw" => ("c= e= F= l= n= p= t=", false),
                "run-shell" | "run" | "if-shell" | "if" | "display-popup" | "popup" | "pipe-pane"
                | "pipep" => ("b= c= d= e= h= s= S= t= T= w= x= y=", false),
                "send-keys" | "send" => ("N= t=", true),
                _ => continue,
            };
            let args = Args::read(rest, options, true);
            let mut words: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
            if keys {
                let enters = |word: &Word| matches!(word.text(), "Enter" | "C-m" | "KPEnter" | "C-j");
                let Some(last) = words.iter().rposition(enters) else { continue };
                words.truncate(last);
                // Keys are typed one behind the other, without blanks.
                let typed: String = words
                    .iter()
                    .map(|word| match word.text() {
                        "Space" => " ",
                        "Enter" | "C-m" => "\n",
                        "C-c" | "C-u" | "C-l" | "Escape" => "\n",
                        text => text,
                    })
                    .collect();
                let Some((first, others)) = words.split_first() else { continue };
                let whole = if others.is_empty() {
                    first.clone()
                } else {
                    Word {
                        text: typed,
                        quoted: false,
                        expansions: words.iter().flat_map(|word| word.expansions.clone()).collect(),
                        ..first.clone()
                    }
                };
                made.extend(self.typed(invocation, args.value("t"), whole, "tmux"));
                continue;
            }
            if matches!(verb.text(), "if-shell" | "if" | "run-shell" | "run") {
                words.truncate(1);
            }
            match words.len() {
                0 => {}
                1 => made.extend(self.script(invocation, "tmux", &words)),
                _ => made.extend(self.run_words(invocation, words, "tmux").unwrap_or_default()),
            }
        }
        if made.is_empty() { None } else { Some(made) }
    }

    /// A text that is typed where another program may be waiting: a shell here, one of a machine that the pane is
    /// named for, or a client of a database.
    fn typed(
        &mut self,
        invocation: &Invocation,
        pane: Option<&str>,
        text: Word,
        via: &'static str,
    ) -> Vec<usize> {
        let mut around = invocation.clone();
        if let Some(pane) = pane.filter(|pane| pane.contains("prod") && !pane.contains("produ")) {
            around.host = Host::Remote(pane.to_owned());
            around.via.push("ssh");
        }
        let mut said = text.text().split_whitespace().map(str::to_ascii_uppercase);
        let verb = said.next().unwrap_or_default();
        let object = said.next().unwrap_or_default();
        let is_sql = matches!(
            (verb.as_str(), object.as_str()),
            ("DROP", "DATABASE" | "TABLE" | "SCHEMA")
                | ("TRUNCATE", _)
                | ("DELETE", "FROM")
                | ("ALTER", "TABLE")
        );
        if is_sql {
            let words = vec![
                Word::literal("psql", invocation.words[0].span),
                Word::literal("-c", invocation.words[0].span),
                text,
            ];
            return self.push(Invocation { words, ..around });
        }
        self.script(&around, via, &[text])
    }

    /// `kitty @ send-text 'command\n'`, `xdotool type …`: the last operand is typed.
    pub(super) fn keys(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "m,match= pane-id= t= window= delay= d= k= s= P=", false);
        let text = (*args.operands().last()?).clone();
        let pane = args.value("match").map(str::to_owned);
        let text = Self::text_of(&text, &keyed(text.text()));
        Some(self.typed(invocation, pane.as_deref(), text, "keys"))
    }

    /// `screen -dmS name command…`, `screen -X stuff 'command\n'`.
    pub(super) fn screen(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "S= c= e= h= p= s= t= T= r= x=", true);
        let words: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
        if args.has("X") {
            return match words.as_slice() {
                [stuff, text] if stuff.text() == "stuff" => {
                    let typed = Self::text_of(text, &keyed(text.text()));
                    Some(self.typed(invocation, args.value("S").or(args.value("r")), typed, "screen"))
                }
                _ => None,
            };
        }
        self.run_words(invocation, words, "screen")
    }

    /// `expect -c 'spawn command; …'`, or a script on its input: what it spawns, and what it sends. Behind `spawn ssh
    /// host` all that is sent is typed there.
    pub(super) fn expect(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "c=", true);
        let mut made = Vec::new();
        let mut scripts = Self::option_scripts(&args, &["c"]);
        if scripts.is_empty()
            && args.operands().iter().all(|word| word.text() == "-")
            && let Some(text) = self.literal_input(&invocation.stdin)
        {
            scripts.push(Word::literal(text, invocation.span));
        }
        let mut around = Invocation { stdin: super::Feed::Inherited, ..invocation.clone() };
        for script in scripts {
            for part in script.text().split(['\n', ';', '{', '}']).take(64) {
                let part = part.trim();
                let run = ["spawn ", "exec ", "system ", "!"].iter().find_map(|verb| part.strip_prefix(verb));
                let sent = ["send -- ", "send ", "exp_send "].iter().find_map(|verb| part.strip_prefix(verb));
                let sent = sent.map(|text| keyed(text.trim().trim_matches('"')));
                if let Some(text) = run.map(str::to_owned).or(sent) {
                    let words = [Word::literal(text, script.span), Word::literal("", script.span)];
                    made.extend(self.script(&around, "expect", &words));
                }
                let mut words =
                    run.unwrap_or_default().split_whitespace().filter(|word| !word.starts_with('-'));
                let peer = match words.next() {
                    Some("ssh" | "mosh" | "slogin" | "autossh") => words.next_back(),
                    Some("telnet" | "rlogin" | "cu") => words.next(),
                    _ => None,
                };
                if let Some(peer) = peer {
                    let name = peer.rsplit('@').next().unwrap_or(peer).to_owned();
                    around.host = Host::Remote(name);
                    around.via.push("ssh");
                }
            }
        }
        if made.is_empty() { None } else { Some(made) }
    }
}

/// Keys as a text: what is written for the one that ends a line ends a line.
fn keyed(text: &str) -> String {
    ["\\n", "\\r", "^M", "\\015", "\r"].iter().fold(text.to_owned(), |text, key| text.replace(key, "\n"))
}
