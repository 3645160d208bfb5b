//! What runs, for lines of every shape.

use super::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

mod fish;
mod tiling;

fn scene() -> Scene {
    let vars = [("HOME", "/home/ada"), ("BRANCH", "topic"), ("CMD", "git push -f")];
    let mut scene = Scene::given(
        Path::new("/work"),
        vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
    );
    scene.aliases = [("gp", "git push"), ("please", "sudo "), ("nuke", "git branch -D $BRANCH; echo done")]
        .iter()
        .map(|(name, body)| ((*name).to_owned(), (*body).to_owned()))
        .collect();
    scene
}

/// Every call of a line, one a line: `words`, then what stands out.
fn calls(line: &str) -> String {
    calls_in(line, &scene())
}

fn calls_in(line: &str, scene: &Scene) -> String {
    let script = read(&Line::from_bytes(line.as_bytes()), scene);
    let mut out = String::new();
    for invocation in &script.invocations {
        let words: Vec<String> = invocation.words.iter().map(|word| word.text().replace(HOLE, "◌")).collect();
        write!(out, "{}", words.join("·")).unwrap();
        for assignment in &invocation.assignments {
            write!(out, " {}={}", assignment.name, assignment.value.text().replace(HOLE, "◌")).unwrap();
        }
        match &invocation.stdin {
            Feed::Inherited => {}
            Feed::Pipe(from) => write!(out, " <pipe{from:?}").unwrap(),
            Feed::File(word) => write!(out, " <{}", word.text()).unwrap(),
            Feed::Text(word) => write!(out, " <<{:?}", word.text().replace(HOLE, "◌")).unwrap(),
        }
        for redirect in &invocation.redirects {
            write!(out, " {}{}", if redirect.append { ">>" } else { ">" }, redirect.target.text()).unwrap();
        }
        if !invocation.via.is_empty() {
            write!(out, " via {}", invocation.via.join("+")).unwrap();
        }
        if invocation.dir != Dir::Here {
            write!(out, " in {:?}", invocation.dir).unwrap();
        }
        if invocation.host != Host::Local {
            write!(out, " on {:?}", invocation.host).unwrap();
        }
        out.push('\n');
    }
    for gap in &script.gaps {
        writeln!(out, "gap {:?}", gap.cause).unwrap();
    }
    out
}

#[track_caller]
fn reads(line: &str, expected: &[&str]) {
    let calls = calls(line);
    let got: Vec<&str> = calls.lines().collect();
    assert_eq!(got, expected, "{line}");
}

