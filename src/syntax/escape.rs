//! Programs that are made for something else and hand a part of what they are told to a shell: `vim -c '!…'`,
//! `gdb -ex 'shell …'`, `psql -c '\! …'`, `man -P …`, `sed 'e …'`, ssh's `ProxyCommand`, git's `-c core.pager=…`.
//! The call itself stays too.

use super::args::{Args, Options};
use super::code::literals;
use super::walk::Walker;
use super::{HOLE, Invocation, Word};
use crate::action::Shell;

/// How a program is told what a shell shall run.
#[derive(Default)]
struct Told {
    options: Options,
    /// Options whose value is a script as it stands.
    scripts: &'static [&'static str],
    /// Options whose value is text of the program's own language, in which a script may stand.
    texts: &'static [&'static str],
    /// Words of that language: its operands from this one on.
    operands: Option<usize>,
    /// What a line of that language begins with when the rest is for the shell.
    marks: &'static [&'static str],
    /// The language is read from the standard input too.
    fed: bool,
}

const VIM: &[&str] =
    &["!", "silent !", "silent! !", "sil !", "r !", "read !", "%!", ".!", "w !", "term ", "te "];

fn told(program: &str) -> Option<Told> {
    let code = |options: Options, texts: &'static [&'static str]| Told {
        options,
        texts,
        fed: true,
        ..Told::default()
    };
    let script =
        |options: Options, scripts: &'static [&'static str]| Told { options, scripts, ..Told::default() };
    Some(match program {
        "vim" | "vi" | "nvim" | "view" | "gvim" | "rvim" | "vimdiff" | "mvim" | "ex" | "ed" => Told {
            texts: &["c", "cmd"],
            operands: Some(0),
            marks: VIM,
            fed: matches!(program, "ex" | "ed"),
            options: "c= S= u= T= i= cmd=",
            ..Told::default()
        },
        "less" | "more" => Told { operands: Some(0), marks: &["!"], ..Told::default() },
        "gdb" => Told {
            texts: &["ex", "eval-command", "iex"],
            marks: &["shell ", "!"],
            ..code("-ex= -eval-command= -iex= -x= -p= -c=", &[])
        },
        "lldb" => Told {
            marks: &["platform shell ", "shell "],
            ..code("o,one-line= O,one-line-before-file= k=", &["o", "O", "k"])
        },
        "sqlite3" | "sqlite" => {
            Told { operands: Some(1), marks: &[".shell ", ".system "], ..code("-cmd= -init=", &["cmd"]) }
        }
        "psql" | "cockroach" => Told {
            marks: &["\\!"],
            ..code("c,command= h,host= p,port= U,username= d,dbname= f,file= v,set= o,output=", &["command"])
        },
        "mysql" | "mariadb" => Told {
            marks: &["\\!", "system "],
            ..code("e,execute= h,host= P,port= u,user= D,database=", &["execute"])
        },
        "ftp" | "sftp" | "lftp" | "telnet" | "bc" | "dc" => {
            Told { marks: &["!"], ..code("e= c= o= b=", &["e", "c"]) }
        }
        "tclsh" | "wish" => Told { marks: &["exec ", "puts [exec "], ..code("", &[]) },
        "emacs" | "emacsclient" => {
            code("-eval= -execute= e,eval= l,load= f,funcall=", &["eval", "execute", "e"])
        }
        "swift" | "gnuplot" | "octave" | "octave-cli" | "julia" | "elixir" | "iex" | "scala" | "groovy"
        | "guile" | "racket" | "clojure" | "clj" | "bb" | "raku" | "ghc" | "ghci" | "runghc" | "matlab"
        | "maxima" | "janet" | "nim" | "kotlin" | "kotlinc" | "ocaml" | "jshell" => {
            code("e,eval= E,print= c= r,batch= -eval=", &["eval", "print", "c", "batch"])
        }
        "crystal" | "rust-script" | "evcxr" => Told { operands: Some(1), ..code("e,expr=", &["e", "expr"]) },
        "erl" | "sbcl" | "ecl" | "clisp" => code("-eval= eval= x=", &["eval", "x"]),
        "man" => script("P,pager= S= M= C= L= m= e= s=", &["pager"]),
        "scp" | "sftp-batch" => script("S= o= F= J= P= i= c= l= D= X=", &["S"]),
        "rsync" => script("e,rsh= rsync-path= f,filter= B= M= T= exclude= include=", &["rsh", "rsync-path"]),
        "split" => script("filter= b= l= n= a=", &["filter"]),
        "sort" => script("compress-program= k= t= o= S= T=", &["compress-program"]),
        "zip" => script("-TT= unzip-command= x= i=", &["TT", "unzip-command"]),
        "sbatch" | "salloc" => script("wrap= J= n= N= p= t= o= e=", &["wrap"]),
        "nodemon" => script("x,exec= w,watch= e,ext= i,ignore= d,delay=", &["exec"]),
        "chokidar" => script("c,command= d= i= t=", &["command"]),
        "concurrently" => Told { operands: Some(0), marks: &[""], ..script("n,names= c= k= s=", &[]) },
        "mapfile" | "readarray" => script("C= c= d= n= O= s= u=", &["C"]),
        "complete" | "compgen" => script("C= F= A= G= W= P= S= X= o=", &["C"]),
        "nu" | "xonsh" | "elvish" | "ion" | "osh" | "murex" => script("c,commands=", &["c", "commands"]),
        "sg" => script("c=", &["c"]),
        _ => return None,
    })
}

