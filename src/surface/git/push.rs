//! `pre-push`: the real updates that git is about to make, judged by what they would take away.

use super::parent;
use super::{Outcome, tell_notes};
use crate::action::{Actor, Line, Scene, Shell, Surface};
use crate::classifier::{Consult, Matter};
use crate::effect::git::{Place, Reach, RefTarget};
use crate::effect::{Effect, EffectKind};
use crate::fact::{Key, Live, Value};
use crate::git::{Git, is_null, is_oid, tell};
use crate::journal::{self, Answer};
use crate::policy::Policy;
use crate::surface::consent::{self, Kept, grant_key, keep, whole_push};
use crate::surface::terminal::show::{self, Style, Tense, shell_quoted};
use crate::surface::terminal::{Reply, Terminal, Waiting};
use crate::syntax::{self, Span};
use crate::verdict::{Decision, Verdict};
use crate::{judge, pass, rescue};
use std::io::{self, Read};

/// Most bytes of updates that are read; a line has some 200.
const MOST_INPUT: u64 = 16 * 1024 * 1024;

/// One line that git writes to the hook.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Update {
    /// What is pushed: a ref, or whatever was typed; `(delete)` for a deletion.
    local: String,
    /// Its object; zeros for a deletion.
    new: String,
    /// The full name on the remote.
    remote: String,
    /// What the remote has; zeros where it has no such ref.
    old: String,
}

/// Judges the push to `remote` (its name, or its address where it has none) at the address `url`, whose updates
/// stand on standard input.
pub fn run(remote: &str, url: &str) -> io::Result<Outcome> {
    let mut input = Vec::new();
    io::stdin().lock().take(MOST_INPUT).read_to_end(&mut input)?;
    let options = parent::push_options();
    if options.is_some_and(|options| options.dry_run) {
        return Ok(Outcome::Go);
    }
    let scene = Scene::here(Shell::Bash);
    let git = Git::at(&scene.cwd);
    let mirrors = match options {
        Some(options) if options.mirror => true,
        _ => {
            git.ask(&["config", "--type=bool", "--get", &format!("remote.{remote}.mirror")])
                == Some("true".to_owned())
        }
    };
    let forced = mirrors
        || options.is_none_or(|options| options.force || !options.named && forced_by_config(&git, remote));
    let mut push = Push::new(remote, url, &scene, mirrors);
    let updates = parse(&String::from_utf8_lossy(&input));
    for update in &updates {
        push.update(&git, update, forced, options.is_some_and(|options| options.lease));
    }
    if mirrors {
        push.deletions_of_mirror(&git);
    }
    if push.effects.is_empty() {
        return Ok(Outcome::Go);
    }
    let brought: Vec<String> =
        updates.iter().map(|update| &update.new).filter(|new| !is_null(new)).cloned().collect();
    push.join(&brought);
    let policy = Policy::load(&scene);
    let mut reader = Live::new(&scene, &policy);
    let actor = Actor::Human;
    let (mut verdict, by_rules) = judge::settle_open(&push.effects, &[], &mut reader, &policy.rules, actor);
    if verdict.unclear && by_rules == Decision::Allow {
        let line = Line::from_bytes(push.line.as_bytes());
        let (script, effects) = (syntax::read(&line, &scene), &push.effects);
        let matter = Matter {
            line: line.text(),
            scene: &scene,
            actor,
            policy: &policy,
            script: &script,
            effects,
            conversation: None,
        };
        let mut waiting = Waiting::new(Shell::Bash);
        judge::consult(&mut verdict, matter, &mut reader, &mut Consult::new(&mut waiting, true));
    }
    verdict.notes.extend(policy.faults.iter().map(ToString::to_string));
    Ok(act(&push, &git, &scene, verdict))
}

/// Whether refspecs of the configuration force a push that names none.
fn forced_by_config(git: &Git, remote: &str) -> bool {
    let specs = git.ask(&["config", "--get-all", &format!("remote.{remote}.push")]);
    specs.is_some_and(|specs| specs.lines().any(|spec| spec.starts_with('+')))
}

/// Takes the lines apart; what is no update is left out, as git does not write such lines.
fn parse(input: &str) -> Vec<Update> {
    let update = |line: &str| {
        let mut fields = line.rsplitn(4, ' ');
        let (old, remote, new) = (fields.next()?, fields.next()?, fields.next()?);
        let local = fields.next()?;
        (is_oid(old) && is_oid(new)).then(|| Update {
            local: local.to_owned(),
            new: new.to_owned(),
            remote: remote.to_owned(),
            old: old.to_owned(),
        })
    };
    input.lines().filter_map(update).collect()
}

/// A push as it is judged: a line that a person could have typed, and its effects in it.
struct Push<'a> {
    remote: &'a str,
    url: &'a str,
    scene: &'a Scene,
    line: String,
    effects: Vec<Effect>,
    mirrors: bool,
}

