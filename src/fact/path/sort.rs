//! What the name of a file says about whether it can be had again.

use crate::fact::repository::generated::is_generated;
use crate::secrets::secret_path;
use std::path::Path;

/// Names of directories that nobody uses for anything but what a program makes again.
fn is_cache(name: &str) -> bool {
    let ambiguous = matches!(
        name,
        "build"
            | "_build"
            | "dist"
            | "out"
            | "target"
            | "tmp"
            | "temp"
            | "log"
            | "logs"
            | "coverage"
            | ".idea"
            | ".vscode"
            | ".vs"
            | ".yarn"
            | "Pods"
            | ".bundle"
            | ".direnv"
    );
    !ambiguous && is_generated(&format!("{name}/"))
}

/// Whether it is made again by a build or an install: a path relative to a repository, or any other. In a
/// repository that says what it ignores, `dist/` that is not ignored was left out with intent.
pub(super) fn is_made_again(path: &str, ignores: bool) -> bool {
    let path = path.trim_end_matches('/');
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    if path.split('/').any(is_cache) {
        return true;
    }
    // As a file and not as a directory.
    let is_file = name.contains('.') && is_generated(name) && !is_cache(name);
    let is_folder = |part: &str| is_generated(part) || matches!(part, "cache" | "caches");
    is_file
        || (!ignores
            && (is_folder(name) || dir.split('/').any(|part| is_folder(part) && !part.contains('.'))))
}

/// Whether one of the directories just above a path is where a build puts what it makes, whose name is used for
/// nothing else.
pub(super) fn is_below_build(path: &str) -> bool {
    path.rsplit('/').skip(1).take(3).any(|part| matches!(part, "build" | "_build" | "dist"))
}

/// Whether a file holds secrets or a database, by its name.
pub(super) fn is_precious(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let database = matches!(
        extension,
        "sqlite"
            | "sqlite3"
            | "db"
            | "db3"
            | "mdb"
            | "accdb"
            | "kdbx"
            | "kdb"
            | "tfstate"
            | "dump"
            | "rdb"
            | "qcow2"
            | "vmdk"
            | "vdi"
            | "pgdump"
            | "realm"
    );
    database || secret_path(path).is_some()
}

/// Largest database that is looked into for rows, in bytes.
const MAX_DATABASE: u64 = 256 * 1024;

/// Whether it is a database of SQLite whose tables have no row: of its pages, all leaves but those of the schema, which
/// is the first page, hold no cell (<https://www.sqlite.org/fileformat.html>).
pub(super) fn is_empty_database(path: &Path) -> bool {
    if is_empty_state(path) {
        return true;
    }
    let is_one =
        path.extension().is_some_and(|it| ["db", "sqlite", "sqlite3", "db3"].iter().any(|one| it == *one));
    let size = |path: &Path| path.metadata().ok().filter(|it| it.is_file()).map_or(0, |it| it.len());
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    if !is_one || !(1..=MAX_DATABASE).contains(&size(path)) || size(Path::new(&journal)) > 0 {
        return false;
    }
    let Ok(bytes) = std::fs::read(path) else { return false };
    if !bytes.starts_with(b"SQLite format 3\0") || bytes.len() < 100 {
        return false;
    }
    let page = match u16::from_be_bytes([bytes[16], bytes[17]]) {
        1 => 65536,
        size if size >= 512 => usize::from(size),
        _ => return false,
    };
    // 2 and 5 are pages above others, 10 and 13 the leaves of indices and tables.
    bytes.chunks(page).skip(1).all(|page| match page {
        [2 | 5, ..] => false,
        [10 | 13, _, _, high, low, ..] => u16::from_be_bytes([*high, *low]) == 0,
        _ => true,
    })
}

/// Whether it is a state of Terraform that knows of nothing.
fn is_empty_state(path: &Path) -> bool {
    let is_one = path.file_name().is_some_and(|name| name.to_string_lossy().contains(".tfstate"));
    let small = || path.metadata().is_ok_and(|it| it.is_file() && it.len() < 4096);
    is_one
        && small()
        && std::fs::read_to_string(path)
            .is_ok_and(|text| text.split_whitespace().collect::<String>().contains("\"resources\":[]"))
}

/// Whether it holds what a person wrote, drew or found out, and no program makes.
pub(super) fn is_document(path: &str) -> bool {
    matches!(
        path.rsplit_once('.').map_or("", |(_, extension)| extension),
        "md" | "rst"
            | "adoc"
            | "tex"
            | "org"
            | "docx"
            | "odt"
            | "odp"
            | "xlsx"
            | "ods"
            | "pptx"
            | "ipynb"
            | "psd"
            | "blend"
    )
}

/// Whether people write such a file by hand, so that it is not the output of a program.
pub(super) fn is_written(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(
        extension,
        "rs" | "py"
            | "js"
            | "jsx"
            | "ts"
            | "tsx"
            | "go"
            | "c"
            | "h"
            | "cc"
            | "cpp"
            | "hpp"
            | "java"
            | "kt"
            | "rb"
            | "php"
            | "sh"
            | "bash"
            | "zsh"
            | "fish"
            | "pl"
            | "lua"
            | "swift"
            | "scala"
            | "ex"
            | "exs"
            | "hs"
            | "ml"
            | "clj"
            | "r"
            | "jl"
            | "vue"
            | "svelte"
            | "md"
            | "rst"
            | "adoc"
            | "tex"
            | "org"
            | "docx"
            | "odt"
            | "xlsx"
            | "ods"
            | "pptx"
            | "key"
            | "ipynb"
            | "toml"
            | "tf"
            | "tfvars"
            | "proto"
            | "css"
            | "scss"
            | "psd"
            | "ai"
            | "blend"
            | "vim"
            | "el"
            | "nix"
            | "conf"
            | "ini"
    ) || matches!(
        name,
        "Makefile" | "Dockerfile" | "Jenkinsfile" | "Vagrantfile" | "Gemfile" | "Rakefile" | "Justfile"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for path in ["node_modules", "a/node_modules/b/c.js", "x/__pycache__", "a.pyc", "b/app.log"] {
            assert!(is_made_again(path, true), "{path}");
        }
        for path in ["build/notes.md", "dist", "src/a.rs", "data.csv"] {
            assert!(!is_made_again(path, true), "{path}");
        }
        assert!(is_made_again("build/notes.md", false));
        assert!(is_made_again("dist", false));
        assert!(!is_made_again("src/a.rs", false));
        assert!(is_precious(".env") && is_precious("a/app.sqlite3") && !is_precious("a.txt"));
        assert!(is_written("a/main.rs") && !is_written("out.txt"));
    }
}
