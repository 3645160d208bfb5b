//! Who would receive data: hosts, and what is known of them by name.

use crate::syntax::HOLE;

/// One receiver.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    /// As a person would name it: `api.acme.com`, `bob@web:/srv`, `a gist`.
    pub name: String,
    /// Host without port, in small letters; empty where it is not known.
    pub host: String,
    /// The value of `sink.kind`.
    pub kind: &'static str,
    /// This machine.
    pub loopback: bool,
    /// Crosses a public network without encryption.
    pub plain: bool,
}

impl Receiver {
    /// The receiver behind a URL as curl and its like read it: without a scheme it is http.
    pub(super) fn url(url: &str) -> Receiver {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let address = authority.rsplit('@').next().unwrap_or_default();
        let host = host_of(address);
        let path = rest.get(authority.len()..).unwrap_or_default();
        let known = !host.is_empty();
        let secure = matches!(scheme, "https" | "wss" | "ftps" | "sftp" | "scp" | "ssh" | "rsync+ssh");
        let kind = match scheme {
            _ if collects(&host) || publishes(&host, path) => "paste",
            "scp" | "sftp" | "ftp" | "ftps" | "rsync" | "smb" | "tftp" => "copy",
            "smtp" | "smtps" => "mail",
            "telnet" | "dict" | "gopher" | "mqtt" => "socket",
            _ => "http",
        };
        let loopback = is_loopback(&host);
        Receiver {
            name: if known { host.clone() } else { "a host that is only known when it runs".to_owned() },
            // A scheme that comes out of a variable with the host is not known to be plain.
            plain: known && !secure && !loopback && !is_private(&host) && !scheme.contains(HOLE),
            host,
            kind,
            loopback,
        }
    }

    /// A host that is reached in an encrypted way of its own (ssh), under a name that a person would use.
    pub(super) fn host(kind: &'static str, host: &str, name: &str) -> Receiver {
        let host = host_of(host);
        let kind = if collects(&host) { "paste" } else { kind };
        let shown = name.replace(HOLE, "…");
        Receiver { name: shown, loopback: is_loopback(&host), host, kind, plain: false }
    }

    /// A raw connection.
    pub(super) fn socket(host: &str) -> Receiver {
        let mut receiver = Receiver::host("socket", host, host);
        receiver.plain = !receiver.host.is_empty() && !receiver.loopback && !is_private(&receiver.host);
        receiver
    }

    /// A place that has no host of its own in the line: a bucket, a gist.
    pub(super) fn place(kind: &'static str, name: &str) -> Receiver {
        Receiver { name: name.replace(HOLE, "…"), host: String::new(), kind, loopback: false, plain: false }
    }
}

/// The host in `host`, `host:port`, `[::1]:port`; empty when some of it is not known.
fn host_of(address: &str) -> String {
    if address.contains(HOLE) {
        // `$SUB.acme.com:8443` still ends in a known domain; what matters is who owns it.
        let tail = address.rsplit(HOLE).next().unwrap_or_default();
        return match tail.strip_prefix('.').filter(|tail| tail.contains('.')) {
            Some(tail) => host_of(tail),
            None => String::new(),
        };
    }
    let host = match address.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if address.matches(':').count() > 1 => address,
        None => address.split(':').next().unwrap_or_default(),
    };
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "::1" | "0.0.0.0" | "0" | "ip6-localhost" | "host.docker.internal")
        || host
            .strip_prefix("127.")
            .is_some_and(|rest| rest.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()))
        || host.ends_with(".localhost")
}

/// Whether a host lies in a private network by its address or its name.
fn is_private(host: &str) -> bool {
    let mut octets = host.split('.').map(str::parse::<u8>);
    if let (Some(Ok(a)), Some(Ok(b))) = (octets.next(), octets.next()) {
        return a == 10 || a == 192 && b == 168 || a == 172 && (16..32).contains(&b) || a == 169 && b == 254;
    }
    !host.contains('.')
        || [
            ".local",
            ".internal",
            ".lan",
            ".svc",
            ".home",
            ".test",
            ".intranet",
            ".corp",
            ".home.arpa",
            ".cluster.local",
        ]
        .iter()
        .any(|suffix| host.ends_with(suffix))
}

