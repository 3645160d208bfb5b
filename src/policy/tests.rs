use super::*;
use std::collections::BTreeMap;
use std::path::Path;

struct Place {
    root: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("home/.config/forestall")).unwrap();
        std::fs::create_dir_all(root.path().join("repo/.git")).unwrap();
        std::fs::create_dir_all(root.path().join("repo/deep/er")).unwrap();
        Place { root }
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Place {
        std::fs::write(self.root.path().join(path), bytes).unwrap();
        self
    }

    fn user(&self, text: &str) -> &Place {
        self.write("home/.config/forestall/config.toml", text)
    }

    fn scene(&self) -> Scene {
        let home = self.root.path().join("home").to_string_lossy().into_owned();
        Scene::given(&self.root.path().join("repo/deep/er"), BTreeMap::from([("HOME".to_owned(), home)]))
    }

    fn load(&self) -> Policy {
        Policy::load(&self.scene())
    }

    /// The faults, without the folder.
    fn faults(&self) -> Vec<String> {
        let folder = format!("{}/", self.root.path().display());
        self.load().faults.iter().map(|fault| fault.to_string().replace(&folder, "")).collect()
    }
}

#[test]
fn layers_add_up_and_the_higher_rank_decides_what_a_database_is() {
    let place = Place::new();
    place.user(
        "[git]\nprotected = [\"team/*\"]\n[data]\ntrusted-hosts = \"vault.acme.test\"\n\
         [database]\ndevelopment = [\"scratch-*\"]\nproduction = [\"Orders\"]\n",
    );
    place.write(
        "repo/.forestall.toml",
        "[git]\nprotected = [\"keep\"]\n[database]\nproduction = [\"scratch-eu\", \"ledger\"]\n",
    );
    let policy = place.load();
    assert_eq!(policy.faults, []);
    assert_eq!(policy.protected, ["team/*", "keep"]);
    assert_eq!(policy.trusted_hosts, ["vault.acme.test"]);
    assert_eq!(policy.database_class(&["orders"]), Some(DatabaseClass::Production));
    assert_eq!(policy.database_class(&["scratch-eu"]), Some(DatabaseClass::Development));
    assert_eq!(policy.database_class(&["LEDGER"]), Some(DatabaseClass::Production));
    assert_eq!(policy.database_class(&["else"]), None);
}

#[test]
fn no_file_is_no_fault_and_another_repository_is_not_asked() {
    let place = Place::new();
    place.write(".forestall.toml", "[git]\nprotected = [\"outside\"]\n");
    let policy = place.load();
    assert!(policy.faults.is_empty() && policy.protected.is_empty());
    assert_eq!(layers(&place.scene()).len(), 1, "the user's is listed though absent");
}

#[test]
fn xdg_config_home_is_honoured() {
    let place = Place::new();
    std::fs::create_dir_all(place.root.path().join("xdg/forestall")).unwrap();
    place.user("[git]\nprotected = [\"home\"]\n");
    place.write("xdg/forestall/config.toml", "[git]\nprotected = [\"xdg\"]\n");
    let xdg = place.root.path().join("xdg").to_string_lossy().into_owned();
    let scene = Scene::given(Path::new("/nowhere"), BTreeMap::from([("XDG_CONFIG_HOME".to_owned(), xdg)]));
    assert_eq!(Policy::load(&scene).protected, ["xdg"]);
}

