//! What a project's own files say of the place that it is deployed to: the stack of pulumi, the application of a host.

use super::terraform::add_folders;
use super::yaml;
use super::{Found, View, machine};
use crate::action::file_text;
use crate::effect::infra::{Part, Reach};
use serde_json::Value as Json;
use std::fs;
use std::path::Path;

/// Most entries of a folder that are looked at.
const MAX_ENTRIES: usize = 256;

/// The stack that is selected.
pub(super) fn pulumi(view: View<'_>) -> Found {
    let mut found = Found::default();
    if let Some(typed) = view.target.said(Part::Context).next() {
        found.own(&typed.text, typed.source);
        return found;
    }
    let Some(dir) = view.target.dir.as_deref().filter(|_| view.target.reach == Reach::Here) else {
        return found;
    };
    if let Some(stack) = view.var("PULUMI_STACK") {
        found.own(&stack, "PULUMI_STACK");
        return found;
    }
    let root = dir.ancestors().take(8).find(|dir| dir.join("Pulumi.yaml").is_file());
    let project = root.and_then(|root| file_text(&root.join("Pulumi.yaml")));
    let name = project.as_deref().and_then(|text| yaml::read(text).text("name").map(str::to_owned));
    if let (Some(name), Some(home)) = (&name, workspaces(view)) {
        // The files end in a hash of the project's path; a name that several projects have gives several stacks.
        for (file, text) in files_of(&home) {
            let stack = serde_json::from_str::<Json>(&text).ok();
            let stack = stack.as_ref().and_then(|found| found.get("stack")?.as_str());
            if let Some(stack) = stack.filter(|_| file.starts_with(&format!("{name}-"))) {
                found.own(stack, "pulumi: selected stack");
            }
        }
    }
    if let (Some(root), true) = (root, found.names.is_empty()) {
        let stacks: Vec<String> = names_in(root)
            .into_iter()
            .filter_map(|name| Some(name.strip_prefix("Pulumi.")?.strip_suffix(".yaml")?.to_owned()))
            .collect();
        match stacks.as_slice() {
            [only] => found.own(only, "the only stack of the project"),
            several => several.iter().for_each(|stack| found.hint(stack, "a stack of the project")),
        }
    }
    found.placed |= root.is_some();
    add_folders(&mut found, dir, root.is_some());
    found
}

fn workspaces(view: View<'_>) -> Option<std::path::PathBuf> {
    let home = view.var("PULUMI_HOME").map(|path| view.scene.path(&path)).or_else(|| view.home(".pulumi"));
    Some(home?.join("workspaces"))
}

fn names_in(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().take(MAX_ENTRIES);
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

fn files_of(dir: &Path) -> Vec<(String, String)> {
    names_in(dir).into_iter().filter_map(|name| Some((name.clone(), file_text(&dir.join(&name))?))).collect()
}

/// The hosted application that the project belongs to.
pub(super) fn app(view: View<'_>) -> Found {
    let mut found = Found::default();
    for typed in view.target.said(Part::Context) {
        found.own(&typed.text, typed.source);
    }
    if found.placed {
        return found;
    }
    for variable in ["HEROKU_APP", "FLY_APP", "RAILWAY_ENVIRONMENT", "CLOUDFLARE_ENV", "VERCEL_ENV"] {
        if let Some(name) = view.var(variable) {
            found.own(&name, variable);
        }
    }
    let dir = view.target.dir.as_deref().filter(|_| view.target.reach == Reach::Here);
    let Some(dir) = dir else { return found };
    if let Some(text) = file_text(&dir.join("fly.toml"))
        && let Some(name) = top_level(&text, "app")
    {
        found.own(&name, "fly.toml: app");
    }
    for file in ["wrangler.toml", "wrangler.jsonc"] {
        if let Some(name) = file_text(&dir.join(file)).and_then(|text| top_level(&text, "name")) {
            found.own(&name, &format!("{file}: name"));
        }
    }
    let json = |path: &str| serde_json::from_str::<Json>(&file_text(&dir.join(path))?).ok();
    if let Some(name) =
        json(".vercel/project.json").and_then(|found| Some(found.get("projectName")?.as_str()?.to_owned()))
    {
        found.own(&name, ".vercel/project.json: projectName");
    }
    let firebase = json(".firebaserc")
        .and_then(|found| Some(found.get("projects")?.get("default")?.as_str()?.to_owned()));
    if let Some(name) = firebase {
        found.own(&name, ".firebaserc: default");
        // What goes by this prefix exists in the emulators alone.
        found.local |= name.starts_with("demo-");
    }
    if let Some(text) = file_text(&dir.join("config/deploy.yml")) {
        add_servers(&mut found, &text);
    }
    // `https://git.heroku.com/app.git` in the configuration of the repository.
    let config = dir.ancestors().take(8).find_map(|dir| file_text(&dir.join(".git/config")));
    for line in config.iter().flat_map(|text| text.lines()) {
        if let Some((_, rest)) = line.split_once("heroku.com")
            && let Some(name) = rest.trim_start_matches([':', '/']).trim().strip_suffix(".git")
        {
            found.own(name, "git remote of heroku");
        }
    }
    found
}

/// The machines that Kamal deploys to: a list, or a list for each role.
fn add_servers(found: &mut Found, text: &str) {
    fn hosts<'a>(node: &'a yaml::Node, into: &mut Vec<&'a str>) {
        match node {
            yaml::Node::Text(text) => into.push(text),
            yaml::Node::List(items) => items.iter().for_each(|item| hosts(item, into)),
            yaml::Node::Map(roles) => {
                let named = |name: &str| !matches!(name, "cmd" | "options" | "env" | "labels" | "proxy");
                roles.iter().filter(|(name, _)| named(name)).for_each(|(_, node)| hosts(node, into));
            }
        }
    }
    let config = yaml::read(text);
    let mut servers = Vec::new();
    config.get("servers").into_iter().for_each(|node| hosts(node, &mut servers));
    servers.retain(|server| !server.is_empty());
    found.local |= !servers.is_empty() && servers.iter().all(|server| machine::is_local_address(server));
    servers.iter().for_each(|server| found.inside(server, "config/deploy.yml: servers"));
}

