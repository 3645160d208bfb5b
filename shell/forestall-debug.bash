# How bash 3.2 to 4.3, which have no PS0, stops a line: a DEBUG trap interrupts the shell before the first command of
# the line. Without functrace, which can end these shells; a line that is only ( … ) is therefore not seen.
# shellcheck shell=bash disable=SC2016,SC2064,SC2154

__forestall_mechanism=DEBUG

# One typed line is judged once: the prompt arms, the first command disarms.
__forestall_arm() {
    local status=$?
    [[ $__forestall_state == on ]] || return $status
    [[ -e $__forestall_next ]] && __forestall_take
    case :${HISTCONTROL-}: in
        *:ignoreboth:* | *:ignorespace:*) __forestall_ispace=$HISTCONTROL HISTCONTROL=ignoredups ;;
    esac
    shopt -q cmdhist || shopt -s cmdhist
    if [[ ! -o history || ${HISTIGNORE-} || ${HISTSIZE-} == 0 ]]; then
        __forestall_tell 'history is off or leaves lines out, so lines are not judged in this shell'
    else
        __forestall_armed=1
    fi
    return $status
}

__forestall_sections() {
    local HISTTIMEFORMAT=''
    \builtin history 1
    \builtin printf '\0'
    \builtin declare -F
    \builtin alias -p
    [[ $1 ]] || return 0
    \builtin printf '\0'
    \builtin declare -f
    \builtin printf '\0'
    \builtin history 1000
}

# Completions and bound keys run commands too, between the prompt and the line.
__forestall_debug() {
    {
        [[ $__forestall_armed && $__forestall_state == on && ! ${COMP_LINE+x} && ! ${READLINE_LINE+x} && $BASH_COMMAND != __forestall_* ]] ||
            return 0
        local status=0 flags=$-
        set +eux
    } 2>/dev/null
    __forestall_armed=''
    set -- --pid $$
    # A stop that no prompt has followed yet: this may be the rest of the same paste.
    [[ -e $__forestall_next ]] && set -- "$@" --after-stop
    __forestall_sections '' | "$__forestall_bin" gate bash "$@" || status=$?
    if [[ $status == 75 ]]; then
        status=0
        __forestall_sections more | "$__forestall_bin" gate bash "$@" --more || status=$?
    fi
    case $status in
        0) ;;
        77) \builtin kill -INT $$ ;;
        *) __forestall_tell "$__forestall_bin does not work, so lines are not judged in this shell; see \`forestall doctor\`" ;;
    esac
    case $flags in *e*) set -e ;; esac
    case $flags in *u*) set -u ;; esac
    case $flags in *x*) set -x ;; esac
    return 0
}

# Run at the top level, at each prompt: inside a function bash would put another DEBUG trap back on return.
__forestall_trap='case $__forestall_state:$(trap -p DEBUG) in
    off:*) eval "${__forestall_theirs:-trap - DEBUG}" ;;
    *__forestall_debug*) ;;
    *)
        __forestall_theirs=$(trap -p DEBUG)
        trap "__forestall_debug; ${__forestall_theirs:+eval \"\$__forestall_chained\"}" DEBUG
        __forestall_chain
        ;;
esac'
__forestall_theirs='' __forestall_chained=''

# The user's own DEBUG trap runs behind ours.
__forestall_chain() {
    eval "set -- ${__forestall_theirs#trap --}"
    __forestall_chained=${1-}
}

__forestall_hook() {
    local told=$__forestall_dir/told-debug
    __forestall_armed='' __forestall_ispace=${__forestall_ispace-}
    # Disarmed first: after an empty line nothing else has done that.
    [[ ${PROMPT_COMMAND-} == *__forestall_arm* ]] ||
        PROMPT_COMMAND='__forestall_armed=;'$'\n'${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}'eval "$__forestall_trap"; __forestall_arm'
    [[ -e $told ]] && return 0
    __forestall_tell "bash $BASH_VERSION is older than 4.4: a line that is only ( … ) is not judged"
    (umask 077 && mkdir -p -- "$__forestall_dir" && : >>"$told") 2>/dev/null
    return 0
}

# The trap itself goes at the next prompt, and this line of PROMPT_COMMAND is then without effect.
__forestall_unhook() {
    [[ $__forestall_ispace ]] && HISTCONTROL=$__forestall_ispace
    __forestall_ispace=''
    return 0
}
