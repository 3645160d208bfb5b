# The keys that run a line in fish, in every mode. Printed by `forestall init fish` before the rest.
# `string` without a string would wait for standard input, so what may be empty stands in quotes.

# Takes every key that runs the line. Looks again before each prompt, since a change of the bindings drops ours.
function __forestall_heal --on-event fish_prompt
    test $__forestall_state = on; or return
    set -l now $fish_key_bindings (bind --user)
    test "$now" = "$__forestall_bindings"; and return
    set -l before $__forestall_keys
    set -g __forestall_keys
    for line in (bind | string match -r '^bind --preset .* execute(?: .*)?$')
        # Groups that always match something: fish leaves out the others.
        set -l part (string match -r '^bind --preset ((?:-M \S+ )?)((?:-m \S+ )?)(\S+) (execute.*)$' -- $line)
        set -q part[5]; or continue
        set -l mode (string replace -r '^$' 'default' -- $part[2] | string replace -r '^-M (\S+) ' '$1')
        set -l key $part[4] # as fish source text: a key may be a newline
        set -l after (string replace -r '^-m (\S+) ' '$1' -- $part[3]) (string split ' ' -- $part[5])
        # The user's own binding is the one in force.
        set -l theirs (eval "bind --user -M $mode $key" 2>/dev/null)[-1]
        if test -n "$theirs"; and not string match -q '*__forestall_enter*' -- "$theirs"
            set part (string match -r '^bind (?:-M \S+ )?((?:-m \S+ )?)\S+ (.+)$' -- $theirs)
            eval "set after (string replace -r '^-m (\S+) ' '\$1' -- '$part[2]') $part[3]"
        end
        if string match -q '*__forestall_enter*' -- "$theirs"
            set -a __forestall_keys (string match -- $mode\t$key\t'*' $before)
        else
            set -a __forestall_keys $mode\t$key\t"$theirs"
            for i in (seq 2 (count $after))
                # Not `contains`: where IFS is empty, fish splits nothing, and no line would ever run again.
                bind --function-names | string match -q -- $after[$i]; and set after[$i] "commandline -f $after[$i]"
            end
            set after (string escape -- $after)
            eval "bind -M $mode $key "(string escape -- "__forestall_enter $after")
        end
    end
    set -g __forestall_bindings $fish_key_bindings (bind --user)
end

