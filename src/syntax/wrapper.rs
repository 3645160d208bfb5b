//! Programs that take options and then a command, which is what really runs: `sudo`, `env`, `nice`, `timeout`…

use super::args::Args;
use super::lexer::assignment_name;
use super::unwrap::position;
use super::{Assignment, Dir, Expansion, HOLE, Invocation, Word};

/// A wrapper that takes options and then a command.
pub(super) struct Wrapper {
    name: &'static str,
    options: &'static str,
    /// Operands of its own before the command: the duration of `timeout`, the file of `flock`.
    operands: usize,
    /// `NAME=value` words before the command set variables.
    assigns: bool,
}

const NONE: &str = "";

pub(super) const SUDO: &str = "u,user= g,group= h,host= p,prompt= D,chdir= R,chroot= C,close-from= T,command-timeout= \
    U,other-user= r= t=";

pub(super) const RUNUSER: &str = "c,command= s,shell= g,group= G,supp-group= u,user=";

pub(super) const ENV: &str = "u,unset= C,chdir= S,split-string=";

pub(super) fn wrapper(name: &str) -> Option<Wrapper> {
    let (name, options, operands, assigns): (&'static str, &'static str, usize, bool) = match name {
        "sudo" => ("sudo", SUDO, 0, true),
        "doas" => ("doas", "u= C=", 0, false),
        "pkexec" => ("pkexec", "user=", 0, false),
        "run0" => (
            "sudo",
            "u,user= g,group= D,chdir= nice= slice= unit= property= description= setenv= background= machine=",
            0,
            false,
        ),
        "please" | "host-spawn" | "distrobox-host-exec" => ("wrapper", "u,user= t,target=", 0, false),
        "runuser" => ("runuser", "u,user= g,group= G,supp-group=", 0, false),
        "setpriv" => (
            "setpriv",
            "reuid= regid= groups= inh-caps= ambient-caps= bounding-set= securebits= pdeathsig=",
            0,
            false,
        ),
        "env" => ("env", ENV, 0, true),
        "nice" => ("nice", "n,adjustment=", 0, false),
        "ionice" => ("ionice", "c,class= n,classdata=", 0, false),
        "chrt" => ("chrt", "T,sched-runtime= P,sched-period= D,sched-deadline= p,pid=", 1, false),
        "taskset" => ("taskset", "p,pid=", 1, false),
        "numactl" => {
            ("numactl", "cpunodebind= N= membind= m= interleave= i= physcpubind= C= preferred=", 0, false)
        }
        "unshare" => {
            ("unshare", "R,root= w,wd= S,setuid= G,setgid= map-user= map-group= propagation=", 0, false)
        }
        "nsenter" => ("nsenter", "t,target= S,setuid= G,setgid=", 0, false),
        "fakeroot" => ("fakeroot", "l,lib= f,faked= i= s=", 0, false),
        "firejail" => ("firejail", NONE, 0, false),
        "strace" => {
            ("strace", "a= b= e= E= I= o,output= O= p,attach= P= s= S= u,user= X= trace= n= l= x=", 0, false)
        }
        "valgrind" => ("valgrind", NONE, 0, false),
        "systemd-run" => (
            "systemd-run",
            "H,host= M,machine= u,unit= p,property= description= slice= E,setenv= working-directory= uid= gid= nice= \
             on-active= on-boot= on-startup= on-unit-active= on-calendar= timer-property= service-type=",
            0,
            false,
        ),
        "systemd-inhibit" => ("systemd-inhibit", "what= who= why= mode=", 0, false),
        "dbus-run-session" | "dbus-launch" => ("dbus-run-session", "config-file= dbus-daemon=", 0, false),
        "sshpass" => ("sshpass", "p= f= d= P=", 0, false),
        "watchexec" => (
            "watchexec",
            "w,watch= e,exts= f,filter= i,ignore= d,debounce= s,signal= N,notify= shell= E,env=",
            0,
            false,
        ),
        "cpulimit" => ("cpulimit", "l,limit= e,exe= p,pid=", 0, false),
        "dtach" | "abduco" => ("wrapper", "a= A= c= n= N= e= r=", 0, false),
        "flatpak-spawn" => ("wrapper", "env= directory= forward-fd= unset-env=", 0, false),
        "retry" | "with-retry" | "with_retry" | "backoff" | "loop" | "retry-cli" | "again" | "retries" => (
            "retry",
            "t,times= d,delay= n= m,min= x,max= b= s,sleep= i,interval= r,retries= a,attempts= u,until= every= for=",
            0,
            false,
        ),
        "gosu" | "su-exec" | "s6-setuidgid" | "setuidgid" | "prime-run" | "cset" => {
            ("wrapper", NONE, usize::from(name != "prime-run"), false)
        }
        "chpst" => ("wrapper", "u= U= b= e= / = n= l= L= m= d= o= p= f= c= r= t=", 0, false),
        "start-stop-daemon" => {
            ("wrapper", "x,exec p,pidfile= u,user= c,chuid= n,name= d,chdir= g,group=", 0, false)
        }
        "daemonize" => ("wrapper", "a= c= e= o= p= l= u= E=", 0, false),
        "mpirun" | "mpiexec" | "srun" => ("wrapper", "n= np= N= p= t= H= host= hostfile= c= w= J=", 0, false),
        "prlimit" | "choom" | "cgexec" | "ltrace" | "proot" => {
            ("wrapper", "n= p= g= r= b= w= S= R=", 0, false)
        }
        "tsp" | "nq" | "run-one" | "tini" | "dumb-init" | "xvfb-run" | "gamemoderun" | "mangohud"
        | "optirun" | "primusrun" | "multitime" | "uftrace" | "heaptrack" | "fakechroot" | "doit"
        | "xvfb" => ("wrapper", "n= L= s=", 0, false),
        "chronic" | "ifne" | "catchsegv" | "proxychains" | "proxychains4" | "torsocks" | "torify"
        | "eatmydata" | "busybox" | "toybox" | "setarch" | "linux32" | "linux64" | "ts" | "rlwrap"
        | "winpty" | "zsh-defer" => ("wrapper", NONE, if name == "setarch" { 1 } else { 0 }, false),
        "repeat" => ("repeat", NONE, 1, false),
        "timeout" | "gtimeout" => ("timeout", "s,signal= k,kill-after=", 1, false),
        "faketime" => ("faketime", NONE, 1, false),
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
        "arch-chroot" | "manjaro-chroot" | "artix-chroot" => ("chroot", "u= r=", 1, false),
        "schroot" => ("chroot", "c,chroot= u,user= d,directory= n,session-name=", 0, false),
        _ => return None,
    };
    Some(Wrapper { name, options, operands, assigns })
}

/// Takes one wrapper off, or gives the call back where nothing is wrapped (`command -v`, `sudo -l`).
#[expect(clippy::result_large_err, reason = "both sides are the call itself, moved once")]
pub(super) fn peel(invocation: Invocation, wrapper: &Wrapper) -> Result<Invocation, Invocation> {
    let args = Args::read(invocation.args(), wrapper.options, true);
    let only_asks = match wrapper.name {
        // fish: `command -q git`, `command --search git`.
        "command" => ["v", "V", "s", "q", "search", "query"].iter().any(|option| args.has(option)),
        "sudo" => args.has("l") || args.has("e") || args.has("edit") || args.has("v"),
        "chrt" | "taskset" => args.has("pid"),
        "strace" => args.has("attach"),
        _ => false,
    };
    let mut operands = args.operands().iter().skip(wrapper.operands).peekable();
    // `retry 5 command`, `env - command`.
    let own = |word: &Word| match wrapper.name {
        "retry" => word.text().starts_with(|c: char| c.is_ascii_digit()) || word.text() == "--",
        "env" => word.text() == "-",
        _ => false,
    };
    while operands.next_if(|word| own(word)).is_some() {}
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
