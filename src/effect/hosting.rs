//! Deletions on GitHub, GitLab, Bitbucket and Gitea: through `gh` and `glab`, or through their HTTP interfaces.

use super::args::Args;
use super::git::{Place, RefKind, RefTarget};
use super::{Call, Effect, EffectKind, Target};
use crate::action::Scene;
use crate::fact::Key;
use crate::syntax::{HOLE, Span};

/// The effects of a `gh` or `glab` call.
pub fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "e,env= o,org= u,user= visibility= X,method= R,repo= H,header= f,raw-field= F,field= q,jq= t,template= input= hostname= \
        cache= p,preview= y,yes cleanup-tag";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let operands = args.operands();
    let text = |at: usize| operands.get(at).map_or("", |word| word.text());
    let (Some(first), Some(last)) = (operands.first(), operands.last()) else { return };
    let span = first.span.to(last.span);
    match (text(0), text(1)) {
        ("repo" | "project", "delete") => effects.push(repository(text(2), span)),
        ("api", path) if args.value("X").is_some_and(|method| method.eq_ignore_ascii_case("DELETE")) => {
            effects.extend(read_api("DELETE", path, span, call.scene));
        }
        ("api", path) if args.value("X").is_some_and(|method| method.eq_ignore_ascii_case("PATCH")) => {
            let fields = || args.all("raw-field").chain(args.all("field")).filter_map(|flag| flag.value);
            let public = |field: &str| matches!(field, "visibility=public" | "private=false");
            if fields().any(public) {
                effects.push(changed("publish", path, span));
            }
            if fields().any(|field| field == "archived=true") {
                effects.push(changed("archive", path, span));
            }
            if fields().any(|field| field == "force=true") {
                let new = fields().find_map(|field| field.strip_prefix("sha="));
                effects.extend(forced(path, new, span, call.scene));
            }
        }
        ("api", "graphql") => {
            let fields = args.all("raw-field").chain(args.all("field")).filter_map(|flag| flag.value);
            let deletes = fields.flat_map(mutations).next();
            effects.extend(deletes.map(|name| changed("delete", &name, span)));
        }
        ("release", "delete") => {
            effects.push(changed("delete", &format!("release {}", text(2)), span));
            if args.has("cleanup-tag") {
                let repository = args.value("R").unwrap_or_default();
                let dir = call.scene.cwd.clone().into();
                effects.push(remote_ref(dir, repository, text(2), RefKind::Tag, span));
            }
        }
        ("repo" | "project", "archive") => {
            effects.push(changed("archive", &or_here(text(2)), span));
        }
        ("repo" | "project", "edit")
            if args.value("visibility").is_some_and(|visibility| visibility == "public") =>
        {
            effects.push(changed("publish", &or_here(text(2)), span));
        }
        ("repo", "deploy-key") if text(2) == "delete" => {
            effects.push(changed("delete", "deploy key", span));
        }
        (noun, "delete" | "remove" | "rm") => {
            effects.extend(kept(noun).map(|what| changed("delete", &format!("{what} {}", text(2)), span)));
        }
        ("workflow" | "schedule", "disable") => {
            effects.push(changed("disable", &format!("{first} {}", text(2), first = text(0)), span));
        }
        _ => {}
    }
}

/// What a noun of `gh` and `glab` stands for, where its deletion cannot be taken back. Labels, caches and
/// extensions are made again in a moment.
fn kept(noun: &str) -> Option<&'static str> {
    Some(match noun {
        "secret" => "secret",
        "variable" => "variable",
        "run" | "ci" | "pipeline" => "the record of run",
        "issue" => "issue",
        "mr" => "merge request",
        "project" => "project",
        "ruleset" => "ruleset",
        "gist" | "snippet" => "gist",
        "codespace" | "cs" => "codespace",
        "ssh-key" | "gpg-key" | "deploy-key" => "key",
        "environment" => "environment",
        _ => return None,
    })
}

/// The mutations of a GraphQL text that delete something, by their names.
fn mutations(text: &str) -> impl Iterator<Item = String> + '_ {
    let asks = text.contains("mutation");
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(move |word| asks && word.len() > 8)
        .filter(|word| {
            let rest = word.strip_prefix("delete").or_else(|| word.strip_prefix("archive"));
            rest.is_some_and(|rest| {
                ["Ref", "Repository", "Branch", "Issue", "Project", "Package", "Environment", "Deployment"]
                    .iter()
                    .any(|kind| rest.starts_with(kind))
            })
        })
        .map(str::to_owned)
}

fn or_here(name: &str) -> String {
    if name.is_empty() { "this repository".to_owned() } else { name.to_owned() }
}

fn changed(operation: &'static str, object: &str, span: Span) -> Effect {
    let attributes =
        vec![(Key::Operation, operation.into()), (Key::Object, object.replace(HOLE, "…").trim().into())];
    Effect { kind: EffectKind::HostingChange, span, attributes, target: Target::None }
}

