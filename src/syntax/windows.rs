//! Shells and commands of Windows: `cmd /c`, `powershell -Command`, `Remove-Item`.

use super::walk::Walker;
use super::{HOLE, Invocation, Word};

impl Walker<'_> {
    /// `cmd /c rd /s /q C:\\Users`, with the command in one word or in many.
    pub(super) fn command_of_windows(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let at = invocation.words.iter().position(|word| matches!(word.text(), "/c" | "/k" | "/C" | "/K"))?;
        let words: Vec<Word> = invocation.words[at + 1..]
            .iter()
            .flat_map(|word| word.text().split(' ').map(|text| Self::text_of(word, text)))
            .collect();
        self.run_words(invocation, words, "cmd")
    }

    /// `Remove-Item -Recurse path` of PowerShell, `rd /s path` and `del /s path` of cmd: what rm would do.
    pub(super) fn windows(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let cmd = invocation.via.contains(&"cmd");
        let program = invocation.program().to_ascii_lowercase();
        let flag = |name: &str| {
            invocation.args().iter().any(|word| {
                let text = word.text().to_ascii_lowercase();
                text == format!("/{name}") || !cmd && text.len() > 1 && "-recurse".starts_with(&text)
            })
        };
        let recursive = flag("s") || program == "format";
        if !cmd && !matches!(program.as_str(), "remove-item" | "ri") || !recursive {
            return None;
        }
        // `Get-ChildItem path | Remove-Item -Recurse`
        let mut operands: Vec<Word> = invocation.args().to_vec();
        if let super::Feed::Pipe(made) = &invocation.stdin {
            let makers = made.iter().filter_map(|&index| self.script.invocations.get(index));
            let lists =
                |maker: &&Invocation| matches!(maker.program(), "Get-ChildItem" | "gci" | "dir" | "ls");
            operands.extend(makers.filter(lists).flat_map(|maker| maker.args().iter().cloned()));
        }
        let takes = |word: &Word| {
            let text = word.text();
            !text.starts_with('-') && !text.starts_with("$") && !text.starts_with(HOLE)
        };
        let named = operands.iter().filter(|word| takes(word));
        let paths = named.filter(|word| !(cmd && word.text().starts_with('/'))).map(|word| {
            let text = word.text().trim_matches('"').replace('\\', "/");
            // A drive is where the Linux beside it mounts it.
            match text.as_bytes() {
                [drive, b':', ..] if drive.is_ascii_alphabetic() => {
                    let rest = text[2..].trim_end_matches(['*', '/']);
                    Self::text_of(word, &format!("/mnt/{}{rest}", char::from(drive.to_ascii_lowercase())))
                }
                _ => Self::text_of(word, &text),
            }
        });
        let mut words =
            vec![Word::literal("rm", invocation.words[0].span), Word::literal("-rf", invocation.span)];
        words.extend(paths);
        self.run_words(invocation, words, "windows")
    }

    pub(super) fn powershell(&mut self, invocation: &Invocation) -> Option<Vec<usize>> {
        let is_command = |word: &Word| {
            let text = word.text().to_ascii_lowercase();
            text.len() > 1 && "-command".starts_with(&text)
        };
        let at = invocation.words.iter().position(is_command)?;
        let mut words = invocation.words[at + 1..].to_vec();
        // Its aliases have the names of other programs, and its paths are written with what quotes elsewhere.
        for word in &mut words {
            let text = word.text.replace('\\', "/");
            let text = block_of_powershell(&text);
            let each = text.split('|').map(|call| {
                let call = call.trim_start();
                // `… | % { Remove-Item $_ -Recurse }`
                let each = ["% {", "%{", "ForEach-Object {", "foreach {"];
                let each = each.iter().find_map(|start| call.strip_prefix(start)?.trim().strip_suffix('}'));
                let call = each.map_or(call, str::trim);
                let (first, rest) = call.split_once(' ').unwrap_or((call, ""));
                // `[System.IO.Directory]::Delete('/x', $true)`
                if let Some((_, named)) = call.split_once("IO.Directory]::Delete(")
                    && let Some(path) = super::literals(named).next()
                {
                    return format!("Remove-Item -Recurse '{}'", path.text);
                }
                match matches!(first, "rm" | "del" | "rd" | "ri" | "rmdir" | "erase") {
                    true => format!("Remove-Item {rest}"),
                    false => call.to_owned(),
                }
            });
            let text = each.collect::<Vec<_>>().join(" | ");
            if text != word.text {
                *word = Self::text_of(word, &text);
            }
        }
        // Its grammar is another one; only simple lines mean the same. The call itself stays for who reads more.
        self.push(invocation.clone());
        self.bodies += 1;
        let made = self.run_script(invocation, "powershell", &words);
        self.bodies -= 1;
        made
    }
}

/// The commands of `& { … }`.
fn block_of_powershell(text: &str) -> &str {
    let inner =
        text.trim().strip_prefix('&').and_then(|rest| rest.trim().strip_prefix('{')?.strip_suffix('}'));
    inner.map_or(text, str::trim)
}
