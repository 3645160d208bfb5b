//! Containers and virtual machines, names and accounts, backups, packages, this machine.

use crate::effect::infra::Platform;

/// Where a program's place is looked up, and its rules.
pub(super) fn of(program: &str) -> Option<(Platform, &'static str)> {
    use Platform::{Docker, Machine, Registry, Server};
    Some(match program {
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
            "s reboot =domain; x undefine +remove-all-storage =domain_and_its_disks; x undefine =definition_of_a_domain; x pool-undefine|pool-destroy|net-undefine|snapshot-delete|managedsave-remove|detach-disk|blockcommit|vol-resize; c net-destroy|reset",
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
            "x set --delete =setting_of_a_guest; x disk unlink =disk; s stop --all; x rollback|restore =newer_state; x delsnapshot|template; x snapshot|storage|network|profile delete|rm; x unlink --force",
        ),
        "pvesm" | "pveum" | "pvecm" | "ha-manager" | "pvesh" | "pveceph" | "lxc-destroy" | "lxc-snapshot" | "vzctl" | "vzdump"
        | "xl" | "xe" | "proxmox-backup-client" | "proxmox-backup-manager" => (
            Machine,
            "x free|destroy|delnode|delete|remove|expected; c set; x *-destroy|*-uninstall|*-forget|*-delete; x user|group|role|acl|token|pool|osd|mon delete|destroy|remove;
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
            x software vib remove; x network vswitch * remove; x storage ** remove|delete =storage",
        ),
        "vmkfstools" => (Machine, "x -U|--deletevirtualdisk|-w|--writezeros =virtual_disk"),
        "machinectl" => (Machine, "x remove|rm|clean =machine; s poweroff|terminate|kill|reboot"),
        "qemu-img" => (
            Machine,
            "x snapshot -d =snapshot; x snapshot -a =newer_state_of_a_disk; x resize --shrink =end_of_a_disk; x commit -d =overlay",
        ),
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
        "attic" | "obnam" | "bup" | "amrmtape" | "snapraid" | "urbackupsrv" | "pbm" => (
            Machine,
            "x delete|rm|forget|purge|cleanup|delete-backup|delete-pitr|remove-unknown =backups; x gc --unsafe =backups; x sync --force-zero|--force-empty =parity; x fix; x --cleanup =tape",
        ),
        "restic" => (Machine, "x key remove =key_of_the_repository; x rewrite --forget; x unlock --remove-all"),
        "borg" | "borgmatic" => (Machine, "x recreate ^--dry-run|-n =archives; x prune --keep-daily=0|--keep-within=0* =archives; x prune --keep-last=0|--keep-last=1 =archives; x rdelete|repo-delete|delete =repository"),
        "bpexpdate" => (Machine, "x -d=0|-recalculate|-force|-deassignempty|-expireimmediate =backups"),
        "bppldelete" => (Machine, "x * =policy_of_the_backups"),
        "bpplclient" | "nbdelete" | "nbdevconfig" | "bplabel" | "bpimage" => {
            (Machine, "x -delete|-allvolumes|-deletedv|-deletedp|-deletests|-force|-erase|-cleanup =backups")
        }
        "dsmc" | "dsmadmc" => {
            (Machine, "x delete|del|expire =backups; x +delete_|del_|expire_inventory|remove_|purge_ =backups")
        }
        "omnidb" | "omnimm" | "avtar" | "mccli" | "nsrmm" | "nsrim" => (
            Machine,
            "x -strip|-delete|--delete|-d|-R|-recycle*|-delete_unprotected =backups; x ** delete|delete-older|expire =backups",
        ),
        "kopia" => (Machine, "x snapshot|snapshots delete --delete; x policy delete|remove --global; x snapshot expire --delete; x maintenance run --safety=none; x blob delete"),
        "duplicacy" => (Machine, "x prune -exclusive|-exhaustive|-r|-keep=0:* =backups"),
        "duplicity" => (Machine, "x remove-all-but-n-full 0|1 --force =backups; x remove-older-than 0*|1D|1h|now --force =backups"),
        "snapper" | "timeshift" | "sanoid" | "bacula-dir" | "bareos" | "znapzendzetup" | "rdiff-backup" | "bupstash" | "rustic"
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
        "mc" | "mcli" => (Server(""), "d admin user|policy|bucket|group remove|rm; d mirror --remove =objects; d admin decommission start =pool; c ilm ** --expire-days|--expiry-days =old_objects; d replicate|version|ilm rm|suspend|remove; s admin service stop|restart"),
        // ── packages that others use ──
        "vsce" | "ovsx" => (Registry, "d unpublish =published_package"),
        "conan" => (Registry, "d remove -r|--remote =published_package"),
        "aptly" | "reprepro" | "createrepo" | "koji" | "pulp" => (Machine, "x ** drop|remove|destroy|removefilter|deleteunreferenced =published_package"),
        "snapcraft" => (Registry, "u close =channel"),
        "brew" => (Machine, "x uninstall|remove|rm --ignore-dependencies =package; x uninstall|remove|rm ! =package"),
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
            "l INPUT -D|--delete --dport=22|--dport=ssh -j=ACCEPT =network_access; l INPUT|OUTPUT -A|-I|--append|--insert -j=DROP|-j=REJECT ^-s|-p|-m|-i|-o|-d =network_access; l INPUT -A|-I --dport=22 -j=DROP|-j=REJECT ^-s =network_access",
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
            "- --pretend|-p|--dry-run|-n|--noaction; x glibc|gcc|systemd|openssh|bash|sudo|base-system|coreutils|linux|kernel|musl|busybox|pkg -C|--unmerge|-R|-c|--depclean =system_package; x delete|remove|uninstall|rm glibc|gcc|systemd|openssh|bash|sudo|base-system|coreutils|linux|kernel|musl|busybox|pkg|all|-a =system_package; x delete -a|--all =system_package",
        ),
        "apt-get" | "apt" | "yum" | "dnf" => (Machine, "u history undo|rollback =packages"),
        "ipmitool" | "racadm" | "ilorest" | "redfishtool" | "hponcfg" => (
            Server(""),
            "d sel clear =event_log; d ** systemerase|factorydefaults|racresetcfg|racreset =settings; d ** serveraction|powercontrol powerdown|powercycle|hardreset|graceshutdown =running_machine;
            d ** chassis|power off|cycle|reset|soft =running_machine; d ** reset Force*|Graceful*|Power* =running_machine",
        ),
        "wevtutil" => (Machine, "x cl|clear-log =logs"),
        "mongod" => (Machine, "s --shutdown =mongod"),
        _ => return None,
    })
}
