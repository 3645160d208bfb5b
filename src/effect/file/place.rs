//! What a path is by its name alone: the root of everything, a home, a part of the system, a place where people keep
//! what exists nowhere else.

use crate::fact::repository::is_generated;
use crate::syntax::HOLE;

/// Where a path lies, as far as its text and the directory of the command say, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Thrown away by the system or made again by its owner: `/tmp/x`, `~/.cache`, `/var/lib/apt/lists/*`.
    Temporary,
    /// Anything else; what it means depends on what is there.
    Other,
    /// On another machine, where nothing can be looked at.
    Remote,
    /// Where people and services keep what exists nowhere else: `/srv/x`, `~/.ssh`, `/backups`.
    Known,
    /// Everything in the current directory.
    Here,
    /// An ancestor of the current directory, or the directory itself.
    Above,
    /// The memory of a repository: `.git`.
    Git,
    /// Becomes a place where harm is great when a variable in it is empty: `"$DIR"/*`.
    Unset,
    /// One file without which a system does not work: `/etc/passwd`.
    SystemFile,
    /// A disk, a partition, a logical volume.
    Device,
    /// A directory of the operating system.
    System,
    /// A home, or all of them.
    Home,
    /// `/`.
    Root,
}

impl Place {
    /// The word that rules use.
    pub fn name(self) -> &'static str {
        match self {
            Place::Temporary => "temporary",
            Place::Other => "other",
            Place::Remote => "remote",
            Place::Known => "known",
            Place::Here => "here",
            Place::Above => "above",
            Place::Git => "git",
            Place::Unset => "unset",
            Place::SystemFile => "system-file",
            Place::Device => "device",
            Place::System => "system",
            Place::Home => "home",
            Place::Root => "root",
        }
    }
}

/// `path` without `.`, `..` and doubled slashes; absolute.
pub(super) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Whether the last part stands for all that a directory holds.
pub(super) fn is_everything(part: &str) -> bool {
    // `!(keep)`: all but what is in the brackets.
    part.starts_with("!(")
        || matches!(
            part,
            "*" | "**" | "*.*" | "?*" | ".*" | ".[!.]*" | ".[^.]*" | ".??*" | "..?*" | "*/" | ".[a-zA-Z0-9]*"
        )
}

/// The surroundings by which paths are understood.
pub(super) struct Ground {
    /// The home directory.
    pub home: Option<String>,
    /// The directory that the command runs in; `None` where that is not known.
    pub cwd: Option<String>,
    /// That directory was named in the line, so that its name means something.
    pub named: bool,
}

impl Ground {
    /// Where a path lies. `path` is absolute and normal, or relative where the directory is not known.
    pub(super) fn place(&self, path: &str, recursive: bool) -> Place {
        let (dir, everything) = match path.rsplit_once('/') {
            Some((dir, last)) if is_everything(last) => (if dir.is_empty() { "/" } else { dir }, true),
            None if is_everything(path) => return Place::Here,
            _ => (path, false),
        };
        let recursive = recursive || everything;
        let parts: Vec<&str> = dir.split('/').filter(|part| !part.is_empty()).collect();
        let absolute = dir.starts_with('/');
        if parts.contains(&".git") {
            return if recursive && is_memory(&parts) { Place::Git } else { Place::Other };
        }
        if absolute && parts.is_empty() {
            return Place::Root;
        }
        let inside_cwd = self.cwd.as_ref().is_some_and(|cwd| dir.len() > cwd.len() && is_within(dir, cwd));
        if let Some(cwd) = &self.cwd
            && !self.named
            && dir == cwd
        {
            let place = if absolute { self.absolute(dir, &parts, recursive) } else { Place::Other };
            let here = if everything { Place::Here } else { Place::Above };
            return if matches!(place, Place::Home | Place::System) { place } else { here };
        }
        let place = if absolute { self.absolute(dir, &parts, recursive) } else { Place::Other };
        if matches!(place, Place::Home | Place::System | Place::SystemFile | Place::Device) {
            return place;
        }
        if let Some(cwd) = &self.cwd
            && is_within(cwd, dir)
            && !self.named
        {
            return Place::Above;
        }
        if inside_cwd && !self.named {
            // The directories that lead here are the person's own choice.
            return if recursive && keeps(parts.last().copied().unwrap_or_default()) {
                Place::Known
            } else {
                Place::Other
            };
        }
        if !absolute && recursive && keeps(parts.last().copied().unwrap_or_default()) {
            return Place::Known;
        }
        place
    }

