//! kubectl, helm and what is used beside them.

use super::{Args, Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope, switched_on, texts, with};
use crate::action::file_text;
use crate::syntax::{Expansion, HOLE, Host, Word};

const KUBECTL: &str = "n,namespace= context= cluster= kubeconfig= user= s,server= token= as= as-group= f,filename= \
        k,kustomize= l,selector= o,output= field-selector= grace-period= timeout= type= p,patch= replicas= \
        request-timeout= cache-dir= certificate-authority= client-certificate= client-key= tls-server-name= \
        to-revision= current-replicas= resource-version= subresource= field-manager= image= c,container= \
        prune-allowlist= prune-whitelist= patch-file= pod-selector= revision= username= password= template= raw= \
        v,v= A,all-namespaces all force dry-run prune now wait cascade ignore-daemonsets delete-emptydir-data \
        delete-local-data disable-eviction i,interactive R,recursive overwrite server-side local";

/// kubectl and its like.
pub(super) fn kubectl(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), KUBECTL, false);
    let operands = args.operands();
    let words = texts(&args);
    if switched_on(&args, "dry-run") {
        return;
    }
    let every = args.has("all") || args.has("all-namespaces");
    let named = operands.get(1..).unwrap_or_default();
    let scope = match every {
        true => Scope::All,
        false if args.has("selector") || args.has("field-selector") => Scope::Many,
        false => Scope::One,
    };
    let look = || with(call, "--dry-run=server");
    let deed = match words.as_slice() {
        ["delete", ..] if args.has("interactive") => return,
        ["delete", ..] if args.has("raw") => Deed::destroy("delete", "object").loss(Loss::Data),
        ["delete", ..] => delete(call, &args, named, scope).preview(look()),
        ["adm", "drain", ..] | ["drain", ..] => {
            let forced = ["delete-emptydir-data", "delete-local-data", "disable-eviction", "force"];
            match forced.iter().any(|name| args.has(name)) || every {
                true => Deed::destroy("drain", "node").loss(Loss::Data).named(named.iter().copied()),
                false => Deed::stop("drain", "node").named(named.iter().copied()),
            }
        }
        ["cordon", ..] => {
            let every = fed_by_list(call).1 || named.iter().any(|word| listed(call, word).next().is_some());
            let scope = if every { Scope::All } else { scope };
            Deed::stop("cordon", "node").named(named.iter().copied()).scope(scope)
        }
        ["taint", ..] if every && words.iter().any(|word| word.contains("NoExecute")) => {
            Deed::stop("taint", "node").scope(Scope::All)
        }
        ["replace", ..] if args.has("raw") => Deed::destroy("replace --raw", "object")
            .loss(Loss::Data)
            .called(args.value("raw").unwrap_or_default()),
        ["scale", ..] if args.value("replicas") == Some("0") => {
            let deed = Deed::stop("scale to 0", "workload").named(named.iter().copied());
            if every || fed_by_list(call).1 { deed.scope(Scope::All) } else { deed }
        }
        ["replace", ..] if args.has("force") => Deed::destroy("replace --force", "object").preview(None),
        ["apply", ..] if args.has("prune") => {
            Deed::destroy("apply --prune", "object that is not in the files").loss(Loss::Data).preview(look())
        }
        ["apply", "view-last-applied", ..] => return,
        ["apply" | "create" | "replace", ..] if args.all("filename").any(|flag| is_anybodys(flag.value)) => {
            Deed::change(words[0], "whatever that address serves").loss(Loss::Data).preview(look())
        }
        ["apply" | "replace" | "edit", ..] => {
            Deed::change(words[0], "object").named(named.iter().copied()).preview(look())
        }
        // What is being deleted and waits for its clean-up goes without it.
        ["patch", ..] if args.value("patch").is_some_and(drops_finalizers) => {
            Deed::destroy("patch", "object").loss(Loss::Data).named(named.iter().copied())
        }
        ["patch" | "set", ..] if args.has("local") => return,
        // With the claim the volume goes, and what is on it.
        ["patch", ..] if args.value("patch").is_some_and(|patch| says(patch, "eclaimPolicy:Delete")) => {
            Deed::destroy("patch", "what keeps the volume of").loss(Loss::Data).named(named.iter().copied())
        }
        ["patch", ..] if args.value("patch").is_some_and(|patch| says(patch, "replicas:0}")) => {
            Deed::stop("patch", "workload").named(named.iter().copied())
        }
        ["patch" | "set" | "taint", ..] => {
            Deed::change(words[0], "object").named(named.iter().copied()).preview(look())
        }
        ["rollout", verb @ ("undo" | "restart" | "pause"), ..] => {
            Deed::change(&format!("rollout {verb}"), "workload").named(named.iter().skip(1).copied())
        }
        _ => return,
    };
    deed.add(call, effects, kubectl_target(call, &args));
}

