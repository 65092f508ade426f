--- Runs every test and closes with one line: N passed, N failed, N skipped.
---
--- C unit and fault programs close with such a line of their own; busted runs with tests/output.lua,
--- which does too. A program that closes with none has failed. BUILD names the build directory, LUA the
--- interpreter, JOBS how many run at once (as many as there are processors); words choose the tests whose path has one
--- of them.

local function first_line(command)
    local pipe = assert(io.popen(command))
    local line = pipe:read "l"
    pipe:close()
    return line
end

local build = os.getenv "BUILD" or "build"
local lua = os.getenv "LUA" or "lua5.4"
local sanitised = build:find("asan") ~= nil
local at_once = tonumber(os.getenv "JOBS") or tonumber(first_line "nproc") or 1
local total = { passed = 0, failed = 0, skipped = 0 }

-- Of whoever runs the tests, be that CI or an agent, nothing comes to those.
local UNSET <const> = "unset " .. table.concat(dofile "tests/surroundings.lua", " ") .. "\n"

-- These make products in the build directory, or read such, so that none of them runs beside another.
local MAKES <const> = { ["tests/spec/house/install_spec.lua"] = true, ["tests/spec/house/packages_spec.lua"] = true,
    ["tests/spec/house/readme_spec.lua"] = true, ["tests/spec/api/allocator_spec.lua"] = true }

-- What takes half a minute alone, the longest first. One that is missing here only ends later.
local LONGEST <const> = {}
for i, title in ipairs { "tests/spec/house/install_spec.lua", "tests/spec/api/memory_spec.lua",
    "tests/spec/strategy/database_spec.lua", "tests/spec/runtime/check_spec.lua", "tests/hostile/states.lua",
    "tests/hostile/records.lua", "tests/hostile/policies.lua", "tests/hostile/lockfiles.lua" } do
    LONGEST[title] = i
end

local function quote(word)
    return "'" .. word:gsub("'", "'\\''") .. "'"
end

local function say(text)
    io.write(text)
    io.flush()
end

local function closing_line(output)
    local passed, failed, rest = output:match("(%d+) passed, (%d+) failed([^\n]*)\n*$")
    if passed then
        return tonumber(passed), tonumber(failed), tonumber(rest:match("(%d+) skipped") or 0)
    end
end

local function is_chosen(title)
    for _, word in ipairs(arg) do
        if title:find(word, 1, true) then
            return true
        end
    end
    return #arg == 0
end

-- What is to be run: { title =, command = }, in the order in which it is started and told.
local jobs = {}

