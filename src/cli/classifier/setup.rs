//! `forestall classifier setup`: finds what can be asked, says what that means, tries it, and writes it down.

use super::ask::Asker;
use crate::cli::{ExitStatus, Fault, Outcome};
use forestall::action::{Actor, Line, Scene, Shell};
use forestall::classifier::{
    Client, Dialect, First, Flavor, KeySource, Nonce, Profile, Settings, Stage, first, second, system, unfit,
};
use forestall::judge::consider;
use forestall::policy::{Policy, Rank, layers};
use forestall::setup::model::{self, Candidate, EditError, Server};
use forestall::setup::rc::{self, Plan};
use forestall::surface::terminal::show::{Style, visible};
use forestall::surface::terminal::{Reply, Terminal};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a port of this machine is waited for; a server that is there answers at once.
const GLANCE: Duration = Duration::from_millis(500);
/// How long the first answer may take; a server of one's own may still have to load the model.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is asked in the test: nothing of the user's.
const PROBE: &str = "git status";

pub const HELP: &str = "\
Looks for Ollama (port 11434), llama.cpp (8080), LM Studio (1234) and vLLM (8000) on this machine, and for \
ANTHROPIC_API_KEY, OPENAI_API_KEY, AZURE_OPENAI_API_KEY with AZURE_OPENAI_ENDPOINT, GEMINI_API_KEY, GOOGLE_API_KEY and \
OPENROUTER_API_KEY in the environment. The key itself is never written anywhere: the configuration names the variable. \
Without a terminal, give --yes and --profile.";

/// Arguments of `setup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which of those that were found: anthropic, openai, azure, gemini, openrouter, ollama, llama-cpp, lm-studio, vllm
    #[arg(long)]
    profile: Option<String>,
    /// The model's name, as the provider calls it
    #[arg(long)]
    model: Option<String>,
    /// Look for a server of this machine at this address too
    #[arg(long, value_name = "HOST:PORT")]
    server: Vec<String>,
    /// The variable that holds the key, where it has another name; with --base-url and --flavor
    #[arg(long, value_name = "VARIABLE", requires = "base_url")]
    key_env: Option<String>,
    /// A provider that is not looked for: its address; with --flavor
    #[arg(long, value_name = "URL", requires = "flavor", conflicts_with = "profile")]
    base_url: Option<String>,
    /// Whose fields are sent to it
    #[arg(long, requires = "base_url", value_parser = ["anthropic", "openai", "azure", "gemini", "openrouter", "llama.cpp", "vllm", "ollama", "lm-studio"])]
    flavor: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Show what would be written; send and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Finds, explains, asks, tries and writes.
pub fn run(args: &Args) -> Outcome {
    let mut out = io::stdout().lock();
    let style = Style::of_stdout();
    if args.yes && args.profile.is_none() && args.base_url.is_none() {
        return Err(Fault::usage("--yes needs to know which model: add --profile NAME"));
    }
    let terminal = if args.yes { None } else { Terminal::open() };
    if terminal.is_none() && !args.yes && !args.dry_run {
        return Err(Fault::failure("there is no terminal to ask in, so nothing is set up").hint(
            "--yes --profile NAME sets it up without a question, --dry-run shows what would be written",
        ));
    }
    let found = candidates(args)?;
    if found.is_empty() {
        return Err(Fault::failure("no model was found: no server on this machine, no key in the environment").hint(
            "start a server such as `llama-server` or `ollama serve`, export a key, or name one with --base-url and --flavor",
        ));
    }
    let Some(candidate) = choose(args, &found, terminal.as_ref(), &mut out, style)? else {
        writeln!(out, "nothing was changed")?;
        return Ok(ExitStatus::Failure);
    };
    let Some(model) = choose_model(args, candidate, terminal.as_ref(), &mut out, style)? else {
        writeln!(out, "nothing was changed")?;
        return Ok(ExitStatus::Failure);
    };

    let scene = Scene::here(Shell::Bash);
    let policy = Policy::load(&scene);
    let profile = Profile {
        dialect: candidate.dialect,
        flavor: candidate.flavor,
        base_url: candidate.base_url.clone(),
        model,
        key: candidate.key.clone(),
        prices: None,
    };
    let layers = layers(&scene);
    let Some(layer) = layers.iter().find(|layer| layer.rank == Rank::User) else {
        return Err(Fault::failure("there is no home directory to keep a configuration in"));
    };
    let before = match &layer.text {
        None => String::new(),
        Some(Ok(text)) => text.clone(),
        Some(Err(fault)) => return Err(Fault::failure(fault.to_string())),
    };
    let known = policy.classifier.profiles.iter().find(|(_, known)| same(known, &profile));
    let name = match known {
        Some((name, _)) => name.clone(),
        None => model::name_for(candidate.name(), &policy.classifier),
    };
    if known.is_some() && policy.classifier.profile.as_deref() == Some(name.as_str()) {
        writeln!(out, "{}: it is set up already, as `{name}`", layer.path.display())?;
        return Ok(ExitStatus::Success);
    }
    explain(candidate, &profile, &policy.classifier, &mut out, style)?;
    let edit =
        model::edit(&before, &name, &profile).map_err(|why| by_hand(&layer.path, &why, &name, &profile))?;
    writeln!(out, "\n{}: these lines will be added\n", layer.path.display())?;
    for line in edit.shown.lines() {
        writeln!(out, "    {}", visible(line, style))?;
    }
    if args.dry_run {
        return Ok(ExitStatus::Success);
    }
    out.flush()?;
    if let Some(terminal) = &terminal
        && terminal.ask("\nTry it with one harmless command, and write that? [y/N] ") != Reply::Yes
    {
        writeln!(out, "nothing was sent or changed")?;
        return Ok(ExitStatus::Failure);
    }
    try_out(&profile, &policy.classifier, &mut out, style)?;
    let plan = match rc::read(&layer.path)? {
        Ok(now) if now.as_deref().unwrap_or_default() == before.as_bytes() => {
            Plan::Write(edit.text.into_bytes())
        }
        Ok(_) => {
            return Err(Fault::failure(format!("{} was changed meanwhile; try again", layer.path.display())));
        }
        Err(why) => {
            return Err(Fault::failure(format!("{} is not changed, {why}", layer.path.display()))
                .hint(format!("add these lines yourself:\n{}", edit.shown)));
        }
    };
    rc::carry_out(&layer.path, &plan)
        .map_err(|error| Fault::failure(format!("{}: {error}", layer.path.display())))?;
    writeln!(out, "{}: done", layer.path.display())?;
    if Policy::load(&scene).classifier.profile.as_deref() != Some(name.as_str()) {
        writeln!(out, "the administrator has chosen another model, so this one is only asked by name")?;
    }
    writeln!(out, "`forestall classifier show-request 'LINE'` prints what it would be told of a line")?;
    Ok(ExitStatus::Success)
}

