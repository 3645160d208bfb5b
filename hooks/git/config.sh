# shellcheck shell=sh disable=SC2119,SC2120
# A hook in git's configuration (git 2.54 and later), which runs beside the hooks of each repository. git puts the
# hook's arguments behind the last word.
forestall_judge() {
    if [ ! -x '@forestall@' ]; then
        echo 'forestall is missing: this @event@ was not judged' >&2
        return 0
    fi
    '@forestall@' git-hook '@event@' "$@"
    status=$?
    case $status in
        0) return 0 ;;
        1) return 1 ;;
    esac
    echo "forestall: it failed with status $status: this @event@ was not judged" >&2
}
forestall_judge
