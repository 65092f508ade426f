--- Fields of the context: what is said to whoever looks at one that there is not. Runs in the policy VM.

local M = {}

--- Raises an error in the function that the caller's caller is, where no field of that name is in the section of the
--- schema.
---@param title string what it would be a field of
---@param section string
---@param name any
function M.check(title, section, name)
    local fields = require "upnudge.language.schema.context"[section]
    if not fields[name] then
        local suggest = require "upnudge.lib.suggest"
        error(("%s has no field '%s'%s"):format(title, tostring(name), suggest.suggest(tostring(name),
            suggest.keys(fields))), 3)
    end
end

return M