/// The same but for prices, which setup does not know.
fn same(known: &Profile, profile: &Profile) -> bool {
    Profile { prices: None, ..known.clone() } == *profile
}

fn by_hand(path: &Path, why: &EditError, name: &str, profile: &Profile) -> Fault {
    let fault = Fault::failure(format!("{} is not changed: {why}", path.display()));
    match why {
        EditError::Unreadable(_) => fault,
        EditError::Form => fault.hint(format!(
            "add these lines yourself, and `profile = \"{name}\"` to `[classifier]`:\n{}",
            model::added(name, profile)
        )),
    }
}

/// What was found, this machine's servers first.
fn candidates(args: &Args) -> Result<Vec<Candidate>, Fault> {
    if let (Some(url), Some(flavor)) = (&args.base_url, args.flavor.as_deref().and_then(Flavor::from_name)) {
        if let Some(why) = unfit(url) {
            return Err(Fault::usage(format!("--base-url {why}")));
        }
        let dialect = flavor.dialects().first().copied().unwrap_or(Dialect::OpenaiChat);
        return Ok(vec![Candidate {
            flavor,
            dialect,
            base_url: url.trim_end_matches('/').to_owned(),
            key: args.key_env.clone().map(KeySource::Env),
            models: Vec::new(),
        }]);
    }
    for address in &args.server {
        if let Some(why) = unfit(&format!("http://{address}")) {
            return Err(Fault::usage(format!("--server {address}: it {why}")).hint("such as 127.0.0.1:8081"));
        }
    }
    let get = |url: &str| {
        let answer = Client::new(GLANCE).get(url, Instant::now() + GLANCE).ok()?;
        (answer.status == 200).then_some(answer.body)
    };
    let mut found = model::local(&Server::usual(&args.server), get);
    found.extend(model::remote(|name| std::env::var(name).ok()));
    Ok(found)
}

fn choose<'c>(
    args: &Args,
    found: &'c [Candidate],
    terminal: Option<&Terminal>,
    out: &mut impl Write,
    style: Style,
) -> Result<Option<&'c Candidate>, Fault> {
    if let Some(name) = &args.profile {
        let chosen = found.iter().find(|candidate| candidate.name() == name);
        return chosen.map(Some).ok_or_else(|| {
            let known: Vec<&str> = found.iter().map(Candidate::name).collect();
            Fault::usage(format!("`{name}` was not found; found: {}", known.join(", ")))
        });
    }
    for (number, candidate) in (1..).zip(found) {
        let from = match &candidate.key {
            Some(KeySource::Env(name)) => format!("with the key in {name}"),
            _ => "on this machine".to_owned(),
        };
        let host = visible(candidate.host(), style);
        writeln!(out, "{number}  {:<12}{host}, {from}", candidate.name())?;
    }
    match (found, terminal) {
        ([only], _) => Ok(Some(only)),
        (_, None) => Err(Fault::usage("several were found; --profile NAME chooses one")),
        (_, Some(terminal)) => {
            out.flush()?;
            let typed = typed(terminal, "Which one? (number, or Enter for none) ")?;
            Ok(typed.parse::<usize>().ok().and_then(|number| found.get(number.checked_sub(1)?)))
        }
    }
}

