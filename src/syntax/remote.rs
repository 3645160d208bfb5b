//! Programs that carry a command to another machine or into a container: `lxc exec`, `mosh`, `gcloud compute ssh`,
//! `ansible`, `kubectl run`. The call itself stays too, because data may flow through it.

use super::args::Args;
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
    ) -> Option<Vec<usize>> {
        if !invocation.args().iter().take(4).any(|word| word.text() == "ssh") {
            return None;
        }
        let args = Args::read(invocation.args(), options, false);
        let words = Self::option_scripts(&args, names);
        let name = args.operands().last().map_or(String::new(), |word| word.text().to_owned());
        self.on_host(invocation, &name, words, "ssh")
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
            (Some(verb @ ("run" | "debug" | "rsh")), Some(at)) => {
                let words = invocation.words[at + 1..].to_vec();
                self.on_host(invocation, verb, words, "kubectl exec")
            }
            _ => None,
        }
    }
}
