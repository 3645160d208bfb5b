//! A database as a command names it, and where the program would look for what the command does not name.

use crate::effect::Call;
use crate::syntax::{Expansion, HOLE, Host, Invocation, Word};
use std::path::PathBuf;

/// A database as a command names it. What the line leaves open is described as places to look at, in the order
/// in which the program heeds them, so that facts need to know files and variables but no programs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatabaseTarget {
    /// What the line itself says, strongest first.
    pub typed: Vec<Typed>,
    /// Name of the environment in the line: `-e production`, `--context prod`.
    pub environment: Option<Named>,
    /// Variables that name the environment, strongest first.
    pub environment_variables: &'static [&'static str],
    /// The environment where none is named.
    pub default_environment: Option<&'static str>,
    /// Where the address is looked for when the line does not hold it; the first that holds one counts.
    pub places: Vec<Place>,
    /// Variables that fill what is still missing.
    pub gaps: Gaps,
    /// Which files of variables the program, or the usual library beside it, loads.
    pub dotenv: Dotenv,
    /// A target that is named nowhere is on this machine.
    pub local_by_default: bool,
    /// A target that is named nowhere is a hosted one.
    pub hosted_by_default: bool,
    /// The tables that it would hit; empty where it names none.
    pub objects: Vec<String>,
    /// Variables set in the line; `None` for a value that is only known when it runs.
    pub assignments: Vec<(String, Option<String>)>,
    /// The commands in the substitutions of the line and the unknown variables in its assignments, which may say
    /// what an address is that is only known when it runs.
    pub produced_by: Vec<String>,
    /// Files of variables named in the line.
    pub env_files: Vec<String>,
    /// Where a tunnel that this line opens leads: a local port is then no local database.
    pub tunnel: Option<String>,
    /// Directory in which the program would run; `None` where that is only known when it runs.
    pub dir: Option<PathBuf>,
    /// Where the program itself would run.
    pub reach: Reach,
}

/// Something that the line says of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// What it says.
    pub part: Part,
    /// How it says it.
    pub named: Named,
}

/// A text in the line and the flag or word that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The flag, or `argument`.
    pub source: &'static str,
    /// The text.
    pub text: Template,
}

/// A text in which some variables are not known yet: shell variables that are not exported may still stand in a
/// file that was read into the shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The text; each unknown part is one [`HOLE`].
    pub text: String,
    /// The variable for each hole, in order; empty where it is no variable.
    pub variables: Vec<String>,
    /// Variables that were already put in: their names say something too.
    pub filled: Vec<String>,
}

/// Which part of an address a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A URL, a connection string, or, where the program allows it, a bare database name.
    Address,
    /// A host name, an address, or the directory of a socket.
    Host,
    /// A database.
    Database,
    /// A user.
    User,
    /// A local socket.
    Socket,
    /// A file that is the database.
    File,
    /// A `pg_service.conf` entry.
    Service,
}

/// A place in which an address may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A variable that holds a URL or a connection string.
    Variable(&'static str),
    /// Variables that each hold a part.
    Parts(Gaps),
    /// The first of these files that exists, relative to the directory of the program.
    File {
        /// The files.
        paths: Vec<String>,
        /// How they are written.
        format: Format,
    },
}

/// How a configuration file is written, and where in it the address stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// alembic.ini, together with the `env.py` that it names.
    Alembic,
    /// `key = value` lines, in a section or (empty) before all; several keys, strongest first.
    Properties {
        /// The section, or empty.
        section: &'static str,
        /// The keys.
        keys: &'static [&'static str],
    },
    /// TOML; an `environments.<name>` or `<name>` table of the environment comes first.
    Toml,
    /// YAML with a mapping per environment, as rails' database.yml.
    Yaml,
    /// JSON: a mapping per environment, connection strings, or one mapping.
    Json,
    /// A prisma schema: `url = env("NAME")`.
    Prisma,
    /// Program text, of which literals and the names of variables are read.
    Code,
    /// XML, of which one element holds a host.
    Xml(&'static str),
    /// An ini file of a client with a `[client]` section.
    ClientOptions,
}

/// Variables that each hold a part of an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gaps {
    /// None.
    #[default]
    None,
    /// `PGHOST`, `PGDATABASE`, `PGUSER`, `PGSERVICE`, as libpq reads them.
    Postgres,
    /// `MYSQL_HOST`.
    MySql,
    /// `DB_HOST`, `DB_DATABASE` or `DB_NAME`, `DB_USERNAME` or `DB_USER`, a habit of many frameworks.
    Framework,
}

/// Which files of variables are loaded, strongest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dotenv {
    /// None.
    #[default]
    None,
    /// `.env` here or in a directory above.
    Plain,
    /// `.env.<mode>.local`, `.env.local`, `.env.<mode>`, `.env`.
    Modes,
    /// `.env.<environment>` in place of `.env` where it exists.
    Instead,
    /// `.env` beside the project or in `prisma/`.
    Prisma,
}

/// Where the program itself runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// On this machine, in this environment.
    #[default]
    Here,
    /// In a container on this machine, by the name typed.
    Container(String),
    /// In a cluster, by context, namespace and pod as typed; `true` where the context or namespace is typed.
    Cluster(String, bool),
    /// On another machine, by the name typed.
    Remote(String),
}

impl DatabaseTarget {
    /// Whether the same program finds the same database when nothing of this line is typed again.
    pub fn is_found_without_line(&self) -> bool {
        self.reach == Reach::Here
            && self.typed.is_empty()
            && self.environment.is_none()
            && self.assignments.is_empty()
            && self.env_files.is_empty()
            && self.tunnel.is_none()
    }

