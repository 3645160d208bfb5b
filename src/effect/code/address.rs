//! Addresses from which something is fetched: whose they are, and whether anybody on the way could change it.

use crate::syntax::HOLE;

/// An address in the text of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::effect) struct Address {
    /// As a person would name it: without login, query and fragment.
    pub shown: String,
    /// Host in small letters without port; empty where it is only known when it runs.
    pub host: String,
    path: String,
    /// Encrypted on its way, and the other side is checked.
    pub secure: bool,
}

impl Address {
    /// Reads an address; without a scheme curl and wget take it for http.
    pub fn read(url: &str) -> Address {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let scheme = scheme.rsplit('+').next().unwrap_or(scheme);
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let place = authority.rsplit('@').next().unwrap_or_default();
        let host = match place.strip_prefix('[') {
            Some(inner) => inner.split(']').next().unwrap_or_default(),
            None => place.split(':').next().unwrap_or_default(),
        };
        let known = !authority.contains(HOLE) && !scheme.contains(HOLE) && !host.is_empty();
        let shown = match known {
            true => format!("{place}{}", path.replace(HOLE, "…")),
            false => "an address that is only known when it runs".to_owned(),
        };
        let host = if known { host.trim_end_matches('.').to_ascii_lowercase() } else { String::new() };
        // A login before the `@` hides the true host.
        let secure = matches!(scheme, "https" | "ssh" | "sftp" | "git+ssh") && !authority.contains('@');
        Address { shown, host, path: path.to_owned(), secure }
    }

    /// This machine, or an address that no other network has.
    pub fn is_near(&self) -> bool {
        let host = self.host.as_str();
        let octets: Vec<u8> = host.split('.').filter_map(|part| part.parse().ok()).collect();
        let private =
            matches!(octets.as_slice(), [127 | 10, _, _, _] | [192, 168, _, _] | [172, 16..=31, _, _]);
        let named = [".localhost", ".local", ".lan", ".internal", ".test", ".home.arpa", ".svc"];
        matches!(host, "localhost" | "::1" | "0.0.0.0")
            || private
            || named.iter().any(|end| host.ends_with(end))
    }

    /// This machine.
    pub fn is_loopback(&self) -> bool {
        matches!(self.host.as_str(), "localhost" | "::1" | "0.0.0.0")
            || self.host.starts_with("127.") && self.is_near()
            || self.host.ends_with(".localhost")
    }

    /// The address under which a project of repute offers its own installer, over https. Everything else, and
    /// a mirror of the same script above all, is unseen code.
    pub fn is_publishers(&self) -> bool {
        if !self.secure || self.path.contains("..") || self.path.contains(HOLE) {
            return false;
        }
        let under = |prefixes: &[&str]| prefixes.iter().any(|prefix| self.path.starts_with(prefix));
        match self.host.as_str() {
            "sh.rustup.rs"
            | "api.nuget.org"
            | "cache.nixos.org"
            | "get.docker.com"
            | "test.docker.com"
            | "deb.nodesource.com"
            | "rpm.nodesource.com"
            | "get.pnpm.io"
            | "install.python-poetry.org"
            | "get.k3s.io"
            | "get.rke2.io"
            | "get.helm.sh"
            | "get.sdkman.io"
            | "pyenv.run"
            | "mise.run"
            | "mise.jdx.dev"
            | "get.volta.sh"
            | "get.rvm.io"
            | "install.determinate.systems"
            | "get-ghcup.haskell.org"
            | "get.pulumi.com"
            | "get.scala-lang.org"
            | "bootstrap.pypa.io"
            | "install.ohmyz.sh"
            | "get.haskellstack.org"
            | "sdk.cloud.google.com"
            | "cli-assets.heroku.com"
            | "install.meteor.com"
            | "get.jenv.io"
            | "repo.anaconda.com"
            | "repo.continuum.io"
            | "install.citusdata.com"
            | "get.acme.sh"
            | "install.duckdb.org"
            | "download.docker.com"
            | "packages.cloud.google.com"
            | "apt.releases.hashicorp.com"
            | "packages.microsoft.com"
            | "artifacts.elastic.co"
            | "dl.yarnpkg.com"
            | "dl.google.com"
            | "apt.postgresql.org"
            | "cli.github.com"
            | "pkgs.k8s.io"
            | "dl.k8s.io"
            | "get.golang.org" => true,
            "static.rust-lang.org" => under(&["/rustup"]),
            "astral.sh" => under(&["/uv", "/ruff"]),
            "bun.sh" | "bun.com" => under(&["/install"]),
            "deno.land" => under(&["/install.sh", "/x/install/install.sh"]),
            "starship.rs" => under(&["/install.sh"]),
            "fnm.vercel.app" => under(&["/install"]),
            "nixos.org" => under(&["/nix/install"]),
            "tailscale.com" | "ollama.com" | "claude.ai" | "fly.io" | "yarnpkg.com" => {
                under(&["/install.sh"])
            }
            "cursor.com" => self.path == "/install",
            "dot.net" => under(&["/v1/dotnet-install.sh"]),
            "sentry.io" => under(&["/get-cli"]),
            "aka.ms" => under(&["/InstallAzureCLI"]),
            "www.postgresql.org" => under(&["/media/keys/"]),
            "getcomposer.org" => under(&["/installer"]),
            "raw.githubusercontent.com" => under(&[
                "/Homebrew/install/",
                "/nvm-sh/nvm/",
                "/creationix/nvm/",
                "/ohmyzsh/ohmyzsh/",
                "/robbyrussell/oh-my-zsh/",
                "/helm/helm/",
                "/k3d-io/k3d/",
                "/rancher/k3d/",
                "/pyenv/pyenv-installer/",
                "/rbenv/rbenv-installer/",
                "/ajeetdsouza/zoxide/",
                "/aquasecurity/trivy/",
                "/golangci/golangci-lint/",
                "/junegunn/vim-plug/",
                "/tmux-plugins/tpm/",
                "/kubernetes/ingress-nginx/",
                "/kubernetes/dashboard/",
                "/kubernetes-sigs/",
                "/rust-lang/",
                "/docker/",
            ]),
            _ => false,
        }
    }

