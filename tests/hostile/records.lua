--- Hostile records, made up: what lies in a state directory is damaged, replaced or made endless, and an activation
--- answers all the same, without a fault and in 20 ms of processor time on top of a normal one.

local command = require "command"
local core = require "upnudge.core"
local damage = require "damage"
local effort = require "effort"
local luck = require "luck"
local runtimes = require "upnudge.runtime"

-- Units of tests/effort.lua, each about a millisecond; sanitizers are slow.
local MOST <const> = command.sanitised and 1000 or 24
local FILES <const> = { "record.json", "notified.json", "choices.json", "content.json", "left.json", "decisions.log",
    "details" }
local KINDS <const> = { "mkfifo %s", "mkdir %s", "ln -s %s %s", "ln -s /dev/zero %s", "truncate -s 1T %s" }

local pick <const> = luck.pick

local function lockfile(version)
    local packages = {}
    for i = 1, 40 do
        packages[i] = ('"node_modules/p%d":{"version":"%s"}'):format(i, version)
    end
    return ('{"lockfileVersion":3,"packages":{%s}}'):format(table.concat(packages, ","))
end

--- A state directory after a check and a notice.
local function stage(work)
    command.must("mkdir %s/env", work)
    command.write(work .. "/env/package-lock.json", lockfile "1.0.0")
    command.write(work .. "/policy.lua", [[local u = require "upnudge"
        return u.policy { api = 1, name = "p", ignore = { "p1*" }, rules = { u.rule "r" { notify = u.always() } },
            text = function(c) return u.text.summary(c) .. u.text.packages(c, 20) end }]])
    local runtime <close> = assert(runtimes.open { state_dir = work .. "/state", policy = work .. "/policy.lua" })
    local check = runtime:check_begin(work .. "/env", { max_age = 0 })
    assert(check.state == "begun", check.reason)
    assert(check:commit(lockfile "2.0.0").outcome == "checked")
    assert(runtime:notify(work .. "/env", { tty = true }).notify)
    return runtime:environment(work .. "/env").record
end

local function path_of(record, name)
    if name == "details" then
        local value = record:read()
        return ("%s/changes/%s"):format(record.directory_path, value and value.details or "none")
    end
    return record.directory_path .. "/" .. name
end

-- ---- what is written in a file's place ------------------------------------------------------------

local MADE <const> = {
    damage.change,
    damage.change,
    damage.change,
    function(text) return text:sub(1, math.random(0, #text)) end,
    function(text)
        local at = math.random(math.max(1, #text))
        return text:sub(1, at - 1) .. string.char(math.random(0, 255)) .. text:sub(at + 1)
    end,
    function(_, size) return ("["):rep(size * 100) end,
    function(_, size) return "[" .. ("[],"):rep(size * 100) .. "[]]" end,
    function(_, size) return '{"a":' .. ("1"):rep(size * 100) .. "}" end,
    function(_, size) return ("1\tquiet\t"):rep(size * 50) end,
    function(_, size) return ("1"):rep(size * 300) end,
    function(_, size)
        local members = {}
        for i = 1, size * 20 do
            members[i] = ('"%d":{"top":[{"name":"x"},{}]}'):format(i)
        end
        return '{"schema":1,"systems":{' .. table.concat(members, ",") .. "}}"
    end,
    function(text, size) return text:gsub('"top":%[', '"top":[' .. ('{"name":"x","kind":"added"},'):rep(size * 50)) end,
    function(text, size)
        return text:gsub('"changes":%[', '"changes":[' .. ('{"name":"x","kind":"added"},'):rep(size * 200))
    end,
}

local function spoil(record, size)
    local path = path_of(record, pick(FILES))
    -- What was there may be endless by now.
    local text = core.read(path, 1 << 22) or "{}"
    command.must("rm -rf %s", path)
    if math.random(10) == 1 then
        command.must((pick(KINDS):gsub("%%s", function() return command.quote(path) end)))
        return
    end
    command.write(path, pick(MADE)(text, size) or "")
end

-- ---- the activation -------------------------------------------------------------------------------

local function run(_, size)
    local work = command.directory()
    local ok, fault = xpcall(function()
        local record = stage(work)
        for _ = 1, math.random(3) do
            spoil(record, size * 100)
        end
        local function activate()
            local runtime <close> = assert(runtimes.open { state_dir = work .. "/state",
                policy = work .. "/policy.lua" })
            return runtime:notify(work .. "/env", { tty = true })
        end
        local decision = effort.within("an activation", MOST, activate)
        assert(not decision.reason:find("a fault of upnudge", 1, true), decision.reason)
        assert(#(decision.text or "") < 20000 and utf8.len(decision.text or ""), "the text is none")
        require "upnudge.record.past".decisions(record)
    end, debug.traceback)
    command.remove(work)
    assert(ok, fault)
end

return { name = "records", cases = 150, run = run }
