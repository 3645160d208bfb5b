//! What else people load in their shells, really loaded: before us, after us, and both twice. It must do its work as
//! without us, and we ours.

use crate::stage::{BAD, MARK, Stage};
use crate::support::{Installed, Shell, Terminal, fetched};
use crate::table::Outcome;
use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

/// Plays a plugin in every order of loading. `rc` loads it; `last` comes at the end of the rc file, whatever the order;
/// `works` shows that the plugin does what it is for.
fn coexist(
    shell: &Installed,
    prepare: impl Fn(&Stage),
    rc: &str,
    last: &str,
    works: impl Fn(&Stage, &mut Terminal),
) -> Outcome {
    let hook = shell.shell.load_hook();
    let mut portraits = Vec::new();
    for rc in [
        format!("{rc}\n{last}\n"),
        format!("{rc}\n{hook}\n{last}\n"),
        format!("{hook}\n{rc}\n{last}\n"),
        format!("{rc}\n{hook}\n{rc}\n{hook}\n{last}\n"),
    ] {
        let protected = rc.contains(&hook);
        let stage = Stage::new(shell);
        prepare(&stage);
        let mut terminal = stage.terminal_with_only(&rc);
        portraits.push(portrait(&stage, &mut terminal));
        works(&stage, &mut terminal);
        if !protected {
            continue;
        }
        let line = format!("{MARK}; {BAD}");
        stage.assert_stopped(&mut terminal, &line);
        stage.assert_works(&mut terminal, &line);
        assert_eq!(terminal.line("false").status, Some(1), "the status is kept with\n{rc}");
        works(&stage, &mut terminal);
        stage.assert_stopped(&mut terminal, &line);
    }
    for (portrait, order) in portraits[1..3].iter().zip(["before us", "after us"]) {
        let gone: Vec<&String> = portraits[0].iter().filter(|line| !portrait.contains(*line)).collect();
        let new: Vec<&String> = portrait.iter().filter(|line| !portraits[0].contains(*line)).collect();
        let same = gone.is_empty() && new.is_empty();
        assert!(same, "with the plugin {order} the shell is not as it was: gone {gone:#?}, new {new:#?}");
    }
    Outcome::Holds
}

/// Keys, completions, aliases and options, without what is ours.
fn portrait(stage: &Stage, terminal: &mut Terminal) -> BTreeSet<String> {
    let line = match stage.shell.shell {
        Shell::Bash => {
            "{ bind -p; bind -s; bind -X; complete -p; alias -p; shopt -p; set -o; } > ../portrait 2>&1"
        }
        Shell::Zsh => {
            "{ bindkey -L; alias -L; setopt; print -l $chpwd_functions; zle -lL; } > ../portrait 2>&1"
        }
        Shell::Fish => "begin; bind; complete; abbr; end > ../portrait 2>&1",
    };
    terminal.unasked(line);
    let bytes = fs::read(stage.context.work().join("portrait")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.lines().count() > 10, "{text}");
    // What the editor returns is ours too: its keys are taken so that it can be judged.
    // Lines that differ from one run to the next are nobody's.
    let ours = ["forestall", "edit-and-execute", "# Defined in", "orig-s"];
    let ours = |line: &&str| ours.iter().any(|ours| line.contains(ours));
    text.lines().filter(|line| !ours(line)).map(str::to_owned).collect()
}

/// A line of an rc file that puts a fetched program in `PATH`.
fn path(shell: &Installed, name: &str) -> String {
    let dir = fetched(name).join("usr/bin");
    match shell.shell {
        Shell::Fish => format!("set -gx PATH {} $PATH", dir.display()),
        _ => format!("export PATH={}:$PATH", dir.display()),
    }
}

/// Loads a program's hook the way its manual says.
fn load(shell: &Installed, name: &str, verb: &str) -> String {
    let kind = shell.shell.name();
    let path = path(shell, name);
    match shell.shell {
        Shell::Fish => format!("{path}\n{name} {verb}{kind} | source"),
        _ => format!("{path}\neval \"$({name} {verb}{kind})\""),
    }
}

