//! Asks a model without a shell that waits: as patient as a person who measures, and without memory.

use forestall::classifier::dialect::{self, Failure, Remedy, Reply};
use forestall::classifier::{Case, Client, Key, Profile, Prompt, Stage};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

/// How often a server that is busy is asked again, and for how long it is waited for at most.
const AGAIN: u32 = 4;
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A model, and a connection to it.
pub struct Asker<'p> {
    profile: &'p Profile,
    key: Option<Key>,
    client: Client,
    /// How long an answer may take.
    patience: Duration,
}

impl<'p> Asker<'p> {
    /// `Err` where its key cannot be read.
    pub fn new(profile: &'p Profile, connect: Duration, patience: Duration) -> Result<Asker<'p>, String> {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let until = Instant::now() + Duration::from_secs(30);
        let key = profile.key.as_ref().map(|source| Key::read(source, home.as_deref(), until));
        let key = key.transpose().map_err(|why| why.to_string())?;
        Ok(Asker { profile, key, client: Client::new(connect), patience })
    }

    /// The reply to a question, and how long it took without the time that the server wanted to be left alone.
    pub fn ask(&mut self, system: &str, case: &Case, stage: &Stage) -> (Result<Reply, String>, Duration) {
        let request = dialect::request(self.profile, &Prompt::new(system, case, stage), stage);
        let mut pause = Duration::from_millis(500);
        for tries in 1.. {
            let began = Instant::now();
            let answer = match self.client.post(&request, self.key.as_ref(), began + self.patience) {
                Ok(answer) => answer,
                Err(fault) => return (Err(fault.to_string()), began.elapsed()),
            };
            let took = began.elapsed();
            match dialect::read(self.profile.dialect, answer.status, &answer.body) {
                Ok(reply) => return (Ok(reply), took),
                Err(Failure::Status { remedy: Remedy::Wait | Remedy::Repeat, .. }) if tries < AGAIN => {
                    thread::sleep(answer.retry_after.unwrap_or(pause).min(LONGEST_PAUSE));
                    pause *= 2;
                }
                Err(failure) => return (Err(failure.to_string()), took),
            }
        }
        (Err("it was never asked".to_owned()), Duration::ZERO)
    }
}
