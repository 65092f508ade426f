--- pip-audit, for the checkers of Python: it reads no lockfile of theirs, so it is given the names and versions.

---@type upnudge.Audit
local audit <const> = { title = "pip-audit", needs = { "pip-audit" },
    command = { "--requirement", "upnudge-requirements.txt", "--no-deps", "--disable-pip", "--format", "json",
        "--progress-spinner", "off" },
    writes = function(packages)
        local lines, seen = {}, {}
        for _, package in ipairs(packages) do
            -- What else could stand in such a file (an option, an address) is no name of PyPI.
            local line = package.name:find "^%w[%w._-]*$" and package.version:find "^%d[%w.!+_-]*$"
                and package.name .. "==" .. package.version
            if line and not seen[line] then
                lines[#lines + 1], seen[line] = line, true
            end
        end
        return "upnudge-requirements.txt", table.concat(lines, "\n") .. "\n"
    end }

return { audit = audit }
