//! Programs that nobody here knows: the words by which every tool calls it when it destroys or puts something in
//! place of what runs, and the words that make that serious.

use super::table::{is_flag, is_switch, only_shows, say, say_attached};
use super::{Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope};
use crate::syntax::Word;

/// What a word says is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    /// Something is gone for good.
    Destroy,
    /// Something is taken away, or stops.
    Take,
    /// Something is put in place of what runs.
    Deploy,
}

fn verb_of(part: &str) -> Option<Verb> {
    Some(match part {
        "delete" | "destroy" | "purge" | "wipe" | "terminate" | "nuke" | "teardown" | "drop" | "erase"
        | "decommission" | "deregister" | "obliterate" | "zap" | "expunge" | "undeploy" | "dismiss"
        | "deprovision" => Verb::Destroy,
        "del" | "remove" | "rm" | "reset" | "clear" | "flush" | "revoke" | "disable" | "drain" | "cancel"
        | "stop" | "kill" | "evict" | "detach" | "unset" | "shutdown" | "suspend" | "deactivate"
        | "uninstall" | "unregister" | "cleanup" | "truncate" | "down" => Verb::Take,
        "deploy" | "redeploy" | "release" | "promote" | "rollback" | "rollout" | "ship" | "converge"
        | "cutover" | "publish" | "failover" => Verb::Deploy,
        _ => return None,
    })
}

/// The verb of a word, which stands at one of its ends: `delete-cluster`, `env:destroy`, `remove_all`.
fn verb_in(word: &str) -> Option<Verb> {
    if word.len() > 40 || word.bytes().any(|byte| !(byte.is_ascii_alphanumeric() || b"-_:".contains(&byte))) {
        return None;
    }
    // `DeleteKeyspace`
    let camel = word.bytes().skip(1).position(|byte| byte.is_ascii_uppercase());
    if let Some(end) = camel
        && word.as_bytes()[0].is_ascii_uppercase()
        && let Some(verb) = verb_of(&word[..=end].to_ascii_lowercase())
    {
        return Some(verb);
    }
    let mut parts = word.split(['-', '_', ':']);
    if parts.clone().any(looks) {
        return None;
    }
    // `deploy-prod`, `prod-deploy`, `app:deploy:eu`.
    verb_of(parts.next()?)
        .or_else(|| verb_of(parts.next_back()?))
        .or_else(|| verb_of(word.split(':').nth(1)?))
}

/// The verb of a program as PowerShell names them.
fn cmdlet_verb(name: &str) -> Option<Verb> {
    const VERBS: &str = "Remove Clear Format Reset Uninstall Unregister Revoke Disable Stop Restart Dismount";
    let (verb, _) = name.split_once('-')?;
    VERBS.split_ascii_whitespace().any(|known| known == verb).then_some(Verb::Take)
}

/// Whether what is taken does not come back when it is switched on again.
fn takes_for_good(text: &str) -> bool {
    const WORDS: &str = "del reset revoke unregister evict detach clear flush truncate remove";
    let known = |part: &str| WORDS.split_ascii_whitespace().any(|word| part.eq_ignore_ascii_case(word));
    text.split(['-', '_', ':']).any(known)
}

/// Whether a word is, or has in it, what holds the work of many or serves them.
fn holds_much(word: &str) -> bool {
    const NOUNS: &str = "cluster tenant project org organization account user team namespace database db bucket volume \
            disk server host node instance vm machine environment app application service stack zone domain queue topic \
            stream index snapshot backup repository registry site keyspace shard pool partition filesystem fs network \
            realm subscription deployment pipeline collection dataset schema vault secret device fleet region member \
            replica broker customer store droplet datacenter vcluster release record";
    let known = |part: &str| {
        let part = part.to_ascii_lowercase();
        let one = part.strip_suffix("es").filter(|one| one.ends_with("ic") || one.ends_with('x'));
        let one = one.or(part.strip_suffix('s')).unwrap_or(&part);
        NOUNS
            .split_ascii_whitespace()
            .any(|noun| noun == one || noun == part || part == format!("delete{noun}"))
    };
    word.split(['-', '_', ':', '/']).any(known)
}

