//! The names of the consequences that rules speak about.
//!
//! Compiled twice, like `fact/key.rs`: into the library and into `build.rs`.

macro_rules! kinds {
    ($( $(#[doc = $doc:literal])+ $variant:ident = $name:literal; )*) => {
        /// What kind of consequence an effect is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EffectKind { $( $(#[doc = $doc])+ $variant, )* }

        impl EffectKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [EffectKind] = &[ $( EffectKind::$variant, )* ];

            /// The name used in rule files and in JSON output.
            pub fn name(self) -> &'static str { match self { $( EffectKind::$variant => $name, )* } }

            /// The name of the enum variant, which `build.rs` writes into the compiled table.
            pub fn variant(self) -> &'static str {
                match self { $( EffectKind::$variant => stringify!($variant), )* }
            }

            /// One sentence for `forestall explain` and the documentation.
            pub fn about(self) -> &'static str { match self { $( EffectKind::$variant => concat!($($doc),+), )* } }

            /// The kind with this name.
            pub fn from_name(name: &str) -> Option<EffectKind> {
                match name { $( $name => Some(EffectKind::$variant), )* _ => None }
            }
        }
    };
}

kinds! {
    /// A branch, tag or other ref is deleted, here or on a remote.
    RefDelete = "ref.delete";
    /// A ref is moved to a commit that does not contain the old one.
    RefOverwrite = "ref.overwrite";
    /// Work that no commit holds is thrown away: changes, untracked files, stash entries.
    WorkDiscard = "work.discard";
    /// Commits are written anew, so that those of other clones no longer fit.
    HistoryRewrite = "history.rewrite";
    /// Commits that only git's memory of the past holds are let go.
    HistoryExpire = "history.expire";
    /// A whole hosted repository is deleted.
    RepositoryDelete = "repository.delete";
    /// Something kept on a code host is deleted, switched off or made public: a release, a secret, a whole
    /// repository's visibility.
    HostingChange = "hosting.change";
    /// Data leaves this machine.
    DataSend = "data.send";
    /// The schema of a database is changed by a migration or a statement.
    SchemaChange = "schema.change";
    /// Rows, tables, keys or whole databases are destroyed.
    DataDestroy = "data.destroy";
    /// Code runs that nobody here has read.
    CodeRun = "code.run";
    /// A safeguard is taken away or passed over: hooks, checks of certificates, a firewall, a protected setting.
    SafeguardWeaken = "safeguard.weaken";
    /// Infrastructure is destroyed: clusters, volumes, machines, environments.
    InfraDestroy = "infra.destroy";
    /// Infrastructure is changed: an apply, an upgrade, a playbook.
    InfraChange = "infra.change";
    /// A service, a machine or what protects it stops.
    ServiceStop = "service.stop";
    /// Files or directories are deleted.
    PathDelete = "path.delete";
    /// The content of a file is replaced.
    PathOverwrite = "path.overwrite";
    /// Who may read, write or run files changes.
    PathPermissions = "path.permissions";
    /// A disk, a partition or an image of one is written over.
    DiskOverwrite = "disk.overwrite";
    /// A program runs that a rule of your own names by its command.
    CommandRun = "command.run";
    /// Nothing: stands in for a danger when `forestall doctor` tests a shell.
    SelfTest = "self.test";
}
