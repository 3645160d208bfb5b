//! The names of everything that a rule may ask about: what the text of a command says of an effect
//! (an *attribute*) and what is true of its target here and now (a *fact*).
//!
//! This file is compiled twice: into the library, and into `build.rs`, which refuses a rule that asks about a
//! key that is not listed here. It therefore uses nothing but the standard library.

macro_rules! keys {
    ($( $(#[doc = $doc:literal])+ $variant:ident = $name:literal, $sort:ident; )*) => {
        /// A question that a rule may ask about an effect.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Key { $( $(#[doc = $doc])+ $variant, )* }

        impl Key {
            /// Every key, in the order of the documentation.
            pub const ALL: &'static [Key] = &[ $( Key::$variant, )* ];

            /// The name used in rule files and in JSON output.
            pub fn name(self) -> &'static str { match self { $( Key::$variant => $name, )* } }

            /// The name of the enum variant, which `build.rs` writes into the compiled table.
            pub fn variant(self) -> &'static str { match self { $( Key::$variant => stringify!($variant), )* } }

            /// One sentence for `forestall explain` and the documentation.
            pub fn about(self) -> &'static str { match self { $( Key::$variant => concat!($($doc),+), )* } }

            /// What kind of value it has.
            pub fn sort(self) -> Sort { match self { $( Key::$variant => Sort::$sort, )* } }

            /// The key with this name.
            pub fn from_name(name: &str) -> Option<Key> {
                match name { $( $name => Some(Key::$variant), )* _ => None }
            }
        }
    };
}

/// The kind of value a [`Key`] has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Count,
    /// A text, compared with `*` patterns.
    Text,
    /// Several texts; a test holds when it holds for one of them.
    List,
}

impl Sort {
    /// The word used in messages, the JSON schema and the documentation.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Flag => "flag",
            Sort::Count => "count",
            Sort::Text => "text",
            Sort::List => "list",
        }
    }
}

