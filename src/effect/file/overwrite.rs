//! Files whose content is replaced: by a redirection, a copy, a move, an archive.

use super::place::{self, Place};
use super::{Act, Aim, Args, Call, Effect, EffectKind, Merged, Paths, archive, delete, disk, shown};
use crate::fact::Key;
use crate::syntax::{Expansion, Feed, Host, Invocation, Word};
use std::path::{Path, PathBuf};

pub(super) fn overwriting<'a>(call: Call<'a>, how: &'static str) -> Paths<'a> {
    let act = if matches!(how, "move" | "link") { Act::Replace } else { Act::Overwrite };
    Paths::new(call, EffectKind::PathOverwrite, act, false).saying(Key::PathAct, how)
}

/// What `dd` puts into a file.
pub(super) fn by_copy<'a>(call: Call<'a>, target: &Word) -> Paths<'a> {
    let paths = overwriting(call, "copy");
    let near = is_near(&paths, target);
    paths.saying(Key::PathNear, near)
}

/// The one file that a call puts out as it is: `cat file`, `tee < file`.
fn copied(invocation: &Invocation) -> Option<&Word> {
    match (invocation.program(), invocation.args(), &invocation.stdin) {
        ("cat", [file], _) | ("cat", [], Feed::File(file)) | ("tee", _, Feed::File(file)) => {
            Some(file).filter(|file| file.known().is_some_and(|name| !name.starts_with('-')))
        }
        _ => None,
    }
}

/// Whether two files hold the same.
fn is_same(paths: &Paths<'_>, source: &Word, target: &Word) -> bool {
    let call = paths.call;
    if !call.scene.is_live() || call.invocation.host != Host::Local {
        return false;
    }
    let (source, mut target) =
        (PathBuf::from(paths.resolve(source.text())), PathBuf::from(paths.resolve(target.text())));
    if target.is_dir() {
        target.extend(source.file_name());
    }
    let length = |path: &Path| path.metadata().ok().filter(|it| it.is_file()).map(|it| it.len());
    match (length(&source), length(&target)) {
        (Some(one), Some(other)) if one == other && one < 1024 * 1024 => {
            std::fs::read(&source).is_ok_and(|one| std::fs::read(&target).is_ok_and(|other| one == other))
        }
        _ => false,
    }
}

/// Whether nothing is there that could be replaced. One look now spares the policy and all other facts: most of what
/// is written to is new.
fn is_new(paths: &Paths<'_>, word: &Word) -> bool {
    let call = paths.call;
    // What a command empties before it reads it is an error, wherever that is typed.
    let is_input = paths.more.contains(&(Key::PathInput, true.into()));
    if is_input
        || !call.scene.is_live()
        || call.invocation.host != Host::Local
        || word.glob
        || word.known().is_none()
    {
        return false;
    }
    let path = paths.resolve(word.text());
    path.starts_with('/') && !std::fs::metadata(&path).is_ok_and(|found| !found.is_dir() && found.len() > 0)
}

/// Writes down that files would be replaced, where that can matter.
pub(super) fn add(paths: &Paths<'_>, words: &[&Word], effects: &mut Vec<Effect>) {
    let mut others = Vec::new();
    let act = paths.more.iter().find(|(key, _)| *key == Key::PathAct).map(|(_, act)| act.to_string());
    let copies = matches!(act.as_deref(), Some("copy" | "move" | "link"));
    for word in words {
        if word.text().is_empty() {
            continue;
        }
        match paths.place(word) {
            // Programs are installed there every day.
            Place::SystemFile
                if act.as_deref() != Some("empty") && is_program(&paths.resolve(word.text())) => {}
            // Links are put in place every day, but not under the names that all programs start with.
            Place::SystemFile
                if act.as_deref() == Some("link") && !is_program_file(&paths.resolve(word.text())) =>
            {
                others.push(*word);
            }
            // Dotfiles are put in place every day.
            Place::SystemFile if copies && paths.resolve(word.text()).contains("/.") => others.push(*word),
            // A file of the system is there, or will be where the line is run.
            Place::SystemFile
                if act.as_deref() != Some("empty") && is_near(paths, word) && is_new(paths, word) => {}
            Place::Known if act.as_deref() != Some("empty") && is_new(paths, word) => {}
            place @ (Place::SystemFile | Place::Known) => paths.push(place, &[word], effects),
            Place::Other | Place::Here if is_new(paths, word) => {}
            Place::Other | Place::Here => others.push(*word),
            _ => {}
        }
    }
    if !others.is_empty() && paths.call.invocation.host == Host::Local {
        paths.push(Place::Other, &others, effects);
    }
}

