--- Text of notices, from counts and packages. Runs in the policy VM.


local M = {}

local WORDS <const> = {
    { "versions", "version change" }, { "rebuilds", "rebuild" }, { "changed", "revision change" },
    { "added", "addition" }, { "removed", "removal" },
}

local function listed(parts)
    local text, last = parts[1] or "nothing", #parts
    for i = 2, last do
        text = text .. (i < last and ", " or " and ") .. parts[i]
    end
    return text
end

--- "2 version changes and 1 rebuild". `only` limits it to some counts, as {"versions", "rebuilds"}.
---@param c table the context
---@param only string[]?
---@return string
function M.counts(c, only)
    local wanted, parts = {}, {}
    for _, name in ipairs(only or {}) do
        wanted[name] = true
    end
    for _, word in ipairs(WORDS) do
        local count = c.result[word[1]] or 0
        if count > 0 and (not only or wanted[word[1]]) then
            parts[#parts + 1] = (count // 1 | 0) .. " " .. word[2] .. (count == 1 and "" or "s")
        end
    end
    return listed(parts)
end

--- "2 version changes and 1 rebuild available in NAME."
---@param c table
---@param only string[]?
---@return string
function M.summary(c, only)
    return M.counts(c, only) .. " available in " .. c.env.name .. "."
end

local function quoted(path)
    local string = require "string"
    if string.find(path, "^[%w/._@%%+=:,-]+$") then
        return path
    end
    return "'" .. string.gsub(path, "'", "'\\''") .. "'"
end

--- "Use 'COMMAND' for details.": the host's command, the policy's, or upnudge's own.
---@param c table
---@return string
function M.hint(c)
    return "Use '" .. (c.host.hint or "upnudge show " .. quoted(c.env.path)) .. "' for details."
end

local function line(package)
    local from, to = package.from, package.to
    if package.kind == "added" then
        return ("- %s: %s (added)"):format(package.name, to or "new")
    elseif package.kind == "removed" then
        return ("- %s: %s (removed)"):format(package.name, from or "")
    elseif from ~= to then
        return ("- %s: %s -> %s"):format(package.name, from or "?", to or "?")
    end
    local what = package.kind == "rebuilt" and "rebuild" or "new revision"
    return from and ("- %s: %s (%s)"):format(package.name, from, what) or ("- %s (%s)"):format(package.name, what)
end

--- Up to `most` lines "- curl: 8.9.0 -> 8.10.1", then "... and 3 more".
---@param c table
---@param most integer? 10 unless given
---@return string
function M.packages(c, most)
    most = most or 10
    local lines, packages = {}, c.result.packages
    for i, package in ipairs(packages) do
        if i > most then
            lines[i] = ("... and %d more"):format(#packages - most)
            break
        end
        lines[i] = line(package)
    end
    return require "table".concat(lines, "\n")
end

return M
