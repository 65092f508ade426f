--- The way to what is kept of an environment, in the directory of an app: one directory, or several that stand in one
--- another ("KEY/beside/FORMAT").

--- Enters one after the other.
---@param outer table directory of upnudge.core, which stays open
---@param key string of the environment, or how it begins
---@param create boolean? those that are missing
---@return table? directory of upnudge.core; the caller closes it
---@return string? message
---@return string? code
return function(outer, key, create)
    local directory, message, code
    for name in key:gmatch "[^/]+" do
        local above <close> = directory
        directory, message, code = (above or outer):enter(name, create)
        if not directory then
            return nil, message, code
        end
    end
    return directory
end
