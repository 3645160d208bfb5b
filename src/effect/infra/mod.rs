//! What programs would do to infrastructure: clusters, clouds, containers, services, this machine.

mod account;
mod aws;
mod backup;
mod cloud;
mod commands;
mod container;
mod daemon;
mod deed;
mod device;
mod fleet;
mod hosted;
mod http;
mod kubernetes;
mod package;
mod process;
mod server;
mod service;
mod stack;
mod switch;
mod table;
mod target;
mod terraform;
mod unknown;
mod virtual_machine;

pub(super) use container::mounts;
pub(super) use table::glob;
pub use target::{ContextTarget, Part, Platform, Reach, Typed};

use super::args::Args;
use super::{Call, Effect, EffectKind};
use crate::fact::{Key, Value};
use crate::syntax::{Expansion, Feed, Invocation, Word};
use deed::{Deed, Loss, Scope};

/// The effects of a program that deals with infrastructure.
pub fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let mut is_read = true;
    let reader: fn(Call<'_>, &mut Vec<Effect>) = match program {
        "kubectl" | "oc" | "k" | "kubecolor" => kubernetes::kubectl,
        "curl" | "curlie" | "wget" | "http" | "https" | "xh" => http::read,
        "az" if call.invocation.args().first().is_some_and(|word| word.text() == "rest") => http::read,
        "redis-cli" | "valkey-cli" | "mysqladmin" | "mariadb-admin" | "pg_ctl" | "pg_ctlcluster"
        | "supervisorctl" | "pm2" | "nginx" | "apachectl" | "apache2ctl" => daemon::read,
        "restic" | "borg" | "tmutil" | "tarsnap" | "pgbackrest" | "barman" | "wal-g" | "wal-e" => {
            backup::read
        }
        "helm" | "helm3" | "helmfile" => kubernetes::helm,
        "argocd"
        | "flux"
        | "velero"
        | "istioctl"
        | "eksctl"
        | "kops"
        | "kubeadm"
        | "kapp"
        | "skaffold"
        | "k3s-uninstall.sh"
        | "k3s-agent-uninstall.sh"
        | "rke2-uninstall.sh" => kubernetes::beside,
        "terraform" | "tofu" | "terragrunt" => terraform::read,
        "pulumi" => stack::pulumi,
        "cdk" | "cdktf" | "sam" | "serverless" | "sls" | "sst" | "copilot" | "amplify" | "eb" | "zappa"
        | "nixops" | "juju" => stack::others,
        "ansible" | "ansible-playbook" => fleet::ansible,
        "salt" | "dsh" | "mussh" | "pssh" | "parallel-ssh" | "pdsh" | "clush" | "knife" | "bolt" | "mco"
        | "orgalorg" | "gossh" => fleet::others,
        "aws" | "awslocal" => aws::read,
        "gcloud" | "gsutil" => cloud::google,
        "az" | "azcopy" => cloud::azure,
        "doctl" | "hcloud" | "linode-cli" | "linode" | "scw" | "vultr-cli" | "vultr" | "exo" | "civo"
        | "oci" | "ibmcloud" | "aliyun" | "openstack" | "nova" | "upctl" | "s3cmd" | "rclone" | "mc"
        | "b2" | "s5cmd" => cloud::others,
        "heroku" | "fly" | "flyctl" | "vercel" | "netlify" | "railway" | "render" | "supabase"
        | "wrangler" | "cloudflared" | "firebase" | "cf" | "dokku" | "flarectl" | "gigalixir"
        | "platform" | "scalingo" | "pscale" | "atlas" | "avn" | "upstash" | "surge" => hosted::read,
        "npm" | "pnpm" | "yarn" | "gem" | "cargo" => hosted::registry,
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" => container::read,
        "systemctl" | "service" | "rc-service" | "launchctl" | "initctl" | "sv" => service::manager,
        "shutdown" | "reboot" | "halt" | "poweroff" | "init" | "telinit" => service::power,
        "kill" | "killall" | "pkill" | "killall5" => process::read,
        "crontab" => account::crontab,
        "iptables" | "ip6tables" | "ufw" | "firewall-cmd" => service::firewall,
        "ip" | "ifconfig" | "ifdown" | "nmcli" | "netplan" => service::network,
        "userdel" | "deluser" | "groupdel" | "delgroup" | "passwd" | "usermod" => account::read,
        "apt" | "apt-get" | "aptitude" | "dpkg" | "yum" | "dnf" | "microdnf" | "rpm" | "pacman"
        | "zypper" | "apk" => package::read,
        "virsh" | "vagrant" | "VBoxManage" | "vboxmanage" | "multipass" | "lxc" | "incus" | "qm" | "pct"
        | "zfs" | "zpool" | "mdadm" | "lvconvert" | "lvremove" | "vgremove" | "pvremove" | "btrfs"
        | "rbd" | "ceph" => virtual_machine::read,
        "consul"
        | "vault"
        | "etcdctl"
        | "nomad"
        | "rabbitmqctl"
        | "kafka-topics"
        | "kafka-topics.sh"
        | "kafka-delete-records"
        | "kafka-delete-records.sh"
        | "kafka-consumer-groups"
        | "kafka-consumer-groups.sh"
        | "kafka-configs"
        | "kafka-configs.sh"
        | "nats"
        | "pulsar-admin"
        | "rabbitmqadmin"
        | "confluent"
        | "zkCli.sh"
        | "zkCli"
        | "zookeepercli" => server::read,
        _ => {
            is_read = false;
            process::beyond_programs
        }
    };
    if asks_for_help(call.invocation.args()) {
        return;
    }
    let before = effects.len();
    reader(call, effects);
    if effects.len() > before {
        return keep_protecting(call, before, effects);
    }
    let there = || call.invocation.via.contains(&"ssh").then(|| device::of(program)).flatten();
    let stored = || super::file::stored(program).map(|rules| (Platform::Machine, rules));
    let told = match commands::of(program).or_else(stored).or_else(there) {
        Some((platform, rules)) => table::read(call, platform, rules, effects),
        None => false,
    };
    let scripts = matches!(program, "npm" | "pnpm" | "yarn");
    if !told && (!is_read || scripts) {
        unknown::read(program, call, effects);
    }
    keep_protecting(call, before, effects);
}

