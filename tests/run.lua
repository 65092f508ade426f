--- Runs every test and closes with one line: N passed, N failed, N skipped.
---
--- C unit and fault programs close with such a line of their own; busted runs with tests/output.lua,
--- which does too. A program that closes with none has failed. BUILD names the build directory.

local build = os.getenv "BUILD" or "build"
local sanitised = build:find("asan") ~= nil
local total = { passed = 0, failed = 0, skipped = 0 }

local function closing_line(output)
    local passed, failed, rest = output:match("(%d+) passed, (%d+) failed([^\n]*)\n*$")
    if passed then
        return tonumber(passed), tonumber(failed), tonumber(rest:match("(%d+) skipped") or 0)
    end
end

local function run(title, command)
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
    print(("%-34s %4d passed, %d failed"):format(title, passed, failed)
        .. (skipped > 0 and (", %d skipped"):format(skipped) or ""))
    if failed > 0 or skipped > 0 then
        print(output)
    end
end

local function files(pattern)
    local pipe = assert(io.popen("ls " .. pattern .. " 2>/dev/null"))
    local list = {}
    for line in pipe:lines() do
        list[#list + 1] = line
    end
    pipe:close()
    return list
end

for _, source in ipairs(files "tests/unit/*_test.c tests/fault/*_test.c") do
    -- Tests that ask for more memory than there is want NULL, not the end of the program.
    run(source, ("ASAN_OPTIONS=allocator_may_return_null=1 %s/%s tests/fixtures")
        :format(build, (source:gsub("%.c$", ""))))
end

-- busted loads C modules into a plain lua, so a sanitised build needs its run-time loaded first.
local preload = sanitised and "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 " or ""
for _, spec in ipairs(files "tests/spec/*_spec.lua") do
    run(spec, ("%sBUILD=%s LUA_PATH='lua/?.lua;lua/?/init.lua;tests/?.lua;;' LUA_CPATH='%s/lib/?.so;;' "
        .. "/usr/bin/busted --lua=/usr/bin/lua5.4 --output=tests/output.lua %s"):format(preload, build, build, spec))
end

print(("%d passed, %d failed, %d skipped"):format(total.passed, total.failed, total.skipped))
os.exit(total.failed == 0 and total.passed > 0 and 0 or 1)
