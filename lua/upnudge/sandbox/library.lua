--- A library of policies: no policy can change it, and whoever calls a function of it stays on the stack, so that a
--- mistake is told at that line. Runs in the policy VM.

local read_only = require "upnudge.sandbox.read_only"

---@param name string for messages
---@param members table its functions are replaced by such as are kept
---@param prefix string? of its functions, for messages
---@return table
return function(name, members, prefix)
    local library = read_only(name, members)
    for key, member in pairs(members) do
        if type(member) == "function" then
            members[key] = kept(member, library, (prefix or name .. ".") .. key)
        end
    end
    return library
end