impl<'a> Push<'a> {
    /// A mirroring push is shown as it was meant: its refs are too many to be named.
    fn new(remote: &'a str, url: &'a str, scene: &'a Scene, mirrors: bool) -> Push<'a> {
        let mirror = if mirrors { "--mirror " } else { "" };
        let line = format!("git push {mirror}{}", word(&rescue::without_password(remote)));
        Push { remote, url, scene, line, effects: Vec::new(), mirrors }
    }

    /// `forced`: whether git may overwrite a ref at all.
    fn update(&mut self, git: &Git, update: &Update, forced: bool, lease: bool) {
        if is_null(&update.old) || update.old == update.new {
            return;
        }
        if is_null(&update.new) {
            self.deletion(&update.remote, &update.old, Vec::new());
            return;
        }
        if update.remote.starts_with("refs/tags/") {
            // git shows a changed tag to the hook even where it is going to refuse it.
            if !forced {
                return;
            }
        } else if git.has(&update.old) && git.contains(&update.new, &update.old) == Some(true) {
            return;
        }
        let mut more = vec![(Key::Force, Value::from(true)), (Key::RefExists, Value::from(true))];
        if lease {
            more.push((Key::Lease, Value::from(true)));
        }
        let source = update.local.strip_prefix("refs/heads/").unwrap_or(&update.local);
        let target = short_branch(&update.remote);
        let spec = if source == target { format!("+{source}") } else { format!("+{source}:{target}") };
        let target = RefTarget { new: Some(update.new.clone()), ..self.target(&update.remote, &update.old) };
        self.add(EffectKind::RefOverwrite, target, &spec, more);
    }

    fn deletion(&mut self, name: &str, old: &str, mut more: Vec<(Key, Value)>) {
        more.push((Key::RefExists, Value::from(true)));
        let target = self.target(name, old);
        self.add(EffectKind::RefDelete, target, &format!(":{}", short_branch(name)), more);
    }

    /// A mirroring push deletes what has no counterpart here, and tells its hook nothing of that.
    fn deletions_of_mirror(&mut self, git: &Git) {
        let told: Vec<String> = self
            .effects
            .iter()
            .filter_map(|effect| match &effect.target {
                crate::effect::Target::Ref(target) => Some(target.name.clone()),
                _ => None,
            })
            .collect();
        let refs = git.remote_refs(self.url, &[]);
        match refs.map_err(rescue::RescueError::from).and_then(|refs| {
            let here = git.local_refs(&[])?;
            let gone = rescue::unlike_here(git, refs, &Reach::Mirror)?;
            Ok(gone.into_iter().filter(|(_, name)| here.iter().all(|(_, known)| known != name)).collect())
        }) {
            Ok(gone) => {
                let gone: Vec<(String, String)> = gone;
                for (old, name) in gone.iter().filter(|(_, name)| !told.contains(name)) {
                    self.deletion(name, old, vec![(Key::RefsCount, Value::from(gone.len()))]);
                }
            }
            Err(error) => {
                tell(&format!("forestall: what the mirroring push deletes could not be read: {error}\n"));
                let target = RefTarget {
                    dir: Some(self.scene.cwd.clone()),
                    place: Place::Remote(self.remote.to_owned()),
                    reach: Reach::Mirror,
                    ..RefTarget::default()
                };
                self.add(EffectKind::RefDelete, target, "--mirror", Vec::new());
            }
        }
    }

    /// Lets each update be judged in the light of the others.
    fn join(&mut self, brought: &[String]) {
        for effect in &mut self.effects {
            if let crate::effect::Target::Ref(target) = &mut effect.target {
                target.brought = brought.to_vec();
            }
        }
        crate::effect::git::join(&mut self.effects);
    }

    fn target(&self, name: &str, old: &str) -> RefTarget {
        RefTarget {
            dir: Some(self.scene.cwd.clone()),
            place: Place::Remote(self.remote.to_owned()),
            name: name.to_owned(),
            old: Some(old.to_owned()),
            ..RefTarget::default()
        }
    }

    fn add(&mut self, kind: EffectKind, target: RefTarget, spec: &str, more: Vec<(Key, Value)>) {
        let mut span = Span { start: "git push ".len(), end: "git push --mirror".len() };
        if !self.mirrors {
            self.line.push(' ');
            span.start = self.line.len();
            self.line.push_str(&word(spec));
            span.end = self.line.len();
        }
        self.effects.push(target.effect(kind, span, more));
    }
}

/// `topic` for a branch; the full name for everything else, which a short one could mean too.
fn short_branch(name: &str) -> &str {
    name.strip_prefix("refs/heads/").unwrap_or(name)
}

/// A word of a line, in quotes where it needs them.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:+@=%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { shell_quoted(text) }
}

