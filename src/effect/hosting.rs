//! Deletions on GitHub, GitLab, Bitbucket and Gitea: through `gh` and `glab`, or through their HTTP interfaces.

use super::args::Args;
use super::git::{Place, RefKind, RefTarget};
use super::{Call, Effect, EffectKind, Target};
use crate::action::Scene;
use crate::fact::Key;
use crate::percent;
use crate::syntax::{Feed, HOLE, Script, Span, Word, inline_code};

/// The effects of a call of `gh`, `glab`, or another program that talks to a code host.
pub fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "e,env= o,org= u,user= visibility= X,method= R,repo= H,header= f,raw-field= F,field= q,jq= t,template= input= hostname= \
        cache= p,preview= y,yes cleanup-tag w,allow-write force name= owner= id= login= help target-namespace= \
        with-tag method= project= repository= enabled= is-enabled= bypass-policy= project-id= variables= \
        variables-env= b,branch= r,ref= s,scopes= state= archive submit";
    let words = call.invocation.args();
    let args = Args::read(words, OPTIONS, false);
    let operands = args.operands();
    let text = |at: usize| operands.get(at).map_or("", |word| word.text());
    let (Some(first), Some(last)) = (operands.first(), operands.last()) else { return };
    let span = first.span.to(last.span);
    let program = call.invocation.program();
    if !matches!(program, "gh" | "glab") && text(0) != "api" {
        return effects.extend(elsewhere(program, &args, span));
    }
    match (text(0), text(1)) {
        ("workflow", "run") => {
            let flags = args.all("raw-field").chain(args.all("field"));
            effects.extend(started(text(2), flags.filter_map(|flag| flag.value), span));
        }
        ("ci" | "pipeline", "run" | "trigger") => {
            let flags = args.all("variables").chain(args.all("variables-env"));
            effects.extend(started(text(2), flags.filter_map(|flag| flag.value), span));
        }
        ("auth", "refresh" | "login")
            if args.value("scopes").is_some_and(|all| all.contains("delete_repo")) =>
        {
            effects.push(changed("grant", "this login, which may then delete repositories,", span));
        }
        ("repo" | "project", "update") if args.has("archive") => {
            effects.push(changed("archive", &or_here(text(2)), span));
        }
        ("repo", "edit")
            if words.iter().any(|word| {
                word.text().starts_with("--enable-secret-scanning") && word.text().ends_with("=false")
            }) =>
        {
            effects.push(changed("disable", "the search for secrets", span));
        }
        ("repo", "delete") => effects.push(repository(text(2), span)),
        ("project", "delete") if program == "glab" => effects.push(repository(text(2), span)),
        ("api", "graphql") => {
            let fields = args.all("raw-field").chain(args.all("field")).filter_map(|flag| flag.value);
            let fields: Vec<&str> = fields.collect();
            let deletes = fields.iter().flat_map(|text| mutations(text)).next();
            effects.extend(deletes.map(|name| changed("delete", &name, span)));
            let says = |name: &str, value: &str| {
                fields.iter().any(|text| text.contains(name) && text.contains(value))
            };
            if says("updateRepository", "PUBLIC") {
                effects.push(changed("publish", "a repository", span));
            } else if says("updateBranchProtectionRule", "false") {
                effects.push(changed("disable", "the protection of a branch", span));
            }
        }
        ("api", path) => {
            let flags = args.all("raw-field").chain(args.all("field"));
            let mut fields: Vec<&str> = flags.filter_map(|flag| flag.value).collect();
            let body = args.flag("input").map(|flag| (flag.value, &call.invocation.stdin));
            match body {
                Some((Some("-"), Feed::Text(text))) => fields.push(text.text()),
                // What is in a file may say anything.
                Some(_) => fields.push("?"),
                None => {}
            }
            let method = args.value("X").unwrap_or(if fields.is_empty() { "GET" } else { "POST" });
            effects.extend(read_request(method, path, &fields, span, call.scene));
        }
        ("release", "delete") => {
            effects.push(changed("delete", &format!("release {}", text(2)), span));
            if args.has("cleanup-tag") {
                let repository = args.value("R").unwrap_or_default();
                let dir = call.scene.cwd.clone().into();
                effects.push(remote_ref(dir, repository, text(2), RefKind::Tag, span));
            }
        }
        ("release", "delete-asset") => {
            effects.push(changed("delete", &format!("file {} of release {}", text(3), text(2)), span));
        }
        ("repo" | "project", "archive") => {
            effects.push(changed("archive", &or_here(text(2)), span));
        }
        ("repo" | "project", "transfer") => effects.push(changed("transfer", &or_here(text(2)), span)),
        ("repo", "sync") if args.has("force") => {
            effects.push(changed("overwrite", &format!("a branch of {}", or_here(text(2))), span));
        }
        ("repo" | "project", "edit" | "update")
            if args.value("visibility").is_some_and(|visibility| visibility == "public") =>
        {
            effects.push(changed("publish", &or_here(text(2)), span));
        }
        ("repo", "deploy-key") if text(2) == "delete" => {
            effects.push(changed("delete", "deploy key", span));
        }
        ("repo", "deploy-key") if text(2) == "add" && args.has("allow-write") => {
            effects.push(changed("grant", "whoever has that key", span));
        }
        // One pull request keeps a button that brings its branch back; a list of them is another matter.
        ("pr", "close") if args.has("delete-branch") && text(2).contains(HOLE) => {
            effects.push(changed("delete", "the branch of every pull request in that list", span));
        }
        ("token", "revoke") => effects.push(changed("delete", &format!("token {}", text(2)), span)),
        ("cluster", "agent") if text(2) == "delete" => {
            effects.push(changed("delete", &format!("agent {}", text(3)), span));
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

/// The same for the programs of Gitea, Forgejo, Bitbucket, Gerrit, GitLab and Azure DevOps.
fn elsewhere(program: &str, args: &Args<'_>, span: Span) -> Option<Effect> {
    let mut words: Vec<&str> = args.operands().iter().map(|word| word.text()).collect();
    if program == "az" {
        // Nothing but its nouns and verbs stands without an option before it.
        words.truncate(
            words.iter().position(|word| matches!(*word, "delete" | "update")).map_or(0, |at| at + 1),
        );
    }
    let named = || {
        let flags = ["repository", "name", "id", "project-id"].into_iter().find_map(|name| args.value(name));
        flags.map(str::to_owned)
    };
    let delete = |what: &str, name: Option<&str>| {
        let name = name.map(str::to_owned).or_else(named).unwrap_or_default();
        changed("delete", &format!("{what} {name}"), span)
    };
    let off = |value: Option<&str>| value.is_some_and(|value| value.eq_ignore_ascii_case("false"));
    let on = |value: Option<&str>| value.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Some(match (program, words.as_slice()) {
        ("gerrit", ["review", rest @ ..])
            if args.has("submit") && rest.iter().any(|word| word.ends_with("+2")) =>
        {
            let change = rest.last().copied().unwrap_or_default();
            changed("bypass", &format!("the review of change {change}"), span)
        }
        ("gerrit", ["set-project-state", rest @ ..])
            if args.value("state").is_some_and(|state| !state.eq_ignore_ascii_case("active")) =>
        {
            changed("archive", rest.last()?, span)
        }
        ("hub", ["delete", rest @ ..]) => repository(rest.first()?, span),
        // What gitolite lets people do to their own repositories, over ssh.
        ("D", ["rm", name]) => repository(name, span),
        ("D", _) => return None,
        ("gitea" | "forgejo", ["admin", what @ ("user" | "auth"), "delete", ..]) => delete(what, None),
        ("gitea" | "forgejo", _) => return None,
        ("gerrit", ["delete-project" | "deleteproject", "delete", rest @ ..])
        | ("delete-project" | "deleteproject", ["delete", rest @ ..]) => repository(rest.last()?, span),
        ("delete-project" | "deleteproject", _) => return None,
        ("az", ["repos", "delete", ..]) | ("az", ["devops", "project", "delete", ..]) => {
            repository(&named().unwrap_or_default(), span)
        }
        ("az", ["repos", "ref", "delete", ..]) => delete("ref", None),
        ("az", ["repos", "policy", rest @ .., "delete"]) => {
            changed("disable", &format!("the policy {}{}", rest.join(" "), named().unwrap_or_default()), span)
        }
        ("az", ["repos", "policy", .., "update"])
            if off(args.value("enabled")) || off(args.value("is-enabled")) =>
        {
            changed("disable", &format!("the policy {}", named().unwrap_or_default()), span)
        }
        ("az", ["repos", "pr", "update"]) if on(args.value("bypass-policy")) => {
            changed("disable", "the policy of that pull request", span)
        }
        ("az", ["pipelines", "delete"]) => delete("pipeline", None),
        ("az", ["pipelines", nouns @ .., "delete"]) => delete(&nouns.join(" "), None),
        ("az", _) => return None,
        ("gitlab", ["project" | "group", "delete", ..]) => repository(&named().unwrap_or_default(), span),
        ("gitlab", [noun, "delete", ..]) => delete(noun, None),
        (_, [noun, "unprotect", rest @ ..]) => {
            changed("disable", &format!("the protection of {noun} {}", rest.join(" ")), span)
        }
        (_, [noun, "delete" | "rm" | "remove", rest @ ..]) => {
            let noun = noun.strip_suffix('s').unwrap_or(noun);
            let name = rest.first().copied();
            match noun {
                "repo" | "repository" => {
                    repository(&name.map(str::to_owned).or_else(named).unwrap_or_default(), span)
                }
                "release" | "organization" | "org" | "team" | "branch" | "tag" | "webhook" => {
                    delete(noun, name)
                }
                noun => delete(kept(noun)?, name),
            }
        }
        _ => return None,
    })
}

/// A workflow or a pipeline that is started, where its name or what it is given says that it is for production, or
/// that it takes something down.
fn started<'a>(name: &str, given: impl Iterator<Item = &'a str>, span: Span) -> Option<Effect> {
    let parts = |text: &str, wanted: &[&str]| {
        let lower = text.to_ascii_lowercase();
        lower.split(|char: char| !char.is_ascii_alphanumeric()).any(|part| wanted.contains(&part))
    };
    let production = |text: &str| parts(text, &["prod", "production", "prd", "live"]);
    let of_value =
        given.into_iter().find(|field| field.split(['=', ':']).next_back().is_some_and(production));
    let named = production(name) || parts(name, &["destroy", "teardown", "nuke", "wipe", "purge"]);
    let object = match of_value {
        Some(field) => format!("{name} with {field}"),
        None if named => name.to_owned(),
        None => return None,
    };
    Some(changed("run", &object, span))
}

/// Code on the line that deletes through a library of a code host: PyGithub, python-gitlab, Octokit.
pub fn read_inline(call: Call<'_>, effects: &mut Vec<Effect>) {
    let Some(word) = inline_code(call.invocation.program(), call.invocation) else { return };
    let code = word.text();
    let lower = code.to_ascii_lowercase();
    if !["github", "gitlab", "octokit", "gitea", "bitbucket"].iter().any(|name| lower.contains(name)) {
        return;
    }
    const SIGNS: &str = ".delete() repos.delete( repos.deletebranchprotection( deleteref( delete_repo( delete_repository( \
        projects.delete( groups.delete( destroy_repo edit(private=false visibility='public' visibility=\"public\" \
        visibility:'public' delete_project( remove_protection( repos.transfer(";
    let plain: String = lower.chars().filter(|char| *char != ' ').collect();
    if let Some(sign) = SIGNS.split_ascii_whitespace().find(|sign| plain.contains(sign)) {
        let object = match sign {
            sign if sign.contains("public") || sign.contains("private") => {
                return effects.push(changed("publish", "a repository", word.span));
            }
            _ => "what that code finds there",
        };
        effects.push(changed("delete", object, word.span));
    }
}

/// Checks that are left out.
pub fn passed(object: &str, span: Span, effects: &mut Vec<Effect>) {
    effects.push(changed("skip", object, span));
}

/// `git credential fill`: the password stands on the screen.
pub fn revealed(words: &[Word], span: Span, effects: &mut Vec<Effect>) {
    if words.iter().any(|word| matches!(word.text(), "fill" | "get")) {
        effects.push(changed("reveal", "a password or a token that git keeps", span));
    }
}

/// `git daemon --enable=receive-pack`: whoever reaches the port may push, and nobody asks who it is.
pub fn served(words: &[Word], span: Span, scene: &Scene, effects: &mut Vec<Effect>) {
    let has = |wanted: &str| words.iter().any(|word| word.text() == wanted);
    if has("--enable=receive-pack") {
        effects.push(changed("grant", "everybody who reaches this machine", span));
    }
    let base = words.iter().find_map(|word| word.text().strip_prefix("--base-path="));
    let is_all =
        |base: &str| base == "/" || scene.home().is_some_and(|home| std::path::Path::new(base) == home);
    if let Some(base) = base.filter(|base| has("--export-all") && is_all(base)) {
        effects.push(changed("publish", base, span));
    }
}

/// `git remote set-url --add --push`: from then on every push goes there too.
pub fn redirected(words: &[Word], span: Span, script: &Script, effects: &mut Vec<Effect>) {
    let has = |wanted: &str| words.iter().any(|word| word.text() == wanted);
    let Some(url) = words.last().filter(|_| has("--push")) else { return };
    let pushes_all = script.invocations.iter().any(|other| {
        let has = |wanted: &str| other.args().iter().any(|word| word.text() == wanted);
        other.program() == "git" && has("push") && (has("--all") || has("--mirror"))
    });
    if url.text().contains("://") && !is_forge(url.text()) && (has("--add") || pushes_all) {
        effects.push(changed("redirect", url.text(), span.to(url.span)));
    }
}

/// `git push --mirror https://stranger/x.git`.
pub fn handed_over(words: &[Word], effects: &mut Vec<Effect>) {
    let all = words.iter().any(|word| matches!(word.text(), "--all" | "--mirror"));
    let dry = words.iter().any(|word| matches!(word.text(), "--dry-run" | "-n"));
    let web = |word: &&Word| word.text().starts_with("http") && word.text().contains("://");
    if let Some(url) = words.iter().find(web).filter(|url| all && !dry && !is_forge(url.text())) {
        effects.push(changed("redirect", url.text(), url.span));
    }
}

/// Whether an address belongs to a code host, as far as it tells.
pub fn is_forge(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    ["git", "bitbucket", "codeberg", "forge"].iter().any(|name| host.contains(name))
        || ["/api/v3/repos/", "/api/v4/projects/", "/api/v1/repos/"].iter().any(|path| url.contains(path))
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
        "schedule" => "schedule",
        "runner" => "runner",
        "milestone" => "milestone",
        "securefile" => "file",
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

/// The effect of a request that deletes at the interface of a code host; `url` with or without scheme and host.
pub fn read_api(method: &str, url: &str, span: Span, scene: &Scene) -> Option<Effect> {
    if !method.eq_ignore_ascii_case("DELETE") {
        return None;
    }
    let path = path_of(url);
    let segments = segments_of(path);
    let cwd = Some(scene.cwd.clone());
    let branch = |repository: &str, name: &[&str]| {
        Some(remote_ref(
            cwd.clone(),
            repository,
            &percent::decoded_text(&name.join("/")),
            RefKind::Branch,
            span,
        ))
    };
    let tag = |repository: &str, name: &[&str]| {
        Some(remote_ref(cwd.clone(), repository, &percent::decoded_text(&name.join("/")), RefKind::Tag, span))
    };
    match segments.as_slice() {
        ["repos" | "repositories", owner, name] => Some(repository(&format!("{owner}/{name}"), span)),
        [
            "repos" | "projects" | "orgs" | "groups",
            ..,
            what @ ("protection" | "environments" | "artifacts" | "hooks" | "releases" | "secrets"
            | "variables" | "packages" | "rulesets" | "teams" | "members" | "memberships"),
            _,
        ] => Some(changed("delete", what, span)),
        ["repos", .., "branches", _, "protection"] => {
            Some(changed("delete", "the protection of a branch", span))
        }
        ["projects", _, "protected_branches" | "protected_tags", name] => {
            Some(changed("disable", &format!("the protection of {name}"), span))
        }
        ["repos", .., what @ ("vulnerability-alerts" | "automated-security-fixes")] => {
            Some(changed("disable", what, span))
        }
        ["orgs", _] => Some(repository(path, span)),
        ["repos", .., what @ ("pages" | "assets" | "keys"), _] | ["repos", .., what @ "pages"] => {
            Some(changed("delete", what, span))
        }
        ["repos", .., "actions", "runs", _] | ["projects", _, "pipelines", _] => {
            Some(changed("delete", "the record of a run", span))
        }
        ["user", "keys" | "gpg_keys" | "ssh_signing_keys", _] => Some(changed("delete", "key", span)),
        ["orgs" | "user" | "users", .., "packages", kind, name]
        | ["orgs" | "user" | "users", .., "packages", kind, name, "versions", _] => {
            Some(changed("delete", &format!("the {kind} package {name}"), span))
        }
        ["projects", _, "registry", "repositories", ..] => Some(changed("delete", "images", span)),
        ["projects", _, "repository", "merged_branches"] => {
            Some(changed("delete", "all merged branches", span))
        }
        ["teams" | "gists", name] => Some(changed("delete", &format!("{} {name}", segments[0]), span)),
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
        ["projects" | "groups", project] => Some(repository(&percent::decoded_text(project), span)),
        ["projects", project, "repository", "branches", rest @ ..] if !rest.is_empty() => {
            branch(&percent::decoded_text(project), rest)
        }
        ["projects", project, "repository", "tags", rest @ ..] if !rest.is_empty() => {
            tag(&percent::decoded_text(project), rest)
        }
        _ => None,
    }
}

/// The path of an address, without what stands around it.
fn path_of(url: &str) -> &str {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => url,
    };
    path.split(['?', '#']).next().unwrap_or_default().trim_matches('/')
}

/// Its segments, without the prefixes under which GitHub Enterprise, GitLab, Gitea and Bitbucket serve their
/// interfaces.
fn segments_of(path: &str) -> Vec<&str> {
    let segments: Vec<&str> = path.split('/').collect();
    match segments.as_slice() {
        ["api", "v1" | "v3" | "v4", rest @ ..] | ["2.0", rest @ ..] => rest.to_vec(),
        _ => segments,
    }
}

/// The effect of any request to the interface of a code host. `fields` are what it sends, as `key=value`, as a form
/// or as JSON; what the address asks counts too.
pub fn read_request(method: &str, url: &str, fields: &[&str], span: Span, scene: &Scene) -> Option<Effect> {
    if method.eq_ignore_ascii_case("DELETE") {
        return read_api(method, url, span, scene);
    }
    if !["PUT", "POST", "PATCH"].iter().any(|known| method.eq_ignore_ascii_case(known)) {
        return None;
    }
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(|char| !matches!(char, ' ' | '"' | '\'' | '{' | '}'));
        kept.map(|char| if char == ':' { '=' } else { char }).collect()
    };
    let said: Vec<String> =
        fields.iter().chain([&query]).flat_map(|text| text.split(['&', ','])).map(plain).collect();
    let says = |wanted: &[&str]| said.iter().any(|field| wanted.contains(&field.as_str()));
    let path = path_of(url);
    let segments = segments_of(path);
    let strong = [
        "permission=admin",
        "permission=maintain",
        "permission=push",
        "permission=write",
        "role=admin",
        "role=owner",
        "role=maintainer",
        "access_level=40",
        "access_level=50",
    ];
    match segments.as_slice() {
        [.., "graphql"] => {
            fields.iter().flat_map(|text| mutations(text)).next().map(|name| changed("delete", &name, span))
        }
        ["repos" | "repositories", _, _] | ["projects" | "groups", _] => {
            if says(&["visibility=public", "private=false", "is_private=false"]) {
                return Some(changed("publish", path, span));
            }
            let off =
                |field: &String| field.contains("security_and_analysis") && field.ends_with("=disabled");
            if said.iter().any(off) {
                return Some(changed("disable", "the search for secrets", span));
            }
            says(&["archived=true"]).then(|| changed("archive", path, span))
        }
        ["repos", _, _, "branches", name, "protection", ..] => {
            // Without a word of what is taken back it is a list of what is asked from now on.
            let weaker = |field: &String| {
                ["=null", "=false", "=0", "=[]", "?"].iter().any(|end| field.ends_with(end))
                    || field.starts_with("allow_") && field.ends_with("=true")
            };
            (said.iter().any(weaker) || fields.is_empty())
                .then(|| changed("disable", &format!("the protection of {name}"), span))
        }
        ["projects", _, "protected_branches", name] => {
            says(&["allow_force_push=true", "code_owner_approval_required=false"])
                .then(|| changed("disable", &format!("the protection of {name}"), span))
        }
        ["projects", _, "approvals"] => says(&["approvals_before_merge=0", "reset_approvals_on_push=false"])
            .then(|| changed("disable", "the approval of merge requests", span)),
        ["repos" | "orgs", .., "rulesets", name] => says(&["enforcement=disabled", "enforcement=evaluate"])
            .then(|| changed("disable", &format!("ruleset {name}"), span)),
        ["repos" | "orgs", .., "actions", "permissions"] => says(&["allowed_actions=all"])
            .then(|| changed("disable", "the list of actions that may run", span)),
        ["repos" | "orgs", .., "actions", "permissions", "workflow"] => {
            says(&["default_workflow_permissions=write"]).then(|| changed("grant", "every workflow", span))
        }
        ["repos", _, _, "actions", "workflows", name, "dispatches"] => {
            started(name, fields.iter().copied(), span)
        }
        ["repos", _, _, "deployments"] => started("a deployment", fields.iter().copied(), span),
        ["projects", _, "pipeline" | "trigger", ..] => started("a pipeline", fields.iter().copied(), span),
        ["rest", "api", _, "projects", _, "repos", _] => {
            says(&["public=true"]).then(|| changed("publish", path, span))
        }
        ["projects", _, "archive"] => Some(changed("archive", path, span)),
        ["repos", _, _, "transfer"] | ["projects", _, "transfer"] => Some(changed("transfer", path, span)),
        ["orgs", _] => says(&["default_repository_permission=admin", "default_repository_permission=write"])
            .then(|| changed("grant", "every member", span)),
        ["repos", .., "collaborators", who] => {
            let weak = said.iter().any(|field| field.starts_with("permission=")) && !says(&strong);
            (!weak).then(|| changed("grant", who, span))
        }
        ["repos" | "projects", .., "keys" | "deploy_keys"] => says(&["read_only=false", "can_push=true"])
            .then(|| changed("grant", "whoever has that key", span)),
        [.., "memberships" | "members" | "invitations", _]
        | [.., "memberships" | "members" | "invitations"] => {
            says(&strong).then(|| changed("grant", "a member", span))
        }
        ["orgs" | "teams", .., "repos", _, _] => says(&strong).then(|| changed("grant", "a team", span)),
        _ if says(&["force=true"]) => {
            let new = fields.iter().find_map(|field| field.strip_prefix("sha="));
            forced(path, new, span, scene)
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
