//! find and fd, where they delete what they find.

use super::place::Place;
use super::{Act, Call, Effect, EffectKind, Paths};
use crate::syntax::{Expansion, HOLE, Word};

/// What a search looks for, as far as it is understood: all tests must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// What must hold.
    pub tests: Vec<Test>,
    /// Levels below the starting point at most.
    pub depth: Option<usize>,
    /// Levels below the starting point at least.
    pub least: usize,
    /// There are tests that are not understood; they make it find less.
    pub partly: bool,
    /// Directories that are found are deleted with what is in them.
    pub whole: bool,
    /// Links are followed, the starting points at least.
    pub follows: bool,
}

/// One test of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The name fits one of these patterns.
    Name(Vec<String>),
    /// The same without a difference between small and capital letters.
    NameAnyCase(Vec<String>),
    /// The whole path, as the search began, fits.
    Path(String),
    /// It does not.
    NotPath(String),
    /// The name does not fit.
    NotName(String),
    /// `f`, `d`, `l`.
    Kind(char),
    /// Last changed more than so many minutes ago, or less where false.
    Older(bool, u64),
    /// Empty file or directory.
    Empty,
    /// Larger than so many bytes.
    Larger(u64),
}

impl Search {
    /// Whether something in it makes it find only a part of what is there.
    pub fn is_narrow(&self) -> bool {
        self.partly
            || self.tests.iter().any(|test| match test {
                Test::Name(names) | Test::NameAnyCase(names) => {
                    names.iter().all(|name| !matches!(name.as_str(), "*" | "*.*" | ".*" | "?*"))
                }
                Test::Kind(_) => false,
                // What is old is most of what people keep.
                Test::Older(older, minutes) => !older || *minutes > 0,
                _ => true,
            })
    }

    /// Whether it looks for names, and not only for age, size or owner.
    fn is_by_name(&self) -> bool {
        let named = |test: &Test| {
            matches!(
                test,
                Test::Name(_) | Test::NameAnyCase(_) | Test::Path(_) | Test::Empty | Test::Older(false, _)
            )
        };
        self.tests.iter().any(named)
    }

    /// Whether names alone say that it is rubbish everywhere, also where others put it.
    fn is_for_rubbish_of_all(&self) -> bool {
        let kept = |name: &str| {
            [".bak", ".old", ".orig", ".o", ".cache", ".part"].iter().any(|end| name.ends_with(end))
        };
        self.is_for_rubbish()
            && !self.tests.iter().any(|test| match test {
                Test::Name(names) | Test::NameAnyCase(names) => names.iter().any(|name| kept(name)),
                _ => false,
            })
    }

    /// Whether it looks for the memories of repositories. Those of Subversion and CVS are taken out of copies every
    /// day, and hold nothing that the server has not.
    pub fn is_for_memories(&self) -> bool {
        self.whole && self.tests.iter().any(|test| matches!(test, Test::Name(names) if names.iter().any(|name| matches!(name.as_str(), ".git" | ".hg"))))
    }

    /// Whether whole directories of a name go that programs also give to what they need.
    fn takes_directories_called_core(&self) -> bool {
        let named = |test: &Test| matches!(test, Test::Name(names) if names.iter().any(|name| name.starts_with("core")));
        self.whole && self.tests.iter().any(named) && !self.tests.contains(&Test::Kind('f'))
    }

    /// Whether names alone say that it is rubbish: `core`, `*.pyc`, `.DS_Store`.
    fn is_for_rubbish(&self) -> bool {
        if self.is_for_memories() {
            return false;
        }
        self.tests.iter().any(|test| match test {
            Test::Name(names) | Test::NameAnyCase(names) => names.iter().all(|name| {
                !name.contains(['*', '?', '['])
                    || [
                        "tmp", "bak", "swp", "swo", "pyc", "pyo", "core", "old", "orig", "rej", "o", "cache",
                        "temp", "part",
                    ]
                    .iter()
                    .any(|end| name.strip_suffix(end).is_some_and(|stem| stem.ends_with('.')))
                    || name.ends_with('~')
                    || name.starts_with("core")
                    || name.starts_with("._")
            }),
            Test::Empty => true,
            _ => false,
        })
    }
}