#[test]
fn a_repository_may_only_tighten() {
    let place = Place::new();
    let text = r#"
[data]
trusted-hosts = ["evil.test"]

[database]
development = ["*"]
production = ["ledger"]

[[except]]
rule = "x.y"
reason = "because"

[[rule]]
id = "repo.allow"
effect = "ref.delete"
decision = "allow"
reason = "fine"

[[rule]]
id = "repo.deny"
effect = "ref.delete"
decision = "deny"
reason = "never"
"#;
    place.write("repo/.forestall.toml", text);
    let policy = place.load();
    assert!(policy.trusted_hosts.is_empty() && policy.rules.exceptions.is_empty());
    assert_eq!(policy.database_class(&["ledger"]), Some(DatabaseClass::Production));
    assert_eq!(policy.database_class(&["app"]), None);
    assert_eq!(policy.rules.rules.iter().map(|rule| &*rule.id).collect::<Vec<_>>(), ["repo.deny"]);
    let lines: Vec<_> = policy.faults.iter().map(|fault| (fault.line, fault.key.as_str())).collect();
    assert_eq!(
        lines.iter().map(|(line, _)| line.unwrap()).collect::<std::collections::BTreeSet<_>>(),
        [3, 6, 9, 13].into()
    );
    assert!(policy.faults.iter().all(|fault| fault.message.contains("only tighten")), "{lines:?}");
}