/// Whether a manifest comes from a place where anybody puts anything, or over a line on which anybody may change it.
fn is_anybodys(address: Option<&str>) -> bool {
    let Some((scheme, rest)) = address.and_then(|address| address.split_once("://")) else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let name = host.split(':').next().unwrap_or(host);
    let own =
        matches!(name, "localhost" | "127.0.0.1") || name.ends_with(".local") || name.ends_with(".internal");
    const OPEN: &str = "gist.githubusercontent.com gist.github.com pastebin.com paste.ee bit.ly tinyurl.com t.co \
            transfer.sh 0x0.st termbin.com rentry.co dpaste.com hastebin.com ngrok.io ngrok-free.app file.io";
    let open =
        OPEN.split_ascii_whitespace().any(|known| name == known || name.ends_with(&format!(".{known}")));
    let number = name.split('.').all(|part| part.parse::<u8>().is_ok());
    let repository = path.split('/').take(2).collect::<Vec<_>>();
    let user = |part: &&str| part.contains("gist") || part.contains("dotfiles") || part.ends_with("user");
    !own && (open
        || number
        || scheme == "http"
        || name == "raw.githubusercontent.com" && repository.iter().any(user))
}

fn drops_finalizers(patch: &str) -> bool {
    ["finalizers:null", "finalizers:[]", "/finalizers"].iter().any(|text| says(patch, text))
}

/// Whether a patch says this, written without quotes and blanks.
fn says(patch: &str, wanted: &str) -> bool {
    patch.chars().filter(|c| !c.is_whitespace() && *c != '"').collect::<String>().contains(wanted)
}

fn kubectl_target(call: Call<'_>, args: &Args<'_>) -> ContextTarget {
    let mut target = ContextTarget::of(call, Platform::Kubernetes);
    for (name, part, source) in [
        ("context", Part::Context, "--context"),
        ("cluster", Part::Context, "--cluster"),
        ("namespace", Part::Inside, "--namespace"),
        ("server", Part::Address, "--server"),
        ("kubeconfig", Part::File, "--kubeconfig"),
    ] {
        if let Some(text) = args.value(name) {
            target.say(part, source, text);
        }
    }
    for flag in args.all("filename").chain(args.all("kustomize")) {
        target.say(Part::Inside, "--filename", flag.value.unwrap_or_default());
    }
    if let Some(selector) = args.value("selector") {
        target.say(Part::Inside, "--selector", selector);
    }
    let first = args.operands().get(1).map_or("", |word| word.text());
    let kind = first.split(['/', ',']).next().unwrap_or_default().to_ascii_lowercase();
    target.whole = args.has("all-namespaces") || is_cluster_wide(&kind);
    target.act_on(args.operands().iter().skip(2).copied());
    // `namespace/payments`, and kinds that are no names.
    if let Some(first) = args.operands().get(1).filter(|word| word.text().contains('/')) {
        target.act_on([*first]);
    }
    target
}

fn delete(call: Call<'_>, args: &Args<'_>, named: &[&Word], scope: Scope) -> Deed {
    let fed = args.flag("filename").or(args.flag("kustomize"));
    let mut loss = Loss::Workload;
    let mut noun = "object";
    let mut names: Vec<&Word> = Vec::new();
    if let Some(flag) = fed {
        loss = manifest_loss(call, flag.value.unwrap_or_default());
        names.push(flag.word);
        noun = "objects of";
    } else if let Some(first) = named.first() {
        let mixed = first.text().contains('/');
        let kinds: Vec<&str> = match mixed {
            true => named.iter().map(|word| word.text().split('/').next().unwrap_or_default()).collect(),
            false => first.text().split(',').collect(),
        };
        for kind in kinds.iter().copied().chain(listed(call, first)) {
            loss = worse(loss, loss_of(kind));
        }
        if let [kind] = kinds.as_slice()
            && !kind.contains(HOLE)
        {
            noun = kind;
        }
        names.extend(if mixed { named } else { &named[1..] });
    }
    let (fed, wide) = fed_by_list(call);
    for kind in fed {
        loss = worse(loss, loss_of(kind));
    }
    let scope = if wide && scope == Scope::One { Scope::All } else { scope };
    let system = args.value("namespace").is_some_and(is_system_namespace);
    let loss = if system && loss == Loss::Resource { Loss::Data } else { loss };
    // What is started again one by one is an outage all at once.
    let loss = match (scope, loss) {
        (Scope::All, Loss::Workload | Loss::Resource) => Loss::Data,
        (_, loss) => loss,
    };
    let deed = Deed::destroy("delete", noun).loss(loss).named(names);
    if scope == Scope::One { deed } else { deed.scope(scope) }
}