/// Words after which nothing is done but looked at, written down or tried.
fn looks(word: &str) -> bool {
    matches!(
        word,
        "get"
            | "list"
            | "ls"
            | "show"
            | "describe"
            | "status"
            | "view"
            | "log"
            | "logs"
            | "check"
            | "test"
            | "lint"
            | "plan"
            | "diff"
            | "validate"
            | "explain"
            | "help"
            | "info"
            | "inspect"
            | "search"
            | "find"
            | "grep"
            | "open"
            | "edit"
            | "create"
            | "add"
            | "new"
            | "init"
            | "generate"
            | "print"
            | "cat"
            | "watch"
            | "tail"
            | "version"
            | "template"
            | "render"
            | "preview"
            | "make"
            | "docs"
            | "login"
            | "auth"
            | "config"
            | "whoami"
            | "verify"
            | "dev"
            | "local"
            | "pre"
            | "can"
    )
}

/// Programs that run what a file of the project calls by this name.
fn runs_targets(program: &str) -> bool {
    matches!(
        program,
        "make"
            | "gmake"
            | "just"
            | "task"
            | "go-task"
            | "rake"
            | "rails"
            | "invoke"
            | "inv"
            | "mage"
            | "doit"
            | "grunt"
            | "gulp"
            | "nx"
            | "turbo"
            | "npm"
            | "pnpm"
            | "yarn"
            | "bun"
            | "deno"
            | "composer"
            | "mix"
            | "gradle"
            | "gradlew"
            | "mvn"
            | "mvnw"
            | "sbt"
            | "ant"
            | "hatch"
            | "poe"
            | "nox"
            | "tox"
            | "fab"
            | "lerna"
            | "rush"
            | "moon"
            | "wireit"
            | "earthly"
            | "dagger"
            | "bazel"
            | "scripty"
    )
}

/// Programs that run a script by its path.
fn runs_scripts(program: &str) -> bool {
    matches!(
        program,
        "sh" | "bash" | "zsh" | "dash" | "python" | "python3" | "ruby" | "node" | "perl" | "php"
    )
}

