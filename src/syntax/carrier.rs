//! Programs that carry a command to where it runs: `tmux`, `parallel`, `at`, `watch`, `script`, `nix-shell`,
//! `gcloud compute ssh`… as words, or as the text of a script.

use super::args::Args;
use super::walk::Walker;
use super::{Expansion, HOLE, Invocation, Word};

impl Walker<'_> {
    /// Reads what the program would run; `None` where it is none of these, or runs nothing.
    pub(super) fn carrier(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        match invocation.program() {
            "at" | "batch" => self.later(invocation),
            "tar" | "gtar" | "bsdtar" => self.archived(invocation),
            "crontab" => self.table(invocation),
            "watch" => self.all_operands(invocation, "n,interval=", "watch"),
            "script" => self.recorded(invocation),
            "flock" => self.locked(invocation),
            "parallel" => self.parallel(invocation),
            "tmux" | "byobu" => self.tmux(invocation),
            "wezterm" | "kitty" | "kitten" | "zellij" | "xdotool" | "ydotool" | "wtype"
                if invocation.program() == "wtype"
                    || invocation.args().iter().take(3).any(|word| {
                        matches!(word.text(), "send-text" | "write-chars" | "type" | "paste")
                    }) =>
            {
                self.keys(invocation)
            }
            "screen" => self.screen(invocation),
            "expect" => self.expect(invocation),
            "entr" => self.entr(invocation),
            "hyperfine" => self.measured(invocation),
            "fd" | "fdfind" => self.found(invocation),
            "perf" => self.behind(invocation, &["stat", "record", "trace"], "perf"),
            "gdb" | "lldb" | "rr" => {
                let made = self.debugged(invocation);
                self.escaped(invocation).or(made)
            }
            "direnv" => self.behind(invocation, &["exec"], "direnv"),
            "devbox" | "flox" => self.behind(invocation, &["run"], "devbox"),
            "nix-shell" | "nix" => self.nix(invocation),
            "bwrap" => self.sandboxed(invocation),
            "lxc" | "incus" => self.elsewhere(invocation, "exec", "lxc"),
            "mosh" => self.mosh(invocation),
            "gcloud" => self.option_on_host(invocation, "command= c=", &["command", "c"], "ssh"),
            // A machine of the own desk.
            "vagrant" => self.option_on_host(invocation, "command= c=", &["command", "c"], "vagrant"),
            "ansible" => self.ansible(invocation),
            "kubectl" | "oc" | "k" => self.pod(invocation),
            // What follows is a distribution, and no program.
            "wsl" | "wsl.exe" if invocation.args().iter().any(|word| word.text() == "--unregister") => None,
            "wsl" | "wsl.exe" => self.words(invocation, "d,distribution= u,user= e,exec cd=", 0, "wsl"),
            "cmd" | "cmd.exe" => self.command_of_windows(invocation),
            "powershell" | "powershell.exe" | "pwsh" => self.powershell(invocation),
            "Remove-Item" | "remove-item" | "rd" | "rmdir" | "del" | "erase" | "format" | "ri" => {
                self.windows(invocation)
            }
            "wmic" if invocation.args().iter().any(|word| word.text() == "create") => {
                let script: Vec<Word> = invocation.args().last().cloned().into_iter().collect();
                self.push(invocation.clone());
                self.run_script(invocation, "wmic", &script)
            }
            "capsh" => self.behind_dashes(invocation, "sh"),
            _ => self.elsewhere_too(invocation).or_else(|| self.escaped(invocation)),
        }
    }

    /// The call that the words from the operand `skip` on make.
    fn words(
        &mut self,
        invocation: &Invocation,
        options: &'static str,
        skip: usize,
        via: &'static str,
    ) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), options, true);
        let words: Vec<Word> = args.operands().iter().skip(skip).map(|word| (*word).clone()).collect();
        self.run_words(invocation, words, via)
    }

    pub(super) fn run_words(
        &mut self,
        invocation: &Invocation,
        words: Vec<Word>,
        via: &'static str,
    ) -> Option<Vec<usize>> {
        if words.is_empty() {
            return None;
        }
        let mut inner = Invocation { words, ..invocation.clone() };
        inner.via.push(via);
        Some(self.unwrap_inside(inner))
    }

    pub(super) fn run_script(
        &mut self,
        invocation: &Invocation,
        via: &'static str,
        script: &[Word],
    ) -> Option<Vec<usize>> {
        match script.is_empty() {
            true => None,
            false => Some(self.script(invocation, via, script)),
        }
    }

    /// One word is a script, several are a program and its arguments.
    pub(super) fn word_or_script(
        &mut self,
        invocation: &Invocation,
        words: Vec<Word>,
        via: &'static str,
    ) -> Option<Vec<usize>> {
        match words.len() {
            1 => self.run_script(invocation, via, &words),
            _ => self.run_words(invocation, words, via),
        }
    }

    /// The text of a word that is not the word itself.
    pub(super) fn text_of(word: &Word, text: &str) -> Word {
        if word.text() == text { word.clone() } else { Word { text: text.to_owned(), ..word.clone() } }
    }

    /// The values of these options, each a script.
    pub(super) fn option_scripts(args: &Args<'_>, names: &[&'static str]) -> Vec<Word> {
        let flags = names.iter().filter_map(|name| args.flag(name));
        flags.filter_map(|flag| Some(Self::text_of(flag.word, flag.value?))).collect()
    }

    /// `echo script | at now`, `batch <<END`.
    fn later(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "f= q= t=", false);
        if ["l", "d", "r", "c", "V"].iter().any(|flag| args.has(flag)) {
            return None;
        }
        let text = match &invocation.stdin {
            super::Feed::Text(word) => word.clone(),
            super::Feed::Pipe(made) => match self.literal_output(made) {
                Some(text) => Word::literal(text, self.span_of(made, invocation.span)),
                None => return None,
            },
            _ => return None,
        };
        let mut around = invocation.clone();
        around.stdin = super::Feed::Inherited;
        self.run_script(&around, "at", &[text])
    }

    /// `tar --checkpoint-action=exec='command'`, `tar --to-command='command'`: the call itself stays too.
    fn archived(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        const OPTIONS: &str = "checkpoint-action= to-command= I,use-compress-program= f,file= C,directory=";
        let args = Args::read(invocation.args(), OPTIONS, false);
        let mut scripts = Self::option_scripts(&args, &["to-command", "use-compress-program"]);
        let actions = args.all("checkpoint-action");
        scripts.extend(
            actions.filter_map(|flag| Some(Self::text_of(flag.word, flag.value?.strip_prefix("exec=")?))),
        );
        if scripts.is_empty() {
            return None;
        }
        let made = self.push(invocation.clone());
        for script in scripts {
            self.script(invocation, "tar", &[script]);
        }
        Some(made)
    }

    /// `echo '0 3 * * * command' | crontab -`: what it would run later; the call itself stays too.
    fn table(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        // Beside what is new stands what was there: `(crontab -l; echo new) | crontab -`.
        let texts: Vec<String> = match &invocation.stdin {
            super::Feed::Pipe(made) => {
                made.iter().take(16).filter_map(|&index| self.literal_output(&[index])).collect()
            }
            feed => self.literal_input(feed).into_iter().collect(),
        };
        // `crontab file`
        let args = Args::read(invocation.args(), "u= c= T=", false);
        let texts = match (texts.is_empty(), args.operands()) {
            (true, [file]) if file.text() != "-" => self.local_text(file, invocation).into_iter().collect(),
            _ => texts,
        };
        if texts.is_empty() {
            return None;
        }
        let added = self.push(invocation.clone());
        for line in texts.iter().flat_map(|text| text.lines()).take(64) {
            let line = line.trim();
            let fields = if line.starts_with('@') { 1 } else { 5 };
            let mut rest = line;
            for _ in 0..fields {
                rest = rest.split_once([' ', '\t']).map_or("", |(_, rest)| rest.trim_start());
            }
            if !rest.is_empty() && !line.starts_with('#') {
                let span = invocation.span;
                self.script(invocation, "crontab", &[Word::literal(rest, span), Word::literal("", span)]);
            }
        }
        Some(added)
    }

    fn all_operands(
        &mut self,
        invocation: &Invocation,
        options: &'static str,
        via: &'static str,
    ) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), options, true);
        let words: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
        if args.has("x") || args.has("exec") {
            return self.run_words(invocation, words, via);
        }
        self.run_script(invocation, via, &words)
    }

    /// `script -c 'command' file`; BSD's `script file command…`.
    fn recorded(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        const OPTIONS: &str =
            "c,command= E,echo= I,log-in= O,log-out= B,log-io= T,log-timing= m,logging-format= o= t=";
        let args = Args::read(invocation.args(), OPTIONS, true);
        let script = Self::option_scripts(&args, &["command"]);
        if script.is_empty() {
            // util-linux parses on behind the file.
            let args = Args::read(invocation.args(), OPTIONS, false);
            let script = Self::option_scripts(&args, &["command"]);
            if !script.is_empty() {
                return self.run_script(invocation, "script", &script);
            }
            return self.words(invocation, OPTIONS, 1, "script");
        }
        self.run_script(invocation, "script", &script)
    }

    /// `flock file -c 'script'`, `flock file command…`.
    fn locked(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        const OPTIONS: &str = "w,timeout= E,conflict-exit-code=";
        let args = Args::read(invocation.args(), OPTIONS, true);
        let words: Vec<Word> = args.operands().iter().skip(1).map(|word| (*word).clone()).collect();
        match words.as_slice() {
            [flag, script] if matches!(flag.text(), "-c" | "--command") => {
                let script = [script.clone()];
                self.run_script(invocation, "flock", &script)
            }
            _ => self.run_words(invocation, words, "flock"),
        }
    }

    /// `parallel command ::: values`, `… | parallel command {}`.
    fn parallel(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        const OPTIONS: &str = "j,jobs= a,arg-file= C,colsep= d,delimiter= I= N,max-replace-args= n,max-args= \
            S,sshlogin= joblog= results= tmpdir= timeout= delay= retries= halt= load= wd,workdir= env= basefile=";
        let words = invocation.args();
        let at = words.iter().position(|word| matches!(word.text(), ":::" | ":::+" | "::::"));
        let args = Args::read(&words[..at.unwrap_or(words.len())], OPTIONS, true);
        let template: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
        let from_file = at.is_some_and(|at| words[at].text() == "::::");
        let values: Vec<Word> = match at.filter(|_| !from_file) {
            Some(at) => words[at + 1..]
                .iter()
                .filter(|word| !word.text().starts_with(":::"))
                .take(64)
                .cloned()
                .collect(),
            None => match self.lines_of(invocation, from_file.then(|| words.last()).flatten()) {
                Some(text) => {
                    text.lines().take(64).map(|line| Word::literal(line, invocation.span)).collect()
                }
                None => {
                    let mut value = Word::unknown(invocation.span);
                    if let super::Feed::Pipe(made) = &invocation.stdin {
                        value.expansions.push(Expansion::Output(made.clone()));
                    }
                    vec![value]
                }
            },
        };
        if template.is_empty() && at.is_none() && values.iter().any(|word| word.known().is_none()) {
            return None;
        }
        let mut around = invocation.clone();
        around.stdin = super::Feed::Inherited;
        let mut made = Vec::new();
        for value in &values {
            if !self.take_reading(invocation.span) {
                break;
            }
            let mut words = template.clone();
            let mut placed = false;
            for word in &mut words {
                if word.text().contains("{}") {
                    placed = true;
                    word.text = word.text.replace("{}", value.text());
                    word.expansions.extend(value.expansions.iter().cloned());
                }
            }
            if !placed {
                words.push(value.clone());
            }
            made.extend(self.script(&around, "parallel", &words));
        }
        Some(made)
    }

    /// What `parallel` makes calls of: the lines of its input, of a file there, or of one that is named.
    fn lines_of(&mut self, invocation: &Invocation, named: Option<&Word>) -> Option<String> {
        let file = match (named, &invocation.stdin) {
            (Some(word), _) => word.clone(),
            (None, super::Feed::File(word)) if super::unwrap::read_from(word).is_none() => word.clone(),
            (None, super::Feed::Pipe(made)) => match self.copied_file(made) {
                Some(file) => file,
                None => return self.literal_input(&invocation.stdin),
            },
            (None, feed) => return self.literal_input(feed),
        };
        self.local_text(&file, invocation)
    }

    /// `ls | entr command /_`, `entr -s 'script'`.
    fn entr(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "", true);
        let words: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
        if args.has("s") {
            let words: Vec<Word> = words.into_iter().take(1).collect();
            return self.run_script(invocation, "entr", &words);
        }
        self.run_words(invocation, words, "entr")
    }

    fn measured(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        const OPTIONS: &str = "w,warmup= r,runs= m,min-runs= M,max-runs= p,prepare= c,cleanup= s,setup= S,shell= \
            P,parameter-scan= L,parameter-list= D,parameter-step-size= export-json= export-csv= export-markdown= \
            u,time-unit= style= n,command-name= i= input= output= conclude= reference=";
        let args = Args::read(invocation.args(), OPTIONS, false);
        let mut scripts = Self::option_scripts(&args, &["setup", "prepare", "cleanup", "conclude"]);
        scripts.extend(args.operands().iter().map(|word| (*word).clone()));
        let mut made = Vec::new();
        for script in scripts {
            made.extend(self.script(invocation, "hyperfine", &[script]));
        }
        if made.is_empty() { None } else { Some(made) }
    }

    /// `fd pattern -x command {}`.
    fn found(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let runs = |word: &Word| matches!(word.text(), "-x" | "-X" | "--exec" | "--exec-batch");
        let at = invocation.words.iter().position(runs)?;
        let made = self.push(invocation.clone());
        let tail = invocation.words[at + 1..].iter().take_while(|word| word.text() != ";");
        let mut words: Vec<Word> = tail.cloned().collect();
        let mut placed = false;
        for word in &mut words {
            for place in ["{}", "{/}", "{//}", "{.}", "{/.}"] {
                if word.text().contains(place) {
                    placed = true;
                    word.text = word.text.replace(place, &HOLE.to_string());
                }
            }
        }
        if !placed && !words.is_empty() {
            words.push(Word::unknown(invocation.span));
        }
        // Found files are no pipe.
        let inner = Invocation { redirects: Vec::new(), ..invocation.clone() };
        let _ = self.run_words(&inner, words, "fd -x");
        Some(made)
    }

    /// A subcommand with options and then a command: `perf stat cmd`; `direnv exec DIR cmd`.
    fn behind(&mut self, invocation: &Invocation, verbs: &[&str], via: &'static str) -> Option<Vec<usize>> {
        let (verb, rest) = invocation.args().split_first()?;
        if !verbs.contains(&verb.text()) {
            return None;
        }
        let args = Args::read(rest, "e,event= o,output= r,repeat= c,config= F,freq= p,pid= x= env=", true);
        let skip = usize::from(via == "direnv");
        let words: Vec<Word> = args.operands().iter().skip(skip).map(|word| (*word).clone()).collect();
        self.run_words(invocation, words, via)
    }

    /// `gdb --args command…`, `lldb -- command…`, `rr record command…`.
    fn debugged(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let marks = |word: &Word| matches!(word.text(), "--args" | "--" | "record");
        let at = invocation.words.iter().position(marks)?;
        let words = invocation.words[at + 1..].to_vec();
        self.run_words(invocation, words, "gdb")
    }

    fn nix(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "run= command= p= A,attr= I= arg= argstr= E,expr=", false);
        let scripts = match invocation.program() {
            "nix-shell" => Self::option_scripts(&args, &["run", "command"]),
            _ => Vec::new(),
        };
        if !scripts.is_empty() {
            return self.run_script(invocation, "nix-shell", &scripts);
        }
        let is_shell = matches!(invocation.args().first().map(Word::text), Some("develop" | "shell"));
        let at = invocation.words.iter().position(|word| matches!(word.text(), "-c" | "--command"));
        match at.filter(|_| is_shell) {
            Some(at) => {
                let words = invocation.words[at + 1..].to_vec();
                // Whose flake it is, is told to nix.
                if invocation.args().iter().any(|word| word.text().contains(':')) {
                    self.push(invocation.clone());
                }
                self.run_words(invocation, words, "nix develop")
            }
            None => None,
        }
    }

    /// `bwrap --bind / / --unshare-net command…`: its options take none, one or two words.
    fn sandboxed(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let mut rest = invocation.args();
        while let [word, tail @ ..] = rest {
            let Some(option) = word.text().strip_prefix("--") else { break };
            let takes = match option {
                "" => {
                    rest = tail;
                    break;
                }
                "bind" | "dev-bind" | "ro-bind" | "bind-try" | "dev-bind-try" | "ro-bind-try" | "symlink"
                | "setenv" | "file" | "bind-data" | "ro-bind-data" | "chmod" => 2,
                "die-with-parent" | "new-session" | "as-pid-1" | "clearenv" | "share-net"
                | "disable-userns" => 0,
                option if option.starts_with("unshare-") => 0,
                _ => 1,
            };
            rest = tail.get(takes..).unwrap_or_default();
        }
        let words = rest.to_vec();
        self.run_words(invocation, words, "bwrap")
    }

    /// The words behind `--`, as a call of this program where one is named: `capsh … -- -c 'script'`.
    fn behind_dashes(&mut self, invocation: &Invocation, program: &str) -> Option<Vec<usize>> {
        let at = invocation.words.iter().position(|word| word.text() == "--")?;
        let mut words = invocation.words[at + 1..].to_vec();
        words.insert(0, Word::literal(program, invocation.span));
        self.run_words(invocation, words, "wrapper")
    }
}
