--- What key operations cost, in instructions and in system calls: counted by callgrind and strace, so that neither a
--- slow nor a busy machine changes it, kept in tests/bench/counts and compared by tests/spec/house/counts_spec.lua.

local command = require "command"
local stage = require "stage"

local M = {}

--- Where it is kept, and what keeps it anew.
M.FILE, M.COMMAND = "tests/bench/counts", "make bench-counts"

-- Above and below what is kept; the file would not stay true if it could fall further.
local MARGIN <const> = 0.1
local NOW <const>, FORTNIGHT <const> = stage.NOW, 14 * stage.DAY
-- Who gave up is counted again. An interruption adds, and takes nothing off, so the least counts.
local TRIES <const> = 5
local PACKAGES <const>, DECISIONS <const> = 4500, 20

--- An operation. Its scripts know `$work`, the `$products`, the lockfile of an `$upgrade`, and `bare`, which runs a
--- process with an environment that is the same everywhere.
---@class upnudge.tests.Operation
---@field name string
---@field before string? a script, before each count
---@field run string the words of a process
---@field input string? what it reads
---@field without string? the words of another one, whose cost is taken off
---@field input_without string?
---@field times integer? how often `run` does what `without` does not; once unless given
---@field shows string a pattern of what comes out
---@field after string? a script that fails where the process gave up

-- Logs are as long as they were.
local LOG <const> = "cp %s.log %s/*/decisions.log"
local NOTIFY <const> = '"$products/upnudge" notify "$work/env" --tty --state-dir '
local QUIET <const> = ('%s"$work/quiet" --now %d'):format(NOTIFY, NOW + 60)
local TELLING <const> = NOTIFY .. '"$work/telling" --now '
local CHECK <const> = ('"$products/upnudge-cli" check "$work/env" --max-age 0 --now %d --new "$upgrade" --state-dir ')
    :format(NOW)
local PARSE <const> = '"$products/tests/bench/parse" --once "$work/%s/package-lock.json"'
local HOST <const> = '"$products/tests/host/embed"'
local LIVE <const> = ('%s "$work/embedded" default live - %d "$upgrade"'):format(HOST, NOW + 60)

---@param work string
---@return upnudge.tests.Operation[]
local function operations(work)
    local decision = ("notify %s/env\n"):format(work)
    return {
        { name = "notify-standing", before = "bare " .. QUIET, run = QUIET, shows = "^$" },
        { name = "notify-asking", before = "rm -f quiet/*/standing && " .. LOG:format("quiet", "quiet"),
            run = QUIET, shows = "^$", after = "test -s quiet/*/standing" },
        { name = "notify-telling", run = TELLING .. NOW + FORTNIGHT, shows = "version changes",
            before = ("bare %s%d && "):format(TELLING, NOW + 60) .. LOG:format("telling", "telling") },
        { name = "prompt", run = '"$products/upnudge" prompt "$work/env" --state-dir "$work/quiet"',
            shows = "^%^3\n$" },
        { name = "check", before = LOG:format("checked", "checked"), run = CHECK .. '"$work/checked"',
            shows = "^checked: 2 version changes" },
        { name = "parse", run = PARSE:format "large", without = PARSE:format "small",
            shows = ("^npm .* %d\n$"):format(PACKAGES) },
        { name = "open", run = HOST .. ' "$work/embedded" default compare 1.0.0 2.0.0 semver', without = HOST,
            shows = "^older\n$" },
        { name = "decide", run = LIVE, input = decision:rep(DECISIONS + 1), without = LIVE,
            input_without = decision, times = DECISIONS, shows = "^quiet: already said" },
    }
end

--- A lockfile of npm; 4,500 packages are 1.5 MB.
local function package_lock(count)
    local parts = {}
    for i = 1, count do
        parts[i] = ([[
    "node_modules/package-%d": {
      "version": "%d.%d.%d",
      "resolved": "https://registry.example.org/package-%d/-/package-%d-%d.tgz",
      "integrity": "sha512-%s==",
      "license": "MIT",
      "dependencies": { "package-%d": "^%d.0.0" }
    }]]):format(i, i % 9, i % 31, i % 7, i, i, i, ("%08x"):format(i * 2654435761 % 2 ^ 32):rep(11), i * 7 % count,
            i % 9)
    end
    return ('{\n  "name": "app",\n  "lockfileVersion": 3,\n  "packages": {\n%s\n  }\n}\n')
        :format(table.concat(parts, ",\n"))
