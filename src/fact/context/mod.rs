//! Facts about the place that a command acts on: which cluster, account, workspace or machine it is, and how much
//! harm can be done there.

mod class;
mod cloud;
mod cluster;
pub(super) mod container;
mod machine;
mod project;
mod terraform;
pub(super) mod yaml;

use super::{Key, Value};
use crate::action::Scene;
use crate::effect::infra::{ContextTarget, Platform};
use crate::policy::Policy;
use std::path::PathBuf;

/// Places that were looked up for this judgement.
#[derive(Default)]
pub struct Cache {
    known: Vec<(ContextTarget, Answer)>,
}

/// Everything that may be asked about one target.
#[derive(Clone, Debug)]
struct Answer {
    shown: String,
    name: Option<String>,
    class: &'static str,
    source: Option<String>,
    remote: Option<bool>,
    empty: Option<bool>,
    root: bool,
}

/// What was found out about a place before it is classed.
#[derive(Debug, Default)]
struct Found {
    /// Names of the place, strongest first, each with where it was read.
    names: Vec<Name>,
    /// It is on this machine, and nothing but this machine is hurt.
    local: bool,
    /// It is known to be another machine or a shared service.
    remote: Option<bool>,
    /// Something names a place, even if that says nothing of itself.
    placed: bool,
    /// There is nothing that could be destroyed.
    empty: Option<bool>,
}

/// The source of a name that is that of the thing itself.
const OBJECT: &str = "its name";

/// A name that may say what a place is.
#[derive(Clone, Debug)]
struct Name {
    text: String,
    source: String,
    weight: Weight,
}

/// How much a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    /// The place goes by this name.
    Own,
    /// Something in the place, or a hint: it can make the class stricter, and milder only where the place itself
    /// says nothing.
    Inside,
    /// A hint that only ever makes the class stricter.
    Hint,
}

impl Name {
    /// Where it was read; a flag is cited with its value.
    fn cited(&self) -> String {
        match self.source.starts_with('-') {
            true => format!("{} {}", self.source, self.text),
            false => self.source.clone(),
        }
    }
}

impl Found {
    fn own(&mut self, text: &str, source: &str) {
        self.placed = true;
        self.name(text, source, Weight::Own);
    }

    fn inside(&mut self, text: &str, source: &str) {
        self.name(text, source, Weight::Inside);
    }

    fn hint(&mut self, text: &str, source: &str) {
        self.name(text, source, Weight::Hint);
    }

    fn name(&mut self, text: &str, source: &str, weight: Weight) {
        if !text.is_empty() {
            self.names.push(Name { text: text.to_owned(), source: source.to_owned(), weight });
        }
    }
}

impl Cache {
    /// A fact about a place.
    pub fn read(&mut self, target: &ContextTarget, key: Key, scene: &Scene, policy: &Policy) -> Value {
        let at = match self.known.iter().position(|(known, _)| known == target) {
            Some(at) => at,
            None => {
                self.known.push((target.clone(), answer(target, scene, policy)));
                self.known.len() - 1
            }
        };
        let Some((_, answer)) = self.known.get(at) else { return Value::Unknown };
        match key {
            Key::Context => Value::from(answer.shown.as_str()),
            Key::ContextName => Value::from(answer.name.clone()),
            Key::ContextClass => Value::from(answer.class),
            Key::ContextSource => Value::from(answer.source.clone()),
            Key::ContextRemote => Value::from(answer.remote),
            Key::ContextRoot => Value::from(answer.root),
            Key::InfraEmpty => Value::from(answer.empty),
            _ => Value::Unknown,
        }
    }
}

