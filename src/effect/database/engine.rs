//! Administration of engines and of applications that come with a program of their own: Oracle's dbca, Vertica's
//! admintools, Aerospike, FoundationDB, Greenplum, Mattermost, Mastodon, GitLab.

use super::{Args, DatabaseTarget, Deed, Part, Template, add, texts, value};
use crate::effect::{Call, Effect};

/// Reads such a program; `false` where the program is none.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) -> bool {
    const OPTIONS: &str = "h,host= p,port= d,database= t,tool= v,value= e,exec= exec= C,cluster= to= output= input= \
        s,server= c= clusterName= BACKUP= sourceDB= U= P= a= D,directory= f,force";
    let known = matches!(
        program,
        "dbca"
            | "admintools"
            | "asinfo"
            | "asadm"
            | "fdbcli"
            | "gpdeletesystem"
            | "oninit"
            | "ontape"
            | "destroydb"
            | "mmctl"
            | "tootctl"
            | "gitlab-backup"
            | "gitlab-rake"
            | "gitlab-ctl"
            | "algolia"
            | "atlas"
            | "mongocli"
            | "strapi"
            | "elasticdump"
            | "multielasticdump"
            | "rethinkdb"
            | "riak-admin"
            | "riak"
            | "gfsh"
            | "control.sh"
            | "asrestore"
            | "gprestore"
            | "kc.sh"
            | "occ"
            | "etcdutl"
            | "pd-ctl"
            | "tikv-ctl"
            | "initdb"
            | "mysql_install_db"
            | "mysqld"
            | "xtrabackup"
            | "mariabackup"
            | "mbstream"
            | "discourse"
            | "ghost"
            | "ejabberdctl"
            | "weed"
            | "milvus_cli"
            | "tarantoolctl"
            | "tt"
            | "vbr"
            | "az"
    );
    if !known {
        return false;
    }
    let args = Args::read(call.invocation.args(), OPTIONS, false);
    let words = call.invocation.args();
    let help = ["help", "dry-run", "dryRun"].iter().any(|name| args.has(name));
    let says = |text: &str| words.iter().any(|word| word.text() == text);
    let tells = |parts: &[&str]| {
        words.iter().any(|word| parts.iter().any(|part| word.text().to_ascii_lowercase().contains(part)))
    };
    let named = texts(&args);
    // Other readers know more of these.
    let shared = matches!(program, "az" | "atlas");
    let (operation, object) = match (program, named.as_slice()) {
        _ if help => return !shared,
        ("dbca", _) if says("-deleteDatabase") || says("-deleteInstance") => ("drop", "the database"),
        ("admintools", _) if tells(&["drop_db"]) => ("drop", "the database"),
        ("admintools", _) if tells(&["stop_db", "db_remove_node"]) => ("shutdown", "the database"),
        ("vbr", _) if tells(&["restore"]) => ("reset", "the database"),
        ("asinfo" | "asadm", _) if tells(&["truncate"]) => ("truncate", "what a namespace holds"),
        ("asrestore", _) if tells(&["--replace"]) => ("reset", "the records that the backup holds"),
        ("fdbcli", _) if tells(&["clearrange", "clear "]) => ("delete-all", "a range of keys"),
        ("gpdeletesystem", _) => ("drop", "every database of the cluster"),
        ("gprestore", _) if tells(&["--truncate-table"]) => ("truncate", "the tables that the backup holds"),
        ("oninit", _) if words.iter().any(|word| word.text().starts_with("-i")) => {
            ("reset", "the whole server")
        }
        ("ontape", _) if says("-r") => ("reset", "the whole server"),
        ("destroydb", [_, ..]) => ("drop", "the database"),
        ("mmctl", [_, "deleteall" | "delete", ..]) => ("drop", "users or teams, with what they wrote"),
        ("tootctl", ["self-destruct", ..] | [_, "delete" | "purge", ..]) => {
            ("drop", "accounts of the server")
        }
        ("gitlab-backup", ["restore", ..]) => ("reset", "everything that GitLab holds"),
        ("gitlab-rake" | "gitlab-ctl", [verb, ..])
            if verb.contains("restore")
                || verb.contains("db:reset")
                || *verb == "cleanse"
                || verb.contains("setup") =>
        {
            ("reset", "everything that GitLab holds")
        }
        ("algolia", [_, "clear" | "delete", ..]) => ("drop", "an index"),
        ("atlas" | "mongocli", [.., "delete", _] | [.., "delete"]) => ("drop", "what it names"),
        ("strapi", ["transfer", ..]) if args.has("to") && args.has("force") => {
            ("reset", "what is there, which is replaced")
        }
        ("strapi", ["import", ..]) if args.has("force") => ("reset", "what the project holds"),
        ("elasticdump" | "multielasticdump", _) if args.has("delete") => {
            ("delete-all", "the index that is read")
        }
        ("elasticdump" | "multielasticdump", _)
            if args.value("output").is_some_and(|to| to.contains("://")) =>
        {
            ("rebuild", "documents of the index")
        }
        ("rethinkdb", ["restore", ..]) if args.has("force") => ("reset", "the tables that the dump holds"),
        ("riak-admin" | "riak", [.., "leave" | "force-remove" | "force-replace", _]) => ("drop", "a node"),
        ("gfsh", _) if tells(&["destroy region", "destroy disk"]) => ("drop", "a region"),
        ("control.sh", _) if tells(&["--cache", "destroy"]) && says("destroy") => ("drop", "a cache"),
        ("kc.sh", ["import", ..]) if tells(&["--override"]) => ("reset", "the realms of the file"),
        ("occ", ["user:delete" | "group:delete" | "trashbin:cleanup" | "versions:cleanup", ..]) => {
            ("drop", "what it names")
        }
        ("ejabberdctl", ["destroy_room" | "delete_old_messages" | "unregister" | "restore", ..]) => {
            ("drop", "what it names")
        }
        ("discourse" | "ghost", ["restore" | "uninstall", ..]) => ("reset", "what the site holds"),
        ("etcdutl", ["snapshot", "restore", ..]) if tells(&["/var/lib/"]) => {
            ("reset", "the data of the member")
        }
        ("initdb" | "mysql_install_db" | "mysqld", _)
            if tells(&["/var/lib/"]) && (program != "mysqld" || tells(&["--initialize"])) =>
        {
            ("reset", "the files of the server")
        }
        ("xtrabackup" | "mariabackup", _)
            if tells(&["--copy-back", "--move-back"]) && tells(&["--force-non-empty"]) =>
        {
            ("reset", "the files of the server")
        }
        ("weed", ["shell", ..]) if tells(&["collection.delete", "volume.delete"]) => {
            ("drop", "what it names")
        }
        ("gitlab-rake", [task, ..]) if task.contains(":cleanup:") && says("DRY_RUN=false") => {
            ("drop", "files that nothing names")
        }
        ("az", ["redis", "flush", ..]) => ("delete-all", "every key"),
        ("az", ["cosmosdb", .., "delete"]) if named.len() > 3 => ("drop", "a part of the database"),
        _ => return !shared,
    };
    let mut target = DatabaseTarget { hosted_by_default: true, ..DatabaseTarget::of(call) };
    for (name, part) in [
        ("to", Part::Address),
        ("output", Part::Address),
        ("host", Part::Host),
        ("database", Part::Database),
        ("clusterName", Part::Service),
    ] {
        if let Some(text) = value(&args, name) {
            target.typed(part, "an option", text);
        }
    }
    // `-sourceDB PROD`, `-n prod`, `clusters delete prod`: a name says most.
    for word in words.iter().filter(|word| !word.text().starts_with('-')).take(8) {
        target.typed(Part::Service, "argument", Template::of(word, word.text()));
    }
    add(call, effects, program, Deed::destroy(operation, object), call.invocation.span, target);
    true
}
