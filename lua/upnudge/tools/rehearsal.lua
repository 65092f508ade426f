--- The rehearsal: a policy is loaded and each of its functions is asked about some invented activations, so
--- that a misspelt field is found before a person would have met it.

local counts = require "upnudge.lib.counts"
local mistake = require "upnudge.policy.mistake"
local policy = require "upnudge.policy"

local M = {}

local NOW <const>, DAY <const> = 1800000000, 86400

local PACKAGES <const> = {
    { name = "openssl", kind = "upgraded", level = "patch", from = "3.0.14", to = "3.0.15", security = true,
        source = "registry", url = "https://example.org/openssl", released = NOW - 5 * DAY, behind = 60,
        severity = "critical", fixes = { { id = "CVE-2024-5535", aliases = { "GHSA-4fc7-mvrr-wv2c" },
            severity = "critical", url = "https://example.org/CVE-2024-5535", title = "a buffer overread" } } },
    { name = "curl", kind = "upgraded", level = "major", from = "7.88.1", to = "8.10.1", system = "x86_64-linux" },
    { name = "git", kind = "rebuilt", from = "2.45.0", to = "2.45.0" },
    { name = "jq", kind = "added", to = "1.7.1", group = "dev" },
    { name = "sed", kind = "removed", from = "4.9" },
}

local EXPOSURES <const> = {
    { name = "minimist", version = "1.2.5", ids = { "GHSA-xvch-5gv4-984h" }, severity = "high" },
    { name = "left", version = "1.0.1", ids = { "withdrawn" }, severity = "unknown", withdrawn = true },
}

local LISTS <const> = { packages = PACKAGES, exposures = EXPOSURES }

local function with(base, changes)
    local copy = {}
    for _, from in ipairs { base, changes } do
        for key, value in pairs(from) do
            copy[key] = value
        end
    end
    return copy
end

--- A result of the last check; counts that are not named are zero.
local function result_of(named)
    local all = { fingerprint = "f", since = NOW - DAY, checked_at = NOW - DAY }
    for _, name in ipairs(counts.all) do
        all[name] = named[name] or 0
    end
    return all
end

local RESULT <const> = result_of { total = 5, versions = 2, rebuilds = 1, added = 1, removed = 1, major = 1, patch = 1,
    security = 1, direct = 1, indirect = 1, critical = 1, exposed = 2, withdrawn = 1 }
local HOST <const> = { app = "app", tty = true, ci = false, agent = false, session = "0123456789abcdef",
    user = "123456789abcdef0", machine = "23456789abcdef01", lang = "en_GB.UTF-8",
    system = "x86_64-linux", mode = "activate", active = false }

--- {result, history, host} of each activation.
local ACTIVATIONS <const> = {
    { RESULT, {}, HOST },
    { RESULT, { last_notified = NOW - 60, shown = "f", times = 3, sessions = HOST.session },
        with(HOST, { lang = "zh_CN.UTF-8" }) },
    { result_of { total = 1, rebuilds = 1 }, { last_notified = NOW - 9 * DAY, shown = "e", times = 1 }, HOST },
    { result_of { exposed = 2, withdrawn = 1 }, {}, HOST },
    { RESULT, {}, with(HOST, { ci = true, agent = "agent", session = false, tty = false, active = true,
        mode = "command", command = "make" }) },
}

--- The result of an activation, where all environments of a person count as one with these: at the first of two.
local function result_for(loaded, i)
    local result = ACTIVATIONS[i][1]
    if loaded.settings.scope ~= "person" then
        return result
    end
    local one = with(result, { name = "webshop", path = "/srv/webshop" })
    return with(result, { environments = { one, i == 1 and with(one, { name = "site", path = "/srv/site" }) or nil } })
end

--- The mistake that shows in a fault at run time, in whichever file of the chain that names.
local function place(fault, path)
    local name = fault:match "^(.-%.lua):%d+: "
    local file = name and not name:find "^%.%.%." and name or path
    local stream = io.open(file, "rb")
    local source = stream and stream:read "a" or ""
    if stream then
        stream:close()
    end
    return mistake.add({}, file, source, { fault })[1]
end

--- The policy that a word means. The person's own is that by whatever path it is named.
---@param path string
---@return upnudge.PolicySource
function M.source_of(path)
    local source, core = policy.find(path), require "upnudge.core"
    local own = source.path and not source.found and policy.find(policy.configuration("policy.lua")[1])
    if own and own.found == "person" and core.realpath(own.path) == core.realpath(source.path) then
        source.found = "person"
    end
    return source
end

