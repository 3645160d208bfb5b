//! What we read without a gap is what fish itself accepts: each text is shown to both, and run by neither.
//!
//! Compared with fish 3.6. Left out on purpose: what fish finds wrong beyond its grammar (`break` outside of a
//! loop, an unknown `builtin`), and blocks in braces, which are a grammar of their own since fish 4.1.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use forestall::action::{Line, Scene, Shell};
use forestall::syntax::{GapCause, read};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// One text in a line; `\n` in a text is written as ⏎.
const TEXTS: &str = r#"
echo a ^b
echo a 2>|cat
echo a &| cat
echo a >| b
echo a <&3
echo a 3<&1
echo a >&-
echo $
echo $(
echo "$"
echo a$
echo "(a"
echo (a
echo a)
echo `ls`
echo a &&
and a
or a
a | and b
not
not not a
!a
! a
a | | b
a ; ; b
& a
a & & b
a ;& b
| a
a |
a;|b
a &&⏎b
a |⏎⏎b
a⏎| b
if a; end
if a; else; end
if; end
end
else
for x in a; end
for x a; end
for in in a; end
for $x in a; end
for x in a > b; c; end
for x in; end
for x in a⏎b⏎end
case a
switch a; case b; c; end
switch a b; end
switch a; b; end
switch (a); case 'b' c; d; case '*'; e; end
begin; end
begin a; end
begin end
begin
end a
begin; a; end b
begin; a; end > f
begin; a; end; end
function; end
function f; end
function f --wraps x; a; end
function 'a b'; c; end
function f; function g; a; end; end
function f⏎a⏎end
x=1
x=1 a
x=1 y=2 a
x= a
X='a b' c
x=1 if a; end
x=1 (a)
echo {a,b
echo {a}
echo {}
echo {a, b}
echo {a,(b)}
echo {$x}
echo a}
echo }
echo a#b
echo [a
echo a]
echo a[
echo a[1
echo a[1 2]
$x
$x a
a$x b
(a) b
"(a)" b
"$(a)" b
a(b) c
"a" b
[ a ]
a <<b
a <<<b
a <(b)
a >(b)
a >
a > > b
a 2>&1
a 2>&1 | b
a &>b
a &>>b
a &>?b
a >?b
a >>?b
a 2> b
a 1 > b
a >b c
> b
> b a
time a
time
time -h
command a
command
builtin
exec a
exec
command if a; end
time if a; end
not if a; end
exec a | b
a | exec b
a | not b
a | time b
echo $x[1]
echo $x[1..2]
echo $x[
echo $x[]
echo "$x[1]"
echo "$x["
echo $$x
echo $x$y
echo ${x}
echo "${x}"
echo $?
echo $1
echo $#
echo $@
echo $*
echo $!
echo $-
echo $/
echo "a $ b"
echo '$'
echo \$
echo \\$
echo $(a)
echo "$(a)"
echo "$(a"
echo "a $(b "c $(d)") e"
echo (a)[1]
echo $(a)[1]
echo $(a)b(c)
echo 'a
echo "a
echo 'it\'s' 'a\\'
echo 'a\'
echo "a\"b" "\\"
echo "a\"
echo \\
echo \x4
echo \X41
echo \xzz
echo \x
echo \u
echo \u41
echo \U110000
echo \077
echo \q
echo \cA
echo "\xzz"
echo a\ b
echo a \⏎ b
while a; end
while; end
while a; end | b
while a; b; end < f
while a; and b; c; end
a; and b; or c
a; and
and; a
and
echo and
if a; and b; c; end
if a; or b; else if c; d; else; e; end
if a; b; else; c; else; d; end
if a⏎b⏎end
if a end
if a; b end
if and; end
if not a; end
if a | b; c; end
if a & b; end
if a && b; c; end
if -h
a | if b; end
a && if b; end
a | begin; b; end | c
echo a;
;
# a
a # 'b
a ;# 'b
echo (a; b)
echo (a⏎b # c)⏎)
echo (if a; end)
echo (if a)
echo ()
echo $()
f()
f() { a; }
set x=1
a &&& b
a || || b
a && | b
a && ; b
a 2 >&1
~/bin/x a
a & b
a &
a | b &
a |& b
a &&b||c
a&b
curl x?a=1&b=2
echo ä 'ö' "ü" \é
"#;

#[test]
fn reads_what_fish_accepts_and_nothing_else() {
    if Command::new("fish").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: fish is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("text.fish");
    let mut scene = Scene::given(Path::new("/work"), BTreeMap::new());
    scene.shell = Shell::Fish;
    let mut wrong = String::new();
    let texts: Vec<String> =
        TEXTS.lines().filter(|line| !line.is_empty()).map(|line| line.replace('⏎', "\n") + "\n").collect();
    assert!(texts.len() > 200);
    for text in texts {
        fs::write(&file, &text).unwrap();
        let fish = Command::new("fish")
            .arg("--no-execute")
            .arg(&file)
            .env("HOME", home.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let gaps = read(&Line::from_bytes(text.as_bytes()), &scene).gaps;
        // That a program is only known when it runs is no matter of grammar.
        let accepted = gaps.iter().all(|gap| gap.cause == GapCause::Dynamic);
        if fish.status.success() != accepted {
            wrong += &format!(
                "{text:?}: we {}, fish says {}\n",
                if accepted { "read it" } else { "do not" },
                String::from_utf8_lossy(&fish.stderr).lines().next().unwrap_or("nothing")
            );
        }
    }
    assert_eq!(wrong, "");
}
