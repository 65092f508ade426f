--- Many environments in one state directory, quickly: one is checked and told of, the others are as if they had been.

local command = require "command"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local lfs = require "lfs"
local upnudge = require "upnudge"

local M = {}

local LOCKFILE <const> = '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.%d"}}}'

---@class upnudge.Many
---@field state string the state directory
---@field environments string where the directories of the environments are
---@field count integer
---@field private now integer seconds UTC, when they were checked and told of
---@field private pattern table<string, string> what is kept of the first, by the name of the file
---@field private stamp string of its lockfile
local Many = {}
Many.__index = Many

---@param number integer
---@return string
function Many:path(number)
    return ("%s/project-%06d"):format(self.environments, number)
end

local function lockfile_of(path)
    return path .. "/package-lock.json"
end

--- In the place of what says `from`, once.
local function put(text, from, to)
    local first, last = text:find(from, 1, true)
    return text:sub(1, first - 1) .. to .. text:sub(last + 1)
end

local function make(path)
    assert(lfs.mkdir(path))
    command.write(lockfile_of(path), LOCKFILE:format(1))
    return assert(core.stamp(lockfile_of(path)))
end

--- The first, by upnudge itself.
local function check(self)
    local path = self:path(1)
    self.stamp = make(path)
    -- What is checked as soon as it is written has to be compared by content.
    os.execute "sleep 2.1"
    local runtime <close> = assert(upnudge.open { state_dir = self.state, policy = "default" })
    local begun = runtime:check_begin(path, { now = self.now })
    assert(begun.state == "begun", begun.reason)
    assert(begun:commit(LOCKFILE:format(2)))
    local told = runtime:notify(path, { tty = true, now = self.now + 1 })
    assert(told.notify, told.reason)
    for _, name in ipairs { files.RECORD, files.NOTIFIED } do
        self.pattern[name] = assert(command.read(("%s/%s/%s"):format(self.state, core.hash(path), name)))
    end
end

local function copy(self, state, number)
    local first, path = self:path(1), self:path(number)
    local stamp = make(path)
    local directory <close> = assert(state:enter(core.hash(path), true))
    for name, text in pairs(self.pattern) do
        text = put(text, ('"%s"'):format(first), ('"%s"'):format(path))
        if name == files.RECORD then
            text = put(put(text, lockfile_of(first), lockfile_of(path)), self.stamp, stamp)
        end
        assert(directory:replace(name, text, false))
    end
end

--- Makes them as many.
---@param count integer
function Many:grow(count)
    local state <close> = assert(core.directory(self.state))
    for number = self.count + 1, count do
        copy(self, state, number)
    end
    self.count = math.max(self.count, count)
end

--- One, at `now`; more with Many:grow.
---@param root string an empty directory
---@param now integer seconds UTC
---@return upnudge.Many
function M.begin(root, now)
    local self = setmetatable({ state = root .. "/state", environments = root .. "/environments", count = 1, now = now,
        pattern = {} }, Many)
    assert(lfs.mkdir(self.environments))
    check(self)
    return self
end

return M
