--- The model, verified: each strategy in every order of steps, and mutants of it that have to fail.
---
--- `run.lua DIRECTORY` writes there, and prints a line for each property with how many states were looked at. It needs
--- spin and a C compiler.

local M = {}

local WINDOW <const>, TIME <const>, RESULT <const> = "one_notice_in_a_window", "no_time_is_lost", "no_result_is_lost"
local NAMED <const>, ASLEEP <const> = "what_a_record_names_is_there", "no_notice_while_asleep"
local EACH <const>, WAITS <const> = "one_notice_for_each_activation", "nobody_waits"

local STRATEGIES <const> = { simple = 1, ["separate-lock"] = 2, stateless = 3, database = 4 }

---@class upnudge.model.Case
---@field strategy string
---@field what string who takes part
---@field options string of the preprocessor; see upnudge.pml
---@field holds? string[] what does, in all states
---@field fails? string what does not
---@field is_shown? boolean whether the shortest way there is told

local TWO <const> = "-DACTIVATIONS=2 -DCHECKS=0"
local WITH_CHECK <const> = "-DACTIVATIONS=2 -DCHECKS=1 -DLATEST=3 -DENDINGS=0"
local CHECKS <const> = "-DACTIVATIONS=1 -DCHECKS=2 -DLATEST=1"
local SNOOZE <const> = "-DACTIVATIONS=1 -DCHECKS=0 -DPERSONS=1"
local SWITCH <const> = TWO .. " -DSWITCHES=1 -DLOOKS_AT_TIME=1 -DLATEST=3 -DENDINGS=0"
local MACHINES <const> = TWO .. " -DMACHINES=2 -DLATEST=3"

local function case(strategy, what, options, holds, fails)
    return { strategy = strategy, what = what, options = options, holds = holds, fails = fails }
end

local function shown(...)
    local one = case(...)
    one.is_shown = true
    return one
end

--- What is said of each strategy. Of `simple` two things are that do not hold, which its documentation says.
---@type upnudge.model.Case[]
M.STRATEGIES = {
    case("simple", "two checks and an activation", CHECKS .. " -DTIME_MAY_BE_LOST", { RESULT, NAMED, WAITS }),
    case("simple", "an activation and a snooze", SNOOZE, { ASLEEP, WAITS }),
    shown("simple", "two activations and a check", WITH_CHECK .. " -DLOOKS_AT_TIME=1", nil, TIME),
    shown("simple", "two activations", TWO .. " -DALSO_SIMPLE", nil, WINDOW),
    case("separate-lock", "two activations", TWO .. " -DLOOKS_AT_TIME=1", { WINDOW, TIME, WAITS }),
    case("separate-lock", "two activations and a check", WITH_CHECK, { WINDOW, RESULT, NAMED, WAITS }),
    case("separate-lock", "two checks and an activation", CHECKS, { RESULT, NAMED, WAITS }),
    case("separate-lock", "an activation and a snooze", SNOOZE, { ASLEEP, WAITS }),
    case("stateless", "two activations and a check", WITH_CHECK, { EACH, RESULT, NAMED, WAITS }),
    case("stateless", "an activation and a snooze", SNOOZE, { ASLEEP, WAITS }),
    case("database", "two activations", TWO .. " -DLATEST=3", { WINDOW, WAITS }),
    case("database", "an activation on each of two machines", MACHINES, { WINDOW, WAITS }),
    case("database", "two checks and an activation", CHECKS, { RESULT, NAMED, WAITS }),
    case("database", "an activation and a snooze", SNOOZE, { ASLEEP, WAITS }),
    case("simple", "two activations and a switch", SWITCH, { TIME, WAITS }),
    case("separate-lock", "two activations and a switch", SWITCH, { TIME, WAITS }),
    case("database", "two activations and a switch", SWITCH, { TIME, WAITS }),
}

--- Mistakes that somebody could make in the code, and what is lost by each.
---@type upnudge.model.Case[]
M.MUTANTS = {
    case("separate-lock", "the lock is freed before the write", TWO .. " -DFREED_EARLY", nil, WINDOW),
    case("separate-lock", "nothing is read again under the lock", TWO .. " -DNOT_READ_AGAIN", nil, WINDOW),
    case("separate-lock", "the time that is written is that from before the lock", TWO .. " -DCLOCK_BEFORE_LOCK", nil,
        WINDOW),
    case("separate-lock", "a commit writes the time back that it read", WITH_CHECK .. " -DWRITES_BACK", nil, WINDOW),
    case("separate-lock", "a claim ignores what is newer", TWO .. " -DIGNORES_NEWER", nil, WINDOW),
    case("separate-lock", "a decision goes by a clock from before what it knows", TWO .. " -DOLD_CLOCK", nil, WINDOW),
    case("separate-lock", "an activation waits for the lock", TWO .. " -DWAITS", nil, WAITS),
    case("database", "the row is set whatever its version", MACHINES .. " -DROW_NOT_COMPARED", nil, WINDOW),
    case("simple", "an activation writes the whole record",
        "-DACTIVATIONS=1 -DCHECKS=1 -DLATEST=1 -DWHOLE_RECORD", nil, RESULT),
    case("simple", "the lock of a check is freed before its commit", CHECKS .. " -DCHECK_FREED_EARLY", nil, NAMED),
    case("simple", "a record is written before what it names", CHECKS .. " -DRECORD_FIRST", nil, NAMED),
}

