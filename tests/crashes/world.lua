--- The world of the crash states: an environment, a home with what is kept of it, and a clock. What is done here goes
--- through the runtime of this process; what is recorded, through the real program.

local cjson = require "cjson"
local command = require "command"
local core = require "upnudge.core"
local hosts = require "upnudge.runtime.host"
local lfs = require "lfs"
local runtimes = require "upnudge.runtime"

local DEMO <const> = command.root .. "/tests/fixtures/demo/"

---@class upnudge.crashes.World
---@field work string a temporary directory
---@field env string of the environment
---@field home string below which all is kept
---@field policy string file
---@field now integer seconds UTC, of this process
---@field is_one? boolean whether a host names one directory for all that is kept
local World = { DAY = 86400 }
World.__index = World

--- What dry upgrades find, one after the other.
World.UPGRADES = {}
local upgraded = assert(command.read(DEMO .. "upgraded.lock"))
for i = 1, 4 do
    World.UPGRADES[i] = upgraded:gsub("8%.10%.1", "8.10." .. i)
end

local DAILY <const> = 'rules = { u.rule "daily" { notify = u.every "1d" } }'
-- What is told says what it was made from.
local POLICY <const> = [[
local u = require "upnudge"
return u.policy { api = 1, name = "crashes", %s,
    text = function(c) return c.result.total .. " of " .. c.result.checked_at end, %s }
]]

---@param strategy string members of the policy's table
---@param rules string? the same
function World:set_policy(strategy, rules)
    command.write(self.policy, POLICY:format(strategy, rules or DAILY))
end

--- A directory in memory, where there is one: what a disk loses is made up here, and a sync costs nothing there.
local function make_place()
    return command.must [[
for place in /dev/shm "${TMPDIR:-/tmp}"; do mktemp -d -p "$place" 'upnudge test.XXXXXXXX' 2>/dev/null && exit; done]]
        :match "[^\n]+"
end

--- A world in which nothing was checked yet.
---@return upnudge.crashes.World
function World.new()
    local work = assert(core.realpath(make_place()))
    local self = setmetatable({ work = work, env = work .. "/webshop", home = work .. "/home",
        policy = work .. "/policy.lua", now = os.time() }, World)
    self:set_policy 'strategy = "separate-lock"'
    command.must("mkdir -p %s/.flox/env %s", self.env, self.home)
    command.must("cp %s %s/.flox/env/ && touch -d '2 days ago' %s/.flox/env/manifest.lock", DEMO .. "manifest.lock",
        self.env, self.env)
    for i, bytes in ipairs(World.UPGRADES) do
        command.write(("%s/upgrade.%d"):format(work, i), bytes)
    end
    return self
end

function World:close()
    command.remove(self.work)
end

World.__close = World.close

-- ---- what is kept, as a tree --------------------------------------------------------------------

local function read_tree(path)
    local tree = {}
    for name in lfs.dir(path) do
        if name ~= "." and name ~= ".." then
            local inner = path .. "/" .. name
            tree[name] = lfs.symlinkattributes(inner, "mode") == "directory" and read_tree(inner)
                or name:find "%-shm$" and "" or assert(command.read(inner))
        end
    end
    return tree
end

local function write_tree(directory, path, tree)
    for name, inner in pairs(tree) do
        if type(inner) == "table" then
            local below <close> = assert(directory:enter(name, true))
            write_tree(below, path .. "/" .. name, inner)
        else
            command.write(path .. "/" .. name, inner)
        end
    end
end

---@return upnudge.crashes.Tree
function World:tree()
    return read_tree(self.home)
end

--- Puts a tree in the place of all that is kept.
---@param tree upnudge.crashes.Tree
function World:restore(tree)
    local work <close> = assert(core.directory(self.work))
    work:remove_scratch "home"
    local home <close> = assert(work:enter("home", true))
    write_tree(home, self.home, tree)
end

-- ---- what is done -------------------------------------------------------------------------------

--- Does something with an open runtime.
---@generic T
---@param use fun(runtime: upnudge.Runtime): T
---@return T
function World:with(use)
    local variables = { HOME = self.work, XDG_CONFIG_HOME = self.work, XDG_CACHE_HOME = self.home .. "/cache",
        XDG_STATE_HOME = self.home .. "/state", UPNUDGE_STATE_DIR = self.is_one and self.home .. "/one" or nil }
    local host = hosts.new { now = function() return self.now end, utc_offset = function() return 0 end,
        variable = function(name) return variables[name] end }
    local runtime <close> = assert(runtimes.open { host = host, policy = self.policy })
    assert(not runtime.policy_fault, runtime.policy_fault)
    return use(runtime)
