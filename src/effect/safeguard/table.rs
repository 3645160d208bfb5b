//! Switches of tools that differ in their words alone: which call takes a safeguard away, as data.
//!
//! A tool has rules, separated by `;`; the first that fits a call decides. A rule is the name of the safeguard and the
//! words that a call must have, in any of these forms:
//!
//! | word | fits |
//! |---|---|
//! | `a\|b*` | one of these words of the command, behind those before it; `*` stands for any text |
//! | `-f\|--force` | one of these flags, not switched off; `--state=off\|no` with one of these values |
//! | `+a\|b` | one of these texts in the arguments or in the input that the line gives, in small letters and without blanks and quotes |
//! | `^-f`, `^+a` | not that |
//! | `''`, `\+` | the empty word; a word that begins as a form does |
//! | `~` | no address of this machine or of a private network is named |
//! | `=what_it_is` | what loses the safeguard; else the program |

use super::{is_emulated, near, normal, weaken};
use crate::effect::infra::glob;
use crate::effect::{Call, Effect};
use crate::syntax::{Feed, Word};

/// Adds what a call would switch off, by the rules of its program.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let invocation = call.invocation;
    let program = invocation.program();
    let Some(rules) = of(program) else { return };
    let words = invocation.args();
    let shows = |text: &str| {
        matches!(text, "--help" | "--dry-run" | "--dryrun" | "--what-if")
            || text.starts_with("--dry-run=") && text != "--dry-run=none"
    };
    if words.iter().any(|word| shows(word.text())) || is_emulated(words) {
        return;
    }
    let mut text = None;
    let mut text = || {
        text.get_or_insert_with(|| {
            let mut all: Vec<String> = words.iter().map(|word| normal(word.text())).collect();
            if let Feed::Text(word) = &invocation.stdin {
                all.push(normal(word.text()));
            }
            all.join("\n")
        })
        .clone()
    };
    let found = rules.split(';').find_map(|rule| {
        let mut terms = rule.split_ascii_whitespace();
        let safeguard = terms.next()?;
        let mut how = None;
        let mut said = Vec::new();
        let mut object = None;
        let mut from = 0;
        for term in terms {
            let (negated, term) = term.strip_prefix('^').map_or((false, term), |term| (true, term));
            let fits = match term.as_bytes().first() {
                Some(b'=') => {
                    object = Some(term[1..].replace('_', " "));
                    continue;
                }
                Some(b'~') => !near(words),
                Some(b'+') => {
                    let text = text();
                    term[1..].split('|').any(|part| text.contains(&part.replace('¦', "|")))
                }
                Some(b'-') => match flag(words, term) {
                    Some(given) => {
                        how = how.or(Some(given));
                        true
                    }
                    None => false,
                },
                _ => {
                    let term = if term == "''" { "" } else { term.strip_prefix('\\').unwrap_or(term) };
                    let rest = words.iter().enumerate().skip(from);
                    let mut plain = rest.filter(|(_, word)| !word.text().starts_with('-'));
                    match plain.find(|(_, word)| term.split('|').any(|one| glob(one, word.text()))) {
                        Some((at, word)) => {
                            from = at + 1;
                            said.push(word.text());
                            true
                        }
                        None => false,
                    }
                }
            };
            if fits == negated {
                return None;
            }
        }
        Some((safeguard, how.unwrap_or_else(|| said.join(" ")), object))
    });
    let Some((safeguard, how, object)) = found else { return };
    let how = if how.is_empty() { super::short(words) } else { how };
    weaken(named(safeguard), how, object.unwrap_or_else(|| program.to_owned()), invocation.span, effects);
}

/// The name of a safeguard in the rules of the tools.
fn named(short: &str) -> &'static str {
    match short {
        "access" => "access-control",
        "admin" => "admin-group",
        "admission" => "admission",
        "agent" => "agent",
        "alert" => "alert",
        "audit" => "audit",
        "watch" => "watch",
        "backup" => "backup",
        "branch" => "branch-protection",
        "check" => "code-check",
        "cluster" => "cluster-admin",
        "delete" => "deletion-protection",
        "encryption" => "encryption",
        "firewall" => "firewall",
        "history" => "history",
        "kernel" => "kernel",
        "login" => "login",
        "network" => "network-rule",
        "public" => "public-access",
        "quarantine" => "quarantine",
        "sandbox" => "sandbox",
        "setuid" => "setuid",
        "signature" => "signature",
        "start" => "shell-start",
        "sudo" => "sudo",
        "system" => "system-integrity",
        _ => "tls",
    }
}

