//! What configuration files say of an address, by how they are written.

use super::address::Address;
use serde_json::Value as Json;

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The address.
    pub address: Address,
    /// The variable that it was read from, where the file only names one.
    pub variable: Option<String>,
    /// It stands in a part of the file that belongs to the environment.
    pub of_environment: bool,
}

impl Found {
    fn some(self) -> Option<Found> {
        if self.address.is_empty() { None } else { Some(self) }
    }
}

/// Answers with the value of a variable.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Puts one setting, by its name, into an address.
fn set(address: &mut Address, key: &str, value: &str) {
    if value.is_empty() || value.len() > 4096 {
        return;
    }
    let key = key.to_lowercase().replace(['-', '_', '.'], "");
    match key.as_str() {
        "url" | "uri" | "dsn" | "connectionstring" | "connstring" | "connection" | "databaseurl"
        | "endpoint" | "dburl" | "clienturl" | "datasource" => address.fill(Address::read(value)),
        "host" | "hostname" | "server" | "dbhost" if !address.is_placed() => address.set_host(value),
        "database" | "dbname" | "dbdatabase" => match is_file(value) {
            true if !address.is_placed() => address.file = Some(value.to_owned()),
            _ => address.database = address.database.take().or_else(|| Some(value.to_owned())),
        },
        "name" => match is_file(value) {
            true if !address.is_placed() => address.file = Some(value.to_owned()),
            _ => address.database = address.database.take().or_else(|| Some(value.to_owned())),
        },
        "storage" | "filename" if !address.is_placed() => address.file = Some(value.to_owned()),
        "user" | "username" | "dbuser" => {
            address.user = address.user.take().or_else(|| Some(value.to_owned()));
        }
        "socket" | "unixsocket" if !address.is_placed() => address.socket = true,
        "adapter" | "dialect" | "client" if value.starts_with("sqlite") => {
            address.scheme = "sqlite".to_owned();
        }
        _ => {}
    }
}

fn is_file(value: &str) -> bool {
    [".db", ".sqlite", ".sqlite3", ".db3"].iter().any(|ending| value.ends_with(ending)) || value == ":memory:"
}

/// `key = value` lines with `[section]` lines between.
pub(super) fn ini(text: &str, section: &str, keys: &[&str]) -> Option<String> {
    let mut current = "";
    let mut found: Option<(usize, String)> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';', '!'])) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            current = name.trim();
            continue;
        }
        let Some((key, value)) = line.split_once(['=', ':']) else { continue };
        let Some(rank) = keys.iter().position(|known| *known == key.trim()) else { continue };
        let here = section.is_empty() || current == section;
        if here && !value.trim().is_empty() && found.as_ref().is_none_or(|(best, _)| rank < *best) {
            found = Some((rank, value.trim().trim_matches(['"', '\'']).to_owned()));
        }
    }
    found.map(|(_, value)| value)
}

/// Java properties and ini files: the address under one of the keys.
pub(super) fn properties(text: &str, section: &str, keys: &[&str], lookup: Lookup<'_>) -> Option<Found> {
    let value = ini(text, section, keys)?;
    let (value, variable) = filled(&value, lookup);
    Found { address: Address::read(&value), variable, of_environment: false }.some()
}

/// Puts in `${NAME}`, `${env.NAME}` and `%(NAME)s`.
pub(super) fn filled(value: &str, lookup: Lookup<'_>) -> (String, Option<String>) {
    let mut out = value.to_owned();
    let mut variable = None;
    let mut from = 0;
    for _ in 0..8 {
        let next = [("${", "}"), ("%(", ")s")].into_iter().filter_map(|(open, close)| {
            let start = from + out.get(from..)?.find(open)?;
            let end = start + out[start..].find(close)?;
            Some((start, end, open.len(), close.len()))
        });
        let Some((start, end, open, close)) = next.min() else { break };
        let name = out[start + open..end]
            .trim_start_matches("env.")
            .split([':', '-'])
            .next()
            .unwrap_or_default()
            .to_owned();
        let put = lookup(&name).or_else(|| lookup(&name.to_uppercase()));
        let put_text = put.clone().unwrap_or_else(|| crate::syntax::HOLE.to_string());
        out.replace_range(start..end + close, &put_text);
        from = start + put_text.len();
        if put.is_some() {
            variable.get_or_insert(name);
        }
    }
    (out, variable)
}

