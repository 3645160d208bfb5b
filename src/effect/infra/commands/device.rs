//! Controllers, disks and devices, other systems than Linux, clusters of data, web applications.

use crate::effect::infra::Platform;

/// Where a program's place is looked up, and its rules.
pub(super) fn of(program: &str) -> Option<(Platform, &'static str)> {
    use Platform::{Inventory, Machine, Server};
    Some(match program {
        // ── devices, clusters of data, web applications ──
        "storcli" | "storcli64" | "perccli" | "perccli64" | "storcli2" => (
            Machine,
            "- show; x ** del|delete|erase|init|initialize|format|secureerase|clear|start_erase =virtual_disk; x ** set jbod|factory|offline|missing =virtual_disk; x ** start erase|init|initialization",
        ),
        "megacli" | "MegaCli" | "MegaCli64" | "megacli64" | "megaraid" => (
            Machine,
            "x -CfgClr|-CfgLdDel|-CfgLDDel|-CfgSpanDel|-CfgArrayDel|-AdpFacDefSet|-PDClear|-PDOffline|-PDMakeJBOD|-PDMarkMissing|-CfgEachDskRaid0|-CfgLdAdd =virtual_disk; x -CfgForeign -Clear =virtual_disk; x -LDInit -Start =virtual_disk",
        ),
        "hpssacli" | "ssacli" | "hpacucli" => (
            Machine,
            "x ** delete|remove|erase|clearconfiguration =logical_drive; x ** modify +erase =logical_drive",
        ),
        "arcconf" | "sas3ircu" | "sas2ircu" | "tw_cli" | "areca" | "mvcli" | "adaptec" => {
            (Machine, "x ** delete|del|remove|uninit|format|zap|deletearray =logical_drive")
        }
        "multipath" | "multipathd" => {
            (Machine, "x -F|-W =paths_to_the_disks; x flush|del|remove =paths_to_the_disks")
        }
        "iscsiadm" => (
            Machine,
            "x --logoutall|--logout|-u =connection_to_a_disk; x -o=delete|--op=delete =connection_to_a_disk",
        ),
        "targetcli" => (Machine, "x ** clearconfig|delete =exported_disk"),
        "tpm2_clear" | "tpm_clear" => (Machine, "x =keys_of_the_TPM"),
        "mdadm" => (
            Machine,
            "x --stop|-S =array; x --remove|-r --fail|-f =disk_of_an_array; x --assemble|-A --force|-f =array; x --grow|-G =array",
        ),
        "zpool" => (
            Machine,
            "x remove|detach|split =disk_of_a_pool; x import|clear -F|-X =newer_state; x export -f|--force =pool; x replace|add -f|--force =disk_of_a_pool",
        ),
        "zfs" => (
            Machine,
            "x recv|receive -F =newer_state; x promote|inherit|unload-key -r|-a; x unmount|umount -a -f =datasets",
        ),
        "btrfs" | "btrfsck" => (
            Machine,
            "x check --repair|--init-csum-tree|--init-extent-tree =file_system; x rescue zero-log|chunk-recover|super-recover =file_system; x device|dev delete|del|remove|rm =disk_of_a_file_system; x balance start -f|--force =file_system; x property|qgroup destroy",
        ),
        "fsck" | "e2fsck" | "fsck.ext4" | "fsck.ext3" | "fsck.ext2" | "fsck.vfat" | "fsck.fat"
        | "fsck.f2fs" | "ntfsfix" | "reiserfsck" | "fsck.btrfs" => {
            (Machine, "- ^-y -n|-N|-M; x -y|--rebuild-tree|--rebuild-sb =file_system")
        }
        "postsuper" => (Machine, "x -d|-h =messages_in_the_queue"),
        "exim" | "exim4" => (Machine, "x -Mrm|-Mg|-Mt =messages_in_the_queue"),
        "doveadm" => (
            Machine,
            "x expunge -A =mail; x expunge ** INBOX|inbox =mail; x mailbox delete =mailbox; x purge -A =mail; - expunge|purge",
        ),
        "nsupdate" => (
            Server(""),
            "- +server_127.0.0.1|server_localhost; d +update_delete|update_del|prereq_ =records; c *delete*|*remove*|*prod* =records",
        ),
        "sc" | "sc.exe" => (Machine, "x delete =service; s stop"),
        "schtasks" | "schtasks.exe" => (Machine, "x /delete|/Delete|/DELETE =scheduled_task"),
        "wmic" | "wmic.exe" => (Machine, "x ** delete"),
        "bcdedit" | "bcdedit.exe" | "bootrec" => (Machine, "x /set|/delete|/deletevalue|/import =boot_entry"),
        "diskpart" | "diskpart.exe" => (Machine, "x /s =disk"),
        "fsutil" => (Machine, "x usn deletejournal =journal; x file setzerodata =file"),
        "dism" | "dism.exe" => {
            (Machine, "x ** /disable-feature|/remove-package|/Disable-Feature|/Remove-Package =feature")
        }
        "appcmd" | "appcmd.exe" => (Machine, "x delete|clear"),
        "iisreset" => (Machine, "s"),
        "manage-bde" => (
            Machine,
            "x -forcerecovery|-off|-fr =protection_of_a_disk; x -protectors -delete|-disable =keys_of_a_disk",
        ),
        "nvram" => (Machine, "x -c|-d =settings_of_the_firmware"),
        "profiles" => (Machine, "x remove -all =profiles; x -D|-R =profiles"),
        "bhyvectl" => (Machine, "x --destroy =machine"),
        "jail" => (Machine, "x -r|-R =running_jail"),
        "ezjail-admin" | "beadm" | "bectl" | "gmirror" | "gstripe" | "graid" | "gpart" | "geli"
        | "camcontrol" => (
            Machine,
            "x ** destroy|delete|clear|kill|format|sanitize|security|remove|forget ^-n =disk_or_environment",
        ),
        "rmlv" | "rmfs" | "reducevg" | "rmvg" | "rmdev" | "exportvg" | "rmlvcopy" | "rmuser" => {
            (Machine, "x =volume_or_account")
        }
        "svcadm" => (Machine, "l disable +ssh|network|login =network_access"),
        "fuser" => (Machine, "x -k -m|-M|-c =programs_that_use_a_file_system"),
        "umount" => (Machine, "x -a|--all|-A|--all-targets ^-t|--types =mounts"),
        "vgcfgrestore" | "vgexport" | "vgimportclone" => {
            (Machine, "x -f|--force|-a|--all ^-l|--list =volume_group")
        }
        "clevis" => (Machine, "x luks unbind =key_of_a_disk"),
        "systemd-cryptenroll" => (Machine, "x --wipe-slot =key_of_a_disk"),
        "xfs_db" | "debugfs" => (Machine, "x -x|-w -c|-R =file_system"),
        "ocs-sr" => (Machine, "x ** restoredisk|restoreparts =disk"),
        "nvme" => (
            Machine,
            "x subsystem-reset|reset|disconnect-all|disconnect|fw-commit|fw-activate|delete-ns|sanitize|format|security-send|detach-ns =disk",
        ),
        "sg_sanitize" | "sg_unmap" | "sg_format" | "sg_write_same" => (Machine, "x =disk"),
        "sedutil-cli" => (Machine, "x --revert*|--yesI*|--PSID* =disk"),
        "mt" | "mtx" => (Machine, "x ** erase|weof =tape"),
        "ndctl" | "ipmctl" => (
            Machine,
            "x zero-labels|destroy-namespace|delete|sanitize-dimm|disable-namespace =persistent_memory",
        ),
        "openocd" => (Machine, "x +flash_erase|mass_erase|erase_sector =flash_memory"),
        "idevicerestore" => (Machine, "x -e|--erase =data_of_the_device"),
        "heimdall" | "odin4" => (Machine, "x flash|-b|-a =partition_of_the_device"),
        "mmshutdown" => (Machine, "x -a|-N =file_system"),
        "rbd" => (Machine, "x ** rm|remove|purge|rollback =image"),
        "smbpasswd" | "pdbedit" => (Machine, "x -x|--delete =account"),
        "ipa-replica-manage" | "ipa-csreplica-manage" => (Machine, "x del|disconnect =replica"),
        "cobbler" | "hammer" => (Server(""), "d ** remove|delete|destroy|disassociate; s ** stop"),
        "wsl" | "wsl.exe" => (Machine, "x --unregister =distribution_and_its_files"),
        "net" | "net.exe" => (
            Machine,
            "x ads leave =membership_of_a_domain; x user|group|localgroup|share ** /delete|/DELETE =account",
        ),
        "flash_erase" | "flash_eraseall" | "flashcp" | "nandwrite" | "mtd" => (Machine, "x =flash_memory"),
        "espefuse.py" | "espefuse" => {
            (Machine, "x ** burn_*|burn-*|write_protect_*|read_protect_*|write-protect-* =fuses_of_a_chip")
        }
        "mmdelfs" | "mmdeldisk" | "mmdelnode" | "mmdelnsd" | "mmdelfileset" | "mmdelsnapshot" => {
            (Machine, "x =file_system")
        }
        "waagent" => {
            (Machine, "x -deprovision|-deprovision+user|--deprovision =accounts_and_keys_of_this_machine")
        }
        "stonith_admin" | "crm_node" => (Machine, "x -F|--fence|-B|--reboot|-R|--remove|--off =running_node"),
        "fence_ipmilan" | "fence_aws" | "fence_vmware_soap" | "fence_virsh" | "fence_node"
        | "fence_idrac" => (Machine, "x -o=off|-o=reboot|--action=off|--action=reboot =running_node"),
        "ykman" | "nitropy" | "solo2" | "fido2-token" | "pkcs11-tool" | "pkcs15-init" | "yubico-piv-tool"
        | "opensc-tool" | "yubihsm-shell" => (
            Machine,
            "x ** reset|delete|clear-all|delete-object|factory-reset =keys_of_a_token; x -R|--delete-object|-b|--erase-card|-E =keys_of_a_token; x +reset|delete_object -a|--action =keys_of_a_token",
        ),
        "cast" | "forge" => (
            Server("ETH_RPC_URL"),
            "- +sepolia|goerli|holesky|testnet|localhost|127.0.0.1; u send|publish =contract_on_a_chain; u script|create --broadcast =contract_on_a_chain",
        ),
        "hardhat" | "truffle" | "brownie" | "ape" => (
            Server(""),
            "u ** --network=mainnet|--network=ethereum|--network=polygon|--network=arbitrum|--network=optimism|--network=base =contract_on_a_chain",
        ),
        "solana" | "near" | "anchor" => (
            Server(""),
            "u program|transfer|deploy|upgrade|delete|delete-account ** +mainnet =account_on_a_chain; u program close|set-upgrade-authority ^--url|-u =account_on_a_chain",
        ),
        "dockerd" => (
            Server(""),
            "u -H=tcp://0.0.0.0*|-H=0.0.0.0*|-H=tcp://:*|--host=tcp://0.0.0.0*|--host=tcp://:*|-H=tcp://[::]* ^--tlsverify =what_the_network_reaches",
        ),
        "podman" => (Server(""), "u system service tcp:0.0.0.0*|tcp://0.0.0.0* =what_the_network_reaches"),
        "kcadm.sh" | "kcadm" | "kcadm.bat" => (Server(""), "d delete; c update|set-password|remove-roles"),
        "kc.sh" => (Server(""), "d import --override=true =realm"),
        "ldapmodify" | "ldapadd" | "ldapmodrdn" => {
            (Server("LDAPURI"), "d +changetype:delete|delete =entries; c -f *prod* =entries")
        }
        "easyrsa" | "easy-rsa" | "cfssl" | "puppet-cert" => {
            (Machine, "x revoke|revoke-issued|init-pki|build-ca =certificate")
        }
        "bconsole" => (Server(""), "d +purge_|delete_|prune_|purge|truncate =backups"),
        "veeamconfig" => (Server(""), "d ** delete|remove =backups"),
        "vtysh" | "birdc" | "birdcl" | "gobgp" | "exabgpcli" => (
            Machine,
            "l +no_router|clear_bgp|clear_ip|no_neighbor|no_interface =network_access; l disable|down|shutdown =network_access; l neighbor|n * shutdown|disable|reset|del =network_access; l ** del all =network_access",
        ),
        "tc" => (Machine, "l qdisc add|replace|change ** +100% =network_access"),
        "snmpset" => (Server(""), "u =device"),
        "scancel" => (Server(""), "d --state|-t =running_jobs; d -u=?|--user=? =running_jobs"),
        "qdel" | "bkill" | "condor_rm" | "oarkill" => {
            (Server(""), "d all|0 =running_jobs; d -all|-a|-u =running_jobs")
        }
        "sacctmgr" | "scontrol" => (
            Server(""),
            "d delete|remove =account; d update +nodename=all|state=down|state=drain =nodes; c ** delete; d shutdown =controller",
        ),
        "maas" => (Server(""), "d ** delete|release|abort|power-off =machine"),
        "pks" | "tanzu" | "rosa" | "ocm" | "tkgi" | "gcloud-gke" | "ibmcloud-ks" => {
            (Server(""), "d delete-cluster; d delete|cluster delete|cluster|machinepool; d ** delete")
        }
        "ironic" => (Server("OS_CLOUD"), "d node-delete; s node-set-power-state * off"),
        "fastboot" => {
            (Machine, "x erase|format|flash|oem|flashing =partition_of_the_device; x -w =data_of_the_device")
        }
        "esptool.py" | "esptool" => {
            (Machine, "x ** erase_flash|erase-flash|erase_region|erase-region =flash_memory")
        }
        "hdfs" | "hadoop" | "mapred" | "ozone" => (
            Server("HADOOP_CONF_DIR"),
            "- dfs|fs -rm|-rmr +/tmp; d dfs|fs -rm -r|-R|-skipTrash =files; d dfs|fs -rmr|-expunge|-deleteSnapshot =files; d fsck -delete|-move =files;
            d dfsadmin|namenode -format|-decommission|-deleteSnapshot|-rollEdits =file_system; d zkfc -formatZK =file_system;
            d distcp -delete -update|-overwrite =files; d haadmin -failover +forcefence =leader; d sh volume|bucket delete; s application|job -kill =application",
        ),
        "alluxio" => (Server(""), "d fs rm -R|-r =files; d format|formatMasters|formatWorkers =file_system"),
        "airflow" => (Server(""), "d dags|pools|connections|variables|users delete|delete_dag; d delete_dag"),
        "gam" => (Server(""), "d delete user|users|group|org|ou; d ** delete; u ** suspend|suspended"),
        "sfdx" | "sf" => (Server(""), "d *:delete|*:purge; d ** delete"),
        "wp" | "drush" | "occ" | "magento" | "bin/magento" | "joomla" => (
            Machine,
            "x site empty|delete =site; x sql-drop|sql:drop|site:install|si|setup:uninstall|user:delete|user:cancel|app:remove|group:delete|trashbin:cleanup|versions:cleanup|groupfolders:delete =site; x user|post delete --yes|--force =content",
        ),
        "fab" | "chef-run" | "orgalorg" => (Inventory, "c *; c -H|--hosts =machines"),
        "mco" => (Inventory, "- ping|find|facts|inventory|plugin|completion|doc; - * status|list|ps; - shell; c *"),
        "balena" | "particle" | "mender-cli" => (
            Server(""),
            "d device|devices|fleet|release|app|artifacts rm|purge|remove|delete =devices",
        ),
        "synadm" => (Server(""), "d room|user|media purge|delete|deactivate =account_or_room"),
        "cloudron" => (Server(""), "d uninstall =application_and_its_data"),
        "midclt" => (Machine, "x call *.delete|*.export|*.destroy|*.wipe|*.rollback =pool_or_dataset"),
        "synopkg" => (Machine, "x uninstall =package_and_its_data"),
        "synoshare" => (Machine, "x --del =shared_folder"),
        "dsrm" => (Machine, "x * =entries"),
        "removeacct" | "killacct" => (Machine, "x * =account"),
        "microceph" => (Machine, "x cluster|disk remove =disk_of_the_cluster"),
        "ovn-nbctl" | "ovn-sbctl" => (Machine, "x *-del|destroy =network_of_the_cluster"),
        "wg" => (Machine, "l set * peer ** remove =network_access"),
        "mimirtool" | "cortextool" => {
            (Server(""), "d rules delete|delete-namespace =rules_of_the_alerts; d alertmanager delete =alerts")
        }
        "logcli" => (Server(""), "d delete create =logs"),
        "sentry" => (Server(""), "d cleanup --days=0|--days=1 =events"),
        "mlflow" => (Server("MLFLOW_TRACKING_URI"), "d experiments|experiment|runs|run delete =runs; d gc =runs"),
        "ipvsadm" => (Machine, "x -C|--clear|-D =table_of_the_load_balancer"),
        "tmsh" => (Server(""), "d delete; d modify ** none|delete =members_of_a_pool; d load sys config default|gtm-config"),
        "credstash" => (Server(""), "d delete|deleteall =secret"),
        "registry" => (Server(""), "d garbage-collect -m|--delete-untagged ^-d|--dry-run =published_image"),
        "chef-server-ctl" => (
            Machine,
            "x cleanse|uninstall =everything_that_the_server_keeps; x org-delete|user-delete|delete-*|org-user-remove",
        ),
        "chsh" => (Machine, "l root -s=/bin/false|-s=*/nologin|--shell=/bin/false =account"),
        "php" => (
            Machine,
            "x occ|*/occ|console|*/console user:delete|app:remove|group:delete|trashbin:cleanup|versions:cleanup|groupfolders:delete =site",
        ),
        "gitlab-rake" => (Machine, "x gitlab:setup|db:reset|db:drop|db:drop:* =everything_that_gitlab_keeps; x gitlab:cleanup:* +dry_run=false|remove=true =files_of_gitlab"),
        "nutanix" | "ncli" => (Server(""), "d ** *.delete|delete|remove|*.off; s cluster|host stop|shutdown"),
        "fastlane" => (
            Server(""),
            "- lanes|list|help|env|test|tests|scan|snapshot|gym|init|build; d ** nuke|match_nuke * =certificates_and_profiles; d ** nuke|match_nuke =certificates_and_profiles; d ** revoke|revoke_expired =certificates;
            c ** deliver|supply|upload_to_app_store|upload_to_play_store|pilot|release|promote|deploy|beta =release",
        ),
        // ── queues of messages ──
        "runmqsc" => (Server(""), "d +clear_ql|clear_topic|delete_|purge =messages_and_settings; s +stop_|end_"),
        "endmqm" => (Server(""), "s * =queue_manager"),
        "dltmqm" => (Machine, "x =queue_manager"),
        "gearadmin" => (Server(""), "d --drop-function =waiting_jobs; s --shutdown"),
        // ── mail and accounts ──
        "zmprov" => (
            Machine,
            "x da|dd|ddl|dc|ds|deleteAccount|deleteDomain|deleteDistributionList|deleteCos|deleteServer|deleteDataSource|deleteIdentity =account",
        ),
        "zmmailbox" => (Machine, "x ** emptyFolder|ef|deleteFolder|df|deleteMessage|dm|emptyDumpster =mail"),
        "zmcontrol" => (Machine, "s stop|shutdown =mail_server"),
        "cyradm" => (Machine, "x +dm_|deletemailbox|delete_ =mailbox"),
        "plesk" => (Machine, "x bin ** --remove|-r|--delete|-d =site_or_account"),
        "whmapi1" | "whmapi0" | "uapi" | "cpapi2" => {
            (Machine, "x removeacct|killacct|killdns|terminate*|delete*|suspendacct; x * delete_*|terminate_* =account")
        }
        // ── storage and hypervisors ──
        "linstor" => (
            Machine,
            "x resource-definition|rd|resource|r|volume-definition|vd|node|n|storage-pool|sp|snapshot|s delete|d|lost =replicated_disk",
        ),
        "tgtadm" | "tgt-admin" => (Machine, "x --op=delete|--delete|--offline =exported_disk"),
        "symdev" | "symconfigure" | "symsg" | "naviseccli" | "purevol" | "purepgroup" | "purehost" => {
            (Machine, "x ** delete|free|unmap|destroy|eradicate =logical_drive; x ** -destroy|-delete|-unbind =logical_drive")
        }
        "onevm" | "onehost" | "oneimage" | "onedatastore" | "onevnet" | "oneuser" => {
            (Server(""), "d terminate|delete|purge; d recover --delete; s poweroff|shutdown|stop|undeploy")
        }
        "cmk" | "cloudmonkey" => {
            (Server(""), "d destroy*|delete*|expunge*|remove*; d destroy|delete|expunge *; s stop*")
        }
        "gitlab-rails" => (
            Machine,
            "x runner|r|console|c +destroy|.delete|update_all|truncate|visibility_level =what_the_whole_server_keeps;
            x dbconsole|db +drop|delete|truncate =what_the_whole_server_keeps",
        ),
        "gitlab-ctl" => (Machine, "s stop|kill|hup; x cleanse|uninstall =everything_that_gitlab_keeps; x remove-accounts"),
        "gitlab-runner" => (Server(""), "d unregister --all-runners =runner"),
        "asadmin" | "jboss-cli.sh" | "wsadmin.sh" => (
            Server(""),
            "d undeploy|delete-*|flush-*; d +undeploy|remove-messages|:remove|uninstall =what_the_server_runs; s +:shutdown; s stop-*",
        ),
        "varnishadm" => (Machine, "s stop; c ban"),
        word if word.starts_with("v-delete-") => (Machine, "x =site_or_account"),
        _ => return None,
    })
}
