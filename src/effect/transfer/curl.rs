//! curl and wget.

use super::options::{Item, items};
use super::receiver::Receiver;
use super::source::{self, Source};
use super::{request, send_all, stream};
use crate::effect::{Call, Effect};
use crate::syntax::{Expansion, HOLE, Word};

/// What one transfer of curl would send, and in which part of the request.
type Parts = Vec<(&'static str, Vec<Source>)>;

/// curl: each `--next` begins a new transfer; all data of a transfer goes to all of its URLs.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), curl_takes);
    for transfer in items.split(|item| matches!(item.name, "next" | ":")) {
        transfer_of(call, transfer, effects);
    }
}

fn transfer_of(call: Call<'_>, items: &[Item<'_>], effects: &mut Vec<Effect>) {
    let in_query = items.iter().any(|item| matches!(item.name, "G" | "get"));
    let body = if in_query { "query" } else { "body" };
    let mut parts: Parts = Vec::new();
    let mut urls: Vec<Item<'_>> = Vec::new();
    let mut method = "";
    for item in items {
        let (value, word) = (item.value, item.word);
        match item.name {
            "" | "url" => urls.push(*item),
            "X" | "request" => method = value,
            "d" | "data" | "data-ascii" | "data-binary" | "json" => {
                parts.push(match value.strip_prefix('@') {
                    Some(path) => (body, file_or_input(call, path, word)),
                    None => text_part(call, value, word, in_query),
                });
            }
            "data-raw" | "form-string" => parts.push(text_part(call, value, word, in_query)),
            "data-urlencode" | "url-query" => {
                let query = in_query || item.name == "url-query";
                let place = if query { "query" } else { "body" };
                // `@file`, `name@file`; an `=` before the `@` makes it text.
                let at = value.find('@').filter(|&at| !value[..at].contains(['=', ' ', HOLE]));
                parts.push(match at {
                    Some(at) => (place, file_or_input(call, &value[at + 1..], word)),
                    None => text_part(call, value, word, query),
                });
            }
            "F" | "form" => parts.push(form_part(call, value, word)),
            "T" | "upload-file" => {
                let sources = match value {
                    "-" | "." => stream::input(call),
                    // curl's own lists: `{one,two}`.
                    list if list.starts_with('{') && list.ends_with('}') => list[1..list.len() - 1]
                        .split(',')
                        .flat_map(|path| file_or_input(call, path, word))
                        .collect(),
                    _ => file_or_input(call, value, word),
                };
                parts.push(("upload", sources));
            }
            "H" | "header" | "proxy-header" => {
                parts.push(match value.strip_prefix('@') {
                    Some(path) => ("header", file_or_input(call, path, word)),
                    None => ("header", source::text(call, word)),
                });
            }
            "u" | "user" | "oauth2-bearer" => {
                let mut sources = source::text(call, word);
                // A password that is typed out.
                let password = value.split_once(':').map_or("", |(_, password)| password);
                if sources.is_empty() && !password.is_empty() && !password.contains(HOLE) {
                    sources.push(Source::secret("password", "the password", word.span, None, None));
                }
                parts.push(("auth", sources));
            }
            // A name of a file is a cookie jar, whose cookies go where they belong.
            // `--variable %NAME` takes it from the environment, `name@file` from a file; `--expand-data` sends it.
            "variable" => {
                let sources = match (value.strip_prefix('%'), value.split_once('@')) {
                    (Some(name), _) => {
                        source::variable(name.split('=').next().unwrap_or(name), None, word.span)
                    }
                    (None, Some((_, path))) => source::file(call, call.invocation, path, word),
                    (None, None) => None,
                };
                parts.push(("body", sources.into_iter().collect()));
            }
            "b" | "cookie" if value.contains('=') || value.contains(HOLE) => {
                parts.push(("header", source::text(call, word)));
            }
            "A" | "user-agent" | "e" | "referer" => parts.push(("header", source::text(call, word))),
            _ => {}
        }
    }
    for url in &urls {
        if !method.is_empty() {
            let data =
                |item: &&Item<'_>| item.name.starts_with("d") || matches!(item.name, "json" | "F" | "form");
            let fields: Vec<&str> = items.iter().filter(data).map(|item| item.value).collect();
            request(call, method, url.value, &fields, url.word.span, effects);
        }
        let receiver = Receiver::url(url.value);
        for (place, sources) in &parts {
            send_all(&receiver, sources.clone(), place, effects);
        }
        send_all(&receiver, source::text(call, url.word), place_in_url(url.value), effects);
    }
}

