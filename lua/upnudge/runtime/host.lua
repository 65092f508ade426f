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

--- Sets the facts of one activation. `tty` is whether standard error, where the notice goes, is a
--- terminal, unless the host says.
---@param facts table of describe
---@param activation upnudge.Activation
---@return boolean changed whether they are others than before
function M.activate(facts, activation)
    local tty, mode, active = activation.tty, activation.mode or "activate", activation.active or false
    if tty == nil then
        tty = core.isatty(2)
    end
    local changed = facts.tty ~= tty or facts.mode ~= mode or facts.active ~= active
        or facts.command ~= activation.command or facts.hint ~= activation.hint
    facts.tty, facts.mode, facts.active = tty, mode, active
    facts.command, facts.hint = activation.command, activation.hint
    return changed
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
