--- upnudge policy simulate: what policies would do to people over the coming weeks.

local cli = require "upnudge.cli.command"
local duration = require "upnudge.lib.duration"
local io = require "io"
local json = require "upnudge.lib.json.write"
local tables = require "upnudge.tools.simulation.table"

local M = {}

-- Seeds that are looked at in one go.
local MOST_SEEDS <const> = 1000

--- "1-20", "1,5,9" or "7".
local function seeds_of(text)
    local list, first, last = {}, text:match "^(%d+)%-(%d+)$"
    first, last = math.tointeger(first), math.tointeger(last)
    if first and last and first <= last and last - first < MOST_SEEDS then
        for seed = first, last do
            list[#list + 1] = seed
        end
    elseif text:find "^%d[%d,]*$" and not text:find(",,", 1, true) and #text < 10 * MOST_SEEDS then
        for seed in text:gmatch "%d+" do
            list[#list + 1] = math.tointeger(seed)
        end
    end
    if not list[1] then
        return nil, ("'%s' is no list of seeds; write 1-20 or 1,5,9, %d of them at most"):format(text, MOST_SEEDS)
    end
    return list
end

---@param parent table
function M.describe(parent)
    local command = parent:command("simulate", "Let policies live through weeks of releases and shells, side by side.")
    command:argument("policies", "Policy files, or names of ready-made policies."):argname("POLICY"):args "+"
    command:option("--weeks", "How long (8)."):argname("N"):convert(tonumber)
    command:option("--scenario", "A Lua file, a ready-made scenario (developer, team, server), or the directory of an "
        .. "environment whose record is to be one."):argname("S"):default "developer"
    command:option("--replay", "They live through what happened instead, by the log of past activations of the "
        .. "environment in that directory; several."):argname("DIR"):count("0-64")
    command:option("--seed",
        "Another seed, other weeks; the same seed, the same (1)."):argname("N"):convert(math.tointeger)
    command:option("--seeds", "Several of them, as 1-20 or 1,5,9: of each figure the median, the least and the most.")
        :argname("N-N"):convert(seeds_of)
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
    notice = { "at", "audience", "person", "environment", "machine", "rule", "reason", "security", "news", "text" },
    fix = { "package", "version", "at", "open_since", "said_at", "ended_at", "worked", "passed" },
    course = { "policy", "name", "notices_total", "repeated", "too_soon", "most_per_week", "security_delay",
        "working_delay", "unsaid", "passed", "checks", "per_week", "upgrades", "others", "notices", "fixes",
        "faults", "coverage" },
    rule = { "rule", "file", "line", "asked", "matched", "spoke", "silenced" },
    others = { "ci", "agent", "command", "unattended" },
}

-- Of the figures, in the order of the table.
local KEYS <const> = tables.keys()

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

local function encode_coverage(course)
    return course.coverage and function()
        return json.list(ORDERS.rule, course.coverage:rules())
    end or nil
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
        end, coverage = encode_coverage(course) })
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

local function encode_seeds(simulations, i)
    local list = {}
    for k, simulation in ipairs(simulations) do
        local course = simulation.courses[i]
        list[k] = json.object({ "seed", "figures" }, { seed = simulation.seed, figures = function()
            return json.object(KEYS, tables.values(course, simulation.frame))
        end })
    end
    return json.array(list)
end

--- Many seeds: of each policy the spread of its figures, and the figures of each seed.
local function encode_spread(simulations, objections)
    local spread, policies, seeds, first = require "upnudge.tools.simulation.spread", {}, {}, simulations[1]
    for i, simulation in ipairs(simulations) do
        seeds[i] = simulation.seed
    end
    for i, course in ipairs(first.courses) do
        local figures = {}
        for key, of in pairs(spread.figures(simulations, i)) do
            figures[key] = function()
                return json.object({ "median", "least", "most" }, of)
            end
        end
        policies[i] = json.object({ "policy", "name", "figures", "seeds", "coverage" }, { policy = course.policy,
            name = course.name, figures = function()
                return json.object(KEYS, figures)
            end, seeds = function()
                return encode_seeds(simulations, i)
            end, coverage = encode_coverage(course) })
    end
    return json.object({ "schema", "scenario", "seeds", "start", "weeks", "objections", "policies" }, { schema = 1,
        scenario = first.scenario, start = first.frame.start, weeks = first.frame.weeks, seeds = numbers(seeds),
        objections = function()
            return json.strings(objections)
        end, policies = function()
            return json.array(policies)
        end })
end

