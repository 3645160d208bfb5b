//! Facts about the database that a command would touch: which one it is, and how much harm can be done there.

mod address;
pub(super) mod class;
mod config;
mod dotenv;
mod pending;
mod resolve;
mod sqlite;

use super::context::container;
use super::{Key, Value, ssh};
use crate::action::{Scene, file_text};
use crate::effect::database::{DatabaseTarget, Part, Reach};
use crate::policy::{DatabaseClass, Policy};
use resolve::Resolved;
use std::path::PathBuf;

/// Databases that were looked up for this judgement.
#[derive(Default)]
pub struct Cache {
    known: Vec<(DatabaseTarget, Answer)>,
}

/// Everything that may be asked about one target.
#[derive(Clone)]
struct Answer {
    name: Option<String>,
    class: &'static str,
    remote: Option<bool>,
    shown: Option<String>,
    host: Option<String>,
    source: Option<String>,
    environment: Option<String>,
    /// The file that is the database, on this machine.
    file: Option<PathBuf>,
}

impl Cache {
    /// A fact about a database.
    pub fn read(&mut self, target: &DatabaseTarget, key: Key, scene: &Scene, policy: &Policy) -> Value {
        let at = match self.known.iter().position(|(known, _)| known == target) {
            Some(at) => at,
            None => {
                self.known.push((target.clone(), answer(target, scene, policy)));
                self.known.len() - 1
            }
        };
        let Some((_, answer)) = self.known.get(at) else { return Value::Unknown };
        match key {
            Key::TargetClass => Value::from(answer.class),
            Key::TargetRemote => Value::from(answer.remote),
            Key::Target => Value::from(answer.shown.clone()),
            Key::TargetName => Value::from(answer.name.clone()),
            Key::TargetHost => Value::from(answer.host.clone().unwrap_or_default()),
            Key::TargetSource => Value::from(answer.source.clone()),
            Key::MigrationLoses => Value::from(
                target.dir.as_deref().and_then(|dir| pending::losses(dir, answer.file.as_deref())),
            ),
            Key::TargetEmpty => {
                Value::from(answer.file.as_deref().and_then(|path| sqlite::is_empty(path, &target.objects)))
            }
            Key::TargetEnvironment => Value::from(answer.environment.clone()),
            _ => Value::Unknown,
        }
    }
}

