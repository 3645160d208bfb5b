//! Finds out which database a command would reach: the line first, then variables, then files, in the order in
//! which the program heeds them.

use super::address::Address;
use super::config::{self, Found};
use super::dotenv;
use crate::action::{Scene, file_text};
use crate::effect::database::{DatabaseTarget, Format, Gaps, Named, Part, Place, Reach, Template};
use crate::fact::context::container::{COMPOSE_FILES, COMPOSE_OVERRIDES};
use crate::fact::context::yaml;
use crate::syntax::HOLE;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What was found out.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolved {
    /// The address.
    pub address: Address,
    /// Where it was read: `.env: DATABASE_URL`.
    pub source: Option<String>,
    /// Name of the environment, and where that was read.
    pub environment: Option<(String, String)>,
    /// The environment is named in the line, or the address stands in its part of a file.
    pub environment_counts: bool,
    /// Other names that say what the target is: variables, files, hosts that run the program.
    pub names: Vec<String>,
}

/// Looks everything up.
pub(super) fn resolve(target: &DatabaseTarget, scene: &Scene) -> Resolved {
    let world = World { target, scene, mode: RefCell::new(None), read: RefCell::default() };
    let mut resolved = Resolved::default();
    world.environment(&mut resolved);
    if target.dotenv != crate::effect::database::Dotenv::None {
        let name = resolved.environment.as_ref().map(|(name, _)| name.clone());
        *world.mode.borrow_mut() = name;
        // The mode may itself stand in the plain file.
        if resolved.environment.is_none()
            || resolved.environment.as_ref().is_some_and(|(_, from)| from == DEFAULT)
        {
            world.environment(&mut resolved);
        }
    }
    world.secrets_runner(&mut resolved);
    world.typed(&mut resolved);
    if !resolved.address.is_placed() && !resolved.address.opaque {
        for place in &target.places {
            world.place(place, &mut resolved);
            if resolved.address.is_placed() {
                break;
            }
        }
    }
    if !resolved.address.is_placed() {
        world.gaps(target.gaps, &mut resolved);
    }
    world.service(&mut resolved);
    if !resolved.address.is_placed() {
        resolved.names.extend(target.env_files.iter().cloned());
        if resolved.address.opaque {
            resolved.names.extend(target.produced_by.iter().cloned());
        }
    }
    resolved
}

/// Where the name of an environment comes from that nothing names.
pub(super) const DEFAULT: &str = "the program's default";

struct World<'a> {
    target: &'a DatabaseTarget,
    scene: &'a Scene,
    mode: RefCell<Option<String>>,
    /// Files that were read; many variables are looked up in the same few.
    read: RefCell<Vec<(PathBuf, Option<Rc<str>>)>>,
}

