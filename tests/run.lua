--- Runs every test and closes with one line: N passed, N failed, N skipped.
---
--- C unit and fault programs close with such a line of their own; busted runs with tests/output.lua,
--- which does too. A program that closes with none has failed. BUILD names the build directory, LUA the
--- interpreter; words choose the tests whose path has one of them.

local build = os.getenv "BUILD" or "build"
local lua = os.getenv "LUA" or "lua5.4"
local sanitised = build:find("asan") ~= nil
local total = { passed = 0, failed = 0, skipped = 0 }

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

local function run(title, command)
    if not is_chosen(title) then
        return
    end
    -- Said before it runs, so that one sees what takes its time.
    say(("%-46s "):format(title))
    local started = os.time()
    local pipe = assert(io.popen(command .. " 2>&1", "r"))
    local output = pipe:read("a")
    local ok = pipe:close()
    local passed, failed, skipped = closing_line(output)
    if not passed then
        passed, failed, skipped = 0, 1, 0
    elseif not ok and failed == 0 then
        failed = 1
    end
    total.passed, total.failed = total.passed + passed, total.failed + failed
    total.skipped = total.skipped + skipped
    say(("%5d passed, %d failed"):format(passed, failed) .. (skipped > 0 and (", %d skipped"):format(skipped) or "")
        .. (" (%d s)\n"):format(os.time() - started))
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
    run(source, ("ASAN_OPTIONS=allocator_may_return_null=1 %s tests/fixtures")
        :format(quote(("./%s/%s"):format(build, (source:gsub("%.c$", ""))))))
end

-- busted loads C modules into a plain lua, so a sanitised build needs its run-time loaded first.
local preload = sanitised and "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 " or ""
for _, spec in ipairs(files("tests/spec", "*_spec.lua")) do
    run(spec, ("%sBUILD=%s LUA=%s LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH=%s "
        .. 'busted --lua="$(command -v %s)" --output=tests/output.lua %s'):format(preload, quote(build), quote(lua),
        quote(build .. "/lib/?.so;;"), quote(lua), quote(spec)))
end

-- Each generator of hostile input by itself.
for _, generator in ipairs(files("tests/hostile", "*.lua")) do
    local name = generator:match "([^/]+)%.lua$"
    if name ~= "run" then
        run(generator, ("%sBUILD=%s LUA=%s LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH=%s %s "
            .. "tests/hostile/run.lua %s"):format(preload, quote(build), quote(lua), quote(build .. "/lib/?.so;;"),
            quote(lua), name))
    end
end

say(("%d passed, %d failed, %d skipped\n"):format(total.passed, total.failed, total.skipped))
os.exit(total.failed == 0 and total.passed > 0 and 0 or 1)
