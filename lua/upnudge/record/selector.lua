--- Selectors: which packages a list names: "curl", "linux-*", or one version alone, "curl@8.10.1".

local fits = require "upnudge.lib.glob"

local M = {}

-- Names that mean the same package become the same text.
local function caseless(name)
    return name:lower()
end

local function python(name)
    return (name:lower():gsub("[-_.]+", "-"))
end

local function exact(name)
    return name
end

local RULES <const> = { exact = exact, caseless = caseless, python = python }

-- By format. An activation has no reader of lockfiles that it could ask, so they stand here again.
local FOLDS <const> = {
    pdm = python, pipfile = python, poetry = python, pylock = python, requirements = python, uv = python,
    composer = caseless, nuget = caseless, paket = caseless, ["package-resolved"] = caseless,
    ["conda-env"] = caseless, ["conda-explicit"] = caseless, ["conda-lock"] = caseless, pixi = caseless,
}

--- Whether one of the selectors names the change's package. A name may hold an @ itself ("@scope/name").
---@param patterns string[]
---@param change upnudge.Change
---@param format? string of the lockfile, whose ecosystem compares names
---@param names? string the rule by which they compare, where the format is a team's
---@return boolean
function M.matches(patterns, change, format, names)
    local fold = FOLDS[format] or RULES[names] or exact
    local changed = fold(change.name)
    for _, text in ipairs(patterns) do
        local name, version = text:match "^(.+)@([^@]+)$"
        if fits(fold(text), changed) then
            return true
        elseif name and change.to and fits(fold(name), changed) and fits(version, change.to) then
            return true
        end
    end
    return false
end

--- The changes that none of them names, in their order.
---@param patterns string[]
---@param changes upnudge.Change[]
---@param format? string
---@param names? string
---@return upnudge.Change[]
function M.without(patterns, changes, format, names)
    local left = {}
    for _, change in ipairs(changes) do
        if not M.matches(patterns, change, format, names) then
            left[#left + 1] = change
        end
    end
    return left
end

return M
