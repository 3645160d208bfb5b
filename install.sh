#!/bin/sh
# Builds forestall, installs it for this user, and proves that the shells are protected.
#
#   ./install.sh              build, install to ~/.local/bin, add the hook to your shells after asking
#   ./install.sh --uninstall  take all of that out again; rc files come back byte for byte
#
#   --yes          do not ask
#   --dry-run      show what would be done, do nothing
#   --no-rc        leave the rc files alone
#   --prefix DIR   install to DIR/bin instead of ~/.local/bin
set -eu

usage() { sed -n '4,10s/^# \{0,1\}//p' "$0"; }
say() { printf '%s\n' "$*"; }
fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}

prefix='' yes='' dry='' rc=1 uninstall=''
while [ $# -gt 0 ]; do
    case $1 in
        --yes | -y) yes=--yes ;;
        --dry-run) dry=--dry-run ;;
        --no-rc) rc='' ;;
        --uninstall) uninstall=1 ;;
        --prefix)
            [ $# -ge 2 ] || fail '--prefix needs a directory'
            prefix=$2
            shift
            ;;
        --prefix=*) prefix=${1#--prefix=} ;;
        --help | -h)
            usage
            exit 0
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
    shift
done

# The block in the rc files names the binary by its absolute path.
if [ -z "$prefix" ]; then
    [ -n "${HOME-}" ] || fail 'HOME is not set; use --prefix DIR'
    prefix=$HOME/.local
fi
case $prefix in
    /*) ;;
    *) prefix=$PWD/$prefix ;;
esac
bin=$prefix/bin/forestall

if [ -n "$uninstall" ]; then
    [ -x "$bin" ] || fail "$bin is not there; what is installed elsewhere needs --prefix"
    if [ -n "$rc" ]; then
        # shellcheck disable=SC2086 # each is one word or none
        "$bin" uninstall $yes $dry
    fi
    [ -n "$dry" ] || rm -f -- "$bin"
    say "$bin: ${dry:+would be }removed"
    exit 0
fi

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
PATH=$PATH:${CARGO_HOME:-${HOME-}/.cargo}/bin
command -v cargo >/dev/null 2>&1 || fail 'cargo is missing; see https://rustup.rs'

target=
if [ "$(uname -s)" = Linux ]; then
    musl=$(uname -m)-unknown-linux-musl
    if [ ! -d "$(rustc --print target-libdir --target "$musl" 2>/dev/null)" ]; then
        say "The Rust target $musl is missing (rustup target add $musl)."
    elif ! command -v musl-gcc >/dev/null 2>&1; then
        say 'A C compiler for musl is missing (Debian: apt install musl-tools).'
    else
        target=$musl
    fi
    if [ -z "$target" ]; then
        say 'So the binary will be dynamic: it works the same, but each line you type waits about 1 ms longer.'
    fi
fi

if [ -n "$dry" ]; then
    say "would build ${target:-a plain release} in $root and install it as $bin"
    [ -z "$rc" ] || say 'would then show the lines for the rc files and ask (forestall setup)'
    exit 0
fi

say "Building ${target:-a plain release}; the first time takes some minutes."
(cd -- "$root" && cargo build --release --locked ${target:+--target "$target"})
built=${CARGO_TARGET_DIR:-$root/target}/${target:+$target/}release/forestall

# Replaced in one step, so that a shell that is open never finds half a file.
mkdir -p -- "$prefix/bin"
if cmp -s -- "$built" "$bin"; then
    say "$bin: already there"
else
    cp -- "$built" "$bin.new"
    chmod 755 -- "$bin.new"
    mv -f -- "$bin.new" "$bin"
    say "$bin: installed"
fi

if [ -z "$rc" ]; then
    say "Add this as the last line of ~/.bashrc:  eval \"\$($bin init bash)\""
    say "of ~/.zshrc:                             eval \"\$($bin init zsh)\""
    say "and of ~/.config/fish/config.fish:       $bin init fish | source"
    exit 0
fi
say
# shellcheck disable=SC2086 # it is one word or none
"$bin" setup $yes
say
"$bin" doctor