--- What of it is not used, and what holds for nobody, which are no mistakes of its own.
local function notes_of(loaded)
    local notes, machine = loaded:layers().unused, loaded.machine
    if machine and machine.fault then
        notes[#notes + 1] = { file = machine.path, message = "it is left out, for it has a mistake: " .. machine.fault }
    end
    return notes
end

--- Adds the names that stand for nothing in the files of a policy; which these are.
local function add_undefined(list, loaded)
    local names = {}
    for _, file in ipairs(loaded.chain) do
        local reads = file.source.path and load(file.bytes, "=policy", "t", {}) ~= nil
        local found = reads and require "upnudge.tools.undefined".of(file.bytes) or {}
        for _, one in ipairs(found) do
            names[one.key], names["." .. (one.member or "")] = true, true
        end
        mistake.add(list, file.name, file.bytes, found)
    end
    return names
end

--- Whether an error says of one of these names again that it is nil, or a global.
local function is_told(fault, names)
    local member = fault:match "a nil value %(field '([%w_]+)'%)"
    local name = fault:match "%(global '([%w_]+)'%)" or fault:match "'([%w_]+)' is a global; write "
    return member and names["." .. member] or name and names[name]
end

--- Whether a file of it was written for an interface of which we know too little to ask more.
local function is_later(loaded)
    for _, file in ipairs(loaded.chain) do
        if file.source.path and mistake.of_later(file.bytes) then
            return true
        end
    end
    return false
end

---@class upnudge.Rehearsal a policy that is being asked
---@field private policy upnudge.Policy
---@field private open fun(): upnudge.Policy?
---@field private tell fun(fault: string)
---@field private spent table<integer, boolean> trials that are not asked again
local Rehearsal = {}
Rehearsal.__index = Rehearsal

--- Makes up an activation. How many trials that is.
function Rehearsal:begin(i)
    local case, env = ACTIVATIONS[i], { name = "webshop", path = "/srv/webshop", format = "npm" }
    self.policy.vm:refill()
    local count, fault = self.policy.vm:call("rehearse", NOW, env, result_for(self.policy, i), case[2], case[3],
        i == #ACTIVATIONS)
    if fault then
        self.tell(fault)
    end
    return count or 0
end

--- One trial. A VM whose budget is spent is at its end, and the others are asked in a new one.
function Rehearsal:try(i, number)
    self.policy.vm:refill()
    local faults, spent = self.policy.vm:call("try", number)
    for _, fault in ipairs(faults or { spent }) do
        self.tell(fault)
    end
    local fresh = not faults and self.open()
    if fresh then
        self.policy:close()
        self.policy, self.spent[number] = fresh, true
        self:begin(i)
    end
end

--- All of them.
function Rehearsal:run(turn)
    for i = 1, #ACTIVATIONS do
        turn()
        for number = 1, self:begin(i) do
            if not self.spent[number] then
                self:try(i, number)
            end
        end
    end
    -- A new VM does not know what returned before.
    for _, fault in ipairs(not next(self.spent) and self.policy.vm:call "unreturned" or {}) do
        self.tell(fault)
    end
end

--- What there is to tell where nothing was loaded at all.
local function of_nothing(path, message, found)
    if found and found[1] then
        return found
    end
    -- There is no line to tell, for nothing could be read.
    local named = message:sub(1, #path + 2) == path .. ": "
    if named and message:find("^.-%.lua:%d+: ", #path + 3) then
        return { place(message:sub(#path + 3), path) }
    end
    return { { file = path, message = named and message:sub(#path + 3) or message } }
end

--- Every mistake of a policy: those found when it is loaded, those of its functions and what it cannot mean.
---@param path string a file, or the name of a ready-made policy
---@return upnudge.Mistake[] mistakes
---@return upnudge.Mistake[] notes what is no mistake and should be known
---@return upnudge.Mistake[] warnings what may be one
function M.mistakes(path)
    local rehearsal = setmetatable({ spent = {} }, Rehearsal)
    -- Every other activation has set what it reads.
    local set = false
    local function vars()
        local read = {}
        for _, name in ipairs(rehearsal.policy.reads or {}) do
            read[name] = set and "1"
        end
        return read
    end
    function rehearsal.open()
        return policy.load(M.source_of(path), { look_up = function(what)
            return LISTS[what] or what == "vars" and vars() or 0
        end, heed = true, mend = true })
    end
    local loaded, message, found = rehearsal.open()
    if not loaded then
        return of_nothing(path, message, found), {}, {}
    elseif is_later(loaded) then
        loaded:close()
        return loaded.mistakes or {}, {}, {}
    end
    local list, warnings = require "upnudge.tools.examination".of(loaded)
    local seen, notes, names = {}, notes_of(loaded), add_undefined(list, loaded)
    for _, one in ipairs(loaded.mistakes or {}) do
        list[#list + 1] = not is_told(one.message, names) and one or nil
    end
    function rehearsal.tell(fault)
        if not seen[fault] and not is_told(fault, names) then
            seen[fault], list[#list + 1] = true, place(fault, path)
        end
    end
    rehearsal.policy = loaded
    rehearsal:run(function()
        set = not set
    end)
    rehearsal.policy:close()
    return mistake.sort(list), notes, warnings
end

return M
