# forestall for bash: judges every line before anything of it runs. Printed by `forestall init bash`, after the file
# of one of the mechanisms; belongs at the end of ~/.bashrc. All of it can be evaluated twice without harm.
# shellcheck shell=bash disable=SC2016,SC2154

__forestall_bin='@forestall@'
__forestall_dir='@state@'
__forestall_memory='@memory@'             # a directory in memory, if there is one
__forestall_next=$__forestall_dir/next-$$ # left by a gate that stopped a line; may hold the safer command
__forestall_told=''

# Says a thing once per shell.
__forestall_tell() {
    case $__forestall_told in *"<$1>"*) return 0 ;; esac
    __forestall_told+="<$1>"
    \builtin printf 'forestall: %s\n' "$1" >&2
}

# Takes what a gate left that stopped the line before: at least a newline. Before bash 5.1 this also runs between the
# lines of a paste; there the file stays, emptied, so that the rest of the paste is known by the time that has passed.
__forestall_take() {
    local text
    __forestall_stopped=''
    if [[ ! -s $__forestall_next ]]; then
        command rm -f -- "$__forestall_next"
        return
    fi
    __forestall_stopped=1
    IFS='' read -r text <"$__forestall_next"
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] > 500)); then
        command rm -f -- "$__forestall_next"
    else
        \builtin printf '' >|"$__forestall_next"
    fi
    if [[ $text ]]; then
        \builtin history -s -- "$text"
        \builtin printf 'forestall: press Up for the safer command\n' >&2
    fi
}

# The shell's own edit-and-execute runs what the editor leaves, and no hook sees that; the same keys only edit.
__forestall_edit() {
    local file
    file=$(mktemp "${TMPDIR:-/tmp}/bash-edit.XXXXXX") || return
    printf '%s\n' "$READLINE_LINE" >|"$file"
    # cat, because $(<file) makes bash 5.2 lose the first word of the line that it reads after this.
    # shellcheck disable=SC2086 # an editor may come with options
    ${VISUAL:-${EDITOR:-vi}} "$file" && READLINE_LINE=$(command cat -- "$file") READLINE_POINT=${#READLINE_LINE}
    command rm -f -- "$file"
}

__forestall_edit_keys() {
    local keymap function keys key='"(([^"\\]|\\.)+)"(.*)'
    for keymap in emacs:edit-and-execute-command vi-command:vi-edit-and-execute-command; do
        function=${keymap#*:} keymap=${keymap%:*}
        keys=$(bind -m "$keymap" -q "$function" 2>/dev/null) || continue
        while [[ $keys =~ $key ]]; do
            keys=${BASH_REMATCH[3]}
            bind -m "$keymap" -x "\"${BASH_REMATCH[1]}\": __forestall_edit"
            __forestall_keys+="bind -m $keymap '\"${BASH_REMATCH[1]}\": $function'"$'\n'
        done
    done
}

# What only the shell knows of itself, for `forestall doctor`.
__forestall_report() {
    local HISTTIMEFORMAT='' key
    printf '%s\n' shell=bash "version=$BASH_VERSION" "pid=$$" "binary=$__forestall_bin" "state=$__forestall_state" \
        'hook=@version@' "mechanism=$__forestall_mechanism" "history=$([[ -o history ]] && echo on || echo off)" \
        "histcontrol=${__forestall_ispace:-${HISTCONTROL-}}" "histignore=${__forestall_hignore:-${HISTIGNORE-}}" \
        "histsize=${HISTSIZE-}" "blesh=${BLE_ATTACHED-}" "told=$__forestall_told"
    printf 'cmdhist=%s\n' "$(shopt -q cmdhist && echo on || echo off)"
    printf 'edit=%s\n' "$({
        bind -m emacs -q edit-and-execute-command
        bind -m vi-command -q vi-edit-and-execute-command
    } 2>/dev/null)"
    printf 'ps0=%s\n' "${PS0//$'\n'/ }"
    printf 'prompt_command=%s\n' "${PROMPT_COMMAND[@]//$'\n'/; }"
    printf 'trap=%s\n' "$(trap -p INT DEBUG)" | tr '\n' ' '
}

forestall() {
    case ${1-}:${__forestall_state-} in
        off:on)
            __forestall_unhook
            eval "$__forestall_keys"
            __forestall_keys='' __forestall_state=off
            echo 'forestall is off in this shell; `forestall on` brings it back'
            ;;
        off:*) echo 'forestall is off in this shell already' ;;
        on:on) echo 'forestall is on in this shell' ;;
        on:*) __forestall_start && echo 'forestall is on in this shell' ;;
        doctor:*) FORESTALL_SHELL=$(__forestall_report) "$__forestall_bin" "$@" ;;
        *) "$__forestall_bin" "$@" ;;
    esac
}

__forestall_start() {
    __forestall_hook || return
    __forestall_state=on
    [[ $__forestall_mechanism == PS0 && ! ${BLE_VERSION-} ]] && __forestall_edit_keys
    return 0
}

if [[ $- == *i* ]]; then
    __forestall_state=off
    __forestall_keys=${__forestall_keys-}
    __forestall_start
fi
