//! Secrets in the words of a command, known by where they stand: behind `--password`, in `user:password`, after
//! the options that each program has for it.

use crate::secrets::{masks, names_secret};
use crate::syntax::HOLE;
use std::ops::Range;

/// A secret in a word.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Credential {
    /// Which word.
    pub word: usize,
    /// Where in its text.
    pub range: Range<usize>,
    /// What a person would call it.
    pub kind: &'static str,
}

/// What the words of one command hold, program first.
pub(super) fn credentials(words: &[&str]) -> Vec<Credential> {
    let mut found = Vec::new();
    let program = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
    for (at, &word) in words.iter().enumerate() {
        let mut add = |word: usize, range: Range<usize>, kind| {
            let text = words.get(word).and_then(|text| text.get(range.clone())).unwrap_or_default();
            if !text.is_empty() && !text.starts_with('$') && text.chars().any(|c| c != HOLE) {
                found.push(Credential { word, range, kind });
            }
        };
        for (range, kind) in masks(word) {
            add(at, range, kind);
        }
        let next = words.get(at + 1).copied().filter(|next| !next.starts_with("--"));
        let whole_next = next.map_or(0..0, |next| 0..next.len());
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(word.len() - value.len()..word.len())),
            None => (word, None),
        };
        let bare = name.trim_start_matches('-');
        let secret = names_secret(bare) && !bare.ends_with("stdin");
        match value {
            Some(value) if secret => add(at, value, "password"),
            None if secret && name.starts_with("--") => add(at + 1, whole_next.clone(), "password"),
            // aws configure set aws_secret_access_key VALUE
            None if secret && at > 1 && matches!(words[at - 1], "set" | "config" | "add" | "put") => {
                add(at + 1, whole_next.clone(), "secret");
            }
            _ => {}
        }
        if at == 0 {
            continue;
        }
        if let Some(value) = glued(program, word) {
            add(at, value, "password");
        }
        if separate(program, word) {
            add(at + 1, whole_next.clone(), "password");
        }
        if let Some(mark) = pair(program, word)
            && let Some(colon) = next.and_then(|next| next.find(mark))
        {
            add(at + 1, colon + 1..whole_next.end, "password");
        }
        if let Some(offset) = positional(program, word) {
            let length = words.get(at + offset).map_or(0, |word| word.len());
            add(at + offset, 0..length, "password");
        }
    }
    found
}

/// `mysql -pVALUE`, `openssl -passin pass:VALUE`, `curl -uname:VALUE`.
fn glued(program: &str, word: &str) -> Option<Range<usize>> {
    let after = |prefix: &str| word.strip_prefix(prefix).map(|value| word.len() - value.len()..word.len());
    match program {
        "mysql" | "mariadb" | "mysqldump" | "mysqladmin" | "mysqlimport" | "mariadb-dump" | "sshpass"
        | "7z" | "7za" | "rar" => after("-p"),
        "openssl" => after("pass:"),
        "redis-cli" => after("-a"),
        "curl" => after("-u").and_then(|value| {
            let colon = word[value.clone()].find(':')?;
            Some(value.start + colon + 1..value.end)
        }),
        _ => None,
    }
    .filter(|value| !value.is_empty())
}

/// Options whose next word is a password.
fn separate(program: &str, word: &str) -> bool {
    match program {
        "docker" | "podman" | "nerdctl" | "helm" | "oc" | "buildah" | "skopeo" | "az" | "mongo"
        | "mongosh" | "mongodump" | "mongorestore" | "sshpass" | "cf" | "influx" | "clickhouse-client"
        | "useradd" | "usermod" => word == "-p",
        "redis-cli" => word == "-a",
        "zip" | "unzip" | "zipcloak" | "sqlcmd" | "bcp" | "isql" => word == "-P",
        "ldapsearch" | "ldapadd" | "ldapmodify" | "ldapdelete" | "ldappasswd" => word == "-w",
        "vault" => word == "login",
        _ => false,
    }
}

/// Options whose next word is `name:password`, with what stands between the two.
fn pair(program: &str, word: &str) -> Option<char> {
    match program {
        "smbclient" | "rpcclient" | "net" if word == "-U" => Some('%'),
        "http" | "https" | "xh" | "xhs" if matches!(word, "-a" | "--auth") => Some(':'),
        _ if matches!(word, "-u" | "--user" | "--proxy-user") => Some(':'),
        _ => None,
    }
}

/// Verbs with a password as an argument: how many words further it stands.
fn positional(program: &str, word: &str) -> Option<usize> {
    match (program, word) {
        ("rabbitmqctl", "add_user" | "change_password" | "authenticate_user") => Some(2),
        ("htpasswd", "-b" | "-nb" | "-bc" | "-cb" | "-bn") => Some(if word.contains('n') { 2 } else { 3 }),
        ("mysqladmin", "password") => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_where_a_password_stands() {
        for (words, meant) in [
            (&["tool", "--password", "hunter2"][..], "hunter2"),
            (&["tool", "--db-password=hunter2"], "hunter2"),
            (&["API_TOKEN=hunter2"], "hunter2"),
            (&["/usr/bin/mysql", "-phunter2", "app"], "hunter2"),
            (&["docker", "login", "-u", "me", "-p", "hunter2"], "hunter2"),
            (&["curl", "-u", "me:hunter2", "https://a.test"], "hunter2"),
            (&["curl", "-ume:hunter2", "https://a.test"], "hunter2"),
            (&["smbclient", "-U", "me%hunter2"], "hunter2"),
            (&["redis-cli", "-a", "hunter2"], "hunter2"),
            (&["openssl", "enc", "-pass", "pass:hunter2"], "hunter2"),
            (&["rabbitmqctl", "add_user", "me", "hunter2"], "hunter2"),
            (&["aws", "configure", "set", "aws_secret_access_key", "hunter2"], "hunter2"),
            (&["curl", "-H", "Authorization: Bearer hunter2"], "hunter2"),
            (&["git", "clone", "https://me:hunter2@git.test/x"], "hunter2"),
        ] {
            let found = credentials(words);
            assert!(
                found.iter().any(|one| &words[one.word][one.range.clone()] == meant),
                "{words:?}: {found:?}"
            );
        }
    }

    #[test]
    fn other_words_are_left() {
        for words in [
            &["kubectl", "delete", "secret", "db-credentials"][..],
            &["docker", "login", "--password-stdin", "registry.test"],
            &["mkdir", "-p", "build"],
            &["psql", "-p", "5432"],
            &["ls", "-u", "dir"],
            &["mysql", "-p"],
            &["tool", "--password", "$PASSWORD"],
            &["tool", "--token-file", "token.txt"],
            &["git", "push", "origin", "main"],
        ] {
            assert_eq!(credentials(words), [], "{words:?}");
        }
    }
}
