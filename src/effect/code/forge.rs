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

/// Owners whose tools are run from their own repositories every day, in small letters and in one text, since a look at
/// it is rare.
const OF_REPUTE: &str = "\
    actions advanced-security ahmetb ajeetdsouza alacritty alibaba altinity angular ansible antfu anthropics \
    antrea-io apache apecloud apple aquasecurity argo-cd argoproj argoproj-labs armosec astral-sh astro \
    atuinsh aws aws-controllers-k8s aws-samples awslabs azure azure-samples backube bank-vaults banzaicloud \
    bitnami bitnami-labs bitnamicharts buildpacks burntsushi cachix cappyzawa ceph ceph-csi cert-manager \
    chaos-mesh chelnak cilium civo clastix cli clickhouse cloudflare cloudnative-pg cloudnativelabs \
    cloudnativepg cockroachdb codefresh-io confluentinc containerd containernetworking coredns coreos \
    cortexproject crossplane dapr datadog datawire dell democratic-csi denoland determinatesystems \
    devcontainers dgraph-io digitalocean django dlvhdr docker dotnet eclipse-che eksctl-io elastic electron \
    emberstack emissary-ingress envoyproxy epinio exoscale expo external-secrets facebook fairwindsops \
    falcosecurity firebase flannel-io fluent fluxcd garage-hq gardener gennaro-tedesco getsentry gh640 \
    ghostty-org github gitlab-org goharbor golang google googlecloudplatform googlecontainertools gradle \
    grafana harvester hashicorp haskell hasura haywardmorihara hazelcast heaths hectcastro helix-editor helm \
    hercules-ci hetznercloud homebrew hpe-storage huggingface hyprwm ibm influxdata instrumenta intel \
    isovalent istio jaegertracing jenkins-x jenkinsci jetbrains jetstack jj-vcs jqlang jrnxf juicedata \
    junegunn jupyter jupyterhub k1low k3d-io k3s-io k8snetworkplumbingwg k8ssandra k8up-io karmada-io \
    kavinvalli kawarimidoll kedacore keycloak knative knative-extensions knative-sandbox kong korosuke613 \
    kserve kube-green kube-logging kube-vip kubeapps kubecost kubeedge kubeflow kubeovn kubernetes \
    kubernetes-client kubernetes-csi kubernetes-incubator kubernetes-retired kubernetes-sigs kubescape \
    kubeshark kubesphere kubevela kubevious kubevirt kyverno linbit linkerd linode litmuschaos lnl7 loft-sh \
    longhorn martinvonz mayadata-io meiji163 metallb mheap mic92 microsoft minio mislav mittwald moby \
    modelcontextprotocol mongodb mozilla nats-io nektos neovim netapp netflix neuvector newrelic nginx \
    nginxinc nix-community nix-darwin nixos nodejs npm numtide nvidia nvm-sh oam-dev ohmyzsh \
    open-cluster-management-io open-policy-agent open-telemetry openai opencost openebs openfaas openkruise \
    openshift openyurtio openzipkin operator-framework oracle oven-sh ovh parca-dev percona pingcap \
    piraeusdatastore pixie-io portworx pravega pre-commit prisma projectcalico projectcontour projectsveltos \
    prometheus prometheus-community prometheus-operator psf pulumi purestorage pypa python pytorch quarkusio \
    rabbitmq rancher rancher-sandbox ray-project reactive-tech redhat-developer redis redraw robusta-dev \
    rocm rook rsteube rust-lang ryantm scaleway scylladb seachicken seaweedfs serokell sharkdp sigstore \
    skupperproject snyk solo-io spidernet-io spotahome spotify spring-projects srid stakater starship \
    stedolan stefanprodan stern strimzi submariner-io supabase sveltejs sxyazi tailscale tektoncd temporalio \
    tencent tensorflow thanos-io tigera tikv timescale traefik tweag twelvelabs typst upbound upcloudltd \
    valeriobelli vectordotdev velero-io vercel victoriametrics vilmibm viperml vitejs vitessio vmware \
    vmware-tanzu volcano-sh vuejs weaveworks weaveworks-experiments wez wezterm withastro yugabyte yusukebe \
    zalando zalando-incubator zed-industries zhaofengli";

/// What documentation calls one's own organisation.
const OWN: &str =
    "acme acme-corp acmecorp example example-org my-org myorg our-org ourorg my-company mycompany";

fn is_of_repute(owner: &str) -> bool {
    [OF_REPUTE, OWN].iter().flat_map(|names| names.split_ascii_whitespace()).any(|known| known == owner)
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