fn choose_model(
    args: &Args,
    candidate: &Candidate,
    terminal: Option<&Terminal>,
    out: &mut impl Write,
    style: Style,
) -> Result<Option<String>, Fault> {
    if let Some(model) = &args.model {
        return Ok(Some(model.clone()));
    }
    if let [only] = candidate.models.as_slice() {
        return Ok(Some(only.clone()));
    }
    for (number, model) in (1..).zip(&candidate.models) {
        writeln!(out, "{number}  {}", visible(model, style))?;
    }
    let Some(terminal) = terminal else {
        return Err(Fault::usage(format!("which model of {}? --model NAME says it", candidate.name())));
    };
    out.flush()?;
    let question = match candidate.models.is_empty() {
        true => "Which model? (its name, as the provider writes it; a small and quick one does) ",
        false => "Which model? (number) ",
    };
    let typed = typed(terminal, question)?;
    if candidate.models.is_empty() {
        return Ok((!typed.is_empty()).then_some(typed));
    }
    let number = typed.parse::<usize>().ok();
    Ok(number.and_then(|number| candidate.models.get(number.checked_sub(1)?).cloned()))
}

/// A line that is typed in answer to a question.
fn typed(terminal: &Terminal, question: &str) -> io::Result<String> {
    terminal.write(question)?;
    let mut line = String::new();
    BufReader::new(File::open("/dev/tty")?).read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// What it means to ask this model, in plain words.
fn explain(
    candidate: &Candidate,
    profile: &Profile,
    settings: &Settings,
    out: &mut impl Write,
    style: Style,
) -> io::Result<()> {
    let bounds = settings.bounds;
    let host = visible(candidate.host(), style);
    writeln!(
        out,
        "\nforestall will ask {} at {host} about commands that its rules leave unclear, before they run. It waits {} s \
         for the first word and {} s in all.",
        visible(&profile.model, style),
        bounds.stage_1.as_secs_f64(),
        bounds.deadline.as_secs_f64()
    )?;
    if !candidate.is_remote() {
        return writeln!(out, "Nothing leaves this machine.");
    }
    writeln!(
        out,
        "What leaves this machine, for such a command only: its text, what it would do and what forestall has found out \
         about that (names of branches, files, hosts and databases). Secrets, your name, this machine's name and your \
         home directory are masked before; where that is not certain, nothing is sent. What {host} keeps of it is \
         between you and them."
    )
}

/// One harmless command, in both stages.
fn try_out(profile: &Profile, settings: &Settings, out: &mut impl Write, style: Style) -> Result<(), Fault> {
    let failed =
        |why: String| Fault::failure(format!("the model cannot be used: {why}")).hint("nothing was written");
    // A scene with nothing of the user's in it.
    let scene = Scene::given(Path::new("/tmp"), BTreeMap::new());
    let policy = Policy::default();
    let line = Line::from_bytes(PROBE.as_bytes());
    let case =
        consider(&line, &scene, Actor::Human, None, &policy).case.map_err(|why| failed(why.to_string()))?;
    let system = system(&settings.slots);
    let connect = settings.bounds.connect.max(Duration::from_secs(5));
    let mut asker = Asker::new(profile, connect, PATIENCE).map_err(failed)?;

    // The second stage first: it is the harder one, and a server loads its model only now.
    let nonce = Nonce::draw();
    let (reply, took) = asker.ask(&system, &case, &Stage::Second(nonce.clone()));
    let reply = reply.map_err(failed)?;
    let answer = second(&reply, &nonce).map_err(|why| {
        failed(format!(
            "{why}. It said: {}",
            visible(&reply.text.chars().take(300).collect::<String>(), style)
        ))
    })?;
    let verdict = if answer.allows(Actor::Human) { "allow" } else { "block" };
    writeln!(out, "`{PROBE}`: {verdict}, after {} ms: {}", took.as_millis(), visible(&answer.reason, style))?;
    let (reply, took) = asker.ask(&system, &case, &Stage::First);
    let reply = reply.map_err(failed)?;
    let word = match first(&reply, profile.flavor.constrains(profile.dialect)) {
        First::Allow => "allow",
        First::Flag => "not a plain allow, so every line would go through the second stage",
    };
    writeln!(out, "in one word: {word}, after {} ms", took.as_millis())?;
    if took > settings.bounds.stage_1 {
        writeln!(
            out,
            "that is longer than forestall waits; a quicker model, or a larger `stage_1` in [classifier.bounds], helps"
        )?;
    }
    Ok(())
}
