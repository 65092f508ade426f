--- URLs of databases: "sqlite:PATH", "postgresql://HOST/NAME". Runs on both sides: in the policy VM and in
--- the trusted state.

local limits = require "upnudge.lib.limits"
local string = require "string"

local M = {}

--- A password in what libpq understands: "user:password@" (be there a slash in it), or the keyword, which may
--- be written with percent signs.
local function has_password(url)
    local decoded = string.gsub(url, "%%(%x%x)", function(digits)
        return string.char(tonumber(digits, 16))
    end)
    local user = string.match(url, "^%l+://(.*)@")
    return string.find(string.lower(decoded), "password%s*=") ~= nil or user and string.find(user, ":", 1, true) ~= nil
end

--- What a URL means; nil and what is wrong with it. A password is refused, for policies are shared and
--- logs are read: libpq has places of its own for it.
---@param url string
---@return {driver: "SQLite3"|"PostgreSQL", target: string}?
---@return string? message
function M.parse(url)
    if #url > limits.URL then
        return nil, "it has more than " .. limits.URL .. " bytes"
    end
    local path = string.match(url, "^sqlite:(.+)$")
    if path and string.sub(path, 1, 1) ~= "/" then
        return nil, "the path of a SQLite database is absolute, for it is opened from anywhere"
    elseif path then
        return { driver = "SQLite3", target = path }
    elseif not string.find(url, "^postgres://") and not string.find(url, "^postgresql://") then
        return nil, "it is \"sqlite:PATH\" or \"postgresql://HOST/NAME\""
    elseif has_password(url) then
        return nil, "a password does not belong here; put it into ~/.pgpass"
    end
    return { driver = "PostgreSQL", target = url }
end

--- The URL as it may be told to people: one that is refused may hold a password.
---@param url string
---@return string
function M.shown(url)
    local place, message = M.parse(url)
    return place and url or "a URL that is refused (" .. message .. ")"
end

return M
