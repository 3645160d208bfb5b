//! What forestall's own commands would do: nothing, but one of them stands in for a danger in `doctor`.

use super::{Call, Effect, EffectKind, Target};

/// The effects of a forestall call.
pub fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    if call.invocation.args().first().is_some_and(|verb| verb.text() == "self-test-stop") {
        effects.push(Effect {
            kind: EffectKind::SelfTest,
            span: call.invocation.span,
            attributes: Vec::new(),
            target: Target::None,
        });
    }
}
