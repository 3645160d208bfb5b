//! Lines that hide what they run, and files that a line runs: each beside a harmless twin of the same shape.
//! Nothing of it is run.
#![allow(clippy::unwrap_used)]

use forestall::action::{Actor, Line, Scene};
use forestall::judge::judge;
use forestall::policy::Policy;
use forestall::verdict::{Decision, Verdict};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn judged(dir: &Path, line: &str) -> Verdict {
    let vars = BTreeMap::from([("HOME".to_owned(), dir.to_string_lossy().into_owned())]);
    let scene = Scene::given(dir, vars);
    judge(&Line::from_bytes(line.as_bytes()), &scene, Actor::Human, Policy::default)
}

#[test]
fn what_hides_is_found_and_its_twin_passes() {
    let dir = TempDir::new().unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in fs::read_to_string("tests/indirection/pairs.txt").unwrap().lines() {
        let Some((sign, line)) = row.split_once(' ').filter(|(sign, _)| matches!(*sign, "+" | "-")) else {
            continue;
        };
        let line = line.replace('␤', "\n").replace('␍', "\r").replace('␉', "\t");
        let stopped = judged(dir.path(), &line).decision != Decision::Allow;
        count += 1;
        if stopped != (sign == "+") {
            wrong.push(row.to_owned());
        }
    }
    assert!(count > 600, "{count}");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

const DROP: &str = "psql -h db.prod -c 'drop table users'";

/// Lines that are stopped in a directory with these files, and lines that pass there.
#[track_caller]
fn with_files(files: &[(&str, &str)], stopped: &[&str], passed: &[&str]) {
    let dir = TempDir::new().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("DROP", DROP).replace("SELECT", "psql -h db.prod -c 'select 1'"))
            .unwrap();
    }
    for line in stopped {
        let verdict = judged(dir.path(), line);
        assert!(verdict.decision != Decision::Allow, "{line} is stopped");
        for finding in &verdict.findings {
            assert!(finding.span.end <= line.len() && finding.span.start < finding.span.end, "{line}");
        }
    }
    for line in passed {
        let verdict = judged(dir.path(), line);
        assert!(verdict.decision == Decision::Allow && verdict.notes.is_empty(), "{line}: {verdict:?}");
    }
}

#[test]
fn recipes_of_make() {
    let makefile = "SQL = drop table users\nHOST ?= db.prod\n.PHONY: all wipe\nall: build\n\techo $@\nbuild:\n\tSELECT\n\
        wipe: build\n\t@psql -h $(HOST) -c '$(SQL)'\nagain: wipe\nsub:\n\t$(MAKE) -C inner wipe\nask:\n\t@read -p 'sure?' x; echo $$x\n\
        odd:\n\t$(if $(X),(,)) ((\n";
    with_files(
        &[("Makefile", makefile), ("inner/Makefile", "wipe:\n\tDROP\n"), ("other.mk", "x:\n\tDROP\n")],
        &[
            "make wipe",
            "make -j4 again",
            "make -j 4 wipe",
            "make sub",
            "make -C inner",
            "cd inner && make wipe",
            "make -f other.mk x",
            "sudo make wipe",
            "make build SQL='x' && make wipe",
        ],
        &[
            "make",
            "make build",
            "make -n wipe",
            "make --dry-run wipe",
            "make ask",
            "make odd",
            "make nothing",
            "make SQL='select 1' wipe",
            "make -C nowhere wipe",
            "echo make wipe",
        ],
    );
}

#[test]
fn files_that_recipes_include() {
    let makefile = "include config.mk more.mk\n-include none.mk $(X).mk\n\tinclude deep.mk\nclean:\n\tpsql -h $(HOST) -c '$(SQL)'\n";
    let just = "import 'db.just'\nimport? 'none.just'\nok:\n  SELECT\n";
    let files = [
        ("Makefile", makefile),
        ("more.mk", "include deep.mk\nSQL = drop table users\n"),
        ("deep.mk", "wipe:\n\tDROP\n"),
        ("loop/Makefile", "include Makefile\nx:\n\tDROP\n"),
        ("justfile", just),
        ("db.just", "wipe:\n  DROP\n"),
    ];
    let with = |host: &'static str| [&files[..], &[("config.mk", host)]].concat();
    with_files(
        &with("HOST = db.prod\n"),
        &["make clean", "make wipe", "make -C loop x", "just wipe"],
        &["just ok", "make -C loop nothing"],
    );
    with_files(&with("HOST = localhost\n"), &["make wipe"], &["make clean SQL='select 1'"]);
}