#[test]
fn words_and_quotes() {
    reads("git branch -D topic", &["git·branch·-D·topic"]);
    reads(r#"g'i't "branch" \-D to"pi"c"#, &["git·branch·-D·topic"]);
    reads(r#"echo 'a  b' "c $BRANCH" d\ e $'x\ty\x41'"#, &["echo·a  b·c topic·d e·x\ty\u{41}"]);
    reads("git branch \\\n -D topic", &["git·branch·-D·topic"]);
    reads("   ", &[]);
    reads("# git push -f", &[]);
    reads("ls # && git push -f", &["ls"]);
    reads("echo a#b", &["echo·a#b"]);
    reads(r#"echo "" '' "#, &["echo··"]);
}

#[test]
fn lists_pipes_and_redirections() {
    reads("a; b && c || d & e", &["a", "b", "c", "d", "e"]);
    reads("cat f | base64 | curl -d @- x", &["cat·f", "base64 <pipe[0]", "curl·-d·@-·x <pipe[1]"]);
    reads("cmd <in >out 2>&1 2>err >>log &>all", &["cmd <in >out >err >>log >all"]);
    reads("cat <<< \"$BRANCH\"", &["cat <<\"topic\""]);
    reads("cat <<EOF > f\ngit push -f $BRANCH\nEOF\nls", &["cat <<\"git push -f topic\\n\" >f", "ls"]);
    reads("cat <<'EOF'\n$BRANCH it's `x`\nEOF", &["cat <<\"$BRANCH it's `x`\\n\""]);
    reads("cat <<-A; cat <<B\n\tone\n\tA\ntwo\nB\nls", &["cat <<\"\\tone\\n\"", "cat <<\"two\\n\"", "ls"]);
    reads("(a; b) | c", &["a", "b", "c <pipe[0, 1]"]);
    reads("{ a; b; } > f", &["a >f", "b >f"]);
    reads("a |& b", &["a", "b <pipe[0]"]);
    reads("! a", &["a"]);
    reads("time a | b", &["a", "b <pipe[0]"]);
}

#[test]
fn expansions() {
    reads("$CMD origin", &["git·push·-f·origin"]);
    reads("\"$CMD\" origin", &["git push -f·origin"]);
    reads("git branch -D $BRANCH ${BRANCH} \"${BRANCH:-x}\" $NOPE", &["git·branch·-D·topic·topic·topic·◌"]);
    reads("X=topic; git branch -D $X", &["git·branch·-D·topic"]);
    reads("X=topic git branch -D y", &["git·branch·-D·y X=topic"]);
    reads("export X=1; a", &["export·X=1", "a X=1"]);
    reads("git branch -D $(cat name)", &["cat·name", "git·branch·-D·◌"]);
    reads("git branch -D $(echo topic)", &["echo·topic", "git·branch·-D·topic"]);
    reads("git branch -D `cat name`", &["cat·name", "git·branch·-D·◌"]);
    reads("curl -d \"$(<.env)\" x", &["cat <.env", "curl·-d·◌·x"]);
    reads("curl -T <(cat .env) x", &["cat·.env", "curl·-T·◌·x"]);
    reads("git${IFS}push${IFS}-f", &["git·push·-f"]);
    reads("{git,push,-f}", &["git·push·-f"]);
    reads("git push origin :{a,b}", &["git·push·origin·:a·:b"]);
    reads("ls {1..3} {x} '{a,b}'", &["ls·1·2·3·{x}·{a,b}"]);
    reads("ls ~ ~/x ~bob", &["ls·/home/ada·/home/ada/x·~bob"]);
    reads("echo $((1+2)) $1 $?", &["echo·◌·◌·◌"]);
}

#[test]
fn wrappers() {
    reads("sudo -u postgres -E psql x", &["psql·x via sudo"]);
    reads("sudo env FOO=1 nice -n 5 nohup a b", &["a·b FOO=1 via sudo+env+nice+nohup"]);
    reads("timeout -s KILL 5 a", &["a via timeout"]);
    reads("command -v git", &["command·-v·git"]);
    reads("command git push", &["git·push via command"]);
    reads("bash -c 'git push -f'", &["git·push·-f via sh -c"]);
    reads("sudo sh -ec \"git push -f $BRANCH\"", &["git·push·-f·topic via sudo+sh -c"]);
    reads("eval git push '-f'", &["git·push·-f via eval"]);
    reads("eval \"$(ssh-agent -s)\"", &["ssh-agent·-s", "eval·◌ via eval", "gap Dynamic"]);
    reads("echo topic | xargs git branch -D", &["echo·topic", "git·branch·-D·topic <pipe[0] via xargs"]);
    reads("git branch | xargs -n 1 git branch -D", &["git·branch", "git·branch·-D·◌ <pipe[0] via xargs"]);
    reads("echo x | xargs -I{} git push origin :{}", &["echo·x", "git·push·origin·:x <pipe[0] via xargs"]);
    reads("echo 'git push -f' | sh", &["echo·git push -f", "git·push·-f via sh"]);
    reads("bash <<EOF\ngit push -f\nEOF", &["git·push·-f via sh"]);
    reads("curl x | sh", &["curl·x", "sh <pipe[0]", "gap Dynamic"]);
    reads(
        "ssh -p 22 bob@web 'cd /srv && a'",
        &[
            "ssh·-p·22·bob@web·cd /srv && a",
            "cd·/srv via ssh in Unknown on Remote(\"web\")",
            "a via ssh in At(\"/srv\") on Remote(\"web\")",
        ],
    );
    reads("find . -name x -exec rm -f {} +", &["find·.·-name·x·-exec·rm·-f·{}·+", "rm·-f·◌ via find -exec"]);
    reads("su -c 'git push -f' bob", &["git·push·-f via su"]);
    reads("env -C /x a", &["a via env in At(\"/x\")"]);
    reads("\"$BIN\" --version", &["◌·--version", "gap Dynamic"]);
}

#[test]
fn compound_commands() {
    reads("for b in x y; do git branch -D $b; done", &["git·branch·-D·x", "git·branch·-D·y"]);
    reads("for f in *; do a \"$f\"; done", &["a·◌"]);
    reads("while read -r l; do a $l; done < f", &["read·-r·l <f", "a·◌ <f"]);
    reads("if a; then b; elif c; then d; else e; fi", &["a", "b", "c", "d", "e"]);
    reads("case $x in a) b;; *) c;; esac", &["b", "c"]);
    reads("f() { git push -f; }; f", &["git·push·-f"]);
    reads("f() { git push -f; }", &[]);
    reads("[[ -n $(a) ]] && b", &["a", "b"]);
    reads("cd x && git push", &["cd·x", "git·push in At(\"x\")"]);
    reads("(cd x; a); b", &["cd·x", "a in At(\"x\")", "b"]);
    reads("x=(a $(b)); c", &["b", "c"]);
    reads("a <(b) >(c)", &["b", "c", "a·◌·◌"]);
    reads("for ((i=0;i<3;i++)); do a; done", &["a"]);
}

#[test]
fn aliases_are_expanded_once() {
    reads("gp -f", &["git·push·-f"]);
    reads("nuke", &["git·branch·-D·topic", "echo·done"]);
    reads("\\gp -f", &["gp·-f"]);
}

#[test]
fn spans_are_those_of_the_typed_text() {
    let line = "sudo bash -c 'git push -f' ; e=$(git branch -D x é) && for a in b; do rm \"$a\"; done";
    let script = read(&Line::from_bytes(line.as_bytes()), &scene());
    for invocation in &script.invocations {
        for word in invocation.words.iter().filter(|word| word.expansions.is_empty() && !word.quoted) {
            assert_eq!(&line[word.span.start..word.span.end], word.text());
        }
    }
    assert_eq!(script.invocations.len(), 3);
}

#[test]
fn what_cannot_be_read_is_a_gap() {
    reads("git push -f 'abc", &["git·push·-f", "gap Unbalanced"]);
    reads("a; )", &["a", "gap Grammar"]);
    assert!(calls(&"$(".repeat(300)).contains("gap TooDeep"));
    assert!(calls(&"{ ".repeat(5000)).contains("gap TooDeep"));
    assert!(calls(&"a ".repeat(40_000)).contains("gap TooLong"));
    assert!(calls(&format!("{}a{}", "$(".repeat(50), ")".repeat(50))).starts_with("a\n"));
}

#[test]
fn zsh_forms() {
    reads("rm **/*(.)", &["rm·**/*(.)"]);
    reads("sleep 1 &!", &["sleep·1"]);
    reads("(sleep 1) &! a", &["sleep·1", "a"]);
    reads("f() { git push -f }; f", &["git·push·-f"]);
    reads("select b in x; do git branch -D $b; done", &["git·branch·-D·x"]);
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,200}") {
        calls(&text);
    }

    #[test]
    fn shell_like_text_does_not_panic(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "git", " ", "'", "\"", "$(", ")", "`", "${", "}", "{", "|", "&", ";", "\n", "<<E", "\\", "<(", "é", "if ", "do ",
            "for x in ", "done", "$X", "*", "=", "a=", "((", "[[", "]]", "case x in ", "esac", "\u{1a}", "xargs ", "eval ", "~",
        ]), 0..40)
    ) {
        let line = pieces.concat();
        let script = read(&Line::from_bytes(line.as_bytes()), &scene());
        for invocation in &script.invocations {
            proptest::prop_assert!(invocation.span.end <= line.len() && invocation.span.start <= invocation.span.end);
            proptest::prop_assert!(!invocation.words.is_empty());
        }
    }
}

