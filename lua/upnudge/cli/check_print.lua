--- upnudge check --print: what a check would run.

local checkers = require "upnudge.checker"
local cli = require "upnudge.cli.command"
local io = require "io"
local quote = require "upnudge.lib.shell".quote
local terminal = require "upnudge.lib.terminal"

--- The lockfile that a check would be of, its format, and the environment; or nil, a message and a code.
local function lockfile_of(runtime, args)
    local state, message, code = runtime:environment(args.environment)
    local path
    if state then
        path, message, code = cli.absolute(args.lockfile), nil, nil
        if not path then
            path, message, code = runtime:lockfiles():find(state.env)
        end
    end
    local parsed
    if path then
        parsed, message, code = runtime:lockfiles():open(path)
    end
    return parsed and path, parsed and parsed:format() or message, parsed and state.env.path or code
end

local function words(list)
    local quoted = {}
    for i, word in ipairs(list) do
        quoted[i] = quote(word)
    end
    return table.concat(quoted, " ")
end

--- The paths as from the project, where they lie in it.
local function names(job)
    local list, prefix = {}, job.project.path .. "/"
    for i, path in ipairs(require "upnudge.checker.files".of(job).copies) do
        list[i] = path:sub(1, #prefix) == prefix and path:sub(#prefix + 1) or path
    end
    return list
end

--- The words of the scanner that would be asked, too; none where there is none.
local function audit_of(runtime, job, format)
    local audits = require "upnudge.checker.audit"
    local wanted = runtime.policy.check.audit and job.argv and not job.checker.result
    local audit, program
    if wanted then
        audit, program = audits.of(job.checker, format, job.found)
    end
    return audit and audits.words(audit, program, job.project.lockfile) or {}
end

local function tell(job)
    local copies = names(job)
    local argv, environment = job.argv or {}, job.environment
    if job.checker.result then
        argv, environment, copies = {}, {}, {}
    end
    local lines = { checker = job.checker.name, directory = job.project.path, copies = words(copies),
        command = words(argv), environment = words(environment), writes = job.writes, audit = words(job.audit) }
    for _, name in ipairs { "checker", "directory", "copies", "environment", "command", "writes", "audit" } do
        if lines[name] ~= "" then
            io.write(("%-12s %s\n"):format(name, terminal.line(lines[name])))
        end
    end
end

local ORDER <const> = { "schema", "format", "checker", "directory", "copies", "environment", "command", "writes",
    "audit" }

local function members_of(job, format)
    local write = require "upnudge.lib.json.write"
    local function encoded(list)
        return function()
            return write.strings(list)
        end
    end
    return { format = format, checker = job.checker.name, directory = job.project.path, copies = encoded(names(job)),
        environment = encoded(job.environment), command = encoded(job.argv or {}), writes = job.writes,
        audit = job.audit[1] and encoded(job.audit) or nil }
end

--- One object, and of several lockfiles one for each.
local function tell_json(jobs)
    local write = require "upnudge.lib.json.write"
    local several, list = jobs[2] ~= nil, {}
    for i, one in ipairs(jobs) do
        list[i] = members_of(one.job, several and one.format or nil)
    end
    local members = members_of(jobs[1].job, several and jobs[1].format or nil)
    members.schema, members.environments = 1, several and function()
        return write.list(ORDER, list)
    end or nil
    cli.print_json(write.object(ORDER, members))
end

--- What would be done for one lockfile; or nil, a message and a code of upnudge.lib.reasons.
local function job_of(runtime, args)
    local lockfile, format, environment = lockfile_of(runtime, args)
    if not lockfile then
        return nil, format, require "upnudge.runtime.cause".of_lockfile(environment)
    elseif not runtime.policy then
        return nil, runtime.policy_fault, "policy-fault"
    end
    local checker, message, why = checkers.of(runtime, environment, format, lockfile)
    local job
    if checker then
        job, message, why = checkers.job(checker, lockfile, runtime.host.variable)
    end
    if job then
        job.audit = audit_of(runtime, job, format)
    end
    return job and { job = job, format = format }, message, why
end

---@param runtime upnudge.Runtime
---@param args table
---@return integer code
return function(runtime, args)
    if args.dry_upgrade[1] then
        io.write(words(args.dry_upgrade), "\n")
        return 0
    end
    local several = not args.lockfile and require "upnudge.cli.check_several".lockfiles(runtime, args.environment)
    local jobs = {}
    for i, lockfile in ipairs(several or { args.lockfile or false }) do
        local one, message, code = job_of(runtime, { environment = args.environment, lockfile = lockfile or nil })
        if not one then
            return cli.fail(message, code)
        end
        jobs[i] = one
    end
    if args.json then
        tell_json(jobs)
        return 0
    end
    for i, one in ipairs(jobs) do
        io.write(i > 1 and "\n" or "")
        tell(one.job)
    end
    return 0
end
