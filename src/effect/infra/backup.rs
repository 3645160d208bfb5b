//! Backups and snapshots: what is deleted here is missed only when it is needed.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Platform, Scope, texts};
use crate::syntax::Word;

/// Of all that was kept one is left, or none.
fn keeps_one(words: &[Word]) -> bool {
    let kept = |at: usize| {
        let value = words.get(at).and_then(|word| word.text().split_once('='));
        value.map(|(_, value)| value).or_else(|| words.get(at + 1).map(Word::text))
    };
    let mut policies = (0..words.len()).filter(|&at| words[at].text().starts_with("--keep-")).peekable();
    policies.peek().is_some() && policies.all(|at| matches!(kept(at), Some("0" | "1")))
}

/// restic, borg and their like.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "r,repo= password-file= keep-last= keep-daily= keep-weekly= keep-monthly= keep-yearly= \
            keep-within= tag= host= path= p= n,dry-run dry-run prune d f= stanza= config= glob-archives= a= P,prefix= \
            prefix= s,stats force v,verbose i= t= keep-hourly= confirm";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if args.has("dry-run") {
        return;
    }
    let words = texts(&args);
    let operands = args.operands();
    let from = |at: usize| operands.get(at..).unwrap_or_default().iter().copied();
    // A policy of how many to keep is what these tools are for; naming a backup, or none to keep, is not.
    let keeps = call.invocation.args().iter().any(|word| word.text().starts_with("--keep-"));
    let deed = match (call.invocation.program(), words.as_slice()) {
        ("restic", ["forget", snapshots @ ..])
            if !keeps && (!snapshots.is_empty() || args.has("prune"))
                || keeps_one(call.invocation.args()) =>
        {
            Deed::destroy("forget", "snapshot").named(from(1))
        }
        ("borg", ["delete", ..]) => Deed::destroy("delete", "archive").named(from(1)),
        ("tmutil", ["delete" | "deletelocalsnapshots", ..]) => {
            Deed::destroy("delete", "backup").named(from(1))
        }
        ("tarsnap", _)
            if args.has("d") || call.invocation.args().iter().any(|word| word.text() == "--nuke") =>
        {
            Deed::destroy("-d", "archive").called(args.value("f").unwrap_or("all"))
        }
        ("pgbackrest", ["stanza-delete", ..]) => {
            Deed::destroy("stanza-delete", "backups of").scope(Scope::All)
        }
        ("barman", ["delete", ..]) => Deed::destroy("delete", "backup").named(from(1)),
        ("wal-g" | "wal-e", ["delete", ..]) if args.has("confirm") => {
            Deed::destroy("delete", "backup").named(from(1))
        }
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Machine);
    target.act_on(operands.iter().copied().skip(1));
    deed.loss(Loss::Store).add(call, effects, target);
}