/// `find … -delete`, `find … -exec rm`.
pub(super) fn read(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    if words.iter().any(|word| matches!(word.text(), "-help" | "--help")) {
        return;
    }
    let deletes = words.iter().position(|word| word.text() == "-delete");
    let executed = words.iter().position(|word| matches!(word.text(), "-exec" | "-execdir"));
    if let Some(at) = executed {
        let starts: Vec<&Word> =
            words.iter().take_while(|word| !word.text().starts_with(['-', '(', '!'])).collect();
        let narrow = understand(words.get(starts.len()..).unwrap_or_default(), false).is_narrow();
        super::permission::through_find(call, &words[at + 1..], &starts, narrow, effects);
        if super::rewrite::rewrites(&words[at + 1..]) {
            super::rewrite::rewrite(call, &starts, effects);
        } else if let [program, rest @ ..] = &words[at + 1..]
            && super::media::remakes(program.text(), rest)
        {
            super::media::remade(call, &starts, effects);
        }
    }
    let recursive = match (deletes, executed) {
        (Some(_), _) => false,
        (None, Some(at)) => match removes(&words[at + 1..]) {
            Some(recursive) => recursive,
            None => return,
        },
        _ => return,
    };
    search(call, recursive, false, effects);
}

/// `find … | xargs rm`, with `partly` where not all of it gets there: `find … | head | xargs rm`.
pub(super) fn feeds(call: Call<'_>, recursive: bool, partly: bool, effects: &mut Vec<Effect>) {
    search(call, recursive, partly, effects);
}

/// Whether these words, up to their end, are a deletion of what was found, and if so, of whole directories.
fn removes(words: &[Word]) -> Option<bool> {
    let end = words.iter().position(|word| matches!(word.text(), ";" | "+")).unwrap_or(words.len());
    let mut words = words[..end].iter().map(Word::text).skip_while(|text| {
        matches!(*text, "sudo" | "doas" | "env" | "nice" | "ionice" | "-n" | "command" | "busybox" | "toybox")
    });
    let program = words.next()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    let rest: Vec<&str> = words.collect();
    match program {
        "rm" | "unlink" | "shred" | "srm" => {
            let flags = || rest.iter().filter(|text| text.starts_with('-'));
            // `-ok` and `rm -i` ask for each.
            if flags().any(|text| !text.starts_with("--") && text.contains('i')) {
                return None;
            }
            let found = rest.iter().any(|text| text.starts_with("{}") && !text.starts_with("{}/"));
            let whole = flags()
                .any(|text| *text == "--recursive" || (!text.starts_with("--") && text.contains(['r', 'R'])));
            found.then_some(whole)
        }
        "truncate" => {
            rest.iter().any(|text| text.starts_with("-s") || text.starts_with("--size")).then_some(false)
        }
        // What comes from nothing, or goes there, is gone.
        "mv" => rest.contains(&"/dev/null").then_some(true),
        "cp" => (rest.first() == Some(&"/dev/null")).then_some(false),
        "dd" => rest.contains(&"of={}").then_some(false),
        "sh" | "bash" | "zsh"
            if rest.iter().any(|text| text.trim_start_matches([':', ' ']).starts_with('>')) =>
        {
            Some(false)
        }
        "sh" | "bash" | "zsh" => {
            let script = rest.iter().find(|text| text.contains("rm ") && !text.contains("echo"))?;
            Some(script.contains("rm -r") || script.contains("rm -fr"))
        }
        _ => None,
    }
}

