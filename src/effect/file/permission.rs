//! chmod, chown and their like.

use super::place::Place;
use super::{Act, Args, Call, Effect, EffectKind, Paths};
use crate::fact::Key;
use crate::secrets::{SourceKind, secret_path};
use crate::syntax::{Expansion, HOLE, Word};

/// What becomes of who may do what.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Everyone may write.
    World,
    /// Nobody may do anything, or nobody may run it.
    Closed,
    /// Others may read.
    Exposed,
    /// One mode for files and directories alike.
    Flat,
    /// Only some rights change.
    Some,
    /// Somebody else's.
    Owner,
    /// That of the system or of a service.
    Foreign,
    /// Unchangeable.
    Fixed,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Mode::World => "world",
            Mode::Closed => "closed",
            Mode::Exposed => "exposed",
            Mode::Flat => "flat",
            Mode::Some => "some",
            Mode::Owner | Mode::Foreign => "owner",
            Mode::Fixed => "fixed",
        }
    }
}

/// chmod, chown, chgrp, setfacl, chattr.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let program = call.invocation.program().trim_start_matches('g');
    let recursive = words.iter().map(Word::text).any(|text| {
        text == "--recursive"
            || (text.starts_with('-')
                && !text.starts_with("--")
                && text[1..].contains('R')
                && (is_cluster(text) || program == "setfacl"))
    });
    let (mode, operands) = match program {
        "chmod" => {
            // `-x` is a mode and no option.
            let plain: Vec<&Word> = words
                .iter()
                .filter(|word| !is_cluster(word.text()) && !word.text().starts_with("--"))
                .collect();
            let from_reference = words.iter().any(|word| word.text().starts_with("--reference"));
            match plain.split_first() {
                Some((mode, operands)) if !from_reference => (mode_of(mode.text()), operands.to_vec()),
                _ => return,
            }
        }
        "chown" | "chgrp" => {
            let args = Args::read(
                words,
                "R,recursive h v c f H L P reference= from= preserve-root no-preserve-root",
                false,
            );
            match args.operands() {
                [owner, operands @ ..] if args.value("reference").is_none() => {
                    let owner = owner.text().split([':', '.']).next().unwrap_or_default();
                    let foreign = matches!(owner, "root" | "nobody" | "daemon" | "www-data" | "nginx" | "0");
                    (if foreign { Mode::Foreign } else { Mode::Owner }, operands.to_vec())
                }
                _ => return,
            }
        }
        "chattr" => {
            let flags = words.iter().find(|word| word.text().starts_with(['+', '=']));
            let Some(flags) = flags.filter(|word| word.text().contains('i')) else { return };
            let operands =
                words.iter().filter(|word| !std::ptr::eq(*word, flags) && !word.text().starts_with('-'));
            (Mode::Fixed, operands.collect())
        }
        _ => {
            let args = Args::read(
                words,
                "R,recursive m,modify= x,remove= b,remove-all k d,default M= X= set= restore=",
                false,
            );
            let value = args.value("modify").or(args.value("set")).unwrap_or_default();
            let world = value.contains("o::rwx") || value.contains("other::rwx") || value.contains("o:rwx");
            let mode = match () {
                () if world => Mode::World,
                () if args.has("b") || !value.is_empty() => Mode::Some,
                () => return,
            };
            (mode, args.operands().to_vec())
        }
    };
    for word in operands {
        one(call, mode, recursive, word, effects);
    }
}

/// `find / -exec chmod 777 {} +`: the words of the command, and where the search begins.
pub(super) fn through_find(
    call: Call<'_>,
    command: &[Word],
    starts: &[&Word],
    narrow: bool,
    effects: &mut Vec<Effect>,
) {
    let mut words = command.iter().map(Word::text).filter(|text| *text != "sudo" && !is_cluster(text));
    let mode = match (words.next(), words.next()) {
        (Some("chmod"), Some(mode)) => mode_of(mode),
        (Some("chown" | "chgrp"), Some(_)) => Mode::Owner,
        _ => return,
    };
    for start in starts {
        let paths = Paths::new(call, EffectKind::PathPermissions, Act::Permit, true);
        // Of one kind of file only what nobody needs everywhere is a matter: to open or to close it.
        let matters = match paths.place(start) {
            Place::Root => !narrow || matches!(mode, Mode::World | Mode::Closed),
            Place::System | Place::Home => !narrow,
            _ => false,
        };
        if !matters {
            continue;
        }
        one(call, mode, true, start, effects);
    }
}