fn answer(target: &DatabaseTarget, scene: &Scene, policy: &Policy) -> Answer {
    let resolved = resolve::resolve(target, scene);
    let address = &resolved.address;
    let elsewhere = match &target.reach {
        Reach::Here => None,
        Reach::Container(name) => docker_host(target, scene).map(|daemon| format!("{daemon}/{name}")),
        Reach::Remote(name) => Some(ssh::real_host(scene, name).unwrap_or_else(|| name.clone())),
        Reach::Cluster(name, true) => Some(name.clone()),
        Reach::Cluster(name, false) => {
            Some([current_context(scene).unwrap_or_default(), name.clone()].join("/"))
        }
    };
    let local_host = |host: &str| class::is_local(host) || composed(host, target);
    let remote = match (&elsewhere, &address.host) {
        (Some(name), _) => Some(!is_here(name, target)),
        (None, Some(host)) => Some(!local_host(host)),
        (None, None) if address.is_placed() => Some(false),
        (None, None) if address.opaque => None,
        (None, None) if target.hosted_by_default => Some(true),
        (None, None) if target.local_by_default || matches!(target.reach, Reach::Container(_)) => Some(false),
        (None, None) => None,
    };
    let throwaway = !target.objects.is_empty() && target.objects.iter().all(|name| class::is_throwaway(name));
    // A file that a client is given by name is somebody's data, wherever it is.
    let given = target.typed.iter().any(|typed| typed.part == Part::File)
        && address.file.as_deref().is_some_and(|file| {
            let kept = scene.home().is_some_and(|home| std::path::Path::new(file).starts_with(home));
            file != ":memory:" && (kept || !file.starts_with("/tmp/"))
        });
    // Nothing says that it is here but the habit of the program.
    let assumed = remote == Some(false)
        && (given || !address.is_placed())
        && elsewhere.is_none()
        && target.reach == Reach::Here
        && !serves(target);
    // A local port at which a tunnel of this line begins is another machine's.
    let (elsewhere, remote) = match &target.tunnel {
        Some(tunnel) if remote != Some(true) => (Some(tunnel.clone()), Some(true)),
        _ => (elsewhere, remote),
    };
    let mut decided_by = resolved.source.clone();
    let by_policy = by_policy(&resolved, elsewhere.as_deref(), policy);
    if by_policy.is_some() {
        decided_by.get_or_insert_with(|| "your policy".to_owned());
    }
    let class =
        by_policy.or_else(|| by_names(&resolved, target, elsewhere.as_deref(), remote, &mut decided_by));
    let class = match (class, remote) {
        (Some(class), _) => class.name(),
        (None, Some(false)) if !assumed => "local",
        (None, Some(false)) if throwaway => "development",
        (None, Some(false)) => "assumed",
        (None, Some(true)) => "unknown",
        (None, None) if address.opaque => "unknown",
        (None, None) => match &resolved.environment {
            Some((name, from))
                if from == resolve::DEFAULT && class::of_name(name) == Some(DatabaseClass::Development) =>
            {
                decided_by.get_or_insert_with(|| resolve::DEFAULT.to_owned());
                "development"
            }
            Some((name, _)) if class::of_name(name) == Some(DatabaseClass::Development) => "development",
            _ => "none",
        },
    };
    let class = if class == "none" && throwaway { "development" } else { class };
    let environment = resolved.environment.as_ref().map(|(name, _)| name.clone());
    let named =
        environment.clone().filter(|name| class::of_name(name).is_some_and(|found| found.name() == class));
    let shown = match (address.show(), &elsewhere) {
        (Some(shown), None) => Some(match &named {
            Some(name) if class != "development" => format!("{shown} ({name})"),
            _ => shown,
        }),
        (Some(shown), Some(place)) => Some(format!("{shown} on {place}")),
        (None, Some(place)) => Some(format!("a database on {place}")),
        (None, None) => match (named, resolved.names.iter().find(|name| !name.is_empty())) {
            (Some(name), _) => Some(format!("the database of environment {name}")),
            (None, Some(name)) if address.opaque => Some(format!("the database that `{name}` names")),
            _ => Some("a database that the line does not name".to_owned()),
        },
    };
    let file = address.file.as_ref().filter(|_| elsewhere.is_none() && target.reach == Reach::Here);
    let file =
        file.zip(target.dir.as_ref()).map(|(file, dir)| match (file.strip_prefix("~/"), scene.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => dir.join(file),
        });
    let host = address.host.clone().filter(|_| remote == Some(true));
    let name = host.or(elsewhere).or_else(|| address.database.clone()).or_else(|| environment.clone());
    Answer {
        class,
        remote,
        shown,
        name,
        host: address.host.clone(),
        source: Some(decided_by.unwrap_or_else(|| "the line".to_owned())),
        environment,
        file,
    }
}

/// What the lists of users and teams say.
fn by_policy(resolved: &Resolved, elsewhere: Option<&str>, policy: &Policy) -> Option<DatabaseClass> {
    if policy.databases.is_empty() {
        return None;
    }
    let address = &resolved.address;
    let shown = address.show();
    let pair =
        address.host.as_ref().zip(address.database.as_ref()).map(|(host, name)| format!("{host}/{name}"));
    let environment = resolved.environment.as_ref().map(|(name, _)| name);
    let names = [
        address.host.as_ref(),
        address.database.as_ref(),
        address.file.as_ref(),
        address.user.as_ref(),
        address.service.as_ref(),
        environment,
        shown.as_ref(),
        pair.as_ref(),
    ];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).chain(elsewhere).collect();
    policy.database_class(&names)
}

