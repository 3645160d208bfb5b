//! A real PostgreSQL for one test, with a development and a production database.

use super::TestContext;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server on a random loopback port, with the databases `app_dev` and `app_production`.
pub struct Postgres {
    programs: PathBuf,
    dir: PathBuf,
    port: u16,
    server: Child,
}

impl Postgres {
    pub fn new(context: &TestContext) -> Postgres {
        let programs = programs();
        let dir = context.root().join("postgres");
        fs::create_dir_all(&dir).unwrap();
        fs::set_permissions(context.root(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        if let Some((uid, gid)) = other_user() {
            chown(&dir, Some(uid), Some(gid)).unwrap();
        }
        let data = dir.join("data");
        let made = as_postgres(&programs.join("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=app", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", super::shown(&made));

        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = fs::File::create(context.root().join("postgres.log")).unwrap();
        let server = as_postgres(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-k"])
            .arg(&dir)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let postgres = Postgres { programs, dir, port, server };
        let began = Instant::now();
        while !postgres.psql("postgres", "select 1").status.success() {
            assert!(began.elapsed() < Duration::from_secs(30), "PostgreSQL does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        for name in ["app_dev", "app_production"] {
            let made = postgres.psql("postgres", &format!("create database {name}"));
            assert!(made.status.success(), "{}", super::shown(&made));
        }
        postgres
    }

    /// The address of a database, as SQLAlchemy and psql read it.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://app@127.0.0.1:{}/{database}", self.port)
    }

    /// The names of the tables in a database, read by psql.
    pub fn tables(&self, database: &str) -> Vec<String> {
        let query =
            "select table_name from information_schema.tables where table_schema = 'public' order by 1";
        let output = self.psql(database, query);
        assert!(output.status.success(), "{}", super::shown(&output));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    fn psql(&self, database: &str, query: &str) -> std::process::Output {
        Command::new(self.programs.join("psql"))
            .args(["-X", "-q", "-A", "-t", "-U", "app", "-p", &self.port.to_string(), "-d", database])
            .arg("-h")
            .arg(&self.dir)
            .args(["-c", query])
            .output()
            .unwrap()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = as_postgres(&self.programs.join("pg_ctl"))
            .args(["stop", "-m", "immediate", "-D"])
            .arg(self.dir.join("data"))
            .stdout(Stdio::null())
            .status();
        if stopped.is_ok_and(|status| status.success()) {
            drop(self.server.wait());
        } else {
            drop(self.server.kill());
        }
    }
}

/// Where initdb and postgres are: Debian keeps them out of `PATH`.
fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|dir| dir.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    versions.retain(|dir| dir.join("initdb").exists());
    versions.sort();
    versions
        .pop()
        .or_else(|| std::env::split_paths(&std::env::var_os("PATH")?).find(|dir| dir.join("initdb").exists()))
        .expect("PostgreSQL is not installed; `tests/run --prepare` installs it")
}

/// User and group that PostgreSQL runs as when we are root, which it refuses to be.
fn other_user() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line =
        ["postgres:", "nobody:"].iter().find_map(|name| users.lines().find(|line| line.starts_with(name)));
    let mut fields = line.expect("a user that PostgreSQL can run as").split(':').skip(2);
    let mut number = || fields.next().unwrap().parse().unwrap();
    Some((number(), number()))
}

fn as_postgres(program: &Path) -> Command {
    let Some((uid, gid)) = other_user() else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}")).arg("--clear-groups").arg(program);
    command.current_dir("/");
    command
}
