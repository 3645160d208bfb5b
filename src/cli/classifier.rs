//! `forestall classifier`: which model is asked, what it is told, to the byte, and how good it is.

mod ask;
mod bench;
mod setup;

use super::{ExitStatus, Fault, Outcome};
use forestall::action::{Actor, Line, Scene, Shell};
use forestall::classifier::{
    Dialect, Flavor, KeySource, Nonce, Prices, Profile, Prompt, Settings, Stage,
    dialect::{self, Request},
    system,
};
use forestall::conversation::Conversation;
use forestall::judge::{Considered, consider};
use forestall::policy::Policy;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What to do about the model.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Print the exact requests that a model would be sent for a line; nothing is sent
    ShowRequest(ShowArgs),
    /// Find a model, try it, and write it into your configuration
    #[command(after_help = setup::HELP)]
    Setup(setup::Args),
    /// Measure the configured model on a list of lines whose answer is known
    #[command(after_help = bench::HELP)]
    Bench(bench::Args),
}

/// Arguments of `show-request`.
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// The line, in one pair of quotes
    #[arg(value_hint = clap::ValueHint::CommandString)]
    line: OsString,
    /// A profile other than the configured one
    #[arg(long, conflicts_with_all = ["dialect", "flavor", "model"])]
    profile: Option<String>,
    /// The protocol, without any profile
    #[arg(long, value_parser = ["anthropic-messages", "openai-chat", "openai-responses", "ollama"])]
    dialect: Option<String>,
    /// Whose own fields to send
    #[arg(long, value_parser = ["anthropic", "openai", "azure", "gemini", "openrouter", "llama.cpp", "vllm", "ollama", "lm-studio"])]
    flavor: Option<String>,
    /// The model's name
    #[arg(long)]
    model: Option<String>,
    /// Who would run the line
    #[arg(long, value_parser = ["human", "agent"], default_value = "human")]
    actor: String,
    /// What the agent and its user have said and done before
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    conversation: Option<PathBuf>,
    /// The shell that the line is for
    #[arg(long, value_parser = ["bash", "zsh", "fish"], default_value = "bash")]
    shell: String,
}

/// Does what the verb says.
pub fn run(verb: &Verb) -> Outcome {
    match verb {
        Verb::ShowRequest(args) => show(args),
        Verb::Setup(args) => setup::run(args),
        Verb::Bench(args) => bench::run(args),
    }
}

/// Prints the requests of both stages.
fn show(args: &ShowArgs) -> Outcome {
    let scene = Scene::here(Shell::from_name(&args.shell).unwrap_or_default());
    let policy = Policy::load(&scene);
    let mut err = io::stderr().lock();
    for fault in &policy.faults {
        writeln!(err, "forestall: {fault}")?;
    }
    let profile = profile(args, &policy.classifier)?;
    let actor = if args.actor == "agent" { Actor::Agent } else { Actor::Human };
    let conversation = match &args.conversation {
        Some(_) if actor == Actor::Human => {
            let fault = Fault::usage("`--conversation` is what an agent and its user have said");
            return Err(fault.hint("add `--actor agent`"));
        }
        file => file.as_deref().map(Conversation::open).transpose(),
    };
    let conversation = conversation.map_err(|fault| Fault::failure(fault.to_string()))?;
    let line = Line::from_bytes(args.line.as_bytes());
    let Considered { verdict, is_open, case } =
        consider(&line, &scene, actor, conversation.as_ref(), &policy);
    let case = case.map_err(|unsure| {
        Fault::failure(unsure.to_string()).hint("without a model the line is judged by the rules alone")
    })?;

    let mut out = io::stdout().lock();
    let settled = if is_open { "leave something open" } else { "settle this line, so no model is asked" };
    writeln!(out, "# the rules {settled}: {}", verdict.decision.name())?;
    if case.is_cut {
        writeln!(out, "# the line is too long to be sent whole, so no answer can be milder than ask")?;
    }
    if case.is_suspect {
        writeln!(out, "# the line speaks to its judge or hides characters, so stage 1 is left out")?;
    }
    let system = system(&policy.classifier.slots);
    for stage in [Stage::First, Stage::Second(Nonce::draw())] {
        let request = dialect::request(&profile, &Prompt::new(&system, &case, &stage), &stage);
        let cost = profile.prices.map(|prices| cost(&prices, &request, &stage)).unwrap_or_default();
        writeln!(out, "\n# stage {}, at most {}{cost}", stage.number(), wait(&policy.classifier, &stage))?;
        writeln!(out, "POST {}", request.url)?;
        for (name, value) in &request.headers {
            writeln!(out, "{name}: {value}")?;
        }
        if let Some(key) = &profile.key {
            let (name, before) = request.key_header;
            writeln!(out, "{name}: {before}({})", source(key))?;
        }
        writeln!(out, "\n{}", request.body)?;
    }
    Ok(ExitStatus::Success)
}

