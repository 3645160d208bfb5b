//! One thing that a program would do to infrastructure, before it is written down as an effect.

use super::{ContextTarget, EffectKind, Part, switch};
use crate::effect::{Call, Effect, Target};
use crate::fact::{Key, Value};
use crate::syntax::{HOLE, Word};

/// How much one command hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// One thing, by name.
    #[default]
    One,
    /// Several, or what a list or a selector gives.
    Many,
    /// Everything of its kind.
    All,
}

/// What is gone afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Loss {
    /// Data that people keep there, on their own machine too: a volume, a virtual disk.
    Store,
    /// What is stored there, or a whole environment.
    Data,
    /// Something that must be made again.
    #[default]
    Resource,
    /// Something that is started again by itself or by one command.
    Workload,
}

/// One thing that a program would do.
#[derive(Clone, Debug)]
pub(super) struct Deed {
    kind: EffectKind,
    verb: String,
    noun: String,
    names: Vec<String>,
    scope: Scope,
    loss: Loss,
    asks: bool,
    preview: Option<String>,
    service: Option<(String, bool, bool)>,
}

impl Deed {
    fn new(kind: EffectKind, verb: &str, noun: &str) -> Deed {
        Deed {
            kind,
            verb: verb.to_owned(),
            noun: noun.to_owned(),
            names: Vec::new(),
            scope: Scope::One,
            loss: Loss::Resource,
            asks: false,
            preview: None,
            service: None,
        }
    }

    /// Something is destroyed.
    pub(super) fn destroy(verb: &str, noun: &str) -> Deed {
        Deed::new(EffectKind::InfraDestroy, verb, noun)
    }

    /// Something is changed.
    pub(super) fn change(verb: &str, noun: &str) -> Deed {
        Deed::new(EffectKind::InfraChange, verb, noun)
    }

    /// Something stops to run.
    pub(super) fn stop(verb: &str, noun: &str) -> Deed {
        Deed { loss: Loss::Workload, ..Deed::new(EffectKind::ServiceStop, verb, noun) }
    }

    /// What it hits, by name; several names are many.
    pub(super) fn named<'a>(mut self, words: impl IntoIterator<Item = &'a Word>) -> Deed {
        for word in words {
            if word.text().contains(HOLE) && self.scope == Scope::One {
                self.scope = Scope::Many;
            }
            self.names.push(word.text().replace(HOLE, "…"));
        }
        if self.names.len() > 1 && self.scope == Scope::One {
            self.scope = Scope::Many;
        }
        self
    }

    /// What it hits, as a text of the line.
    pub(super) fn called(mut self, name: &str) -> Deed {
        self.names.push(name.replace(HOLE, "…"));
        self
    }

    /// How much it hits.
    pub(super) fn scope(self, scope: Scope) -> Deed {
        Deed { scope, ..self }
    }

    /// What is gone afterwards.
    pub(super) fn loss(self, loss: Loss) -> Deed {
        Deed { loss, ..self }
    }

    /// The program shows what it would do and asks before it does it.
    pub(super) fn asks(self, asks: bool) -> Deed {
        Deed { asks, ..self }
    }

    /// A command that shows what would happen and changes nothing.
    pub(super) fn preview(self, preview: Option<String>) -> Deed {
        Deed { preview, ..self }
    }

    /// It is a service: its name, whether much depends on it, and whether it is the way in.
    pub(super) fn service(self, name: &str, critical: bool, way_in: bool) -> Deed {
        Deed { service: Some((name.to_owned(), critical, way_in)), ..self }
    }

    /// Writes it down. The guilty words are those of the call.
    pub(super) fn add(self, call: Call<'_>, effects: &mut Vec<Effect>, mut target: ContextTarget) {
        // A flag of the call itself counts more.
        if let Some((part, source, name)) = switch::earlier(call, target.platform)
            && target.said(Part::Context).next().is_none()
        {
            target.say(part, source, &name);
        }
        let words = &call.invocation.words;
        let span = match (words.first(), words.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => call.invocation.span,
        };
        let object = match (self.scope, self.names.as_slice()) {
            (Scope::All, _) => format!("every {}", self.noun),
            (_, []) => self.noun.clone(),
            (_, names) => format!("{} {}", self.noun, names.join(", ")),
        };
        let program = call.invocation.program();
        let command = match self.verb.starts_with(program) {
            true => self.verb.clone(),
            false => format!("{program} {}", self.verb),
        };
        let mut attributes = vec![
            (Key::InfraCommand, Value::from(command)),
            (Key::Tool, Value::from(program)),
            (Key::Operation, Value::from(self.verb)),
            (Key::Object, Value::from(object)),
            (Key::InfraKind, Value::from(self.noun)),
            (Key::InfraScope, Value::from(self.scope.name())),
            (Key::InfraLoss, Value::from(self.loss.name())),
            (Key::InfraAsks, Value::from(self.asks)),
            (Key::Preview, Value::from(self.preview)),
        ];
        if let Some((name, critical, way_in)) = self.service {
            attributes.push((Key::ServiceName, Value::from(name)));
            attributes.push((Key::ServiceCritical, Value::from(critical)));
            attributes.push((Key::ServiceWayIn, Value::from(way_in)));
        }
        effects.push(Effect { kind: self.kind, span, attributes, target: Target::Context(target) });
    }
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Scope::One => "one",
            Scope::Many => "many",
            Scope::All => "all",
        }
    }
}

impl Loss {
    fn name(self) -> &'static str {
        match self {
            Loss::Store => "store",
            Loss::Data => "data",
            Loss::Resource => "resource",
            Loss::Workload => "workload",
        }
    }
}
