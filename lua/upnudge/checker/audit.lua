--- Audits: what a scanner says of a lockfile before and after a dry upgrade, run in the copy that a checker made.
---
--- The scanner is that of the checker (`audit`), where it is installed, else osv-scanner. That there is none, that it
--- fails, or finds no network, is no failure of a check: then nobody knows, and the check says so.

local core = require "upnudge.core"

local M = {}

---@class upnudge.Audit how a checker's lockfiles are scanned
---@field title string what people call it
---@field needs string[] programs, the first of which that is there is run
---@field command string[]|fun(lockfile: string): string[] without the program itself
---@field environment? string[] "NAME=value", beside the checker's own
---@field writes? fun(packages: upnudge.Package[]): string, string a file that it reads in place of the lockfile, and
---what is to be in it

-- Lockfiles that osv-scanner reads (https://google.github.io/osv-scanner/supported-languages-and-lockfiles/).
local OSV_FORMATS <const> = { npm = true, pnpm = true, yarn = true, ["yarn-berry"] = true, bun = true, cargo = true,
    uv = true, poetry = true, pdm = true, pipfile = true, gemfile = true, composer = true, gomod = true, mix = true }

---@type upnudge.Audit
local OSV <const> = { title = "osv-scanner", needs = { "osv-scanner" }, command = function(lockfile)
    return { "--format", "json", "--lockfile", lockfile }
end }

-- Seconds without which none is begun.
local LEAST <const> = 2

--- What would scan a lockfile; nil: nothing that is installed.
---@param checker upnudge.Checker
---@param format string
---@param found fun(program: string): string? where a program is
---@return upnudge.Audit?
---@return string? program
function M.of(checker, format, found)
    for _, audit in ipairs { checker.audit or OSV, OSV } do
        for _, program in ipairs((audit ~= OSV or OSV_FORMATS[format]) and audit.needs or {}) do
            if found(program) then
                return audit, program
            end
        end
    end
end

local function put(path, bytes)
    local file, message = io.open(path, "wb")
    local ok = file and file:write(bytes)
    return file and file:close() and ok and true or nil, message or path .. ": cannot be written"
end

--- One scan: the report, or nil and why there is none. That something was found is an exit code, too, so what it
--- printed says whether it worked.
local function scan(job, audit, argv, directory, bytes, packages, timeout, tick)
    local ok, message = put(directory .. "/" .. job.project.lockfile, bytes)
    if ok and audit.writes then
        local name, text = audit.writes(packages)
        ok, message = put(directory .. "/" .. name, text)
    end
    if not ok then
        return nil, message
    end
    local environment = table.move(job.environment, 1, #job.environment, 1, {})
    table.move(audit.environment or {}, 1, #(audit.environment or {}), #environment + 1, environment)
    local run, fault = core.run(argv, environment, timeout, require "upnudge.record.files".REPORT_LIMIT, false,
        directory, true, tick)
    if not run then
        return nil, fault
    elseif not run.output:find "%S" then
        return nil, ("it printed nothing, and %s"):format(run.signal ~= 0 and "was ended by signal " .. run.signal
            or "exited with " .. run.exit_code)
    end
    return run.output
end

--- The words of a scan.
---@param audit upnudge.Audit
---@param program string
---@param lockfile string its name
---@return string[]
function M.words(audit, program, lockfile)
    local words = audit.command
    if type(words) == "function" then
        words = words(lockfile)
    end
    return table.move(words, 1, #words, 2, { program })
end

---@class upnudge.AuditTask
---@field job upnudge.CheckerJob
---@field audit upnudge.Audit
---@field program string
---@field root string where the job's copy is
---@field old string bytes
---@field new string bytes
---@field packages fun(bytes: string): upnudge.Package[] of a lockfile
---@field seconds fun(): integer that are left
---@field take fun(report: string, of: "installed"|"upgraded"): boolean?, string? hands a report on
---@field tick? fun()

--- Scans both lockfiles; of two that are the same the first. nil and why one of them could not be scanned.
---@param task upnudge.AuditTask
---@return boolean? ok
---@return string? message
function M.run(task)
    local job, audit = task.job, task.audit
    local argv = M.words(audit, task.program, job.project.lockfile)
    local directory = task.root .. job.project.path
    for _, one in ipairs { { "installed", task.old }, task.new ~= task.old and { "upgraded", task.new } or nil } do
        local of, bytes = one[1], one[2]
        local left = task.seconds()
        if left < LEAST then
            return nil, audit.title .. ": no time was left for it"
        end
        local report, message = scan(job, audit, argv, directory, bytes, audit.writes and task.packages(bytes) or {},
            left, task.tick)
        local ok = report
        if report then
            ok, message = task.take(report, of)
        end
        if not ok then
            return nil, ("%s: %s"):format(audit.title, message)
        end
    end
    return true
end

return M