/// What a call would do, if its words say so.
pub(super) fn read(program: &str, call: Call<'_>, effects: &mut Vec<Effect>) {
    let all = call.invocation.args();
    let end = all.iter().position(|word| word.text() == "--").unwrap_or(all.len());
    let words = all.get(..end).unwrap_or_default();
    let targets = runs_targets(program);
    let scripts = runs_scripts(program);
    let mut said =
        words.iter().enumerate().filter(|(at, word)| !is_flag(word.text()) && !is_value(words, *at));
    // A script may go by what it does: `./deploy.sh production`, `bash scripts/teardown.sh prod`.
    let path = if scripts { said.next().map_or("", |(_, word)| word.text()) } else { program };
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem =
        [".sh", ".py", ".rb", ".js", ".bash", ".ts", ".pl"].iter().find_map(|end| name.strip_suffix(end));
    // `Remove-VM`: what PowerShell calls a program, after a verb of its own list.
    let cmdlet = name.bytes().next().is_some_and(|first| first.is_ascii_uppercase()) && name.contains('-');
    let by_name = match cmdlet {
        true => cmdlet_verb(name),
        false => verb_in(&stem.unwrap_or(name).to_ascii_lowercase()),
    };
    let mut found = by_name.map(|verb| (verb, name));
    if found.is_none() && !scripts {
        for (_, word) in said.take(3) {
            let text = word.text();
            if let Some(verb) = verb_in(text) {
                found = Some((verb, text));
                break;
            }
            if text.split([':', '-']).any(looks) {
                return;
            }
        }
    }
    // `bhyvectl --destroy`, `nrfjprog --eraseall`
    if found.is_none() && !scripts && !targets {
        found = words.iter().map(Word::text).find_map(|text| {
            let flag = text.strip_prefix("--")?;
            let first = flag.split(['-', '_', '=']).next().unwrap_or_default();
            let all = first.strip_suffix("all").unwrap_or(first);
            matches!(all, "destroy" | "erase" | "wipe" | "nuke").then_some((Verb::Destroy, text))
        });
    }
    let Some((verb, text)) = found else { return };
    // Another reader knows it: `sqlx database drop`.
    let own = call.invocation.span;
    if effects.iter().any(|effect| own.start <= effect.span.start && effect.span.end <= own.end) {
        return;
    }
    if only_shows(words) || is_other(program) && !targets && !scripts {
        return;
    }
    let text_of = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.text()));
    if (targets || scripts) && text_of(&["-n", "--dry", "--just-print", "--recon", "-h", "-c"])
        || matches!(program, "npm" | "pnpm" | "bun" | "deno" | "composer")
            && !text_of(&["run", "run-script", "task"])
        || program == "yarn" && verb != Verb::Deploy
        || words.iter().any(|word| word.text().contains("cache"))
    {
        return;
    }
    // What a script or a target of this name does is written where it stands; the name of a place is a warning.
    let open = targets || scripts || by_name.is_some() && !cmdlet;
    // `-f file`
    let ends = |at: usize| words.get(at + 1).is_none_or(|next| is_flag(next.text()));
    let surely =
        words.iter().enumerate().any(|(at, word)| is_sure(word.text()) && (word.text() != "-f" || ends(at)));
    let every = text_of(&["--all", "all", "ALL", "*", "--everything", "--hard", "--cascade"])
        || text.split(['-', '_']).any(|part| part == "all");
    let far = words.iter().any(|word| {
        let flag = word.text().split('=').next().unwrap_or_default();
        matches!(flag, "--host" | "--server" | "--endpoint" | "--url" | "--remote" | "--cluster" | "--api")
    });
    let names = || words.iter().map(Word::text).filter(|text| !is_flag(text));
    let stops = name.starts_with("Stop-") || name.starts_with("Restart-");
    let for_good = match verb {
        Verb::Deploy => false,
        _ if open => false,
        _ if cmdlet => !stops || surely,
        Verb::Destroy => {
            text.starts_with('-')
                || surely
                || every
                || far
                || holds_much(text)
                || holds_much(program)
                || names().take(4).any(holds_much)
        }
        Verb::Take => surely && (every || takes_for_good(text)),
    };
    let deed = match verb {
        Verb::Deploy => Deed::change(text, "what runs"),
        _ if for_good => Deed::destroy(text, "object").loss(Loss::Data),
        _ => Deed::destroy(text, "object").loss(Loss::Workload),
    };
    let mut target = ContextTarget::of(call, Platform::Server(""));
    for (at, word) in words.iter().enumerate().filter(|(at, _)| is_value(words, *at)) {
        say(&mut target, words[at - 1].text().trim_start_matches('-'), word.text());
    }
    say_attached(&mut target, words);
    let plain =
        || words.iter().enumerate().filter(|(at, word)| !is_flag(word.text()) && !is_value(words, *at));
    let behind = plain().find(|(_, word)| word.text() == text).map_or(0, |(at, _)| at + 1);
    // `cap production deploy`: what stands before the verb may only warn.
    plain().take_while(|(at, _)| *at + 1 < behind).for_each(|(_, word)| {
        target.say(Part::Hint, "argument", word.text());
    });
    let names = plain().filter(|(at, _)| *at >= behind).map(|(_, word)| word);
    target.act_on(names.clone());
    // `deploy .#prod`
    names.clone().filter_map(|word| word.text().split_once('#')).for_each(|(_, part)| {
        target.say(Part::Inside, "argument", part);
    });
    target.say(Part::Inside, "argument", text);
    let deed = deed.named(names);
    let deed = if every && !open { deed.scope(Scope::All) } else { deed };
    deed.add(call, effects, target);
}

