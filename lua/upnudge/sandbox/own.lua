--- Entries of the VM for a team's own files: policies, formats, scenarios. Runs in the policy VM, and only
--- where there are such files.

local string = require "string"

local entries

local function make(run, guarded, speak)
    local authoring = require "upnudge.language.authoring"
    speak(authoring.language)

    local M = {}

    --- One file of a policy's chain.
    function M.load(chunkname, bytes)
        return authoring.add(function()
            return run(chunkname, bytes, "t")
        end, string.sub(chunkname, 2))
    end

    --- The file of a format. See upnudge.format, as for `recognise` and `read`.
    function M.load_format(chunkname, bytes)
        return require "upnudge.language.format".add(authoring, function()
            return run(chunkname, bytes, "t")
        end)
    end

    function M.recognise(document)
        return guarded(require "upnudge.language.format".recognise, document)
    end

    function M.read(document)
        return guarded(require "upnudge.language.format".read, document)
    end

    --- The file of a scenario; a ready-made one is precompiled. See upnudge.language.scenario.
    function M.load_scenario(chunkname, bytes, builtin)
        return require "upnudge.language.scenario".add(authoring, function()
            return run(chunkname, bytes, builtin and "bt" or "t")
        end)
    end

    --- See upnudge.language.authoring.
    function M.rehearse(...)
        return guarded(authoring.rehearse, ...)
    end

    return M
end

--- The entry of that name.
---@param name string
---@param run fun(chunkname: string, bytes: string, mode: string): any compiles and runs a file in the sandbox
---@param guarded fun(f: function, ...): any calls it, and makes every error a text
---@param speak fun(language: table) sets what `require "upnudge"` gives
---@return function?
return function(name, run, guarded, speak)
    entries = entries or make(run, guarded, speak)
    return entries[name]
end