keys! {
    // ── a command that a rule of the user names ──
    /// The command: file name of the program and the words behind it, with a space between.
    Command = "command", Text;
    /// The same, word by word.
    CommandWords = "command.words", List;
    /// The directory it runs in.
    CommandDirectory = "command.directory", Text;
    // ── git ──
    /// Short name of the ref that would change: `topic`, `v1.0`.
    Ref = "ref", Text;
    /// What the ref is: `branch`, `tag` or `other`.
    RefKind = "ref.kind", Text;
    /// Where the ref lives: `local` or `remote`.
    RefScope = "ref.scope", Text;
    /// The ref exists in the place where it would be changed.
    RefExists = "ref.exists", Flag;
    /// The ref is protected by the policy's patterns or by the usual names (main, master, release/*…).
    RefProtected = "ref.protected", Flag;
    /// The ref is the default branch of its repository.
    RefDefault = "ref.default", Flag;
    /// The words themselves say that the ref moves back: `main~3`, `HEAD^`, `main@{1}`.
    RefBackwards = "ref.backwards", Flag;
    /// Name of the remote as typed: `origin`, or a URL.
    Remote = "remote", Text;
    /// The command asks git to skip its own safety check (`-D`, `--force`, `+ref`).
    Force = "force", Flag;
    /// The force is limited by `--force-with-lease`.
    Lease = "lease", Flag;
    /// Commits that would be reachable from no other ref, here or on the remote as last seen.
    CommitsUnique = "commits.unique", Count;
    /// Subjects of the commits that would be lost, newest first, at most ten.
    CommitsSubjects = "commits.subjects", List;
    /// All commits that would be lost on the remote are on a branch of this clone.
    CommitsHere = "commits.here", Flag;
    /// What would be overwritten was written here, and newer commits take its place (amend, rebase).
    Rewritten = "rewritten", Flag;
    /// Commits on the local ref that the remote ref does not have.
    CommitsAhead = "commits.ahead", Count;
    /// Commits on the remote ref that the local ref does not have.
    CommitsBehind = "commits.behind", Count;
    /// The ref is contained in the default branch.
    Merged = "merged", Flag;
    /// How many refs one command would delete or overwrite (`--mirror`, `--prune`, patterns).
    RefsCount = "refs.count", Count;
    // ── git: work that no commit holds, and history ──
    /// What git would do: `reset`, `unstage`, `restore`, `remove`, `clean`, `stash`, `worktree`, `submodule`, `remote`,
    /// `leave` (a detached HEAD), `abort`, `push`, `commit`, `amend`, `rebase`, `rewrite`, `forget` (reflogs), `prune`.
    WorkAct = "work.act", Text;
    /// How much the words reach: `all`, `many` (a directory, a pattern, what only shows when it runs), `file`
    /// (files named one by one), or `tidy` (a command that people use to tidy up).
    WorkScope = "work.scope", Text;
    /// Files with changes that were never committed and would be lost, but for lock files of package managers.
    WorkFiles = "work.files", Count;
    /// Files and directories that git does not have and that would be deleted, but for generated ones.
    WorkUntracked = "work.untracked", Count;
    /// Ignored files and directories that would be deleted, but for generated ones.
    WorkIgnored = "work.ignored", Count;
    /// All of that together.
    WorkLost = "work.lost", Count;
    /// Nothing of that would be lost.
    WorkClean = "work.clean", Flag;
    /// Names of what would be lost, at most ten.
    WorkNames = "work.names", List;
    /// A command that does the same and first puts aside what would be lost.
    WorkSafer = "work.safer", Text;
    /// The command itself, as it would be typed again.
    WorkAgain = "work.again", Text;
    /// Entries of the stash that would be dropped.
    StashEntries = "stash.entries", Count;
    /// What the entry holds is in the files already, as it is after `git stash apply`.
    StashApplied = "stash.applied", Flag;
    /// Commits that would be written anew and are on the remote already.
    RewrittenPushed = "rewritten.pushed", Count;
    /// Commits that nothing would hold any more.
    HistoryLost = "history.lost", Count;
    /// A whole hosted repository: `owner/name`.
    Repository = "repository", Text;

    // ── data that leaves ──
    /// The receiver as a person would name it: `api.acme.com`, `s3://backup`, `a gist`.
    Sink = "sink", Text;
    /// Host that would receive the data, without port; empty when it could not be read.
    SinkHost = "sink.host", Text;
    /// How it leaves: `http`, `copy`, `shell`, `bucket`, `paste`, `socket`, `mail`, or kept for others to read:
    /// `commit`, `image`, `package`, `config` (settings that others can read).
    SinkKind = "sink.kind", Text;
    /// The receiver is this machine (loopback).
    SinkLoopback = "sink.loopback", Flag;
    /// It would cross a public network without encryption.
    SinkPlain = "sink.plain", Flag;
    /// The receiver is the service that issued the secret, in the place where that service expects it.
    SinkOwner = "sink.owner", Flag;
    /// The receiver is listed as trusted by the user or the team.
    SinkTrusted = "sink.trusted", Flag;
    /// Where the data comes from: `env-file`, `key-file`, `credential-file`, `environment` (all variables),
    /// `variable` (one), `token-command`, `literal` (a token in the line), `password` (typed to log in),
    /// `database` (a dump), `clipboard`, `home` (all of it), `history` (of a
    /// repository), `file`.
    SourceKind = "source.kind", Text;
    /// Path, variable or command that the data comes from.
    Source = "source", Text;
    /// Where in the request it stands: `header`, `auth`, `query`, `field` (one among others), `body` (all of it),
    /// `upload` (a file).
    SourcePlace = "source.place", Text;
    /// Files below a directory that would be sent with it and hold secrets, at most five.
    SourceFiles = "source.files", List;
    /// The data holds a secret, by its content.
    SourceSecret = "source.secret", Flag;
    /// What kinds of secret it holds: `GitHub token`, `private key`…
    SecretKind = "secret.kind", List;

    // ── databases ──
    /// The program that would act: `alembic`, `psql`…
    Tool = "tool", Text;
    /// What it would do: `migrate`, `migrate-dev`, `rollback`, `stamp`, `restore`, `script` (not read), `schema`,
    /// `reset`, `drop`, `drop-column`, `truncate`, `delete`, `delete-all`, `update-all`,
    /// `rebuild`, `configure`, `shutdown`.
    Operation = "operation", Text;
    /// What it would do it to: a table, a database, a revision.
    Object = "object", Text;
    /// A command that shows what would be done, or saves what would be lost, and changes nothing.
    Preview = "preview", Text;
    /// `local`, `development`, `staging`, `production`, `unknown` where one is named that says nothing of itself,
    /// `assumed` where nothing names one and the program then takes this machine's, or `none` where nothing names
    /// one.
    TargetClass = "target.class", Text;
    /// The tables that would be hit hold no row; known for SQLite only.
    TargetEmpty = "target.empty", Flag;
    /// Migrations of the project that wait (or the newest, where nothing says which have run) and drop tables,
    /// columns or rows.
    MigrationLoses = "migration.loses", List;
    /// The database is on another machine.
    TargetRemote = "target.remote", Flag;
    /// Name of the environment that the command works in: `production`, `test`.
    TargetEnvironment = "target.environment", Text;
    /// The database as a person would name it, without password: `postgresql://app@db.prod/app`.
    Target = "target", Text;
    /// The one word by which a person knows the target: host, place, database or environment.
    TargetName = "target.name", Text;
    /// Host of the database, empty for a file or a local socket.
    TargetHost = "target.host", Text;
    /// Where the target was read: `.env: DATABASE_URL`, `--url`, `environment: PGHOST`.
    TargetSource = "target.source", Text;

    // ── code ──
    /// How the code gets here: `download`, `connection` (a socket, the DNS), `decoded`, `package`, `manifest`,
    /// `inline` (a part of the line in another language), `reverse-shell`, `inserted` (by a variable of the environment).
    CodeOrigin = "code.origin", Text;
    /// Where it comes from, as a person would name it: an address, a decoder, a peer.
    CodeSource = "code.source", Text;
    /// Host of the address, without port; empty where it is only known when the line runs.
    CodeHost = "code.host", Text;
    /// Encrypted and checked on its way: https, without `-k`.
    CodeSecure = "code.secure", Flag;
    /// The address under which a project of repute offers its own installer.
    CodePublisher = "code.publisher", Flag;
    /// The host keeps code under the names of those who wrote it: a forge, a package registry.
    CodeForge = "code.forge", Flag;
    /// The host lies in a private network.
    CodeNear = "code.near", Flag;
    /// The host is this machine.
    CodeLoopback = "code.loopback", Flag;
    /// The program that would run it: `bash`, `python3`.
    CodeRunner = "code.runner", Text;
    /// It would run as root.
    CodePrivileged = "code.privileged", Flag;

    // ── safeguards ──
    /// What would be weakened: `git-hooks` (passed over or removed), `git-hooks-off` (for good), `tls`, `history`,
    /// `firewall`, `audit`, `access-control`, `system-integrity`, `quarantine`, `kernel`, `sudo`, `setuid`,
    /// `account-file`, `admin-group`, `ssh-keys`, `ssh-server`, `shell-start`, `branch-protection`,
    /// `repository-visibility`, `ci-secret`, `public-access`, `network-rule`, `deletion-protection`,
    /// `cluster-admin`, `admission`, `encryption`, `container`, `sandbox`, `signature`, `backup`, `code-check`, `watch`,
    /// `alert`, `login`, `agent`, `socket`, `look-alike`, `forestall`.
    Safeguard = "safeguard", Text;
    /// How, in the words of the line: `--no-verify`, `http.sslVerify=false`.
    SafeguardHow = "safeguard.how", Text;
    /// Of what: a file, a repository, a bucket, a user.
    SafeguardObject = "safeguard.object", Text;
    /// Whether the safeguard is in place here: such hooks are installed.
    SafeguardPresent = "safeguard.present", Flag;
    /// The git hooks that would be passed over, as found here.
    SafeguardHooks = "safeguard.hooks", List;

    // ── files and disks ──
    /// The path as it was typed; several, one after the other.
    Path = "path", Text;
    /// What would be done with it: `empty`, `output`, `replace` (`cat a > b`), `copy`, `move`, `link`, `unpack`, `swallow` (moved to
    /// /dev/null), `mirror` (rsync --delete), `shred`, `purge` (of the trash, of backups), `format`, `wipe`,
    /// `partition`, `reshape`, `write`.
    PathAct = "path.act", Text;
    /// Where it lies, by its name: `root`, `home`, `system`, `system-file`, `device`, `unset` (one of these where a
    /// variable is empty), `git` (the memory of a repository), `above` (an ancestor of the current directory),
    /// `here` (all that is in it), `known` (where people keep what exists nowhere else), `remote`, `other`.
    PathPlace = "path.place", Text;
    /// How much the words reach: `named` (files one by one), `pattern`, `search` (what find finds), `tree`.
    PathScope = "path.scope", Text;
    /// Mode that it would get: `world` (everyone may write), `exposed` (others may read), `closed`, `flat` (one mode
    /// for files and directories), `some`, `owner`, `fixed`.
    PathMode = "path.mode", Text;
    /// By its name it holds a secret.
    PathSecret = "path.secret", Flag;
    /// It lies below the current directory or the home.
    PathNear = "path.near", Flag;
    /// The file is also read by the command that replaces it.
    PathInput = "path.input", Flag;
    /// There is such a file or directory.
    PathExists = "path.exists", Flag;
    /// Files of a repository with changes that no commit holds.
    PathChanged = "path.changed", Count;
    /// Files in a repository that git does not have and does not ignore, but for generated ones.
    PathUntracked = "path.untracked", Count;
    /// Files outside of any repository, but for empty and generated ones.
    PathOutside = "path.outside", Count;
    /// Files that git ignores or does not see, with secrets or a database in them by their names.
    PathPrecious = "path.precious", Count;
    /// Files that people write by hand, as their names say, among those that no commit holds.
    PathWritten = "path.written", Count;
    /// Commits of repositories in it that no remote has, and stash entries.
    PathUnpushed = "path.unpushed", Count;
    /// All of that together.
    PathLost = "path.lost", Count;
    /// Names of what would be lost, at most five.
    PathNames = "path.names", List;
    /// It is there, and all that is in it can be had again.
    PathRecoverable = "path.recoverable", Flag;
    /// What `echo` or `printf` writes is less than half of what the file holds, as where `>>` was meant.
    PathShrinks = "path.shrinks", Flag;
    /// Files among them that git ignores, that people write by hand as their names say, and that were changed within
    /// the last hour.
    PathFresh = "path.fresh", Count;
    /// Lines of the files among them that git does not have and that people write by hand, of the first two.
    PathLines = "path.lines", Count;
    /// Size of what no commit holds and no program makes again, ignored files too, in megabytes (1,000,000 bytes).
    PathMegabytes = "path.megabytes", Count;
    /// The directory that it really lies in, where a link leads out of the one that is named.
    PathElsewhere = "path.elsewhere", Text;
    /// Where other file systems are mounted, on it or below it.
    PathMounts = "path.mounts", List;
    /// It is there, but what would be lost is not known: git gave no answer, a directory cannot be read, there is more
    /// than can be looked at.
    PathUnanswered = "path.unanswered", Flag;
    /// A file system on the device is in use.
    PathMounted = "path.mounted", Flag;

    // ── infrastructure ──
    /// The command in a few words: `kubectl delete`, `reboot`.
    InfraCommand = "infra.command", Text;
    /// What kind of thing is hit: `namespace`, `volume`, `stack`, `instances`…
    InfraKind = "infra.kind", Text;
    /// How much one command hits: `one`, `many` (several, or what a list gives) or `all`.
    InfraScope = "infra.scope", Text;
    /// What is gone afterwards: `store` (data that people keep there, on their own machine too), `data` (what is
    /// stored there, a whole environment), `resource` (must be made again), `workload` (is started again).
    InfraLoss = "infra.loss", Text;
    /// The command shows what it would do and asks before it does it.
    InfraAsks = "infra.asks", Flag;
    /// There is nothing that would be destroyed: a state without resources, a compose file without volumes.
    InfraEmpty = "infra.empty", Flag;
    /// The service that would stop.
    ServiceName = "service.name", Text;
    /// Much depends on the service: a database, a web server, a container engine.
    ServiceCritical = "service.critical", Flag;
    /// The service is a way into the machine: ssh, the network, the machine itself.
    ServiceWayIn = "service.way-in", Flag;
    /// The place that a command acts on, as a person would name it: `cluster context prod-eu`.
    Context = "context", Text;
    /// The one word by which a person knows the place: context, profile, workspace, host name.
    ContextName = "context.name", Text;
    /// `production`, `staging`, `development`, `local` (this machine), `unknown` where one is named that says
    /// nothing of itself, or `none` where nothing names one.
    ContextClass = "context.class", Text;
    /// Where that was read: `--context`, `AWS_PROFILE`, `~/.kube/config: current-context`.
    ContextSource = "context.source", Text;
    /// It is another machine or a shared service, or this machine is used over SSH.
    ContextRemote = "context.remote", Flag;
    /// The command runs as root.
    ContextRoot = "context.root", Flag;
}
