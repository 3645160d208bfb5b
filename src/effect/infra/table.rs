//! Tools that differ in their words alone: one reader for all of them, and what each says as data.
//!
//! A tool has a list of rules, separated by `;`; the first that fits a call decides. A rule is a letter for what
//! happens and the words that a call must have:
//!
//! | letter | what happens |
//! |---|---|
//! | `x` | data goes that people keep on their own machine too ([`Loss::Store`]) |
//! | `d` | data or a whole environment goes ([`Loss::Data`]) |
//! | `r` | something goes that must be made again ([`Loss::Resource`]) |
//! | `w` | something goes that is started again ([`Loss::Workload`]) |
//! | `s` | a service stops |
//! | `l` | a way into the machine is shut |
//! | `u` | a change that nobody is shown first |
//! | `c` | a change of daily work |
//! | `-` | nothing |
//!
//! | word | fits |
//! |---|---|
//! | `a\|b` | one of these words of the command; `*` stands for any text in it |
//! | `**` | any number of words |
//! | `-f\|--force` | one of these flags; `--size=0` one with this value |
//! | `^-n` | the flag is not given |
//! | `+one\|two` | an argument, or what the line feeds it, holds one of the texts, in small letters; `_` is a blank, and a text with a colon is sought without blanks and quotes |
//! | `=dead_letters` | what goes, where the words do not say it |

use super::{Call, ContextTarget, Deed, Effect, Loss, Part, Platform, Scope};
use crate::syntax::{Feed, HOLE, Word};

/// Reads a call by the rules of its program; `false` where none of them says anything of it.
pub(super) fn read(call: Call<'_>, platform: Platform, rules: &str, effects: &mut Vec<Effect>) -> bool {
    let words = call.invocation.args();
    let end = words.iter().position(|word| word.text() == "--").unwrap_or(words.len());
    // `fab -H web -- uptime`: what follows is read as it runs there.
    if end < words.len() && call.invocation.program() == "fab" {
        return true;
    }
    let words = words.get(..end).unwrap_or_default();
    if only_shows(words) {
        return true;
    }
    let plain: Vec<Plain<'_>> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| !is_flag(word.text()))
        .map(|(at, word)| Plain {
            word,
            flag: at.checked_sub(1).and_then(|at| words.get(at)).map(Word::text).filter(|text| {
                is_flag(text) && !text.contains('=') && !is_switch(text.trim_start_matches('-'))
            }),
        })
        .collect();
    let fitting = rules.split(';').find_map(|rule| {
        let mut parts = rule.split_ascii_whitespace();
        let letter = parts.next()?;
        let mut path = Vec::new();
        let mut noun = None;
        for part in parts {
            match part.as_bytes().first() {
                Some(b'-') if !has_flag(words, part) => return None,
                Some(b'^') if has_flag(words, &part[1..]) => return None,
                Some(b'+') if !holds(call, words, &part[1..]) => return None,
                Some(b'-' | b'^' | b'+') => {}
                Some(b'=') => noun = Some(part[1..].replace('_', " ")),
                _ => path.push(part),
            }
        }
        Some((letter, fit(&path, &plain)?, noun))
    });
    let Some((letter, matched, noun)) = fitting else { return false };
    let end = matched.last().map_or(0, |at| at + 1);
    let said: Vec<&str> =
        matched.iter().filter_map(|&at| plain.get(at)).map(|plain| plain.word.text()).collect();
    let noun = noun.unwrap_or_else(|| noun_of(&said));
    let verb = if said.is_empty() { call.invocation.program().to_owned() } else { said.join(" ") };
    let deed = match letter {
        "x" => Deed::destroy(&verb, &noun).loss(Loss::Store),
        "d" => Deed::destroy(&verb, &noun).loss(Loss::Data),
        "r" => Deed::destroy(&verb, &noun),
        "w" => Deed::destroy(&verb, &noun).loss(Loss::Workload),
        "s" => Deed::stop(&verb, &noun).service(&noun, true, false),
        "l" => Deed::stop(&verb, &noun).service(&noun, true, true),
        "u" => Deed::change(&verb, &noun).loss(Loss::Data),
        "c" => Deed::change(&verb, &noun),
        _ => return true,
    };
    let mut target = ContextTarget::of(call, platform);
    let mut names: Vec<&Word> = Vec::new();
    for (flag, word) in plain.iter().filter_map(|plain| Some((plain.flag?, plain.word))) {
        say(&mut target, flag.trim_start_matches('-'), word.text());
    }
    say_attached(&mut target, words);
    // A change of daily work is asked about for the place alone, wherever it is named.
    let beside = if letter == "c" { Part::Inside } else { Part::Hint };
    said.iter().for_each(|text| target.say(beside, "argument", text));
    match call.invocation.program() {
        // Which machines are meant stands before the command.
        "salt" => target.say(Part::Context, "argument", said.first().copied().unwrap_or_default()),
        // What exists is written down beside the file that describes it.
        "vagrant" => target.say(Part::File, "Vagrantfile", "."),
        _ => {}
    }
    names.extend(plain.iter().skip(end).filter(|plain| plain.flag.is_none()).map(|plain| plain.word));
    target.act_on(names.iter().copied().filter(|word| !word.text().starts_with("/dev/")));
    let every = has_flag(words, "--all|-A|--all-namespaces") || names.iter().any(|word| word.text() == "*");
    let deed = deed.named(names);
    let deed = if every { deed.scope(Scope::All) } else { deed };
    deed.add(call, effects, target);
    true
}