/// A word of single-letter options that chmod knows.
fn is_cluster(text: &str) -> bool {
    text.len() > 1 && text.starts_with('-') && text[1..].chars().all(|char| "RvcfhHLP".contains(char))
}

fn mode_of(text: &str) -> Mode {
    let octal = text.trim_start_matches(['=', '0']);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let others = text.bytes().last().unwrap_or(b'0') - b'0';
        return match octal {
            "" => Mode::Closed,
            _ if others & 2 != 0 => Mode::World,
            _ if others != 0 => Mode::Exposed,
            _ => Mode::Flat,
        };
    }
    for clause in text.split(',') {
        let Some(at) = clause.find(['+', '-', '=']) else { continue };
        let (who, right) = (&clause[..at], &clause[at + 1..]);
        let everyone = who.contains(['o', 'a']);
        match clause.as_bytes().get(at) {
            Some(b'+' | b'=') if everyone && right.contains('w') => return Mode::World,
            Some(b'=') if right.is_empty() && (who.is_empty() || who.contains(['a', 'u'])) => {
                return Mode::Closed;
            }
            Some(b'+' | b'=') if everyone && right.contains('r') => return Mode::Exposed,
            Some(b'-') if (who.is_empty() || who.contains(['a', 'u'])) && right.contains(['r', 'x', 's']) => {
                return Mode::Closed;
            }
            _ => {}
        }
    }
    Mode::Some
}

fn one(call: Call<'_>, mode: Mode, recursive: bool, word: &Word, effects: &mut Vec<Effect>) {
    let paths = Paths::new(call, EffectKind::PathPermissions, Act::Permit, recursive)
        .saying(Key::PathMode, mode.name());
    let named = paths.resolve(word.text());
    // A link that is named is followed.
    let path = paths.real(named.clone());
    let place = if path == named { paths.place(word) } else { paths.ground.place(&path, recursive) };
    // The table of users is read by everyone and holds no secret any more.
    let open_by_nature = mode == Mode::Exposed && matches!(path.as_str(), "/etc/passwd" | "/etc/group");
    let key = secret_path(&path).filter(|_| !word.text().contains(HOLE) && !open_by_nature);
    let opens = matches!(mode, Mode::World) || (mode == Mode::Exposed && key != Some(SourceKind::EnvFile));
    let name = path.rsplit('/').next().unwrap_or_default();
    if key.is_some()
        && opens
        && (mode == Mode::World || !matches!(name, ".ssh" | ".gnupg" | ".kube" | ".aws" | ".docker"))
    {
        let paths = paths.saying(Key::PathSecret, true);
        return paths.push(if place == Place::SystemFile { place } else { Place::Known }, &[word], effects);
    }
    let matters = match (place, mode) {
        (Place::Temporary | Place::Other | Place::Remote | Place::Device, _) => false,
        // Services own what is theirs, and people take back their own home.
        (_, Mode::Owner | Mode::Foreign | Mode::Some) if is_handed_over(&path) => false,
        (Place::Home, Mode::Owner) => recursive && matches!(path.as_str(), "/home" | "/Users" | "/root"),
        (Place::Home, Mode::Some) => false,
        (Place::Known | Place::Here | Place::Above | Place::Git, _) => {
            recursive && matches!(mode, Mode::World | Mode::Closed)
        }
        // What a program says is no variable that may be empty.
        (Place::Unset, _) => {
            recursive && word.expansions.iter().any(|it| matches!(it, Expansion::Variable { .. }))
        }
        (Place::SystemFile, _) => {
            matches!(mode, Mode::World | Mode::Closed | Mode::Fixed) && (mode != Mode::Fixed)
        }
        (Place::System | Place::Root | Place::Home, _) => {
            recursive || matches!(mode, Mode::World | Mode::Closed)
        }
    };
    // `/var/tmp` and its like are made for everyone.
    if matters {
        paths.push(place, &[word], effects);
    }
}

fn is_handed_over(path: &str) -> bool {
    [
        "/usr/local",
        "/var/www",
        "/opt",
        "/srv",
        "/mnt",
        "/media",
        "/var/lib/",
        "/var/log/",
        "/Library/",
        "/Applications",
    ]
    .iter()
    .any(|root| path.starts_with(root))
}
