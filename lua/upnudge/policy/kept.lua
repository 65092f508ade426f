--- What is kept of a policy, put in the place of its files that have a mistake. Loaded where one has.

local core = require "upnudge.core"
local policies = require "upnudge.policy"

local M = {}

-- Bytes of a policy's file (see upnudge.policy).
local LIMIT <const> = 64 * 1024

--- What stands there now, else what is kept; of what has a mistake, or where `all` of it is wanted, what is kept.
local function bytes_of(file, all, faulty)
    if not file.path then
        return core.builtin(file.builtin)
    end
    return not all and not faulty[file.path] and core.read(file.path, LIMIT) or file.bytes
end

local function chain_of(kept, all, faulty)
    local chain = {}
    for i, file in ipairs(kept.files) do
        local name = file.path or file.builtin .. " (ready-made)"
        chain[i] = { source = { name = name, path = file.path, builtin = file.builtin, found = file.found },
            name = name, bytes = bytes_of(file, all, faulty) }
        if not chain[i].bytes then
            return nil
        end
    end
    return chain[1] and chain
end

--- The last good one: with those of its files that have no mistake as they are now, else with all as they were.
---@param source upnudge.PolicySource
---@param kept upnudge.GoodPolicy
---@param mistakes upnudge.Mistake[]? of the files as they are now
---@param options table of upnudge.policy.load
---@return upnudge.Policy?
function M.load(source, kept, mistakes, options)
    local faulty = {}
    for _, one in ipairs(mistakes or {}) do
        faulty[one.file] = true
    end
    for _, all in ipairs(next(faulty) and { false, true } or { true }) do
        local chain = chain_of(kept, all, faulty)
        local policy = chain and policies.load(source, { variable = options.variable, chain = chain, own = kept.own })
        if policy then
            return policy
        end
    end
end

return M
