//! Asks a model about one case: both stages within one deadline, at most one repetition, and no answer for each way
//! in which something can go wrong.

use super::answer::{Category, First, Nonce, first, second};
use super::breaker::{self, Weight};
use super::config::{KeySource, Profile, Settings};
use super::dialect::{self, Failure, Remedy, Reply, Usage};
use super::kept::{self, Kept};
use super::key::Key;
use super::prompt::{Prompt, Stage, VERSION, system};
use super::store::Store;
use super::transport::{Client, Fault};
use super::{Bounds, Case};
use crate::action::Actor;
use crate::state;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often whoever waits is told that it still takes.
const TICK: Duration = Duration::from_millis(50);
/// Pause before a repetition, where the server names none.
const PAUSE: Duration = Duration::from_millis(200);

/// Who waits for a model, and can stop waiting.
pub trait Watch {
    /// It still takes; `false` stops waiting, which means no.
    fn waiting(&mut self, waited: Duration, profile: &str) -> bool;
    /// The wait is over.
    fn over(&mut self) {}
}

/// Nobody sees the wait, and nobody can end it.
#[derive(Debug, Default)]
pub struct Unseen;

impl Watch for Unseen {
    fn waiting(&mut self, _: Duration, _: &str) -> bool {
        true
    }
}

/// Permission to ask a model. All that is asked with it ends by one deadline.
pub struct Consult<'a> {
    watch: &'a mut dyn Watch,
    /// Whether verdicts and failures may be written down.
    keeps: bool,
    until: Option<Instant>,
    conversation: Option<PathBuf>,
}

impl<'a> Consult<'a> {
    /// A permission; with `keeps` what is learned is remembered for later lines.
    pub fn new(watch: &'a mut dyn Watch, keeps: bool) -> Consult<'a> {
        Consult { watch, keeps, until: None, conversation: None }
    }

    /// The same for an agent, whose conversation with its user stands in this file. It is read when a model is asked.
    pub fn about(self, conversation: Option<PathBuf>) -> Consult<'a> {
        Consult { conversation, ..self }
    }

    /// The file in which the conversation stands.
    pub fn conversation(&self) -> Option<&Path> {
        self.conversation.as_deref()
    }
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It may run; with the reason if the first stage had flagged it.
    Allow(Option<String>),
    /// It should not.
    Block(Category, String),
    /// The person stopped waiting.
    Stopped,
    /// There is no answer.
    Nothing {
        /// The kind of fault, without anything particular.
        kind: &'static str,
        /// The fault as a person is told; empty where it was told before.
        told: String,
    },
}

/// What came of asking, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What came of it.
    pub settled: Settled,
    /// The last stage that was asked, 1 or 2.
    pub stage: u8,
    /// How long it took.
    pub took: Duration,
    /// The answer was still known.
    pub kept: bool,
    /// Tokens of all requests.
    pub usage: Usage,
}

impl Outcome {
    fn quick(settled: Settled, stage: u8, kept: bool) -> Outcome {
        Outcome { settled, stage, took: Duration::ZERO, kept, usage: Usage::default() }
    }
}