/// The host in `<host>…</host>`.
pub(super) fn xml(text: &str, element: &str) -> Option<Found> {
    let (_, rest) = text.split_once(&format!("<{element}>"))?;
    let host = rest.split('<').next()?.trim();
    let mut address = Address::default();
    if !host.is_empty() {
        address.set_host(host);
    }
    Found { address, ..Found::default() }.some()
}

/// A client's options: `[client]` and the like.
pub(super) fn client_options(text: &str, suffix: &str) -> Option<Found> {
    let mut address = Address::default();
    // A group with the suffix is read after the plain ones, and wins.
    for suffix in [suffix, ""] {
        for section in ["client", "mysql", "mariadb"] {
            for key in ["host", "database", "user", "socket"] {
                if let Some(value) = ini(text, &format!("{section}{suffix}"), &[key]) {
                    set(&mut address, key, &value);
                }
            }
        }
        if suffix.is_empty() {
            break;
        }
    }
    Found { address, ..Found::default() }.some()
}

/// `pg_service.conf`: a section for each service.
pub(super) fn service(text: &str, name: &str) -> Option<Address> {
    let mut address = Address::default();
    for key in ["host", "dbname", "user", "port"] {
        if let Some(value) = ini(text, name, &[key]) {
            address.fill(Address::read(&format!("{key}={value}")));
        }
    }
    if address.is_empty() { None } else { Some(address) }
}

/// A mapping per environment, or one mapping, in YAML as people write it for databases: no flow style, no
/// multi-line values; anchors and merges.
pub(super) fn yaml(text: &str, environment: Option<&str>, lookup: Lookup<'_>) -> Option<Found> {
    let mut entries: Vec<(Vec<String>, String)> = Vec::new();
    let mut anchors: Vec<(String, Vec<String>)> = Vec::new();
    let mut merges: Vec<(Vec<String>, String)> = Vec::new();
    let mut path: Vec<(usize, String)> = Vec::new();
    for line in text.lines().take(20_000) {
        let body = line.trim_start_matches(' ');
        if body.is_empty() || body.starts_with(['#', '%', '-']) {
            continue;
        }
        let Some((key, value)) = body.split_once(':') else { continue };
        let indent = line.len() - body.len();
        path.retain(|(outer, _)| *outer < indent);
        let key = key.trim().trim_matches(['"', '\'']).to_owned();
        let value = value.trim();
        let mut full: Vec<String> = path.iter().map(|(_, key)| key.clone()).collect();
        if key == "<<" {
            merges.push((full, value.trim_start_matches('*').to_owned()));
            continue;
        }
        full.push(key.clone());
        if let Some(anchor) = value.strip_prefix('&') {
            let name = anchor.split_whitespace().next().unwrap_or(anchor);
            anchors.push((name.to_owned(), full));
            path.push((indent, key));
        } else if value.is_empty() || value.starts_with('#') {
            path.push((indent, key));
        } else {
            entries.push((full, value.to_owned()));
        }
    }
    let sectioned = |name: &str| {
        entries.iter().any(|(path, _)| path[..path.len() - 1].iter().any(|key| key == name))
            || merges.iter().any(|(path, _)| path.iter().any(|key| key == name))
    };
    let section = environment.filter(|name| sectioned(name));
    let mut found = Found { of_environment: section.is_some(), ..Found::default() };
    let mut take = |path: &[String], value: &str| {
        let (text, variable) = erb(value, lookup);
        if let Some(key) = path.last() {
            set(&mut found.address, key, &text);
            found.variable = found.variable.take().or(variable);
        }
    };
    match section {
        Some(name) => {
            let inside = |path: &[String]| path.iter().any(|key| key == name);
            for (path, value) in entries.iter().filter(|(path, _)| inside(&path[..path.len() - 1])) {
                take(path, value);
            }
            for (_, anchor) in merges.iter().filter(|(path, _)| inside(path)) {
                let Some((_, prefix)) = anchors.iter().find(|(name, _)| name == anchor) else { continue };
                for (path, value) in entries.iter().filter(|(path, _)| path.starts_with(prefix)) {
                    take(path, value);
                }
            }
        }
        None => {
            for (path, value) in entries.iter().filter(|(path, _)| path.len() == 1) {
                take(path, value);
            }
        }
    }
    found.some()
}

