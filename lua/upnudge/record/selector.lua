--- Selectors: which packages a list names: "curl", "linux-*", or one version alone, "curl@8.10.1". One that begins with
--- "!" takes back what those before it name, as in .gitignore: the last that fits decides.

local glob = require "upnudge.lib.glob"

local limits = require "upnudge.lib.limits"

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

-- As core has them: an activation has no reader of lockfiles that it could ask, so they stand here again.
local RULES <const> = { exact = exact, caseless = caseless, python = python }

--- What makes one text of the names that mean the same package.
---@param rule? string by which the names of a lockfile compare
---@return fun(name: string): string
function M.fold(rule)
    return RULES[rule] or exact
end

---@class upnudge.Selection what some selectors name, made ready for many changes
---@field private fold fun(name: string): string
---@field private names table<string, boolean>
---@field private versions table<string, boolean> name, zero, version
---@field private globs {whole: upnudge.Glob, name?: upnudge.Glob, version?: upnudge.Glob}[]
local Selection = {}
Selection.__index = Selection

--- Selectors without exceptions, made ready. What has no star takes one look, however many there are. A name may hold
--- an @ itself ("@scope/name").
local function compile_plain(patterns, fold)
    local names, versions, globs = {}, {}, {}
    for _, text in ipairs(patterns) do
        local name, version = text:match "^(.+)@([^@]+)$"
        if text:find("*", 1, true) then
            globs[#globs + 1] = { whole = glob.compile(fold(text)), name = name and glob.compile(fold(name)),
                version = name and glob.compile(version) }
        else
            names[fold(text)] = true
        end
        if name then
            versions[fold(name) .. "\0" .. version] = true
        end
    end
    return setmetatable({ fold = fold, names = names, versions = versions, globs = globs }, Selection)
end

---@class upnudge.SelectionWithExceptions selections in the order of their list, every other one of exceptions
local WithExceptions = {}
WithExceptions.__index = WithExceptions

--- Whether the package of a change is named, and not taken back.
---@param change upnudge.Change
---@return boolean
function WithExceptions:names_it(change)
    for i = #self, 1, -1 do
        if self[i]:names_it(change) then
            return not self[i].takes_back
        end
    end
    return false
end

local function is_exception(text)
    return text:byte() == 33
end

--- Runs of selectors of either kind, each made ready.
local function compile_runs(patterns, fold)
    local runs, run = {}, nil
    for _, text in ipairs(patterns) do
        local takes_back = is_exception(text)
        if not run or run.takes_back ~= takes_back then
            run = { takes_back = takes_back }
            runs[#runs + 1] = run
        end
        run[#run + 1] = takes_back and text:sub(2) or text
    end
    for i, one in ipairs(runs) do
        runs[i] = compile_plain(one, fold)
        runs[i].takes_back = one.takes_back
    end
    return setmetatable(runs, WithExceptions)
end

--- A list of selectors, ready to be asked of each change.
---@param patterns string[]
---@param rule? string by which the names of the lockfile compare; as they are written, unless it says otherwise
---@return upnudge.Selection|upnudge.SelectionWithExceptions
function M.compile(patterns, rule)
    local fold = M.fold(rule)
    for _, text in ipairs(patterns) do
        if is_exception(text) then
            return compile_runs(patterns, fold)
        end
    end
    return compile_plain(patterns, fold)
end

--- Whether the package of a change is named.
---@param change upnudge.Change
---@return boolean
function Selection:names_it(change)
    local name, to = self.fold(change.name), change.to
    if self.names[name] or to and self.versions[name .. "\0" .. to] then
        return true
    end
    for _, one in ipairs(self.globs) do
        if glob.takes(one.whole, name)
            or one.name and to and glob.takes(one.name, name) and glob.takes(one.version, to) then
            return true
        end
    end
    return false
end

--- The changes that none of them names, in their order.
---@param patterns string[]
---@param changes upnudge.Change[]
---@param rule? string
---@return upnudge.Change[]
function M.without(patterns, changes, rule)
    local selection, left = M.compile(patterns, rule), {}
    for _, change in ipairs(changes) do
        left[#left + 1] = not selection:names_it(change) and change or nil
    end
    return left
end

--- Whether a selector is looked at for each change, because of a star or as an exception.
---@param text string
---@return boolean
function M.takes_a_look(text)
    return is_exception(text) or text:find("*", 1, true) ~= nil
end

--- How many of the list are looked at: no more than that, and those with a star counted apart.
local function looked_at(patterns, most)
    local stars = 0
    for i, text in ipairs(patterns) do
        stars = stars + (M.takes_a_look(text) and 1 or 0)
        if i > most or stars > limits.STARS then
            return i - 1
        end
    end
    return #patterns
end

--- What is wrong with so many of them; nil: nothing.
---@param count integer
---@param stars integer how many of them have a star
---@param most integer how many there may be
---@return string?
function M.too_many(count, stars, most)
    if count > most or stars > limits.STARS then
        return ("more packages than are looked at: %d, and %d with a star"):format(most, limits.STARS)
    end
end

--- What is wrong with a list that somebody gives; nil: nothing.
---@param patterns string[]
---@param most integer how many there may be
---@return string?
function M.fault(patterns, most)
    if looked_at(patterns, most) < #patterns then
        return M.too_many(most + 1, 0, most)
    end
    for _, text in ipairs(patterns) do
        if text == "" then
            return "a selector names nothing"
        elseif #text > limits.NAME + 1 + limits.VERSION then
            return ("'%s' is longer than a package can be called"):format(limits.cut(text, limits.NAME))
        end
    end
end

--- As much of a list as is looked at, from wherever it comes.
---@param patterns string[]
---@param most integer
---@return string[]
function M.bounded(patterns, most)
    local count = looked_at(patterns, most)
    return count == #patterns and patterns or table.move(patterns, 1, count, 1, {})
end

return M
