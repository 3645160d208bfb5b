//! The place that a command acts on as the line names it: a cluster, an account, a workspace, a machine.

use crate::effect::Call;
use crate::syntax::{Expansion, HOLE, Host, Word};
use std::path::PathBuf;

/// A place that a command acts on. What the line leaves open is found by facts, which know where each platform
/// keeps what is current.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextTarget {
    /// Whose notion of a current place counts.
    pub platform: Platform,
    /// What the line itself says of the place.
    pub typed: Vec<Typed>,
    /// Names of what it acts on: these may say what they belong to.
    pub objects: Vec<String>,
    /// It acts on the whole place, so that what a part of it is called makes nothing milder.
    pub whole: bool,
    /// Names of variables whose values are only known when the line runs.
    pub unresolved: Vec<String>,
    /// Variables set in the line; `None` for a value that is only known when it runs.
    pub assignments: Vec<(String, Option<String>)>,
    /// Directory in which the program would run; `None` where that is only known when it runs.
    pub dir: Option<PathBuf>,
    /// Where the program itself would run.
    pub reach: Reach,
}

/// A kind of place, by who keeps what is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// A cluster and namespace, by kubeconfig.
    Kubernetes,
    /// An account, by profile.
    Aws,
    /// A project of Google Cloud.
    Gcloud,
    /// A subscription of Azure.
    Azure,
    /// A workspace and the state behind it.
    Terraform,
    /// A stack and the project around it.
    Pulumi,
    /// A container engine, with what it keeps on its machine.
    Docker,
    /// The machine on which the program runs.
    Machine,
    /// A hosted application that a file in the project names.
    App,
    /// Machines of an inventory.
    Inventory,
    /// A registry of packages.
    Registry,
    /// A server whose address stands in one of these variables, separated by blanks.
    Server(&'static str),
}

/// Something that the line says of the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// What it says.
    pub part: Part,
    /// The flag, or `argument`.
    pub source: &'static str,
    /// The text; unknown parts are left out.
    pub text: String,
}

/// Which part of a place a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The place itself: context, profile, project, workspace, stack, application.
    Context,
    /// A part of it: a namespace, a resource group, an inventory, a file of variables.
    Inside,
    /// The address of its server.
    Address,
    /// The file that is read in place of the usual one.
    File,
    /// A word beside it, which may only make it stricter.
    Hint,
}

/// Where the program itself runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// On this machine, in this environment.
    #[default]
    Here,
    /// In a container, by the name typed.
    Container(String),
    /// On another machine, by the name typed.
    Remote(String),
}

impl ContextTarget {
    /// The target of a call before anything of its arguments is known.
    pub fn of(call: Call<'_>, platform: Platform) -> ContextTarget {
        let invocation = call.invocation;
        let through = |via: &str| invocation.via.contains(&via);
        let reach = match &invocation.host {
            Host::Local => Reach::Here,
            Host::Remote(name) if through("ssh") => Reach::Remote(name.clone()),
            Host::Remote(name) => Reach::Container(name.clone()),
        };
        let assignments = invocation.assignments.iter();
        let words = invocation.words.iter().chain(assignments.clone().map(|assignment| &assignment.value));
        let unresolved = words.flat_map(|word| &word.expansions).filter_map(|expansion| match expansion {
            Expansion::Variable { name, value: None } => Some(name.clone()),
            _ => None,
        });
        ContextTarget {
            platform,
            typed: Vec::new(),
            objects: Vec::new(),
            whole: false,
            unresolved: unresolved.collect(),
            assignments: assignments
                .map(|assignment| (assignment.name.clone(), assignment.value.known().map(str::to_owned)))
                .collect(),
            dir: invocation.cwd(call.scene),
            reach,
        }
    }

    /// Adds what the line says.
    pub fn say(&mut self, part: Part, source: &'static str, text: &str) {
        let text = text.replace(HOLE, "");
        if !text.is_empty() {
            self.typed.push(Typed { part, source, text });
        }
    }

    /// Adds names of what is acted on.
    pub fn act_on<'a>(&mut self, names: impl IntoIterator<Item = &'a Word>) {
        let names = names.into_iter().map(|word| word.text().replace(HOLE, ""));
        self.objects.extend(names.filter(|name| !name.is_empty()));
    }

    /// Whether the same program finds the same place when nothing of this line is typed again but the command.
    pub fn is_found_without_line(&self) -> bool {
        self.reach == Reach::Here && self.assignments.is_empty() && self.unresolved.is_empty()
    }

    /// The values that the line says of this part.
    pub fn said(&self, part: Part) -> impl Iterator<Item = &Typed> {
        self.typed.iter().filter(move |typed| typed.part == part)
    }
}
