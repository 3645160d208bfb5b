//! What a database is, by its names: production, staging, development.

use crate::policy::DatabaseClass;

/// The class that the parts of a name speak of; the strictest counts.
///
/// A name is split at everything that is no letter or digit, and digits at the end of a part are left off:
/// `db1.prod-eu.acme.test` speaks of production, `product-db` does not.
pub(in crate::fact) fn of_name(name: &str) -> Option<DatabaseClass> {
    let lower = name.to_lowercase();
    let parts: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()))
        .filter(|part| !part.is_empty())
        .collect();
    let mut strictest: Option<DatabaseClass> = None;
    for (at, part) in parts.iter().enumerate() {
        // `non-prod`, `pre-production`: the word before takes it back.
        let before = at.checked_sub(1).and_then(|at| parts.get(at)).copied().unwrap_or_default();
        let class = match of_part(part) {
            Some(DatabaseClass::Production) if matches!(before, "non" | "not" | "pre" | "no") => {
                Some(DatabaseClass::Staging)
            }
            class => class,
        };
        strictest = match (strictest, class) {
            (Some(a), Some(b)) => Some(if rank(a) <= rank(b) { a } else { b }),
            (a, b) => a.or(b),
        };
    }
    strictest
}

fn rank(class: DatabaseClass) -> usize {
    DatabaseClass::ALL.iter().position(|known| *known == class).unwrap_or(usize::MAX)
}

fn of_part(part: &str) -> Option<DatabaseClass> {
    match part {
        "prod" | "production" | "prd" | "live" | "prods" => Some(DatabaseClass::Production),
        "staging" | "stage" | "stg" | "uat" | "preprod" | "preproduction" | "nonprod" | "preview"
        | "demo" => Some(DatabaseClass::Staging),
        "dev" | "devel" | "develop" | "development" | "test" | "tests" | "testing" | "ci" | "sandbox"
        | "local" | "qa" | "scratch" => Some(DatabaseClass::Development),
        "proddb" | "dbprod" | "prodpg" => Some(DatabaseClass::Production),
        "devdb" | "testdb" | "dbtest" | "dbdev" => Some(DatabaseClass::Development),
        // `myappprod`, `appproduction`; `reproduction` and `unprod` are other words.
        _ if part.ends_with("reproduction") || part.starts_with("non") || part.starts_with("pre") => None,
        _ if part.len() > 6 && (part.ends_with("prod") || part.ends_with("production")) => {
            Some(DatabaseClass::Production)
        }
        // `prodconsole`, `prodweb1`; products and prodigies are other words.
        _ if part.len() > 6
            && part.strip_prefix("prod").is_some_and(|rest| !rest.starts_with(['u', 'i', 'd', 'r'])) =>
        {
            Some(DatabaseClass::Production)
        }
        _ => None,
    }
}

/// The class that the name of a file speaks of; `db.sqlite3` is what Django makes on a developer's machine.
pub(super) fn of_file(name: &str) -> Option<DatabaseClass> {
    if name == "db.sqlite3" { Some(DatabaseClass::Development) } else { of_name(name) }
}

/// A name that people give to what they throw away: `tmp_users`, `scratch`, `test`.
pub(super) fn is_throwaway(name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name).to_lowercase();
    name.split('_').any(|part| matches!(part, "tmp" | "temp" | "scratch" | "dummy" | "playground"))
        || matches!(name.as_str(), "test" | "tests" | "foo" | "bar")
        || name.starts_with("test_")
        || name.ends_with("_test")
}

/// The class that a host name speaks of. The last label is a top-level domain, where `dev` and `live` mean
/// nothing; `prod` is none.
pub(in crate::fact) fn of_host(host: &str) -> Option<DatabaseClass> {
    let mut strictest = None;
    for host in host.split(',') {
        let (name, last) = host.rsplit_once('.').unwrap_or((host, ""));
        let last = of_name(last).filter(|_| matches!(last, "prod" | "production" | "test" | "staging"));
        for class in [of_name(name), last].into_iter().flatten() {
            strictest = match strictest {
                Some(known) if rank(known) <= rank(class) => Some(known),
                _ => Some(class),
            };
        }
    }
    strictest
}

/// Whether a host is this machine, or a service beside the program on this machine.
pub(in crate::fact) fn is_local(host: &str) -> bool {
    let loopback = |host: &str| {
        host.parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback() || address.is_unspecified())
    };
    host.split(',').all(|host| {
        loopback(host)
            || host == "localhost"
            || host.ends_with(".localhost")
            || host.starts_with("host.docker.internal")
            || host.starts_with("docker.for.")
            || host.starts_with("host.containers.internal")
            || matches!(host, "." | "(local)" | "(localdb)")
            // What services are called in compose files.
            || matches!(
                host,
                "db" | "database" | "postgres" | "postgresql" | "pg" | "mysql" | "mariadb" | "redis" | "mongo"
                    | "mongodb" | "mssql" | "sqlserver" | "cache" | "clickhouse" | "cassandra" | "cockroachdb"
                    | "timescaledb" | "valkey" | "postgis"
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use DatabaseClass::{Development, Production, Staging};

    #[test]
    fn names() {
        for (name, class) in [
            ("app_production", Some(Production)),
            ("db.prod1", Some(Production)),
            ("PROD_DATABASE_URL", Some(Production)),
            ("prd-orders", Some(Production)),
            ("myappprod", Some(Production)),
            ("live", Some(Production)),
            ("prod_dev_copy", Some(Production)),
            ("product", None),
            ("product_db", None),
            ("reproduction", None),
            ("delivery", None),
            ("nonprod", Some(Staging)),
            ("non-prod", Some(Staging)),
            ("pre_production", Some(Staging)),
            ("app_stg", Some(Staging)),
            ("latest", None),
            ("app_test", Some(Development)),
            ("device", None),
            ("", None),
        ] {
            assert_eq!(of_name(name), class, "{name}");
        }
    }

    #[test]
    fn hosts() {
        for (host, class) in [
            ("db.prod", Some(Production)),
            ("db.acme.dev", None),
            ("db.acme.live", None),
            ("live.acme.com", Some(Production)),
            ("db.dev.acme.com", Some(Development)),
            ("postgres.prod.svc.cluster.local", Some(Production)),
            ("postgres.default.svc.cluster.local", None),
        ] {
            assert_eq!(of_host(host), class, "{host}");
        }
        assert!(is_local("127.0.0.1") && is_local("::1") && is_local("db") && is_local("app.localhost"));
        assert!(!is_local("10.0.0.1") && !is_local("db.acme.com") && !is_local("db1"));
    }
}
