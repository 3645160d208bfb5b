//! Files and disks, before real trees: the same line is judged where something would be lost and where nothing would,
//! and lines that speak for themselves are judged where nothing is there. Nothing of it is ever run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a fixture that cannot be made fails its test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Makes `app`, clean and pushed to `origin.git`, and `plain`, which is in no repository.
const TEMPLATE: &str = r#"
git init -q --bare origin.git
git init -q app && cd app
mkdir -p src docs build && echo a > src/a.rs && echo b > src/b.rs && echo d > docs/d.md && echo n > notes.txt
printf 'node_modules/\n.env\n*.log\n/dist/\n/data/\n' > .gitignore
git add . && git commit -qm one
git remote add origin ../origin.git && git push -q -u origin main
cd .. && mkdir plain
"#;

struct Lab {
    root: TempDir,
}

impl Lab {
    fn new() -> Lab {
        let lab = Lab { root: tempfile::tempdir().unwrap() };
        fs::create_dir_all(lab.path("home")).unwrap();
        fs::write(
            lab.path("home/.gitconfig"),
            "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgSign = false\n",
        )
        .unwrap();
        lab.sh(lab.root.path(), TEMPLATE);
        lab
    }

    fn copy(&self) -> Lab {
        let copy = Lab { root: tempfile::tempdir().unwrap() };
        let from = format!("{}/.", self.root.path().display());
        let status = Command::new("cp").args(["-a", &from]).arg(copy.root.path()).status().unwrap();
        assert!(status.success());
        copy
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn command(&self, program: &str, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .current_dir(dir)
            .stdin(Stdio::null());
        command
    }

    fn sh(&self, dir: &Path, script: &str) {
        let output = self.command("sh", dir).args(["-ec", script]).output().unwrap();
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn check(&self, dir: &str, line: &str) -> (i32, serde_json::Value) {
        let output = self
            .command(env!("CARGO_BIN_EXE_forestall"), &self.path(dir))
            .args(["check", "--json", "--offline", "--", line])
            .output()
            .unwrap();
        let json = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{line}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().unwrap(), json)
    }
}

/// Where, the line, what makes it lose something, what makes the safe twin (nothing: as made), and the rule.
type Pair = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn play(pairs: &[Pair]) {
    let template = Lab::new();
    let mut wrong = Vec::new();
    for (dir, line, dangerous, safe, rule) in pairs {
        let lab = template.copy();
        lab.sh(&lab.path(dir), dangerous);
        let (status, json) = lab.check(dir, line);
        let found = json["findings"].as_array().unwrap();
        if status != 3 || !found.iter().any(|finding| finding["rule"] == *rule) {
            wrong.push(format!("not stopped by {rule}: {line} after {dangerous}: {json}"));
        }
        let lab = template.copy();
        lab.sh(&lab.path(dir), safe);
        let (status, json) = lab.check(dir, line);
        if status != 0 {
            wrong.push(format!("not let through: {line} after {safe}: {json}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn deletions_in_a_repository() {
    play(&[
        ("app", "rm -rf src", "echo x >> src/a.rs", "", "file.delete-changed"),
        ("app", "rm -rf src", "echo x > src/new.rs", "", "file.delete-untracked"),
        ("app", "rm -rf src docs", "echo x > docs/new.md", "", "file.delete-untracked"),
        ("app", "rm -rf ./src/", "echo x >> src/b.rs && git add .", "", "file.delete-changed"),
        ("app", "rm src/a.rs", "echo x >> src/a.rs", "", "file.delete-changed"),
        ("app", "rm -f src/*.rs", "echo x >> src/a.rs", "", "file.delete-changed"),
        ("app", "rm -rf *", "echo x > new.rs", "", "file.delete-here"),
        ("app", "rm -rf ./*", "echo x >> notes.txt", "", "file.delete-here"),
        ("app", "cd src && rm -rf *", "echo x > src/new.rs", "", "file.delete-untracked"),
        ("app", "sudo rm -rf src", "echo x >> src/a.rs", "", "file.delete-changed"),
        ("app", "bash -c 'rm -rf src'", "echo x >> src/a.rs", "", "file.delete-changed"),
        ("app", "find . -name '*.rs' -delete", "echo x > src/new.rs", "", "file.delete-untracked"),
        ("app", "find . -name '*.rs' -exec rm -f {} +", "echo x >> src/a.rs", "", "file.delete-changed"),
        ("app", "find src -type f | xargs rm -f", "echo x > src/new.rs", "", "file.delete-untracked"),
        ("app", "find docs -type f -delete", "echo x > docs/new.md", "", "file.delete-untracked"),
        ("app", "rm -rf $(find src -name '*.rs')", "echo x >> src/a.rs", "", "file.delete-changed"),
        ("app", "rm -rf build", "echo x > build/notes.md", "", "file.delete-untracked"),
        (
            "app",
            "rm -rf data",
            "mkdir data && echo x > data/app.sqlite3",
            "mkdir data && echo x > data/a.txt",
            "file.delete-precious",
        ),
        ("app", "rm -f .env", "echo A=b > .env", ": > .env", "file.delete-precious"),
        ("app", "rm *.txt", "for i in 1 2 3 4 5; do echo x > $i.txt; done", "", "file.delete-many"),
    ]);
}

#[test]
fn whole_repositories_and_places_outside() {
    play(&[
        (
            ".",
            "rm -rf app",
            "cd app && echo x >> notes.txt && git commit -qam two",
            "",
            "file.delete-repository",
        ),
        (".", "rm -rf app", "cd app && echo x >> notes.txt && git stash -q", "", "file.delete-repository"),
        (
            ".",
            "rm -rf app",
            "cd app && git branch topic && git switch -q topic && git commit -q --allow-empty -m t",
            "",
            "file.delete-repository",
        ),
        (".", "rm -rf app", "echo x > app/new.rs", "", "file.delete-untracked"),
        (".", "rm -rf app", "echo x >> app/src/a.rs", "", "file.delete-changed"),
        (
            ".",
            "rm -rf work",
            "mkdir work && cp -r app work/one && echo x > work/one/new.rs",
            "mkdir work && cp -r app work/one",
            "file.delete-untracked",
        ),
        (
            "plain",
            "rm -rf thesis",
            "mkdir thesis && echo x > thesis/a.tex",
            "mkdir thesis",
            "file.delete-outside",
        ),
        ("plain", "rm -rf thesis", "mkdir thesis && echo x > thesis/a.tex", "", "file.delete-outside"),
        (
            "plain",
            "rm -rf app-1.2",
            "mkdir app-1.2 && echo x > app-1.2/a.c",
            "mkdir app-1.2 && echo x > app-1.2/a.c && echo z > app-1.2.tar.gz",
            "file.delete-outside",
        ),
        ("plain", "find . -type f -delete", "echo x > a.csv", "", "file.delete-outside"),
        (
            "plain",
            "find . -name '*.csv' -delete",
            "for i in $(seq 30); do echo x > $i.csv; done",
            "echo x > a.csv",
            "file.delete-found",
        ),
        (
            "plain",
            "find . -name '*.csv' -mtime +30 -delete",
            "for i in $(seq 30); do echo x > $i.csv; touch -d '90 days ago' $i.csv; done",
            "for i in $(seq 30); do echo x > $i.csv; done",
            "file.delete-found",
        ),
        (
            "plain",
            "rsync -a --delete new/ old/",
            "mkdir new old && echo x > old/a.jpg",
            "mkdir new old && echo x > old/a.jpg && cp old/a.jpg new",
            "file.delete-outside",
        ),
        (
            "plain",
            "rsync -a --delete src/ dst/",
            "mkdir src dst && echo x > dst/b.txt",
            "mkdir src",
            "file.delete-outside",
        ),
        ("plain", "rm -f *", "for i in 1 2 3; do echo x > $i.csv; done", "mkdir a", "file.delete-here"),
        (
            "home",
            "rm -rf projects/app",
            "mkdir -p projects && cp -r ../app projects/app && echo x > projects/app/new.rs",
            "mkdir -p projects && cp -r ../app projects/app",
            "file.delete-untracked",
        ),
        ("plain", "rm -rf ../app/src", "echo x > ../app/src/new.rs", "", "file.delete-untracked"),
    ]);
}

#[test]
fn content_that_is_replaced() {
    play(&[
        ("app", "> src/a.rs", "echo x >> src/a.rs", "", "file.overwrite-changed"),
        ("app", "echo hello > src/a.rs", "echo x >> src/a.rs", "", "file.overwrite-changed"),
        ("app", "truncate -s 0 notes.txt", "echo x >> notes.txt", "", "file.overwrite-changed"),
        ("app", "cp src/b.rs src/a.rs", "echo x >> src/a.rs", "", "file.overwrite-changed"),
        ("app", "mv src/b.rs src/a.rs", "echo x >> src/a.rs", "", "file.overwrite-changed"),
        ("app", "mv src/b.rs docs", "echo x > docs/b.rs", "", "file.overwrite-untracked"),
        ("app", "cp notes.txt draft.txt", "echo x > draft.txt", "", "file.overwrite-untracked"),
        ("app", "cp .env.example .env", "echo A=b > .env", "", "file.overwrite-precious"),
        ("app", "cat notes.txt | tee src/a.rs", "echo x >> src/a.rs", "", "file.overwrite-changed"),
        (
            "app",
            "curl -s https://example.org/x > src/new.rs",
            "echo x > src/new.rs",
            "",
            "file.overwrite-written-untracked",
        ),
        ("app", "ln -sf notes.txt src/a.rs", "echo x >> src/a.rs", "", "file.overwrite-changed"),
        (
            "app",
            ": > data/app.db",
            "mkdir data && echo x > data/app.db",
            "mkdir data",
            "file.overwrite-precious",
        ),
        (
            "plain",
            "mkfs.ext4 disk.img",
            "echo x > disk.img",
            "truncate -s 1M disk.img",
            "disk.overwrite-image",
        ),
        ("plain", "mv draft.md final.md", "echo x > final.md", "", "file.overwrite-written"),
    ]);
}

/// Lines that speak for themselves, wherever they are typed: the places need not even be there.
const STOPPED: &[&str] = &[
    "rm -rf /",
    "rm -rf /*",
    "rm -rf --no-preserve-root /",
    "sudo rm -rf / --no-preserve-root",
    "rm -fr ~",
    "rm -rf ~/",
    "rm -rf ~/*",
    "rm -rf $HOME",
    "rm -rf \"$HOME\"/*",
    "rm -rf ~ /tmp/x",
    "rm -rf /usr /lib/nvidia-current/xorg/xorg",
    "rm -rf /etc",
    "rm -rf /var",
    "rm -rf /boot",
    "rm -rf /home",
    "rm -rf /home/bob",
    "rm -rf /var/lib/mysql",
    "rm -rf /var/lib/docker",
    "rm -rf /var/www/html",
    "rm -rf /srv/data",
    "rm -rf /backup",
    "rm -rf /mnt/backup/*",
    "rm -rf /opt/app",
    "rm -rf ~/.ssh",
    "rm -rf ~/Documents",
    "rm -rf ~/.kube ~/.aws",
    "rm ~/.ssh/id_rsa",
    "rm -rf .",
    "rm -rf ..",
    "rm -rf ../*",
    "rm -rf *",
    "rm -rf ./ build",
    "rm -rf .git",
    "cd / && rm -rf *",
    "cd ~ && rm -rf *",
    "cd $NOWHERE_SET && rm -rf *",
    "rm -rf \"$STEAMROOT/\"*",
    "rm -rf $NOWHERE_SET/*",
    "rm -rf /var/lib/$NOWHERE_SET",
    "find / -type f -delete",
    "find ~ -type f -exec rm -f {} \\;",
    "find / -name '*.log' -delete",
    "ls | xargs rm -rf",
    "xargs rm -rf <<< /etc",
    "echo / | xargs rm -rf",
    "ssh web1 'rm -rf /var/lib/postgresql'",
    "mv ~ /dev/null",
    "mv important.doc /dev/null",
    "mv /etc /tmp",
    "> /etc/passwd",
    "echo nothing > /etc/fstab",
    "sort names.txt > names.txt",
    "cat a.txt b.txt > a.txt",
    "grep -v foo list | sort > list",
    "chmod -R 777 /",
    "sudo chmod -R 777 /etc",
    "sudo chown -R $USER /usr",
    "chmod -R 777 .",
    "chmod 777 ~/.ssh/id_rsa",
    "chmod 000 /etc/passwd",
    "dd if=/dev/zero of=/dev/sda bs=1M",
    "dd if=ubuntu.iso of=/dev/nvme0n1",
    "mkfs.ext4 /dev/sda1",
    "mkfs -t ext4 /dev/nvme0n1p2",
    "cat backup.img > /dev/sda",
    "echo x > /dev/sda",
    "wipefs --all /dev/sdb",
    "sgdisk -Z /dev/sda",
    "parted /dev/sda mklabel gpt",
    "cryptsetup luksFormat /dev/sda2",
    "blkdiscard -f /dev/nvme0n1",
    "nvme format /dev/nvme0n1",
    "hdparm --security-erase NULL /dev/sda",
    "shred -vfz /dev/sda",
    "badblocks -w /dev/sdb",
    "rsync -a --delete empty/ ~/",
    "tar -xzf backup.tar.gz -C /",
    "rm -rf /Users/ada",
    "shred -u ~/.ssh/id_ed25519",
    ":(){ :|:& };:",
];

/// What people type every day, and what only looks like the above.
const PASSED: &[&str] = &[
    "rm file.txt",
    "rm -f file.txt other.txt",
    "rm -rf node_modules",
    "rm -rf build dist target",
    "rm -rf ./build/*",
    "rm -rf path/to/directory",
    "rm -r old",
    "rm *.pyc *.o",
    "rm -rf /tmp/x /tmp/build-*",
    "rm -rf \"$TMPDIR\"",
    "rm -rf \"${OUT:?}\"/*",
    "rm -rf ~/.cache/pip",
    "rm -rf /var/lib/apt/lists/*",
    "sudo apt-get clean && rm -rf /var/cache/apt/*",
    "sudo rm -rf /usr/local/go",
    "sudo rm /etc/nginx/sites-enabled/default",
    "sudo rm -f /etc/apt/sources.list.d/docker.list",
    "rm ~/.ssh/known_hosts",
    "rm -f .git/index.lock",
    "rm -i notes.txt",
    "rm --help",
    "cd build && rm -rf *",
    "cd /tmp/x && rm -rf ./*",
    "find . -name '*.pyc' -delete",
    "find . -name '*.bak' -type f -delete",
    "find /tmp -type f -mtime +7 -delete",
    "find . -type f -name '*.o' -exec rm {} \\;",
    "find . -name core -exec /bin/rm {} \\;",
    "find / -name core -delete",
    "find /var/log -name '*.gz' -mtime +30 -delete",
    "find . -type d -empty -delete",
    "find . -name '*.tmp' -print0 | xargs -0 rm",
    "find . -name '*.txt' -exec grep rm {} +",
    "find . -name __pycache__ -exec rm -rf {} +",
    "fd -e pyc -x rm",
    "for f in *.log; do rm \"$f\"; done",
    "echo rm -rf /",
    "grep 'rm -rf /' install.sh",
    "git commit -m 'rm -rf / is bad'",
    "cat <<'END'\nrm -rf /\nEND",
    "ls -la /etc /usr",
    "rsync -av src/ dst/",
    "rsync -avn --delete src/ dst/",
    "rsync -av --delete src/ dst/",
    "rsync -avz --delete dist/ deploy@staging:/srv/site/",
    "mv a.txt b.txt",
    "mv *.jpg /tmp",
    "cp -r src backup-of-src",
    "cp file.txt /tmp",
    "echo hi > out.txt",
    "make > build.log 2>&1",
    "ls > /dev/null 2>&1",
    "sort names.txt > sorted.txt",
    "sort -o names.txt names.txt",
    "echo x >> ~/.bashrc",
    "echo 'deb x' | sudo tee /etc/apt/sources.list.d/x.list",
    "truncate -s 10M disk.img",
    "tar -xzf app.tar.gz",
    "tar -xzf go.tar.gz -C /usr/local",
    "tar -czf home.tar.gz -C / home",
    "unzip -o app.zip -d out",
    "chmod +x run.sh",
    "chmod -R 755 public",
    "chmod 600 ~/.ssh/id_rsa",
    "chmod 700 ~/.ssh",
    "chmod -R u+rwX,go+rX .",
    "chown -R me:me .",
    "sudo chown -R www-data:www-data /var/www/html",
    "sudo chown -R $(whoami) /usr/local/lib/node_modules",
    "sudo chown -R 1000:1000 ~/.npm",
    "dd if=/dev/zero of=disk.img bs=1M count=100",
    "dd if=/dev/sda of=backup.img",
    "dd if=/dev/urandom of=/tmp/random bs=1k count=1",
    "mkfs.ext4 disk.img",
    "lsblk /dev/sda",
    "sudo fdisk -l /dev/sda",
    "sudo parted /dev/sda print",
    "sudo wipefs /dev/sdb",
    "cat /dev/null",
    "echo x > /dev/ttyUSB0",
    "mount /dev/sdb1 /mnt",
    "sudo smartctl -a /dev/sda",
    "trash-put notes.txt",
    "gio trash notes.txt",
    "docker run --rm alpine rm -rf /var/cache/apk",
    "sed -i 's/a/b/' config.ini",
];

#[test]
fn lines_that_speak_for_themselves() {
    let lab = Lab::new();
    let missed: Vec<&str> =
        STOPPED.iter().filter(|line| !matches!(lab.check("plain", line).0, 3 | 4)).copied().collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_day() {
    let lab = Lab::new();
    let mut alarms = Vec::new();
    for dir in ["plain", "app"] {
        for line in PASSED {
            let (status, json) = lab.check(dir, line);
            if status != 0 {
                alarms.push(format!("in {dir}: {line}: {}", json["findings"]));
            }
        }
    }
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
}

#[test]
fn the_reason_names_what_would_be_lost() {
    let lab = Lab::new();
    lab.sh(&lab.path("app"), "echo x > src/new.rs && mkdir node_modules && echo x > node_modules/x.js");
    let (status, json) = lab.check("app", "rm -rf node_modules src");
    assert_eq!(status, 3, "{json}");
    let reason = json["findings"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("src/new.rs") && !reason.contains("node_modules"), "{reason}");
    assert!(lab.path("app/src/new.rs").exists());
}