    fn absolute(&self, path: &str, parts: &[&str], recursive: bool) -> Place {
        if let Some(home) = &self.home
            && home.len() > 1
        {
            if path == home {
                return Place::Home;
            }
            if let Some(inside) = path.strip_prefix(home.as_str()).and_then(|rest| rest.strip_prefix('/')) {
                return in_home(inside, recursive);
            }
        }
        match parts {
            ["home" | "Users"] | ["root"] | ["home" | "Users", _] | ["export", "home"] => Place::Home,
            // What stands there in plain sight somebody else has put there.
            ["home" | "Users", _, dir]
                if recursive
                    && !dir.starts_with('.')
                    && in_home(dir, recursive) == Place::Other
                    && !is_generated(dir) =>
            {
                Place::Known
            }
            ["home" | "Users", _, inside @ ..] | ["root", inside @ ..] => {
                in_home(&inside.join("/"), recursive)
            }
            _ => in_system(parts, recursive),
        }
    }

    /// Where a path would lie if what is not known in it were empty.
    pub(super) fn emptied(&self, path: &str, recursive: bool) -> Place {
        let text = path.replace(HOLE, "");
        if text.is_empty() || !text.starts_with('/') {
            return Place::Other;
        }
        match self.place(&normal(&text), recursive) {
            Place::Root | Place::Home | Place::System | Place::Above | Place::Known if recursive => {
                Place::Unset
            }
            Place::Root | Place::Home | Place::System
                if is_everything(text.rsplit('/').next().unwrap_or_default()) =>
            {
                Place::Unset
            }
            _ => Place::Other,
        }
    }
}

fn is_within(path: &str, dir: &str) -> bool {
    path == dir || dir == "/" || path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'))
}

/// `.git` itself, or the parts of it that hold commits.
fn is_memory(parts: &[&str]) -> bool {
    let inside = parts.iter().rposition(|part| *part == ".git").map(|at| &parts[at + 1..]);
    matches!(inside, Some([] | ["objects" | "refs", ..]))
}

/// Programs and libraries without which nothing else runs.
pub(super) fn is_core(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash"
            | "dash"
            | "env"
            | "python3"
            | "perl"
            | "sudo"
            | "su"
            | "login"
            | "mount"
            | "systemctl"
            | "systemd"
            | "init"
            | "ls"
            | "cp"
            | "mv"
            | "rm"
            | "cat"
            | "chmod"
            | "apt"
            | "apt-get"
            | "dpkg"
            | "rpm"
            | "yum"
            | "dnf"
            | "ssh"
            | "sshd"
            | "passwd"
    ) || ["libc.", "libc-", "ld-linux", "ld-musl", "libpam", "libcrypto.", "libssl.", "libpthread"]
        .iter()
        .any(|library| name.starts_with(library))
}

/// Names under which people keep what exists nowhere else.
fn keeps(name: &str) -> bool {
    matches!(
        name,
        "backup"
            | "backups"
            | "Backup"
            | "Backups"
            | "pgdata"
            | "pg_data"
            | "postgres-data"
            | "postgres_data"
            | "mysql-data"
            | "mysql_data"
            | "db-data"
            | "db_data"
            | "dbdata"
            | "mongo-data"
            | "redis-data"
            | "database"
            | "databases"
            | "production"
            | "prod"
            | "prod-data"
            | ".ssh"
            | ".gnupg"
            | ".kube"
            | ".aws"
    )
}

