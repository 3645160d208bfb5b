//! Whose code it is that is named by its place on a forge: `github:owner/name`, `git+https://github.com/owner/name`,
//! `https://raw.githubusercontent.com/owner/…`, `oci://ghcr.io/owner/…`.
//!
//! To install a package from there is ordinary work. To run it at once, or to hand it a cluster, is another thing
//! where nobody has heard of its owner.

use super::address::Address;

/// Where code of a stranger would come from; `None` for what is on no public forge, and for owners of repute.
pub(super) fn stranger(text: &str) -> Option<Address> {
    let text = text.trim_start_matches("git+").trim_start_matches("git::");
    let (host, path) = match text.split_once(':') {
        Some(("github", path)) => ("github.com", path),
        Some(("gitlab", path)) => ("gitlab.com", path),
        Some(("bitbucket", path)) => ("bitbucket.org", path),
        Some(("sourcehut", path)) => ("git.sr.ht", path),
        Some(("gist", path)) => ("gist.github.com", path),
        Some(("https" | "http" | "oci" | "git", path)) => path.strip_prefix("//")?.split_once('/')?,
        _ => text.split_once('/').filter(|(host, _)| *host == "github.com")?,
    };
    let public = matches!(
        host,
        "github.com"
            | "raw.githubusercontent.com"
            | "codeload.github.com"
            | "raw.github.com"
            | "gist.github.com"
            | "gist.githubusercontent.com"
            | "gitlab.com"
            | "bitbucket.org"
            | "codeberg.org"
            | "git.sr.ht"
            | "ghcr.io"
            | "quay.io"
            | "docker.io"
            | "registry-1.docker.io"
    );
    let owner = path.split(['/', '?', '#', '@']).next().unwrap_or_default().trim_start_matches('~');
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let known = !owner.is_empty() && owner.chars().all(name);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    (public && known && !is_of_repute(&owner.to_ascii_lowercase()))
        .then(|| Address::read(&format!("https://{host}/{path}")))
}

