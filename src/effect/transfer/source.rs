//! Where data comes from, as far as one word tells.

use super::printer;
use super::staged;
use super::stream;
use super::{Packer, Payload};
use crate::effect::Call;
use crate::rule::fits;
use crate::secrets::{self, issuer_of, names_secret, secret_path};
use crate::syntax::{Expansion, HOLE, Host, Invocation, Span, Word};

/// One source of data.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The value of `source.kind`.
    pub kind: &'static str,
    /// Path, variable or command, never the secret itself.
    pub name: String,
    /// The guilty words.
    pub span: Span,
    /// What facts are read about.
    pub payload: Payload,
    /// It is one part of a text with other parts: a field of a form or of a JSON object.
    pub field: bool,
}

impl Source {
    /// A single secret.
    pub(super) fn secret(
        kind: &'static str,
        name: impl Into<String>,
        span: Span,
        issuer: Option<String>,
        shape: Option<&'static str>,
    ) -> Source {
        Source {
            kind,
            name: name.into(),
            span,
            payload: Payload::Secret { issuer, kind: shape },
            field: false,
        }
    }

    /// A file that is known by its name alone.
    pub(super) fn named(name: &str, kind: secrets::SourceKind, span: Span) -> Source {
        let payload = Payload::File {
            path: None,
            kind: Some(kind),
            recursive: false,
            excludes: Vec::new(),
            packer: Packer::All,
        };
        Source { kind: kind.name(), name: name.replace(HOLE, "…"), span, payload, field: false }
    }

    /// All variables of the environment.
    pub(super) fn environment(name: &str, span: Span) -> Source {
        Source {
            kind: "environment",
            name: name.to_owned(),
            span,
            payload: Payload::Environment,
            field: false,
        }
    }
}

/// A file that a call of a program would read. `text` is its path, which stands in `word`.
pub(super) fn file(call: Call<'_>, reader: &Invocation, text: &str, word: &Word) -> Option<Source> {
    file_at(call, reader, text, word, 0)
}

/// As [`file`], after `depth` steps along pipes and files.
pub(super) fn file_at(
    call: Call<'_>,
    reader: &Invocation,
    text: &str,
    word: &Word,
    depth: usize,
) -> Option<Source> {
    tree_at(call, reader, text, word, Below::default(), depth)
}

/// A file or a directory; with `recursive` all that is below a directory is read.
pub(super) fn tree(
    call: Call<'_>,
    reader: &Invocation,
    text: &str,
    word: &Word,
    recursive: bool,
    excludes: &[String],
) -> Option<Source> {
    tree_at(call, reader, text, word, Below { recursive, excludes, packer: Packer::All }, 0)
}

/// What of a directory is read.
#[derive(Clone, Copy, Default)]
pub(super) struct Below<'a> {
    /// A directory is read with all that is below it.
    pub recursive: bool,
    /// Names that are left out.
    pub excludes: &'a [String],
    /// Who decides what is left out besides.
    pub packer: Packer,
}

/// As [`tree`], after `depth` steps along pipes and files.
pub(super) fn tree_at(
    call: Call<'_>,
    reader: &Invocation,
    text: &str,
    word: &Word,
    below: Below<'_>,
    depth: usize,
) -> Option<Source> {
    if text.is_empty() || matches!(text, "/dev/null" | "/dev/stdin" | "-") {
        return None;
    }
    if text.starts_with("/proc/") && text.ends_with("/environ") {
        return Some(Source::environment(text, word.span));
    }
    // What `find -exec` and `xargs` put there is known by the pattern that was looked for.
    if text.chars().all(|c| c == HOLE) {
        let turns = || {
            let pattern = word.in_all_turns()?;
            let text = pattern.text().rsplit(['@', '=']).next().unwrap_or_default().to_owned();
            let kind = secret_path(text.trim_end_matches('*')).or_else(|| kind_of_pattern(&text))?;
            Some(Source::named(&text, kind, word.span))
        };
        return staged::contents(call, reader, text, word, depth)
            .or_else(|| listed(call, reader, word))
            .or_else(turns);
    }
    // `$DIR/.env`, `$HOME/.ssh/id_rsa`: the known end of a path says enough.
    let mut kind = secret_path(text.trim_end_matches('*'));
    if kind.is_none() && word.glob {
        kind = kind_of_pattern(text);
    }
    let known = !text.contains(HOLE) && reader.host == Host::Local;
    let everything = word.glob && (text == "*" || text.ends_with("/*"));
    if kind.is_none()
        && let Some(source) = staged::contents(call, reader, text, word, depth)
    {
        return Some(source);
    }
    if kind.is_none() && !known {
        return None;
    }
    let path = if !known || kind.is_some() && word.glob && !everything {
        None
    } else {
        // `dir/*` with what is below it is the directory.
        let text = if everything && below.recursive { text.trim_end_matches('*') } else { text };
        match text.starts_with(['/', '~']) {
            true => Some(call.scene.path(text)),
            false => reader.cwd(call.scene).map(|cwd| cwd.join(text)),
        }
    };
    Some(Source {
        kind: kind.map_or("file", secrets::SourceKind::name),
        name: text.replace(HOLE, "…"),
        span: word.span,
        payload: Payload::File {
            path,
            kind,
            recursive: below.recursive,
            excludes: below.excludes.to_vec(),
            packer: below.packer,
        },
        field: false,
    })
}