end

-- What a process sees of ours is the same for everybody. A time that counts is told, and no policy is found.
local PRELUDE <const> = [[
bare() { env -i PATH="$PATH" HOME="$work/home" XDG_CONFIG_DIRS="$work/home" LC_ALL=C TZ=UTC "$@"; }
products=$build upgrade="$root/tests/fixtures/demo/upgraded.lock" work=%s
cd "$work" || exit
]]

---@class upnudge.tests.Place
---@field work string
---@field operations upnudge.tests.Operation[]
local Place = {}
Place.__index = Place

function Place:run(script, ...)
    return command.shell(PRELUDE:format(command.quote(self.work)) .. command.script(script, ...))
end

function Place:close()
    command.remove(self.work)
end

Place.__close = Place.close

--- A place with what the operations are about. It is as deep everywhere, for directories are looked at on the way up.
---@return upnudge.tests.Place
function M.place()
    local work = command.must "mktemp -d '/tmp/upnudge test.XXXXXXXX'":gsub("\n$", "")
    local self = setmetatable({ work = work, operations = operations(work) }, Place)
    -- No answer rests on what is younger than two seconds, and a lockfile is compared by content then.
    local made = self:run([[set -e
mkdir -p home env/.flox/env large small
cp "$root/tests/fixtures/demo/manifest.lock" env/.flox/env/
sleep 3.1
for state in quiet telling checked; do
    bare ]] .. CHECK .. [["$work/$state"
    for time in 5 6; do
        bare "$products/upnudge" notify "$work/env" --state-dir "$work/$state" --tty --now $((%d + time))
    done
    cp $state/*/decisions.log $state.log
done
bare ]] .. HOST .. [[ "$work/embedded" default check "$work/env" %d "$upgrade"
bare ]] .. HOST .. [[ "$work/embedded" default notify "$work/env" %d
sleep 3.1]], NOW, NOW, NOW + 5)
    if made.code ~= 0 then
        self:close()
        error("nothing to count: " .. made.out .. made.err)
    end
    command.write(work .. "/large/package-lock.json", package_lock(PACKAGES))
    command.write(work .. "/small/package-lock.json", package_lock(1))
    return self
end

--- A way of counting: the words before those of the process, which write into `$work/counted`, and what that comes to.
---@class upnudge.tests.Counter
---@field unit string
---@field words string
---@field count fun(text: string): integer?

-- Who is counted takes fifty times as long, which must not be too late.
---@type upnudge.tests.Counter
M.INSTRUCTIONS = {
    unit = "instructions",
    words = '"$products/tests/kernel/patient" "$(command -v valgrind)" --tool=callgrind --vgdb=no '
        .. '--callgrind-out-file=/dev/null --log-file="$work/counted"',
    count = function(text) return math.tointeger(tonumber(text:match "Collected : (%d+)")) end,
}

-- The loader and the C library differ from one to the next, and end with what they make unwritable: that comes off.
---@type upnudge.tests.Counter
M.CALLS = {
    unit = "system calls",
    words = 'strace -f -qq -o "$work/counted"',
    count = function(text)
        local ours, more = text:sub(text:find "\n[^\n]* mprotect%([^\n]*, PROT_READ%)" or 1), 1
        while more > 0 do
            ours, more = ours:gsub("^\n[^\n]* mprotect%([^\n]*", "")
        end
        local _, calls = ("\n" .. ours):gsub("\n%d+ +[%w_]+%(", "")
        return calls > 0 and calls or nil
    end,
}

--- One count of a process, with what it printed, or nil.
---@param counter upnudge.tests.Counter
---@param words string
---@param input string?
---@return integer?
---@return string printed
function Place:count_process(counter, words, input)
    os.remove(self.work .. "/counted")
    command.write(self.work .. "/input", input or "")
    local result = self:run(("bare %s %s <input"):format(counter.words, words))
    return counter.count(command.read(self.work .. "/counted") or ""), result.out .. result.err
end

--- Whether it can count here.
---@param counter upnudge.tests.Counter
---@return boolean
function Place:has(counter)
    return self:count_process(counter, "true") ~= nil
end

--- One count of an operation, or nil and what it did instead.
---@param counter upnudge.tests.Counter
---@param operation upnudge.tests.Operation
---@return integer?
---@return string? printed
function Place:count(counter, operation)
    local before = self:run(operation.before or "")
    if before.code ~= 0 then
        return nil, before.out .. before.err
    end
    local count, printed = self:count_process(counter, operation.run, operation.input)
    if not count then
        return nil, printed .. (command.read(self.work .. "/counted") or "")
    elseif not printed:find(operation.shows) or self:run(operation.after or "").code ~= 0 then
        return nil, printed
    end
    local other = operation.without and self:count_process(counter, operation.without, operation.input_without) or 0
    return (count - other) // (operation.times or 1)
end

--- The least of several counts, the first that is enough, or an error.
---@param counter upnudge.tests.Counter
---@param operation upnudge.tests.Operation
---@param enough fun(count: integer): boolean
---@return integer
function Place:least(counter, operation, enough)
    local least, printed
    for _ = 1, TRIES do
        local count, instead = self:count(counter, operation)
        least, printed = math.min(count or math.huge, least or math.huge), instead or printed
        if count and enough(count) then
            return count
        end
    end
    assert(least < math.huge, ("%s does not do what is counted: %s"):format(operation.name, printed))
    return least
end

--- What counts depend on beside our sources: the compiler and what it was told, what is linked from elsewhere, who
--- counts, and what the processor offers to the C library and to simdjson.
---@return string
function M.made_by()
    return command.must([[
readelf --debug-dump=info --dwarf-depth=1 "$build/lua/command/main.o" 2>/dev/null |
    sed -n 's/.*DW_AT_producer *:\( (.*): \)\? *//p'
getconf GNU_LIBC_VERSION 2>/dev/null || echo 'another C library'
grep -a -o 'Lua 5\.4\.[0-9]*' "$build/upnudge" | head -1
readelf -d "$build/upnudge-json.so" | sed -n 's/.*\[\(libsimdjson.*\)\]/\1/p'
valgrind --version
uname -m
grep -q ' avx2 ' /proc/cpuinfo && echo avx2 || echo 'no avx2']]):gsub("\n$", ""):gsub("\n", ", ")
end

