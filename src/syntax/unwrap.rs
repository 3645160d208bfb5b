//! Takes wrappers off a call: `sudo`, `env`, `xargs`, `sh -c`, `ssh`… What remains is what really runs.

use super::args::Args;
use super::lexer::assignment_name;
use super::walk::{Frame, Place, Walker};
use super::{Assignment, Dir, Expansion, Feed, GapCause, HOLE, Host, Invocation, Span, Word};
use crate::action::Shell;

/// A wrapper that takes options and then a command.
struct Wrapper {
    name: &'static str,
    options: &'static str,
    /// Operands of its own before the command: the duration of `timeout`, the file of `flock`.
    operands: usize,
    /// `NAME=value` words before the command set variables.
    assigns: bool,
}

const NONE: &str = "";

fn wrapper(name: &str) -> Option<Wrapper> {
    let (name, options, operands, assigns): (&'static str, &'static str, usize, bool) = match name {
        "sudo" => (
            "sudo",
            "u,user= g,group= h,host= p,prompt= D,chdir= R,chroot= C,close-from= T,command-timeout= \
        U,other-user= r= t=",
            0,
            true,
        ),
        "doas" => ("doas", "u= C=", 0, false),
        "env" => ("env", "u,unset= C,chdir= S,split-string=", 0, true),
        "nice" => ("nice", "n,adjustment=", 0, false),
        "ionice" => ("ionice", "c,class= n,classdata=", 0, false),
        "chrt" => ("chrt", NONE, 1, false),
        "taskset" => ("taskset", NONE, 1, false),
        "timeout" | "gtimeout" => ("timeout", "s,signal= k,kill-after=", 1, false),
        "time" | "gtime" => ("time", "f,format= o,output=", 0, false),
        "nohup" => ("nohup", NONE, 0, false),
        "setsid" => ("setsid", NONE, 0, false),
        "stdbuf" => ("stdbuf", "i,input= o,output= e,error=", 0, false),
        "unbuffer" => ("unbuffer", NONE, 0, false),
        "command" => ("command", NONE, 0, false),
        "builtin" => ("builtin", NONE, 0, false),
        "exec" => ("exec", "a=", 0, false),
        "noglob" => ("noglob", NONE, 0, false),
        "nocorrect" => ("nocorrect", NONE, 0, false),
        "caffeinate" => ("caffeinate", "t= w=", 0, false),
        "chroot" => ("chroot", "userspec= groups=", 1, false),
        "flock" => ("flock", "w,timeout= E,conflict-exit-code=", 1, false),
        "watch" => ("watch", "n,interval=", 0, false),
        _ => return None,
    };
    Some(Wrapper { name, options, operands, assigns })
}

const XARGS: &str =
    "I,replace= n,max-args= P,max-procs= L,max-lines= d,delimiter= s,max-chars= a,arg-file= E=";

const SSH: &str = "b= c= D= E= e= F= I= i= J= L= l= m= O= o= p= Q= R= S= W= w= B=";

