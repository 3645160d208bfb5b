//! Clouds, what is declared in files, clusters.

use crate::effect::infra::Platform;

/// Where a program's place is looked up, and its rules.
pub(super) fn of(program: &str) -> Option<(Platform, &'static str)> {
    use Platform::{Aws, Azure, Gcloud, Inventory, Kubernetes, Machine, Server};
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
            u dynamodb batch-write-item +delete =items;
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
            u elasticbeanstalk swap-*|rebuild-environment =environments;
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
            u ** unlink =billing; u compute ** remove-backend|remove-instances =what_a_balancer_serves; u pubsub subscriptions seek =messages;
            c dns record-sets transaction execute; c builds submit; c ** update|patch|restart|failover|pause|set-traffic|update-traffic|disable|remove-tags|stop|suspend|reset",
        ),
        "gsutil" => (
            Gcloud,
            "- iam ch -d; u iam ch +allusers =who_may_do_what; u versioning set off =old_versions; u lifecycle set =settings_of_a_bucket; u retention clear =retention; d mv +/*",
        ),
        "b2" => (Server(""), "d ** delete-file-version|delete-bucket|hide-file; d sync --delete =objects"),
        "az" | "azd" => (
            Azure,
            "d down =resources; u vm open-port +* =what_the_internet_reaches; d vmss scale --new-capacity=0 =instances; d aks scale|nodepool --node-count=0 =nodes;
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
            u security group rule create --remote-ip=0.0.0.0/0|--remote-ip=::/0 --dst-port=1:*|--dst-port=22|--dst-port=22:22|--dst-port=3306|--dst-port=3389|--dst-port=5432 =what_the_internet_reaches;
            d ** delete|rm|rb|del|remove|destroy|terminate|purge|undeploy|unset|cancel|release;
            d ** rebuild|reinstall|undeploy|delete-manifest|bulk-delete|remove-from-*|schedule-deletion|delete-protection|disable-protection;
            d ** delete-*|terminate-*|destroy-*|purge-*|*-delete|*-rm|*-terminate|*-destroy|*-delete-force; d rb|rm|nuke;
            d ** Delete*|Terminate*|Release*|Destroy*|Isolate*; d delete|stack-delete|image-delete;
            s ** power-off|poweroff|shutdown|reset|reboot|stop|Stop*|Reboot*; s ** action --action=STOP|--action=SOFTSTOP|--action=RESET;
            c ** detach|update|set|resize|patch; d ** delete|remove|terminate|destroy --force|-f|--yes|-y|--auto-approve|--confirm",
        ),
        "aliyun" => (
            Server("ALIBABA_CLOUD_PROFILE"),
            "d oss rm =objects; d * Delete*|Release*|DELETE|Terminate*; s * Stop*|Reboot*; c * Modify*|Detach*|Revoke*|Disable*",
        ),
        "bosh" => (
            Server("BOSH_ENVIRONMENT"),
            "d ** delete-*|clean-up; d ** stop|recreate --hard =machines; c ** deploy|restart|recreate|stop",
        ),
        "ossutil" | "coscmd" | "obsutil" | "swift" | "qshell" => (
            Server("OS_CLOUD"),
            "d batchdelete|rm|delete|deleteobjects|deletebucket|delete-deployment|del|rb =objects",
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
            "d exec +destroy|delete =nodes; d vault delete|remove; d node|client|environment|role|cookbook|user|org delete|bulk; d data bag delete; d * server|vm|instance delete",
        ),
        "salt" => (
            Inventory,
            "- ^--batch +test=true|mock=true; d * user.delete|group.delete|pkg.remove|pkg.purge|file.remove|disk.format_|lvm.*remove|docker.rm|mysql.db_remove|postgres.db_remove|state.destroy;
            s * system.halt|system.poweroff|system.shutdown; s * service.stop|service.disable|network.down|iptables.flush|ps.pkill; c * state.apply|state.highstate|pkg.upgrade|service.restart",
        ),
        "salt-run" => (Inventory, "d manage.down +removekeys=true =key_of_the_minions; c state.orchestrate|state.orch|state.sls *"),
        "salt-key" => (Inventory, "d -D|--delete-all =key_of_the_minions; d -d|--delete =key_of_a_minion"),
        "salt-cloud" => (Inventory, "d -d|--destroy =machine"),
        "packer" => (Machine, "c build -force|--force =image"),
        // ── clusters ──
        "kubectl" | "oc" | "k" | "kubecolor" => (
            Kubernetes,
            "d replace --raw +/finalize =namespace; u adm prune images|builds|deployments|groups --confirm;
            d cnpg|minio|karmada|vela|argo|longhorn|rook-ceph|directpv|mayastor|pxc|vitess ** delete|destroy|destroy-cluster|unjoin|remove|purge|drop; d adm policy remove-*; u adm policy add-cluster-role-to-* cluster-admin =who_may_do_what;
            u adm policy add-scc-to-* privileged|anyuid|host*|node-exporter =who_may_do_what; u ** system:authenticated|system:unauthenticated|system:anonymous +role-to|scc-to|rolebinding =who_may_do_what; u proxy --address=0.0.0.0 =what_the_network_reaches; s taint +noexecute --all =nodes; s cordon --all; c argo rollouts promote|abort|undo|retry|restart|set|pause; c autoscale|expose; c label|annotate --overwrite",
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
            "- list|get **; c restore create ^--existing-resource-policy; c install|upgrade|bootstrap ^--export|--crds =what_it_manages; d uninstall|uninject =what_it_installed; d suspend --all =reconciliation; d backup-location|snapshot-location|schedule delete;
            u restore create --existing-resource-policy=update =objects; d service|trigger|broker|source delete; d cleanup =operator;
            d delete --all; s stop|terminate --all =workflow; c submit|resubmit|retry; d hubble disable; d pipeline|pipelinerun|task delete --all; d rmp|rm|stopp -a|-fa|-af|--all =container",
        ),
        "eksctl" | "kops" | "rke" | "gardenctl" => (
            Aws,
            "- delete cluster ^--yes|-y|-f|-w|--wait|--region|--disable-nodegroup-eviction; d delete|remove *; d remove =cluster; u rolling-update cluster --yes|-y --cloudonly|--force; c upgrade|update --yes|-y|--approve; c drain",
        ),
        "k3s-killall.sh" | "rke2-killall.sh" => (Machine, "x =every_container_of_the_node"),
        "kubeadm" | "k0s" | "microk8s" | "microk8s.reset" | "snap.microk8s" => {
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
            u services deregister; c kv put|import; d force-leave =member; u acl bootstrap; u operator raft remove-peer =member; u config delete; u intention delete; c maint",
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
            "d snapshot restore =state_of_the_cluster; c put; u compact|compaction --physical =old_revisions; u user|role|auth|lease delete|disable|revoke|remove",
        ),
        _ => return None,
    })
}
