# forestall for zsh 5.0.8 and later: judges every line before anything of it runs.
# Printed by `forestall init zsh`; belongs at the end of ~/.zshrc.
#
# A preexec hook is called once per accepted line, whatever widget accepted it, with the line as typed and with
# its aliases expanded. To stop the line the shell interrupts itself: zsh keeps an interrupt that comes from
# preexec, and drops the command. No widget is wrapped. All of it can be evaluated twice without harm.

typeset -g __forestall_bin='@forestall@'
typeset -g __forestall_next='@state@'/next-$$ # left by a gate that stopped a line; may hold the safer command
typeset -g __forestall_told='' __forestall_state=${__forestall_state-off}

# Says a thing once per shell.
__forestall_tell() {
  [[ $__forestall_told == *"<$1>"* ]] && return 0
  __forestall_told+="<$1>"
  builtin print -ru2 -- "forestall: $1"
}

# In front of most lines nothing else happens, so this is kept short: what a function of zsh does before it starts a
# program costs a tenth of starting it.
__forestall_gate() {
  emulate -L zsh -o no_err_exit -o no_xtrace
  local word
  # A variable holds 128 KiB, of up to four bytes a character; with a longer one no program starts.
  if (( $#1 + $#3 < 30000 )) && [[ $1$3 != *$'\0'* ]]; then
    local -x FORESTALL_TYPED=$1 FORESTALL_EXPANDED=$3 FORESTALL_FUNCTIONS=
    for word in ${(z)3}; do
      (( ${+functions[$word]} )) && { __forestall_gate_more "$1" "$3"; return 0 }
    done
    "$__forestall_bin" gate zsh --pid $$ --environment 2>/dev/null && return 0
    __forestall_answer $? "$1" "$3" ''
  else
    __forestall_gate_more "$1" "$3"
  fi
}

# A line that calls functions, or does not fit into variables.
__forestall_gate_more() {
  local nul=$'\0' sub=$'\x1a' word bodies=''
  local -aU named=()
  local -i at=0
  # What a function calls may be a function too; twenty are more than anybody reads.
  for word in ${(z)2}; do
    (( ${+functions[$word]} )) && named+=$word
  done
  while (( at++ < $#named && at < 20 )); do
    for word in ${(z)functions[$named[at]]}; do
      (( ${+functions[$word]} )) && named+=$word
    done
  done
  named=(${named:#((__|)forestall*)})
  (( $#named )) && bodies=$(builtin functions -- $named)
  set -- "${1//$nul/$sub}" "${2//$nul/$sub}" "${bodies//$nul/$sub}"
  # The file behind <<< costs as much as half a process.
  if (( $#1 + $#2 < 30000 && $#3 < 30000 )); then
    FORESTALL_TYPED=$1 FORESTALL_EXPANDED=$2 FORESTALL_FUNCTIONS=$3 \
      "$__forestall_bin" gate zsh --pid $$ --environment 2>/dev/null
  else
    "$__forestall_bin" gate zsh --pid $$ <<<"$1$nul$2$nul$3" 2>/dev/null
  fi
  __forestall_answer $? "$@"
}

# What the exit status of the gate means for the line; 75 asks for the history as well.
__forestall_answer() {
  emulate -L zsh -o local_traps -o no_err_exit -o no_xtrace
  local nul=$'\0' text
  local -i code=$1
  if (( code == 75 )); then
    "$__forestall_bin" gate zsh --pid $$ --more <<<"$2$nul$3$nul$4$nul$(builtin fc -l -1000)" 2>/dev/null
    code=$?
  fi
  case $code in
    (0) return 0 ;;
    (77|130) ;; # 130: interrupted by the user while judging
    (*)
      __forestall_tell "$__forestall_bin does not work, so lines are not judged in this shell; see \`forestall doctor\`"
      return 0
      ;;
  esac
  if [[ -e $__forestall_next ]]; then
    text=$(<$__forestall_next)
    [[ -n $text ]] && builtin print -rz -- "$text"
    command rm -f -- "$__forestall_next"
  fi
  trap - INT # local: also beats TRAPINT and trap '' INT
  kill -INT $$
}

# Before each prompt: a later plugin may have overwritten the list. First in it, since what comes after a stop
# is skipped.
__forestall_heal() {
  { [[ ${preexec_functions[1]-} == __forestall_gate ]] && return; emulate -L zsh; setopt no_xtrace } 2>/dev/null
  preexec_functions=(__forestall_gate ${preexec_functions:#__forestall_gate})
}

# What only the shell knows of itself, for `forestall doctor`.
__forestall_report() {
  print -r -- "shell=zsh
version=$ZSH_VERSION
pid=$$
binary=$__forestall_bin
hook=@version@
state=$__forestall_state
mechanism=preexec
preexec=$preexec_functions
precmd=$precmd_functions
told=$__forestall_told"
}

__forestall_start() {
  if [[ ${(t)preexec_functions}${(t)precmd_functions} == *readonly* ]]; then
    __forestall_tell 'preexec_functions or precmd_functions is read-only: this shell is not protected'
    return 1
  fi
  typeset -ga preexec_functions precmd_functions
  __forestall_heal
  precmd_functions=(${precmd_functions:#__forestall_heal} __forestall_heal)
  __forestall_state=on
}

forestall() {
  case ${1-}:$__forestall_state in
    (off:on)
      preexec_functions=(${preexec_functions:#__forestall_gate})
      precmd_functions=(${precmd_functions:#__forestall_heal})
      __forestall_state=off
      print -r -- 'forestall is off in this shell; `forestall on` brings it back'
      ;;
    (off:*) print -r -- 'forestall is off in this shell already' ;;
    (on:*)
      __forestall_start && print -r -- 'forestall is on in this shell'
      ;;
    (doctor:*) FORESTALL_SHELL=$(__forestall_report) "$__forestall_bin" "$@" ;;
    (*) "$__forestall_bin" "$@" ;;
  esac
}

if [[ -o interactive ]]; then
  autoload -Uz is-at-least
  if is-at-least 5.0.8; then
    __forestall_start
  else
    __forestall_tell "zsh $ZSH_VERSION is older than 5.0.8: this shell is not protected"
  fi
fi
