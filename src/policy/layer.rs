//! Where policy files are, and their text.

use super::PolicyFault;
use crate::action::Scene;
use crate::syntax::{Invocation, Script};
use rustix::fs::{Access, access};
use std::io::{ErrorKind, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// The administrator's file.
const ADMIN: &str = "/etc/forestall/policy.toml";
/// Largest policy file that is read, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;
/// How many directories upward a repository's file is looked for.
const MAX_UPWARD: usize = 64;

/// Whose word a layer is. Ordered: a higher rank is not overruled by a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The files of a repository: may only tighten.
    Repository,
    /// The person at the keyboard.
    User,
    /// Whoever runs the machine.
    Admin,
}

impl Rank {
    /// How the layer is called in output.
    pub fn name(self) -> &'static str {
        match self {
            Rank::Repository => "repository",
            Rank::User => "user",
            Rank::Admin => "admin",
        }
    }
}

/// A file that may hold a part of the policy.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Whose word it is.
    pub rank: Rank,
    /// Where it is looked for.
    pub path: PathBuf,
    /// Its text; `None` where there is no such file.
    pub text: Option<Result<String, PolicyFault>>,
}

/// The layers of this scene, highest rank first. The administrator's and the user's are listed even when they
/// do not exist.
pub fn layers(scene: &Scene) -> Vec<Layer> {
    let all = places(scene).map(|(rank, path)| read(path, rank));
    all.filter(|layer| layer.rank != Rank::Repository || layer.text.is_some()).collect()
}

/// Where layers may be, highest rank first.
fn places(scene: &Scene) -> impl Iterator<Item = (Rank, PathBuf)> + '_ {
    // A scene that is given is complete: this machine's settings are no part of it.
    let admin = scene.is_live().then(|| (Rank::Admin, PathBuf::from(ADMIN)));
    let user = user_folder(scene).map(|folder| (Rank::User, folder.join("config.toml")));
    let mut below_root = true;
    let upward = scene.cwd.ancestors().take(MAX_UPWARD).take_while(move |dir| {
        std::mem::replace(&mut below_root, dir.join(".git").symlink_metadata().is_err())
    });
    let repository = upward.map(|dir| (Rank::Repository, dir.join(".forestall.toml")));
    admin.into_iter().chain(user).chain(repository)
}

/// Whether a rule of some layer may name a command of this script. Every line is asked this, so nothing is read as TOML:
/// where there is no file, that costs one look at each place, and where there is one, its text must hold the words.
pub fn names_any(script: &Script, scene: &Scene) -> bool {
    let programs =
        || script.invocations.iter().map(Invocation::program).filter(|program| !program.is_empty());
    let names = |text: String| text.contains("command") && programs().any(|program| text.contains(program));
    programs().next().is_some()
        && is_there(scene)
        && places(scene).any(|(_, path)| text(&path).is_ok_and(names))
}

/// Whether there is a file in any of the [`places`]: the same walk, at a tenth of its price.
fn is_there(scene: &Scene) -> bool {
    let exists = |path: &[u8]| access(path, Access::EXISTS).is_ok();
    if scene.is_live() && exists(ADMIN.as_bytes()) {
        return true;
    }
    let mut path = Vec::with_capacity(256);
    let mut below = |dir: &[u8], name: &str| {
        path.clear();
        path.extend_from_slice(dir);
        path.extend_from_slice(name.as_bytes());
        exists(&path)
    };
    let of_user = match scene.var("XDG_CONFIG_HOME").filter(|folder| folder.starts_with('/')) {
        Some(folder) => below(folder.as_bytes(), "/forestall/config.toml"),
        // Elsewhere the folder has another name, and is asked for.
        None if !cfg!(target_os = "linux") => {
            user_folder(scene).is_some_and(|folder| below(folder.as_os_str().as_bytes(), "/config.toml"))
        }
        None => {
            scene.var("HOME").is_some_and(|home| below(home.as_bytes(), "/.config/forestall/config.toml"))
        }
    };
    if of_user {
        return true;
    }
    let mut dir = scene.cwd.as_os_str().as_bytes();
    for _ in 0..MAX_UPWARD {
        if below(dir, "/.forestall.toml") {
            return true;
        }
        let Some(end) = dir.iter().rposition(|&byte| byte == b'/') else { return false };
        if dir == b"/" || below(dir, "/.git") {
            return false;
        }
        dir = &dir[..end.max(1)];
    }
    false
}

/// The folder of the user's configuration.
fn user_folder(scene: &Scene) -> Option<PathBuf> {
    let named = scene.var("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    if let Some(folder) = named {
        return Some(folder.join("forestall"));
    }
    if scene.is_live() {
        return directories::ProjectDirs::from("", "", "forestall").map(|dirs| dirs.config_dir().to_owned());
    }
    scene.home().map(|home| home.join(".config/forestall"))
}

impl Layer {
    /// Reads one file.
    pub fn read(path: &Path, rank: Rank) -> Layer {
        read(path.to_owned(), rank)
    }
}

fn read(path: PathBuf, rank: Rank) -> Layer {
    let text = match text(&path) {
        Ok(text) => Some(Ok(text)),
        Err(Trouble::Absent) => None,
        Err(Trouble::Unusable(why)) => Some(Err(PolicyFault {
            path: path.clone(),
            line: None,
            key: String::new(),
            message: format!("{why}; this file is not in force, the built-in protection is"),
        })),
    };
    Layer { rank, path, text }
}

enum Trouble {
    Absent,
    Unusable(String),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Trouble::Absent,
            ErrorKind::PermissionDenied => Trouble::Unusable("permission to read it is denied".to_owned()),
            _ => Trouble::Unusable(format!("it cannot be read: {error}")),
        }
    }
}

fn text(path: &Path) -> Result<String, Trouble> {
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let found = path.metadata().map_err(|error| match path.symlink_metadata() {
        Ok(_) if error.kind() == ErrorKind::NotFound => {
            Trouble::Unusable("it is a link to nothing".to_owned())
        }
        _ => Trouble::from(error),
    })?;
    if !found.is_file() {
        return Err(Trouble::Unusable("it is not a regular file".to_owned()));
    }
    if found.len() > MAX_SIZE {
        return Err(Trouble::Unusable(format!("it has {} bytes; at most {MAX_SIZE} are read", found.len())));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_SIZE).read_to_end(&mut bytes)?;
    String::from_utf8(bytes)
        .map_err(|error| Trouble::Unusable(format!("byte {} is not UTF-8", error.utf8_error().valid_up_to())))
}
