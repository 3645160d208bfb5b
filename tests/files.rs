//! Files and disks, before real trees: the same line is judged where something would be lost and where nothing would,
//! and lines that speak for themselves are judged where nothing is there. Nothing of it is ever run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a fixture that cannot be made fails its test")]

mod support;

use support::{Git, Lab};

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

/// Where, the line, what makes it lose something, what makes the safe twin (nothing: as made), and the rule.
type Pair<'a> = (&'static str, &'static str, &'a str, &'a str, &'static str);

fn play(pairs: &[Pair<'_>]) {
    let template = Lab::made_by(TEMPLATE);
    let mut wrong = Vec::new();
    for (dir, line, dangerous, safe, rule) in pairs {
        let lab = template.copy();
        lab.sh(&lab.path(dir), dangerous);
        let answer = lab.check(dir, line);
        if answer.status == 0 || !answer.rules().contains(rule) {
            wrong.push(format!("not stopped by {rule}: {line} after {dangerous}: {}", answer.json));
        }
        let lab = template.copy();
        lab.sh(&lab.path(dir), safe);
        let answer = lab.check(dir, line);
        if answer.status != 0 {
            wrong.push(format!("not let through: {line} after {safe}: {}", answer.json));
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
        (
            "app",
            "rm docs/design.md",
            "seq 600 > docs/design.md",
            "seq 600 > docs/design.md && git add docs && git commit -qm design && git push -q",
            "file.delete-long",
        ),
        ("app", "rm -f plan.py", "seq 600 > plan.py", "seq 40 > plan.py", "file.delete-long"),
        ("app", "rm list.csv && rm x.py", "seq 600 > x.py", "seq 600 > list.csv", "file.delete-long"),
        ("app", "rm *.txt", "for i in 1 2 3 4 5; do echo x > $i.txt; done", "", "file.delete-many"),
    ]);
}

#[test]
fn where_the_line_leads() {
    play(&[
        // The shell stays where it is, and the rest of the line runs there.
        ("plain", "cd dist; rm -rf *", "echo x > report.csv", "mkdir dist", "file.delete-here"),
        ("plain", "cd a 2>/dev/null || true; rm -rf *", "echo x > r.csv", "mkdir a", "file.delete-here"),
        (
            "app",
            "rm -rf dist/*",
            "mkdir ../p && echo x > ../p/a.jpg && ln -s ../p dist",
            "mkdir dist && echo x > dist/a",
            "file.delete-outside",
        ),
        (
            "plain",
            "find -L cache -type f -delete",
            "mkdir p && echo x > p/a.mp3 && ln -s p cache",
            "mkdir cache",
            "file.delete-outside",
        ),
        ("plain", "qemu-img create -f qcow2 vm.qcow2 20G", "seq 9999 > vm.qcow2", "", "disk.overwrite-image"),
        ("plain", "sort w > sorted", "echo b > w && ln -s w sorted", "echo b > w", "file.overwrite-input"),
        (
            "plain",
            "for f in in/*.pdf; do mv \"$f\" archive; done",
            "mkdir in && echo x > in/a.pdf && echo y > in/b.pdf",
            "mkdir in archive && echo x > in/a.pdf && echo y > in/b.pdf",
            "file.overwrite-one-by-one",
        ),
        (
            "plain",
            "cp -r templates/. config/",
            "mkdir templates config && echo x > templates/a.yml && seq 99 > config/a.yml",
            "mkdir templates config && echo x > templates/a.yml && seq 99 > config/b.yml",
            "file.overwrite-outside",
        ),
        (
            "app",
            "rsync -a ../b/ .",
            "mkdir -p ../b/src && cp src/a.rs ../b/src && seq 99 >> src/a.rs",
            "mkdir -p ../b/src && cp src/a.rs ../b/src && echo n > ../b/new",
            "file.overwrite-changed",
        ),
        (
            "plain",
            "rm -rf \"$(readlink now)\"",
            "mkdir p && echo x > p/a.jpg && ln -s p now",
            "mkdir -p build/p && echo x > build/p/a.o && ln -s build/p now",
            "file.delete-outside",
        ),
        (
            "plain",
            "gunzip -f r.csv.gz",
            "seq 8 | gzip > r.csv.gz && sleep 0.1 && seq 9 > r.csv",
            "seq 8 | gzip > r.csv.gz",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "split -l 5 o.csv part-",
            "seq 20 > o.csv && seq 99 > part-aa",
            "seq 20 > o.csv && split -l 5 o.csv part-",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "rm -f terraform.tfstate*",
            "echo '{\"resources\":[{\"type\":\"x\"}]}' > terraform.tfstate",
            "echo '{\"resources\": []}' > terraform.tfstate",
            "file.delete-precious",
        ),
        ("plain", "find $NOT_SET_HERE -type f -delete", "echo x > a.jpg", "", "file.delete-outside"),
        ("app", "git ls-files -z --others | xargs -0 rm -f", "echo x > new.md", "", "git.clean-untracked"),
        ("app", "git ls-files -m | xargs rm", "echo x >> notes.txt", "", "git.discard-changes"),
        (
            "app",
            "find . -name .git -type d -exec rm -rf {} +",
            "echo x >> notes.txt && git commit -qam two",
            "",
            "file.delete-repository-memory",
        ),
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
            ". ./dirs && rm -rf $P/lib",
            "echo P=$PWD/keep/x > dirs && mkdir -p keep/x/lib && echo x > keep/x/lib/a",
            "echo P=$PWD/build/x > dirs && mkdir -p build/x/lib && echo x > build/x/lib/a",
            "file.delete-outside",
        ),
        (
            "plain",
            "rm -rf cache/*",
            "mkdir -p photos/2024 && echo x > photos/2024/a.jpg && ln -s photos cache",
            "mkdir -p cache/http && echo x > cache/http/0a1b",
            "file.delete-outside",
        ),
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
        ("plain", "mv draft.txt final.txt", "echo x > final.txt", "", "file.overwrite-outside"),
        ("plain", "cp draft.txt final.txt", "echo x > final.txt", ": > final.txt", "file.overwrite-outside"),
        (
            "plain",
            "cp draft.txt out",
            "mkdir out && echo x > out/draft.txt",
            "mkdir out",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "ln -sf draft.txt final.txt",
            "echo x > final.txt",
            "ln -s x final.txt",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "echo '{}' > config.json",
            "seq 30 > config.json",
            "echo 3 > config.json",
            "file.overwrite-by-text",
        ),
        ("plain", "echo x > ~/.bashrc", "echo y > ~/.bashrc", "", "file.overwrite-system-file"),
        (
            "plain",
            "cat new.pub > ~/.ssh/authorized_keys",
            "mkdir ~/.ssh; echo y > ~/.ssh/authorized_keys",
            "",
            "file.overwrite-system-file",
        ),
        ("plain", "shred -u will.odt", "echo y > will.odt", "", "file.delete-shredded"),
    ]);
}

