# How bash 4.4 and later stops a line: PS0 is expanded once per complete command, before it runs. In its $() stands
# the gate; to stop the line, the gate interrupts the shell while that still expands the prompt, which discards the
# whole pending command. No DEBUG trap, no extdebug, no key is taken.
# shellcheck shell=bash disable=SC2016,SC2128,SC2154,SC2178

__forestall_mechanism=PS0

# Runs in PS0's subshell and turns into the gate, which prints an integer: 1 is "go on", a greater one the number of
# a history entry that the user's ignorespace wants forgotten, -1 "tell me more", nothing a gate that does not work.
# Where INT is trapped, a stop prints what is no arithmetic, and that error discards the command.
__forestall_gate() {
    case $- in *[eu]*) set +eu ;; esac
    if [[ ! -o history ]]; then # `history 1` would be an old line; the prompt has said that nothing is seen
        \builtin echo 1
        return
    fi
    # A stop that no prompt has followed yet: this may be the rest of the same paste.
    [[ -e $__forestall_next ]] && set -- "$@" --after-stop
    local HISTTIMEFORMAT=''
    set -- --pid "$$" --interrupt ${__forestall_ispace:+--forget-spaced} "$@"
    # Nobody else enters that directory.
    if [[ $__forestall_memory ]] && __forestall_sections "$@" >|"$__forestall_memory/line-$$"; then
        \builtin exec "$__forestall_bin" gate bash --file "$__forestall_memory/line-$$" "$@"
    fi
    # A pipe and not <(): in posix mode bash 5.0 and older have no process substitution. Without job control the two
    # processes need no groups of their own.
    set +m +o pipefail
    shopt -s lastpipe
    __forestall_sections "$@" | \builtin exec "$__forestall_bin" gate bash "$@"
}

__forestall_sections() {
    \builtin history 1
    \builtin printf '\0'
    \builtin trap -p INT
    \builtin declare -F
    \builtin alias -p
    case " $* " in *' --more '*) ;; *) return 0 ;; esac
    \builtin printf '\0'
    \builtin declare -f
    \builtin printf '\0'
    \builtin history 1000
}

# First in PROMPT_COMMAND: tidies up after the line before, and keeps what the gate needs.
__forestall_heal() {
    {
        local status=$?
        # The usual case: nothing was stopped, nobody has changed anything.
        [[ $__forestall_v == 1 && ! -e $__forestall_next && $- != *e* && ${PS0-} == *__forestall_gate* &&
            ${HISTCONTROL-} == "$__forestall_hcontrol" && -z $__forestall_ispace${HISTIGNORE-}$__forestall_hignore &&
            $BASHOPTS == *cmdhist*promptvars* && -o history && ${HISTSIZE-} != 0 && -z ${BLE_ATTACHED-} &&
            -x $__forestall_bin ]] && return "$status"
        local - flags=$- entry='\!'
        set +eux # until this function returns: nobody wants to see it traced
    } 2>/dev/null
    __forestall_stopped=''
    if ((__forestall_v > 1)); then
        \builtin history -d "$__forestall_v"
    elif [[ ${entry@P} != "$__forestall_entry" ]] &&
        [[ $__forestall_hignore || $__forestall_ispace && ($status == 130 || $status == 1) ]]; then
        __forestall_forget # 130 and 1: the line may have been stopped, then the gate could not tell its number
    fi
    [[ -e $__forestall_next ]] && __forestall_take
    __forestall_see "$status"
    __forestall_v=1 __forestall_entry=${entry@P}
    # A later plugin may have overwritten it.
    [[ ${PS0-} == *__forestall_gate* ]] || PS0=$__forestall_ps0${PS0-}
    # A failing PROMPT_COMMAND would end a shell with errexit.
    case $flags in *e*) return 0 ;; esac
    return "$status"
}

# BASH_VERSION is always set: with an unset variable bash would skip the offset, and the gate in it. An empty answer
# becomes +0. The second gate stands in a subscript, which bash expands only when it gets there.
__forestall_ps0='${BASH_VERSION:$((__forestall_v=$( { __forestall_gate; } 2>/dev/null )+0,__forestall_v<0?__forestall_more:0,0)):0}'
__forestall_more='__forestall_zero[(__forestall_v=$( { __forestall_gate --more; } 2>/dev/null )+0)*0]'
__forestall_zero=(0)

__forestall_hook() {
    if [[ ${PS0+${PS0@a}}${PROMPT_COMMAND+${PROMPT_COMMAND@a}} == *r* ]]; then
        __forestall_tell 'PS0 or PROMPT_COMMAND is read-only: this shell is not protected'
        return 1
    fi
    # What was taken over before is kept, for a file that is read twice.
    __forestall_v=1 __forestall_entry='' __forestall_stopped='' __forestall_shopt=${__forestall_shopt-}
    __forestall_hcontrol=${__forestall_hcontrol-} __forestall_ispace=${__forestall_ispace-} __forestall_hignore=${__forestall_hignore-}
    [[ ${PS0-} == *__forestall_gate* ]] || PS0=$__forestall_ps0${PS0-}
    [[ ${PROMPT_COMMAND[*]-} == *__forestall_heal* ]] && return 0
    # Assigning to the name changes element 0 of an array and leaves it an array.
    PROMPT_COMMAND=__forestall_heal${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
}

# Gives back every setting that was taken over.
__forestall_unhook() {
    local i name
    PS0=${PS0/"$__forestall_ps0"/}
    [[ $PS0 ]] || unset PS0
    for i in "${!PROMPT_COMMAND[@]}"; do
        case ${PROMPT_COMMAND[i]} in
            __forestall_heal) unset "PROMPT_COMMAND[i]" ;;
            *) PROMPT_COMMAND[i]=${PROMPT_COMMAND[i]#__forestall_heal$'\n'} ;;
        esac
    done
    [[ $__forestall_ispace ]] && HISTCONTROL=$__forestall_ispace
    [[ $__forestall_hignore ]] && HISTIGNORE=$__forestall_hignore
    for name in $__forestall_shopt; do shopt -u "$name"; done
    __forestall_hcontrol='' __forestall_ispace='' __forestall_hignore='' __forestall_shopt=''
}