fn is_program(path: &str) -> bool {
    is_program_file(path) && !place::is_core(path.rsplit('/').next().unwrap_or_default())
}

fn is_program_file(path: &str) -> bool {
    ["/usr/", "/bin/", "/sbin/", "/lib", "/boot/"].iter().any(|root| path.starts_with(root))
}

/// `> file`.
pub(super) fn redirects(call: Call<'_>, effects: &mut Vec<Effect>) {
    for redirect in call.invocation.redirects.iter().filter(|redirect| !redirect.append) {
        let word = &redirect.target;
        let text = word.text();
        if text.starts_with("/dev/") || disk::is_unplugged_by(text) {
            disk::write(call, word, effects);
            continue;
        }
        // The same redirection stands at each call of a group.
        let seen = effects
            .iter()
            .rev()
            .take(8)
            .any(|effect| effect.kind == EffectKind::PathOverwrite && effect.span == word.span);
        let whole;
        let (word, text) = match word.in_all_turns() {
            Some(all) => {
                whole = all;
                (&whole, whole.text())
            }
            None => (word, text),
        };
        if !seen && puts_nothing_out(call.invocation) {
            // One after the other: `for f in $(find /var/log); do : > $f; done`.
            if delete::only_hole(word) {
                delete::from_output(call, word, false, effects);
            } else if word.glob && text.starts_with("/var/log/") {
                overwriting(call, "empty").push(Place::Known, &[word], effects);
                continue;
            }
        }
        if seen || word.known().is_none() || text.is_empty() || text.starts_with('&') {
            continue;
        }
        let how = match () {
            () if puts_nothing_out(call.invocation) => "empty",
            () if copied(call.invocation).is_some() => "replace",
            () => "output",
        };
        let mut paths = overwriting(call, how);
        paths.more.push((Key::PathNear, is_near(&paths, word).into()));
        if let Some(length) = length_of_text(call.invocation).filter(|_| how == "output") {
            paths.act = Act::Text(length);
        }
        if copied(call.invocation).is_some_and(|source| is_same(&paths, source, word)) {
            let at_itself = |source: &Word| paths.resolve(source.text()) == paths.resolve(text);
            if !copied(call.invocation).is_some_and(at_itself) {
                continue;
            }
        }
        let input = is_input(&paths, call.invocation, &paths.real(paths.resolve(text)), 0);
        let paths = paths.saying(Key::PathInput, input);
        add(&paths, &[word], effects);
    }
}

/// `: > f`, `true > f`, `cat /dev/null > f`, `echo -n > f`.
fn puts_nothing_out(invocation: &Invocation) -> bool {
    let words: Vec<&str> = invocation.args().iter().map(Word::text).collect();
    match (invocation.program(), words.as_slice()) {
        (":" | "true" | "", _) | ("cat", ["/dev/null"]) | ("echo", [] | ["-n"] | [""] | ["-n", ""]) => true,
        ("printf", [""]) => true,
        ("cat", []) => matches!(&invocation.stdin, Feed::File(file) if file.text() == "/dev/null"),
        _ => false,
    }
}

