//! What follows a yes: what would be lost is kept, and git's hook of the same command need not ask again.

use crate::action::Scene;
use crate::effect::git::Place;
use crate::effect::{Effect, Target};
use crate::git::Git;
use crate::verdict::Verdict;
use crate::{pass, rescue};

/// Whether everything that was promised is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Kept {
    /// All of it, or nothing was promised.
    All,
    /// Something that a finding promised to keep was not.
    NotAll,
}

/// Keeps what the effects of this verdict would lose, and says in one line each what was kept or was not.
pub fn keep(verdict: &Verdict, scene: &Scene, say: &mut dyn FnMut(&str)) -> Kept {
    let mut kept = Kept::All;
    for finding in &verdict.findings {
        let Some(effect) = &finding.subject else { continue };
        match rescue::take(effect, scene) {
            Ok(None) => {}
            Ok(Some(rescue)) => say(&rescue.told()),
            Err(error) => {
                say(&format!("no backup could be made: {error}"));
                if finding.rescue.is_some() {
                    kept = Kept::NotAll;
                }
            }
        }
    }
    kept
}

/// Lets the pre-push hook of this command pass what was said yes to.
pub fn permit_hook(verdict: &Verdict, scene: &Scene) {
    for effect in verdict.findings.iter().filter_map(|finding| finding.subject.as_ref()) {
        let Target::Ref(target) = &effect.target else { continue };
        let (Place::Remote(_), Some(dir)) = (&target.place, &target.dir) else { continue };
        if let Some(place) = Git::at(&scene.cwd.join(dir)).common_dir() {
            // Without the permission the hook asks once more, which loses nothing.
            let _ = pass::grant_key(&grant_key(effect), &place);
        }
    }
}

/// What a yes is given for, as a shell and a git hook both know it. A command that leaves it to git which refs it
/// changes is permitted for its whole push.
pub fn grant_key(effect: &Effect) -> String {
    let Target::Ref(target) = &effect.target else { return effect.kind.name().to_owned() };
    let remote = match &target.place {
        Place::Remote(remote) => remote,
        Place::Local => "",
    };
    let name = target.short();
    let open = matches!(name, "" | "HEAD" | "@") || name.contains(crate::syntax::HOLE);
    if open || target.reach != crate::effect::git::Reach::One {
        return whole_push(remote);
    }
    format!("{} {remote} {name}", effect.kind.name())
}

/// The key of a push whose refs only git knows.
pub fn whole_push(remote: &str) -> String {
    format!("push * {remote}")
}

/// The second question, where a promise cannot be kept.
pub const WITHOUT_BACKUP: &str = "Go on without a backup?";
