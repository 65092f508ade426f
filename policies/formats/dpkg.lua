--- The packages of a Debian system or image, as `dpkg-query -W >packages.dpkg` lists them.
---
--- An example of a format: copy the folder beside your policy and it works in parse, diff and check.

local u = require "upnudge"

return u.format {
    api = 1,
    name = "dpkg",
    title = "the list of dpkg-query -W",
    files = { "*.dpkg" },
    syntax = "lines",
    versions = "debian",

    packages = function(lines)
        local packages = {}
        for _, line in ipairs(lines) do
            local name, version = line:match "^([%l%d][%l%d.+-]*):?[%l%d]*\t(%S+)$"
            if name then
                packages[#packages + 1] = { name = name, version = version }
            end
        end
        return packages
    end,
}
