//! Programs that carry a command to another machine or into a container: `lxc exec`, `mosh`, `gcloud compute ssh`,
//! `ansible`, `kubectl run`. The call itself stays too, because data may flow through it.

use super::args::Args;
use super::code::literals;
use super::walk::Walker;
use super::{Dir, Host, Invocation, Word};

impl Walker<'_> {
    /// Runs on another machine or in a container; the call itself stays too.
    fn on_host(
        &mut self,
        invocation: &Invocation,
        name: &str,
        words: Vec<Word>,
        via: &'static str,
    ) -> Option<Vec<usize>> {
        if words.is_empty() {
            return None;
        }
        let made = self.push(invocation.clone());
        let there =
            Invocation { host: Host::Remote(name.to_owned()), dir: Dir::Unknown, ..invocation.clone() };
        let gaps = self.script.gaps.len();
        let _ = self.word_or_script(&there, words, via);
        self.script.gaps.truncate(gaps);
        Some(made)
    }

    /// Programs that carry a command to many machines, or through the door of a cloud.
    pub(super) fn elsewhere_too(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let words = invocation.args();
        let says = |verb: &str| words.iter().take(5).any(|word| word.text() == verb);
        // Options with values, operands before the command, and how the command is given.
        let (options, skip): (&'static str, usize) = match invocation.program() {
            "pdsh" | "clush" | "dsh" => ("w= x= g= l= t= u= f= R= o= M= N= m= r= n=", 0),
            "pssh" | "parallel-ssh" | "prsync" | "mussh" => ("h= H= l= p= o= e= t= O= x= X= hosts= c=", 0),
            "cssh" | "clusterssh" | "csshx" => {
                return self.told_elsewhere(invocation, "a,action= l= p=", &["action"]);
            }
            "adb" => {
                let at = words.iter().position(|word| matches!(word.text(), "shell" | "exec-out"))?;
                return self.on_host(invocation, "the device", words[at + 1..].to_vec(), "ssh");
            }
            "virsh" => return self.agent_of_guest(invocation),
            "limactl" if says("shell") => ("workdir= shell= tty=", 2),
            "toolbox" if says("run") => ("c,container= d,distro= r,release=", 1),
            "machinectl" if says("shell") => ("uid= E,setenv= M,machine= H,host=", 2),
            "prlctl" if says("exec") => ("u= user= password=", 2),
            "govc" if says("guest.run") || says("guest.start") => ("-vm= vm= l= -l= d= e= i= C=", 1),
            "VBoxManage" | "vboxmanage" if says("guestcontrol") => {
                let exe = Args::read(words, "exe= username= password= passwordfile=", false);
                let exe = Self::option_scripts(&exe, &["exe"]);
                let at = words.iter().position(|word| word.text() == "--").map_or(words.len(), |at| at + 1);
                let mut rest = words[at..].to_vec();
                if rest.first().is_none_or(|word| word.text().starts_with('-')) {
                    rest.splice(0..0, exe);
                }
                let name = words.get(1).map_or("", Word::text).to_owned();
                return self.on_host(invocation, &name, rest, "ssh");
            }
            "vmrun" if words.iter().any(|word| word.text() == "runProgramInGuest") => {
                let at = words.iter().position(|word| word.text() == "runProgramInGuest")? + 1;
                let name = words.get(at).map_or("", Word::text).to_owned();
                let rest = words.get(at + 1..).unwrap_or_default().iter();
                let rest = rest.skip_while(|word| word.text().starts_with('-')).cloned().collect();
                return self.on_host(invocation, &name, rest, "ssh");
            }
            "salt" if words.iter().any(|word| word.text().starts_with("cmd.")) => ("t= b= c=", 2),
            "salt-call" => ("c= l=", 1),
            "salt-ssh" if says("-r") || says("--raw") => ("i= c=", 1),
            "salt-ssh" => ("i= c=", 2),
            "bolt" if says("command") => {
                ("t,targets= i,inventoryfile= u,user= p,password= run-as= transport=", 2)
            }
            "knife" if says("ssh") => ("x= i= C= P= a=", 2),
            "psexec" | "PsExec" | "psexec.exe" => ("u= p=", 1),
            "hcloud" | "et" | "dbclient" if says("ssh") || invocation.program() != "hcloud" => {
                ("p= i= l= c=", usize::from(invocation.program() == "hcloud") * 2 + 1)
            }
            "aws" if says("send-command") => return self.sent_command(invocation),
            "aws" if says("execute-command") => {
                return self.told_elsewhere(invocation, "command= cluster= task= container=", &["command"]);
            }
            "az" if says("run-command") || says("command") || says("exec") => {
                return self.told_elsewhere(
                    invocation,
                    "scripts= command= exec-command= g= n= command-id= name= resource-group=",
                    &["scripts", "command", "exec-command"],
                );
            }
            "cf" | "eb" | "copilot" if says("ssh") || says("exec") => {
                return self.told_elsewhere(invocation, "c,command= a= n= e=", &["command"]);
            }
            "doctl" if says("ssh") => {
                return self.told_elsewhere(invocation, "ssh-command=", &["ssh-command"]);
            }
            "distrobox" | "zellij" | "toolbox" | "gh" | "minikube" | "az" | "lxc-attach" | "pct" | "qm"
            | "multipass" | "limactl" | "colima" | "cephadm" | "fab" | "tsh" | "crictl" | "nomad"
            | "lima" | "wait-for-it" | "wait-for-it.sh" | "dockerize" | "machinectl" => {
                if !["ssh", "exec", "run", "enter", "shell", "-H", "-n"].iter().any(|verb| says(verb))
                    && !invocation.program().starts_with(['w', 'd', 'l'])
                {
                    return None;
                }
                let at = words.iter().position(|word| word.text() == "--")?;
                let name = words[..at].iter().rev().find(|word| !word.text().starts_with('-'));
                let name = name.map_or("", Word::text).to_owned();
                return self.on_host(invocation, &name, words[at + 1..].to_vec(), "ssh");
            }
            _ => return None,
        };
        let args = Args::read(words, options, skip == 0);
        let operands = args.operands();
        let named = ["w", "H", "h", "targets"].iter().find_map(|name| args.value(name));
        // Behind the verb stands the machine, but for salt, which has no verb before it.
        let place = if invocation.program().starts_with("salt") { 0 } else { skip.saturating_sub(1) };
        let typed = operands.get(place).map(|word| word.text()).filter(|_| skip > 0);
        let name = named.or(typed).unwrap_or("many hosts");
        let rest: Vec<Word> = match operands.get(skip) {
            None => Vec::new(),
            Some(script) if script.text().contains(' ') && skip > 0 => vec![(*script).clone()],
            Some(first) => {
                let at = words.iter().position(|word| std::ptr::eq(word, *first)).unwrap_or(words.len());
                words[at..].to_vec()
            }
        };
        let rest: Vec<Word> = rest.into_iter().filter(|word| word.text() != "--").collect();
        let name = name.to_owned();
        self.on_host(invocation, &name, rest, "ssh")
    }

    /// `virsh qemu-agent-command domain '{"execute":"guest-exec","arguments":{"path":"…","arg":[…]}}'`.
    fn agent_of_guest(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let words = invocation.args();
        let at = words.iter().position(|word| word.text() == "qemu-agent-command")?;
        let mut operands = words[at + 1..].iter().filter(|word| !word.text().starts_with('-'));
        let (name, asked) = (operands.next()?, operands.next()?);
        let text = asked.text();
        let word = |text: &str| Word::literal(text.replace("\\\"", "\""), asked.span);
        let command = match text.split_once("\"path\"") {
            Some((_, path)) => {
                let list = text.split_once("\"arg\"").and_then(|(_, rest)| rest.split_once('['));
                let list = list.map_or("", |(_, rest)| rest.rsplit_once(']').map_or(rest, |(list, _)| list));
                literals(path).take(1).chain(literals(list)).map(|literal| word(literal.text)).collect()
            }
            None if text.contains("guest-shutdown") => vec![word("shutdown")],
            None => return None,
        };
        self.on_host(invocation, name.text(), command, "ssh")
    }

    /// A command in the value of an option.
    fn told_elsewhere(
        &mut self,
        invocation: &Invocation,
        options: &'static str,
        names: &[&'static str],
    ) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), options, false);
        let words = Self::option_scripts(&args, names);
        let name = args
            .value("cluster")
            .or(args.value("name"))
            .or(args.value("n"))
            .unwrap_or("a machine")
            .to_owned();
        self.on_host(invocation, &name, words.into_iter().take(1).collect(), "ssh")
    }

    /// `aws ssm send-command --parameters 'commands=["…"]'`.
    fn sent_command(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "parameters= targets= instance-ids=", false);
        let flag = args.flag("parameters")?;
        let (_, said) = flag.value?.split_once("commands")?;
        let said = said.trim_start_matches(['"', '\'', ':', '=', ' ']);
        let text = match said.starts_with('[') && said.contains(['"', '\'']) {
            true => literals(said).map(|literal| literal.text).collect::<Vec<_>>().join("\n"),
            false => said.trim_matches(['[', ']', '"']).to_owned(),
        };
        let name = args.value("targets").or(args.value("instance-ids")).unwrap_or("a machine").to_owned();
        let word = Self::text_of(flag.word, &text);
        self.on_host(invocation, &name, vec![word], "ssh")
    }

    /// `lxc exec container -- command…`.
    pub(super) fn elsewhere(
        &mut self,
        invocation: &Invocation,
        verb: &str,
        via: &'static str,
    ) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "env= cwd= user= group= mode=", true);
        match args.operands() {
            [first, name, rest @ ..] if first.text() == verb => {
                let rest: Vec<Word> = rest.iter().map(|word| (*word).clone()).collect();
                let operands = Args::read(&rest, "env= cwd= user= group= mode=", true);
                let words = operands.operands().iter().map(|word| (*word).clone()).collect();
                let name = name.text().to_owned();
                self.on_host(invocation, &name, words, via)
            }
            _ => None,
        }
    }

    pub(super) fn mosh(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(invocation.args(), "ssh= port= p= client= server= predict=", true);
        let (host, rest) = args.operands().split_first()?;
        let words = rest.iter().filter(|word| word.text() != "--").map(|word| (*word).clone()).collect();
        let host = host.text().to_owned();
        self.on_host(invocation, &host, words, "ssh")
    }

    /// `gcloud compute ssh vm --command=…`, `vagrant ssh -c …`.
    pub(super) fn option_on_host(
        &mut self,
        invocation: &Invocation,
        options: &'static str,
        names: &[&'static str],
        via: &'static str,
    ) -> Option<Vec<usize>> {
        if !invocation.args().iter().take(4).any(|word| word.text() == "ssh") {
            return None;
        }
        let args = Args::read(invocation.args(), options, false);
        let mut words = Self::option_scripts(&args, names);
        if words.is_empty()
            && let Some(at) = invocation.words.iter().position(|word| word.text() == "--")
        {
            words = invocation.words[at + 1..].to_vec();
        }
        let name = args.operands().last().map_or(String::new(), |word| word.text().to_owned());
        self.on_host(invocation, &name, words, via)
    }

    /// `ansible hosts -m shell -a 'command'`.
    pub(super) fn ansible(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let args = Args::read(
            invocation.args(),
            "m,module-name= a,args= i,inventory= u,user= e,extra-vars= f,forks= l,limit= M,module-path=",
            false,
        );
        let module = args.value("module-name").unwrap_or("command");
        if !matches!(module.rsplit('.').next(), Some("shell" | "command" | "raw")) {
            return None;
        }
        let words = Self::option_scripts(&args, &["args"]);
        let name = args.operands().first().map_or(String::new(), |word| word.text().to_owned());
        self.on_host(invocation, &name, words, "ansible")
    }

    /// `kubectl run name --image=x -- command…`, `kubectl debug …`, `oc rsh pod command…`.
    pub(super) fn pod(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let verb = invocation
            .args()
            .iter()
            .find(|word| !word.text().starts_with('-'))
            .map(|word| word.text().to_owned());
        let at = invocation.words.iter().position(|word| word.text() == "--");
        match (verb.as_deref(), at) {
            (Some("rsh"), None) => {
                let args = Args::read(
                    invocation.args(),
                    "n,namespace= c,container= context= shell= timeout=",
                    false,
                );
                let at = invocation.args().iter().position(|word| word.text() == "rsh")?;
                let pod = args.operands().get(1)?;
                let rest = &invocation.args()[at + 1..];
                let at = rest.iter().position(|word| std::ptr::eq(word, *pod)).map(|at| at + 1)?;
                let (name, words) = (pod.text().to_owned(), rest[at..].to_vec());
                self.on_host(invocation, &name, words, "kubectl exec")
            }
            (Some(verb @ ("run" | "debug" | "rsh")), Some(at)) => {
                let words = invocation.words[at + 1..].to_vec();
                self.on_host(invocation, verb, words, "kubectl exec")
            }
            _ => None,
        }
    }
}