fn search(call: Call<'_>, whole: bool, partly: bool, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let is_test = |word: &&Word| word.text().starts_with(['-', '(', '!']) && word.text() != "-";
    let options = words.iter().take_while(|word| matches!(word.text(), "-H" | "-L" | "-P" | "-O3")).count();
    let starts: Vec<&Word> = words[options..].iter().take_while(|word| !is_test(word)).collect();
    let tests = &words[options + starts.len()..];
    if !partly && comes_too_late(tests) {
        // Whoever writes a test means it.
        let here = Word::literal(".", call.invocation.span);
        let starts = if starts.is_empty() { vec![&here] } else { starts.clone() };
        let paths = paths_of(call);
        for start in starts.into_iter().filter(|start| paths.place(start) == Place::Above) {
            paths.push(Place::Above, &[start], effects);
        }
    }
    for search in searches(tests, whole) {
        let follows = words[..options].iter().any(|word| matches!(word.text(), "-L" | "-H"));
        one(call, Search { partly: search.partly || partly, follows, ..search }, &starts, effects);
    }
}

/// The searches of which each deletes by itself: `a -delete -o b -delete` is two, `a -prune -o b -delete` is one
/// that leaves out `a`.
fn searches(tests: &[Word], whole: bool) -> Vec<Search> {
    let mut depth = 0usize;
    let mut branches: Vec<&[Word]> = Vec::new();
    let mut from = 0;
    for (at, word) in tests.iter().enumerate() {
        match word.text() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "-o" | "-or" if depth == 0 => {
                branches.push(&tests[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    branches.push(&tests[from..]);
    let has = |words: &[Word], wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.text()));
    const ACTS: &[&str] = &["-delete", "-exec", "-execdir"];
    if !branches.iter().any(|branch| has(branch, ACTS)) || branches.len() == 1 {
        return vec![understand(&until_act(tests), whole)];
    }
    let mut left_out = Vec::new();
    let mut found = Vec::new();
    for branch in branches {
        if has(branch, &["-prune"]) && !has(branch, ACTS) {
            for test in understand(branch, false).tests {
                match test {
                    Test::Name(names) => {
                        left_out.extend(names.into_iter().map(|name| Test::NotPath(format!("*/{name}/*"))));
                    }
                    Test::Path(path) => left_out.push(Test::NotPath(format!("{path}/*"))),
                    _ => {}
                }
            }
        } else if has(branch, ACTS) {
            let mut search = understand(&until_act(branch), whole);
            search.tests.extend(left_out.iter().cloned());
            found.push(search);
        }
    }
    found
}

/// Whether all tests stand behind the deletion: `find . -delete -name '*.pyc'`.
fn comes_too_late(tests: &[Word]) -> bool {
    tests.first().is_some_and(|word| word.text() == "-delete")
        && tests
            .iter()
            .any(|word| matches!(word.text(), "-name" | "-iname" | "-path" | "-mtime" | "-size" | "-empty"))
}

/// The words that hold back a deletion: find goes from left to right, so that a test behind the deletion comes too
/// late. How deep it goes holds wherever it stands.
fn until_act(words: &[Word]) -> Vec<Word> {
    let mut depth = 0usize;
    let act = words.iter().enumerate().position(|(at, word)| {
        match word.text() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let removes = || removes(&words[at + 1..]).is_some();
        depth == 0 && (word.text() == "-delete" || matches!(word.text(), "-exec" | "-execdir") && removes())
    });
    let (before, behind) = words.split_at(act.unwrap_or(words.len()));
    let depths = behind.windows(2).filter(|pair| matches!(pair[0].text(), "-maxdepth" | "-mindepth"));
    before.iter().chain(depths.flatten()).cloned().collect()
}

/// One search that deletes, from each of its starting points.
fn one(call: Call<'_>, search: Search, starts: &[&Word], effects: &mut Vec<Effect>) {
    let (narrow, rubbish) = (search.is_narrow(), search.is_for_rubbish());
    let by_name = search.is_by_name();
    let everywhere = search.is_for_rubbish_of_all();
    // What is older than a day or two is nearly all; with more it is a rotation.
    let recent = |test: &Test| matches!(test, Test::Older(true, minutes) if *minutes < 3 * 1440);
    let all_but_today = !by_name && !search.partly && search.tests.iter().any(recent);
    let is_scratch = |word: &Word| {
        let path = paths_of(call).resolve(word.text());
        matches!(path.trim_end_matches("/*"), "/tmp" | "/var/tmp" | "/private/tmp")
    };
    let here = Word::literal(".", call.invocation.span);
    // Without its variable find begins where it stands.
    let is_nothing = |word: &Word| {
        super::delete::only_hole(word)
            && !word.quoted
            && word.expansions.iter().all(|it| matches!(it, Expansion::Variable { value: None, .. }))
    };
    let starts = match starts {
        [] => vec![&here],
        [start] if is_nothing(start) => vec![&here],
        starts => starts.to_vec(),
    };
    let memories = search.is_for_memories();
    let core = search.takes_directories_called_core();
    // What others keep is not found again by its name or age; old logs are what a search is for.
    let aged =
        search.tests.iter().any(|test| matches!(test, Test::Older(true, minutes) if *minutes >= 8 * 1440));
    let documents = by_name && !aged && !search.tests.contains(&Test::Empty);
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Search(search), true);
    let mut others = Vec::new();
    for start in starts {
        if memories {
            paths.push(Place::Git, &[start], effects);
            continue;
        }
        let path = paths.resolve(start.text());
        let shared = is_shared(&path) && !rubbish;
        match paths.place(start) {
            // Nobody looks at more than the name before all of it is gone.
            place @ (Place::Known | Place::System)
                if shared
                    && (documents && !path.starts_with("/home/")
                        || !narrow
                        || !by_name && (all_but_today || is_backup(&path) && !aged)) =>
            {
                paths.push(place, &[start], effects);
            }
            place @ (Place::Root | Place::System) if core => paths.push(place, &[start], effects),
            Place::Temporary => {}
            // Somebody works below it, and old files there go every day.
            Place::Above if narrow && is_scratch(start) => {}
            Place::Other | Place::Above | Place::Here | Place::Known | Place::Git => others.push(start),
            // A search in the whole system that looks for one kind of thing is what people clean up with.
            Place::Root if rubbish && everywhere => {}
            Place::System | Place::Home | Place::Unset | Place::Device if rubbish => {}
            Place::Home if narrow && by_name => others.push(start),
            // Old logs go every day.
            Place::System if narrow && paths.resolve(start.text()).starts_with("/var/log") => {}
            Place::System if narrow && !by_name => paths.push(Place::System, &[start], effects),
            Place::System | Place::Unset | Place::Remote if narrow => {}
            place => paths.push(place, &[start], effects),
        }
    }
    if !others.is_empty() && !rubbish {
        let elsewhere =
            others.iter().any(|word| matches!(paths.place(word), Place::Known)) && (all_but_today || !narrow);
        paths.push(if elsewhere { Place::Known } else { Place::Other }, &others, effects);
    }
}

/// Where people of several machines keep what they share.
fn is_shared(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    matches!(
        first,
        "mnt"
            | "media"
            | "srv"
            | "Volumes"
            | "backup"
            | "backups"
            | "nfs"
            | "nas"
            | "volumes"
            | "storage"
            | "export"
            | "exports"
            | "archive"
    ) || path.starts_with("/var/www")
        || path.starts_with("/var/backups")
        || path.starts_with("/home")
}

fn is_backup(path: &str) -> bool {
    path.to_ascii_lowercase().contains("backup")
}

fn paths_of(call: Call<'_>) -> Paths<'_> {
    Paths::new(call, EffectKind::PathDelete, Act::Delete, true)
}

fn understand(words: &[Word], whole: bool) -> Search {
    let mut search = Search { whole, ..Search::default() };
    let mut words = words.iter().map(Word::text).peekable();
    let mut negated = false;
    let mut alternative = false;
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default().replace(HOLE, "*");
        let not = std::mem::take(&mut negated);
        match word {
            "!" | "-not" => negated = true,
            "-o" | "-or" => alternative = true,
            "(" | ")" | "-a" | "-and" | "-print" | "-print0" | "-delete" | "-depth" | "-d" | "-xdev"
            | "-mount" | "-ls" | "-noleaf" | "-follow" | "-true" => {}
            "-maxdepth" => search.depth = value().parse().ok(),
            "-mindepth" => search.least = value().parse().unwrap_or(0),
            "-name" | "-iname" => {
                let name = value();
                let any_case = word == "-iname";
                match (search.tests.last_mut(), not, alternative) {
                    (_, true, _) => search.tests.push(Test::NotName(name)),
                    (Some(Test::Name(names) | Test::NameAnyCase(names)), _, true) => names.push(name),
                    _ if any_case => search.tests.push(Test::NameAnyCase(vec![name])),
                    _ => search.tests.push(Test::Name(vec![name])),
                }
                alternative = false;
            }
            "-path" | "-wholename" | "-ipath" => {
                let path = value();
                search.tests.push(if not { Test::NotPath(path) } else { Test::Path(path) });
            }
            "-type" => {
                let kind = value().chars().next().unwrap_or('f');
                if !not {
                    search.tests.push(Test::Kind(kind));
                }
            }
            "-empty" if !not => search.tests.push(Test::Empty),
            "-mtime" | "-ctime" | "-atime" | "-mmin" | "-cmin" | "-amin" => {
                let days = word.ends_with("time");
                let value = value();
                let number: Option<u64> = value.trim_start_matches(['+', '-']).parse().ok();
                match (value.chars().next(), number) {
                    (Some(sign @ ('+' | '-')), Some(number)) if word.starts_with("-m") => {
                        let minutes = if days { number.saturating_mul(1440) } else { number };
                        search.tests.push(Test::Older((sign == '+') != not, minutes));
                    }
                    _ => search.partly = true,
                }
            }
            "-size" => {
                let value = value();
                let unit = match value.chars().last() {
                    Some('c') => 1,
                    Some('k') => 1024,
                    Some('M') => 1024 * 1024,
                    Some('G') => 1024 * 1024 * 1024,
                    _ => 512,
                };
                let number: Option<u64> =
                    value.trim_matches(|char: char| !char.is_ascii_digit()).parse().ok();
                match number.filter(|_| value.starts_with('+') && !not) {
                    Some(number) => search.tests.push(Test::Larger(number.saturating_mul(unit))),
                    None => search.partly = true,
                }
            }
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                for word in words.by_ref() {
                    if matches!(word, ";" | "+") {
                        break;
                    }
                }
            }
            "-user" | "-group" | "-perm" | "-newer" | "-regex" | "-iregex" | "-inum" | "-links" | "-uid"
            | "-gid" | "-fstype" | "-newermt" | "-samefile" | "-regextype" | "-lname" | "-newerct"
            | "-used" => {
                let _ = value();
                search.partly = true;
            }
            _ => search.partly = true,
        }
    }
    search
}

/// `fd pattern dir -x rm`, `fd … -X rm`.
pub(super) fn fd(call: Call<'_>, effects: &mut Vec<Effect>) {
    let words = call.invocation.args();
    let Some(at) =
        words.iter().position(|word| matches!(word.text(), "-x" | "-X" | "--exec" | "--exec-batch"))
    else {
        return;
    };
    let command: Vec<&str> = words[at + 1..].iter().map(Word::text).collect();
    if !matches!(command.first(), Some(&("rm" | "/bin/rm" | "shred" | "unlink"))) {
        return;
    }
    const OPTIONS: &str = "e,extension= t,type= d,max-depth= E,exclude= H,hidden I,no-ignore g,glob changed-before= changed-within= \
         S,size= o,owner= u,unrestricted a,absolute-path maxdepth= min-depth= c,color= j,threads=";
    let args = super::Args::read(&words[..at], OPTIONS, false);
    let mut search = Search {
        whole: command.iter().any(|text| text.contains('r') && text.starts_with('-')),
        ..Search::default()
    };
    if let Some(extension) = args.value("extension") {
        search.tests.push(Test::Name(vec![format!("*.{extension}")]));
    }
    search.partly = ["changed-before", "changed-within", "size", "owner"].iter().any(|name| args.has(name));
    let here = Word::literal(".", call.invocation.span);
    let (pattern, starts) = match args.operands() {
        [] => (None, Vec::new()),
        [pattern, starts @ ..] => (Some(pattern.text()), starts.to_vec()),
    };
    if let Some(pattern) = pattern.filter(|pattern| !matches!(*pattern, "." | "" | ".*")) {
        // A regular expression that is found anywhere in the name.
        let plain = pattern.trim_matches(['^', '$']).replace("\\.", ".").replace(".*", "*");
        search.tests.push(Test::Name(vec![format!("*{plain}*")]));
    }
    let rubbish = search.is_for_rubbish();
    let everywhere = search.is_for_rubbish_of_all();
    let starts = if starts.is_empty() { vec![&here] } else { starts };
    let paths = Paths::new(call, EffectKind::PathDelete, Act::Search(search), true);
    let asked = |start: &&Word| match paths.place(start) {
        Place::Root => !everywhere,
        _ => !rubbish,
    };
    let starts: Vec<&Word> = starts.into_iter().filter(asked).collect();
    paths.add(&starts, effects);
}