#[test]
fn scripts_of_packages() {
    let package = "{\"scripts\": {\"build\": \"tsc -p .\", \"wipe\": \"DROP\", \"all\": \"npm run build && npm run wipe\", \
        \"prelint\": \"DROP\", \"lint\": \"eslint\", \"test\": \"jest\", \"loop\": \"npm run loop\", \"run\": \"psql -h db.prod -c\", \
        \"install\": \"DROP\", \"postinstall\": \"DROP\"}}";
    let composer = "{\"scripts\": {\"wipe\": [\"@php -v\", \"@inner\"], \"inner\": \"DROP\", \"ok\": [\"App\\\\X::y\", \"SELECT\"]}}";
    with_files(
        &[
            ("package.json", package),
            ("composer.json", composer),
            ("app/package.json", "{\"scripts\": {\"build\": \"DROP\"}}"),
            ("deno.json", "{\"tasks\": {\"wipe\": \"DROP\", \"ok\": \"SELECT\"}}"),
        ],
        &[
            "npm run wipe",
            "npm install",
            "npm ci",
            "yarn",
            "yarn install",
            "pnpm i",
            "npm run-script all",
            "yarn wipe",
            "yarn run wipe",
            "pnpm wipe",
            "bun run wipe",
            "npm run lint",
            "npm --prefix app run build",
            "cd app; npm run build",
            "npm run run -- 'drop table users'",
            "composer wipe",
            "composer run-script wipe",
            "deno task wipe",
        ],
        &[
            "npm run build",
            "npm test",
            "npm t",
            "npm install --ignore-scripts",
            "npm ci --ignore-scripts",
            "npm install left-pad",
            "yarn add left-pad",
            "pnpm lint",
            "npm run nothing",
            "npm run loop",
            "npm run run -- 'select 1'",
            "composer ok",
            "composer install",
            "deno task ok",
            "npm run --workspace x wipe",
        ],
    );
}

#[test]
fn tasks_of_other_runners() {
    let just = "host := 'db.prod'\nok:\n  SELECT\nwipe table='users': ok\n  psql -h {{host}} -c 'drop table {{table}}'\n\
        script:\n  #!/usr/bin/env bash\n  x=drop\n  psql -h db.prod -c \"$x table users\"\n";
    let tasks = "version: '3'\ntasks:\n  default:\n    cmds:\n      - SELECT\n  wipe:\n    deps: [default]\n    cmds:\n      - DROP\n";
    let rake = "task :ok do\n  sh \"SELECT\"\nend\ntask :wipe => [:ok] do\n  sh \"DROP\"\nend\n";
    with_files(
        &[("justfile", just), ("Taskfile.yml", tasks), ("Rakefile", rake), ("sub/x", "")],
        &[
            "just wipe",
            "just wipe orders",
            "just script",
            "cd sub && just wipe",
            "task wipe",
            "rake wipe",
            "cd sub; task wipe",
        ],
        &[
            "just",
            "just ok",
            "just --list",
            "just --dry-run wipe",
            "task",
            "task default",
            "task --list",
            "rake ok",
            "rake -n wipe",
            "just nothing",
        ],
    );
}

#[test]
fn local_scripts() {
    let deploy = "#!/bin/bash\nset -euo pipefail\nclean() { DROP; }\ncase ${1:-} in\n  *) run=$1 ;;\nesac\n\
        psql -h db.prod -c \"$run table users\"\n";
    with_files(
        &[
            ("deploy.sh", deploy),
            ("bin/wipe", "#!/usr/bin/env bash\r\nDROP\r\n"),
            ("outer.sh", "cd bin\n./wipe\n"),
            ("ok.sh", "SELECT\nif [ -z x ]; then echo; fi\n"),
            ("env.sh", "export SQL='drop table users'\nwipe() { DROP; }\n"),
            ("odd.sh", "if then ((\n) DROP 'x\n"),
            ("x.py", "#!/usr/bin/python\nDROP\n"),
            ("self.sh", "./self.sh\nsh self.sh\n"),
            ("big.sh", &format!("{}\nDROP\n", "# x\n".repeat(20_000))),
        ],
        &[
            "./deploy.sh drop",
            "bash deploy.sh drop",
            "sh ./deploy.sh drop",
            "bin/wipe",
            "sudo ./bin/wipe",
            "./outer.sh",
            "source ./bin/wipe",
            ". bin/wipe",
            "source env.sh; psql -h db.prod -c \"$SQL\"",
            ". ./env.sh && wipe",
            "nohup ./bin/wipe &",
            "timeout 5 bash bin/wipe",
            "bash < bin/wipe",
            "ssh web1 bash -s < bin/wipe",
            "ssh web1 < bin/wipe",
            "cat bin/wipe | sh",
            "sudo bash -x < bin/wipe",
        ],
        &[
            "./deploy.sh select",
            "bash deploy.sh \"$X\"",
            "./ok.sh",
            "source env.sh",
            "./odd.sh",
            "./x.py",
            "./self.sh",
            "./big.sh",
            "cat bin/wipe",
            "cat bin/wipe | grep psql",
            "wc -l < bin/wipe",
            "bash -n bin/wipe",
            "shellcheck ./bin/wipe",
            "ssh web1 ./bin/wipe",
            "ssh web1 'cat > x' < bin/wipe",
            "./nothing.sh",
        ],
    );
}