local function add(title, command)
    if is_chosen(title) then
        jobs[#jobs + 1] = { title = title, command = command, number = #jobs }
    end
end

local function tell(job, ok, seconds, output)
    local passed, failed, skipped = closing_line(output)
    if not passed then
        passed, failed, skipped = 0, 1, 0
    elseif not ok and failed == 0 then
        failed = 1
    end
    total.passed, total.failed = total.passed + passed, total.failed + failed
    total.skipped = total.skipped + skipped
    say(("%-46s %5d passed, %d failed"):format(job.title, passed, failed)
        .. (skipped > 0 and (", %d skipped"):format(skipped) or "") .. (" (%s s)\n"):format(seconds))
    if failed > 0 or skipped > 0 then
        say(output .. "\n")
    end
end

--- The files below the directories that are so called, in the same order everywhere.
local function files(directories, pattern)
    local pipe = assert(io.popen(("find %s -name %s | LC_ALL=C sort"):format(directories, quote(pattern))))
    local list = {}
    for line in pipe:lines() do
        list[#list + 1] = line
    end
    pipe:close()
    return list
end

for _, source in ipairs(files("tests/unit tests/fault", "*_test.c")) do
    -- Tests that ask for more memory than there is want NULL, not the end of the program.
    add(source, ("ASAN_OPTIONS=allocator_may_return_null=1 %s tests/fixtures")
        :format(quote(("./%s/%s"):format(build, (source:gsub("%.c$", ""))))))
end

-- busted loads C modules into a plain lua, so a sanitised build needs its run-time loaded first.
local preload = sanitised and "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 " or ""
for _, spec in ipairs(files("tests/spec", "*_spec.lua")) do
    add(spec, ("%sBUILD=%s LUA=%s LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH=%s "
        .. 'busted --lua="$(command -v %s)" --output=tests/output.lua %s'):format(preload, quote(build), quote(lua),
        quote(build .. "/lib/?.so;;"), quote(lua), quote(spec)))
end

-- Each generator of hostile input by itself.
for _, generator in ipairs(files("tests/hostile", "*.lua")) do
    local name = generator:match "([^/]+)%.lua$"
    if name ~= "run" then
        add(generator, ("%sBUILD=%s LUA=%s LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH=%s %s "
            .. "tests/hostile/run.lua %s"):format(preload, quote(build), quote(lua), quote(build .. "/lib/?.so;;"),
            quote(lua), name))
    end
end

--- The jobs as lanes, each of which runs one after the other: what makes products in the build directory has one of
--- its own.
local function lanes()
    local list, makes = {}, nil
    for i, job in ipairs(jobs) do
        if not MAKES[job.title] then
            list[#list + 1] = { i }
        elseif makes then
            makes[#makes + 1] = i
        else
            makes = { i }
            list[#list + 1] = makes
        end
    end
    return list
end

local function write(path, text)
    local file <close> = assert(io.open(path, "w"))
    assert(file:write(text))
end

--- Writes each lane as a script, which says of each job in one line that it has ended, how, and after how many seconds.
local function write_scripts(directory)
    local scripts = {}
    for _, lane in ipairs(lanes()) do
        local lines = { UNSET }
        for _, i in ipairs(lane) do
            lines[#lines + 1] = ("started=$(date +%%s)\n(%s) >%s 2>&1\necho %d $? $(($(date +%%s) - started))\n")
                :format(jobs[i].command, quote(("%s/%d"):format(directory, i)), i)
        end
        scripts[#scripts + 1] = ("%s/%d.sh\0"):format(directory, lane[1])
        write(scripts[#scripts]:sub(1, -2), table.concat(lines))
    end
    write(directory .. "/scripts", table.concat(scripts))
end

local function output_of(directory, i)
    local file <close> = io.open(("%s/%d"):format(directory, i), "rb")
    return file and file:read "a" or ""
end

--- Runs them, and tells of each when it has ended and all before it have been told.
local function run(directory)
    write_scripts(directory)
    local pipe = assert(io.popen(("xargs -0 -n 1 -P %d sh <%s"):format(at_once, quote(directory .. "/scripts"))))
    local ended, next_told = {}, 1
    for line in pipe:lines() do
        local i, code, seconds = line:match "^(%d+) (%d+) (%d+)$"
        ended[math.tointeger(tonumber(i))] = { ok = code == "0", seconds = seconds }
        while ended[next_told] do
            local job = ended[next_told]
            tell(jobs[next_told], job.ok, job.seconds, output_of(directory, next_told))
            next_told = next_told + 1
        end
    end
    pipe:close()
    for i = next_told, #jobs do
        tell(jobs[i], ended[i] and ended[i].ok, ended[i] and ended[i].seconds or "?", output_of(directory, i))
    end
end

-- What takes longest begins first, so that no processor waits for it at the end.
table.sort(jobs, function(a, b)
    local first, second = LONGEST[a.title] or math.huge, LONGEST[b.title] or math.huge
    return first < second or first == second and a.number < b.number
end)
local directory = first_line "mktemp -d -t 'upnudge run.XXXXXXXX'"
local ok, message = pcall(run, directory)
os.execute("rm -rf " .. quote(directory))
assert(ok, message)
say(("%d passed, %d failed, %d skipped\n"):format(total.passed, total.failed, total.skipped))
os.exit(total.failed == 0 and total.passed > 0 and 0 or 1)