impl World<'_> {
    /// The value of a variable as the program would see it, and where it is set.
    fn variable(&self, name: &str) -> Option<(String, String)> {
        if name.is_empty() {
            return None;
        }
        let assigned = self.target.assignments.iter().rev().find(|(known, _)| known == name);
        if let Some((_, value)) = assigned {
            return Some((value.clone().unwrap_or_else(|| HOLE.to_string()), format!("line: {name}")));
        }
        if self.target.reach == Reach::Here
            && let Some(value) = self.scene.var(name).filter(|value| !value.is_empty())
        {
            return Some((value, format!("environment: {name}")));
        }
        let dir = self.target.dir.as_deref()?;
        if matches!(self.target.reach, Reach::Remote(_) | Reach::Cluster(..)) {
            return None;
        }
        if let Reach::Container(service) = &self.target.reach
            && let Some(found) = self.in_compose(dir, service, name)
        {
            return Some(found);
        }
        let named = self.target.env_files.iter().rev().map(|file| dir.join(file));
        let mode = self.mode.borrow().clone();
        let mut loaded = named.chain(dotenv::files(self.target.dotenv, dir, mode.as_deref()));
        loaded.find_map(|path| self.in_file(&path, name))
    }

    /// What the compose files give a service: the file for one's own machine wins over the common one.
    fn in_compose(&self, dir: &Path, service: &str, name: &str) -> Option<(String, String)> {
        COMPOSE_OVERRIDES.iter().chain(&COMPOSE_FILES).find_map(|file| {
            let known = yaml::read(&self.text(&dir.join(file))?);
            let service = known.get("services")?.get(service)?;
            let set = service.get("environment").and_then(|set| match set.text(name) {
                Some(value) => Some(value.to_owned()),
                None => set.items().iter().find_map(|item| match item {
                    yaml::Node::Text(pair) => pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned),
                    _ => None,
                }),
            });
            // `${DB_HOST:-mysql}` is filled from what is here.
            let set = set.filter(|value| !value.starts_with('$'));
            if let Some(value) = set {
                return Some((value, format!("{file}: {name}")));
            }
            let listed = service.get("env_file")?;
            let one = service.text("env_file").into_iter();
            let many = listed.items().iter().filter_map(|item| match item {
                yaml::Node::Text(path) => Some(path.as_str()),
                other => other.text("path"),
            });
            one.chain(many).find_map(|path| self.in_file(&dir.join(path), name))
        })
    }

    /// The text of a file, read once.
    fn text(&self, path: &Path) -> Option<Rc<str>> {
        let known = self.read.borrow().iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
        known.unwrap_or_else(|| {
            let text: Option<Rc<str>> = file_text(path).map(Rc::from);
            self.read.borrow_mut().push((path.to_owned(), text.clone()));
            text
        })
    }

    fn in_file(&self, path: &Path, name: &str) -> Option<(String, String)> {
        let value = dotenv::value(&self.text(path)?, name)?;
        Some((value, format!("{}: {name}", self.shown(path))))
    }

    /// A path as a person would write it here.
    fn shown(&self, path: &Path) -> String {
        let dir = self.target.dir.as_deref().unwrap_or(Path::new("/"));
        path.strip_prefix(dir).unwrap_or(path).display().to_string()
    }

    fn lookup(&self) -> impl Fn(&str) -> Option<String> + '_ {
        |name| self.variable(name).map(|(value, _)| value)
    }

    fn environment(&self, resolved: &mut Resolved) {
        if let Some(Named { source, text }) = &self.target.environment {
            let (text, _) = self.fill(text);
            resolved.names.extend(variable_names(&self.target.environment));
            if !text.contains(HOLE) {
                resolved.environment = Some((text, (*source).to_owned()));
                resolved.environment_counts = true;
                return;
            }
        }
        for name in self.target.environment_variables {
            if let Some((value, from)) = self.variable(name).filter(|(value, _)| !value.contains(HOLE)) {
                resolved.environment = Some((value, from));
                return;
            }
        }
        resolved.environment =
            self.target.default_environment.map(|name| (name.to_owned(), DEFAULT.to_owned()));
    }

    /// A program that puts secrets into the environment names what they are for: `doppler run -c prd`.
    fn secrets_runner(&self, resolved: &mut Resolved) {
        let names =
            ["DOPPLER_CONFIG", "INFISICAL_ENVIRONMENT", "AWS_PROFILE", "ENVIRONMENT", "RAILWAY_ENVIRONMENT"];
        let set = self.target.assignments.iter().filter(|(name, _)| names.contains(&name.as_str()));
        resolved.names.extend(set.filter_map(|(_, value)| value.clone()));
    }

    /// Puts values that are only known from files into a text of the line.
    fn fill(&self, template: &Template) -> (String, Option<String>) {
        let mut out = String::with_capacity(template.text.len());
        let mut variables = template.variables.iter();
        let mut source = None;
        for c in template.text.chars() {
            if c != HOLE {
                out.push(c);
                continue;
            }
            let name = variables.next().map_or("", String::as_str);
            let found = self.variable(name).or_else(|| {
                // A variable of the shell that is not exported was most likely read from the file beside it.
                let dir = self.target.dir.as_deref()?;
                (!name.is_empty() && self.target.reach == Reach::Here)
                    .then(|| self.in_file(&dir.join(".env"), name))
                    .flatten()
            });
            match found {
                Some((value, from)) => {
                    out.push_str(&value);
                    source = Some(from);
                }
                None => out.push(HOLE),
            }
        }
        (out, source)
    }

    fn typed(&self, resolved: &mut Resolved) {
        for typed in &self.target.typed {
            let (text, from) = self.fill(&typed.named.text);
            resolved.names.extend(typed.named.text.variables.iter().chain(&typed.named.text.filled).cloned());
            let mut address = Address::default();
            let known = !text.contains(HOLE);
            match typed.part {
                Part::Address => address = Address::read(&text),
                Part::Host if text.contains("://") => address = Address::read(&text),
                Part::Host if known => address.set_host(&text),
                Part::Database if known => address.database = Some(text),
                Part::User if known => address.user = Some(text),
                Part::Socket => address.socket = true,
                Part::File if known => match text.contains("://") {
                    true => address = Address::read(&text),
                    false => address = Address { file: Some(text), ..Address::default() },
                },
                Part::Service if known => address.service = Some(text),
                Part::User | Part::Service => {}
                _ => address.opaque = true,
            }
            let named = address.is_placed() || address.opaque || address.database.is_some();
            // Where it is says more than what it is called.
            let better = !resolved.address.is_placed() && address.is_placed();
            if named && (better || resolved.source.is_none()) {
                let filled = typed.named.text.filled.first().map(|name| format!("environment: {name}"));
                resolved.source = from.or(filled).or_else(|| Some(typed.named.source.to_owned()));
            }
            resolved.address.fill(address);
        }
    }

    fn place(&self, place: &Place, resolved: &mut Resolved) {
        match place {
            Place::Variable(name) => {
                let Some((value, from)) = self.variable(name) else { return };
                let host_only = name.ends_with("_HOST") && !value.contains("://");
                let mut address = Address::default();
                if host_only {
                    address.set_host(&value);
                } else {
                    address = Address::read(&value);
                }
                self.take(address, from, resolved);
            }
            Place::Parts(gaps) => self.gaps(*gaps, resolved),
            Place::File { paths, format } => self.file(paths, *format, resolved),
        }
    }

    fn take(&self, address: Address, from: String, resolved: &mut Resolved) {
        if address.is_empty() {
            return;
        }
        if resolved.source.is_none() || !resolved.address.is_placed() {
            resolved.source = Some(from);
        }
        resolved.address.fill(address);
    }

    /// Fills what is missing from variables that hold one part each.
    fn gaps(&self, gaps: Gaps, resolved: &mut Resolved) {
        let names: &[(&str, Part)] = match gaps {
            Gaps::None => &[],
            Gaps::Postgres => &[
                ("PGSERVICE", Part::Service),
                ("PGHOST", Part::Host),
                ("PGHOSTADDR", Part::Host),
                ("PGDATABASE", Part::Database),
                ("PGUSER", Part::User),
            ],
            Gaps::MySql => &[("MYSQL_HOST", Part::Host)],
            Gaps::Framework => &[
                ("DB_HOST", Part::Host),
                ("DATABASE_HOST", Part::Host),
                ("POSTGRES_HOST", Part::Host),
                ("MYSQL_HOST", Part::Host),
                ("DB_DATABASE", Part::Database),
                ("DB_NAME", Part::Database),
                ("POSTGRES_DB", Part::Database),
                ("DB_USERNAME", Part::User),
                ("DB_USER", Part::User),
            ],
        };
        for (name, part) in names {
            let Some((value, from)) = self.variable(name) else { continue };
            let mut address = Address::default();
            match part {
                Part::Host if value.contains(HOLE) => address.opaque = true,
                _ if value.contains(HOLE) => continue,
                Part::Host => address.set_host(&value),
                Part::User => address.user = Some(value),
                Part::Service => address.service = Some(value),
                _ if value.contains('/') || value.ends_with(".sqlite") => address = Address::read(&value),
                _ => address.database = Some(value),
            }
            match part {
                // A user says nothing of where the target was read.
                Part::User => resolved.address.fill(address),
                _ => self.take(address, from, resolved),
            }
        }
    }

    fn file(&self, paths: &[String], format: Format, resolved: &mut Resolved) {
        if matches!(self.target.reach, Reach::Remote(_) | Reach::Cluster(..)) {
            return;
        }
        let environment = resolved.environment.as_ref().map(|(name, _)| name.clone());
        for path in paths.iter().flat_map(|path| self.paths(path, environment.as_deref())) {
            let Some(text) = file_text(&path) else { continue };
            let lookup = self.lookup();
            let lookup: config::Lookup<'_> = &lookup;
            let name = environment.as_deref();
            let found = match format {
                Format::Alembic => self.alembic(&text, &path),
                Format::Properties { section, keys } => config::properties(&text, section, keys, lookup),
                Format::Toml => config::toml(&text, name, lookup),
                Format::Yaml => config::yaml(&text, name, lookup),
                Format::Json => config::json(&text, name, lookup),
                Format::Prisma => config::prisma(&text, lookup),
                Format::Code => config::code(&text, name, lookup),
                Format::Xml(element) => config::xml(&text, element),
                Format::ClientOptions => {
                    let suffix = self.target.typed.iter().find(|typed| {
                        typed.part == Part::Service && typed.named.source == "--defaults-group-suffix"
                    });
                    config::client_options(&text, suffix.map_or("", |typed| typed.named.text.text.as_str()))
                }
            };
            let Some(Found { address, variable, of_environment }) = found else { continue };
            let from = match variable.as_deref().and_then(|name| self.variable(name)) {
                Some((_, from)) => from,
                None => self.shown(&path),
            };
            resolved.environment_counts |=
                of_environment || path.to_string_lossy().contains(name.unwrap_or("\0"));
            self.take(address, from, resolved);
            return;
        }
    }

    /// `{environment}` and `{module}` stand for the name of the environment; `*` for one directory.
    fn paths(&self, path: &str, environment: Option<&str>) -> Vec<PathBuf> {
        let Some(dir) = self.target.dir.as_deref() else { return Vec::new() };
        if let Some(rest) = path.strip_prefix("~/") {
            return self.scene.home().map(|home| home.join(rest)).into_iter().collect();
        }
        if path.contains("{environment}") || path.contains("{module}") {
            let Some(name) = environment.filter(|name| !name.contains('/')) else { return Vec::new() };
            let path = path.replace("{environment}", name).replace("{module}", &name.replace('.', "/"));
            return vec![dir.join(path)];
        }
        let Some(rest) = path.strip_prefix("*/") else { return vec![dir.join(path)] };
        let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
        let mut found: Vec<PathBuf> = entries
            .take(1000)
            .flatten()
            .map(|entry| entry.path().join(rest))
            .filter(|path| path.is_file())
            .collect();
        found.sort();
        found
    }

    /// alembic.ini, unless the `env.py` beside it takes the address from elsewhere.
    fn alembic(&self, ini: &str, path: &Path) -> Option<Found> {
        let lookup = self.lookup();
        let lookup: config::Lookup<'_> = &lookup;
        let folder = config::ini(ini, "", &["script_location"]).unwrap_or_else(|| "alembic".to_owned());
        let folder = folder.replace("%(here)s", ".");
        let base = path.parent().unwrap_or(Path::new("/"));
        let scripts = [base.join(&folder).join("env.py"), base.join("env.py")];
        let script = scripts.iter().find_map(|path| file_text(path));
        let takes_it_elsewhere = script.as_ref().is_some_and(|code| {
            [
                "environ",
                "getenv",
                "set_main_option",
                "settings",
                "current_app",
                "create_engine(",
                "decouple",
                "dotenv",
            ]
            .iter()
            .any(|sign| code.contains(sign))
        });
        if takes_it_elsewhere {
            let named = script.as_deref().and_then(|code| config::code(code, None, lookup));
            if let Some(found) = named.filter(|found| found.variable.is_some()) {
                return Some(found);
            }
            for place in &self.target.places {
                let Place::Variable(name) = place else { continue };
                if let Some(value) = lookup(name) {
                    let address = Address::read(&value);
                    return Some(Found {
                        address,
                        variable: Some((*name).to_owned()),
                        of_environment: false,
                    });
                }
            }
        }
        let found = config::properties(ini, "", &["sqlalchemy.url"], lookup)?;
        // The template that `alembic init` writes names no database.
        (found.address.scheme != "driver").then_some(found)
    }

    /// The host behind the name of a service.
    fn service(&self, resolved: &mut Resolved) {
        if self.target.gaps != Gaps::Postgres || resolved.address.is_placed() {
            return;
        }
        let Some(name) = resolved.address.service.clone() else { return };
        let file = self.variable("PGSERVICEFILE").map(|(path, _)| PathBuf::from(path));
        let file = file.or_else(|| self.scene.home().map(|home| home.join(".pg_service.conf")));
        let found = file.and_then(|path| file_text(&path)).and_then(|text| config::service(&text, &name));
        if let Some(address) = found {
            resolved.address.fill(address);
        }
    }
}

fn variable_names(named: &Option<Named>) -> Vec<String> {
    named.as_ref().map_or_else(Vec::new, |named| {
        named
            .text
            .variables
            .iter()
            .chain(&named.text.filled)
            .filter(|name| !name.is_empty())
            .cloned()
            .collect()
    })
}