/// The inventory that ansible works on where the line names none.
pub(super) fn inventory(view: View<'_>) -> Found {
    let mut found = machine::server(view, "ANSIBLE_INVENTORY");
    let typed = view.target.said(Part::Context).find(|typed| typed.source == "--inventory");
    if let (Some(typed), Some(dir)) = (typed, view.target.dir.as_deref()) {
        add_hosts(&mut found, &dir.join(&typed.text));
    }
    let named = found.placed || typed.is_some();
    let dir = view.target.dir.as_deref().filter(|_| view.target.reach == Reach::Here);
    let (false, Some(dir)) = (named, dir) else { return found };
    let config =
        view.var("ANSIBLE_CONFIG").map_or_else(|| dir.join("ansible.cfg"), |path| view.scene.path(&path));
    if let Some(path) = file_text(&config).and_then(|text| setting(&text, "inventory")) {
        found.own(&path, "ansible.cfg: inventory");
        add_hosts(&mut found, &dir.join(&path));
    }
    found
}

/// The groups and machines that an inventory lists, one a line or in YAML; one of this machine alone is local.
fn add_hosts(found: &mut Found, path: &Path) {
    let Some(text) = file_text(path) else { return };
    let mut hosts = 0;
    let mut here = 0;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])).take(MAX_ENTRIES) {
        let name = line.trim_matches(['[', ']']).split([' ', ':', '=']).next().unwrap_or_default();
        if line.starts_with('[') || line.ends_with(':') {
            found.hint(name, "a group of the inventory");
            here += usize::from(name == "localhost");
            hosts += usize::from(name == "localhost");
        } else if !name.is_empty() && !line.contains(": ") {
            found.hint(name, "a machine of the inventory");
            hosts += 1;
            here += usize::from(machine::is_local_address(name) || line.contains("ansible_connection=local"));
        }
    }
    if hosts > 0 && hosts == here {
        found.local = true;
        found.remote = Some(false);
    }
}

/// The registry of npm, where it is another than everybody's.
pub(super) fn registry(view: View<'_>) -> Found {
    let mut found = machine::server(view, "npm_config_registry NPM_CONFIG_REGISTRY");
    let dir = view.target.dir.as_deref().filter(|_| view.target.reach == Reach::Here && !found.placed);
    let files = dir.map(|dir| dir.join(".npmrc")).into_iter().chain(view.home(".npmrc"));
    let registry =
        files.filter_map(|path| setting(&file_text(&path)?, "registry")).next().filter(|_| dir.is_some());
    if let Some(registry) = registry {
        found.local = machine::is_local_address(&registry);
        found.remote = Some(!found.local);
        found.own(&registry, ".npmrc: registry");
    }
    found
}

/// The value of a key in a file of `key = value` lines.
fn setting(text: &str, wanted: &str) -> Option<String> {
    let mut values = text.lines().filter_map(|line| line.split_once('='));
    let (_, value) = values.find(|(key, _)| key.trim() == wanted)?;
    Some(value.trim().to_owned())
}

/// `key = "value"` before the first table of a TOML file.
fn top_level(text: &str, wanted: &str) -> Option<String> {
    let lines = text.lines().map(str::trim).take_while(|line| !line.starts_with('['));
    let mut values = lines.filter_map(|line| line.split_once(['=', ':']));
    let (_, value) = values.find(|(key, _)| key.trim().trim_matches('"') == wanted)?;
    Some(value.trim().trim_matches([',', '"', '\'']).to_owned())
}