/// How many bytes `echo` or `printf` writes, about, where that is known.
fn length_of_text(invocation: &Invocation) -> Option<u64> {
    let writes = matches!(invocation.program(), "echo" | "printf");
    let length = || invocation.args().iter().map(|word| Some(word.known()?.len() as u64 + 1)).sum();
    if writes { length() } else { None }
}

/// Whether the call, or what feeds it, reads this very file: the shell has emptied it by then.
fn is_input(paths: &Paths<'_>, invocation: &Invocation, path: &str, depth: usize) -> bool {
    let reads = matches!(
        invocation.program(),
        "cat"
            | "sort"
            | "uniq"
            | "sed"
            | "awk"
            | "gawk"
            | "grep"
            | "egrep"
            | "rg"
            | "head"
            | "tail"
            | "cut"
            | "tr"
            | "jq"
            | "yq"
            | "tac"
            | "rev"
            | "nl"
            | "fmt"
            | "column"
            | "expand"
            | "fold"
            | "paste"
            | "join"
            | "comm"
            | "iconv"
            | "xmllint"
            | "envsubst"
            | "gunzip"
            | "zcat"
            | "base64"
            | "shuf"
            | "dos2unix"
            | "tidy"
            | "openssl"
            | "gpg"
    );
    let is_it = |word: &Word| {
        word.known().is_some_and(|text| {
            let read = || paths.resolve(text);
            !text.starts_with('-') && (read() == path || paths.real(read()) == path)
        })
    };
    if reads && invocation.args().iter().any(is_it) {
        return true;
    }
    match &invocation.stdin {
        Feed::File(file) => is_it(file),
        Feed::Pipe(made) if depth < 8 => made
            .iter()
            .filter_map(|index| paths.call.script.invocations.get(*index))
            .any(|feeder| is_input(paths, feeder, path, depth + 1)),
        _ => false,
    }
}

/// Options of cp, mv, install and ln.
const COPY: &str = "t,target-directory= S,suffix= m,mode= o,owner= g,group= n,no-clobber i,interactive \
    b,backup f,force r,recursive R a,archive u,update T,no-target-directory d,directory s,symbolic v,verbose \
    p P L H l D C,compare c,context= Z reflink= sparse= no-dereference preserve= backup=";

/// cp, mv, install, ln.
pub(super) fn copy(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), COPY, false);
    let program = call.invocation.program().trim_start_matches('g');
    let asks =
        args.has("n") || args.has("no-clobber") || args.has("i") || args.has("b") || args.has("backup");
    if asks || (program == "install" && args.has("d")) || (program == "ln" && !args.has("f")) {
        return;
    }
    let directory = args.flag("target-directory").map(|flag| flag.word);
    let (sources, target) = match (directory, args.operands()) {
        (Some(target), sources) => (sources, target),
        (None, [sources @ .., target]) => (sources, *target),
        _ => return,
    };
    if program == "mv" {
        if target.text() == "/dev/null" {
            return Paths::new(call, EffectKind::PathDelete, Act::Delete, true)
                .saying(Key::PathAct, "swallow")
                .add(sources, effects);
        }
        move_away(call, sources, target, effects);
        archive::moved(call, sources, target, effects);
    }
    if target.text().starts_with("/dev/") {
        return disk::write(call, target, effects);
    }
    let all = sources.iter().any(|word| {
        place::is_everything(word.text().rsplit('/').next().unwrap_or_default())
            || word.text().ends_with("/.")
    });
    if all && program == "cp" && (args.has("r") || args.has("R") || args.has("a")) {
        let paths =
            Paths::new(call, EffectKind::PathOverwrite, Act::Permit, true).saying(Key::PathAct, "unpack");
        if is_base(&paths.resolve(target.text())) {
            paths.push(Place::System, &[target], effects);
        }
    }
    let emptied = sources.iter().any(|word| word.text() == "/dev/null");
    let paths = overwriting(call, if emptied { "empty" } else { program_word(program) });
    if emptied && paths.resolve(target.text()).starts_with("/etc/") {
        return paths.push(Place::SystemFile, &[target], effects);
    }
    if program == "mv" && is_one_by_one(&paths, sources, target) {
        return overwriting(call, "collapse").push(Place::Other, &[target], effects);
    }
    // Into a directory it goes under its own name; which of both it is shows in the facts.
    let mut words = vec![target.clone()];
    for source in sources {
        let name = source.text().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if !source.glob
            && source.known().is_some()
            && !name.is_empty()
            && target.known().is_some()
            && name != ".."
            && name != "."
        {
            let inside = format!("{}/{name}", target.text().trim_end_matches('/'));
            words.push(Word::literal(inside, target.span));
        }
    }
    let words: Vec<&Word> = words.iter().collect();
    if program == "mv" && matches!(sources, [source] if is_draft_of(source.text(), target.text())) {
        return;
    }
    if program != "ln" && matches!(sources, [source] if is_same(&paths, source, target)) {
        return;
    }
    let near = is_near(&paths, target);
    let deep = ["r", "R", "a"].iter().any(|name| args.has(name));
    let merged = if args.has("u") { Vec::new() } else { merged(&paths, program, deep, sources, target) };
    let paths = paths.saying(Key::Path, shown(target)).saying(Key::PathNear, near);
    add(&paths, &words, effects);
    if !merged.is_empty() && matches!(paths.place(target), Place::Other | Place::Here | Place::Above) {
        Paths { act: Act::Merge(merged), ..paths }.push(Place::Other, &[target], effects);
    }
}

