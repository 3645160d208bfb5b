//! `kubectl config use-context prod && kubectl delete …`: the place that an earlier command of the same line made
//! current.

use super::{Part, Platform};
use crate::effect::Call;
use crate::syntax::{HOLE, Word};

/// What the line made current before this call, as the flag would say it that names it here.
pub(super) fn earlier(call: Call<'_>, platform: Platform) -> Option<(Part, &'static str, String)> {
    let before = call.script.invocations.iter().take_while(|made| !std::ptr::eq(*made, call.invocation));
    let (source, name) = before
        .filter(|made| made.host == call.invocation.host)
        .filter_map(|made| {
            let words: Vec<&str> =
                made.args().iter().map(Word::text).filter(|text| !text.starts_with('-')).collect();
            switched(platform, made.program(), &words)
        })
        .last()?;
    (!name.contains(HOLE)).then(|| (Part::Context, source, name.to_owned()))
}

/// What a command makes current on this platform.
fn switched<'a>(platform: Platform, program: &str, words: &[&'a str]) -> Option<(&'static str, &'a str)> {
    let (source, name) = match (platform, program, words) {
        (Platform::Kubernetes, "kubectl" | "oc" | "k", ["config", "use-context" | "use", name, ..])
        | (Platform::Kubernetes, "kubectx" | "kctx", [name, ..])
        | (Platform::Kubernetes, "kubie", ["ctx", name, ..]) => ("--context", name),
        (Platform::Docker, "docker" | "podman", ["context", "use", name, ..]) => ("--context", name),
        (Platform::Terraform, "terraform" | "tofu", ["workspace", "select" | "new", name, ..]) => {
            ("workspace select", name)
        }
        (Platform::Pulumi, "pulumi", ["stack", "select" | "init", name, ..]) => ("--stack", name),
        (Platform::Gcloud, "gcloud", ["config", "set", "project" | "core/project", name, ..]) => {
            ("--project", name)
        }
        (Platform::Gcloud, "gcloud", ["config", "configurations", "activate", name, ..]) => {
            ("--configuration", name)
        }
        (Platform::Azure, "az", ["account", "set", name, ..]) => ("--subscription", name),
        (Platform::App, "firebase", ["use", name, ..]) => ("use", name),
        (Platform::App, "cf", ["target", name, ..]) => ("target", name),
        (Platform::Aws, "eb", ["use", name, ..]) => ("use", name),
        (Platform::Server(_), "hcloud", ["context", "use", name, ..]) => ("--context", name),
        (Platform::Kubernetes, "kubens", [name, ..])
        | (Platform::Kubernetes, "oc", ["project", name, ..]) => ("--namespace", name),
        _ => return None,
    };
    Some((source, *name))
}
