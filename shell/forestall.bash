# forestall for bash 4.4 and later: judges every line before anything of it runs.
# Printed by `forestall init bash`; belongs at the end of ~/.bashrc.
#
# PS0 is expanded once per complete command, before it runs. Its $() asks `forestall gate`; to stop the line,
# the shell gets an interrupt while it still expands the prompt, which discards the whole pending command:
# no DEBUG trap, no extdebug, no key is bound. All of it can be evaluated twice without harm.
# shellcheck shell=bash disable=SC2016

__forestall_bin='@forestall@'
__forestall_told=''

# Says a thing once per shell.
__forestall_tell() {
    case $__forestall_told in *"<$1>"*) return 0 ;; esac
    __forestall_told+="<$1>"
    \builtin printf 'forestall: %s\n' "$1" >&2
}

# Runs in PS0's subshell. Prints an integer: 0 or nothing is plain, a positive one is the number of a history
# entry that the user's ignorespace wants forgotten, -1 says that the line went on without being judged.
__forestall_gate() {
    set +eux
    set +o pipefail
    shopt -s lastpipe
    [[ -o history ]] || return 0 # `history 1` would be an old line; the prompt has said that nothing is seen
    local HISTTIMEFORMAT='' status
    # A pipe and not <(): in posix mode bash 5.0 and older have no process substitution.
    {
        \builtin history 1
        \builtin printf '\0'
        \builtin alias -p
    } | "$__forestall_bin" gate bash ${__forestall_ispace:+--forget-spaced}
    status=$?
    case $status in
        0) return 0 ;;
        77 | 130) ;; # 130: interrupted by the user while judging
        *)
            \builtin echo -1
            return 0
            ;;
    esac
    case $(\builtin trap -p INT) in
        '' | 'trap -- - SIGINT' | 'trap -- - INT') \builtin kill -INT $$ ;; # quiet, $? is 130
        *) \builtin echo ' stopped by forestall' ;;                         # INT is trapped: force an arithmetic error, $? is 1
    esac
}

# Deletes the newest history entry where the user's own settings, which had to be taken over so that the line
# could be seen at all, would not have kept it.
__forestall_forget() {
    local HISTTIMEFORMAT='' IFS=: entry number text pattern
    entry=$(\builtin history 1)
    entry=${entry#"${entry%%[! ]*}"}
    number=${entry%%[!0-9]*}
    text=${entry#"$number"??}
    [[ $number ]] || return 0
    if [[ $__forestall_ispace && $text == ' '* ]]; then
        \builtin history -d "$number"
        return 0
    fi
    local -
    set -f
    for pattern in $__forestall_hignore; do
        # shellcheck disable=SC2053 # it is a pattern
        if [[ $text == $pattern ]]; then
            \builtin history -d "$number"
            return 0
        fi
    done
}

# First in PROMPT_COMMAND: keeps the settings that the gate needs, and says when something is in its way.
__forestall_heal() {
    {
        local - status=$? flags=$- next='\!' broken
        set +eux # until this function returns: nobody wants to see it traced
    } 2>/dev/null
    broken=$((__forestall_v < 0))
    if ((__forestall_v > 0)); then
        \builtin history -d "$__forestall_v"
    elif [[ ${next@P} != "$__forestall_next" ]] &&
        [[ $__forestall_hignore || $__forestall_ispace && ($status == 130 || $status == 1) ]]; then
        __forestall_forget # 130 and 1: the line may have been stopped, then the gate could not tell its number
    fi
    __forestall_v=0 __forestall_next=${next@P}

    shopt -q cmdhist || shopt -s cmdhist
    shopt -q promptvars || shopt -s promptvars
    case ${HISTCONTROL+${HISTCONTROL@a}} in
        *r*) __forestall_tell 'HISTCONTROL is read-only: lines that history does not keep are not judged' ;;
        *)
            case :${HISTCONTROL-}: in
                *:ignoreboth:*) __forestall_ispace=1 HISTCONTROL=${HISTCONTROL/ignoreboth/ignoredups} ;;
                *:ignorespace:*) __forestall_ispace=1 HISTCONTROL=${HISTCONTROL/ignorespace/} ;;
            esac
            ;;
    esac
    if [[ ${HISTIGNORE-} ]]; then
        case ${HISTIGNORE@a} in
            *r*) __forestall_tell 'HISTIGNORE is read-only: lines that it matches are not judged' ;;
            *)
                [[ :$HISTIGNORE: == *:'&':* ]] && HISTCONTROL=${HISTCONTROL:+$HISTCONTROL:}ignoredups
                __forestall_hignore=$HISTIGNORE HISTIGNORE=''
                ;;
        esac
    fi
    if [[ ! -o history || ${HISTSIZE-} == 0 ]]; then
        __forestall_tell 'history is off, so lines are not judged in this shell'
    fi
    if [[ ${BLE_ATTACHED-} ]]; then
        __forestall_tell 'ble.sh is attached and would run a line that is stopped: this shell is not protected'
    fi
    if [[ ! -x $__forestall_bin ]]; then
        __forestall_tell "$__forestall_bin is gone, so lines are not judged in this shell"
    elif ((broken)); then
        __forestall_tell "$__forestall_bin does not work, so lines are not judged in this shell; see \`forestall doctor\`"
    fi
    # A later plugin may have overwritten it.
    [[ ${PS0-} == *__forestall_gate* ]] || PS0=$__forestall_ps0${PS0-}
    # A failing PROMPT_COMMAND would end a shell with errexit.
    case $flags in *e*) return 0 ;; esac
    return "$status"
}

if [[ $- == *i* ]]; then
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
        __forestall_tell "bash $BASH_VERSION is older than 4.4: this shell is not protected"
    elif [[ ${PS0+${PS0@a}}${PROMPT_COMMAND+${PROMPT_COMMAND@a}} == *r* ]]; then
        __forestall_tell 'PS0 or PROMPT_COMMAND is read-only: this shell is not protected'
    else
        __forestall_v=0 __forestall_next=''
        __forestall_ispace=${__forestall_ispace-} __forestall_hignore=${__forestall_hignore-}
        # BASH_VERSION is always set: with an unset variable bash would skip the offset, and the gate in it. An empty
        # answer becomes +0, which is to go on; a leading 0 would make entry 08 an octal error.
        __forestall_ps0='${BASH_VERSION:$((__forestall_v=$( { __forestall_gate; } 2>/dev/null )+0,0)):0}'
        [[ ${PS0-} == *__forestall_gate* ]] || PS0=$__forestall_ps0${PS0-}
        # Assigning to the name changes element 0 of an array and leaves it an array.
        # shellcheck disable=SC2128,SC2178
        [[ ${PROMPT_COMMAND[*]-} == *__forestall_heal* ]] ||
            PROMPT_COMMAND=__forestall_heal${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
    fi
fi
