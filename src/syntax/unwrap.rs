//! Takes wrappers off a call: `sudo`, `env`, `xargs`, `sh -c`, `ssh`… What remains is what really runs.

use super::args::Args;
use super::walk::{Content, Frame, MAX_WITHIN, Place, Variable, Walker};
use super::wrapper::{ENV, RUNUSER, SUDO, peel, wrapper};
use super::{Dir, Expansion, Feed, GapCause, HOLE, Host, Invocation, MAX_DEPTH, Span, Word};
use crate::action::Shell;

const XARGS: &str =
    "I,replace= n,max-args= P,max-procs= L,max-lines= d,delimiter= s,max-chars= a,arg-file= E= 0,null";

const SSH: &str = "b= c= D= E= e= F= I= i= J= L= l= m= O= o= p= Q= R= S= W= w= B=";

const AUTOSSH: &str = "M= b= c= D= E= e= F= I= i= J= L= l= m= O= o= p= Q= R= S= W= w= B=";

/// How many lines `xargs` is followed with, each in a call of its own.
const MAX_LINES: usize = 16;

/// How many programs that run programs are followed inside each other, but for those that are taken off in turns.
const MAX_CARRIED: usize = 32;

impl Walker<'_> {
    /// The same as [`Walker::unwrap`], one level further in.
    pub(super) fn unwrap_inside(&mut self, invocation: Invocation) -> Vec<usize> {
        // About what a word and its place in a list take.
        let size = invocation.words.len() * 16;
        if self.carried >= MAX_CARRIED || self.within + size > MAX_WITHIN {
            self.gap(GapCause::TooDeep, invocation.span);
            return self.push(invocation);
        }
        self.carried += 1;
        self.within += size;
        let made = self.unwrap(invocation);
        self.within -= size;
        self.carried -= 1;
        made
    }

    /// Writes down a call after its wrappers are taken off.
    pub(super) fn unwrap(&mut self, mut invocation: Invocation) -> Vec<usize> {
        // Each turn takes at least one word off, so this ends.
        loop {
            if invocation.via.len() > MAX_DEPTH {
                self.gap(GapCause::TooDeep, invocation.span);
                return self.push(invocation);
            }
            let program = invocation.program();
            match program {
                // Everyday programs that run no other, so that nothing more is asked of them.
                "ls" | "cat" | "grep" | "echo" | "cargo" if program == invocation.words[0].text() => {
                    return self.push(invocation);
                }
                "git" => return self.git(invocation),
                "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" | "mksh" | "yash" | "tcsh"
                | "csh" | "rbash" | "ksh93" | "oksh" => {
                    return self.shell(invocation, "sh");
                }
                "eval" => {
                    let args = invocation.args();
                    let skipped = usize::from(args.first().is_some_and(|word| word.text() == "--"));
                    let args = args[skipped..].to_vec();
                    return self.script(&invocation, "eval", &args);
                }
                "." | "source" => return self.source(invocation),
                "su" => return self.switch_user(invocation),
                "runuser" if !Args::read(invocation.args(), RUNUSER, false).has("u") => {
                    return self.switch_user(invocation);
                }
                "sudo" | "doas" if self.is_login_script(&invocation) => {
                    let args = Args::read(invocation.args(), SUDO, true);
                    let script: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
                    return self.script(&invocation, "sudo", &script);
                }
                // `sudo -s <<< 'script'`: its shell reads what comes.
                "sudo" | "doas"
                    if matches!(invocation.stdin, Feed::Text(_) | Feed::Pipe(_))
                        && invocation
                            .args()
                            .iter()
                            .all(|word| matches!(word.text(), "-s" | "-i" | "-E" | "-H"))
                        && !invocation.args().is_empty() =>
                {
                    return match self.literal_input(&invocation.stdin) {
                        Some(text) => {
                            let words =
                                [Word::literal(text, invocation.span), Word::literal("", invocation.span)];
                            let around = Invocation { stdin: Feed::Inherited, ..invocation };
                            self.script(&around, "sudo", &words)
                        }
                        None => self.push(invocation),
                    };
                }
                "xargs" => match self.xargs(invocation) {
                    Ok(inner) => invocation = inner,
                    Err(made) => return made,
                },
                "ssh" | "autossh" => return self.ssh(invocation),
                "find" => return self.find_exec(&invocation),
                "env" if Args::read(invocation.args(), ENV, true).has("S") => {
                    let args: Vec<Word> = split_string(invocation.args());
                    return self.script(&invocation, "env", &args);
                }
                _ => match wrapper(program) {
                    Some(wrapper) => match peel(invocation, &wrapper) {
                        Ok(inner) => invocation = inner,
                        Err(invocation) => return self.push(invocation),
                    },
                    None => {
                        if let Some(made) = self.carrier(&invocation).or_else(|| self.task(&invocation)) {
                            return made;
                        }
                        if let Some(run) = super::runner::peel(&invocation) {
                            if run.keep {
                                self.push(invocation);
                            }
                            invocation = run.inner;
                            continue;
                        }
                        // `retry 'command …'`: a name with blanks in it is a script.
                        if let [script] = invocation.words.as_slice()
                            && invocation.via.last().is_some_and(|via| matches!(*via, "retry" | "wrapper"))
                            && script.text().contains(' ')
                        {
                            let script = [script.clone()];
                            return self.script(&invocation, "sh", &script);
                        }
                        let later = self.builtin(&invocation);
                        // `$(cat file)`, which is what the file says.
                        if let [word] = invocation.words.as_slice()
                            && word.text().chars().eq([HOLE])
                            && let [Expansion::Output(made)] = word.expansions.as_slice()
                            && let Some(made) = self.copied(&invocation, made, true)
                        {
                            return made;
                        }
                        if invocation.words[0].text().starts_with(HOLE) {
                            self.gap(GapCause::Dynamic, invocation.words[0].span);
                        }
                        return match later.is_empty() {
                            true => self.push(invocation),
                            false => later,
                        };
                    }
                },
            }
        }
    }

    /// Reads words as the text of an inner script, as `eval`, `sh -c` and `ssh host` do: joined by blanks.
    pub(super) fn script(&mut self, around: &Invocation, via: &'static str, words: &[Word]) -> Vec<usize> {
        self.called_script(around, via, words, None)
    }

    /// The same, with `$1` and the others where these are known; `$0` first.
    pub(super) fn called_script(
        &mut self,
        around: &Invocation,
        via: &'static str,
        words: &[Word],
        arguments: Option<&[Word]>,
    ) -> Vec<usize> {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return self.push(around.clone());
        };
        let text = words.iter().map(Word::text).collect::<Vec<_>>().join(" ");
        let span = first.span.to(last.span);
        if text.trim().chars().all(|char| char == HOLE) {
            // `eval "$(cat file)"`, `sh -c "$(< file)"`
            if let [Expansion::Output(made)] = first.expansions.as_slice()
                && let Some(made) = self.copied(around, made, via == "eval")
            {
                return made;
            }
            self.gap(GapCause::Dynamic, span);
            let mut opaque = around.clone();
            opaque.via.push(via);
            return self.push(opaque);
        }
        let place = match (words, self.frame.place) {
            ([word], Place::At(_)) => verbatim(word).map_or(Place::Within(span), Place::At),
            _ => Place::Within(span),
        };
        let mut vars = self.frame.vars.clone();
        vars.extend(around.assignments.iter().map(|assignment| Variable {
            name: assignment.name.clone(),
            value: assignment.value.clone(),
            exported: true,
            content: Content::Value,
        }));
        let mut wrappers = around.via.clone();
        wrappers.push(via);
        let in_this_shell = matches!(via, "eval" | "source");
        let shell = match in_this_shell {
            true => self.frame.shell,
            false => Shell::from_name(around.program()).unwrap_or_default(),
        };
        let arguments = match arguments {
            Some([program, rest @ ..]) => {
                let name = || "0".to_owned();
                let value = program.clone();
                vars.push(Variable { name: name(), value, exported: false, content: Content::Value });
                Some(rest.into())
            }
            Some([]) => Some([].into()),
            None if in_this_shell => self.frame.arguments.clone(),
            None => None,
        };
        let frame = Frame {
            shell,
            exports_all: self.frame.exports_all,
            arguments,
            place,
            dir: around.dir.clone(),
            vars,
            via: wrappers,
            host: around.host.clone(),
            stdin: around.stdin.clone(),
            outer: words.iter().flat_map(|word| word.expansions.iter().cloned()).collect(),
        };
        let outer = std::mem::replace(&mut self.frame, frame);
        let made = self.text(&text);
        let inner = std::mem::replace(&mut self.frame, outer);
        if in_this_shell {
            // Where it goes, the rest of the line goes.
            (self.frame.dir, self.frame.vars, self.frame.arguments) =
                (inner.dir, inner.vars, inner.arguments);
        }
        for &index in &made {
            self.script.invocations[index].redirects.extend(around.redirects.iter().cloned());
        }
        made
    }

    /// `source file`, `. <(echo script)`, fish's `alias | source`.
    fn source(&mut self, invocation: Invocation) -> Vec<usize> {
        let args = invocation.args();
        let known = match args.first() {
            None if self.frame.shell == Shell::Fish => return self.shell(invocation, "source"),
            None => None,
            Some(word) if word.known() == Some("/dev/stdin") => self.literal_input(&invocation.stdin),
            Some(word) => read_from(word).and_then(|made| self.literal_output(made)),
        };
        if let Some(text) = known {
            let word = Word::literal(text, invocation.span);
            return self.script(&invocation, "source", &[word, Word::literal("", invocation.span)]);
        }
        // `. <(cat file)`
        let copied = args.first().and_then(read_from).map(<[usize]>::to_vec);
        if let Some(made) = copied.and_then(|made| self.copied(&invocation, &made, true)) {
            return made;
        }
        match self.task(&invocation) {
            Some(made) => made,
            None => self.push(invocation),
        }
    }

    /// The file that these calls put out as it is: `cat file`, `$(< file)`.
    pub(super) fn copied_file(&self, made: &[usize]) -> Option<Word> {
        let [only] = made else { return None };
        let maker = self.script.invocations.get(*only).filter(|maker| maker.host == Host::Local)?;
        match (maker.words.as_slice(), &maker.stdin) {
            ([program, file], _) if program.text() == "cat" => Some(file.clone()),
            ([program], Feed::File(file)) if program.text() == "cat" => Some(file.clone()),
            _ => None,
        }
    }

    /// A script that is put out of a file, as if the file were named.
    fn copied(&mut self, around: &Invocation, made: &[usize], here: bool) -> Option<Vec<usize>> {
        let file = self.copied_file(made)?;
        let name = if here { "." } else { "sh" };
        let words = vec![Word::literal(name, around.span), file];
        let named = Invocation { words, stdin: Feed::Inherited, ..around.clone() };
        self.task(&named)
    }

    /// `sudo -i 'script'`, `sudo -s 'script'`: one word with blanks is no program.
    fn is_login_script(&self, invocation: &Invocation) -> bool {
        let args = Args::read(invocation.args(), SUDO, true);
        (args.has("i") || args.has("s") || args.has("login") || args.has("shell"))
            && matches!(args.operands(), [word] if word.text().contains(' '))
    }

    /// `sh -c 'script'`, `sh <<< 'script'`, `echo script | sh`; `sh file` stays what it is.
    fn shell(&mut self, invocation: Invocation, via: &'static str) -> Vec<usize> {
        const OPTIONS: &str = "o= O= rcfile= init-file=";
        let args = Args::read(invocation.args(), OPTIONS, true);
        if args.has("c") || args.has("command") {
            if let Some((script, rest)) = args.operands().split_first() {
                let script = [(*script).clone()];
                let rest: Vec<Word> = rest.iter().map(|word| (*word).clone()).collect();
                return self.called_script(&invocation, "sh -c", &script, Some(&rest));
            }
        } else if let Some((file, rest)) = args.operands().split_first().filter(|_| !args.has("s")) {
            let text = match file.known() {
                Some("/dev/stdin" | "-") => self.literal_input(&invocation.stdin),
                _ => read_from(file).and_then(|made| self.literal_output(made)),
            };
            let rest: Vec<Word> = std::iter::once(file).chain(rest).map(|word| (*word).clone()).collect();
            if let Some(text) = text {
                let span = file.span;
                let words = [Word::literal(text, span), Word::literal("", span)];
                return self.called_script(&invocation, "sh", &words, Some(&rest));
            }
            // `bash <(cat file)`
            let copied = read_from(file).map(<[usize]>::to_vec);
            if let Some(made) = copied.and_then(|made| self.copied(&invocation, &made, false)) {
                return made;
            }
            if let Some(made) = self.task(&invocation) {
                return made;
            }
        } else if args.operands().is_empty() || args.has("s") {
            let text = match &invocation.stdin {
                // A substitution alone is left to who reads where it comes from.
                Feed::Text(word) => word.text().trim().chars().any(|char| char != HOLE).then(|| word.clone()),
                Feed::Pipe(made) => self
                    .literal_output(made)
                    .map(|text| Word::literal(text, self.span_of(made, invocation.span))),
                Feed::File(word) => {
                    self.literal_input(&invocation.stdin).map(|text| Word::literal(text, word.span))
                }
                Feed::Inherited => None,
            };
            if let Some(word) = text {
                let mut around = invocation.clone();
                around.stdin = Feed::Inherited;
                // `bash -s argument <<< 'script'`
                if args.has("s") && !args.operands().is_empty() {
                    let given = args.operands().iter().map(|word| (*word).clone());
                    let given: Vec<Word> =
                        std::iter::once(invocation.words[0].clone()).chain(given).collect();
                    return self.called_script(&around, via, &[word], Some(&given));
                }
                return self.script(&around, via, &[word]);
            }
            if let Some(made) = self.script_from(&invocation) {
                return made;
            }
            if matches!(invocation.stdin, Feed::Pipe(_) | Feed::Text(_)) {
                self.gap(GapCause::Dynamic, invocation.span);
            }
        }
        self.push(invocation)
    }

    /// `bash < file`, `cat file | bash`: the script in that file.
    fn script_from(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let file = match &invocation.stdin {
            Feed::File(word) => word.clone(),
            Feed::Pipe(made) => self.copied_file(made)?,
            _ => return None,
        };
        let words = vec![invocation.words[0].clone(), file];
        let named = Invocation { words, stdin: Feed::Inherited, ..invocation.clone() };
        self.task(&named)
    }

    pub(super) fn span_of(&self, made: &[usize], otherwise: Span) -> Span {
        let spans = made.iter().filter_map(|&index| self.script.invocations.get(index)).map(|made| made.span);
        spans.reduce(Span::to).unwrap_or(otherwise)
    }

    /// `su -c 'script' user`.
    fn switch_user(&mut self, invocation: Invocation) -> Vec<usize> {
        let args = Args::read(invocation.args(), RUNUSER, false);
        match args.flag("command").map(|flag| flag.word.clone()) {
            Some(word) => {
                let text = args.value("command").unwrap_or_default().to_owned();
                let script = if text == word.text() { word } else { Word { text, ..word } };
                self.script(&invocation, "su", &[script])
            }
            // Its shell reads what comes.
            None => match self.literal_input(&invocation.stdin) {
                Some(text) => {
                    let word = Word::literal(text, invocation.span);
                    let around = Invocation { stdin: Feed::Inherited, ..invocation };
                    self.script(&around, "su", &[word.clone(), Word::literal("", word.span)])
                }
                None => self.push(invocation),
            },
        }
    }

    /// The call that `xargs` makes: with the words that come down the pipe, where these are known.
    fn xargs(&mut self, invocation: Invocation) -> Result<Invocation, Vec<usize>> {
        let args = Args::read(invocation.args(), XARGS, true);
        let placeholder = args.value("replace").map(str::to_owned);
        let Some(at) = args.operands().first().and_then(|first| position(&invocation.words, first)) else {
            return Err(self.push(invocation));
        };
        let words = invocation.words[at..].to_vec();
        let span = invocation.words[0].span;
        let whole = placeholder.as_deref().is_some_and(|text| !text.is_empty());
        // By lines for a placeholder, by NUL or another mark where that is said, and else by blanks.
        let nul = args.has("0") || args.has("null");
        let mark = args.value("delimiter").and_then(|text| text.trim_start_matches('\\').chars().next());
        let split = |text: &str, span: Span| -> Vec<Word> {
            let separates = |char: char| match mark {
                _ if nul => char == '\0',
                Some('n') => char == '\n',
                Some(mark) => char == mark,
                None if whole => char == '\n',
                None => char.is_whitespace(),
            };
            let parts = text.split(separates).map(|part| if nul { part } else { part.trim_matches('\n') });
            parts.filter(|part| !part.trim().is_empty()).map(|part| Word::literal(part, span)).collect()
        };
        let file = args.flag("arg-file").filter(|flag| flag.value != Some("/dev/stdin"));
        let incoming: Vec<Word> = match &invocation.stdin {
            _ if let Some(name) = file.and_then(|flag| flag.value) => {
                let lines = vec![Expansion::Lines(name.to_owned())];
                vec![Word { expansions: lines, ..Word::unknown(span) }]
            }
            Feed::Pipe(made) => match self.literal_output(made) {
                Some(text) => split(&text, self.span_of(made, span)),
                None => {
                    vec![Word { expansions: vec![Expansion::Output(made.clone())], ..Word::unknown(span) }]
                }
            },
            Feed::Text(word) => split(word.text(), word.span),
            // `< <(find …)`
            Feed::File(file) if let Some(made) = read_from(file) => {
                let outputs = vec![Expansion::Output(made.to_vec())];
                vec![Word { expansions: outputs, ..Word::unknown(span) }]
            }
            Feed::File(file) => {
                let lines = file.known().map(|name| Expansion::Lines(name.to_owned()));
                vec![Word { expansions: lines.into_iter().collect(), ..Word::unknown(span) }]
            }
            Feed::Inherited => vec![Word::unknown(span)],
        };
        let mut calls: Vec<Vec<Word>> = match placeholder {
            Some(placeholder) if !placeholder.is_empty() => {
                let put = |value: &Word| {
                    let mut words = words.clone();
                    for word in words.iter_mut().filter(|word| word.text.contains(&placeholder)) {
                        word.text = word.text.replace(&placeholder, value.text());
                        word.expansions.extend(value.expansions.iter().cloned());
                    }
                    words
                };
                incoming.iter().take(MAX_LINES).map(put).collect()
            }
            _ => vec![words.into_iter().chain(incoming).collect()],
        };
        let mut via = invocation.via.clone();
        via.push("xargs");
        let last = calls.pop().unwrap_or_default();
        let mut made = Vec::new();
        for words in calls {
            let inner = Invocation { words, via: via.clone(), ..invocation.clone() };
            made.extend(self.unwrap_inside(inner));
        }
        match last.is_empty() {
            true => Err(self.push(invocation)),
            false if made.is_empty() => Ok(Invocation { words: last, via, ..invocation }),
            false => {
                made.extend(self.unwrap_inside(Invocation { words: last, via, ..invocation }));
                Err(made)
            }
        }
    }

    /// `ssh host command…`: the command runs there. The call itself stays too, because data may flow through it.
    fn ssh(&mut self, invocation: Invocation) -> Vec<usize> {
        if invocation.args().iter().any(|word| word.text().starts_with("-o")) {
            self.configured(&invocation);
        }
        // Its port for monitoring is what ssh knows as a switch.
        let options = if invocation.program() == "autossh" { AUTOSSH } else { SSH };
        let args = Args::read(invocation.args(), options, true);
        let operands: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
        let made = self.push(invocation.clone());
        let Some((host, rest)) = operands.split_first() else { return made };
        // Options may stand behind the host too.
        let command: Vec<Word> =
            Args::read(rest, SSH, true).operands().iter().map(|word| (*word).clone()).collect();
        let name = host.text().rsplit('@').next().unwrap_or_default().to_owned();
        let mut stdin = invocation.stdin.clone();
        let shell = command.first().is_none_or(|word| Shell::from_name(word.text()).is_some());
        if shell
            && let Feed::File(word) = &stdin
            && let Some(text) = self.local_text(word, &invocation)
        {
            // `ssh host bash -s < deploy.sh`
            stdin = Feed::Text(Word::literal(text, word.span));
        }
        let text = match (command.is_empty(), &stdin) {
            (false, _) => command,
            // Its shell reads what comes.
            (true, Feed::Text(word)) => vec![word.clone()],
            (true, feed) => match self.literal_input(feed) {
                Some(text) => vec![Word::literal(text, invocation.span), Word::literal("", invocation.span)],
                None => return made,
            },
        };
        let mut there = Invocation { host: Host::Remote(name), dir: Dir::Unknown, ..invocation };
        there.stdin = stdin;
        // A script that is only known there is no gap of ours: ssh itself was seen.
        let gaps = self.script.gaps.len();
        self.script(&there, "ssh", &text);
        self.script.gaps.truncate(gaps);
        made
    }

    /// `find … -exec command {} ;`: the call itself stays too.
    fn find_exec(&mut self, invocation: &Invocation) -> Vec<usize> {
        let made = self.push(invocation.clone());
        let mut rest = invocation.args();
        while let Some(at) =
            rest.iter().position(|word| matches!(word.text(), "-exec" | "-execdir" | "-ok" | "-okdir"))
        {
            let tail = &rest[at + 1..];
            let end = tail.iter().position(|word| matches!(word.text(), ";" | "+")).unwrap_or(tail.len());
            let words: Vec<Word> = tail[..end]
                .iter()
                .map(|word| match word.text().contains("{}") {
                    true => Word { text: word.text().replace("{}", &HOLE.to_string()), ..word.clone() },
                    false => word.clone(),
                })
                .collect();
            rest = &tail[end..];
            if let (Some(first), Some(last)) = (words.first(), words.last()) {
                let span = first.span.to(last.span);
                let mut via = invocation.via.clone();
                via.push("find -exec");
                let inner = Invocation { words, via, span, redirects: Vec::new(), ..invocation.clone() };
                self.unwrap_inside(inner);
            }
        }
        made
    }
}

