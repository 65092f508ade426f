--- The host: what the process that activates can tell about itself and who is watching.

local core = require "upnudge.core"

local M = {}

local CI <const> = { "CI", "CONTINUOUS_INTEGRATION", "BUILD_NUMBER", "RUN_ID", "TF_BUILD" }

local function in_ci()
    for _, name in ipairs(CI) do
        local value = os.getenv(name)
        if value and value ~= "" and value ~= "0" and value ~= "false" then
            return true
        end
    end
    return false
end

local function language()
    for _, name in ipairs { "LC_ALL", "LC_MESSAGES", "LANG" } do
        local value = os.getenv(name)
        if value and value ~= "" then
            return value
        end
    end
end

--- Facts that do not change while a process runs.
---@param app string
---@return table
function M.describe(app)
    return { app = app, ci = in_ci(), lang = language(), system = core.system() }
end

--- Adds the facts of one activation. `tty` is whether standard error, where the notice goes, is a
--- terminal, unless the host says.
---@param facts table of describe
---@param activation upnudge.Activation
---@return table facts the same table
function M.activate(facts, activation)
    facts.tty = activation.tty
    if facts.tty == nil then
        facts.tty = core.isatty(2)
    end
    facts.mode = activation.mode or "activate"
    facts.active = activation.active or false
    facts.command = activation.command
    facts.hint = activation.hint
    return facts
end

--- Why this user wants no notices at all, whatever the policy says; nil when they do.
---@return string? reason
function M.opted_out()
    if os.getenv "NO_UPDATE_NOTIFIER" then
        return "NO_UPDATE_NOTIFIER is set"
    end
    local quiet = os.getenv "UPNUDGE_QUIET"
    if quiet and quiet ~= "" and quiet ~= "0" then
        return "UPNUDGE_QUIET is set"
    end
end

return M
