//! The address of a database, in the forms in which people write it.

use crate::percent;
use crate::syntax::HOLE;

/// Where a database is, without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// `postgresql`, `mysql`, `sqlite`…; empty where the form does not say.
    pub scheme: String,
    /// User name.
    pub user: Option<String>,
    /// Host name or address; several are joined by commas.
    pub host: Option<String>,
    /// Port, as written.
    pub port: Option<String>,
    /// Name of the database.
    pub database: Option<String>,
    /// The file that is the database.
    pub file: Option<String>,
    /// A socket of this machine.
    pub socket: bool,
    /// Name of a set of connection settings.
    pub service: Option<String>,
    /// Something was named, but what is only known when it runs.
    pub opaque: bool,
}

impl Address {
    /// Reads a URL, a connection string, a DSN, or a bare name.
    pub fn read(text: &str) -> Address {
        let text = text.trim().trim_matches(['"', '\'']);
        let mut address = match text.strip_prefix("jdbc:").unwrap_or(text) {
            "" => return Address::default(),
            text if text.chars().all(|c| c == HOLE) => return Address { opaque: true, ..Address::default() },
            text if is_file(text) => file(text),
            text if text.contains("://") => url(text),
            text if text.contains("@tcp(") || text.starts_with("tcp(") || text.contains("unix(") => dsn(text),
            text if text.contains('=') => pairs(text),
            text => bare(text),
        };
        // What is only known when it runs is no name.
        if address.scheme.contains(HOLE) {
            address.scheme.clear();
        }
        address.port = address.port.take().filter(|port| !port.contains(HOLE));
        address.service = address.service.take().filter(|name| !name.contains(HOLE));
        for part in [&mut address.user, &mut address.host, &mut address.database, &mut address.file] {
            if part.as_ref().is_some_and(|text| text.contains(HOLE)) {
                address.opaque = true;
                *part = part.take().map(|text| text.replace(HOLE, "")).filter(|text| text.len() > 2);
            }
        }
        address
    }

    /// Whether it says where the database is.
    pub fn is_placed(&self) -> bool {
        self.host.is_some() || self.file.is_some() || self.socket
    }

    /// Whether it says anything.
    pub fn is_empty(&self) -> bool {
        *self == Address { scheme: self.scheme.clone(), ..Address::default() }
    }

    /// Takes from `other` what is missing.
    pub fn fill(&mut self, other: Address) {
        if self.scheme.is_empty() {
            self.scheme = other.scheme;
        }
        if !self.is_placed() {
            self.host = other.host;
            self.port = self.port.take().or(other.port);
            self.file = other.file;
            self.socket = other.socket;
        }
        self.user = self.user.take().or(other.user);
        self.database = self.database.take().or(other.database);
        self.service = self.service.take().or(other.service);
        self.opaque |= other.opaque;
    }

    /// Puts in a part that was given by itself.
    pub fn set_host(&mut self, host: &str) {
        if host.starts_with('/') {
            self.socket = true;
            return;
        }
        let host = host.strip_prefix("tcp:").unwrap_or(host);
        let mut host = host.to_owned();
        // `host:port`, `host,port` and `host\instance`, but not an IPv6 address.
        if let Some(at) = host.find([',', '\\']) {
            host.truncate(at);
        } else if host.matches(':').count() == 1
            && let Some((name, port)) = host.clone().split_once(':')
        {
            self.port = Some(port.to_owned());
            host = name.to_owned();
        }
        if !host.is_empty() {
            self.host = Some(host.to_lowercase());
        }
    }

    /// As a person would name it.
    pub fn show(&self) -> Option<String> {
        if let Some(file) = &self.file {
            return Some(file.clone());
        }
        if self.host.is_none() && self.database.is_none() && !self.socket {
            return self.service.as_ref().map(|service| format!("service {service}"));
        }
        let mut out = String::new();
        if !self.scheme.is_empty() {
            out = format!("{}://", self.scheme);
        }
        if let Some(user) = &self.user {
            out.push_str(user);
            out.push('@');
        }
        match &self.host {
            Some(host) if host.contains(':') => out.push_str(&format!("[{host}]")),
            Some(host) => out.push_str(host),
            None if self.scheme.is_empty() => out.push_str("localhost"),
            None => {}
        }
        if let Some(port) = &self.port {
            out.push_str(&format!(":{port}"));
        }
        if let Some(database) = &self.database {
            out.push_str(&format!("/{database}"));
        }
        Some(out)
    }
}

