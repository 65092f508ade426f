--- The policy, seen from the trusted side: find its files, load them into a VM of its own.
---
--- Policies come from the host, $UPNUDGE_POLICY, the user's and the system's configuration, else the
--- built-in default: never from the directory being activated, for a cloned repository must not run
--- code.

local core = require "upnudge.core"

local M = {}

-- Compiling is no instruction that a budget sees, so there is not much to compile: a file, and a chain.
local SOURCE_LIMIT <const> = 64 * 1024
local CHAIN_BYTES <const> = 128 * 1024
local CHAIN_LIMIT <const> = 16

---@class upnudge.PolicySource
---@field name string for messages
---@field path? string file; absent: built-in
---@field builtin? string

---@class upnudge.Policy
---@field vm table
---@field source upnudge.PolicySource
---@field name string
---@field strategy string
---@field check {every: integer, timeout: integer}
---@field rules table[]

local function builtin(name)
    return { name = name .. " (ready-made)", builtin = name }
end

--- A file, when it has a slash or ends in .lua; else the name of a ready-made policy.
local function named(value)
    if value:find("/", 1, true) or value:find("%.lua$") then
        return { name = value, path = value }
    end
    return builtin(value)
end

--- `name` in the user's and in the system's configuration, in that order.
---@param name string
---@return string[] paths
function M.configuration(name)
    local config, home = os.getenv "XDG_CONFIG_HOME", os.getenv "HOME"
    if not config or config:sub(1, 1) ~= "/" then
        config = home and home .. "/.config"
    end
    local system = "/etc/xdg/upnudge/" .. name
    return config and { config .. "/upnudge/" .. name, system } or { system }
end

local function configured()
    for _, path in ipairs(M.configuration "policy.lua") do
        if core.stamp(path) then
            return { name = path, path = path }
        end
    end
end

--- Which policy holds, in the order: the host's, $UPNUDGE_POLICY, the user's, the system's, default.
---@param option string? of the host
---@return upnudge.PolicySource
function M.find(option)
    local environment = os.getenv "UPNUDGE_POLICY"
    if option then
        return named(option)
    elseif environment and environment ~= "" then
        return named(environment)
    end
    return configured() or builtin "default"
end

local function read(source)
    if source.builtin then
        local bytes = core.builtin(source.builtin)
        if not bytes then
            return nil, ("no ready-made policy '%s'; there are: %s (a file has a slash or ends in .lua)")
                :format(source.builtin, table.concat(core.builtins(), ", "))
        end
        return bytes
    end
    return core.read(source.path, SOURCE_LIMIT)
end

--- The file that `extends = name` means: one beside the policy, else a ready-made one.
local function base_of(source, name)
    if source.path then
        local beside = (source.path:match("^(.*/)") or "") .. name .. ".lua"
        if beside ~= source.path and core.stamp(beside) then
            return { name = beside, path = beside }
        end
    end
    return builtin(name)
end

local function load_chain(vm, source)
    local seen, chain, total = {}, {}, 0
    while source do
        chain[#chain + 1] = source.name
        local identity = source.path or source.builtin
        if seen[identity] or #chain > CHAIN_LIMIT then
            return nil, "policies extend each other in a circle: " .. table.concat(chain, " -> ")
        end
        seen[identity] = true
        local bytes, message = read(source)
        if not bytes then
            return nil, #chain > 1 and ("%s extends what is not there: %s"):format(chain[#chain - 1], message)
                or message
        end
        total = total + #bytes
        if total > CHAIN_BYTES then
            return nil, ("%s: this policy and its bases have more than 128 KiB"):format(chain[1])
        end
        local chunk = source.path and "@" .. source.path or "=" .. source.builtin
        local loaded, fault = vm:call("load", chunk, bytes, not source.path)
        if not loaded then
            return nil, fault
        end
        source = loaded.extends and base_of(source, loaded.extends)
    end
    return true
end

--- Loads a policy and its bases. On failure nil and every mistake with file:line.
---@param source upnudge.PolicySource
---@param fetch fun(what: string): any gives what the policy looks at: "packages", "utc_offset"
---@return upnudge.Policy?
---@return string? message
function M.load(source, fetch)
    local vm, failure = core.vm(fetch)
    if not vm then
        return nil, failure
    end
    local ok, message = load_chain(vm, source)
    local policy
    if ok then
        policy, message = vm:call("link")
    end
    if not policy then
        vm:close()
        return nil, message
    end
    policy.vm, policy.source = vm, source
    return policy
end

return M