/// Takes down what `--name=value` says of the place, and a switch that is called after one: `--prod`.
pub(super) fn say_attached(target: &mut ContextTarget, words: &[Word]) {
    for name in words.iter().filter_map(|word| word.text().strip_prefix('-')) {
        let name = name.trim_start_matches('-');
        match name.split_once('=') {
            Some((name, value)) => say(target, name, value),
            None if matches!(name, "prod" | "production" | "live") => {
                target.say(Part::Inside, "argument", name);
            }
            None => {}
        }
    }
}

/// Whether an argument, or what the line itself feeds the program, holds one of these texts.
fn holds(call: Call<'_>, words: &[Word], wanted: &str) -> bool {
    let wanted: Vec<String> = wanted.split('|').map(|text| text.replace('_', " ")).collect();
    let fits = |word: &Word| {
        let text = word.text().to_ascii_lowercase().replace('_', " ");
        let dense = || text.replace([' ', '"', '\''], "");
        wanted.iter().any(|wanted| text.contains(wanted) || wanted.contains(':') && dense().contains(wanted))
    };
    let fed = || match &call.invocation.stdin {
        Feed::Text(word) => fits(word),
        Feed::Pipe(made) => made
            .iter()
            .filter_map(|&index| call.script.invocations.get(index))
            .any(|made| matches!(made.program(), "echo" | "printf") && made.args().iter().any(fits)),
        _ => false,
    };
    words.iter().any(fits) || fed()
}

/// A word that is no flag, and the flag before it whose value it may be.
struct Plain<'a> {
    word: &'a Word,
    flag: Option<&'a str>,
}

pub(super) fn is_flag(text: &str) -> bool {
    text.len() > 1 && text.starts_with('-')
}

/// Flags that take no value in any of these tools.
pub(super) fn is_switch(name: &str) -> bool {
    matches!(
        name,
        "f" | "y"
            | "q"
            | "r"
            | "R"
            | "rf"
            | "fr"
            | "v"
            | "d"
            | "force"
            | "yes"
            | "quiet"
            | "recursive"
            | "all"
            | "confirm"
            | "purge"
            | "wait"
            | "silent"
            | "delete"
            | "interactive"
            | "verbose"
            | "debug"
            | "json"
            | "cascade"
            | "prune"
            | "now"
            | "auto-approve"
            | "live"
            | "graceful"
            | "permanent"
    ) || name.starts_with("no-")
        || name.starts_with("skip-")
}

/// Rehearsals and explanations.
pub(super) fn only_shows(words: &[Word]) -> bool {
    has_flag(words, "--dry-run|--dryrun|--what-if|--whatif|--noop|--simulate|--preview|--plan-only|--check")
        && !has_flag(words, "--dry-run=false|--dry-run=none|--dry-run=no")
        || words.first().is_some_and(|word| word.text() == "help")
        || words.last().is_some_and(|word| matches!(word.text(), "help" | "-h" | "-?"))
}

/// Whether one of the flags `-a|--b|--c=value` is given.
fn has_flag(words: &[Word], flags: &str) -> bool {
    flags.split('|').any(|flag| {
        let (name, wanted) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        // `-rf` has `-r` in it.
        let letter = name.strip_prefix('-').filter(|letter| letter.len() == 1 && *letter != "-");
        words.iter().enumerate().any(|(at, word)| {
            let text = word.text();
            let (given, value) =
                text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
            let same = given == name
                || name.contains('*') && glob(name, given)
                || name.len() > 2 && given.strip_prefix('-') == Some(name)
                || letter.is_some_and(|letter| {
                    // A command of HDFS is no cluster of letters.
                    given != "-rm"
                        && given.len() <= 5
                        && given.strip_prefix('-').is_some_and(|rest| {
                            rest.contains(letter) && rest.bytes().all(|byte| byte.is_ascii_alphabetic())
                        })
                });
            same && wanted.is_none_or(|wanted| {
                let next = || words.get(at + 1).map(Word::text);
                value.or_else(next).is_some_and(|value| glob(wanted, value))
            })
        })
    })
}

