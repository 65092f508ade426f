--- The ground on which the families of Lua play: an environment and what a check, a notice and a person's choices have
--- left of it, which every input finds as it was; one file is the input's.
---
--- In an input stand for what differs from run to run: @ENV@ for the path of the environment, @STAMP@ for the stamp of
--- its lockfile.

local choices = require "upnudge.record.choices"
local core = require "upnudge.core"
local damage = require "damage"
local debug = require "debug"
local io = require "io"
local os = require "os"
local runtimes = require "upnudge.runtime"

--- Which instructions take far longer than they should nobody can say beforehand: such a policy ends by the clock.
local M = { NOW = 1800000000, BY_CLOCK = "its instructions take far more time than others" }

local DAY <const> = 86400
-- Bytes or members of a value that takes another's place.
local VALUE <const> = 60
-- Longer than anything that an activation says.
local LONGEST <const> = 20000

local place <const> = assert(os.getenv "FUZZ_PLACE", "FUZZ_PLACE is a directory for what is made here")
M.env, M.state, M.policy = place .. "/env", place .. "/state", place .. "/policy.lua"
M.input = place .. "/input.lua"

--- Tells once a day, and looks at all there is.
local POLICY <const> = [[local u = require "upnudge"
return u.policy { api = 1, name = "p", ignore = { "linux-*" },
    text = function(c) return u.text.summary(c) .. "\n" .. u.text.packages(c, 20) end,
    rules = { u.rule "fixes" { when = function(c) return c.result.security > 3 end, notify = u.once() },
        u.rule "daily" { notify = u.every "1d" } } }
]]

-- ---- files --------------------------------------------------------------------------------------

function M.write(path, bytes)
    local file = assert(io.open(path, "wb"))
    file:write(bytes)
    file:close()
end

function M.read(path)
    local file = io.open(path, "rb")
    local bytes = file and file:read "a"
    if file then
        file:close()
    end
    return bytes
end

--- What is in a directory, each with its own directory where it is one. Handles lead down alone, never back.
local function each(directory, visit)
    for _, name in ipairs(assert(directory:names())) do
        if name ~= "." and name ~= ".." then
            local inner <close> = directory:enter(name)
            visit(name, inner)
        end
    end
end

--- Removes what is in a directory, as far as it is not to stay: the paths that are keys of `kept`.
local function clear(directory, path, kept)
    each(directory, function(name, inner)
        local below = path .. "/" .. name
        if inner then
            clear(inner, below, kept)
        end
        if kept[below] == nil then
            assert((inner and directory.remove_empty or directory.remove)(directory, name))
        end
    end)
end

--- All that is below a directory, by the paths: the bytes of files, false for directories.
local function all(directory, path, into)
    each(directory, function(name, inner)
        local below = path .. "/" .. name
        into[below] = not inner and assert(M.read(below))
        if inner then
            all(inner, below, into)
        end
    end)
    return into
end

-- ---- how all begins -----------------------------------------------------------------------------

local NAMES <const> = { "ant", "bee", "cat", "dog", "eel", "linux-pam" }

--- A lockfile whose versions follow from a number.
---@param number integer
---@return string
function M.lockfile(number)
    local packages = {}
    for i, name in ipairs(NAMES) do
        packages[i] = ('"node_modules/%s":{"version":"%d.%d.%d"}'):format(name, 1 + number * i % 3, number, i)
    end
    return ('{"lockfileVersion":3,"packages":{%s}}'):format(table.concat(packages, ","))
end

--- A runtime that keeps its policy and has seen nothing else. To load a policy takes longer than all that is asked of it
--- here, so it is one for all inputs.
local open

---@return upnudge.Runtime
function M.fresh()
    open = open or assert(runtimes.open { state_dir = M.state, policy = M.policy })
    open:flush()
    open.recent, open.earlier, open.weight, open.newest = {}, {}, 0, nil
    return open
end

--- The record, read anew.
---@return upnudge.Record
function M.record()
    return M.fresh():environment(M.env).record
end

--- A check at that time; its answer.
function M.check(number, now)
    local check = M.fresh():check_begin(M.env, { max_age = 0, now = now })
    return check.state == "begun" and check:commit(M.lockfile(number)) or check
end

local snapshot

