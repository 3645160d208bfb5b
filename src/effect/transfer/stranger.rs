//! Programs that no reader knows, where the line itself says that a secret leaves: one that is fed a file of secrets
//! and told an address, or told to upload one.

use super::receiver::Receiver;
use super::source::{self, Source};
use super::stream;
use super::{send, send_all};
use crate::effect::{Call, Effect};
use crate::secrets::secret_path;
use crate::syntax::{Feed, Span, Word};

/// What such a call would send. Only what is a secret by its name counts.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let fed = !matches!(call.invocation.stdin, Feed::Inherited);
    let verb = words.iter().take(4).position(|word| {
        matches!(
            word.text(),
            "upload"
                | "push"
                | "put"
                | "send"
                | "share"
                | "publish"
                | "post"
                | "cp"
                | "copy"
                | "sync"
                | "file-upload"
        )
    });
    let glued = call.invocation.program().ends_with("-put") || call.invocation.program().ends_with("-upload");
    let posts = words.iter().any(|word| word.text().starts_with('@') || posting(word.text()));
    let idle = !fed && verb.is_none() && !glued && !posts;
    if idle || stays(call.invocation.program()) || words.iter().any(keeps_secrets) {
        return;
    }
    if fed && let Some(receiver) = words.iter().enumerate().find_map(|(at, _)| address(words, at)) {
        let mut sources = stream::input(call);
        sources.retain(|source| {
            matches!(source.kind, "env-file" | "key-file" | "credential-file" | "environment" | "database")
        });
        send_all(&receiver, sources, "body", effects);
    }
    posted(call, effects);
    let verb_text = verb.and_then(|at| words.get(at)).map_or("", Word::text);
    let copies = matches!(verb_text, "cp" | "copy" | "sync");
    // A copy from here to here sends nothing.
    if verb.is_none() && !glued || copies && !words.iter().any(|word| word.text().contains("://")) {
        return;
    }
    let name = format!("where {} puts it", call.invocation.program());
    let receiver = Receiver::place("bucket", &name);
    let mut before = "";
    for word in words {
        let text = word.text();
        // `--env-file .env`, `-i key`: read by the program for itself.
        let own = before.starts_with('-')
            && !matches!(before, "-f" | "--file" | "--body" | "--source" | "-s" | "--from");
        before = text;
        let path = text.rsplit(['@', '=']).next().unwrap_or(text);
        if own || text.starts_with('-') && !text.starts_with("--file=") || secret_path(path).is_none() {
            continue;
        }
        if let Some(source) = source::file(call, call.invocation, path, word) {
            send(&receiver, source, "upload", effects);
        }
    }
}

/// `llm 'why does this not work' < ~/.aws/credentials`: what a model is fed goes to whoever runs it.
pub(super) fn asked(call: Call<'_>, effects: &mut Vec<Effect>) {
    let name = format!("the model that {} asks", call.invocation.program());
    let mut sources = stream::input(call);
    for word in call.invocation.args() {
        sources.extend(source::text(call, word));
    }
    sources.retain(|source| source.kind != "file");
    send_all(&Receiver::place("copy", &name), sources, "body", effects);
}

/// Options of clients of HTTP whose value is a file that is sent: of w3m, PowerShell and others.
fn posting(text: &str) -> bool {
    matches!(text, "-post" | "-InFile" | "-infile" | "--post-file" | "--upload-file" | "--body-file" | "-T")
}

/// `httpie POST https://… @.env`, `Invoke-WebRequest -Uri https://… -InFile .env`: a file beside a URL, marked as one
/// that is sent.
fn posted(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let Some(url) =
        words.iter().map(Word::text).find(|text| text.starts_with("http://") || text.starts_with("https://"))
    else {
        return;
    };
    let receiver = Receiver::url(url);
    let mut before = "";
    for word in words {
        let file = word.text().strip_prefix('@').or(posting(before).then(|| word.text()));
        before = word.text();
        if let Some(path) = file.filter(|path| secret_path(path).is_some())
            && let Some(source) = source::file(call, call.invocation, path, word)
        {
            send(&receiver, source, "upload", effects);
        }
    }
}