/// `.e*`, `.en?`: a pattern that is there to catch the file of secrets.
fn kind_of_pattern(text: &str) -> Option<secrets::SourceKind> {
    let (folder, name) = text.rsplit_once('/').map_or(("", text), |(folder, name)| (folder, name));
    let caught = |file: &str| {
        let given = name.trim_end_matches(['*', '?']);
        given.len() > 1 && fits(&name.replace('?', "*"), file)
    };
    [".env", "id_rsa", "id_ed25519", "credentials", ".netrc", ".npmrc"]
        .into_iter()
        .find(|file| caught(file))
        .and_then(|file| secret_path(&format!("{folder}/{file}")))
}

fn listed(call: Call<'_>, reader: &Invocation, word: &Word) -> Option<Source> {
    let calls = &call.script.invocations;
    let made = word.expansions.iter().find_map(|expansion| match expansion {
        Expansion::Output(made) => {
            made.iter().filter_map(|&index| calls.get(index)).find_map(printer::listed_by)
        }
        _ => None,
    });
    made.or_else(|| {
        if !reader.via.contains(&"find -exec") {
            return None;
        }
        let around = |other: &&Invocation| {
            other.program() == "find"
                && other.span.start <= reader.span.start
                && reader.span.end <= other.span.end
        };
        calls.iter().find(around).and_then(printer::listed_by)
    })
}

/// The secrets that a word carries as text: tokens in it, variables, output of substitutions.
pub(super) fn text(call: Call<'_>, word: &Word) -> Vec<Source> {
    let mut sources = Vec::new();
    text_into(call, word, word.text(), 0, &mut sources);
    sources
}

pub(super) fn text_into(call: Call<'_>, word: &Word, text: &str, depth: usize, sources: &mut Vec<Source>) {
    let from = sources.len();
    let mut values: Vec<&str> = Vec::new();
    for expansion in &word.expansions {
        match expansion {
            Expansion::Variable { name, value } => {
                match value.as_deref() {
                    Some(value) => values.push(value),
                    None => stream::read_into(call, name, depth, sources),
                }
                sources.extend(variable(name, value.as_deref(), word.span));
            }
            Expansion::Output(made) | Expansion::InputFrom(made) => {
                for &index in made {
                    stream::output_of(call, index, depth + 1, Some(word.span), sources);
                }
            }
            Expansion::OutputTo(_) | Expansion::Each(_) | Expansion::Lines(_) | Expansion::Other => {}
        }
    }
    let trimmed = text.trim();
    let whole = trimmed.chars().all(|c| c == HOLE) || values.contains(&trimmed);
    let part = !whole && trimmed.contains(['=', ':']);
    for source in &mut sources[from..] {
        source.field |= part;
    }
    // Short words cannot hold a token, and most words are short.
    if text.len() < 20 {
        return;
    }
    for found in secrets::scan(text) {
        let token = &text[found.span.clone()];
        if !found.is_named()
            || found.kind == "password in a URL"
            || values.iter().any(|value| value.contains(token))
        {
            continue;
        }
        let issuer = (!found.owner.is_empty()).then(|| found.owner.to_owned());
        sources.push(Source::secret("literal", found.kind, word.span, issuer, Some(found.kind)));
    }
}

/// A variable that holds a secret by its value or by its name.
pub(super) fn variable(name: &str, value: Option<&str>, span: Span) -> Option<Source> {
    let shown = format!("${name}");
    if let Some(value) = value {
        if let Some(found) = secrets::scan(value).into_iter().find(secrets::Found::is_named) {
            let issuer = if found.owner.is_empty() { issuer_of(name) } else { Some(found.owner.to_owned()) };
            return Some(Source::secret("variable", shown, span, issuer, Some(found.kind)));
        }
        // An address with a password in it.
        if holds_address(name) {
            let login = value.split_once("://").and_then(|(_, rest)| rest.split_once('@'));
            let password = login.is_some_and(|(login, _)| login.contains(':'));
            return password.then(|| Source::secret("variable", shown, span, None, None));
        }
        if value.len() < 4 || secrets::is_placeholder(value) && !value.contains(HOLE) {
            return None;
        }
    }
    (names_secret(name) || holds_address(name))
        .then(|| Source::secret("variable", shown, span, issuer_of(name), None))
}

/// Whether a variable of this name mostly holds an address together with a password.
fn holds_address(name: &str) -> bool {
    let ends = |end: &str| name.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('_'));
    ["DATABASE_URL", "DB_URL", "MONGO_URI", "MONGODB_URI", "AMQP_URL", "CONNECTION_STRING", "POSTGRES_URL"]
        .into_iter()
        .any(ends)
}