/// A file, or with `-` what comes in.
fn file_or_input(call: Call<'_>, path: &str, word: &Word) -> Vec<Source> {
    if matches!(path, "-" | "/dev/stdin" | "/dev/fd/0") {
        return stream::input(call);
    }
    let mut sources: Vec<Source> = source::file(call, call.invocation, path, word).into_iter().collect();
    // `@<(…)`: the file is the output of something.
    for expansion in &word.expansions {
        if let Expansion::InputFrom(made) = expansion {
            for &index in made {
                stream::output_of(call, index, 1, None, &mut sources);
            }
        }
    }
    sources
}

/// Text in a body: a secret that fills all of it is the message, one among others is a field of a form.
fn text_part(call: Call<'_>, value: &str, word: &Word, query: bool) -> (&'static str, Vec<Source>) {
    let trimmed = value.trim();
    let variable = word.expansions.iter().any(
        |expansion| matches!(expansion, Expansion::Variable { value: Some(known), .. } if known == trimmed),
    );
    let bare = trimmed.chars().all(|c| c == HOLE) || variable || !trimmed.contains(['=', ':']);
    let place = match (query, bare) {
        (true, _) => "query",
        (false, true) => "body",
        (false, false) => "field",
    };
    (place, source::text(call, word))
}

/// `name=text`, `name=@file`, `name=<file`, with `;type=…` after it.
fn form_part(call: Call<'_>, value: &str, word: &Word) -> (&'static str, Vec<Source>) {
    let content = value.split_once('=').map_or(value, |(_, content)| content);
    match content.strip_prefix(['@', '<']) {
        Some(paths) => {
            let paths = paths.split(';').next().unwrap_or_default();
            let sources =
                paths.split(',').flat_map(|path| file_or_input(call, path.trim_matches('"'), word)).collect();
            ("upload", sources)
        }
        None => ("field", source::text(call, word)),
    }
}

/// A secret before the `@` of the authority logs in; anywhere else it is part of what is asked for.
pub(super) fn place_in_url(url: &str) -> &'static str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let elsewhere = rest.get(authority.len()..).unwrap_or_default().contains(HOLE);
    if authority.contains('@') && !elsewhere { "auth" } else { "query" }
}

/// wget and wget2.
pub(super) fn read_wget(call: Call<'_>, effects: &mut Vec<Effect>) {
    let items = items(call.invocation.args(), wget_takes);
    let mut parts: Parts = Vec::new();
    for item in &items {
        match item.name {
            "post-file" | "body-file" => parts.push(("body", file_or_input(call, item.value, item.word))),
            "post-data" | "body-data" => parts.push(text_part(call, item.value, item.word, false)),
            "header" | "user-agent" | "U" | "referer" => {
                parts.push(("header", source::text(call, item.word)));
            }
            "user" | "password" | "http-user" | "http-password" => {
                parts.push(("auth", source::text(call, item.word)));
            }
            _ => {}
        }
    }
    let deletes = items.iter().any(|item| item.name == "method" && item.value.eq_ignore_ascii_case("delete"));
    for url in items.iter().filter(|item| item.name.is_empty()) {
        if deletes {
            request(call, "DELETE", url.value, &[], url.word.span, effects);
        }
        let receiver = Receiver::url(url.value);
        for (place, sources) in &parts {
            send_all(&receiver, sources.clone(), place, effects);
        }
        send_all(&receiver, source::text(call, url.word), place_in_url(url.value), effects);
    }
}

