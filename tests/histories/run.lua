--- Histories: rounds of real processes under each strategy (tests/histories/drive.py), judged one after the other.
---
--- usage: run.lua [STRATEGY...]; none: all. SECONDS=60 for all together, SEED=1, BUILD names the build directory.
--- Prints a row for each strategy, and of each round that no order explains the seed and the shortest history that has
--- none.

local cjson = require "cjson"
local command = require "command"
local search = require "histories.search"
local timeline = require "histories.timeline"

local M = {}

--- What can be played: the driver's word for it, and whether its database is a real server.
---@type {name: string, title: string, strategy: string, server: boolean?}[]
M.STRATEGIES = {
    { name = "simple", title = "`simple`", strategy = "simple" },
    { name = "separate-lock", title = "`separate-lock`", strategy = "separate-lock" },
    { name = "stateless", title = "`stateless`", strategy = "stateless" },
    { name = "sqlite", title = "`database`, SQLite, two machines", strategy = "database" },
    { name = "postgresql", title = "`database`, PostgreSQL, two machines", strategy = "database", server = true },
    { name = "switching", title = "switched all the time", strategy = "switching" },
}

---@class histories.Tally
---@field rounds integer
---@field operations integer
---@field kills integer processes that one met
---@field notices integer
---@field commits integer
---@field unreachable integer activations that were silent for that
---@field server_kills integer
---@field races integer rounds that the race of `simple` alone explains
---@field anomalies integer rounds that nothing explains
---@field undecided integer rounds of which nobody can say

local function empty_tally()
    return { rounds = 0, operations = 0, kills = 0, notices = 0, commits = 0, unreachable = 0, server_kills = 0,
        races = 0, anomalies = 0, undecided = 0 }
end

--- As it was written: JSON knows no whole numbers.
local function whole(value)
    for key, member in pairs(value) do
        value[key] = type(member) == "table" and whole(member) or math.tointeger(member) or member
    end
    return value
end

local function has_simple(history)
    local found = history.strategy == "simple"
    for _, op in ipairs(history.operations) do
        found = found or op.kind == "switch" and op.strategy == "simple"
    end
    return found
end

--- What a history is: "explained", "race" where that of `simple` alone explains it, "anomaly" or "undecided".
---@param history histories.History
---@return "explained"|"race"|"anomaly"|"undecided"
function M.judge(history)
    local explained = search.explains(history)
    local verdict = explained and "explained" or "anomaly"
    if explained == false and has_simple(history) then
        explained = search.explains(history, true)
        verdict = explained and "race" or "anomaly"
    end
    return explained == nil and "undecided" or verdict
end

local COUNTED <const> = { race = "races", anomaly = "anomalies", undecided = "undecided" }
local SAID <const> = { told = "notices", checked = "commits", ["database-unreachable"] = "unreachable" }

local function count(tally, history, verdict)
    tally.rounds = tally.rounds + 1
    for _, op in ipairs(history.operations) do
        local kind = SAID[op.said]
        tally.operations = tally.operations + 1
        tally.kills = tally.kills + (op.killed and 1 or 0)
        if kind then
            tally[kind] = tally[kind] + 1
        end
    end
    local kind = COUNTED[verdict]
    if kind then
        tally[kind] = tally[kind] + 1
    end
end

--- Plays rounds and judges them.
---@param one table of STRATEGIES
---@param options {rounds: integer, seconds: number, seed: integer|string}
---@param tell fun(text: string) hears of each round that nothing explains
---@return histories.Tally
function M.play(one, options, tell)
    local tally, server = empty_tally(), one.server and require "postgres".start() or nil
    if server then
        server:begin()
    end
    local words = command.words(options.rounds, options.seconds, options.seed, server and server.url)
    local pipe = assert(io.popen(command.script("exec env BUILD=%s /usr/bin/python3 %s %s ",
        command.root .. "/" .. command.build, command.root .. "/tests/histories/drive.py", one.strategy) .. words))
    for line in pipe:lines() do
        local history = whole(cjson.decode(line))
        if history.kill then
            server:kill()
            server:run()
            tally.server_kills = tally.server_kills + 1
        else
            local verdict = M.judge(history)
            count(tally, history, verdict)
            if verdict == "anomaly" then
                tell(("%s, seed %s, round %d: no order explains what these answered:\n%s"):format(one.name,
                    options.seed, history.number, timeline.draw(timeline.shortest(history))))
            end
        end
    end
    local ok, how, code = pipe:close()
    if server then
        server:stop()
    end
    assert(ok, ("the rounds were not played (%s %s)"):format(how, code))
    return tally
end

local COLUMNS <const> = { "rounds", "operations", "kills", "commits", "notices", "server_kills", "unreachable", "races",
    "undecided", "anomalies" }

local function chosen(names)
    local list = {}
    for _, one in ipairs(M.STRATEGIES) do
        for _, name in ipairs(names) do
            list[#list + 1] = name == one.name and one or nil
        end
    end
    return names[1] and list or M.STRATEGIES
end

local function main(names)
    local list, faults = chosen(names), 0
    assert(list[1], "there is no such strategy")
    local options = { rounds = 1 << 30, seconds = tonumber(os.getenv "SECONDS" or 60) / #list,
        seed = os.getenv "SEED" or 1 }
    print("| strategy | rounds | operations | killed | commits | notices | server killed | unreachable "
        .. "| race of `simple` | undecided | anomalies |\n|---|---|---|---|---|---|---|---|---|---|---|")
    for _, one in ipairs(list) do
        local tally = M.play(one, options, print)
        local cells = { one.title }
        for _, column in ipairs(COLUMNS) do
            cells[#cells + 1] = ("%d"):format(tally[column])
        end
        print("| " .. table.concat(cells, " | ") .. " |")
        io.flush()
        faults = faults + tally.anomalies
    end
    print(("seed %s, %d s each"):format(options.seed, options.seconds // 1))
    os.exit(faults == 0)
end

if arg and arg[0] and arg[0]:find "histories/run%.lua$" then
    main(arg)
end

return M
