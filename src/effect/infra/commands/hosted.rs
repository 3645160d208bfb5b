//! Hosts of applications, services that are rented, servers that others are built on.

use crate::effect::infra::Platform;

/// Where a program's place is looked up, and its rules.
pub(super) fn of(program: &str) -> Option<(Platform, &'static str)> {
    use Platform::{App, Inventory, Kubernetes, Machine, Server};
    Some(match program {
        // ── hosts of applications ──
        "heroku" => (
            App,
            "d projects:destroy|domains:remove|domains:clear|certs:remove|drains:remove|access:remove|members:remove|keys:clear|apps:leave|pg:credentials:destroy|pg:backups:delete|pg:links:destroy|pg:maintenance:run|webhooks:remove|authorizations:revoke|buildpacks:clear|data:maintenances:run|addons:detach|pg:promote|apps:transfer|container:rm|apps:rename;
            u pipelines:promote =application;
            s pg:killall|ps:restart|restart|features:disable|ps:stop|ps:kill|dyno:kill|dyno:stop|pg:kill; c config:set|config:unset|config:remove|releases:rollback|features:enable|labs:enable|pg:upgrade|pg:copy|redis:maxmemory|redis:timeout|container:release|spaces:transfer",
        ),
        "fly" | "flyctl" => (
            App,
            "d destroy-pipeline|delete-pipeline|dp|destroy-team|dt|archive-pipeline|ap =pipeline; c clear-task-cache|trigger-job|tj|prune-worker|land-worker|hijack|abort-build;
            c deploy; d orgs|org delete|remove; d machines|machine destroy|remove; d volumes|volume|vol|snapshots delete|destroy|fork-delete; u secrets|secret unset; u certs|cert|ips|ip|wireguard|tokens remove|release|delete|revoke|rm;
            d pg|postgres|mpg|redis|storage|extensions|ext|consul|tigris detach|destroy|delete; d ext * destroy; d apps suspend|pause; d scale count 0|*=0 =machines; d suspend; c deploy|restart|scale; c secrets set|import|deploy",
        ),
        "vercel" | "vc" => (
            App,
            "- build|pull|env|dev|link|inspect|logs **; u rollback|promote =application; - deploy; - --prod|--production|--target; d alias|aliases|teams|team|secrets|secret|integration|domains|dns|certs|blob|project|env|edge-config|redirects rm|remove|del|delete-store; c redeploy; d integration-resource remove; d remove|rm =deployment",
        ),
        "netlify" | "ntl" => (
            App,
            "d env:unset|functions:delete|sites:delete|blobs:delete|teams:delete; d api delete* =site; - deploy; u rollback =site; d unlink --force",
        ),
        "railway" => (
            App,
            "d down|delete =deployment; u variables|variable --unset|--delete; u variables delete; d environment|service|volume|project|domain delete|remove|rm|detach; c redeploy|restart|up",
        ),
        "render" => (App, "d services|service|deploys|postgres|redis|disks|jobs delete|suspend|rm"),
        "supabase" => (
            App,
            "u network-restrictions update +0.0.0.0/0 =who_reaches_a_database; u secrets unset; d storage rm --recursive|-r =objects; d domains|vanity-subdomains|orgs|branches|projects|sso|network-bans delete|remove; d ssl-enforcement update --disable-db-ssl-enforcement; c functions deploy; c config push",
        ),
        "firebase" => (
            App,
            "d projects:delete|apps:delete|hosting:sites:delete|hosting:disable|functions:delete|functions:secrets:destroy|extensions:uninstall|database:instances:disable|firestore:databases:delete|firestore:backups:delete|appdistribution:testers:remove|appcheck:*|dataconnect:services:delete|apphosting:backends:delete;
            d firestore:delete +-r; d firestore:delete +/ --force|-f; d functions:config:unset; d database:set / -f|--force =documents; c auth:import|remoteconfig:rollback|hosting:clone|hosting:rollback|hosting:channel:delete|database:update|database:set|functions:config:set",
        ),
        "wrangler" => (
            App,
            "- deploy|dev|tail|types|init --dry-run; d d1 time-travel restore =newer_state; d r2|queues|kv|vectorize|hyperdrive|workflows|pages|pipelines|dispatch-namespace|mtls-certificate|ai|containers|secrets-store ** delete|purge|remove|uninstall;
            r r2 object delete; u secret delete|bulk; d kv:bulk|kv:namespace delete; r kv:key delete; c versions deploy|upload|secret; c secret put; c rollback|deploy|publish",
        ),
        "cloudflared" => (App, "d tunnel delete|cleanup; d tunnel route ** delete; s service uninstall; d access ** delete"),
        "cf" => (
            App,
            "d delete-*|purge-service-*|unbind-service|unset-*|disable-*|unmap-route|remove-*; d scale -i=0 =instances; d stop; c push|restage|restart|rollback|set-*",
        ),
        "gigalixir" | "scalingo" | "platform" | "upsun" | "dokku" | "clever-tools" | "pantheon" | "terminus" | "acli" | "lando" | "caprover"
        | "ghost" | "convox" | "aptible" | "nanobox" | "qovery" | "render-cli" | "deployctl" | "zeet" | "sevalla" | "kinsta" | "coolify" | "now" | "surge" | "begin" => (
            App,
            "d destroy|*.delete|*:destroy|*:delete|*:remove|*:wipe|*-destroy|*-remove|*-deprovision|uninstall|teardown|delete; d * delete|destroy|remove|rm|wipe|deprovision; s ps:stop|*:stop|*:disable|maintenance:*; c *:deploy|*:rollback|*:rebuild",
        ),
        // ── services that are rented ──
        "stripe" => (
            Server(""),
            "d * delete|cancel|expire|void|void_invoice|detach|disable --live =live_object; d delete|post --live =live_object; d refunds|payouts|transfers|charges create|reverse --live =money",
        ),
        "twilio" | "auth0" | "okta" | "sentry-cli" | "datadog-ci" | "dog" | "dogshell" | "pd" | "pagerduty" | "newrelic" | "opsgenie" | "grafanactl"
        | "influx" | "curator_cli" | "ngrok" | "sendgrid" | "mailgun" | "algolia" | "contentful" | "sanity" | "launchdarkly" | "ldcli"
        | "snyk" | "sonar" | "splunk" | "elastic" | "eland" | "temporal" | "tctl" | "airbyte" | "abctl" | "prefect" | "dagster" | "dbt-cloud"
        | "databricks" | "snow" | "fivetran" | "turbot" | "doppler" | "infisical" | "op" | "bw" | "akeyless" | "conjur" | "keeper"
        | "circleci" | "drone" | "bk" | "codefresh" | "jenkins-cli" | "semaphore" | "sem" | "tfe" | "hcp" | "boundary"
        | "waypoint" | "linear" | "jira" | "acli-jira" | "slack" | "hasura" | "nhost" | "appwrite" | "pb" | "convex" | "turso"
        | "xata" | "fauna" | "astra" | "cockroach-cloud" | "ccloud" | "tiup" | "aiven" | "temporal-cloud" | "amplitude" | "segment" | "modal" | "replicate" | "runpodctl" | "vastai" | "huggingface-cli" | "hf" | "wandb" | "prowler" => (
            Server("INFLUX_HOST TEMPORAL_ADDRESS DATABRICKS_HOST DATABRICKS_CONFIG_PROFILE"),
            "d run wipe --force =runs; - delete-cache|auth|login|logout|config|profile|cache|completion|tunnel-list|local|dev|emulator|run|exec **;
            u tcp 22|3306|5432|6379|27017|3389 =what_the_internet_reaches;
            d ** delete|destroy|remove|rm|purge|terminate|delete-*|delete-job|archive-all|delete-by-query|*:remove|*:delete|*:release|*:destroy;
            d monitor|monitors mute_all =alerts; d downtime post +* =alerts; d silence add|create +.+ =alerts; s safe-shutdown|shutdown|quiet-down;
            d clean eventdata =events; u users|apps ** deactivate|suspend; d indices|index|objects clear =records; d permanent-delete; d ** permanent-delete|delete_indices|delete_snapshots|drop; d ** update|*:update --status=closed|--status=suspended =account; c ** reset|revoke|cancel|disable|pause|rotate|unset|execute|trigger|promote|start|deploy|submit|publish|sync|archive|toggle-*|update",
        ),
        "expo" | "eas" => (
            Server(""),
            "- build|login|config|whoami|device|metadata|env:pull **; d ** delete|delete-*; d *:delete; c submit|update|publish|deploy|publish:*|channel:* =release",
        ),
        "spin" | "rd" | "rundeck" | "rundeck-cli" | "tea-ci" | "woodpecker-cli" | "gocd" | "harness" | "octo" | "octopus" => (
            Server(""),
            "d ** delete|delete-*|purge; c ** execute|run|start|trigger|promote|invoke|schedule|deploy|deploy-release|rollback|create =deployment",
        ),
        "jenkins-jobs" | "jenkins-job-builder" => (Server(""), "d delete|delete-all|wipeworkspace =jobs; c update"),
        "gh" => (Server(""), "c workflow run =deployment"),
        "glab" => (Server(""), "c ci|pipeline|schedule run|trigger|create =deployment"),
        "java" => (
            Server(""),
            "d ** delete-*|clear-queue +jenkins-cli =jobs; s ** safe-shutdown|shutdown|quiet-down|offline-node|safe-restart +jenkins-cli; c ** build +jenkins-cli =deployment",
        ),
        "kamal" | "mrsk" => (
            App,
            "d remove|destroy =application; d app|accessory|proxy|registry|server remove =application; c deploy|redeploy|rollback|setup|upgrade; c app|accessory|proxy stop|reboot|boot|restart|exec",
        ),
        "pyinfra" => (Inventory, "- ^--yes --dry; c *"),
        "nixos-rebuild" | "colmena" | "morph" | "nixops4" | "darwin-rebuild" => (
            Inventory,
            "c switch|boot|test --target-host =system; c apply|apply-local|upload-keys|exec =system; c deploy =system",
        ),
        "bolt" => (Inventory, "d command|task|script|plan run +reboot|shutdown|poweroff|rm_-r =machines; c task|script|plan|apply *"),
        "skaffold" | "garden" | "devspace" | "okteto" | "werf" | "humctl" | "nomad-pack" | "levant" | "score" => (
            Kubernetes,
            "d destroy|delete|purge|dismiss +prod|live =environment; d * delete|destroy +prod|live =environment; d destroy|stop|delete ^-f|--profile =deployment; c run|deploy|apply|converge|cleanup|up; c cleanup *",
        ),
        "shopify" => (App, "d theme delete; u theme publish =theme; c theme push --live|--allow-live =theme; c app deploy|release; d ** delete"),
        "akamai" => (App, "c property|pm activate|deactivate; c purge delete|invalidate; d ** delete"),
        "amtool" => (Server(""), "d silence add +.+ =alerts; d silence add +.* =alerts; c silence expire"),
        // ── servers that others are built on ──
        "rabbitmqctl" | "rabbitmqadmin" => (
            Server("RABBITMQ_NODENAME"),
            "d eval +delete|purge|reset|drop; d delete_*|forget_cluster_node|purge_*|clear_permissions|clear_user_limits|stop_app|stop|shutdown|rotate_logs_force|close_all_connections|reset|force_reset =messages_and_settings;
            d delete|purge|close queue|exchange|vhost|user|binding|connection|permission",
        ),
        "kafka-reassign-partitions" | "kafka-reassign-partitions.sh" | "kafka-leader-election" | "kafka-leader-election.sh" => {
            (Server(""), "c --execute; c --all-topic-partitions")
        }
        "kafka-configs" | "kafka-configs.sh" => (Server(""), "d --alter +retention.ms=|retention.bytes= =old_records"),
        "kafka-acls" | "kafka-acls.sh" => (Server(""), "d --remove =permissions"),
        "kafka-storage" | "kafka-storage.sh" => (Machine, "x format"),
        "kafka-streams-application-reset" | "kafka-streams-application-reset.sh" => (Server(""), "d =state_of_a_stream ^--dry-run"),
        "rpk" | "kafkactl" | "kaf" | "kcli" | "confluent" | "pulsar-admin" | "pulsarctl" | "nats" | "emqx" | "emqx_ctl" | "mosquitto_ctrl" | "activemq"
        | "artemis" | "redpanda" | "akhq" => (
            Server("RPK_BROKERS NATS_URL KAFKA_BROKERS"),
            "- context|profile|config **; d server raft peer-remove =member; d ** decommission =broker; d topic|topics|address|group|consumer|stream|kv|object|kvbucket|subject|cluster|environment|tenants|namespaces|subscriptions|acl|service-account|connector|account|queue|user|users|connect|broker delete|rm|del|purge|decommission|remove|reset;
            d topics|namespaces clear-backlog|truncate|skip-all|expire-messages|unload =messages; d schema-registry ** delete; d cluster force-leave|leave; d delete topic|consumer-group; d ** deleteClient|deleteRole|deleteGroup; d purge",
        ),
        "zkCli.sh" | "zkCli" | "zookeepercli" | "zookeeper-shell" | "zookeeper-shell.sh" => (Server(""), "d ** rmr|deleteall|delete|rm; d +rmr_|deleteall_ =nodes"),
        "celery" => (Server("CELERY_BROKER_URL"), "s control shutdown =workers; d ** queue.purge|queue.delete|exchange.delete =waiting_jobs"),
        "rq" => (Server("RQ_REDIS_URL"), "d empty =waiting_jobs"),
        "supervisorctl" => (
            Server(""),
            "s stop|shutdown --serverurl|-s =supervised_programs",
        ),
        "patronictl" => (Server(""), "d remove|reinit =database_cluster; d failover|switchover|restart --force =leader; c pause|flush"),
        "repmgr" => (Server(""), "d standby|primary|node|witness unregister|promote|switchover|rejoin --force"),
        "pcs" | "crm" | "drbdadm" | "gluster" | "rados" | "radosgw-admin" | "ceph" | "ceph-volume" | "cephadm"
        | "beegfs-ctl" | "dog-sheepdog" => (
            Machine,
            "x ** rm|remove|purge|lost --all|--force|--yes-i-really-mean-it|--yes-i-really-really-mean-it; x --removenode|--removetarget =node; x primary --force =replicated_disk; x connect|-- --discard-my-data =replicated_disk; x ** zap|zap-osds =disk; x orch osd rm =disk; x cluster destroy|stop|remove; x resource|stonith|constraint|node delete|remove|disable|standby|fence; x configure erase|delete; s resource stop|ban; x invalidate|wipe-md|detach|down =replicated_disk;
            x volume delete|stop|remove-brick|reset; x peer detach; x rmpool|purge|rm =objects; x user|bucket|object|realm|zone rm|delete|purge; x osd out|down|rm|purge|destroy|crush; x lvm zap =disk; x rm-cluster|zap-osds; x auth del|rm; x mon remove|rm",
        ),
        "s3cmd" | "s5cmd" => (Server(""), "d sync --delete-removed|--delete =objects; d expire =objects"),
        _ => return None,
    })
}