/// `env -S 'VAR=x cmd args' more` is split by env itself.
fn split_string(words: &[Word]) -> Vec<Word> {
    let args = Args::read(words, ENV, true);
    let given = args.flag("S").map(|flag| {
        let text = flag.value.unwrap_or_default();
        if text == flag.word.text() {
            flag.word.clone()
        } else {
            Word { text: text.to_owned(), ..flag.word.clone() }
        }
    });
    // What follows belongs to the command, options too.
    let at = args.flag("S").and_then(|flag| position(words, flag.word));
    given.into_iter().chain(words.iter().skip(at.map_or(0, |at| at + 1)).cloned()).collect()
}

/// The calls that a word `<( … )` reads from.
pub(super) fn read_from(word: &Word) -> Option<&[usize]> {
    match word.expansions.as_slice() {
        [Expansion::InputFrom(made)] if word.text().chars().eq([HOLE]) => Some(made),
        _ => None,
    }
}

pub(super) fn position(words: &[Word], wanted: &Word) -> Option<usize> {
    words.iter().position(|word| std::ptr::eq(word, wanted))
}

/// Where the text of a word begins in the typed text, when it stands there unchanged.
pub(super) fn verbatim(word: &Word) -> Option<usize> {
    let written = word.span.end.checked_sub(word.span.start)?;
    match (word.quoted, written.checked_sub(word.text.len())?) {
        (false, 0) => Some(word.span.start),
        (true, 2) => Some(word.span.start + 1),
        _ => None,
    }
}
