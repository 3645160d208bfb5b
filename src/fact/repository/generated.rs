//! Files that a build, an interpreter or an editor makes again.

/// Whether the last part of a path is the name of something generated. A directory of that name counts with all
/// that is in it.
pub(crate) fn is_generated(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path.split('/').any(is_directory) || is_file(path.rsplit('/').next().unwrap_or(path))
}

fn is_directory(name: &str) -> bool {
    matches!(
        name,
        "node_modules"
            | "bower_components"
            | "jspm_packages"
            | ".pnpm-store"
            | ".yarn"
            | "target"
            | "build"
            | "_build"
            | "dist"
            | "dist-newstyle"
            | ".stack-work"
            | "out"
            | "__pycache__"
            | ".venv"
            | "venv"
            | ".eggs"
            | ".tox"
            | ".nox"
            | ".pytest_cache"
            | ".mypy_cache"
            | ".ruff_cache"
            | ".hypothesis"
            | ".ipynb_checkpoints"
            | "htmlcov"
            | "coverage"
            | ".nyc_output"
            | ".next"
            | ".nuxt"
            | ".output"
            | ".svelte-kit"
            | ".astro"
            | ".angular"
            | ".parcel-cache"
            | ".turbo"
            | ".vite"
            | ".sass-cache"
            | ".cache"
            | ".gradle"
            | ".bundle"
            | ".terraform"
            | ".serverless"
            | ".aws-sam"
            | "cdk.out"
            | ".dart_tool"
            | "DerivedData"
            | "Pods"
            | "elm-stuff"
            | ".direnv"
            | ".idea"
            | ".vscode"
            | ".vs"
            | "tmp"
            | "temp"
            | "log"
            | "logs"
    ) || name.ends_with(".egg-info")
        || name.starts_with("cmake-build-")
}

fn is_file(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(
        name,
        ".DS_Store"
            | "Thumbs.db"
            | ".coverage"
            | ".eslintcache"
            | ".stylelintcache"
            | ".pnp.cjs"
            | "nohup.out"
    ) || matches!(
        extension,
        Some(
            "o" | "a"
                | "so"
                | "dylib"
                | "dll"
                | "obj"
                | "class"
                | "pyc"
                | "pyo"
                | "pyd"
                | "rlib"
                | "rmeta"
                | "d"
                | "log"
                | "tmp"
                | "temp"
                | "swp"
                | "swo"
                | "orig"
                | "rej"
                | "gcda"
                | "gcno"
                | "profraw"
                | "tsbuildinfo"
                | "beam"
                | "aux"
                | "toc"
                | "fls"
                | "fdb_latexmk"
        )
    )
}

/// Whether a tracked file is one that a tool writes anew: the pinned versions of dependencies.
pub(super) fn is_lock(path: &str) -> bool {
    matches!(
        path.rsplit('/').next().unwrap_or(path),
        "package-lock.json"
            | "npm-shrinkwrap.json"
            | "yarn.lock"
            | "pnpm-lock.yaml"
            | "bun.lock"
            | "bun.lockb"
            | "deno.lock"
            | "Cargo.lock"
            | "poetry.lock"
            | "uv.lock"
            | "pdm.lock"
            | "Pipfile.lock"
            | "Gemfile.lock"
            | "composer.lock"
            | "go.sum"
            | "mix.lock"
            | "pubspec.lock"
            | "Podfile.lock"
            | "flake.lock"
            | ".terraform.lock.hcl"
    )
}

#[cfg(test)]
mod tests {
    use super::is_generated;

    #[test]
    fn what_is_made_again_and_what_is_not() {
        for path in ["node_modules/", "web/dist/", "a/__pycache__/", "x.pyc", "target/debug/app", "app.log"] {
            assert!(is_generated(path), "{path}");
        }
        for path in [".env", "data.sqlite", "notes.md", "src/builder/", "config.local", "id_ed25519", "a.d/x"]
        {
            assert!(!is_generated(path), "{path}");
        }
    }
}