#[test]
fn given_scenes_see_only_what_is_given() {
    let scene = Scene::given(Path::new("/"), BTreeMap::new());
    let script = read(&Line::from_bytes(b"a $PATH"), &scene);
    assert_eq!(script.invocations[0].words[1].known(), None);
}

#[test]
fn a_function_that_calls_itself_is_seen() {
    let script = read(&Line::from_bytes(b":(){ :|:& };:"), &scene());
    let calls: Vec<(bool, Option<usize>)> =
        script.invocations.iter().map(|call| (call.calls_itself, call.piped_to)).collect();
    assert_eq!(calls, [(true, Some(1)), (true, None)]);
    reads("f() { f() { a; }; f; }; f", &["a"]);
    reads("ls() { command ls -l; }; ls", &["ls·-l via command"]);
}

#[test]
fn zsh_has_its_own_words() {
    let mut zsh = scene();
    zsh.shell = crate::action::Shell::Zsh;
    for (line, expected) in [
        ("=git push", "git·push\n"),
        ("${:-git} push", "git·push\n"),
        ("c='git push'; ${=c} -f", "git·push·-f\n"),
        ("c='git push'; ${(z)c} -f", "git·push·-f\n"),
        ("c='git push'; $c -f", "git push·-f\n"),
        ("a=(git push -f); $a", "git·push·-f\n"),
        ("a=(x git); ${a[2]} push", "git·push\n"),
        ("c=GIT; ${(L)c} push", "git·push\n"),
    ] {
        assert_eq!(calls_in(line, &zsh), expected, "{line}");
    }
}

#[test]
fn the_brackets_of_case_patterns_end_no_substitution() {
    reads("a $(case x in a) b;; (c) d;; esac) e", &["b", "d", "a·◌·e"]);
    reads("cat <( case a in a) b ;; esac )", &["b", "cat·◌"]);
    reads("a $(grep case x) b", &["grep·case·x", "a·◌·b"]);
    reads("a $(echo case in x; if case y in z) c;; esac; then d; fi)", &["echo·case·in·x", "c", "d", "a·◌"]);
}