impl Walker<'_> {
    /// Writes down a call after its wrappers are taken off.
    pub(super) fn unwrap(&mut self, mut invocation: Invocation) -> Vec<usize> {
        // Each turn takes at least one word off, so this ends.
        loop {
            let program = invocation.program();
            match program {
                "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" => {
                    return self.shell(invocation, "sh");
                }
                // fish's `alias | source`.
                "source" if self.frame.shell == Shell::Fish && invocation.args().is_empty() => {
                    return self.shell(invocation, "source");
                }
                "eval" => {
                    let args = invocation.args().to_vec();
                    return self.script(&invocation, "eval", &args);
                }
                "su" | "runuser" => return self.switch_user(invocation),
                "xargs" => match self.xargs(invocation) {
                    Ok(inner) => invocation = inner,
                    Err(made) => return made,
                },
                "ssh" => return self.ssh(invocation),
                "find" => return self.find(&invocation),
                "env" if Args::read(invocation.args(), "S,split-string=", true).has("S") => {
                    let args: Vec<Word> = split_string(invocation.args());
                    return self.script(&invocation, "env", &args);
                }
                _ => match wrapper(program) {
                    Some(wrapper) => match peel(invocation, &wrapper) {
                        Ok(inner) => invocation = inner,
                        Err(invocation) => return self.push(invocation),
                    },
                    None => {
                        // Scripts call scripts, also themselves; a few steps, and not in thousands of calls.
                        let nested = invocation.via.iter().filter(|via| **via == "npm run").count();
                        let read_on = nested < 4 && self.script.invocations.len() < 256;
                        if read_on && let Some(text) = super::runner::package_script(&invocation, self.scene)
                        {
                            let span = invocation.span;
                            // Two words, because the text does not stand in the line.
                            let words = [Word::literal(text, span), Word::literal("", span)];
                            return self.script(&invocation, "npm run", &words);
                        }
                        if let Some(run) = super::runner::peel(&invocation) {
                            if run.keep {
                                self.push(invocation);
                            }
                            invocation = run.inner;
                            continue;
                        }
                        self.builtin(&invocation);
                        if invocation.words[0].text().starts_with(HOLE) {
                            self.gap(GapCause::Dynamic, invocation.words[0].span);
                        }
                        return self.push(invocation);
                    }
                },
            }
        }
    }

    /// Reads words as the text of an inner script, as `eval`, `sh -c` and `ssh host` do: joined by blanks.
    fn script(&mut self, around: &Invocation, via: &'static str, words: &[Word]) -> Vec<usize> {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return self.push(around.clone());
        };
        let text = words.iter().map(Word::text).collect::<Vec<_>>().join(" ");
        let span = first.span.to(last.span);
        if text.trim().chars().all(|char| char == HOLE) {
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
        vars.extend(around.assignments.iter().map(|assignment| super::walk::Variable {
            name: assignment.name.clone(),
            value: assignment.value.clone(),
            exported: true,
        }));
        let mut wrappers = around.via.clone();
        wrappers.push(via);
        let shell = match via {
            "eval" | "source" => self.frame.shell,
            _ => Shell::from_name(around.program()).unwrap_or_default(),
        };
        let frame = Frame {
            shell,
            arguments: None,
            place,
            dir: around.dir.clone(),
            vars,
            via: wrappers,
            host: around.host.clone(),
            stdin: around.stdin.clone(),
            outer: words.iter().flat_map(|word| word.expansions.iter().cloned()).collect(),
        };
        let made = self.inner(&text, frame);
        for &index in &made {
            self.script.invocations[index].redirects.extend(around.redirects.iter().cloned());
        }
        made
    }

    /// `sh -c 'script'`, `sh <<< 'script'`, `echo script | sh`; `sh file` stays what it is.
    fn shell(&mut self, invocation: Invocation, via: &'static str) -> Vec<usize> {
        const OPTIONS: &str = "o= O= rcfile= init-file=";
        let args = Args::read(invocation.args(), OPTIONS, true);
        if args.has("c") || args.has("command") {
            if let Some(script) = args.operands().first() {
                let script = [(*script).clone()];
                return self.script(&invocation, "sh -c", &script);
            }
        } else if args.operands().is_empty() || args.has("s") {
            let text = match &invocation.stdin {
                Feed::Text(word) => Some(word.clone()),
                Feed::Pipe(made) => self
                    .literal_output(made)
                    .map(|text| Word::literal(text, self.span_of(made, invocation.span))),
                _ => None,
            };
            if let Some(word) = text {
                let mut around = invocation.clone();
                around.stdin = Feed::Inherited;
                return self.script(&around, via, &[word]);
            }
            if matches!(invocation.stdin, Feed::Pipe(_)) {
                self.gap(GapCause::Dynamic, invocation.span);
            }
        }
        self.push(invocation)
    }

    fn span_of(&self, made: &[usize], otherwise: Span) -> Span {
        let spans = made.iter().filter_map(|&index| self.script.invocations.get(index)).map(|made| made.span);
        spans.reduce(Span::to).unwrap_or(otherwise)
    }

    /// `su -c 'script' user`.
    fn switch_user(&mut self, invocation: Invocation) -> Vec<usize> {
        const OPTIONS: &str = "c,command= s,shell= g,group= u,user=";
        let args = Args::read(invocation.args(), OPTIONS, false);
        match args.flag("command").map(|flag| flag.word.clone()) {
            Some(word) => {
                let text = args.value("command").unwrap_or_default().to_owned();
                let script = if text == word.text() { word } else { Word { text, ..word } };
                self.script(&invocation, "su", &[script])
            }
            None => self.push(invocation),
        }
    }

    /// The call that `xargs` makes: with the words that come down the pipe, where these are known.
    fn xargs(&mut self, invocation: Invocation) -> Result<Invocation, Vec<usize>> {
        let args = Args::read(invocation.args(), XARGS, true);
        let placeholder = args.value("replace").map(str::to_owned);
        let Some(at) = args.operands().first().and_then(|first| position(&invocation.words, first)) else {
            return Err(self.push(invocation));
        };
        let mut words = invocation.words[at..].to_vec();
        let span = invocation.words[0].span;
        let incoming: Vec<Word> = match &invocation.stdin {
            Feed::Pipe(made) => match self.literal_output(made) {
                Some(text) => {
                    let span = self.span_of(made, span);
                    text.split_whitespace().map(|text| Word::literal(text, span)).collect()
                }
                None => {
                    vec![Word { expansions: vec![Expansion::Output(made.clone())], ..Word::unknown(span) }]
                }
            },
            Feed::Text(word) => {
                word.text().split_whitespace().map(|text| Word::literal(text, word.span)).collect()
            }
            _ => vec![Word::unknown(span)],
        };
        match placeholder {
            Some(placeholder) if !placeholder.is_empty() => {
                let joined = incoming.iter().map(Word::text).collect::<Vec<_>>().join(" ");
                for word in words.iter_mut().filter(|word| word.text.contains(&placeholder)) {
                    word.text = word.text.replace(&placeholder, &joined);
                    word.expansions.extend(incoming.iter().flat_map(|word| word.expansions.iter().cloned()));
                }
            }
            _ => words.extend(incoming),
        }
        let mut via = invocation.via.clone();
        via.push("xargs");
        Ok(Invocation { words, via, ..invocation })
    }

    /// `ssh host command…`: the command runs there. The call itself stays too, because data may flow through it.
    fn ssh(&mut self, invocation: Invocation) -> Vec<usize> {
        let args = Args::read(invocation.args(), SSH, true);
        let operands: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
        let made = self.push(invocation.clone());
        if let [host, command @ ..] = operands.as_slice()
            && !command.is_empty()
        {
            let name = host.text().rsplit('@').next().unwrap_or_default().to_owned();
            let there = Invocation { host: Host::Remote(name), dir: Dir::Unknown, ..invocation };
            // A script that is only known there is no gap of ours: ssh itself was seen.
            let gaps = self.script.gaps.len();
            self.script(&there, "ssh", command);
            self.script.gaps.truncate(gaps);
        }
        made
    }

    /// `find … -exec command {} ;`: the call itself stays too.
    fn find(&mut self, invocation: &Invocation) -> Vec<usize> {
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
                self.unwrap(inner);
            }
        }
        made
    }
}

