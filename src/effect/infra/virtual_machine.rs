//! Virtual machines, system containers and the pools that their disks lie on.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Platform, Reach, Scope, texts};

/// What would be taken away with a machine or a pool.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "c,connect= domain= type= delete remove-all-storage wipe-storage nvram storage= f,force p,purge \
            purge project= r,recursive R,recursive n,dry-run t,test all y,yes g destroy-unreferenced-disks pool= \
            skiplock merge zero-superblock a,all";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let operands = args.operands();
    let from = |at: usize| operands.get(at..).unwrap_or_default().iter().copied();
    let program = call.invocation.program();
    if matches!(program, "zfs" | "lvremove" | "vgremove" | "pvremove") && (args.has("n") || args.has("test"))
    {
        return;
    }
    let store =
        |verb: &str, noun: &str, at: usize| Deed::destroy(verb, noun).loss(Loss::Store).named(from(at));
    let deed = match (program, words.as_slice()) {
        ("virsh", [verb @ ("destroy" | "shutdown" | "reset" | "suspend" | "managedsave"), ..]) => {
            Deed::stop(verb, "domain").named(from(1)).service("domain", true, false)
        }
        ("virsh", ["undefine", ..]) if args.has("remove-all-storage") || args.has("storage") => {
            store("undefine", "domain and its disks", 1)
        }
        ("virsh", ["vol-delete" | "vol-wipe" | "pool-delete", ..]) => store(words[0], "volume", 1),
        ("VBoxManage" | "vboxmanage", ["unregistervm", ..]) if args.has("delete") => {
            store("unregistervm", "machine and its disks", 1)
        }
        ("multipass", ["delete", ..]) if args.has("p") || args.has("purge") => {
            store("delete --purge", "instance", 1)
        }
        ("multipass", ["purge", ..]) => store("purge", "deleted instance", 1).scope(Scope::All),
        ("lxc" | "incus", ["delete" | "rm", ..]) => store("delete", "container", 1),
        ("lxc" | "incus", ["storage" | "image" | "project", ..])
            if matches!(words.get(1), Some(&("delete" | "rm"))) =>
        {
            store("delete", words[0], 2)
        }
        ("lxc" | "incus", ["storage", "volume", "delete" | "rm", ..]) => {
            store("storage volume delete", "volume", 3)
        }
        ("qm" | "pct", ["destroy", ..]) => store("destroy", "guest", 1),
        ("qm" | "pct", ["stop" | "shutdown" | "reset", ..]) => {
            Deed::stop(words[0], "guest").named(from(1)).service("guest", true, false)
        }
        ("zfs", ["destroy", ..]) => store("destroy", "dataset", 1),
        // What was written since is gone.
        ("zfs", ["rollback", ..]) | ("virsh", ["snapshot-revert", ..]) => {
            store("rollback", "newer state of", 1)
        }
        ("lvconvert", _) if args.has("merge") => store("lvconvert --merge", "newer state of", 0),
        ("mdadm", _) if args.has("zero-superblock") => store("mdadm", "array", 0),
        ("zpool", ["destroy" | "labelclear", ..]) => store("destroy", "pool", 1),
        // A physical volume in use is only given up when forced twice.
        ("pvremove", [_, ..]) if args.all("force").count() < 2 => return,
        ("lvremove" | "vgremove" | "pvremove", [_, ..]) => store(program, "logical volume", 0),
        ("btrfs", ["subvolume" | "sub" | "su", "delete" | "del", ..]) => {
            store("subvolume delete", "subvolume", 2)
        }
        ("rbd", ["rm" | "remove", ..] | ["trash", "purge", ..] | ["snap", "purge", ..]) => {
            store("rm", "image", 1)
        }
        (
            "ceph",
            ["osd", "pool", "delete" | "rm", ..]
            | ["osd", "purge" | "destroy", ..]
            | ["fs", "rm", ..]
            | ["orch", "rm", ..],
        ) => store("rm", "pool", 2),
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Machine);
    let address = args.value("connect").map(str::to_owned);
    let set = call.invocation.assignments.iter().rev().find(|set| set.name == "LIBVIRT_DEFAULT_URI");
    let address = address.or_else(|| match set {
        Some(set) => set.value.known().map(str::to_owned),
        None => call.scene.var("LIBVIRT_DEFAULT_URI").filter(|_| program == "virsh"),
    });
    // A driver that keeps everything in memory.
    if address.as_ref().is_some_and(|address| address.starts_with("test:")) {
        return;
    }
    if let Some(host) = address.as_ref().and_then(|address| address.split_once("://")) {
        let name = host.1.split('/').next().unwrap_or_default();
        let name = name.rsplit('@').next().unwrap_or_default();
        if !name.is_empty() {
            target.reach = Reach::Remote(name.to_owned());
        }
    }
    target.act_on(operands.iter().copied().skip(1));
    deed.add(call, effects, target);
}
