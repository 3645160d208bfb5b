//! terraform, OpenTofu and terragrunt.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope, is_answered, texts};

const OPTIONS: &str = "-chdir= -var= -var-file= -target= -state= -state-out= -backup= -backend-config= \
        -lock-timeout= -parallelism= -replace= -out= -auto-approve -destroy -force -lock -input -refresh \
        -refresh-only -json -no-color -dry-run -force-copy -compact-warnings -help terragrunt-working-dir= working-dir= \
        terragrunt-config= config= terragrunt-include-dir= queue-include-dir= queue-exclude-dir= \
        terragrunt-non-interactive non-interactive terragrunt-parallelism= auto-approve all";

/// What it would do to what is kept in its state.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let operands = args.operands();
    let mut words = texts(&args);
    let terragrunt = call.invocation.program() == "terragrunt";
    let everywhere = terragrunt
        && (args.has("all") || matches!(words.first(), Some(&("run-all" | "destroy-all" | "apply-all"))));
    let mut skipped = 0;
    if terragrunt && matches!(words.first(), Some(&("run-all" | "run"))) {
        words.remove(0);
        skipped = 1;
    }
    let answer = args.flag("auto-approve").is_some_and(|flag| flag.value != Some("false"))
        || args.has("terragrunt-non-interactive")
        || args.has("non-interactive");
    let asks = !answer && !is_answered(call);
    let destroys = args.flag("destroy").is_some_and(|flag| flag.value != Some("false"));
    let scope = if everywhere { Scope::All } else { Scope::Many };
    let rest = operands.get(skipped + 1..).unwrap_or_default();
    let target = || target(call, &args);
    let command = |name: &str| {
        let dir = args.value("chdir").map(|dir| format!("-chdir={dir} ")).unwrap_or_default();
        Some(format!("{} {dir}{name}", call.invocation.program()))
    };
    let deed = match words.as_slice() {
        ["destroy" | "destroy-all", ..] => destroy("destroy", &args, scope, asks, command("plan -destroy")),
        ["apply" | "apply-all", ..] if destroys => {
            destroy("apply -destroy", &args, scope, asks, command("plan -destroy"))
        }
        // `-refresh-only` changes the state alone.
        ["apply" | "apply-all", ..] if args.has("refresh-only") => return,
        ["apply" | "apply-all", plan @ ..] => {
            // A plan that was kept is applied without a question, but somebody made it.
            let reviewed = !plan.is_empty();
            let destroying = |made: &crate::syntax::Invocation| {
                let words = || made.args().iter().map(crate::syntax::Word::text);
                words().next() == Some("plan") && words().any(|word| matches!(word, "-destroy" | "--destroy"))
            };
            let reviewed = reviewed
                && !plan.iter().any(|plan| plan.contains("destroy"))
                && !call.script.invocations.iter().any(destroying);
            Deed::change("apply", "resources")
                .loss(if reviewed { Loss::Resource } else { Loss::Data })
                .asks(asks && plan.is_empty())
                .scope(scope)
                .preview(command("plan"))
        }
        ["init", ..] if args.has("force-copy") => Deed::change("init -force-copy", "state").loss(Loss::Data),
        ["state", "rm", ..] if args.has("dry-run") => return,
        ["state", "rm", ..] => {
            Deed::change("state rm", "state of").loss(Loss::Data).named(rest.iter().skip(1).copied())
        }
        ["state", "push", ..] => Deed::change("state push", "state").loss(Loss::Data),
        ["force-unlock", ..] => {
            Deed::change("force-unlock", "lock of the state").loss(Loss::Data).asks(!args.has("force"))
        }
        ["workspace", "delete", ..] => {
            let loss = if args.has("force") { Loss::Data } else { Loss::Resource };
            Deed::destroy("workspace delete", "workspace").loss(loss).named(rest.iter().skip(1).copied())
        }
        ["taint", ..] => Deed::change("taint", "resource").named(rest.iter().copied()),
        _ => return,
    };
    deed.add(call, effects, target());
}

fn destroy(verb: &str, args: &Args<'_>, scope: Scope, asks: bool, preview: Option<String>) -> Deed {
    let deed =
        Deed::destroy(verb, "resource that the state holds").loss(Loss::Data).asks(asks).preview(preview);
    match args.flag("target") {
        Some(_) => args.all("target").fold(deed, |deed, flag| deed.called(flag.value.unwrap_or_default())),
        None => deed.scope(if scope == Scope::Many { Scope::All } else { scope }),
    }
}

fn target(call: Call<'_>, args: &Args<'_>) -> ContextTarget {
    let mut target = ContextTarget::of(call, Platform::Terraform);
    for dir in ["chdir", "terragrunt-working-dir", "working-dir"].iter().filter_map(|name| args.value(name)) {
        target.dir = target.dir.map(|base| base.join(dir));
        target.say(Part::Inside, "-chdir", dir);
    }
    for flag in args.all("var-file").chain(args.all("backend-config")) {
        target.say(Part::Inside, "-var-file", flag.value.unwrap_or_default());
    }
    for (name, value) in args.all("var").filter_map(|flag| flag.value?.split_once('=')) {
        if matches!(name, "env" | "environment" | "stage" | "workspace") {
            target.say(Part::Context, "-var", value);
        }
    }
    if let Some(state) = args.value("state") {
        target.say(Part::File, "-state", state);
    }
    for flag in args.all("target") {
        target.say(Part::Inside, "-target", flag.value.unwrap_or_default());
    }
    let operands = texts(args);
    match operands.as_slice() {
        // The address of a resource may say what it belongs to.
        ["state" | "workspace", _, ..] => {
            if let ["workspace", "delete", name, ..] = operands.as_slice() {
                target.say(Part::File, "-state", &format!("terraform.tfstate.d/{name}/terraform.tfstate"));
            }
            target.act_on(args.operands().iter().skip(2).copied());
        }
        [_, ..] => target.act_on(args.operands().iter().skip(1).copied()),
        [] => {}
    }
    target
}