/// Asks the chosen model; `None` where none is chosen. An answer is only kept for later where `is_whole`: everything
/// that would run is told in the case. `home` is what `~` of a key file stands for.
pub fn decide(
    settings: &Settings,
    case: &Case,
    actor: Actor,
    is_whole: bool,
    home: Option<&Path>,
    ask: &mut Consult<'_>,
) -> Option<Outcome> {
    let (name, profile) = settings.chosen()?;
    let began = Instant::now();
    let until = *ask.until.get_or_insert(began + settings.bounds.deadline);
    let system = system(&settings.slots);
    let store = Store::open(ask.keeps);
    let sent = store.as_ref().map(|store| {
        let dialect = profile.dialect.name();
        let parts =
            [VERSION, dialect, profile.flavor.name(), &profile.base_url, &profile.model, &system, &case.json];
        store.name(&parts)
    });
    let kept = store.as_ref().zip(sent.as_deref()).filter(|_| is_whole);
    match kept.and_then(|(store, sent)| kept::find(store, sent, state::now())) {
        Some(Kept::Allowed) => return Some(Outcome::quick(Settled::Allow(None), 1, true)),
        Some(Kept::AllowedAfterFlag) => {
            let reason = "it has allowed the same before".to_owned();
            return Some(Outcome::quick(Settled::Allow(Some(reason)), 2, true));
        }
        Some(Kept::Blocked) => {
            let reason = "it has stopped the same before".to_owned();
            return Some(Outcome::quick(Settled::Block(Category::Other, reason), 2, true));
        }
        None => {}
    }
    let server = store.as_ref().map(|store| (store, store.name(&fingerprint(profile))));
    if let Some((store, server)) = &server
        && !breaker::may_ask(store, server, state::now(), ask.keeps)
    {
        let settled = Settled::Nothing { kind: "it failed lately and is left alone", told: String::new() };
        return Some(Outcome::quick(settled, 1, false));
    }

    let work = Work {
        profile: profile.clone(),
        bounds: settings.bounds,
        system,
        case: case.clone(),
        actor,
        home: home.map(Path::to_owned),
        until,
    };
    let (mut settled, mut stage, mut usage, mut weight) = (Settled::Stopped, 1, Usage::default(), None);
    let (sender, answers) = mpsc::channel();
    let started = thread::Builder::new().spawn(move || drop(sender.send(work.run())));
    while started.is_ok() {
        match answers.recv_timeout(TICK) {
            Ok(done) => {
                (settled, stage, usage, weight) = (done.settled, done.stage, done.usage, Some(done.weight));
                break;
            }
            Err(RecvTimeoutError::Timeout) if Instant::now() > until + TICK => {
                settled = nothing(&Fault::TimedOut);
                weight = Some(Weight::Passing);
                break;
            }
            Err(RecvTimeoutError::Timeout) if ask.watch.waiting(began.elapsed(), name) => {}
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => {
                settled = Settled::Nothing { kind: "it could not be asked", told: String::new() };
                break;
            }
        }
    }
    if started.is_err() {
        settled = Settled::Nothing { kind: "it could not be asked", told: String::new() };
    }
    ask.watch.over();
    if let (true, Some((store, server))) = (ask.keeps, &server) {
        match (&settled, weight) {
            (Settled::Allow(_) | Settled::Block(..), _) => breaker::answered(store, server),
            (Settled::Nothing { .. }, Some(weight)) => breaker::failed(store, server, weight, state::now()),
            _ => {}
        }
        let keep = match &settled {
            Settled::Allow(None) => Some(Kept::Allowed),
            Settled::Allow(Some(_)) => Some(Kept::AllowedAfterFlag),
            // The team's "never" is told in its own words each time.
            Settled::Block(category, _) if *category != Category::HardDeny => Some(Kept::Blocked),
            _ => None,
        };
        if let (Some(keep), Some((store, sent))) = (keep, kept) {
            kept::keep(store, sent, keep, state::now());
        }
    }
    Some(Outcome { settled, stage, took: began.elapsed(), kept: false, usage })
}

/// A server as the breaker knows it; a change of any of this is another server.
fn fingerprint(profile: &Profile) -> [&str; 5] {
    let key = match &profile.key {
        None => "",
        Some(KeySource::Env(name)) => name,
        Some(KeySource::File(path)) => path.to_str().unwrap_or_default(),
        Some(KeySource::Command(words)) => words.first().map_or("", String::as_str),
    };
    ["server", profile.dialect.name(), &profile.base_url, &profile.model, key]
}

fn nothing(fault: &Fault) -> Settled {
    Settled::Nothing { kind: kind_of(fault), told: fault.to_string() }
}

fn kind_of(fault: &Fault) -> &'static str {
    match fault {
        Fault::TimedOut => "it takes too long",
        Fault::Lookup | Fault::Connect(_) | Fault::Proxy(_) | Fault::Barred(_) => "it cannot be reached",
        Fault::Tls(_) | Fault::Roots => "the connection cannot be made safe",
        Fault::Address(_) => "the address is not fit",
        Fault::Broken(_) | Fault::TooLarge => "the reply is broken",
    }
}

/// Everything that asking needs, on a thread of its own: whoever waits can then go.
struct Work {
    profile: Profile,
    bounds: Bounds,
    system: String,
    case: Case,
    actor: Actor,
    home: Option<PathBuf>,
    until: Instant,
}

struct Done {
    settled: Settled,
    stage: u8,
    usage: Usage,
    weight: Weight,
}

/// A request without a reply that counts.
struct Silence {
    settled: Settled,
    weight: Weight,
    /// The server works and said something that is no verdict: a flag.
    is_flag: bool,
}

