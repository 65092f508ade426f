--- Hostile lockfiles, made up: names, versions and shapes that readers, orders and sorts fear. A check of the two ends
--- in work that grows as they do, and what it keeps fits its limits; the commands that tell of it end, too.

local command = require "command"
local effort = require "effort"
local limits = require "upnudge.lib.limits"
local luck = require "luck"
local runtimes = require "upnudge.runtime"

-- Units of tests/effort.lua for each package, and for each 64 KiB.
local EACH <const>, FOR_SIZE <const> = command.sanitised and 2 or 0.2, command.sanitised and 400 or 40

local pick <const> = luck.pick

-- Pieces of names and versions that mean something to somebody.
local PIECES <const> = {
    "a", "1", "0", ".", "-", "+", "~", "_", "@", "/", ":", "^", "*", "%", " ", "alpha", "rc", "dev", "post",
    "final", "1!", "r1", "pre", "\u{e9}", "\u{202e}", "\u{1f600}", "x86_64-linux", "file:..", "npm:", "v", "00",
    "9", "18446744073709551616" }

local function word(size)
    if math.random(4) == 1 then
        return pick(PIECES):rep(math.random(size))
    end
    local parts = {}
    for i = 1, math.random(math.min(size, 30)) do
        parts[i] = pick(PIECES)
    end
    return table.concat(parts)
end

local function quoted(text)
    return require "upnudge.lib.json.write".encode(text)
end

local function plain(text)
    return (text:gsub('[%c"\\]', ""))
end

--- Formats of every syntax: what one package is, and what stands around all of them.
local FORMATS <const> = {
    { file = "package-lock.json", head = '{"lockfileVersion":3,"packages":{"":{}', tail = "}}",
        entry = function(name, version, i)
            local place = ("node_modules/x%d/node_modules/%s"):format(i, name)
            return (",%s:{\"version\":%s}"):format(quoted(place), quoted(version))
        end },
    { file = "pnpm-lock.yaml", head = "lockfileVersion: '9.0'\nimporters:\n  .: {}\npackages:\n", tail = "",
        entry = function(name, version, i)
            return ("  %s:\n    resolution: {integrity: sha512-%d==}\n"):format(quoted(name .. "@" .. version .. i), i)
        end },
    { file = "yarn.lock", head = "__metadata:\n  version: 8\n\n", tail = "", entry = function(name, version, i)
        return ("%s:\n  version: %s\n  resolution: %s\n  checksum: %d\n\n"):format(quoted(name .. "@npm:" .. i),
            quoted(version), quoted(name .. "@npm:" .. version), i)
    end },
    { file = "Cargo.lock", head = "version = 3\n\n", tail = "", entry = function(name, version)
        return ('[[package]]\nname = "%s"\nversion = "%s"\n\n'):format(plain(name), plain(version))
    end },
    { file = "uv.lock", head = "version = 1\n\n", tail = "", entry = function(name, version)
        return ('[[package]]\nname = "%s"\nversion = "%s"\nsource = { registry = "https://pypi.org/simple" }\n\n')
            :format(plain(name), plain(version))
    end },
    { file = "go.sum", head = "", tail = "", entry = function(name, version, i)
        return ("m%s v%s h1:%043d=\n"):format(plain(name):gsub(" ", ""), plain(version):gsub(" ", ""), i)
    end },
    { file = "composer.lock", head = '{"packages":[',
        tail = '{"name":"z/z","version":"1.0.0"}],"packages-dev":[],"content-hash":"x"}',
        entry = function(name, version)
            return ('{"name":%s,"version":%s},'):format(quoted(name), quoted(version))
        end },
}

--- So many packages, of one name or of many, of one version or of many.
local function made(format, count, size)
    local names, versions, one = {}, {}, math.random(3)
    for i = 1, math.random(count) do
        names[i] = word(size)
    end
    for i = 1, math.random(count) do
        versions[i] = word(size)
    end
    return function()
        local parts = { format.head }
        for i = 1, count do
            local name = one == 1 and names[1] or pick(names)
            parts[i + 1] = format.entry(name, pick(versions), i)
        end
        parts[#parts + 1] = format.tail
        return table.concat(parts)
    end
end

local function assert_within(systems)
    for system, entry in pairs(systems) do
        assert(#system <= limits.VERSION, "a system of " .. #system .. " bytes")
        for _, change in ipairs(entry.top or {}) do
            assert(#change.name <= limits.NAME and utf8.len(change.name), "a name of " .. #change.name .. " bytes")
            for _, field in ipairs { "from", "to", "group" } do
                assert(#(change[field] or "") <= limits.VERSION, field .. " has more than it may")
            end
        end
    end
end

local function run(_, size)
    local work, format, count = command.directory(), pick(FORMATS), 20 * size
    local ok, fault = xpcall(function()
        local side = made(format, count, size * 200)
        local old, new = side(), side()
        command.must("mkdir %s/env", work)
        command.write(work .. "/env/" .. format.file, old)
        local runtime <close> = assert(runtimes.open { state_dir = work .. "/state", policy = "default" })
        local limit = 40 + EACH * count + FOR_SIZE * (#old + #new) / 65536
        local answer = effort.within("a check", limit, function()
            local check = runtime:check_begin(work .. "/env", { max_age = 0 })
            return check.state == "begun" and check:commit(new, { "a*", "1", "*@1*" }) or check
        end)
        assert(not answer.reason:find("a fault of upnudge", 1, true), answer.reason)
        local record = runtime:environment(work .. "/env").record
        local value = record:read()
        assert_within(value and value.systems or {})
        local decision = effort.within("an activation", command.sanitised and 1000 or 24, function()
            local fresh <close> = assert(runtimes.open { state_dir = work .. "/state", policy = "default" })
            return fresh:notify(work .. "/env", { tty = true })
        end)
        assert(not decision.reason:find("a fault of upnudge", 1, true), decision.reason)
        assert(not (decision.text or ""):find "[%z\1-\9\11-\31\127]", "the text is not fit for a terminal")
    end, debug.traceback)
    command.remove(work)
    assert(ok, fault)
end

return { name = "lockfiles", cases = 100, run = run }