/// Whether the word at this place is the value of the flag before it.
fn is_value(words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", Word::text);
    is_flag(before)
        && !before.contains('=')
        && !is_switch(before.trim_start_matches('-'))
        && !is_sure(before)
        && words.get(at).is_some_and(|word| !is_flag(word.text()))
}

/// Flags after which no tool asks any more, or leaves nothing.
fn is_sure(flag: &str) -> bool {
    matches!(
        flag,
        "--yes"
            | "-y"
            | "--force"
            | "-f"
            | "--all"
            | "--auto-approve"
            | "--confirm"
            | "--no-confirm"
            | "--noconfirm"
            | "--non-interactive"
            | "--no-interaction"
            | "--no-prompt"
            | "--no-prompts"
            | "--assume-yes"
            | "--skip-confirmation"
            | "--hard"
            | "--recursive"
            | "--cascade"
            | "--purge"
            | "--permanent"
            | "--everything"
            | "--batch"
            | "-noprompt"
            | "--do-it"
            | "-Force"
            | "-ComputerName"
            | "--approve"
            | "--auto-confirm"
            | "--prod"
            | "--production"
    ) || flag.starts_with("-Confirm")
        || flag.starts_with("--yes-i")
        || flag.starts_with("--i-")
}

/// What runs the words of others, searches for them, shows them or acts on files and packages of this machine.
fn is_other(program: &str) -> bool {
    // What a shell does itself.
    const SHELL: &str = "bind bindkey abbr functions complete builtin command emit string zle autoload zmodload \
            compdef shopt setopt unsetopt status contains count path argparse hash disown jobs dirs \
            popd pushd ulimit umask fisher omf echo printf type alias history cd test [ export set \
            unset read trap eval exec source . select case for kill";
    // Packages, and tools that are put in place for a project.
    const PACKAGES: &str = "cargo go pip pip3 pipx uv poetry pdm rye conda mamba micromamba pixi asdf mise rustup \
            pyenv rbenv nodenv nvm fnm volta sdk sdkmanager choco scoop winget mas conan vcpkg \
            bundle gem brew apt dnf snap nala opkg tlmgr opam nimble spack nix nix-env raco pkgin \
            swupd paru yay pamac npx pnpx bunx module";
    // What has a reader elsewhere.
    const READ: &str = "git gh glab hg svn jj ssh scp rsync curl wget pre-commit husky lefthook psql mysql \
            sqlite3 mongosh redis-cli artisan mikro-orm knex prisma typeorm sequelize drizzle-kit \
            alembic flyway liquibase goose dbmate migrate";
    // Editors and terminals.
    const EDITORS: &str = "vim vi nvim nano emacs code cursor subl tmux zellij byobu screen kitty wezterm";
    // What runs on this desk alone.
    const DESK: &str = "kind minikube k3d colima buildah limactl multipass xcrun simctl avdmanager emulator adb flutter \
            dart ollama llm mutagen direnv chezmoi stow defaults";
    // Commands of PowerShell on its own session.
    const SESSION: &str = "Remove-Item Remove-Module Remove-Variable Remove-Job Remove-PSSession Remove-PSDrive \
            Clear-Host Clear-Variable Clear-Content Stop-Process Stop-Job Format-Table Format-List \
            Format-Wide Format-Hex Clear-History Remove-Alias Remove-NodeVersion Clear-RecycleBin";
    // What shows, searches, writes down or acts on files.
    const FILES: &str = "grep egrep fgrep rg ag ack man tldr help which whereis cat less head tail ls find fd \
            locate sed awk sort uniq tr cut wc diff comm tee touch mkdir cp mv rm ln info apropos \
            say dict jrnl notify-send logger open xdg-open dig ping host task-warrior todo.sh todo \
            makoctl gifsicle id3v2 dvc timew watson bat jq yq fzf clear reset stop release cancel \
            disable drop flush";
    [SHELL, PACKAGES, READ, EDITORS, DESK, SESSION, FILES]
        .iter()
        .any(|group| group.split_ascii_whitespace().any(|known| known == program))
}