/// Those of the sources that are many files, where they go into a directory that holds something.
fn merged(paths: &Paths<'_>, program: &str, deep: bool, sources: &[&Word], target: &Word) -> Vec<Merged> {
    let call = paths.call;
    let holds_something =
        || Path::new(&paths.resolve(target.text())).read_dir().is_ok_and(|mut it| it.next().is_some());
    let moved = program == "mv";
    let is_seen = call.scene.is_live() && call.invocation.host == Host::Local && target.known().is_some();
    if !is_seen || !(moved || program == "cp") || target.glob || !holds_something() {
        return Vec::new();
    }
    let many = sources.iter().filter(|word| word.known().is_some() && (word.glob || deep && !moved));
    many.map(|word| Merged {
        from: Aim { path: paths.resolve(word.text()), glob: word.glob },
        inside: word.text().ends_with("/.") || matches!(word.text(), "." | ".."),
        moved,
    })
    .collect()
}

/// `for f in inbox/*.pdf; do mv "$f" archive; done` where there is no such directory: each takes the place of the last.
fn is_one_by_one(paths: &Paths<'_>, sources: &[&Word], target: &Word) -> bool {
    let call = paths.call;
    let [source] = sources else { return false };
    let Some((dir, end)) = source.text().rsplit_once('*').filter(|_| source.glob) else { return false };
    let loops = |other: &Invocation| {
        other.span == call.invocation.span
            && other
                .words
                .iter()
                .any(|word| word.expansions.iter().any(|it| matches!(it, Expansion::Each(_))))
    };
    let into = PathBuf::from(paths.resolve(target.text()));
    if target.known().is_none() || target.glob || target.text().ends_with('/') {
        return false;
    }
    let looped = call.script.invocations.iter().any(loops);
    let makes = |other: &Invocation| {
        let is_it = |word: &Word| Path::new(&paths.resolve(word.text())) == into;
        other.program() == "mkdir" && other.args().iter().any(is_it)
    };
    if !call.scene.is_live() || !looped {
        return looped;
    }
    if call.script.invocations.iter().any(makes) {
        return false;
    }
    let dir = paths.resolve(dir.rsplit_once('/').map_or(".", |(dir, _)| dir));
    let named = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().ends_with(end);
    into.symlink_metadata().is_err()
        && Path::new(&dir).read_dir().is_ok_and(|all| all.flatten().filter(named).nth(1).is_some())
}

