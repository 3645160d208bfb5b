# forestall for zsh 5.0.8 and later: judges every line before anything of it runs.
# Printed by `forestall init zsh`; belongs at the end of ~/.zshrc.
#
# A preexec hook is called once per accepted line, whatever widget accepted it, with the line as typed and with
# its aliases expanded. To stop the line the shell interrupts itself: zsh keeps an interrupt that comes from
# preexec, and drops the command. No widget is wrapped. All of it can be evaluated twice without harm.

typeset -g __forestall_bin='@forestall@'
typeset -g __forestall_told=''

# Says a thing once per shell.
__forestall_tell() {
  [[ $__forestall_told == *"<$1>"* ]] && return 0
  __forestall_told+="<$1>"
  builtin print -ru2 -- "forestall: $1"
}

__forestall_gate() {
  { emulate -L zsh; setopt local_traps no_err_exit no_xtrace } 2>/dev/null
  "$__forestall_bin" gate zsh <<<"$1"$'\0'"$3" 2>/dev/null
  case $? in
    (0) return 0 ;;
    (77|130) ;; # 130: interrupted by the user while judging
    (*)
      __forestall_tell "$__forestall_bin does not work, so lines are not judged in this shell; see \`forestall doctor\`"
      return 0
      ;;
  esac
  trap - INT # local: also beats TRAPINT and trap '' INT
  kill -INT $$
}

# Before each prompt: a later plugin may have overwritten the list. First in it, since what comes after a stop
# is skipped.
__forestall_heal() {
  { emulate -L zsh; setopt no_xtrace } 2>/dev/null
  [[ ${preexec_functions[1]-} == __forestall_gate ]] ||
    preexec_functions=(__forestall_gate ${preexec_functions:#__forestall_gate})
}

if [[ -o interactive ]]; then
  autoload -Uz is-at-least
  if is-at-least 5.0.8; then
    typeset -ga preexec_functions precmd_functions
    __forestall_heal
    precmd_functions[(r)__forestall_heal]=()
    precmd_functions+=(__forestall_heal)
  else
    __forestall_tell "zsh $ZSH_VERSION is older than 5.0.8: this shell is not protected"
  fi
fi