#[test]
fn a_git_that_does_not_answer_is_no_reason_to_be_silent() {
    let lab = Lab::made_by(TEMPLATE);
    lab.sh(
        &lab.path("app"),
        "echo x >> src/a.rs; mkdir node_modules; echo x > node_modules/x.js; echo x > ../plain/a",
    );
    let lines = [
        "rm -rf src",
        "rm src/a.rs",
        "rm -f src/*.rs",
        "find src -type f -delete",
        "> src/a.rs",
        "mv src/b.rs src/a.rs",
    ];
    for line in lines {
        lab.expect("app", "ask", line);
        assert_eq!(lab.check_where_git(&Git::Fails, "status", "app", line).verdict, "ask", "{line}");
    }
    for (dir, line) in [
        ("app", "rm -rf node_modules"),
        ("app", "rm -f nothing.rs"),
        ("app", "echo x > new.rs"),
        ("plain", "rm a"),
        ("plain", "rm -f *.txt"),
    ] {
        assert_eq!(lab.check_where_git(&Git::Fails, "git", dir, line).verdict, "allow", "in {dir}: {line}");
    }
    // Whoever asks is told in time, and of what comes when the time is over too.
    let began = std::time::Instant::now();
    let line = "rm -rf src; rm -rf docs; rm -rf build; rm -rf app2; rm notes.txt";
    let answer = lab.check_where_git(&Git::Hangs, "status", "app", line);
    assert_eq!(answer.rules(), ["file.delete-unanswered"; 4], "{}", answer.json);
    assert!(began.elapsed() < std::time::Duration::from_secs(8), "{:?}", began.elapsed());
}

