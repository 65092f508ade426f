--- A fault: something of a policy gave what nothing can be made of. Runs in the policy VM.

local M = {}

--- Who it is.
---@param by upnudge.Rule|string a rule, or what is to be said of another place
---@return string
local function name_of(by)
    return type(by) == "table" and ("rule '%s'"):format(by.name) or by
end

--- Raises it, in words that say where it is: where the function begins that gave it, else where the rule stands.
---@param by upnudge.Rule|string
---@param from any the function
---@param words string a format
---@param ... any
function M.raise(by, from, words, ...)
    local file, line
    if type(from) == "function" then
        file, line = where(from)
    end
    if not file and type(by) == "table" then
        file, line = by.file, by.line
    end
    error((file and ("%s:%d: "):format(file, line) or "") .. name_of(by) .. ": " .. words:format(...), 0)
end

--- What went wrong while somebody was being asked, with who that is, behind the place if the message has one.
---@param by upnudge.Rule|string|nil
---@param message string
---@return string
function M.blamed(by, message)
    local who = by and name_of(by)
    if not who or message:find(who, 1, true) then
        return message
    end
    local place, words = message:match "^([^\n]-:%d+: )(.*)$"
    if place then
        return place .. who .. ": " .. words
    end
    return (type(by) == "table" and ("%s:%d: "):format(by.file, by.line) or "") .. who .. ": " .. message
end

return M