fn is_file(text: &str) -> bool {
    let lower = text.split('?').next().unwrap_or(text).to_lowercase();
    let scheme =
        ["sqlite:", "sqlite3:", "file:", "h2:", "duckdb:"].iter().any(|scheme| lower.starts_with(scheme));
    let ending =
        [".db", ".sqlite", ".sqlite3", ".db3", ".duckdb"].iter().any(|ending| lower.ends_with(ending));
    scheme || lower == ":memory:" || (ending && !lower.contains("://") && !lower.contains([';', '=']))
}

fn file(text: &str) -> Address {
    let path = text.split('?').next().unwrap_or(text);
    let scheme = path.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| scheme.len() > 1);
    let path = scheme.map_or(path, |scheme| &path[scheme.len() + 1..]);
    // `sqlite:///relative`, `sqlite:////absolute`, `sqlite://relative`.
    let path = path.strip_prefix("///").or_else(|| path.strip_prefix("//")).unwrap_or(path);
    let name = if path.is_empty() { ":memory:" } else { path };
    Address { scheme: "sqlite".to_owned(), file: Some(name.to_owned()), ..Address::default() }
}

fn url(text: &str) -> Address {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let mut address = Address {
        scheme: scheme.split('+').next().unwrap_or(scheme).trim_start_matches("db:").to_lowercase(),
        ..Address::default()
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    // SQL Server: `sqlserver://host:1433;databaseName=app`.
    let (rest, settings) = rest.split_once(';').unwrap_or((rest, ""));
    let (credentials, place) = match rest.rfind('@') {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => ("", rest),
    };
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    let user = credentials.split(':').next().unwrap_or_default();
    address.user = Some(percent::decoded_text(user)).filter(|user| !user.is_empty());
    let names: Vec<&str> =
        hosts.split(',').map(|host| without_port(host).0).filter(|host| !host.is_empty()).collect();
    let port = without_port(hosts.rsplit(',').next().unwrap_or(hosts)).1;
    // A socket directory is written with its slashes encoded.
    match percent::decoded_text(&names.join(",")) {
        host if host.is_empty() => {}
        host if host.starts_with('/') => address.socket = true,
        host => address.host = Some(host.to_lowercase()),
    }
    address.port = port.map(str::to_owned);
    let database = database.split(['/', '#']).next().unwrap_or_default();
    address.database = Some(percent::decoded_text(database)).filter(|name| !name.is_empty());
    for (name, value) in query.split('&').chain(settings.split(';')).filter_map(|pair| pair.split_once('=')) {
        set(&mut address, name, &percent::decoded_text(value));
    }
    address
}

/// `name:5432` → `name` and `5432`; `[::1]:5432` likewise.
fn without_port(host: &str) -> (&str, Option<&str>) {
    if let Some((inside, after)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (inside, after.strip_prefix(':'));
    }
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') => (name, Some(port).filter(|port| !port.is_empty())),
        _ => (host, None),
    }
}

/// Go's driver for MySQL: `user:password@tcp(host:3306)/database?…`.
fn dsn(text: &str) -> Address {
    let mut address = Address { scheme: "mysql".to_owned(), ..Address::default() };
    let (credentials, place) = text.rsplit_once('@').unwrap_or(("", text));
    let user = credentials.split(':').next().unwrap_or_default();
    address.user = Some(user.to_owned()).filter(|user| !user.is_empty());
    if let Some((protocol, rest)) = place.split_once('(') {
        let (host, rest) = rest.split_once(')').unwrap_or((rest, ""));
        match protocol {
            "unix" => address.socket = true,
            _ => address.set_host(host),
        }
        let database = rest.trim_start_matches('/').split('?').next().unwrap_or_default();
        address.database = Some(database.to_owned()).filter(|name| !name.is_empty());
    }
    address
}