#[test]
fn scripts_of_other_languages() {
    let python = "import os, shutil\n\ndef wipe():\n    os.system('DROPX')\n\ndef clean(path):\n    shutil.rmtree(path)\n\nprint('x')\n";
    let called = "import subprocess\n\ndef main():\n    subprocess.run(['psql', '-h', 'db.prod', '-c', 'drop table users'])\n\nif __name__ == '__main__':\n    main()\n";
    let asked = "import os, sys\nif '--wipe' in sys.argv:\n    os.system(\"DROP\")\nopen('out.csv', 'w').write('x')\n";
    with_files(
        &[
            ("ok.py", &python.replace("DROPX", "rm -rf /home")),
            ("wipe.py", called),
            ("bin/wipe", &format!("#!/usr/bin/env python3\n{called}")),
            ("asked.py", asked),
            ("out.csv", "years\n"),
            ("wipe.js", "const run = () => {\n  require('child_process').execSync(\"DROP\");\n};\nrun();\n"),
            ("ok.js", "const run = () => {\n  require('child_process').execSync(\"DROP\");\n};\n"),
            ("wipe.rb", "system(\"DROP\")\n"),
            ("wipe.pl", "system(\"DROP\");\n"),
            ("wipe.php", "<?php\nsystem(\"DROP\");\n"),
            ("wipe.awk", "BEGIN { system(\"DROP\") }\n"),
            ("cmd.txt", "DROP\n"),
            ("ok.txt", "SELECT\n"),
            (".envrc", "DROP\n"),
            ("sub/.envrc", "export A=1\n"),
        ],
        &[
            "python3 wipe.py",
            "sudo python3 ./wipe.py --now",
            "./bin/wipe",
            "cd bin && ./wipe",
            "node wipe.js",
            "ruby wipe.rb",
            "perl wipe.pl",
            "php wipe.php",
            "awk -f wipe.awk data",
            "uv run wipe.py",
            "eval \"$(cat cmd.txt)\"",
            "eval \"$(< cmd.txt)\"",
            "sh -c \"$(cat cmd.txt)\"",
            "bash <(cat cmd.txt)",
            ". <(cat cmd.txt)",
            "$(cat cmd.txt)",
            "parallel < cmd.txt",
            "cat cmd.txt | parallel",
            "parallel :::: cmd.txt",
            "direnv allow",
            "direnv allow .",
        ],
        &[
            "python3 ok.py",
            "python3 asked.py",
            "python3 nothing.py",
            "python3 -m ok",
            "node ok.js",
            "cat wipe.py",
            "python3 -m py_compile wipe.py",
            "pylint wipe.py",
            "wc -l wipe.js bin/wipe",
            "ssh web1 python3 wipe.py",
            "eval \"$(cat ok.txt)\"",
            "sh -c \"$(cat ok.txt)\"",
            "bash <(cat ok.txt)",
            "echo \"$(cat cmd.txt)\"",
            "parallel < ok.txt",
            "parallel gzip < cmd.txt",
            "direnv allow sub",
            "direnv status",
        ],
    );
}

#[test]
fn what_cannot_be_known_is_no_alarm() {
    let dir = TempDir::new().unwrap();
    for line in [
        "\"$BIN\" --version",
        "$EDITOR notes.txt",
        "$(which python) x.py",
        "\"${CMD[@]}\" --help",
        "eval \"$(ssh-agent -s)\"",
        "source <(kubectl completion bash)",
        "bash -c \"$SCRIPT\"",
        "${RUN:-echo} hello",
        "sudo -u \"$USER\" \"$PROGRAM\"",
        "xargs -I{} {} < list",
    ] {
        let verdict = judged(dir.path(), line);
        assert!(verdict.decision == Decision::Allow && verdict.findings.is_empty(), "{line}: {verdict:?}");
    }
}