/// Names before a string that a language hands to a shell, and those before a path that it removes.
const RUNNERS: &[&str] = &[
    "system",
    "system*",
    "os.execute",
    "system2",
    "callCommand",
    "callProcess",
    "io.popen",
    "popen",
    "shell-command",
    "shell-command-to-string",
    "async-shell-command",
    "call-process-shell-command",
    "call-process",
    "start-process",
    "run-program",
    "System.cmd",
    "Sys.command",
    "os:cmd",
    ":os.cmd",
    "run",
    "jobstart",
    "termopen",
    "systemlist",
    "exec",
    "shell",
    "sh",
    "PROGRAM",
    "program",
];

const REMOVERS: &[&str] = &[
    "delete-directory",
    "delete-directory/files",
    "delete-tree",
    "deleteDir",
    "deleteDirectory",
    "recursive-delete",
    "delete-directory-tree",
    "rmtree",
    "rmRF",
    "File.rm_r!",
    "remove_all",
    "File.rm_rf",
    "File.rm_rf!",
    "file:del_dir_r",
    "remove_dir_all",
    "removeDirectoryRecursive",
    "removePathForcibly",
    "removeDir",
    "rm_rf",
    "rm_r",
    "confirm_recursive_rmdir",
];

impl Walker<'_> {
    /// Reads what such a program hands to a shell; `None` where it is none of these, or hands nothing on.
    pub(super) fn escaped(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let program = invocation.program();
        let scripts = match program {
            "sed" | "gsed" => edited(invocation),
            "make" | "gmake" => return None,
            "tcpdump" => {
                let options = "z= w= G= C= W= i= r= s= c= F= E= y= Z=";
                let args = Args::read(invocation.args(), options, false);
                let run =
                    args.flag("z").filter(|flag| !matches!(flag.value, Some("gzip" | "bzip2" | "xz")))?;
                vec![Self::text_of(run.word, &format!("{} {}", run.value?, args.value("w").unwrap_or("x")))]
            }
            "bind" => {
                let args = Args::read(invocation.args(), "x= f= q= u= r=", false);
                let flag = args.flag("x")?;
                vec![Self::text_of(flag.word, flag.value?.split_once(':')?.1)]
            }
            _ => {
                let told = told(program)?;
                self.told(invocation, &told)
            }
        };
        let configured = match program {
            "scp" | "sftp" | "rsync" => configured(invocation),
            _ => Vec::new(),
        };
        self.beside(invocation, scripts.into_iter().chain(configured).collect())
    }

    /// The call, and scripts that run beside it.
    fn beside(&mut self, invocation: &Invocation, scripts: Vec<Word>) -> Option<Vec<usize>> {
        if scripts.is_empty() {
            return None;
        }
        let made = self.push(invocation.clone());
        let around =
            Invocation { redirects: Vec::new(), stdin: super::Feed::Inherited, ..invocation.clone() };
        // None of it was written as a line of shell, so that what is not understood in it is no news.
        self.bodies += 1;
        for script in scripts.into_iter().take(32) {
            self.script(&around, "escape", &[script]);
        }
        self.bodies -= 1;
        Some(made)
    }

    fn told(&self, invocation: &Invocation, told: &Told) -> Vec<Word> {
        let args = Args::read(invocation.args(), told.options, false);
        let mut scripts = Self::option_scripts(&args, told.scripts);
        // Marks of a call of a program that only these shells know.
        for script in &mut scripts {
            let text = script.text().trim();
            let plain = match invocation.program() {
                // `![command]`, `$[command]`
                "xonsh" => {
                    let inner = ["![", "$[", "!(", "$("].iter().find_map(|open| text.strip_prefix(open));
                    inner.and_then(|inner| inner.strip_suffix([']', ')'])).map(str::to_owned)
                }
                "nu" => text.contains('^').then(|| format!("; {text}").replace(" ^", " ")[2..].to_owned()),
                "elvish" => {
                    text.contains("e:").then(|| format!(" {text}").replace(" e:", " ")[1..].to_owned())
                }
                _ => None,
            };
            if let Some(plain) = plain {
                *script = Self::text_of(script, &plain);
            }
        }
        let mut texts: Vec<(Word, String)> = Vec::new();
        for flag in told.texts.iter().flat_map(|name| args.all(name)) {
            if let Some(value) = flag.value {
                texts.push((flag.word.clone(), value.to_owned()));
            }
        }
        if let Some(from) = told.operands {
            let every = told.marks == [""];
            for word in args.operands().iter().skip(from) {
                // vim and less take a command behind a `+`.
                match (word.text().strip_prefix('+'), from) {
                    _ if every => scripts.push((*word).clone()),
                    (Some(text), 0) => texts.push(((*word).clone(), text.to_owned())),
                    (None, 1) => texts.push(((*word).clone(), word.text().to_owned())),
                    _ => {}
                }
            }
        }
        if told.fed
            && texts.is_empty()
            && let Some(text) = self.literal_input(&invocation.stdin)
        {
            texts.push((invocation.words[0].clone(), text));
        }
        for (word, text) in &texts {
            let mut found = marked(text, told.marks);
            found.extend(spoken(text));
            scripts.extend(found.iter().map(|text| Self::text_of(word, text)));
        }
        scripts
    }

    /// What options of ssh would run on this machine: `-o ProxyCommand=…`.
    pub(super) fn configured(&mut self, invocation: &Invocation) {
        for script in configured(invocation) {
            self.script(invocation, "ProxyCommand", &[script]);
        }
    }

    /// What git would run because an option names it: `-c core.pager=…`, `--upload-pack=…`, `difftool -x …`.
    pub(super) fn git(&mut self, invocation: Invocation) -> Vec<usize> {
        let words = invocation.args();
        let sets = |text: &str| {
            matches!(text, "-c" | "config" | "difftool" | "clone" | "fetch")
                || text.starts_with("--") && text.contains('=')
                || text.starts_with("ext::")
        };
        if !words.iter().any(|word| sets(word.text())) {
            return self.push(invocation);
        }
        let mut scripts = Vec::new();
        let mut rest = words;
        while let [word, tail @ ..] = rest {
            rest = tail;
            let text = word.text();
            match (text, tail) {
                ("-c", [setting, ..]) => {
                    if let Some((key, value)) = setting.text().split_once('=')
                        && let Some(script) = setting_runs(key, value)
                    {
                        scripts.push(Self::text_of(setting, script));
                    }
                }
                ("config", settings) => {
                    let mut operands =
                        settings.iter().filter(|word| !word.text().starts_with("--") && word.text() != "set");
                    if let (Some(key), Some(value)) = (operands.next(), operands.next())
                        && let Some(script) = setting_runs(key.text(), value.text())
                    {
                        scripts.push(Self::text_of(value, script));
                    }
                    break;
                }
                ("difftool", [option, script, ..]) if matches!(option.text(), "-x" | "--extcmd") => {
                    scripts.push(script.clone());
                }
                ("clone" | "fetch", [option, script, ..])
                    if matches!(option.text(), "-u" | "--upload-pack") =>
                {
                    scripts.push(script.clone());
                }
                _ => {
                    let names = [
                        "--upload-pack=",
                        "--receive-pack=",
                        "--exec=",
                        "--extcmd=",
                        "--open-files-in-pager=",
                    ];
                    let rebases = words.iter().any(|word| word.text() == "rebase");
                    if let Some(script) = names.iter().find_map(|name| text.strip_prefix(name))
                        && !(rebases && text.starts_with("--exec="))
                    {
                        scripts.push(Self::text_of(word, script));
                    } else if let Some(script) = text.strip_prefix("ext::") {
                        // `% ` is a blank inside a word.
                        let inside = script.replace("% ", "\u{0}").replace('%', "");
                        let words = inside.split(' ').map(|part| part.replace('\u{0}', " "));
                        let words: Vec<String> =
                            words.map(|part| Shell::Bash.word(&part).into_owned()).collect();
                        scripts.push(Self::text_of(word, &words.join(" ")));
                    }
                }
            }
        }
        // A single word is a program of the path, and nothing can be said of it.
        scripts.retain(|script| script.text().contains([' ', '\t']));
        match self.beside(&invocation, scripts) {
            Some(made) => made,
            None => self.push(invocation),
        }
    }
}