impl Work {
    fn run(&self) -> Done {
        let done = |settled, stage, usage, weight| Done { settled, stage, usage, weight };
        let key = match &self.profile.key {
            None => None,
            Some(source) => match Key::read(source, self.home.as_deref(), self.until) {
                Ok(key) => Some(key),
                Err(error) => {
                    // Costs no time, so the next line may look again.
                    let settled = Settled::Nothing { kind: "there is no key", told: error.to_string() };
                    return done(settled, 1, Usage::default(), Weight::None);
                }
            },
        };
        let mut line = Wire {
            work: self,
            key,
            client: Client::new(self.bounds.connect),
            repeated: false,
            usage: Usage::default(),
        };
        // What speaks to its judge is looked at closely from the start.
        if !self.case.is_suspect {
            match line.send(&Stage::First, self.bounds.stage_1) {
                Ok(reply) => {
                    let constrained = self.profile.flavor.constrains(self.profile.dialect);
                    if first(&reply, constrained) == First::Allow {
                        return done(Settled::Allow(None), 1, line.usage, Weight::None);
                    }
                }
                Err(silence) if silence.is_flag => {}
                Err(silence) => return done(silence.settled, 1, line.usage, silence.weight),
            }
        }
        let nonce = Nonce::draw();
        let reply = match line.send(&Stage::Second(nonce.clone()), self.bounds.deadline) {
            Ok(reply) => reply,
            Err(silence) => return done(silence.settled, 2, line.usage, silence.weight),
        };
        let settled = match second(&reply, &nonce) {
            Ok(answer) if answer.allows(self.actor) => Settled::Allow(Some(answer.reason)),
            Ok(answer) => Settled::Block(answer.category, answer.reason),
            Err(why) => Settled::Nothing { kind: "its answer is none", told: why.to_string() },
        };
        done(settled, 2, line.usage, Weight::None)
    }
}

struct Wire<'w> {
    work: &'w Work,
    key: Option<Key>,
    client: Client,
    repeated: bool,
    usage: Usage,
}

impl Wire<'_> {
    /// Asks one question, and once more for the whole decision where that may help and there is time.
    fn send(&mut self, stage: &Stage, most: Duration) -> Result<Reply, Silence> {
        let Work { profile, system, case, until, .. } = self.work;
        let request = dialect::request(profile, &Prompt::new(system, case, stage), stage);
        loop {
            let end = (*until).min(Instant::now() + most);
            let (silence, pause) = match self.client.post(&request, self.key.as_ref(), end) {
                Err(fault) => {
                    let again = matches!(fault, Fault::Connect(_) | Fault::Broken(_));
                    let weight = match fault {
                        Fault::Address(_) | Fault::Roots | Fault::Tls(_) => Weight::Lasting,
                        _ => Weight::Passing,
                    };
                    let silence = Silence { settled: nothing(&fault), weight, is_flag: false };
                    (silence, again.then_some(PAUSE))
                }
                Ok(answer) => match dialect::read(profile.dialect, answer.status, &answer.body) {
                    Ok(reply) => {
                        self.usage.input += reply.usage.input;
                        self.usage.cached += reply.usage.cached;
                        self.usage.output += reply.usage.output;
                        return Ok(reply);
                    }
                    Err(failure) => {
                        let wait = answer.retry_after;
                        let again = match (answer.should_retry, &failure) {
                            (Some(again), _) => again,
                            (None, Failure::Status { remedy, .. }) => {
                                matches!(remedy, Remedy::Repeat | Remedy::Wait)
                            }
                            (None, Failure::Reported(_)) => true,
                            (None, Failure::Garbled(_) | Failure::Refused) => false,
                        };
                        (silence_of(&failure, wait), again.then_some(wait.unwrap_or(PAUSE)))
                    }
                },
            };
            match pause {
                Some(pause) if !self.repeated && Instant::now() + pause < *until => {
                    self.repeated = true;
                    thread::sleep(pause);
                }
                _ => return Err(silence),
            }
        }
    }
}

fn silence_of(failure: &Failure, wait: Option<Duration>) -> Silence {
    let (kind, weight) = match failure {
        Failure::Garbled(_) => ("the reply cannot be read", Weight::Passing),
        Failure::Refused => ("it refuses to answer", Weight::None),
        Failure::Reported(_) => ("it reports an error", Weight::Passing),
        Failure::Status { remedy: Remedy::Configure, .. } => ("the request is refused", Weight::Lasting),
        Failure::Status { remedy: Remedy::Key, .. } => ("the key is refused", Weight::Lasting),
        Failure::Status { remedy: Remedy::Repeat, .. } => ("it fails", Weight::Passing),
        Failure::Status { remedy: Remedy::Wait, .. } => {
            ("it is asked too often", wait.map_or(Weight::Passing, Weight::Until))
        }
    };
    let is_flag = matches!(failure, Failure::Garbled(_) | Failure::Refused);
    Silence { settled: Settled::Nothing { kind, told: failure.to_string() }, weight, is_flag }
}
