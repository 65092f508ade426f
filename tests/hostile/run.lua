--- Runs the generators of hostile input: every other file of this directory, which returns
---
---     { name = "policies", cases = 100, run = function(seed, size) ... end }
---
--- `run` makes one case from its seed (math.random is seeded), the larger the size the worse, plays it, and raises
--- an error when it was not borne: a crash, too much work (tests/effort.lua), two answers to one question. `cases`
--- is how many `make test` plays, always the same; sizes go from 1 to 10.
---
--- usage: run.lua [NAME...]. BUILD names the build directory, LUA the interpreter. With SECONDS it is a campaign:
--- each generator goes on from SEED for its share of them, and sizes grow without end; with SIZE it is one case
--- again. A generator runs in a process of its own, so that a crash is told with the case that it was.

local MOST_SIZE <const> = 10
-- Cases of one size before a campaign goes on to the next.
local PER_SIZE <const> = 20
-- Faults of one generator after which it is clear enough.
local MOST_FAULTS <const> = 10
-- Seconds beyond its share after which a generator hangs.
local HANG <const> = 600

local lua = os.getenv "LUA" or "lua5.4"
local seconds, size = tonumber(os.getenv "SECONDS"), tonumber(os.getenv "SIZE")
local first = math.tointeger(tonumber(os.getenv "SEED" or 1)) or error "SEED is a whole number"

local function quote(word)
    return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end

local function say(...)
    io.write(string.format(...))
    io.flush()
end

local function all_names()
    local pipe = assert(io.popen "ls tests/hostile")
    local names = {}
    for file in pipe:lines() do
        local name = file:match "^(.*)%.lua$"
        names[#names + 1] = name ~= "run" and name or nil
    end
    pipe:close()
    return names
end

-- ---- the process of one generator ----------------------------------------------------------------

local function size_of(case, cases)
    if size then
        return size
    elseif seconds then
        return case // PER_SIZE + 1
    end
    return case * MOST_SIZE // cases + 1
end

--- Plays cases, each told before it is played: "case SEED SIZE", "fault MESSAGE" in one line, "end".
local function play(name, skipped, share)
    local generator = dofile(("tests/hostile/%s.lua"):format(name))
    local cases = size and 1 or generator.cases
    local started, case = os.time(), skipped
    while seconds and not size and os.time() - started < share or not (seconds and not size) and case < cases do
        local seed, how_large = first + case, size_of(case, cases)
        say("case %d %d\n", seed, how_large)
        math.randomseed(seed, how_large)
        local ok, fault = xpcall(generator.run, debug.traceback, seed, how_large)
        if not ok then
            say("fault %s\n", (tostring(fault):gsub("\n", "\1")))
        end
        case = case + 1
    end
    say "end\n"
end

-- ---- all of them ---------------------------------------------------------------------------------

local function command_of(name, skipped, share)
    -- A sanitizer keeps what was freed for a while; not so much that nobody sees what leaks.
    return ("timeout -k 5 %d env ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=8 %s tests/hostile/run.lua --play %s "
        .. "%d %d 2>&1"):format(share + HANG, quote(lua), name, skipped, share)
end

--- How the case that failed is played again.
local function tell(name, case, fault)
    say("%s: seed %d, size %d: %s\n  again: make hostile ONLY=%s SEED=%d SIZE=%d\n", name, case.seed, case.size, fault,
        name, case.seed, case.size)
end

--- One process; the cases that it played, those that failed, and whether it came to its end.
local function watch(name, skipped, share)
    local pipe = assert(io.popen(command_of(name, skipped, share)))
    local played, failed, ended, case, other = 0, 0, false, nil, {}
    for line in pipe:lines() do
        local what, rest = line:match "^(%l+) ?(.*)$"
        if what == "case" and rest:find "^%-?%d+ %d+$" then
            local seed, how_large = rest:match "^(%S+) (%S+)$"
            played, case = played + 1, { seed = tonumber(seed), size = tonumber(how_large) }
        elseif what == "fault" then
            failed = failed + 1
            tell(name, case, (rest:gsub("\1", "\n")))
        elseif what == "end" and rest == "" then
            ended = true
        else
            other[#other + 1] = line
        end
    end
    local ok, how, code = pipe:close()
    if not ok or not ended then
        failed, ended = failed + 1, ok and ended
        tell(name, case or { seed = first, size = 1 }, ("the process ended by itself (%s %s)\n%s"):format(how, code,
            table.concat(other, "\n")))
    end
    return played, failed, ended
end

local function campaign(name, share)
    local started, played, failed = os.time(), 0, 0
    local ended
    repeat
        local more, faults
        more, faults, ended = watch(name, played, math.max(share - (os.time() - started), 0))
        played, failed = played + more, failed + faults
    until ended or more == 0 or failed >= MOST_FAULTS
    say("%s: %d cases\n", name, played)
    return played - failed, failed
end

local function main(names)
    local passed, failed = 0, 0
    names = names[1] and names or all_names()
    if seconds and not size then
        say("%d s from seed %d\n", seconds, first)
    end
    for _, name in ipairs(names) do
        local good, bad = campaign(name, (seconds or 0) // #names)
        passed, failed = passed + good, failed + bad
    end
    say("%d passed, %d failed\n", passed, failed)
    os.exit(failed == 0 and passed > 0 and 0 or 1)
end

if arg[1] == "--play" then
    play(arg[2], tonumber(arg[3]), tonumber(arg[4]))
else
    main(arg)
end
