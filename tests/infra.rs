//! Lines about infrastructure through `forestall check`, each with a home directory and an environment of its own:
//! the same line must get the answer that its surroundings deserve.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

/// Files below the home directory (`~/…`) or the project, and variables.
type Surroundings = &'static [(&'static str, &'static str)];

/// Where a line is judged, the line, and the verdict that it deserves.
type Case = (Surroundings, &'static str, &'static str);

/// The verdict of a line, with the ids of the rules that spoke.
fn verdict(surroundings: &[(&str, &str)], line: &str) -> (String, String) {
    let root = tempfile::tempdir().unwrap();
    let (home, project) = (root.path().join("home"), root.path().join("work/project"));
    fs::create_dir_all(&home).unwrap();
    fs::create_dir_all(&project).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_forestall"));
    command.env_clear().env("HOME", &home).env("PATH", "/usr/bin:/bin").env("HOSTNAME", "desk");
    let mut dir = project.clone();
    for (name, value) in surroundings {
        match *name {
            "cd" => dir = project.join(value),
            name if name.contains(['/', '.']) => {
                let path = name.strip_prefix("~/").map_or_else(|| project.join(name), |rest| home.join(rest));
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, value).unwrap();
            }
            name => {
                command.env(name, value);
            }
        }
    }
    fs::create_dir_all(&dir).unwrap();
    let output = command
        .args(["check", "--json", "--", line])
        .current_dir(&dir)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{line}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    let rules = json["findings"].as_array().unwrap().iter();
    let rules: Vec<String> = rules.map(|found| format!("{} {}", found["rule"], found["facts"])).collect();
    (json["verdict"].as_str().unwrap().to_owned(), rules.join("\n      "))
}

/// Judges every line, two at a time, and gives back what is not as it should be.
fn hold(cases: &[Case]) {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((surroundings, line, expected)) =
                    cases.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let (got, rules) = verdict(surroundings, line);
                    // Another area may find more in the same line, and deny it.
                    let stopped = *expected == "ask" && got == "deny";
                    if got != *expected && !stopped {
                        let around: Vec<&str> = surroundings.iter().map(|(name, _)| *name).collect();
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{expected} but {got}: {line}   {around:?}\n      {rules}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with("# "))
}

#[test]
fn what_destroys_for_good_is_asked_about_even_where_nothing_can_be_seen() {
    let cases: Vec<Case> = lines(include_str!("infra/ask.txt")).map(|line| (HERE, line, "ask")).collect();
    assert!(cases.len() > 100);
    hold(&cases);
}

#[test]
fn look_alikes_and_daily_work_pass() {
    let cases: Vec<Case> = lines(include_str!("infra/pass.txt")).map(|line| (HERE, line, "allow")).collect();
    assert!(cases.len() > 100);
    hold(&cases);
}

macro_rules! kubeconfig {
    ($context:literal, $server:literal) => {
        concat!(
            "apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: ",
            $server,
            "\n  name: ",
            $context,
            "\ncontexts:\n- context:\n    cluster: ",
            $context,
            "\n    namespace: shop\n    user: me\n  name: ",
            $context,
            "\ncurrent-context: ",
            $context,
            "\nusers: []\n"
        )
    };
}

const KIND: Surroundings = &[("~/.kube/config", kubeconfig!("kind-dev", "https://127.0.0.1:40123"))];
const KUBE_PROD: Surroundings = &[("~/.kube/config", kubeconfig!("prod-eu", "https://k8s.acme.com"))];
const KUBE_EKS: Surroundings = &[(
    "~/.kube/config",
    kubeconfig!("arn:aws:eks:eu-west-1:123456789012:cluster/production", "https://ABC.gr7.eks.amazonaws.com"),
)];
const KUBE_JSON: Surroundings = &[(
    "~/.kube/config",
    "{\"current-context\":\"prod\",\"contexts\":[{\"name\":\"prod\",\"context\":{\"cluster\":\"c\"}}],\"clusters\":[]}",
)];
const KUBE_TUNNEL: Surroundings = &[("~/.kube/config", kubeconfig!("main", "https://localhost:6443"))];
const KUBE_DEV: Surroundings = &[("~/.kube/config", kubeconfig!("dev-eu", "https://k8s-dev.acme.com"))];
const KUBE_MAIN: Surroundings = &[("~/.kube/config", kubeconfig!("main-eu", "https://k8s.acme.com"))];
const KUBE_FILE: Surroundings = &[
    ("KUBECONFIG", "a.yaml:b.yaml"),
    ("a.yaml", "apiVersion: v1\n"),
    ("b.yaml", kubeconfig!("live-1", "https://10.0.0.1")),
];
const AWS_PROD: Surroundings = &[("AWS_PROFILE", "prod-admin")];
const AWS_DEV: Surroundings = &[("AWS_PROFILE", "dev")];
const AWS_SSO_PROD: Surroundings = &[
    ("AWS_PROFILE", "main"),
    (
        "~/.aws/config",
        "[default]\nregion = eu-west-1\n[profile main]\nsso_account_name = Production\n[profile x]\nregion=a\n",
    ),
];
const AWS_SSO_DEV: Surroundings =
    &[("AWS_PROFILE", "main"), ("~/.aws/config", "[profile main]\nsso_account_name = acme-sandbox\n")];