/// Kinds that stand in no namespace.
fn is_cluster_wide(kind: &str) -> bool {
    matches!(
        kind.split('.').next().unwrap_or_default(),
        "ns" | "namespace"
            | "namespaces"
            | "pv"
            | "persistentvolume"
            | "persistentvolumes"
            | "crd"
            | "crds"
            | "customresourcedefinition"
            | "customresourcedefinitions"
            | "no"
            | "node"
            | "nodes"
            | "clusterrole"
            | "clusterrolebinding"
            | "storageclass"
            | "sc"
            | "project"
            | "projects"
            | "apiservice"
            | "apiservices"
            | "validatingwebhookconfiguration"
            | "mutatingwebhookconfiguration"
    )
}

/// Namespaces that a cluster itself lives in.
fn is_system_namespace(name: &str) -> bool {
    matches!(name, "kube-system" | "istio-system" | "cert-manager" | "ingress-nginx" | "calico-system")
}

/// `kubectl get ns -o name | xargs kubectl delete`: the kinds that the list is made of.
fn listed<'a>(call: Call<'a>, word: &'a Word) -> impl Iterator<Item = &'a str> {
    let made = word.expansions.iter().filter_map(|expansion| match expansion {
        Expansion::Output(made) => Some(made),
        _ => None,
    });
    let calls = made.flatten().filter_map(|&index| call.script.invocations.get(index));
    let lists = calls.filter(|made| matches!(made.program(), "kubectl" | "oc" | "k"));
    lists.flat_map(|made| {
        let words: Vec<&str> =
            made.args().iter().map(Word::text).filter(|text| !text.starts_with('-')).collect();
        let kinds = if words.first() == Some(&"get") { words.get(1).copied() } else { None };
        kinds.unwrap_or_default().split(',').filter(|kind| !kind.is_empty())
    })
}

/// `kubectl get pods -A -o name | xargs kubectl delete`: the kinds of the list, and whether it is of everything.
fn fed_by_list(call: Call<'_>) -> (Vec<&str>, bool) {
    let makers = super::makers(call);
    if !call.invocation.via.contains(&"xargs") {
        // `kustomize build overlays/prod | kubectl delete -f -`: whatever makes up a whole environment.
        let whole =
            |program: &str| matches!(program, "kustomize" | "helm" | "linkerd" | "istioctl" | "cilium");
        let whole = makers.iter().any(|made| whole(made.program()));
        return if whole { (vec!["all"], false) } else { (Vec::new(), false) };
    }
    let mut kinds = Vec::new();
    let mut wide = false;
    // What is searched for on the way is meant.
    let searched = makers.iter().any(|made| super::searches(made));
    for made in makers.iter().filter(|made| matches!(made.program(), "kubectl" | "oc" | "k")) {
        let words: Vec<&str> = made.args().iter().map(Word::text).collect();
        let plain: Vec<&str> = words.iter().copied().filter(|text| !text.starts_with('-')).collect();
        if let ["get", kind, ..] = plain.as_slice() {
            kinds.extend(kind.split(','));
            let chosen = ["-l", "--selector", "--field-selector"];
            wide |= !searched && !words.iter().any(|word| chosen.iter().any(|flag| word.starts_with(flag)));
        }
    }
    (kinds, wide)
}

/// The kinds in a manifest decide what is lost; one that cannot be read may hold anything that is applied daily.
fn manifest_loss(call: Call<'_>, path: &str) -> Loss {
    let dir = call.invocation.cwd(call.scene).filter(|_| call.invocation.host == Host::Local);
    let text = dir.filter(|_| !path.contains(HOLE)).and_then(|dir| file_text(&dir.join(path)));
    let kinds =
        text.iter().flat_map(|text| text.lines()).filter_map(|line| line.trim().strip_prefix("kind:"));
    // What the network holds under a name is an operator with its kinds and its namespace.
    if path.starts_with("https://")
        || path.contains("crd")
        || path.trim_end_matches('/').ends_with("production")
    {
        return Loss::Data;
    }
    kinds.map(|kind| loss_of(kind.trim().trim_matches(['"', '\'']))).fold(Loss::Resource, worse)
}

fn worse(one: Loss, other: Loss) -> Loss {
    let rank = |loss| match loss {
        Loss::Store => 0,
        Loss::Data => 1,
        Loss::Resource => 2,
        Loss::Workload => 3,
    };
    if rank(other) < rank(one) { other } else { one }
}