local function quoted(text)
    return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function output(command)
    local pipe = assert(io.popen(command .. " 2>&1"))
    local text = pipe:read "a"
    return text, pipe:close()
end

--- Whether what the model needs is at hand.
---@return boolean
function M.is_there()
    local _, ok = output "command -v spin && command -v gcc"
    return ok == true
end

local HERE <const> = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"

--- Verifies one case in a directory. Where the way to a fault is shown it is the shortest.
---@param directory string
---@param one upnudge.model.Case
---@return string? violated nil: nothing is
---@return integer states
---@return fun(): string trail the steps that led there
function M.verify(directory, one)
    local model = ("%s -DSTRATEGY=%d"):format(one.options, STRATEGIES[one.strategy])
    -- Beside each other, for spin has trouble with spaces in a path.
    local at = ("cp %s/*.pml %s && cd %s && "):format(quoted(HERE), quoted(directory), quoted(directory))
    -- Most of the time goes to the compiler. No order is left out (NOREDUCE), for any step may be the last of somebody.
    local said = output(("%srm -f *.trail && spin -a %s upnudge.pml && gcc -w -DSAFETY -DNOREDUCE -DVECTORSZ=1024 %s "
        .. "-o pan pan.c && ./pan -m1000000 -n"):format(at, model, one.is_shown and "-DBFS" or ""))
    local states = math.tointeger(said:match "(%d+) states, stored")
        or math.tointeger((tonumber(said:match "([%d.e+]+) states, stored") or -1) // 1)
    local violated = said:match "assertion violated %(?([%w_]+)" or said:find("invalid end state (", 1, true) and WAITS
    -- Neither was all looked at, nor was a fault met.
    if states < 0 or not violated and not said:find("errors: 0", 1, true) or said:find("max search depth", 1, true) then
        error("the model could not be verified:\n" .. said, 0)
    end
    return violated or nil, states, function()
        return (output(("%sspin -k upnudge.pml.trail -T %s upnudge.pml"):format(at, model)))
    end
end

local function words(property)
    return (property:gsub("_", " "))
end

--- What is said of a case that came out as it should; else nil, and what is wrong.
local function judged(one, violated)
    if violated ~= one.fails then
        return nil, violated and words(violated) .. ": VIOLATED" or words(one.fails) .. ": holds, and should not"
    end
    return true
end

local function told(trail)
    for line in trail:gmatch "[^\n]+" do
        if line:find "^%s*activation" or line:find "^%s*the check" or line:find "^%s*it is" then
            print("        " .. line:match "^%s*(.*)")
        end
    end
end

--- Runs cases, and prints a line for each property.
---@param directory string
---@param cases upnudge.model.Case[]
---@return integer faults
function M.run(directory, cases)
    local faults = 0
    for _, one in ipairs(cases) do
        local violated, states, trail = M.verify(directory, one)
        local ok, wrong = judged(one, violated)
        for _, property in ipairs(ok and one.holds or {}) do
            print(("%s, %s: %s: holds in %d states"):format(one.strategy, one.what, words(property), states))
        end
        if ok and one.fails then
            print(("%s, %s: %s: violated, as it should be, after %d states"):format(one.strategy, one.what,
                words(one.fails), states))
        elseif not ok then
            print(("%s, %s: %s, after %d states"):format(one.strategy, one.what, wrong, states))
            faults = faults + 1
        end
        if violated and (one.is_shown or not ok) then
            told(trail())
        end
    end
    return faults
end

local function main(directory)
    local faults = M.run(directory, M.STRATEGIES)
    print "mutants:"
    faults = faults + M.run(directory, M.MUTANTS)
    print(faults == 0 and "the model holds, and each mutant was found"
        or ("%d cases came out otherwise"):format(faults))
    os.exit(faults == 0)
end

if arg and arg[0] and arg[0]:find "model/run%.lua$" then
    main(assert(arg[1], "usage: run.lua DIRECTORY"))
end

return M