const LOCALSTACK: Surroundings = &[("AWS_ENDPOINT_URL", "http://localhost:4566")];
const STATE: &str =
    "{\"version\":4,\"resources\":[{\"mode\":\"managed\",\"type\":\"aws_vpc\",\"name\":\"a\"}]}";
const EMPTY_STATE: &str = "{\"version\":4,\"resources\":[]}";
const TF_EMPTY: Surroundings =
    &[("main.tf", "resource \"x\" \"y\" {}\n"), ("terraform.tfstate", EMPTY_STATE)];
const TF_NEVER: Surroundings = &[("main.tf", "resource \"x\" \"y\" {}\n")];
const TF_FULL: Surroundings = &[("main.tf", "resource \"x\" \"y\" {}\n"), ("terraform.tfstate", STATE)];
const TF_REMOTE: Surroundings = &[("main.tf", "terraform {\n  backend \"s3\" {}\n}\n")];
const TF_WS_PROD: Surroundings = &[
    ("main.tf", ""),
    (".terraform/environment", "prod"),
    ("terraform.tfstate.d/prod/terraform.tfstate", STATE),
];
const TF_WS_DEV: Surroundings = &[
    ("main.tf", ""),
    (".terraform/environment", "dev"),
    ("terraform.tfstate.d/dev/terraform.tfstate", STATE),
];
const TF_BACKEND_PROD: Surroundings = &[
    ("main.tf", ""),
    (
        ".terraform/terraform.tfstate",
        "{\"version\":3,\"backend\":{\"type\":\"s3\",\"config\":{\"bucket\":\"acme-tf\",\"key\":\"prod/vpc.tfstate\"}}}",
    ),
];
const TF_BACKEND_DEV: Surroundings = &[
    ("main.tf", ""),
    (
        ".terraform/terraform.tfstate",
        "{\"version\":3,\"backend\":{\"type\":\"s3\",\"config\":{\"bucket\":\"acme-tf\",\"key\":\"dev/vpc.tfstate\"}}}",
    ),
];
const TF_DIR_PROD: Surroundings =
    &[("cd", "envs/prod"), ("envs/prod/main.tf", "terraform {\n backend \"s3\" {}\n}")];
const TF_DIR_DEV: Surroundings =
    &[("cd", "envs/dev"), ("envs/dev/main.tf", "terraform {\n backend \"s3\" {}\n}")];
