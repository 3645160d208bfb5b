//! Takes runners off a call: `npx`, `bundle exec`, `poetry run`, `python -m`, `docker compose exec`,
//! `kubectl exec`… What they run counts, and the environment they run it in.

use super::args::Args;
use super::{Assignment, Dir, HOLE, Host, Invocation, Span, Word};

/// What a runner runs.
pub(super) struct Run {
    /// The call inside.
    pub inner: Invocation,
    /// The runner itself is worth a look too, since it reaches another machine.
    pub keep: bool,
}

/// The call that a runner makes; `None` where the program is no runner, or runs nothing.
pub(super) fn peel(invocation: &Invocation) -> Option<Run> {
    let words = invocation.args();
    match invocation.program() {
        "npx" | "pnpx" | "bunx" => package(invocation, words, "npx"),
        "npm" => match first(words, NPM)? {
            ("exec" | "x", rest) => package(invocation, rest, "npm exec"),
            _ => None,
        },
        program @ ("yarn" | "pnpm" | "bun") => script_or_package(invocation, program, words),
        "bundle" | "bundler" => match first(words, "")? {
            ("exec", rest) => local(invocation, rest, "", "bundle exec"),
            _ => None,
        },
        program @ ("poetry" | "pipenv" | "pdm" | "hatch" | "rye" | "pixi" | "uv" | "conda" | "pipx"
        | "mise" | "asdf") => python_runner(invocation, program, words),
        "uvx" => package(invocation, words, "uvx"),
        program
            if program == "python"
                || program == "py"
                || program.starts_with("python3")
                || program == "python2" =>
        {
            python(invocation, words)
        }
        "php" | "ruby" | "ts-node" | "tsx" | "node" => interpreter(invocation, words),
        "dotenv" | "dotenvx" | "env-cmd" => env_file(invocation, words),
        "cross-env" | "cross-env-shell" => local(invocation, words, "", "cross-env"),
        "doppler" | "infisical" | "op" | "chamber" | "vault" | "aws-vault" | "teller" | "envchain" => {
            vault(invocation, words)
        }
        program @ ("docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose") => {
            container(invocation, program, words)
        }
        "kubectl" | "oc" | "k" => cluster(invocation, words),
        "cmake" => commands_of_cmake(invocation, words),
        "shx" => local(invocation, words, "", "shx"),
        // zsh's own, after `zmodload zsh/files`.
        program if program.starts_with("zf_") => {
            let mut words = invocation.words.clone();
            words[0] = Word { text: program["zf_".len()..].to_owned(), ..words[0].clone() };
            inner(invocation, words, "zsh/files")
        }
        "heroku" | "fly" | "flyctl" | "railway" | "sail" | "ddev" | "lando" => platform(invocation, words),
        _ => None,
    }
}

pub(super) const NPM: &str = "prefix= w,workspace= C=";

/// The first operand and what follows it.
fn first<'a>(words: &'a [Word], options: &'static str) -> Option<(&'a str, &'a [Word])> {
    let args = Args::read(words, options, true);
    let word = args.operands().first()?;
    Some((word.text(), after(words, word)))
}

/// What follows a word.
pub(super) fn after<'a>(words: &'a [Word], word: &Word) -> &'a [Word] {
    let at = words.iter().position(|known| std::ptr::eq(known, word)).map_or(words.len(), |at| at + 1);
    words.get(at..).unwrap_or_default()
}

/// The call that begins with the first operand.
fn local(around: &Invocation, words: &[Word], options: &'static str, via: &'static str) -> Option<Run> {
    let args = Args::read(words, options, true);
    let operands: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
    inner(around, operands, via)
}

