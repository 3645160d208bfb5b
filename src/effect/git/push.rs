//! `git push`: which refs of the remote would be deleted or overwritten.

use super::{Act, Git, Place, Reach, RefKind, RefTarget, config};
use crate::effect::args::Args;
use crate::effect::{Effect, EffectKind, Target};
use crate::fact::{Key, Value};
use crate::syntax::{Expansion, HOLE, Span, Word};
use std::path::PathBuf;

const OPTIONS: &str = "d,delete f,force n,dry-run u,set-upstream q,quiet v,verbose o,push-option= \
        force-with-lease force-if-includes mirror prune all branches tags repo= receive-pack= \
        exec=";

pub(super) fn read(git: &Git<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(git.words, OPTIONS, false);
    if args.has("dry-run") {
        return;
    }
    let remote = args.operands().first().map(|word| word.text()).or(args.value("repo")).unwrap_or_default();
    if !is_made_by_line(git, remote) {
        refs(git, remote, &args, effects);
    }
    if !args.has("delete") {
        leaving(git, remote, &args, effects);
    }
}

/// Whether the remote is a directory that the line itself makes a repository, where nothing is yet.
fn is_made_by_line(git: &Git<'_>, remote: &str) -> bool {
    remote.contains('/')
        && !remote.contains(':')
        && git.scene.is_live()
        && git.cwd.as_ref().is_some_and(|cwd| !cwd.join(remote).exists())
        && git.before().any(|other| {
            let has = |wanted: &str| other.args().iter().any(|word| word.text() == wanted);
            other.program() == "git" && has("init") && has(remote)
        })
}

/// What would be deleted or overwritten.
fn refs(git: &Git<'_>, remote: &str, args: &Args<'_>, effects: &mut Vec<Effect>) {
    let specs = args.operands().get(1..).unwrap_or_default();
    let lease = args.has("force-with-lease");
    let push = Push {
        git,
        remote,
        forced: args.has("force") || lease,
        attributes: match lease && !args.has("force") {
            true => vec![(Key::Force, true.into()), (Key::Lease, true.into())],
            false => vec![(Key::Force, true.into())],
        },
    };
    let whole = git.words.first().zip(git.words.last()).map_or(Span::default(), |(a, b)| a.span.to(b.span));

    if args.has("mirror") {
        return effects.push(push.many(
            Reach::Mirror,
            EffectKind::RefDelete,
            args.span("mirror").unwrap_or(whole),
        ));
    }
    if args.has("prune") {
        effects.push(push.many(Reach::Prune, EffectKind::RefDelete, args.span("prune").unwrap_or(whole)));
    }
    if args.has("delete") {
        for word in specs {
            effects
                .push(push.delete(word.text(), args.span("delete").map_or(word.span, |s| s.to(word.span))));
        }
        return;
    }
    let flag = args.span("force").or(args.span("force-with-lease"));
    let before = effects.len();
    let mut rest = specs.iter();
    while let Some(word) = rest.next() {
        if word.text() == "tag" {
            if let (Some(word), true) = (rest.next(), push.forced) {
                effects.push(push.overwrite(&format!("refs/tags/{}", word.text()), word.text(), word.span));
            }
            continue;
        }
        if is_led_by_colon(git, word) {
            effects.push(push.delete(word.text(), word.span));
            continue;
        }
        push.refspec(word, flag, effects);
    }
    let brought: Vec<String> = specs.iter().filter_map(|word| brought(word)).collect();
    for effect in &mut effects[before..] {
        if let Target::Ref(target) = &mut effect.target {
            target.brought = brought.clone();
        }
    }
    if specs.is_empty() {
        if push.forced && (args.has("all") || args.has("branches")) {
            effects.push(push.many(Reach::Branches, EffectKind::RefOverwrite, flag.unwrap_or(whole)));
        } else if push.forced && args.has("tags") {
            effects.push(push.tags(flag.unwrap_or(whole)));
        } else if push.forced {
            effects.push(push.overwrite_current(flag.unwrap_or(whole)));
        } else if !args.has("prune") {
            let config = config::push(git.dir.as_deref(), remote, git.scene);
            if config.mirror {
                effects.push(push.many(Reach::Mirror, EffectKind::RefDelete, whole));
            } else if config.forced {
                effects.push(push.overwrite_current(whole));
            }
        }
    }
}