/// A server of a database that hands what it holds to a program: `COPY users TO PROGRAM 'curl -d @- http://…'`.
pub(in crate::effect) fn handed_to_program(command: &str, span: Span, effects: &mut Vec<Effect>) {
    let words: Vec<Word> = command.split_whitespace().map(|text| Word::literal(text, span)).collect();
    let sends = |text: &str| {
        let program = text.rsplit('/').next().unwrap_or(text);
        matches!(
            program,
            "curl"
                | "wget"
                | "nc"
                | "ncat"
                | "netcat"
                | "socat"
                | "ssh"
                | "scp"
                | "openssl"
                | "mail"
                | "telnet"
                | "aws"
                | "gsutil"
        ) || text.contains("/dev/tcp/")
    };
    if !words.iter().any(|word| sends(word.text())) {
        return;
    }
    let known = words.iter().enumerate().find_map(|(at, _)| address(&words, at));
    let receiver = known.unwrap_or_else(|| Receiver::place("socket", "whoever the program sends it to"));
    send(&receiver, Source::secret("database", "the statement", span, None, None), "body", effects);
}

/// A word of programs that keep secrets for others, and of logins: there a secret is where it belongs.
fn keeps_secrets(word: &Word) -> bool {
    let text = word.text().trim_start_matches('-').to_ascii_lowercase();
    let kept = [
        "secret", "vault", "login", "auth", "env", "kv", "import", "variable", "password", "cert", "token",
        "keychain",
    ];
    let first = text.split(['/', ':']).next().unwrap_or_default();
    !text.contains(['.', '@', '=']) && kept.iter().any(|part| first.starts_with(part))
}

/// Programs that send nothing by themselves whatever they are fed: filters, programs that encrypt, shells.
fn stays(program: &str) -> bool {
    matches!(
        program,
        // Their operands are keys and values, and no files.
        "etcdctl"
            | "gpg"
            | "gpg2"
            | "age"
            | "rage"
            | "sops"
            | "minisign"
            | "grep"
            | "egrep"
            | "fgrep"
            | "rg"
            | "sed"
            | "gsed"
            | "awk"
            | "gawk"
            | "perl"
            | "jq"
            | "yq"
            | "tr"
            | "cut"
            | "tee"
            | "sort"
            | "uniq"
            | "head"
            | "tail"
            | "wc"
            | "diff"
            | "cmp"
            | "echo"
            | "printf"
            | "test"
            | "["
            | "[["
            | "cat"
            | "less"
            | "more"
            | "base64"
            | "read"
            | "ssh-add"
            | "ssh-keygen"
            | "ssh-copy-id"
            | "kubectl"
            | "oc"
            | "helm"
            | "ansible"
            | "ansible-playbook"
            | "terraform"
            | "tofu"
            | "psql"
            | "mysql"
            | "bash"
            | "sh"
            | "zsh"
            | "fish"
            | "xargs"
            | "source"
            | "."
            | "export"
            | "vim"
            | "vi"
            | "nano"
            | "code"
            | "column"
            | "md5sum"
            | "sha256sum"
            | "file"
            | "skopeo"
            | "crane"
            | "cosign"
            | "argocd"
            | "restic"
            | "borg"
            | "kopia"
            | "duplicity"
            | "dotenv"
    )
}

/// The receiver that one word names: a URL, `user@host`, an address with a port, the value of `-h`.
fn address(words: &[Word], at: usize) -> Option<Receiver> {
    let text = words.get(at)?.text();
    let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", Word::text);
    if let Some((scheme, _)) = text.split_once("://") {
        let plain =
            scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+') && scheme != "file";
        return plain.then(|| Receiver::url(text));
    }
    let host = text.rsplit('@').next().unwrap_or(text);
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let numbers = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    let dotted = name.contains('.') && !name.contains('/') && name.len() > 3;
    let ported = dotted && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let named = matches!(before, "-h" | "--host" | "-H" | "--server" | "-connect") && !text.starts_with('-');
    (numbers || ported || named || text.contains('@') && dotted && !text.starts_with('@'))
        .then(|| Receiver::socket(name))
}
