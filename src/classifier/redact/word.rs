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
        if separate(program, word) && (program != "gh" || words.get(1) == Some(&"secret")) {
            add(at + 1, whole_next.clone(), "password");
        }
        if let Some(mark) = pair(program, word)
            && let Some(colon) = next.and_then(|next| next.find(mark))
        {
            add(at + 1, colon + 1..whole_next.end, "password");
        }
        if let Some(value) = of_secret_store(program, words, word) {
            add(at, value, "secret");
        }
        if let Some(offset) = positional(program, word) {
            let length = words.get(at + offset).map_or(0, |word| word.len());
            add(at + offset, 0..length, "password");
        }
    }
    found
}

/// Passwords in a text that no command's words show: of a program which runs another one and is taken off before that
/// is read (`sshpass -p VALUE ssh host`), of SQL (`PASSWORD 'VALUE'`, `IDENTIFIED BY 'VALUE'`), and of what is fed to
/// one that reads it (`echo name:VALUE | chpasswd`, `echo VALUE | sudo -S …`).
pub(super) fn in_text(text: &str) -> Vec<Range<usize>> {
    let mut found = of_wrappers(text);
    found.extend(of_feeds(text));
    let lower = text.to_ascii_lowercase();
    for keyword in ["password", " by"] {
        // `ORDER BY 'x'` is none.
        let places =
            lower.match_indices(keyword).filter(|_| keyword != " by" || lower.contains("identified"));
        for (at, _) in places {
            let rest = &text[at + keyword.len()..];
            let open = rest.trim_start_matches([' ', '\t', '=', '(']);
            let Some(quote) = open.chars().next().filter(|c| matches!(c, '\'' | '"')) else { continue };
            let start = text.len() - open.len() + 1;
            // Only where something stands between: `"password":` is no SQL, and masked by its name.
            if start > at + keyword.len() + 1 {
                found.extend(text[start..].find(quote).map(|end| start..start + end));
            }
        }
    }
    if text.contains("chpasswd") {
        found.extend(text.match_indices(':').map(|(colon, _)| {
            let value = &text[colon + 1..];
            let length =
                value.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"')).unwrap_or(value.len());
            colon + 1..colon + 1 + length
        }));
    }
    found
}

/// What stands within the quotes that begin here, or the whole where there are none. What is quoted in parts is found
/// where the quotes are taken away.
fn unquoted(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    match text[range.start..].chars().next().filter(|c| matches!(c, '\'' | '"')) {
        Some(quote) => text[range.start + 1..].find(quote).map(|end| range.start + 1..range.start + 1 + end),
        None => (!text[range.clone()].contains(['\'', '"', '\\'])).then_some(range),
    }
}

/// What is fed to a program that reads a password: `echo VALUE | sudo -S …`, `docker login --password-stdin <<< VALUE`.
fn of_feeds(text: &str) -> Vec<Range<usize>> {
    let reads = [" -S", "--password-stdin", "--with-token", "--stdin", "-fd 0", "--data-file=-", "chpasswd"];
    if !reads.iter().any(|option| text.contains(option)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, name) in ["echo ", "printf ", "<<<"].iter().flat_map(|name| text.match_indices(name)) {
        let mut start = at + name.len();
        let rest = |start: usize| text[start..].len() - text[start..].trim_start().len() + start;
        let end = text[start..].find(['|', ';', '&', '\n']).map_or(text.len(), |end| start + end);
        start = rest(start);
        // Options, and the form of `printf`.
        while let Some(word) = text.get(start..end).and_then(|words| words.split_whitespace().next())
            && (word.starts_with('-') || name == "printf " && word.contains('%'))
        {
            start = rest(start + word.len());
        }
        if start < end {
            found.extend(unquoted(text, start..start + text[start..end].trim_end().len()));
        }
    }
    found
}