const PULUMI_PROD: Surroundings = &[
    ("Pulumi.yaml", "name: shop\nruntime: nodejs\n"),
    ("Pulumi.prod.yaml", ""),
    ("Pulumi.dev.yaml", ""),
    ("~/.pulumi/workspaces/shop-0a1b-workspace.json", "{\"stack\": \"acme/shop/prod\"}"),
];
const PULUMI_DEV: Surroundings = &[
    ("Pulumi.yaml", "name: shop\nruntime: nodejs\n"),
    ("Pulumi.prod.yaml", ""),
    ("Pulumi.dev.yaml", ""),
    ("~/.pulumi/workspaces/shop-0a1b-workspace.json", "{\"stack\": \"acme/shop/dev\"}"),
];
const GCLOUD_PROD: Surroundings = &[
    ("~/.config/gcloud/active_config", "work\n"),
    ("~/.config/gcloud/configurations/config_work", "[core]\naccount = me@acme.com\nproject = acme-prod\n"),
];
const GCLOUD_DEV: Surroundings = &[
    ("~/.config/gcloud/active_config", "work\n"),
    ("~/.config/gcloud/configurations/config_work", "[core]\naccount = me@acme.com\nproject = acme-dev\n"),
];
const AZ_PROD: Surroundings = &[(
    "~/.azure/azureProfile.json",
    "\u{feff}{\"subscriptions\":[{\"name\":\"Sandbox\",\"isDefault\":false},{\"name\":\"Acme Production\",\"isDefault\":true}]}",
)];
const AZ_DEV: Surroundings = &[(
    "~/.azure/azureProfile.json",
    "\u{feff}{\"subscriptions\":[{\"name\":\"Sandbox\",\"isDefault\":true},{\"name\":\"Acme Production\",\"isDefault\":false}]}",
)];
const DOCKER_PROD: Surroundings = &[
    ("~/.docker/config.json", "{\"currentContext\": \"web\"}"),
    (
        "~/.docker/contexts/meta/0a1b/meta.json",
        "{\"Name\":\"web\",\"Endpoints\":{\"docker\":{\"Host\":\"ssh://deploy@prod-web-1\"}}}",
    ),
];
const DOCKER_LOCAL: Surroundings = &[
    ("~/.docker/config.json", "{\"currentContext\": \"web\"}"),
    (
        "~/.docker/contexts/meta/0a1b/meta.json",
        "{\"Name\":\"web\",\"Endpoints\":{\"docker\":{\"Host\":\"unix:///run/user/1000/docker.sock\"}}}",
    ),
];
const COMPOSE_VOLUMES: Surroundings = &[(
    "compose.yaml",
    "services:\n  db:\n    image: postgres\n    volumes:\n      - data:/var/lib\nvolumes:\n  data:\n",
)];
const COMPOSE_NAMED: Surroundings = &[
    ("COMPOSE_FILE", "db.yml"),
    ("db.yml", "services:\n  db:\n    image: postgres\nvolumes:\n  data:\n"),
    ("web.yml", "services:\n  web:\n    image: nginx\n"),
];
const COMPOSE_NAMED_PLAIN: Surroundings = &[
    ("COMPOSE_FILE", "web.yml"),
    ("db.yml", "services:\n  db:\n    image: postgres\nvolumes:\n  data:\n"),
    ("web.yml", "services:\n  web:\n    image: nginx\n"),
];
const TF_WS_FULL: Surroundings = &[("main.tf", ""), ("terraform.tfstate.d/pr-42/terraform.tfstate", STATE)];
const TF_WS_EMPTY: Surroundings =
    &[("main.tf", ""), ("terraform.tfstate.d/pr-42/terraform.tfstate", EMPTY_STATE)];
const COMPOSE_PLAIN: Surroundings =
    &[("compose.yaml", "services:\n  web:\n    image: nginx\n    volumes:\n      - ./src:/src\n")];
const SSH: Surroundings = &[("SSH_CONNECTION", "10.0.0.2 50000 10.0.0.1 22"), ("HOSTNAME", "web-1")];
const PROD_HOST: Surroundings = &[("HOSTNAME", "prod-db-1")];
const HEROKU_PROD: Surroundings =
    &[(".git/config", "[remote \"heroku\"]\n\turl = https://git.heroku.com/acme-production.git\n")];
const HEROKU_DEV: Surroundings =
    &[(".git/config", "[remote \"heroku\"]\n\turl = https://git.heroku.com/acme-dev.git\n")];
const ANSIBLE_PROD: Surroundings = &[("ansible.cfg", "[defaults]\ninventory = inventories/prod\n")];
const ANSIBLE_DEV: Surroundings = &[("ansible.cfg", "[defaults]\ninventory = inventories/dev\n")];
const NPM_LOCAL: Surroundings = &[(".npmrc", "registry=http://localhost:4873/\n")];
const KUBE_BOTH: Surroundings = &[(
    "~/.kube/config",
    "current-context: kind-dev\ncontexts:\n- {name: kind-dev, context: {cluster: kind-dev}}\n- {name: prod-eu, context: {cluster: p}}\n",
)];
const TF_RANDOM: Surroundings = &[
    ("main.tf", ""),
    (
        "terraform.tfstate",
        "{\"version\":4,\"resources\":[{\"mode\":\"managed\",\"type\":\"random_pet\",\"name\":\"a\"},{\"mode\":\"data\",\"type\":\"aws_vpc\"}]}",
    ),
];
const COMPOSE_EXTERNAL: Surroundings = &[(
    "docker-compose.yml",
    "services:\n  db:\n    image: postgres\nvolumes:\n  data:\n    external: true\n",
)];
const DESK: Surroundings = &[("DISPLAY", ":0")];
const HERE: Surroundings = &[];