/// What the deletion of an object of this kind takes with it.
fn loss_of(kind: &str) -> Loss {
    let lower = kind.to_ascii_lowercase();
    match lower.split('.').next().unwrap_or_default() {
        kind if is_cluster_wide(kind) => Loss::Data,
        "pvc"
        | "persistentvolumeclaim"
        | "persistentvolumeclaims"
        | "sts"
        | "statefulset"
        | "statefulsets"
        | "all"
        | "volumesnapshot"
        | "volumesnapshots"
        | "volumesnapshotcontent"
        | "machinedeployment"
        | "machinepool"
        | "postgresql"
        | "postgresqls"
        | "postgrescluster"
        | "postgresclusters"
        | "elasticsearch"
        | "kafka"
        | "kafkatopic"
        | "mysqlcluster"
        | "innodbcluster"
        | "perconaxtradbcluster"
        | "mongodb"
        | "mongodbcommunity"
        | "rediscluster"
        | "cassandradatacenter"
        | "k8ssandracluster"
        | "scyllacluster"
        | "cephcluster"
        | "cephblockpool"
        | "cephfilesystem"
        | "tidbcluster"
        | "crdbcluster"
        | "clickhouseinstallation"
        | "chi"
        | "redisfailover"
        | "rabbitmqcluster"
        | "opensearchcluster"
        | "virtualmachine"
        | "datavolume"
        | "cluster"
        | "clusters"
        | "backup"
        | "backups"
        | "argocd"
        | "helmrelease"
        | "helmreleases"
        | "kustomization"
        | "kustomizations"
        | "application"
        | "applications"
        | "applicationset" => Loss::Data,
        "po" | "pod" | "pods" | "job" | "jobs" | "rs" | "replicaset" | "replicasets" | "ev" | "event"
        | "events" | "lease" | "leases" | "certificaterequest" | "csr" => Loss::Workload,
        _ => Loss::Resource,
    }
}

const HELM: &str = "n,namespace= kube-context= kubeconfig= f,values= set= set-string= set-file= set-json= version= \
        timeout= repo= description= history-max= kube-apiserver= kube-token= kube-as-user= kube-as-group= \
        post-renderer= cascade= o,output= username= password= registry-config= repository-cache= \
        repository-config= e,environment= l,selector= state-values-set= b,helm-binary= kube-version= \
        i,install dry-run force wait atomic reuse-values reset-values";

/// helm and helmfile.
pub(super) fn helm(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), HELM, false);
    if switched_on(&args, "dry-run") {
        return;
    }
    let words = texts(&args);
    let named = args.operands().get(1..).unwrap_or_default();
    let look = || with(call, "--dry-run");
    let helmfile = call.invocation.program() == "helmfile";
    let deed = match words.as_slice() {
        ["destroy" | "delete", ..] if helmfile => {
            Deed::destroy("destroy", "release of the file").loss(Loss::Data).scope(Scope::All)
        }
        ["apply" | "sync", ..] if helmfile => Deed::change(words[0], "releases"),
        _ if helmfile => return,
        ["uninstall" | "delete" | "del" | "un", _, ..] => Deed::destroy("uninstall", "release")
            .loss(Loss::Data)
            .named(named.iter().copied())
            .preview(look()),
        ["rollback", ..] => {
            Deed::change("rollback", "release").named(named.iter().take(1).copied()).preview(look())
        }
        ["upgrade", ..] if args.has("force") => {
            Deed::destroy("upgrade --force", "release").named(named.iter().take(1).copied()).preview(look())
        }
        ["upgrade" | "install", ..] => {
            Deed::change(words[0], "release").named(named.iter().take(1).copied()).preview(look())
        }
        _ => return,
    };
    let mut target = ContextTarget::of(call, Platform::Kubernetes);
    for (name, part, source) in [
        ("kube-context", Part::Context, "--kube-context"),
        ("environment", Part::Context, "--environment"),
        ("namespace", Part::Inside, "--namespace"),
        ("kube-apiserver", Part::Address, "--kube-apiserver"),
        ("kubeconfig", Part::File, "--kubeconfig"),
    ] {
        if let Some(text) = args.value(name) {
            target.say(part, source, text);
        }
    }
    for flag in args.all("values") {
        target.say(Part::Inside, "--values", flag.value.unwrap_or_default());
    }
    target.act_on(named.iter().copied());
    deed.add(call, effects, target);
}

