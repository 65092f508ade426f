--- The segment of a prompt: a few characters that say how much waits in the project here.
---
--- Nothing is written, claimed or asked of a policy; what the policy ignores is left out, as is what the person does.
--- Besides what the format says there are digits and marks alone, which no shell expands.

local M = {}

---@class upnudge.Segment
---@field text string "" where there is nothing to show
---@field environment? string
---@field waiting? integer changes on this system, without what is ignored
---@field security? integer how many of them mend a security problem
---@field downgraded? integer how many of them are downgrades
---@field exposed? integer packages that are installed, have a problem and get no fix
---@field code? string why there is nothing, of upnudge.lib.reasons
---@field reason? string

--- What stands for the parts of a segment, where the locale has UTF-8 and where it has not.
M.FORMAT = "%m%n%w"
local MARK <const>, PLAIN_MARK <const>, WARNING <const> = "\u{2191}", "^", "!"
-- Where all that waits are downgrades.
local DOWN <const>, PLAIN_DOWN <const> = "\u{2193}", "v"

local function has_utf8(variable)
    for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
        local value = variable(name)
        if value and value ~= "" then
            return value:lower():find "utf%-?8" ~= nil
        end
    end
    return false
end

--- What is wrong with a format; nil: nothing.
---@param format string
---@return string?
function M.fault(format)
    local unknown = format:gsub("%%[%%nsemw]", ""):match "%%.?"
    return unknown and ("'%s' is nothing that a segment has: %%n, %%s, %%e, %%m, %%w or %%%%"):format(unknown) or nil
end

--- What waits; nil, a code and why nothing does.
local function result_of(runtime, state, now)
    local no, notice = runtime.host:opted_out(), require "upnudge.runtime.notice"
    if no then
        return nil, "opted-out", no
    elseif not runtime.policy then
        return nil, "policy-fault", runtime.policy_fault
    end
    local choices, snooze = state.record:choices(), require "upnudge.runtime.snooze"
    local asleep = snooze.ends(choices, now, runtime.policy)
    if asleep and not snooze.lets_through(runtime.policy) then
        return nil, "snoozed", "snoozed"
    end
    local found, silent = notice.look(runtime, state, {}, choices, now, false)
    if not asleep and (not found or silent) then
        return nil, silent and silent.code, silent and silent.reason
    elseif asleep and (not found or found.result.security == 0)
        or snooze.everywhere(runtime, now, found.result) then
        return nil, "snoozed", "snoozed"
    end
    return found.result
end

local SUMMED <const> = { "total", "security", "downgraded", "exposed" }

--- What waits in all environments of the directory together; where nothing can be said of any, why of the first.
local function results_of(runtime, first, now)
    local sums, code, why
    for _, state in ipairs(require "upnudge.runtime.siblings".of_activation(runtime, first)) do
        local result, kind, reason = result_of(runtime, state, now)
        if result then
            sums = sums or {}
            for _, name in ipairs(SUMMED) do
                sums[name] = (sums[name] or 0) + ((result[name] or 0) // 1 | 0)
            end
        elseif not code then
            code, why = kind or "fault", reason
        end
    end
    return sums, code, why
end

local function silence(code, reason, environment)
    return { text = "", environment = environment, code = code or "fault", reason = reason }
end

--- The segment of the project around a directory. Blocks as the file system does.
---@param runtime upnudge.Runtime
---@param from string? the working directory unless given
---@param format string? M.FORMAT unless given; see `fault`
---@param now integer? the clock's unless given
---@return upnudge.Segment
function M.segment(runtime, from, format, now)
    local path, message, code = require "upnudge.runtime.project".around(runtime, from)
    local state
    if path then
        state, message, code = runtime:environment(path)
    end
    if not state then
        return silence(code, message)
    end
    local sums, why, reason = results_of(runtime, state, now or runtime.host.now())
    format = format or M.FORMAT
    if not sums then
        return silence(why, reason, path)
    elseif sums.total == 0 and not format:gsub("%%%%", ""):find("%e", 1, true) then
        return silence("nothing-new", "nothing newer was found", path)
    end
    local total, security, utf8 = sums.total, sums.security, has_utf8(runtime.host.variable)
    local mark = sums.downgraded < total and (utf8 and MARK or PLAIN_MARK) or utf8 and DOWN or PLAIN_DOWN
    local parts = { n = tostring(total), s = tostring(security), w = security > 0 and WARNING or "", ["%"] = "%",
        m = total > 0 and mark or "", e = tostring(sums.exposed) }
    local text = format:gsub("%%(.)", parts)
    return { text = text, environment = path, waiting = total, security = security, downgraded = sums.downgraded,
        exposed = sums.exposed }
end

--- Its text alone, for the small program.
---@param runtime upnudge.Runtime
---@param from string?
---@param format string?
---@return string
function M.text(runtime, from, format)
    return M.segment(runtime, from, format).text
end

return M
