//! What tools that differ in their words alone would take away, in the language of [`super::table`]. Where a tool has
//! a reader of its own, these are the commands that it leaves over.

use super::Platform;

/// Where a program's place is looked up, and its rules.
pub(super) fn of(program: &str) -> Option<(Platform, &'static str)> {
    use Platform::{App, Aws, Azure, Docker, Gcloud, Inventory, Kubernetes, Machine, Registry, Server};
    Some(match program {
        // ── clouds ──
        "aws" | "awslocal" => (
            Aws,
            "- eks update-kubeconfig; - s3api put-object|put-object-tagging; d s3api put-bucket-versioning +suspended =old_versions;
            u s3api put-bucket-policy|put-bucket-lifecycle|put-bucket-lifecycle-configuration|put-object-lock-configuration =settings_of_a_bucket;
            d s3 mv --recursive =objects;
            d ec2 cancel-spot-fleet-requests --terminate-instances;
            u ec2 modify-snapshot-attribute|modify-image-attribute +all =who_may_copy_it;
            u rds modify-db-snapshot-attribute|modify-db-cluster-snapshot-attribute +all =who_may_copy_it;
            u rds modify-db-instance|modify-db-cluster --backup-retention-period=0 =backups;
            u ec2|iam|organizations|elbv2|elb|ecs|wafv2|cloudwatch|autoscaling|events|route53domains|account|inspector2|macie2|rds|cognito-idp|route53|cloudfront|globalaccelerator|s3control detach-*|disassociate-*|remove-*|revoke-*|deactivate-*|disable|disable-*|deregister-targets|suspend-processes|transfer-*|admin-disable-user|release-address|reset-*;
            d iam delete-*|deactivate-mfa-device =access_of_somebody;
            u iam put-user-policy|put-role-policy|put-group-policy|create-policy|create-policy-version +action:*|action:[* =who_may_do_what;
            u iam create-policy-version --set-as-default =who_may_do_what;
            u iam create-access-key|create-login-profile --user-name=*root*|--user-name=*admin* =access_of_an_administrator;
            u iam update-assume-role-policy|create-role +principal:*|aws:* =who_may_do_what;
            u lambda|sns|sqs|ecr|kms add-permission|set-repository-policy|create-grant +principal:*|* =who_may_do_what;
            u configservice|config|guardduty|securityhub|backup stop-*|disable-* =audit_log;
            u iam update-access-key +inactive =access_key;
            u dynamodb update-continuous-backups +false =backups;
            u dynamodb update-table --no-deletion-protection-enabled =protection_of_a_table;
            u kms disable-key-rotation|put-key-policy =key;
            u lambda put-function-concurrency --reserved-concurrent-executions=0 =function;
            u ecs|autoscaling update-service|update-auto-scaling-group|set-desired-capacity --desired-count=0|--desired-capacity=0|--max-size=0 =running_instances;
            u eks update-nodegroup-config +desiredsize=0 =nodes;
            u route53 change-resource-record-sets +delete =records;
            u route53 change-resource-record-sets +file: =records_of_a_zone;
            u ssm send-command +rm =machines;
            u ssm send-command +shutdown =machines;
            u ssm send-command +drop =machines;
            u logs put-retention-policy --retention-in-days=1|--retention-in-days=3|--retention-in-days=5 =old_logs;
            u cloudtrail put-event-selectors|update-trail =audit_log;
            u guardduty update-detector --no-enable =detector;
            u cloudformation update-termination-protection --no-enable-termination-protection =protection_of_a_stack;
            u cloudformation set-stack-policy =protection_of_a_stack;
            d elasticache|memorydb|cloud9|dax flush-*;
            c rds failover-db-cluster|promote-read-replica;
            c cloudfront create-invalidation; c deploy|codedeploy create-deployment|stop-deployment; c codepipeline start-pipeline-execution;
            c codebuild start-build; c secretsmanager rotate-secret; c amplify start-job; c stepfunctions start-execution; c ecs run-task;
            c ec2|rds|iam|lambda|ecs|eks|s3api|elbv2|elasticache|cloudformation|autoscaling|codedeploy update-*|put-*|modify-*|cancel-*|stop-*|reboot-*|failover-*|set-*",
        ),
        "gcloud" => (
            Gcloud,
            "- config|auth|components|topic|info **;
            u ** remove-iam-policy-binding|set-iam-policy =who_may_do_what;
            d tasks queues purge =waiting_jobs; c builds triggers run; c deploy releases promote|create; c deploy rollouts approve|advance|cancel;
            u sql instances patch --no-backup|--no-deletion-protection|--no-enable-bin-log =protection_of_a_database;
            u sql instances patch --authorized-networks=0.0.0.0/0 =who_reaches_a_database;
            u sql instances|backups restore-backup|restore =database;
            d ** instance-groups managed resize --size=0 =instances;
            d container clusters resize --num-nodes=0|--size=0 =nodes;
            u iam service-accounts|roles disable; u services disable --force; u compute instances remove-metadata --all;
            d firestore bulk-delete; d storage rsync --delete-unmatched-destination-objects =objects;
            u storage buckets update --no-versioning|--clear-retention-period|--no-soft-delete =protection_of_a_bucket;
            u storage buckets update --lifecycle-file =settings_of_a_bucket;
            u ** unlink =billing; u pubsub subscriptions seek =messages;
            c dns record-sets transaction execute; c ** update|patch|restart|failover|pause|set-traffic|update-traffic|disable|remove-tags|stop|suspend|reset",
        ),
        "gsutil" => (
            Gcloud,
            "u iam ch +allusers =who_may_do_what; u versioning set off =old_versions; u lifecycle set =settings_of_a_bucket; u retention clear =retention; d mv +/*",
        ),
        "bq" => (Gcloud, "d rm =dataset"),
        "az" | "azd" => (
            Azure,
            "d down =resources; d vmss scale --new-capacity=0 =instances; d aks scale|nodepool --node-count=0 =nodes;
            u role assignment create --role=Owner|--role=*Administrator =who_may_do_what; d acr purge =published_image;
            d lock delete =protection_of_a_resource; c pipelines run; c webapp deployment slot swap; c acr task run;
            u keyvault update --enable-purge-protection=false|--enable-soft-delete=false =protection_of_a_vault;
            u disk|snapshot revoke-access; u storage account keys renew; u ad sp|app credential reset;
            u ** assignment delete; u redis force-reboot; d account subscription cancel; d backup container unregister;
            u deployment group|sub create --mode=Complete|--mode=complete =resources;
            u sql|postgres|mysql server|flexible-server firewall-rule create +255.255.255.255 =who_reaches_a_database;
            s vm|vmss|aks|webapp|functionapp|containerapp|mysql|postgres stop|deallocate|restart|redeploy|reimage;
            c vm|vmss|aks|webapp|functionapp|containerapp|mysql|postgres|sql|network|storage|keyvault|redis ** update|restart|swap|scale|failover|set|upgrade|regenerate-keys",
        ),
        "azcopy" => (Azure, "d sync --delete-destination=true =objects"),
        "doctl" | "hcloud" | "linode-cli" | "linode" | "scw" | "vultr-cli" | "vultr" | "exo" | "civo" | "upctl"
        | "ovhcloud" | "openstack" | "nova" | "cinder" | "glance" | "heat" | "trove" | "ibmcloud" | "oci"
        | "yc" | "gridscale" | "ionosctl" | "kamatera" | "metal" | "packet" | "dcli" | "tccli" | "hwcloud"
        | "latitude" | "katapult" | "clever" | "koyeb" | "porter" | "northflank" | "zeabur" | "cyclops" => (
            Server("HCLOUD_CONTEXT SCW_PROFILE OS_CLOUD DIGITALOCEAN_CONTEXT"),
            "- auth|config|context|configuration|plugin|completion|profile|login **;
            d ** delete|rm|rb|del|remove|destroy|terminate|purge|undeploy|unset|cancel|release;
            d ** rebuild|reinstall|undeploy|delete-manifest|bulk-delete|schedule-deletion|delete-protection|disable-protection;
            d ** delete-*|terminate-*|destroy-*|purge-*|*-delete|*-rm|*-terminate|*-destroy|*-delete-force; d rb|rm|nuke;
            d ** Delete*|Terminate*|Release*|Destroy*|Isolate*; d delete|stack-delete|image-delete;
            s ** power-off|poweroff|shutdown|reset|reboot|stop|Stop*|Reboot*; s ** action --action=STOP|--action=SOFTSTOP|--action=RESET;
            c ** detach|update|set|resize|patch; d ** delete|remove|terminate|destroy --force|-f|--yes|-y|--auto-approve|--confirm",
        ),
        "aliyun" => (
            Server("ALIBABA_CLOUD_PROFILE"),
            "d oss rm =objects; d * Delete*|Release*|DELETE|Terminate*; s * Stop*|Reboot*; c * Modify*|Detach*|Revoke*|Disable*",
        ),
        "ossutil" | "coscmd" | "obsutil" | "swift" | "bosh" => (
            Server("OS_CLOUD"),
            "d rm|delete|deleteobjects|deletebucket|delete-deployment|del|rb =objects",
        ),
        "aws-nuke" | "azure-nuke" | "gcp-nuke" => {
            (Aws, "- ^--no-dry-run; d =resource_of_the_account")
        }
        "cloud-nuke" => (Aws, "- inspect-aws|inspect-defaults; d aws|gcp|defaults-aws =resource_of_the_account"),
        // ── what is declared ──
        "terraform" | "tofu" | "terragrunt" => (
            Platform::Terraform,
            "d stack run destroy =resource_that_the_states_hold; u state replace-provider -auto-approve|--auto-approve;
            c state mv|replace-provider",
        ),
        "sst" | "serverless" | "sls" | "copilot" | "amplify" | "eb" | "juju" | "encore" | "wing" | "arc" | "chalice"
        | "architect" => (
            Aws,
            "d delete|destroy|remove|undeploy|terminate =environment; d * delete|destroy|remove --force|--yes; d remove-*|destroy-*|kill-*;
            d rollback =deployment",
        ),
        "crossplane" | "kpt" | "ctlptl" | "clusterctl" => {
            (Kubernetes, "- delete|cluster +kind-|minikube|k3d-; d delete; d live destroy =resources; d xpkg delete")
        }
        "puppet" | "puppetserver" => (
            Machine,
            "l resource service +ensure=stopped +ssh =network_access; x resource user +ensure=absent =account; x resource file +ensure=absent =file;
            x resource package +ensure=absent =package; x node purge|deactivate|clean; x cert|ca clean|revoke|destroy =certificate",
        ),
        "knife" => (
            Inventory,
            "d node|client|environment|role|cookbook|user|org delete|bulk; d data bag delete; d * server|vm|instance delete",
        ),
        "salt" => (
            Inventory,
            "- ^--batch +test=true|mock=true; d * user.delete|group.delete|pkg.remove|pkg.purge|file.remove|disk.format_|lvm.*remove|docker.rm|mysql.db_remove|postgres.db_remove|state.destroy;
            s * service.stop|service.disable|network.down|iptables.flush|ps.pkill; c * state.apply|state.highstate|pkg.upgrade|service.restart",
        ),
        "salt-key" => (Inventory, "d -D|--delete-all =key_of_the_minions; d -d|--delete =key_of_a_minion"),
        "salt-cloud" => (Inventory, "d -d|--destroy =machine"),
        "packer" => (Machine, "c build -force|--force =image"),
        // ── clusters ──
        "kubectl" | "oc" | "k" | "kubecolor" => (
            Kubernetes,
            "d replace --raw +/finalize =namespace; u adm prune images|builds|deployments|groups --confirm;
            d adm policy remove-*; u adm policy add-cluster-role-to-* cluster-admin =who_may_do_what; u proxy --address=0.0.0.0 =what_the_network_reaches; s taint +noexecute --all =nodes; s cordon --all; c autoscale|expose|label|annotate --overwrite",
        ),
        "argocd" => (
            Kubernetes,
            "d app delete-resource; d app sync --prune --force =application; u repo|cluster|account|gpgkey rm|delete|remove;
            u app terminate-op; u account delete-token",
        ),
        "flux" | "velero" | "helm" | "helmfile" | "istioctl" | "linkerd" | "cilium" | "consul-k8s" | "kn" | "operator-sdk"
        | "tkn" | "argo" | "odo" | "kustomize" | "dapr" | "osm" | "kuma" | "kumactl" | "longhornctl" | "vcluster"
        | "calicoctl" | "crictl" | "kubevirt" | "virtctl" => (
            Kubernetes,
            "- list|get **; d uninstall|uninject =what_it_installed; d suspend --all =reconciliation; d backup-location|snapshot-location|schedule delete;
            u restore create --existing-resource-policy=update =objects; d service|trigger|broker|source delete; d cleanup =operator;
            d delete --all; s stop|terminate --all =workflow; c submit|resubmit|retry; d hubble disable; d pipeline|pipelinerun|task delete --all; d rmp|rm|rmi|stopp -a|-fa|-af|--all|--prune =container",
        ),
        "eksctl" | "kops" | "rke" | "gardenctl" => (
            Aws,
            "- delete cluster ^--yes|-y|-f|-w|--wait|--region|--disable-nodegroup-eviction; d delete|remove *; d remove =cluster; u rolling-update cluster --yes|-y --cloudonly|--force; c upgrade|update|drain",
        ),
        "kubeadm" | "k0s" | "rke2-killall.sh" | "k3s-killall.sh" | "microk8s" | "microk8s.reset" | "snap.microk8s" => {
            (Machine, "x reset =node_with_its_cluster_state; x microk8s.reset")
        }
        "talosctl" => (
            Server("TALOSCONFIG"),
            "d reset|wipe =node; s shutdown|reboot =node; d etcd remove-member|forfeit-leadership|leave; c upgrade|upgrade-k8s|apply-config|rollback",
        ),
        "rancher" => (
            Kubernetes,
            "d cluster|clusters|project|projects|namespace|namespaces|node|nodes|app|apps delete|rm; d rm; d kubectl delete",
        ),
        "nomad" => (
            Server("NOMAD_ADDR"),
            "u operator raft remove-peer =member; u acl token|policy|role delete; d operator snapshot restore =state_of_the_cluster; d volume|namespace|quota|var|variable delete|deregister|purge|detach;
            d node drain ^-disable|--disable =node; s job|deployment stop|fail; c job run|revert|scale|restart; c run; c system gc; d acl bootstrap-reset",
        ),
        "consul" => (
            Server("CONSUL_HTTP_ADDR"),
            "d snapshot restore =state_of_the_cluster; u leave|force-leave =member; u acl token|policy|role|auth-method|binding-rule delete;
            u services deregister; d force-leave =member; u acl bootstrap; u operator raft remove-peer =member; u config delete; u intention delete; c maint",
        ),
        "vault" | "bao" => (
            Server("VAULT_ADDR BAO_ADDR"),
            "d operator raft snapshot restore =state_of_the_server; u operator raft remove-peer =member; u operator rekey|generate-root|migrate =keys;
            u policy delete; u write pki*/revoke|auth/*/tidy|sys/rotate; u audit disable; d namespace delete; u token revoke -self|-mode|-accessor; u token revoke;
            d lease revoke -prefix|-force =leases; u auth|secrets tune|move; u plugin deregister; u delete sys/* =setting;
            d kv destroy; d secrets|auth disable",
        ),
        "etcdctl" | "etcdutl" => (
            Server("ETCDCTL_ENDPOINTS"),
            "d snapshot restore =state_of_the_cluster; u compact|compaction --physical =old_revisions; u user|role|auth|lease delete|disable|revoke|remove",
        ),
        // ── containers and virtual machines ──
        "docker" => (
            Docker,
            "d trust revoke; r plugin rm|remove -f|--force; s node update --availability=drain; c node demote|promote; c swarm ca --rotate",
        ),
        "skopeo" | "crane" | "gcrane" | "regctl" | "reg" | "oras" | "harbor" | "jfrog" | "jf" | "nexus-cli" | "cosign" => (
            Registry,
            "d delete|rm|clean =published_image; d tag|manifest|blob|repo|project|artifact|repository|registry rm|delete|del;
            d rt del|delete|rdel|repo-delete|docker-delete =artifacts",
        ),
        "ctr" => (Machine, "x namespace|namespaces|ns rm|remove|delete; x snapshots|snapshot|content rm|remove|delete"),
        "virsh" => (
            Machine,
            "x undefine +remove-all-storage =domain_and_its_disks; x undefine =definition_of_a_domain; x pool-undefine|pool-destroy|net-undefine|snapshot-delete|managedsave-remove|detach-disk|blockcommit|vol-resize; c net-destroy|reset",
        ),
        "VBoxManage" | "vboxmanage" => (
            Machine,
            "x unregistervm +--delete =machine_and_its_disks; x closemedium +--delete =disk; x snapshot * delete; x snapshot * restore|restorecurrent =newer_state; s controlvm * poweroff|reset",
        ),
        "vagrant" => (Machine, "x destroy -f|--force =machine; x snapshot delete|restore|pop"),
        "prlctl" | "vmrun" | "tart" | "utmctl" | "gnome-boxes" => {
            (Machine, "x delete|deleteVM|deleteSnapshot|revertToSnapshot|snapshot-delete =machine; s stop --kill")
        }
        "qm" | "pct" | "lxc" | "incus" => (
            Machine,
            "x rollback|restore =newer_state; x delsnapshot|template; x snapshot|storage|network|profile delete|rm; x unlink --force",
        ),
        "pvesm" | "pveum" | "pvecm" | "ha-manager" | "pvesh" | "pveceph" | "lxc-destroy" | "lxc-snapshot" | "vzctl" | "vzdump"
        | "xl" | "xe" | "proxmox-backup-client" | "proxmox-backup-manager" => (
            Machine,
            "x free|destroy|delnode|delete|remove; c set; x *-destroy|*-uninstall|*-forget|*-delete; x user|group|role|acl|token|pool|osd|mon delete|destroy|remove;
            x snapshot|namespace|datastore|group forget|delete|remove|destroy; x -n|--name|-d =container",
        ),
        "govc" => (
            Server("GOVC_URL"),
            "d host.remove|*.destroy|*.rm|*.remove|*.delete|snapshot.revert|datastore.vsan.dom.rm|disk.detach|vm.unregister|permissions.remove; s host.shutdown|host.disconnect|host.maintenance.enter;
            s vm.power -off|-reset|-s|-suspend|-r",
        ),
        "esxcli" | "vim-cmd" => (
            Machine,
            "x vm process kill =running_machine; x system shutdown poweroff|reboot =host; x storage filesystem unmount; x system maintenanceMode set; x vmsvc/destroy|vmsvc/unregister|vmsvc/snapshot.remove*|vmsvc/power.off|vmsvc/snapshot.revert|vmsvc/power.reset =machine;
            x software vib remove; x network vswitch * remove",
        ),
        "qemu-img" => (
            Machine,
            "x snapshot -d =snapshot; x snapshot -a =newer_state_of_a_disk; x resize --shrink =end_of_a_disk; x commit -d =overlay",
        ),
        // ── hosts of applications ──
        "heroku" => (
            App,
            "d projects:destroy|domains:remove|domains:clear|certs:remove|drains:remove|access:remove|members:remove|keys:clear|apps:leave|pg:credentials:destroy|pg:backups:delete|pg:links:destroy|pg:maintenance:run|webhooks:remove|authorizations:revoke|buildpacks:clear|data:maintenances:run|addons:detach|pg:promote|apps:transfer|container:rm|apps:rename;
            u pipelines:promote =application;
            s pg:killall|ps:restart|restart|features:disable|ps:stop|dyno:stop|pg:kill; c config:set|config:unset|config:remove|releases:rollback|features:enable|labs:enable|pg:upgrade|pg:copy|redis:maxmemory|redis:timeout|container:release|spaces:transfer",
        ),
        "fly" | "flyctl" => (
            App,
            "d destroy-pipeline|delete-pipeline|dp|destroy-team|dt|archive-pipeline|ap =pipeline; c clear-task-cache|trigger-job|tj|prune-worker|land-worker|hijack|abort-build;
            c deploy; d orgs|org delete|remove; d machines|machine destroy|remove; d volumes|volume|vol|snapshots delete|destroy|fork-delete; u secrets|secret unset; u certs|cert|ips|ip|wireguard|tokens remove|release|delete|revoke|rm;
            d pg|postgres|mpg|redis|storage|extensions|ext|consul|tigris detach|destroy|delete; d ext * destroy; d apps suspend|pause; d scale count 0|*=0 =machines; d suspend; c deploy|restart|scale; c secrets set|import|deploy",
        ),
        "vercel" | "vc" => (
            App,
            "- build|pull|env|dev|link|inspect|logs **; u rollback|promote =application; u --prod|--production =application; u --target=production =application; d alias|aliases|teams|team|secrets|secret|integration|domains|dns|certs|blob|project|env|edge-config|redirects rm|remove|del|delete-store; c redeploy; d integration-resource remove; d remove|rm =deployment",
        ),
        "netlify" | "ntl" => (
            App,
            "d env:unset|functions:delete|sites:delete|blobs:delete|teams:delete; d api delete* =site; u deploy --prod|-p|--prod-if-unlocked =site; u rollback =site; d unlink --force",
        ),
        "railway" => (
            App,
            "d down|delete =deployment; u variables|variable --unset|--delete; u variables delete; d environment|service|volume|project|domain delete|remove|rm|detach; c redeploy|restart|up",
        ),
        "render" => (App, "d services|service|deploys|postgres|redis|disks|jobs delete|suspend|rm"),
        "supabase" => (
            App,
            "u secrets unset; d storage rm --recursive|-r =objects; d domains|vanity-subdomains|orgs|branches|projects|sso|network-bans delete|remove; d ssl-enforcement update --disable-db-ssl-enforcement; c functions deploy; c config push",
        ),
        "firebase" => (
            App,
            "d projects:delete|apps:delete|hosting:sites:delete|hosting:disable|functions:delete|functions:secrets:destroy|extensions:uninstall|database:instances:disable|firestore:databases:delete|firestore:backups:delete|appdistribution:testers:remove|appcheck:*|dataconnect:services:delete|apphosting:backends:delete;
            d firestore:delete +-r; d firestore:delete +/ --force|-f; d functions:config:unset; d database:set / -f|--force =documents; c auth:import|remoteconfig:rollback|hosting:clone|hosting:rollback|hosting:channel:delete|database:update|database:set|functions:config:set",
        ),
        "wrangler" => (
            App,
            "- deploy|dev|tail|types|init --dry-run; d d1 time-travel restore =newer_state; d r2|queues|kv|vectorize|hyperdrive|workflows|pages|pipelines|dispatch-namespace|mtls-certificate|ai|containers|secrets-store ** delete|purge|remove|uninstall;
            r r2 object delete; u secret delete|bulk; d kv:bulk|kv:namespace delete; r kv:key delete; c versions deploy|upload|secret; c secret put; c rollback|deploy|publish",
        ),
        "cloudflared" => (App, "d tunnel delete|cleanup; d tunnel route ** delete; s service uninstall; d access ** delete"),
        "cf" => (
            App,
            "d delete-*|purge-service-*|unbind-service|unset-*|disable-*|unmap-route|remove-*; d scale -i=0 =instances; d stop; c push|restage|restart|rollback|set-*",
        ),
        "gigalixir" | "scalingo" | "platform" | "upsun" | "dokku" | "clever-tools" | "pantheon" | "terminus" | "acli" | "lando" | "caprover"
        | "ghost" | "convox" | "aptible" | "nanobox" | "qovery" | "render-cli" | "deployctl" | "zeet" | "sevalla" | "kinsta" | "coolify" | "now" | "surge" | "begin" => (
            App,
            "d destroy|*:destroy|*:delete|*:remove|*:wipe|*-destroy|*-remove|*-deprovision|uninstall|teardown|delete; d * delete|destroy|remove|rm|wipe|deprovision; s ps:stop|*:stop|*:disable|maintenance:*; c *:deploy|*:rollback|*:rebuild",
        ),
        // ── services that are rented ──
        "stripe" => (
            Server(""),
            "d * delete|cancel|expire|void|void_invoice|detach|disable --live =live_object; d delete|post --live =live_object; d refunds|payouts|transfers|charges create|reverse --live =money",
        ),
        "twilio" | "auth0" | "okta" | "sentry-cli" | "datadog-ci" | "dog" | "dogshell" | "pd" | "pagerduty" | "newrelic" | "opsgenie" | "grafanactl"
        | "influx" | "curator_cli" | "ngrok" | "sendgrid" | "mailgun" | "algolia" | "contentful" | "sanity" | "launchdarkly" | "ldcli"
        | "snyk" | "sonar" | "splunk" | "elastic" | "eland" | "temporal" | "tctl" | "airbyte" | "abctl" | "prefect" | "dagster" | "dbt-cloud"
        | "databricks" | "snow" | "fivetran" | "turbot" | "doppler" | "infisical" | "op" | "bw" | "akeyless" | "conjur" | "keeper"
        | "circleci" | "drone" | "bk" | "codefresh" | "jenkins-cli" | "semaphore" | "sem" | "tfe" | "hcp" | "boundary"
        | "waypoint" | "linear" | "jira" | "acli-jira" | "slack" | "hasura" | "nhost" | "appwrite" | "pb" | "convex" | "turso"
        | "xata" | "fauna" | "astra" | "cockroach-cloud" | "ccloud" | "tiup" | "aiven" | "temporal-cloud" | "amplitude" | "segment" | "modal" | "replicate" | "runpodctl" | "vastai" | "huggingface-cli" | "hf" | "wandb" | "prowler" => (
            Server("INFLUX_HOST TEMPORAL_ADDRESS DATABRICKS_HOST DATABRICKS_CONFIG_PROFILE"),
            "d run wipe --force =runs; - delete-cache|auth|login|logout|config|profile|cache|completion|tunnel-list|local|dev|emulator|run|exec **;
            u tcp 22|3306|5432|6379|27017|3389 =what_the_internet_reaches;
            d ** delete|destroy|remove|rm|purge|terminate|delete-*|delete-job|archive-all|delete-by-query|*:remove|*:delete|*:release|*:destroy;
            d monitor|monitors mute_all =alerts; d downtime post +* =alerts; d silence add|create +.+ =alerts; s safe-shutdown|shutdown|quiet-down;
            d clean eventdata =events; u users|apps ** deactivate|suspend; d indices|index|objects clear =records; d permanent-delete; d ** permanent-delete|delete_indices|delete_snapshots|drop; d ** update --status=closed =account; c ** reset|revoke|cancel|disable|pause|rotate|unset|execute|trigger|promote|start|deploy|submit|publish|sync",
        ),
        "expo" | "eas" => (
            Server(""),
            "- build|login|config|whoami|device|metadata|env:pull **; d ** delete|delete-*; d *:delete; c submit|update|publish|deploy|publish:*|channel:* =release",
        ),
        "spin" | "rd" | "rundeck" | "rundeck-cli" | "tea-ci" | "woodpecker-cli" | "gocd" | "harness" | "octo" | "octopus" => (
            Server(""),
            "d ** delete|delete-*|purge; c ** execute|run|start|trigger|promote|invoke|schedule|deploy|deploy-release|rollback|create =deployment",
        ),
        "gh" => (Server(""), "c workflow run =deployment"),
        "glab" => (Server(""), "c ci|pipeline|schedule run|trigger|create =deployment"),
        "java" => (
            Server(""),
            "d ** delete-*|clear-queue +jenkins-cli =jobs; s ** safe-shutdown|shutdown|quiet-down|offline-node|safe-restart +jenkins-cli; c ** build +jenkins-cli =deployment",
        ),
        "kamal" | "mrsk" => (
            App,
            "d remove|destroy =application; d app|accessory|proxy|registry|server remove =application; c deploy|redeploy|rollback|setup|upgrade; c app|accessory|proxy stop|reboot|boot|restart|exec",
        ),
        "pyinfra" => (Inventory, "- ^--yes --dry; c *"),
        "nixos-rebuild" | "colmena" | "morph" | "nixops4" | "darwin-rebuild" => (
            Inventory,
            "c switch|boot|test --target-host =system; c apply|apply-local|upload-keys|exec =system; c deploy =system",
        ),
        "bolt" => (Inventory, "d command|task|script|plan run +reboot|shutdown|poweroff|rm_-r =machines; c command|task|script|plan|apply *"),
        "skaffold" | "garden" | "devspace" | "okteto" | "werf" | "humctl" | "nomad-pack" | "levant" | "score" => (
            Kubernetes,
            "d destroy|delete|purge|dismiss +prod|live =environment; d * delete|destroy +prod|live =environment; d destroy|stop|delete ^-f|--profile =deployment; c run|deploy|apply|converge|cleanup|up; c cleanup *",
        ),
        "shopify" => (App, "d theme delete; u theme publish =theme; c theme push --live|--allow-live =theme; c app deploy|release; d ** delete"),
        "akamai" => (App, "c property|pm activate|deactivate; c purge delete|invalidate; d ** delete"),
        "amtool" => (Server(""), "d silence add +.+ =alerts; d silence add +.* =alerts; c silence expire"),
        // ── servers that others are built on ──
        "rabbitmqctl" | "rabbitmqadmin" => (
            Server("RABBITMQ_NODENAME"),
            "d eval +delete|purge|reset|drop; d delete_*|forget_cluster_node|purge_*|clear_permissions|clear_user_limits|stop_app|stop|shutdown|rotate_logs_force|close_all_connections|reset|force_reset =messages_and_settings;
            d delete|purge|close queue|exchange|vhost|user|binding|connection|permission",
        ),
        "kafka-reassign-partitions" | "kafka-reassign-partitions.sh" | "kafka-leader-election" | "kafka-leader-election.sh" => {
            (Server(""), "c --execute; c --all-topic-partitions")
        }
        "kafka-configs" | "kafka-configs.sh" => (Server(""), "d --alter +retention.ms=|retention.bytes= =old_records"),
        "kafka-acls" | "kafka-acls.sh" => (Server(""), "d --remove =permissions"),
        "kafka-storage" | "kafka-storage.sh" => (Machine, "x format"),
        "kafka-streams-application-reset" | "kafka-streams-application-reset.sh" => (Server(""), "d =state_of_a_stream ^--dry-run"),
        "rpk" | "kafkactl" | "kaf" | "kcli" | "confluent" | "pulsar-admin" | "pulsarctl" | "nats" | "emqx" | "emqx_ctl" | "mosquitto_ctrl" | "activemq"
        | "artemis" | "redpanda" | "akhq" => (
            Server("RPK_BROKERS NATS_URL KAFKA_BROKERS"),
            "- context|profile|config **; d server raft peer-remove =member; d ** decommission =broker; d topic|topics|group|consumer|stream|kv|object|kvbucket|subject|cluster|environment|tenants|namespaces|subscriptions|acl|service-account|connector|account|queue|user|users|connect|broker delete|rm|del|purge|decommission|remove|reset;
            d schema-registry ** delete; d cluster force-leave|leave; d delete topic|consumer-group; d ** deleteClient|deleteRole|deleteGroup; d purge",
        ),
        "zkCli.sh" | "zkCli" | "zookeepercli" | "zookeeper-shell" | "zookeeper-shell.sh" => (Server(""), "d ** rmr|deleteall|delete|rm"),
        "celery" => (Server("CELERY_BROKER_URL"), "s control shutdown =workers; d ** queue.purge|queue.delete|exchange.delete =waiting_jobs"),
        "rq" => (Server("RQ_REDIS_URL"), "d empty =waiting_jobs"),
        "supervisorctl" => (
            Server(""),
            "s stop|shutdown --serverurl|-s =supervised_programs",
        ),
        "patronictl" => (Server(""), "d remove|reinit =database_cluster; d failover|switchover|restart --force =leader; c pause|flush"),
        "repmgr" => (Server(""), "d standby|primary|node|witness unregister|promote|switchover|rejoin --force"),
        "pcs" | "crm" | "drbdadm" | "gluster" | "rados" | "radosgw-admin" | "ceph" | "ceph-volume" | "cephadm"
        | "beegfs-ctl" | "dog-sheepdog" => (
            Machine,
            "x primary --force =replicated_disk; x connect|-- --discard-my-data =replicated_disk; x ** zap|zap-osds =disk; x orch osd rm =disk; x cluster destroy|stop|remove; x resource|stonith|constraint|node delete|remove|disable|standby|fence; x configure erase|delete; s resource stop|ban; x invalidate|wipe-md|detach|down =replicated_disk;
            x volume delete|stop|remove-brick|reset; x peer detach; x rmpool|purge|rm =objects; x user|bucket|object|realm|zone rm|delete|purge; x osd out|down|rm|purge|destroy|crush; x lvm zap =disk; x rm-cluster|zap-osds; x auth del|rm; x mon remove|rm",
        ),
        "s3cmd" | "s5cmd" => (Server(""), "d sync --delete-removed|--delete =objects"),
        // ── devices, clusters of data, web applications ──
        "storcli" | "storcli64" | "perccli" | "perccli64" | "storcli2" => (
            Machine,
            "- show; x ** del|delete|erase|init|initialize|format|secureerase|clear|start_erase =virtual_disk; x ** set jbod|factory|offline|missing =virtual_disk; x ** start erase|init|initialization",
        ),
        "megacli" | "MegaCli" | "MegaCli64" | "megacli64" | "megaraid" => (
            Machine,
            "x -CfgClr|-CfgLdDel|-CfgLDDel|-CfgSpanDel|-CfgArrayDel|-AdpFacDefSet|-PDClear|-PDOffline|-PDMakeJBOD|-PDMarkMissing|-CfgEachDskRaid0|-CfgLdAdd =virtual_disk; x -CfgForeign -Clear =virtual_disk; x -LDInit -Start =virtual_disk",
        ),
        "hpssacli" | "ssacli" | "hpacucli" => (Machine, "x ** delete|remove|erase|clearconfiguration =logical_drive; x ** modify +erase =logical_drive"),
        "arcconf" | "sas3ircu" | "sas2ircu" | "tw_cli" | "areca" | "mvcli" | "adaptec" => {
            (Machine, "x ** delete|del|remove|uninit|format|zap|deletearray =logical_drive")
        }
        "multipath" | "multipathd" => (Machine, "x -F|-W =paths_to_the_disks; x flush|del|remove =paths_to_the_disks"),
        "iscsiadm" => (Machine, "x --logoutall|--logout|-u =connection_to_a_disk; x -o=delete|--op=delete =connection_to_a_disk"),
        "targetcli" => (Machine, "x ** clearconfig|delete =exported_disk"),
        "tpm2_clear" | "tpm_clear" => (Machine, "x =keys_of_the_TPM"),
        "mdadm" => (
            Machine,
            "x --stop|-S =array; x --remove|-r --fail|-f =disk_of_an_array; x --assemble|-A --force|-f =array; x --grow|-G =array",
        ),
        "zpool" => (Machine, "x remove|detach|split =disk_of_a_pool; x import|clear -F|-X =newer_state; x export -f|--force =pool; x replace|add -f|--force =disk_of_a_pool"),
        "zfs" => (Machine, "x recv|receive -F =newer_state; x promote|inherit|unload-key -r|-a; x unmount|umount -a -f =datasets"),
        "btrfs" | "btrfsck" => (
            Machine,
            "x check --repair|--init-csum-tree|--init-extent-tree =file_system; x rescue zero-log|chunk-recover|super-recover =file_system; x device|dev delete|del|remove|rm =disk_of_a_file_system; x balance start -f|--force =file_system; x property|qgroup destroy",
        ),
        "fsck" | "e2fsck" | "fsck.ext4" | "fsck.ext3" | "fsck.ext2" | "fsck.vfat" | "fsck.fat" | "fsck.f2fs" | "ntfsfix" | "reiserfsck" | "fsck.btrfs" => {
            (Machine, "- ^-y -n|-N|-M; x -y|--rebuild-tree|--rebuild-sb =file_system")
        }
        "postsuper" => (Machine, "x -d|-h =messages_in_the_queue"),
        "exim" | "exim4" => (Machine, "x -Mrm|-Mg|-Mt =messages_in_the_queue"),
        "doveadm" => (Machine, "x expunge -A =mail; x expunge ** INBOX|inbox =mail; x mailbox delete =mailbox; x purge -A =mail"),
        "nsupdate" => (
            Server(""),
            "- +server_127.0.0.1|server_localhost; d +update_delete|update_del|prereq_ =records; c *delete*|*remove*|*prod* =records",
        ),
        "wsl" | "wsl.exe" => (Machine, "x --unregister =distribution_and_its_files"),
        "net" | "net.exe" => (Machine, "x user|group|localgroup|share ** /delete|/DELETE =account"),
        "flash_erase" | "flash_eraseall" | "flashcp" | "nandwrite" | "mtd" => (Machine, "x =flash_memory"),
        "espefuse.py" | "espefuse" => (Machine, "x ** burn_*|burn-*|write_protect_*|read_protect_*|write-protect-* =fuses_of_a_chip"),
        "mmdelfs" | "mmdeldisk" | "mmdelnode" | "mmdelnsd" | "mmdelfileset" | "mmdelsnapshot" => (Machine, "x =file_system"),
        "waagent" => (Machine, "x -deprovision|-deprovision+user|--deprovision =accounts_and_keys_of_this_machine"),
        "stonith_admin" | "crm_node" => (Machine, "x -F|--fence|-B|--reboot|-R|--remove|--off =running_node"),
        "fence_ipmilan" | "fence_aws" | "fence_vmware_soap" | "fence_virsh" | "fence_node" | "fence_idrac" => (Machine, "x -o=off|-o=reboot|--action=off|--action=reboot =running_node"),
        "ykman" | "nitropy" | "solo2" | "fido2-token" | "pkcs11-tool" | "pkcs15-init" | "yubico-piv-tool" | "opensc-tool" | "yubihsm-shell" => {
            (Machine, "x ** reset|delete|clear-all|delete-object|factory-reset =keys_of_a_token; x -R|--delete-object|-b|--erase-card|-E =keys_of_a_token; x +reset|delete_object -a|--action =keys_of_a_token")
        }
        "cast" | "forge" => (
            Server("ETH_RPC_URL"),
            "- +sepolia|goerli|holesky|testnet|localhost|127.0.0.1; u send|publish =contract_on_a_chain; u script|create --broadcast =contract_on_a_chain",
        ),
        "hardhat" | "truffle" | "brownie" | "ape" => (Server(""), "u ** --network=mainnet|--network=ethereum|--network=polygon|--network=arbitrum|--network=optimism|--network=base =contract_on_a_chain"),
        "solana" | "near" | "anchor" => (Server(""), "u program|transfer|deploy|upgrade|delete|delete-account ** +mainnet =account_on_a_chain; u program close|set-upgrade-authority ^--url|-u =account_on_a_chain"),
        "dockerd" => (Server(""), "u -H=tcp://0.0.0.0*|-H=0.0.0.0*|-H=tcp://:*|--host=tcp://0.0.0.0*|--host=tcp://:*|-H=tcp://[::]* ^--tlsverify =what_the_network_reaches"),
        "podman" => (Server(""), "u system service tcp:0.0.0.0*|tcp://0.0.0.0* =what_the_network_reaches"),
        "kcadm.sh" | "kcadm" | "kcadm.bat" => (Server(""), "d delete; c update|set-password|remove-roles"),
        "kc.sh" => (Server(""), "d import --override=true =realm"),
        "ldapmodify" | "ldapadd" | "ldapmodrdn" => (Server("LDAPURI"), "d +changetype:delete|delete =entries; c -f *prod* =entries"),
        "easyrsa" | "easy-rsa" | "cfssl" | "puppet-cert" => (Machine, "x revoke|revoke-issued|init-pki|build-ca =certificate"),
        "bconsole" => (Server(""), "d +purge_|delete_|prune_|purge|truncate =backups"),
        "veeamconfig" => (Server(""), "d ** delete|remove =backups"),
        "vtysh" | "birdc" | "birdcl" | "gobgp" | "exabgpcli" => (
            Machine,
            "l +no_router|clear_bgp|clear_ip|no_neighbor|no_interface =network_access; l disable|down|shutdown =network_access; l neighbor|n * shutdown|disable|reset|del =network_access; l ** del all =network_access",
        ),
        "tc" => (Machine, "l qdisc add|replace|change ** +100% =network_access"),
        "snmpset" => (Server(""), "u =device"),
        "scancel" => (Server(""), "d --state|-t =running_jobs; d -u=?|--user=? =running_jobs"),
        "qdel" | "bkill" | "condor_rm" | "oarkill" => (Server(""), "d all|0 =running_jobs; d -all|-a|-u =running_jobs"),
        "sacctmgr" | "scontrol" => (
            Server(""),
            "d delete|remove =account; d update +nodename=all|state=down|state=drain =nodes; c ** delete; d shutdown =controller",
        ),
        "maas" => (Server(""), "d ** delete|release|abort|power-off =machine"),
        "pks" | "tanzu" | "rosa" | "ocm" | "tkgi" | "gcloud-gke" | "ibmcloud-ks" => (Server(""), "d delete-cluster; d delete|cluster delete|cluster|machinepool; d ** delete"),
        "ironic" => (Server("OS_CLOUD"), "d node-delete; s node-set-power-state * off"),
        "fastboot" => (Machine, "x erase|format|flash|oem|flashing =partition_of_the_device; x -w =data_of_the_device"),
        "esptool.py" | "esptool" => (Machine, "x ** erase_flash|erase-flash|erase_region|erase-region =flash_memory"),
        "hdfs" | "hadoop" | "mapred" => (
            Server("HADOOP_CONF_DIR"),
            "d dfs|fs -rm -r|-R|-skipTrash =files; d dfs|fs -rmr|-expunge =files; d dfsadmin|namenode -format|-decommission =file_system; d namenode -format =file_system; s application|job -kill =application",
        ),
        "airflow" => (Server(""), "d dags|pools|connections|variables|users delete|delete_dag; d delete_dag"),
        "gam" => (Server(""), "d delete user|users|group|org|ou; d ** delete; u ** suspend|suspended"),
        "sfdx" | "sf" => (Server(""), "d *:delete|*:purge; d ** delete"),
        "wp" | "drush" | "occ" | "magento" | "bin/magento" | "joomla" => (
            Machine,
            "x site empty|delete =site; x sql-drop|sql:drop|site:install|si|setup:uninstall|user:delete|user:cancel|app:remove|group:delete =site; x user|post delete --yes|--force =content",
        ),
        "fab" | "mco" => (Inventory, "c *; c -H|--hosts =machines"),
        "chsh" => (Machine, "l root -s=/bin/false|-s=*/nologin|--shell=/bin/false =account"),
        "php" => (Machine, "x occ|console user:delete|app:remove|group:delete =site"),
        "gitlab-rake" => (Machine, "x gitlab:setup|db:reset|db:drop|db:drop:* =everything_that_gitlab_keeps"),
        "nutanix" | "ncli" => (Server(""), "d ** *.delete|delete|remove|*.off"),
        "gitlab-ctl" => (Machine, "x cleanse|uninstall =everything_that_gitlab_keeps; x remove-accounts"),
        "gitlab-runner" => (Server(""), "d unregister --all-runners =runner"),
        "asadmin" | "jboss-cli.sh" | "wsadmin.sh" => (Server(""), "d undeploy|delete-*; s stop-*"),
        "varnishadm" => (Machine, "s stop; c ban"),
        // ── names, certificates, directories ──
        "certbot" => (Machine, "x delete|revoke =certificate; x unregister =account"),
        "acme.sh" | "lego" | "step" | "mkcert-ca" => (
            Machine,
            "x --revoke|--remove|--deactivate =certificate; x revoke =certificate; x ca revoke =certificate; x ** remove|delete",
        ),
        "rndc" | "unbound-control" | "pdnsutil" | "pdns_control" | "knotc" => {
            (Machine, "x delzone|delete-zone|local_zone_remove|zone-purge|zone-unset|delete-rrset|clear-zone|purge-keys; s stop|halt")
        }
        "cli53" | "octodns-sync" | "dnscontrol" | "flarectl" | "gandi" | "namecheap" | "lexicon" => (
            Server(""),
            "d delete|rrdelete|rrpurge =records; d * delete; d --doit --force =records; u push =records; d ** delete",
        ),
        "ldapdelete" => (Server("LDAPURI"), "d -r =entries; d =entry"),
        "samba-tool" | "ipa" | "kadmin.local" | "kadmin" | "kdb5_util" | "ipa-server-install" | "realm" | "dsdel" => (
            Machine,
            "x -subtree|-noprompt =entries; x user|group|computer|dns|gpo|ou delete|remove; x domain demote; x *-del|*-disable; x +delprinc|delete_principal =principal; x delprinc|delete_principal|destroy|ktrem =principal; x --uninstall =directory; x leave =domain",
        ),
        "gpg" | "gpg2" => (Machine, "x --delete-secret-keys|--delete-secret-and-public-key|--delete-secret-key =secret_key"),
        // ── backups ──
        "restic" => (Machine, "x key remove =key_of_the_repository; x rewrite --forget; x unlock --remove-all"),
        "borg" | "borgmatic" => (Machine, "x prune --keep-last=0|--keep-last=1 =archives; x rdelete|repo-delete|delete =repository"),
        "kopia" => (Machine, "x snapshot|snapshots delete --delete; x policy delete --global; x maintenance run --safety=none; x blob delete"),
        "duplicity" => (Machine, "x remove-all-but-n-full 0|1 --force =backups; x remove-older-than 0*|1D|1h|now --force =backups"),
        "snapper" | "timeshift" | "sanoid" | "bacula-dir" | "bareos" | "znapzendzetup" | "rdiff-backup" | "bupstash" | "rustic" | "duplicacy"
        | "zfs-auto-snapshot" => (
            Machine,
            "x delete|rm|remove =snapshot; x undochange|rollback =newer_state; x --delete|--delete-all|--destroy-only|--force-prune =snapshot; x --restore =newer_state; x --remove-older-than=now|--remove-older-than=0 =backups; x forget --keep-last=0|--keep-last=1",
        ),
        "pgbackrest" => (Machine, "x expire --set =backup"),
        "tmutil" => (Machine, "x delete|deletelocalsnapshots|deleteinprogress =backup"),
        "rclone" => (
            Server(""),
            "- sync|move|cleanup|delete|purge -n|-i|--interactive; d deletefile|cleanup|rmdirs +: =objects; d sync empty|empty/*|*/empty|*/empty/|. *:* =objects; d move *:* =objects; d bisync --resync --force =objects; r config delete",
        ),
        "mc" | "mcli" => (Server(""), "d admin user|policy|bucket|group remove|rm; d mirror --remove =objects; d replicate|version|ilm rm|suspend|remove; s admin service stop|restart"),
        // ── packages that others use ──
        "npm" | "pnpm" | "yarn" => (
            Registry,
            "d unpublish =published_package; d npm unpublish =published_package; u owner|team|org|access rm|remove|destroy|revoke; u token revoke; u access public",
        ),
        "cargo" => (Registry, "- yank --undo; d yank =published_package; u owner --remove|-r"),
        "gem" => (Registry, "u owner --remove|-r"),
        "dotnet" | "nuget" | "pod" | "anaconda" | "luarocks" | "hex" | "mix" | "hackage" | "cabal" | "dart" | "pub" | "composer-registry" | "helm-registry" => {
            (Registry, "d nuget delete =published_package; d delete =published_package; d trunk delete|deprecate =published_package; d hex.retire|hex.publish --revert =published_package; d remove +/ =published_package")
        }
        // ── this machine ──
        "usermod" | "gpasswd" | "chage" | "dscl" | "sysadminctl" | "pw" | "loginctl" => (
            Machine,
            "l -G|--groups ^-a|--append =group; l -d +sudo =group; l -d +wheel =group; l -d +docker =group; l -E=0|-E=1 root =account; x -delete|delete /Users/* =account; x -deleteUser =account;
            x userdel|user -r =account; x user del =account; l terminate-user|kill-user|terminate-session|terminate-seat root|deploy|ubuntu|admin =account",
        ),
        "route" => (Machine, "l del|delete default|0.0.0.0|0.0.0.0/0 =network_access; l flush|-f =network_access"),
        "ip" => (Machine, "d firewall|address|route|service|dhcp-server|pool ** remove|disable|unset =configuration_of_the_device; l route|r del|delete 0.0.0.0/0|default =network_access; l addr|address|a del|delete * dev eth*|en*|wl*|bond* =network_access"),
        "nmcli" => (
            Machine,
            "l radio all|wifi off =connection; l connection|con|c delete|del|down eth*|en*|Wired* =network_access; l connection|con|c delete|del =connection",
        ),
        "rfkill" => (Machine, "l block all =network_access"),
        "dhclient" => (Machine, "l -r eth*|en*|bond* =network_access; l -x =network_access"),
        "ovs-vsctl" => (Machine, "l emer-reset|del-controller|del-manager|del-br|del-port =network_access"),
        "tailscale" | "wg-quick" | "zerotier-cli" | "brctl" => {
            (Machine, "l down|logout|leave|delbr =connection; u funnel 22 =what_the_internet_reaches")
        }
        "iptables" | "ip6tables" | "iptables-restore" | "iptables-legacy" | "iptables-nft" => (
            Machine,
            "l INPUT|OUTPUT -A|-I|--append|--insert -j=DROP|-j=REJECT ^-s|-p|-m|-i|-o|-d =network_access; l INPUT -A|-I --dport=22 -j=DROP|-j=REJECT ^-s =network_access",
        ),
        "ufw" => (Machine, "l deny|reject 22|ssh|22/tcp|OpenSSH =network_access; l deny|reject in|out|any =network_access"),
        "firewall-cmd" => (Machine, "l --remove-service=ssh|--remove-port=22/tcp|--set-default-zone=drop|--set-default-zone=block =network_access"),
        "launchctl" => (Machine, "l unload|bootout|disable|remove +ssh =network_access"),
        "systemsetup" => (Machine, "l off -setremotelogin =network_access"),
        "chkconfig" | "update-rc.d" | "rc-update" => (
            Machine,
            "l ssh|sshd|network|networking|NetworkManager off|disable|remove =network_access; l del|delete|remove|disable|--del ssh|sshd|network|networking =network_access; l ssh|sshd -f =network_access",
        ),
        "systemctl" => (
            Machine,
            "x mask default.target|multi-user.target|graphical.target|basic.target|sysinit.target|local-fs.target =boot_target; x set-default rescue.target|emergency.target|poweroff.target|reboot.target|halt.target =boot_target;
            s stop dbus|dbus.service|systemd-journald|systemd-udevd",
        ),
        "update-initramfs" => (Machine, "x -d =boot_image"),
        "kernel-install" => (Machine, "x remove =kernel_image"),
        "efibootmgr" => (Machine, "x -B|-O|--delete-bootnum|--delete-bootorder =boot_entry"),
        "bootctl" => (Machine, "x remove|unlink|cleanup =boot_loader"),
        "grub-install" | "grub2-install" | "extlinux" | "lilo" => (Machine, "x /dev/* =boot_loader"),
        "kexec" => (Machine, "l -e|--exec =network_access"),
        "modprobe" | "rmmod" => (
            Machine,
            "x -r|--remove ext4|xfs|btrfs|virtio_net|virtio_blk|e1000|e1000e|igb|ixgbe|mlx5_core|ena|nvme|dm_mod|bonding|vmxnet3 =kernel_module; x ext4|xfs|btrfs|virtio_net|virtio_blk|e1000|e1000e|igb|ixgbe|mlx5_core|ena|nvme|vmxnet3 ^-v|-n|-a =kernel_module",
        ),
        "dkms" => (Machine, "c remove --all"),
        "hostnamectl" | "timedatectl" | "hwclock" | "swapoff" => {
            (Machine, "c set-hostname|hostname|set-time|set-ntp; c -a|--all|--set =setting_of_the_machine")
        }
        "journalctl" => (
            Machine,
            "x --vacuum-size=0|--vacuum-size=1|--vacuum-size=*K|--vacuum-size=1M|--vacuum-size=5M|--vacuum-size=10M|--vacuum-time=1s|--vacuum-time=5s|--vacuum-time=10s|--vacuum-time=1sec|--vacuum-time=0*|--vacuum-time=1m|--vacuum-time=1min|--vacuum-time=1h|--vacuum-files=1|--vacuum-files=0 =logs",
        ),
        "snap" => (Machine, "x remove lxd|nextcloud|microk8s|docker|postgresql*|snapd|core|core1*|core2*|mysql*|vault =package_and_its_data"),
        "flatpak" => (Machine, "x uninstall|remove --all --delete-data|-y =application_and_its_data; x uninstall|remove --all =application"),
        "emerge" | "xbps-remove" | "eopkg" | "slackpkg" | "guix" | "port" | "pkg" | "opkg" => (
            Machine,
            "x glibc|gcc|systemd|openssh|bash|sudo|base-system|coreutils|linux|kernel|musl|busybox|pkg -C|--unmerge|-R|-c|--depclean =system_package; x delete|remove|uninstall|rm glibc|gcc|systemd|openssh|bash|sudo|base-system|coreutils|linux|kernel|musl|busybox|pkg|all|-a =system_package; x delete -a|--all =system_package",
        ),
        "apt-get" | "apt" | "yum" | "dnf" => (Machine, "u history undo|rollback =packages"),
        "ipmitool" | "racadm" | "ilorest" | "redfishtool" | "hponcfg" => (
            Server(""),
            "d ** systemerase|factorydefaults|racresetcfg|racreset =settings; d ** serveraction|powercontrol powerdown|powercycle|hardreset|graceshutdown =running_machine;
            d ** chassis|power off|cycle|reset|soft =running_machine; d ** reset Force*|Graceful*|Power* =running_machine",
        ),
        "wevtutil" => (Machine, "x cl|clear-log =logs"),
        "mongod" => (Machine, "s --shutdown =mongod"),
        _ => return None,
    })
}
