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
            c cloudfront create-invalidation;
            c ec2|rds|iam|lambda|ecs|eks|s3api|elbv2|elasticache|cloudformation|autoscaling|codedeploy update-*|put-*|modify-*|cancel-*|stop-*|reboot-*|failover-*|set-*",
        ),
        "gcloud" => (
            Gcloud,
            "- config|auth|components|topic|info **;
            u ** remove-iam-policy-binding|set-iam-policy =who_may_do_what;
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
            "u versioning set off =old_versions; u lifecycle set =settings_of_a_bucket; u retention clear =retention; d mv +/*",
        ),
        "bq" => (Gcloud, "d rm =dataset"),
        "az" | "azd" => (
            Azure,
            "d down =resources; d vmss scale --new-capacity=0 =instances; d aks scale|nodepool --node-count=0 =nodes;
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
            d ** *-delete|*-rm|*-terminate|*-destroy|*-delete-force; d rb|rm|nuke;
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
            (Kubernetes, "d delete; d live destroy =resources; d xpkg delete")
        }
        "puppet" => (
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
            "d * user.delete|group.delete|pkg.remove|pkg.purge|file.remove|disk.format_|lvm.*remove|docker.rm|mysql.db_remove|postgres.db_remove|state.destroy;
            s * service.stop|service.disable|network.down|iptables.flush|ps.pkill; c * state.apply|state.highstate|pkg.upgrade|service.restart",
        ),
        "salt-key" => (Inventory, "d -D|--delete-all =key_of_the_minions; d -d|--delete =key_of_a_minion"),
        "salt-cloud" => (Inventory, "d -d|--destroy =machine"),
        "packer" => (Machine, "c build -force|--force =image"),
        // ── clusters ──
        "kubectl" | "oc" | "k" | "kubecolor" => (
            Kubernetes,
            "d replace --raw +/finalize =namespace; u adm prune images|builds|deployments|groups --confirm;
            d adm policy remove-*; s taint +noexecute --all =nodes; s cordon --all; c autoscale|expose|label|annotate --overwrite",
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
            d delete --all; d hubble disable; d pipeline|pipelinerun|task delete --all; d rmp|rm|rmi|stopp -a|-fa|-af|--all|--prune =container",
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
            s node drain +-enable; s job|deployment stop|fail; c job revert|scale|restart; c system gc; d acl bootstrap-reset",
        ),
        "consul" => (
            Server("CONSUL_HTTP_ADDR"),
            "d snapshot restore =state_of_the_cluster; u leave|force-leave =member; u acl token|policy|role|auth-method|binding-rule delete;
            u services deregister; u operator raft remove-peer =member; u config delete; u intention delete; c maint",
        ),
        "vault" | "bao" => (
            Server("VAULT_ADDR BAO_ADDR"),
            "d operator raft snapshot restore =state_of_the_server; u operator raft remove-peer =member; u operator rekey|generate-root|migrate =keys;
            u policy delete; u audit disable; d namespace delete; u token revoke -self|-mode|-accessor; u token revoke;
            d lease revoke -prefix|-force =leases; u auth|secrets tune|move; u plugin deregister; u delete sys/* =setting;
            d kv destroy; d secrets|auth disable",
        ),
        "etcdctl" | "etcdutl" => (
            Server("ETCDCTL_ENDPOINTS"),
            "d snapshot restore =state_of_the_cluster; u user|role|auth|lease delete|disable|revoke|remove",
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
            "x undefine +remove-all-storage =domain_and_its_disks; x pool-undefine|pool-destroy|net-undefine|snapshot-delete|managedsave-remove|detach-disk|blockcommit|vol-resize; c net-destroy|reset",
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
            "x free|destroy|delnode|delete|remove; x *-destroy|*-uninstall|*-forget|*-delete; x user|group|role|acl|token|pool|osd|mon delete|destroy|remove;
            x snapshot|namespace|datastore|group forget|delete|remove|destroy; x -n|--name|-d =container",
        ),
        "govc" => (
            Server("GOVC_URL"),
            "d *.destroy|*.rm|*.remove|*.delete|snapshot.revert|datastore.vsan.dom.rm|disk.detach|vm.unregister|permissions.remove; s host.shutdown|host.disconnect|host.maintenance.enter;
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
            s pg:killall|ps:restart|restart|features:disable|ps:stop|dyno:stop|pg:kill; c config:set|config:unset|config:remove|releases:rollback|features:enable|labs:enable|pg:upgrade|pg:copy|redis:maxmemory|redis:timeout|container:release|spaces:transfer",
        ),
        "fly" | "flyctl" => (
            App,
            "d orgs|org delete|remove; d machines|machine destroy|remove; d volumes|volume|vol|snapshots delete|destroy|fork-delete; u secrets|secret unset; u certs|cert|ips|ip|wireguard|tokens remove|release|delete|revoke|rm;
            d pg|postgres|mpg|redis|storage|extensions|ext|consul|tigris detach|destroy|delete; d ext * destroy; d apps suspend|pause; d scale count 0|*=0 =machines; d suspend; c deploy|restart|scale; c secrets set|import|deploy",
        ),
        "vercel" | "vc" => (
            App,
            "d alias|aliases|teams|team|secrets|secret|integration|domains|dns|certs|blob|project|env|edge-config|redirects rm|remove|del|delete-store; c rollback|promote|redeploy; d integration-resource remove; d remove|rm =deployment",
        ),
        "netlify" | "ntl" => (
            App,
            "d env:unset|functions:delete|sites:delete|blobs:delete|teams:delete; d api delete* =site; c rollback|deploy --prod|-p; d unlink --force",
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
            r r2 object delete; u secret delete|bulk; d kv:bulk|kv:namespace delete; r kv:key delete; c versions deploy|upload|secret; c secret put; c rollback|deploy",
        ),
        "cloudflared" => (App, "d tunnel delete|cleanup; d tunnel route ** delete; s service uninstall; d access ** delete"),
        "cf" => (
            App,
            "d delete-*|purge-service-*|unbind-service|unset-*|disable-*|unmap-route|remove-*; d scale -i=0 =instances; d stop; c push|restage|restart|rollback|set-*",
        ),
        "gigalixir" | "scalingo" | "platform" | "upsun" | "dokku" | "clever-tools" | "pantheon" | "terminus" | "acli" | "lando" | "caprover"
        | "shopify" | "ghost" | "convox" | "aptible" | "nanobox" | "qovery" | "render-cli" | "deployctl" | "zeet" | "sevalla" | "kinsta" | "coolify" | "now" | "surge" | "begin" => (
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
        | "circleci" | "drone" | "bk" | "buildkite-agent" | "codefresh" | "jenkins-cli" | "semaphore" | "sem" | "tfe" | "hcp" | "boundary"
        | "waypoint" | "linear" | "jira" | "acli-jira" | "slack" | "hasura" | "nhost" | "appwrite" | "pb" | "convex" | "turso"
        | "xata" | "fauna" | "astra" | "cockroach-cloud" | "ccloud" | "tiup" | "aiven" | "temporal-cloud" | "expo" | "eas" | "amplitude" | "segment" | "modal" | "replicate" | "runpodctl" | "vastai" | "huggingface-cli" | "hf" | "wandb" | "prowler" => (
            Server("INFLUX_HOST TEMPORAL_ADDRESS DATABRICKS_HOST DATABRICKS_CONFIG_PROFILE"),
            "- delete-cache|auth|login|logout|config|profile|cache|completion|tunnel-list|local|dev|emulator|run|exec **;
            u tcp 22|3306|5432|6379|27017|3389 =what_the_internet_reaches;
            d ** delete|destroy|remove|rm|purge|terminate|delete-*|delete-job|archive-all|delete-by-query|*:remove|*:delete|*:release|*:destroy;
            d monitor|monitors mute_all =alerts; d downtime post +* =alerts; d silence add|create +.+ =alerts; s safe-shutdown|shutdown|quiet-down;
            d clean eventdata =events; d ** update --status=closed =account; c ** reset|revoke|cancel|disable|pause|rotate|unset",
        ),
        "amtool" => (Server(""), "d silence add +.+ =alerts; d silence add +.* =alerts; c silence expire"),
        // ── servers that others are built on ──
        "rabbitmqctl" | "rabbitmqadmin" => (
            Server("RABBITMQ_NODENAME"),
            "d delete_*|forget_cluster_node|purge_*|clear_permissions|clear_user_limits|stop_app|stop|shutdown|rotate_logs_force|close_all_connections|reset|force_reset =messages_and_settings;
            d delete|purge|close queue|exchange|vhost|user|binding|connection|permission",
        ),
        "kafka-acls" | "kafka-acls.sh" => (Server(""), "d --remove =permissions"),
        "kafka-storage" | "kafka-storage.sh" => (Machine, "x format"),
        "kafka-streams-application-reset" | "kafka-streams-application-reset.sh" => (Server(""), "d =state_of_a_stream ^--dry-run"),
        "rpk" | "kafkactl" | "kaf" | "kcli" | "confluent" | "pulsar-admin" | "pulsarctl" | "nats" | "emqx" | "emqx_ctl" | "mosquitto_ctrl" | "activemq"
        | "artemis" | "redpanda" | "akhq" => (
            Server("RPK_BROKERS NATS_URL KAFKA_BROKERS"),
            "- context|profile|config **; d topic|topics|group|consumer|stream|kv|object|kvbucket|subject|cluster|environment|tenants|namespaces|subscriptions|acl|service-account|connector|account|queue|user|users|connect|broker delete|rm|del|purge|decommission|remove|reset;
            d schema-registry ** delete; d cluster force-leave|leave; d delete topic|consumer-group; d ** deleteClient|deleteRole|deleteGroup; d purge",
        ),
        "zkCli.sh" | "zkCli" | "zookeepercli" | "zookeeper-shell" | "zookeeper-shell.sh" => (Server(""), "d ** rmr|deleteall|delete|rm"),
        "celery" => (Server("CELERY_BROKER_URL"), "s control shutdown =workers"),
        "rq" => (Server("RQ_REDIS_URL"), "d empty =waiting_jobs"),
        "supervisorctl" => (
            Server(""),
            "s stop|shutdown --serverurl|-s =supervised_programs",
        ),
        "patronictl" => (Server(""), "d remove|reinit =database_cluster; d failover|switchover|restart --force =leader; c pause|flush"),
        "repmgr" => (Server(""), "d standby|primary|node|witness unregister|promote|switchover|rejoin --force"),
        "pcs" | "crm" | "drbdadm" | "gluster" | "rados" | "radosgw-admin" | "ceph" | "ceph-volume" | "cephadm" | "mmdelfs" | "mmdeldisk"
        | "beegfs-ctl" | "dog-sheepdog" => (
            Machine,
            "x cluster destroy|stop|remove; x resource|stonith|constraint|node delete|remove|disable|standby; x configure erase|delete; s resource stop|ban; x invalidate|wipe-md|detach|down =replicated_disk;
            x volume delete|stop|remove-brick|reset; x peer detach; x rmpool|purge|rm =objects; x user|bucket|object|realm|zone rm|delete|purge; x osd out|down|rm|purge|destroy|crush; x lvm zap =disk; x rm-cluster|zap-osds; x auth del|rm; x mon remove|rm; x mmdel* ",
        ),
        "s3cmd" | "s5cmd" => (Server(""), "d sync --delete-removed|--delete =objects"),
        // ── devices, clusters of data, web applications ──
        "write" | "erase" | "reload" | "request" | "/system" | "factory-reset" | "delete" => (
            Machine,
            "x erase|startup-config|nvram:|reset-configuration|zeroize =configuration_of_the_device; x system zeroize|reboot|halt|power-off|configuration =device; x /force|flash:* =files_of_the_device",
        ),
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
            "x user|group|computer|dns|gpo|ou delete|remove; x domain demote; x *-del|*-disable; x delprinc|delete_principal|destroy|ktrem =principal; x --uninstall =directory; x leave =domain",
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
        "ip" => (Machine, "l route|r del|delete 0.0.0.0/0|default =network_access; l addr|address|a del|delete * dev eth*|en*|wl*|bond* =network_access"),
        "nmcli" => (
            Machine,
            "l radio all|wifi off =network_access; l connection|con|c delete|del|down eth*|en*|Wired* =network_access; l connection|con|c delete|del =connection",
        ),
        "rfkill" => (Machine, "l block all =network_access"),
        "dhclient" => (Machine, "l -r eth*|en*|bond* =network_access; l -x =network_access"),
        "tailscale" | "wg-quick" | "zerotier-cli" | "brctl" | "ovs-vsctl" => {
            (Machine, "l down|logout|leave|delbr|del-br =connection; u funnel 22 =what_the_internet_reaches")
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
            l isolate rescue*|emergency* =network_access; s stop dbus|dbus.service|systemd-journald|systemd-udevd",
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
            "d ** chassis|power off|cycle|reset|soft =running_machine; d serveraction|powercontrol powerdown|powercycle|hardreset|graceshutdown =running_machine; d systemerase|factorydefaults|racresetcfg =settings",
        ),
        "wevtutil" => (Machine, "x cl|clear-log =logs"),
        "mongod" => (Machine, "s --shutdown =mongod"),
        _ => return None,
    })
}

/// What a program that nobody here knows would take away: words that every tool uses for it, where nothing asks
/// before it happens or the place goes by a name.
pub(super) fn of_unknown(program: &str, first: &str, second: &str) -> Option<(Platform, &'static str)> {
    let destroys = |word: &str| {
        matches!(word, "delete" | "destroy" | "purge" | "wipe" | "terminate" | "nuke" | "teardown")
    };
    if !destroys(first) && !destroys(second) {
        return None;
    }
    // What runs the words of others, searches for them, shows them or acts on files is none of these tools.
    const OTHERS: &str = "echo printf grep egrep fgrep rg ag ack man tldr help which whereis type alias history cat less \
            head tail ls find fd locate sed awk sort uniq tr cut wc diff comm tee touch mkdir cp mv rm ln cd pushd test [ \
            export set unset read trap eval exec source . make just rake task rails ruby python python3 node perl php npm \
            npx yarn pnpm bun deno cargo go pip pipx uv poetry pdm rye conda mamba asdf mise git gh glab hg svn jj ssh scp \
            rsync curl wget psql mysql sqlite3 mongosh redis-cli vim vi nvim nano emacs code tmux screen select case for \
            brew apt dnf snap info apropos say notify-send logger open xdg-open dig ping host task-warrior todo.sh todo \
            kind minikube k3d colima limactl multipass";
    if OTHERS.split_ascii_whitespace().any(|known| known == program) {
        return None;
    }
    Some((
        Platform::Server(""),
        "d delete|destroy|purge|wipe|terminate|nuke|teardown --yes|-y|--force|--all|--auto-approve|--confirm|--no-confirm|--non-interactive;
        d * delete|destroy|purge|wipe|terminate|nuke --yes|-y|--force|--all|--auto-approve|--confirm|--no-confirm|--non-interactive;
        r delete|destroy|purge|wipe|terminate|nuke|teardown; r * delete|destroy|purge|wipe|terminate|nuke",
    ))
}
