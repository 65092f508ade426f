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
local DEFAULT_STRATEGY <const> = "separate-lock"

---@class upnudge.PolicySource
---@field name string for messages
---@field path? string file; absent: built-in
---@field builtin? string

---@class upnudge.Policy
---@field vm table
---@field source upnudge.PolicySource
---@field name string
---@field strategy string its name
---@field way table the strategy itself
---@field settings table what the policy says to its strategy
---@field check {every: integer, timeout: integer}

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
            return nil, ("no ready-made policy '%s'%s; a file has a slash or ends in .lua"):format(source.builtin,
                require "upnudge.lib.suggest".suggest(source.builtin, core.builtins()))
        end
        return bytes
    end
    return core.read(source.path, SOURCE_LIMIT)
end

--- Mistakes of one file of the chain go to the diagnostics.
local function note(diagnostics, file, mistakes)
    if mistakes then
        require "upnudge.policy.diagnostic".add(diagnostics, file.name, file.bytes, mistakes)
    end
end

--- Runs the files of the chain in the VM. What a team did wrong goes to the diagnostics; nil and a
--- message is what leaves nothing to go on with.
local function load_chain(vm, file, diagnostics)
    local chain, total = {}, 0
    while file do
        chain[#chain + 1] = file
        total = total + #file.bytes
        if total > CHAIN_BYTES then
            return nil, ("%s: this policy and its bases have more than 128 KiB"):format(chain[1].name)
        end
        local ours = not file.source.path
        local loaded, fault = vm:call("load", ours and "=" .. file.source.builtin or "@" .. file.name, file.bytes, ours)
        if not loaded then
            return nil, ("%s: %s"):format(file.name, fault)
        end
        note(diagnostics, file, loaded.mistakes)
        file.strategy = loaded.strategy
        local mistake
        if loaded.extends then
            file, mistake = require "upnudge.policy.base".of(chain, loaded.extends, read)
            note(diagnostics, chain[#chain], mistake)
        else
            file = nil
        end
    end
    return chain
end

--- Loaded with the first question, for a runtime may be opened and never asked. It has no settings, which
--- is known without it.
local function default_strategy()
    return setmetatable({ open = false }, { __index = function(strategy, name)
        local member = require "upnudge.strategy.separate_lock"[name]
        rawset(strategy, name, member)
        return member
    end })
end

--- The strategy that the chain names; what is wrong with its name goes to the diagnostics.
local function strategy_of(chain, diagnostics)
    for _, file in ipairs(chain) do
        local name = file.strategy
        if name and name ~= DEFAULT_STRATEGY and name:find "^%l[%l%d-]*$" then
            local strategy, message = require "upnudge.strategy".find(name)
            note(diagnostics, file, message and { { key = "strategy", depth = 1, message = message } })
            return strategy, name
        elseif name then
            break
        end
    end
    return default_strategy(), DEFAULT_STRATEGY
end

--- Loads a policy and its bases. On failure nil, a message of lines "file:line: ..." and, as far as it
--- is the files' fault, every mistake.
---@param source upnudge.PolicySource
---@param fetch fun(what: string): any gives what the policy looks at: "packages", "utc_offset"
---@return upnudge.Policy?
---@return string? message
---@return upnudge.Diagnostic[]? diagnostics
function M.load(source, fetch)
    local bytes, unreadable = read(source)
    if not bytes then
        return nil, unreadable
    end
    local vm, failure = core.vm(fetch)
    if not vm then
        return nil, failure
    end
    local diagnostics, policy = {}, nil
    local chain, message = load_chain(vm, { source = source, name = source.path or source.name, bytes = bytes },
        diagnostics)
    local strategy, name
    if chain then
        strategy, name = strategy_of(chain, diagnostics)
    end
    if chain and #diagnostics == 0 then
        policy, message = vm:call("link")
    end
    if not policy then
        vm:close()
        local diagnostic = require "upnudge.policy.diagnostic"
        return nil, message or diagnostic.lines(diagnostic.sort(diagnostics)), diagnostics
    end
    policy.vm, policy.source, policy.strategy, policy.way = vm, source, name, strategy
    return policy
end

return M
