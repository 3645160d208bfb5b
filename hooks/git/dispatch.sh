#!/bin/sh
# forestall git hook for all repositories of a user: judges pushes and commits, then runs the repository's own
# hook, which git would not look for any more since core.hooksPath is set.
# Written by `forestall git install --global`; `forestall git uninstall --global` takes it away.

event=${0##*/}
forestall='@forestall@'

# The repository's own hooks, without asking git where the answer is plain: some hooks run for every ref.
if [ -z "${GIT_DIR-}" ] && [ -d .git ]; then
    common=.git
elif [ -n "${GIT_DIR-}" ] && [ -d "$GIT_DIR" ] && [ ! -e "$GIT_DIR/commondir" ]; then
    common=$GIT_DIR
else
    common=$(git rev-parse --git-common-dir) || common=.git
fi
own=$common/hooks/$event

# Only 1 means stop. Protection that is lost or broken never stops anybody's work, and never goes in silence.
judge() {
    if [ ! -x "$forestall" ]; then
        echo "forestall: $forestall is missing: this $event was not judged" >&2
        return 0
    fi
    "$forestall" git-hook "$event" --file "$@"
    status=$?
    case $status in
        0) return 0 ;;
        1) return 1 ;;
    esac
    echo "forestall: it failed with status $status: this $event was not judged" >&2
}

case $event in
    pre-push)
        # Both need what git says on standard input. The mark keeps the newlines at the end.
        input=$(cat && echo .)
        input=${input%.}
        printf '%s' "$input" | judge "$@" || exit 1
        [ -x "$own" ] || exit 0
        export FORESTALL_JUDGED="$event:$$"
        # A hook that does not read all of it is no error.
        printf '%s' "$input" 2>/dev/null | "$own" "$@"
        exit
        ;;
    pre-commit)
        judge "$@" || exit 1
        [ -x "$own" ] || exit 0
        export FORESTALL_JUDGED="$event:$$"
        "$own" "$@"
        exit
        ;;
    push-to-checkout)
        # That this hook exists replaces what git does by itself, so that has to be done here.
        if [ ! -x "$own" ]; then
            if [ -n "${GIT_WORK_TREE-}" ]; then cd "$GIT_WORK_TREE" || exit 1; fi
            git update-index -q --ignore-submodules --refresh &&
                git diff-files --quiet --ignore-submodules -- &&
                git diff-index --quiet --cached --ignore-submodules HEAD -- &&
                git read-tree -u -m HEAD "$1"
            exit
        fi
        ;;
esac

[ -x "$own" ] || exit 0
exec "$own" "$@"