/// What the names themselves say. A name that speaks of production counts wherever it stands; one that speaks of
/// development counts only where it belongs to the database itself.
fn by_names(
    resolved: &Resolved,
    target: &DatabaseTarget,
    elsewhere: Option<&str>,
    remote: Option<bool>,
    decided_by: &mut Option<String>,
) -> Option<DatabaseClass> {
    let address = &resolved.address;
    let source = resolved.source.clone();
    let file = address.file.as_deref().map(|path| {
        let mut parts = path.rsplit('/');
        let name = parts.next().unwrap_or(path);
        (name, parts.next().unwrap_or_default())
    });
    // Each name with its class, where it was read, and whether it may make the class milder.
    let mut said: Vec<(Option<DatabaseClass>, Option<String>, bool)> = vec![
        (address.host.as_deref().and_then(class::of_host), source.clone(), true),
        (address.database.as_deref().and_then(class::of_name), source.clone(), true),
        (file.and_then(|(name, _)| class::of_file(name)), source.clone(), true),
        (file.and_then(|(_, folder)| class::of_name(folder)), source.clone(), false),
        (address.service.as_deref().and_then(class::of_name), source.clone(), true),
        (address.user.as_deref().and_then(class::of_name), source.clone(), false),
    ];
    if let Some((name, from)) = &resolved.environment {
        let counts = resolved.environment_counts || remote == Some(false);
        said.push((class::of_name(name), Some(from.clone()), counts));
    }
    // `.env.production: DATABASE_URL`, `environment: PROD_URL`.
    if let Some(from) = &source {
        let mild = address.host.is_none() || from.contains(".env.");
        said.push((class::of_name(from), source.clone(), mild));
    }
    for name in &resolved.names {
        said.push((class::of_name(name), Some(name.clone()), !address.is_placed()));
    }
    if let Some(place) = elsewhere {
        said.push((class::of_name(place), Some(place.to_owned()), true));
    }
    if let Reach::Container(name) = &target.reach {
        said.push((class::of_name(name), Some(format!("container {name}")), false));
    }
    for wanted in DatabaseClass::ALL {
        let found = said.iter().find(|(class, _, mild)| {
            *class == Some(wanted)
                && (*mild || matches!(wanted, DatabaseClass::Production | DatabaseClass::Staging))
        });
        if let Some((class, from, _)) = found {
            if from.is_some() {
                decided_by.clone_from(from);
            }
            return *class;
        }
    }
    None
}

/// The machine whose containers docker would reach, where that is not this one.
fn docker_host(target: &DatabaseTarget, scene: &Scene) -> Option<String> {
    let variable = |name: &str| {
        let set =
            target.assignments.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.clone());
        set.or_else(|| scene.var(name)).filter(|value| !value.is_empty())
    };
    match variable("DOCKER_HOST") {
        Some(host) => Some(host).filter(|host| !host.starts_with("unix:") && !host.contains("localhost")),
        None => {
            let folder = variable("DOCKER_CONFIG").map(PathBuf::from);
            let folder = folder.or_else(|| scene.home().map(|home| home.join(".docker")))?;
            container::elsewhere(&folder, variable("DOCKER_CONTEXT"))
        }
    }
}

/// The context that kubectl would use.
fn current_context(scene: &Scene) -> Option<String> {
    let named =
        scene.var("KUBECONFIG").and_then(|paths| paths.split(':').next().map(std::path::PathBuf::from));
    let path = named.or_else(|| scene.home().map(|home| home.join(".kube/config")))?;
    let text = file_text(&path)?;
    let line = text.lines().find_map(|line| line.strip_prefix("current-context:"))?;
    Some(line.trim().trim_matches(['"', '\'']).to_owned())
}

/// A cluster that runs on this machine, or a name of ssh that leads back to it: a virtual machine of one's own.
fn is_here(name: &str, target: &DatabaseTarget) -> bool {
    if matches!(target.reach, Reach::Remote(_)) {
        return ssh::is_loopback(name.rsplit('@').next().unwrap_or(name));
    }
    let context = name.split('/').next().unwrap_or(name);
    matches!(target.reach, Reach::Cluster(..))
        && (matches!(
            context,
            "minikube" | "docker-desktop" | "colima" | "orbstack" | "rancher-desktop" | "microk8s"
        ) || context.starts_with("kind-")
            || context.starts_with("k3d-"))
}

/// Whether the compose file in this directory has a line for which this holds.
fn compose_file(target: &DatabaseTarget, holds: impl Fn(&str) -> bool) -> bool {
    let Some(dir) = &target.dir else { return false };
    container::COMPOSE_FILES
        .iter()
        .any(|name| file_text(&dir.join(name)).is_some_and(|text| text.lines().any(&holds)))
}

/// A service of the compose file in this directory.
fn composed(host: &str, target: &DatabaseTarget) -> bool {
    let service = format!("{host}:");
    !host.contains('.') && compose_file(target, |line| line.starts_with(' ') && line.trim() == service)
}

/// The compose file in this directory puts a database on a port of this machine: that is the one that a client
/// without an address finds.
fn serves(target: &DatabaseTarget) -> bool {
    compose_file(target, |line| {
        let port = line.trim().trim_start_matches(['-', ' ', '"', '\'']);
        ["5432:", "3306:", "6379:", "27017:", "1433:", "9042:", "8123:", "26257:", "7687:"]
            .iter()
            .any(|known| port.starts_with(known) || port.starts_with("127.0.0.1:") && port.contains(known))
    })
}
