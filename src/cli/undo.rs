//! `forestall undo`: lists what was kept before it was lost, and brings one of it back.

use super::{ExitStatus, Fault, Outcome};
use forestall::git::Git;
use forestall::rescue::{self, Backup, RestoreError, Scope};
use forestall::state;
use forestall::surface::terminal::show::{Style, visible};
use std::io::{self, Write};

/// Days after which `--expire` lets go of a backup, unless told otherwise.
const DAYS: &str = "90";

/// Arguments of `undo`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["which", "forget", "expire"]))]
pub struct Args {
    /// Number or name of what to bring back; without it, what can be brought back is listed
    which: Option<String>,
    /// Let go of a backup
    #[arg(long, value_name = "NUMBER OR NAME")]
    forget: Option<String>,
    /// Let go of backups that are older than this
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = DAYS)]
    expire: Option<u32>,
}

/// Lists, brings back, or lets go.
pub fn run(args: &Args) -> Outcome {
    let git = Git::at(&std::env::current_dir()?);
    if git.common_dir().is_none() {
        return Err(Fault::failure("there is no git repository here")
            .hint("run it in the repository in which the ref was deleted or overwritten"));
    }
    let backups = rescue::list(&git).map_err(|error| Fault::failure(error.to_string()))?;
    let mut out = io::stdout().lock();
    let style = Style::of_stdout();
    if let Some(which) = &args.which {
        let backup = find(&backups, which)?;
        let done = rescue::restore(&git, backup).map_err(|error| refused(&error))?;
        writeln!(out, "{}", visible(&done, style))?;
    } else if let Some(which) = &args.forget {
        let backup = find(&backups, which)?;
        rescue::forget(&git, backup).map_err(|error| Fault::failure(error.to_string()))?;
        writeln!(out, "let go of {} ({})", visible(backup.short(), style), backup.oid)?;
    } else if let Some(days) = args.expire {
        let before = rescue::stamp(state::now().saturating_sub(u64::from(days) * 86_400));
        let old: Vec<&Backup> = backups.iter().filter(|backup| backup.time < before).collect();
        for backup in &old {
            rescue::forget(&git, backup).map_err(|error| Fault::failure(error.to_string()))?;
        }
        writeln!(out, "let go of {} that {} older than {days} days", count(old.len()), was(old.len()))?;
    } else {
        print_list(&mut out, &backups, style)?;
    }
    Ok(ExitStatus::Success)
}

fn print_list(out: &mut impl Write, backups: &[Backup], style: Style) -> io::Result<()> {
    if backups.is_empty() {
        return writeln!(out, "Nothing was kept in this repository.");
    }
    let names: Vec<String> = backups.iter().map(|backup| visible(&described(backup), style)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).min(48);
    for (number, (backup, name)) in backups.iter().zip(&names).enumerate() {
        writeln!(
            out,
            "{:3}  {}  {name:width$}  {}  {}",
            number + 1,
            time(&backup.time),
            backup.oid.get(..10).unwrap_or(&backup.oid),
            visible(&backup.subject, style)
        )?;
    }
    writeln!(out, "\nforestall undo <number or name> brings one back.")
}

/// `branch topic of origin`
fn described(backup: &Backup) -> String {
    if let Some((folder, name)) = backup.short().split_once('/').filter(|_| backup.is_work()) {
        return if folder == "work" { format!("changes on {name}") } else { format!("stash entry {name}") };
    }
    let kind = match backup.name.as_str() {
        name if name.starts_with("refs/heads/") => "branch ",
        name if name.starts_with("refs/tags/") => "tag ",
        _ => "",
    };
    let place = match &backup.scope {
        Scope::Local => String::new(),
        Scope::Remote(remote) => format!(" of {remote}"),
    };
    format!("{kind}{}{place}", backup.short())
}

/// The newest with this name, or the one with this number of the list.
fn find<'a>(backups: &'a [Backup], which: &str) -> Result<&'a Backup, Fault> {
    let by_name = |backup: &&Backup| backup.short() == which || backup.name == which;
    let numbered = || backups.get(which.parse::<usize>().ok()?.checked_sub(1)?);
    backups.iter().find(by_name).or_else(numbered).ok_or_else(|| {
        Fault::failure(format!("nothing that was kept here is called `{which}` or has that number"))
            .hint("`forestall undo` lists what can be brought back")
    })
}

fn refused(error: &RestoreError) -> Fault {
    let fault = Fault::failure(error.to_string());
    match error.hint() {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

/// `20261121T023649Z` as `2026-11-21 02:36:49`, UTC.
fn time(stamp: &str) -> String {
    match (
        stamp.get(..4),
        stamp.get(4..6),
        stamp.get(6..8),
        stamp.get(9..11),
        stamp.get(11..13),
        stamp.get(13..15),
    ) {
        (Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)) => {
            format!("{year}-{month}-{day} {hour}:{minute}:{second}")
        }
        _ => stamp.to_owned(),
    }
}

fn count(number: usize) -> String {
    if number == 1 { "1 backup".to_owned() } else { format!("{number} backups") }
}

fn was(number: usize) -> &'static str {
    if number == 1 { "was" } else { "were" }
}