fn in_home(inside: &str, recursive: bool) -> Place {
    let parts: Vec<&str> = inside.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [
            ".cache" | ".npm" | ".Trash" | ".thumbnails" | ".m2" | ".gradle" | ".yarn" | ".bun"
            | ".pnpm-store" | ".ivy2" | ".tmp" | "tmp" | ".node-gyp" | ".nuget" | ".ccache" | ".zcompdump",
            ..,
        ]
        | [".local", "share", "Trash", ..]
        | [".cargo", "registry" | "git", ..]
        | ["Library", "Caches" | "Logs", ..]
        | ["Library", "Developer", "Xcode", "DerivedData", ..]
        | ["go", "pkg", ..] => Place::Temporary,
        [".ssh", "known_hosts" | "known_hosts.old" | "config.bak", ..] => Place::Other,
        [".ssh", "authorized_keys" | "config"] => Place::SystemFile,
        [".ssh" | ".gnupg", file] if !recursive => {
            if file.ends_with(".pub") || file.starts_with("cm") || file.ends_with(".sock") {
                Place::Other
            } else {
                Place::Known
            }
        }
        [".ssh" | ".gnupg" | ".password-store", ..] if recursive => Place::Known,
        [".aws", "credentials" | "config"]
        | [".kube", "config"]
        | [".netrc" | ".pgpass" | ".git-credentials"] => Place::Known,
        [".bashrc" | ".zshrc" | ".profile" | ".bash_profile" | ".zprofile"] => Place::SystemFile,
        [".gitconfig" | ".vimrc"] => Place::Known,
        [
            ".kube" | ".aws" | ".azure" | ".config" | ".local" | ".mozilla" | ".thunderbird" | ".docker"
            | ".gcloud" | "Documents" | "Desktop" | "Pictures" | "Photos" | "Music" | "Videos" | "Movies"
            | "org" | "Org" | "notes" | "Notes" | "Obsidian" | "Zettelkasten" | "vault" | "Maildir" | "Mail"
            | "mail" | "dotfiles" | ".dotfiles" | "www" | "public_html" | "Archive" | "archive" | "thesis"
            | "Sync" | "Library" | "Dropbox" | "Nextcloud" | "OneDrive" | "projects" | "Projects" | "project"
            | "src" | "code" | "Code" | "dev" | "Developer" | "Development" | "work" | "workspace" | "repos"
            | "git" | "go",
        ]
        | [".config", "gcloud" | "op" | "sops"]
        | [".local", "share"]
            if recursive =>
        {
            Place::Known
        }
        [
            "Documents" | "Desktop" | "Pictures" | "Photos" | "projects" | "Projects" | "code" | "Code"
            | "work" | "workspace" | "repos" | "Dropbox" | "Library",
            _,
        ]
        | ["Library", "Keychains" | "Mail" | "Messages" | "Mobile Documents", ..]
            if recursive =>
        {
            Place::Known
        }
        [.., last] if recursive && keeps(last) => Place::Known,
        _ => Place::Other,
    }
}

