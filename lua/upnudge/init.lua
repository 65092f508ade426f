--- upnudge for Lua hosts, and what the C API and the command call.
---
---     local upnudge = require "upnudge"
---     local runtime <close> = assert(upnudge.open { app = "acme" })
---     local notice = runtime:notify("/home/me/project", { tty = true })
---     if notice.text then io.stderr:write(notice.text, "\n") end
---
--- Failure is `nil, message, code`; misuse raises. Every answer has a `code` beside its `reason`; what each code means
--- stands in `upnudge.reasons.list`. Nothing here prints.

-- Older ones would stumble over the words of the first module.
if _VERSION ~= "Lua 5.4" then
    error("upnudge needs Lua 5.4; this is " .. _VERSION, 0)
end

local runtime = require "upnudge.runtime"

return setmetatable({ VERSION = runtime.VERSION, open = runtime.open }, {
    -- Most hosts compare no versions themselves, and know the codes that they look for.
    __index = function(_, name)
        return name == "version" and require "upnudge.lockfile.version"
            or name == "reasons" and require "upnudge.lib.reasons" or nil
    end,
})
