//! Functions of the running shell: what a call of one would run.

use super::walk::{Function, Place, Walker};
use super::{Feed, GapCause, MAX_DEPTH, Redirect, Span, Word};
use crate::action::Shell;
use std::rc::Rc;

/// Longest body that is read, in bytes: a shortcut of its user is short, a program written as a function (nvm,
/// conda) does a hundred things of which a call means one.
const MAX_BODY: usize = 2048;
/// Most functions and aliases that are read inside each other.
pub(super) const MAX_CALLS: usize = 16;

/// The text that a function runs, out of what the shell prints of its functions.
fn body<'t>(definitions: &'t str, name: &str, shell: Shell) -> Option<&'t str> {
    // bash: `name () \n{ \n`, zsh: `name () {\n`, fish: `function name --options\n`.
    let (before, end) = match shell {
        Shell::Bash | Shell::Zsh => ("", "\n}"),
        Shell::Fish => ("function ", "\nend"),
    };
    let mut from = 0;
    while let Some(found) = definitions[from..].find(name) {
        let at = from + found;
        from = at + name.len();
        let Some(start) = at.checked_sub(before.len()) else { continue };
        let begins = definitions[start..].starts_with(before)
            && (start == 0 || definitions.as_bytes()[start - 1] == b'\n');
        let head = definitions[from..].lines().next().unwrap_or_default();
        let is_head = match shell {
            Shell::Bash | Shell::Zsh => head.trim_start().starts_with("()"),
            Shell::Fish => head.is_empty() || head.starts_with([' ', ';']),
        };
        if !begins || !is_head {
            continue;
        }
        let rest = &definitions[from..];
        return Some(match shell {
            Shell::Bash | Shell::Zsh => {
                let open = rest.find('{')?;
                let close = open + rest[open..].find(end)? + end.len();
                &rest[open..close]
            }
            // A whole definition may stand in one line.
            Shell::Fish if head.contains("; end") => &head[head.find(';')? + 1..head.rfind("; end")?],
            Shell::Fish => &rest[head.len()..rest.find(end)?.max(head.len())],
        });
    }
    None
}

impl Walker<'_> {
    /// Reads the body of a function in the place of a call; `None` where the first word names none that is known.
    pub(super) fn function(
        &mut self,
        words: &[Word],
        feed: Option<&Feed>,
        outputs: &[Redirect],
        span: Span,
    ) -> Option<Vec<usize>> {
        if let Some(made) = self.own_function(words, feed, outputs, span) {
            return Some(made);
        }
        let scene = self.scene;
        if self.frame.shell != scene.shell {
            return None;
        }
        let name = words.first()?.known().filter(|name| !scene.functions.is_empty() && !name.is_empty())?;
        // Our own function calls the program of that name.
        if name == "forestall" {
            return None;
        }
        let body = body(&scene.functions, name, scene.shell)?;
        if self.inside.iter().any(|outer| outer == name) {
            // A wrapper that calls what it wraps: `ls() { command ls "$@"; }` with another spelling of it.
            return None;
        }
        if body.len() > MAX_BODY || self.inside.len() >= MAX_CALLS || !self.take_reading(span) {
            self.gap(GapCause::Dynamic, span);
            return Some(Vec::new());
        }
        let name = name.to_owned();
        self.bodies += 1;
        let made = self.called(name, Place::Within(span), (words, feed, outputs), |walker| walker.text(body));
        self.bodies -= 1;
        Some(made)
    }

    /// Reads a body in the place of a call with these words, input and outputs; `key` stands for it while it is read.
    fn called(
        &mut self,
        key: String,
        place: Place,
        (words, feed, outputs): (&[Word], Option<&Feed>, &[Redirect]),
        read: impl FnOnce(&mut Self) -> Vec<usize>,
    ) -> Vec<usize> {
        let mut frame = self.frame.clone();
        frame.place = place;
        frame.arguments = Some(words[1..].into());
        if let Some(feed) = feed {
            frame.stdin = feed.clone();
        }
        self.inside.push(key);
        let outer = std::mem::replace(&mut self.frame, frame);
        let made = read(self);
        let inner = std::mem::replace(&mut self.frame, outer);
        self.inside.pop();
        // It runs in this shell: where it goes, the rest of the line goes.
        self.frame.dir = inner.dir;
        self.frame.vars = inner.vars;
        for &index in &made {
            self.script.invocations[index].redirects.extend(outputs.iter().cloned());
        }
        made
    }
}

impl Walker<'_> {
    /// The function of this name that the text defined last, with a name that no other definition has.
    fn defined(&self, name: &str) -> Option<(String, &Function)> {
        let at = self.functions.iter().rposition(|function| function.name == name)?;
        Some((format!("{name}({at})"), &self.functions[at]))
    }

    /// Whether a call of this name is made in the body of the very function.
    pub(super) fn calls_itself(&self, name: &str) -> bool {
        self.defined(name).is_some_and(|(key, _)| self.inside.contains(&key))
    }

    /// Reads the body of a function that the text itself defined. What it would do is marked where it is written.
    fn own_function(
        &mut self,
        words: &[Word],
        feed: Option<&Feed>,
        outputs: &[Redirect],
        span: Span,
    ) -> Option<Vec<usize>> {
        if self.functions.is_empty() {
            return None;
        }
        let name = words.first()?.known()?;
        let (key, function) = self.defined(name)?;
        if self.inside.contains(&key) {
            return None;
        }
        let (body, place) = (Rc::clone(&function.body), function.place);
        if self.inside.len() >= MAX_CALLS || self.depth >= MAX_DEPTH || !self.take_reading(span) {
            self.gap(GapCause::Dynamic, span);
            return Some(Vec::new());
        }
        self.depth += 1;
        let made = self.called(key, place, (words, feed, outputs), |walker| walker.node(&body));
        self.depth -= 1;
        Some(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASH: &str = "gp () \n{ \n    git push \"$@\"\n}\nmygp () \n{ \n    gp; { echo a; }\n}\n";
    const ZSH: &str = "gp () {\n\tgit push \"$@\"\n}\n";
    const FISH: &str = "# Defined via `source`\nfunction gp --wraps='git push' --description 'alias gp=git push'\n  git push $argv\n\nend\n\
                        function one; git push $argv; end\n";

    #[test]
    fn bodies_are_found_in_each_form() {
        assert_eq!(body(BASH, "gp", Shell::Bash), Some("{ \n    git push \"$@\"\n}"));
        assert_eq!(body(BASH, "mygp", Shell::Bash), Some("{ \n    gp; { echo a; }\n}"));
        assert_eq!(body(ZSH, "gp", Shell::Zsh), Some("{\n\tgit push \"$@\"\n}"));
        assert_eq!(body(FISH, "gp", Shell::Fish).map(str::trim), Some("git push $argv"));
        assert_eq!(body(FISH, "one", Shell::Fish).map(str::trim), Some("git push $argv"));
        for name in ["g", "p", "git", "push", "echo", "argv", "function"] {
            for (text, shell) in [(BASH, Shell::Bash), (ZSH, Shell::Zsh), (FISH, Shell::Fish)] {
                assert_eq!(body(text, name, shell), None, "{name}");
            }
        }
        assert_eq!(body("gp () \n{ \n    torn", "gp", Shell::Bash), None);
    }
}
