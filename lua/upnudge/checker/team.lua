--- A team's checkers: files `checkers/NAME.lua` beside its policy, and the commands that the policy itself names. What
--- came with a project runs nothing: see upnudge.strategy.origin.

local beside = require "upnudge.policy.beside"
local origin = require "upnudge.strategy.origin"

local M = {}

--- A text as a pattern of Lua.
local function plain(text)
    return (text:gsub("%p", "%%%0"))
end

local function load(path)
    local checker, vm, mistakes = beside.load(path, "load_checker")
    if not checker then
        return nil, vm, mistakes
    end
    vm:close()
    checker.title, checker.install = checker.name, checker.install or "ask your team"
    for i, text in ipairs(checker.telling or {}) do
        checker.telling[i] = plain(text)
    end
    return checker
end

--- Why nothing is run that these files name; nil: it is.
local function fault_of(files, homes, environment)
    local fault = origin.fault_of_policy(files, homes, environment)
    return fault and fault:gsub(" names it: ", " names a command: ", 1)
end

--- A policy's own command for a format, over what the checker of that format says.
---@param words string[]
---@param checker upnudge.Checker? of the format
---@param format string
---@return upnudge.Checker
local function named(words, checker, format)
    local own = { name = "policy:" .. format, title = words[1], formats = { format }, install = "the policy names it",
        hint = words[1] .. " …" }
    for name, value in pairs(checker or {}) do
        own[name] = name ~= "executes" and name ~= "result" and (own[name] or value) or own[name]
    end
    own.hint = checker and checker.hint or nil
    own.needs, own.command = { words[1] }, table.move(words, 2, #words, 1, {})
    return own
end

--- The checkers beside a policy. nil, what is wrong with one, and the code of that.
---@param runtime upnudge.Runtime
---@param environment string canonical path of what is checked
---@return upnudge.Checker[]?
---@return string? message
---@return string? code
function M.load(runtime, environment)
    local list, paths = {}, beside.paths(runtime.source, "checkers")
    local homes = require "upnudge.policy".homes(runtime.host.variable)
    local fault = fault_of(paths, homes, environment)
    for i, path in ipairs(not fault and paths or {}) do
        list[i], fault = load(path)
        if fault then
            break
        end
    end
    return not fault and list or nil, fault, fault and "policy-fault"
end

--- What is wrong with those beside a policy; none of them is run.
---@param source upnudge.PolicySource
---@return {path: string, message: string, mistakes: upnudge.Mistake[]?}[]
function M.faults(source)
    local faults = {}
    for _, path in ipairs(beside.paths(source, "checkers")) do
        local checker, message, mistakes = load(path)
        faults[#faults + 1] = not checker and { path = path, message = message, mistakes = mistakes } or nil
    end
    return faults
end

--- What the policy names for a format, in the place of a checker or where there is none; nil: nothing, or why not.
---@param runtime upnudge.Runtime
---@param environment string
---@param format string
---@param checker upnudge.Checker?
---@return upnudge.Checker?
---@return string? message
---@return string? code
function M.named(runtime, environment, format, checker)
    local words = (runtime.policy.check.commands or {})[format]
    if not words then
        return nil
    end
    local homes = require "upnudge.policy".homes(runtime.host.variable)
    local fault = fault_of(runtime.policy.files, homes, environment)
    if fault then
        return nil, fault, "policy-fault"
    end
    return named(words, checker, format)
end

return M