fn inner(around: &Invocation, mut words: Vec<Word>, via: &'static str) -> Option<Run> {
    let mut assignments = around.assignments.clone();
    while let Some((name, value)) = words.first().and_then(assignment) {
        let span = words[0].span;
        assignments.push(Assignment { name, value: Word::literal(value, span) });
        words.remove(0);
    }
    if words.is_empty() {
        return None;
    }
    let mut wrappers = around.via.clone();
    wrappers.push(via);
    let inner = Invocation { words, assignments, via: wrappers, ..around.clone() };
    Some(Run { inner, keep: false })
}

/// `cmake -E rm -rf dir`, `cmake -E remove_directory dir`, `cmake -E env A=b command`.
fn commands_of_cmake(around: &Invocation, words: &[Word]) -> Option<Run> {
    let [flag, verb, rest @ ..] = words else { return None };
    let program: &[&str] = match (flag.text(), verb.text()) {
        ("-E", "rm") => &["rm"],
        ("-E", "remove") => &["rm", "-f"],
        ("-E", "remove_directory") => &["rm", "-rf"],
        ("-E", "env" | "time") => &[],
        _ => return None,
    };
    let named = program.iter().map(|text| Word::literal(*text, verb.span));
    inner(around, named.chain(rest.iter().cloned()).collect(), "cmake -E")
}

