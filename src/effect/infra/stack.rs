//! Tools that keep whole environments as programs: pulumi, cdk, sam, serverless and their like.

use super::{
    Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope, is_answered, switched_on, texts,
};

const PULUMI: &str = "s,stack= C,cwd= c,config= config-file= t,target= r,replace= p,parallel= m,message= color= \
        plan= y,yes f,force preview-only skip-preview non-interactive remove-backups preserve-config all";

/// pulumi.
pub(super) fn pulumi(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), PULUMI, false);
    if args.has("preview-only") {
        return;
    }
    let words = texts(&args);
    let operands = args.operands();
    let asks = !args.has("yes") && !args.has("f") && !args.has("skip-preview") && !is_answered(call);
    let preview = Some("pulumi preview".to_owned());
    let deed = match words.as_slice() {
        ["destroy" | "down" | "dn", ..] => Deed::destroy("destroy", "resource of the stack")
            .loss(Loss::Data)
            .asks(asks)
            .scope(if args.has("target") { Scope::Many } else { Scope::All })
            .preview(Some("pulumi preview --diff".to_owned())),
        ["up" | "update", ..] => {
            Deed::change("up", "resources of the stack").loss(Loss::Data).asks(asks).preview(preview)
        }
        ["stack", "rm", ..] => Deed::destroy("stack rm", "stack")
            .loss(if args.has("force") { Loss::Data } else { Loss::Resource })
            .asks(asks && !args.has("force"))
            .named(operands.iter().skip(2).copied()),
        ["state", verb @ ("delete" | "unprotect"), ..] => {
            // What exists and is in no state any more is left running, and made a second time.
            let loss = if *verb == "delete" { Loss::Data } else { Loss::Resource };
            Deed::change(&format!("state {verb}"), "resource")
                .loss(loss)
                .named(operands.iter().skip(2).copied())
        }
        ["stack", "import", ..] | ["cancel", ..] => Deed::change(words[0], "state of the stack"),
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Pulumi);
    if let Some(dir) = args.value("cwd") {
        target.dir = target.dir.map(|base| base.join(dir));
        target.say(Part::Inside, "--cwd", dir);
    }
    if let Some(stack) = args.value("stack") {
        target.say(Part::Context, "--stack", stack);
    }
    if let ["stack", "rm", name, ..] = words.as_slice() {
        target.say(Part::Context, "argument", name);
    }
    deed.add(call, effects, target);
}

const OTHERS: &str = "profile= stage= s,stage= r,region= region= app= a,app= c,context= context= output= o,output= \
        require-approval= stack-name= config-env= config-file= e,env= env= n,name= name= deployment= d,deployment= \
        f,force force all no-prompts auto-approve y,yes no-execute-changeset dry-run exclusively hotswap \
        no-wait destroy-storage";

/// cdk, cdktf, sam, serverless, sst, copilot, amplify, eb, zappa, nixops, juju.
pub(super) fn others(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), OTHERS, false);
    if switched_on(&args, "dry-run") || args.has("no-execute-changeset") {
        return;
    }
    let words = texts(&args);
    let operands = args.operands();
    let from = |at: usize| operands.get(at..).unwrap_or_default().iter().copied();
    let program = call.invocation.program();
    let asks = !["force", "no-prompts", "auto-approve", "yes"].iter().any(|name| args.has(name));
    let scope = |named: bool| if named { Scope::One } else { Scope::All };
    let destroy = |at: usize, noun: &str| {
        let named = operands.len() > at;
        let deed = Deed::destroy(words[0], noun).loss(Loss::Data).asks(asks).named(from(at));
        if named { deed } else { deed.scope(scope(named)) }
    };
    let deed = match (program, words.as_slice()) {
        ("cdk" | "cdktf" | "nixops", ["destroy", ..]) => destroy(1, "stack"),
        ("cdk" | "cdktf" | "sam" | "nixops" | "copilot", ["deploy", ..]) => {
            let unseen = matches!(args.value("require-approval"), Some("never"));
            let deed = Deed::change("deploy", "stack").named(from(1));
            if unseen { deed.loss(Loss::Data) } else { deed }
        }
        ("copilot", [kind @ ("svc" | "job" | "env" | "pipeline"), "deploy", ..]) => {
            Deed::change("deploy", kind).named(from(2))
        }
        ("sam", ["delete", ..]) | ("sst", ["remove", ..]) => destroy(1, "stack"),
        ("serverless" | "sls", ["remove", ..]) => destroy(1, "service"),
        ("serverless" | "sls" | "sst" | "zappa" | "eb", ["deploy" | "update", ..]) => {
            Deed::change("deploy", "service").named(from(1))
        }
        ("copilot", [kind @ ("app" | "env" | "svc" | "job"), "delete", ..]) => {
            Deed::destroy("delete", kind).loss(Loss::Data).asks(asks).named(from(2))
        }
        ("amplify", ["delete", ..]) => destroy(1, "backend"),
        ("amplify", ["push" | "publish", ..]) => Deed::change("push", "backend"),
        ("eb", ["terminate", ..]) => destroy(1, "environment"),
        ("zappa", ["undeploy", ..]) => destroy(1, "deployment"),
        ("juju", ["destroy-model" | "destroy-controller" | "kill-controller", ..]) => destroy(1, "model"),
        ("juju", ["remove-application" | "remove-machine" | "remove-unit", ..]) => {
            Deed::destroy(words[0], "application").loss(Loss::Data).named(from(1))
        }
        _ => return,
    };
    let preview = (program == "cdk").then(|| "cdk diff".to_owned());
    let preview = preview.or_else(|| (program == "cdktf").then(|| "cdktf diff".to_owned()));
    let mut target = ContextTarget::of(call, Platform::Aws);
    for (name, part, source) in [
        ("profile", Part::Context, "--profile"),
        ("stage", Part::Inside, "--stage"),
        ("env", Part::Inside, "--env"),
        ("config-env", Part::Inside, "--config-env"),
        ("app", Part::Inside, "--app"),
        ("stack-name", Part::Inside, "--stack-name"),
        ("deployment", Part::Inside, "--deployment"),
        ("name", Part::Inside, "--name"),
    ] {
        if let Some(text) = args.value(name) {
            target.say(part, source, text);
        }
    }
    match program {
        "serverless" | "sls" if args.value("stage").is_none() => {
            target.say(Part::File, "the project", "serverless.yml");
        }
        "sam" if args.value("stack-name").is_none() => {
            target.say(Part::File, "the project", "samconfig.toml");
        }
        _ => {}
    }
    // `-c env=prod`
    for flag in args.all("context") {
        target.say(Part::Inside, "--context", flag.value.unwrap_or_default());
    }
    target.act_on(from(1));
    deed.preview(preview).add(call, effects, target);
}
