//! What is kept for the day when it is needed, thrown away: the trash, snapshots, backups, settings; and the deleting
//! programs of Windows.

use super::place::Place;
use super::{Act, Call, Effect, EffectKind, Paths, Search};
use crate::fact::Key;
use crate::syntax::{HOLE, Word};

fn purging(call: Call<'_>) -> Paths<'_> {
    Paths::new(call, EffectKind::PathDelete, Act::Delete, true).saying(Key::PathAct, "purge")
}

/// `trash-empty`, `gio trash --empty`; with a number of days it only takes what is older.
pub(super) fn trash(call: Call<'_>, effects: &mut Vec<Effect>) {
    let texts: Vec<&str> = call.invocation.args().iter().map(Word::text).collect();
    let program = call.invocation.program();
    let gone = match (program, texts.first()) {
        ("gio", Some(&("trash" | "remove"))) => 1,
        ("trash" | "trash-put" | "rmtrash" | "gvfs-trash", _) => 0,
        _ => texts.len(),
    };
    // From where it lies it is gone, though it can be taken back.
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Permit, true).saying(Key::PathAct, "move");
    for word in call.invocation.args().iter().skip(gone).filter(|word| !word.text().starts_with('-')) {
        if let place @ (Place::Root | Place::Home | Place::System) = paths.place(word) {
            paths.push(place, &[word], effects);
        }
    }
    let empties = match program {
        "gio" => texts.first() == Some(&"trash") && texts.contains(&"--empty"),
        "kioclient" | "kioclient5" | "kioclient6" => {
            texts.first() == Some(&"del") && texts.contains(&"trash:/")
        }
        "trash" | "trash-put" | "rmtrash" | "gvfs-trash" => false,
        _ => !texts.iter().any(|text| text.parse::<u32>().is_ok() || text.contains("dry-run")),
    };
    if empties {
        let word = Word::literal("~/.local/share/Trash/files", call.invocation.span);
        purging(call).saying(Key::Path, "the trash").push(Place::Known, &[&word], effects);
    }
}

/// Programs that clear out what is old, aimed at a place where people keep things: `tmpreaper 1h /home`.
pub(super) fn aged(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.text()));
    let program = call.invocation.program();
    if has(&["--test", "--dry-run"]) || program != "stmpclean" && has(&["-t"]) {
        return;
    }
    let by_prefix = program == "systemd-tmpfiles";
    if by_prefix && has(&["--purge"]) {
        let what = "what any package has declared to be temporary, homes of services among it,";
        let whole = Word::literal(HOLE.to_string(), call.invocation.span);
        return purging(call).saying(Key::Path, what).push(Place::Known, &[&whole], effects);
    }
    if by_prefix && !has(&["--remove", "--clean"]) {
        return;
    }
    let search = Search { partly: true, whole: true, ..Search::default() };
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Search(search), true);
    for word in words {
        let text = if by_prefix { word.text().strip_prefix("--prefix=") } else { Some(word.text()) };
        let Some(text) = text.filter(|text| text.starts_with(['/', '~', '.'])) else { continue };
        let mut dir = Word::literal(text, word.span);
        dir.glob = word.glob;
        if let place @ (Place::Known | Place::System | Place::Home | Place::Root) = paths.place(&dir) {
            paths.push(place, &[&dir], effects);
        }
    }
}

/// Programs for snapshots, backups and settings, where they destroy.
pub(super) fn kept(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let texts: Vec<&str> = words.iter().map(Word::text).collect();
    let has = |wanted: &[&str]| texts.iter().any(|text| wanted.contains(text));
    if has(&["--dry-run", "-n", "-t", "--list"]) {
        return;
    }
    // A policy that keeps next to nothing.
    let keeps_one = texts.windows(2).any(|pair| {
        let (name, value) = pair[0].split_once('=').unwrap_or((pair[0], pair[1]));
        matches!(name, "--keep-last" | "-l" | "--keep-within") && matches!(value, "0" | "1")
    });
    let what = match (call.invocation.program(), texts.as_slice()) {
        ("snapper", [.., "delete" | "rm" | "remove" | "undochange" | "rollback", _]) => "the snapshots",
        ("snapper", _) if has(&["delete", "rm", "remove"]) => "the snapshots",
        ("timeshift", _) if has(&["--delete", "--delete-all"]) => "the snapshots",
        ("restic", _) if has(&["forget"]) && has(&["--prune"]) && keeps_one => "all backups but one",
        ("borg" | "borgmatic", _) if has(&["prune"]) && keeps_one => "all backups but one",
        ("duplicity", [verb, ..])
            if has(&["--force"])
                && (verb.starts_with("remove-all") || *verb == "cleanup" || *verb == "collection-status") =>
        {
            "the backups"
        }
        ("rdiff-backup", _) if has(&["--remove-older-than", "increments"]) => "the increments of the backup",
        ("kopia", ["snapshot", "delete", ..]) if has(&["--delete"]) => "the snapshots",
        ("kopia", ["repository", "disconnect", ..]) => return,
        ("proxmox-backup-client", ["forget" | "snapshot", ..]) if has(&["forget"]) => "the backup",
        ("dconf", ["reset", "-f", dir]) if dir.matches('/').count() <= 3 => {
            "the settings below this directory"
        }
        ("gsettings", ["reset-recursively", _]) => "the settings",
        ("defaults", ["delete", "-g" | "-globalDomain" | "NSGlobalDomain"]) => "the settings of all programs",
        ("vssadmin", ["delete" | "Delete", ..]) => "the shadow copies",
        ("wbadmin", ["delete", ..]) => "the backups",
        ("wevtutil", ["cl" | "clear-log", ..]) => "the event log",
        ("bcdedit", ["/delete" | "/deletevalue", ..]) => "the boot entry",
        ("cipher", [option]) if option.to_ascii_lowercase().starts_with("/w:") => {
            "what free space still holds"
        }
        _ => return,
    };
    let whole = Word::literal(what, call.invocation.span);
    let mut paths = purging(call).saying(Key::Path, what);
    paths.ground.cwd = None;
    paths.push(Place::Known, &[&whole], effects);
}

/// `del /s`, `rd /s`, `Remove-Item -Recurse` of a drive or of what stands in its root.
pub(super) fn windows(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let flag = |wanted: &str| words.iter().any(|word| word.text().to_ascii_lowercase().starts_with(wanted));
    if !(flag("/s") || flag("-r")) {
        return;
    }
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Delete, true);
    for word in words.iter().filter(|word| !word.text().starts_with('-')) {
        let text = word.text().to_ascii_lowercase().replace('\\', "/");
        let inside = text.trim_end_matches(['*', '/', '.']).split_once(':').map(|(drive, rest)| {
            let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
            (drive.len() == 1, parts.len(), parts.first().copied().unwrap_or_default().to_owned())
        });
        let place = match inside {
            Some((true, 0, _)) => Place::Root,
            Some((true, 1..=2, first)) if first == "users" => Place::Home,
            Some((true, _, first))
                if matches!(first.as_str(), "windows" | "program files" | "programdata") =>
            {
                Place::System
            }
            None if matches!(text.as_str(), "~" | "%userprofile%" | "$env:userprofile" | "$home") => {
                Place::Home
            }
            None if text.starts_with(HOLE) || text.starts_with("/s") || text.starts_with("/q") => continue,
            None => match paths.place(word) {
                place @ (Place::Root | Place::Home | Place::System) => place,
                _ => continue,
            },
            _ => continue,
        };
        paths.push(place, &[word], effects);
    }
}