/// A setting of git whose value is run, and the script in it.
fn setting_runs<'a>(key: &str, value: &'a str) -> Option<&'a str> {
    let key = key.to_ascii_lowercase();
    let (section, name) =
        (key.split('.').next().unwrap_or_default(), key.rsplit('.').next().unwrap_or_default());
    let runs = matches!(
        (section, name),
        ("core", "pager" | "editor" | "sshcommand" | "fsmonitor" | "askpass" | "gitproxy")
            | ("sequence", "editor")
            | ("diff", "external" | "command" | "textconv")
            | ("merge", "driver")
            | ("filter", "clean" | "smudge" | "process")
            | (
                "pager" | "gpg" | "interactive" | "uploadpack" | "difftool" | "mergetool" | "browser" | "man",
                _
            )
    );
    match (section, value.strip_prefix('!')) {
        ("credential", Some(script)) => Some(script),
        _ => runs.then_some(value),
    }
}

/// `-o ProxyCommand=script` and its like, in the options of ssh, scp and sftp.
fn configured(invocation: &Invocation) -> Vec<Word> {
    let mut scripts = Vec::new();
    let mut rest = invocation.args();
    while let [word, tail @ ..] = rest {
        rest = tail;
        let (text, holder) = match (word.text(), tail.first()) {
            ("-o", Some(next)) => (next.text(), next),
            (text, _) => match text.strip_prefix("-o") {
                Some(attached) => (attached, word),
                None => continue,
            },
        };
        let Some((name, script)) = text.split_once(['=', ' ']) else { continue };
        let name = name.to_ascii_lowercase();
        if matches!(name.as_str(), "proxycommand" | "localcommand" | "knownhostscommand") && script != "none"
        {
            scripts.push(Walker::text_of(holder, script));
        }
    }
    scripts
}

