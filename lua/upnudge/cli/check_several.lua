--- upnudge check, where a directory has lockfiles of several formats: each is an environment of its own.

local M = {}

-- Which outcome is told for all, by exit code and what a script would want to know of first.
local RANK <const> = { failed = 1, later = 2, busy = 3, checked = 4, started = 5, fresh = 6 }

--- The lockfiles that a tool of the project may upgrade, where there are several; nil: one, none, or nobody can tell.
---@param runtime upnudge.Runtime
---@param path string of the directory
---@return string[]?
function M.lockfiles(runtime, path)
    local state = runtime:environment(path)
    local found = state and runtime:lockfiles():candidates(state.env)
    return found and found[2] and found or nil
end

--- The format, as a check has found it, or by the name of the file.
local function format_of(runtime, path, lockfile)
    local states = runtime:environments(path, lockfile)
    local value = states and states[1].record:read()
    return value and value.format or runtime:lockfiles():called(lockfile)
end

local function of_one(args, lockfile)
    return setmetatable({ lockfile = lockfile }, { __index = args })
end

--- The answer of the outcome that matters most, with all of them as `environments`.
local function together(runtime, path, lockfiles, answers)
    local leading
    for i, answer in ipairs(answers) do
        answers[i] = { outcome = answer.outcome, code = answer.code, reason = answer.reason, changes = answer.changes,
            waiting = answer.waiting, retry_at = answer.retry_at, lockfile = lockfiles[i],
            format = format_of(runtime, path, lockfiles[i]) }
        if not leading or (RANK[answer.outcome] or 0) < (RANK[leading.outcome] or 0) then
            leading = answers[i]
        end
    end
    local whole = { environments = answers }
    for name, member in pairs(leading) do
        whole[name] = member
    end
    return whole
end

--- Which of them are needed, and the answers of the others.
local function probe(runtime, lockfiles, args, steps)
    local answers, needed = {}, {}
    for i, lockfile in ipairs(lockfiles) do
        local check = steps.probe(runtime, of_one(args, lockfile))
        answers[i] = check
        if check.state == "begun" then
            answers[i], needed[#needed + 1] = false, i
            check:abort()
        end
    end
    return answers, needed
end

--- Starts those that are needed: in the background one after the other, each with a log of its own. So the first has
--- its record before the next one looks where it belongs.
local function start(runtime, lockfiles, args, steps)
    local answers, needed = probe(runtime, lockfiles, args, steps)
    for n, i in ipairs(needed) do
        local one = of_one(args, lockfiles[i])
        local answer, lock = steps.detach(runtime, one)
        if not answer then
            answer = steps.run(runtime, one, lock)
            local others = {}
            for m = n + 1, #needed do
                others[m - n] = lockfiles[needed[m]]
            end
            start(runtime, others, args, steps)
            return answer, true
        end
        for m = n, answer.outcome == "started" and #needed or n do
            answers[needed[m]] = answer
        end
        if answer.outcome == "started" then
            break
        end
    end
    return answers
end

--- Does it for each.
---@param runtime upnudge.Runtime
---@param lockfiles string[]
---@param args table
---@param steps table what upnudge.cli.check does for one
---@return table answer
---@return boolean? alone whether this is a process that goes on alone, with one of them
function M.perform(runtime, lockfiles, args, steps)
    local answers = {}
    if args.detach then
        local started, alone = start(runtime, lockfiles, args, steps)
        if alone then
            return started, alone
        end
        answers = started
    end
    for i, lockfile in ipairs(args.detach and {} or lockfiles) do
        answers[i] = steps.run(runtime, of_one(args, lockfile))
    end
    return together(runtime, args.environment, lockfiles, answers)
end

return M
