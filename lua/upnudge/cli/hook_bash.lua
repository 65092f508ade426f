--- upnudge hook bash: what bash evaluates to ask us before a prompt.
---
--- The whole of it is one group in PROMPT_COMMAND, whose standard error leads nowhere: so a shell that traces (set -x)
--- shows nothing of us. Only while we are called it leads where it did, for then bash may have to tell of a job. The
--- name stands on a line of its own, where tools look for what is no command of the person's (bash-preexec). It comes
--- first and ends with the status that was there before, in front of &&, where a failure ends no shell (set -e) and
--- springs no trap. An array gets an element of its own, around which bash keeps PIPESTATUS, too.
---
--- Where nothing is to be done there are but keywords and assignments, for functions and aliases of the person's may
--- have any name. Two paths are compared by cutting the one off the other, because == may be blind to case
--- (nocasematch).

local M = { quote = require "upnudge.lib.shell".quote }

M.FILE, M.LINE = "~/.bashrc", 'eval "$(upnudge hook bash)"'

M.TEXT = [=[
if [[ $- == *i* && ${BASHOPTS-} != *restricted_shell* ]]; then
__upnudge_program=@program@
__upnudge_directory=${__upnudge_directory-} __upnudge_last=${__upnudge_last-0}
__upnudge_prompt() {
    __upnudge_status=$? __upnudge_here=${PWD-} __upnudge_now=${EPOCHSECONDS-}
    [[ $__upnudge_now ]] || \printf -v __upnudge_now '%(%s)T' -1 || __upnudge_now=$SECONDS
    if [[ ${__upnudge_here#"$__upnudge_directory"} || ${#__upnudge_here} != "${#__upnudge_directory}" ]] ||
        ((__upnudge_now < __upnudge_last || __upnudge_now - __upnudge_last >= 86400)); then
        __upnudge_directory=$__upnudge_here __upnudge_last=$__upnudge_now
        if [[ -f $__upnudge_program && -x $__upnudge_program ]]; then
            \local - && \set +x
            { "$__upnudge_program" notify --project --check --exit-code 9>&-; } 2>&9 ||
                (($? != 101)) || __upnudge_directory=
        fi
    fi
    \return "$__upnudge_status"
}
if [[ ${PROMPT_COMMAND[*]-} != *__upnudge_prompt* ]] && (PROMPT_COMMAND=) 2>/dev/null; then
    __upnudge_status=$'{ {\n__upnudge_prompt\n} && \\:; } 9>&2 2>/dev/null'
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)) &&
        [[ $(\declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* ]]; then
        PROMPT_COMMAND=("$__upnudge_status" "${PROMPT_COMMAND[@]}")
    else
        PROMPT_COMMAND=$__upnudge_status${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
    fi
fi
fi
]=]

return M
