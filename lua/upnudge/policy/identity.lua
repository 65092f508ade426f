--- The identity of a policy in force: which files it is made of, and digests of their bytes. Two machines have the same
--- policy where the digests of the whole are the same, wherever its files stand. No quiet activation loads it.

local core = require "upnudge.core"

local M = {}

---@class upnudge.PolicyFile one file of a policy in force
---@field name string for messages
---@field path? string nil: it is ready-made
---@field builtin? string the name of what is ready-made
---@field found? "person"|"machine" whose it is, where it stands in the place of theirs
---@field hash string XXH3-128 of its bytes, 32 hex digits; of what is ready-made: of its byte code, which another
---upnudge may have otherwise

---@class upnudge.PolicyIdentity
---@field hash string of the whole: XXH3-128 of the digests of its files, each followed by a newline
---@field files upnudge.PolicyFile[] the policy first, then what it starts from

--- The identity of files that were read.
---@param chain {source: upnudge.PolicySource, name: string, bytes: string}[] in the order in which they hold
---@return upnudge.PolicyIdentity
function M.of(chain)
    local files, digests = {}, {}
    for i, file in ipairs(chain) do
        local source = file.source
        digests[i] = core.hash(file.bytes)
        files[i] = { name = file.name, path = source.path, builtin = source.builtin, found = source.found,
            hash = digests[i] }
    end
    digests[#digests + 1] = ""
    return { hash = core.hash(table.concat(digests, "\n")), files = files }
end

return M
