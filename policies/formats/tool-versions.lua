--- asdf's .tool-versions: a tool on each line, then the versions to try in that order.
---
--- An example of a format: copy the folder beside your policy and it works in parse, diff and check.

local u = require "upnudge"

return u.format {
    api = 1,
    name = "tool-versions",
    title = "asdf's .tool-versions",
    files = { ".tool-versions" },
    syntax = "lines",
    versions = "nix",

    packages = function(lines)
        local packages = {}
        for _, line in ipairs(lines) do
            local tool, version = line:match "^%s*([^#%s]+)%s+([^#%s]+)"
            if tool and version ~= "system" then
                packages[#packages + 1] = { name = tool, version = version }
            end
        end
        return packages
    end,
}
