--- Plain values as JSON, in lua-cjson's own order.
---
--- An encoder of our own configuration, for the module is shared with the host: a number that JSON
--- has no words for (it can be read, as 1e999) becomes null instead of an error.

local cjson = require "cjson".new()
cjson.encode_invalid_numbers "null"
cjson.encode_sparse_array(true)

--- Slashes are not escaped: paths stay readable.
---@param value any
---@return string
return function(value)
    -- Every slash that cjson writes is escaped, so undoing all of them is exact.
    return (cjson.encode(value):gsub("\\/", "/"))
end
