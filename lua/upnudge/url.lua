--- URLs of databases: "sqlite:PATH", "postgresql://HOST/NAME". Runs on both sides: in the policy VM and in
--- the trusted state.

local string = require "string"

local M = {}

--- What a URL means; nil and what is wrong with it. A password is refused, for policies are shared and
--- logs are read: libpq has places of its own for it.
---@param url string
---@return {driver: "SQLite3"|"PostgreSQL", target: string}?
---@return string? message
function M.parse(url)
    local path = string.match(url, "^sqlite:(.+)$")
    if path and string.sub(path, 1, 1) ~= "/" then
        return nil, "the path of a SQLite database is absolute, for it is opened from anywhere"
    elseif path then
        return { driver = "SQLite3", target = path }
    elseif not string.find(url, "^postgres://") and not string.find(url, "^postgresql://") then
        return nil, "it is \"sqlite:PATH\" or \"postgresql://HOST/NAME\""
    elseif string.find(url, "^%l+://[^/@]*:[^/@]*@") or string.find(string.lower(url), "password=") then
        return nil, "a password does not belong here; put it into ~/.pgpass"
    end
    return { driver = "PostgreSQL", target = url }
end

return M
