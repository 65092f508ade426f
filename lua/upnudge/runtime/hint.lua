--- The hint: with which options a person's command comes to the records of a runtime. Loaded when a notice is shown.

--- In words of a shell; nil: it needs none.
---@param runtime upnudge.Runtime
---@return string?
return function(runtime)
    if runtime.options ~= nil then
        return runtime.options or nil
    end
    local app = runtime.app
    local words = app ~= "default" and "--app " .. app or nil
    local places, usual = runtime.places, require "upnudge.runtime.places".find(runtime.host, app)
    if not usual or places.state ~= usual.state or places.cache ~= usual.cache then
        words = (words and words .. " " or "") .. "--state-dir "
            .. require "upnudge.lib.shell".quote(places.state)
    end
    return words
end