/// Whether an option of wget has a value.
pub(in crate::effect) fn wget_takes(name: &str) -> bool {
    matches!(
        name,
        "O" | "o"
            | "a"
            | "P"
            | "U"
            | "t"
            | "T"
            | "w"
            | "Q"
            | "A"
            | "R"
            | "D"
            | "l"
            | "e"
            | "i"
            | "B"
            | "I"
            | "X"
            | "output-document"
            | "output-file"
            | "append-output"
            | "directory-prefix"
            | "user-agent"
            | "tries"
            | "timeout"
            | "wait"
            | "post-file"
            | "post-data"
            | "body-file"
            | "body-data"
            | "method"
            | "header"
            | "referer"
            | "user"
            | "password"
            | "http-user"
            | "http-password"
            | "load-cookies"
            | "save-cookies"
            | "ca-certificate"
            | "certificate"
            | "private-key"
            | "input-file"
            | "base"
            | "limit-rate"
            | "accept"
            | "reject"
            | "execute"
            | "level"
            | "domains"
            | "exclude-directories"
            | "include-directories"
            | "quota"
            | "cut-dirs"
    )
}

/// Whether an option of curl has a value (curl 8.11, `curl --help all`).
pub(in crate::effect) fn curl_takes(name: &str) -> bool {
    match name.len() {
        1 => "AbcCdDeEFhHKmoPQrtTuUwxXyYz".contains(name),
        _ => matches!(
            name,
            "data"
                | "data-ascii"
                | "data-binary"
                | "data-raw"
                | "data-urlencode"
                | "json"
                | "form"
                | "form-string"
                | "upload-file"
                | "url-query"
                | "url"
                | "header"
                | "proxy-header"
                | "user"
                | "proxy-user"
                | "cookie"
                | "cookie-jar"
                | "user-agent"
                | "referer"
                | "request"
                | "request-target"
                | "output"
                | "output-dir"
                | "config"
                | "write-out"
                | "max-time"
                | "connect-timeout"
                | "retry"
                | "retry-delay"
                | "retry-max-time"
                | "proxy"
                | "preproxy"
                | "cert"
                | "cert-type"
                | "key"
                | "key-type"
                | "pass"
                | "cacert"
                | "capath"
                | "crlfile"
                | "resolve"
                | "connect-to"
                | "interface"
                | "range"
                | "continue-at"
                | "limit-rate"
                | "max-redirs"
                | "max-filesize"
                | "dump-header"
                | "trace"
                | "trace-ascii"
                | "stderr"
                | "time-cond"
                | "speed-limit"
                | "speed-time"
                | "ciphers"
                | "tls13-ciphers"
                | "tls-max"
                | "oauth2-bearer"
                | "aws-sigv4"
                | "netrc-file"
                | "unix-socket"
                | "abstract-unix-socket"
                | "dns-servers"
                | "doh-url"
                | "noproxy"
                | "pinnedpubkey"
                | "proto"
                | "proto-default"
                | "proto-redir"
                | "pubkey"
                | "quote"
                | "postquote"
                | "prequote"
                | "ftp-port"
                | "ftp-method"
                | "telnet-option"
                | "mail-from"
                | "mail-rcpt"
                | "mail-auth"
                | "login-options"
                | "socks4"
                | "socks4a"
                | "socks5"
                | "socks5-hostname"
                | "rate"
                | "parallel-max"
                | "local-port"
                | "keepalive-time"
                | "etag-save"
                | "etag-compare"
                | "create-file-mode"
                | "curves"
                | "engine"
                | "egd-file"
                | "random-file"
                | "expect100-timeout"
                | "happy-eyeballs-timeout-ms"
                | "hostpubmd5"
                | "hostpubsha256"
                | "krb"
                | "libcurl"
                | "proxy-cert"
                | "proxy-key"
                | "proxy-cacert"
                | "proxy-pass"
                | "sasl-authzid"
                | "service-name"
                | "tftp-blksize"
                | "tlsuser"
                | "tlspassword"
                | "alt-svc"
                | "hsts"
                | "variable"
                | "ip-tos"
                | "vlan-priority"
                | "haproxy-clientip"
                | "ech"
        ),
    }
}
