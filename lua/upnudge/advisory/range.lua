--- Ranges of versions, as advisories write them: ">=1.0.0 <1.2.3 || >=2.0.0 <2.1.0", "~> 4.2.5, >= 4.2.5.1".
---
--- What is written otherwise than with these operators is no range that we know, and neither is a version in it that
--- cannot be compared: of those nobody says whether they lie in it.

local core = require "upnudge.core"

local M = {}

---@alias upnudge.Comparator {[1]: "<"|"<="|">"|">="|"=", [2]: string}
---@alias upnudge.Range upnudge.Comparator[][] of which one list holds, with all that is in it

-- How long a range may be, and in how many parts.
local LONGEST <const>, PARTS <const> = 2000, 100

--- The parts of a version's number: {1, 2, 3} of "1.2.3-rc.1"; nil: it has none.
local function numbers(version)
    local bare = version:match "^[vV]?(%d[%d.]*)"
    local list = {}
    for part in (bare or ""):gmatch "%d+" do
        list[#list + 1] = #part < 10 and tonumber(part) or nil
    end
    return list[1] and list or nil
end

--- The least version whose part `at` is one more; what comes before it as a pre-release counts as its own.
local function bumped(list, at, scheme)
    local parts = table.move(list, 1, at, 1, {})
    parts[at] = parts[at] + 1
    if scheme == "rubygems" then
        return table.concat(parts, ".") .. ".a"
    end
    for i = at + 1, 3 do
        parts[i] = 0
    end
    return table.concat(parts, ".") .. ((scheme == "semver" or scheme == "cargo") and "-0" or "")
end

--- Up to where "~> 1.2.3", "~1.2.3" and "^1.2.3" go; nil: that is not known of such an order.
local function upper(operator, version, scheme)
    local list = numbers(version)
    if not list then
        return nil
    elseif operator == "~>" then
        return bumped(list, math.max(1, #list - 1), scheme)
    elseif scheme ~= "semver" and scheme ~= "cargo" then
        return nil
    elseif operator == "~" then
        return bumped(list, math.min(2, #list), scheme)
    end
    local at = 1
    while at < #list and list[at] == 0 do
        at = at + 1
    end
    return bumped(list, at, scheme)
end

local PLAIN <const> = { ["<"] = "<", ["<="] = "<=", [">"] = ">", [">="] = ">=", ["="] = "=", ["=="] = "=" }
local WIDE <const> = { ["~>"] = true, ["~"] = true, ["^"] = true }

--- Adds what one word says; false: that is not known.
local function add(comparators, operator, version, scheme)
    if version == "*" then
        return operator == ""
    elseif not version:find "^[vV]?%d" or version:find "%.[*xX]" then
        return false
    elseif operator == "" then
        operator = scheme == "cargo" and "^" or "="
    end
    if PLAIN[operator] then
        comparators[#comparators + 1] = { PLAIN[operator], version }
        return true
    end
    local stop = WIDE[operator] and upper(operator, version, scheme)
    if not stop then
        return false
    end
    comparators[#comparators + 1] = { ">=", version }
    comparators[#comparators + 1] = { "<", stop }
    return true
end

--- One alternative; nil: it is written in a way that is not known.
local function comparators_of(text, scheme)
    local list, left = {}, PARTS
    for word in text:gsub("([<>=!~^]+)%s+", "%1"):gmatch "[^%s,]+" do
        local operator, version = word:match "^([<>=!~^]*)(.*)$"
        left = left - 1
        if left < 0 or version == "" or version == "-" or not add(list, operator, version, scheme) then
            return nil
        end
    end
    return list
end

--- What a text, or each of a list of texts, says; nil: nothing that is known.
---@param text any
---@param scheme string the order of versions
---@return upnudge.Range?
function M.parse(text, scheme)
    local texts = type(text) == "table" and text or { text }
    local range = {}
    for i = 1, #texts do
        local one = texts[i]
        if type(one) ~= "string" or #one > LONGEST or i > PARTS then
            return nil
        end
        for alternative in one:gsub("|+", "\n"):gmatch "[^\n]+" do
            range[#range + 1] = comparators_of(alternative, scheme)
            if not range[#range] or #range > PARTS then
                return nil
            end
        end
    end
    return range[1] and range or nil
end

--- A version as its order has it: tags of Go begin with v, which scanners leave away and others put in front.
local function bare(version, scheme)
    version = version:match "^[vV](%d.*)$" or version
    return scheme == "go" and "v" .. version or version
end

--- -1, 0 or 1; nil where the two cannot be compared.
---@param a string
---@param b string
---@param scheme string
---@return integer?
function M.compare(a, b, scheme)
    return core.version_compare(bare(a, scheme), bare(b, scheme), scheme)
end

local HOLDS <const> = {
    ["<"] = function(order) return order < 0 end,
    ["<="] = function(order) return order <= 0 end,
    [">"] = function(order) return order > 0 end,
    [">="] = function(order) return order >= 0 end,
    ["="] = function(order) return order == 0 end,
}

--- Whether all of an alternative holds; nil: nobody can tell.
local function all_hold(comparators, version, scheme)
    local known = true
    for _, one in ipairs(comparators) do
        local order = M.compare(version, one[2], scheme)
        if order and not HOLDS[one[1]](order) then
            return false
        end
        known = known and order ~= nil
    end
    return known or nil
end

--- Whether a version lies in a range; nil: nobody can tell.
---@param range upnudge.Range
---@param version string
---@param scheme string
---@return boolean?
function M.holds(range, version, scheme)
    local outside = true
    for _, comparators in ipairs(range) do
        local answer = all_hold(comparators, version, scheme)
        if answer then
            return true
        end
        outside = outside and answer == false
    end
    if outside then
        return false
    end
end

return M