    /// The target of a call before anything of its arguments is known.
    pub fn of(call: Call<'_>) -> DatabaseTarget {
        let invocation = call.invocation;
        let assignments = invocation
            .assignments
            .iter()
            .map(|assignment| (assignment.name.clone(), assignment.value.known().map(str::to_owned)));
        let last = |via: &str| invocation.via.contains(&via);
        let reach = match &invocation.host {
            Host::Local => Reach::Here,
            Host::Remote(name) if last("ssh") || last("platform") || last("docker context") => {
                Reach::Remote(name.clone())
            }
            Host::Remote(name) if last("kubectl exec") => {
                Reach::Cluster(name.clone(), last("kubectl context"))
            }
            Host::Remote(name) if last("docker") => Reach::Container(name.clone()),
            Host::Remote(name) => Reach::Remote(name.clone()),
        };
        let values = invocation.assignments.iter().map(|assignment| &assignment.value);
        let expansions = invocation.words.iter().chain(values.clone()).flat_map(|word| &word.expansions);
        let variables = values.flat_map(|word| &word.expansions).filter_map(|expansion| match expansion {
            Expansion::Variable { name, value: None } => Some(name.clone()),
            _ => None,
        });
        let produced_by = expansions
            .filter_map(|expansion| match expansion {
                Expansion::Output(made) => Some(made),
                _ => None,
            })
            .flatten()
            .filter_map(|&index| call.script.invocations.get(index))
            .map(|made| made.words.iter().map(Word::text).collect::<Vec<_>>().join(" "));
        DatabaseTarget {
            assignments: assignments.collect(),
            produced_by: produced_by.chain(variables).collect(),
            env_files: sourced(call)
                .chain(invocation.env_files.iter().filter_map(Word::known).map(str::to_owned))
                .collect(),
            tunnel: tunnel(call),
            dir: invocation.cwd(call.scene),
            reach,
            ..DatabaseTarget::default()
        }
    }

    /// Adds what a word of the line says.
    pub fn typed(&mut self, part: Part, source: &'static str, text: Template) {
        if !text.text.is_empty() {
            self.typed.push(Typed { part, named: Named { source, text } });
        }
    }
}

/// Calls before this one in the same line, the nearest last; no more than people write.
pub(super) fn before<'a>(call: Call<'a>) -> impl Iterator<Item = &'a Invocation> {
    let calls = &call.script.invocations;
    let here = calls.iter().position(|other| std::ptr::eq(other, call.invocation)).unwrap_or(0);
    calls.get(here.saturating_sub(16)..here).unwrap_or_default().iter()
}

/// Files of variables that the line reads into the shell: `source .env.production`, `. ./.env`,
/// `export $(cat .env.production | xargs)`, `env $(cat .env | xargs) …`.
fn sourced<'a>(call: Call<'a>) -> impl Iterator<Item = String> + 'a {
    // `cat` alone only shows it.
    let exports = call.invocation.via.contains(&"env") || before(call).any(|made| made.program() == "export");
    before(call).flat_map(move |made| {
        let words = match made.program() {
            "source" | "." => made.args().get(..1).unwrap_or_default(),
            "cat" | "grep" | "sed" if exports => made.args(),
            _ => &[],
        };
        let file = |text: &str| {
            let name = text.rsplit('/').next().unwrap_or(text);
            name.starts_with(".env") || name.ends_with(".env")
        };
        words.iter().filter_map(Word::known).filter(move |text| file(text)).map(str::to_owned)
    })
}

/// Where a tunnel leads that the line opens before this call.
fn tunnel(call: Call<'_>) -> Option<String> {
    before(call).find_map(|made| {
        let words = made.args();
        let known = || words.iter().map(Word::text);
        let named = |text: String| Some(text.replace(HOLE, "…"));
        match made.program() {
            "ssh" | "autossh" => {
                let at = known().position(|text| text.starts_with('-') && text.ends_with('L'))?;
                let hop = known().next_back().unwrap_or_default();
                let forward = words.get(at + 1)?.text();
                named(format!("{} over {hop}", forward.split(':').rev().nth(1)?))
            }
            "kubectl" | "oc" | "k" if known().any(|text| text == "port-forward") => {
                let places = known().filter(|text| !text.starts_with('-') && *text != "port-forward");
                named(places.collect::<Vec<_>>().join("/"))
            }
            "cloud_sql_proxy" | "cloud-sql-proxy" => named(known().collect::<Vec<_>>().join(" ")),
            "fly" | "flyctl" | "pscale" | "heroku"
                if known().any(|text| matches!(text, "proxy" | "connect")) =>
            {
                named(known().collect::<Vec<_>>().join(" "))
            }
            "aws" if known().any(|text| text == "start-session") => {
                named(known().find(|text| text.contains("host="))?.to_owned())
            }
            _ => None,
        }
    })
}

impl Template {
    /// A text without variables.
    pub fn text(text: &str) -> Template {
        Template { text: text.to_owned(), ..Template::default() }
    }

    /// The text of `part`, which is the word or a piece of it such as the value of `--flag=value`.
    pub fn of(word: &Word, part: &str) -> Template {
        let mut variables = Vec::new();
        let mut filled = Vec::new();
        for expansion in &word.expansions {
            match expansion {
                Expansion::Variable { name, value: None } => variables.push(name.clone()),
                Expansion::Variable { name, value: Some(_) } => filled.push(name.clone()),
                _ => variables.push(String::new()),
            }
        }
        // Holes before the piece belong to what stands before it.
        let holes = part.matches(HOLE).count();
        let skipped = variables.len().saturating_sub(holes);
        Template { text: part.to_owned(), variables: variables.split_off(skipped), filled }
    }
}