fn nothing(_: &Stage) {}

const NO_MODULES: &str = "the static build that is tested has not the modules that it loads";

fn static_zsh(shell: &Installed) -> bool {
    shell.program.canonicalize().is_ok_and(|program| program.ends_with("zsh-static"))
}

pub fn starship(shell: &Installed) -> Outcome {
    if static_zsh(shell) {
        return Outcome::NotApplicable(NO_MODULES);
    }
    let settings = "add_newline = false\nformat = 'starship \\[rc:$status:${env_var.PROMPTS}\\]> '\n\
        [status]\ndisabled = false\nformat = '$int'\nsuccess_symbol = '0'\n\
        recognize_signal_code = false\n[env_var.PROMPTS]\nformat = '$env_value'\n";
    let prepare =
        |stage: &Stage| stage.context.write(&stage.context.home().join(".config/starship.toml"), settings);
    let count = match shell.shell {
        Shell::Bash => {
            "PROMPTS=0 PROMPT_COMMAND=\"export PROMPTS=\\$((PROMPTS+1))${PROMPT_COMMAND:+;$PROMPT_COMMAND}\""
        }
        Shell::Zsh => "count() { export PROMPTS=$((PROMPTS+1)) }; precmd_functions+=(count)",
        Shell::Fish => "",
    };
    // The counts that fish's prompt shows stand behind starship's.
    let last = if shell.shell == Shell::Fish {
        "functions -e __theirs; functions -c fish_prompt __theirs\nfunction __with; return $argv[1]; end\n\
         function fish_prompt\n    set -l before $status\n    set -g __drawn (math $__drawn + 1)\n    \
         set -gx PROMPTS $__lines.$__cleared.$__drawn\n    __with $before\n    __theirs\nend\n"
    } else {
        ""
    };
    let rc = load(shell, "starship", "init ");
    let rc = if count.is_empty() { rc } else { format!("[ -n \"$PROMPTS\" ] || {{ {count}; }}\n{rc}") };
    coexist(shell, prepare, &rc, last, |_, terminal| {
        let reply = terminal.line("true");
        assert!(reply.screen.contains("starship [rc:0:"), "{}", reply.screen);
        let reply = terminal.line("sh -c 'exit 7'");
        assert!(reply.screen.contains("starship [rc:7:"), "{}", reply.screen);
    })
}

