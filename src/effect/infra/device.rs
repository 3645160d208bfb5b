//! Commands of switches, routers, firewalls and other appliances, as they are sent over ssh: IOS, NX-OS, EOS, Junos,
//! VyOS, RouterOS, FortiOS, PAN-OS, OpenWrt. On another machine these words are no programs.

use super::Platform;

/// The rules, in the language of [`super::table`], for the first word of a line that a device is sent.
pub(super) fn of(word: &str) -> Option<(Platform, &'static str)> {
    let rules = match word {
        "write" | "erase" => "x erase|startup-config|nvram:|flash: =configuration_of_the_device",
        "reload" | "reset-configuration" | "firstboot" | "jffs2reset" | "factory-reset" | "formatlogdisk"
        | "write-erase" => {
            "- cancel; d =running_state_of_the_device"
        }
        "clear" => {
            "d ip|bgp|ospf|isis|arp|route|ipv6|crypto|nat|conn|xlate|session|security|interfaces|mac|spanning-tree|local-host =connections_of_the_device;
            x logging|log|counters"
        }
        "no" => {
            "d router|vlan|interface|ip|ipv6|bgp|neighbor|access-list|crypto|route-map|aaa|username|feature|vrf|spanning-tree|snmp-server|ntp|hostname|object|nat|vpc|port-channel|vlans =configuration_of_the_device"
        }
        "request" => {
            "d system|chassis zeroize|reboot|halt|power-off|private-data-reset =device; d restart|shutdown system =device;
            d ** reboot|offline|restart|failover =device"
        }
        "delete" => {
            "x /force|flash:*|bootflash:*|nvram:*|startup-config =files_of_the_device;
            d interfaces|firewall|protocols|nat|system|security|policy|policy-options|routing-options|vlans|service|vpn|zone|routing-instances|network|chassis|rulebase =configuration_of_the_device"
        }
        "format" => "x flash:*|disk*|bootflash:*|usb* =files_of_the_device",
        "system" => "d reset-configuration|reset|reboot|shutdown =device; d ** reset|reset-configuration|format",
        "interface" | "user" | "routing" | "file" | "certificate" | "ppp" | "bridge" | "ipv6" | "queue" | "disk" => {
            "- monitor|print; d ** remove|disable|unset|reset|flush|format-drive =configuration_of_the_device"
        }
        "execute" => {
            "d factoryreset|factoryreset2|formatlogdisk|reboot|shutdown|restore|erase-disk|erase|disk|factory-license =device"
        }
        "set" => "d interfaces|interface ** disable|down =network_access",
        "undo" => "d bgp|ospf|vlan|interface|ip|isis|router|acl|stp =configuration_of_the_device",
        "reset" => "d saved-configuration|bgp|ospf|factory-configuration|recycle-bin|ip =configuration_of_the_device",
        "restore" | "load" => "d factory-default|factory-defaults|factory =configuration_of_the_device",
        "configure" => "d replace|factory-default =configuration_of_the_device",
        "copy" => "d * startup-config|running-config +tftp|http|scp|ftp|usb|flash =configuration_of_the_device",
        "sysupgrade" => "d -n|-r =configuration_of_the_device",
        "mtd" => "x erase =flash_memory",
        "pfSsh.php" => "d playback factorydefault|disabledhcp* =configuration_of_the_device",
        "debug" => "d all =running_state_of_the_device",
        _ => return None,
    };
    Some((Platform::Machine, rules))
}
