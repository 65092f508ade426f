--- Missing: what is told of a base that is not there: where it was looked for, and what may have been meant.

local core = require "upnudge.core"

-- Names of one directory; where there are more, what may have been meant is not told.
local MOST <const> = 1000

--- Adds the names of the policies in a directory, but for one file.
local function add_names(names, directory, but)
    for _, file in ipairs(core.entries(directory == "" and "." or directory, nil, MOST) or {}) do
        local name = file:match "^(%w[%w_-]*)%.lua$"
        names[#names + 1] = name and directory .. file ~= but and name or nil
    end
end

--- What is wrong where no file has a name, and nothing ready-made.
---@param source upnudge.PolicySource of the file that says the name
---@param name string
---@param directories string[] in which it was looked for beside that
---@return string
return function(source, name, directories)
    local names, places = core.builtins(), { source.path and "beside it" }
    if source.path then
        add_names(names, source.path:match "^(.*/)" or "", source.path)
    end
    for _, directory in ipairs(directories) do
        add_names(names, directory, source.path)
        places[#places + 1] = "in " .. directory
    end
    local own = source.path and (source.path:match "^(.*/)" or "") .. name .. ".lua"
    if own and own == source.path then
        return ("%s.lua is this file itself, and there is no other policy of that name%s"):format(name,
            require "upnudge.lib.suggest".suggest(name, names))
    end
    return ("there is no %s.lua %s, and no ready-made policy of that name%s"):format(name, table.concat(places, " or "),
        require "upnudge.lib.suggest".suggest(name, names))
end
