//! What programs would do to files and disks: delete, overwrite, open to everyone, format.

mod application;
mod archive;
mod batch;
mod cut;
mod delete;
mod device;
mod disk;
mod find;
mod kept;
mod made;
mod media;
mod overwrite;
mod permission;
mod place;
mod rewrite;
mod sync;

pub use find::{Search, Test};
pub(super) use overwrite::patched;
pub(super) use rewrite::is_in_place;

use super::args::Args;
use super::{Call, Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::git::root_of;
use crate::syntax::{Dir, Expansion, HOLE, Host, Invocation, Span, Word};
use place::{Ground, Place, normal};

/// Files, directories or disks that something would happen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathTarget {
    /// What would happen.
    pub act: Act,
    /// To which paths. None where they are only known when the line runs, or lie on another machine.
    pub paths: Vec<Aim>,
    /// Directories with all that is in them too.
    pub recursive: bool,
}

/// What would happen to a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is deleted.
    Delete,
    /// What a search below it finds is deleted.
    Search(Search),
    /// What is there and not in this directory is deleted.
    Mirror(String),
    /// Its content is replaced, of what a link leads to too.
    Overwrite,
    /// So many bytes take the place of its content.
    Text(u64),
    /// Another file takes its name.
    Replace,
    /// What is made of this file takes its place; that was made of it before, and only what somebody did since counts.
    Remake(String),
    /// These are copied over it, or what they hold: over files of the same names.
    Merge(Vec<Merged>),
    /// What is in this archive is written below it.
    Unpack(String),
    /// Its mode or owner changes.
    Permit,
    /// A disk or an image of one is written over.
    Format,
}

/// What is copied or moved into a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// From where.
    pub from: Aim,
    /// What it holds goes there, and not it itself: `cp -r from/. to`.
    pub inside: bool,
    /// It is moved. What is copied over files that it was copied over before is the newer state of them.
    pub moved: bool,
}

/// A path that a command names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Absolute, without `.` and `..`.
    pub path: String,
    /// It is a pattern of the shell.
    pub glob: bool,
}

/// The rules of a program that destroys what is stored, in the language of `effect/infra/table.rs`.
pub(super) fn stored(program: &str) -> Option<&'static str> {
    device::rules(program).or_else(|| application::rules(program))
}

/// What the shell itself would do to files for a call, whatever its program does.
pub(super) fn redirected(call: Call<'_>, effects: &mut Vec<Effect>) {
    overwrite::redirects(call, effects);
}

/// The effects of a program on files and disks.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    overwrite::redirects(call, effects);
    bomb(call, effects);
    made::read(program, call, effects);
    let reader: fn(Call<'_>, &mut Vec<Effect>) = match program {
        "rm" | "unlink" | "grm" | "srm" | "wipe" | "scrub" | "shred" | "gshred" | "rimraf" => delete::read,
        "del" | "erase" | "rd" | "rmdir" | "Remove-Item" | "ri" => kept::windows,
        "gio" | "trash-empty" | "gvfs-trash" | "empty-trash" | "trash" | "trash-put" | "rmtrash"
        | "kioclient" | "kioclient5" | "kioclient6" => kept::trash,
        "snapper"
        | "timeshift"
        | "restic"
        | "borg"
        | "borgmatic"
        | "duplicity"
        | "rdiff-backup"
        | "kopia"
        | "proxmox-backup-client"
        | "dconf"
        | "gsettings"
        | "defaults"
        | "vssadmin"
        | "wbadmin"
        | "wevtutil"
        | "bcdedit"
        | "cipher" => kept::kept,
        "sed" | "gsed" | "perl" | "ed" | "ex" | "vim" | "nvim" | "vi" | "awk" | "gawk" => rewrite::edit,
        "exiftool" | "mogrify" | "jpegoptim" | "jhead" | "pngquant" | "mat2" | "sips" | "id3v2" | "eyeD3"
        | "mid3v2" | "metaflac" | "convert" | "magick" => media::read,
        "tmpreaper" | "tmpwatch" | "stmpclean" | "systemd-tmpfiles" => kept::aged,
        "disko" | "nixos-anywhere" | "nix" => disk::declared,
        "pass" | "gopass" => delete::in_store,
        "patch" | "gpatch" => overwrite::patch,
        "ssh-keygen" => overwrite::key,
        "gzip" | "gunzip" | "pigz" | "zstd" | "strip" | "convmv" | "detox" | "dos2unix" | "unix2dos"
        | "rename" | "prename" | "fdupes" | "jdupes" | "rdfind" | "bleachbit" => rewrite::wide,
        "emacs" | "emacsclient" => delete::in_lisp,
        "curl" => batch::quoted,
        "unison" => sync::unison,
        "find" | "gfind" => find::read,
        "fd" | "fdfind" => find::fd,
        "rsync" => sync::read,
        "robocopy" | "robocopy.exe" => sync::robocopy,
        "smbclient" | "lftp" | "sftp" | "psftp" | "ftp" | "ncftp" | "cadaver" => batch::read,
        "cp" | "mv" | "install" | "gcp" | "gmv" | "ln" => overwrite::copy,
        "tee" | "sponge" | "truncate" | "gtruncate" | "fallocate" => overwrite::write,
        "sort" => overwrite::sort,
        "tar" | "gtar" | "bsdtar" | "unzip" | "cpio" | "7z" | "7za" | "zip" => archive::read,
        "chmod" | "chown" | "chgrp" | "setfacl" | "chattr" | "gchmod" | "gchown" => permission::read,
        "dd" | "gdd" | "dcfldd" | "dc3dd" | "sg_dd" => disk::dd,
        "qemu-img" => disk::image,
        "mkfs" | "mkswap" | "wipefs" | "blkdiscard" | "fdisk" | "sfdisk" | "cfdisk" | "gdisk" | "sgdisk"
        | "parted" | "cryptsetup" | "hdparm" | "nvme" | "mdadm" | "badblocks" | "diskutil" | "mke2fs"
        | "pvcreate" | "pvremove" | "vgcreate" | "newfs" | "newfs_hfs" | "newfs_apfs" | "format"
        | "sg_format" | "bcachefs" | "zpool" | "mkntfs" | "mkdosfs" | "lvreduce" | "lvresize"
        | "resize2fs" | "xfs_repair" | "debugfs" | "tune2fs" | "vgreduce" | "dmsetup" | "ntfsresize"
        | "efibootmgr" | "flashrom" | "asr" | "drbdadm" => disk::read,
        program if program.starts_with("mkfs.") => disk::read,
        _ => return disk::handed(call, effects),
    };
    if call.invocation.args().iter().any(|word| word.text() == "--version") {
        return;
    }
    let answered = super::answer::answered(call);
    let call = answered.as_ref().map_or(call, |invocation| Call { invocation, ..call });
    match in_all_turns(call.invocation) {
        Some(invocation) => reader(Call { invocation: &invocation, ..call }, effects),
        None => reader(call, effects),
    }
}

