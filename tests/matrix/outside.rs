//! Shells in which nobody types are left alone, shells inside shells are protected like the first one, and leaving
//! leaves nothing behind.

use crate::stage::{BAD, MARK, Stage};
use crate::support::{Installed, Shell, shown};
use crate::table::Outcome;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

pub fn scripts(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    let name = shell.shell.name();
    // A script or `-c` sees no hook. (git's own hooks look at what a script pushes.)
    stage.context.write(&stage.context.work().join("script"), format!("{MARK}\n"));
    assert_eq!(terminal.unasked(&format!("{name} ../script")), 0);
    stage.assert_ran_once("a script");
    drop(terminal);

    // From here on our program would leave a trace of each call.
    let called = stage.context.work().join("called");
    stage.replace_program(format!("#!/bin/sh\necho \"$@\" >> {}\n", called.display()).as_bytes());
    let rc = stage.context.home().join(shell.shell.rc());
    let rc = rc.to_str().unwrap();
    let quiet = |arguments: &[&str], variables: &[(&str, &str)], stdin: Stdio| {
        let mut command = stage.context.shell(shell);
        let output = command.args(arguments).envs(variables.iter().copied()).stdin(stdin).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "only this\n", "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    };
    quiet(&["-c", "echo only this"], &[], Stdio::null());
    quiet(&["-l", "-c", "echo only this"], &[], Stdio::null());
    if stage.is(Shell::Bash) {
        quiet(&["-c", "echo only this"], &[("BASH_ENV", rc)], Stdio::null());
        quiet(&["--posix", "-c", "echo only this"], &[("ENV", rc)], Stdio::null());
    }
    // As a remote shell is started, which makes bash read its rc file.
    let (ours, theirs) = UnixStream::pair().unwrap();
    quiet(&["-c", "echo only this"], &[("SSH_CLIENT", "192.0.2.1 1 22")], OwnedFd::from(theirs).into());
    drop(ours);

    // A real rsync and a real scp, whose other end is started through this shell.
    let remote = stage.context.root().join("bin/remote");
    stage.context.write(
        &remote,
        format!(
            "#!/bin/sh\nwhile [ $# -gt 0 ]; do case $1 in --) shift; break;; -o|-p|-l) shift 2;; -*) shift;; *) \
             break;; esac; done\nshift\nSSH_CLIENT='192.0.2.1 1 22' exec {} -c \"$*\"\n",
            shell.program.display()
        ),
    );
    fs::set_permissions(&remote, fs::Permissions::from_mode(0o755)).unwrap();
    let home = stage.context.home();
    stage.context.write(&home.join("file"), "a file\n");
    let copy = home.join("copy");
    for mut command in [
        {
            let mut command = stage.context.command("rsync");
            command.arg("-e").arg(&remote);
            command
        },
        {
            let mut command = stage.context.command("scp");
            command.args(["-q", "-O", "-S"]).arg(&remote);
            command
        },
    ] {
        drop(fs::remove_file(&copy));
        let output = command.arg(home.join("file")).arg(format!("host:{}", copy.display())).output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", shown(&output));
        assert_eq!(shown(&output).matches("forestall:").count(), 0, "{}", shown(&output));
        assert_eq!(fs::read_to_string(&copy).unwrap(), "a file\n");
    }
    let calls = fs::read_to_string(&called).unwrap_or_default();
    // fish reads its configuration always; that loads the hook and does not judge.
    let calls: Vec<&str> = calls.lines().filter(|call| !call.starts_with("init ")).collect();
    assert_eq!(calls, Vec::<&str>::new(), "our program was called where nobody types");
    Outcome::Holds
}

pub fn without_rc(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal();
    stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
    let prompt = stage.context.root().join("prompt");
    stage.context.write(&prompt, crate::support::Terminal::prompt(shell.shell));
    let prompt = prompt.display();
    let line = match shell.shell {
        Shell::Bash => format!("bash --rcfile {prompt}"),
        Shell::Zsh => {
            let dir = stage.context.root().join("zdotdir");
            stage.context.write(&dir.join(".zshrc"), crate::support::Terminal::prompt(shell.shell));
            format!("ZDOTDIR={} zsh", dir.display())
        }
        Shell::Fish => {
            return Outcome::NotApplicable("fish has no way to leave out its configuration but --no-config");
        }
    };
    // A shell that was asked to leave out the rc file is not protected: that is what was asked for.
    terminal.unasked(&line);
    let reply = terminal.line(format!("echo '{BAD}' > /dev/null; {MARK}"));
    assert!(!reply.asked, "{}", reply.screen);
    stage.assert_ran_once("inside");
    assert!(!reply.screen.contains("forestall:"), "{}", reply.screen);
    terminal.unasked("exit");
    stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
    Outcome::Holds
}

pub fn nested(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let name = shell.shell.name();
    let line = format!("{MARK}; {BAD}");
    let mut terminal = stage.terminal();
    stage.assert_works(&mut terminal, "nothing");
    stage.assert_works(&mut terminal, "nothing");
    // `exec` keeps the process id; variables that were exported by the parent must not disarm the child.
    let exported = match shell.shell {
        Shell::Bash => "set -a; __forestall_v=0 __forestall_told=x __forestall_loaded=$$; set +a",
        Shell::Zsh => "setopt all_export; __forestall_told=x; unsetopt all_export",
        Shell::Fish => "set -gx __forestall_state off",
    };
    for enter in [format!("exec {name}"), name.to_owned(), format!("{name} -i")] {
        if !enter.starts_with("exec") {
            terminal.unasked(exported);
        }
        let reply = terminal.line(&enter);
        assert!(!reply.asked, "{}", reply.screen);
        let reply = terminal.line(&line);
        assert!(reply.asked, "`{enter}` is not protected: {}", reply.screen);
        let after = terminal.press(b"n");
        assert!(!after.asked, "asked twice: {}", after.screen);
        stage.assert_untouched(&line, &after.screen);
        stage.assert_works(&mut terminal, &enter);
    }
    for _ in 0..2 {
        terminal.unasked("exit");
        stage.assert_stopped(&mut terminal, &line);
        stage.assert_works(&mut terminal, "exit");
    }
    Outcome::Holds
}

pub fn loaded_twice(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let mut terminal = stage.terminal_with(&shell.shell.load_hook());
    terminal.unasked(&shell.shell.load_hook());
    let reply = terminal.line(format!("{MARK}; {BAD}"));
    assert!(reply.asked, "{}", reply.screen);
    let after = terminal.press(b"y");
    assert!(!after.asked, "asked twice: {}", after.screen);
    stage.assert_ran_once("after one yes");
    assert_eq!(stage.repository.remote_branch(&stage.context, "topic"), None, "{}", after.screen);
    Outcome::Holds
}

pub fn uninstalled(shell: &Installed) -> Outcome {
    let stage = Stage::new(shell);
    let file = stage.context.home().join(shell.shell.rc());
    // Without a newline at the end, as some editors leave it.
    let original = crate::support::Terminal::prompt(shell.shell).trim_end();
    stage.context.write(&file, original);
    let run = |arguments: &[&str]| {
        let mut command = stage.context.command(stage.context.binary());
        let output =
            command.args(arguments).env("SHELL", &shell.program).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", shown(&output));
    };
    // fish has a folder for such files.
    let ours = match shell.shell {
        Shell::Fish => stage.context.home().join(".config/fish/conf.d/forestall.fish"),
        _ => file.clone(),
    };
    run(&["setup", "--yes"]);
    assert!(fs::read_to_string(&ours).unwrap().contains("forestall"));
    let mut terminal = crate::support::Terminal::start(&stage.context, shell.clone(), &stage.repository.dir);
    stage.assert_stopped(&mut terminal, &format!("{MARK}; {BAD}"));
    stage.assert_works(&mut terminal, "setup");
    run(&["uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), original, "byte for byte");
    assert!(ours == file || !ours.parent().unwrap().exists(), "{} is left", ours.display());
    Outcome::Holds
}