/// `… | awk '{print ":"$2}' | xargs git push origin`: what comes in begins with the colon of a deletion.
fn is_led_by_colon(git: &Git<'_>, word: &Word) -> bool {
    let puts = |at: &usize| {
        git.script.invocations.get(*at).is_some_and(|maker| {
            matches!(maker.program(), "awk" | "gawk" | "sed" | "gsed")
                && maker.args().iter().any(|word| {
                    [r#"print ":""#, "s/^/:/", r#"printf ":%s"#].iter().any(|it| word.text().contains(it))
                })
        })
    };
    word.text().starts_with(HOLE)
        && word.expansions.iter().any(|it| matches!(it, Expansion::Output(made) if made.iter().any(puts)))
}

/// Commits that the push brings to the remote, which may hold a secret.
fn leaving(git: &Git<'_>, remote: &str, args: &Args<'_>, effects: &mut Vec<Effect>) {
    let specs = args.operands().get(1..).unwrap_or_default();
    let mut revisions: Vec<String> = specs.iter().filter_map(|word| brought(word)).collect();
    let deletes = !specs.is_empty() && revisions.is_empty();
    let option = |name: &str, meant: &str| args.has(name).then(|| meant.to_owned());
    revisions.extend(option("mirror", "--all"));
    revisions.extend(option("all", "--branches").or_else(|| option("branches", "--branches")));
    revisions.extend(option("tags", "--tags"));
    if revisions.is_empty() {
        if deletes {
            return;
        }
        revisions.push("HEAD".to_owned());
    }
    let seen = git.cwd.as_ref().filter(|_| git.scene.is_live());
    let idle = |dir: &PathBuf| !config::has_news(git.dir.as_deref().unwrap_or(dir), remote, &revisions);
    if git.scene.is_live() && seen.is_none_or(idle) {
        return;
    }
    let act = Act::Push { remote: remote.to_owned(), revisions };
    effects.push(git.work(act).effect(git.span(), vec![(Key::SinkKind, "push".into())]));
}

/// The revision that a refspec brings to the remote.
fn brought(word: &Word) -> Option<String> {
    let text = word.known()?;
    let spec = text.strip_prefix('+').unwrap_or(text);
    let src = spec.split_once(':').map_or(spec, |(src, _)| src);
    (!src.is_empty() && src != "tag" && !src.contains('*')).then(|| src.to_owned())
}

struct Push<'a> {
    git: &'a Git<'a>,
    remote: &'a str,
    forced: bool,
    attributes: Vec<(Key, Value)>,
}

impl Push<'_> {
    /// `src:dst`, `:dst`, `+src:dst`, `ref`.
    fn refspec(&self, word: &Word, flag: Option<Span>, effects: &mut Vec<Effect>) {
        let text = word.text();
        let (plus, spec) = text.strip_prefix('+').map_or((false, text), |spec| (true, spec));
        let (src, dst) = match spec.split_once(':') {
            Some((src, dst)) => (src, dst),
            None => (spec, spec),
        };
        let span = flag.filter(|_| !plus).map_or(word.span, |flag| flag.to(word.span));
        // A push for review makes a change in Gerrit and moves no branch.
        if dst.starts_with("refs/for/") || dst.starts_with("refs/changes/") {
            return;
        }
        if src.is_empty() && spec != ":" && !dst.is_empty() {
            effects.push(self.delete(dst, word.span));
        } else if plus || self.forced {
            if dst.contains('*') {
                effects.push(self.many(Reach::Branches, EffectKind::RefOverwrite, span));
            } else if matches!(dst, "HEAD" | "@") {
                effects.push(self.overwrite_current(span));
            } else if spec == ":" {
                effects.push(self.many(Reach::Branches, EffectKind::RefOverwrite, span));
            } else {
                effects.push(self.overwrite(dst, src, span));
            }
        }
    }

    fn target(&self, name: &str) -> RefTarget {
        RefTarget { place: Place::Remote(self.remote.to_owned()), ..self.git.target(name, RefKind::Other) }
    }

    fn delete(&self, name: &str, span: Span) -> Effect {
        self.target(name).effect(EffectKind::RefDelete, span, Vec::new())
    }

    fn overwrite(&self, name: &str, new: &str, span: Span) -> Effect {
        let target = RefTarget { new: Some(new.to_owned()), ..self.target(name) };
        target.effect(EffectKind::RefOverwrite, span, self.attributes.clone())
    }

    /// Which branch that is, git decides: the current one, or what its configuration says.
    fn overwrite_current(&self, span: Span) -> Effect {
        let target = RefTarget { new: Some("HEAD".to_owned()), ..self.target("") };
        target.effect(EffectKind::RefOverwrite, span, self.attributes.clone())
    }

    fn tags(&self, span: Span) -> Effect {
        let target = RefTarget { reach: Reach::Tags, kind: RefKind::Tag, ..self.target("") };
        target.effect(EffectKind::RefOverwrite, span, self.attributes.clone())
    }

    fn many(&self, reach: Reach, kind: EffectKind, span: Span) -> Effect {
        RefTarget { reach, ..self.target("") }.effect(kind, span, self.attributes.clone())
    }
}