/// The same line in a dangerous and in a harmless state.
const PAIRS: &[(&str, Surroundings, Surroundings)] = &[
    ("kubectl delete namespace payments", KUBE_PROD, KIND),
    ("kubectl delete namespace payments", KUBE_EKS, KIND),
    ("kubectl delete namespace payments", KUBE_JSON, KUBE_TUNNEL),
    ("kubectl delete namespace payments", KUBE_FILE, KUBE_DEV),
    ("kubectl delete namespace payments", KUBE_MAIN, KUBE_DEV),
    ("kubectl delete deployment api", KUBE_PROD, KIND),
    ("kubectl delete deployment api", KUBE_MAIN, HERE),
    ("kubectl delete pod api-7d9f", KUBE_PROD, KIND),
    ("kubectl delete pods --all", KUBE_PROD, KIND),
    ("kubectl delete pvc data-db-0", KUBE_PROD, KUBE_DEV),
    ("kubectl delete -f k8s/", KUBE_PROD, KIND),
    ("kubectl scale deployment api --replicas=0", KUBE_PROD, KIND),
    ("kubectl apply -f deploy.yaml", KUBE_PROD, KIND),
    ("kubectl rollout undo deployment/api", KUBE_PROD, KIND),
    ("kubectl drain node-1 --ignore-daemonsets", KUBE_PROD, KIND),
    ("helm uninstall api", KUBE_PROD, KIND),
    ("helm upgrade api ./chart", KUBE_PROD, KUBE_DEV),
    ("helm rollback api 3", KUBE_PROD, KIND),
    ("aws s3 rm s3://acme-data --recursive", AWS_PROD, AWS_DEV),
    ("aws ec2 terminate-instances --instance-ids i-0abc", AWS_PROD, AWS_DEV),
    ("aws dynamodb delete-table --table-name orders", AWS_SSO_PROD, AWS_SSO_DEV),
    ("aws dynamodb delete-table --table-name orders", AWS_PROD, LOCALSTACK),
    ("aws cloudformation delete-stack --stack-name shop", AWS_SSO_PROD, LOCALSTACK),
    ("aws rds delete-db-instance --db-instance-identifier main", AWS_PROD, AWS_SSO_DEV),
    ("aws ec2 stop-instances --instance-ids i-0abc", AWS_PROD, AWS_DEV),
    ("cdk destroy --force", AWS_PROD, AWS_DEV),
    ("terraform destroy -auto-approve", TF_FULL, TF_EMPTY),
    ("terraform destroy -auto-approve", TF_REMOTE, TF_NEVER),
    ("terraform destroy", TF_WS_PROD, TF_WS_DEV),
    ("terraform apply -auto-approve", TF_WS_PROD, TF_WS_DEV),
    ("terraform apply", TF_WS_PROD, TF_WS_DEV),
    ("terraform destroy -auto-approve", TF_BACKEND_PROD, TF_BACKEND_DEV),
    ("terraform destroy -auto-approve", TF_DIR_PROD, TF_DIR_DEV),
    ("tofu apply -auto-approve", TF_DIR_PROD, TF_DIR_DEV),
    ("pulumi destroy --yes", PULUMI_PROD, PULUMI_DEV),
    ("pulumi up --yes", PULUMI_PROD, PULUMI_DEV),
    ("gcloud compute instances delete web-1 --quiet", GCLOUD_PROD, GCLOUD_DEV),
    ("gcloud sql instances delete main", GCLOUD_PROD, GCLOUD_DEV),
    ("az group delete -n shop --yes", AZ_PROD, AZ_DEV),
    ("az vm deallocate -g shop -n web", AZ_PROD, AZ_DEV),
    ("docker rm -f web", DOCKER_PROD, DOCKER_LOCAL),
    ("docker stop web", DOCKER_PROD, DOCKER_LOCAL),
    ("docker compose down -v", COMPOSE_VOLUMES, COMPOSE_PLAIN),
    ("docker compose down", &[("DOCKER_HOST", "ssh://prod-web-1")], HERE),
    (
        "vagrant destroy -f",
        &[("./Vagrantfile", ""), (".vagrant/machines/default/virtualbox/id", "0a1b")],
        &[("./Vagrantfile", "")],
    ),
    (
        "ssh box sudo reboot",
        &[("~/.ssh/config", "Host box\n  HostName db1.prod.acme.com\n")],
        &[("~/.ssh/config", "Host other\n  HostName x\nHost box\n  HostName 127.0.0.1\n  Port 2222\n")],
    ),
    (
        "ssh web 'cd /srv/shop && docker compose down'",
        &[
            ("~/.ssh/config", "Include conf.d/*\n\nHost *\n  User ada\n"),
            ("~/.ssh/conf.d/acme", "Host web1 web*\n  HostName web1.prod.acme.io\n"),
        ],
        &[
            ("~/.ssh/config", "Include conf.d/*\n\nHost *\n  User ada\n"),
            ("~/.ssh/conf.d/vm", "Host web !web2\n  HostName localhost\n"),
        ],
    ),
    (
        "ansible-playbook site.yml",
        &[
            ("ansible.cfg", "[defaults]\ninventory = hosts.ini\n"),
            ("hosts.ini", "[production]\ndb1.acme.com\n"),
        ],
        &[
            ("ansible.cfg", "[defaults]\ninventory = hosts.ini\n"),
            ("hosts.ini", "localhost ansible_connection=local\n"),
        ],
    ),
    (
        "ansible all -m reboot",
        &[
            ("ansible.cfg", "[defaults]\ninventory = hosts.ini\n"),
            ("hosts.ini", "web1.acme.com\nweb2.acme.com\n"),
        ],
        &[("ansible.cfg", "[defaults]\ninventory = hosts.ini\n"), ("hosts.ini", "localhost\n")],
    ),
    ("docker stack rm shop", HERE, &[("DOCKER_CONTEXT", "desktop-linux")]),
    ("sudo reboot", SSH, HERE),
    ("sudo shutdown -h now", SSH, HERE),
    ("systemctl stop sshd", SSH, DESK),
    ("systemctl stop sshd", HERE, DESK),
    ("sudo systemctl stop NetworkManager", HERE, DESK),
    ("sudo systemctl stop postgresql", SSH, HERE),
    ("sudo systemctl stop postgresql", PROD_HOST, HERE),
    ("systemctl restart postgresql", PROD_HOST, HERE),
    ("ip link set eth0 down", SSH, DESK),
    ("heroku apps:destroy", HEROKU_PROD, HEROKU_DEV),
    ("heroku ps:scale web=0", HEROKU_PROD, HEROKU_DEV),
    (
        "consul kv delete -recurse app/",
        &[("CONSUL_HTTP_ADDR", "consul.prod.acme.com:8500")],
        &[("CONSUL_HTTP_ADDR", "127.0.0.1:8500")],
    ),
    ("ansible-playbook site.yml", ANSIBLE_PROD, ANSIBLE_DEV),
    ("ansible all -m reboot", ANSIBLE_PROD, ANSIBLE_DEV),
    ("npm unpublish acme-lib --force", HERE, NPM_LOCAL),
    ("fly apps destroy", &[("fly.toml", "app = \"shop-prod\"\n")], &[("fly.toml", "app = \"shop-dev\"\n")]),
    (
        "vercel remove --yes",
        &[(".vercel/project.json", "{\"projectName\": \"shop\"}")],
        &[(".vercel/project.json", "{\"projectName\": \"shop-sandbox\"}")],
    ),
    ("pm2 delete all", HERE, DESK),
    ("virsh destroy db", &[("LIBVIRT_DEFAULT_URI", "qemu+ssh://hv02/system")], HERE),
    ("docker compose up -d", &[("DOCKER_HOST", "ssh://prod-1")], HERE),
    (
        "serverless deploy",
        &[("serverless.yml", "provider:\n  stage: prod\n")],
        &[("serverless.yml", "provider:\n  stage: dev\n")],
    ),
    (
        "sls remove",
        &[("serverless.yml", "provider:\n  stage: prod\n")],
        &[("serverless.yml", "provider:\n  stage: dev\n")],
    ),
    (
        "sam deploy",
        &[("samconfig.toml", "stack_name = \"shop-prod\"\n")],
        &[("samconfig.toml", "stack_name = \"shop-dev\"\n")],
    ),
    (
        "kamal deploy",
        &[("config/deploy.yml", "servers:\n  - web.prod.acme.com\n")],
        &[("config/deploy.yml", "servers:\n  web:\n    hosts:\n      - web.acme.com\n")],
    ),
    (
        "kamal remove -y",
        &[("config/deploy.yml", "servers:\n  - web.acme.com\n")],
        &[("config/deploy.yml", "servers:\n  - 127.0.0.1\n")],
    ),
    (
        "firebase firestore:delete --all-collections",
        &[(".firebaserc", "{\"projects\": {\"default\": \"shop\"}}")],
        &[(".firebaserc", "{\"projects\": {\"default\": \"demo-shop\"}}")],
    ),
    ("istioctl install -y", KUBE_PROD, KIND),
    (
        "firebase deploy",
        &[(".firebaserc", "{\"projects\": {\"default\": \"shop-prod\"}}")],
        &[(".firebaserc", "{\"projects\": {\"default\": \"shop-dev\"}}")],
    ),
    ("sudo pkill -9 postgres", SSH, HERE),
    ("terraform destroy -auto-approve", TF_FULL, TF_RANDOM),
    ("docker compose down -v", COMPOSE_VOLUMES, COMPOSE_EXTERNAL),
    ("docker compose down -v", COMPOSE_NAMED, COMPOSE_NAMED_PLAIN),
    ("terraform workspace delete -force pr-42", TF_WS_FULL, TF_WS_EMPTY),
    ("kubectl delete deployment api", &[("KUBERNETES_SERVICE_HOST", "10.0.0.1")], HERE),
    (
        "kubectl delete deployment api",
        &[("~/.kube/config", kubeconfig!("prod", "https://localhost:6443"))],
        KUBE_TUNNEL,
    ),
    (
        "vault kv metadata delete secret/app",
        &[("VAULT_ADDR", "https://vault.acme.com")],
        &[("VAULT_ADDR", "http://127.0.0.1:8200")],
    ),
];