#[test]
fn where_links_and_loops_lead() {
    let photos = "mkdir -p ../plain/photos && echo x > ../plain/photos/a.jpg";
    let linked = format!("{photos} && rm -rf build && ln -s ../plain/photos build");
    let made = format!("{photos} && mkdir -p build");
    play(&[
        ("app", "rm -rf build/*", &linked, &made, "file.delete-outside"),
        ("app", "rm -f build/*.jpg", &linked, &made, "file.delete-elsewhere"),
        (
            "app",
            "echo x > link",
            "echo 'a long line that was there' > ../plain/x; ln -s ../plain/x link",
            "",
            "file.overwrite-by-text",
        ),
        ("app", "for f in src/*; do rm \"$f\"; done", "echo x >> src/a.rs", "", "file.delete-changed"),
        ("app", "for d in *; do rm -rf $d; done", "echo x > new.rs", "", "file.delete-here"),
        (
            "app",
            "for d in s* docs; do sudo rm -rf \"./$d\"; done",
            "echo x > src/new.rs",
            "",
            "file.delete-untracked",
        ),
        ("app", "for f in src/*.rs; do : > $f; done", "echo x >> src/a.rs", "", "file.overwrite-changed"),
        ("app", "find . -name '*.rs' | sort | xargs rm", "echo x >> src/a.rs", "", "file.delete-changed"),
        (
            "app",
            "find src -type f | while read -r f; do rm \"$f\"; done",
            "echo x > src/n.rs",
            "",
            "file.delete-untracked",
        ),
        (
            "app",
            "rm -rf build",
            "rm -rf build && mkdir build && echo x > build/notes.md",
            &linked,
            "file.delete-untracked",
        ),
    ]);
}

#[test]
fn what_a_name_stands_for() {
    let letters = "mkdir -p letters && echo x > letters/a.txt";
    play(&[
        (
            "plain",
            "rm -rf data/",
            "mkdir letters && echo x > letters/a.txt && ln -s letters data",
            "mkdir data",
            "file.delete-outside",
        ),
        (
            "plain",
            "chmod -R 777 shared/",
            "mkdir -p ~/.ssh && ln -s ~/.ssh shared",
            "mkdir shared",
            "file.permissions-secret",
        ),
        (
            "plain",
            "chmod -R 777 shared",
            "mkdir -p ~/.ssh && ln -s ~/.ssh shared",
            "mkdir shared",
            "file.permissions-secret",
        ),
        (
            "plain",
            "xargs rm -rf < list",
            &format!("{letters}; echo letters > list"),
            &format!("{letters}; echo node_modules > list"),
            "file.delete-outside",
        ),
        (
            "plain",
            "cat list | xargs sudo rm -rf",
            &format!("{letters}; echo letters > list"),
            ": > list",
            "file.delete-outside",
        ),
        (
            "plain",
            "while read -r d; do rm -rf \"$d\"; done < list",
            "echo $HOME > list",
            "echo /tmp/x > list",
            "file.delete-system",
        ),
        (
            "plain",
            "while read -r d; do rm -rf \"./$d\"; done < list",
            &format!("{letters}; echo letters > list"),
            &format!("{letters}; echo dist > list"),
            "file.delete-outside",
        ),
        (
            "plain",
            "cp template.conf app.conf",
            "echo a > template.conf; echo b > app.conf",
            "echo a > template.conf; echo a > app.conf",
            "file.overwrite-written",
        ),
        ("plain", "> notes.txt", "seq 300 > notes.txt", ": > notes.txt", "file.overwrite-emptied"),
        (
            "plain",
            "dd if=/dev/zero of=disk.img bs=1M count=1",
            "seq 300 > disk.img",
            "",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "gio trash --empty",
            "mkdir -p ~/.local/share/Trash/files && echo x > ~/.local/share/Trash/files/x",
            "mkdir -p ~/.local/share/Trash/files",
            "file.delete-kept",
        ),
        ("app", "rm *.md", "echo x > draft.md", "", "file.delete-written"),
        (
            "plain",
            "tar xf update.tar",
            "mkdir t; echo a > t/n; tar cf update.tar t; seq 100 > t/n",
            "mkdir t; echo a > t/n; tar cf update.tar t",
            "file.overwrite-unpacked",
        ),
        (
            "plain",
            "tee config.yaml < new.yaml",
            "seq 80 > config.yaml; echo x > new.yaml",
            "echo x > new.yaml",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "cat new.yaml > config.yaml",
            "seq 80 > config.yaml; echo x > new.yaml",
            "echo x > new.yaml; echo x > config.yaml",
            "file.overwrite-outside",
        ),
    ]);
}

