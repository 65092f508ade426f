--- What strangers wrote is read in work that grows as it does: every entrance of the trusted side, with the texts that
--- patterns, sorts and loops fear. The readers of lockfiles have tests/unit/hostile_test.c.

local core = require "upnudge.core"
local effort = require "effort"

--- Texts of about a size, each with what makes one kind of reader go back and begin again.
local TEXTS <const> = {
    digits = function(n) return ("1"):rep(n) end,
    ["digits and a letter"] = function(n) return ("1"):rep(n) .. "z" end,
    units = function(n) return ("1d"):rep(n // 2) end,
    ["inner spaces"] = function(n) return "x" .. (" "):rep(n) .. "x" end,
    ["tabs and spaces"] = function(n) return ("\t "):rep(n // 2) .. "x" end,
    ["end of spaces"] = function(n) return "x" .. (" "):rep(n) end,
    zeros = function(n) return ("\0"):rep(n) end,
    ["zeros and letters"] = function(n) return ("a\0"):rep(n // 2) end,
    ["bad bytes"] = function(n) return ("\xff"):rep(n) end,
    ["begun characters"] = function(n) return ("\xf0\x9f"):rep(n // 2) end,
    controls = function(n) return ("\xc2\x85"):rep(n // 2) end,
    directions = function(n) return ("\u{202e}"):rep(n // 3) end,
    hyphens = function(n) return ("-_."):rep(n // 3) end,
    ats = function(n) return ("@"):rep(n) end,
    ["names and ats"] = function(n) return ("a@"):rep(n // 2) end,
    stars = function(n) return ("*a"):rep(n // 2) end,
    colons = function(n) return (":1"):rep(n // 2) end,
    lines = function(n) return ("a\n"):rep(n // 2) end,
    ["a log's tabs"] = function(n) return ("1\tquiet\t"):rep(n // 8) end,
    quotes = function(n) return ('"'):rep(n) end,
    backslashes = function(n) return ("\\"):rep(n) end,
    brackets = function(n) return ("["):rep(n) end,
    ["long brackets"] = function(n) return ("[" .. ("="):rep(98)):rep(n // 99) end,
    braces = function(n) return ("{"):rep(n) end,
    hashes = function(n) return ("#"):rep(n) end,
    passwords = function(n) return "postgresql://" .. ("password "):rep(n // 9) end,
    ["percent signs"] = function(n) return "postgresql://" .. ("%70"):rep(n // 3) end,
    users = function(n) return ("x://a:@"):rep(n // 7) end,
    slashes = function(n) return ("/"):rep(n) end,
    dots = function(n) return "1" .. (".1"):rep(n // 2) end,
    dashes = function(n) return "1" .. ("-1"):rep(n // 2) end,
    members = function(n)
        local parts = {}
        for i = 1, n // 12 do
            parts[i] = ('"k%d":%d'):format(i, i)
        end
        return "{" .. table.concat(parts, ",") .. "}"
    end,
}

--- Every text against one entrance, which may refuse it.
local function every_text(name, size, f)
    for kind, make in pairs(TEXTS) do
        effort.linear(name .. ", " .. kind, size, make, function(text)
            pcall(f, text)
        end)
    end
end

describe("work grows as what is read", function()
    local function entrance(name, size, f)
        it("in " .. name, function()
            every_text(name, size, f)
        end)
    end

    entrance("durations and deadlines", 40000, function(text)
        require "upnudge.lib.duration".parse(text)
        require "upnudge.lib.duration".deadline(text)
    end)
    entrance("points in time", 40000, require "upnudge.lib.time".parse)
    entrance("text for a terminal", 40000, require "upnudge.lib.terminal".line)
    entrance("URLs of databases", 40000, require "upnudge.lib.url".shown)
    entrance("suggestions", 40000, function(text)
        require "upnudge.lib.suggest".suggest(text, { "database", text, text .. "x" })
    end)
    entrance("JSON", 40000, require "upnudge.lib.json.read")
    entrance("JSON that is written", 40000, function(text)
        require "upnudge.lib.json.write".object({ "a" }, { a = text, [text] = text })
    end)
    entrance("members of JSON", 40000, function(text)
        local quoted = require "upnudge.lib.json.write".encode(text)
        require "upnudge.lib.json.members"(('{"a":%s,%s:[%s]}'):format(quoted, quoted, quoted))
        if text:find "^{\"" then
            require "upnudge.lib.json.members"(text)
        end
    end)
    entrance("logs of decisions", 16000, function(text)
        local log = { read_beside = function() return text end }
        require "upnudge.record.decisions".read(log)
    end)
    entrance("selectors", 40000, function(text)
        local selector = require "upnudge.record.selector"
        for _, rule in ipairs { "python", "caseless", "exact" } do
            selector.compile({ text }, rule):names_it { name = text, to = text }
        end
    end)
    entrance("mistakes of policies", 20000, function(text)
        local mistake = require "upnudge.policy.mistake"
        local list = mistake.add({}, "f.lua", text, { { key = "k", depth = 1, message = text }, { key = "a", message = "" },
            { line = 1, lead = "u.rule", message = "" }, "f.lua:1: unexpected near '" .. text .. "'", text })
        for _, one in ipairs(mistake.sort(list)) do
            mistake.show(one)
        end
    end)
    entrance("versions", 20000, function(text)
        for _, scheme in ipairs(core.schemes()) do
            core.version_compare(text .. "1", text .. "2", scheme)
            core.version_level(text .. "1", text .. "2", scheme)
        end
    end)
end)

describe("work grows as the number", function()
    local function change(i, kind)
        return { name = "package-" .. i, kind = kind, level = "major", from = "1." .. i, to = "2." .. i }
    end

    --- So many changes; from the least to the one that matters most, which is the worst order to choose from.
    local function list_of(count, name)
        local list = {}
        for i = 1, count do
            list[i] = change(count - i, i % 2 == 0 and "removed" or "upgraded")
            list[i].name = name or list[i].name
        end
        return list
    end

    it("of changes, in counting them and choosing those that are shown", function()
        local changes = require "upnudge.record.changes"
        effort.linear("counts", 4000, list_of, function(list) changes.by_system(list) end)
        effort.linear("counts of one name", 4000, function(n) return list_of(n, "a") end,
            function(list) changes.by_system(list) end)
    end)

    it("of selectors, and of changes that they name", function()
        local changes = require "upnudge.record.changes"
        effort.linear("fixes", 2000, function(n)
            local list, selectors = list_of(n), {}
            for i = 1, n do
                selectors[i] = "package-" .. i .. "@2." .. i
            end
            return { list = list, selectors = selectors }
        end, function(of) changes.mark_security(of.list, of.selectors, "python") end)
    end)

    it("of packages, whatever they are called, in comparing two lockfiles", function()
        --- As many as fit, of `name` in every version, of every name in one version, or all of both.
        local function lockfiles(version_of, name_of)
            return function(count)
                local found = {}
                for side = 1, 2 do
                    local packages = {}
                    for i = 1, count do
                        packages[i] = { name = name_of(i), version = version_of(i, side), location = "node_modules/" .. i }
                    end
                    found[side] = core.lockfile("npm", "semver", "set", "exact", packages)
                end
                return found
            end
        end
        local function same() return "a" end
        local function each(i) return "package-" .. i end
        for name, make in pairs {
            ["one name"] = lockfiles(function(i, side) return side .. "." .. i end, same),
            ["one name, long versions"] = lockfiles(function(i, side) return side .. "." .. ("1"):rep(240) .. i end, same),
            ["one name and version"] = lockfiles(function() return "1.0.0" end, same),
            ["many names"] = lockfiles(function(i, side) return side .. "." .. i end, each),
            ["no version that is one"] = lockfiles(function(i, side) return ("x-"):rep(side) .. i end, same),
        } do
            effort.linear("the difference, " .. name, 4000, make, function(of) core.diff(of[1], of[2]) end)
        end
    end)
end)

describe("the order of names", function()
    it("is that of their bytes, and zeros and locales do not slow it", function()
        local list = { "b", "a\0b", "a", "B", "\xc3\xa9", "a\0a", "aa", "" }
        table.sort(list, core.before)
        assert.same({ "", "B", "a", "a\0a", "a\0b", "aa", "b", "\xc3\xa9" }, list)
        assert.is_false(core.before("a", "a"))
    end)
end)

describe("with many environments in one state directory", function()
    local command = require "command"
    local stage = require "stage"

    -- More than are told of at once, and more than an open handle keeps.
    local FEW <const>, MANY <const> = 1100, 2200
    local work, all

    --- System calls of a command; nil: nobody can tell.
    local function calls(...)
        local count = 0
        local said = command.shell('strace -f -qq -o %s "$upnudge" ' .. command.words(...):gsub("%%", "%%%%"), work .. "/trace")
        if command.sanitised or said.code == 127 or said.err:find "ptrace" then
            return nil
        end
        assert(said.code == 0, said.err)
        for line in io.lines(work .. "/trace") do
            -- How memory comes differs from one process to the next.
            count = count + (line:find "%f[%w]brk%(" and 0 or line:find "%f[%w]mmap%(" and 0 or line:find "%f[%w]munmap%(" and 0 or 1)
        end
        return count
    end

    setup(function()
        work = command.directory()
        all = require "many".begin(work, stage.NOW)
        command.write(work .. "/upgraded.json", '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.1.0"}}}')
        -- The first check of all has more to make.
        calls("check", all:path(1), "--state-dir", all.state, "--new", work .. "/upgraded.json", "--max-age", "0")
    end)

    teardown(function()
        command.remove(work)
    end)

    it("an activation and a check look at their own alone, and status at one file of each that it does not tell of", function()
        local counted = {}
        for i, count in ipairs { FEW, MANY } do
            all:grow(count)
            -- One of which nobody has asked anything yet, and whose lockfile is no longer young.
            command.must "sleep 3.1"
            local path, now = all:path(count), tostring(stage.NOW + 100)
            local function of(what, ...)
                return calls(what, path, "--state-dir", all.state, "--now", now, ...)
            end
            counted[i] = { notify = of("notify", "--tty"), check = of("check", "--max-age", "0", "--new", work .. "/upgraded.json"),
                status = calls("status", "--all", "--state-dir", all.state, "--now", now) }
        end
        local few, most = counted[1], counted[2]
        if not few.status then
            return pending "strace is not there, or may not look"
        end
        assert.same({ few.notify, few.check }, { most.notify, most.check })
        local more = (most.status - few.status) / (MANY - FEW)
        assert.is_true(more >= 1 and more < 1.1, ("%.2f system calls for each"):format(more))
    end)

    it("an open handle keeps of few of them, and asks as fast", function()
        local least = math.huge
        all:grow(MANY)
        for _ = 1, 5 do
            local began, middle, _, bytes, most = command.must('"$build/tests/bench/handle" %s %s 7 300 %s', all.state,
                all.environments, tostring(stage.NOW + 100)):match "^(%S+) (%S+) (%S+) (%S+) (%S+)"
            assert.is_true(tonumber(most) < 1.5 * tonumber(bytes), ("%s bytes, and %s later"):format(bytes, most))
            least = math.min(least, middle / began)
            if least < 1.3 then
                break
            end
        end
        assert.is_true(least < 1.3, ("%.1f times as long as at the beginning"):format(least))
    end)
end)
