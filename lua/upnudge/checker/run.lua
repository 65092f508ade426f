--- Runs a checker's job: a copy, the tool in it, and the lockfile that comes of it.

local core = require "upnudge.core"
local files = require "upnudge.checker.files"

local M = {}

-- How many lines of what the tool said a reason quotes.
local LINES <const> = 3

local function lines_of(text)
    local lines = {}
    for line in text:gmatch "[^\r\n]+" do
        lines[#lines + 1] = line:find "%S" and line:match "^%s*(.*%S)" or nil
    end
    return lines
end

local function is_telling(line, patterns)
    for _, pattern in ipairs(patterns) do
        if line:find(pattern) then
            return true
        end
    end
    return false
end

--- What the tool said of its failure: the first lines that are known to say so, else its last ones.
local function said(checker, run)
    local lines = lines_of(run.last_lines)
    if not lines[1] then
        lines = lines_of(run.output:sub(-4096))
    end
    local telling = {}
    for _, line in ipairs(lines) do
        telling[#telling + 1] = is_telling(line, checker.telling or {}) and line or nil
    end
    local words = telling[1] and table.move(telling, 1, LINES, 1, {})
        or table.move(lines, math.max(1, #lines - LINES + 1), #lines, 1, {})
    return words[1] and ": " .. table.concat(words, " / ") or ""
end

--- How a command ended that a signal or its exit code says failed; nil: it did not.
---@param name string what it is called
---@param run table of core.run
---@param words fun(): string what is told of what it said, or ""
---@return string?
function M.ended_badly(name, run, words)
    if run.signal ~= 0 then
        return ("%s was ended by signal %d%s"):format(name, run.signal, words())
    elseif run.exit_code ~= 0 then
        return ("%s exited with %d%s"):format(name, run.exit_code, words())
    end
end

--- Runs the tool in the copy below `root`, and reads what it wrote. What it prints is none of the lockfile.
local function in_copy(job, root, environment, timeout, kept, tick)
    local ok, message = files.copy(files.of(job), root)
    local run
    if ok then
        run, message = core.run(job.argv, environment, timeout, core.lockfile_limit, kept, root .. job.project.path,
            not kept, tick)
    end
    message = run and M.ended_badly(job.checker.title, run, function()
        return said(job.checker, run)
    end) or message
    if not run or message then
        return nil, message
    end
    local bytes, _, code = core.read(root .. job.project.path .. "/" .. job.writes, core.lockfile_limit)
    if not bytes or bytes == "" then
        return nil, ("%s wrote no %s (%s)%s"):format(job.checker.title, job.writes, code or "empty",
            said(job.checker, run))
    end
    return bytes
end

--- The upgraded lockfile of a job; nil and why there is none. Blocks as long as the tool runs, `timeout` at most.
---@param job upnudge.CheckerJob
---@param root string where the copy is made; nothing is there yet
---@param variables string[] "NAME=value", for the tool beside the checker's own
---@param timeout integer seconds
---@param kept boolean whether what the tool says goes to standard error, which is a file then; else it is not heard
---@param tick fun()? called about once a second while the tool runs
---@return string? bytes
---@return string? message
function M.run(job, root, variables, timeout, kept, tick)
    local project = job.project
    if job.checker.result then
        return job.checker.result(project)
    elseif not job.argv then
        return project.bytes(project.lockfile)
    end
    local environment = table.move(variables, 1, #variables, 1, {})
    table.move(job.environment, 1, #job.environment, #environment + 1, environment)
    return in_copy(job, root, environment, timeout, kept, tick)
end

return M