local function prepare()
    do
        local directory <close> = assert(core.directory(place, true))
        clear(directory, place, {})
    end
    for _, path in ipairs { M.env, M.state } do
        core.directory(path, true):close()
    end
    M.write(M.env .. "/package-lock.json", M.lockfile(1))
    M.write(M.policy, POLICY)
    assert(M.check(2, M.NOW - 3 * DAY).outcome == "checked")
    local runtime = M.fresh()
    assert(runtime:notify(M.env, { tty = true, now = M.NOW - 2 * DAY }).notify)
    assert(runtime:notify(M.env, { tty = true, now = M.NOW - 2 * DAY + 60 }).notify == false)
    local record = M.record()
    M.directory = record.directory_path
    assert(choices.ignore(record, { "eel" }))
    assert(choices.snooze(record, M.NOW - 2 * DAY, 3600))
    M.fresh()
    local directory <close> = assert(core.directory(M.state))
    snapshot = all(directory, M.state, {})
    M.stamp = core.stamp(M.env .. "/package-lock.json")
end

local function plain(text)
    return (text:gsub("%p", "%%%0"))
end

--- What an input stands for.
---@param input string
---@return string
function M.told(input)
    return (input:gsub("@ENV@", function() return M.env end):gsub("@STAMP@", function() return M.stamp end))
end

--- The input that stands for that.
---@param bytes string
---@return string
function M.untold(bytes)
    return (bytes:gsub(plain(M.env), "@ENV@"):gsub(plain(M.stamp), "@STAMP@"))
end

--- What a file of the environment is to begin with.
---@param name string
---@return string
function M.original(name)
    return assert(snapshot[M.directory .. "/" .. name], name)
end

--- Another input of a family whose files are JSON; nil: this one is none.
---@param input string
---@param seed integer
---@return string?
function M.mutate(input, seed)
    math.randomseed(seed)
    return damage.change(input, VALUE)
end

--- All is again as it was.
function M.reset()
    local directory <close> = assert(core.directory(M.state))
    clear(directory, M.state, snapshot)
    for path, bytes in pairs(snapshot) do
        if bytes and M.read(path) ~= bytes then
            M.write(path, bytes)
        end
    end
end

-- ---- what is asked of it ------------------------------------------------------------------------

--- Whether two values are the same all through.
---@param a any
---@param b any
---@return boolean
function M.same(a, b)
    if type(a) ~= "table" or type(b) ~= "table" then
        return a == b
    end
    for key, value in pairs(a) do
        if not M.same(value, b[key]) then
            return false
        end
    end
    for key in pairs(b) do
        if a[key] == nil then
            return false
        end
    end
    return true
end

local function words(decision)
    return ("%s %s %s: %s, next %s\n%s"):format(decision.notify, decision.code, decision.rule, decision.reason,
        decision.next_at, decision.text)
end

--- What must be true of each answer.
local function sound(decision)
    local text = decision.text or ""
    assert(decision.code ~= "fault", words(decision))
    assert(#text <= LONGEST and utf8.len(text) and not text:find "[\0-\8\11-\31\127]", "the text is none")
    assert(utf8.len(decision.reason) and #decision.reason <= 2000, "the reason is none")
    assert(decision.notify == (decision.text ~= nil), words(decision))
end

--- An activation, before which it was explained; both say the same.
---@param now integer? M.NOW
---@return upnudge.Decision
function M.ask(now)
    local activation = { tty = true, now = now or M.NOW }
    local explained = M.fresh():explain(M.env, activation)
    local told = M.fresh():notify(M.env, activation)
    sound(explained)
    sound(told)
    assert(words(explained) == words(told), ("explained as %s\ntold as %s"):format(words(explained), words(told)))
    return told
end

--- The same under a policy of its own, whose file is read anew. What it fails at nobody hears of but by the reason.
---@param path string
---@return upnudge.Decision? nil: a clock ended it
function M.ask_under(path)
    local usual <const> = open
    open = assert(runtimes.open { state_dir = M.state, policy = path })
    local ok, told = xpcall(M.ask, debug.traceback)
    open:close()
    open = usual
    assert(ok or told:find(M.BY_CLOCK, 1, true), told)
    return ok and told or nil
end

--- Whether a notice at a made-up time is remembered: the record is of one, too.
local function is_remembered()
    local value = M.record():read()
    local made_up = value and value.rehearsal
    return made_up and (made_up == value.last_checked or made_up == value.last_failed)
end

--- Who was told is not told the same at once again.
function M.ask_twice()
    local told = M.ask()
    if told.notify and is_remembered() then
        local again = M.ask(M.NOW + 60)
        assert(not again.notify, "told twice: " .. words(told) .. "\n" .. words(again))
    end
    return told
end

prepare()

return M