#[test]
fn the_same_line_gets_two_answers() {
    assert!(PAIRS.len() >= 30);
    let cases: Vec<Case> = PAIRS
        .iter()
        .flat_map(|(line, risky, safe)| [(*risky, *line, "ask"), (*safe, *line, "allow")])
        .collect();
    hold(&cases);
}

#[test]
fn what_the_line_makes_current_first_counts() {
    hold(&[
        (KUBE_BOTH, "kubectl config use-context prod-eu && kubectl delete deployment api", "ask"),
        (KUBE_BOTH, "kubectl delete deployment api", "allow"),
        (KUBE_BOTH, "kubectl --context prod-eu delete deployment api", "ask"),
        (KUBE_BOTH, "kubectx prod-eu; kubectl delete pod api-0", "ask"),
        (KUBE_PROD, "kubectl config use-context kind-dev && kubectl delete ns payments", "allow"),
        (KUBE_PROD, "kubectl --context kind-dev delete ns payments", "allow"),
        (TF_WS_DEV, "terraform workspace select prod && terraform apply", "ask"),
        (TF_WS_PROD, "terraform workspace select dev && terraform destroy -auto-approve", "allow"),
        (AWS_PROD, "AWS_PROFILE=dev aws s3 rb s3://data --force", "allow"),
        (AWS_DEV, "AWS_PROFILE=prod aws s3 rb s3://data --force", "ask"),
        (AWS_DEV, "export AWS_PROFILE=prod; aws s3 rb s3://data --force", "ask"),
        (AWS_DEV, "aws --profile prod s3 rm s3://data/x", "ask"),
        (HERE, "docker context use prod && docker stop api", "ask"),
        (GCLOUD_DEV, "gcloud sql instances delete main --project acme-prod", "ask"),
        (GCLOUD_DEV, "gcloud config set project acme-prod && gcloud sql instances delete main", "ask"),
        (AZ_DEV, "az account set -s 'Acme Production' && az group delete -n shop --yes", "ask"),
        (PULUMI_DEV, "pulumi stack select prod && pulumi up --yes", "ask"),
        (KUBE_DEV, "cd /tmp && KUBECONFIG=/nowhere/prod.yaml kubectl delete deployment api", "ask"),
    ]);
}

#[test]
fn names_in_the_policy_decide() {
    let policy: Surroundings = &[
        (
            "~/.config/forestall/config.toml",
            "[database]\nproduction = [\"blue\"]\ndevelopment = [\"main-eu\"]\n",
        ),
        ("~/.kube/config", kubeconfig!("main-eu", "https://k8s.acme.com")),
    ];
    hold(&[
        (policy, "kubectl delete ns payments", "allow"),
        (policy, "kubectl --context blue delete pod api", "ask"),
        (KUBE_MAIN, "kubectl delete ns payments", "ask"),
    ]);
}

#[test]
fn the_finding_names_the_place_and_where_that_was_read() {
    let (_, facts) = verdict(KUBE_PROD, "kubectl delete namespace payments");
    for part in
        ["cluster context prod-eu", "current-context", "\"namespace payments\"", "infra.destroy-production"]
    {
        assert!(facts.contains(part), "{part} in {facts}");
    }
}
