//! Compiles `rules/*.toml` into statics, so that a rule costs nothing to load and a bad one cannot be shipped.
#![expect(clippy::expect_used, reason = "a build script reports by failing the build")]

#[path = "src/fact/key.rs"]
#[allow(dead_code, missing_docs)]
mod key;
#[path = "src/effect/kind.rs"]
#[allow(dead_code, missing_docs)]
mod kind;
#[path = "src/rule/schema.rs"]
#[allow(dead_code, missing_docs)]
mod schema;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    if env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "musl") {
        let root = env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
        println!("cargo::rerun-if-changed=link.ld");
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{root}/link.ld");
    }
    println!("cargo::rerun-if-changed=rules");
    let mut paths: Vec<PathBuf> = fs::read_dir("rules")
        .expect("the folder rules/ is part of the source")
        .map(|entry| entry.expect("rules/ is readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();

    let mut faults = Vec::new();
    let mut rules = Vec::new();
    let mut sources = String::from("&[\n");
    for path in &paths {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let text = fs::read_to_string(path).expect("rule files are UTF-8");
        match toml::from_str::<schema::RuleFile>(&text) {
            Ok(file) => rules.extend(file.rule),
            Err(error) => faults.push(format!("rules/{name}: {error}")),
        }
        let absolute = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join(path);
        writeln!(sources, "    ({name:?}, include_str!({:?})),", absolute.display().to_string())
            .expect("in memory");
    }
    sources.push(']');

    faults.extend(schema::duplicates(&rules));
    for rule in &rules {
        let flaws = schema::lint(
            rule,
            true,
            |effect| kind::EffectKind::from_name(effect).is_some(),
            |name| key::Key::from_name(name).map(|key| key.sort().name()),
        );
        faults.extend(flaws.into_iter().map(|flaw| flaw.message));
    }
    if !faults.is_empty() {
        for fault in &faults {
            println!("cargo::error={}", fault.replace('\n', " "));
        }
        return;
    }

    let mut table = String::from(
        "/// The built-in rules, grouped by effect.\npub static BUILT_IN: &[(EffectKind, &[Rule])] = &[\n",
    );
    for kind in kind::EffectKind::ALL {
        writeln!(table, "    (EffectKind::{}, &[", kind.variant()).expect("in memory");
        for rule in rules.iter().filter(|rule| rule.effect == kind.name()) {
            write_rule(&mut table, rule);
        }
        table.push_str("    ]),\n");
    }
    writeln!(table, "];\n\n/// The rule files as written, for `explain` and `rules test`.")
        .expect("in memory");
    writeln!(table, "pub static SOURCES: &[(&str, &str)] = {sources};").expect("in memory");

    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo")).join("rules.rs");
    fs::write(out, table).expect("OUT_DIR is writable");
}

fn write_rule(out: &mut String, rule: &schema::RuleSource) {
    assert!(rule.command.is_none(), "rule `{}`: what is built in speaks about effects", rule.id);
    let ruling = match rule.decision.as_str() {
        "allow" => "Allow",
        "unclear" => "Unclear",
        "ask" => "Ask",
        _ => "Deny",
    };
    let effect = kind::EffectKind::from_name(&rule.effect).expect("linted").variant();
    let instead = match rule.instead.as_ref().or(rule.advice.as_ref()) {
        Some(text) => format!("Some(Cow::Borrowed({text:?}))"),
        None => "None".to_owned(),
    };
    let is_command = rule.instead.is_some();
    let confirm = match &rule.confirm {
        Some(key) => format!("Some(Key::{})", key::Key::from_name(key).expect("linted").variant()),
        None => "None".to_owned(),
    };
    writeln!(
        out,
        "        Rule {{ id: Cow::Borrowed({:?}), effect: EffectKind::{effect}, ruling: Ruling::{ruling}, \
         reason: Cow::Borrowed({:?}), instead: {instead}, is_command: {is_command}, confirm: {confirm}, when: Cow::Borrowed(&[{}]), unless: Cow::Borrowed(&[{}]) }},",
        rule.id,
        rule.reason.trim(),
        conditions(&rule.when),
        conditions(&rule.unless),
    )
    .expect("in memory");
}

fn conditions(tests: &std::collections::BTreeMap<String, schema::TestSource>) -> String {
    let mut out = String::new();
    for (name, test) in tests {
        let key = key::Key::from_name(name).expect("linted").variant();
        let test = match test {
            schema::TestSource::Flag(value) => format!("Test::Flag({value})"),
            schema::TestSource::Count(value) => format!("Test::Range {{ min: {value}, max: {value} }}"),
            schema::TestSource::Range(range) => format!(
                "Test::Range {{ min: {}, max: {} }}",
                range.min.unwrap_or(i64::MIN),
                range.max.unwrap_or(i64::MAX)
            ),
            schema::TestSource::Text(text) => {
                format!("Test::AnyOf(Cow::Borrowed(&[Cow::Borrowed({text:?})]))")
            }
            schema::TestSource::AnyOf(list) => {
                let items: Vec<String> = list.iter().map(|text| format!("Cow::Borrowed({text:?})")).collect();
                format!("Test::AnyOf(Cow::Borrowed(&[{}]))", items.join(", "))
            }
        };
        write!(out, "Condition {{ key: Key::{key}, test: {test} }}, ").expect("in memory");
    }
    out
}