/// A YAML value that may hold Ruby: `<%= ENV["X"] %>`, `<%= ENV.fetch("X") { "y" } %>`.
fn erb(value: &str, lookup: Lookup<'_>) -> (String, Option<String>) {
    let plain = |value: &str| {
        let value = value.split(" #").next().unwrap_or(value).trim();
        value.trim_matches(['"', '\'']).to_owned()
    };
    let Some((before, rest)) = value.split_once("<%=") else {
        return filled(&plain(value), lookup);
    };
    let (code, after) = rest.split_once("%>").unwrap_or((rest, ""));
    let mut strings = code.split(['"', '\'']).skip(1).step_by(2);
    let first = strings.next().unwrap_or_default();
    let (put, variable) = match code.contains("ENV") {
        true => match lookup(first) {
            Some(value) => (value, Some(first.to_owned())),
            None => (strings.next().unwrap_or_default().to_owned(), None),
        },
        false => (first.to_owned(), None),
    };
    (plain(&format!("{before}{put}{after}")), variable)
}

/// A mapping per environment (sequelize, db-migrate), connection strings (.NET), or one mapping (typeorm).
pub(super) fn json(text: &str, environment: Option<&str>, lookup: Lookup<'_>) -> Option<Found> {
    let root: Json = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    if let Some(strings) = root.get("ConnectionStrings").and_then(Json::as_object) {
        let value = strings.get("DefaultConnection").or_else(|| strings.values().next())?.as_str()?;
        return Found { address: Address::read(value), ..Found::default() }.some();
    }
    let section = environment.and_then(|name| root.get(name));
    let first = root.as_array().and_then(|items| items.first());
    let of_environment = section.is_some();
    let settings = section.or(first).unwrap_or(&root);
    let mut found = Found { of_environment, ..Found::default() };
    if let Some(text) = settings.as_str() {
        found.address = Address::read(text);
        return found.some();
    }
    for (key, value) in settings.as_object()? {
        // `{ "ENV": "NAME" }` and `use_env_variable` name a variable.
        let named = value.get("ENV").and_then(Json::as_str);
        let named = named.or_else(|| value.as_str().filter(|_| key == "use_env_variable"));
        match (named, value.as_str()) {
            (Some(name), _) => {
                if let Some(value) = lookup(name) {
                    let key = if key == "use_env_variable" { "url" } else { key };
                    set(&mut found.address, key, &value);
                    found.variable = Some(name.to_owned());
                }
            }
            (None, Some(value)) => {
                let (value, variable) = filled(value, lookup);
                set(&mut found.address, key, &value);
                found.variable = found.variable.take().or(variable);
            }
            _ => {}
        }
    }
    found.some()
}

/// flyway.toml: `[environments.prod] url = …`.
pub(super) fn toml(text: &str, environment: Option<&str>, lookup: Lookup<'_>) -> Option<Found> {
    let root: toml::Table = text.parse().ok()?;
    let default = root.get("flyway").and_then(|table| table.get("environment")).and_then(toml::Value::as_str);
    let name = environment.or(default).unwrap_or("default");
    let section = root.get("environments").and_then(|table| table.get(name)).or_else(|| root.get(name));
    let settings = section.or_else(|| root.get("flyway"))?.as_table()?;
    let mut found = Found { of_environment: section.is_some(), ..Found::default() };
    for (key, value) in settings {
        if let Some(value) = value.as_str() {
            let (value, variable) = filled(value, lookup);
            set(&mut found.address, key, &value);
            found.variable = found.variable.take().or(variable);
        }
    }
    // The name of the section says what it is for, whatever its host is called.
    if section.is_some() && name != "default" {
        found.address.service = Some(name.to_owned());
    }
    found.some()
}