/// The rest of each line that begins with one of these marks.
fn marked(text: &str, marks: &[&str]) -> Vec<String> {
    let lines = text.lines().take(64).map(|line| line.trim().trim_start_matches(':').trim_start());
    lines
        .filter_map(|line| {
            let rest =
                marks.iter().filter(|mark| !mark.is_empty()).find_map(|mark| line.strip_prefix(mark))?;
            let rest = rest.trim().trim_end_matches(';');
            (!rest.is_empty()).then(|| rest.to_owned())
        })
        .collect()
}

/// Strings behind names that run them, or remove what they name, whatever the language is.
fn spoken(text: &str) -> Vec<String> {
    let mut scripts: Vec<String> = Vec::new();
    // Lisp quotes a list with one sign, which ends nowhere.
    let unquoted;
    let text = match text.starts_with('(') {
        true => {
            unquoted = text.replace("'[", "[").replace("'(", "(");
            &unquoted
        }
        false => text,
    };
    // The words of a program that is named in one string, and its arguments in others.
    let mut words: Option<usize> = None;
    // Julia's `rm("x"; recursive=true)`.
    let recursive = ["recursive", ",\"s\")", ", \"s\")", ",\"rf\")", ", \"rf\")", "'rf')"]
        .iter()
        .any(|sign| text.contains(sign));
    // Tcl has no quotes: `file delete -force /x`.
    for (at, verb) in text.match_indices("file delete -force ").take(8) {
        let named = text[at + verb.len()..].split([' ', ';', '\n', ']', '}']).find(|word| *word != "--");
        scripts.extend(named.map(|path| format!("rm -rf -- {}", Shell::Bash.word(path))));
    }
    for literal in literals(text).take(64) {
        let before = literal.before.trim_end_matches([' ', '(', '[', ',', '{', '\n']);
        let called =
            before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '=' | ';' | ',' | '"')).next();
        let called = called.unwrap_or_default();
        let ends = |names: &[&str]| {
            names.iter().any(|name| {
                called
                    .strip_suffix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with(['.', '/', ':', '#']))
            })
        };
        let said = literal.text.replace("\\\"", "\"").replace("\\'", "'");
        if ends(RUNNERS) {
            words = (!said.contains(' ')).then_some(scripts.len());
            scripts.push(said);
        } else if let Some(behind) =
            text.get(literal.text.as_ptr() as usize - text.as_ptr() as usize + literal.text.len()..)
            && let behind = behind.trim_start_matches(['"', '\'', ')'])
            && [".execute(", ".!", ".deleteDir(", ".deleteRecursively("]
                .iter()
                .any(|call| behind.starts_with(call))
        {
            // Groovy's and Scala's strings run themselves, and files of Groovy and Kotlin delete themselves.
            words = None;
            let deletes = behind.starts_with(".delete");
            scripts.push(if deletes { format!("rm -rf -- {}", Shell::Bash.word(&said)) } else { said });
        } else if ends(REMOVERS)
            || text.contains("removeItem(") && ends(&["atPath:"])
            || ends(&["rm", "unlink", "rmdir", "delete"]) && recursive
        {
            words = None;
            scripts.push(format!("rm -rf -- {}", Shell::Bash.word(&said)));
        } else if let Some(script) = words.and_then(|at| scripts.get_mut(at))
            && let before = literal.before.trim_end()
            && (before.ends_with([',', '[', '"', '\'', 'l'])
                || before.ends_with("(list")
                || before.ends_with("c("))
        {
            script.push(' ');
            script.push_str(&Shell::Bash.word(&said));
        } else {
            words = None;
        }
    }
    scripts
}

