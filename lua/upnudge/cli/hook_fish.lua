--- upnudge hook fish: what fish sources to ask us before a prompt.
---
--- fish keeps the status around what an event runs. It has no clock of its own, but `path` tells how old a file is:
--- while the file stays the same, that grows as the time does. Before fish 3.5, which has no `path`, only another
--- directory is a reason to ask.

local M = {}

M.FILE, M.LINE = "~/.config/fish/config.fish", "upnudge hook fish | source"

M.TEXT = [=[
if builtin status is-interactive
    builtin set -g __upnudge_program @program@
    builtin set -qg __upnudge_directory; or builtin set -g __upnudge_directory ''
    builtin set -qg __upnudge_last; or builtin set -g __upnudge_last 0
    function __upnudge_prompt --on-event fish_prompt
        builtin set -l now (builtin path mtime --relative -- $__upnudge_program 2>/dev/null)
        builtin test -n "$now"; or builtin set now $__upnudge_last
        if builtin test "$PWD" != "$__upnudge_directory"
            or builtin test $now -lt $__upnudge_last
            or builtin test $now -ge (builtin math $__upnudge_last + 86400)
            builtin set -g __upnudge_directory $PWD
            builtin set -g __upnudge_last $now
            if builtin test -f $__upnudge_program -a -x $__upnudge_program
                command $__upnudge_program notify --project --check --exit-code
                builtin test $status -ne 101; or builtin set -g __upnudge_directory ''
            end
        end
    end
end
]=]

--- The word as fish takes it.
---@param word string
---@return string
function M.quote(word)
    return "'" .. word:gsub("[\\']", "\\%0") .. "'"
end

return M