fn act(push: &Push<'_>, git: &Git, scene: &Scene, mut verdict: Verdict) -> Outcome {
    tell_notes(&verdict);
    let line = &push.line;
    let record = |verdict: &Verdict, answer| {
        journal::record(Surface::Git, Actor::Human, &scene.cwd, line, verdict, answer);
    };
    if verdict.decision == Decision::Allow {
        if !verdict.notes.is_empty() {
            record(&verdict, Answer::Noted);
        } else if verdict.consulted.is_some() {
            record(&verdict, Answer::Allowed);
        }
        return Outcome::Go;
    }
    let mut say_plainly = |text: &str| tell(&format!("forestall: {text}\n"));
    if said_yes_before(push, git, &mut verdict) {
        // The shell has kept it too; this makes sure that it was the very object that git is about to lose.
        let _ = keep(&verdict, scene, &mut |_| {});
        return Outcome::Go;
    }
    if pass::take_line(line, &scene.cwd) {
        let _ = keep(&verdict, scene, &mut say_plainly);
        record(&verdict, Answer::Once);
        return Outcome::Go;
    }
    let Some(terminal) = Terminal::open() else {
        let style = Style::plain();
        tell(&show::verdict(line, &verdict, Tense::Now, style));
        tell(&format!(
            "forestall: nobody can be asked here, so nothing was pushed.\n{}",
            way_past(line, scene)
        ));
        record(&verdict, Answer::Stopped);
        return Outcome::Refuse;
    };
    let style = Style::of(&terminal);
    let _ = terminal.write(&show::verdict(line, &verdict, Tense::Now, style));
    if verdict.decision == Decision::Deny {
        let _ = terminal.write(&way_past(line, scene));
        record(&verdict, Answer::Stopped);
        return Outcome::Refuse;
    }
    let mut say = |text: &str| drop(terminal.write(&show::note(text, style)));
    let agreed = terminal.ask(&show::question("Push it anyway?", show::YES_NO, verdict.decision, style))
        == Reply::Yes
        && (keep(&verdict, scene, &mut say) == Kept::All
            || terminal.ask(&show::question(consent::WITHOUT_BACKUP, show::YES_NO, verdict.decision, style))
                == Reply::Yes);
    record(&verdict, if agreed { Answer::Yes } else { Answer::No });
    if agreed { Outcome::Go } else { Outcome::Refuse }
}

/// How a person gets past it; always with the whole line, which nobody has typed in these words.
fn way_past(line: &str, scene: &Scene) -> String {
    let place = show::visible(&scene.cwd.to_string_lossy(), Style::plain());
    format!("If you do mean it, in {place}:\n    forestall once {}\n", shell_quoted(line))
}

/// Whether the shell has asked about all of this already. What it has asked about is used up, and what it has not
/// is left in the verdict.
fn said_yes_before(push: &Push<'_>, git: &Git, verdict: &mut Verdict) -> bool {
    let Some(place) = git.common_dir() else { return false };
    // The shell knows the remote as it was typed, which may be not at all.
    let remotes = [push.remote, "", push.url];
    if remotes.iter().any(|remote| pass::take_key(&whole_push(remote), &place)) {
        return true;
    }
    let permitted = |effect: &Effect| {
        remotes.iter().any(|remote| {
            let mut effect = effect.clone();
            if let crate::effect::Target::Ref(target) = &mut effect.target {
                target.place = Place::Remote((*remote).to_owned());
            }
            pass::take_key(&grant_key(&effect), &place)
        })
    };
    let open: Vec<_> = verdict
        .findings
        .iter()
        .filter(|finding| !finding.subject.as_ref().is_some_and(permitted))
        .cloned()
        .collect();
    if open.is_empty() {
        return true;
    }
    verdict.decision = open.iter().map(|finding| finding.decision).max().unwrap_or(Decision::Allow);
    verdict.findings = open;
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_git() {
        let zero = "0".repeat(40);
        let oid = "a".repeat(40);
        let input = format!(
            "(delete) {zero} refs/heads/topic {oid}\nrefs/heads/main {oid} refs/heads/main {zero}\n\
             HEAD@{{1 day ago}} {oid} refs/heads/x {oid}\nnonsense\n"
        );
        let updates = parse(&input);
        assert_eq!(updates.len(), 3);
        assert_eq!((updates[0].local.as_str(), is_null(&updates[0].new)), ("(delete)", true));
        assert_eq!(updates[2].local, "HEAD@{1 day ago}");
    }

    #[test]
    fn words_are_quoted_where_they_must_be() {
        assert_eq!(word("+main:refs/tags/v1"), "+main:refs/tags/v1");
        assert_eq!(word(":it's"), r"':it'\''s'");
    }
}