--- The message where a count is not what is kept.
---@param operation string its name
---@param unit string
---@param is integer
---@param was integer
---@param slack integer? what it may be off beside that; nothing unless given
---@return string?
function M.judge(operation, unit, is, was, slack)
    if math.abs(is - was) <= was * MARGIN + (slack or 0) then
        return nil
    end
    local what = ("%s: %d %s, kept are %d (%+.1f %%)"):format(operation, is, unit, was, (is / was - 1) * 100)
    if is < was then
        return ("%s: it got cheaper; so that it stays so, say `%s` and commit %s"):format(what, M.COMMAND, M.FILE)
    end
    return ("%s: find out what made it dearer; if it has to be so, say `%s` and commit %s")
        :format(what, M.COMMAND, M.FILE)
end

---@class upnudge.tests.Kept
---@field made_by string
---@field [string] {instructions: integer, calls: integer} of an operation

--- What is kept.
---@return upnudge.tests.Kept
function M.kept()
    local text = assert(command.read(command.root .. "/" .. M.FILE))
    local kept = { made_by = text:match "\n# made by: ([^\n]*)\n" }
    for name, instructions, calls in text:gmatch "\n([%w-]+) +(%d+) +(%d+)" do
        kept[name] = { instructions = math.tointeger(tonumber(instructions)), calls = math.tointeger(tonumber(calls)) }
    end
    return kept
end

--- Counts everything anew and keeps it.
function M.keep()
    assert(not command.sanitised, "a sanitised program is another one")
    local place <close> = M.place()
    local lines = {
        "# What key operations cost: instructions, system calls. " .. M.COMMAND .. " writes it (tests/counts.lua).",
        "# made by: " .. M.made_by(),
    }
    local function never() return false end
    for _, operation in ipairs(place.operations) do
        lines[#lines + 1] = ("%-16s %10d %5d"):format(operation.name, place:least(M.INSTRUCTIONS, operation, never),
            place:least(M.CALLS, operation, never))
        print(lines[#lines])
    end
    command.write(command.root .. "/" .. M.FILE, table.concat(lines, "\n") .. "\n")
end

return M