/// `sed '1e command'`, `sed 's/…/command/e'`.
fn edited(invocation: &Invocation) -> Vec<Word> {
    let args = Args::read(invocation.args(), "e,expression= f,file= l= i", false);
    let mut programs: Vec<(Word, &str)> =
        args.all("expression").filter_map(|flag| Some((flag.word.clone(), flag.value?))).collect();
    if programs.is_empty()
        && !args.has("file")
        && let Some(first) = args.operands().first()
    {
        programs.push(((*first).clone(), first.text()));
    }
    let mut scripts = Vec::new();
    for (word, program) in programs {
        for line in program.lines().take(64) {
            let mut command = line.trim_start_matches(|c: char| c.is_ascii_digit() || " ,$!{~+".contains(c));
            if let Some(rest) = command.strip_prefix('/')
                && let Some((_, rest)) = rest.split_once('/')
            {
                command = rest.trim_start();
            }
            if let Some(script) = command.strip_prefix("e ") {
                scripts.push(Walker::text_of(&word, script));
            } else if let Some(rest) = command.strip_prefix('s')
                && let Some(delimiter) = rest.chars().next().filter(|c| !c.is_alphanumeric() && *c != ' ')
                && let Some((_, replacement, flags)) = substitution(&rest[delimiter.len_utf8()..], delimiter)
                && flags.chars().take_while(|c| "gpiIMm0123456789e".contains(*c)).any(|c| c == 'e')
            {
                let text = replacement.replace("\\/", "/").replace(['&', '\\'], &HOLE.to_string());
                scripts.push(Walker::text_of(&word, &text));
            }
        }
    }
    scripts
}

/// The three parts of `old/new/flags`.
fn substitution(text: &str, delimiter: char) -> Option<(&str, &str, &str)> {
    let mut parts = [0; 2];
    let (mut found, mut escaped) = (0, false);
    for (at, char) in text.char_indices() {
        if char == delimiter && !escaped {
            parts[found] = at;
            found += 1;
            if found == 2 {
                let width = delimiter.len_utf8();
                return Some((&text[..parts[0]], &text[parts[0] + width..at], &text[at + width..]));
            }
        }
        escaped = char == '\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_for_the_shell_are_found_in_the_language_of_a_program() {
        assert_eq!(marked(":!ls -l\nw\n  silent !x y;", VIM), ["ls -l", "x y"]);
        assert_eq!(marked("\\! ls", &["\\!"]), ["ls"]);
        assert_eq!(marked("select 1", &["\\!", ""]), Vec::<String>::new());
    }

    #[test]
    fn strings_that_are_run_are_found_whatever_the_language_is() {
        assert_eq!(spoken("call system(\"ls -l\")"), ["ls -l"]);
        assert_eq!(spoken("(call-process \"rm\" nil nil nil \"-rf\" \"/x y\")"), ["rm -rf '/x y'"]);
        assert_eq!(spoken("System.cmd(\"rm\", [\"-rf\", \"x\"])"), ["rm -rf x"]);
        assert_eq!(spoken("COPY t TO PROGRAM 'ls'"), ["ls"]);
        assert_eq!(spoken("(delete-directory \"/x\" t)"), ["rm -rf -- /x"]);
        assert_eq!(spoken("(message \"system\") print(\"rm -rf /\")"), Vec::<String>::new());
    }

    #[test]
    fn settings_of_git_that_run_something() {
        assert_eq!(setting_runs("core.sshCommand", "ssh -i x"), Some("ssh -i x"));
        assert_eq!(setting_runs("credential.https://x.helper", "!f() { :; }; f"), Some("f() { :; }; f"));
        assert_eq!(setting_runs("user.name", "rm -rf /"), None);
    }
}