/// A tree that is copied over another.
pub(super) fn onto(call: Call<'_>, source: &Word, target: &Word, effects: &mut Vec<Effect>) {
    let paths = overwriting(call, "unpack");
    if call.scene.is_live() && call.invocation.host == Host::Local && source.known().is_some() {
        let from = Aim { path: paths.resolve(source.text()), glob: false };
        let act = Act::Merge(vec![Merged { from, inside: true, moved: false }]);
        Paths { act, ..paths }.push(Place::Other, &[target], effects);
    }
}

/// `mv list.tmp list`: what a command has just made out of the file, since it could not write over what it read.
fn is_draft_of(source: &str, target: &str) -> bool {
    let rest = source.strip_prefix(target).unwrap_or_default();
    matches!(
        rest,
        ".tmp" | ".new" | ".temp" | ".sorted" | ".out" | ".next" | ".fixed" | "_tmp" | "_new" | "~"
    ) || matches!(source, "tmp" | "temp")
        || source.starts_with("tmp.")
}

/// Below the current directory or the home.
pub(super) fn is_near(paths: &Paths<'_>, word: &Word) -> bool {
    let path = paths.resolve(word.text());
    let roots = [&paths.ground.home, &paths.ground.cwd];
    !path.starts_with('/') || roots.into_iter().flatten().any(|root| path.starts_with(root.as_str()))
}

fn program_word(program: &str) -> &'static str {
    match program {
        "mv" => "move",
        "ln" => "link",
        _ => "copy",
    }
}

/// `mv /etc /tmp`: what stood there is gone from where everything looks for it.
fn move_away(call: Call<'_>, sources: &[&Word], target: &Word, effects: &mut Vec<Effect>) {
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Permit, false).saying(Key::PathAct, "move");
    let target = paths.resolve(target.text());
    for source in sources {
        let path = paths.resolve(source.text());
        // What a service keeps there, moved to another place than the one beside it.
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let is_state = path.starts_with("/var/lib/")
            && paths.ground.place(&path, true) >= Place::Known
            && !target.starts_with(directory);
        match paths.place(source) {
            place @ (Place::Root | Place::Home | Place::System | Place::SystemFile)
                if !path.starts_with("/usr/local") =>
            {
                paths.push(place, &[source], effects);
            }
            _ if is_state => paths.push(Place::System, &[source], effects),
            _ => {}
        }
    }
}

/// tee, truncate.
pub(super) fn write(call: Call<'_>, effects: &mut Vec<Effect>) {
    const OPTIONS: &str = "a,append s,size= c,no-create r,reference= o,io-blocks i,ignore-interrupts p";
    const HOLES: &str =
        "l,length= o,offset= d,dig-holes z,zero-range p,punch-hole c,collapse-range n,keep-size x";
    let options = if call.invocation.program() == "fallocate" { HOLES } else { OPTIONS };
    let args = Args::read(call.invocation.args(), options, false);
    let how = match call.invocation.program() {
        "truncate" | "gtruncate" => match args.value("size") {
            Some(size) if !size.starts_with('+') => "empty",
            _ => return,
        },
        // What lies in a hole, and what is cut out, is gone.
        "fallocate"
            if ["p", "punch-hole", "c", "collapse-range", "z", "zero-range"]
                .iter()
                .any(|name| args.has(name)) =>
        {
            "empty"
        }
        "fallocate" => return,
        // Writing back what was read from it is what sponge is for.
        "sponge" => return,
        _ if args.has("a") => return,
        _ if copied(call.invocation).is_some() => "replace",
        _ => "output",
    };
    let (devices, words): (Vec<&Word>, Vec<&Word>) = args
        .operands()
        .iter()
        .copied()
        .partition(|word| word.text().starts_with("/dev/") || disk::is_unplugged_by(word.text()));
    for device in devices {
        disk::write(call, device, effects);
    }
    for word in words.iter().filter(|word| how == "empty" && delete::only_hole(word)) {
        delete::from_output(call, word, false, effects);
    }
    let paths = overwriting(call, how);
    let near = words.iter().all(|word| is_near(&paths, word));
    let paths = paths.saying(Key::PathNear, near);
    let input = how == "output"
        && words.iter().any(|word| match &call.invocation.stdin {
            Feed::Pipe(made) => made
                .iter()
                .filter_map(|index| call.script.invocations.get(*index))
                .any(|feeder| is_input(&paths, feeder, &paths.resolve(word.text()), 0)),
            _ => false,
        });
    let paths = paths.saying(Key::PathInput, input);
    add(&paths, &words, effects);
}

