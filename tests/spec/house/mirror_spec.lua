--- Specs stand where the sources stand, so that whoever has the one finds the other.

local command = require "command"
local lfs = require "lfs"

--- Specs that have the name of no module: what each is about.
local OTHERS <const> = {
    ["api/allocator"] = "lua/api/allocator.c",
    ["api/again"] = "lua/api/silence.c",
    ["api/ages"] = "lua/api/argument.c",
    ["api/calls"] = "lua/api/calls.c",
    ["api/host"] = "lua/api",
    ["api/hosts"] = "tests/hosts",
    ["api/memory"] = "lua/private",
    ["api/odd"] = "core/os",
    ["api/misuse"] = "lua/api/upnudge.c",
    ["api/private"] = "lua/private",
    ["api/stranger"] = "lua/private",
    ["api/threads"] = "lua/api/runtime.c",
    ["api/variables"] = "core/os/process.c",
    ["checker/stand_in"] = "lua/upnudge/checker",
    ["cli/json"] = "lua/upnudge/cli/command.lua",
    ["core/binaries"] = "core/formats/shared/parts.c",
    ["core/formats"] = "core/formats",
    ["core/kernel"] = "core/os",
    ["core/perl"] = "core/versions/perl.c",
    ["core/recognition"] = "core/lockfile.c",
    ["core/session"] = "core/os/session.c",
    ["core/twins"] = "core/lockfile.c",
    ["policy/ready_policies"] = "policies",
    ["sandbox/attacks"] = "lua/vm",
    ["sandbox/order"] = "lua/vm/order.c",
    ["strategy/concurrency"] = "lua/upnudge/strategy",
    ["tools/verification/mutants"] = "lua/upnudge/tools/verification",
}

local function is_there(path)
    return lfs.attributes(command.root .. "/" .. path, "mode") ~= nil
end

--- The module or the room that a spec is about; nil: neither is there.
local function subject_of(name)
    for _, path in ipairs { OTHERS[name] or "lua/upnudge/" .. name .. ".lua", "lua/upnudge/" .. name .. "/init.lua" } do
        if is_there(path) then
            return path
        end
    end
end

describe("a spec", function()
    it("stands where its module stands, or is about the house", function()
        local seen, count = {}, 0
        for name in command.must 'cd "$root/tests/spec" && find . -name "*.lua" | LC_ALL=C sort':gmatch "%./(%S+)%.lua" do
            local spec = name:match "^(.*)_spec$"
            assert.is_truthy(spec, name .. ".lua is run by nobody: its name does not end in _spec.lua")
            assert.is_truthy(spec:find "^house/" or subject_of(spec), name .. ".lua is about no module of lua/upnudge")
            seen[spec], count = true, count + 1
        end
        assert.is_true(count > 40, count)
        for name in pairs(OTHERS) do
            assert.is_true(seen[name], name)
        end
    end)

    it("is there for every module of the rooms that need no process", function()
        for _, room in ipairs { "lib", "lib/json", "record", "runtime", "lockfile", "policy" } do
            for name in lfs.dir(command.root .. "/lua/upnudge/" .. room) do
                local module = name:match "^(.*)%.lua$"
                assert.is_true(not module or is_there(("tests/spec/%s/%s_spec.lua"):format(room, module)), ("%s/%s"):format(room, name))
            end
        end
    end)
end)