/// What a loop over a pattern does turn by turn, read as what it does in all: `for d in *; do rm -r "$d"; done`. What
/// is made in each turn is not looked for in all of them.
fn in_all_turns(invocation: &Invocation) -> Option<Invocation> {
    let is_in_turns = |word: &Word| word.expansions.iter().any(|it| matches!(it, Expansion::Each(_)));
    if !invocation.words.iter().any(is_in_turns) {
        return None;
    }
    let mut all = invocation.clone();
    let made = match invocation.program() {
        "mv" | "gmv" => 1,
        "cp" | "gcp" | "install" | "ln" | "tee" | "sponge" | "sort" | "tar" | "unzip" => return None,
        _ => 0,
    };
    let read = all.words.len().saturating_sub(made);
    for word in all.words.iter_mut().take(read).skip(1) {
        if let Some(whole) = word.in_all_turns() {
            *word = whole;
        }
    }
    Some(all)
}

/// Paths of a call on their way to becoming effects.
struct Paths<'a> {
    call: Call<'a>,
    ground: Ground,
    act: Act,
    recursive: bool,
    more: Vec<(Key, Value)>,
    kind: EffectKind,
}

impl<'a> Paths<'a> {
    fn new(call: Call<'a>, kind: EffectKind, act: Act, recursive: bool) -> Paths<'a> {
        let text = |path: std::path::PathBuf| normal(&path.to_string_lossy());
        let ground = Ground {
            home: call.scene.home().map(text),
            cwd: (call.invocation.host == Host::Local)
                .then(|| call.invocation.cwd(call.scene).map(text))
                .flatten(),
            named: matches!(call.invocation.dir, Dir::At(_)),
        };
        Paths { call, ground, act, recursive, more: Vec::new(), kind }
    }

    /// Something else that the line says of all of them.
    fn saying(mut self, key: Key, value: impl Into<Value>) -> Paths<'a> {
        self.more.push((key, value.into()));
        self
    }

    /// The path that a text stands for, where that is known: absolute where it can be.
    fn resolve(&self, text: &str) -> String {
        let path = self.resolve_name(text);
        // Behind a link to a directory a slash means what it leads to: `rm -rf link/` empties that.
        if text.ends_with('/') { self.real(path) } else { path }
    }

    /// Where a link at this path leads to.
    fn real(&self, path: String) -> String {
        let call = self.call;
        let can_look = call.scene.is_live() && call.invocation.host == Host::Local && path.len() > 1;
        let link = std::path::Path::new(&path);
        if !can_look || !link.is_symlink() {
            return path;
        }
        link.canonicalize().map_or(path, |real| real.to_string_lossy().into_owned())
    }

    fn resolve_name(&self, text: &str) -> String {
        let text = match (text.strip_prefix('~'), &self.ground.home) {
            (Some(rest), Some(home)) if rest.starts_with('/') => &format!("{home}{rest}"),
            // Somebody else's home.
            (Some(rest), _) if rest.starts_with(|char: char| char.is_ascii_lowercase()) => {
                &if rest.split('/').next() == Some("root") {
                    format!("/{rest}")
                } else {
                    format!("/home/{rest}")
                }
            }
            _ => text,
        };
        match &self.ground.cwd {
            _ if text.starts_with('/') => normal(text),
            Some(cwd) => normal(&format!("{cwd}/{text}")),
            None => {
                let path = normal(text);
                path.strip_prefix('/').unwrap_or(&path).to_owned()
            }
        }
    }

