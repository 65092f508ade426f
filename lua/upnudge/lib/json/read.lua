--- JSON read, over lua-cjson. Apart from the writer, for an activation only reads.

-- Arrays and objects within each other. lua-cjson takes some of the C stack for each, which may be small in a thread of
-- a host's; its own limit is 1000. Nothing of ours has ten.
local DEPTH <const> = 32

-- Of our own configuration, for the module is shared with the host. Made when there is something to read, and again
-- when a host in Lua has set another locale: lua-cjson takes numbers to have the decimal point of the last time.
local decode, point

local function decoder()
    local now = ("%.1f"):format(0.5)
    if now ~= point then
        local cjson = require "cjson".new()
        cjson.decode_max_depth(DEPTH)
        decode, point = cjson.decode, now
    end
    return decode
end

--- The value, with JSON null as nil in objects; nil and a message when the text is broken.
---@param text string
---@return any value
---@return string? message
return function(text)
    local ok, value = pcall(decoder(), text)
    if value == "not enough memory" then
        -- The text may be sound.
        error(value, 0)
    elseif not ok then
        return nil, (tostring(value):gsub("^.-:%d+: ", ""))
    end
    if type(value) == "table" then
        local null = require "cjson".null
        for key, member in pairs(value) do
            if member == null then
                value[key] = nil
            end
        end
    end
    return value
end
