--- The facts of c.host that are asked for when a policy looks at them. Runs in the policy VM.

local M = {}

-- What the host finds out, and what stands for nothing.
local FOUND_OUT <const> = { agent = false, session = false, system = "", user = "", machine = "" }

---@class upnudge.ShownHost what upnudge.language.context shows as c.host
---@field of table
---@field given? table what the host says in words of its own
---@field attributes? table as they are shown, as `vars`; nil: not yet
---@field vars? table
---@field offset? integer of local time
---@field options? string|false of the command; false: it needs none

local function found_out(host, key)
    local found = fetch(key)
    if found == nil then
        found = FOUND_OUT[key]
    end
    host.of[key] = found
    return found
end

local function options_of(host)
    if host.options == nil then
        local given = fetch "options"
        host.options = type(given) == "string" and given or false
    end
    return host.options or nil
end

--- Any name may be asked for.
local function attributes_of(host)
    host.attributes = host.attributes or require "upnudge.language.said".attributes(host.given or {})
    return host.attributes
end

local function vars_of(host)
    host.vars = host.vars or require "upnudge.language.said".vars(fetch "vars" or {})
    return host.vars
end

--- Asks for all that whoever lists them is to see.
---@param host upnudge.ShownHost
function M.complete(host)
    for key in pairs(FOUND_OUT) do
        if host.of[key] == nil then
            found_out(host, key)
        end
    end
    host.of.options = options_of(host)
    host.of.attributes, host.of.vars = attributes_of(host), vars_of(host)
end

--- A fact that is not there yet; nil: there is none of that name.
---@param host upnudge.ShownHost
---@param key any
function M.find(host, key)
    if FOUND_OUT[key] ~= nil then
        return found_out(host, key)
    elseif key == "utc_offset" then
        host.offset = host.offset or fetch "utc_offset" or 0
        return host.offset
    elseif key == "options" then
        return options_of(host)
    elseif key == "attributes" then
        return attributes_of(host)
    elseif key == "vars" then
        return vars_of(host)
    end
end

return M