/// The flag of a term as it was given, where it is given and not switched off.
fn flag(words: &[Word], term: &str) -> Option<String> {
    let (names, wanted) = term.split_once('=').map_or((term, None), |(names, wanted)| (names, Some(wanted)));
    words.iter().enumerate().find_map(|(at, word)| {
        let text = word.text();
        let (given, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        if !names.split('|').any(|name| given == name) {
            return None;
        }
        match (wanted, value) {
            (None, Some(value)) if super::git::is_no(value) => None,
            (None, _) => Some(text.to_owned()),
            (Some(wanted), value) => {
                let value = value.or_else(|| words.get(at + 1).map(Word::text))?.to_ascii_lowercase();
                let fits = wanted.split('|').any(|one| {
                    glob(one, &value) && one != "\\*"
                        || one == "\\*" && value == "*"
                        || one == "\\*:*" && value.starts_with("*:")
                });
                fits.then(|| format!("{given} {value}"))
            }
        }
    })
}

/// The rules of a program.
fn of(program: &str) -> Option<&'static str> {
    Some(match program {
        // ── clouds ──
        "aws" => {
            "audit config|configservice stop-configuration-recorder|delete-*; audit guardduty create-filter --action=archive;
            audit guardduty|securityhub|macie2|inspector2|access-analyzer|detective|accessanalyzer delete-detector|delete-analyzer|disable*|batch-disable*|stop-monitoring-members|delete-members|disassociate-*;
            audit redshift disable-logging; audit s3api put-bucket-logging --bucket-logging-status={};
            audit eks update-cluster-config +enabled:false =the_log_of_the_cluster;
            alert cloudwatch|events disable-alarm-actions|delete-alarms|disable-rule;
            backup s3api delete-object*|put-object-retention --bypass-governance-retention =the_object;
            backup s3api put-object-legal-hold +status=off|status:off =the_object; backup s3api delete-bucket-replication|delete-object-lock* =the_bucket;
            backup backup stop-backup-job|update-region-settings|put-backup-vault-access-policy|delete-backup-vault-lock-configuration|delete-backup-selection;
            backup --backup-retention-period|--automated-snapshot-retention-period|--snapshot-retention-limit=0 =the_database;
            backup efs put-backup-policy +disabled =the_file_system;
            delete --no-deletion-protection|--no-deletion-protection-enabled =the_database;
            delete elbv2 modify-load-balancer-attributes +deletion_protection.enabled,value=false =the_load_balancer;
            delete cloudformation update-termination-protection --no-enable-termination-protection =the_stack;
            login iam update-account-password-policy|deactivate-mfa-device|delete-virtual-mfa-device =the_account;
            login iam delete-role-permissions-boundary|delete-user-permissions-boundary =the_account;
            login cognito-idp set-user-pool-mfa-config --mfa-configuration=off; login ec2 modify-instance-metadata-options --http-tokens=optional =the_keys_of_the_machine;
            admin iam attach-*-policy +/iamfullaccess|/poweruseraccess|/administratoraccess =an_account; admin iam add-user-to-group --group-name=*admin* =an_account;
            admin iam put-*-policy|create-policy* +action:*,|action:*}|action:[*] +effect:allow =an_account;
            admin iam create-access-key|create-login-profile --user-name=root|*admin* =an_account;
            public +principal:*|principal:{aws:*|principal:{aws:[* +effect:allow ^+condition: =it;
            public lambda create-function-url-config|update-function-url-config --auth-type=none =the_function; public sns|sqs|lambda add-permission --aws-account-id|--aws-account-ids|--principal=\\* =it;
            public s3api put-object-acl --acl=public-* =the_object; public redshift|rds|docdb modify-* --publicly-accessible =the_database;
            signature ecr put-image-scanning-configuration +scanonpush=false =the_registry; signature ecr put-image-tag-mutability --image-tag-mutability=mutable =the_registry;
            network eks update-cluster-config +publicaccesscidrs=0.0.0.0/0|publicaccesscidrs=[0.0.0.0/0 =the_cluster; network ec2 modify-security-group-rules +0.0.0.0/0|::/0;
            encryption ec2 disable-ebs-encryption-by-default; tls --no-verify-ssl ~; tls configure set *verify_ssl false|False|0"
        }
        "gcloud" => {
            "backup sql instances patch --no-backup|--no-enable-bin-log|--no-enable-point-in-time-recovery; backup storage buckets update --no-versioning|--clear-soft-delete|--clear-retention-period|--no-soft-delete =the_bucket; backup storage buckets update --soft-delete-duration=0* =the_bucket;
            backup compute disks remove-resource-policies; delete --no-deletion-protection|--no-delete-protection|--no-enable-drop-protection =it;
            audit logging sinks update --disabled; audit logging buckets update --retention-days=1|2|3|5|7; audit clusters update --logging=none =the_cluster;
            audit services disable logging*|securitycenter*|cloudaudit*|containeranalysis*|binaryauthorization*|monitoring*; audit subnets update --no-enable-flow-logs;
            alert monitoring policies update --no-enabled; alert monitoring policies delete;
            public storage --no-public-access-prevention|--no-uniform-bucket-level-access =the_bucket; public storage +entity=allusers =the_object;
            public run|functions deploy --allow-unauthenticated +admin|internal|backoffice =the_service;
            login add-metadata +enable-oslogin=false|serial-port-enable=1|serial-port-enable=true =the_machine;
            network clusters update --no-enable-master-authorized-networks =the_cluster; network firewall-rules update deny* --disabled; network sql instances patch --no-require-ssl =the_database;
            access clusters update --no-enable-network-policy|--enable-legacy-authorization|--no-enable-binauthz|--no-enable-shielded-nodes =the_cluster;
            access binauthz policy import; access org-policies disable-enforce|delete|reset; access policies dry-run;
            admin add-iam-policy-binding --role=roles/owner|roles/editor|roles/resourcemanager.*admin|roles/iam.securityadmin =an_account;
            encryption kms keys remove-rotation-schedule; tls config set auth/disable_ssl_validation true|True|TRUE|1|yes =gcloud"
        }
        "gsutil" => "public pap set inherited|unspecified =the_bucket; public uniformbucketlevelaccess|ubla set off =the_bucket; tls +https_validate_certificates=false",
        "az" => {
            "backup delete-policy update --enable=false =the_storage; backup --enable-delete-retention|--enable-versioning|--enable-container-delete-retention|--enable-restore-policy|--enable-soft-delete|--enable-purge-protection=false =it;
            backup legal-hold clear; backup immutability-policy delete; backup backup-properties set --soft-delete-feature-state=disable*; backup backup protection disable; backup --geo-redundant-backup=disabled =the_database;
            delete lock delete; tls --https-only=false; tls --min-tls-version=tls1_0|tls1_1|1.0|1.1; tls --ssl-enforcement=disabled =the_database; tls parameter set +require_secure_transport -v|--value=off =the_database; tls redis update +enablenonsslport=true;
            network --default-action=allow =it; network storage|keyvault|acr|cosmosdb update --public-network-access=enabled =it; network --enable-public-network=true =the_database; network network-rule add --ip-address=0.0.0.0*; network aks update --api-server-authorized-ip-ranges= =the_cluster;
            audit audit-policy|threat-policy update --state=disabled =the_database; audit security --auto-provision=off; audit security pricing create --tier=free; audit flow-log delete; audit vm extension delete +mde|defender|monitoragent; audit aks update --disable-defender; audit diagnostic-settings delete;
            alert monitor alert|action-group delete; alert monitor alert update --enabled=false;
            access policy exemption create; access aks disable-addons +azure-policy; access waf-policy policy-setting update --state=disabled =the_firewall; access waf-policy update --disabled;
            login acr update --anonymous-pull-enabled|--admin-enabled=true =the_registry; login auth update --enabled=false =the_site; signature content-trust update --status=disabled =the_registry;
            admin keyvault set-policy --secret-permissions|--key-permissions=all =an_account; encryption tde set --status=disabled =the_database; public cors add --allowed-origins=\\* =it; admin role assignment create --role=owner|*administrator =an_account"
        }
        "doctl" => {
            "backup droplet-action disable-backups; network firewall add-rules +ports:all,address:0.0.0.0/0|ports:0,address:0.0.0.0/0|ports:22,address:0.0.0.0/0; firewall firewall remove-rules|remove-droplets; network databases firewalls append +0.0.0.0/0"
        }
        "hcloud" => {
            "backup server disable-backup; delete disable-protection; firewall firewall remove-from-resource|delete-rule; network firewall add-rule +0.0.0.0/0|::/0 --port=22|any|1-65535|2375|3306|3389|5432|6379|27017"
        }
        "linode-cli" | "vultr-cli" | "scw" | "oci" => {
            "backup linodes backups-cancel; backup instance backup disable; delete instance update protected=false; backup bucket update --versioning=suspended|disabled =the_bucket;
            public bucket create|update --public-access-type=objectread* =the_bucket; network security-list update +source:0.0.0.0/0,protocol:all"
        }
        "atlas" | "mongocli" => {
            "delete --disableTerminationProtection =the_cluster; backup --backup=false =the_cluster; network accessLists|accessList|whitelist|accesslist|accesslists create 0.0.0.0/0; backup backups schedule delete; backup compliancePolicy"
        }
        "snow" | "snowsql" => "backup +data_retention_time_in_days=0 =the_data; network +unsetnetwork_policy|setnetwork_policy=null",
        "bq" => "backup update --default_table_expiration|--expiration ^--default_table_expiration=0 =the_tables",
        // ── databases and stores ──
        "mysql" | "mariadb" => {
            "backup +globallog_bin=off|sql_log_bin=0; login +validate_password.policy=low|validate_password.policy=0|validate_password_policy; tls --ssl-mode=disabled ~"
        }
        "mongosh" | "mongo" => "tls +tlsallowinvalidcertificates=true|tlsinsecure=true|sslvalidate=false ~",
        "lftp" => "tls +ssl:verify-certificateno|ssl:verify-certificatefalse ~",
        "helm" => "tls --plain-http ~",
        "ssh" | "scp" | "sftp" | "rsync" | "mosh" => {
            "tls +stricthostkeychecking=no|stricthostkeycheckingno|userknownhostsfile=/dev/null +prod ~; network -R=0.0.0.0:*|\\*:* =this_machine;
            network -L=0.0.0.0:*:5432|0.0.0.0:*:3306|0.0.0.0:*:6379|0.0.0.0:*:27017|0.0.0.0:*:1433|0.0.0.0:*:9200 =a_database; network -L=\\*:* +:5432|:3306|:6379|:27017|:1433|:9200 =a_database; network -g|-fNg|-Ng|-gN -L=*:5432|*:3306|*:6379|*:27017|*:1433|*:9200 =a_database;
            network -R=*:5432|*:3306|*:6379|*:27017|*:1433|*:1521|*:9200 +serveo.net|localhost.run|pinggy.io|tunnel|prod =a_database"
        }
        "auditctl" => "audit -e0 =the_kernel's_audit",
        "psql" => "tls +sslmode=disable ~; access +disablerowlevelsecurity ~",
        "redis-cli" | "valkey-cli" => "login config|CONFIG set|SET protected-mode no; login config|CONFIG set|SET requirepass ''",
        "rabbitmqctl" => "admin set_permissions guest .*; admin set_user_tags guest administrator",
        "mongod" | "redis-server" | "mysqld" | "mysqld_safe" | "mariadbd" | "postgres" => {
            "login --noauth|--skip-grant-tables; login --protected-mode=no; network --bind_ip_all; network --bind_ip=0.0.0.0"
        }
        "curl" => {
            "check +/_cluster/settings +requires_name:false =the_deletion_of_indices; branch +/api/v4/projects +if_pipeline_succeeds=false|prevent_secrets=false|approvals_before_merge=0;
            alert +/monitor/mute_all|/api/v1/downtime -X|--request=post"
        }
        "vault" | "bao" => "admin write +allowed_policies=root|policies=root|policies=admin; admin policy write +path* +sudo; admin token create -policy|-policies=root",
        "consul" => "admin acl policy|role update|create +anonymous +write",
        // ── code hosts ──
        "gh" | "glab" => {
            "check api +security_and_analysis|secret_scanning +disabled =the_search_for_secrets; check api +/vulnerability-alerts|/automated-security-fixes|/private-vulnerability-reporting|push_rule|approval_rules -X|--method=delete;
            check api +allowed_actions=all|default_workflow_permissions=write|can_approve_pull_request_reviews=true =what_workflows_may_do; check api +/alerts/ +state=dismissed|state=resolved =an_alert;
            branch api -X|--method=put|patch|post +/protection|/rulesets|/protected_branches|/approvals +enforcement=disabled|enforcement=evaluate|approving_review_count=0|approvals_before_merge=0; branch api +if_pipeline_succeeds=false|if_all_discussions_are_resolved=false|prevent_secrets=false|commit_committer_check=false;
            login api +two_factor_requirement_enabled=false|require_two_factor_authentication=false =the_organisation; admin api -X|--method=put|patch|post +permission=admin|role=admin|access_level=50 =an_account; tls api +insecure_ssl]=1|insecure_ssl=1|enable_ssl_verification=false =a_hook;
            check repo edit --enable-secret-scanning|--enable-secret-scanning-push-protection|--enable-advanced-security=false; login auth login --insecure-storage; encryption variable|secret update|set --protected|--masked=false =the_variable"
        }
        "npm" | "pnpm" | "yarn" => {
            "public access set status=public =the_package; public access public =the_package; login access set mfa=none|mfa=false =the_package; login profile disable-2fa =the_account; check config|c set audit|audit=false false|audit=false; check config|c set ignore-scripts|ignore-scripts=false false|ignore-scripts=false; check config|c set verify-store-integrity|enableImmutableInstalls false; check config|c set checksumBehavior ignore; check config|c delete ignore-scripts"
        }
        "go" => "signature env +gosumdb=off|gonosumdb=*|goinsecure=*|gonosumcheck=1|goflags=-insecure -w; signature get|install|mod -insecure",
        "conda" | "mamba" | "poetry" => "signature config +safety_checks disabled; tls config certificates.* false",
        "gem" => "signature install -P|--trust-policy=nosecurity",
        "cargo" => "tls install +http:// ~",
        // ── packages of the system ──
        "apt" | "apt-get" | "aptitude" => {
            "signature +allowinsecurerepositories=true|allowunauthenticated=true|allowdowngradetoinsecurerepositories=true; tls +verify-peer=false|verify-host=false"
        }
        "dnf" | "yum" | "yum-config-manager" | "zypper" => "signature +gpgcheck=0|gpgcheck=false; tls +sslverify=false|sslverify=0",
        "rpm" => "signature -i|-U|-Uvh|-ivh|-F --noverify|--nosignature|--nodigest|--nogpg",
        "add-apt-repository" | "apt-add-repository" => "signature +trusted=yes|allow-insecure=yes",
        "apk" => "signature --allow-untrusted",
        "apt-key" => "signature adv --fetch-keys ~ +http:",
        "snap" => "signature install --dangerous; sandbox install --devmode",
        "brew" => "quarantine install|upgrade|reinstall --no-quarantine",
        "flatpak" => "sandbox override|run --filesystem=host|/|home; sandbox override|run --device=all",
        "nix" | "nix-env" | "nix-build" | "nix-shell" => "signature require-sigs false; signature --no-check-sigs; sandbox --no-sandbox",
        "gpg" | "gpg2" => "signature --trust-model=always --import|--recv-keys",
        "docker" | "podman" | "nerdctl" => "signature trust revoke; signature pull|push|build|run|create --disable-content-trust; sandbox exec --privileged =a_program_in_the_container; network run +tcp-listen: +unix-connect:/var/run/docker.sock =the_engine_of_docker",
        "dockerd" => "network -H|--host=tcp://0.0.0.0* =the_engine_of_docker; network -H|--host=tcp://:* =the_engine_of_docker",
        "socat" => "network +tcp-listen|tcp4-listen|tcp-l: +docker.sock ^+bind=127.0.0.1 =the_engine_of_docker; network +tcp-listen|tcp4-listen|tcp-l: +prod +:5432|:3306|:6379|:27017|:1433|:1521|:9200 ^+bind=127.0.0.1 =a_database",
        // ── clusters ──
        "kubectl" | "oc" | "k" | "kubecolor" => {
            "admission delete validating*|mutating*|clusterpolic*|constrainttemplate*|psp|podsecuritypolic*|peerauthentication*|authorizationpolic*|policyexception* ^--dry-run=client|server =what_guards_the_cluster; admission patch validating*|mutating* +ignore;
            access label pod-security.kubernetes.io/enforce-; access label pod-security.kubernetes.io/enforce=privileged; cluster create rolebinding|clusterrolebinding +system:anonymous|system:unauthenticated; cluster create clusterrole +--verb=* +--resource=*; sandbox run +privileged:true|hostpid:true|hostnetwork:true; sandbox debug node/* --profile=sysadmin; network proxy|port-forward --address=0.0.0.0|*,0.0.0.0|0.0.0.0,*|:: ^+:80 ^+:8080 ^+:3000 =what_it_leads_to; network proxy +accept-hosts=.*|accept-hosts=^*$;
            network expose --type=loadbalancer|nodeport +redis|postgres|mysql|mongo|elastic|etcd; audit scale|delete --replicas=0 +prometheus|alertmanager|falco|fluent|datadog|kyverno|gatekeeper|loki; audit delete +falco|datadog-agent|kyverno|gatekeeper|auditbeat ^pod|pods|po"
        }
        "kube-apiserver" | "kubelet" => "login --anonymous-auth; cluster --authorization-mode=alwaysallow",
        "kubeadm" => "tls join --discovery-token-unsafe-skip-ca-verification",
        // ── agents ──
        "claude" | "codex" | "gemini" | "qwen" | "cursor-agent" | "amp" | "copilot" | "opencode" | "crush" | "droid" | "auggie" | "grok" => {
            "agent --dangerously-skip-permissions|--allow-dangerously-skip-permissions|--dangerously-bypass-approvals-and-sandbox|--yolo|--dangerously-allow-all|--allow-all-tools|--skip-permissions-unsafe =the_agent; agent --permission-mode=bypasspermissions =the_agent; agent -s|--sandbox=danger-full-access =the_agent;
            agent --approval-mode=yolo =the_agent"
        }
        // ── this machine ──
        "grubby" | "kernelstub" | "rpm-ostree" | "grub2-editenv" => {
            "kernel +selinux=0|apparmor=0|enforcing=0|audit=0|mitigations=off|nokaslr|nosmap|nosmep|pti=off|lockdown=none|module.sig_enforce=0|init=/bin/ --args|-a|--append|--append-if-missing|set =the_kernel"
        }
        "sysctl" => {
            "kernel +randomize_va_space=0|unprivileged_bpf_disabled=0|protected_hardlinks=0|protected_symlinks=0|suid_dumpable=1|suid_dumpable=2|tcp_syncookies=0|core_pattern=¦|accept_source_route=1|yama.ptrace_scope=0 =the_kernel"
        }
        "semanage" => "access permissive -a|--add =SELinux; access boolean -1|--on +exec =SELinux",
        "semodule" => "access -DB =SELinux",
        "setsebool" => "access +execheap|execstack|execmem|execmod on|1|true|*=on|*=1|*=true =SELinux",
        "chattr" => {
            "audit -a|-i|-ai|-ia|-Ra|-Ri|-aR|-iR|-Rai|-Ria|-aRi +/var/log|/var/audit =the_log; history -a|-i|-ai|-ia +_history =the_history;
            system -a|-i|-ai|-ia|-Ra|-Ri|-aR|-iR|-Rai|-Ria +/etc/passwd|/etc/shadow|/etc/gshadow|/etc/group|/etc/sudoers|/etc/ssh|/etc/pam.d|/etc/audit|/boot|/usr/bin|/usr/sbin|/bin/ =a_file_that_nothing_may_change"
        }
        "fips-mode-setup" => "encryption --disable =what_this_machine_sends_and_stores_by_the_rules_of_FIPS",
        "update-crypto-policies" => "tls --set=legacy|*sha1*|*no-enforce* =this_machine",
        "authselect" => "login select minimal =this_machine; login disable-feature with-faillock|with-pwhistory|with-smartcard* =this_machine",
        "pam-auth-update" => "login --remove|--disable =this_machine",
        "profiles" => "system remove =the_management_of_this_Mac; system -R|-D =the_management_of_this_Mac",
        "jamf" => "watch removeFramework|removeMdmProfile =the_management_of_this_Mac",
        "dsa_control" => "watch -r|--reset =the_scanner_for_malware; watch -s|--selfprotect=0 =the_scanner_for_malware",
        "wazuh-control" | "ossec-control" | "wazuh-agentd" => "watch stop|disable =the_agent_of_Wazuh",
        "osqueryctl" => "audit stop|clean =osquery",
        "esxcli" => {
            "signature software acceptance set --level=communitysupported =this_host; firewall network firewall set -e|--enabled=false|0 =this_host; firewall network firewall unload =this_host"
        }
        "dscl" => "login -passwd +/users/root =root; admin +/groups/admin -append|-merge|append|merge =an_account",
        "pwpolicy" => "login -clearaccountpolicies|-clearglobalpolicy =every_account",
        "Disable-WindowsOptionalFeature" | "Uninstall-WindowsFeature" | "Remove-WindowsFeature" => {
            "watch +defender =the_scanner_for_malware"
        }
        "Disable-BitLocker" | "Suspend-BitLocker" => "encryption =the_disk",
        "apparmor_parser" => "access -R|--remove =AppArmor",
        "manage-bde" => "encryption -off =the_disk; encryption -protectors -disable =the_disk",
        "unbound-control" => "tls set_option +val-permissive-mode +yes =the_names_of_the_DNS",
        "setcap" => "setuid +cap_dac|cap_sys|cap_setuid|cap_setgid|cap_setfcap|cap_chown|cap_fowner|cap_bpf|=eip|all=ep",
        "falconctl" => "watch uninstall|unload|stop =the_scanner_for_malware; watch -d =the_scanner_for_malware; watch -s --cid= =the_scanner_for_malware",
        "sentinelctl" => "watch unload|uninstall|unprotect =the_scanner_for_malware; watch control stop =the_scanner_for_malware",
        "mdatp" => "watch config --value=disabled =the_scanner_for_malware; watch exclusion add =the_scanner_for_malware",
        "fail2ban-client" => "firewall stop; firewall unban --all",
        "socketfilterfw" => "firewall --setglobalstate=off =the_firewall",
        "defaults" => {
            "quarantine write LSQuarantine NO|no|false|0 =every_download; firewall write *com.apple.alf globalstate 0 =the_firewall; system write GKAutoRearm NO|no|false =Gatekeeper; login write askForPassword 0 =the_screen; login write autoLoginUser =this_Mac; kernel write *SoftwareUpdate|*commerce AutoUpdate|AutomaticCheckEnabled|CriticalUpdateInstall|AutomaticallyInstallMacOSUpdates NO|no|false|0 =this_Mac"
        }
        "csrutil" => "system authenticated-root disable =the_sealed_system",
        "spctl" => "system --add =Gatekeeper",
        "nvram" => "system +amfi_get_out_of_my_way|csr-active-config|cs_enforcement_disable =what_macOS_checks",
        "softwareupdate" => "kernel --schedule=off =this_Mac",
        "systemsetup" => "login -setremotelogin|-f=on =this_machine",
        "xattr" => "quarantine -c|-cr|-rc",
        "tmutil" => "backup disable|disablelocal|removedestination =this_machine",
        "timeshift" | "snapper" => "backup delete-config",
        "zfs" => "backup release; backup set *auto-snapshot=false",
        "vssadmin" => "backup resize shadowstorage =this_machine; backup delete shadows =this_machine",
        "wmic" => "backup shadowcopy delete =this_machine",
        "wbadmin" => "backup disable|delete =this_machine",
        "bcdedit" => "system testsigning|nointegritychecks on|ON =Windows; backup recoveryenabled no|No =Windows",
        "reg" => {
            "watch add +disableantispyware|disablerealtimemonitoring|disableantivirus /d 1|0x1 =the_scanner_for_malware; login add +enablelua|runasppl /d 0|0x0 =Windows; start add +currentversionrun =every_login"
        }
        "sc" | "net" => {
            "watch stop|delete|config windefend|WinDefend|sense|Sense|mpssvc|EventLog|eventlog|wscsvc|VSS|vss =a_guard_of_Windows; admin localgroup Administrators|administrators /add; admin user /add; login user Administrator|administrator|Guest|guest /active:yes =an_account"
        }
        "auditpol" => "audit /clear; audit /set +/success:disable|/failure:disable",
        "wevtutil" => "audit cl|clear-log; audit sl +/e:false",
        "fsutil" => "audit usn deletejournal",
        "Clear-EventLog" | "clear-eventlog" | "Remove-EventLog" => "audit",
        "Set-NetFirewallProfile" => "firewall -Enabled=false|$false",
        "Set-ExecutionPolicy" => "signature Unrestricted|Bypass|unrestricted|bypass ^Process",
        "Set-MpPreference" => {
            "watch -ExclusionPath|-ExclusionProcess|-ExclusionExtension =the_scanner_for_malware; watch -DisableBehaviorMonitoring|-DisableIOAVProtection|-DisableScriptScanning|-DisableIntrusionPreventionSystem|-DisableBlockAtFirstSeen ^+false =the_scanner_for_malware"
        }
        "Stop-Service" | "Set-Service" | "stop-service" => "watch WinDefend|windefend|Sense|MpsSvc|mpssvc|EventLog|eventlog|wscsvc|VSS|Sysmon* =a_guard_of_Windows",
        "fltmc" => "watch unload =a_guard_of_Windows",
        "sysmon" | "Sysmon64" => "watch -u =Sysmon",
        "sbctl" => "system reset =secure_boot",
        "dsenableroot" => "login ^-d =root",
        "mdmclient" => "system unenroll =the_management_of_this_Mac",
        "security" => "login authorizationdb write allow =this_Mac",
        "Add-MpPreference" => "watch -ExclusionPath|-ExclusionProcess|-ExclusionExtension =the_scanner_for_malware",
        "netsh" => "firewall firewall opmode disable; firewall firewall opmode mode=disable",
        "dseditgroup" => "admin edit admin -a =an_account",
        "xhost" => "login \\+ =the_screen",
        "x11vnc" => "login -nopw =the_screen",
        "ttyd" => "login -W|--writable ^-c|--credential ^-i|--interface * =a_shell_of_this_machine",
        "gotty" => "login -w|--permit-write ^-c|--credential =a_shell_of_this_machine",
        "cloudflared" => "network tunnel --url=tcp://*|ssh://*|rdp://*|smb://*|*:5432|*:3306|*:6379|*:27017|*:22|*:9200|*:8200|*:2375|*:5984|*:8500|*:10250|*:15672 =this_machine; network tunnel +--url +prod =what_it_leads_to",
        "ngrok" => "network http|tcp 22|5432|3306|6379|27017|3389|9200|8200|2375|5984|8500|10250|15672|*:22|*:5432|*:3306|*:6379|*:27017|*:9200|*:8200|*:2375 =this_machine; network http|tcp *prod* =what_it_leads_to",
        "bore" => "network local 22|5432|3306|6379|27017|3389|1433|1521|9200|8200|2375 =this_machine",
        "lt" | "localtunnel" => "network -p|--port=22|5432|3306|6379|27017|3389|9200|8200|2375|5984 =this_machine",
        "tailscale" => "network funnel 22|5432|3306|6379|27017|9200|8200|2375|tcp:*|tcp://*|*:5432 =this_machine",
        "frpc" => "network tcp -l|--local_port|--local-port=22|5432|3306|6379|27017|3389|1433|9200 =this_machine",
        "chisel" => "network client +r:0.0.0.0:|:5432|:3306|:6379|:27017|:22 +r: =this_machine",
        "zrok" => "network share public *:5432|*:3306|*:6379|*:27017|*:9200|*:8200|tcp:* =this_machine; network share --backend-mode=tcptunnel *:* =this_machine",
        "devtunnel" => "network host --allow-anonymous|-a -p|--port-numbers=22|5432|3306|6379|27017|1433|9200 =this_machine",
        "inlets-pro" | "inlets" => "network client +5432|prod|3306|6379 =this_machine",
        "pagekite.py" | "pagekite" => "network 22|5432|3306|6379 =this_machine",
        "pgweb" => "network --bind=0.0.0.0 =the_database",
        "code-server" => "login --auth=none --bind-addr|--host=0.0.0.0* =a_shell_of_this_machine",
        "exportfs" => "network +no_root_squash +*:/ =the_files",
        "jupyter" | "jupyter-lab" | "jupyter-notebook" => "login --NotebookApp.token|--ServerApp.token|--IdentityProvider.token= --ip=0.0.0.0 =the_notebook",
        "ssh-keygen" => "encryption -p -N= =the_key",
        "usermod" => "admin -aG|-G|-a +docker|lxd|libvirt|disk +www-data|nobody|nginx|guest|apache|ftp =an_account; login -p|--password= =an_account; login -s|--shell=*sh nobody|www-data|daemon|bin|games|nginx|mysql|postgres =an_account",
        "passwd" => "login -u|--unlock root =root",
        "shopt" => "history history -u|-uo|-ou",
        "fc" => "history -W /dev/null",
        "amtool" => "alert silence add +=~.+|=~.*",
        "datadog-ci" | "dog" => "alert monitors|monitor mute|mute_all",
        _ => return None,
    })
}