end

--- A check that finds the upgrade of that number.
---@param number integer
---@return table answer
function World:check(number)
    return self:with(function(runtime)
        local check = runtime:check_begin(self.env, { max_age = 0 })
        return check.commit and check:commit(World.UPGRADES[number]) or check
    end)
end

--- An activation.
---@return upnudge.Decision
function World:notify()
    return self:with(function(runtime)
        return runtime:decide(self.env, { tty = true, active = false, mode = "activate" })
    end)
end

--- Whether a decision of just now is in the log of the environment.
---@param decision upnudge.Decision
---@return boolean
function World:has_logged(decision)
    return self:with_record(function(record)
        local list = require "upnudge.record.past".decisions(record)
        for _, entry in ipairs(list) do
            if entry.at == self.now and entry.code == decision.code then
                return true
            end
        end
        return false
    end)
end

--- Does something with the record of the environment.
---@generic T
---@param use fun(record: upnudge.Record, runtime: upnudge.Runtime): T
---@return T
function World:with_record(use)
    return self:with(function(runtime)
        return use(assert(runtime:environment(self.env)).record, runtime)
    end)
end

--- A snooze of so many seconds; nil: none any more.
---@param seconds integer?
function World:snooze(seconds)
    return self:with_record(function(record)
        return assert(require "upnudge.record.choices".snooze(record, self.now, seconds))
    end)
end

--- Removes what is kept of environments that are gone, and what dead writers left.
function World:collect()
    return self:with(function(runtime)
        return require "upnudge.runtime.collection".collect(runtime)
    end)
end

--- Puts all that a person chose and was told where earlier versions had it, beside the record.
function World:be_earlier()
    local tree = self:tree()
    local records, homes = tree.cache.upnudge.default, tree.state.upnudge.default
    for key, kept in pairs(homes) do
        if type(kept) == "table" and records[key] then
            for name, bytes in pairs(kept) do
                records[key][name] = name ~= "about.txt" and bytes or nil
            end
        end
    end
    tree.state = nil
    self:restore(tree)
end

--- Adds a member of so many bytes to what is known of the last notice, as a newer version might.
---@param bytes integer
function World:widen(bytes)
    self:with_record(function(record)
        local home <close> = assert(record:home())
        local value = cjson.decode(assert(home:read("notified.json", 65536)))
        value.of_a_newer_version = ("x"):rep(bytes)
        local text = cjson.encode(value)
        assert(home:replace("notified.json", text .. (" "):rep(511 - #text % 512) .. "\n", false))
    end)
end

--- Makes the log of the environment as long as it may be.
function World:fill_log()
    self:with_record(function(record)
        local home <close> = assert(record:home())
        local limit = require "upnudge.record.files".DECISIONS_LIMIT
        local line = ("%d\tquiet\tdaily\talready said\tnot-due\n"):format(self.now - self.DAY)
        local bytes = assert(home:read("decisions.log", limit))
        assert(home:append("decisions.log", line:rep((limit - #bytes) // #line), limit))
    end)
end

-- ---- what the real program does -----------------------------------------------------------------

local PRELUDE <const> = [[
home=%s env=%s work=%s UPNUDGE_POLICY=%s
export XDG_CACHE_HOME="$home/cache" XDG_STATE_HOME="$home/state" XDG_RUNTIME_DIR="$work/none" UPNUDGE_POLICY TZ=UTC
cd "$env" || exit
]]

--- Words before a script that make the world known to it: "$upnudge", "$env", "$home", "$work".
---@return string
function World:prelude()
    return command.script(PRELUDE, self.home, self.env, self.work, self.policy)
        .. (self.is_one and 'export UPNUDGE_STATE_DIR="$home/one"\n' or "")
end

--- What a command answers in JSON.
---@param words string
---@return table answer
function World:ask(words)
    local said = command.shell(self:prelude() .. '"$upnudge" ' .. words)
    local ok, answer = pcall(cjson.decode, said.out)
    return ok and answer or { error = said.out .. said.err }
end

return World
