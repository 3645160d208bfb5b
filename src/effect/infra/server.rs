//! Servers that others are built on: consul, vault, etcd, nomad, kafka, rabbitmq, zookeeper.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope, texts};

/// What would be deleted from such a server.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "-http-addr= http-addr= -address= address= -namespace= -token= -mount= endpoints= -datacenter= \
            bootstrap-server= zookeeper= topic= offset-json-file= command-config= server= node= p,vhost= cacert= \
            cert= key= user= -versions= -job= -recurse -purge -force -global prefix from-key delete dry-run -dry-run execute reset-offsets to-earliest to-latest all-topics all-groups group= to-datetime= to-offset= delete-offsets alter add-config= delete-config= entity-name= entity-type= s= host= bucket= o= n= A,app= f,force \
            if-exists";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = texts(&args);
    let operands = args.operands();
    let from = |at: usize| operands.get(at..).unwrap_or_default().iter().copied();
    if args.has("dry-run") {
        return;
    }
    let data = |verb: &str, noun: &str, at: usize| Deed::destroy(verb, noun).loss(Loss::Data).named(from(at));
    let program = call.invocation.program();
    let (deed, variables) = match (program, words.as_slice()) {
        ("consul", ["kv", "delete", ..]) if args.has("recurse") => {
            (data("kv delete -recurse", "keys under", 2), "CONSUL_HTTP_ADDR")
        }
        ("consul", ["leave", ..]) => {
            (Deed::stop(words[0], "member").service("consul", true, false), "CONSUL_HTTP_ADDR")
        }
        ("vault", ["kv", "destroy", ..] | ["kv", "metadata", "delete", ..]) => {
            (data("kv destroy", "secret", 2), "VAULT_ADDR")
        }
        ("vault", ["secrets" | "auth", "disable", ..]) => {
            (data("disable", "everything below", 2), "VAULT_ADDR")
        }
        ("vault", ["delete", ..] | ["kv", "delete", ..]) => {
            (Deed::destroy("delete", "secret").named(from(1)), "VAULT_ADDR")
        }
        ("vault", ["operator", "seal" | "step-down", ..]) => {
            (Deed::stop("seal", "vault").scope(Scope::All).service("vault", true, false), "VAULT_ADDR")
        }
        ("vault", ["lease", "revoke", ..]) if words.len() > 2 => {
            let mut given = call.invocation.args().iter().map(crate::syntax::Word::text);
            let wide = given.any(|text| matches!(text, "-prefix" | "-force" | "-f" | "--prefix"));
            let loss = if wide { Loss::Data } else { Loss::Resource };
            (Deed::destroy("lease revoke", "leases").loss(loss).named(from(2)), "VAULT_ADDR")
        }
        ("etcdctl", ["del", key, ..]) => {
            let wide = args.has("prefix") || args.has("from-key") || key.is_empty();
            let deed = if wide {
                data("del --prefix", "keys under", 1)
            } else {
                Deed::destroy("del", "key").named(from(1))
            };
            (deed, "ETCDCTL_ENDPOINTS")
        }
        ("etcdctl", ["member", "remove", ..]) => (data("member remove", "member", 2), "ETCDCTL_ENDPOINTS"),
        ("nomad", ["job", "stop", ..] | ["stop", ..]) => {
            let at = if words[0] == "job" { 2 } else { 1 };
            let deed = match args.has("purge") {
                true => data("job stop -purge", "job", at),
                false => Deed::stop("job stop", "job").named(from(at)).service("job", true, false),
            };
            (deed, "NOMAD_ADDR")
        }
        ("nomad", ["namespace" | "volume", "delete" | "deregister", ..]) => {
            (data("delete", words[0], 2), "NOMAD_ADDR")
        }
        ("nomad", ["node", "drain", ..]) => {
            let deed = Deed::stop("node drain", "node").service("node", true, false);
            let surely =
                call.invocation.args().iter().any(|word| matches!(word.text(), "-yes" | "-force" | "-self"));
            (if surely { deed.scope(Scope::All) } else { deed }, "NOMAD_ADDR")
        }
        ("rabbitmqctl", ["delete_vhost" | "delete_queue" | "purge_queue" | "reset" | "force_reset", ..]) => {
            (data(words[0], "messages of", 1), "RABBITMQ_NODENAME")
        }
        ("rabbitmqctl", ["stop" | "stop_app" | "shutdown", ..]) => {
            (Deed::stop(words[0], "broker").service("rabbitmq", false, false), "RABBITMQ_NODENAME")
        }
        ("kafka-topics" | "kafka-topics.sh", _) if args.has("delete") => {
            let topic = args.value("topic").unwrap_or("topic");
            (data("delete", "topic", 0).called(topic), "")
        }
        ("kafka-delete-records" | "kafka-delete-records.sh", _) => (data("delete-records", "records", 0), ""),
        ("kafka-consumer-groups" | "kafka-consumer-groups.sh", _)
            if args.has("execute") && args.has("reset-offsets") || args.has("delete") =>
        {
            (data("reset-offsets", "offsets of a group", 0), "")
        }
        ("kafka-configs" | "kafka-configs.sh", _)
            if args.has("alter") && !shortens(args.value("add-config")) =>
        {
            (Deed::change("alter", "settings of a topic"), "")
        }
        ("nats", ["stream" | "str" | "kv" | "object", "rm" | "purge" | "del" | "delete", ..]) => {
            (data(words[1], "stream", 2).asks(!args.has("force")), "NATS_URL")
        }
        (
            "pulsar-admin",
            ["topics" | "namespaces" | "tenants", "delete" | "delete-partitioned-topic", ..],
        ) => (data("delete", words[0], 2), ""),
        ("rabbitmqadmin", ["delete" | "purge", kind, ..]) => (data(words[0], kind, 2), ""),
        ("confluent", ["kafka" | "environment" | "schema-registry", ..]) if words.contains(&"delete") => {
            (data("delete", words[1], 3), "")
        }
        ("zkCli.sh" | "zkCli" | "zookeepercli", words) => {
            let Some(at) = words.iter().position(|word| matches!(*word, "deleteall" | "rmr")) else { return };
            (data(words[at], "nodes under", at + 1), "")
        }
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Server(variables));
    for (name, source) in [
        ("http-addr", "-http-addr"),
        ("address", "-address"),
        ("endpoints", "--endpoints"),
        ("bootstrap-server", "--bootstrap-server"),
        ("zookeeper", "--zookeeper"),
        ("server", "-server"),
        ("n", "-n"),
        ("host", "--host"),
        ("s", "--server"),
    ] {
        if let Some(text) = args.value(name) {
            target.say(Part::Address, source, text);
        }
    }
    for name in ["topic", "vhost", "namespace", "entity-name", "bucket"] {
        if let Some(text) = args.value(name) {
            target.say(Part::Inside, "argument", text);
        }
    }
    target.act_on(operands.iter().copied().skip(1));
    deed.add(call, effects, target);
}

/// Whether settings of a topic keep its records for less than three hours.
fn shortens(settings: Option<&str>) -> bool {
    let kept = settings.and_then(|settings| settings.split_once("retention.ms="));
    kept.is_some_and(|(_, rest)| rest.split(',').next().is_some_and(|value| value.len() <= 7))
}