fn in_system(parts: &[&str], recursive: bool) -> Place {
    match parts {
        ["tmp" | "run", ..]
        | ["data", "local", "tmp", ..]
        | ["private", "tmp", ..]
        | ["dev", "shm", ..]
        | ["var", "tmp" | "run" | "cache" | "lock" | "crash", ..]
        | ["var", "lib", "apt", "lists", ..]
        | ["var", "folders", ..]
        | ["private", "var", "folders", ..]
        | ["usr", "share", "doc" | "man" | "locale", ..]
        | ["root", ".cache", ..] => {
            if matches!(parts, ["run"] | ["var", "run"]) {
                Place::System
            } else {
                Place::Temporary
            }
        }
        ["dev", device @ ..] => device_place(device),
        [
            "usr" | "etc" | "var" | "bin" | "sbin" | "lib" | "lib32" | "lib64" | "libx32" | "boot" | "proc"
            | "sys" | "System" | "Library" | "Applications" | "private" | "nix" | "snap" | "opt" | "srv"
            | "mnt" | "media" | "Volumes" | "cores" | "efi",
        ] => Place::System,
        ["bin" | "sbin" | "lib" | "lib32" | "lib64" | "boot" | "proc" | "sys" | "System", ..]
        | ["usr", "bin" | "sbin" | "lib" | "lib32" | "lib64" | "libexec", ..]
        | ["var", "log", "auth.log" | "secure" | "wtmp" | "btmp" | "lastlog"]
        | ["var", "log", "audit", ..]
        | ["etc", ..] => match (recursive, is_vital(parts)) {
            (_, true) if parts.len() > 2 || !recursive => Place::SystemFile,
            (true, _) if parts.len() == 2 || parts[0] != "etc" => Place::System,
            (true, _) => Place::Known,
            _ if parts.len() == 2 && parts[0] == "usr" => Place::System,
            _ => Place::Other,
        },
        ["usr", "share" | "local" | "include" | "src"]
        | ["usr", "local", "bin" | "sbin" | "lib" | "share" | "etc" | "include"]
        | ["var", "lib" | "log" | "mail" | "spool" | "www" | "db" | "backups" | "opt"]
        | ["Library", _]
        | ["nix", "store"] => Place::System,
        ["var", "lib", name, ..] => match *name {
            "postgresql" | "pgsql" | "mysql" | "mariadb" | "mongodb" | "mongo" | "redis" | "docker"
            | "containerd" | "kubelet" | "etcd" | "rancher" | "dpkg" | "rpm" | "pacman" | "systemd"
            | "cassandra" | "elasticsearch" | "influxdb" | "grafana" | "prometheus" | "jenkins"
            | "gitlab" | "clickhouse" | "rabbitmq" | "kafka" | "libvirt" | "lxc" | "lxd" | "ceph"
            | "vault" | "consul" | "neo4j" | "couchdb" | "ldap" => {
                if is_left_behind(parts.last().copied().unwrap_or_default()) {
                    Place::Other
                } else if recursive {
                    Place::System
                } else {
                    Place::Known
                }
            }
            _ if recursive => Place::Known,
            _ => Place::Other,
        },
        ["var", "mail" | "spool" | "www" | "db" | "backups" | "opt", ..] if recursive => Place::Known,
        ["var", "backups", _] => Place::Known,
        ["opt", _] | ["srv" | "mnt" | "media" | "Volumes", ..] if recursive => Place::Known,
        // `/backups/*.gz`
        [.., dir, last] if last.starts_with('*') && keeps(dir) => Place::Known,
        [
            "data" | "backup" | "backups" | "storage" | "volumes" | "export" | "exports" | "nfs" | "shared"
            | "pgdata" | "db" | "database" | "app" | "apps" | "www" | "workspace" | "repo" | "project"
            | "projects" | "production" | "prod",
        ]
        | [
            "data" | "backup" | "backups" | "storage" | "volumes" | "nfs" | "pgdata" | "proj" | "scratch"
            | "export" | "archive" | "archives" | "datasets" | "sdcard",
            ..,
        ] if recursive => Place::Known,
        [.., last] if recursive && keeps(last) => Place::Known,
        _ => Place::Other,
    }
}

/// What a service leaves behind when it ends in a hurry.
fn is_left_behind(name: &str) -> bool {
    name == "lock" || name.ends_with(".lock") || name.ends_with(".pid") || name.ends_with(".sock")
}

/// A file without which people cannot log in or the machine cannot start.
fn is_vital(parts: &[&str]) -> bool {
    match parts {
        ["etc", name] => matches!(
            *name,
            "passwd"
                | "shadow"
                | "group"
                | "gshadow"
                | "sudoers"
                | "fstab"
                | "crypttab"
                | "hosts"
                | "nsswitch.conf"
                | "ld.so.conf"
                | "inittab"
                | "master.passwd"
                | "profile"
                | "crontab"
                | "hostname"
                | "machine-id"
        ),
        ["etc", "ssh", name] => {
            *name == "sshd_config" || (name.starts_with("ssh_host_") && !name.ends_with(".pub"))
        }
        ["etc", "pam.d" | "sudoers.d", ..] => true,
        ["etc", ..] => false,
        // What tells who came in.
        ["var", "log", "auth.log" | "secure" | "wtmp" | "btmp" | "lastlog"] | ["var", "log", "audit", ..] => {
            true
        }
        ["boot", ..]
        | ["bin" | "sbin" | "lib" | "lib64", _, ..]
        | ["usr", "bin" | "sbin" | "lib" | "lib64", _] => true,
        ["usr", "lib" | "lib64", _, name] => is_core(name),
        _ => false,
    }
}

fn device_place(parts: &[&str]) -> Place {
    let is_device = match parts {
        [] => return Place::System,
        [name] => is_device_name(name),
        ["loop" | "fd" | "pts" | "shm" | "tcp" | "udp" | "net" | "input" | "usb" | "snd", ..] => false,
        [dir, ..] => {
            matches!(*dir, "mapper" | "disk" | "md" | "zvol" | "dm" | "rdsk" | "dsk" | "cciss" | "block")
                || dir.contains("vg")
                || dir.contains(HOLE)
        }
    };
    if is_device { Place::Device } else { Place::Other }
}