/// `sort -o file`: it reads all of its input first.
pub(super) fn sort(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args = Args::read(call.invocation.args(), "o,output= k= t= T= S= u r n", false);
    if let Some(flag) = args.flag("output")
        && !args.operands().iter().any(|word| Some(word.text()) == flag.value)
    {
        let word = Word::literal(flag.value.unwrap_or_default(), flag.word.span);
        add(&overwriting(call, "output"), &[&word], effects);
    }
}

/// `patch -d /etc`, and `patch` in such a directory: what the patch says is written over the system's own files.
pub(super) fn patch(call: Call<'_>, effects: &mut Vec<Effect>) {
    let args =
        Args::read(call.invocation.args(), "d,directory= p,strip= i,input= o,output= F= r= dry-run R", false);
    if args.has("dry-run") || !args.operands().is_empty() {
        return;
    }
    let given = args.flag("directory").map(|flag| Word::literal(flag.value.unwrap_or("."), flag.word.span));
    let dir = given.unwrap_or_else(|| Word::literal(".", call.invocation.span));
    patched(call, &dir, effects);
}

/// A patch that is applied below this directory.
pub(crate) fn patched(call: Call<'_>, dir: &Word, effects: &mut Vec<Effect>) {
    let paths = Paths::new(call, EffectKind::PathOverwrite, Act::Permit, true).saying(Key::PathAct, "unpack");
    if call.invocation.host == Host::Local && is_base(&paths.resolve(dir.text())) {
        paths.push(Place::System, &[dir], effects);
    }
}

/// `yes | ssh-keygen -f ~/.ssh/id_ed25519`: the answer is to the question whether the key that is there may go.
pub(super) fn key(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let args =
        Args::read(words, "t= b= C= N= f= m= O= P= a= I= n= V= s= w= D= Z= z= W= M= S= r= R= F= Y=", false);
    let makes =
        !["y", "l", "R", "F", "p", "e", "i", "c", "B", "A", "K", "H", "D", "s", "Y", "L", "k", "Q", "r"]
            .iter()
            .any(|other| args.has(other));
    if !makes || matches!(call.invocation.stdin, Feed::Inherited | Feed::File(_)) {
        return;
    }
    let Some(file) = args.flag("f").and_then(|flag| Some(Word::literal(flag.value?, flag.word.span))) else {
        return;
    };
    let paths = overwriting(call, "key");
    // The names that everybody's key has; of others it shows whether there is one.
    let name = file.text().rsplit('/').next().unwrap_or_default();
    let usual = name.starts_with("id_") || name.starts_with("ssh_host_");
    match paths.place(&file) {
        Place::Known | Place::SystemFile if usual => paths.push(Place::Known, &[&file], effects),
        _ => add(&overwriting(call, "replace").saying(Key::PathNear, true), &[&file], effects),
    }
}

