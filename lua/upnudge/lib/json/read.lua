--- JSON read, over lua-cjson. Apart from the writer, for an activation only reads.

--- The value, with JSON null as nil in objects; nil and a message when the text is broken.
---@param text string
---@return any value
---@return string? message
return function(text)
    local cjson = require "cjson"
    local ok, value = pcall(cjson.decode, text)
    if value == "not enough memory" then
        -- The text may be sound.
        error(value, 0)
    elseif not ok then
        return nil, (tostring(value):gsub("^.-:%d+: ", ""))
    end
    if type(value) == "table" then
        for key, member in pairs(value) do
            if member == cjson.null then
                value[key] = nil
            end
        end
    end
    return value
end