pub fn atuin(shell: &Installed) -> Outcome {
    if shell.shell == Shell::Bash {
        return Outcome::NotApplicable("in bash atuin needs bash-preexec or ble.sh");
    }
    let prepare = |stage: &Stage| {
        let settings = "update_check = false\nauto_sync = false\n";
        stage.context.write(&stage.context.home().join(".config/atuin/config.toml"), settings);
    };
    coexist(shell, prepare, &load(shell, "atuin", "init "), "", |stage, terminal| {
        terminal.unasked("echo noted");
        let began = Instant::now();
        loop {
            let mut command = stage.context.command(fetched("atuin").join("usr/bin/atuin"));
            command.env("ATUIN_SESSION", "0198a0b0c0d07000800000000000abcd");
            let output = command.args(["history", "list", "--cmd-only"]).output().unwrap();
            let list = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(!list.contains(BAD), "what did not run was noted as run: {list}");
            if list.contains("echo noted") {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{}", crate::support::shown(&output));
            std::thread::sleep(Duration::from_millis(50));
        }
    })
}

pub fn zoxide(shell: &Installed) -> Outcome {
    if static_zsh(shell) {
        return Outcome::NotApplicable(NO_MODULES);
    }
    coexist(shell, nothing, &load(shell, "zoxide", "init "), "", |stage, terminal| {
        let place = stage.context.work().join("deep/place");
        fs::create_dir_all(&place).unwrap();
        let back = format!("cd {}", stage.repository.dir.display());
        terminal.unasked(&format!("cd {}", place.display()));
        terminal.unasked(&back);
        terminal.unasked("z place");
        terminal.unasked(&format!("pwd > {}", stage.marker().display()));
        assert_eq!(stage.take_marker().trim_end(), place.to_str().unwrap());
        terminal.unasked(&back);
    })
}

pub fn direnv(shell: &Installed) -> Outcome {
    let prepare = |stage: &Stage| {
        let project = stage.context.work().join("project");
        stage.context.write(&project.join(".envrc"), "export FROM_ENVRC=loaded\n");
        let mut command = stage.context.command(fetched("direnv").join("usr/bin/direnv"));
        assert!(command.arg("allow").current_dir(project).output().unwrap().status.success());
    };
    coexist(shell, prepare, &load(shell, "direnv", "hook "), "", |stage, terminal| {
        terminal.unasked("cd ../project");
        terminal.unasked("echo \"$FROM_ENVRC\" > ../ran");
        assert_eq!(stage.take_marker(), "loaded\n");
        terminal.unasked("cd ../repo");
        terminal.unasked("echo \"$FROM_ENVRC\" > ../ran");
        assert_eq!(stage.take_marker(), "\n");
    })
}

pub fn fzf(shell: &Installed) -> Outcome {
    let height = match shell.shell {
        Shell::Fish => "set -gx FZF_TMUX_HEIGHT 100%",
        _ => "export FZF_TMUX_HEIGHT=100%",
    };
    let rc = format!("{height}\n{}", load(shell, "fzf", "--"));
    if static_zsh(shell) {
        return Outcome::NotApplicable(NO_MODULES);
    }
    coexist(shell, nothing, &rc, "", |stage, terminal| {
        if shell.shell == Shell::Fish && shell.release() >= (4, 0) {
            // Its own dialogue with the terminal goes on while fzf is there, which a plain terminal cannot follow.
            assert_eq!(terminal.unasked("bind ctrl-r | string match '*fzf*' > ../ran"), 0);
            fs::remove_file(stage.marker()).unwrap();
            return;
        }
        terminal.unasked("echo needle >> ../ran");
        fs::remove_file(stage.marker()).unwrap();
        terminal.unasked("true");
        terminal.ahead(b"\x12");
        terminal.settle(Duration::from_millis(800));
        terminal.ahead(b"needle");
        terminal.settle(Duration::from_millis(800));
        terminal.ahead(b"\r");
        terminal.settle(Duration::from_millis(800));
        let reply = terminal.press(b"\r");
        assert!(!reply.asked, "{}", reply.screen);
        stage.assert_ran_once(&format!("what fzf found; on the screen: {}", reply.screen));
    })
}

/// Sources a fetched zsh plugin.
fn zsh_plugin(name: &str) -> String {
    format!("source {}", fetched(name).join(format!("usr/share/{name}/{name}.zsh")).display())
}

pub fn syntax_highlighting(shell: &Installed) -> Outcome {
    if shell.shell != Shell::Zsh {
        return Outcome::NotApplicable("a plugin of zsh");
    }
    coexist(shell, nothing, &zsh_plugin("zsh-syntax-highlighting"), "", |_, terminal| {
        terminal.ahead(b"true");
        terminal.settle(Duration::from_millis(200));
        let drawn = terminal.raw().to_owned();
        assert!(drawn.windows(5).any(|part| part == b"\x1b[32m"), "a command is green: {drawn:?}");
        assert_eq!(terminal.press(b"\r").status, Some(0));
    })
}

pub fn autosuggestions(shell: &Installed) -> Outcome {
    if shell.shell != Shell::Zsh {
        return Outcome::NotApplicable("a plugin of zsh");
    }
    coexist(shell, nothing, &zsh_plugin("zsh-autosuggestions"), "", |_, terminal| {
        terminal.unasked("echo suggested-before");
        terminal.ahead(b"echo sugg");
        terminal.settle(Duration::from_millis(500));
        let shown = terminal.rest().screen;
        assert!(shown.contains("ested-before"), "nothing is suggested: {shown}");
        terminal.press(b"\x15\r");
    })
}

pub fn paste_magic(shell: &Installed) -> Outcome {
    if shell.shell != Shell::Zsh {
        return Outcome::NotApplicable("a part of zsh");
    }
    let rc = "autoload -Uz bracketed-paste-magic url-quote-magic\nzle -N bracketed-paste bracketed-paste-magic\n\
              zle -N self-insert url-quote-magic";
    coexist(shell, nothing, rc, "", |stage, terminal| {
        let reply = terminal.line(format!("\x1b[200~{MARK}\r{MARK}\x1b[201~"));
        assert!(!reply.asked, "{}", reply.screen);
        assert_eq!(stage.runs(), 2, "{}", reply.screen);
        fs::remove_file(stage.marker()).unwrap();
    })
}

/// The ancestor of bash-preexec, which Debian carries in undistract-me: a DEBUG trap and `PROMPT_COMMAND`.
pub fn preexec_bash(shell: &Installed) -> Outcome {
    if shell.shell != Shell::Bash {
        return Outcome::NotApplicable("a plugin of bash");
    }
    let file = fetched("undistract-me").join("usr/share/undistract-me/preexec.bash");
    let rc =
        format!("source {}\npreexec() {{ echo \"$1\" >> ../preexec; }}\npreexec_install", file.display());
    coexist(shell, nothing, &rc, "", |stage, terminal| {
        let file = stage.context.work().join("preexec");
        drop(fs::remove_file(&file));
        terminal.unasked("echo told");
        let told = fs::read_to_string(&file).unwrap_or_default();
        assert!(told.contains("echo told"), "preexec was not called: {told}");
    })
}

pub fn bash_preexec(shell: &Installed) -> Outcome {
    const WHERE: &str =
        "bash-preexec is in no registry; FORESTALL_BASH_PREEXEC=FILE tests with one of your own";
    if shell.shell != Shell::Bash {
        return Outcome::NotApplicable("a plugin of bash");
    }
    let Some(file) = std::env::var_os("FORESTALL_BASH_PREEXEC") else { return Outcome::NotApplicable(WHERE) };
    let rc = format!(
        "source {}\nmine() {{ echo \"$1\" >> ../preexec; }}\npreexec_functions=(mine)",
        file.display()
    );
    coexist(shell, nothing, &rc, "", |stage, terminal| {
        let file = stage.context.work().join("preexec");
        drop(fs::remove_file(&file));
        terminal.unasked("echo told");
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), "echo told\n");
    });
    // The table is the same whether there was one or not.
    Outcome::NotApplicable(WHERE)
}