    /// Where a word lies.
    fn place(&self, word: &Word) -> Place {
        let text = word.text();
        let place = if text.contains(HOLE) {
            if word.guarded { Place::Other } else { self.ground.emptied(text, self.recursive) }
        } else {
            self.ground.place(&self.resolve(text), self.recursive)
        };
        // A person who works below /tmp has work there; what is typed as /tmp has not.
        let place = if place == Place::Temporary && (!self.is_spelled_out(text) || self.is_worked_in(text)) {
            Place::Other
        } else {
            place
        };
        match place {
            Place::Other if self.is_elsewhere() => Place::Remote,
            place => place,
        }
    }

    /// Whether it was typed from the root or from the home on.
    fn is_spelled_out(&self, text: &str) -> bool {
        let from_root = |text: &str| text.starts_with(['/', '~', HOLE]);
        from_root(text) || matches!(&self.call.invocation.dir, Dir::At(dir) if from_root(dir))
    }

    /// In the current directory or its repository, however that was named: `$PWD/x`.
    fn is_worked_in(&self, text: &str) -> bool {
        if !self.call.scene.is_live() {
            return false;
        }
        let cwd = &self.call.scene.cwd;
        let root = root_of(cwd).unwrap_or(cwd);
        // From `/` or `/tmp` itself everything would be work.
        root.components().count() > 2 && std::path::Path::new(&self.resolve_name(text)).starts_with(root)
    }

    /// On another machine, and not in a container, which is made again.
    fn is_elsewhere(&self) -> bool {
        matches!(self.call.invocation.host, Host::Remote(_)) && self.call.invocation.via.contains(&"ssh")
    }

    /// One effect for each word in a place that means something by itself, and one for all the others.
    fn add(&self, words: &[&Word], effects: &mut Vec<Effect>) {
        let mut others: Vec<&Word> = Vec::new();
        for word in words {
            match self.place(word) {
                Place::Temporary => {}
                Place::Other => others.push(word),
                place => self.push(place, &[word], effects),
            }
        }
        if !others.is_empty() && self.call.invocation.host == Host::Local {
            self.push(Place::Other, &others, effects);
        }
    }

    fn push(&self, place: Place, words: &[&Word], effects: &mut Vec<Effect>) {
        let aims: Vec<Aim> = words
            .iter()
            .filter(|_| self.call.invocation.host == Host::Local)
            .filter_map(|word| word.known().map(|text| (word, self.resolve(text))))
            .filter(|(_, path)| path.starts_with('/'))
            .map(|(word, path)| Aim { glob: word.glob, path })
            .collect();
        if aims.is_empty() && matches!(place, Place::Other) {
            return;
        }
        let wide = |word: &&Word| {
            place::is_everything(word.text().trim_end_matches('/').rsplit('/').next().unwrap_or_default())
        };
        let scope = match &self.act {
            Act::Search(search) if search.is_narrow() => "search",
            _ if self.recursive || words.iter().any(|word| word.glob && wide(word)) => "tree",
            _ if words.iter().any(|word| word.glob) => "pattern",
            _ => "named",
        };
        let Some(span) = words.iter().map(|word| word.span).reduce(Span::to) else { return };
        let shown: Vec<String> = words.iter().take(3).map(|word| shown(word)).collect();
        let mut name = shown.join(", ");
        if words.len() > 3 {
            name.push_str(&format!(" and {} more", words.len() - 3));
        }
        if let Some((_, said)) = self.more.iter().find(|(key, _)| *key == Key::Path) {
            name = said.to_string();
        }
        let mut attributes = vec![
            (Key::Tool, Value::from(self.call.invocation.program())),
            (Key::Path, Value::from(name)),
            (Key::PathPlace, Value::from(place.name())),
            (Key::PathScope, Value::from(scope)),
        ];
        attributes.extend(self.more.iter().filter(|(key, _)| *key != Key::Path).cloned());
        let target = PathTarget { act: self.act.clone(), paths: aims, recursive: self.recursive };
        effects.push(Effect { kind: self.kind, span, attributes, target: Target::Path(target) });
    }
}

/// `:(){ :|:& };:` starts itself twice until the machine has no room left.
fn bomb(call: Call<'_>, effects: &mut Vec<Effect>) {
    let Some(next) = call.invocation.piped_to.and_then(|index| call.script.invocations.get(index)) else {
        return;
    };
    let program = call.invocation.program();
    if !call.invocation.calls_itself || !next.calls_itself || next.program() != program {
        return;
    }
    let span = call.invocation.span.to(next.span);
    let attributes = vec![(Key::Operation, Value::from("fork-bomb")), (Key::Tool, Value::from(program))];
    effects.push(Effect { kind: EffectKind::ServiceStop, span, attributes, target: Target::None });
}

/// A word as a person would name it.
fn shown(word: &Word) -> String {
    let text = word.text().replace(HOLE, "…");
    if text.is_empty() { "''".to_owned() } else { text }
}