/// Whether a host makes public, or shows to whoever asks, what it is sent: paste sites, request bins, tunnels.
pub(super) fn collects(host: &str) -> bool {
    // What the tunnel and bin services run for their customers, not their own programming interfaces.
    if matches!(host, "api.ngrok.com" | "api.pipedream.com" | "dashboard.ngrok.com") {
        return false;
    }
    // The host itself, then each domain that it lies in.
    let parents = host.match_indices('.').map(|(dot, _)| &host[dot + 1..]);
    std::iter::once(host).chain(parents).any(|domain| {
        matches!(
            domain,
            "webhook.site"
                | "requestbin.com"
                | "requestbin.net"
                | "pipedream.net"
                | "ngrok.io"
                | "ngrok.app"
                | "ngrok-free.app"
                | "ngrok.dev"
                | "ngrok-free.dev"
                | "burpcollaborator.net"
                | "oastify.com"
                | "interact.sh"
                | "oast.fun"
                | "oast.pro"
                | "oast.live"
                | "oast.site"
                | "oast.online"
                | "oast.me"
                | "pastebin.com"
                | "ix.io"
                | "termbin.com"
                | "transfer.sh"
                | "0x0.st"
                | "file.io"
                | "paste.rs"
                | "dpaste.com"
                | "dpaste.org"
                | "sprunge.us"
                | "hastebin.com"
                | "paste.ee"
                | "bashupload.com"
                | "tmpfiles.org"
                | "catbox.moe"
                | "requestcatcher.com"
                | "beeceptor.com"
                | "hookbin.com"
                | "ghostbin.com"
                | "rentry.co"
                | "controlc.com"
                | "justpaste.it"
                | "gofile.io"
                | "anonfiles.com"
                | "temp.sh"
                | "oshi.at"
                | "bin.sh"
                | "loca.lt"
                | "localtunnel.me"
                | "serveo.net"
                | "trycloudflare.com"
                | "postb.in"
                | "ptsv3.com"
                | "paste.debian.net"
                | "paste.ubuntu.com"
                | "paste.fedoraproject.org"
                | "paste.centos.org"
                | "p.ip.fi"
                | "clbin.com"
                | "envs.sh"
                | "x0.at"
                | "filebin.net"
                | "uguu.se"
                | "pixeldrain.com"
                | "wetransfer.com"
                | "dnslog.cn"
                | "canarytokens.com"
                | "smee.io"
                | "hookdeck.com"
                | "lhr.life"
                | "pinggy.link"
                | "mocky.io"
                | "webhook.cool"
                | "typedwebhook.tools"
                | "reqbin.com"
                | "put.re"
                | "up.sb"
                | "keep.sh"
                | "send.now"
                | "privatebin.net"
                | "pastes.dev"
                | "paste.gg"
                | "snippet.host"
                | "zerobin.net"
        )
    })
}

/// Whether what is sent to this path of a forge is made readable: gists, snippets, issues, comments, release files.
fn publishes(host: &str, path: &str) -> bool {
    // What a bot or a hook is given stands in the channel of a chat.
    let chat = match host {
        "hooks.slack.com" => path.starts_with("/services/") || path.starts_with("/workflows/"),
        "discord.com" | "discordapp.com" => path.starts_with("/api/webhooks/"),
        "ntfy.sh" => true,
        _ => host == "api.telegram.org" || host.ends_with(".webhook.office.com"),
    };
    if chat {
        return true;
    }
    let forge = host == "api.github.com" || host == "uploads.github.com" || host.starts_with("gitlab.");
    forge
        && path.split(['/', '?']).any(|part| {
            matches!(part, "gists" | "snippets" | "issues" | "comments" | "notes" | "assets" | "uploads")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls() {
        for (url, host, plain) in [
            ("https://api.acme.com/v1?x=1", "api.acme.com", false),
            ("http://api.acme.com:8080", "api.acme.com", true),
            ("API.acme.com/x", "api.acme.com", true),
            ("http://bob:pw@acme.com/@x", "acme.com", true),
            ("http://[::1]:3000/", "::1", false),
            ("http://10.1.2.3/", "10.1.2.3", false),
            ("http://registry:5000/", "registry", false),
            ("\u{fffc}/path", "", false),
            ("http://\u{fffc}.acme.com/", "acme.com", true),
        ] {
            let receiver = Receiver::url(url);
            assert_eq!((receiver.host.as_str(), receiver.plain), (host, plain), "{url}");
        }
    }

    #[test]
    fn collectors_are_known_by_domain() {
        for host in ["webhook.site", "abc.ngrok-free.app", "paste.rs", "x.oast.fun"] {
            assert!(collects(host), "{host}");
        }
        for host in ["api.ngrok.com", "notpaste.rs", "github.com", "file.io.acme.com"] {
            assert!(!collects(host), "{host}");
        }
    }

    #[test]
    fn loopback() {
        for host in ["127.0.0.1", "localhost", "::1", "app.localhost"] {
            assert!(is_loopback(host), "{host}");
        }
        assert!(!is_loopback("127.evil.com") && !is_loopback("localhost.evil.com"));
    }
}