/// `host=… dbname=…` as libpq reads it, `Server=…;Database=…` as .NET does.
fn pairs(text: &str) -> Address {
    let mut address = Address::default();
    let separator =
        if text.contains(';') || text.to_lowercase().contains("data source=") { ';' } else { ' ' };
    for (name, value) in text.split(separator).filter_map(|pair| pair.split_once('=')) {
        set(&mut address, name, value.trim().trim_matches(['\'', '"']));
    }
    address
}

fn set(address: &mut Address, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    match name.trim().to_lowercase().as_str() {
        "host" | "hostaddr" | "server" | "hostname" | "addr" | "address" | "network address" => {
            address.set_host(value);
        }
        "data source" | "datasource" | "filename" => match is_file(value) {
            true => address.file = Some(value.to_owned()),
            false => address.set_host(value),
        },
        "dbname" | "database" | "databasename" | "initial catalog" => {
            address.database = Some(value.to_owned());
        }
        "user" | "username" | "user id" | "uid" | "user name" => address.user = Some(value.to_owned()),
        "port" => address.port = Some(value.to_owned()),
        "service" => address.service = Some(value.to_owned()),
        _ => {}
    }
}

/// `name`, `host/name`, `host:port/name`.
fn bare(text: &str) -> Address {
    let mut address = Address::default();
    match text.split_once('/') {
        Some((host, database)) if !host.is_empty() => {
            address.set_host(host);
            address.database = Some(database.to_owned()).filter(|name| !name.is_empty());
        }
        Some(_) => address.socket = true,
        None if text.contains(':') || text.matches('.').count() > 1 => address.set_host(text),
        None => address.database = Some(text.to_owned()),
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_no_password_is_kept() {
        for (text, shown) in [
            (
                "postgresql://app:s3cret@db.prod.acme.test:5432/shop?sslmode=require",
                "postgresql://app@db.prod.acme.test:5432/shop",
            ),
            ("postgresql+asyncpg://app:p@ss/w@Db.Host/shop", "postgresql://app@db.host/shop"),
            ("postgres:///shop?host=/var/run/postgresql", "postgres:///shop"),
            ("postgres://%2Fvar%2Frun/shop", "postgres:///shop"),
            ("postgres://u@[::1]:5432/shop", "postgres://u@[::1]:5432/shop"),
            ("mongodb://u:p@a.test:1,b.test:2/shop", "mongodb://u@a.test,b.test:2/shop"),
            ("mongodb+srv://u:p@c.mongodb.net/shop?retryWrites=true", "mongodb://u@c.mongodb.net/shop"),
            ("jdbc:mysql://db:3306/shop?user=root&password=x", "mysql://root@db:3306/shop"),
            ("jdbc:sqlserver://sql.test:1433;databaseName=shop;password=x", "sqlserver://sql.test:1433/shop"),
            ("root:secret@tcp(10.0.0.5:3306)/shop?parseTime=true", "mysql://root@10.0.0.5:3306/shop"),
            ("host=db.test port=5433 dbname=shop user=app password=x", "app@db.test:5433/shop"),
            ("Server=tcp:sql.test,1433;Database=shop;User Id=sa;Password=x", "sa@sql.test/shop"),
            ("Host=pg.test;Port=5432;Database=shop;Username=app;Password=x", "app@pg.test:5432/shop"),
            ("Data Source=app.db", "app.db"),
            ("sqlite:///var/prod.sqlite3", "var/prod.sqlite3"),
            ("sqlite:////srv/prod.db", "/srv/prod.db"),
            ("file:./dev.db?connection_limit=1", "./dev.db"),
            ("shop", "localhost/shop"),
            ("db.test:27017/shop", "db.test:27017/shop"),
        ] {
            let address = Address::read(text);
            assert_eq!(address.show().as_deref(), Some(shown), "{text}");
            let kept = format!("{address:?}");
            assert!(!kept.contains("cret") && !kept.contains("p@ss"), "{kept}");
        }
        assert!(Address::read("\u{fffc}").opaque);
        assert_eq!(
            Address::read("postgres://app:\u{fffc}@db.test/x").show().as_deref(),
            Some("postgres://app@db.test/x")
        );
    }
}