fn of_wrappers(text: &str) -> Vec<Range<usize>> {
    let word_from = |at: usize| {
        let start = text.len() - text[at..].trim_start().len();
        start..start + text[start..].find(char::is_whitespace).unwrap_or(text.len() - start)
    };
    let mut found = Vec::new();
    for (at, program) in text.match_indices("sshpass ") {
        let mut word = word_from(at + program.len());
        while let Some(option) = text[word.clone()].strip_prefix('-') {
            let next = word_from(word.end);
            word = match option {
                "p" => {
                    let value = unquoted(text, next.clone());
                    let end = value.as_ref().map_or(next.end, |value| value.end.max(next.end));
                    found.extend(value);
                    word_from(end)
                }
                "f" | "d" | "P" => word_from(next.end),
                _ if option.starts_with('p') => {
                    found.extend(unquoted(text, word.start + 2..word.end));
                    next
                }
                _ => next,
            };
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
        "xfreerdp" | "xfreerdp3" | "wlfreerdp" | "sdl-freerdp" => after("/p:"),
        // name/password@database
        "sqlplus" | "sqlldr" | "expdp" | "impdp" if !word.starts_with(['-', '@', '/']) => {
            let value = word.find('/')? + 1;
            Some(value..word.rfind('@').unwrap_or(word.len()).max(value))
        }
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
        "plink" | "pscp" | "psftp" => word == "-pw",
        "nmcli" => matches!(word, "password" | "wifi-sec.psk" | "802-11-wireless-security.psk"),
        "keytool" | "jarsigner" => word.starts_with('-') && word.ends_with("pass"),
        "ipmitool" | "mosquitto_pub" | "mosquitto_sub" => word == "-P",
        "rdesktop" => word == "-p",
        "security" => word == "-w",
        "aws" => word == "--value",
        "gh" => matches!(word, "--body" | "-b"),
        _ => false,
    }
}

/// Options whose next word is `name:password`, with what stands between the two.
fn pair(program: &str, word: &str) -> Option<char> {
    match program {
        "smbclient" | "rpcclient" | "net" if word == "-U" => Some('%'),
        "lftp" if word == "-u" => Some(','),
        "curl" if matches!(word, "-b" | "--cookie") => Some('='),
        "kubectl" | "oc" if word == "--from-literal" => Some('='),
        "http" | "https" | "xh" | "xhs" if matches!(word, "-a" | "--auth") => Some(':'),
        _ if matches!(word, "-u" | "--user" | "--proxy-user") => Some(':'),
        _ => None,
    }
}

/// `NAME=VALUE` for a program that keeps secrets, when that is what it is told to do.
fn of_secret_store(program: &str, words: &[&str], word: &str) -> Option<Range<usize>> {
    let keeps = match program {
        "kubectl" | "oc" => {
            return word
                .strip_prefix("--from-literal=")
                .and_then(|pair| pair.split_once('='))
                .map(tail(word));
        }
        "fly" | "flyctl" | "doppler" | "supabase" => words.contains(&"secrets"),
        "heroku" => words.iter().any(|word| matches!(*word, "config:set" | "config:add")),
        "vault" => words.contains(&"kv") || words.contains(&"write"),
        _ => false,
    };
    word.split_once('=').filter(|_| keeps && !word.starts_with('-')).map(tail(word))
}

/// The range of the second half of a word.
fn tail(word: &str) -> impl Fn((&str, &str)) -> Range<usize> {
    let length = word.len();
    move |(_, value)| length - value.len()..length
}

/// Verbs with a password as an argument: how many words further it stands.
fn positional(program: &str, word: &str) -> Option<usize> {
    match (program, word) {
        ("rabbitmqctl", "add_user" | "change_password" | "authenticate_user") => Some(2),
        ("htpasswd", "-b" | "-nb" | "-bc" | "-cb" | "-bn") => Some(if word.contains('n') { 2 } else { 3 }),
        ("mysqladmin", "password") | ("rclone", "obscure") => Some(1),
        ("wpa_passphrase", word) if !word.starts_with('-') => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_program_that_is_taken_off() {
        let found = |text: &'static str| -> Vec<&str> {
            of_wrappers(text).into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(found("sshpass -p hunter2 ssh -p 22 web1"), ["hunter2"]);
        assert_eq!(found("cd x && /usr/bin/sshpass -v  -phunter2 scp a b:"), ["hunter2"]);
        assert_eq!(found("sshpass -p 'my cat' ssh x"), ["my cat"]);
        assert_eq!(found("sshpass -p\"my cat\" ssh x"), ["my cat"]);
        assert_eq!(found("sshpass -p a\\b ssh x"), Vec::<&str>::new());
        assert_eq!(found("sshpass -P word -p a ssh x; sshpass -p b ssh y"), ["a", "b"]);
        for text in
            ["sshpass -f file ssh -p 22 web1", "sshpass", "sshpass ", "sshpass -p", "ssh -p 22 sshpassed"]
        {
            assert!(found(text).iter().all(|value| value.is_empty()), "{text}: {:?}", found(text));
        }
    }

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
            (&["lftp", "-u", "me,hunter2", "h.test"], "hunter2"),
            (&["plink", "-pw", "hunter2", "h.test"], "hunter2"),
            (&["nmcli", "dev", "wifi", "connect", "x", "password", "hunter2"], "hunter2"),
            (&["keytool", "-list", "-storepass", "hunter2"], "hunter2"),
            (&["rclone", "obscure", "hunter2"], "hunter2"),
            (&["wpa_passphrase", "home", "hunter2"], "hunter2"),
            (&["curl", "--cookie", "session=hunter2", "https://a.test"], "hunter2"),
            (&["kubectl", "create", "secret", "generic", "x", "--from-literal=k=hunter2"], "hunter2"),
            (&["kubectl", "create", "secret", "generic", "x", "--from-literal", "k=hunter2"], "hunter2"),
            (&["aws", "ssm", "put-parameter", "--name", "x", "--value", "hunter2"], "hunter2"),
            (&["gh", "secret", "set", "X", "--body", "hunter2"], "hunter2"),
            (&["fly", "secrets", "set", "X=hunter2"], "hunter2"),
            (&["heroku", "config:set", "X=hunter2"], "hunter2"),
            (&["vault", "kv", "put", "secret/x", "v=hunter2"], "hunter2"),
            (&["ipmitool", "-U", "me", "-P", "hunter2"], "hunter2"),
            (&["sqlplus", "-S", "app/hunter2@db"], "hunter2"),
            (&["sqlplus", "app/hunter2"], "hunter2"),
            (&["xfreerdp", "/u:me", "/p:hunter2"], "hunter2"),
            (&["security", "add-generic-password", "-s", "x", "-w", "hunter2"], "hunter2"),
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
            &["gh", "pr", "create", "--body", "why"],
            &["curl", "-b", "cookies.txt", "https://a.test"],
            &["kubectl", "set", "image", "deploy/web", "web=img:1"],
            &["heroku", "ps:scale", "web=1"],
            &["sqlplus", "-S", "/nolog", "@run.sql"],
            &["fly", "deploy", "--build-arg", "X=1"],
        ] {
            assert_eq!(credentials(words), [], "{words:?}");
        }
    }
}