/// Tools that act on clusters as a whole, or on what a controller keeps in them.
pub(super) fn beside(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "n,namespace= context= kube-context= kubeconfig= name= region= f,config-file= \
            filename= state= server= grpc-web-root-path= cluster= node= purge cascade y,yes f,force s,silent \
            approve p,profile= password= dry-run";
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    if switched_on(&args, "dry-run") {
        return;
    }
    let words = texts(&args);
    let operands = args.operands();
    let from = |at: usize| operands.get(at..).unwrap_or_default().iter().copied();
    let program = call.invocation.program();
    let mut platform = Platform::Kubernetes;
    let deed = match (program, words.as_slice()) {
        ("argocd", ["app", "delete", ..]) => {
            Deed::destroy("app delete", "application").loss(Loss::Data).named(from(2))
        }
        ("argocd", ["appset" | "proj" | "cluster", verb @ ("delete" | "rm"), ..]) => {
            Deed::destroy(verb, words[0]).loss(Loss::Data).named(from(2))
        }
        ("argocd", ["app", "sync", ..]) if args.has("prune") && args.has("f") => {
            Deed::destroy("app sync --prune --force", "what is not in the repository of")
                .loss(Loss::Data)
                .named(from(2))
        }
        ("argocd", ["app", verb @ ("sync" | "rollback" | "set" | "patch"), ..]) => {
            Deed::change(&format!("app {verb}"), "application").named(from(2))
        }
        ("flux", ["uninstall", ..]) => Deed::destroy("uninstall", "flux").loss(Loss::Data),
        ("flux", ["delete", kind, ..]) => Deed::destroy("delete", kind).loss(Loss::Data).named(from(2)),
        ("flux", ["suspend", ..]) if args.has("all") => {
            Deed::stop("suspend", "reconciliation").scope(Scope::All)
        }
        ("flux", ["suspend" | "resume" | "reconcile", ..]) => {
            Deed::change(words[0], "sources").named(from(2))
        }
        ("velero", ["backup" | "schedule" | "restore", "delete", ..] | ["delete", ..]) => {
            let scope = if call.invocation.args().iter().any(|word| word.text() == "--all") {
                Scope::All
            } else {
                Scope::One
            };
            Deed::destroy("delete", "backup").loss(Loss::Data).named(from(2)).scope(scope)
        }
        ("velero", ["uninstall", ..]) => Deed::destroy("uninstall", "velero").loss(Loss::Data),
        ("istioctl", ["uninstall", ..] | ["x", "uninstall", ..]) => {
            Deed::destroy("uninstall", "service mesh").loss(Loss::Data)
        }
        ("kapp", ["delete", ..]) => {
            Deed::destroy("delete", "application").loss(Loss::Data).asks(!args.has("yes"))
        }
        ("skaffold", ["delete", ..]) => Deed::destroy("delete", "deployment").loss(Loss::Resource),
        ("kubeadm", ["reset", ..])
        | ("k3s-uninstall.sh" | "k3s-agent-uninstall.sh" | "rke2-uninstall.sh", _) => {
            platform = Platform::Machine;
            // kubeadm asks first, the scripts do not.
            let forced = call.invocation.args().iter().any(|word| matches!(word.text(), "-f" | "--force"));
            let asks = program == "kubeadm" && !forced;
            Deed::destroy("reset", "node with its cluster state").loss(Loss::Store).asks(asks)
        }
        ("eksctl", ["delete", kind, ..]) => {
            platform = Platform::Aws;
            let loss = match *kind {
                "cluster" | "nodegroup" | "ng" => Loss::Data,
                _ => Loss::Resource,
            };
            Deed::destroy("delete", kind).loss(loss).named(from(2))
        }
        // Without `--yes` it shows what it would do.
        ("kops", ["delete", kind, ..]) if args.has("yes") || *kind == "ig" || *kind == "instance" => {
            platform = Platform::Aws;
            Deed::destroy("delete", kind).loss(Loss::Data).named(from(2))
        }
        _ => return,
    };
    let mut target = ContextTarget::of(call, platform);
    for (name, part, source) in [
        ("context", Part::Context, "--context"),
        ("kube-context", Part::Context, "--kube-context"),
        ("profile", Part::Context, "--profile"),
        ("server", Part::Address, "--server"),
        ("namespace", Part::Inside, "--namespace"),
        ("kubeconfig", Part::File, "--kubeconfig"),
    ] {
        if let Some(text) = args.value(name) {
            target.say(part, source, text);
        }
    }
    for name in ["name", "cluster", "node", "filename", "config-file"] {
        if let Some(text) = args.value(name) {
            target.say(Part::Inside, "argument", text);
        }
    }
    target.act_on(from(1));
    deed.add(call, effects, target);
}