/// A prisma schema: `url = env("NAME")` in the `datasource` block.
pub(super) fn prisma(text: &str, lookup: Lookup<'_>) -> Option<Found> {
    let block = text.split_once("datasource ")?.1;
    let block = block.split('}').next().unwrap_or(block);
    for key in ["directUrl", "url"] {
        let line = block
            .lines()
            .map(str::trim)
            .find(|line| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')));
        let Some(line) = line else { continue };
        let Some(text) = line.split('"').nth(1) else { continue };
        let found = match line.contains("env(") {
            true => lookup(text).map(|value| Found {
                address: Address::read(&value),
                variable: Some(text.to_owned()),
                ..Found::default()
            }),
            false => Some(Found { address: Address::read(text), ..Found::default() }),
        };
        if let Some(found) = found.and_then(Found::some) {
            return Some(found);
        }
    }
    None
}

/// Program text: variables that are named in it, then literals.
pub(super) fn code(text: &str, environment: Option<&str>, lookup: Lookup<'_>) -> Option<Found> {
    let text = without_comments(text);
    let section = environment.and_then(|name| section(&text, name));
    let of_environment = section.is_some();
    let text = section.unwrap_or(&text);
    let mut address = Address::default();
    let mut variable = None;
    for name in variables(text) {
        let Some(value) = lookup(name) else { continue };
        let part = [
            "URL", "URI", "DSN", "CONN", "STRING", "HOST", "HOSTNAME", "SERVER", "NAME", "DATABASE", "USER",
            "USERNAME",
        ]
        .into_iter()
        .filter(|part| name.ends_with(part))
        .max_by_key(|part| part.len());
        let key = match part {
            Some("URL" | "URI" | "DSN" | "CONN" | "STRING") => "url",
            Some("HOST" | "HOSTNAME" | "SERVER") => "host",
            Some("NAME" | "DATABASE") => "database",
            Some("USER" | "USERNAME") => "user",
            _ if value.contains("://") => "url",
            _ => continue,
        };
        set(&mut address, key, &value);
        if key != "user" {
            variable.get_or_insert_with(|| name.to_owned());
        }
    }
    if !address.is_placed() {
        let literals = literals(text);
        let url = literals.iter().map(|(_, value)| *value).find(|value| is_database_url(value));
        match url {
            Some(url) => address.fill(Address::read(url)),
            None => {
                for &(key, value) in &literals {
                    let key = key.trim_start_matches("DB_");
                    if matches!(
                        key.to_lowercase().as_str(),
                        "host"
                            | "hostname"
                            | "database"
                            | "name"
                            | "dbname"
                            | "user"
                            | "username"
                            | "filename"
                            | "storage"
                    ) {
                        set(&mut address, key, value);
                    }
                }
                // `'NAME': BASE_DIR / 'db.sqlite3'`: of a path that is put together the end is enough.
                let file = literals
                    .iter()
                    .map(|(_, value)| value)
                    .find(|value| value.ends_with(".sqlite3") && !value.starts_with("django."));
                if let Some(file) = file.filter(|_| address.host.is_none() && variable.is_none()) {
                    address.database = None;
                    address.file = Some(joined(text, file));
                }
            }
        }
    }
    // A lone `name: "…"` is the name of anything.
    if !address.is_placed() && variable.is_none() && address.user.is_none() {
        return None;
    }
    Found { address, variable, of_environment }.some()
}

/// `BASE_DIR / "var" / "crm.sqlite3"`, `os.path.join(BASE_DIR, "var", "crm.sqlite3")`: the pieces before the last.
fn joined(text: &str, file: &str) -> String {
    let mut path = file.to_owned();
    let Some(at) = text.find(file) else { return path };
    let mut before = &text[..at];
    for _ in 0..4 {
        let Some(rest) = before.trim_end_matches(['"', '\'']).trim_end().strip_suffix(['/', ',']) else {
            break;
        };
        let rest = rest.trim_end();
        let Some(inside) = rest.strip_suffix(['"', '\'']) else { break };
        let Some(start) = inside.rfind(['"', '\'']) else { break };
        path = format!("{}/{path}", inside[start + 1..].trim_matches('/'));
        before = &inside[..=start];
    }
    path
}

fn is_database_url(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme).to_lowercase();
    let scheme = scheme.split('+').next().unwrap_or_default();
    matches!(
        scheme,
        "postgres"
            | "postgresql"
            | "mysql"
            | "mariadb"
            | "mongodb"
            | "sqlite"
            | "ecto"
            | "sqlserver"
            | "mssql"
            | "libsql"
            | "cockroachdb"
            | "redis"
            | "rediss"
            | "file"
            | "psql"
    )
}