#[test]
fn a_fault_names_file_line_and_key_and_the_rest_stays_in_force() {
    for (text, expected) in [
        (
            "[git]\nprotectd = [\"a\"]\n",
            "config.toml:2: git.protectd: unknown key `protectd`, did you mean `protected`?",
        ),
        ("\n[gti]\nprotected = []\n", "config.toml:2: gti: unknown key `gti`, did you mean `git`?"),
        ("[database]\nproduction = 5\n", "config.toml:2: database.production: must be a list of texts"),
        (
            "[database]\nproduction = [\"a\", 5]\n",
            "config.toml:2: database.production: must be a list of texts",
        ),
        ("git = 1\n", "config.toml:1: git: is a table: write `[git]`"),
        ("[git\nprotected = []\n", "config.toml:1"),
        ("[data]\ntrusted-hosts = [\"a\"\n", "config.toml:"),
        ("[data]\n= 3\n", "config.toml:2"),
        (
            "[[rule]]\nid = \"a\"\neffect = \"ref.delete\"\ndecision = \"deny\"\nreason = \"r\"\nwhn = {}\n",
            "config.toml:6: rule.whn: unknown key `whn`, did you mean `when`?",
        ),
        ("[[rule]]\neffect = \"ref.delete\"\n", "config.toml:1: rule: `id` is missing"),
        (
            "[[rule]]\nid = \"a\"\neffect = \"ref.delet\"\ndecision = \"deny\"\nreason = \"r\"\n",
            "config.toml:3: rule.effect: rule `a`: there is no effect `ref.delet`, did you mean `ref.delete`?",
        ),
        (
            "[[rule]]\nid = \"a\"\neffect = \"ref.delete\"\ndecision = \"dney\"\nreason = \"r\"\n",
            "config.toml:4: rule.decision: rule `a`: `decision` is one of allow, unclear, ask, deny, not `dney`, did you \
             mean `deny`?",
        ),
        (
            "[[rule]]\nid = \"a\"\neffect = \"ref.delete\"\ndecision = \"ask\"\nreason = \"r\"\n# rfe\nwhen.rfe = \"x\"\n",
            "config.toml:7: rule.when.rfe: rule `a`: there is no key `rfe` to ask about in `when`, did you mean `ref`?",
        ),
        (
            "[[rule]]\nid = \"a\"\neffect = \"ref.delete\"\ndecision = \"ask\"\nreason = \"r\"\nwhen = { \"ref.exists\" = 1 }\n",
            "config.toml:6: rule.when.ref.exists: rule `a`: `when.ref.exists` is a flag and cannot be compared with that",
        ),
        (
            "[[rule]]\nid = \"a\"\neffect = \"ref.delete\"\ndecision = \"deny\"\nreason = \"r\"\nwhen.ref = 1.5\n",
            "config.toml:6: rule.when.ref: a test is true, false",
        ),
        (
            "[[except]]\nrule = \"no.such\"\nreason = \"r\"\n",
            "config.toml:1: except.rule: there is no rule `no.such`",
        ),
        ("[[except]]\nrule = \"no.such\"\n", "config.toml:1: except: `reason` is missing"),
        ("[rule]\nid = \"a\"\n", "config.toml:1: rule: write `[[rule]]`"),
    ] {
        let place = Place::new();
        place.user(text);
        let faults = place.faults();
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{text}\n{faults:#?}");
        place.user(&format!("[data]\ntrusted-hosts = [\"kept\"]\n{}", text.replace("[data]\n", "")));
        if !text.contains("[data]") {
            assert_eq!(place.load().trusted_hosts.first().map(String::as_str), Some("kept"), "{text}");
        }
    }
}

#[test]
fn files_that_cannot_be_used_are_faults() {
    let place = Place::new();
    let path = place.root.path().join("home/.config/forestall/config.toml");
    place.write("home/.config/forestall/config.toml", b"[git]\nprotected = [\"\xff\"]\n");
    assert!(place.faults()[0].contains("byte 20 is not UTF-8"), "{:?}", place.faults());
    place.write("home/.config/forestall/config.toml", vec![b'#'; 1024 * 1024 + 1]);
    assert!(place.faults()[0].contains("1048577 bytes"));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(place.faults()[0].contains("not a regular file"));
    std::fs::remove_dir(&path).unwrap();
    std::os::unix::fs::symlink("gone", &path).unwrap();
    assert!(place.faults()[0].contains("link to nothing"));
    std::fs::remove_file(&path).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    assert!(place.faults()[0].contains("not a regular file"), "a pipe is not waited for");
}

#[test]
fn an_administrators_rule_cannot_be_excepted_by_the_user() {
    let rule =
        "[[rule]]\nid = \"acme.never\"\neffect = \"ref.delete\"\ndecision = \"deny\"\nreason = \"r\"\n";
    let except = "[[except]]\nrule = \"acme.never\"\nreason = \"I know better\"\n";
    let layer = |rank, text: &str| Layer { rank, path: "f.toml".into(), text: Some(Ok(text.to_owned())) };
    let policy = compile::compile(&[layer(Rank::Admin, rule), layer(Rank::User, except)]);
    assert!(policy.rules.exceptions.is_empty());
    assert_eq!(
        policy.faults[0].to_string(),
        "f.toml:1: except.rule: the rule `acme.never` is the administrator's; this exception is ignored"
    );
    let policy = compile::compile(&[layer(Rank::User, &format!("{rule}{except}"))]);
    assert_eq!((policy.rules.exceptions.len(), policy.faults.len()), (1, 0));
}

#[test]
fn any_text_is_read_without_panic() {
    use proptest::prelude::*;
    proptest!(|(text in "([\\[\\]a-z=\"\n .#{},0-9é-]|git|database|rule|except|\\[\\[|protected = ){0,60}")| {
        let layer = Layer { rank: Rank::User, path: "f.toml".into(), text: Some(Ok(text)) };
        for fault in compile::compile(&[layer]).faults {
            prop_assert!(!fault.to_string().contains('\n'));
        }
    });
}

#[test]
fn a_model_is_configured_by_users_and_administrators() {
    use crate::classifier::{Dialect, Flavor, KeySource};
    let place = Place::new();
    place.user(
        "[classifier]\nprofile = \"local\"\nallow = [\"$defaults\", \"Scratch clusters.\"]\n\
         [classifier.bounds]\ndeadline = 5\nstage_1 = 8.0\n\
         [classifier.profiles.local]\ndialect = \"openai-chat\"\nflavor = \"llama.cpp\"\n\
         base_url = \"http://127.0.0.1:9090/v1/\"\nmodel = \"small\"\n\
         [classifier.profiles.hosted]\ndialect = \"anthropic-messages\"\nmodel = \"m\"\nkey_env = \"MY_KEY\"\n\
         prices = { input = 1, output = 5.0 }\n",
    );
    let policy = place.load();
    assert_eq!(policy.faults, []);
    let settings = &policy.classifier;
    let (name, local) = settings.chosen().unwrap();
    assert_eq!((name, local.dialect, local.flavor), ("local", Dialect::OpenaiChat, Flavor::LlamaCpp));
    assert_eq!((local.base_url.as_str(), &local.key), ("http://127.0.0.1:9090/v1", &None));
    let hosted = &settings.profiles["hosted"];
    assert_eq!(
        (hosted.base_url.as_str(), hosted.flavor),
        ("https://api.anthropic.com/v1", Flavor::Anthropic)
    );
    assert_eq!(hosted.key, Some(KeySource::Env("MY_KEY".to_owned())));
    assert_eq!(
        hosted.prices.map(|prices| (prices.input, prices.cached, prices.output)),
        Some((1.0, 1.0, 5.0))
    );
    // A part never takes longer than the whole.
    let bounds = settings.bounds;
    assert_eq!(
        (bounds.deadline.as_secs(), bounds.stage_1.as_secs(), bounds.connect.as_millis()),
        (5, 5, 800)
    );
    assert_eq!(
        settings.slots.allow.as_deref(),
        Some(&["$defaults".to_owned(), "Scratch clusters.".to_owned()][..])
    );
    assert_eq!(Place::new().load().classifier, crate::classifier::Settings::default());
}

#[test]
fn what_is_wrong_with_a_model_is_told_where_it_stands() {
    let place = Place::new();
    place.user(
        "[classifier]\nprofile = \"locl\"\ncolour = 1\nallow = \"x\"\n\
         [classifier.bounds]\ndeadline = 900\n\
         [classifier.profiles.local]\ndialect = \"openai-chat\"\nmodel = \"m\"\n\
         [classifier.profiles.a]\ndialect = \"openai-chats\"\nmodel = \"m\"\n\
         [classifier.profiles.b]\ndialect = \"ollama\"\nflavor = \"vllm\"\nmodel = \"m\"\n\
         [classifier.profiles.c]\ndialect = \"openai-chat\"\nmodel = \"m\"\nbase_url = \"http://gateway.acme.test\"\n\
         [classifier.profiles.d]\ndialect = \"openai-chat\"\nmodell = \"m\"\n\
         [classifier.profiles.e]\ndialect = \"openai-chat\"\nmodel = \"m\"\nkey_env = \"sk-abc\"\n\
         [classifier.profiles.f]\ndialect = \"openai-chat\"\nmodel = \"m\"\nkey_env = \"A\"\nkey_file = \"/k\"\n\
         [classifier.profiles.g]\ndialect = \"openai-chat\"\nflavor = \"azure\"\nmodel = \"m\"\n",
    );
    let faults = place.faults();
    for wanted in [
        "config.toml:2: classifier.profile: there is no profile `locl`, did you mean `local`?; no model is asked",
        "config.toml:3: classifier.colour: unknown key `colour`",
        "config.toml:4: classifier.allow: must be a list of sentences",
        "classifier.bounds: are seconds, from 0.01 to 60",
        "config.toml:11: classifier.profiles.a.dialect: there is no `openai-chats`, did you mean `openai-chat`?",
        "config.toml:15: classifier.profiles.b.flavor: vllm does not speak ollama, but openai-chat",
        "config.toml:20: classifier.profiles.c.base_url: must begin with https:// unless it is this machine",
        "unknown key `modell`, did you mean `model`?; this entry is ignored",
        "config.toml:27: classifier.profiles.e: `key_env` is the name of a variable, not the key itself",
        "classifier.profiles.f: give one of `key_env`, `key_file` and `key_command`",
        "classifier.profiles.g: `base_url` is missing",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(wanted)), "{wanted}\n{}", faults.join("\n"));
    }
    let policy = place.load();
    assert_eq!(policy.classifier.profiles.keys().map(String::as_str).collect::<Vec<_>>(), ["local"]);
    assert_eq!(policy.classifier.chosen(), None);
}

