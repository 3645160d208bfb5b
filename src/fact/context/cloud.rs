//! Which account, project or subscription a cloud's command line would act on.

use super::machine::is_local_address;
use super::{Found, View, yaml};
use crate::action::file_text;
use crate::effect::infra::{Part, Reach};
use serde_json::Value as Json;

/// AWS: the profile, and what `~/.aws/config` says of it.
pub(super) fn aws(view: View<'_>) -> Found {
    let mut found = Found::default();
    let typed = |part: Part| view.target.said(part).map(|typed| typed.text.clone()).next();
    let addresses: Vec<(String, String)> = match typed(Part::Address) {
        Some(address) => vec![(address, "--endpoint-url".to_owned())],
        None => ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB", "LOCALSTACK_HOST"]
            .iter()
            .filter_map(|name| Some((view.var(name)?, (*name).to_owned())))
            .collect(),
    };
    for (address, source) in &addresses {
        found.hint(address, source);
        found.local |= is_local_address(address);
        found.placed = true;
    }
    let profile = typed(Part::Context).map(|name| (name, "--profile".to_owned())).or_else(|| {
        ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_VAULT", "AWSUME_PROFILE"]
            .iter()
            .find_map(|name| Some((view.var(name)?, (*name).to_owned())))
    });
    if let Some((name, source)) = &profile {
        match name.as_str() {
            "default" => found.placed = true,
            name => found.own(name, source),
        }
        found.local |= matches!(name.as_str(), "localstack" | "local" | "minio");
    } else if view.var("AWS_ACCESS_KEY_ID").is_some() {
        // Keys say nothing of the account that they open.
        found.placed = true;
    }
    if view.target.reach != Reach::Here {
        return found;
    }
    add_project(view, &mut found);
    let path =
        view.var("AWS_CONFIG_FILE").map(|path| view.scene.path(&path)).or_else(|| view.home(".aws/config"));
    let Some(text) = path.and_then(|path| file_text(&path)) else { return found };
    let name = profile.as_ref().map_or("default", |(name, _)| name.as_str());
    let section = if name == "default" { "default".to_owned() } else { format!("profile {name}") };
    for (key, value) in section_of(&text, &section) {
        let source = format!("~/.aws/config: {key}");
        match key {
            "sso_account_name" | "role_arn" | "sso_session" | "granted_sso_account_id" | "source_profile" => {
                found.placed = true;
                if key == "sso_account_name" { found.own(value, &source) } else { found.hint(value, &source) }
            }
            "endpoint_url" if addresses.is_empty() => found.local |= is_local_address(value),
            "region" | "sso_account_id" | "credential_process" => found.placed = true,
            _ => {}
        }
    }
    found
}

/// The stage that `serverless.yml` names, and the stack and the profile of `samconfig.toml`.
fn add_project(view: View<'_>, found: &mut Found) {
    let Some(dir) = view.target.dir.as_deref() else { return };
    for file in view.target.said(Part::File).map(|typed| typed.text.as_str()) {
        let Some(text) = file_text(&dir.join(file)) else { continue };
        if file.ends_with(".toml") {
            for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
                let value = value.trim().trim_matches('"');
                match key.trim() {
                    "stack_name" => found.inside(value, "samconfig.toml: stack_name"),
                    "profile" => found.own(value, "samconfig.toml: profile"),
                    _ => {}
                }
            }
        } else if let Some(stage) = yaml::read(&text).get("provider").and_then(|node| node.text("stage"))
            && !stage.contains("${")
        {
            found.inside(stage, "serverless.yml: stage");
        }
    }
}

/// Google Cloud: the project of the line, the environment or the active configuration.
pub(super) fn gcloud(view: View<'_>) -> Found {
    let mut found = Found::default();
    let typed = |source: &str| {
        view.target.said(Part::Context).find(|typed| typed.source == source).map(|typed| typed.text.clone())
    };
    if let Some(project) = typed("--project") {
        found.own(&project, "--project");
        return found;
    }
    if let Some(project) = view.var("CLOUDSDK_CORE_PROJECT") {
        found.own(&project, "CLOUDSDK_CORE_PROJECT");
        return found;
    }
    if view.target.reach != Reach::Here {
        return found;
    }
    let folder = view
        .var("CLOUDSDK_CONFIG")
        .map(|path| view.scene.path(&path))
        .or_else(|| view.home(".config/gcloud"));
    let Some(folder) = folder else { return found };
    let active = typed("--configuration")
        .map(|name| (name, "--configuration"))
        .or_else(|| view.var("CLOUDSDK_ACTIVE_CONFIG_NAME").map(|name| (name, "CLOUDSDK_ACTIVE_CONFIG_NAME")))
        .or_else(|| {
            Some((file_text(&folder.join("active_config"))?.trim().to_owned(), "gcloud: active_config"))
        });
    let (name, source) = active.unwrap_or_else(|| ("default".to_owned(), "gcloud: active_config"));
    if name.contains('/') {
        return found;
    }
    let text = file_text(&folder.join("configurations").join(format!("config_{name}")));
    for (key, value) in text.iter().flat_map(|text| section_of(text, "core")) {
        match key {
            "project" => found.own(value, &format!("gcloud configuration {name}: project")),
            "account" => found.placed = true,
            _ => {}
        }
    }
    if name != "default" {
        found.inside(&name, source);
    }
    found
}

/// Azure: the subscription of the line, or the default one of the profile.
pub(super) fn azure(view: View<'_>) -> Found {
    let mut found = Found::default();
    let typed = view.target.said(Part::Context).find(|typed| typed.source == "--subscription");
    let folder =
        view.var("AZURE_CONFIG_DIR").map(|path| view.scene.path(&path)).or_else(|| view.home(".azure"));
    let folder = folder.filter(|_| view.target.reach == Reach::Here);
    let text = folder.and_then(|folder| file_text(&folder.join("azureProfile.json")));
    let profile: Option<Json> =
        text.and_then(|text| serde_json::from_str(text.trim_start_matches('\u{feff}')).ok());
    let subscriptions = profile.as_ref().and_then(|profile| profile.get("subscriptions")?.as_array());
    let field = |one: &Json, name: &str| one.get(name).and_then(Json::as_str).map(str::to_owned);
    for one in subscriptions.into_iter().flatten() {
        let wanted = match typed {
            Some(typed) => {
                field(one, "id").as_deref() == Some(&typed.text)
                    || field(one, "name").as_deref() == Some(&typed.text)
            }
            None => one.get("isDefault").and_then(Json::as_bool) == Some(true),
        };
        if let Some(name) = field(one, "name").filter(|_| wanted) {
            found.own(&name, "~/.azure/azureProfile.json: default subscription");
        }
    }
    if let Some(typed) = typed {
        found.own(&typed.text, typed.source);
    }
    found
}

/// The `key = value` lines of a section of an ini file.
fn section_of<'a>(text: &'a str, wanted: &str) -> Vec<(&'a str, &'a str)> {
    let mut inside = false;
    let mut entries = Vec::new();
    for line in text.lines() {
        // Nested settings are indented.
        if let Some(name) = line.trim_end().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            inside = name.split_whitespace().eq(wanted.split_whitespace());
        } else if inside
            && !line.trim_start().starts_with(['#', ';'])
            && let Some((key, value)) = line.split_once('=')
        {
            entries.push((key.trim(), value.trim()));
        }
    }
    entries
}