/// `NAME=value`.
fn assignment(word: &Word) -> Option<(String, String)> {
    let (name, value) = word.text().split_once('=')?;
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let named = name.chars().all(letters) && name.starts_with(|c: char| !c.is_ascii_digit());
    (named && !name.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

fn set(run: &mut Invocation, name: &str, value: &str, span: Span) {
    run.assignments.push(Assignment { name: name.to_owned(), value: Word::literal(value, span) });
}

/// `npx prisma@5 migrate deploy`: the name of the program without its version.
fn package(around: &Invocation, words: &[Word], via: &'static str) -> Option<Run> {
    const OPTIONS: &str = "p,package= c,call= w,workspace= from= with= python=";
    let mut run = local(around, words, OPTIONS, via)?;
    // `uvx --from git+https://… tool`: from where it comes is told to the runner.
    let places = ["git+", "https:", "github:", "gitlab:", "bitbucket:", "gist:"];
    run.keep = words.iter().any(|word| places.iter().any(|place| word.text().starts_with(place)));
    unversioned(&mut run.inner);
    Some(run)
}

fn unversioned(inner: &mut Invocation) {
    if let Some(program) = inner.words.first_mut()
        && let Some((name, _)) = program.text().get(1..).and_then(|rest| rest.split_once('@'))
    {
        let bare = format!("{}{name}", &program.text()[..1]);
        *program = Word { text: bare, ..program.clone() };
    }
}

/// `yarn prisma …`, `pnpm exec prisma …`, `pnpm dlx prisma@5 …`, `bun run prisma …`.
fn script_or_package(around: &Invocation, program: &str, words: &[Word]) -> Option<Run> {
    const OPTIONS: &str = "C,dir= F,filter= cwd= env-file=";
    // `bun -e 'code'`
    if program == "bun" && words.iter().any(|word| matches!(word.text(), "-e" | "--eval" | "-p" | "--print"))
    {
        return None;
    }
    let (via, own): (&'static str, &[&str]) = match program {
        "yarn" => (
            "yarn",
            &[
                "add",
                "install",
                "remove",
                "up",
                "upgrade",
                "why",
                "info",
                "init",
                "config",
                "cache",
                "link",
                "unlink",
                "pack",
                "publish",
                "login",
                "global",
                "workspaces",
                "plugin",
                "set",
                "version",
                "npm",
                "audit",
                "outdated",
                "list",
                "create",
                "test",
                "start",
                "build",
                "lint",
            ],
        ),
        "pnpm" => (
            "pnpm",
            &[
                "add", "install", "i", "remove", "rm", "update", "up", "why", "init", "config", "store",
                "link", "unlink", "pack", "publish", "login", "audit", "outdated", "list", "ls", "create",
                "test", "start", "build", "lint", "import", "patch", "rebuild", "prune", "fetch", "deploy",
                "env",
            ],
        ),
        _ => (
            "bun",
            &[
                "add", "install", "i", "remove", "rm", "update", "upgrade", "init", "link", "unlink", "pm",
                "create", "test", "build", "publish", "outdated", "audit", "patch", "start", "lint",
            ],
        ),
    };
    let args = Args::read(words, OPTIONS, true);
    let word = args.operands().first()?;
    let rest = after(words, word);
    let mut run = match word.text() {
        "exec" | "dlx" | "run" | "x" => package(around, rest, via)?,
        "workspace" if program == "yarn" => local(around, rest.get(1..)?, "", via)?,
        name if own.contains(&name) => return None,
        _ => local(around, words, OPTIONS, via)?,
    };
    if let Some(dir) = args.value("dir").or(args.value("cwd")) {
        run.inner.dir = enter(&around.dir, dir);
    }
    if let Some(flag) = args.flag("env-file").and_then(|flag| flag.value.map(|value| (value, flag.word.span)))
    {
        run.inner.env_files.push(Word::literal(flag.0, flag.1));
    }
    Some(run)
}

pub(super) fn enter(dir: &Dir, path: &str) -> Dir {
    match dir {
        _ if path.contains(HOLE) => Dir::Unknown,
        Dir::At(base) if !path.starts_with(['/', '~']) => Dir::At(format!("{base}/{path}")),
        Dir::Unknown if !path.starts_with(['/', '~']) => Dir::Unknown,
        _ => Dir::At(path.to_owned()),
    }
}

/// `poetry run`, `uv run`, `conda run -n env`, `mise exec --`…
fn python_runner(around: &Invocation, program: &str, words: &[Word]) -> Option<Run> {
    const OUTER: &str = "C,directory= P,project= e,env= p=";
    const INNER: &str = "n,name= p,python= m,module= with= extra= group= env-file= directory= project= package= \
        e,environment= spec=";
    let args = Args::read(words, OUTER, true);
    let word = args.operands().first()?;
    let rest = after(words, word);
    let via = match (program, word.text()) {
        ("uv", "run") => "uv run",
        ("mise" | "asdf", "exec" | "x") => "mise exec",
        (_, "run") => "run",
        _ => return None,
    };
    let options = Args::read(rest, INNER, true);
    let mut words: Vec<Word> = options.operands().iter().map(|word| (*word).clone()).collect();
    if let Some(flag) = options.flag("module").filter(|_| program == "uv") {
        words.insert(0, flag.word.clone());
    }
    let mut run = inner(around, words, via)?;
    run.keep = program == "pipx" && rest.iter().any(|word| word.text().contains("://"));
    if let Some(dir) = args.value("directory").or(options.value("directory")) {
        run.inner.dir = enter(&around.dir, dir);
    }
    for flag in options.all("env-file") {
        run.inner.env_files.push(Word::literal(flag.value.unwrap_or_default(), flag.word.span));
    }
    Some(run)
}

/// `python -m alembic …`, `python manage.py …`.
fn python(around: &Invocation, words: &[Word]) -> Option<Run> {
    let mut rest = words;
    while let [word, tail @ ..] = rest {
        match word.text() {
            "-m" => return inner(around, tail.to_vec(), "python -m"),
            "-W" | "-X" => rest = tail.get(1..)?,
            "-c" | "-" => return None,
            flag if flag.starts_with('-') => rest = tail,
            script if is_entry(script) => return inner(around, rest.to_vec(), "python"),
            _ => return None,
        }
    }
    None
}

/// `php artisan …`, `ruby bin/rails …`, `node ace …`, `ts-node node_modules/.bin/typeorm …`.
fn interpreter(around: &Invocation, words: &[Word]) -> Option<Run> {
    const OPTIONS: &str = "r,require= d= env-file=";
    let args = Args::read(words, OPTIONS, true);
    let script = args.operands().first()?;
    if !is_entry(script.text()) {
        return None;
    }
    let mut words: Vec<Word> = args.operands().iter().map(|word| (*word).clone()).collect();
    // A package's own `cli.js` or `build/index.js` goes by the package's name.
    if let Some((_, inside)) = script.text().split_once("node_modules/")
        && !inside.starts_with(".bin/")
    {
        let name = inside.split('/').next().unwrap_or(inside).to_owned();
        words[0] = Word { text: name, ..words[0].clone() };
    }
    let mut run = inner(around, words, "interpreter")?;
    for flag in args.all("env-file") {
        run.inner.env_files.push(Word::literal(flag.value.unwrap_or_default(), flag.word.span));
    }
    Some(run)
}

/// Scripts that are programs in their own right.
fn is_entry(script: &str) -> bool {
    let name = script.rsplit('/').next().unwrap_or(script);
    script.contains("node_modules/")
        || script.contains("vendor/bin/")
        || matches!(
            name,
            "manage.py"
                | "artisan"
                | "rails"
                | "rake"
                | "ace"
                | "ace.js"
                | "yii"
                | "spark"
                | "craft"
                | "occ"
                | "typo3"
                | "magento"
                | "moosh"
        )
        || script.ends_with("bin/console")
}

/// `dotenv -e .env.production -- command`, `dotenv -f .env run command`, `env-cmd -f file command`.
fn env_file(around: &Invocation, words: &[Word]) -> Option<Run> {
    const OPTIONS: &str = "e,env= f,env-file= file= p= c= v=";
    let args = Args::read(words, OPTIONS, true);
    let operands = args.operands();
    let (words, extra) = match operands.split_first() {
        Some((verb, _)) if verb.text() == "run" => {
            let rest = after(words, verb);
            let inner = Args::read(rest, OPTIONS, true);
            let words: Vec<Word> = inner.operands().iter().map(|word| (*word).clone()).collect();
            (words, Some(inner))
        }
        _ => (operands.iter().map(|word| (*word).clone()).collect(), None),
    };
    let mut run = inner(around, words, "dotenv")?;
    for args in std::iter::once(&args).chain(&extra) {
        for name in ["env", "env-file", "file"] {
            for flag in args.all(name) {
                run.inner.env_files.push(Word::literal(flag.value.unwrap_or_default(), flag.word.span));
            }
        }
        // `dotenv -c production` adds `.env.production`.
        for flag in args.all("c") {
            let file = format!(".env.{}", flag.value.unwrap_or_default());
            run.inner.env_files.push(Word::literal(file, flag.word.span));
        }
    }
    Some(run)
}

/// `doppler run -c prd -- command`, `infisical run --env=prod -- command`, `aws-vault exec prod -- command`.
fn vault(around: &Invocation, words: &[Word]) -> Option<Run> {
    const OPTIONS: &str = "c,config= p,project= e,env= env-file= path= account= d,duration=";
    let program = around.program();
    let args = Args::read(words, OPTIONS, true);
    let verb = args.operands().first()?;
    let rest = after(words, verb);
    let options = Args::read(rest, OPTIONS, true);
    let operands = options.operands();
    let separator = rest.iter().position(|word| word.text() == "--");
    let (named, words) = match verb.text() {
        "run" => (None, operands),
        // The operand names the profile or the service.
        "exec" => (operands.first(), operands.get(1..)?),
        _ if program == "envchain" => (Some(verb), operands),
        _ => return None,
    };
    let words = match separator {
        Some(at) => rest.get(at + 1..)?.to_vec(),
        None => words.iter().map(|word| (*word).clone()).collect(),
    };
    let mut run = inner(around, words, "secrets runner")?;
    let (name, value) = match program {
        "doppler" => ("DOPPLER_CONFIG", options.value("config").or(args.value("config"))),
        "infisical" => ("INFISICAL_ENVIRONMENT", options.value("env")),
        "aws-vault" => ("AWS_PROFILE", named.map(|word| word.text())),
        _ => ("ENVIRONMENT", options.value("env").or(named.map(|word| word.text()))),
    };
    if let Some(value) = value {
        set(&mut run.inner, name, value, verb.span);
    }
    for flag in args.all("env-file").chain(options.all("env-file")) {
        run.inner.env_files.push(Word::literal(flag.value.unwrap_or_default(), flag.word.span));
    }
    Some(run)
}

const DOCKER: &str = "H,host= c,context= config= l,log-level= f,file= p,project-name= project-directory= \
        profile= env-file=";

const DOCKER_RUN: &str = "e,env= u,user= w,workdir= v,volume= p,publish= l,label= h,hostname= m,memory= env-file= \
        name= network= net= mount= entrypoint= platform= link= add-host= index= pull= cpus= \
        restart= tmpfs= volumes-from= c,cpu-shares= shm-size= device= gpus= ipc= pid= userns= cap-add= cap-drop= \
        security-opt= a,attach= ulimit= log-driver= log-opt= dns= add-group= group-add= stop-signal= annotation=";

/// `docker exec name command`, `docker run image command`, `docker compose exec service command`.
fn container(around: &Invocation, program: &str, words: &[Word]) -> Option<Run> {
    let outer = Args::read(words, DOCKER, true);
    let verb = outer.operands().first()?;
    let mut rest = after(words, verb);
    let mut sub = verb.text();
    let mut options = None;
    if sub == "compose" || sub == "container" {
        let inner = Args::read(rest, DOCKER, true);
        let word = *inner.operands().first()?;
        rest = after(rest, word);
        sub = word.text();
        options = Some(inner);
    }
    let compose = options.is_some() || program.ends_with("-compose");
    if !matches!(sub, "exec" | "run") {
        return None;
    }
    let args = Args::read(rest, DOCKER_RUN, true);
    let (name, command) = args.operands().split_first()?;
    // The daemon may be another machine's.
    let daemon = outer.value("context").filter(|_| !compose).or(outer.value("host")).filter(|name| {
        !matches!(*name, "default" | "desktop-linux" | "colima" | "orbstack" | "rootless")
            && !name.starts_with("unix:")
    });
    let mut words: Vec<Word> = command.iter().map(|word| (*word).clone()).collect();
    if let Some(entry) = args.flag("entrypoint") {
        words.insert(0, Word::literal(entry.value.unwrap_or_default(), entry.word.span));
    }
    let mut run = inner(around, words, "docker")?;
    run.keep = true;
    // `-f docker-compose.prod.yml` says whose containers they are.
    let project = options.iter().chain(std::iter::once(&outer)).filter(|_| compose);
    let file = project.filter_map(|args| args.value("file")).next();
    run.inner.host = Host::Remote(match daemon.or(file) {
        Some(place) => format!("{place}/{}", name.text()),
        None => name.text().to_owned(),
    });
    if daemon.is_some() {
        run.inner.via.push("docker context");
    }
    for flag in args.all("env") {
        if let Some((name, value)) = flag.value.and_then(|value| value.split_once('=')) {
            set(&mut run.inner, name, value, flag.word.span);
        }
    }
    let files = options.iter().chain(std::iter::once(&outer)).flat_map(|args| args.all("env-file"));
    for flag in files.chain(args.all("env-file")) {
        run.inner.env_files.push(Word::literal(flag.value.unwrap_or_default(), flag.word.span));
    }
    Some(run)
}

/// `kubectl exec -n namespace pod -- command`.
fn cluster(around: &Invocation, words: &[Word]) -> Option<Run> {
    const OPTIONS: &str = "n,namespace= c,container= f,filename= context= cluster= kubeconfig= user= s,server= \
        l,selector=";
    let args = Args::read(words, OPTIONS, false);
    let separator = words.iter().position(|word| word.text() == "--");
    let head = Args::read(&words[..separator.unwrap_or(words.len())], OPTIONS, false);
    let operands = head.operands();
    if operands.first().map(|word| word.text()) != Some("exec") {
        return None;
    }
    let command = match separator {
        Some(at) => words[at + 1..].to_vec(),
        None => args.operands().iter().skip(2).map(|word| (*word).clone()).collect(),
    };
    let mut run = inner(around, command, "kubectl exec")?;
    run.keep = true;
    let named = ["context", "cluster", "kubeconfig", "namespace"].map(|name| head.value(name));
    if head.has("context") || head.has("cluster") || head.has("kubeconfig") {
        run.inner.via.push("kubectl context");
    }
    let pod = operands.get(1).map(|word| word.text());
    run.inner.host = Host::Remote(named.into_iter().chain([pod]).flatten().collect::<Vec<_>>().join("/"));
    Some(run)
}

/// `heroku run -a app command`, `fly ssh console -a app -C command`, `sail artisan migrate`.
fn platform(around: &Invocation, words: &[Word]) -> Option<Run> {
    const OPTIONS: &str = "a,app= r,remote= s,service= e,environment= C,command=";
    let program = around.program();
    let args = Args::read(words, OPTIONS, false);
    let first = args.operands().first().map(|word| word.text());
    let early = Args::read(words, OPTIONS, true);
    let mut run = match (program, first) {
        ("sail" | "ddev" | "lando", _) => {
            let verb = early.operands().first()?;
            let rest = after(words, verb);
            let words = match verb.text() {
                "exec" => rest.to_vec(),
                "php" | "composer" | "npm" | "yarn" | "artisan" | "mysql" | "psql" | "drush" => {
                    early.operands().iter().map(|word| (*word).clone()).collect()
                }
                _ => return None,
            };
            let mut run = inner(around, words, "docker")?;
            run.inner.host = Host::Remote("app".to_owned());
            return Some(run);
        }
        ("heroku", Some("run" | "run:detached")) => {
            let verb = early.operands().first()?;
            let mut run = local(around, after(words, verb), OPTIONS, "platform")?;
            // `heroku run 'rails db:drop'`: one word that is split over there.
            if let [word] = run.inner.words.as_slice()
                && word.text().contains(' ')
            {
                run.inner.words = quoted_words(word.text(), word.span);
            }
            run
        }
        ("railway", Some("run")) => {
            let verb = early.operands().first()?;
            let mut run = local(around, after(words, verb), OPTIONS, "railway run")?;
            // The variables of the service come first, whatever stands in files here.
            let all = Args::read(words, OPTIONS, true);
            let inner = Args::read(after(words, verb), OPTIONS, true);
            let name = inner.value("environment").or(all.value("environment")).unwrap_or("railway");
            let variables = [
                ("RAILWAY_ENVIRONMENT", Word::literal(name, verb.span)),
                ("DATABASE_URL", Word::unknown(verb.span)),
            ];
            run.inner
                .assignments
                .extend(variables.map(|(name, value)| Assignment { name: name.to_owned(), value }));
            return Some(run);
        }
        ("fly" | "flyctl", Some("ssh")) => {
            let flag = args.flag("command")?;
            inner(around, quoted_words(flag.value?, flag.word.span), "platform")?
        }
        _ => return None,
    };
    run.keep = true;
    let all = Args::read(words, OPTIONS, false);
    let name = all.value("app").or(all.value("remote")).unwrap_or(program);
    run.inner.host = Host::Remote(name.to_owned());
    run.inner.dir = Dir::Unknown;
    Some(run)
}

/// The words of a command that is one word here: split at blanks that stand in no quotes.
fn quoted_words(text: &str, span: Span) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in text.chars() {
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (_, Some(open)) if c == open => quote = None,
            (_, None) if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(Word::literal(&word, span));
                    word.clear();
                }
            }
            _ => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(Word::literal(&word, span));
    }
    words
}