#[test]
fn a_repository_says_nothing_about_the_model() {
    let place = Place::new();
    place.user("[classifier]\nhard_deny = [\"x\"]\n");
    place.write(
        "repo/.forestall.toml",
        "[git]\nprotected = [\"keep\"]\n\n[classifier]\nprofile = \"p\"\nallow = [\"everything\"]\n\
         [classifier.profiles.p]\ndialect = \"openai-chat\"\nmodel = \"m\"\nbase_url = \"https://evil.test\"\n",
    );
    let policy = place.load();
    assert_eq!((policy.classifier.profile.as_ref(), policy.classifier.profiles.len()), (None, 0));
    assert_eq!(policy.classifier.slots.allow, None);
    assert_eq!(policy.protected, ["keep"]);
    let faults = place.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0].starts_with("repo/.forestall.toml:4: classifier: a repository may not say which model"),
        "{faults:?}"
    );
}

/// A configuration with everything that the schema knows is sound, and the schema knows every name that there is.
#[test]
fn the_schema_of_the_model_is_what_is_read() {
    use crate::classifier::{Bounds, Dialect, Flavor};
    let schema: serde_json::Value = serde_json::from_str(CLASSIFIER_SCHEMA).unwrap();
    let names = |value: &serde_json::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let profile = &schema["properties"]["profiles"]["additionalProperties"];
    let dialects: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
    let flavors: Vec<&str> = Flavor::ALL.iter().map(|flavor| flavor.name()).collect();
    assert_eq!(names(&profile["properties"]["dialect"]["enum"]), dialects);
    assert_eq!(names(&profile["properties"]["flavor"]["enum"]), flavors);
    let bounds = &schema["properties"]["bounds"]["properties"];
    let usual = Bounds::default();
    for (name, usual) in
        [("deadline", usual.deadline), ("stage_1", usual.stage_1), ("connect", usual.connect)]
    {
        assert_eq!(bounds[name]["default"].as_f64(), Some(usual.as_secs_f64()), "{name}");
    }

    // Each property by itself in a table that is sound otherwise; what nobody reads is a fault.
    let value = |name: &str| match name {
        "prices" => "{ input = 1, cached = 0.1, output = 2.5 }".to_owned(),
        "key_command" => "[\"pass\", \"show\"]".to_owned(),
        "key_file" => "\"~/key\"".to_owned(),
        "base_url" => "\"https://host.test/v1\"".to_owned(),
        "flavor" => "\"openai\"".to_owned(),
        _ => format!("\"{name}\""),
    };
    let place = Place::new();
    let mut tried = 0;
    for name in profile["properties"].as_object().unwrap().keys() {
        let given = if matches!(name.as_str(), "dialect" | "model") {
            String::new()
        } else {
            format!("{name} = {}\n", value(name))
        };
        place.user(&format!("[classifier.profiles.p]\ndialect = \"openai-chat\"\nmodel = \"m\"\n{given}"));
        assert_eq!(place.faults(), Vec::<String>::new(), "{name}");
        assert!(place.load().classifier.profiles.contains_key("p"), "{name}");
        tried += 1;
    }
    for name in bounds.as_object().unwrap().keys() {
        for (seconds, sound) in [(0.01, true), (60.0, true), (0.0, false), (60.1, false)] {
            place.user(&format!("[classifier.bounds]\n{name} = {seconds:?}\n"));
            assert_eq!(place.faults().is_empty(), sound, "{name} {seconds}");
            let within = |side: &str| bounds[name][side].as_f64().unwrap();
            assert_eq!((within("minimum")..=within("maximum")).contains(&seconds), sound, "{name} {seconds}");
        }
    }
    for name in schema["properties"].as_object().unwrap().keys() {
        let known = matches!(name.as_str(), "profile" | "profiles" | "bounds");
        place.user(&if known {
            String::new()
        } else {
            format!("[classifier]\n{name} = [\"$defaults\", \"x\"]\n")
        });
        assert_eq!(place.faults(), Vec::<String>::new(), "{name}");
    }
    assert_eq!((tried, schema["properties"].as_object().unwrap().len()), (8, 7));
    place.user("[classifier]\nprofile = \"p\"\ncolour = 1\n[classifier.profiles.p]\nhue = 1\n");
    assert!(place.faults().iter().any(|fault| fault.contains("colour")), "{:?}", place.faults());
}