/// Where the words of a rule stand in a call. Values of flags may stand between them.
fn fit(path: &[&str], plain: &[Plain<'_>]) -> Option<Vec<usize>> {
    fn from(path: &[&str], plain: &[Plain<'_>], at: usize) -> Option<Vec<usize>> {
        let Some((part, rest)) = path.split_first() else { return Some(Vec::new()) };
        if *part == "**" {
            return (at..=plain.len().min(at + 6)).find_map(|at| from(rest, plain, at));
        }
        let here = plain.get(at)?;
        let matches = part.split('|').any(|one| glob(one, here.word.text()));
        if matches && let Some(mut found) = from(rest, plain, at + 1) {
            found.insert(0, at);
            return Some(found);
        }
        if here.flag.is_some() { from(path, plain, at + 1) } else { None }
    }
    from(path, plain, 0)
}

/// Whether a text fits a pattern with at most two stars, at its ends or in its middle; `?` is any text that is known,
/// `!` one that is only known when it runs.
pub(in crate::effect) fn glob(pattern: &str, text: &str) -> bool {
    if matches!(pattern, "?" | "!") {
        return text.contains(HOLE) == (pattern == "!");
    }
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => match end.strip_suffix('*') {
            Some(middle) => text.strip_prefix(start).is_some_and(|rest| rest.contains(middle)),
            None => text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end),
        },
    }
}

/// What a command acts on, by its own words: `volumes destroy`, `projects:delete`, `delete-bucket`, `vm.destroy`.
fn noun_of(said: &[&str]) -> String {
    let last = said.last().copied().unwrap_or_default();
    let parts: Vec<&str> = last.split([':', '.', '-', '_']).filter(|part| !part.is_empty()).collect();
    let noun = match (parts.as_slice(), said) {
        ([first @ .., _], _) if parts.len() > 1 && is_verb(parts[parts.len() - 1]) => first.join(" "),
        ([verb, rest @ ..], _) if parts.len() > 1 && is_verb(verb) => rest.join(" "),
        (_, [.., verb, noun]) if is_verb(verb) => (*noun).to_owned(),
        (_, [.., before, _]) => before.replace(['-', ':', '_'], " "),
        _ => return "object".to_owned(),
    };
    match noun.strip_suffix('s') {
        Some(one) if !one.ends_with(['s', 'u', 'n']) && one.len() > 2 => one.to_owned(),
        _ => noun,
    }
}

fn is_verb(word: &str) -> bool {
    matches!(
        word,
        "delete"
            | "destroy"
            | "remove"
            | "rm"
            | "terminate"
            | "purge"
            | "drop"
            | "reset"
            | "clear"
            | "unset"
            | "disable"
            | "revoke"
            | "detach"
            | "release"
            | "cancel"
            | "stop"
            | "uninstall"
            | "undeploy"
            | "flush"
    )
}

/// Takes down what a flag says of the place.
pub(super) fn say(target: &mut ContextTarget, flag: &str, value: &str) {
    // A device says nothing of the stage, though it lies below `dev`.
    if value.starts_with("/dev/") {
        return;
    }
    let (part, source) = match flag {
        "project" => (Part::Context, "--project"),
        "configuration" => (Part::Context, "--configuration"),
        "profile" => (Part::Context, "--profile"),
        "context" | "kube-context" => (Part::Context, "--context"),
        "subscription" => (Part::Context, "--subscription"),
        "app" | "a" => (Part::Context, "--app"),
        "env" | "environment" | "stage" | "e" => (Part::Context, "--environment"),
        "account" | "org" | "team" | "site" | "workspace" | "stack" => (Part::Context, "argument"),
        "server" | "host" | "address" | "addr" | "endpoint" | "endpoints" | "url" | "bootstrap-server"
        | "bootstrap-servers" | "brokers" | "rpc-url" | "http-addr" | "nodes" | "H" | "endpoint-url"
        | "s" | "b" => {
            // Where a server listens says nothing of where it is reached.
            if value.contains("0.0.0.0") || value.contains("[::]") {
                return;
            }
            (Part::Address, "its address")
        }
        // A place in some tools, a time in others.
        "t" => (Part::Hint, "-t"),
        // A format, a region or a limit says nothing of the place.
        "o" | "output" | "format" | "region" | "zone" | "location" | "l" | "type" | "m" | "message"
        | "timeout" => return,
        _ => (Part::Inside, "argument"),
    };
    target.say(part, source, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("delete", "delete", true),
            ("delete", "deleted", false),
            ("*", "anything", true),
            ("*=0", "web=0", true),
            ("*=0", "web=10", false),
            ("Delete*", "DeleteInstance", true),
            ("*:destroy", "apps:destroy", true),
            ("vm.*-off", "vm.power-off", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn nouns() {
        for (said, noun) in [
            (&["volumes", "destroy"][..], "volume"),
            (&["projects:delete"], "project"),
            (&["delete-bucket"], "bucket"),
            (&["vm.destroy"], "vm"),
            (&["load-balancer", "delete"], "load balancer"),
            (&["dns", "rm"], "dns"),
            (&["delete", "cluster"], "cluster"),
            (&["nuke"], "object"),
        ] {
            assert_eq!(noun_of(said), noun, "{said:?}");
        }
    }
}