    /// A place where code is kept under the name of who wrote it: a forge, a package registry. A package or a
    /// manifest from there is ordinary work; a script straight into a shell is not.
    pub fn is_forge(&self) -> bool {
        if self.host.is_empty() || !self.secure {
            return false;
        }
        let host = self.host.as_str();
        let first = host.split('.').next().unwrap_or_default();
        matches!(first, "git" | "gitlab" | "github" | "bitbucket" | "code" | "gitea" | "forgejo" | "ghe")
            || matches!(
                host,
                "codeload.github.com"
                    | "raw.githubusercontent.com"
                    | "objects.githubusercontent.com"
                    | "codeberg.org"
                    | "git.sr.ht"
                    | "pypi.org"
                    | "files.pythonhosted.org"
                    | "test.pypi.org"
                    | "download.pytorch.org"
                    | "registry.npmjs.org"
                    | "npm.pkg.github.com"
                    | "deno.land"
                    | "jsr.io"
                    | "esm.sh"
                    | "storage.googleapis.com"
                    | "k8s.io"
                    | "kubernetes.io"
                    | "dl.k8s.io"
                    | "docs.projectcalico.org"
                    | "projectcontour.io"
                    | "projectcalico.docs.tigera.io"
                    | "get.linkerd.io"
                    | "run.linkerd.io"
                    | "strimzi.io"
                    | "download.elastic.co"
                    | "openebs.github.io"
                    | "operatorhub.io"
                    | "cloud.weave.works"
                    | "downloads.apache.org"
                    | "archive.apache.org"
                    | "dlcdn.apache.org"
                    | "ftp.gnu.org"
                    | "cdn.kernel.org"
                    | "nodejs.org"
                    | "www.python.org"
                    | "go.dev"
                    | "repo1.maven.org"
                    | "repo.maven.apache.org"
                    | "releases.hashicorp.com"
            )
            || host.ends_with(".k8s.io")
            || host.ends_with(".kubernetes.io")
            || host.ends_with(".pkg.dev")
            || host.ends_with(".jfrog.io")
            || host.ends_with(".amazonaws.com")
            || host.ends_with(".pytorch.org")
            || host.ends_with(".rapids.ai")
            || host.ends_with(".nvidia.com")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishers_are_known_by_their_own_address() {
        for url in [
            "https://sh.rustup.rs",
            "https://get.docker.com/",
            "https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh",
            "https://astral.sh/uv/install.sh",
            "https://deb.nodesource.com/setup_20.x",
        ] {
            assert!(Address::read(url).is_publishers(), "{url}");
        }
        for url in [
            "http://sh.rustup.rs",
            "get.docker.com",
            "https://sh.rustup.rs.evil.example/",
            "https://sh.rustup.rs@evil.example/",
            "https://evil.example/sh.rustup.rs",
            "https://raw.githubusercontent.com/Homebrew/install/../../x/y/z.sh",
            "https://raw.githubusercontent.com/someone/install/main/x.sh",
            "https://\u{fffc}/install.sh",
        ] {
            assert!(!Address::read(url).is_publishers(), "{url}");
        }
    }

    #[test]
    fn near_and_far() {
        for (url, loopback, near) in [
            ("http://localhost:8000/x", true, true),
            ("http://127.0.0.1/x", true, true),
            ("http://[::1]:3000/x", true, true),
            ("http://192.168.1.4/x", false, true),
            ("http://127.evil.example/x", false, false),
            ("http://10.evil.example/x", false, false),
            ("https://acme.example/x", false, false),
        ] {
            let address = Address::read(url);
            assert_eq!((address.is_loopback(), address.is_near()), (loopback, near), "{url}");
        }
    }
}