fn answer(target: &ContextTarget, scene: &Scene, policy: &Policy) -> Answer {
    let view = View { target, scene };
    let mut found = match &target.reach {
        crate::effect::infra::Reach::Remote(host) => machine::other(view, host),
        _ => match target.platform {
            Platform::Kubernetes => cluster::find(view),
            Platform::Aws => cloud::aws(view),
            Platform::Gcloud => cloud::gcloud(view),
            Platform::Azure => cloud::azure(view),
            Platform::Terraform => terraform::find(view),
            Platform::Pulumi => project::pulumi(view),
            Platform::App => project::app(view),
            Platform::Docker => container::find(view),
            Platform::Machine => machine::find(view),
            Platform::Inventory => project::inventory(view),
            Platform::Registry => project::registry(view),
            Platform::Server(variables) => machine::server(view, variables),
        },
    };
    view.add_line(&mut found);
    let (class, decided_by) = class::of(&found, target.platform, policy);
    let own = found.names.iter().find(|name| name.weight == Weight::Own);
    let shown = match own {
        Some(own) => format!("{} {}", kind_of(target), own.text),
        None => nameless(target).to_owned(),
    };
    let named = decided_by.as_ref().or(own);
    Answer {
        shown,
        name: named.map(|name| name.text.clone()),
        class,
        source: named.map(Name::cited),
        remote: match target.platform {
            Platform::Machine => found.remote,
            _ => found.remote.or(found.local.then_some(false)),
        },
        empty: found.empty,
        root: rustix::process::geteuid().is_root(),
    }
}

fn kind_of(target: &ContextTarget) -> &'static str {
    match target.platform {
        Platform::Kubernetes => "cluster context",
        Platform::Aws => "AWS account",
        Platform::Gcloud => "project",
        Platform::Azure => "subscription",
        Platform::Terraform => "workspace",
        Platform::Pulumi => "stack",
        Platform::App => "application",
        Platform::Docker => "container host",
        Platform::Machine => "machine",
        Platform::Inventory => "inventory",
        Platform::Registry => "registry",
        Platform::Server(_) => "server",
    }
}

fn nameless(target: &ContextTarget) -> &'static str {
    match target.platform {
        Platform::Kubernetes => "a cluster that the line does not name",
        Platform::Aws | Platform::Gcloud | Platform::Azure => "a cloud account that the line does not name",
        Platform::Terraform | Platform::Pulumi => "this project",
        Platform::App => "a hosted application",
        Platform::Docker => "the containers of this machine",
        Platform::Machine => "this machine",
        Platform::Inventory => "the machines of the inventory",
        Platform::Registry => "the registry that everybody installs from",
        Platform::Server(_) => "a server that the line does not name",
    }
}

/// A target in its scene.
#[derive(Clone, Copy)]
struct View<'a> {
    target: &'a ContextTarget,
    scene: &'a Scene,
}

impl View<'_> {
    /// The value of a variable as the program would see it: set in the line, or exported.
    fn var(&self, name: &str) -> Option<String> {
        let set = self.target.assignments.iter().rev().find(|(known, _)| known == name);
        match set {
            Some((_, value)) => value.clone(),
            None => self.scene.var(name),
        }
        .filter(|value| !value.is_empty())
    }

    /// A file below the home directory, or where a variable says.
    fn home(&self, path: &str) -> Option<PathBuf> {
        self.scene.home().map(|home| home.join(path))
    }

    /// Adds what the line says besides, for every platform alike.
    fn add_line(&self, found: &mut Found) {
        use crate::effect::infra::Part;
        for typed in &self.target.typed {
            match typed.part {
                Part::Context if found.names.iter().any(|name| name.text == typed.text) => {}
                Part::Context => found.own(&typed.text, typed.source),
                Part::Inside if self.target.whole => found.hint(&typed.text, typed.source),
                Part::Inside => found.inside(&typed.text, typed.source),
                Part::Address | Part::File | Part::Hint => found.hint(&typed.text, typed.source),
            }
        }
        for object in &self.target.objects {
            found.inside(object, OBJECT);
        }
        for variable in &self.target.unresolved {
            found.hint(variable, variable);
        }
        for (name, value) in &self.target.assignments {
            if value.is_none() {
                found.hint(name, name);
            }
        }
    }
}