/// Takes back the changes of a call that only puts a protection in place. What it destroys stays.
fn keep_protecting(call: Call<'_>, before: usize, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    // `hcloud server enable-protection web delete rebuild`: what follows are the deeds that are shut out.
    let enables = words.iter().any(|word| word.text() == "enable-protection");
    let mild = |effect: &Effect| {
        effect.kind == EffectKind::InfraChange
            && !effect.attributes.contains(&(Key::InfraLoss, Value::from("data")))
    };
    let changes = |effects: &[Effect]| effects.iter().all(mild);
    if enables || effects.len() > before && changes(&effects[before..]) && protects(words) {
        effects.truncate(before);
    }
}

/// Whether the words switch a protection on: `--deletion-protection`, `--enable-purge-protection true`,
/// `deletion_protection.enabled,Value=true`, `Status=Enabled`.
fn protects(words: &[Word]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let text = word.text().to_ascii_lowercase().replace('_', "-");
        let (name, value) = text.split_once('=').unwrap_or((&text, ""));
        let next = words.get(at + 1).map_or("", Word::text);
        let on = |value: &str| match value {
            "" => !matches!(next, "false" | "off" | "0" | "no" | "INACTIVE" | "disabled"),
            value => {
                !["false", "off", "=0", "inactive", "disabled", "no"].iter().any(|off| value.ends_with(off))
            }
        };
        let flag = name.strip_prefix("--").is_some_and(|name| {
            let guards =
                ["-protection", "-protection-enabled", "api-termination", "-versioning", "-retention"];
            !name.starts_with("no-")
                && !name.starts_with("clear-")
                && (!name.starts_with("disable-") || name == "disable-api-termination")
                && !name.contains("backup-retention")
                && (guards.iter().any(|guard| name.ends_with(guard))
                    || matches!(name, "protected" | "protection"))
        });
        // Weeks are kept from here on, or nothing is public any more.
        let kept = name.ends_with("-retention-period") || name.ends_with("-retention");
        let days = if value.is_empty() { next } else { value };
        let kept = kept && days.parse::<u32>().is_ok_and(|days| days >= 7);
        let shut = text.contains("blockpublicacls=true") && !text.contains("=false");
        let pair = kept
            || shut
            || text.contains("protection.enabled,value=true")
            || text.contains("recoveryenabled=true")
            || text.starts_with("status=enabled")
            || text.contains("protection.delete=true");
        flag && on(value) || pair
    })
}

