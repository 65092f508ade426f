--- The reload: a runtime that stays open goes on with the policy that is there now. Loaded when it is asked again.
---
--- What a policy is made of is looked at before each question, by one stat a file and one for each place where the
--- person's or the machine's may come to stand; what is ready-made has none.

local core = require "upnudge.core"
local policies = require "upnudge.policy"

local M = {}

--- What the policy that is loaded is made of, by path, as it was when it was read. nil where that is not known, since
--- it could not be loaded: then it is once more.
local function known(runtime)
    local policy = runtime.policy
    if runtime.deputy or not policy then
        return nil
    end
    local stamps = {}
    for _, path in ipairs(runtime.source.found == "person" and policies.machine("policy.lua", runtime.host.found_by)
        or {}) do
        stamps[path] = policy.machine and core.stamp(path) or false
    end
    for _, file in ipairs(policy.chain) do
        if file.source.path then
            stamps[file.source.path] = file.stamp
        end
    end
    return stamps
end

--- How the files are now of which the policy should be, and those that stand in for them.
local function present(runtime)
    local stamps, source, policy = {}, runtime.source, runtime.policy
    local function add(path)
        stamps[path or ""] = path and core.stamp(path) or false
    end
    add(source.path)
    for _, file in ipairs(policy and policy.chain or {}) do
        add(file.source.path)
    end
    add(runtime.deputy and core.stamp(runtime.deputy.place) and runtime.deputy.place)
    return stamps
end

local function is_same(stamps)
    for path, stamp in pairs(stamps) do
        if path ~= "" and (core.stamp(path) or false) ~= stamp then
            return false
        end
    end
    return true
end

--- Nothing that was made with the policy of before is used any more. Checks that are open go on with theirs.
local function forget(runtime, elsewhere)
    if runtime.deputies then
        require "upnudge.runtime.deputy".dismiss(runtime)
    end
    if runtime.formats and elsewhere then
        runtime.formats:close()
        runtime.formats = nil
    end
    runtime.chosen, runtime.person, runtime.deputy = nil, nil, nil
    for _, kept in ipairs { runtime.recent, runtime.earlier } do
        for _, state in pairs(kept) do
            state.cache = {}
        end
    end
end

--- Loads the policy anew where another one is in force, or what it is made of has changed.
---@param runtime upnudge.Runtime
function M.refresh(runtime)
    local source = policies.find(runtime.named, runtime.host.found_by)
    local same = source.path == runtime.source.path and source.builtin == runtime.source.builtin
    local watched = runtime.watched or known(runtime)
    if same and watched and is_same(watched) then
        runtime.watched = watched
        return
    end
    local elsewhere, old = source.path ~= runtime.source.path, runtime.policy
    runtime.source = source
    local before = present(runtime)
    forget(runtime, elsewhere)
    runtime:load_policy()
    if old then
        old:close()
    end
    runtime.watched = known(runtime) or before
end

return M