/// Takes one wrapper off, or gives the call back where nothing is wrapped (`command -v`, `sudo -l`).
#[expect(clippy::result_large_err, reason = "both sides are the call itself, moved once")]
fn peel(invocation: Invocation, wrapper: &Wrapper) -> Result<Invocation, Invocation> {
    let args = Args::read(invocation.args(), wrapper.options, true);
    let only_asks = match wrapper.name {
        // fish: `command -q git`, `command --search git`.
        "command" => ["v", "V", "s", "q", "search", "query"].iter().any(|option| args.has(option)),
        "sudo" => args.has("l") || args.has("e") || args.has("edit") || args.has("v"),
        _ => false,
    };
    let mut operands = args.operands().iter().skip(wrapper.operands).peekable();
    let mut set = Vec::new();
    while let Some(word) = operands.peek() {
        // `env $(cat .env) command`: assignments that are only known when it runs.
        let produced = word.expansions.iter().any(|expansion| matches!(expansion, Expansion::Output(_)));
        if wrapper.name == "env" && produced && word.text().chars().all(|char| char == HOLE) {
            operands.next();
            continue;
        }
        let Some((name, value)) = assignment_name(word.text().as_bytes()).filter(|_| wrapper.assigns) else {
            break;
        };
        let mut assigned = Word::literal(word.text().get(value..).unwrap_or_default(), word.span);
        assigned.expansions.clone_from(&word.expansions);
        set.push(Assignment { name: word.text()[..name].to_owned(), value: assigned });
        operands.next();
    }
    let at = operands.next().filter(|_| !only_asks).and_then(|first| position(&invocation.words, first));
    let Some(at) = at else { return Err(invocation) };
    let dir = args.value("chdir").filter(|_| matches!(wrapper.name, "env" | "sudo")).map(str::to_owned);

    let mut inner = invocation;
    inner.words.drain(..at);
    inner.assignments.extend(set);
    inner.via.push(wrapper.name);
    if let Some(dir) = dir {
        inner.dir = if dir.contains(HOLE) { Dir::Unknown } else { Dir::At(dir) };
    }
    Ok(inner)
}

/// `env -S 'VAR=x cmd args'` is split by env itself.
fn split_string(args: &[Word]) -> Vec<Word> {
    args.iter()
        .filter_map(|word| {
            let text = word.text();
            let text =
                text.strip_prefix("-S").or_else(|| text.strip_prefix("--split-string=")).unwrap_or(text);
            (!text.is_empty() && text != "--split-string")
                .then(|| Word { text: text.to_owned(), ..word.clone() })
        })
        .collect()
}

fn position(words: &[Word], wanted: &Word) -> Option<usize> {
    words.iter().position(|word| std::ptr::eq(word, wanted))
}

/// Where the text of a word begins in the typed text, when it stands there unchanged.
fn verbatim(word: &Word) -> Option<usize> {
    let written = word.span.end.checked_sub(word.span.start)?;
    match (word.quoted, written.checked_sub(word.text.len())?) {
        (false, 0) => Some(word.span.start),
        (true, 2) => Some(word.span.start + 1),
        _ => None,
    }
}