--- What a team's own limits say against a course: the words, and by how much.
local function objections_to(course, args)
    local list = {}
    if args.max_per_week and course.most_per_week > args.max_per_week then
        list.often = { course.most_per_week, ("speaks %d times in a week; at most %g are wanted"):format(
            course.most_per_week, args.max_per_week) }
    end
    if args.max_security_delay and course.security_delay > args.max_security_delay then
        list.late = { course.security_delay, ("leaves a security fix unsaid for %s; at most %s are wanted"):format(
            duration.format(course.security_delay), duration.format(args.max_security_delay)) }
    end
    if args.max_security_delay and not next(course.shells) and course.fixes[1] then
        list.unwatched = { course.unsaid, ("tells nobody of %d of %d security fixes, for nobody watches in any shell")
            :format(course.unsaid, #course.fixes) }
    end
    return list
end

--- The worst objection of each kind against a policy over all seeds, with how many seeds it holds for.
local function object(list, simulations, i, args)
    local worst, times, faults = {}, {}, {}
    for _, simulation in ipairs(simulations) do
        for kind, objection in pairs(objections_to(simulation.courses[i], args)) do
            times[kind] = (times[kind] or 0) + 1
            worst[kind] = worst[kind] and worst[kind][1] >= objection[1] and worst[kind] or objection
        end
        for reason in pairs(simulation.courses[i].faults) do
            faults[reason] = true
        end
    end
    local name = simulations[1].courses[i].policy
    for _, kind in ipairs { "often", "late", "unwatched" } do
        if worst[kind] then
            list[#list + 1] = ("%s %s%s"):format(name, worst[kind][2], simulations[2] and (" (%d of %d seeds)"):format(
                times[kind], #simulations) or "")
        end
    end
    for reason in pairs(faults) do
        list[#list + 1] = name .. " fails: " .. reason
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

local function report(simulations, args)
    local found = {}
    for i in ipairs(args.policies) do
        object(found, simulations, i, args)
    end
    if args.json then
        cli.print_json(args.seeds and encode_spread(simulations, found) or encode(simulations[1], found))
        return found[1] and cli.FAILED or 0
    end
    local text = require "upnudge.tools.simulation.text"
    io.write(args.seeds and text.render_spread(simulations) or text.render(simulations[1], args.brief))
    for _, objection in ipairs(found) do
        cli.fail(objection)
    end
    return found[1] and cli.FAILED or 0
end

--- The same over what really happened.
local function replay(args)
    if args.seeds or args.seed or args.weeks or args.coverage then
        return cli.misuse "what happened has no seed, no number of weeks and no coverage"
    end
    local runtime <close>, message, code = cli.open({ app = args.app, state_dir = args.state_dir }, true)
    local log
    if runtime then
        log, message, code = require "upnudge.tools.replay.log".of(runtime, args.replay)
    end
    if not log then
        return cli.fail(message, code)
    end
    local progress = require "upnudge.cli.progress".begin("replaying", args.json)
    local ok, result = pcall(require "upnudge.tools.replay.weeks".run, args.policies, log, { app = args.app,
        tick = function() progress:tick() end })
    progress:stop()
    if not ok then
        return cli.fail(require "upnudge.lib.raised".text(result), "policy-fault")
    end
    local written, why = true, nil
    if args.svg then
        written, why = write_picture(args.svg, result)
    end
    return written and report({ result }, args) or cli.fail(why)
end

---@param args table
---@return integer code
function M.run(args)
    cli.warn_of_left_out(args.policies)
    if args.seeds and args.svg then
        return cli.misuse "--svg draws the weeks of one seed; name it with --seed"
    end
    if args.replay[1] then
        return replay(args)
    end
    local simulation = require "upnudge.tools.simulation"
    local scenario, message = simulation.scenario(args.scenario, { app = args.app,
        state_dir = cli.absolute(args.state_dir) })
    if not scenario then
        return cli.fail(message, "usage")
    end
    -- This process ends soon, and has memory enough to collect less often.
    collectgarbage("incremental", 1000)
    local progress = require "upnudge.cli.progress".begin("simulating", args.json)
    local results, fault = simulation.run_seeds(args.policies, scenario, args.seeds or { args.seed or 1 }, {
        weeks = args.weeks, coverage = args.coverage, tick = function() progress:tick() end })
    progress:stop()
    if not results then
        return cli.fail(fault, "policy-fault")
    end
    if args.svg then
        local written, why = write_picture(args.svg, results[1])
        if not written then
            return cli.fail(why)
        end
    end
    return report(results, args)
end

return M
