//! Which workspace and state terraform would act on, and whether there is anything in it.

use super::{Found, View};
use crate::action::file_text;
use crate::effect::infra::{Part, Reach};
use serde_json::Value as Json;
use std::fs;
use std::path::Path;

/// Most files of a project that are looked at for a backend and for values of variables.
const MAX_FILES: usize = 64;

pub(super) fn find(view: View<'_>) -> Found {
    let mut found = Found::default();
    let Some(dir) = view.target.dir.as_deref().filter(|_| view.target.reach == Reach::Here) else {
        return found;
    };
    let data = match view.var("TF_DATA_DIR") {
        Some(data) => dir.join(data),
        None => dir.join(".terraform"),
    };
    let selected = view.target.said(Part::Context).find(|typed| typed.source == "workspace select");
    let workspace = match (view.var("TF_WORKSPACE"), selected) {
        (Some(name), _) => Some((name, "TF_WORKSPACE".to_owned())),
        (None, Some(typed)) => Some((typed.text.clone(), typed.source.to_owned())),
        (None, None) => file_text(&data.join("environment"))
            .map(|name| (name.trim().to_owned(), ".terraform/environment".to_owned())),
    };
    let workspace = workspace.filter(|(name, _)| !name.is_empty() && name != "default");
    if let Some((name, source)) = &workspace {
        found.own(name, source);
    }
    let project = Project::read(dir);
    let backend = file_text(&data.join("terraform.tfstate")).and_then(|text| Backend::read(&text));
    let mut remote = project.declares_backend;
    if let Some(backend) = &backend {
        remote |= backend.kind != "local";
        found.placed = true;
        for (key, value) in &backend.names {
            found.inside(value, &format!("backend {}: {key}", backend.kind));
        }
    }
    for (name, value, source) in &project.values {
        found.inside(value, &format!("{source}: {name}"));
    }
    for variable in
        ["AWS_PROFILE", "AWS_VAULT", "TF_VAR_environment", "TF_VAR_env", "TF_VAR_stage", "GOOGLE_PROJECT"]
    {
        if let Some(value) = view.var(variable) {
            found.inside(&value, variable);
        }
    }
    add_folders(&mut found, dir, project.exists || data.is_dir());
    if !remote {
        let typed = view.target.said(Part::File).next().map(|typed| dir.join(&typed.text));
        let state = typed.unwrap_or_else(|| match &workspace {
            Some((name, _)) => dir.join("terraform.tfstate.d").join(name).join("terraform.tfstate"),
            None => dir.join("terraform.tfstate"),
        });
        found.empty = match file_text(&state) {
            Some(text) => managed(&text).map(|count| count == 0),
            // Nothing was ever applied in a project that keeps its state here.
            None if project.exists && !state.exists() => Some(true),
            None => None,
        };
        found.placed |= state.exists();
    }
    found
}

/// The names of the directories say what an environment is: `envs/prod`. The nearest one that says something counts;
/// below a directory that is no such project, they may only warn.
pub(super) fn add_folders(found: &mut Found, dir: &Path, is_project: bool) {
    use crate::fact::database::class::of_name;
    let folders = dir.components().rev().take(4).filter_map(|part| part.as_os_str().to_str());
    if let Some(folder) = folders.into_iter().find(|folder| of_name(folder).is_some()) {
        let source = format!("directory {folder}");
        match is_project {
            true => found.inside(folder, &source),
            false => found.hint(folder, &source),
        }
    }
}

/// How many managed resources a state holds; `None` where it is none.
fn managed(text: &str) -> Option<usize> {
    let state: Json = serde_json::from_str(text).ok()?;
    // Format 4; before that resources stood in modules.
    if let Some(resources) = state.get("resources").and_then(Json::as_array) {
        // What stands for nothing outside of the state is no loss.
        let nothing = |kind: &str| {
            kind == "terraform_data"
                || ["null_", "random_", "time_"].iter().any(|prefix| kind.starts_with(prefix))
        };
        let managed = |resource: &&Json| {
            let text = |key| resource.get(key).and_then(Json::as_str).unwrap_or_default();
            text("mode") != "data" && !nothing(text("type"))
        };
        return Some(resources.iter().filter(managed).count());
    }
    let modules = state.get("modules")?.as_array()?;
    let count =
        |module: &Json| module.get("resources").and_then(Json::as_object).map_or(0, serde_json::Map::len);
    Some(modules.iter().map(count).sum())
}

/// What `.terraform/terraform.tfstate` keeps of the backend that was configured.
struct Backend {
    kind: String,
    names: Vec<(String, String)>,
}

impl Backend {
    fn read(text: &str) -> Option<Backend> {
        let state: Json = serde_json::from_str(text).ok()?;
        let backend = state.get("backend")?;
        let kind = backend.get("type")?.as_str()?.to_owned();
        let config = backend.get("config").and_then(Json::as_object);
        let mut names = Vec::new();
        for (key, value) in config.into_iter().flatten() {
            let telling = matches!(
                key.as_str(),
                "bucket"
                    | "key"
                    | "prefix"
                    | "container_name"
                    | "storage_account_name"
                    | "resource_group_name"
                    | "profile"
                    | "name"
                    | "path"
                    | "workspace_key_prefix"
                    | "secret_suffix"
                    | "config_context"
                    | "schema_name"
                    | "address"
                    | "workspaces"
                    | "dynamodb_table"
            );
            if !telling {
                continue;
            }
            let inside = value.as_array().and_then(|list| list.first()).unwrap_or(value);
            let text = inside.as_str().or_else(|| inside.get("name").and_then(Json::as_str));
            names.extend(text.map(|text| (key.clone(), text.to_owned())));
        }
        Some(Backend { kind, names })
    }
}

/// What the files of the project say.
#[derive(Default)]
struct Project {
    exists: bool,
    declares_backend: bool,
    /// `environment = "prod"` in files that are read without being named: name, value, file.
    values: Vec<(String, String, String)>,
}

impl Project {
    fn read(dir: &Path) -> Project {
        let mut project = Project::default();
        let Ok(entries) = fs::read_dir(dir) else { return project };
        let paths = entries.flatten().map(|entry| entry.path());
        let mine = |path: &std::path::PathBuf| {
            path.extension()
                .and_then(|end| end.to_str())
                .is_some_and(|end| matches!(end, "tf" | "tofu" | "tfvars" | "hcl"))
        };
        for path in paths.filter(mine).take(MAX_FILES) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let Some(text) = file_text(&path) else { continue };
            if name.ends_with(".tfvars") {
                if name == "terraform.tfvars" || name.ends_with(".auto.tfvars") {
                    project.add_values(&text, &name);
                }
                continue;
            }
            project.exists |= !name.starts_with('.');
            // terragrunt keeps its state where its own file says.
            project.declares_backend |= name == "terragrunt.hcl";
            for line in text.lines().map(str::trim_start) {
                let backend = line.strip_prefix("backend").map(str::trim_start);
                project.declares_backend |=
                    backend.is_some_and(|rest| rest.starts_with('"') && !rest.starts_with("\"local\""));
                project.declares_backend |=
                    line.strip_prefix("cloud").is_some_and(|rest| rest.trim_start().starts_with('{'));
            }
        }
        project
    }

    fn add_values(&mut self, text: &str, file: &str) {
        for line in text.lines() {
            let Some((name, value)) = line.split_once('=') else { continue };
            let name = name.trim();
            if matches!(name, "env" | "environment" | "stage" | "environment_name" | "workspace") {
                let value = value.trim().trim_matches('"');
                self.values.push((name.to_owned(), value.to_owned(), file.to_owned()));
            }
        }
    }
}