/// Owners whose tools are run from their own repositories every day. The last ones are the names that documentation
/// gives to one's own organisation.
fn is_of_repute(owner: &str) -> bool {
    matches!(
        owner,
        "actions"
            | "advanced-security"
            | "ahmetb"
            | "ajeetdsouza"
            | "altinity"
            | "angular"
            | "ansible"
            | "antfu"
            | "anthropics"
            | "antrea-io"
            | "apache"
            | "aquasecurity"
            | "argoproj"
            | "argoproj-labs"
            | "astral-sh"
            | "astro"
            | "aws"
            | "aws-controllers-k8s"
            | "aws-samples"
            | "awslabs"
            | "azure"
            | "azure-samples"
            | "bitnami"
            | "bitnami-labs"
            | "bitnamicharts"
            | "buildpacks"
            | "cachix"
            | "ceph"
            | "cert-manager"
            | "cilium"
            | "cli"
            | "clickhouse"
            | "cloudflare"
            | "cloudnative-pg"
            | "cloudnativepg"
            | "cockroachdb"
            | "codefresh-io"
            | "confluentinc"
            | "containerd"
            | "containernetworking"
            | "coredns"
            | "coreos"
            | "crossplane"
            | "dapr"
            | "datadog"
            | "datawire"
            | "denoland"
            | "determinatesystems"
            | "devcontainers"
            | "digitalocean"
            | "django"
            | "dlvhdr"
            | "docker"
            | "dotnet"
            | "elastic"
            | "electron"
            | "emissary-ingress"
            | "envoyproxy"
            | "expo"
            | "external-secrets"
            | "facebook"
            | "falcosecurity"
            | "firebase"
            | "flannel-io"
            | "fluent"
            | "fluxcd"
            | "gardener"
            | "getsentry"
            | "github"
            | "gitlab-org"
            | "goharbor"
            | "golang"
            | "google"
            | "googlecloudplatform"
            | "googlecontainertools"
            | "grafana"
            | "hashicorp"
            | "haskell"
            | "hasura"
            | "heaths"
            | "helm"
            | "hercules-ci"
            | "hetznercloud"
            | "homebrew"
            | "huggingface"
            | "ibm"
            | "influxdata"
            | "instrumenta"
            | "intel"
            | "isovalent"
            | "istio"
            | "jaegertracing"
            | "jenkins-x"
            | "jenkinsci"
            | "jetstack"
            | "jupyter"
            | "jupyterhub"
            | "k3d-io"
            | "k3s-io"
            | "k8snetworkplumbingwg"
            | "k8ssandra"
            | "kedacore"
            | "knative"
            | "knative-extensions"
            | "knative-sandbox"
            | "kong"
            | "kubeflow"
            | "kubernetes"
            | "kubernetes-client"
            | "kubernetes-csi"
            | "kubernetes-incubator"
            | "kubernetes-retired"
            | "kubernetes-sigs"
            | "kubevirt"
            | "kyverno"
            | "linkerd"
            | "linode"
            | "litmuschaos"
            | "lnl7"
            | "loft-sh"
            | "longhorn"
            | "metallb"
            | "microsoft"
            | "minio"
            | "mislav"
            | "mittwald"
            | "moby"
            | "modelcontextprotocol"
            | "mongodb"
            | "nats-io"
            | "nektos"
            | "neovim"
            | "newrelic"
            | "nginx"
            | "nginxinc"
            | "nix-community"
            | "nix-darwin"
            | "nixos"
            | "nodejs"
            | "npm"
            | "numtide"
            | "nvidia"
            | "nvm-sh"
            | "ohmyzsh"
            | "open-policy-agent"
            | "open-telemetry"
            | "openai"
            | "openebs"
            | "openfaas"
            | "openshift"
            | "openzipkin"
            | "operator-framework"
            | "oracle"
            | "oven-sh"
            | "percona"
            | "pingcap"
            | "pixie-io"
            | "pre-commit"
            | "prisma"
            | "projectcalico"
            | "projectcontour"
            | "prometheus"
            | "prometheus-community"
            | "prometheus-operator"
            | "psf"
            | "pulumi"
            | "pypa"
            | "python"
            | "pytorch"
            | "rabbitmq"
            | "rancher"
            | "rancher-sandbox"
            | "ray-project"
            | "redhat-developer"
            | "redis"
            | "rocm"
            | "rook"
            | "rust-lang"
            | "ryantm"
            | "scylladb"
            | "seachicken"
            | "serokell"
            | "sigstore"
            | "snyk"
            | "solo-io"
            | "spotahome"
            | "stakater"
            | "stern"
            | "strimzi"
            | "submariner-io"
            | "supabase"
            | "sveltejs"
            | "tailscale"
            | "tektoncd"
            | "temporalio"
            | "tensorflow"
            | "tigera"
            | "tikv"
            | "timescale"
            | "traefik"
            | "upbound"
            | "vectordotdev"
            | "velero-io"
            | "vercel"
            | "victoriametrics"
            | "vilmibm"
            | "vitejs"
            | "vitessio"
            | "vmware"
            | "vmware-tanzu"
            | "volcano-sh"
            | "vuejs"
            | "weaveworks"
            | "withastro"
            | "yugabyte"
            | "zalando"
            | "zalando-incubator"
            | "acme"
            | "acme-corp"
            | "acmecorp"
            | "example"
            | "example-org"
            | "my-org"
            | "myorg"
            | "our-org"
            | "ourorg"
            | "my-company"
            | "mycompany"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_told_from_owners_of_repute() {
        for (text, from) in [
            ("github:someone/x", "github.com/someone/x"),
            ("github:someone/x/main?dir=y#z", "github.com/someone/x/main"),
            ("git+https://github.com/someone/x.git", "github.com/someone/x.git"),
            (
                "https://raw.githubusercontent.com/someone/x/main/a.yaml",
                "raw.githubusercontent.com/someone/x/main/a.yaml",
            ),
            ("git+https://gitlab.com/someone/x", "gitlab.com/someone/x"),
            ("oci://ghcr.io/someone/chart", "ghcr.io/someone/chart"),
            ("github.com/someone/x", "github.com/someone/x"),
        ] {
            assert_eq!(stranger(text).map(|address| address.shown).as_deref(), Some(from), "{text}");
        }
        for text in [
            "github:NixOS/nixpkgs#hello",
            "git+https://github.com/psf/black",
            "https://raw.githubusercontent.com/kubernetes/x/main/a.yaml",
            "https://git.acme.example/a/b",
            "git+ssh://git@github.com/someone/x",
            "oci://registry.acme.example/charts/x",
            "nixpkgs#hello",
            ".#x",
            "cowsay",
            "@scope/name",
            "github:\u{fffc}/x",
        ] {
            assert_eq!(stranger(text), None, "{text}");
        }
    }
}
