//! Which cluster kubectl and helm would reach: kubeconfig, its current context, and what the line puts in its place.

use super::yaml::{self, Node};
use super::{Found, View};
use crate::action::file_text;
use crate::effect::infra::{Part, Reach};
use crate::fact::database::class::is_local;
use std::path::PathBuf;

/// Most files that `KUBECONFIG` may name.
const MAX_FILES: usize = 16;

/// What a kubeconfig says of one context.
#[derive(Debug, Default)]
struct Context {
    cluster: Option<String>,
    namespace: Option<String>,
    server: Option<String>,
}

pub(super) fn find(view: View<'_>) -> Found {
    let mut found = Found::default();
    let typed = |part: Part, source: &str| {
        view.target.said(part).find(|typed| typed.source == source).map(|typed| typed.text.clone())
    };
    let context = typed(Part::Context, "--context")
        .or_else(|| typed(Part::Context, "--kube-context"))
        .map(|name| (name, "--context".to_owned()))
        .or_else(|| view.var("HELM_KUBECONTEXT").map(|name| (name, "HELM_KUBECONTEXT".to_owned())));
    // Inside a container the files of this machine count for nothing.
    let files = if view.target.reach == Reach::Here { files(view) } else { Vec::new() };
    if view.var("KUBECONFIG").is_some() {
        // A file that cannot be read may still be called `prod.yaml`.
        let names = files.iter().filter_map(|path| path.file_name()?.to_str());
        names.for_each(|name| found.hint(name, "KUBECONFIG"));
    }
    let mut documents: Vec<(PathBuf, Node)> = Vec::new();
    for path in files {
        if let Some(text) = file_text(&path) {
            documents.push((path, yaml::read(&text)));
        }
    }
    let current = documents.iter().find_map(|(path, node)| {
        Some((node.text("current-context")?.to_owned(), format!("{}: current-context", path.display())))
    });
    if let Some((name, source)) = context.or(current) {
        found.own(&name, &source);
        let known = look_up(&name, &documents);
        if let Some(cluster) = &known.cluster {
            found.hint(cluster, &format!("cluster of context {name}"));
        }
        if typed(Part::Inside, "--namespace").is_none()
            && let Some(namespace) = view.var("HELM_NAMESPACE").or(known.namespace)
        {
            let source = format!("namespace of context {name}");
            if view.target.whole {
                found.hint(&namespace, &source);
            } else {
                found.inside(&namespace, &source);
            }
        }
        let server = known.server.as_deref();
        if let Some(server) = server {
            found.hint(server, &format!("server of context {name}"));
        }
        let named = is_local_name(&name) || known.cluster.as_deref().is_some_and(is_local_name);
        found.local = named || server.is_some_and(is_local_server);
    }
    if !found.placed && view.var("KUBERNETES_SERVICE_HOST").is_some() {
        // Inside a pod its own cluster is meant.
        found.placed = true;
    }
    if let Some(server) =
        typed(Part::Address, "--server").or_else(|| typed(Part::Address, "--kube-apiserver"))
    {
        found.placed = true;
        found.local = is_local_server(&server);
    }
    found
}

fn files(view: View<'_>) -> Vec<PathBuf> {
    let dir = view.target.dir.clone().unwrap_or_else(|| view.scene.cwd.clone());
    if let Some(typed) = view.target.said(Part::File).next() {
        return vec![dir.join(&typed.text)];
    }
    match view.var("KUBECONFIG") {
        Some(paths) => paths
            .split(':')
            .filter(|path| !path.is_empty())
            .take(MAX_FILES)
            .map(|path| dir.join(path))
            .collect(),
        None => view.home(".kube/config").into_iter().collect(),
    }
}

fn look_up(name: &str, documents: &[(PathBuf, Node)]) -> Context {
    let entry = |list: &str, wanted: &str, inside: &str| {
        documents.iter().find_map(|(_, node)| {
            let mut items = node.get(list)?.items().iter();
            items.find(|item| item.text("name") == Some(wanted)).and_then(|item| item.get(inside))
        })
    };
    let Some(context) = entry("contexts", name, "context") else { return Context::default() };
    let cluster = context.text("cluster").map(str::to_owned);
    let server = cluster.as_deref().and_then(|cluster| entry("clusters", cluster, "cluster"));
    Context {
        namespace: context.text("namespace").map(str::to_owned),
        server: server.and_then(|cluster| cluster.text("server")).map(str::to_owned),
        cluster,
    }
}

/// Names that tools give to clusters on this machine.
pub(super) fn is_local_name(name: &str) -> bool {
    matches!(
        name,
        "minikube"
            | "docker-desktop"
            | "docker-for-desktop"
            | "colima"
            | "orbstack"
            | "rancher-desktop"
            | "microk8s"
            | "k3d"
            | "kind"
            | "crc-admin"
            | "podman-desktop"
    ) || ["kind-", "k3d-", "colima-", "minikube-", "microk8s-", "vcluster-docker_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn is_local_server(server: &str) -> bool {
    let host = server.split_once("://").map_or(server, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    // `[::1]:6443`, `127.0.0.1:6443`
    let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, _)) => inside,
        None => host.split(':').next().unwrap_or(host),
    };
    is_local(host) || matches!(host, "kubernetes.docker.internal")
}