/// An archive that is unpacked over the root of everything.
pub(super) fn unpack(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let extracts = match call.invocation.program() {
        "unzip" => !words.iter().any(|word| matches!(word.text(), "-l" | "-t" | "-n" | "-v")),
        "7z" => matches!(words.first().map(Word::text), Some("x" | "e")),
        "cpio" => words.iter().any(|word| word.text().starts_with('-') && word.text().contains('i')),
        _ => {
            let bundled = words.first().is_some_and(|word| {
                let text = word.text();
                !text.starts_with("--")
                    && text.trim_start_matches('-').contains('x')
                    && !text.contains(['/', '.'])
            });
            bundled
                || words.iter().any(|word| matches!(word.text(), "-x" | "--extract" | "--get"))
                || words.iter().any(|word| {
                    let text = word.text();
                    text.len() < 8 && text.starts_with('-') && !text.starts_with("--") && text.contains('x')
                })
        }
    };
    let keeps =
        words.iter().any(|word| matches!(word.text(), "-k" | "--keep-old-files" | "--skip-old-files"));
    if !extracts || keeps {
        return;
    }
    let flag = |word: &Word| {
        matches!(word.text(), "-C" | "--directory" | "-d")
            || word.text() == "-D" && call.invocation.program() == "cpio"
    };
    let after = words.iter().position(flag).and_then(|at| words.get(at + 1)).cloned();
    let attached = words
        .iter()
        .find_map(|word| word.text().strip_prefix("--directory=").map(|text| Word::literal(text, word.span)));
    let directory = after.or(attached);
    over_what_is_there(call, directory.as_ref(), effects);
    // Without a name it is where the line has gone: `cd / && cpio -id`.
    let here = Word::literal(".", call.invocation.span);
    let directory = directory.or(Some(here).filter(|_| call.invocation.host == Host::Local));
    if let Some(directory) = &directory {
        let paths =
            Paths::new(call, EffectKind::PathOverwrite, Act::Permit, true).saying(Key::PathAct, "unpack");
        if let place @ (Place::Root | Place::Unset) = paths.place(directory) {
            paths.push(place, &[directory], effects);
        } else if is_base(&paths.resolve(directory.text())) {
            paths.push(Place::System, &[directory], effects);
        }
    }
}

/// An archive that is here can be asked what it would write over.
fn over_what_is_there(call: Call<'_>, directory: Option<&Word>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    // unzip asks before it overwrites, unless it is told not to.
    let is_quiet = |word: &Word| word.text().starts_with("-o") || word.text().starts_with("-qo");
    let writes = match call.invocation.program() {
        "tar" | "gtar" | "bsdtar" => true,
        "unzip" => words.iter().any(is_quiet),
        _ => false,
    };
    let renames = |word: &Word| ["--strip", "--transform", "-s"].iter().any(|it| word.text().starts_with(it));
    let local = call.scene.is_live() && call.invocation.host == Host::Local;
    if !writes || !local || words.iter().any(renames) {
        return;
    }
    let is_archive = |word: &&Word| {
        let text = word.text();
        text.contains(".tar") || [".tgz", ".tbz", ".txz", ".zip"].iter().any(|end| text.ends_with(end))
    };
    let Some(archive) = words.iter().filter(|word| word.known().is_some()).find(is_archive) else { return };
    let paths = Paths::new(call, EffectKind::PathOverwrite, Act::Permit, true);
    let path = paths.resolve(archive.text());
    if !path.starts_with('/') || !Path::new(&path).is_file() {
        return;
    }
    let here = Word::literal(".", archive.span);
    let paths = Paths::new(call, EffectKind::PathOverwrite, Act::Unpack(path), true)
        .saying(Key::PathAct, "unpack")
        .saying(Key::Path, shown(archive));
    paths.push(Place::Other, &[directory.unwrap_or(&here)], effects);
}

/// A directory that the whole system stands on.
pub(super) fn is_base(path: &str) -> bool {
    matches!(path, "/" | "/etc" | "/usr" | "/bin" | "/sbin" | "/lib" | "/boot" | "/usr/bin" | "/usr/lib")
}
