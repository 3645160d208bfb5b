//! Disks, partitions and images of them that are written over.

use super::place::Place;
use super::{Act, Args, Call, Effect, EffectKind, Paths};
use crate::fact::Key;
use crate::syntax::{Feed, HOLE, Host, Word};

fn formatting(call: Call<'_>) -> Paths<'_> {
    Paths::new(call, EffectKind::DiskOverwrite, Act::Format, false)
}

/// A device that is written to as if it were a file.
pub(super) fn write(call: Call<'_>, word: &Word, effects: &mut Vec<Effect>) {
    let paths = formatting(call).saying(Key::PathAct, "write");
    if paths.place(word) == Place::Device || is_unplugged_by(word.text()) {
        paths.push(Place::Device, &[word], effects);
    }
}

/// A file of the kernel that takes a disk away from under everything: `/sys/block/sda/device/delete`.
pub(super) fn is_unplugged_by(path: &str) -> bool {
    path.starts_with("/sys/b") && (path.ends_with("/device/delete") || path.ends_with("/remove"))
}

/// A disk that is handed to a program of which nothing is known, which may well write to it.
pub(super) fn handed(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    if !words.iter().any(|word| word.text().contains("/dev/")) {
        return;
    }
    let program = call.invocation.program();
    let called = call.invocation.words.first().map_or("", Word::text);
    let backwards = program == "xxd" && words.iter().any(|word| matches!(word.text(), "-r" | "-revert"));
    if only_reads(program) && !backwards {
        return;
    }
    let as_root =
        call.invocation.via.iter().any(|via| matches!(*via, "sudo" | "doas" | "su" | "run0" | "pkexec"));
    // Whoever may not write to a disk is told so by the system; a script may be anything.
    let is_script = called.contains('/')
        || program.contains('.')
        || program.trim_end_matches(|char: char| char.is_ascii_digit()) == "python"
        || matches!(program, "sh" | "bash" | "zsh" | "dash" | "perl" | "ruby" | "node" | "make" | "just");
    if is_script && !as_root {
        return;
    }
    let paths = formatting(call).saying(Key::PathAct, "write");
    for (at, word) in words.iter().enumerate() {
        let text = word.text();
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", Word::text);
        let given = match text.split_once('=') {
            Some((name, value)) if name.starts_with("--") => Word::literal(value, word.span),
            _ => word.clone(),
        };
        let reads = |name: &str| {
            ["--input", "--source", "--from", "--in", "-i", "-if", "--root", "--exclude"]
                .contains(&name.split('=').next().unwrap_or_default())
        };
        let is_value =
            before.starts_with('-') && !as_root && !matches!(before, "-o" | "-O" | "-d" | "-of" | "-I")
                || text.starts_with('-') && !as_root;
        let name = given.text().strip_prefix("/dev/").unwrap_or_default();
        let is_disk =
            !["sr", "cdrom", "sg", "mem", "kmem", "root"].iter().any(|other| name.starts_with(other));
        if is_disk
            && !name.is_empty()
            && !reads(before)
            && !reads(text)
            && !is_value
            && paths.place(&given) == Place::Device
        {
            return paths.push(Place::Device, &[&given], effects);
        }
    }
}

/// Programs that look at a disk, put it to use, or only say its name.
fn only_reads(program: &str) -> bool {
    [
        "ls", "mount.", "umount", "fsck", "sg_", "hex", "grep", "kube", "docker", "dump", "xfs_", "swap",
        "mtd", "ntfs", "zfs", "lv",
    ]
    .iter()
    .any(|start| program.starts_with(start))
        || ["sum", "info", "stat", "grep", "cat", "fsck", "fetch", "label", "probe"]
            .iter()
            .any(|end| program.ends_with(end))
        || matches!(
            program,
            "" | "blkid"
                | "smartctl"
                | "udevadm"
                | "dmstats"
                | "fsadm"
                | "smartd"
                | "skdump"
                | "mount"
                | "file"
                | "head"
                | "tail"
                | "less"
                | "more"
                | "xxd"
                | "od"
                | "strings"
                | "cmp"
                | "diff"
                | "gzip"
                | "zstd"
                | "xz"
                | "bzip2"
                | "pigz"
                | "lz4"
                | "pv"
                | "partx"
                | "partprobe"
                | "kpartx"
                | "losetup"
                | "eject"
                | "pvs"
                | "vgs"
                | "pvdisplay"
                | "vgdisplay"
                | "pvscan"
                | "vgscan"
                | "pvresize"
                | "vgextend"
                | "vgreduce"
                | "pvmove"
                | "pvchange"
                | "pvck"
                | "ioping"
                | "sdparm"
                | "testdisk"
                | "photorec"
                | "foremost"
                | "scalpel"
                | "dmesg"
                | "journalctl"
                | "findmnt"
                | "df"
                | "du"
                | "fuser"
                | "lsof"
                | "udisksctl"
                | "growpart"
                | "blockdev"
                | "e2fsck"
                | "fatlabel"
                | "btrfs"
                | "zpool"
                | "zdb"
                | "mdadm"
                | "echo"
                | "printf"
                | "print"
                | "test"
                | "["
                | "[["
                | "export"
                | "declare"
                | "local"
                | "set"
                | "read"
                | "man"
                | "git"
                | "gh"
                | "aws"
                | "gcloud"
                | "az"
                | "terraform"
                | "tofu"
                | "podman"
                | "nerdctl"
                | "ansible"
                | "oc"
                | "k"
                | "awk"
                | "gawk"
                | "cut"
                | "tr"
                | "sort"
                | "wc"
                | "basename"
                | "dirname"
                | "readlink"
                | "realpath"
                | "ln"
                | "mknod"
                | "watch"
                | "vlc"
                | "mpv"
                | "ffmpeg"
                | "abcde"
                | "virt-install"
                | "virsh"
                | "kvm"
                | "curl"
                | "wget"
                | "multipath"
                | "nvme"
                | "iostat"
                | "glances"
                | "gparted"
                | "gnome-disks"
                | "baobab"
                | "ddrescueview"
                | "ddrescue"
                | "fio"
                | "virt-df"
                | "virt-filesystems"
                | "tomb"
                | "veracrypt"
                | "cd"
                | "touch"
                | "which"
                | "type"
                | "cryptmount"
                | "bioctl"
                | "camcontrol"
                | "geom"
                | "gpart"
                | "sync"
                | "code"
                | "vi"
                | "vim"
                | "nano"
                | "ssh"
                | "scp"
                | "rsync"
                | "sleep"
                | "true"
                | ":"
                | "partclone.ext4"
                | "partclone.ntfs"
                | "partclone.xfs"
                | "dar"
                | "fsarchiver"
                | "borg"
                | "restic"
                | "lshw"
                | "inxi"
                | "hwinfo"
                | "exec"
                | "source"
                | "."
                | "eval"
        )
        || program.starts_with("qemu-")
}

/// `shred /dev/sda`.
pub(super) fn shred(call: Call<'_>, words: &[&Word], effects: &mut Vec<Effect>) {
    for word in words {
        write(call, word, effects);
    }
}

/// `dd of=…`.
pub(super) fn dd(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let target = words.iter().find(|word| word.text().starts_with("of="));
    let Some(word) = target else { return };
    let text = word.text().trim_start_matches("of=");
    let mut target = Word::literal(text, word.span);
    target.glob = word.glob;
    let paths = formatting(call).saying(Key::PathAct, "write");
    if paths.place(&target) == Place::Device || is_drive(text) {
        return paths.push(Place::Device, &[&target], effects);
    }
    let notrunc =
        words.iter().any(|word| word.text().starts_with("conv=") && word.text().contains("notrunc"));
    let seeks = words.iter().any(|word| word.text().starts_with("seek="));
    if target.known().is_some() && !notrunc && !seeks && call.invocation.host == Host::Local {
        let paths = super::overwrite::by_copy(call, &target);
        match paths.place(&target) {
            place @ (Place::Other | Place::Known) => paths.push(place, &[&target], effects),
            Place::SystemFile if paths.resolve(text).starts_with("/etc/") => {
                paths.push(Place::SystemFile, &[&target], effects);
            }
            _ => {}
        }
    }
}

/// `qemu-img create`, `qemu-img convert`: an image that is there is made anew.
pub(super) fn image(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "f= F= b= B= o= O= S= s= m= l= t= T= r= object= image-opts target-image-opts";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let target = match args.operands() {
        [verb, target, ..] if verb.text() == "create" => *target,
        [verb, _, .., target] if verb.text() == "convert" => *target,
        [verb, ..] if verb.text() == "dd" => return dd(call, effects),
        _ => return,
    };
    let paths = formatting(call).saying(Key::PathAct, "format");
    let named = target.text().rsplit('/').next().unwrap_or_default();
    let is_production =
        || named.split(['-', '_', '.']).any(|part| matches!(part, "prod" | "production" | "live"));
    match paths.place(target) {
        Place::Device => paths.push(Place::Device, &[target], effects),
        // Into what was made for it.
        _ if args.has("n") => {}
        Place::Known if is_production() => paths.push(Place::Known, &[target], effects),
        _ => paths.push(Place::Other, &[target], effects),
    }
}

/// What declares disks and makes them so: `disko --mode disko`, `nixos-anywhere root@host`, alone or by `nix run`.
pub(super) fn declared(call: Call<'_>, effects: &mut Vec<Effect>) {
    let texts: Vec<&str> = call.invocation.args().iter().map(Word::text).collect();
    let program = match call.invocation.program() {
        "nix" if texts.first() == Some(&"run") => {
            texts.iter().copied().find(|text| !text.starts_with('-') && *text != "run")
        }
        "nix" => None,
        program => Some(program),
    };
    let is = |name: &str| program.is_some_and(|program| program.contains(name));
    let has = |wanted: &[&str]| texts.iter().any(|text| wanted.contains(text));
    if has(&["--dry-run", "--vm-test", "--help", "-h"]) {
        return;
    }
    let mode = texts.iter().enumerate().find_map(|(at, text)| match text.split_once('=') {
        Some(("--mode", mode)) => Some(mode),
        None if matches!(*text, "--mode" | "-m") => texts.get(at + 1).copied(),
        _ => None,
    });
    let wipes = |mode: &str| {
        mode.split(',').any(|one| matches!(one, "disko" | "destroy" | "create") || one.starts_with("zap"))
    };
    let what = match () {
        () if is("nixos-anywhere")
            && texts.iter().any(|text| text.contains('@') || *text == "--target-host") =>
        {
            "every disk of that machine which its configuration names"
        }
        () if is("disko") && mode.is_some_and(wipes) => "every disk that it declares",
        () => return,
    };
    let word = Word::literal(HOLE.to_string(), call.invocation.span);
    formatting(call).saying(Key::PathAct, "format").saying(Key::Path, what).push(
        Place::Device,
        &[&word],
        effects,
    );
}

/// A drive as Windows, or a volume as its label, names it.
fn is_drive(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.starts_with(r"\\.\")
        || (lower.len() == 2 && lower.ends_with(':'))
        || lower.starts_with("uuid=")
        || lower.starts_with("label=")
}

/// Programs that make, change or wipe file systems and tables of partitions.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let texts: Vec<&str> = words.iter().map(Word::text).collect();
    let has = |wanted: &[&str]| texts.iter().any(|text| wanted.contains(text));
    // A cluster of short options that holds the letter.
    let short = |letter: char| {
        texts
            .iter()
            .any(|text| text.starts_with('-') && !text.starts_with("--") && text[1..].contains(letter))
    };
    let fed = !matches!(call.invocation.stdin, Feed::Inherited);
    let program = call.invocation.program();
    let how: &'static str = match program {
        "mkfs" | "mke2fs" | "mkswap" | "mkntfs" | "mkdosfs" | "newfs" | "newfs_hfs" | "newfs_apfs"
        | "bcachefs" => {
            let dry = matches!(program, "mke2fs" | "mkntfs") && (short('n') || has(&["--no-action"]));
            if dry || short('N') || (program == "bcachefs" && texts.first() != Some(&"format")) {
                return;
            }
            "format"
        }
        program if program.starts_with("mkfs.") => {
            let no_write = match program {
                "mkfs.ext2" | "mkfs.ext3" | "mkfs.ext4" => short('n'),
                "mkfs.xfs" => has(&["-N"]),
                "mkfs.ntfs" => has(&["-n", "--no-action"]),
                _ => false,
            };
            if no_write {
                return;
            }
            "format"
        }
        "wipefs"
            if (short('a') || short('o') || has(&["--all", "--offset"])) && !has(&["-n", "--no-act"]) =>
        {
            "wipe"
        }
        "blkdiscard" => "wipe",
        "fdisk" | "gdisk" if fed && !has(&["-l", "--list"]) => "partition",
        "sfdisk" => {
            let reads = has(&[
                "-l", "--list", "-d", "--dump", "-J", "--json", "-n", "--no-act", "-F", "-g", "-V", "-s",
            ]) || has(&[
                "--verify",
                "--show-size",
                "--list-free",
                "--show-geometry",
                "-T",
                "--list-types",
            ]);
            if reads || !(fed || has(&["--delete", "--relocate"])) {
                return;
            }
            "partition"
        }
        "sgdisk" => {
            let long = ["--zap", "--zap-all", "--clear", "--mbrtogpt", "--load-backup"];
            let writes = short('Z')
                || short('z')
                || short('o')
                || short('d')
                || has(&long)
                || texts.iter().any(|text| text.starts_with("--delete") || text.starts_with("--load-backup"));
            if !writes || has(&["-P", "--pretend"]) {
                return;
            }
            "partition"
        }
        "parted" if has(&["mklabel", "mktable", "mkpart", "rm", "mkpartfs", "resizepart"]) => "partition",
        "cryptsetup"
            if has(&[
                "luksFormat",
                "erase",
                "luksErase",
                "luksKillSlot",
                "luksRemoveKey",
                "reencrypt",
                "format",
            ]) =>
        {
            "format"
        }
        "hdparm" => {
            let erase = texts
                .iter()
                .any(|text| text.starts_with("--security-erase") || text.starts_with("--trim-sector"));
            if !(erase || has(&["--make-bad-sector", "--write-sector", "--repair-sector", "--dco-restore"])) {
                return;
            }
            "wipe"
        }
        "nvme"
            if matches!(
                texts.first(),
                Some(&("format" | "sanitize" | "delete-ns" | "write-zeroes" | "dsm" | "write"))
            ) =>
        {
            "wipe"
        }
        "mdadm" if has(&["--zero-superblock"]) => "wipe",
        "mdadm" if has(&["--create", "-C"]) => "format",
        "badblocks" if short('w') => "wipe",
        "diskutil" => {
            let verb = texts.first().map(|text| text.to_ascii_lowercase()).unwrap_or_default();
            let inner = texts.get(1).map(|text| text.to_ascii_lowercase()).unwrap_or_default();
            let erases = matches!(
                verb.as_str(),
                "erasedisk"
                    | "erasevolume"
                    | "partitiondisk"
                    | "zerodisk"
                    | "randomdisk"
                    | "secureerase"
                    | "reformat"
                    | "mergepartitions"
                    | "splitpartition"
            );
            let apfs = verb == "apfs" && (inner.starts_with("delete") || inner.starts_with("erase"));
            if !(erases || apfs) {
                return;
            }
            return whole(call, effects);
        }
        "drbdadm"
            if has(&["--overwrite-data-of-peer", "--discard-my-data"])
                || has(&["create-md"]) && has(&["--force"]) =>
        {
            "reshape"
        }
        "lvreduce" if !has(&["-t", "--test"]) => "reshape",
        "lvresize" => {
            let shrinks = |pair: &[&str]| {
                matches!(pair[0], "-L" | "-l" | "--size" | "--extents") && pair[1].starts_with('-')
            };
            if !texts.windows(2).any(shrinks)
                && !texts.iter().any(|text| text.starts_with("--size=-") || text.starts_with("-L-"))
            {
                return;
            }
            "reshape"
        }
        "resize2fs" if texts.iter().filter(|text| !text.starts_with('-')).count() > 1 || has(&["-M"]) => {
            "reshape"
        }
        "xfs_repair" if has(&["-L"]) => "reshape",
        "debugfs" if short('w') => "reshape",
        "tune2fs" if texts.iter().any(|text| text.starts_with('^')) => "reshape",
        "vgreduce" if has(&["--removemissing"]) && (short('f') || has(&["--force"])) => "reshape",
        "dmsetup"
            if has(&["remove_all", "wipe_table"])
                || (has(&["remove"]) && (short('f') || has(&["--force"]))) =>
        {
            "reshape"
        }
        "ntfsresize" if (short('s') || has(&["--size"])) && !(short('n') || short('i')) => "reshape",
        "efibootmgr" if short('B') || has(&["--delete-bootnum"]) => "reshape",
        "flashrom" if short('w') || short('E') || has(&["--write", "--erase"]) => "reshape",
        "asr" if has(&["--erase", "-erase"]) => "format",
        "cfdisk" if short('z') || has(&["--zero"]) => "partition",
        "zpool" if texts.first() == Some(&"labelclear") => "wipe",
        "pvcreate" | "vgcreate" | "pvremove" if !has(&["-t", "--test"]) => "format",
        "zpool" if texts.first() == Some(&"create") && (short('f') || has(&["-f"])) => "format",
        "sg_format" => "format",
        "format" if texts.iter().any(|text| is_drive(text)) => return whole(call, effects),
        _ => return,
    };
    const OPTIONS: &str = "t,type= L= U,uuid= O= E= b= i= m= N= I= d= F= n= C= s= label= offset= c,cipher= h,hash= \
        key-size= type= key-file= p= o,output-file=";
    let args = Args::read(words, OPTIONS, false);
    let last = args.operands().last().copied().or(words.last());
    let paths = formatting(call).saying(Key::PathAct, how);
    let operand = args.operands().iter().copied().find(|word| paths.place(word) == Place::Device);
    // In a table of partitions an option may take it for its value.
    let device = operand.or_else(|| words.iter().find(|word| word.text().starts_with("/dev/")));
    if let Some(device) = device {
        if paths.place(device) == Place::Device {
            paths.push(Place::Device, &[device], effects);
        }
        return;
    }
    match last {
        // A device that only shows when the line runs is a device all the same.
        Some(word) if word.text().contains(HOLE) || is_drive(word.text()) => {
            paths.push(Place::Device, &[word], effects);
        }
        // `newfs ada0p2`: the BSDs find it below /dev by themselves.
        Some(word) if how != "reshape" && super::place::is_bare_device(word.text()) => {
            paths.push(Place::Device, &[word], effects);
        }
        Some(word) if how == "reshape" => paths.push(Place::Device, &[word], effects),
        Some(word) if matches!(how, "format" | "wipe") && !word.text().starts_with('-') => {
            paths.push(Place::Other, &[word], effects);
        }
        _ => {}
    }
}

/// A disk that is named in a way of its own.
fn whole(call: Call<'_>, effects: &mut Vec<Effect>) {
    let paths = formatting(call).saying(Key::PathAct, "format");
    if let Some(last) = call.invocation.args().last() {
        paths.push(Place::Device, &[last], effects);
    }
}
