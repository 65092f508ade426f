--- Which policy holds and what was looked at. What `upnudge policy which` says of it is in layers_spec.lua.

local choice = require "upnudge.policy.choice"
local command = require "command"
local core = require "upnudge.core"
local policies = require "upnudge.policy"
local stage = require "stage"

local work, variables

before_each(function()
    work = stage.bare()
    variables = { HOME = work .. "/home", XDG_CONFIG_DIRS = work .. "/a:" .. work .. "/b" }
    command.must 'mkdir -p "$work/home/.config/upnudge" "$work/a/upnudge" "$work/b/upnudge"'
end)

after_each(stage.strike)

local function variable(name)
    return variables[name]
end

--- The places and their states, and what is used, which is what find finds.
local function looked(option)
    local list, used = choice.candidates(option, variable)
    local words = {}
    for i, one in ipairs(list) do
        words[i] = one.by .. " " .. one.state
    end
    local source = policies.find(option, variable)
    assert.equal(source.path or source.builtin, used.name)
    return table.concat(words, ", ")
end

describe("the choice of a policy", function()
    it("is the first place that names one or has one, and tells of the others", function()
        assert.equal("option unset, variable unset, person missing, machine missing, machine missing, default used", looked())
        command.write(work .. "/b/upnudge/policy.lua", "")
        assert.equal("option unset, variable unset, person missing, machine missing, machine used, default passed over", looked())
        command.write(work .. "/home/.config/upnudge/policy.lua", "")
        assert.equal("option unset, variable unset, person used, machine missing, machine passed over, default passed over", looked())
        variables.UPNUDGE_POLICY = "weekly"
        assert.equal("option unset, variable used, person passed over, machine missing, machine passed over, default passed over", looked())
        assert.equal("option used, variable passed over, person passed over, machine missing, machine passed over, default passed over",
            looked "/nowhere.lua")
        variables = { UPNUDGE_POLICY = "" }
        assert.equal("option unset, variable unset, person unset", looked():match "^[^,]*, [^,]*, [^,]*")
    end)

    it("tells where bases are looked for", function()
        variables.UPNUDGE_POLICY_PATH = "/x:rel:/y/"
        local person, a, b = work .. "/home/.config/upnudge/", work .. "/a/upnudge/", work .. "/b/upnudge/"
        assert.same({ "/x/", "/y/", person, a, b }, choice.search_path({ path = "/p.lua" }, variable))
        assert.same({ a, b }, choice.search_path({ path = a .. "policy.lua" }, variable))
    end)

    it("tells how each file came to be among those in force", function()
        local function write(path, text)
            command.write(work .. path, 'return require "upnudge".policy { api = 1, name = "n", ' .. text .. " }")
            return work .. path
        end
        local base = write("/home/.config/upnudge/base.lua", 'extends = "flox"')
        local machine = write("/a/upnudge/policy.lua", 'extends = "default", final = { "hint" }')
        local function files(text)
            local own = write("/home/.config/upnudge/policy.lua", text)
            local policy = assert(policies.load(policies.find(nil, variable), { variable = variable }))
            local list = choice.files(policy)
            assert.same({ own, core.hash(command.read(own)) }, { list[1].path, list[1].hash })
            assert.equal(policy:identity().files[1].hash, list[1].hash)
            policy:close()
            local words = {}
            for i, file in ipairs(list) do
                words[i] = ("%s %s %s"):format((file.name:gsub(work, "")), file.as, file.base_of and file.base_of:match "[^/]*$" or "-")
            end
            return words
        end
        assert.same({ "/home/.config/upnudge/policy.lua policy -", "/a/upnudge/policy.lua machine -",
            "default (ready-made) base policy.lua" },
            files "")
        assert.same({ "/home/.config/upnudge/policy.lua policy -", "/home/.config/upnudge/base.lua base policy.lua",
            "flox (ready-made) base base.lua", "/a/upnudge/policy.lua final -", "default (ready-made) base policy.lua" },
            files('extends = "base"'))
        assert.same({ "/home/.config/upnudge/policy.lua policy -", "/a/upnudge/policy.lua base policy.lua",
            "default (ready-made) base policy.lua" },
            files('extends = "system"'))
        assert.is_truthy(base and machine)
    end)
end)
