//! Whose containers a container engine would act on, and what a compose file would take down.

use super::machine::{hostname, is_local_address};
use super::yaml::{self, Node};
use super::{Found, View};
use crate::action::file_text;
use crate::effect::infra::{Part, Reach};
use serde_json::Value as Json;
use std::fs;
use std::path::Path;

/// What docker compose reads in a directory: the first of these that is there.
pub(in crate::fact) const COMPOSE_FILES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// And these besides, which win.
pub(in crate::fact) const COMPOSE_OVERRIDES: [&str; 4] = [
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];
/// Most contexts of docker that are looked at.
const MAX_CONTEXTS: usize = 64;

pub(super) fn find(view: View<'_>) -> Found {
    let mut found = Found { placed: true, ..Found::default() };
    let typed =
        view.target.said(Part::Address).next().map(|typed| (typed.text.clone(), typed.source.to_owned()));
    let named = view.target.said(Part::Context).find(|typed| typed.source == "--context");
    let host = typed.or_else(|| {
        ["DOCKER_HOST", "CONTAINER_HOST"].iter().find_map(|name| Some((view.var(name)?, (*name).to_owned())))
    });
    let context = named
        .map(|typed| (typed.text.clone(), "--context".to_owned()))
        .or_else(|| view.var("DOCKER_CONTEXT").map(|name| (name, "DOCKER_CONTEXT".to_owned())))
        .or_else(|| Some((current_context(&folder(view)?)?, "docker's current context".to_owned())));
    match (named, host, context) {
        // `DOCKER_HOST` wins over contexts that are not typed.
        (None, Some((address, source)), _) => at(&mut found, &address, &source),
        (_, _, Some((name, source))) if !is_own(&name) => {
            found.own(&name, &source);
            match folder(view).and_then(|folder| address_of(&name, &folder)) {
                Some(address) => at(&mut found, &address, &source),
                None => found.remote = Some(true),
            }
        }
        (_, None, context)
            if view.target.whole && context.as_ref().is_none_or(|(name, _)| name == "default") =>
        {
            found.placed = false;
        }
        _ => here(&mut found),
    }
    if found.local
        && let Some(name) = hostname(view)
    {
        found.hint(&name, "host name");
    }
    found.empty = composed(view);
    found
}

fn here(found: &mut Found) {
    found.local = true;
    found.remote = Some(false);
}

/// An engine at this address.
fn at(found: &mut Found, address: &str, source: &str) {
    if address.starts_with("unix:") || address.starts_with("npipe:") || is_local_address(address) {
        return here(found);
    }
    found.remote = Some(true);
    found.own(address, source);
}

/// Contexts that desktop tools make for the engine of this machine.
fn is_own(name: &str) -> bool {
    matches!(
        name,
        "default"
            | "desktop-linux"
            | "desktop-windows"
            | "rootless"
            | "orbstack"
            | "rancher-desktop"
            | "lima"
    ) || name == "colima"
        || name.starts_with("colima-")
        || name.starts_with("lima-")
}

fn folder(view: View<'_>) -> Option<std::path::PathBuf> {
    if view.target.reach != Reach::Here {
        return None;
    }
    view.var("DOCKER_CONFIG").map(|path| view.scene.path(&path)).or_else(|| view.home(".docker"))
}

/// Where the engine stands that docker would reach by the context `named`, else by the current one of this folder of
/// settings; `None` where that is this machine.
pub(in crate::fact) fn elsewhere(folder: &Path, named: Option<String>) -> Option<String> {
    let name = named.or_else(|| current_context(folder))?;
    if is_own(&name) {
        return None;
    }
    match address_of(&name, folder) {
        Some(address) if address.starts_with("unix:") || is_local_address(&address) => None,
        Some(address) => Some(format!("{name} ({address})")),
        None => Some(name),
    }
}

fn current_context(folder: &Path) -> Option<String> {
    let text = file_text(&folder.join("config.json"))?;
    let config: Json = serde_json::from_str(&text).ok()?;
    config.get("currentContext")?.as_str().map(str::to_owned)
}

/// The address behind a context: its folder is a hash of the name, so that the names are compared.
fn address_of(name: &str, folder: &Path) -> Option<String> {
    let entries = fs::read_dir(folder.join("contexts/meta")).ok()?;
    entries.flatten().take(MAX_CONTEXTS).find_map(|entry| {
        let meta: Json = serde_json::from_str(&file_text(&entry.path().join("meta.json"))?).ok()?;
        (meta.get("Name")?.as_str()? == name).then_some(())?;
        meta.get("Endpoints")?.get("docker")?.get("Host")?.as_str().map(str::to_owned)
    })
}

/// Whether `compose down --volumes` would find no volume with a name: `None` where that is not asked or not known.
fn composed(view: View<'_>) -> Option<bool> {
    let project = view.target.said(Part::File).next()?;
    let dir = view.target.dir.as_deref().filter(|_| view.target.reach == Reach::Here)?;
    let typed: Vec<&str> =
        view.target.said(Part::File).map(|typed| typed.text.as_str()).filter(|text| *text != ".").collect();
    let named = view.var("COMPOSE_FILE").filter(|_| typed.is_empty());
    let separator = view.var("COMPOSE_PATH_SEPARATOR").unwrap_or_else(|| ":".to_owned());
    let typed = match &named {
        Some(files) => files.split(separator.as_str()).collect(),
        None => typed,
    };
    let files: Vec<&str> = match typed.as_slice() {
        [] if project.text == "." => {
            let is_there = |name: &&str| dir.join(name).exists();
            let first = COMPOSE_FILES.into_iter().find(is_there)?;
            std::iter::once(first).chain(COMPOSE_OVERRIDES.into_iter().filter(is_there)).collect()
        }
        typed => typed.to_vec(),
    };
    for file in files {
        let node = yaml::read(&file_text(&dir.join(file))?);
        // What cannot be read as a mapping, or takes in other files, may hold anything.
        if !matches!(node, Node::Map(_)) || node.get("include").is_some() {
            return None;
        }
        // What belongs to somebody else stays.
        let own = |volumes: &Node| match volumes {
            Node::Map(entries) => entries.iter().any(|(_, volume)| volume.text("external") != Some("true")),
            other => !other.is_empty(),
        };
        if node.get("volumes").is_some_and(own) {
            return Some(false);
        }
    }
    Some(true)
}