pub fn blesh(shell: &Installed) -> Outcome {
    if shell.shell != Shell::Bash {
        return Outcome::NotApplicable("a line editor of bash");
    }
    if shell.program.canonicalize().is_ok_and(|program| program.ends_with("bash-static")) {
        return Outcome::NotApplicable(
            "the static build that is tested ends under ble.sh, with us or without",
        );
    }
    let file = fetched("ble.sh").join("usr/share/blesh/ble.sh");
    let load = format!("source {} --noattach", file.display());
    let hook = shell.shell.load_hook();
    for rc in [format!("{load}\n{hook}\nble-attach\n"), format!("{hook}\n{load}\nble-attach\n")] {
        let stage = Stage::new(shell);
        fs::create_dir_all(stage.context.home().join(".cache")).unwrap();
        let mut terminal = stage.terminal_with_only(&rc);
        let mut said = terminal.greeting().to_owned();
        let began = Instant::now();
        // ble.sh first fills its cache, which takes seconds.
        while !said.contains("ble.sh is attached") && began.elapsed() < Duration::from_secs(30) {
            said += &terminal.rest().screen;
            terminal.ahead(b"true\r");
        }
        assert!(said.contains("not protected"), "nothing is said with\n{rc}{said}");
        // Loaded and not attached, bash reads the line itself.
        terminal.ahead(b"ble-detach\r");
        terminal.settle(Duration::from_secs(1));
    }
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal_with_only(&format!("{load}\n{hook}\n"));
    stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
    stage.assert_works(&mut terminal, "ble.sh that is not attached");
    Outcome::Gap(
        "with ble.sh attached the shell says that it is not protected, if ble.sh is attached last, as its manual asks; detached it is protected",
    )
}
