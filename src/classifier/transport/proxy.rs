//! The way out of a network that lets nobody out but its proxy: `CONNECT`, RFC 9110 section 9.3.6. The proxy is told the
//! host's name and port; what goes through it only the host can read.

use super::{Fault, Place};
use crate::percent;

/// A proxy that is to be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    /// Its host, without brackets.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
    /// What `Proxy-Authorization` says, where the address holds a user name.
    authorization: Option<String>,
}

impl Proxy {
    /// The proxy that the environment names for a place: `https_proxy` or `all_proxy`, in small letters or large, unless
    /// `no_proxy` spares the host.
    pub(super) fn of(
        place: &Place<'_>,
        var: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Proxy>, Fault> {
        let either = |name: &str| {
            let set = |name: &str| var(name).filter(|value| !value.is_empty());
            set(name).or_else(|| set(&name.to_ascii_uppercase()))
        };
        let Some(address) = either("https_proxy").or_else(|| either("all_proxy")) else { return Ok(None) };
        if either("no_proxy").is_some_and(|list| spares(&list, place.host)) {
            return Ok(None);
        }
        let strange = || {
            Fault::Proxy("that HTTPS_PROXY names is not http://HOST:PORT, the only kind that is spoken to")
        };
        let rest = match address.split_once("://") {
            None => address.as_str(),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some(_) => return Err(strange()),
        };
        let authority = rest.trim_end_matches('/');
        let (user, authority) = match authority.rsplit_once('@') {
            Some((user, authority)) => (Some(user), authority),
            None => (None, authority),
        };
        let (host, port) = match authority.strip_prefix('[') {
            Some(inner) => inner.split_once(']').ok_or_else(strange)?,
            None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
        };
        let port = match port.strip_prefix(':') {
            Some(port) => port.parse().map_err(|_| strange())?,
            None => 80,
        };
        if host.is_empty() || host.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control()) {
            return Err(strange());
        }
        let authorization = user.map(|user| format!("Basic {}", base64(&percent::decoded(user))));
        Ok(Some(Proxy { host: host.to_owned(), port, authorization }))
    }

    /// What the proxy is sent, to be let through to a place.
    pub(super) fn request(&self, place: &Place<'_>) -> String {
        let host = if place.host.contains(':') { format!("[{}]", place.host) } else { place.host.to_owned() };
        let target = format!("{host}:{}", place.port);
        let mut text = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n");
        if let Some(authorization) = &self.authorization {
            text.push_str(&["proxy-authorization: ", authorization, "\r\n"].concat());
        }
        text + "\r\n"
    }
}

/// Whether a list such as `localhost,.acme.test` names the host, or this machine is meant, which has no proxy before it.
fn spares(list: &str, host: &str) -> bool {
    list.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let name =
            entry.split(':').next().unwrap_or_default().trim_start_matches("*.").trim_start_matches('.');
        let end = host.len().checked_sub(name.len());
        entry == "*"
            || end.and_then(|end| host.get(end..)).is_some_and(|tail| tail.eq_ignore_ascii_case(name))
                && (end == Some(0) || end.is_some_and(|end| host.as_bytes()[end - 1] == b'.'))
    })
}

/// RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let joined = (0..3).fold(0u32, |word, at| word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for place in 0..4 {
            let digit = char::from(ALPHABET[(joined >> (18 - 6 * place) & 63) as usize]);
            out.push(if place > chunk.len() { '=' } else { digit });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, vars: &[(&str, &str)]) -> Result<Option<Proxy>, Fault> {
        let place = Place::of(url).unwrap();
        let var =
            |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Proxy::of(&place, var)
    }

    #[test]
    fn the_environment_names_a_proxy_and_spares_hosts() {
        let found = |vars: &[(&str, &str)]| {
            of("https://api.acme.test/v1", vars).unwrap().map(|proxy| (proxy.host, proxy.port))
        };
        let proxy = |host: &str, port| Some((host.to_owned(), port));
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[("HTTPS_PROXY", "")]), None);
        assert_eq!(found(&[("HTTPS_PROXY", "http://proxy.test:3128/")]), proxy("proxy.test", 3128));
        assert_eq!(found(&[("https_proxy", "a.test:1"), ("HTTPS_PROXY", "b.test:2")]), proxy("a.test", 1));
        assert_eq!(found(&[("ALL_PROXY", "HTTP://[::1]:8080")]), proxy("::1", 8080));
        assert_eq!(found(&[("HTTPS_PROXY", "http://proxy.test")]), proxy("proxy.test", 80));
        assert_eq!(found(&[("HTTP_PROXY", "http://proxy.test:3128")]), None, "that one is for http://");
        for list in ["*", "api.acme.test", ".acme.test", "*.acme.test", "x.test, ACME.test:443"] {
            assert_eq!(found(&[("HTTPS_PROXY", "p:1"), ("NO_PROXY", list)]), None, "{list}");
        }
        for list in ["pi.acme.test", "me.test", "other.test", "api", ",", ""] {
            assert!(found(&[("HTTPS_PROXY", "p:1"), ("no_proxy", list)]).is_some(), "{list}");
        }
        for odd in ["socks5://p:1080", "https://p:443", "http://p:none", "http://", "http://a b:1", "p/x:1"] {
            assert!(matches!(of("https://x.test", &[("HTTPS_PROXY", odd)]), Err(Fault::Proxy(_))), "{odd}");
        }
    }

    #[test]
    fn what_a_proxy_is_sent_holds_the_host_and_the_proxys_own_password_alone() {
        let url = "https://api.acme.test/v1/chat/completions";
        let proxy = of(url, &[("HTTPS_PROXY", "http://ada:p%40ss:w@proxy.test:3128")]).unwrap().unwrap();
        assert_eq!(
            proxy.request(&Place::of(url).unwrap()),
            "CONNECT api.acme.test:443 HTTP/1.1\r\nhost: api.acme.test:443\r\n\
             proxy-authorization: Basic YWRhOnBAc3M6dw==\r\n\r\n"
        );
        let bare =
            of("https://[2001:db8::1]:8443/v1", &[("HTTPS_PROXY", "proxy.test:3128")]).unwrap().unwrap();
        assert_eq!(
            bare.request(&Place::of("https://[2001:db8::1]:8443/v1").unwrap()),
            "CONNECT [2001:db8::1]:8443 HTTP/1.1\r\nhost: [2001:db8::1]:8443\r\n\r\n"
        );
        assert_eq!(["", "a", "ab", "abc"].map(|text| base64(text.as_bytes())), ["", "YQ==", "YWI=", "YWJj"]);
    }
}
