//! What a place is, by its names and by the policy.

use super::{Found, Name, OBJECT, Weight};
use crate::effect::infra::Platform;
use crate::fact::database::class::{of_host, of_name};
use crate::policy::{DatabaseClass, Policy};

/// The class of a place, and the name that says so.
pub(super) fn of(found: &Found, platform: Platform, policy: &Policy) -> (&'static str, Option<Name>) {
    if !policy.databases.is_empty() {
        let names = found.names.iter().filter(|name| name.weight != Weight::Hint);
        let names: Vec<&str> = names.map(|name| name.text.as_str()).collect();
        if let Some(class) = policy.database_class(&names) {
            let text = names.first().map_or_else(String::new, |name| (*name).to_owned());
            let name = Name { text, source: "your policy".to_owned(), weight: Weight::Own };
            return (class.name(), Some(name));
        }
    }
    let said = |weight: fn(Weight) -> bool, wanted: DatabaseClass| {
        found
            .names
            .iter()
            .filter(|name| weight(name.weight))
            .find(|name| class_of(&name.text, platform) == Some(wanted))
            .map(|name| (wanted.name(), Some(name.clone())))
    };
    let own = |weight| weight == Weight::Own;
    let any = |_| true;
    // A cluster or an emulator on this machine is what it is, whatever its parts are called. Containers and services
    // of this machine are the ones that it serves people with, if their names say so.
    let shielded = found.local && !matches!(platform, Platform::Docker | Platform::Machine);
    let stricter = match shielded {
        true => said(own, DatabaseClass::Production),
        false => said(any, DatabaseClass::Production)
            .or_else(|| said(own, DatabaseClass::Staging))
            .or_else(|| said(any, DatabaseClass::Staging)),
    };
    if let Some(found) = stricter.or_else(|| said(own, DatabaseClass::Development)) {
        return found;
    }
    if !shielded && let Some(mild) = all_inside_are_mild(found, platform) {
        return (DatabaseClass::Development.name(), Some(mild));
    }
    match (found.local, found.placed) {
        (true, _) => (DatabaseClass::Local.name(), None),
        (false, true) => ("unknown", None),
        (false, false) => ("none", None),
    }
}

/// Where the names of what is acted on all speak of development: where one does not, that one may be anything.
fn all_inside_are_mild(found: &Found, platform: Platform) -> Option<Name> {
    let mild = |text: &str| class_of(text, platform) == Some(DatabaseClass::Development);
    let inside = || found.names.iter().filter(|name| name.weight == Weight::Inside);
    // `-n dev`, `-f compose.test.yml`: the whole line is about it.
    if let Some(name) = inside().find(|name| name.source != OBJECT && mild(&name.text)) {
        return Some(name.clone());
    }
    let mut objects = inside().filter(|name| name.source == OBJECT).peekable();
    let first = (*objects.peek()?).clone();
    objects.all(|name| mild(&name.text)).then_some(first)
}

/// What a name of infrastructure speaks of. Devices stand below `/dev`, a server that builds is called `ci`, and
/// `local-lvm` or `libs-release-local` say where something is kept, not what for.
fn class_of(text: &str, platform: Platform) -> Option<DatabaseClass> {
    if text.starts_with("/dev/") {
        return None;
    }
    let class = class_by_words(text)?;
    let vague = |part: &&str| matches!(*part, "ci" | "local");
    let parts = || text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    // The containers that a build uses are thrown away with it.
    let short_lived = matches!(platform, Platform::Docker | Platform::Kubernetes);
    if class == DatabaseClass::Development
        && !short_lived
        && parts().count() > 1
        && parts().any(|part| vague(&part))
    {
        let rest: Vec<&str> = parts().filter(|part| !vague(part)).collect();
        return of_name(&rest.join("-"));
    }
    Some(class)
}

fn class_by_words(text: &str) -> Option<DatabaseClass> {
    // `europe-docker.pkg.dev/acme/api`: what stands before the slash is a host, whose last label says nothing.
    if let Some((host, rest)) = text.split_once('/')
        && host.contains('.')
        && !host.contains([':', '@', '='])
        && host.split('.').all(|label| !label.is_empty())
    {
        return match (of_host(host), of_name(rest)) {
            (Some(DatabaseClass::Development), Some(rest)) => Some(rest),
            (host, rest) => host.or(rest),
        };
    }
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let is_host = text.contains("://") || (host.contains('.') && !host.contains([':', '/', '@', '_', '=']));
    if is_host { of_host(host.split(['/', ':']).next().unwrap_or(host)) } else { of_name(text) }
}
