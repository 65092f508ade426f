--- upnudge policy simulate: what policies would do to people over the coming weeks.

local cli = require "upnudge.cli.command"
local duration = require "upnudge.lib.duration"
local io = require "io"
local json = require "upnudge.lib.json.write"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("simulate", "Let policies live through weeks of releases and shells, side by side.")
    command:argument("policies", "Policy files, or names of ready-made policies."):argname("POLICY"):args "+"
    command:option("--weeks", "How long (8)."):argname("N"):convert(tonumber)
    command:option("--scenario", "A Lua file, a ready-made scenario (developer, team, server), or the directory of an "
        .. "environment whose record is to be one."):argname("S"):default "developer"
    command:option("--seed",
        "Another seed, other weeks; the same seed, the same (1)."):argname("N"):convert(math.tointeger)
    command:flag("--brief", "No calendar: a table with a line for each policy.")
    command:flag("--coverage", "Tell how often each rule was asked and what it answered, and which were never reached.")
    command:option("--svg", "Write a picture too."):argname("FILE")
    command:option("--max-per-week",
        "Exit with 1 if a policy speaks to people more often in any seven days."):argname("N"):convert(tonumber)
    command:option("--max-security-delay",
        "Exit with 1 if a security fix stays unsaid for longer while somebody is there.")
        :argname("DURATION"):convert(duration.parse)
    command:option("--app", "Name of the host tool, with a record as scenario."):argname("NAME")
    command:option("--state-dir", "Where the records are."):argname("DIR")
    command:flag("--json", "Print JSON.")
end

local ORDERS <const> = {
    notice = { "at", "audience", "person", "rule", "reason", "security", "news", "text" },
    fix = { "package", "version", "at", "open_since", "said_at", "ended_at", "worked", "passed" },
    course = { "policy", "name", "notices_total", "repeated", "too_soon", "most_per_week", "security_delay",
        "working_delay", "unsaid", "passed", "checks", "per_week", "upgrades", "others", "notices", "fixes",
        "faults", "coverage" },
    rule = { "rule", "file", "line", "asked", "matched", "spoke", "silenced" },
    others = { "ci", "agent", "command", "unattended" },
}

local function numbers(list)
    return function()
        return "[" .. table.concat(list, ",") .. "]"
    end
end

--- Shells and notices of those who are no people.
local function encode_others(others)
    local encoded = {}
    for audience, counts in pairs(others) do
        encoded[audience] = function()
            return json.object({ "shells", "notices" }, counts)
        end
    end
    return function()
        return json.object(ORDERS.others, encoded)
    end
end

local function encode_course(course)
    local faults = {}
    for reason in pairs(course.faults) do
        faults[#faults + 1] = reason
    end
    local fixes = {}
    for i, fix in ipairs(course.fixes) do
        fixes[i] = { package = fix.package, version = fix.version, at = fix.at, open_since = fix.open_since,
            said_at = fix.said_at, ended_at = fix.ended_at, worked = fix.worked, passed = fix.passed }
    end
    return json.object(ORDERS.course, { policy = course.policy, name = course.name, notices_total = course.told,
        repeated = course.repeated, too_soon = course.too_soon, most_per_week = course.most_per_week,
        security_delay = course.security_delay, working_delay = course.working_delay, unsaid = course.unsaid,
        passed = course.passed, checks = course.checks, others = encode_others(course.others),
        per_week = numbers(course.per_week), upgrades = numbers(course.upgrades),
        notices = function()
            return json.list(ORDERS.notice, course.notices)
        end,
        fixes = function()
            return json.list(ORDERS.fix, fixes)
        end,
        faults = function()
            return json.strings(faults)
        end, coverage = course.coverage and function()
            return json.list(ORDERS.rule, course.coverage:rules())
        end or nil })
end

local function encode(simulation, objections)
    local courses = {}
    for i, course in ipairs(simulation.courses) do
        courses[i] = encode_course(course)
    end
    return json.object({ "schema", "scenario", "seed", "start", "weeks", "objections", "policies" }, { schema = 1,
        scenario = simulation.scenario, seed = simulation.seed, start = simulation.frame.start,
        weeks = simulation.frame.weeks, policies = function()
            return json.array(courses)
        end, objections = function()
            return json.strings(objections)
        end })
end

--- Adds what a team's own limits say against a course.
local function object(list, course, args)
    if args.max_per_week and course.most_per_week > args.max_per_week then
        list[#list + 1] = ("%s speaks %d times in a week; at most %g are wanted"):format(course.policy,
            course.most_per_week, args.max_per_week)
    end
    if args.max_security_delay and course.security_delay > args.max_security_delay then
        list[#list + 1] = ("%s leaves a security fix unsaid for %s; at most %s are wanted"):format(course.policy,
            duration.format(course.security_delay), duration.format(args.max_security_delay))
    end
    if args.max_security_delay and not next(course.shells) and course.fixes[1] then
        list[#list + 1] = ("%s tells nobody of %d of %d security fixes, for nobody watches in any shell"):format(
            course.policy, course.unsaid, #course.fixes)
    end
    for reason in pairs(course.faults) do
        list[#list + 1] = course.policy .. " fails: " .. reason
    end
end

local function write_picture(path, simulation)
    local file, message = io.open(path, "wb")
    if not file then
        return nil, message
    end
    local ok, fault = file:write(require "upnudge.tools.simulation.svg".render(simulation))
    local closed, why = file:close()
    return ok and closed, fault or why
end

local function report(simulation, args)
    local found = {}
    for _, course in ipairs(simulation.courses) do
        object(found, course, args)
    end
    if args.json then
        cli.print_json(encode(simulation, found))
    else
        io.write(require "upnudge.tools.simulation.text".render(simulation, args.brief))
        for _, objection in ipairs(found) do
            cli.fail(objection)
        end
    end
    return found[1] and cli.FAILED or 0
end

---@param args table
---@return integer code
function M.run(args)
    local simulation = require "upnudge.tools.simulation"
    local scenario, message = simulation.scenario(args.scenario, { app = args.app,
        state_dir = cli.absolute(args.state_dir) })
    if not scenario then
        return cli.fail(message, "usage")
    end
    local progress = require "upnudge.cli.progress".begin("simulating", args.json)
    local result, fault = simulation.run(args.policies, scenario, { weeks = args.weeks, seed = args.seed,
        coverage = args.coverage, tick = function() progress:tick() end })
    progress:stop()
    if not result then
        return cli.fail(fault, "policy-fault")
    end
    if args.svg then
        local written, why = write_picture(args.svg, result)
        if not written then
            return cli.fail(why)
        end
    end
    return report(result, args)
end

return M