#[test]
fn what_git_ignores_may_be_worth_something() {
    play(&[
        (
            "app",
            "rm -rf data",
            "mkdir data && truncate -s 2G data/model.bin",
            "mkdir data && truncate -s 2M data/model.bin",
            "file.delete-large",
        ),
        (
            "app",
            "rm -rf data",
            "mkdir data && echo x > data/notes.md",
            "mkdir data && echo x > data/notes.md && touch -d '3 days ago' data/notes.md",
            "file.delete-fresh",
        ),
        (
            "app",
            "rm -rf .git",
            "echo x >> notes.txt && git commit -qam two",
            "",
            "file.delete-repository-memory",
        ),
        (
            "app",
            "rm -rf .git",
            "git checkout -q --detach && git commit -q --allow-empty -m two",
            "git checkout -q --detach",
            "file.delete-repository-memory",
        ),
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
    "for d in /home/*; do rm -rf \"$d\"; done",
    "for d in /home/*; do sudo rm -rf \"${d}\"; done",
    "for f in ~/*; do rm -rf \"$f\"; done",
    "for d in /var/lib/*; do rm -rf $d; done",
    "for d in /etc/* /usr/*; do chmod -R 777 \"$d\"; done",
    "for d in /dev/sd?; do dd if=/dev/zero of=$d; done",
    "select d in /home/*; do rm -rf \"$d\"; done",
    "ls -d /home/* | while read d; do rm -rf \"$d\"; done",
    "find / -type f | sort | xargs rm -f",
    "chmod u-s /usr/bin/sudo",
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
    "for f in *.txt; do mv \"$f\" \"${f%.txt}.md\"; done",
    "for d in */; do (cd \"$d\" && git status); done",
    "for f in /tmp/x/*; do rm -rf \"$f\"; done",
    "for f in *.jpg; do convert \"$f\" \"${f%.jpg}.png\"; done",
    "for d in node_modules/*; do rm -rf \"$d\"; done",
    "mv list.tmp list",
    "chmod 644 /etc/passwd",
    "chmod g-s shared",
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
    let lab = Lab::made_by(TEMPLATE);
    let missed: Vec<&str> = STOPPED
        .iter()
        .copied()
        .chain(include_str!("files/stop.txt").lines())
        .filter(|line| !matches!(lab.check("plain", line).status, 3 | 4))
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_day() {
    let lab = Lab::made_by(TEMPLATE);
    let mut alarms = Vec::new();
    for dir in ["plain", "app"] {
        for line in PASSED.iter().copied().chain(include_str!("files/pass.txt").lines()) {
            let answer = lab.check(dir, line);
            if answer.status != 0 {
                alarms.push(format!("in {dir}: {line}: {}", answer.json["findings"]));
            }
        }
    }
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
}

#[test]
fn the_reason_names_what_would_be_lost() {
    let lab = Lab::made_by(TEMPLATE);
    lab.sh(&lab.path("app"), "echo x > src/new.rs && mkdir node_modules && echo x > node_modules/x.js");
    let answer = lab.expect("app", "ask", "rm -rf node_modules src");
    let reason = answer.reason();
    assert!(reason.contains("src/new.rs") && !reason.contains("node_modules"), "{reason}");
    assert!(lab.path("app/src/new.rs").exists());
}

#[test]
fn files_that_a_program_makes_where_there_is_one() {
    play(&[
        ("plain", "openssl genrsa -out ca.key 4096", "seq 30 > ca.key", "", "file.overwrite-written"),
        (
            "plain",
            "ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/deploy <<< y",
            "mkdir ~/.ssh; seq 30 > ~/.ssh/deploy",
            "mkdir ~/.ssh",
            "file.overwrite-known",
        ),
        // Unpacked once, and not touched since.
        (
            "plain",
            "gunzip -f r.csv.gz",
            "seq 9 | gzip > r.csv.gz; touch -d '1 hour ago' r.csv.gz; seq 20 > r.csv",
            "seq 9 > r.csv; touch -d '1 hour ago' r.csv; gzip -k r.csv",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "split -l 5 o.csv part-",
            "seq 10 > o.csv; touch -d '1 hour ago' o.csv; split -l 5 o.csv part-; echo checked >> part-ab",
            "seq 10 > o.csv; touch -d '1 hour ago' o.csv; split -l 5 o.csv part-",
            "file.overwrite-outside",
        ),
    ]);
}

#[test]
fn copies_over_files_of_the_same_names() {
    let made = "mkdir new conf; echo 1 > new/a.yml; touch -d '1 hour ago' new/a.yml";
    play(&[
        (
            "plain",
            "cp -r new/. conf/",
            "mkdir new conf; echo 1 > new/a.yml; touch -d '1 hour ago' new/a.yml; seq 9 > conf/a.yml",
            made,
            "file.overwrite-outside",
        ),
        // The same, and the older state of the same.
        (
            "plain",
            "cp -r new conf",
            "mkdir -p new conf/new; echo 1 > new/a; touch -d '1 hour ago' new/a; echo 2 > conf/new/a",
            "mkdir -p new conf/new; echo 1 > new/a; echo 1 > conf/new/a; touch -d '1 hour ago' new/a",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "cp new/*.yml conf",
            "mkdir new conf; echo 1 > new/a.yml; touch -d '1 hour ago' new/a.yml; echo 2 > conf/a.yml",
            "mkdir new conf; echo 1 > new/a.yml; echo 2 > conf/a.yml; touch -d '1 hour ago' conf/a.yml",
            "file.overwrite-outside",
        ),
        (
            "plain",
            "mv new/*.jpg all/",
            "mkdir new all; echo 1 > new/a.jpg; echo 2 > all/a.jpg; touch -d '1 hour ago' all/a.jpg",
            "mkdir new all; echo 1 > new/a.jpg; echo 2 > all/b.jpg",
            "file.overwrite-outside",
        ),
        (
            "app",
            "cp -r docs/. .",
            "touch -d '1 hour ago' docs/d.md; echo x > d.md",
            "cp docs/d.md d.md",
            "file.overwrite-untracked",
        ),
        (
            "plain",
            "sort words.txt > sorted.txt",
            "seq 30 > words.txt; ln -s words.txt sorted.txt",
            "seq 30 > words.txt",
            "file.overwrite-input",
        ),
    ]);
}

#[test]
fn what_a_substitution_will_give() {
    play(&[
        (
            "plain",
            "rm -rf \"$(readlink scratch)\"",
            "mkdir ~/Documents; echo 1 > ~/Documents/a; ln -s ~/Documents scratch",
            "mkdir build; echo 1 > build/a.o; ln -s build scratch",
            "file.delete-known",
        ),
        (
            "plain",
            "rm -rf \"$(cat .workdir)/one\"",
            "mkdir -p thesis/one; echo 1 > thesis/one/a.md; echo thesis > .workdir",
            "mkdir -p build/one; echo 1 > build/one/a.o; echo build > .workdir",
            "file.delete-outside",
        ),
        (
            "app",
            "D=$(cat .workdir); find \"$D\" -type f -delete",
            "echo x > src/new.rs; echo src > .workdir",
            "echo build > .workdir",
            "file.delete-untracked",
        ),
        (
            "app/src",
            "cd \"$(git rev-parse --show-toplevel)\" && rm -rf docs",
            "echo x >> ../docs/d.md",
            "echo x >> a.rs",
            "file.delete-changed",
        ),
        ("app", "rm -rf \"$PWD/docs\"", "echo x >> docs/d.md", "", "file.delete-changed"),
    ]);
}

#[test]
fn lines_that_are_taken_out_of_a_file() {
    play(&[
        ("plain", "sed -i '/^1/d' l.csv", "seq 100 199 > l.csv", "seq 900 > l.csv", "file.cut-short"),
        (
            "app",
            "sed -i '3,$d' l.csv",
            "seq 99 > l.csv",
            "seq 99 > l.csv; git add l.csv; git commit -qm l",
            "file.cut-short",
        ),
        (
            "plain",
            "sed -i '/keep/!d' l.csv",
            "seq 99 > l.csv",
            "yes keep | head -n 99 > l.csv",
            "file.cut-short",
        ),
    ]);
}