/// The effect of an HTTP request to the interface of a code host; `url` with or without scheme and host.
pub fn read_api(method: &str, url: &str, span: Span, scene: &Scene) -> Option<Effect> {
    if !method.eq_ignore_ascii_case("DELETE") {
        return None;
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => url,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    // The prefixes under which GitHub Enterprise, GitLab, Gitea and Bitbucket serve their interfaces.
    let segments = match segments.as_slice() {
        ["api", "v1" | "v3" | "v4", rest @ ..] | ["2.0", rest @ ..] => rest,
        rest => rest,
    };
    let cwd = Some(scene.cwd.clone());
    let branch = |repository: &str, name: &[&str]| {
        Some(remote_ref(cwd.clone(), repository, &decode(&name.join("/")), RefKind::Branch, span))
    };
    let tag = |repository: &str, name: &[&str]| {
        Some(remote_ref(cwd.clone(), repository, &decode(&name.join("/")), RefKind::Tag, span))
    };
    match segments {
        ["repos" | "repositories", owner, name] => Some(repository(&format!("{owner}/{name}"), span)),
        [
            "repos" | "projects" | "orgs" | "groups",
            ..,
            what @ ("protection" | "environments" | "hooks" | "releases" | "secrets" | "variables"
            | "packages" | "rulesets" | "teams" | "members" | "memberships"),
            _,
        ] => Some(changed("delete", what, span)),
        ["repos", .., "branches", _, "protection"] => {
            Some(changed("delete", "the protection of a branch", span))
        }
        ["orgs", _] => Some(repository(path, span)),
        ["repos", owner, name, "git", "refs" | "ref", "heads", rest @ ..] if !rest.is_empty() => {
            branch(&format!("{owner}/{name}"), rest)
        }
        ["repos", owner, name, "git", "refs" | "ref", "tags", rest @ ..] if !rest.is_empty() => {
            tag(&format!("{owner}/{name}"), rest)
        }
        ["repos", owner, name, "branches", rest @ ..] if rest.len() == 1 => {
            branch(&format!("{owner}/{name}"), rest)
        }
        ["repos", owner, name, "tags", rest @ ..] if rest.len() == 1 => tag(&format!("{owner}/{name}"), rest),
        ["repositories", owner, name, "refs", "branches", rest @ ..] if !rest.is_empty() => {
            branch(&format!("{owner}/{name}"), rest)
        }
        ["repositories", owner, name, "refs", "tags", rest @ ..] if !rest.is_empty() => {
            tag(&format!("{owner}/{name}"), rest)
        }
        ["projects", project] => Some(repository(&decode(project), span)),
        ["projects", project, "repository", "branches", rest @ ..] if !rest.is_empty() => {
            branch(&decode(project), rest)
        }
        ["projects", project, "repository", "tags", rest @ ..] if !rest.is_empty() => {
            tag(&decode(project), rest)
        }
        _ => None,
    }
}

/// A ref of GitHub that is moved by force: the same address as its deletion.
fn forced(path: &str, new: Option<&str>, span: Span, scene: &Scene) -> Option<Effect> {
    let Target::Ref(target) = read_api("DELETE", path, span, scene)?.target else { return None };
    let new = new.map_or_else(|| HOLE.to_string(), str::to_owned);
    let target = RefTarget { new: Some(new), ..target };
    Some(target.effect(EffectKind::RefOverwrite, span, vec![(Key::Force, true.into())]))
}

fn repository(name: &str, span: Span) -> Effect {
    let name = if name.is_empty() || name.starts_with('-') { "this repository" } else { name };
    let attributes = vec![(Key::Repository, name.into())];
    Effect { kind: EffectKind::RepositoryDelete, span, attributes, target: Target::None }
}

fn remote_ref(
    dir: Option<std::path::PathBuf>,
    repository: &str,
    name: &str,
    kind: RefKind,
    span: Span,
) -> Effect {
    // `gh` and `glab` fill these in from the repository they stand in.
    let repository = if repository.contains('{') || repository.starts_with(':') { "" } else { repository };
    let target = RefTarget {
        dir,
        place: Place::Remote(repository.to_owned()),
        name: name.to_owned(),
        kind,
        ..RefTarget::default()
    };
    target.effect(EffectKind::RefDelete, span, Vec::new())
}

/// Undoes percent-encoding, as in GitLab's `group%2Fproject`; what is not valid stays.
fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| byte == b'%') {
            Some(decoded) => {
                out.push(decoded);
                rest = &tail[2..];
            }
            None => {
                out.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletions_by_api() {
        let scene = Scene::given(std::path::Path::new("/"), std::collections::BTreeMap::new());
        let read = |url: &str| read_api("DELETE", url, Span::default(), &scene);
        let named = |effect: &Effect, key| {
            effect.attributes.iter().find(|(known, _)| *known == key).map(|(_, value)| value.to_string())
        };
        for (url, name) in [
            ("https://api.github.com/repos/acme/app/git/refs/heads/feature/x", "feature/x"),
            ("repos/acme/app/git/refs/tags/v1", "v1"),
            ("https://gitlab.com/api/v4/projects/acme%2Fapp/repository/branches/a%2Fb", "a/b"),
            ("https://api.bitbucket.org/2.0/repositories/acme/app/refs/branches/x", "x"),
            ("https://git.acme.com/api/v1/repos/acme/app/branches/x", "x"),
        ] {
            let effect = read(url).unwrap();
            assert_eq!(effect.kind, EffectKind::RefDelete, "{url}");
            assert_eq!(named(&effect, Key::Ref).as_deref(), Some(name), "{url}");
        }
        for url in ["https://api.github.com/repos/acme/app", "https://gitlab.com/api/v4/projects/42"] {
            assert_eq!(read(url).unwrap().kind, EffectKind::RepositoryDelete, "{url}");
        }
        for url in
            ["https://api.github.com/repos/acme/app/issues/1/labels/x", "https://api.acme.com/users/7", ""]
        {
            assert!(read(url).is_none(), "{url}");
        }
        assert!(read_api("GET", "https://api.github.com/repos/acme/app", Span::default(), &scene).is_none());
    }
}