/// Variables of an environment whose names speak of a database.
fn variables(text: &str) -> Vec<&str> {
    let word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let mut names: Vec<&str> = Vec::new();
    for name in text.split(|c: char| !word(c)) {
        let speaks = ["DATABASE", "DB", "PG", "POSTGRES", "MYSQL", "MARIADB", "SQL", "MONGO", "ORM"]
            .iter()
            .any(|part| name.contains(part));
        if speaks && name.len() > 2 && names.len() < 64 && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `key: "value"`, `'key': 'value'`, `key = "value"`, `define('key', 'value')`, and other strings without a key.
fn literals(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut offset = 0;
    while found.len() < 256
        && let Some(at) = rest.find(['"', '\''])
    {
        let quote = rest.as_bytes()[at];
        let inside = &rest[at + 1..];
        let end = inside.bytes().position(|byte| byte == quote || byte == b'\n').unwrap_or(inside.len());
        let before = text[..offset + at].trim_end();
        let key = before.strip_suffix([':', '=', ',', '>']).unwrap_or("").trim_end_matches('=').trim_end();
        let key = key.trim_end_matches(['"', '\'']);
        let start = key
            .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(0, |at| at + key[at..].chars().next().map_or(1, char::len_utf8));
        found.push((&key[start..], &inside[..end]));
        let used = at + 1 + (end + 1).min(inside.len());
        offset += used;
        rest = &rest[used..];
    }
    found
}

/// The braces that follow the name of an environment: `production: { … }`.
fn section<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    for (at, _) in text.match_indices(name) {
        let before = text[..at].chars().next_back();
        let rest = text[at + name.len()..].trim_start_matches(['"', '\'']).trim_start();
        let begins =
            rest.strip_prefix([':', '=']).map(|rest| rest.trim_start_matches(['>', ' ', '\n', '\t']));
        let Some(body) = begins.filter(|body| body.starts_with(['{', '['])) else {
            // `env "prod" { … }` in HCL.
            match rest.strip_prefix('{') {
                Some(body) if before == Some('"') => return Some(balanced(body)),
                _ => continue,
            }
        };
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        return Some(balanced(&body[1..]));
    }
    None
}

fn balanced(body: &str) -> &str {
    let mut depth = 1usize;
    for (at, c) in body.char_indices() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &body[..at];
        }
    }
    body
}

/// Text without whole-line comments, which is where old addresses are kept.
fn without_comments(text: &str) -> String {
    let comment = |line: &&str| {
        let line = line.trim_start();
        !(line.starts_with("//") || line.starts_with('#') || line.starts_with('*') || line.starts_with("/*"))
    };
    text.lines().filter(comment).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_that_is_put_together() {
        for (text, file) in [
            ("'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'", "db.sqlite3"),
            ("\"NAME\": BASE_DIR / \"var\" / \"crm.sqlite3\"", "var/crm.sqlite3"),
            ("NAME = os.path.join(BASE_DIR, 'var', 'crm.sqlite3')", "var/crm.sqlite3"),
        ] {
            let found = code(text, None, &|_| None).unwrap();
            assert_eq!(found.address.file.as_deref(), Some(file), "{text}");
        }
    }

    #[test]
    fn a_group_with_a_suffix_wins() {
        let text = "[client]\nhost=127.0.0.1\nuser=ada\n[client_shop]\nhost=mysql.prod.acme.test\n";
        let host = |suffix| client_options(text, suffix).unwrap().address.host;
        assert_eq!(host("").as_deref(), Some("127.0.0.1"));
        assert_eq!(host("_shop").as_deref(), Some("mysql.prod.acme.test"));
        assert_eq!(
            xml("<config><host>ch.prod</host></config>", "host").unwrap().address.host.as_deref(),
            Some("ch.prod")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "([a-z:=\\[\\]{}<>%\"'()#/@.$*& -]|\n|é|\u{fffc}|production|url|host|ENV\\[|<%=|%>|://|DB_HOST|datasource ){0,60}") {
            let lookup = |name: &str| Some(name.to_lowercase());
            for environment in [None, Some("production"), Some("")] {
                yaml(&text, environment, &lookup);
                json(&text, environment, &lookup);
                toml(&text, environment, &lookup);
                code(&text, environment, &lookup);
            }
            prisma(&text, &lookup);
            properties(&text, "", &["url"], &lookup);
            xml(&text, "host");
            client_options(&text, "");
            client_options(&text, "_a");
            service(&text, "production");
            super::super::dotenv::value(&text, "url");
            if let Some(shown) = Address::read(&text).show() {
                prop_assert!(!shown.contains(crate::syntax::HOLE), "a hole is shown");
            }
        }
    }
}
