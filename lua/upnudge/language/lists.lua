--- What c.result has that is rarely looked at: its lists, which are long, and all of it where it is of several
--- environments. Runs in the policy VM, for whoever looks at that. C's `fetch` asks the host at the first touch.

local horizon = require "upnudge.language.horizon"

local M = {}

--- A time in the past, as whole seconds; what is ahead of now, or none, counts as now.
local function passed(at, now)
    if type(at) == "number" and at >= 0 and at <= now + 1 then
        return at // 1 | 0
    end
    horizon.seen = true
    return now
end

--- What JSON may have made no integer of; nil: it is no time and no number of days.
local function whole(number)
    return type(number) == "number" and number >= 0 and number < 2 ^ 53 and number // 1 | 0 or nil
end

--- A table that is read-only as the rest, and with a section of the schema strict about names.
local function frozen(of, title, section)
    return setmetatable({}, { __metatable = false,
        __index = section and function(_, name)
            local value = of[name]
            if value == nil and not require "upnudge.language.schema.absent"[section][name] then
                require "upnudge.language.field".check(title .. "[i]", section, name)
            end
            return value
        end or of,
        __newindex = function()
            error(title .. " is read-only", 2)
        end,
        __pairs = function()
            -- Without the table itself.
            return (pairs(of))
        end,
        __len = function()
            return #of
        end })
end

--- A list of tables, which are read-only, too, and so are theirs of these names. (Of very many packages, those that are
--- listed are not all: their list has a field beside its items.)
local function view_of_list(title, section, list, names)
    for i, one in ipairs(list) do
        for _, name in ipairs(names) do
            local inner = one[name]
            if inner then
                one[name] = type(inner[1]) == "table" and view_of_list(title .. "[i]." .. name, name, inner, {})
                    or frozen(inner, title)
            end
        end
        list[i] = frozen(one, title, section)
    end
    return frozen(list, title)
end

-- Fields of packages, exposures and fixes that are lists.
local PACKAGE <const>, EXPOSURE <const>, NONE <const> = { "fixes" }, { "ids", "aliases" }, {}

--- Packages with the times since when they are offered; one that a record leaves out is that of the result.
local function view_of_packages(list, since, now)
    local title = "c.result.packages"
    for _, package in ipairs(list) do
        package.first_seen = passed(package.first_seen or since, now)
        package.released, package.behind = whole(package.released), whole(package.behind)
        package.security_since = whole(package.security_since)
        for _, fix in ipairs(package.fixes or NONE) do
            fix.aliases = fix.aliases and frozen(fix.aliases, title)
        end
    end
    return view_of_list(title, "packages", list, PACKAGE)
end

---@class upnudge.ShownResult what upnudge.language.context shows as c.result
---@field of table
---@field given? table[] the packages, where they came along
---@field listed? table[] the environments, where they did
---@field later? true|"lost" whether all of it is still to be asked for
---@field of_several? boolean whether it is of several environments
---@field packages? table as they are shown, as the two below; nil: not yet
---@field exposures? table
---@field environments? table

--- Asks for all of the result, where that was not done yet.
---@param result upnudge.ShownResult
---@param show fun(new: table) takes another result over
function M.complete(result, show)
    if result.later then
        local found = result.later ~= "lost" and fetch "result"
        if not found then
            -- Nobody is asked again, for that may take long.
            result.later = "lost"
            error("the other environments cannot be looked at", 0)
        end
        show(found)
    end
end

local function environments_of(result)
    local list = result.listed or result.of_several and fetch "environments"
    result.environments = list and view_of_list("c.result.environments", "environments", list, NONE) or nil
    result.of_several = result.of_several and list
    return result.environments
end

--- A field that is not there yet; nil: there is none of that name.
---@param result upnudge.ShownResult
---@param key any
---@param now integer seconds UTC
---@param show fun(new: table) takes another result over
function M.find(result, key, now, show)
    if result.later then
        M.complete(result, show)
        local value = result.of[key]
        if value == nil then
            value = M.find(result, key, now, show)
        end
        return value
    elseif key == "environments" then
        return result.environments or environments_of(result)
    elseif key == "cooling" then
        return 0
    elseif key == "packages" then
        result.packages = result.packages
            or view_of_packages(result.given or fetch "packages" or {}, result.of.since, now)
        return result.packages
    elseif key == "exposures" then
        result.exposures = result.exposures or view_of_list("c.result.exposures", "exposures", fetch "exposures" or {},
            EXPOSURE)
        return result.exposures
    end
end

return M