/// About what a request costs at most, at four bytes for a token.
fn cost(prices: &Prices, request: &Request, stage: &Stage) -> String {
    let sent = request.body.len() as f64 / 4.0;
    let written = f64::from(dialect::most_tokens(stage));
    let dollars = |input: f64| (sent * input + written * prices.output) / 1e6;
    format!(
        ", about {:.5} $, {:.5} $ while the provider keeps it",
        dollars(prices.input),
        dollars(prices.cached)
    )
}

/// How long a stage may take.
fn wait(settings: &Settings, stage: &Stage) -> String {
    let bounds = settings.bounds;
    let most = if *stage == Stage::First { bounds.stage_1 } else { bounds.deadline };
    format!("{} s (to connect {} s)", most.as_secs_f64(), bounds.connect.as_secs_f64())
}

/// Where the key would come from; the key itself is not read.
fn source(key: &KeySource) -> String {
    match key {
        KeySource::Env(name) => format!("the value of {name}"),
        KeySource::File(path) => format!("the first line of {}", path.display()),
        KeySource::Command(words) => format!("what {} prints", words.first().map_or("", String::as_str)),
    }
}

/// The profile of this name, or the configured one.
fn named<'s>(name: Option<&str>, settings: &'s Settings) -> Result<(&'s str, &'s Profile), Fault> {
    let Some(name) = name else {
        return settings.chosen().ok_or_else(|| {
            Fault::usage("no model is configured, so nothing is ever sent")
                .hint("`forestall classifier setup` finds one; docs/classifier.md tells the rest")
        });
    };
    let found = settings.profiles.get_key_value(name);
    found.map(|(name, profile)| (name.as_str(), profile)).ok_or_else(|| {
        let known: Vec<&str> = settings.profiles.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none is configured".to_owned() } else { known.join(", ") };
        Fault::usage(format!("there is no profile `{name}`; {known}"))
    })
}

fn profile(args: &ShowArgs, settings: &Settings) -> Result<Profile, Fault> {
    if let Some(name) = &args.profile {
        return named(Some(name), settings).map(|(_, profile)| profile.clone());
    }
    let typed = (args.dialect.as_deref(), args.flavor.as_deref());
    if typed == (None, None) {
        let (_, profile) = named(None, settings)?;
        let model = args.model.clone().unwrap_or_else(|| profile.model.clone());
        return Ok(Profile { model, ..profile.clone() });
    }
    let flavor = args.flavor.as_deref().and_then(Flavor::from_name);
    let dialect = args.dialect.as_deref().and_then(Dialect::from_name);
    let dialect = dialect.or_else(|| flavor.and_then(|flavor| flavor.dialects().first().copied()));
    let dialect = dialect.unwrap_or(Dialect::OpenaiChat);
    let flavor = flavor.unwrap_or_else(|| Flavor::usual(dialect));
    if !flavor.dialects().contains(&dialect) {
        return Err(Fault::usage(format!("{} does not speak {}", flavor.name(), dialect.name())));
    }
    Ok(Profile {
        dialect,
        flavor,
        base_url: flavor
            .usual_url(dialect)
            .unwrap_or("https://RESOURCE.openai.azure.com/openai/v1")
            .to_owned(),
        model: args.model.clone().unwrap_or_else(|| "MODEL".to_owned()),
        key: None,
        prices: None,
    })
}
