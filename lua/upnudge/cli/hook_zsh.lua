--- upnudge hook zsh: what zsh evaluates to ask us before a prompt.
---
--- The function is defined under an emulation that is restored around each call, so that no option of the person's
--- changes what it means or shows it (xtrace); zsh itself keeps the status and `$_` around it. The time comes from the
--- expansion of a prompt, which loads no module. A shell becomes restricted after its start-up, so it is asked late.

local M = { quote = require "upnudge.lib.shell".quote }

M.FILE, M.LINE = "~/.zshrc", 'eval "$(upnudge hook zsh)"'

M.TEXT = [=[
if [[ -o interactive ]]; then
\typeset -g __upnudge_program=@program@
\emulate zsh +o aliases +o xtrace +o printexitvalue -c '
__upnudge_precmd() {
    local format="%D{%s}" REPORTTIME=-1 REPORTMEMORY=-1
    local now="${(%)format}"
    if [[ "$PWD" != "$__upnudge_directory" ]] ||
        ((now < __upnudge_last || now - __upnudge_last >= 86400)); then
        \typeset -g __upnudge_directory="$PWD" __upnudge_last="$now"
        if [[ ! -o restricted && -f "$__upnudge_program" && -x "$__upnudge_program" ]]; then
            "$__upnudge_program" notify --project --check --exit-code ||
                (($? != 101)) || __upnudge_directory=
        fi
    fi
}
() {
    \typeset -g __upnudge_directory="${__upnudge_directory-}" __upnudge_last="${__upnudge_last-0}"
    if [[ "${(t)precmd_functions}" != *readonly* && " ${precmd_functions[*]} " != *" __upnudge_precmd "* ]]; then
        \typeset -ga precmd_functions
        precmd_functions+=(__upnudge_precmd)
    fi
}
'
fi
]=]

return M
