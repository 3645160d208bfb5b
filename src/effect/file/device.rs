//! Tools for disks, arrays, tapes, memory chips and keys that differ in their words alone, in the language of
//! `effect/infra/table.rs`: what they hold is gone for good.

/// The rules of a program, where it is such a tool.
pub fn rules(program: &str) -> Option<&'static str> {
    Some(match program.strip_suffix(".exe").unwrap_or(program) {
        // ── tables of partitions and file systems ──
        "gpart" => "x destroy|delete|create|recover|restore =partition_table; x bootcode =boot_record",
        "disklabel" | "bsdlabel" => "x -w|-R|-B =partition_table",
        "fdisk" => "x -iy|-i =partition_table",
        "partedUtil" => "x delete|mklabel|setptbl|set =partition",
        "diskpart" => "x /s =partitions_of_a_disk",
        "Clear-Disk" | "Format-Volume" | "Initialize-Disk" | "Remove-Partition" | "Remove-VirtualDisk"
        | "Remove-StoragePool" | "Reset-PhysicalDisk" | "Remove-VHD" => "x =disk; x * =disk",
        "fsutil" => "x ** setzerodata|deletejournal =file",
        "systemd-repart" => "x --dry-run=no|--empty=force|--factory-reset=yes|--factory-reset=true =partition_table",
        "ms-sys" | "install-mbr" => "x * =boot_record",
        "reiserfsck" => "x --rebuild-tree|--rebuild-sb =file_system",
        "xfs_db" => "x -x =file_system",
        "e2image" => "x -I =file_system",
        "ntfsclone" => "x --overwrite|-O|--restore-image|-r =disk",
        "make-bcache" => "x -B|-C|--wipe-bcache =disk",
        "stratis" => "x pool|filesystem|fs destroy; x report",
        "vdo" => "x remove =volume",
        "lvm" => "x lvremove|vgremove|pvremove|pvcreate =volume",
        "vgcfgrestore" => "x --force =volume_group",
        "virt-format" => "x -a|--add =disk_image",
        "vmkfstools" => "x -U|--deletevirtualdisk|-C|--createfs|-w|--writezeros =virtual_disk",
        "hdiutil" => "x erasekeys =disk_image",
        // ── disks as a whole ──
        "fio" => {
            "- --filename=/dev/null|--filename=/dev/zero|--filename=/dev/shm/*;
            x --filename=/dev/* --rw=write|--rw=randwrite|--rw=rw|--rw=readwrite|--rw=randrw|--rw=trim|--rw=randtrim|--rw=trimwrite =disk;
            x --filename=/dev/* --readwrite=write|--readwrite=randwrite|--readwrite=rw|--readwrite=randrw =disk"
        }
        "bmaptool" => "x copy * /dev/* =disk",
        "ddrescue" => "x * /dev/sd*|/dev/nvme*|/dev/disk*|/dev/mmcblk*|/dev/vd* =disk",
        "rpi-imager" => "x * /dev/* --cli =disk",
        "balena" => "x local flash =disk",
        "partclone.restore" | "partclone.dd" | "partclone.ext4" | "partclone.ntfs" | "partclone.xfs" => {
            "x -o=/dev/*|--output=/dev/*|-O=/dev/* =partition"
        }
        "fsarchiver" => "x restfs|restdir =partition",
        "ocs-sr" => "x ** restoredisk|restoreparts =disk",
        "xfs_copy" => "x * /dev/* =partition",
        "nwipe" => "x --autonuke =disk",
        "hdderase" | "sg_sanitize" | "sg_unmap" | "sg_write_same" | "sg_write_buffer" => "x =disk; x * =disk",
        "sedutil-cli" => "x --PSIDrevert|--revertTPer|--initialsetup|--yesIreallywanttoERASEALLmydatausingthePSID =disk",
        "blkzone" => "x reset =zone_of_a_disk",
        "wodim" | "cdrecord" | "xorriso" => "x +blank= =disc; x -blank =disc",
        // ── controllers of arrays ──
        "storcli" | "storcli64" | "storcli2" | "perccli" | "perccli64" | "perccli2" => {
            "- ** show; x ** del|delete|erase =volume_of_the_controller; x ** start initialization|init|erase =volume_of_the_controller;
            x ** set jbod|factory =volume_of_the_controller"
        }
        "megacli" | "MegaCli" | "MegaCli64" => {
            "x -CfgLdDel|-CfgClr|-CfgEachDskRaid0|-PDClear|-AdpFacDefSet =volume_of_the_controller;
            x -LDInit -Start =volume_of_the_controller; x -CfgForeign -Clear =volume_of_the_controller"
        }
        "hpssacli" | "ssacli" | "hpacucli" => "x ** delete|erase =volume_of_the_controller",
        "arcconf" => "x delete|uninit =volume_of_the_controller; x task start ** secureerase|zero|clear =disk",
        "mvcli" => "x delete|init =volume_of_the_controller",
        "tw_cli" | "tw_cli64" => "x ** del|init =volume_of_the_controller",
        "sas2ircu" | "sas3ircu" => "x * delete|deletevolume =volume_of_the_controller",
        "bioctl" => "x -d|-c =volume",
        "zfs" => "x receive|recv -F =newer_state_of_a_file_system",
        "btrfs" => {
            "x check --repair|--init-extent-tree|--init-csum-tree =file_system; x device|dev remove|delete * =disk_of_a_file_system;
            x rescue zero-log|chunk-recover =file_system; x filesystem|fi resize +:- =end_of_a_file_system"
        }
        "guestfish" => "- --ro|-r; x ** rm-rf|rm-f|mkfs|part-init|part-disk|zero|zero-device|zero-free-space =files_of_a_machine",
        "targetcli" => "x clearconfig =exported_disks; x ** delete =exported_disk",
        // ── tapes and memory chips ──
        "mt" => "x ** erase|weof|eof =tape",
        "mtd_debug" => "x erase|write =flash_memory",
        "flash_erase" | "flash_eraseall" | "flashcp" | "nandwrite" | "ubiformat" | "ubirmvol" => {
            "x =flash_memory; x * =flash_memory"
        }
        "mtd" => "x ** erase|write =firmware",
        "firstboot" | "jffs2reset" => "x =settings_of_the_device",
        "sysupgrade" => "x -n =settings_of_the_device",
        "nvram" => "x erase|clear =settings_of_the_device",
        "st-flash" => "x ** erase =flash_memory",
        "nrfjprog" => "x --eraseall|--recover =flash_memory",
        "pyocd" | "picotool" | "probe-rs" => "x ** erase =flash_memory",
        "openocd" => "x +erase =flash_memory",
        "STM32_Programmer_CLI" => "x -e=all|--erase=all =flash_memory",
        "avrdude" => "x +fuse:w =fuse_of_the_chip",
        "fastboot" => "x format:* =partition_of_the_device",
        "heimdall" => "x flash =partition_of_the_device",
        "recovery" => "x --wipe_data =data_of_the_device",
        "wipe" => "x data =data_of_the_device",
        // ── keys without which what they lock is noise ──
        "systemd-cryptenroll" => "x --wipe-slot =key_slot_of_a_disk",
        "clevis" => "x luks unbind =key_slot_of_a_disk",
        "tpm2_clear" => "x =keys_of_the_machine; x * =keys_of_the_machine",
        "ykman" => "x ** reset =keys_of_the_token",
        "security" => "x delete-keychain|delete-identity|delete-certificate =keychain",
        // ── whole systems inside this one ──
        "wsl" => "x --unregister =distribution_with_all_its_files",
        "wslconfig" => "x /u|/unregister =distribution_with_all_its_files",
        _ => return None,
    })
}
