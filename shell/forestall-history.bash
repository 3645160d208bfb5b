# What history must be like for the mechanism of PS0, which sees a line there alone. The user's own settings that would
# hide lines are taken over, and kept to by hand.
# shellcheck shell=bash disable=SC2154

# Deletes the newest history entry where the user's own settings, which had to be taken over so that the line
# could be seen at all, would not have kept it.
__forestall_forget() {
    local HISTTIMEFORMAT='' IFS=: entry number text pattern last
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
    last=$(\builtin history 2) last=${last%$'\n'*} last=${last#"${last%%[0-9]*}"}
    last=${last#"${last%%[!0-9]*}"??}
    for pattern in $__forestall_hignore; do
        # shellcheck disable=SC2053 # it is a pattern
        if [[ $text == $pattern || $pattern == '&' && $text == "$last" ]]; then
            \builtin history -d "$number"
            return 0
        fi
    done
}

# Keeps history in a state in which it shows every line, and says where it cannot; $1 is the status of the line before.
__forestall_see() {
    shopt -q cmdhist || { shopt -s cmdhist && __forestall_shopt+=' cmdhist'; }
    shopt -q promptvars || { shopt -s promptvars && __forestall_shopt+=' promptvars'; }
    if [[ ${HISTCONTROL-} != "$__forestall_hcontrol" ]]; then
        __forestall_ispace=''
        case :${HISTCONTROL-}: in
            *:ignoreboth:* | *:ignorespace:*)
                if [[ ${HISTCONTROL@a} == *r* ]]; then
                    __forestall_tell 'HISTCONTROL is read-only: lines that history does not keep are not judged'
                else
                    __forestall_ispace=$HISTCONTROL
                    HISTCONTROL=${HISTCONTROL/ignoreboth/ignoredups}
                    HISTCONTROL=${HISTCONTROL/ignorespace/}
                fi
                ;;
        esac
        __forestall_hcontrol=${HISTCONTROL-}
    fi
    if [[ ${HISTIGNORE-} ]]; then
        if [[ ${HISTIGNORE@a} == *r* ]]; then
            __forestall_tell 'HISTIGNORE is read-only: lines that it matches are not judged'
        else
            __forestall_hignore=$HISTIGNORE HISTIGNORE=''
        fi
    fi
    if [[ ! -o history || ${HISTSIZE-} == 0 ]]; then
        __forestall_tell 'history is off, so lines are not judged in this shell'
    fi
    if [[ ${BLE_ATTACHED-} ]]; then
        __forestall_tell 'ble.sh is attached and would run a line that is stopped: this shell is not protected'
    fi
    if [[ ! -x $__forestall_bin ]]; then
        __forestall_tell "$__forestall_bin is gone, so lines are not judged in this shell"
    elif ((__forestall_v == 0 && $1 != 130)) && [[ ! $__forestall_stopped ]]; then
        __forestall_tell "$__forestall_bin does not work, so lines are not judged in this shell; see \`forestall doctor\`"
    fi
}
