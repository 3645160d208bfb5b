#!/bin/sh
# forestall git hook: judges what this would do, then runs the hook that was here before.
# Written by `forestall git install`; `forestall git uninstall` puts everything back as it was.

event='@event@'
forestall='@forestall@'
kept=${0%/*}/$event.before-forestall

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

# The dispatcher that is set for all repositories has judged already, if it is our parent.
[ "${FORESTALL_JUDGED-}" = "$event:$PPID" ]
judged=$?

if [ "$event" = pre-push ]; then
    # Both need what git says on standard input. The mark keeps the newlines at the end.
    input=$(cat && echo .)
    input=${input%.}
    if [ "$judged" != 0 ]; then
        printf '%s' "$input" | judge "$@" || exit 1
    fi
    [ -x "$kept" ] || exit 0
    # A hook that does not read all of it is no error.
    printf '%s' "$input" 2>/dev/null | "$kept" "$@"
else
    if [ "$judged" != 0 ]; then
        judge "$@" || exit 1
    fi
    [ -x "$kept" ] || exit 0
    exec "$kept" "$@"
fi