/// `terraform destroy -help`: the program explains itself and does nothing.
fn asks_for_help(args: &[Word]) -> bool {
    // A version is named after the flag where it says which one is meant.
    let last = args.last().map(Word::text);
    args.iter()
        .map(Word::text)
        .take_while(|text| *text != "--")
        .any(|text| matches!(text, "--help" | "-help") || text == "--version" && last == Some(text))
}

/// The calls at whose output a call is aimed: through `xargs`, through a substitution, or as its input; and what
/// feeds those.
fn makers(call: Call<'_>) -> Vec<&Invocation> {
    let outputs = call.invocation.args().iter().flat_map(|word| &word.expansions);
    let mut made: Vec<usize> = outputs
        .filter_map(|expansion| match expansion {
            Expansion::Output(made) => Some(made.as_slice()),
            _ => None,
        })
        .flatten()
        .copied()
        .collect();
    if let Feed::Pipe(piped) = &call.invocation.stdin {
        made.extend(piped);
    }
    let mut at = 0;
    while let Some(&index) = made.get(at) {
        if let Some(Feed::Pipe(before)) = call.script.invocations.get(index).map(|made| &made.stdin) {
            let fresh: Vec<usize> = before.iter().filter(|index| !made.contains(index)).copied().collect();
            made.extend(fresh);
        }
        at += 1;
    }
    made.iter().filter_map(|&index| call.script.invocations.get(index)).collect()
}

/// Whether a call picks some lines out of many.
fn searches(made: &Invocation) -> bool {
    match made.program() {
        "awk" | "gawk" | "sed" => made.args().iter().any(|word| word.text().contains(['/', '=', '~'])),
        "grep" | "egrep" | "fgrep" | "rg" | "jq" | "fzf" | "head" | "tail" => true,
        _ => false,
    }
}

/// The texts of operands; what is only known when it runs is a hole.
fn texts<'a>(args: &Args<'a>) -> Vec<&'a str> {
    args.operands().iter().map(|word| word.text()).collect()
}

/// The words in front of the first flag: the command of a tool with commands of several words.
fn leading(words: &[Word]) -> Vec<&str> {
    words.iter().map(Word::text).take_while(|text| !text.starts_with('-')).collect()
}

/// Whether a flag is given in any form that is not switched off: `--dry-run`, `--dry-run=client`.
fn switched_on(args: &Args<'_>, name: &str) -> bool {
    args.flag(name).is_some_and(|flag| !matches!(flag.value, Some("none" | "false" | "False" | "0")))
}

/// Whether the answer to a question comes from the line itself: `yes | terraform apply`.
fn is_answered(call: Call<'_>) -> bool {
    !matches!(call.invocation.stdin, Feed::Inherited)
}

/// A command of many words, as it would be typed with this word added: the way to look before the leap.
fn with(call: Call<'_>, flag: &str) -> Option<String> {
    let mut text = String::new();
    for word in &call.invocation.words {
        text.push_str(&crate::action::Shell::Bash.word(word.known()?));
        text.push(' ');
    }
    text.push_str(flag);
    Some(text)
}
