# forestall for fish 3.1 and later: judges every line before anything of it runs.
# Printed by `forestall init fish`; belongs at the end of ~/.config/fish/config.fish.
#
# fish runs a line where Enter is bound to `execute`, and nothing that happens later can cancel it. So Enter asks the
# gate first, and then does what it was bound to before. All of it can be evaluated twice without harm.

set -g __forestall_bin '@forestall@'
set -g __forestall_next '@state@'/next-$fish_pid # left by a gate that stopped a line; may hold the safer command
set -q __forestall_state; or set -g __forestall_state off

# Says a thing once per shell.
function __forestall_tell
    contains -- "$argv" $__forestall_told; and return
    set -ga __forestall_told "$argv"
    echo "forestall: $argv" >&2
end

# Prints what these words stand for: functions of this shell, and abbreviations, which are expanded only after Enter.
function __forestall_definitions
    for word in $argv
        if functions -q -- $word
            functions -- $word
        else if test $__forestall_abbr = builtin
            string replace -rf -- "^abbr -a .*-- $word (.*)" "function $word; eval \$1 \\\$argv; end" (abbr --show)
        else
            set -l expansion _fish_abbr_$word
            echo "function $word; $$expansion \$argv; end"
        end
    end
end

# Succeeds when the line may run. The words of a line come from `commandline`, one element for each of its lines.
function __forestall_judge
    if not test -x $__forestall_bin
        __forestall_tell "$__forestall_bin is gone, so lines are not judged in this shell"
        return 0
    end
    set -l named
    for word in (string match -ra '[\w.:+-]+' -- $argv)
        if functions -q -- $word; or test $__forestall_abbr = builtin && abbr -q -- $word; or set -q _fish_abbr_$word
            contains -- $word $named; or set -a named $word
        end 2>/dev/null
    end
    if set -q named[1]
        begin
            printf '%s\n' $argv
            printf '\0'
            __forestall_definitions $named
        end | $__forestall_bin gate fish --pid $fish_pid
    else if test (count $argv) -eq 1; and test (string length -- $argv) -lt 30000
        # A variable holds 128 KiB, and saves a pipe.
        FORESTALL_TYPED=$argv $__forestall_bin gate fish --pid $fish_pid --environment
    else
        printf '%s\n' $argv | $__forestall_bin gate fish --pid $fish_pid
    end
    switch $pipestatus[-1]
        case 0
            return 0
        case 77 130 # 130: interrupted by the user while judging
            return 1
    end
    __forestall_tell "$__forestall_bin does not work, so lines are not judged in this shell; see `forestall doctor`"
    return 0
end

# What Enter does: the arguments are the mode to go to afterwards, and what the key was bound to before.
function __forestall_enter
    set -l line (commandline -b)
    # A buffer that is still open (2) is not run by Enter, and neither is one that is being completed.
    set -l valid 0
    if $__forestall_has_is_valid
        commandline --is-valid
        set valid $status
    else
        set -l fish (status fish-path)
        printf '%s\n' $line | env LC_ALL=C $fish --no-execute 2>&1 |
            string match -qr 'Unexpected end of string|Missing end to balance'; and set valid 2
    end
    if test -n "$line"; and test $valid -ne 2; and not commandline --paging-mode; and not __forestall_judge $line
        if test -e $__forestall_next
            read -l safer <$__forestall_next
            test -n "$safer"; and commandline -r -- $safer
            command rm -f -- $__forestall_next
        end
        commandline -f repaint
        return
    end
    for command in $argv[2..-1]
        if test $command = 'commandline -f execute'
            commandline -f execute
        else
            eval $command
        end
    end
    test -n "$argv[1]"; and set fish_bind_mode $argv[1]
end

# What only the shell knows of itself, for `forestall doctor`.
function __forestall_report
    printf '%s\n' shell=fish version=$version pid=$fish_pid binary=$__forestall_bin state=$__forestall_state \
        hook=@version@ mechanism=Enter "told=$__forestall_told"
    bind | string match '*__forestall_enter*' | string replace -r '^' 'key='
end

function __forestall_start
    set -g __forestall_state on
    __forestall_heal
end

function forestall --description 'Judges what a command would do before it runs'
    switch "$argv[1]:$__forestall_state"
        case off:on
            set -g __forestall_state off
            for entry in $__forestall_keys
                set -l part (string split \t -- $entry)
                eval "bind --erase --user -M $part[1] $part[2]"
                test -n "$part[3]"; and eval $part[3]
            end
            echo 'forestall is off in this shell; `forestall on` brings it back'
        case 'off:*'
            echo 'forestall is off in this shell already'
        case 'on:*'
            __forestall_start
            echo 'forestall is on in this shell'
        case 'doctor:*'
            FORESTALL_SHELL=(__forestall_report | string collect) $__forestall_bin $argv
        case '*'
            $__forestall_bin $argv
    end
end

if status is-interactive
    set -g __forestall_has_is_valid true
    string match -qr '^3\.[0-3]\.' -- $version; and set __forestall_has_is_valid false
    set -g __forestall_abbr builtin
    string match -qr '^3\.[0-5]\.' -- $version; and set __forestall_abbr variables
    __forestall_start
end