/// Names that the kernels of Linux, macOS and the BSDs give to disks; `sdX` and `usb_drive` only stand for one.
fn is_device_name(name: &str) -> bool {
    const DISKS: [&str; 28] = [
        "sd", "hd", "vd", "xvd", "nvme", "mmcblk", "disk", "rdisk", "dm-", "md", "sr", "nbd", "zd", "dasd",
        "ada", "da", "vtbd", "nda", "sg", "drbd", "rbd", "pmem", "mtd", "ubi", "cdrom", "mem", "kmem",
        "root",
    ];
    let known = DISKS.iter().find_map(|disk| name.strip_prefix(disk));
    let is_number = |rest: &str| {
        rest.len() < 12
            && rest
                .chars()
                .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || "*?[]-".contains(char))
    };
    // `sda1`, but not `sdcard`.
    let letters = |rest: &str| rest.chars().take_while(char::is_ascii_lowercase).count() <= 2;
    name.contains(HOLE) || known.is_some_and(|rest| is_number(rest) && letters(rest))
}

/// Whether a word without a slash names a disk: `ada0p2`, `sdb1`.
pub(super) fn is_bare_device(name: &str) -> bool {
    name.ends_with(|char: char| char.is_ascii_digit()) && !name.contains(HOLE) && is_device_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let ground = Ground {
            home: Some("/home/ada".to_owned()),
            cwd: Some("/home/ada/app".to_owned()),
            named: false,
        };
        for (path, recursive, expected) in [
            ("/", true, Place::Root),
            ("/*", true, Place::Root),
            ("/home/ada", true, Place::Home),
            ("/home/ada/*", true, Place::Home),
            ("/home/bob", true, Place::Home),
            ("/etc", true, Place::System),
            ("/etc/nginx", true, Place::System),
            ("/etc/nginx/sites-enabled/default", false, Place::Other),
            ("/etc/passwd", false, Place::SystemFile),
            ("/usr/local/go", true, Place::Other),
            ("/var/lib/apt/lists/*", true, Place::Temporary),
            ("/var/lib/postgresql/16/main", true, Place::System),
            ("/var/log/nginx/access.log", false, Place::Other),
            ("/tmp/x", true, Place::Temporary),
            ("/dev/sda1", false, Place::Device),
            ("/dev/null", false, Place::Other),
            ("/dev/sd?", false, Place::Device),
            ("/dev/nvme0n1p2", false, Place::Device),
            ("/dev/mapper/vg0-root", false, Place::Device),
            ("/dev/sdX", false, Place::Other),
            ("/dev/usb_drive", false, Place::Other),
            ("/dev/ttyUSB0", false, Place::Other),
            ("/mnt/backup/2025-*", true, Place::Known),
            ("/var/backups/*.gz", false, Place::Known),
            ("/home/ada/Library/Mail", true, Place::Known),
            ("/home/ada/Library/Caches/x", true, Place::Temporary),
            ("/usr/lib/x86_64-linux-gnu/libc.so.6", false, Place::SystemFile),
            ("/var/lib/mongodb/mongod.lock", false, Place::Other),
            ("/srv/data", true, Place::Known),
            ("/home/ada/app", true, Place::Above),
            ("/home/ada/app/*", true, Place::Here),
            ("/home/ada/app/src", true, Place::Other),
            ("/home/ada/app/.git", true, Place::Git),
            ("/home/ada/.ssh", true, Place::Known),
            ("/home/ada/.ssh/known_hosts", false, Place::Other),
            ("/home/ada/.cache/pip", true, Place::Temporary),
            ("/home/ada/Documents", true, Place::Known),
            ("/home/ada/old", true, Place::Other),
        ] {
            assert_eq!(ground.place(path, recursive), expected, "{path}");
        }
        let empty = |path: &str| ground.emptied(&path.replace('$', &HOLE.to_string()), true);
        assert_eq!(empty("$/*"), Place::Unset);
        assert_eq!(empty("/home/ada/$"), Place::Unset);
        assert_eq!(empty("/usr/$"), Place::Unset);
        assert_eq!(empty("$"), Place::Other);
        assert_eq!(empty("$/node_modules"), Place::Other);
    }
}
